package identity_test

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
	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/customer/identity"
	"github.com/rapport-crm/rapport/customer/journal"
)

// The stories that a shop manager can read.
func TestStories(t *testing.T) {
	customertest.Stories(t, storyFiles{os.DirFS("testdata"), false}, func(t *testing.T) func(customertest.Step) string {
		t.Helper()
		s := &story{language: customer.English, store: new(journal.Mem[customer.ID, identity.Record, identity.Entry]), directory: new(identity.Directory)}
		return func(step customertest.Step) string { return s.tell(t, step) }
	})
}

// story is a customer desk in play. Its steps:
//
//	register NAME                takes testdata/NAME.json as the rules
//	language chinese             the answers from here on
//	KIND CUSTOMER at= by= …      a command, by the text of its kind: open, attach, tell, link, …
//	                             keys are the JSON names of its fields, with hyphens; an amount purchase_minor
//	                             is given as purchase=12.50; rows below are items of lists, and parts:
//	                             fact field=name value="Li Wei", token scheme=phone value=13800001111
//
// and what the stories of one concept need beside: see storySteps.
type story struct {
	register  *identity.Register
	rules     identity.Rules
	zone      *time.Location
	store     *journal.Mem[customer.ID, identity.Record, identity.Entry]
	directory *identity.Directory
	language  customer.Language
	ids       []customer.ID // of the records that the story has, as they came up
	refs      int
}

// storySteps are the steps that concepts add, by their names.
var storySteps = map[string]func(*story, *testing.T, customertest.Step) string{
	"identify": (*story).identify, "compare": (*story).compare, "candidates": (*story).candidates,
	"golden": (*story).golden, "follows": (*story).follows,
}

func (s *story) tell(t *testing.T, step customertest.Step) string {
	t.Helper()
	switch step.Name {
	case "register":
		data, err := os.ReadFile("testdata/" + step.Words[0] + ".json")
		require.NoError(t, err)
		s.rules, err = identity.ParseRules(data)
		require.NoError(t, err)
		s.zone, err = time.LoadLocation(s.rules.Zone)
		require.NoError(t, err)
		s.register, err = identity.New(s.rules, s.zone, linkNormal)
		require.NoError(t, err)
		return s.rules.Name()
	case "language":
		s.language = map[string]customer.Language{"english": customer.English, "chinese": customer.Chinese}[step.Words[0]]
		return step.Words[0]
	}
	if own, found := storySteps[step.Name]; found {
		return own(s, t, step)
	}
	return s.command(t, step)
}

// command runs a command by the text of its kind, and tells what it led to.
func (s *story) command(t *testing.T, step customertest.Step) string {
	t.Helper()
	id := customer.ID(step.Words[0])
	method := reflect.ValueOf(s.register).MethodByName(storyMethod(step.Name))
	require.True(t, method.IsValid(), "%s: no method for %s", step.Where, step.Name)
	asked := reflect.New(method.Type().In(1)).Elem()
	s.fill(t, asked, step)
	for _, row := range step.Rows(t) {
		s.row(t, asked, row)
	}
	if pair := asked.FieldByName("Pair"); pair.IsValid() {
		other := customer.ID(step.Value("to"))
		pair.Set(reflect.ValueOf(identity.PairOf(identity.Member{ID: id, Record: s.load(t, id)}, identity.Member{ID: other, Record: s.load(t, other)})))
	}
	head := asked.FieldByName("Step").Addr().Interface().(*journal.Step)
	s.refs++
	*head = journal.Step{Ref: step.Value("ref"), By: step.Value("by"), At: s.instant(t, step.Where, step.Value("at"))}
	if head.Ref == "" {
		head.Ref = fmt.Sprintf("%s-%d", step.Name, s.refs)
	}
	answer, err := journal.Run(t.Context(), s.store, id, step.Name+":"+head.Ref, asked.Interface().(journal.Fact), func(r identity.Record) (identity.Decision, error) {
		out := method.Call([]reflect.Value{reflect.ValueOf(r), asked})
		err, _ := out[1].Interface().(error)
		return out[0].Interface().(identity.Decision), err
	})
	var refusal *customer.Refusal
	var lines []string
	switch {
	case errors.As(err, &refusal):
		for _, missing := range refusal.Missing {
			lines = append(lines, "refused: "+s.register.Explain(missing, s.language))
		}
		return strings.Join(lines, "\n")
	case err != nil:
		return err.Error()
	}
	require.NoError(t, s.directory.Put(id, answer.State))
	if answer.State.Entries == 1 {
		s.ids = append(s.ids, id)
	}
	if lines = s.why(answer.Decision.Reasons); len(lines) == 0 {
		lines = []string{"noted"}
	}
	if answer.Result != journal.Booked {
		lines = append(lines, answer.Result.String())
	}
	return strings.Join(lines, "\n")
}

func (s *story) load(t *testing.T, id customer.ID) identity.Record {
	t.Helper()
	r, _, err := s.store.Load(t.Context(), id)
	require.NoError(t, err)
	return r
}

// members are records by their IDs; the whole group of one.
func (s *story) members(t *testing.T, ids ...customer.ID) (all []identity.Member) {
	t.Helper()
	if len(ids) == 1 {
		group, known := s.directory.Group(ids[0])
		require.True(t, known)
		ids = group.Members
	}
	for _, id := range ids {
		all = append(all, identity.Member{ID: id, Record: s.load(t, id)})
	}
	return all
}

func (s *story) why(reasons []customer.Reason) (lines []string) {
	for _, reason := range reasons {
		lines = append(lines, s.register.Explain(reason, s.language))
	}
	return lines
}

// identify says who somebody is: identify phone 13800001111, identify card/rapport 7.
func (s *story) identify(t *testing.T, step customertest.Step) string {
	t.Helper()
	scheme, issuer, _ := strings.Cut(step.Words[0], "/")
	found, err := s.register.Identify(s.directory, scheme, issuer, step.Words[1], s.instant(t, step.Where, step.Value("at")))
	require.NoError(t, err)
	return strings.Join(append([]string{found.Outcome.String()}, s.why(found.Reasons)...), "\n")
}

// compare holds two records against each other: compare c-1 c-2.
func (s *story) compare(t *testing.T, step customertest.Step) string {
	t.Helper()
	both := s.members(t, customer.ID(step.Words[0]), customer.ID(step.Words[1]))
	return strings.Join(s.why(s.register.Compare(s.directory, both[0], both[1]).Reasons), "\n")
}

// candidates lists the pairs of records that somebody should look at.
func (s *story) candidates(t *testing.T, _ customertest.Step) string {
	t.Helper()
	var all []identity.Member
	for _, id := range s.ids {
		all = append(all, identity.Member{ID: id, Record: s.load(t, id)})
	}
	found, err := s.register.Candidates(all)
	require.NoError(t, err)
	if len(found.Pairs) == 0 {
		return "none"
	}
	var lines []string
	for _, one := range found.Pairs {
		lines = append(lines, fmt.Sprintf("%s and %s", one.Older, one.Younger))
		for _, why := range s.why(one.Reasons) {
			lines = append(lines, "  "+why)
		}
	}
	return strings.Join(lines, "\n")
}

// golden reads a customer as one, with whatever records are linked: golden c-1.
func (s *story) golden(t *testing.T, step customertest.Step) string {
	t.Helper()
	at := s.instant(t, step.Where, step.Value("at"))
	golden, err := s.register.Golden(at, s.members(t, customer.ID(step.Words[0]))...)
	require.NoError(t, err)
	lines := []string{fmt.Sprintf("customer %s, from the records %s", golden.Root, strings.Trim(fmt.Sprint(golden.Members), "[]"))}
	for _, field := range golden.Fields {
		lines = append(lines, fmt.Sprintf("%s: %s (%s)", field.Field, field.Value, s.register.Explain(field.Why, s.language)))
		for _, other := range field.Others {
			lines = append(lines, fmt.Sprintf("  not %s: %s", other.Value, s.register.Explain(other.Why, s.language)))
		}
	}
	for _, list := range [...][]identity.GoldenIdentifier{golden.Identifiers, golden.Documents} {
		for _, one := range list {
			lines = append(lines, fmt.Sprintf("%s %s: %s", one.Scheme, one.Value, s.register.Explain(one.Why, s.language)))
		}
	}
	lines = append(lines, s.why(golden.Class.Why)...)
	if golden.Owner.Record != "" {
		lines = append(lines, "owner "+golden.Owner.Owned.Owner+": "+s.register.Explain(golden.Owner.Why, s.language))
	}
	return strings.Join(append(lines, s.why(golden.Reasons)...), "\n")
}

// follows tells what follows from the last link of a record, made or taken back. Rows below are what was
// moved: moved concern=points ref=t-1 from=c-2 to=c-1.
func (s *story) follows(t *testing.T, step customertest.Step) string {
	t.Helper()
	id := customer.ID(step.Words[0])
	links := s.load(t, id).Links
	link := links[len(links)-1]
	var moved []identity.Moved
	for _, row := range step.Rows(t) {
		var one identity.Moved
		s.fill(t, reflect.ValueOf(&one).Elem(), row)
		moved = append(moved, one)
	}
	members := s.members(t, id)
	if !link.Stands() {
		members = append(members, s.members(t, link.To)...)
	}
	follows, err := identity.Consequences(id, link, members, moved...)
	require.NoError(t, err)
	if len(follows) == 0 {
		return "nothing"
	}
	var lines []string
	for _, one := range follows {
		lines = append(lines, fmt.Sprintf("%s, from %s to %s: %s", one.Concern, one.From, one.To, s.register.Explain(one.Reason, s.language)))
		for _, moved := range one.Moved {
			lines = append(lines, fmt.Sprintf("  %s, from %s to %s", moved.Ref, moved.From, moved.To))
		}
	}
	return strings.Join(lines, "\n")
}

// storyMethod is the method of a kind: hand-in is HandIn.
func storyMethod(kind string) string {
	name := ""
	for word := range strings.SplitSeq(kind, "-") {
		name += strings.ToUpper(word[:1]) + word[1:]
	}
	return name
}

// row fills one item of a list, whose name is the row's first word and an s, or ies for its y, or the
// part that has the row's name.
func (s *story) row(t *testing.T, whole reflect.Value, row customertest.Step) {
	t.Helper()
	for i := range whole.NumField() {
		field, key := whole.Field(i), customertest.Key(whole.Type().Field(i))
		switch {
		case field.Kind() == reflect.Slice && (key == row.Name+"s" || key == strings.TrimSuffix(row.Name, "y")+"ies"):
			item := reflect.New(field.Type().Elem()).Elem()
			s.fill(t, item, row)
			field.Set(reflect.Append(field, item))
			return
		case field.Kind() == reflect.Struct && key == row.Name:
			s.fill(t, field, row)
			return
		}
	}
	t.Fatalf("%s: %s has no %s", row.Where, whole.Type(), row.Name)
}

// instant reads 2026-11-25 09:00 in the register's zone.

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
