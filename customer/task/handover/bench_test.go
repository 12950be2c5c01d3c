package handover_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/task"
	"github.com/rapport-crm/rapport/customer/task/handover"
)

// company is a staff of three levels, each of whom has ten below her, and what one of them leaves.
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

// 10,000 things of somebody who leaves go to 50 people.
//
// row B21.
func BenchmarkHandover(b *testing.B) {
	on := day(b, "2026-11-25")
	staff, all := company(b, 60, 10_000, on)
	l := handover.Leaving{Ref: "h", Person: "p-59", On: on, Items: all}
	for i := range all {
		all[i].Owner = "p-59"
		if i%5 == 0 {
			all[i].Skills = []string{"servers"}
		}
	}
	for i := range 50 {
		l.To = append(l.To, handover.Candidate{Person: fmt.Sprint("p-", i), Load: int64(i), Capacity: 300})
	}
	p := policy(b, rules())
	b.ReportAllocs()
	for b.Loop() {
		over, err := p.Propose(l, staff)
		require.NoError(b, err)
		require.Len(b, over.Transfers, len(all))
	}
	b.ReportMetric(float64(len(all))*float64(b.N)/b.Elapsed().Seconds(), "items/s")
}
