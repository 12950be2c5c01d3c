package quality_test

import (
	"encoding"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/complaint/conversation"
	"github.com/rapport-crm/rapport/complaint/quality"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/customer/population"
)

// report is what every report is.
type report interface {
	encoding.BinaryMarshaler
	encoding.BinaryUnmarshaler
	Add(*quality.Facts) error
}

// kinds makes one of each, and merges two of a kind.
var kinds = []struct {
	name  string
	begin func(*quality.Gauge, population.Period) (report, error)
	merge func(into, from report) error
}{
	kind("handling by site", func(g *quality.Gauge, p population.Period) (*quality.Handling, error) {
		return g.Handling(p, quality.BySite)
	}, (*quality.Handling).Merge),
	kind("handling by cause", func(g *quality.Gauge, p population.Period) (*quality.Handling, error) {
		return g.Handling(p, quality.ByCause)
	}, (*quality.Handling).Merge),
	kind("handling by agent", func(g *quality.Gauge, p population.Period) (*quality.Handling, error) {
		return g.Handling(p, quality.ByAgent)
	}, (*quality.Handling).Merge),
	kind("causes", (*quality.Gauge).Causes, (*quality.Causes).Merge),
	kind("promises", (*quality.Gauge).Promises, (*quality.Promises).Merge),
	kind("clocks", (*quality.Gauge).Clocks, (*quality.Clocks).Merge),
	kind("costs by customer", func(g *quality.Gauge, p population.Period) (*quality.Costs, error) {
		return g.Costs(p, quality.ByCustomer)
	}, (*quality.Costs).Merge),
	kind("costs by channel", func(g *quality.Gauge, p population.Period) (*quality.Costs, error) {
		return g.Costs(p, quality.ByChannel)
	}, (*quality.Costs).Merge),
	kind("failures", (*quality.Gauge).Failures, (*quality.Failures).Merge),
	kind("improvement", improvement, (*quality.Improvement).Merge),
	kind("consistency", (*quality.Gauge).Consistency, (*quality.Consistency).Merge),
	kind("deviations", (*quality.Gauge).Deviations, (*quality.Deviations).Merge),
	kind("readiness", (*quality.Gauge).Readiness, (*quality.Readiness).Merge),
}

func kind[R report](name string, begin func(*quality.Gauge, population.Period) (R, error), merge func(R, R) error) (k struct {
	name  string
	begin func(*quality.Gauge, population.Period) (report, error)
	merge func(into, from report) error
},
) {
	k.name = name
	k.begin = func(g *quality.Gauge, p population.Period) (report, error) { return begin(g, p) }
	k.merge = func(into, from report) error { return merge(into.(R), from.(R)) }
	return k
}

// improvement is an action in the middle of a period.
func improvement(g *quality.Gauge, p population.Period) (*quality.Improvement, error) {
	middle := p.From + (p.Until-p.From)/2
	return g.Improvement(quality.Action{ID: "seal", On: middle, Cause: complaint.CauseProduct},
		population.Period{From: p.From, Until: middle}, population.Period{From: middle, Until: p.Until})
}

// facts draws facts such as Of returns, of a few people and things, in May to July.
func drawFacts(index int) *rapid.Generator[quality.Facts] {
	return rapid.Custom(func(t *rapid.T) quality.Facts {
		day := func(label string) customer.Date {
			return on("2026-05-20") + customer.Date(rapid.IntRange(0, 60).Draw(t, label))
		}
		text := func(label string, texts ...string) string { return rapid.SampledFrom(texts).Draw(t, label) }
		small := func(label string) int { return rapid.IntRange(0, 4).Draw(t, label) }
		f := quality.Facts{
			Case: complaint.ID(fmt.Sprintf("C%d", index)), Customer: customer.ID(text("customer", "li", "wu", "zhao")),
			Received: day("received"), Channel: complaint.Phone, Site: text("site", "", "north", "south"), Desk: text("desk", "hotline", "repairs"),
			Service: text("service", "", "kettle", "radio"),
		}
		f.Happened = f.Received - customer.Date(small("happened"))
		for i := range 1 + small("cycles")/3 {
			cycle := quality.Cycle{
				Number: i + 1, Began: day("began"), Agent: text("agent", "", "ann", "rob"), Came: small("came"), Chases: small("chases"),
				Handoffs: 4, Cold: small("cold"), WaitSeconds: int64(small("wait")),
			}
			cycle.Cost = complaint.Cost{Contacts: 1 + small("contacts"), Seconds: int64(small("seconds")), Minor: int64(small("minor"))}
			if rapid.Bool().Draw(t, "closed") {
				cycle.Closed, cycle.Outcome = day("closed on"), complaint.Outcome(rapid.IntRange(1, 8).Draw(t, "outcome"))
				cycle.Seconds = rapid.Int64Range(0, 1_000_000).Draw(t, "took")
				if cycle.Outcome <= complaint.OutcomeRejected {
					cycle.FirstContact = quality.FirstContact(rapid.IntRange(1, 3).Draw(t, "first"))
				}
				cycle.Level = conversation.Level(small("level"))
				cycle.Answered = rapid.Bool().Draw(t, "answered")
				cycle.Still = rapid.Bool().Draw(t, "still")
			}
			f.Cycles = append(f.Cycles, cycle)
		}
		if rapid.Bool().Draw(t, "right") {
			f.RightDesk, f.RightAfter = "repairs", small("after")
		}
		for i := range small("issues") {
			issue := quality.Issue{
				Issue: fmt.Sprint(i), Kind: text("kind", "leak", "noise"), On: day("issue"), Cause: complaint.Cause(rapid.IntRange(0, 10).Draw(t, "cause")),
				AcceptedMinor: int64(small("accepted")), Deviates: rapid.Bool().Draw(t, "deviates"),
			}
			if rapid.Bool().Draw(t, "decided") {
				issue.Decided, issue.Verdict = day("decided on"), complaint.Verdict(rapid.IntRange(1, 4).Draw(t, "verdict"))
				issue.Remedies = []complaint.RemedyKind{complaint.RefundRemedy, complaint.ApologyRemedy}[:small("remedies")/2]
			}
			f.Issues = append(f.Issues, issue)
			f.Contacts = append(f.Contacts, quality.Contact{
				On: day("contact"), By: text("by", "ann", "rob"), Channel: complaint.Channel(rapid.IntRange(1, 3).Draw(t, "channel")),
				Direction: complaint.FromCustomer, Seconds: small("talk"), CostMinor: int64(small("cost")),
			})
			f.Promises = append(f.Promises, complaint.PromiseFact{
				Promise: fmt.Sprint(i), Kind: complaint.PromiseKind(rapid.IntRange(1, 10).Draw(t, "promise")), Agent: text("who", "ann", "rob"),
				Due: day("due"), Verdict: complaint.PromiseVerdict(rapid.IntRange(1, 6).Draw(t, "kept")), PromisedSeconds: 60, TookSeconds: int64(small("seconds")),
				Chases: small("chased"),
			})
			f.Clocks = append(f.Clocks, quality.Clock{
				Clock: text("clock", "triage", "resolution"), Cycle: 1, Started: day("started"), Desk: "hotline", By: text("stopped", "", "ann"),
				Verdict: quality.ClockVerdict(rapid.IntRange(1, 4).Draw(t, "clock verdict")), UsedSeconds: rapid.Int64Range(0, 10_000).Draw(t, "used"),
			})
			f.Deviations = append(f.Deviations, quality.Deviation{
				Case: f.Case, Deviation: fmt.Sprint(i), On: day("allowed"), By: "lea", From: complaint.Standard(rapid.IntRange(1, 3).Draw(t, "from")), UpToMinor: int64(i),
			})
			f.Handlers = append(f.Handlers, quality.Handler{
				Agent: text("handler", "ann", "tom"), On: day("handled"), Cycle: i + 1, Trainings: []string{"complaints", "law"}[:small("lacks")/2],
			})
		}
		return f
	})
}

// Whatever the order and the split, and whether a part was stored on the way: the bytes are the
// same, and are read again.
func TestOrderAndSplit(t *testing.T) {
	gauge := newGauge()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 12).Draw(t, "cases")
		all := make([]quality.Facts, n)
		for i := range all {
			all[i] = drawFacts(i).Draw(t, "facts")
		}
		shuffled := rapid.Permutation(all).Draw(t, "order")
		cut := rapid.IntRange(0, n).Draw(t, "cut")
		for _, kind := range kinds {
			whole, left, right, read := must(kind.begin(gauge, june)), must(kind.begin(gauge, june)), must(kind.begin(gauge, june)), must(kind.begin(gauge, june))
			for i := range all {
				require.NoError(t, whole.Add(&all[i]), kind.name)
			}
			for i := range shuffled {
				part := left
				if i >= cut {
					part = right
				}
				require.NoError(t, part.Add(&shuffled[i]), kind.name)
			}
			require.NoError(t, read.UnmarshalBinary(bytesOf(t, right)), kind.name)
			before := bytesOf(t, read)
			require.NoError(t, kind.merge(left, read), kind.name)
			require.Equal(t, bytesOf(t, whole), bytesOf(t, left), kind.name)
			require.Equal(t, before, bytesOf(t, read), "%s: what was merged stays as it was", kind.name)
			if n > 0 { // nor is any memory shared
				require.NoError(t, left.Add(&quality.Facts{Case: "other", Cycles: all[0].Cycles, Clocks: all[0].Clocks, Issues: all[0].Issues}))
				require.Equal(t, before, bytesOf(t, read), kind.name)
			}
		}
	})
}

// The figures are those of a count by hand: of each agent's cycles and promises, of each clock
// and product, and of each customer's contacts.
func TestFiguresByHand(t *testing.T) {
	gauge := newGauge()
	rapid.Check(t, func(t *rapid.T) {
		all := make([]quality.Facts, rapid.IntRange(0, 12).Draw(t, "cases"))
		for i := range all {
			all[i] = drawFacts(i).Draw(t, "facts")
		}
		handling, promises, clocks := must(gauge.Handling(june, quality.ByAgent)), must(gauge.Promises(june)), must(gauge.Clocks(june))
		failures, costs := must(gauge.Failures(june)), must(gauge.Costs(june, quality.ByCustomer))
		for _, report := range []report{handling, promises, clocks, failures, costs} {
			add(report, all...)
		}
		in := func(day customer.Date) bool { return day >= on("2026-06-01") && day <= on("2026-06-30") }
		cycles := func(agent string, so func(*quality.Facts, int) int) (n int64) {
			for i := range all {
				for j := range all[i].Cycles {
					one := &all[i].Cycles[j]
					if one.Agent == agent && one.Closed != 0 && in(one.Closed) && one.Outcome != complaint.OutcomeDuplicate {
						n += int64(so(&all[i], j))
					}
				}
			}
			return n
		}
		yes := func(is bool) int {
			if is {
				return 1
			}
			return 0
		}
		for _, row := range handling.Rows() {
			first := func(is ...quality.FirstContact) int64 {
				return cycles(row.Of, func(f *quality.Facts, j int) int { return yes(slices.Contains(is, f.Cycles[j].FirstContact)) })
			}
			last := func(f *quality.Facts, j int) bool { return f.RightDesk != "" && j == len(f.Cycles)-1 }
			require.Equal(t, []int64{
				cycles(row.Of, func(*quality.Facts, int) int { return 1 }),
				first(quality.FirstContactYes), first(quality.FirstContactYes, quality.FirstContactNo),
				cycles(row.Of, func(f *quality.Facts, j int) int { return yes(last(f, j)) }),
				cycles(row.Of, func(f *quality.Facts, j int) int { return yes(last(f, j)) * f.RightAfter }),
				cycles(row.Of, func(f *quality.Facts, j int) int { return f.Cycles[j].Came }),
				cycles(row.Of, func(f *quality.Facts, j int) int { return yes(f.Cycles[j].Level >= conversation.Satisfied) }),
				cycles(row.Of, func(f *quality.Facts, j int) int { return yes(f.Cycles[j].Answered && f.Cycles[j].Still) }),
			}, []int64{row.Closed, row.FirstContact, row.FirstContactKnown, row.RightDesk, row.RightAfter, row.Came, row.Satisfied, row.Still})
		}
		var kept, over, wantKept, wantOver int64
		for _, row := range promises.Rows() {
			kept, over = kept+row.Kept, over+row.Over()
		}
		seconds := map[string][]int64{}
		failed, cases := map[string]int64{}, map[string]int64{}
		contacts, minor := map[string]int64{}, map[string]int64{}
		for i := range all {
			for _, one := range all[i].Promises {
				wantKept += int64(yes(in(one.Due) && one.Verdict == complaint.PromiseKept))
				wantOver += int64(yes(in(one.Due) && one.Verdict >= complaint.PromiseKept && one.Verdict <= complaint.PromiseBroken))
			}
			for _, one := range all[i].Clocks {
				if in(one.Started) && (one.Verdict == quality.ClockKept || one.Verdict == quality.ClockBreached) {
					seconds[one.Clock] = append(seconds[one.Clock], one.UsedSeconds)
				}
			}
			for _, one := range all[i].Contacts {
				if in(one.On) {
					contacts[string(all[i].Customer)]++
					minor[string(all[i].Customer)] += one.CostMinor
				}
			}
			if in(all[i].Received) {
				cases[all[i].Service]++
				failed[all[i].Service] += int64(yes(slices.ContainsFunc(all[i].Issues, func(one quality.Issue) bool { return one.Cause == complaint.CauseProduct })))
			}
		}
		require.Equal(t, []int64{wantKept, wantOver}, []int64{kept, over})
		for _, row := range clocks.ByClock() {
			took := append([]int64{0}, slices.Sorted(slices.Values(seconds[row.Clock]))...) // the k-th least is the k-th of the list
			n := len(took) - 1
			require.Equal(t, []int64{int64(n), took[(n+1)/2], took[(9*n+9)/10]}, []int64{row.Kept + row.Breached, row.Median, row.Ninety})
		}
		for _, row := range failures.Rows() {
			require.Equal(t, []int64{cases[row.Product], failed[row.Product]}, []int64{row.Cases, row.Failed})
		}
		for _, row := range costs.Rows() {
			require.Equal(t, []int64{contacts[row.Of], minor[row.Of]}, []int64{row.Contacts, row.CostMinor})
		}
	})
}

// Forged bytes give an error and change nothing; none leads to a state that cannot be written and
// read again.
func TestForged(t *testing.T) {
	gauge := newGauge()
	all := make([]quality.Facts, 6)
	for i := range all {
		all[i] = drawFacts(i).Example(i)
	}
	for _, kind := range kinds {
		t.Run(kind.name, func(t *testing.T) {
			good := must(kind.begin(gauge, population.Period{From: on("2026-05-01"), Until: on("2026-09-01")}))
			add(good, all...)
			data := bytesOf(t, good)
			for i := range data {
				for _, change := range []byte{1, 0x80, 0xff} {
					forged := slices.Clone(data)
					forged[i] ^= change
					read := must(kind.begin(gauge, population.Period{From: on("2026-05-01"), Until: on("2026-09-01")}))
					before := bytesOf(t, read)
					if err := read.UnmarshalBinary(forged); err != nil {
						require.ErrorIs(t, err, population.ErrFormat)
						require.Equal(t, before, bytesOf(t, read))
						continue
					}
					require.Equal(t, forged, bytesOf(t, read))
				}
				require.Error(t, good.UnmarshalBinary(data[:i]))
			}
			require.Error(t, good.UnmarshalBinary(append(slices.Clone(data), 0)))
			assert.Equal(t, data, bytesOf(t, good), "the report stays as it was")

			other := must(kind.begin(gauge, june))
			require.Error(t, other.UnmarshalBinary(data), "another period")
			require.Error(t, kind.merge(other, good))
		})
	}
}

// Whatever bytes come in: an error, or a report that writes them again.
func FuzzUnmarshal(f *testing.F) {
	gauge := newGauge()
	for i, kind := range kinds {
		counted := must(kind.begin(gauge, june))
		add(counted, drawFacts(0).Example(i))
		f.Add(uint8(i), bytesOf(f, counted))
	}
	f.Fuzz(func(t *testing.T, which uint8, data []byte) {
		kind := kinds[int(which)%len(kinds)]
		read := must(kind.begin(gauge, june))
		if read.UnmarshalBinary(data) == nil {
			require.Equal(t, data, bytesOf(t, read))
		}
	})
}

// Facts that nobody made, and figures beyond all bounds, count nothing at all.
func TestNotCounted(t *testing.T) {
	gauge := newGauge()
	good := drawFacts(0).Example(3)
	long := make([]byte, 10_000)
	for name, facts := range map[string]quality.Facts{
		"a day of nothing": {Cycles: []quality.Cycle{{Number: 1, Began: june.From, Closed: june.From}}},
		"less than none": {Received: june.From, Service: "kettle", Cycles: []quality.Cycle{{
			Number: 1, Began: june.From, Closed: june.From, Outcome: complaint.OutcomeResolved, Came: -1,
		}}, Contacts: []quality.Contact{{On: june.From, Channel: complaint.Phone}, {On: june.From, Channel: complaint.Phone, Seconds: -1}}},
		"a name that cannot be stored": {Site: string(long), Customer: customer.ID(long), Cycles: []quality.Cycle{{Number: 1, Began: june.From}}},
		"solved though withdrawn": {Cycles: []quality.Cycle{{
			Number: 1, Began: june.From, Closed: june.From, Outcome: complaint.OutcomeWithdrawn, FirstContact: quality.FirstContactYes,
		}}},
		"more cold than any": {Cycles: []quality.Cycle{{Number: 1, Began: june.From, Closed: june.From, Outcome: complaint.OutcomeResolved, Cold: 1}}},
		"a cause of none":    {Issues: []quality.Issue{{On: june.From, Cause: 99}}},
		"a verdict of none":  {Issues: []quality.Issue{{Decided: june.From, Verdict: 99}}},
		"a promise of none":  {Promises: []complaint.PromiseFact{{Due: june.From, Kind: 99, Verdict: complaint.PromiseKept}}},
		"a standard of none": {Deviations: []quality.Deviation{{Case: "C1", Deviation: "d", On: june.From, By: "lea", From: 99}}},
		"one deviation twice": {Deviations: []quality.Deviation{
			{Case: "C1", Deviation: "d", On: june.From, By: "lea", From: complaint.FromTerms}, {Case: "C1", Deviation: "d", On: june.From, By: "lea", From: complaint.FromTerms},
		}},
		"lacking one thing twice": {Handlers: []quality.Handler{{Agent: "tom", On: june.From, Skills: []string{"law", "law"}}}},
		"lacking nothing":         {Handlers: []quality.Handler{{Agent: "tom", On: june.From, Trainings: []string{""}}}},
	} {
		t.Run(name, func(t *testing.T) {
			refused := 0
			for _, kind := range kinds {
				counted := must(kind.begin(gauge, june))
				add(counted, good)
				before := bytesOf(t, counted)
				if err := counted.Add(&facts); err != nil {
					refused++
					assert.Equal(t, before, bytesOf(t, counted), kind.name)
				}
				require.NoError(t, must(kind.begin(gauge, june)).UnmarshalBinary(bytesOf(t, counted)), kind.name)
			}
			assert.Positive(t, refused)
		})
	}

	huge := quality.Facts{Contacts: []quality.Contact{
		{On: june.From, By: "ann", Channel: complaint.Visit, CostMinor: 1}, {On: june.From, By: "ann", Channel: complaint.Phone, CostMinor: complaint.MaxMinor},
	}}
	costs := must(gauge.Costs(june, quality.ByChannel))
	for range population.MaxFigure / complaint.MaxMinor {
		add(costs, huge)
	}
	before := bytesOf(t, costs)
	require.Error(t, costs.Add(&huge))
	assert.Equal(t, before, bytesOf(t, costs), "nothing of it is counted")
	require.Error(t, costs.Merge(costs))
	assert.Equal(t, before, bytesOf(t, costs))

	for _, zero := range [][]customer.Reason{
		(&quality.Handling{}).Reasons(quality.HandlingRow{}), (&quality.Promises{}).Reasons(quality.PromiseRow{}), (&quality.Clocks{}).Reasons(quality.ClockRow{}),
		(&quality.Failures{}).Reasons(quality.FailureRow{}), (&quality.Arrivals{}).Reasons(quality.ArrivalRow{}), (&quality.Improvement{}).Effect().Reasons,
	} {
		assert.NotEmpty(t, zero, "a report that nobody made says nothing wrong, and does not panic")
	}

	round := must(gauge.Costs(june, quality.ByAgent)) // four of them are 0 in an int64
	quarter := quality.Contact{On: june.From, By: "ann", Channel: complaint.Phone, CostMinor: 1 << 62}
	require.Error(t, round.Add(&quality.Facts{Contacts: []quality.Contact{quarter, quarter, quarter, quarter}}))
	assert.Empty(t, round.Rows())

	deviations := must(gauge.Deviations(june))
	twice := quality.Facts{Deviations: []quality.Deviation{{Case: "C1", Deviation: "d", On: june.From, By: "lea", From: complaint.FromTerms}}}
	add(deviations, twice)
	require.ErrorContains(t, deviations.Add(&twice), `deviation "d" of case "C1" is listed before`)
	require.ErrorContains(t, deviations.Merge(deviations), `deviation "d"`)
}

// Reports that nobody made, and terms that are none.
func TestReportFaults(t *testing.T) {
	gauge := newGauge()
	var none quality.Gauge
	for _, kind := range kinds {
		_, err := kind.begin(&none, june)
		require.Error(t, err, kind.name)
		for _, period := range []population.Period{{}, {From: june.From}, {From: june.From, Until: june.From}, {From: june.Until, Until: june.From}} {
			_, err = kind.begin(gauge, period)
			require.Error(t, err, kind.name)
		}
	}
	for _, zero := range []report{
		&quality.Handling{}, &quality.Causes{}, &quality.Promises{}, &quality.Clocks{}, &quality.Costs{}, &quality.Failures{}, &quality.Improvement{},
		&quality.Consistency{}, &quality.Deviations{}, &quality.Readiness{},
	} {
		require.Error(t, zero.Add(&quality.Facts{}))
		require.Error(t, zero.UnmarshalBinary(nil))
		_, err := zero.MarshalBinary()
		require.Error(t, err)
	}
	_, err := gauge.Handling(june, 0)
	assert.Equal(t, []string{"by"}, customertest.Paths(t, err))
	_, err = gauge.Costs(june, quality.ByCause)
	assert.Equal(t, []string{"by"}, customertest.Paths(t, err))
	_, err = gauge.Improvement(quality.Action{Cause: complaint.CauseUnknown}, june, june)
	assert.Equal(t, []string{"action.id", "action.on", "action.cause", "before.until"}, customertest.Paths(t, err))
	_, err = gauge.Improvement(quality.Action{ID: "a", On: june.Until, Cause: complaint.CauseProduct}, june, june)
	assert.Equal(t, []string{"after.from"}, customertest.Paths(t, err))
	failures := must(gauge.Failures(june))
	assert.Equal(t, []string{"product", "on", "units"}, customertest.Paths(t, failures.Sell("", 0, -1)))
	arrivals := must(gauge.Arrivals(june))
	assert.Equal(t, []string{"place", "on", "waited"}, customertest.Paths(t, arrivals.Serve("", 0, -time.Second)))
	action := must(improvement(gauge, june))
	assert.Equal(t, []string{"on", "n"}, customertest.Paths(t, action.Base(0, -1)))
}

// The bytes of each report are format: whoever changes them reads the old ones, under another
// version.
func TestFormat(t *testing.T) {
	gauge, policy := newGauge(), shopPolicy()
	var text strings.Builder
	for _, kind := range kinds {
		counted := must(kind.begin(gauge, june))
		for _, f := range monthOfCases(policy) {
			add(counted, f.facts(gauge, "2026-07-15 09:00"))
		}
		if deviations, is := counted.(*quality.Deviations); is {
			add(deviations, quality.Facts{Deviations: []quality.Deviation{{Case: "C1", Deviation: "D1", On: june.From, By: "lea", From: complaint.FromTerms, UpToMinor: 100}}})
		}
		fmt.Fprintf(&text, "%s\n%x\n\n", kind.name, bytesOf(t, counted))
	}
	arrivals := must(gauge.Arrivals(june))
	require.NoError(t, arrivals.Serve("counter", june.From, time.Minute))
	require.NoError(t, arrivals.Leave("counter", june.From, time.Hour))
	fmt.Fprintf(&text, "arrivals\n%x\n\n", bytesOf(t, arrivals))
	facts, err := json.MarshalIndent(monthOfCases(policy)["C5"].facts(gauge, "2026-07-15 09:00"), "", "\t")
	require.NoError(t, err)
	fmt.Fprintf(&text, "facts\n%s\n", facts)
	customertest.Golden(t, "format.golden", text.String())
}

func TestTexts(t *testing.T) {
	assert.Equal(t, "overall customer site desk agent topic service channel cause", customertest.Texts[quality.By](t, quality.ByCause))
	assert.Equal(t, "open yes no", customertest.Texts[quality.FirstContact](t, quality.FirstContactNo))
	assert.Equal(t, "runs kept breached unknown", customertest.Texts[quality.ClockVerdict](t, quality.ClockUnknown))
}
