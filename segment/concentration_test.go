package segment_test

import (
	"encoding/hex"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/segment"
)

func concentrationOf(figures ...int64) *segment.Concentration {
	var c segment.Concentration
	for _, figure := range figures {
		c.Add(figure)
	}
	return &c
}

func concentrationPoint(customers, sum, customersPermille, sumPermille int64) segment.ConcentrationPoint {
	return segment.ConcentrationPoint{Customers: customers, Sum: sum, CustomersPermille: customersPermille, SumPermille: sumPermille}
}

// row C12: both sides of every place, ties together, returns above sales apart.
func TestConcentrationCuts(t *testing.T) {
	nobody := segment.ConcentrationPoint{}
	for _, test := range []struct {
		name            string
		figures         []int64
		top             bool // else share
		permille        int
		before, reached segment.ConcentrationPoint
	}{
		{"nobody was counted", nil, true, 200, nobody, nobody},
		{"nobody brings anything", []int64{0, -5, 0}, true, 500, nobody, nobody},
		{"nobody brings anything, by share", []int64{0, -5, 0}, false, 500, nobody, nobody},
		{"one customer is not divided", []int64{7}, true, 1, nobody, concentrationPoint(1, 7, 1000, 1000)},
		{"one customer, all of her", []int64{7}, true, 1000, concentrationPoint(1, 7, 1000, 1000), concentrationPoint(1, 7, 1000, 1000)},
		{"exactly a point", []int64{5, 3, 1, 1}, true, 250, concentrationPoint(1, 5, 250, 500), concentrationPoint(1, 5, 250, 500)},
		{"just below it", []int64{5, 3, 1, 1}, true, 249, nobody, concentrationPoint(1, 5, 250, 500)},
		{"just above it", []int64{5, 3, 1, 1}, true, 251, concentrationPoint(1, 5, 250, 500), concentrationPoint(2, 8, 500, 800)},
		{"within a tie", []int64{5, 3, 1, 1}, true, 750, concentrationPoint(2, 8, 500, 800), concentrationPoint(4, 10, 1000, 1000)},
		{"all are equal", []int64{2, 2, 2, 2, 2}, true, 200, nobody, concentrationPoint(5, 10, 1000, 1000)},
		{"more than bring anything", []int64{5, 3, 0, -9}, true, 501, concentrationPoint(2, 8, 500, 1000), concentrationPoint(2, 8, 500, 1000)},
		{"exactly who brings anything", []int64{5, 3, 0, -9}, true, 500, concentrationPoint(2, 8, 500, 1000), concentrationPoint(2, 8, 500, 1000)},
		{"losses are not taken off", []int64{6, 2, -100}, false, 750, concentrationPoint(1, 6, 333, 750), concentrationPoint(1, 6, 333, 750)},
		{"a share just above a point", []int64{6, 2, -100}, false, 751, concentrationPoint(1, 6, 333, 750), concentrationPoint(2, 8, 666, 1000)},
		{"a share within a tie", []int64{4, 2, 2, 2}, false, 500, concentrationPoint(1, 4, 250, 400), concentrationPoint(4, 10, 1000, 1000)},
		{"no share at all", []int64{4, 2}, false, 0, nobody, nobody},
		{"beyond the ends", []int64{4, 2}, false, 1001, concentrationPoint(2, 6, 1000, 1000), concentrationPoint(2, 6, 1000, 1000)},
		{"before the ends", []int64{4, 2}, true, -1, nobody, nobody},
		{
			"the greatest figures",
			[]int64{math.MaxInt64, math.MaxInt64, math.MinInt64},
			true, 300, nobody,
			concentrationPoint(2, 1_000_000_000_000_000_000, 666, 1000),
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			curve := concentrationOf(test.figures...).Curve()
			cut := curve.Share(test.permille)
			if test.top {
				cut = curve.Top(test.permille)
			}
			assert.Equal(t, test.before, cut.Before)
			assert.Equal(t, test.reached, cut.Reached)
			assert.Equal(t, min(max(test.permille, 0), 1000), cut.AskedPermille)
		})
	}
}

// row C12: who brings nothing and who loses are counted apart.
func TestConcentrationTotals(t *testing.T) {
	curve := concentrationOf(5, 0, -2, 3, -2, 0, 0).Curve()
	assert.Equal(t, segment.ConcentrationTotals{Customers: 7, Bringing: 2, Zero: 3, Negative: 2, Sum: 8, Lost: -4}, curve.ConcentrationTotals)
	assert.Equal(t, segment.ConcentrationTotals{}, new(segment.Concentration).Curve().ConcentrationTotals)

	points := slices.Collect(curve.Points())
	assert.Equal(t, []segment.ConcentrationPoint{concentrationPoint(1, 5, 142, 625), concentrationPoint(2, 8, 285, 1000)}, points)
	for point := range curve.Points() {
		assert.Equal(t, points[0], point)
		break
	}
}

// row C19: ties have one rank, and what nobody has stands between its neighbours.
func TestConcentrationRank(t *testing.T) {
	curve := concentrationOf(9, 5, 5, 0, -1, -7, -7).Curve()
	for figure, want := range map[int64]segment.ConcentrationRank{
		10: {Ahead: 0, Level: 0, Behind: 7},
		9:  {Ahead: 0, Level: 1, Behind: 6},
		6:  {Ahead: 1, Level: 0, Behind: 6},
		5:  {Ahead: 1, Level: 2, Behind: 4},
		1:  {Ahead: 3, Level: 0, Behind: 4},
		0:  {Ahead: 3, Level: 1, Behind: 3},
		-1: {Ahead: 4, Level: 1, Behind: 2},
		-2: {Ahead: 5, Level: 0, Behind: 2},
		-7: {Ahead: 5, Level: 2, Behind: 0},
		-8: {Ahead: 7, Level: 0, Behind: 0},
	} {
		assert.Equal(t, want, curve.Rank(figure), figure)
	}
	assert.Equal(t, segment.ConcentrationRank{}, new(segment.Concentration).Curve().Rank(3))
	assert.Equal(t, int64(857), curve.Rank(9).Percentile(), "6 of 7")
	assert.Equal(t, int64(571), curve.Rank(5).Percentile(), "of two, both")
	assert.Zero(t, curve.Rank(-7).Percentile())
	assert.Zero(t, segment.ConcentrationRank{}.Percentile())
}

// concentrationModel answers by sorting, in the plainest way.
func concentrationModel(figures []int64, permille int, top bool) (before, reached [2]int64) {
	figures = slices.Clone(figures)
	slices.SortFunc(figures, func(a, b int64) int { return int(max(-1, min(1, b-a))) })
	sum := int64(0)
	for _, figure := range figures {
		sum += max(figure, 0)
	}
	var point [2]int64
	held := func() int64 {
		if top {
			return point[0]*1000 - int64(permille*len(figures))
		}
		return point[1]*1000 - int64(permille)*sum
	}
	for i := 0; i < len(figures) && figures[i] > 0; {
		before = point
		for tie := figures[i]; i < len(figures) && figures[i] == tie; i++ {
			point[0], point[1] = point[0]+1, point[1]+tie
		}
		if now := held(); now == 0 {
			return point, point
		} else if now > 0 {
			return before, point
		}
	}
	return point, point
}

// The curve agrees with plain sorting; any order and any split of the customers, merged
// in any order, give the same bytes; and a stored state reads back.
func TestConcentrationProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		figures := rapid.SliceOfN(rapid.OneOf(rapid.Int64Range(-3, 6), rapid.Int64Range(-1_000_000, 1_000_000)), 1, 50).Draw(t, "figures")
		whole := concentrationOf(figures...)
		curve := whole.Curve()
		permille, top := rapid.IntRange(1, 1000).Draw(t, "permille"), rapid.Bool().Draw(t, "top")
		cut := curve.Share(permille)
		if top {
			cut = curve.Top(permille)
		}
		wantBefore, wantReached := concentrationModel(figures, permille, top)
		assert.Equal(t, wantBefore, [2]int64{cut.Before.Customers, cut.Before.Sum})
		assert.Equal(t, wantReached, [2]int64{cut.Reached.Customers, cut.Reached.Sum})
		assert.Equal(t, int64(len(figures)), curve.Bringing+curve.Zero+curve.Negative)
		for _, figure := range figures {
			rank := curve.Rank(figure)
			greater, equal := int64(0), int64(0)
			for _, other := range figures {
				if other > figure {
					greater++
				} else if other == figure {
					equal++
				}
			}
			assert.Equal(t, segment.ConcentrationRank{Ahead: greater, Level: equal, Behind: curve.Customers - greater - equal}, rank)
		}

		parts := []*segment.Concentration{{}, {}, {}}
		for _, figure := range rapid.Permutation(figures).Draw(t, "order") {
			parts[rapid.IntRange(0, 2).Draw(t, "part")].Add(figure)
		}
		var merged segment.Concentration
		for _, part := range rapid.Permutation(parts).Draw(t, "merge order") {
			kept := marshal(t, part)
			merged.Merge(part)
			assert.Equal(t, kept, marshal(t, part))
		}
		assert.Equal(t, marshal(t, whole), marshal(t, &merged))
		var again segment.Concentration
		require.NoError(t, again.UnmarshalBinary(marshal(t, whole)))
		again.Merge(&again)
		merged.Merge(whole)
		assert.Equal(t, marshal(t, &merged), marshal(t, &again), "with itself, everyone counts twice")
	})
}

// Past MaxDistinct distinct figures those that begin alike rank as equal, but no sum loses
// anything, whichever order and split they came in.
func TestConcentrationBeyondDistinct(t *testing.T) {
	const n = population.MaxDistinct + 10
	var up, down segment.Concentration
	halves := []*segment.Concentration{{}, {}}
	sum := int64(0)
	for i := range int64(n) {
		figure := 10*i + 5
		sum += figure
		up.Add(figure)
		down.Add(10*(n-1-i) + 5)
		halves[i%2].Add(figure)
	}
	up.Add(-3)
	down.Add(-3)
	halves[0].Merge(halves[1])
	halves[0].Add(-3)
	data := marshal(t, &up)
	assert.Equal(t, data, marshal(t, &down))
	assert.Equal(t, data, marshal(t, halves[0]))

	curve := up.Curve()
	assert.Equal(t, segment.ConcentrationTotals{Customers: n + 1, Bringing: n, Negative: 1, Sum: sum, Lost: -3}, curve.ConcentrationTotals)
	last := segment.ConcentrationPoint{}
	for last = range curve.Points() {
	}
	assert.Equal(t, sum, last.Sum)
	assert.Equal(t, int64(n), last.Customers)
	rank := curve.Rank(10*(n-1) + 5)
	assert.Equal(t, int64(0), rank.Ahead)
	assert.Equal(t, int64(n+1), rank.Ahead+rank.Level+rank.Behind)
	assert.Equal(t, segment.ConcentrationRank{Ahead: n - 1, Level: 1, Behind: 1}, curve.Rank(5), "small figures stay apart beside great ones")

	var again segment.Concentration
	require.NoError(t, again.UnmarshalBinary(data))
	assert.Equal(t, data, marshal(t, &again))

	const precision = 5 // its place: after the version, the customers and the zeros
	require.Equal(t, byte(64+16), data[precision])
	for _, forged := range []byte{64 + 15, 64 + 20} { // figures have 16 bits left, of 20
		state := slices.Clone(data)
		state[precision] = forged
		require.ErrorIs(t, new(segment.Concentration).UnmarshalBinary(state), population.ErrFormat)
	}
	var exact segment.Concentration
	for i := range int64(population.MaxDistinct/2 + 1) {
		exact.Add(i + 1)
	}
	state := marshal(t, &exact)
	require.Zero(t, state[precision])
	state[precision] = 64 + 17 // more than any figure has
	require.ErrorIs(t, new(segment.Concentration).UnmarshalBinary(state), population.ErrFormat)

	// A fine part merged into a coarse one, and the reverse, end alike.
	fine := concentrationOf(1, 3, 5)
	coarse := up
	require.NoError(t, coarse.UnmarshalBinary(data))
	coarse.Merge(fine)
	fine.Merge(&up)
	assert.Equal(t, marshal(t, &coarse), marshal(t, fine))
}

// row C12, C19: among figures of every size, of which a few are a million times the usual
// one, no rank and no place on the curve is off by more than a thousandth.
func TestConcentrationOfHeavyTails(t *testing.T) {
	const n = 300_000
	normal := func(part float64) float64 { return math.Sqrt2 * math.Erfinv(2*part-1) }
	for name, quantile := range map[string]func(part float64) float64{
		"lognormal":        func(part float64) float64 { return 5_000 * math.Exp(2*normal(part)) },
		"Pareto":           func(part float64) float64 { return 1_000 / math.Pow(1-part, 1.25) },
		"every size alike": func(part float64) float64 { return 100 * math.Pow(10, 8*part) },
		"households and shops": func(part float64) float64 {
			return 20_000 * math.Exp(normal(part)) * math.Pow(1_000, math.Floor(part+0.02))
		},
		"profit and loss": func(part float64) float64 { return 3_000 * math.Sinh(3*(normal(part)+1)) },
	} {
		t.Run(name, func(t *testing.T) {
			var c segment.Concentration
			figures, sum := make([]int64, n), int64(0)
			for i := range figures { // ascending
				figures[i] = int64(quantile((float64(i) + 0.5) / n))
				sum += max(figures[i], 0)
			}
			figures[n-1] = 1_000_000_000_000
			sum += figures[n-1] - max(int64(quantile((n-0.5)/n)), 0)
			for i := range figures {
				c.Add(figures[i*7919%n]) // a prime: each once
			}
			curve := c.Curve()
			assert.Equal(t, int64(n), curve.Customers)
			assert.Equal(t, sum, curve.Sum)
			for i := 0; i < n; i += 101 {
				rank := curve.Rank(figures[i])
				below, _ := slices.BinarySearch(figures, figures[i])
				above, _ := slices.BinarySearch(figures, figures[i]+1)
				require.InDelta(t, n-above, rank.Ahead, n/1000, "%d", figures[i])
				require.InDelta(t, below, rank.Behind, n/1000, "%d", figures[i])
			}
			for permille := 1; permille < 1000; permille++ {
				top := curve.Top(permille)
				require.LessOrEqual(t, top.Reached.Customers-top.Before.Customers, int64(n/1000), permille)
			}
		})
	}
}

// The format, pinned.
func TestConcentrationFormat(t *testing.T) {
	state := concentrationOf(300, 300, 7, 0, -2)
	assert.Equal(t, "01"+"05"+"01"+"00"+"03"+"030102"+"0e0107"+"d80402d804", hex.EncodeToString(marshal(t, state)))
	greatest := marshal(t, concentrationOf(math.MaxInt64, math.MaxInt64, math.MinInt64))
	var again segment.Concentration
	require.NoError(t, again.UnmarshalBinary(greatest), "a sum that stopped is no impossible one")
	assert.Equal(t, greatest, marshal(t, &again))
	assert.Equal(t, "0100000000", hex.EncodeToString(marshal(t, new(segment.Concentration))))
}

func TestImpossibleConcentrations(t *testing.T) {
	for name, state := range map[string]string{
		"another version":                "02" + "00000000",
		"it ends early":                  "01" + "0000",
		"bytes left over":                "01" + "00000000" + "00",
		"more customers than figures":    "01" + "02" + "00" + "00" + "01" + "0e0107",
		"fewer customers than figures":   "01" + "01" + "01" + "00" + "01" + "0e0107",
		"a figure of 0 among the others": "01" + "01" + "00" + "00" + "01" + "000100",
		"a figure of nobody":             "01" + "00" + "00" + "00" + "01" + "0e0000",
		"too great a sum":                "01" + "01" + "00" + "00" + "01" + "0e0108",
		"too small a sum":                "01" + "02" + "00" + "00" + "01" + "0e020d",
		"out of order":                   "01" + "02" + "00" + "00" + "02" + "0e0107" + "0c0106",
		"twice the same":                 "01" + "02" + "00" + "00" + "02" + "0e0107" + "0e0107",
		"the lowest bits of all dropped": "01" + "01" + "00" + "01" + "01" + "0e010f",
		"rounded without need":           "01" + "01" + "00" + "43" + "01" + "080104",
		"no leading bits":                "01" + "00" + "00" + "40" + "00",
		"more bits than figures have":    "01" + "00" + "00" + "7c" + "00",
		"a figure beyond the bound":      "01" + "01" + "00" + "00" + "01" + "ffffffffffffffffff01" + "01" + "01",
		"more figures than are told":     "01" + "00" + "00" + "00" + "81800400",
	} {
		t.Run(name, func(t *testing.T) {
			state := unhex(t, state)
			kept := concentrationOf(4)
			require.ErrorIs(t, kept.UnmarshalBinary(state), population.ErrFormat)
			assert.Equal(t, marshal(t, concentrationOf(4)), marshal(t, kept), "it stays as it was")
		})
	}
}

func FuzzConcentration(f *testing.F) {
	for _, figures := range [][]int64{nil, {1, 2, 2, 0, -5}, {math.MaxInt64, math.MinInt64}} {
		data, err := concentrationOf(figures...).MarshalBinary()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var c segment.Concentration
		if c.UnmarshalBinary(data) != nil {
			return
		}
		assert.Equal(t, data, marshal(t, &c), "what is read is written alike")
		curve := c.Curve()
		for _, permille := range []int{1, 500, 1000} {
			cut := curve.Top(permille)
			assert.LessOrEqual(t, cut.Before.Customers, cut.Reached.Customers)
			assert.LessOrEqual(t, cut.Reached.Sum, curve.Sum, fmt.Sprint(permille))
		}
		c.Add(3)
		c.Merge(&c)
	})
}
