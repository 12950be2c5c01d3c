package quality_test

import (
	"fmt"
	"maps"
	"sync"
	"time"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/complaint/quality"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// monthOfCases is June in a shop for electrical goods: six kettles that leak, of which two cases
// took longer, and a case that is still open.
func monthOfCases(policy *complaint.Policy) map[complaint.ID]*filed {
	cases := map[complaint.ID]*filed{}
	for i, day := range []string{"2026-06-01", "2026-06-03", "2026-06-08", "2026-06-10"} {
		id := complaint.ID(fmt.Sprintf("C%d", i+1))
		cases[id] = solved(policy, id, customer.ID(fmt.Sprint("customer-", i)), day, complaint.CauseProduct)
	}
	for i, day := range []string{"2026-06-15", "2026-06-16"} {
		f := complain(policy, complaint.ID(fmt.Sprintf("C%d", i+5)), "mr-wu", day+" 09:00")
		f.take(trainee, day+" 09:05")
		f.assess("tom", day+" 09:10", complaint.Normal)
		f.promise(day+" 09:11", "p1", day+" 12:00")
		f.call(day + " 13:00") // nobody had called back
		f.keep(day+" 13:01", "p1")
		f.find(day+" 14:00", "1", complaint.CauseProcess)
		f.decide(day+" 15:00", "1", 100_00, complaint.RefundRemedy, "")
		f.close(day+" 16:00", complaint.OutcomeResolved)
		cases[f.ID] = f
	}
	open := complain(policy, "C7", "mrs-zhao", "2026-06-29 09:00")
	open.promise("2026-06-29 09:05", "p1", "2026-06-30 18:00")
	cases[open.ID] = open
	return cases
}

// A service manager reads the month: how cases were handled, and what caused them. Row A51, row
// A54, row A14.
func Example() {
	policy, gauge := shopPolicy(), newGauge()
	handling, err := gauge.Handling(june, quality.BySite)
	if err != nil {
		panic(err)
	}
	causes, err := gauge.Causes(june)
	if err != nil {
		panic(err)
	}
	for _, f := range monthOfCases(policy) { // in any order
		facts, err := gauge.Of(policy, f.Known, at("2026-07-15 09:00"))
		if err != nil {
			panic(err)
		}
		if err := handling.Add(&facts); err != nil {
			panic(err)
		}
		if err := causes.Add(&facts); err != nil {
			panic(err)
		}
	}
	for _, row := range handling.Rows() {
		fmt.Printf("%s: %d received, %d closed, %d open\n", row.Of, row.Received, row.Closed, row.Open)
		for _, reason := range handling.Reasons(row) {
			fmt.Println("-", gauge.Explain(reason, customer.English))
		}
	}
	ranked, reasons := causes.Pareto(quality.InIssues)
	for _, one := range ranked {
		fmt.Println(gauge.Explain(one.Reason, customer.English), "vital:", one.Few)
	}
	for _, reason := range reasons {
		fmt.Println(gauge.Explain(reason, customer.English))
	}
	// Output:
	// north: 7 received, 6 closed, 1 open
	// - 4 of 6 cases solved at the first contact (66.6 %)
	// - 1.0 contacts on average until she was at the right desk, over 6 cases
	// - 1.3 contacts of hers on average, over 6 cases
	// - she had to chase twice in 6 cases
	// - a case cost 5.00 CNY on average, over 6 cases
	// - half of them took at most 2 h, nine of ten at most 7 h
	// product: 4 of 6 issues with a cause (66.6 %) vital: true
	// process: 2 of 6 issues with a cause (33.3 %) vital: true
	// no cause has been found yet for 1 of 7 issues
}

// A host with several processors gives each a share of the cases, and merges: the bytes are those
// of one report over all.
func ExampleHandling_Merge() {
	policy, gauge := shopPolicy(), newGauge()
	var halves [2]*quality.Handling
	var group sync.WaitGroup
	for i := range halves {
		halves[i] = must(gauge.Handling(june, quality.ByService))
		group.Go(func() {
			for id, f := range monthOfCases(policy) {
				if i == int(customer.Draw("halves", customer.ID(id))%2) {
					add(halves[i], f.facts(gauge, "2026-07-15 09:00"))
				}
			}
		})
	}
	group.Wait()
	if err := halves[0].Merge(halves[1]); err != nil {
		panic(err)
	}
	for _, row := range halves[0].Rows() {
		fmt.Println(row.Of, row.Received, row.Closed)
	}
	// Output: kettle 7 6
}

// Who keeps her word, and which clocks are kept. Row D15, row A4, row A67, row A13.
func ExampleGauge_Promises() {
	policy, gauge := shopPolicy(), newGauge()
	promises, clocks := must(gauge.Promises(june)), must(gauge.Clocks(june))
	for _, f := range monthOfCases(policy) {
		facts := f.facts(gauge, "2026-07-15 09:00")
		add(promises, facts)
		add(clocks, facts)
	}
	for _, row := range promises.Rows() {
		fmt.Println(row.Agent, row.Kind, row.Product)
		for _, reason := range promises.Reasons(row) {
			fmt.Println("-", gauge.Explain(reason, customer.English))
		}
	}
	for _, row := range clocks.ByClock() {
		for _, reason := range clocks.Reasons(row) {
			fmt.Println(gauge.Explain(reason, customer.English))
		}
	}
	// Output:
	// ann callback kettle
	// - 0 of 3 promises kept in time (0 %)
	// - what was kept took 7 h 40 min of 5 h 38 min that was promised
	// - she had to chase twice for 3 promises
	// resolution: 6 of 7 kept (85.7 %)
	// resolution: half took at most 2 h, nine of ten at most 16 d
	// triage: 4 of 7 kept (57.1 %)
	// triage: half took at most 36 s, nine of ten at most 16 d
}

// Which model fails, beside what was sold. Row A60.
func ExampleGauge_Failures() {
	policy, gauge := shopPolicy(), newGauge()
	failures := must(gauge.Failures(june))
	for product, units := range map[string]int64{"kettle": 200, "radio": 1500} {
		if err := failures.Sell(product, june.From, units); err != nil {
			panic(err)
		}
	}
	for _, f := range monthOfCases(policy) {
		add(failures, f.facts(gauge, "2026-07-15 09:00"))
	}
	for _, row := range failures.Rows() {
		for _, reason := range failures.Reasons(row) {
			fmt.Println(gauge.Explain(reason, customer.English))
		}
	}
	// Output:
	// kettle: 4 of 200 failed (2 %)
	// kettle: no cause has been found yet in 1 of 7 cases
	// kettle fails more often than the others, by 0.7 to 5.1 percentage points
	// radio: 0 of 1500 failed (0 %)
	// radio fails less often than the others, by 0.7 to 5.1 percentage points
}

// Whether the new seal has helped: the cases in so many kettles sold, before and after.
func ExampleGauge_Improvement() {
	policy, gauge := shopPolicy(), newGauge(func(r *quality.Rules) { r.Least = 100 })
	action := quality.Action{ID: "new-seal", On: on("2026-06-12"), Cause: complaint.CauseProduct, Product: "kettle"}
	report := must(gauge.Improvement(action,
		population.Period{From: on("2026-06-01"), Until: on("2026-06-12")}, population.Period{From: on("2026-06-12"), Until: on("2026-07-01")}))
	for day, sold := range map[string]int64{"2026-06-05": 120, "2026-06-20": 180} {
		if err := report.Base(on(day), sold); err != nil {
			panic(err)
		}
	}
	for _, f := range monthOfCases(policy) {
		add(report, f.facts(gauge, "2026-07-15 09:00"))
	}
	for _, reason := range report.Effect().Reasons {
		fmt.Println(gauge.Explain(reason, customer.English))
	}
	// Output:
	// before new-seal on 12 Jun 2026: 4 cases in 120 (3.3 %)
	// after new-seal on 12 Jun 2026: 0 cases in 180 (0 %)
	// new-seal: no cause has been found yet for 0 cases before it and 1 after it
	// no effect of new-seal is shown: -8.3 to 0.5 percentage points
}

// Equal cases that ended differently, and who handled cases without the training. Row A69, row
// A50.
func ExampleGauge_Consistency() {
	policy, gauge := shopPolicy(), newGauge()
	consistency, readiness := must(gauge.Consistency(june)), must(gauge.Readiness(june))
	cases := monthOfCases(policy)
	refunded := complain(policy, "C8", "mrs-qian", "2026-06-20 09:00")
	refunded.take(clerk, "2026-06-20 09:00:20")
	refunded.assess("ann", "2026-06-20 09:00:40", complaint.Normal)
	refunded.find("2026-06-20 10:00", "1", complaint.CauseProduct)
	refunded.decide("2026-06-20 10:10", "1", 100_00, complaint.RefundRemedy, "")
	cases["C8"] = refunded
	for _, f := range cases {
		facts := f.facts(gauge, "2026-07-15 09:00")
		add(consistency, facts)
		add(readiness, facts)
	}
	for _, alike := range consistency.Rows() {
		fmt.Println(alike.Cause, alike.Kind)
		for _, one := range alike.Treatments {
			fmt.Printf("  %d × %s, %s\n", one.Issues, one.Verdict, one.Remedies)
		}
		for _, reason := range alike.Reasons {
			fmt.Println("-", gauge.Explain(reason, customer.English))
		}
	}
	for _, row := range readiness.Rows() {
		for _, reason := range readiness.Reasons(row) {
			fmt.Println(gauge.Explain(reason, customer.English))
		}
	}
	// Output:
	// product leak
	//   4 × upheld, replacement
	//   1 × upheld, refund
	// - leak: 1 of 5 issues treated otherwise than most (20 %)
	// - leak: no deviation was allowed for 1 of these 1
	// process leak
	//   2 × upheld, refund
	// - leak: all 2 issues treated alike
	// ann handled 0 of 5 cases without all the training that is demanded
	// tom handled 2 of 2 cases without all the training that is demanded
	// lacked the training complaints in 2 of 2 cases
}

// How soon the telephone was answered, and who left the queue without a word. Row B31, row A19.
func ExampleGauge_Arrivals() {
	policy, gauge := shopPolicy(), newGauge()
	arrivals := must(gauge.Arrivals(june))
	for _, seconds := range []int{2, 4, 5, 8, 14} {
		pickup, err := policy.Pickup(time.Duration(seconds) * time.Second)
		if err != nil {
			panic(err)
		}
		if err := arrivals.Answer("hotline", june.From, pickup); err != nil {
			panic(err)
		}
	}
	if err := arrivals.Leave("hotline", june.From, 12*time.Second); err != nil {
		panic(err)
	}
	for _, row := range arrivals.Rows() {
		fmt.Println(row.Waits)
		for _, reason := range arrivals.Reasons(row) {
			fmt.Println(gauge.Explain(reason, customer.English))
		}
	}
	// Output:
	// [{2 1} {4 1} {5 1} {8 1} {14 1}]
	// hotline: 4 of 5 calls answered in time (80 %)
	// hotline: 1 of 5 callers had lost patience (20 %)
	// hotline: half waited at most 5 s, nine of ten at most 14 s
	// hotline: 1 of 6 left without a word (16.6 %)
}

// What has to be done today. Row B20.
func ExampleDigest() {
	policy := shopPolicy()
	cases := map[complaint.ID]complaint.Case{}
	for id, f := range monthOfCases(policy) {
		cases[id] = f.Case
	}
	list, err := quality.Digest(policy, maps.All(cases), at("2026-06-30 09:00"))
	if err != nil {
		panic(err)
	}
	for _, status := range list {
		fmt.Println(status.Case, status.Phase, "overdue:", status.Overdue, "today:", status.Today)
		for _, reason := range status.Reasons {
			fmt.Println("-", quality.Explain(reason, customer.English))
		}
	}
	// Output:
	// C7 received overdue: true today: true
	// - triage was due by 29 Jun 2026, 09:01 CST
	// - promise p1 is due by 30 Jun 2026, 18:00 CST
	// - resolution is due by 9 Jul 2026, 09:00 CST
}
