package complaint_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/complaint/conversation"
	"github.com/rapport-crm/rapport/complaint/desk"
	"github.com/rapport-crm/rapport/complaint/suitability"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/customer/population"
)

// storyDesk is the desk at which the cases of a story are worked on: who can do what, who waits,
// what was announced and said, and what is read off a case. Its steps:
//
//	directory, board, line, suitability NAME            takes testdata/desk/NAME.json as that rule book
//	works AGENT desks=                                   somebody of the staff, at desks of the directory
//	where TASK site= channel= amount= at=                where it can be done
//	can TASK DESK amount= at=                            whether one desk can do it
//	assign DESK skills= had= except= at=                 who takes it
//	cope hourly= minutes= windows= open= behind= wait=   whether a hall copes; minutes for one, wait in minutes
//	waits TICKET since= rank=                            somebody draws a ticket
//	next AGENT at=                                       whose turn it is
//	reads AGENT bulletin= version= at=                   somebody has read a notice
//	notices AGENT topic= area= desk= at=                 the notices that she should have before her
//	rings SECONDS                                        how soon a telephone was answered
//	said AGENT unit= language= ended= script=            what was said, a row for each turn: customer from= to= text=
//	coaching                                             what to talk about with whom, of all that was said
//	suits on=                                            rows product and profile: whether it suits her
//	caller CASES at= customer= reach= topic= service=    which case a contact goes on with
//	cost CASES                                           what the contacts of some cases took
//	measured CASE at=                                    who and which desk stopped each clock
//	evidence CASE                                        hypotheses, judgements, statements, vettings, notices, findings
//	incidents CASES                                      how many cases came of each known incident
//	cites CASE issue= text=                              whether a text is the one that was cited
type storyDesk struct {
	suitability *suitability.Book
	directory   *desk.Directory
	works       []desk.Agent
	board       *desk.Board
	receipts    []desk.Receipt
	line        *desk.Queue
	tickets     []desk.Ticket
	coaching    *conversation.Coaching
}

// storyBook reads a rule book of testdata/desk.
func storyBook[R any](t *testing.T, step customertest.Step, parse func([]byte) (R, error)) R {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "desk", step.Words[0]+".json"))
	require.NoError(t, err, step.Where)
	rules, err := parse(data)
	require.NoError(t, err, step.Where)
	return rules
}

// takeBook takes a rule book.
func (s *story) takeBook(t *testing.T, step customertest.Step) string {
	t.Helper()
	var name string
	var err error
	switch step.Name {
	case "directory":
		rules := storyBook(t, step, desk.ParseRules)
		name = rules.Name()
		s.directory, err = desk.New(rules, s.zone, storyCalendars(t)...)
	case "board":
		rules := storyBook(t, step, desk.ParseBulletinRules)
		name = rules.Name()
		s.board, err = desk.NewBoard(rules, s.zone)
	case "line":
		rules := storyBook(t, step, desk.ParseQueueRules)
		name = rules.Name()
		s.line, err = desk.NewQueue(rules, s.zone)
	case "suitability":
		rules := storyBook(t, step, suitability.ParseRules)
		name = rules.Name()
		s.suitability, err = suitability.New(rules)
	}
	require.NoError(t, err, step.Where)
	return name
}

// work puts somebody of the staff to desks of the directory.
func (s *story) work(t *testing.T, step customertest.Step) string {
	t.Helper()
	known, there := s.roster[step.Words[0]]
	require.True(t, there, "%s: %s is nobody", step.Where, step.Words[0])
	s.works = append(s.works, desk.Agent{ID: known.ID, Skills: known.Skills, Desks: storyList(step, "desks")})
	return "noted"
}

// staff is who works at the desks of the directory, with the absences known by now.
func (s *story) staff(t *testing.T) *desk.Roster {
	t.Helper()
	staff := slices.Clone(s.works)
	for i := range staff {
		staff[i].Away = s.roster[staff[i].ID].Away
	}
	roster, err := s.directory.Roster(staff)
	require.NoError(t, err)
	return roster
}

func storyList(step customertest.Step, key string) []string {
	return strings.FieldsFunc(step.Value(key), func(r rune) bool { return r == ',' })
}

func storyNumber(t *testing.T, where, text string) int {
	t.Helper()
	if text == "" {
		return 0
	}
	n, err := strconv.Atoi(text)
	require.NoError(t, err, where)
	return n
}

func (s *story) because(explain func(customer.Reason, customer.Language) string, reasons []customer.Reason) (lines []string) {
	for _, reason := range reasons {
		lines = append(lines, "- "+explain(reason, s.language))
	}
	return lines
}

// refusal tells what a refusal is missing; false where the error is none.
func (s *story) refusal(t *testing.T, step customertest.Step, explain func(customer.Reason, customer.Language) string, err error) (string, bool) {
	t.Helper()
	var refused *customer.Refusal
	if !errors.As(err, &refused) {
		require.NoError(t, err, step.Where)
		return "", false
	}
	return strings.Join(append([]string{"no"}, s.because(explain, refused.Missing)...), "\n"), true
}

func (s *story) question(t *testing.T, step customertest.Step) desk.Question {
	t.Helper()
	asked := desk.Question{Task: step.Words[0], Site: step.Value("site"), Channel: step.Value("channel"), Skills: storyList(step, "skills")}
	if text := step.Value("amount"); text != "" {
		asked.AmountMinor = s.inTerms().Minor(t, step.Where, text)
	}
	return asked
}

func (s *story) where(t *testing.T, step customertest.Step) string {
	t.Helper()
	answer, err := s.directory.Where(s.question(t, step), s.staff(t), s.instant(t, step.Where, step.Value("at")))
	require.NoError(t, err, step.Where)
	var lines []string
	for _, place := range answer.Places {
		line := fmt.Sprintf("%s: %s of %s", place.Way, place.Desk, place.Site)
		if len(place.Agents) > 0 {
			line += " (" + strings.Join(place.Agents, ", ") + ")"
		}
		lines = append(lines, line)
		lines = append(lines, s.because(s.directory.Explain, place.Because)...)
	}
	for _, one := range answer.Blocked {
		lines = append(lines, "not at "+one.Desk)
		lines = append(lines, s.because(s.directory.Explain, one.Because)...)
	}
	return strings.Join(append(lines, s.because(s.directory.Explain, answer.Because)...), "\n")
}

func (s *story) can(t *testing.T, step customertest.Step) string {
	t.Helper()
	place, err := s.directory.Can(s.question(t, step), step.Words[1], s.staff(t), s.instant(t, step.Where, step.Value("at")))
	if text, no := s.refusal(t, step, s.directory.Explain, err); no {
		return text
	}
	return "yes: " + strings.Join(place.Agents, ", ")
}

func (s *story) assign(t *testing.T, step customertest.Step) string {
	t.Helper()
	wanted := desk.Need{Desk: step.Words[0], Skills: storyList(step, "skills"), Had: storyList(step, "had"), Except: storyList(step, "except")}
	got, err := s.directory.Assign(wanted, s.staff(t), s.instant(t, step.Where, step.Value("at")))
	if text, no := s.refusal(t, step, s.directory.Explain, err); no {
		return text
	}
	return strings.Join(append([]string{got.Agent}, s.because(s.directory.Explain, got.Because)...), "\n")
}

func (s *story) cope(t *testing.T, step customertest.Step) string {
	t.Helper()
	number := func(key string) int { return storyNumber(t, step.Where, step.Value(key)) }
	got, err := desk.Cope(
		desk.Load{Arrivals: number("hourly"), IntervalSeconds: 60 * 60, MeanSeconds: 60 * number("minutes")},
		desk.Hall{Windows: number("windows"), Open: number("open"), Behind: number("behind")},
		desk.Target{MeanWaitSeconds: 60 * number("wait")},
	)
	if text, no := s.refusal(t, step, desk.Explain, err); no {
		return text
	}
	return strings.Join(append(s.because(desk.Explain, got.Because), "now: "+got.Now.String(), "then: "+got.Could.String()), "\n")
}

func (s *story) waits(t *testing.T, step customertest.Step) string {
	t.Helper()
	s.tickets = append(s.tickets, desk.Ticket{
		ID: step.Words[0], Arrived: s.instant(t, step.Where, step.Value("since")), Rank: storyNumber(t, step.Where, step.Value("rank")),
	})
	return "noted"
}

// next takes the first in the queue, who waits no more.
func (s *story) next(t *testing.T, step customertest.Step) string {
	t.Helper()
	turn, found, err := s.line.Next(s.tickets, desk.Agent{ID: step.Words[0]}, s.instant(t, step.Where, step.Value("at")))
	require.NoError(t, err, step.Where)
	if !found {
		return "nobody"
	}
	s.tickets = slices.DeleteFunc(s.tickets, func(one desk.Ticket) bool { return one.ID == turn.ID })
	return strings.Join(append([]string{turn.ID}, s.because(desk.Explain, s.line.Because(turn))...), "\n")
}

func (s *story) reads(t *testing.T, step customertest.Step) string {
	t.Helper()
	s.receipts = append(s.receipts, desk.Receipt{
		Agent: step.Words[0], Bulletin: step.Value("bulletin"), Version: storyNumber(t, step.Where, step.Value("version")),
		At: s.instant(t, step.Where, step.Value("at")),
	})
	return "noted"
}

func (s *story) notices(t *testing.T, step customertest.Step) string {
	t.Helper()
	about := desk.About{Topic: step.Value("topic"), Area: step.Value("area"), Desk: step.Value("desk")}
	found, err := s.board.Suggest(about, step.Words[0], s.receipts, s.instant(t, step.Where, step.Value("at")))
	require.NoError(t, err, step.Where)
	if len(found) == 0 {
		return "none"
	}
	var lines []string
	for _, one := range found {
		read := "read"
		if !one.Read {
			read = "not read"
		}
		lines = append(lines, fmt.Sprintf("%s, %s: %s", one.ID, read, one.Title))
		lines = append(lines, s.because(desk.Explain, one.Because)...)
	}
	return strings.Join(lines, "\n")
}

func (s *story) rings(t *testing.T, step customertest.Step) string {
	t.Helper()
	got, err := s.policy.Pickup(time.Duration(storyNumber(t, step.Where, step.Words[0])) * time.Second)
	require.NoError(t, err, step.Where)
	return s.policy.Explain(got.Reason, s.language)
}

// said looks through what was said, and keeps it for the coaching.
func (s *story) said(t *testing.T, step customertest.Step) string {
	t.Helper()
	talk := conversation.Transcript{Agent: step.Words[0], Unit: step.Value("unit"), Language: step.Value("language")}
	if ended := step.Value("ended"); ended != "" {
		require.NoError(t, talk.EndedBy.UnmarshalText([]byte(ended)), step.Where)
	}
	for _, row := range step.Rows(t) {
		one := conversation.Turn{Text: row.Value("text"), From: s.instant(t, row.Where, row.Value("from")), To: s.instant(t, row.Where, row.Value("to"))}
		require.NoError(t, one.Speaker.UnmarshalText([]byte(row.Name)), row.Where)
		talk.Turns = append(talk.Turns, one)
	}
	on := customer.DateOf(talk.Turns[0].From, s.zone)
	listened, err := s.book.Listen(talk, on)
	require.NoError(t, err, step.Where)
	findings := listened.Findings
	if script := step.Value("script"); script != "" {
		ticks, err := s.book.Seen(script, talk, on)
		require.NoError(t, err, step.Where)
		more, err := s.book.Follow(script, ticks, on)
		require.NoError(t, err, step.Where)
		findings = append(findings, more...)
	}
	if s.coaching == nil {
		s.coaching, err = conversation.NewCoaching(population.Period{From: on, Until: on.AddMonths(1)})
		require.NoError(t, err, step.Where)
	}
	require.NoError(t, s.coaching.Add(talk.Agent, on, findings), step.Where)
	return s.findings(findings)
}

func (s *story) lessons(*testing.T, customertest.Step) string {
	var lines []string
	for _, one := range s.coaching.Lessons() {
		lines = append(lines, one.Agent+": "+s.book.Explain(one.Reason(), s.language))
	}
	return strings.Join(lines, "\n")
}

// suits asks at the sale what a vetting asks again at the complaint.
func (s *story) suits(t *testing.T, step customertest.Step) string {
	t.Helper()
	var sale struct {
		On      customer.Date       `json:"on"`
		Product suitability.Product `json:"product"`
		Profile suitability.Profile `json:"profile"`
	}
	s.fill(t, reflect.ValueOf(&sale).Elem(), step)
	for _, row := range step.Rows(t) {
		s.row(t, reflect.ValueOf(&sale).Elem(), row)
	}
	fitness, err := s.suitability.Assess(sale.Product, sale.Profile, sale.On)
	if text, no := s.refusal(t, step, s.policy.Explain, err); no {
		return text
	}
	if fitness.Suits {
		return "it suits her"
	}
	return strings.Join(append([]string{"it does not suit her"}, s.because(s.policy.Explain, fitness.Missed)...), "\n")
}

func (s *story) load(t *testing.T, id string) complaint.Case {
	t.Helper()
	c, _, err := s.store.Load(t.Context(), complaint.ID(id))
	require.NoError(t, err)
	return c
}

func (s *story) caller(t *testing.T, step customertest.Step) string {
	t.Helper()
	var known []complaint.Known
	for _, id := range step.Words {
		known = append(known, complaint.Known{ID: complaint.ID(id), Case: s.load(t, id)})
	}
	found := s.policy.Continue(complaint.Caller{
		At: s.instant(t, step.Where, step.Value("at")), Customer: customer.ID(step.Value("customer")), Reach: step.Value("reach"),
		Topic: step.Value("topic"), Service: step.Value("service"),
	}, known)
	if len(found) == 0 {
		return "nothing is known"
	}
	var lines []string
	for _, one := range found {
		line := string(one.ID) + " goes on"
		if !one.Same {
			line = string(one.ID) + " may be about something else"
		}
		lines = append(lines, line, fmt.Sprintf("last, by %s on %s: %s", one.Last.By, s.language.Instant(one.Last.At.In(s.zone)), one.Last.Note))
		lines = append(lines, s.because(s.policy.Explain, append(one.Reasons, one.Open...))...)
	}
	return strings.Join(lines, "\n")
}

func (s *story) cost(t *testing.T, step customertest.Step) string {
	t.Helper()
	var sum complaint.Cost
	for _, id := range step.Words {
		sum = sum.Plus(s.load(t, id).Cost())
	}
	return fmt.Sprintf("%d contacts, %d s, %s", sum.Contacts, sum.Seconds, s.rules.Currency.Text(sum.Minor))
}

func (s *story) measured(t *testing.T, step customertest.Step) string {
	t.Helper()
	var lines []string
	for _, clock := range s.load(t, step.Words[0]).Clocks {
		reading, err := s.policy.Read(clock, s.instant(t, step.Where, step.Value("at")))
		require.NoError(t, err, step.Where)
		verdict := "kept"
		switch {
		case reading.Breached:
			verdict = "breached"
		case reading.Running:
			verdict = "runs"
		}
		line := fmt.Sprintf("%s: %s after %s", clock.Name, verdict, reading.Used)
		if clock.By != "" {
			line += fmt.Sprintf(", by %s, the case at %s", clock.By, clock.Desk)
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

func (s *story) evidence(t *testing.T, step customertest.Step) string {
	t.Helper()
	c := s.load(t, step.Words[0])
	var lines []string
	for _, one := range c.Hypotheses {
		lines = append(lines, fmt.Sprintf("%s thinks: %s (%s)", one.By, one.Text, one.Cause))
		for _, weighing := range one.Weighings {
			lines = append(lines, fmt.Sprintf("    %s: %s %s: %s", weighing.Side, weighing.Ground.Kind, weighing.Ground.Ref, weighing.Text))
		}
	}
	for _, one := range c.Judgements {
		lines = append(lines, fmt.Sprintf("%s judges on %s: %s, %q", one.By, s.language.Instant(one.At.In(s.zone)), one.Intent, one.Text))
	}
	for _, one := range c.Statements {
		lines = append(lines, fmt.Sprintf("%s said on %s: %q", one.Staff, s.language.Instant(one.Said.In(s.zone)), one.Text))
		for _, reason := range one.Differences() {
			lines = append(lines, "    "+s.policy.Explain(reason, s.language))
		}
	}
	for _, one := range c.Vettings {
		answer := "suited her"
		if !one.Verdict.Suits {
			answer = fmt.Sprintf("did not suit her in %d ways", len(one.Verdict.Missed))
		}
		lines = append(lines, fmt.Sprintf("the sale of %s on %s %s, by %s", one.Product.ID, s.language.DayOfYear(one.Sold), answer, one.Verdict.Rule))
	}
	for _, one := range s.policy.Notices(c) {
		lines = append(lines, s.policy.Explain(one, s.language))
	}
	for _, one := range c.Issues {
		if one.Finding.Cause != 0 {
			lines = append(lines, fmt.Sprintf("%s: %s found for %s: %s", one.Finding.By, one.Finding.Cause, one.Issue, one.Finding.Text))
		}
	}
	return strings.Join(lines, "\n")
}

func (s *story) incidents(t *testing.T, step customertest.Step) string {
	t.Helper()
	var lines []string
	for _, one := range complaint.CountIncidents(func(yield func(complaint.Case) bool) {
		for _, id := range step.Words {
			if !yield(s.load(t, id)) {
				return
			}
		}
	}) {
		lines = append(lines, fmt.Sprintf("%s: %d cases, notice proven in %d", one.Incident, one.Cases, one.Told))
	}
	return strings.Join(lines, "\n")
}

func (s *story) cites(t *testing.T, step customertest.Step) string {
	t.Helper()
	c := s.load(t, step.Words[0])
	text, wanted := step.Value("text"), step.Value("issue")
	var lines []string
	for _, issue := range c.Issues {
		if issue.Issue != wanted {
			continue
		}
		for _, one := range issue.Ruling.Citations {
			same := "another text than was cited"
			if one.Cites(text) {
				same = "word for word"
			}
			lines = append(lines, one.Name()+": "+same)
		}
	}
	return strings.Join(lines, "\n")
}
