package segment_test

import (
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

func rfmLine(paid string, change ...func(*customer.Line)) customer.Line {
	sold := customer.Line{SKU: "wine", Quantity: dec("1")}
	if paid != "" {
		sold.Paid = decimal.NewNullDecimal(dec(paid))
	}
	for _, c := range change {
		c(&sold)
	}
	return sold
}

// A receipt is one line: what its goods were paid with, deposits, delivery and gift cards
// apart, and not priced where a price is missing.
func TestRFMReceipts(t *testing.T) {
	rfm := newRFM(t, clubRules())
	deposit := func(amount string) func(*customer.Line) {
		return func(l *customer.Line) { l.Deposit = dec(amount) }
	}
	sells := func(kind customer.LineKind) func(*customer.Line) { return func(l *customer.Line) { l.Sells = kind } }
	for _, test := range []struct {
		name   string
		lines  []customer.Line
		amount int64
		priced bool
		none   bool
	}{
		{name: "two goods", lines: []customer.Line{rfmLine("12.50"), rfmLine("7")}, amount: 19_50, priced: true},
		{name: "a deposit is no price", lines: []customer.Line{rfmLine("12.50", deposit("0.25"))}, amount: 12_25, priced: true},
		{name: "nothing but deposit", lines: []customer.Line{rfmLine("0.25", deposit("0.25"))}, priced: true},
		{name: "a gift", lines: []customer.Line{rfmLine("0")}, priced: true},
		{name: "a price is missing", lines: []customer.Line{rfmLine("12.50"), rfmLine("")}},
		{name: "the price of the delivery is missing", lines: []customer.Line{rfmLine("12.50"), rfmLine("", sells(customer.DeliveryLine))}, amount: 12_50, priced: true},
		{name: "a gift card beside goods", lines: []customer.Line{rfmLine("50", sells(customer.GiftCardLine)), rfmLine("7"), rfmLine("4.90", sells(customer.DeliveryLine))}, amount: 7_00, priced: true},
		{name: "a gift card alone", lines: []customer.Line{rfmLine("50", sells(customer.GiftCardLine))}, none: true},
		{name: "no lines", none: true},
		{name: "the most of a receipt", lines: []customer.Line{rfmLine("9999999999.99"), rfmLine("0.01")}, amount: population.MaxAmount, priced: true},
	} {
		t.Run(test.name, func(t *testing.T) {
			want := []population.Line[customer.ID]{{Customer: "c-1", Day: day(t, "2025-03-08"), Priced: test.priced, Amount: test.amount}}
			if test.none {
				want = nil
			}
			sale := customer.Purchase{Ref: "r-1", Customer: "c-1", At: noon(), Currency: clubRules().Currency, Lines: test.lines}
			coded, err := rfm.Sale(nil, sale)
			require.NoError(t, err)
			assert.Equal(t, want, coded)

			back := customer.Return{Ref: "b-1", Customer: "c-1", At: noon(), Currency: clubRules().Currency}
			for _, sold := range test.lines {
				back.Lines = append(back.Lines, customer.ReturnLine{Line: sold})
			}
			coded, err = rfm.Return(nil, back)
			require.NoError(t, err)
			for i := range want {
				want[i].Returned = true
			}
			assert.Equal(t, want, coded)
			for _, one := range coded {
				require.NoError(t, one.Check())
			}

			sale.Customer, back.Customer = "", ""
			coded, err = rfm.Sale(coded[:0], sale)
			require.NoError(t, err)
			assert.Empty(t, coded, "nobody showed a card")
			coded, err = rfm.Return(coded, back)
			require.NoError(t, err)
			assert.Empty(t, coded)
		})
	}
}

// The day is that of the shop's clock: midnight in Berlin, not in Greenwich, ends it.
func TestRFMReceiptsHaveTheDayOfTheShop(t *testing.T) {
	rfm := newRFM(t, clubRules())
	sale := customer.Purchase{Ref: "r", Customer: "c-1", Currency: clubRules().Currency, Lines: []customer.Line{rfmLine("1")}}
	for at, want := range map[string]string{
		"2025-07-01T21:59:59Z": "2025-07-01",
		"2025-07-01T22:00:00Z": "2025-07-02", // midnight in Berlin
	} {
		var err error
		sale.At, err = time.Parse(time.RFC3339, at)
		require.NoError(t, err)
		coded, err := rfm.Sale(nil, sale)
		require.NoError(t, err)
		assert.Equal(t, day(t, want), coded[0].Day)
	}
}

func TestRFMReceiptsAtFault(t *testing.T) {
	rfm := newRFM(t, clubRules())
	euro := clubRules().Currency
	before := []population.Line[customer.ID]{{Customer: "c-0", Day: on}}
	for _, test := range []struct {
		name  string
		sale  customer.Purchase
		paths []string
	}{
		{"no instant", customer.Purchase{Lines: []customer.Line{rfmLine("1")}, Currency: euro}, []string{"at"}},
		{"another currency", customer.Purchase{At: noon(), Currency: customer.Currency{Code: "USD", Digits: 2}, Lines: []customer.Line{rfmLine("1")}}, []string{"currency"}},
		{"below 0", customer.Purchase{At: noon(), Currency: euro, Lines: []customer.Line{rfmLine("1"), rfmLine("-1")}}, []string{"lines[1].paid"}},
		{"half a cent", customer.Purchase{At: noon(), Currency: euro, Lines: []customer.Line{rfmLine("0.005")}}, []string{"lines[0].paid"}},
		{"a kind that is none", customer.Purchase{At: noon(), Currency: euro, Lines: []customer.Line{rfmLine("1", func(l *customer.Line) { l.Sells = 9 })}}, []string{"lines[0].sells"}},
		{"too much in all", customer.Purchase{At: noon(), Currency: euro, Lines: []customer.Line{rfmLine("9999999999.99"), rfmLine("0.02")}}, []string{"lines"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.sale.Customer = "c-1"
			coded, err := rfm.Sale(before, test.sale)
			assert.Equal(t, test.paths, faultPaths(t, err))
			assert.Equal(t, before, coded, "nothing is appended")
			back := customer.Return{Customer: "c-1", At: test.sale.At, Currency: test.sale.Currency}
			for _, sold := range test.sale.Lines {
				back.Lines = append(back.Lines, customer.ReturnLine{Line: sold})
			}
			coded, err = rfm.Return(before, back)
			assert.Equal(t, test.paths, faultPaths(t, err))
			assert.Equal(t, before, coded)
		})
	}
}
