package complaint_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/customer"
)

// row A42: "or I go to the consumers' association" raises the rank; the first time counts, and it
// stays through the cycles.
func TestThreat(t *testing.T) {
	r := caseReceived(t)
	assert.Equal(t, 2, r.c.Priority())
	r.must(r.Log(r.c, complaint.Log{Step: caseStep("ann", "2026-11-25 10:00"), Channel: complaint.Phone, Direction: complaint.FromCustomer, Threat: "consumers"}))
	assert.Equal(t, []string{complaint.CodeThreat}, r.told())
	assert.Equal(t, 4, r.c.Priority())
	r.must(r.Log(r.c, complaint.Log{Step: caseStep("ann", "2026-11-25 11:00"), Channel: complaint.Phone, Direction: complaint.FromCustomer, Threat: "regulator"}))
	assert.Equal(t, "consumers", r.c.Recourse.Threat)
	assert.Equal(t, caseAt("2026-11-25 10:00"), r.c.Recourse.Since)
	assert.False(t, r.c.External(), "she has not gone")

	r = caseBegin(t)
	r.must(r.Receive(r.c, complaint.Receive{Step: caseStep("ann", "2026-11-25 09:00"), Customer: "c-1", Channel: complaint.Phone, Threat: "consumers"}))
	assert.Equal(t, 4, r.c.Priority())
	r.stored()
}

// A case is open for as long as the customer was told that she may appeal.
func TestCloseWaitsForTheWayToAppeal(t *testing.T) {
	r := caseReceived(t)
	r.withdraw("2026-11-25 10:00", "colour", "clerk")
	r.must(r.Advise(r.c, complaint.Advise{Step: caseStep("cid", "2026-11-25 10:00"), Body: "regulator", Channel: complaint.Letter}))
	assert.Equal(t, []string{complaint.CodeAppealUntil}, r.told())
	assert.True(t, r.c.Recourse.Appeal.Until.Equal(caseAt("2026-12-06 00:00")), "ten days after the day on which she was told, the last to its midnight")
	last := caseStep("cid", "2026-12-05 23:59")
	r.refused(complaint.CodeAppealOpen)(r.Close(r.c, complaint.Close{Step: last, Outcome: complaint.OutcomeWithdrawn}))
	r.refused(complaint.CodeNotServed, complaint.CodeAppealOpen)(r.Close(r.c, complaint.Close{Step: last, Outcome: complaint.OutcomeDiverted}))
	// It cannot be cut short to get round this.
	step := caseStep("cid", "2026-11-26 10:00")
	r.refused(complaint.CodeDeadlineShorter)(r.Advise(r.c, complaint.Advise{Step: step, Body: "regulator", Channel: complaint.Phone, Until: caseAt("2026-12-05 23:59")}))
	_, err := r.c.Apply(complaint.Entry{Version: complaint.EntryVersion, At: step.At, By: "x", Ref: "y", Body: complaint.Advise{Body: "regulator", Channel: complaint.Phone, Until: caseAt("2026-12-05 23:59")}})
	require.ErrorIs(t, err, complaint.ErrBroken)
	r.must(r.Advise(r.c, complaint.Advise{Step: step, Body: "consumers", Channel: complaint.Phone, Until: caseAt("2026-12-08 18:00")}))
	r.refused(complaint.CodeAppealOpen)(r.Close(r.c, complaint.Close{Step: caseStep("cid", "2026-12-08 17:59"), Outcome: complaint.OutcomeWithdrawn}))
	r.close("2026-12-08 18:00", complaint.OutcomeWithdrawn)
	r.stored()
}

func TestAdviseNeedsADeadline(t *testing.T) {
	r := caseReceived(t)
	step := caseStep("cid", "2026-11-25 10:00")
	r.refused(complaint.CodeBodyUnknown, complaint.CodeNoDeadline)(r.Advise(r.c, complaint.Advise{Step: step, Body: "court", Channel: complaint.Phone, Until: step.At}))
	rules := caseRules()
	rules.Recourse = complaint.RecourseRules{}
	r.Policy = casePolicy(t, rules)
	r.refused(complaint.CodeNoDeadline)(r.Advise(r.c, complaint.Advise{Step: step, Body: "court", Channel: complaint.Phone}))
	r.must(r.Advise(r.c, complaint.Advise{Step: step, Body: "court", Channel: complaint.Phone, Until: step.At.Add(1)}))
	r.faulty("body", "channel")(r.Advise(r.c, complaint.Advise{Step: step}))
}

// With an external body: nothing closes the case, and the body's end is booked before ours.
func TestExternalBody(t *testing.T) {
	r := caseReceived(t)
	r.withdraw("2026-11-25 10:00", "colour", "clerk")
	r.must(r.Advise(r.c, complaint.Advise{Step: caseStep("cid", "2026-11-25 10:00"), Body: "regulator", Channel: complaint.Letter}))
	step := caseStep("cid", "2026-11-26 10:00")
	r.must(r.File(r.c, complaint.File{Step: step, Body: "regulator", Number: "2026-77"}))
	assert.True(t, r.c.External())
	assert.Equal(t, complaint.MaxPriority, r.c.Priority())
	assert.Zero(t, r.c.Recourse.Appeal, "she has taken the way that she was told")
	r.refused(complaint.CodeFiledThere)(r.File(r.c, complaint.File{Step: step, Body: "regulator"}))
	r.must(r.File(r.c, complaint.File{Step: step, Body: "consumers"}))
	r.refused(complaint.CodeExternal, complaint.CodeExternal)(r.Close(r.c, complaint.Close{Step: step, Outcome: complaint.OutcomeWithdrawn}))
	r.refused(complaint.CodeNotFiled)(r.Conclude(r.c, complaint.Conclude{Step: step, Body: "court", Result: complaint.ForUs}))
	r.faulty("body", "result")(r.Conclude(r.c, complaint.Conclude{Step: step}))
	r.must(r.Conclude(r.c, complaint.Conclude{Step: step, Body: "regulator", Result: complaint.ForUs}))
	r.refused(complaint.CodeNotFiled)(r.Conclude(r.c, complaint.Conclude{Step: step, Body: "regulator", Result: complaint.ForUs}))
	assert.True(t, r.c.External(), "one is left")
	r.must(r.Conclude(r.c, complaint.Conclude{Step: step, Body: "consumers", Result: complaint.SettledThere}))
	assert.False(t, r.c.External())
	r.close("2026-11-26 11:00", complaint.OutcomeWithdrawn)

	r.must(r.File(r.c, complaint.File{Step: caseStep("cid", "2029-11-26 12:00"), Body: "regulator"}))
	assert.Equal(t, []string{complaint.CodeReopenForBody}, r.told())
	r.must(r.Reopen(r.c, complaint.Reopen{Step: caseStep("cid", "2029-11-26 13:00"), Why: complaint.BodyAsks, Issues: []string{"colour"}}))
	assert.Equal(t, 2, r.c.Cycle)
	assert.True(t, r.c.External())
	r.stored()
}

// The telecoms rule of the regulator table, as an example policy: the operator has fifteen days to
// answer first; a bill may be five months old, anything else two years.
func TestAdmissible(t *testing.T) {
	r := caseBegin(t)
	receive := complaint.Receive{
		Step: caseStep("ann", "2026-09-30 23:30"), Customer: "c-1", Channel: complaint.Phone, Happened: caseAt("2026-09-30 12:00"),
		Claims: []complaint.Claim{{Issue: "bill", Kind: "billing"}, {Issue: "line", Kind: "fault"}},
	}
	r.must(r.Receive(r.c, receive))
	for _, tc := range []struct {
		at   string
		body string
		want []string // codes with what they speak of
	}{
		{"2026-09-30 23:59", "regulator", []string{"complaint.too-early regulator"}},
		{"2026-10-15 23:59", "regulator", []string{"complaint.too-early regulator"}},
		{"2026-10-16 00:00", "regulator", nil}, // fifteen days after that of receipt have ended
		{"2026-09-30 23:59", "consumers", nil}, // no rule
		{"2027-02-28 23:59", "regulator", nil}, // five months from 30 September: the 28th
		{"2027-03-01 00:00", "regulator", []string{"complaint.too-old bill"}},
		{"2028-09-30 23:59", "regulator", []string{"complaint.too-old bill"}},
		{"2028-10-01 00:00", "regulator", []string{"complaint.too-old bill", "complaint.too-old line"}},
		{"2028-10-01 00:00", "consumers", nil},
	} {
		missing, err := r.Admissible(r.c, tc.body, caseAt(tc.at))
		require.NoError(t, err)
		var got []string
		for _, reason := range missing {
			got = append(got, reason.Code+" "+reason.Of)
			assert.Equal(t, "hotline/1/regulator", reason.Rule)
		}
		assert.Equal(t, tc.want, got, tc.at)
	}

	// She may go once we have answered, however soon; what she no longer complains of has no age.
	r.withdraw("2026-10-01 10:00", "bill", "line")
	missing, err := r.Admissible(r.c, "regulator", caseAt("2026-10-01 10:00"))
	require.NoError(t, err)
	assert.Empty(t, missing)

	// When nobody knows what it is about, or since when, it is as old as its receipt.
	receive.Claims, receive.Happened = nil, caseAt("2026-09-30 12:00").AddDate(-3, 0, 0)
	d, err := r.Receive(complaint.Case{}, receive)
	require.NoError(t, err)
	missing, err = r.Admissible(d.Next, "regulator", caseAt("2026-10-20 10:00"))
	require.NoError(t, err)
	assert.Equal(t, []string{complaint.CodeTooOld}, caseCodes(missing))
	assert.Equal(t, "too old for that body: regulator, 24 months after 30 Sep 2023, was until 30 Sep 2025", r.Explain(missing[0], customer.English))

	_, err = r.Admissible(complaint.Case{}, "court", caseAt("2026-10-20 10:00"))
	assert.Equal(t, []string{"case", "body"}, casePaths(err))
	_, err = new(complaint.Policy).Admissible(complaint.Case{}, "court", caseAt("2026-10-20 10:00"))
	require.Error(t, err)
}

// What she files too early is filed all the same.
func TestFileTooEarly(t *testing.T) {
	r := caseReceived(t)
	r.must(r.File(r.c, complaint.File{Step: caseStep("cid", "2026-11-25 10:00"), Body: "regulator"}))
	assert.Equal(t, []string{complaint.CodeTooEarly}, r.told())
	assert.True(t, r.c.External())
	assert.Equal(t, "too early for regulator: we have 15 days from 25 Nov 2026 to answer, so from 11 Dec 2026 on", r.Explain(r.reasons[0], customer.English))
}
