// Package promo decides what a basket costs: which offers apply to which units, what each
// of them saves, what is to be paid, and for every offer that was looked at, why it
// applies or what is missing.
//
// # Shape
//
//	Rules{Offers} ──► NewCatalogue ──► Catalogue   checked whole, indexed, immutable
//	                                      │
//	Basket{Lines} ──┐                     ▼
//	Shopper{Coupons}├──► Catalogue.Price(basket, shopper, at) ──► Priced
//	at ─────────────┘                                              ├─ Lines   with Paid filled in
//	                                                               ├─ Runs    which offer on which units
//	                                                               ├─ Totals  list, saved, tax, cash
//	                                                               └─ Trace   every offer, and why
//	Priced.Purchase ──► customer.Purchase ──► loyalty, segment, lifecycle
//
// Price is pure and repeatable: the same basket, shopper and instant have the same
// answer. So a price on a screen is a preview of the till's.
//
// # Which offer a unit takes
//
// A unit takes at most one offer that changes its price: the one that saves most on it;
// of those that save the same, the one with the higher Priority, then the earlier
// When.From, then the ID in the order of its bytes. Bonus points are given beside it, by
// every offer that has some, each offer once for a unit.
//
// Where an offer may not be on all units that it matches, since Limits.Units is less, all
// units together are served so that most is saved in all, reckoned before rounding. For
// one such offer this means: it goes to the units on which it saves most over their next
// best offer, of equal ones to those with the higher unit price, then by sku.
//
// Coupons of one offer that take off the same serve each other's units: first the one
// that ends first, then by ID.
//
// # Where is rounded
//
// The run is the rounding place: what one offer, with one coupon, takes off units of one
// product. A fixed price rounds the price of the run, the others round what they take off
// it: half up, to the minor unit, once. A price never goes below zero.
//
// Equal lines are one product: reckoned together, and then given back to the lines, the
// larger line first, money by largest remainder. So neither the order of the lines nor
// how units are split over them changes a price. Lines that are weighed (a quantity that
// is no whole number) stay on their own. The tax of a product is rounded half up, once,
// from its reduced price; deposits bear no tax and no discount.
//
// # Plugging in
//
// Load Rules with [ParseRules], make a [Catalogue] when they change, and share it: it is
// safe for concurrent use. The paid receipt is [Priced.Purchase]. Runs are flat records to
// store with it: by them a return gives back its part, see [Run.Back].
//
// # Left to the host
//
// Stock, storage, payment, and booking bonus points. Price redeems nothing: package
// wallet sees to it that a coupon is redeemed once and that a budget is kept.
//
// # Stored text
//
// The reason codes and the fields of Run are format and pinned by tests.
package promo
