package lifecycle_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/lifecycle"
)

// relationStory plays what happens between a shop and its customers: friends who are
// brought, early signals, reasons for leaving. Its steps:
//
//	friends-rules, signal-rules     the rule book below, as JSON
//	vouch WHO, bring WHO by=, settle WHO, withdraw WHO introduction=
//	observe WHO sign= or cause=     told=, about=, note=
//	risk WHO                        what her signals weigh
//	lost LABEL                      who below, with last= and on=; then why, over a period from= until=
//
// with on= for the day, in= for the language, and ref= for the reference.
type relationStory struct {
	shop    *lifecycle.Referrals
	signals *lifecycle.Signals
	mem     *standings
}

func newRelationStory() *relationStory { return &relationStory{mem: new(standings)} }

func (s *relationStory) tell(t *testing.T, step customertest.Step) (answer string, told bool) {
	t.Helper()
	var err error
	who := customer.ID(strings.Join(step.Words, " "))
	switch step.Name {
	case "friends-rules":
		rules, parsed := lifecycle.ParseReferralRules([]byte(strings.Join(step.Input, "\n")))
		require.NoError(t, parsed, step.Where)
		s.shop, err = lifecycle.NewReferrals(rules, time.UTC)
		require.NoError(t, err, step.Where)
	case "signal-rules":
		rules, parsed := lifecycle.ParseSignalRules([]byte(strings.Join(step.Input, "\n")))
		require.NoError(t, parsed, step.Where)
		s.signals, err = lifecycle.NewSignals(rules, time.UTC)
		require.NoError(t, err, step.Where)
	case "vouch", "bring", "settle", "withdraw":
		return s.friends(t, step, who), true
	case "observe":
		return s.observe(t, step, who), true
	case "risk":
		standing, _, err := s.mem.Load(t.Context(), who)
		require.NoError(t, err)
		permille, reasons := s.signals.Weigh(standing.Signals, on(step.Value("on")))
		return "risk of " + string(who) + ": " + customer.English.Percent(permille) + "\n" + s.say(step, s.signals.Explain, reasons), true
	case "lost":
		return s.lost(t, step, string(who)), true
	default:
		return "", false
	}
	return "", true
}

// say renders reasons, a line each, in the step's language.
func (s *relationStory) say(step customertest.Step, explain func(customer.Reason, customer.Language) string, reasons []customer.Reason) string {
	language := customer.English
	if step.Value("in") == "Chinese" {
		language = customer.Chinese
	}
	var lines []string
	for _, reason := range reasons {
		lines = append(lines, explain(reason, language))
	}
	return strings.Join(lines, "\n")
}

// book runs a request and tells the reasons of its answer, or of its refusal.
func (s *relationStory) book(
	t *testing.T, step customertest.Step, who customer.ID, key string, fact journal.Fact, explain func(customer.Reason, customer.Language) string,
	decide func(lifecycle.Standing) (lifecycle.Decision, error),
) string {
	t.Helper()
	answer, err := journal.Run(t.Context(), s.mem, who, step.Name+":"+key, fact, decide)
	refusal := (*customer.Refusal)(nil)
	switch {
	case errors.As(err, &refusal):
		return "refused\n" + s.say(step, explain, refusal.Missing)
	case err != nil:
		return err.Error()
	}
	text := answer.Result.String()
	if told := s.say(step, explain, answer.Decision.Reasons); told != "" {
		text += "\n" + told
	}
	for _, e := range answer.Decision.Entries {
		for _, due := range e.Dues {
			text += fmt.Sprintf("\n%s: for %s, points %d, coupon %q", due.Ref, due.To, due.Points, due.Coupon)
		}
	}
	return text
}

func (s *relationStory) friends(t *testing.T, step customertest.Step, who customer.ID) string {
	t.Helper()
	ref, at := step.Value("ref"), noon(step.Value("on"))
	var first customer.Date
	if text := step.Value("first"); text != "" {
		first = on(text)
	}
	switch step.Name {
	case "vouch":
		asked := lifecycle.Vouch{Ref: ref, At: at, Customer: who}
		return s.book(t, step, who, ref, asked, s.shop.Explain, func(standing lifecycle.Standing) (lifecycle.Decision, error) {
			return s.shop.Vouch(standing, asked, first)
		})
	case "bring":
		asked := lifecycle.Introduction{Ref: ref, At: at, Newcomer: who, By: customer.ID(step.Value("by"))}
		referrer, _, err := s.mem.Load(t.Context(), asked.By)
		require.NoError(t, err)
		known := lifecycle.Acquaintance{Referrer: referrer, First: first, OnePerson: step.Value("one-person") == "yes"}
		return s.book(t, step, who, ref, asked, s.shop.Explain, func(standing lifecycle.Standing) (lifecycle.Decision, error) {
			return s.shop.Bring(standing, asked, known)
		})
	case "settle":
		asked, bought := lifecycle.Settling{Ref: ref, At: at}, lifecycle.FirstPurchase{On: first}
		if first != 0 {
			bought.PaidMinor = int64(number(t, step, "cents"))
		}
		if step.Value("back") != "" {
			bought.BackMinor = int64(number(t, step, "back"))
		}
		return s.book(t, step, who, ref, asked, s.shop.Explain, func(standing lifecycle.Standing) (lifecycle.Decision, error) {
			return s.shop.Settle(standing, asked, bought)
		})
	}
	asked := lifecycle.Withdrawal{Ref: ref, At: at, Introduction: step.Value("introduction"), OnePerson: step.Value("one-person") == "yes"}
	return s.book(t, step, who, ref, asked, s.shop.Explain, func(standing lifecycle.Standing) (lifecycle.Decision, error) {
		return s.shop.Withdraw(standing, asked)
	})
}

func (s *relationStory) observe(t *testing.T, step customertest.Step, who customer.ID) string {
	t.Helper()
	asked := lifecycle.Observation{Ref: step.Value("ref"), At: noon(step.Value("on")), Remark: lifecycle.Remark{
		Cause: lifecycle.Cause(step.Value("cause")), About: step.Value("about"), Note: step.Value("note"),
	}}
	require.NoError(t, asked.Told.UnmarshalText([]byte(step.Value("told"))), step.Where)
	if sign := step.Value("sign"); sign != "" {
		require.NoError(t, asked.Sign.UnmarshalText([]byte(sign)), step.Where)
	}
	text := s.book(t, step, who, asked.Ref, asked, s.signals.Explain, func(standing lifecycle.Standing) (lifecycle.Decision, error) {
		return s.signals.Observe(standing, asked)
	})
	standing, _, err := s.mem.Load(t.Context(), who)
	require.NoError(t, err)
	for _, signal := range standing.Signals {
		if errand, found := s.signals.Errand(signal); found && signal.Ref == asked.Ref {
			text += fmt.Sprintf("\nto do: %s by %s", errand.What, errand.By)
		}
	}
	return text
}

func (s *relationStory) lost(t *testing.T, step customertest.Step, label string) string {
	t.Helper()
	leavers, err := lifecycle.NewLeavers(population.Period{From: on(step.Value("from")), Until: on(step.Value("until"))})
	require.NoError(t, err, step.Where)
	for _, row := range step.Rows(t) {
		standing, _, err := s.mem.Load(t.Context(), customer.ID(row.Name))
		require.NoError(t, err)
		require.NoError(t, leavers.Add(lifecycle.Departure{Label: label, Last: on(row.Value("last")), On: on(row.Value("on")), Signals: standing.Signals}))
	}
	var lines []string
	for _, row := range leavers.Pareto(label) {
		cause := string(row.Cause)
		if cause == "" {
			cause = "not known"
		}
		lines = append(lines, fmt.Sprintf("%d %s", row.Left, cause))
	}
	return strings.Join(append(lines, s.say(step, s.signals.Explain, []customer.Reason{lifecycle.Silence(leavers.Pareto(label))})), "\n")
}
