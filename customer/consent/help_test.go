package consent_test

import (
	"errors"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/calendar"
	"github.com/rapport-crm/rapport/customer/consent"
	"github.com/rapport-crm/rapport/customer/journal"
)

// on reads a civil day of a table.
func on(text string) customer.Date {
	day, err := customer.ParseDate(text)
	if err != nil {
		panic(err)
	}
	return day
}

// at reads an instant of a table, in UTC.
func at(text string) time.Time {
	instant, err := time.Parse("2006-01-02 15:04", text)
	if err != nil {
		panic(err)
	}
	return instant
}

// step is a command's step.
func step(ref, instant string) journal.Step {
	return journal.Step{Ref: ref, By: "ann", At: at(instant)}
}

// hours makes a calendar of Monday to Friday, and of Saturday, if any.
func hours(zone *time.Location, week, saturday string) *calendar.Calendar {
	line := func(text string, days ...customer.Weekday) calendar.Weekly {
		return calendar.Weekly{Days: days, Hours: []calendar.Hours{{From: text[:5], To: text[6:]}}}
	}
	rules := calendar.Rules{
		Edition: customer.Edition{ID: "hours", Version: 1}, Zone: zone.String(),
		Weekly: []calendar.Weekly{line(week, 1, 2, 3, 4, 5)},
	}
	if saturday != "" {
		rules.Weekly = append(rules.Weekly, line(saturday, 6))
	}
	made, err := calendar.New(rules, zone)
	if err != nil {
		panic(err)
	}
	return made
}

// calendars are those of a small shop: nobody is rung up before ten or after seven in the evening.
func calendars() consent.Calendars {
	return consent.Calendars{
		"evenings": hours(time.UTC, "17:30-20:00", ""),
		"calls":    hours(time.UTC, "10:00-19:00", "10:00-12:00"),
		"nights":   hours(time.UTC, "19:00-22:00", ""),
	}
}

// contactRules are those of a small shop: two contacts in seven days, five in thirty; what she is
// owed is not held back, but counts.
func contactRules() consent.Rules {
	return consent.Rules{
		Edition: customer.Edition{ID: "contact", Version: 1}, Zone: "UTC",
		Channels: []consent.Channel{{ID: "visit", Hours: "calls"}, {ID: "phone", Hours: "calls"}, {ID: "letter"}},
		Purposes: []consent.Purpose{
			{ID: "care", Weight: 1},
			{ID: "greeting", Weight: 1},
			{ID: "service", Weight: 1, Uncapped: true, DespiteComplaint: true, DespiteOptOut: true},
			{ID: "notice", Uncapped: true, DespiteComplaint: true},
		},
		Caps: []consent.Cap{{ID: "week", Most: 2, Days: 7}, {ID: "month", Most: 5, Days: 30}},
	}
}

// text is the notice of a version, as a customer reads it.
func text(id string, version string) string {
	return "This is what " + id + " says in version " + version + "."
}

// askingRules are those of a shop that asks for consent in every way that there is.
func askingRules() consent.Rules {
	rules := contactRules()
	rules.GuardianUnderYears = 14
	rules.Channels = append(rules.Channels, consent.Channel{ID: "mail", ConfirmDays: 7})
	rules.Notices = []consent.Notice{
		{ID: "news", Version: 1, Hash: consent.Hash(text("news", "1"))},
		{ID: "news", Version: 2, Hash: consent.Hash(text("news", "2"))},
		{ID: "maker", Version: 1, Hash: consent.Hash(text("maker", "1"))},
	}
	rules.Purposes = append(rules.Purposes,
		consent.Purpose{ID: "news", Weight: 1, Channels: []string{"mail", "letter"}, Notice: "news", SinceNotice: 1, ValidMonths: 12, RenewDays: 30, AskAgainDays: 90},
		consent.Purpose{ID: "contract", Uncapped: true, DespiteComplaint: true, DespiteOptOut: true, Basis: "contract"},
		consent.Purpose{ID: "survey", Weight: 1, Basis: "legitimate interest"},
		consent.Purpose{ID: "profiling", Silent: true, Separate: true, Recorded: true},
		consent.Purpose{ID: "handover", Silent: true},
	)
	rules.Parties = []consent.Party{
		{
			ID: "maker", Name: "Maker Ltd", Contact: "privacy@maker.example", Way: "warranty, by post", Data: []string{"name", "address", "serial number"},
			Purposes: []string{"handover", "news"}, Notice: "maker", SinceNotice: 1,
		},
		{
			ID: "partner", Name: "Partner Ltd", Contact: "privacy@partner.example", Way: "advertising, by mail", Data: []string{"mail address"},
			Purposes: []string{"news"},
		},
	}
	return rules
}

func newPolicy(t require.TestingT, rules consent.Rules) *consent.Policy {
	policy, err := consent.New(rules, calendars(), time.UTC)
	require.NoError(t, err)
	return policy
}

// give is a yes to purposes through channels: "phone/care".
func give(ref, instant string, boxes ...string) consent.Give {
	return consent.Give{Step: step(ref, instant), Boxes: boxesOf(boxes...), Evidence: consent.Evidence{Medium: "paper", Record: "form 7"}}
}

func boxesOf(texts ...string) []consent.Box {
	var boxes []consent.Box
	for _, text := range texts {
		q := question(text)
		boxes = append(boxes, consent.Box{Purpose: q.Purpose, Channel: q.Channel})
	}
	return boxes
}

// question reads "phone/care", "phone/care/maker" or "/profiling".
func question(text string) consent.Question {
	parts := []string{"", "", ""}
	n := 0
	for _, r := range text {
		if r == '/' {
			n++
			continue
		}
		parts[n] += string(r)
	}
	return consent.Question{Channel: parts[0], Purpose: parts[1], Party: parts[2]}
}

// seen is a yes's evidence of a notice.
func seen(id, version string) consent.Evidence {
	number := int(version[0] - '0')
	return consent.Evidence{Notice: id, Version: number, Hash: consent.Hash(text(id, version)), Medium: "web", Record: "page 3"}
}

// everything is what somebody has said who has said yes to all that the contact rules know.
func everything(t require.TestingT) consent.Consents {
	var boxes []string
	for _, channel := range contactRules().Channels {
		for _, purpose := range contactRules().Purposes {
			boxes = append(boxes, channel.ID+"/"+purpose.ID)
		}
	}
	d, err := newPolicy(t, contactRules()).Give(consent.Consents{}, give("all", "2020-01-01 09:00", boxes...))
	require.NoError(t, err)
	return d.Next
}

func codesOf(reasons []customer.Reason) []string {
	var list []string
	for _, reason := range reasons {
		list = append(list, reason.Code)
	}
	return list
}

// missingOf are the codes of a refusal; nil for no error.
func missingOf(t require.TestingT, err error) []string {
	if err == nil {
		return nil
	}
	var refusal *customer.Refusal
	require.ErrorAs(t, err, &refusal)
	return codesOf(refusal.Missing)
}

func faultsOf(err error) []string {
	var all customer.Faults
	if !errors.As(err, &all) {
		return nil
	}
	var list []string
	for _, fault := range all {
		list = append(list, fault.Path+" = "+fault.Value)
	}
	return list
}
