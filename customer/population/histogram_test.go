package population

import (
	"math"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// naive is a histogram that is obviously right: it keeps every value, and finds the
// precision by trying.
type naive struct {
	values []int64
	limit  int
}

func (n naive) buckets() (buckets, counts []int64) {
	for keep := 64; ; keep-- {
		found := map[int64]int64{}
		for _, value := range n.values {
			found[bucket(value, keep)]++
		}
		if len(found) > n.limit {
			continue
		}
		for bucket := range found {
			buckets = append(buckets, bucket)
		}
		slices.Sort(buckets)
		for _, bucket := range buckets {
			counts = append(counts, found[bucket])
		}
		return buckets, counts
	}
}

// bucket is the least of all values that begin as this one does, in binary digits: those
// after the first so many are 0, or 1 where the value is below 0.
func bucket(value int64, keep int) int64 {
	digits := strings.Split(new(big.Int).Abs(big.NewInt(value)).Text(2), "")
	for i := range digits[min(keep, len(digits)):] {
		digits[keep+i] = map[bool]string{false: "0", true: "1"}[value < 0]
	}
	whole, _ := new(big.Int).SetString(strings.Join(digits, ""), 2)
	if value < 0 {
		whole.Neg(whole)
	}
	if !whole.IsInt64() {
		return math.MinInt64 // there are no values further down
	}
	return whole.Int64()
}

func (n naive) below(mark int64) (below int64) {
	for _, value := range n.values {
		if value < mark {
			below++
		}
	}
	return below
}

func (n naive) cuts(parts int64) (cuts []Cut) {
	buckets, _ := n.buckets()
	total := int64(len(n.values))
	for part := int64(1); part < parts; part++ {
		at := slices.IndexFunc(buckets, func(bucket int64) bool { return n.below(bucket)*parts >= part*total })
		if at < 0 {
			break
		}
		cuts = append(cuts, Cut{Value: buckets[at], Below: n.below(buckets[at]), Total: total})
	}
	return cuts
}

// draws are values with many ties, values far apart, and negative ones.
func draws() *rapid.Generator[[]int64] {
	return rapid.SliceOfN(rapid.OneOf(
		rapid.Int64Range(0, 5),
		rapid.Int64Range(-200, 400),
		rapid.Int64(),
		rapid.SampledFrom([]int64{math.MinInt64, math.MinInt64 + 1, -1, 0, 1, math.MaxInt64}),
	), 0, 400)
}

func TestHistogramEqualsTheNaiveCount(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		model := naive{values: draws().Draw(t, "values"), limit: rapid.IntRange(128, 160).Draw(t, "limit")}
		h := Histogram{limit: model.limit}
		for _, value := range model.values {
			h.Add(value, 1)
		}

		buckets, counts := model.buckets()
		values, found := h.Values()
		assert.Equal(t, int64(len(model.values)), h.Total())
		assert.True(t, slices.Equal(buckets, values), "want values %d, got %d", buckets, values)
		assert.True(t, slices.Equal(counts, found), "want counts %d, got %d", counts, found)
		parts := rapid.Int64Range(0, 7).Draw(t, "parts")
		assert.Equal(t, model.cuts(parts), h.Cuts(parts))
	})
}

// A cut states the rank that it has among the values as they were, before any bits
// were dropped, and it is a rank that is large enough.
func TestCutsStateTheirTrueRank(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		model := naive{values: draws().Draw(t, "values"), limit: rapid.IntRange(128, 160).Draw(t, "limit")}
		h := Histogram{limit: model.limit}
		for _, value := range model.values {
			h.Add(value, 1)
		}
		for i, cut := range h.Cuts(3) {
			assert.Equal(t, model.below(cut.Value), cut.Below)
			assert.Equal(t, int64(len(model.values)), cut.Total)
			assert.GreaterOrEqual(t, 3*cut.Below, int64(i+1)*cut.Total)
		}
	})
}

// Any split and any order of merging give the same bytes, also where the parts dropped
// different numbers of bits.
func TestHistogramIsFreeOfOrderAndSplit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values, limit := draws().Draw(t, "values"), rapid.IntRange(128, 160).Draw(t, "limit")
		whole := Histogram{limit: limit}
		for _, value := range values {
			whole.Add(value, 1)
		}

		parts := make([]Histogram, rapid.IntRange(1, 4).Draw(t, "parts"))
		for i := range parts {
			parts[i].limit = limit
		}
		for _, value := range rapid.Permutation(values).Draw(t, "order") {
			parts[rapid.IntRange(0, len(parts)-1).Draw(t, "part")].Add(value, 1)
		}
		merged := Histogram{limit: limit}
		for _, i := range rapid.Permutation(indexes(len(parts))).Draw(t, "merge order") {
			before := parts[i].Append(nil)
			merged.Merge(&parts[i])
			assert.Equal(t, before, parts[i].Append(nil), "the merged part stays as it is")
		}
		assert.Equal(t, whole.Append(nil), merged.Append(nil))
	})
}

func indexes(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}

func TestHistogramMergesPartsOfDifferentPrecision(t *testing.T) {
	fine, coarse := Histogram{limit: 4}, Histogram{limit: 4}
	fine.Add(3, 2)
	fine.Add(9, 1)
	for _, value := range []int64{0, 36, 49, 64, 65} {
		coarse.Add(value, 1)
	}
	require.Zero(t, fine.bits)
	require.Equal(t, uint(6), coarse.bits, "64 and 65 differ in their seventh bit")

	both, reverse := Histogram{limit: 4}, Histogram{limit: 4}
	both.Merge(&fine)
	both.Merge(&coarse)
	reverse.Merge(&coarse)
	reverse.Merge(&fine)
	assert.Equal(t, both.Append(nil), reverse.Append(nil))
	values, counts := both.Values()
	assert.Equal(t, []int64{0, 2, 8, 32, 64}, values, "1 leading bit, with which there are never many")
	assert.Equal(t, []int64{1, 2, 1, 2, 2}, counts)
}

func TestHistogramMergesIntoItself(t *testing.T) {
	var h Histogram
	h.Add(3, 2)
	h.Add(9, 1)
	h.Merge(&h)
	values, counts := h.Values()
	assert.Equal(t, []int64{3, 9}, values)
	assert.Equal(t, []int64{4, 2}, counts)
	assert.Equal(t, int64(6), h.Total())
}

func TestCuts(t *testing.T) {
	for _, test := range []struct {
		name   string
		values []int64
		parts  int64
		want   []Cut
	}{
		{"nobody", nil, 3, nil},
		{"one", []int64{7}, 3, nil},
		{"all equal", []int64{7, 7, 7, 7}, 3, nil},
		{"two values are two parts", []int64{1, 2}, 3, []Cut{{2, 1, 2}}},
		{"exact thirds", []int64{1, 2, 3}, 3, []Cut{{2, 1, 3}, {3, 2, 3}}},
		{"one more than a third on the left", []int64{1, 1, 2, 3}, 3, []Cut{{2, 2, 4}, {3, 3, 4}}},
		{"ties stay on one side", []int64{1, 2, 2, 2, 2, 3}, 3, []Cut{{3, 5, 6}, {3, 5, 6}}},
		{"most at the bottom: the cuts coincide", []int64{1, 1, 1, 1, 5, 6}, 3, []Cut{{5, 4, 6}, {5, 4, 6}}},
		{"most at the top: no second cut", []int64{1, 1, 9, 9, 9, 9}, 3, []Cut{{9, 2, 6}}},
		{"a median", []int64{4, 1, 3, 2}, 2, []Cut{{3, 2, 4}}},
		{"one part has no cut", []int64{1, 2, 3}, 1, nil},
		{"no parts", []int64{1, 2, 3}, 0, nil},
		{"the most parts", []int64{1, 2}, MaxParts, slices.Repeat([]Cut{{2, 1, 2}}, MaxParts/2)},
		{"too many parts", []int64{1, 2}, MaxParts + 1, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			var h Histogram
			for _, value := range test.values {
				h.Add(value, 1)
			}
			assert.Equal(t, test.want, h.Cuts(test.parts))
		})
	}
}

func TestHistogramLeavesOutWhatIsNotAbove0(t *testing.T) {
	var h Histogram
	h.Add(5, 0)
	h.Add(5, -3)
	assert.Zero(t, h.Total())
	values, counts := h.Values()
	assert.Empty(t, values)
	assert.Empty(t, counts)
}

// The limit itself is still exact; with one value more, values are rounded.
func TestHistogramIsExactUpToMaxDistinct(t *testing.T) {
	var h Histogram
	for value := range int64(MaxDistinct) {
		h.Add(2*value+1, 1)
	}
	require.Zero(t, h.bits)
	h.Add(1, 1)
	require.Zero(t, h.bits, "no new value")
	values, _ := h.Values()
	assert.Len(t, values, MaxDistinct)

	h.Add(2*MaxDistinct+1, 1)
	assert.Equal(t, uint(15), h.bits, "most have 17 bits, and as odd numbers stay apart without the last one")
	for _, value := range []int64{1, 1<<16 - 1, 1 << 16, 1<<16 + 3, 1<<17 + 6} {
		assert.Equal(t, bucket(value, 15), Leading(value, h.bits))
	}
	assert.Equal(t, int64(MaxDistinct)+2, h.Total())
}

// Counts stop at a bound instead of running over, in whatever order they come.
func TestHistogramCountsStopAtABound(t *testing.T) {
	var forth, back Histogram
	forth.Add(1, math.MaxInt64)
	forth.Add(1, math.MaxInt64)
	forth.Add(2, 5)
	back.Add(2, 5)
	back.Add(1, math.MaxInt64)
	assert.Equal(t, forth.Append(nil), back.Append(nil))
	assert.Equal(t, int64(maxTotal), forth.Total())

	forth.Merge(&back)
	assert.Equal(t, int64(maxTotal), forth.Total())
	assert.Equal(t, []Cut{{2, maxTotal, maxTotal}, {2, maxTotal, maxTotal}}, forth.Cuts(3))

	read := NewDecoder(append([]byte{9}, forth.Append(nil)...), 9)
	again := read.Histogram()
	require.NoError(t, read.Close())
	assert.Equal(t, forth.Append(nil), again.Append(nil))
}

func TestHistogramRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var h Histogram
		for _, value := range draws().Draw(t, "values") {
			h.Add(value, rapid.Int64Range(1, 1000).Draw(t, "n"))
		}
		if keep := rapid.UintRange(0, 63).Draw(t, "leading bits"); keep > 0 {
			h.round(keep)
		}
		data := h.Append([]byte{9})
		from := NewDecoder(data, 9)
		read := from.Histogram()
		require.NoError(t, from.Close())
		assert.Equal(t, data, read.Append([]byte{9}))
		assert.Equal(t, h.Total(), read.Total())
		assert.Equal(t, h.Cuts(3), read.Cuts(3))
	})
}

func TestHistogramGoldenBytes(t *testing.T) {
	h := Histogram{limit: 3}
	for _, value := range []int64{-3, 40, 300} {
		h.Add(value, 7)
	}
	h.Add(300, 200)
	assert.Equal(t, []byte{
		0, 3, // exact; values
		5, 7, // -3 in zigzag
		80, 7, // 40
		0xd8, 0x04, 0xcf, 0x01, // 300, 207 times
	}, h.Append(nil))

	h.Add(301, 1)
	assert.Equal(t, []byte{
		64 + 8, 3, // 8 leading bits: 300 and 301 have 9; values
		5, 7,
		80, 7,
		0xd8, 0x04, 0xd0, 0x01, // 300, 208 times
	}, h.Append(nil))
}

func TestHistogramRefusesWhatAppendDoesNotWrite(t *testing.T) {
	tooMany := []byte{0, 0x81, 0x80, 0x04} // MaxDistinct + 1 values announced
	for name, data := range map[string][]byte{
		"nothing":                           {},
		"no number of values":               {0},
		"bits dropped, as it once was":      {6, 0},
		"64 leading bits":                   {128, 1, 0},
		"no leading bits":                   {64, 0},
		"more than the leading bits":        {64 + 2, 1, 10, 1}, // 5 is 101
		"too many values":                   tooMany,
		"fewer values than said":            {0, 2, 2, 1},
		"a count of 0":                      {0, 1, 2, 0},
		"a value twice":                     {0, 2, 2, 1, 2, 1},
		"values descending":                 {0, 2, 4, 1, 2, 1},
		"a count beyond the bound":          {0, 1, 2, 0x81, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10},
		"bytes left over":                   {0, 0, 0},
		"a number not in its shortest form": {0x80, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			from := NewDecoder(append([]byte{9}, data...), 9)
			from.Histogram()
			assert.ErrorIs(t, from.Close(), ErrFormat)
		})
	}
}
