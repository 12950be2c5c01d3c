package lifecycle_test

import (
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/lifecycle"
)

// readRetailLines reads online_retail, which is no part of the project, sorted by customer.
// Cancellations (order ids that begin with C, quantities of 0 and less) are no visits, and
// lines without a customer are nobody's.
func readRetailLines(t *testing.T) []population.Line[string] {
	t.Helper()
	rows := sharedTable(t, "online_retail", "customer_id", "timestamp", "order_id", "sku", "", "", "quantity")
	rows.ReuseRecord = true
	const who, when, order, sku, quantity = 0, 1, 2, 3, 6
	codes, lines := map[string]uint32{}, []population.Line[string](nil)
	for {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return lines
		}
		require.NoError(t, err)
		if row[who] == "" || strings.HasPrefix(row[order], "C") || strings.HasPrefix(row[quantity], "-") || row[quantity] == "0" {
			continue
		}
		code, known := codes[row[sku]]
		if !known {
			code = uint32(len(codes))
			codes[strings.Clone(row[sku])] = code
		}
		day, err := customer.ParseDate(row[when][:len("2010-12-01")])
		require.NoError(t, err)
		name := row[who]
		if n := len(lines); n > 0 && lines[n-1].Customer == name {
			name = lines[n-1].Customer
		} else {
			name = strings.Clone(name)
		}
		lines = append(lines, population.Line[string]{Customer: name, Item: code, Day: day})
	}
}

// heldOutGap is the last interval of a customer and product, and what was known before it.
type heldOutGap struct {
	item  uint32
	days  customer.Days   // without the last
	trips *lifecycle.Gaps // between her days of shopping for anything, up to the last of days
	gap   int             // the interval to tell
}

// holdOutGaps takes the last interval of every customer and product with two or more, and
// counts the population's habits from the days before every last one: of a product bought
// on n days, the first n-1, so that nothing that is to be told is known.
func holdOutGaps(t *testing.T) (held []heldOutGap, habits *lifecycle.Habits) {
	t.Helper()
	habits = new(lifecycle.Habits)
	var visitor lifecycle.Visitor[string]
	for run, err := range population.Runs(stream(readRetailLines(t))) {
		require.NoError(t, err)
		visits, err := visitor.Visits(run)
		require.NoError(t, err)
		all, known := lifecycle.Together(visits), make([]lifecycle.Visits, 0, len(visits))
		for _, one := range visits {
			n := len(one.Days)
			earlier := slices.Clone(one.Days[:n-1])
			known = append(known, lifecycle.Visits{Item: one.Item, Days: earlier})
			if n < 3 {
				continue
			}
			trips := new(lifecycle.Gaps)
			require.NoError(t, trips.Add(all.Before(earlier.Last()+1)))
			held = append(held, heldOutGap{item: one.Item, days: earlier, trips: trips, gap: int(one.Days[n-1] - one.Days[n-2])})
		}
		require.NoError(t, habits.Add(known))
	}
	return held, habits
}

// row D9: when will she buy the product again? The last interval of each of the 23,986
// customers and products of online_retail that have two or more is held out and told as of
// the day from which it runs.
//
// Which rule is for what: the interval, a median, keeps the usual error small; the middle
// of the densest window of 15 days hits most often within a week. And whose gaps are to
// join her own: in this shop, three of her shopping trips tell more than three of the
// product's, because a dealer buys when she shops. Both rules with her trips are right
// within a week in more than 22 of 100 cases, with a median error below 27 days; with the
// product's gaps neither is, whatever their weight. Trips and product together gain no
// more than half a case in 100 on the trips alone.
//
// Of her, nothing after that day is known. The product's gaps are those of everybody's
// days but the last, so they know nothing that is to be told either, but some that other
// customers made later. Were the held-out intervals left among them, the same window
// would seem to hit in 22.7 of 100 cases: it would know the answers.
//
// The figures were computed independently by two throw-away programs of the Python
// standard library, which share no code with this package.
func TestNextIntervalOfRealCustomers(t *testing.T) {
	held, habits := holdOutGaps(t)
	require.Len(t, held, 23_986)
	for _, tc := range []struct {
		name                      string
		prior, half               int
		gaps                      func(heldOutGap) *lifecycle.Gaps
		intervalHits, intervalOff int
		windowHits, windowOff     int
	}{
		{"her own gaps", 0, 0, func(heldOutGap) *lifecycle.Gaps { return nil }, 4509, 30, 4597, 30},
		{"her own gaps, recent ones first", 0, 3, func(heldOutGap) *lifecycle.Gaps { return nil }, 4296, 31, 4441, 31},
		{"and the product's", 3, 3, func(h heldOutGap) *lifecycle.Gaps { return habits.Of(h.item) }, 4454, 25, 4829, 29},
		{"and more of the product's", 10, 3, func(h heldOutGap) *lifecycle.Gaps { return habits.Of(h.item) }, 4289, 24, 4994, 28},
		{"and her trips'", 3, 3, func(h heldOutGap) *lifecycle.Gaps { return h.trips }, 5430, 24, 5729, 26},
	} {
		t.Run(tc.name, func(t *testing.T) {
			rhythm := newRhythm(t, lifecycle.RhythmRules{
				Edition:   customer.Edition{ID: "rhythm", Version: 1},
				PriorGaps: tc.prior, OwnGaps: 20, HalfAtGaps: tc.half, WindowDays: 15,
			})
			var interval, window intervalTold
			for _, one := range held {
				e, err := rhythm.Expect(one.days, tc.gaps(one), one.days.Last())
				require.NoError(t, err)
				interval.note(e.Interval - one.gap)
				window.note(int(e.Middle-e.Last) - one.gap)
			}
			assert.Equal(t, []int{tc.intervalHits, tc.intervalOff}, []int{interval.hits, interval.middle()})
			assert.Equal(t, []int{tc.windowHits, tc.windowOff}, []int{window.hits, window.middle()})
			t.Logf("interval: %.1f %% within a week, off by %d days; window: %.1f %%, %d days",
				100*float64(interval.hits)/float64(len(held)), interval.middle(), 100*float64(window.hits)/float64(len(held)), window.middle())
		})
	}
}

// intervalTold is how well intervals were told.
type intervalTold struct {
	hits int // within seven days
	offs []int
}

func (t *intervalTold) note(off int) {
	off = max(off, -off)
	if off <= 7 {
		t.hits++
	}
	t.offs = append(t.offs, off)
}

// middle is the median error, the lower of two.
func (t *intervalTold) middle() int {
	slices.Sort(t.offs)
	return t.offs[(len(t.offs)-1)/2]
}

// row D6: when do customers of online_retail come a second time? Told on 6 June 2011, in the
// middle of the file, and held against what became of those who had come by then, each
// followed for 186 days from her first purchase. The gaps as they come are those of the
// hasty; with the day through which they are known they are nearly what was to come.
//
// The figures were computed independently by a throw-away program of the Python standard
// library, in fractions.
func TestSecondPurchasesOfRealCustomers(t *testing.T) {
	const days = 186
	today := on("2011-06-06")
	var plain, became lifecycle.Gaps
	followed := lifecycle.Gaps{Through: today}
	var visitor lifecycle.Visitor[string]
	for run, err := range population.Runs(stream(readRetailLines(t))) {
		require.NoError(t, err)
		visits, err := visitor.Visits(run)
		require.NoError(t, err)
		all := lifecycle.Together(visits)
		require.NoError(t, plain.Add(all.Before(today+1)))
		require.NoError(t, followed.Add(all))
		if len(all) > 0 && all[0] <= today {
			require.NoError(t, became.Add(all.Before(all[0].AddDays(days+1))))
		}
	}
	rules := rhythmRules()
	for _, tc := range []struct {
		name           string
		gaps           *lifecycle.Gaps
		interval, rank int
		second         int64
	}{
		{"as they come", &plain, 41, 663, 1377},
		{"through that day", &followed, 54, 534, 1377},
		{"what was to come", &became, 54, 535, 1835},
	} {
		e, err := newRhythm(t, rules).Expect(customer.Days{today}, tc.gaps, today.AddDays(60))
		require.NoError(t, err)
		assert.Equal(t, []int{tc.interval, tc.rank}, []int{e.Interval, e.SilenceRank}, tc.name)
		assert.Equal(t, tc.second, e.Second, tc.name)
	}
}
