package promo

import (
	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
)

// Rules is everything that a shop offers at a time, as plain data.
type Rules struct {
	customer.Edition

	Zone     string            `json:"zone"`     // IANA name; whose midnight begins and ends an offer
	Currency customer.Currency `json:"currency"` // of every amount in the rules and on baskets
	Offers   []Offer           `json:"offers,omitempty"`
	// CashStep is the smallest amount that can be paid in cash, such as 0.05; zero: the
	// minor unit. What is paid in cash is rounded to it, half up, once for a basket.
	CashStep decimal.Decimal `json:"cash_step,omitzero"`
	// PointDigits is how many decimal digits the smallest unit of bonus points has, 0 to 3,
	// as in the loyalty programme that books them; zero: whole points.
	PointDigits int32 `json:"point_digits,omitempty"`
}

// ParseRules reads Rules from JSON, strictly; see customer.ParseRules. NewCatalogue
// checks what they say.
func ParseRules(data []byte) (Rules, error) { return customer.ParseRules[Rules](data) }

// Offer is one deal: for whom, on what, when, what it needs, what it gives, how often,
// and who pays for it.
type Offer struct {
	ID       string `json:"id"`
	Text     string `json:"text,omitempty"` // as lists and receipts show it
	Who      Who    `json:"who,omitzero"`
	On       On     `json:"on,omitzero"`
	When     When   `json:"when,omitzero"`
	Needs    Needs  `json:"needs,omitzero"`
	Gives    Gives  `json:"gives"`
	Limits   Limits `json:"limits,omitzero"`
	Priority int    `json:"priority,omitempty"` // of two offers that save the same on a unit, the higher one applies
	// Funds are the parts of what the offer takes off that others bear; the rest is the
	// shop's.
	Funds []Fund `json:"funds,omitempty"`
}

// Who says for whom an offer is. Every field that is set must hold; the zero Who is
// everybody.
type Who struct {
	Members bool     `json:"members,omitempty"` // with a card
	Lists   []string `json:"lists,omitempty"`   // with one of these lists of member prices: loyalty's Tier.MemberPrices
	Coupon  bool     `json:"coupon,omitempty"`  // with a coupon of it, see Coupon
}

// On says on which lines an offer is. A line matches when it is in any of the lists (no
// list: always), of the kind where that is set, and not one of Except. Lines that are
// not discountable, and what is not goods, never match an offer that changes the price.
type On struct {
	SKUs       []string           `json:"skus,omitempty"`
	Categories []string           `json:"categories,omitempty"`
	Brands     []string           `json:"brands,omitempty"`
	Kind       customer.BrandKind `json:"kind,omitzero"`
	Except     []string           `json:"except,omitempty"` // skus
}

// When says when an offer is: on civil days of the zone, half-open.
type When struct {
	From     customer.Date      `json:"from,omitzero"`
	Until    customer.Date      `json:"until,omitzero"` // exclusive
	Weekdays []customer.Weekday `json:"weekdays,omitempty"`
	FromHour int                `json:"from_hour,omitempty"` // local clock, 0 to 23
	ToHour   int                `json:"to_hour,omitempty"`   // exclusive, 1 to 24; 0: no hours are set
}

// Needs says what a basket must have for an offer.
type Needs struct {
	// Quantity of what the offer is on, over all lines, at least: units, or weight.
	Quantity decimal.Decimal `json:"quantity,omitzero"`
}

// Gives is what an offer gives. Exactly one field is set.
type Gives struct {
	// Permille is taken off the price. With a coupon that states its own, it is the most
	// that a coupon may state.
	Permille int             `json:"permille,omitempty"`
	Amount   decimal.Decimal `json:"amount,omitzero"` // off each unit; of weighed goods, in proportion to the weight
	Price    decimal.Decimal `json:"price,omitzero"`  // of each unit, where that is lower; of weighed goods, in proportion
	Points   decimal.Decimal `json:"points,omitzero"` // bonus points for each whole unit; they leave the price as it is
}

// Limits says how often an offer applies.
type Limits struct {
	// Units on one receipt, for each coupon where coupons are needed; 0: any number. A
	// weighed line counts as one.
	Units int `json:"units,omitempty"`
	// Budget is the name of the quota (package quota) from which what the offer takes off
	// is held and captured by package wallet; empty: there is none.
	Budget string `json:"budget,omitempty"`
}

// Fund is a part of what an offer takes off that somebody else than the shop bears.
type Fund struct {
	By       string `json:"by"`       // the manufacturer
	Permille int    `json:"permille"` // of what is taken off; all funds of an offer together at most 1000
}

// Coupon is the right to an offer that needs one. It is presented with the shopper's card
// or with the code of her list, and package wallet sees to it that it is redeemed once.
type Coupon struct {
	ID    string `json:"id"`    // unique for the customer
	Offer string `json:"offer"` // the offer's ID
	// Permille is what this coupon takes off, at most Gives.Permille of the offer; 0: as
	// much as the offer says.
	Permille int           `json:"permille,omitempty"`
	From     customer.Date `json:"from,omitzero"`
	Until    customer.Date `json:"until,omitzero"` // exclusive
}

// Shopper is what pricing knows about who buys. The zero Shopper is somebody unknown.
type Shopper struct {
	Customer customer.ID `json:"customer,omitempty"`
	Member   bool        `json:"member,omitempty"`
	Lists    []string    `json:"lists,omitempty"` // of member prices that she has
	Coupons  []Coupon    `json:"coupons,omitempty"`
}
