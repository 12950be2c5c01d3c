package quality_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/complaint/quality"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
)

// row A51: the status and the quality of one case, in figures that a month adds up.
func TestFacts(t *testing.T) {
	gauge := newGauge()
	f := solved(shopPolicy(), "C1", "mrs-li", "2026-06-01", complaint.CauseProduct)
	facts := f.facts(gauge, "2026-06-09 00:00")
	assert.Equal(t, quality.Facts{
		Case: "C1", Customer: "mrs-li", Received: on("2026-06-01"), Happened: on("2026-06-01"),
		Channel: complaint.Phone, Site: "north", Desk: "hotline", Agent: "ann", Topic: "goods", Service: "kettle",
		RightDesk: "hotline", RightAfter: 1,
		Cycles: []quality.Cycle{{
			Number: 1, Began: on("2026-06-01"), Closed: on("2026-06-01"), Outcome: complaint.OutcomeResolved, Seconds: 7200, Desk: "hotline", Agent: "ann",
			FirstContact: quality.FirstContactYes,
			Why:          customer.Reason{Code: quality.CodeFirstContact, Rule: "quality/1", On: on("2026-06-01"), By: on("2026-06-08")},
			Came:         1, Cost: complaint.Cost{Contacts: 1, Seconds: 120, Minor: 400},
		}},
		Issues: []quality.Issue{{
			Issue: "1", Kind: "leak", On: on("2026-06-01"), Cause: complaint.CauseProduct, Decided: on("2026-06-01"), Verdict: complaint.FullyUpheld,
			Remedies: []complaint.RemedyKind{complaint.ReplacementRemedy}, ClaimedMinor: 100_00, AcceptedMinor: 100_00, PaidMinor: 100_00,
		}},
		Contacts: []quality.Contact{{On: on("2026-06-01"), By: "ann", Channel: complaint.Phone, Direction: complaint.FromCustomer, Seconds: 120, CostMinor: 400}},
		Promises: []complaint.PromiseFact{},
		Clocks: []quality.Clock{
			{Clock: "triage", Cycle: 1, Started: on("2026-06-01"), Desk: "hotline", By: "ann", Verdict: quality.ClockKept, UsedSeconds: 36},
			{Clock: "resolution", Cycle: 1, Started: on("2026-06-01"), Desk: "hotline", By: "ann", Verdict: quality.ClockKept, UsedSeconds: 7200},
		},
		Deviations: []quality.Deviation{},
		Handlers:   []quality.Handler{{Agent: "ann", On: on("2026-06-01"), Cycle: 1}},
	}, facts)

	data, err := json.Marshal(facts)
	require.NoError(t, err)
	var read quality.Facts
	require.NoError(t, json.Unmarshal(data, &read))
	again, err := json.Marshal(read)
	require.NoError(t, err)
	assert.JSONEq(t, string(data), string(again))
}

// On both sides of each mark of the first contact: the second call, the window, the handoffs, and
// endings that are no answer.
func TestFirstContact(t *testing.T) {
	policy := shopPolicy()
	open := func() *filed {
		f := complain(policy, "C1", "mrs-li", "2026-06-01 09:00")
		f.take(clerk, "2026-06-01 09:01")
		f.assess("ann", "2026-06-01 09:02", complaint.Normal)
		return f
	}
	answer := func(f *filed) *filed {
		f.decide("2026-06-01 10:30", "1", 100_00, complaint.ReplacementRemedy, "")
		f.close("2026-06-01 11:00", complaint.OutcomeResolved)
		return f
	}
	pass := func(f *filed, desk string, agent complaint.Agent) {
		f.must(f.Transfer(f.Case, complaint.Transfer{Step: f.step("ann", "2026-06-01 10:00"), Desk: desk, Agent: agent.ID, Reason: "theirs"}, []complaint.Agent{agent}))
	}
	for name, tc := range map[string]struct {
		play  func() *filed
		known string
		want  quality.FirstContact
		code  string
	}{
		"the last day of the window is not over": {func() *filed { return answer(open()) }, "2026-06-08 23:59", quality.FirstContactOpen, quality.CodeFirstOpen},
		"and now it is":                          {func() *filed { return answer(open()) }, "2026-06-09 00:00", quality.FirstContactYes, quality.CodeFirstContact},
		"she called twice": {func() *filed {
			f := open()
			f.call("2026-06-01 10:00")
			return answer(f)
		}, "2026-07-01 00:00", quality.FirstContactNo, quality.CodeSecondContact},
		"she called after it was closed, on the last day": {func() *filed {
			f := answer(open())
			f.call("2026-06-08 23:59")
			return f
		}, "2026-07-01 00:00", quality.FirstContactNo, quality.CodeSecondContact},
		"and on the day after, about something else": {func() *filed {
			f := answer(open())
			f.call("2026-06-09 00:00")
			return f
		}, "2026-07-01 00:00", quality.FirstContactYes, quality.CodeFirstContact},
		"passed on once": {func() *filed {
			f := open()
			pass(f, "repairs", repairs)
			return answer(f)
		}, "2026-07-01 00:00", quality.FirstContactYes, quality.CodeFirstContact},
		"and there and back": {func() *filed { // a transfer to and back
			f := open()
			pass(f, "repairs", repairs)
			pass(f, "hotline", clerk)
			return answer(f)
		}, "2026-07-01 00:00", quality.FirstContactNo, quality.CodePassedOn},
		"reopened on the last day": {func() *filed {
			f := answer(open())
			f.must(f.Reopen(f.Case, complaint.Reopen{Step: f.step("ann", "2026-06-08 12:00"), Why: complaint.StillProblem, Issues: []string{"1"}}))
			return f
		}, "2026-07-01 00:00", quality.FirstContactNo, quality.CodeCameBack},
		"and later": {func() *filed {
			f := answer(open())
			f.must(f.Reopen(f.Case, complaint.Reopen{Step: f.step("ann", "2026-06-09 12:00"), Why: complaint.StillProblem, Issues: []string{"1"}}))
			return f
		}, "2026-07-01 00:00", quality.FirstContactYes, quality.CodeFirstContact},
		"asked on the last day, she still had the problem": {func() *filed {
			f := answer(open())
			f.Case.Surveys = []complaint.Survey{{Cycle: 1, Answered: at("2026-06-08 23:59"), Lead: complaint.SurveyLinks}}
			return f
		}, "2026-07-01 00:00", quality.FirstContactNo, quality.CodeStillProblem},
		"and a day later": {func() *filed {
			f := answer(open())
			f.Case.Surveys = []complaint.Survey{{Cycle: 1, Answered: at("2026-06-09 00:00"), Lead: complaint.SurveyLinks}}
			return f
		}, "2026-07-01 00:00", quality.FirstContactYes, quality.CodeFirstContact},
		"asked on the last day, she had none": {func() *filed {
			f := answer(open())
			f.Case.Surveys = []complaint.Survey{{Cycle: 1, Answered: at("2026-06-08 23:59")}}
			return f
		}, "2026-07-01 00:00", quality.FirstContactYes, quality.CodeFirstContact},
		"she has left us": {func() *filed {
			f := open()
			f.decide("2026-06-01 10:30", "1", 100_00, complaint.ReplacementRemedy, "")
			f.close("2026-06-01 11:00", complaint.OutcomeLost)
			return f
		}, "2026-07-01 00:00", quality.FirstContactNo, quality.CodeFirstLost},
		"withdrawn: nothing was solved": {func() *filed {
			f := open()
			said := f.step("ann", "2026-06-01 10:00")
			f.must(f.Log(f.Case, complaint.Log{Step: said, Channel: complaint.Phone, Direction: complaint.FromCustomer}))
			f.must(f.Withdraw(f.Case, complaint.Withdraw{Step: f.step("ann", "2026-06-01 10:00"), Issue: "1", Consent: said.Ref}))
			f.close("2026-06-01 11:00", complaint.OutcomeWithdrawn)
			return f
		}, "2026-07-01 00:00", 0, ""},
		"open": {open, "2026-07-01 00:00", 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			first := tc.play().facts(newGauge(), tc.known).Cycles[0]
			assert.Equal(t, tc.want, first.FirstContact)
			assert.Equal(t, tc.code, first.Why.Code)
		})
	}
}

// A case that was reopened has the figures of each cycle: the verdict of the first one stays, and
// what brought it back belongs to it.
func TestCycles(t *testing.T) {
	f := solved(shopPolicy(), "C1", "mrs-li", "2026-06-01", complaint.CauseProduct)
	f.call("2026-06-20 09:00")
	f.must(f.Reopen(f.Case, complaint.Reopen{Step: f.step("ann", "2026-06-20 09:00"), Why: complaint.StillProblem, Issues: []string{"1"}}))
	f.promise("2026-06-20 09:10", "p1", "2026-06-20 12:00")
	f.call("2026-06-20 11:00") // a chase, before it is due
	f.call("2026-06-20 13:00") // and after
	f.keep("2026-06-20 14:00", "p1")
	f.must(f.Decide(f.Case, complaint.Decide{
		Step: f.step("ann", "2026-06-21 09:00"), Issue: "1", Verdict: complaint.FullyUpheld, AcceptedMinor: 100_00,
	}, clerk))
	f.close("2026-07-02 09:00", complaint.OutcomeResolved)

	cycles := f.facts(newGauge(), "2026-07-20 00:00").Cycles
	require.Len(t, cycles, 2)
	first, second := cycles[0], cycles[1]
	assert.Equal(t, quality.FirstContactYes, first.FirstContact, "nineteen days later is a matter of its own")
	assert.Equal(t, []any{2, 0, 0, 2, on("2026-06-01")}, []any{first.Came, first.Chases, first.Broken, first.Cost.Contacts, first.Closed})
	assert.Equal(t, quality.FirstContactNo, second.FirstContact)
	assert.Equal(t, []any{2, 2, 1, 2}, []any{second.Came, second.Chases, second.Broken, second.Cost.Contacts})
	assert.Equal(t, []customer.Date{on("2026-06-20"), on("2026-07-02"), on("2026-06-20")}, []customer.Date{second.Began, second.Closed, second.Why.By})

	gauge := newGauge()
	july := june
	july.From, july.Until = on("2026-07-01"), on("2026-08-01")
	for _, tc := range []struct {
		report                    *quality.Handling
		received, reopened, close int64
	}{
		{must(gauge.Handling(june, quality.Overall)), 1, 1, 1},
		{must(gauge.Handling(july, quality.Overall)), 0, 0, 1},
	} {
		add(tc.report, f.facts(gauge, "2026-07-20 00:00"))
		row := tc.report.Rows()[0]
		assert.Equal(t, []int64{tc.received, tc.reopened, tc.close, 0}, []int64{row.Received, row.Reopened, row.Closed, row.Open})
	}
}

// A duplicate counts at its root: a forwarded call once, and her first call that led to it too.
func TestDuplicates(t *testing.T) {
	gauge, policy := newGauge(), shopPolicy()
	root := solved(policy, "C1", "mrs-li", "2026-06-01", complaint.CauseProduct)
	twin := complain(policy, "C2", "mrs-li", "2026-06-01 09:30")
	twin.promise("2026-06-01 09:31", "p1", "2026-06-01 12:00")
	twin.must(twin.Link(twin.Case, complaint.Link{Step: twin.step("ann", "2026-06-01 09:40"), Case: "C2", Other: "C1", As: complaint.Duplicate}, root.Case))
	reply := complaint.Log{Step: twin.step("ann", "2026-06-01 10:00"), Channel: complaint.Phone, Direction: complaint.FromCustomer}
	twin.must(twin.Log(twin.Case, reply))
	root.must(root.Log(root.Case, reply)) // the host forwards it

	alone := twin.facts(gauge, "2026-07-01 00:00")
	assert.Equal(t, quality.Facts{Case: "C2", Customer: "mrs-li", Duplicate: "C1"}, alone)
	for _, report := range []interface{ Add(*quality.Facts) error }{
		must(gauge.Handling(june, quality.Overall)), must(gauge.Costs(june, quality.Overall)), must(gauge.Failures(june)), must(gauge.Causes(june)),
	} {
		add(report, alone)
	}

	without, with := root.facts(gauge, "2026-07-01 00:00"), root.facts(gauge, "2026-07-01 00:00", twin.Known)
	assert.Len(t, without.Contacts, 2)
	assert.Len(t, with.Contacts, 3, "two intakes and one reply")
	assert.Len(t, with.Promises, 1)
	assert.Equal(t, 1, with.Cycles[0].Broken)
	assert.Equal(t, 3, with.Cycles[0].Came)
	assert.Len(t, root.Case.Contacts, 2, "the case is as it was")

	_, err := gauge.Of(policy, root.Known, at("2026-07-01 00:00"), root.Known)
	assert.Equal(t, []string{"duplicates[0]"}, customertest.Paths(t, err))
	_, err = gauge.Of(policy, root.Known, at("2026-07-01 00:00"), twin.Known, twin.Known)
	assert.Equal(t, []string{"duplicates[1]"}, customertest.Paths(t, err), "her promises would count twice")
}

// row A32: nothing that was done about staff, and nothing that anybody wrote, is in the facts or
// in a report.
func TestNoMeasures(t *testing.T) {
	gauge := newGauge()
	f := solved(shopPolicy(), "C1", "mrs-li", "2026-06-01", complaint.CausePerson)
	before := f.facts(gauge, "2026-07-01 00:00")
	f.must(f.Discipline(f.Case, complaint.Discipline{
		Step: f.step("pat", "2026-06-02 09:00"), On: "tom", Measure: complaint.WarningMeasure, Text: "shouted at her",
	}, complaint.Agent{ID: "pat", Roles: []string{"personnel"}}))
	require.NotEmpty(t, f.Case.Measures)
	assert.Equal(t, before, f.facts(gauge, "2026-07-01 00:00"))
	data, err := json.Marshal(before)
	require.NoError(t, err)
	assert.NotContains(t, string(data), "looked into", "nor what was found, in words")
}

// Days are those of the policy's zone: half past midnight of 1 July is still 30 June in UTC.
func TestZone(t *testing.T) {
	gauge := newGauge()
	f := solved(shopPolicy(), "C1", "mrs-li", "2026-06-01", complaint.CauseProduct)
	f.Known.Case.Since = at("2026-07-01 00:30").UTC()
	june := must(gauge.Handling(june, quality.Overall))
	add(june, f.facts(gauge, "2026-07-20 00:00"))
	row := june.Rows()[0]
	assert.Equal(t, []int64{1, 0, 0}, []int64{row.Received, row.Closed, row.Open}, "closed in July: not in June, and not open")
}

// A clock whose calendar is unknown is told as such, and nothing else is lost.
func TestUnknownCalendar(t *testing.T) {
	f := solved(shopPolicy(), "C1", "mrs-li", "2026-06-01", complaint.CauseProduct)
	bare, err := complaint.NewPolicy(complaint.Rules{Edition: customer.Edition{ID: "service", Version: 2}, Zone: "Asia/Shanghai", Currency: yuan}, shopZone())
	require.NoError(t, err)
	facts, err := newGauge().Of(bare, f.Known, at("2026-07-01 00:00"))
	require.NoError(t, err)
	assert.Equal(t, quality.ClockUnknown, facts.Clocks[0].Verdict)
	open := complain(shopPolicy(), "C2", "mrs-li", "2026-06-01 09:00")
	open.must(open.Transfer(open.Case, complaint.Transfer{
		Step: open.step("ann", "2026-06-01 10:00"), Desk: "repairs", Agent: "rob", Reason: "theirs",
	}, []complaint.Agent{repairs}))
	running, err := newGauge().Of(bare, open.Known, at("2026-06-02 00:00"))
	require.NoError(t, err)
	assert.Equal(t, []any{quality.ClockUnknown, "repairs"}, []any{running.Clocks[0].Verdict, running.Clocks[0].Desk}, "it runs at the desk that has the case")
	assert.Equal(t, int64(7200), facts.Cycles[0].Seconds)
}

func TestOfFaults(t *testing.T) {
	gauge, policy := newGauge(), shopPolicy()
	f := complain(policy, "C1", "mrs-li", "2026-06-01 09:00")
	var none quality.Gauge
	_, err := none.Of(policy, f.Known, at("2026-06-02 09:00"))
	require.Error(t, err)
	for _, bad := range []*complaint.Policy{nil, {}} {
		_, err = gauge.Of(bad, f.Known, at("2026-06-02 09:00"))
		require.Error(t, err)
	}
	_, err = newGauge(func(r *quality.Rules) { r.Currency = customer.Currency{} }).Of(policy, complaint.Known{}, at("2026-06-02 09:00"))
	assert.Equal(t, []string{"policy", "id", "case"}, customertest.Paths(t, err))
	euro := complain(policy, "C2", "mrs-li", "2026-06-01 09:00")
	euro.Case.Currency.Code = "EUR"
	_, err = gauge.Of(policy, euro.Known, at("2026-06-02 09:00"))
	assert.Equal(t, []string{"case"}, customertest.Paths(t, err), "its amounts are no others'")
	_, err = newGauge(func(r *quality.Rules) { r.Until = on("2026-06-01") }).Of(policy, f.Known, at("2026-06-02 09:00"))
	var refusal *customer.Refusal
	require.ErrorAs(t, err, &refusal)

	_, err = quality.NewGauge(quality.Rules{FirstContact: quality.FirstContactRules{Days: -1, Handoffs: 1001}, VitalPermille: 1001, Currency: customer.Currency{Code: "x"}})
	assert.Equal(t, []string{"id", "version", "currency.code", "first_contact.days", "first_contact.handoffs", "least", "vital_permille"}, customertest.Paths(t, err))
	rules, err := quality.ParseRules([]byte(`{"id":"quality","version":1,"first_contact":{"days":7,"handoffs":1},"least":30,"vital_permille":800}`))
	require.NoError(t, err)
	assert.Equal(t, 30, rules.Least)
	_, err = quality.ParseRules([]byte(`{"leest":30}`))
	require.Error(t, err)
}
