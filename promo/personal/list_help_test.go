package personal_test

import (
	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/promo"
	"github.com/rapport-crm/rapport/promo/personal"
	"github.com/rapport-crm/rapport/segment"
)

func amount(text string) decimal.Decimal { return decimal.RequireFromString(text) }

func cell(text string) segment.Cell {
	var c segment.Cell
	if err := c.UnmarshalText([]byte(text)); err != nil {
		panic(err)
	}
	return c
}

// makerRules is a supermarket's list for a fortnight: for who spends 25.00 a week, with a
// ladder that is steepest for the heavy users of national brands, and an envelope of
// 30.00 to 40.00.
func makerRules() personal.ListRules {
	rung := func(name string, first, second, later int) personal.Rung {
		return personal.Rung{Cell: cell(name), First: first, Second: second, Later: later}
	}
	return personal.ListRules{
		Edition: customer.Edition{ID: "personal", Version: 1}, Currency: customer.Currency{Code: "USD", Digits: 2},
		PeriodDays: 14, MaxLines: 20, WeeklySpend: amount("25.00"), Weeks: 4, StopAfter: 2, MinPermille: 50,
		Ladder: []personal.Rung{
			rung("national-loyal/light", 250, 150, 100), rung("national-loyal/medium", 350, 200, 100), rung("national-loyal/heavy", 500, 250, 150),
			rung("switcher/light", 150, 100, 50), rung("switcher/medium", 200, 150, 100), rung("switcher/heavy", 300, 200, 100),
			rung("store-loyal/light", 100, 50, 50), rung("store-loyal/medium", 100, 50, 50), rung("store-loyal/heavy", 150, 100, 50),
			rung("unknown/unknown", 200, 100, 100),
		},
		Envelope: []personal.EnvelopeMark{
			{Value: amount("1300.00"), Saving: amount("30.00")},
			{Value: amount("2600.00"), Saving: amount("40.00")},
		},
	}
}

// couponOn is a deal that takes up to so much off a category.
func couponOn(id string, permille int, categories ...string) promo.Offer {
	return promo.Offer{ID: id, Who: promo.Who{Coupon: true}, On: promo.On{Categories: categories}, Gives: promo.Gives{Permille: permille}}
}
