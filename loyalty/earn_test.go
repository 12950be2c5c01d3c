package loyalty_test

import (
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/loyalty"
)

// gives is the points of one receipt on a new account.
func gives(t *testing.T, rules loyalty.Rules, receipt loyalty.Receipt) int64 {
	t.Helper()
	d, err := program(t, rules).Earn(loyalty.Account{}, receipt)
	require.NoError(t, err)
	return -d.Next.Balances.In(loyalty.Issued)
}

func rate(points, per string, rounding loyalty.Rounding) loyalty.Earning {
	return loyalty.Earning{ID: "base", Rate: &loyalty.Rate{Points: dec(points), Per: dec(per), Full: rounding == 0}, Rounding: rounding}
}

// Row E10: one point for every full 10.00, worth 0.1 each.
func TestDrugstoreCard(t *testing.T) {
	for _, tc := range []struct {
		spend string
		want  int64
	}{{"0", 0}, {"9.99", 0}, {"10.00", 1}, {"19.99", 1}, {"20.00", 2}} {
		assert.Equal(t, tc.want, gives(t, drugstore(), bought("r-1", clock("2026-03-01 12:00"), item("a", tc.spend))), tc.spend)
	}
	worth, err := program(t, drugstore()).Worth(dec("1"))
	require.NoError(t, err)
	assert.True(t, worth.Equal(dec("0.1")), worth)
}

func TestRateIsRoundedAsItSays(t *testing.T) {
	for _, tc := range []struct {
		spend                         string
		floor, halfUp, halfEven, ceil int64
	}{
		{"10.00", 1, 1, 1, 1},
		{"10.01", 1, 1, 1, 2},
		{"14.99", 1, 1, 1, 2},
		{"15.00", 1, 2, 2, 2},
		{"19.99", 1, 2, 2, 2},
		{"24.99", 2, 2, 2, 3},
		{"25.00", 2, 3, 2, 3},
		{"25.01", 2, 3, 3, 3},
	} {
		for rounding, want := range map[loyalty.Rounding]int64{
			loyalty.Floor: tc.floor, loyalty.HalfUp: tc.halfUp, loyalty.HalfEven: tc.halfEven, loyalty.Ceil: tc.ceil,
		} {
			rules := drugstore()
			rules.Earnings = []loyalty.Earning{rate("1", "10", rounding)}
			assert.Equal(t, want, gives(t, rules, bought("r-1", clock("2026-03-01 12:00"), item("a", tc.spend))), "%s %s", tc.spend, rounding)
		}
	}
}

func TestPerLineAndPerReceipt(t *testing.T) {
	for _, tc := range []struct {
		first, second       string
		perReceipt, perLine int64
	}{{"9.99", "9.99", 1, 0}, {"9.99", "10.00", 1, 1}, {"10.00", "10.00", 2, 2}, {"5.00", "5.00", 1, 0}} {
		receipt := bought("r-1", clock("2026-03-01 12:00"), item("a", tc.first), item("b", tc.second))
		rules := drugstore()
		assert.Equal(t, tc.perReceipt, gives(t, rules, receipt), tc)
		rules.Earnings[0].PerLine = true
		assert.Equal(t, tc.perLine, gives(t, rules, receipt), tc)
	}
}

// 0.5 % below 555, 1 % from 555, in tenths of a point. Each rate is rounded by itself.
func TestTenthsOfPointsByTheBill(t *testing.T) {
	rules := drugstore()
	rules.PointDigits = 1
	more := rate("0.5", "100", loyalty.Floor)
	more.ID, more.When.Spend = "more", dec("555")
	rules.Earnings = []loyalty.Earning{rate("0.5", "100", loyalty.Floor), more}
	for _, tc := range []struct {
		spend string
		want  int64
	}{{"19.99", 0}, {"20.00", 1}, {"554.99", 27}, {"555.00", 54}, {"560.00", 56}} {
		assert.Equal(t, tc.want, gives(t, rules, bought("r-1", clock("2026-03-01 12:00"), item("a", tc.spend))), tc.spend)
	}
}

// L7: what earns is a list of parts of the line.
func TestBase(t *testing.T) {
	taxed := func(paid, rate string, exclusive bool) customer.Line {
		line := item("a", paid)
		line.Tax = customer.Tax{Rate: dec(rate), Exclusive: exclusive}
		return line
	}
	bottle := item("cola", "1.25")
	bottle.Deposit = dec("0.25")
	delivery, card := item("van", "4.90"), item("card", "50.00")
	delivery.Sells, card.Sells = customer.DeliveryLine, customer.GiftCardLine
	withPoints := func(line customer.Line, amount string) customer.Line {
		line.Tenders = []customer.Tender{{Kind: customer.GiftCardTender, Amount: dec("0.01")}, {Kind: customer.PointsTender, Amount: dec(amount)}}
		return line
	}
	const goods, tax, deposit = loyalty.Goods, loyalty.Tax, loyalty.Deposit
	for _, tc := range []struct {
		name string
		base []loyalty.Portion
		line customer.Line
		want int64 // minor units that earn
	}{
		{"net of the tax it contains", []loyalty.Portion{goods}, taxed("119.00", "0.19", false), 10_000},
		{"with the tax it contains", []loyalty.Portion{goods, tax}, taxed("119.00", "0.19", false), 11_900},
		{"tax on top does not earn", []loyalty.Portion{goods}, taxed("100.00", "0.19", true), 10_000},
		{"tax on top earns", []loyalty.Portion{goods, tax}, taxed("100.00", "0.19", true), 11_900},
		{"tax without its goods", []loyalty.Portion{tax}, taxed("119.00", "0.19", false), 0},
		{"half a cent of tax is up", []loyalty.Portion{goods}, taxed("0.10", "0.05", true), 10},
		{"half a cent of tax is up and earns", []loyalty.Portion{goods, tax}, taxed("0.10", "0.05", true), 11},
		{"without the deposit", []loyalty.Portion{goods, tax}, bottle, 100},
		{"with the deposit", []loyalty.Portion{goods, tax, deposit}, bottle, 125},
		{"nothing but the deposit", []loyalty.Portion{deposit}, bottle, 25},
		{"delivery does not earn", []loyalty.Portion{goods, tax}, delivery, 0},
		{"delivery earns", []loyalty.Portion{loyalty.Delivery, tax}, delivery, 490},
		{"a gift card does not earn", []loyalty.Portion{goods, tax}, card, 0},
		{"a gift card earns", []loyalty.Portion{loyalty.GiftCards}, card, 5_000},
		{"what points paid does not earn", []loyalty.Portion{goods, tax}, withPoints(item("a", "10.00"), "4.00"), 600},
		{"what points paid earns", []loyalty.Portion{goods, tax, loyalty.PaidPoints}, withPoints(item("a", "10.00"), "4.00"), 1_000},
		{"points paid half of the net price", []loyalty.Portion{goods}, withPoints(taxed("11.90", "0.19", false), "5.95"), 500},
		{"points paid a third, rounded down", []loyalty.Portion{goods}, withPoints(taxed("1.00", "0.10", true), "0.34"), 69},
		{"no price", []loyalty.Portion{goods, tax}, customer.Line{SKU: "a", Quantity: dec("1")}, 0},
		{"no portion earns", nil, item("a", "10.00"), 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			rules := drugstore()
			rules.Base, rules.Earnings = tc.base, []loyalty.Earning{rate("1", "0.01", 0)}
			assert.Equal(t, tc.want, gives(t, rules, bought("r-1", clock("2026-03-01 12:00"), tc.line)))
		})
	}
}

func TestBonuses(t *testing.T) {
	store := item("soap", "20.00")
	store.Category, store.Brand, store.Kind = "care", "own", customer.StoreBrand
	sunday := clock("2026-03-01 12:00") // 20:00 in Shanghai
	plain := bought("r-1", sunday, store)
	at := func(text string) loyalty.Receipt { return bought("r-1", clock(text), store) }
	born := func(birthday, today string) loyalty.Receipt {
		receipt := at(today + " 04:00")
		receipt.Birthday = day(birthday)
		return receipt
	}
	shop := plain
	shop.Shop, shop.Partner = "s-1", "p-1"
	for _, tc := range []struct {
		name    string
		when    loyalty.When
		receipt loyalty.Receipt
		want    bool
	}{
		{"always", loyalty.When{}, plain, true},
		{"sku", loyalty.When{SKUs: []string{"x", "soap"}}, plain, true},
		{"another sku", loyalty.When{SKUs: []string{"x"}}, plain, false},
		{"category", loyalty.When{Categories: []string{"care"}}, plain, true},
		{"brand", loyalty.When{Brands: []string{"own"}}, plain, true},
		{"one list is enough", loyalty.When{SKUs: []string{"x"}, Brands: []string{"own"}}, plain, true},
		{"kind", loyalty.When{Kind: customer.StoreBrand}, plain, true},
		{"another kind", loyalty.When{Kind: customer.NationalBrand, SKUs: []string{"soap"}}, plain, false},
		{"shop and partner", loyalty.When{Shops: []string{"s-1"}, Partners: []string{"p-1"}}, shop, true},
		{"another partner", loyalty.When{Shops: []string{"s-1"}, Partners: []string{"p-2"}}, shop, false},
		{"another shop", loyalty.When{Shops: []string{"s-2"}}, shop, false},
		{"sunday", loyalty.When{Weekdays: []customer.Weekday{7}}, plain, true},
		{"still sunday in the zone", loyalty.When{Weekdays: []customer.Weekday{7}}, at("2026-03-01 15:59"), true},
		{"monday in the zone", loyalty.When{Weekdays: []customer.Weekday{7}}, at("2026-03-01 16:00"), false},
		{"before the hour", loyalty.When{FromHour: 20, ToHour: 24}, at("2026-03-01 11:59"), false},
		{"from the hour", loyalty.When{FromHour: 20, ToHour: 24}, at("2026-03-01 12:00"), true},
		{"to midnight", loyalty.When{FromHour: 20, ToHour: 24}, at("2026-03-01 15:59"), true},
		{"past midnight", loyalty.When{FromHour: 20, ToHour: 24}, at("2026-03-01 16:00"), false},
		{"first hour of the day", loyalty.When{ToHour: 1}, at("2026-03-01 16:59"), true},
		{"second hour of the day", loyalty.When{ToHour: 1}, at("2026-03-01 17:00"), false},
		{"before the campaign", loyalty.When{From: day("2026-03-02"), Until: day("2026-03-03")}, at("2026-03-01 15:59"), false},
		{"first day of the campaign", loyalty.When{From: day("2026-03-02"), Until: day("2026-03-03")}, at("2026-03-01 16:00"), true},
		{"last moment of the campaign", loyalty.When{From: day("2026-03-02"), Until: day("2026-03-03")}, at("2026-03-02 15:59"), true},
		{"after the campaign", loyalty.When{From: day("2026-03-02"), Until: day("2026-03-03")}, at("2026-03-02 16:00"), false},
		{"birthday unknown", loyalty.When{BirthdayDays: 1}, plain, false},
		{"day before the birthday", loyalty.When{BirthdayDays: 1}, born("1990-03-02", "2026-03-01"), false},
		{"birthday", loyalty.When{BirthdayDays: 1}, born("1990-03-02", "2026-03-02"), true},
		{"day after the birthday", loyalty.When{BirthdayDays: 1}, born("1990-03-02", "2026-03-03"), false},
		{"seventh day", loyalty.When{BirthdayDays: 7}, born("1990-03-02", "2026-03-08"), true},
		{"eighth day", loyalty.When{BirthdayDays: 7}, born("1990-03-02", "2026-03-09"), false},
		{"birthday week over the turn of the year", loyalty.When{BirthdayDays: 7}, born("1990-12-30", "2026-01-05"), true},
		{"29 February in another year", loyalty.When{BirthdayDays: 1}, born("2000-02-29", "2026-02-28"), true},
		{"29 February is not 1 March", loyalty.When{BirthdayDays: 1}, born("2000-02-29", "2026-03-01"), false},
		{"29 February in a leap year", loyalty.When{BirthdayDays: 1}, born("2000-02-29", "2028-02-29"), true},
		{"28 February is too early then", loyalty.When{BirthdayDays: 1}, born("2000-02-29", "2028-02-28"), false},
		{"not born yet", loyalty.When{BirthdayDays: 7}, born("2027-03-01", "2026-03-01"), false},
		{"spend", loyalty.When{Spend: dec("20.00")}, plain, true},
		{"spend not reached", loyalty.When{Spend: dec("20.01")}, plain, false},
		{"first purchase", loyalty.When{FirstPurchase: true}, plain, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			rules := drugstore()
			rules.Zone = "Asia/Shanghai"
			rules.Earnings = []loyalty.Earning{{ID: "bonus", When: tc.when, Points: dec("10")}}
			assert.Equal(t, tc.want, gives(t, rules, tc.receipt) == 10)
		})
	}
}

func TestFirstPurchaseComesOnce(t *testing.T) {
	rules := drugstore()
	rules.Earnings = []loyalty.Earning{{ID: "welcome", When: loyalty.When{FirstPurchase: true}, Points: dec("10")}}
	p := program(t, rules)
	d, err := p.Earn(loyalty.Account{}, bought("r-1", clock("2026-03-01 12:00"), item("a", "1.00")))
	a := after(t, d, err)
	d, err = p.Earn(a, bought("r-2", clock("2026-03-01 13:00"), item("a", "1.00")))
	assert.EqualValues(t, 10, after(t, d, err).Balances.In(loyalty.Member))
	_, err = p.Earn(a, bought("r-1", clock("2026-03-01 13:00"), item("a", "1.00")))
	assert.Equal(t, []string{loyalty.CodeSaleBooked}, refused(t, err))
}

// Each multiplier works on what stands before it.
func TestTimesCompoundInOrder(t *testing.T) {
	times := func(id, by, sku string) loyalty.Earning {
		return loyalty.Earning{ID: id, Times: dec(by), Rounding: loyalty.Floor, When: loyalty.When{SKUs: []string{sku}}}
	}
	extra := loyalty.Earning{ID: "extra", Points: dec("10")}
	base := drugstore().Earnings[0]
	receipt := bought("r-1", clock("2026-03-01 12:00"), item("a", "100.00"), item("b", "100.00"))
	for _, tc := range []struct {
		name     string
		earnings []loyalty.Earning
		want     int64
	}{
		{"base", []loyalty.Earning{base}, 20},
		{"double one line", []loyalty.Earning{base, times("x2", "2", "a")}, 30},
		{"double, then triple", []loyalty.Earning{base, times("x2", "2", "a"), times("x3", "3", "a")}, 70},
		{"half as much again, rounded down", []loyalty.Earning{base, times("x15", "1.55", "a")}, 25},
		{"extra after", []loyalty.Earning{base, times("x2", "2", "a"), extra}, 40},
		{"extra before", []loyalty.Earning{base, extra, times("x2", "2", "a")}, 45},
		{"nothing to multiply", []loyalty.Earning{times("x2", "2", "a"), base}, 20},
	} {
		rules := drugstore()
		rules.Earnings = tc.earnings
		assert.Equal(t, tc.want, gives(t, rules, receipt), tc.name)
	}
}

func TestEachCountsWholeUnits(t *testing.T) {
	rules := drugstore()
	rules.Earnings = []loyalty.Earning{{ID: "each", Each: dec("3")}}
	for quantity, want := range map[string]int64{"0": 0, "0.999": 0, "1": 3, "1.999": 3, "2": 6} {
		assert.Equal(t, want, gives(t, rules, bought("r-1", clock("2026-03-01 12:00"), items("a", quantity, "1.00"))), quantity)
	}
}

func TestCaps(t *testing.T) {
	for _, tc := range []struct {
		per      loyalty.Period
		same     string // still in the period of 2026-03-31 12:00
		next     string // the first moment after it
		want     int64  // of two receipts of 80 with a cap of 100
		wantNext int64
	}{
		{loyalty.PerReceipt, "2026-03-31 12:01", "2026-03-31 12:02", 160, 240},
		{loyalty.PerDay, "2026-03-31 23:59", "2026-04-01 00:00", 100, 180},
		{loyalty.PerMonth, "2026-03-01 00:00", "2026-04-01 00:00", 100, 180},
		{loyalty.PerYear, "2026-12-31 23:59", "2027-01-01 00:00", 100, 180},
		{loyalty.PerLifetime, "2030-01-01 00:00", "2040-01-01 00:00", 100, 100},
	} {
		t.Run(tc.per.String(), func(t *testing.T) {
			rules := drugstore()
			rules.Caps = []loyalty.Cap{{ID: "most", Per: tc.per, Points: dec("100")}}
			p := program(t, rules)
			d, err := p.Earn(loyalty.Account{}, bought("r-1", clock("2026-03-31 12:00"), item("a", "800.00")))
			a := after(t, d, err)
			d, err = p.Earn(a, bought("r-2", clock(tc.same), item("a", "800.00")))
			a = after(t, d, err)
			assert.Equal(t, tc.want, a.Balances.In(loyalty.Member))
			d, err = p.Earn(a, bought("r-3", clock(tc.next), item("a", "800.00")))
			assert.Equal(t, tc.wantNext, after(t, d, err).Balances.In(loyalty.Member))
			assert.EqualValues(t, 100, gives(t, rules, bought("r-1", clock(tc.same), item("a", "1010.00"))), "101 points are over the cap")
			assert.EqualValues(t, 100, gives(t, rules, bought("r-1", clock(tc.same), item("a", "1000.00"))))
		})
	}
}

// A later cap that takes points away leaves room in the earlier one.
func TestCapsAreUsedByWhatIsGiven(t *testing.T) {
	rules := drugstore()
	rules.Caps = []loyalty.Cap{{ID: "day", Per: loyalty.PerDay, Points: dec("100")}, {ID: "bill", Per: loyalty.PerReceipt, Points: dec("50")}}
	p, a := program(t, rules), loyalty.Account{}
	for _, step := range []struct {
		ref  string
		want int64
	}{{"r-1", 50}, {"r-2", 100}, {"r-3", 100}} {
		d, err := p.Earn(a, bought(step.ref, clock("2026-03-31 12:00"), item("a", "800.00")))
		a = after(t, d, err)
		assert.Equal(t, step.want, a.Balances.In(loyalty.Member), step.ref)
	}
}

func TestCapOfSomeEarningsAndEvents(t *testing.T) {
	rules := drugstore()
	rules.Earnings = append(rules.Earnings, loyalty.Earning{ID: "extra", Points: dec("30")})
	rules.Events = []loyalty.Event{{ID: "survey", Points: dec("25"), Most: 2}}
	rules.Caps = []loyalty.Cap{{ID: "gifts", Of: []string{"extra", "survey"}, Per: loyalty.PerMonth, Points: dec("40")}}
	p := program(t, rules)
	d, err := p.Earn(loyalty.Account{}, bought("r-1", clock("2026-03-31 12:00"), item("a", "800.00")))
	a := after(t, d, err)
	assert.EqualValues(t, 110, a.Balances.In(loyalty.Member))
	d, err = p.Award(a, loyalty.Occasion{Ref: "o-1", Event: "survey", At: clock("2026-03-31 12:00")})
	a = after(t, d, err)
	assert.EqualValues(t, 120, a.Balances.In(loyalty.Member), "10 of 25 are left under the cap")
	d, err = p.Award(a, loyalty.Occasion{Ref: "o-2", Event: "survey", At: clock("2026-03-31 12:00")})
	require.NoError(t, err)
	assert.Empty(t, d.Entries)
	assert.NotEmpty(t, d.Reasons)
	d, err = p.Award(a, loyalty.Occasion{Ref: "o-3", Event: "survey", At: clock("2026-04-01 12:00")})
	a = after(t, d, err)
	_, err = p.Award(a, loyalty.Occasion{Ref: "o-4", Event: "survey", At: clock("2026-05-01 12:00")})
	assert.Equal(t, []string{loyalty.CodeHadEvent}, refused(t, err))
	_, err = p.Award(a, loyalty.Occasion{Event: "party"})
	assert.Equal(t, []string{"ref", "at", "event"}, faulty(t, err))
}

func TestVesting(t *testing.T) {
	for _, tc := range []struct {
		name  string
		days  int
		close bool
		last  string // the last moment pending
		first string
	}{
		{"after 14 days", 14, false, "2026-03-14 23:59", "2026-03-15 00:00"},
		{"when the sale closes", 0, true, "2026-03-31 23:59", "2026-04-01 00:00"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			rules := drugstore()
			rules.VestDays, rules.VestAtClose = tc.days, tc.close
			p := program(t, rules)
			d, err := p.Earn(loyalty.Account{}, bought("r-1", clock("2026-03-01 12:00"), item("a", "50.00")))
			a := after(t, d, err)
			d, err = p.Settle(a, clock(tc.last))
			assert.EqualValues(t, 5, after(t, d, err).Balances.In(loyalty.Pending))
			_, err = p.Redeem(a, loyalty.Spending{Ref: "p-1", At: clock(tc.last), Points: dec("5")})
			assert.Equal(t, []string{loyalty.CodePoints}, refused(t, err))
			d, err = p.Redeem(a, loyalty.Spending{Ref: "p-1", At: clock(tc.first), Points: dec("5")})
			assert.EqualValues(t, 5, after(t, d, err).Balances.In(loyalty.Redeemed))
		})
	}
}

// L13: points lapse by their own lots; through the whole of their last day they are good.
func TestExpiry(t *testing.T) {
	for _, tc := range []struct {
		name     string
		expiry   loyalty.Expiry
		on, last string
	}{
		{"days", loyalty.Expiry{Days: 30}, "2026-03-01", "2026-03-31"},
		{"a month from 31 January", loyalty.Expiry{Months: 1}, "2026-01-31", "2026-02-28"},
		{"a month in a leap year", loyalty.Expiry{Months: 1}, "2028-01-31", "2028-02-29"},
		{"two months from 31 January", loyalty.Expiry{Months: 2}, "2026-01-31", "2026-03-31"},
		{"end of the month", loyalty.Expiry{To: loyalty.EndOfMonth}, "2026-02-01", "2026-02-28"},
		{"end of the month, on its last day", loyalty.Expiry{To: loyalty.EndOfMonth}, "2026-02-28", "2026-02-28"},
		{"end of the quarter", loyalty.Expiry{To: loyalty.EndOfQuarter}, "2026-04-01", "2026-06-30"},
		{"end of the year", loyalty.Expiry{To: loyalty.EndOfYear}, "2026-12-31", "2026-12-31"},
		{"a year, to the end of the quarter", loyalty.Expiry{Months: 12, To: loyalty.EndOfQuarter}, "2026-05-10", "2027-06-30"},
		{"90 days, to the end of the month", loyalty.Expiry{Days: 90, To: loyalty.EndOfMonth}, "2026-11-02", "2027-01-31"},
		{"three idle months", loyalty.Expiry{IdleMonths: 3}, "2026-11-30", "2027-02-28"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			rules := drugstore()
			rules.Expiry = tc.expiry
			p := program(t, rules)
			d, err := p.Earn(loyalty.Account{}, bought("r-1", clock(tc.on+" 12:00"), item("a", "50.00")))
			a := after(t, d, err)
			d, err = p.Redeem(a, loyalty.Spending{Ref: "p-1", At: clock(tc.last + " 23:59"), Points: dec("5")})
			assert.EqualValues(t, 5, after(t, d, err).Balances.In(loyalty.Redeemed), "the last day")
			next := day(tc.last).AddDays(1).Start(time.UTC)
			_, err = p.Redeem(a, loyalty.Spending{Ref: "p-1", At: next, Points: dec("1")})
			assert.Equal(t, []string{loyalty.CodePoints}, refused(t, err), "the day after")
			d, err = p.Settle(a, next)
			assert.EqualValues(t, 5, after(t, d, err).Balances.In(loyalty.Expired))
			assert.Equal(t, loyalty.CodeLapsed, d.Reasons[0].Code)
			assert.Equal(t, day(tc.last), d.Reasons[0].On)
		})
	}
}

func TestActivityExtendsIdlePoints(t *testing.T) {
	rules := drugstore()
	rules.Expiry = loyalty.Expiry{IdleMonths: 3}
	p := program(t, rules)
	d, err := p.Earn(loyalty.Account{}, bought("r-1", clock("2026-01-10 12:00"), item("a", "50.00")))
	a := after(t, d, err)
	d, err = p.Redeem(a, loyalty.Spending{Ref: "p-1", At: clock("2026-04-10 23:00"), Points: dec("1")})
	a = after(t, d, err)
	d, err = p.Settle(a, clock("2026-07-10 23:00"))
	assert.EqualValues(t, 4, after(t, d, err).Balances.In(loyalty.Member))
	d, err = p.Settle(a, clock("2026-07-11 00:00"))
	a = after(t, d, err)
	assert.EqualValues(t, 4, a.Balances.In(loyalty.Expired))
	// Goodwill to somebody long away is not gone before she hears of it.
	d, err = p.Adjust(a, loyalty.Adjustment{Ref: "a-1", At: clock("2027-01-01 12:00"), Points: dec("9"), Reason: "late parcel", Author: "desk-1"})
	a = after(t, d, err)
	d, err = p.Settle(a, clock("2027-01-02 12:00"))
	assert.EqualValues(t, 9, after(t, d, err).Balances.In(loyalty.Member))
}

// An edition with other expiry leaves both sorts of lots; each goes on its own day.
func TestIdlePointsLapseBesideDatedOnes(t *testing.T) {
	rules := drugstore()
	rules.Expiry = loyalty.Expiry{Months: 24}
	d, err := program(t, rules).Earn(loyalty.Account{}, bought("r-1", clock("2026-01-10 12:00"), item("a", "50.00")))
	a := after(t, d, err)
	rules.Version, rules.Expiry = 2, loyalty.Expiry{IdleMonths: 3}
	p := program(t, rules)
	d, err = p.Earn(a, bought("r-2", clock("2026-01-11 12:00"), item("a", "70.00")))
	a = after(t, d, err)
	d, err = p.Settle(a, clock("2026-04-12 00:00"))
	a = after(t, d, err)
	assert.EqualValues(t, 7, a.Balances.In(loyalty.Expired))
	assert.EqualValues(t, 5, a.Balances.In(loyalty.Member))
}

// What had fallen due is part of the decision that found it.
func TestEarnKeepsWhatWasDue(t *testing.T) {
	rules := drugstore()
	rules.VestDays = 1
	p := program(t, rules)
	d, err := p.Earn(loyalty.Account{}, bought("r-1", clock("2026-03-01 12:00"), item("a", "50.00")))
	a := after(t, d, err)
	d, err = p.Earn(a, bought("r-2", clock("2026-03-02 12:00"), item("a", "50.00")))
	require.NoError(t, err)
	applied, err := a.Apply(d.Entries...)
	require.NoError(t, err)
	assert.Equal(t, d.Next, applied)
	assert.EqualValues(t, 5, applied.Balances.In(loyalty.Member))
}

func TestReceiptsThatAreRefused(t *testing.T) {
	p := program(t, drugstore())
	foreign := bought("r-1", clock("2026-03-01 12:00"), item("a", "1.00"))
	foreign.Currency = customer.Currency{Code: "EUR", Digits: 2}
	foreign.Birthday = -1
	huge := items("a", "1", "9999999999999.99")
	for name, tc := range map[string]struct {
		receipt loyalty.Receipt
		want    []string
	}{
		"nothing":            {loyalty.Receipt{}, []string{"ref", "at", "lines"}},
		"another currency":   {foreign, []string{"currency", "birthday"}},
		"a ten-thousandth":   {bought("r-1", clock("2026-03-01 12:00"), items("a", "0.0001", "1.00")), []string{"lines[0].quantity"}},
		"a sum over the top": {bought("r-1", clock("2026-03-01 12:00"), huge, huge), []string{"lines[1].paid"}},
	} {
		_, err := p.Earn(loyalty.Account{}, tc.receipt)
		assert.Equal(t, tc.want, faulty(t, err), name)
	}
	rules := drugstore()
	rules.Earnings[0].Rate.Points, rules.Earnings[0].PerLine = decimal.New(1, 12), true
	_, err := program(t, rules).Earn(loyalty.Account{}, bought("r-1", clock("2026-03-01 12:00"), item("a", "999999999.99")))
	require.Error(t, err)
}
