package complaint_test

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/complaint/suitability"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/calendar"
	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/customer/journal"
)

// The stories that a service manager can read.
func TestStories(t *testing.T) {
	customertest.Stories(t, os.DirFS("testdata"), func(t *testing.T) func(customertest.Step) string {
		t.Helper()
		s := &story{roster: map[string]complaint.Agent{}, language: customer.English, store: new(journal.Mem[complaint.ID, complaint.Case, complaint.Entry])}
		return func(step customertest.Step) string { return s.tell(t, step) }
	})
}

// story is a complaints desk in play. Its steps:
//
//	policy NAME                  takes testdata/NAME.json as the rules, and every testdata/calendars/*.json
//	agent ID roles= desk= …      somebody of the staff, for commands that need to know her: agent=ID
//	language chinese             the answers from here on
//	KIND CASE at= by= …          a command, by the text of its kind: receive, log, transfer, …
//	                             keys are the JSON names of its fields, with hyphens; an amount claimed_minor
//	                             is given as claimed=12.50; rows below are items of lists: claim issue=colour …
//	show CASE at=                the case as it stands
//
// and what the stories of one concept need beside: see storySteps.
type story struct {
	policy   *complaint.Policy
	rules    complaint.Rules
	zone     *time.Location
	store    *journal.Mem[complaint.ID, complaint.Case, complaint.Entry]
	roster   map[string]complaint.Agent
	language customer.Language
	refs     int
	ids      []complaint.ID // of the cases that the story has, as they came up
	besides
	storyDesk
}

// storySteps are the steps that concepts add, by their names.
var storySteps = map[string]func(*story, *testing.T, customertest.Step) string{
	"away":  (*story).away,
	"owner": (*story).owner,
	"trips": (*story).trips,

	"directory": (*story).takeBook, "board": (*story).takeBook, "line": (*story).takeBook, "suitability": (*story).takeBook,
	"works": (*story).work, "where": (*story).where, "can": (*story).can, "assign": (*story).assign, "cope": (*story).cope,
	"waits": (*story).waits, "next": (*story).next, "reads": (*story).reads, "notices": (*story).notices, "rings": (*story).rings,
	"said": (*story).said, "coaching": (*story).lessons, "suits": (*story).suits,
	"caller": (*story).caller, "cost": (*story).cost, "measured": (*story).measured, "evidence": (*story).evidence,
	"incidents": (*story).incidents, "cites": (*story).cites,
	"book": (*story).readBook, "spoken": (*story).spoken, "stay": (*story).stay,
	"terms": (*story).readTerms, "goods": (*story).bought, "rights": (*story).rights,
	"silent": (*story).silent, "oldest": (*story).oldest, "allowance": (*story).allowance,
	"measures": (*story).measures, "figures": (*story).figures,
}

// storyShows are the lines that concepts add to show.
var storyShows = []func(*story, *testing.T, complaint.Case, time.Time) []string{
	storyPromises,
	(*story).showItems,
	showClocks,
	(*story).showRemedies,
}

func (s *story) tell(t *testing.T, step customertest.Step) string {
	t.Helper()
	switch step.Name {
	case "policy":
		s.read(t, step.Words[0])
		return s.rules.Name()
	case "agent":
		var agent complaint.Agent
		s.fill(t, reflect.ValueOf(&agent).Elem(), step)
		agent.ID = step.Words[0]
		s.roster[agent.ID] = agent
		return agent.ID
	case "language":
		s.language = map[string]customer.Language{"english": customer.English, "chinese": customer.Chinese}[step.Words[0]]
		return step.Words[0]
	case "show":
		return s.show(t, step)
	}
	if own, found := storySteps[step.Name]; found {
		return own(s, t, step)
	}
	return s.command(t, step)
}

// read takes the rules of a file, and all calendars.
func (s *story) read(t *testing.T, name string) {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name + ".json")
	require.NoError(t, err)
	s.rules, err = complaint.ParseRules(data)
	require.NoError(t, err)
	s.zone, err = time.LoadLocation(s.rules.Zone)
	require.NoError(t, err)
	s.policy, err = complaint.NewPolicy(s.rules, s.zone, storyCalendars(t)...)
	require.NoError(t, err)
}

// storyCalendars reads the calendars of testdata/calendars.
func storyCalendars(tb testing.TB) []*calendar.Calendar {
	tb.Helper()
	files, err := os.ReadDir("testdata/calendars")
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	require.NoError(tb, err)
	var all []*calendar.Calendar
	for _, file := range files {
		data, err := os.ReadFile("testdata/calendars/" + file.Name())
		require.NoError(tb, err)
		rules, err := calendar.ParseRules(data)
		require.NoError(tb, err, file.Name())
		zone, err := time.LoadLocation(rules.Zone)
		require.NoError(tb, err)
		one, err := calendar.New(rules, zone)
		require.NoError(tb, err, file.Name())
		all = append(all, one)
	}
	return all
}

// command runs a command by the text of its kind, and tells what it led to.
func (s *story) command(t *testing.T, step customertest.Step) string {
	t.Helper()
	var kind complaint.Kind
	require.NoError(t, kind.UnmarshalText([]byte(step.Name)), step.Where)
	method := reflect.ValueOf(s.policy).MethodByName(methodName(step.Name))
	require.True(t, method.IsValid(), "%s: no method for %s", step.Where, step.Name)
	asked := reflect.New(method.Type().In(1)).Elem()
	s.fill(t, asked, step)
	for _, row := range step.Rows(t) {
		s.row(t, asked, row)
	}
	head := asked.FieldByName("Step").Addr().Interface().(*complaint.Step)
	s.refs++
	*head = complaint.Step{Ref: step.Value("ref"), By: step.Value("by"), At: s.instant(t, step.Where, step.Value("at"))}
	if head.Ref == "" {
		head.Ref = fmt.Sprintf("%s-%d", step.Name, s.refs)
	}
	id := complaint.ID(step.Words[0])
	beside := s.beside(t, method.Type(), step)
	before, _, err := s.store.Load(t.Context(), id)
	require.NoError(t, err)
	if !slices.Contains(s.ids, id) {
		s.ids = append(s.ids, id)
	}
	answer, err := s.run(t, id, step.Name+":"+head.Ref, method, asked, beside)
	var refusal *customer.Refusal
	var lines []string
	switch {
	case errors.As(err, &refusal):
		for _, missing := range refusal.Missing {
			lines = append(lines, "refused: "+s.policy.Explain(missing, s.language))
		}
		return strings.Join(lines, "\n")
	case err != nil:
		return err.Error()
	}
	if answer.Result == journal.Booked {
		caseBranches(t, before, answer.Decision.Entries)
	}
	for _, e := range answer.Decision.Entries {
		if e.Kind() != kind {
			lines = append(lines, e.Kind().String())
		}
	}
	for _, reason := range answer.Decision.Reasons {
		lines = append(lines, s.policy.Explain(reason, s.language))
	}
	if answer.State.Phase != before.Phase {
		lines = append(lines, "now "+answer.State.Phase.String())
	}
	if answer.Result != journal.Booked {
		lines = append(lines, answer.Result.String())
	}
	if len(lines) == 0 {
		return "noted"
	}
	return strings.Join(lines, "\n")
}

// run runs a command on the store; what gives goodwill from an allowance runs with that.
func (s *story) run(t *testing.T, id complaint.ID, key string, method, asked reflect.Value, beside []reflect.Value) (complaint.Answered, error) {
	t.Helper()
	if s.allowances != nil {
		goodwill := complaint.Goodwill{Policy: s.policy, Cases: s.store, Allowances: s.allowances}
		switch x := asked.Interface().(type) {
		case complaint.Decide:
			return goodwill.Decide(t.Context(), id, x, beside[0].Interface().(complaint.Agent))
		case complaint.Settle:
			return goodwill.Settle(t.Context(), id, x)
		}
	}
	return journal.Run(t.Context(), s.store, id, key, asked.Interface().(journal.Fact), func(c complaint.Case) (complaint.Decision, error) {
		out := method.Call(append([]reflect.Value{reflect.ValueOf(c), asked}, beside...))
		err, _ := out[1].Interface().(error)
		return out[0].Interface().(complaint.Decision), err
	})
}

// beside makes what a method takes besides the case and the command: agent=ID, with=CASE.
func (s *story) beside(t *testing.T, method reflect.Type, step customertest.Step) []reflect.Value {
	t.Helper()
	var all []reflect.Value
	for i := 2; i < method.NumIn(); i++ {
		switch method.In(i) {
		case reflect.TypeFor[complaint.Agent]():
			agent, known := s.roster[step.Value("agent")]
			require.True(t, known, "%s: agent=%s is nobody", step.Where, step.Value("agent"))
			all = append(all, reflect.ValueOf(agent))
		case reflect.TypeFor[[]complaint.Agent]():
			all = append(all, reflect.ValueOf(slices.SortedFunc(maps.Values(s.roster), func(a, b complaint.Agent) int { return strings.Compare(a.ID, b.ID) })))
		case reflect.TypeFor[*suitability.Book]():
			all = append(all, reflect.ValueOf(s.suitability))
		case reflect.TypeFor[complaint.Case]():
			other, _, err := s.store.Load(t.Context(), complaint.ID(step.Value("with")))
			require.NoError(t, err)
			all = append(all, reflect.ValueOf(other))
		default:
			t.Fatalf("%s: nothing to give as %s", step.Where, method.In(i))
		}
	}
	return all
}

// methodName is the method of a kind: hand-in is HandIn.
func methodName(kind string) string {
	name := ""
	for _, word := range strings.Split(kind, "-") {
		name += strings.ToUpper(word[:1]) + word[1:]
	}
	return name
}

// row fills one item of a list: the list whose name is the row's first word and an s.
func (s *story) row(t *testing.T, whole reflect.Value, row customertest.Step) {
	t.Helper()
	for i := range whole.NumField() {
		if list := whole.Field(i); customertest.Key(whole.Type().Field(i)) == row.Name+"s" {
			item := reflect.New(list.Type().Elem()).Elem()
			s.fill(t, item, row)
			list.Set(reflect.Append(list, item))
			return
		}
	}
	for i := range whole.NumField() {
		part := whole.Field(i)
		if part.Kind() != reflect.Struct {
			continue
		}
		if customertest.Key(whole.Type().Field(i)) == row.Name {
			s.part(t, part, row)
			return
		}
		for k := range part.NumField() { // a list of a part: the notices of what is known
			if list := part.Field(k); list.Kind() == reflect.Slice && customertest.Key(part.Type().Field(k)) == row.Name+"s" {
				s.row(t, part, row)
				return
			}
		}
	}
	t.Fatalf("%s: %s has no list of %ss", row.Where, whole.Type(), row.Name)
}

// part fills a struct inside a command, and those inside it: known, product, queue.
func (s *story) part(t *testing.T, part reflect.Value, row customertest.Step) {
	t.Helper()
	s.fill(t, part, row)
	for i := range part.NumField() {
		if inner := part.Field(i); inner.Kind() == reflect.Struct && inner.Type() != reflect.TypeFor[time.Time]() {
			s.part(t, inner, row)
		}
	}
}

// instant reads 2026-11-25 09:00, or with seconds, in the policy's zone.

// show tells the case as it stands.
func (s *story) show(t *testing.T, step customertest.Step) string {
	t.Helper()
	c, _, err := s.store.Load(t.Context(), complaint.ID(step.Words[0]))
	require.NoError(t, err)
	at := s.instant(t, step.Where, step.Value("at"))
	lines := []string{fmt.Sprintf("%s, cycle %d, since %s", c.Phase, c.Cycle, s.language.Instant(c.Since.In(s.zone)))}
	for _, more := range storyShows {
		lines = append(lines, more(s, t, c, at)...)
	}
	return strings.Join(lines, "\n")
}

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
