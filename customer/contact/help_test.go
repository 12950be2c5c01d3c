package contact_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/contact"
	"github.com/rapport-crm/rapport/customer/journal"
)

// tester is a *testing.T, a *testing.B, a *testing.F or a *rapid.T.
type tester interface {
	require.TestingT
	Helper()
}

func shanghai(t tester) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Asia/Shanghai")
	require.NoError(t, err)
	return zone
}

// rulesOf reads the rules of testdata/NAME.json.
func rulesOf(t tester, name string) contact.Rules {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name+".json"))
	require.NoError(t, err)
	rules, err := contact.ParseRules(data)
	require.NoError(t, err)
	return rules
}

// wholesaler is the policy of the rules in testdata, after change has changed them.
func wholesaler(t tester, change ...func(*contact.Rules)) *contact.Policy {
	t.Helper()
	rules := rulesOf(t, "wholesaler")
	for _, one := range change {
		one(&rules)
	}
	p, err := contact.New(rules, shanghai(t))
	require.NoError(t, err)
	return p
}

// when is an instant in Shanghai: "2026-11-25 09:00", or with seconds.
func when(text string) time.Time {
	layout := "2006-01-02 15:04"
	if len(text) > len(layout) {
		layout = time.DateTime
	}
	at, err := time.ParseInLocation(layout, text, time.FixedZone("CST", 8*60*60))
	if err != nil {
		panic(err)
	}
	return at
}

func day(text string) customer.Date {
	on, err := customer.ParseDate(text)
	if err != nil {
		panic(err)
	}
	return on
}

func step(ref, by, at string) journal.Step { return journal.Step{Ref: ref, By: by, At: when(at)} }

// must is the file after a decision that is made.
func must(t tester) func(contact.Decision, error) contact.File {
	t.Helper()
	return func(d contact.Decision, err error) contact.File {
		t.Helper()
		require.NoError(t, err)
		return d.Next
	}
}

// codes are those of reasons, without the package's name.
func codes(reasons []customer.Reason) []string {
	var all []string
	for _, reason := range reasons {
		all = append(all, strings.TrimPrefix(reason.Code, "contact."))
	}
	return all
}

// missing are the codes of what stood in the way.
func missing(err error) []string {
	var refusal *customer.Refusal
	if !errors.As(err, &refusal) {
		return nil
	}
	return codes(refusal.Missing)
}

// text is a value as it is stored.
func text(t tester, value any) string {
	t.Helper()
	data, err := json.Marshal(value)
	require.NoError(t, err)
	return string(data)
}

// call is a phone call of 120 seconds that began at an instant and was noted.
func call(ref, by, at string) contact.Log {
	began := when(at)
	return contact.Log{
		Step:    journal.Step{Ref: ref, By: by, At: began.Add(2 * time.Minute)},
		Channel: "phone", Direction: contact.ToCustomer, Began: began, Seconds: 120, Note: "wants to be called again",
	}
}

// maxMinor is the largest price.
const maxMinor = 1_000_000_000_000

// weekdayOf is the weekday of a day: Monday is 1.
func weekdayOf(on customer.Date) customer.Weekday {
	return customer.Weekday((int(on.Weekday())+6)%7 + 1)
}
