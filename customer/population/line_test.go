package population_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

func TestLineCheck(t *testing.T) {
	whole := population.Line[uint32]{Customer: 1, Item: 2, Day: 3, Kind: customer.StoreBrand, Units: 4}
	for _, test := range []struct {
		name   string
		change func(*population.Line[uint32])
		faults []string
	}{
		{"as it should be", func(*population.Line[uint32]) {}, nil},
		{"the first day", func(l *population.Line[uint32]) { l.Day = 1 }, nil},
		{"before the first day", func(l *population.Line[uint32]) { l.Day = 0 }, []string{"day"}},
		{"the last day", func(l *population.Line[uint32]) { l.Day = customer.MaxDate }, nil},
		{"after the last day", func(l *population.Line[uint32]) { l.Day = customer.MaxDate + 1 }, []string{"day"}},
		{"unknown kind", func(l *population.Line[uint32]) { l.Kind = customer.UnknownBrand }, nil},
		{"no kind", func(l *population.Line[uint32]) { l.Kind = customer.StoreBrand + 1 }, []string{"kind"}},
		{"quantity unknown", func(l *population.Line[uint32]) { l.Units = 0 }, nil},
		{"below 0", func(l *population.Line[uint32]) { l.Units = -1 }, []string{"units"}},
		{"the most units", func(l *population.Line[uint32]) { l.Units = population.MaxUnits }, nil},
		{"one too many", func(l *population.Line[uint32]) { l.Units = population.MaxUnits + 1 }, []string{"units"}},
		{"free of charge", func(l *population.Line[uint32]) { l.Priced = true }, nil},
		{"the most money", func(l *population.Line[uint32]) { l.Priced, l.Amount = true, population.MaxAmount }, nil},
		{"too much money", func(l *population.Line[uint32]) { l.Priced, l.Amount = true, population.MaxAmount+1 }, []string{"amount"}},
		{"money below 0", func(l *population.Line[uint32]) { l.Priced, l.Amount = true, -1 }, []string{"amount"}},
		{"money that is not known", func(l *population.Line[uint32]) { l.Amount = 1 }, []string{"amount"}},
		{"everything at once", func(l *population.Line[uint32]) { l.Day, l.Kind, l.Units = -1, 9, math.MinInt64 }, []string{"day", "kind", "units"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			line := whole
			test.change(&line)
			err := line.Check()
			assert.Equal(t, err == nil, line.Valid())
			if test.faults == nil {
				require.NoError(t, err)
				return
			}
			var faults customer.Faults
			require.ErrorAs(t, err, &faults)
			var paths []string
			for _, fault := range faults {
				paths = append(paths, fault.Path)
			}
			assert.Equal(t, test.faults, paths)
		})
	}
}
