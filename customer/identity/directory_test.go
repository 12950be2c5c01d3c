package identity_test

import (
	"cmp"
	"fmt"
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

// dirText is what a directory says of a token, in words.
func dirText(found []identity.Found) string {
	var parts []string
	for _, one := range found {
		parts = append(parts, fmt.Sprintf("%s of %s %s", one.Customer, one.Root, one.Status))
	}
	return strings.Join(parts, ", ")
}

func dirPut(t require.TestingT, directory *identity.Directory, d *linkDesk, ids ...customer.ID) {
	for _, id := range ids {
		require.NoError(t, directory.Put(id, d.load(id)))
	}
}

// A token leads to whoever has it and had it; never across schemes or issuers.
func TestDirectory(t *testing.T) {
	// row B3
	d := newLinkDesk(t)
	directory := new(identity.Directory)
	d.open("c-1", "till", "card/rapport=7", "phone=555", "list-code/rapport=7")
	d.at = linkDay(2)
	d.open("c-2", "till", "card/partner=7", "phone=555")
	dirPut(t, directory, d, "c-2", "c-1")
	find := func(scheme, issuer, value string) string {
		return dirText(directory.Find(identity.Token{Scheme: scheme, Issuer: issuer, Value: value}, d.at))
	}
	assert.Equal(t, "c-1 of c-1 good", find("card", "rapport", "7"))
	assert.Equal(t, "c-2 of c-2 good", find("card", "partner", "7"), "the same number of another issuer")
	assert.Equal(t, "c-1 of c-1 good", find("list-code", "rapport", "7"), "the same number in another scheme")
	assert.Empty(t, find("card", "", "7"))
	assert.Empty(t, find("card", "else", "7"))
	assert.Empty(t, find("list-code", "partner", "7"))
	assert.Empty(t, find("card", "rapport", "8"))
	assert.Empty(t, find("cardrapport", "", "7"))
	assert.Equal(t, "c-1 of c-1 good, c-2 of c-2 good", find("phone", "", "555"), "oldest first, whatever was put first")

	d.mustLink("c-2", "c-1")
	dirPut(t, directory, d, "c-2")
	assert.Equal(t, "c-1 of c-1 good, c-2 of c-1 good", find("phone", "", "555"))

	_, err := journal.Book(t.Context(), d.store, "c-1", identity.Detach{Step: d.step(), Token: identity.Token{Scheme: "phone", Value: "555"}}, d.g.Detach)
	require.NoError(t, err)
	dirPut(t, directory, d, "c-1")
	assert.Equal(t, "c-1 of c-1 ended, c-2 of c-1 good", find("phone", "", "555"), "an old number still says whose it was")
	assert.Equal(t, "c-1 of c-1 good", dirText(directory.Find(identity.Token{Scheme: "phone", Value: "555"}, linkDay(1))[:1]), "and before it ended it was good")

	records, identifiers := directory.Len()
	assert.Equal(t, 2, records)
	assert.Equal(t, 5, identifiers)
	directory.Remove("c-1")
	directory.Remove("c-1")
	directory.Remove("c-9")
	assert.Equal(t, "c-2 of c-1 good", find("phone", "", "555"), "a link still names its root")
	directory.Remove("c-2")
	assert.Empty(t, find("phone", "", "555"))
	records, identifiers = directory.Len()
	assert.Zero(t, records+identifiers)
	_, known := directory.Group("c-1")
	assert.False(t, known, "nobody is left who names it")

	var none identity.Directory
	assert.Empty(t, none.Find(identity.Token{}, d.at))
	assert.Equal(t, []string{"id", "record"}, customertest.Paths(t, none.Put("", identity.Record{})))
}

// One number of many issuers is as many customers', however many issuers there are.
func TestDirectoryIssuers(t *testing.T) {
	// row B3
	directory := new(identity.Directory)
	for n := range 20 {
		token := identity.Token{Scheme: "card", Issuer: fmt.Sprint("shop-", n), Value: "7"}
		assert.Empty(t, directory.Find(token, linkDay(1)))
		r := identity.Record{Entries: 1, Opened: identity.Opened{At: linkDay(1), Kind: identity.Person}, Identifiers: []identity.Held{{Identifier: identity.Identifier{Token: token}}}}
		require.NoError(t, directory.Put(customer.ID(fmt.Sprint("c-", n)), r))
		for k := range n + 1 {
			token.Issuer = fmt.Sprint("shop-", k)
			assert.Equal(t, fmt.Sprintf("c-%d of c-%d good", k, k), dirText(directory.Find(token, linkDay(1))))
		}
	}
}

// A list code is good on each of its days, the last one to its end, and not an instant longer.
func TestDirectoryDays(t *testing.T) {
	d := newLinkDesk(t)
	d.open("c-1", "till", "list-code/rapport=7")
	directory := new(identity.Directory)
	dirPut(t, directory, d, "c-1")
	end := time.Date(2026, 1, 31, 0, 0, 0, 0, linkZone(t))
	for at, want := range map[time.Time]identity.Status{
		linkDay(1): identity.Good, end.Add(-1): identity.Good, end: identity.Expired, end.AddDate(9, 0, 0): identity.Expired,
	} {
		found := directory.Find(identity.Token{Scheme: "list-code", Issuer: "rapport", Value: "7"}, at)
		require.Len(t, found, 1)
		assert.Equal(t, want, found[0].Status, at)
		held, status, _ := d.load("c-1").Holds(identity.Token{Scheme: "list-code", Issuer: "rapport", Value: "7"}, at)
		assert.Equal(t, status, found[0].Status)
		_, why := held.Status(at)
		assert.Equal(t, why.Code, found[0].Why.Code)
	}
}

// dirVersions draws the histories of a few records: each state that they ever had.
func dirVersions(t *rapid.T) (d *linkDesk, ids []customer.ID, versions map[customer.ID][]identity.Record) {
	d = newLinkDesk(t)
	versions = map[customer.ID][]identity.Record{}
	for i := range rapid.IntRange(2, 5).Draw(t, "records") {
		id := customer.ID(fmt.Sprintf("c-%d", i))
		d.at = linkDay(1 + i/2)
		tokens := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"phone=555", "phone=556", "card/rapport=1", "card/partner=1", "list-code/rapport=1"}), 0, 3, rapid.ID[string]).Draw(t, "tokens")
		d.open(id, "till", tokens...)
		ids = append(ids, id)
		versions[id] = append(versions[id], d.load(id))
		for range rapid.IntRange(0, 3).Draw(t, "changes") {
			held := d.load(id).Identifiers
			switch {
			case i > 0 && rapid.Bool().Draw(t, "link"):
				to := ids[rapid.IntRange(0, i-1).Draw(t, "older")]
				if _, err := d.link(id, to); err != nil {
					_, _ = d.unlink(id, to)
				}
			case len(held) > 0:
				token := rapid.SampledFrom(held).Draw(t, "token").Token
				_, _ = journal.Book(t.Context(), d.store, id, identity.Detach{Step: d.step(), Token: token}, d.g.Detach)
			}
			if r := d.load(id); r.Entries > versions[id][len(versions[id])-1].Entries {
				versions[id] = append(versions[id], r)
			}
		}
	}
	return d, ids, versions
}

// Whatever is put into which shard and in whatever order, old states after new ones too, what comes out
// is what looking through all records finds.
func TestDirectoryMachine(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		_, ids, versions := dirVersions(t)
		shards := []*identity.Directory{new(identity.Directory), new(identity.Directory)}
		model := []map[customer.ID]identity.Record{{}, {}}
		newer := func(into map[customer.ID]identity.Record, id customer.ID, r identity.Record) {
			if r.Entries >= into[id].Entries {
				into[id] = r
			}
		}
		t.Repeat(map[string]func(*rapid.T){
			"put": func(t *rapid.T) {
				shard, id := rapid.IntRange(0, 1).Draw(t, "shard"), rapid.SampledFrom(ids).Draw(t, "id")
				r := rapid.SampledFrom(versions[id]).Draw(t, "version")
				require.NoError(t, shards[shard].Put(id, r))
				newer(model[shard], id, r)
			},
			"remove": func(t *rapid.T) {
				shard, id := rapid.IntRange(0, 1).Draw(t, "shard"), rapid.SampledFrom(ids).Draw(t, "id")
				shards[shard].Remove(id)
				delete(model[shard], id)
			},
			"merge": func(t *rapid.T) {
				into := rapid.IntRange(0, 1).Draw(t, "into")
				require.NoError(t, shards[into].Merge(shards[1-into]))
				require.NoError(t, shards[into].Merge(shards[into]))
				for id, r := range model[1-into] {
					newer(model[into], id, r)
				}
			},
			"": func(t *rapid.T) {
				for i := range shards {
					dirSame(t, shards[i], model[i])
				}
			},
		})
	})
}

// dirSame holds a directory against the records that it should have.
func dirSame(t *rapid.T, directory *identity.Directory, records map[customer.ID]identity.Record) {
	var members []identity.Member
	tokens, held := map[identity.Token]bool{{Scheme: "phone", Value: "none"}: true}, 0
	for id, r := range records {
		members = append(members, identity.Member{ID: id, Record: r})
		for _, one := range r.Identifiers {
			tokens[one.Token] = true
			held++
		}
	}
	slices.SortFunc(members, func(a, b identity.Member) int {
		return cmp.Or(a.Record.Opened.At.Compare(b.Record.Opened.At), strings.Compare(string(a.ID), string(b.ID)))
	})
	groups, err := identity.Groups(members...)
	require.NoError(t, err)
	roots := map[customer.ID]customer.ID{}
	for _, group := range groups {
		for _, id := range group.Members {
			roots[id] = group.Root
		}
		got, known := directory.Group(group.Members[0])
		require.True(t, known)
		group.Links, group.Disputes = nil, nil
		assert.Equal(t, group, got)
	}
	n, identifiers := directory.Len()
	assert.Equal(t, len(records), n)
	assert.Equal(t, held, identifiers)
	for token := range tokens {
		for _, at := range []time.Time{linkDay(1), linkDay(9), linkDay(99)} {
			var want []string
			for _, one := range members {
				if _, status, found := one.Record.Holds(token, at); found {
					want = append(want, fmt.Sprintf("%s of %s %s", one.ID, roots[one.ID], status))
				}
			}
			assert.Equal(t, strings.Join(want, ", "), dirText(directory.Find(token, at)))
		}
	}
}

// A permit that was renewed under its old number stands in two rows, and is found once, as it is good.
func TestDirectoryRenewed(t *testing.T) {
	d := newLinkDesk(t)
	d.open("c-1", "till")
	day := func(day int) customer.Date {
		on, err := customer.NewDate(2026, 1, day)
		require.NoError(t, err)
		return on
	}
	token := identity.Token{Scheme: "passport", Issuer: "CN", Value: "E1"}
	for _, days := range [][2]customer.Date{{day(1), day(10)}, {day(11), day(20)}} {
		id := identity.Identifier{Token: identity.Token{Scheme: "passport", Issuer: "CN"}, Raw: "E1", From: days[0], LastDay: days[1]}
		_, err := journal.Book(t.Context(), d.store, "c-1", identity.Attach{Step: d.step(), Identifier: id, Source: "form"}, d.g.Attach)
		require.NoError(t, err)
	}
	directory := new(identity.Directory)
	dirPut(t, directory, d, "c-1")
	for at, want := range map[int]identity.Status{5: identity.Good, 15: identity.Good, 21: identity.Expired} {
		assert.Equal(t, "c-1 of c-1 "+want.String(), dirText(directory.Find(token, linkDay(at))), at)
	}
	golden, err := d.g.Golden(linkDay(15), d.member("c-1"))
	require.NoError(t, err)
	assert.Len(t, golden.Documents, 2, "documents all, whatever their days")
}

// Looking somebody up leaves nothing to collect, nor does putting a record in again that holds what it held.
func TestDirectoryAllocations(t *testing.T) {
	if testing.CoverMode() != "" {
		t.Skip("what counts covered lines is in the way of copying Find into its caller")
	}
	d := newLinkDesk(t)
	d.open("c-1", "till", "card/rapport=7", "list-code/rapport=L1")
	directory := new(identity.Directory)
	dirPut(t, directory, d, "c-1")
	r, found := d.load("c-1"), 0
	for _, held := range r.Identifiers { // one that holds for good, and one that does not
		assert.Zero(t, testing.AllocsPerRun(100, func() { found += len(directory.Find(held.Token, d.at)) }), held.Scheme)
	}
	assert.Equal(t, 202, found)
	assert.Zero(t, testing.AllocsPerRun(100, func() { _ = directory.Put("c-1", r) }))
}

// However large a group is, a record that comes to it or is put in again does not make it be walked through:
// here a chain of 30,000, which would take minutes.
func TestDirectoryLargeGroup(t *testing.T) {
	const n = 30_000
	directory := new(identity.Directory)
	id := func(i int) customer.ID { return customer.ID(fmt.Sprintf("c-%05d", i)) }
	record := func(i int) identity.Record {
		r := identity.Record{Entries: 1, Opened: identity.Opened{At: linkDay(1), Kind: identity.Person}}
		if i > 0 {
			r.Links = []identity.Linked{{To: id(i - 1), Opened: linkDay(1)}}
		}
		return r
	}
	for i := range n {
		require.NoError(t, directory.Put(id(i), record(i)))
		require.NoError(t, directory.Put(id(i), record(i)))
	}
	group, known := directory.Group(id(n / 2))
	require.True(t, known)
	assert.Len(t, group.Members, n)
	assert.Equal(t, id(0), group.Root)
}

// Any number of tills look up at once.
func TestDirectoryConcurrentReads(t *testing.T) {
	d := newLinkDesk(t)
	directory := new(identity.Directory)
	for i := range 100 {
		id := customer.ID(fmt.Sprint("c-", i))
		d.open(id, "till", "phone=555", fmt.Sprintf("card/rapport=%d", i))
		if i > 0 {
			ids := []customer.ID{id, customer.ID(fmt.Sprint("c-", i-1))}
			slices.Sort(ids)
			d.mustLink(ids[1], ids[0])
			dirPut(t, directory, d, ids...)
		}
	}
	var wait sync.WaitGroup
	for till := range 4 {
		wait.Go(func() {
			for i := range 100 {
				found, err := d.g.Identify(directory, "card", "rapport", fmt.Sprint((i+till*25)%100), d.at)
				assert.NoError(t, err) //nolint:testifylint // require ends no other goroutine
				assert.Equal(t, customer.ID("c-0"), found.Customer)
				assert.Len(t, directory.Find(identity.Token{Scheme: "phone", Value: "555"}, d.at), 100)
				_, known := directory.Group("c-50")
				assert.True(t, known)
			}
		})
	}
	wait.Wait()
}

// Whom to compare a new record with is found without going through the others: whoever shares a number
// that up to MaxBlock have, as long as it is theirs.
func TestDirectorySharing(t *testing.T) {
	d := newLinkDesk(t)
	directory := new(identity.Directory)
	d.open("c-1", "till", "phone=555", "card/rapport=1")
	d.open("c-2", "till", "phone=556", "card/partner=1")
	d.openAs(identity.Organisation, "o-1", "till", "phone=555")
	d.at = linkDay(2)
	d.open("c-3", "till", "phone=555", "phone=556")
	dirPut(t, directory, d, "c-3", "c-2", "o-1", "c-1")
	assert.Equal(t, []customer.ID{"c-1", "c-2"}, directory.Sharing("c-3"))
	assert.Equal(t, []customer.ID{"c-3"}, directory.Sharing("c-1"))
	assert.Empty(t, directory.Sharing("o-1"))
	assert.Empty(t, directory.Sharing("c-9"))
	_, err := journal.Book(t.Context(), d.store, "c-1", identity.Detach{Step: d.step(), Token: identity.Token{Scheme: "phone", Value: "555"}}, d.g.Detach)
	require.NoError(t, err)
	dirPut(t, directory, d, "c-1")
	assert.Equal(t, []customer.ID{"c-2"}, directory.Sharing("c-3"))
	assert.Empty(t, directory.Sharing("c-1"))

	for i := range identity.MaxBlock - 1 { // with c-2 and c-3 one more than MaxBlock
		id := customer.ID(fmt.Sprintf("d-%02d", i))
		if i == identity.MaxBlock-2 {
			assert.Len(t, directory.Sharing("c-3"), identity.MaxBlock-1)
		}
		d.open(id, "till", "phone=556")
		dirPut(t, directory, d, id)
	}
	assert.Empty(t, directory.Sharing("c-3"))
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		assert.Equal(t, "directory of 53 records and 56 identifiers", fmt.Sprintf(verb, directory))
	}
}
