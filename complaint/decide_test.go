package complaint_test

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/customer"
)

// rows A1, A2: she claims 100,000 of lost revenue and asks for nothing but compensation; 60 is
// accepted, 25 of it paid; and none of the figures overwrites another.
func TestClaimedAcceptedPaid(t *testing.T) {
	r := remedyBegin(t, remedyRules())
	r.must(r.Decide(r.c, remedyDecide("lost", 60_00, remedyRefund("r-1", 60_00), remedyGoodwill("g-1", 10_00)), remedyAnn))
	r.must(r.Settle(r.c, remedySettle("r-1", "2026-11-25 11:00", 25_00)))
	r.must(r.Settle(r.c, remedySettle("g-1", "2026-11-25 11:00", 10_00)))
	assert.Equal(t, complaint.Sums{ClaimedMinor: 100_000_00, AcceptedMinor: 60_00, PaidMinor: 25_00, OpenMinor: 35_00, GoodwillMinor: 10_00}, r.c.Sums("lost"))
	assert.Equal(t, complaint.Sums{ClaimedMinor: 100_300_00, AcceptedMinor: 60_00, PaidMinor: 25_00, OpenMinor: 35_00, GoodwillMinor: 10_00}, r.c.Sums(""))
	assert.Equal(t, complaint.Compensation, r.c.Issues[0].Demand, "what she asked for is not what was decided")
	assert.Equal(t, complaint.RefundRemedy, r.c.Remedies[0].Kind)
	assert.Equal(t, complaint.Assessed, r.c.Phase, "three issues are left")
	r.stored()
}

// rows A11, A65: what is refused needs a reason, a clause, the way to appeal, an alternative and
// a channel; all that is missing is named at once.
func TestRejectionNamesAllThatIsMissing(t *testing.T) {
	r := remedyBegin(t, remedyRules())
	all := []string{complaint.CodeNoReason, complaint.CodeNoClause, complaint.CodeNoAppeal, complaint.CodeNoAlternative, complaint.CodeNoChannel}
	bare := complaint.Decide{Step: caseStep("ann", "2026-11-25 10:00"), Issue: "lost", Verdict: complaint.NotUpheld}
	r.refused(all...)(r.Decide(r.c, bare, remedyAnn))
	bare.Verdict = complaint.PartlyUpheld
	r.refused(append(all, complaint.CodeUncovered)...)(r.Decide(r.c, func() complaint.Decide {
		x := bare
		x.AcceptedMinor = 1
		x.Offers = []complaint.Offer{remedyRefund("r", 2)}
		return x
	}(), remedyAnn))

	// Called by another name it is a rejection all the same.
	bare.Verdict, bare.AcceptedMinor, bare.Offers = complaint.FullyUpheld, 5_00, []complaint.Offer{remedyRefund("r", 5_00)}
	r.refused(append([]string{complaint.CodeNotFully}, all...)...)(r.Decide(r.c, bare, remedyAnn))
	bare.Verdict, bare.AcceptedMinor, bare.Offers = complaint.NoneNeeded, 0, nil
	r.refused(complaint.CodeDemanded)(r.Decide(r.c, bare, remedyAnn))

	for i, drop := range []func(*complaint.Decide){
		func(x *complaint.Decide) { x.Reason = "" },
		func(x *complaint.Decide) { x.Citations = nil },
		func(x *complaint.Decide) { x.Appeal = "" },
		func(x *complaint.Decide) { x.Alternative = "" },
		func(x *complaint.Decide) { x.Channel = 0 },
	} {
		x := remedyDecide("lost", 0)
		x.Verdict = complaint.NotUpheld
		drop(&x)
		r.refused(all[i])(r.Decide(r.c, x, remedyAnn))
	}
	x := remedyDecide("lost", 0)
	x.Verdict = complaint.NotUpheld
	x.Citations = []complaint.Citation{{Clause: "telecom-31", Version: 1, Hash: complaint.HashText(remedyText)}}
	r.refused(complaint.CodeClauseUnknown)(r.Decide(r.c, x, remedyAnn))
	x.Citations = []complaint.Citation{{Clause: "telecom-31", Version: 2, Hash: complaint.HashText("31. Nobody is liable.")}}
	r.refused(complaint.CodeClauseText)(r.Decide(r.c, x, remedyAnn))

	x.Citations = remedyCited()
	r.must(r.Decide(r.c, x, remedyAnn))
	ruling := r.c.Issues[0].Ruling
	assert.Equal(t, complaint.NotUpheld, ruling.Verdict)
	assert.Equal(t, remedyCited(), ruling.Citations)
	assert.Equal(t, []any{"the consumers' association", "chat", complaint.Phone, 1}, []any{ruling.Appeal, ruling.Alternative, ruling.Channel, ruling.Times})
}

// The verdict and the amounts say the same.
func TestVerdicts(t *testing.T) {
	r := remedyBegin(t, remedyRules())
	for _, tc := range []struct {
		issue    string
		verdict  complaint.Verdict
		accepted int64
		offers   []complaint.Offer
		missing  []string
	}{
		{"idea", complaint.NoneNeeded, 0, nil, nil},
		{"idea", complaint.NoneNeeded, 1, []complaint.Offer{remedyRefund("r", 1)}, []string{complaint.CodeNothingAccepted}},
		{"idea", complaint.NoneNeeded, 0, []complaint.Offer{remedyGoodwill("g", 1)}, nil},
		{"clerk", complaint.NoneNeeded, 0, nil, []string{complaint.CodeDemanded}},
		{"clerk", complaint.FullyUpheld, 0, nil, []string{complaint.CodeNothingOffered}},
		{"clerk", complaint.FullyUpheld, 0, []complaint.Offer{{Remedy: "a", Kind: complaint.ApologyRemedy}}, nil},
		{"clerk", complaint.NotUpheld, 1, []complaint.Offer{remedyRefund("r", 1)}, []string{complaint.CodeNothingAccepted}},
		{"bill", complaint.FullyUpheld, 300_00, []complaint.Offer{remedyRefund("r", 100_00), remedyRefund("s", 200_00)}, nil},
		{"bill", complaint.FullyUpheld, 299_99, []complaint.Offer{remedyRefund("r", 299_99)}, []string{complaint.CodeNotFully}},
		{"bill", complaint.PartlyUpheld, 100_00, []complaint.Offer{remedyRefund("r", 99_99)}, []string{complaint.CodeUncovered}},
		{"bill", complaint.PartlyUpheld, 100_00, []complaint.Offer{remedyRefund("r", 100_01)}, []string{complaint.CodeUncovered}},
		{"bill", complaint.PartlyUpheld, 100_00, []complaint.Offer{remedyGoodwill("r", 100_00)}, []string{complaint.CodeUncovered}},
		{"bill", complaint.PartlyUpheld, 100_00, []complaint.Offer{{Remedy: "r", Kind: complaint.ReplacementRemedy, AmountMinor: 100_00}}, nil},
		{"bill", complaint.FullyUpheld, 300_01, []complaint.Offer{remedyRefund("r", 300_01)}, []string{complaint.CodeAboveClaim}},
		{"none", complaint.FullyUpheld, 0, nil, []string{complaint.CodeIssueUnknown}},
	} {
		x := remedyDecide(tc.issue, tc.accepted, tc.offers...)
		x.Verdict = tc.verdict
		_, err := r.Decide(r.c, x, remedyAnn)
		assert.Equal(t, tc.missing, remedyMissing(err), "%s %s %d", tc.issue, tc.verdict, tc.accepted)
	}
	r.withdraw("2026-11-25 09:40", "bill")
	r.refused(complaint.CodeIssueWithdrawn)(r.Decide(r.c, remedyDecide("bill", 1, remedyRefund("r", 1)), remedyAnn))
}

func remedyMissing(err error) []string {
	if refusal := new(customer.Refusal); errors.As(err, &refusal) {
		return caseCodes(refusal.Missing)
	}
	if err != nil {
		return []string{err.Error()}
	}
	return nil
}

// The agent complained about decides nothing about the case, on no issue of it.
func TestWhoIsComplainedAboutDecidesNothing(t *testing.T) {
	r := remedyBegin(t, remedyRules())
	x := remedyDecide("bill", 10_00, remedyRefund("r", 10_00))
	x.By = "bea"
	r.refused(complaint.CodeConcerned)(r.Decide(r.c, x, complaint.Agent{ID: "bea", Roles: []string{"lead"}}))
	r.faulty("agent.id")(r.Decide(r.c, x, remedyAnn)) // in another's name
	r.faulty("agent.id", "agent.id")(r.Decide(r.c, x, complaint.Agent{}))
}

// Who gets a remedy neither decides it nor handles the case.
func TestBeneficiaryDecides(t *testing.T) {
	r := remedyBegin(t, remedyRules())
	offer := remedyRefund("r", 10_00)
	offer.Beneficiary = "ann"
	r.refused(complaint.CodeBeneficiary)(r.Decide(r.c, remedyDecide("bill", 10_00, offer), remedyAnn))
	offer.Beneficiary = "tom"
	owned := r.c
	owned.Owner.Agent = "tom"
	r.refused(complaint.CodeBeneficiary)(r.Decide(owned, remedyDecide("bill", 10_00, offer), remedyAnn))
	x := remedyDecide("bill", 10_00, remedyRefund("r", 10_00))
	x.By = "c-1" // a customer who is of the staff, and decides her own case
	r.refused(complaint.CodeBeneficiary)(r.Decide(r.c, x, complaint.Agent{ID: "c-1", Roles: []string{"clerk"}}))
}

// row A42: 200 at most, they had said, and then the bill came to 500. The undisputed part is hers
// to pay; what is plainly wrong is given back at once, and the rest when it is found out. What is
// paid stays paid, and counts.
func TestDisputedBill(t *testing.T) {
	r := remedyBegin(t, remedyRules())
	assert.Equal(t, complaint.Bill{}, r.c.Issues[0].Bill())
	assert.Equal(t, complaint.Bill{BilledMinor: 500_00, DisputedMinor: 300_00, UndisputedMinor: 200_00, OwedMinor: 500_00}, r.c.Issues[1].Bill())
	r.must(r.Decide(r.c, remedyDecide("bill", 100_00, remedyRefund("at-once", 100_00)), remedyAnn))
	r.must(r.Settle(r.c, remedySettle("at-once", "2026-11-25 10:10", 100_00))) // the other issues are not decided yet
	assert.Equal(t, complaint.Bill{BilledMinor: 500_00, DisputedMinor: 300_00, UndisputedMinor: 200_00, AcceptedMinor: 100_00, OwedMinor: 400_00}, r.c.Issues[1].Bill())

	again := remedyDecide("bill", 300_00, remedyRefund("rest", 200_00))
	again.Ref, again.Verdict = "again", complaint.FullyUpheld
	wrong := again
	wrong.Offers = []complaint.Offer{remedyRefund("all", 300_00)} // the 100 a second time
	r.refused(complaint.CodeUncovered)(r.Decide(r.c, wrong, remedyAnn))
	wrong.AcceptedMinor, wrong.Offers, wrong.Verdict = 99_99, nil, complaint.PartlyUpheld // less than is paid
	r.refused(complaint.CodeUncovered)(r.Decide(r.c, wrong, remedyAnn))
	r.must(r.Decide(r.c, again, complaint.Agent{ID: "ann", Roles: []string{"clerk", "lead"}}))
	assert.Equal(t, []string{"at-once settled", "rest granted"}, remedyStates(r.c))
	assert.Equal(t, complaint.Bill{BilledMinor: 500_00, DisputedMinor: 300_00, UndisputedMinor: 200_00, AcceptedMinor: 300_00, OwedMinor: 200_00}, r.c.Issues[1].Bill())
	assert.Equal(t, 2, r.c.Issues[1].Ruling.Times)
	assert.Equal(t, complaint.Sums{ClaimedMinor: 300_00, AcceptedMinor: 300_00, PaidMinor: 100_00, OpenMinor: 200_00}, r.c.Sums("bill"))
	r.faulty("claimed_minor")(r.Add(r.c, complaint.Add{Step: caseStep("ann", "2026-11-25 12:00"), Claim: complaint.Claim{Issue: "b", Kind: "bill", ClaimedMinor: 2, BilledMinor: 1}}))
}

// Deciding again withdraws what has not been carried out and keeps what is, the paid part of a remedy
// too; should that bounce, it is owed again.
func TestDecideAgain(t *testing.T) {
	r := remedyBegin(t, remedyRules())
	r.must(r.Decide(r.c, remedyDecide("bill", 140_00, remedyRefund("a", 90_00), remedyRefund("b", 50_00)), remedyAnn))
	r.must(r.Settle(r.c, remedySettle("a", "2026-11-25 10:10", 40_00)))
	again := remedyDecide("bill", 60_00, remedyRefund("c", 20_00))
	again.Ref = "again"
	r.must(r.Decide(r.c, again, remedyAnn))
	assert.Equal(t, []string{"a settled", "b withdrawn", "c granted"}, remedyStates(r.c))
	assert.Equal(t, int64(40_00), r.c.Remedies[0].AmountMinor)
	r.refused(complaint.CodeRemedyState)(r.Settle(r.c, remedySettle("b", "2026-11-25 11:10", 1)))
	back := remedySettle("a", "2026-11-26 10:00", 40_00)
	back.Ref, back.Result = "bounced", complaint.SettlementFailed
	r.must(r.Settle(r.c, back))
	assert.Equal(t, []string{"a granted", "b withdrawn", "c granted"}, remedyStates(r.c))
	assert.Equal(t, []string{complaint.CodeUnpaid}, r.told())
	r.refused(complaint.CodeRemedyThere)(r.Decide(r.c, remedyDecide("bill", 1, remedyRefund("c", 1)), remedyAnn))
	r.stored()
}

// row A69: more than she claims is accepted only by a deviation that somebody with enough limit
// has allowed for that issue, up to her amount.
func TestDeviation(t *testing.T) {
	r := remedyBegin(t, remedyRules())
	above := remedyDecide("bill", 350_00, remedyRefund("r", 350_00))
	above.Verdict = complaint.FullyUpheld
	r.refused(complaint.CodeAboveClaim)(r.Decide(r.c, above, remedyAnn))
	allow := complaint.Deviate{
		Step: caseStep("lea", "2026-11-25 09:45"), Deviation: "d-1", Issue: "bill", From: complaint.FromClaim, UpToMinor: 349_99, Reason: "she has been with us for ten years",
	}
	silent := allow
	silent.Reason, silent.Issue, silent.UpToMinor = "", "none", 1_000_01
	r.refused(complaint.CodeIssueUnknown, complaint.CodeDeviatesWhy, complaint.CodeNoAuthority)(r.Deviate(r.c, silent, remedyStaff))
	owned := r.c
	owned.Owner.Agent = "lea"
	r.refused(complaint.CodeHandler)(r.Deviate(owned, allow, remedyStaff))
	own := allow
	own.By = "ann"
	r.refused(complaint.CodeNoAuthority)(r.Deviate(r.c, own, remedyStaff))
	other := allow
	other.Deviation, other.Issue, other.UpToMinor = "d-0", "lost", 400_00
	r.must(r.Deviate(r.c, other, remedyStaff))
	r.must(r.Deviate(r.c, allow, remedyStaff))
	assert.Equal(t, []string{complaint.CodeApproves}, r.told())
	r.refused(complaint.CodeDeviationThere)(r.Deviate(r.c, allow, remedyStaff))
	r.refused(complaint.CodeAboveClaim)(r.Decide(r.c, above, remedyAnn)) // of another issue, or 0.01 short
	allow.Deviation, allow.Ref, allow.UpToMinor = "d-2", "d-2", 350_00
	r.must(r.Deviate(r.c, allow, remedyStaff))
	above.Offers[0].Deviation = "d-0"
	r.refused(complaint.CodeNoDeviation)(r.Decide(r.c, above, remedyAnn))
	above.Offers[0].Deviation = "d-1"
	r.refused(complaint.CodeOverDeviation)(r.Decide(r.c, above, remedyAnn))
	above.Offers[0].Deviation = "d-2"
	r.must(r.Decide(r.c, above, remedyAnn))
	assert.Equal(t, []string{complaint.CodeDeviates, complaint.CodeOverLimit}, r.told())
	assert.Len(t, r.c.Deviations, 3, "listed, for whoever looks at quality")
	assert.Equal(t, complaint.Deviation{
		Deviation: "d-2", At: caseAt("2026-11-25 09:45"), By: "lea", Issue: "bill", From: complaint.FromClaim, UpToMinor: 350_00, Reason: "she has been with us for ten years",
	}, r.c.Deviations[2])
	r.stored()
}

// rows A10, A33: a way to go on meanwhile is offered apart from the remedy, and help is one.
func TestBridge(t *testing.T) {
	r := remedyBegin(t, remedyRules())
	step := caseStep("ann", "2026-11-25 09:40")
	bridge := complaint.Bridge{Step: step, Issue: "lost", Way: "chat", Text: "chat has no daily limit", Until: remedyDay("2026-11-25"), Taken: true}
	r.must(r.Bridge(r.c, bridge))
	assert.Equal(t, []complaint.Bridged{{At: step.At, By: "ann", Issue: "lost", Way: "chat", Text: "chat has no daily limit", Until: remedyDay("2026-11-25"), Taken: true}}, r.c.Bridges)
	assert.Empty(t, r.c.Remedies)
	bridge.Issue, bridge.Until = "none", remedyDay("2026-11-24")
	r.refused(complaint.CodeIssueUnknown, complaint.CodeDuePast)(r.Bridge(r.c, bridge))
	r.must(r.Decide(r.c, remedyDecide("lost", 0, complaint.Offer{Remedy: "h", Kind: complaint.HelpRemedy, Note: "another deposit may be broken"}), remedyAnn))
	assert.Equal(t, []string{complaint.CodeCostless}, r.told())
	r.stored()
}

func TestDecideFaults(t *testing.T) {
	r := remedyBegin(t, remedyRules())
	for _, tc := range []struct {
		name   string
		change func(*complaint.Decide)
		paths  []string
	}{
		{"nothing", func(x *complaint.Decide) { *x = complaint.Decide{Step: x.Step} }, []string{"issue", "verdict"}},
		{"amount", func(x *complaint.Decide) { x.AcceptedMinor = -1; x.Verdict = 9; x.Channel = 99 }, []string{"verdict", "accepted_minor", "channel"}},
		{"texts", func(x *complaint.Decide) { x.Reason, x.Appeal, x.Alternative = "\x00", "\x00", "\x00" }, []string{"reason", "appeal", "alternative"}},
		{"citation", func(x *complaint.Decide) { x.Citations = []complaint.Citation{{}} }, []string{"citations[0].clause", "citations[0].version", "citations[0].hash"}},
		{"citations", func(x *complaint.Decide) { x.Citations = slices.Repeat(remedyCited(), 21) }, []string{"citations"}},
		{"offers", func(x *complaint.Decide) {
			x.Offers = []complaint.Offer{remedyRefund("a", 1), {Remedy: "a", Kind: complaint.HelpRemedy}}
		}, []string{"offers[1].remedy"}},
		{"once", func(x *complaint.Decide) {
			x.Offers = []complaint.Offer{{Remedy: "a", Kind: complaint.HelpRemedy, Once: "1"}, {Remedy: "b", Kind: complaint.HelpRemedy, Once: "1"}}
		}, []string{"offers[1].once"}},
		{"empty offer", func(x *complaint.Decide) { x.Offers = []complaint.Offer{{}} }, []string{"offers[0].remedy", "offers[0].kind"}},
		{"no amount", func(x *complaint.Decide) {
			x.Offers = []complaint.Offer{
				remedyRefund("a", 0),
				{Remedy: "b", Kind: complaint.PointsRemedy},
				{Remedy: "c", Kind: complaint.PointsRemedy, Points: 1, Goodwill: true},
				{Remedy: "d", Kind: complaint.HelpRemedy, Points: 1},
				{Remedy: "e", Kind: complaint.HelpRemedy, Due: -1, AmountMinor: complaint.MaxMinor + 1, Note: "\x00"},
			}
		}, []string{"offers[0].amount_minor", "offers[1].points", "offers[2].amount_minor", "offers[3].points", "offers[4].amount_minor", "offers[4].due", "offers[4].note"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			x := remedyDecide("bill", 0)
			tc.change(&x)
			_, err := r.Decide(r.c, x, remedyAnn)
			assert.Equal(t, tc.paths, casePaths(err))
		})
	}
	rules := remedyRules()
	rules.Currency, rules.Remedies.Limits = customer.Currency{}, nil
	r.Policy = casePolicy(t, rules)
	r.faulty("accepted_minor", "offers[0].amount_minor")(r.Decide(r.c, remedyDecide("bill", 1, remedyRefund("r", 1)), remedyAnn))
	r.faulty("up_to_minor")(r.Deviate(r.c, complaint.Deviate{Step: caseStep("lea", "2026-11-25 10:00"), Deviation: "d", Issue: "bill", From: complaint.FromClaim, UpToMinor: 1, Reason: "r"}, remedyStaff))
}

// An offer is due on a day to come: today at the earliest.
func TestDue(t *testing.T) {
	r := remedyBegin(t, remedyRules())
	offer := remedyRefund("r", 1_00)
	offer.Due = remedyDay("2026-11-24")
	r.refused(complaint.CodeDuePast)(r.Decide(r.c, remedyDecide("bill", 1_00, offer), remedyAnn))
	offer.Due = remedyDay("2026-11-25")
	r.must(r.Decide(r.c, remedyDecide("bill", 1_00, offer), remedyAnn))
}

// What a deviation allows is allowed once: not for each of several offers, nor again after it was
// paid.
func TestDeviationLittleByLittle(t *testing.T) {
	r := remedyBegin(t, remedyRules())
	r.must(r.Deviate(r.c, complaint.Deviate{
		Step: caseStep("lea", "2026-11-25 09:45"), Deviation: "d", Issue: "bill", From: complaint.FromTerms, UpToMinor: 60_00, Reason: "a day late",
	}, remedyStaff))
	by := func(ref string, minor int64) complaint.Offer {
		offer := remedyRefund(ref, minor)
		offer.Deviation = "d"
		return offer
	}
	r.refused(complaint.CodeOverDeviation)(r.Decide(r.c, remedyDecide("bill", 60_01, by("a", 60_00), by("b", 1)), remedyAnn))
	r.must(r.Decide(r.c, remedyDecide("bill", 60_00, by("a", 50_00), by("b", 10_00)), remedyAnn))
	r.must(r.Settle(r.c, remedySettle("a", "2026-11-25 10:30", 50_00)))
	again := remedyDecide("bill", 60_01, by("c", 10_01))
	again.Ref = "again"
	r.refused(complaint.CodeOverDeviation)(r.Decide(r.c, again, remedyAnn))
	again.AcceptedMinor, again.Offers = 60_00, []complaint.Offer{by("c", 10_00)}
	r.must(r.Decide(r.c, again, remedyAnn))
}

// Nobody decides by a deviation that she has allowed herself, nor takes the case over to do so.
func TestOwnDeviation(t *testing.T) {
	r := remedyBegin(t, remedyRules())
	r.must(r.Deviate(r.c, complaint.Deviate{
		Step: caseStep("lea", "2026-11-25 09:45"), Deviation: "d", Issue: "bill", From: complaint.FromClaim, UpToMinor: 400_00, Reason: "r",
	}, remedyStaff))
	x := remedyDecide("bill", 400_00, remedyRefund("r", 400_00))
	x.Verdict = complaint.FullyUpheld
	own := x
	own.By = "lea"
	r.refused(complaint.CodeOwnDeviation)(r.Decide(r.c, own, remedyStaff[1]))
	own.AcceptedMinor, own.Offers = 10_00, []complaint.Offer{remedyRefund("r", 10_00)}
	own.Verdict, own.Offers[0].Deviation = complaint.PartlyUpheld, "d"
	r.refused(complaint.CodeOwnDeviation)(r.Decide(r.c, own, remedyStaff[1]))
	owned := r.c
	owned.Owner.Agent = "lea"
	r.refused(complaint.CodeOwnDeviation)(r.Decide(owned, x, remedyAnn))
	r.must(r.Decide(r.c, x, remedyAnn))
}

// In a duplicate nothing is offered, or she would have it twice; what was offered there before can
// be withdrawn.
func TestDuplicateOffersNothing(t *testing.T) {
	r := remedyBegin(t, remedyRules())
	r.must(r.Decide(r.c, remedyDecide("bill", 200_00, remedyRefund("r", 200_00)), remedyAnn))
	earlier := complaint.Case{Phase: complaint.Received, Opening: complaint.Opening{Customer: "c-1", Received: caseAt("2026-11-24 09:00")}}
	r.must(r.Link(r.c, complaint.Link{Step: caseStep("ann", "2026-11-25 10:10"), Case: "K-2", Other: "K-1", As: complaint.Duplicate}, earlier))
	r.refused(complaint.CodeOfferedThere)(r.Decide(r.c, remedyDecide("bill", 10_00, remedyRefund("s", 10_00)), remedyAnn))
	none := remedyDecide("bill", 0)
	none.Ref, none.Verdict = "none", complaint.NotUpheld
	r.must(r.Decide(r.c, none, remedyAnn))
	assert.Equal(t, []string{"r withdrawn"}, remedyStates(r.c))
}

// What a host does with its command afterwards changes no entry and no case.
func TestDecideKeepsNothingOfItsCommand(t *testing.T) {
	r := remedyBegin(t, remedyRules())
	x := remedyDecide("bill", 90_00, remedyRefund("r", 90_00))
	r.must(r.Decide(r.c, x, remedyAnn))
	x.Offers[0].AmountMinor, x.Citations[0].Clause = 1, "another"
	r.stored()
	assert.Equal(t, int64(90_00), r.entries[len(r.entries)-2].Body.(complaint.Decide).Offers[0].AmountMinor)
	assert.Equal(t, "telecom-31", r.c.Issues[1].Ruling.Citations[0].Clause)
}

// Goodwill counts for an allowance at what it is worth: a thing of no stated worth would count for
// nothing, as often as one likes.
func TestGoodwillHasAWorth(t *testing.T) {
	r := remedyBegin(t, remedyRules())
	for _, tc := range []struct {
		offer complaint.Offer
		paths []string
	}{
		{complaint.Offer{Remedy: "g", Kind: complaint.ReplacementRemedy, Goodwill: true}, []string{"offers[0].amount_minor"}},
		{complaint.Offer{Remedy: "g", Kind: complaint.LoanRemedy, Goodwill: true}, []string{"offers[0].amount_minor"}},
		{complaint.Offer{Remedy: "g", Kind: complaint.PointsRemedy, Points: 1, Goodwill: true}, []string{"offers[0].amount_minor"}},
		{complaint.Offer{Remedy: "g", Kind: complaint.ReplacementRemedy, Goodwill: true, AmountMinor: 1}, nil},
		{complaint.Offer{Remedy: "g", Kind: complaint.ApologyRemedy, Goodwill: true}, nil},
	} {
		x := remedyDecide("lost", 0, tc.offer)
		_, err := r.Decide(r.c, x, remedyAnn)
		assert.Equal(t, tc.paths, casePaths(err), "%s", tc.offer.Kind)
		if tc.paths == nil {
			assert.NoError(t, err)
		}
	}
}

// A decision that comes after a promise was due books that it was broken, before itself.
func TestDecideAfterABrokenPromise(t *testing.T) {
	r := remedyBegin(t, remedyRules())
	r.must(r.Promise(r.c, complaint.Promise{
		Step: caseStep("ann", "2026-11-25 09:40"), Promise: "p", Kind: complaint.PromisedOther, Text: "the bill is looked at", Agent: "ann", Until: caseAt("2026-11-25 09:50"),
	}))
	r.must(r.Decide(r.c, remedyDecide("bill", 90_00, remedyRefund("r", 90_00)), remedyAnn))
	var kinds []complaint.Kind
	for _, e := range r.entries[len(r.entries)-3:] {
		kinds = append(kinds, e.Kind())
	}
	assert.Equal(t, []complaint.Kind{complaint.KindBroken, complaint.KindDecide, complaint.KindGranted}, kinds)
}

// The largest amounts, and more of them than any sum may come to, are refused, not wrapped; and in
// currencies without digits, or with three, amounts are minor units all the same.
func TestAmountsAtTheirBounds(t *testing.T) {
	for _, currency := range []customer.Currency{{Code: "JPY"}, {Code: "KWD", Digits: 3}} {
		rules := remedyRules()
		rules.Currency, rules.Remedies.Limits, rules.Remedies.Approvals = currency, nil, nil
		r := &caseRun{T: t, Policy: casePolicy(t, rules)}
		r.must(r.Receive(r.c, complaint.Receive{
			Step: caseStep("tom", "2026-11-25 09:00"), Customer: "c-1", Channel: complaint.Phone,
			Claims: []complaint.Claim{{Issue: "all", Kind: "loss", ClaimedMinor: complaint.MaxMinor}, {Issue: "small", Kind: "loss", ClaimedMinor: 1}},
		}))
		r.assess("2026-11-25 09:30", complaint.High)
		x := remedyDecide("all", complaint.MaxMinor)
		x.Verdict = complaint.FullyUpheld
		for i := range 50 {
			x.Offers = append(x.Offers, remedyRefund(fmt.Sprint(i), complaint.MaxMinor))
		}
		r.refused(complaint.CodeUncovered)(r.Decide(r.c, x, remedyAnn))
		x.Offers = []complaint.Offer{remedyRefund("r", complaint.MaxMinor+1)}
		r.faulty("offers[0].amount_minor")(r.Decide(r.c, x, remedyAnn))
		x.Offers[0].AmountMinor = math.MaxInt64
		r.faulty("offers[0].amount_minor")(r.Decide(r.c, x, remedyAnn))
		x.Offers[0].AmountMinor = complaint.MaxMinor
		r.must(r.Decide(r.c, x, remedyAnn))
		r.must(r.Settle(r.c, remedySettle("r", "2026-11-25 11:00", complaint.MaxMinor-1)))
		r.refused(complaint.CodeOverpaid)(r.Settle(r.c, remedySettle("r", "2026-11-25 11:30", 2)))
		assert.Equal(t, int64(1), r.Due(r.c)[0].AmountMinor)
		r.must(r.Decide(r.c, remedyDecide("small", 1, remedyRefund("s", 1)), remedyAnn))
		assert.Equal(t, complaint.Sums{ClaimedMinor: complaint.MaxMinor + 1, AcceptedMinor: complaint.MaxMinor + 1, PaidMinor: complaint.MaxMinor - 1, OpenMinor: 2}, r.c.Sums(""))
		bill := customer.Reason{Code: complaint.CodeWithin, Of: "clerk", Fact: 1, Mark: 1500}
		assert.Contains(t, []string{"1 JPY is within what clerk may give, 1500 JPY", "0.001 KWD is within what clerk may give, 1.500 KWD"}, r.Explain(bill, customer.English))
		r.stored()
	}
}
