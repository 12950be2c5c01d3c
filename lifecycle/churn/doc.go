// Package churn estimates from how often and how lately a customer bought who is a
// customer still, how many purchases are to come, and what they are worth. It is statistics,
// and counts in floating-point numbers: no rule of it decides anything, and nothing in the
// stages of package lifecycle needs a fit to have been made.
//
// # Shape
//
//	population.Line, one customer's ──Bought──┬─► History{x, t_x, T} ──Add──► Counts ──Merge──► Counts
//	customer.Days ────────────────HistoryOf───┘      │                                            │
//	                                          │      │                  FitMBGNBD, FitBGNBD, FitParetoNBD
//	                                          │      ▼                                            │
//	                                          │   Alive, Expected, Newcomer ◄─New─ Parameters ◄───┤
//	                                          │      │                               (JSON)       ▼
//	                                          │      │                       Fit: standard errors, how it ended
//	                                          ▼      │
//	                            Spending{n, sum} ────┼──Add──► Spends ──FitGammaGamma──► GammaGamma: Mean
//	                                          │      ▼                                        │
//	                                          └─► Value, AtStake, NewcomerValue ◄─────────────┘
//	                                                 │
//	                                     whole numbers again: Thousandths, Minor
//
//	customer.Days ──Add──► Cohort ──Track──► Tracking: what a model expected, and what came
//
// A history is days of purchase, counted from the first, which is no repeat: several
// bills of a day are one purchase, and goods brought back are none. Facts are whole days;
// a model's rates are per unit of time of so many days, [Weeks] in the literature.
//
// # Which model
//
// [MBGNBD] is the one for lists of customers at risk: it lets a customer leave after any
// purchase, the first included, so that one who bought once is less and less likely a
// customer the longer she is silent. In [BGNBD], the better known, nobody leaves before
// her second purchase, and one-time buyers, most of any shop's customers, stay
// customers for ever. In [ParetoNBD] she may leave at any time, and it alone has a value
// without a horizon: [ParetoNBD.Lifetime].
//
// In all of them a long silence weighs more the oftener she used to buy: of two customers
// who have been quiet for as long, far longer than either used to be, the better one is
// the surer loss.
//
// The models know purchases and time, nothing of seasons, prices or offers, and they
// take customers for independent of each other. Hold one against the weeks that came
// after its fit before trusting it: [Cohort.Track].
//
// # How much it takes
//
// Some hundreds of customers who were watched for several times the usual interval; more
// where few come back. As a measure, customers drawn at random from the CDNOW sample, of whom
// two in five had come back within 39 weeks: of 50, every third fit fails; 500 nearly always
// determine BGNBD, MBGNBD and GammaGamma, and 2,000 ParetoNBD. The fit itself tells: a
// standard error as large as its parameter says that this parameter is hardly known, and
// [ErrNotConverged] that the data do not determine one at all. Then there is no model, and
// what the Fit holds is not to be used. Nothing is wrong with the program: take in more
// customers or a longer time, or keep the parameters of the last fit. A shop too young for
// either does without, as package lifecycle tells a silence from a customer's own rhythm.
// [ErrInfiniteMean] is the like for values: a few enormous sums, a wholesaler's say, are
// best fitted apart.
//
// # Plugging in
//
// Give the lines of receipts (package segment's RFM makes one of each) to population.Runs,
// and each customer's to [Bought]; somebody who bought nothing yet is [ErrNoPurchase]:
//
//	for run, err := range population.Runs(lines) {
//		…
//		history, spending, err := churn.Bought(run, today)
//		if errors.Is(err, churn.ErrNoPurchase) {
//			continue
//		}
//		…
//		err = counts.Add(history)
//		…
//		err = spends.Add(spending) // passes over those of whom nothing is known
//	}
//
// Fit, and store the parameters as JSON with the day: they are facts about a population and
// a time, and are fitted anew, say, every quarter. Every part of a population can be counted
// by itself and merged. A host that keeps days of purchase (lifecycle.Together gives them)
// and no amounts takes [HistoryOf].
//
// For a list of customers at risk the likelihood of loss is 1000 less [Thousandths] of
// Alive, in ‰, and what there is to lose is [AtStake], in minor units; Value has the
// likelihood in it already. Look at [Spends.Independence] before multiplying.
//
// # Left to the host
//
// Which customers make a population (those of one chain and a few years, rather than
// everybody ever), which day "now" is, and storage.
//
// # The same figures
//
// A fit draws nothing by lot, and sums the counts in their own order: the same customers
// in any order and any split give the same bits, from the same build on the same kind of
// processor. Between kinds the last digits may differ, because package math does and
// because some multiply and add in one step; so a figure that stands exactly on a mark
// may fall to either side of it.
//
// # Stored form
//
// The states of Counts, Spends and Cohort begin with format version 1. Parameters and Fit
// are JSON, their field names pinned by tests.
package churn
