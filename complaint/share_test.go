package complaint_test

import (
	"encoding/json"
	"sync"
	"testing"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/customer"
)

// One policy and one case serve many at once: none of what they decide shows in another's, nor in
// the case.
func TestShared(t *testing.T) {
	p, life := wholePolicy(t, wholeRules()), wholeLife(t)
	var all []complaint.Case
	for n := 5; n <= len(life.history); n += 9 {
		c, err := complaint.Replay(life.history[:n])
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, c)
	}
	before, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	var wait sync.WaitGroup
	for worker := range uint64(4) {
		wait.Go(func() {
			for k := range uint64(60) {
				c := all[int(k)%len(all)]
				d := &wholeDraw{p: p, c: c, now: clockAt("2026-12-01 09:00"), salt: worker}
				d.seed(k)
				x := d.command()
				next, err := x.decide(c)
				if err == nil {
					for _, r := range next.Reasons {
						p.Explain(r, customer.Chinese)
					}
				}
				p.Allowed(c, "ann", d.now)
				_, _, _ = p.NextWake(c, d.now)
				p.For(c, complaint.Agent{ID: "x"})
				p.EntriesFor(life.history, complaint.Agent{ID: "x"})
				p.Due(c)
				for i := range c.Clocks {
					_, _ = p.Read(c.Clocks[i], d.now)
				}
			}
		})
	}
	wait.Wait()
	after, err := json.Marshal(all)
	if err != nil || string(after) != string(before) {
		t.Fatalf("what was shared has changed: %v", err)
	}
}
