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
