package complaint_test

import (
	"fmt"
	"time"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/customer"
)

// A customer of a bank tells where he was sent before anybody listened. Every way is a handoff;
// the second raises the case to the manager.
func ExamplePolicy_Trips() {
	policy, err := complaint.NewPolicy(complaint.Rules{
		Edition: customer.Edition{ID: "branch", Version: 1}, Zone: "UTC",
		Ownership: complaint.OwnershipRules{FirstDesk: "lobby", Tiers: []complaint.TierRule{{Desk: "managers", Role: "manager"}}},
	}, time.UTC)
	if err != nil {
		fmt.Println(err)
		return
	}
	at := func(hour, minute int) time.Time {
		return time.Date(2026, time.November, 25, hour, minute, 0, 0, time.UTC)
	}
	received, err := policy.Receive(complaint.Case{}, complaint.Receive{
		Step: complaint.Step{Ref: "1", By: "lin", At: at(14, 10)}, Customer: "c-7", Channel: complaint.Visit,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	c := received.Next
	for i, way := range []complaint.Send{
		{From: "counter", Desk: "large branch", Went: at(9, 30), WaitSeconds: 30 * 60, Reason: "not done here"},
		{From: "large branch", Desk: "personal", Went: at(10, 30), WaitSeconds: 40 * 60, Reason: "another number on the permit"},
		{From: "personal", Desk: "corporate", Went: at(11, 40), WaitSeconds: 60 * 60, Reason: "corrections are made there"},
		{From: "corporate", Desk: "supervisor", Went: at(13, 0), WaitSeconds: 70 * 60, Reason: "lunch until one"},
	} {
		way.Step = complaint.Step{Ref: fmt.Sprint("told-", i), By: "lin", At: at(14, 12)}
		sent, err := policy.Send(c, way)
		if err != nil {
			fmt.Println(err)
			return
		}
		for _, reason := range sent.Reasons {
			fmt.Println("raised:", policy.Explain(reason, customer.English))
		}
		c = sent.Next
	}
	for _, trip := range policy.Trips(c) {
		for _, stop := range trip.Stops {
			fmt.Println(stop.Arrived.Format("15:04"), stop.Desk)
		}
		fmt.Println("in all", trip.Took())
	}
	effort := c.Effort()
	fmt.Println(effort.Handoffs, "handoffs,", effort.WaitSeconds/60, "minutes of waiting; now with", c.Owner.Desk)
	// Output:
	// raised: handed on 2 times, where 2 raise a case
	// 09:00 counter
	// 09:30 large branch
	// 10:30 personal
	// 11:40 corporate
	// 13:00 supervisor
	// in all 4h0m0s
	// 4 handoffs, 200 minutes of waiting; now with managers
}

// The hotline asks the workshop before it sends a customer there: the first time it says no, the
// second time yes. In between the case is with whoever asks.
func ExamplePolicy_Transfer() {
	policy, err := complaint.NewPolicy(complaint.Rules{
		Edition: customer.Edition{ID: "shop", Version: 1}, Zone: "UTC",
		Ownership: complaint.OwnershipRules{FirstDesk: "hotline", Warm: true},
	}, time.UTC)
	if err != nil {
		fmt.Println(err)
		return
	}
	staff := []complaint.Agent{{ID: "ann", Desk: "hotline"}, {ID: "cid", Desk: "workshop"}}
	var c complaint.Case
	minute := 0
	step := func(by string) complaint.Step {
		minute++
		return complaint.Step{Ref: fmt.Sprint(minute), By: by, At: time.Date(2026, time.November, 25, 9, minute, 0, 0, time.UTC)}
	}
	tell := func(what string, decision complaint.Decision, err error) {
		if err != nil {
			fmt.Println(what+":", err)
			return
		}
		c = decision.Next
		fmt.Printf("%s: with %q of %s\n", what, c.Owner.Agent, c.Owner.Desk)
	}
	decision, err := policy.Receive(c, complaint.Receive{Step: step("ann"), Customer: "c-1", Channel: complaint.Phone})
	tell("received", decision, err)
	decision, err = policy.Take(c, complaint.Take{Step: step("ann")}, staff)
	tell("taken", decision, err)
	decision, err = policy.Send(c, complaint.Send{Step: step("ann"), Desk: "workshop", Reason: "the sole came off"})
	tell("sent", decision, err)
	offer := complaint.Transfer{Step: step("ann"), Desk: "workshop", Reason: "the sole came off", Warm: true, Context: true}
	decision, err = policy.Transfer(c, offer, staff)
	tell("offered", decision, err)
	decision, err = policy.Decline(c, complaint.Decline{Step: step("cid"), Desk: "workshop", Reason: "closed at noon"})
	tell("declined", decision, err)
	offer.Step = step("ann")
	decision, err = policy.Transfer(c, offer, staff)
	tell("offered again", decision, err)
	decision, err = policy.Accept(c, complaint.Accept{Step: step("cid"), Desk: "workshop", Read: true}, staff)
	tell("accepted", decision, err)
	decision, err = policy.Send(c, complaint.Send{Step: step("ann"), Desk: "workshop", Site: "yard", Reason: "the sole came off"})
	tell("sent", decision, err)
	fmt.Println("handoffs:", c.Effort().Handoffs, "cold:", c.Effort().Cold)
	// Output:
	// received: with "" of hotline
	// taken: with "ann" of hotline
	// sent: customer: refused by shop/1: complaint.not-accepted
	// offered: with "ann" of hotline
	// declined: with "ann" of hotline
	// offered again: with "ann" of hotline
	// accepted: with "cid" of workshop
	// sent: with "cid" of workshop
	// handoffs: 1 cold: 0
}

// An agent leaves. Each of her cases goes to whoever acts for her, as a command that is ready to
// be given.
func ExamplePolicy_Handovers() {
	policy, err := complaint.NewPolicy(complaint.Rules{
		Edition: customer.Edition{ID: "shop", Version: 1}, Zone: "UTC",
		Ownership: complaint.OwnershipRules{FirstDesk: "hotline"},
	}, time.UTC)
	if err != nil {
		fmt.Println(err)
		return
	}
	at := time.Date(2026, time.November, 25, 9, 0, 0, 0, time.UTC)
	staff := []complaint.Agent{
		{ID: "ann", Desk: "hotline", Deputies: []string{"ben"}, Away: []customer.Span{{From: at}}},
		{ID: "ben", Desk: "hotline"},
	}
	open := func(yield func(complaint.ID, complaint.Case) bool) { // the host's open cases
		for _, id := range []complaint.ID{"K-1", "K-2"} {
			c := complaint.Case{Phase: complaint.Assessed, Cycle: 1, Owner: complaint.Owner{Desk: "hotline", Agent: "ann"}}
			if id == "K-2" { // in which ben is complained about
				c.Issues = []complaint.Issue{{Claim: complaint.Claim{Issue: "rude", Kind: "attitude", About: "ben"}}}
			}
			if !yield(id, c) {
				return
			}
		}
	}
	handovers, err := policy.Handovers(open, complaint.Leave{
		Step: complaint.Step{Ref: "leave-17", By: "office", At: at}, Agent: "ann", Reason: "has left us",
	}, staff)
	if err != nil {
		fmt.Println(err)
		return
	}
	for one := range handovers {
		fmt.Printf("%s to %s %q\n", one.Transfer.Ref, one.Transfer.Desk, one.Transfer.Agent)
	}
	// Output:
	// leave-17/K-1 to hotline "ben"
	// leave-17/K-2 to hotline ""
}
