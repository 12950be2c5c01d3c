package desk_test

import (
	"time"
	_ "time/tzdata" // the zones, on machines without zone files too

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/complaint/desk"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/calendar"
)

const shanghai = "Asia/Shanghai"

func zoneOf(tb require.TestingT, name string) *time.Location {
	zone, err := time.LoadLocation(name)
	require.NoError(tb, err)
	return zone
}

// in reads "2026-11-25 13:00" or "… 13:00:00.999999999" in a zone.
func in(tb require.TestingT, zone, text string) time.Time {
	at, err := time.ParseInLocation("2006-01-02 15:04:05.999999999", text, zoneOf(tb, zone))
	if err != nil {
		at, err = time.ParseInLocation("2006-01-02 15:04", text, zoneOf(tb, zone))
	}
	require.NoError(tb, err)
	return at
}

// at is an instant in Shanghai.
func at(tb require.TestingT, text string) time.Time { return in(tb, shanghai, text) }

func date(tb require.TestingT, text string) customer.Date {
	day, err := customer.ParseDate(text)
	require.NoError(tb, err)
	return day
}

func span(tb require.TestingT, from, to string) customer.Span {
	s := customer.Span{From: at(tb, from)}
	if to != "" {
		s.To = at(tb, to)
	}
	return s
}

// weekdays are hours from Monday to Friday, two texts for each span. Sunday, 11 October 2026,
// is worked for the holidays before it, in the same hours.
func weekdays(tb require.TestingT, id, zone string, hours ...string) *calendar.Calendar {
	var spans []calendar.Hours
	for i := 0; i < len(hours); i += 2 {
		spans = append(spans, calendar.Hours{From: hours[i], To: hours[i+1]})
	}
	c, err := calendar.New(calendar.Rules{
		Edition:   customer.Edition{ID: id, Version: 1},
		Zone:      zone,
		Weekly:    []calendar.Weekly{{Days: []customer.Weekday{1, 2, 3, 4, 5}, Hours: spans}},
		Overrides: []calendar.Override{{On: date(tb, "2026-10-11"), Name: "for National Day", Hours: spans}},
		Holidays:  []calendar.Holiday{{On: date(tb, "2026-10-01"), Through: date(tb, "2026-10-07"), Name: "National Day"}},
	}, zoneOf(tb, zone))
	require.NoError(tb, err)
	return c
}

// daily are the same hours on every day.
func daily(tb require.TestingT, id, zone, from, to string) *calendar.Calendar {
	c, err := calendar.New(calendar.Rules{
		Edition: customer.Edition{ID: id, Version: 1}, Zone: zone,
		Weekly: []calendar.Weekly{calendar.Daily(calendar.Hours{From: from, To: to})},
	}, zoneOf(tb, zone))
	require.NoError(tb, err)
	return c
}

func yuan() customer.Currency { return customer.Currency{Code: "CNY", Digits: 2} }

// bankCalendars: behind one door private business is open at noon, corporate business not.
func bankCalendars(tb require.TestingT) []*calendar.Calendar {
	return []*calendar.Calendar{
		weekdays(tb, "door", shanghai, "09:00", "17:00"),
		weekdays(tb, "private", shanghai, "09:00", "17:00"),
		weekdays(tb, "corporate", shanghai, "09:00", "12:00", "13:00", "17:00"),
		weekdays(tb, "mornings", shanghai, "09:00", "12:00"),
		weekdays(tb, "afternoons", shanghai, "13:00", "17:00"),
		daily(tb, "always", shanghai, "00:00", "24:00"),
		daily(tb, "line", shanghai, "08:00", "20:00"),
		weekdays(tb, "berlin", "Europe/Berlin", "09:00", "17:00"),
	}
}

// bankRules is a bank with a small branch, its main branch, a hotline, the web, and a branch
// abroad.
func bankRules() desk.Rules {
	return desk.Rules{
		Edition:  customer.Edition{ID: "bank", Version: 3},
		Zone:     shanghai,
		Currency: yuan(),
		Tasks: []desk.Task{
			{ID: "withdraw"},
			{ID: "transfer"},
			{ID: "company", Skills: []string{"corporate"}},
			{ID: "lost-card"},
			{ID: "correct-id", Requires: []desk.Requirement{
				{Require: desk.RequirePresence},
				{Require: desk.RequireDocument, AnyOf: []string{"permit", "passport"}, Where: "the exit-entry office"},
				{Require: desk.RequireOwnSite, Where: "by telephone"},
				{Require: desk.RequireApproval, AnyOf: []string{"supervisor", "authorised-clerk"}},
			}},
		},
		Sites: []desk.Site{
			{ID: "small", Calendar: "door", Near: []string{"main"}, Desks: []desk.Desk{
				{ID: "small-cash", Channel: "counter", Calendar: "private", Does: []desk.Ability{{Task: "withdraw", UpToMinor: 50_000_00}, {Task: "correct-id"}}},
				{ID: "small-company", Channel: "counter", Calendar: "corporate", Does: []desk.Ability{{Task: "company"}}},
				{ID: "small-atm", Channel: "atm", Calendar: "always", Automatic: true, Does: []desk.Ability{{Task: "withdraw", UpToMinor: 20_000_00}}},
			}},
			{ID: "main", Calendar: "door", Desks: []desk.Desk{
				{ID: "main-cash", Channel: "counter", Calendar: "private", Number: "8001", Does: []desk.Ability{
					{Task: "withdraw"},
					{Task: "transfer", Calendar: "mornings"},
					{Task: "correct-id"},
				}},
				{ID: "main-company", Channel: "counter", Calendar: "corporate", Does: []desk.Ability{{Task: "company"}}},
			}},
			{ID: "hotline", Desks: []desk.Desk{
				{ID: "line", Channel: "phone", Calendar: "line", Number: "95500", Does: []desk.Ability{{Task: "lost-card"}}},
			}},
			{ID: "web", Desks: []desk.Desk{
				{ID: "online", Channel: "web", Calendar: "always", Automatic: true, Does: []desk.Ability{{Task: "transfer", UpToMinor: 5_000_00}}},
			}},
			{ID: "berlin", Desks: []desk.Desk{
				{ID: "berlin-desk", Channel: "counter", Calendar: "berlin", Does: []desk.Ability{{Task: "lost-card"}}},
			}},
		},
	}
}

func bank(tb require.TestingT, change ...func(*desk.Rules)) *desk.Directory {
	rules := bankRules()
	for _, one := range change {
		one(&rules)
	}
	d, err := desk.New(rules, zoneOf(tb, shanghai), bankCalendars(tb)...)
	require.NoError(tb, err)
	return d
}

func roster(tb require.TestingT, d *desk.Directory, agents ...desk.Agent) *desk.Roster {
	r, err := d.Roster(agents)
	require.NoError(tb, err)
	return r
}

// codes of reasons, with what they speak of.
func codes(reasons []customer.Reason) []string {
	var all []string
	for _, r := range reasons {
		text := r.Code
		if r.Of != "" {
			text += " " + r.Of
		}
		all = append(all, text)
	}
	return all
}

// desks of an answer, each with its way and from when if not now.
func desks(places []desk.Place) []string {
	var all []string
	for _, p := range places {
		text := p.Way.String() + " " + p.Desk
		if !p.Now {
			text += p.Open.From.Format(" 02 Jan 15:04")
		}
		all = append(all, text)
	}
	return all
}

func missing(tb require.TestingT, err error) []customer.Reason {
	var refusal *customer.Refusal
	require.ErrorAs(tb, err, &refusal)
	require.NotEmpty(tb, refusal.Rule)
	return refusal.Missing
}
