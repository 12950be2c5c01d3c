package personal_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/promo"
	"github.com/rapport-crm/rapport/promo/personal"
)

// shelf is three categories by item code, without a usual spend.
func shelf() []personal.Item {
	return []personal.Item{{Category: "coffee"}, {Category: "milk"}, {Category: "soap"}}
}

const coffee, milk, soap = 0, 1, 2

func newMaker(t *testing.T, rules personal.ListRules, deals ...promo.Offer) *personal.Maker {
	t.Helper()
	maker, err := personal.NewMaker(rules, shelf(), deals)
	require.NoError(t, err)
	return maker
}

// anybody is makerRules for anybody, whatever she spends.
func anybody() personal.ListRules {
	rules := makerRules()
	rules.WeeklySpend, rules.Weeks = amount("0"), 0
	return rules
}

// facts are those of a customer who is due for items, in this order, and spends 10.00 on
// each.
func facts(cellText string, items ...uint32) personal.Facts {
	f := personal.Facts{Customer: "c-1", Consent: true, Value: 130_000}
	for i, item := range items {
		f.Due = append(f.Due, personal.Due{Item: item, Score: int64(1000 - i)})
	}
	for _, item := range slices.Sorted(slices.Values(items)) {
		f.Standings = append(f.Standings, personal.Standing{Item: item, Cell: cell(cellText), Spend: 1000})
	}
	return f
}

// told are the lines as item, ‰ and saving; a reminder has neither.
func told(list personal.List) []string {
	var lines []string
	for _, line := range list.Lines {
		text := shelf()[line.Item].Category
		if line.Coupon.Offer != "" {
			text += fmt.Sprintf(" %s %d‰ %d", line.Coupon.Offer, line.Coupon.Permille, line.Saving)
		}
		lines = append(lines, text)
	}
	return lines
}

func lineCodes(line personal.ListLine) []string {
	var list []string
	for _, reason := range line.Reasons {
		list = append(list, reason.Code)
	}
	return list
}

// row E1: 25.00 a week over four whole weeks, Monday to Sunday, before the list's day.
func TestWeeklySpend(t *testing.T) {
	maker := newMaker(t, makerRules(), couponOn("deal", 500, "coffee"))
	spend := func(day string, minor int64) personal.Spend { return personal.Spend{Day: date(day), Minor: minor} }
	// 25 November 2026 is a Wednesday: the weeks are those from 26 October to 22 November.
	for _, tc := range []struct {
		name   string
		on     string
		spends []personal.Spend
		sum    int64 // that counted
		ok     bool
	}{
		{"exactly", "2026-11-25", []personal.Spend{spend("2026-11-10", 10_000)}, 10_000, true},
		{"a cent short", "2026-11-25", []personal.Spend{spend("2026-11-10", 9_999)}, 9_999, false},
		{"a week above does not round up", "2026-11-25", []personal.Spend{spend("2026-11-10", 2_499), spend("2026-11-11", 2_500), spend("2026-11-12", 5_000)}, 9_999, false},
		{"on the first Monday", "2026-11-25", []personal.Spend{spend("2026-10-26", 10_000)}, 10_000, true},
		{"on the Sunday before it", "2026-11-25", []personal.Spend{spend("2026-10-25", 10_000)}, 0, false},
		{"on the last Sunday", "2026-11-25", []personal.Spend{spend("2026-11-22", 10_000)}, 10_000, true},
		{"in the week that is not over", "2026-11-25", []personal.Spend{spend("2026-11-23", 10_000)}, 0, false},
		{"a list of a Monday sees the week that has just ended", "2026-11-23", []personal.Spend{spend("2026-11-22", 10_000)}, 10_000, true},
		{"a list of a Sunday does not see its own week", "2026-11-22", []personal.Spend{spend("2026-11-21", 10_000)}, 0, false},
		{"three empty weeks count", "2026-11-25", []personal.Spend{spend("2026-11-18", 9_000)}, 9_000, false},
		{"money back", "2026-11-25", []personal.Spend{spend("2026-11-11", -1), spend("2026-11-10", 10_000)}, 9_999, false},
		{"nothing", "2026-11-25", nil, 0, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f := facts("national-loyal/heavy", coffee)
			f.Spends = tc.spends
			list, err := maker.Make(f, date(tc.on))
			if tc.ok {
				require.NoError(t, err)
				assert.Equal(t, personal.CodeWeekly, list.Reasons[0].Code)
				assert.Equal(t, tc.sum, list.Reasons[0].Fact)
				return
			}
			var refusal *customer.Refusal
			require.ErrorAs(t, err, &refusal)
			require.Equal(t, []string{personal.CodeWeeklyTooLow}, codes(t, err))
			assert.Equal(t, tc.sum, refusal.Missing[0].Fact)
			assert.Equal(t, int64(10_000), refusal.Missing[0].Mark)
		})
	}
}

// Everything that stands against a list is told at once.
func TestNoList(t *testing.T) {
	maker := newMaker(t, makerRules(), couponOn("deal", 500, "coffee"))
	f := facts("national-loyal/heavy", coffee)
	f.Consent = false
	_, err := maker.Make(f, date("2026-11-25"))
	assert.Equal(t, []string{personal.CodeNoConsent, personal.CodeWeeklyTooLow}, codes(t, err))

	maker = newMaker(t, anybody(), couponOn("deal", 500, "coffee"))
	_, err = maker.Make(f, date("2026-11-25"))
	assert.Equal(t, []string{personal.CodeNoConsent}, codes(t, err))

	f = facts("national-loyal/heavy", milk)
	_, err = maker.Make(f, date("2026-11-25"))
	assert.Equal(t, []string{personal.CodeNothingToOffer}, codes(t, err))

	rules := anybody()
	rules.From, rules.Until = date("2026-11-25"), date("2026-11-26")
	maker = newMaker(t, rules, couponOn("deal", 500, "coffee"))
	f = facts("national-loyal/heavy", coffee)
	for day, code := range map[string]string{"2026-11-24": customer.CodeNotYetInForce, "2026-11-26": customer.CodeNoLongerInForce} {
		_, err = maker.Make(f, date(day))
		assert.Equal(t, []string{code}, codes(t, err))
	}
	_, err = maker.Make(f, date("2026-11-25"))
	assert.NoError(t, err)
}

// row E2: what is due and on offer; what is due alone is a reminder, where the rules want
// that.
func TestDueAndOnOffer(t *testing.T) {
	during := func(from, until string) promo.Offer {
		offer := couponOn("deal", 500, "coffee")
		offer.When.From, offer.When.Until = date(from), date(until)
		return offer
	}
	milkDeal := couponOn("milk", 500, "milk")
	for _, tc := range []struct {
		name        string
		deals       []promo.Offer
		want        []string // without reminders
		reminders   []string
		from, until string // of the first coupon
	}{
		{"no deal on coffee", []promo.Offer{milkDeal}, []string{"milk milk 250‰ 250"}, []string{"coffee", "milk milk 250‰ 250", "soap"}, "2026-11-25", "2026-12-09"},
		{"for the whole list", []promo.Offer{couponOn("deal", 500, "coffee")}, []string{"coffee deal 250‰ 250"}, []string{"coffee deal 250‰ 250", "milk", "soap"}, "2026-11-25", "2026-12-09"},
		{"over the day before", []promo.Offer{milkDeal, during("2026-11-01", "2026-11-25")}, []string{"milk milk 250‰ 250"}, []string{"coffee", "milk milk 250‰ 250", "soap"}, "2026-11-25", "2026-12-09"},
		{"over on the list's day", []promo.Offer{during("2026-11-01", "2026-11-26")}, []string{"coffee deal 250‰ 250"}, []string{"coffee deal 250‰ 250", "milk", "soap"}, "2026-11-25", "2026-11-26"},
		{"begins on the last day", []promo.Offer{during("2026-12-08", "2027-01-01")}, []string{"coffee deal 250‰ 250"}, []string{"coffee deal 250‰ 250", "milk", "soap"}, "2026-12-08", "2026-12-09"},
		{"begins a day later", []promo.Offer{milkDeal, during("2026-12-09", "2027-01-01")}, []string{"milk milk 250‰ 250"}, []string{"coffee", "milk milk 250‰ 250", "soap"}, "2026-11-25", "2026-12-09"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			rules := anybody()
			f := facts("national-loyal/light", coffee, milk, soap)
			list, err := newMaker(t, rules, tc.deals...).Make(f, date("2026-11-25"))
			require.NoError(t, err)
			assert.Equal(t, tc.want, told(list))
			coupon := list.Lines[0].Coupon
			assert.Equal(t, date(tc.from), coupon.From)
			assert.Equal(t, date(tc.until), coupon.Until)
			assert.Equal(t, "personal/1/2026-11-25/"+coupon.Offer, coupon.ID)

			rules.Reminders = true
			list, err = newMaker(t, rules, tc.deals...).Make(f, date("2026-11-25"))
			require.NoError(t, err)
			assert.Equal(t, tc.reminders, told(list))
			assert.Equal(t, []string{personal.CodeNoDeal}, lineCodes(list.Lines[2]))
		})
	}
}

// Which of several deals stands on the list.
func TestChoosesDeal(t *testing.T) {
	deal := func(id string, permille int, change func(*promo.Offer)) promo.Offer {
		offer := couponOn(id, permille, "coffee")
		change(&offer)
		return offer
	}
	plain := func(*promo.Offer) {}
	for _, tc := range []struct {
		name  string
		deals []promo.Offer
		want  string
	}{
		{"the higher one", []promo.Offer{deal("a", 300, plain), deal("b", 301, plain)}, "coffee b 301‰ 301"},
		{"above the ladder they are alike: the ID", []promo.Offer{deal("b", 900, plain), deal("a", 500, plain)}, "coffee a 500‰ 500"},
		{"the priority", []promo.Offer{deal("a", 500, plain), deal("b", 500, func(o *promo.Offer) { o.Priority = 1 })}, "coffee b 500‰ 500"},
		{"the earlier start", []promo.Offer{deal("a", 500, func(o *promo.Offer) { o.When.From = date("2026-11-02") }), deal("b", 500, func(o *promo.Offer) { o.When.From = date("2026-11-01") })}, "coffee b 500‰ 500"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			for range 2 {
				list, err := newMaker(t, anybody(), tc.deals...).Make(facts("national-loyal/heavy", coffee), date("2026-11-25"))
				require.NoError(t, err)
				assert.Equal(t, []string{tc.want}, told(list))
				slices.Reverse(tc.deals)
			}
		})
	}
}

// A product is listed with a deal on itself or on its category, of its kind of brand, and
// unless it is left out.
func TestDealsOnProducts(t *testing.T) {
	items := []personal.Item{{SKU: "beans", Category: "coffee", Kind: customer.StoreBrand}, {SKU: "instant", Category: "coffee", Kind: customer.NationalBrand}, {SKU: "loose"}}
	on := func(o promo.On) promo.Offer {
		return promo.Offer{ID: "deal", Who: promo.Who{Coupon: true}, On: o, Gives: promo.Gives{Permille: 500}}
	}
	for _, tc := range []struct {
		name string
		on   promo.On
		want []uint32
	}{
		{"sku", promo.On{SKUs: []string{"instant"}}, []uint32{1}},
		{"category", promo.On{Categories: []string{"coffee"}}, []uint32{0, 1}},
		{"kind", promo.On{Categories: []string{"coffee"}, Kind: customer.StoreBrand}, []uint32{0}},
		{"except", promo.On{Categories: []string{"coffee"}, Except: []string{"beans"}}, []uint32{1}},
		{"either", promo.On{Categories: []string{"coffee"}, SKUs: []string{"loose", "beans"}}, []uint32{0, 1, 2}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			maker, err := personal.NewMaker(anybody(), items, []promo.Offer{on(tc.on)})
			require.NoError(t, err)
			var listed []uint32
			facts := facts("national-loyal/heavy", 0, 1, 2)
			for item := range uint32(3) {
				if maker.Listable(facts.Standings, date("2026-11-25"))(item) {
					listed = append(listed, item)
				}
			}
			assert.Equal(t, tc.want, listed)
			list, err := maker.Make(facts, date("2026-11-25"))
			require.NoError(t, err)
			require.Len(t, list.Lines, len(tc.want))
			for i, line := range list.Lines {
				assert.Equal(t, tc.want[i], line.Item)
			}
		})
	}
	maker, err := personal.NewMaker(anybody(), shelf(), []promo.Offer{on(promo.On{Categories: []string{"coffee"}, Kind: customer.StoreBrand, Except: []string{"beans"}})})
	require.NoError(t, err)
	assert.True(t, maker.Listable(facts("national-loyal/heavy", coffee).Standings, date("2026-11-25"))(coffee), "the deal is on part of the category")
}

// row E5: what is taken off, by cell and by how many lists with the item came before.
func TestLadder(t *testing.T) {
	maker := newMaker(t, anybody(), couponOn("deal", 450, "coffee"))
	rules := anybody()
	rules.Reminders = true
	reminding := newMaker(t, rules, couponOn("deal", 450, "coffee"))
	for _, tc := range []struct {
		cell           string
		lists, periods int
		permille       int
		why            []string
	}{
		{"national-loyal/light", 0, 9, 250, []string{personal.CodeLadder, personal.CodeEnvelope}},
		{"national-loyal/medium", 0, 9, 350, []string{personal.CodeLadder, personal.CodeEnvelope}},
		{"national-loyal/heavy", 0, 9, 450, []string{personal.CodeLadder, personal.CodeDealMost, personal.CodeEnvelope}}, // the deal gives no more
		{"national-loyal/heavy", 1, 9, 250, []string{personal.CodeLadder, personal.CodeEnvelope}},
		{"national-loyal/heavy", 2, 9, 150, []string{personal.CodeLadder, personal.CodeEnvelope}},
		{"national-loyal/heavy", 3, 9, 150, []string{personal.CodeLadder, personal.CodeEnvelope}},
		{"switcher/heavy", 0, 9, 300, []string{personal.CodeLadder, personal.CodeEnvelope}},
		{"store-loyal/heavy", 0, 0, 150, []string{personal.CodeLadder, personal.CodeEnvelope}},
		{"store-loyal/heavy", 1, 1, 100, []string{personal.CodeLadder, personal.CodeEnvelope}},
		{"store-loyal/heavy", 2, 2, 0, []string{personal.CodeStopped}}, // after two periods
		{"store-loyal/heavy", 2, 3, 0, []string{personal.CodeStopped}},
		{"unknown/unknown", 0, 0, 200, []string{personal.CodeLadder, personal.CodeEnvelope}},
		{"unknown/heavy", 0, 0, 0, []string{personal.CodeNoRung}},
	} {
		t.Run(fmt.Sprintf("%s, %d lists, %d periods", tc.cell, tc.lists, tc.periods), func(t *testing.T) {
			f := facts(tc.cell, coffee)
			f.Standings[0].Lists, f.Standings[0].Periods = tc.lists, tc.periods
			list, err := reminding.Make(f, date("2026-11-25"))
			require.NoError(t, err)
			assert.Equal(t, tc.permille, list.Lines[0].Coupon.Permille)
			assert.Equal(t, int64(tc.permille), list.Saving, "of 10.00")
			assert.Equal(t, tc.why, lineCodes(list.Lines[0]))
			if tc.permille == 0 {
				_, err := maker.Make(f, date("2026-11-25"))
				assert.Equal(t, []string{personal.CodeNothingToOffer}, codes(t, err))
			}
		})
	}
}

// What she spends on an item is hers, or what is usual, or there is no telling.
func TestExpectedSpend(t *testing.T) {
	for _, tc := range []struct {
		own, usual, saving int64
	}{
		{1000, 2000, 500},
		{0, 2000, 1000},
		{3, 0, 1}, // rounded down
		{0, 0, 0},
	} {
		items := shelf()
		items[coffee].Spend = tc.usual
		rules := anybody()
		rules.Reminders = true
		maker, err := personal.NewMaker(rules, items, []promo.Offer{couponOn("deal", 500, "coffee")})
		require.NoError(t, err)
		f := facts("national-loyal/heavy", coffee)
		f.Standings[0].Spend = tc.own
		list, err := maker.Make(f, date("2026-11-25"))
		require.NoError(t, err)
		assert.Equal(t, tc.saving, list.Saving)
		if tc.saving == 0 {
			assert.Equal(t, []string{personal.CodeNoSpend}, lineCodes(list.Lines[0]))
		}
	}
}

// row C7, E6: the envelope is flat, rises with her value, and is capped.
func TestEnvelopeByValue(t *testing.T) {
	maker := newMaker(t, anybody(), couponOn("deal", 500, "coffee"))
	for _, tc := range []struct{ value, envelope int64 }{
		{-1, 3000},
		{0, 3000},
		{130_000, 3000},
		{130_129, 3000},
		{130_130, 3001}, // a cent for each 1.30, rounded down
		{195_000, 3500},
		{259_999, 3999},
		{260_000, 4000},
		{260_001, 4000},
		{1_000_000_000_000, 4000},
	} {
		f := facts("national-loyal/heavy", coffee)
		f.Value = tc.value
		list, err := maker.Make(f, date("2026-11-25"))
		require.NoError(t, err)
		assert.Equal(t, tc.envelope, list.Envelope, "of %d", tc.value)
		assert.Equal(t, customer.Reason{Code: personal.CodeValue, Rule: "personal/1", Fact: tc.value, Mark: tc.envelope, Unit: customer.UnitMinor}, list.Reasons[0])
	}
}

// row E6: three discounts of 10.00 in envelopes that hold more or less than that. The
// first that does not fit is reduced to what is left, unless it gets too small.
func TestEnvelopeIsKept(t *testing.T) {
	deals := []promo.Offer{couponOn("c", 500, "coffee"), couponOn("m", 500, "milk"), couponOn("s", 500, "soap")}
	for _, tc := range []struct {
		envelope string
		drop     bool
		want     []string
		why      string // of the last line, which is a reminder where it has no coupon
	}{
		{"30.00", false, []string{"coffee c 500‰ 1000", "milk m 500‰ 1000", "soap s 500‰ 1000"}, personal.CodeEnvelope},
		{"29.99", false, []string{"coffee c 500‰ 1000", "milk m 500‰ 1000", "soap s 499‰ 998"}, personal.CodeEnvelope},
		{"29.99", true, []string{"coffee c 500‰ 1000", "milk m 500‰ 1000", "soap"}, personal.CodeEnvelopeSpent},
		{"21.00", false, []string{"coffee c 500‰ 1000", "milk m 500‰ 1000", "soap s 50‰ 100"}, personal.CodeEnvelope}, // the least worth printing
		{"20.99", false, []string{"coffee c 500‰ 1000", "milk m 500‰ 1000", "soap"}, personal.CodeEnvelopeSpent},
		{"20.00", false, []string{"coffee c 500‰ 1000", "milk m 500‰ 1000", "soap"}, personal.CodeEnvelopeSpent},
		{"15.00", false, []string{"coffee c 500‰ 1000", "milk m 250‰ 500", "soap"}, personal.CodeEnvelopeSpent},
		{"15.00", true, []string{"coffee c 500‰ 1000", "milk", "soap"}, personal.CodeEnvelopeSpent},
		{"0.00", false, []string{"coffee", "milk", "soap"}, personal.CodeEnvelopeSpent},
	} {
		t.Run(fmt.Sprintf("%s drop=%t", tc.envelope, tc.drop), func(t *testing.T) {
			rules := anybody()
			rules.Envelope = []personal.EnvelopeMark{{Saving: amount(tc.envelope)}}
			rules.DropLast, rules.Reminders = tc.drop, true
			f := facts("national-loyal/heavy", coffee, milk, soap)
			for i := range f.Standings {
				f.Standings[i].Spend = 2000
			}
			list, err := newMaker(t, rules, deals...).Make(f, date("2026-11-25"))
			require.NoError(t, err)
			assert.Equal(t, tc.want, told(list))
			assert.LessOrEqual(t, list.Saving, list.Envelope)
			why := lineCodes(list.Lines[2])
			assert.Equal(t, tc.why, why[len(why)-1])
			assert.Equal(t, tc.want[2] == "soap s 499‰ 998" || tc.want[2] == "soap s 50‰ 100", slices.Contains(why, personal.CodeReduced))
		})
	}
}

// What fits exactly is not reduced, not even by the rounding of its saving; and behind a
// discount that was dropped none is squeezed in, however small.
func TestEnvelopeEdges(t *testing.T) {
	rules := anybody()
	rules.Envelope = []personal.EnvelopeMark{{Saving: amount("4.99")}}
	f := facts("national-loyal/heavy", coffee)
	f.Standings[0].Spend = 999
	list, err := newMaker(t, rules, couponOn("c", 500, "coffee")).Make(f, date("2026-11-25"))
	require.NoError(t, err)
	assert.Equal(t, []string{"coffee c 500‰ 499"}, told(list))

	rules.DropLast = true
	f = facts("national-loyal/heavy", coffee, milk, soap)
	f.Standings[coffee].Spend, f.Standings[soap].Spend = 500, 100
	list, err = newMaker(t, rules, couponOn("c", 500, "coffee"), couponOn("m", 500, "milk"), couponOn("s", 500, "soap")).Make(f, date("2026-11-25"))
	require.NoError(t, err)
	assert.Equal(t, []string{"coffee c 500‰ 250"}, told(list))
}

// A deal on the product and one on its category are one choice.
func TestChoosesAmongProductAndCategory(t *testing.T) {
	onProduct, onCategory := couponOn("b", 500), couponOn("a", 500, "coffee")
	onProduct.On.SKUs = []string{"beans"}
	maker, err := personal.NewMaker(anybody(), []personal.Item{{SKU: "beans", Category: "coffee"}}, []promo.Offer{onProduct, onCategory})
	require.NoError(t, err)
	list, err := maker.Make(facts("national-loyal/heavy", 0), date("2026-11-25"))
	require.NoError(t, err)
	assert.Equal(t, "a", list.Lines[0].Coupon.Offer)
}

// A coupon does not ask which line it is for: one deal on two lines is one coupon, whose
// saving on both must fit.
func TestOneDealOnTwoLines(t *testing.T) {
	rules := anybody()
	rules.Envelope = []personal.EnvelopeMark{{Saving: amount("12.00")}}
	maker := newMaker(t, rules, couponOn("drinks", 500, "coffee", "milk"), couponOn("soap", 500, "soap"))
	f := facts("national-loyal/heavy", coffee, soap, milk)
	f.Standings[milk].Cell, f.Standings[milk].Lists = cell("switcher/light"), 2
	list, err := maker.Make(f, date("2026-11-25"))
	require.NoError(t, err)
	assert.Equal(t, []string{"coffee drinks 500‰ 500", "soap soap 200‰ 200", "milk drinks 500‰ 500"}, told(list))
	assert.Equal(t, list.Lines[0].Coupon, list.Lines[2].Coupon)
	assert.Equal(t, []string{personal.CodeSameCoupon}, lineCodes(list.Lines[2]))
	assert.Equal(t, int64(1200), list.Saving)

	rules.Envelope[0].Saving = amount("8.00")
	list, err = newMaker(t, rules, couponOn("drinks", 500, "coffee", "milk"), couponOn("soap", 500, "soap")).Make(f, date("2026-11-25"))
	require.NoError(t, err)
	assert.Equal(t, []string{"coffee drinks 400‰ 400", "milk drinks 400‰ 400"}, told(list))
}

// row E7: who bears what of a saving, to the last cent; and from which budget it comes.
func TestFunds(t *testing.T) {
	fund := func(by string, permille int) promo.Fund { return promo.Fund{By: by, Permille: permille} }
	for _, tc := range []struct {
		name  string
		funds []promo.Fund
		spend int64 // half of it is saved
		want  []personal.Part
	}{
		{"the shop alone", nil, 1000, []personal.Part{{"", 500}}},
		{"the manufacturer alone", []promo.Fund{fund("acme", 1000)}, 1000, []personal.Part{{"acme", 500}}},
		{"most of it", []promo.Fund{fund("acme", 800)}, 1000, []personal.Part{{"acme", 400}, {"", 100}}},
		{"the larger remainder", []promo.Fund{fund("acme", 667)}, 2, []personal.Part{{"acme", 1}, {"", 0}}},
		{"thirds: the first by name", []promo.Fund{fund("globex", 333), fund("acme", 333)}, 200, []personal.Part{{"acme", 33}, {"globex", 33}, {"", 34}}},
		{"alike: the manufacturer before the shop", []promo.Fund{fund("acme", 500)}, 2, []personal.Part{{"acme", 1}, {"", 0}}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			deal := couponOn("deal", 500, "coffee")
			deal.Funds, deal.Limits.Budget = tc.funds, "acme-autumn"
			f := facts("national-loyal/heavy", coffee)
			f.Standings[0].Spend = tc.spend
			list, err := newMaker(t, anybody(), deal).Make(f, date("2026-11-25"))
			require.NoError(t, err)
			assert.Equal(t, tc.want, list.Lines[0].Funds)
			assert.Equal(t, []personal.Hold{{Budget: "acme-autumn", Minor: tc.spend / 2}}, list.Holds())
			list.HeldOut = true
			assert.Empty(t, list.Holds())
		})
	}
}

func TestHolds(t *testing.T) {
	deals := []promo.Offer{couponOn("c", 500, "coffee"), couponOn("m", 500, "milk"), couponOn("s", 500, "soap")}
	deals[0].Limits.Budget, deals[2].Limits.Budget = "z", "a"
	f := facts("national-loyal/heavy", coffee, milk, soap)
	list, err := newMaker(t, anybody(), deals...).Make(f, date("2026-11-25"))
	require.NoError(t, err)
	assert.Equal(t, []personal.Hold{{"a", 500}, {"z", 500}}, list.Holds())
	deals[1].Limits.Budget = "z"
	list, err = newMaker(t, anybody(), deals...).Make(f, date("2026-11-25"))
	require.NoError(t, err)
	assert.Equal(t, []personal.Hold{{"a", 500}, {"z", 1000}}, list.Holds())
}

// Those held out are drawn by the book's ID, near the rule's share, the same ones in every
// version; and what they would have had is on record.
func TestHoldOut(t *testing.T) {
	rules := anybody()
	rules.HoldOutPermille = 100
	deal := couponOn("deal", 500, "coffee")
	maker := newMaker(t, rules, deal)
	all := newMaker(t, anybody(), deal)
	rules.Version = 2
	next := newMaker(t, rules, deal)
	heldOut := 0
	for i := range 20_000 {
		f := facts("national-loyal/heavy", coffee)
		f.Customer = customer.ID(fmt.Sprintf("c-%d", i))
		list, err := maker.Make(f, date("2026-11-25"))
		require.NoError(t, err)
		assert.Equal(t, customer.Draw("personal", f.Customer)%1000 < 100, list.HeldOut)
		given, err := all.Make(f, date("2026-11-25"))
		require.NoError(t, err)
		assert.Equal(t, given.Lines, list.Lines)
		assert.False(t, given.HeldOut)
		later, err := next.Make(f, date("2026-12-09"))
		require.NoError(t, err)
		assert.Equal(t, list.HeldOut, later.HeldOut)
		if list.HeldOut {
			heldOut++
			assert.Equal(t, personal.CodeHeldOut, list.Reasons[1].Code)
		}
	}
	assert.InDelta(t, 2000, heldOut, 170) // four standard deviations
}

func TestMaxLines(t *testing.T) {
	rules := anybody()
	rules.MaxLines = 2
	deals := []promo.Offer{couponOn("m", 500, "milk"), couponOn("s", 500, "soap")}
	f := facts("national-loyal/heavy", coffee, milk, soap)
	list, err := newMaker(t, rules, deals...).Make(f, date("2026-11-25"))
	require.NoError(t, err)
	assert.Equal(t, []string{"milk m 500‰ 500", "soap s 500‰ 500"}, told(list))
	rules.Reminders = true
	list, err = newMaker(t, rules, deals...).Make(f, date("2026-11-25"))
	require.NoError(t, err)
	assert.Equal(t, []string{"coffee", "milk m 500‰ 500"}, told(list))
}

// Rules survive JSON, and a misspelt one is refused.
func TestListRulesJSON(t *testing.T) {
	rules := makerRules()
	rules.HoldOutPermille, rules.DropLast, rules.Reminders = 100, true, true
	data, err := json.Marshal(rules)
	require.NoError(t, err)
	read, err := personal.ParseListRules(data)
	require.NoError(t, err)
	again, err := json.Marshal(read)
	require.NoError(t, err)
	assert.Equal(t, string(data), string(again))
	_, err = personal.NewMaker(read, shelf(), []promo.Offer{couponOn("deal", 500, "coffee")})
	require.NoError(t, err)

	_, err = personal.ParseListRules([]byte(`{"id": "personal", "version": 1, "stop_afer": 2}`))
	assert.Equal(t, []string{"stop_afer = 2"}, faults(err))
}

// Everything wrong with the rules, the items and the deals is told at once.
func TestMakerFaults(t *testing.T) {
	for _, tc := range []struct {
		name   string
		change func(rules *personal.ListRules, items []personal.Item, deals []promo.Offer)
		want   []string
	}{
		{"sound", func(*personal.ListRules, []personal.Item, []promo.Offer) {}, nil},
		{"figures", func(r *personal.ListRules, _ []personal.Item, _ []promo.Offer) {
			r.ID, r.Currency.Code, r.PeriodDays, r.MaxLines, r.Weeks, r.StopAfter, r.MinPermille, r.HoldOutPermille = "", "usd", 0, 101, 0, -1, -1, 1000
		}, []string{"id = ", "currency.code = usd", "period_days = 0", "max_lines = 101", "weeks = 0", "stop_after = -1", "min_permille = -1", "hold_out_permille = 1000"}},
		{"weeks without a mark, a mark not exact", func(r *personal.ListRules, _ []personal.Item, _ []promo.Offer) { r.WeeklySpend = amount("25.001") }, []string{"weekly_spend = 25.001"}},
		{"weeks without a mark", func(r *personal.ListRules, _ []personal.Item, _ []promo.Offer) { r.WeeklySpend = amount("0") }, []string{"weeks = 4"}},
		{"no ladder, no envelope", func(r *personal.ListRules, _ []personal.Item, _ []promo.Offer) { r.Ladder, r.Envelope = nil, nil }, []string{"ladder = ", "envelope = "}},
		{"later above earlier", func(r *personal.ListRules, _ []personal.Item, _ []promo.Offer) {
			r.Ladder = []personal.Rung{{Cell: cell("switcher/light"), First: 100, Second: 101, Later: 102}}
		}, []string{"ladder[0].second_permille = 101", "ladder[0].later_permille = 102"}},
		{"equal steps are in order", func(r *personal.ListRules, _ []personal.Item, _ []promo.Offer) {
			r.Ladder = []personal.Rung{{Cell: cell("switcher/light"), First: 100, Second: 100, Later: 100}}
		}, nil},
		{"too small to print, too large", func(r *personal.ListRules, _ []personal.Item, _ []promo.Offer) {
			r.Ladder = []personal.Rung{{Cell: cell("switcher/light"), First: 1001, Second: 50, Later: 49}}
		}, []string{"ladder[0].first_permille = 1001", "ladder[0].later_permille = 49"}},
		{"twice", func(r *personal.ListRules, _ []personal.Item, _ []promo.Offer) {
			r.Ladder = []personal.Rung{{Cell: cell("switcher/light"), First: 100}, {Cell: cell("switcher/light"), First: 100}}
		}, []string{"ladder[1].cell = switcher/light"}},
		{"heavier below lighter", func(r *personal.ListRules, _ []personal.Item, _ []promo.Offer) {
			r.Ladder = []personal.Rung{{Cell: cell("national-loyal/medium"), First: 200, Second: 99}, {Cell: cell("national-loyal/light"), First: 200, Second: 100}}
		}, []string{"ladder[0].cell = national-loyal/medium"}},
		{"alike is no less", func(r *personal.ListRules, _ []personal.Item, _ []promo.Offer) {
			r.Ladder = []personal.Rung{{Cell: cell("national-loyal/heavy"), First: 200}, {Cell: cell("national-loyal/light"), First: 200}, {Cell: cell("switcher/heavy"), First: 200}}
		}, nil},
		{"above the heavy users of national brands", func(r *personal.ListRules, _ []personal.Item, _ []promo.Offer) {
			r.Ladder = []personal.Rung{{Cell: cell("national-loyal/heavy"), First: 200}, {Cell: cell("switcher/heavy"), First: 201}}
		}, []string{"ladder[1].first_permille = 201"}},
		{"envelope", func(r *personal.ListRules, _ []personal.Item, _ []promo.Offer) {
			r.Envelope = []personal.EnvelopeMark{{amount("10"), amount("30")}, {amount("10"), amount("30")}, {amount("11"), amount("29.99")}, {amount("-1"), amount("29.999")}}
		}, []string{"envelope[1].value = 10", "envelope[2].saving = 29.99", "envelope[3].value = -1", "envelope[3].saving = 29.999", "envelope[3].value = -1"}},
		{"items", func(_ *personal.ListRules, items []personal.Item, _ []promo.Offer) {
			items[0].Category, items[1].Spend = "\x00", -1
		}, []string{"items[0].category = \x00", "items[1].spend = -1"}},
		{"deals", func(_ *personal.ListRules, _ []personal.Item, deals []promo.Offer) {
			deals[0] = promo.Offer{Who: promo.Who{Lists: []string{"gold"}}, Gives: promo.Gives{Amount: amount("1")}}
		}, []string{"deals[0].id = ", "deals[0].who.coupon = false", "deals[0].who.lists = [gold]", "deals[0].on = ", "deals[0].gives = ", "deals[0].gives.permille = 0"}},
		{"funds and days", func(_ *personal.ListRules, _ []personal.Item, deals []promo.Offer) {
			deals[0].Funds = []promo.Fund{{By: "acme", Permille: 600}, {By: "acme", Permille: 401}, {By: "globex"}}
			deals[0].When.From, deals[0].When.Until = date("2026-11-25"), date("2026-11-25")
		}, []string{"deals[0].when.until = 2026-11-25", "deals[0].funds[1].by = acme", "deals[0].funds[2].permille = 0", "deals[0].funds = 1001"}},
		{"one ID", func(_ *personal.ListRules, _ []personal.Item, deals []promo.Offer) {
			deals[1].ID = deals[0].ID
		}, []string{"deals[1].id = deal"}},
		{"smaller than is printed", func(_ *personal.ListRules, _ []personal.Item, deals []promo.Offer) {
			deals[0].Gives.Permille, deals[1].Gives.Permille = 49, 50
		}, []string{"deals[0].gives.permille = 49"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			rules, items := makerRules(), shelf()
			deals := []promo.Offer{couponOn("deal", 500, "coffee"), couponOn("other", 500, "milk")}
			tc.change(&rules, items, deals)
			_, err := personal.NewMaker(rules, items, deals)
			assert.Equal(t, tc.want, faults(err))
			if tc.want == nil {
				require.NoError(t, err)
			}
		})
	}
}

func TestFactsFaults(t *testing.T) {
	maker := newMaker(t, makerRules(), couponOn("deal", 500, "coffee"))
	f := facts("national-loyal/heavy", milk, coffee, 3)
	f.Customer, f.Value = "", 1_000_000_000_001
	f.Spends = []personal.Spend{{Day: date("2026-11-25"), Minor: -1_000_000_000_001}, {Minor: 1}}
	f.Standings = []personal.Standing{{Item: 2, Cell: cell("switcher/light"), Spend: -1}, {Item: 2, Periods: -1}, {Item: 3, Lists: -2}}
	f.Standings[1].Cell.Usage = 9
	_, err := maker.Make(f, date("2026-11-25"))
	assert.Equal(t, []string{
		"customer = ", "value = 1000000000001", "spends[0].minor = -1000000000001", "spends[1].day = ", "due[2].item = 3",
		"standings[0].spend = -1", "standings[1].item = 2", "standings[1].cell = " + f.Standings[1].Cell.String(), "standings[1] = -1", "standings[2] = -2",
	}, faults(err))
}
