package agenda_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/calendar"
	"github.com/rapport-crm/rapport/lifecycle/agenda"
)

// Rows B13 and B47: consent by channel and purpose, opting out, an open complaint, caps over all
// channels and packages, distance, quiet hours; on both sides of every mark.
func TestMay(t *testing.T) {
	monday := on("2026-11-23")
	eleven := time.Date(2026, time.November, 23, 11, 0, 0, 0, time.UTC)
	contacts := func(purpose string, ago ...int) []agenda.Contact {
		var list []agenda.Contact
		for _, days := range ago {
			list = append(list, agenda.Contact{On: monday.AddDays(-days), Purpose: purpose})
		}
		return list
	}
	for _, tc := range []struct {
		name             string
		channel, purpose string
		change           func(*agenda.Reach)
		apart            int
		at               time.Time
		want             []string
		free             string // the first day that is free
	}{
		{name: "allowed"},
		{name: "not allowed", change: func(r *agenda.Reach) {
			r.Allowed = []agenda.Permission{{Channel: "letter", Purpose: "care"}, {Channel: "phone", Purpose: "service"}}
		}, want: []string{"agenda.no-consent"}},
		{name: "opted out", change: func(r *agenda.Reach) { r.OptedOut = true }, want: []string{"agenda.opted-out"}},
		{name: "opted out, but owed", purpose: "service", change: func(r *agenda.Reach) { r.OptedOut = true }},
		{name: "complaint", change: func(r *agenda.Reach) { r.OpenComplaint = true }, want: []string{"agenda.open-complaint"}},
		{name: "complaint, but about it", purpose: "service", change: func(r *agenda.Reach) { r.OpenComplaint = true }},
		{name: "one in the week", change: func(r *agenda.Reach) { r.Contacts = contacts("care", 6) }},
		{name: "two in the week", change: func(r *agenda.Reach) { r.Contacts = contacts("greeting", 6, 1) }, want: []string{"agenda.cap"}, free: "2026-11-24"},
		{name: "the first just left the week", change: func(r *agenda.Reach) { r.Contacts = contacts("greeting", 7, 1) }},
		{name: "two on one day", change: func(r *agenda.Reach) { r.Contacts = contacts("greeting", 0, 0) }, want: []string{"agenda.cap"}, free: "2026-11-30"},
		{name: "what is owed counts", change: func(r *agenda.Reach) { r.Contacts = contacts("service", 6, 1) }, want: []string{"agenda.cap"}, free: "2026-11-24"},
		{name: "but is not held back", purpose: "service", change: func(r *agenda.Reach) { r.Contacts = contacts("care", 6, 1) }},
		{name: "notices do not count", change: func(r *agenda.Reach) { r.Contacts = contacts("notice", 6, 1) }},
		{name: "a purpose of another package counts", change: func(r *agenda.Reach) { r.Contacts = contacts("survey", 6, 1) }, want: []string{"agenda.cap"}, free: "2026-11-24"},
		{name: "five in the month", change: func(r *agenda.Reach) { r.Contacts = contacts("care", 29, 20, 19, 10, 9) }, want: []string{"agenda.cap"}, free: "2026-11-24"},
		{name: "the first just left the month", change: func(r *agenda.Reach) { r.Contacts = contacts("care", 30, 20, 19, 10, 9) }},
		{name: "an appointment ahead counts", change: func(r *agenda.Reach) { r.Contacts = contacts("care", 1, -5) }, want: []string{"agenda.cap"}, free: "2026-11-29"},
		{name: "one a day later does not", change: func(r *agenda.Reach) { r.Contacts = contacts("care", 1, -6) }},
		{name: "within one week of it", change: func(r *agenda.Reach) { r.Contacts = contacts("care", -5, -6) }, want: []string{"agenda.cap"}, free: "2026-12-05"},
		{name: "far enough", apart: 3, change: func(r *agenda.Reach) { r.Contacts = contacts("care", 3) }},
		{name: "too near", apart: 3, change: func(r *agenda.Reach) { r.Contacts = contacts("care", 2) }, want: []string{"agenda.apart"}, free: "2026-11-24"},
		{name: "too near one ahead", apart: 3, change: func(r *agenda.Reach) { r.Contacts = contacts("care", -2) }, want: []string{"agenda.apart"}, free: "2026-11-28"},
		{name: "too near, but owed", apart: 3, purpose: "service", change: func(r *agenda.Reach) { r.Contacts = contacts("care", 0) }},
		{name: "too early", at: eleven.Add(-time.Hour - time.Nanosecond), want: []string{"agenda.quiet-now"}},
		{name: "from ten", at: eleven.Add(-time.Hour)},
		{name: "until seven", at: eleven.Add(8*time.Hour - time.Nanosecond)},
		{name: "at seven it is over", at: eleven.Add(8 * time.Hour), want: []string{"agenda.quiet-now"}},
		{name: "a letter at night", channel: "letter", at: eleven.Add(12 * time.Hour)},
		{name: "everything at once", apart: 2, at: eleven.Add(12 * time.Hour), change: func(r *agenda.Reach) {
			*r = agenda.Reach{Customer: "c-1", OptedOut: true, OpenComplaint: true, Contacts: contacts("care", 0, 0)}
		}, want: []string{"agenda.opted-out", "agenda.open-complaint", "agenda.no-consent", "agenda.cap", "agenda.apart", "agenda.quiet-now"}, free: "2026-11-30"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			rules := limitRules()
			rules.ApartDays = tc.apart
			reach := everything("c-1")
			if tc.change != nil {
				tc.change(&reach)
			}
			channel, purpose, at := tc.channel, tc.purpose, tc.at
			if channel == "" {
				channel = "phone"
			}
			if purpose == "" {
				purpose = "care"
			}
			if at.IsZero() {
				at = eleven
			}
			err := newLimits(t, rules).May(reach, channel, purpose, at, nil)
			if tc.want == nil {
				require.NoError(t, err)
				return
			}
			var refusal *customer.Refusal
			require.ErrorAs(t, err, &refusal)
			assert.Equal(t, tc.want, codesOf(refusal.Missing))
			for _, missing := range refusal.Missing {
				if missing.Code == agenda.CodeCap || missing.Code == agenda.CodeApart && len(tc.want) == 1 {
					assert.Equal(t, tc.free, missing.By.String())
				}
			}
		})
	}
}

// Her own hours bind beside the channel's.
func TestMayAtHerHours(t *testing.T) {
	limits := newLimits(t, limitRules())
	eleven := time.Date(2026, time.November, 23, 11, 0, 0, 0, time.UTC)
	hers := calendars()["evenings"]
	var refusal *customer.Refusal
	require.ErrorAs(t, limits.May(everything("c-1"), "phone", "care", eleven, hers), &refusal)
	require.Equal(t, []string{agenda.CodeQuietNow}, codesOf(refusal.Missing))
	assert.True(t, refusal.Missing[0].Until.Equal(eleven.Add(6*time.Hour+30*time.Minute)))
	assert.Equal(t, "hours/1", refusal.Missing[0].Rule, "not the channel's")
	assert.NoError(t, limits.May(everything("c-1"), "phone", "care", eleven.Add(7*time.Hour), hers))
}

// A calendar that has run out is one more thing in the way, and hides no other.
func TestMayWithoutACalendarOfTheDay(t *testing.T) {
	eleven := time.Date(2026, time.November, 23, 11, 0, 0, 0, time.UTC)
	hers, err := calendar.New(calendar.Rules{
		Edition: customer.Edition{ID: "hers", Version: 1, Until: on("2026-11-23")}, Zone: "UTC",
		Weekly: []calendar.Weekly{calendar.Daily(calendar.Hours{From: "09:00", To: "18:00"})},
	}, time.UTC)
	require.NoError(t, err)
	reach := everything("c-1")
	reach.OpenComplaint = true
	var refusal *customer.Refusal
	require.ErrorAs(t, newLimits(t, limitRules()).May(reach, "phone", "care", eleven, hers), &refusal)
	assert.Equal(t, []string{agenda.CodeOpenComplaint, customer.CodeNoLongerInForce}, codesOf(refusal.Missing))
}

// Years of contacts change nothing but the time it takes; more than 10,000 are refused.
func TestMayAfterManyContacts(t *testing.T) {
	eleven := time.Date(2026, time.November, 23, 11, 0, 0, 0, time.UTC)
	reach := everything("c-1")
	for i := range 10_000 {
		reach.Contacts = append(reach.Contacts, agenda.Contact{On: on("2026-10-24") - customer.Date(i), Purpose: "care"})
	}
	limits := newLimits(t, limitRules())
	require.NoError(t, limits.May(reach, "phone", "care", eleven, nil), "the last was 30 days ago")
	reach.Contacts = append(reach.Contacts, agenda.Contact{On: on("2026-11-22"), Purpose: "care"})
	assert.Equal(t, []string{"contacts = 10001"}, faultsOf(limits.May(reach, "phone", "care", eleven, nil)))
	_, err := newPlanner(t, planRules(), limitRules()).Plan(agenda.Work{First: on("2026-11-23"), Last: on("2026-11-23"), Reaches: []agenda.Reach{reach}})
	assert.Equal(t, []string{"reaches[0].contacts = 10001"}, faultsOf(err))
}

// A cap may count some purposes only, and a contact may weigh more than one.
func TestCapOfPurposes(t *testing.T) {
	rules := limitRules()
	rules.Purposes[1].Weight = 2 // a greeting is as much as two words of care
	rules.Caps = []agenda.Cap{{ID: "greetings", Most: 3, Days: 10, Purposes: []string{"greeting"}}, {ID: "all", Most: 4, Days: 10}}
	limits := newLimits(t, rules)
	at := time.Date(2026, time.November, 23, 11, 0, 0, 0, time.UTC)
	reach := everything("c-1")
	reach.Contacts = []agenda.Contact{{On: on("2026-11-20"), Purpose: "greeting"}}
	require.NoError(t, limits.May(reach, "phone", "care", at, nil))
	var refusal *customer.Refusal
	require.ErrorAs(t, limits.May(reach, "phone", "greeting", at, nil), &refusal)
	require.Len(t, refusal.Missing, 1)
	assert.Equal(t, customer.Reason{
		Code: agenda.CodeCap, Rule: "contact/1#greetings", Fact: 2, Mark: 3, Unit: customer.UnitTimes, On: on("2026-11-23"), By: on("2026-11-30"),
	}, refusal.Missing[0])
}

// freeFrom is no guess: on that day it may be done, and on no day before.
func TestFirstFreeDay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rules := limitRules()
		rules.ApartDays = rapid.IntRange(0, 4).Draw(t, "apart")
		limits := newLimits(t, rules)
		first := on("2026-11-01")
		reach := everything("c-1")
		for range rapid.IntRange(0, 8).Draw(t, "contacts") {
			reach.Contacts = append(reach.Contacts, agenda.Contact{On: first.AddDays(rapid.IntRange(-20, 30).Draw(t, "on")), Purpose: "care"})
		}
		at := func(day customer.Date) time.Time { return day.Start(time.UTC) }
		var refusal *customer.Refusal
		if !errors.As(limits.May(reach, "letter", "care", at(first), nil), &refusal) {
			return
		}
		for _, missing := range refusal.Missing {
			for day := first; day < missing.By; day++ {
				var still *customer.Refusal
				require.ErrorAs(t, limits.May(reach, "letter", "care", at(day), nil), &still)
				assert.Contains(t, codesOf(still.Missing), missing.Code)
			}
			var others *customer.Refusal
			if errors.As(limits.May(reach, "letter", "care", at(missing.By), nil), &others) {
				for _, other := range others.Missing {
					assert.NotEqual(t, [2]string{missing.Code, missing.Rule}, [2]string{other.Code, other.Rule})
				}
			}
		}
	})
}

// The rule book is checked whole.
func TestLimitRules(t *testing.T) {
	rules := limitRules()
	rules.Zone = "Europe/Berlin"
	rules.Channels[0].Hours, rules.Channels[1].ID = "nights", "visit"
	rules.Purposes[0].Weight, rules.Purposes[1].Weight, rules.Purposes[2].ID = 0, 3, "care"
	rules.Caps = append(rules.Caps, agenda.Cap{ID: "week", Most: 0, Days: 367, Purposes: []string{"spam"}})
	rules.ApartDays = -1
	_, err := agenda.NewLimits(rules, calendars(), time.UTC)
	assert.Equal(t, []string{
		"zone = Europe/Berlin", "channels[0].hours = nights", "channels[1].id = visit", "channels[1].hours = UTC", "purposes[0].weight = 0", "purposes[2].id = care",
		"caps[0].most = 2", "caps[2].id = week", "caps[2].most = 0", "caps[2].days = 367", "caps[2].purposes[0] = spam", "apart_days = -1",
	}, faultsOf(err))

	limits := newLimits(t, limitRules())
	err = limits.May(agenda.Reach{Customer: "c-1", Contacts: []agenda.Contact{{}}}, "fax", "spam", time.Date(2026, 11, 23, 11, 0, 0, 0, time.UTC), nil)
	assert.Equal(t, []string{"channel = fax", "purpose = spam", "contacts[0].on = "}, faultsOf(err))
	assert.Equal(t, []string{"at = 0001-01-01T00:00:00Z"}, faultsOf(limits.May(everything("c-1"), "phone", "care", time.Time{}, nil)))

	rules = limitRules()
	rules.Until = on("2026-11-23")
	var refusal *customer.Refusal
	require.ErrorAs(t, newLimits(t, rules).May(everything("c-1"), "phone", "care", on("2026-11-23").Start(time.UTC), nil), &refusal)
}
