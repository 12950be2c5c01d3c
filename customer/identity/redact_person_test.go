package identity_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/identity"
	"github.com/rapport-crm/rapport/customer/journal/journaltest"
)

// A person's telephone number, passport and birth date, told, corrected and read as one with another
// record, are in no print of her record, nor of what is answered about it.
func TestRedactionPerson(t *testing.T) {
	d := recordBegin(t, identity.Person)
	d.attach("phone", "", "0571 8765-4321 ext. 12")
	permit := d.attach("permit", "CN", "0012345678")
	d.tell("form", "", "birth-date=1985-04-12", "family-name=Ouyang", "address=7 Moonlight Road")
	d.must(d.Correct(d.r, identity.Correct{Step: d.step("ann"), Field: "birth-date", Value: "1985-04-21", Source: "permit-seen", Evidence: "permit-seen"}))
	becomes := identity.Identifier{Token: identity.Token{Scheme: "permit", Issuer: "CN"}, Raw: "T99887766"}
	d.must(d.Correct(d.r, identity.Correct{Step: d.step("ann"), Was: permit, Becomes: becomes, Source: "permit-seen", Evidence: "permit-seen"}))
	for _, one := range d.r.Corrections {
		d.must(d.Approve(d.r, identity.Approve{Step: d.step("bea"), Correction: one.Ref, Role: "manager"}))
	}
	stored := recordText(t, d.r) + journaltest.WriteEntries(t, d.history)
	golden, err := d.Golden(d.at, identity.Member{ID: "c-1", Record: d.r})
	require.NoError(t, err)
	value, known := d.Value(d.r, "birth-date")
	require.True(t, known)
	questions, err := d.Questions(d.r, "purchase", d.at)
	require.NoError(t, err)
	var directory identity.Directory
	require.NoError(t, directory.Put("c-1", d.r))
	found := directory.Find(d.r.Identifiers[0].Token, d.at)
	require.Len(t, found, 1)
	for _, secret := range []string{"1985-04-12", "1985-04-21", "0012345678", "T99887766", "87654321", "Ouyang", "Moonlight"} {
		require.Contains(t, stored, secret, "it is there, or nothing is tested")
		for name, one := range map[string]any{
			"record": d.r, "history": d.history, "golden": golden, "one": golden.Record(), "value": value, "questions": questions, "corrections": d.r.Corrections,
			"known": d.Completeness(d.r, d.at), "found": found, "compared": d.Compare(nil, identity.Member{ID: "c-1", Record: d.r}, identity.Member{ID: "c-2", Record: d.r}),
		} {
			for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
				assert.NotContains(t, fmt.Sprintf(verb, one), secret, "%s by %s", name, verb)
			}
		}
	}
	for _, held := range d.r.Identifiers {
		status, why := held.Status(d.at)
		text := d.Explain(why, customer.English) + d.Explain(why, customer.Chinese) + status.String()
		assert.False(t, strings.Contains(text, held.Value) || strings.Contains(text, held.Raw), text)
	}
}
