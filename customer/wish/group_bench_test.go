package wish_test

import (
	"fmt"
	"testing"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/wish"
)

// BenchmarkGroup100000 puts customers with two needs each together by what they need.
func BenchmarkGroup100000(b *testing.B) {
	book := bookOf(b, whole())
	list := make([]wish.Lacking, 100_000)
	for i := range list {
		var m wish.Memory
		for n, group := range []string{"quiet", "stairs"} {
			m.Needs = append(m.Needs, wish.Needed{
				Ref: fmt.Sprint("n-", n), Group: group, Depth: wish.Necessity, At: at("2026-05-01 09:00"), Expected: day("2026-06-01") + customer.Date(i%30),
			})
		}
		list[i] = wish.Lacking{Customer: customer.ID(fmt.Sprint("c-", i)), Memory: m, Reached: i%10 > 0}
	}
	b.ReportAllocs()
	for b.Loop() {
		groups, err := book.Group(list, map[string]bool{"attic": true}, day("2026-06-01"))
		if err != nil || len(groups) != 2 {
			b.Fatal(groups, err)
		}
	}
	b.ReportMetric(float64(len(list))*float64(b.N)/b.Elapsed().Seconds(), "customers/s")
}
