package customer_test

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
)

// receipt is in order; each test changes what it is about.
func receipt() customer.Purchase {
	return customer.Purchase{
		Ref: "north-2026-0017", Customer: "17", At: time.Date(2026, time.November, 25, 9, 30, 0, 0, time.UTC),
		Shop: "north", Currency: eur(),
		Lines: []customer.Line{{
			SKU: "4006381333931", Category: "soft drinks", Brand: "Own", Kind: customer.StoreBrand,
			Quantity: dec("6"), BaseUnits: some("9"), ListPrice: some("0.999"), Paid: some("5.49"), Cost: some("3.10"),
			Tax: customer.Tax{Rate: dec("0.19")}, Deposit: dec("1.50"),
			Tenders: []customer.Tender{{Kind: customer.PointsTender, Amount: dec("2.00")}},
		}},
	}
}

// bare is the least that a receipt can be: a source without money, shops and customers.
func bare() customer.Purchase {
	return customer.Purchase{Ref: "1", At: time.Unix(0, 0), Lines: []customer.Line{{SKU: "milk"}}}
}

func TestPurchaseValidate(t *testing.T) {
	longest := strings.Repeat("奶", 85) + "x" // 256 bytes
	for _, tc := range []struct {
		name   string
		change func(*customer.Purchase)
	}{
		{"as it stands", func(*customer.Purchase) {}},
		{"the least there can be", func(p *customer.Purchase) { *p = bare() }},
		{"longest texts", func(p *customer.Purchase) {
			p.Ref, p.Customer, p.Shop = longest, customer.ID(longest), longest
			p.Lines[0].SKU, p.Lines[0].Category, p.Lines[0].Brand = longest, longest, longest
		}},
		{"first instant after none", func(p *customer.Purchase) { p.At = time.Time{}.Add(1) }},
		{"last instant", func(p *customer.Purchase) { p.At = time.Date(9999, 12, 31, 23, 59, 59, 999_999_999, time.UTC) }},
		{"quantity not known", func(p *customer.Purchase) { p.Lines[0].Quantity = decimal.Decimal{} }},
		{"a weight", func(p *customer.Purchase) { p.Lines[0].Quantity = dec("0.000000000001") }},
		{"the greatest quantity", func(p *customer.Purchase) { p.Lines[0].Quantity = dec("999999999999999999") }},
		{"the greatest quantity by exponent", func(p *customer.Purchase) { p.Lines[0].Quantity = decimal.New(999_999, 12) }},
		{"no base units", func(p *customer.Purchase) { p.Lines[0].BaseUnits = decimal.NullDecimal{} }},
		{"the greatest amount", func(p *customer.Purchase) { p.Lines[0].Paid = some("9999999999999999.99") }},
		{"trailing zeros", func(p *customer.Purchase) { p.Lines[0].Paid = some("5.490000000000") }},
		{"a list price finer than the currency", func(p *customer.Purchase) { p.Lines[0].ListPrice = some("0.999999999999") }},
		{"nothing paid", func(p *customer.Purchase) {
			p.Lines[0].Paid, p.Lines[0].Deposit, p.Lines[0].Tenders = some("0"), decimal.Decimal{}, nil
		}},
		{"no amounts in a currency", func(p *customer.Purchase) { p.Lines[0] = customer.Line{SKU: "milk"} }},
		{"tax of 100 %", func(p *customer.Purchase) { p.Lines[0].Tax.Rate = dec("1.000") }},
		{"tax on top", func(p *customer.Purchase) { p.Lines[0].Tax.Exclusive = true }},
		{"all of it deposit", func(p *customer.Purchase) { p.Lines[0].Deposit = dec("5.49") }},
		{"paid by three tenders in all", func(p *customer.Purchase) {
			p.Lines[0].Tenders = []customer.Tender{
				{Kind: customer.VoucherTender, Amount: dec("0.01")},
				{Kind: customer.PointsTender, Amount: dec("2.48")},
				{Kind: customer.GiftCardTender, Amount: dec("3")},
			}
		}},
		{"most lines", func(p *customer.Purchase) {
			for len(p.Lines) < customer.MaxLines {
				p.Lines = append(p.Lines, p.Lines[0])
			}
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			purchase := receipt()
			tc.change(&purchase)
			require.NoError(t, purchase.Validate())
		})
	}
}

const (
	ruleText   = "is UTF-8 text without control characters, at most 256 bytes"
	ruleFigure = "has at most 18 digits and an exponent of -12 to 12"
)

// oneFault checks that something has exactly one thing wrong.
func oneFault(t *testing.T, err error, path, value, rule string) {
	t.Helper()
	var faults customer.Faults
	require.ErrorAs(t, err, &faults)
	assert.Equal(t, customer.Faults{{Path: path, Value: value, Rule: rule}}, faults)
}

func TestPurchaseValidateOneFault(t *testing.T) {
	const (
		code    = "is three capital letters, as in ISO 4217"
		instant = "is an instant of the years 1 to 9999, and not the zero Time"
	)
	for _, tc := range []struct {
		name              string
		change            func(*customer.Purchase)
		path, value, rule string
	}{
		{"no ref", func(p *customer.Purchase) { p.Ref = "" }, "ref", "", "is required"},
		{"ref too long", func(p *customer.Purchase) { p.Ref = strings.Repeat("x", 257) }, "ref", strings.Repeat("x", 77) + "…", ruleText},
		{"ref of two lines", func(p *customer.Purchase) { p.Ref = "1\n2" }, "ref", "1\n2", ruleText},
		{"customer with a NUL", func(p *customer.Purchase) { p.Customer = "1\x00" }, "customer", "1\x00", ruleText},
		{"customer with a DEL", func(p *customer.Purchase) { p.Customer = "1\x7f" }, "customer", "1\x7f", ruleText},
		{"customer not in UTF-8", func(p *customer.Purchase) { p.Customer = "caf\xe9" }, "customer", "caf\xe9", ruleText},
		{"shop with a control character beyond ASCII", func(p *customer.Purchase) { p.Shop = "a\u0085b" }, "shop", "a\u0085b", ruleText},
		{"shop with half a character", func(p *customer.Purchase) { p.Shop = "奶"[:2] }, "shop", "奶"[:2], ruleText},
		{"no instant", func(p *customer.Purchase) { p.At = time.Time{} }, "at", "0001-01-01T00:00:00Z", instant},
		{"no instant, in a zone", func(p *customer.Purchase) { p.At = time.Time{}.In(zone(t, "Asia/Shanghai")) }, "at", "0001-01-01T08:05:43+08:05", instant},
		{"before the calendar", func(p *customer.Purchase) { p.At = time.Time{}.Add(-1) }, "at", "0000-12-31T23:59:59Z", instant},
		{"after the calendar", func(p *customer.Purchase) { p.At = time.Date(10_000, 1, 1, 0, 0, 0, 0, time.UTC) }, "at", "10000-01-01T00:00:00Z", instant},
		{
			"after the calendar in its own zone, so that JSON could not hold it",
			func(p *customer.Purchase) {
				p.At = time.Date(9999, 12, 31, 23, 0, 0, 0, time.UTC).In(time.FixedZone("", 3600))
			},
			"at", "10000-01-01T00:00:00+01:00", instant,
		},
		{"currency in small letters", func(p *customer.Purchase) { p.Currency.Code = "eur" }, "currency.code", "eur", code},
		{"currency of five digits", func(p *customer.Purchase) { p.Currency.Digits = 5 }, "currency.digits", "5", "is 0 to 4"},
		{"currency of a billion negative digits", func(p *customer.Purchase) { p.Currency.Digits = -1_000_000_000 }, "currency.digits", "-1000000000", "is 0 to 4"},
		{"digits without a code", func(p *customer.Purchase) { *p = bare(); p.Currency.Digits = 2 }, "currency.code", "", code},
		{"no lines", func(p *customer.Purchase) { p.Lines = nil }, "lines", "0", "are 1 to 10000"},
		{"too many lines", func(p *customer.Purchase) {
			for len(p.Lines) <= customer.MaxLines {
				p.Lines = append(p.Lines, p.Lines[0])
			}
			p.Lines[customer.MaxLines].SKU = "" // beyond the bound nothing is looked at
		}, "lines", "10001", "are 1 to 10000"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			purchase := receipt()
			tc.change(&purchase)
			oneFault(t, purchase.Validate(), tc.path, tc.value, tc.rule)
		})
	}
}

func TestLineOneFault(t *testing.T) {
	const (
		exact   = "is exact in EUR with 2 digits"
		rate    = "is 0 to 1: 0.19 is 19 %"
		deposit = "is part of paid, so at most as much"
		tender  = "is points, gift-card or voucher"
		part    = "is part of paid, with the other tenders at most as much"
	)
	points := func(amount string) customer.Tender {
		return customer.Tender{Kind: customer.PointsTender, Amount: dec(amount)}
	}
	voucher := func(amount string) customer.Tender {
		return customer.Tender{Kind: customer.VoucherTender, Amount: dec(amount)}
	}
	tenders := func(parts ...customer.Tender) func(*customer.Line) {
		return func(l *customer.Line) { l.Tenders = parts }
	}
	for _, tc := range []struct {
		name              string
		change            func(*customer.Line)
		path, value, rule string
	}{
		{"no sku", func(l *customer.Line) { l.SKU = "" }, "sku", "", "is required"},
		{"sku with a tab", func(l *customer.Line) { l.SKU = "a\tb" }, "sku", "a\tb", ruleText},
		{"category with a tab", func(l *customer.Line) { l.Category = "a\tb" }, "category", "a\tb", ruleText},
		{"brand with a tab", func(l *customer.Line) { l.Brand = "a\tb" }, "brand", "a\tb", ruleText},
		{"no such kind", func(l *customer.Line) { l.Kind = 3 }, "kind", "brand kind 3", "is unknown, national or store"},
		{"no such line", func(l *customer.Line) { l.Sells = 3 }, "sells", "line kind 3", "is goods, delivery or gift-card"},
		{"negative quantity", func(l *customer.Line) { l.Quantity = dec("-1") }, "quantity", "-1", "is 0 or more"},
		{"19 digits", func(l *customer.Line) { l.Quantity = dec("1000000000000000000") }, "quantity", "1000000000000000000", ruleFigure},
		{"19 digits with the exponent's zeros", func(l *customer.Line) { l.Quantity = decimal.New(1_000_000, 12) }, "quantity", "1000000000000000000", ruleFigure},
		{"exponent of 13", func(l *customer.Line) { l.Quantity = decimal.New(1, 13) }, "quantity", "10000000000000", ruleFigure},
		{"exponent of -13", func(l *customer.Line) { l.Quantity = decimal.New(1, -13) }, "quantity", "0.0000000000001", ruleFigure},
		{"a gigabyte of zeros", func(l *customer.Line) { l.Quantity = decimal.New(1, 1_000_000_000) }, "quantity", "1e1000000000", ruleFigure},
		{"a gigabyte of places", func(l *customer.Line) { l.Quantity = decimal.New(-1, -1_000_000_000) }, "quantity", "-1e-1000000000", ruleFigure},
		{"zero with a gigabyte of zeros", func(l *customer.Line) { l.Quantity = decimal.New(0, 1_000_000_000) }, "quantity", "0e1000000000", ruleFigure},
		{"the least exponent", func(l *customer.Line) { l.Quantity = decimal.New(1, math.MinInt32) }, "quantity", "1e-2147483648", ruleFigure},
		{"negative base units", func(l *customer.Line) { l.BaseUnits = some("-1") }, "base_units", "-1", "is 0 or more"},
		{"negative list price", func(l *customer.Line) { l.ListPrice = some("-0.01") }, "list_price", "-0.01", "is 0 or more"},
		{"a tenth of a cent paid", func(l *customer.Line) { l.Paid = some("5.499") }, "paid", "5.499", exact},
		{"negative paid", func(l *customer.Line) { l.Paid = some("-5.49") }, "paid", "-5.49", "is 0 or more"},
		{"paid beyond an int64", func(l *customer.Line) { l.Paid = some("99999999999999999e1") }, "paid", "999999999999999990", exact},
		{"paid with a gigabyte of zeros", func(l *customer.Line) { l.Paid.Decimal = decimal.New(1, 1_000_000_000) }, "paid", "1e1000000000", ruleFigure},
		{"a tenth of a cent of cost", func(l *customer.Line) { l.Cost = some("3.101") }, "cost", "3.101", exact},
		{"negative tax", func(l *customer.Line) { l.Tax.Rate = dec("-0.19") }, "tax.rate", "-0.19", "is 0 or more"},
		{"tax in per cent", func(l *customer.Line) { l.Tax.Rate = dec("19") }, "tax.rate", "19", rate},
		{"tax just above the whole", func(l *customer.Line) { l.Tax.Rate = dec("1.000000000001") }, "tax.rate", "1.000000000001", rate},
		{"the greatest tax", func(l *customer.Line) { l.Tax.Rate = dec("999999999999999999") }, "tax.rate", "999999999999999999", rate},
		{"tax with a gigabyte of zeros", func(l *customer.Line) { l.Tax.Rate = decimal.New(1, 1_000_000_000) }, "tax.rate", "1e1000000000", ruleFigure},
		{"deposit above paid", func(l *customer.Line) { l.Deposit = dec("5.50") }, "deposit", "5.5", deposit},
		{"deposit of a price not known", func(l *customer.Line) { l.Paid, l.Tenders = decimal.NullDecimal{}, nil }, "deposit", "1.5", deposit},
		{"negative deposit", func(l *customer.Line) { l.Deposit = dec("-1.50") }, "deposit", "-1.5", "is 0 or more"},

		{"no tender kind", tenders(customer.Tender{Amount: dec("1")}), "tenders[0].kind", "tender kind 0", tender},
		{"no such tender kind", tenders(customer.Tender{Kind: 4, Amount: dec("1")}), "tenders[0].kind", "tender kind 4", tender},
		{"a kind twice", tenders(points("1"), points("1")), "tenders[1].kind", "points", "stands at most once in a line"},
		{"tender of nothing", tenders(customer.Tender{Kind: customer.PointsTender}), "tenders[0].amount", "0", "is above 0"},
		{"negative tender", tenders(points("-1")), "tenders[0].amount", "-1", "is 0 or more"},
		{"a tenth of a cent by points", tenders(points("0.001")), "tenders[0].amount", "0.001", exact},
		{"tender with a gigabyte of zeros", tenders(customer.Tender{Kind: customer.PointsTender, Amount: decimal.New(1, 1_000_000_000)}), "tenders[0].amount", "1e1000000000", ruleFigure},
		{"tender above paid", tenders(points("5.50")), "tenders[0].amount", "5.5", part},
		{"tenders together above paid", tenders(points("5"), voucher("0.50")), "tenders[1].amount", "0.5", part},
	} {
		t.Run(tc.name, func(t *testing.T) {
			purchase := receipt()
			tc.change(&purchase.Lines[0])
			oneFault(t, purchase.Validate(), "lines[0]."+tc.path, tc.value, tc.rule)
		})
	}
}

func TestLineWithoutCurrencyOneFault(t *testing.T) {
	const rule = "needs the receipt's currency"
	for _, tc := range []struct {
		name              string
		change            func(*customer.Line)
		path, value, rule string
	}{
		{"list price without a currency", func(l *customer.Line) { l.ListPrice = some("1") }, "list_price", "1", rule},
		{"paid without a currency", func(l *customer.Line) { l.Paid = some("0") }, "paid", "0", rule},
		{"cost without a currency", func(l *customer.Line) { l.Cost = some("1") }, "cost", "1", rule},
		{"deposit without a currency", func(l *customer.Line) { l.Deposit = dec("1") }, "deposit", "1", rule},
		{"deposit of nothing with a gigabyte of zeros", func(l *customer.Line) { l.Deposit = decimal.New(0, 1_000_000_000) }, "deposit", "0e1000000000", ruleFigure},
		{"tenders without a currency", func(l *customer.Line) {
			l.Tenders = []customer.Tender{{Kind: customer.PointsTender, Amount: dec("1")}}
		}, "tenders", "1", rule},
	} {
		t.Run(tc.name, func(t *testing.T) {
			purchase := bare()
			tc.change(&purchase.Lines[0])
			oneFault(t, purchase.Validate(), "lines[0]."+tc.path, tc.value, tc.rule)
		})
	}
}

func TestPurchaseValidateManyFaultsAtOnce(t *testing.T) {
	purchase := customer.Purchase{
		Customer: "a\nb", Currency: customer.Currency{Code: "Euro", Digits: 2},
		Lines: []customer.Line{
			{Kind: 9, Quantity: dec("-1"), BaseUnits: some("1e13"), Paid: some("1.00"), Tax: customer.Tax{Rate: dec("19")}},
			receipt().Lines[0],
			{
				SKU: "milk", ListPrice: some("-1"), Paid: some("1.00"), Cost: some("0.001"), Deposit: dec("2"),
				Tenders: []customer.Tender{{Kind: 9, Amount: dec("0.5")}, {Kind: customer.PointsTender, Amount: dec("0.75")}},
			},
		},
	}
	require.EqualError(t, purchase.Validate(), `customer: 14 faults
	ref = "": is required
	customer = "a\nb": is UTF-8 text without control characters, at most 256 bytes
	at = "0001-01-01T00:00:00Z": is an instant of the years 1 to 9999, and not the zero Time
	currency.code = "Euro": is three capital letters, as in ISO 4217
	lines[0].sku = "": is required
	lines[0].kind = "brand kind 9": is unknown, national or store
	lines[0].quantity = "-1": is 0 or more
	lines[0].base_units = "10000000000000": has at most 18 digits and an exponent of -12 to 12
	lines[0].tax.rate = "19": is 0 to 1: 0.19 is 19 %
	lines[2].list_price = "-1": is 0 or more
	lines[2].cost = "0.001": is exact in Euro with 2 digits
	lines[2].deposit = "2": is part of paid, so at most as much
	lines[2].tenders[0].kind = "tender kind 9": is points, gift-card or voucher
	lines[2].tenders[1].amount = "0.75": is part of paid, with the other tenders at most as much`)
}

// What is wrong with the price itself is not said again of its parts.
func TestPurchaseValidateNoFaultFollowsFromAnother(t *testing.T) {
	purchase := receipt()
	purchase.Lines[0].Paid = some("5.499") // deposit and points cannot be held against it
	var faults customer.Faults
	require.ErrorAs(t, purchase.Validate(), &faults)
	assert.Len(t, faults, 1)
	purchase = receipt()
	purchase.Lines[0].Tenders = make([]customer.Tender, 100_000)
	require.ErrorAs(t, purchase.Validate(), &faults)
	assert.Less(t, len(faults), 20, "four entries are enough to see that kinds repeat")
}

func TestHostilePurchasesCostLittle(t *testing.T) {
	purchase := receipt()
	hostile := decimal.New(1, 1_000_000_000)
	line := &purchase.Lines[0]
	line.Quantity, line.Deposit, line.Tax.Rate, line.Tenders[0].Amount = hostile, hostile, hostile, hostile
	line.BaseUnits, line.ListPrice = decimal.NewNullDecimal(hostile), decimal.NewNullDecimal(hostile)
	line.Paid, line.Cost = decimal.NewNullDecimal(hostile), decimal.NewNullDecimal(hostile)
	purchase.Ref = strings.Repeat("x", 10_000_000)
	var err error
	used := allocated(func() { err = purchase.Validate() })
	var faults customer.Faults
	require.ErrorAs(t, err, &faults)
	assert.Len(t, faults, 9)
	assert.Less(t, used, uint64(256<<10))
	assert.Less(t, len(err.Error()), 2000)
}

// Whatever is accepted can be stored, read and is accepted again: a bound that only the
// notation crosses would refuse a shop its own receipts.
func TestAcceptedFiguresAreAcceptedAgain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		figure := decimal.New(rapid.Int64Min(0).Draw(t, "coefficient"), rapid.Int32Range(-14, 14).Draw(t, "exponent"))
		purchase := receipt()
		purchase.Lines[0].Quantity, purchase.Lines[0].ListPrice = figure, decimal.NewNullDecimal(figure)
		if purchase.Validate() != nil {
			return
		}
		text, err := json.Marshal(purchase)
		require.NoError(t, err)
		var read customer.Purchase
		require.NoError(t, json.Unmarshal(text, &read))
		require.NoError(t, read.Validate(), "%s", figure)
		require.True(t, figure.Equal(read.Lines[0].Quantity))
	})
}

func TestPurchaseJSON(t *testing.T) {
	text, err := json.Marshal(receipt())
	require.NoError(t, err)
	assert.JSONEq(t, `{
		"ref": "north-2026-0017", "customer": "17", "at": "2026-11-25T09:30:00Z", "shop": "north",
		"currency": {"code": "EUR", "digits": 2},
		"lines": [{
			"sku": "4006381333931", "category": "soft drinks", "brand": "Own", "kind": "store",
			"quantity": "6", "base_units": "9", "list_price": "0.999", "paid": "5.49", "cost": "3.1",
			"tax": {"rate": "0.19"}, "deposit": "1.5", "tenders": [{"kind": "points", "amount": "2"}]
		}]
	}`, string(text))
	text, err = json.Marshal(bare())
	require.NoError(t, err)
	assert.JSONEq(t, fmt.Sprintf(`{"ref":"1","at":%q,"lines":[{"sku":"milk","quantity":"0"}]}`, time.Unix(0, 0).Format(time.RFC3339)), string(text))
}

func FuzzPurchase(f *testing.F) {
	for _, purchase := range []customer.Purchase{receipt(), bare()} {
		text, err := json.Marshal(purchase)
		require.NoError(f, err)
		f.Add(text)
	}
	f.Add([]byte(`{"ref":"1","at":"2026-11-25T09:00:00Z","lines":[{"sku":"a","quantity":"1e12","deposit":"0e9999"}]}`))
	f.Add([]byte(`{"ref":"1","at":"2026-11-25T09:00:00+01:00","lines":[{"sku":"a","quantity":"1.50","tax":{"rate":"0.00"},"paid":null}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		var purchase, read customer.Purchase
		if json.Unmarshal(text, &purchase) != nil {
			return
		}
		if err := purchase.Validate(); err != nil {
			var faults customer.Faults
			require.ErrorAs(t, err, &faults)
			for _, fault := range faults {
				assert.NotEmpty(t, fault.Path)
				assert.LessOrEqual(t, len(fault.Value), 80)
			}
			return
		}
		stored, err := json.Marshal(purchase)
		require.NoError(t, err, "what is accepted can be stored")
		require.NoError(t, json.Unmarshal(stored, &read))
		require.NoError(t, read.Validate(), "and is accepted again")
		var before, after customer.Canonical
		purchase.Canonical(&before)
		read.Canonical(&after)
		assert.Equal(t, before.String(), after.String(), "as the same fact")
	})
}

// Twenty lines that have every field, and twenty of which the till knows little.
func BenchmarkPurchaseValidate(b *testing.B) {
	for _, bc := range []struct {
		name string
		line customer.Line
	}{
		{"full", receipt().Lines[0]},
		{"plain", customer.Line{SKU: "4006381333931", Quantity: dec("1"), Paid: some("9.99")}},
	} {
		purchase := receipt()
		purchase.Lines = slices.Repeat([]customer.Line{bc.line}, 20)
		b.Run(bc.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := purchase.Validate(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// A database column of many decimal places writes every figure with all of them; the
// zeros at the end are no digits.
func TestTrailingZerosOfADatabaseAreNoDigits(t *testing.T) {
	purchase := bare()
	for text, fits := range map[string]bool{
		"1.000000000000000000": true,
		"0.000000000000000000": true,
		"1.0000000000001":      false,
		"1e-101":               false,
	} {
		purchase.Lines[0].Quantity = decimal.RequireFromString(text)
		assert.Equal(t, fits, purchase.Validate() == nil, text)
	}
}
