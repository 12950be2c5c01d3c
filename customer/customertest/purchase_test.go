package customertest_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
)

func TestPurchasesAreValidAndSurviveJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		purchase := customertest.Purchases().Draw(t, "purchase")
		require.NoError(t, purchase.Validate())

		read := throughJSON(t, purchase)
		require.NoError(t, read.Validate(), "what was stored is accepted again")
		assert.Equal(t, canonical(purchase), canonical(read), "as the same fact")
		assert.True(t, purchase.At.Equal(read.At))
		require.Len(t, read.Lines, len(purchase.Lines))
		for i := range purchase.Lines {
			sameFigures(t, reflect.ValueOf(purchase.Lines[i]), reflect.ValueOf(read.Lines[i]))
			purchase.Lines[i], read.Lines[i] = wordsOf(purchase.Lines[i]), wordsOf(read.Lines[i])
		}
		purchase.At, read.At = time.Time{}, time.Time{}
		assert.Equal(t, purchase, read, "all that is neither a figure nor an instant")
	})
}

func TestReturnsAreValidAndSurviveJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		returned := customertest.Returns().Draw(t, "return")
		require.NoError(t, returned.Validate())

		read := throughJSON(t, returned)
		require.NoError(t, read.Validate(), "what was stored is accepted again")
		assert.Equal(t, canonical(returned), canonical(read), "as the same fact")
		assert.True(t, returned.At.Equal(read.At))
		require.Len(t, read.Lines, len(returned.Lines))
		for i := range returned.Lines {
			sameFigures(t, reflect.ValueOf(returned.Lines[i].Line), reflect.ValueOf(read.Lines[i].Line))
			returned.Lines[i].Line, read.Lines[i].Line = wordsOf(returned.Lines[i].Line), wordsOf(read.Lines[i].Line)
		}
		returned.At, read.At = time.Time{}, time.Time{}
		assert.Equal(t, returned, read, "all that is neither a figure nor an instant")
	})
}

func TestReturnsOfTakeNoMoreThanTheSaleHad(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sale := customertest.Purchases().Draw(t, "sale")
		returned := customertest.ReturnsOf(sale).Draw(t, "return")
		require.NoError(t, returned.Validate())
		assert.Equal(t, sale.Ref, returned.Sale)
		assert.Equal(t, sale.Currency, returned.Currency)
		assert.False(t, returned.At.Before(sale.At))
		seen := map[int]bool{}
		for _, line := range returned.Lines {
			require.False(t, seen[line.SaleLine], "a line comes back once in a return")
			seen[line.SaleLine] = true
			sold := sale.Lines[line.SaleLine-1]
			assert.Equal(t, sold.SKU, line.SKU)
			assert.True(t, line.Quantity.LessThanOrEqual(sold.Quantity))
			assert.Equal(t, sold.Paid.Valid, line.Paid.Valid)
			assert.True(t, line.Paid.Decimal.LessThanOrEqual(sold.Paid.Decimal))
			assert.True(t, line.Cost.Decimal.LessThanOrEqual(sold.Cost.Decimal))
			assert.True(t, line.Deposit.LessThanOrEqual(sold.Deposit))
		}
	})
}

// A generator that never draws a case proves nothing about it.
func TestPurchasesCoverTheCases(t *testing.T) {
	drawn := map[string]int{}
	count := func(name string, found bool) {
		if found {
			drawn[name]++
		} else if _, named := drawn[name]; !named {
			drawn[name] = 0
		}
	}
	for seed := range 500 {
		p := customertest.Purchases().Example(seed)
		count("no money", p.Currency == customer.Currency{})
		count("anonymous", p.Customer == "")
		count("known customer", p.Customer != "")
		count("no shop", p.Shop == "")
		count("several lines", len(p.Lines) > 1)
		count("not in UTC", p.At.Location() != time.UTC)
		count("nanoseconds", p.At.Nanosecond() != 0)
		for _, digits := range []int32{0, 2, 3, 4} {
			count(fmt.Sprintf("currency of %d digits", digits), p.Currency.Code != "" && p.Currency.Digits == digits)
		}
		for _, line := range p.Lines {
			_, whole := customer.Scaled(line.Quantity, 0)
			count("quantity not known", line.Quantity.IsZero())
			count("packs", whole && !line.Quantity.IsZero())
			count("weight", !whole)
			count("base units", line.BaseUnits.Valid)
			count("unicode label", len(line.SKU) != len([]rune(line.SKU)))
			count("longest label", len(line.SKU) == customer.MaxText)
			count("store brand", line.Kind == customer.StoreBrand)
			count("tax exclusive", line.Tax.Exclusive && !line.Tax.Rate.IsZero())
			count("tax inclusive", !line.Tax.Exclusive && !line.Tax.Rate.IsZero())
			count("non-discountable", line.NonDiscountable)
			count("currency, but not what was paid", p.Currency != customer.Currency{} && !line.Paid.Valid)
			count("paid nothing", line.Paid.Valid && line.Paid.Decimal.IsZero())
			count("trailing zeros", line.Paid.Valid && line.Paid.Decimal.Exponent() < -p.Currency.Digits)
			count("deposit", !line.Deposit.IsZero())
			count("three tenders", len(line.Tenders) == 3)
			paid := line.Paid.Decimal
			for _, tender := range line.Tenders {
				paid = paid.Sub(tender.Amount)
			}
			count("all paid by tenders", len(line.Tenders) > 0 && paid.IsZero())
			_, exact := customer.Scaled(line.ListPrice.Decimal, p.Currency.Digits)
			count("list price finer than the currency", !exact)
		}
	}
	for name, times := range drawn {
		assert.Positive(t, times, name)
	}
	drawn = map[string]int{}
	for seed := range 300 {
		r := customertest.Returns().Example(seed)
		count("sale not known", r.Sale == "")
		count("sale known", r.Sale != "")
		for _, line := range r.Lines {
			count("the whole line", len(line.Tenders) > 0) // a part comes back without tenders
			count("line after the first", line.SaleLine > 1)
		}
	}
	for name, times := range drawn {
		assert.Positive(t, times, name)
	}
}

func throughJSON[V any](t require.TestingT, value V) (read V) {
	text, err := json.Marshal(value)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &read))
	return read
}

func canonical(fact interface{ Canonical(*customer.Canonical) }) string {
	var form customer.Canonical
	fact.Canonical(&form)
	return form.String()
}

// sameFigures compares every decimal in two values of one type, however deep it stands.
func sameFigures(t assert.TestingT, want, got reflect.Value) {
	if figure, isFigure := want.Interface().(decimal.Decimal); isFigure {
		other := got.Interface().(decimal.Decimal)
		assert.True(t, figure.Equal(other), "%s is not %s", other, figure)
		return
	}
	switch want.Kind() {
	case reflect.Struct:
		for i := range want.NumField() {
			sameFigures(t, want.Field(i), got.Field(i))
		}
	case reflect.Slice:
		if assert.Equal(t, want.Len(), got.Len()) {
			for i := range want.Len() {
				sameFigures(t, want.Index(i), got.Index(i))
			}
		}
	}
}

// wordsOf is the line without its figures.
func wordsOf(line customer.Line) customer.Line {
	line.Quantity, line.Deposit, line.Tax.Rate = decimal.Decimal{}, decimal.Decimal{}, decimal.Decimal{}
	line.BaseUnits.Decimal, line.ListPrice.Decimal = decimal.Decimal{}, decimal.Decimal{}
	line.Paid.Decimal, line.Cost.Decimal = decimal.Decimal{}, decimal.Decimal{}
	tenders := []customer.Tender(nil)
	for _, tender := range line.Tenders {
		tenders = append(tenders, customer.Tender{Kind: tender.Kind})
	}
	line.Tenders = tenders
	return line
}
