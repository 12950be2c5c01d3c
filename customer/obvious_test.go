package customer_test

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
)

// obvious checks a line once more, the slow way: with fractions, and no case left out
// because it is common.
type obvious struct {
	customer.Faults
	currency customer.Currency
}

func (o *obvious) text(path, text string, required bool) {
	if text == "" && required {
		o.Add(path, text, "is required")
	}
	control := func(r rune) bool { return r < 0x20 || r >= 0x7f && r < 0xa0 }
	if len(text) > 256 || !utf8.ValidString(text) || strings.ContainsFunc(text, control) {
		o.Add(path, text, ruleText)
	}
}

// figure returns the value of a figure, and nil for one at fault.
func (o *obvious) figure(path string, value decimal.Decimal) *big.Rat {
	if value.Exponent() < -12 && value.Exponent() >= -100 {
		value = value.Normalize()
	}
	coefficient, exponent := value.Coefficient(), int(value.Exponent())
	digits := len(new(big.Int).Abs(coefficient).String()) + max(0, exponent)
	switch {
	case exponent < -12 || exponent > 12 || digits > 18:
		o.Add(path, value, ruleFigure)
		return nil
	case coefficient.Sign() < 0:
		o.Add(path, value, "is 0 or more")
		return nil
	}
	return value.Rat()
}

// amount returns an amount in minor units, and nil for one at fault.
func (o *obvious) amount(path string, value decimal.Decimal) *big.Int {
	amount := o.figure(path, value)
	if amount == nil || o.currency.Digits < 0 || o.currency.Digits > 4 {
		return nil
	}
	for range o.currency.Digits {
		amount.Mul(amount, big.NewRat(10, 1))
	}
	if !amount.IsInt() || !amount.Num().IsInt64() {
		o.Add(path, value, fmt.Sprintf("is exact in %s with %d digits", o.currency.Code, o.currency.Digits))
		return nil
	}
	return amount.Num()
}

func (o *obvious) line(l customer.Line) {
	o.text("sku", l.SKU, true)
	o.text("category", l.Category, false)
	o.text("brand", l.Brand, false)
	if l.Kind > customer.StoreBrand {
		o.Add("kind", l.Kind, "is unknown, national or store")
	}
	if l.Sells > customer.GiftCardLine {
		o.Add("sells", l.Sells, "is goods, delivery or gift-card")
	}
	o.figure("quantity", l.Quantity)
	if l.BaseUnits.Valid {
		o.figure("base_units", l.BaseUnits.Decimal)
	}
	if rate := o.figure("tax.rate", l.Tax.Rate); rate != nil && rate.Cmp(big.NewRat(1, 1)) > 0 {
		o.Add("tax.rate", l.Tax.Rate, "is 0 to 1: 0.19 is 19 %")
	}
	if o.currency == (customer.Currency{}) {
		o.moneyless(l)
	} else {
		o.money(l)
	}
}

func (o *obvious) moneyless(l customer.Line) {
	const rule = "needs the receipt's currency"
	for _, part := range []struct {
		path  string
		value decimal.NullDecimal
	}{{"list_price", l.ListPrice}, {"paid", l.Paid}, {"cost", l.Cost}} {
		if part.value.Valid {
			o.Add(part.path, part.value, rule)
		}
	}
	if deposit := o.figure("deposit", l.Deposit); deposit != nil && deposit.Sign() != 0 {
		o.Add("deposit", l.Deposit, rule)
	}
	if len(l.Tenders) > 0 {
		o.Add("tenders", len(l.Tenders), rule)
	}
}

func (o *obvious) money(l customer.Line) {
	if l.ListPrice.Valid {
		o.figure("list_price", l.ListPrice.Decimal)
	}
	paid := new(big.Int)
	if l.Paid.Valid {
		paid = o.amount("paid", l.Paid.Decimal)
	}
	if l.Cost.Valid {
		o.amount("cost", l.Cost.Decimal)
	}
	if deposit := o.amount("deposit", l.Deposit); deposit != nil && paid != nil && deposit.Cmp(paid) > 0 {
		o.Add("deposit", l.Deposit, "is part of paid, so at most as much")
	}
	seen := make(map[customer.TenderKind]bool)
	for i, tender := range l.Tenders[:min(len(l.Tenders), 5)] {
		path := func(field string) string { return fmt.Sprintf("tenders[%d].%s", i, field) }
		switch {
		case tender.Kind < customer.PointsTender || tender.Kind > customer.VoucherTender:
			o.Add(path("kind"), tender.Kind, "is points, gift-card or voucher")
		case seen[tender.Kind]:
			o.Add(path("kind"), tender.Kind, "stands at most once in a line")
		}
		seen[tender.Kind] = true
		amount := o.amount(path("amount"), tender.Amount)
		if amount == nil {
			continue
		}
		if amount.Sign() == 0 {
			o.Add(path("amount"), tender.Amount, "is above 0")
		}
		if paid == nil {
			continue
		}
		if paid.Sub(paid, amount).Sign() < 0 {
			o.Add(path("amount"), tender.Amount, "is part of paid, with the other tenders at most as much")
			paid.SetInt64(0)
		}
	}
}

// hostile draws decimals on both sides of every bound, and some far beyond.
func hostile() *rapid.Generator[decimal.Decimal] {
	return rapid.OneOf(
		rapid.Just(decimal.Decimal{}),
		rapid.Custom(func(t *rapid.T) decimal.Decimal { // as on a receipt
			return decimal.New(rapid.Int64Range(-1, 300).Draw(t, "coefficient"), rapid.Int32Range(-3, 0).Draw(t, "exponent"))
		}),
		rapid.Custom(func(t *rapid.T) decimal.Decimal {
			coefficient := big.NewInt(rapid.Int64().Draw(t, "coefficient"))
			zeros := rapid.Int64Range(0, 30).Draw(t, "zeros")
			coefficient.Mul(coefficient, new(big.Int).Exp(big.NewInt(10), big.NewInt(zeros), nil))
			return decimal.NewFromBigInt(coefficient, rapid.Int32Range(-40, 14).Draw(t, "exponent"))
		}),
		rapid.Custom(func(t *rapid.T) decimal.Decimal {
			coefficient := rapid.SampledFrom([]int64{0, 1, -1, 1e17, 1e18 - 1, 1e18, math.MaxInt64, math.MinInt64}).Draw(t, "coefficient")
			exponent := rapid.SampledFrom([]int32{math.MinInt32, -101, -100, -13, -12, 0, 12, 13, 101, math.MaxInt32}).Draw(t, "exponent")
			return decimal.New(coefficient, exponent)
		}),
	)
}

func hostileLine(t *rapid.T) customer.Line {
	text := rapid.OneOf(
		rapid.SampledFrom([]string{"", "milk", "~ ", "\x7f", "\x1f", "a\u009fb", "a\u00a0b", "caf\xe9", "奶", strings.Repeat("x", 256), strings.Repeat("x", 257)}),
		rapid.Map(rapid.SliceOfN(rapid.Byte(), 0, 4), func(b []byte) string { return string(b) }),
	)
	figure := hostile()
	maybe := rapid.Custom(func(t *rapid.T) decimal.NullDecimal {
		return decimal.NullDecimal{Decimal: figure.Draw(t, "decimal"), Valid: rapid.Bool().Draw(t, "valid")}
	})
	tender := rapid.Custom(func(t *rapid.T) customer.Tender {
		return customer.Tender{Kind: customer.TenderKind(rapid.Uint8Range(0, 4).Draw(t, "kind")), Amount: figure.Draw(t, "amount")}
	})
	return customer.Line{
		SKU: text.Draw(t, "sku"), Category: text.Draw(t, "category"), Brand: text.Draw(t, "brand"),
		Kind:     customer.BrandKind(rapid.Uint8Range(0, 3).Draw(t, "kind")),
		Sells:    customer.LineKind(rapid.Uint8Range(0, 3).Draw(t, "sells")),
		Quantity: figure.Draw(t, "quantity"), BaseUnits: maybe.Draw(t, "base units"),
		ListPrice: maybe.Draw(t, "list price"), Paid: maybe.Draw(t, "paid"), Cost: maybe.Draw(t, "cost"),
		Tax: customer.Tax{Rate: figure.Draw(t, "rate")}, Deposit: figure.Draw(t, "deposit"),
		Tenders: rapid.SliceOfN(tender, 0, 7).Draw(t, "tenders"),
	}
}

// What a till sends wrong is told in the same words, however fast it is found.
func TestLineFaultsAreTheObviousOnes(t *testing.T) {
	currencies := []customer.Currency{{}, eur(), jpy(), {Code: "CLF", Digits: 4}, {Code: "eur", Digits: 2}, {Code: "EUR", Digits: 5}, {Code: "EUR", Digits: -1}}
	rapid.Check(t, func(t *rapid.T) {
		purchase := receipt()
		purchase.Currency = rapid.SampledFrom(currencies).Draw(t, "currency")
		purchase.Lines = []customer.Line{hostileLine(t)}
		want, slow := customer.Faults{}, obvious{currency: purchase.Currency}
		if purchase.Currency != (customer.Currency{}) {
			var part customer.Faults
			errors.As(purchase.Currency.Validate(), &part)
			want.Join("currency", part)
		}
		slow.line(purchase.Lines[0])
		want.Join("lines[0]", slow.Faults)
		got := customer.Faults{}
		errors.As(purchase.Validate(), &got)
		require.Equal(t, want, got)
	})
}
