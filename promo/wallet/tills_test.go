package wallet_test

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/customer/journal/journaltest"
	"github.com/rapport-crm/rapport/customer/quota"
	"github.com/rapport-crm/rapport/customer/quota/quotatest"
	"github.com/rapport-crm/rapport/promo/wallet"
)

type wallets = journal.Mem[customer.ID, wallet.Wallet, wallet.Entry]

// insist sends a request until its answer is definite.
func insist(send func() (wallet.Outcome, error)) (wallet.Outcome, error) {
	for {
		outcome, err := send()
		if !errors.Is(err, journal.ErrConflict) && !errors.Is(err, journaltest.ErrInjected) && !errors.Is(err, quotatest.ErrInjected) {
			return outcome, err
		}
	}
}

// P6: sixty-four tills have the same coupons on their screens at the same instant, half of
// them by her card and half by the code of her list. Two tills share each request, replies
// are lost, and every till sends until it knows. Each coupon is redeemed once.
func TestOnceOverManyTills(t *testing.T) {
	const tills, coupons = 64, 6
	r := register(t, rules())
	whose := map[string]customer.ID{"card 17": "c-1", "list 2012345678900": "c-1"}
	for name, lossy := range map[string]bool{"every reply comes": false, "replies are lost": true} {
		t.Run(name, func(t *testing.T) {
			mem, budgets := new(wallets), new(quota.Mem)
			require.NoError(t, budgets.Set("tea", coupons*100*tills))
			require.NoError(t, budgets.Set("uses", coupons*tills))
			checkout := wallet.Checkout{Register: r, Wallets: mem, Budgets: budgets}
			if lossy {
				checkout.Wallets = journaltest.LostReply[customer.ID, wallet.Wallet, wallet.Entry](mem, 3)
				checkout.Budgets = quotatest.LostReply(budgets, 7) // more than one try asks
			}
			var grants []wallet.Grant
			for i := range coupons {
				g := grant(fmt.Sprintf("c%d", i))
				g.Budget, g.Limit = "tea", "uses"
				grants = append(grants, g)
			}
			issue := list("l-1", grants...)
			_, err := insist(func() (wallet.Outcome, error) {
				return journal.Run(t.Context(), checkout.Wallets, "c-1", "issue:l-1", issue, func(w wallet.Wallet) (wallet.Decision, error) { return r.Issue(w, issue) })
			})
			require.NoError(t, err)

			var won atomic.Int64
			gun := make(chan struct{})
			var finish sync.WaitGroup
			for till := range tills {
				finish.Go(func() {
					<-gun
					id := whose["card 17"]
					if till%4 < 2 {
						id = whose["list 2012345678900"]
					}
					for i := range coupons {
						ref := fmt.Sprintf("%d/%d", till/2, i) // two tills send each request
						asked := redemption("r-"+ref, "2026-11-02 12:00", run(fmt.Sprintf("c%d", (i+till/2)%coupons), 1, 1, 100))
						if i%2 == 0 {
							_, err := insist(func() (wallet.Outcome, error) { return checkout.Redeem(t.Context(), id, asked) })
							if err == nil {
								won.Add(1)
							}
							continue
						}
						asked.Ref = "h-" + ref
						if _, err := insist(func() (wallet.Outcome, error) { return checkout.Hold(t.Context(), id, asked) }); err != nil {
							continue
						}
						capture := wallet.Redemption{Ref: "r-" + ref, Hold: asked.Ref, At: asked.At}
						if _, err := insist(func() (wallet.Outcome, error) { return checkout.Redeem(t.Context(), id, capture) }); err == nil {
							won.Add(1)
						}
					}
				})
			}
			close(gun)
			finish.Wait()

			redeemed := map[string]int{}
			for _, e := range mem.History("c-1") {
				if e.Kind == wallet.Redeemed {
					redeemed[e.Coupon]++
				}
			}
			assert.Len(t, redeemed, coupons)
			for coupon, times := range redeemed {
				assert.Equal(t, 1, times, coupon)
			}
			assert.EqualValues(t, 2*coupons, won.Load(), "both tills of a request hear the same")
			replayed, err := wallet.Replay(mem.History("c-1"))
			require.NoError(t, err)
			now, _, err := mem.Load(t.Context(), "c-1")
			require.NoError(t, err)
			assert.Equal(t, image(t, now), image(t, replayed))
			for name, want := range map[string]int64{"tea": coupons * 100, "uses": coupons} {
				level, err := budgets.Level(t.Context(), name, clock("2026-11-03 12:00"))
				require.NoError(t, err)
				assert.Equal(t, quota.Level{Limit: want * tills, Captured: want}, level)
			}
		})
	}
}
