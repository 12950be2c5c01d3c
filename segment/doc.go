// Package segment says who is alike: what kind of customer somebody is, category by
// category and as a whole, and what a shop's products and periods are worth, each answer
// with its reasons.
//
// # What it decides
//
// Of a customer in a category:
//
//   - the nine cells of brand loyalty × usage: [Grid.Classify], with marks that are stated
//     or frozen by [Fit]; who moved between two dates: [Movement]; what she sat in, kept in
//     a byte or two: [Seats]
//   - how much of an expected basket she buys here: [Basket]
//   - whether she buys on deals only: [Dependence], [DependenceGuard]
//
// Of a customer as a whole:
//
//   - recency, frequency and money, named groups, who is important to keep: [RFM]
//   - what she contributes, her tier by rate with the volume beside it, how she is followed
//     up, this year against last: [ContributionBook]; her rank: [ContributionRanking]
//   - how she is best served, in four classes and the rest: [ServiceBook]; what a class
//     may expect, and the floor for all: [PrivilegeTable]
//   - traits that her purchases show, sensitive ones off unless switched on: [Traits]
//   - whether she belongs to an audience, yes, no or not known, and which conditions
//     decided: [Audience], [AudienceSet]
//
// Of a population:
//
//   - how concentrated a figure is, as counted and not as assumed: [Concentration]
//   - brands held against what is normal for their size: [BrandShares], [DirichletGauge]
//   - what is bought together: [Affinity]; what follows what on later visits: [Transitions]
//   - sales, bills and customers of periods compared by class, hour band and area, and the
//     share of members: [GrowthBook]
//   - tables for manufacturers that tell of nobody, alone or beside earlier ones: [Report]
//
// Of a product: its grade by profit ([ProductGrades]), the commission on it with splits and
// claw-back ([CommissionPlan]), its stage from its trend ([ProductStages]).
//
// # Shape
//
// Everything is made the same way. A rule book is a plain struct (Rules, RFMRules,
// AudienceRules, …) that is parsed strictly, checked whole by one constructor and compiled
// into a value that is immutable and safe for concurrent use. Facts come from accumulators
// that are free of order and split, or from the grouped form, one customer at a time. Marks
// that the population decides are fitted from a census and frozen, with their day and true
// rank, into a copy of the rules. For the nine cells:
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
//	              Seats of last time ──► └──────► Classify ◄────┘
//	                                      Cell and []Reason ──► Seats, Movement
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
// Shares are compared by cross-multiplication; there are no floats near money, shares or
// marks, and 66 of 100 against a mark of 660 ‰ is exactly on the mark, which counts as
// reached. Only the Dirichlet model, which is statistics, calculates in floats.
//
// # Plugging in
//
// Load Rules (JSON: [ParseRules]), make a [Coder] with the zone of the shop, feed
// purchases, [Fit] once per period, store the fitted Rules, make a [Grid] and classify.
// Reclassify once per period, handing back each customer's sitting cell, so that nobody
// flaps at a mark. Tiers and stages of other packages come in as the text labels of an
// [AudienceFacts].
//
// A commission is a state like an account: decide, commit, apply ([CommissionBook]), one
// book for each sale, on a journal.Store.
//
// # Left to the host
//
// Storage of rules, seats and marshalled counts, sorting where the grouped form is used,
// which goroutine does what, and what is done with an answer: nothing here is sent, paid
// or shown.
//
// # Stored text
//
// The texts of cells and of every enumeration, reason codes, commission entries and
// published reports are format and pinned by tests. Every marshalled state (of Tally,
// Census, Seats, Movement, RFMTally, RFMCensus, Concentration, ContributionTally,
// ContributionCensus, ServiceCensus, Dependence, BrandShares, TraitTally, AudienceTally, AffinityItems,
// AffinityPairs, Transitions, ProductGradeTally, ProductStageTally, CommissionStatement,
// GrowthTally, GrowthCensus and Report) begins with format version 1.
package segment
