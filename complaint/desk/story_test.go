package desk_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/complaint/desk"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
)

// TestStories plays testdata/*.txt at the bank of these tests, on Wednesday, 25 November 2026.
// Its steps:
//
//	at work WHO            desks=, skills=, languages= with commas; away="12:00-12:30"
//	where TASK             at=, site=, channel=, yuan=
//	can TASK DESK          at=
//	reach DESK             at=
//	lacks TASK             site=, keeper=, documents=, confirmed=, approved= with commas; present=yes
//	assign DESK            at=, skills=, had=, except=, owner=
//	route TOPIC            area=
//	waits TICKET           since=, rank=, promised=, skills=, owner=
//	queue, next WHO        at=, skills=
//	cope                   hourly=, minutes=, windows=, open=, behind=, wait= (the target in minutes)
func TestStories(t *testing.T) {
	customertest.Stories(t, os.DirFS("testdata"), func(t *testing.T) func(customertest.Step) string {
		t.Helper()
		s := &story{directory: bank(t), topics: topics(t), queue: queue(t)}
		return func(step customertest.Step) string { return s.tell(t, step) }
	})
}

type story struct {
	directory *desk.Directory
	topics    *desk.Topics
	queue     *desk.Queue
	agents    []desk.Agent
	waiting   []desk.Ticket
}

func (s *story) tell(t *testing.T, step customertest.Step) string {
	t.Helper()
	word := func(i int) string {
		require.Greater(t, len(step.Words), i, step.Where)
		return step.Words[i]
	}
	list := func(key string) []string {
		if text := step.Value(key); text != "" {
			return strings.Split(text, ",")
		}
		return nil
	}
	number := func(key string) int {
		text := step.Value(key)
		if text == "" {
			return 0
		}
		n, err := strconv.Atoi(text)
		require.NoError(t, err, step.Where)
		return n
	}
	day := func(clock string) string { return "2026-11-25 " + clock }
	when := at(t, day("10:00"))
	if clock := step.Value("at"); clock != "" {
		when = at(t, day(clock))
	}
	staff := roster(t, s.directory, s.agents...)
	switch step.Name {
	case "at":
		one := desk.Agent{ID: word(1), Desks: list("desks"), Skills: list("skills"), Languages: list("languages")}
		if from, to, away := strings.Cut(step.Value("away"), "-"); away {
			one.Away = []customer.Span{span(t, day(from), day(to))}
		}
		s.agents = append(s.agents, one)
		return "noted"
	case "where":
		answer, err := s.directory.Where(desk.Question{
			Task: word(0), Site: step.Value("site"), Channel: step.Value("channel"), AmountMinor: int64(number("yuan")) * 100,
		}, staff, when)
		require.NoError(t, err, step.Where)
		return s.answer(answer)
	case "reach":
		answer, err := s.directory.Reach(desk.Call{Desk: word(0)}, staff, when)
		require.NoError(t, err, step.Where)
		return s.answer(answer)
	case "can":
		place, err := s.directory.Can(desk.Question{Task: word(0)}, word(1), staff, when)
		return s.refused(t, err, func() string { return "yes: " + strings.Join(place.Agents, ", ") })
	case "lacks":
		lacks, err := s.directory.Lacks(desk.Errand{
			Task: word(0), Site: step.Value("site"), Keeper: step.Value("keeper"), Present: step.Value("present") == "yes",
			Documents: list("documents"), Confirmed: list("confirmed"), Approved: list("approved"),
		}, when)
		require.NoError(t, err, step.Where)
		return s.lacks(lacks)
	case "assign":
		got, err := s.directory.Assign(desk.Need{
			Desk: word(0), Skills: list("skills"), Had: list("had"), Except: list("except"), Owner: step.Value("owner"),
		}, staff, when)
		return s.refused(t, err, func() string { return s.because(got.Because) })
	case "route":
		route, err := s.topics.Route(word(0), step.Value("area"), when)
		require.NoError(t, err, step.Where)
		return fmt.Sprintf("%s, at %s: %s", route.Group, route.Desk, s.because(route.Because))
	case "waits":
		one := desk.Ticket{ID: word(0), Arrived: at(t, day(step.Value("since"))), Rank: number("rank"), Skills: list("skills"), Owner: step.Value("owner")}
		if by := step.Value("promised"); by != "" {
			one.Promised = at(t, day(by))
		}
		s.waiting = append(s.waiting, one)
		return "noted"
	case "queue", "next":
		return s.inLine(t, step, list("skills"), day)
	case "cope":
		got, err := desk.Cope(
			desk.Load{Arrivals: number("hourly"), IntervalSeconds: 3600, MeanSeconds: 60 * number("minutes")},
			desk.Hall{Windows: number("windows"), Open: number("open"), Behind: number("behind")},
			desk.Target{MeanWaitSeconds: 60 * number("wait")},
		)
		return s.refused(t, err, func() string { return s.because(got.Because) + "\nthen: " + got.Could.String() })
	}
	require.Fail(t, "no such step", step.Where)
	return ""
}

func (s *story) lacks(lacks []desk.Lack) string {
	if len(lacks) == 0 {
		return "nothing"
	}
	var lines []string
	for _, lack := range lacks {
		line := "- " + s.directory.Explain(lack.Why, customer.English)
		if lack.Where != "" {
			line += ": " + lack.Where
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

func (s *story) inLine(t *testing.T, step customertest.Step, skills []string, day func(string) string) string {
	t.Helper()
	when := at(t, day(step.Value("at")))
	if step.Name == "next" {
		turn, found, err := s.queue.Next(s.waiting, desk.Agent{ID: step.Words[0], Skills: skills}, when)
		require.NoError(t, err, step.Where)
		if !found {
			return "nobody"
		}
		return turn.ID + "\n" + s.because(s.queue.Because(turn))
	}
	turns, err := s.queue.Order(s.waiting, when)
	require.NoError(t, err, step.Where)
	var lines []string
	for _, turn := range turns {
		lines = append(lines, fmt.Sprintf("%s %d", turn.ID, turn.Score))
	}
	return strings.Join(lines, "\n")
}

func (s *story) answer(answer desk.Answer) string {
	var lines []string
	for _, p := range answer.Places {
		line := fmt.Sprintf("%s: %s", p.Way, p.Desk)
		if len(p.Agents) > 0 {
			line += " (" + strings.Join(p.Agents, ", ") + ")"
		}
		lines = append(lines, line, s.because(p.Because))
	}
	for _, one := range answer.Blocked {
		lines = append(lines, "not at "+one.Desk, s.because(one.Because))
	}
	if len(answer.Because) > 0 {
		lines = append(lines, s.because(answer.Because))
	}
	return strings.Join(lines, "\n")
}

func (s *story) because(reasons []customer.Reason) string {
	var lines []string
	for _, reason := range reasons {
		lines = append(lines, "- "+s.directory.Explain(reason, customer.English))
	}
	return strings.Join(lines, "\n")
}

func (s *story) refused(t *testing.T, err error, otherwise func() string) string {
	t.Helper()
	var refusal *customer.Refusal
	if errors.As(err, &refusal) {
		return "refused by " + refusal.Rule + "\n" + s.because(refusal.Missing)
	}
	require.NoError(t, err)
	return otherwise()
}

// TestAnswersAreFormat pins the JSON of the answers, which a host may store.
func TestAnswersAreFormat(t *testing.T) {
	d := bank(t)
	ten := at(t, "2026-11-25 10:00")
	staff := roster(t, d, desk.Agent{ID: "an", Desks: []string{"main-cash"}})
	var text strings.Builder
	write := func(name string, answer any, err error) {
		require.NoError(t, err)
		written, err := json.MarshalIndent(answer, "", "  ")
		require.NoError(t, err)
		fmt.Fprintf(&text, "%s %s\n", name, written)
	}
	where, err := d.Where(desk.Question{Task: "transfer", AmountMinor: 5_000_01, Site: "small", Channel: "counter"}, staff, ten)
	write("where", where, err)
	assignment, err := d.Assign(desk.Need{Desk: "main-cash"}, staff, ten)
	write("assign", assignment, err)
	handover, err := topics(t).HandOver("card/lost", "", nil, nil, ten)
	write("hand over", handover, err)
	turns, err := queue(t).Order([]desk.Ticket{waiting(t, "a", 1500, func(x *desk.Ticket) { x.Rank, x.Promised, x.Owner = 1, ten, "key" })}, ten)
	write("order", turns, err)
	estimate, err := queue(t).Wait([]desk.Ticket{waiting(t, "a", 1)}, "a", desk.Counters{Open: 1, MeanSeconds: 60}, ten)
	write("wait", estimate, err)
	load := desk.Load{Arrivals: 30, IntervalSeconds: 3600, MeanSeconds: 240}
	staffing, err := desk.Staff(load, desk.Target{WithinPermille: 800, WithinSeconds: 60})
	write("staff", staffing, err)
	capacity, err := desk.Cope(load, desk.Hall{Windows: 4, Open: 1, Behind: 1}, desk.Target{MeanWaitSeconds: 1})
	write("cope", capacity, err)
	unread, err := board(t).Unread(staff, nil, ten)
	write("unread", unread, err)
	offers, err := desk.NewOffers(offerRules(), zoneOf(t, shanghai), nil)
	require.NoError(t, err)
	advice, err := offers.Advise("repair", ten)
	write("advise", advice, err)
	customertest.Golden(t, "answers.golden", text.String())
}
