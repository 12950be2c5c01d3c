package complaint_test

import (
	"cmp"
	"context"
	"fmt"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/caller"
	"github.com/rapport-crm/rapport/customer/journal"
)

// callerCase is an open case as whoever takes the next call sees it, and what was promised in it. The
// host knows what a case is about; the answer is due when the first promise is.
func callerCase(id complaint.ID, c complaint.Case) (caller.Case, []caller.Promise) {
	row := caller.Case{
		Head:   caller.Head{Ref: string(id), What: c.Topic},
		Opened: c.Received, Grade: c.Priority(), With: caller.WithUs, Contacts: len(c.Contacts),
	}
	switch c.Waiting.For {
	case complaint.AwaitCustomer:
		row.With = caller.WithHer
	case complaint.AwaitThird:
		row.With = caller.WithOthers
	case complaint.AwaitUs, complaint.AwaitNobody:
	}
	var promises []caller.Promise
	for _, p := range c.Commitments {
		if !p.Open() {
			continue
		}
		if row.Due.IsZero() || p.Due.Before(row.Due) {
			row.Due = p.Due
		}
		promises = append(promises, caller.Promise{
			Head: caller.Head{Ref: row.Ref + "/" + p.Promise, What: cmp.Or(p.Text, p.Kind.String()), Of: []string{row.Ref}},
			By:   cmp.Or(p.Agent, p.Desk), Due: p.Due,
		})
	}
	return row, promises
}

// She calls again two days later: who takes the call has her case before her, and what was promised in
// it, with what other packages know of her.
//
// row A56, row A59.
func Example_caller() {
	policy, err := exampleHotline()
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx, store := context.Background(), new(journal.Mem[complaint.ID, complaint.Case, complaint.Entry])
	step := func(ref, at string) complaint.Step { return complaint.Step{Ref: ref, By: "ann", At: caseAt(at)} }
	if _, err = complaint.Run(ctx, store, "K-17", complaint.Receive{
		Step: step("call-1", "2026-11-25 09:00"), Customer: "c-1", Channel: complaint.Phone, Seconds: 180, Reach: "tel-1", Topic: "bill of October",
		Claims: []complaint.Claim{{Issue: "bill", Kind: "bill", Demand: complaint.Refund, ClaimedMinor: 300_00, BilledMinor: 500_00}},
	}, policy.Receive); err != nil {
		fmt.Println(err)
		return
	}
	answer, err := complaint.Run(ctx, store, "K-17", complaint.Promise{
		Step: step("2", "2026-11-25 09:06"), Promise: "told", Kind: complaint.PromisedAnswer, Text: "what came of it", Agent: "ann", Channel: complaint.Phone, Until: caseAt("2026-11-26 18:00"),
	}, policy.Promise)
	if err != nil {
		fmt.Println(err)
		return
	}

	now := caseAt("2026-11-27 10:00")
	screen, err := caller.New(caller.Rules{
		Edition: customer.Edition{ID: "desk", Version: 1}, Zone: now.Location().String(), Currency: policy.Currency(),
		Tell: []caller.Tell{{Topic: caller.PromiseBroken}, {Topic: caller.CaseLate}},
	}, now.Location())
	if err != nil {
		fmt.Println(err)
		return
	}
	row, promises := callerCase("K-17", answer.State)
	view, err := screen.View(caller.Call{At: now}, caller.Parts{
		Who: caller.Who{Customer: answer.State.Customer, Name: "Wang"}, Cases: caller.Supplied(now, row), Promises: caller.Supplied(now, promises...),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, line := range screen.Lines(view, customer.English)[:5] {
		fmt.Println(line)
	}
	// Output:
	// Wang, c-1
	// first
	//     bill of October (K-17): complaint of grade 2, open since 25 Nov 2026, for 2 days
	//     bill of October (K-17): the answer was due by 26 Nov 2026, 18:00 CST, 16 h ago
	//     what came of it (K-17/told): promised by ann for 26 Nov 2026, 18:00 CST, and not kept for 16 h
}
