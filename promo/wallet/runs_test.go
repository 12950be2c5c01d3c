package wallet_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/promo"
	"github.com/rapport-crm/rapport/promo/wallet"
)

// What a basket was priced at says which units of a line a coupon is on.
func TestRunsOf(t *testing.T) {
	assert.Equal(t, []wallet.Run{
		{Coupon: "a", Line: 1, From: 2000, Units: 1000, Saved: 30},
		{Coupon: "b", Line: 2, Units: 3000, Saved: 90},
		{Coupon: "p", Line: 1, Units: 3000},
	}, wallet.RunsOf([]promo.Run{
		{Line: 1, Units: 2000, Offer: "week", Saved: 40},
		{Line: 1, Units: 1000, Offer: "own", Coupon: "a", Saved: 30},
		{Line: 2, Units: 3000, Offer: "own", Coupon: "b", Saved: 90},
		{Line: 1, Units: 3000, Offer: "points", Coupon: "p", Points: 15},
	}))
	assert.Empty(t, wallet.RunsOf(nil))
}

// One coupon takes nothing off a unit twice.
func TestOverlappingRuns(t *testing.T) {
	p := opened(t, rules(), grant("a"), grant("b"))
	first, second := run("a", 1, 2, 50), run("a", 1, 1, 20)
	second.From = 1000
	_, err := p.r.Redeem(p.wallet, redemption("r-1", "2026-11-02 12:00", first, second))
	var faults customer.Faults
	require.ErrorAs(t, err, &faults)
	assert.Equal(t, "runs", faults[0].Path)
	second.From = 2000
	_, err = p.r.Redeem(p.wallet, redemption("r-1", "2026-11-02 12:00", first, second, run("b", 1, 2, 5)))
	require.NoError(t, err)
}
