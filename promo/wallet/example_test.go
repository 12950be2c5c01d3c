package wallet_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/customer/quota"
	"github.com/rapport-crm/rapport/promo"
	"github.com/rapport-crm/rapport/promo/wallet"
)

// Her list carries a code, and she has a card: both lead to her wallet. What a basket
// saves comes from pricing; the wallet sees to it that it is redeemed once.
func Example() {
	ctx := context.Background()
	at := time.Date(2026, 11, 25, 9, 30, 0, 0, time.UTC)
	register, err := wallet.NewRegister(wallet.Rules{
		Edition: customer.Edition{ID: "coupons", Version: 1}, Zone: "UTC", Currency: customer.Currency{Code: "EUR", Digits: 2},
		HoldMinutes: 15, ReturnDays: 14, Returned: wallet.Reopen,
	}, time.UTC)
	if err != nil {
		panic(err)
	}
	var wallets journal.Mem[customer.ID, wallet.Wallet, wallet.Entry] // or an adapter to the host's database
	var budgets quota.Mem
	if err := budgets.Set("tea/2026-11", 100_00); err != nil {
		panic(err)
	}

	offer := promo.Offer{ID: "tea", Funds: []promo.Fund{{By: "Leaf & Co", Permille: 600}}, Limits: promo.Limits{Budget: "tea/2026-11"}}
	list := wallet.List{Ref: "list-48", At: at, Coupons: []wallet.Grant{wallet.Pin(promo.Coupon{ID: "tea-17", Offer: "tea"}, offer)}}
	_, err = journal.Run(ctx, &wallets, "c-17", "issue:list-48", list, func(w wallet.Wallet) (wallet.Decision, error) { return register.Issue(w, list) })
	if err != nil {
		panic(err)
	}

	whose := map[string]customer.ID{"card 17": "c-17", "2048001234567": "c-17"} // the host's index of cards and list codes
	checkout := wallet.Checkout{Register: register, Wallets: &wallets, Budgets: &budgets}
	for receipt, shown := range []string{"2048001234567", "card 17"} {
		outcome, err := checkout.Redeem(ctx, whose[shown], wallet.Redemption{
			Ref: fmt.Sprintf("till-1/%d", receipt+1), At: at, Runs: []wallet.Run{{Coupon: "tea-17", Line: 2, Units: 3000, Saved: 100}},
		})
		refusal := new(customer.Refusal)
		if errors.As(err, &refusal) {
			fmt.Println("no:", register.Explain(refusal.Missing[0], customer.English))
			continue
		}
		fmt.Println(register.Explain(outcome.Decision.Reasons[0], customer.English))
		fmt.Println(register.Explain(outcome.Decision.Reasons[0], customer.Chinese))
	}

	bill, err := register.Bill(population.Period{From: customer.DateOf(at, time.UTC), Until: customer.DateOf(at, time.UTC).AddDays(1)})
	if err != nil {
		panic(err)
	}
	if err := bill.Add("c-17", wallets.History("c-17")); err != nil {
		panic(err)
	}
	for _, row := range bill.Rows() {
		fmt.Printf("%s %q %d\n", row.Offer, row.By, row.Due())
	}
	// Output:
	// coupon tea-17: 1.00 EUR off
	// 优惠券tea-17：减1.00 EUR
	// no: coupon tea-17 was used on 25 Nov 2026
	// tea "" 40
	// tea "Leaf & Co" 60
}
