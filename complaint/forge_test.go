package complaint_test

import (
	"encoding/json"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/customer"
)

// forge returns the JSON of a case with one thing in it that nobody wrote.
func forge(rnd *rand.Rand, data []byte) []byte {
	var root any
	decoder := json.NewDecoder(strings.NewReader(string(data)))
	decoder.UseNumber()
	if err := decoder.Decode(&root); err != nil {
		panic(err)
	}
	type place struct {
		set  func(any)
		drop func()
		had  any
	}
	var places []place
	var walk func(v any, set func(any), drop func())
	walk = func(v any, set func(any), drop func()) {
		places = append(places, place{set, drop, v})
		switch v := v.(type) {
		case map[string]any:
			for _, key := range slices.Sorted(maps.Keys(v)) {
				walk(v[key], func(x any) { v[key] = x }, func() { delete(v, key) })
			}
		case []any:
			for i := range v {
				walk(v[i], func(x any) { v[i] = x }, func() { set(append(slices.Clone(v[:i]), v[i+1:]...)) })
			}
		}
	}
	walk(root, func(x any) { root = x }, func() { root = nil })
	one := places[rnd.IntN(len(places))]
	switch had := one.had.(type) {
	case json.Number:
		one.set([]any{0, -1, 1, 2, 999, int64(math.MaxInt64), int64(math.MinInt64), 1 << 31}[rnd.IntN(8)])
	case string:
		if _, err := time.Parse(time.RFC3339, had); err == nil && rnd.IntN(4) > 0 {
			one.set([]any{"0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2026-11-25T09:00:00+08:00", "2030-01-01T00:00:00Z", "1970-01-01T00:00:00Z"}[rnd.IntN(5)])
		} else if rnd.IntN(3) > 0 {
			one.set([]any{"", "x", "always", "office", "bea", "cid", "resolution", "law", "2026-11-25", "us"}[rnd.IntN(10)])
		} else {
			one.drop()
		}
	case []any:
		switch rnd.IntN(4) {
		case 0:
			one.set([]any{})
		case 1:
			one.drop()
		case 2:
			if len(had) > 0 {
				one.set(append(slices.Clone(had), had[rnd.IntN(len(had))]))
			}
		default:
			if len(had) > 0 {
				one.set(had[:rnd.IntN(len(had))])
			}
		}
	default:
		if rnd.IntN(4) == 0 {
			one.set(map[string]any{})
		} else {
			one.drop()
		}
	}
	text, err := json.Marshal(root)
	if err != nil {
		panic(err)
	}
	return text
}

// A stored case that nobody wrote: whatever it is asked, and whatever is decided on it, it answers,
// or refuses, and never panics.
func TestForgedCase(t *testing.T) {
	p, life := wholePolicy(t, wholeRules()), wholeLife(t)
	var bases [][]byte
	for n := 15; n <= len(life.history); n += 15 {
		c, err := complaint.Replay(life.history[:n])
		require.NoError(t, err)
		text, err := json.Marshal(c)
		require.NoError(t, err)
		bases = append(bases, text)
	}
	for seed := range uint64(400) {
		rnd := rand.New(rand.NewPCG(seed, 7))
		text := bases[rnd.IntN(len(bases))]
		for range 1 + rnd.IntN(3) {
			text = forge(rnd, text)
		}
		var c complaint.Case
		if json.Unmarshal(text, &c) != nil {
			continue
		}
		forgedAsk(t, p, c, seed)
	}
}

// What was found by it.
func TestForgedCases(t *testing.T) {
	p, life := wholePolicy(t, wholeRules()), wholeLife(t)
	at := clockAt("2026-11-25 12:00")
	early, err := complaint.Replay(life.history[:30])
	require.NoError(t, err)

	silent := early
	silent.Contacts = nil
	assert.Len(t, p.Continue(complaint.Caller{Customer: silent.Customer, At: at}, []complaint.Known{{ID: "K-1", Case: silent}}), 1)

	told := early
	told.Clocks = slices.Clone(told.Clocks)
	for i := range told.Clocks {
		told.Clocks[i].Reached = []complaint.Rung{{Level: math.MaxInt, At: at}}
	}
	_, _, err = p.NextWake(told, at)
	require.NoError(t, err)

	low := early
	low.Owner.Tier = -1
	_, err = p.Escalate(low, complaint.Escalate{Step: complaint.Step{Ref: "e", By: "ann", At: at}, Asked: true})
	require.NoError(t, err)
}

func forgedAsk(t *testing.T, p *complaint.Policy, c complaint.Case, seed uint64) {
	t.Helper()
	at := clockAt("2026-12-20 10:00")
	p.Allowed(c, "ann", at)
	_, _, _ = p.NextWake(c, at)
	_, _ = p.Wake(c, complaint.Wake{Step: complaint.Step{Ref: "w", By: "timer", At: at}})
	for i := range c.Clocks {
		if r, err := p.Read(c.Clocks[i], at); err == nil {
			for _, reason := range r.Reasons() {
				p.Explain(reason, customer.English)
			}
		}
	}
	p.Due(c)
	p.Trips(c)
	p.PromiseFacts(c, at)
	p.Overdue("K-1", c, 1, at)
	p.For(c, complaint.Agent{ID: "x"})
	p.Notices(c)
	_, _ = p.Admissible(c, "regulator", at)
	_, _, _, _, _ = c.Sums(""), c.Cost(), c.Effort(), c.Priority(), c.External()
	c.Offer()
	one := func(yield func(complaint.ID, complaint.Case) bool) { yield("K-1", c) }
	all, err := p.Handovers(one, complaint.Leave{Step: complaint.Step{Ref: "w", By: "timer", At: at}, Agent: "kim", Reason: "x"}, wholeStaff())
	require.NoError(t, err)
	for range all {
	}
	p.Continue(complaint.Caller{Customer: c.Customer, At: at}, []complaint.Known{{ID: "K-1", Case: c}})
	d := &wholeDraw{p: p, c: c, now: at}
	for i := range d.c.Items { // the draw looks at who has an item
		if len(d.c.Items[i].Chain) == 0 {
			return
		}
	}
	for k := range uint64(25) {
		d.seed(seed*100 + k)
		x := d.command()
		next, err := x.decide(c)
		if err != nil {
			continue
		}
		for _, r := range next.Reasons {
			p.Explain(r, customer.Chinese)
		}
	}
}
