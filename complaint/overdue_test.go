package complaint_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/complaint"
)

// overdueNext is when the case is to be woken, in words; "" for never.
func (r *caseRun) overdueNext() string {
	r.Helper()
	at, found, err := r.NextWake(r.c, caseAt("2026-11-25 09:00"))
	require.NoError(r, err)
	if !found {
		return ""
	}
	return at.In(caseZone).Format("2006-01-02 15:04")
}

func (r *caseRun) overdueWake(at string) {
	r.Helper()
	r.must(r.Wake(r.c, complaint.Wake{Step: caseStep("timer", at)}))
}

// What was promised by a day, and what was to be put right by a day, is told once when the day is
// over without it: at midnight in the policy's zone, and not a minute before.
func TestOverdue(t *testing.T) {
	r := remedyBegin(t, remedyRules())
	assert.Empty(t, r.overdueNext())
	refund := remedyRefund("r", 90_00)
	refund.Due = remedyDay("2026-11-27")
	big := remedyRefund("big", 200_00) // waits for approval
	big.Due = remedyDay("2026-11-26")
	r.must(r.Decide(r.c, remedyDecide("bill", 290_00, refund, big), remedyAnn))
	r.must(r.Correct(r.c, complaint.Correct{Step: caseStep("ann", "2026-11-25 11:00"), Action: "train", Text: "t", Owner: "tom", Due: remedyDay("2026-11-28")}))
	assert.Equal(t, "2026-11-27 00:00", r.overdueNext())

	before := r.c
	r.overdueWake("2026-11-26 23:59")
	assert.Equal(t, before, r.c, "the last day is not over")
	r.overdueWake("2026-11-27 00:00")
	assert.Equal(t, []string{complaint.CodeRemedyOverdue}, r.told())
	assert.Equal(t, complaint.Overdue{Remedy: "big", Due: big.Due}, r.entries[len(r.entries)-1].Body)
	assert.True(t, r.c.Remedies[1].Overdue)
	before = r.c
	r.overdueWake("2026-11-27 00:00")
	assert.Equal(t, before, r.c, "woken twice, told once")

	assert.Equal(t, "2026-11-28 00:00", r.overdueNext())
	r.overdueWake("2026-12-24 09:00") // late: both at once
	assert.Equal(t, []string{complaint.CodeRemedyOverdue, complaint.CodeActionOverdue}, r.told())
	assert.Empty(t, r.overdueNext())
	r.stored()
}

// What is done in time, declined, or withdrawn by another decision wakes nobody; what bounces after
// its day does, on a closed case too.
func TestNotOverdue(t *testing.T) {
	r := remedyBegin(t, remedyRules())
	for _, issue := range []string{"lost", "clerk", "idea"} {
		r.withdraw("2026-11-25 09:40", issue)
	}
	due := func(ref string) complaint.Offer {
		offer := remedyRefund(ref, 30_00)
		offer.Due = remedyDay("2026-11-27")
		return offer
	}
	r.must(r.Decide(r.c, remedyDecide("bill", 60_00, due("a"), due("b")), remedyAnn))
	again := remedyDecide("bill", 60_00, due("c"), due("d"))
	again.Ref = "again"
	r.must(r.Decide(r.c, again, remedyAnn))
	r.must(r.Settle(r.c, remedySettle("c", "2026-11-26 11:00", 30_00)))
	declined := remedySettle("d", "2026-11-26 11:00", 0)
	declined.Result = complaint.SettlementDeclined
	r.must(r.Settle(r.c, declined))
	r.must(r.Correct(r.c, complaint.Correct{Step: caseStep("ann", "2026-11-25 11:00"), Action: "train", Text: "t", Owner: "tom", Due: remedyDay("2026-11-28")}))
	r.must(r.Correct(r.c, complaint.Correct{Step: caseStep("cid", "2026-11-26 11:00"), Action: "train", Text: "t", Effect: complaint.Effective}))
	assert.Empty(t, r.overdueNext())
	r.solution("2026-11-26 12:00")
	r.close("2026-11-26 12:10", complaint.OutcomePartly)
	bounced := remedySettle("c", "2026-12-01 09:00", 30_00)
	bounced.Result = complaint.SettlementFailed
	r.must(r.Settle(r.c, bounced))
	assert.Equal(t, "2026-11-28 00:00", r.overdueNext())
	r.overdueWake("2026-12-01 09:00")
	assert.Equal(t, []string{complaint.CodeRemedyOverdue}, r.told())
}

// A day ends where its midnight is: in a zone that skips it, at the first instant of the next.
func TestOverdueWhereMidnightIsSkipped(t *testing.T) {
	rules := remedyRules()
	rules.Zone = "America/Sao_Paulo"
	r := remedyBegin(t, rules)
	offer := remedyRefund("r", 10_00)
	offer.Due = remedyDay("2018-11-03") // at midnight clocks went from 00:00 to 01:00
	x := remedyDecide("bill", 10_00, offer)
	x.At = time.Date(2018, 11, 1, 12, 0, 0, 0, time.UTC)
	r.must(r.Decide(r.c, x, remedyAnn))
	at, found, err := r.NextWake(r.c, x.At)
	require.NoError(t, err)
	require.True(t, found)
	assert.True(t, at.Equal(time.Date(2018, 11, 4, 3, 0, 0, 0, time.UTC)), "%s", at)
}

// No history says that a day has passed which was none, or of what is done.
func TestApplyRefusesWhatIsNotOverdue(t *testing.T) {
	r := remedyBegin(t, remedyRules())
	offer, none := remedyRefund("r", 10_00), remedyRefund("s", 20_00)
	offer.Due = remedyDay("2026-11-27")
	r.must(r.Decide(r.c, remedyDecide("bill", 30_00, offer, none), remedyAnn))
	entry := func(body complaint.Body) complaint.Entry {
		return complaint.Entry{Version: complaint.EntryVersion, At: caseAt("2026-11-29 11:00"), By: "timer", Ref: "forged", Body: body}
	}
	overdue := complaint.Overdue{Remedy: "r", Due: offer.Due}
	for name, forged := range map[string][]complaint.Entry{
		"twice":       {entry(overdue), entry(overdue)},
		"another day": {entry(complaint.Overdue{Remedy: "r", Due: offer.Due + 1})},
		"no day":      {entry(complaint.Overdue{Remedy: "s"})},
		"nothing":     {entry(complaint.Overdue{Remedy: "x", Due: offer.Due})},
		"no action":   {entry(complaint.Overdue{Action: "r", Due: offer.Due})},
		"what is paid": {
			entry(complaint.Settle{Remedy: "r", Result: complaint.SettlementDone, PaidMinor: 10_00}), entry(overdue),
		},
	} {
		_, err := r.c.Apply(forged...)
		require.ErrorIs(t, err, complaint.ErrBroken, name)
	}
}
