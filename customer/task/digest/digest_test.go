package digest_test

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
	"github.com/rapport-crm/rapport/customer/task/digest"
)

// gathered returns the digests of items.
func gathered(tb testing.TB, r digest.Rules, staff *task.Staff, on customer.Date, items []task.Item) *digest.Gathering {
	tb.Helper()
	digests, err := digest.New(r)
	require.NoError(tb, err)
	g, err := digests.Gather(staff, on)
	require.NoError(tb, err)
	for _, item := range items {
		require.NoError(tb, g.Add(item))
	}
	return g
}

// shown writes the rows of a digest: its items, levels, and why.
func shown(d digest.Digest) (all []string) {
	for _, row := range d.Rows {
		line := fmt.Sprint(row.ID, " ", row.Levels)
		for _, reason := range row.Reasons {
			line += " " + strings.TrimPrefix(strings.TrimPrefix(reason.Code, "digest."), "task.")
			if reason.Of != "" {
				line += ":" + reason.Of
			}
		}
		all = append(all, line)
	}
	return all
}

// Both sides of every mark: when an item is shown, what makes it important, and how far it rises.
//
// row B20.
func TestDigestMarks(t *testing.T) {
	on := day(t, "2026-11-25")
	staff := staffOf(t, chart(t))
	for name, one := range map[string]struct {
		item task.Item
		want string // who sees it, how far above its owner, and why
	}{
		"in two days":            {task.Item{Owner: "bea", Due: on + 2}, "bea 0 ahead"},
		"in three":               {task.Item{Owner: "bea", Due: on + 3}, ""},
		"important, in seven":    {task.Item{Owner: "bea", Due: on + 7, Importance: 500}, "bea 0 important ahead"},
		"important, in eight":    {task.Item{Owner: "bea", Due: on + 8, Importance: 500}, ""},
		"nearly important":       {task.Item{Owner: "bea", Due: on + 3, Importance: 499, AmountMinor: 999_999}, ""},
		"an amount":              {task.Item{Owner: "bea", Due: on + 3, AmountMinor: 1_000_000}, "bea 0 amount ahead"},
		"both":                   {task.Item{Owner: "bea", Due: on, Importance: 501, AmountMinor: 1_000_001}, "bea 0 important amount today"},
		"without a day":          {task.Item{Owner: "bea"}, "bea 0 undated"},
		"key":                    {task.Item{Owner: "bea", Importance: 800}, "bea 0 important undated, head 1 important undated rises:bea"},
		"nearly key":             {task.Item{Owner: "bea", Importance: 799}, "bea 0 important undated"},
		"key, two levels":        {task.Item{Owner: "cid", Importance: 800}, "ann 1 important undated rises:cid, cid 0 important undated"},
		"money, two levels":      {task.Item{Owner: "cid", AmountMinor: 5_000_000}, "ann 1 amount undated rises:cid, cid 0 amount undated, head 2 amount undated rises:cid"},
		"nobody above":           {task.Item{Owner: "head", AmountMinor: 5_000_000}, "head 0 amount undated"},
		"three days late":        {task.Item{Kind: "promise", Owner: "bea", Due: on - 3}, "bea 0 overdue, head 1 overdue rises:bea"},
		"two days late":          {task.Item{Kind: "promise", Owner: "bea", Due: on - 2}, "bea 0 overdue"},
		"late, of another kind":  {task.Item{Kind: "visit", Owner: "bea", Due: on - 3}, "bea 0 overdue"},
		"burning, ten":           {task.Item{Owner: "cid", Importance: 500, Due: on - 10}, "ann 1 important overdue rises:cid, cid 0 important overdue, head 2 important overdue rises:cid"},
		"burning, nine":          {task.Item{Owner: "cid", Importance: 500, Due: on - 9}, "cid 0 important overdue"},
		"key and money":          {task.Item{Owner: "bea", Importance: 800, AmountMinor: 5_000_000}, "bea 0 important amount undated, head 1 important amount undated rises:bea rises:bea"},
		"of one who is away":     {task.Item{Owner: "dan", Due: on}, "ann 1 today away:dan, dan 0 today"},
		"key, of one away":       {task.Item{Owner: "dan", Due: on, Importance: 800}, "ann 1 important today rises:dan away:dan, dan 0 important today"},
		"money, of one away":     {task.Item{Owner: "dan", Due: on, AmountMinor: 5_000_000}, "ann 1 amount today rises:dan away:dan, dan 0 amount today, head 2 amount today rises:dan away:dan"},
		"of nobody":              {task.Item{Due: on}, "desk 0 today nobody"},
		"of a stranger":          {task.Item{Owner: "zoe", Due: on}, "desk 0 today stranger:zoe"},
		"of one who has left":    {task.Item{Owner: "eve", Due: on}, "desk 0 today left:eve"},
		"of one who will come":   {task.Item{Owner: "fay", Due: on}, "desk 0 today not-yet:fay"},
		"key, and of nobody":     {task.Item{Due: on, Importance: 900}, "desk 0 important today nobody, head 1 important today nobody rises:desk"},
		"later, and of nobody":   {task.Item{Due: on + 100, Importance: 900}, ""},
		"the largest":            {task.Item{Owner: "bea", Due: customer.MaxDate, Importance: 1000, AmountMinor: task.MaxAmountMinor}, ""},
		"the oldest of all days": {task.Item{Owner: "bea", Due: 1}, "bea 0 overdue"},
	} {
		one.item.ID = "x"
		if one.item.Kind == "" {
			one.item.Kind = "wish"
		}
		g := gathered(t, rules(), staff, on, []task.Item{one.item})
		var all []string
		for d := range g.All() {
			all = append(all, d.Person+strings.TrimPrefix(shown(d)[0], "x"))
		}
		assert.Equal(t, one.want, strings.Join(all, ", "), name)
	}

	// Where nothing is said of important items, they are shown as early as others.
	r := rules()
	r.AheadDays, r.ImportantAheadDays = 4, 0
	soon := gathered(t, r, staff, on, []task.Item{{Kind: "wish", ID: "x", Owner: "bea", Due: on + 4, Importance: 500}, {Kind: "wish", ID: "y", Owner: "bea", Due: on + 5, Importance: 500}})
	assert.Equal(t, []string{"x 0 important ahead"}, shown(soon.Of("bea")))

	// Where her manager is away too, it goes on to the next one who is not.
	people := chart(t)
	people.People[2].Away = people.People[5].Away
	g := gathered(t, rules(), staffOf(t, people), on, []task.Item{{Kind: "wish", ID: "x", Owner: "dan", Due: on}, {Kind: "wish", ID: "y", Owner: "cid", Importance: 800}})
	assert.Equal(t, []string{"y 2 important undated away:ann", "x 2 today away:dan away:ann"}, shown(g.Of("head")))
	// On the day on which they are back it does not.
	g = gathered(t, rules(), staffOf(t, people), on+3, []task.Item{{Kind: "wish", ID: "x", Owner: "dan", Due: on}})
	assert.Empty(t, g.Of("head").Rows)
	assert.Empty(t, g.Of("zoe").Rows)
}

// The order: important first; then by day, what is overdue longest first; what has no day last; and
// what is left out is counted.
//
// row B20.
func TestDigestOrder(t *testing.T) {
	on := day(t, "2026-11-25")
	var items []task.Item
	for i, one := range []task.Item{
		{Importance: 500, Due: on - 1}, {Importance: 600, Due: on}, {AmountMinor: 1_000_000, Due: on + 1}, {Importance: 900}, // important
		{Due: on - 400}, {Importance: 499, Due: on}, {AmountMinor: 5, Due: on}, {Due: on}, {Due: on + 2}, {},
	} {
		one.Kind, one.ID, one.Owner = "wish", string(rune('a'+i)), "head"
		items = append(items, one)
	}
	slices.Reverse(items)
	r := rules()
	r.Most = 20
	ids := func(d digest.Digest) (all string) {
		for _, row := range d.Rows {
			all += row.ID
		}
		return all
	}
	staff := staffOf(t, chart(t))
	all := gathered(t, r, staff, on, items).Of("head")
	assert.Equal(t, "abcdefghij", ids(all))
	assert.Equal(t, digest.Tally{Important: 4, Overdue: 2, Today: 4, Ahead: 2, Undated: 2}, all.All)
	assert.Zero(t, all.Left)
	r.Most = 4
	most := gathered(t, r, staff, on, items).Of("head")
	assert.Equal(t, "abcd", ids(most))
	assert.Equal(t, all.All, most.All)
	assert.Equal(t, digest.Tally{Overdue: 1, Today: 3, Ahead: 1, Undated: 1}, most.Left)
	assert.Equal(t, int64(6), most.Left.Items())
}

// items draws items of a small world, each of its own name.
func items() *rapid.Generator[[]task.Item] {
	return rapid.Custom(func(t *rapid.T) []task.Item {
		n := rapid.IntRange(0, 60).Draw(t, "items")
		all := make([]task.Item, n)
		for i := range all {
			all[i] = task.Item{
				Kind: rapid.SampledFrom([]string{"promise", "visit", "customer"}).Draw(t, "kind"), ID: fmt.Sprint("i-", i),
				Customer:   customer.ID(rapid.SampledFrom([]string{"", "c-1", "c-2", "c-3", "c-4", "c-5"}).Draw(t, "customer")),
				Owner:      rapid.SampledFrom([]string{"", "ann", "bea", "cid", "dan", "eve", "fay", "head", "zoe"}).Draw(t, "owner"),
				Importance: rapid.SampledFrom([]int{0, 0, 499, 500, 800, 1000}).Draw(t, "importance"),
				Due:        customer.Date(739_580 + rapid.IntRange(-12, 9).Draw(t, "due")), // 2025-11-25, give or take
			}
			if rapid.IntRange(0, 4).Draw(t, "undated") == 0 {
				all[i].Due = 0
			}
			if rapid.IntRange(0, 3).Draw(t, "amount") == 0 {
				all[i].AmountMinor = rapid.SampledFrom([]int64{999_999, 1_000_000, 5_000_000}).Draw(t, "minor")
			}
		}
		return all
	})
}

// modelDigest is what a digest has by its definition: all rows of everybody, sorted, cut off.
func modelDigest(r digest.Rules, people map[string]task.Person, keeper string, on customer.Date, all []task.Item, person string) (rows []string, later int64) {
	here := func(id string) bool {
		one, known := people[id]
		return known && one.Joined <= on && (one.Left == 0 || on < one.Left)
	}
	away := func(id string) bool {
		for _, one := range people[id].Away {
			if one.From <= on && on <= one.Through {
				return true
			}
		}
		return false
	}
	above := func(id string) string {
		for id = people[id].Manager; id != "" && !here(id); {
			id = people[id].Manager
		}
		return id
	}
	type row struct {
		key  string
		text string
	}
	var found []row
	for _, item := range all {
		owner := item.Owner
		if !here(owner) {
			owner = keeper
		}
		important := item.Importance >= r.Importance || item.AmountMinor >= r.AmountMinor
		ahead := r.AheadDays
		if important {
			ahead = r.ImportantAheadDays
		}
		if item.Due != 0 && int(item.Due-on) > ahead {
			if owner == person {
				later++
			}
			continue
		}
		levels := 0
		for _, rise := range r.Rises {
			late := item.Due != 0 && int(on-item.Due) >= rise.OverdueDays
			if item.Importance >= rise.Importance && item.AmountMinor >= rise.AmountMinor && (rise.OverdueDays == 0 || late) &&
				(rise.Kinds == nil || slices.Contains(rise.Kinds, item.Kind)) {
				levels = max(levels, rise.Levels)
			}
		}
		for at, level := owner, 0; at != ""; at, level = above(at), level+1 {
			if at == person {
				due := item.Due
				if due == 0 {
					due = customer.MaxDate + 1
				}
				found = append(found, row{
					fmt.Sprintf("%t %08d %04d %016d %d %s %s", !important, due, 1000-item.Importance, task.MaxAmountMinor-item.AmountMinor, level, item.Kind, item.ID),
					fmt.Sprint(item.ID, " ", level),
				})
			}
			if level >= levels && !away(at) {
				break
			}
		}
	}
	slices.SortFunc(found, func(a, b row) int { return strings.Compare(a.key, b.key) })
	for _, one := range found {
		rows = append(rows, one.text)
	}
	return rows, later
}

// Whatever the items: each digest has the first rows of what its definition says, and counts the
// rest; and neither the order of the items nor how they were split and merged matters.
//
// row B20.
func TestDigestProperty(t *testing.T) {
	on := customer.Date(739_580)
	c := chart(t)
	for i := range c.People {
		for k := range c.People[i].Away {
			c.People[i].Away[k] = task.Absence{From: on - 1, Through: on}
		}
	}
	c.People[6].Left, c.People[7].Joined = on, on+1
	c.People[2].Away = []task.Absence{{From: on, Through: on}}
	staff := staffOf(t, c)
	people := map[string]task.Person{}
	for _, one := range c.People {
		people[one.ID] = one
	}
	rapid.Check(t, func(t *rapid.T) {
		all := items().Draw(t, "items")
		r := rules()
		r.Most = rapid.IntRange(1, 30).Draw(t, "most")
		digests, err := digest.New(r)
		require.NoError(t, err)
		gather := func(all []task.Item) *digest.Gathering {
			g, err := digests.Gather(staff, on)
			require.NoError(t, err)
			for _, item := range all {
				require.NoError(t, g.Add(item))
			}
			return g
		}
		whole := gather(all)
		mixed := rapid.Permutation(all).Draw(t, "mixed")
		cut := rapid.IntRange(0, len(mixed)).Draw(t, "cut")
		merged := gather(mixed[:cut])
		require.NoError(t, merged.Merge(gather(mixed[cut:])))
		for id := range people {
			d := whole.Of(id)
			require.Equal(t, d, merged.Of(id))
			want, later := modelDigest(r, people, c.Keeper, on, all, id)
			require.Equal(t, int64(len(want)), d.All.Items(), id)
			require.Equal(t, later, d.Later, id)
			require.Equal(t, int64(len(want)-len(d.Rows)), d.Left.Items(), id)
			var got []string
			for _, row := range d.Rows {
				got = append(got, fmt.Sprint(row.ID, " ", row.Levels))
				require.NotEmpty(t, row.Reasons)
			}
			require.Equal(t, want[:min(len(want), r.Most)], got, id)
		}
	})
}

// Rules and items that are none.
func TestDigestFaults(t *testing.T) {
	_, err := digest.New(digest.Rules{
		AheadDays: 3, ImportantAheadDays: 2, AmountMinor: 5, Rises: []digest.Rise{{ID: "a", Levels: 101}, {ID: "a", Importance: 1001, OverdueDays: -1, AmountMinor: -1, Kinds: []string{""}}},
	})
	assert.Equal(t, []string{
		"id", "version", "amount_minor", "important_ahead_days", "most", "rises[0].levels", "rises[0].importance", "rises[1].kinds[0]", "rises[1].importance", "rises[1].amount_minor",
		"rises[1].overdue_days", "rises[1].levels", "rises[1].id",
	}, customertest.Paths(t, err))
	digests, err := digest.New(rules())
	require.NoError(t, err)
	_, err = digests.Gather(nil, 0)
	assert.Equal(t, []string{"staff", "on"}, customertest.Paths(t, err))
	people := chart(t)
	people.People[1].Left = day(t, "2026-11-25")
	_, err = digests.Gather(staffOf(t, people), day(t, "2026-11-25"))
	assert.Equal(t, []string{"staff"}, customertest.Paths(t, err), "the keeper has left")
	g, err := digests.Gather(staffOf(t, people), day(t, "2026-11-24"))
	require.NoError(t, err)
	err = g.Add(task.Item{Owner: "\n", Importance: -1, Due: -1, AmountMinor: task.MaxAmountMinor + 1})
	assert.Equal(t, []string{"kind", "id", "owner", "importance", "due", "amount_minor"}, customertest.Paths(t, err))
	for range g.All() {
		t.Error("nothing was added")
	}
	require.Error(t, g.Merge(g))
	require.Error(t, g.Merge(nil))
	other, err := digests.Gather(staffOf(t, people), day(t, "2026-11-24"))
	require.NoError(t, err)
	require.Error(t, g.Merge(other), "of another staff")
	_, err = new(digest.Policy).Gather(staffOf(t, people), day(t, "2026-11-24"))
	assert.Equal(t, []string{"policy"}, customertest.Paths(t, err))

	var zero digest.Gathering
	require.Error(t, zero.Add(task.Item{Kind: "case", ID: "1"}))
	assert.Empty(t, zero.Of("ann").Rows)
	require.Error(t, zero.Merge(&digest.Gathering{}))

	r := rules()
	r.From = day(t, "2026-11-25")
	digests, err = digest.New(r)
	require.NoError(t, err)
	_, err = digests.Gather(staffOf(t, people), day(t, "2026-11-24"))
	assert.Equal(t, []string{customer.CodeNotYetInForce}, codes(t, err))
}
