package calendar_test

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/calendar"
)

// shop reads the rules of a shop in Shanghai as its host keeps them: a lunch break, the
// National Day holidays of 2026, and the Sunday and the Saturday that are worked for them.
func shop() *calendar.Calendar {
	rules, err := calendar.ParseRules([]byte(`{
		"id": "shop", "version": 3, "zone": "Asia/Shanghai", "from": "2026-01-01", "until": "2027-01-01",
		"weekly": [{
			"days": ["monday", "tuesday", "wednesday", "thursday", "friday"],
			"hours": [{"from": "09:00", "to": "12:00"}, {"from": "13:00", "to": "18:00"}]
		}],
		"holidays": [
			{"on": "2026-09-25", "through": "2026-09-27", "name": "中秋节"},
			{"on": "2026-10-01", "through": "2026-10-07", "name": "国庆节"}
		],
		"overrides": [
			{"on": "2026-09-20", "name": "调休上班", "hours": [{"from": "09:00", "to": "12:00"}, {"from": "13:00", "to": "18:00"}]},
			{"on": "2026-10-10", "name": "调休上班", "hours": [{"from": "09:00", "to": "12:00"}, {"from": "13:00", "to": "18:00"}]}
		],
		"cuts": [{"on": "2026-09-20", "name": "盘点", "from": "16:00", "to": "18:00"}]
	}`))
	if err != nil {
		panic(err)
	}
	zone, err := time.LoadLocation(rules.Zone) // the host's part
	if err != nil {
		panic(err)
	}
	c, err := calendar.New(rules, zone)
	if err != nil {
		panic(err)
	}
	return c
}

func shanghai(text string) time.Time {
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		panic(err)
	}
	at, err := time.ParseInLocation("2006-01-02 15:04", text, zone)
	if err != nil {
		panic(err)
	}
	return at
}

// The desk gives its word on a Friday at a quarter to five: within four hours. It closes at
// six, and at the weekend.
func ExampleCalendar_Add() {
	due, err := shop().Add(shanghai("2026-11-20 16:45"), 4*time.Hour)
	if err != nil {
		panic(err)
	}
	fmt.Println(due.Format("Mon 2 Jan 15:04"))
	// Output:
	// Mon 23 Nov 11:45
}

// The same word, but the desk waited for the customer from ten to eleven on Monday: the
// pause counts nothing.
func ExampleCalendar_Add_pause() {
	waiting := customer.Span{From: shanghai("2026-11-23 10:00"), To: shanghai("2026-11-23 11:00")}
	due, err := shop().Add(shanghai("2026-11-20 16:45"), 4*time.Hour, waiting)
	if err != nil {
		panic(err)
	}
	used, err := shop().Between(shanghai("2026-11-20 16:45"), shanghai("2026-11-23 10:30"), waiting)
	if err != nil {
		panic(err)
	}
	fmt.Println(due.Format("Mon 2 Jan 15:04"))
	fmt.Println(used, "used at half past ten")
	// Output:
	// Mon 23 Nov 13:45
	// 2h15m0s used at half past ten
}

// A promise in working days, over holidays and the days worked for them; and by the close
// of the third business day, as regulators put it.
func ExampleCalendar_Due() {
	for _, budget := range []calendar.Budget{
		{WorkingDays: 7},
		{WorkingDays: 3, ByClose: true},
		{CalendarDays: 15},
		{CalendarDays: 15, EndsWorking: true},
		{OpenSeconds: 4 * 60 * 60},
	} {
		due, err := shop().Due(shanghai("2026-09-18 16:45"), budget)
		if err != nil {
			panic(err)
		}
		fmt.Println(due.Format("Mon 2 Jan 15:04"))
	}
	// Output:
	// Tue 29 Sep 16:45
	// Tue 22 Sep 18:00
	// Sun 4 Oct 00:00
	// Fri 9 Oct 00:00
	// Sun 20 Sep 11:45
}

// A clock keeps facts: its budget, when it started, and its pauses. What is used and left,
// when it warns and when it is due are counted from them.
func ExampleCalendar_Partway() {
	c, start := shop(), shanghai("2026-11-20 16:45")
	for _, budget := range []calendar.Budget{{OpenSeconds: 4 * 60 * 60}, {WorkingDays: 3}, {CalendarDays: 15}} {
		var rungs []string
		for _, permille := range []int{500, 750, 1000} {
			at, err := c.Partway(start, budget, permille)
			if err != nil {
				panic(err)
			}
			rungs = append(rungs, at.Format("Mon 2 Jan 15:04"))
		}
		fmt.Println(strings.Join(rungs, ", "))
	}

	today := customer.DateOf(shanghai("2026-11-24 10:00"), c.Location())
	last, err := c.AddWorkingDays(customer.DateOf(start, c.Location()), 3)
	if err != nil {
		panic(err)
	}
	left, err := c.WorkingDays(today+1, last+1)
	if err != nil {
		panic(err)
	}
	fmt.Println("working days left after Tuesday:", left)
	// Output:
	// Mon 23 Nov 09:45, Mon 23 Nov 10:45, Mon 23 Nov 11:45
	// Tue 24 Nov 11:45, Wed 25 Nov 09:45, Wed 25 Nov 16:45
	// Sat 28 Nov 08:22, Wed 2 Dec 04:11, Sun 6 Dec 00:00
	// working days left after Tuesday: 1
}

// A week of the shop, with a Sunday that is worked.
func ExampleCalendar_Day() {
	c := shop()
	on, err := customer.ParseDate("2026-09-18")
	if err != nil {
		panic(err)
	}
	for range 4 {
		day, err := c.Day(on)
		if err != nil {
			panic(err)
		}
		fmt.Print(on.Weekday(), ":")
		for _, span := range day.Open {
			fmt.Print(" ", span.From.Format("15:04"), "–", span.To.Format("15:04"))
		}
		fmt.Println()
		for _, reason := range day.Why {
			fmt.Println("   ", calendar.Explain(reason, customer.English))
		}
		on++
	}
	// Output:
	// Friday: 09:00–12:00 13:00–18:00
	//     18 Sep 2026 has the hours of its weekday, 8 h (shop/3)
	// Saturday:
	//     closed on 19 Sep 2026: its weekday has no hours (shop/3)
	// Sunday: 09:00–12:00 13:00–16:00
	//     20 Sep 2026 has hours of its own, 6 h (shop/3 调休上班)
	//     closed from 20 Sep 2026, 16:00 CST to 20 Sep 2026, 18:00 CST (shop/3 盘点)
	// Monday: 09:00–12:00 13:00–18:00
	//     21 Sep 2026 has the hours of its weekday, 8 h (shop/3)
}

// Quiet hours are from nine in the evening to eight in the morning, and all of a day of
// mourning: the calendar says when a customer may be called.
func ExampleCalendar_Open() {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		panic(err)
	}
	mourning, err := customer.ParseDate("2026-11-20")
	if err != nil {
		panic(err)
	}
	mayCall, err := calendar.New(calendar.Rules{
		Edition:  customer.Edition{ID: "may-call", Version: 1},
		Zone:     "Europe/Berlin",
		Weekly:   []calendar.Weekly{calendar.Daily(calendar.Hours{From: "08:00", To: "21:00"})},
		Holidays: []calendar.Holiday{{On: mourning, Name: "day of mourning"}},
	}, zone)
	if err != nil {
		panic(err)
	}
	planned := time.Date(2026, time.November, 19, 22, 15, 0, 0, zone)
	span, err := mayCall.Open(planned)
	if err != nil {
		panic(err)
	}
	fmt.Println("planned:", planned.Format("Mon 15:04"))
	fmt.Println("call from", span.From.Format("Mon 15:04"), "to", span.To.Format("15:04"))
	// Output:
	// planned: Thu 22:15
	// call from Sat 08:00 to 21:00
}

// Closed days in a customer's silence: she could not come on them.
func ExampleCalendar_WorkingDays() {
	last, err := customer.ParseDate("2026-09-24")
	if err != nil {
		panic(err)
	}
	today := last.AddDays(15)
	open, err := shop().WorkingDays(last+1, today+1)
	if err != nil {
		panic(err)
	}
	fmt.Println(int(today-last)-open, "of", int(today-last), "days were closed")
	// Output:
	// 10 of 15 days were closed
}

// The list of holidays ends with the year: what would fall after it is refused, with the
// reason, where a guess would be wrong by the New Year holidays.
func ExampleCalendar_Due_refused() {
	_, err := shop().Due(shanghai("2026-12-30 16:45"), calendar.Budget{WorkingDays: 3})
	var refusal *customer.Refusal
	if errors.As(err, &refusal) {
		for _, missing := range refusal.Missing {
			fmt.Println(calendar.Explain(missing, customer.English))
		}
	}
	// Output:
	// only 1 working day from 30 Dec 2026 to 31 Dec 2026, 3 wanted (shop/3)
	// rule book shop/3 no longer holds from 1 Jan 2027, so not on 1 Jan 2027
}

// A desk that never closes counts every hour.
func ExampleDaily() {
	hotline, err := calendar.New(calendar.Rules{
		Edition: customer.Edition{ID: "hotline", Version: 1},
		Zone:    "UTC",
		Weekly:  []calendar.Weekly{calendar.Daily(calendar.Hours{From: "00:00", To: "24:00"})},
	}, time.UTC)
	if err != nil {
		panic(err)
	}
	due, err := hotline.Add(time.Date(2026, time.November, 20, 23, 0, 0, 0, time.UTC), 20*time.Minute)
	if err != nil {
		panic(err)
	}
	fmt.Println(due.Format("Mon 15:04"))
	// Output:
	// Fri 23:20
}
