package lifecycle_test

import (
	"fmt"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/lifecycle"
)

// officeSignals is the rule book of a shop that supplies offices.
func officeSignals() *lifecycle.Signals {
	rules, err := lifecycle.ParseSignalRules([]byte(`{
		"id": "office", "version": 1, "zone": "Asia/Shanghai",
		"signs": [
			{"sign": "buyer-changed", "permille": 400, "counts_days": 90, "errand": "visit-new-buyer", "within_days": 7},
			{"sign": "walked-out", "permille": 150, "counts_days": 30, "fades": true},
			{"sign": "promise-broken", "permille": 200, "counts_days": 60, "fades": true, "errand": "apologise", "within_days": 1}
		],
		"causes": [
			{"cause": "firm-sold", "english": "her firm was sold", "chinese": "公司被出售"},
			{"cause": "service", "errand": "win-back", "within_days": 3}
		]
	}`))
	if err != nil {
		panic(err)
	}
	shanghai, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		panic(err)
	}
	signals, err := lifecycle.NewSignals(rules, shanghai)
	if err != nil {
		panic(err)
	}
	return signals
}

// rows D11, A19: the buyer of an office changed, and somebody from there walked out of
// the shop. What that adds to the risk, what is to be done, and in the end why they left.
func ExampleSignals() {
	office := officeSignals()
	var standing lifecycle.Standing
	observe := func(ref, day string, remark lifecycle.Remark) {
		remark.By = "staff-3"
		at := on(day).Start(time.UTC).Add(4 * time.Hour) // noon in Shanghai
		decision, err := office.Observe(standing, lifecycle.Observation{Ref: ref, At: at, Remark: remark})
		if err != nil {
			fmt.Println(err)
			return
		}
		standing = decision.Next
		if errand, found := office.Errand(standing.Signals[len(standing.Signals)-1]); found {
			fmt.Printf("%s: %s by %s\n", errand.Ref, errand.What, errand.By)
		}
	}
	observe("s-1", "2026-11-02", lifecycle.Remark{Sign: lifecycle.BuyerChanged, Told: lifecycle.Judged})
	observe("s-2", "2026-11-12", lifecycle.Remark{Sign: lifecycle.WalkedOut, Told: lifecycle.Judged})
	observe("s-3", "2026-11-12", lifecycle.Remark{Sign: lifecycle.BuyerChanged, Cause: lifecycle.CausePrice, Told: lifecycle.Judged})

	permille, reasons := office.Weigh(standing.Signals, on("2026-11-22"))
	fmt.Println("risk:", customer.English.Percent(permille))
	for _, reason := range reasons {
		fmt.Println(office.Explain(reason, customer.English))
		fmt.Println(office.Explain(reason, customer.Chinese))
	}
	observe("s-4", "2027-01-08", lifecycle.Remark{Cause: lifecycle.CauseService, Told: lifecycle.Said, About: "counter-7"})
	// Output:
	// s-1/visit-new-buyer: visit-new-buyer by 2026-11-09
	// customer: 1 fault: sign = "buyer-changed": is one of the signs, or absent where there is a cause
	// risk: 50 %
	// 2 Nov 2026: the buyer changed; adds 40 % to the risk, and counts through 30 Jan 2027
	// 2026年11月2日换了采购员：流失风险增加40 %，影响持续至2027年1月30日
	// 12 Nov 2026: she walked out without a word; adds 10 % to the risk, and counts through 11 Dec 2026
	// 2026年11月12日一声不吭地离开：流失风险增加10 %，影响持续至2026年12月11日
	// s-4/win-back: win-back by 2027-01-11
}

// rows D11, A19: why customers left, the most frequent reason first, and how many of them
// had never complained.
func ExampleLeavers() {
	leavers, err := lifecycle.NewLeavers(population.Period{From: on("2026-10-01"), Until: on("2027-01-01")})
	if err != nil {
		panic(err)
	}
	because := func(cause lifecycle.Cause, told lifecycle.Teller) lifecycle.Signal {
		return lifecycle.Signal{On: on("2026-11-20"), Remark: lifecycle.Remark{Cause: cause, Told: told}}
	}
	complained := lifecycle.Signal{On: on("2026-08-01"), Remark: lifecycle.Remark{Sign: lifecycle.ComplaintMade, Told: lifecycle.Said}}
	for _, signals := range [][]lifecycle.Signal{
		{because(lifecycle.CauseBuyerChanged, lifecycle.Judged)},
		{because(lifecycle.CauseBuyerChanged, lifecycle.Said)},
		{complained, because(lifecycle.CausePrice, lifecycle.Said)},
		{},
		{},
	} {
		if err := leavers.Add(lifecycle.Departure{Label: "offices", Last: on("2026-09-30"), On: on("2026-11-30"), Signals: signals}); err != nil {
			panic(err)
		}
	}
	rows := leavers.Pareto("offices")
	for _, row := range rows {
		fmt.Printf("%d %q, said %d, judged %d, silent %d\n", row.Left, row.Cause, row.Said, row.Judged, row.Silent)
	}
	fmt.Println(lifecycle.Explain(lifecycle.Silence(rows), customer.English))
	fmt.Println(lifecycle.Explain(lifecycle.Silence(rows), customer.Chinese))
	// Output:
	// 2 "", said 0, judged 0, silent 2
	// 2 "buyer-changed", said 1, judged 1, silent 2
	// 1 "price", said 1, judged 0, silent 0
	// 4 of 5 customers who left had never complained
	// 5位流失顾客中有4位从未投诉
}

// row A19: two of four counters are open, and people go to the door without a word. Nobody
// knows them; where and when they went, the shop can know.
func ExampleWalkOuts() {
	shanghai, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		panic(err)
	}
	walkOuts, err := lifecycle.NewWalkOuts(population.Period{From: on("2026-11-01"), Until: on("2026-12-01")}, shanghai)
	if err != nil {
		panic(err)
	}
	for _, at := range []time.Time{
		time.Date(2026, 11, 2, 12, 10, 0, 0, shanghai), time.Date(2026, 11, 3, 12, 40, 0, 0, shanghai),
		time.Date(2026, 11, 3, 16, 5, 0, 0, shanghai), time.Date(2026, 12, 1, 12, 0, 0, 0, shanghai),
	} {
		if err := walkOuts.Add("branch-1", at, 1); err != nil {
			panic(err)
		}
	}
	for _, row := range walkOuts.Rows() {
		fmt.Printf("%s from %d:00: %d\n", row.Place, row.Hour, row.Times)
	}
	// Output:
	// branch-1 from 12:00: 2
	// branch-1 from 16:00: 1
}
