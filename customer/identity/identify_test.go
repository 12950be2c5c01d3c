package identity_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/customer/identity"
	"github.com/rapport-crm/rapport/customer/journal"
)

// Every outcome, and why.
func TestIdentify(t *testing.T) {
	// row B1, row B3, row B38
	d := newLinkDesk(t)
	directory := new(identity.Directory)
	d.open("c-1", "till", "card/rapport=7", "list-code/rapport=L1", "phone=0571-8765 4321 ext. 12")
	d.at = linkDay(2)
	d.open("c-2", "till", "phone=057187654321ext.14", "phone=13800001111")
	d.open("c-3", "till", "phone=13800001111", "phone=13800002222")
	d.open("c-4", "till", "card/partner=9")
	d.mustLink("c-3", "c-2")
	book := func(id customer.ID, value string, spoil identity.Flaw) {
		scheme, issuer := "phone", ""
		if spoil != 0 {
			scheme, issuer = "card", "partner"
		}
		token := identity.Token{Scheme: scheme, Issuer: issuer, Value: value}
		var err error
		if spoil != 0 {
			_, err = journal.Book(t.Context(), d.store, id, identity.Spoil{Step: d.step(), Token: token, Flaw: spoil, Evidence: "call"}, d.g.Spoil)
		} else {
			_, err = journal.Book(t.Context(), d.store, id, identity.Detach{Step: d.step(), Token: token}, d.g.Detach)
		}
		require.NoError(t, err)
	}
	book("c-3", "13800002222", 0)
	book("c-4", "9", identity.Stolen)
	d.open("c-5", "till", "phone=13800003333")
	d.open("c-6", "till", "phone=13800003333")
	book("c-5", "13800003333", 0)
	dirPut(t, directory, d, "c-1", "c-2", "c-3", "c-4", "c-5", "c-6")

	type want struct {
		outcome   identity.Outcome
		status    identity.Status
		customers string
		why       string
	}
	for asked, want := range map[string]want{
		"card/rapport/7":            {identity.Recognised, identity.Good, "c-1", "it is customer c-1"},
		"list-code/rapport/L1":      {identity.Recognised, identity.Good, "c-1", "it is customer c-1"},
		"phone//138-0000-1111":      {identity.Recognised, identity.Good, "c-2", "it is customer c-2"}, // of two records that are linked
		"phone//0571 87654321":      {identity.Several, identity.Good, "c-1 c-2", "2 customers have it: ask which of them it is"},
		"phone//057187654321 ext.9": {identity.Several, identity.Good, "c-1 c-2", "2 customers have it: ask which of them it is"},
		"phone//0571-87654321ext.14": {
			identity.Recognised, identity.Good, "c-1 c-2", "by the extension it is customer c-2, of the 2 who share the number",
		},
		"card/rapport/8": {identity.Unknown, 0, "", "nobody has this card"},
		"card/partner/7": {identity.Unknown, 0, "", "nobody has this card"},
		"phone//13800002222": {
			identity.NotGood, identity.Ended, "c-2", "this phone is an old one, no longer hers since 2 Jan 2026, 09:00 CST; on record it is that of customer c-2",
		},
		"phone//13800003333": {
			identity.Recognised, identity.Good, "c-6", "it is customer c-6; customer c-5 has it on record too, where it is not good",
		},
		"card/partner/9": {identity.NotGood, identity.Blocked, "c-4", "card: it was stolen, known since 2 Jan 2026, 09:00 CST; on record it is that of customer c-4"},
		"phone//12":      {identity.Unreadable, 0, "", "this is not a valid phone"},
		"phone//":        {identity.Unreadable, 0, "", "this is not a valid phone"},
		"phone//1\x00":   {identity.Unreadable, 0, "", "this is not a valid phone"},
		"phone/x/555":    {identity.Unreadable, 0, "", "the rules know no phone issued by x"},
		"card//7":        {identity.Unreadable, 0, "", "card needs its issuer"},
		"fax//7":         {identity.Unreadable, 0, "", "the rules know no identifiers of the kind fax"},
	} {
		parts := strings.SplitN(asked, "/", 3)
		got, err := d.g.Identify(directory, parts[0], parts[1], parts[2], d.at)
		require.NoError(t, err, asked)
		assert.Equal(t, want.outcome, got.Outcome, asked)
		assert.Equal(t, want.status, got.Status, asked)
		assert.Equal(t, want.customers, strings.Trim(fmt.Sprint(got.Customers), "[]"), asked)
		assert.Equal(t, got.Customer != "", len(got.Customers) == 1 || got.Outcome == identity.Recognised, asked)
		var why []string
		for _, reason := range got.Reasons {
			assert.Equal(t, "desk/1", reason.Rule)
			why = append(why, identity.Explain(reason, customer.English))
		}
		assert.Equal(t, want.why, strings.Join(why, "; "), asked)
		assert.NotContains(t, fmt.Sprintf("%v %+v", got, got), "87654321")
	}

	got, err := d.g.Identify(directory, "list-code", "rapport", "L1", linkDay(31))
	require.NoError(t, err)
	assert.Equal(t, identity.NotGood, got.Outcome)
	assert.Equal(t, identity.Expired, got.Status)
	assert.Equal(t, customer.ID("c-1"), got.Customer, "whose it was")

	// Of several who had a number, and have it no more, nobody is told from the others.
	book("c-2", "057187654321", 0)
	_, err = journal.Book(t.Context(), d.store, "c-1", identity.Detach{Step: d.step(), Token: identity.Token{Scheme: "phone", Value: "057187654321"}}, d.g.Detach)
	require.NoError(t, err)
	dirPut(t, directory, d, "c-1", "c-2")
	got, err = d.g.Identify(directory, "phone", "", "057187654321", d.at)
	require.NoError(t, err)
	assert.Equal(t, identity.NotGood, got.Outcome)
	assert.Empty(t, got.Customer)
	assert.Equal(t, []customer.ID{"c-1", "c-2"}, got.Customers)
	assert.Equal(t, identity.CodeWasOfSeveral, got.Reasons[len(got.Reasons)-1].Code)
}

// A call that nobody could mean is refused.
func TestIdentifyFaults(t *testing.T) {
	g := linkRegister(t)
	_, err := g.Identify(nil, "card", "rapport", "7", time.Time{})
	assert.Equal(t, []string{"directory", "at"}, customertest.Paths(t, err))
	var none *identity.Register
	_, err = none.Identify(new(identity.Directory), "card", "rapport", "7", linkDay(1))
	require.Error(t, err)
}

// The texts that are stored, or shown to hosts as such: a changed one is a migration of data.
func TestLinkTexts(t *testing.T) {
	assert.Equal(t, "newest most-trusted most-complete", customertest.Texts(t, identity.MostComplete))
	assert.Equal(t, "points cases purchases consents lists", customertest.Texts(t, identity.Lists))
	assert.Equal(t, "recognised several unknown not-good unreadable", customertest.Texts(t, identity.Unreadable))
}

// Every reason is a sentence in both languages.
func TestLinkReasons(t *testing.T) {
	seen := map[string]string{}
	for _, language := range []customer.Language{customer.English, customer.Chinese} {
		for _, code := range customertest.Codes(t, "link_reason.go") {
			for _, fact := range []int64{0, 1, 2, 70} {
				for _, mark := range []int64{0, 60} {
					text := identity.Explain(customer.Reason{Code: code, Of: "c-1", Fact: fact, Mark: mark, At: linkDay(1), Until: linkDay(2)}, language)
					assert.NotEqual(t, code, text)
					assert.NotContains(t, text, "%!", code)
					assert.NotContains(t, text, "identity.", code)
					other, twice := seen[text]
					assert.True(t, !twice || other == code, "%s and %s are both %q", code, other, text)
					seen[text] = code
				}
			}
		}
	}
}
