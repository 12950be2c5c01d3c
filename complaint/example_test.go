package complaint_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/complaint/conversation"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
)

// A bill says 500 where 200 was said. From the call to the end of the case, on a store: each step
// says why it is as it is.
//
// row A1, row A2, row A14, row A42.
func Example() {
	policy, err := exampleHotline()
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx, store := context.Background(), new(journal.Mem[complaint.ID, complaint.Case, complaint.Entry]) // a host has an adapter to its database
	tell := func(answer complaint.Answered, err error) complaint.Case {
		var refusal *customer.Refusal
		if errors.As(err, &refusal) {
			for _, missing := range refusal.Missing {
				fmt.Println("refused:", policy.Explain(missing, customer.English))
			}
			return answer.State
		}
		fmt.Printf("%s %s, %s\n", answer.Decision.Key, answer.Result, answer.State.Phase)
		for _, reason := range answer.Decision.Reasons {
			fmt.Println("  ", policy.Explain(reason, customer.English))
		}
		return answer.State
	}
	step := func(ref, at string) complaint.Step { return complaint.Step{Ref: ref, By: "ann", At: caseAt(at)} }

	call := complaint.Receive{
		Step: step("call-1", "2026-11-25 09:00"), Customer: "c-1", Channel: complaint.Phone, Seconds: 180, Reach: "tel-1", Threat: "consumers' association",
		Claims: []complaint.Claim{{Issue: "bill", Kind: "bill", Demand: complaint.Refund, ClaimedMinor: 300_00, BilledMinor: 500_00}},
	}
	tell(complaint.Run(ctx, store, "K-17", call, policy.Receive))
	tell(complaint.Run(ctx, store, "K-17", call, policy.Receive)) // the screen heard no answer, and sends it again
	assess := complaint.Assess{Step: step("1", "2026-11-25 09:05"), Assessment: complaint.Assessment{Severity: complaint.High}}
	tell(complaint.Run(ctx, store, "K-17", assess, policy.Assess))
	tell(complaint.Run(ctx, store, "K-17", complaint.Promise{
		Step: step("2", "2026-11-25 09:06"), Promise: "told", Kind: complaint.PromisedAnswer, Agent: "ann", Channel: complaint.Phone, Until: caseAt("2026-11-26 18:00"),
	}, policy.Promise))
	tell(complaint.Run(ctx, store, "K-17", complaint.Investigate{Step: step("3", "2026-11-25 09:10"), Note: "the recording of the sale"}, policy.Investigate))
	tell(complaint.Run(ctx, store, "K-17", complaint.Find{
		Step: step("4", "2026-11-26 09:00"), Issue: "bill", Cause: complaint.CauseInformation, Text: "the seller said: never more than 200",
		Grounds: []complaint.Evidence{{Kind: complaint.ByDocument, Ref: "recording-88"}},
	}, policy.Find))
	tell(complaint.Run(ctx, store, "K-17", complaint.Decide{
		Step: step("5", "2026-11-26 09:10"), Issue: "bill", Verdict: complaint.FullyUpheld, AcceptedMinor: 300_00,
		Offers: []complaint.Offer{{Remedy: "back", Kind: complaint.RefundRemedy, AmountMinor: 300_00}},
	}, func(c complaint.Case, x complaint.Decide) (complaint.Decision, error) {
		return policy.Decide(c, x, complaint.Agent{ID: "ann"}) // what the host knows of her stands beside the command
	}))
	tell(complaint.Run(ctx, store, "K-17", complaint.Act{
		Step: step("6", "2026-11-26 10:00"), Act: conversation.Solution, Channel: complaint.Phone, Until: caseAt("2026-11-27 12:00"),
	}, policy.Act))
	tell(complaint.Run(ctx, store, "K-17", complaint.Keep{Step: step("7", "2026-11-26 10:00"), Promise: "told"}, policy.Keep))
	closing := complaint.Close{Step: step("8", "2026-11-26 10:05"), Outcome: complaint.OutcomeResolved}
	tell(complaint.Run(ctx, store, "K-17", closing, policy.Close)) // not before it is paid
	tell(complaint.Run(ctx, store, "K-17", complaint.Settle{
		Step: step("9", "2026-11-27 11:00"), Remedy: "back", Result: complaint.SettlementDone, PaidMinor: 300_00, External: "bank-1",
	}, policy.Settle))
	closing.Step = step("10", "2026-11-27 11:05")
	closed := tell(complaint.Run(ctx, store, "K-17", closing, policy.Close))

	cost, money := closed.Cost(), customer.Currency{Code: "CNY", Digits: 2}.Text
	fmt.Println("paid", money(closed.Sums("").PaidMinor)+"; the call cost", money(cost.Minor))
	replayed, err := complaint.Replay(store.History("K-17"))
	fmt.Println("replayed:", replayed.Phase, replayed.Ended, err)
	// Output:
	// receive:call-1 booked, received
	//    she says she will go to consumers' association: priority 4 of 5
	// receive:call-1 replayed, received
	//    she says she will go to consumers' association: priority 4 of 5
	// assess:1 booked, assessed
	// promise:2 booked, assessed
	//    promise told is due on 26 Nov 2026, 18:00 CST
	// investigate:3 booked, investigating
	// find:4 booked, investigating
	// decide:5 booked, decided
	//    remedy back needs no approval: there are no limits
	// act:6 booked, decided
	// keep:7 booked, decided
	//    promise told, due on 26 Nov 2026, 18:00 CST, was kept on 26 Nov 2026, 10:00 CST
	// refused: of remedy back, 0.00 CNY of 300.00 CNY is paid
	// settle:9 booked, decided
	// close:10 booked, closed
	//    closed on 27 Nov 2026, 11:05 CST: it may be reopened until 28 Dec 2026, 00:00 CST
	// paid 300.00 CNY; the call cost 5.00 CNY
	// replayed: closed resolved <nil>
}

// A clock explains itself: here to a manager who asks at noon why nothing has been decided.
func ExamplePolicy_Read() { // row A52
	policy := exampleClocks()
	received, err := policy.Receive(complaint.Case{}, complaint.Receive{
		Step: exampleStep("r-1", "2026-11-25T09:00:00+01:00"), Customer: "c-1", Channel: complaint.Email,
	})
	if err != nil {
		panic(err)
	}
	noon := exampleStep("", "2026-11-25T12:00:00+01:00").At
	for _, clock := range received.Next.Clocks {
		reading, err := policy.Read(clock, noon)
		if err != nil {
			panic(err)
		}
		for _, reason := range reading.Reasons() {
			fmt.Println(policy.Explain(reason, customer.English))
		}
	}
	// Output:
	// first response breached: 3 h of 1 h, was due 25 Nov 2026, 10:00 CET
	// resolution: 3 h used of 8 h, due 25 Nov 2026, 17:00 CET
}

// A case is closed too early: the answer names everything that keeps it open, not the first thing.
// The agent who is complained about hears that it is not for her at all.
func ExamplePolicy_Close() {
	policy, err := exampleHotline()
	if err != nil {
		fmt.Println(err)
		return
	}
	received, err := policy.Receive(complaint.Case{}, complaint.Receive{
		Step: complaint.Step{Ref: "visit-1", By: "agent-3", At: caseAt("2026-11-25 09:00")}, Customer: "c-1", Channel: complaint.Visit,
		Claims: []complaint.Claim{
			{Issue: "shoe", Kind: "colour", Text: "the colour came off on the trousers", Demand: complaint.Exchange},
			{Issue: "clerk", Kind: "attitude", About: "agent-3", Demand: complaint.Apology},
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	filed, err := policy.File(received.Next, complaint.File{
		Step: complaint.Step{Ref: "letter-1", By: "agent-7", At: caseAt("2026-11-27 15:00")}, Body: "consumers' association", Number: "77",
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = policy.Close(filed.Next, complaint.Close{
		Step: complaint.Step{Ref: "close-1", By: "agent-3", At: caseAt("2026-11-28 09:00")}, Outcome: complaint.OutcomeResolved,
	})
	var refusal *customer.Refusal
	if errors.As(err, &refusal) {
		fmt.Println("refused by", refusal.Rule)
		for _, missing := range refusal.Missing {
			fmt.Println("-", policy.Explain(missing, customer.English))
		}
	}
	// Output:
	// refused by hotline/1
	// - agent-3 is complained about, and has no part in handling it
	// - issue shoe is not decided; it came up on 25 Nov 2026, 09:00 CST
	// - issue clerk is not decided; it came up on 25 Nov 2026, 09:00 CST
	// - the customer has not been told what will be done and by when
	// - with consumers' association since 27 Nov 2026, 15:00 CST
}
