package contact_test

import (
	"errors"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/contact"
	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/customer/population"
)

// The stories that a shop manager can read.
func TestStories(t *testing.T) {
	customertest.Stories(t, os.DirFS("testdata"), func(t *testing.T) func(customertest.Step) string {
		t.Helper()
		s := &story{language: customer.English}
		return func(step customertest.Step) string { return s.tell(t, step) }
	})
}

// story is a shop's contacts in play. Its steps:
//
//	policy NAME                        takes testdata/NAME.json as the rules
//	language chinese                   the answers from here on
//	KIND CUSTOMER at= by= ref= …       a command, by its kind: log, note, prepare, …
//	                                   keys are the JSON names of its fields, with hyphens; a price is price=12.50;
//	                                   rows below are items of lists: point id=… importance=…; quotes take others=c-2,c-3
//	QUESTION CUSTOMER at=              unsaid, noteless, unreturned, unconfirmed, unmade, unrecorded, owed, unexplained
//	last-quotes CUSTOMER at=           the last price of each product, and how it stands
//	changes CUSTOMER visit=            what is handed to package identity
//	read-back on= weekday= at=         whether a day fits its weekday
//	measure CUSTOMER… from= until=     the shares of the staff
type story struct {
	rules    contact.Rules
	policy   *contact.Policy
	zone     *time.Location
	store    journal.Mem[customer.ID, contact.File, contact.Entry]
	language customer.Language
}

func (s *story) tell(t *testing.T, step customertest.Step) string {
	t.Helper()
	switch step.Name {
	case "policy":
		s.rules, s.zone = rulesOf(t, step.Words[0]), shanghai(t)
		var err error
		s.policy, err = contact.New(s.rules, s.zone)
		require.NoError(t, err)
		return s.rules.Name()
	case "language":
		s.language = map[string]customer.Language{"english": customer.English, "chinese": customer.Chinese}[step.Words[0]]
		return step.Words[0]
	case "read-back":
		var said contact.Confirm
		s.fill(t, reflect.ValueOf(&said).Elem(), step)
		err := s.policy.ReadBack(said.On, said.Weekday, s.instant(t, step.Where, step.Value("at")))
		if refusal := new(customer.Refusal); errors.As(err, &refusal) {
			return s.explain("", refusal.Missing)
		}
		require.NoError(t, err, step.Where)
		return "agrees"
	case "measure":
		return s.measure(t, step)
	}
	if text, is := s.question(t, step); is {
		return text
	}
	return s.command(t, step)
}

// question answers what is asked of a file.
func (s *story) question(t *testing.T, step customertest.Step) (string, bool) {
	t.Helper()
	f := s.file(t, step.Words[0])
	at := func() time.Time { return s.instant(t, step.Where, step.Value("at")) }
	var why []customer.Reason
	switch step.Name {
	case "unsaid":
		_, why = s.policy.Unsaid(f)
	case "noteless":
		_, why = s.policy.Noteless(f, at())
	case "unreturned":
		_, why = s.policy.Unreturned(f, at())
	case "unconfirmed":
		_, why = s.policy.Unconfirmed(f, at())
	case "unmade":
		_, why = s.policy.Unmade(f, at())
	case "unrecorded":
		_, why = s.policy.Unrecorded(f, at())
	case "owed":
		_, why = s.policy.Owed(f, at())
	case "unexplained":
		_, why = s.policy.Unexplained(f, at())
	case "last-quotes":
		var lines []string
		for _, one := range f.LastQuotes() {
			lines = append(lines, fmt.Sprintf("%s: %s per %s from %d on, by %s, %s", one.Product, one.Currency.Text(one.PriceMinor), one.Unit, one.MinUnits, one.By, one.Standing(at())))
		}
		return strings.Join(lines, "\n"), true
	case "changes":
		var lines []string
		for _, one := range f.Changes(step.Value("visit")) {
			lines = append(lines, fmt.Sprintf("%s: was %q, is %q; %s, %s", one.Field, one.Was, one.Is, one.By, s.language.Instant(one.At.In(s.zone))))
		}
		return strings.Join(lines, "\n"), true
	default:
		return "", false
	}
	if len(why) == 0 {
		return "none", true
	}
	return s.explain("", why), true
}

func (s *story) explain(before string, why []customer.Reason) string {
	lines := make([]string, len(why))
	for i, reason := range why {
		lines[i] = before + s.policy.Explain(reason, s.language)
	}
	return strings.Join(lines, "\n")
}

func (s *story) file(t *testing.T, id string) contact.File {
	t.Helper()
	f, _, err := s.store.Load(t.Context(), customer.ID(id))
	require.NoError(t, err)
	return f
}

func (s *story) measure(t *testing.T, step customertest.Step) string {
	t.Helper()
	from, err := customer.ParseDate(step.Value("from"))
	require.NoError(t, err, step.Where)
	until, err := customer.ParseDate(step.Value("until"))
	require.NoError(t, err, step.Where)
	m, err := s.policy.Measure(population.Period{From: from, Until: until})
	require.NoError(t, err, step.Where)
	for _, id := range step.Words {
		require.NoError(t, m.Add(s.file(t, id)))
	}
	var lines []string
	for _, row := range m.ByStaff() {
		lines = append(lines, s.explain("", m.Reasons(row)))
	}
	return strings.Join(lines, "\n")
}

// command runs a command by its kind, and tells what it led to.
func (s *story) command(t *testing.T, step customertest.Step) string {
	t.Helper()
	name := ""
	for word := range strings.SplitSeq(step.Name, "-") {
		name += strings.ToUpper(word[:1]) + word[1:]
	}
	method := reflect.ValueOf(s.policy).MethodByName(name)
	require.True(t, method.IsValid(), "%s: no method for %s", step.Where, step.Name)
	asked := reflect.New(method.Type().In(1)).Elem()
	s.fill(t, asked, step)
	for _, row := range step.Rows(t) {
		require.True(t, s.row(t, asked, row), "%s: no list of %ss", row.Where, row.Name)
	}
	asked.FieldByName("Step").Set(reflect.ValueOf(journal.Step{Ref: step.Value("ref"), By: step.Value("by"), At: s.instant(t, step.Where, step.Value("at"))}))
	in := []reflect.Value{reflect.ValueOf(contact.File{}), asked}
	for _, id := range strings.FieldsFunc(step.Value("others"), func(r rune) bool { return r == ',' }) {
		in = append(in, reflect.ValueOf(contact.Quotes{Customer: customer.ID(id), Quotes: s.file(t, id).Quotes}))
	}
	answer, err := journal.Run(t.Context(), &s.store, customer.ID(step.Words[0]), step.Name+":"+step.Value("ref"), asked.Interface().(journal.Fact),
		func(f contact.File) (contact.Decision, error) {
			in[0] = reflect.ValueOf(f)
			out := method.Call(in)
			err, _ := out[1].Interface().(error)
			return out[0].Interface().(contact.Decision), err
		})
	var refusal *customer.Refusal
	switch {
	case errors.As(err, &refusal):
		return s.explain("refused: ", refusal.Missing)
	case err != nil:
		return err.Error()
	case answer.Result != journal.Booked:
		return answer.Result.String()
	case len(answer.Decision.Reasons) == 0:
		return "noted"
	}
	return s.explain("", answer.Decision.Reasons)
}

// row fills one item of a list: the list whose name is the row's first word, or that with an s, of the
// command or of the item before.
func (s *story) row(t *testing.T, whole reflect.Value, row customertest.Step) bool {
	t.Helper()
	for i := range whole.NumField() {
		if key := customertest.Key(whole.Type().Field(i)); key == row.Name+"s" || key == row.Name {
			list := whole.Field(i)
			if list.Kind() != reflect.Slice {
				s.fill(t, list, row)
				return true
			}
			item := reflect.New(list.Type().Elem()).Elem()
			s.fill(t, item, row)
			list.Set(reflect.Append(list, item))
			return true
		}
	}
	for i := range whole.NumField() {
		if whole.Type().Field(i).Anonymous && s.row(t, whole.Field(i), row) {
			return true
		}
		if list := whole.Field(i); list.Kind() == reflect.Slice && list.Len() > 0 && list.Type().Elem().Kind() == reflect.Struct {
			if s.row(t, list.Index(list.Len()-1), row) {
				return true
			}
		}
	}
	return false
}

// instant reads 2026-11-25 09:00, or with seconds, in the policy's zone.

// inTerms says what the story's amounts and instants are read in.
func (s *story) inTerms() customertest.Terms {
	return customertest.Terms{Currency: s.rules.Currency, Zone: s.zone}
}

func (s *story) fill(t *testing.T, into reflect.Value, step customertest.Step) {
	t.Helper()
	s.inTerms().Fill(t, into, step)
}

func (s *story) instant(t *testing.T, where, text string) time.Time {
	t.Helper()
	return s.inTerms().Instant(t, where, text)
}
