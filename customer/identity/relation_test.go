package identity_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/identity"
	"github.com/rapport-crm/rapport/customer/journal"
)

// goldDesk is a desk whose customers have classes, owners, cardholders and questions to answer.
func goldDesk(t *testing.T) *linkDesk {
	t.Helper()
	rules := linkRules()
	rules.Occasions = []string{"purchase"}
	rules.Classes = []identity.Class{{ID: "retailer"}, {ID: "group", Service: identity.Service{Bypass: true}}}
	rules.KeyAccounts = identity.Service{Detailed: true}
	rules.Schemes = append(rules.Schemes, identity.Scheme{ID: "buyer-card", Holders: true})
	for i := range rules.Fields {
		rules.Fields[i].Asking = identity.Asking{Weight: 10, Ask: []string{"purchase"}, AgainDays: 100}
	}
	g, err := identity.New(rules, linkZone(t), linkNormal)
	require.NoError(t, err)
	d := newLinkDesk(t)
	d.g = g
	return d
}

func goldBook[C journal.Command](d *linkDesk, id customer.ID, x C, decide func(identity.Record, C) (identity.Decision, error)) {
	d.tb.Helper()
	_, err := journal.Book(d.tb.Context(), d.store, id, x, decide)
	require.NoError(d.tb, err)
}

// The class that began last, the owner of the oldest record, a key account wherever she is one: and
// whatever reads a record reads the golden one.
func TestGoldenRelations(t *testing.T) {
	// row B2, row B11, row B23
	d := goldDesk(t)
	d.openAs(identity.Organisation, "c-1", "form", "name=Bookshop")
	d.at = linkDay(2)
	d.openAs(identity.Organisation, "c-2", "form", "name=Bookshop North", "phone=13800001111")
	d.at = linkDay(3)
	d.openAs(identity.Organisation, "c-3", "form")
	day := func(day int) customer.Date {
		on, err := customer.NewDate(2026, 1, day)
		require.NoError(t, err)
		return on
	}
	goldBook(d, "c-2", identity.Classify{Step: d.step(), Class: "group", KeyAccount: true, From: day(5)}, d.g.Classify)
	goldBook(d, "c-1", identity.Classify{Step: d.step(), Class: "retailer", From: day(4)}, d.g.Classify)
	goldBook(d, "c-3", identity.Assign{Step: d.step(), Owner: "bob"}, d.g.Assign)
	goldBook(d, "c-2", identity.Assign{Step: d.step(), Owner: "ann"}, d.g.Assign)
	card := func(raw string) identity.Identifier {
		return identity.Identifier{Token: identity.Token{Scheme: "buyer-card"}, Raw: raw}
	}
	goldBook(d, "c-1", identity.Issue{Step: d.step(), Holder: "buyer", Name: "Li", Card: card("1"), Source: "form"}, d.g.Issue)
	goldBook(d, "c-2", identity.Issue{Step: d.step(), Holder: "buyer", Name: "Wang", Card: card("2"), Source: "form"}, d.g.Issue)
	goldBook(d, "c-2", identity.Issue{Step: d.step(), Holder: "driver", Name: "Zhao", Card: card("3"), Source: "form"}, d.g.Issue)
	goldBook(d, "c-1", identity.Decline{Step: d.step(), What: "address"}, d.g.Decline)
	goldBook(d, "c-1", identity.Call{Step: d.step(), Language: "en", Called: "Dear partner"}, d.g.Call)
	d.at = linkDay(4)
	goldBook(d, "c-2", identity.Call{Step: d.step(), Language: "en", Called: "Dear friends"}, d.g.Call)
	members := d.members("c-3", "c-2", "c-1")

	golden, err := d.g.Golden(linkDay(9), members...)
	require.NoError(t, err)
	assert.Equal(t, "group", golden.Class.Class)
	assert.Equal(t, customer.ID("c-2"), golden.Class.Record)
	assert.True(t, golden.Class.KeyAccount)
	assert.Equal(t, []string{identity.CodeLatestClass, identity.CodeAnyRecord}, linkCodes(golden.Class.Why))
	require.Len(t, golden.Class.Others, 1, "c-3 has none")
	assert.Equal(t, "retailer", golden.Class.Others[0].Class)
	assert.Equal(t, "record c-1 has had another class since 4 Jan 2026, and the latest is of 5 Jan 2026", identity.Explain(golden.Class.Others[0].Why[0], customer.English))
	assert.Equal(t, "ann", golden.Owner.Owned.Owner)
	assert.Equal(t, customer.ID("c-2"), golden.Owner.Record, "the oldest record that has one")
	assert.Equal(t, identity.CodeOldestRecord, golden.Owner.Why.Code)
	require.Len(t, golden.Owner.Others, 1)
	assert.Equal(t, "bob", golden.Owner.Others[0].Owned.Owner)
	assert.Equal(t, "record c-3, a younger one, has another owner", identity.Explain(golden.Owner.Others[0].Why, customer.English))
	assert.Equal(t, "Dear friends", golden.Wishes[0].Called, "as she said last")

	read := golden.Record()
	handling := d.g.Handling(read, linkDay(9))
	assert.Equal(t, "ann", handling.Owner)
	assert.True(t, handling.Bypass, "of the group")
	assert.True(t, handling.Detailed, "of a key account")
	for holder, want := range map[string]string{"c-1/buyer": "1", "c-2/buyer": "2", "driver": "3"} {
		cards := read.Cards(holder)
		require.Len(t, cards, 1, holder)
		assert.Equal(t, want, cards[0].Value)
		_, known := read.Holder(holder)
		assert.True(t, known, holder)
	}
	assert.Equal(t, 333, d.g.Completeness(read, linkDay(9)).Permille, "the name of three fields")
	asked := func() (all []string) {
		golden, err := d.g.Golden(d.at, d.members("c-1", "c-2")...)
		require.NoError(t, err)
		questions, err := d.g.Questions(golden.Record(), "purchase", d.at)
		require.NoError(t, err)
		for _, one := range questions {
			all = append(all, one.What)
		}
		return all
	}
	assert.Equal(t, []string{"birth-date"}, asked(), "what one record declined the other does not ask")
	d.tell("c-2", "form", 0, 4, "address=1 East Street")
	d.tell("c-2", "form", 0, 4, "birth-date=1960-05-01")
	assert.Empty(t, asked())

	// On the day before, each of it is what it was then.
	golden, err = d.g.Golden(linkDay(4), members...)
	require.NoError(t, err)
	assert.Equal(t, "retailer", golden.Class.Class)
	assert.False(t, golden.Class.KeyAccount)
	assert.Equal(t, "bookshop", linkFold(golden.Record().Facts[0].Value)[:8])
}

func linkFold(text string) string {
	normal, _ := linkNormal("name-folded", "", text)
	return normal.Value
}

// Of what several rows say of one identifier the latest news holds; what is lost in one record is lost in
// all; and what leads nowhere is left out.
func TestGoldenIdentifiers(t *testing.T) {
	token := identity.Token{Scheme: "phone", Value: "13800001111"}
	card := identity.Token{Scheme: "card", Issuer: "rapport", Value: "7"}
	day := func(d *linkDesk, day int) journal.Step {
		d.at = linkDay(day)
		return d.step()
	}
	for name, c := range map[string]struct {
		do   func(d *linkDesk)
		want string
	}{
		"good in both": {func(*linkDesk) {}, "phone good, card good"},
		"ended in one, told later in the other": {func(d *linkDesk) {
			goldBook(d, "c-1", identity.Detach{Step: day(d, 3), Token: token}, d.g.Detach)
			goldBook(d, "c-2", identity.Confirm{Step: day(d, 4), Token: token, Source: "till"}, d.g.Confirm)
		}, "phone good, card good"},
		"ended in one, and told earlier in the other": {func(d *linkDesk) {
			goldBook(d, "c-2", identity.Confirm{Step: day(d, 4), Token: token, Source: "till"}, d.g.Confirm)
			goldBook(d, "c-1", identity.Detach{Step: day(d, 5), Token: token}, d.g.Detach)
		}, "phone ended, card good"},
		"leads nowhere": {func(d *linkDesk) {
			goldBook(d, "c-2", identity.Spoil{Step: day(d, 3), Token: token, Flaw: identity.NoSuch, Evidence: "operator"}, d.g.Spoil)
		}, "card good"},
		"leads somewhere after all": {func(d *linkDesk) {
			goldBook(d, "c-2", identity.Spoil{Step: day(d, 3), Token: token, Flaw: identity.NoSuch, Evidence: "operator"}, d.g.Spoil)
			goldBook(d, "c-1", identity.Confirm{Step: day(d, 4), Token: token, Source: "till"}, d.g.Confirm)
		}, "phone good, card good"},
		"stolen, whoever saw it since": {func(d *linkDesk) {
			goldBook(d, "c-1", identity.Spoil{Step: day(d, 3), Token: card, Flaw: identity.Stolen, Evidence: "call"}, d.g.Spoil)
			goldBook(d, "c-2", identity.Confirm{Step: day(d, 4), Token: card, Source: "till"}, d.g.Confirm)
		}, "phone good, card blocked"},
		"at one instant the stricter": {func(d *linkDesk) {
			goldBook(d, "c-2", identity.Confirm{Step: day(d, 4), Token: token, Source: "till"}, d.g.Confirm)
			goldBook(d, "c-1", identity.Detach{Step: day(d, 4), Token: token}, d.g.Detach)
		}, "phone ended, card good"},
	} {
		t.Run(name, func(t *testing.T) {
			d := newLinkDesk(t)
			d.open("c-1", "till", "phone=13800001111", "card/rapport=7")
			d.at = linkDay(2)
			d.open("c-2", "till", "phone=13800001111", "card/rapport=7")
			c.do(d)
			golden, err := d.g.Golden(linkDay(9), d.members("c-1", "c-2")...)
			require.NoError(t, err)
			text := ""
			for i, one := range golden.Identifiers {
				if i > 0 {
					text += ", "
				}
				text += fmt.Sprint(one.Scheme, " ", one.Status)
				assert.Equal(t, []customer.ID{"c-1", "c-2"}, one.Records)
			}
			assert.Equal(t, c.want, text)
		})
	}
}
