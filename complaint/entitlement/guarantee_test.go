package entitlement_test

import (
	"errors"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/complaint/entitlement"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
)

func guaranteeRules() entitlement.GuaranteeRules {
	return entitlement.GuaranteeRules{
		Edition: customer.Edition{ID: "dearer", Version: 1}, Zone: "Asia/Shanghai", Currency: customer.Currency{Code: "CNY", Digits: 2},
		Days: 15, ProofDays: 3, LineMinor: 500_00, Units: 3, NotSellers: []string{"market"}, NotCategories: []string{"gold"},
	}
}

func guaranteeOf(t tester, rules entitlement.GuaranteeRules) *entitlement.Guarantee {
	t.Helper()
	zone, err := time.LoadLocation(rules.Zone)
	require.NoError(t, err)
	guarantee, err := entitlement.NewGuarantee(rules, zone)
	require.NoError(t, err)
	return guarantee
}

func guaranteeAt(text string) time.Time {
	at, err := time.ParseInLocation("2006-01-02 15:04", text, time.FixedZone("CST", 8*60*60))
	if err != nil {
		panic(err)
	}
	return at
}

func guaranteeDay(text string) customer.Date {
	day, err := customer.ParseDate(text)
	if err != nil {
		panic(err)
	}
	return day
}

// guaranteeMissing are the codes of a refusal.
func guaranteeMissing(err error) []string {
	if refusal := new(customer.Refusal); errors.As(err, &refusal) {
		return codes(refusal.Missing)
	}
	if err != nil {
		return []string{err.Error()}
	}
	return nil
}

// guaranteeBought is a receipt of 1 November: three kettles for 299.99 in all, tea by weight, gold.
func guaranteeBought() customer.Purchase {
	line := func(sku, category, quantity, paid string) customer.Line {
		return customer.Line{SKU: sku, Category: category, Quantity: decimal.RequireFromString(quantity), Paid: decimal.NewNullDecimal(decimal.RequireFromString(paid))}
	}
	bought := customer.Purchase{
		Ref: "S-1", Customer: "c-1", At: guaranteeAt("2026-11-01 23:30"), Currency: customer.Currency{Code: "CNY", Digits: 2},
		Lines: []customer.Line{
			line("kettle", "kitchen", "3", "299.99"), line("tea", "food", "0.250", "10.01"), line("ring", "gold", "1", "5000.00"),
			line("parcel", "", "1", "8.00"), line("television", "", "1", "3000.00"), line("pan", "kitchen", "1", "80.00"),
		},
	}
	bought.Lines[3].Sells = customer.DeliveryLine
	bought.Lines[0].Deposit = decimal.RequireFromString("0.00")
	bought.Lines[5].Paid = decimal.NullDecimal{}
	return bought
}

func guaranteeClaim(line int, sku, quantity string, minor int64) entitlement.PriceClaim {
	return entitlement.PriceClaim{
		Customer: "c-1", At: guaranteeAt("2026-11-10 12:00"), Line: line, Quantity: decimal.RequireFromString(quantity), SKU: sku,
		Seller: "other shop", SeenOn: guaranteeDay("2026-11-09"), PriceMinor: minor, Proof: "photo-1",
	}
}

// row E13: bought too dear, the difference back, to the minor unit and rounded down once.
func TestGuaranteeAmounts(t *testing.T) {
	guarantee := guaranteeOf(t, guaranteeRules())
	for _, tc := range []struct {
		name     string
		line     int
		sku      string
		quantity string
		seen     int64
		permille int
		amount   int64
		codes    []string
	}{
		{"three of three", 1, "kettle", "3", 90_00, 0, 29_99, []string{entitlement.CodeDearer}},
		{"one of three, a third rounded down", 1, "kettle", "1", 90_00, 0, 9_99, []string{entitlement.CodeDearer}},
		{"two of three", 1, "kettle", "2", 90_00, 0, 19_99, []string{entitlement.CodeDearer}},
		{"a hundred grams", 2, "tea", "0.1", 40_00, 0, 0, []string{entitlement.CodeNotCheaper}}, // 0.004
		{"a quarter", 2, "tea", "0.25", 40_00, 0, 1, []string{entitlement.CodeDearer}},
		{"ten per cent more than the difference", 1, "kettle", "3", 90_00, 1100, 32_98, []string{entitlement.CodeDearer}},
		{"half of it", 1, "kettle", "3", 90_00, 500, 14_99, []string{entitlement.CodeDearer}},
		{"at the cap", 5, "television", "1", 2500_00, 0, 500_00, []string{entitlement.CodeDearer}},
		{"above the cap", 5, "television", "1", 2499_99, 0, 500_00, []string{entitlement.CodeDearer, entitlement.CodeGuaranteeCapped}},
		{"as dear there", 5, "television", "1", 3000_00, 0, 0, []string{entitlement.CodeNotCheaper}},
		{"dearer there", 5, "television", "1", 3000_01, 0, 0, []string{entitlement.CodeNotCheaper}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			rules := guaranteeRules()
			rules.Permille = tc.permille
			guarantee = guaranteeOf(t, rules)
			found, err := guarantee.Of(guaranteeClaim(tc.line, tc.sku, tc.quantity, tc.seen), guaranteeBought(), nil, nil)
			if tc.amount == 0 {
				assert.Equal(t, tc.codes, guaranteeMissing(err))
				return
			}
			require.NoError(t, err)
			assert.Equal(t, tc.amount, found.AmountMinor)
			assert.Equal(t, tc.codes, codes(found.Because))
		})
	}
}

// row E13: same product, proof (where, how much, when), the period, excluded sellers and
// categories; all that stands in the way at once.
func TestGuaranteeRefuses(t *testing.T) {
	guarantee := guaranteeOf(t, guaranteeRules())
	back := customer.Return{Ref: "B-1", Sale: "S-1", At: guaranteeAt("2026-11-03 10:00"), Currency: customer.Currency{Code: "CNY", Digits: 2}, Lines: []customer.ReturnLine{
		{SaleLine: 1, Line: customer.Line{SKU: "kettle", Quantity: decimal.NewFromInt(1)}},
	}}
	elsewhere := back
	elsewhere.Sale = "S-2"
	for _, tc := range []struct {
		name     string
		change   func(*entitlement.PriceClaim)
		returns  []customer.Return
		refunded []string
		codes    []string
	}{
		{"in order", func(*entitlement.PriceClaim) {}, nil, []string{"S-1/2"}, nil},
		{"on the last day", func(x *entitlement.PriceClaim) {
			x.At, x.SeenOn = guaranteeAt("2026-11-16 23:59"), guaranteeDay("2026-11-16")
		}, nil, nil, nil},
		{"a day later", func(x *entitlement.PriceClaim) {
			x.At, x.SeenOn = guaranteeAt("2026-11-17 00:00"), guaranteeDay("2026-11-16")
		}, nil, nil, []string{entitlement.CodeClaimedLate}},
		{"before the purchase", func(x *entitlement.PriceClaim) {
			x.At, x.SeenOn = guaranteeAt("2026-10-31 12:00"), guaranteeDay("2026-10-31")
		}, nil, nil, []string{entitlement.CodeClaimedLate, entitlement.CodeSeenBefore}},
		{"seen on the day of purchase", func(x *entitlement.PriceClaim) {
			x.At, x.SeenOn = guaranteeAt("2026-11-01 23:59"), guaranteeDay("2026-11-01")
		}, nil, nil, nil},
		{"seen the day before", func(x *entitlement.PriceClaim) {
			x.At, x.SeenOn = guaranteeAt("2026-11-02 12:00"), guaranteeDay("2026-10-31")
		}, nil, nil, []string{entitlement.CodeSeenBefore}},
		{"seen tomorrow", func(x *entitlement.PriceClaim) { x.SeenOn = guaranteeDay("2026-11-11") }, nil, nil, []string{entitlement.CodeSeenAfter}},
		{"a proof of three days", func(x *entitlement.PriceClaim) { x.SeenOn = guaranteeDay("2026-11-07") }, nil, nil, nil},
		{"of four", func(x *entitlement.PriceClaim) { x.SeenOn = guaranteeDay("2026-11-06") }, nil, nil, []string{entitlement.CodeProofOld}},
		{"excluded seller", func(x *entitlement.PriceClaim) { x.Seller = "market" }, nil, nil, []string{entitlement.CodeOtherSeller}},
		{"another product", func(x *entitlement.PriceClaim) { x.SKU = "kettle-2" }, nil, nil, []string{entitlement.CodeOtherProduct}},
		{"another customer", func(x *entitlement.PriceClaim) { x.Customer = "c-2" }, nil, nil, []string{entitlement.CodeOtherReceipt}},
		{"refunded before", func(*entitlement.PriceClaim) {}, nil, []string{"S-1/1"}, []string{entitlement.CodeRefundedBefore}},
		{"gold", func(x *entitlement.PriceClaim) { x.Line, x.SKU, x.Quantity = 3, "ring", decimal.NewFromInt(1) }, nil, nil, []string{entitlement.CodeNotGuaranteed}},
		{"delivery", func(x *entitlement.PriceClaim) {
			x.Line, x.SKU, x.Quantity, x.PriceMinor = 4, "parcel", decimal.NewFromInt(1), 1_00
		}, nil, nil, []string{entitlement.CodeNotGuaranteed}},
		{"nobody knows what was paid", func(x *entitlement.PriceClaim) { x.Line, x.SKU, x.Quantity = 6, "pan", decimal.NewFromInt(1) }, nil, nil, []string{entitlement.CodeNoPaid}},
		{"four of three", func(x *entitlement.PriceClaim) { x.Quantity = decimal.NewFromInt(4) }, nil, nil, []string{entitlement.CodeOverBought, entitlement.CodeOverUnits}},
		{"three, of which one came back", func(*entitlement.PriceClaim) {}, []customer.Return{back, elsewhere}, nil, []string{entitlement.CodeOverBought}},
		{"the two that are left", func(x *entitlement.PriceClaim) { x.Quantity = decimal.NewFromInt(2) }, []customer.Return{back, elsewhere}, nil, nil},
		{"nothing to show", func(x *entitlement.PriceClaim) { x.Seller, x.SeenOn, x.Proof, x.PriceMinor = "", 0, "", 0 }, nil, nil, []string{
			entitlement.CodeNoSeller, entitlement.CodeNotShown, entitlement.CodeNoPrice, entitlement.CodeNoDaySeen,
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			x := guaranteeClaim(1, "kettle", "3", 90_00)
			tc.change(&x)
			_, err := guarantee.Of(x, guaranteeBought(), tc.returns, tc.refunded)
			assert.Equal(t, tc.codes, guaranteeMissing(err))
		})
	}
	rules := guaranteeRules()
	rules.Sellers = []string{"department store"}
	_, err := guaranteeOf(t, rules).Of(guaranteeClaim(1, "kettle", "3", 90_00), guaranteeBought(), nil, nil)
	assert.Equal(t, []string{entitlement.CodeOtherSeller}, guaranteeMissing(err))

	dollars := guaranteeBought()
	dollars.Currency.Code = "USD"
	_, err = guarantee.Of(entitlement.PriceClaim{Line: 7, SKU: "\x00", Seller: "\x00", SeenOn: -1, PriceMinor: -1, Proof: "\x00"}, dollars, []customer.Return{{}}, nil)
	assert.Subset(t, customertest.Paths(t, err), []string{"customer", "at", "line", "quantity", "sku", "seller", "seen_on", "price_minor", "proof", "bought.currency", "returns[0].ref"})
	_, err = new(entitlement.Guarantee).Of(entitlement.PriceClaim{}, customer.Purchase{}, nil, nil)
	assert.Error(t, err)
}

// A difference beyond all amounts of a case is cut to the largest, and says so.
func TestGuaranteeOfTheHugest(t *testing.T) {
	rules := guaranteeRules()
	rules.LineMinor = 0
	bought := guaranteeBought()
	bought.Lines[4].Paid = decimal.NewNullDecimal(decimal.RequireFromString("9000000000000000.00"))
	found, err := guaranteeOf(t, rules).Of(guaranteeClaim(5, "television", "1", 1), bought, nil, nil)
	require.NoError(t, err)
	assert.Equal(t, int64(entitlement.MaxMinor), found.AmountMinor)
	assert.Equal(t, []string{entitlement.CodeDearer, entitlement.CodeGuaranteeCapped}, codes(found.Because))
	assert.Equal(t, int64(900_000_000_000_000_000-1), found.Because[1].Fact)
}

// What is refunded is never more than what was paid above the price seen, and less than one minor
// unit below it.
func TestGuaranteeIsExact(t *testing.T) {
	rules := guaranteeRules()
	rules.LineMinor, rules.Units = 0, 0
	guarantee := guaranteeOf(t, rules)
	rapid.Check(t, func(t *rapid.T) {
		bought := guaranteeBought()
		line := &bought.Lines[0]
		paid := rapid.Int64Range(1, 1_000_000).Draw(t, "paid")
		of := rapid.Int64Range(1, 5_000).Draw(t, "of the line, in thousandths")
		some := rapid.Int64Range(1, of).Draw(t, "claimed, in thousandths")
		seen := rapid.Int64Range(1, 1_000_000).Draw(t, "seen")
		line.Paid, line.Quantity = decimal.NewNullDecimal(decimal.New(paid, -2)), decimal.New(of, -3)
		x := guaranteeClaim(1, "kettle", "1", seen)
		x.Quantity = decimal.New(some, -3)
		// paid·some/of − seen·some/1000, over of·1000
		above := paid*some*1000 - seen*some*of
		found, err := guarantee.Of(x, bought, nil, nil)
		if above < of*1000 {
			if codes := guaranteeMissing(err); len(codes) != 1 || codes[0] != entitlement.CodeNotCheaper {
				t.Fatalf("%d over %d gave %v", above, of*1000, err)
			}
			return
		}
		if err != nil || found.AmountMinor*of*1000 > above || (found.AmountMinor+1)*of*1000 <= above {
			t.Fatalf("%d of %d over %d: %v", found.AmountMinor, above, of*1000, err)
		}
	})
}

// Of currencies without digits, and with three, the amounts are minor units all the same.
func TestGuaranteeInOtherCurrencies(t *testing.T) {
	for _, tc := range []struct {
		code   string
		digits int32
		paid   string
		seen   int64
		want   int64
	}{
		{"JPY", 0, "1000", 333, 1}, // three for 1000: 333 and a third each
		{"JPY", 0, "1000", 334, 0},
		{"KWD", 3, "10.000", 3_333, 1},
		{"KWD", 3, "10.000", 3_334, 0},
	} {
		rules := guaranteeRules()
		rules.Currency = customer.Currency{Code: tc.code, Digits: tc.digits}
		bought := guaranteeBought()
		bought.Currency, bought.Lines = rules.Currency, bought.Lines[:1]
		bought.Lines[0].Paid = decimal.NewNullDecimal(decimal.RequireFromString(tc.paid))
		found, err := guaranteeOf(t, rules).Of(guaranteeClaim(1, "kettle", "3", tc.seen), bought, nil, nil)
		if tc.want == 0 {
			assert.Equal(t, []string{entitlement.CodeNotCheaper}, guaranteeMissing(err), "%s", tc.code)
			continue
		}
		require.NoError(t, err)
		assert.Equal(t, tc.want, found.AmountMinor, "%s", tc.code)
	}
}

// Goods keep the guarantee with which they were bought: the day of purchase decides, and not that
// of the claim.
func TestGuaranteeOfTheDayOfPurchase(t *testing.T) {
	rules := guaranteeRules()
	rules.From, rules.Until = guaranteeDay("2026-11-01"), guaranteeDay("2026-11-02")
	guarantee := guaranteeOf(t, rules)
	claim := guaranteeClaim(1, "kettle", "3", 90_00)
	_, err := guarantee.Of(claim, guaranteeBought(), nil, nil)
	require.NoError(t, err)
	later := guaranteeBought()
	later.At = guaranteeAt("2026-11-02 00:00")
	_, err = guarantee.Of(claim, later, nil, nil)
	assert.Len(t, guaranteeMissing(err), 1)
}

// Rules are checked whole, read strictly, and copied.
func TestGuaranteeRules(t *testing.T) {
	_, err := entitlement.NewGuarantee(entitlement.GuaranteeRules{
		Days: -1, ProofDays: -1, Permille: 2001, LineMinor: -1, Units: -1, Sellers: []string{""}, NotSellers: []string{"a", "a"}, NotCategories: []string{""},
	}, nil)
	assert.Equal(t, []string{
		"id", "version", "zone", "currency.code", "days", "proof_days", "permille", "line_minor", "units", "sellers[0]", "not_sellers[1]", "not_categories[0]",
	}, customertest.Paths(t, err))
	rules := guaranteeRules()
	roundTrip(t, rules)
	_, err = entitlement.ParseGuaranteeRules([]byte(`{"id":"dearer","version":1,"day":15}`))
	require.Error(t, err)
	guarantee := guaranteeOf(t, rules)
	rules.NotCategories[0] = "kitchen"
	_, err = guarantee.Of(guaranteeClaim(1, "kettle", "3", 90_00), guaranteeBought(), nil, nil)
	assert.NoError(t, err)
}

// Every code of a guarantee, in both languages.
func TestExplainGuarantee(t *testing.T) {
	guarantee := guaranteeOf(t, guaranteeRules())
	said := []string{}
	for _, tc := range []struct{ code, english, chinese string }{
		{"entitlement.other-receipt", "receipt x is another customer's", "小票x属于其他顾客"},
		{"entitlement.refunded-before", "the difference for x was refunded before", "x的差价此前已退还"},
		{"entitlement.not-guaranteed", "x has no price guarantee", "x不享受买贵退差价"},
		{"entitlement.other-product", "x is another product than the one bought", "x与所购商品不同"},
		{"entitlement.no-seller", "it is not said where the lower price was seen", "未说明在何处见到低价"},
		{"entitlement.other-seller", "the prices of x do not count", "x的价格不在比价范围"},
		{"entitlement.not-shown", "there is no proof of the lower price", "没有低价凭证"},
		{"entitlement.no-price", "the lower price is not said", "未说明低价金额"},
		{"entitlement.no-day-seen", "it is not said when the lower price was seen", "未说明何时见到低价"},
		{"entitlement.claimed-late", "claimed on 25 Nov 2026, after the last day, 24 Nov 2026", "2026年11月25日提出，已过最后期限2026年11月24日"},
		{"entitlement.seen-before", "seen on 25 Nov 2026, before the purchase on 24 Nov 2026", "低价见于2026年11月25日，早于购买日2026年11月24日"},
		{"entitlement.seen-after", "seen on 25 Nov 2026, after the claim on 24 Nov 2026", "低价见于2026年11月25日，晚于提出日2026年11月24日"},
		{"entitlement.proof-old", "seen on 25 Nov 2026: to be claimed by 24 Nov 2026", "低价见于2026年11月25日，最迟须于2026年11月24日提出"},
		{"entitlement.over-bought", "the customer does not have that much of x", "顾客现有的x没有这么多"},
		{"entitlement.over-units", "the guarantee is for 100 units of x", "x至多100件享受买贵退差价"},
		{"entitlement.no-paid", "it is not known what was paid for x", "x的实付金额不明"},
		{"entitlement.not-cheaper", "x cost 2.50 CNY here, and 1.00 CNY there: no less", "x实付2.50 CNY，他处1.00 CNY，并未买贵"},
		{"entitlement.dearer", "x cost 2.50 CNY here, and 1.00 CNY there", "x实付2.50 CNY，他处仅1.00 CNY"},
		{"entitlement.guarantee-capped", "of a difference of 2.50 CNY for x, 1.00 CNY is refunded at most", "x差价2.50 CNY，至多退1.00 CNY"},
	} {
		r := customer.Reason{Code: tc.code, Of: "x", Fact: 250, Mark: 100, On: guaranteeDay("2026-11-25"), By: guaranteeDay("2026-11-24")}
		assert.Equal(t, tc.english, guarantee.Explain(r, customer.English))
		assert.Equal(t, tc.chinese, guarantee.Explain(r, customer.Chinese))
		said = append(said, tc.code)
	}
	assert.Equal(t, customertest.Codes(t, "guarantee_reason.go"), said)
	early := customer.Reason{Code: entitlement.CodeClaimedLate, Fact: -1, On: guaranteeDay("2026-11-25"), By: guaranteeDay("2026-12-24")}
	assert.Equal(t, "claimed on 25 Nov 2026, before the purchase", entitlement.Explain(early, customer.English))
	assert.Equal(t, "2026年11月25日提出，早于购买", entitlement.Explain(early, customer.Chinese))
}
