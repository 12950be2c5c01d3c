package identity_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/customer/identity"
	"github.com/rapport-crm/rapport/customer/journal"
)

// A group is whatever links lead to, however many of them; its root is the oldest record.
func TestGroups(t *testing.T) {
	d := newLinkDesk(t)
	for i, id := range []customer.ID{"c-9", "c-3", "c-5", "c-1"} { // by age
		d.at = linkDay(i + 1)
		d.open(id, "till")
	}
	groups := func(ids ...customer.ID) (text []string) {
		all, err := identity.Groups(d.members(ids...)...)
		require.NoError(t, err)
		for _, one := range all {
			text = append(text, fmt.Sprint(one.Root, one.Members, one.Absent, len(one.Links)))
		}
		return text
	}
	assert.Equal(t, []string{"c-9[c-9] [] 0", "c-3[c-3] [] 0", "c-5[c-5] [] 0", "c-1[c-1] [] 0"}, groups("c-1", "c-3", "c-5", "c-9"))
	d.mustLink("c-1", "c-3")
	d.mustLink("c-5", "c-3")
	assert.Equal(t, []string{"c-9[c-9] [] 0", "c-3[c-3 c-5 c-1] [] 2"}, groups("c-1", "c-3", "c-5", "c-9"))
	d.mustLink("c-1", "c-9")
	want := []string{"c-9[c-9 c-3 c-5 c-1] [] 3"}
	assert.Equal(t, want, groups("c-1", "c-3", "c-5", "c-9"))
	d.mustLink("c-3", "c-9")
	_, err := d.unlink("c-1", "c-9")
	require.NoError(t, err)
	assert.Equal(t, want, groups("c-5", "c-3", "c-9", "c-1"), "another way is left")
	_, err = d.unlink("c-3", "c-9")
	require.NoError(t, err)
	assert.Equal(t, []string{"c-9[c-9] [] 0", "c-3[c-3 c-5 c-1] [] 2"}, groups("c-1", "c-3", "c-5", "c-9"))

	assert.Equal(t, []string{"c-3[c-3 c-5] [c-3] 1"}, groups("c-5"), "what a link names is known without being loaded")
	assert.Nil(t, groups())

	_, err = identity.Groups(d.member("c-1"), d.member("c-1"), identity.Member{})
	assert.Equal(t, []string{"members[1].id", "members[2].id", "members[2].record"}, customertest.Paths(t, err))
}

// Whoever was said to be somebody else and came in over a third record all the same is named: one of
// the links is wrong.
func TestGroupDispute(t *testing.T) {
	d := newLinkDesk(t)
	for i, id := range []customer.ID{"c-1", "c-2", "c-3"} {
		d.at = linkDay(i + 1)
		d.open(id, "till")
	}
	_, err := d.distinct("c-2", "c-1")
	require.NoError(t, err)
	d.mustLink("c-3", "c-1")
	all, err := identity.Groups(d.members("c-1", "c-2", "c-3")...)
	require.NoError(t, err)
	assert.Empty(t, all[0].Disputes)
	d.mustLink("c-3", "c-2")
	all, err = identity.Groups(d.members("c-1", "c-2", "c-3")...)
	require.NoError(t, err)
	require.Len(t, all, 1)
	require.Len(t, all[0].Disputes, 1)
	assert.Equal(t, customer.ID("c-2"), all[0].Disputes[0].ID)
	assert.Equal(t, customer.ID("c-1"), all[0].Disputes[0].To)
	golden, err := d.g.Golden(d.at, d.members("c-3", "c-2", "c-1")...)
	require.NoError(t, err)
	assert.Equal(t, []string{identity.CodeGroupDistinct}, linkCodes(golden.Reasons))
}

// linkModel is which records are joined, by the obvious way: walk from each to each.
type linkModel map[[2]customer.ID]bool

func (m linkModel) reach(from customer.ID, all []customer.ID) []customer.ID {
	reached := []customer.ID{from}
	for i := 0; i < len(reached); i++ {
		for _, other := range all {
			joined := m[[2]customer.ID{reached[i], other}] || m[[2]customer.ID{other, reached[i]}]
			if joined && !slices.Contains(reached, other) {
				reached = append(reached, other)
			}
		}
	}
	slices.SortFunc(reached, func(a, b customer.ID) int { return slices.Index(all, a) - slices.Index(all, b) })
	return reached
}

// Random links and unlinks lead to the groups that walking them leads to, in records, in directories
// filled in any order, and in what follows from each.
func TestLinkMachine(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := newLinkDesk(t)
		n := rapid.IntRange(2, 7).Draw(t, "records")
		var all []customer.ID
		directory := new(identity.Directory)
		for i := range n {
			id := customer.ID(fmt.Sprintf("c-%d", i))
			d.at = linkDay(1 + i/2) // some are opened at one instant
			d.open(id, "till", "phone=13800001111")
			all = append(all, id)
		}
		model := linkModel{}
		put := func(id customer.ID) { require.NoError(t, directory.Put(id, d.load(id))) }
		for _, id := range rapid.Permutation(all).Draw(t, "puts") {
			put(id)
		}
		pair := func(t *rapid.T) (customer.ID, customer.ID) {
			i := rapid.IntRange(1, n-1).Draw(t, "younger")
			return all[i], all[rapid.IntRange(0, i-1).Draw(t, "older")]
		}
		d.at = linkDay(20)
		t.Repeat(map[string]func(*rapid.T){
			"link": func(t *rapid.T) {
				d.at = d.at.Add(time.Minute)
				id, to := pair(t)
				joined := slices.Contains(model.reach(id, all), to)
				before := model.reach(id, all)
				r, err := d.link(id, to)
				if model[[2]customer.ID{id, to}] {
					require.Error(t, err)
					return
				}
				require.NoError(t, err)
				model[[2]customer.ID{id, to}] = true
				put(id)
				follows, err := identity.Consequences(id, r.Links[len(r.Links)-1], linkShuffled(t, d.members(model.reach(id, all)...)))
				require.NoError(t, err)
				assert.Equal(t, joined, len(follows) == 0)
				for _, one := range follows {
					root := model.reach(id, all)[0]
					assert.Equal(t, root, one.To)
					assert.Equal(t, one.Records[0], one.From)
					assert.Equal(t, slices.Contains(before, root), !slices.Contains(before, one.From))
				}
			},
			"unlink": func(t *rapid.T) {
				d.at = d.at.Add(time.Minute)
				id, to := pair(t)
				root := model.reach(id, all)[0]
				r, err := d.unlink(id, to)
				if !model[[2]customer.ID{id, to}] {
					require.Error(t, err)
					return
				}
				require.NoError(t, err)
				delete(model, [2]customer.ID{id, to})
				put(id)
				link := r.Links[slices.IndexFunc(r.Links, func(l identity.Linked) bool { return l.UnlinkRef == fmt.Sprintf("r-%d", d.refs) })]
				follows, err := identity.Consequences(id, link, linkShuffled(t, d.members(slices.Compact(slices.Sorted(slices.Values(append(model.reach(id, all), model.reach(to, all)...))))...)))
				require.NoError(t, err)
				assert.Equal(t, slices.Contains(model.reach(id, all), to), len(follows) == 0)
				for _, one := range follows {
					assert.Equal(t, root, one.From)
					assert.Equal(t, model.reach(one.To, all), one.Records)
					assert.NotContains(t, one.Records, root)
				}
			},
			"": func(t *rapid.T) {
				groups, err := identity.Groups(linkShuffled(t, d.members(all...))...)
				require.NoError(t, err)
				seen := 0
				for _, group := range groups {
					want := model.reach(group.Root, all)
					assert.Equal(t, want, group.Members)
					assert.Equal(t, want[0], group.Root)
					seen += len(want)
					known, is := directory.Group(want[len(want)-1])
					assert.True(t, is)
					assert.Equal(t, group.Root, known.Root)
					assert.Equal(t, group.Members, known.Members)
				}
				assert.Equal(t, n, seen)
				found := directory.Find(identity.Token{Scheme: "phone", Value: "13800001111"}, d.at)
				require.Len(t, found, n)
				for i, one := range found {
					assert.Equal(t, all[i], one.Customer)
					assert.Equal(t, model.reach(all[i], all)[0], one.Root)
				}
			},
		})
	})
}

// A link and an unlink leave nothing behind: not in golden records, groups, or a directory.
func TestLinkThenUnlinkIsTheIdentity(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := newLinkDesk(t)
		ids := goldDraw(t, d)
		for range rapid.IntRange(0, 3).Draw(t, "links") {
			i := rapid.IntRange(1, len(ids)-1).Draw(t, "younger")
			_, _ = d.link(ids[i], ids[rapid.IntRange(0, i-1).Draw(t, "older")])
		}
		look := func() string {
			var text strings.Builder
			groups, err := identity.Groups(d.members(ids...)...)
			require.NoError(t, err)
			directory := new(identity.Directory)
			for _, id := range ids {
				require.NoError(t, directory.Put(id, d.load(id)))
			}
			for _, group := range groups {
				golden, err := d.g.Golden(d.at, d.members(group.Members...)...)
				require.NoError(t, err)
				text.WriteString(linkText(t, golden) + linkText(t, group))
			}
			for _, id := range ids {
				for _, held := range d.load(id).Identifiers {
					text.WriteString(linkText(t, directory.Find(held.Token, d.at)))
				}
			}
			return text.String()
		}
		before := look()
		i := rapid.IntRange(1, len(ids)-1).Draw(t, "younger")
		to := ids[rapid.IntRange(0, i-1).Draw(t, "older")]
		if _, err := d.link(ids[i], to); err != nil {
			return // it stands already
		}
		_, err := d.unlink(ids[i], to)
		require.NoError(t, err)
		assert.Equal(t, before, look())
	})
}

// Whoever links, unlinks, parts and reconsiders what at the same time, every link leads to an older record:
// nothing leads in a circle, of the same link one is made, and no two are linked and distinct at once.
func TestLinkRace(t *testing.T) {
	g := linkRegister(t)
	for round := range 20 {
		store := new(journal.Mem[customer.ID, identity.Record, identity.Entry])
		const n = 5
		for i := range n {
			x := identity.Open{Step: journal.Step{Ref: "o", By: "ann", At: linkDay(1 + i/2)}, Kind: identity.Person, Source: "till"}
			_, err := journal.Book(t.Context(), store, customer.ID(fmt.Sprint("c-", i)), x, g.Open)
			require.NoError(t, err)
		}
		start := make(chan struct{})
		var wait sync.WaitGroup
		for worker := range 8 {
			wait.Go(func() {
				<-start
				for step := range n * n {
					at := (step*(2*worker+1) + round) % (n * n)
					if at/n == at%n {
						continue
					}
					var both [2]identity.Member
					for i, id := range []customer.ID{customer.ID(fmt.Sprint("c-", at/n)), customer.ID(fmt.Sprint("c-", at%n))} {
						r, _, err := store.Load(t.Context(), id)
						assert.NoError(t, err) //nolint:testifylint // require ends no other goroutine
						both[i] = identity.Member{ID: id, Record: r}
					}
					pair := identity.PairOf(both[0], both[1])
					given := journal.Step{Ref: fmt.Sprintf("l-%d-%d", worker, step), By: "ann", At: linkDay(9)}
					switch (worker + step) % 6 { // what is refused, or where somebody else was faster, is no matter
					case 0:
						_, _ = journal.Book(t.Context(), store, pair.Younger, identity.Unlink{Step: given, To: pair.Older, Why: "seen"}, g.Unlink)
					case 1:
						_, _ = journal.Book(t.Context(), store, pair.Younger, identity.Distinct{Step: given, Pair: pair, Why: "seen"}, g.Distinct)
					case 2:
						_, _ = journal.Book(t.Context(), store, pair.Younger, identity.Reconsider{Step: given, To: pair.Older, Why: "seen"}, g.Reconsider)
					default:
						_, _ = journal.Book(t.Context(), store, pair.Younger, identity.Link{Step: given, Pair: pair, Evidence: "seen"}, g.Link)
					}
				}
			})
		}
		close(start)
		wait.Wait()
		up := map[customer.ID][]customer.ID{}
		for i := range n {
			id := customer.ID(fmt.Sprint("c-", i))
			r, _, err := store.Load(t.Context(), id)
			require.NoError(t, err)
			stand := map[customer.ID]int{}
			for _, link := range r.Links {
				up[id] = append(up[id], link.To) // those that were taken back lead in no circle either
				if link.Stands() {
					stand[link.To]++
				}
			}
			for _, parted := range r.Distincts {
				if parted.Stands() {
					stand[parted.To]++
				}
			}
			for to, ties := range stand {
				assert.Equal(t, 1, ties, "what ties %s and %s", id, to)
			}
			replayed, err := identity.Replay(store.History(id))
			require.NoError(t, err)
			assert.Equal(t, r, replayed)
		}
		for _, from := range slices.Sorted(maps.Keys(up)) {
			assert.False(t, linkCircle(up, from, from, 0), "a circle through %s: %v", from, up)
		}
	}
}

func linkCircle(up map[customer.ID][]customer.ID, from, to customer.ID, depth int) bool {
	return depth <= len(up) && slices.ContainsFunc(up[from], func(next customer.ID) bool {
		return next == to || linkCircle(up, next, to, depth+1)
	})
}

// What follows from a link is for the roots of both sides, not for the two records that were linked;
// after an unlink, whatever crossed between the two sides is named, by whichever link it went.
func TestConsequences(t *testing.T) {
	// row B2
	d := newLinkDesk(t)
	for i, id := range []customer.ID{"c-1", "c-2", "c-3", "c-4"} {
		d.at = linkDay(i + 1)
		d.open(id, "till")
	}
	follow := func(id customer.ID, moved ...identity.Moved) []identity.Consequence {
		r := d.load(id)
		all, err := identity.Consequences(id, r.Links[len(r.Links)-1], d.members("c-4", "c-1", "c-3", "c-2"), moved...)
		require.NoError(t, err)
		return all
	}
	d.mustLink("c-3", "c-2")
	first := follow("c-3")
	require.Len(t, first, 5)
	for i, one := range first {
		assert.Equal(t, identity.Concern(i+1), one.Concern)
		assert.Equal(t, []customer.ID{"c-3"}, one.Records)
		assert.Equal(t, customer.ID("c-3"), one.From)
		assert.Equal(t, customer.ID("c-2"), one.To)
		assert.Regexp(t, `^link-[0-9a-f]{32}$`, one.Ref)
		assert.Equal(t, i, slices.IndexFunc(first, func(o identity.Consequence) bool { return o.Ref == one.Ref }), "a reference of its own")
	}
	assert.Equal(t, first, follow("c-3"), "asked again, the same")

	d.mustLink("c-4", "c-1")
	d.mustLink("c-4", "c-3") // joins {c-1 c-4} and {c-2 c-3}
	joined := follow("c-4")
	assert.Equal(t, customer.ID("c-2"), joined[0].From, "the root of the younger side, though c-3 was linked")
	assert.Equal(t, customer.ID("c-1"), joined[0].To)
	assert.Equal(t, []customer.ID{"c-2", "c-3"}, joined[0].Records)

	// c-3 leaves c-2, and stays with c-4 and c-1.
	moved := []identity.Moved{
		{Concern: identity.Points, Ref: "t-1", From: "c-3", To: "c-2"},
		{Concern: identity.Points, Ref: "t-2", From: "c-2", To: "c-1"},
		{Concern: identity.Points, Ref: "t-3", From: "c-4", To: "c-1"},
		{Concern: identity.Lists, Ref: "v-1", From: "c-2", To: "c-1"},
		{Concern: identity.Points, Ref: "t-4", From: "c-8", To: "c-9"},
	}
	_, err := d.unlink("c-3", "c-2")
	require.NoError(t, err)
	parted := follow("c-3", moved...)
	require.Len(t, parted, 5)
	assert.Equal(t, customer.ID("c-1"), parted[0].From)
	assert.Equal(t, customer.ID("c-2"), parted[0].To)
	assert.Equal(t, []customer.ID{"c-2"}, parted[0].Records)
	assert.Equal(t, moved[:2], parted[0].Moved, "t-2 went to c-1 by another link, and crossed all the same")
	assert.Equal(t, int64(2), parted[0].Reason.Fact)
	assert.Equal(t, moved[3:4], parted[4].Moved)
	assert.NotEqual(t, first[0].Ref, parted[0].Ref, "an unlink has references of its own")

	// Nothing follows from a link between those who are joined anyhow, nor from taking it back.
	d.at = linkDay(5)
	d.mustLink("c-3", "c-1")
	assert.Empty(t, follow("c-3"))
	_, err = d.unlink("c-3", "c-1")
	require.NoError(t, err)
	assert.Empty(t, follow("c-3"))

	_, err = identity.Consequences("c-4", d.load("c-4").Links[0], d.members("c-4", "c-1"))
	assert.Equal(t, []string{"members"}, customertest.Paths(t, err), "c-3 is named by a link, and missing")
	_, err = identity.Consequences("c-4", d.load("c-4").Links[0], nil)
	assert.Equal(t, []string{"members", "members"}, customertest.Paths(t, err))
}

// Whoever asks late, after further links were made or taken back, misses nothing: each record that is a root
// no more is told of once, and leads to the root, by whichever of the links came first; and each parting once.
func TestConsequencesLate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := newLinkDesk(t)
		var all []customer.ID
		for i := range rapid.IntRange(2, 6).Draw(t, "records") {
			id := customer.ID(fmt.Sprintf("c-%d", i))
			d.at = linkDay(1 + i)
			d.open(id, "till")
			all = append(all, id)
		}
		step := func() {
			d.at = linkDay(20).Add(time.Duration(rapid.IntRange(0, 9).Draw(t, "at")) * time.Minute) // not in booking order
		}
		for range rapid.IntRange(1, 8).Draw(t, "links") {
			step()
			i := rapid.IntRange(1, len(all)-1).Draw(t, "younger")
			_, _ = d.link(all[i], all[rapid.IntRange(0, i-1).Draw(t, "older")])
		}
		groups := func() []identity.Group {
			groups, err := identity.Groups(d.members(all...)...)
			require.NoError(t, err)
			return groups
		}
		follow := func(id customer.ID, link identity.Linked) []identity.Consequence {
			follows, err := identity.Consequences(id, link, linkShuffled(t, d.members(all...)))
			require.NoError(t, err)
			return follows
		}
		before := groups()
		for _, group := range before {
			left := []customer.ID{}
			for _, link := range group.Links {
				if follows := follow(link.ID, link.Linked); len(follows) > 0 {
					assert.Equal(t, group.Root, follows[0].To)
					left = append(left, follows[0].From)
				}
			}
			slices.Sort(left)
			assert.Equal(t, group.Members[1:], left, "each that is no root, once")
		}

		type taken struct {
			id customer.ID
			to customer.ID
		}
		var back []taken
		minute := 10
		for _, group := range before {
			for _, link := range group.Links {
				if rapid.Bool().Draw(t, "taken back") {
					d.at = linkDay(20).Add(time.Duration(minute) * time.Minute)
					minute += rapid.IntRange(0, 1).Draw(t, "later")
					_, err := d.unlink(link.ID, link.To)
					require.NoError(t, err)
					back = append(back, taken{link.ID, link.To})
				}
			}
		}
		parted := 0
		for _, one := range back {
			links := d.load(one.id).Links
			if len(follow(one.id, links[slices.IndexFunc(links, func(l identity.Linked) bool { return l.To == one.to })])) > 0 {
				parted++
			}
		}
		assert.Equal(t, len(groups())-len(before), parted, "each parting, once")
	})
}

// The oldest record that is not there is the root all the same.
func TestGroupsAbsentRoot(t *testing.T) {
	d := newLinkDesk(t)
	for i, id := range []customer.ID{"c-1", "c-2", "c-3"} {
		d.at = linkDay(i + 1)
		d.open(id, "till")
	}
	d.mustLink("c-2", "c-1")
	d.mustLink("c-3", "c-1")
	directory := new(identity.Directory)
	require.NoError(t, directory.Put("c-2", d.load("c-2")))
	require.NoError(t, directory.Put("c-3", d.load("c-3")))
	group, known := directory.Group("c-3")
	require.True(t, known)
	assert.Equal(t, identity.Group{Root: "c-1", Members: []customer.ID{"c-1", "c-2", "c-3"}, Absent: []customer.ID{"c-1"}}, group)
	all, err := identity.Groups(d.members("c-3", "c-2")...)
	require.NoError(t, err)
	assert.Equal(t, []customer.ID{"c-1"}, all[0].Absent)
	assert.Equal(t, customer.ID("c-1"), all[0].Root)
	require.WithinDuration(t, linkDay(1), all[0].Links[0].Opened, time.Duration(0))
}
