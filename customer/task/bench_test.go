package task_test

import (
	"testing"

	"github.com/rapport-crm/rapport/customer/task"
)

// One record on a cycle of two actions and a hundred records.
//
// row B19.
func BenchmarkRecord(b *testing.B) {
	p := planned(b)
	for range 100 {
		p.done(p.p.Record(p.c, task.Record{Step: p.step("cid", "2026-10-05"), Said: task.Said{What: "w", Counted: true, Figure: 1}}))
	}
	x := task.Record{Step: p.step("cid", "2026-10-06"), Said: task.Said{What: "w", Counted: true, Figure: 1}}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := p.p.Record(p.c, x); err != nil {
			b.Fatal(err)
		}
	}
}
