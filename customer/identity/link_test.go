package identity_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/customer/identity"
	"github.com/rapport-crm/rapport/customer/journal/journaltest"
)

// A link is on the younger record, carries what it needs to know of the older one, and is made once.
func TestLink(t *testing.T) {
	d := newLinkDesk(t)
	d.open("c-1", "form", "name=Li Wei", "phone=13800001111")
	d.at = linkDay(2)
	d.open("c-2", "till", "name=li  wei", "phone=138-0000-1111")

	_, err := d.link("c-1", "c-2")
	assert.Equal(t, []string{identity.CodeLinkYounger}, linkMissing(t, err), "only the younger one points to the older one")

	before := d.load("c-1")
	d.at = linkDay(3)
	r, err := d.link("c-2", "c-1")
	require.NoError(t, err)
	require.Len(t, r.Links, 1)
	link := r.Links[0]
	assert.Equal(t, customer.ID("c-1"), link.To)
	assert.True(t, link.Opened.Equal(linkDay(1)))
	assert.Equal(t, "both-cards-shown", link.Evidence)
	assert.Equal(t, "ann", link.By)
	assert.True(t, link.Stands())
	assert.Equal(t, before, d.load("c-1"), "one commit touches one record")

	_, err = d.link("c-2", "c-1")
	assert.Equal(t, []string{identity.CodeLinkThere}, linkMissing(t, err))

	r, err = d.unlink("c-2", "c-1")
	require.NoError(t, err)
	assert.False(t, r.Links[0].Stands())
	assert.Equal(t, "two-passports-shown", r.Links[0].Why)
	_, err = d.unlink("c-2", "c-1")
	assert.Equal(t, []string{identity.CodeLinkNone}, linkMissing(t, err))

	r, err = d.link("c-2", "c-1")
	require.NoError(t, err, "what was taken back may be made again")
	assert.Len(t, r.Links, 2)
}

// Of two records that were opened at the same instant, the one of the greater ID is the younger one.
func TestLinkSameInstant(t *testing.T) {
	d := newLinkDesk(t)
	d.open("c-1", "till")
	d.open("c-2", "till")
	pair := d.pair("c-1", "c-2")
	assert.Equal(t, customer.ID("c-1"), pair.Older)
	assert.Equal(t, pair, d.pair("c-2", "c-1"), "in either order")
	_, err := d.link("c-2", "c-1")
	require.NoError(t, err)
}

// Everything that stands in the way is told at once.
func TestLinkRefused(t *testing.T) {
	d := newLinkDesk(t)
	d.open("c-1", "till")
	d.at = linkDay(2)
	d.openAs(identity.Organisation, "c-2", "till")
	_, err := d.link("c-1", "c-2")
	assert.Equal(t, []string{identity.CodeLinkYounger}, linkMissing(t, err))
	_, err = d.link("c-2", "c-1")
	assert.Equal(t, []string{identity.CodeLinkKinds}, linkMissing(t, err), "a person and an organisation never link")
	_, err = d.link("c-2", "c-0")
	assert.Equal(t, []string{identity.CodeLinkUnknown}, linkMissing(t, err))
	_, err = d.link("c-9", "c-1")
	assert.Equal(t, []string{identity.CodeNoRecord, identity.CodeLinkUnknown}, linkMissing(t, err))
	x := identity.Link{Step: d.step(), Pair: d.pair("c-1", "c-2"), Evidence: "x"}
	_, err = d.g.Link(identity.Record{}, x)
	assert.Equal(t, []string{identity.CodeNoRecord}, linkMissing(t, err))

	_, err = d.g.Link(d.load("c-1"), identity.Link{Pair: d.pair("c-1", "c-1"), Note: "\x00"})
	assert.Equal(t, []string{"ref", "by", "at", "younger", "evidence", "note"}, customertest.Paths(t, err), "to itself")
	x.Pair = identity.Pair{Older: "c-2", OlderOpened: linkDay(2), OlderKind: 3, Younger: "c-1"}
	_, err = d.g.Link(d.load("c-1"), x)
	assert.Equal(t, []string{"younger_opened", "older_kind"}, customertest.Paths(t, err))
	x.YoungerOpened, x.OlderKind = linkDay(1), identity.Person
	_, err = d.g.Link(d.load("c-1"), x)
	assert.Equal(t, []string{"younger"}, customertest.Paths(t, err), "the wrong way round")
	_, err = d.g.Unlink(d.load("c-1"), identity.Unlink{Step: d.step()})
	assert.Equal(t, []string{"to", "why"}, customertest.Paths(t, err))
	_, err = d.g.Distinct(d.load("c-1"), identity.Distinct{Step: d.step()})
	assert.Equal(t, []string{"older", "younger", "why"}, customertest.Paths(t, err))
	_, err = d.g.Reconsider(d.load("c-1"), identity.Reconsider{Step: d.step(), To: "c-2", Why: strings.Repeat("x", 257)})
	assert.Equal(t, []string{"why"}, customertest.Paths(t, err))
}

// What is taken back is not taken back for a time before it was said: an instant earlier is refused, the
// same instant is not.
func TestUnlinkEarlier(t *testing.T) {
	d := newLinkDesk(t)
	d.open("c-1", "till")
	d.at = linkDay(2)
	d.open("c-2", "till")
	for _, both := range []struct {
		tie, back func(id, to customer.ID) (identity.Record, error)
	}{
		{d.link, d.unlink}, {d.distinct, d.reconsider},
	} {
		d.at = linkDay(5)
		_, err := both.tie("c-2", "c-1")
		require.NoError(t, err)
		d.at = linkDay(5).Add(-1)
		_, err = both.back("c-2", "c-1")
		assert.Equal(t, []string{identity.CodeLinkLater}, linkMissing(t, err))
		d.at = linkDay(5)
		_, err = both.back("c-2", "c-1")
		require.NoError(t, err)
	}
}

// Two of whom somebody said that they are not one stay apart until that is taken back.
func TestDistinct(t *testing.T) {
	d := newLinkDesk(t)
	told := []string{"name=Li Wei", "phone=13800001111"}
	d.open("c-1", "form", told...)
	d.at = linkDay(2)
	d.open("c-2", "form", told...)
	require.True(t, d.g.Compare(nil, d.member("c-1"), d.member("c-2")).Candidate)

	_, err := d.distinct("c-1", "c-2")
	assert.Equal(t, []string{identity.CodeLinkYounger}, linkMissing(t, err))
	_, err = d.reconsider("c-2", "c-1")
	assert.Equal(t, []string{identity.CodeDistinctNone}, linkMissing(t, err))
	r, err := d.distinct("c-2", "c-1")
	require.NoError(t, err)
	assert.Equal(t, "mother-and-daughter", r.Distincts[0].Why)
	_, err = d.distinct("c-2", "c-1")
	assert.Equal(t, []string{identity.CodeLinkDistinct}, linkMissing(t, err))
	_, err = d.link("c-2", "c-1")
	assert.Equal(t, []string{identity.CodeLinkDistinct}, linkMissing(t, err))

	compared := d.g.Compare(nil, d.member("c-2"), d.member("c-1"))
	assert.False(t, compared.Candidate)
	assert.Equal(t, 70, compared.Score)
	assert.Contains(t, linkCodes(compared.Reasons), identity.CodeLinkDistinct)
	found, err := d.g.Candidates(d.members("c-1", "c-2"))
	require.NoError(t, err)
	assert.Empty(t, found.Pairs, "it is not asked again")

	_, err = d.reconsider("c-2", "c-1")
	require.NoError(t, err)
	found, err = d.g.Candidates(d.members("c-1", "c-2"))
	require.NoError(t, err)
	assert.Len(t, found.Pairs, 1)
	_, err = d.link("c-2", "c-1")
	require.NoError(t, err)
	_, err = d.distinct("c-2", "c-1")
	assert.Equal(t, []string{identity.CodeLinkThere}, linkMissing(t, err), "what is linked is unlinked first")
}

// A record has had so many links, and no more.
func TestLinkFull(t *testing.T) {
	d := newLinkDesk(t)
	d.open("c-1", "till")
	d.at = linkDay(2)
	d.open("c-2", "till")
	for range identity.MaxLinks {
		d.mustLink("c-2", "c-1")
		_, err := d.unlink("c-2", "c-1")
		require.NoError(t, err)
		_, err = d.distinct("c-2", "c-1")
		require.NoError(t, err)
		_, err = d.reconsider("c-2", "c-1")
		require.NoError(t, err)
	}
	_, err := d.link("c-2", "c-1")
	assert.Equal(t, []string{identity.CodeLinkFull}, linkMissing(t, err))
	_, err = d.distinct("c-2", "c-1")
	assert.Equal(t, []string{identity.CodeLinkFull}, linkMissing(t, err))

	history := d.store.History("c-2")
	full := slices.Clone(history)
	for _, body := range []identity.Body{
		identity.Link{Pair: d.pair("c-2", "c-1"), Evidence: "x"},
		identity.Distinct{Pair: d.pair("c-2", "c-1"), Why: "x"},
	} {
		_, err = identity.Replay(append(full, identity.Entry{Version: identity.EntryVersion, At: d.at, By: "ann", Ref: "x", Body: body}))
		require.ErrorIs(t, err, identity.ErrBroken)
	}
}

// What nobody wrote is no history, whoever forged it.
func TestLinkBroken(t *testing.T) {
	d := newLinkDesk(t)
	d.open("c-1", "till")
	d.at = linkDay(2)
	d.open("c-2", "till")
	d.mustLink("c-2", "c-1")
	linked := d.load("c-2")
	_, err := d.unlink("c-2", "c-1")
	require.NoError(t, err)
	_, err = d.distinct("c-2", "c-1")
	require.NoError(t, err)
	parted := d.load("c-2")
	fresh := d.load("c-1")
	forge := func(older customer.ID, of int, younger customer.ID, day int) identity.Pair {
		return identity.Pair{Older: older, OlderOpened: linkDay(of), OlderKind: identity.Person, Younger: younger, YoungerOpened: linkDay(day)}
	}
	for name, forged := range map[string]struct {
		r    identity.Record
		body identity.Body
	}{
		"to a younger one":         {fresh, identity.Link{Pair: forge("c-2", 2, "c-1", 1)}},
		"to one of the same age":   {fresh, identity.Link{Pair: forge("c-2", 1, "c-1", 1)}},
		"to itself":                {fresh, identity.Link{Pair: forge("c-1", 1, "c-1", 1)}},
		"to nobody knows when":     {linked, identity.Link{Pair: identity.Pair{Older: "c-0", Younger: "c-2", YoungerOpened: linkDay(2)}}},
		"of another record":        {fresh, identity.Link{Pair: forge("c-0", 1, "c-2", 2)}},
		"of an organisation":       {linked, identity.Link{Pair: identity.Pair{Older: "c-0", OlderOpened: linkDay(1), OlderKind: identity.Organisation, Younger: "c-2", YoungerOpened: linkDay(2)}}},
		"twice":                    {linked, identity.Link{Pair: forge("c-1", 1, "c-2", 2)}},
		"to one that is distinct":  {parted, identity.Link{Pair: forge("c-1", 1, "c-2", 2)}},
		"unlinked without a link":  {parted, identity.Unlink{To: "c-1"}},
		"distinct though linked":   {linked, identity.Distinct{Pair: forge("c-1", 1, "c-2", 2)}},
		"distinct twice":           {parted, identity.Distinct{Pair: forge("c-1", 1, "c-2", 2)}},
		"distinct from a younger":  {fresh, identity.Distinct{Pair: forge("c-2", 2, "c-1", 1)}},
		"reconsidered without one": {linked, identity.Reconsider{To: "c-1"}},
	} {
		after, err := forged.r.Apply(identity.Entry{Version: identity.EntryVersion, At: d.at, By: "ann", Ref: "x", Body: forged.body})
		require.ErrorIs(t, err, identity.ErrBroken, name)
		assert.Equal(t, forged.r, after, name)
	}
}

// The canonical form of each command has every field that a caller fills in.
func TestLinkFacts(t *testing.T) {
	journaltest.TestFact(t, identity.Link{})
	journaltest.TestFact(t, identity.Unlink{})
	journaltest.TestFact(t, identity.Distinct{})
	journaltest.TestFact(t, identity.Reconsider{})
}
