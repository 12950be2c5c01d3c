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
	assert.Equal(t, population.Share{Of: 1, All: 3}, redeemers)
	assert.Equal(t, population.Share{Of: 3, All: 7}, coupons)
	repurchase, conversion := effect.Repurchase(1), effect.Conversion(1)
	assert.Equal(t, [2]population.Share{{Of: 2, All: 3}, {Of: 1, All: 2}}, [2]population.Share{repurchase.Treated, repurchase.HeldOut})
	assert.Equal(t, [2]population.Share{{Of: 1, All: 2}, {Of: 0, All: 1}}, [2]population.Share{conversion.Treated, conversion.HeldOut})
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
			require.LessOrEqual(t, repurchase.Treated.Of, repurchase.Treated.All)
		}
		require.Equal(t, want, marshal(t, effect))
	})
}

func TestZeroDifference(t *testing.T) { assert.Empty(t, personal.Difference{}.Reasons()) }
