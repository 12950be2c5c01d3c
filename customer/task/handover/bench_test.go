package handover_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/task"
	"github.com/rapport-crm/rapport/customer/task/handover"
)

// 10,000 things of somebody who leaves go to 50 people, every fifth of them to one who can do it.
//
// row B21.
func BenchmarkHandover(b *testing.B) {
	on := day(b, "2026-11-25")
	c := task.Chart{Keeper: "head", People: []task.Person{{ID: "head"}, {ID: "cid", Manager: "head"}}}
	l := handover.Leaving{Ref: "h", Person: "cid", On: on}
	for i := range 50 {
		one := task.Person{ID: fmt.Sprint("p-", i), Manager: "head", Skills: []string{[]string{"servers", "prints"}[i%2]}}
		c.People = append(c.People, one)
		l.To = append(l.To, handover.Candidate{Person: one.ID, Load: int64(i), Capacity: 300})
	}
	for i := range 10_000 {
		one := item([]string{"promise", "visit", "quote", "wish"}[i%4], fmt.Sprint("i-", i), customer.ID(fmt.Sprint("c-", i/3)))
		one.Importance, one.Due = (i*7919)%1000, on-20+customer.Date((i*104729)%60)
		if i%5 == 0 {
			one.Skills = []string{"servers"}
		}
		l.Items = append(l.Items, one)
	}
	p, staff := policy(b, rules()), staffOf(b, c)
	b.ReportAllocs()
	for b.Loop() {
		over, err := p.Propose(l, staff)
		require.NoError(b, err)
		require.Len(b, over.Transfers, len(l.Items))
	}
	b.ReportMetric(float64(len(l.Items))*float64(b.N)/b.Elapsed().Seconds(), "items/s")
}
