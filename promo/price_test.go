package promo_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/promo"
)

// What each way of giving takes off, and where it is rounded.
func TestGives(t *testing.T) {
	for _, tc := range []struct {
		name, quantity, list string
		gives                promo.Gives
		paid                 string
	}{
		{"20 % off", "1", "4.99", off(200), "3.99"},               // 0.998 off
		{"half a cent off", "1", "0.05", off(100), "0.04"},        // 0.005 off
		{"less than half", "1", "0.04", off(100), "0.04"},         // 0.004 off
		{"rounded once", "3", "0.05", off(100), "0.13"},           // 0.015 off, not three times 0.01
		{"all of it", "2", "4.99", off(1000), "0.00"},             //
		{"amount per unit", "4", "10.00", amount("2.5"), "30.00"}, // pain P2
		{"amount of the price", "2", "2.50", amount("2.50"), "0.00"},
		{"amount above the price", "2", "2.49", amount("2.50"), "0.00"},
		{"amount below the price", "2", "2.51", amount("2.50"), "0.02"},
		{"price", "3", "2.49", fixed("1.99"), "5.97"},
		{"price as it is", "3", "1.99", fixed("1.99"), "5.97"},
		{"price above", "3", "1.98", fixed("1.99"), "5.94"},
		{"free already", "1", "0", amount("1.00"), "0.00"},
		{"weighed, percent", "0.735", "1.99", off(200), "1.17"},          // 1.46 − 0.29
		{"weighed, amount", "0.735", "1.99", amount("0.50"), "1.09"},     // 1.46 − 0.37
		{"weighed, price", "0.735", "1.99", fixed("1.49"), "1.10"},       // 1.09515
		{"weighed, price above", "0.735", "1.99", fixed("2.00"), "1.46"}, //
		{"digits beyond the cent", "3", "1.995", fixed("1.50"), "4.50"},
		{"digits beyond the cent, percent", "1000", "0.0123", amount("0.01"), "2.30"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			priced := price(t, book(promo.Offer{ID: "deal", Gives: tc.gives}), promo.Shopper{}, item("a", tc.quantity, tc.list))
			assert.Equal(t, []string{tc.paid}, paid(priced))
		})
	}
}

func amount(text string) promo.Gives { return promo.Gives{Amount: dec(text)} }

func fixed(text string) promo.Gives { return promo.Gives{Price: dec(text)} }

// pain P3: offers are reckoned on the list price and do not pile up: two of 50 % do not
// make it free.
func TestOneOfferForAUnit(t *testing.T) {
	rules := book(promo.Offer{ID: "half", Gives: off(500)}, promo.Offer{ID: "other-half", Gives: off(500)}, promo.Offer{ID: "bit", Gives: off(470)})
	priced := price(t, rules, promo.Shopper{}, item("a", "1", "10.00"))
	assert.Equal(t, []string{"5.00"}, paid(priced))
	assert.Equal(t, []promo.Run{{Line: 1, Units: 1000, Offer: "half", Saved: 500}}, priced.Runs)
	// pain P9: the others say what beat them, and by how much.
	assert.Equal(t, []customer.Reason{{Code: promo.CodeBeaten, Rule: "autumn/3 half", Fact: 30, Unit: customer.UnitMinor}}, look(t, priced, "bit", "").Missing)
	assert.Equal(t, []customer.Reason{{Code: promo.CodeBeaten, Rule: "autumn/3 half", Unit: customer.UnitMinor}}, look(t, priced, "other-half", "").Missing)
}

// Of offers that save the same: the higher priority, then the earlier start, then the ID.
func TestTies(t *testing.T) {
	early, late := promo.When{From: day("2026-11-01")}, promo.When{From: day("2026-11-02")}
	for _, tc := range []struct {
		name   string
		offers []promo.Offer
		want   string
	}{
		{"more saved", []promo.Offer{{ID: "a", Priority: 9, Gives: off(100)}, {ID: "b", Gives: off(101)}}, "b"},
		{"priority", []promo.Offer{{ID: "a", When: early, Gives: off(100)}, {ID: "b", When: late, Priority: 1, Gives: amount("1.00")}}, "b"},
		{"start", []promo.Offer{{ID: "a", When: late, Gives: off(100)}, {ID: "b", When: early, Gives: fixed("9.00")}}, "b"},
		{"since ever", []promo.Offer{{ID: "a", When: early, Gives: off(100)}, {ID: "b", Gives: fixed("9.00")}}, "b"},
		{"ID", []promo.Offer{{ID: "b", Gives: off(100)}, {ID: "B", Gives: off(100)}, {ID: "a", Gives: off(100)}}, "B"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			priced := price(t, book(tc.offers...), promo.Shopper{}, item("x", "1", "10.00"))
			require.Len(t, priced.Runs, 1)
			assert.Equal(t, tc.want, priced.Runs[0].Offer)
		})
	}
}

// An offer for fewer units than match goes where it saves most over the next best.
func TestLimits(t *testing.T) {
	limited := func(id string, units int, gives promo.Gives) promo.Offer {
		return promo.Offer{ID: id, On: promo.On{Categories: []string{"coffee"}}, Gives: gives, Limits: promo.Limits{Units: units}}
	}
	open := promo.Offer{ID: "open", On: onSKUs("a"), Gives: off(400)}
	for _, tc := range []struct {
		name   string
		offers []promo.Offer
		lines  []customer.Line
		paid   []string
	}{
		{"all", []promo.Offer{limited("half", 3, off(500))}, []customer.Line{of("coffee", "a", "3", "10.00")}, []string{"15.00"}},
		{"one less", []promo.Offer{limited("half", 2, off(500))}, []customer.Line{of("coffee", "a", "3", "10.00")}, []string{"20.00"}},
		{"the higher saving", []promo.Offer{limited("half", 1, off(500))}, []customer.Line{of("coffee", "a", "1", "4.00"), of("coffee", "b", "1", "4.02")}, []string{"4.00", "2.01"}},
		{
			"the higher saving over the next best",
			[]promo.Offer{limited("half", 1, off(500)), open},
			[]customer.Line{of("coffee", "a", "1", "10.00"), of("coffee", "b", "1", "4.00")},
			[]string{"6.00", "2.00"},
		},
		{ // both gain 2.00 beside what the open offer takes off anyway
			"equal: the higher unit price",
			[]promo.Offer{limited("half", 1, amount("2.00"))},
			[]customer.Line{of("coffee", "a", "1", "4.00"), of("coffee", "b", "1", "5.00")},
			[]string{"4.00", "3.00"},
		},
		{"equal price: the sku", []promo.Offer{limited("half", 1, off(500))}, []customer.Line{of("coffee", "b", "1", "4.00"), of("coffee", "a", "1", "4.00")}, []string{"4.00", "2.00"}},
		{
			"two limits make room for each other",
			[]promo.Offer{limited("half", 1, off(500)), {ID: "only-a", On: onSKUs("a"), Gives: off(450), Limits: promo.Limits{Units: 1}}},
			[]customer.Line{of("coffee", "a", "1", "5.00"), of("coffee", "b", "1", "4.00")},
			[]string{"2.75", "2.00"},
		},
		{"a weighed line counts as one", []promo.Offer{limited("half", 1, off(500))}, []customer.Line{of("coffee", "a", "2.5", "4.00"), of("coffee", "b", "1", "4.00")}, []string{"5.00", "4.00"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			assert.Equal(t, tc.paid, paid(price(t, book(tc.offers...), promo.Shopper{}, tc.lines...)))
		})
	}
	priced := price(t, book(limited("half", 2, off(500))), promo.Shopper{}, of("coffee", "a", "3", "10.00"))
	assert.Equal(t, []customer.Reason{{Code: promo.CodeLimit, Rule: "autumn/3 half", Fact: 2, Mark: 2, Unit: customer.UnitTimes}}, look(t, priced, "half", "").Missing)
	assert.Equal(t, int64(2000), look(t, priced, "half", "").Units)
}

// What a product has is given back to its lines, the larger line first, whatever stands
// first in the basket.
func TestGivenBackToTheLargerLineFirst(t *testing.T) {
	rules := book(promo.Offer{ID: "deal", Gives: off(500), Limits: promo.Limits{Units: 4}})
	small, large := item("a", "2", "1.01"), item("a", "3", "1.01")
	priced := price(t, rules, promo.Shopper{}, small, large)
	assert.Equal(t, []promo.Run{{Line: 1, Units: 1000, Offer: "deal", Saved: 50}, {Line: 2, Units: 3000, Offer: "deal", Saved: 152}}, priced.Runs)
	assert.Equal(t, []string{"1.52", "1.51"}, paid(priced))
	priced = price(t, rules, promo.Shopper{}, large, small)
	assert.Equal(t, []string{"1.51", "1.52"}, paid(priced))
}

// One run at a price of half a cent rounds up; a second one has nothing left to take.
func TestRunsNeverTakeMoreThanThePrice(t *testing.T) {
	rules := book(promo.Offer{ID: "free", Who: promo.Who{Coupon: true}, Gives: off(1000), Limits: promo.Limits{Units: 1}})
	shopper := promo.Shopper{Coupons: []promo.Coupon{{ID: "1", Offer: "free"}, {ID: "2", Offer: "free"}}}
	priced := price(t, rules, shopper, item("screw", "2", "0.005"))
	assert.Equal(t, []string{"0.00"}, paid(priced))
	assert.Equal(t, "0.01", priced.Totals.Saved.String())
}

// pain P12: offers begin and end at midnight of the shop, in its zone, and stop at the
// hour.
func TestWhen(t *testing.T) {
	shanghai, err := time.LoadLocation("Asia/Shanghai")
	require.NoError(t, err)
	fortnight := promo.When{From: day("2026-11-16"), Until: day("2026-11-30")}
	for _, tc := range []struct {
		name string
		when promo.When
		at   string // UTC; eight hours later in the shop
		want []string
	}{
		{"a second before the first day", fortnight, "2026-11-15 15:59", []string{promo.CodeStarts}},
		{"the first day", fortnight, "2026-11-15 16:00", []string{}},
		{"the last minute", fortnight, "2026-11-29 15:59", []string{}},
		{"the day after", fortnight, "2026-11-29 16:00", []string{promo.CodeEnded}},
		{"sunday", promo.When{Weekdays: []customer.Weekday{1, 7}}, "2026-11-29 15:59", []string{}},
		{"monday", promo.When{Weekdays: []customer.Weekday{1, 7}}, "2026-11-29 16:00", []string{}},
		{"tuesday", promo.When{Weekdays: []customer.Weekday{1, 7}}, "2026-11-30 16:00", []string{promo.CodeWeekday}},
		{"before the hour", promo.When{FromHour: 9, ToHour: 11}, "2026-11-25 00:59", []string{promo.CodeHours}},
		{"the hour", promo.When{FromHour: 9, ToHour: 11}, "2026-11-25 01:00", []string{}},
		{"the last minute of the hours", promo.When{FromHour: 9, ToHour: 11}, "2026-11-25 02:59", []string{}},
		{"after the hours", promo.When{FromHour: 9, ToHour: 11}, "2026-11-25 03:00", []string{promo.CodeHours}},
		{"all at once", promo.When{From: day("2026-12-01"), Weekdays: []customer.Weekday{1}, ToHour: 9}, "2026-11-25 03:00", []string{promo.CodeStarts, promo.CodeWeekday, promo.CodeHours}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			rules := book(promo.Offer{ID: "deal", When: tc.when, Gives: off(200)})
			rules.Zone = "Asia/Shanghai"
			c, err := promo.NewCatalogue(rules, shanghai)
			require.NoError(t, err)
			priced, err := c.Price(promo.Basket{Lines: []customer.Line{item("a", "1", "1.00")}}, promo.Shopper{}, clock(tc.at))
			require.NoError(t, err)
			deal := look(t, priced, "deal", "")
			assert.Equal(t, tc.want, codes(deal))
			assert.Equal(t, len(tc.want) == 0, deal.Applied())
		})
	}
	priced := price(t, book(promo.Offer{ID: "deal", When: promo.When{Weekdays: []customer.Weekday{2, 5}}, Gives: off(200)}), promo.Shopper{}, item("a", "1", "1.00"))
	assert.Equal(t, int64(5), look(t, priced, "deal", "").Missing[0].Mark, "after Wednesday comes Friday")
}

// row E12: offers for members, for those with a list of member prices.
func TestWho(t *testing.T) {
	both := promo.Who{Members: true, Lists: []string{"gold", "silver"}}
	for _, tc := range []struct {
		name    string
		who     promo.Who
		shopper promo.Shopper
		want    []string
	}{
		{"everybody", promo.Who{}, promo.Shopper{}, []string{}},
		{"no member", promo.Who{Members: true}, promo.Shopper{Customer: "c-1"}, []string{promo.CodeMembers}},
		{"member", promo.Who{Members: true}, promo.Shopper{Member: true}, []string{}},
		{"no list", both, promo.Shopper{Member: true, Lists: []string{"bronze"}}, []string{promo.CodeLists}},
		{"one of the lists", both, promo.Shopper{Member: true, Lists: []string{"bronze", "silver"}}, []string{}},
		{"neither", both, promo.Shopper{}, []string{promo.CodeMembers, promo.CodeLists}},
		{"no coupon", promo.Who{Coupon: true, Members: true}, promo.Shopper{}, []string{promo.CodeMembers, promo.CodeCoupon}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			priced := price(t, book(promo.Offer{ID: "deal", Who: tc.who, Gives: off(200)}), tc.shopper, item("a", "1", "1.00"))
			assert.Equal(t, tc.want, codes(look(t, priced, "deal", "")))
		})
	}
}

// Which lines an offer is on.
func TestOn(t *testing.T) {
	line := of("coffee", "espresso", "1", "1.00")
	line.Brand, line.Kind = "roaster", customer.StoreBrand
	for _, tc := range []struct {
		name string
		on   promo.On
		want bool
	}{
		{"everything", promo.On{}, true},
		{"sku", onSKUs("filter", "espresso"), true},
		{"other sku", onSKUs("filter"), false},
		{"category", promo.On{Categories: []string{"coffee"}}, true},
		{"brand", promo.On{Brands: []string{"roaster"}}, true},
		{"any of the lists", promo.On{SKUs: []string{"filter"}, Brands: []string{"roaster"}}, true},
		{"both lists, once", promo.On{SKUs: []string{"espresso", "espresso"}, Brands: []string{"roaster"}}, true},
		{"kind", promo.On{Kind: customer.StoreBrand}, true},
		{"other kind", promo.On{Categories: []string{"coffee"}, Kind: customer.NationalBrand}, false},
		{"except", promo.On{Categories: []string{"coffee"}, Except: []string{"filter", "espresso"}}, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			priced := price(t, book(promo.Offer{ID: "deal", On: tc.on, Gives: off(500)}), promo.Shopper{}, line)
			assert.Equal(t, tc.want, len(priced.Trace) == 1, "looked at")
			assert.Equal(t, tc.want, len(priced.Runs) == 1, "applies")
		})
	}
}

// A quantity is needed over all lines together, and then all units have it.
func TestNeeds(t *testing.T) {
	rules := book(promo.Offer{ID: "three", On: promo.On{Categories: []string{"coffee"}}, Needs: promo.Needs{Quantity: dec("3")}, Gives: off(100)})
	two := price(t, rules, promo.Shopper{}, of("coffee", "a", "1", "5.00"), of("coffee", "b", "1", "4.00"), of("tea", "c", "1", "4.00"))
	assert.Equal(t, []string{"5.00", "4.00", "4.00"}, paid(two))
	// pain P9: what is missing is a figure, and the sentence says of what.
	missing := look(t, two, "three", "").Missing
	assert.Equal(t, []customer.Reason{{Code: promo.CodeQuantity, Rule: "autumn/3 three", Fact: 2000, Mark: 3000, Unit: customer.UnitUsage}}, missing)
	assert.Equal(t, "1 more of category coffee for three", catalogue(t, rules).Explain(missing[0], customer.English))
	three := price(t, rules, promo.Shopper{}, of("coffee", "a", "2", "5.00"), of("coffee", "b", "1", "4.00"))
	assert.Equal(t, []string{"9.00", "3.60"}, paid(three))
}

// Books under a price law, delivery and gift cards take no discount; deposits neither.
func TestWhatTakesNoDiscount(t *testing.T) {
	novel, bottle := item("novel", "1", "10.00"), item("water", "6", "0.50")
	novel.NonDiscountable = true
	bottle.Deposit = dec("1.50")
	delivery, card := item("van", "1", "4.90"), item("card", "1", "25.00")
	delivery.Sells, card.Sells = customer.DeliveryLine, customer.GiftCardLine
	rules := book(promo.Offer{ID: "all", Gives: off(1000)}, promo.Offer{ID: "novels", On: onSKUs("novel"), Gives: off(100)}, promo.Offer{ID: "points", On: onSKUs("novel"), Gives: promo.Gives{Points: dec("5")}})
	priced := price(t, rules, promo.Shopper{}, novel, bottle, delivery, card)
	assert.Equal(t, []string{"10.00", "1.50", "4.90", "25.00"}, paid(priced))
	assert.Equal(t, []customer.Reason{{Code: promo.CodeNotDiscountable, Rule: "autumn/3 novels", Fact: 1000, Unit: customer.UnitUsage}}, look(t, priced, "novels", "").Missing)
	assert.Equal(t, []customer.Reason{{Code: promo.CodeNotDiscountable, Rule: "autumn/3 all", Fact: 3000, Unit: customer.UnitUsage}}, look(t, priced, "all", "").Missing)
	assert.True(t, look(t, priced, "points", "").Applied(), "points leave the price as it is")
	assert.Equal(t, "1.5", priced.Totals.Deposits.String())
	assert.Equal(t, "41.4", priced.Totals.Total.String())
}

// pain P11: tax is reckoned on the reduced price, contained in it or on top.
func TestTax(t *testing.T) {
	line := func(list, rate string, exclusive bool) customer.Line {
		l := item("a", "1", list)
		l.Tax = customer.Tax{Rate: dec(rate), Exclusive: exclusive}
		return l
	}
	deal := book(promo.Offer{ID: "deal", Gives: off(200)})
	for _, tc := range []struct {
		name            string
		line            customer.Line
		net, tax, total string
	}{
		{"contained", line("11.90", "0.19", false), "8", "1.52", "9.52"},
		{"on top", line("10.00", "0.19", true), "8", "1.52", "9.52"},
		{"no tax", line("10.00", "0", false), "8", "0", "8"},
		{"half a cent up", line("0.10", "0.0625", true), "0.08", "0.01", "0.09"}, // 0.005
		{"below half", line("0.10", "0.06249", true), "0.08", "0", "0.08"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			totals := price(t, deal, promo.Shopper{}, tc.line).Totals
			require.Len(t, totals.Taxes, 1)
			assert.Equal(t, []string{tc.net, tc.tax, tc.total}, []string{totals.Taxes[0].Net.String(), totals.Taxes[0].Amount.String(), totals.Total.String()})
		})
	}
	mixed := price(t, deal, promo.Shopper{}, line("11.90", "0.19", false), line("5.35", "0.07", false), line("11.90", "0.19", true)).Totals
	require.Len(t, mixed.Taxes, 3)
	assert.True(t, mixed.Taxes[0].Rate.Equal(dec("0.07")) && mixed.Taxes[2].Exclusive)
}

// What is paid in cash is rounded once for the basket, half up.
func TestCash(t *testing.T) {
	for _, tc := range []struct{ step, total, cash, rounding string }{
		{"0", "1.02", "1.02", "0"},
		{"0.05", "1.02", "1", "-0.02"},
		{"0.05", "1.03", "1.05", "0.02"},
		{"0.10", "1.04", "1", "-0.04"},
		{"0.10", "1.05", "1.1", "0.05"},
		{"1", "1.50", "2", "0.5"},
		{"0.05", "0.01", "0", "-0.01"},
	} {
		rules := book()
		rules.CashStep = dec(tc.step)
		totals := price(t, rules, promo.Shopper{}, item("a", "1", tc.total)).Totals
		assert.Equal(t, []string{tc.cash, tc.rounding}, []string{totals.Cash.String(), totals.Rounding.String()}, "%v", tc)
		assert.Equal(t, dec(tc.total).String(), totals.Total.String())
	}
}

// row E2, row E3: the specials of her list are personal coupons: shown with the card,
// they apply by themselves, each on what it is for; and each says what became of it.
func TestCoupons(t *testing.T) {
	rules := book(
		promo.Offer{ID: "coffee", On: promo.On{Categories: []string{"coffee"}}, Who: promo.Who{Coupon: true}, Gives: off(300), Limits: promo.Limits{Units: 1}},
		promo.Offer{ID: "milk", On: onSKUs("milk"), Who: promo.Who{Coupon: true}, Gives: amount("0.20")},
		promo.Offer{ID: "bread", On: onSKUs("bread"), Gives: fixed("1.00")},
	)
	basket := []customer.Line{of("coffee", "espresso", "3", "5.00"), item("milk", "2", "1.20"), item("bread", "1", "1.50")}
	for _, tc := range []struct {
		name   string
		coupon promo.Coupon
		want   []string
		saved  int64
	}{
		{"her own share", promo.Coupon{Offer: "coffee", Permille: 200}, []string{promo.CodeLimit}, 100},
		{"as the offer says", promo.Coupon{Offer: "coffee"}, []string{promo.CodeLimit}, 150},
		{"the most", promo.Coupon{Offer: "coffee", Permille: 300}, []string{promo.CodeLimit}, 150},
		{"above the most", promo.Coupon{Offer: "coffee", Permille: 301}, []string{promo.CodeCouponPermille}, 0},
		{"no permille to state", promo.Coupon{Offer: "milk", Permille: 1}, []string{promo.CodeCouponPermille}, 0},
		{"first day", promo.Coupon{Offer: "milk", From: day("2026-11-25")}, []string{}, 40},
		{"tomorrow", promo.Coupon{Offer: "milk", From: day("2026-11-26")}, []string{promo.CodeCouponEarly}, 0},
		{"last day", promo.Coupon{Offer: "milk", Until: day("2026-11-26")}, []string{}, 40},
		{"expired", promo.Coupon{Offer: "milk", Until: day("2026-11-25")}, []string{promo.CodeCouponExpired}, 0},
		{"unknown", promo.Coupon{Offer: "tea"}, []string{promo.CodeCouponUnknown}, 0},
		{"not needed", promo.Coupon{Offer: "bread"}, []string{promo.CodeCouponIdle}, 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			tc.coupon.ID = "k"
			got := look(t, price(t, rules, promo.Shopper{Coupons: []promo.Coupon{tc.coupon}}, basket...), tc.coupon.Offer, "k")
			assert.Equal(t, tc.want, codes(got))
			assert.Equal(t, tc.saved, got.Saved)
		})
	}
	nothing := look(t, price(t, rules, promo.Shopper{Coupons: []promo.Coupon{{ID: "k", Offer: "milk"}}}, basket[0]), "milk", "k")
	assert.Equal(t, []customer.Reason{{Code: promo.CodeQuantity, Rule: "autumn/3 milk", Mark: 1000, Unit: customer.UnitUsage}}, nothing.Missing)

	// Two coupons of one offer are good for two units; the one that ends first goes first,
	// and one that nobody needs stays.
	two := []promo.Coupon{{ID: "1", Offer: "coffee"}, {ID: "2", Offer: "coffee", Until: day("2026-12-01")}}
	priced := price(t, rules, promo.Shopper{Coupons: two}, of("coffee", "espresso", "3", "5.00"))
	assert.Equal(t, []promo.Run{{Line: 1, Units: 1000, Offer: "coffee", Coupon: "2", Saved: 150}, {Line: 1, Units: 1000, Offer: "coffee", Coupon: "1", Saved: 150}}, priced.Runs)
	priced = price(t, rules, promo.Shopper{Coupons: two}, of("coffee", "espresso", "1", "5.00"))
	assert.True(t, look(t, priced, "coffee", "2").Applied())
	assert.Equal(t, []string{promo.CodeCouponSpare}, codes(look(t, priced, "coffee", "1")))
}

// row E12: products with additional points, beside whatever they cost.
func TestPoints(t *testing.T) {
	rules := book(
		promo.Offer{ID: "fifty", On: onSKUs("cream"), Gives: promo.Gives{Points: dec("50")}, Limits: promo.Limits{Units: 2}},
		promo.Offer{ID: "one", Gives: promo.Gives{Points: dec("1.5")}},
		promo.Offer{ID: "off", On: onSKUs("cream"), Gives: off(200)},
	)
	rules.PointDigits = 1
	priced := price(t, rules, promo.Shopper{}, item("cream", "3", "9.90"), item("apples", "0.735", "1.99"), item("pears", "2.4", "1.00"))
	assert.Equal(t, []promo.Run{
		{Line: 1, Units: 3000, Offer: "off", Saved: 594},
		{Line: 1, Units: 2000, Offer: "fifty", Points: 1000},
		{Line: 1, Units: 3000, Offer: "one", Points: 45},
		{Line: 3, Units: 2400, Offer: "one", Points: 30},
	}, priced.Runs)
	assert.Equal(t, "107.5", priced.Totals.Points.String())
	assert.Equal(t, []string{promo.CodeLimit}, codes(look(t, priced, "fifty", "")))
	rules.Offers = []promo.Offer{{ID: "three", Gives: promo.Gives{Points: dec("1")}, Limits: promo.Limits{Units: 3}}, rules.Offers[1]}
	scarce := price(t, rules, promo.Shopper{}, item("a", "2", "1.00"), item("b", "2", "1.01"), item("c", "1.999", "2.00"), item("d", "2.5", "0.50"))
	var three []promo.Run
	for _, run := range scarce.Runs {
		if run.Offer == "three" {
			three = append(three, run)
		}
	}
	assert.Equal(t, []promo.Run{ // first the bag of two whole units, then the dearer ones
		{Line: 2, Units: 1000, Offer: "three", Points: 10},
		{Line: 3, Units: 1999, Offer: "three", Points: 10},
		{Line: 4, Units: 2500, Offer: "three", Points: 20},
	}, three)
	light := price(t, rules, promo.Shopper{}, item("apples", "0.999", "1.99"))
	assert.Equal(t, []string{promo.CodeNoWholeUnit}, codes(look(t, light, "one", "")))
}

// row E7: what the offers took off is borne as each offer says, to the cent.
func TestFunding(t *testing.T) {
	rules := book(promo.Offer{ID: "deal", Gives: off(100), Funds: []promo.Fund{{By: "roaster", Permille: 667}, {By: "importer", Permille: 100}}})
	c := catalogue(t, rules)
	priced := price(t, rules, promo.Shopper{}, item("espresso", "1", "4.99"))
	require.Len(t, priced.Runs, 1)
	borne, err := c.Funding(priced.Runs[0])
	require.NoError(t, err)
	assert.Equal(t, []promo.Borne{{By: "roaster", Saved: 33}, {By: "importer", Saved: 5}, {Saved: 12}}, borne)
	_, err = c.Funding(promo.Run{Offer: "other"})
	require.Error(t, err)

	// A cent on each of ten lines is ten cents, and split as such.
	cents := make([]promo.Run, 10)
	for i := range cents {
		cents[i] = promo.Run{Line: i + 1, Units: 1000, Offer: "deal", Saved: 1}
	}
	borne, err = c.Funding(cents...)
	require.NoError(t, err)
	assert.Equal(t, []promo.Borne{{By: "roaster", Saved: 7}, {By: "importer", Saved: 1}, {Saved: 2}}, borne)
	cents[3].Coupon = "another"
	_, err = c.Funding(cents...)
	require.Error(t, err)
}

// pain P5: three units come back one by one, each at what it cost: neither at the list
// price nor without the last cent of what was saved.
func TestReturnOfReducedUnits(t *testing.T) {
	rules := book(promo.Offer{ID: "deal", Gives: off(100)})
	priced := price(t, rules, promo.Shopper{}, item("a", "3", "3.33"))
	require.Equal(t, "8.99", priced.Totals.Total.String()) // 1.00 saved: 0.33, 0.33, 0.34
	refund := int64(0)
	for k := range int64(3) {
		saved, _, err := priced.Runs[0].Back(1000*k, 1000)
		require.NoError(t, err)
		refund += 333 - saved
	}
	assert.Equal(t, minor(t, priced.Totals.Total), refund)
}

// What a priced basket becomes: the next purchase.
func TestPurchase(t *testing.T) {
	line := of("coffee", "espresso", "2", "5.00")
	line.Deposit, line.Cost = dec("0.50"), decimal.NewNullDecimal(dec("6.00"))
	priced := price(t, book(promo.Offer{ID: "deal", Gives: off(200)}), promo.Shopper{Customer: "c-1"}, line)
	purchase := priced.Purchase("r-1", "north")
	require.NoError(t, purchase.Validate())
	assert.Equal(t, customer.ID("c-1"), purchase.Customer)
	assert.True(t, purchase.Lines[0].Paid.Decimal.Equal(dec("8.50")))
	assert.True(t, purchase.Lines[0].Cost.Decimal.Equal(dec("6")), "what the till knows stays")
	purchase.Lines[0].SKU = "changed"
	assert.Equal(t, "espresso", priced.Lines[0].SKU, "and is a copy")
	assert.False(t, line.Paid.Valid, "the basket stays as it was")
}

func TestBasketFaults(t *testing.T) {
	c := catalogue(t, book())
	bad := item("", "0", "1.00001")
	bad.ListPrice = decimal.NewNullDecimal(dec("1.000001"))
	bad.Paid = decimal.NewNullDecimal(dec("1"))
	bad.Tenders = []customer.Tender{{Kind: customer.PointsTender, Amount: dec("1")}}
	deposit := item("a", "1.0005", "1.00")
	deposit.Deposit = dec("0.001")
	_, err := c.Price(promo.Basket{Lines: []customer.Line{bad, deposit, {SKU: "b", Quantity: dec("-1")}}}, promo.Shopper{
		Lists: []string{""}, Coupons: []promo.Coupon{{ID: "1", Offer: "o", Permille: 1001}, {ID: "1", Offer: "", From: 10, Until: 10}},
	}, noon())
	var faults customer.Faults
	require.ErrorAs(t, err, &faults)
	seen := map[string]bool{}
	for _, fault := range faults {
		seen[fault.Path] = true
	}
	for _, path := range []string{
		"lines[0].sku", "lines[0].quantity", "lines[0].list_price", "lines[0].paid", "lines[0].tenders", "lines[1].quantity", "lines[1].deposit",
		"lines[2].quantity", "lines[2].list_price", "lists[0]", "coupons[0].permille", "coupons[1].id", "coupons[1].offer", "coupons[1].until",
	} {
		assert.True(t, seen[path], "%s in %v", path, err)
	}
	for name, lines := range map[string][]customer.Line{
		"no lines": nil,
		"too dear": {item("a", "90", "1000000.00"), item("b", "1", "0.01")}, "too many units": {item("a", "1000001", "0")},
	} {
		_, err = c.Price(promo.Basket{Lines: lines}, promo.Shopper{}, noon())
		require.ErrorAs(t, err, &faults, name)
		assert.LessOrEqual(t, len(faults), 2, name)
	}
	_, err = c.Price(promo.Basket{Lines: make([]customer.Line, customer.MaxLines+1)}, promo.Shopper{}, noon())
	require.ErrorAs(t, err, &faults)
	assert.Equal(t, "lines", faults[0].Path)
	_, err = c.Price(promo.Basket{Lines: []customer.Line{item("a", "90", "1000000.00")}}, promo.Shopper{}, noon())
	require.NoError(t, err, "as dear as it may be")
	_, err = c.Price(promo.Basket{Lines: []customer.Line{item("a", "1", "1")}}, promo.Shopper{}, time.Time{})
	require.ErrorAs(t, err, &faults)
	many := promo.Shopper{}
	for i := range promo.MaxCoupons {
		many.Coupons = append(many.Coupons, promo.Coupon{ID: fmt.Sprint("k", i), Offer: "o"})
	}
	_, err = c.Price(promo.Basket{Lines: []customer.Line{item("a", "1", "1")}}, many, noon())
	require.NoError(t, err)
	many.Coupons[7].ID = "k900"
	_, err = c.Price(promo.Basket{Lines: []customer.Line{item("a", "1", "1")}}, many, noon())
	require.ErrorAs(t, err, &faults)
	assert.Equal(t, "coupons[900].id", faults[0].Path)
	many.Coupons = append(many.Coupons, promo.Coupon{ID: "more", Offer: "o"})
	_, err = c.Price(promo.Basket{Lines: []customer.Line{item("a", "1", "1")}}, many, noon())
	require.ErrorAs(t, err, &faults)
	assert.Equal(t, "coupons", faults[0].Path)
}

// Rules that are not in force price nothing.
func TestEdition(t *testing.T) {
	rules := book()
	rules.From, rules.Until = day("2026-11-25"), day("2026-11-26")
	c := catalogue(t, rules)
	basket := promo.Basket{Lines: []customer.Line{item("a", "1", "1")}}
	for at, code := range map[string]string{
		"2026-11-24 23:59": customer.CodeNotYetInForce, "2026-11-25 00:00": "", "2026-11-25 23:59": "", "2026-11-26 00:00": customer.CodeNoLongerInForce,
	} {
		_, err := c.Price(basket, promo.Shopper{}, clock(at))
		if code == "" {
			require.NoError(t, err)
			continue
		}
		var refusal *customer.Refusal
		require.ErrorAs(t, err, &refusal)
		assert.Equal(t, code, refusal.Missing[0].Code)
	}
}

// Points beyond all bounds are an error, not a wrapped figure.
func TestPointsOverflow(t *testing.T) {
	rules := book(promo.Offer{ID: "p", Gives: promo.Gives{Points: dec("1000000000")}})
	var lines []customer.Line
	for i := range 2 {
		lines = append(lines, item(fmt.Sprint(i), "600000", "0"))
	}
	c := catalogue(t, rules)
	_, err := c.Price(promo.Basket{Lines: lines[:1]}, promo.Shopper{}, noon())
	require.NoError(t, err)
	_, err = c.Price(promo.Basket{Lines: lines}, promo.Shopper{}, noon())
	require.ErrorContains(t, err, "points")
}
