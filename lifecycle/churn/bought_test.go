package churn_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/lifecycle/churn"
)

// paid and refunded are lines of so many cents; a sum below 0 is not known.
func paid(day customer.Date, minor int64) population.Line[uint32] {
	return population.Line[uint32]{Day: day, Amount: max(0, minor), Priced: minor >= 0}
}

func refunded(day customer.Date, minor int64) population.Line[uint32] {
	line := paid(day, minor)
	line.Returned = true
	return line
}

func TestBought(t *testing.T) {
	const unknown = -1
	many := make([]population.Line[uint32], 1001)
	for i := range many {
		many[i] = paid(200, population.MaxAmount)
	}
	most := append([]population.Line[uint32]{paid(100, 1)}, many[:1000]...)
	for name, test := range map[string]struct {
		lines    []population.Line[uint32]
		history  churn.History
		spending churn.Spending
	}{
		"once":                         {[]population.Line[uint32]{paid(100, 500)}, churn.History{0, 0, 200}, churn.Spending{}},
		"twice in a day is once":       {[]population.Line[uint32]{paid(100, 500), paid(100, 700)}, churn.History{0, 0, 200}, churn.Spending{}},
		"again":                        {[]population.Line[uint32]{paid(100, 500), paid(150, 700)}, churn.History{1, 50, 200}, churn.Spending{1, 700}},
		"in no order":                  {[]population.Line[uint32]{paid(150, 700), paid(160, 30), paid(100, 500)}, churn.History{2, 60, 200}, churn.Spending{2, 730}},
		"receipts of a day together":   {[]population.Line[uint32]{paid(100, 500), paid(150, 700), paid(150, 1)}, churn.History{1, 50, 200}, churn.Spending{1, 701}},
		"on the day itself":            {[]population.Line[uint32]{paid(100, 500), paid(300, 700)}, churn.History{1, 200, 200}, churn.Spending{1, 700}},
		"the day after":                {[]population.Line[uint32]{paid(100, 500), paid(301, 700), refunded(301, unknown)}, churn.History{0, 0, 200}, churn.Spending{}},
		"brought back":                 {[]population.Line[uint32]{paid(100, 500), paid(150, 700), refunded(160, 200)}, churn.History{1, 50, 200}, churn.Spending{1, 500}},
		"brought back when she came":   {[]population.Line[uint32]{paid(100, 500), paid(150, 700), refunded(150, 200)}, churn.History{1, 50, 200}, churn.Spending{1, 500}},
		"of the first day":             {[]population.Line[uint32]{paid(100, 500), refunded(149, 500), paid(150, 700)}, churn.History{1, 50, 200}, churn.Spending{1, 700}},
		"all but a cent":               {[]population.Line[uint32]{paid(100, 500), paid(150, 700), refunded(160, 699)}, churn.History{1, 50, 200}, churn.Spending{1, 1}},
		"all":                          {[]population.Line[uint32]{paid(100, 500), paid(150, 700), refunded(160, 700)}, churn.History{1, 50, 200}, churn.Spending{}},
		"more than all":                {[]population.Line[uint32]{paid(100, 500), paid(150, 700), refunded(160, 1200)}, churn.History{1, 50, 200}, churn.Spending{}},
		"for nothing":                  {[]population.Line[uint32]{paid(100, 500), paid(150, 0)}, churn.History{1, 50, 200}, churn.Spending{}},
		"for nothing once":             {[]population.Line[uint32]{paid(100, 500), paid(150, 0), paid(160, 9)}, churn.History{2, 60, 200}, churn.Spending{2, 9}},
		"a price not known":            {[]population.Line[uint32]{paid(100, 500), paid(150, unknown), paid(160, 300)}, churn.History{2, 60, 200}, churn.Spending{}},
		"a refund not known":           {[]population.Line[uint32]{paid(100, 500), paid(150, 100), refunded(160, unknown)}, churn.History{1, 50, 200}, churn.Spending{}},
		"the first price not known":    {[]population.Line[uint32]{paid(100, unknown), refunded(120, unknown), paid(150, 300)}, churn.History{1, 50, 200}, churn.Spending{1, 300}},
		"as much as can be":            {most, churn.History{1, 100, 200}, churn.Spending{1, churn.MaxMinor}},
		"a return before all purchase": {[]population.Line[uint32]{refunded(90, 5), paid(100, 500)}, churn.History{0, 0, 200}, churn.Spending{}},
	} {
		t.Run(name, func(t *testing.T) {
			history, spending, err := churn.Bought(test.lines, 300)
			require.NoError(t, err)
			assert.Equal(t, test.history, history)
			assert.Equal(t, test.spending, spending)
		})
	}

	for _, none := range [][]population.Line[uint32]{nil, {refunded(100, 5)}, {paid(301, 5)}} {
		_, _, err := churn.Bought(none, 300)
		require.ErrorIs(t, err, churn.ErrNoPurchase)
	}
	for name, lines := range map[string][]population.Line[uint32]{
		"lines[1].day": {paid(100, 5), paid(0, 5)}, "lines[0].amount": {{Day: 400, Amount: 5}}, // malformed, also after the day
		"lines": append(most, paid(201, 1)),
	} {
		_, _, err := churn.Bought(lines, 300)
		wantPaths(t, err, name)
	}
	_, _, err := churn.Bought([]population.Line[uint32]{paid(1, 5)}, churn.MaxDays+2)
	wantPaths(t, err, "days[0]")
	_, _, err = churn.Bought([]population.Line[uint32]{paid(1, 5)}, 0)
	wantPaths(t, err, "on")
}

// Of any lines in any order: the days are those of HistoryOf, and the sum is what a ledger
// by day comes to.
func TestBoughtAnyOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var days customer.Days
		lines := []population.Line[uint32]{paid(1, 5)}
		for range rapid.IntRange(0, 12).Draw(t, "lines") {
			line := paid(customer.Date(rapid.Int32Range(1, 12).Draw(t, "day")), rapid.Int64Range(-1, 9).Draw(t, "minor"))
			line.Returned = rapid.Bool().Draw(t, "returned")
			lines = append(lines, line)
		}
		on := customer.Date(rapid.Int32Range(1, 12).Draw(t, "on"))
		for _, line := range lines {
			if !line.Returned {
				days.Add(line.Day)
			}
		}
		want, err := churn.HistoryOf(days, on)
		require.NoError(t, err)
		ledger, known := int64(0), want.Repeats > 0
		for day := customer.Date(1); day <= on; day++ {
			for _, line := range lines {
				if line.Day != day || len(days) < 2 || day < days[1] {
					continue
				}
				known = known && line.Priced
				if line.Returned {
					ledger -= line.Amount
				} else {
					ledger += line.Amount
				}
			}
		}
		spending := churn.Spending{}
		if known && ledger > 0 {
			spending = churn.Spending{Purchases: want.Repeats, Minor: ledger}
		}
		history, got, err := churn.Bought(rapid.Permutation(lines).Draw(t, "order"), on)
		require.NoError(t, err)
		require.Equal(t, want, history)
		require.Equal(t, spending, got)
		require.NoError(t, got.Check())
	})
}

// receiptLine codes a receipt as one line, as segment.RFM does: a price that is not known
// makes the receipt's not known.
func receiptLine(sale customer.Purchase, zone *time.Location) (population.Line[customer.ID], error) {
	line := population.Line[customer.ID]{Customer: sale.Customer, Day: customer.DateOf(sale.At, zone), Priced: true}
	sum := decimal.Zero
	for _, item := range sale.Lines {
		line.Priced = line.Priced && item.Paid.Valid
		sum = sum.Add(item.Paid.Decimal)
	}
	if !line.Priced {
		return line, nil
	}
	minor, err := sale.Currency.Minor(sum)
	line.Amount = minor
	return line, err
}

// From a customer's receipts to what she is worth, and to the figures for a list of
// customers at risk. The models were fitted earlier, to the shop's whole population
// counted in the same way, and stored.
//
// row D6: likelihood of loss and value, as package lifecycle's list of customers at risk
// takes them.
func ExampleBought() {
	dollars := customer.Currency{Code: "USD", Digits: 2}
	var lines []population.Line[customer.ID]
	for _, receipt := range [][2]string{
		{"2026-01-05T10:00:00Z", "29.33"}, // her first day: no repeat, and not counted as spent
		{"2026-02-02T09:30:00Z", "29.73"},
		{"2026-02-02T17:15:00Z", "4.90"}, // the same day
		{"2026-08-05T12:00:00Z", "14.96"},
	} {
		at, err := time.Parse(time.RFC3339, receipt[0])
		if err != nil {
			fmt.Println(err)
			return
		}
		line, err := receiptLine(customer.Purchase{Ref: receipt[0], Customer: "c-7", At: at, Currency: dollars, Lines: []customer.Line{
			{SKU: "cd", Quantity: decimal.NewFromInt(1), Paid: decimal.NewNullDecimal(decimal.RequireFromString(receipt[1]))},
		}}, time.UTC)
		if err != nil {
			fmt.Println(err)
			return
		}
		lines = append(lines, line)
	}
	brought := population.Line[customer.ID]{Customer: "c-7", Day: lines[1].Day + 3, Returned: true, Priced: true, Amount: 490}
	lines = append(lines, brought)

	history, spending, err := churn.Bought(lines, lines[0].Day.AddDays(272))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%+v\n%+v\n", history, spending)

	buying, err := churn.NewMBGNBD(churn.MBGNBDParameters{UnitDays: churn.Weeks, R: 0.5248, Alpha: 6.1831, A: 0.8914, B: 1.614})
	if err != nil {
		fmt.Println(err)
		return
	}
	worth, err := churn.NewGammaGamma(churn.GammaGammaParameters{Currency: dollars, P: 6.25, Q: 3.74, V: 15.44})
	if err != nil {
		fmt.Println(err)
		return
	}
	year := churn.Outlook{PeriodDays: 91, Periods: 4}
	value, err := churn.Value(buying, worth, history, spending, year)
	if err != nil {
		fmt.Println(err)
		return
	}
	stake, err := churn.AtStake(buying, worth, history, spending, year)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("worth %s in a year; gone with %d ‰, and then %s are lost\n", dollars.Amount(value).StringFixed(2),
		1000-churn.Thousandths(buying.Alive(history)), dollars.Amount(stake).StringFixed(2))
	// Output:
	// {Repeats:2 RecencyDays:212 AgeDays:272}
	// {Purchases:2 Minor:4469}
	// worth 39.26 in a year; gone with 296 ‰, and then 55.77 are lost
}
