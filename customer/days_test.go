package customer_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
)

// few draws days that lie close together, so that many are drawn twice.
func few() *rapid.Generator[[]customer.Date] {
	return rapid.SliceOf(rapid.Map(rapid.Int32Range(739_900, 739_930), func(n int32) customer.Date { return customer.Date(n) }))
}

func setOf(days []customer.Date) (set customer.Days) {
	for _, day := range days {
		set.Add(day)
	}
	return set
}

func TestDaysAgainstModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		model := make(map[customer.Date]bool)
		var set customer.Days
		for _, day := range few().Draw(t, "days") {
			require.Equal(t, !model[day], set.Add(day), "Add says whether the day is new")
			model[day] = true
		}
		require.Len(t, set, len(model))
		require.True(t, slices.IsSorted(set))
		for _, day := range set {
			require.True(t, model[day])
		}
		mark := customer.Date(rapid.Int32Range(739_895, 739_935).Draw(t, "mark"))
		before := 0
		for day := range model {
			if day < mark {
				before++
			}
		}
		require.Len(t, set.Before(mark), before)
		if len(set) > 0 {
			require.Equal(t, slices.Max(set), set.Last())
		}
	})
}

func TestDaysUnionHasNoOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		days := few().Draw(t, "days")
		whole := setOf(days)
		cut := rapid.IntRange(0, len(days)).Draw(t, "cut")
		first, second := setOf(days[:cut]), setOf(days[cut:])
		firstBefore, secondBefore := slices.Clone(first), slices.Clone(second)

		union := first.Union(second)
		require.True(t, slices.Equal(whole, union))
		require.True(t, slices.Equal(whole, second.Union(first)))
		require.True(t, slices.Equal(whole, union.Union(first)), "joining again adds nothing")
		shuffled := rapid.Permutation(days).Draw(t, "shuffled")
		require.True(t, slices.Equal(whole, setOf(shuffled)))

		union.Add(1) // goes to the front, and moves all others
		require.True(t, slices.Equal(firstBefore, first), "a union shares no memory")
		require.True(t, slices.Equal(secondBefore, second), "a union shares no memory")
	})
}

func TestDaysBeforeAndLast(t *testing.T) {
	var none customer.Days
	assert.Zero(t, none.Last())
	assert.Empty(t, none.Before(1))
	assert.Empty(t, none.Union(nil))

	set := setOf([]customer.Date{20, 10, 30, 20})
	assert.Equal(t, customer.Days{10, 20, 30}, set)
	assert.Equal(t, customer.Date(30), set.Last())
	assert.Equal(t, customer.Days{}, set.Before(10))
	assert.Equal(t, customer.Days{10}, set.Before(11))
	assert.Equal(t, customer.Days{10}, set.Before(20))
	assert.Equal(t, customer.Days{10, 20, 30}, set.Before(31))

	before := set.Before(20)
	before.Add(15)
	assert.Equal(t, customer.Days{10, 20, 30}, set, "adding to what lies before does not write over what comes after")
}
