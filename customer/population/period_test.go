package population_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// A period holds its first day and not its last.
func TestPeriodContains(t *testing.T) {
	period := population.Period{From: 10, Until: 12}
	for day, want := range []bool{9: false, 10: true, 11: true, 12: false} {
		assert.Equal(t, want, period.Contains(customer.Date(day)), "day %d", day)
	}
	for _, empty := range []population.Period{{}, {From: 10, Until: 10}, {From: 11, Until: 10}} {
		for day := range customer.Date(13) {
			assert.False(t, empty.Contains(day))
		}
	}
}

// Nothing is counted over a period that has no day.
func TestPeriodFaults(t *testing.T) {
	for want, period := range map[string]population.Period{
		"": {From: 10, Until: 11},
		"customer: 1 fault: due.until = \"0001-01-10\": is a day after from":     {From: 10, Until: 10},
		"customer: 1 fault: due = \"0001-01-10 to \": is from a day until a day": {From: 10},
		"customer: 1 fault: due = \" to 0001-01-10\": is from a day until a day": {Until: 10},
	} {
		got := ""
		if err := period.Faults("due").Err(); err != nil {
			got = err.Error()
		}
		assert.Equal(t, want, got)
	}
}

func TestPeriodCheckAndState(t *testing.T) {
	for _, test := range []struct {
		period population.Period
		faults []string
		state  []byte
	}{
		{population.Period{From: 1, Until: 1}, nil, []byte{1, 1}},
		{population.Period{From: 200, Until: customer.MaxDate}, nil, []byte{0xc8, 1, 0xdb, 0xf3, 0xde, 1}},
		{population.Period{}, []string{"from", "until"}, []byte{0, 0}},
		{population.Period{From: 0, Until: 1}, []string{"from"}, []byte{0, 1}},
		{population.Period{From: 1, Until: 0}, []string{"until"}, []byte{1, 0}},
		{population.Period{From: 1, Until: customer.MaxDate + 1}, []string{"until"}, []byte{1, 0xdc, 0xf3, 0xde, 1}},
		{population.Period{From: customer.MaxDate + 1, Until: 1}, []string{"from"}, []byte{0xdc, 0xf3, 0xde, 1, 1}},
	} {
		from := population.NewDecoder(append([]byte{7}, test.state...), 7)
		read := from.Period()
		err := test.period.Check()
		if test.faults == nil {
			require.NoError(t, err)
			require.NoError(t, from.Close())
			assert.Equal(t, test.period, read)
			assert.Equal(t, test.state, population.AppendPeriod(nil, test.period))
			continue
		}
		require.ErrorIs(t, from.Close(), population.ErrFormat)
		var faults customer.Faults
		require.ErrorAs(t, err, &faults)
		var paths []string
		for _, fault := range faults {
			paths = append(paths, fault.Path)
		}
		assert.Equal(t, test.faults, paths)
	}
}
