// Package personal makes one customer's list: what she is about to need, what is taken
// off it for her and why, who pays for that, and whether it did anything.
//
// # Shape
//
//	lifecycle.Visits of every customer ─┬─► lifecycle.Habits  (gaps, item by item)
//	                                    └─► Popularity        (recent trips)
//	Rules ──┐                                   │
//	        ▼                                   ▼
//	NewPlanner(rules, habits, popularity) ──► Planner.Due(her visits, on) ──► []Due
//	                                            item, score, expectation, reasons
//
//	ListRules, Items, deals (promo.Offer)
//	        ▼
//	NewMaker ──► Maker.Make(Facts, on) ──► List: lines, coupons, savings, funds, reasons
//	                 consent, weekly spend,    │        Holds: what to hold from which quota
//	                 cells, value, what is due ├─► held out: on record only
//	                                           └─► or a refusal: why she gets none
//	Codes ──► the EAN-13 of a list                    Effect ◄── what came of it
//
// Timing says when, frequency says whether. An item is due when the window of her own
// rhythm (package lifecycle) has opened, or opens within the horizon. What is due is
// ranked by how often she has bought it lately, each day of purchase counting half as
// much every HalfLifeDays, to which a few trips' worth of the item's popularity is
// added, so that one odd purchase does not outrank the weekly milk.
//
// Scores are integers: fixed point with 30 binary places, so that every machine ranks
// alike.
//
// A list goes through what is due, best first, with the current deal that saves her most.
// How much is taken off is the lower of what the deal gives and of her step on the
// ladder: her cell in the item's category, and how many lists with it came before. The
// savings that are expected of one list stay within an envelope that grows with her value
// up to a cap. A part of the customers is held out: the same list is made and not given,
// so that redemption, repurchase and conversion can be told from what would have happened
// anyway.
//
// # Plugging in
//
// Collect visits (lifecycle.Diary, or lifecycle.Visitor for grouped input), add them to
// Habits and Popularity, make a [Planner] once per list period, and ask it for each
// customer. With the deals of the period make a [Maker]: what is due among what it can
// list ([Planner.DueAmong], [Maker.Listable]) is part of its [Facts]. Cells come from
// segment.Grid, classified
// once per period. Before a list goes out, hold what [List.Holds] names in a quota
// of promises (package quota; package wallet takes what is redeemed from the budget
// itself, so the two are counted apart), and issue a code that no other list has ([Codes]). The next list's Standings count the
// lists that were given out, those held out excepted.
//
// At the end of the period add an [Outcome] for everybody with a list and everybody held
// out to an [Effect]. What lists do to her habits (does she come to
// wait for a deal?) is measured by segment.Dependence. Planner, Maker and Codes are immutable and safe for concurrent use.
//
// # Left to the host
//
// Storing lists, printing them, asking for consent, keeping the key of the codes and the
// table of codes given out, and redeeming: a coupon is redeemed once by package wallet.
// A run over a file of purchases shows no effect: nobody in it saw a list.
//
// # Stored text
//
// Reason codes, coupon IDs (the book, the day, the offer) and the digits of codes are
// format and pinned by tests. The states of Popularity and Effect begin with format
// version 1.
package personal
