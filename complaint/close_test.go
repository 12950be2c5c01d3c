package complaint_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/customer"
)

// Everything that keeps a case open is told at once, by Close and by Allowed alike.
func TestCloseNamesAllThatIsMissing(t *testing.T) {
	r := caseReceived(t)
	r.must(r.Advise(r.c, complaint.Advise{Step: caseStep("cid", "2026-11-25 10:00"), Body: "consumers", Channel: complaint.Phone}))
	r.must(r.File(r.c, complaint.File{Step: caseStep("cid", "2026-11-25 10:00"), Body: "regulator"}))
	want := []string{complaint.CodeIssueOpen, complaint.CodeIssueOpen, complaint.CodeSolutionMissing, complaint.CodeExternal, complaint.CodeAppealOpen}
	step := caseStep("cid", "2026-11-25 11:00")
	for _, outcome := range []complaint.Outcome{complaint.OutcomeResolved, complaint.OutcomePartly, complaint.OutcomeRejected} {
		r.refused(want...)(r.Close(r.c, complaint.Close{Step: step, Outcome: outcome}))
	}
	lost := []string{complaint.CodeIssueOpen, complaint.CodeIssueOpen, complaint.CodeExternal, complaint.CodeAppealOpen} // one who has left is told nothing
	r.refused(lost...)(r.Close(r.c, complaint.Close{Step: step, Outcome: complaint.OutcomeLost}))
	for _, permission := range r.Allowed(r.c, "cid", step.At) {
		if permission.Kind == complaint.KindClose {
			assert.Equal(t, want, caseCodes(permission.Missing))
		}
	}
	r.faulty("outcome")(r.Close(r.c, complaint.Close{Step: step}))
	r.faulty("outcome")(r.Close(r.c, complaint.Close{Step: step, Outcome: 9}))
	r.refused(complaint.CodePhase)(r.Close(complaint.Case{}, complaint.Close{Step: step, Outcome: complaint.OutcomeResolved}))
}

// Which outcome goes with which state.
func TestOutcomes(t *testing.T) {
	bare := func(r *caseRun) {
		r.c = complaint.Case{}
		r.entries = nil
		r.must(r.Receive(r.c, complaint.Receive{Step: caseStep("ann", "2026-11-25 09:00"), Customer: "c-1", Channel: complaint.Phone}))
	}
	half := func(r *caseRun) { r.withdraw("2026-11-25 10:00", "colour") }
	whole := func(r *caseRun) { r.withdraw("2026-11-25 10:00", "colour", "clerk") }
	merged := func(r *caseRun) {
		root := linkCase(r.T, r.Policy, "c-1", "2026-11-24 09:00")
		r.must(r.Link(r.c, complaint.Link{Step: caseStep("cid", "2026-11-25 10:00"), Case: "K-5", Other: "K-1", As: complaint.Duplicate}, root))
	}
	coffee := func(r *caseRun) {
		divert := caseStep("cid", "2026-11-25 10:00")
		r.must(r.Divert(r.c, complaint.Divert{Step: divert, Task: "withdrawal", To: "machine"}))
		r.must(r.Serve(r.c, complaint.Serve{Step: caseStep("cid", "2026-11-25 10:05"), Diversion: divert.Ref, Served: true}))
	}
	served := func(r *caseRun) { // she came for the withdrawal, and complains of the wait
		coffee(r)
		r.must(r.Add(r.c, complaint.Add{Step: caseStep("cid", "2026-11-25 10:06"), Claim: complaint.Claim{Issue: "wait", Kind: "waiting"}}))
		whole(r)
	}
	tried := func(r *caseRun) {
		for _, at := range []string{"2026-11-25 10:00", "2026-11-26 10:00", "2026-11-27 10:00"} {
			r.log(at, complaint.ToCustomer, true)
		}
	}
	for _, tc := range []struct {
		name    string
		make    func(*caseRun)
		outcome complaint.Outcome
		refused []string
	}{
		{"a call that broke off is not resolved", bare, complaint.OutcomeResolved, []string{complaint.CodeNoIssue}},
		{"nor lost", bare, complaint.OutcomeLost, []string{complaint.CodeNoIssue}},
		{"nor withdrawn by somebody who had no time to say what", bare, complaint.OutcomeWithdrawn, []string{complaint.CodeNoIssue}},
		{"half withdrawn is not withdrawn", half, complaint.OutcomeWithdrawn, []string{complaint.CodeNotWithdrawn}},
		{"and not resolved", half, complaint.OutcomeResolved, []string{complaint.CodeIssueOpen, complaint.CodeSolutionMissing}},
		{"all withdrawn is withdrawn", whole, complaint.OutcomeWithdrawn, nil},
		{"and not resolved either", whole, complaint.OutcomeResolved, []string{complaint.CodeOtherOutcome}},
		{"or rejected", whole, complaint.OutcomeRejected, []string{complaint.CodeOtherOutcome}},
		{"though she may be lost", whole, complaint.OutcomeLost, nil}, // row A28
		{"without a root no duplicate", half, complaint.OutcomeDuplicate, []string{complaint.CodeNoDuplicate}},
		{"with a root whatever is undecided", merged, complaint.OutcomeDuplicate, nil},
		{"untried", half, complaint.OutcomeUnreachable, []string{complaint.CodeTries}},
		{"tried as the policy asks", tried, complaint.OutcomeUnreachable, nil},
		{"diverted, but to nowhere", whole, complaint.OutcomeDiverted, []string{complaint.CodeNotServed}},
		{"diverted, and served there", served, complaint.OutcomeDiverted, nil}, // row A18
		{"served, and what she asks for is undecided", coffee, complaint.OutcomeDiverted, []string{complaint.CodeIssueOpen, complaint.CodeIssueOpen}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := caseReceived(t)
			tc.make(r)
			d, err := r.Close(r.c, complaint.Close{Step: caseStep("cid", "2026-11-28 11:00"), Outcome: tc.outcome})
			if tc.refused != nil {
				r.refused(tc.refused...)(d, err)
				return
			}
			r.must(d, err)
			assert.Equal(t, complaint.Closed, r.c.Phase)
			assert.Equal(t, tc.outcome, r.c.Ended)
			assert.False(t, r.c.Open())
			r.stored()
		})
	}
}

// The tries in vain count in a row, over days, and begin anew with whatever she says or hears.
func TestUnreachable(t *testing.T) {
	const (
		vain    = "vain"
		reached = "reached"
		calls   = "calls"
		hangsUp = "hangs up" // she called, and nobody answered
		note    = "note"
	)
	type contact struct{ at, what string }
	for _, tc := range []struct {
		name     string
		contacts []contact
		want     []string
	}{
		{"nobody tried", nil, []string{complaint.CodeTries}},
		{"twice", []contact{{"2026-11-25 10:00", vain}, {"2026-11-27 10:00", vain}}, []string{complaint.CodeTries}},
		{"thrice in a day", []contact{{"2026-11-25 10:00", vain}, {"2026-11-25 11:00", vain}, {"2026-11-25 12:00", vain}}, []string{complaint.CodeTriesSpan}},
		{"twice in a day", []contact{{"2026-11-25 10:00", vain}, {"2026-11-25 11:00", vain}}, []string{complaint.CodeTries, complaint.CodeTriesSpan}},
		{"over one midnight", []contact{{"2026-11-25 10:00", vain}, {"2026-11-25 11:00", vain}, {"2026-11-26 23:59", vain}}, []string{complaint.CodeTriesSpan}},
		{"over two", []contact{{"2026-11-25 23:59", vain}, {"2026-11-26 11:00", vain}, {"2026-11-27 00:00", vain}}, nil},
		{"notes do not count", []contact{{"2026-11-25 10:00", vain}, {"2026-11-26 11:00", note}, {"2026-11-27 10:00", vain}}, []string{complaint.CodeTries}},
		{"and do not interrupt", []contact{{"2026-11-25 10:00", vain}, {"2026-11-26 11:00", note}, {"2026-11-26 12:00", vain}, {"2026-11-27 10:00", vain}}, nil},
		{"she called between", []contact{{"2026-11-25 10:00", vain}, {"2026-11-26 11:00", vain}, {"2026-11-26 12:00", calls}, {"2026-11-27 10:00", vain}}, []string{complaint.CodeTries, complaint.CodeTriesSpan}},
		{"she tried to", []contact{{"2026-11-25 10:00", vain}, {"2026-11-26 11:00", vain}, {"2026-11-27 10:00", vain}, {"2026-11-27 12:00", hangsUp}}, []string{complaint.CodeTries}},
		{"she was reached", []contact{{"2026-11-25 10:00", vain}, {"2026-11-26 11:00", vain}, {"2026-11-27 10:00", vain}, {"2026-11-27 12:00", reached}}, []string{complaint.CodeTries}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := caseReceived(t)
			for _, contact := range tc.contacts {
				switch contact.what {
				case vain, reached:
					r.log(contact.at, complaint.ToCustomer, contact.what == vain)
				case calls, hangsUp:
					r.log(contact.at, complaint.FromCustomer, contact.what == hangsUp)
				case note:
					r.log(contact.at, complaint.Internal, false)
				}
			}
			d, err := r.Close(r.c, complaint.Close{Step: caseStep("cid", "2026-11-30 11:00"), Outcome: complaint.OutcomeUnreachable})
			if tc.want != nil {
				r.refused(tc.want...)(d, err)
				return
			}
			r.must(d, err)
			assert.Equal(t, complaint.CodeTries, r.entries[len(r.entries)-1].Because.Code)
			assert.Equal(t, int64(3), r.entries[len(r.entries)-1].Because.Fact)
		})
	}
	rules := caseRules()
	rules.Closing = complaint.ClosingRules{}
	r := caseReceived(t)
	r.Policy = casePolicy(t, rules)
	r.refused(complaint.CodeNoTries)(r.Close(r.c, complaint.Close{Step: caseStep("cid", "2026-11-30 11:00"), Outcome: complaint.OutcomeUnreachable}))
}

// A history that nobody decided does not close a case either.
func TestApplyRefusesOutcomesThatAreNone(t *testing.T) {
	r := caseReceived(t)
	for outcome := range complaint.OutcomeLost + 2 {
		_, err := r.c.Apply(complaint.Entry{Version: complaint.EntryVersion, At: r.c.Received, By: "x", Ref: "y", Body: complaint.Close{Outcome: outcome}})
		if outcome == complaint.OutcomeDiverted || outcome == complaint.OutcomeUnreachable {
			require.NoError(t, err, "by rules that a history does not know")
			continue
		}
		require.ErrorIs(t, err, complaint.ErrBroken, outcome)
	}
}

func TestReopen(t *testing.T) {
	r := caseReceived(t)
	r.assess("2026-11-25 09:30", complaint.High)
	r.withdraw("2026-11-25 10:00", "colour", "clerk")
	r.refused(complaint.CodePhase)(r.Reopen(r.c, complaint.Reopen{Step: caseStep("cid", "2026-11-25 10:00"), Why: complaint.StillProblem, Issues: []string{"colour"}}))
	r.close("2026-11-25 11:00", complaint.OutcomeWithdrawn)
	assert.Equal(t, []string{complaint.CodeReopenUntil}, r.told())
	step := caseStep("dan", "2026-12-25 23:59")
	r.refused(complaint.CodeIssueUnknown, complaint.CodeIssueThere)(r.Reopen(r.c, complaint.Reopen{
		Step: step, Why: complaint.StillProblem, Issues: []string{"colour", "size"}, Claims: []complaint.Claim{{Issue: "clerk", Kind: "k"}},
	}))
	r.refused(complaint.CodeNothingAnew)(r.Reopen(r.c, complaint.Reopen{Step: step, Why: complaint.StillProblem}))
	r.refused(complaint.CodeNoBody)(r.Reopen(r.c, complaint.Reopen{Step: step, Why: complaint.BodyAsks, Issues: []string{"colour"}}))
	r.faulty("why", "issues[1]", "claims[0].issue", "claims[0].kind")(r.Reopen(r.c, complaint.Reopen{Step: step, Issues: []string{"a", "a"}, Claims: make([]complaint.Claim, 1)}))
	// Thirty days after that of the closing, the last to its midnight; later a case follows.
	late := caseStep("dan", "2026-12-26 00:00")
	r.refused(complaint.CodeReopenTooLate)(r.Reopen(r.c, complaint.Reopen{Step: late, Why: complaint.StillProblem, Issues: []string{"colour"}}))

	r.must(r.Reopen(r.c, complaint.Reopen{
		Step: step, Why: complaint.StillProblem, Issues: []string{"colour"}, Claims: []complaint.Claim{{Issue: "smell", Kind: "smell"}},
	}))
	assert.Equal(t, complaint.Assessed, r.c.Phase)
	assert.Equal(t, 2, r.c.Cycle)
	assert.Zero(t, r.c.Ended)
	assert.Zero(t, r.c.Issues[0].Withdrawn, "decided anew")
	assert.NotZero(t, r.c.Issues[1].Withdrawn, "left as it was")
	require.Len(t, r.c.Reopening, 1)
	assert.Equal(t, complaint.Again{
		At: step.At, By: "dan", Why: complaint.StillProblem, Closed: caseAt("2026-11-25 11:00"), Ended: complaint.OutcomeWithdrawn,
		Issues: []complaint.Former{{Issue: "colour", Withdrawn: caseAt("2026-11-25 10:00")}},
	}, r.c.Reopening[0], "what the first cycle ended with")
	r.withdraw("2026-12-26 10:00", "colour", "smell")
	r.close("2026-12-26 11:00", complaint.OutcomeWithdrawn)
	r.must(r.Reopen(r.c, complaint.Reopen{Step: caseStep("dan", "2027-01-25 23:59"), Why: complaint.NewEvidence, Issues: []string{"clerk"}}))
	assert.Equal(t, 3, r.c.Cycle, "the days run from the last closing")
	r.stored()

	// Nobody has assessed a case that was closed at once, nor has by reopening it.
	r = caseReceived(t)
	r.withdraw("2026-11-25 10:00", "colour", "clerk")
	r.close("2026-11-25 11:00", complaint.OutcomeWithdrawn)
	r.must(r.Reopen(r.c, complaint.Reopen{Step: caseStep("dan", "2026-11-26 10:00"), Why: complaint.OurMistake, Issues: []string{"clerk"}}))
	assert.Equal(t, complaint.Received, r.c.Phase)

	// Without days in the policy there is no too late.
	rules := caseRules()
	rules.Closing = complaint.ClosingRules{}
	r = caseReceived(t)
	r.Policy = casePolicy(t, rules)
	r.withdraw("2026-11-25 10:00", "colour", "clerk")
	r.close("2026-11-25 11:00", complaint.OutcomeWithdrawn)
	assert.Empty(t, r.told())
	r.must(r.Reopen(r.c, complaint.Reopen{Step: caseStep("dan", "2036-11-26 10:00"), Why: complaint.OurMistake, Issues: []string{"clerk"}}))
}

// A case that is reopened for a complaint about its owner goes back to her desk.
func TestReopenAboutTheOwner(t *testing.T) {
	r := caseReceived(t)
	r.withdraw("2026-11-25 10:00", "colour", "clerk")
	r.close("2026-11-25 11:00", complaint.OutcomeWithdrawn)
	owned := r.c
	owned.Owner.Agent = "dan"
	for about, owner := range map[string]string{"dan": "", "eve": "dan"} {
		d, err := r.Reopen(owned, complaint.Reopen{
			Step: caseStep("cid", "2026-11-26 10:00"), Why: complaint.StillProblem, Claims: []complaint.Claim{{Issue: "rude", Kind: "attitude", About: about}},
		})
		require.NoError(t, err)
		assert.Equal(t, complaint.Owner{Desk: "front", Agent: owner}, d.Next.Owner)
	}
}

// The outcome is the one that the decisions come to, whatever whoever closes would like to report.
func TestOutcomeOfDecisions(t *testing.T) {
	const (
		yes     = complaint.FullyUpheld
		some    = complaint.PartlyUpheld
		no      = complaint.NotUpheld
		nothing = complaint.NoneNeeded
		taken   = complaint.Verdict(0) // withdrawn
	)
	for _, tc := range []struct {
		verdicts []complaint.Verdict
		want     complaint.Outcome
	}{
		{[]complaint.Verdict{yes, yes}, complaint.OutcomeResolved},
		{[]complaint.Verdict{yes, nothing}, complaint.OutcomeResolved},
		{[]complaint.Verdict{nothing}, complaint.OutcomeResolved},
		{[]complaint.Verdict{yes, taken}, complaint.OutcomeResolved},
		{[]complaint.Verdict{some}, complaint.OutcomePartly},
		{[]complaint.Verdict{yes, no}, complaint.OutcomePartly},
		{[]complaint.Verdict{yes, some}, complaint.OutcomePartly},
		{[]complaint.Verdict{no}, complaint.OutcomeRejected},
		{[]complaint.Verdict{no, nothing, taken}, complaint.OutcomeRejected},
	} {
		r := caseReceived(t)
		r.c.Phase, r.c.Issues = complaint.Decided, nil
		for i, verdict := range tc.verdicts {
			issue := complaint.Issue{Claim: complaint.Claim{Issue: string(rune('a' + i)), Kind: "k"}, At: r.c.Received}
			if issue.Ruling.Verdict = verdict; verdict == taken {
				issue.Withdrawn = r.c.Received
			}
			r.c.Issues = append(r.c.Issues, issue)
		}
		for outcome := complaint.OutcomeResolved; outcome <= complaint.OutcomeRejected; outcome++ {
			_, err := r.Close(r.c, complaint.Close{Step: caseStep("cid", "2026-11-28 11:00"), Outcome: outcome})
			var refusal *customer.Refusal
			told := errors.As(err, &refusal) && slices.Contains(caseCodes(refusal.Missing), complaint.CodeOtherOutcome)
			assert.Equal(t, outcome != tc.want, told, "%v closed as %s: %v", tc.verdicts, outcome, err)
		}
	}
}

// Closing a duplicate asks for no decision, and closing what was withdrawn for no solution: the
// row of KindClose says so before anybody has chosen an outcome.
func TestAllowedToCloseAsItStands(t *testing.T) {
	missing := func(r *caseRun) (codes []string) {
		for _, permission := range r.Allowed(r.c, "cid", caseAt("2026-11-28 11:00")) {
			if permission.Kind == complaint.KindClose {
				codes = caseCodes(permission.Missing)
			}
		}
		return codes
	}
	r := caseReceived(t)
	assert.Contains(t, missing(r), complaint.CodeIssueOpen)
	r.must(r.Link(r.c, complaint.Link{
		Step: caseStep("cid", "2026-11-25 10:00"), Case: "K-5", Other: "K-1", As: complaint.Duplicate,
	}, linkCase(t, r.Policy, "c-1", "2026-11-24 09:00")))
	assert.Empty(t, missing(r))
	r = caseReceived(t)
	r.withdraw("2026-11-25 10:00", "colour", "clerk")
	assert.Empty(t, missing(r))
}

// A policy that is not in force decides nothing, and no policy nothing either.
func TestPolicyNotInForce(t *testing.T) {
	rules := caseRules()
	rules.From = customer.DateOf(caseAt("2026-11-26 00:00"), caseZone)
	r := caseBegin(t)
	r.Policy = casePolicy(t, rules)
	receive := complaint.Receive{Step: caseStep("ann", "2026-11-25 09:00"), Customer: "c-1", Channel: complaint.Phone}
	r.refused(customer.CodeNotYetInForce)(r.Receive(r.c, receive))
	_, err := new(complaint.Policy).Receive(complaint.Case{}, receive)
	require.Error(t, err)
	_, err = new(complaint.Policy).Close(complaint.Case{}, complaint.Close{Step: receive.Step, Outcome: complaint.OutcomeLost})
	require.Error(t, err)
}

// What an issue was decided like in an earlier cycle is read in the case, not only in its history.
func TestReopeningKeepsTheEarlierDecision(t *testing.T) {
	r := caseBegin(t)
	r.must(r.Receive(r.c, complaint.Receive{
		Step: caseStep("ann", "2026-11-25 09:00"), Customer: "c-1", Channel: complaint.Phone,
		Claims: []complaint.Claim{{Issue: "idea", Kind: "suggestion"}, {Issue: "noise", Kind: "suggestion"}},
	}))
	r.assess("2026-11-25 09:30", complaint.Low)
	for _, issue := range []string{"idea", "noise"} {
		r.must(r.Decide(r.c, complaint.Decide{Step: caseStep("cid", "2026-11-25 10:00"), Issue: issue, Verdict: complaint.NoneNeeded}, complaint.Agent{ID: "cid"}))
	}
	r.close("2026-11-25 11:00", complaint.OutcomeLost) // row A28
	before := r.c
	r.must(r.Reopen(r.c, complaint.Reopen{Step: caseStep("dan", "2026-11-26 10:00"), Why: complaint.NewEvidence, Issues: []string{"idea"}}))
	assert.Equal(t, []complaint.Former{{Issue: "idea", Ruling: before.Issues[0].Ruling}}, r.c.Reopening[0].Issues)
	assert.Zero(t, r.c.Issues[0].Ruling)
	assert.Equal(t, complaint.NoneNeeded, r.c.Issues[1].Ruling.Verdict, "the other stays as it was decided")
	assert.Equal(t, complaint.NoneNeeded, before.Issues[0].Ruling.Verdict, "and so does the case before")
	r.stored()
}

// The tries in vain are those since she was last heard, by when they were and not by when they
// were booked, and of the cycle that is closed.
func TestUnreachableIsNoMatterOfBooking(t *testing.T) {
	closing := func(r *caseRun, at string) (complaint.Decision, error) {
		return r.Close(r.c, complaint.Close{Step: caseStep("cid", at), Outcome: complaint.OutcomeUnreachable})
	}
	tried := []string{"2026-11-25 10:00", "2026-11-26 10:00", "2026-11-27 10:00"}
	r := caseReceived(t) // she called, and tries from before that are booked afterwards
	r.log("2026-11-27 10:00", complaint.FromCustomer, false)
	for _, at := range tried {
		r.log(at, complaint.ToCustomer, true)
	}
	r.refused(complaint.CodeTries)(closing(r, "2026-11-28 10:00"))

	r = caseReceived(t)
	for _, at := range tried {
		r.log(at, complaint.ToCustomer, true)
	}
	r.refused(complaint.CodeTries, complaint.CodeTriesSpan)(closing(r, "2026-11-27 09:59")) // of which one is still to come
	r.log("2026-11-25 09:30", complaint.FromCustomer, false)                                // told late, and before them all
	r.must(closing(r, "2026-11-27 10:00"))

	r.must(r.Reopen(r.c, complaint.Reopen{Step: caseStep("dan", "2026-11-28 10:00"), Why: complaint.OurMistake, Issues: []string{"colour"}}))
	r.refused(complaint.CodeTries)(closing(r, "2026-11-28 10:01"))
}
