package segment_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/segment"
)

// row C4: beside the cells stands how much of the category they can speak for.
func TestCoverage(t *testing.T) {
	period := population.Period{From: on - 30, Until: on}
	census := segment.NewCensus(period, 2)
	units := func(store, national, unknown int64) segment.Units {
		return segment.Units{Store: store, National: national, Unknown: unknown}
	}
	for _, customer := range [][]segment.Counts{
		{{Category: 1, Days: 2, Lines: 3, Unmeasured: 1, Bought: units(5, 6, 7)}},                           // both kinds
		{{Category: 1, Days: 1, Lines: 2, Bought: units(5, 6, 0)}},                                          // both kinds, too few days
		{{Category: 1, Days: 2, Lines: 2, Unmeasured: 2}},                                                   // no quantity known
		{{Category: 1, Days: 2, Lines: 2, Bought: units(5, 6, 0), Returned: units(0, 6, 0)}},                // kept one kind
		{{Category: 1, Days: 2, Lines: 2, Bought: units(5, 0, 0), Returned: units(9, 0, 0)}},                // kept nothing
		{{Category: 1, Returned: units(0, 0, 4)}, {Category: 2, Days: 1, Lines: 1, Bought: units(1, 0, 0)}}, // only brought back in 1
		{{Category: 1, Returned: units(0, 0, 4)}},                                                           // no buyer of anything
		{{Category: 3}, {Category: 4, Days: 1, Lines: 1, Bought: units(0, 1, 0)}},                           // brought back an unknown quantity of 3
		{},
	} {
		census.Add(customer)
	}
	assert.Equal(t, int64(7), census.Customers())
	assert.Equal(t, segment.Coverage{
		Buyers: 5, Enough: 4, BothKinds: 1, Measured: 3, Lines: 11, Unmeasured: 3,
		Bought: units(20, 18, 7), Returned: units(9, 6, 8),
	}, census.Coverage(1))
	assert.Equal(t, segment.Coverage{Buyers: 1, Measured: 1, Lines: 1, Bought: units(1, 0, 0)}, census.Coverage(2))
	assert.Zero(t, census.Coverage(3))
	assert.Equal(t, int64(1), census.Coverage(4).Buyers)
	assert.Zero(t, census.Coverage(99))
}

func TestCensusesOfOtherQuestionsDoNotMerge(t *testing.T) {
	period := population.Period{From: on - 30, Until: on}
	census := segment.NewCensus(period, 2)
	for _, other := range []*segment.Census{
		segment.NewCensus(period, 3),
		segment.NewCensus(population.Period{From: on - 29, Until: on}, 2),
		segment.NewCensus(population.Period{From: on - 30, Until: on - 1}, 2),
	} {
		require.Error(t, census.Merge(other))
	}
	require.NoError(t, census.Merge(segment.NewCensus(period, 2)))
	assert.Zero(t, census.Customers())
}

func TestImpossibleCensusesAreRefused(t *testing.T) {
	const head, nothing = "01" + "f2912d" + "fc912d" + "02", "000000"
	category := func(coverage, usage, shares string) string {
		return head + "03" + "01" + "05" + coverage + nothing + nothing + usage + shares
	}
	const none = "0000"
	for name, state := range map[string]string{
		"as it should be":         category("03020102"+"0300", "00"+"01"+"0a02", "00"+"01"+"0a01"),
		"as many as there can be": category("03030303"+"0303", "00"+"01"+"0a03", "00"+"01"+"0a03"),
		"a share just above 0":    category("03020102"+"0300", "00"+"01"+"0a02", "00"+"01"+"0201"),
		"a share just below 1":    category("03020102"+"0300", "00"+"01"+"0a02", "00"+"01"+"9e1f01"),
		"usage that was rounded":  category("03020102"+"0300", "43"+"01"+"0a02", "00"+"01"+"0a01"),
	} {
		require.NoError(t, new(segment.Census).UnmarshalBinary(unhex(t, state)), name)
	}

	for name, state := range map[string]string{
		"a category twice":                 head + "00" + "02" + "05" + "000000000000" + nothing + nothing + none + none + "05" + "000000000000" + nothing + nothing + none + none,
		"more buyers than customers":       category("04020102"+"0400", "00"+"01"+"0a02", "00"+"01"+"0a01"),
		"more buyers than lines":           category("03020102"+"0200", "00"+"01"+"0a02", "00"+"01"+"0a01"),
		"more without quantity than lines": category("03020102"+"0304", "00"+"01"+"0a02", "00"+"01"+"0a01"),
		"more with evidence than buyers":   category("03040102"+"0300", "00"+"01"+"0a02", "00"+"01"+"0a01"),
		"more of both kinds than evidence": category("03000102"+"0300", "00"+"01"+"0a02", "00"+"01"+"0a01"),
		"more measured than buyers":        category("03020104"+"0300", "00"+"01"+"0a04", "00"+"01"+"0a01"),
		"usage of others than measured":    category("03020102"+"0300", "00"+"01"+"0a01", "00"+"01"+"0a01"),
		"shares of others than both kinds": category("03020102"+"0300", "00"+"01"+"0a02", none),
		"negative usage":                   category("03020102"+"0300", "00"+"01"+"0102", "00"+"01"+"0a01"),
		"a share of 0":                     category("03020102"+"0300", "00"+"01"+"0a02", "00"+"01"+"0001"),
		"a share of 1":                     category("03020102"+"0300", "00"+"01"+"0a02", "00"+"01"+"a01f01"),
		"sums beyond the bound":            head + "03" + "01" + "05" + "000000000000" + beyondSum + "0000" + nothing + none + none,
	} {
		t.Run(name, func(t *testing.T) {
			data := unhex(t, state)
			census := segment.NewCensus(population.Period{From: 1, Until: 9}, 4)
			before := marshal(t, census)
			require.ErrorIs(t, census.UnmarshalBinary(data), population.ErrFormat)
			assert.Equal(t, before, marshal(t, census), "the census stays as it was")
		})
	}
}
