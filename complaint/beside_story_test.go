package complaint_test

import (
	"cmp"
	"fmt"
	"iter"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/complaint/conversation"
	"github.com/rapport-crm/rapport/complaint/entitlement"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/customer/quota"
)

// The steps of what stands beside the cases: what was said, what was bought, what may be given.
//
//	book FILE                    takes the rules of package conversation of a file
//	spoken CASE variant= on=     holds the acts that a case has of a day against a variant
//	stay on=                     what the requests of a stay say; a row each: request ref= at= kind= outcome= ended= charged=yes told=
//	terms FILE                   takes the rules of package entitlement of a file
//	goods ID bought= price= …    what somebody bought; a row for each repair: repair from= to= failed=yes
//	rights ID on=                what it entitles to
//	silent SOURCE figure= out-of=
//	oldest days= at=             the open promises of all cases, the oldest first
//	allowance AGENT at=          what she may give of goodwill, used and left; from then on goodwill is taken from it
//	measures CASE agent=         the measures on staff that somebody sees
//	figures CASE at=             what a case has come to, for whoever looks at quality

// besides is what a story has of them.
type besides struct {
	book       *conversation.Book
	terms      *entitlement.Book
	goods      map[string]entitlement.Item
	allowances *quota.Mem // nil: goodwill is taken from none
}

func (s *story) readBook(t *testing.T, step customertest.Step) string {
	t.Helper()
	data, err := os.ReadFile(step.Words[0])
	require.NoError(t, err, step.Where)
	rules, err := conversation.ParseRules(data)
	require.NoError(t, err, step.Where)
	s.book, err = conversation.New(rules)
	require.NoError(t, err, step.Where)
	return rules.Name()
}

func (s *story) readTerms(t *testing.T, step customertest.Step) string {
	t.Helper()
	data, err := os.ReadFile(step.Words[0])
	require.NoError(t, err, step.Where)
	rules, err := entitlement.ParseRules(data)
	require.NoError(t, err, step.Where)
	s.terms, err = entitlement.New(rules)
	require.NoError(t, err, step.Where)
	return rules.Name()
}

// day reads the day of a key.
func (s *story) day(t *testing.T, step customertest.Step, key string) customer.Date {
	t.Helper()
	day, err := customer.ParseDate(step.Value(key))
	require.NoError(t, err, step.Where)
	return day
}

// spoken gives the acts of a case to whoever judges a conversation.
func (s *story) spoken(t *testing.T, step customertest.Step) string {
	t.Helper()
	c, _, err := s.store.Load(t.Context(), complaint.ID(step.Words[0]))
	require.NoError(t, err)
	on, heard := s.day(t, step, "on"), conversation.Heard{}
	for _, one := range c.Acts {
		if customer.DateOf(one.At, s.zone) == on {
			heard.Acts = append(heard.Acts, one.Act)
		}
	}
	for _, one := range c.Escalations {
		if one.Asked && customer.DateOf(one.At, s.zone) == on {
			heard.AskedAbove, heard.ToldAbove = true, one.To != one.From
		}
	}
	for _, one := range c.Issues {
		rejected := one.Ruling.Verdict == complaint.PartlyUpheld || one.Ruling.Verdict == complaint.NotUpheld
		heard.Refused = heard.Refused || rejected && customer.DateOf(one.Ruling.At, s.zone) == on
	}
	findings, err := s.book.Check(heard, step.Value("variant"), on)
	require.NoError(t, err, step.Where)
	return s.findings(findings)
}

func (s *story) findings(findings []conversation.Finding) string {
	lines := []string{}
	for _, one := range findings {
		mark := "  "
		if one.Fault {
			mark = "! "
		}
		lines = append(lines, mark+s.book.Explain(one.Reason, s.language))
	}
	if len(lines) == 0 {
		return "as it should be"
	}
	return strings.Join(lines, "\n")
}

func (s *story) stay(t *testing.T, step customertest.Step) string {
	t.Helper()
	var log struct {
		Requests []conversation.Request `json:"requests"`
	}
	for _, row := range step.Rows(t) {
		s.row(t, reflect.ValueOf(&log).Elem(), row)
	}
	stay, err := s.book.Stay(log.Requests, s.day(t, step, "on"))
	require.NoError(t, err, step.Where)
	lines := []string{"no unrest"}
	if stay.Unrest {
		lines[0] = "unrest since " + s.language.Instant(stay.Since.In(s.zone))
	}
	for _, reason := range stay.Because {
		lines = append(lines, "  "+s.book.Explain(reason, s.language))
	}
	if len(stay.Findings) > 0 {
		lines = append(lines, s.findings(stay.Findings))
	}
	return strings.Join(lines, "\n")
}

func (s *story) bought(t *testing.T, step customertest.Step) string {
	t.Helper()
	var item entitlement.Item
	into := reflect.ValueOf(&item).Elem()
	s.fill(t, into, step)
	for _, row := range step.Rows(t) {
		s.row(t, into, row)
	}
	if s.goods == nil {
		s.goods = map[string]entitlement.Item{}
	}
	s.goods[step.Words[0]] = item
	return fmt.Sprintf("%s, bought on %s", s.rules.Currency.Text(item.PriceMinor), item.Bought)
}

func (s *story) rights(t *testing.T, step customertest.Step) string {
	t.Helper()
	rights, err := s.terms.Of(s.goods[step.Words[0]], s.day(t, step, "on"))
	require.NoError(t, err, step.Where)
	lines := []string{fmt.Sprintf("day %d since the purchase", rights.Age)}
	for _, right := range rights.All {
		answer := "no"
		if right.Open {
			answer = "yes"
		}
		if !right.Holds {
			until := "without end"
			if right.Until != 0 {
				until = "up to " + right.Until.String()
			}
			lines = append(lines, fmt.Sprintf("  beside it by %s/%s: %s, %s, missing: %d", right.Terms, right.Grant, answer, until, len(right.Missing)))
			continue
		}
		lines = append(lines, fmt.Sprintf("%s by %s/%s: %s", right.Remedy, right.Terms, right.Grant, answer))
		for _, reason := range right.Because {
			if reason.Code != entitlement.CodeBetter {
				lines = append(lines, "  "+s.terms.Explain(reason, s.language))
			}
		}
		for _, reason := range right.Missing {
			lines = append(lines, "  missing: "+s.terms.Explain(reason, s.language))
		}
	}
	return strings.Join(lines, "\n")
}

func (s *story) silent(t *testing.T, step customertest.Step) string {
	t.Helper()
	var source complaint.Source
	require.NoError(t, source.UnmarshalText([]byte(step.Words[0])), step.Where)
	figure, err := strconv.Atoi(step.Value("figure"))
	require.NoError(t, err, step.Where)
	outOf, err := strconv.Atoi(cmp.Or(step.Value("out-of"), "0"))
	require.NoError(t, err, step.Where)
	because, opens := s.policy.Silent(source, figure, outOf)
	if opens {
		return "opens a case: " + s.policy.Explain(because, s.language)
	}
	return "opens none: " + s.policy.Explain(because, s.language)
}

// cases are all that the story has.
func (s *story) cases(t *testing.T) iter.Seq2[complaint.ID, complaint.Case] {
	t.Helper()
	return func(yield func(complaint.ID, complaint.Case) bool) {
		for _, id := range s.ids {
			c, _, err := s.store.Load(t.Context(), id)
			require.NoError(t, err)
			if !yield(id, c) {
				return
			}
		}
	}
}

func (s *story) oldest(t *testing.T, step customertest.Step) string {
	t.Helper()
	days, err := strconv.Atoi(step.Value("days"))
	require.NoError(t, err, step.Where)
	lines := []string{}
	for _, one := range s.policy.Oldest(s.cases(t), days, complaint.MaxOldest, s.instant(t, step.Where, step.Value("at"))) {
		lines = append(lines, string(one.Case)+": "+s.policy.Explain(one.Why, s.language))
	}
	if len(lines) == 0 {
		return "none"
	}
	return strings.Join(lines, "\n")
}

func (s *story) allowance(t *testing.T, step customertest.Step) string {
	t.Helper()
	agent, known := s.roster[step.Words[0]]
	require.True(t, known, step.Where)
	if s.allowances == nil {
		s.allowances = new(quota.Mem)
	}
	at, text := s.instant(t, step.Where, step.Value("at")), s.rules.Currency.Text
	lines := []string{}
	for _, one := range s.policy.Allowances(agent, at) {
		require.NoError(t, s.allowances.Set(one.Name, one.LimitMinor))
		level, err := s.allowances.Level(t.Context(), one.Name, at)
		require.NoError(t, err)
		lines = append(lines, fmt.Sprintf("%s: used %s, left %s of %s", one.Name, text(level.Captured+level.Held), text(level.Left()), text(one.LimitMinor)))
	}
	if len(lines) == 0 {
		return "none"
	}
	return strings.Join(lines, "\n")
}

func (s *story) measures(t *testing.T, step customertest.Step) string {
	t.Helper()
	c, _, err := s.store.Load(t.Context(), complaint.ID(step.Words[0]))
	require.NoError(t, err)
	agent, known := s.roster[step.Value("agent")]
	require.True(t, known, step.Where)
	lines := []string{}
	for _, one := range s.policy.For(c, agent).Measures {
		lines = append(lines, fmt.Sprintf("%s on %s, by %s", one.Measure, one.On, one.By))
	}
	if len(lines) == 0 {
		return "none that " + agent.ID + " may see"
	}
	return strings.Join(lines, "\n")
}

// figures are those of one case; package complaint/quality adds up those of many.
func (s *story) figures(t *testing.T, step customertest.Step) string {
	t.Helper()
	c, _, err := s.store.Load(t.Context(), complaint.ID(step.Words[0]))
	require.NoError(t, err)
	at := s.instant(t, step.Where, step.Value("at"))
	cost, effort, text := c.Cost(), c.Effort(), s.rules.Currency.Text
	status := c.Phase.String()
	if !c.Open() {
		status += ", " + c.Ended.String()
	}
	lines := []string{fmt.Sprintf("%s, priority %d, in cycle %d, at %s", status, c.Priority(), c.Cycle, cmp.Or(c.Site, "no site"))}
	var rules []string
	for _, e := range s.store.History(complaint.ID(step.Words[0])) {
		if !slices.Contains(rules, e.Rule) {
			rules = append(rules, e.Rule)
		}
	}
	lines = append(lines, "by the procedure "+strings.Join(rules, ", "))
	for _, one := range c.Issues {
		cause := "no cause found"
		if one.Finding.Cause != 0 {
			cause = "cause " + one.Finding.Cause.String()
		}
		verdict, sums := "not decided", c.Sums(one.Issue)
		if one.Ruling.Verdict != 0 {
			verdict = one.Ruling.Verdict.String()
		}
		lines = append(lines, fmt.Sprintf("%s: %s, %s; claimed %s, accepted %s, paid %s",
			one.Issue, cause, verdict, text(sums.ClaimedMinor), text(sums.AcceptedMinor), text(sums.PaidMinor)))
		if bill := one.Bill(); bill.BilledMinor > 0 {
			lines = append(lines, fmt.Sprintf("  billed %s, of which %s are not disputed; she owes %s", text(bill.BilledMinor), text(bill.UndisputedMinor), text(bill.OwedMinor)))
		}
	}
	found := "not decided yet"
	if effort.RightDesk != "" {
		found = fmt.Sprintf("at the right desk after %d", effort.RightAfter)
	}
	lines = append(lines,
		fmt.Sprintf("contacts of hers: %d, %s; handoffs: %d", effort.Contacts, found, effort.Handoffs),
		fmt.Sprintf("contacts in all: %d, %d s, at a cost of %s", cost.Contacts, cost.Seconds, text(cost.Minor)))
	if given := c.Sums("").GoodwillMinor; given > 0 {
		lines = append(lines, "goodwill: "+text(given))
	}
	if c.Graded.Level != 0 {
		lines = append(lines, "service level: "+c.Graded.Level.String())
	}
	for _, one := range s.policy.PromiseFacts(c, at) {
		line := fmt.Sprintf("promise %s: %s", one.Promise, one.Verdict)
		if one.Done != 0 {
			line += fmt.Sprintf(", took %d of %d min", one.TookSeconds/60, one.PromisedSeconds/60)
		}
		lines = append(lines, line)
	}
	for _, one := range c.Clocks {
		if reading, err := s.policy.Read(one, at); err == nil {
			for _, reason := range reading.Reasons() {
				if reason.Code == complaint.CodeClockKept || reason.Code == complaint.CodeClockBreached {
					lines = append(lines, s.policy.Explain(reason, s.language))
				}
			}
		}
	}
	for _, one := range c.Unprepared {
		lines = append(lines, fmt.Sprintf("%s handled it and had not learnt: %s", one.Agent, strings.Join(slices.Concat(one.Skills, one.Trainings), ", ")))
	}
	return strings.Join(lines, "\n")
}
