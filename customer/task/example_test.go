package task_test

import (
	"context"
	"fmt"
	"log"
	"slices"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/customer/task"
)

// A cycle from its goal to its successor: nobody closes it without a review, and nobody reviews her
// own work.
//
// row B19.
func Example_cycle() {
	procedure, err := task.New(task.Rules{
		Edition: customer.Edition{ID: "sales", Version: 1}, Zone: "UTC",
		Units: []task.Unit{{ID: "contracts", Adds: true}}, Causes: []string{"stock", "price"}, Reviewer: task.Superior, Approver: task.Superior,
	}, time.UTC)
	if err != nil {
		log.Fatal(err)
	}
	staff, err := task.NewStaff(task.Chart{People: []task.Person{{ID: "head"}, {ID: "ann", Manager: "head"}}, Keeper: "head"})
	if err != nil {
		log.Fatal(err)
	}
	office := procedure.With(staff)

	ctx := context.Background()
	var store journal.Mem[task.ID, task.Cycle, task.Entry]
	step := func(ref, by string, month time.Month, day int) journal.Step {
		return journal.Step{Ref: ref, By: by, At: time.Date(2026, month, day, 9, 0, 0, 0, time.UTC)}
	}
	day := func(month time.Month, day int) customer.Date {
		d, _ := customer.NewDate(2026, month, day)
		return d
	}
	tell := func(answer journal.Outcome[task.Cycle, task.Entry], err error) {
		if err != nil {
			fmt.Println(err)
		}
		for _, reason := range answer.Decision.Reasons {
			fmt.Println(task.Explain(reason, customer.English))
		}
	}

	tell(journal.Book(ctx, &store, "q3", task.Open{
		Step: step("o-1", "head", 7, 1), Owner: "ann", Importance: 700,
		Goal: task.Goal{What: "forty schools on the new line", By: day(9, 30), Unit: "contracts", Target: 40},
	}, office.Open))
	tell(journal.Book(ctx, &store, "q3", task.Plan{Step: step("p-1", "ann", 7, 2), Actions: []task.Action{
		{ID: "call", What: "call all schools of the district", By: day(7, 31), Owner: "ann"},
	}}, office.Plan))
	tell(journal.Book(ctx, &store, "q3", task.Record{
		Step: step("r-1", "ann", 8, 3), Said: task.Said{What: "all called, most interested", Action: "call", Done: true, Counted: true, Figure: 34},
	}, office.Record))
	tell(journal.Book(ctx, &store, "q3", task.Close{Step: step("c-1", "ann", 9, 30)}, office.Close))
	tell(journal.Book(ctx, &store, "q3", task.Review{Step: step("v-1", "ann", 9, 30), Lesson: "call earlier"}, office.Review))
	tell(journal.Book(ctx, &store, "q3", task.Review{
		Step: step("v-2", "head", 9, 30), Cause: "stock", Lesson: "call only when there is stock",
		Next: task.Goal{What: "fifty schools", By: day(12, 31), Unit: "contracts", Target: 50},
	}, office.Review))
	tell(journal.Book(ctx, &store, "q3", task.Close{Step: step("c-2", "head", 9, 30), Next: "q4"}, office.Close))

	done, _, _ := store.Load(ctx, "q3")
	next, err := office.Sequel(done, "q3", step("o-2", "head", 10, 1))
	fmt.Println(next.Owner, next.Goal.Target, next.Goal.By, "after", next.After, err)
	// Output:
	// call was done 3 days late
	// customer: refused by sales/1: task.no-review
	// customer: refused by sales/1: task.cause-missing, task.own-work
	// the goal was missed: 85 %, because of stock
	// the goal was missed: 85 %, because of stock
	// ann 50 2026-12-31 after q3 <nil>
}

// What each of the staff sees in the morning: the important first, and what is important enough of
// one's people.
//
// row B20.
func ExampleDigests_Gather() {
	digests, err := task.NewDigests(task.DigestRules{
		Edition: customer.Edition{ID: "morning", Version: 1}, Importance: 500, AheadDays: 1, ImportantAheadDays: 7, Most: 3,
		Rises: []task.Rise{{ID: "key", Importance: 800, Levels: 1}, {ID: "late", OverdueDays: 5, Levels: 1}},
	})
	if err != nil {
		log.Fatal(err)
	}
	staff, err := task.NewStaff(task.Chart{People: []task.Person{{ID: "head"}, {ID: "ann", Manager: "head"}, {ID: "bea", Manager: "head"}}, Keeper: "bea"})
	if err != nil {
		log.Fatal(err)
	}
	today, _ := customer.NewDate(2026, 11, 25)
	morning, err := digests.Gather(staff, today)
	if err != nil {
		log.Fatal(err)
	}
	for _, item := range []task.Item{
		{Kind: "quote", ID: "A-7", Customer: "c-1", Owner: "ann", Importance: 900, Due: today + 5},
		{Kind: "promise", ID: "P-2", Customer: "c-2", Owner: "ann", Due: today - 6},
		{Kind: "visit", ID: "V-3", Customer: "c-3", Owner: "ann", Due: today},
		{Kind: "wish", ID: "W-9", Customer: "c-4", Owner: "ann", Due: today + 1},
		{Kind: "visit", ID: "V-4", Customer: "c-5", Owner: "ann", Due: today + 9},
		{Kind: "case", ID: "K-1", Customer: "c-6", Owner: "zoe", Due: today},
	} {
		if err := morning.Add(item); err != nil {
			log.Fatal(err)
		}
	}
	for digest := range morning.All() {
		fmt.Printf("%s: %d of %d, later %d\n", digest.Person, len(digest.Rows), digest.All.Items(), digest.Later)
		for _, row := range digest.Rows {
			fmt.Printf("  %s %s of %s\n", row.Kind, row.ID, row.Owner)
			for _, reason := range row.Reasons {
				fmt.Println("    " + digests.Explain(reason, customer.English))
			}
		}
	}
	// Output:
	// ann: 3 of 4, later 1
	//   quote A-7 of ann
	//     important: 900, from 500 on
	//     due in 5 days
	//   promise P-2 of ann
	//     6 days overdue
	//   visit V-3 of ann
	//     due today
	// bea: 1 of 1, later 0
	//   case K-1 of zoe
	//     due today
	//     zoe is nobody of the staff
	// head: 2 of 2, later 0
	//   quote A-7 of ann
	//     important: 900, from 500 on
	//     due in 5 days
	//     brought up from ann, by the rules
	//   promise P-2 of ann
	//     6 days overdue
	//     brought up from ann, by the rules
}

// Somebody leaves, and nothing of hers is without an owner: one customer's things stay together, and
// what nobody can take goes to her manager.
//
// row B21.
func ExampleHandovers_Propose() {
	handovers, err := task.NewHandovers(task.HandoverRules{
		Edition: customer.Edition{ID: "leaving", Version: 1}, Loads: []task.KindLoad{{Kind: "customer", Load: 3}}, SlackPermille: 200, TellWithinDays: 5,
	})
	if err != nil {
		log.Fatal(err)
	}
	staff, err := task.NewStaff(task.Chart{Keeper: "head", People: []task.Person{
		{ID: "head"}, {ID: "ann", Manager: "head"}, {ID: "bea", Manager: "head", Skills: []string{"servers"}}, {ID: "cid", Manager: "head"},
	}})
	if err != nil {
		log.Fatal(err)
	}
	on, _ := customer.NewDate(2026, 12, 1)
	leaving := task.Leaving{
		Ref: "leave-7", Person: "ann", On: on,
		Items: []task.Item{
			{Kind: "customer", ID: "c-1", Customer: "c-1", Owner: "ann", Importance: 800, Skills: []string{"servers"}},
			{Kind: "goal", ID: "t-17", Customer: "c-1", Owner: "ann", Due: on + 20},
			{Kind: "promise", ID: "P-2", Customer: "c-2", Owner: "ann", Due: on + 1},
			{Kind: "case", ID: "K-3", Customer: "c-3", Owner: "ann", Skills: []string{"law"}},
		},
		To: []task.Candidate{{Person: "bea", Load: 6, Capacity: 20}, {Person: "cid", Load: 8, Capacity: 20, Knows: []customer.ID{"c-2"}}},
	}
	over, err := handovers.Propose(leaving, staff)
	if err != nil {
		log.Fatal(err)
	}
	for _, one := range over.Transfers {
		fmt.Printf("%s %s of %s: %s to %s\n", one.Kind, one.ID, one.Customer, one.From, one.To)
		for _, reason := range one.Reasons {
			fmt.Println("  " + task.Explain(reason, customer.English))
		}
	}
	for _, check := range over.Checks {
		fmt.Println(check.By, check.Who, check.Duty, check.Customer)
	}

	// The cycle's own transfer is a command with a key of its own, however often it is sent.
	at := slices.IndexFunc(over.Transfers, func(one task.Transfer) bool { return one.Kind == task.KindGoal })
	id, assign, _ := over.Transfers[at].Assign("head", on.Start(time.UTC), "Ann leaves us")
	fmt.Println(id, assign.To, over.Transfers[at].Key)
	// Output:
	// customer c-1 of c-1: ann to bea
	//   nobody but bea can take it
	// goal t-17 of c-1: ann to bea
	//   nobody but bea can take it
	// promise P-2 of c-2: ann to cid
	//   cid knows this customer
	// case K-3 of c-3: ann to head
	//   2 of 2 cannot do it: law
	//   nobody else can take it: head has it, and decides
	// 2026-12-01 bea read c-1
	// 2026-12-01 cid read c-2
	// 2026-12-01 head read c-3
	// 2026-12-01 head decide c-3
	// 2026-12-02 cid tell c-2
	// 2026-12-06 bea tell c-1
	// 2026-12-06 head tell c-3
	// t-17 bea assign:leave-7/out/goal/4:t-17
}
