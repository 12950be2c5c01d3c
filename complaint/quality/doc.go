// Package quality measures how complaints are handled, from the cases themselves: what caused
// them and whether it got better, which promises and clocks were kept, what a case cost us and
// how often she had to come, which models fail, whether equal cases are treated alike, and what
// has to be done today.
//
// # Shape
//
//	Rules ─► NewGauge ─► Gauge
//
//	case, policy, instant ─► Gauge.Of ─► Facts: flat, one for each case
//	                                       │
//	   Handling     per site, desk, agent, cause, …   first contact, right desk, chases, cost  by the day of closing
//	   Causes       per cause and kind of issue       the vital few                            by the day it came up
//	   Promises     per person, kind and product      kept, late, broken, chased               by the day they were due
//	   Clocks       per clock, desk and agent         kept, breached, how long it took         by the day they started
//	   Costs        per channel, customer, …          contacts, time and money                 by the day of the contact
//	   Failures     per product, beside what was sold                                          by the day of receipt
//	   Improvement  before and after an action        per so many sold, or customers           by the day it happened
//	   Consistency  same cause, different treatment                                            by the day of the decision
//	   Deviations   each one that was allowed                                                  by its day
//	   Readiness    who handled without the training                                           by the day she got the case
//
//	calls and queues ─► Arrivals: how soon they were answered, and how many left without a word
//	open cases ─► Digest: what is due, and what is important, first
//
// Days are those of the policy's zone. Each report adds up in any order and any split: a host
// gives each processor, or each file, a report of its own and merges them; its bytes are
// the same whoever counted what. Each case is added once, with its facts as known at one
// instant.
//
// How long half of the cases took, and nine of ten, is exact up to 65,536 distinct lengths in a
// row, and to a thousandth of itself beyond.
//
// # Cycles and duplicates
//
// A case that is reopened has several cycles, and each counts with its own figures on its own
// day: that it came back takes nothing away from the month before but the first contact, if it
// came back soon. A duplicate counts nowhere by itself. Handed to [Gauge.Of] with its root, what
// she did there counts at the root: each contact once, by its reference, and its promises and
// handoffs.
//
// # What is not here
//
// What an agent may do better in a conversation is told by Coaching of package
// complaint/conversation. Measures on staff are in no facts and no report: see
// complaint.Policy.For. How satisfied and how loyal customers are is told by package lifecycle,
// to which the host also passes those who left without a word.
//
// # Stored text
//
// The texts of [By], [FirstContact] and [ClockVerdict], the JSON of [Facts], the reason codes and
// the bytes of the reports are format: pinned by tests, never renamed. Reports begin with a
// format version; another one is an error.
package quality
