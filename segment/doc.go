// Package segment says what kind of customer somebody is, category by category, and
// why: the nine cells of brand loyalty × usage.
//
// # Shape
//
//	Rules (categories, marks, evidence) ──► Coder ──► population.Line
//	                                                     │
//	          ungrouped: Tally (any order, Merge)        │    grouped: Counter (one
//	          memory per customer and category ◄─────────┴──► customer at a time)
//	                         └───────────┬───────────┘
//	                                  Counts, per customer and category
//	                                     │
//	            Census ── Fit ──► Rules with frozen Marks ──► Grid
//	                                     │                      │
//	                                     └──────► Classify ◄────┘
//	                                      Cell and []Reason
//
// The brand axis is the share of store-brand base units among the store-brand and
// national-brand base units bought here: [Counts.OwnStoreShare]. It is a share of
// purchases in this shop. What a customer buys elsewhere is unknown; somebody who
// buys the national brand across the street looks like a store-brand buyer, so read a
// cell beside the category's coverage ([Coverage]).
//
// The usage axis is base units per window (tablets, not packs, and not money), with
// cuts that are stated or are the population's terciles, frozen with their day. Equal
// values always fall in the same third. Nobody is light by buying nothing.
//
// Shares are compared by cross-multiplication; there are no floats, and 66 of 100
// against a mark of 660 ‰ is exactly on the mark, which counts as reached.
//
// # Plugging in
//
// Load Rules (JSON: [ParseRules]), make a [Coder] with the zone of the shop, feed
// purchases, [Fit] once per period, store the fitted Rules, make a [Grid] and classify.
// A Coder and a Grid are immutable and safe for concurrent use. Reclassify once per
// period, handing back each customer's sitting cell, so that nobody flaps at a mark.
//
// # Left to the host
//
// Storage of Rules and sitting cells, sorting where the grouped form is used, and
// which goroutine does what.
//
// # Stored text
//
// Cell names, mark sources and reason codes are format and pinned by tests. The state
// of Tally and Census begins with format version 1.
package segment
