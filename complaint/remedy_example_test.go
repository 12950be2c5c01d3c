package complaint_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/customer/quota"
)

// telephony is a telephone company's procedure: a clerk gives up to 100 euros and 40 a month of
// goodwill, a team leader approves up to 500, and two of the board what is above that.
func telephony() (*complaint.Policy, error) {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		return nil, err
	}
	return complaint.NewPolicy(complaint.Rules{
		Edition:  customer.Edition{ID: "telephony", Version: 1},
		Zone:     "Europe/Berlin",
		Currency: customer.Currency{Code: "EUR", Digits: 2},
		Evidence: complaint.EvidenceRules{Clauses: []complaint.Clause{{ID: "terms-7", Version: 3, Hash: complaint.HashText("7. Rates abroad …")}}},
		Remedies: complaint.RemedyRules{
			Limits: []complaint.LimitRule{
				{Role: "clerk", RemedyMinor: 100_00, CaseMinor: 100_00, GoodwillMinor: 40_00, Period: complaint.PerMonth},
				{Role: "leader", RemedyMinor: 500_00, CaseMinor: 500_00, ApproveMinor: 500_00},
				{Role: "board", ApproveMinor: 50_000_00},
			},
			Approvals: []complaint.ApprovalRule{{Approvers: 1}, {AboveMinor: 500_00, Approvers: 2}},
		},
	}, zone)
}

// telephonyCase is a case that was received, with one issue, and looked at.
func telephonyCase(policy *complaint.Policy, claim complaint.Claim) (complaint.Case, error) {
	received, err := policy.Receive(complaint.Case{}, complaint.Receive{
		Step:     complaint.Step{Ref: "1", By: "ann", At: telephonyAt(9, 0)},
		Customer: "c-1", Channel: complaint.Phone, Claims: []complaint.Claim{claim},
	})
	if err != nil {
		return complaint.Case{}, err
	}
	assessed, err := policy.Assess(received.Next, complaint.Assess{
		Step: complaint.Step{Ref: "2", By: "ann", At: telephonyAt(9, 10)}, Assessment: complaint.Assessment{Severity: complaint.Normal},
	})
	return assessed.Next, err
}

func telephonyAt(hour, minute int) time.Time {
	return time.Date(2026, 11, 25, hour-1, minute, 0, 0, time.UTC)
}

// The bill is 500 where 200 at most was said. What is plainly wrong is refunded at once, within the
// clerk's limit, while the rest is looked at; the undisputed 200 are hers to pay all along.
func ExamplePolicy_Decide() {
	policy, err := telephony()
	if err != nil {
		fmt.Println(err)
		return
	}
	c, err := telephonyCase(policy, complaint.Claim{Issue: "bill", Kind: "roaming", Demand: complaint.Refund, ClaimedMinor: 300_00, BilledMinor: 500_00})
	if err != nil {
		fmt.Println(err)
		return
	}
	clerk := complaint.Agent{ID: "ben", Roles: []string{"clerk"}}
	at := complaint.Step{Ref: "3", By: "ben", At: telephonyAt(9, 30)}

	_, err = policy.Decide(c, complaint.Decide{Step: at, Issue: "bill", Verdict: complaint.NotUpheld}, clerk)
	var refusal *customer.Refusal
	if errors.As(err, &refusal) {
		for _, missing := range refusal.Missing {
			fmt.Println("refused:", policy.Explain(missing, customer.English))
		}
	}

	decision, err := policy.Decide(c, complaint.Decide{
		Step: at, Issue: "bill", Verdict: complaint.PartlyUpheld, AcceptedMinor: 90_00,
		Reason: "two calls are billed twice; the others are being looked at", Citations: []complaint.Citation{{Clause: "terms-7", Version: 3, Hash: complaint.HashText("7. Rates abroad …")}},
		Appeal: "the arbitration board, until 25 December", Alternative: "no reminder is sent meanwhile", Channel: complaint.Email,
		Offers: []complaint.Offer{{Remedy: "twice", Kind: complaint.RefundRemedy, AmountMinor: 90_00}},
	}, clerk)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, reason := range decision.Reasons {
		fmt.Println(policy.Explain(reason, customer.English))
	}
	c = decision.Next
	for _, due := range policy.Due(c) { // the host pays, under the case's ID and this key
		fmt.Println("pay:", due.Kind, due.Currency.Text(due.AmountMinor), "to", due.Beneficiary, "under", due.Key)
	}
	bill := c.Issues[0].Bill()
	fmt.Println("undisputed", bill.UndisputedMinor, "disputed", bill.DisputedMinor, "accepted so far", bill.AcceptedMinor, "owed so far", bill.OwedMinor)
	// Output:
	// refused: no reason is given for what is refused in issue bill
	// refused: no clause is cited for what is refused in issue bill
	// refused: no way to appeal is named in issue bill
	// refused: nothing else is offered for what is refused in issue bill
	// refused: no channel is named through which the customer is told of issue bill
	// 90.00 EUR is within what clerk may give, 100.00 EUR
	// pay: refund 90.00 EUR to c-1 under twice/1
	// undisputed 20000 disputed 30000 accepted so far 9000 owed so far 41000
}

// 2,000 need two of the board. One of them is away: her deputy approves in her place, once.
func ExamplePolicy_Approve() {
	policy, err := telephony()
	if err != nil {
		fmt.Println(err)
		return
	}
	c, err := telephonyCase(policy, complaint.Claim{Issue: "outage", Kind: "outage", Demand: complaint.Compensation, ClaimedMinor: 2_000_00})
	if err != nil {
		fmt.Println(err)
		return
	}
	decision, err := policy.Decide(c, complaint.Decide{
		Step: complaint.Step{Ref: "3", By: "ben", At: telephonyAt(10, 0)}, Issue: "outage", Verdict: complaint.FullyUpheld, AcceptedMinor: 2_000_00,
		Offers: []complaint.Offer{{Remedy: "loss", Kind: complaint.CompensationRemedy, AmountMinor: 2_000_00}},
	}, complaint.Agent{ID: "ben", Roles: []string{"clerk"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	c = decision.Next
	fmt.Println(policy.Explain(decision.Reasons[0], customer.English))
	fmt.Println("approvals needed:", c.Remedies[0].Approval.Approvers, "of", c.Remedies[0].Approval.Roles, "due now:", len(policy.Due(c)))

	staff := []complaint.Agent{
		{ID: "carol", Roles: []string{"board"}, Away: []customer.Span{{From: telephonyAt(0, 0), To: telephonyAt(24, 0)}}, Deputies: []string{"dora", "emil"}},
		{ID: "dora", Roles: []string{"board"}},
		{ID: "emil", Roles: []string{"leader"}},
	}
	for i, one := range []struct{ by, whose string }{{"dora", ""}, {"dora", "carol"}, {"emil", ""}, {"emil", "carol"}} {
		step := complaint.Step{Ref: fmt.Sprint("approve-", i), By: one.by, At: telephonyAt(12, i)}
		decision, err := policy.Approve(c, complaint.Approve{Step: step, Remedy: "loss", For: one.whose}, staff)
		var refusal *customer.Refusal
		if errors.As(err, &refusal) {
			fmt.Println("refused:", policy.Explain(refusal.Missing[0], customer.English))
			continue
		}
		c = decision.Next
		fmt.Println(one.by, "approves:", c.Remedies[0].State)
	}
	// Output:
	// 2000.00 EUR is above what clerk may give for one remedy, 100.00 EUR
	// approvals needed: 2 of [board] due now: 0
	// dora approves: proposed
	// refused: dora has approved it before
	// refused: emil approves up to 500.00 EUR, and it comes to 2000.00 EUR
	// emil approves: granted
}

// A clerk's goodwill for the month is used up: she sees what is left, and asks for approval.
func ExampleGoodwill() {
	policy, err := telephony()
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	cases, allowances := new(journal.Mem[complaint.ID, complaint.Case, complaint.Entry]), new(quota.Mem)
	desk := complaint.Goodwill{Policy: policy, Cases: cases, Allowances: allowances}
	clerk := complaint.Agent{ID: "ben", Roles: []string{"clerk"}}
	mine := policy.Allowances(clerk, telephonyAt(9, 0))[0]
	if err := allowances.Set(mine.Name, mine.LimitMinor); err != nil { // once a month
		fmt.Println(err)
		return
	}
	for i, minor := range []int64{25_00, 25_00, 15_00} {
		id := complaint.ID(fmt.Sprint("K-", i))
		receive := complaint.Receive{Step: complaint.Step{Ref: "1", By: "ann", At: telephonyAt(9, 0)}, Customer: "c-1", Channel: complaint.Phone, Claims: []complaint.Claim{{Issue: "wait", Kind: "waiting"}}}
		assess := complaint.Assess{Step: complaint.Step{Ref: "2", By: "ann", At: telephonyAt(9, 1)}, Assessment: complaint.Assessment{Severity: complaint.Low}}
		if _, err := complaint.Run(ctx, cases, id, receive, policy.Receive); err != nil {
			fmt.Println(err)
		}
		if _, err := complaint.Run(ctx, cases, id, assess, policy.Assess); err != nil {
			fmt.Println(err)
		}
		decide := complaint.Decide{
			Step: complaint.Step{Ref: "3", By: "ben", At: telephonyAt(11, i)}, Issue: "wait", Verdict: complaint.FullyUpheld,
			Offers: []complaint.Offer{{Remedy: "sorry", Kind: complaint.CreditRemedy, AmountMinor: minor, Goodwill: true}},
		}
		answer, err := desk.Decide(ctx, id, decide, clerk)
		var refusal *customer.Refusal
		if errors.As(err, &refusal) {
			fmt.Println("refused:", policy.Explain(refusal.Missing[0], customer.English))
			decide.Offers[0].Ask = true
			answer, err = desk.Decide(ctx, id, decide, clerk)
		}
		if err != nil {
			fmt.Println(err)
			return
		}
		level, _ := allowances.Level(ctx, mine.Name, telephonyAt(12, 0))
		fmt.Printf("%s: %s; used %d, left %d\n", id, answer.State.Remedies[0].State, level.Captured, level.Left())
	}
	// Output:
	// K-0: granted; used 2500, left 1500
	// refused: goodwill/clerk/ben/2026-11 has 15.00 EUR left, not 25.00 EUR: ask for approval
	// K-1: proposed; used 2500, left 1500
	// K-2: granted; used 4000, left 0
}
