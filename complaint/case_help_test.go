package complaint_test

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/complaint/conversation"
	"github.com/rapport-crm/rapport/customer"
)

// caseRules is a procedure with every part that the case itself reads.
func caseRules() complaint.Rules {
	return complaint.Rules{
		Edition:  customer.Edition{ID: "hotline", Version: 1},
		Zone:     "Asia/Shanghai",
		Currency: customer.Currency{Code: "CNY", Digits: 2},
		Intake: complaint.IntakeRules{
			LowScorePermille: 300, LowTextLength: 4,
			Costs: []complaint.ContactCost{{Channel: complaint.Phone, EachMinor: 200, HourMinor: 6000}, {Channel: complaint.Letter, EachMinor: 350}},
		},
		Recourse: complaint.RecourseRules{Days: 10, Bodies: []complaint.BodyRule{
			{ID: "regulator", FirstDays: 15, WithinMonths: 24, Kinds: []complaint.BodyKind{{Kind: "billing", WithinMonths: 5}}},
			{ID: "consumers"},
		}},
		Closing: complaint.ClosingRules{Tries: 3, TriesDays: 2, ReopenDays: 30},
	}
}

func casePolicy(tb testing.TB, rules complaint.Rules) *complaint.Policy {
	tb.Helper()
	zone, err := time.LoadLocation(rules.Zone)
	require.NoError(tb, err)
	policy, err := complaint.NewPolicy(rules, zone)
	require.NoError(tb, err)
	return policy
}

var caseZone = time.FixedZone("CST", 8*60*60)

func caseAt(text string) time.Time {
	at, err := time.ParseInLocation("2006-01-02 15:04", text, caseZone)
	if err != nil {
		panic(err)
	}
	return at
}

func caseStep(by, at string) complaint.Step {
	return complaint.Step{Ref: "r-" + by + "-" + at, By: by, At: caseAt(at)}
}

// caseRun is a case that a test takes from step to step, with its whole history.
type caseRun struct {
	*testing.T
	*complaint.Policy
	c       complaint.Case
	entries []complaint.Entry
	reasons []customer.Reason // of the last step
}

func caseBegin(t *testing.T) *caseRun {
	t.Helper()
	return &caseRun{T: t, Policy: casePolicy(t, caseRules())}
}

// caseReceived is a case with the issues colour and clerk, of which the second is about bea.
func caseReceived(t *testing.T) *caseRun {
	t.Helper()
	r := caseBegin(t)
	r.must(r.Receive(r.c, complaint.Receive{
		Step: caseStep("ann", "2026-11-25 09:00"), Customer: "c-1", Channel: complaint.Visit, Topic: "shoes", Service: "shop", Reach: "tel-1", Desk: "front",
		Claims: []complaint.Claim{
			{Issue: "colour", Kind: "colour", Text: "the colour came off", Demand: complaint.Exchange, ClaimedMinor: 149_800},
			{Issue: "clerk", Kind: "attitude", About: "bea", Demand: complaint.Apology},
		},
	}))
	return r
}

// must books a decision.
func (r *caseRun) must(d complaint.Decision, err error) {
	r.Helper()
	require.NoError(r, err)
	require.Equal(r, r.c.Entries, d.Base)
	next, err := r.c.Apply(d.Entries...)
	require.NoError(r, err)
	require.Equal(r, next, d.Next, "what is decided is what applying it gives")
	caseBranches(r.T, r.c, d.Entries)
	r.c, r.reasons = d.Next, d.Reasons
	r.entries = append(r.entries, d.Entries...)
	replayed, err := complaint.Replay(r.entries)
	require.NoError(r, err)
	require.Equal(r, r.c, replayed)
}

// caseBranches holds that a case on which entries were booked is what it was, and that another
// branch from it has no part in the first.
func caseBranches(tb testing.TB, before complaint.Case, entries []complaint.Entry) {
	tb.Helper()
	text := func(c complaint.Case) string {
		data, err := json.Marshal(c)
		require.NoError(tb, err)
		return string(data)
	}
	was := text(before)
	one, err := before.Apply(entries...)
	require.NoError(tb, err)
	first := text(one)
	others := slices.Clone(entries)
	for i := range others {
		others[i].At, others[i].By, others[i].Ref = others[i].At.Add(time.Nanosecond), "somebody-else", others[i].Ref+"-other"
	}
	_, _ = before.Apply(others...) // which may not fit: then it leaves no trace either
	require.Equal(tb, was, text(before), "a case that entries were applied to has changed")
	require.Equal(tb, first, text(one), "two branches of a case share memory")
}

// refused holds a decision to be refused for exactly these reasons, in their order.
func (r *caseRun) refused(codes ...string) func(complaint.Decision, error) {
	return func(d complaint.Decision, err error) {
		r.Helper()
		var refusal *customer.Refusal
		require.ErrorAs(r, err, &refusal)
		require.Equal(r, codes, caseCodes(refusal.Missing))
		for _, reason := range refusal.Missing {
			require.Contains(r, reason.Rule, "hotline/1")
		}
		require.Empty(r, d)
	}
}

// faulty holds a command to be malformed in exactly these places.
func (r *caseRun) faulty(paths ...string) func(complaint.Decision, error) {
	return func(_ complaint.Decision, err error) {
		r.Helper()
		require.Equal(r, paths, casePaths(err))
	}
}

func casePaths(err error) (paths []string) {
	var faults customer.Faults
	errors.As(err, &faults)
	for _, fault := range faults {
		paths = append(paths, fault.Path)
	}
	return paths
}

func caseCodes(reasons []customer.Reason) (codes []string) {
	for _, reason := range reasons {
		codes = append(codes, reason.Code)
	}
	return codes
}

// told are the codes of the last step's reasons.
func (r *caseRun) told() []string { return caseCodes(r.reasons) }

// caseWithdraw books in one decision that the customer calls, and withdraws an issue in that call.
func caseWithdraw(p *complaint.Policy, c complaint.Case, w complaint.Withdraw) (complaint.Decision, error) {
	said := complaint.Log{Step: w.Step, Channel: complaint.Phone, Direction: complaint.FromCustomer}
	said.Ref, w.Consent = "said-"+w.Ref+"-"+w.Issue, "said-"+w.Ref+"-"+w.Issue
	called, err := p.Log(c, said)
	if err != nil {
		return complaint.Decision{}, err
	}
	d, err := p.Withdraw(called.Next, w)
	if err != nil {
		return complaint.Decision{}, err
	}
	d.Base, d.Entries = called.Base, slices.Concat(called.Entries, d.Entries)
	d.Reasons = slices.Concat(called.Reasons, d.Reasons)
	return d, nil
}

// withdraw has the customer withdraw issues, which is a way to decided.
func (r *caseRun) withdraw(at string, issues ...string) {
	r.Helper()
	for _, issue := range issues {
		r.must(caseWithdraw(r.Policy, r.c, complaint.Withdraw{Step: caseStep("cid", at), Issue: issue}))
	}
}

func (r *caseRun) log(at string, direction complaint.Direction, missed bool) {
	r.Helper()
	r.must(r.Log(r.c, complaint.Log{Step: caseStep("cid", at), Channel: complaint.Phone, Direction: direction, Missed: missed}))
}

func (r *caseRun) assess(at string, severity complaint.Severity) {
	r.Helper()
	r.must(r.Assess(r.c, complaint.Assess{Step: caseStep("cid", at), Assessment: complaint.Assessment{Severity: severity}}))
}

// solution tells the customer what is done, by the evening of the next day.
func (r *caseRun) solution(at string) {
	r.Helper()
	r.must(r.Act(r.c, complaint.Act{
		Step: caseStep("cid", at), Act: conversation.Solution, Channel: complaint.Phone, Until: caseAt(at).AddDate(0, 0, 1),
	}))
}

func (r *caseRun) close(at string, outcome complaint.Outcome) {
	r.Helper()
	r.must(r.Close(r.c, complaint.Close{Step: caseStep("cid", at), Outcome: outcome}))
}

// stored holds that entries read from their JSON are those that were written, and lead to the
// same case.
func (r *caseRun) stored() {
	r.Helper()
	data, err := json.Marshal(r.entries)
	require.NoError(r, err)
	var read []complaint.Entry
	require.NoError(r, json.Unmarshal(data, &read))
	again, err := json.Marshal(read)
	require.NoError(r, err)
	require.JSONEq(r, string(data), string(again))
	replayed, err := complaint.Replay(read)
	require.NoError(r, err)
	want, err := json.Marshal(r.c)
	require.NoError(r, err)
	got, err := json.Marshal(replayed)
	require.NoError(r, err)
	require.JSONEq(r, string(want), string(got))
	var state complaint.Case
	require.NoError(r, json.Unmarshal(want, &state))
	got, err = json.Marshal(state)
	require.NoError(r, err)
	require.JSONEq(r, string(want), string(got), "a case survives JSON too")
}

func casePolicyZone(tb testing.TB) *time.Location {
	tb.Helper()
	zone, err := time.LoadLocation("Asia/Shanghai")
	require.NoError(tb, err)
	return zone
}
