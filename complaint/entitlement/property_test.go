package entitlement_test

import (
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/complaint/entitlement"
	"github.com/rapport-crm/rapport/customer"
)

const anyDay = customer.Date(734_000) // in 2010

func drawItem(t *rapid.T) entitlement.Item {
	bought := anyDay + customer.Date(rapid.IntRange(0, 2000).Draw(t, "bought"))
	after := func(label string, most int) customer.Date {
		return bought + customer.Date(rapid.IntRange(0, most).Draw(t, label))
	}
	item := entitlement.Item{
		Bought: bought, Delivered: after("delivered", 30), Installed: after("installed", 60),
		PriceMinor: rapid.Int64Range(0, entitlement.MaxMinor).Draw(t, "price"),
		Proof:      rapid.Bool().Draw(t, "proof"), Unused: rapid.Bool().Draw(t, "unused"), Remote: rapid.Bool().Draw(t, "remote"),
		Defect: rapid.SampledFrom([]string{"", "performance", "colour"}).Draw(t, "defect"),
	}
	for range rapid.IntRange(0, 4).Draw(t, "repairs") {
		item.Repairs = append(item.Repairs, drawFix(t, after("handed in", 500)))
	}
	for range rapid.IntRange(0, 2).Draw(t, "exchanges") {
		item.Exchanges.Add(after("exchanged", 500))
	}
	return item
}

func drawFix(t *rapid.T, from customer.Date) entitlement.Fix {
	fix := entitlement.Fix{From: from, Delay: entitlement.Delay(rapid.IntRange(0, 2).Draw(t, "delay"))}
	if rapid.Bool().Draw(t, "handed back") {
		fix.To = from + customer.Date(rapid.IntRange(0, 120).Draw(t, "days"))
		fix.Failed = rapid.Bool().Draw(t, "failed")
	}
	return fix
}

func drawGrant(t *rapid.T) entitlement.Grant {
	grant := entitlement.Grant{
		ID: "g", Remedy: entitlement.Remedy(rapid.IntRange(1, 3).Draw(t, "remedy")),
		Window: entitlement.Window{
			Counted:        entitlement.Start(rapid.IntRange(1, 3).Draw(t, "counted")),
			FirstDayCounts: rapid.Bool().Draw(t, "first day"), RepairsProlong: rapid.Bool().Draw(t, "prolong"), ExchangeRenews: rapid.Bool().Draw(t, "renew"),
		},
		Unused: rapid.Bool().Draw(t, "unused"), Proof: rapid.Bool().Draw(t, "proof"),
	}
	switch rapid.IntRange(0, 2).Draw(t, "unit") {
	case 0:
		grant.Window.Days = rapid.IntRange(1, 400).Draw(t, "days")
	case 1:
		grant.Window.Months = rapid.IntRange(1, 24).Draw(t, "months")
	default:
		grant.Window.Years = rapid.IntRange(1, 3).Draw(t, "years")
	}
	if rapid.Bool().Draw(t, "needs a fault") {
		grant.Defects = []string{"performance"}
	}
	if rapid.Bool().Draw(t, "needs trouble") {
		grant.Trouble = entitlement.Trouble{FailedRepairs: 2, PartsMissingDays: 90, RepairerFaultDays: 30}
	}
	if grant.Remedy != entitlement.Repair && rapid.Bool().Draw(t, "fee") {
		grant.Fee = entitlement.Fee{
			DailyPermille: decimal.New(rapid.Int64Range(1, 1_000_000).Draw(t, "rate"), -3),
			FreeDays:      rapid.IntRange(0, 100).Draw(t, "free"), MostPermille: rapid.IntRange(0, 1000).Draw(t, "most"),
			Rounding: entitlement.Rounding(rapid.IntRange(1, 4).Draw(t, "rounding")),
		}
	}
	return grant
}

func drawOn(t *rapid.T, item *entitlement.Item) customer.Date {
	return item.Bought + customer.Date(rapid.IntRange(0, 1500).Draw(t, "on"))
}

// A longer window never closes a right earlier.
func TestLongerWindowClosesNoEarlier(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		item, grant := drawItem(t), drawGrant(t)
		on := drawOn(t, &item)
		short := only(t, one(t, grant), item, on)
		more := rapid.IntRange(1, 40).Draw(t, "longer by")
		switch w := &grant.Window; {
		case w.Days > 0:
			w.Days += more
		case w.Months > 0:
			w.Months += more
		default:
			w.Years += more
		}
		long := only(t, one(t, grant), item, on)
		if short.Open {
			assert.True(t, long.Open)
		}
		assert.GreaterOrEqual(t, long.Until, short.Until)
	})
}

// A repair never shortens a window, and costs her nothing for use.
func TestRepairNeverShortens(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		item, grant := drawItem(t), drawGrant(t)
		on := drawOn(t, &item)
		before := only(t, one(t, grant), item, on)
		item.Repairs = append(item.Repairs, drawFix(t, item.Bought+customer.Date(rapid.IntRange(0, 500).Draw(t, "one more"))))
		after := only(t, one(t, grant), item, on)
		assert.GreaterOrEqual(t, after.Until, before.Until)
		assert.LessOrEqual(t, after.FeeMinor, before.FeeMinor)
		if before.Open && grant.Trouble == (entitlement.Trouble{}) {
			assert.True(t, after.Open)
		}
	})
}

// Amounts are never below 0 nor above the price, and together they are the price. The window of
// a right that is open holds the day. The order of the repairs does not matter.
func TestRightsHoldTogether(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		item, grant := drawItem(t), drawGrant(t)
		on := drawOn(t, &item)
		right := only(t, one(t, grant), item, on)
		assert.GreaterOrEqual(t, right.FeeMinor, int64(0))
		assert.LessOrEqual(t, right.FeeMinor, item.PriceMinor)
		if right.Remedy == entitlement.Return {
			assert.Equal(t, item.PriceMinor, right.FeeMinor+right.RefundMinor)
		}
		if right.Open && right.Until != 0 {
			assert.LessOrEqual(t, on, right.Until)
		}
		assert.Equal(t, right.Open, len(right.Missing) == 0)

		turned := item
		turned.Repairs = nil
		for i := range item.Repairs {
			turned.Repairs = append(turned.Repairs, item.Repairs[len(item.Repairs)-1-i])
		}
		assert.Equal(t, right, only(t, one(t, grant), turned, on))
	})
}

// The window of the model: it walks the days one by one, and counts those not spent at a repairer.
func TestWindowModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		item := drawItem(t)
		item.Exchanges = nil
		days := rapid.IntRange(1, 200).Draw(t, "days")
		firstCounts := rapid.Bool().Draw(t, "first day")
		on := drawOn(t, &item)
		right := only(t, one(t, repair(entitlement.Window{
			Days: days, Counted: entitlement.FromPurchase, FirstDayCounts: firstCounts, RepairsProlong: true,
		})), item, on)

		away := func(day customer.Date) bool {
			for _, fix := range item.Repairs {
				to := fix.To
				if to == 0 || to > on {
					to = on
				}
				if fix.From <= day && day <= to {
					return true
				}
			}
			return false
		}
		last := item.Bought
		if firstCounts {
			last--
		}
		for counted := 0; counted < days; {
			if last++; !away(last) {
				counted++
			}
		}
		// A stay that reaches the last counted day of the model has been passed by; what begins
		// after it is none of the window's.
		require.Equal(t, last.String(), right.Until.String())
	})
}

// One more source of rights never makes the best of them worse.
func TestMoreTermsAreNoWorse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		item := drawItem(t)
		on := drawOn(t, &item)
		first, second := drawGrant(t), drawGrant(t)
		second.Remedy = first.Remedy
		if second.Remedy == entitlement.Repair {
			second.Fee = entitlement.Fee{}
		}
		alone := only(t, one(t, first), item, on)
		rights, err := newBook(t, entitlement.Rules{
			Edition: customer.Edition{ID: "two", Version: 1}, Currency: customer.Currency{Code: "CNY", Digits: 2},
			Terms: []entitlement.Terms{{ID: "a", Grants: []entitlement.Grant{first}}, {ID: "b", Grants: []entitlement.Grant{second}}},
		}).Of(item, on)
		require.NoError(t, err)
		best, _ := rights.Best(first.Remedy)
		if alone.Open {
			assert.True(t, best.Open)
			assert.LessOrEqual(t, best.FeeMinor, alone.FeeMinor)
		}
	})
}
