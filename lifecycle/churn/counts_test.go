package churn_test

import (
	"encoding/hex"
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/lifecycle/churn"
)

func day(t require.TestingT, text string) customer.Date {
	date, err := customer.ParseDate(text)
	require.NoError(t, err)
	return date
}

func days(t require.TestingT, texts ...string) customer.Days {
	var set customer.Days
	for _, text := range texts {
		set.Add(day(t, text))
	}
	return set
}

func TestHistoryOf(t *testing.T) {
	for _, test := range []struct {
		name string
		days customer.Days
		on   string
		want churn.History
	}{
		{"bought today for the first time", days(t, "2026-03-01"), "2026-03-01", churn.History{}},
		{"one purchase is no repeat", days(t, "2026-03-01"), "2026-03-31", churn.History{AgeDays: 30}},
		{"bills of one day are one", days(t, "2026-03-01", "2026-03-01"), "2026-03-31", churn.History{AgeDays: 30}},
		{"the last day counts", days(t, "2026-03-01", "2026-03-31"), "2026-03-31", churn.History{1, 30, 30}},
		{"the day after does not", days(t, "2026-03-01", "2026-04-01"), "2026-03-31", churn.History{0, 0, 30}},
		{"over a leap day", days(t, "2028-02-28", "2028-02-29", "2028-03-01"), "2028-03-02", churn.History{2, 2, 3}},
		{"over no leap day", days(t, "2027-02-28", "2027-03-01"), "2027-03-02", churn.History{1, 1, 2}},
		{"as long as can be", days(t, "1726-03-01"), day(t, "1726-03-01").AddDays(churn.MaxDays).String(), churn.History{0, 0, churn.MaxDays}},
	} {
		t.Run(test.name, func(t *testing.T) {
			history, err := churn.HistoryOf(test.days, day(t, test.on))
			require.NoError(t, err)
			assert.Equal(t, test.want, history)
			assert.True(t, history.Valid())
		})
	}
	for name, test := range map[string]struct {
		days customer.Days
		on   customer.Date
		none bool
	}{
		"no purchase":           {nil, day(t, "2026-03-01"), true},
		"none up to the day":    {days(t, "2026-03-02"), day(t, "2026-03-01"), true},
		"on no day":             {days(t, "2026-03-02"), 0, false},
		"after all days":        {days(t, "2026-03-02"), math.MaxInt32, false},
		"days in no order":      {customer.Days{20, 10}, 30, false},
		"a day longer than can": {days(t, "1726-03-01"), day(t, "1726-03-01").AddDays(churn.MaxDays + 1), false},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := churn.HistoryOf(test.days, test.on)
			var faults customer.Faults
			require.NotEqual(t, test.none, errors.As(err, &faults))
			require.Equal(t, test.none, errors.Is(err, churn.ErrNoPurchase))
		})
	}
}

// Of any days, the history is one that can be, and later days change nothing.
func TestHistoryOfAnyDays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var bought customer.Days
		for _, at := range rapid.SliceOfN(rapid.Int32Range(1, 2000), 1, 20).Draw(t, "days") {
			bought.Add(customer.Date(at))
		}
		on := customer.Date(rapid.Int32Range(int32(bought[0]), 3000).Draw(t, "on"))
		history, err := churn.HistoryOf(bought, on)
		require.NoError(t, err)
		require.NoError(t, history.Check())
		later := slices.Clone(bought)
		later.Add(on.AddDays(rapid.IntRange(1, 100).Draw(t, "later")))
		again, err := churn.HistoryOf(later, on)
		require.NoError(t, err)
		assert.Equal(t, history, again)
	})
}

// The orders of CDNOW, read as days of purchase, give the published x, t_x and T.
func TestHistoryOfCDNOW(t *testing.T) {
	rows := sharedRows(t, "cdnow_sample.csv.gz")
	var bought []customer.Days
	for i, row := range rows {
		if i == 0 || row[0] != rows[i-1][0] {
			bought = append(bought, nil)
		}
		bought[len(bought)-1].Add(day(t, row[1]))
	}
	want := cdnow(t)
	require.Len(t, bought, len(want))
	for i := range bought {
		history, err := churn.HistoryOf(bought[i], day(t, "1997-09-30"))
		require.NoError(t, err)
		require.Equal(t, want[i].History, history, "customer %d", i+1)
		until, err := churn.HistoryOf(bought[i], day(t, "1998-06-30"))
		require.NoError(t, err)
		require.Equal(t, want[i].heldOut, int(until.Repeats-history.Repeats), "customer %d", i+1)
	}
}

func TestHistoryCheck(t *testing.T) {
	for _, test := range []struct {
		name    string
		history churn.History
		paths   []string
	}{
		{"nothing", churn.History{}, nil},
		{"every day", churn.History{10, 10, 10}, nil},
		{"more repeats than days", churn.History{11, 10, 10}, []string{"repeats"}},
		{"bought after today", churn.History{1, 11, 10}, []string{"recency_days"}},
		{"a last purchase without a repeat", churn.History{0, 5, 10}, []string{"recency_days"}},
		{"a repeat on the first day", churn.History{1, 0, 10}, []string{"repeats"}},
		{"all at the most", churn.History{churn.MaxDays, churn.MaxDays, churn.MaxDays}, nil},
		{"too old", churn.History{0, 0, churn.MaxDays + 1}, []string{"age_days"}},
		{"negative", churn.History{-1, -1, -1}, []string{"age_days", "recency_days", "repeats"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			err := test.history.Check()
			assert.Equal(t, err == nil, test.history.Valid())
			assert.Equal(t, err == nil, new(churn.Counts).Add(test.history) == nil)
			var faults customer.Faults
			if test.paths == nil {
				require.NoError(t, err)
				return
			}
			require.ErrorAs(t, err, &faults)
			var paths []string
			for _, fault := range faults {
				paths = append(paths, fault.Path)
			}
			assert.Equal(t, test.paths, paths)
		})
	}
}

// Any order and any split over any number of counts, merged in any order, give the same
// counts, the same bytes and the same fit to the last bit.
func TestCountsAnyOrder(t *testing.T) {
	var histories []churn.History
	for _, customer := range cdnow(t)[:500] {
		histories = append(histories, customer.History)
	}
	want, err := countsOf(t, histories...).MarshalBinary()
	require.NoError(t, err)
	_, wantFit, err := churn.FitMBGNBD(countsOf(t, histories...), churn.Weeks)
	require.NoError(t, err)
	rapid.Check(t, func(t *rapid.T) {
		shuffled := rapid.Permutation(histories).Draw(t, "order")
		parts := make([]churn.Counts, rapid.IntRange(1, 4).Draw(t, "parts"))
		for i, history := range shuffled {
			require.NoError(t, parts[i%len(parts)].Add(history))
		}
		all := new(churn.Counts)
		for _, i := range rapid.Permutation([]int{0, 1, 2, 3}).Draw(t, "merge") {
			if i < len(parts) {
				require.NoError(t, all.Merge(&parts[i]))
			}
		}
		data, err := all.MarshalBinary()
		require.NoError(t, err)
		require.Equal(t, want, data)
		_, fit, err := churn.FitMBGNBD(all, churn.Weeks)
		require.NoError(t, err)
		require.Equal(t, wantFit, fit)
	})
}

func TestCountsStored(t *testing.T) {
	counts := countsOf(t,
		churn.History{}, churn.History{0, 0, 272}, churn.History{2, 213, 272}, churn.History{0, 0, 272},
		churn.History{churn.MaxDays, churn.MaxDays, churn.MaxDays},
	)
	data, err := counts.MarshalBinary()
	require.NoError(t, err)
	// The format: version, then for each history its distance from the one before and how
	// many customers have it.
	assert.Equal(t, "0100019002028080a88d800101908bdedcb0cf860301", hex.EncodeToString(data))
	var read churn.Counts
	require.NoError(t, read.UnmarshalBinary(data))
	assert.EqualValues(t, 5, read.Customers())
	var histories []churn.History
	var customers []int64
	for history, n := range read.All() {
		histories, customers = append(histories, history), append(customers, n)
	}
	assert.Equal(t, []churn.History{{}, {0, 0, 272}, {2, 213, 272}, {churn.MaxDays, churn.MaxDays, churn.MaxDays}}, histories)
	assert.Equal(t, []int64{1, 2, 1, 1}, customers)

	for name, forged := range map[string]string{
		"nothing":              "",
		"another version":      "02",
		"cut short":            "0100",
		"nobody":               "010000",
		"a history twice":      "0100010001",
		"recency, no repeat":   "0180800801",
		"past every day":       "01ffffffffffffffffff0101",
		"more than MaxDays":    "01a18d0601",
		"too many customers":   "0100818080808020818080808020",
		"more than an int64":   "0100ffffffffffffffffff01",
		"a number too long":    "01008100",
		"it wraps to an early": "010101ffffffffffffffffff0101",
	} {
		t.Run(name, func(t *testing.T) {
			data, err := hex.DecodeString(forged)
			require.NoError(t, err)
			kept := countsOf(t, churn.History{AgeDays: 1})
			require.Error(t, kept.UnmarshalBinary(data))
			assert.EqualValues(t, 1, kept.Customers())
		})
	}
}

func TestCountsMerge(t *testing.T) {
	counts := countsOf(t, churn.History{AgeDays: 1}, churn.History{1, 1, 1})
	require.NoError(t, counts.Merge(counts), "with itself")
	assert.EqualValues(t, 4, counts.Customers())
	require.NoError(t, counts.Merge(new(churn.Counts)))
	require.NoError(t, new(churn.Counts).Merge(counts))
	for _, n := range counts.All() {
		assert.EqualValues(t, 2, n)
	}

	var full churn.Counts // MaxCustomers of one history
	data, err := hex.DecodeString("01" + "01" + "80a094a58d1d")
	require.NoError(t, err)
	require.NoError(t, full.UnmarshalBinary(data))
	require.Equal(t, int64(churn.MaxCustomers), full.Customers())
	require.Error(t, full.Add(churn.History{}))
	require.Error(t, full.Merge(counts))
	require.Error(t, full.Merge(&full))
	require.Equal(t, int64(churn.MaxCustomers), full.Customers())
	require.NoError(t, full.Merge(new(churn.Counts)))
}

func FuzzCounts(f *testing.F) {
	data, err := cdnowCounts(f).MarshalBinary()
	require.NoError(f, err)
	f.Add(data[:200])
	f.Add([]byte{1, 0, 1, 1, 1})
	f.Fuzz(func(t *testing.T, data []byte) {
		var counts churn.Counts
		if counts.UnmarshalBinary(data) != nil {
			return
		}
		again, err := counts.MarshalBinary()
		require.NoError(t, err)
		require.Equal(t, data, again, "what can be read is what would be written")
		sum := int64(0)
		for history, n := range counts.All() {
			require.NoError(t, history.Check())
			require.Positive(t, n)
			sum += n
		}
		require.Equal(t, counts.Customers(), sum)
	})
}

func TestThousandths(t *testing.T) {
	for _, test := range []struct {
		figure float64
		want   int64
	}{
		{0, 0},
		{1, 1000},
		{math.Nextafter(1, 0), 999},
		{math.Nextafter(1, 2), 1000},
		{0.0009999, 0},
		{0.001, 1},
		{math.Nextafter(0.5, 0), 499},
		{0.5, 500},
		{math.Nextafter(0.125, 0), 124},
		{math.Nextafter(0.375, 0), 374},
		{1.226, 1226},
		{-0.1, 0},
		{math.NaN(), 0},
		{math.Inf(-1), 0},
		{math.Inf(1), math.MaxInt64},
		{1e17, math.MaxInt64},
		{1e12, 1e15},
	} {
		assert.Equal(t, test.want, churn.Thousandths(test.figure), "%v", test.figure)
	}
}
