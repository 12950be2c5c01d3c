package personal_test

import (
	"encoding/hex"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/promo/personal"
)

// The examples (a) to (h) of table II in R. G. Newcombe, Interval estimation for the
// difference between independent proportions: comparison of eleven methods, Statistics
// in Medicine 17 (1998), 873–890: method 10, to four decimal places.
func TestNewcombe(t *testing.T) {
	for _, tc := range []struct {
		listed, heldOut personal.Share
		low, top        float64
		verdict         personal.Verdict
	}{
		{personal.Share{56, 70}, personal.Share{48, 80}, 0.0524, 0.3339, personal.Higher},
		{personal.Share{9, 10}, personal.Share{3, 10}, 0.1705, 0.8090, personal.Higher},
		{personal.Share{6, 7}, personal.Share{2, 7}, 0.0582, 0.8062, personal.Higher},
		{personal.Share{5, 56}, personal.Share{0, 29}, -0.0381, 0.1926, personal.NoDifference},
		{personal.Share{0, 10}, personal.Share{0, 20}, -0.1611, 0.2775, personal.NoDifference},
		{personal.Share{0, 10}, personal.Share{0, 10}, -0.2775, 0.2775, personal.NoDifference},
		{personal.Share{10, 10}, personal.Share{0, 20}, 0.6791, 1, personal.Higher},
		{personal.Share{10, 10}, personal.Share{0, 10}, 0.6075, 1, personal.Higher},
	} {
		d := personal.Compare(tc.listed, tc.heldOut, 1)
		assert.InDelta(t, tc.low, d.Low, 0.00005, "%v", tc)
		assert.InDelta(t, tc.top, d.Top, 0.00005, "%v", tc)
		assert.Equal(t, tc.verdict, d.Verdict, "%v", tc)
		assert.InDelta(t, float64(tc.listed.Of)/float64(tc.listed.All)-float64(tc.heldOut.Of)/float64(tc.heldOut.All), d.Value, 1e-15)
	}
	lower := personal.Compare(personal.Share{48, 80}, personal.Share{56, 70}, 1)
	assert.Equal(t, personal.Lower, lower.Verdict)
	assert.InDelta(t, -0.3339, lower.Low, 0.00005)
}

// Too few to tell: below the least in either group, on both sides of the mark; and what
// is no share.
func TestTooFew(t *testing.T) {
	for _, tc := range []struct {
		listed, heldOut personal.Share
		least           int64
		tooFew          bool
	}{
		{personal.Share{30, 30}, personal.Share{0, 30}, 30, false},
		{personal.Share{29, 29}, personal.Share{0, 30}, 30, true},
		{personal.Share{30, 30}, personal.Share{0, 29}, 30, true},
		{personal.Share{0, 0}, personal.Share{0, 9}, 0, true},
		{personal.Share{0, 1}, personal.Share{0, 1}, 0, false},
		{personal.Share{2, 1}, personal.Share{0, 1}, 0, true},
		{personal.Share{0, 1}, personal.Share{-1, 1}, 0, true},
	} {
		d := personal.Compare(tc.listed, tc.heldOut, tc.least)
		assert.Equal(t, tc.tooFew, d.Verdict == personal.TooFew, "%v", tc)
		if tc.tooFew {
			assert.Zero(t, d.Value)
			assert.Zero(t, d.Low)
			assert.Zero(t, d.Top)
		}
	}
}

// The interval holds the difference, stays within -1 and 1, turns round with the groups,
// and its sentence is never narrower than it is.
func TestCompareProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		share := func(name string) personal.Share {
			all := rapid.Int64Range(1, 1000).Draw(t, name+" of")
			return personal.Share{Of: rapid.Int64Range(0, all).Draw(t, name), All: all}
		}
		a, b := share("listed"), share("held out")
		d, turned := personal.Compare(a, b, 1), personal.Compare(b, a, 1)
		require.LessOrEqual(t, -1.0, d.Low)
		require.LessOrEqual(t, d.Low, d.Value)
		require.LessOrEqual(t, d.Value, d.Top)
		require.LessOrEqual(t, d.Top, 1.0)
		require.InDelta(t, d.Low, -turned.Top, 1e-12)
		require.InDelta(t, d.Top, -turned.Low, 1e-12)
		told := d.Reasons()[2]
		require.LessOrEqual(t, float64(told.Fact)/1000, d.Low)
		require.GreaterOrEqual(t, float64(told.Mark)/1000, d.Top)
		more := personal.Compare(personal.Share{Of: a.Of * 100, All: a.All * 100}, personal.Share{Of: b.Of * 100, All: b.All * 100}, 1)
		require.Less(t, more.Top-more.Low, d.Top-d.Low, "more customers tell more")
	})
}

func fortnightPeriod() population.Period {
	return population.Period{From: date("2026-11-25"), Until: date("2026-12-09")}
}

func outcomes() *rapid.Generator[personal.Outcome] {
	return rapid.Custom(func(t *rapid.T) personal.Outcome {
		o := personal.Outcome{
			HeldOut: rapid.Bool().Draw(t, "held out"), Coupons: rapid.IntRange(0, 5).Draw(t, "coupons"),
			Repurchased: rapid.Bool().Draw(t, "repurchased"), Convertible: rapid.Bool().Draw(t, "convertible"),
		}
		if !o.HeldOut {
			o.Redeemed = rapid.IntRange(0, o.Coupons).Draw(t, "redeemed")
		}
		o.Converted = o.Convertible && rapid.Bool().Draw(t, "converted")
		return o
	})
}

// Any order and any split, merged and stored in between, give the same bytes.
func TestEffectMerges(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := rapid.SliceOf(outcomes()).Draw(t, "outcomes")
		whole := personal.NewEffect("personal/1", fortnightPeriod())
		for _, o := range all {
			require.NoError(t, whole.Add(o))
		}
		parts := [2]*personal.Effect{personal.NewEffect("personal/1", fortnightPeriod()), personal.NewEffect("personal/1", fortnightPeriod())}
		for _, o := range rapid.Permutation(all).Draw(t, "order") {
			require.NoError(t, parts[rapid.IntRange(0, 1).Draw(t, "part")].Add(o))
		}
		var read personal.Effect
		require.NoError(t, read.UnmarshalBinary(marshal(t, parts[0])))
		require.NoError(t, read.Merge(parts[1]))
		require.Equal(t, marshal(t, whole), marshal(t, &read))
	})
}

func TestEffectCounts(t *testing.T) {
	effect := personal.NewEffect("personal/1", fortnightPeriod())
	for _, o := range []personal.Outcome{
		{Coupons: 4, Redeemed: 3, Repurchased: true, Convertible: true, Converted: true},
		{Coupons: 2, Repurchased: true, Convertible: true},
		{Coupons: 1},
		{HeldOut: true, Coupons: 3, Repurchased: true},
		{HeldOut: true, Coupons: 3, Convertible: true},
	} {
		require.NoError(t, effect.Add(o))
	}
	redeemers, coupons := effect.Redemption()
	assert.Equal(t, personal.Share{1, 3}, redeemers)
	assert.Equal(t, personal.Share{3, 7}, coupons)
	repurchase, conversion := effect.Repurchase(1), effect.Conversion(1)
	assert.Equal(t, [2]personal.Share{{2, 3}, {1, 2}}, [2]personal.Share{repurchase.Listed, repurchase.HeldOut})
	assert.Equal(t, [2]personal.Share{{1, 2}, {0, 1}}, [2]personal.Share{conversion.Listed, conversion.HeldOut})
	assert.Equal(t, "010a706572736f6e616c2f31e9942df7942d0302020107030102010100060000", // as of format version 1
		hex.EncodeToString(marshal(t, effect)))

	for _, tc := range []struct {
		outcome personal.Outcome
		want    []string
	}{
		{personal.Outcome{Coupons: 1, Redeemed: 2}, []string{"redeemed = 2"}},
		{personal.Outcome{Coupons: -1}, []string{"coupons = -1"}},
		{personal.Outcome{Coupons: 101}, []string{"coupons = 101"}},
		{personal.Outcome{HeldOut: true, Coupons: 1, Redeemed: 1}, []string{"redeemed = 1"}},
		{personal.Outcome{Converted: true}, []string{"converted = true"}},
	} {
		before := marshal(t, effect)
		assert.Equal(t, tc.want, faults(effect.Add(tc.outcome)))
		assert.Equal(t, before, marshal(t, effect))
	}
	require.Error(t, effect.Merge(personal.NewEffect("personal/2", fortnightPeriod())))
	require.Error(t, effect.Merge(personal.NewEffect("personal/1", population.Period{From: 1, Until: 2})))
}

// Accepted bytes are written again as they were; refused ones change nothing.
func FuzzEffect(f *testing.F) {
	seed := personal.NewEffect("personal/1", fortnightPeriod())
	require.NoError(f, seed.Add(personal.Outcome{Coupons: 4, Redeemed: 3, Repurchased: true, Convertible: true}))
	require.NoError(f, seed.Add(personal.Outcome{HeldOut: true, Coupons: 4}))
	f.Add(marshal(f, seed))
	f.Add([]byte{1, 0, 2, 3, 1, 2})
	f.Fuzz(func(t *testing.T, data []byte) {
		effect := personal.NewEffect("b", population.Period{From: 1, Until: 3})
		want := marshal(t, effect)
		if effect.UnmarshalBinary(data) == nil {
			want = data
			repurchase := effect.Repurchase(1)
			require.LessOrEqual(t, repurchase.Listed.Of, repurchase.Listed.All)
		}
		require.Equal(t, want, marshal(t, effect))
	})
}
