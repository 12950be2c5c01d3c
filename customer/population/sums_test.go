package population_test

import (
	"encoding/binary"
	"encoding/hex"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// place is what the sums of these tests are counted under: a place and an hour.
type (
	place = [2]string
	sum   = population.Sum[place]
)

func newSums(more ...sum) population.Sums[place] {
	sums := population.NewSums[place](3)
	if err := sums.Add(more...); err != nil {
		panic(err)
	}
	return sums
}

func anyRow(place, []int64) bool { return true }

func readSums(data []byte, fits func(place, []int64) bool) (population.Sums[place], error) {
	sums, from := newSums(), population.NewDecoder(data, 1)
	sums.Read(from, fits)
	return sums, from.Close()
}

// Whatever the order, the split and the batches: what a map adds up to, and the same bytes.
func TestSumsEqualAMap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) sum {
			text := rapid.SampledFrom([]string{"", "a", "b", "ba", "é"})
			return sum{place{text.Draw(t, "place"), text.Draw(t, "hour")}, rapid.SliceOfN(rapid.Int64Range(0, 3), 0, 3).Draw(t, "figures")}
		}), 0, 30).Draw(t, "all")
		model := map[place][3]int64{}
		for _, one := range all {
			row := model[one.Of]
			for i, figure := range one.Figures {
				row[i] += figure
			}
			if row != [3]int64{} {
				model[one.Of] = row
			}
		}

		whole, left, right := newSums(all...), newSums(), newSums()
		for _, one := range rapid.Permutation(all).Draw(t, "order") {
			part := &left
			if rapid.Bool().Draw(t, "right") {
				part = &right
			}
			require.NoError(t, part.Add(one))
		}
		before := right.Append(nil)
		require.NoError(t, left.Merge(&right))
		require.Equal(t, whole.Append(nil), left.Append(nil))
		require.NoError(t, left.Add(all...))
		require.Equal(t, before, right.Append(nil), "no memory is shared with what was merged")

		require.Equal(t, len(model), whole.Len())
		var names []place
		for of, figures := range whole.All() {
			names = append(names, of)
			row := model[of]
			require.Equal(t, row[:], figures)
			require.Equal(t, figures, whole.Of(of))
		}
		require.Equal(t, slices.SortedFunc(maps.Keys(model), func(a, b place) int { return slices.Compare(a[:], b[:]) }), names)
		require.Nil(t, whole.Of(place{"none"}))
		read, err := readSums(whole.Append([]byte{1}), anyRow)
		require.NoError(t, err)
		require.Equal(t, whole.Append(nil), read.Append(nil))
	})
}

// The stored form: so many rows, of each its names and its figures, by ascending names.
func TestSumsFormat(t *testing.T) {
	sums := newSums(sum{place{"b", "09"}, []int64{1, 0, 300}}, sum{place{"", "10"}, []int64{0, 1}})
	assert.Equal(t, "02"+"00"+"023130"+"000100"+"0162"+"023039"+"0100ac02", hex.EncodeToString(sums.Append(nil)))
}

// A batch of which one part cannot be counted counts nothing, of no row, old or new.
func TestSumsAllOrNothing(t *testing.T) {
	old, fresh := sum{place{"old"}, []int64{1}}, sum{place{"new"}, []int64{1, 1, 1}}
	for name, bad := range map[string]sum{
		"less than none":     {place{"old"}, []int64{5, -1}},
		"less, in a new row": {place{"other"}, []int64{-1}},
		"too much":           {place{"full"}, []int64{1}},
		"too many figures":   {place{"old"}, []int64{1, 1, 1, 1}},
		"a control":          {place{"a\nb"}, []int64{1}},
		"a long name":        {place{"", strings.Repeat("x", customer.MaxText+1)}, []int64{1}},
		"a broken name":      {place{"\xff"}, []int64{1}},
	} {
		t.Run(name, func(t *testing.T) {
			sums := newSums(old, sum{place{"full"}, []int64{population.MaxFigure}})
			before := sums.Append(nil)
			require.Error(t, sums.Add(old, fresh, fresh, bad, old))
			assert.Equal(t, before, sums.Append(nil))
		})
	}
	sums, more := newSums(sum{place{"full"}, []int64{population.MaxFigure - 1}}), newSums(fresh, sum{place{"full"}, []int64{2}})
	before := sums.Append(nil)
	require.Error(t, sums.Merge(&more))
	assert.Equal(t, before, sums.Append(nil))
	other := population.NewSums[place](2)
	require.Error(t, sums.Merge(&other), "rows of another width")
	require.NoError(t, sums.Add(sum{place{"full"}, []int64{1}}), "up to the bound")

	require.NoError(t, sums.Add(sum{place{"nothing"}, []int64{0, 0, 0}}, sum{Of: place{"a\nb"}}))
	assert.Equal(t, 1, sums.Len(), "nothing makes no row")
	var zero population.Sums[place]
	require.Error(t, zero.Add(fresh))
	require.NoError(t, zero.Merge(&population.Sums[place]{}))
	assert.Zero(t, zero.Len())
}

// Rows end at their bound, whichever way they come.
func TestSumsRows(t *testing.T) {
	full := population.NewSums[[1]string](1)
	one := func(i int) population.Sum[[1]string] {
		return population.Sum[[1]string]{Of: [1]string{strconv.Itoa(i)}, Figures: []int64{1}}
	}
	for i := range population.MaxSums {
		if err := full.Add(one(i)); err != nil {
			t.Fatal(err)
		}
	}
	require.Error(t, full.Add(one(1), one(population.MaxSums)))
	require.NoError(t, full.Add(one(0)))
	assert.Equal(t, []int64{1}, full.Of([1]string{"1"}))
	more := population.NewSums[[1]string](1)
	require.NoError(t, more.Add(one(1)))
	require.NoError(t, full.Merge(&more))
	require.NoError(t, more.Add(one(population.MaxSums)))
	require.Error(t, full.Merge(&more))
	assert.Equal(t, []int64{2}, full.Of([1]string{"1"}))
	assert.Equal(t, population.MaxSums, full.Len())
}

// Forged bytes fail, and leave the rows as they were; what does not fail is written as it was.
func TestSumsForged(t *testing.T) {
	good := newSums(sum{place{"a", "09"}, []int64{1, 2, 3}}, sum{place{"a", "10"}, []int64{0, 1}}, sum{place{"b"}, []int64{1}})
	data := good.Append([]byte{1})
	for i := range data {
		for change := 1; change < 256; change++ {
			forged := slices.Clone(data)
			forged[i] ^= byte(change)
			if read, err := readSums(forged, anyRow); err != nil {
				require.ErrorIs(t, err, population.ErrFormat)
			} else {
				require.Equal(t, forged, read.Append([]byte{1}))
			}
		}
		_, err := readSums(data[:i], anyRow)
		require.ErrorIs(t, err, population.ErrFormat)
	}
	row := func(first string, figures ...byte) []byte {
		return append(append([]byte{byte(len(first))}, first+"\x00"...), figures...)
	}
	rows := func(n byte, rows ...[]byte) []byte { return append([]byte{1, n}, slices.Concat(rows...)...) }
	for name, forged := range map[string][]byte{
		"out of order":    rows(2, row("b", 1, 0, 0), row("a", 1, 0, 0)),
		"twice":           rows(2, row("a", 1, 0, 0), row("a", 1, 0, 0)),
		"nothing":         rows(1, row("a", 0, 0, 0)),
		"a control":       rows(1, row("\n", 1, 0, 0)),
		"above the bound": rows(1, binary.AppendUvarint(row("a", 0, 0), population.MaxFigure+1)),
		"too many rows":   binary.AppendUvarint([]byte{1}, population.MaxSums+1),
		"rows of nothing": binary.AppendUvarint([]byte{1}, population.MaxSums),
	} {
		t.Run(name, func(t *testing.T) {
			read := newSums(sum{place{"a"}, []int64{7}})
			from := population.NewDecoder(forged, 1)
			read.Read(from, anyRow)
			require.ErrorIs(t, from.Close(), population.ErrFormat)
			assert.Equal(t, []int64{7, 0, 0}, read.Of(place{"a"}))
		})
	}
	_, err := readSums(rows(1, row("a", 1, 0, 0)), func(of place, figures []int64) bool { return figures[1] > 0 })
	require.ErrorIs(t, err, population.ErrFormat, "a row that does not fit")
	most, err := readSums(rows(1, binary.AppendUvarint(row("a", 0, 0), population.MaxFigure)), anyRow)
	require.NoError(t, err)
	assert.Equal(t, []int64{0, 0, population.MaxFigure}, most.Of(place{"a"}))
}
