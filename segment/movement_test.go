package segment_test

import (
	"encoding/hex"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/segment"
)

// movementCells are the nine cells and three that are none of them.
func movementCells() []segment.Cell {
	cells := segment.Cells()
	return append(cells[:], segment.Cell{}, segment.Cell{Brand: segment.StoreLoyal}, segment.Cell{Usage: segment.Heavy})
}

// row C1: what one customer's move counts as, on both sides of staying.
func TestMovementSummary(t *testing.T) {
	cell := func(brand segment.Brand, usage segment.Usage) segment.Cell {
		return segment.Cell{Brand: brand, Usage: usage}
	}
	swinging := cell(segment.Switcher, segment.Heavy)
	for _, test := range []struct {
		name          string
		before, after segment.Cell
		want          segment.MovementSummary
	}{
		{"stays", cell(segment.StoreLoyal, segment.Light), cell(segment.StoreLoyal, segment.Light), segment.MovementSummary{Both: 1, Stayed: 1}},
		{"stays a target", swinging, swinging, segment.MovementSummary{Both: 1, Stayed: 1, Targets: 1}},
		{"comes over", swinging, cell(segment.StoreLoyal, segment.Heavy), segment.MovementSummary{Both: 1, ToStore: 1, Targets: 1, Converted: 1}},
		{
			"comes over and uses less", swinging, cell(segment.StoreLoyal, segment.Light),
			segment.MovementSummary{Both: 1, ToStore: 1, Lighter: 1, Targets: 1, Converted: 1},
		},
		{"comes half way", cell(segment.NationalLoyal, segment.Heavy), swinging, segment.MovementSummary{Both: 1, ToStore: 1, Targets: 1}},
		{"goes away", swinging, cell(segment.NationalLoyal, segment.Heavy), segment.MovementSummary{Both: 1, ToNational: 1, Targets: 1}},
		{"is no target: not heavy", cell(segment.Switcher, segment.Medium), cell(segment.StoreLoyal, segment.Heavy), segment.MovementSummary{Both: 1, ToStore: 1, Heavier: 1}},
		{"is no target: loyal already", cell(segment.StoreLoyal, segment.Heavy), cell(segment.Switcher, segment.Heavy), segment.MovementSummary{Both: 1, ToNational: 1}},
		{"a target vanishes", swinging, segment.Cell{}, segment.MovementSummary{Vanished: 1, Targets: 1}},
		{"loyal, but nobody knows how heavy", swinging, segment.Cell{Brand: segment.StoreLoyal}, segment.MovementSummary{Vanished: 1, Targets: 1}},
		{"heavy, but nobody knows of which brand", segment.Cell{Usage: segment.Heavy}, cell(segment.StoreLoyal, segment.Heavy), segment.MovementSummary{Appeared: 1}},
		{"appears", segment.Cell{}, swinging, segment.MovementSummary{Appeared: 1}},
		{"unknown on both days", segment.Cell{}, segment.Cell{Brand: segment.Switcher}, segment.MovementSummary{}},
		{"no cell at all", segment.Cell{Brand: 9, Usage: segment.Heavy}, swinging, segment.MovementSummary{Appeared: 1}},
	} {
		t.Run(test.name, func(t *testing.T) {
			movement := segment.NewMovement(on-180, on)
			movement.Add(7, test.before, test.after)
			matrix := movement.Matrix(7)
			test.want.Customers = 1
			assert.Equal(t, test.want, matrix.Summary())
			assert.Equal(t, int64(1), matrix.Moved(test.before, test.after))
			assert.Equal(t, int64(1), matrix.Before(test.before))
			assert.Equal(t, int64(1), matrix.After(test.after))
		})
	}
	empty := segment.NewMovement(on-180, on).Matrix(7)
	assert.Zero(t, empty.Summary())
	assert.Equal(t, []string{segment.CodeMovementBoth, segment.CodeMovementNoTargets}, codes(empty.Summary().Reasons()))
}

// Rows, columns and the parts of the summary add up, whoever was counted.
func TestMovementSums(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		movement := segment.NewMovement(on-180, on)
		n := rapid.IntRange(0, 50).Draw(t, "customers")
		for range n {
			movement.Add(1, rapid.SampledFrom(movementCells()).Draw(t, "before"), rapid.SampledFrom(movementCells()).Draw(t, "after"))
		}
		matrix := movement.Matrix(1)
		rows, columns := int64(0), int64(0)
		for _, cell := range movementCells()[:10] {
			rows += matrix.Before(cell)
			columns += matrix.After(cell)
		}
		s := matrix.Summary()
		unknown := matrix.Moved(segment.Cell{}, segment.Cell{})
		require.Equal(t, []int64{int64(n), int64(n), int64(n)}, []int64{s.Customers, rows, columns})
		require.Equal(t, s.Customers, s.Both+s.Appeared+s.Vanished+unknown)
		require.LessOrEqual(t, s.Stayed+s.ToStore+s.ToNational, s.Both)
		require.LessOrEqual(t, s.Stayed+s.Heavier+s.Lighter, s.Both)
		require.LessOrEqual(t, s.Converted, s.Targets)
		require.LessOrEqual(t, s.Targets, s.Both+s.Vanished)
	})
}

// Any order and any split, merged and stored in between, give the same bytes.
func TestMovementMerges(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		type moved struct {
			category      uint32
			before, after segment.Cell
		}
		all := rapid.SliceOf(rapid.Custom(func(t *rapid.T) moved {
			return moved{
				rapid.Uint32Range(0, 3).Draw(t, "category"),
				rapid.SampledFrom(movementCells()).Draw(t, "before"), rapid.SampledFrom(movementCells()).Draw(t, "after"),
			}
		})).Draw(t, "customers")
		whole := segment.NewMovement(on-180, on)
		for _, one := range all {
			whole.Add(one.category, one.before, one.after)
		}
		parts := [3]*segment.Movement{}
		for i := range parts {
			parts[i] = segment.NewMovement(on-180, on)
		}
		for _, one := range rapid.Permutation(all).Draw(t, "order") {
			parts[rapid.IntRange(0, 2).Draw(t, "part")].Add(one.category, one.before, one.after)
		}
		var read segment.Movement
		require.NoError(t, read.UnmarshalBinary(marshal(t, parts[2])))
		require.NoError(t, read.Merge(parts[0]))
		require.NoError(t, read.Merge(parts[1]))
		require.Equal(t, marshal(t, whole), marshal(t, &read))
	})
}

// A customer of one day only, or of a category on one day only, is unknown on the other.
func TestMovementOfOneCustomer(t *testing.T) {
	cells := segment.Cells()
	movement := segment.NewMovement(on-180, on)
	require.NoError(t, movement.AddCustomer(
		[]segment.Seat{{1, cells[0]}, {3, cells[1]}, {5, cells[2]}},
		[]segment.Seat{{2, cells[3]}, {3, cells[4]}},
	))
	require.NoError(t, movement.AddCustomer(nil, []segment.Seat{{9, cells[8]}}))
	require.NoError(t, movement.AddCustomer(nil, nil))
	assert.Equal(t, []uint32{1, 2, 3, 5, 9}, movement.Categories())
	for category, want := range map[uint32][2]segment.Cell{
		1: {cells[0], {}}, 2: {{}, cells[3]}, 3: {cells[1], cells[4]}, 5: {cells[2], {}}, 9: {{}, cells[8]},
	} {
		matrix := movement.Matrix(category)
		assert.Equal(t, int64(1), matrix.Moved(want[0], want[1]), "%d", category)
		assert.Equal(t, int64(1), matrix.Summary().Customers, "%d", category)
	}
	before := marshal(t, movement)
	require.Error(t, movement.AddCustomer([]segment.Seat{{2, cells[0]}, {2, cells[1]}}, nil))
	require.Error(t, movement.AddCustomer([]segment.Seat{{1, cells[0]}}, []segment.Seat{{4, cells[0]}, {3, cells[1]}}))
	assert.Equal(t, before, marshal(t, movement))
}

// The stored form, pinned: version, days, then category by category the places above 0.
func TestMovementGolden(t *testing.T) {
	cells := segment.Cells()
	movement := segment.NewMovement(day(t, "2026-01-01"), day(t, "2026-07-01"))
	for range 200 {
		movement.Add(300, cells[5], cells[8])
	}
	movement.Add(300, segment.Cell{}, cells[0])
	movement.Add(4, segment.Cell{}, segment.Cell{})
	const days = "a1922d" + "d6932d"
	assert.Equal(t, "01"+days+"02"+"04"+"01"+"6301"+"ac02"+"02"+"3ac801"+"5a01", hex.EncodeToString(marshal(t, movement)))

	for name, state := range map[string]string{
		"days out of order":            "01" + "d6932d" + "a1922d" + "00",
		"the same day twice":           "01" + "a1922d" + "a1922d" + "00",
		"no days":                      "01" + "00" + "00" + "00",
		"another version":              "02" + days + "00",
		"categories out of order":      "01" + days + "02" + "05" + "01" + "6301" + "04" + "01" + "6301",
		"a category twice":             "01" + days + "02" + "04" + "01" + "6301" + "04" + "01" + "6301",
		"a category without customers": "01" + days + "01" + "04" + "00",
		"places out of order":          "01" + days + "01" + "04" + "02" + "0301" + "0201",
		"a place twice":                "01" + days + "01" + "04" + "02" + "0301" + "0301",
		"no such place":                "01" + days + "01" + "04" + "01" + "6401",
		"nobody":                       "01" + days + "01" + "04" + "01" + "6300",
		"too many":                     "01" + days + "01" + "04" + "01" + "63" + "8180808080808010",
		"cut short":                    "01" + days + "01" + "04" + "01" + "63",
		"left over":                    "01" + days + "00" + "00",
	} {
		before := marshal(t, movement)
		require.ErrorIs(t, movement.UnmarshalBinary(unhex(t, state)), population.ErrFormat, name)
		assert.Equal(t, before, marshal(t, movement), name)
	}
	_, err := segment.NewMovement(on, on).MarshalBinary()
	require.Error(t, err)
	_, err = segment.NewMovement(0, on).MarshalBinary()
	require.Error(t, err)
	require.Error(t, movement.Merge(segment.NewMovement(on-180, on)))

	// As many as there can be, twice: the figure stops, and is read again.
	most := unhex(t, "01"+days+"01"+"04"+"01"+"63"+"8080808080808010")
	require.NoError(t, movement.UnmarshalBinary(most))
	var same segment.Movement
	require.NoError(t, same.UnmarshalBinary(most))
	require.NoError(t, movement.Merge(&same))
	movement.Add(4, segment.Cell{}, segment.Cell{})
	assert.Equal(t, most, marshal(t, movement))
}

// Accepted bytes are written again as they were; refused ones change nothing.
func FuzzMovement(f *testing.F) {
	seed := segment.NewMovement(on-180, on)
	for i, cell := range segment.Cells() {
		seed.Add(uint32(i/3), cell, segment.Cells()[(i+4)%9])
	}
	f.Add(marshal(f, seed))
	f.Add([]byte{1, 1, 2, 0})
	f.Fuzz(func(t *testing.T, data []byte) {
		movement := segment.NewMovement(1, 2)
		want := marshal(t, movement)
		if movement.UnmarshalBinary(data) == nil {
			want = data
			for _, category := range movement.Categories() {
				s := movement.Matrix(category).Summary()
				require.LessOrEqual(t, s.Both+s.Appeared+s.Vanished, s.Customers)
			}
		}
		require.Equal(t, want, marshal(t, movement))
	})
}

// row C1, C2: movement between the halves of a year (1 January to 30 June, 1 July to 28
// December 2017) in three categories of real groceries: store loyal from 66 %, national
// loyal up to 30 %, medium from 2 packs and heavy from 4. The expected figures were
// counted by a program of Python's standard library from the same rows.
func TestMovementOfRealGroceries(t *testing.T) {
	rows := readSold(t, "dunnhumby_sample")
	rules := painRules()
	rules.Zone, rules.WindowDays, rules.MinBuys = "UTC", 181, 1
	rules.Categories = []segment.Category{
		{ID: "cheese", Version: 1, Labels: []string{"CHEESE"}},
		{ID: "milk", Version: 1, Labels: []string{"FLUID MILK PRODUCTS"}},
		{ID: "soup", Version: 1, Labels: []string{"SOUP"}},
	}
	rules.Marks = nil
	for _, category := range rules.Categories {
		rules.Marks = append(rules.Marks, segment.Marks{Category: category.ID, MediumAt: dec("2"), HeavyAt: dec("4")})
	}
	coder, err := segment.NewCoder(rules, time.UTC)
	require.NoError(t, err)
	grid := newGrid(t, rules)
	days := [2]customer.Date{day(t, "2017-07-01"), day(t, "2017-12-29")}
	var tallies [2]*segment.Tally[customer.ID]
	for i := range tallies {
		tallies[i] = segment.NewTally[customer.ID](rules.Period(days[i]))
	}
	seen := map[customer.ID]bool{}
	sales, _ := realReceipts(rows)
	for i := range sales {
		lines, err := coder.Sale(nil, sales[i])
		require.NoError(t, err)
		seen[sales[i].Customer] = true
		for _, tally := range tallies {
			require.NoError(t, tally.Add(lines...))
		}
	}
	movement := segment.NewMovement(days[0], days[1])
	for id := range seen {
		var cells [2][]segment.Seat
		for i, tally := range tallies {
			for _, counts := range tally.Counts(id) {
				cells[i] = append(cells[i], segment.Seat{Category: counts.Category, Cell: grid.Cell(&counts, segment.Cell{})})
			}
		}
		require.NoError(t, movement.AddCustomer(cells[0], cells[1]))
	}
	for category, want := range []segment.MovementSummary{
		{Customers: 1057, Both: 344, Appeared: 370, Vanished: 342, Stayed: 93, ToStore: 69, ToNational: 88, Heavier: 97, Lighter: 90, Targets: 25, Converted: 8},
		{Customers: 1178, Both: 382, Appeared: 412, Vanished: 383, Stayed: 149, ToStore: 27, ToNational: 27, Heavier: 98, Lighter: 115, Targets: 10, Converted: 4},
		{Customers: 757, Both: 158, Appeared: 323, Vanished: 276, Stayed: 56, ToStore: 22, ToNational: 17, Heavier: 49, Lighter: 42, Targets: 96, Converted: 4},
	} {
		assert.Equal(t, want, movement.Matrix(uint32(category)).Summary(), coder.Categories()[category])
	}
	milk := [10]int64{4, 1, 0, 0, 4, 0, 69, 38, 18, 214} // loyal to the store brand and light before
	assert.Equal(t, milk, movement.Matrix(1)[6])
}
