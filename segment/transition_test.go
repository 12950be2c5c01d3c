package segment_test

import (
	"cmp"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/segment"
)

func transitionRules() segment.TransitionRules {
	return segment.TransitionRules{
		Edition:    customer.Edition{ID: "after", Version: 1},
		WindowDays: 90, WithinDays: 14, HalfLifeDays: 7, MaxItems: 10, MinTimes: 1,
	}
}

func transitionsOf(t failer, rules segment.TransitionRules, runs ...[]line) *segment.Transitions[uint32] {
	t.Helper()
	transitions, err := segment.NewTransitions[uint32](rules, on)
	require.NoError(t, err)
	for _, run := range runs {
		require.NoError(t, transitions.Add(run))
	}
	return transitions
}

// boughtAgo is what one customer bought, items by how many days before on.
func boughtAgo(ago map[int][]uint32) []line {
	var lines []line
	for _, days := range slices.Sorted(maps.Keys(ago)) {
		for _, item := range ago[days] {
			lines = append(lines, line{Customer: 1, Item: item, Day: on - customer.Date(days)})
		}
	}
	return lines
}

const nappies, wipes, beer = 1, 2, 3

func TestTransitionsByHand(t *testing.T) {
	const whole = 1 << 30
	for _, test := range []struct {
		name string
		ago  map[int][]uint32
		want []segment.Transition
	}{
		{"the day after next half-life", map[int][]uint32{60: {nappies}, 53: {wipes}}, []segment.Transition{
			{From: nappies, To: wipes, Times: 1, Cases: 1, Weight: whole / 2},
		}},
		{"the last day that counts", map[int][]uint32{60: {nappies}, 46: {wipes}}, []segment.Transition{
			{From: nappies, To: wipes, Times: 1, Cases: 1, Weight: whole / 4},
		}},
		{"a day too late", map[int][]uint32{60: {nappies}, 45: {wipes}}, nil},
		{"the same day does not follow", map[int][]uint32{60: {nappies, wipes}}, nil},
		{"only the first following day", map[int][]uint32{60: {nappies}, 53: {wipes}, 52: {wipes}}, []segment.Transition{
			{From: nappies, To: wipes, Times: 1, Cases: 1, Weight: whole / 2},
		}},
		{"each day is a case", map[int][]uint32{67: {nappies}, 60: {nappies}, 53: {wipes}}, []segment.Transition{
			{From: nappies, To: wipes, Times: 2, Cases: 2, Weight: whole/2 + whole/4},
		}},
		{"an item does not follow itself", map[int][]uint32{60: {beer}, 53: {beer}}, nil},
		{"both ways", map[int][]uint32{60: {nappies}, 53: {wipes}, 46: {nappies}}, []segment.Transition{
			{From: nappies, To: wipes, Times: 1, Cases: 2, Weight: whole / 2},
			{From: wipes, To: nappies, Times: 1, Cases: 1, Weight: whole / 2},
		}},
		{"the last case that is known whole", map[int][]uint32{15: {nappies}, 1: {wipes}}, []segment.Transition{
			{From: nappies, To: wipes, Times: 1, Cases: 1, Weight: whole / 4},
		}},
		{"its last days are still to come", map[int][]uint32{14: {nappies}, 7: {wipes}}, nil},
		{"outside the window", map[int][]uint32{91: {nappies}, 90: {wipes}, 0: {beer}}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			all := transitionsOf(t, transitionRules(), boughtAgo(test.ago)).All(10)
			assert.Equal(t, test.want, slices.Concat(all...))
		})
	}
}

func TestTransitionsInOrder(t *testing.T) {
	rules := transitionRules()
	rules.MinTimes = 2
	transitions := transitionsOf(
		t, rules,
		boughtAgo(map[int][]uint32{60: {1}, 53: {2, 3, 4}}),
		boughtAgo(map[int][]uint32{60: {1}, 53: {2, 3}, 52: {4}}),
		boughtAgo(map[int][]uint32{60: {1}, 59: {5}}), // once only
	)
	after := transitions.After(1, 10)
	var to []uint32
	for _, one := range after {
		to = append(to, one.To)
	}
	assert.Equal(t, []uint32{2, 3, 4}, to, "4 came a day later once; 2 and 3 are equal")
	assert.Equal(t, after[:1], transitions.After(1, 1))
	assert.Empty(t, transitions.After(1, 0))
	assert.Empty(t, transitions.After(9, 10))
}

func TestTransitionsLeaveOutResellers(t *testing.T) {
	rules := transitionRules()
	rules.MaxItems = 2
	two, three := boughtAgo(map[int][]uint32{60: {1, 2}, 53: {1}}), boughtAgo(map[int][]uint32{60: {1, 2}, 53: {3}})
	transitions := transitionsOf(t, rules, two, three, nil, boughtAgo(map[int][]uint32{91: {1}}))
	counted, large := transitions.Customers()
	assert.Equal(t, int64(1), counted)
	assert.Equal(t, int64(1), large)
	assert.Equal(t, "[[{2 1 1 1 536870912}]]", fmt.Sprint(transitions.All(9)))
}

func TestTransitionsBadInput(t *testing.T) {
	_, err := segment.NewTransitions[uint32](segment.TransitionRules{WindowDays: 14, WithinDays: 14}, 0)
	assert.Equal(t, []string{"id", "version", "within_days", "half_life_days", "max_items", "min_times", "on"}, faultPaths(t, err))
	transitions := transitionsOf(t, transitionRules())
	before := marshal(t, transitions)
	assert.Equal(t, []string{"day"}, faultPaths(t, transitions.Add([]line{{Customer: 1, Item: 1, Day: on - 30}, {}})))
	require.NoError(t, transitions.Add([]line{{Customer: 1, Item: 1, Day: on - 30, Returned: true}}))
	assert.Equal(t, before, marshal(t, transitions))

	other := transitionRules()
	other.HalfLifeDays = 8
	require.ErrorContains(t, transitions.Merge(transitionsOf(t, other)), "do not merge")
	require.ErrorContains(t, transitions.UnmarshalBinary(marshal(t, transitionsOf(t, other))), "other rules")

	text := toJSON(t, transitionRules())
	read, err := segment.ParseTransitionRules([]byte(text))
	require.NoError(t, err)
	assert.Equal(t, transitionRules(), read)
	assert.JSONEq(t, `{"id":"after","version":1,"window_days":90,"within_days":14,"half_life_days":7,"max_items":10,"min_times":1}`, text)
}

// Any order of customers and lines and any split, sent as bytes, is what the obvious loops
// find.
func TestTransitionsAgainstTheObvious(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rules := transitionRules()
		rules.WithinDays = rapid.IntRange(1, 20).Draw(t, "within")
		runs := rapid.SliceOfN(rapid.SliceOfN(rapid.Custom(func(t *rapid.T) line {
			return line{
				Item: rapid.Uint32Range(0, 4).Draw(t, "item"), Returned: rapid.IntRange(0, 9).Draw(t, "returned") == 0,
				Day: on - customer.Date(rapid.Int32Range(0, 92).Draw(t, "ago")),
			}
		}), 0, 12), 0, 8).Draw(t, "runs")
		want := obviousTransitions(rules, runs)

		cut := rapid.IntRange(0, len(runs)).Draw(t, "cut")
		mixed := rapid.Permutation(runs).Draw(t, "mixed")
		merged := transitionsOf(t, rules, mixed[cut:]...)
		read := transitionsOf(t, rules)
		require.NoError(t, read.UnmarshalBinary(marshal(t, transitionsOf(t, rules, mixed[:cut]...))))
		require.NoError(t, merged.Merge(read))
		for _, run := range runs {
			slices.Reverse(run)
		}
		assert.Equal(t, marshal(t, transitionsOf(t, rules, runs...)), marshal(t, merged))
		assert.Equal(t, want, slices.Concat(merged.All(100)...))
		for item := range uint32(5) {
			var of []segment.Transition
			for _, one := range want {
				if one.From == item {
					of = append(of, one)
				}
			}
			assert.Equal(t, slices.Clip(of), slices.Clip(append([]segment.Transition(nil), merged.After(item, 100)...)))
		}
	})
}

func obviousTransitions(rules segment.TransitionRules, runs [][]line) []segment.Transition {
	found := map[[2]uint32]*segment.Transition{}
	cases := map[uint32]int64{}
	weights := population.Halving(rules.HalfLifeDays)
	for _, run := range runs {
		days := map[uint32]map[customer.Date]bool{}
		for _, line := range run {
			if !line.Returned && line.Day >= on-90 && line.Day < on {
				if days[line.Item] == nil {
					days[line.Item] = make(map[customer.Date]bool)
				}
				days[line.Item][line.Day] = true
			}
		}
		for from := range days {
			for day := range days[from] {
				if int(day)+rules.WithinDays >= int(on) {
					continue
				}
				cases[from]++
				for to := range days {
					for gap := 1; gap <= rules.WithinDays && to != from; gap++ {
						if days[to][day+customer.Date(gap)] {
							key := [2]uint32{from, to}
							if found[key] == nil {
								found[key] = &segment.Transition{From: from, To: to}
							}
							found[key].Times++
							found[key].Weight += weights[gap]
							break
						}
					}
				}
			}
		}
	}
	var all []segment.Transition
	for _, one := range found {
		one.Cases = cases[one.From]
		all = append(all, *one)
	}
	slices.SortFunc(all, func(a, b segment.Transition) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(b.Weight, a.Weight), cmp.Compare(b.Times, a.Times), cmp.Compare(a.To, b.To))
	})
	return all
}

// 768 pairs fill a table to the brim: the next one that is looked up makes it grow.
func TestTransitionsMergeWithThemselves(t *testing.T) {
	rules := transitionRules()
	rules.MaxItems = segment.MaxTransitionItems
	items := make([]uint32, 768)
	for i := range items {
		items[i] = uint32(i + 1)
	}
	bought := boughtAgo(map[int][]uint32{60: {1000}, 53: items})
	once, twice := transitionsOf(t, rules, bought), transitionsOf(t, rules, bought, bought)
	require.NoError(t, once.Merge(once))
	assert.Equal(t, marshal(t, twice), marshal(t, once))
}

func TestTransitionsFormat(t *testing.T) {
	transitions := transitionsOf(t, transitionRules(), boughtAgo(map[int][]uint32{60: {nappies}, 53: {wipes, beer}}))
	assert.Equal(t, "01a2912dfc912d"+"5a0e070a"+"0100"+"03010102010301"+"02"+"8280808010"+"01"+"8080808002"+"0101"+"8080808002",
		hex.EncodeToString(marshal(t, transitions)))
}

func FuzzTransitions(f *testing.F) {
	runs := [][]line{boughtAgo(map[int][]uint32{60: {nappies}, 53: {wipes, beer}, 50: {nappies}})}
	f.Add(marshal(f, transitionsOf(f, transitionRules(), runs...)))
	f.Fuzz(func(t *testing.T, data []byte) {
		read := transitionsOf(t, transitionRules(), runs...)
		before := marshal(t, read)
		if read.UnmarshalBinary(data) == nil {
			assert.Equal(t, data, marshal(t, read))
		} else {
			assert.Equal(t, before, marshal(t, read))
		}
	})
}

// What follows what within four weeks in a grocer's sample of lines. The figures were
// computed by Python's csv and datetime modules with nested loops over sets of days.
func TestTransitionsOfRealShoppers(t *testing.T) {
	rows := readSold(t, "dunnhumby_sample")
	names := map[string]uint32{}
	for _, row := range rows {
		names[row.Category] = 0
	}
	for code, name := range slices.Sorted(maps.Keys(names)) {
		names[name] = uint32(code)
	}
	runs := map[customer.ID][]population.Line[customer.ID]{}
	for _, row := range rows {
		if row.Category != "" {
			runs[row.Customer] = append(runs[row.Customer], population.Line[customer.ID]{
				Customer: row.Customer, Item: names[row.Category], Day: customer.DateOf(row.At, time.UTC), Returned: row.Quantity < 0,
			})
		}
	}
	rules := transitionRules()
	rules.WindowDays, rules.WithinDays, rules.HalfLifeDays, rules.MaxItems = 365, 28, 14, 60
	transitions, err := segment.NewTransitions[customer.ID](rules, day(t, "2018-01-01"))
	require.NoError(t, err)
	for _, run := range runs {
		require.NoError(t, transitions.Add(run))
	}
	counted, large := transitions.Customers()
	assert.Equal(t, []int64{2308, 66}, []int64{counted, large})
	all := slices.Concat(transitions.All(1000)...)
	assert.Len(t, all, 33_230)
	times, cases := int64(0), map[uint32]int64{}
	for _, one := range all {
		times += one.Times
		cases[one.From] = one.Cases
	}
	assert.Equal(t, int64(201_071), times)
	for _, test := range []struct {
		from, to     string
		times, cases int64
	}{
		{"SOFT DRINKS", "FLUID MILK PRODUCTS", 311, 2604},
		{"SOFT DRINKS", "BAKED BREAD/BUNS/ROLLS", 296, 2604},
		{"FLUID MILK PRODUCTS", "SOFT DRINKS", 278, 1996},
		{"BAKED BREAD/BUNS/ROLLS", "SOFT DRINKS", 266, 1835},
	} {
		after := transitions.After(names[test.from], 1000)
		i := slices.IndexFunc(after, func(one segment.Transition) bool { return one.To == names[test.to] })
		require.GreaterOrEqual(t, i, 0)
		assert.Equal(t, []int64{test.times, test.cases}, []int64{after[i].Times, after[i].Cases}, test.from)
	}
}
