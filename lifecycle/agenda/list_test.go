package agenda_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/calendar"
	"github.com/rapport-crm/rapport/customer/consent"
	"github.com/rapport-crm/rapport/lifecycle/agenda"
)

func anAct() agenda.Act { return agenda.Act{Purpose: "care", Channels: []string{"phone"}} }

func visitRules() agenda.VisitRules {
	return agenda.VisitRules{
		Edition: customer.Edition{ID: "visits", Version: 1},
		Visits: []agenda.VisitRule{
			{Tier: "gold", Series: "visit", EveryMonths: 1, EarlyDays: 3, LateDays: 5, FirstDays: 10, Act: anAct()},
			{Tier: "gold", Series: "call", MetBy: []string{"visit"}, EveryDays: 14, Act: anAct()},
			{Series: "visit", EveryDays: 100, LateDays: 10, Act: anAct()},
		},
	}
}

// row B42: when somebody is due, month ends, windows, overdue, and a changed tier.
func TestVisitsDue(t *testing.T) {
	visits, err := agenda.NewVisits(visitRules())
	require.NoError(t, err)
	for _, tc := range []struct {
		name, tier, known, tierOn, last, today string
		from, due, by                          string // of the visit; due alone: not listed, since not before from
		codes                                  []string
	}{
		{name: "month end clamps", tier: "gold", last: "2027-01-31", today: "2027-02-25", from: "2027-02-25", due: "2027-02-28", by: "2027-03-05", codes: []string{"agenda.every-months"}},
		{name: "leap year", tier: "gold", last: "2028-01-31", today: "2028-02-26", from: "2028-02-26", due: "2028-02-29", by: "2028-03-05", codes: []string{"agenda.every-months"}},
		{name: "day before the window", tier: "gold", last: "2027-01-31", today: "2027-02-24", due: "2027-02-28", from: "2027-02-25"},
		{name: "last day of the window", tier: "gold", last: "2027-01-31", today: "2027-03-05", from: "2027-03-05", due: "2027-02-28", by: "2027-03-05", codes: []string{"agenda.every-months", "agenda.visit-overdue"}},
		{name: "window over: a new one", tier: "gold", last: "2027-01-31", today: "2027-03-06", from: "2027-03-06", due: "2027-02-28", by: "2027-03-11", codes: []string{"agenda.every-months", "agenda.visit-overdue"}},
		{name: "never visited", tier: "gold", known: "2027-01-01", today: "2027-01-08", from: "2027-01-08", due: "2027-01-11", by: "2027-01-16", codes: []string{"agenda.never-visited"}},
		{name: "never visited, known today", tier: "gold", today: "2027-01-08", due: "2027-01-18", from: "2027-01-15"},
		{name: "gold only lately", tier: "gold", tierOn: "2027-03-01", last: "2027-01-01", today: "2027-03-01", from: "2027-03-01", due: "2027-03-01", by: "2027-03-06", codes: []string{"agenda.every-months", "agenda.tier-changed"}},
		{name: "gold for long", tier: "gold", tierOn: "2027-02-01", last: "2027-01-01", today: "2027-02-01", from: "2027-02-01", due: "2027-02-01", by: "2027-02-06", codes: []string{"agenda.every-months"}},
		{name: "everybody else", tier: "silver", last: "2027-01-01", today: "2027-04-11", from: "2027-04-11", due: "2027-04-11", by: "2027-04-21", codes: []string{"agenda.every-days"}},
		{name: "no tier", last: "2027-01-01", today: "2027-04-10", due: "2027-04-11", from: "2027-04-11"},
		{name: "a visit of tomorrow is not seen", tier: "silver", last: "2027-04-12", today: "2027-04-11", from: "2027-04-11", due: "2027-04-11", by: "2027-04-21", codes: []string{"agenda.never-visited"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			who := agenda.Client{Customer: "c-1", Owner: "li", Tier: tc.tier}
			if tc.known != "" {
				who.Known = on(tc.known)
			}
			if tc.tierOn != "" {
				who.TierOn = on(tc.tierOn)
			}
			if tc.last != "" {
				who.Visited = []agenda.PastVisit{{Series: "visit", On: on("2020-01-01")}, {Series: "fair", On: on("2027-01-02")}, {Series: "visit", On: on(tc.last)}}
				if tc.name == "a visit of tomorrow is not seen" {
					who.Visited = who.Visited[2:]
				}
			}
			due, not, err := visits.Due(who, on(tc.today), on(tc.today))
			require.NoError(t, err)
			if tc.by == "" {
				require.NotEmpty(t, not)
				reason := not[len(not)-1] // series ascend: call, visit
				assert.Equal(t, customer.Reason{Code: agenda.CodeNotYet, Rule: reason.Rule, On: on(tc.from), By: on(tc.due)}, reason)
				return
			}
			require.NotEmpty(t, due)
			task := due[len(due)-1]
			assert.Equal(t, []string{tc.from, tc.due, tc.by}, []string{task.From.String(), task.Due.String(), task.By.String()})
			assert.Equal(t, tc.codes, codesOf(task.Reasons))
			assert.Equal(t, agenda.Visit, task.Kind)
			assert.Equal(t, "li", task.Owner)
		})
	}
}

// A visit spares her the call; the series go on when the tier changes, under the same ID.
func TestVisitSeries(t *testing.T) {
	visits, err := agenda.NewVisits(visitRules())
	require.NoError(t, err)
	who := agenda.Client{Customer: "c/1", Tier: "gold", Visited: []agenda.PastVisit{{Series: "visit", On: on("2027-01-10")}, {Series: "call", On: on("2027-01-03")}}}
	due, not, err := visits.Due(who, on("2027-01-20"), on("2027-01-24"))
	require.NoError(t, err)
	require.Len(t, due, 1)
	assert.Equal(t, "visit/c%2F1/call/2027-01-10", due[0].ID, "14 days after the visit")
	assert.Equal(t, "visits/1#gold-call", due[0].Rule)
	assert.Equal(t, []string{agenda.CodeNotYet}, codesOf(not))

	gold, _, err := visits.Due(who, on("2027-05-01"), on("2027-05-01"))
	require.NoError(t, err)
	who.Tier = "silver"
	silver, _, err := visits.Due(who, on("2027-05-01"), on("2027-05-01"))
	require.NoError(t, err)
	require.Len(t, gold, 2)
	require.Len(t, silver, 1)
	assert.Equal(t, gold[1].ID, silver[0].ID)

	rules := visitRules()
	rules.Visits = rules.Visits[:1]
	narrow, err := agenda.NewVisits(rules)
	require.NoError(t, err)
	due, not, err = narrow.Due(who, on("2027-05-01"), on("2027-05-01"))
	require.NoError(t, err)
	assert.Empty(t, due)
	assert.Equal(t, []string{agenda.CodeNoVisits}, codesOf(not))
}

// The list does not depend on when it is asked for until she is visited; the window always
// lies ahead.
func TestVisitsProperties(t *testing.T) {
	visits, err := agenda.NewVisits(visitRules())
	require.NoError(t, err)
	rapid.Check(t, func(t *rapid.T) {
		base := on("2027-01-01")
		who := agenda.Client{Customer: "c-1", Tier: rapid.SampledFrom([]string{"gold", "silver", ""}).Draw(t, "tier"), Known: base}
		for range rapid.IntRange(0, 4).Draw(t, "visits") {
			who.Visited = append(who.Visited, agenda.PastVisit{Series: rapid.SampledFrom([]string{"visit", "call"}).Draw(t, "series"), On: base.AddDays(rapid.IntRange(0, 200).Draw(t, "on"))})
		}
		today := base.AddDays(rapid.IntRange(200, 600).Draw(t, "today"))
		through := today.AddDays(rapid.IntRange(0, 40).Draw(t, "through"))
		due, not, err := visits.Due(who, today, through)
		require.NoError(t, err)
		for _, task := range due {
			assert.True(t, today <= task.From && task.From <= through && task.From <= task.By && task.Due <= task.By, "%v", task)
		}
		again := who
		again.Visited = rapid.Permutation(who.Visited).Draw(t, "again")
		dueAgain, notAgain, err := visits.Due(again, today, through)
		require.NoError(t, err)
		assert.Equal(t, due, dueAgain)
		assert.Equal(t, not, notAgain)
		later, _, err := visits.Due(who, today+1, max(through, today+1))
		require.NoError(t, err)
		known := map[string]bool{}
		for _, task := range later {
			known[task.ID] = true
		}
		for _, task := range due {
			assert.True(t, known[task.ID], "still due tomorrow, under the same ID: %s", task.ID)
		}
	})
}

func greetingRules() agenda.GreetingRules {
	return agenda.GreetingRules{
		Edition: customer.Edition{ID: "greetings", Version: 1},
		Occasions: []agenda.Occasion{
			{ID: "spring", Dates: []customer.Date{on("2026-02-17"), on("2027-02-06"), on("2028-01-26")}, LeadDays: 5, LateDays: 1, Act: anAct()},
			{ID: "birthday", LeadDays: 3, Act: anAct()},
			{ID: "name-day", LeapDayInMarch: true, LateDays: 2, Act: anAct()},
		},
	}
}

// row B43: once for an occasion and a cycle, not too early, not too late; 29 February.
func TestGreetingsDue(t *testing.T) {
	greetings, err := agenda.NewGreetings(greetingRules())
	require.NoError(t, err)
	for _, tc := range []struct {
		name, today string
		days        []agenda.OwnDay
		sent        string
		due         []string // ID and the last day
		not         []string
	}{
		{name: "day before the lead", today: "2027-01-31", not: []string{"agenda.not-yet"}},
		{name: "first day of the lead", today: "2027-02-01", due: []string{"greeting/c-1/spring/2027 2027-02-07"}},
		{name: "last day", today: "2027-02-07", due: []string{"greeting/c-1/spring/2027 2027-02-07"}},
		{name: "too late", today: "2027-02-08", not: []string{"agenda.passed"}},
		{name: "long past", today: "2027-06-08"},
		{name: "sent", today: "2027-02-05", sent: "greeting/c-1/spring/2027", not: []string{"agenda.done"}},
		{name: "sent last year", today: "2027-02-05", sent: "greeting/c-1/spring/2026", due: []string{"greeting/c-1/spring/2027 2027-02-07"}},
		{name: "birthday over the year", today: "2026-12-30", days: []agenda.OwnDay{{Occasion: "birthday", Month: 1, Day: 2}}, due: []string{"greeting/c-1/birthday/2027 2027-01-02"}},
		{name: "leap day, on 28 February", today: "2027-02-28", days: []agenda.OwnDay{{Occasion: "birthday", Month: 2, Day: 29}}, sent: "greeting/c-1/spring/2027", due: []string{"greeting/c-1/birthday/2027 2027-02-28"}, not: []string{"agenda.done"}},
		{name: "leap day, on 1 March", today: "2027-02-28", days: []agenda.OwnDay{{Occasion: "name-day", Month: 2, Day: 29}}, sent: "greeting/c-1/spring/2027", not: []string{"agenda.not-yet", "agenda.done"}},
		{name: "leap day in a leap year", today: "2028-02-29", days: []agenda.OwnDay{{Occasion: "name-day", Month: 2, Day: 29}, {Occasion: "birthday", Month: 2, Day: 29}}, sent: "greeting/c-1/spring/2028", due: []string{"greeting/c-1/birthday/2028 2028-02-29", "greeting/c-1/name-day/2028 2028-03-02"}},
		{name: "lunar birthday, twice in a year", today: "2027-12-26", days: []agenda.OwnDay{{Occasion: "birthday", On: on("2027-12-28")}, {Occasion: "birthday", On: on("2027-01-08")}}, due: []string{"greeting/c-1/birthday/2027-2 2027-12-28"}, not: []string{"agenda.not-yet"}},
		{name: "a corrected birthday brings no second card", today: "2027-06-10", days: []agenda.OwnDay{{Occasion: "birthday", Month: 6, Day: 11}}, sent: "greeting/c-1/birthday/2027", not: []string{"agenda.done"}},
		{name: "unknown occasion", today: "2027-06-10", days: []agenda.OwnDay{{Occasion: "wedding", Month: 6, Day: 11}}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			who := agenda.Client{Customer: "c-1", Days: tc.days}
			if tc.sent != "" {
				who.Contacts = []consent.Contact{{On: on("2026-01-01"), Purpose: "care"}, {On: on("2027-01-28"), Task: tc.sent}}
			}
			due, not, err := greetings.Due(who, on(tc.today), on(tc.today))
			require.NoError(t, err)
			var got []string
			for _, task := range due {
				got = append(got, task.ID+" "+task.By.String())
			}
			assert.Equal(t, tc.due, got)
			assert.ElementsMatch(t, tc.not, codesOf(not))
		})
	}
}

// Whenever it is asked, and however often: sent once for each cycle.
func TestGreetingsAreSentOnce(t *testing.T) {
	greetings, err := agenda.NewGreetings(greetingRules())
	require.NoError(t, err)
	rapid.Check(t, func(t *rapid.T) {
		who := agenda.Client{Customer: "c-1", Days: []agenda.OwnDay{{Occasion: "birthday", Month: time.Month(rapid.IntRange(1, 12).Draw(t, "month")), Day: rapid.IntRange(1, 28).Draw(t, "day")}}}
		sent := map[string]int{}
		today, end := on("2026-12-01"), on("2028-03-01")
		for today < end {
			due, _, err := greetings.Due(who, today, today)
			require.NoError(t, err)
			for _, task := range due {
				sent[task.ID]++
				who.Contacts = append(who.Contacts, consent.Contact{On: today, Task: task.ID, Purpose: "greeting"})
			}
			today += customer.Date(rapid.IntRange(0, 3).Draw(t, "pause")) // within every window
		}
		assert.GreaterOrEqual(t, len(sent), 3)
		for id, times := range sent {
			assert.Equal(t, 1, times, id)
		}
	})
}

func followUpRules() agenda.FollowUpRules {
	return agenda.FollowUpRules{
		Edition: customer.Edition{ID: "care", Version: 1}, Zone: "UTC",
		FollowUps: []agenda.FollowUpRule{
			{ID: "repair-next", After: "repair", DueDays: 7, Move: agenda.NextWorkday, EarlyDays: 10, LateDays: 3, SupersededBy: []string{"repair"}, EndedBy: []string{"complaint"}, Act: anAct()},
			{ID: "sale-previous", After: "sale", DueDays: 2, Move: agenda.PreviousWorkday, Act: anAct()},
			{ID: "visit-keep", After: "visit", DueDays: 2, Move: agenda.KeepDay, Act: anAct()},
			{ID: "closed-working", After: "complaint-closed", DueWorkingDays: 3, LateDays: 5, Act: anAct()},
		},
	}
}

// Rows A57 and A58: due days and where they move on days when nobody works. 2027-03-06 is a
// Saturday; the office is closed on it.
func TestFollowUpsDue(t *testing.T) {
	followUps, err := agenda.NewFollowUps(followUpRules(), calendars()["office"], time.UTC)
	require.NoError(t, err)
	event := func(ref, kind, day, hour, subject string) agenda.Event {
		at, err := time.Parse("2006-01-02 15:04", day+" "+hour)
		require.NoError(t, err)
		return agenda.Event{Ref: ref, Kind: kind, At: at, Subject: subject}
	}
	for _, tc := range []struct {
		name, today string
		events      []agenda.Event
		done        string
		due         []string // the ID and its three days
		not         []string
	}{
		{name: "due on a working day", today: "2027-03-08", events: []agenda.Event{event("1", "repair", "2027-03-01", "15:00", "")}, due: []string{"repair-next/1 2027-03-08 2027-03-08 2027-03-11"}},
		{name: "due on a Saturday, moved to Monday", today: "2027-03-06", events: []agenda.Event{event("1", "repair", "2027-02-27", "15:00", "")}, due: []string{"repair-next/1 2027-03-06 2027-03-08 2027-03-11"}},
		{name: "on its last day", today: "2027-03-11", events: []agenda.Event{event("1", "repair", "2027-03-01", "15:00", "")}, due: []string{"repair-next/1 2027-03-11 2027-03-08 2027-03-11"}},
		{name: "after its last day", today: "2027-03-12", events: []agenda.Event{event("1", "repair", "2027-03-01", "15:00", "")}, not: []string{"agenda.passed"}},
		{name: "never on the day of the event", today: "2027-03-01", events: []agenda.Event{event("1", "repair", "2027-03-01", "15:00", "")}, not: []string{"agenda.not-yet"}},
		{name: "from the day after", today: "2027-03-02", events: []agenda.Event{event("1", "repair", "2027-03-01", "15:00", "")}, due: []string{"repair-next/1 2027-03-02 2027-03-08 2027-03-11"}},
		{name: "previous working day is the day of the event: next", today: "2027-03-08", events: []agenda.Event{event("1", "sale", "2027-03-05", "09:00", "")}, due: []string{"sale-previous/1 2027-03-08 2027-03-08 2027-03-08"}},
		{name: "previous working day", today: "2027-03-05", events: []agenda.Event{event("1", "sale", "2027-03-04", "09:00", "")}, due: []string{"sale-previous/1 2027-03-05 2027-03-05 2027-03-05"}},
		{name: "the day before the previous one", today: "2027-03-04", events: []agenda.Event{event("1", "sale", "2027-03-04", "09:00", "")}, not: []string{"agenda.not-yet"}},
		{name: "kept on a Saturday", today: "2027-03-06", events: []agenda.Event{event("1", "visit", "2027-03-04", "09:00", "")}, due: []string{"visit-keep/1 2027-03-06 2027-03-06 2027-03-06"}},
		{name: "three working days after a Friday", today: "2027-03-10", events: []agenda.Event{event("1", "complaint-closed", "2027-03-05", "09:00", "")}, due: []string{"closed-working/1 2027-03-10 2027-03-10 2027-03-15"}},
		{name: "done", today: "2027-03-08", events: []agenda.Event{event("1", "repair", "2027-03-01", "15:00", "")}, done: "follow-up/c-1/repair-next/1", not: []string{"agenda.done"}},
		{name: "superseded by a later repair of the same", today: "2027-03-08", events: []agenda.Event{event("2", "repair", "2027-03-07", "10:00", "drill"), event("1", "repair", "2027-03-01", "15:00", "drill")}, due: []string{"repair-next/2 2027-03-08 2027-03-15 2027-03-18"}, not: []string{"agenda.superseded"}},
		{name: "not by one of another machine", today: "2027-03-08", events: []agenda.Event{event("2", "repair", "2027-03-07", "10:00", "saw"), event("1", "repair", "2027-03-01", "15:00", "drill")}, due: []string{"repair-next/1 2027-03-08 2027-03-08 2027-03-11", "repair-next/2 2027-03-08 2027-03-15 2027-03-18"}},
		{name: "by a complaint about whatever", today: "2027-03-08", events: []agenda.Event{event("1", "repair", "2027-03-01", "15:00", "drill"), event("2", "complaint", "2027-03-05", "10:00", "bill")}, not: []string{"agenda.superseded"}},
		{name: "not by an earlier complaint", today: "2027-03-08", events: []agenda.Event{event("2", "complaint", "2027-03-01", "14:59", "bill"), event("1", "repair", "2027-03-01", "15:00", "drill")}, due: []string{"repair-next/1 2027-03-08 2027-03-08 2027-03-11"}},
		{name: "nor by one of tomorrow", today: "2027-03-08", events: []agenda.Event{event("1", "repair", "2027-03-01", "15:00", "drill"), event("2", "complaint", "2027-03-09", "10:00", "bill")}, due: []string{"repair-next/1 2027-03-08 2027-03-08 2027-03-11"}},
		{name: "at the same instant the reference decides", today: "2027-03-08", events: []agenda.Event{event("b", "repair", "2027-03-01", "15:00", ""), event("a", "repair", "2027-03-01", "15:00", "")}, due: []string{"repair-next/b 2027-03-08 2027-03-08 2027-03-11"}, not: []string{"agenda.superseded"}},
		{name: "nothing follows a stocktaking", today: "2027-03-08", events: []agenda.Event{event("1", "stocktaking", "2027-03-01", "15:00", "")}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			who := agenda.Client{Customer: "c-1", Owner: "li", Events: tc.events, Contacts: []consent.Contact{{On: on("2027-03-03"), Task: tc.done}}}
			due, not, err := followUps.Due(who, on(tc.today), on(tc.today))
			require.NoError(t, err)
			var got []string
			for _, task := range due {
				got = append(got, fmt.Sprint(task.ID[len("follow-up/c-1/"):], " ", task.From, " ", task.Due, " ", task.By))
			}
			assert.Equal(t, tc.due, got)
			assert.Equal(t, tc.not, codesOf(not))
		})
	}
	_, _, err = followUps.Due(agenda.Client{Customer: "c-1", Events: []agenda.Event{event("1", "repair", "2199-12-28", "10:00", "")}}, on("2199-12-30"), on("2199-12-31"))
	assert.Error(t, err, "the calendar ends")
}

// Whoever handled the complaint asks how it went; an event's own person comes first.
func TestFollowUpOwner(t *testing.T) {
	followUps, err := agenda.NewFollowUps(followUpRules(), calendars()["office"], time.UTC)
	require.NoError(t, err)
	at := time.Date(2027, time.March, 1, 12, 0, 0, 0, time.UTC)
	due, _, err := followUps.Due(agenda.Client{Customer: "c-1", Owner: "li", Events: []agenda.Event{
		{Ref: "1", Kind: "complaint-closed", At: at, Owner: "wang"}, {Ref: "2", Kind: "complaint-closed", At: at},
	}}, on("2027-03-04"), on("2027-03-04"))
	require.NoError(t, err)
	require.Len(t, due, 2)
	assert.Equal(t, []string{"wang", "li"}, []string{due[0].Owner, due[1].Owner})
}

// Rule books are checked whole, and survive JSON.
func TestListRules(t *testing.T) {
	zone := time.UTC
	for _, tc := range []struct {
		name string
		make func() error
		want []string
	}{
		{"visits", func() error {
			rules := visitRules()
			rules.Version = 0
			rules.Visits[0].EveryDays, rules.Visits[0].Channels = 3, nil
			rules.Visits[1].EarlyDays, rules.Visits[1].Priority = 14, 1001
			rules.Visits[2].EveryDays, rules.Visits[2].Purpose = 0, ""
			rules.Visits = append(rules.Visits, rules.Visits[1])
			rules.Visits[3].EarlyDays, rules.Visits[3].Priority = 13, 1000
			_, err := agenda.NewVisits(rules)
			return err
		}, []string{
			"version = 0", "visits[0].every_days = 3", "visits[0].channels = ", "visits[1].early_days = 14", "visits[1].priority = 1001",
			"visits[2].every_days = 0", "visits[2].purpose = ", "visits[3].series = call",
		}},
		{"no visits", func() error {
			_, err := agenda.NewVisits(agenda.VisitRules{Edition: customer.Edition{ID: "v", Version: 1}})
			return err
		}, []string{"visits = 0"}},
		{"greetings", func() error {
			rules := greetingRules()
			rules.Occasions[0].Dates = []customer.Date{5, 5}
			rules.Occasions[1].ID, rules.Occasions[1].LeadDays = "spring", 91
			rules.Occasions[2].LateDays, rules.Occasions[2].Minutes, rules.Occasions[2].Ask = -1, 1441, []string{"q", "q"}
			_, err := agenda.NewGreetings(rules)
			return err
		}, []string{
			"occasions[0].dates = ", "occasions[1].id = spring", "occasions[1].lead_days = 91", "occasions[2].late_days = -1",
			"occasions[2].minutes = 1441", "occasions[2].ask[1] = q",
		}},
		{"follow-ups", func() error {
			rules := followUpRules()
			rules.Zone = "Local"
			rules.FollowUps[0].Move, rules.FollowUps[0].SupersededBy = 0, []string{""}
			rules.FollowUps[1].DueWorkingDays = 3
			rules.FollowUps[2].ID = "repair-next"
			rules.FollowUps[3].Move = agenda.KeepDay
			_, err := agenda.NewFollowUps(rules, nil, zone)
			return err
		}, []string{
			"zone = Local", "working = ", "follow_ups[0].move = move 0", "follow_ups[0].superseded_by[0] = ",
			"follow_ups[1].due_days = 2", "follow_ups[1].move = previous-workday", "follow_ups[2].id = repair-next", "follow_ups[3].move = keep-day",
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			assert.Equal(t, tc.want, faultsOf(tc.make()))
		})
	}
	assertSurvives(t, visitRules(), agenda.ParseVisitRules)
	assertSurvives(t, greetingRules(), agenda.ParseGreetingRules)
	assertSurvives(t, followUpRules(), agenda.ParseFollowUpRules)
	assertSurvives(t, planRules(), agenda.ParsePlanRules)
	assertSurvives(t, playRules(), agenda.ParsePlayRules)
	_, err := agenda.ParsePlanRules([]byte(`{"id":"p","version":1,"measure":"tasks","look_ahaed_days":3}`))
	assert.Equal(t, []string{"look_ahaed_days = 3"}, faultsOf(err), "misspelt")
	_, err = agenda.ParsePlanRules([]byte(`{"id":"p","version":1,"measure":"visits"}`))
	assert.Len(t, faultsOf(err), 1)
	_, err = agenda.ParseFollowUpRules([]byte(`{"follow_ups":[{"move":"tomorrow"}]}`))
	assert.Len(t, faultsOf(err), 1)
}

func assertSurvives[R any](t *testing.T, rules R, parse func([]byte) (R, error)) {
	t.Helper()
	data, err := json.Marshal(rules)
	require.NoError(t, err)
	again, err := parse(data)
	require.NoError(t, err)
	assert.Equal(t, rules, again)
}

// Questions that contradict themselves, and days on which the rules are not in force.
func TestListFaults(t *testing.T) {
	rules := visitRules()
	rules.From = on("2027-01-01")
	visits, err := agenda.NewVisits(rules)
	require.NoError(t, err)
	_, _, err = visits.Due(agenda.Client{Customer: "c-1"}, on("2026-12-31"), on("2026-12-31"))
	var refusal *customer.Refusal
	require.ErrorAs(t, err, &refusal)
	_, _, err = visits.Due(agenda.Client{Value: -1, Owner: "\x00"}, on("2027-01-02"), on("2027-01-01"))
	assert.Equal(t, []string{"customer = ", "owner = \x00", "value = -1", "through = 2027-01-01"}, faultsOf(err))

	_, _, err = visits.Due(agenda.Client{
		Customer: "c-1", TierOn: -1, Known: customer.MaxDate + 1, Visited: []agenda.PastVisit{{Series: "visit"}},
	}, on("2027-01-02"), on("2027-01-02"))
	require.Len(t, faultsOf(err), 3, "tier_on, known, visited[0].on")

	greetings, err := agenda.NewGreetings(greetingRules())
	require.NoError(t, err)
	_, _, err = greetings.Due(agenda.Client{Customer: "c-1", Days: []agenda.OwnDay{
		{Occasion: "birthday", Month: 2, Day: 30}, {Occasion: "birthday", Month: 2, On: 5}, {Occasion: "birthday", Month: 2, Day: 29},
	}, Contacts: []consent.Contact{{}}}, on("2027-01-02"), on("2027-01-02"))
	assert.Equal(t, []string{"days[0] = 2-30", "days[1] = 0001-01-05", "contacts[0].on = "}, faultsOf(err))

	followUps, err := agenda.NewFollowUps(followUpRules(), calendars()["office"], time.UTC)
	require.NoError(t, err)
	_, _, err = followUps.Due(agenda.Client{Customer: "c-1", Events: []agenda.Event{
		{Ref: "1", Kind: "sale", At: time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)}, {Ref: "1", Kind: ""},
	}}, on("2027-01-02"), on("2027-01-02"))
	assert.Equal(t, []string{"events[1].ref = 1", "events[1].kind = ", "events[1].at = 0001-01-01T00:00:00Z"}, faultsOf(err))

	book := calendar.Rules{Edition: customer.Edition{ID: "short", Version: 1, Until: on("2027-01-01")}, Zone: "UTC", Weekly: []calendar.Weekly{calendar.Daily(calendar.Hours{From: "09:00", To: "18:00"})}}
	short, err := calendar.New(book, time.UTC)
	require.NoError(t, err)
	followUps, err = agenda.NewFollowUps(followUpRules(), short, time.UTC)
	require.NoError(t, err)
	_, _, err = followUps.Due(agenda.Client{Customer: "c-1", Events: []agenda.Event{
		{Ref: "1", Kind: "repair", At: time.Date(2026, 12, 30, 0, 0, 0, 0, time.UTC)},
	}}, on("2026-12-31"), on("2026-12-31"))
	require.ErrorAs(t, err, &refusal, "a calendar that does not know January")
}
