package identity_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/customer/identity"
	"github.com/rapport-crm/rapport/customer/journal"
)

// What two records have in common speaks for them, and what differs against, each with its figure.
func TestCompare(t *testing.T) {
	for name, c := range map[string]struct {
		a, b      []string
		score     int
		candidate bool
		why       []string
	}{
		"nothing":             {nil, nil, 0, false, nil},
		"the mark is reached": {[]string{"phone=138 0000 1111", "birth-date=1960-05-01"}, []string{"phone=13800001111", "birth-date=1960-05-01"}, 60, true, []string{"same-phone", "same-birth-date"}},
		"just below it":       {[]string{"name=Li Wei", "birth-date=1960-05-01"}, []string{"name=li  WEI", "birth-date=1960-05-01"}, 50, false, []string{"same-name", "same-birth-date"}},
		"another birth date":  {[]string{"phone=13800001111", "name=Li", "birth-date=1960-05-01"}, []string{"phone=13800001111", "name=Li", "birth-date=1961-05-01"}, 20, false, []string{"same-phone", "same-name", "other-birth-date"}},
		"one has none":        {[]string{"birth-date=1960-05-01"}, nil, 0, false, nil},
		"one passport":        {[]string{"passport/CN=E1"}, []string{"passport/CN=E1"}, 100, true, []string{"same-passport"}},
		"another passport":    {[]string{"passport/CN=E1", "phone=13800001111"}, []string{"passport/CN=E2", "phone=13800001111"}, -40, false, []string{"other-passport", "same-phone"}},
		"another issuer's":    {[]string{"passport/CN=E1"}, []string{"passport/DE=E1"}, 0, false, nil}, // row B3
		"one of two":          {[]string{"passport/CN=E1", "passport/CN=E2"}, []string{"passport/CN=E2"}, 100, true, []string{"same-passport"}},
		"cards say nothing":   {[]string{"card/rapport=1"}, []string{"card/rapport=1"}, 0, false, nil},
		"no readable name":    {[]string{"name= "}, []string{"name=  "}, 0, false, nil},
	} {
		t.Run(name, func(t *testing.T) {
			d := newLinkDesk(t)
			d.open("c-1", "form", c.a...)
			d.at = linkDay(2)
			d.open("c-2", "form", c.b...)
			got := d.g.Compare(nil, d.member("c-1"), d.member("c-2"))
			assert.Equal(t, got, d.g.Compare(nil, d.member("c-2"), d.member("c-1")), "in either order")
			assert.Equal(t, customer.ID("c-1"), got.Older)
			assert.Equal(t, customer.ID("c-2"), got.Younger)
			assert.Equal(t, c.score, got.Score)
			assert.Equal(t, c.candidate, got.Candidate)
			var why []string
			sum := int64(0)
			for _, reason := range got.Reasons[:len(got.Reasons)-1] {
				why = append(why, reason.Of)
				sum += reason.Fact
			}
			assert.Equal(t, c.why, why)
			assert.Equal(t, int64(c.score), sum, "the reasons add up")
			last := got.Reasons[len(got.Reasons)-1]
			assert.Equal(t, int64(60), last.Mark)
			assert.Equal(t, c.candidate, last.Code == identity.CodeCandidate)
		})
	}
}

// A number that many have says little: two nth of its score for n that have it. An organisation that
// has it, and whoever had it once, is none of them.
func TestCompareShared(t *testing.T) {
	for n, want := range map[int]int{2: 40, 3: 26, 4: 20, 80: 1, 81: 0} {
		d := newLinkDesk(t)
		directory := new(identity.Directory)
		put := func(id customer.ID) { require.NoError(t, directory.Put(id, d.load(id))) }
		var members []identity.Member
		for i := range n {
			id := customer.ID(fmt.Sprintf("c-%02d", i))
			d.open(id, "till", "phone=13800001111")
			put(id)
			members = append(members, d.member(id))
		}
		d.openAs(identity.Organisation, "o-1", "till", "phone=13800001111")
		put("o-1")
		d.open("x-1", "till", "phone=13800001111")
		token := identity.Token{Scheme: "phone", Value: "13800001111"}
		_, err := journal.Book(t.Context(), d.store, "x-1", identity.Detach{Step: d.step(), Token: token}, d.g.Detach)
		require.NoError(t, err)
		put("x-1")
		got := d.g.Compare(directory, members[0], members[1])
		assert.Equal(t, want, got.Score, n)
		if n > 2 {
			assert.Equal(t, customer.Reason{Code: identity.CodeMatchShared, Rule: "desk/1", Of: "same-phone", Fact: int64(want), Mark: int64(n)}, got.Reasons[0])
		}
	}
}

// A number that was given up, or leads nowhere, says nothing of who has it now.
func TestCompareOldNumber(t *testing.T) {
	d := newLinkDesk(t)
	d.open("c-1", "form", "phone=13800001111")
	d.open("c-2", "form", "phone=13800001111")
	require.Equal(t, 40, d.g.Compare(nil, d.member("c-1"), d.member("c-2")).Score)
	token := identity.Token{Scheme: "phone", Value: "13800001111"}
	_, err := journal.Book(t.Context(), d.store, "c-1", identity.Spoil{Step: d.step(), Token: token, Flaw: identity.NoSuch, Evidence: "operator"}, d.g.Spoil)
	require.NoError(t, err)
	assert.Zero(t, d.g.Compare(nil, d.member("c-1"), d.member("c-2")).Score)
	_, err = journal.Book(t.Context(), d.store, "c-1", identity.Restore{Step: d.step(), Token: token, Evidence: "called-back"}, d.g.Restore)
	require.NoError(t, err)
	assert.Equal(t, 40, d.g.Compare(nil, d.member("c-1"), d.member("c-2")).Score)
	_, err = journal.Book(t.Context(), d.store, "c-1", identity.Detach{Step: d.step(), Token: token}, d.g.Detach)
	require.NoError(t, err)
	assert.Zero(t, d.g.Compare(nil, d.member("c-1"), d.member("c-2")).Score)
}

// Nobody is compared with an organisation, or with herself.
func TestCompareNever(t *testing.T) {
	d := newLinkDesk(t)
	d.open("c-1", "form", "passport/CN=E1")
	d.openAs(identity.Organisation, "c-2", "form", "passport/CN=E1")
	got := d.g.Compare(nil, d.member("c-1"), d.member("c-2"))
	assert.False(t, got.Candidate)
	assert.Equal(t, []string{identity.CodeLinkKinds, identity.CodeNoCandidate}, linkCodes(got.Reasons))
	got = d.g.Compare(nil, d.member("c-1"), d.member("c-1"))
	assert.False(t, got.Candidate)
	assert.Contains(t, linkCodes(got.Reasons), identity.CodeCompareSelf)
	assert.Equal(t, "c-1 and c-1: 100", got.String())
	found, err := d.g.Candidates(d.members("c-1", "c-2"))
	require.NoError(t, err)
	assert.Empty(t, found.Pairs)

	d.at = linkDay(2)
	d.open("c-3", "form", "passport/CN=E1")
	d.mustLink("c-3", "c-1")
	got = d.g.Compare(nil, d.member("c-1"), d.member("c-3"))
	assert.False(t, got.Candidate, "they are linked already")
	assert.Contains(t, linkCodes(got.Reasons), identity.CodeLinkThere)
}

// Whoever is one customer already, over however many links, is not asked about again: neither by the
// candidates nor by whoever has the directory.
func TestCandidatesJoined(t *testing.T) {
	d := newLinkDesk(t)
	directory := new(identity.Directory)
	for i, id := range []customer.ID{"c-1", "c-2", "c-3"} {
		d.at = linkDay(1 + i)
		d.open(id, "form", "passport/CN=E1")
	}
	d.mustLink("c-2", "c-1")
	d.mustLink("c-3", "c-1")
	dirPut(t, directory, d, "c-1", "c-2", "c-3")
	found, err := d.g.Candidates(d.members("c-1", "c-2", "c-3"))
	require.NoError(t, err)
	assert.Empty(t, found.Pairs)
	got := d.g.Compare(directory, d.member("c-3"), d.member("c-2"))
	assert.False(t, got.Candidate)
	assert.Equal(t, []string{identity.CodeMatchSame, identity.CodeLinkJoined, identity.CodeCandidate}, linkCodes(got.Reasons))
	assert.Equal(t, "c-1", got.Reasons[1].Of)
	assert.True(t, d.g.Compare(nil, d.member("c-2"), d.member("c-3")).Candidate, "the two alone know nothing of a third")

	_, err = d.unlink("c-3", "c-1")
	require.NoError(t, err)
	found, err = d.g.Candidates(d.members("c-1", "c-2", "c-3"))
	require.NoError(t, err)
	assert.Len(t, found.Pairs, 2)
}

// Among few, exactly those pairs are found that comparing each with each finds, in whatever order they
// are given.
func TestCandidatesFindWhatComparingFinds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := newLinkDesk(t)
		ids := goldDraw(t, d)
		for range rapid.IntRange(0, 2).Draw(t, "ties") {
			i := rapid.IntRange(1, len(ids)-1).Draw(t, "younger")
			if rapid.Bool().Draw(t, "linked") {
				_, _ = d.link(ids[i], ids[i-1])
			} else {
				_, _ = d.distinct(ids[i], ids[i-1])
			}
		}
		members := d.members(ids...)
		directory := new(identity.Directory)
		for _, one := range members {
			require.NoError(t, directory.Put(one.ID, one.Record))
		}
		want := map[string]int{}
		for i := range members {
			for k := range i {
				if one := d.g.Compare(directory, members[k], members[i]); one.Candidate {
					want[one.String()] = one.Score
				}
			}
		}
		found, err := d.g.Candidates(linkShuffled(t, members))
		require.NoError(t, err)
		got := map[string]int{}
		for i, one := range found.Pairs {
			got[one.String()] = one.Score
			assert.True(t, one.Candidate)
			assert.True(t, i == 0 || found.Pairs[i-1].Score >= one.Score)
			assert.Equal(t, identity.CodeCandidate, one.Reasons[len(one.Reasons)-1].Code)
		}
		assert.Equal(t, want, got)
	})
}

// What many have in common makes nobody be compared for that alone: MaxBlock do, one more does not. But
// of two such things together, a frequent name and a frequent birth date, they are.
func TestCandidatesBlocks(t *testing.T) {
	for _, n := range []int{identity.MaxBlock, identity.MaxBlock + 1} {
		d := newLinkDesk(t)
		var members []identity.Member
		for i := range n {
			id := customer.ID(fmt.Sprintf("c-%03d", i))
			d.open(id, "form", "name=Wang Wei")
			members = append(members, d.member(id))
		}
		found, err := d.g.Candidates(members)
		require.NoError(t, err)
		if n <= identity.MaxBlock {
			assert.Equal(t, n*(n-1)/2, found.Compared)
			assert.Empty(t, found.Skipped)
			continue
		}
		assert.Zero(t, found.Compared)
		require.Len(t, found.Skipped, 1)
		assert.Equal(t, "same-name", found.Skipped[0].Of)
		assert.Equal(t, int64(1), found.Skipped[0].Fact)

		// As many of one birth date with other names, and two with both.
		for i := range n {
			id := customer.ID(fmt.Sprintf("d-%03d", i))
			d.open(id, "form", fmt.Sprint("name=N", i), "birth-date=1960-01-01")
			members = append(members, d.member(id))
		}
		for _, id := range []customer.ID{"e-1", "e-2"} {
			d.open(id, "form", "name=Wang Wei", "birth-date=1960-01-01")
			members = append(members, d.member(id))
		}
		found, err = d.g.Candidates(members)
		require.NoError(t, err)
		assert.Equal(t, 1, found.Compared)
		assert.Empty(t, found.Pairs, "50 of 60")
		assert.Len(t, found.Skipped, 2)
	}
}

// What nobody asked for is not found, and what is no list of records is refused.
func TestCandidatesFaults(t *testing.T) {
	rules := linkRules()
	rules.CandidateAt = 0
	g, err := identity.New(rules, linkZone(t), linkNormal)
	require.NoError(t, err)
	d := newLinkDesk(t)
	d.g = g
	d.open("c-1", "form", "passport/CN=E1")
	d.open("c-2", "form", "passport/CN=E1")
	found, err := g.Candidates(d.members("c-1", "c-2"))
	require.NoError(t, err)
	assert.Empty(t, found.Pairs)
	assert.False(t, g.Compare(nil, d.member("c-1"), d.member("c-2")).Candidate)
	_, err = g.Candidates([]identity.Member{{ID: "c-1"}, d.member("c-1")})
	assert.Equal(t, []string{"members[0].record", "members[1].id"}, customertest.Paths(t, err))
}

// Every fault of what speaks for and against is told at once.
func TestMatchRules(t *testing.T) {
	rules := linkRules()
	rules.Matches = []identity.Match{
		{},
		{ID: "a", Scheme: "phone", Field: "name", Score: 1001},
		{ID: "a", Scheme: "fax", Score: -1001},
		{ID: "c", Field: "shoe-size", Score: 1},
		{ID: "d", Scheme: "phone", Normal: "x", Score: -1000},
		{ID: "e", Field: "name", Normal: "\x00", Score: 1000},
	}
	rules.CandidateAt = 3000
	_, err := identity.New(rules, linkZone(t), linkNormal)
	assert.Equal(t, []string{
		"matches[0].id", "matches[0].scheme", "matches[0].score", "matches[1].scheme", "matches[1].score",
		"matches[2].scheme", "matches[2].score", "matches[2].id", "matches[3].field", "matches[4].normal", "matches[5].normal",
		"candidate_at",
	}, customertest.Paths(t, err))

	for mark, good := range map[int]bool{-1: false, 0: true, 1: true, 190: true, 191: false} {
		rules := linkRules()
		rules.CandidateAt = mark
		_, err := identity.New(rules, linkZone(t), linkNormal)
		assert.Equal(t, good, err == nil, mark)
	}
	rules = linkRules()
	for len(rules.Matches) < 100 {
		rules.Matches = append(rules.Matches, identity.Match{ID: fmt.Sprint("m-", len(rules.Matches)), Field: "name", Score: 1})
	}
	_, err = identity.New(rules, linkZone(t), linkNormal)
	require.NoError(t, err)
	rules.Matches = append(rules.Matches, identity.Match{ID: "m-100", Field: "name", Score: 1})
	_, err = identity.New(rules, linkZone(t), linkNormal)
	assert.Equal(t, []string{"matches"}, customertest.Paths(t, err))
}
