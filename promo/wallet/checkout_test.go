package wallet_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal/journaltest"
	"github.com/rapport-crm/rapport/customer/quota"
	"github.com/rapport-crm/rapport/customer/quota/quotatest"
	"github.com/rapport-crm/rapport/promo/wallet"
)

// failing answers its nth call with an error, before or after it is done.
type failing struct {
	quota.Claims
	left int
	done bool
}

func (f *failing) fail(call func() (quota.Hold, error)) (quota.Hold, error) {
	if f.left--; f.left != 0 {
		return call()
	}
	if f.done {
		_, _ = call()
	}
	return quota.Hold{}, quotatest.ErrInjected
}

func (f *failing) Hold(ctx context.Context, c quota.Claim) (quota.Hold, error) {
	return f.fail(func() (quota.Hold, error) { return f.Claims.Hold(ctx, c) })
}

func (f *failing) Capture(ctx context.Context, name, key string, n int64, at time.Time) (quota.Hold, error) {
	return f.fail(func() (quota.Hold, error) { return f.Claims.Capture(ctx, name, key, n, at) })
}

func (f *failing) Release(ctx context.Context, name, key string, at time.Time) (quota.Hold, error) {
	return f.fail(func() (quota.Hold, error) { return f.Claims.Release(ctx, name, key, at) })
}

func (f *failing) GiveBack(ctx context.Context, name, key string, n int64, at time.Time) (quota.Hold, error) {
	return f.fail(func() (quota.Hold, error) { return f.Claims.GiveBack(ctx, name, key, n, at) })
}

func shared(id string) wallet.Grant {
	g := grant(id)
	g.Budget, g.Limit = "tea", "uses"
	return g
}

func till(t *testing.T, tea, uses int64, grants ...wallet.Grant) (wallet.Checkout, *quota.Mem) {
	t.Helper()
	mem, budgets := new(wallets), new(quota.Mem)
	require.NoError(t, budgets.Set("tea", tea))
	require.NoError(t, budgets.Set("uses", uses))
	c := wallet.Checkout{Register: register(t, rules()), Wallets: mem, Budgets: budgets}
	p := opened(t, rules(), grants...)
	require.NoError(t, mem.Commit(t.Context(), "c-1", wallet.Decision{
		Key: "issue:l-1", Fingerprint: "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", Entries: p.history, Next: p.wallet,
	}))
	return c, budgets
}

func level(t *testing.T, budgets *quota.Mem, name string) quota.Level {
	t.Helper()
	l, err := budgets.Level(t.Context(), name, clock("2026-11-02 12:00"))
	require.NoError(t, err)
	return l
}

// A life of one payment: hold, capture, a part comes back, the rest is undone. Whichever
// step breaks off, in the wallet or in the quotas, done or not, the same call again
// finishes it, and the budget is right after each.
func TestEveryInterruption(t *testing.T) {
	capture := wallet.Redemption{Ref: "r-1", Hold: "h-1", At: clock("2026-11-02 12:01")}
	for n := 1; n <= 16; n++ {
		for _, done := range []bool{false, true} {
			c, budgets := till(t, 500, 2, shared("a"), shared("b"))
			c.Budgets = &failing{Claims: budgets, left: n, done: done}
			c.Wallets = journaltest.FailOn(c.Wallets, n)
			for step, test := range []struct {
				send      func() (wallet.Outcome, error)
				tea, uses quota.Level
			}{
				{func() (wallet.Outcome, error) {
					return c.Hold(t.Context(), "c-1", redemption("h-1", "2026-11-02 12:00", run("a", 1, 3, 100), run("b", 2, 1, 50)))
				}, quota.Level{Limit: 500, Held: 150}, quota.Level{Limit: 2, Held: 2}},
				{func() (wallet.Outcome, error) { return c.Redeem(t.Context(), "c-1", capture) }, quota.Level{Limit: 500, Captured: 150}, quota.Level{Limit: 2, Captured: 2}},
				{func() (wallet.Outcome, error) {
					return c.Return(t.Context(), "c-1", brought("b-1", "r-1", "2026-11-03 12:00", 1, "1"))
				}, quota.Level{Limit: 500, Captured: 117}, quota.Level{Limit: 2, Captured: 2}},
				{func() (wallet.Outcome, error) {
					return c.Void(t.Context(), "c-1", wallet.Voiding{Ref: "v-1", Sale: "r-1", At: clock("2026-11-04 12:00")})
				}, quota.Level{Limit: 500}, quota.Level{Limit: 2}},
			} {
				_, err := insist(test.send)
				require.NoError(t, err, "%d, step %d", n, step)
				assert.Equal(t, test.tea, level(t, budgets, "tea"), "%d, step %d", n, step)
				assert.Equal(t, test.uses, level(t, budgets, "uses"), "%d, step %d", n, step)
			}
		}
	}
}

func TestABudgetRefuses(t *testing.T) {
	c, budgets := till(t, 99, 0, shared("a"), shared("b"))
	_, err := c.Redeem(t.Context(), "c-1", redemption("r-1", "2026-11-02 12:00", run("a", 1, 1, 100)))
	assert.Equal(t, []string{quota.CodeSpent, quota.CodeSpent}, missing(err))
	require.NoError(t, budgets.Set("uses", 1))
	_, err = c.Redeem(t.Context(), "c-1", redemption("r-1", "2026-11-02 12:00", run("a", 1, 1, 100)))
	assert.Equal(t, []string{quota.CodeSpent}, missing(err))
	assert.Equal(t, quota.Level{Limit: 1}, level(t, budgets, "uses"), "and the other is free again")
	outcome, err := c.Redeem(t.Context(), "c-1", redemption("r-1", "2026-11-02 12:01", run("a", 1, 1, 99)))
	require.NoError(t, err)
	assert.Equal(t, []string{wallet.CodeRedeemed}, codes(outcome.Decision.Reasons))
	_, err = c.Hold(t.Context(), "c-1", redemption("h-1", "2026-11-02 12:01", run("a", 1, 1, 1)))
	assert.Equal(t, []string{wallet.CodeUsed}, missing(err))
}

// P7: a payment that fails frees the coupon and its part of the budget.
func TestAFailedPaymentFreesTheBudget(t *testing.T) {
	c, budgets := till(t, 100, 1, shared("a"))
	_, err := c.Hold(t.Context(), "c-1", redemption("h-1", "2026-11-02 12:00", run("a", 1, 1, 100)))
	require.NoError(t, err)
	for range 2 {
		_, err = c.Release(t.Context(), "c-1", wallet.Finish{Ref: "f-1", Hold: "h-1", At: clock("2026-11-02 12:00")})
		require.NoError(t, err)
		assert.Equal(t, quota.Level{Limit: 100}, level(t, budgets, "tea"))
	}
}

// A till redeems, breaks off before the budget is captured, and comes back when others
// have had the budget: the payment stands, and the overrun is told.
func TestOverrun(t *testing.T) {
	c, budgets := till(t, 100, 9, shared("a"))
	c.Budgets = &failing{Claims: budgets, left: 3} // after both holds
	asked := redemption("r-1", "2026-11-02 12:00", run("a", 1, 1, 100))
	_, err := c.Redeem(t.Context(), "c-1", asked)
	require.ErrorIs(t, err, quotatest.ErrInjected)
	later := clock("2026-11-02 12:15")
	_, err = budgets.Hold(t.Context(), quota.Claim{Name: "tea", Key: "another's", N: 100, At: later, Until: later.Add(time.Hour)})
	require.NoError(t, err)
	outcome, err := c.Redeem(t.Context(), "c-1", asked)
	require.NoError(t, err)
	assert.Equal(t, []string{wallet.CodeRedeemed, wallet.CodeOverrun}, codes(outcome.Decision.Reasons))
	_, err = budgets.Release(t.Context(), "tea", "another's", later)
	require.NoError(t, err)
	for range 2 { // once there is room again, it is captured, and given back
		_, err = c.Redeem(t.Context(), "c-1", asked)
		require.NoError(t, err)
	}
	assert.Equal(t, quota.Level{Limit: 100, Captured: 100}, level(t, budgets, "tea"))
	_, err = c.Void(t.Context(), customer.ID("c-1"), wallet.Voiding{Ref: "v", Sale: "r-1", At: later})
	require.NoError(t, err)
	assert.Equal(t, quota.Level{Limit: 100}, level(t, budgets, "tea"))
}
