package privacy_test

import (
	"context"
	"fmt"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/customer/privacy"
)

// A customer asks that her data be erased. First it is asked what stands in the way, then each store
// is erased, then the rest is worked off.
func Example() {
	ctx := context.Background()
	policy, err := privacy.New(privacy.Rules{
		Edition: customer.Edition{ID: "privacy", Version: 1}, Zone: "UTC", AnswerDays: 30, PurgeDays: 10,
		Holds: []privacy.Hold{
			{ID: "open-case", What: "case", Effect: privacy.Blocks},
			{ID: "tax-10-years", What: "invoice", Effect: privacy.Keeps, Months: 120, YearEnd: true},
		},
		Systems: []privacy.System{{ID: "backup", Days: 35}},
	}, time.UTC)
	if err != nil {
		fmt.Println(err)
		return
	}
	var cards CardStore
	desk := Desk{customer.Edition{ID: "cards", Version: 1}}
	at := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	tell := Told{Step: journal.Step{Ref: "t-1", By: "ann", At: at}, Name: "Anna", Phone: "13912345678"}
	if _, err := journal.Book(ctx, &cards, "c-1", tell, desk.Told); err != nil {
		fmt.Println(err)
	}

	on := customer.DateOf(at, time.UTC)
	invoice := privacy.Item{What: "invoice", Ref: "i-1", Day: on - 100}
	_, err = policy.MayErase(on, on, []privacy.Item{invoice, {What: "case", Ref: "k-1", Open: true}})
	fmt.Println(err)
	verdict, err := policy.MayErase(on, on+7, []privacy.Item{invoice}) // a week later the case is closed
	fmt.Println(verdict.Kept, err)

	order := Erase{journal.Erasure{
		Step: journal.Step{Ref: "e-1", By: "dpo", At: at.AddDate(0, 0, 7)}, Asked: "customer", Ground: "PIPL 47", Kept: verdict.Kept,
	}}
	answer, err := privacy.Erase(ctx, &cards, "c-1", order, desk.Erase, Scrub)
	fmt.Println(answer.Result, answer.State.Name == "", err)
	for _, entry := range cards.History("c-1") {
		fmt.Println(entry.Kind(), entry.Ref, entry.Rule)
	}

	rows, err := policy.Purge(on+7, []privacy.Found{
		{Place: privacy.InDirectory, Name: "phone", Ref: "+8613912345678"},
		{Place: privacy.AtThirdParty, Name: "courier"},
	})
	for _, row := range rows {
		fmt.Println(privacy.Explain(row.Why, customer.English))
	}
	fmt.Println(err)
	// Output:
	// customer: refused by privacy/1: privacy.open
	// [{invoice tax-10-years 2037-01-01}] <nil>
	// booked true <nil>
	// scrubbed t-1 cards/1
	// erase e-1 cards/1
	// take the phone out of the directory by 12 Dec 2026
	// tell courier by 12 Dec 2026 that what was kept of the customer is erased
	// erase in backup by 6 Jan 2027
	// <nil>
}
