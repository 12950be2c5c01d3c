// Package lifecycle knows where a customer stands in time. This part of it knows her
// rhythm: how often she buys from a category, when she will next, and how overdue she
// is.
//
// # Shape
//
//	population.Line ─┬─ ungrouped: Diary (any order, Merge) ─┐
//	                 └─ grouped: Visitor (one customer)  ────┴─► []Visits: distinct days
//	                                                                 │
//	                       Habits: the population's gaps ◄───────────┤
//	                                │                                ▼
//	     RhythmRules ──► Rhythm.Expect(her days, the population's gaps, on)
//	                                │
//	                     Expectation: interval, due, window, overdue; Reasons
//
// A visit is a distinct civil day with a purchase: several receipts of one day are one
// visit, and goods brought back are none. A gap is the days between two visits.
//
// Her own gaps are mixed with the population's, so that three purchases do not make a
// law: k gaps' worth of the category's histogram joins her own, recent ones weighing
// more, and the interval is the median of the mixture. Somebody with one purchase has
// no gap of her own: then the population's gaps between first and second purchase
// speak, and [Expectation.Basis] says so; with [Habits.Through] they reckon with those
// who may still come. Where few have bought a product twice, its
// category may speak for it: [Rhythm.ExpectAmong]. Two rules tell when: Interval, a median,
// keeps the usual error small; From to Until, the densest window, is hit most often.
//
// # Days that count
//
// Seeds are bought in spring, and a shop that is closed has no visitors. [Seasons] say
// which days count for an item, or for a customer whose own season it is; [Habits] and
// [Gaps] made with them measure in these days, and so does whatever is expected by them:
// own gaps, silence, the due day and the window. Figures of other days are never mixed.
//
// [Frequency] holds her visits in the last window against those in the one before, by
// an exact test in whole numbers: rising, falling, steady, or too few to tell.
//
// # Plugging in
//
// Feed coded lines (package segment's Coder makes them) to a Diary, or a Visitor where
// the input is grouped; add every customer's Visits to Habits; ask Expect. Items are
// whatever the lines' coder made of them: categories or products. [Together] gives the
// rhythm over everything she buys.
//
// # Left to the host
//
// Storage of the marshalled state, and the decision which day "on" is.
//
// # Stored text
//
// Reason codes and the texts of Basis are format and pinned by tests. The state of
// Diary and Habits begins with format version 1; Habits that do not count every day have
// version 2, those that know how long customers have stayed away version 3, and both 4.
package lifecycle
