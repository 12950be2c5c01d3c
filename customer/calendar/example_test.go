package calendar_test

import (
	"fmt"
	"time"

	"github.com/rapport-crm/rapport/customer/calendar"
)

// A desk has given its word on Friday at a quarter to five: within four hours. It closes
// at six, and at the weekend.
func ExampleCalendar_Add() {
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		panic(err)
	}
	rules, err := calendar.ParseRules([]byte(`{
		"id": "desk", "version": 1, "zone": "Asia/Shanghai",
		"weekly": [{
			"days": ["monday", "tuesday", "wednesday", "thursday", "friday"],
			"hours": [{"from": "09:00", "to": "12:00"}, {"from": "13:00", "to": "18:00"}]
		}]
	}`))
	if err != nil {
		panic(err)
	}
	desk, err := calendar.New(rules, zone)
	if err != nil {
		panic(err)
	}
	due, err := desk.Add(time.Date(2026, 11, 20, 16, 45, 0, 0, zone), 4*time.Hour)
	if err != nil {
		panic(err)
	}
	fmt.Println(due.Format("Monday 15:04"))
	// Output:
	// Monday 11:45
}
