package population_test

import (
	"cmp"
	"errors"
	"iter"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer/population"
)

type line = population.Line[uint32]

// stream hands out lines, and after them an error where there is one.
func stream[K population.Key](lines []population.Line[K], end error) iter.Seq2[population.Line[K], error] {
	return func(yield func(population.Line[K], error) bool) {
		for _, line := range lines {
			if !yield(line, nil) {
				return
			}
		}
		if end != nil {
			yield(population.Line[K]{}, end)
		}
	}
}

// The runs are the input again, cut where the customer changes and nowhere else.
func TestRunsCutTheInputByCustomer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var lines []line
		for i, customer := range rapid.SliceOf(rapid.Uint32Range(0, 9)).Draw(t, "customers") {
			lines = append(lines, line{Customer: customer, Item: uint32(i)})
		}
		slices.SortStableFunc(lines, func(a, b line) int { return cmp.Compare(a.Customer, b.Customer) })

		var joined []line
		for run, err := range population.Runs(stream(lines, nil)) {
			require.NoError(t, err)
			require.NotEmpty(t, run)
			for _, one := range run {
				assert.Equal(t, run[0].Customer, one.Customer)
			}
			if len(joined) > 0 {
				assert.Less(t, joined[len(joined)-1].Customer, run[0].Customer)
			}
			joined = append(joined, run...)
		}
		assert.Equal(t, lines, joined)
	})
}

func TestRunsRefuseCustomersOutOfOrder(t *testing.T) {
	for name, customers := range map[string][]uint32{
		"descending":         {2, 1},
		"one who comes back": {1, 2, 1},
		"late in the input":  {1, 1, 2, 5, 5, 4, 6},
	} {
		t.Run(name, func(t *testing.T) {
			var lines []line
			for _, customer := range customers {
				lines = append(lines, line{Customer: customer})
			}
			var last error
			for run, err := range population.Runs(stream(lines, nil)) {
				require.NoError(t, last, "nothing follows an error")
				if last = err; err != nil {
					assert.Nil(t, run)
				}
			}
			assert.ErrorIs(t, last, population.ErrOrder)
		})
	}
}

func TestRunsOrderTextKeysAsBytes(t *testing.T) {
	type cardNo string
	lines := []population.Line[cardNo]{{Customer: ""}, {Customer: "10"}, {Customer: "9"}, {Customer: "Ä"}}
	runs := 0
	for run, err := range population.Runs(stream(lines, nil)) {
		require.NoError(t, err)
		assert.Len(t, run, 1)
		runs++
	}
	assert.Equal(t, 4, runs)
}

// The customer who was being read when the input failed is not known whole, so she is
// not handed out.
func TestRunsEndAtTheInputsError(t *testing.T) {
	broken := errors.New("the disk is gone")
	var got []uint32
	var last error
	for run, err := range population.Runs(stream([]line{{Customer: 1}, {Customer: 2}}, broken)) {
		if last = err; err == nil {
			got = append(got, run[0].Customer)
		}
	}
	assert.Equal(t, []uint32{1}, got)
	assert.ErrorIs(t, last, broken)
}

func TestRunsOfNothing(t *testing.T) {
	for run, err := range population.Runs(stream[uint32](nil, nil)) {
		t.Errorf("there is no run: %v, %v", run, err)
	}
}

func TestRunsStopWhenTheReaderDoes(t *testing.T) {
	handedOut := 0
	input := func(yield func(line, error) bool) {
		for customer := range uint32(10) {
			handedOut++
			if !yield(line{Customer: customer}, nil) {
				return
			}
		}
	}
	for run, err := range population.Runs(input) {
		require.NoError(t, err)
		if run[0].Customer == 3 {
			break
		}
	}
	assert.Equal(t, 5, handedOut, "the first line of the next customer ends a run")
}
