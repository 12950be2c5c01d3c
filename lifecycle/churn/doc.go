// Package churn estimates from how often and how lately a customer bought who is a
// customer still, how many purchases are to come, and what they are worth. It is the
// one package of this module that counts in floating-point numbers: no rule of it decides
// anything, and nothing in the stages of package lifecycle needs a fit to have been made.
//
// # Shape
//
//	customer.Days ──HistoryOf──► History{x, t_x, T} ──Add──► Counts ──Merge──► Counts
//	                                  │                                         │
//	                                  │                       FitMBGNBD, FitBGNBD, FitParetoNBD
//	                                  ▼                                         │
//	      Alive, Expected, Newcomer of a model ◄──New── Parameters (JSON) ◄─────┤
//	                                  │                                         ▼
//	                             Thousandths                        Fit: standard errors,
//	                        (whole numbers again)                   how the search ended
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
// customers for ever. In [ParetoNBD] she may leave at any time.
//
// In all of them a long silence weighs more the oftener she used to buy: of two customers
// who have been quiet for as long, far longer than either used to be, the better one is
// the surer loss.
//
// The models know purchases and time, nothing of seasons, prices or offers, and they
// take customers for independent of each other. Hold one against the weeks that came
// after its fit before trusting it.
//
// # What it is worth
//
// How much a customer spends when she buys is a matter of its own: [GammaGamma], fitted
// to [Spends]. [Value] and [NewcomerValue] multiply what is to come by what it is worth, and
// discount it. [Cohort.Track] sets the purchases that a model expects week by week beside
// those that were made.
//
// # Plugging in
//
// Keep each customer's days of purchase (lifecycle.Together gives them), count histories
// as of one day, fit, and store the parameters as JSON with the day: they are facts about
// a population and a time, and are fitted anew, say, every quarter. Every part of a
// population can be counted by itself and merged. A figure leaves for whole numbers by
// [Thousandths].
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
