package lifecycle_test

import (
	"fmt"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/calendar"
	"github.com/rapport-crm/rapport/lifecycle"
)

// boughtOn reads days of purchase.
func boughtOn(texts ...string) (days customer.Days) {
	for _, text := range texts {
		day, err := customer.ParseDate(text)
		if err != nil {
			panic(err)
		}
		days.Add(day)
	}
	return days
}

func printRhythm(reasons []customer.Reason) {
	for _, reason := range reasons {
		fmt.Println(lifecycle.Explain(reason, customer.English))
	}
}

// row D6: seeds (item 3) are bought in spring. She bought them every ten days until the
// end of the season, and in November nobody calls her lost.
func ExampleNewSeasons() {
	seasons, err := lifecycle.NewSeasons(lifecycle.SeasonRules{
		Edition: customer.Edition{ID: "year", Version: 2},
		Seasons: []lifecycle.Season{{
			Key: "garden", Spans: []lifecycle.YearSpan{{From: "03-01", Through: "05-31"}}, Items: []uint32{3},
		}},
	}, boughtOn("2027-03-02")) // the shop will be closed for the stock-taking
	if err != nil {
		panic(err)
	}
	habits := lifecycle.NewHabits(seasons)
	seeds := []lifecycle.Visits{{Item: 3, Days: boughtOn("2026-04-18", "2026-04-28", "2026-05-08", "2026-05-18", "2026-05-28")}}
	if err := habits.Add(seeds); err != nil { // and everybody else's
		panic(err)
	}
	rhythm, err := lifecycle.NewRhythm(lifecycle.RhythmRules{
		Edition: customer.Edition{ID: "rhythm", Version: 1}, PriorGaps: 3, OwnGaps: 20, WindowDays: 3,
	})
	if err != nil {
		panic(err)
	}
	expectation, err := rhythm.Expect(seeds[0].Days, habits.Of(3), boughtOn("2026-11-25")[0])
	if err != nil {
		panic(err)
	}
	fmt.Println("silence:", expectation.SilenceRank, "‰")
	printRhythm(expectation.Reasons())
	// Output:
	// silence: 0 ‰
	// every 10 counted days, last on 28 May 2026, due on 8 Mar 2027
	// expected from 7 Mar to 9 Mar
	// due in 7 counted days, on 8 Mar 2027
	// of the 181 days from 28 May to 25 Nov, 3 count
	// no day counts before 1 Mar 2027
}

// The days on which the shop is closed, from its calendar: as far back as visits are known, and
// as far ahead as somebody may be due.
func ExampleNewSeasons_closedDays() {
	shop, err := calendar.New(calendar.Rules{
		Edition: customer.Edition{ID: "shop", Version: 1}, Zone: "UTC",
		Weekly: []calendar.Weekly{{
			Days: []customer.Weekday{1, 2, 3, 4, 5, 6}, Hours: []calendar.Hours{{From: "09:00", To: "18:00"}}, // not on Sundays
		}},
		Holidays: []calendar.Holiday{{On: boughtOn("2026-12-25")[0], Through: boughtOn("2026-12-26")[0], Name: "Christmas"}},
	}, time.UTC)
	if err != nil {
		panic(err)
	}
	var closed customer.Days
	for on := boughtOn("2026-01-01")[0]; on < boughtOn("2028-01-01")[0]; on++ {
		day, err := shop.Day(on)
		if err != nil {
			panic(err)
		}
		if !day.Working {
			closed.Add(on)
		}
	}
	seasons, err := lifecycle.NewSeasons(lifecycle.SeasonRules{Edition: customer.Edition{ID: "closed", Version: 1}}, closed)
	if err != nil {
		panic(err)
	}
	year, _ := seasons.Key("") // no season: the whole year
	fmt.Println(year.Between(boughtOn("2026-12-23")[0], boughtOn("2026-12-28")[0]), "days of five count")
	// Output:
	// 2 days of five count
}

// row D6: she comes at Christmas only, which is a season of her own. Among those who do
// likewise, and in their days, summer is no silence.
func ExampleSeasons_Own() {
	seasons, err := lifecycle.NewSeasons(lifecycle.SeasonRules{
		Edition: customer.Edition{ID: "year", Version: 2},
		Seasons: []lifecycle.Season{{
			Key: "christmas", Spans: []lifecycle.YearSpan{{From: "12-01", Through: "01-06"}}, OwnYears: 2,
		}},
	}, nil)
	if err != nil {
		panic(err)
	}
	hers := boughtOn("2023-12-09", "2024-12-07", "2025-12-06")
	key := seasons.Own(hers)
	counted, _ := seasons.Key(key)

	gaps := lifecycle.NewGaps(counted) // of everybody with this key
	for _, days := range []customer.Days{hers, boughtOn("2024-12-14", "2025-12-13"), boughtOn("2024-12-20", "2025-12-20")} {
		if err := gaps.Add(days); err != nil {
			panic(err)
		}
	}
	rhythm, err := lifecycle.NewRhythm(lifecycle.RhythmRules{
		Edition: customer.Edition{ID: "rhythm", Version: 1}, PriorGaps: 3, OwnGaps: 20, WindowDays: 7,
	})
	if err != nil {
		panic(err)
	}
	expectation, err := rhythm.Expect(hers, gaps, boughtOn("2026-11-25")[0])
	if err != nil {
		panic(err)
	}
	fmt.Println(key, "silence:", expectation.SilenceRank, "‰")
	printRhythm(expectation.Reasons())
	// Output:
	// christmas silence: 0 ‰
	// every 36 counted days, last on 6 Dec 2025, due on 5 Dec 2026
	// expected from 2 Dec to 8 Dec
	// due in 5 counted days, on 5 Dec
	// of the 354 days from 6 Dec 2025 to 25 Nov 2026, 31 count
	// no day counts before 1 Dec
}

// row D9: by product, and where others have bought the product again too seldom, by its
// category, and by everything.
func ExampleRhythm_ExpectAmong() {
	const oatMilk, dairy = 17, 2
	var products, categories lifecycle.Habits // one coder's items each
	if err := products.Add([]lifecycle.Visits{{Item: oatMilk, Days: boughtOn("2026-10-01", "2026-10-22")}}); err != nil {
		panic(err)
	}
	if err := categories.Add([]lifecycle.Visits{{Item: dairy, Days: boughtOn("2026-10-01", "2026-10-08", "2026-10-15", "2026-10-22")}}); err != nil {
		panic(err)
	}
	var everything lifecycle.Gaps // over lifecycle.Together of everybody's visits
	rhythm, err := lifecycle.NewRhythm(lifecycle.RhythmRules{
		Edition: customer.Edition{ID: "rhythm", Version: 1}, PriorGaps: 3, OwnGaps: 20, WindowDays: 3, LeastGaps: 3,
	})
	if err != nil {
		panic(err)
	}
	hers := boughtOn("2026-10-10", "2026-10-19")
	populations := []*lifecycle.Gaps{products.Of(oatMilk), categories.Of(dairy), &everything}
	expectation, err := rhythm.ExpectAmong(hers, populations, boughtOn("2026-10-25")[0])
	if err != nil {
		panic(err)
	}
	fmt.Println("level", expectation.Level)
	printRhythm(expectation.Reasons())
	// Output:
	// level 1
	// 1 gap of its own, where 3 are asked for: a wider range speaks
	// every 7 days, last on 19 Oct, due on 26 Oct
	// expected from 26 Oct to 28 Oct
	// due in 1 day, on 26 Oct
}

// Her own trips to the shop may stand where the population's gaps do: somebody who shops
// every fortnight buys the product when she is there.
func ExampleRhythm_Expect_trips() {
	visits := []lifecycle.Visits{
		{Item: 1, Days: boughtOn("2026-09-05", "2026-09-19", "2026-10-03", "2026-10-17", "2026-10-31", "2026-11-14")},
		{Item: 2, Days: boughtOn("2026-10-03", "2026-11-14")}, // coffee
	}
	var trips lifecycle.Gaps
	if err := trips.Add(lifecycle.Together(visits)); err != nil {
		panic(err)
	}
	rhythm, err := lifecycle.NewRhythm(lifecycle.RhythmRules{
		Edition: customer.Edition{ID: "rhythm", Version: 1}, PriorGaps: 3, OwnGaps: 20, WindowDays: 7,
	})
	if err != nil {
		panic(err)
	}
	expectation, err := rhythm.Expect(visits[1].Days, &trips, boughtOn("2026-11-20")[0])
	if err != nil {
		panic(err)
	}
	printRhythm(expectation.Reasons())
	// Output:
	// every 14 days, last on 14 Nov, due on 28 Nov
	// expected from 25 Nov to 1 Dec
	// due in 8 days, on 28 Nov
}

// row D6: the curve of second purchases without the haste of the newest customers. Of those
// who came first in October only who came back soon has come back yet; with the day
// through which their visits are known, the others are not taken for lost.
func ExampleGaps() {
	today := boughtOn("2026-11-25")[0]
	var plain lifecycle.Gaps
	followed := lifecycle.Gaps{Through: today}
	for _, days := range []customer.Days{
		boughtOn("2026-01-10", "2026-09-10"), boughtOn("2026-02-01", "2026-07-01"), boughtOn("2026-03-01"),
		boughtOn("2026-10-01", "2026-10-21"), boughtOn("2026-10-05", "2026-11-04"), boughtOn("2026-10-10"),
		boughtOn("2026-10-20"), boughtOn("2026-11-01"),
	} {
		for _, gaps := range []*lifecycle.Gaps{&plain, &followed} {
			if err := gaps.Add(days); err != nil {
				panic(err)
			}
		}
	}
	rhythm, err := lifecycle.NewRhythm(lifecycle.RhythmRules{
		Edition: customer.Edition{ID: "rhythm", Version: 1}, PriorGaps: 3, OwnGaps: 20, WindowDays: 7,
	})
	if err != nil {
		panic(err)
	}
	for _, gaps := range []*lifecycle.Gaps{&plain, &followed} {
		expectation, err := rhythm.Expect(boughtOn("2026-10-10"), gaps, today)
		if err != nil {
			panic(err)
		}
		fmt.Println("back after", expectation.Interval, "days; silence:", expectation.SilenceRank, "‰")
	}
	// Output:
	// back after 30 days; silence: 500 ‰
	// back after 150 days; silence: 357 ‰
}

// row D6: she came nine times in one quarter and once in the next. That is no chance.
func ExampleFrequency_Compare() {
	frequency, err := lifecycle.NewFrequency(lifecycle.FrequencyRules{
		Edition: customer.Edition{ID: "frequency", Version: 1}, WindowDays: 90, LeastVisits: 6, ChancePermille: 50,
	})
	if err != nil {
		panic(err)
	}
	hers := boughtOn("2026-01-10", "2026-06-02", "2026-06-12", "2026-06-22", "2026-07-02", "2026-07-12",
		"2026-07-22", "2026-08-01", "2026-08-11", "2026-08-21", "2026-10-10")
	change, err := frequency.Compare(hers, nil, boughtOn("2026-11-25")[0])
	if err != nil {
		panic(err)
	}
	fmt.Println(change.Trend)
	printRhythm(change.Reasons())
	// Output:
	// falling
	// falling: 1 visit from 28 Aug to 25 Nov, 9 in as many days before
	// two windows of 90 days, from 30 May to 25 Nov
	// of 10 visits, 8 in one window are too many for chance
}
