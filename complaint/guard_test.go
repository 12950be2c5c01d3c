package complaint_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/customer"
)

func guardStep(ref, by, at string) complaint.Step {
	return complaint.Step{Ref: ref, By: by, At: clockAt(at)}
}

// guardCodes are what stood in the way.
func guardCodes(err error) []string {
	var refusal *customer.Refusal
	if !errors.As(err, &refusal) {
		return nil
	}
	return caseCodes(refusal.Missing)
}

// guardCase is a case of 300.00, assessed, of which lea takes care.
func guardCase(t *testing.T) *wholeRun {
	t.Helper()
	r := &wholeRun{tb: t, Policy: wholePolicy(t, wholeRules())}
	r.must(r.Receive(r.c, complaint.Receive{
		Step: guardStep("1", "ann", "2026-11-25 09:00"), Customer: "c-1", Channel: complaint.Visit, Claims: []complaint.Claim{
			{Issue: "bill", Kind: "bill", Demand: complaint.Refund, ClaimedMinor: 300_00}, {Issue: "clerk", Kind: "attitude", About: "bea", Demand: complaint.Apology},
		},
	}))
	r.must(r.Take(r.c, complaint.Take{Step: guardStep("2", "lea", "2026-11-25 09:10")}, wholeStaff()))
	r.must(r.Assess(r.c, complaint.Assess{Step: guardStep("3", "lea", "2026-11-25 09:11"), Assessment: complaint.Assessment{Severity: complaint.Low}}))
	return r
}

// guardDecided is guardCase with 300.00 offered by ann, beyond what she may give, and an apology.
func guardDecided(t *testing.T) *wholeRun {
	t.Helper()
	r := guardCase(t)
	r.must(r.Decide(r.c, complaint.Decide{
		Step: guardStep("4", "ann", "2026-11-25 10:00"), Issue: "bill", Verdict: complaint.FullyUpheld, AcceptedMinor: 300_00,
		Offers: []complaint.Offer{{Remedy: "money", Kind: complaint.RefundRemedy, AmountMinor: 300_00}},
	}, wholeAgent("ann")))
	r.must(r.Decide(r.c, complaint.Decide{
		Step: guardStep("5", "ann", "2026-11-25 10:01"), Issue: "clerk", Verdict: complaint.FullyUpheld, Offers: []complaint.Offer{{Remedy: "sorry", Kind: complaint.ApologyRemedy}},
	}, wholeAgent("ann")))
	return r
}

// Whoever had the case when something was decided does not approve it, though she says afterwards
// that she had handed it on before.
func TestNoHandoverIsMadeUpToApprove(t *testing.T) {
	for name, away := range map[string]func(*wholeRun) (complaint.Decision, error){
		"a transfer": func(r *wholeRun) (complaint.Decision, error) {
			return r.Transfer(r.c, complaint.Transfer{Step: guardStep("6", "lea", "2026-11-25 09:30"), Desk: "hotline", Agent: "ann", Reason: "busy"}, wholeStaff())
		},
		"an escalation": func(r *wholeRun) (complaint.Decision, error) {
			return r.Escalate(r.c, complaint.Escalate{Step: guardStep("6", "lea", "2026-11-25 09:30"), Reason: "busy"})
		},
	} {
		r := guardDecided(t)
		r.must(away(r))
		require.NotEqual(t, "lea", r.c.Owner.Agent, name)
		_, err := r.Approve(r.c, complaint.Approve{Step: guardStep("7", "lea", "2026-11-25 10:10"), Remedy: "money"}, wholeStaff())
		assert.Equal(t, []string{complaint.CodeHandler}, guardCodes(err), name)
		r.must(r.Approve(r.c, complaint.Approve{Step: guardStep("8", "hal", "2026-11-25 10:10"), Remedy: "money"}, wholeStaff()))
	}
}

// What was offered before a case was found to be a duplicate is not approved in it: she gets it in
// the case where the root is decided, or she would have it twice. The link names it.
func TestNothingIsApprovedInADuplicate(t *testing.T) {
	r := guardDecided(t)
	root := linkCase(t, casePolicy(t, caseRules()), "c-1", "2026-11-24 09:00")
	d, err := r.Link(r.c, complaint.Link{Step: guardStep("6", "ann", "2026-11-25 10:02"), Case: "K-2", Other: "K-1", As: complaint.Duplicate}, root)
	r.must(d, err)
	assert.Equal(t, []string{complaint.CodeForward, complaint.CodeUnapproved, complaint.CodeUndone}, caseCodes(d.Reasons))
	_, err = r.Approve(r.c, complaint.Approve{Step: guardStep("7", "hal", "2026-11-25 10:10"), Remedy: "money"}, wholeStaff())
	assert.Equal(t, []string{complaint.CodeOfferedThere}, guardCodes(err))
	r.must(r.Object(r.c, complaint.Object{Step: guardStep("8", "hal", "2026-11-25 10:10"), Remedy: "money", Reason: "decided there"}, wholeStaff()))
}

// Nobody gives up in her name what the customer gets of the matter with that one: neither a remedy
// nor a promise, be it for later. She may apologize, and keep what she promised.
func TestNobodyGivesUpForHerWhatIsOwedForHerself(t *testing.T) {
	r := guardDecided(t)
	r.must(r.Promise(r.c, complaint.Promise{
		Step: guardStep("6", "ann", "2026-11-25 10:02"), Promise: "visit", Kind: complaint.PromisedVisit, Desk: "hotline", Until: clockAt("2026-11-26 10:00"),
	}))
	said := guardStep("7", "bea", "2026-11-25 10:03")
	r.must(r.Log(r.c, complaint.Log{Step: said, Channel: complaint.Phone, Direction: complaint.FromCustomer}))
	by := guardStep("8", "bea", "2026-11-25 10:04")
	_, err := r.Settle(r.c, complaint.Settle{Step: by, Remedy: "sorry", Result: complaint.SettlementDeclined})
	assert.Equal(t, []string{complaint.CodeConcerned}, guardCodes(err))
	_, err = r.Release(r.c, complaint.Release{Step: by, Promise: "visit", Consent: said.Ref})
	assert.Equal(t, []string{complaint.CodeConcerned}, guardCodes(err))
	_, err = r.Renew(r.c, complaint.Renew{Step: by, Promise: "visit", As: "later", Until: clockAt("2027-11-26 10:00"), Consent: said.Ref})
	assert.Equal(t, []string{complaint.CodeConcerned}, guardCodes(err))
	r.must(r.Settle(r.c, complaint.Settle{Step: by, Remedy: "sorry", Result: complaint.SettlementDone}))
	r.must(r.Keep(r.c, complaint.Keep{Step: guardStep("9", "bea", "2026-11-25 10:05"), Promise: "visit"}))
}

// A case is not closed for an instant before the last of it was done, so that its time to be reopened
// would be over already, nor reopened before it was closed, so that it would not be over yet.
func TestNoCaseEndsBeforeItsTime(t *testing.T) {
	last := "2026-11-27 09:00"
	for name, do := range map[string]func(*wholeRun){
		"decided": func(*wholeRun) {},
		"a promise kept": func(r *wholeRun) {
			r.must(r.Promise(r.c, complaint.Promise{
				Step: guardStep("d-1", "ann", "2026-11-26 10:02"), Promise: "visit", Kind: complaint.PromisedVisit, Desk: "hotline", Until: clockAt("2026-11-28 10:00"),
			}))
			r.must(r.Keep(r.c, complaint.Keep{Step: guardStep("d-2", "ann", last), Promise: "visit"}))
		},
		"an item handed back": func(r *wholeRun) {
			r.must(r.HandIn(r.c, complaint.HandIn{Step: guardStep("d-1", "ann", "2026-11-26 10:02"), Item: "s", What: "a shoe", Receipt: "R", Condition: []string{"pale"}, Holder: "hotline"}))
			r.must(r.HandBack(r.c, complaint.HandBack{Step: guardStep("d-2", "ann", last), Item: "s", From: "hotline", Receipt: "R", Condition: []string{"pale"}}))
		},
		"a body that concluded": func(r *wholeRun) {
			r.must(r.File(r.c, complaint.File{Step: guardStep("d-1", "ann", "2026-11-26 10:02"), Body: "regulator"}))
			r.must(r.Conclude(r.c, complaint.Conclude{Step: guardStep("d-2", "ann", last), Body: "regulator", Result: complaint.ForUs}))
		},
		"a diversion checked": func(r *wholeRun) {
			r.must(r.Divert(r.c, complaint.Divert{Step: guardStep("d-1", "ann", "2026-11-26 10:02"), Task: "form", To: "machine"}))
			r.must(r.Serve(r.c, complaint.Serve{Step: guardStep("d-2", "ann", last), Diversion: "d-1", Served: true}))
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := guardCase(t)
			r.must(caseWithdraw(r.Policy, r.c, complaint.Withdraw{Step: guardStep("4", "ann", "2026-11-26 09:00"), Issue: "bill"}))
			clerk := "2026-11-26 09:01"
			if name == "decided" {
				clerk = last
			}
			r.must(caseWithdraw(r.Policy, r.c, complaint.Withdraw{Step: guardStep("5", "ann", clerk), Issue: "clerk"}))
			do(r)
			closing := func(at string) (complaint.Decision, error) {
				return r.Close(r.c, complaint.Close{Step: guardStep("c", "ann", at), Outcome: complaint.OutcomeWithdrawn})
			}
			for _, early := range []string{"2026-02-01 09:00", "2026-11-27 08:59"} {
				_, err := closing(early)
				assert.Equal(t, []string{complaint.CodeOwedThen}, guardCodes(err), early)
			}
			r.must(closing(last))
			reopen := complaint.Reopen{Step: guardStep("o", "ann", "2026-11-27 08:59"), Why: complaint.OurMistake, Issues: []string{"bill"}}
			_, err := r.Reopen(r.c, reopen)
			assert.Equal(t, []string{complaint.CodeClosedThen}, guardCodes(err))
			reopen.At = clockAt(last)
			r.must(r.Reopen(r.c, reopen))
		})
	}
}
