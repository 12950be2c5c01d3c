package task_test

import (
	"context"
	"fmt"
	"log"
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
	next, err := office.Sequel(task.Kept{ID: "q3", Cycle: done}, step("o-2", "head", 10, 1))
	fmt.Println(next.Owner, next.Goal.Target, next.Goal.By, "after", next.After, err)
	// Output:
	// the action call was done 3 days late
	// customer: refused by sales/1: task.no-review
	// customer: refused by sales/1: task.cause-missing, task.own-work
	// the goal was missed: 85 % reached, because of stock
	// the goal was missed: 85 % reached, because of stock
	// ann 50 2026-12-31 after q3 <nil>
}
