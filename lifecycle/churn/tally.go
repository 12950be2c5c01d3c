package churn

import "fmt"

// tally counts customers by what is known of them: the one thing that Counts and Spends do
// alike. The zero tally is empty and ready.
type tally[K comparable] struct {
	table     map[K]int64
	customers int64
}

// tallyRow is how many customers have a key.
type tallyRow[K comparable] struct {
	key K
	n   int64
}

// add counts one customer.
func (t *tally[K]) add(key K) error {
	if t.customers >= MaxCustomers {
		return errCustomers(t.customers)
	}
	if t.table == nil {
		t.table = make(map[K]int64)
	}
	t.table[key]++
	t.customers++
	return nil
}

// merge counts everyone whom other counted or, where they would be too many, nobody.
func (t *tally[K]) merge(other *tally[K]) error {
	if sum := t.customers + other.customers; sum > MaxCustomers {
		return errCustomers(sum)
	}
	if t.table == nil {
		t.table = make(map[K]int64, len(other.table))
	}
	t.customers += other.customers
	for key, n := range other.table { // also where other is t: no key is new then
		t.table[key] += n
	}
	return nil
}

// fits reports whether a stored number of customers is one, and not too many.
func (t *tally[K]) fits(n int64) bool { return 0 < n && n <= MaxCustomers-t.customers }

// put counts as many customers as fits found possible.
func (t *tally[K]) put(key K, n int64) {
	if t.table == nil {
		t.table = make(map[K]int64)
	}
	t.table[key] += n
	t.customers += n
}

// rows are the distinct keys in no order. Callers sort them, each by a comparison that the
// compiler sees: handed to a sort here, it makes a fit slower.
func (t *tally[K]) rows() []tallyRow[K] {
	rows := make([]tallyRow[K], 0, len(t.table))
	for key, n := range t.table {
		rows = append(rows, tallyRow[K]{key, n})
	}
	return rows
}

// errCustomers says that so many customers are too many.
func errCustomers(n int64) error {
	return fault("customers", n, fmt.Sprintf("stay within %d", int64(MaxCustomers)))
}
