// Package warranty lays windows on the calendar: until which last day goods are covered, or may be
// brought back, with the days at a repairer left out and an exchange as a new beginning.
//
// # Shape
//
//	Goods   bought, delivered, installed, repairs, exchanges ─► Goods.Known(on) ─► Known
//	Window  days, months, years, for life, a last day,                               │
//	        from purchase, delivery or installation  ───────────► Window.Term ◄──────┘
//	                                                                  │
//	                                          Term: From · Until · Days · Prolonged
//
// It decides nothing that a customer is entitled to: complaint/entitlement holds conditions, fees
// and refunds against such windows, and customer/caller shows the windows of what somebody owns.
//
// # Days
//
// Facts are civil days in the shop's zone. The day from which a window counts is not its first one:
// goods bought on the 1st with a window of 7 days are covered up to and including the 8th, which is
// day 7. Of a window whose first day counts the last is a day earlier. Months and years end on the
// same day of the month; where that is missing, on the last one.
//
// Every civil day on which the goods were at a repairer, even in part, is left out of a window that
// repairs prolong; repairs that overlap are counted once. A new window after an exchange is counted
// from the day of the exchange in the same way. What lies after the day asked for is not known yet
// on that day: the answer about an earlier day is the one that was right then.
//
// # Left to the host
//
// Which window a product has, in its catalogue; and the days, in its books.
//
// # Stored text
//
// The texts of [Start] are format: pinned by tests, never renamed.
package warranty
