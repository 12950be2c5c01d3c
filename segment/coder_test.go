package segment_test

import (
	"fmt"
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

// overlapRules have three categories whose products overlap. Sorted by ID their codes
// are: cheese 0, pain-relief 1, z-non-aspirin 2.
func overlapRules() segment.Rules {
	rules := tercileRules()
	rules.Categories = []segment.Category{
		{ID: "z-non-aspirin", Version: 3, Products: []segment.Product{
			{SKU: "own-ibuprofen-24", BaseUnits: dec("24")},
			{SKU: "brand-paracetamol-20", BaseUnits: dec("20")},
		}},
		{ID: "pain-relief", Version: 1, Labels: []string{"Pain relief", "Headache"}, Products: []segment.Product{
			{SKU: "own-ibuprofen-24", BaseUnits: dec("4.8")}, // here in grams of substance
		}},
		{ID: "cheese", Version: 1, Labels: []string{"Cheese", "Headache"}, Products: []segment.Product{
			{SKU: "gouda-loose", BaseUnits: dec("0.5")},
			{SKU: "crumbs", BaseUnits: dec("0.001")},
			{SKU: "moon", BaseUnits: dec("9000000000000000")},
			{SKU: "odd", BaseUnits: dec("2.001")},
		}},
	}
	return rules
}

func newCoder(tb testing.TB, rules segment.Rules) *segment.Coder {
	tb.Helper()
	coder, err := segment.NewCoder(rules, zone(tb, rules.Zone))
	require.NoError(tb, err)
	return coder
}

// noon is an instant that is the same civil day in every zone of these tests.
func noon() time.Time { return time.Date(2025, time.March, 8, 12, 0, 0, 0, time.UTC) }

func saleOf(lines ...customer.Line) customer.Purchase {
	return customer.Purchase{Ref: "r-1", Customer: "c-1", At: noon(), Lines: lines}
}

// row C2: a category is a set of products with a version, and sets may overlap.
// row C3: usage is volume in base units, pack size × quantity, and not money.
func TestCoderSale(t *testing.T) {
	coder := newCoder(t, overlapRules())
	assert.Equal(t, []string{"cheese", "pain-relief", "z-non-aspirin"}, coder.Categories())

	null := decimal.NullDecimal{}
	for _, test := range []struct {
		name     string
		sku      string
		category string
		quantity string
		base     decimal.NullDecimal
		want     map[uint32]int64 // thousandths by category code
	}{
		{"two packs, in two categories with their own base units", "own-ibuprofen-24", "", "2", null, map[uint32]int64{1: 9600, 2: 48_000}},
		{"a label of a category that lists the product: once", "own-ibuprofen-24", "Pain relief", "2", null, map[uint32]int64{1: 9600, 2: 48_000}},
		{"a label of two categories, one of which lists the product", "gouda-loose", "Headache", "2", null, map[uint32]int64{0: 1000, 1: 2000}},
		{"a label of another category: that as well", "own-ibuprofen-24", "Cheese", "2", null, map[uint32]int64{0: 2000, 1: 9600, 2: 48_000}},
		{"by label only: the quantity serves", "thermometer", "Pain relief", "3", null, map[uint32]int64{1: 3000}},
		{"the till's own base units come first", "own-ibuprofen-24", "Pain relief", "2", decimal.NewNullDecimal(dec("12.5")), map[uint32]int64{1: 12_500, 2: 12_500}},
		{"also where they are 0: not known", "own-ibuprofen-24", "", "2", decimal.NewNullDecimal(dec("0")), map[uint32]int64{1: 0, 2: 0}},
		{"a weight", "gouda-loose", "", "0.372", null, map[uint32]int64{0: 186}},
		{"a weight by label", "brie", "Cheese", "0.372", null, map[uint32]int64{0: 372}},
		{"zeros are not digits", "brie", "Cheese", "0.37200000", null, map[uint32]int64{0: 372}},
		{"quantity not known", "gouda-loose", "", "0", null, map[uint32]int64{0: 0}},
		{"no category", "lamp", "", "1", null, nil},
		{"a label nobody listed", "lamp", "Lighting", "1", null, nil},
		{"the most there may be", "gouda-loose", "", "2000000000", null, map[uint32]int64{0: population.MaxUnits}},
		{"the most by label", "brie", "Cheese", "1000000000", null, map[uint32]int64{0: population.MaxUnits}},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, kind := range []customer.BrandKind{customer.UnknownBrand, customer.NationalBrand, customer.StoreBrand} {
				sold := customer.Line{SKU: test.sku, Category: test.category, Kind: kind, Quantity: dec(test.quantity), BaseUnits: test.base}
				bought, err := coder.Sale(nil, saleOf(sold))
				require.NoError(t, err)
				returned, err := coder.Return(nil, customer.Return{Ref: "b-1", Customer: "c-1", At: noon(), Lines: []customer.ReturnLine{{Line: sold}}})
				require.NoError(t, err)

				got := map[uint32]int64{}
				for i, line := range bought {
					got[line.Item] = line.Units
					require.NoError(t, line.Check())
					assert.Equal(t, population.Line[customer.ID]{
						Customer: "c-1", Item: line.Item, Day: day(t, "2025-03-08"), Kind: kind, Units: line.Units,
					}, line)
					line.Returned = true
					assert.Equal(t, line, returned[i])
				}
				assert.Len(t, bought, len(test.want), "one line for each category")
				assert.Len(t, returned, len(test.want))
				if len(test.want) > 0 {
					assert.Equal(t, test.want, got)
				}
			}
		})
	}
}

// All lines at fault come back at once, and nothing of the receipt is appended.
func TestCoderFaults(t *testing.T) {
	coder := newCoder(t, overlapRules())
	earlier := []population.Line[customer.ID]{{Customer: "earlier"}}
	base := func(text string) decimal.NullDecimal { return decimal.NewNullDecimal(dec(text)) }
	lines := []customer.Line{
		{SKU: "gouda-loose", Quantity: dec("1")},
		{SKU: "gouda-loose", Quantity: dec("0.001")},                                     // half a thousandth
		{SKU: "brie", Category: "Cheese", Quantity: dec("0.0001")},                       // a tenth of one
		{SKU: "gouda-loose", Quantity: dec("-1")},                                        // nothing is bought backwards
		{SKU: "gouda-loose", Quantity: dec("2000000000.002")},                            // a thousandth too much
		{SKU: "brie", Category: "Cheese", Quantity: dec("1000000000.001")},               // the same by label
		{SKU: "lamp", Quantity: dec("-1")},                                               // of no category: none of our business
		{SKU: "gouda-loose", Quantity: dec("1"), BaseUnits: base("0.0005")},              // the till's figure is as exact
		{SKU: "gouda-loose", Quantity: dec("-1"), BaseUnits: base("1")},                  // and takes the quantity's place
		{SKU: "own-ibuprofen-24", Quantity: dec("9223372036854775")},                     // × 24 leaves an int64
		{SKU: "own-ibuprofen-24", Quantity: decimal.New(1, 2_000_000_000)},               // would be 2 GB of zeros
		{SKU: "crumbs", Quantity: dec("0.999")},                                          // × 0.001
		{SKU: "own-ibuprofen-24", Category: "Cheese", Quantity: dec("9223372036854775")}, // in all three categories
		{SKU: "moon", Quantity: dec("1000000")},                                          // 9 · 10²¹ base units
		{SKU: "odd", Quantity: dec("9223372036854775.807")},                              // just over 2⁶⁴ base units
	}
	want := []string{
		"lines[1].quantity", "lines[2].quantity", "lines[3].quantity", "lines[4].quantity", "lines[5].quantity",
		"lines[7].base_units", "lines[9].quantity", "lines[9].quantity", "lines[10].quantity", "lines[10].quantity",
		"lines[11].quantity", "lines[12].quantity", "lines[12].quantity", "lines[12].quantity",
		"lines[13].quantity", "lines[14].quantity",
	}
	coded, err := coder.Sale(earlier, saleOf(lines...))
	assert.Equal(t, want, faultPaths(t, err))
	assert.Equal(t, earlier, coded)

	back := customer.Return{Customer: "c-1", At: noon()}
	for _, line := range lines {
		back.Lines = append(back.Lines, customer.ReturnLine{Line: line})
	}
	coded, err = coder.Return(earlier, back)
	assert.Equal(t, want, faultPaths(t, err))
	assert.Equal(t, earlier, coded)
}

// A receipt without its instant, or of a brand kind that there is not, is refused before
// it is counted.
func TestCoderRefusesMalformedReceipts(t *testing.T) {
	coder := newCoder(t, overlapRules())
	good := customer.Line{SKU: "gouda-loose", Quantity: dec("1")}
	bad := good
	bad.Kind = customer.StoreBrand + 1
	for _, test := range []struct {
		name  string
		at    time.Time
		lines []customer.Line
		want  []string
	}{
		{"no instant", time.Time{}, []customer.Line{good}, []string{"at"}},
		{"the last instant there is", time.Date(9999, time.December, 31, 22, 59, 59, 0, time.UTC), []customer.Line{good}, nil},
		{"after it, by the shop's clock", time.Date(9999, time.December, 31, 23, 0, 0, 0, time.UTC), []customer.Line{good}, []string{"at"}},
		{"the second nanosecond there is", time.Time{}.Add(1), []customer.Line{good}, nil},
		{"a kind that there is not", noon(), []customer.Line{good, bad}, []string{"lines[1].kind"}},
		{"both", time.Time{}, []customer.Line{bad}, []string{"at", "lines[0].kind"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			back := customer.Return{Customer: "c-1", At: test.at}
			for _, line := range test.lines {
				back.Lines = append(back.Lines, customer.ReturnLine{Line: line})
			}
			bought, err := coder.Sale(nil, customer.Purchase{Customer: "c-1", At: test.at, Lines: test.lines})
			returned, errBack := coder.Return(nil, back)
			assert.Equal(t, err, errBack)
			if test.want == nil {
				require.NoError(t, err)
				assert.Len(t, bought, 1)
				assert.Len(t, returned, 1)
				return
			}
			assert.Equal(t, test.want, faultPaths(t, err))
			assert.Empty(t, bought)
			assert.Empty(t, returned)
		})
	}
}

// What the coder accepts is exact: quantity × content, checked with decimals.
func TestCoderIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		content := decimal.New(rapid.Int64Range(1, 1_000_000).Draw(t, "content"), -3)
		quantity := decimal.New(rapid.Int64Range(0, population.MaxUnits).Draw(t, "quantity"), -3)
		rules := tercileRules()
		rules.Zone = "UTC"
		rules.Categories = []segment.Category{{ID: "it", Version: 1, Products: []segment.Product{{SKU: "it", BaseUnits: content}}}}
		coder, err := segment.NewCoder(rules, time.UTC)
		require.NoError(t, err)

		coded, err := coder.Sale(nil, saleOf(customer.Line{SKU: "it", Quantity: quantity}))
		exact := content.Mul(quantity).Mul(decimal.New(1, segment.UnitDigits))
		if !exact.IsInteger() || exact.GreaterThan(decimal.New(population.MaxUnits, 0)) {
			assert.Equal(t, []string{"lines[0].quantity"}, faultPaths(t, err))
			return
		}
		require.NoError(t, err)
		require.Len(t, coded, 1)
		assert.True(t, exact.Equal(decimal.New(coded[0].Units, 0)), "%s × %s is not %d thousandths", content, quantity, coded[0].Units)
	})
}

func TestCoderLeavesOutAnonymousReceipts(t *testing.T) {
	coder := newCoder(t, overlapRules())
	line := customer.Line{SKU: "gouda-loose", Quantity: dec("0.0001")}
	coded, err := coder.Sale(nil, customer.Purchase{At: noon(), Lines: []customer.Line{line}})
	require.NoError(t, err)
	assert.Empty(t, coded)
	coded, err = coder.Return(nil, customer.Return{At: noon(), Lines: []customer.ReturnLine{{Line: line}}})
	require.NoError(t, err)
	assert.Empty(t, coded)
}

// The day is that of the shop's clock, whatever zone the receipt's instant came in.
func TestCoderDaysAreTheShops(t *testing.T) {
	for _, test := range []struct{ zone, at, want string }{
		{"Europe/Berlin", "2025-03-08T22:30:00Z", "2025-03-08"},      // 23:30 in Berlin
		{"Europe/Berlin", "2025-03-08T22:59:59Z", "2025-03-08"},      // the last second of the day
		{"Europe/Berlin", "2025-03-08T23:00:00Z", "2025-03-09"},      // midnight
		{"Europe/Berlin", "2025-07-08T21:59:59Z", "2025-07-08"},      // in summer an hour earlier
		{"Europe/Berlin", "2025-07-08T22:00:00Z", "2025-07-09"},      //
		{"Europe/Berlin", "2025-03-08T23:30:00-05:00", "2025-03-09"}, // 23:30 somewhere else
		{"Asia/Shanghai", "2025-03-08T15:30:00Z", "2025-03-08"},      // 23:30 in Shanghai
		{"Asia/Shanghai", "2025-03-08T16:30:00Z", "2025-03-09"},
		{"America/Sao_Paulo", "2018-11-04T02:30:00Z", "2018-11-03"}, // 23:30, and at midnight the clock skips an hour
		{"America/Sao_Paulo", "2018-11-04T03:00:00Z", "2018-11-04"},
	} {
		t.Run(fmt.Sprint(test.zone, " ", test.at), func(t *testing.T) {
			rules := overlapRules()
			rules.Zone = test.zone
			coder := newCoder(t, rules)
			at, err := time.Parse(time.RFC3339, test.at)
			require.NoError(t, err)

			sale := saleOf(customer.Line{SKU: "gouda-loose", Quantity: dec("1")})
			sale.At = at
			bought, err := coder.Sale(nil, sale)
			require.NoError(t, err)
			returned, err := coder.Return(nil, customer.Return{Customer: "c-1", At: at, Lines: []customer.ReturnLine{{Line: sale.Lines[0]}}})
			require.NoError(t, err)
			assert.Equal(t, test.want, bought[0].Day.String())
			assert.Equal(t, test.want, returned[0].Day.String())
		})
	}
}

// Codes depend on nothing but the categories' IDs, so that two machines with the same
// rules in another order agree.
func TestCodesDoNotDependOnTheOrderOfTheRules(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rules := overlapRules()
		rules.Zone = "UTC"
		coder, err := segment.NewCoder(rules, time.UTC)
		require.NoError(t, err)
		sale := saleOf(customer.Line{SKU: "own-ibuprofen-24", Category: "Cheese", Quantity: dec("2")})
		want, err := coder.Sale(nil, sale)
		require.NoError(t, err)

		rules.Categories = rapid.Permutation(rules.Categories).Draw(t, "categories")
		shuffled, err := segment.NewCoder(rules, time.UTC)
		require.NoError(t, err)
		got, err := shuffled.Sale(nil, sale)
		require.NoError(t, err)
		assert.Equal(t, coder.Categories(), shuffled.Categories())
		assert.Equal(t, want, got)
	})
}

// A Coder is immutable: neither the rules it was made from nor the lists it gives out
// reach into it.
func TestCoderSharesNothing(t *testing.T) {
	rules := overlapRules()
	coder := newCoder(t, rules)
	rules.Categories[0].ID = "changed"
	rules.Categories[2].Labels[0] = "changed"
	rules.Categories[2].Products[0].SKU = "changed"
	coder.Categories()[0] = "changed"
	assert.Equal(t, []string{"cheese", "pain-relief", "z-non-aspirin"}, coder.Categories())
	coded, err := coder.Sale(nil, saleOf(customer.Line{SKU: "gouda-loose", Quantity: dec("1")}, customer.Line{SKU: "brie", Category: "Cheese", Quantity: dec("1")}))
	require.NoError(t, err)
	assert.Len(t, coded, 2)
}

// What was paid comes along in minor units, without the deposit, and only where the rules
// have a currency.
func TestCoderAmounts(t *testing.T) {
	euro := customer.Currency{Code: "EUR", Digits: 2}
	paid := func(text string) decimal.NullDecimal { return decimal.NewNullDecimal(dec(text)) }
	for _, test := range []struct {
		name     string
		rules    customer.Currency
		receipt  customer.Currency
		line     customer.Line
		amount   int64
		priced   bool
		faultsAt []string
	}{
		{"in cents", euro, euro, customer.Line{Paid: paid("4.99")}, 499, true, nil},
		{"less the deposit", euro, euro, customer.Line{Paid: paid("1.24"), Deposit: dec("0.25")}, 99, true, nil},
		{"free of charge", euro, euro, customer.Line{Paid: paid("0")}, 0, true, nil},
		{"the price is not known", euro, euro, customer.Line{}, 0, false, nil},
		{"a receipt without money", euro, customer.Currency{}, customer.Line{}, 0, false, nil},
		{"rules without money", customer.Currency{}, euro, customer.Line{Paid: paid("4.99")}, 0, false, nil},
		{"the most", euro, euro, customer.Line{Paid: paid("10000000000.00")}, population.MaxAmount, true, nil},
		{"more than the most", euro, euro, customer.Line{Paid: paid("10000000000.01")}, 0, false, []string{"lines[0].paid"}},
		{"half a cent", euro, euro, customer.Line{Paid: paid("0.005")}, 0, false, []string{"lines[0].paid"}},
		{"only the deposit", euro, euro, customer.Line{Paid: paid("0.25"), Deposit: dec("0.25")}, 0, true, nil},
		{"a deposit below 0", euro, euro, customer.Line{Paid: paid("0.10"), Deposit: dec("-0.25")}, 0, false, []string{"lines[0].paid"}},
		{"half a cent of deposit", euro, euro, customer.Line{Paid: paid("1.00"), Deposit: dec("0.005")}, 0, false, []string{"lines[0].paid"}},
		{"a deposit of a billion digits", euro, euro, customer.Line{Paid: paid("1.00"), Deposit: decimal.New(1, 1_000_000_000)}, 0, false, []string{"lines[0].paid"}},
		{"a deposit of a billion places", euro, euro, customer.Line{Paid: paid("1.00"), Deposit: decimal.New(1, -1_000_000_000)}, 0, false, []string{"lines[0].paid"}},
		{"below nothing", euro, euro, customer.Line{Paid: paid("0.10"), Deposit: dec("0.25")}, 0, false, []string{"lines[0].paid"}},
		{"another currency", euro, customer.Currency{Code: "USD", Digits: 2}, customer.Line{Paid: paid("1.00")}, 0, false, []string{"currency"}},
		{"other digits", euro, customer.Currency{Code: "EUR", Digits: 3}, customer.Line{Paid: paid("1.00")}, 0, false, []string{"currency"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			rules := painRules()
			rules.Currency = test.rules
			test.line.SKU, test.line.Quantity = "own-ibuprofen-24", dec("1")
			other := customer.Line{SKU: "of no category", Quantity: dec("1"), Paid: paid("0.0001")} // never looked at
			sale := customer.Purchase{Ref: "r", Customer: "c", At: noon(), Currency: test.receipt, Lines: []customer.Line{test.line, other}}
			back := customer.Return{Ref: "b", Customer: "c", At: noon(), Currency: test.receipt, Lines: []customer.ReturnLine{{Line: test.line}, {Line: other}}}
			sold, saleErr := newCoder(t, rules).Sale(nil, sale)
			returned, backErr := newCoder(t, rules).Return(nil, back)
			if test.faultsAt != nil {
				assert.Equal(t, test.faultsAt, faultPaths(t, saleErr))
				assert.Equal(t, test.faultsAt, faultPaths(t, backErr))
				return
			}
			require.NoError(t, saleErr)
			require.NoError(t, backErr)
			for _, lines := range [][]population.Line[customer.ID]{sold, returned} {
				require.Len(t, lines, 1)
				assert.Equal(t, test.amount, lines[0].Amount)
				assert.Equal(t, test.priced, lines[0].Priced)
			}
		})
	}
	rules := painRules()
	rules.Currency = customer.Currency{Code: "euro", Digits: 7}
	_, err := segment.NewCoder(rules, zone(t, rules.Zone))
	assert.Equal(t, []string{"currency.code", "currency.digits"}, faultPaths(t, err))
}

// A Coder that nobody made reads nothing, and says so.
func TestZeroCoderRefuses(t *testing.T) {
	var coder segment.Coder
	_, err := coder.Sale(nil, customer.Purchase{Ref: "r", Customer: "c", At: noon()})
	assert.Equal(t, []string{"zone"}, faultPaths(t, err))
}
