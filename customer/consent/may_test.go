package consent_test

import (
	"cmp"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/calendar"
	"github.com/rapport-crm/rapport/customer/consent"
)

// Rows B13 and B47: consent by channel and purpose, opting out, an open complaint, caps over all
// channels and packages, distance, quiet hours; on both sides of every mark.
func TestMay(t *testing.T) {
	monday := on("2026-11-23")
	contacts := func(purpose string, ago ...int) []consent.Contact {
		var list []consent.Contact
		for _, days := range ago {
			list = append(list, consent.Contact{On: monday.AddDays(-days), Purpose: purpose})
		}
		return list
	}
	objected := func(c consent.Consents) consent.Consents {
		d, err := newPolicy(t, contactRules()).Object(c, consent.Object{Step: step("object", "2026-01-01 09:00")})
		require.NoError(t, err)
		return d.Next
	}
	yes := func(boxes ...string) func(consent.Consents) consent.Consents {
		return func(consent.Consents) consent.Consents {
			d, err := newPolicy(t, contactRules()).Give(consent.Consents{}, give("yes", "2026-01-01 09:00", boxes...))
			require.NoError(t, err)
			return d.Next
		}
	}
	for _, tc := range []struct {
		name             string
		channel, purpose string
		change           func(*consent.Facts)
		said             func(consent.Consents) consent.Consents
		apart            int
		at               time.Time
		want             []string
		free             string // the first day that is free
	}{
		{name: "allowed"},
		{name: "not allowed", said: yes("letter/care", "phone/service"), want: []string{"consent.no-consent"}},
		{name: "opted out", said: objected, want: []string{"consent.opted-out"}},
		{name: "opted out, but owed", purpose: "service", said: objected},
		{name: "her number does not exist", change: func(f *consent.Facts) { f.Invalid = []string{"phone"} }, want: []string{"consent.invalid"}},
		{name: "but her letterbox does", channel: "letter", change: func(f *consent.Facts) { f.Invalid = []string{"phone"} }},
		{name: "complaint", change: func(f *consent.Facts) { f.OpenComplaint = true }, want: []string{"consent.open-complaint"}},
		{name: "complaint, but about it", purpose: "service", change: func(f *consent.Facts) { f.OpenComplaint = true }},
		{name: "one in the week", change: func(f *consent.Facts) { f.Contacts = contacts("care", 6) }},
		{name: "two in the week", change: func(f *consent.Facts) { f.Contacts = contacts("greeting", 6, 1) }, want: []string{"consent.cap"}, free: "2026-11-24"},
		{name: "the first just left the week", change: func(f *consent.Facts) { f.Contacts = contacts("greeting", 7, 1) }},
		{name: "two on one day", change: func(f *consent.Facts) { f.Contacts = contacts("greeting", 0, 0) }, want: []string{"consent.cap"}, free: "2026-11-30"},
		{name: "what is owed counts", change: func(f *consent.Facts) { f.Contacts = contacts("service", 6, 1) }, want: []string{"consent.cap"}, free: "2026-11-24"},
		{name: "but is not held back", purpose: "service", change: func(f *consent.Facts) { f.Contacts = contacts("care", 6, 1) }},
		{name: "notices do not count", change: func(f *consent.Facts) { f.Contacts = contacts("notice", 6, 1) }},
		{name: "a purpose of another package counts", change: func(f *consent.Facts) { f.Contacts = contacts("survey", 6, 1) }, want: []string{"consent.cap"}, free: "2026-11-24"},
		{name: "five in the month", change: func(f *consent.Facts) { f.Contacts = contacts("care", 29, 20, 19, 10, 9) }, want: []string{"consent.cap"}, free: "2026-11-24"},
		{name: "the first just left the month", change: func(f *consent.Facts) { f.Contacts = contacts("care", 30, 20, 19, 10, 9) }},
		{name: "an appointment ahead counts", change: func(f *consent.Facts) { f.Contacts = contacts("care", 1, -5) }, want: []string{"consent.cap"}, free: "2026-11-29"},
		{name: "one a day later does not", change: func(f *consent.Facts) { f.Contacts = contacts("care", 1, -6) }},
		{name: "within one week of it", change: func(f *consent.Facts) { f.Contacts = contacts("care", -5, -6) }, want: []string{"consent.cap"}, free: "2026-12-05"},
		{name: "far enough", apart: 3, change: func(f *consent.Facts) { f.Contacts = contacts("care", 3) }},
		{name: "too near", apart: 3, change: func(f *consent.Facts) { f.Contacts = contacts("care", 2) }, want: []string{"consent.apart"}, free: "2026-11-24"},
		{name: "too near one ahead", apart: 3, change: func(f *consent.Facts) { f.Contacts = contacts("care", -2) }, want: []string{"consent.apart"}, free: "2026-11-28"},
		{name: "too near, but owed", apart: 3, purpose: "service", change: func(f *consent.Facts) { f.Contacts = contacts("care", 0) }},
		{name: "too early", at: eleven.Add(-time.Hour - time.Nanosecond), want: []string{"consent.quiet-now"}},
		{name: "from ten", at: eleven.Add(-time.Hour)},
		{name: "until seven", at: eleven.Add(8*time.Hour - time.Nanosecond)},
		{name: "at seven it is over", at: eleven.Add(8 * time.Hour), want: []string{"consent.quiet-now"}},
		{name: "a letter at night", channel: "letter", at: eleven.Add(12 * time.Hour)},
		{name: "everything at once", apart: 2, at: eleven.Add(12 * time.Hour), said: func(consent.Consents) consent.Consents {
			return objected(consent.Consents{})
		}, change: func(f *consent.Facts) {
			*f = consent.Facts{OpenComplaint: true, Invalid: []string{"phone"}, Hours: "calls", Contacts: contacts("care", 0, 0)}
		}, want: []string{
			"consent.opted-out", "consent.no-consent", "consent.open-complaint", "consent.invalid", "consent.cap", "consent.apart",
			"consent.quiet-now", "consent.quiet-now",
		}, free: "2026-11-30"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			rules := contactRules()
			rules.ApartDays = tc.apart
			said, facts := everything(t), consent.Facts{}
			if tc.said != nil {
				said = tc.said(said)
			}
			if tc.change != nil {
				tc.change(&facts)
			}
			at := cmp.Or(tc.at, eleven)
			answer, err := newPolicy(t, rules).May(said, consent.Question{Purpose: cmp.Or(tc.purpose, "care"), Channel: cmp.Or(tc.channel, "phone")}, facts, at)
			require.NoError(t, err)
			assert.Equal(t, tc.want, codesOf(answer.Missing))
			assert.Equal(t, tc.want == nil, answer.Allowed)
			assert.Equal(t, answer.Allowed, answer.Because.Code == consent.CodeGiven)
			for _, missing := range answer.Missing {
				if missing.Code == consent.CodeCap || missing.Code == consent.CodeApart && len(tc.want) == 1 {
					assert.Equal(t, tc.free, missing.By.String())
				}
			}
		})
	}
}

var eleven = at("2026-11-23 11:00")

var phoneCare = consent.Question{Purpose: "care", Channel: "phone"}

// Her own hours bind beside the channel's.
func TestMayAtHerHours(t *testing.T) {
	policy := newPolicy(t, contactRules())
	answer, err := policy.May(everything(t), phoneCare, consent.Facts{Hours: "evenings"}, eleven)
	require.NoError(t, err)
	require.Equal(t, []string{consent.CodeQuietNow}, codesOf(answer.Missing))
	assert.True(t, answer.Missing[0].Until.Equal(eleven.Add(6*time.Hour+30*time.Minute)))
	assert.True(t, answer.Until.Equal(eleven.Add(6*time.Hour+30*time.Minute)))
	assert.Equal(t, "hours/1", answer.Missing[0].Rule, "not the channel's")
	answer, err = policy.May(everything(t), phoneCare, consent.Facts{Hours: "evenings"}, eleven.Add(7*time.Hour))
	require.NoError(t, err)
	assert.True(t, answer.Allowed)
}

// A calendar that has run out is one more thing in the way, and hides no other.
func TestMayWithoutACalendarOfTheDay(t *testing.T) {
	hers, err := calendar.New(calendar.Rules{
		Edition: customer.Edition{ID: "hers", Version: 1, Until: on("2026-11-23")}, Zone: "UTC",
		Weekly: []calendar.Weekly{calendar.Daily(calendar.Hours{From: "09:00", To: "18:00"})},
	}, time.UTC)
	require.NoError(t, err)
	all := calendars()
	all["hers"] = hers
	policy, err := consent.New(contactRules(), all, time.UTC)
	require.NoError(t, err)
	answer, err := policy.May(everything(t), phoneCare, consent.Facts{Hours: "hers", OpenComplaint: true}, eleven)
	require.NoError(t, err)
	assert.Equal(t, []string{consent.CodeOpenComplaint, customer.CodeNoLongerInForce}, codesOf(answer.Missing))
	answer, err = policy.May(everything(t), phoneCare, consent.Facts{Hours: "hers"}, eleven)
	require.NoError(t, err)
	assert.Zero(t, answer.Until, "nobody knows when")
}

// Years of contacts change nothing but the time it takes; more than 10,000 are refused.
func TestMayAfterManyContacts(t *testing.T) {
	var facts consent.Facts
	for i := range consent.MaxContacts {
		facts.Contacts = append(facts.Contacts, consent.Contact{On: on("2026-10-24") - customer.Date(i), Purpose: "care"})
	}
	policy := newPolicy(t, contactRules())
	answer, err := policy.May(everything(t), phoneCare, facts, eleven)
	require.NoError(t, err)
	assert.True(t, answer.Allowed, "the last was 30 days ago")
	facts.Contacts = append(facts.Contacts, consent.Contact{On: on("2026-11-22"), Purpose: "care"})
	_, err = policy.May(everything(t), phoneCare, facts, eleven)
	assert.Equal(t, []string{"contacts = 10001"}, faultsOf(err))
}

// A cap may count some purposes only, and a contact may weigh more than one.
func TestCapOfPurposes(t *testing.T) {
	rules := contactRules()
	rules.Purposes[1].Weight = 2 // a greeting is as much as two words of care
	rules.Caps = []consent.Cap{{ID: "greetings", Most: 3, Days: 10, Purposes: []string{"greeting"}}, {ID: "all", Most: 4, Days: 10}}
	policy := newPolicy(t, rules)
	facts := consent.Facts{Contacts: []consent.Contact{{On: on("2026-11-20"), Purpose: "greeting"}}}
	answer, err := policy.May(everything(t), phoneCare, facts, eleven)
	require.NoError(t, err)
	assert.True(t, answer.Allowed)
	answer, err = policy.May(everything(t), consent.Question{Purpose: "greeting", Channel: "phone"}, facts, eleven)
	require.NoError(t, err)
	require.Len(t, answer.Missing, 1)
	assert.Equal(t, customer.Reason{
		Code: consent.CodeCap, Rule: "contact/1#greetings", Fact: 2, Mark: 3, Unit: customer.UnitTimes, On: on("2026-11-23"), By: on("2026-11-30"),
	}, answer.Missing[0])
	assert.Equal(t, at("2026-11-30 10:00"), answer.Until, "the day that the cap leaves, at the hour at which the line opens")
}

// The first day that a cap leaves is no guess: on that day it may be done, and on no day before. Nor is
// the first instant of all.
func TestFirstFree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rules := contactRules()
		rules.ApartDays = rapid.IntRange(0, 4).Draw(t, "apart")
		policy := newPolicy(t, rules)
		first := on("2026-11-01")
		facts := consent.Facts{Hours: rapid.SampledFrom([]string{"", "", "evenings", "nights"}).Draw(t, "hers")}
		for range rapid.IntRange(0, 8).Draw(t, "contacts") {
			facts.Contacts = append(facts.Contacts, consent.Contact{On: first.AddDays(rapid.IntRange(-20, 30).Draw(t, "on")), Purpose: "care"})
		}
		said := everything(t)
		may := func(channel string, at time.Time) consent.Answer {
			answer, err := policy.May(said, consent.Question{Purpose: "care", Channel: channel}, facts, at)
			require.NoError(t, err)
			return answer
		}
		begin := first.Start(time.UTC)
		for _, missing := range may("letter", begin).Missing {
			if missing.Code == consent.CodeQuietNow {
				continue
			}
			for day := first; day < missing.By; day++ {
				assert.Contains(t, codesOf(may("letter", day.Start(time.UTC)).Missing), missing.Code)
			}
			for _, other := range may("letter", missing.By.Start(time.UTC)).Missing {
				assert.NotEqual(t, [2]string{missing.Code, missing.Rule}, [2]string{other.Code, other.Rule})
			}
		}
		answer := may("phone", begin)
		switch {
		case answer.Allowed:
			assert.Zero(t, answer.Until, "a yes of these rules does not end")
		case answer.Until.IsZero():
			assert.Equal(t, "nights", facts.Hours, "she and the line are never open at once")
		default:
			assert.True(t, may("phone", answer.Until).Allowed)
			for at := begin; at.Before(answer.Until); at = at.Add(30 * time.Minute) { // all hours begin at half past or at the full hour
				require.False(t, may("phone", at).Allowed, "%s", at)
			}
		}
	})
}

// The caps and the line are read by the clock on the wall, in the nights in which it is changed too.
func TestMayWhenTheClockIsChanged(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	night, err := calendar.New(calendar.Rules{
		Edition: customer.Edition{ID: "night", Version: 1}, Zone: "Europe/Berlin",
		Weekly: []calendar.Weekly{calendar.Daily(calendar.Hours{From: "21:00", To: "03:00"})},
	}, berlin)
	require.NoError(t, err)
	policy, err := consent.New(consent.Rules{
		Edition: customer.Edition{ID: "contact", Version: 1}, Zone: "Europe/Berlin",
		Channels: []consent.Channel{{ID: "phone", Hours: "night"}},
		Purposes: []consent.Purpose{{ID: "care", Weight: 1, Basis: "contract"}},
		Caps:     []consent.Cap{{ID: "day", Most: 1, Days: 1}},
	}, consent.Calendars{"night": night}, berlin)
	require.NoError(t, err)
	for _, tc := range []struct {
		day   string
		hours int // after midnight in which the line is open
	}{{"2026-03-28", 3}, {"2026-03-29", 2}, {"2026-10-25", 4}} {
		day := on(tc.day)
		quiet := day.Start(berlin).Add(time.Duration(tc.hours) * time.Hour)
		may := func(at time.Time, contacts ...consent.Contact) consent.Answer {
			answer, err := policy.May(consent.Consents{}, phoneCare, consent.Facts{Contacts: contacts}, at)
			require.NoError(t, err)
			return answer
		}
		assert.True(t, may(quiet.Add(-time.Nanosecond)).Allowed)
		assert.Equal(t, day.Start(berlin).Add(time.Duration(tc.hours+18)*time.Hour).Format(time.RFC3339), may(quiet).Until.Format(time.RFC3339))
		made := consent.Contact{On: day, Purpose: "care"}
		answer := may(quiet.Add(-time.Nanosecond), made)
		assert.False(t, answer.Allowed)
		assert.True(t, (day + 1).Start(berlin).Equal(answer.Until), "another day, the same night")
		assert.True(t, may(answer.Until, made).Allowed)
	}
}

// The rule book is checked whole.
func TestRules(t *testing.T) {
	rules := contactRules()
	rules.Zone = "Europe/Berlin"
	rules.Channels[0].Hours, rules.Channels[1].ID = "noon", "visit"
	rules.Channels[2].ConfirmDays = 367
	rules.Notices = []consent.Notice{{ID: "news", Version: 1, Hash: "ABC"}, {ID: "news", Version: 1, Hash: consent.Hash("")}}
	rules.Purposes[0].Weight, rules.Purposes[1].Weight, rules.Purposes[2].ID = 0, 3, "care"
	rules.Purposes[3] = consent.Purpose{
		ID: "notice", Silent: true, Uncapped: true, DespiteComplaint: true, Weight: 1, Channels: []string{"fax"}, ValidMonths: 1201, RenewDays: 367, AskAgainDays: -1, Notice: "news", SinceNotice: 2,
	}
	rules.Purposes = append(rules.Purposes, consent.Purpose{ID: "late", Uncapped: true, RenewDays: 1, SinceNotice: 1})
	rules.Parties = []consent.Party{{ID: "maker", Purposes: []string{"spam"}}}
	rules.Caps = append(rules.Caps, consent.Cap{ID: "week", Most: 0, Days: 367, Purposes: []string{"spam"}})
	rules.ApartDays, rules.GuardianUnderYears = -1, 101
	_, err := consent.New(rules, calendars(), time.UTC)
	assert.Equal(t, []string{
		"zone = Europe/Berlin", "channels[0].hours = noon", "channels[1].id = visit", "channels[1].hours = UTC", "channels[2].confirm_days = 367",
		"notices[0].hash = ABC", "notices[1].version = 1",
		"purposes[0].weight = 0", "purposes[2].id = care",
		"purposes[3].weight = 1", "purposes[3].channels = 1", "purposes[3].uncapped = true", "purposes[3].despite_complaint = true", "purposes[3].channels[0] = fax", "purposes[3].valid_months = 1201",
		"purposes[3].renew_days = 367", "purposes[3].ask_again_days = -1", "purposes[3].notice = news",
		"purposes[4].renew_days = 1", "purposes[4].since_notice = 1",
		"parties[0].name = ", "parties[0].contact = ", "parties[0].way = ", "parties[0].data = 0", "parties[0].purposes[0] = spam",
		"caps[0].most = 2", "caps[2].id = week", "caps[2].most = 0", "caps[2].days = 367", "caps[2].purposes[0] = spam",
		"apart_days = -1", "guardian_under_years = 101",
	}, faultsOf(err))

	_, err = consent.New(consent.Rules{Edition: customer.Edition{ID: "x", Version: 1}, Zone: "UTC"}, nil, time.UTC)
	assert.Equal(t, []string{"channels = 0", "purposes = 0"}, faultsOf(err))
}

// A question that cannot be asked is told whole.
func TestFaultyQuestions(t *testing.T) {
	policy := newPolicy(t, askingRules())
	_, err := policy.May(consent.Consents{}, consent.Question{Purpose: "spam", Channel: "fax", Party: "nobody"}, consent.Facts{
		Invalid: []string{"", "phone", "phone"}, Hours: "noon", Contacts: []consent.Contact{{}},
	}, time.Time{})
	assert.Equal(t, []string{
		"at = 0001-01-01T00:00:00Z", "purpose = spam", "channel = fax", "party = nobody", "invalid[0] = ", "invalid[2] = phone", "hours = noon", "contacts[0].on = ",
	}, faultsOf(err))
	_, err = policy.May(consent.Consents{}, consent.Question{Purpose: "profiling"}, consent.Facts{}, eleven)
	assert.Equal(t, []string{"purpose = profiling"}, faultsOf(err), "nobody is contacted for it")
	_, err = policy.Allowed(consent.Consents{}, consent.Question{Purpose: "profiling", Channel: "phone"}, eleven)
	assert.Equal(t, []string{"channel = phone"}, faultsOf(err))
	_, err = policy.Allowed(consent.Consents{}, consent.Question{Purpose: "care"}, eleven)
	assert.Equal(t, []string{"channel = "}, faultsOf(err))
	_, err = policy.Reach("", consent.Consents{}, consent.Facts{Hours: "noon"}, time.Time{})
	assert.Equal(t, []string{"customer = ", "at = 0001-01-01T00:00:00Z", "hours = noon"}, faultsOf(err))
	_, err = policy.Missing(consent.Consents{}, time.Time{})
	assert.Equal(t, []string{"at = "}, []string{faultsOf(err)[0][:5]})

	rules := contactRules()
	rules.Until = on("2026-11-23")
	over := newPolicy(t, rules)
	var refusal *customer.Refusal
	_, err = over.May(everything(t), phoneCare, consent.Facts{}, eleven)
	require.ErrorAs(t, err, &refusal)
	_, err = over.Allowed(everything(t), phoneCare, eleven)
	require.ErrorAs(t, err, &refusal)
	_, err = over.Reach("c-1", everything(t), consent.Facts{}, eleven)
	require.ErrorAs(t, err, &refusal)
	_, err = over.Missing(everything(t), eleven)
	require.ErrorAs(t, err, &refusal)

	// The zero Policy knows nothing, and says so.
	_, err = new(consent.Policy).May(everything(t), phoneCare, consent.Facts{}, eleven)
	require.Error(t, err)
	_, err = new(consent.Policy).Give(consent.Consents{}, give("g", "2026-11-23 11:00", "phone/care"))
	require.Error(t, err)
	_, err = new(consent.Policy).Object(consent.Consents{}, consent.Object{Step: step("o", "2026-11-23 11:00")})
	require.Error(t, err)
}

// One policy serves many at once, and so do one customer's consents.
func TestMayByMany(t *testing.T) {
	policy := newPolicy(t, contactRules())
	said := everything(t)
	facts := consent.Facts{Hours: "evenings", Contacts: []consent.Contact{{On: on("2026-11-22"), Purpose: "care"}, {On: on("2026-11-21"), Purpose: "care"}}}
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			answer, err := policy.May(said, phoneCare, facts, eleven)
			_, err2 := policy.Withdraw(said, consent.Withdraw{Step: step(fmt.Sprint(i), "2026-11-23 11:00")})
			_, err3 := policy.Give(said, give(fmt.Sprint(i), "2026-11-23 11:00", "phone/care"))
			if err := errors.Join(err, err2, err3); err != nil {
				t.Error(err)
			}
			assert.Equal(t, at("2026-11-30 17:30"), answer.Until, "the first evening that the week leaves")
		})
	}
	group.Wait()
}
