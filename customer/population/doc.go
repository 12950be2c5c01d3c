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
//	  Table: any order, any split,       Runs: one customer's lines at a time,
//	  merged; memory per customer        ids ascending; bounded memory
//	      └────────────────┬────────────────┘
//	                       ▼
//	          the same figures, byte for byte ──► Histogram, exact cuts
//
// The packages above own what is counted (package segment its tally, package
// lifecycle its diary); this one owns how.
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
