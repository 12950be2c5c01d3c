package entitlement_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/complaint/entitlement"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/calendar"
	"github.com/rapport-crm/rapport/customer/customertest"
)

func codes(reasons []customer.Reason) []string {
	var all []string
	for _, reason := range reasons {
		all = append(all, reason.Code)
	}
	return all
}

// What stands in the way is told all at once.
func TestConditions(t *testing.T) {
	bought := day(t, "2026-03-01")
	book := newBook(t, entitlement.Rules{
		Edition: customer.Edition{ID: "one", Version: 1},
		Terms: []entitlement.Terms{{
			ID: "t", Remote: true, Except: []string{"unsealed", "to-measure", "sku-9"},
			Grants: []entitlement.Grant{{
				ID: "g", Remedy: entitlement.Return, Defects: []string{"performance", "missing-parts"}, Unused: true, Proof: true,
				Window: entitlement.Window{Days: 7, Counted: entitlement.FromPurchase},
			}},
		}},
	})
	fine := entitlement.Item{Product: "sku-1", Bought: bought, Remote: true, Proof: true, Unused: true, Defect: "missing-parts"}
	for _, tc := range []struct {
		name string
		item func(*entitlement.Item)
		on   customer.Date
		want []string
	}{
		{"nothing", func(*entitlement.Item) {}, bought, nil},
		{"another fault that counts", func(i *entitlement.Item) { i.Defect = "performance" }, bought, nil},
		{"no fault", func(i *entitlement.Item) { i.Defect = "" }, bought, []string{entitlement.CodeNoDefect}},
		{"a fault that does not count", func(i *entitlement.Item) { i.Defect = "scratched" }, bought, []string{entitlement.CodeOther}},
		{"used", func(i *entitlement.Item) { i.Unused = false }, bought, []string{entitlement.CodeNotUnused}},
		{"no receipt", func(i *entitlement.Item) { i.Proof = false }, bought, []string{entitlement.CodeNoProof}},
		{"bought in the shop", func(i *entitlement.Item) { i.Remote = false }, bought, []string{entitlement.CodeNotRemote}},
		{"excepted by trait", func(i *entitlement.Item) { i.Traits = []string{"red", "unsealed"} }, bought, []string{entitlement.CodeExcepted}},
		{"by product", func(i *entitlement.Item) { i.Product = "sku-9" }, bought, []string{entitlement.CodeExcepted}},
		{"by category", func(i *entitlement.Item) { i.Category = "to-measure" }, bought, []string{entitlement.CodeExcepted}},
		{
			"everything", func(i *entitlement.Item) { *i = entitlement.Item{Bought: bought, Category: "to-measure"} }, bought + 8,
			[]string{
				entitlement.CodeOver, entitlement.CodeExcepted, entitlement.CodeNotRemote, entitlement.CodeNoDefect,
				entitlement.CodeNotUnused, entitlement.CodeNoProof,
			},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			item := fine
			tc.item(&item)
			right := only(t, book, item, tc.on)
			assert.Equal(t, tc.want, codes(right.Missing))
			assert.Equal(t, len(tc.want) == 0, right.Open)
			for _, reason := range append(right.Because, right.Missing...) {
				assert.Equal(t, "one/1/t/g", reason.Rule)
			}
		})
	}
}

// Goods and days of purchase of which the terms do not speak have no part in the answer.
func TestScope(t *testing.T) {
	bought := day(t, "2026-12-10")
	for _, tc := range []struct {
		name   string
		terms  entitlement.Terms
		speaks bool
	}{
		{"all goods", entitlement.Terms{}, true},
		{"product", entitlement.Terms{Products: []string{"sku-2", "sku-1"}}, true},
		{"another product", entitlement.Terms{Products: []string{"sku-2"}}, false},
		{"category", entitlement.Terms{Categories: []string{"watches"}}, true},
		{"another category", entitlement.Terms{Categories: []string{"shoes"}}, false},
		{"brand", entitlement.Terms{Brands: []string{"Own"}}, true},
		{"another brand", entitlement.Terms{Brands: []string{"Other"}}, false},
		{"the category, but another brand", entitlement.Terms{Categories: []string{"watches"}, Brands: []string{"Other"}}, false},
		{"from that day", entitlement.Terms{From: bought}, true},
		{"from the next day", entitlement.Terms{From: bought + 1}, false},
		{"until the next day", entitlement.Terms{Until: bought + 1}, true},
		{"until that day", entitlement.Terms{Until: bought}, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			tc.terms.ID = "t"
			tc.terms.Grants = []entitlement.Grant{{ID: "g", Remedy: entitlement.Repair, Window: entitlement.Window{Lifetime: true, Counted: entitlement.FromPurchase}}}
			book := newBook(t, entitlement.Rules{Edition: customer.Edition{ID: "one", Version: 1}, Terms: []entitlement.Terms{tc.terms}})
			rights, err := book.Of(entitlement.Item{Product: "sku-1", Category: "watches", Brand: "Own", Bought: bought}, bought+30)
			require.NoError(t, err)
			if tc.speaks {
				assert.Len(t, rights.Open(), 1)
				return
			}
			assert.Empty(t, rights.All)
			assert.Equal(t, []customer.Reason{{Code: entitlement.CodeNoTerms, Rule: "one/1", On: bought}}, rights.Because)
			_, any := rights.Best(entitlement.Repair)
			assert.False(t, any)
		})
	}
}

// Two failed repairs, parts missing for 90 days, 30 days by the repairer's fault (三包 arts. 9–11
// as summed up for a test; the primary text has to be checked).
func TestTrouble(t *testing.T) {
	grant := entitlement.Grant{
		Remedy: entitlement.Exchange, Trouble: entitlement.Trouble{FailedRepairs: 2, PartsMissingDays: 90, RepairerFaultDays: 30},
		Window: entitlement.Window{Years: 1, Counted: entitlement.FromPurchase, RepairsProlong: true, ExchangeRenews: true},
	}
	in := day(t, "2026-02-01")
	failed := func(from, to customer.Date) entitlement.Fix {
		return entitlement.Fix{From: from, To: to, Failed: true}
	}
	for _, tc := range []struct {
		name      string
		fixes     []entitlement.Fix
		exchanges customer.Days
		on        customer.Date
		opens     string
	}{
		{"no repair", nil, nil, in + 40, ""},
		{"one failed", []entitlement.Fix{failed(in, in+2)}, nil, in + 40, ""},
		{"two, the day before the second comes back", []entitlement.Fix{failed(in, in+2), failed(in+9, in+10)}, nil, in + 9, ""},
		{"two", []entitlement.Fix{failed(in, in+2), failed(in+9, in+10)}, nil, in + 10, entitlement.CodeFailedRepairs},
		{"three", []entitlement.Fix{failed(in, in+2), failed(in+9, in+10), failed(in+11, in+12)}, nil, in + 40, entitlement.CodeFailedRepairs},
		{"one failed and one that did not", []entitlement.Fix{failed(in, in+2), {From: in + 9, To: in + 10}}, nil, in + 40, ""},
		{"one of them of what was exchanged", []entitlement.Fix{failed(in, in+2), failed(in+9, in+10)}, customer.Days{in + 5}, in + 40, ""},
		{"on the day of the exchange", []entitlement.Fix{failed(in, in+2), failed(in+9, in+10)}, customer.Days{in + 9}, in + 40, ""},
		{"two since the exchange", []entitlement.Fix{failed(in, in+2), failed(in+9, in+10)}, customer.Days{in - 1}, in + 40, entitlement.CodeFailedRepairs},

		{"parts, day 90", []entitlement.Fix{{From: in, Delay: entitlement.PartsMissing}}, nil, in + 90, ""},
		{"parts, day 91", []entitlement.Fix{{From: in, Delay: entitlement.PartsMissing}}, nil, in + 91, entitlement.CodePartsMissing},
		{"parts, mended after all", []entitlement.Fix{{From: in, To: in + 95, Delay: entitlement.PartsMissing}}, nil, in + 95, ""},
		{"parts, the day before that", []entitlement.Fix{{From: in, To: in + 95, Delay: entitlement.PartsMissing}}, nil, in + 94, entitlement.CodePartsMissing},
		{"parts, in vain", []entitlement.Fix{{From: in, To: in + 95, Delay: entitlement.PartsMissing, Failed: true}}, nil, in + 95, entitlement.CodePartsMissing},
		{"parts, and exchanged meanwhile", []entitlement.Fix{{From: in, Delay: entitlement.PartsMissing}}, customer.Days{in + 80}, in + 200, ""},

		{"repairer, day 30", []entitlement.Fix{{From: in, Delay: entitlement.RepairerFault}}, nil, in + 30, ""},
		{"repairer, day 31", []entitlement.Fix{{From: in, Delay: entitlement.RepairerFault}}, nil, in + 31, entitlement.CodeRepairerFault},
		{"long for no reason that counts", []entitlement.Fix{{From: in}}, nil, in + 100, ""},
		{"the longer of two", []entitlement.Fix{{From: in + 20, Delay: entitlement.RepairerFault}, {From: in, Delay: entitlement.RepairerFault}}, nil, in + 31, entitlement.CodeRepairerFault},
	} {
		t.Run(tc.name, func(t *testing.T) {
			item := entitlement.Item{Bought: day(t, "2026-01-01"), Repairs: tc.fixes, Exchanges: tc.exchanges}
			right := only(t, one(t, grant), item, tc.on)
			assert.Equal(t, tc.opens != "", right.Open)
			if tc.opens != "" {
				assert.Contains(t, codes(right.Because), tc.opens)
				assert.Empty(t, right.Missing)
				return
			}
			assert.Equal(t, []string{entitlement.CodeFailedRepairs, entitlement.CodePartsMissing, entitlement.CodeRepairerFault}, codes(right.Missing), "one of them would be enough")
		})
	}

	t.Run("from when", func(t *testing.T) {
		item := entitlement.Item{Bought: day(t, "2026-01-01"), Repairs: []entitlement.Fix{{From: in, Delay: entitlement.RepairerFault}}}
		right := only(t, one(t, grant), item, in+10)
		late := right.Missing[2]
		assert.Equal(t, int64(10), late.Fact)
		assert.Equal(t, int64(30), late.Mark)
		assert.Equal(t, in+31, late.By, "the first day on which it is open")
	})
}

// Use begins with the delivery: she pays for none of goods that she has not had.
func TestFeeFromDelivery(t *testing.T) {
	bought := day(t, "2026-01-01")
	fee := entitlement.Fee{DailyPermille: decimal.RequireFromString("1"), Rounding: entitlement.Floor}
	fromPurchase := entitlement.Window{Lifetime: true, Counted: entitlement.FromPurchase}
	lastDay := entitlement.Window{LastDay: day(t, "2026-01-31"), Counted: entitlement.FromDelivery}
	for _, tc := range []struct {
		name      string
		window    entitlement.Window
		delivered customer.Date
		days      int
		fee       int64
	}{
		{"on the day of the purchase", fromPurchase, bought, 20, 20},
		{"nobody has said when", fromPurchase, 0, 20, 20},
		{"ten days later", fromPurchase, bought + 10, 20, 10},
		{"on the very day", fromPurchase, bought + 20, 20, 0},
		{"not yet by then", fromPurchase, bought + 21, 20, 0},
		{"a last day for all, and not delivered", lastDay, 0, 20, 0},
		{"a last day for all, and delivered", lastDay, bought + 10, 20, 10},
	} {
		t.Run(tc.name, func(t *testing.T) {
			grant := entitlement.Grant{Remedy: entitlement.Return, Window: tc.window, Fee: fee}
			right := only(t, one(t, grant), entitlement.Item{Bought: bought, Delivered: tc.delivered, PriceMinor: 1000}, bought.AddDays(tc.days))
			assert.Equal(t, tc.fee, right.FeeMinor)
			assert.Equal(t, 1000-tc.fee, right.RefundMinor)
		})
	}
}

// The fee for use on both sides of its free days, its cap and every rounding.
func TestFee(t *testing.T) {
	bought := day(t, "2026-01-01")
	for _, tc := range []struct {
		name     string
		daily    string
		free     int
		most     int
		rounding entitlement.Rounding
		price    int64
		days     int
		fee      int64
		capped   bool
	}{
		{"none on the first day", "0.5", 0, 0, entitlement.Floor, 149_800, 0, 0, false},
		{"74.9 minor units a day, down", "0.5", 0, 0, entitlement.Floor, 149_800, 1, 74, false},
		{"up", "0.5", 0, 0, entitlement.Ceil, 149_800, 1, 75, false},
		{"to the nearest", "0.5", 0, 0, entitlement.HalfUp, 149_800, 1, 75, false},
		{"rounded once, not by the day", "0.5", 0, 0, entitlement.Floor, 149_800, 10, 749, false},
		{"half up", "0.5", 0, 0, entitlement.HalfUp, 1000, 1, 1, false},
		{"half to the even 0", "0.5", 0, 0, entitlement.HalfEven, 1000, 1, 0, false},
		{"half to the even 2", "0.5", 0, 0, entitlement.HalfEven, 1000, 3, 2, false},
		{"just above the half", "0.501", 0, 0, entitlement.HalfEven, 1000, 1, 1, false},
		{"the last free day", "0.5", 30, 0, entitlement.Floor, 149_800, 30, 0, false},
		{"the first that costs", "0.5", 30, 0, entitlement.Floor, 149_800, 31, 74, false},
		{"at the cap", "0.5", 0, 100, entitlement.Floor, 149_800, 200, 14_980, false},
		{"above it", "0.5", 0, 100, entitlement.Floor, 149_800, 201, 14_980, true},
		{"the whole price", "1000", 0, 0, entitlement.Ceil, 149_800, 1, 149_800, false},
		{"never more", "1000", 0, 0, entitlement.Ceil, 149_800, 2, 149_800, true},
		{"the dearest goods for a century", "0.001", 0, 0, entitlement.Ceil, entitlement.MaxMinor, 36_500, 36_500_000_000, false},
		{"nothing paid", "0.5", 0, 0, entitlement.Ceil, 0, 100, 0, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			grant := entitlement.Grant{
				Remedy: entitlement.Return, Window: entitlement.Window{Lifetime: true, Counted: entitlement.FromPurchase},
				Fee: entitlement.Fee{DailyPermille: decimal.RequireFromString(tc.daily), FreeDays: tc.free, MostPermille: tc.most, Rounding: tc.rounding},
			}
			right := only(t, one(t, grant), entitlement.Item{Bought: bought, PriceMinor: tc.price}, bought.AddDays(tc.days))
			assert.Equal(t, tc.fee, right.FeeMinor)
			assert.Equal(t, tc.price-tc.fee, right.RefundMinor)
			assert.Equal(t, tc.capped, codes(right.Because)[len(right.Because)-1] == entitlement.CodeCapped)
		})
	}
}

// Days at a repairer are no days of use; after an exchange that begins a new window, use begins
// with it.
func TestFeeLeavesRepairsOut(t *testing.T) {
	bought := day(t, "2026-01-01")
	grant := entitlement.Grant{
		Remedy: entitlement.Exchange, Window: entitlement.Window{Years: 1, Counted: entitlement.FromPurchase, ExchangeRenews: true},
		Fee: entitlement.Fee{DailyPermille: decimal.RequireFromString("1"), Rounding: entitlement.Floor},
	}
	item := entitlement.Item{
		Bought: bought, PriceMinor: 100_000,
		Repairs: []entitlement.Fix{{From: bought + 10, To: bought + 19}, {From: bought + 15, To: bought + 24}, {From: bought + 40}},
	}
	right := only(t, one(t, grant), item, bought+50)
	assert.Equal(t, int64((50-15-11)*100), right.FeeMinor, "50 days less 15 and 11 at repairers")
	assert.Zero(t, right.RefundMinor, "an exchange pays nothing back")

	item.Exchanges = customer.Days{bought + 45}
	assert.Equal(t, int64(500), only(t, one(t, grant), item, bought+50).FeeMinor)
}

// The law gives 7 days for any reason after sales at a distance, and the shop more or less: the
// better for her holds, and both are shown. The refund's time is handed on. (消费者权益保护法 arts.
// 24 and 25, as test data; check the primary text.)
func TestBetterHolds(t *testing.T) {
	bought := day(t, "2026-11-11")
	week := calendar.Budget{CalendarDays: 7}
	law := entitlement.Terms{
		ID: "law", Source: "消费者权益保护法 25", Remote: true, Except: []string{"made-to-measure", "perishable", "unsealed-media", "newspaper"},
		Grants: []entitlement.Grant{{
			ID: "no-reason", Remedy: entitlement.Return, Unused: true, Refund: week,
			Window: entitlement.Window{Days: 7, Counted: entitlement.FromDelivery},
		}},
	}
	shop := func(days int, fee string) entitlement.Terms {
		grant := entitlement.Grant{ID: "goodwill", Remedy: entitlement.Return, Window: entitlement.Window{Days: days, Counted: entitlement.FromDelivery}}
		if fee != "" {
			grant.Fee = entitlement.Fee{DailyPermille: decimal.RequireFromString(fee), Rounding: entitlement.HalfUp}
		}
		return entitlement.Terms{ID: "shop", Grants: []entitlement.Grant{grant}}
	}
	item := entitlement.Item{Bought: bought, Delivered: bought + 4, Remote: true, Unused: true, PriceMinor: 19_900}
	for _, tc := range []struct {
		name  string
		shop  entitlement.Terms
		item  func(*entitlement.Item)
		age   customer.Date // days after delivery
		holds string
		open  bool
	}{
		{"the longer", shop(30, ""), nil, 3, "shop", true},
		{"the law's is longer", shop(3, ""), nil, 3, "law", true},
		{"equals stay in the order of the book", shop(7, ""), nil, 3, "law", true},
		{"without fee before with one", shop(30, "1"), nil, 3, "law", true},
		{"with one before none at all", shop(30, "1"), nil, 8, "shop", true},
		{"both over", shop(30, ""), nil, 31, "shop", false},
		{"used: only the shop takes it", shop(3, ""), func(i *entitlement.Item) { i.Unused = false }, 3, "shop", true},
		{"perishable: likewise", shop(3, ""), func(i *entitlement.Item) { i.Traits = []string{"perishable"} }, 3, "shop", true},
		{"what may still be mended before what is over", shop(3, ""), func(i *entitlement.Item) { i.Unused = false }, 5, "law", false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			book := newBook(t, entitlement.Rules{
				Edition:  customer.Edition{ID: "web", Version: 2},
				Currency: customer.Currency{Code: "CNY", Digits: 2},
				Terms:    []entitlement.Terms{law, tc.shop},
			})
			asked := item
			if tc.item != nil {
				tc.item(&asked)
			}
			rights, err := book.Of(asked, asked.Delivered+tc.age)
			require.NoError(t, err)
			require.Len(t, rights.All, 2, "both are shown")
			best, found := rights.Best(entitlement.Return)
			require.True(t, found)
			assert.Equal(t, tc.holds, best.Terms)
			assert.Equal(t, tc.open, best.Open)
			assert.Equal(t, tc.open, len(rights.Open()) == 1)
			assert.False(t, rights.All[1].Holds)
			assert.Equal(t, entitlement.CodeBetter, best.Because[len(best.Because)-1].Code)
			assert.Contains(t, codes(rights.All[1].Because), entitlement.CodeBeaten)
			if best.Terms == "law" {
				assert.Equal(t, week, best.Refund)
			}
		})
	}
}

// Goods keep the rights of the book that was in force when they were bought.
func TestEdition(t *testing.T) {
	rules := rulesOf(t, "shoes.json")
	rules.Until = day(t, "2012-01-01")
	book := newBook(t, rules)
	_, err := book.Of(entitlement.Item{Bought: rules.Until - 1}, rules.Until+300)
	require.NoError(t, err)
	var refusal *customer.Refusal
	_, err = book.Of(entitlement.Item{Bought: rules.Until}, rules.Until+1)
	require.ErrorAs(t, err, &refusal)
	assert.Equal(t, customer.CodeNoLongerInForce, refusal.Missing[0].Code)
}

// Items and days that are malformed: every fault at once.
func TestAskedFaults(t *testing.T) {
	book := newBook(t, rulesOf(t, "shoes.json"))
	d := day(t, "2012-02-01")
	for _, tc := range []struct {
		name string
		item entitlement.Item
		on   customer.Date
		want []string
	}{
		{"no day", entitlement.Item{}, d, []string{"bought"}},
		{"before the purchase", entitlement.Item{Bought: d}, d - 1, []string{"on"}},
		{"never", entitlement.Item{Bought: d}, 0, []string{"on"}},
		{"delivered before it was bought", entitlement.Item{Bought: d, Delivered: d - 1, Installed: d - 1}, d, []string{"delivered", "installed"}},
		{"a price below 0", entitlement.Item{Bought: d, PriceMinor: -1}, d, []string{"price_minor"}},
		{"a price beyond all bounds", entitlement.Item{Bought: d, PriceMinor: entitlement.MaxMinor + 1}, d, []string{"price_minor"}},
		{"repaired before it was bought", entitlement.Item{Bought: d, Repairs: []entitlement.Fix{{From: d - 1}}}, d, []string{"repairs[0].from"}},
		{"handed back before", entitlement.Item{Bought: d, Repairs: []entitlement.Fix{{From: d + 1, To: d}}}, d, []string{"repairs[0].to"}},
		{"failed before it ended", entitlement.Item{Bought: d, Repairs: []entitlement.Fix{{From: d, Failed: true, Delay: 9}}}, d, []string{"repairs[0].failed", "repairs[0].delay"}},
		{"exchanged out of order", entitlement.Item{Bought: d, Exchanges: customer.Days{d + 1, d}}, d, []string{"exchanges"}},
		{"exchanged before", entitlement.Item{Bought: d, Exchanges: customer.Days{d - 1}}, d, []string{"exchanges"}},
		{"a trait twice", entitlement.Item{Bought: d, Traits: []string{"red", "red"}}, d, []string{"traits[1]"}},
		{"text that is none", entitlement.Item{Product: "\x00", Category: "\xff", Brand: "\n", Defect: "\t", Bought: d}, d, []string{"product", "category", "brand", "defect"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := book.Of(tc.item, tc.on)
			assert.Equal(t, tc.want, customertest.Paths(t, err))
			if tc.want[0] != "on" {
				assert.Equal(t, err, tc.item.Validate())
			}
		})
	}
	t.Run("money without a currency", func(t *testing.T) {
		rules := rulesOf(t, "shoes.json")
		rules.Currency = customer.Currency{}
		_, err := newBook(t, rules).Of(entitlement.Item{Bought: d, PriceMinor: 1}, d)
		assert.Equal(t, []string{"price_minor"}, customertest.Paths(t, err))
	})
	t.Run("no book", func(t *testing.T) {
		_, err := new(entitlement.Book).Of(entitlement.Item{Bought: d}, d)
		require.Error(t, err)
	})
}

// An item and an answer survive JSON.
func TestJSON(t *testing.T) {
	item := entitlement.Item{
		Product: "sku-1", Category: "shoes", Brand: "Own", Traits: []string{"red"}, Remote: true,
		Bought: day(t, "2011-11-26"), Delivered: day(t, "2011-11-27"), Installed: day(t, "2011-11-28"),
		PriceMinor: 149_800, Proof: true, Unused: true, Defect: "colour",
		Repairs:   []entitlement.Fix{{From: day(t, "2011-12-01"), To: day(t, "2011-12-02"), Failed: true, Delay: entitlement.RepairerFault}},
		Exchanges: customer.Days{day(t, "2011-12-20")},
	}
	roundTrip(t, item)
	rights, err := newBook(t, rulesOf(t, "shoes.json")).Of(item, day(t, "2011-12-24"))
	require.NoError(t, err)
	roundTrip(t, rights)
}

func roundTrip[T any](t *testing.T, value T) {
	t.Helper()
	data, err := json.Marshal(value)
	require.NoError(t, err)
	var read T
	require.NoError(t, json.Unmarshal(data, &read))
	assert.Equal(t, value, read, string(data))
}

// An item of a line of a receipt: the civil day is that of the shop.
func TestItem(t *testing.T) {
	book := newBook(t, rulesOf(t, "shoes.json"))
	shanghai := time.FixedZone("Asia/Shanghai", 8*60*60)
	purchase := customer.Purchase{
		Ref: "A1", At: time.Date(2011, 11, 25, 16, 30, 0, 0, time.UTC), Currency: customer.Currency{Code: "CNY", Digits: 2},
		Lines: []customer.Line{
			{SKU: "bag"},
			{SKU: "shoe-7", Category: "shoes", Brand: "North", Paid: decimal.NewNullDecimal(decimal.RequireFromString("1498"))},
		},
	}
	item, err := book.Item(purchase, 2, shanghai)
	require.NoError(t, err)
	on := day(t, "2011-11-26")
	assert.Equal(t, entitlement.Item{
		Product: "shoe-7", Category: "shoes", Brand: "North", Bought: on, Delivered: on, Installed: on, PriceMinor: 149_800, Proof: true,
	}, item)

	for _, tc := range []struct {
		name   string
		change func(*customer.Purchase)
		line   int
		zone   *time.Location
		want   []string
	}{
		{"a price that was not recorded", func(*customer.Purchase) {}, 1, shanghai, []string{"paid"}},
		{"no such line", func(*customer.Purchase) {}, 0, shanghai, []string{"line"}},
		{"nor such", func(*customer.Purchase) {}, 3, shanghai, []string{"line"}},
		{"no zone", func(*customer.Purchase) {}, 2, nil, []string{"zone"}},
		{"another currency", func(p *customer.Purchase) { p.Currency.Code = "EUR" }, 2, shanghai, []string{"currency"}},
		{"no instant", func(p *customer.Purchase) { p.At = time.Time{} }, 2, shanghai, []string{"at"}},
		{"more digits than there are", func(p *customer.Purchase) {
			p.Lines[1].Paid = decimal.NewNullDecimal(decimal.RequireFromString("0.001"))
		}, 2, shanghai, []string{"paid"}},
		{"beyond all prices", func(p *customer.Purchase) {
			p.Lines[1].Paid = decimal.NewNullDecimal(decimal.RequireFromString("1e12"))
		}, 2, shanghai, []string{"price_minor"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			changed := purchase
			changed.Lines = append([]customer.Line(nil), purchase.Lines...)
			tc.change(&changed)
			_, err := book.Item(changed, tc.line, tc.zone)
			assert.Equal(t, tc.want, customertest.Paths(t, err))
		})
	}

	rules := rulesOf(t, "shoes.json")
	rules.Currency = customer.Currency{}
	item, err = newBook(t, rules).Item(purchase, 2, shanghai)
	require.NoError(t, err)
	assert.Zero(t, item.PriceMinor, "a book without money takes what was paid in any")
	purchase.Currency = customer.Currency{}
	_, err = newBook(t, rules).Item(purchase, 2, shanghai)
	require.NoError(t, err)
}
