package complaint_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/customer"
)

// rows A27, A66: what the limits of a role reach is granted, one minor unit more waits for approval.
func TestLimits(t *testing.T) {
	points := func(n, worth int64) complaint.Offer {
		return complaint.Offer{Remedy: "p", Kind: complaint.PointsRemedy, Points: n, AmountMinor: worth}
	}
	clerk, cashier, both := []string{"clerk"}, []string{"cashier"}, []string{"cashier", "clerk"}
	for _, tc := range []struct {
		name   string
		roles  []string
		offers []complaint.Offer
		codes  []string
	}{
		{"at the limit", clerk, []complaint.Offer{remedyRefund("a", 100_00)}, []string{complaint.CodeWithin}},
		{"above it", clerk, []complaint.Offer{remedyRefund("a", 100_01)}, []string{complaint.CodeOverLimit}},
		{"split, at that of the case", clerk, []complaint.Offer{remedyRefund("a", 100_00), remedyRefund("b", 50_00)}, []string{complaint.CodeWithin, complaint.CodeWithin}},
		{"split, above it", clerk, []complaint.Offer{remedyRefund("a", 100_00), remedyRefund("b", 50_01)}, []string{complaint.CodeWithin, complaint.CodeOverCase}},
		{"of another kind", cashier, []complaint.Offer{{Remedy: "a", Kind: complaint.CreditRemedy, AmountMinor: 1}}, []string{complaint.CodeOtherKind}},
		{"by her other role", both, []complaint.Offer{{Remedy: "a", Kind: complaint.CreditRemedy, AmountMinor: 1}}, []string{complaint.CodeWithin}},
		{"the first that reaches", both, []complaint.Offer{remedyRefund("a", 300_00)}, []string{complaint.CodeWithin}},
		{"no role", nil, []complaint.Offer{remedyRefund("a", 1)}, []string{complaint.CodeNoLimit}},
		{"words cost nothing", nil, []complaint.Offer{{Remedy: "a", Kind: complaint.ApologyRemedy}}, []string{complaint.CodeCostless}},
		{"help that costs", nil, []complaint.Offer{{Remedy: "a", Kind: complaint.HelpRemedy, AmountMinor: 1}}, []string{complaint.CodeNoLimit}},
		{"a thing of no stated worth", nil, []complaint.Offer{{Remedy: "a", Kind: complaint.ReplacementRemedy}}, []string{complaint.CodeNoLimit}},
		{"points", clerk, []complaint.Offer{points(1_000, 0)}, []string{complaint.CodeWithinPoints}},
		{"too many points", clerk, []complaint.Offer{points(1_001, 0)}, []string{complaint.CodeOverPoints}},
		{"goodwill", clerk, []complaint.Offer{remedyGoodwill("a", 80_00)}, []string{complaint.CodeWithin}},
		{"more goodwill than a whole month's", clerk, []complaint.Offer{remedyGoodwill("a", 80_01)}, []string{complaint.CodeOverAllowance}},
		{"goodwill without an allowance", cashier, []complaint.Offer{{Remedy: "a", Kind: complaint.RefundRemedy, AmountMinor: 1, Goodwill: true}}, []string{complaint.CodeOverAllowance}},
		{"of a role that gives nothing", []string{"head"}, []complaint.Offer{{Remedy: "a", Kind: complaint.ReplacementRemedy}}, []string{complaint.CodeNoLimit}},
		{"a thing of a role that gives", clerk, []complaint.Offer{{Remedy: "a", Kind: complaint.ReplacementRemedy}}, []string{complaint.CodeWithin}},
		{"asked", clerk, []complaint.Offer{{Remedy: "a", Kind: complaint.RefundRemedy, AmountMinor: 1, Ask: true}}, []string{complaint.CodeApprovalSought}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := remedyBegin(t, remedyRules())
			accepted := int64(0)
			for _, offer := range tc.offers {
				if !offer.Goodwill {
					accepted += offer.AmountMinor
				}
			}
			r.must(r.Decide(r.c, remedyDecide("lost", accepted, tc.offers...), complaint.Agent{ID: "ann", Roles: tc.roles}))
			assert.Equal(t, tc.codes, r.told())
			for i, one := range r.c.Remedies {
				asked := one.State == complaint.RemedyProposed
				assert.Equal(t, asked, one.Approval.Approvers == 1)
				assert.Equal(t, asked, len(r.Due(r.c)) == i, "what waits for approval is not due")
			}
			r.stored()
		})
	}
}

// A limit is not got round by giving little by little, by deciding again, nor by two agents.
func TestLimitLittleByLittle(t *testing.T) {
	r := remedyBegin(t, remedyRules())
	r.must(r.Decide(r.c, remedyDecide("lost", 100_00, remedyRefund("a", 100_00)), remedyAnn))
	r.must(r.Decide(r.c, remedyDecide("bill", 50_00, remedyRefund("b", 50_00)), remedyAnn))
	more := remedyDecide("clerk", 1, remedyRefund("c", 1))
	more.By = "cid"
	r.must(r.Decide(r.c, more, complaint.Agent{ID: "cid", Roles: []string{"clerk"}}))
	assert.Equal(t, []string{complaint.CodeOverCase}, r.told())
	r.must(r.Settle(r.c, remedySettle("a", "2026-11-25 11:00", 100_00)))
	again := remedyDecide("lost", 200_00, remedyRefund("d", 100_00)) // the paid ones count
	r.must(r.Decide(r.c, again, remedyAnn))
	assert.Equal(t, []string{complaint.CodeOverCase}, r.told())
	assert.Equal(t, int64(250_01), r.c.Remedies[3].Approval.TotalMinor)
	lower := remedyDecide("bill", 40_00, remedyRefund("e", 40_00)) // and those that it withdraws do not
	r.must(r.Decide(r.c, lower, remedyAnn))
	assert.Equal(t, int64(240_01), r.c.Remedies[4].Approval.TotalMinor)
}

// row A27, and approval by the beneficiary, which has happened: who may not approve, and what she
// lacks, is told at once; a deputy stands for whom she stands in for.
func TestApprovers(t *testing.T) {
	r := remedyBegin(t, remedyRules())
	offer := remedyRefund("r", 200_00)
	offer.Beneficiary = "hua"
	r.must(r.Decide(r.c, remedyDecide("bill", 200_00, offer), complaint.Agent{ID: "ann", Roles: []string{"clerk"}}))
	assert.Equal(t, complaint.ApprovalAsked{Remedy: "r", Approvers: 1, Roles: []string{"lead", "head"}, TotalMinor: 200_00}, r.c.Remedies[0].Approval)
	assert.Empty(t, r.Due(r.c), "nothing is paid before it is approved")
	r.refused(complaint.CodeRemedyState)(r.Settle(r.c, remedySettle("r", "2026-11-25 10:05", 1)))

	at := "2026-11-25 12:30"
	lunch := remedySpan("2026-11-25 12:00", "2026-11-25 13:00")
	lead := func(id string, away customer.Span, deputies ...string) complaint.Agent {
		agent := complaint.Agent{ID: id, Roles: []string{"lead"}, Deputies: deputies}
		if away != (customer.Span{}) {
			agent.Away = []customer.Span{away}
		}
		return agent
	}
	here, dan := customer.Span{}, complaint.Agent{ID: "dan"}
	for _, tc := range []struct {
		name  string
		by    complaint.Agent
		of    complaint.Agent // whom she stands in for
		owner string
		codes []string
	}{
		{"the lead", lead("lea", here), complaint.Agent{}, "", nil},
		{"a clerk", complaint.Agent{ID: "cid", Roles: []string{"clerk"}}, complaint.Agent{}, "", []string{complaint.CodeNoAuthority}},
		{"nobody", dan, complaint.Agent{}, "", []string{complaint.CodeNoAuthority}},
		{"who decided it", lead("ann", here), complaint.Agent{}, "", []string{complaint.CodeHandler}},
		{"who handles the case", lead("lea", here), complaint.Agent{}, "lea", []string{complaint.CodeHandler}},
		{"who gets it", lead("hua", here), complaint.Agent{}, "", []string{complaint.CodeBeneficiary}},
		{"who is complained about", lead("bea", here), complaint.Agent{}, "", []string{complaint.CodeConcerned}},
		{"who is at lunch", lead("lea", lunch), complaint.Agent{}, "", []string{complaint.CodeAway}},
		{"who is back from lunch", lead("lea", remedySpan("2026-11-25 12:00", at)), complaint.Agent{}, "", nil},
		{"who has left", lead("lea", customer.Span{From: lunch.From}), complaint.Agent{}, "", []string{complaint.CodeAway}},
		{"her deputy", dan, lead("lea", lunch, "dan"), "", nil},
		{"the deputy of one who has left", dan, lead("lea", customer.Span{From: lunch.From}, "dan"), "", nil},
		{"nobody's deputy", dan, lead("lea", lunch, "lou"), "", []string{complaint.CodeNotDeputy}},
		{"a deputy before", dan, lead("lea", remedySpan("2026-11-25 12:31", "2026-11-25 13:00"), "dan"), "", []string{complaint.CodeNotAway}},
		{"a deputy after", dan, lead("lea", remedySpan("2026-11-25 12:00", at), "dan"), "", []string{complaint.CodeNotAway}},
		{"a deputy of no authority", lead("lea", here), complaint.Agent{ID: "cid", Away: []customer.Span{lunch}, Deputies: []string{"lea"}}, "", []string{complaint.CodeNoAuthority}},
		{"her own deputy, while she is away", lead("lea", lunch, "lea"), complaint.Agent{ID: "lea"}, "", []string{complaint.CodeAway, complaint.CodeNotDeputy}},
		{"who decided it, as a deputy", lead("ann", here), lead("lea", lunch, "ann"), "", []string{complaint.CodeHandler}},
		{"a deputy of who decided it", dan, lead("ann", lunch, "dan"), "", []string{complaint.CodeHandler}},
		{"a deputy of who gets it", dan, lead("hua", lunch, "dan"), "", []string{complaint.CodeBeneficiary}},
		{"a deputy of who is complained about", dan, lead("bea", lunch, "dan"), "", []string{complaint.CodeConcerned}},
		{"all at once", lead("ann", lunch), lead("bea", here), "ann", []string{
			complaint.CodeAway, complaint.CodeHandler, complaint.CodeConcerned, complaint.CodeNotAway, complaint.CodeNotDeputy,
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := r.c
			c.Owner.Agent = tc.owner
			step, staff := caseStep(tc.by.ID, at), []complaint.Agent{tc.by}
			if tc.of.ID != "" && tc.of.ID != tc.by.ID {
				staff = append(staff, tc.of)
			}
			_, err := r.Approve(c, complaint.Approve{Step: step, Remedy: "r", For: tc.of.ID}, staff)
			assert.Equal(t, tc.codes, remedyMissing(err))
			_, err = r.Object(c, complaint.Object{Step: step, Remedy: "r", For: tc.of.ID, Reason: "too much"}, staff)
			assert.Equal(t, tc.codes, remedyMissing(err), "and who could not approve cannot refuse")
		})
	}
	approve := complaint.Approve{Step: caseStep("dan", at), Remedy: "r", For: "lea"}
	staff := []complaint.Agent{dan, lead("lea", lunch, "dan")}
	r.must(r.Approve(r.c, approve, staff))
	assert.Equal(t, []string{complaint.CodeDeputes, complaint.CodeApproved}, r.told())
	pinned := r.entries[len(r.entries)-2].Because
	assert.Equal(t, []any{"lead", int64(200_00), int64(1_000_00)}, []any{pinned.Of, pinned.Fact, pinned.Mark}, "the role and its limit")
	assert.True(t, pinned.At.Equal(lunch.From) && pinned.Until.Equal(lunch.To), "and the absence")
	assert.Equal(t, []string{"r granted"}, remedyStates(r.c))
	r.refused(complaint.CodeRemedyState)(r.Approve(r.c, approve, staff))
	r.refused(complaint.CodeRemedyUnknown)(r.Approve(r.c, complaint.Approve{Step: approve.Step, Remedy: "s"}, staff))
	r.faulty("staff")(r.Approve(r.c, approve, staff[1:])) // of whom nothing is known
	r.faulty("staff")(r.Approve(r.c, approve, staff[:1]))
	r.stored()
}

// Who handles the case cannot hand it on and then approve what was decided while she had it, nor
// before it was decided.
func TestApprovalByWhoHandledIt(t *testing.T) {
	r := &caseRun{T: t, Policy: casePolicy(t, remedyRules())}
	r.must(r.Receive(r.c, complaint.Receive{
		Step: caseStep("tom", "2026-11-25 09:00"), Customer: "c-1", Channel: complaint.Phone, Desk: "hotline",
		Claims: []complaint.Claim{{Issue: "bill", Kind: "bill", ClaimedMinor: 300_00}, {Issue: "lost", Kind: "message", ClaimedMinor: 400_00}},
	}))
	r.assess("2026-11-25 09:30", complaint.High)
	r.must(r.Take(r.c, complaint.Take{Step: caseStep("lea", "2026-11-25 09:40")}, remedyStaff))
	r.must(r.Decide(r.c, remedyDecide("bill", 200_00, remedyRefund("r", 200_00)), remedyAnn))
	staff := append(remedyStaff[:len(remedyStaff):len(remedyStaff)], complaint.Agent{ID: "lou", Roles: []string{"lead"}})
	r.must(r.Transfer(r.c, complaint.Transfer{Step: caseStep("lea", "2026-11-25 10:30"), Desk: "hotline", Agent: "ann", Reason: "hers"}, staff))
	approve := complaint.Approve{Step: caseStep("lea", "2026-11-25 11:00"), Remedy: "r"}
	r.refused(complaint.CodeHandler)(r.Approve(r.c, approve, staff))
	approve.Step = caseStep("lou", "2026-11-25 09:59")
	r.refused(complaint.CodeRemedyLater)(r.Approve(r.c, approve, staff))
	r.refused(complaint.CodeRemedyLater)(r.Object(r.c, complaint.Object{Step: approve.Step, Remedy: "r", Reason: "no"}, staff))
	approve.Step = caseStep("lou", "2026-11-25 10:00")
	r.must(r.Approve(r.c, approve, staff))

	// What is decided after she had it, she approves.
	r.must(r.Decide(r.c, func() complaint.Decide {
		x := remedyDecide("lost", 300_00, remedyRefund("s", 300_00))
		x.Step = caseStep("ann", "2026-11-25 12:00")
		return x
	}(), remedyAnn))
	r.must(r.Approve(r.c, complaint.Approve{Step: caseStep("lea", "2026-11-25 12:10"), Remedy: "s"}, staff))
}

// row A27: two of several may approve, and not one of them twice, under whatever name.
func TestTwoApprovers(t *testing.T) {
	r := remedyBegin(t, remedyRules())
	r.must(r.Decide(r.c, remedyDecide("lost", 5_000_00, remedyRefund("one", 5_000_00)), remedyAnn))
	assert.Equal(t, 1, r.c.Remedies[0].Approval.Approvers)
	again := remedyDecide("lost", 5_000_01, remedyRefund("two", 5_000_01))
	r.must(r.Decide(r.c, again, remedyAnn))
	assert.Equal(t, complaint.ApprovalAsked{Remedy: "two", Approvers: 2, Roles: []string{"head"}, TotalMinor: 5_000_01}, r.c.Remedies[1].Approval)
	approve := complaint.Approve{Step: caseStep("hal", "2026-11-25 11:00"), Remedy: "two"}
	r.must(r.Approve(r.c, approve, remedyStaff))
	assert.Equal(t, []string{"one withdrawn", "two proposed"}, remedyStates(r.c))
	approve.Ref = "again"
	r.refused(complaint.CodeApprovedTwice)(r.Approve(r.c, approve, remedyStaff))
	away := []customer.Span{remedySpan("2026-11-25 00:00", "2026-11-26 00:00")}
	dan := complaint.Agent{ID: "dan"}
	hal := complaint.Agent{ID: "hal", Roles: []string{"head"}, Away: away, Deputies: []string{"dan"}}
	hua := complaint.Agent{ID: "hua", Roles: []string{"head"}, Away: away, Deputies: []string{"dan", "hal"}}
	byDan := complaint.Approve{Step: caseStep("dan", "2026-11-25 11:10"), Remedy: "two", For: "hal"}
	r.refused(complaint.CodeApprovedTwice)(r.Approve(r.c, byDan, []complaint.Agent{dan, hal}))
	approve.For = "hua"
	r.refused(complaint.CodeApprovedTwice)(r.Approve(r.c, approve, append(remedyStaff[3:4:4], hua)))
	byDan.For = "hua"
	r.must(r.Approve(r.c, byDan, []complaint.Agent{dan, hua}))
	assert.Equal(t, []string{"one withdrawn", "two granted"}, remedyStates(r.c))
	assert.Equal(t, []complaint.Approval{{At: caseAt("2026-11-25 11:00"), By: "hal"}, {At: caseAt("2026-11-25 11:10"), By: "dan", For: "hua"}}, r.c.Remedies[1].Approvals)

	// What nobody may approve is not proposed at all.
	much := remedyDecide("bill", 300_00, remedyRefund("much", 300_00))
	r.must(r.Deviate(r.c, complaint.Deviate{Step: caseStep("hal", "2026-11-25 11:20"), Deviation: "d", Issue: "bill", From: complaint.FromClaim, UpToMinor: 100_000_00, Reason: "r"}, remedyStaff))
	much.AcceptedMinor, much.Offers[0].AmountMinor = 95_000_00, 95_000_00
	r.refused(complaint.CodeNoApprover)(r.Decide(r.c, much, remedyAnn))
	r.stored()
}

// Points have limits of their own: money alone gives no authority over them.
func TestPointsAreApproved(t *testing.T) {
	r := remedyBegin(t, remedyRules())
	points := func(n int64) complaint.Decide {
		return remedyDecide("lost", 0, complaint.Offer{Remedy: "p", Kind: complaint.PointsRemedy, Points: n})
	}
	_, err := r.Decide(r.c, points(100_001), remedyAnn)
	var refusal *customer.Refusal
	require.ErrorAs(t, err, &refusal)
	assert.Equal(t, []any{complaint.CodeNoApprover, int64(100_001), int64(100_000), customer.UnitPoints}, []any{
		refusal.Missing[0].Code, refusal.Missing[0].Fact, refusal.Missing[0].Mark, refusal.Missing[0].Unit,
	})
	r.must(r.Decide(r.c, points(5_001), remedyAnn))
	approve := complaint.Approve{Step: caseStep("lea", "2026-11-25 11:00"), Remedy: "p"}
	_, err = r.Approve(r.c, approve, remedyStaff)
	require.ErrorAs(t, err, &refusal)
	assert.Equal(t, []any{complaint.CodeNoAuthority, "lea", int64(5_001), int64(5_000)}, []any{
		refusal.Missing[0].Code, refusal.Missing[0].Of, refusal.Missing[0].Fact, refusal.Missing[0].Mark,
	})
	approve.By = "hal"
	r.must(r.Approve(r.c, approve, remedyStaff))
	assert.Equal(t, int64(5_001), r.Due(r.c)[0].Points)
}

// A policy of later limits approves by its own, and leaves what was approved before.
func TestApprovalUnderALaterPolicy(t *testing.T) {
	r := remedyBegin(t, remedyRules())
	r.must(r.Decide(r.c, remedyDecide("bill", 200_00, remedyRefund("r", 200_00)), remedyAnn))
	rules := remedyRules()
	rules.Remedies.Limits[2].ApproveMinor = 199_99
	r.Policy = casePolicy(t, rules)
	approve := complaint.Approve{Step: caseStep("lea", "2026-11-25 11:00"), Remedy: "r"}
	r.refused(complaint.CodeNoAuthority)(r.Approve(r.c, approve, remedyStaff))
	rules.Remedies.Limits, rules.Remedies.Approvals = nil, nil
	r.Policy = casePolicy(t, rules)
	r.must(r.Approve(r.c, approve, remedyStaff))
	assert.Equal(t, []string{"r granted"}, remedyStates(r.c))
	r.must(r.Decide(r.c, remedyDecide("lost", 50_000_00, remedyRefund("s", 50_000_00)), remedyAnn))
	assert.Equal(t, []string{complaint.CodeUnlimited}, r.told())
}

// An approver who refuses says why, and then the issue is decided again.
func TestObject(t *testing.T) {
	r := remedyBegin(t, remedyRules())
	r.must(r.Decide(r.c, remedyDecide("bill", 200_00, remedyRefund("r", 200_00)), remedyAnn))
	object := complaint.Object{Step: caseStep("lea", "2026-11-25 11:00"), Remedy: "r"}
	r.refused(complaint.CodeObjectsWhy)(r.Object(r.c, object, remedyStaff))
	object.Remedy = "s"
	r.refused(complaint.CodeRemedyUnknown, complaint.CodeObjectsWhy)(r.Object(r.c, object, remedyStaff))
	object.Remedy, object.Reason = "r", "she was told of the limit by message on 3 November"
	r.must(r.Object(r.c, object, remedyStaff))
	assert.Equal(t, []string{"r objected"}, remedyStates(r.c))
	assert.Equal(t, complaint.Approval{At: caseAt("2026-11-25 11:00"), By: "lea", Note: object.Reason}, r.c.Remedies[0].Objection)
	r.refused(complaint.CodeRemedyState)(r.Approve(r.c, complaint.Approve{Step: object.Step, Remedy: "r"}, remedyStaff))
	r.refused(complaint.CodeRemedyState)(r.Settle(r.c, remedySettle("r", "2026-11-25 11:10", 1)))
	closing := r.Allowed(r.c, "cid", caseAt("2026-11-25 12:00"))
	assert.Contains(t, caseCodes(remedyPermission(closing, complaint.KindClose)), complaint.CodeObjected)
	again := remedyDecide("bill", 50_00, remedyRefund("s", 50_00))
	r.must(r.Decide(r.c, again, remedyAnn))
	assert.Equal(t, []string{"r withdrawn", "s granted"}, remedyStates(r.c))
	r.stored()
}

func remedyPermission(all []complaint.Permission, kind complaint.Kind) []customer.Reason {
	for _, one := range all {
		if one.Kind == kind {
			return one.Missing
		}
	}
	return nil
}

// No history grants what was not approved as often as was asked, nor lets one approve twice.
func TestApplyRefusesApprovalsThatAreNone(t *testing.T) {
	r := remedyBegin(t, remedyRules())
	r.must(r.Decide(r.c, remedyDecide("lost", 6_000_00, remedyRefund("r", 6_000_00)), remedyAnn))
	entry := func(by string, body complaint.Body) complaint.Entry {
		return complaint.Entry{Version: complaint.EntryVersion, At: caseAt("2026-11-25 11:00"), By: by, Ref: "forged", Body: body}
	}
	for name, forged := range map[string][]complaint.Entry{
		"without approval":        {entry("ann", complaint.Granted{Remedy: "r"})},
		"with one":                {entry("hal", complaint.Approve{Remedy: "r"}), entry("hal", complaint.Granted{Remedy: "r"})},
		"twice by one":            {entry("hal", complaint.Approve{Remedy: "r"}), entry("hal", complaint.Approve{Remedy: "r"})},
		"and for her":             {entry("hal", complaint.Approve{Remedy: "r"}), entry("dan", complaint.Approve{Remedy: "r", For: "hal"})},
		"by who decided it":       {entry("ann", complaint.Approve{Remedy: "r"})},
		"by her deputy":           {entry("dan", complaint.Approve{Remedy: "r", For: "ann"})},
		"by who gets it":          {entry("c-1", complaint.Approve{Remedy: "r"})},
		"of what is not there":    {entry("hal", complaint.Approve{Remedy: "s"})},
		"asked twice":             {entry("ann", complaint.ApprovalAsked{Remedy: "r", Approvers: 1})},
		"refused when it is over": {entry("hal", complaint.Object{Remedy: "r", Reason: "no"}), entry("hal", complaint.Object{Remedy: "r", Reason: "no"})},
	} {
		_, err := r.c.Apply(forged...)
		require.ErrorIs(t, err, complaint.ErrBroken, name)
	}
}

// Rules are checked whole.
func TestRemedyRuleFaults(t *testing.T) {
	for _, tc := range []struct {
		name   string
		change func(*complaint.Rules)
		paths  []string
	}{
		{"role", func(r *complaint.Rules) { r.Remedies.Limits[0].Role = "" }, []string{"remedies.limits[0].role"}},
		{"kind", func(r *complaint.Rules) { r.Remedies.Limits[0].Kinds = []complaint.RemedyKind{99} }, []string{"remedies.limits[0].kinds[0]"}},
		{"amounts", func(r *complaint.Rules) {
			r.Remedies.Limits[0] = complaint.LimitRule{Role: "r", RemedyMinor: -1, CaseMinor: -1, CasePoints: -1, ApproveMinor: -1, ApprovePoints: -1, GoodwillMinor: -1}
		}, []string{
			"remedies.limits[0].remedy_minor", "remedies.limits[0].case_minor", "remedies.limits[0].case_points",
			"remedies.limits[0].approve_minor", "remedies.limits[0].approve_points", "remedies.limits[0].goodwill_minor",
		}},
		{"case below remedy", func(r *complaint.Rules) { r.Remedies.Limits[0].CaseMinor = 99_99 }, []string{"remedies.limits[0].case_minor"}},
		{"no period", func(r *complaint.Rules) { r.Remedies.Limits[0].Period = 0 }, []string{"remedies.limits[0].period"}},
		{"period of nothing", func(r *complaint.Rules) {
			r.Remedies.Limits[1].Period, r.Remedies.Limits[1].Shared = complaint.PerDay, true
		}, []string{"remedies.limits[1].period", "remedies.limits[1].shared"}},
		{"two allowances of one name", func(r *complaint.Rules) {
			r.Remedies.Limits[1] = r.Remedies.Limits[0]
			r.Remedies.Limits[3] = r.Remedies.Limits[0]
			r.Remedies.Limits[3].Period = complaint.PerWeek
		}, []string{"remedies.limits[1].goodwill_minor"}},
		{"approvals", func(r *complaint.Rules) {
			r.Remedies.Approvals = []complaint.ApprovalRule{{AboveMinor: 1}, {AboveMinor: 1, Approvers: 101}, {AboveMinor: -1, Approvers: 1}}
		}, []string{"remedies.approvals[0].approvers", "remedies.approvals[1].approvers", "remedies.approvals[1].above_minor", "remedies.approvals[2].above_minor", "remedies.approvals[2].above_minor"}},
		{"measure roles", func(r *complaint.Rules) { r.Remedies.MeasureRoles = []string{""} }, []string{"remedies.measure_roles[0]"}},
		{"no currency", func(r *complaint.Rules) { r.Currency = customer.Currency{} }, []string{"remedies.limits"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			rules := remedyRules()
			tc.change(&rules)
			_, err := complaint.NewPolicy(rules, casePolicyZone(t))
			assert.Equal(t, tc.paths, casePaths(err))
		})
	}
	rules := remedyRules()
	policy := casePolicy(t, rules)
	rules.Remedies.Limits[0].RemedyMinor, rules.Remedies.MeasureRoles[0] = 1, "clerk" // the policy's are its own
	r := remedyBegin(t, remedyRules())
	d, err := policy.Decide(r.c, remedyDecide("bill", 100_00, remedyRefund("r", 100_00)), remedyAnn)
	require.NoError(t, err)
	assert.Equal(t, []string{complaint.CodeWithin}, caseCodes(d.Reasons))
}
