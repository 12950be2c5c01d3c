package segment_test

import (
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/segment"
)

// clubRules score the customers of a wine shop, from 1 to 5 on each axis. Whoever spends
// much and came often, but not lately, is important and to be kept.
func clubRules() segment.RFMRules {
	high, low := segment.RFMRange{Least: 4}, segment.RFMRange{Most: 3}
	often, seldom := segment.RFMRange{Least: 3}, segment.RFMRange{Most: 2}
	return segment.RFMRules{
		Edition:    customer.Edition{ID: "club", Version: 1},
		Zone:       "Europe/Berlin",
		Currency:   customer.Currency{Code: "EUR", Digits: 2},
		WindowDays: 365,
		Parts:      5,
		Recency:    segment.Stated, Frequency: segment.Stated, Monetary: segment.Stated,
		Cuts: segment.RFMCuts{
			RecencyDays:   []int{180, 90, 45, 14},
			FrequencyDays: []int{2, 4, 8, 15},
			Monetary: []decimal.Decimal{
				decimal.NewFromInt(100), decimal.NewFromInt(250), decimal.NewFromInt(500), decimal.NewFromInt(1200),
			},
		},
		Groups: []segment.RFMGroup{
			{Name: "valuable", Scores: []segment.RFMBlock{{Recency: high, Frequency: often, Monetary: high}}},
			{Name: "develop", Scores: []segment.RFMBlock{{Recency: high, Frequency: seldom, Monetary: high}}},
			{Name: "keep", Keep: true, Scores: []segment.RFMBlock{{Recency: low, Frequency: often, Monetary: high}}},
			{Name: "win-back", Scores: []segment.RFMBlock{{Recency: low, Frequency: seldom, Monetary: high}}},
			{Name: "fresh", Scores: []segment.RFMBlock{{Recency: high, Monetary: low}}},
			{Name: "silent", Scores: []segment.RFMBlock{{Recency: low, Monetary: low}}},
		},
	}
}

// row C24: one customer explained. She came on nine days and kept wine for 812.40 €, but
// the last time is 60 days ago: important, and to be kept.
func ExampleRFM_Score() {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		fmt.Println(err)
		return
	}
	rfm, err := segment.NewRFM(clubRules(), berlin)
	if err != nil {
		fmt.Println(err)
		return
	}
	on := mustDay("2025-11-25")
	facts := segment.RFMFacts{On: on, Last: on - 60, Days: 9, Lines: 11, Returns: 1, Bought: 842_40, Returned: 30_00}
	scores, group, why := rfm.Score(facts, segment.Scores{})
	fmt.Println(scores, group)
	for _, reason := range why {
		fmt.Println("  -", rfm.Explain(reason, customer.English))
	}
	for _, reason := range why {
		fmt.Println("  -", rfm.Explain(reason, customer.Chinese))
	}
	// Output:
	// 344 keep
	//   - recency 3: last bought on 26 Sep 2025, 60 days before 25 Nov 2025
	//   - 60 days ago, not more than 90
	//   - 60 days ago, more than 45
	//   - frequency 4: bought on 9 days
	//   - 9 days, at or above the cut of 8 days
	//   - 9 days, below the cut of 15 days
	//   - monetary 4: paid 812.40 EUR for what she kept
	//   - 812.40 EUR, at or above the cut of 500.00 EUR
	//   - 812.40 EUR, below the cut of 1200.00 EUR
	//   - scores 344: keep, important and to be kept
	//   - 最近购买3分：最近一次购买在2025年9月26日，距2025年11月25日60天
	//   - 距今60天，不超过90天
	//   - 距今60天，超过45天
	//   - 购买频率4分：购买日9天
	//   - 9天，达到分界8天
	//   - 9天，低于分界15天
	//   - 消费金额4分：保留的商品实付812.40 EUR
	//   - 812.40 EUR，达到分界500.00 EUR
	//   - 812.40 EUR，低于分界1200.00 EUR
	//   - 评分344：keep，属重要保持客户
}

// row C24: the list of those to keep, from receipts: coded, counted in any order, scored
// and listed by customer.
func ExampleRFMKeepList() {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		fmt.Println(err)
		return
	}
	rules, on := clubRules(), mustDay("2025-11-25")
	rfm, err := segment.NewRFM(rules, berlin)
	if err != nil {
		fmt.Println(err)
		return
	}
	var lines []population.Line[customer.ID]
	for _, sold := range []struct {
		who    customer.ID
		ago    int
		amount int64
	}{
		{"c-3", 60, 350}, {"c-3", 61, 200}, {"c-3", 75, 90}, {"c-3", 200, 90}, // often, much, not lately
		{"c-2", 3, 700}, {"c-2", 3, 20}, // two bills of one day
		{"c-1", 100, 150}, {"c-1", 150, 150}, {"c-1", 180, 150}, {"c-1", 190, 150},
	} {
		receipt := customer.Purchase{
			Customer: sold.who, At: on.AddDays(-sold.ago).Start(berlin).Add(10 * time.Hour), Currency: rules.Currency,
			Lines: []customer.Line{{SKU: "wine", Paid: decimal.NewNullDecimal(decimal.NewFromInt(sold.amount))}},
		}
		if lines, err = rfm.Sale(lines, receipt); err != nil {
			fmt.Println(err)
			return
		}
	}
	tally := segment.NewRFMTally[customer.ID](rules.Period(on))
	if err := tally.Add(lines...); err != nil {
		fmt.Println(err)
		return
	}
	for one := range segment.RFMKeepList(rfm, tally.All(), nil) {
		fmt.Println(one.Customer, one.Scores, rfm.Explain(one.Reasons[0], customer.English))
	}
	// Output:
	// c-1 234 recency 2: last bought on 17 Aug 2025, 100 days before 25 Nov 2025
	// c-3 334 recency 3: last bought on 26 Sep 2025, 60 days before 25 Nov 2025
}

// Quintiles, frozen on a day with the rank that each cut really has. Of these twelve
// customers two thirds came on one day only, so no cuts divide frequency into fifths: it
// is named, and no cut is moved. The shop states what often means instead.
func ExampleFitRFM() {
	rules, on := clubRules(), mustDay("2025-11-25")
	rules.Recency, rules.Frequency, rules.Monetary = segment.Quantiles, segment.Quantiles, segment.Quantiles
	rules.Cuts = segment.RFMCuts{}
	census := segment.NewRFMCensus(rules.Period(on))
	for i := range 12 {
		facts := segment.RFMFacts{On: on, Last: on - customer.Date(3*i+1), Days: max(1, i-6), Lines: 5, Bought: int64(1000 * i)}
		if err := census.Add(facts); err != nil {
			fmt.Println(err)
			return
		}
	}
	fitted, unfit, err := segment.FitRFM(rules, census, on)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("days ago:", fitted.Cuts.RecencyDays, "customers longer ago:", fitted.Cuts.Fitted.LongerAgo)
	fmt.Println("money:", fitted.Cuts.Monetary, "customers with less:", fitted.Cuts.Fitted.LessMoney)
	for _, fault := range unfit {
		fmt.Println(fault.Path, fault.Value, fault.Rule)
	}
	fitted.Frequency, fitted.Cuts.FrequencyDays = segment.Stated, []int{2, 3, 4, 5}
	if _, unfit, err = segment.FitRFM(fitted, census, on); err == nil {
		fmt.Println("unfit:", len(unfit))
	}
	// Output:
	// days ago: [25 19 10 4] customers longer ago: [3 5 8 10]
	// money: [30 50 80 100] customers with less: [3 5 8 10]
	// cuts.frequency_days[1] 2 differs from the cut before it; both coincide, with 8 of 12 customers below
	// cuts.frequency_days[2] 2 differs from the cut before it; both coincide, with 8 of 12 customers below
	// unfit: 0
}

// The table of groups is held against every triple of scores. Here "keep" was narrowed to
// the best spenders, and "silent" widened to recency 4 by a slip.
func ExampleNewRFM() {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		fmt.Println(err)
		return
	}
	rules := clubRules()
	rules.Groups[2].Scores[0].Monetary.Least = 5
	rules.Groups[5].Scores[0].Recency.Most = 4
	_, err = segment.NewRFM(rules, berlin)
	fmt.Println(err)
	// Output:
	// customer: 2 faults
	// 	groups = "134": have a group for every triple of scores; 9 have none, of which this is the least
	// 	groups[5].scores = "411": is in one group only; 15 triples are in fresh as well, of which this is the least
}
