package identity_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/identity"
)

// A chain in 27 provinces with 20,000 terminals, each of which has recorded somebody. One customer was
// recorded in every province, and has a card of each. The directories of the provinces merge in any
// order; linked, she is one customer whichever card she shows at whichever till; parted, the record of
// one province is what it was.
func TestProvinces(t *testing.T) {
	// row B2, row B3
	const provinces, terminals = 27, 20_000
	d := newLinkDesk(t)
	var hers []customer.ID
	for p := range provinces {
		d.at = linkDay(1 + p)
		id := customer.ID(fmt.Sprintf("p-%02d", p))
		d.open(id, "till", "name=Li Wei", "phone=13900001111", fmt.Sprintf("card/rapport=%02d-her", p))
		hers = append(hers, id)
	}
	chain := func(t linkTB, order []int) *identity.Directory {
		parts := make([]identity.Directory, provinces)
		for i := range terminals {
			id, r := dirRecord(i)
			require.NoError(t, parts[i%provinces].Put(id, r))
		}
		for p, id := range hers {
			require.NoError(t, parts[p].Put(id, d.load(id)))
		}
		whole := new(identity.Directory)
		for _, p := range order {
			require.NoError(t, whole.Merge(&parts[p]))
		}
		return whole
	}
	chance, every := rand.New(rand.NewPCG(1, 2)), make([]int, provinces)
	for p := range every {
		every[p] = p
	}
	// look is what each of her cards says, and her phone.
	look := func(t linkTB, directory *identity.Directory) string {
		var text strings.Builder
		for p := range provinces {
			found, err := d.g.Identify(directory, "card", "rapport", fmt.Sprintf("%02d-her", p), d.at)
			require.NoError(t, err)
			fmt.Fprintln(&text, found.Outcome, found.Customer)
		}
		found, err := d.g.Identify(directory, "phone", "", "139 0000 1111", d.at)
		require.NoError(t, err)
		fmt.Fprintln(&text, found.Outcome, found.Customers)
		return text.String()
	}
	d.at = linkDay(31)
	before := look(t, chain(t, every))
	require.Contains(t, before, fmt.Sprint("several ", hers))

	for p := 1; p < provinces; p++ {
		d.mustLink(hers[p], hers[chance.IntN(p)]) // to any older one
	}
	one := strings.Repeat("recognised p-00\n", provinces) + "recognised [p-00]\n"
	whole := chain(t, every)
	assert.Equal(t, one, look(t, whole))
	records, identifiers := whole.Len()
	assert.Equal(t, []int{terminals + provinces, 2 * (terminals + provinces)}, []int{records, identifiers})
	for _, i := range []int{0, 7, terminals - 1} {
		_, r := dirRecord(i)
		assert.Len(t, whole.Find(r.Identifiers[0].Token, d.at), 1, "one of 20,000")
	}
	golden, err := d.g.Golden(d.at, d.members(hers...)...)
	require.NoError(t, err)
	assert.Equal(t, customer.ID("p-00"), golden.Root)
	assert.Len(t, golden.Members, provinces)
	for range 2 {
		assert.Equal(t, one, look(t, chain(t, chance.Perm(provinces))), "in any order")
	}

	for p := 1; p < provinces; p++ {
		for _, link := range d.load(hers[p]).Links {
			_, err := d.unlink(hers[p], link.To)
			require.NoError(t, err)
		}
	}
	assert.Equal(t, before, look(t, chain(t, every)), "reversed, nothing of it is left")
}

// Two tenants keep records of the same phone, under the same customer ID. Neither finds, shares or names
// anything of the other, and a card of the other's is none that it can read.
func TestTenants(t *testing.T) {
	// row B3
	tenant := func(issuer, name string) (*linkDesk, *identity.Directory) {
		d := newLinkDesk(t)
		rules := linkRules()
		for i := range rules.Schemes {
			if len(rules.Schemes[i].Issuers) > 0 && !rules.Schemes[i].Document {
				rules.Schemes[i].Issuers = []string{issuer}
			}
		}
		g, err := identity.New(rules, linkZone(t), linkNormal)
		require.NoError(t, err)
		d.g = g
		d.open("c-1", "form", "name="+name, "phone=13800001111", "card/"+issuer+"=7")
		directory := new(identity.Directory)
		require.NoError(t, directory.Put("c-1", d.load("c-1")))
		return d, directory
	}
	east, easts := tenant("east", "Li Wei")
	west, wests := tenant("west", "Zhao Mei")
	east.open("c-2", "form", "name=Li Na", "phone=13800002222")
	require.NoError(t, easts.Put("c-2", east.load("c-2")))

	ask := func(d *linkDesk, directory *identity.Directory, scheme, issuer, raw string) string {
		found, err := d.g.Identify(directory, scheme, issuer, raw, d.at)
		require.NoError(t, err)
		return fmt.Sprint(found.Outcome, " ", found.Customers)
	}
	assert.Equal(t, "recognised [c-1]", ask(east, easts, "phone", "", "13800001111"))
	assert.Equal(t, "recognised [c-1]", ask(west, wests, "phone", "", "13800001111"))
	assert.Equal(t, "recognised [c-1]", ask(east, easts, "card", "east", "7"))
	assert.Equal(t, "unreadable []", ask(west, wests, "card", "east", "7"))
	assert.Equal(t, "unreadable []", ask(east, easts, "card", "west", "7"))
	assert.Equal(t, "unknown []", ask(west, wests, "phone", "", "13800002222"))
	assert.Empty(t, wests.Find(identity.Token{Scheme: "card", Issuer: "east", Value: "7"}, west.at))
	shown := func(d *linkDesk, directory *identity.Directory, ids ...customer.ID) string {
		golden, err := d.g.Golden(d.at, d.members(ids...)...)
		require.NoError(t, err)
		return linkText(t, golden) + linkText(t, directory.Find(identity.Token{Scheme: "phone", Value: "13800001111"}, d.at))
	}
	assert.NotContains(t, shown(east, easts, "c-1"), "Zhao")
	assert.NotContains(t, shown(west, wests, "c-1"), "Li")

	// Linked here, nothing is linked there.
	east.at = linkDay(2)
	east.open("c-3", "form", "phone=13800001111")
	east.mustLink("c-3", "c-1")
	require.NoError(t, easts.Put("c-3", east.load("c-3")))
	assert.Equal(t, "recognised [c-1]", ask(east, easts, "phone", "", "13800001111"))
	_, known := wests.Group("c-3")
	assert.False(t, known)
}
