package complaint_test

import (
	"testing"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/customer"
)

const remedyText = "31. Messages that are not delivered are not charged. No further liability."

// remedyRules are those of a telephone company: a clerk gives up to 100, a lead approves up to
// 1,000, two of the heads what is above 5,000 in all.
func remedyRules() complaint.Rules {
	return complaint.Rules{
		Edition:  customer.Edition{ID: "hotline", Version: 1},
		Zone:     "Asia/Shanghai",
		Currency: customer.Currency{Code: "CNY", Digits: 2},
		Evidence: complaint.EvidenceRules{Clauses: []complaint.Clause{{ID: "telecom-31", Version: 2, Hash: complaint.HashText(remedyText)}}},
		Remedies: complaint.RemedyRules{
			Limits: []complaint.LimitRule{
				{Role: "clerk", RemedyMinor: 100_00, CaseMinor: 150_00, CasePoints: 1_000, GoodwillMinor: 80_00, Period: complaint.PerMonth},
				{Role: "cashier", Kinds: []complaint.RemedyKind{complaint.RefundRemedy}, RemedyMinor: 300_00, CaseMinor: 300_00},
				{Role: "lead", RemedyMinor: 500_00, CaseMinor: 500_00, ApproveMinor: 1_000_00, ApprovePoints: 5_000, GoodwillMinor: 200_00, Period: complaint.PerWeek, Shared: true},
				{Role: "head", ApproveMinor: 100_000_00, ApprovePoints: 100_000},
			},
			Approvals:    []complaint.ApprovalRule{{Approvers: 1}, {AboveMinor: 5_000_00, Approvers: 2}},
			MeasureRoles: []string{"personnel"},
		},
	}
}

func remedyCited() []complaint.Citation {
	return []complaint.Citation{{Clause: "telecom-31", Version: 2, Hash: complaint.HashText(remedyText)}}
}

var (
	remedyAnn = complaint.Agent{ID: "ann", Roles: []string{"clerk"}}

	// remedyStaff are ann; lea, a lead; three heads; and bea, a lead who is complained about.
	remedyStaff = []complaint.Agent{
		remedyAnn,
		{ID: "lea", Roles: []string{"lead"}},
		{ID: "bea", Roles: []string{"lead"}},
		{ID: "hal", Roles: []string{"head"}},
		{ID: "hua", Roles: []string{"head"}},
		{ID: "kim", Roles: []string{"head"}},
	}
)

// remedyBegin is an assessed case: 100,000 of lost revenue for messages that did not arrive, a
// bill of 500 of which 300 is disputed, and a rude agent, bea.
func remedyBegin(t *testing.T, rules complaint.Rules) *caseRun {
	t.Helper()
	r := &caseRun{T: t, Policy: casePolicy(t, rules)}
	r.must(r.Receive(r.c, complaint.Receive{
		Step: caseStep("tom", "2026-11-25 09:00"), Customer: "c-1", Channel: complaint.Phone,
		Claims: []complaint.Claim{
			{Issue: "lost", Kind: "message", Demand: complaint.Compensation, ClaimedMinor: 100_000_00},
			{Issue: "bill", Kind: "bill", Demand: complaint.Refund, ClaimedMinor: 300_00, BilledMinor: 500_00},
			{Issue: "clerk", Kind: "attitude", About: "bea", Demand: complaint.Apology},
			{Issue: "idea", Kind: "suggestion"},
		},
	}))
	r.assess("2026-11-25 09:30", complaint.High)
	return r
}

// remedyDecide is a decision of ann's at 10:00 in favour of the customer, with offers.
func remedyDecide(issue string, accepted int64, offers ...complaint.Offer) complaint.Decide {
	return complaint.Decide{
		Step: caseStep("ann", "2026-11-25 10:00"), Issue: issue, Verdict: complaint.PartlyUpheld, AcceptedMinor: accepted,
		Reason: "she was not told of the limit", Citations: remedyCited(), Appeal: "the consumers' association", Alternative: "chat", Channel: complaint.Phone, Offers: offers,
	}
}

func remedyRefund(ref string, minor int64) complaint.Offer {
	return complaint.Offer{Remedy: ref, Kind: complaint.RefundRemedy, AmountMinor: minor}
}

func remedyGoodwill(ref string, minor int64) complaint.Offer {
	return complaint.Offer{Remedy: ref, Kind: complaint.CreditRemedy, AmountMinor: minor, Goodwill: true}
}

func remedySettle(remedy, at string, minor int64) complaint.Settle {
	return complaint.Settle{Step: caseStep("pia", at), Remedy: remedy, Result: complaint.SettlementDone, PaidMinor: minor}
}

func remedySpan(from, to string) customer.Span {
	return customer.Span{From: caseAt(from), To: caseAt(to)}
}

// remedyStates are the states of all remedies, in their order.
func remedyStates(c complaint.Case) (all []string) {
	for _, one := range c.Remedies {
		all = append(all, one.Remedy+" "+one.State.String())
	}
	return all
}

func remedyDay(text string) customer.Date {
	day, err := customer.ParseDate(text)
	if err != nil {
		panic(err)
	}
	return day
}
