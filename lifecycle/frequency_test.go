package lifecycle_test

import (
	"fmt"
	"math/big"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/lifecycle"
)

// frequencyRules is two windows of 90 days, called changed with a chance of a twentieth.
func frequencyRules() lifecycle.FrequencyRules {
	return lifecycle.FrequencyRules{
		Edition:    customer.Edition{ID: "frequency", Version: 1},
		WindowDays: 90, LeastVisits: 6, ChancePermille: 50,
	}
}

func newFrequency(t require.TestingT, rules lifecycle.FrequencyRules) *lifecycle.Frequency {
	frequency, err := lifecycle.NewFrequency(rules)
	require.NoError(t, err)
	return frequency
}

// frequencyHalves returns a first purchase long ago, then so many days of the earlier and of the
// later window, each at its end.
func frequencyHalves(window, earlier, later int, on customer.Date) customer.Days {
	days := customer.Days{on.AddDays(-5 * window)}
	for i := range earlier {
		days.Add(on.AddDays(-window - earlier + 1 + i))
	}
	for i := range later {
		days.Add(on.AddDays(-later + 1 + i))
	}
	return days
}

// row D6: both sides of every mark. The marks were computed apart from this code, by
// adding up the whole numbers C(w, a)·C(w, n-a) of Fisher's test in Python.
func TestCompareMarks(t *testing.T) {
	now := on("2026-11-25")
	for _, tc := range []struct {
		window, chance, earlier, later int
		mark                           int
		want                           lifecycle.Trend
	}{
		{90, 50, 9, 3, 10, lifecycle.FrequencySteady},
		{90, 50, 10, 2, 10, lifecycle.FrequencyFalling},
		{90, 50, 2, 10, 10, lifecycle.FrequencyRising},
		{90, 50, 3, 9, 10, lifecycle.FrequencySteady},
		{90, 100, 9, 3, 9, lifecycle.FrequencyFalling},
		{90, 100, 8, 4, 9, lifecycle.FrequencySteady},
		{90, 10, 10, 2, 11, lifecycle.FrequencySteady},
		{90, 10, 1, 11, 11, lifecycle.FrequencyRising},
		{90, 50, 0, 0, 1, lifecycle.FrequencyTooFew},
		{90, 50, 5, 0, 5, lifecycle.FrequencyTooFew}, // the rules ask for 6
		{90, 50, 6, 0, 6, lifecycle.FrequencyFalling},
		{90, 50, 1, 5, 6, lifecycle.FrequencySteady},
		{90, 50, 90, 90, 91, lifecycle.FrequencyTooFew}, // every day: there is but one way
		{28, 50, 16, 24, 24, lifecycle.FrequencyRising},
		{28, 50, 17, 23, 24, lifecycle.FrequencySteady},
		{7, 50, 7, 0, 6, lifecycle.FrequencyFalling},
		{7, 50, 6, 1, 6, lifecycle.FrequencyFalling},
		{7, 50, 5, 2, 6, lifecycle.FrequencySteady},
		{366, 1, 2, 18, 18, lifecycle.FrequencyRising},
		{366, 1, 3, 17, 18, lifecycle.FrequencySteady},
	} {
		t.Run(fmt.Sprintf("%d and %d in %d", tc.earlier, tc.later, tc.window), func(t *testing.T) {
			rules := frequencyRules()
			rules.WindowDays, rules.ChancePermille = tc.window, tc.chance
			c, err := newFrequency(t, rules).Compare(frequencyHalves(tc.window, tc.earlier, tc.later, now), nil, now)
			require.NoError(t, err)
			assert.Equal(t, []int{tc.earlier, tc.later, tc.mark}, []int{c.Previous, c.Last, c.Mark})
			assert.Equal(t, tc.want, c.Trend)
		})
	}
}

// Exactly on the mark is reached: all three visits fall into one window in one of 20 cases.
func TestCompareExactlyOnTheChance(t *testing.T) {
	rules := frequencyRules()
	rules.WindowDays, rules.LeastVisits = 3, 1
	now := on("2026-11-25")
	for _, tc := range []struct {
		chance int
		want   lifecycle.Trend
	}{{49, lifecycle.FrequencyTooFew}, {50, lifecycle.FrequencyRising}} {
		rules.ChancePermille = tc.chance
		c, err := newFrequency(t, rules).Compare(frequencyHalves(3, 0, 3, now), nil, now)
		require.NoError(t, err)
		assert.Equal(t, tc.want, c.Trend)
	}
}

// The trend is what Fisher's exact test says, in fractions.
func TestCompareAgreesWithFisher(t *testing.T) {
	choose := func(n, k int) *big.Int { return new(big.Int).Binomial(int64(n), int64(k)) }
	rapid.Check(t, func(t *rapid.T) {
		rules := frequencyRules()
		rules.WindowDays = rapid.IntRange(1, 40).Draw(t, "window")
		rules.LeastVisits = rapid.IntRange(1, 10).Draw(t, "least")
		rules.ChancePermille = rapid.IntRange(1, 250).Draw(t, "chance")
		w := rules.WindowDays
		earlier, later := rapid.IntRange(0, w).Draw(t, "earlier"), rapid.IntRange(0, w).Draw(t, "later")
		n := earlier + later
		// rare says whether so many or more in one window are as rare as the rules ask.
		rare := func(a int) bool {
			tail := new(big.Int)
			for ; a <= min(w, n); a++ {
				tail.Add(tail, new(big.Int).Mul(choose(w, a), choose(w, n-a)))
			}
			return new(big.Rat).SetFrac(tail, choose(2*w, n)).Cmp(big.NewRat(int64(rules.ChancePermille), 1000)) <= 0
		}
		want := lifecycle.FrequencySteady
		switch {
		case n < rules.LeastVisits || !rare(min(w, n)):
			want = lifecycle.FrequencyTooFew
		case rare(later):
			want = lifecycle.FrequencyRising
		case rare(earlier):
			want = lifecycle.FrequencyFalling
		}
		now := on("2026-11-25")
		c, err := newFrequency(t, rules).Compare(frequencyHalves(w, earlier, later, now), nil, now)
		require.NoError(t, err)
		assert.Equal(t, want, c.Trend)
		back, err := newFrequency(t, rules).Compare(frequencyHalves(w, later, earlier, now), nil, now)
		require.NoError(t, err)
		if want == lifecycle.FrequencyRising || want == lifecycle.FrequencyFalling {
			want = lifecycle.FrequencyRising + lifecycle.FrequencyFalling - want
		}
		assert.Equal(t, want, back.Trend, "the windows exchanged")
	})
}

// One visit more in the last window, or one less in the other, never makes a customer
// less rising.
func TestCompareIsMonotone(t *testing.T) {
	now := on("2026-11-25")
	for _, window := range []int{5, 14, 30} {
		rules := frequencyRules()
		rules.WindowDays, rules.LeastVisits = window, 1
		frequency := newFrequency(t, rules)
		for earlier := range window + 1 {
			risen := false
			for later := range window + 1 {
				c, err := frequency.Compare(frequencyHalves(window, earlier, later, now), nil, now)
				require.NoError(t, err)
				if later > earlier {
					assert.NotEqual(t, lifecycle.FrequencyFalling, c.Trend)
				}
				if risen && c.Trend != lifecycle.FrequencyTooFew { // where the windows are full, chance says nothing
					assert.Equal(t, lifecycle.FrequencyRising, c.Trend, "%d and %d in %d", earlier, later, window)
				}
				risen = risen || c.Trend == lifecycle.FrequencyRising
			}
		}
	}
}

func TestCompareWindows(t *testing.T) {
	now := on("2026-11-25")
	rules := frequencyRules()
	rules.WindowDays, rules.LeastVisits = 10, 1
	frequency := newFrequency(t, rules)
	from, before := now.AddDays(-9), now.AddDays(-19)
	for _, tc := range []struct {
		name           string
		days           customer.Days
		previous, last int
		want           lifecycle.Trend
	}{
		{"no purchase", nil, 0, 0, lifecycle.FrequencyTooNew},
		{"a purchase to come", customer.Days{now + 1}, 0, 0, lifecycle.FrequencyTooNew},
		{"first on the first day of both windows", customer.Days{before, from}, 1, 1, lifecycle.FrequencyTooNew},
		{"first on the day before", customer.Days{before - 1, from}, 0, 1, lifecycle.FrequencyTooFew},
		{"the ends of the windows", customer.Days{before - 1, before, from - 1, from, now, now + 1}, 2, 2, lifecycle.FrequencySteady},
		{"gone", append(customer.Days{before - 1}, every(1, 6, from-1)...), 6, 0, lifecycle.FrequencyFalling},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c, err := frequency.Compare(tc.days, nil, now)
			require.NoError(t, err)
			assert.Equal(t, []int{tc.previous, tc.last}, []int{c.Previous, c.Last})
			assert.Equal(t, []customer.Date{before, from}, []customer.Date{c.Before, c.From})
			assert.Equal(t, tc.want, c.Trend)
		})
	}
	c, err := frequency.Compare(customer.Days{1, 2, 3}, nil, 3)
	require.NoError(t, err)
	assert.Equal(t, lifecycle.FrequencyTooNew, c.Trend, "where the calendar begins")
}

// Windows of equal length hold as many days that count: a shop that was closed for
// a fortnight, or a season that has just begun, is no fall.
func TestCompareInCountedDays(t *testing.T) {
	var closed, days customer.Days
	for day := on("2026-10-20"); day <= on("2026-11-05"); day++ {
		closed.Add(day)
	}
	for day := on("2026-08-01"); day <= on("2026-11-25"); day += 3 {
		days.Add(day)
	}
	rules := frequencyRules()
	rules.WindowDays = 20
	frequency := newFrequency(t, rules)
	counted := newSeasons(t, seasonYearRules(), closed...).Of(itemBread)
	for _, tc := range []struct {
		counted        *lifecycle.Counted
		previous, last int
		from, before   string
	}{
		{nil, 7, 6, "2026-11-06", "2026-10-17"},
		{counted, 7, 6, "2026-11-06", "2026-09-30"},
	} {
		c, err := frequency.Compare(days, tc.counted, on("2026-11-25"))
		require.NoError(t, err)
		assert.Equal(t, []int{tc.previous, tc.last}, []int{c.Previous, c.Last})
		assert.Equal(t, []string{tc.from, tc.before}, []string{c.From.String(), c.Before.String()})
	}

	garden := newSeasons(t, seasonYearRules()).Of(itemSeeds)
	c, err := frequency.Compare(every(5, 60, on("2026-03-12")), garden, on("2026-03-12"))
	require.NoError(t, err)
	assert.Equal(t, []string{"2025-09-23", "2025-09-03"}, []string{c.From.String(), c.Before.String()})
	assert.Equal(t, []int{5, 4}, []int{c.Last, c.Previous}, "the winter's visits are left out")
	assert.Equal(t, lifecycle.FrequencySteady, c.Trend)
}

func TestCompareRefuses(t *testing.T) {
	rules := frequencyRules()
	rules.From = on("2026-11-01")
	frequency := newFrequency(t, rules)
	_, err := frequency.Compare(nil, nil, on("2026-10-31"))
	assert.Equal(t, []string{customer.CodeNotYetInForce}, codes(t, err))
	year := seasonYearRules()
	year.Until = on("2026-11-10")
	_, err = frequency.Compare(nil, newSeasons(t, year).Of(itemBread), on("2026-11-10"))
	assert.Equal(t, []string{customer.CodeNoLongerInForce}, codes(t, err))
	_, err = frequency.Compare(customer.Days{20, 10}, nil, on("2026-11-10"))
	assert.Equal(t, []string{"days[1] = 0001-01-10"}, faults(err))
}

func TestFrequencyRulesFaults(t *testing.T) {
	for _, tc := range []struct {
		name   string
		change func(*lifecycle.FrequencyRules)
		want   []string
	}{
		{"as they are", func(*lifecycle.FrequencyRules) {}, nil},
		{"least of all", func(r *lifecycle.FrequencyRules) { r.WindowDays, r.LeastVisits, r.ChancePermille = 1, 1, 1 }, nil},
		{"most of all", func(r *lifecycle.FrequencyRules) { r.WindowDays, r.LeastVisits, r.ChancePermille = 366, 732, 250 }, nil},
		{"too little", func(r *lifecycle.FrequencyRules) {
			*r = lifecycle.FrequencyRules{}
		}, []string{"id = ", "version = 0", "window_days = 0", "least_visits = 0", "chance_permille = 0"}},
		{"too much", func(r *lifecycle.FrequencyRules) { r.WindowDays, r.LeastVisits, r.ChancePermille = 367, 733, 251 }, []string{
			"window_days = 367", "least_visits = 733", "chance_permille = 251",
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			rules := frequencyRules()
			tc.change(&rules)
			frequency, err := lifecycle.NewFrequency(rules)
			assert.Equal(t, tc.want, faults(err))
			assert.Equal(t, tc.want == nil, frequency != nil)
		})
	}
	rules, err := lifecycle.ParseFrequencyRules([]byte(`{"id":"frequency","version":1,"window_days":90,"least_visits":6,"chance_permille":50}`))
	require.NoError(t, err)
	assert.Equal(t, frequencyRules(), rules)
	_, err = lifecycle.ParseFrequencyRules([]byte(`{"id":"f","window":90}`))
	assert.Equal(t, []string{"window = 90"}, faults(err))
}

func TestTrendTexts(t *testing.T) {
	for trend, text := range map[lifecycle.Trend]string{
		lifecycle.FrequencyTooNew: "too-new", lifecycle.FrequencyTooFew: "too-few", lifecycle.FrequencyFalling: "falling", lifecycle.FrequencySteady: "steady", lifecycle.FrequencyRising: "rising",
	} {
		data, err := trend.MarshalText()
		require.NoError(t, err)
		assert.Equal(t, text, string(data))
		var read lifecycle.Trend
		require.NoError(t, read.UnmarshalText(data))
		assert.Equal(t, trend, read)
	}
	assert.Equal(t, "trend 6", lifecycle.Trend(6).String())
	_, err := lifecycle.Trend(0).MarshalText()
	require.Error(t, err)
	require.Error(t, new(lifecycle.Trend).UnmarshalText([]byte("Rising")))
}
