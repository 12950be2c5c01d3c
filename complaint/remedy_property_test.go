package complaint_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/complaint/conversation"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/customer/journal/journaltest"
)

// No field of a command is forgotten in its canonical form.
func TestRemedyFacts(t *testing.T) {
	step := caseStep("ann", "2026-11-25 09:00")
	offer := complaint.Offer{
		Remedy: "r", Kind: complaint.PointsRemedy, AmountMinor: 1, Points: 1, Item: "i", Due: remedyDay("2026-11-25"), Beneficiary: "b", Goodwill: true, Ask: true,
		Deviation: "d", Once: "o", Note: "n",
	}
	for _, fact := range []journal.Fact{
		complaint.Decide{
			Step: step, Issue: "i", Verdict: complaint.NotUpheld, AcceptedMinor: 1, Reason: "r", Citations: remedyCited(), Appeal: "a", Alternative: "a",
			Channel: complaint.Phone, Offers: []complaint.Offer{offer},
		},
		complaint.Approve{Step: step, Remedy: "r", For: "f", Note: "n"},
		complaint.Object{Step: step, Remedy: "r", For: "f", Reason: "n"},
		complaint.Settle{Step: step, Remedy: "r", Result: complaint.SettlementFailed, PaidMinor: 1, How: "h", External: "e", Note: "n"},
		complaint.Bridge{Step: step, Issue: "i", Way: "w", Text: "t", Until: remedyDay("2026-11-25"), Taken: true},
		complaint.Deviate{Step: step, Deviation: "d", Issue: "i", From: complaint.FromTerms, UpToMinor: 1, For: "f", Reason: "r"},
		complaint.Discipline{Step: step, On: "a", Measure: complaint.TalkMeasure, Issue: "i", Text: "t"},
		complaint.Correct{Step: step, Action: "a", Issue: "i", Text: "t", Owner: "o", Due: remedyDay("2026-11-25"), Effect: complaint.Effective},
	} {
		t.Run(fmt.Sprintf("%T", fact), func(t *testing.T) { journaltest.TestFact(t, fact) })
	}
}

// remedyMachine plays deciding, approving, refusing, settling, closing and reopening in any order,
// against a model of what was paid and accepted that is obviously right.
type remedyMachine struct {
	policy   *complaint.Policy
	c        complaint.Case
	entries  []complaint.Entry
	refs     int
	paid     map[string]int64 // of remedies
	accepted map[string]int64 // of issues, by the decision in force
	most     map[string]int64 // of issues, by any decision
	cycles   int
}

func (m *remedyMachine) book(t *rapid.T, d complaint.Decision, err error) bool {
	if err != nil {
		if remedyMissing(err) == nil || d.Entries != nil {
			t.Fatal(err)
		}
		return false
	}
	before, err := json.Marshal(m.c)
	require.NoError(t, err)
	next, err := m.c.Apply(d.Entries...)
	require.NoError(t, err, "what is decided applies")
	after, err := json.Marshal(m.c)
	require.NoError(t, err)
	require.Equal(t, string(before), string(after), "and changes nothing of the case before it")
	require.Equal(t, d.Next, next)
	m.c, m.entries = next, append(m.entries, d.Entries...)
	return true
}

func (m *remedyMachine) step(by string) complaint.Step {
	m.refs++
	return complaint.Step{Ref: fmt.Sprint(m.refs), By: by, At: caseAt("2026-11-25 10:00")}
}

func (m *remedyMachine) decide(t *rapid.T) {
	issue := rapid.SampledFrom([]string{"lost", "bill"}).Draw(t, "issue")
	x := remedyDecide(issue, 0)
	x.Step = m.step("ann")
	for i := range rapid.IntRange(0, 3).Draw(t, "offers") {
		offer := remedyRefund(fmt.Sprintf("%d-%d", m.refs, i), rapid.Int64Range(1, 250_00).Draw(t, "amount"))
		offer.Goodwill = rapid.IntRange(0, 3).Draw(t, "goodwill") == 0
		if !offer.Goodwill {
			x.AcceptedMinor += offer.AmountMinor
		}
		x.Offers = append(x.Offers, offer)
	}
	if rapid.IntRange(0, 4).Draw(t, "with what was paid") > 0 {
		x.AcceptedMinor += m.c.Sums(issue).PaidMinor
	}
	d, err := m.policy.Decide(m.c, x, remedyAnn)
	if m.book(t, d, err) {
		m.accepted[issue] = x.AcceptedMinor
		m.most[issue] = max(m.most[issue], x.AcceptedMinor)
	}
}

// end closes the case, paying what is due, or reopens it.
func (m *remedyMachine) end(t *rapid.T) {
	if m.c.Phase == complaint.Closed {
		d, err := m.policy.Reopen(m.c, complaint.Reopen{Step: m.step("cid"), Why: complaint.NewEvidence, Issues: []string{"lost", "bill"}})
		require.True(t, m.book(t, d, err))
		m.accepted, m.cycles = map[string]int64{}, m.cycles+1
		return
	}
	for _, due := range m.policy.Due(m.c) {
		d, err := m.policy.Settle(m.c, complaint.Settle{Step: m.step("pia"), Remedy: due.Remedy, Result: complaint.SettlementDone, PaidMinor: due.AmountMinor})
		require.True(t, m.book(t, d, err))
		m.paid[due.Remedy] += due.AmountMinor
	}
	d, err := m.policy.Act(m.c, complaint.Act{Step: m.step("cid"), Act: conversation.Solution, Channel: complaint.Phone, Until: caseAt("2026-11-26 10:00")})
	m.book(t, d, err)
	for _, outcome := range []complaint.Outcome{complaint.OutcomePartly, complaint.OutcomeRejected, complaint.OutcomeResolved} {
		d, err := m.policy.Close(m.c, complaint.Close{Step: m.step("cid"), Outcome: outcome})
		m.book(t, d, err)
	}
}

func (m *remedyMachine) some(t *rapid.T) string {
	if len(m.c.Remedies) == 0 {
		return "none"
	}
	return rapid.SampledFrom(m.c.Remedies).Draw(t, "remedy").Remedy
}

func (m *remedyMachine) approve(t *rapid.T) {
	approver := rapid.SampledFrom(remedyStaff).Draw(t, "approver")
	if rapid.Bool().Draw(t, "refuses") {
		d, err := m.policy.Object(m.c, complaint.Object{Step: m.step(approver.ID), Remedy: m.some(t), Reason: "no"}, remedyStaff)
		m.book(t, d, err)
		return
	}
	d, err := m.policy.Approve(m.c, complaint.Approve{Step: m.step(approver.ID), Remedy: m.some(t)}, remedyStaff)
	m.book(t, d, err)
}

func (m *remedyMachine) settle(t *rapid.T) {
	x := complaint.Settle{
		Step: m.step("pia"), Remedy: m.some(t), PaidMinor: rapid.Int64Range(0, 300_00).Draw(t, "paid"),
		Result: rapid.SampledFrom([]complaint.Settlement{complaint.SettlementDone, complaint.SettlementDone, complaint.SettlementFailed, complaint.SettlementDeclined}).Draw(t, "result"),
	}
	if x.Result == complaint.SettlementDeclined {
		x.PaidMinor = 0
	}
	if due := m.policy.Due(m.c); len(due) > 0 && rapid.Bool().Draw(t, "as due") && x.Result == complaint.SettlementDone {
		x.Remedy, x.PaidMinor = due[0].Remedy, rapid.Int64Range(1, due[0].AmountMinor).Draw(t, "part")
	}
	d, err := m.policy.Settle(m.c, x)
	if !m.book(t, d, err) {
		return
	}
	if x.Result == complaint.SettlementFailed {
		x.PaidMinor = -x.PaidMinor
	}
	m.paid[x.Remedy] += x.PaidMinor
}

func (m *remedyMachine) check(t *rapid.T) {
	owed := map[string]int64{}
	for _, one := range m.c.Remedies {
		if one.PaidMinor != m.paid[one.Remedy] || one.PaidMinor < 0 || one.PaidMinor > one.AmountMinor {
			t.Fatalf("%s: %d paid of %d, where %d was", one.Remedy, one.PaidMinor, one.AmountMinor, m.paid[one.Remedy])
		}
		if one.PaidMinor > 0 && len(one.Approvals) < one.Approval.Approvers {
			t.Fatalf("%s was paid before it was approved", one.Remedy)
		}
		if !one.Goodwill {
			owed[one.Issue] += one.PaidMinor
		}
	}
	for issue, paid := range owed {
		sums := m.c.Sums(issue)
		accepted, decided := m.accepted[issue]
		if paid != sums.PaidMinor || sums.AcceptedMinor != accepted || decided && paid+sums.OpenMinor > accepted || paid+sums.OpenMinor > m.most[issue] {
			t.Fatalf("%s: %+v, where %d was paid of %d, in all cycles of %d", issue, sums, paid, accepted, m.most[issue])
		}
	}
	if m.c.Cycle != 1+m.cycles {
		t.Fatalf("cycle %d after %d reopenings", m.c.Cycle, m.cycles)
	}
	for _, due := range m.policy.Due(m.c) {
		if due.AmountMinor <= 0 {
			t.Fatalf("%d is due of %s", due.AmountMinor, due.Remedy)
		}
	}
	replayed, err := complaint.Replay(m.entries)
	require.NoError(t, err)
	require.Equal(t, m.c, replayed)
}

// What is paid is never more than what is accepted, over all cycles of a case, nor paid before it is
// approved; deciding, approving, settling, closing and reopening in whatever order.
func TestRemediesInAnyOrder(t *testing.T) {
	start := remedyBegin(t, remedyRules())
	start.withdraw("2026-11-25 09:40", "clerk", "idea")
	rapid.Check(t, func(t *rapid.T) {
		m := &remedyMachine{policy: start.Policy, c: start.c, entries: start.entries[:len(start.entries):len(start.entries)], paid: map[string]int64{}, accepted: map[string]int64{}, most: map[string]int64{}}
		t.Repeat(map[string]func(*rapid.T){"decide": m.decide, "approve": m.approve, "settle": m.settle, "end": m.end, "": m.check})
	})
}

// Two branches from one state share nothing that either changes.
func TestRemedyBranches(t *testing.T) {
	r := remedyBegin(t, remedyRules())
	r.must(r.Decide(r.c, remedyDecide("bill", 90_00, remedyRefund("r", 90_00)), remedyAnn))
	r.must(r.Decide(r.c, remedyDecide("lost", 6_000_00, remedyRefund("big", 6_000_00)), remedyAnn))
	r.must(r.Approve(r.c, complaint.Approve{Step: caseStep("hal", "2026-11-25 11:00"), Remedy: "big"}, remedyStaff))
	r.must(r.Settle(r.c, remedySettle("r", "2026-11-25 11:00", 10_00)))
	branch := func(approver string, minor int64) complaint.Case {
		approved, err := r.Approve(r.c, complaint.Approve{Step: caseStep(approver, "2026-11-25 12:00"), Remedy: "big"}, remedyStaff)
		require.NoError(t, err)
		paid, err := r.Settle(approved.Next, remedySettle("r", "2026-11-25 12:00", minor))
		require.NoError(t, err)
		return paid.Next
	}
	hua := branch("hua", 1_00)
	kim := branch("kim", 2_00)
	require.Equal(t, []any{"hua", int64(1_00)}, []any{hua.Remedies[1].Approvals[1].By, hua.Remedies[0].Payments[1].PaidMinor})
	require.Equal(t, []any{"kim", int64(2_00)}, []any{kim.Remedies[1].Approvals[1].By, kim.Remedies[0].Payments[1].PaidMinor})
	require.Len(t, r.c.Remedies[1].Approvals, 1)
	require.Len(t, r.c.Remedies[0].Payments, 1)
}
