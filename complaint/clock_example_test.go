package complaint_test

import (
	"fmt"
	"time"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/calendar"
)

// exampleClocks is a shop's policy: an answer within an hour, a decision within eight hours that
// the desk is open, not counting the wait for a receipt.
func exampleClocks() *complaint.Policy {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		panic(err)
	}
	desk, err := calendar.New(calendar.Rules{
		Edition: customer.Edition{ID: "desk", Version: 1}, Zone: "Europe/Berlin",
		Weekly: []calendar.Weekly{{Days: []customer.Weekday{1, 2, 3, 4, 5}, Hours: []calendar.Hours{{From: "09:00", To: "18:00"}}}},
	}, zone)
	if err != nil {
		panic(err)
	}
	rules, err := complaint.ParseRules([]byte(`{
		"id": "shop", "version": 1, "zone": "Europe/Berlin",
		"clocks": [{
			"name": "first response", "calendar": "desk", "budget": {"open_seconds": 3600},
			"starts": [{"kind": "receive"}], "stops": [{"kind": "log", "direction": "to-customer"}]
		}, {
			"name": "resolution", "calendar": "desk", "budget": {"open_seconds": 28800},
			"starts": [{"kind": "receive"}], "stops": [{"kind": "close"}],
			"pause_reasons": ["receipt"], "warn": [500, 750], "reopen": "resume-budget"
		}]
	}`))
	if err != nil {
		panic(err)
	}
	policy, err := complaint.NewPolicy(rules, zone, desk)
	if err != nil {
		panic(err)
	}
	return policy
}

func exampleStep(ref, at string) complaint.Step {
	instant, err := time.Parse(time.RFC3339, at)
	if err != nil {
		panic(err)
	}
	return complaint.Step{Ref: ref, By: "ann", At: instant}
}

// The desk asks for the receipt and waits: that pauses the resolution and nothing else, until
// she calls back.
func ExamplePolicy_Wait() {
	policy := exampleClocks()
	var c complaint.Case
	show := func(d complaint.Decision, err error) {
		if err != nil {
			panic(err)
		}
		c = d.Next
		for _, reason := range d.Reasons {
			fmt.Println(policy.Explain(reason, customer.English))
		}
	}
	show(policy.Receive(c, complaint.Receive{Step: exampleStep("r-1", "2026-11-25T09:00:00+01:00"), Customer: "c-1", Channel: complaint.Email}))
	show(policy.Wait(c, complaint.Wait{Step: exampleStep("w-1", "2026-11-25T11:40:00+01:00"), For: complaint.AwaitCustomer, Reason: "receipt"}))
	show(policy.Log(c, complaint.Log{Step: exampleStep("l-1", "2026-11-26T10:00:00+01:00"), Channel: complaint.Phone, Direction: complaint.FromCustomer}))
	reading, err := policy.Read(c.Clocks[1], c.Waiting.Since)
	fmt.Println(reading.Left, reading.Due.Format(time.DateTime), err)
	// Output:
	// first response runs from 25 Nov 2026, 09:00 CET
	// resolution runs from 25 Nov 2026, 09:00 CET
	// resolution paused since 25 Nov 2026, 11:40 CET, waiting for the customer
	// waited from 25 Nov 2026, 11:40 CET to 26 Nov 2026, 10:00 CET for: receipt
	// resolution runs on from 26 Nov 2026, 10:00 CET
	// 5h20m0s 2026-11-26 15:20:00 <nil>
}

// A host has no timer for each case: it asks when the next thing becomes due, sleeps until then,
// and wakes the case. One that overslept is told the highest mark once.
func ExamplePolicy_NextWake() {
	policy := exampleClocks()
	received, err := policy.Receive(complaint.Case{}, complaint.Receive{
		Step: exampleStep("r-1", "2026-11-25T09:00:00+01:00"), Customer: "c-1", Channel: complaint.Email,
	})
	if err != nil {
		panic(err)
	}
	next, _, err := policy.NextWake(received.Next, received.Next.Received)
	fmt.Println(next.Format(time.DateTime), err)
	woken, err := policy.Wake(received.Next, complaint.Wake{Step: exampleStep("w-1", "2026-11-25T16:00:00+01:00")})
	if err != nil {
		panic(err)
	}
	for _, reason := range woken.Reasons {
		fmt.Println(policy.Explain(reason, customer.English))
	}
	next, _, err = policy.NextWake(woken.Next, received.Next.Received)
	fmt.Println(next.Format(time.DateTime), err)
	// Output:
	// 2026-11-25 10:00:00 <nil>
	// first response breached: 7 h of 1 h, was due 25 Nov 2026, 10:00 CET
	// resolution: 75 % used at 25 Nov 2026, 15:00 CET, due 25 Nov 2026, 17:00 CET
	// 2026-11-25 17:00:00 <nil>
}

// Two authorities want to hear about one case, each by its own calendar; nothing pauses either.
// The days are examples: check the primary text before relying on them.
func ExamplePolicy_Read_regulators() {
	zone, err := time.LoadLocation("Europe/London")
	if err != nil {
		panic(err)
	}
	london, err := calendar.New(calendar.Rules{
		Edition: customer.Edition{ID: "london", Version: 1}, Zone: "Europe/London",
		Weekly: []calendar.Weekly{{Days: []customer.Weekday{1, 2, 3, 4, 5}, Hours: []calendar.Hours{{From: "09:00", To: "17:00"}}}},
	}, zone)
	if err != nil {
		panic(err)
	}
	clock := func(name string, budget calendar.Budget) complaint.ClockRule {
		return complaint.ClockRule{
			Name: name, Starts: []complaint.Trigger{{Kind: complaint.KindReceive}},
			ClockTerms: complaint.ClockTerms{
				Stops: []complaint.Trigger{{Kind: complaint.KindClose}}, Budget: budget, Calendar: "london", Regulator: true,
			},
		}
	}
	policy, err := complaint.NewPolicy(complaint.Rules{
		Edition: customer.Edition{ID: "bank", Version: 1}, Zone: "Europe/London",
		Clocks: []complaint.ClockRule{
			clock("summary resolution", calendar.Budget{WorkingDays: 3, ByClose: true}), clock("final response", calendar.Budget{CalendarDays: 56}),
		},
	}, zone, london)
	if err != nil {
		panic(err)
	}
	received, err := policy.Receive(complaint.Case{}, complaint.Receive{
		Step: exampleStep("r-1", "2026-11-27T16:00:00Z"), Customer: "c-1", Channel: complaint.Letter,
	})
	if err != nil {
		panic(err)
	}
	for _, one := range received.Next.Clocks {
		reading, err := policy.Read(one, exampleStep("", "2026-12-01T10:00:00Z").At)
		if err != nil {
			panic(err)
		}
		fmt.Println(policy.Explain(reading.Reasons()[0], customer.English))
	}
	// Output:
	// summary resolution: working day 2 of 3, due 2 Dec 2026, 17:00 GMT
	// final response: day 4 of 56, due 23 Jan 2027, 00:00 GMT
}

// How soon a telephone was answered: it sounds for a second and is silent for two.
func ExamplePolicy_Pickup() { // row B31
	policy, err := complaint.NewPolicy(complaint.Rules{
		Edition: customer.Edition{ID: "phone", Version: 1}, Zone: "UTC",
		Answering: complaint.AnsweringRules{RingSeconds: 3, IdealRings: 2, MostRings: 3, ImpatientSeconds: 10},
	}, time.UTC)
	if err != nil {
		panic(err)
	}
	for _, waited := range []time.Duration{4 * time.Second, 8 * time.Second, 11 * time.Second} {
		answered, err := policy.Pickup(waited)
		if err != nil {
			panic(err)
		}
		fmt.Println(complaint.Explain(answered.Reason, customer.English))
	}
	// Output:
	// answered on ring 2, as is best
	// answered on ring 3, by ring 3
	// answered on ring 4, not by ring 3: the caller had lost patience
}
