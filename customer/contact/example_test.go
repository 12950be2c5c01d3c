package contact_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/contact"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/customer/population"
)

// A host loads the rules and the zone, and keeps the files of its customers in a store. A call is
// prepared, held and booked: it took longer than three minutes, and a point of the list was forgotten,
// which the next list will have.
func Example() {
	// rows B27, B28, B29
	ctx := context.Background()
	data, _ := os.ReadFile("testdata/wholesaler.json")
	rules, _ := contact.ParseRules(data)
	zone, _ := time.LoadLocation(rules.Zone)
	policy, err := contact.New(rules, zone)
	if err != nil {
		fmt.Println(err)
		return
	}
	var store journal.Mem[customer.ID, contact.File, contact.Entry]
	nine := time.Date(2026, 11, 25, 9, 0, 0, 0, zone)

	list, err := journal.Book(ctx, &store, "c-1", contact.Prepare{
		Step: journal.Step{Ref: "p-1", By: "ann", At: nine},
		Points: []contact.Point{
			{ID: "weather", Importance: 1},
			{ID: "delivery", Text: "which gate is open on Friday", Importance: 50},
			{ID: "invoice", Text: "the one of October is due", Importance: 90, Must: true},
		},
	}, policy.Prepare)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, point := range list.State.Preparations[0].Points {
		fmt.Println(point.Importance, point.ID)
	}

	call, err := journal.Book(ctx, &store, "c-1", contact.Log{
		Step:    journal.Step{Ref: "l-1", By: "ann", At: nine.Add(10 * time.Minute)},
		Channel: "phone", Direction: contact.ToCustomer, Began: nine.Add(2 * time.Minute), Seconds: 195,
		Note: "gate 3, from seven on", Preparation: "p-1", Ticked: []string{"delivery", "weather"},
	}, policy.Log)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, reason := range call.Decision.Reasons {
		fmt.Println("-", policy.Explain(reason, customer.English))
	}
	// Output:
	// 90 invoice
	// 50 delivery
	// 1 weather
	// - contact l-1 took 3 min 15 s, longer than its target of 3 min
	// - invoice must not be forgotten, and is still to be said
}

// Two salespeople, one customer: the second one is told what the first one named, and names another
// price only with a reason.
func ExamplePolicy_Quote() {
	// row B41
	data, _ := os.ReadFile("testdata/wholesaler.json")
	rules, _ := contact.ParseRules(data)
	zone, _ := time.LoadLocation(rules.Zone)
	policy, err := contact.New(rules, zone)
	if err != nil {
		fmt.Println(err)
		return
	}
	price := func(text string) int64 {
		minor, err := rules.Currency.Minor(decimal.RequireFromString(text))
		if err != nil {
			fmt.Println(err)
		}
		return minor
	}
	monday := time.Date(2026, 11, 23, 10, 0, 0, 0, zone)
	first, err := policy.Quote(contact.File{}, contact.Quote{
		Step:  journal.Step{Ref: "q-1", By: "ann", At: monday},
		Terms: contact.Terms{Product: "oil-5l", PriceMinor: price("62.50"), Unit: "can", MinUnits: 100},
	})
	if err != nil {
		fmt.Println(err)
		return
	}

	second := contact.Quote{
		Step:  journal.Step{Ref: "q-2", By: "bob", At: monday.AddDate(0, 0, 2)},
		Terms: contact.Terms{Product: "oil-5l", PriceMinor: price("58"), Unit: "can", MinUnits: 100},
	}
	_, err = policy.Quote(first.Next, second)
	var refusal *customer.Refusal
	if errors.As(err, &refusal) {
		for _, missing := range refusal.Missing {
			fmt.Println("refused:", policy.Explain(missing, customer.English))
		}
	}

	second.Exception = contact.Exception{Why: "the cans are dented", Approver: "eve", Role: "sales-manager"}
	answer, err := policy.Quote(first.Next, second)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, reason := range answer.Reasons {
		fmt.Println("-", policy.Explain(reason, customer.English))
	}
	fmt.Println("-", policy.Explain(answer.Reasons[1], customer.Chinese))
	// Output:
	// refused: 58.00 CNY, where ann named 62.50 CNY on 23 Nov 2026, 10:00 CST
	// refused: a price that differs by 7.2 % needs an explanation; up to 1 % needs none
	// refused: a price that differs by 7.2 % has to be approved by somebody else, as any beyond 5 %
	// - ann named 62.50 CNY on 23 Nov 2026, 10:00 CST, to hold until 23 Dec 2026
	// - 58.00 CNY, where ann named 62.50 CNY on 23 Nov 2026, 10:00 CST
	// - an exception of 7.2 %, approved by eve
	// - 58.00 CNY，而ann在2026年11月23日10:00(CST)报价62.50 CNY
}

// A day on the phone is told with its weekday. The 17th of November 2026 is a Tuesday: who heard
// "Wednesday the 17th" may have been told the 11th, for eleven and seventeen sound alike in Mandarin.
func ExamplePolicy_ReadBack() {
	// row B30
	data, _ := os.ReadFile("testdata/wholesaler.json")
	rules, _ := contact.ParseRules(data)
	zone, _ := time.LoadLocation(rules.Zone)
	policy, _ := contact.New(rules, zone)

	said, _ := customer.NewDate(2026, time.November, 17)
	const wednesday = 3
	err := policy.ReadBack(said, wednesday, time.Date(2026, 11, 2, 9, 0, 0, 0, zone))
	var refusal *customer.Refusal
	if errors.As(err, &refusal) {
		for _, missing := range refusal.Missing {
			fmt.Println(policy.Explain(missing, customer.English))
		}
		fmt.Println(policy.Explain(refusal.Missing[0], customer.Chinese))
	}
	// Output:
	// Wednesday was said, but 17 Nov 2026 is a Tuesday
	// Tuesday 17 Nov 2026 may have been meant
	// Wednesday 11 Nov 2026 may have been meant
	// Wednesday 18 Nov 2026 may have been meant
	// 说的是星期三，但2026年11月17日是星期二
}

// Which numbers to read back once more.
func ExamplePolicy_Numbers() {
	// row B30
	data, _ := os.ReadFile("testdata/wholesaler.json")
	rules, _ := contact.ParseRules(data)
	zone, _ := time.LoadLocation(rules.Zone)
	policy, _ := contact.New(rules, zone)
	for _, reason := range policy.Numbers([]contact.Number{
		{What: "crates", Number: "17"}, {What: "gate", Number: "3", Confirmed: true}, {What: "telephone"}, // which identifies her, and is not kept here
	}) {
		fmt.Println(policy.Explain(reason, customer.English))
	}
	// Output:
	// crates 17 was not read back
	// crates: 17 may have been 11
	// crates: 17 may have been 77
	// gate 3 was read back and confirmed
	// telephone was not read back
}

// What a visit found out is handed to package identity: which field, what it was and is, by whom and
// when.
func ExampleFile_Changes() {
	// row B8
	data, _ := os.ReadFile("testdata/wholesaler.json")
	rules, _ := contact.ParseRules(data)
	zone, _ := time.LoadLocation(rules.Zone)
	policy, _ := contact.New(rules, zone)
	ten := time.Date(2026, 11, 25, 10, 0, 0, 0, zone)

	made, err := policy.Log(contact.File{}, contact.Log{
		Step:    journal.Step{Ref: "l-1", By: "li", At: ten.Add(time.Hour)},
		Channel: "visit", Direction: contact.ToCustomer, Began: ten, Seconds: 2400, Visit: "v-1", Note: "the shop has grown",
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	recorded, err := policy.Record(made.Next, contact.Record{
		Step:  journal.Step{Ref: "r-1", By: "li", At: ten.Add(2 * time.Hour)},
		Visit: "v-1", Changed: []contact.Change{{Field: "shop-area", Was: "200 m2", Is: "350 m2"}},
		Suggestions: []contact.Suggestion{{Product: "freezer", Why: "there is room for one"}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, change := range recorded.Next.Changes("v-1") {
		fmt.Println(change.Field, "was", change.Was, "is", change.Is, "says", change.By, "at", change.At.Format("15:04"))
	}
	// Output:
	// shop-area was 200 m2 is 350 m2 says li at 12:00
}

// The share of calls that took longer than their target, over the files of many customers.
func ExampleMeasure() {
	// row B29
	data, _ := os.ReadFile("testdata/wholesaler.json")
	rules, _ := contact.ParseRules(data)
	zone, _ := time.LoadLocation(rules.Zone)
	policy, _ := contact.New(rules, zone)
	from, _ := customer.NewDate(2026, time.November, 1)
	november := population.Period{From: from, Until: from.AddMonths(1)}
	began := time.Date(2026, 11, 25, 10, 0, 0, 0, zone)

	measure, err := policy.Measure(november)
	if err != nil {
		fmt.Println(err)
		return
	}
	for i, seconds := range []int{95, 180, 181, 400} {
		called, err := policy.Log(contact.File{}, contact.Log{
			Step:    journal.Step{Ref: fmt.Sprint(i), By: "ann", At: began.Add(time.Hour)},
			Channel: "phone", Direction: contact.FromCustomer, Desk: "orders", Began: began, Seconds: seconds,
		})
		if err != nil {
			fmt.Println(err)
			return
		}
		if err := measure.Add(called.Next); err != nil {
			fmt.Println(err)
		}
	}
	for _, row := range measure.ByDesk() {
		for _, reason := range measure.Reasons(row) {
			fmt.Println(policy.Explain(reason, customer.English))
		}
	}
	// Output:
	// orders: 2 of 4 contacts took longer than their target (50 %)
	// orders: 4 of 4 contacts have no note (100 %)
	// orders: 0 of 4 contacts were noted from memory (0 %)
	// orders: 0 of 4 attempts reached nobody (0 %)
}
