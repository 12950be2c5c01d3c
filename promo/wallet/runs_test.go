package wallet_test

import (
	"encoding/json"
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

// A stored wallet that Apply never made is an error, and stops nobody's till.
func TestStoredWalletsAreChecked(t *testing.T) {
	for _, text := range []string{
		`{"entries":1,"coupons":[{"id":"a","offer":"o","list":"l","state":"held","in":"h"}]}`,
		`{"entries":1,"coupons":[{"id":"a","offer":"o","list":"l","state":"used","in":"r-1"}]}`,
		`{"entries":1,"payments":[{"ref":"r-1","at":"2026-11-01T12:00:00Z","ends":"2026-11-01T12:10:00Z","closes":"2026-12-01","uses":[{"coupon":"a","offer":"o","runs":[{"line":1,"units":1000,"saved":5}],"saved":5,"back":-5}]}]}`,
		`{"entries":1,"payments":[{"ref":"r-1","at":"2026-11-01T12:00:00Z","ends":"2026-11-01T12:10:00Z","closes":"2026-12-01","uses":[{"coupon":"a","offer":"o","runs":[{"line":1,"units":0,"saved":5}],"saved":5}]}]}`,
	} {
		var w wallet.Wallet
		require.NoError(t, json.Unmarshal([]byte(text), &w))
		r := register(t, rules())
		_, err := r.Redeem(w, redemption("r-2", "2026-11-02 12:00", run("a", 1, 1, 5)))
		require.ErrorIs(t, err, wallet.ErrBroken, text)
		_, err = r.Void(w, wallet.Voiding{Ref: "v", Sale: "r-1", At: clock("2026-11-02 12:00")})
		require.ErrorIs(t, err, wallet.ErrBroken, text)
	}
}
