package lifecycle_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/lifecycle"
)

// row D13: one newcomer, on both sides of every mark: who buys again 30 to 180 days after
// her first purchase has stayed. As known on 30 June 2027.
func TestCircles(t *testing.T) {
	for _, tc := range []struct {
		name  string
		on    string
		state lifecycle.BondState
		days  []string
		want  []lifecycle.Circle
	}{
		{"nobody brought her", "2026-11-02", 0, []string{"2026-11-02"}, nil},
		{"not after all", "2026-11-02", lifecycle.BondWithdrawn, []string{"2026-11-02"}, nil},
		{"brought after the day of the report", "2027-07-01", lifecycle.BondOpen, nil, nil},
		{"has not bought", "2026-11-02", lifecycle.BondForfeited, nil, []lifecycle.Circle{{Brought: 1}}},
		{"bought before only", "2026-11-02", lifecycle.BondForfeited, []string{"2026-11-01"}, []lifecycle.Circle{{Brought: 1}}},
		{"bought after the report only", "2026-11-02", lifecycle.BondOpen, []string{"2027-07-01"}, []lifecycle.Circle{{Brought: 1}}},
		{"once", "2026-11-02", lifecycle.BondRewarded, []string{"2026-11-02"}, []lifecycle.Circle{{Brought: 1, Bought: 1, Gone: 1, Rewarded: 1}}},
		{"again after 29 days", "2026-11-02", lifecycle.BondOpen, []string{"2026-11-02", "2026-12-01"}, []lifecycle.Circle{{Brought: 1, Bought: 1, Gone: 1}}},
		{"after 30", "2026-11-02", lifecycle.BondOpen, []string{"2026-11-02", "2026-12-02"}, []lifecycle.Circle{{Brought: 1, Bought: 1, Stayed: 1}}},
		{"after 180", "2026-11-02", lifecycle.BondOpen, []string{"2026-11-02", "2027-05-01"}, []lifecycle.Circle{{Brought: 1, Bought: 1, Stayed: 1}}},
		{"after 181", "2026-11-02", lifecycle.BondOpen, []string{"2026-11-02", "2027-05-02"}, []lifecycle.Circle{{Brought: 1, Bought: 1, Gone: 1}}},
		{"the days ended yesterday", "2026-11-02", lifecycle.BondOpen, []string{"2026-12-31"}, []lifecycle.Circle{{Brought: 1, Bought: 1, Gone: 1}}},
		{"they end today: she may still come", "2026-11-02", lifecycle.BondOpen, []string{"2027-01-01"}, []lifecycle.Circle{{Brought: 1, Bought: 1}}},
		{"they end today, and she has come", "2026-11-02", lifecycle.BondOpen, []string{"2027-01-01", "2027-03-01"}, []lifecycle.Circle{{Brought: 1, Bought: 1}}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			circles, days := newCircles(t), customer.Days(nil)
			for _, day := range tc.days {
				days.Add(on(day))
			}
			for i := range tc.want {
				tc.want[i].By = "anna"
			}
			standing := lifecycle.Standing{Brought: lifecycle.Referral{State: tc.state, Bond: lifecycle.Bond{By: "anna", On: on(tc.on)}}}
			require.NoError(t, circles.Add(standing, days))
			assert.Equal(t, tc.want, append([]lifecycle.Circle(nil), circles.Rows()...))
		})
	}
	require.Error(t, newCircles(t).Add(lifecycle.Standing{}, customer.Days{2, 1}))
	forged := lifecycle.Standing{Brought: lifecycle.Referral{State: lifecycle.BondOpen, Bond: lifecycle.Bond{On: on("2026-11-02")}}}
	for _, by := range []customer.ID{"", "a\nb"} {
		forged.Brought.Bond.By = by
		require.Error(t, newCircles(t).Add(forged, nil), "it could not be read again")
	}
}

func TestTree(t *testing.T) {
	bond := func(newcomer, by customer.ID) lifecycle.Bond { return lifecycle.Bond{Newcomer: newcomer, By: by} }
	tree, err := lifecycle.NewTree(nil)
	require.NoError(t, err)
	assert.Empty(t, tree.Brought("a"))
	assert.Zero(t, tree.Below("a"))
	assert.Empty(t, tree.Chain("a"))

	_, err = lifecycle.NewTree([]lifecycle.Bond{bond("a", ""), bond("", "a"), bond("a", "a"), bond("b", "a"), bond("b", "c"), bond("b", "a")})
	assert.Equal(t, []string{"bonds[0] = a", "bonds[1] = ", "bonds[2] = a", "bonds[4] = b"}, faults(err), "the same bond twice is one")
	_, err = lifecycle.NewTree([]lifecycle.Bond{bond("z", "y"), bond("d", "c"), bond("c", "b"), bond("b", "d"), bond("x", "d")})
	require.ErrorIs(t, err, lifecycle.ErrCycle)
	assert.Contains(t, err.Error(), `"b"`)

	// A chain as long as the shop is old.
	var long []lifecycle.Bond
	name := func(i int) customer.ID { return customer.ID(fmt.Sprintf("c-%06d", i)) }
	for i := range 100_000 {
		long = append(long, bond(name(i+1), name(i)))
	}
	tree, err = lifecycle.NewTree(long)
	require.NoError(t, err)
	assert.EqualValues(t, 100_000, tree.Below(name(0)))
	assert.Len(t, tree.Chain(name(100_000)), 100_000)
}

// The tree against what is obviously right: following everybody up.
func TestTreeProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.Map(rapid.IntRange(0, 7), func(i int) customer.ID { return customer.ID(fmt.Sprint(i)) })
		by := map[customer.ID]customer.ID{}
		var bonds []lifecycle.Bond
		for range rapid.IntRange(0, 8).Draw(t, "bonds") {
			one := lifecycle.Bond{Newcomer: name.Draw(t, "newcomer"), By: name.Draw(t, "by")}
			if _, twice := by[one.Newcomer]; !twice && one.Newcomer != one.By {
				by[one.Newcomer] = one.By
				bonds = append(bonds, one)
			}
		}
		tree, err := lifecycle.NewTree(rapid.Permutation(bonds).Draw(t, "order"))
		if loops(bonds) {
			require.ErrorIs(t, err, lifecycle.ErrCycle)
			return
		}
		require.NoError(t, err)
		below := map[customer.ID]int64{}
		for newcomer := range by {
			chain := tree.Chain(newcomer)
			for i, at := 0, newcomer; by[at] != ""; i, at = i+1, by[at] {
				require.Equal(t, by[at], chain[i])
				below[by[at]]++
			}
		}
		for id, want := range below {
			require.Equal(t, want, tree.Below(id))
			for _, one := range tree.Brought(id) {
				require.Equal(t, id, by[one])
			}
		}
	})
}

func BenchmarkCirclesAdd(b *testing.B) {
	circles := newCircles(b)
	days := every(20, 12, on("2027-06-01"))
	standing := lifecycle.Standing{Brought: lifecycle.Referral{State: lifecycle.BondRewarded, Bond: lifecycle.Bond{By: "anna", On: on("2026-11-02")}}}
	b.ReportAllocs()
	for b.Loop() {
		if err := circles.Add(standing, days); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkBring(b *testing.B) {
	r := newReferrals(b, referralRules())
	known := lifecycle.Acquaintance{Referrer: vouched(b, r, "2026-03-14")}
	asked := introduction("2026-11-02")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.Bring(lifecycle.Standing{}, asked, known); err != nil {
			b.Fatal(err)
		}
	}
}
