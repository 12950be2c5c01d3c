package lifecycle_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/lifecycle"
)

// row D3: a sale counts for one partner, once.
func TestPartnerReport(t *testing.T) {
	day := on("2026-11-25")
	report, err := lifecycle.NewPartnerReport(30)
	require.NoError(t, err)
	sale := func(ref string, on customer.Date, paid int64) lifecycle.PartnerSale {
		return lifecycle.PartnerSale{Ref: ref, On: on, Paid: paid, Priced: true}
	}
	touches := []lifecycle.PartnerTouch{{"garage", day}, {"bakery", day - 40}, {"bakery", day}, {"florist", day + 10}}
	require.NoError(t, report.Add(touches, []lifecycle.PartnerSale{
		sale("r-1", day-41, 100),                         // nobody's: before every touch
		sale("r-2", day-40, 200),                         // bakery, on the day
		sale("r-3", day-10, 300),                         // bakery, on the thirtieth day
		sale("r-4", day-9, 400),                          // nobody's: the thirty-first
		sale("r-5", day, 500),                            // bakery before garage, by name
		sale("r-6", day+9, 600), sale("r-6", day+9, 600), // told twice
		sale("r-7", day+12, 700), // florist: the latest
		{Ref: "r-8", On: day + 12},
	}))
	require.NoError(t, report.Add(touches[:1], []lifecycle.PartnerSale{sale("r-1", day, 50)}))
	assert.Equal(t, []lifecycle.PartnerRow{
		{Partner: "bakery", Customers: 1, Sales: 4, Priced: 4, Paid: 1600},
		{Partner: "florist", Customers: 1, Sales: 2, Priced: 1, Paid: 700},
		{Partner: "garage", Customers: 1, Sales: 1, Priced: 1, Paid: 50},
		{Customers: 1, Sales: 2, Priced: 2, Paid: 500},
	}, report.Rows())

	before := marshal(t, report)
	assert.Equal(t, []string{
		"touches[0].partner = ", "touches[0].on = 0", "sales[0].ref = ", "sales[0].on = 0", "sales[1].paid = -1", "sales[2].paid = 5", "sales[2].ref = r",
	}, faults(report.Add([]lifecycle.PartnerTouch{{}}, []lifecycle.PartnerSale{{}, sale("r", day, -1), {Ref: "r", On: day, Paid: 5}})))
	assert.Equal(t, before, marshal(t, report))
	var read lifecycle.PartnerReport
	require.NoError(t, read.UnmarshalBinary(before))
	assert.Equal(t, report.Rows(), read.Rows())
	require.NoError(t, read.Merge(report))
	assert.EqualValues(t, 8, read.Rows()[0].Sales)
	other, err := lifecycle.NewPartnerReport(31)
	require.NoError(t, err)
	require.Error(t, other.Merge(report))
	_, err = lifecycle.NewPartnerReport(-1)
	require.Error(t, err)
	var zero lifecycle.PartnerReport // a touch counts for its day
	require.NoError(t, zero.Add([]lifecycle.PartnerTouch{{"bakery", day}}, []lifecycle.PartnerSale{sale("r-1", day, 50), sale("r-2", day+1, 60)}))
	assert.EqualValues(t, 50, zero.Rows()[0].Paid)
}
