package consent_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/consent"
)

// At the end of all time a yes does not become one for ever, nor one that needs no confirming.
func TestAtTheEndOfTime(t *testing.T) {
	rules := machineRules()
	policy := newPolicy(t, rules)
	d, err := policy.Give(consent.Consents{}, consent.Give{Step: step("g-1", "9999-12-20 09:00"), Boxes: boxesOf("letter/news", "mail/news"), Evidence: seen("news", "1")})
	require.NoError(t, err)
	assert.Equal(t, at("9999-12-31 00:00"), d.Next.Grants[0].Until)
	d, err = policy.Give(consent.Consents{}, give("g-1", "9999-12-28 09:00", "mail/care"))
	require.NoError(t, err)
	assert.Equal(t, at("9999-12-31 00:00"), d.Next.Grants[0].ConfirmBy)
	text, err := json.Marshal(d.Entries)
	require.NoError(t, err)
	var entries []consent.Entry
	require.NoError(t, json.Unmarshal(text, &entries))
}

// What she has said yes to she takes back by its name, whatever the rules of today know: a purpose, a channel
// and a party that they have dropped.
func TestTakeBackWhatTheRulesHaveDropped(t *testing.T) {
	old := newPolicy(t, machineRules())
	d, err := old.Give(consent.Consents{}, consent.Give{Step: step("g-1", "2026-03-01 10:00"), Boxes: boxesOf("mail/news"), Party: "partner", Evidence: seen("news", "1")})
	require.NoError(t, err)
	rules := contactRules()
	rules.Version = 2
	today := newPolicy(t, rules)
	scope := consent.Scope{Purposes: []string{"news"}, Channels: []string{"mail"}, Party: "partner"}
	back, err := today.Withdraw(d.Next, consent.Withdraw{Step: step("w-1", "2026-03-02 10:00"), Scope: scope})
	require.NoError(t, err)
	q := question("mail/news/partner")
	for instant, want := range map[string]bool{"2026-03-01 10:00": false, "2026-03-02 10:00": false} {
		answer, err := old.Allowed(back.Next, q, at(instant)) // the mail is not confirmed
		require.NoError(t, err)
		assert.Equal(t, want, answer.Allowed)
	}
	answer, err := old.Allowed(back.Next, q, at("2026-03-02 10:00"))
	require.NoError(t, err)
	assert.Equal(t, []string{consent.CodeWithdrawn}, codesOf(answer.Missing))

	scope.Purposes = append(scope.Purposes, "spam")
	_, err = today.Withdraw(d.Next, consent.Withdraw{Step: step("w-2", "2026-03-02 10:00"), Scope: scope})
	assert.Equal(t, []string{"purposes[1] = spam"}, faultsOf(err), "what nobody ever spoke of is a slip")
	_, err = today.Withdraw(consent.Consents{}, consent.Withdraw{Step: step("w-2", "2026-03-02 10:00"), Scope: consent.Scope{Party: "partner"}})
	assert.Equal(t, []string{"party = partner"}, faultsOf(err))
}

// A contact for a purpose that the rules do not know counts as 1, be it planned or made.
func TestLedgerOfAnUnknownPurpose(t *testing.T) {
	policy := newPolicy(t, contactRules())
	day, unknown, care := on("2026-11-23"), policy.Use("spam"), policy.Use("care")
	book := policy.Ledger(nil, day)
	book.Add(day, unknown, 0)
	assert.True(t, book.Fits(day, unknown, 0))
	assert.True(t, book.Fits(day, care, consent.Made))
	book.Add(day, unknown, 1)
	assert.False(t, book.Fits(day, care, consent.Made))
	assert.False(t, book.Fits(day, unknown, consent.Made))
	assert.True(t, book.Fits(day, care, 1))
	assert.Equal(t, []string{consent.CodeCap}, codesOf(book.Missing(nil, day, unknown, consent.Made)))
	book.Strike(0)
	assert.True(t, book.Fits(day, unknown, consent.Made))
}

// What several records come to is not stored as one of them: the noes of the others would be lost.
func TestStrictestIsNotStored(t *testing.T) {
	policy := newPolicy(t, machineRules())
	yes, err := policy.Give(consent.Consents{}, give("g-1", "2026-03-01 10:00", "letter/care"))
	require.NoError(t, err)
	no, err := policy.Decline(consent.Consents{}, consent.Decline{Step: step("d-1", "2026-01-01 10:00")})
	require.NoError(t, err)
	_, err = json.Marshal(consent.Strictest(yes.Next, no.Next))
	require.Error(t, err)
	text, err := json.Marshal(consent.Strictest(yes.Next))
	require.NoError(t, err)
	var again consent.Consents
	require.NoError(t, json.Unmarshal(text, &again))
	assert.Equal(t, yes.Next, again)
}

// Under one name she said no, and then yes for a month that is over; under another she said yes. It is the no that
// is told, and not the end of the month alone: a new yes under the other name would not help.
func TestStrictestTellsTheNo(t *testing.T) {
	policy := newPolicy(t, machineRules())
	news := func(c consent.Consents, ref, instant string) consent.Consents {
		d, err := policy.Give(c, consent.Give{Step: step(ref, instant), Boxes: boxesOf("letter/news"), Evidence: seen("news", "1")})
		require.NoError(t, err)
		return d.Next
	}
	d, err := policy.Decline(consent.Consents{}, consent.Decline{Step: step("d-1", "2026-01-01 10:00")})
	require.NoError(t, err)
	both := consent.Strictest(news(d.Next, "g-1", "2026-02-01 10:00"), news(consent.Consents{}, "g-2", "2026-03-01 10:00"))
	answer, err := policy.Allowed(both, question("letter/news"), at("2026-03-02 10:00"))
	require.NoError(t, err)
	assert.Equal(t, []string{consent.CodeDeclined, consent.CodeExpired}, codesOf(answer.Missing))
}

// Whoever books a no hears what goes on all the same: what a contract asks for, where the no is about it and it goes
// that way, and her yes to somebody else, of whom she did not speak.
func TestWhatGoesOn(t *testing.T) {
	rules := machineRules()
	for i := range rules.Purposes {
		if rules.Purposes[i].ID == "contract" {
			rules.Purposes[i].Channels = []string{"letter"}
		}
	}
	policy := newPolicy(t, rules)
	d, err := policy.Give(consent.Consents{}, consent.Give{Step: step("g-1", "2026-03-01 10:00"), Boxes: boxesOf("/handover"), Party: "maker", Evidence: seen("maker", "1")})
	require.NoError(t, err)
	said := d.Next
	for _, tc := range []struct {
		scope consent.Scope
		want  []string
	}{
		{consent.Scope{}, []string{consent.CodeGoesOn, consent.CodePartyGoesOn}},
		{consent.Scope{Parties: true}, []string{consent.CodeGoesOn}},
		{consent.Scope{Party: "maker"}, nil},
		{consent.Scope{Party: "partner"}, nil},
		{consent.Scope{Channels: []string{"phone"}}, nil},
		{consent.Scope{Channels: []string{"phone", "letter"}}, []string{consent.CodeGoesOn}},
		{consent.Scope{Purposes: []string{"care"}}, nil},
		{consent.Scope{Purposes: []string{"care", "handover"}}, []string{consent.CodePartyGoesOn}},
	} {
		withdraw, err := policy.Withdraw(said, consent.Withdraw{Step: step("w", "2026-03-02 10:00"), Scope: tc.scope})
		require.NoError(t, err)
		assert.Equal(t, tc.want, codesOf(withdraw.Reasons), "%+v", tc.scope)
		decline, err := policy.Decline(said, consent.Decline{Step: step("d", "2026-03-02 10:00"), Scope: tc.scope})
		require.NoError(t, err)
		assert.Equal(t, tc.want, codesOf(decline.Reasons), "%+v", tc.scope)
		for _, reason := range withdraw.Reasons {
			if reason.Code == consent.CodePartyGoesOn {
				assert.Equal(t, customer.Reason{Code: reason.Code, Rule: "contact/1#handover", Of: "maker", At: at("2026-03-01 10:00")}, reason)
			}
		}
	}
	withdraw, err := policy.Withdraw(said, consent.Withdraw{Step: step("w", "2026-03-02 10:00"), Scope: consent.Scope{Parties: true}})
	require.NoError(t, err)
	again, err := policy.Withdraw(withdraw.Next, consent.Withdraw{Step: step("w-2", "2026-03-03 10:00")})
	require.NoError(t, err)
	assert.Equal(t, []string{consent.CodeGoesOn}, codesOf(again.Reasons), "what she has taken back does not go on")
}

// What is booked late, after she has said something else since, says so: a yes before an objection, an objection
// before it was taken back, a restoration before the next objection.
func TestOvertaken(t *testing.T) {
	policy := newPolicy(t, machineRules())
	medium := consent.Evidence{Medium: "phone"}
	said := consent.Consents{}
	book := func(d consent.Decision, err error) []string {
		require.NoError(t, err)
		said = d.Next
		var told []string
		for _, reason := range d.Reasons {
			if reason.Code == consent.CodeOvertaken {
				told = append(told, reason.Of)
			}
		}
		return told
	}
	assert.Empty(t, book(policy.Object(said, consent.Object{Step: step("o-1", "2026-03-05 10:00")})))
	assert.Empty(t, book(policy.Restore(said, consent.Restore{Step: step("r-1", "2026-03-10 10:00"), Evidence: medium})))
	assert.Equal(t, []string{"r-1"}, book(policy.Object(said, consent.Object{Step: step("o-2", "2026-03-06 10:00")})))
	assert.Equal(t, []string{"o-1"}, book(policy.Restore(said, consent.Restore{Step: step("r-2", "2026-03-05 10:00"), Evidence: medium})), "of one instant the objection counts")
	assert.Empty(t, book(policy.Give(said, give("g-1", "2026-03-01 10:00", "letter/care"))), "it holds again")
	assert.Empty(t, book(policy.Object(said, consent.Object{Step: step("o-3", "2026-03-20 10:00")})))
	assert.Equal(t, []string{"o-3"}, book(policy.Give(said, give("g-2", "2026-03-15 10:00", "letter/care", "letter/contract"))), "but what goes on despite it does")
}

// A policy is immutable: what it wrote into an entry is the entry's.
func TestPolicyIsNotShared(t *testing.T) {
	policy := newPolicy(t, machineRules())
	x := consent.Give{Step: step("g-1", "2026-03-01 10:00"), Boxes: boxesOf("/handover"), Party: "maker", Evidence: seen("maker", "1")}
	d, err := policy.Give(consent.Consents{}, x)
	require.NoError(t, err)
	d.Next.Grants[0].Recipient.Data[0] = "everything"
	d, err = policy.Give(consent.Consents{}, x)
	require.NoError(t, err)
	assert.Equal(t, "name", d.Next.Grants[0].Recipient.Data[0])
}

// No yes is taken where there would be no room for taking it back.
func TestFullOfNoes(t *testing.T) {
	policy := newPolicy(t, contactRules())
	full := consent.Consents{Denials: make([]consent.Denial, 4499)}
	_, err := policy.Give(full, give("g", "2026-11-23 11:00", "letter/care"))
	require.NoError(t, err)
	full.Denials = make([]consent.Denial, 4500)
	_, err = policy.Give(full, give("g", "2026-11-23 11:00", "letter/care"))
	assert.Equal(t, []string{consent.CodeFull}, missingOf(t, err))
	full.Objections = make([]consent.Objection, consent.MaxWords)
	d, err := policy.Object(full, consent.Object{Step: step("o", "2026-11-23 11:00")})
	require.NoError(t, err, "she is not told that no more than 5000 objections are kept")
	assert.Empty(t, d.Entries, "she has objected already")
}
