// Package entitlement says what a purchase entitles to on a given day: whether the goods may
// be brought back, exchanged or repaired, until when, for what money, and why, or why not any
// more.
//
// # Shape
//
//	Rules                                        Item                      day
//	 terms   by goods, way of sale, season        bought, delivered,        │
//	  grants  remedy, window, conditions,  New    price paid, proof,        │
//	          repairs, fee, refund       ──────►  what is wrong, repairs    │
//	                                        │       │                       │
//	                                        └───────┴─── Book.Of ◄──────────┘
//	                                                       │
//	                    Rights: one Right for each grant; of each remedy the best one Holds
//	                     Open · From, Until · day 6 of 7 · fee, refund · Because · Missing
//
// What the law gives, what the shop gives beside it, and what a maker guarantees are [Terms]
// of their own. Nothing of them is cut away: each grant is answered for itself, and of those of
// one remedy the better for the customer holds. The others stand beside it, so that everybody
// can see what was compared.
//
// # Days
//
// Facts are civil days in the shop's zone. A window counts from the day of purchase, delivery
// or installation, as the grant says. That day itself does not count: goods bought on the 1st
// with a window of 7 days may come back up to and including the 8th, which is day 7. A grant
// whose first day counts says so, and its window ends a day earlier. Months and years end on
// the same day of the month; where that is missing, on the last one: a year from 29 February is
// over after 28 February. A window that has not begun, because the goods are not delivered yet,
// has not run out either.
//
// Every civil day on which the goods were at a repairer, even in part, is left out of a window
// that repairs prolong, and of the days of use that a fee is reckoned by. Repairs that overlap
// are counted once. A new window after an exchange is counted from the day of the exchange in
// the same way.
//
// Facts that lie after the day asked for are not known yet on that day: the answer about an
// earlier day is the one that was right then.
//
// # Money
//
// Amounts are minor units of the book's currency. A fee for use is price × daily rate × days of
// use, held to its cap and to the price, and rounded once, as the grant names it. Use is counted
// from where the window is or, where that was later, from the delivery.
//
// # Plugging in
//
// Make an [Item] of a line of a receipt ([Book.Item] does it) and of what the service desk
// knows, and ask [Book.Of] with the book of its day of purchase, which is the day for which the book must be in force:
// goods keep the rights with which they were bought. What comes of it (a refund, a fee, a
// budget of time for the refund) is data; package complaint keeps the case in which it is
// decided, and the host pays. There a return is the offer of a refund of RefundMinor, an exchange
// that of a replacement, a repair that of a repair; the day by which the offer is Due the host has
// from Calendar.Due, with the budget of the right and the instant at which it has the goods back.
//
// # Left to the host
//
// Whether the receipt is genuine, whether the goods are unused, what is wrong with them and
// whose fault it is: these are facts, and finding them is the work of a case. So are the laws:
// no book is built in, and the text of a law has to be read before it is written into one.
//
// # Stored text
//
// The texts of [Remedy], [Start], [Delay] and [Rounding] and the reason codes are format:
// pinned by tests, never renamed.
package entitlement
