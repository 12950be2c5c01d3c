package complaint_test

import (
	"testing"
	"time"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/calendar"
)

// A clock over two years with 250 holidays and three pauses.
func BenchmarkRead(b *testing.B) {
	rules := clockOffice("Europe/Berlin")
	rules.ID = "berlin"
	for i := range 250 {
		rules.Holidays = append(rules.Holidays, calendar.Holiday{On: clockDay("2025-01-06") + customer.Date(3*i), Name: "holiday"})
	}
	policy := clockPolicy(b, nil, clockCalendar(b, rules))
	start := clockAt("2025-01-10 16:00")
	for name, budget := range map[string]calendar.Budget{
		"open": {OpenSeconds: 2500 * clockSeconds}, "working": {WorkingDays: 270, ByClose: true}, "calendar": {CalendarDays: 600, EndsWorking: true},
	} {
		b.Run(name, func(b *testing.B) {
			clock := clockOf("2025-01-10 16:00", complaint.ClockTerms{Budget: budget, Calendar: "berlin", Warn: []int{500, 750}})
			for _, days := range [][2]int{{60, 69}, {270, 273}, {272, 300}} {
				clock.Pauses = append(clock.Pauses, complaint.Pause{Span: customer.Span{From: start.AddDate(0, 0, days[0]), To: start.AddDate(0, 0, days[1])}})
			}
			at := start.AddDate(2, 0, 0)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := policy.Read(clock, at); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// When a hundred thousand open cases of three clocks each are to be woken.
func BenchmarkNextWake(b *testing.B) {
	const n = 100_000
	policy := clockPolicy(b, append(clockAnswers(), clockResolution()))
	cases := make([]complaint.Case, n)
	for i := range cases {
		at := clockAt("2026-01-05 09:00").Add(time.Duration(i) * 5 * time.Minute)
		var c complaint.Case
		for _, decide := range []func() (complaint.Decision, error){
			func() (complaint.Decision, error) {
				return policy.Receive(c, complaint.Receive{Step: complaint.Step{Ref: "1", By: "ann", At: at}, Customer: "c", Channel: complaint.Letter})
			},
			func() (complaint.Decision, error) {
				return policy.Log(c, complaint.Log{Step: complaint.Step{Ref: "2", By: "ann", At: at}, Channel: complaint.Letter, Direction: complaint.FromCustomer})
			},
		} {
			d, err := decide()
			if err != nil {
				b.Fatal(err)
			}
			c = d.Next
		}
		cases[i] = c
	}
	after := clockAt("2026-12-25 09:00")
	b.ReportAllocs()
	for b.Loop() {
		for i := range cases {
			if _, found, err := policy.NextWake(cases[i], after); err != nil || !found {
				b.Fatal(found, err)
			}
		}
	}
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "cases/s")
}

// A step that stops a clock and starts another.
func BenchmarkClockStep(b *testing.B) {
	policy := clockPolicy(b, append(clockAnswers(), clockResolution()))
	d, err := policy.Receive(complaint.Case{}, complaint.Receive{
		Step: complaint.Step{Ref: "1", By: "ann", At: clockAt("2026-11-25 09:00")}, Customer: "c", Channel: complaint.Letter,
	})
	if err != nil {
		b.Fatal(err)
	}
	answer := complaint.Log{Step: complaint.Step{Ref: "2", By: "ann", At: clockAt("2026-11-25 09:30")}, Channel: complaint.Letter, Direction: complaint.ToCustomer}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := policy.Log(d.Next, answer); err != nil {
			b.Fatal(err)
		}
	}
}
