package task_test

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/customer/task"
	"github.com/rapport-crm/rapport/customer/task/digest"
	"github.com/rapport-crm/rapport/customer/task/handover"
)

// TestStories plays testdata/*.txt in the shop of testdata/shop-*.json. Its steps:
//
//	shop                       takes the rules and the staff
//	language chinese           the answers from here on
//	open, record, review, …    a command on a cycle: at= by= and its fields; goal= until= unit= target= from= is a goal;
//	                           figure= is one that counts; plan has a row for each action; correct names the record,
//	                           R1 for the second one
//	sequel ID NEXT             opens the successor
//	read ID on=                how a cycle stands
//	progress ID …              a chain of cycles
//	items                      rows of the host: KIND ID owner= customer= due= importance= amount= skills= desk=
//	digest WHO on=             what she sees
//	unowned on=                what is nobody's
//	leave WHO ref= on= back=   proposes a handover, with a row for each candidate; again=yes: with what was proposed before
//	return                     the way back of the last handover
//	carry N                    carries the first N transfers out, or all: some of them twice
func TestStories(t *testing.T) {
	customertest.Stories(t, os.DirFS("testdata"), func(t *testing.T) func(customertest.Step) string {
		t.Helper()
		s := &story{language: customer.English, store: new(journal.Mem[task.ID, task.Cycle, task.Entry])}
		return func(step customertest.Step) string { return s.tell(t, step) }
	})
}

type story struct {
	office    *task.Procedure
	digests   *digest.Policy
	handovers *handover.Policy
	staff     *task.Staff
	zone      *time.Location
	store     *journal.Mem[task.ID, task.Cycle, task.Entry]
	cycles    []task.ID
	items     []task.Item
	over      handover.Proposal
	language  customer.Language
	refs      int
}

func readShop[R any](t *testing.T, name string, parse func([]byte) (R, error)) R {
	t.Helper()
	data, err := os.ReadFile("testdata/shop-" + name + ".json")
	require.NoError(t, err)
	rules, err := parse(data)
	require.NoError(t, err)
	return rules
}

func (s *story) tell(t *testing.T, step customertest.Step) string {
	t.Helper()
	on := func(key string) customer.Date {
		text := step.Value(key)
		if text == "" {
			return 0
		}
		return day(t, text)
	}
	switch step.Name {
	case "shop":
		s.zone = zone(t)
		s.staff = staffOf(t, readShop(t, "chart", task.ParseChart))
		s.office = procedure(t, readShop(t, "rules", task.ParseRules)).With(s.staff)
		var err error
		s.digests, err = digest.New(readShop(t, "digest", digest.ParseRules))
		require.NoError(t, err)
		s.handovers, err = handover.New(readShop(t, "handover", handover.ParseRules))
		require.NoError(t, err)
		return ""
	case "language":
		s.language = customer.Chinese
		return ""
	case "items":
		for _, row := range step.Rows(t) {
			s.items = append(s.items, s.item(t, row))
		}
		return ""
	case "read":
		return s.read(t, step, on("on"))
	case "progress":
		return s.progress(t, step)
	case "digest":
		return s.digest(t, step.Words[0], on("on"))
	case "unowned":
		strays, err := task.Unowned(slices.Values(s.all(t)), s.staff, on("on"))
		require.NoError(t, err)
		return s.strays(strays)
	case "leave":
		return s.leave(t, step, on("on"), on("back"))
	case "return":
		var open []task.Item
		for _, one := range s.all(t) {
			if slices.ContainsFunc(s.over.Transfers, func(was handover.Transfer) bool {
				return was.Kind == one.Kind && was.ID == one.ID && was.Part == one.Part
			}) {
				open = append(open, one)
			}
		}
		back, err := s.handovers.Return(s.over, open, s.staff)
		return s.proposal(back, err)
	case "carry":
		return s.carry(t, step)
	}
	return s.command(t, step)
}

// all are the items of the host and of its cycles.
func (s *story) all(t *testing.T) []task.Item {
	t.Helper()
	all := slices.Clone(s.items)
	for _, id := range s.cycles {
		c, _, err := s.store.Load(t.Context(), id)
		require.NoError(t, err)
		all = append(all, c.Items(id)...)
	}
	return all
}

func (s *story) item(t *testing.T, row customertest.Step) task.Item {
	t.Helper()
	one := task.Item{Kind: row.Name, ID: row.Words[0], Customer: customer.ID(row.Value("customer")), Owner: row.Value("owner"), Desk: row.Value("desk")}
	one.Importance = int(storyNumber(t, row, "importance"))
	if text := row.Value("due"); text != "" {
		one.Due = day(t, text)
	}
	if text := row.Value("amount"); text != "" {
		var err error
		one.AmountMinor, err = customer.Currency{Code: "CNY", Digits: 2}.Minor(decimal.RequireFromString(text))
		require.NoError(t, err)
	}
	if text := row.Value("skills"); text != "" {
		one.Skills = strings.Split(text, ",")
	}
	return one
}

func storyNumber(t *testing.T, step customertest.Step, key string) int64 {
	t.Helper()
	text := step.Value(key)
	if text == "" {
		return 0
	}
	n, err := strconv.ParseInt(text, 10, 64)
	require.NoError(t, err, step.Where)
	return n
}

// command gives a command to a cycle and tells what it led to.
func (s *story) command(t *testing.T, step customertest.Step) string {
	t.Helper()
	s.refs++
	at := journal.Step{Ref: fmt.Sprintf("%s-%d", step.Name, s.refs), By: step.Value("by"), At: day(t, step.Value("at")).Start(s.zone).Add(9 * time.Hour)}
	id := task.ID(step.Words[0])
	cycle, _, err := s.store.Load(t.Context(), id)
	require.NoError(t, err)
	if !slices.Contains(s.cycles, id) {
		s.cycles = append(s.cycles, id)
	}
	goal := func() (g task.Goal) {
		if what := step.Value("goal"); what != "" {
			g = task.Goal{What: what, By: day(t, step.Value("until")), Unit: step.Value("unit"), From: storyNumber(t, step, "from"), Target: storyNumber(t, step, "target")}
		}
		return g
	}
	said := func() task.Said {
		one := task.Said{What: step.Value("what"), Action: step.Value("action"), Done: step.Value("done") == "yes", Figure: storyNumber(t, step, "figure")}
		one.Counted = step.Value("figure") != ""
		return one
	}
	switch step.Name {
	case "open":
		return s.book(t, id, task.Open{
			Step: at, Owner: step.Value("owner"), Importance: int(storyNumber(t, step, "importance")), Goal: goal(), Customer: customer.ID(step.Value("customer")),
		})
	case "plan":
		plan := task.Plan{Step: at}
		for _, row := range step.Rows(t) {
			plan.Actions = append(plan.Actions, task.Action{
				ID: row.Name, What: row.Value("what"), By: day(t, row.Value("until")), Owner: row.Value("owner"), Importance: int(storyNumber(t, row, "importance")),
			})
		}
		return s.book(t, id, plan)
	case "record":
		return s.book(t, id, task.Record{Step: at, Said: said()})
	case "correct":
		n, err := strconv.Atoi(strings.TrimPrefix(step.Words[1], "R"))
		require.NoError(t, err)
		return s.book(t, id, task.Correct{Step: at, Record: cycle.Records[n].Ref, Said: said(), Why: step.Value("why")})
	case "move":
		return s.book(t, id, task.Move{Step: at, Action: step.Value("action"), To: day(t, step.Value("to")), Why: step.Value("why"), Approver: step.Value("approver")})
	case "review":
		return s.book(t, id, task.Review{Step: at, Permille: storyNumber(t, step, "permille"), Cause: step.Value("cause"), Lesson: step.Value("lesson"), Next: goal()})
	case "close":
		return s.book(t, id, task.Close{Step: at, Next: task.ID(step.Value("next"))})
	case "sequel":
		next, err := s.office.Sequel(task.Kept{ID: id, Cycle: cycle}, at)
		require.NoError(t, err)
		s.cycles = append(s.cycles, task.ID(step.Words[1]))
		return s.book(t, task.ID(step.Words[1]), next)
	}
	require.Fail(t, "unknown step", step.Where)
	return ""
}

func (s *story) book(t *testing.T, id task.ID, command journal.Command) string {
	t.Helper()
	var answer journal.Outcome[task.Cycle, task.Entry]
	var err error
	switch x := command.(type) {
	case task.Open:
		answer, err = journal.Book(t.Context(), s.store, id, x, s.office.Open)
	case task.Plan:
		answer, err = journal.Book(t.Context(), s.store, id, x, s.office.Plan)
	case task.Record:
		answer, err = journal.Book(t.Context(), s.store, id, x, s.office.Record)
	case task.Correct:
		answer, err = journal.Book(t.Context(), s.store, id, x, s.office.Correct)
	case task.Move:
		answer, err = journal.Book(t.Context(), s.store, id, x, s.office.Move)
	case task.Review:
		answer, err = journal.Book(t.Context(), s.store, id, x, s.office.Review)
	case task.Close:
		answer, err = journal.Book(t.Context(), s.store, id, x, s.office.Close)
	case task.Assign:
		answer, err = journal.Book(t.Context(), s.store, id, x, s.office.Assign)
	default:
		t.Fatalf("no story gives a %T", command)
	}
	var refusal *customer.Refusal
	var lines []string
	switch {
	case errors.As(err, &refusal):
		for _, missing := range refusal.Missing {
			lines = append(lines, "refused: "+task.Explain(missing, s.language))
		}
		return strings.Join(lines, "\n")
	case err != nil:
		return err.Error()
	}
	for _, reason := range answer.Decision.Reasons {
		lines = append(lines, task.Explain(reason, s.language))
	}
	return strings.Join(append(lines, answer.Result.String()), "\n")
}

func (s *story) read(t *testing.T, step customertest.Step, on customer.Date) string {
	t.Helper()
	c, _, err := s.store.Load(t.Context(), task.ID(step.Words[0]))
	require.NoError(t, err)
	r, err := s.office.Read(c, on)
	require.NoError(t, err)
	lines := []string{r.Owner + ": " + c.Goal.What}
	if c.Goal.Unit != "" {
		lines[0] += fmt.Sprintf(", %d of %d %s, %s", r.Figure, c.Goal.Target, c.Goal.Unit, s.language.Percent(r.Permille))
	}
	for _, one := range r.Pending {
		lines = append(lines, fmt.Sprintf("to do: %s by %s, %s", one.ID, one.By, one.Owner))
	}
	for _, reason := range r.Reasons {
		lines = append(lines, task.Explain(reason, s.language))
	}
	return strings.Join(lines, "\n")
}

func (s *story) progress(t *testing.T, step customertest.Step) string {
	t.Helper()
	var chain []task.Kept
	for _, id := range step.Words {
		c, _, err := s.store.Load(t.Context(), task.ID(id))
		require.NoError(t, err)
		chain = append(chain, task.Kept{ID: task.ID(id), Cycle: c})
	}
	rounds, err := task.Progress(chain)
	require.NoError(t, err)
	var lines []string
	for _, one := range rounds {
		lines = append(lines, fmt.Sprintf("%s: %s, %+d ‰, late %d, moved %d; %s", one.ID, s.language.Percent(one.Review.Permille), one.GainPermille, one.Late, one.Moved, one.Review.Lesson))
	}
	return strings.Join(lines, "\n")
}

func (s *story) digest(t *testing.T, person string, on customer.Date) string {
	t.Helper()
	g, err := s.digests.Gather(s.staff, on)
	require.NoError(t, err)
	for _, one := range s.all(t) {
		require.NoError(t, g.Add(one))
	}
	d := g.Of(person)
	var lines []string
	for _, row := range d.Rows {
		why := make([]string, len(row.Reasons))
		for i, reason := range row.Reasons {
			why[i] = s.digests.Explain(reason, s.language)
		}
		lines = append(lines, fmt.Sprintf("%s %s %s: %s", row.Kind, row.ID, row.Customer, strings.Join(why, "; ")))
	}
	return strings.Join(append(lines, fmt.Sprintf("left out %d, later %d", d.Left.Items(), d.Later)), "\n")
}

func (s *story) leave(t *testing.T, step customertest.Step, on, back customer.Date) string {
	t.Helper()
	l := handover.Leaving{Ref: step.Value("ref"), Person: step.Words[0], On: on, Back: back}
	for _, one := range s.all(t) {
		if one.Owner == l.Person {
			l.Items = append(l.Items, one)
		}
	}
	for _, row := range step.Rows(t) {
		one := handover.Candidate{Person: row.Name, Load: storyNumber(t, row, "load"), Capacity: storyNumber(t, row, "capacity")}
		if text := row.Value("knows"); text != "" {
			one.Knows = []customer.ID{customer.ID(text)}
		}
		l.To = append(l.To, one)
	}
	if step.Value("again") == "yes" {
		l.Earlier = s.over.Transfers
	}
	before := s.over
	over, err := s.handovers.Propose(l, s.staff)
	if l.Earlier != nil {
		require.NoError(t, err)
		require.Equal(t, before, over)
		return "the same as before"
	}
	return s.proposal(over, err)
}

func (s *story) proposal(over handover.Proposal, err error) string {
	var faults customer.Faults
	if errors.As(err, &faults) {
		return faults.Error()
	} else if err != nil {
		return err.Error()
	}
	s.over = over
	var lines []string
	for _, one := range over.Transfers {
		why := make([]string, len(one.Reasons))
		for i, reason := range one.Reasons {
			why[i] = handover.Explain(reason, s.language)
		}
		name := strings.TrimSpace(strings.Join([]string{one.Kind, one.ID, one.Part}, " "))
		lines = append(lines, fmt.Sprintf("%s: %s to %s; %s", name, one.From, one.To, strings.Join(why, "; ")))
	}
	for _, one := range over.Loads {
		lines = append(lines, fmt.Sprintf("%s has %d, was %d", one.Person, one.After, one.Before))
	}
	for _, one := range over.Checks {
		lines = append(lines, strings.TrimSpace(fmt.Sprintf("by %s %s: %s %s", one.By, one.Who, one.Duty, one.Customer)))
	}
	for _, one := range over.Stays {
		lines = append(lines, fmt.Sprintf("%s %s: %s", one.Kind, one.ID, handover.Explain(one.Reason, s.language)))
	}
	return strings.Join(lines, "\n")
}

func (s *story) strays(strays []task.Stray) string {
	if len(strays) == 0 {
		return "nothing"
	}
	var lines []string
	for _, one := range strays {
		lines = append(lines, fmt.Sprintf("%s %s: %s", one.Kind, one.ID, task.Explain(one.Reason, s.language)))
	}
	return strings.Join(lines, "\n")
}

// carry carries transfers out: those of cycles by their commands, those of the host's own rows there,
// unless their key was seen.
func (s *story) carry(t *testing.T, step customertest.Step) string {
	t.Helper()
	most := len(s.over.Transfers)
	if len(step.Words) > 0 {
		var err error
		most, err = strconv.Atoi(step.Words[0])
		require.NoError(t, err)
	}
	done := map[string]int{}
	for _, one := range s.over.Transfers[:most] {
		if id, assign, is := one.Assign("head", one.On.Start(s.zone), s.over.Ref); is {
			text := s.book(t, id, assign)
			done[text]++
			continue
		}
		at := slices.IndexFunc(s.items, func(item task.Item) bool { return item.Kind == one.Kind && item.ID == one.ID })
		if s.items[at].Owner == one.To {
			done["replayed"]++
			continue
		}
		s.items[at].Owner = one.To
		done["booked"]++
	}
	var lines []string
	for _, text := range []string{"booked", "replayed"} {
		lines = append(lines, fmt.Sprintf("%s %d", text, done[text]))
		delete(done, text)
	}
	require.Empty(t, done)
	return strings.Join(lines, ", ")
}
