package segment_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/customer/journal/journaltest"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/segment"
)

func commissionRules(basis segment.CommissionBasis) segment.CommissionRules {
	return segment.CommissionRules{
		Edition: customer.Edition{ID: "floor", Version: 4, Until: 740_000}, Zone: "UTC", Currency: gradeEuro(), Basis: basis,
		Rates: []segment.CommissionRate{
			{Grade: "A", RatePer100000: 5000},
			{Grade: "B", RatePer100000: 1},
			{Grade: "free"},
			{Grade: "fund", RatePer100000: 10_000, SuitabilityFirst: true},
			{Grade: "all", RatePer100000: 100_000},
		},
	}
}

func newPlan(t failer, rules segment.CommissionRules) *segment.CommissionPlan {
	t.Helper()
	plan, err := segment.NewCommissionPlan(rules, time.UTC)
	require.NoError(t, err)
	return plan
}

// soldBy is a sale of one line by sellers of equal shares.
func soldBy(line customer.Line, grade string, sellers ...string) segment.CommissionSale {
	sale := segment.CommissionSale{Purchase: gradeSale(line), Sold: []segment.CommissionLine{{Line: 1, Grade: grade}}}
	for _, seller := range sellers {
		sale.Sold[0].Sellers = append(sale.Sold[0].Sellers, segment.CommissionSeller{Seller: seller, Share: 1})
	}
	return sale
}

func commissionBack(ref string, line int, quantity decimal.Decimal) customer.Return {
	return customer.Return{Ref: ref, Sale: "r", At: noon().AddDate(0, 0, 1), Lines: []customer.ReturnLine{
		{SaleLine: line, Line: customer.Line{SKU: "a", Quantity: quantity}},
	}}
}

// minorOf sums what entries book to each seller.
func minorOf(entries []segment.CommissionEntry) map[string]int64 {
	sums := map[string]int64{}
	for _, entry := range entries {
		if entry.Seller != "" {
			sums[entry.Seller] += entry.Minor
		}
	}
	return sums
}

// row C22, A30.
func TestCommission(t *testing.T) {
	suited := func(sale segment.CommissionSale, found segment.CommissionSuitability) segment.CommissionSale {
		sale.Sold[0].Suitability = found
		return sale
	}
	taxed := gradeLine("a", "1", "119", "60")
	taxed.Tax.Rate = dec("0.19")
	shares := soldBy(gradeLine("a", "1", "100.00", ""), "A", "x", "y", "z")
	shares.Sold[0].Sellers[1].Share = 3
	for _, test := range []struct {
		name  string
		basis segment.CommissionBasis
		sale  segment.CommissionSale
		code  string
		fact  int64
		earn  map[string]int64
	}{
		{"of revenue", segment.CommissionOnRevenue, soldBy(gradeLine("a", "1", "100.00", ""), "A", "x"), segment.CodeCommissionEarned, 500, map[string]int64{"x": 500}},
		{"of revenue without tax", segment.CommissionOnRevenue, soldBy(taxed, "A", "x"), segment.CodeCommissionEarned, 500, map[string]int64{"x": 500}},
		{"of profit without tax", segment.CommissionOnProfit, soldBy(taxed, "A", "x"), segment.CodeCommissionEarned, 200, map[string]int64{"x": 200}},
		{"rounded down", segment.CommissionOnRevenue, soldBy(gradeLine("a", "1", "0.39", ""), "A", "x"), segment.CodeCommissionEarned, 1, map[string]int64{"x": 1}},
		{"rounded down to nothing", segment.CommissionOnRevenue, soldBy(gradeLine("a", "1", "999.99", ""), "B", "x"), segment.CodeCommissionEarned, 0, map[string]int64{}},
		{"the least there is", segment.CommissionOnRevenue, soldBy(gradeLine("a", "1", "1000", ""), "B", "x"), segment.CodeCommissionEarned, 1, map[string]int64{"x": 1}},
		{"all of the most", segment.CommissionOnRevenue, soldBy(gradeLine("a", "1", "10000000000", ""), "all", "x", "y", "z"), segment.CodeCommissionEarned, 1_000_000_000_000, map[string]int64{"x": 333_333_333_334, "y": 333_333_333_333, "z": 333_333_333_333}},
		{"split, ties in order", segment.CommissionOnRevenue, soldBy(gradeLine("a", "1", "100.00", ""), "A", "y", "x", "z"), segment.CodeCommissionEarned, 500, map[string]int64{"y": 167, "x": 167, "z": 166}},
		{"split by shares", segment.CommissionOnRevenue, shares, segment.CodeCommissionEarned, 500, map[string]int64{"x": 100, "y": 300, "z": 100}},
		{"less than there are sellers", segment.CommissionOnRevenue, soldBy(gradeLine("a", "1", "0.20", ""), "A", "x", "y"), segment.CodeCommissionEarned, 1, map[string]int64{"x": 1}},
		{"a grade that earns nothing", segment.CommissionOnRevenue, soldBy(gradeLine("a", "1", "100", ""), "free", "x"), segment.CodeCommissionEarned, 0, map[string]int64{}},
		{"no grade", segment.CommissionOnRevenue, soldBy(gradeLine("a", "1", "100", ""), "", "x"), segment.CodeCommissionNoGrade, 1, map[string]int64{}},
		{"no rate", segment.CommissionOnRevenue, soldBy(gradeLine("a", "1", "100", ""), "Z", "x"), segment.CodeCommissionNoRate, 1, map[string]int64{}},
		{"no price", segment.CommissionOnRevenue, soldBy(gradeLine("a", "1", "", ""), "A", "x"), segment.CodeCommissionNoPrice, 1, map[string]int64{}},
		{"no cost", segment.CommissionOnProfit, soldBy(gradeLine("a", "1", "100", ""), "A", "x"), segment.CodeCommissionNoCost, 1, map[string]int64{}},
		{"at cost", segment.CommissionOnProfit, soldBy(gradeLine("a", "1", "100", "100"), "A", "x"), segment.CodeCommissionNoProfit, 1, map[string]int64{}},
		{"below cost", segment.CommissionOnProfit, soldBy(gradeLine("a", "1", "100", "101"), "A", "x"), segment.CodeCommissionNoProfit, 1, map[string]int64{}},
		{"unchecked fund", segment.CommissionOnRevenue, soldBy(gradeLine("a", "1", "100", ""), "fund", "x"), segment.CodeCommissionUnchecked, 1, map[string]int64{}},
		{"suitable fund", segment.CommissionOnRevenue, suited(soldBy(gradeLine("a", "1", "100", ""), "fund", "x"), segment.SuitabilityFound), segment.CodeCommissionEarned, 1000, map[string]int64{"x": 1000}},
		{"unsuitable fund", segment.CommissionOnRevenue, suited(soldBy(gradeLine("a", "1", "100", ""), "fund", "x"), segment.SuitabilityDenied), segment.CodeCommissionUnsuitable, 1, map[string]int64{}},
		{"unsuitable, and no check asked for", segment.CommissionOnRevenue, suited(soldBy(gradeLine("a", "1", "100", ""), "A", "x"), segment.SuitabilityDenied), segment.CodeCommissionUnsuitable, 1, map[string]int64{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			decision, err := newPlan(t, commissionRules(test.basis)).Sale(segment.CommissionBook{}, test.sale)
			require.NoError(t, err)
			require.Len(t, decision.Reasons, 1)
			assert.Equal(t, test.code, decision.Reasons[0].Code)
			assert.Equal(t, test.fact, decision.Reasons[0].Fact)
			assert.Equal(t, test.earn, minorOf(decision.Entries))
			replayed, err := segment.ReplayCommission(decision.Entries)
			require.NoError(t, err)
			assert.Equal(t, decision.Next, replayed)
		})
	}
}

// After k of n units are back, floor(S·k/n) of a line's commission S is back in all, in any
// order and steps; no step pays anybody; at the end everybody has given back all. The later
// plan changes nothing, no input is touched, and the history replays. row C22.
func TestCommissionClawBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		whole := rapid.Bool().Draw(t, "whole units")
		units := rapid.Int64Range(1, 12).Draw(t, "units")
		if !whole {
			units = rapid.Int64Range(1, 1_000_000_000_000).Draw(t, "thousandths")
		}
		quantity := decimal.New(units, 0)
		if !whole {
			quantity = decimal.New(units, -3)
		}
		line := gradeLine("a", "1", "1", "")
		line.Quantity = quantity
		line.Paid = decimal.NewNullDecimal(decimal.New(rapid.OneOf(rapid.Int64Range(0, 300), rapid.Int64Range(0, 1_000_000_000_000)).Draw(t, "cents"), -2))
		sale := soldBy(line, rapid.SampledFrom([]string{"all", "A", "fund"}).Draw(t, "grade"))
		for i := range rapid.IntRange(1, 7).Draw(t, "sellers") {
			share := rapid.OneOf(rapid.Int64Range(1, 3), rapid.Int64Range(1, 1_000_000)).Draw(t, "share")
			sale.Sold[0].Sellers = append(sale.Sold[0].Sellers, segment.CommissionSeller{Seller: fmt.Sprint("s-", i), Share: share})
		}
		decision, err := newPlan(t, commissionRules(segment.CommissionOnRevenue)).Sale(segment.CommissionBook{}, sale)
		require.NoError(t, err)
		history, earned := slices.Clone(decision.Entries), minorOf(decision.Entries)
		commission := decision.Entries[0].Commission
		sum := int64(0)
		for _, minor := range earned {
			sum += minor
		}
		require.Equal(t, commission, sum)
		left := units
		for step := 0; left > 0; step++ {
			n := left
			if step < 8 {
				n = rapid.Int64Range(1, left).Draw(t, "back")
			}
			back := commissionBack(fmt.Sprint("b-", step), 1, decimal.New(n, quantity.Exponent()))
			book := decision.Next
			before := toJSON(t, book)
			decision, err = book.Return(back)
			require.NoError(t, err)
			require.Equal(t, before, toJSON(t, book), "the book before is not touched")
			left -= n
			history = append(history, decision.Entries...)
			taken := int64(0)
			for _, entry := range history {
				if entry.Kind == segment.CommissionTakenBack {
					require.Negative(t, entry.Minor)
					taken -= entry.Minor
				}
			}
			exact, _ := decimal.NewFromInt(commission).Mul(decimal.NewFromInt(units-left)).QuoRem(decimal.NewFromInt(units), 0)
			require.True(t, exact.Equal(decimal.NewFromInt(taken)), "%d of %d units of %d: %d", units-left, units, commission, taken)
			replayed, err := segment.ReplayCommission(history)
			require.NoError(t, err)
			require.Equal(t, decision.Next, replayed)
		}
		for seller, minor := range minorOf(history) {
			require.Zero(t, minor, seller)
		}
		_, err = decision.Next.Return(commissionBack("more", 1, decimal.New(1, -3)))
		var refusal *customer.Refusal
		require.ErrorAs(t, err, &refusal)
		assert.Equal(t, []string{segment.CodeCommissionTooMany}, codes(refusal.Missing))
	})
}

// The order in which parts of a line come back does not matter to anybody's account.
func TestCommissionClawBackInAnyOrder(t *testing.T) {
	sale := soldBy(gradeLine("a", "7", "10.00", ""), "all", "x", "y", "z")
	sale.Lines = append(sale.Lines, gradeLine("b", "3", "1.00", ""), gradeLine("c", "1", "5", ""))
	sale.Sold = append(sale.Sold, segment.CommissionLine{Line: 2, Grade: "all", Sellers: []segment.CommissionSeller{{Seller: "x", Share: 1}}})
	decision, err := newPlan(t, commissionRules(segment.CommissionOnRevenue)).Sale(segment.CommissionBook{}, sale)
	require.NoError(t, err)
	type step struct{ line, units int }
	var want segment.CommissionBook
	for i, steps := range [][]step{{{1, 2}, {2, 1}, {1, 3}}, {{1, 5}, {2, 1}}, {{2, 1}, {1, 1}, {1, 1}, {1, 1}, {1, 2}}} {
		book := decision.Next
		for j, step := range steps {
			next, err := book.Return(commissionBack(fmt.Sprint("b-", j), step.line, decimal.New(int64(step.units), 0)))
			require.NoError(t, err)
			book = next.Next
		}
		book.Entries = 0
		if i == 0 {
			want = book
		}
		assert.Equal(t, want, book)
	}
	unsold, err := decision.Next.Return(commissionBack("c", 3, decimal.New(1, 0)))
	require.NoError(t, err)
	assert.Empty(t, unsold.Entries, "nobody sold it")
	free, err := newPlan(t, commissionRules(segment.CommissionOnRevenue)).Sale(segment.CommissionBook{}, soldBy(gradeLine("a", "0", "10", ""), "all", "x"))
	require.NoError(t, err)
	back, err := free.Next.Return(commissionBack("q", 1, decimal.New(1, 0)))
	require.NoError(t, err)
	assert.Equal(t, map[string]int64{"x": -1000}, minorOf(back.Entries), "sold without a quantity, it comes back as one")
}

func TestCommissionRefusals(t *testing.T) {
	plan, sale := newPlan(t, commissionRules(segment.CommissionOnRevenue)), soldBy(gradeLine("a", "2", "10.00", ""), "A", "x")
	decision, err := plan.Sale(segment.CommissionBook{}, sale)
	require.NoError(t, err)
	var refusal *customer.Refusal
	_, err = plan.Sale(decision.Next, sale)
	require.ErrorAs(t, err, &refusal)
	assert.Equal(t, []string{segment.CodeCommissionBooked}, codes(refusal.Missing))
	_, err = segment.CommissionBook{}.Return(commissionBack("b", 1, decimal.New(1, 0)))
	require.ErrorAs(t, err, &refusal)
	assert.Equal(t, []string{segment.CodeCommissionNoSale}, codes(refusal.Missing))
	twice := commissionBack("b", 1, decimal.New(2, 0))
	twice.Lines = append(twice.Lines, twice.Lines[0])
	_, err = decision.Next.Return(twice)
	require.ErrorAs(t, err, &refusal)
	assert.Equal(t, customer.Reason{Code: segment.CodeCommissionTooMany, Rule: "floor/4", Fact: 2000, Mark: 0, Unit: customer.UnitUsage}, refusal.Missing[0])
	late := sale
	late.At = time.Date(2099, 1, 1, 0, 0, 0, 0, time.UTC)
	_, err = plan.Sale(segment.CommissionBook{}, late)
	require.ErrorAs(t, err, &refusal)

	other := commissionBack("b", 1, decimal.New(1, 0))
	other.Sale = "another"
	_, err = decision.Next.Return(other)
	assert.Equal(t, []string{"sale"}, faultPaths(t, err))
	other = commissionBack("b", 1, decimal.New(1, 0))
	other.Currency = customer.Currency{Code: "USD", Digits: 2}
	_, err = decision.Next.Return(other)
	assert.Equal(t, []string{"currency"}, faultPaths(t, err))
	_, err = decision.Next.Return(commissionBack("b", 1, decimal.Decimal{}))
	assert.Equal(t, []string{"lines[0].quantity"}, faultPaths(t, err))

	for _, test := range []struct {
		spoil func(*segment.CommissionSale)
		paths []string
	}{
		{func(s *segment.CommissionSale) { s.Ref, s.Currency.Code = "", "USD" }, []string{"ref", "currency"}},
		{func(s *segment.CommissionSale) { s.Sold[0].Line = 2 }, []string{"sold[0].line"}},
		{func(s *segment.CommissionSale) { s.Sold = append(s.Sold, s.Sold[0]) }, []string{"sold[1].line"}},
		{func(s *segment.CommissionSale) { s.Sold[0].Sellers = nil }, []string{"sold[0].sellers"}},
		{func(s *segment.CommissionSale) { s.Sold[0].Sellers = make([]segment.CommissionSeller, 65) }, nil},
		{func(s *segment.CommissionSale) { s.Sold[0].Sellers = []segment.CommissionSeller{{"x", 1}, {"x", 0}} }, []string{"sold[0].sellers[1].seller", "sold[0].sellers[1].share"}},
		{func(s *segment.CommissionSale) { s.Sold[0].Sellers = []segment.CommissionSeller{{"", 1_000_001}} }, []string{"sold[0].sellers[0].seller", "sold[0].sellers[0].share"}},
		{func(s *segment.CommissionSale) { // more than one decision can book
			s.Lines = slices.Repeat(s.Lines, 154)
			s.Sold = slices.Repeat(s.Sold, 154)
			for i := range s.Sold {
				s.Sold[i].Line, s.Sold[i].Sellers = i+1, nil
				for n := range 64 {
					s.Sold[i].Sellers = append(s.Sold[i].Sellers, segment.CommissionSeller{Seller: fmt.Sprint("s-", n), Share: 1})
				}
			}
		}, []string{"sold"}},
		{func(s *segment.CommissionSale) { s.Sold[0].Suitability = 3 }, []string{"sold[0].suitability"}},
		{func(s *segment.CommissionSale) { s.Lines[0].Quantity = dec("0.0001") }, []string{"lines[0].quantity"}},
		{func(s *segment.CommissionSale) { s.Lines[0].Paid = decimal.NewNullDecimal(dec("10000000000.01")) }, []string{"lines[0].paid"}},
	} {
		spoilt := soldBy(gradeLine("a", "2", "10.00", ""), "A", "x")
		test.spoil(&spoilt)
		_, err := plan.Sale(segment.CommissionBook{}, spoilt)
		paths := faultPaths(t, err)
		if test.paths != nil {
			assert.Equal(t, test.paths, paths)
		}
	}
}

func TestCommissionRulesAreChecked(t *testing.T) {
	_, err := new(segment.CommissionPlan).Sale(segment.CommissionBook{}, segment.CommissionSale{})
	require.Error(t, err)
	for _, test := range []struct {
		spoil func(*segment.CommissionRules)
		paths []string
	}{
		{func(r *segment.CommissionRules) { *r = segment.CommissionRules{} }, []string{"id", "version", "zone", "currency.code", "basis", "rates"}},
		{func(r *segment.CommissionRules) { r.Rates[0].RatePer100000 = 100_001 }, []string{"rates[0].rate_per_100000"}},
		{func(r *segment.CommissionRules) { r.Rates[0].RatePer100000 = -1 }, []string{"rates[0].rate_per_100000"}},
		{func(r *segment.CommissionRules) { r.Rates[1].Grade = "A" }, []string{"rates[1].grade"}},
		{func(r *segment.CommissionRules) { r.Rates[1].Grade = "" }, []string{"rates[1].grade"}},
	} {
		rules := commissionRules(segment.CommissionOnRevenue)
		test.spoil(&rules)
		_, err := segment.NewCommissionPlan(rules, time.UTC)
		assert.Equal(t, test.paths, faultPaths(t, err))
	}
	rules := commissionRules(segment.CommissionOnProfit)
	read, err := segment.ParseCommissionRules([]byte(toJSON(t, rules)))
	require.NoError(t, err)
	assert.Equal(t, rules, read)
}

// Booked through a journal, a sale that is sent again is answered again and booked once; the
// same key for another sale is refused. row C22.
func TestCommissionIsBookedOnce(t *testing.T) {
	var store journal.Mem[string, segment.CommissionBook, segment.CommissionEntry]
	plan, sale := newPlan(t, commissionRules(segment.CommissionOnRevenue)), soldBy(gradeLine("a", "2", "10.00", ""), "A", "x")
	book := func(sale segment.CommissionSale) (segment.CommissionBook, error) {
		key, err := journal.Key("sale", sale.Ref)
		require.NoError(t, err)
		outcome, err := journal.Run(t.Context(), &store, sale.Ref, key, sale,
			func(book segment.CommissionBook) (segment.CommissionDecision, error) { return plan.Sale(book, sale) })
		return outcome.State, err
	}
	for range 3 {
		state, err := book(sale)
		require.NoError(t, err)
		assert.Equal(t, uint64(2), state.Entries)
	}
	sale.Sold[0].Sellers[0].Seller = "y"
	_, err := book(sale)
	require.ErrorIs(t, err, journal.ErrKeyReused)
	journaltest.TestFact(t, commissionFact())
}

// commissionFact has every field.
func commissionFact() segment.CommissionSale {
	sale := soldBy(gradeLine("a", "3", "10.00", "5"), "fund", "x", "y")
	sale.Customer, sale.Shop = "c-1", "s-1"
	line := &sale.Lines[0]
	line.Category, line.Brand, line.Kind, line.Sells = "funds", "own", customer.StoreBrand, customer.DeliveryLine
	line.BaseUnits, line.ListPrice = decimal.NewNullDecimal(dec("2")), decimal.NewNullDecimal(dec("6"))
	line.Tax, line.Deposit, line.NonDiscountable = customer.Tax{Rate: dec("0.19"), Exclusive: true}, dec("0.5"), true
	line.Tenders = []customer.Tender{{Kind: customer.PointsTender, Amount: dec("1")}}
	sale.Sold[0].Suitability = segment.SuitabilityFound
	return sale
}

// Entries are format: what was written once is read for ever.
func TestCommissionEntriesGolden(t *testing.T) {
	decision, err := newPlan(t, commissionRules(segment.CommissionOnRevenue)).Sale(segment.CommissionBook{}, commissionFact())
	require.NoError(t, err)
	history := decision.Entries
	decision, err = decision.Next.Return(commissionBack("b", 1, decimal.New(1, 0)))
	require.NoError(t, err)
	history = append(history, decision.Entries...)
	decision, err = decision.Next.Deny(commissionDenial(1))
	require.NoError(t, err)
	history = append(history, decision.Entries...)
	var got strings.Builder
	for _, entry := range history {
		got.WriteString(toJSON(t, entry) + "\n")
	}
	got.WriteString(toJSON(t, decision.Next) + "\n")
	customertest.Golden(t, "commission.v1.jsonl", got.String())
	lines := strings.Split(strings.TrimSpace(got.String()), "\n")
	read := make([]segment.CommissionEntry, len(lines)-1)
	for i := range read {
		require.NoError(t, json.Unmarshal([]byte(lines[i]), &read[i]))
	}
	var book segment.CommissionBook
	require.NoError(t, json.Unmarshal([]byte(lines[len(read)]), &book))
	replayed, err := segment.ReplayCommission(read)
	require.NoError(t, err)
	assert.Equal(t, book, replayed)
}

func TestCommissionEntriesThatDoNotFit(t *testing.T) {
	decision, err := newPlan(t, commissionRules(segment.CommissionOnRevenue)).Sale(segment.CommissionBook{}, commissionFact())
	require.NoError(t, err)
	sold := decision.Entries
	back, err := decision.Next.Return(commissionBack("b", 1, decimal.New(3, 0)))
	require.NoError(t, err)
	history := slices.Concat(sold, back.Entries) // sold, x, y, brought, x, y
	for name, spoil := range map[string]func([]segment.CommissionEntry) []segment.CommissionEntry{
		"a newer format":         func(e []segment.CommissionEntry) []segment.CommissionEntry { e[0].Version = 2; return e },
		"no kind":                func(e []segment.CommissionEntry) []segment.CommissionEntry { e[0].Kind = 0; return e },
		"no sale":                func(e []segment.CommissionEntry) []segment.CommissionEntry { e[0].Sale = ""; return e },
		"no line":                func(e []segment.CommissionEntry) []segment.CommissionEntry { e[0].Line = 0; return e },
		"no currency":            func(e []segment.CommissionEntry) []segment.CommissionEntry { e[0].Currency.Code = ""; return e },
		"no units":               func(e []segment.CommissionEntry) []segment.CommissionEntry { e[0].Units = 0; return e },
		"another sale":           func(e []segment.CommissionEntry) []segment.CommissionEntry { e[1].Sale = "other"; return e },
		"another currency":       func(e []segment.CommissionEntry) []segment.CommissionEntry { e[1].Currency.Digits = 0; return e },
		"no seller":              func(e []segment.CommissionEntry) []segment.CommissionEntry { e[1].Seller = ""; return e },
		"a line with a seller":   func(e []segment.CommissionEntry) []segment.CommissionEntry { e[0].Seller = "x"; return e },
		"a line with money":      func(e []segment.CommissionEntry) []segment.CommissionEntry { e[3].Minor = -1; return e },
		"a part with a whole":    func(e []segment.CommissionEntry) []segment.CommissionEntry { e[1].Commission = 1; return e },
		"too much a whole":       func(e []segment.CommissionEntry) []segment.CommissionEntry { e[0].Commission = 1 << 50; return e },
		"earned below 0":         func(e []segment.CommissionEntry) []segment.CommissionEntry { e[1].Minor = -1; return e },
		"taken above 0":          func(e []segment.CommissionEntry) []segment.CommissionEntry { e[4].Minor = 1; return e },
		"more than the whole":    func(e []segment.CommissionEntry) []segment.CommissionEntry { e[2].Minor++; return e },
		"a seller twice":         func(e []segment.CommissionEntry) []segment.CommissionEntry { e[2].Seller = "x"; return e },
		"more taken than earned": func(e []segment.CommissionEntry) []segment.CommissionEntry { e[4].Minor--; return e },
		"taken of a stranger":    func(e []segment.CommissionEntry) []segment.CommissionEntry { e[4].Seller = "z"; return e },
		"more brought than sold": func(e []segment.CommissionEntry) []segment.CommissionEntry { e[3].Units++; return e },
		"a line sold twice":      func(e []segment.CommissionEntry) []segment.CommissionEntry { return append(e, e[0]) },
		"a line never sold":      func(e []segment.CommissionEntry) []segment.CommissionEntry { e[3].Line = 2; return e },
		"no reference":           func(e []segment.CommissionEntry) []segment.CommissionEntry { e[1].Ref = ""; return e },
		"no instant":             func(e []segment.CommissionEntry) []segment.CommissionEntry { e[1].At = time.Time{}; return e },
		"a part with a grade":    func(e []segment.CommissionEntry) []segment.CommissionEntry { e[1].Grade = "A"; return e },
		"a part with units":      func(e []segment.CommissionEntry) []segment.CommissionEntry { e[1].Units = 1; return e },
		"brought with a basis":   func(e []segment.CommissionEntry) []segment.CommissionEntry { e[3].Base = 1; return e },
		"more than its basis":    func(e []segment.CommissionEntry) []segment.CommissionEntry { e[0].Commission = 951; return e },
		"a basis below 0":        func(e []segment.CommissionEntry) []segment.CommissionEntry { e[0].Base = -1; return e },
		"no basis":               func(e []segment.CommissionEntry) []segment.CommissionEntry { e[0].Basis = 0; return e },
		"a rate above 1":         func(e []segment.CommissionEntry) []segment.CommissionEntry { e[0].RatePer100000 = 100_001; return e },
		"denied with units": func(e []segment.CommissionEntry) []segment.CommissionEntry {
			e[3].Kind = segment.CommissionDenied
			return e
		},
		"denied twice": func(e []segment.CommissionEntry) []segment.CommissionEntry {
			e[3].Kind, e[3].Units = segment.CommissionDenied, 0
			return append(e[:4], e[3])
		},
		"not from the beginning": func(e []segment.CommissionEntry) []segment.CommissionEntry { return e[1:] },
	} {
		book, err := segment.ReplayCommission(spoil(slices.Clone(history)))
		require.ErrorIs(t, err, segment.ErrCommissionBroken, name)
		assert.Zero(t, book, name)
	}
	partly, err := segment.ReplayCommission(sold[:2])
	require.NoError(t, err)
	_, err = partly.Return(commissionBack("b", 1, decimal.New(1, 0)))
	require.ErrorIs(t, err, segment.ErrCommissionBroken, "a history that ends between a line's parts")
	_, err = partly.Deny(commissionDenial(1))
	require.ErrorIs(t, err, segment.ErrCommissionBroken, "a history that ends between a line's parts")
}

// A book that no history leads to is refused, and at once, whatever stands in it.
func TestCommissionBooksThatNobodyWrote(t *testing.T) {
	decision, err := newPlan(t, commissionRules(segment.CommissionOnRevenue)).Sale(segment.CommissionBook{}, commissionFact())
	require.NoError(t, err)
	for name, spoil := range map[string]func(*segment.CommissionBookLine){
		"no line":            func(l *segment.CommissionBookLine) { l.Line = 0 },
		"no units":           func(l *segment.CommissionBookLine) { l.Units = 0 },
		"units below 0":      func(l *segment.CommissionBookLine) { l.Units, l.Returned = -2000, -9000 },
		"returned below 0":   func(l *segment.CommissionBookLine) { l.Returned = -1 },
		"returned above all": func(l *segment.CommissionBookLine) { l.Returned = 3001 },
		"earned below 0, for ever": func(l *segment.CommissionBookLine) {
			l.Commission, l.Shares = -1<<62, []segment.CommissionShare{{Seller: "x", Earned: -1 << 62}}
		},
		"earned beyond all": func(l *segment.CommissionBookLine) {
			l.Commission, l.Shares = 1<<60, []segment.CommissionShare{{Seller: "x", Earned: 1 << 60}}
		},
		"one for another":      func(l *segment.CommissionBookLine) { l.Shares[0].Earned, l.Shares[1].Earned = 100, -5 },
		"taken back below 0":   func(l *segment.CommissionBookLine) { l.Shares[0].TakenBack = -1 },
		"taken back above all": func(l *segment.CommissionBookLine) { l.Shares[0].TakenBack = 49 },
	} {
		var book segment.CommissionBook
		require.NoError(t, json.Unmarshal([]byte(toJSON(t, decision.Next)), &book))
		spoil(&book.Lines[0])
		_, err := book.Return(commissionBack("b", 1, decimal.New(1, 0)))
		require.ErrorIs(t, err, segment.ErrCommissionBroken, name)
		_, err = book.Deny(commissionDenial(1))
		require.ErrorIs(t, err, segment.ErrCommissionBroken, name)
	}
}

func commissionDenial(lines ...int) segment.CommissionDenial {
	return segment.CommissionDenial{Ref: "case-7", Sale: "r", At: noon().AddDate(0, 1, 0), Lines: lines}
}

// Found unsuitable after the sale, before, between or after partial returns, a line's
// commission is gone to the last unit, and nobody pays twice. row C22, A30.
func TestCommissionDeniedLater(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		line := gradeLine("a", "5", "10.00", "")
		line.Paid = decimal.NewNullDecimal(decimal.New(rapid.Int64Range(0, 999).Draw(t, "cents"), -2))
		sale := soldBy(line, "all", "x", "y", "z")
		sale.Lines = append(sale.Lines, gradeLine("b", "1", "7", ""))
		sale.Sold = append(sale.Sold, segment.CommissionLine{Line: 2, Grade: "A", Sellers: []segment.CommissionSeller{{Seller: "w", Share: 1}}})
		decision, err := newPlan(t, commissionRules(segment.CommissionOnRevenue)).Sale(segment.CommissionBook{}, sale)
		require.NoError(t, err)
		history, denied := slices.Clone(decision.Entries), false
		for step := range 5 {
			if rapid.Bool().Draw(t, "deny") {
				decision, err = decision.Next.Deny(commissionDenial(1, 3))
				require.NoError(t, err)
				require.Equal(t, denied, len(decision.Entries) == 0, "once is enough")
				history, denied = append(history, decision.Entries...), true
			}
			decision, err = decision.Next.Return(commissionBack(fmt.Sprint("b-", step), 1, decimal.New(1, 0)))
			require.NoError(t, err)
			history = append(history, decision.Entries...)
			replayed, err := segment.ReplayCommission(history)
			require.NoError(t, err)
			require.Equal(t, decision.Next, replayed)
			if left := minorOf(history); denied {
				require.Zero(t, left["x"]+left["y"]+left["z"])
			}
		}
		for seller, minor := range minorOf(history) {
			if seller == "w" {
				require.EqualValues(t, 35, minor, "his line is another")
				continue
			}
			require.Zero(t, minor, seller)
		}
	})
}

func TestCommissionDenialReasonsAndFaults(t *testing.T) {
	decision, err := newPlan(t, commissionRules(segment.CommissionOnRevenue)).Sale(segment.CommissionBook{}, commissionFact())
	require.NoError(t, err)
	book := decision.Next
	decision, err = book.Return(commissionBack("b", 1, decimal.New(1, 0)))
	require.NoError(t, err)
	decision, err = decision.Next.Deny(commissionDenial(1))
	require.NoError(t, err)
	assert.Equal(t, []customer.Reason{
		{Code: segment.CodeCommissionUnsuitable, Rule: "floor/4", Fact: 1, Unit: customer.UnitTimes},
		{Code: segment.CodeCommissionTaken, Rule: "floor/4", Fact: 64, Mark: 95, Unit: customer.UnitMinor},
	}, decision.Reasons)
	assert.Equal(t, map[string]int64{"x": -32, "y": -32}, minorOf(decision.Entries))
	var refusal *customer.Refusal
	_, err = segment.CommissionBook{}.Deny(commissionDenial(1))
	require.ErrorAs(t, err, &refusal)
	assert.Equal(t, []string{segment.CodeCommissionNoSale}, codes(refusal.Missing))
	for _, test := range []struct {
		spoil func(*segment.CommissionDenial)
		paths []string
	}{
		{func(d *segment.CommissionDenial) { *d = segment.CommissionDenial{} }, []string{"ref", "at", "lines", "sale"}},
		{func(d *segment.CommissionDenial) { d.Sale = "another" }, []string{"sale"}},
		{func(d *segment.CommissionDenial) { d.Lines = []int{0, 2, 2, 10_001} }, []string{"lines[0]", "lines[2]", "lines[3]"}},
	} {
		denial := commissionDenial(1)
		test.spoil(&denial)
		_, err := book.Deny(denial)
		assert.Equal(t, test.paths, faultPaths(t, err))
	}
	journaltest.TestFact(t, commissionDenial(1, 2))
}

// A statement is the sum of its entries, in any order and any split. row C22.
func TestCommissionStatement(t *testing.T) {
	plan := newPlan(t, commissionRules(segment.CommissionOnRevenue))
	today := customer.DateOf(noon(), time.UTC)
	period := population.Period{From: today, Until: today + 1}
	rapid.Check(t, func(t *rapid.T) {
		var entries []segment.CommissionEntry
		want := map[string]int64{}
		for i := range rapid.IntRange(0, 8).Draw(t, "sales") {
			sale := soldBy(gradeLine("a", "4", rapid.SampledFrom([]string{"1", "9.99", "10000000000"}).Draw(t, "paid"), ""), "all", "x", "y", "z")
			sale.Ref = "r"
			decision, err := plan.Sale(segment.CommissionBook{}, sale)
			require.NoError(t, err)
			entries = append(entries, decision.Entries...)
			back := commissionBack("b", 1, decimal.New(rapid.Int64Range(1, 4).Draw(t, "back"), 0))
			if back.At = noon(); i%2 == 0 {
				back.At = noon().AddDate(0, 0, 1) // on the next statement
			}
			decision, err = decision.Next.Return(back)
			require.NoError(t, err)
			entries = append(entries, decision.Entries...)
		}
		for _, entry := range entries {
			if entry.Seller != "" && customer.DateOf(entry.At, time.UTC) == today {
				want[entry.Seller] += entry.Minor
			}
		}
		whole, parts := plan.Statement(period), []*segment.CommissionStatement{plan.Statement(period), plan.Statement(period)}
		require.NoError(t, whole.Add(entries...))
		for _, entry := range rapid.Permutation(entries).Draw(t, "order") {
			require.NoError(t, parts[rapid.IntRange(0, 1).Draw(t, "part")].Add(entry))
		}
		require.NoError(t, parts[1].Merge(parts[0]))
		assert.Equal(t, marshal(t, whole), marshal(t, parts[1]))
		got := map[string]int64{}
		for _, total := range whole.Totals() {
			got[total.Seller] = total.Minor()
		}
		assert.Equal(t, want, got)
		read := plan.Statement(population.Period{From: 1, Until: 2})
		require.NoError(t, read.UnmarshalBinary(marshal(t, whole)))
		assert.Equal(t, whole.Totals(), read.Totals())
	})
}

func TestCommissionStatementState(t *testing.T) {
	plan := newPlan(t, commissionRules(segment.CommissionOnRevenue))
	const head = "01" + "f2912d" + "fc912d" + "03455552" + "02" + "03555443" + "01" + "01" + "0178" + "0100"
	golden := head + "e807" + "05" + "02"
	statement := plan.Statement(population.Period{From: 1, Until: 2})
	require.NoError(t, statement.UnmarshalBinary(unhex(t, golden)))
	assert.Equal(t, []segment.CommissionTotal{{Seller: "x", Earned: 1000, TakenBack: -5, Entries: 2}}, statement.Totals())
	assert.Equal(t, unhex(t, golden), marshal(t, statement))
	for name, state := range map[string]string{
		"no entries":                   head + "000000",
		"more entries than money":      head + "010002",
		"beyond all sums":              head + beyondSum + "0001",
		"beyond all sums, taken back":  head + "01" + beyondSum + "02",
		"another item":                 strings.Replace(golden, "01780100", "01780101", 1),
		"no seller":                    strings.Replace(golden, "0178", "00", 1),
		"another zone":                 strings.Replace(golden, "03555443", "03555444", 1),
		"another currency":             strings.Replace(golden, "455552", "555344", 1),
		"another number of its digits": strings.Replace(golden, "45555202", "45555203", 1),
	} {
		require.ErrorIs(t, statement.UnmarshalBinary(unhex(t, state)), population.ErrFormat, name)
	}
	full := plan.Statement(population.Period{From: on - 10, Until: on})
	require.NoError(t, full.UnmarshalBinary(unhex(t, head+greatestSum+"0001")))
	require.Error(t, full.Merge(full), "money is never held at a bound")
	require.Error(t, full.Merge(plan.Statement(population.Period{From: 1, Until: 2})))
	dollars := commissionFact()
	entry := segment.CommissionEntry{
		Version: 1, Kind: segment.CommissionEarned, Ref: "r", Sale: "r", Line: 1, Seller: "x", Minor: 1, At: dollars.At, Currency: customer.Currency{Code: "USD", Digits: 2},
	}
	require.Error(t, statement.Add(entry))
	require.ErrorIs(t, statement.Add(segment.CommissionEntry{}), segment.ErrCommissionBroken)
}
