package loyalty_test

import (
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/loyalty"
)

func cny() customer.Currency { return customer.Currency{Code: "CNY", Digits: 2} }

func dec(text string) decimal.Decimal { return decimal.RequireFromString(text) }

func day(text string) customer.Date {
	date, err := customer.ParseDate(text)
	if err != nil {
		panic(err)
	}
	return date
}

// clock reads "2026-03-01 09:30" in UTC.
func clock(text string) time.Time {
	at, err := time.Parse("2006-01-02 15:04", text)
	if err != nil {
		panic(err)
	}
	return at
}

// drugstore is the card of a drugstore: one point for every full 10.00, each worth 0.10
// at the till, and refunds take back.
func drugstore() loyalty.Rules {
	return loyalty.Rules{
		Edition:    customer.Edition{ID: "card", Version: 1},
		Zone:       "UTC",
		Currency:   cny(),
		Base:       []loyalty.Portion{loyalty.Goods, loyalty.Tax},
		Earnings:   []loyalty.Earning{{ID: "base", Rate: &loyalty.Rate{Points: dec("1"), Per: dec("10"), Full: true}}},
		Tender:     &loyalty.Tender{Points: dec("1"), Worth: dec("0.1"), Multiple: dec("1"), MostPermille: 1000},
		ReturnDays: 30,
		Shortfall:  loyalty.OthersThenOwe,
	}
}

func program(t *testing.T, rules loyalty.Rules) *loyalty.Program {
	t.Helper()
	zone, err := time.LoadLocation(rules.Zone)
	require.NoError(t, err)
	p, err := loyalty.NewProgram(rules, zone)
	require.NoError(t, err)
	return p
}

func bought(ref string, at time.Time, lines ...customer.Line) loyalty.Receipt {
	return loyalty.Receipt{Purchase: customer.Purchase{Ref: ref, Customer: "c-1", At: at, Currency: cny(), Lines: lines}}
}

// item is one unit for a price.
func item(sku, paid string) customer.Line {
	return customer.Line{SKU: sku, Quantity: dec("1"), Paid: decimal.NewNullDecimal(dec(paid))}
}

// items is several units for a price of all.
func items(sku, quantity, paid string) customer.Line {
	line := item(sku, paid)
	line.Quantity = dec(quantity)
	return line
}

// brought is a return of units of one line.
func brought(ref, sale string, at time.Time, line int, quantity string) customer.Return {
	return customer.Return{Ref: ref, Sale: sale, At: at, Lines: []customer.ReturnLine{
		{SaleLine: line, Line: customer.Line{SKU: "a", Quantity: dec(quantity)}},
	}}
}

// after books a decision that must succeed.
func after(t *testing.T, d loyalty.Decision, err error) loyalty.Account {
	t.Helper()
	require.NoError(t, err)
	return d.Next
}
