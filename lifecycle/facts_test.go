package lifecycle_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/customer/journal/journaltest"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/lifecycle"
)

// drawPaid draws the lines of few customers, some of them with amounts.
func drawPaid[K population.Key](t *rapid.T, customers []K) []population.Line[K] {
	lines := drawLines(t, customers)
	for i := range lines {
		if lines[i].Priced = rapid.Bool().Draw(t, "priced"); lines[i].Priced {
			lines[i].Amount = rapid.OneOf(rapid.Int64Range(0, 500), rapid.Just(int64(population.MaxAmount))).Draw(t, "amount")
		} else {
			lines[i].Amount = 0
		}
	}
	return lines
}

// The facts of a customer are those of her lines, whatever their order, however they were
// split, in the grouped form and in the ungrouped: by a model that counts them one by one.
func TestFactsAreFreeOfOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		customers := []customer.ID{"a", "b", "c"}
		lines := drawPaid(t, customers)
		var whole, left, right lifecycle.FactHistory[customer.ID]
		require.NoError(t, whole.Add(lines...))
		for _, line := range rapid.Permutation(lines).Draw(t, "order") {
			half := &left
			if rapid.Bool().Draw(t, "right") {
				half = &right
			}
			require.NoError(t, half.Add(line))
		}
		left.Merge(&right)
		assert.Equal(t, marshal(t, &whole), marshal(t, &left))
		var read lifecycle.FactHistory[customer.ID]
		require.NoError(t, read.UnmarshalBinary(marshal(t, &whole)))
		assert.Equal(t, marshal(t, &whole), marshal(t, &read))

		day := customer.Date(1)
		if len(lines) > 0 {
			day = rapid.SampledFrom(lines).Draw(t, "on").Day
		}
		var counter lifecycle.FactCounter[customer.ID]
		for _, id := range customers {
			var hers []population.Line[customer.ID]
			for _, line := range lines {
				if line.Customer == id {
					hers = append(hers, line)
				}
			}
			counted, err := counter.Count(hers, day)
			require.NoError(t, err)
			facts := read.Facts(id, day)
			require.NoError(t, facts.Check())
			assert.Equal(t, fmt.Sprint(facts), fmt.Sprint(counted))

			var spent lifecycle.Spent
			days, items := make(map[customer.Date]bool), make(map[uint32]customer.Date)
			for _, line := range hers {
				switch {
				case line.Day > day:
					continue
				case line.Returned:
					spent.Minor -= line.Amount
				default:
					spent.Minor += line.Amount
					days[line.Day], items[line.Item] = true, max(items[line.Item], line.Day)
				}
				spent.Lines++
				if line.Priced {
					spent.Priced++
				}
			}
			assert.Equal(t, spent, facts.Spent(0))
			assert.Len(t, facts.Visits(), len(days))
			require.NoError(t, facts.Visits().Validate())
			assert.Len(t, facts.Items, len(items))
			for _, item := range facts.Items {
				assert.Equal(t, items[item.Item], item.Last)
			}
		}
	})
}

// A counter that has counted somebody of a thousand items counts the next one afresh.
func TestFactCounterCountsAfresh(t *testing.T) {
	var counter lifecycle.FactCounter[uint32]
	var history lifecycle.FactHistory[uint32]
	runs := make([][]population.Line[uint32], 4)
	for who, items := range []uint32{1000, 3, 33, 32} {
		for i := range items {
			line := population.Line[uint32]{Customer: uint32(who), Item: (items - i) * 7919, Day: customer.Date(700 + i%5)}
			runs[who] = append(runs[who], line, line)
		}
		require.NoError(t, history.Add(runs[who]...))
	}
	for who, run := range runs {
		counted, err := counter.Count(run, 703)
		require.NoError(t, err)
		assert.Equal(t, history.Facts(uint32(who), 703), counted)
	}
}

func TestFactsTable(t *testing.T) {
	day := on("2026-06-30")
	bought := func(day customer.Date, amount int64) population.Line[customer.ID] {
		return population.Line[customer.ID]{Customer: "c-1", Item: 7, Day: day, Priced: true, Amount: amount}
	}
	back := func(day customer.Date, amount int64) population.Line[customer.ID] {
		line := bought(day, amount)
		line.Returned = true
		return line
	}
	unpriced := bought(day, 0)
	unpriced.Priced = false
	for name, tc := range map[string]struct {
		lines  []population.Line[customer.ID]
		visits int
		spent  lifecycle.Spent
		window int64 // of ten days
	}{
		"nothing":                    {nil, 0, lifecycle.Spent{}, 0},
		"one purchase":               {stageLines(500, day), 1, lifecycle.Spent{Minor: 500, Priced: 1, Lines: 1}, 500},
		"two bills of one day":       {[]population.Line[customer.ID]{bought(day, 500), bought(day, 700)}, 1, lifecycle.Spent{Minor: 1200, Priced: 2, Lines: 2}, 1200},
		"a day after it":             {stageLines(500, day+1), 0, lifecycle.Spent{}, 0},
		"first day of the window":    {stageLines(500, day-9), 1, lifecycle.Spent{Minor: 500, Priced: 1, Lines: 1}, 500},
		"before the window":          {stageLines(500, day-10), 1, lifecycle.Spent{Minor: 500, Priced: 1, Lines: 1}, 0},
		"more came back than bought": {[]population.Line[customer.ID]{bought(day-20, 500), back(day-1, 900)}, 1, lifecycle.Spent{Minor: -400, Priced: 2, Lines: 2}, -900},
		"only returns":               {[]population.Line[customer.ID]{back(day, 900)}, 0, lifecycle.Spent{Minor: -900, Priced: 1, Lines: 1}, -900},
		"amount not known":           {[]population.Line[customer.ID]{unpriced}, 1, lifecycle.Spent{Lines: 1}, 0},
		"one amount not known":       {[]population.Line[customer.ID]{unpriced, bought(day, 5)}, 1, lifecycle.Spent{Minor: 5, Priced: 1, Lines: 2}, 5},
	} {
		t.Run(name, func(t *testing.T) {
			facts := stageFacts(t, day, tc.lines)
			require.NoError(t, facts.Check())
			assert.Len(t, facts.Visits(), tc.visits)
			assert.Equal(t, tc.spent, facts.Spent(0))
			assert.Equal(t, tc.spent.Priced > 0 || tc.spent.Lines == 0, facts.Spent(0).Known())
			assert.Equal(t, tc.window, facts.Spent(10).Minor)
		})
	}
}

// Sums stop at their bound, and do not wrap.
func TestFactsAtTheirBounds(t *testing.T) {
	var history lifecycle.FactHistory[uint64]
	line := population.Line[uint64]{Customer: 1, Item: 1, Day: customer.MaxDate, Priced: true, Amount: population.MaxAmount}
	require.NoError(t, history.Add(line, line))
	for range 24 { // doubled each time
		history.Merge(&history)
	}
	spent := history.Facts(1, customer.MaxDate).Spent(0)
	assert.Equal(t, lifecycle.Spent{Minor: 1_000_000_000_000_000_000, Priced: 1 << 25, Lines: 1 << 25}, spent)
	var read lifecycle.FactHistory[uint64]
	require.NoError(t, read.UnmarshalBinary(marshal(t, &history)))
}

func TestFactsThatNobodyHas(t *testing.T) {
	day := on("2026-06-30")
	for want, change := range map[string]func(f *lifecycle.Facts){
		"on = 0":                  func(f *lifecycle.Facts) { f.On = 0 },
		"days[1].on = 2026-06-30": func(f *lifecycle.Facts) { f.On = day - 1; f.Pace.On = day - 1; f.Pace.Last = day - 10 },
		"items[0] = 1, between":   func(f *lifecycle.Facts) { f.Items[0].Last = day - 1 },
		"pace.rule = ":            func(f *lifecycle.Facts) { f.Pace.Rule, f.Pace.SilenceRank = "", 5 },
		"pace.silence = 1":        func(f *lifecycle.Facts) { f.Pace.Silence = 1 },
		"pace.silence = 2":        func(f *lifecycle.Facts) { f.Pace.Silence, f.Pace.Seasons = 2, "year/1" },
		"pace.silence = -1":       func(f *lifecycle.Facts) { f.Pace.Silence, f.Pace.Seasons = -1, "year/1" },
		"drop = 2026-06-30":       func(f *lifecycle.Facts) { f.Drop.From = day + 1 },
		"drop = 2026-06-29":       func(f *lifecycle.Facts) { f.Drop.On-- },
		"drop = 2026-06-30, bare": func(f *lifecycle.Facts) { f.Drop.Rule = "" },
		"drop.last = 2":           func(f *lifecycle.Facts) { f.Drop.Last = 2 },
		"drop.last = 1":           func(f *lifecycle.Facts) { f.Drop.Last, f.Drop.Falling = 1, true },
		"drop.last = 0":           func(f *lifecycle.Facts) { f.Drop.Previous = 2 },
		"drop.last = -1":          func(f *lifecycle.Facts) { f.Drop.Last = -1 },
		"days[1] = 2026-06-30":    func(f *lifecycle.Facts) { f.Days[1].Unpriced = 2 },
		"days[0] = 2026-06-20":    func(f *lifecycle.Facts) { f.Days[0].Bought = -1 },
		"items[0] = 1":            func(f *lifecycle.Facts) { f.Items[0].Last = day + 1 },
		"items = 0":               func(f *lifecycle.Facts) { f.Items = nil },
		"pace = 2026-06-30":       func(f *lifecycle.Facts) { f.Pace.Last-- },
		"pace.silence_rank = 1001": func(f *lifecycle.Facts) {
			f.Pace.SilenceRank = 1001
		},
	} {
		facts := stageFacts(t, day, stageLines(500, day-10, day))
		facts.Drop = lifecycle.Drop{Rule: "frequency/1", On: day, From: day - 5, Previous: 1, Falling: true}
		require.NoError(t, facts.Check())
		change(&facts)
		want, _, _ = strings.Cut(want, ",")
		assert.Contains(t, faults(facts.Check()), want)
	}
}

func TestStageRequests(t *testing.T) {
	day := on("2026-06-30")
	for _, fact := range []journal.Fact{
		night(day), lifecycle.Lead{Ref: "l-1", At: evening(day), Source: lifecycle.FromAdvert, Campaign: "spring"},
	} {
		t.Run(fmt.Sprintf("%T", fact), func(t *testing.T) { journaltest.TestFact(t, fact) })
	}
}

// The stored form. A changed line is a migration of data.
func TestHistoryFormat(t *testing.T) {
	var history lifecycle.FactHistory[customer.ID]
	lines := stageLines(500, 100, 130)
	lines[1].Returned = true
	require.NoError(t, history.Add(lines...))
	assert.Equal(t, []byte{
		1, 1, 1, // version, text keys, one customer
		3, 'c', '-', '1', 1, 1, // her key, one item, item 1
		2,                           // two days
		100, 1, 0, 0, 0, 0xf4, 3, 0, // a line for 500
		30, 0, 0, 1, 0, 0, 0xf4, 3, // 30 days later it came back
	}, marshal(t, &history))
	var read lifecycle.FactHistory[customer.ID]
	require.Error(t, read.UnmarshalBinary([]byte{2, 1, 0}))
	assert.Zero(t, read.Customers())
}
