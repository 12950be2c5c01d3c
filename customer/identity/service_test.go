package identity_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/customer/identity"
	"github.com/rapport-crm/rapport/customer/journal"
)

// recordCodes are the codes of reasons, without the package's name.
func recordCodes(reasons []customer.Reason) (codes []string) {
	for _, one := range reasons {
		codes = append(codes, strings.TrimPrefix(one.Code, "identity."))
	}
	return codes
}

// A company has a class by date, and may be a key account, of which reports go into detail. Rows B4,
// B11, B23.
func TestClassify(t *testing.T) {
	d := recordBegin(t, identity.Organisation)
	d.must(d.Classify(d.r, identity.Classify{Step: d.step("ann"), Class: "retailer"}))
	d.must(d.Classify(d.r, identity.Classify{Step: d.step("ann"), Class: "group", KeyAccount: true, From: recordDate("2026-07-01")}))
	d.must(d.Classify(d.r, identity.Classify{Step: d.step("ann"), Class: "walk-in", From: recordDate("2026-01-01")})) // told late
	d.must(d.Classify(d.r, identity.Classify{Step: d.step("ann"), From: recordDate("2026-09-01")}))
	for on, want := range map[string]string{
		"2025-12-31": "", "2026-01-01": "walk-in", "2026-05-03": "walk-in", "2026-05-04": "retailer", "2026-06-30": "retailer", "2026-07-01": "group", "2026-08-31": "group", "2026-09-01": "",
	} {
		assert.Equal(t, want, d.r.Class(recordDate(on)).Class, on)
	}
	handling := d.Handling(d.r, recordAt("2026-06-30 23:59"))
	assert.Equal(t, identity.Handling{Class: "retailer"}, handling)
	handling = d.Handling(d.r, recordAt("2026-07-01 00:00"))
	assert.True(t, handling.KeyAccount && handling.Bypass && handling.Detailed)
	assert.Equal(t, []string{"key-account", "bypass", "detailed"}, recordCodes(handling.Reasons))

	// Of a class alone: a group bypasses the queue, and its reports are as all others.
	d.must(d.Classify(d.r, identity.Classify{Step: d.step("ann"), Class: "group", From: recordDate("2026-09-01")}))
	handling = d.Handling(d.r, recordAt("2026-09-01 08:00"))
	assert.True(t, handling.Bypass && !handling.Detailed && !handling.KeyAccount)

	_, err := d.Classify(d.r, identity.Classify{Step: d.step("ann"), Class: "royal"})
	assert.Equal(t, []string{"unknown-class royal"}, recordMissing(t, err))
	p := recordBegin(t, identity.Person)
	_, err = p.Classify(p.r, identity.Classify{Step: p.step("ann"), Class: "retailer"})
	assert.Equal(t, []string{"other-kind retailer"}, recordMissing(t, err))
	_, err = p.Classify(p.r, identity.Classify{Step: p.step("ann"), From: customer.MaxDate + 1})
	assert.Equal(t, []string{"from"}, customertest.Paths(t, err))
	for range identity.MaxClassed {
		p.must(p.Classify(p.r, identity.Classify{Step: p.step("ann"), Class: "walk-in"}))
	}
	_, err = p.Classify(p.r, identity.Classify{Step: p.step("ann"), Class: "walk-in"})
	assert.Equal(t, []string{"full classes"}, recordMissing(t, err))
}

// A group of companies belongs to somebody by name; who stands in for her has it for two weeks. Row B23.
func TestOwner(t *testing.T) {
	d := recordBegin(t, identity.Organisation)
	_, is := d.r.Owner(recordDate("2026-05-04"))
	assert.False(t, is)
	d.must(d.Assign(d.r, identity.Assign{Step: d.step("ann"), Owner: "bea"}))
	d.must(d.Assign(d.r, identity.Assign{Step: d.step("ann"), Owner: "cem", From: recordDate("2026-08-01"), LastDay: recordDate("2026-08-14")}))
	d.must(d.Assign(d.r, identity.Assign{Step: d.step("ann"), From: recordDate("2026-12-01")}))
	for on, want := range map[string]string{
		"2026-05-03": "", "2026-05-04": "bea", "2026-07-31": "bea", "2026-08-01": "cem", "2026-08-14": "cem", "2026-08-15": "bea", "2026-11-30": "bea", "2026-12-01": "",
	} {
		owned, is := d.r.Owner(recordDate(on))
		assert.Equal(t, want, owned.Owner, on)
		assert.Equal(t, want != "", is, on)
		assert.Equal(t, want, d.Handling(d.r, recordDate(on).Start(recordZone(t))).Owner, on)
	}
	_, err := d.Assign(d.r, identity.Assign{Step: d.step("ann"), Owner: "bea", LastDay: recordDate("2026-05-03")})
	assert.Equal(t, []string{"past bea"}, recordMissing(t, err))
	_, err = d.Assign(d.r, identity.Assign{Step: d.step("ann"), From: recordDate("2026-05-04"), LastDay: recordDate("2026-05-03")})
	assert.Equal(t, []string{"last_day"}, customertest.Paths(t, err))
	assert.Zero(t, (*identity.Register)(nil).Handling(d.r, d.at))
}

// recordCompany is a company with one buyer, whose card has 10 characters.
func recordCompany(t *testing.T) (*recordDesk, identity.Token) {
	t.Helper()
	d := recordBegin(t, identity.Organisation)
	d.must(d.Issue(d.r, identity.Issue{
		Step: d.step("ann"), Holder: "h-1", Name: "Wang", Source: "form",
		Card:   identity.Identifier{Token: identity.Token{Scheme: "buyer-card", Issuer: "rapport"}, Raw: "8888000001", From: recordDate("2026-05-04"), LastDay: recordDate("2027-05-03")},
		Limits: identity.Limits{PurchaseMinor: 2000, DayMinor: 3000, MonthMinor: 10_000},
	}))
	return d, d.r.Identifiers[0].Token
}

// A company's record has its number, name, address, telephone and fax, its cardholders with their cards
// and limits, the day on which a card opens and closes, and its class. Row B4.
func TestCardholders(t *testing.T) {
	d, first := recordCompany(t)
	d.attach("licence", "", "91330100")
	d.attach("phone", "", "057187654321")
	d.attach("fax", "", "057187654322")
	d.tell("form", "", "shop-name=Corner Shop Ltd", "address=1 Street")
	d.must(d.Classify(d.r, identity.Classify{Step: d.step("ann"), Class: "retailer"}))
	d.must(d.Issue(d.r, identity.Issue{
		Step: d.step("ann"), Holder: "h-2", Person: "c-77", Source: "form", Card: identity.Identifier{Token: identity.Token{Scheme: "buyer-card", Issuer: "rapport"}, Raw: "8888000002"},
	}))
	holder, found := d.r.Holder("h-2")
	assert.True(t, found)
	assert.Equal(t, customer.ID("c-77"), holder.Person)
	card := d.r.Cards("h-1")[0]
	assert.Equal(t, "2026-05-04 to 2027-05-03", card.From.String()+" to "+card.LastDay.String())
	for at, want := range map[string]identity.Status{
		"2026-05-03 23:59": identity.NotYet, "2026-05-04 00:00": identity.Good, "2027-05-03 23:59": identity.Good, "2027-05-04 00:00": identity.Expired,
	} {
		_, status, _ := d.r.Holds(first, recordAt(at))
		assert.Equal(t, want, status, at)
	}

	// The card is lost, and another one issued: the old number still resolves, and buys nothing.
	d.must(d.Spoil(d.r, identity.Spoil{Step: d.step("ann"), Token: first, Flaw: identity.Lost, Evidence: "he-called"}))
	reissue := identity.Reissue{
		Step: d.step("ann"), Holder: "h-1", Source: "form", Card: identity.Identifier{Token: identity.Token{Scheme: "buyer-card", Issuer: "rapport"}, Raw: "8888000003"},
	}
	d.must(d.Reissue(d.r, reissue))
	cards := d.r.Cards("h-1")
	require.Len(t, cards, 2)
	held, status, found := d.r.Holds(first, d.at)
	assert.True(t, found)
	assert.Equal(t, identity.Blocked, status)
	assert.Equal(t, "h-1", held.Holder)
	assert.Equal(t, d.at, held.Ended)
	_, status, _ = d.r.Holds(cards[1].Token, d.at)
	assert.Equal(t, identity.Good, status)
	assert.Empty(t, d.r.Cards(""))
	_, found = d.r.Holder("h-9")
	assert.False(t, found)

	for want, x := range map[string]identity.Issue{
		"holder-there h-1":  {Holder: "h-1", Name: "x", Source: "form", Card: identity.Identifier{Token: identity.Token{Scheme: "buyer-card", Issuer: "rapport"}, Raw: "8888000009"}},
		"no-holders phone":  {Holder: "h-9", Name: "x", Source: "form", Card: identity.Identifier{Token: identity.Token{Scheme: "phone"}, Raw: "057187654329"}},
		"held buyer-card":   {Holder: "h-9", Name: "x", Source: "form", Card: identity.Identifier{Token: identity.Token{Scheme: "buyer-card", Issuer: "rapport"}, Raw: "8888000002"}},
		"unknown-source me": {Holder: "h-9", Name: "x", Source: "me", Card: identity.Identifier{Token: identity.Token{Scheme: "buyer-card", Issuer: "rapport"}, Raw: "8888000009"}},
	} {
		x.Step = d.step("ann")
		_, err := d.Issue(d.r, x)
		assert.Contains(t, recordMissing(t, err), want)
	}
	_, err := d.Issue(d.r, identity.Issue{Step: d.step("ann"), Name: "x", Person: "c-1", Limits: identity.Limits{DayMinor: -1, MonthMinor: identity.MaxMinor + 1}})
	assert.Equal(t, []string{"holder", "person", "card.scheme", "card.raw", "limits.day_minor", "limits.month_minor", "source"}, customertest.Paths(t, err))
	reissue.Holder, reissue.Ref = "h-9", "again"
	_, err = d.Reissue(d.r, reissue)
	assert.Equal(t, []string{"held buyer-card", "no-holder h-9"}, recordMissing(t, err))
	reissue.Holder, reissue.Card.LastDay = "h-1", recordDate("2028-01-01")
	_, err = d.Reissue(d.r, reissue)
	assert.Equal(t, []string{"held buyer-card"}, recordMissing(t, err), "another day does not make it another card")
	for _, last := range []string{"2027-01-01", "2030-01-01"} { // one card is one buyer's, on whatever days
		other := identity.Identifier{Token: identity.Token{Scheme: "buyer-card", Issuer: "rapport"}, Raw: "8888000002", LastDay: recordDate(last)}
		_, err = d.Issue(d.r, identity.Issue{Step: d.step("ann"), Holder: "h-3", Name: "x", Source: "form", Card: other})
		assert.Equal(t, []string{"held buyer-card"}, recordMissing(t, err))
		_, err = d.Reissue(d.r, identity.Reissue{Step: d.step("ann"), Holder: "h-1", Source: "form", Card: other})
		assert.Equal(t, []string{"held buyer-card"}, recordMissing(t, err))
		_, err = d.Attach(d.r, identity.Attach{Step: d.step("ann"), Source: "form", Identifier: other})
		assert.Equal(t, []string{"held buyer-card"}, recordMissing(t, err))
	}
	reissue.Card.Raw, reissue.At = "8888000004", recordAt("2026-05-04 09:29")
	_, err = d.Reissue(d.r, reissue)
	assert.Equal(t, []string{"earlier buyer-card"}, recordMissing(t, err))

	// Without a currency in the rules there are no limits of money.
	rules := recordRules()
	rules.Currency = customer.Currency{}
	bare, err := identity.New(rules, recordZone(t), recordNormal)
	require.NoError(t, err)
	_, err = bare.Limit(d.r, identity.Limit{Step: d.step("ann"), Holder: "h-1", Limits: identity.Limits{DayMinor: 1}})
	assert.Equal(t, []string{"no-currency"}, recordMissing(t, err))
	_, err = bare.Limit(d.r, identity.Limit{Step: d.step("ann"), Holder: "h-9"})
	assert.Equal(t, []string{"no-holder h-9"}, recordMissing(t, err))
}

// Both sides of each limit, of the day and of the month, in the shop's zone. Row B4.
func TestSpend(t *testing.T) {
	d, card := recordCompany(t) // 2000 at once, 3000 a day, 10000 a month
	for _, one := range []struct {
		minor  int64
		bought []identity.Bought
		left   int64
		want   []string
	}{
		{2000, nil, 2000, []string{"within-limits"}},
		{2001, nil, 2000, []string{"over-purchase"}},
		{1000, []identity.Bought{{At: recordAt("2026-05-20 00:00"), Minor: 2000}}, 1000, []string{"within-limits"}},
		{1001, []identity.Bought{{At: recordAt("2026-05-20 00:00"), Minor: 2000}}, 1000, []string{"over-day"}},
		{2000, []identity.Bought{{At: recordAt("2026-05-19 23:59"), Minor: 2000}}, 2000, []string{"within-limits"}},
		{2000, []identity.Bought{{At: recordAt("2026-05-01 00:00"), Minor: 8000}}, 2000, []string{"within-limits"}},
		{2000, []identity.Bought{{At: recordAt("2026-05-01 00:00"), Minor: 8001}}, 1999, []string{"over-month"}},
		{2000, []identity.Bought{{At: recordAt("2026-04-30 23:59"), Minor: 99_999}}, 2000, []string{"within-limits"}},
		{2000, []identity.Bought{{At: recordAt("2026-05-01 00:00"), Minor: 8001}, {At: recordAt("2026-05-02 00:00"), Minor: -1}}, 2000, []string{"within-limits"}},
		{2001, []identity.Bought{{At: recordAt("2026-05-20 09:00"), Minor: 99_999}}, 0, []string{"over-purchase", "over-day", "over-month"}},
		{1, slices.Repeat([]identity.Bought{{At: recordAt("2026-05-20 09:00"), Minor: identity.MaxMinor}}, identity.MaxBought), 0, []string{"over-day", "over-month"}},
		// What was given back of another month's purchase does not lift this one's limit.
		{2000, []identity.Bought{{At: recordAt("2026-05-20 09:00"), Minor: -5000}, {At: recordAt("2026-05-19 09:00"), Minor: -20_000}}, 2000, []string{"within-limits"}},
		{2001, []identity.Bought{{At: recordAt("2026-05-20 09:00"), Minor: -5000}}, 2000, []string{"over-purchase"}},
	} {
		answer, err := d.Spend(d.r, card, one.minor, one.bought, recordAt("2026-05-20 12:00"))
		require.NoError(t, err)
		assert.Equal(t, one.want, recordCodes(answer.Reasons))
		assert.Equal(t, one.want[0] == "within-limits", answer.May)
		assert.Equal(t, one.left, answer.LeftMinor)
		assert.Equal(t, "h-1", answer.Holder)
	}
	answer, err := d.Spend(d.r, card, 2500, nil, recordAt("2027-05-04 00:00"))
	require.NoError(t, err)
	assert.Equal(t, []string{"expired", "over-purchase"}, recordCodes(answer.Reasons), "all of it")
	assert.Zero(t, answer.LeftMinor)
	other := card
	other.Value = "?"
	answer, err = d.Spend(d.r, other, 1, nil, d.at)
	require.NoError(t, err)
	assert.Equal(t, []string{"not-held"}, recordCodes(answer.Reasons))
	phone := d.attach("phone", "", "057187654321")
	answer, err = d.Spend(d.r, phone, 1, nil, d.at)
	require.NoError(t, err)
	assert.Equal(t, []string{"no-holder-card"}, recordCodes(answer.Reasons))

	d.must(d.Limit(d.r, identity.Limit{Step: d.step("ann"), Holder: "h-1"}))
	answer, err = d.Spend(d.r, card, identity.MaxMinor, nil, d.at)
	require.NoError(t, err)
	assert.True(t, answer.May)
	assert.Equal(t, int64(-1), answer.LeftMinor)
	assert.Equal(t, []string{"no-limit"}, recordCodes(answer.Reasons))

	_, err = d.Spend(d.r, identity.Token{}, 0, []identity.Bought{{At: d.at, Minor: math.MinInt64}, {Minor: 5}}, recordAt("2026-05-20 12:00"))
	assert.Equal(t, []string{"scheme", "value", "minor", "bought[0].minor", "bought[1].at"}, customertest.Paths(t, err))

	// Without a limit at once, what was given back of another day lifts the day's limit no more.
	d.must(d.Limit(d.r, identity.Limit{Step: d.step("ann"), Holder: "h-1", Limits: identity.Limits{DayMinor: 3000}}))
	answer, err = d.Spend(d.r, card, 3001, []identity.Bought{{At: d.at, Minor: -5000}}, d.at)
	require.NoError(t, err)
	assert.Equal(t, []string{"over-day"}, recordCodes(answer.Reasons))
	assert.Equal(t, int64(3000), answer.LeftMinor)
	_, err = new(identity.Register).Spend(d.r, card, 1, nil, d.at)
	require.Error(t, err)
}

// Who may join the wholesale club: retailers and authorities with a licence that is valid, who buy in
// bulk. All that is missing is told at once. Row B14.
func TestEligible(t *testing.T) {
	d := recordBegin(t, identity.Organisation)
	_, err := d.Eligible(d.r, "wholesale-club", d.at)
	assert.Equal(t, []string{
		"other-class", "no-identifier licence", "no-fact trade", "no-fact stores", "no-fact yearly-volume-minor", "no-fact licensed-until",
	}, recordMissing(t, err))

	d.must(d.Classify(d.r, identity.Classify{Step: d.step("ann"), Class: "retailer"}))
	licence := identity.Identifier{Token: identity.Token{Scheme: "licence"}, Raw: "91330100", LastDay: recordDate("2026-12-31")}
	d.must(d.Attach(d.r, identity.Attach{Step: d.step("ann"), Identifier: licence, Source: "form"}))
	volume := recordTell(d.step("ann"), "form", "", "trade=retail", "stores=10", "yearly-volume-minor=5000000", "licensed-until=2026-12-31")
	volume.Permille = 800
	d.must(d.Tell(d.r, volume))
	reasons, err := d.Eligible(d.r, "wholesale-club", d.at)
	require.NoError(t, err)
	assert.Equal(t, []string{"good", "fact", "fact", "fact", "fact", "eligible"}, recordCodes(reasons))

	d.at = recordAt("2026-12-31 23:59")
	_, err = d.Eligible(d.r, "wholesale-club", d.at)
	require.NoError(t, err)
	_, err = d.Eligible(d.r, "wholesale-club", recordAt("2027-01-01 00:00"))
	assert.Equal(t, []string{"expired licence", "past licensed-until"}, recordMissing(t, err))
	_, err = d.Eligible(d.r, "wholesale-club", recordAt("2027-05-05 00:00"))
	assert.Contains(t, recordMissing(t, err), "too-old stores")
	_, err = d.Eligible(d.r, "wholesale-club", recordAt("2027-05-04 00:00"))
	assert.NotContains(t, recordMissing(t, err), "too-old stores")

	// What the host counts stands in for what was told.
	for value, want := range map[string]string{"4999999": "below yearly-volume-minor", "5000000": ""} {
		_, err = d.Eligible(d.r, "wholesale-club", d.at, identity.Fact{Field: "yearly-volume-minor", Value: value})
		if want == "" {
			require.NoError(t, err)
			continue
		}
		assert.Equal(t, []string{want}, recordMissing(t, err))
	}
	unsure := recordTell(d.step("ann"), "form", "", "trade=school", "stores=9", "yearly-volume-minor=6000000")
	unsure.Permille = 799
	d.must(d.Tell(d.r, unsure))
	_, err = d.Eligible(d.r, "wholesale-club", d.at)
	assert.Equal(t, []string{"other-value trade", "below stores", "unsure yearly-volume-minor"}, recordMissing(t, err))

	p := recordBegin(t, identity.Person)
	_, err = p.Eligible(p.r, "wholesale-club", p.at)
	assert.Contains(t, recordMissing(t, err), "other-kind wholesale-club")
	_, err = p.Eligible(identity.Record{}, "wholesale-club", p.at)
	assert.Contains(t, recordMissing(t, err), "no-record")
	_, err = d.Eligible(d.r, "tennis-club", d.at, identity.Fact{Field: "shoe", Value: "1"}, identity.Fact{Field: "stores", Value: "many"})
	assert.Equal(t, []string{"membership", "beside[0].field", "beside[1].value"}, customertest.Paths(t, err))
	_, err = d.Eligible(d.r, "wholesale-club", d.at, identity.Fact{Field: "stores", Value: "9"}, identity.Fact{Field: "stores", Value: "10"})
	assert.Equal(t, []string{"beside[1].field"}, customertest.Paths(t, err), "which of the two?")
	_, err = d.Eligible(d.r, "wholesale-club", d.at, make([]identity.Fact, identity.MaxTold+1)...)
	assert.Equal(t, "beside", customertest.Paths(t, err)[0])

	// What was a text by earlier rules is no day that has passed.
	rules := recordRules()
	rules.Fields[7].Type = identity.Text // licensed-until
	rules.Memberships = nil
	earlier, err := identity.New(rules, recordZone(t), recordNormal)
	require.NoError(t, err)
	decision, err := earlier.Tell(d.r, recordTell(d.step("ann"), "form", "", "licensed-until=forever"))
	require.NoError(t, err)
	_, err = d.Eligible(decision.Next, "wholesale-club", d.at)
	assert.Contains(t, recordMissing(t, err), "other-value licensed-until")
}

// Whatever the zone of whoever told it, the register answers in its own.
func TestAnswersInZone(t *testing.T) {
	d, card := recordCompany(t)
	limits, err := d.Spend(d.r, card, 1, nil, d.at.UTC())
	require.NoError(t, err)
	assert.Equal(t, "Asia/Shanghai", limits.Reasons[0].Until.Location().String())
	d.at = recordAt("2026-05-05 09:30").UTC()
	spoil := identity.Spoil{Step: d.step("ann"), Token: card, Flaw: identity.Lost, Evidence: "he-called"}
	d.must(d.Spoil(d.r, spoil))
	want := "buyer-card: it is lost, known since 5 May 2026, 09:30 CST"
	answer, err := d.Spend(d.r, card, 1, nil, d.at)
	require.NoError(t, err)
	assert.Equal(t, want, d.Explain(answer.Reasons[0], customer.English))
	assert.Equal(t, "house/3", answer.Reasons[0].Rule)
	spoil.Ref = "again"
	_, err = d.Spoil(d.r, spoil)
	var refusal *customer.Refusal
	require.ErrorAs(t, err, &refusal)
	assert.Equal(t, want, d.Explain(refusal.Missing[0], customer.English))
	d.must(d.Call(d.r, identity.Call{Step: d.step("ann"), Language: "en", Called: "Li"}))
	assert.Equal(t, "she wants to be called so, as she said on 5 May 2026, 09:30 CST", d.Explain(d.Address(d.r, "en", d.at).Reasons[0], customer.English))
}

// Of a customer whose record is erased nothing is asked and nothing answered.
func TestErasedAnswers(t *testing.T) {
	d := recordBegin(t, identity.Person)
	d.must(d.Erase(d.r, identity.Erase{Erasure: journal.Erasure{Step: d.step("officer"), Asked: "customer", Ground: "PIPL 47"}}))
	assert.Zero(t, d.Completeness(d.r, d.at))
	questions, err := d.Questions(d.r, "purchase", d.at)
	require.NoError(t, err)
	assert.Empty(t, questions)
	assert.Equal(t, []string{"no-record"}, recordCodes(d.Address(d.r, "zh", d.at).Reasons))
	_, err = d.Eligible(d.r, "wholesale-club", d.at)
	assert.Contains(t, recordMissing(t, err), "no-record")
}

// What is personal stands in no reason, also where a condition reads it.
func TestEligiblePersonal(t *testing.T) {
	most := int64(1)
	rules := identity.Rules{
		Edition: customer.Edition{ID: "h", Version: 1}, Zone: "Asia/Shanghai", Sources: []identity.Source{{ID: "till", Trust: 1}},
		Fields: []identity.Field{
			{ID: "income", Type: identity.Number, Survive: identity.Newest, Personal: true},
			{ID: "children", Type: identity.Number, Survive: identity.Newest},
			{ID: "visa-until", Type: identity.Day, Survive: identity.Newest, Personal: true},
		},
		Memberships: []identity.Membership{{ID: "m", Conditions: []identity.Condition{{Field: "income", Most: &most}, {Field: "children", Most: &most}, {Field: "visa-until", NotPast: true}}}},
	}
	g, err := identity.New(rules, recordZone(t), identity.Verbatim)
	require.NoError(t, err)
	most = 0 // the register has its own
	d := &recordDesk{tb: t, Register: g, at: recordAt("2026-05-04 09:30")}
	d.must(d.Open(d.r, identity.Open{Step: d.step("ann"), Kind: identity.Person, Source: "till", Facts: []identity.Fact{
		{Field: "income", Value: "31337"}, {Field: "children", Value: "2"}, {Field: "visa-until", Value: "2020-02-02"},
	}}))
	_, err = d.Eligible(d.r, "m", d.at)
	var refusal *customer.Refusal
	require.ErrorAs(t, err, &refusal)
	assert.Equal(t, []string{"other-value income", "above children", "other-value visa-until"}, recordMissing(t, err))
	for _, one := range refusal.Missing {
		assert.NotEqual(t, int64(31337), one.Fact)
		assert.NotEqual(t, "2020-02-02", one.By.String())
	}
	assert.Equal(t, int64(1), refusal.Missing[1].Mark)
}

// The form of address follows the class and the kind; what she wishes goes before. Row E21.
func TestAddress(t *testing.T) {
	d := recordBegin(t, identity.Organisation)
	address := d.Address(d.r, "en", d.at)
	assert.Empty(t, address.Text)
	assert.Equal(t, []string{"no-fact", "no-fact", "no-form"}, recordCodes(address.Reasons), "title and name are missing")
	d.must(d.Classify(d.r, identity.Classify{Step: d.step("ann"), Class: "group"}))
	d.tell("form", "", "shop-name=Corner {x}")
	assert.Equal(t, "Dear partners at Corner {x}", d.Address(d.r, "en", d.at).Text)
	assert.Empty(t, d.Address(d.r, "zh", d.at).Text, "that one is for persons")

	rules := recordRules()
	rules.Addresses = []identity.AddressRule{{Language: "en", Pattern: "Dear {title} {family-name}"}, {Language: "en", Pattern: "Dear {family-name} {family-name}"}}
	twice, err := identity.New(rules, recordZone(t), recordNormal)
	require.NoError(t, err)
	assert.Equal(t, []string{"no-fact", "no-fact", "no-form"}, recordCodes(twice.Address(d.r, "en", d.at).Reasons), "each once")

	p := recordBegin(t, identity.Person)
	assert.Equal(t, "主人", p.Address(p.r, "zh", p.at).Text)
	p.must(p.Classify(p.r, identity.Classify{Step: p.step("ann"), Class: "walk-in", From: recordDate("2026-06-01")}))
	assert.Empty(t, p.Address(p.r, "en", p.at).Text)
	assert.Equal(t, "Dear customer", p.Address(p.r, "en", recordAt("2026-06-01 00:00")).Text)
	p.tell("form", "", "family-name=Chen", "title=Dr")
	assert.Equal(t, "Dear Dr Chen", p.Address(p.r, "en", recordAt("2026-06-01 00:00")).Text)

	p.must(p.Call(p.r, identity.Call{Step: p.step("ann"), Language: "en", Called: "Lili"}))
	p.must(p.Call(p.r, identity.Call{Step: p.step("ann"), Language: "en", Called: "Li"}))
	address = p.Address(p.r, "en", p.at)
	assert.True(t, address.Wished)
	assert.Equal(t, "Li", address.Text)
	assert.Equal(t, "主人", p.Address(p.r, "zh", p.at).Text)
	p.must(p.Call(p.r, identity.Call{Step: p.step("ann"), Language: "en"}))
	assert.Equal(t, "Dear Dr Chen", p.Address(p.r, "en", p.at).Text)
	_, err = p.Call(p.r, identity.Call{Step: p.step("ann"), Language: "en"})
	assert.Equal(t, []string{"no-wish en"}, recordMissing(t, err))
	_, err = p.Call(p.r, identity.Call{Step: p.step("ann"), Called: "\n"})
	assert.Equal(t, []string{"language", "called"}, customertest.Paths(t, err))
	assert.Zero(t, (*identity.Register)(nil).Address(p.r, "en", p.at))
}
