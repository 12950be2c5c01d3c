package complaint_test

import (
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/customer"
)

func guaranteeRules() complaint.Rules {
	rules := remedyRules()
	rules.Remedies.Guarantee = complaint.GuaranteeRules{
		Days: 15, ProofDays: 3, LineMinor: 500_00, Units: 3, NotSellers: []string{"market"}, NotCategories: []string{"gold"},
	}
	return rules
}

// guaranteeBought is a receipt of 1 November: three kettles for 299.99 in all, tea by weight, gold.
func guaranteeBought() customer.Purchase {
	line := func(sku, category, quantity, paid string) customer.Line {
		return customer.Line{SKU: sku, Category: category, Quantity: decimal.RequireFromString(quantity), Paid: decimal.NewNullDecimal(decimal.RequireFromString(paid))}
	}
	bought := customer.Purchase{
		Ref: "S-1", Customer: "c-1", At: caseAt("2026-11-01 23:30"), Currency: customer.Currency{Code: "CNY", Digits: 2},
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

func guaranteeClaim(line int, sku, quantity string, minor int64) complaint.PriceClaim {
	return complaint.PriceClaim{
		Customer: "c-1", At: caseAt("2026-11-10 12:00"), Line: line, Quantity: decimal.RequireFromString(quantity), SKU: sku,
		Seller: "other shop", SeenOn: remedyDay("2026-11-09"), PriceMinor: minor, Proof: "photo-1",
	}
}

// row E13: bought too dear, the difference back, to the minor unit and rounded down once.
func TestGuaranteeAmounts(t *testing.T) {
	policy := casePolicy(t, guaranteeRules())
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
		{"three of three", 1, "kettle", "3", 90_00, 0, 29_99, []string{complaint.CodeDearer}},
		{"one of three, a third rounded down", 1, "kettle", "1", 90_00, 0, 9_99, []string{complaint.CodeDearer}},
		{"two of three", 1, "kettle", "2", 90_00, 0, 19_99, []string{complaint.CodeDearer}},
		{"a hundred grams", 2, "tea", "0.1", 40_00, 0, 0, []string{complaint.CodeNotCheaper}}, // 0.004
		{"a quarter", 2, "tea", "0.25", 40_00, 0, 1, []string{complaint.CodeDearer}},
		{"ten per cent more than the difference", 1, "kettle", "3", 90_00, 1100, 32_98, []string{complaint.CodeDearer}},
		{"half of it", 1, "kettle", "3", 90_00, 500, 14_99, []string{complaint.CodeDearer}},
		{"at the cap", 5, "television", "1", 2500_00, 0, 500_00, []string{complaint.CodeDearer}},
		{"above the cap", 5, "television", "1", 2499_99, 0, 500_00, []string{complaint.CodeDearer, complaint.CodeGuaranteeCapped}},
		{"as dear there", 5, "television", "1", 3000_00, 0, 0, []string{complaint.CodeNotCheaper}},
		{"dearer there", 5, "television", "1", 3000_01, 0, 0, []string{complaint.CodeNotCheaper}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			rules := guaranteeRules()
			rules.Remedies.Guarantee.Permille = tc.permille
			policy = casePolicy(t, rules)
			found, err := policy.Guarantee(guaranteeClaim(tc.line, tc.sku, tc.quantity, tc.seen), guaranteeBought(), nil, nil)
			if tc.amount == 0 {
				assert.Equal(t, tc.codes, remedyMissing(err))
				return
			}
			require.NoError(t, err)
			assert.Equal(t, tc.amount, found.AmountMinor)
			assert.Equal(t, tc.codes, caseCodes(found.Because))
		})
	}
}

// row E13: same product, proof (where, how much, when), the period, excluded sellers and
// categories; all that stands in the way at once.
func TestGuaranteeRefuses(t *testing.T) {
	policy := casePolicy(t, guaranteeRules())
	back := customer.Return{Ref: "B-1", Sale: "S-1", At: caseAt("2026-11-03 10:00"), Currency: customer.Currency{Code: "CNY", Digits: 2}, Lines: []customer.ReturnLine{
		{SaleLine: 1, Line: customer.Line{SKU: "kettle", Quantity: decimal.NewFromInt(1)}},
	}}
	elsewhere := back
	elsewhere.Sale = "S-2"
	for _, tc := range []struct {
		name     string
		change   func(*complaint.PriceClaim)
		returns  []customer.Return
		refunded []string
		codes    []string
	}{
		{"in order", func(*complaint.PriceClaim) {}, nil, []string{"3/S-1/2"}, nil},
		{"on the last day", func(x *complaint.PriceClaim) {
			x.At, x.SeenOn = caseAt("2026-11-16 23:59"), remedyDay("2026-11-16")
		}, nil, nil, nil},
		{"a day later", func(x *complaint.PriceClaim) {
			x.At, x.SeenOn = caseAt("2026-11-17 00:00"), remedyDay("2026-11-16")
		}, nil, nil, []string{complaint.CodeClaimedLate}},
		{"before the purchase", func(x *complaint.PriceClaim) {
			x.At, x.SeenOn = caseAt("2026-10-31 12:00"), remedyDay("2026-10-31")
		}, nil, nil, []string{complaint.CodeClaimedLate, complaint.CodeSeenBefore}},
		{"seen on the day of purchase", func(x *complaint.PriceClaim) {
			x.At, x.SeenOn = caseAt("2026-11-01 23:59"), remedyDay("2026-11-01")
		}, nil, nil, nil},
		{"seen the day before", func(x *complaint.PriceClaim) { x.At, x.SeenOn = caseAt("2026-11-02 12:00"), remedyDay("2026-10-31") }, nil, nil, []string{complaint.CodeSeenBefore}},
		{"seen tomorrow", func(x *complaint.PriceClaim) { x.SeenOn = remedyDay("2026-11-11") }, nil, nil, []string{complaint.CodeSeenAfter}},
		{"a proof of three days", func(x *complaint.PriceClaim) { x.SeenOn = remedyDay("2026-11-07") }, nil, nil, nil},
		{"of four", func(x *complaint.PriceClaim) { x.SeenOn = remedyDay("2026-11-06") }, nil, nil, []string{complaint.CodeProofOld}},
		{"excluded seller", func(x *complaint.PriceClaim) { x.Seller = "market" }, nil, nil, []string{complaint.CodeOtherSeller}},
		{"another product", func(x *complaint.PriceClaim) { x.SKU = "kettle-2" }, nil, nil, []string{complaint.CodeOtherProduct}},
		{"another customer", func(x *complaint.PriceClaim) { x.Customer = "c-2" }, nil, nil, []string{complaint.CodeOtherReceipt}},
		{"refunded before", func(*complaint.PriceClaim) {}, nil, []string{"3/S-1/1"}, []string{complaint.CodeOnce}},
		{"gold", func(x *complaint.PriceClaim) { x.Line, x.SKU, x.Quantity = 3, "ring", decimal.NewFromInt(1) }, nil, nil, []string{complaint.CodeNotGuaranteed}},
		{"delivery", func(x *complaint.PriceClaim) {
			x.Line, x.SKU, x.Quantity, x.PriceMinor = 4, "parcel", decimal.NewFromInt(1), 1_00
		}, nil, nil, []string{complaint.CodeNotGuaranteed}},
		{"nobody knows what was paid", func(x *complaint.PriceClaim) { x.Line, x.SKU, x.Quantity = 6, "pan", decimal.NewFromInt(1) }, nil, nil, []string{complaint.CodeNoPaid}},
		{"four of three", func(x *complaint.PriceClaim) { x.Quantity = decimal.NewFromInt(4) }, nil, nil, []string{complaint.CodeOverBought, complaint.CodeOverUnits}},
		{"three, of which one came back", func(*complaint.PriceClaim) {}, []customer.Return{back, elsewhere}, nil, []string{complaint.CodeOverBought}},
		{"the two that are left", func(x *complaint.PriceClaim) { x.Quantity = decimal.NewFromInt(2) }, []customer.Return{back, elsewhere}, nil, nil},
		{"nothing to show", func(x *complaint.PriceClaim) { x.Seller, x.SeenOn, x.Proof, x.PriceMinor = "", 0, "", 0 }, nil, nil, []string{
			complaint.CodeNoSeller, complaint.CodeNoProof, complaint.CodeNoPrice, complaint.CodeNoDaySeen,
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			x := guaranteeClaim(1, "kettle", "3", 90_00)
			tc.change(&x)
			_, err := policy.Guarantee(x, guaranteeBought(), tc.returns, tc.refunded)
			assert.Equal(t, tc.codes, remedyMissing(err))
		})
	}
	_, err := casePolicy(t, remedyRules()).Guarantee(guaranteeClaim(1, "kettle", "3", 90_00), guaranteeBought(), nil, nil)
	assert.Equal(t, []string{complaint.CodeNoGuarantee}, remedyMissing(err))
	rules := guaranteeRules()
	rules.Remedies.Guarantee.Sellers = []string{"department store"}
	_, err = casePolicy(t, rules).Guarantee(guaranteeClaim(1, "kettle", "3", 90_00), guaranteeBought(), nil, nil)
	assert.Equal(t, []string{complaint.CodeOtherSeller}, remedyMissing(err))

	dollars := guaranteeBought()
	dollars.Currency.Code = "USD"
	_, err = policy.Guarantee(complaint.PriceClaim{Line: 7, SKU: "\x00", Seller: "\x00", SeenOn: -1, PriceMinor: -1, Proof: "\x00"}, dollars, []customer.Return{{}}, nil)
	assert.Subset(t, casePaths(err), []string{"customer", "at", "line", "quantity", "sku", "seller", "seen_on", "price_minor", "proof", "bought.currency", "returns[0].ref"})
	_, err = new(complaint.Policy).Guarantee(complaint.PriceClaim{}, customer.Purchase{}, nil, nil)
	assert.Error(t, err)
}

// A difference beyond all amounts of a case is cut to the largest, and says so.
func TestGuaranteeOfTheHugest(t *testing.T) {
	rules := guaranteeRules()
	rules.Remedies.Guarantee.LineMinor = 0
	bought := guaranteeBought()
	bought.Lines[4].Paid = decimal.NewNullDecimal(decimal.RequireFromString("9000000000000000.00"))
	found, err := casePolicy(t, rules).Guarantee(guaranteeClaim(5, "television", "1", 1), bought, nil, nil)
	require.NoError(t, err)
	assert.Equal(t, int64(complaint.MaxMinor), found.AmountMinor)
	assert.Equal(t, []string{complaint.CodeDearer, complaint.CodeGuaranteeCapped}, caseCodes(found.Because))
	assert.Equal(t, int64(900_000_000_000_000_000-1), found.Because[1].Fact)
}

// The difference is a remedy of the case, which pins what it is for, and is given once.
func TestGuaranteeOnACase(t *testing.T) {
	r := remedyBegin(t, guaranteeRules())
	found, err := r.Guarantee(guaranteeClaim(1, "kettle", "3", 90_00), guaranteeBought(), nil, nil)
	require.NoError(t, err)
	offer := found.Offer("diff")
	assert.Equal(t, complaint.Offer{
		Ref: "diff", Kind: complaint.RefundRemedy, AmountMinor: 29_99, Item: "kettle", Once: "3/S-1/1", Note: "kettle seen at other shop on 2026-11-09 for 90.00 CNY, proof photo-1",
	}, offer)
	r.must(r.Decide(r.c, remedyDecide("bill", 29_99, offer), remedyAnn))
	again := found.Offer("again")
	r.refused(complaint.CodeOnce)(r.Decide(r.c, remedyDecide("lost", 29_99, again), remedyAnn))
	_, err = r.Guarantee(guaranteeClaim(1, "kettle", "1", 80_00), guaranteeBought(), nil, []string{r.Due(r.c)[0].Once})
	assert.Equal(t, []string{complaint.CodeOnce}, remedyMissing(err))
}

// What is refunded is never more than what was paid above the price seen, and less than one minor
// unit below it.
func TestGuaranteeIsExact(t *testing.T) {
	rules := guaranteeRules()
	rules.Remedies.Guarantee.LineMinor, rules.Remedies.Guarantee.Units = 0, 0
	policy := casePolicy(t, rules)
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
		found, err := policy.Guarantee(x, bought, nil, nil)
		if above < of*1000 {
			if codes := remedyMissing(err); len(codes) != 1 || codes[0] != complaint.CodeNotCheaper {
				t.Fatalf("%d over %d gave %v", above, of*1000, err)
			}
			return
		}
		if err != nil || found.AmountMinor*of*1000 > above || (found.AmountMinor+1)*of*1000 <= above {
			t.Fatalf("%d of %d over %d: %v", found.AmountMinor, above, of*1000, err)
		}
	})
}
