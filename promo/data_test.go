package promo_test

import (
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/promo"
)

var euro = customer.Currency{Code: "EUR", Digits: 2}

func dec(text string) decimal.Decimal { return decimal.RequireFromString(text) }

func day(text string) customer.Date {
	d, err := customer.ParseDate(text)
	if err != nil {
		panic(err)
	}
	return d
}

// clock is an instant of UTC.
func clock(text string) time.Time {
	at, err := time.Parse("2006-01-02 15:04", text)
	if err != nil {
		panic(err)
	}
	return at
}

// noon is when the shop is open and every offer without dates is there. It is a Wednesday.
func noon() time.Time { return clock("2026-11-25 12:00") }

// book is a rule book of offers in euro.
func book(offers ...promo.Offer) promo.Rules {
	return promo.Rules{Edition: customer.Edition{ID: "autumn", Version: 3}, Zone: "UTC", Currency: euro, Offers: offers}
}

func catalogue(tb testing.TB, rules promo.Rules) *promo.Catalogue {
	tb.Helper()
	c, err := promo.NewCatalogue(rules, time.UTC)
	require.NoError(tb, err)
	return c
}

// price prices lines for a shopper at noon.
func price(tb testing.TB, rules promo.Rules, shopper promo.Shopper, lines ...customer.Line) promo.Priced {
	tb.Helper()
	priced, err := catalogue(tb, rules).Price(promo.Basket{Lines: lines}, shopper, noon())
	require.NoError(tb, err)
	return priced
}

// item is a line of goods.
func item(sku, quantity, list string) customer.Line {
	return customer.Line{SKU: sku, Quantity: dec(quantity), ListPrice: decimal.NewNullDecimal(dec(list))}
}

// of is an item with its category.
func of(category, sku, quantity, list string) customer.Line {
	line := item(sku, quantity, list)
	line.Category = category
	return line
}

func onSKUs(skus ...string) promo.On { return promo.On{SKUs: skus} }

func off(permille int) promo.Gives { return promo.Gives{Permille: permille} }

// minor is an amount in cents.
func minor(tb testing.TB, amount decimal.Decimal) int64 {
	tb.Helper()
	cents, err := euro.Minor(amount)
	require.NoError(tb, err)
	return cents
}

// paid are the prices of the lines, as text.
func paid(p promo.Priced) []string {
	var all []string
	for i := range p.Lines {
		all = append(all, p.Lines[i].Paid.Decimal.StringFixed(p.Currency.Digits))
	}
	return all
}

// look finds an entry of the trace.
func look(tb testing.TB, p promo.Priced, offer, coupon string) promo.Look {
	tb.Helper()
	for _, l := range p.Trace {
		if l.Offer == offer && l.Coupon == coupon {
			return l
		}
	}
	require.Fail(tb, "not looked at", "%s %s in %v", offer, coupon, p.Trace)
	return promo.Look{}
}

// codes are those of what is missing.
func codes(l promo.Look) []string {
	all := []string{}
	for _, reason := range l.Missing {
		all = append(all, reason.Code)
	}
	return all
}
