package lifecycle_test

import (
	"compress/gzip"
	"encoding"
	"encoding/csv"
	"errors"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/lifecycle"
)

// on reads a civil day of a table.
func on(text string) customer.Date {
	day, err := customer.ParseDate(text)
	if err != nil {
		panic(err)
	}
	return day
}

// every returns n days of purchase, step days apart, the last of them on a day.
func every(step, n int, last customer.Date) customer.Days {
	var days customer.Days
	for i := n - 1; i >= 0; i-- {
		days.Add(last.AddDays(-i * step))
	}
	return days
}

// after returns the days that follow a first one at the gaps given.
func after(first customer.Date, gaps ...int) customer.Days {
	days := customer.Days{first}
	for _, gap := range gaps {
		days.Add(days.Last().AddDays(gap))
	}
	return days
}

// gapsOf counts the gaps of a population.
func gapsOf(customers ...customer.Days) *lifecycle.Gaps {
	gaps := new(lifecycle.Gaps)
	for _, days := range customers {
		if err := gaps.Add(days); err != nil {
			panic(err) // the tests' own days
		}
	}
	return gaps
}

// rhythmRules is the usual rule book: three gaps' worth of the population, twenty gaps
// of her own, the window of a week.
func rhythmRules() lifecycle.RhythmRules {
	return lifecycle.RhythmRules{
		Edition:   customer.Edition{ID: "rhythm", Version: 1},
		PriorGaps: 3, OwnGaps: 20, HalfAtGaps: 5, WindowDays: 7,
	}
}

func newRhythm(t require.TestingT, rules lifecycle.RhythmRules) *lifecycle.Rhythm {
	rhythm, err := lifecycle.NewRhythm(rules)
	require.NoError(t, err)
	return rhythm
}

// codes are the reason codes of a refusal.
func codes(t require.TestingT, err error) []string {
	var refusal *customer.Refusal
	require.ErrorAs(t, err, &refusal)
	var list []string
	for _, missing := range refusal.Missing {
		list = append(list, missing.Code)
	}
	return list
}

// faults are "path = value" of everything wrong.
func faults(err error) []string {
	var all customer.Faults
	if !errors.As(err, &all) {
		return nil
	}
	var list []string
	for _, fault := range all {
		list = append(list, fault.Path+" = "+fault.Value)
	}
	return list
}

func marshal(t require.TestingT, state encoding.BinaryMarshaler) []byte {
	data, err := state.MarshalBinary()
	require.NoError(t, err)
	return data
}

func stream[K population.Key](lines []population.Line[K]) iter.Seq2[population.Line[K], error] {
	return func(yield func(population.Line[K], error) bool) {
		for _, line := range lines {
			if !yield(line, nil) {
				return
			}
		}
	}
}

// drawLines draws the lines of few customers who buy few items on few days, so that
// the same customer, item and day come often; some goods come back.
func drawLines[K population.Key](t *rapid.T, customers []K) []population.Line[K] {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) population.Line[K] {
		return population.Line[K]{
			Customer: rapid.SampledFrom(customers).Draw(t, "customer"),
			Item:     rapid.SampledFrom([]uint32{0, 1, 2, 1 << 31, 1<<32 - 1}).Draw(t, "item"),
			Day: customer.Date(rapid.OneOf(
				rapid.Int32Range(739_580, 739_600),
				rapid.SampledFrom([]int32{1, int32(customer.MaxDate)}),
			).Draw(t, "day")),
			Returned: rapid.IntRange(0, 4).Draw(t, "returned") == 0,
			Units:    rapid.Int64Range(0, 5000).Draw(t, "units"),
		}
	}), 0, 40).Draw(t, "lines")
}

// parts deals items out to one to four parts, in a drawn order.
func parts[V any](t *rapid.T, items []V) [][]V {
	dealt := make([][]V, rapid.IntRange(1, 4).Draw(t, "parts"))
	for _, item := range rapid.Permutation(items).Draw(t, "order") {
		i := rapid.IntRange(0, len(dealt)-1).Draw(t, "part")
		dealt[i] = append(dealt[i], item)
	}
	return dealt
}

// sharedTable opens a table of the real data, which are no part of the project, behind its
// header, in which the columns have these names; "" is any.
func sharedTable(t *testing.T, name string, columns ...string) *csv.Reader {
	t.Helper()
	path := filepath.Join("..", "..", "shared", "data", name+".csv.gz")
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("the real data is not here: no file %s", path)
	}
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, file.Close()) })
	unpacked, err := gzip.NewReader(file)
	require.NoError(t, err)
	rows := csv.NewReader(unpacked)
	header, err := rows.Read()
	require.NoError(t, err)
	for i, column := range columns {
		if column != "" {
			require.Equal(t, column, header[i])
		}
	}
	return rows
}
