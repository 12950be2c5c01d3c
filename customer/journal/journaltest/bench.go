package journaltest

import (
	"strconv"
	"testing"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
)

// BenchmarkStore measures journal.Run on a store, so that stores compare: small facts
// that are booked, and one that is replayed. open returns an empty store.
func BenchmarkStore(b *testing.B, open func(tb testing.TB) journal.Store[customer.ID, State, Entry]) {
	add := func(b *testing.B, s store, key string) {
		_, err := journal.Run(b.Context(), s, "id", key, request{"a"}, func(state State) (decision, error) {
			entry := Entry{Kind: "added", Amount: 1}
			return decision{
				Entries: []Entry{entry}, Next: state.apply(entry),
				Reasons: []customer.Reason{{Code: "test.added", Fact: 1}},
			}, nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	b.Run("booked", func(b *testing.B) {
		b.ReportAllocs()
		s, n := open(b), 0
		for b.Loop() {
			if n++; n%10_000 == 0 { // or this would measure one history that grows for ever
				b.StopTimer()
				s = open(b)
				b.StartTimer()
			}
			add(b, s, "test:"+strconv.Itoa(n))
		}
	})
	b.Run("replayed", func(b *testing.B) {
		b.ReportAllocs()
		s := open(b)
		for b.Loop() {
			add(b, s, "test:1")
		}
	})
}
