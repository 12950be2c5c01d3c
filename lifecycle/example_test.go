package lifecycle_test

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"sync"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/lifecycle"
)

// Purchases of milk (item 1) and coffee (item 2), as a host codes them: package segment
// makes such lines from receipts.
func purchases() []population.Line[customer.ID] {
	var lines []population.Line[customer.ID]
	bought := func(who customer.ID, item uint32, month time.Month, days ...int) {
		for _, number := range days {
			day, err := customer.NewDate(2026, month, number)
			if err != nil {
				panic(err)
			}
			lines = append(lines, population.Line[customer.ID]{Customer: who, Item: item, Day: day})
		}
	}
	bought("anna", 1, time.September, 2, 16, 30)
	bought("anna", 1, time.October, 14, 28)
	bought("anna", 1, time.November, 11)
	bought("anna", 2, time.November, 4)
	bought("ben", 1, time.November, 7)
	bought("cleo", 1, time.October, 1, 22)
	bought("cleo", 2, time.October, 1, 31)
	return lines
}

// row D9: when will c-1 buy milk again? Her own gaps are mixed with three gaps' worth of
// the population's.
func Example() {
	var diary lifecycle.Diary[customer.ID]
	if err := diary.Add(purchases()...); err != nil {
		panic(err)
	}
	var habits lifecycle.Habits
	for _, visits := range diary.All() {
		if err := habits.Add(visits); err != nil {
			fmt.Println(err)
			return
		}
	}
	rhythm, err := lifecycle.NewRhythm(lifecycle.RhythmRules{
		Edition:   customer.Edition{ID: "rhythm", Version: 1},
		PriorGaps: 3, OwnGaps: 20, HalfAtGaps: 5, WindowDays: 7,
	})
	if err != nil {
		panic(err)
	}

	const milk = 1
	today, _ := customer.NewDate(2026, time.November, 26)
	for _, visits := range diary.Visits("anna") {
		if visits.Item != milk {
			continue
		}
		expectation, err := rhythm.Expect(visits.Days, habits.Of(milk), today)
		if err != nil {
			panic(err)
		}
		fmt.Println(expectation.Due, expectation.Basis)
		for _, reason := range expectation.Reasons() {
			fmt.Println(lifecycle.Explain(reason, customer.English))
			fmt.Println(lifecycle.Explain(reason, customer.Chinese))
		}
	}
	// Output:
	// 2026-11-25 mixed
	// every 14 days, last on 11 Nov, due on 25 Nov
	// 每14天购买一次，上次11月11日，预计11月25日
	// expected from 22 Nov to 28 Nov
	// 预计在11月22日至11月28日之间
	// 1 day overdue since 25 Nov; 92.5 % of gaps were shorter
	// 自11月25日起已逾期1天；92.5 %的间隔比这更短
}

// Somebody who bought once has no gap of her own. Then the population's gaps between the
// first and the second purchase speak, and where there are none, the refusal says so.
func ExampleRhythm_Expect_onePurchase() {
	var diary lifecycle.Diary[customer.ID]
	if err := diary.Add(purchases()...); err != nil {
		panic(err)
	}
	rhythm, err := lifecycle.NewRhythm(lifecycle.RhythmRules{
		Edition: customer.Edition{ID: "rhythm", Version: 1}, PriorGaps: 3, OwnGaps: 20, WindowDays: 7,
	})
	if err != nil {
		panic(err)
	}
	today, _ := customer.NewDate(2026, time.November, 26)
	ben := diary.Visits("ben")[0]

	var habits lifecycle.Habits // nothing is known yet
	_, err = rhythm.Expect(ben.Days, habits.Of(ben.Item), today)
	var refusal *customer.Refusal
	if errors.As(err, &refusal) {
		for _, missing := range refusal.Missing {
			fmt.Println("missing:", lifecycle.Explain(missing, customer.English))
		}
	}

	for _, visits := range diary.All() {
		if err := habits.Add(visits); err != nil {
			fmt.Println(err)
			return
		}
	}
	expectation, err := rhythm.Expect(ben.Days, habits.Of(ben.Item), today)
	if err != nil {
		panic(err)
	}
	for _, reason := range expectation.Reasons() {
		fmt.Println(lifecycle.Explain(reason, customer.English))
	}
	// Output:
	// missing: bought on 1 day; a rhythm needs 2
	// missing: nobody has bought here a second time yet
	// bought once, on 7 Nov; others buy again after 14 days, so due on 21 Nov
	// 2 of 3 buyers came a second time
	// expected from 18 Nov to 24 Nov
	// 5 days overdue since 21 Nov; 50 % of gaps were shorter
}

// The rhythm over everything that c-1 buys, and everybody's.
func ExampleTogether() {
	var diary lifecycle.Diary[customer.ID]
	if err := diary.Add(purchases()...); err != nil {
		panic(err)
	}
	var gaps lifecycle.Gaps
	for _, visits := range diary.All() {
		if err := gaps.Add(lifecycle.Together(visits)); err != nil {
			fmt.Println(err)
			return
		}
	}
	rhythm, err := lifecycle.NewRhythm(lifecycle.RhythmRules{
		Edition: customer.Edition{ID: "shopping", Version: 1}, PriorGaps: 1, OwnGaps: 20, WindowDays: 7,
	})
	if err != nil {
		panic(err)
	}
	today, _ := customer.NewDate(2026, time.November, 18)
	days := lifecycle.Together(diary.Visits("anna"))
	expectation, err := rhythm.Expect(days, &gaps, today)
	if err != nil {
		panic(err)
	}
	fmt.Println(len(days), "days of shopping")
	fmt.Println(lifecycle.Explain(expectation.Because(), customer.English))
	// Output:
	// 7 days of shopping
	// every 14 days, last on 11 Nov, due on 25 Nov
}

// The ungrouped form on several processors: any split will do, and so will any order of
// merging.
func ExampleDiary_Merge() {
	var work sync.WaitGroup
	parts := slices.Collect(slices.Chunk(purchases(), 5))
	diaries := make([]lifecycle.Diary[customer.ID], len(parts))
	for i, part := range parts {
		work.Go(func() {
			if err := diaries[i].Add(part...); err != nil {
				panic(err)
			}
		})
	}
	work.Wait()
	var whole lifecycle.Diary[customer.ID]
	for i := range diaries {
		whole.Merge(&diaries[i])
	}
	for id, visits := range whole.All() {
		fmt.Println(id, len(visits), "items")
	}
	// Output:
	// anna 2 items
	// ben 1 items
	// cleo 2 items
}

// The grouped form: the lines of one customer after the other, customers ascending, in
// bounded memory. The figures are the same.
func ExampleVisitor() {
	var lines iter.Seq2[population.Line[customer.ID], error] = func(yield func(population.Line[customer.ID], error) bool) {
		for _, line := range purchases() { // a host reads a sorted file here
			if !yield(line, nil) {
				return
			}
		}
	}
	var visitor lifecycle.Visitor[customer.ID]
	var habits lifecycle.Habits
	for run, err := range population.Runs(lines) {
		if err != nil {
			panic(err)
		}
		visits, err := visitor.Visits(run)
		if err != nil {
			panic(err)
		}
		if err := habits.Add(visits); err != nil {
			fmt.Println(err)
			return
		}
	}
	fmt.Println(habits.Of(1).Total(), "gaps between purchases of milk")
	fmt.Println(habits.Of(2).Total(), "between those of coffee")
	// Output:
	// 6 gaps between purchases of milk
	// 1 between those of coffee
}
