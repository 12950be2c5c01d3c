package quality_test

import (
	"fmt"
	"maps"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/complaint/quality"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/customer/population"
)

// row A51, row A54, row A14, row A4: what a month of cases took, by what they were caused by.
func TestHandling(t *testing.T) {
	gauge, policy := newGauge(), shopPolicy()
	once := solved(policy, "C1", "mrs-li", "2026-06-01", complaint.CauseProduct)
	chased := complain(policy, "C2", "mr-wu", "2026-06-02 09:00")
	chased.take(clerk, "2026-06-02 09:00:10")
	chased.assess("ann", "2026-06-02 09:00:30", complaint.High)
	chased.find("2026-06-02 09:10", "1", complaint.CauseProcess)
	chased.promise("2026-06-02 09:11", "p1", "2026-06-02 12:00")
	chased.call("2026-06-02 11:00")
	chased.call("2026-06-02 13:00")
	chased.must(chased.Transfer(chased.Case, complaint.Transfer{
		Step: chased.step("ann", "2026-06-02 13:05"), Desk: "repairs", Agent: "rob", Reason: "they know", WaitSeconds: 90,
	}, []complaint.Agent{repairs}))
	chased.keep("2026-06-02 13:10", "p1")
	chased.decide("2026-06-02 14:00", "1", 100_00, complaint.RefundRemedy, "")
	chased.close("2026-06-02 15:00", complaint.OutcomeResolved)
	open := complain(policy, "C3", "mr-wu", "2026-06-30 09:00")

	known := "2026-07-20 00:00"
	byCause := must(gauge.Handling(june, quality.ByCause))
	add(byCause, once.facts(gauge, known), chased.facts(gauge, known), open.facts(gauge, known))
	rows := byCause.Rows()
	require.Len(t, rows, 3)
	assert.Equal(t, quality.HandlingRow{Received: 1, Open: 1}, rows[0], "no cause is found yet")
	assert.Equal(t, quality.HandlingRow{
		Of: "process", Received: 1, Closed: 1, Resolved: 1, FirstContactKnown: 1, RightDesk: 1, RightAfter: 3,
		Came: 3, Chases: 2, Broken: 1, Handoffs: 1, Cold: 1, WaitSeconds: 90, Contacts: 3, Seconds: 240, CostMinor: 400 + 300 + 300,
		Median: 6 * 3600, Ninety: 6 * 3600,
	}, rows[1])
	assert.Equal(t, "product", rows[2].Of)
	assert.Equal(t, int64(1), rows[2].FirstContact)
	assert.Equal(t, []string{quality.CodeTooFew, quality.CodeTooFew, quality.CodeTooFew}, codes(byCause.Reasons(rows[2])), "one case tells nothing")

	all := must(gauge.Handling(june, quality.Overall))
	add(all, once.facts(gauge, known), chased.facts(gauge, known), open.facts(gauge, known))
	row := all.Rows()[0]
	assert.Equal(t, []int64{3, 1, 2, 1, 2}, []int64{row.Received, row.Open, row.Closed, row.FirstContact, row.FirstContactKnown})
	assert.Equal(t, []int64{2 * 3600, 6 * 3600}, []int64{row.Median, row.Ninety})
	assert.Equal(t, []customer.Reason{
		{Code: quality.CodeFirstShare, Rule: "quality/1", Fact: 1, Mark: 2, Unit: customer.UnitTimes},
		{Code: quality.CodeRightDesk, Rule: "quality/1", Fact: 4, Mark: 2, Unit: customer.UnitTimes},
		{Code: quality.CodeEffort, Rule: "quality/1", Fact: 4, Mark: 2, Unit: customer.UnitTimes},
		{Code: quality.CodeCaseChased, Rule: "quality/1", Fact: 2, Mark: 2, Unit: customer.UnitTimes},
		{Code: quality.CodeCaseCost, Rule: "quality/1", Fact: 700, Mark: 2, Unit: customer.UnitMinor},
		{Code: quality.CodeCaseTook, Rule: "quality/1", Fact: 2 * 3600, Mark: 6 * 3600, Unit: customer.UnitSeconds},
	}, all.Reasons(row))

	// row A14: what it costs to serve a customer, with the case that is still open.
	costs := must(gauge.Costs(june, quality.ByCustomer))
	add(costs, once.facts(gauge, known), chased.facts(gauge, known), open.facts(gauge, known))
	assert.Equal(t, []quality.CostRow{
		{Of: "mr-wu", Cases: 2, Contacts: 4, Seconds: 360, CostMinor: 1400}, {Of: "mrs-li", Cases: 1, Contacts: 1, Seconds: 120, CostMinor: 400},
	}, costs.Rows())
	assert.Equal(t, int64(350), costs.Reason(costs.Rows()[0]).Fact)

	// row A67, row A52, row A13: the clocks kept, of all and of each desk.
	clocks := must(gauge.Clocks(june))
	add(clocks, once.facts(gauge, known), chased.facts(gauge, known), open.facts(gauge, known))
	assert.Equal(t, []quality.ClockRow{
		{Clock: "resolution", Kept: 2, Breached: 1, Median: 6 * 3600, Ninety: 19*24*3600 + 15*3600},
		{Clock: "triage", Kept: 2, Breached: 1, Median: 36, Ninety: 19*24*3600 + 15*3600},
	}, clocks.ByClock())
	assert.Len(t, clocks.ByDesk(), 3, "triage at the hotline, resolution there and at repairs")
	triage := clocks.Rows()[4]
	assert.Equal(t, quality.ClockRow{Clock: "triage", Desk: "hotline", By: "ann", Kept: 2, Median: 30, Ninety: 36}, triage)
	assert.Equal(t, []string{quality.CodeClocksKept, quality.CodeClocksTook}, codes(clocks.Reasons(triage)))
	assert.Equal(t, []string{quality.CodeTooFew}, codes(clocks.Reasons(quality.ClockRow{Kept: 1, Runs: 5})))

	// row D15, row A4: promises by person, kind and product.
	promises := must(gauge.Promises(june))
	add(promises, once.facts(gauge, known), chased.facts(gauge, known), open.facts(gauge, known))
	assert.Equal(t, []quality.PromiseRow{{
		Agent: "ann", Kind: complaint.PromisedCallback, Product: "kettle", KeptLate: 1, Chases: 1, LateChases: 1, PromisedSeconds: 10_140, TookSeconds: 14_340,
	}}, promises.Rows())
}

// row D15: the ratio of what is over, on both sides of the least.
func TestPromiseReasons(t *testing.T) {
	promises := must(newGauge().Promises(june))
	row := quality.PromiseRow{Agent: "ann", Kept: 1, Renewed: 3, Awaited: 5, PromisedSeconds: 60, TookSeconds: 30}
	assert.Equal(t, []string{quality.CodeTooFew}, codes(promises.Reasons(row)))
	both := row.Plus(quality.PromiseRow{Agent: "rob", Product: "kettle", Broken: 1, LateChases: 2})
	assert.Equal(t, quality.PromiseRow{Kept: 1, Renewed: 3, Awaited: 5, Broken: 1, LateChases: 2, PromisedSeconds: 60, TookSeconds: 30}, both)
	assert.Equal(t, []customer.Reason{
		{Code: quality.CodeKept, Rule: "quality/1", Fact: 1, Mark: 2, Unit: customer.UnitTimes},
		{Code: quality.CodeTook, Rule: "quality/1", Fact: 30, Mark: 60, Unit: customer.UnitSeconds},
		{Code: quality.CodeChased, Rule: "quality/1", Fact: 2, Mark: 2, Unit: customer.UnitTimes},
	}, promises.Reasons(both))
}

// issues are facts with so many issues of a cause.
func issues(cause complaint.Cause, kind string, n int, paid int64) quality.Facts {
	var f quality.Facts
	for range n {
		f.Issues = append(f.Issues, quality.Issue{Kind: kind, On: june.From, Cause: cause, PaidMinor: paid})
	}
	return f
}

// The vital few by Pareto: equal causes are in or out together, and those without a cause are told
// apart.
func TestPareto(t *testing.T) {
	causes := must(newGauge(func(r *quality.Rules) { r.Least = 10 }).Causes(june))
	add(causes, issues(complaint.CauseProduct, "leak", 5, 0), issues(complaint.CauseProcess, "wait", 2, 90_00), issues(complaint.CausePerson, "rude", 2, 10_00))
	ranked, reasons := causes.Pareto(quality.InIssues)
	require.Len(t, ranked, 3)
	assert.Equal(t, []string{quality.CodeTooFew}, codes(reasons), "nine, where ten are needed")
	assert.False(t, ranked[0].Few)

	add(causes, issues(complaint.CauseCapacity, "wait", 1, 0), issues(0, "leak", 3, 0))
	ranked, reasons = causes.Pareto(quality.InIssues)
	assert.Equal(t, []customer.Reason{{Code: quality.CodeNoCauseYet, Rule: "quality/1", Fact: 3, Mark: 13, Unit: customer.UnitTimes}}, reasons)
	type rank struct {
		cause           complaint.Cause
		weight, reaches int64
		few             bool
	}
	ranks := func(ranked []quality.Vital) (all []rank) {
		for _, one := range ranked {
			all = append(all, rank{one.Cause, one.Weight, one.Cumulative, one.Few})
		}
		return all
	}
	assert.Equal(t, []rank{
		{complaint.CauseProduct, 5, 5, true}, {complaint.CauseProcess, 2, 9, true}, {complaint.CausePerson, 2, 9, true}, {complaint.CauseCapacity, 1, 10, false},
	}, ranks(ranked), "equal ones together, and 800 ‰ were reached")
	ranked, _ = causes.Pareto(quality.InMoney)
	assert.Equal(t, []rank{
		{complaint.CauseProcess, 180_00, 180_00, true},
		{complaint.CausePerson, 20_00, 200_00, false},
		{complaint.CauseProduct, 0, 200_00, false},
		{complaint.CauseCapacity, 0, 200_00, false},
	}, ranks(ranked))
	assert.Equal(t, quality.CauseRow{Kind: "wait", Issues: 3, PaidMinor: 180_00}, causes.Rows()[2].Plus(causes.Rows()[4]))
}

// row A60: failures per model with their denominator, against the others, and too few to tell.
func TestFailures(t *testing.T) {
	gauge := newGauge(func(r *quality.Rules) { r.Least = 100 })
	failures := must(gauge.Failures(june))
	about := func(product string, cause complaint.Cause, n int) {
		for range n {
			add(failures, quality.Facts{Received: june.From, Service: product, Issues: []quality.Issue{{Cause: cause}}})
		}
	}
	require.NoError(t, failures.Sell("kettle", june.From, 1000))
	require.NoError(t, failures.Sell("kettle", june.Until, 1000)) // another month
	require.NoError(t, failures.Sell("radio", june.From, 1000))
	require.NoError(t, failures.Sell("toaster", june.From, 99))
	require.NoError(t, failures.Sell("iron", june.From, 100))
	about("kettle", complaint.CauseProduct, 40)
	about("kettle", complaint.CauseCustomer, 3)
	about("kettle", 0, 2)
	about("radio", complaint.CauseProduct, 10)
	about("toaster", complaint.CauseProduct, 9)
	about("iron", complaint.CauseProduct, 101)
	about("", complaint.CauseProduct, 5) // about no product
	said := map[string][]string{}
	for _, row := range failures.Rows() {
		said[row.Product] = codes(failures.Reasons(row))
	}
	assert.Equal(t, map[string][]string{
		"iron":    {quality.CodeMoreThanSold},
		"kettle":  {quality.CodeFailed, quality.CodeNotFound, quality.CodeFailsMore},
		"radio":   {quality.CodeFailed, quality.CodeFailsLess},
		"toaster": {quality.CodeTooFew},
	}, said)
	kettle := failures.Rows()[1]
	assert.Equal(t, []int64{1000, 45, 40, 2}, []int64{kettle.Sold, kettle.Cases, kettle.Failed, kettle.Pending})
	assert.Equal(t, population.Share{Of: 19, All: 1099}, kettle.Against.HeldOut, "the iron, of which more failed than were sold, is left out")
}

// What an action has done is told only where it holds whatever the pending cases turn out to be.
func TestImprovement(t *testing.T) {
	for _, tc := range []struct {
		name                                  string
		before, after, pendingBefore, pending int
		base                                  int64
		verdict                               population.Verdict
		codes                                 []string
	}{
		{"better", 60, 20, 0, 0, 1000, population.Lower, []string{quality.CodeBefore, quality.CodeAfter, quality.CodeImproved}},
		{"better, with a few pending", 60, 20, 0, 5, 1000, population.Lower, []string{quality.CodeBefore, quality.CodeAfter, quality.CodeMayBe, quality.CodeImproved}},
		{"too many are pending to tell", 60, 20, 0, 30, 1000, population.NoDifference, []string{quality.CodeBefore, quality.CodeAfter, quality.CodeMayBe, quality.CodeNoEffect}},
		{"worse", 20, 60, 0, 0, 1000, population.Higher, []string{quality.CodeBefore, quality.CodeAfter, quality.CodeWorsened}},
		{"worse, unless those before it count too", 20, 60, 30, 0, 1000, population.NoDifference, []string{quality.CodeBefore, quality.CodeAfter, quality.CodeMayBe, quality.CodeNoEffect}},
		{"as before", 30, 30, 0, 0, 1000, population.NoDifference, []string{quality.CodeBefore, quality.CodeAfter, quality.CodeNoEffect}},
		{"too few sold", 60, 20, 0, 0, 99, population.TooFew, []string{quality.CodeBefore, quality.CodeAfter, quality.CodeTooFew}},
		{"more cases than sold", 101, 20, 0, 0, 100, population.TooFew, []string{quality.CodeBefore, quality.CodeAfter, quality.CodeMoreThanSold}},
		{"nothing", 0, 0, 0, 0, 0, population.TooFew, []string{quality.CodeBefore, quality.CodeAfter, quality.CodeTooFew}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			gauge := newGauge(func(r *quality.Rules) { r.Least = 100 })
			before := population.Period{From: on("2026-05-01"), Until: on("2026-06-01")}
			report := must(gauge.Improvement(quality.Action{ID: "new-seal", On: on("2026-06-01"), Cause: complaint.CauseProduct, Kind: "leak", Product: "kettle"}, before, june))
			require.NoError(t, report.Base(on("2026-05-31"), tc.base))
			require.NoError(t, report.Base(on("2026-06-01"), tc.base))
			cases := func(day string, n int, cause complaint.Cause, kind, product string) {
				for range n {
					add(report, quality.Facts{Happened: on(day), Service: product, Issues: []quality.Issue{{Kind: kind, Cause: cause}}})
				}
			}
			cases("2026-05-31", tc.before, complaint.CauseProduct, "leak", "kettle")
			cases("2026-06-01", tc.after, complaint.CauseProduct, "leak", "kettle")
			cases("2026-05-01", tc.pendingBefore, 0, "leak", "kettle")
			cases("2026-06-30", tc.pending, 0, "leak", "kettle")
			cases("2026-07-01", 9, complaint.CauseProduct, "leak", "kettle") // too late
			cases("2026-06-01", 9, complaint.CauseProduct, "leak", "radio")
			cases("2026-06-01", 9, complaint.CauseProduct, "noise", "kettle")
			cases("2026-06-01", 9, complaint.CauseCustomer, "leak", "kettle")
			effect := report.Effect()
			assert.Equal(t, []int64{int64(tc.before), int64(tc.after), int64(tc.pendingBefore), int64(tc.pending)},
				[]int64{effect.Before.Of, effect.After.Of, effect.PendingBefore, effect.PendingAfter})
			assert.Equal(t, tc.verdict, effect.Verdict)
			assert.Equal(t, tc.codes, codes(effect.Reasons))
		})
	}
}

// However the pending cases turn out, an improvement that was told stays one.
func TestImprovementHolds(t *testing.T) {
	gauge := newGauge()
	rapid.Check(t, func(t *rapid.T) {
		draw := func(label string) int { return rapid.IntRange(0, 60).Draw(t, label) }
		before, after, pendingBefore, pendingAfter := draw("before"), draw("after"), draw("pending before"), draw("pending after")
		turn := func(before, after, pendingBefore, pendingAfter int) quality.Effect {
			report := must(improvement(gauge, june))
			require.NoError(t, report.Base(june.From, 200))
			require.NoError(t, report.Base(june.Until-1, 200))
			for day, ns := range map[int][2]int{0: {before, pendingBefore}, 29: {after, pendingAfter}} {
				for i := range ns[0] + ns[1] {
					cause := complaint.CauseProduct
					if i >= ns[0] {
						cause = 0
					}
					add(report, quality.Facts{Happened: june.From + customer.Date(day), Issues: []quality.Issue{{Cause: cause}}})
				}
			}
			return report.Effect()
		}
		early := turn(before, after, pendingBefore, pendingAfter)
		ofBefore := rapid.IntRange(0, pendingBefore).Draw(t, "of those before")
		ofAfter := rapid.IntRange(0, pendingAfter).Draw(t, "of those after")
		final := turn(before+ofBefore, after+ofAfter, 0, 0)
		if early.Verdict == population.Lower || early.Verdict == population.Higher {
			require.Equal(t, early.Verdict, final.Verdict)
		}
	})
}

// row A69: equal cases and how they ended; a deviation explains some, and each is listed.
func TestConsistency(t *testing.T) {
	gauge, policy := newGauge(), shopPolicy()
	known := "2026-07-20 00:00"
	reports := struct {
		*quality.Consistency
		*quality.Deviations
	}{must(gauge.Consistency(june)), must(gauge.Deviations(june))}
	for i := range 3 {
		f := solved(policy, complaint.ID(fmt.Sprint("C", i)), "mrs-li", "2026-06-01", complaint.CauseProduct).facts(gauge, known)
		add(reports.Consistency, f)
	}
	refund := func(id complaint.ID, deviates bool) {
		f := complain(policy, id, "mr-wu", "2026-06-03 09:00")
		f.take(clerk, "2026-06-03 09:00:10")
		f.assess("ann", "2026-06-03 09:00:36", complaint.Normal)
		f.find("2026-06-03 10:00", "1", complaint.CauseProduct)
		deviation := ""
		if deviates {
			deviation = "D1"
			f.must(f.Deviate(f.Case, complaint.Deviate{
				Step: f.step("lea", "2026-06-03 10:10"), Deviation: deviation, Issue: "1", From: complaint.FromTerms, UpToMinor: 100_00, Reason: "a good customer",
			}, []complaint.Agent{lead}))
		}
		f.decide("2026-06-03 10:30", "1", 100_00, complaint.RefundRemedy, deviation)
		facts := f.facts(gauge, known)
		add(reports.Consistency, facts)
		add(reports.Deviations, facts)
	}
	refund("C8", true)
	refund("C9", false)
	rows := reports.Consistency.Rows()
	require.Len(t, rows, 1)
	assert.Equal(t, quality.Alike{
		Cause: complaint.CauseProduct, Kind: "leak", Issues: 5, Otherwise: 2, Deviating: 1,
		Treatments: []quality.Treatment{
			{Verdict: complaint.FullyUpheld, Remedies: "replacement", Issues: 3, Median: 100_00, Ninety: 100_00},
			{Verdict: complaint.FullyUpheld, Remedies: "refund", Issues: 2, Deviating: 1, Median: 100_00, Ninety: 100_00},
		},
		Reasons: []customer.Reason{
			{Code: quality.CodeOtherwise, Rule: "quality/1", Of: "leak", Fact: 2, Mark: 5, Unit: customer.UnitTimes},
			{Code: quality.CodeUnexplained, Rule: "quality/1", Of: "leak", Fact: 1, Mark: 2, Unit: customer.UnitTimes},
		},
	}, rows[0])
	assert.Equal(t, []quality.Deviation{{Case: "C8", Deviation: "D1", On: on("2026-06-03"), By: "lea", From: complaint.FromTerms, UpToMinor: 100_00}}, reports.Deviations.Rows())

	few := must(gauge.Consistency(june))
	add(few, solved(policy, "C1", "mrs-li", "2026-06-01", complaint.CauseProduct).facts(gauge, known))
	assert.Equal(t, []string{quality.CodeTooFew}, codes(few.Rows()[0].Reasons))
	add(few, solved(policy, "C2", "mrs-li", "2026-06-01", complaint.CauseProduct).facts(gauge, known))
	assert.Equal(t, []string{quality.CodeAlike}, codes(few.Rows()[0].Reasons))
}

// row A50: who handled cases without the training, and what she lacked.
func TestReadiness(t *testing.T) {
	gauge, policy := newGauge(), shopPolicy()
	report := must(gauge.Readiness(june))
	add(report, solved(policy, "C1", "mrs-li", "2026-06-01", complaint.CauseProduct).facts(gauge, "2026-07-01 00:00"))
	for i, when := range []string{"2026-06-02 09:00", "2026-06-03 09:00", "2026-07-01 09:00"} {
		f := complain(policy, complaint.ID(fmt.Sprint("T", i)), "mr-wu", when)
		f.take(trainee, when)
		add(report, f.facts(gauge, "2026-07-01 10:00"))
	}
	rows := report.Rows()
	assert.Equal(t, []quality.ReadinessRow{
		{Agent: "ann", Handled: 1},
		{Agent: "tom", Handled: 2, Unready: 2, Lacks: []quality.Lack{{Training: true, What: "complaints", Times: 2}}},
	}, rows)
	assert.Equal(t, []string{quality.CodeUnready, quality.CodeLacksTraining}, codes(report.Reasons(rows[1])))
	assert.Equal(t, []string{quality.CodeUnready, quality.CodeLacksSkill}, codes(report.Reasons(quality.ReadinessRow{Lacks: []quality.Lack{{What: "law"}}})))
}

// row B31, row A19: how soon calls were answered, and who gave up without a word.
func TestArrivals(t *testing.T) {
	gauge, policy := newGauge(), shopPolicy()
	whole, left, right := must(gauge.Arrivals(june)), must(gauge.Arrivals(june)), must(gauge.Arrivals(june))
	for i, waited := range []time.Duration{2 * time.Second, 3 * time.Second, 8999 * time.Millisecond, 9 * time.Second, 10 * time.Second} {
		pickup, err := policy.Pickup(waited)
		require.NoError(t, err)
		part := left
		if i%2 == 0 {
			part = right
		}
		for _, report := range []*quality.Arrivals{whole, part} {
			require.NoError(t, report.Answer("hotline", june.From, pickup))
		}
	}
	for _, report := range []*quality.Arrivals{whole, left} {
		require.NoError(t, report.Leave("counter", june.From, 20*time.Minute))
		require.NoError(t, report.Leave("hotline", june.From, 40*time.Second))
		require.NoError(t, report.Serve("counter", june.From, 5*time.Minute))
		require.NoError(t, report.Serve("counter", june.Until, 5*time.Minute))
	}
	require.NoError(t, left.Merge(right))
	assert.Equal(t, bytesOf(t, whole), bytesOf(t, left))
	read := must(gauge.Arrivals(june))
	require.NoError(t, read.UnmarshalBinary(bytesOf(t, whole)))
	rows := read.Rows()
	assert.Equal(t, []quality.ArrivalRow{
		{Place: "counter", Served: 1, Left: 1, LeftAfter: 1200, Waits: []quality.Wait{{Seconds: 300, Times: 1}}, Median: 300, Ninety: 300},
		{
			Place: "hotline", Served: 5, Rung: 5, Ideal: 1, InTime: 3, Impatient: 1, Left: 1, LeftAfter: 40, Median: 8, Ninety: 10,
			Waits: []quality.Wait{{2, 1}, {3, 1}, {8, 1}, {9, 1}, {10, 1}},
		},
	}, rows)
	assert.Equal(t, []string{quality.CodeWaited, quality.CodeLeft}, codes(read.Reasons(rows[0])))
	assert.Equal(t, []string{quality.CodeInTime, quality.CodeImpatient, quality.CodeWaited, quality.CodeLeft}, codes(read.Reasons(rows[1])))
	assert.Equal(t, []string{quality.CodeTooFew}, codes(read.Reasons(quality.ArrivalRow{Left: 1})))
	data := bytesOf(t, whole)
	for i := range data {
		forged := append([]byte(nil), data...)
		forged[i] ^= 1
		if read.UnmarshalBinary(forged) == nil {
			require.Equal(t, forged, bytesOf(t, read))
		}
	}
}

// row B20: what is due and what is important, first, in whatever order the cases come.
func TestDigest(t *testing.T) {
	policy := shopPolicy()
	open := func(id complaint.ID, when string, severity complaint.Severity, immediate bool) *filed {
		f := complain(policy, id, "mrs-li", when)
		f.take(clerk, when)
		f.must(f.Assess(f.Case, complaint.Assess{
			Step: f.step("ann", when), Assessment: complaint.Assessment{Severity: severity, Immediate: immediate},
		}))
		return f
	}
	broken := open("broken", "2026-06-14 09:00", complaint.Low, false)
	broken.promise("2026-06-14 09:10", "p1", "2026-06-15 08:00")
	today := open("today", "2026-06-14 09:00", complaint.High, false)
	today.promise("2026-06-14 09:10", "p1", "2026-06-15 18:00")
	late := open("late", "2026-06-01 09:00", complaint.High, false) // by its clock, since the 11th
	urgent := open("urgent", "2026-06-15 07:00", complaint.Normal, true)
	urgent.promise("2026-06-15 07:10", "p1", "2026-06-15 23:00")
	later := open("later", "2026-06-14 12:00", complaint.Critical, true)
	sooner := open("sooner", "2026-06-14 09:00", complaint.Critical, true)
	guaranteed := solved(policy, "done", "mrs-li", "2026-06-01", complaint.CauseProduct)
	twin := open("twin", "2026-06-14 10:00", complaint.Low, false)
	twin.must(twin.Link(twin.Case, complaint.Link{Step: twin.step("ann", "2026-06-14 11:00"), Case: "twin", Other: "late", As: complaint.Duplicate}, late.Case))

	cases := map[complaint.ID]complaint.Case{}
	for _, f := range []*filed{broken, today, late, urgent, later, sooner, guaranteed, twin} {
		cases[f.ID] = f.Case
	}
	for range 5 { // a map has no order
		list, err := quality.Digest(policy, maps.All(cases), at("2026-06-15 09:00"))
		require.NoError(t, err)
		var ids []complaint.ID
		for _, status := range list {
			ids = append(ids, status.Case)
		}
		require.Equal(t, []complaint.ID{"urgent", "late", "today", "broken", "sooner", "later", "twin"}, ids)
		assert.Equal(t, []bool{false, true, false, true, false, false, false}, []bool{
			list[0].Overdue, list[1].Overdue, list[2].Overdue, list[3].Overdue, list[4].Overdue, list[5].Overdue, list[6].Overdue,
		})
		assert.Equal(t, []customer.Reason{
			{Code: quality.CodePromiseLate, Rule: "service/1", Of: "p1", At: at("2026-06-15 08:00")},
			{Code: quality.CodeClockDue, Rule: "service/1", Of: "resolution", At: at("2026-06-24 09:00")},
		}, list[3].Reasons)
		assert.Equal(t, []any{complaint.ID("late"), time.Time{}, true}, []any{list[6].Duplicate, list[6].Due, list[6].Wake.IsZero()})
	}
	_, err := quality.Digest(nil, maps.All(cases), at("2026-06-15 09:00"))
	require.Error(t, err)
	_, err = quality.Digest(policy, maps.All(cases), time.Time{})
	assert.Equal(t, []string{"at"}, customertest.Paths(t, err))
	bare, err := complaint.NewPolicy(complaint.Rules{Edition: customer.Edition{ID: "service", Version: 2}, Zone: "Asia/Shanghai", Currency: yuan}, shopZone())
	require.NoError(t, err)
	list, err := quality.Digest(bare, maps.All(map[complaint.ID]complaint.Case{"late": late.Case}), at("2026-06-15 09:00"))
	require.NoError(t, err)
	assert.Equal(t, []string{complaint.CodeClockCalendar}, codes(list[0].Reasons), "what cannot be told is told as such, once")
}
