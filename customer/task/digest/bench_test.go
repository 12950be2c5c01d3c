package digest_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/task"
	"github.com/rapport-crm/rapport/customer/task/digest"
)

// company is a staff of three levels, each of whom has ten below her, and its items of a day.
func company(tb testing.TB, people, items int, on customer.Date) (*task.Staff, []task.Item) {
	tb.Helper()
	c := task.Chart{Keeper: "p-1"}
	for i := range people {
		one := task.Person{ID: fmt.Sprint("p-", i), Skills: []string{[]string{"servers", "prints"}[i%2]}, Desks: []string{"city"}}
		if i > 0 {
			one.Manager = fmt.Sprint("p-", (i-1)/10)
		}
		if i%20 == 7 {
			one.Away = []task.Absence{{From: on - 3, Through: on + 3}}
		}
		c.People = append(c.People, one)
	}
	all := make([]task.Item, items)
	for i := range all {
		all[i] = task.Item{
			Kind: []string{"promise", "visit", "quote", "wish"}[i%4], ID: fmt.Sprint("i-", i), Customer: customer.ID(fmt.Sprint("c-", i/3)),
			Owner: fmt.Sprint("p-", int(customer.Draw("owner", customer.ID(fmt.Sprint(i)))%uint64(people))), Importance: (i * 7919) % 1000,
			Due: on - 20 + customer.Date((i*104729)%60), AmountMinor: int64(i*1299709) % 10_000_000,
		}
	}
	return staffOf(tb, c), all
}

// The policy of 1,000 people from 1,000,000 items.
//
// row B20.
func BenchmarkDigest(b *testing.B) {
	on := day(b, "2026-11-25")
	staff, all := company(b, 1000, 1_000_000, on)
	r := rules()
	r.Most = 30
	policy, err := digest.New(r)
	require.NoError(b, err)
	b.ReportAllocs()
	rows := 0
	for b.Loop() {
		g, err := policy.Gather(staff, on)
		require.NoError(b, err)
		for i := range all {
			if err := g.Add(all[i]); err != nil {
				b.Fatal(err)
			}
		}
		rows = 0
		for d := range g.All() {
			rows += len(d.Rows)
		}
	}
	b.ReportMetric(float64(len(all))*float64(b.N)/b.Elapsed().Seconds(), "items/s")
	b.ReportMetric(float64(rows), "rows")
}
