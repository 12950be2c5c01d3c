package wish_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/customer/identity"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/customer/wish"
)

// A list of customers is cleaned, and what is left is put together by need. One number does not
// exist; who has no other is named, so that somebody asks her for one, and is called by nobody.
//
// row B36.
func ExampleBook_Group() {
	register, err := identity.New(identity.Rules{
		Edition: customer.Edition{ID: "shop", Version: 1}, Zone: "UTC",
		Schemes: []identity.Scheme{{ID: "phone", Shared: true, Shown: 4}}, Sources: []identity.Source{{ID: "form", Trust: 50}},
	}, time.UTC, identity.Verbatim)
	if err != nil {
		panic(err)
	}
	book, today := needs(), time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)
	step := func(ref string) journal.Step { return journal.Step{Ref: ref, By: "chen", At: today} }
	var list []wish.Lacking
	for _, who := range []struct {
		id           customer.ID
		phone, group string
		dead         bool
	}{
		{"ann", "13800000001", "light-to-carry", false},
		{"bo", "13800000002", "repair-at-home", false},
		{"cai", "13800000003", "light-to-carry", true},
		{"dee", "13800000004", "light-to-carry", false},
	} {
		opened, err := register.Open(identity.Record{}, identity.Open{
			Step: step("o"), Kind: identity.Person, Source: "form", Identifiers: []identity.Identifier{identity.Told("phone", "", who.phone)},
		})
		if err != nil {
			panic(err)
		}
		record := opened.Next
		if who.dead {
			spoilt, err := register.Spoil(record, identity.Spoil{Step: step("s"), Token: record.Identifiers[0].Token, Flaw: identity.NoSuch, Evidence: "no-such-number"})
			if err != nil {
				panic(err)
			}
			record = spoilt.Next
		}
		noted, err := book.Need(wish.Memory{}, wish.Need{Step: step("n-1"), Group: who.group, Depth: wish.Necessity})
		if err != nil {
			panic(err)
		}
		list = append(list, wish.Lacking{Customer: who.id, Memory: noted.Next, Reached: len(record.Good("phone", today)) > 0})
	}
	groups, err := book.Group(list, map[string]bool{"air-13": true}, book.Day(today))
	for _, group := range groups {
		fmt.Println(group.Group, group.Depth)
		for _, one := range group.Customers {
			fmt.Println("  call", one.Customer, one.Offered)
		}
		fmt.Println("  not reached:", group.Unreached)
	}
	fmt.Println(err)
	// Output:
	// light-to-carry need
	//   call ann [air-13]
	//   call dee [air-13]
	//   not reached: [cai]
	// repair-at-home need
	//   call bo []
	//   not reached: []
	// <nil>
}

// Each customer is in each of her groups once, by the need that is worked on first. row B36.
func TestGroup(t *testing.T) {
	r := begin(t, whole())
	hers := func(needs ...wish.Need) wish.Memory {
		var m wish.Memory
		for i, x := range needs {
			x.Step = step(fmt.Sprint("n-", i), fmt.Sprintf("2026-05-01 09:%02d", i))
			d, err := r.Need(m, x)
			require.NoError(t, err)
			m = d.Next
		}
		return m
	}
	quiet := wish.Need{Group: "quiet", Depth: wish.Necessity}
	soon, later := quiet, quiet
	soon.Expected, later.Expected = day("2026-06-08"), day("2026-06-09")
	liked := wish.Need{Group: "quiet", Depth: wish.Desire}
	met, err := r.Close(hers(quiet), wish.Close{Step: step("m", "2026-06-02 09:00"), Need: "n-0", With: "attic"})
	require.NoError(t, err)
	list := []wish.Lacking{
		{"later", hers(later), true},
		{"soon", hers(soon), true},
		{"two", hers(later, liked, quiet), true},
		{"one", hers(later, liked, quiet), true},
		{"lost-b", hers(liked), false},
		{"lost-a", hers(quiet, liked), false},
		{"met", met.Next, true},
		{"nothing", wish.Memory{}, true},
	}
	show := func(on string) (lines []string) {
		groups, err := r.Group(list, map[string]bool{"attic": true}, day(on))
		require.NoError(t, err)
		for _, g := range groups {
			line := fmt.Sprint(g.Group, " ", g.Depth, ":")
			for _, one := range g.Customers {
				assert.Equal(t, []string{"attic"}, one.Offered)
				line += fmt.Sprint(" ", one.Customer, "/", one.Ref, "/", one.Due)
			}
			lines = append(lines, fmt.Sprint(line, " ", g.Unreached))
		}
		return lines
	}
	// Seven days before it is expected a need is due.
	assert.Equal(t, []string{
		"quiet need: met/n-0/true one/n-2/true two/n-2/true soon/n-0/true later/n-0/false [lost-a]",
		"quiet desire: one/n-1/true two/n-1/true [lost-a lost-b]",
	}, show("2026-06-01"))
	assert.Equal(t, []string{
		"quiet need: one/n-2/true two/n-2/true soon/n-0/true later/n-0/true [lost-a]",
		"quiet desire: one/n-1/true two/n-1/true [lost-a lost-b]",
	}, show("2026-06-02"), "of the day on which it was met, it is")
	assert.Empty(t, show("2026-04-30"), "nobody had noted anything")

	_, err = r.Group([]wish.Lacking{{Customer: "c-1"}, {Customer: ""}, {Customer: "c-1"}}, nil, day("2026-06-01"))
	assert.Equal(t, []string{"customers[1].customer", "customers[2].customer"}, customertest.Paths(t, err))
	_, err = r.Group(make([]wish.Lacking, 100_001), nil, day("2026-06-01"))
	assert.Equal(t, "customers", customertest.Paths(t, err)[0])
	_, err = r.Group(nil, nil, 0)
	assert.Equal(t, []string{"on"}, customertest.Paths(t, err))
	_, err = new(wish.Book).Group(nil, nil, day("2026-06-01"))
	require.Error(t, err)
}

// Whatever order the customers come in, the groups are the same, and as large as a tally counts them.
func TestGroupOrder(t *testing.T) {
	book := bookOf(t, whole())
	rapid.Check(t, func(rt *rapid.T) {
		tally, err := book.Tally(day("2026-06-01"))
		require.NoError(rt, err)
		var list []wish.Lacking
		for i := range rapid.IntRange(0, 6).Draw(rt, "customers") {
			var m wish.Memory
			for n := range rapid.IntRange(0, 4).Draw(rt, "needs") {
				x := wish.Need{
					Step:  step(fmt.Sprint("n-", n), rapid.SampledFrom([]string{"2026-05-01 09:00", "2026-06-01 23:59", "2026-06-02 00:00"}).Draw(rt, "at")),
					Group: rapid.SampledFrom([]string{"quiet", "stairs"}).Draw(rt, "group"), Depth: rapid.SampledFrom([]wish.Depth{wish.Necessity, wish.Desire}).Draw(rt, "depth"),
					Expected: rapid.SampledFrom([]customer.Date{0, day("2026-06-08"), day("2026-06-09")}).Draw(rt, "expected"),
				}
				d, err := book.Need(m, x)
				require.NoError(rt, err)
				m = d.Next
			}
			require.NoError(rt, book.Count(tally, m, "", nil))
			list = append(list, wish.Lacking{Customer: customer.ID(fmt.Sprint("c-", i)), Memory: m, Reached: rapid.Bool().Draw(rt, "reached")})
		}
		groups, err := book.Group(list, nil, day("2026-06-01"))
		require.NoError(rt, err)
		again, err := book.Group(rapid.Permutation(list).Draw(rt, "order"), nil, day("2026-06-01"))
		require.NoError(rt, err)
		require.Equal(rt, groups, again)
		counts := tally.Counts()
		require.Len(rt, groups, len(counts))
		for i, g := range groups {
			require.Equal(rt, []any{counts[i].Group, counts[i].Depth, counts[i].Customers}, []any{g.Group, g.Depth, int64(len(g.Customers) + len(g.Unreached))})
		}
	})
}
