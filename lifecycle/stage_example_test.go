package lifecycle_test

import (
	"context"
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/lifecycle"
)

// exampleStages is a rule book as a shop writes it down.
func exampleStages() *lifecycle.Stages {
	rules, err := lifecycle.ParseStageRules([]byte(`{
		"id": "stages", "version": 1, "zone": "Europe/Berlin", "currency": {"code": "EUR", "digits": 2},
		"first_purchase": {"id": "first"},
		"grow": {"id": "grow", "match": "all", "stay_days": 30, "marks": [
			{"measure": "visits", "window_days": 180, "enter": 4, "leave": 2}
		]},
		"mature": {"id": "mature", "match": "all", "stay_days": 60, "marks": [
			{"measure": "visits", "window_days": 365, "enter": 12, "leave": 8},
			{"measure": "spend", "window_days": 365, "enter": 100000, "leave": 70000}
		]},
		"end": {"id": "end", "match": "any", "latest_days": 270, "marks": [
			{"measure": "silence-permille", "enter": 950, "leave": 800}
		]},
		"return": {"id": "back", "stay_days": 30}
	}`))
	if err != nil {
		panic(err)
	}
	zone, err := time.LoadLocation(rules.Zone)
	if err != nil {
		panic(err)
	}
	stages, err := lifecycle.NewStages(rules, zone)
	if err != nil {
		panic(err)
	}
	return stages
}

// A customer's standing over a year, as a nightly run books it: who she is now, and why.
// Rows D1 and D8.
func ExampleStages_Assess() {
	stages := exampleStages()
	rhythm, err := lifecycle.NewRhythm(lifecycle.RhythmRules{
		Edition: customer.Edition{ID: "rhythm", Version: 1}, PriorGaps: 3, OwnGaps: 20, WindowDays: 7,
	})
	if err != nil {
		panic(err)
	}
	var history lifecycle.FactHistory[customer.ID] // of all customers
	var gaps lifecycle.Gaps                        // of all customers
	if err := gaps.Add(customer.Days{739_000, 739_014, 739_035, 739_056}); err != nil {
		panic(err)
	}
	first := on("2026-01-10")
	for _, day := range []int{0, 14, 30, 41, 60, 190} { // a dress every two weeks, and then none for long
		line := population.Line[customer.ID]{Customer: "c-1", Item: 7, Day: first.AddDays(day), Priced: true, Amount: 4_990}
		if err := history.Add(line); err != nil {
			panic(err)
		}
	}

	var store journal.Mem[customer.ID, lifecycle.Standing, lifecycle.Entry]
	for night := first; night < first.AddDays(365); night++ {
		facts := history.Facts("c-1", night)
		if expected, err := rhythm.Expect(facts.Visits(), &gaps, night); err == nil {
			facts.Pace = expected.Pace()
		}
		wake := lifecycle.Wake{Ref: night.String(), Customer: "c-1", At: night.Start(time.UTC).Add(20 * time.Hour)}
		outcome, err := journal.Run(context.Background(), &store, "c-1", "assess:"+wake.Ref, wake,
			func(standing lifecycle.Standing) (lifecycle.Decision, error) {
				return stages.Assess(standing, facts, wake)
			})
		if err != nil {
			panic(err)
		}
		for _, reason := range outcome.Decision.Reasons {
			fmt.Println(stages.Explain(reason, customer.English))
		}
	}
	// Output:
	// developing on 10 Jan 2026
	// first purchase on 10 Jan 2026
	// from developing to growing on 20 Feb 2026
	// 4 visits from 25 Aug 2025 to 20 Feb 2026; the mark is 4
	// from growing to ending on 2 Apr 2026
	// silent since 11 Mar 2026: 100 % of gaps were shorter; the mark is 95 %
	// from ending to growing on 19 Jul 2026
	// back with a purchase on 19 Jul 2026
	// from growing to developing on 7 Sep 2026
	// 1 visit from 12 Mar to 7 Sep; the mark is 2
	// from developing to ending on 27 Nov 2026
	// silent since 19 Jul 2026: 100 % of gaps were shorter; the mark is 95 %
}

// A garden customer in winter: her facts say how silent she is in the days that count, and
// whether she came less often than in the season before.
func ExampleFacts() {
	seasons, err := lifecycle.NewSeasons(lifecycle.SeasonRules{
		Edition: customer.Edition{ID: "garden", Version: 1},
		Seasons: []lifecycle.Season{{Key: "spring", Spans: []lifecycle.YearSpan{{From: "03-01", Through: "06-30"}}, OwnYears: 2}},
	}, nil)
	if err != nil {
		panic(err)
	}
	rhythm, err := lifecycle.NewRhythm(lifecycle.RhythmRules{Edition: customer.Edition{ID: "rhythm", Version: 1}, OwnGaps: 20, WindowDays: 7})
	if err != nil {
		panic(err)
	}
	frequency, err := lifecycle.NewFrequency(lifecycle.FrequencyRules{
		Edition: customer.Edition{ID: "frequency", Version: 1}, WindowDays: 120, LeastVisits: 5, ChancePermille: 50,
	})
	if err != nil {
		panic(err)
	}

	var lines []population.Line[customer.ID]
	for _, day := range []string{"2025-03-20", "2025-04-10", "2025-05-08", "2026-03-21", "2026-04-12", "2026-05-03", "2026-06-10"} {
		lines = append(lines, population.Line[customer.ID]{Customer: "c-1", Item: 7, Day: on(day)})
	}
	var counter lifecycle.FactCounter[customer.ID]
	facts, err := counter.Count(lines, on("2026-12-24"))
	if err != nil {
		panic(err)
	}
	visits := facts.Visits()
	counted, _ := seasons.Key(seasons.Own(visits))
	if expected, err := rhythm.Expect(visits, lifecycle.NewGaps(counted), facts.On); err == nil {
		facts.Pace = expected.Pace()
	} else {
		facts.Pace = counted.Pace(visits.Last(), facts.On)
	}
	if change, err := frequency.Compare(visits, counted, facts.On); err == nil {
		facts.Drop = change.Drop()
	}
	fmt.Printf("silent for %d days by %s: longer than %d ‰ of gaps\n", facts.Pace.Silence, facts.Pace.Seasons, facts.Pace.SilenceRank)
	fmt.Printf("a drop: %t\n", facts.Drop.Falling)
	// Output:
	// silent for 20 days by garden/1/spring: longer than 0 ‰ of gaps
	// a drop: false
}

// What would make her a regular, and by when; and what brings back somebody who is gone.
func ExampleStages_Outlook() {
	stages := exampleStages()
	day := on("2026-03-02")
	facts := lifecycle.Facts{
		On: day,
		Days: []lifecycle.FactDay{
			{On: on("2025-09-06"), Lines: 1, Bought: 4_990}, {On: on("2026-02-16"), Lines: 2, Bought: 8_000},
		},
		Items: []lifecycle.FactItem{{Item: 7, Last: on("2026-02-16")}},
	}
	tell := func(standing lifecycle.Standing, facts lifecycle.Facts, language customer.Language) {
		reasons, err := stages.Outlook(standing, facts, facts.On.Start(time.UTC).Add(12*time.Hour))
		if err != nil {
			panic(err)
		}
		for _, reason := range reasons {
			fmt.Println(stages.Explain(reason, language))
		}
	}
	developing := lifecycle.Standing{Life: lifecycle.Life{
		Stage: lifecycle.Developing, Since: on("2025-09-06"), Cycle: 1, First: on("2025-09-06"), Last: on("2025-09-06"),
	}}
	tell(developing, facts, customer.English)
	fmt.Println()

	ending := developing
	ending.Life.Stage, ending.Life.Since, ending.Life.Last = lifecycle.Ending, on("2026-11-20"), on("2026-02-16")
	facts.On = on("2026-11-25")
	tell(ending, facts, customer.English)
	tell(ending, facts, customer.Chinese)
	// Output:
	// developing since 6 Sep 2025
	// 2 visits from 4 Sep 2025 to 2 Mar 2026; the mark is 4
	// for growing: 2 more visits by 4 Mar 2026
	// without a purchase she is ending on 13 Nov 2026 at the latest
	//
	// ending since 20 Nov 2026
	// a purchase brings her back, to growing
	// 自2026年11月20日起处于终止期
	// 再次购买即可挽回，转入成长期
}

// A wrong number may become a customer: her source is kept, and the report says what the
// sources are worth. Rows B34 and D2.
func ExampleLeadReport() {
	stages := exampleStages()
	day := on("2026-03-02")
	at := func(day customer.Date) time.Time { return day.Start(time.UTC).Add(12 * time.Hour) }
	known, err := stages.Know(lifecycle.Standing{}, lifecycle.Lead{Ref: "call-1", At: at(day), Source: lifecycle.FromWrongNumber})
	if err != nil {
		panic(err)
	}
	facts := lifecycle.Facts{
		On: day + 9, Days: []lifecycle.FactDay{{On: day + 9, Lines: 1, Bought: 4_990}}, Items: []lifecycle.FactItem{{Item: 7, Last: day + 9}},
	}
	bought, err := stages.Assess(known.Next, facts, lifecycle.Wake{Ref: "receipt-1", Customer: "c-1", At: at(day + 9)})
	if err != nil {
		panic(err)
	}
	report, err := lifecycle.NewLeadReport(population.Period{From: on("2026-03-01"), Until: on("2026-04-01")})
	if err != nil {
		panic(err)
	}
	if err := report.Add(append(known.Entries, bought.Entries...)); err != nil {
		panic(err)
	}
	for _, row := range report.Rows() {
		fmt.Printf("%s: %d known, %d bought, half of them within %d days\n", row.Source, row.Leads, row.Bought, row.MedianDays)
	}
	// Output:
	// wrong-number: 1 known, 1 bought, half of them within 9 days
}

// The month's moves, and what winning back was worth. Rows D6 and D8.
func ExampleStageReport() {
	report, err := lifecycle.NewStageReport(population.Period{From: on("2026-01-01"), Until: on("2027-01-01")})
	if err != nil {
		panic(err)
	}
	entry := func(from, to lifecycle.Stage, day, last string) lifecycle.Entry {
		return lifecycle.Entry{
			Version: lifecycle.EntryVersion, Kind: lifecycle.Moved, At: on(day).Start(time.UTC), On: on(day),
			From: from, To: to, First: on("2025-11-10"), Last: on(last),
		}
	}
	if err := report.Add([]lifecycle.Entry{
		entry(0, lifecycle.Growing, "2025-12-31", "2025-12-20"),
		entry(lifecycle.Growing, lifecycle.Ending, "2026-03-20", "2025-12-20"),
		entry(lifecycle.Ending, lifecycle.Growing, "2026-05-01", "2026-05-01"),
		entry(lifecycle.Growing, lifecycle.Ending, "2026-11-01", "2026-08-09"),
	}); err != nil {
		panic(err)
	}
	begin, end := report.At(lifecycle.Growing)
	fmt.Println("growing:", begin, "at the beginning,", end, "at the end")
	fmt.Println("left:", report.Moves(lifecycle.Growing, lifecycle.Ending), "times; came back:", report.Moves(lifecycle.Ending, lifecycle.Growing))
	for _, extended := range report.Extended() {
		fmt.Printf("cycle %d: %d back, %d of them gone again after %d days more\n", extended.Cycle, extended.Back, extended.Ended, extended.Days)
	}
	// Output:
	// growing: 1 at the beginning, 0 at the end
	// left: 2 times; came back: 1
	// cycle 2: 1 back, 1 of them gone again after 100 days more
}

// What the shop does after a first purchase: the sale is where selling begins. Row D14.
func ExamplePlaybook_Tasks() {
	playbook, err := lifecycle.NewPlaybook(lifecycle.PlaybookRules{
		Edition: customer.Edition{ID: "playbook", Version: 1},
		Plays: []lifecycle.Play{
			{ID: "thanks", Stage: lifecycle.Developing, Kind: lifecycle.WelcomePlay, Trigger: lifecycle.OnFirstPurchase, DueDays: 1, Role: "sales"},
			{ID: "does it fit?", Stage: lifecycle.Developing, Kind: lifecycle.WelcomePlay, Trigger: lifecycle.OnFirstPurchase, AfterDays: 7, DueDays: 3, Role: "service"},
			{ID: "partner's shoes", Stage: lifecycle.Developing, Kind: lifecycle.CrossSellPlay, Trigger: lifecycle.OnFirstPurchase, AfterDays: 30, DueDays: 14, Role: "sales", Promotion: true},
		},
	})
	if err != nil {
		panic(err)
	}
	bought := lifecycle.Standing{Life: lifecycle.Life{
		Stage: lifecycle.Developing, Since: on("2026-03-02"), Cycle: 1, First: on("2026-03-02"), Last: on("2026-03-02"),
	}}
	tasks, err := playbook.Tasks(bought, on("2026-03-02"), on("2026-06-01"))
	if err != nil {
		panic(err)
	}
	for _, task := range tasks {
		fmt.Printf("%s, from %s: %s (%s)\n", task.Role, task.From, task.Play, playbook.Explain(task.Because, customer.English))
	}
	// Output:
	// sales, from 2026-03-02: thanks (first purchase on 2 Mar, to be done by 3 Mar)
	// service, from 2026-03-09: does it fit? (first purchase on 2 Mar, to be done by 12 Mar)
	// sales, from 2026-04-01: partner's shoes (first purchase on 2 Mar, to be done by 15 Apr)
}

// Is it true that a newcomer costs five times as much? Row D7.
func ExampleCosts() {
	costs, err := lifecycle.NewCosts(lifecycle.CostRules{
		Edition: customer.Edition{ID: "costs", Version: 1}, Currency: customer.Currency{Code: "EUR", Digits: 2},
		Acquire:       lifecycle.CostEffort{Cost: decimal.RequireFromString("2.00"), SuccessPermille: 20},  // a flyer
		Keep:          lifecycle.CostEffort{Cost: decimal.RequireFromString("4.50"), SuccessPermille: 150}, // a call
		ClaimPermille: 5000,
	})
	if err != nil {
		panic(err)
	}
	compared, err := costs.Compare(100, on("2026-11-25"))
	if err != nil {
		panic(err)
	}
	measured, err := costs.Measure(
		lifecycle.CostCampaign{Spent: 120_000, Tried: 1000, Won: 30}, lifecycle.CostCampaign{Spent: 64_000, Tried: 200, Won: 40}, on("2026-11-25"))
	if err != nil {
		panic(err)
	}
	for _, reason := range append(compared.Reasons, measured.Reasons...) {
		fmt.Println(costs.Explain(reason, customer.English))
	}
	// Output:
	// to win newcomers: 5000 attempts, 10000.00 EUR
	// to keep customers: 667 attempts, 3001.50 EUR
	// keeping costs no more from a success of 4.6 % on; 15 % is reckoned with
	// won 30 newcomers of 1000 tried
	// kept 40 customers of 200 tried
	// a newcomer costs 2.5 times what keeping a customer does; 5 times are claimed
}

// Two partners sent her; each sale counts for one of them, once. Row D3.
func ExamplePartnerReport() {
	report, err := lifecycle.NewPartnerReport(30)
	if err != nil {
		panic(err)
	}
	day := on("2026-11-01")
	if err := report.Add(
		[]lifecycle.PartnerTouch{{Partner: "hairdresser", On: day}, {Partner: "shoe shop", On: day + 10}},
		[]lifecycle.PartnerSale{
			{Ref: "r-1", On: day + 2, Paid: 4_990, Priced: true},
			{Ref: "r-2", On: day + 12, Paid: 8_000, Priced: true},
			{Ref: "r-2", On: day + 12, Paid: 8_000, Priced: true},
			{Ref: "r-3", On: day + 60, Paid: 2_000, Priced: true},
		},
	); err != nil {
		panic(err)
	}
	for _, row := range report.Rows() {
		fmt.Printf("%q: %d sale(s), %d\n", row.Partner, row.Sales, row.Paid)
	}
	// Output:
	// "hairdresser": 1 sale(s), 4990
	// "shoe shop": 1 sale(s), 8000
	// "": 1 sale(s), 2000
}
