package handover_test

import (
	"fmt"
	"log"
	"slices"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/task"
	"github.com/rapport-crm/rapport/customer/task/handover"
)

// Somebody leaves, and nothing of hers is without an owner: one customer's things stay together, and
// what nobody can take goes to her manager.
//
// row B21.
func Example() {
	policy, err := handover.New(handover.Rules{
		Edition: customer.Edition{ID: "leaving", Version: 1}, Loads: []handover.KindLoad{{Kind: "customer", Load: 3}}, SlackPermille: 200, TellWithinDays: 5,
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
	leaving := handover.Leaving{
		Ref: "leave-7", Person: "ann", On: on,
		Items: []task.Item{
			{Kind: "customer", ID: "c-1", Customer: "c-1", Owner: "ann", Importance: 800, Skills: []string{"servers"}},
			{Kind: "goal", ID: "t-17", Customer: "c-1", Owner: "ann", Due: on + 20},
			{Kind: "promise", ID: "P-2", Customer: "c-2", Owner: "ann", Due: on + 1},
			{Kind: "case", ID: "K-3", Customer: "c-3", Owner: "ann", Skills: []string{"law"}},
		},
		To: []handover.Candidate{{Person: "bea", Load: 6, Capacity: 20}, {Person: "cid", Load: 8, Capacity: 20, Knows: []customer.ID{"c-2"}}},
	}
	over, err := policy.Propose(leaving, staff)
	if err != nil {
		log.Fatal(err)
	}
	for _, one := range over.Transfers {
		fmt.Printf("%s %s of %s: %s to %s\n", one.Kind, one.ID, one.Customer, one.From, one.To)
		for _, reason := range one.Reasons {
			fmt.Println("  " + handover.Explain(reason, customer.English))
		}
	}
	for _, check := range over.Checks {
		fmt.Println(check.Who+":", handover.Explain(check.Reason(), customer.English))
	}

	// The cycle's own transfer is a command with a key of its own, however often it is sent.
	at := slices.IndexFunc(over.Transfers, func(one handover.Transfer) bool { return one.Kind == task.KindGoal })
	id, assign, _ := over.Transfers[at].Assign("head", on.Start(time.UTC), "Ann leaves us")
	fmt.Println(id, assign.To, over.Transfers[at].Key)
	// Output:
	// customer c-1 of c-1: ann to bea
	//   nobody else can take as much of this as bea: her load is 10 of 20 with it
	// goal t-17 of c-1: ann to bea
	//   nobody else can take as much of this as bea: her load is 10 of 20 with it
	// promise P-2 of c-2: ann to cid
	//   cid knows this customer
	// case K-3 of c-3: ann to head
	//   without the skill law: 2 of 2 candidates
	//   nobody can take it, so it goes to head, who decides
	// bea: by 1 Dec 2026, read all that is known of customer c-1: 2 things taken over
	// cid: by 1 Dec 2026, read all that is known of customer c-2: 1 thing taken over
	// head: by 1 Dec 2026, read all that is known of customer c-3: 1 thing taken over
	// head: by 1 Dec 2026, decide who gets 1 thing of customer c-3 that nobody could take
	// cid: by 2 Dec 2026, tell customer c-2 who is there for her now
	// bea: by 6 Dec 2026, tell customer c-1 who is there for her now
	// head: by 6 Dec 2026, tell customer c-3 who is there for her now
	// t-17 bea assign:leave-7/out/goal/4:t-17
}
