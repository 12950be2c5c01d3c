package loyalty_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/loyalty"
)

// everything is a rule book with every field set that can stand beside the others.
func everything() loyalty.Rules {
	rules := drugstore()
	rules.From, rules.Until, rules.PointDigits = day("2026-01-01"), day("2027-01-01"), 1
	rules.Base = []loyalty.Portion{loyalty.Goods, loyalty.Tax, loyalty.Deposit, loyalty.Delivery, loyalty.GiftCards, loyalty.PaidPoints}
	rules.Earnings = append(
		rules.Earnings,
		loyalty.Earning{ID: "double", Times: dec("2"), Rounding: loyalty.HalfEven, PerLine: true, When: loyalty.When{
			SKUs: []string{"a"}, Categories: []string{"b"}, Brands: []string{"c"}, Kind: customer.StoreBrand,
			Partners: []string{"p-1"}, Shops: []string{"s-1"}, Weekdays: []customer.Weekday{1, 7}, FromHour: 8, ToHour: 20,
			From: day("2026-03-01"), Until: day("2026-04-01"), BirthdayDays: 7, FirstPurchase: true, Spend: dec("20"),
		}},
		loyalty.Earning{ID: "once", Points: dec("5.5")},
		loyalty.Earning{ID: "each", Each: dec("1")},
	)
	rules.Events = []loyalty.Event{{ID: "survey", Points: dec("10"), VestDays: 3, Most: 2}}
	rules.Caps = []loyalty.Cap{{ID: "month", Of: []string{"double", "survey"}, Per: loyalty.PerMonth, Points: dec("100")}}
	rules.VestDays, rules.Expiry = 14, loyalty.Expiry{Months: 12, To: loyalty.EndOfQuarter}
	rules.Tender.Least = dec("10")
	rules.Rewards = []loyalty.Reward{{ID: "mug", Points: dec("80"), Gives: "a mug", Stock: "mugs", From: day("2026-02-01"), Until: day("2026-05-01")}}
	return rules
}

func TestRulesSurviveJSON(t *testing.T) {
	program(t, everything())
	text, err := json.Marshal(everything())
	require.NoError(t, err)
	read, err := loyalty.ParseRules(text)
	require.NoError(t, err)
	again, err := json.Marshal(read)
	require.NoError(t, err)
	assert.JSONEq(t, string(text), string(again))
	for _, change := range [][2]string{
		{`"return_days"`, `"returndays"`},
		{`"shortfall":"others-then-owe"`, `"shortfall":"ask"`},
		{`"worth":"0.1"`, `"worth":0.1`},
		{`"per":"month"`, `"per":"month","per":"year"`},
	} {
		changed := strings.Replace(string(text), change[0], change[1], 1)
		require.NotEqual(t, string(text), changed)
		_, err := loyalty.ParseRules([]byte(changed))
		require.Error(t, err, change[1])
	}
}

func TestRulesAtFault(t *testing.T) {
	for name, tc := range map[string]struct {
		change func(r *loyalty.Rules)
		want   []string
	}{
		"zone":                {func(r *loyalty.Rules) { r.Zone = "Europe/Berlin" }, []string{"zone"}},
		"currency":            {func(r *loyalty.Rules) { r.Currency = customer.Currency{Code: "CNY", Digits: -1} }, nil},
		"digits":              {func(r *loyalty.Rules) { r.PointDigits = 4 }, []string{"point_digits"}},
		"base":                {func(r *loyalty.Rules) { r.Base = []loyalty.Portion{0, 1, 1, 7} }, []string{"base[0]", "base[2]", "base[3]"}},
		"edition":             {func(r *loyalty.Rules) { r.Edition = customer.Edition{} }, []string{"id", "version"}},
		"two methods":         {func(r *loyalty.Rules) { r.Earnings[0].Points = dec("1") }, []string{"earnings[0].rate"}},
		"rate":                {func(r *loyalty.Rules) { r.Earnings[0].Rate.Points, r.Earnings[0].Rate.Per = dec("0"), dec("0.001") }, []string{"earnings[0].rate.points", "earnings[0].rate.per"}},
		"rounding of a full":  {func(r *loyalty.Rules) { r.Earnings[0].Rounding = loyalty.Floor }, []string{"earnings[0].rounding"}},
		"no rounding":         {func(r *loyalty.Rules) { r.Earnings[1].Rounding = 0 }, []string{"earnings[1].rounding"}},
		"times":               {func(r *loyalty.Rules) { r.Earnings[1].Times = dec("1") }, []string{"earnings[1].times"}},
		"times of a ten-thou": {func(r *loyalty.Rules) { r.Earnings[1].Times = dec("1.0001") }, []string{"earnings[1].times"}},
		"points per line":     {func(r *loyalty.Rules) { r.Earnings[2].PerLine = true }, []string{"earnings[2].per_line"}},
		"weekday and hours": {func(r *loyalty.Rules) {
			r.Earnings[1].When.Weekdays = []customer.Weekday{0}
			r.Earnings[1].When.ToHour = 8
		}, []string{"earnings[1].when.weekdays[0]", "earnings[1].when.to_hour"}},
		"campaign and spend": {func(r *loyalty.Rules) {
			w := &r.Earnings[1].When
			w.Until = w.From
			w.Spend = dec("-1")
			w.BirthdayDays = 367
			w.Kind = 9
		}, []string{"earnings[1].when.kind", "earnings[1].when.until", "earnings[1].when.birthday_days", "earnings[1].when.spend"}},
		"names":            {func(r *loyalty.Rules) { r.Earnings[1].ID = "base"; r.Events[0].ID = "event x"; r.Caps[0].Of = nil }, []string{"earnings[1].id", "events[0].id"}},
		"cap":              {func(r *loyalty.Rules) { r.Caps[0].Per, r.Caps[0].Points, r.Caps[0].Of = 0, dec("0"), []string{"x"} }, []string{"caps[0].points", "caps[0].per", "caps[0].of[0]"}},
		"cap with a blank": {func(r *loyalty.Rules) { r.Caps[0].ID = "event survey" }, []string{"caps[0].id"}},
		"event": {func(r *loyalty.Rules) {
			r.Events[0].VestDays, r.Events[0].Most, r.Events[0].Points = -1, -1, dec("0.01")
		}, []string{"events[0].vest_days", "events[0].most", "events[0].points"}},
		"vesting twice":        {func(r *loyalty.Rules) { r.VestAtClose = true }, []string{"vest_days"}},
		"expiry of two kinds":  {func(r *loyalty.Rules) { r.Expiry.Days, r.Expiry.IdleMonths = 1, 1 }, []string{"expiry.days", "expiry.to"}},
		"returns":              {func(r *loyalty.Rules) { r.ReturnDays, r.Shortfall = 3661, 0 }, []string{"return_days", "shortfall"}},
		"tender":               {func(r *loyalty.Rules) { r.Tender.MostPermille, r.Tender.Multiple = 1001, dec("0.5") }, []string{"tender.most_permille"}},
		"tender of half cents": {func(r *loyalty.Rules) { r.Tender.Worth = dec("0.01"); r.Tender.Multiple = dec("0.5") }, []string{"tender.multiple"}},
		"reward": {func(r *loyalty.Rules) {
			w := &r.Rewards[0]
			w.ID, w.Gives, w.Until, w.Points = "", "", w.From, dec("0")
		}, []string{"rewards[0].gives", "rewards[0].until", "rewards[0].id", "rewards[0].points"}},
	} {
		t.Run(name, func(t *testing.T) {
			rules := everything()
			tc.change(&rules)
			_, err := loyalty.NewProgram(rules, time.UTC)
			if paths := faulty(t, err); tc.want != nil {
				assert.Equal(t, tc.want, paths)
			}
		})
	}
	_, err := loyalty.NewProgram(loyalty.Rules{}, nil)
	assert.Subset(t, faulty(t, err), []string{"id", "version", "zone", "shortfall"}, "all at once")
}

// A program has its own copy of the rules.
func TestProgramIsNotChangedFromOutside(t *testing.T) {
	rules := drugstore()
	rules.Earnings[0].When.Shops = []string{"s-1"}
	p := program(t, rules)
	rules.Earnings[0].When.Shops[0] = "s-2"
	receipt := bought("r-1", clock("2026-03-01 12:00"), item("a", "50.00"))
	receipt.Shop = "s-1"
	d, err := p.Earn(loyalty.Account{}, receipt)
	assert.EqualValues(t, 5, after(t, d, err).Balances.In(loyalty.Member))
}

func TestRulesOutOfForce(t *testing.T) {
	p := program(t, everything())
	for at, code := range map[string]string{"2025-12-31 23:59": customer.CodeNotYetInForce, "2027-01-01 00:00": customer.CodeNoLongerInForce} {
		_, err := p.Settle(loyalty.Account{}, clock(at))
		assert.Equal(t, []string{code}, refused(t, err))
	}
}
