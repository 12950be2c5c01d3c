package calendar_test

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/calendar"
	"github.com/rapport-crm/rapport/customer/customertest"
)

// row A26, row A67, row B47: hours with a lunch break, when somebody can be reached, when a
// customer may be called.
func TestStories(t *testing.T) {
	customertest.Stories(t, os.DirFS("testdata"), func(t *testing.T) func(customertest.Step) string {
		t.Helper()
		var desk storyDesk
		return func(step customertest.Step) string { return desk.tell(t, step) }
	})
}

// storyDesk is the calendar that a story speaks of.
type storyDesk struct {
	c    *calendar.Calendar
	zone *time.Location
}

func (d *storyDesk) tell(t *testing.T, step customertest.Step) string {
	t.Helper()
	switch step.Name {
	case "rules":
		return d.rules(t, step)
	case "days":
		return d.days(t, step)
	case "due":
		return d.due(t, step)
	case "used":
		used, err := d.c.Between(d.at(t, step, "from"), d.at(t, step, "to"), d.pauses(t, step)...)
		return d.answer(used.String(), err)
	case "open":
		span, err := d.c.Open(d.at(t, step, "at"))
		if err == nil && span.To.IsZero() {
			return d.moment(span.From) + " without end"
		}
		return d.answer(d.moment(span.From)+" to "+d.moment(span.To), err)
	}
	require.Fail(t, "unknown step", "%s: %s", step.Where, step.Name)
	return ""
}

// rules plays `rules` with the JSON of a rule book below.
func (d *storyDesk) rules(t *testing.T, step customertest.Step) string {
	t.Helper()
	rules, err := calendar.ParseRules([]byte(strings.Join(step.Input, "\n")))
	if err != nil {
		return err.Error()
	}
	d.zone = zoneOf(t, rules.Zone)
	c, err := calendar.New(rules, d.zone)
	if err != nil {
		return err.Error()
	}
	d.c = c
	return "in order"
}

// days plays `days from= count=`.
func (d *storyDesk) days(t *testing.T, step customertest.Step) string {
	t.Helper()
	first := day(t, step.Value("from"))
	count := number(t, step, "count")
	var told []string
	for on := first; on < first+customer.Date(count); on++ {
		got, err := d.c.Day(on)
		require.NoError(t, err, step.Where)
		line := fmt.Sprintf("%s %.3s", on, on.Weekday())
		for _, span := range got.Open {
			line += " " + span.From.Format("15:04") + "–" + span.To.Format("15:04")
		}
		told = append(told, line)
		for _, reason := range got.Why {
			if reason.Code != calendar.CodeWeekly && reason.Code != calendar.CodeNoHours {
				told = append(told, "    "+calendar.Explain(reason, customer.English), "    "+calendar.Explain(reason, customer.Chinese))
			}
		}
	}
	working, err := d.c.WorkingDays(first, first+customer.Date(count))
	require.NoError(t, err, step.Where)
	return strings.Join(append(told, fmt.Sprintf("%d working days, %d closed", working, count-working)), "\n")
}

// due plays `due from=` with hours=, working=, calendar=, close=yes, or pauses below.
func (d *storyDesk) due(t *testing.T, step customertest.Step) string {
	t.Helper()
	budget := calendar.Budget{
		OpenSeconds: int64(number(t, step, "hours")) * 3600, WorkingDays: number(t, step, "working"),
		CalendarDays: number(t, step, "calendar"), ByClose: step.Value("close") == "yes",
	}
	from := d.at(t, step, "from")
	due, err := d.c.Due(from, budget, d.pauses(t, step)...)
	return d.answer(d.moment(due), err)
}

// pauses reads the lines below a step: `pause from= to=`.
func (d *storyDesk) pauses(t *testing.T, step customertest.Step) []customer.Span {
	t.Helper()
	var pauses []customer.Span
	for _, row := range step.Rows(t) {
		pause := customer.Span{From: d.at(t, row, "from")}
		if row.Value("to") != "" {
			pause.To = d.at(t, row, "to")
		}
		pauses = append(pauses, pause)
	}
	return pauses
}

func (d *storyDesk) at(t *testing.T, step customertest.Step, key string) time.Time {
	t.Helper()
	return instantIn(t, step.Value(key), d.zone)
}

func number(t *testing.T, step customertest.Step, key string) int {
	t.Helper()
	text := step.Value(key)
	if text == "" {
		return 0
	}
	n, err := strconv.Atoi(text)
	require.NoError(t, err, step.Where)
	return n
}

func (d *storyDesk) moment(at time.Time) string { return at.In(d.zone).Format("Mon 2006-01-02 15:04") }

func (d *storyDesk) answer(text string, err error) string {
	var refusal *customer.Refusal
	switch {
	case errors.As(err, &refusal):
		var told []string
		for _, missing := range refusal.Missing {
			told = append(told, calendar.Explain(missing, customer.English), calendar.Explain(missing, customer.Chinese))
		}
		return "refused:\n" + strings.Join(told, "\n")
	case err != nil:
		return err.Error()
	}
	return text
}
