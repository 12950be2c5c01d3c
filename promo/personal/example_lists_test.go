package personal_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/customer/quota"
	"github.com/rapport-crm/rapport/promo"
	"github.com/rapport-crm/rapport/promo/personal"
	"github.com/rapport-crm/rapport/segment"
)

// fortnightly is the rule book of the examples, as it stands in a file.
const fortnightly = `{
	"id": "fortnightly", "version": 1,
	"currency": {"code": "USD", "digits": 2},
	"period_days": 14, "max_lines": 10,
	"weekly_spend": "25.00", "weeks": 4,
	"ladder": [
		{"cell": "national-loyal/heavy", "first_permille": 500, "second_permille": 250, "later_permille": 150},
		{"cell": "national-loyal/medium", "first_permille": 350, "second_permille": 200, "later_permille": 100},
		{"cell": "switcher/heavy", "first_permille": 300, "second_permille": 200, "later_permille": 100},
		{"cell": "store-loyal/heavy", "first_permille": 100, "second_permille": 50, "later_permille": 50}
	],
	"stop_after": 2, "min_permille": 50,
	"envelope": [
		{"value": "1300.00", "saving": "30.00"},
		{"value": "2600.00", "saving": "40.00"}
	],
	"hold_out_permille": 100
}`

// newExampleMaker compiles the rules with two deals of the fortnight.
func newExampleMaker() *personal.Maker {
	rules, err := personal.ParseListRules([]byte(fortnightly))
	if err != nil {
		panic(err)
	}
	maker, err := personal.NewMaker(rules, []personal.Item{{Category: "coffee"}, {Category: "diapers"}}, []promo.Offer{
		{
			ID: "own-diapers", Who: promo.Who{Coupon: true}, On: promo.On{Categories: []string{"diapers"}, Kind: customer.StoreBrand},
			Gives: promo.Gives{Permille: 500},
		},
		{
			ID: "acme-coffee", Who: promo.Who{Coupon: true}, On: promo.On{Categories: []string{"coffee"}, Brands: []string{"acme"}},
			Gives: promo.Gives{Permille: 400}, Funds: []promo.Fund{{By: "acme", Permille: 800}}, Limits: promo.Limits{Budget: "acme-autumn"},
		},
	})
	if err != nil {
		panic(err)
	}
	return maker
}

// factsOf are those of a customer who is due for diapers and coffee.
func factsOf(id customer.ID, today customer.Date) personal.Facts {
	heavy := segment.Cell{Brand: segment.NationalLoyal, Usage: segment.Heavy}
	return personal.Facts{
		Customer: id, Consent: true, Value: 195_000,
		Spends:    []personal.Spend{{Day: today - 20, Minor: 6_150}, {Day: today - 7, Minor: 5_000}},
		Due:       []personal.Due{{Item: 1, Score: 2}, {Item: 0, Score: 1}}, // of Planner.DueAmong
		Standings: []personal.Standing{{Item: 0, Cell: heavy, Lists: 1, Spend: 1_400}, {Item: 1, Cell: heavy, Spend: 5_200}},
	}
}

// row E1, E2, E5, E6, E7: a list, why each line is on it, and what must be held from the
// manufacturer's budget before it is printed.
func ExampleMaker_Make() {
	today, _ := customer.NewDate(2026, time.November, 25)
	maker := newExampleMaker()
	list, err := maker.Make(factsOf("c-2", today), today)
	if err != nil {
		fmt.Println(err)
		return
	}
	usd := customer.Currency{Code: "USD", Digits: 2}
	for _, reason := range list.Reasons {
		fmt.Println(maker.Explain(reason, customer.English))
	}
	for _, line := range list.Lines {
		fmt.Printf("%s: %d‰ through %s, saves %s\n", line.Coupon.ID, line.Coupon.Permille, line.Coupon.Until-1, usd.Amount(line.Saving))
		for _, part := range line.Funds {
			fmt.Printf("  borne by %q: %s\n", part.By, usd.Amount(part.Minor))
		}
		for _, reason := range line.Reasons {
			fmt.Println("  -", maker.Explain(reason, customer.English))
			fmt.Println("  -", maker.Explain(reason, customer.Chinese))
		}
	}

	// The host holds what the list may take, until its coupons are over.
	var budgets quota.Mem
	if err := budgets.Set("promised/acme-autumn", 100_000); err != nil { // apart from what is redeemed
		fmt.Println(err)
		return
	}
	issued := time.Date(2026, time.November, 24, 22, 0, 0, 0, time.UTC)
	for _, need := range list.Holds() {
		held, err := budgets.Hold(context.Background(), quota.Claim{
			Name: "promised/" + need.Budget, Key: "list/c-2/2026-11-25", N: need.Minor, At: issued, Until: list.Until.Start(time.UTC),
		})
		fmt.Println("held from", held.Name, usd.Amount(held.N), err)
	}
	// Output:
	// spent 111.50 USD in the weeks from 26 Oct to 22 Nov; 100.00 USD is needed
	// worth 1950.00 USD, so the list may save up to 35.00 USD
	// fortnightly/1/2026-11-25/own-diapers: 500‰ through 2026-12-08, saves 26
	//   borne by "": 26
	//   - 50 % off on the first list with it: heavy user, loyal to national brands
	//   - 首次列入清单，优惠50 %：大用量，忠诚于全国品牌
	//   - saves about 26.00 USD of the 35.00 USD that were left
	//   - 预计节省26.00 USD，当时剩余额度35.00 USD
	// fortnightly/1/2026-11-25/acme-coffee: 250‰ through 2026-12-08, saves 3.5
	//   borne by "acme": 2.8
	//   borne by "": 0.7
	//   - 25 % off on the second list with it: heavy user, loyal to national brands
	//   - 第二次列入清单，优惠25 %：大用量，忠诚于全国品牌
	//   - saves about 3.50 USD of the 9.00 USD that were left
	//   - 预计节省3.50 USD，当时剩余额度9.00 USD
	// held from promised/acme-autumn 3.5 <nil>
}

// Who gets no list is told everything that is missing; who is held out has a list on
// record that must not be given out.
func ExampleMaker_Make_noList() {
	today, _ := customer.NewDate(2026, time.November, 25)
	maker := newExampleMaker()

	facts := factsOf("c-2", today)
	facts.Consent, facts.Spends = false, facts.Spends[1:]
	_, err := maker.Make(facts, today)
	var refusal *customer.Refusal
	if errors.As(err, &refusal) {
		for _, missing := range refusal.Missing {
			fmt.Println(maker.Explain(missing, customer.English))
		}
	}

	list, err := maker.Make(factsOf("c-1", today), today)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("held out:", list.HeldOut, "lines on record:", len(list.Lines), "to hold:", len(list.Holds()))
	fmt.Println(maker.Explain(list.Reasons[2], customer.English))
	// Output:
	// she did not agree to personal offers
	// spent only 50.00 USD in the weeks from 26 Oct to 22 Nov; 100.00 USD is needed
	// held out: true lines on record: 2 to hold: 0
	// held out to measure the effect: drew 20, below 100 of 1000
}

// row E3: a list that is redeemed without a card carries a code. Who gives it out sees to
// it that no two lists have the same one.
func ExampleCodes() {
	today, _ := customer.NewDate(2026, time.November, 25)
	codes, err := personal.NewCodes(20, []byte("a key that the host keeps secret"))
	if err != nil {
		panic(err)
	}
	issued := map[string]customer.ID{} // the host's table, with code as its key
	issue := func(id customer.ID) (code string, try int) {
		for ; ; try++ {
			code, err := codes.Code("fortnightly", id, today, try)
			if err != nil {
				panic(err)
			}
			if _, taken := issued[code]; !taken {
				issued[code] = id
				return code, try
			}
		}
	}
	code, try := issue("c-1")
	fmt.Println(code, "at try", try)
	fmt.Println("read right:", codes.Readable(code), "hers:", codes.Verify(code, "fortnightly", "c-1", today, try))

	// Anybody can reckon a check digit, and the code is still nobody's.
	_, known := issued["2000000000008"]
	fmt.Println("read right:", codes.Readable("2000000000008"), "known:", known)
	// Output:
	// 2047711344472 at try 0
	// read right: true hers: true
	// read right: true known: false
}

// What lists do is told against those who would have had one.
func ExampleEffect() {
	from, _ := customer.NewDate(2026, time.November, 25)
	effect := personal.NewEffect("fortnightly/1", population.Period{From: from, Until: from + 14})
	for i := range 900 { // as the host finds them at the end of the period
		outcome := personal.Outcome{Coupons: 4, Redeemed: i % 3, Repurchased: i%10 < 6, Convertible: i%2 == 0, Converted: i%20 == 0}
		if err := effect.Add(outcome); err != nil {
			fmt.Println(err)
			return
		}
	}
	for i := range 100 {
		if err := effect.Add(personal.Outcome{HeldOut: true, Coupons: 4, Repurchased: i%10 < 4, Convertible: i%2 == 0, Converted: i%50 == 0}); err != nil {
			fmt.Println(err)
			return
		}
	}
	customers, coupons := effect.Redemption()
	fmt.Printf("%d of %d customers redeemed %d of %d coupons\n", customers.Of, customers.All, coupons.Of, coupons.All)
	for _, difference := range []personal.Difference{effect.Repurchase(50), effect.Conversion(50)} {
		for _, reason := range difference.Reasons() {
			fmt.Println(personal.Explain(reason, customer.English))
			fmt.Println(personal.Explain(reason, customer.Chinese))
		}
	}
	// Output:
	// 600 of 900 customers redeemed 900 of 3600 coupons
	// 540 of 900 customers with a list
	// 有清单的900位顾客中540位
	// 40 of 100 customers held out
	// 对照组100位顾客中40位
	// higher with a list: by 9.6 to 29.6 percentage points (95 % confidence)
	// 清单使比例提高（差值95 %置信区间：9.6至29.6个百分点）
	// 45 of 450 customers with a list
	// 有清单的450位顾客中45位
	// 2 of 50 customers held out
	// 对照组50位顾客中2位
	// no difference shown: it lies between -3.8 and 10.3 percentage points (95 % confidence)
	// 未显示出差别（差值95 %置信区间：-3.8至10.3个百分点）
}
