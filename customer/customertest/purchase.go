package customertest

import (
	"strings"
	"time"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
)

// mostMinor is the most that a drawn line costs, in minor units. It leaves room to add
// up many receipts in an int64; what happens at the limits is a matter for tables.
const mostMinor = 1_000_000_000

// Purchases draws valid receipts of one to eight lines: with and without money, a
// customer, or a shop; in currencies of 0, 2, 3 and 4 digits; at instants of the years
// 1970 to 2100 in several zones. References may repeat from receipt to receipt: a test
// that needs its own sets them.
func Purchases() *rapid.Generator[customer.Purchase] {
	return rapid.Custom(func(t *rapid.T) customer.Purchase {
		currency := currencies().Draw(t, "currency")
		return customer.Purchase{
			Ref:      labels().Draw(t, "ref"),
			Customer: customer.ID(maybe(t, "customer", labels())),
			At:       instants().Draw(t, "at"),
			Shop:     maybe(t, "shop", labels()),
			Currency: currency,
			Lines:    rapid.SliceOfN(Lines(currency), 1, 8).Draw(t, "lines"),
		}
	})
}

// Lines draws valid lines of a receipt in a currency; for the zero Currency, lines
// without money. Quantities are packs, weights, and 0 for "not known"; equal figures
// are written with and without trailing zeros.
func Lines(currency customer.Currency) *rapid.Generator[customer.Line] {
	return rapid.Custom(func(t *rapid.T) customer.Line {
		line := customer.Line{
			SKU:       labels().Draw(t, "sku"),
			Category:  maybe(t, "category", labels()),
			Brand:     maybe(t, "brand", labels()),
			Sells:     rapid.SampledFrom([]customer.LineKind{customer.GoodsLine, customer.DeliveryLine, customer.GiftCardLine}).Draw(t, "sells"),
			Kind:      rapid.SampledFrom([]customer.BrandKind{customer.UnknownBrand, customer.NationalBrand, customer.StoreBrand}).Draw(t, "kind"),
			Quantity:  quantities().Draw(t, "quantity"),
			BaseUnits: maybe(t, "base units", some(quantities())),
			Tax: customer.Tax{
				Rate:      rapid.SampledFrom(rates()).Draw(t, "tax rate"),
				Exclusive: rapid.Bool().Draw(t, "tax exclusive"),
			},
			NonDiscountable: rapid.Bool().Draw(t, "non-discountable"),
		}
		if currency == (customer.Currency{}) {
			return line
		}
		line.ListPrice = maybe(t, "list price", some(amounts(currency.Digits+2, 0, mostMinor)))
		line.Cost = maybe(t, "cost", some(amounts(currency.Digits, 0, mostMinor)))
		if rapid.IntRange(0, 5).Draw(t, "paid is known") == 0 {
			return line
		}
		paid := rapid.Int64Range(0, mostMinor).Draw(t, "paid")
		line.Paid = decimal.NewNullDecimal(written(t, paid, currency.Digits))
		line.Deposit = maybe(t, "deposit", amounts(currency.Digits, 0, paid))
		line.Tenders = tenders(t, paid, currency)
		return line
	})
}

// tenders draws up to one part of each kind, together at most what was paid.
func tenders(t *rapid.T, paid int64, currency customer.Currency) []customer.Tender {
	kinds := rapid.Permutation([]customer.TenderKind{
		customer.PointsTender, customer.GiftCardTender, customer.VoucherTender,
	}).Draw(t, "tender kinds")
	var parts []customer.Tender
	for _, kind := range kinds[:rapid.IntRange(0, len(kinds)).Draw(t, "tenders")] {
		if paid == 0 {
			break
		}
		part := rapid.Int64Range(1, paid).Draw(t, "tender")
		paid -= part
		parts = append(parts, customer.Tender{Kind: kind, Amount: written(t, part, currency.Digits)})
	}
	return parts
}

func currencies() *rapid.Generator[customer.Currency] {
	return rapid.SampledFrom([]customer.Currency{
		{Code: "EUR", Digits: 2}, {Code: "CNY", Digits: 2}, {}, {Code: "JPY"}, {Code: "KWD", Digits: 3}, {Code: "CLF", Digits: 4},
	})
}

// labels draws names of things: plain, in several scripts, with the characters that
// break quoting, and of the greatest length.
func labels() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.StringMatching(`[A-Z][0-9]{1,6}`),
		rapid.SampledFrom([]string{
			"milk", "Öko-Käse", "牛奶", "молоко", "חלב", "🥛 1 L", "e\u0301", "\uFFFD", // the last: a legal character
			`"half" price, <b>&c.</b> \ 'x'/y;z|{}`, " ", "0", "null",
			strings.Repeat("x", customer.MaxText), strings.Repeat("奶", customer.MaxText/3),
		}),
	)
}

func instants() *rapid.Generator[time.Time] {
	const first, last = 0, 4_133_980_799 // 1970-01-01 to 2100-12-31
	return rapid.Custom(func(t *rapid.T) time.Time {
		seconds := rapid.OneOf(
			rapid.Int64Range(first, last),
			rapid.SampledFrom([]int64{
				1709164800, 1709251199, // 2024-02-29, its first and last second
				1798761599, 1798761600, // the turn of the year 2026
				1541300400, 1289104260, // midnight is skipped in São Paulo, and comes twice in St. John's
			}),
		).Draw(t, "seconds")
		nanos := rapid.SampledFrom([]int64{0, 0, 1, 999_999_999}).Draw(t, "nanoseconds")
		hours := rapid.SampledFrom([]int{0, 0, 8, -5, 14, -12}).Draw(t, "zone")
		at := time.Unix(seconds, nanos).UTC()
		if hours == 0 {
			return at
		}
		return at.In(time.FixedZone("", hours*60*60))
	})
}

func quantities() *rapid.Generator[decimal.Decimal] {
	return rapid.OneOf(
		rapid.Custom(func(t *rapid.T) decimal.Decimal { // packs
			return written(t, rapid.Int64Range(1, 48).Draw(t, "packs"), 0)
		}),
		rapid.Custom(func(t *rapid.T) decimal.Decimal { // kilograms
			return written(t, rapid.Int64Range(1, 20_000).Draw(t, "grams"), 3)
		}),
		rapid.Just(decimal.Decimal{}),
	)
}

func rates() []decimal.Decimal {
	return []decimal.Decimal{
		decimal.New(19, -2), {}, decimal.New(7, -2), decimal.New(55, -3), decimal.New(13, -2), decimal.New(1, 0),
	}
}

// amounts draws amounts from least to most, in units of a number of digits.
func amounts(digits int32, least, most int64) *rapid.Generator[decimal.Decimal] {
	return rapid.Custom(func(t *rapid.T) decimal.Decimal {
		return written(t, rapid.Int64Range(least, most).Draw(t, "amount"), digits)
	})
}

// written is n units of a number of digits, as a till may write them: 1.5, 1.50 or
// 1.5000 are one amount.
func written(t *rapid.T, n int64, digits int32) decimal.Decimal {
	switch rapid.IntRange(0, 3).Draw(t, "notation") {
	case 1:
		return decimal.New(n*100, -digits-2)
	case 2:
		return decimal.New(n, -digits).Normalize() // 1200 becomes 12e2
	}
	return decimal.New(n, -digits)
}

func some(figures *rapid.Generator[decimal.Decimal]) *rapid.Generator[decimal.NullDecimal] {
	return rapid.Map(figures, decimal.NewNullDecimal)
}

// maybe draws a value, or in one of four cases leaves it out.
func maybe[V any](t *rapid.T, label string, values *rapid.Generator[V]) V {
	if rapid.IntRange(0, 3).Draw(t, label+" is absent") == 3 {
		var none V
		return none
	}
	return values.Draw(t, label)
}
