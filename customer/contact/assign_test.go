package contact_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer/contact"
	"github.com/rapport-crm/rapport/customer/customertest"
)

// What is still to be done changes hands, and nothing else; both sides of each bar.
//
// row B21.
func TestAssign(t *testing.T) {
	p := wholesaler(t)
	x := call("l-1", "ann", "2026-11-25 09:00")
	x.Promises = []contact.Promise{
		{ID: "open", What: "w", Until: when("2026-11-25 18:00")}, {ID: "kept", What: "w", Until: when("2026-11-25 18:00")},
	}
	f := must(t)(p.Log(contact.File{}, x))
	f = must(t)(p.Keep(f, contact.Keep{Step: step("k-1", "ann", "2026-11-25 09:10"), Promise: "kept"}))
	for _, id := range []string{"planned", "off", "made"} {
		f = must(t)(p.Plan(f, contact.Plan{Step: step("pl-"+id, "ann", "2026-11-25 09:10"), Visit: id, On: day("2026-11-26")}))
	}
	f = must(t)(p.CallOff(f, contact.CallOff{Step: step("co-1", "ann", "2026-11-25 09:11"), Visit: "off", Why: "w"}))
	made := call("l-2", "ann", "2026-11-25 10:00")
	made.Channel, made.Visit = "visit", "made"
	f = must(t)(p.Log(f, made))
	quote := price("q-1", "ann", "2026-11-25 11:00", 100)
	quote.LastDay = day("2026-11-26")
	f = must(t)(p.Quote(f, quote))

	ask := func(at string, change func(*contact.Assign)) contact.Assign {
		x := contact.Assign{Step: step("as-1", "eve", at), To: "bob", Why: "ann has left"}
		change(&x)
		return x
	}
	for name, one := range map[string]struct {
		x    contact.Assign
		want []string
	}{
		"an open promise":               {ask("2026-11-25 12:00", func(x *contact.Assign) { x.Promise = "open" }), nil},
		"one that is broken":            {ask("2026-11-28 12:00", func(x *contact.Assign) { x.Promise = "open" }), nil},
		"to who has it":                 {ask("2026-11-25 12:00", func(x *contact.Assign) { x.Promise, x.To = "open", "ann" }), []string{"assigned-already"}},
		"a kept promise":                {ask("2026-11-25 12:00", func(x *contact.Assign) { x.Promise = "kept" }), []string{"promise-ended"}},
		"no promise":                    {ask("2026-11-25 12:00", func(x *contact.Assign) { x.Promise = "x" }), []string{"promise-unknown"}},
		"a planned visit":               {ask("2026-11-25 12:00", func(x *contact.Assign) { x.Visit = "planned" }), nil},
		"a visit whose day is over":     {ask("2026-11-28 12:00", func(x *contact.Assign) { x.Visit = "planned" }), nil},
		"a visit that is called off":    {ask("2026-11-25 12:00", func(x *contact.Assign) { x.Visit = "off" }), []string{"visit-off"}},
		"a visit that was made":         {ask("2026-11-25 12:00", func(x *contact.Assign) { x.Visit = "made" }), []string{"visit-made"}},
		"no visit":                      {ask("2026-11-25 12:00", func(x *contact.Assign) { x.Visit = "x" }), []string{"visit-unknown"}},
		"a visit to who makes it":       {ask("2026-11-25 12:00", func(x *contact.Assign) { x.Visit, x.To = "planned", "ann" }), []string{"assigned-already"}},
		"a quote on its last day":       {ask("2026-11-26 23:59", func(x *contact.Assign) { x.Quote = "q-1" }), nil},
		"a quote after its last day":    {ask("2026-11-27 00:00", func(x *contact.Assign) { x.Quote = "q-1" }), []string{"quote-expired"}},
		"no quote":                      {ask("2026-11-25 12:00", func(x *contact.Assign) { x.Quote = "x" }), []string{"quote-unknown"}},
		"a quote to who answers for it": {ask("2026-11-25 12:00", func(x *contact.Assign) { x.Quote, x.To = "q-1", "ann" }), []string{"assigned-already"}},
	} {
		d, err := p.Assign(f, one.x)
		assert.Equal(t, one.want, missing(err), name)
		if one.want == nil {
			require.NoError(t, err, name)
			assert.Equal(t, []string{"assigned"}, codes(d.Reasons), name)
			assert.Equal(t, "ann", d.Reasons[0].Of, name)
		}
	}
	next := must(t)(p.Assign(f, ask("2026-11-25 12:00", func(x *contact.Assign) { x.Promise = "open" })))
	assert.Equal(t, "bob", next.Promises[0].Owner)
	assert.Equal(t, "ann", next.Promises[0].By, "who promised it did")
	next = must(t)(p.Assign(next, ask("2026-11-25 12:00", func(x *contact.Assign) { x.Ref, x.Visit = "as-2", "planned" })))
	assert.Equal(t, "bob", next.Visits[0].Plan.Staff)
	assert.Equal(t, "ann", f.Visits[0].Plan.Staff, "the file before is as it was")
	next = must(t)(p.Assign(next, ask("2026-11-25 12:00", func(x *contact.Assign) { x.Ref, x.Quote = "as-3", "q-1" })))
	assert.Equal(t, "bob", next.Quotes[0].Owner)
	assert.Equal(t, "ann", next.Quotes[0].By, "who named it did")

	for _, one := range []struct {
		x     contact.Assign
		paths []string
	}{
		{contact.Assign{Step: step("a", "eve", "2026-11-25 12:00")}, []string{"promise", "to", "why"}},
		{contact.Assign{Step: step("a", "eve", "2026-11-25 12:00"), Promise: "open", Visit: "planned", Quote: "q-1", To: "bob", Why: "w"}, []string{"visit", "quote"}},
	} {
		_, err := p.Assign(f, one.x)
		assert.Equal(t, one.paths, customertest.Paths(t, err))
	}
}
