package personal_test

import (
	"encoding"
	"errors"
	"iter"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/lifecycle"
	"github.com/rapport-crm/rapport/promo/personal"
)

// date reads a civil day of a table.
func date(text string) customer.Date {
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

// listRules is a supermarket's fortnightly list of at most ten lines.
func listRules() personal.Rules {
	return personal.Rules{
		Edition: customer.Edition{ID: "list", Version: 1},
		Rhythm: lifecycle.RhythmRules{
			Edition:   customer.Edition{ID: "rhythm", Version: 1},
			PriorGaps: 3, OwnGaps: 20, HalfAtGaps: 5, WindowDays: 7,
		},
		HorizonDays: 14, HalfLifeDays: 90, PriorTrips: 4, MaxLines: 10,
	}
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
