// Package personal decides what belongs on one customer's list. This part of it says
// what is due: which items she is about to need, ranked, each with its reason.
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
// Timing says when, frequency says whether. An item is due when the window of her own
// rhythm (package lifecycle) has opened, or opens within the horizon. What is due is
// ranked by how often she has bought it lately, each day of purchase counting half as
// much every HalfLifeDays, to which a few trips' worth of the item's popularity is
// added, so that one odd purchase does not outrank the weekly milk.
//
// Scores are integers: fixed point with 30 binary places, so that every machine ranks
// alike.
//
// # Plugging in
//
// Collect visits (lifecycle.Diary, or lifecycle.Visitor for grouped input), add them to
// Habits and Popularity, make a [Planner] once per list period, and ask it for each
// customer. A Planner is immutable and safe for concurrent use.
//
// # Left to the host
//
// Which offers exist for the items that are due, consent, printing, storage.
//
// # Stored text
//
// Reason codes are format and pinned by tests. The state of Popularity begins with
// format version 1.
package personal
