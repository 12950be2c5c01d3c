package personal_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/promo"
	"github.com/rapport-crm/rapport/promo/personal"
	"github.com/rapport-crm/rapport/segment"
)

// drawn is a shop with six categories, what it offers on them, and one customer.
type drawn struct {
	rules personal.ListRules
	items []personal.Item
	deals []promo.Offer
	facts personal.Facts
}

func drawList(t *rapid.T) drawn {
	d := drawn{rules: anybody()}
	d.rules.MaxLines = rapid.IntRange(1, 7).Draw(t, "lines")
	d.rules.Reminders, d.rules.DropLast = rapid.Bool().Draw(t, "reminders"), rapid.Bool().Draw(t, "drop last")
	for i := range 6 {
		d.items = append(d.items, personal.Item{Category: fmt.Sprint(i), Spend: rapid.Int64Range(0, 3).Draw(t, "usual spend")})
	}
	categories := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"0", "1", "2", "3", "4", "5"}), 1, 3, rapid.ID)
	for i := range rapid.IntRange(0, 6).Draw(t, "deals") {
		deal := couponOn(fmt.Sprint("deal-", i), rapid.IntRange(50, 1000).Draw(t, "permille"), categories.Draw(t, "on")...)
		deal.Priority = rapid.IntRange(0, 1).Draw(t, "priority")
		for left, by := 1000, 0; by < 3 && left > 0 && rapid.Bool().Draw(t, "funded"); by++ {
			permille := rapid.IntRange(1, left).Draw(t, "fund")
			deal.Funds, left = append(deal.Funds, promo.Fund{By: fmt.Sprint("maker-", by), Permille: permille}), left-permille
		}
		d.deals = append(d.deals, deal)
	}
	d.facts = personal.Facts{Customer: "c-1", Consent: true, Value: rapid.Int64Range(-1, 300_000).Draw(t, "value")}
	for i, item := range rapid.Permutation([]uint32{0, 1, 2, 3, 4, 5}).Draw(t, "due") {
		d.facts.Due = append(d.facts.Due, personal.Due{Item: item, Score: int64(-i)})
		d.facts.Standings = append(d.facts.Standings, personal.Standing{
			Item: uint32(i), Cell: rapid.SampledFrom(append([]segment.Cell{{}}, slices.Collect(cells)...)).Draw(t, "cell"),
			Periods: rapid.IntRange(0, 3).Draw(t, "periods"), Lists: rapid.IntRange(0, 3).Draw(t, "lists before"),
			Spend: rapid.Int64Range(0, 5000).Draw(t, "spend"),
		})
	}
	return d
}

func cells(yield func(segment.Cell) bool) {
	for _, cell := range segment.Cells() {
		if !yield(cell) {
			return
		}
	}
}

func (d drawn) list(t require.TestingT) personal.List {
	maker, err := personal.NewMaker(d.rules, d.items, d.deals)
	require.NoError(t, err)
	list, err := maker.Make(d.facts, today)
	if err != nil {
		require.Equal(t, []string{personal.CodeNothingToOffer}, codes(t, err))
	}
	return list
}

// row E6, E7: the envelope is never exceeded, the lines add up to the list and the funds
// to the lines, no discount is above the deal's or below what is worth printing, and the
// order is that of what is due.
func TestListProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawList(t)
		list := d.list(t)
		require.LessOrEqual(t, len(list.Lines), d.rules.MaxLines)
		require.LessOrEqual(t, list.Saving, list.Envelope)
		sum, place := int64(0), -1
		coupons := map[string]promo.Coupon{}
		for _, line := range list.Lines {
			at := slices.IndexFunc(d.facts.Due, func(due personal.Due) bool { return due.Item == line.Item })
			require.Greater(t, at, place)
			place = at
			require.NotEmpty(t, line.Reasons)
			if line.Coupon.Offer == "" {
				require.True(t, d.rules.Reminders)
				require.Zero(t, line.Saving)
				require.Empty(t, line.Funds)
				continue
			}
			sum += line.Saving
			parts := int64(0)
			for _, part := range line.Funds {
				require.GreaterOrEqual(t, part.Minor, int64(0))
				parts += part.Minor
			}
			require.Equal(t, line.Saving, parts)
			deal := d.deals[slices.IndexFunc(d.deals, func(o promo.Offer) bool { return o.ID == line.Coupon.Offer })]
			require.Contains(t, deal.On.Categories, d.items[line.Item].Category)
			require.LessOrEqual(t, line.Coupon.Permille, deal.Gives.Permille)
			require.GreaterOrEqual(t, line.Coupon.Permille, d.rules.MinPermille)
			spend := d.facts.Standings[line.Item].Spend
			if spend == 0 {
				spend = d.items[line.Item].Spend
			}
			require.Equal(t, spend*int64(line.Coupon.Permille)/1000, line.Saving)
			if earlier, twice := coupons[line.Coupon.ID]; twice {
				require.Equal(t, earlier, line.Coupon)
			}
			coupons[line.Coupon.ID] = line.Coupon
		}
		require.Equal(t, list.Saving, sum)
	})
}

// row C7: who is worth more has an envelope and a list that save at least as much.
func TestListRisesWithValue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawList(t)
		d.rules.Envelope[0].Saving = amount("0.50") // so that it binds
		list := d.list(t)
		d.facts.Value += rapid.Int64Range(0, 300_000).Draw(t, "more")
		richer := d.list(t)
		require.GreaterOrEqual(t, richer.Saving, list.Saving)
		if len(list.Lines) > 0 {
			require.GreaterOrEqual(t, richer.Envelope, list.Envelope)
			require.LessOrEqual(t, richer.Envelope, int64(4000))
		}
	})
}

// row E5: the same customer a list later is never offered more on a line.
func TestLadderOnlyFalls(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawList(t)
		d.facts.Due = d.facts.Due[:1]
		at := d.facts.Due[0].Item
		list := d.list(t)
		d.facts.Standings[at].Lists++
		if later := d.list(t); len(later.Lines) > 0 && later.Lines[0].Coupon.Offer != "" {
			require.LessOrEqual(t, later.Lines[0].Coupon.Permille, list.Lines[0].Coupon.Permille)
		}
	})
}

// What is not listable can be left out of what is due, and changes no list. (But for what
// shares a coupon, and is due without a discount of its own.)
func TestListable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawList(t)
		d.rules.MaxLines = 7
		for i := range d.deals {
			d.deals[i].On.Categories = d.deals[i].On.Categories[:1]
		}
		list := d.list(t)
		maker, err := personal.NewMaker(d.rules, d.items, d.deals)
		require.NoError(t, err)
		listable := maker.Listable(d.facts.Standings, today)
		d.facts.Due = slices.DeleteFunc(d.facts.Due, func(due personal.Due) bool { return !listable(due.Item) })
		require.Equal(t, list, d.list(t))
		for _, due := range d.facts.Due {
			require.True(t, d.rules.Reminders || slices.Contains(itemsOf(d), due.Item))
		}
	})
}

// itemsOf are the items that some deal is on.
func itemsOf(d drawn) []uint32 {
	var found []uint32
	for code, item := range d.items {
		if slices.ContainsFunc(d.deals, func(o promo.Offer) bool { return slices.Contains(o.On.Categories, item.Category) }) {
			found = append(found, uint32(code))
		}
	}
	return found
}

// No order of the deals, their funds or her spends reaches a list.
func TestListOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawList(t)
		d.rules.WeeklySpend, d.rules.Weeks = amount("0.01"), 2
		for range rapid.IntRange(1, 4).Draw(t, "spends") {
			d.facts.Spends = append(d.facts.Spends, personal.Spend{Day: today - customer.Date(rapid.IntRange(3, 16).Draw(t, "day")), Minor: 2})
		}
		list := d.list(t)
		require.Equal(t, list, d.list(t), "made twice")
		d.deals = rapid.Permutation(d.deals).Draw(t, "deals")
		for i := range d.deals {
			d.deals[i].Funds = rapid.Permutation(d.deals[i].Funds).Draw(t, "funds")
		}
		d.facts.Spends = rapid.Permutation(d.facts.Spends).Draw(t, "spends")
		require.Equal(t, list, d.list(t))
	})
}

// Due among some items is what all of them have in common with what is due, and a shorter
// list is the beginning of a longer one.
func TestDueAmong(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := newShop(t, rapid.SliceOfN(rapid.Custom(drawVisits), 0, 6).Draw(t, "customers")...)
		rules, visits := drawRules(t), drawVisits(t)
		rules.MaxLines, rules.NewItems = 10, 6
		all := s.due(t, rules, visits, today)
		wanted := rapid.SliceOfDistinct(rapid.Uint32Range(0, 5), rapid.ID).Draw(t, "wanted")
		isWanted := func(item uint32) bool { return slices.Contains(wanted, item) }
		among, err := s.planner(t, rules).DueAmong(visits, today, isWanted)
		require.NoError(t, err)
		common := slices.DeleteFunc(slices.Clone(all), func(due personal.Due) bool { return !isWanted(due.Item) })
		require.Equal(t, common, among)

		rules.MaxLines = rapid.IntRange(6, 10).Draw(t, "lines")
		require.Equal(t, all[:min(len(all), rules.MaxLines)], s.due(t, rules, visits, today))
	})
}
