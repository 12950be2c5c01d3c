package agenda_test

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/consent"
	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/lifecycle/agenda"
)

// Stories that a shop manager can read: see testdata.
func TestStories(t *testing.T) {
	customertest.Stories(t, os.DirFS("testdata"), func(t *testing.T) func(customertest.Step) string {
		t.Helper()
		shop := &shop{t: t, planner: newPlanner(t, planRules(), contactRules())}
		act := func(purpose, channel string) agenda.Act {
			return agenda.Act{Purpose: purpose, Channels: []string{channel}}
		}
		var err error
		shop.visits, err = agenda.NewVisits(agenda.VisitRules{
			Edition: customer.Edition{ID: "visits", Version: 1}, Visits: []agenda.VisitRule{
				{Tier: "gold", Series: "visit", EveryMonths: 3, EarlyDays: 3, LateDays: 4, Act: act("care", "visit")},
				{Series: "visit", EveryMonths: 12, LateDays: 10, FirstDays: 30, Act: act("care", "phone")},
			},
		})
		require.NoError(t, err)
		shop.greetings, err = agenda.NewGreetings(agenda.GreetingRules{
			Edition: customer.Edition{ID: "greetings", Version: 1}, Occasions: []agenda.Occasion{
				{ID: "birthday", LeadDays: 2, Act: act("greeting", "letter")},
				{ID: "spring-festival", Dates: []customer.Date{on("2027-02-06")}, LeadDays: 7, Act: act("greeting", "letter")},
			},
		})
		require.NoError(t, err)
		repairs := agenda.FollowUpRule{
			ID: "repair", After: "repair", DueDays: 7, Move: agenda.NextWorkday, LateDays: 2,
			SupersededBy: []string{"repair"}, Act: act("service", "phone"),
		}
		repairs.Ask = []string{"sales-attitude", "repair", "still-a-problem", "opinion-of-product", "wished-models", "why-here", "come-again"}
		shop.followUps, err = agenda.NewFollowUps(agenda.FollowUpRules{
			Edition: customer.Edition{ID: "follow-ups", Version: 1}, Zone: "UTC", FollowUps: []agenda.FollowUpRule{repairs},
		}, calendars()["shop"], time.UTC)
		require.NoError(t, err)
		return shop.play
	})
}

// shop is what a host keeps: its people, what it knows of its customers, and the last plan.
type shop struct {
	t         *testing.T
	planner   *agenda.Planner
	visits    *agenda.Visits
	greetings *agenda.Greetings
	followUps *agenda.FollowUps
	people    []agenda.Person
	customers []regular
	plan      agenda.Plan
}

type regular struct {
	known  agenda.Client
	days   []agenda.OwnDay
	events []agenda.Event
	reach  consent.Reach
}

func (s *shop) play(step customertest.Step) string {
	switch step.Name {
	case "staff":
		one := agenda.Person{ID: step.Words[0], Calendar: "shop", PerDay: s.number(step, "per-day"), Substitute: step.Value("substitute")}
		s.people = slices.DeleteFunc(s.people, func(p agenda.Person) bool { return p.ID == one.ID })
		if from := step.Value("away-from"); from != "" {
			one.Away = []agenda.Absence{{From: on(from), Through: on(step.Value("through"))}}
		}
		s.people = append(s.people, one)
		return ""
	case "customer":
		s.enter(step)
		return ""
	case "repaired":
		who := s.of(step.Words[0])
		at, err := time.Parse("2006-01-02 15:04", step.Value("on")+" 15:00")
		require.NoError(s.t, err, step.Where)
		who.events = append(who.events, agenda.Event{Ref: step.Value("job"), Kind: "repair", At: at, Subject: step.Value("what")})
		return ""
	case "plan":
		return s.make(step)
	case "done":
		return s.done(step)
	}
	s.t.Fatalf("%s: unknown step %s", step.Where, step.Name)
	return ""
}

func (s *shop) enter(step customertest.Step) {
	id := customer.ID(step.Words[0])
	s.customers = slices.DeleteFunc(s.customers, func(r regular) bool { return r.known.Customer == id })
	one := regular{known: agenda.Client{Customer: id, Owner: step.Value("of"), Tier: step.Value("tier")}, reach: everything(id)}
	if day := step.Value("known"); day != "" {
		one.known.Known = on(day)
	}
	if day := step.Value("visited"); day != "" {
		one.known.Visited = []agenda.PastVisit{{Series: "visit", On: on(day)}}
	}
	if day := step.Value("birthday"); day != "" {
		at, err := time.Parse("01-02", day)
		require.NoError(s.t, err, step.Where)
		one.days = []agenda.OwnDay{{Occasion: "birthday", Month: at.Month(), Day: at.Day()}}
	}
	one.reach.OptedOut = step.Value("opted-out") == "yes"
	one.reach.OpenComplaint = step.Value("complaint") == "open"
	for _, row := range step.Rows(s.t) { // contacts of other departments
		one.reach.Contacts = append(one.reach.Contacts, consent.Contact{On: on(row.Name), Purpose: row.Words[0]})
	}
	s.customers = append(s.customers, one)
}

func (s *shop) of(id string) *regular {
	at := slices.IndexFunc(s.customers, func(r regular) bool { return r.known.Customer == customer.ID(id) })
	require.GreaterOrEqual(s.t, at, 0, id)
	return &s.customers[at]
}

// make plans the days from one to another; what was done before stays where it was.
func (s *shop) make(step customertest.Step) string {
	work := agenda.Work{First: on(step.Value("from")), Last: on(step.Value("to")), People: s.people}
	for _, one := range s.customers {
		work.Reaches = append(work.Reaches, one.reach)
		visits, _, err := s.visits.Due(one.known, work.First, work.Last)
		require.NoError(s.t, err, step.Where)
		greetings, _, err := s.greetings.Due(agenda.Client{
			Customer: one.known.Customer, Owner: one.known.Owner, Days: one.days, Contacts: one.reach.Contacts,
		}, work.First, work.Last)
		require.NoError(s.t, err, step.Where)
		followUps, _, err := s.followUps.Due(agenda.Client{
			Customer: one.known.Customer, Owner: one.known.Owner, Events: one.events, Contacts: one.reach.Contacts,
		}, work.First, work.Last)
		require.NoError(s.t, err, step.Where)
		work.Tasks = slices.Concat(work.Tasks, visits, greetings, followUps)
	}
	var err error
	s.plan, err = s.planner.Plan(work)
	require.NoError(s.t, err, step.Where)
	language := customer.English
	if step.Value("in") == "Chinese" {
		language = customer.Chinese
	}
	return s.tell(language, step.Value("why") == "yes")
}

func (s *shop) tell(language customer.Language, why bool) string {
	var lines []string
	tell := func(reasons []customer.Reason) {
		for _, reason := range reasons {
			lines = append(lines, "    "+agenda.Explain(reason, language))
		}
	}
	for _, placed := range s.plan.Placed {
		lines = append(lines, fmt.Sprintf("%.3s %s: %s, %s, %s, %s-%s", placed.Day.Weekday(), placed.Person, placed.Customer, placed.Kind,
			placed.Channel, placed.Between.From.Format("15:04"), placed.Between.To.Format("15:04")))
		if why {
			tell(placed.Reasons)
			tell(placed.Because)
		}
	}
	for _, left := range s.plan.Unplaced {
		could := ""
		if left.Could != 0 {
			could = ", could be on " + left.Could.String()
		}
		lines = append(lines, fmt.Sprintf("left: %s, %s%s", left.Customer, left.Kind, could))
		tell(left.Because)
	}
	if len(lines) == 0 {
		return "nothing to do"
	}
	return strings.Join(lines, "\n")
}

// done notes that a task of the last plan was done on its day.
func (s *shop) done(step customertest.Step) string {
	who := s.of(step.Words[0])
	for _, placed := range s.plan.Placed {
		if placed.Customer != who.known.Customer || placed.Kind.String() != step.Words[1] {
			continue
		}
		who.reach.Contacts = append(who.reach.Contacts, consent.Contact{On: placed.Day, Purpose: placed.Purpose, Task: placed.ID})
		if placed.Kind == agenda.Visit {
			who.known.Visited = append(who.known.Visited, agenda.PastVisit{Series: "visit", On: placed.Day})
		}
		return placed.ID
	}
	s.t.Fatalf("%s: not in the plan", step.Where)
	return ""
}

func (s *shop) number(step customertest.Step, key string) int {
	n, err := strconv.Atoi(step.Value(key))
	require.NoError(s.t, err, "%s: %s", step.Where, key)
	return n
}
