package population_test

import (
	"math"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

func amount(t *testing.T, text string) decimal.NullDecimal {
	t.Helper()
	value, err := decimal.NewFromString(text)
	require.NoError(t, err)
	return decimal.NewNullDecimal(value)
}

// A line as one shop books it, and the paths of what it cannot book.
func TestRegister(t *testing.T) {
	euro := customer.Currency{Code: "EUR", Digits: 2}
	r := population.Register{Zone: time.UTC, Currency: euro}
	line := customer.Line{
		SKU: "beer", Quantity: decimal.New(6, 0), ListPrice: amount(t, "1.005"), Paid: amount(t, "6.39"), Cost: amount(t, "3.00"),
		Deposit: decimal.New(48, -2), Tax: customer.Tax{Rate: decimal.New(19, -2)},
		Tenders: []customer.Tender{{Kind: customer.VoucherTender, Amount: decimal.New(1, 0)}, {Kind: customer.PointsTender, Amount: decimal.New(2, 0)}},
	}
	var faults customer.Faults
	paid, priced := r.Amount(&faults, 0, &line)
	net, known := r.NetPrice(&faults, 0, &line)
	cost, costed := r.Cost(&faults, 0, &line)
	listed, isListed := r.Listed(&faults, 0, &line)
	assert.Equal(t, []int64{591, 497, 300, 603, 200}, []int64{paid, net, cost, listed, r.Points(&faults, 0, &line)})
	assert.True(t, priced && known && costed && isListed)
	r.Lines(&faults, customer.MaxLines)
	r.Money(&faults, euro)
	r.Money(&faults, customer.Currency{})
	assert.Equal(t, customer.Date(739_580), r.Day(&faults, time.Date(2025, 11, 25, 23, 59, 59, 0, time.UTC)))
	require.NoError(t, faults.Err())

	r.Lines(&faults, customer.MaxLines+1)
	r.Money(&faults, customer.Currency{Code: "USD", Digits: 2})
	r.Day(&faults, time.Time{})
	line.Paid, line.Cost, line.Tax.Rate, line.ListPrice = amount(t, "0.47"), amount(t, "0.001"), decimal.New(2, 0), amount(t, "1e12")
	line.Tenders[1].Amount = decimal.New(1, -3)
	r.Amount(&faults, 1, &line)
	r.NetPrice(&faults, 2, &line)
	r.Cost(&faults, 3, &line)
	r.Listed(&faults, 4, &line)
	r.Points(&faults, 5, &line)
	population.Register{}.Day(&faults, time.Unix(1, 0))
	assert.Equal(t, []string{
		"lines", "currency", "at", "lines[1].paid", "lines[2].paid", "lines[2].tax.rate", "lines[3].cost",
		"lines[4].list_price", "lines[5].tenders[1].amount", "zone",
	}, paths(t, faults))
	_, priced = population.Register{Zone: time.UTC}.Amount(&faults, 0, &line)
	assert.False(t, priced, "no currency reads no money")
}

func TestScaledFloor(t *testing.T) {
	for _, test := range [][4]int64{
		{1, 1000, 3, 333},
		{-1, 1000, 3, -334},
		{-3, 1000, 3, -1000},
		{0, 1000, 7, 0},
		{math.MaxInt64, 1000, 1, 1e18},
		{math.MinInt64, 1000, 1, -1e18},
		{math.MaxInt64, 1000, math.MaxInt64, 1000},
	} {
		assert.Equal(t, test[3], population.ScaledFloor(test[0], test[1], test[2]), test)
	}
}
