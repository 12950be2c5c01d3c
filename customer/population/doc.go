// Package population is the ground under every question about many customers at
// once: lines in a compact code, the two forms in which they are worked through, and
// exact counting of values.
//
// # Shape
//
//	purchases ──coder──► Line{Customer, Item, Day, Kind, Units}
//	                       │
//	      ┌────────────────┴────────────────┐
//	  ungrouped                          grouped
//	  Gather, Table: any order, any      Runs: one customer's lines at a time,
//	  split, merged; memory per          ids ascending; bounded memory
//	  customer
//	      └────────────────┬────────────────┘
//	                       ▼
//	          the same figures, byte for byte ──► Histogram, exact cuts
//
// A Gather brings each customer's lines together again, so that what is written for the
// grouped form serves the ungrouped one, at many millions of lines a second; a Table gives
// the value of a customer and item at once, which costs a look into memory for each line.
// Reports that have a row for each agent or product, not for each customer, add up in [Sums];
// lines of another kind than this package's are brought together by [Sheaves], as a Gather does.
//
// What a receipt says of day, money, tax and cost is read by a [Register]; calendar periods, and
// what they are compared with a year before, are told by [PeriodKind] and [Period.YearBefore].
//
// The packages above own what is counted (package segment its tally, package
// lifecycle its diary); this one owns how. Whether those who were treated really differ from
// those who were held out, and by how much, is told by [Compare].
//
// # Plugging in
//
// Nothing here starts a goroutine. A host with several processors gives each its own
// share of the input and merges the results: the ungrouped form allows any split,
// the grouped form one in which every customer lies wholly in one part. So does any
// distributed engine.
//
// # Left to the host
//
// Sorting (the grouped form checks the order, it does not make it), storage of the
// marshalled state, and parallel work.
//
// # Stored form
//
// Marshalled state begins with a format version that its owner chooses; the layout
// below it is pinned by golden tests. Integers are varints as in encoding/binary.
package population
