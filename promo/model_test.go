package promo_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/promo"
)

// shop draws small rule books, baskets and shoppers in which offers compete.
type shop struct {
	rules   promo.Rules
	lines   []customer.Line
	shopper promo.Shopper
}

var shelf = []customer.Line{
	of("coffee", "espresso", "1", "5.00"), of("coffee", "filter", "1", "4.00"), of("coffee", "decaf", "1", "5.00"),
	of("fruit", "apples", "1", "1.99"), of("fruit", "pears", "1", "2.995"), of("books", "novel", "1", "10.00"),
}

func drawShop(t *rapid.T, weights bool) shop {
	s := shop{rules: book()}
	for i := range rapid.IntRange(1, 4).Draw(t, "lines") {
		line := rapid.SampledFrom(shelf).Draw(t, "product")
		line.Quantity = dec(fmt.Sprint(rapid.IntRange(1, 2).Draw(t, "quantity")))
		if weights && line.Category == "fruit" && rapid.Bool().Draw(t, "weighed") {
			line.Quantity = dec(rapid.SampledFrom([]string{"0.735", "1.2", "0.005"}).Draw(t, "weight"))
		}
		line.NonDiscountable = line.Category == "books"
		if i == 0 && rapid.Bool().Draw(t, "bottle") {
			line.Deposit = dec("0.25")
		}
		line.Tax = rapid.SampledFrom([]customer.Tax{{}, {Rate: dec("0.19")}, {Rate: dec("0.07"), Exclusive: true}}).Draw(t, "tax")
		s.lines = append(s.lines, line)
	}
	for i := range rapid.IntRange(0, 4).Draw(t, "offers") {
		s.add(drawOffer(t, fmt.Sprintf("o%d", i)))
	}
	for i := range rapid.IntRange(0, 3).Draw(t, "coupons") {
		k := promo.Coupon{ID: fmt.Sprintf("k%d", i), Offer: fmt.Sprintf("o%d", rapid.IntRange(0, 4).Draw(t, "of"))}
		k.Permille = rapid.SampledFrom([]int{0, 0, 100, 300}).Draw(t, "states")
		s.shopper.Coupons = append(s.shopper.Coupons, k)
	}
	return s
}

func (s *shop) add(o promo.Offer) { s.rules.Offers = append(s.rules.Offers, o) }

func drawOffer(t *rapid.T, id string) promo.Offer {
	return promo.Offer{
		ID: id,
		On: rapid.SampledFrom([]promo.On{
			{},
			{Categories: []string{"coffee"}},
			{SKUs: []string{"espresso", "apples"}},
			{Categories: []string{"fruit"}, Except: []string{"pears"}},
			{SKUs: []string{"filter"}, Categories: []string{"coffee"}},
		}).Draw(t, "on"),
		Gives: rapid.SampledFrom([]promo.Gives{
			off(100), off(250), off(1000), {Amount: dec("0.50")}, {Amount: dec("2.00")}, {Price: dec("1.49")}, {Price: dec("4.50")}, {Points: dec("3")},
		}).Draw(t, "gives"),
		Limits:   promo.Limits{Units: rapid.SampledFrom([]int{0, 0, 1, 2}).Draw(t, "limit")},
		Priority: rapid.IntRange(0, 1).Draw(t, "priority"),
		When:     promo.When{From: rapid.SampledFrom([]customer.Date{0, day("2026-11-01")}).Draw(t, "from")},
		Who:      promo.Who{Coupon: rapid.Bool().Draw(t, "coupon")},
	}
}

func (s *shop) price(t require.TestingT) promo.Priced {
	c, err := promo.NewCatalogue(s.rules, noon().Location())
	require.NoError(t, err)
	priced, err := c.Price(promo.Basket{Lines: s.lines}, s.shopper, noon())
	require.NoError(t, err)
	return priced
}

// The slow model: one unit after the other, in decimals.

type unit struct {
	line customer.Line
	size decimal.Decimal
}

func (s *shop) units() []unit {
	var all []unit
	for _, line := range s.lines {
		if !line.Quantity.IsInteger() {
			all = append(all, unit{line, line.Quantity})
			continue
		}
		for left := line.Quantity; left.IsPositive(); left = left.Sub(dec("1")) {
			all = append(all, unit{line, dec("1")})
		}
	}
	return all
}

// supply is an offer, or a coupon of one.
type supply struct {
	offer  promo.Offer
	coupon string
	left   int // units
}

func (s *shop) supplies() []supply {
	var all []supply
	for _, o := range s.rules.Offers {
		left := o.Limits.Units
		if left == 0 {
			left = 1000
		}
		if !o.Who.Coupon {
			all = append(all, supply{o, "", left})
			continue
		}
		for _, k := range s.shopper.Coupons {
			own := o
			if k.Offer != o.ID || k.Permille > o.Gives.Permille {
				continue
			}
			if k.Permille > 0 {
				own.Gives.Permille = k.Permille
			}
			all = append(all, supply{own, k.ID, left})
		}
	}
	return all
}

// saves is what an offer takes off a unit, before rounding.
func saves(o promo.Offer, u unit) decimal.Decimal {
	on := len(o.On.SKUs)+len(o.On.Categories) == 0 || slices.Contains(o.On.SKUs, u.line.SKU) || slices.Contains(o.On.Categories, u.line.Category)
	if !on || slices.Contains(o.On.Except, u.line.SKU) || u.line.NonDiscountable || !o.Gives.Points.IsZero() {
		return decimal.Zero
	}
	list := u.line.ListPrice.Decimal
	saved := list.Mul(decimal.New(int64(o.Gives.Permille), -3))
	if !o.Gives.Amount.IsZero() {
		saved = decimal.Min(list, o.Gives.Amount)
	}
	if !o.Gives.Price.IsZero() {
		saved = decimal.Max(decimal.Zero, list.Sub(o.Gives.Price))
	}
	return saved.Mul(u.size)
}

// most is the most that can be saved on the units, by trying everything.
func most(units []unit, supplies []supply) decimal.Decimal {
	if len(units) == 0 {
		return decimal.Zero
	}
	best := most(units[1:], supplies)
	for i := range supplies {
		saved := saves(supplies[i].offer, units[0])
		if supplies[i].left == 0 || saved.IsZero() {
			continue
		}
		supplies[i].left--
		best = decimal.Max(best, saved.Add(most(units[1:], supplies)))
		supplies[i].left++
	}
	return best
}

// exact is what the runs of an answer save before rounding. It fails when an offer is on
// more units than it may be.
func (s *shop) exact(t require.TestingT, priced promo.Priced) decimal.Decimal {
	supplies := s.supplies()
	total := decimal.Zero
	for _, run := range priced.Runs {
		line := s.lines[run.Line-1]
		at := slices.IndexFunc(supplies, func(u supply) bool { return u.offer.ID == run.Offer && u.coupon == run.Coupon })
		require.GreaterOrEqual(t, at, 0, "%v", run)
		size, n := dec("1"), run.Units/1000
		if !line.Quantity.IsInteger() {
			size, n = line.Quantity, 1
		}
		supplies[at].left -= int(n)
		require.GreaterOrEqual(t, supplies[at].left, 0, "%v is over its limit", run)
		total = total.Add(saves(supplies[at].offer, unit{line, size}).Mul(decimal.NewFromInt(n)))
	}
	return total
}

// As much is saved as can be: no choice of offers for the units saves more.
func TestPriceAgainstModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawShop(t, true)
		units := s.units()
		if len(units) > 6 {
			t.Skip("too many to try everything")
		}
		priced := s.price(t)
		got, want := s.exact(t, priced), most(units, s.supplies())
		require.True(t, got.Equal(want), "saved %s of %s: %v", got, want, priced.Runs)
	})
}

// Without limits each unit has the offer that saves most on it, of equal ones the one
// that goes first, and each run is rounded once.
func TestPriceWithoutLimitsAgainstModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawShop(t, true)
		for i := range s.rules.Offers {
			s.rules.Offers[i].Limits.Units = 0
		}
		supplies := s.supplies()
		slices.SortStableFunc(supplies, func(a, b supply) int {
			if c := b.offer.Priority - a.offer.Priority; c != 0 {
				return c
			}
			if c := int(a.offer.When.From - b.offer.When.From); c != 0 {
				return c
			}
			return strings.Compare(a.offer.ID+a.coupon, b.offer.ID+b.coupon)
		})
		type key struct{ product, offer, coupon string }
		want, prices, quantities := map[key]decimal.Decimal{}, map[key]decimal.Decimal{}, map[key]decimal.Decimal{}
		for i, u := range s.units() {
			best, most := -1, decimal.Zero
			for j := range supplies {
				if saved := saves(supplies[j].offer, u); saved.GreaterThan(most) {
					best, most = j, saved
				}
			}
			if best < 0 {
				continue
			}
			product := fmt.Sprint(u.line.SKU, u.line.Tax)
			if !u.size.Equal(dec("1")) {
				product = fmt.Sprint(product, i)
			}
			k := key{product, supplies[best].offer.ID, supplies[best].coupon}
			want[k], quantities[k] = want[k].Add(most), quantities[k].Add(u.size)
			prices[k] = u.line.ListPrice.Decimal
		}
		total := decimal.Zero
		for k, saved := range want {
			at := slices.IndexFunc(supplies, func(u supply) bool { return u.offer.ID == k.offer && u.coupon == k.coupon })
			if fixed := supplies[at].offer.Gives.Price; !fixed.IsZero() {
				saved = prices[k].Mul(quantities[k]).Round(2).Sub(fixed.Mul(quantities[k]).Round(2))
			}
			total = total.Add(saved.Round(2)) // half up, as nothing is below zero
		}
		priced := s.price(t)
		require.True(t, total.Equal(priced.Totals.Saved), "want %s of %v, got %s of %v", total, want, priced.Totals.Saved, priced.Runs)
		for _, run := range priced.Runs {
			for k := range quantities {
				if line := s.lines[run.Line-1]; run.Points == 0 && k.offer == run.Offer && k.coupon == run.Coupon && strings.HasPrefix(k.product, fmt.Sprint(line.SKU, line.Tax)) {
					quantities[k] = quantities[k].Sub(decimal.New(run.Units, -3))
					break
				}
			}
		}
		left := decimal.Zero
		for _, quantity := range quantities {
			left = left.Add(quantity)
		}
		require.True(t, left.IsZero(), "%v are not on the units that they should be on: %v", priced.Runs, quantities)
	})
}

// pain P1: prices of a tenth of a cent, on lines that share a product: what is rounded up
// in one place is never taken off twice.
func TestTinyPrices(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rules := book(promo.Offer{
			ID: "tiny", Gives: off(rapid.IntRange(700, 1000).Draw(t, "permille")), Limits: promo.Limits{Units: rapid.IntRange(0, 20).Draw(t, "limit")},
		})
		var lines []customer.Line
		list := decimal.New(rapid.Int64Range(1, 19).Draw(t, "price"), -3).String()
		for range rapid.IntRange(1, 20).Draw(t, "lines") {
			lines = append(lines, item("screw", fmt.Sprint(rapid.IntRange(1, 40).Draw(t, "quantity")), list))
		}
		s := shop{rules: rules, lines: lines}
		priced := s.price(t)
		saved := int64(0)
		for _, run := range priced.Runs {
			require.GreaterOrEqual(t, run.Saved, int64(0))
			saved += run.Saved
		}
		sum := decimal.Zero
		for i := range priced.Lines {
			require.False(t, priced.Lines[i].Paid.Decimal.IsNegative())
			sum = sum.Add(priced.Lines[i].Paid.Decimal)
		}
		require.True(t, sum.Equal(priced.Totals.Total))
		require.True(t, priced.Totals.Saved.Equal(euro.Amount(saved)))
	})
}

// pain P1: the parts add up to the whole, to the cent, and no price is below zero.
func TestPriceAddsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawShop(t, true)
		priced := s.price(t)
		saved := make([]int64, len(s.lines))
		units := map[[2]string]int64{}
		var total, points int64
		for _, run := range priced.Runs {
			saved[run.Line-1] += run.Saved
			total += run.Saved
			points += run.Points
			units[[2]string{run.Offer, run.Coupon}] += run.Units
			require.Positive(t, run.Units)
		}
		sum, deposits, list := decimal.Zero, decimal.Zero, decimal.Zero
		for i := range priced.Lines {
			line := &priced.Lines[i]
			require.False(t, line.Paid.Decimal.LessThan(line.Deposit), "a price below zero: %s", line.Paid.Decimal)
			sum, deposits = sum.Add(line.Paid.Decimal), deposits.Add(line.Deposit)
			whole := line.Paid.Decimal.Sub(line.Deposit).Add(euro.Amount(saved[i]))
			off := whole.Sub(line.ListPrice.Decimal.Mul(line.Quantity)).Abs()
			bound := dec("0.02") // of fractions of a cent: once for the product, once for a run over several lines
			if line.Quantity.Mul(line.ListPrice.Decimal).Exponent() >= -2 {
				bound = dec("0.01")
			}
			require.True(t, off.LessThan(bound), "line %d: saved and paid come to %s", i, whole)
			list = list.Add(whole)
		}
		all := priced.Totals
		require.True(t, all.Saved.Equal(euro.Amount(total)))
		require.True(t, all.Points.Equal(decimal.NewFromInt(points)))
		require.True(t, all.List.Equal(list))
		require.True(t, all.Deposits.Equal(deposits))
		require.True(t, sum.Equal(all.List.Sub(all.Saved).Add(all.Deposits)))
		goods := decimal.Zero
		for _, tax := range all.Taxes {
			goods = goods.Add(tax.Net)
			if tax.Exclusive {
				sum = sum.Add(tax.Amount)
			} else {
				goods = goods.Add(tax.Amount)
			}
		}
		require.True(t, sum.Equal(all.Total))
		require.True(t, goods.Equal(all.List.Sub(all.Saved)))
		require.True(t, all.Cash.Equal(all.Total))
		for _, l := range priced.Trace {
			require.Equal(t, units[[2]string{l.Offer, l.Coupon}], l.Units)
			require.True(t, l.Applied() || len(l.Missing) > 0, "%s has no reason", l.Offer)
			total -= l.Saved
		}
		require.Zero(t, total, "the trace has every run")
		require.NoError(t, priced.Purchase("r-1", "north").Validate())
	})
}

// gist is what must not depend on the order and the splitting of lines: what each
// product costs, what each offer gives on it, the totals and the trace.
func gist(priced promo.Priced) string {
	cost, runs := map[string]decimal.Decimal{}, map[string]promo.Run{}
	for i := range priced.Lines {
		line := &priced.Lines[i]
		name := fmt.Sprint(line.SKU, line.Tax.Rate)
		cost[name] = cost[name].Add(line.Paid.Decimal)
	}
	for _, run := range priced.Runs {
		line := &priced.Lines[run.Line-1]
		name := fmt.Sprint(line.SKU, line.Tax.Rate, run.Offer, run.Coupon)
		sum := runs[name]
		runs[name] = promo.Run{Units: sum.Units + run.Units, Saved: sum.Saved + run.Saved, Points: sum.Points + run.Points}
	}
	return fmt.Sprint(cost, runs, priced.Totals, priced.Trace)
}

// The order of lines and offers does not matter, nor does how the units of a product are
// split over lines. With lines that are equal in all, each line's own price stays.
func TestPriceIsIndependentOfOrderAndSplitting(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawShop(t, true)
		want := gist(s.price(t))
		s.lines = rapid.Permutation(s.lines).Draw(t, "lines in another order")
		s.rules.Offers = rapid.Permutation(s.rules.Offers).Draw(t, "offers in another order")
		s.shopper.Coupons = rapid.Permutation(s.shopper.Coupons).Draw(t, "coupons in another order")
		require.Equal(t, want, gist(s.price(t)))
		var split []customer.Line
		for _, line := range s.lines {
			for line.Quantity.IsInteger() && line.Quantity.GreaterThan(dec("1")) && rapid.Bool().Draw(t, "one more line") {
				one := line
				one.Quantity, one.Deposit = dec("1"), decimal.Zero
				line.Quantity = line.Quantity.Sub(one.Quantity)
				split = append(split, one)
			}
			split = append(split, line)
		}
		s.lines = split
		require.Equal(t, want, gist(s.price(t)))
	})
}

// Where no two offers have the same priority, their ids decide nothing.
func TestPriceIsIndependentOfIDs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawShop(t, false)
		for i := range s.rules.Offers {
			s.rules.Offers[i].Priority = i
		}
		before := s.price(t)
		rename := func(id string) string {
			return strings.NewReplacer("o0", "z", "o1", "y", "o2", "b", "o3", "a").Replace(id)
		}
		for i := range s.rules.Offers {
			s.rules.Offers[i].ID = rename(s.rules.Offers[i].ID)
		}
		for i := range s.shopper.Coupons {
			s.shopper.Coupons[i].Offer = rename(s.shopper.Coupons[i].Offer)
		}
		after := s.price(t)
		require.Equal(t, paid(before), paid(after))
		require.Len(t, after.Runs, len(before.Runs))
		for i := range before.Runs {
			before.Runs[i].Offer = rename(before.Runs[i].Offer)
		}
		require.Equal(t, before.Runs, after.Runs)
	})
}

// One offer more never saves less before rounding, whatever limits and coupons there are.
// Where no offer has a limit and prices are whole cents, it never saves less at all.
func TestOneOfferMoreIsNeverWorse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawShop(t, false)
		limits := rapid.Bool().Draw(t, "limits")
		more := drawOffer(t, "o4")
		if !limits {
			more.Limits.Units = 0
			for i := range s.rules.Offers {
				s.rules.Offers[i].Limits.Units = 0
			}
			for i := range s.lines {
				s.lines[i].ListPrice.Decimal = s.lines[i].ListPrice.Decimal.Round(2)
			}
		}
		before := s.price(t)
		exact := s.exact(t, before)
		s.add(more)
		after := s.price(t)
		require.False(t, s.exact(t, after).LessThan(exact))
		if !limits {
			require.False(t, after.Totals.Saved.LessThan(before.Totals.Saved))
		}
	})
}

// pain P5: a return gives back the share of its units; in whatever steps they come, in
// the end the whole and never more.
func TestBackInAnySteps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		run := promo.Run{
			Units: rapid.Int64Range(1, 20).Draw(t, "units") * 1000,
			Saved: rapid.Int64Range(0, 10_000).Draw(t, "saved"), Points: rapid.Int64Range(0, 100).Draw(t, "points"),
		}
		var back, saved, points int64
		for back < run.Units {
			step := rapid.Int64Range(0, run.Units-back).Draw(t, "step")
			s, p, err := run.Back(back, step)
			require.NoError(t, err)
			back, saved, points = back+step, saved+s, points+p
			require.Equal(t, run.Saved*back/run.Units, saved)
			require.Equal(t, run.Points*back/run.Units, points)
		}
		_, _, err := run.Back(back, 1)
		var refusal *customer.Refusal
		require.ErrorAs(t, err, &refusal)
		assert.Equal(t, promo.CodeTooMany, refusal.Missing[0].Code)
	})
}
