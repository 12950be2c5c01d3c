package lifecycle_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/lifecycle"
)

// The codes and texts of the package. A code that is missing here, or renamed, fails
// the test: codes are stored, and renaming one is a migration.
func TestExplain(t *testing.T) {
	last, due := on("2026-11-11"), on("2026-11-25")
	nextYear := on("2027-01-11")
	seen := map[string]bool{}
	for _, tc := range []struct {
		reason           customer.Reason
		english, chinese string
	}{
		{
			customer.Reason{Code: "lifecycle.rhythm", Fact: 14, Mark: 9, Unit: customer.UnitDays, On: last, By: due},
			"every 14 days, last on 11 Nov, due on 25 Nov",
			"每14天购买一次，上次11月11日，预计11月25日",
		},
		{
			customer.Reason{Code: "lifecycle.rhythm", Fact: 1, Mark: 9, Unit: customer.UnitDays, On: last, By: last + 1},
			"every 1 day, last on 11 Nov, due on 12 Nov",
			"每1天购买一次，上次11月11日，预计11月12日",
		},
		{
			customer.Reason{Code: "lifecycle.rhythm", Fact: 61, Mark: 9, Unit: customer.UnitDays, On: last, By: nextYear},
			"every 61 days, last on 11 Nov 2026, due on 11 Jan 2027",
			"每61天购买一次，上次2026年11月11日，预计2027年1月11日",
		},
		{
			customer.Reason{Code: "lifecycle.second-purchase", Fact: 14, Mark: 1, Unit: customer.UnitDays, On: last, By: due},
			"bought once, on 11 Nov; others buy again after 14 days, so due on 25 Nov",
			"仅在11月11日购买过一次；其他顾客14天后再次购买，预计11月25日",
		},
		{
			customer.Reason{Code: "lifecycle.second-purchase", Fact: 61, Mark: 1, Unit: customer.UnitDays, On: last, By: nextYear},
			"bought once, on 11 Nov 2026; others buy again after 61 days, so due on 11 Jan 2027",
			"仅在2026年11月11日购买过一次；其他顾客61天后再次购买，预计2027年1月11日",
		},
		{
			customer.Reason{Code: "lifecycle.window", On: due - 3, By: due + 3},
			"expected from 22 Nov to 28 Nov",
			"预计在11月22日至11月28日之间",
		},
		{
			customer.Reason{Code: "lifecycle.window", On: on("2026-12-29"), By: on("2027-01-04")},
			"expected from 29 Dec 2026 to 4 Jan 2027",
			"预计在2026年12月29日至2027年1月4日之间",
		},
		{
			customer.Reason{Code: "lifecycle.overdue", Fact: 3, Mark: 667, Unit: customer.UnitDays, On: due + 3, By: due},
			"3 days overdue since 25 Nov; 66.7 % of gaps were shorter",
			"自11月25日起已逾期3天；66.7 %的间隔比这更短",
		},
		{
			customer.Reason{Code: "lifecycle.overdue", Fact: 47, Mark: 1000, Unit: customer.UnitDays, On: nextYear, By: due},
			"47 days overdue since 25 Nov 2026; 100 % of gaps were shorter",
			"自2026年11月25日起已逾期47天；100 %的间隔比这更短",
		},
		{
			customer.Reason{Code: "lifecycle.due-in", Fact: 1, Unit: customer.UnitDays, On: due - 1, By: due},
			"due in 1 day, on 25 Nov",
			"还有1天，预计11月25日",
		},
		{
			customer.Reason{Code: "lifecycle.due-in", Fact: 47, Unit: customer.UnitDays, On: due, By: nextYear},
			"due in 47 days, on 11 Jan 2027",
			"还有47天，预计2027年1月11日",
		},
		{
			customer.Reason{Code: "lifecycle.due-in", Fact: 0, Unit: customer.UnitDays, On: due, By: due},
			"due today, 25 Nov",
			"预计今天，11月25日",
		},
		{
			customer.Reason{Code: "lifecycle.came-back", Fact: 2, Mark: 5, Unit: customer.UnitCustomers},
			"2 of 5 buyers came a second time",
			"5位买家中有2位再次购买",
		},
		{
			customer.Reason{Code: "lifecycle.came-back", Fact: 1, Mark: 1, Unit: customer.UnitCustomers},
			"1 of 1 buyer came a second time",
			"1位买家中有1位再次购买",
		},
		{
			customer.Reason{Code: "lifecycle.no-purchase", Unit: customer.UnitTimes, On: due},
			"no purchase up to 25 Nov 2026",
			"截至2026年11月25日没有购买",
		},
		{
			customer.Reason{Code: "lifecycle.one-purchase", Fact: 1, Mark: 2, Unit: customer.UnitTimes, On: due},
			"bought on 1 day; a rhythm needs 2",
			"购买日仅1天，至少2天才有节奏",
		},
		{
			customer.Reason{Code: "lifecycle.no-gaps", Unit: customer.UnitTimes, On: due},
			"nobody has bought here a second time yet",
			"尚无顾客再次购买",
		},
	} {
		seen[tc.reason.Code] = true
		assert.Equal(t, tc.english, lifecycle.Explain(tc.reason, customer.English))
		assert.Equal(t, tc.chinese, lifecycle.Explain(tc.reason, customer.Chinese))
	}
	for _, code := range customertest.Codes(t, "reason.go") {
		assert.True(t, seen[code], "%s is rendered in no test", code)
		for _, language := range []customer.Language{customer.English, customer.Chinese} {
			assert.NotEqual(t, code, lifecycle.Explain(customer.Reason{Code: code}, language), "left raw")
		}
	}
	other := customer.Reason{Code: "shop.closed"}
	assert.Equal(t, "shop.closed", lifecycle.Explain(other, customer.English))
	assert.Equal(t, "shop.closed", lifecycle.Explain(other, customer.Chinese))
}

// From purchases to the sentence, over the ends of months and years.
func TestReasonDays(t *testing.T) {
	rules := rhythmRules()
	rules.PriorGaps = 0
	for _, tc := range []struct {
		step             int
		last             string
		english, chinese string
	}{
		{14, "2026-11-11", "every 14 days, last on 11 Nov, due on 25 Nov", "每14天购买一次，上次11月11日，预计11月25日"},
		{14, "2026-11-16", "every 14 days, last on 16 Nov, due on 30 Nov", "每14天购买一次，上次11月16日，预计11月30日"},
		{14, "2026-11-17", "every 14 days, last on 17 Nov, due on 1 Dec", "每14天购买一次，上次11月17日，预计12月1日"},
		{14, "2027-02-14", "every 14 days, last on 14 Feb, due on 28 Feb", "每14天购买一次，上次2月14日，预计2月28日"},
		{14, "2027-02-15", "every 14 days, last on 15 Feb, due on 1 Mar", "每14天购买一次，上次2月15日，预计3月1日"},
		{14, "2028-02-15", "every 14 days, last on 15 Feb, due on 29 Feb", "每14天购买一次，上次2月15日，预计2月29日"},
		{14, "2026-12-17", "every 14 days, last on 17 Dec, due on 31 Dec", "每14天购买一次，上次12月17日，预计12月31日"},
		{
			14, "2026-12-18", "every 14 days, last on 18 Dec 2026, due on 1 Jan 2027",
			"每14天购买一次，上次2026年12月18日，预计2027年1月1日",
		},
		{
			365, "2026-12-31", "every 365 days, last on 31 Dec 2026, due on 31 Dec 2027",
			"每365天购买一次，上次2026年12月31日，预计2027年12月31日",
		},
	} {
		last := on(tc.last)
		e, err := newRhythm(t, rules).Expect(every(tc.step, 5, last), nil, last)
		require.NoError(t, err)
		assert.Equal(t, tc.english, lifecycle.Explain(e.Because(), customer.English))
		assert.Equal(t, tc.chinese, lifecycle.Explain(e.Because(), customer.Chinese))
	}
}

// What the reasons say on the days around the due day. A reader can recompute the due
// day from any of them: last + interval, today - overdue, today + days to go.
func TestReasons(t *testing.T) {
	rules := rhythmRules()
	rules.PriorGaps = 0
	rhythm, days := newRhythm(t, rules), every(14, 5, on("2026-11-11"))
	for _, tc := range []struct {
		day     string
		overdue int
		late    bool
		last    string
	}{
		{"2026-11-11", -14, false, "due in 14 days, on 25 Nov"},
		{"2026-11-24", -1, false, "due in 1 day, on 25 Nov"},
		{"2026-11-25", 0, false, "due today, 25 Nov"},
		{"2026-11-26", 1, true, "1 day overdue since 25 Nov; 100 % of gaps were shorter"},
		{"2026-12-31", 36, true, "36 days overdue since 25 Nov; 100 % of gaps were shorter"},
		{"2027-01-01", 37, true, "37 days overdue since 25 Nov 2026; 100 % of gaps were shorter"},
	} {
		t.Run(tc.day, func(t *testing.T) {
			e, err := rhythm.Expect(days, nil, on(tc.day))
			require.NoError(t, err)
			assert.Equal(t, tc.overdue, e.Overdue)
			var sentences []string
			for _, reason := range e.Reasons() {
				assert.Equal(t, "rhythm/1", reason.Rule)
				sentences = append(sentences, lifecycle.Explain(reason, customer.English))
			}
			assert.Equal(t, []string{
				"every 14 days, last on 11 Nov, due on 25 Nov",
				"expected from 22 Nov to 28 Nov",
				tc.last,
			}, sentences)

			because := e.Because()
			assert.Equal(t, because.By, because.On.AddDays(int(because.Fact)))
			late, isLate := e.Late()
			assert.Equal(t, tc.late, isLate)
			if isLate {
				assert.Equal(t, late, e.Reasons()[2])
				assert.Equal(t, because.By, late.On.AddDays(-int(late.Fact)))
			}
		})
	}
}

func TestReasonsOfASecondPurchase(t *testing.T) {
	others := gapsOf(after(1, 10), after(1, 10, 50), customer.Days{5})
	e, err := newRhythm(t, rhythmRules()).Expect(customer.Days{on("2026-11-11")}, others, on("2026-11-25"))
	require.NoError(t, err)
	var sentences []string
	for _, reason := range e.Reasons() {
		sentences = append(sentences, lifecycle.Explain(reason, customer.English))
	}
	assert.Equal(t, []string{
		"bought once, on 11 Nov; others buy again after 10 days, so due on 21 Nov",
		"2 of 3 buyers came a second time",
		"expected from 18 Nov to 24 Nov",
		"4 days overdue since 21 Nov; 100 % of gaps were shorter",
	}, sentences)
}
