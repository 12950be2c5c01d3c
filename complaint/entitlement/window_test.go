package entitlement_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/complaint/entitlement"
	"github.com/rapport-crm/rapport/customer"
)

// one is a book of a single grant for all goods.
func one(t tester, grant entitlement.Grant) *entitlement.Book {
	t.Helper()
	grant.ID = "g"
	return newBook(t, entitlement.Rules{
		Edition:  customer.Edition{ID: "one", Version: 1},
		Currency: customer.Currency{Code: "CNY", Digits: 2},
		Terms:    []entitlement.Terms{{ID: "t", Grants: []entitlement.Grant{grant}}},
	})
}

func repair(window entitlement.Window) entitlement.Grant {
	return entitlement.Grant{Remedy: entitlement.Repair, Window: window}
}

// only asks a book of a single grant.
func only(t tester, book *entitlement.Book, item entitlement.Item, on customer.Date) entitlement.Right {
	t.Helper()
	rights, err := book.Of(item, on)
	require.NoError(t, err)
	require.Len(t, rights.All, 1)
	return rights.All[0]
}

// Windows of every length, with their last day and the day after it. Rows A62, A63: 7, 15, 30
// and 90 days, three months, ten years, for life.
func TestWindow(t *testing.T) {
	purchase := entitlement.FromPurchase
	for _, tc := range []struct {
		name   string
		window entitlement.Window
		bought string
		last   string // empty: without end
		days   int
	}{
		{"7 days", entitlement.Window{Days: 7, Counted: purchase}, "2011-11-26", "2011-12-03", 7},
		{"15 days", entitlement.Window{Days: 15, Counted: purchase}, "2011-11-26", "2011-12-11", 15},
		{"30 days", entitlement.Window{Days: 30, Counted: purchase}, "2011-11-26", "2011-12-26", 30},
		{"90 days", entitlement.Window{Days: 90, Counted: purchase}, "2011-11-26", "2012-02-24", 90},
		{"1 day", entitlement.Window{Days: 1, Counted: purchase}, "2011-12-31", "2012-01-01", 1},
		{"1 day that counts", entitlement.Window{Days: 1, Counted: purchase, FirstDayCounts: true}, "2011-12-31", "2011-12-31", 1},
		{"7 days, the first counts", entitlement.Window{Days: 7, Counted: purchase, FirstDayCounts: true}, "2011-11-26", "2011-12-02", 7},
		{"3 months", entitlement.Window{Months: 3, Counted: purchase}, "2011-11-26", "2012-02-26", 92},
		{"3 months to a leap day", entitlement.Window{Months: 3, Counted: purchase}, "2011-11-30", "2012-02-29", 91},
		{"3 months to a short February", entitlement.Window{Months: 3, Counted: purchase}, "2010-11-30", "2011-02-28", 90},
		{"1 month from the 31st", entitlement.Window{Months: 1, Counted: purchase}, "2011-03-31", "2011-04-30", 30},
		{"1 month, the first day counts", entitlement.Window{Months: 1, Counted: purchase, FirstDayCounts: true}, "2011-03-15", "2011-04-14", 31},
		{"likewise from a day that April lacks", entitlement.Window{Months: 1, Counted: purchase, FirstDayCounts: true}, "2011-03-31", "2011-04-30", 31},
		{"1 year", entitlement.Window{Years: 1, Counted: purchase}, "2011-02-28", "2012-02-28", 365},
		{"1 year from a leap day", entitlement.Window{Years: 1, Counted: purchase}, "2012-02-29", "2013-02-28", 365},
		{"4 years from a leap day", entitlement.Window{Years: 4, Counted: purchase}, "2012-02-29", "2016-02-29", 1461},
		{"10 years", entitlement.Window{Years: 10, Counted: purchase}, "2011-11-26", "2021-11-26", 3653},
		{"for life", entitlement.Window{Lifetime: true, Counted: purchase}, "2011-11-26", "", 0},
		{"a last day for all", entitlement.Window{LastDay: day(t, "2012-01-31"), Counted: purchase}, "2011-11-26", "2012-01-31", 66},
		{"beyond the calendar", entitlement.Window{Years: 100, Counted: purchase}, "9950-01-01", "9999-12-31", 18_261},
	} {
		t.Run(tc.name, func(t *testing.T) {
			book := one(t, repair(tc.window))
			item := entitlement.Item{Bought: day(t, tc.bought)}
			first := only(t, book, item, item.Bought)
			assert.Equal(t, tc.last, first.Until.String())
			assert.Equal(t, tc.days, first.Days)
			assert.True(t, first.Open)
			if tc.last == "" {
				assert.True(t, only(t, book, item, customer.MaxDate).Open)
				return
			}
			last := only(t, book, item, first.Until)
			assert.True(t, last.Open)
			assert.Equal(t, tc.days, last.Day)
			assert.Equal(t, entitlement.CodeDay, last.Because[0].Code)
			if first.Until < customer.MaxDate {
				after := only(t, book, item, first.Until+1)
				assert.False(t, after.Open)
				require.Len(t, after.Missing, 1)
				assert.Equal(t, entitlement.CodeOver, after.Missing[0].Code)
				assert.Equal(t, int64(1), after.Missing[0].Fact)
			}
		})
	}
}

// A window counts from delivery or installation, and has not run out before it has begun; what
// is delivered after the day asked for is not delivered on it.
func TestWindowStart(t *testing.T) {
	item := entitlement.Item{Bought: day(t, "2026-03-01"), Delivered: day(t, "2026-03-20"), Installed: day(t, "2026-04-02")}
	for _, tc := range []struct {
		counted     entitlement.Start
		on          string
		from, until string
		open        bool
	}{
		{entitlement.FromPurchase, "2026-03-08", "2026-03-01", "2026-03-08", true},
		{entitlement.FromPurchase, "2026-03-09", "2026-03-01", "2026-03-08", false},
		{entitlement.FromDelivery, "2026-03-19", "", "", true},
		{entitlement.FromDelivery, "2026-03-20", "2026-03-20", "2026-03-27", true},
		{entitlement.FromDelivery, "2026-03-27", "2026-03-20", "2026-03-27", true},
		{entitlement.FromDelivery, "2026-03-28", "2026-03-20", "2026-03-27", false},
		{entitlement.FromInstallation, "2026-04-01", "", "", true},
		{entitlement.FromInstallation, "2026-04-09", "2026-04-02", "2026-04-09", true},
		{entitlement.FromInstallation, "2026-04-10", "2026-04-02", "2026-04-09", false},
	} {
		t.Run(fmt.Sprint(tc.counted, " ", tc.on), func(t *testing.T) {
			right := only(t, one(t, repair(entitlement.Window{Days: 7, Counted: tc.counted})), item, day(t, tc.on))
			assert.Equal(t, tc.from, right.From.String())
			assert.Equal(t, tc.until, right.Until.String())
			assert.Equal(t, tc.open, right.Open)
			if tc.from == "" {
				assert.Equal(t, entitlement.CodeNotBegun, right.Because[0].Code)
				assert.Equal(t, tc.counted.String(), right.Because[0].Of)
			}
		})
	}
}

// Row A63: days at a repairer are left out of the window. Overlapping repairs, one that is still
// open (pitfalls of the list: overlapping pauses, a pause still open), one after the end.
func TestRepairsProlong(t *testing.T) {
	window := entitlement.Window{Days: 90, Counted: entitlement.FromPurchase, RepairsProlong: true, ExchangeRenews: true}
	type days struct{ from, to string }
	for _, tc := range []struct {
		name      string
		fixes     []days
		exchanges []string
		on        string
		last      string
		prolonged int64
	}{
		{"none", nil, nil, "2026-05-01", "2026-04-01", 0},
		{"one day", []days{{"2026-02-01", "2026-02-01"}}, nil, "2026-05-01", "2026-04-02", 1},
		{"five days", []days{{"2026-02-01", "2026-02-05"}}, nil, "2026-05-01", "2026-04-06", 5},
		{"overlapping ones count once", []days{{"2026-02-03", "2026-02-08"}, {"2026-02-01", "2026-02-05"}}, nil, "2026-05-01", "2026-04-09", 8},
		{"one within another", []days{{"2026-02-01", "2026-02-08"}, {"2026-02-03", "2026-02-05"}}, nil, "2026-05-01", "2026-04-09", 8},
		{"one day shared", []days{{"2026-02-01", "2026-02-05"}, {"2026-02-05", "2026-02-08"}}, nil, "2026-05-01", "2026-04-09", 8},
		{"the day of purchase does not count", []days{{"2026-01-01", "2026-01-03"}}, nil, "2026-05-01", "2026-04-03", 2},
		{"handed in on the last day", []days{{"2026-04-01", "2026-04-10"}}, nil, "2026-05-01", "2026-04-11", 10},
		{"handed in after it", []days{{"2026-04-02", "2026-04-10"}}, nil, "2026-05-01", "2026-04-01", 0},
		{"within what the first has added", []days{{"2026-02-01", "2026-02-05"}, {"2026-04-06", "2026-04-07"}}, nil, "2026-05-01", "2026-04-08", 7},
		{"still there", []days{{"2026-03-28", ""}}, nil, "2026-04-20", "2026-04-25", 24},
		{"handed back later than asked", []days{{"2026-03-28", "2026-06-30"}}, nil, "2026-04-20", "2026-04-25", 24},
		{"handed in later than asked", []days{{"2026-02-01", "2026-02-05"}}, nil, "2026-01-31", "2026-04-01", 0},
		{"an exchange begins a new window", []days{{"2026-02-01", "2026-02-05"}}, []string{"2026-03-01"}, "2026-05-01", "2026-05-30", 0},
		{"which later repairs prolong", []days{{"2026-02-01", "2026-02-05"}, {"2026-03-02", "2026-03-02"}}, []string{"2026-03-01"}, "2026-05-01", "2026-05-31", 1},
		{"not what was exchanged at the repairer's", []days{{"2026-02-20", ""}}, []string{"2026-03-01"}, "2026-05-01", "2026-05-30", 0},
		{"an exchange that is still to come", nil, []string{"2026-03-01"}, "2026-02-28", "2026-04-01", 0},
		{"the last of two exchanges", nil, []string{"2026-02-01", "2026-03-01"}, "2026-05-01", "2026-05-30", 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			item := entitlement.Item{Bought: day(t, "2026-01-01")}
			for _, fix := range tc.fixes {
				one := entitlement.Fix{From: day(t, fix.from)}
				if fix.to != "" {
					one.To = day(t, fix.to)
				}
				item.Repairs = append(item.Repairs, one)
			}
			for _, exchange := range tc.exchanges {
				item.Exchanges.Add(day(t, exchange))
			}
			right := only(t, one(t, repair(window)), item, day(t, tc.on))
			assert.Equal(t, tc.last, right.Until.String())
			prolonged := int64(0)
			for _, reason := range right.Because {
				if reason.Code == entitlement.CodeProlonged {
					prolonged = reason.Fact
				}
			}
			assert.Equal(t, tc.prolonged, prolonged)
		})
	}
}

// A grant that says nothing of repairs and exchanges takes no notice of them.
func TestRepairsDoNotProlong(t *testing.T) {
	item := entitlement.Item{
		Bought: day(t, "2026-01-01"), Exchanges: customer.Days{day(t, "2026-02-01")},
		Repairs: []entitlement.Fix{{From: day(t, "2026-03-01"), To: day(t, "2026-03-31")}},
	}
	right := only(t, one(t, repair(entitlement.Window{Days: 90, Counted: entitlement.FromPurchase})), item, day(t, "2026-04-02"))
	assert.Equal(t, "2026-04-01", right.Until.String())
	assert.False(t, right.Open)
}
