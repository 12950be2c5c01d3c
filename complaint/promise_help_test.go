package complaint_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/calendar"
	"github.com/rapport-crm/rapport/customer/customertest"
)

// promiseZone is where these tests play, all year at UTC+8.
func promiseZone(tb testing.TB) *time.Location {
	tb.Helper()
	zone, err := time.LoadLocation("Asia/Shanghai")
	require.NoError(tb, err)
	return zone
}

// promiseAt reads 2026-11-25 09:00, or with seconds.
func promiseAt(tb testing.TB, text string) time.Time {
	tb.Helper()
	layout := "2006-01-02 15:04"
	if len(text) > len(layout) {
		layout = time.DateTime
	}
	at, err := time.ParseInLocation(layout, text, promiseZone(tb))
	require.NoError(tb, err)
	return at
}

func promiseDay(tb testing.TB, text string) customer.Date {
	tb.Helper()
	day, err := customer.ParseDate(text)
	require.NoError(tb, err)
	return day
}

// promiseHours is a desk that works from Monday to Friday, 09:00 to 18:00, and not on 26
// November 2026.
func promiseHours(tb testing.TB, version int) *calendar.Calendar {
	tb.Helper()
	hours, err := calendar.New(calendar.Rules{
		Edition: customer.Edition{ID: "desk", Version: version, From: promiseDay(tb, "2026-01-01"), Until: promiseDay(tb, "2028-01-01")},
		Zone:    "Asia/Shanghai",
		Weekly: []calendar.Weekly{{
			Days:  []customer.Weekday{1, 2, 3, 4, 5},
			Hours: []calendar.Hours{{From: "09:00", To: "18:00"}},
		}},
		Holidays: []calendar.Holiday{{On: promiseDay(tb, "2026-11-26"), Name: "stocktaking"}},
	}, promiseZone(tb))
	require.NoError(tb, err)
	return hours
}

func promiseRules() complaint.Rules {
	return complaint.Rules{
		Edition: customer.Edition{ID: "service", Version: 1},
		Zone:    "Asia/Shanghai",
		Promises: []complaint.PromiseRule{
			{Kind: complaint.PromisedCallback, Budget: calendar.Budget{OpenSeconds: 3600}, Calendar: "desk", MostDays: 7},
			{Kind: complaint.PromisedRepair, Instead: complaint.PromisedLoanDevice},
			{Kind: complaint.PromisedGuarantee, Outlasts: true},
		},
		Survey: complaint.SurveyRules{AfterDays: 7, WithinDays: 3, ReopenDays: 14},
	}
}

func promisePolicy(tb testing.TB, change func(*complaint.Rules)) *complaint.Policy {
	tb.Helper()
	rules := promiseRules()
	if change != nil {
		change(&rules)
	}
	policy, err := complaint.NewPolicy(rules, promiseZone(tb), promiseHours(tb, 1), promiseHours(tb, 2))
	require.NoError(tb, err)
	return policy
}

// promiseCase is one case and its history in play, in which each command has a ref of its own.
type promiseCase struct {
	*complaint.Policy
	complaint.Case
	history []complaint.Entry
}

// promiseOpen receives a case, on 25 November 2026 at 09:00, a Wednesday.
func promiseOpen(tb testing.TB, policy *complaint.Policy, claims ...complaint.Claim) *promiseCase {
	tb.Helper()
	g := &promiseCase{Policy: policy}
	g.must(tb)(policy.Receive(g.Case, complaint.Receive{
		Step: promiseStep(tb, "k-1", "2026-11-25 09:00"), Customer: "c-1", Channel: complaint.Phone, Reach: "number-1", Service: "printer", Claims: claims,
	}))
	return g
}

func promiseStep(tb testing.TB, ref, at string) complaint.Step {
	tb.Helper()
	return complaint.Step{Ref: ref, By: "ann", At: promiseAt(tb, at)}
}

// must books a decision and returns the kinds of its entries and its reasons.
func (g *promiseCase) must(tb testing.TB) func(complaint.Decision, error) complaint.Decision {
	tb.Helper()
	return func(d complaint.Decision, err error) complaint.Decision {
		tb.Helper()
		require.NoError(tb, err)
		next, err := g.Apply(d.Entries...)
		require.NoError(tb, err)
		require.Equal(tb, d.Next, next)
		caseBranches(tb, g.Case, d.Entries)
		g.Case, g.history = d.Next, append(g.history, d.Entries...)
		return d
	}
}

// promiseMissing returns the codes of all that is missing, with what they speak of.
func promiseMissing(tb testing.TB) func(complaint.Decision, error) []string {
	tb.Helper()
	return func(d complaint.Decision, err error) []string {
		tb.Helper()
		var refusal *customer.Refusal
		require.ErrorAs(tb, err, &refusal)
		require.Empty(tb, d.Entries)
		return promiseCodes(refusal.Missing)
	}
}

func promiseCodes(reasons []customer.Reason) []string {
	var codes []string
	for _, reason := range reasons {
		code := reason.Code[len("complaint."):]
		if reason.Of != "" {
			code += " " + reason.Of
		}
		codes = append(codes, code)
	}
	return codes
}

// promiseFaults returns the paths of the faults of a command.
func promiseFaults(tb testing.TB) func(complaint.Decision, error) []string {
	tb.Helper()
	return func(_ complaint.Decision, err error) []string {
		tb.Helper()
		return customertest.Paths(tb, err)
	}
}

func promiseKinds(d complaint.Decision) string {
	text := ""
	for i, e := range d.Entries {
		if i > 0 {
			text += " "
		}
		text += e.Kind().String()
	}
	return text
}

// callback promises to call back by an instant.
func (g *promiseCase) callback(tb testing.TB, id, at, until string) complaint.Decision {
	tb.Helper()
	return g.must(tb)(g.Promise(g.Case, complaint.Promise{
		Step: promiseStep(tb, "promise-"+id, at), Promise: id, Kind: complaint.PromisedCallback, Agent: "ann",
		Until: promiseAt(tb, until), Channel: complaint.Phone,
	}))
}

// contact logs one, by its direction.
func (g *promiseCase) contact(tb testing.TB, ref, at string, direction complaint.Direction) complaint.Decision {
	tb.Helper()
	return g.must(tb)(g.Log(g.Case, complaint.Log{Step: promiseStep(tb, ref, at), Channel: complaint.Phone, Direction: direction}))
}

// wake wakes the case, and says what came of it.
func (g *promiseCase) wake(tb testing.TB, at string) []string {
	tb.Helper()
	d := g.must(tb)(g.Wake(g.Case, complaint.Wake{Step: promiseStep(tb, "wake-"+at, at)}))
	return promiseCodes(d.Reasons)
}

// withdrawAll has the customer say what she complained of, if nobody knows, and withdraw it.
func (g *promiseCase) withdrawAll(tb testing.TB, at string) {
	tb.Helper()
	if len(g.Issues) == 0 {
		g.must(tb)(g.Add(g.Case, complaint.Add{Step: promiseStep(tb, "add", at), Claim: complaint.Claim{Issue: "printer", Kind: "defect"}}))
	}
	for i := range g.Issues {
		if id := g.Issues[i].Issue; g.Issues[i].Withdrawn.IsZero() {
			g.must(tb)(caseWithdraw(g.Policy, g.Case, complaint.Withdraw{Step: promiseStep(tb, "withdraw-"+id+at, at), Issue: id}))
		}
	}
}

// promiseClosed closes the case, whose customer complains of nothing any more.
func promiseClosed(tb testing.TB, g *promiseCase, at string) complaint.Decision {
	tb.Helper()
	g.withdrawAll(tb, at)
	return g.must(tb)(g.Close(g.Case, complaint.Close{Step: promiseStep(tb, "close-"+at, at), Outcome: complaint.OutcomeWithdrawn}))
}

// promiseBars is what keeps the case from being closed, as far as promises and solutions go.
func promiseBars(tb testing.TB, g *promiseCase, at string) []string {
	tb.Helper()
	for _, one := range g.Allowed(g.Case, "ann", promiseAt(tb, at)) {
		if one.Kind == complaint.KindClose {
			var codes []string
			for _, code := range promiseCodes(one.Missing) {
				if len(code) > 8 && (code[:8] == "promise-" || code[:8] == "solution") {
					codes = append(codes, code)
				}
			}
			return codes
		}
	}
	return nil
}
