package lifecycle_test

import (
	"cmp"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/lifecycle"
)

// ladderStory plays testdata/winback.txt. Steps: ladder (its figures, with the rungs below),
// customer (her last purchase and her gap), wake, bought, lost, next.
type ladderStory struct {
	t       *testing.T
	rules   lifecycle.LadderRules
	ladder  *lifecycle.Ladder
	shops   map[string]*ladderShopper
	request int
}

type ladderShopper struct {
	standing    lifecycle.Standing
	expectation lifecycle.Expectation
	bars        lifecycle.Bars
}

func newWinbackStory(t *testing.T) func(customertest.Step) string {
	t.Helper()
	s := &ladderStory{t: t, shops: map[string]*ladderShopper{}}
	return s.step
}

func (s *ladderStory) step(step customertest.Step) string {
	s.request++
	ref := strconv.Itoa(s.request)
	if step.Name == "ladder" {
		return s.build(step)
	}
	who := strings.Join(step.Words, " ")
	if step.Name == "customer" {
		s.shops[who] = &ladderShopper{expectation: lifecycle.Expectation{
			Rule: "rhythm/1", Basis: lifecycle.OwnGaps, Last: on(step.Value("last")), Interval: number(s.t, step, "gap"),
		}}
		return ""
	}
	she := s.shops[who]
	require.NotNil(s.t, she, "%s: nobody", step.Where)
	day := on(step.Value("on"))
	at := day.Start(time.UTC).Add(3 * time.Hour)
	if she.expectation.On = day; step.Name == "bought" {
		she.expectation.Last = max(she.expectation.Last, day)
	}
	she.expectation.Silence = max(int(day-she.expectation.Last), 0)
	var decision lifecycle.Decision
	var err error
	switch step.Name {
	case "wake":
		she.bars = lifecycle.Bars{ComplaintOpen: step.Value("complaint") == "open", OptedOut: step.Value("opted") == "out"}
		if channel := step.Value("barred"); channel != "" {
			she.bars.Channels = []string{channel}
		}
		decision, err = s.ladder.Step(she.standing, she.expectation, she.bars, lifecycle.Wake{Ref: ref, Customer: customer.ID(who), At: at})
	case "bought":
		fact := lifecycle.Bought{Ref: ref, At: at}
		if paid := step.Value("paid"); paid != "" {
			fact.Paid = decimal.NewNullDecimal(decimal.RequireFromString(paid))
		}
		decision, err = s.ladder.Bought(she.standing, fact)
	case "lost":
		decision, err = s.ladder.LostCase(she.standing, lifecycle.Bars{}, lifecycle.LostCase{Ref: ref, At: at, Last: she.expectation.Last})
	case "next":
		next, any := s.ladder.Next(she.standing, she.expectation)
		if !any {
			return "only a purchase changes anything"
		}
		return "look again on " + next.String()
	default:
		s.t.Fatalf("%s: unknown step %s", step.Where, step.Name)
	}
	return s.tell(step, she, decision, err)
}

func (s *ladderStory) build(step customertest.Step) string {
	number := func(key string) int { return number(s.t, step, key) }
	s.rules = lifecycle.LadderRules{
		Edition: customer.Edition{ID: "win-back", Version: 1}, Zone: "UTC", Currency: customer.Currency{Code: "EUR", Digits: 2}, Salt: "autumn 2038",
		HeldOutPermille: number("held-out"), MostRungs: number("most-rungs"), BetweenDays: number("between-days"),
		LadderDays: number("ladder-days"), ResultDays: number("result-days"), RestDays: number("rest-days"),
		Lost: &lifecycle.LostRung{ID: "amends", Play: "make amends", Channel: "visit", Message: "amends", DueDays: 3},
	}
	require.NoError(s.t, s.rules.OnComplaint.UnmarshalText([]byte(step.Value("on-complaint"))))
	for _, row := range step.Rows(s.t) {
		rung := lifecycle.Rung{ID: row.Name, Play: row.Value("play"), Channel: row.Value("channel"), Message: row.Name, Promotion: row.Value("promotion") != "no"}
		read := func(key string) int {
			n, err := strconv.Atoi(cmp.Or(row.Value(key), "0"))
			require.NoError(s.t, err, row.Where)
			return n
		}
		rung.SilenceDays, rung.GapsPermille, rung.DueDays = read("days"), read("gaps-permille"), read("due-days")
		s.rules.Rungs = append(s.rules.Rungs, rung)
	}
	var err error
	s.ladder, err = lifecycle.NewLadder(s.rules, time.UTC)
	require.NoError(s.t, err, step.Where)
	return ""
}

// tell writes what was booked and why.
func (s *ladderStory) tell(step customertest.Step, she *ladderShopper, decision lifecycle.Decision, err error) string {
	language := customer.English
	if step.Value("in") == "Chinese" {
		language = customer.Chinese
	}
	var lines []string
	if refusal := (*customer.Refusal)(nil); errors.As(err, &refusal) {
		lines, decision.Reasons = append(lines, "refused"), refusal.Missing
	} else {
		require.NoError(s.t, err, step.Where)
		again, err := she.standing.Apply(decision.Entries...)
		require.NoError(s.t, err, step.Where)
		require.Equal(s.t, again, decision.Next, step.Where)
		she.standing = decision.Next
	}
	if len(decision.Entries) == 0 {
		lines = append(lines, "nothing is booked")
	}
	for _, e := range decision.Entries {
		line := e.Kind.String()
		if e.Kind == lifecycle.Stepped {
			line += fmt.Sprintf(": %s by %s", e.Play, e.Channel)
		}
		if e.Kind == lifecycle.Stopped {
			line += ": " + e.Stop.String()
		}
		if e.Kind == lifecycle.Settled {
			line += ": " + e.Result.String()
			if e.Priced {
				line += ", spent " + s.rules.Currency.Amount(e.Spent).StringFixed(2)
			}
		}
		lines = append(lines, line)
	}
	for _, reason := range decision.Reasons {
		lines = append(lines, "  "+lifecycle.Explain(reason, language))
	}
	return strings.Join(lines, "\n")
}
