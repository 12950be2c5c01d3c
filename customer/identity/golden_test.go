package identity_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/customer/identity"
)

func linkText(t require.TestingT, value any) string {
	text, err := json.Marshal(value)
	require.NoError(t, err)
	return string(text)
}

// goldDraw opens two to five records with whatever people say of themselves.
func goldDraw(t *rapid.T, d *linkDesk) (ids []customer.ID) {
	for i := range rapid.IntRange(2, 5).Draw(t, "records") {
		id := customer.ID(fmt.Sprintf("c-%d", i))
		d.at = linkDay(1 + i/2)
		var told []string
		pick := func(key string, values ...string) {
			if value := rapid.SampledFrom(append(values, "")).Draw(t, key); value != "" {
				told = append(told, key+"="+value)
			}
		}
		pick("name", "Li", "Li Wei", "li wei", "Wang")
		pick("birth-date", "1960-05-01", "1961-05-01")
		pick("phone", "13800001111", "13800002222", "057187654321 ext. 12")
		pick("card/rapport", "1", "2")
		pick("passport/CN", "E1", "E2")
		d.open(id, rapid.SampledFrom([]string{"till", "form", "passport-seen"}).Draw(t, "source"), told...)
		for range rapid.IntRange(0, 2).Draw(t, "tellings") {
			d.tell(id, rapid.SampledFrom([]string{"till", "form"}).Draw(t, "teller"), rapid.IntRange(0, 1000).Draw(t, "sure"),
				rapid.IntRange(1, 2).Draw(t, "day"), "name="+rapid.SampledFrom([]string{"Li", "Li Wei"}).Draw(t, "told"))
		}
		ids = append(ids, id)
	}
	d.at = linkDay(9)
	return ids
}

// Whatever order records are given in, what they are together is the same, down to the byte.
func TestGoldenOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := newLinkDesk(t)
		members := d.members(goldDraw(t, d)...)
		want, err := d.g.Golden(d.at, members...)
		require.NoError(t, err)
		got, err := d.g.Golden(d.at, linkShuffled(t, members)...)
		require.NoError(t, err)
		assert.Equal(t, linkText(t, want), linkText(t, got))
		for _, field := range got.Fields {
			assert.NotEmpty(t, field.Why.Code)
			assert.NotEmpty(t, field.Record)
			for _, other := range field.Others {
				assert.NotEmpty(t, other.Why.Code)
			}
		}
	})
}

// Each field by its rule, with where it comes from, and why not another one.
func TestGolden(t *testing.T) {
	// row B2
	d := newLinkDesk(t)
	d.open("c-1", "form", "name=Li", "address=1 East Street", "birth-date=1960-05-01", "phone=13800001111")
	d.at = linkDay(2)
	d.open("c-2", "till", "name=Li Wei", "birth-date=1961-05-01", "phone=13800001111", "card/rapport=7")
	d.at = linkDay(3)
	d.open("c-3", "passport-seen", "name=LI", "address=2 West Street", "passport/CN=E1")
	golden, err := d.g.Golden(d.at, d.members("c-3", "c-1", "c-2")...)
	require.NoError(t, err)
	assert.Equal(t, customer.ID("c-1"), golden.Root)
	assert.Equal(t, []customer.ID{"c-1", "c-2", "c-3"}, golden.Members)
	assert.Equal(t, identity.Person, golden.Kind)
	assert.True(t, golden.Opened.At.Equal(linkDay(1)))

	var lines []string
	for _, field := range golden.Fields {
		lines = append(lines, fmt.Sprintf("%s = %s, from %s: %s", field.Field, field.Value, field.Record, identity.Explain(field.Why, customer.English)))
		for _, other := range field.Others {
			lines = append(lines, fmt.Sprintf("not %s, from %s: %s", other.Value, other.Record, identity.Explain(other.Why, customer.English)))
		}
	}
	assert.Equal(t, []string{
		"name = Li Wei, from c-2: the most complete, from till, of 2 Jan 2026: 6 characters",
		"not LI, from c-3: from passport-seen, and less complete: 2 characters, and the other has 6",
		"not Li, from c-1: from form, and less complete: 2 characters, and the other has 6",
		"birth-date = 1960-05-01, from c-1: from form, of 1 Jan 2026, which is trusted most: 50",
		"not 1961-05-01, from c-2: from till, which is trusted less: 10, and the other 50",
		"address = 2 West Street, from c-3: the latest, from passport-seen, of 3 Jan 2026",
		"not 1 East Street, from c-1: from form, of 1 Jan 2026, and the other is of 3 Jan 2026",
	}, lines)

	require.Len(t, golden.Identifiers, 2)
	assert.Equal(t, "13800001111", golden.Identifiers[0].Value)
	assert.Equal(t, []customer.ID{"c-1", "c-2"}, golden.Identifiers[0].Records, "once, though both have it")
	assert.Equal(t, identity.Good, golden.Identifiers[0].Status)
	assert.Equal(t, "7", golden.Identifiers[1].Value)
	require.Len(t, golden.Documents, 1)
	assert.Equal(t, "E1", golden.Documents[0].Value)

	name, has := golden.Field("name")
	assert.True(t, has)
	assert.Equal(t, "Li Wei", name.Value)
	_, has = golden.Field("shoe-size")
	assert.False(t, has)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		text := fmt.Sprintf(verb, golden)
		assert.NotContains(t, text, "1960-05-01", verb)
		assert.NotContains(t, text, "13800001111", verb)
	}
}

// What decides between two facts, one thing after the other.
func TestGoldenTies(t *testing.T) {
	for name, c := range map[string]struct {
		tell func(d *linkDesk)
		want string
		why  string // of the one that was not chosen
	}{
		"the day that it is of": {func(d *linkDesk) {
			d.tell("c-1", "form", 0, 2, "address=a")
			d.tell("c-2", "till", 0, 3, "address=b")
		}, "b", identity.CodeOlderValue},
		"told last": {func(d *linkDesk) {
			d.tell("c-2", "till", 0, 2, "address=b")
			d.at = d.at.Add(1)
			d.tell("c-1", "till", 0, 2, "address=a")
		}, "a", identity.CodeToldEarlier},
		"the more trusted source": {func(d *linkDesk) {
			d.tell("c-1", "till", 900, 2, "address=a")
			d.tell("c-2", "form", 0, 2, "address=b")
		}, "b", identity.CodeLessTrusted},
		"the surer one": {func(d *linkDesk) {
			d.tell("c-1", "till", 500, 2, "address=a")
			d.tell("c-2", "till", 501, 2, "address=b")
		}, "b", identity.CodeLessSure},
		"the older record": {func(d *linkDesk) {
			d.tell("c-2", "till", 500, 2, "address=b")
			d.tell("c-1", "till", 500, 2, "address=a")
		}, "a", identity.CodeYoungerRecord},
		"booked last": {func(d *linkDesk) {
			d.tell("c-2", "till", 500, 2, "address=a")
			d.tell("c-2", "till", 500, 2, "address=b")
		}, "b", identity.CodeToldEarlier},
		"the same": {func(d *linkDesk) {
			d.tell("c-1", "till", 500, 2, "address=a")
			d.tell("c-2", "till", 500, 2, "address=a")
		}, "a", identity.CodeSameValue},
	} {
		t.Run(name, func(t *testing.T) {
			d := newLinkDesk(t)
			d.open("c-1", "till")
			d.open("c-2", "till")
			d.at = linkDay(9)
			c.tell(d)
			golden, err := d.g.Golden(d.at, d.members("c-2", "c-1")...)
			require.NoError(t, err)
			field, _ := golden.Field("address")
			assert.Equal(t, c.want, field.Value)
			require.Len(t, field.Others, 1)
			assert.Equal(t, c.why, field.Others[0].Why.Code)
			if c.why == identity.CodeSameValue {
				assert.Equal(t, identity.CodeOnlyValue, field.Why.Code)
			}
		})
	}
}

// What cannot be read as one is refused whole.
func TestGoldenFaults(t *testing.T) {
	d := newLinkDesk(t)
	d.open("c-1", "till")
	d.openAs(identity.Organisation, "c-2", "till")
	_, err := d.g.Golden(d.at)
	assert.Equal(t, []string{"members"}, customertest.Paths(t, err))
	_, err = d.g.Golden(d.at, d.members("c-1", "c-2")...)
	assert.Equal(t, []string{"members"}, customertest.Paths(t, err), "a person and an organisation")
	_, err = d.g.Golden(d.at, d.members("c-1", "c-1")...)
	assert.Equal(t, []string{"members[1].id"}, customertest.Paths(t, err))
	_, err = d.g.Golden(d.at.AddDate(-3000, 0, 0), d.member("c-1"), identity.Member{ID: "c-9"})
	assert.Equal(t, []string{"at", "members[1].record", "members"}, customertest.Paths(t, err))
	_, err = new(identity.Register).Golden(d.at, d.member("c-1"))
	require.Error(t, err)
}
