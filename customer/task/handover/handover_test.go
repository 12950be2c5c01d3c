package handover_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/customer/task"
	"github.com/rapport-crm/rapport/customer/task/handover"
)

// passed writes the transfers of a handover: item, taker, why.
func passed(h handover.Proposal) (all []string) {
	for _, one := range h.Transfers {
		line := fmt.Sprint(one.ID, " ", one.To)
		for _, reason := range one.Reasons {
			line += " " + strings.TrimPrefix(reason.Code, "handover.")
			if reason.Fact != 0 || reason.Mark != 0 {
				line += fmt.Sprintf(":%d/%d", reason.Fact, reason.Mark)
			}
		}
		all = append(all, line)
	}
	return all
}

func item(kind, id string, of customer.ID) task.Item {
	return task.Item{Kind: kind, ID: id, Customer: of, Owner: "cid"}
}

// Both sides of every bar: skills, desks, absence, leaving, room.
//
// row B21, row B23.
func TestProposeBars(t *testing.T) {
	on := day(t, "2026-11-23")
	with := func(change func(*task.Item)) task.Item {
		one := item("case", "x", "c-1")
		change(&one)
		return one
	}
	for name, one := range map[string]struct {
		item task.Item
		to   []handover.Candidate
		back customer.Date
		want string
	}{
		"whoever has the least":            {with(func(*task.Item) {}), []handover.Candidate{{Person: "ann", Capacity: 9}, {Person: "bea", Load: 1, Capacity: 9}}, 0, "x ann least-load:1/9"},
		"for her capacity":                 {with(func(*task.Item) {}), []handover.Candidate{{Person: "ann", Load: 5, Capacity: 10}, {Person: "bea", Load: 6, Capacity: 100}}, 0, "x bea least-load:7/100"},
		"of two alike the first":           {with(func(*task.Item) {}), []handover.Candidate{{Person: "bea", Capacity: 9}, {Person: "ann", Capacity: 9}}, 0, "x ann least-load:1/9"},
		"a skill":                          {with(func(i *task.Item) { i.Skills = []string{"key-accounts", "servers"} }), []handover.Candidate{{Person: "ann", Load: 8, Capacity: 9}, {Person: "bea", Capacity: 9}}, 0, "x ann only:9/9"},
		"a group account has nobody":       {with(func(i *task.Item) { i.Skills = []string{"key-accounts"} }), []handover.Candidate{{Person: "bea", Capacity: 9}, {Person: "dan", Capacity: 9}}, 0, "x ann no-skill:2/2 not-there:1/2 to-manager"},
		"a desk":                           {with(func(i *task.Item) { i.Desk = "south" }), []handover.Candidate{{Person: "ann", Capacity: 9}, {Person: "bea", Load: 5, Capacity: 9}}, 0, "x bea only:6/9"},
		"no desk":                          {with(func(i *task.Item) { i.Desk = "west" }), []handover.Candidate{{Person: "ann", Capacity: 9}, {Person: "bea", Load: 5, Capacity: 9}}, 0, "x ann no-desk:2/2 to-manager"},
		"away on the day":                  {with(func(*task.Item) {}), []handover.Candidate{{Person: "dan", Capacity: 9}, {Person: "bea", Load: 8, Capacity: 9}}, 0, "x bea only:9/9"},
		"away while it is due":             {with(func(i *task.Item) { i.Due = on + 4 }), []handover.Candidate{{Person: "dan", Capacity: 9}}, 0, "x ann not-there:1/1 to-manager"},
		"back when it is due":              {with(func(i *task.Item) { i.Due = on + 5 }), []handover.Candidate{{Person: "dan", Capacity: 9}}, 0, "x dan only:1/9"},
		"overdue is due now":               {with(func(i *task.Item) { i.Due = on - 50 }), []handover.Candidate{{Person: "dan", Capacity: 9}}, 0, "x ann not-there:1/1 to-manager"},
		"room":                             {with(func(*task.Item) {}), []handover.Candidate{{Person: "bea", Load: 8, Capacity: 9}}, 0, "x bea only:9/9"},
		"no room":                          {with(func(*task.Item) {}), []handover.Candidate{{Person: "bea", Load: 9, Capacity: 9}}, 0, "x ann no-room:1/1 to-manager"},
		"nobody":                           {with(func(*task.Item) {}), nil, 0, "x ann no-candidate to-manager"},
		"she has left":                     {with(func(*task.Item) {}), []handover.Candidate{{Person: "eve", Capacity: 9}}, 0, "x ann not-here:1/1 to-manager"},
		"she has not come":                 {with(func(*task.Item) {}), []handover.Candidate{{Person: "fay", Capacity: 9}}, 0, "x ann not-here:1/1 to-manager"},
		"she will leave":                   {with(func(*task.Item) {}), []handover.Candidate{{Person: "gus", Capacity: 9}}, 0, "x ann not-here:1/1 to-manager"},
		"she will leave after the return":  {with(func(*task.Item) {}), []handover.Candidate{{Person: "gus", Capacity: 9}}, on + 9, "x gus only:1/9"},
		"she will leave before the return": {with(func(*task.Item) {}), []handover.Candidate{{Person: "gus", Capacity: 9}}, on + 11, "x ann not-here:1/1 to-manager"},
		"she will leave before it is due":  {with(func(i *task.Item) { i.Due = on + 10 }), []handover.Candidate{{Person: "gus", Capacity: 9}}, 0, "x ann not-here:1/1 to-manager"},
		"it has gone back when it is due":  {with(func(i *task.Item) { i.Due = on + 10 }), []handover.Candidate{{Person: "gus", Capacity: 9}}, on + 10, "x gus only:1/9"},
		"due on the last day without her":  {with(func(i *task.Item) { i.Due = on + 9 }), []handover.Candidate{{Person: "hal", Capacity: 9}}, on + 10, "x ann not-there:1/1 to-manager"},
		"due on the day of the return":     {with(func(i *task.Item) { i.Due = on + 10 }), []handover.Candidate{{Person: "hal", Capacity: 9}}, on + 10, "x hal only:1/9"},
		"she knows her":                    {with(func(*task.Item) {}), []handover.Candidate{{Person: "ann", Capacity: 100}, {Person: "bea", Load: 15, Capacity: 100, Knows: []customer.ID{"c-1"}}}, 0, "x bea knows:16/100"},
		"she knows her, and has too much": {
			with(func(*task.Item) {}), []handover.Candidate{{Person: "ann", Capacity: 100}, {Person: "bea", Load: 16, Capacity: 100, Knows: []customer.ID{"c-1"}}}, 0, "x ann least-load:1/100",
		},
		"she is the manager, and can":    {with(func(*task.Item) {}), []handover.Candidate{{Person: "ann", Capacity: 9}}, 0, "x ann only:1/9"},
		"she is the manager, and cannot": {with(func(i *task.Item) { i.Desk = "west" }), []handover.Candidate{{Person: "ann", Capacity: 9}}, 0, "x ann no-desk:1/1 to-manager"},
	} {
		people := chart(t)
		people.People = append(people.People, task.Person{ID: "gus", Left: on + 10}, task.Person{ID: "hal", Away: []task.Absence{{From: on + 9, Through: on + 10}}})
		over, err := policy(t, rules()).Propose(handover.Leaving{Ref: "h-1", Person: "cid", On: on, Back: one.back, Items: []task.Item{one.item}, To: one.to}, staffOf(t, people))
		require.NoError(t, err, name)
		assert.Equal(t, []string{one.want}, passed(over), name)
		assert.Equal(t, strings.Contains(one.want, "to-manager"), over.Transfers[0].Untaken, name)
	}
	r := rules()
	r.AnyDesk = true
	over, err := policy(t, r).Propose(handover.Leaving{
		Ref: "h-1", Person: "cid", On: on, Items: []task.Item{with(func(i *task.Item) { i.Desk = "west" })}, To: []handover.Candidate{{Person: "bea", Capacity: 9}},
	}, staffOf(t, chart(t)))
	require.NoError(t, err)
	assert.Equal(t, []string{"x bea only:1/9"}, passed(over))
}

// One customer's things stay together while somebody can take them all; apart, whoever takes most
// comes first, and what is left goes to the manager.
//
// row B21.
func TestProposeTogether(t *testing.T) {
	on := day(t, "2026-12-01")
	server := item("case", "2", "c-1")
	server.Skills = []string{"servers"}
	law := item("case", "3", "c-1")
	law.Skills = []string{"law"}
	items := []task.Item{item("case", "1", "c-1"), server, item("promise", "4", "c-2"), item("visit", "5", ""), item("visit", "6", "")}
	propose := func(items []task.Item, to ...handover.Candidate) handover.Proposal {
		over, err := policy(t, rules()).Propose(handover.Leaving{Ref: "h-1", Person: "cid", On: on, Items: items, To: to}, staffOf(t, chart(t)))
		require.NoError(t, err)
		return over
	}
	assert.Equal(t, []string{"5 dan least-load:1/20", "6 dan least-load:2/20", "1 bea only:2/20", "2 bea only:2/20", "4 bea least-load:3/20"},
		passed(propose(items, handover.Candidate{Person: "bea", Capacity: 20}, handover.Candidate{Person: "dan", Load: 0, Capacity: 20})))
	over := propose(append(slices.Clone(items[:2]), law), handover.Candidate{Person: "bea", Load: 10, Capacity: 20}, handover.Candidate{Person: "dan", Capacity: 20})
	assert.Equal(t, []string{"1 bea apart:2/3 only:12/20", "2 bea apart:2/3 only:12/20", "3 ann no-skill:2/2 to-manager"}, passed(over))
	assert.Equal(t, []handover.Load{{Person: "ann", Items: 1, After: 1}, {Person: "bea", Items: 2, Before: 10, After: 12, Capacity: 20}, {Person: "dan", Capacity: 20}}, over.Loads)
	assert.Equal(t, []string{"1 bea apart:1/2 only:20/20", "2 ann no-skill:1/2 no-room:2/2 to-manager"},
		passed(propose(items[:2], handover.Candidate{Person: "bea", Load: 19, Capacity: 20}, handover.Candidate{Person: "dan", Load: 20, Capacity: 20})))

	// Whoever has something of hers from an earlier proposal takes the rest, whatever her load, before
	// somebody who knows her.
	leaving := handover.Leaving{Ref: "h-1", Person: "cid", On: on, Items: items[:1], To: []handover.Candidate{{Person: "bea", Load: 18, Capacity: 20}}}
	earlier, err := policy(t, rules()).Propose(leaving, staffOf(t, chart(t)))
	require.NoError(t, err)
	leaving.Items, leaving.Earlier = items[:2], earlier.Transfers
	leaving.To = append(leaving.To, handover.Candidate{Person: "ann", Capacity: 20, Knows: []customer.ID{"c-1"}})
	over, err = policy(t, rules()).Propose(leaving, staffOf(t, chart(t)))
	require.NoError(t, err)
	assert.Equal(t, []string{"1 bea only:19/20", "2 bea together:20/20"}, passed(over))
	// Earlier transfers count where they went: to the manager too.
	leaving.To = leaving.To[:0]
	leaving.Earlier[0].To = "ann"
	over, err = policy(t, rules()).Propose(leaving, staffOf(t, chart(t)))
	require.NoError(t, err)
	assert.Equal(t, []handover.Load{{Person: "ann", Items: 2, After: 2}}, over.Loads)

	// The important first, where there is no room for all.
	important := item("promise", "7", "c-9")
	important.Importance = 900
	assert.Equal(t, []string{"4 ann no-room:1/1 to-manager", "7 bea only:20/20"}, passed(propose([]task.Item{items[2], important}, handover.Candidate{Person: "bea", Load: 19, Capacity: 20})))
	due := item("promise", "8", "c-9")
	due.Due = on + 900
	assert.Equal(t, []string{"4 ann no-room:1/1 to-manager", "8 bea only:20/20"}, passed(propose([]task.Item{items[2], due}, handover.Candidate{Person: "bea", Load: 19, Capacity: 20})))
	// What is no load has room everywhere.
	assert.Equal(t, []string{"9 bea only:20/20"}, passed(propose([]task.Item{item("note", "9", "c-1")}, handover.Candidate{Person: "bea", Load: 20, Capacity: 20})))
}

// What goes with it: who reads what, whom to tell and by when, who reports to whom, and the keys.
//
// row B21.
func TestHandoverList(t *testing.T) {
	on := day(t, "2026-12-01")
	late, soon := item("promise", "1", "c-1"), item("promise", "2", "c-1")
	late.Due, soon.Due = on-9, on+1
	leaving := handover.Leaving{
		Ref: "h-1", Person: "ann", On: on, Items: []task.Item{late, soon, item("quote", "3", "c-2"), item("visit", "4", "")}, To: []handover.Candidate{{Person: "bea", Capacity: 99}},
	}
	for i := range leaving.Items {
		leaving.Items[i].Owner = "ann"
	}
	staff := staffOf(t, chart(t))
	propose := func(back customer.Date) (over handover.Proposal, checks string) {
		leaving.Back = back
		over, err := policy(t, rules()).Propose(leaving, staff)
		require.NoError(t, err)
		for _, one := range over.Checks {
			checks += fmt.Sprintf("%d %s %s %s %d, ", one.By-on, one.Who, one.Duty, one.Customer, one.Items)
		}
		return over, checks
	}
	over, checks := propose(0)
	assert.Equal(t, "0 bea read  1, 0 bea read c-1 2, 0 bea tell c-1 2, 0 bea read c-2 1, 3 bea tell c-2 1, ", checks)
	assert.Equal(t, []string{"cid", "dan"}, over.Reports)
	assert.Equal(t, "head", over.Manager)
	assert.Equal(t, "assign:h-1/out/promise/1:1", over.Transfers[1].Key)
	customertest.Golden(t, "proposal.golden", text(t, over))
	key, err := journal.Key("assign", over.Transfers[1].Ref)
	require.NoError(t, err)
	assert.Equal(t, key, over.Transfers[1].Key)
	_, checks = propose(on + 4)
	assert.Equal(t, "0 bea read  1, 0 bea read c-1 2, 0 bea read c-2 1, ", checks, "nobody is told of four days")
	over, checks = propose(on + 5)
	assert.Contains(t, checks, "tell")
	assert.Empty(t, over.Reports)
	assert.Equal(t, on+5, over.Transfers[0].Until)
	_, _, is := over.Transfers[0].Assign("head", on.Start(time.UTC), "leave")
	assert.False(t, is, "a visit is no cycle's")
}

func TestHandoverFaults(t *testing.T) {
	_, err := handover.New(handover.Rules{SlackPermille: 1001, TellDays: -1, TellWithinDays: -1, Loads: []handover.KindLoad{{Kind: "a", Load: -1}, {Kind: "a", Load: 1001}, {}}})
	assert.Equal(t, []string{"id", "version", "loads[0].load", "loads[1].kind", "loads[1].load", "loads[2].kind", "slack_permille", "tell_days", "tell_within_days"}, customertest.Paths(t, err))
	on := day(t, "2026-12-01")
	h, staff := policy(t, rules()), staffOf(t, chart(t))
	paths := func(l handover.Leaving) []string {
		_, err := h.Propose(l, staff)
		return customertest.Paths(t, err)
	}
	assert.Equal(t, []string{"on", "ref", "back"}, paths(handover.Leaving{Ref: "a/b", Back: -1})[:3])
	assert.Equal(t, []string{"person"}, paths(handover.Leaving{Ref: "h", Person: "zoe", On: on}))
	assert.Equal(t, []string{"back"}, paths(handover.Leaving{Ref: "h", Person: "ann", On: on, Back: on}))
	assert.Equal(t, []string{"back"}, paths(handover.Leaving{Ref: "h", On: on, Back: on + 1}))
	long := item("case", strings.Repeat("x", 240), "c-1")
	slash, other := item("a/b", "1", ""), item("case", "2", "")
	other.Owner = "bea"
	assert.Equal(t, []string{"items[3].id", "items[4].kind", "items[4].id", "items[0].id", "items[1].kind", "items[2].owner"},
		paths(handover.Leaving{Ref: "h", Person: "cid", On: on, Items: []task.Item{long, slash, other, other, {Owner: "cid"}}})[:6])
	assert.Equal(t, []string{"to[0].person", "to[0].load", "to[0].capacity", "to[1].person", "to[1].capacity", "to[2].person", "to[3].person"}, paths(handover.Leaving{Ref: "h", Person: "cid", On: on, To: []handover.Candidate{
		{Load: -1}, {Person: "cid", Capacity: handover.MaxCapacity + 1}, {Person: "zoe", Capacity: 1}, {Person: "zoe", Capacity: 1},
	}}))
	over, err := h.Propose(handover.Leaving{Ref: "h", Person: "cid", On: on, Items: []task.Item{item("case", "1", "")}}, staff)
	require.NoError(t, err)
	assert.Equal(t, []string{"earlier[0].ref", "earlier[1].ref", "earlier[1].id"}, paths(handover.Leaving{Ref: "i", Person: "cid", On: on, Earlier: []handover.Transfer{over.Transfers[0], over.Transfers[0]}}))
	assert.Equal(t, []string{"earlier[0].to"}, paths(handover.Leaving{Ref: "h", Person: "ann", On: on, Earlier: over.Transfers}))

	people := chart(t)
	people.Keeper = "head"
	staff = staffOf(t, people)
	assert.Equal(t, []string{"person"}, paths(handover.Leaving{Ref: "h", Person: "head", On: on}), "nobody is left for what nobody can take")
	people.Keeper = "eve"
	staff = staffOf(t, people)
	assert.Equal(t, []string{"staff"}, paths(handover.Leaving{Ref: "h", On: on}), "the keeper has left")
	_, err = new(handover.Policy).Propose(handover.Leaving{Ref: "h", On: on}, staff)
	assert.Equal(t, []string{"policy"}, customertest.Paths(t, err))
	r := rules()
	r.Until = on
	_, err = policy(t, r).Propose(handover.Leaving{Ref: "h", Person: "cid", On: on}, staff)
	assert.Equal(t, []string{customer.CodeNoLongerInForce}, codes(t, err))
}

// The names of items, sorted.
func itemNames[T any](all []T, of func(T) task.Item) []string {
	names := []string{}
	for _, one := range all {
		i := of(one)
		names = append(names, i.Kind+"/"+i.ID+"/"+i.Part)
	}
	slices.Sort(names)
	return names
}

// Whatever is left behind and whoever may take it: nothing is lost or doubled, whoever takes it can,
// nobody has more than she may, the order of no list matters, what was carried out stands, and who
// proposes the rest gets the same.
//
// row B21.
func TestProposeProperty(t *testing.T) {
	on := customer.Date(739_580)
	c := chart(t)
	c.People[6].Left, c.People[7].Joined = on-3, on+3
	c.People[5].Away = []task.Absence{{From: on - 1, Through: on + 2}}
	staff := staffOf(t, c)
	h := policy(t, rules())
	load := func(i task.Item) int64 {
		if i.Kind == "customer" {
			return 3
		}
		return 1
	}
	rapid.Check(t, func(t *rapid.T) {
		all := items().Draw(t, "items")
		for i := range all {
			all[i].Owner = rapid.SampledFrom([]string{"cid", "cid", "", "eve", "fay"}).Draw(t, "owner")
			all[i].Desk = rapid.SampledFrom([]string{"", "", "north", "west"}).Draw(t, "desk")
			all[i].Skills = rapid.SampledFrom([][]string{nil, nil, {"servers"}, {"key-accounts", "servers"}, {"law"}}).Draw(t, "skills")
		}
		l := handover.Leaving{Ref: "h", Person: "cid", On: on, Items: all}
		l.Back = rapid.SampledFrom([]customer.Date{0, on + 4}).Draw(t, "back")
		for _, id := range []string{"ann", "bea", "dan", "eve", "fay", "head"} {
			if rapid.Bool().Draw(t, "is") {
				most := rapid.Int64Range(1, 40).Draw(t, "capacity")
				l.To = append(l.To, handover.Candidate{Person: id, Capacity: most, Load: rapid.Int64Range(0, 40).Draw(t, "load"), Knows: rapid.SampledFrom([][]customer.ID{nil, {"c-1", "c-2"}}).Draw(t, "knows")})
			}
		}
		over, err := h.Propose(l, staff)
		require.NoError(t, err)
		require.Equal(t, itemNames(all, func(i task.Item) task.Item { return i }), itemNames(over.Transfers, func(one handover.Transfer) task.Item { return one.Item }))

		after, keys := map[string]int64{}, map[string]bool{}
		byCustomer := map[customer.ID]map[string]bool{}
		for _, one := range over.Transfers {
			require.False(t, keys[one.Key])
			keys[one.Key] = true
			after[one.To] += load(one.Item)
			require.True(t, staff.Here(one.To, on))
			require.NotEqual(t, "cid", one.To)
			require.NotEmpty(t, one.Reasons)
			if one.Untaken {
				require.Equal(t, "ann", one.To)
				continue
			}
			if one.Customer != "" {
				if byCustomer[one.Customer] == nil {
					byCustomer[one.Customer] = map[string]bool{}
				}
				byCustomer[one.Customer][one.To] = true
			}
			taker := c.People[slices.IndexFunc(c.People, func(p task.Person) bool { return p.ID == one.To })]
			for _, skill := range one.Skills {
				require.Contains(t, taker.Skills, skill)
			}
			require.True(t, one.Desk == "" || slices.Contains(taker.Desks, one.Desk))
			require.True(t, taker.ID != "dan" || one.Due > on+2)
		}
		for _, one := range over.Loads {
			require.Equal(t, one.Before+after[one.Person], one.After)
			if one.Person != "ann" { // who has what nobody can take
				require.LessOrEqual(t, one.After, max(one.Capacity, one.Before))
			}
		}
		// Where one could take all of a customer's things before anything was given, and has room for
		// everything there is, they are together.
		for _, to := range l.To {
			if to.Person == "ann" && to.Capacity-to.Load >= 3*int64(len(all)) {
				for id, takers := range byCustomer {
					able := !slices.ContainsFunc(all, func(i task.Item) bool {
						return i.Customer == id && (i.Desk == "west" || slices.Contains(i.Skills, "law"))
					})
					require.True(t, !able || len(takers) == 1, "%s is apart", id)
				}
			}
		}

		mixed := l
		mixed.Items, mixed.To = rapid.Permutation(all).Draw(t, "mixed"), rapid.Permutation(l.To).Draw(t, "to")
		other, err := h.Propose(mixed, staff)
		require.NoError(t, err)
		require.Equal(t, over, other)

		// Some of it is carried out, and then the rest is proposed, with all that was proposed before.
		mixed.Earlier = rapid.Permutation(over.Transfers).Draw(t, "earlier")
		mixed.Items = mixed.Items[:rapid.IntRange(0, len(all)).Draw(t, "left")]
		again, err := h.Propose(mixed, staff)
		require.NoError(t, err)
		require.Equal(t, over, again)

		// And with what was carried out only: that stands, and nothing is lost.
		cut := rapid.IntRange(0, len(over.Transfers)).Draw(t, "cut")
		mixed.Items, mixed.Earlier = all, over.Transfers[:cut]
		again, err = h.Propose(mixed, staff)
		require.NoError(t, err)
		require.Equal(t, itemNames(all, func(i task.Item) task.Item { return i }), itemNames(again.Transfers, func(one handover.Transfer) task.Item { return one.Item }))
		for _, one := range mixed.Earlier {
			require.Contains(t, again.Transfers, one)
		}

		// There and back again: everything is hers as before.
		if l.Back == 0 {
			return
		}
		now := make([]task.Item, len(over.Transfers))
		for i, one := range over.Transfers {
			now[i] = one.Item
			now[i].Owner = one.To
		}
		back, err := h.Return(over, rapid.Permutation(now).Draw(t, "now"), staff)
		require.NoError(t, err)
		require.Empty(t, back.Stays)
		require.Equal(t, itemNames(all, func(i task.Item) task.Item { return i }), itemNames(back.Transfers, func(one handover.Transfer) task.Item { return one.Item }))
		for _, one := range back.Transfers {
			require.Equal(t, "cid", one.To)
			require.False(t, keys[one.Key], "another key than that of the way out")
		}
	})
}

// Where all can take everything, the loads differ by no more than that of one customer.
//
// row B21.
func TestProposeBalance(t *testing.T) {
	on := customer.Date(739_580)
	staff := staffOf(t, chart(t))
	h := policy(t, rules())
	rapid.Check(t, func(t *rapid.T) {
		all := items().Draw(t, "items")
		bundles := map[string]int64{}
		var most int64
		for i := range all {
			all[i].Owner = "cid"
			key := string(all[i].Customer)
			if key == "" {
				key = all[i].ID
			}
			if bundles[key]++; all[i].Kind == "customer" {
				bundles[key] += 2
			}
			most = max(most, bundles[key])
		}
		l := handover.Leaving{Ref: "h", Person: "cid", On: on, Items: all}
		before := rapid.Int64Range(0, 100).Draw(t, "before")
		for _, id := range []string{"ann", "bea", "desk", "head"} {
			l.To = append(l.To, handover.Candidate{Person: id, Load: before, Capacity: 10_000})
		}
		over, err := h.Propose(l, staff)
		require.NoError(t, err)
		least, highest := over.Loads[0].After, over.Loads[0].After
		var sum int64
		for _, one := range over.Loads {
			least, highest, sum = min(least, one.After), max(highest, one.After), sum+one.After-before
		}
		require.LessOrEqual(t, highest-least, most)
		var want int64
		for _, one := range bundles {
			want += one
		}
		require.Equal(t, want, sum)
	})
}

// What is nobody's is handed out in the same way; what nobody can take goes to the keeper.
//
// row B21.
func TestProposeUnowned(t *testing.T) {
	staff := staffOf(t, chart(t))
	on := day(t, "2026-12-01")
	all := []task.Item{{Kind: "quote", ID: "1", Owner: "eve"}, {Kind: "case", ID: "2", Desk: "west"}, {Kind: "case", ID: "3", Owner: "dan"}}
	strays, err := task.Unowned(slices.Values(all), staff, on)
	require.NoError(t, err)
	leaving := handover.Leaving{Ref: "found-1", On: on, To: []handover.Candidate{{Person: "bea", Capacity: 9}}}
	for _, one := range strays {
		leaving.Items = append(leaving.Items, one.Item)
	}
	over, err := policy(t, rules()).Propose(leaving, staff)
	require.NoError(t, err)
	assert.Equal(t, []string{"2 desk no-desk:1/1 to-manager", "1 bea only:1/9"}, passed(over))
	assert.Equal(t, "eve", over.Transfers[1].From)
}

// Who reported to somebody who has left reports to her manager, or to nobody: never to somebody below
// herself; and so do those who come later.
//
// row B21.
func TestReports(t *testing.T) {
	on := day(t, "2026-11-15")
	for person, want := range map[string][]string{
		"head": {"ann", "bea", "desk"}, // the keeper, who has what nobody could take, is one of them
		"bea":  {},                     // eve has left already
		"eve":  {"fay"},                // who has not come yet
	} {
		people := chart(t)
		leaving := handover.Leaving{Ref: "h", Person: person, On: on}
		over, err := policy(t, rules()).Propose(leaving, staffOf(t, people))
		require.NoError(t, err)
		assert.ElementsMatch(t, want, over.Reports, person)
		for i := range people.People {
			if one := &people.People[i]; slices.Contains(over.Reports, one.ID) {
				one.Manager = over.ReportTo
			}
		}
		staff := staffOf(t, people) // it is a chart, with nobody above herself
		for _, id := range over.Reports {
			assert.Equal(t, over.ReportTo, staff.Manager(id, on), person)
		}
	}
}

// What was proposed for somebody who has left meanwhile does not stand.
func TestEarlierGone(t *testing.T) {
	on := day(t, "2026-12-01")
	people := chart(t)
	leaving := handover.Leaving{Ref: "h", Person: "cid", On: on, Items: []task.Item{item("case", "1", "c-1")}, To: []handover.Candidate{{Person: "bea", Capacity: 9}}}
	over, err := policy(t, rules()).Propose(leaving, staffOf(t, people))
	require.NoError(t, err)
	people.People[3].Left = on
	leaving.Earlier = over.Transfers
	_, err = policy(t, rules()).Propose(leaving, staffOf(t, people))
	assert.Equal(t, []string{"earlier[0].to"}, customertest.Paths(t, err))
	people.People[3].Left = on + 1
	_, err = policy(t, rules()).Propose(leaving, staffOf(t, people))
	require.NoError(t, err)
}

// However many things one customer has, and however little room everybody: it ends, and nothing is
// lost.
func TestProposeCrowd(t *testing.T) {
	on := day(t, "2026-12-01")
	c := task.Chart{Keeper: "head", People: []task.Person{{ID: "head"}, {ID: "cid", Manager: "head"}}}
	l := handover.Leaving{Ref: "h", Person: "cid", On: on}
	for i := range 500 {
		id := fmt.Sprint("p-", i)
		c.People = append(c.People, task.Person{ID: id, Manager: "head"})
		l.To = append(l.To, handover.Candidate{Person: id, Capacity: 20})
	}
	for i := range 12_000 {
		l.Items = append(l.Items, item("case", fmt.Sprint(i), "c-1"))
	}
	over, err := policy(t, rules()).Propose(l, staffOf(t, c))
	require.NoError(t, err)
	require.Len(t, over.Transfers, 12_000)
	last := 0
	for _, one := range over.Transfers {
		if one.Untaken {
			last++
		}
	}
	assert.Equal(t, 2000, last)
}

// Nor does it take long where every thing of one customer is for somebody else: that is as many parts
// as there are people.
func TestProposeManyParts(t *testing.T) {
	on := day(t, "2026-12-01")
	c := task.Chart{Keeper: "head", People: []task.Person{{ID: "head"}, {ID: "cid", Manager: "head"}}}
	l := handover.Leaving{Ref: "h", Person: "cid", On: on}
	for i := range 1000 {
		id, skill := fmt.Sprint("p-", i), fmt.Sprint("s-", i)
		c.People = append(c.People, task.Person{ID: id, Manager: "head", Skills: []string{skill}})
		l.To = append(l.To, handover.Candidate{Person: id, Capacity: 100})
		for k := range 10 {
			one := item("case", fmt.Sprint(i, "-", k), "c-1")
			one.Skills = []string{skill}
			l.Items = append(l.Items, one)
		}
	}
	over, err := policy(t, rules()).Propose(l, staffOf(t, c))
	require.NoError(t, err)
	require.Len(t, over.Transfers, len(l.Items))
	for _, one := range over.Transfers {
		require.False(t, one.Untaken)
		require.Equal(t, "s"+one.To[1:], one.Skills[0])
	}
}
