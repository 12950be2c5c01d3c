package task_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/customer/task"
)

func TestStaff(t *testing.T) {
	staff := staffOf(t, chart(t))
	assert.Equal(t, "desk", staff.Keeper())
	assert.True(t, staff.Above("head", "cid"))
	assert.True(t, staff.Above("ann", "cid"))
	assert.False(t, staff.Above("bea", "cid"))
	assert.False(t, staff.Above("cid", "cid"))
	assert.False(t, staff.Above("zoe", "cid"))
	assert.Equal(t, "ann", staff.Manager("cid", day(t, "2026-11-01")))
	assert.Equal(t, "eve", staff.Manager("fay", day(t, "2026-10-31")))
	assert.Equal(t, "bea", staff.Manager("fay", day(t, "2026-11-01")), "eve has left")
	assert.Empty(t, staff.Manager("head", day(t, "2026-11-01")))
	assert.Empty(t, staff.Manager("zoe", day(t, "2026-11-01")))
	assert.True(t, staff.Here("eve", day(t, "2026-10-31")))
	assert.False(t, staff.Here("eve", day(t, "2026-11-01")))
	assert.False(t, staff.Here("fay", day(t, "2026-11-30")))
	assert.True(t, staff.Here("fay", day(t, "2026-12-01")))
	assert.False(t, staff.Here("", day(t, "2026-12-01")))

	var none *task.Staff
	assert.False(t, none.Here("ann", 1))
	assert.False(t, none.Above("ann", "bea"))
	assert.Empty(t, none.Keeper()+none.Manager("ann", 1))
	_, away := none.Away("ann", 1)
	assert.False(t, away)
}

// A staff that nobody has made knows nobody.
func TestZeroStaff(t *testing.T) {
	var zero task.Staff
	assert.Empty(t, zero.Keeper())
	for range zero.People() {
		t.Error("somebody")
	}
	_, known := zero.Person("ann")
	assert.False(t, known)
	_, err := task.Unowned(slices.Values([]task.Item{{Kind: "case", ID: "1"}}), &zero, 1)
	assert.Equal(t, []string{"staff"}, customertest.Paths(t, err))
}

// Nobody has more than a hundred above her.
func TestDepth(t *testing.T) {
	line := func(n int) (c task.Chart) {
		c.Keeper = "p-0"
		for i := range n {
			one := task.Person{ID: fmt.Sprint("p-", i)}
			if i > 0 {
				one.Manager = fmt.Sprint("p-", i-1)
			}
			c.People = append(c.People, one)
		}
		slices.Reverse(c.People)
		return c
	}
	assert.True(t, staffOf(t, line(task.MaxLevels+1)).Above("p-0", fmt.Sprint("p-", task.MaxLevels)))
	_, err := task.NewStaff(line(task.MaxLevels + 2))
	assert.Equal(t, []string{"people[0].manager"}, customertest.Paths(t, err))
}

// What somebody is told of the staff is her own copy.
func TestPeopleCopied(t *testing.T) {
	staff := staffOf(t, chart(t))
	for one := range staff.People() {
		for i := range one.Skills {
			one.Skills[i] = "x"
		}
		for i := range one.Away {
			one.Away[i] = task.Absence{}
		}
	}
	ann, _ := staff.Person("ann")
	assert.Equal(t, []string{"servers", "key-accounts"}, ann.Skills)
	_, away := staff.Away("dan", day(t, "2026-11-23"))
	assert.True(t, away)
}

// Absences that touch or overlap are one.
func TestAway(t *testing.T) {
	c := task.Chart{Keeper: "ann", People: []task.Person{{ID: "ann", Away: []task.Absence{{From: 20, Through: 22}, {From: 10, Through: 14}, {From: 15, Through: 18}, {From: 12, Through: 13}}}}}
	staff := staffOf(t, c)
	for _, one := range [][2]customer.Date{{9, 0}, {10, 19}, {14, 19}, {18, 19}, {19, 0}, {20, 23}, {22, 23}, {23, 0}} {
		back, away := staff.Away("ann", one[0])
		assert.Equal(t, one[1], back, one[0])
		assert.Equal(t, one[1] != 0, away, one[0])
	}
	c.People[0].Away[0].From = 1
	back, _ := staff.Away("ann", 5)
	assert.Zero(t, back, "it has its own copy")
}

func TestChartFaults(t *testing.T) {
	_, err := task.NewStaff(task.Chart{})
	assert.Equal(t, []string{"people"}, customertest.Paths(t, err))
	_, err = task.NewStaff(task.Chart{Keeper: "x", People: []task.Person{
		{ID: "a", Manager: "z", Left: 5, Joined: 5},
		{ID: "a", Away: []task.Absence{{From: 3, Through: 2}, {From: 1, Through: customer.MaxDate}}},
		{Joined: -1, Skills: []string{"s", "s"}, Desks: []string{""}},
	}})
	assert.Equal(t, []string{
		"people[0].left", "people[1].away[0]", "people[1].away[1]", "people[1].id", "people[2].id", "people[2].joined", "people[2].skills[1]", "people[2].desks[0]", "people[0].manager", "keeper",
	}, customertest.Paths(t, err))
	for round, least := range map[string]string{"a>a": "a", "a>b b>a": "a", "x>a a>b b>c c>a": "a", "y>x x a>b b>a": "a", "c>b a>c b>c": "b", "d>b a>d c>d b>c": "b"} {
		var people []task.Person
		for _, word := range strings.Fields(round) {
			id, manager, _ := strings.Cut(word, ">")
			people = append(people, task.Person{ID: id, Manager: manager})
		}
		_, err := task.NewStaff(task.Chart{People: people, Keeper: people[0].ID})
		require.Error(t, err, round)
		var faults customer.Faults
		require.ErrorAs(t, err, &faults)
		assert.Equal(t, "does not report to those who report to her", faults[0].Rule)
		at := slices.IndexFunc(people, func(one task.Person) bool { return one.ID == least })
		assert.Equal(t, fmt.Sprintf("people[%d].manager", at), faults[0].Path, round)
	}
}

// Any tree is one, in any order; with one more edge from the top down it is none.
func TestStaffProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 20).Draw(t, "n")
		people := make([]task.Person, n)
		for i := range people {
			people[i].ID = fmt.Sprint("p-", i)
			if i > 0 {
				people[i].Manager = fmt.Sprint("p-", rapid.IntRange(0, i-1).Draw(t, "manager"))
			}
		}
		mixed := rapid.Permutation(people).Draw(t, "mixed")
		staff, err := task.NewStaff(task.Chart{People: mixed, Keeper: "p-0"})
		require.NoError(t, err)
		for _, one := range people[1:] {
			require.True(t, staff.Above("p-0", one.ID))
			require.True(t, staff.Above(one.Manager, one.ID))
			require.False(t, staff.Above(one.ID, one.Manager))
		}
		down := rapid.SampledFrom(people).Draw(t, "down").ID
		for i := range mixed {
			if mixed[i].ID == "p-0" {
				mixed[i].Manager = down
			}
		}
		_, err = task.NewStaff(task.Chart{People: mixed, Keeper: "p-0"})
		require.Error(t, err)
	})
}

// What is nobody's, and why.
//
// row B21.
func TestUnowned(t *testing.T) {
	staff := staffOf(t, chart(t))
	all := []task.Item{
		{Kind: "quote", ID: "5", Owner: "eve"}, {Kind: "case", ID: "1"}, {Kind: "case", ID: "2", Owner: "zoe"}, {Kind: "case", ID: "3", Owner: "dan"}, {Kind: "case", ID: "4", Owner: "fay"},
	}
	found := func(on string) (all2 []string) {
		strays, err := task.Unowned(slices.Values(all), staff, day(t, on))
		require.NoError(t, err)
		for _, one := range strays {
			all2 = append(all2, one.ID+" "+one.Reason.Code)
		}
		return all2
	}
	assert.Equal(t, []string{"1 task.nobody", "2 task.stranger", "4 task.not-yet"}, found("2026-10-31"))
	assert.Equal(t, []string{"1 task.nobody", "2 task.stranger", "5 task.left"}, found("2026-12-01"))
	_, err := task.Unowned(slices.Values([]task.Item{{Kind: "case"}}), staff, day(t, "2026-12-01"))
	assert.Equal(t, []string{"items[0].id"}, customertest.Paths(t, err))
	_, err = task.Unowned(slices.Values(all), nil, 0)
	assert.Equal(t, []string{"staff", "on"}, customertest.Paths(t, err))
}
