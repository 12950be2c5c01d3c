package lifecycle_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/lifecycle"
)

// The items of the garden season, and one that has none.
const (
	itemSeeds, itemTools, itemBread = 3, 4, 9
)

// seasonYearRules is a year with a garden season in two parts and Christmas over the new year,
// which may be somebody's own.
func seasonYearRules() lifecycle.SeasonRules {
	return lifecycle.SeasonRules{
		Edition: customer.Edition{ID: "year", Version: 2},
		Seasons: []lifecycle.Season{
			{Key: "garden", Spans: []lifecycle.YearSpan{{From: "03-01", Through: "05-31"}, {From: "09-01", Through: "09-30"}}, Items: []uint32{itemSeeds, itemTools}},
			{Key: "christmas", Spans: []lifecycle.YearSpan{{From: "12-01", Through: "01-06"}}, OwnYears: 2},
		},
	}
}

func newSeasons(t require.TestingT, rules lifecycle.SeasonRules, closed ...customer.Date) *lifecycle.Seasons {
	seasons, err := lifecycle.NewSeasons(rules, closed)
	require.NoError(t, err)
	return seasons
}

func seasonNamed(t require.TestingT, seasons *lifecycle.Seasons, key string) *lifecycle.Counted {
	counted, known := seasons.Key(key)
	require.True(t, known)
	return counted
}

// Both sides of every end, around the new year, and 29 February as an end in years with
// and without it.
func TestSeasonHolds(t *testing.T) {
	for _, tc := range []struct {
		name, from, through string
		inside, outside     []string
	}{
		{"within the year", "03-01", "05-31", []string{"2026-03-01", "2026-05-31"}, []string{"2026-02-28", "2028-02-29", "2026-06-01"}},
		{"over the new year", "12-01", "01-06", []string{"2026-12-01", "2026-12-31", "2027-01-01", "2027-01-06"}, []string{"2026-11-30", "2027-01-07"}},
		{"one day", "12-24", "12-24", []string{"2026-12-24"}, []string{"2026-12-23", "2026-12-25"}},
		{"through 29 February", "02-01", "02-29", []string{"2027-02-28", "2028-02-29"}, []string{"2027-03-01", "2028-03-01", "2027-01-31"}},
		{"from 29 February", "02-29", "03-10", []string{"2028-02-29", "2027-03-01", "2027-03-10"}, []string{"2028-02-28", "2027-02-28", "2027-03-11"}},
		{"through 28 February", "02-01", "02-28", []string{"2027-02-28", "2028-02-28"}, []string{"2028-02-29"}},
		{"only 29 February", "02-29", "02-29", []string{"2028-02-29", "2000-02-29"}, []string{"2027-02-28", "2027-03-01", "2100-02-28"}},
		{"all year", "01-01", "12-31", []string{"2026-01-01", "2028-02-29", "2026-12-31"}, nil},
		{"all but a day", "06-02", "05-31", []string{"2026-06-02", "2026-05-31"}, []string{"2026-06-01"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			rules := seasonYearRules()
			rules.Seasons[0].Spans = []lifecycle.YearSpan{{From: tc.from, Through: tc.through}}
			counted := seasonNamed(t, newSeasons(t, rules), "garden")
			for _, day := range tc.inside {
				assert.True(t, counted.Holds(on(day)), day)
			}
			for _, day := range tc.outside {
				assert.False(t, counted.Holds(on(day)), day)
			}
		})
	}
}

// drawSeasons draws up to three spans of the year and closed days around 1 January 2028.
func drawCounted(t *rapid.T) (*lifecycle.Counted, func(customer.Date) bool) {
	monthDay := func(name string) string {
		day := customer.Date(on("2000-01-01")) + customer.Date(rapid.IntRange(0, 365).Draw(t, name))
		return day.String()[len("2000-"):]
	}
	var spans []lifecycle.YearSpan
	for range rapid.IntRange(0, 3).Draw(t, "spans") {
		spans = append(spans, lifecycle.YearSpan{From: monthDay("from"), Through: monthDay("through")})
	}
	var closed customer.Days
	for range rapid.IntRange(0, 40).Draw(t, "closed days") {
		closed.Add(on("2028-01-01").AddDays(rapid.IntRange(-400, 400).Draw(t, "closed")))
	}
	rules := lifecycle.SeasonRules{Edition: customer.Edition{ID: "drawn", Version: 1}}
	key := ""
	if len(spans) > 0 {
		key = "season"
		rules.Seasons = []lifecycle.Season{{Key: key, Spans: spans}}
	}
	counts := func(day customer.Date) bool {
		text := day.String()[len("2000-"):]
		in := len(spans) == 0
		for _, span := range spans {
			if span.From <= span.Through {
				in = in || span.From <= text && text <= span.Through
			} else {
				in = in || text >= span.From || text <= span.Through
			}
		}
		return in && !slices.Contains(closed, day)
	}
	return seasonNamed(t, newSeasons(t, rules, closed...), key), counts
}

// Counting by tables agrees with looking at every day.
func TestCountedAgreesWithEveryDay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		counted, counts := drawCounted(t)
		from := on("2028-01-01").AddDays(rapid.IntRange(-900, 900).Draw(t, "from"))
		n, seen := 0, rapid.IntRange(1, 1500).Draw(t, "days")
		for day := from + 1; day <= from.AddDays(seen); day++ {
			require.Equal(t, counts(day), counted.Holds(day), "%s", day)
			if counts(day) {
				n++
				require.Equal(t, day, counted.After(from, n), "the %d-th after %s", n, from)
			}
		}
		assert.Equal(t, n, counted.Between(from, from.AddDays(seen)))
		assert.Zero(t, counted.Between(from, from))
		assert.Zero(t, counted.Between(from.AddDays(seen), from))
	})
}

// Between and After are each other's inverse over the whole calendar.
func TestCountedOverTheCalendar(t *testing.T) {
	leap := seasonYearRules()
	leap.Seasons[0].Spans = []lifecycle.YearSpan{{From: "02-29", Through: "02-29"}}
	all := map[string]*lifecycle.Counted{
		"every day": nil,
		"closed":    seasonNamed(t, newSeasons(t, seasonYearRules(), 1, 2, 700_000, customer.MaxDate), ""),
		"garden":    seasonNamed(t, newSeasons(t, seasonYearRules()), "garden"),
		"christmas": seasonNamed(t, newSeasons(t, seasonYearRules(), on("2026-12-25"), on("2026-12-26")), "christmas"),
		"leap day":  seasonNamed(t, newSeasons(t, leap), "garden"),
	}
	for name, counted := range all {
		t.Run(name, rapid.MakeCheck(func(t *rapid.T) {
			from := customer.Date(rapid.Int32Range(1, int32(customer.MaxDate)).Draw(t, "from"))
			n := rapid.OneOf(rapid.IntRange(1, 4000), rapid.IntRange(1, int(customer.MaxDate))).Draw(t, "n")
			day := counted.After(from, n)
			if day == 0 {
				assert.Less(t, counted.Between(from, customer.MaxDate), n, "past the calendar")
				return
			}
			assert.True(t, counted.Holds(day))
			assert.Equal(t, n, counted.Between(from, day))
			assert.Equal(t, n-1, counted.Between(from, day-1))
		}))
		total := counted.Between(1, customer.MaxDate)
		assert.NotZero(t, counted.After(1, total), name)
		assert.Zero(t, counted.After(1, total+1), name)
	}
	garden := all["garden"]
	assert.Zero(t, garden.After(0, 1), "no day has no day after it")
	assert.Zero(t, garden.After(1, 0))
	assert.Equal(t, on("2026-03-01"), garden.After(on("2025-09-30"), 1))
}

// What every day counts is what nil counts: the same expectations to the day.
func TestCountedEveryDayIsCivil(t *testing.T) {
	rules := seasonYearRules()
	rules.Seasons[0].Spans = []lifecycle.YearSpan{{From: "01-01", Through: "12-31"}}
	counted := seasonNamed(t, newSeasons(t, rules), "garden")
	rapid.Check(t, func(t *rapid.T) {
		rhythm, others := newRhythm(t, drawRules(t)), drawPopulation(t)
		gaps := lifecycle.NewGaps(counted)
		for _, days := range others {
			require.NoError(t, gaps.Add(days))
		}
		days := after(739_000, drawGaps(t, 0, 12)...)
		now := days.Last() + customer.Date(rapid.IntRange(0, 60).Draw(t, "silence"))
		want, errWant := rhythm.Expect(days, gapsOf(others...), now)
		got, err := rhythm.Expect(days, gaps, now)
		assert.Equal(t, errWant, err)
		want.Seasons = got.Seasons
		assert.Equal(t, want, got)
	})
}

// Expecting in the days that count is expecting among their numbers, as if the others did
// not exist, and finding the days again.
func TestExpectInCountedDaysIsExpectOfTheirNumbers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		counted, counts := drawCounted(t)
		rhythm := newRhythm(t, drawRules(t))
		first := on("2027-01-01")
		number := func(day customer.Date) customer.Date {
			return 1 + customer.Date(counted.Between(first, day))
		}
		draw := func() (days, numbers customer.Days) {
			day := first
			for range rapid.IntRange(0, 8).Draw(t, "visits") {
				if day = counted.After(day, rapid.IntRange(1, 40).Draw(t, "gap")); day == 0 {
					break
				}
				require.True(t, counts(day))
				days.Add(day)
				numbers.Add(number(day))
			}
			return days, numbers
		}
		gaps, plain := lifecycle.NewGaps(counted), new(lifecycle.Gaps)
		for range 4 {
			days, numbers := draw()
			require.NoError(t, gaps.Add(days))
			require.NoError(t, plain.Add(numbers))
		}
		days, numbers := draw()
		now := max(days.Last(), first).AddDays(rapid.IntRange(0, 400).Draw(t, "silence"))
		want, errWant := rhythm.Expect(numbers, plain, number(now))
		got, err := rhythm.Expect(days, gaps, now)
		assert.Equal(t, errWant == nil, err == nil)
		if err != nil {
			return
		}
		assert.Equal(t, !counts(now), got.Rests)
		if got.Rests {
			assert.Equal(t, counted.After(now, 1), got.Resumes)
		}
		assert.Equal(t, want.Until-want.From, number(got.Until-1)-number(got.From-1), "as many days count")
		want.On, want.Last, want.Due = now, days.Last(), counted.After(days.Last(), want.Interval)
		want.From, want.Middle = counted.After(first, int(want.From-1)), counted.After(first, int(want.Middle-1))
		want.Until, want.Seasons, want.Rests, want.Resumes = got.Until, got.Seasons, got.Rests, got.Resumes
		assert.Equal(t, want, got)
	})
}

// row D6: out of season, silence is not counted. Somebody buys seeds every 20 days of the
// garden season, last on 20 September, and is due when ten days of March have passed.
func TestSilenceRestsOutOfSeason(t *testing.T) {
	gaps := lifecycle.NewGaps(newSeasons(t, seasonYearRules()).Of(itemSeeds))
	days := customer.Days{on("2026-04-01"), on("2026-04-21"), on("2026-05-11"), on("2026-05-31"), on("2026-09-20")}
	rhythm := newRhythm(t, rhythmRules())
	for _, tc := range []struct {
		on                     string
		silence, overdue, rank int
		resumes, reason        string
	}{
		{"2026-09-20", 0, -20, 0, "", ""},
		{"2026-09-30", 10, -10, 0, "", ""},
		{"2026-10-01", 10, -10, 0, "2027-03-01", "of the 11 days from 20 Sep to 1 Oct, 10 count"},
		{"2027-02-28", 10, -10, 0, "2027-03-01", "of the 161 days from 20 Sep 2026 to 28 Feb 2027, 10 count"},
		{"2027-03-01", 11, -9, 0, "", "of the 162 days from 20 Sep 2026 to 1 Mar 2027, 11 count"},
		{"2027-03-10", 20, 0, 0, "", "of the 171 days from 20 Sep 2026 to 10 Mar 2027, 20 count"},
		{"2027-03-11", 21, 1, 1000, "", "of the 172 days from 20 Sep 2026 to 11 Mar 2027, 21 count"},
	} {
		t.Run(tc.on, func(t *testing.T) {
			e, err := rhythm.Expect(days, gaps, on(tc.on))
			require.NoError(t, err)
			assert.Equal(t, 20, e.Interval)
			assert.Equal(t, "2027-03-10", e.Due.String())
			assert.Equal(t, []int{tc.silence, tc.overdue, tc.rank}, []int{e.Silence, e.Overdue, e.SilenceRank})
			assert.Equal(t, tc.resumes != "", e.Rests)
			assert.Equal(t, tc.resumes, e.Resumes.String())
			assert.Equal(t, "year/2/garden", e.Seasons)
			found := ""
			for _, reason := range e.Reasons() {
				if reason.Code == lifecycle.CodeCountedDays {
					found = lifecycle.Explain(reason, customer.English)
				}
			}
			assert.Equal(t, tc.reason, found)
		})
	}
}

// Visits while nothing counts: a gap is never below one day, and silence starts at the
// next day that counts.
func TestVisitsOutOfSeason(t *testing.T) {
	counted := newSeasons(t, seasonYearRules()).Of(itemTools)
	rules := rhythmRules()
	rules.PriorGaps, rules.HalfAtGaps = 0, 0
	rhythm := newRhythm(t, rules)
	for _, tc := range []struct {
		name               string
		days               customer.Days
		on                 string
		interval, silence  int
		due, from, through string
	}{
		{"both in winter", customer.Days{on("2026-11-01"), on("2026-12-01")}, "2027-02-01", 1, 0, "2027-03-01", "2027-03-01", "2027-03-07"},
		{"from summer to the first day", customer.Days{on("2026-07-01"), on("2026-09-01")}, "2026-09-02", 1, 1, "2026-09-02", "2026-09-02", "2026-09-08"},
		{"a window over the winter", customer.Days{on("2026-09-01"), on("2026-09-28")}, "2026-09-28", 27, 0, "2027-03-25", "2027-03-22", "2027-03-28"},
		{"a window that ends with the season", customer.Days{on("2026-09-10"), on("2026-09-14")}, "2026-09-14", 4, 0, "2026-09-18", "2026-09-15", "2026-09-21"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			e, err := rhythm.Expect(tc.days, lifecycle.NewGaps(counted), on(tc.on))
			require.NoError(t, err)
			assert.Equal(t, []int{tc.interval, tc.silence}, []int{e.Interval, e.Silence})
			assert.Equal(t, []string{tc.due, tc.from, tc.through}, []string{e.Due.String(), e.From.String(), e.Until.AddDays(-1).String()})
		})
	}
}

// A window that lies partly in the next season ends with a day that counts, not with the
// winter.
func TestWindowOverTheWinter(t *testing.T) {
	rules := rhythmRules()
	rules.PriorGaps, rules.WindowDays = 0, 5
	for _, tc := range []struct {
		first, last           string
		from, middle, through string
	}{
		{"2026-09-12", "2026-09-20", "2026-09-26", "2026-09-28", "2026-09-30"},
		{"2026-09-16", "2026-09-22", "2026-09-26", "2026-09-28", "2026-09-30"},
		{"2026-09-15", "2026-09-22", "2026-09-27", "2026-09-29", "2027-03-01"},
		{"2026-09-20", "2026-09-26", "2026-09-30", "2027-03-02", "2027-03-04"},
		{"2026-09-20", "2026-09-27", "2027-03-02", "2027-03-04", "2027-03-06"},
	} {
		days := customer.Days{on(tc.first), on(tc.last)}
		e, err := newRhythm(t, rules).Expect(days, lifecycle.NewGaps(newSeasons(t, seasonYearRules()).Of(itemSeeds)), on(tc.last))
		require.NoError(t, err)
		assert.Equal(t, []string{tc.from, tc.middle, tc.through}, []string{e.From.String(), e.Middle.String(), e.Until.AddDays(-1).String()}, tc.last)
	}
}

// The shop is closed on Sundays and over the holidays: somebody who comes on every day
// that it opens is neither slower after a holiday nor overdue on a Monday.
func TestClosedDaysAreNoSilence(t *testing.T) {
	var closed, days customer.Days
	for day := on("2026-11-01"); day <= on("2027-01-31"); day++ {
		holiday := day >= on("2026-12-25") && day <= on("2027-01-02")
		switch {
		case day.Weekday() == time.Sunday || holiday:
			closed.Add(day)
		case day <= on("2026-12-24"):
			days.Add(day)
		}
	}
	seasons := newSeasons(t, lifecycle.SeasonRules{Edition: customer.Edition{ID: "shop", Version: 1}}, closed...)
	gaps := lifecycle.NewGaps(seasons.Of(itemBread))
	require.NoError(t, gaps.Add(days))
	assert.EqualValues(t, len(days)-1, gaps.Total())
	e, err := newRhythm(t, rhythmRules()).Expect(days, gaps, on("2027-01-03"))
	require.NoError(t, err)
	assert.Equal(t, []int{1, 0, 0}, []int{e.Interval, e.Silence, e.SilenceRank})
	assert.Equal(t, "2027-01-04", e.Due.String())
	var sentences []string
	for _, reason := range e.Reasons() {
		sentences = append(sentences, lifecycle.Explain(reason, customer.English))
	}
	assert.Equal(t, []string{
		"every 1 counted day, last on 24 Dec 2026, due on 4 Jan 2027",
		"expected from 4 Jan to 11 Jan",
		"due in 1 counted day, on 4 Jan",
		"of the 10 days from 24 Dec 2026 to 3 Jan 2027, 0 count",
		"no day counts before 4 Jan",
	}, sentences)
}

func TestOwnSeason(t *testing.T) {
	rules := seasonYearRules()
	rules.Seasons = append(
		rules.Seasons,
		lifecycle.Season{Key: "winter", Spans: []lifecycle.YearSpan{{From: "11-01", Through: "02-28"}}, OwnYears: 3},
		lifecycle.Season{Key: "feasts", Spans: []lifecycle.YearSpan{{From: "12-20", Through: "01-02"}, {From: "04-01", Through: "04-25"}}, OwnYears: 2},
		lifecycle.Season{Key: "leap day", Spans: []lifecycle.YearSpan{{From: "02-29", Through: "03-05"}}, OwnYears: 2},
	)
	seasons := newSeasons(t, rules, on("2025-12-25"))
	for _, tc := range []struct {
		name string
		days []string
		want string
	}{
		{"never bought", nil, ""},
		{"one Christmas", []string{"2025-12-10", "2025-12-20", "2026-01-02"}, ""},
		{"two", []string{"2025-12-10", "2026-12-20"}, "christmas"},
		{"two, both after new year", []string{"2026-01-06", "2027-01-01"}, "christmas"},
		{"the ends of two", []string{"2026-01-06", "2026-12-01"}, "christmas"},
		{"two, and a day too early", []string{"2025-12-10", "2026-11-30"}, ""},
		{"two, and a summer's day", []string{"2025-12-10", "2026-07-01", "2026-12-20"}, ""},
		{"a closed day is in season", []string{"2025-12-25", "2026-12-20"}, "christmas"},
		{"three winters that are not all Christmas", []string{"2024-11-10", "2025-12-10", "2027-02-01"}, "winter"},
		{"in a garden season, which is nobody's own", []string{"2025-03-10", "2026-04-10", "2027-05-01", "2027-08-01"}, ""},
		{"both parts of one season", []string{"2025-12-27", "2026-04-12"}, ""},
		{"both parts of one season, and the next", []string{"2025-12-27", "2026-04-12", "2026-12-27"}, "feasts"},
		{"Easter of two years", []string{"2026-04-12", "2027-04-02"}, "feasts"},
		{"a leap day and 1 March", []string{"2028-02-29", "2029-03-01"}, "leap day"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var days customer.Days
			for _, day := range tc.days {
				days.Add(on(day))
			}
			assert.Equal(t, tc.want, seasons.Own(days))
		})
	}
	assert.Empty(t, seasons.Own(customer.Days{20, 10}), "days that do not ascend are nobody's")
	rules.Seasons = []lifecycle.Season{{Key: "not in August", Spans: []lifecycle.YearSpan{{From: "09-01", Through: "07-31"}}, OwnYears: 2}}
	seasons = newSeasons(t, rules)
	assert.Equal(t, "not in August", seasons.Own(customer.Days{on("2026-07-31"), on("2026-09-01")}), "its year begins after its rest")
	assert.Empty(t, seasons.Own(customer.Days{on("2025-09-01"), on("2026-01-01"), on("2026-07-31")}))
	assert.Empty(t, (*lifecycle.Seasons)(nil).Own(customer.Days{10}))
}

func TestSeasonsByItemAndKey(t *testing.T) {
	seasons := newSeasons(t, seasonYearRules())
	winter, summer := on("2026-12-15"), on("2026-04-15")
	for _, tc := range []struct {
		item           uint32
		winter, summer bool
	}{{itemSeeds, false, true}, {itemTools, false, true}, {itemBread, true, true}, {0, true, true}} {
		counted := seasons.Of(tc.item)
		assert.Equal(t, []bool{tc.winter, tc.summer}, []bool{counted.Holds(winter), counted.Holds(summer)}, "item %d", tc.item)
	}
	_, known := seasons.Key("easter")
	assert.False(t, known)
	none := (*lifecycle.Seasons)(nil)
	counted, known := none.Key("")
	assert.True(t, known)
	assert.Nil(t, counted)
	_, known = none.Key("garden")
	assert.False(t, known)
	assert.Nil(t, none.Of(itemSeeds))
}

func TestSeasonRulesFaults(t *testing.T) {
	tooMany := make([]lifecycle.Season, 101)
	for i := range tooMany {
		tooMany[i] = lifecycle.Season{Key: fmt.Sprint("s", i), Spans: []lifecycle.YearSpan{{From: "01-01", Through: "01-02"}}}
	}
	longClosed := make(customer.Days, lifecycle.MaxClosedDays+1)
	for i := range longClosed {
		longClosed[i] = customer.Date(i + 1)
	}
	for _, tc := range []struct {
		name   string
		change func(*lifecycle.SeasonRules)
		closed customer.Days
		want   []string
	}{
		{"as they are", func(*lifecycle.SeasonRules) {}, nil, nil},
		{"no seasons", func(r *lifecycle.SeasonRules) { r.Seasons = nil }, nil, nil},
		{"no name", func(r *lifecycle.SeasonRules) { r.ID = "" }, nil, []string{"id = "}},
		{"most seasons", func(r *lifecycle.SeasonRules) { r.Seasons = tooMany[:100] }, nil, nil},
		{"too many seasons", func(r *lifecycle.SeasonRules) { r.Seasons = tooMany }, nil, []string{"seasons = 101"}},
		{"no key", func(r *lifecycle.SeasonRules) { r.Seasons[0].Key = "" }, nil, []string{"seasons[0].key = "}},
		{"a key twice", func(r *lifecycle.SeasonRules) { r.Seasons[1].Key = "garden" }, nil, []string{"seasons[1].key = garden"}},
		{"no spans", func(r *lifecycle.SeasonRules) { r.Seasons[0].Spans = nil }, nil, []string{"seasons[0].spans = 0"}},
		{"most spans", func(r *lifecycle.SeasonRules) {
			r.Seasons[0].Spans = slices.Repeat(r.Seasons[0].Spans[:1], 12)
		}, nil, nil},
		{"too many spans", func(r *lifecycle.SeasonRules) {
			r.Seasons[0].Spans = slices.Repeat(r.Seasons[0].Spans[:1], 13)
		}, nil, []string{"seasons[0].spans = 13"}},
		{"no such days", func(r *lifecycle.SeasonRules) {
			r.Seasons[1].Spans = []lifecycle.YearSpan{{From: "02-30", Through: "13-01"}, {From: "2-1", Through: ""}}
		}, nil, []string{"seasons[1].spans[0].from = 02-30", "seasons[1].spans[0].through = 13-01", "seasons[1].spans[1].from = 2-1", "seasons[1].spans[1].through = "}},
		{"an item in two seasons", func(r *lifecycle.SeasonRules) { r.Seasons[1].Items = []uint32{itemTools} }, nil, []string{"seasons[1].items = 4"}},
		{"an item twice in one", func(r *lifecycle.SeasonRules) { r.Seasons[0].Items = []uint32{itemTools, itemTools} }, nil, []string{"seasons[0].items = 4"}},
		{"too many items", func(r *lifecycle.SeasonRules) {
			r.Seasons[0].Items = make([]uint32, 100_001)
			for i := range r.Seasons[0].Items {
				r.Seasons[0].Items[i] = uint32(i)
			}
		}, nil, []string{"seasons[0].items = 100001"}},
		{"own at once", func(r *lifecycle.SeasonRules) { r.Seasons[1].OwnYears = 1 }, nil, []string{"seasons[1].own_years = 1"}},
		{"own too late", func(r *lifecycle.SeasonRules) { r.Seasons[1].OwnYears = 101 }, nil, []string{"seasons[1].own_years = 101"}},
		{"the most closed days", func(*lifecycle.SeasonRules) {}, longClosed[1:], nil},
		{"one closed day too many", func(*lifecycle.SeasonRules) {}, longClosed, []string{"closed = 40001"}},
		{"closed days out of order", func(*lifecycle.SeasonRules) {}, customer.Days{20, 10}, []string{"closed.days[1] = 0001-01-10"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			rules := seasonYearRules()
			tc.change(&rules)
			seasons, err := lifecycle.NewSeasons(rules, tc.closed)
			assert.Equal(t, tc.want, faults(err))
			assert.Equal(t, tc.want == nil, seasons != nil)
		})
	}
}

func TestParseSeasonRules(t *testing.T) {
	const whole = `{"id":"year","version":2,"seasons":[` +
		`{"key":"garden","spans":[{"from":"03-01","through":"05-31"},{"from":"09-01","through":"09-30"}],"items":[3,4]},` +
		`{"key":"christmas","spans":[{"from":"12-01","through":"01-06"}],"own_years":2}]}`
	rules, err := lifecycle.ParseSeasonRules([]byte(whole))
	require.NoError(t, err)
	assert.Equal(t, seasonYearRules(), rules)
	_, err = lifecycle.ParseSeasonRules([]byte(`{"id":"year","season":[]}`))
	assert.Equal(t, []string{"season = []"}, faults(err))
}

// What NewSeasons was given may change afterwards.
func TestSeasonsKeepACopy(t *testing.T) {
	rules, closed := seasonYearRules(), customer.Days{on("2026-04-01")}
	seasons, err := lifecycle.NewSeasons(rules, closed)
	require.NoError(t, err)
	rules.Seasons[0].Items[0], rules.Seasons[0].Spans[0].From, closed[0] = itemBread, "04-15", 1
	assert.False(t, seasons.Of(itemSeeds).Holds(on("2026-04-01")))
	assert.True(t, seasons.Of(itemSeeds).Holds(on("2026-04-02")))
	assert.True(t, seasons.Of(itemBread).Holds(on("2026-12-01")))
}

// The seasons' own edition says from when on they hold.
func TestSeasonsInForce(t *testing.T) {
	rules := seasonYearRules()
	rules.From = on("2026-04-01")
	gaps := lifecycle.NewGaps(newSeasons(t, rules).Of(itemSeeds))
	days := every(7, 3, on("2026-03-20"))
	_, err := newRhythm(t, rhythmRules()).Expect(days, gaps, on("2026-03-31"))
	assert.Equal(t, []string{customer.CodeNotYetInForce}, codes(t, err))
	_, err = newRhythm(t, rhythmRules()).Expect(days, gaps, on("2026-04-01"))
	require.NoError(t, err)
}

// Figures of other days are never mixed in silence: not merged, not read.
func TestFiguresOfOtherDaysAreRefused(t *testing.T) {
	visits := []lifecycle.Visits{{Item: itemSeeds, Days: customer.Days{on("2026-05-30"), on("2026-09-02")}}, {Item: itemBread, Days: customer.Days{on("2026-05-30"), on("2026-09-02")}}}
	later := seasonYearRules() // counts the same days for all items
	later.Version, later.Seasons[1].OwnYears = 3, 0
	later.Seasons[1].Spans = []lifecycle.YearSpan{{From: "11-01", Through: "01-06"}} // of customers
	slices.Reverse(later.Seasons)
	later.Seasons = append(later.Seasons, lifecycle.Season{Key: "all year", Spans: []lifecycle.YearSpan{{From: "01-01", Through: "12-31"}}, Items: []uint32{itemBread}})
	other := seasonYearRules()
	other.Seasons[0].Items = other.Seasons[0].Items[:1]
	closed := newSeasons(t, seasonYearRules(), on("2026-09-01"))
	all := []*lifecycle.Seasons{nil, newSeasons(t, seasonYearRules()), newSeasons(t, other), closed}
	for i, mine := range append(all, newSeasons(t, later)) {
		habits := lifecycle.NewHabits(mine)
		require.NoError(t, habits.Add(visits))
		data := marshal(t, habits)
		for j, yours := range all {
			same := i == j || i == len(all) && j == 1
			into := lifecycle.NewHabits(yours)
			require.NoError(t, into.Add(visits))
			before := marshal(t, into)
			if same {
				require.NoError(t, into.UnmarshalBinary(data))
				assert.Equal(t, data, marshal(t, into))
				require.NoError(t, into.Merge(habits))
				assert.EqualValues(t, 2, into.Of(itemSeeds).Total())
				continue
			}
			require.ErrorIs(t, into.Merge(habits), lifecycle.ErrCounted, "%d and %d", i, j)
			require.ErrorIs(t, into.UnmarshalBinary(data), lifecycle.ErrCounted, "%d and %d", i, j)
			assert.Equal(t, before, marshal(t, into))
		}
	}
	require.ErrorIs(t, new(lifecycle.Gaps).Merge(lifecycle.NewGaps(closed.Of(itemSeeds))), lifecycle.ErrCounted)
	require.ErrorIs(t, lifecycle.NewGaps(closed.Of(itemBread)).Merge(new(lifecycle.Gaps)), lifecycle.ErrCounted)
	require.NoError(t, lifecycle.NewGaps(closed.Of(itemTools)).Merge(lifecycle.NewGaps(closed.Of(itemSeeds))), "the same days")
}

// The stored form of version 2: version, the hash of the days that count, then as in
// version 1. The hash is format: another would make all stored figures unreadable.
func TestCountedHabitsFormat(t *testing.T) {
	habits := lifecycle.NewHabits(newSeasons(t, seasonYearRules(), on("2026-09-01")))
	require.NoError(t, habits.Add([]lifecycle.Visits{{Item: itemSeeds, Days: customer.Days{on("2026-05-30"), on("2026-09-03")}}}))
	const golden = "02" + "c2a9ff6ebe50e542737f2d30351a770a1eff2cac29505aa7007d4a51835e13e6" + "01" + "03" + "00" + "01" + "0301" + "01" + "0301"
	assert.Equal(t, golden, fmt.Sprintf("%x", marshal(t, habits)))
	for n := range len(marshal(t, habits)) {
		require.Error(t, lifecycle.NewHabits(newSeasons(t, seasonYearRules(), on("2026-09-01"))).UnmarshalBinary(marshal(t, habits)[:n]))
	}
}

// Intervals come to the same Habits in counted days too.
func TestIntervalsInCountedDays(t *testing.T) {
	seasons := newSeasons(t, seasonYearRules(), on("2026-04-05"), on("2026-04-06"))
	rapid.Check(t, func(t *rapid.T) {
		intervals, want := lifecycle.NewIntervals[uint32](seasons), lifecycle.NewHabits(seasons)
		for who := range rapid.Uint32Range(0, 4).Draw(t, "customers") {
			day, ordered := on("2026-01-01"), rapid.Bool().Draw(t, "in order")
			var lines []population.Line[uint32]
			for range rapid.IntRange(0, 20).Draw(t, "lines") {
				day = day.AddDays(rapid.IntRange(0, 60).Draw(t, "days on"))
				lines = append(lines, population.Line[uint32]{Customer: who, Day: day, Item: rapid.SampledFrom([]uint32{itemSeeds, itemBread, 1 << 20}).Draw(t, "item")})
			}
			if !ordered {
				slices.Reverse(lines)
			}
			visits, err := new(lifecycle.Visitor[uint32]).Visits(lines)
			require.NoError(t, err)
			require.NoError(t, want.Add(visits))
			require.NoError(t, intervals.Add(lines))
		}
		got, err := intervals.Habits()
		require.NoError(t, err)
		assert.Equal(t, marshal(t, want), marshal(t, got))
		for _, item := range []uint32{itemSeeds, itemBread, 1 << 20} {
			rhythm, days := newRhythm(t, rhythmRules()), every(20, 4, on("2026-05-10"))
			expected, errWant := rhythm.Expect(days, want.Of(item), on("2026-08-01"))
			found, errGot := rhythm.Expect(days, got.Of(item), on("2026-08-01"))
			assert.Equal(t, errWant, errGot)
			assert.Equal(t, expected, found)
		}
	})
}
