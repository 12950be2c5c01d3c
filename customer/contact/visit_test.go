package contact_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer/contact"
	"github.com/rapport-crm/rapport/customer/customertest"
)

// visit is a visit of an hour.
func visit(ref, id, at string) contact.Log {
	began := when(at)
	return contact.Log{
		Step: step(ref, "li", at), Channel: "visit", Direction: contact.ToCustomer, Began: began, Visit: id, Note: "x",
	}
}

// A visit is recorded within a day of its end; what is planned and not made is told once its day is
// over.
func TestVisit(t *testing.T) {
	// row B8
	p := wholesaler(t)
	f := must(t)(p.Log(contact.File{}, visit("l-1", "v-1", "2026-11-25 09:00")))
	assert.Nil(t, f.Visits[0].Plan)
	for at, want := range map[string][]string{
		"2026-11-25 08:59": nil, "2026-11-25 09:00": {"record-missing"}, "2026-11-26 09:00": {"record-missing"}, "2026-11-26 09:00:01": {"record-overdue"},
	} {
		_, why := p.Unrecorded(f, when(at))
		assert.Equal(t, want, codes(why), at)
		if want == nil {
			_, err := p.Record(f, contact.Record{Step: step("r-1", "li", at), Visit: "v-1", Facts: "x"})
			assert.Equal(t, []string{"record-early"}, missing(err))
			continue
		}
		d, err := p.Record(f, contact.Record{Step: step("r-1", "li", at), Visit: "v-1", Facts: "x"})
		require.NoError(t, err)
		assert.Equal(t, want[0] == "record-overdue", d.Next.Visits[0].Records[0].Late)
	}
	always := wholesaler(t, func(rules *contact.Rules) { rules.RecordHours = 0 })
	_, why := always.Unrecorded(f, when("2036-11-26 09:00"))
	assert.Equal(t, []string{"record-missing"}, codes(why))

	// Planned anew it is moved; made, it is planned no more; called off, neither.
	plan := contact.Plan{Step: step("p-1", "li", "2026-11-25 10:00"), Visit: "v-2", On: day("2026-11-25")}
	f = must(t)(p.Plan(f, plan))
	plan.On = day("2026-11-27")
	f = must(t)(p.Plan(f, plan))
	assert.Equal(t, 1, f.Visits[1].Plan.Moved)
	assert.Equal(t, "li", f.Visits[1].Plan.Staff)
	unmade, _ := p.Unmade(f, when("2026-11-26 09:00"))
	assert.Empty(t, unmade)
	missed := visit("l-2", "v-2", "2026-11-27 09:00")
	missed.Missed, missed.Note = true, ""
	f = must(t)(p.Log(f, missed))
	_, why = p.Unmade(f, when("2026-11-28 00:00"))
	require.Len(t, why, 1)
	assert.Equal(t, int64(1), why[0].Fact)
	f = must(t)(p.Log(f, visit("l-3", "v-2", "2026-11-27 15:00")))
	_, err := p.Plan(f, plan)
	assert.Equal(t, []string{"visit-made"}, missing(err))
	_, err = p.CallOff(f, contact.CallOff{Step: plan.Step, Visit: "v-2", Why: "x"})
	assert.Equal(t, []string{"visit-made"}, missing(err))
	_, err = p.CallOff(f, contact.CallOff{Step: plan.Step, Visit: "v-9", Why: "x"})
	assert.Equal(t, []string{"visit-unknown"}, missing(err))
	_, err = p.Log(f, visit("l-4", "v-2", "2026-11-27 16:00"))
	assert.Equal(t, []string{"visit-made"}, missing(err))
	plan.Visit, plan.On = "v-3", day("2026-11-24")
	_, err = p.Plan(f, plan)
	assert.Equal(t, []string{"visit-past"}, missing(err))
	_, err = p.Record(f, contact.Record{Step: plan.Step, Visit: "v-9", Facts: "x"})
	assert.Equal(t, []string{"visit-unknown"}, missing(err))

	// An attempt at what nobody had planned is a contact, and no visit.
	missed.Ref, missed.Visit = "l-5", "v-9"
	f = must(t)(p.Log(f, missed))
	assert.Len(t, f.Visits, 2)
	assert.Nil(t, f.Changes("v-9"))
}

func TestRecordFaults(t *testing.T) {
	p := wholesaler(t)
	f := must(t)(p.Log(contact.File{}, visit("l-1", "v-1", "2026-11-25 09:00")))
	at := step("r-1", "li", "2026-11-25 10:00")
	_, err := p.Record(f, contact.Record{
		Step: at, Checked: []contact.Checked{{}, {Check: "a", Result: "b"}, {Check: "a", Result: "b"}}, Right: []string{"f", "f"},
		Changed: []contact.Change{{Field: "f", Was: "1", Is: "2"}, {Field: "g"}, {Field: "g", Was: "1"}}, Suggestions: []contact.Suggestion{{}}, Late: true,
	})
	assert.Equal(t, []string{
		"visit", "checked[0].check", "checked[0].result", "checked[2].check", "right[1]", "changed[0].field", "changed[1].is", "changed[2].field", "suggestions[0].product", "late",
	}, customertest.Paths(t, err))
	_, err = p.Record(f, contact.Record{Step: at, Visit: "v-1"})
	assert.Equal(t, []string{"facts"}, customertest.Paths(t, err), "a record of nothing is none")
	_, err = p.Plan(f, contact.Plan{Step: at, Time: "25:00", Checks: []contact.Check{{ID: "a"}, {ID: "a"}}, Known: []contact.Known{{Field: "a"}, {Field: "a"}}, Over: at.At})
	assert.Equal(t, []string{"visit", "on", "time", "checks[1].id", "known[1].field", "over"}, customertest.Paths(t, err))
	for i := range 20 {
		at.Ref = fmt.Sprint(i)
		f = must(t)(p.Record(f, contact.Record{Step: at, Visit: "v-1", Facts: "x"}))
	}
	at.Ref = "x"
	_, err = p.Record(f, contact.Record{Step: at, Visit: "v-1", Facts: "x"})
	assert.Equal(t, []string{"full"}, missing(err))
}

// A day is over at midnight of the zone, also when the clocks change: 25 October 2026 has 25 hours in
// Berlin.
func TestVisitClockChange(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	rules := rulesOf(t, "wholesaler")
	rules.Zone = "Europe/Berlin"
	p, err := contact.New(rules, zone)
	require.NoError(t, err)
	f := must(t)(p.Plan(contact.File{}, contact.Plan{Step: step("p-1", "li", "2026-10-24 09:00"), Visit: "v-1", On: day("2026-10-25")}))
	over := time.Date(2026, 10, 25, 0, 0, 0, 0, zone).Add(25 * time.Hour)
	unmade, _ := p.Unmade(f, over.Add(-1))
	assert.Empty(t, unmade)
	unmade, _ = p.Unmade(f, over)
	assert.Len(t, unmade, 1)
}
