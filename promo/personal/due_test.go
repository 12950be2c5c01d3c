package personal_test

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/lifecycle"
	"github.com/rapport-crm/rapport/promo/personal"
)

const (
	today = customer.Date(739_945) // 25 November 2026
	one   = 1 << 30                // the score of a purchase of today
)

// shop is a population and what is known of it.
type shop struct {
	customers [][]lifecycle.Visits
	habits    lifecycle.Habits
	popular   *personal.Popularity
}

func newShop(t require.TestingT, customers ...[]lifecycle.Visits) *shop {
	s := &shop{customers: customers, popular: personal.NewPopularity(population.Period{From: today - 30, Until: today})}
	for _, visits := range customers {
		require.NoError(t, s.habits.Add(visits))
		require.NoError(t, s.popular.Add(visits))
	}
	return s
}

func (s *shop) planner(t require.TestingT, rules personal.Rules) *personal.Planner {
	planner, err := personal.NewPlanner(rules, &s.habits, s.popular)
	require.NoError(t, err)
	return planner
}

func (s *shop) due(t require.TestingT, rules personal.Rules, visits []lifecycle.Visits, on customer.Date) []personal.Due {
	list, err := s.planner(t, rules).Due(visits, on)
	require.NoError(t, err)
	return list
}

func items(list []personal.Due) []uint32 {
	var all []uint32
	for _, due := range list {
		all = append(all, due.Item)
	}
	return all
}

// ownRules leave the population out, so that a table shows what comes of one customer.
func ownRules() personal.Rules {
	rules := listRules()
	rules.Rhythm.PriorGaps, rules.PriorTrips = 0, 0
	return rules
}

func drawVisits(t *rapid.T) []lifecycle.Visits {
	var visits []lifecycle.Visits
	for item := range uint32(6) {
		var days customer.Days
		for range rapid.IntRange(0, 5).Draw(t, "purchases") {
			days.Add(today + customer.Date(rapid.OneOf(
				rapid.IntRange(-60, 3),
				rapid.SampledFrom([]int{-7, -14, -21, -28, -5000}),
			).Draw(t, "day")))
		}
		if len(days) > 0 {
			visits = append(visits, lifecycle.Visits{Item: item, Days: days})
		}
	}
	return visits
}

func drawRules(t *rapid.T) personal.Rules {
	rules := listRules()
	rules.Rhythm.PriorGaps = rapid.SampledFrom([]int{0, 3}).Draw(t, "prior gaps")
	rules.HorizonDays = rapid.SampledFrom([]int{1, 7, 14, 366}).Draw(t, "horizon")
	rules.HalfLifeDays = rapid.SampledFrom([]int{1, 7, 90, 3660}).Draw(t, "half-life")
	rules.PriorTrips = rapid.SampledFrom([]int{0, 1, 4, 100}).Draw(t, "prior trips")
	rules.MaxLines = rapid.SampledFrom([]int{1, 3, 10}).Draw(t, "lines")
	rules.NewItems = rapid.IntRange(0, min(rules.MaxLines, 3)).Draw(t, "new items")
	rules.WithoutTiming = rapid.Bool().Draw(t, "without timing")
	return rules
}

// naiveLine is a line by the words of the comments: who may stand on the list, and her
// exact score.
type naiveLine struct {
	bought      bool
	expectation lifecycle.Expectation
	score       float64 // in purchases of today
	days        int     // on which she bought it
}

func naive(t require.TestingT, rules personal.Rules, s *shop, visits []lifecycle.Visits) map[uint32]naiveLine {
	trips := make(map[customer.Date]bool)
	with, all := map[uint32]float64{}, 0.0
	for _, other := range s.customers {
		clear(trips)
		for _, v := range other {
			for _, day := range v.Days {
				if day >= today-30 && day < today {
					trips[day] = true
					with[v.Item]++
				}
			}
		}
		all += float64(len(trips))
	}
	popular := func(item uint32) float64 {
		if all == 0 {
			return 0
		}
		return float64(rules.PriorTrips) * with[item] / all
	}

	rhythm, err := lifecycle.NewRhythm(rules.Rhythm)
	require.NoError(t, err)
	lines, everBought := map[uint32]naiveLine{}, map[uint32]bool{}
	for _, v := range visits {
		line := naiveLine{bought: true, score: popular(v.Item)}
		for _, day := range v.Days {
			if day < today {
				everBought[v.Item] = true
				line.days++
				line.score += math.Exp2(-float64(today-day) / float64(rules.HalfLifeDays))
			}
		}
		if line.days == 0 {
			continue
		}
		if !rules.WithoutTiming {
			line.expectation, err = rhythm.Expect(v.Days.Before(today), s.habits.Of(v.Item), today)
			if refusal := (*customer.Refusal)(nil); errors.As(err, &refusal) {
				require.Equal(t, 1, line.days, "only a single purchase is without expectation")
				continue
			}
			require.NoError(t, err)
			if line.expectation.From >= today+customer.Date(rules.HorizonDays) {
				continue
			}
		}
		lines[v.Item] = line
	}

	var fresh []uint32
	for item := range with {
		if !everBought[item] {
			fresh = append(fresh, item)
		}
	}
	slices.SortFunc(fresh, func(a, b uint32) int { return cmp.Or(cmp.Compare(with[b], with[a]), cmp.Compare(a, b)) })
	for _, item := range fresh[:min(len(fresh), rules.NewItems)] {
		lines[item] = naiveLine{score: popular(item)}
	}
	return lines
}

func TestDueAgreesWithTheModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := newShop(t, rapid.SliceOfN(rapid.Custom(drawVisits), 0, 6).Draw(t, "customers")...)
		rules, visits := drawRules(t), drawVisits(t)
		habits := marshal(t, &s.habits)

		want := naive(t, rules, s, visits)
		got := s.due(t, rules, visits, today)
		require.Len(t, got, min(len(want), rules.MaxLines))
		worst := math.Inf(1)
		for i, due := range got {
			line, isCandidate := want[due.Item]
			require.True(t, isCandidate, "item %d is neither due nor new", due.Item)
			assert.Equal(t, line.expectation, due.Expectation)
			tolerance := float64(2 + 2*line.days) // in units: each purchase and the popularity are rounded
			assert.InDelta(t, line.score*one, float64(due.Score), tolerance)
			worst = min(worst, line.score+2*tolerance/one)
			delete(want, due.Item)
			if i == 0 {
				continue
			}
			above, isBought := got[i-1], due.Reasons[len(due.Reasons)-1].Code != personal.CodeNew
			aboveIsBought := above.Reasons[len(above.Reasons)-1].Code != personal.CodeNew
			switch {
			case above.Score != due.Score:
				assert.Greater(t, above.Score, due.Score)
			case aboveIsBought != isBought:
				assert.True(t, aboveIsBought, "of equal scores, new items come last")
			case above.Expectation.Due != due.Expectation.Due:
				assert.Less(t, above.Expectation.Due, due.Expectation.Due, "of equal scores, the earlier due day first")
			default:
				assert.Less(t, above.Item, due.Item)
			}
		}
		for item, line := range want { // cut off
			assert.LessOrEqual(t, line.score, worst, "item %d should stand on the list", item)
		}

		assert.Equal(t, got, s.due(t, rules, visits, today), "asked again, answered alike")
		assert.Equal(t, habits, marshal(t, &s.habits), "asking changes nothing")

		var seen []lifecycle.Visits
		for _, v := range visits {
			seen = append(seen, lifecycle.Visits{Item: v.Item, Days: v.Days.Before(today)})
		}
		assert.Equal(t, got, s.due(t, rules, seen, today), "days on or after the day of the list do not matter")
	})
}

// A reader can recompute what the list says from its reasons.
func TestDueReasonsProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := newShop(t, rapid.SliceOfN(rapid.Custom(drawVisits), 0, 6).Draw(t, "customers")...)
		rules, visits := drawRules(t), drawVisits(t)
		for _, due := range s.due(t, rules, visits, today) {
			byCode := map[string]customer.Reason{}
			for _, reason := range due.Reasons {
				byCode[reason.Code] = reason
				assert.NotEqual(t, reason.Code, personal.Explain(reason, customer.English), "left raw")
				assert.NotEqual(t, reason.Code, personal.Explain(reason, customer.Chinese), "left raw")
			}
			require.Len(t, byCode, len(due.Reasons), "no code stands twice")
			if fresh, isNew := byCode[personal.CodeNew]; isNew {
				assert.Len(t, due.Reasons, 1)
				assert.Equal(t, "list/1", fresh.Rule)
				assert.Zero(t, due.Expectation)
				continue
			}
			frequency := byCode[personal.CodeFrequency]
			i := slices.IndexFunc(visits, func(v lifecycle.Visits) bool { return v.Item == due.Item })
			bought := visits[i].Days.Before(today)
			assert.Equal(t, int64(len(bought)), frequency.Fact)
			recent := 0
			for _, day := range bought {
				if day >= today-customer.Date(rules.HalfLifeDays) {
					recent++
				}
			}
			assert.Equal(t, int64(recent), frequency.Mark)
			_, hasPopular := byCode[personal.CodePopular]
			assert.Equal(t, rules.PriorTrips > 0, hasPopular)

			because, hasRhythm := byCode[lifecycle.CodeRhythm]
			if !hasRhythm {
				because, hasRhythm = byCode[lifecycle.CodeSecondPurchase]
			}
			assert.Equal(t, !rules.WithoutTiming, hasRhythm)
			if hasRhythm {
				assert.Equal(t, due.Reasons[0], because, "the rhythm comes first")
				assert.Equal(t, bought.Last(), because.On)
				assert.Equal(t, because.By, because.On.AddDays(int(because.Fact)), "due = last + interval")
				late, isLate := byCode[lifecycle.CodeOverdue]
				assert.Equal(t, today > because.By, isLate)
				if isLate {
					assert.Equal(t, int64(today-because.By), late.Fact)
				}
			}
		}
	})
}

// row D10: the window of milk bought every 30 days is 7 days wide around the due day,
// so it opens 3 days before it. It is listed from the day on which the window opens
// within the horizon, the 13th day after the list's own at the latest.
func TestDueWindowEdges(t *testing.T) {
	last := date("2026-11-01") // due on 1 December, window from 28 November to 4 December
	visits := []lifecycle.Visits{{Item: 1, Days: every(30, 5, last)}}
	for _, tc := range []struct {
		name    string
		on      string
		listed  bool
		overdue int
	}{
		{"opens 14 days ahead", "2026-11-14", false, 0},
		{"opens 13 days ahead", "2026-11-15", true, -16},
		{"opens today", "2026-11-28", true, -3},
		{"due today", "2026-12-01", true, 0},
		{"a day overdue", "2026-12-02", true, 1},
		{"the window's last day", "2026-12-04", true, 3},
		{"the window is past", "2026-12-05", true, 4},
		{"long past", "2027-12-01", true, 365},
	} {
		t.Run(tc.name, func(t *testing.T) {
			list := newShop(t).due(t, ownRules(), visits, date(tc.on))
			if !tc.listed {
				assert.Empty(t, list)
				return
			}
			require.Len(t, list, 1)
			assert.Equal(t, date("2026-11-28"), list[0].Expectation.From)
			assert.Equal(t, date("2026-12-05"), list[0].Expectation.Until)
			assert.Equal(t, tc.overdue, list[0].Expectation.Overdue)
			assert.Equal(t, tc.overdue > 0, len(list[0].Reasons) == 3, "rhythm and frequency, and that it is late")
		})
	}

	t.Run("other horizons", func(t *testing.T) {
		for horizon, listed := range map[int]int{13: 0, 14: 0, 15: 1, 366: 1} {
			rules := ownRules()
			rules.HorizonDays = horizon
			assert.Len(t, newShop(t).due(t, rules, visits, date("2026-11-14")), listed, "horizon of %d days", horizon)
		}
	})
	t.Run("a purchase of the day itself is not seen", func(t *testing.T) {
		visits := []lifecycle.Visits{{Item: 1, Days: append(every(30, 5, last), date("2026-12-01"))}}
		list := newShop(t).due(t, ownRules(), visits, date("2026-12-01"))
		require.Len(t, list, 1)
		assert.Equal(t, last, list[0].Expectation.Last)
		assert.Empty(t, newShop(t).due(t, ownRules(), visits, date("2026-12-02")), "but on the next day it is")
	})
}

func TestDueRanking(t *testing.T) {
	weekly, odd := every(7, 10, today-5), customer.Days{today - 20}
	comeBack := []lifecycle.Visits{ // others buy everything again after 14 days
		{Item: 1, Days: every(14, 2, today-100)}, {Item: 2, Days: every(14, 2, today-100)}, {Item: 3, Days: every(14, 2, today-100)},
	}
	popular := func(item uint32, trips int) []lifecycle.Visits {
		return []lifecycle.Visits{{Item: item, Days: every(1, trips, today-1)}}
	}
	for _, tc := range []struct {
		name   string
		shop   *shop
		change func(*personal.Rules)
		visits []lifecycle.Visits
		want   []uint32
	}{
		{"nobody", newShop(t), nil, nil, nil},
		{"never bought", newShop(t), nil, []lifecycle.Visits{{Item: 1}}, nil},
		{"one purchase, and nobody came back", newShop(t), nil, []lifecycle.Visits{{Item: 1, Days: odd}}, nil},
		{"one purchase, and others came back", newShop(t, comeBack), nil, []lifecycle.Visits{{Item: 1, Days: odd}}, []uint32{1}},
		{
			"one odd purchase does not outrank the weekly milk", newShop(t, comeBack), nil,
			[]lifecycle.Visits{{Item: 1, Days: odd}, {Item: 2, Days: weekly}},
			[]uint32{2, 1},
		},
		{
			"neither does one that is longer overdue", newShop(t, comeBack), nil,
			[]lifecycle.Visits{{Item: 1, Days: customer.Days{today - 90}}, {Item: 2, Days: weekly}},
			[]uint32{2, 1},
		},
		{
			"recent frequency counts more than old", newShop(t), nil,
			[]lifecycle.Visits{{Item: 1, Days: every(7, 10, today-400)}, {Item: 2, Days: every(7, 5, today-5)}},
			[]uint32{2, 1},
		},
		{
			"with a long memory old frequency counts as well", newShop(t), func(r *personal.Rules) { r.HalfLifeDays = 3660 },
			[]lifecycle.Visits{{Item: 1, Days: every(7, 10, today-400)}, {Item: 2, Days: every(7, 5, today-5)}},
			[]uint32{1, 2},
		},
		{
			"equal days: the lower item", newShop(t), nil,
			[]lifecycle.Visits{{Item: 1, Days: weekly}, {Item: 2, Days: weekly}},
			[]uint32{1, 2},
		},
		{
			"equal scores: the earlier due day, whatever the item", newShop(t), nil,
			// All purchases but the last lie so far back that they count nothing.
			[]lifecycle.Visits{
				{Item: 1, Days: customer.Days{today - 5000, today - 4980}},
				{Item: 2, Days: customer.Days{today - 5000, today - 4990}},
			},
			[]uint32{2, 1},
		},
		{
			"popularity decides between equal days", newShop(t, popular(2, 3), popular(1, 1)), func(r *personal.Rules) { r.PriorTrips = 4 },
			[]lifecycle.Visits{{Item: 1, Days: weekly}, {Item: 2, Days: weekly}},
			[]uint32{2, 1},
		},
		{
			"no popularity without prior trips", newShop(t, popular(2, 3), popular(1, 1)), nil,
			[]lifecycle.Visits{{Item: 1, Days: weekly}, {Item: 2, Days: weekly}},
			[]uint32{1, 2},
		},
		{
			"the longest list", newShop(t), func(r *personal.Rules) { r.MaxLines = 2 },
			[]lifecycle.Visits{{Item: 1, Days: weekly}, {Item: 2, Days: weekly}, {Item: 3, Days: weekly}},
			[]uint32{1, 2},
		},
		{
			"not due", newShop(t), nil,
			[]lifecycle.Visits{{Item: 1, Days: every(60, 3, today-1)}},
			nil,
		},
		{
			"not due, but without timing", newShop(t), func(r *personal.Rules) { r.WithoutTiming = true },
			[]lifecycle.Visits{{Item: 1, Days: every(60, 3, today-1)}, {Item: 2, Days: odd}},
			[]uint32{1, 2},
		},
		{
			"new items, the most popular first", newShop(t, popular(7, 3), popular(8, 5), popular(9, 4)),
			func(r *personal.Rules) { r.NewItems, r.PriorTrips = 2, 4 }, nil,
			[]uint32{8, 9},
		},
		{
			"equally popular new items by their code", newShop(t, popular(9, 3), popular(8, 3), popular(7, 2)),
			func(r *personal.Rules) { r.NewItems, r.PriorTrips = 3, 4 }, nil,
			[]uint32{8, 9, 7},
		},
		{
			"what she bought is not new, due or not", newShop(t, popular(7, 3), popular(8, 5)),
			func(r *personal.Rules) { r.NewItems, r.PriorTrips = 2, 4 },
			[]lifecycle.Visits{{Item: 8, Days: every(60, 3, today-1)}},
			[]uint32{7},
		},
		{
			"what she will buy today is new", newShop(t, popular(7, 3), popular(8, 5)),
			func(r *personal.Rules) { r.NewItems, r.PriorTrips = 2, 4 },
			[]lifecycle.Visits{{Item: 8, Days: customer.Days{today}}},
			[]uint32{8, 7},
		},
		{
			"a popular new item may outrank an old purchase", newShop(t, popular(7, 9)),
			func(r *personal.Rules) { r.NewItems, r.PriorTrips = 1, 4 },
			[]lifecycle.Visits{{Item: 1, Days: every(7, 2, today-200)}},
			[]uint32{7, 1},
		},
		{
			"of equal scores, hers comes before a new item", newShop(t, popular(0, 9)),
			func(r *personal.Rules) { r.NewItems = 1 },
			[]lifecycle.Visits{{Item: 1, Days: every(7, 2, today-5000)}},
			[]uint32{1, 0},
		},
		{
			"new items do not lengthen the list", newShop(t, popular(7, 9), popular(8, 9)),
			func(r *personal.Rules) { r.NewItems, r.MaxLines = 2, 2 },
			[]lifecycle.Visits{{Item: 1, Days: weekly}},
			[]uint32{1, 7},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			rules := ownRules()
			if tc.change != nil {
				tc.change(&rules)
			}
			list := tc.shop.due(t, rules, tc.visits, today)
			assert.Equal(t, tc.want, items(list))
			assert.NotNil(t, list, "an empty list is a list")
		})
	}
}

// Fixed point: 2^30 units today, half after each half-life, 1 unit after 30 of them, and
// nothing from the next day on.
func TestDueScores(t *testing.T) {
	for _, tc := range []struct {
		halfLife, age int
		want          int64
	}{
		{1, 1, one / 2},
		{1, 2, one / 4},
		{1, 30, 1},
		{1, 31, 0},
		{90, 1, 1065504019},
		{90, 90, one / 2},
		{90, 180, one / 4},
		{90, 2700, 1},
		{90, 2701, 0},
	} {
		rules := ownRules()
		rules.HalfLifeDays, rules.WithoutTiming = tc.halfLife, true
		list := newShop(t).due(t, rules, []lifecycle.Visits{{Item: 1, Days: customer.Days{today - customer.Date(tc.age)}}}, today)
		require.Len(t, list, 1)
		assert.Equal(t, tc.want, list[0].Score, "half-life %d, age %d", tc.halfLife, tc.age)
	}
}

// Milk every day for a hundred years, with the longest and the shortest memory.
func TestDueScoresOverDecades(t *testing.T) {
	visits := []lifecycle.Visits{{Item: 1, Days: every(1, 36_525, today-1)}}
	for _, halfLife := range []int{1, 3660} {
		rules := ownRules()
		rules.HalfLifeDays = halfLife
		list := newShop(t).due(t, rules, visits, today)
		require.Len(t, list, 1)
		exact := 0.0
		for _, day := range visits[0].Days {
			exact += math.Exp2(-float64(today-day) / float64(halfLife))
		}
		assert.InDelta(t, exact*one, float64(list[0].Score), 36_525)
	}
	s := newShop(t)
	// The greatest popularity that a state can carry: everybody buys it on every trip.
	require.NoError(t, s.popular.UnmarshalBinary(storedPopularity(1, uint64(today), most, 1, most)))
	rules := ownRules()
	rules.PriorTrips, rules.NewItems = 100, 1
	list := s.due(t, rules, nil, today)
	require.Len(t, list, 1)
	assert.Equal(t, int64(100*one), list[0].Score)
	assert.Equal(t, int64(1000), list[0].Reasons[0].Fact)
}

func TestDueInForce(t *testing.T) {
	days := []lifecycle.Visits{{Item: 1, Days: every(7, 5, today-1)}}
	for _, tc := range []struct {
		name   string
		change func(*personal.Rules)
		on     customer.Date
		want   []string
		rule   string
	}{
		{"no day", func(*personal.Rules) {}, 0, []string{customer.CodeNoDay}, "list/1"},
		{"first day", func(r *personal.Rules) { r.From = today }, today, nil, ""},
		{"the day before", func(r *personal.Rules) { r.From = today }, today - 1, []string{customer.CodeNotYetInForce}, "list/1"},
		{"last day", func(r *personal.Rules) { r.Until = today + 1 }, today, nil, ""},
		{"the day after", func(r *personal.Rules) { r.Until = today }, today, []string{customer.CodeNoLongerInForce}, "list/1"},
		{"first day of the rhythm", func(r *personal.Rules) { r.Rhythm.From = today }, today, nil, ""},
		{"the day before the rhythm", func(r *personal.Rules) { r.Rhythm.From = today }, today - 1, []string{customer.CodeNotYetInForce}, "rhythm/1"},
		{"the day after the rhythm", func(r *personal.Rules) { r.Rhythm.Until = today }, today, []string{customer.CodeNoLongerInForce}, "rhythm/1"},
		{"without timing the rhythm does not matter", func(r *personal.Rules) { r.Rhythm.Until, r.WithoutTiming = today, true }, today, nil, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			rules := ownRules()
			tc.change(&rules)
			planner := newShop(t).planner(t, rules)
			for _, visits := range [][]lifecycle.Visits{days, nil} { // a stranger is told the same
				list, err := planner.Due(visits, tc.on)
				if tc.want == nil {
					require.NoError(t, err)
					continue
				}
				assert.Equal(t, tc.want, codes(t, err))
				assert.Nil(t, list)
				var refusal *customer.Refusal
				require.ErrorAs(t, err, &refusal)
				assert.Equal(t, tc.rule, refusal.Rule)
			}
		})
	}
}

func TestRulesFaults(t *testing.T) {
	for _, tc := range []struct {
		name   string
		change func(*personal.Rules)
		want   []string
	}{
		{"as they are", func(*personal.Rules) {}, nil},
		{"least of all", func(r *personal.Rules) {
			r.HorizonDays, r.HalfLifeDays, r.PriorTrips, r.MaxLines, r.NewItems = 1, 1, 0, 1, 0
		}, nil},
		{"most of all", func(r *personal.Rules) {
			r.HorizonDays, r.HalfLifeDays, r.PriorTrips, r.MaxLines, r.NewItems = 366, 3660, 100, 1000, 1000
		}, nil},
		{"no name", func(r *personal.Rules) { r.ID = "" }, []string{"id = "}},
		{"no version", func(r *personal.Rules) { r.Version = 0 }, []string{"version = 0"}},
		{"the rhythm without a name", func(r *personal.Rules) { r.Rhythm.ID = "" }, []string{"rhythm.id = "}},
		{"the rhythm's window", func(r *personal.Rules) { r.Rhythm.WindowDays = 0 }, []string{"rhythm.window_days = 0"}},
		{"no horizon", func(r *personal.Rules) { r.HorizonDays = 0 }, []string{"horizon_days = 0"}},
		{"a horizon of more than a year", func(r *personal.Rules) { r.HorizonDays = 367 }, []string{"horizon_days = 367"}},
		{"no half-life", func(r *personal.Rules) { r.HalfLifeDays = 0 }, []string{"half_life_days = 0"}},
		{"a half-life of more than ten years", func(r *personal.Rules) { r.HalfLifeDays = 3661 }, []string{"half_life_days = 3661"}},
		{"prior trips below 0", func(r *personal.Rules) { r.PriorTrips = -1 }, []string{"prior_trips = -1"}},
		{"prior trips above 100", func(r *personal.Rules) { r.PriorTrips = 101 }, []string{"prior_trips = 101"}},
		{"no lines", func(r *personal.Rules) { r.MaxLines = 0 }, []string{"max_lines = 0"}},
		{"too many lines", func(r *personal.Rules) { r.MaxLines = 1001 }, []string{"max_lines = 1001"}},
		{"lines below 0", func(r *personal.Rules) { r.MaxLines = -1 }, []string{"max_lines = -1"}},
		{"new items below 0", func(r *personal.Rules) { r.NewItems = -1 }, []string{"new_items = -1"}},
		{"as many new items as lines", func(r *personal.Rules) { r.NewItems = r.MaxLines }, nil},
		{"more new items than lines", func(r *personal.Rules) { r.NewItems = r.MaxLines + 1 }, []string{"new_items = 11"}},
		{
			"without timing, rhythm and horizon are not read",
			func(r *personal.Rules) { r.WithoutTiming, r.HorizonDays, r.Rhythm = true, 0, lifecycle.RhythmRules{} },
			nil,
		},
		{
			"everything, in the order of the fields",
			func(r *personal.Rules) {
				*r = personal.Rules{HorizonDays: 400, PriorTrips: -1, NewItems: 1}
				r.Rhythm.PriorGaps, r.Rhythm.HalfAtGaps = -1, 1001
			},
			[]string{
				"id = ", "version = 0",
				"rhythm.id = ", "rhythm.version = 0", "rhythm.prior_gaps = -1", "rhythm.own_gaps = 0",
				"rhythm.half_at_gaps = 1001", "rhythm.window_days = 0",
				"horizon_days = 400", "half_life_days = 0", "prior_trips = -1", "max_lines = 0", "new_items = 1",
			},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			rules := listRules()
			tc.change(&rules)
			planner, err := personal.NewPlanner(rules, new(lifecycle.Habits), personal.NewPopularity(population.Period{From: 1, Until: 2}))
			assert.Equal(t, tc.want, faults(err))
			assert.Equal(t, tc.want == nil, err == nil)
			assert.Equal(t, tc.want == nil, planner != nil)
		})
	}

	bad := listRules()
	bad.MaxLines = 0
	_, err := personal.NewPlanner(bad, nil, personal.NewPopularity(population.Period{From: 1, Until: 2}))
	assert.Equal(t, []string{"max_lines = 0", "habits = "}, faults(err))
	_, err = personal.NewPlanner(listRules(), new(lifecycle.Habits), nil)
	assert.Equal(t, []string{"habits = "}, faults(err))
}

func TestParseRules(t *testing.T) {
	rules := listRules()
	rules.From, rules.Until, rules.NewItems, rules.WithoutTiming = date("2026-11-01"), date("2027-01-01"), 2, true
	data, err := json.Marshal(rules)
	require.NoError(t, err)
	assert.JSONEq(t, `{
		"id": "list", "version": 1, "from": "2026-11-01", "until": "2027-01-01",
		"rhythm": {"id": "rhythm", "version": 1, "prior_gaps": 3, "own_gaps": 20, "half_at_gaps": 5, "window_days": 7},
		"horizon_days": 14, "half_life_days": 90, "prior_trips": 4, "max_lines": 10, "new_items": 2, "without_timing": true
	}`, string(data))
	again, err := personal.ParseRules(data)
	require.NoError(t, err)
	assert.Equal(t, rules, again)

	for _, tc := range []struct {
		name, data string
		want       []string
	}{
		{"a misspelt field", `{"id":"list","halflife_days":90}`, []string{"halflife_days = 90"}},
		{"a misspelt field of the rhythm", `{"rhythm":{"window":7}}`, []string{"rhythm.window = 7"}},
		{"a field twice", `{"max_lines":3,"max_lines":4}`, []string{"max_lines = 4"}},
		{"several", `{"without_timing":1,"rhythm":{"own_gaps":"20"}}`, []string{"without_timing = 1", `rhythm.own_gaps = "20"`}},
	} {
		_, err := personal.ParseRules([]byte(tc.data))
		assert.Equal(t, tc.want, faults(err), tc.name)
	}
}

// A Planner is asked from many places at once: it keeps nothing of a question.
func TestPlannerIsImmutable(t *testing.T) {
	s := newShop(t, []lifecycle.Visits{{Item: 1, Days: every(7, 9, today-1)}, {Item: 2, Days: every(14, 9, today-3)}})
	rules := listRules()
	rules.NewItems = 1
	planner := s.planner(t, rules)
	visits := []lifecycle.Visits{{Item: 1, Days: every(7, 5, today-6)}}
	want, err := planner.Due(visits, today)
	require.NoError(t, err)
	require.Len(t, want, 2)
	done := make(chan []personal.Due)
	for range 4 {
		go func() {
			var list []personal.Due
			for shift := range customer.Date(50) {
				list, _ = planner.Due(visits, today-49+shift)
			}
			done <- list
		}()
	}
	for range 4 {
		assert.Equal(t, want, <-done)
	}
}

// A customer who was known under two names has one list. Two lists put end to end are
// refused, since one item would stand in them twice.
func TestVisitsOfTwoNamesAreJoined(t *testing.T) {
	first := []lifecycle.Visits{{Item: 1, Days: every(7, 4, today-3)}, {Item: 3, Days: every(7, 4, today-3)}}
	second := []lifecycle.Visits{{Item: 1, Days: every(7, 4, today-6)}, {Item: 2, Days: every(7, 4, today-6)}}
	s := newShop(t)
	assert.ElementsMatch(t, []uint32{1, 2, 3}, items(s.due(t, ownRules(), lifecycle.Join(first, second), today)))

	planner := s.planner(t, ownRules())
	for _, visits := range [][]lifecycle.Visits{
		append(first[:2:2], second...),
		{{Item: 1, Days: customer.Days{today - 7, today - 14}}},
		{{Item: 1, Days: customer.Days{today - 7, today - 7}}},
	} {
		_, err := planner.Due(visits, today)
		faults := customer.Faults(nil)
		require.ErrorAs(t, err, &faults)
		require.ErrorAs(t, s.popular.Add(visits), &faults)
		require.ErrorAs(t, s.habits.Add(visits), &faults)
	}
	with, all := s.popular.Trips(1)
	assert.Zero(t, with+all, "nothing of a refused customer is counted")
}

// Habits that are measured in a season's days: out of season nothing falls due, and where
// the seasons are not in force there is no list instead of an empty one.
func TestDueInCountedDays(t *testing.T) {
	rules := lifecycle.SeasonRules{
		Edition: customer.Edition{ID: "year", Version: 1, From: date("2026-06-01")},
		Seasons: []lifecycle.Season{{Key: "summer", Spans: []lifecycle.YearSpan{{From: "06-01", Through: "08-31"}}, Items: []uint32{1}}},
	}
	seasons, err := lifecycle.NewSeasons(rules, nil)
	require.NoError(t, err)
	visits := []lifecycle.Visits{{Item: 1, Days: every(7, 9, date("2026-08-30"))}}
	habits := lifecycle.NewHabits(seasons)
	require.NoError(t, habits.Add(visits))
	popular := personal.NewPopularity(population.Period{From: date("2026-06-01"), Until: date("2027-07-01")})
	require.NoError(t, popular.Add(visits))
	planner, err := personal.NewPlanner(ownRules(), habits, popular)
	require.NoError(t, err)
	for _, tc := range []struct {
		on   string
		want int
	}{{"2026-08-28", 1}, {"2026-08-31", 0}, {"2026-11-25", 0}, {"2027-05-30", 1}} {
		list, err := planner.Due(visits, date(tc.on))
		require.NoError(t, err)
		assert.Len(t, list, tc.want, tc.on)
	}
	_, err = planner.Due(visits, date("2026-05-31"))
	refusal := (*customer.Refusal)(nil)
	require.ErrorAs(t, err, &refusal)
	assert.Equal(t, "year/1", refusal.Rule)
}

// What no day to come counts for is not expected, and so not due: here the season is
// 29 February, and the shop is closed on every one to come.
func TestDueNever(t *testing.T) {
	var closed customer.Days
	for year := 2028; year <= 9996; year += 4 {
		if day, err := customer.ParseDate(fmt.Sprintf("%d-02-29", year)); err == nil { // 2100 has none
			closed.Add(day)
		}
	}
	seasons, err := lifecycle.NewSeasons(lifecycle.SeasonRules{
		Edition: customer.Edition{ID: "year", Version: 1},
		Seasons: []lifecycle.Season{{Key: "leap day", Spans: []lifecycle.YearSpan{{From: "02-29", Through: "02-29"}}, Items: []uint32{1}}},
	}, closed)
	require.NoError(t, err)
	visits := []lifecycle.Visits{{Item: 1, Days: customer.Days{date("2020-02-29"), date("2024-02-29")}}}
	planner, err := personal.NewPlanner(ownRules(), lifecycle.NewHabits(seasons), personal.NewPopularity(population.Period{From: 1, Until: 2}))
	require.NoError(t, err)
	list, err := planner.Due(visits, date("2026-11-25"))
	require.NoError(t, err)
	assert.Empty(t, list)
}
