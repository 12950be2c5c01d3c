package caller_test

import (
	"fmt"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/caller"
	"github.com/rapport-crm/rapport/customer/warranty"
)

func exampleScreen() *caller.Screen {
	screen, err := caller.New(caller.Rules{
		Edition: customer.Edition{ID: "desk", Version: 1}, Zone: "UTC", Currency: customer.Currency{Code: "CNY", Digits: 2},
		Shown: 4, EndingDays: 14,
		Tell: []caller.Tell{{Topic: caller.OrderReady}, {Topic: caller.OrderLate}, {Topic: caller.WishArrived, HushGrade: 2}},
	}, time.UTC)
	if err != nil {
		panic(err)
	}
	return screen
}

// Row A59: a customer whose computer was repaired calls, for the noise is back. She need not explain
// anything again: what she has, since when, until when it is covered, and what was done to it.
func Example() {
	screen := exampleScreen()
	now := time.Date(2026, 11, 25, 10, 30, 0, 0, time.UTC)
	date := func(text string) customer.Date { day, _ := customer.ParseDate(text); return day }
	view, err := screen.View(caller.Call{At: now, About: []string{"p-1"}}, caller.Parts{
		Who: caller.Who{Customer: "c-1", Name: "Wang", Called: "Ms Wang", Identifiers: []caller.Identifier{{Scheme: "phone", Value: "+8613912345678"}}},
		Products: caller.Supplied(now, caller.Product{
			Head: caller.Head{Ref: "p-1", What: "computer"}, Model: "K7", Serial: "88-1203", Where: "North Gate",
			Bought:  date("2025-12-01"),
			Covers:  []caller.Cover{{ID: "whole", Window: warranty.Window{Years: 1, Counted: warranty.FromPurchase, RepairsProlong: true}}},
			Service: []caller.Service{{Ref: "s-1", What: "fan changed", From: date("2026-10-26"), To: date("2026-11-02")}},
		}),
		Contacts: caller.Supplied(now, caller.Contact{
			Head: caller.Head{Ref: "t-1", What: "asks whether the noise is normal", Of: []string{"p-1"}}, At: now.Add(-18 * time.Hour), Channel: "phone",
		}),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(view.Who.Called, view.Who.Identifiers[0].Value)
	for _, line := range view.Subject {
		fmt.Println(line.What + ": " + screen.Explain(line.Why, customer.English))
	}
	// Output:
	// Ms Wang •••5678
	// computer: bought on 1 Dec 2025 at North Gate
	// computer: whole: covered up to 9 Dec 2026, 15 days left with today
	// computer: whole: 8 days at the repairer counted in
	// computer: fan changed: 26 Oct 2026 to 2 Nov 2026
	// asks whether the noise is normal: 24 Nov 2026, 16:30 UTC, phone
}

// Row B40: she calls about one order, and hears of the others in the same breath. What systems did
// not answer is said, so that nobody tells her that there is nothing.
func ExampleScreen_View_also() {
	screen := exampleScreen()
	now := time.Date(2026, 11, 25, 10, 30, 0, 0, time.UTC)
	on := customer.DateOf(now, time.UTC)
	view, err := screen.View(caller.Call{At: now, About: []string{"o-1"}}, caller.Parts{
		Who: caller.Who{Customer: "c-9", Name: "Li Trading", KeyAccount: true, Bypass: true, Owner: "ann"},
		Orders: caller.Supplied(
			now,
			caller.Order{Head: caller.Head{Ref: "o-1", What: "50 mirrors"}, Placed: on - 15, Ready: on - 1},
			caller.Order{Head: caller.Head{Ref: "o-2", What: "200 basins"}, Placed: on - 23, Promised: on - 5, Stage: "at the kiln", Step: 2, Steps: 4},
		),
		Cases:  caller.Supplied[caller.Case](now),
		Wishes: caller.Supplied(now, caller.Wish{Head: caller.Head{Ref: "w-1", What: "green tiles"}, Since: on - 80, Arrived: on - 2}),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("through to", view.Through)
	for _, line := range view.Also {
		fmt.Println(line.What + ": " + screen.Explain(line.Why, customer.English))
	}
	for _, line := range view.Left {
		fmt.Println("not " + line.What + ": " + screen.Explain(line.Why, customer.English))
	}
	fmt.Println(screen.Explain(view.Missing[1], customer.English))
	// Output:
	// through to ann
	// 200 basins: 5 days late: promised for 20 Nov 2026, at the kiln
	// green tiles: here since 23 Nov 2026
	// not 50 mirrors: belongs to what the call is about
	// money: not supplied
}
