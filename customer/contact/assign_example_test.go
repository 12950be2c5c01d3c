package contact_test

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/contact"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/customer/task"
	"github.com/rapport-crm/rapport/customer/task/handover"
)

// Ann leaves. What she has promised and planned for a customer goes to whoever package handover
// proposes: each transfer is one command, under the reference that it brings, so that it is booked once
// however often the handover is carried out.
//
// row B21.
func ExamplePolicy_Assign() {
	policy, err := contact.New(contact.Rules{
		Edition: customer.Edition{ID: "contacts", Version: 1}, Zone: "UTC", Channels: []contact.Channel{{ID: "phone"}},
	}, time.UTC)
	if err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	var store journal.Mem[customer.ID, contact.File, contact.Entry]
	at := time.Date(2026, 11, 27, 9, 0, 0, 0, time.UTC)
	monday, _ := customer.NewDate(2026, 11, 30)
	_, err = journal.Book(ctx, &store, "c-1", contact.Log{
		Step: journal.Step{Ref: "l-1", By: "ann", At: at}, Channel: "phone", Direction: contact.ToCustomer, Began: at.Add(-time.Minute), Seconds: 60,
		Promises: []contact.Promise{{ID: "m-1", What: "send the new price list", Until: at.AddDate(0, 0, 7)}},
	}, policy.Log)
	if err != nil {
		log.Fatal(err)
	}
	_, err = journal.Book(ctx, &store, "c-1", contact.Plan{Step: journal.Step{Ref: "p-1", By: "ann", At: at}, Visit: "v-1", On: monday + 3}, policy.Plan)
	if err != nil {
		log.Fatal(err)
	}

	// What of the file is somebody's.
	file, _, err := store.Load(ctx, "c-1")
	if err != nil {
		log.Fatal(err)
	}
	var items []task.Item
	for _, one := range file.Promises {
		if one.Open() {
			items = append(items, task.Item{Kind: "promise", ID: one.ID, Customer: "c-1", Owner: one.Owner, Due: customer.DateOf(one.Until, time.UTC)})
		}
	}
	for _, one := range file.Visits {
		if !one.Made() && one.Off.IsZero() {
			items = append(items, task.Item{Kind: "visit", ID: one.ID, Customer: "c-1", Owner: one.Plan.Staff, Due: one.Plan.On})
		}
	}

	staff, err := task.NewStaff(task.Chart{Keeper: "head", People: []task.Person{{ID: "head"}, {ID: "ann", Manager: "head", Left: monday}, {ID: "bob", Manager: "head"}}})
	if err != nil {
		log.Fatal(err)
	}
	handovers, err := handover.New(handover.Rules{Edition: customer.Edition{ID: "leaving", Version: 1}})
	if err != nil {
		log.Fatal(err)
	}
	over, err := handovers.Propose(handover.Leaving{
		Ref: "leave-7", Person: "ann", On: monday, Items: items, To: []handover.Candidate{{Person: "bob", Capacity: 20, Knows: []customer.ID{"c-1"}}},
	}, staff)
	if err != nil {
		log.Fatal(err)
	}
	for _, transfer := range over.Transfers {
		assign := contact.Assign{Step: journal.Step{Ref: transfer.Ref, By: "head", At: monday.Start(time.UTC)}, To: transfer.To, Why: "Ann leaves us"}
		switch transfer.Kind {
		case "promise":
			assign.Promise = transfer.ID
		case "visit":
			assign.Visit = transfer.ID
		}
		for range 2 { // whoever is not sure books it again
			answer, err := journal.Book(ctx, &store, transfer.Customer, assign, policy.Assign)
			if err != nil {
				log.Fatal(err)
			}
			fmt.Println(transfer.Kind, transfer.ID, answer.Result)
			for _, reason := range answer.Decision.Reasons {
				fmt.Println("  " + policy.Explain(reason, customer.English))
			}
		}
	}
	file, _, err = store.Load(ctx, "c-1")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(file.Promises[0].What+":", file.Promises[0].Owner)
	fmt.Println("visit on", file.Visits[0].Plan.On, "by", file.Visits[0].Plan.Staff)
	// Output:
	// promise m-1 booked
	//   taken over from ann
	// promise m-1 replayed
	//   taken over from ann
	// visit v-1 booked
	//   taken over from ann
	// visit v-1 replayed
	//   taken over from ann
	// send the new price list: bob
	// visit on 2026-12-03 by bob
}
