package profile_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/profile"
)

// on is the day that tests report as of.
var on = day("2025-11-25")

func day(text string) customer.Date {
	date, err := customer.ParseDate(text)
	if err != nil {
		panic(err)
	}
	return date
}

func berlin(tb testing.TB) *time.Location {
	tb.Helper()
	zone, err := time.LoadLocation("Europe/Berlin")
	require.NoError(tb, err)
	return zone
}

func euros(text string) decimal.NullDecimal {
	return decimal.NewNullDecimal(decimal.RequireFromString(text))
}

func euro() customer.Currency { return customer.Currency{Code: "EUR", Digits: 2} }

// shopRules are a shop's: three categories, four parts of the day, three sizes of receipts.
func shopRules() profile.Rules {
	return profile.Rules{
		Edition: customer.Edition{ID: "history", Version: 1},
		Zone:    "Europe/Berlin", Currency: euro(),
		Categories: []profile.Category{
			{ID: "drinks", Labels: []string{"beer", "wine"}}, {ID: "food", Labels: []string{"cheese", "bread"}}, {ID: "paper", Labels: []string{"towels"}},
		},
		Services: []string{"visit", "repair"},
		HourBands: []profile.HourBand{
			{Name: "night"}, {Name: "morning", FromHour: 6}, {Name: "afternoon", FromHour: 12}, {Name: "evening", FromHour: 18}, {Name: "night", FromHour: 22},
		},
		AmountBands: []profile.AmountBand{
			{Name: "small"}, {Name: "medium", From: decimal.New(20, 0)}, {Name: "large", From: decimal.New(100, 0)},
		},
		SmallBaseReceipts: 3,
	}
}

func newSheet(tb testing.TB, rules profile.Rules) *profile.Sheet {
	tb.Helper()
	sheet, err := profile.NewSheet(rules, berlin(tb))
	require.NoError(tb, err)
	return sheet
}

func mustZone() *time.Location {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		panic(err)
	}
	return zone
}

func toJSON(tb testing.TB, value any) string {
	tb.Helper()
	text, err := json.MarshalIndent(value, "", "  ")
	require.NoError(tb, err)
	return string(text)
}

// shopping is a small history with everything in it: two years, a return, a gift, a visit.
func shopping(tb testing.TB, sheet *profile.Sheet) *profile.History[customer.ID] {
	tb.Helper()
	history := profile.NewHistory[customer.ID](sheet.Basis())
	note := func(lines []profile.Line[customer.ID], err error) {
		tb.Helper()
		require.NoError(tb, err)
		require.NoError(tb, history.Add(lines...))
	}
	line := func(sku, category, quantity, list, paid, cost string) customer.Line {
		one := customer.Line{SKU: sku, Category: category, Quantity: number(quantity), Paid: euros(paid), Tax: customer.Tax{Rate: number("0.07")}}
		if list != "" {
			one.ListPrice = euros(list)
		}
		if cost != "" {
			one.Cost = euros(cost)
		}
		return one
	}
	at := func(text string) time.Time {
		when, err := time.ParseInLocation("2006-01-02 15:04", text, berlin(tb))
		require.NoError(tb, err)
		return when
	}
	buy := func(ref, when, holder string, lines ...customer.Line) {
		tb.Helper()
		coder := sheet.Coder().Holder(holder)
		note(coder.Sale(nil, customer.Purchase{Ref: ref, Customer: "C-17", At: at(when), Currency: euro(), Lines: lines}))
	}
	buy("A1", "2024-03-01 10:15", "", line("gouda", "cheese", "2", "8.00", "15.00", "9.00"), line("rye", "bread", "1", "3.00", "3.00", "1.20"))
	buy("A2", "2024-11-24 18:30", "", line("merlot", "wine", "6", "9.00", "54.00", "30.00"))
	buy("A3", "2025-03-01 09:00", "driver", line("gouda", "cheese", "10", "8.00", "72.00", "45.00"), line("towel", "towels", "4", "", "10.00", ""))
	buy("A4", "2025-11-25 19:45", "cook", line("merlot", "wine", "12", "9.00", "96.00", "60.00"), line("vase", "crystal", "1", "20.00", "20.00", "9.00"))
	buy("A5", "2025-11-26 12:00", "", line("rye", "bread", "1", "3.00", "3.00", "1.20"))
	note(sheet.Coder().Return(nil, customer.Return{Ref: "R1", Sale: "A3", Customer: "C-17", At: at("2025-04-02 11:00"), Currency: euro(), Lines: []customer.ReturnLine{
		{SaleLine: 1, Line: line("gouda", "cheese", "2", "8.00", "14.40", "0.00")},
	}}))
	note(sheet.Coder().Service(nil, profile.Service{Ref: "S1", Customer: "C-17", At: at("2025-04-02 11:00"), For: "visit", Sale: "A3", Cost: number("12.00")}))
	return history
}
