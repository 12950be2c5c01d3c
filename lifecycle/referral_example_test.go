package lifecycle_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/customer/quota"
	"github.com/rapport-crm/rapport/lifecycle"
)

// teaReferrals is the rule book of a tea shop: 500 points for whoever brings somebody, and
// a coupon for the newcomer, once she has bought for 20 euros within 30 days and kept it.
func teaReferrals() *lifecycle.Referrals {
	rules, err := lifecycle.ParseReferralRules([]byte(`{
		"id": "tea-friends", "version": 1, "zone": "UTC", "currency": {"code": "EUR", "digits": 2},
		"within_days": 30, "least_minor": 2000, "reward_after_days": 14,
		"for_referrer": [{"points": 500}], "for_newcomer": [{"coupon": "welcome-5"}],
		"stayed_from_days": 30, "stayed_until_days": 180
	}`))
	if err != nil {
		panic(err)
	}
	referrals, err := lifecycle.NewReferrals(rules, time.UTC)
	if err != nil {
		panic(err)
	}
	return referrals
}

// row D13: Anna brings Ben. The shop records it in Ben's standing, waits until his first
// purchase can no longer come back, and owes both of them their reward: once, though it
// asks every night.
func ExampleReferrals() {
	ctx, shop := context.Background(), teaReferrals()
	var standings journal.Mem[customer.ID, lifecycle.Standing, lifecycle.Entry]
	tell := func(answer lifecycle.Outcome, err error) {
		refusal := (*customer.Refusal)(nil)
		switch {
		case errors.As(err, &refusal):
			for _, reason := range refusal.Missing {
				fmt.Println("refused:", shop.Explain(reason, customer.English))
			}
		case err != nil:
			fmt.Println(err)
		default:
			for _, reason := range answer.Decision.Reasons {
				fmt.Println(shop.Explain(reason, customer.English))
			}
		}
	}
	noon := func(text string) time.Time { return on(text).Start(time.UTC).Add(12 * time.Hour) }
	bring := func(ref string, newcomer, by customer.ID) {
		asked := lifecycle.Introduction{Ref: ref, At: noon("2026-11-02"), Newcomer: newcomer, By: by}
		referrer, _, err := standings.Load(ctx, by)
		if err != nil {
			panic(err)
		}
		tell(journal.Run(ctx, &standings, newcomer, "bring:"+ref, asked, func(s lifecycle.Standing) (lifecycle.Decision, error) {
			return shop.Bring(s, asked, lifecycle.Acquaintance{Referrer: referrer})
		}))
	}
	settle := func(day string, first lifecycle.FirstPurchase) {
		asked := lifecycle.Settling{Ref: day, At: noon(day)}
		tell(journal.Run(ctx, &standings, "ben", "settle:"+day, asked, func(s lifecycle.Standing) (lifecycle.Decision, error) {
			return shop.Settle(s, asked, first)
		}))
	}

	bring("i-1", "ben", "anna") // she has no code yet
	vouch := lifecycle.Vouch{Ref: "v-1", At: noon("2026-11-02"), Customer: "anna"}
	tell(journal.Run(ctx, &standings, "anna", "vouch:v-1", vouch, func(s lifecycle.Standing) (lifecycle.Decision, error) {
		return shop.Vouch(s, vouch, on("2026-03-14"))
	}))
	bring("i-1", "ben", "anna")
	bring("i-2", "ben", "anna")  // again
	bring("i-3", "anna", "ben")  // the other way round
	bring("i-4", "anna", "anna") // herself

	first := lifecycle.FirstPurchase{On: on("2026-11-05"), PaidMinor: 2450}
	settle("2026-11-19", first)
	settle("2026-11-20", first)
	settle("2026-11-21", first)
	ben, _, _ := standings.Load(ctx, "ben")
	for _, due := range ben.Brought.Dues {
		fmt.Printf("%s: %s gets points %d, coupon %q\n", due.Ref, due.To, due.Points, due.Coupon)
	}
	// Output:
	// refused: the one who brings her has not vouched
	// may bring others: she has bought since 14 Mar 2026
	// brought on 2 Nov 2026; rewarded for a first purchase of 20.00 EUR or more by 2 Dec 2026
	// refused: she was brought already, on 2 Nov 2026
	// refused: the one who brings her has not vouched
	// refused: she may bring others herself: she has bought since 14 Mar 2026
	// refused: nobody brings herself
	// refused: she may bring others herself: she has bought since 14 Mar 2026
	// too early on 19 Nov 2026 to settle: that can be done from 20 Nov 2026
	// the reward is owed: her first purchase on 5 Nov 2026 came to 24.50 EUR, where 20.00 EUR is asked for
	// i-1/referrer/1: anna gets points 500, coupon ""
	// i-1/newcomer/1: ben gets points 0, coupon "welcome-5"
}

// row D13: nobody is rewarded more than twice a month. The limit is a quota in the host's
// hands, named by Bond.Quota; the claim's key is the introduction's reference, so that it is
// claimed once however often the night's run is repeated. What is owed is carried into the
// books of points under its own reference, for the same reason.
func ExampleBond_Quota() {
	ctx, shop := context.Background(), teaReferrals()
	var limits quota.Mem
	var anna lifecycle.Standing
	noon := func(text string) time.Time { return on(text).Start(time.UTC).Add(12 * time.Hour) }
	step := func(d lifecycle.Decision, err error) lifecycle.Standing {
		if err != nil {
			panic(err)
		}
		return d.Next
	}
	anna = step(shop.Vouch(anna, lifecycle.Vouch{Ref: "v-1", At: noon("2026-11-02"), Customer: "anna"}, on("2026-03-14")))

	points := map[string]int64{} // the other books, by reference
	night := noon("2026-12-20")
	for _, newcomer := range []customer.ID{"ben", "cleo", "dora"} {
		standing := step(shop.Bring(lifecycle.Standing{}, lifecycle.Introduction{
			Ref: "i-" + string(newcomer), At: noon("2026-11-03"), Newcomer: newcomer, By: "anna",
		}, lifecycle.Acquaintance{Referrer: anna}))
		bond := standing.Brought.Bond
		if _, err := limits.Level(ctx, bond.Quota(), night); err != nil { // the first of the month
			if err := limits.Set(bond.Quota(), 2); err != nil {
				panic(err)
			}
		}

		first := lifecycle.FirstPurchase{On: on("2026-11-10"), PaidMinor: 3000}
		claim := quota.Claim{Name: bond.Quota(), Key: bond.Ref, N: 1, At: night, Until: night.Add(time.Hour)}
		_, err := limits.Hold(ctx, claim)
		if refusal := (*customer.Refusal)(nil); errors.As(err, &refusal) {
			first.Capped = true
		} else if err != nil {
			panic(err)
		}
		decision, err := shop.Settle(standing, lifecycle.Settling{Ref: "night", At: night}, first)
		if err != nil {
			panic(err)
		}
		rewarded := decision.Next.Brought.State == lifecycle.BondRewarded
		switch { // the answer is booked; now the claim is
		case rewarded && !first.Capped:
			_, err = limits.Capture(ctx, claim.Name, claim.Key, 1, night)
		case !rewarded && !first.Capped:
			_, err = limits.Release(ctx, claim.Name, claim.Key, night)
		}
		if err != nil {
			panic(err)
		}
		for _, due := range decision.Next.Brought.Dues {
			points[due.Ref] = due.Points // under this key, so once
			fmt.Printf("%s for %s: points %d, coupon %q\n", due.Ref, due.To, due.Points, due.Coupon)
		}
		for _, reason := range decision.Reasons[1:] {
			fmt.Println(shop.Explain(reason, customer.English))
		}
	}
	fmt.Println("referral/anna/2026-11:", len(points), "rewards carried over")
	// Output:
	// i-ben/referrer/1 for anna: points 500, coupon ""
	// i-ben/newcomer/1 for ben: points 0, coupon "welcome-5"
	// i-cleo/referrer/1 for anna: points 500, coupon ""
	// i-cleo/newcomer/1 for cleo: points 0, coupon "welcome-5"
	// i-dora/newcomer/1 for dora: points 0, coupon "welcome-5"
	// no reward for whoever brought her on 3 Nov 2026: the limit is reached
	// referral/anna/2026-11: 5 rewards carried over
}

// row D13: who brought how many, and how many of them stayed: bought again 30 to 180 days
// after their first purchase. For those whose 180 days are not over it is too early to say.
func ExampleCircles() {
	shop := teaReferrals()
	circles, err := shop.Circles(on("2027-06-30"))
	if err != nil {
		panic(err)
	}
	brought := func(newcomer, by customer.ID, day string) lifecycle.Standing {
		return lifecycle.Standing{Brought: lifecycle.Referral{
			State: lifecycle.BondRewarded,
			Bond:  lifecycle.Bond{Ref: "i", Newcomer: newcomer, By: by, On: on(day)},
		}}
	}
	for _, one := range []struct {
		standing lifecycle.Standing
		days     customer.Days
	}{
		{brought("ben", "anna", "2026-11-02"), customer.Days{on("2026-11-05"), on("2026-12-24")}},
		{brought("cleo", "anna", "2026-11-03"), customer.Days{on("2026-11-10"), on("2026-11-11")}},
		{brought("dora", "anna", "2027-05-01"), customer.Days{on("2027-05-01"), on("2027-06-20")}},
		{brought("emil", "ben", "2026-12-01"), nil},
	} {
		if err := circles.Add(one.standing, one.days); err != nil {
			panic(err)
		}
	}
	for _, circle := range circles.Rows() {
		fmt.Printf("%s brought %d: %d bought, %d stayed, %d gone, %d too early to say\n",
			circle.By, circle.Brought, circle.Bought, circle.Stayed, circle.Gone, circle.Open())
	}
	// Output:
	// anna brought 3: 3 bought, 1 stayed, 1 gone, 1 too early to say
	// ben brought 1: 0 bought, 0 stayed, 0 gone, 0 too early to say
}

// row D13: everybody who came through Anna, directly or through others.
func ExampleTree() {
	tree, err := lifecycle.NewTree([]lifecycle.Bond{
		{Newcomer: "ben", By: "anna"}, {Newcomer: "cleo", By: "anna"}, {Newcomer: "dora", By: "ben"},
	})
	if err != nil {
		panic(err)
	}
	fmt.Println(tree.Brought("anna"), tree.Below("anna"), tree.Chain("dora"))

	_, err = lifecycle.NewTree([]lifecycle.Bond{{Newcomer: "a", By: "b"}, {Newcomer: "b", By: "a"}})
	fmt.Println(err)
	// Output:
	// [ben cleo] 3 [ben anna]
	// lifecycle: a cycle of referrals through "a"
}
