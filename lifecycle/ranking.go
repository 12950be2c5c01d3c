package lifecycle

import (
	"cmp"
	"slices"

	"github.com/rapport-crm/rapport/customer/population"
)

// ranked is a row of a ranking: a customer and what she is ranked by.
type ranked[K population.Key, R any] interface {
	of() K // the customer
	// compare is below 0 where the row comes before other, and 0 for equal rows only: nothing
	// is left to the order in which they came.
	compare(other R) int
}

// ranking keeps the first of the rows that are put in, each customer's best, as many as it has
// places, however many are put in and in whichever order. A ranking of parts, merged, is that
// of the whole: whoever has no place in a part has none in the whole.
type ranking[K population.Key, R ranked[K, R]] struct {
	places int
	rows   []R // up to twice the places; the first of them, in order, where ordered is true
	seen   map[K]bool
	last   R    // of a full ranking
	full   bool // all places have been taken once: what comes after last has none

	ordered bool
}

// admits reports whether a row may have a place.
func (r *ranking[K, R]) admits(row R) bool { return !r.full || row.compare(r.last) <= 0 }

// put adds a row.
func (r *ranking[K, R]) put(row R) {
	if !r.admits(row) {
		return
	}
	r.rows, r.ordered = append(r.rows, row), false
	if len(r.rows) >= 2*r.places {
		r.order()
	}
}

// merge adds the rows of other, which may be r itself.
func (r *ranking[K, R]) merge(other *ranking[K, R]) {
	for _, row := range slices.Clone(other.rows) {
		r.put(row)
	}
}

// order brings the rows in order, leaves the best of each customer, and cuts them to the
// places. It returns them; they are the ranking's.
func (r *ranking[K, R]) order() []R {
	if r.ordered || len(r.rows) == 0 {
		return r.rows
	}
	slices.SortFunc(r.rows, func(x, y R) int { return x.compare(y) })
	if r.seen == nil {
		r.seen = make(map[K]bool, len(r.rows))
	}
	clear(r.seen)
	r.rows = slices.DeleteFunc(r.rows, func(row R) bool {
		again := r.seen[row.of()]
		r.seen[row.of()] = true
		return again
	})
	if len(r.rows) >= r.places {
		clear(r.rows[r.places:])
		r.rows, r.full = r.rows[:r.places], true
		r.last = r.rows[r.places-1]
	}
	r.ordered = true
	return r.rows
}

// byCustomer returns a copy of the rows by ascending customer, as they are stored.
func (r *ranking[K, R]) byCustomer() []R {
	rows := slices.Clone(r.order())
	slices.SortFunc(rows, func(x, y R) int { return cmp.Compare(x.of(), y.of()) })
	return rows
}
