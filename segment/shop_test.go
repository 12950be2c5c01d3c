package segment_test

import (
	"encoding/json"
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

type (
	line = population.Line[uint32]
	// failer is what *testing.T and *rapid.T have in common here.
	failer interface {
		require.TestingT
		Helper()
	}
)

// dec reads a decimal; bad text is a slip of the test.
func dec(text string) decimal.Decimal { return decimal.RequireFromString(text) }

func zone(tb testing.TB, name string) *time.Location {
	tb.Helper()
	loaded, err := time.LoadLocation(name)
	require.NoError(tb, err)
	return loaded
}

func day(t failer, text string) customer.Date {
	t.Helper()
	parsed, err := customer.ParseDate(text)
	require.NoError(t, err)
	return parsed
}

// painRules are the rules of a supermarket chain for one category with stated marks:
// store loyal from 66 %, national loyal up to 30 %, medium from 48 tablets and heavy
// from 120 in 180 days.
func painRules() segment.Rules {
	return segment.Rules{
		Edition:            customer.Edition{ID: "nine-cells", Version: 2},
		Zone:               "Europe/Berlin",
		WindowDays:         180,
		MinBuys:            2,
		Brand:              segment.Stated,
		StoreAtPermille:    660,
		NationalAtPermille: 700,
		Usage:              segment.Stated,
		Categories: []segment.Category{{
			ID: "non-aspirin", Version: 1,
			Products: []segment.Product{
				{SKU: "own-ibuprofen-24", BaseUnits: dec("24")},
				{SKU: "own-ibuprofen-96", BaseUnits: dec("96")},
				{SKU: "brand-ibuprofen-24", BaseUnits: dec("24")},
			},
		}},
		Marks: []segment.Marks{{Category: "non-aspirin", MediumAt: dec("48"), HeavyAt: dec("120")}},
	}
}

func newGrid(t failer, rules segment.Rules) *segment.Grid {
	t.Helper()
	grid, err := segment.NewGrid(rules)
	require.NoError(t, err)
	return grid
}

// tercileRules leave everything to the population, in three categories whose codes are
// 0, 1 and 2.
func tercileRules() segment.Rules {
	rules := painRules()
	rules.Brand, rules.StoreAtPermille, rules.NationalAtPermille = segment.Terciles, 0, 0
	rules.Usage, rules.Marks = segment.Terciles, nil
	rules.Categories = []segment.Category{
		{ID: "beer", Version: 1, Labels: []string{"Beer"}},
		{ID: "cat-food", Version: 1, Labels: []string{"Cat food"}},
		{ID: "pain-relief", Version: 1, Labels: []string{"Pain relief"}},
	}
	return rules
}

// on is the day of decision in most tests.
const on customer.Date = 739_580 // 2025-11-25

// somebodysLines are lines in and around the period that ends on on.
func somebodysLines(period population.Period) *rapid.Generator[[]line] {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) line {
		return line{
			Customer: rapid.Uint32Range(0, 8).Draw(t, "customer"),
			Item:     rapid.Uint32Range(0, 2).Draw(t, "item"),
			Day: customer.Date(rapid.OneOf(
				rapid.Int32Range(int32(period.From)-1, int32(period.From)+3),
				rapid.Int32Range(int32(period.Until)-3, int32(period.Until)),
			).Draw(t, "day")),
			Kind:     customer.BrandKind(rapid.Uint8Range(0, 2).Draw(t, "kind")),
			Returned: rapid.IntRange(0, 5).Draw(t, "returned") == 0,
			Units: rapid.OneOf(
				rapid.Int64Range(0, 4),
				rapid.Int64Range(0, population.MaxUnits),
				rapid.Just(int64(population.MaxUnits)),
			).Draw(t, "units"),
		}
	}), 0, 60)
}

func tallyOf[K population.Key](t failer, period population.Period, lines ...population.Line[K]) *segment.Tally[K] {
	t.Helper()
	tally := segment.NewTally[K](period)
	require.NoError(t, tally.Add(lines...))
	return tally
}

func censusOf[K population.Key](tally *segment.Tally[K], period population.Period, minBuys int) *segment.Census {
	census := segment.NewCensus(period, minBuys)
	for _, counts := range tally.All() {
		census.Add(counts)
	}
	return census
}

func marshal(t failer, state interface{ MarshalBinary() ([]byte, error) }) []byte {
	t.Helper()
	data, err := state.MarshalBinary()
	require.NoError(t, err)
	return data
}

func toJSON(t failer, value any) string {
	t.Helper()
	data, err := json.Marshal(value)
	require.NoError(t, err)
	return string(data)
}

// faultPaths are the paths of an error that must be Faults.
func faultPaths(t failer, err error) []string {
	t.Helper()
	var faults customer.Faults
	require.ErrorAs(t, err, &faults)
	var paths []string
	for _, fault := range faults {
		assert.NotEmpty(t, fault.Rule)
		paths = append(paths, fault.Path)
	}
	return paths
}

func codes(reasons []customer.Reason) []string {
	list := make([]string, len(reasons))
	for i, reason := range reasons {
		list[i] = reason.Code
	}
	return list
}
