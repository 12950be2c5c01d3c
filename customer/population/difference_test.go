package population_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer/population"
)

// The examples (a) to (h) of table II in R. G. Newcombe, Interval estimation for the
// difference between independent proportions: comparison of eleven methods, Statistics
// in Medicine 17 (1998), 873–890: method 10, to four decimal places.
func TestNewcombe(t *testing.T) {
	for _, tc := range []struct {
		treated, heldOut population.Share
		low, top         float64
		verdict          population.Verdict
	}{
		{population.Share{Of: 56, All: 70}, population.Share{Of: 48, All: 80}, 0.0524, 0.3339, population.Higher},
		{population.Share{Of: 9, All: 10}, population.Share{Of: 3, All: 10}, 0.1705, 0.8090, population.Higher},
		{population.Share{Of: 6, All: 7}, population.Share{Of: 2, All: 7}, 0.0582, 0.8062, population.Higher},
		{population.Share{Of: 5, All: 56}, population.Share{Of: 0, All: 29}, -0.0381, 0.1926, population.NoDifference},
		{population.Share{Of: 0, All: 10}, population.Share{Of: 0, All: 20}, -0.1611, 0.2775, population.NoDifference},
		{population.Share{Of: 0, All: 10}, population.Share{Of: 0, All: 10}, -0.2775, 0.2775, population.NoDifference},
		{population.Share{Of: 10, All: 10}, population.Share{Of: 0, All: 20}, 0.6791, 1, population.Higher},
		{population.Share{Of: 10, All: 10}, population.Share{Of: 0, All: 10}, 0.6075, 1, population.Higher},
	} {
		d := population.Compare(tc.treated, tc.heldOut, 1)
		assert.InDelta(t, tc.low, d.Low, 0.00005, "%v", tc)
		assert.InDelta(t, tc.top, d.Top, 0.00005, "%v", tc)
		assert.Equal(t, tc.verdict, d.Verdict, "%v", tc)
		assert.InDelta(t, float64(tc.treated.Of)/float64(tc.treated.All)-float64(tc.heldOut.Of)/float64(tc.heldOut.All), d.Value, 1e-15)
	}
	lower := population.Compare(population.Share{Of: 48, All: 80}, population.Share{Of: 56, All: 70}, 1)
	assert.Equal(t, population.Lower, lower.Verdict)
	assert.InDelta(t, -0.3339, lower.Low, 0.00005)
}

// Too few to tell: below the least in either group, on both sides of the mark; and what
// is no share.
func TestTooFew(t *testing.T) {
	for _, tc := range []struct {
		treated, heldOut population.Share
		least            int64
		tooFew           bool
	}{
		{population.Share{Of: 30, All: 30}, population.Share{Of: 0, All: 30}, 30, false},
		{population.Share{Of: 29, All: 29}, population.Share{Of: 0, All: 30}, 30, true},
		{population.Share{Of: 30, All: 30}, population.Share{Of: 0, All: 29}, 30, true},
		{population.Share{Of: 0, All: 0}, population.Share{Of: 0, All: 9}, 0, true},
		{population.Share{Of: 0, All: 1}, population.Share{Of: 0, All: 1}, 0, false},
		{population.Share{Of: 2, All: 1}, population.Share{Of: 0, All: 1}, 0, true},
		{population.Share{Of: 0, All: 1}, population.Share{Of: -1, All: 1}, 0, true},
	} {
		d := population.Compare(tc.treated, tc.heldOut, tc.least)
		assert.Equal(t, tc.tooFew, d.Verdict == population.TooFew, "%v", tc)
		if tc.tooFew {
			value, low, top := d.Permille()
			assert.Equal(t, [3]int64{}, [3]int64{value, low, top})
			assert.Zero(t, d.Value)
			assert.Zero(t, d.Low)
			assert.Zero(t, d.Top)
		}
	}
}

// The interval holds the difference, stays within -1 and 1, turns round with the groups,
// and in thousandths it is never narrower than it is.
func TestCompareProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		share := func(name string) population.Share {
			all := rapid.Int64Range(1, 1000).Draw(t, name+" of")
			return population.Share{Of: rapid.Int64Range(0, all).Draw(t, name), All: all}
		}
		a, b := share("treated"), share("held out")
		d, turned := population.Compare(a, b, 1), population.Compare(b, a, 1)
		require.LessOrEqual(t, -1.0, d.Low)
		require.LessOrEqual(t, d.Low, d.Value)
		require.LessOrEqual(t, d.Value, d.Top)
		require.LessOrEqual(t, d.Top, 1.0)
		require.InDelta(t, d.Low, -turned.Top, 1e-12)
		require.InDelta(t, d.Top, -turned.Low, 1e-12)
		value, low, top := d.Permille()
		require.LessOrEqual(t, float64(low)/1000, d.Low)
		require.GreaterOrEqual(t, float64(top)/1000, d.Top)
		require.LessOrEqual(t, low, value)
		require.LessOrEqual(t, value, top)
		more := population.Compare(population.Share{Of: a.Of * 100, All: a.All * 100}, population.Share{Of: b.Of * 100, All: b.All * 100}, 1)
		require.Less(t, more.Top-more.Low, d.Top-d.Low, "more customers tell more")
	})
}
