package quota_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/quota"
)

// An offer is limited to three uses a day. A basket holds one use while the customer
// pays; the payment captures it, a failed one gives it back.
func Example() {
	ctx := context.Background()
	at := time.Date(2026, 11, 25, 9, 30, 0, 0, time.UTC)
	var uses quota.Mem // or an adapter to the host's database
	if err := uses.Set("offer-42/2026-11-25", 3); err != nil {
		panic(err)
	}

	hold := func(key string, n int64) error {
		_, err := uses.Hold(ctx, quota.Claim{
			Name: "offer-42/2026-11-25", Key: key, N: n, At: at, Until: at.Add(15 * time.Minute),
		})
		return err
	}
	fmt.Println(hold("basket-1", 2))
	fmt.Println(hold("basket-1", 2)) // the reply was lost: the same answer, held once

	var refusal *customer.Refusal
	if errors.As(hold("basket-2", 2), &refusal) {
		for _, missing := range refusal.Missing {
			fmt.Println(quota.Explain(missing, customer.English))
			fmt.Println(quota.Explain(missing, customer.Chinese))
		}
	}

	// Basket 1 pays for one unit only; the other is free again.
	paid, err := uses.Capture(ctx, "offer-42/2026-11-25", "basket-1", 1, at.Add(time.Minute))
	fmt.Println(paid.State, paid.Captured, err)
	fmt.Println(hold("basket-2", 2))
	// Output:
	// <nil>
	// <nil>
	// offer-42/2026-11-25 has 1 free now, 2 asked for; others hold the rest and may give it back
	// offer-42/2026-11-25目前可用1，需要2；其余暂被占用，可稍后再试
	// captured 1 <nil>
	// <nil>
}

// A payment of 30 uses a budget up. Goods of it come back, in two steps; the till that
// heard no answer asks again. Each call says how much is back in all.
func ExampleClaims_giveBack() {
	ctx := context.Background()
	at := time.Date(2026, 11, 25, 9, 30, 0, 0, time.UTC)
	var budget quota.Mem
	if err := budget.Set("tea", 30); err != nil {
		panic(err)
	}
	if _, err := budget.Hold(ctx, quota.Claim{Name: "tea", Key: "r-1", N: 30, At: at, Until: at.Add(time.Hour)}); err != nil {
		panic(err)
	}
	if _, err := budget.Capture(ctx, "tea", "r-1", 30, at); err != nil {
		panic(err)
	}
	for _, inAll := range []int64{10, 10, 25} {
		if _, err := budget.GiveBack(ctx, "tea", "r-1", inAll, at.Add(48*time.Hour)); err != nil {
			panic(err)
		}
		level, err := budget.Level(ctx, "tea", at)
		fmt.Println(level.Left(), err)
	}
	// Output:
	// 10 <nil>
	// 10 <nil>
	// 25 <nil>
}

// A hold that nobody captured is over at its timeout, without a timer: whoever asks
// later, with a later instant, finds its units free.
func ExampleStore_timeout() {
	ctx := context.Background()
	noon := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	var stock quota.Mem
	if err := stock.Set("stock/4711", 1); err != nil {
		panic(err)
	}
	_, err := stock.Hold(ctx, quota.Claim{Name: "stock/4711", Key: "order-1", N: 1, At: noon, Until: noon.Add(time.Hour)})
	fmt.Println(err)
	for _, at := range []time.Time{noon.Add(59 * time.Minute), noon.Add(60 * time.Minute)} {
		level, err := stock.Level(ctx, "stock/4711", at)
		fmt.Println(at.Format("15:04"), level.Left(), err)
	}

	_, err = stock.Capture(ctx, "stock/4711", "order-1", 1, noon.Add(61*time.Minute))
	var refusal *customer.Refusal
	if errors.As(err, &refusal) {
		fmt.Println(quota.Explain(refusal.Missing[0], customer.English))
	}
	// Output:
	// <nil>
	// 12:59 0 <nil>
	// 13:00 1 <nil>
	// the hold on stock/4711 was over at 25 Nov 2026, 13:00 UTC; 1 left, 1 asked for
}
