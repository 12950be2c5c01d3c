package digest_test

import (
	"fmt"
	"log"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/task"
	"github.com/rapport-crm/rapport/customer/task/digest"
)

// What each of the staff sees in the morning: the important first, and what is important enough of
// one's people.
//
// row B20.
func Example() {
	policy, err := digest.New(digest.Rules{
		Edition: customer.Edition{ID: "morning", Version: 1}, Importance: 500, AheadDays: 1, ImportantAheadDays: 7, Most: 3,
		Rises: []digest.Rise{{ID: "key", Importance: 800, Levels: 1}, {ID: "late", OverdueDays: 5, Levels: 1}},
	})
	if err != nil {
		log.Fatal(err)
	}
	staff, err := task.NewStaff(task.Chart{People: []task.Person{{ID: "head"}, {ID: "ann", Manager: "head"}, {ID: "bea", Manager: "head"}}, Keeper: "bea"})
	if err != nil {
		log.Fatal(err)
	}
	today, _ := customer.NewDate(2026, 11, 25)
	morning, err := policy.Gather(staff, today)
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
	for one := range morning.All() {
		fmt.Printf("%s: %d of %d, later %d\n", one.Person, len(one.Rows), one.All.Items(), one.Later)
		for _, row := range one.Rows {
			fmt.Printf("  %s %s of %s\n", row.Kind, row.ID, row.Owner)
			for _, reason := range row.Reasons {
				fmt.Println("    " + policy.Explain(reason, customer.English))
			}
		}
	}
	// Output:
	// ann: 3 of 4, later 1
	//   quote A-7 of ann
	//     its importance is 900, and 500 or more is important
	//     due in 5 days, on 30 Nov 2026
	//   promise P-2 of ann
	//     6 days overdue: it was due on 19 Nov 2026
	//   visit V-3 of ann
	//     due today, 25 Nov 2026
	// bea: 1 of 1, later 0
	//   case K-1 of zoe
	//     due today, 25 Nov 2026
	//     zoe is not on the staff
	// head: 2 of 2, later 0
	//   quote A-7 of ann
	//     its importance is 900, and 500 or more is important
	//     due in 5 days, on 30 Nov 2026
	//     it is with ann, and the rule morning/1 key brings it up
	//   promise P-2 of ann
	//     6 days overdue: it was due on 19 Nov 2026
	//     it is with ann, and the rule morning/1 late brings it up
}
