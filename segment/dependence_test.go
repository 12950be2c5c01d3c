package segment_test

import (
	"encoding/hex"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/segment"
)

// row E9: who bought half of her coffee on deal before the lists, and all of it since.
func TestDependence(t *testing.T) {
	since := day(t, "2026-11-25")
	const coffee = 0
	line := func(on string, units int64) population.Line[customer.ID] {
		return population.Line[customer.ID]{Customer: "c-1", Item: coffee, Day: day(t, on), Units: units}
	}
	dependence := segment.NewDependence[customer.ID](since)
	for _, bought := range []struct {
		line population.Line[customer.ID]
		deal segment.Deal
	}{
		{line("2026-10-01", 500), segment.OnDeal},
		{line("2026-11-24", 500), segment.AtList},
		{line("2026-11-24", 250), segment.DealUnknown},
		{line("2026-11-25", 1000), segment.OnDeal},
		{line("2026-12-01", 0), segment.AtList},
		{population.Line[customer.ID]{Customer: "c-1", Item: coffee, Day: day(t, "2026-12-02"), Units: 9, Returned: true}, segment.AtList},
		{population.Line[customer.ID]{Customer: "c-2", Item: coffee, Day: day(t, "2026-12-02"), Units: 3000}, segment.AtList},
	} {
		require.NoError(t, dependence.Add(bought.line, bought.deal))
	}
	before, after := dependence.Of("c-1", coffee)
	assert.Equal(t, segment.DealShare{OnDeal: 500, AtList: 500, Unknown: 250}, before)
	assert.Equal(t, segment.DealShare{OnDeal: 1000, Unmeasured: 1}, after)
	onDeal, covered := before.Permille()
	assert.Equal(t, [2]int64{500, 800}, [2]int64{onDeal, covered})
	onDeal, covered = after.Permille()
	assert.Equal(t, [2]int64{1000, 1000}, [2]int64{onDeal, covered})
	onDeal, covered = segment.DealShare{Unknown: 1}.Permille()
	assert.Equal(t, [2]int64{0, 0}, [2]int64{onDeal, covered})
	for item, shares := range dependence.Items() {
		assert.Equal(t, uint32(coffee), item)
		assert.Equal(t, segment.DealShare{OnDeal: 1000, AtList: 3000, Unmeasured: 1}, shares[1])
	}
	none, _ := dependence.Of("c-3", coffee)
	assert.Zero(t, none)

	require.Error(t, dependence.Add(line("2026-12-02", 1), 3))
	require.Error(t, dependence.Add(line("2026-12-02", -1), segment.OnDeal))
	require.Error(t, dependence.Merge(segment.NewDependence[customer.ID](since+1)))
}

// Any order and any split, merged and stored in between, give the same bytes.
func TestDependenceMerges(t *testing.T) {
	since := day(t, "2026-11-25")
	rapid.Check(t, func(t *rapid.T) {
		type bought struct {
			line population.Line[uint32]
			deal segment.Deal
		}
		all := rapid.SliceOf(rapid.Custom(func(t *rapid.T) bought {
			return bought{population.Line[uint32]{
				Customer: rapid.Uint32Range(0, 3).Draw(t, "customer"), Item: rapid.Uint32Range(0, 3).Draw(t, "item"),
				Day: since + customer.Date(rapid.IntRange(-2, 2).Draw(t, "day")), Units: rapid.Int64Range(0, 3).Draw(t, "units"),
			}, segment.Deal(rapid.IntRange(0, 2).Draw(t, "deal"))}
		})).Draw(t, "lines")
		whole := segment.NewDependence[uint32](since)
		for _, b := range all {
			require.NoError(t, whole.Add(b.line, b.deal))
		}
		parts := [2]*segment.Dependence[uint32]{segment.NewDependence[uint32](since), segment.NewDependence[uint32](since)}
		for _, b := range rapid.Permutation(all).Draw(t, "order") {
			require.NoError(t, parts[rapid.IntRange(0, 1).Draw(t, "part")].Add(b.line, b.deal))
		}
		var read segment.Dependence[uint32]
		require.NoError(t, read.UnmarshalBinary(marshal(t, parts[0])))
		require.NoError(t, read.Merge(parts[1]))
		require.Equal(t, marshal(t, whole), marshal(t, &read))
	})
}

// Accepted bytes are written again as they were; refused ones change nothing.
func FuzzDependence(f *testing.F) {
	since := day(f, "2026-11-25")
	seed := segment.NewDependence[customer.ID](since)
	for _, deal := range []segment.Deal{segment.OnDeal, segment.AtList, segment.DealUnknown} {
		require.NoError(f, seed.Add(population.Line[customer.ID]{Customer: "c-1", Item: uint32(deal), Day: since, Units: 500}, deal))
	}
	f.Add(marshal(f, seed))
	f.Add([]byte{1, 1, 0})
	f.Fuzz(func(t *testing.T, data []byte) {
		dependence := segment.NewDependence[customer.ID](1)
		want := marshal(t, dependence)
		if dependence.UnmarshalBinary(data) == nil {
			want = data
			for _, shares := range dependence.Items() {
				onDeal, covered := shares[0].Permille()
				require.LessOrEqual(t, max(onDeal, covered), int64(1000))
			}
		}
		require.Equal(t, want, marshal(t, dependence))
	})
}

// What was paid against quantity times list price, on both sides of a minor unit.
func TestDealOf(t *testing.T) {
	euro := customer.Currency{Code: "EUR", Digits: 2}
	for _, tc := range []struct {
		name                          string
		quantity, list, paid, deposit string
		want                          segment.Deal
	}{
		{"at the list price", "2", "1.99", "3.98", "0", segment.AtList},
		{"a cent less", "2", "1.99", "3.97", "0", segment.OnDeal},
		{"dearer than on the list", "2", "1.99", "4.00", "0", segment.AtList},
		{"the deposit is not part of the price", "2", "1.99", "4.47", "0.50", segment.OnDeal},
		{"with its deposit", "2", "1.99", "4.48", "0.50", segment.AtList},
		{"weighed, rounded down by the till", "0.333", "3.999", "1.33", "0", segment.AtList}, // 1.331667
		{"weighed, a cent less", "0.333", "3.999", "1.32", "0", segment.OnDeal},
		{"no list price", "2", "", "3.98", "0", segment.DealUnknown},
		{"not priced", "2", "1.99", "", "0", segment.DealUnknown},
		{"how much is not known", "0", "1.99", "1.00", "0", segment.DealUnknown},
	} {
		line := customer.Line{SKU: "coffee", Quantity: dec(tc.quantity), Deposit: dec(tc.deposit)}
		if tc.list != "" {
			line.ListPrice.Decimal, line.ListPrice.Valid = dec(tc.list), true
		}
		if tc.paid != "" {
			line.Paid.Decimal, line.Paid.Valid = dec(tc.paid), true
		}
		assert.Equal(t, tc.want, segment.DealOf(&line, euro), tc.name)
		assert.Equal(t, segment.DealUnknown, segment.DealOf(&line, customer.Currency{}), "no currency to round in")
	}
	// What no receipt may have neither panics nor takes all memory.
	for name, spoil := range map[string]func(*customer.Line){
		"a list price of a gigabyte":     func(l *customer.Line) { l.ListPrice.Decimal = decimal.New(1, 1<<30) },
		"one too small to be told":       func(l *customer.Line) { l.ListPrice.Decimal = decimal.New(1, -1<<30) },
		"exponents that add up too far":  func(l *customer.Line) { l.ListPrice.Decimal, l.Quantity = decimal.New(1, 1<<30), decimal.New(1, 1<<30) },
		"a deposit of a gigabyte":        func(l *customer.Line) { l.Deposit = decimal.New(1, 1<<30) },
		"a payment of a gigabyte":        func(l *customer.Line) { l.Paid.Decimal = decimal.New(1, 1<<30) },
		"a list price below 0":           func(l *customer.Line) { l.ListPrice.Decimal = dec("-1") },
		"a quantity that is not there":   func(l *customer.Line) { l.Quantity = decimal.Decimal{} },
		"a quantity beyond what is sold": func(l *customer.Line) { l.Quantity = decimal.New(1, 13) },
	} {
		line := customer.Line{SKU: "coffee", Quantity: dec("2"), ListPrice: decimal.NewNullDecimal(dec("1.99")), Paid: decimal.NewNullDecimal(dec("3"))}
		require.Equal(t, segment.OnDeal, segment.DealOf(&line, euro))
		spoil(&line)
		assert.Equal(t, segment.DealUnknown, segment.DealOf(&line, euro), name)
	}
}

// What the library's constructors did not make says nothing, and is not stored.
func TestDependenceOfNothing(t *testing.T) {
	var dependence segment.Dependence[uint32]
	require.NoError(t, dependence.Add(population.Line[uint32]{Day: 1, Units: 1}, segment.OnDeal))
	_, err := dependence.MarshalBinary()
	require.Error(t, err, "since no day")
	state, _ := new(segment.DependenceGuard).Judge(segment.DealShare{})
	assert.Equal(t, segment.DependenceUnknown, state)
}

// row E9: does she buy coffee only when it is on deal, and more so than before the lists?
func ExampleDependence() {
	const coffee = 0
	since, _ := customer.NewDate(2026, time.November, 25)
	usd := customer.Currency{Code: "USD", Digits: 2}
	dependence := segment.NewDependence[customer.ID](since)
	for _, bought := range []struct {
		day        customer.Date
		list, paid string
	}{
		{since - 60, "6.99", "6.99"},
		{since - 30, "6.99", "4.99"},
		{since + 1, "6.99", "3.49"},
		{since + 29, "6.99", "4.19"},
	} {
		line := customer.Line{
			SKU: "coffee-500g", Quantity: decimal.NewFromInt(1),
			ListPrice: decimal.NewNullDecimal(decimal.RequireFromString(bought.list)), Paid: decimal.NewNullDecimal(decimal.RequireFromString(bought.paid)),
		}
		coded := population.Line[customer.ID]{Customer: "c-1", Item: coffee, Day: bought.day, Units: 500_000} // of segment.Coder
		if err := dependence.Add(coded, segment.DealOf(&line, usd)); err != nil {
			fmt.Println(err)
			return
		}
	}
	before, after := dependence.Of("c-1", coffee)
	onDeal, covered := before.Permille()
	fmt.Println("before:", customer.English.Percent(onDeal), "on deal, of", customer.English.Percent(covered))
	onDeal, covered = after.Permille()
	fmt.Println("after: ", customer.English.Percent(onDeal), "on deal, of", customer.English.Percent(covered))
	// Output:
	// before: 50 % on deal, of 100 %
	// after:  100 % on deal, of 100 %
}

// Sums stop at a bound, in any order, and what stopped there is read again.
func TestDependenceStopsAtItsBound(t *testing.T) {
	dependence := segment.NewDependence[uint32](1)
	require.NoError(t, dependence.Add(population.Line[uint32]{Day: 9, Units: population.MaxUnits}, segment.OnDeal))
	for range 25 { // doubled 25 times: more than the bound
		var copied segment.Dependence[uint32]
		require.NoError(t, copied.UnmarshalBinary(marshal(t, dependence)))
		require.NoError(t, dependence.Merge(&copied))
	}
	_, after := dependence.Of(0, 0)
	assert.Equal(t, segment.DealShare{OnDeal: 1_000_000 * population.MaxUnits}, after)
	require.NoError(t, new(segment.Dependence[uint32]).UnmarshalBinary(marshal(t, dependence)))
}

// The stored form, pinned: version, day, then customer by customer and item by item.
func TestDependenceGolden(t *testing.T) {
	dependence := segment.NewDependence[customer.ID](day(t, "2026-11-25"))
	for _, bought := range []struct {
		item uint32
		on   string
		deal segment.Deal
	}{{7, "2026-11-25", segment.OnDeal}, {7, "2026-11-24", segment.AtList}, {3, "2026-11-24", segment.DealUnknown}} {
		require.NoError(t, dependence.Add(population.Line[customer.ID]{Customer: "c-1", Item: bought.item, Day: day(t, bought.on), Units: 500}, bought.deal))
	}
	assert.Equal(t, "01"+"e9942d"+"0101"+"03"+"632d31"+"02"+
		"03"+"0000f40300"+"00000000"+"07"+"00f4030000"+"f403000000", hex.EncodeToString(marshal(t, dependence)))
	for name, state := range map[string]string{
		"an item without lines": "01" + "e9942d" + "0101" + "03" + "632d31" + "01" + "03" + "00000000" + "00000000",
		"no day":                "01" + "00" + "0100",
		"beyond the bound":      "01" + "e9942d" + "0101" + "03" + "632d31" + "01" + "03" + beyondSum + "000000" + "00000000",
		"another version":       "02" + "e9942d" + "0100",
		"cut short":             "01" + "e9942d" + "0101",
	} {
		before := marshal(t, dependence)
		require.ErrorIs(t, dependence.UnmarshalBinary(unhex(t, state)), population.ErrFormat, name)
		assert.Equal(t, before, marshal(t, dependence), name)
	}
}

// dependenceRules: dependent from 75 %, independent up to 25 %, of at least 4 units of
// which the price of four fifths is known.
func dependenceRules() segment.DependenceRules {
	return segment.DependenceRules{
		Edition:             customer.Edition{ID: "deals", Version: 1},
		DependentAtPermille: 750, IndependentAtPermille: 250,
		MinUnits: dec("4"), MinKnownPermille: 800,
	}
}

// row E9: the verdict on both sides of every mark.
func TestDependenceGuard(t *testing.T) {
	guard, err := segment.NewDependenceGuard(dependenceRules())
	require.NoError(t, err)
	for _, test := range []struct {
		name  string
		share segment.DealShare
		want  segment.DependenceState
		codes []string
	}{
		{"bought nothing", segment.DealShare{}, segment.DependenceUnknown, []string{segment.CodeDealTooFew}},
		{"one purchase", segment.DealShare{OnDeal: 1000}, segment.DependenceUnknown, []string{segment.CodeDealTooFew}},
		{"a thousandth short of the evidence", segment.DealShare{OnDeal: 3999}, segment.DependenceUnknown, []string{segment.CodeDealTooFew}},
		{"just enough", segment.DealShare{OnDeal: 4000}, segment.DealDependent, []string{segment.CodeDealShare, segment.CodeDealDependent}},
		{"nothing on deal", segment.DealShare{AtList: 4000}, segment.DealIndependent, []string{segment.CodeDealShare, segment.CodeDealIndependent}},
		{
			"how much is not known",
			segment.DealShare{AtList: 4000, Unmeasured: 2},
			segment.DealIndependent,
			[]string{segment.CodeDealUnmeasured, segment.CodeDealShare, segment.CodeDealIndependent},
		},
		{"on the upper mark", segment.DealShare{OnDeal: 3000, AtList: 1000}, segment.DealDependent, []string{segment.CodeDealShare, segment.CodeDealDependent}},
		{
			"below the upper mark",
			segment.DealShare{OnDeal: 2999, AtList: 1001},
			segment.DealMixed,
			[]string{segment.CodeDealShare, segment.CodeDealBelowDependent, segment.CodeDealAboveIndependent},
		},
		{"on the lower mark", segment.DealShare{OnDeal: 1000, AtList: 3000}, segment.DealIndependent, []string{segment.CodeDealShare, segment.CodeDealIndependent}},
		{
			"above the lower mark",
			segment.DealShare{OnDeal: 1001, AtList: 2999},
			segment.DealMixed,
			[]string{segment.CodeDealShare, segment.CodeDealBelowDependent, segment.CodeDealAboveIndependent},
		},
		{
			"prices known of just enough",
			segment.DealShare{OnDeal: 4000, Unknown: 1000},
			segment.DealDependent,
			[]string{segment.CodeDealCovered, segment.CodeDealShare, segment.CodeDealDependent},
		},
		{"prices known of too little", segment.DealShare{OnDeal: 4000, Unknown: 1001}, segment.DependenceUnknown, []string{segment.CodeDealUncovered}},
		{
			"the greatest sums",
			segment.DealShare{OnDeal: math.MaxInt64, AtList: math.MaxInt64, Unknown: math.MinInt64},
			segment.DealMixed,
			[]string{segment.CodeDealShare, segment.CodeDealBelowDependent, segment.CodeDealAboveIndependent},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			state, reasons := guard.Judge(test.share)
			assert.Equal(t, test.want, state)
			assert.Equal(t, test.codes, codes(reasons))
			for _, reason := range reasons {
				assert.Equal(t, "deals/1", reason.Rule)
			}
		})
	}
}

// More of the same units on deal never makes somebody less dependent.
func TestDependenceIsMonotone(t *testing.T) {
	guard, err := segment.NewDependenceGuard(dependenceRules())
	require.NoError(t, err)
	rapid.Check(t, func(t *rapid.T) {
		known := rapid.Int64Range(4000, 1e18).Draw(t, "known")
		less := rapid.Int64Range(0, known).Draw(t, "less")
		more := rapid.Int64Range(less, known).Draw(t, "more")
		low, _ := guard.Judge(segment.DealShare{OnDeal: less, AtList: known - less})
		high, _ := guard.Judge(segment.DealShare{OnDeal: more, AtList: known - more})
		require.LessOrEqual(t, low, high)
		require.NotEqual(t, segment.DependenceUnknown, low)
	})
}

func TestDependenceRules(t *testing.T) {
	rules, err := segment.ParseDependenceRules([]byte(toJSON(t, dependenceRules())))
	require.NoError(t, err)
	assert.Equal(t, toJSON(t, dependenceRules()), toJSON(t, rules))
	_, err = segment.ParseDependenceRules([]byte(`{"id": "deals", "version": 1, "min_unit": "4"}`))
	assert.Equal(t, []string{"min_unit"}, faultPaths(t, err))

	for _, test := range []struct {
		name   string
		change func(*segment.DependenceRules)
		want   []string
	}{
		{"empty", func(r *segment.DependenceRules) { *r = segment.DependenceRules{} }, []string{"id", "version", "dependent_at_permille", "independent_at_permille", "min_units", "min_known_permille"}},
		{"marks meet", func(r *segment.DependenceRules) { r.IndependentAtPermille = 750 }, []string{"independent_at_permille"}},
		{"marks next to each other", func(r *segment.DependenceRules) { r.IndependentAtPermille = 749 }, nil},
		{"the widest", func(r *segment.DependenceRules) { r.IndependentAtPermille, r.DependentAtPermille = 0, 1000 }, nil},
		{"above one", func(r *segment.DependenceRules) { r.DependentAtPermille = 1001 }, []string{"dependent_at_permille"}},
		{"below nothing", func(r *segment.DependenceRules) { r.IndependentAtPermille = -1 }, []string{"independent_at_permille"}},
		{"units finer than counted", func(r *segment.DependenceRules) { r.MinUnits = dec("0.0005") }, []string{"min_units"}},
		{"the least units", func(r *segment.DependenceRules) { r.MinUnits = dec("0.001") }, nil},
		{"more units than a line has", func(r *segment.DependenceRules) { r.MinUnits = dec("1000000000.001") }, []string{"min_units"}},
		{"no units", func(r *segment.DependenceRules) { r.MinUnits = dec("-1") }, []string{"min_units"}},
		{"all prices", func(r *segment.DependenceRules) { r.MinKnownPermille = 1000 }, nil},
		{"more than all prices", func(r *segment.DependenceRules) { r.MinKnownPermille = 1001 }, []string{"min_known_permille"}},
	} {
		rules := dependenceRules()
		test.change(&rules)
		_, err := segment.NewDependenceGuard(rules)
		if test.want == nil {
			require.NoError(t, err, test.name)
			continue
		}
		assert.Equal(t, test.want, faultPaths(t, err), test.name)
	}
}

func TestDependenceStateText(t *testing.T) {
	for state, want := range []string{"unknown", "independent", "mixed", "dependent"} {
		text, err := segment.DependenceState(state).MarshalText()
		require.NoError(t, err)
		assert.Equal(t, want, string(text))
		var read segment.DependenceState
		require.NoError(t, read.UnmarshalText(text))
		assert.Equal(t, segment.DependenceState(state), read)
	}
	_, err := segment.DependenceState(4).MarshalText()
	require.Error(t, err)
	require.Error(t, new(segment.DependenceState).UnmarshalText([]byte("Dependent")))
	assert.Equal(t, "dependence 4", segment.DependenceState(4).String())
}

// row E9: real groceries, of which more than half are bought with a discount, before and
// from 1 July 2017; and the verdicts of a year, of 4 units or more. The expected figures
// were counted by a program of Python's standard library.
func TestDependenceOfRealGroceries(t *testing.T) {
	rows := readSold(t, "dunnhumby_sample")
	guard, err := segment.NewDependenceGuard(dependenceRules())
	require.NoError(t, err)
	for category, want := range map[string]struct {
		halves [2]segment.DealShare
		states [4]int // unknown, independent, mixed, dependent
	}{
		"SOFT DRINKS": {
			[2]segment.DealShare{{OnDeal: 1_605_000, AtList: 810_000, Unmeasured: 7}, {OnDeal: 1_619_000, AtList: 571_000, Unmeasured: 5}},
			[4]int{871, 51, 120, 233},
		},
		"FLUID MILK PRODUCTS": {
			[2]segment.DealShare{{OnDeal: 1_008_000, AtList: 702_000, Unmeasured: 3}, {OnDeal: 1_051_000, AtList: 651_000, Unmeasured: 1}},
			[4]int{888, 49, 106, 142},
		},
		"BEEF": {
			[2]segment.DealShare{{OnDeal: 544_000, AtList: 405_000}, {OnDeal: 508_000, AtList: 419_000, Unmeasured: 1}},
			[4]int{675, 31, 49, 56},
		},
	} {
		halves, year := segment.NewDependence[customer.ID](day(t, "2017-07-01")), segment.NewDependence[customer.ID](1)
		buyers := map[customer.ID]bool{}
		for _, row := range rows {
			if row.Category != category {
				continue
			}
			deal := segment.AtList
			if row.Discount > 0 {
				deal = segment.OnDeal
			}
			line := population.Line[customer.ID]{Customer: row.Customer, Day: customer.DateOf(row.At, time.UTC), Kind: row.Kind, Units: 1000 * row.Quantity}
			require.NoError(t, halves.Add(line, deal))
			require.NoError(t, year.Add(line, deal))
			buyers[row.Customer] = buyers[row.Customer] || row.Quantity > 0
		}
		for _, shares := range halves.Items() {
			assert.Equal(t, want.halves, shares, category)
		}
		var states [4]int
		for id, measured := range buyers {
			if _, share := year.Of(id, 0); measured {
				state, _ := guard.Judge(share)
				states[state]++
			}
		}
		assert.Equal(t, want.states, states, category)
	}
}

// row E9: before the lists she bought coffee at any price; since then only on deal. The
// lists have trained her, and the shop can see it in time.
func ExampleDependenceGuard() {
	guard, err := segment.NewDependenceGuard(segment.DependenceRules{
		Edition:             customer.Edition{ID: "deals", Version: 1},
		DependentAtPermille: 750, IndependentAtPermille: 250,
		MinUnits: decimal.NewFromInt(2), MinKnownPermille: 800, // 2 kg of coffee
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	before := segment.DealShare{OnDeal: 500, AtList: 2500} // of Dependence.Of
	since := segment.DealShare{OnDeal: 2500, AtList: 500, Unknown: 500}
	for _, share := range []segment.DealShare{before, since} {
		state, reasons := guard.Judge(share)
		fmt.Println(state)
		for _, reason := range reasons {
			fmt.Println("  -", segment.Explain(reason, customer.English))
		}
	}
	// Output:
	// independent
	//   - 0.5 of the 3 units at a known price were bought on deal
	//   - share on deal 16.6 %, independent of deals up to 25 %
	// dependent
	//   - the price of 85.7 % of the units is known (80 % needed)
	//   - 2.5 of the 3 units at a known price were bought on deal
	//   - share on deal 83.3 %, dependent on deals from 75 %
}
