package customer_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/rapport-crm/rapport/customer"
)

func TestPermille(t *testing.T) {
	for _, test := range []struct {
		part, whole, want int64
		exact             bool
	}{
		{0, 1, 0, true},
		{1, 1, 1000, true},
		{66, 100, 660, true},
		{1, 3, 333, false},
		{2, 3, 666, false},
		{math.MaxInt64, math.MaxInt64, 1000, true},
		{math.MaxInt64 - 1, math.MaxInt64, 999, false},
		{2, 1, 0, false}, // more than the whole
		{-1, 1, 0, false},
		{0, 0, 0, false},
		{0, -1, 0, false},
	} {
		permille, exact := customer.Permille(test.part, test.whole)
		assert.Equal(t, test.want, permille, "%d of %d", test.part, test.whole)
		assert.Equal(t, test.exact, exact, "%d of %d", test.part, test.whole)
	}
	assert.Equal(t, "66.6 %", customer.English.Percent(666))
	assert.Equal(t, "30 %", customer.Chinese.Percent(300))
}

// An input of nothing but faults does not become an error without end.
func TestFaultsAreBounded(t *testing.T) {
	var faults, joined customer.Faults
	for range customer.MaxFaults + 10 {
		faults.Add("path", 1, "is 0")
	}
	assert.Len(t, faults, customer.MaxFaults)
	joined.Add("first", 1, "is 0")
	joined.Join("part", faults)
	assert.Len(t, joined, customer.MaxFaults)
}

func TestFaultsWithin(t *testing.T) {
	var faults customer.Faults
	for _, number := range []int{1, 2, 5, 6} {
		faults.Within("number", number, 2, 5)
	}
	assert.Equal(t, customer.Faults{{Path: "number", Value: "1", Rule: "is 2 to 5"}, {Path: "number", Value: "6", Rule: "is 2 to 5"}}, faults)
}

func TestDaysValidate(t *testing.T) {
	assert.NoError(t, customer.Days(nil).Validate())
	assert.NoError(t, customer.Days{1, 2, customer.MaxDate}.Validate())
	for _, days := range []customer.Days{{0}, {1, 1}, {2, 1}, {1, customer.MaxDate + 1}} {
		assert.Error(t, days.Validate(), "%v", days)
	}
}

// An instant holds in UTC and in its own zone, where JSON writes it.
func TestFaultsInstant(t *testing.T) {
	east := time.FixedZone("east", 3600)
	for _, test := range []struct {
		at   time.Time
		fits bool
	}{
		{time.Time{}, false},
		{time.Date(1, time.January, 1, 0, 0, 1, 0, time.UTC), true},
		{time.Date(9999, time.December, 31, 23, 59, 59, 0, time.UTC), true},
		{time.Date(10000, time.January, 1, 0, 0, 0, 0, time.UTC), false},
		{time.Date(9999, time.December, 31, 23, 30, 0, 0, time.UTC).In(east), false},
	} {
		var faults customer.Faults
		faults.Instant("at", test.at)
		assert.Equal(t, test.fits, faults.Err() == nil, test.at.String())
	}
}
