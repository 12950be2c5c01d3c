package identity_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/customer/identity"
	"github.com/rapport-crm/rapport/customer/journal"
)

// recordStatus is the status of the last identifier of a record, and the code of its reason.
func recordStatus(r identity.Record, at string) string {
	status, reason := r.Identifiers[len(r.Identifiers)-1].Status(recordAt(at))
	return status.String() + " " + reason.Code
}

// One customer has several identifiers, each in the namespace of its issuer: the raw form, the
// normalised one, its extension apart and what normalised it are all kept. Rows B1, B3, B38.
func TestAttach(t *testing.T) {
	d := recordBegin(t, identity.Person)
	d.attach("phone", "", "(0571) 8765-4321 ext. 12")
	held := d.r.Identifiers[0]
	assert.Equal(t, identity.Token{Scheme: "phone", Value: "+8657187654321"}, held.Token)
	assert.Equal(t, "(0571) 8765-4321 ext. 12", held.Raw)
	assert.Equal(t, "12", held.Extension)
	assert.Equal(t, "digits/1", held.How)
	assert.Equal(t, 4, held.Shown)
	token, err := d.Token("phone", "", "0571 87654321")
	require.NoError(t, err)
	assert.Equal(t, held.Token, token, "as the switchboard writes it")

	// The same digits of two issuers have nothing in common.
	ours, theirs := d.attach("card", "rapport", "1001"), d.attach("card", "partner", "1001")
	assert.NotEqual(t, ours, theirs)
	_, _, found := d.r.Holds(identity.Token{Scheme: "card", Value: "1001"}, d.at)
	assert.False(t, found, "without its issuer it is no token of either")

	before := d.r
	for name, one := range map[string]struct {
		id   identity.Identifier
		want []string
	}{
		"a scheme":         {identity.Identifier{Token: identity.Token{Scheme: "tattoo"}, Raw: "1"}, []string{"unknown-scheme tattoo"}},
		"an issuer":        {identity.Identifier{Token: identity.Token{Scheme: "card", Issuer: "rival"}, Raw: "1"}, []string{"unknown-issuer card/rival"}},
		"no issuer":        {identity.Identifier{Token: identity.Token{Scheme: "card"}, Raw: "1"}, []string{"unknown-issuer card/"}},
		"issuer of none":   {identity.Identifier{Token: identity.Token{Scheme: "phone", Issuer: "CN"}, Raw: "057187654321"}, []string{"unknown-issuer phone/CN"}},
		"twice":            {identity.Identifier{Token: identity.Token{Scheme: "card", Issuer: "partner"}, Raw: " 1001 "}, []string{"held card"}},
		"a company's only": {identity.Identifier{Token: identity.Token{Scheme: "fax"}, Raw: "057187654321"}, []string{"other-kind fax"}},
	} {
		_, err := d.Attach(d.r, identity.Attach{Step: d.step("ann"), Identifier: one.id, Source: "till"})
		assert.Equal(t, one.want, recordMissing(t, err), name)
	}
	_, err = d.Attach(d.r, identity.Attach{
		Step: d.step("ann"), Identifier: identity.Identifier{Token: identity.Token{Scheme: "tattoo"}, Raw: "1"}, Source: "gossip",
	})
	assert.Equal(t, []string{"unknown-source gossip", "unknown-scheme tattoo"}, recordMissing(t, err), "all at once")
	assert.Equal(t, before, d.r)

	_, err = d.Register.Token("card", "rival", "1")
	assert.Equal(t, []string{"unknown-issuer card/rival"}, recordMissing(t, err))
	_, err = d.Register.Token("", "", "")
	assert.Equal(t, []string{"scheme", "raw"}, customertest.Paths(t, err))
	var none *identity.Register
	_, err = none.Token("card", "rapport", "1")
	require.Error(t, err)
}

// What the normaliser does not take is a fault; what it said is behind the error, and not in its text.
func TestAttachUnread(t *testing.T) {
	d := recordBegin(t, identity.Person)
	_, err := d.Attach(d.r, identity.Attach{
		Step: d.step("ann"), Identifier: identity.Identifier{Token: identity.Token{Scheme: "phone"}, Raw: "9876"}, Source: "till",
	})
	assert.Equal(t, []string{"raw"}, customertest.Paths(t, err))
	require.ErrorIs(t, err, errRecordPhone)
	assert.NotContains(t, err.Error(), "9876")

	_, err = d.Open(identity.Record{}, identity.Open{
		Step: d.step("ann"), Kind: identity.Person, Source: "till", Identifiers: []identity.Identifier{
			{Token: identity.Token{Scheme: "phone"}, Raw: "9876"},
			{Token: identity.Token{Scheme: "card", Issuer: "rapport"}, Raw: "1"},
			{Token: identity.Token{Scheme: "phone"}, Raw: "5432"},
		}, Facts: []identity.Fact{{Field: "birth-date", Value: "yesterday"}, {Field: "title", Value: "Sir"}},
	})
	assert.Equal(t, []string{"identifiers[0].raw", "identifiers[2].raw", "facts[0].value", "facts[1].value"}, customertest.Paths(t, err), "all at once")
	assert.NotContains(t, err.Error(), "yesterday")
	assert.Contains(t, err.Error(), `"Sir": is one of Ms, Mr, Dr`, "a title is nothing personal")

	// A normaliser that answers with nothing, or with control characters, has answered nothing.
	for _, normal := range []identity.Normal{{}, {Value: "a\x00"}, {Value: "a", Extension: "\n"}, {Value: "a", How: "\n"}} {
		odd, err := identity.New(recordRules(), recordZone(t), func(_, _, _ string) (identity.Normal, error) { return normal, nil })
		require.NoError(t, err)
		_, err = odd.Token("email", "", "a@b.cn")
		assert.Len(t, customertest.Paths(t, err), 1)
	}
}

// A command leaves to the register what the register pins.
func TestAttachLeft(t *testing.T) {
	d := recordBegin(t, identity.Person)
	good := identity.Identifier{Token: identity.Token{Scheme: "card", Issuer: "rapport"}, Raw: "1001"}
	for name, change := range map[string]func(*identity.Identifier){
		"value":     func(id *identity.Identifier) { id.Value = "1001" },
		"extension": func(id *identity.Identifier) { id.Extension = "1" },
		"how":       func(id *identity.Identifier) { id.How = "me" },
		"shown":     func(id *identity.Identifier) { id.Shown = 1 },
		"valid":     func(id *identity.Identifier) { id.Valid.To = d.at },
	} {
		id := good
		change(&id)
		_, err := d.Attach(d.r, identity.Attach{Step: d.step("ann"), Identifier: id, Source: "till"})
		assert.Equal(t, []string{"value"}, customertest.Paths(t, err), name)
	}
	good.From, good.LastDay = recordDate("2026-05-02"), recordDate("2026-05-01")
	_, err := d.Attach(d.r, identity.Attach{Step: journal.Step{}, Identifier: good})
	assert.Equal(t, []string{"ref", "by", "at", "last_day", "source"}, customertest.Paths(t, err))
	good.From = 0
	_, err = d.Attach(d.r, identity.Attach{Step: d.step("ann"), Identifier: good, Source: "till"})
	assert.Equal(t, []string{"last_day"}, customertest.Paths(t, err), "a card of a person has no days")
}

// A list code identifies somebody at a till until its last day ends in the shop's zone. Row B1.
func TestListCodeExpires(t *testing.T) {
	d := recordBegin(t, identity.Person)
	d.at = recordAt("2026-05-04 23:59")
	d.attach("list-code", "rapport", "L-77") // 30 days, of which 4 May is the first
	for at, want := range map[string]string{
		"2026-05-04 23:59": "good identity.good",
		"2026-05-04 10:00": "good identity.good", // a sale that comes in late
		"2026-06-02 23:59": "good identity.good",
		"2026-06-03 00:00": "expired identity.expired",
	} {
		assert.Equal(t, want, recordStatus(d.r, at), at)
	}
	// Printed again it may be told again, and not before it has expired.
	again := identity.Attach{Identifier: identity.Identifier{Token: identity.Token{Scheme: "list-code", Issuer: "rapport"}, Raw: "L-77"}, Source: "till"}
	d.at = recordAt("2026-06-02 23:59")
	again.Step = d.step("ann")
	_, err := d.Attach(d.r, again)
	assert.Equal(t, []string{"held list-code"}, recordMissing(t, err))
	d.at = recordAt("2026-06-03 00:00")
	again.Step = d.step("ann")
	d.must(d.Attach(d.r, again))
	_, status, _ := d.r.Holds(d.r.Identifiers[0].Token, recordAt("2026-07-02 23:59"))
	assert.Equal(t, identity.Good, status)
	_, status, _ = d.r.Holds(d.r.Identifiers[0].Token, recordAt("2026-07-03 00:00"))
	assert.Equal(t, identity.Expired, status)
}

// A person has several documents, one after the other and side by side; the number of the day on which
// the account was opened still leads to her. Row A22.
func TestDocuments(t *testing.T) {
	d := recordBegin(t, identity.Person)
	permit := func(raw, from, last string) (identity.Decision, error) {
		id := identity.Identifier{Token: identity.Token{Scheme: "permit", Issuer: "CN"}, Raw: raw}
		if from != "" {
			id.From = recordDate(from)
		}
		if last != "" {
			id.LastDay = recordDate(last)
		}
		return d.Attach(d.r, identity.Attach{Step: d.step("ann"), Identifier: id, Source: "permit-seen"})
	}
	d.must(permit("0012345678", "2021-05-04", "2026-05-03"))
	d.must(permit("T99887766", "2026-05-10", "2031-05-09"))
	d.must(permit("T99887766", "2031-05-10", "2036-05-09")) // the same number, renewed
	_, err := permit("T99887766", "2031-05-10", "2036-05-09")
	assert.Equal(t, []string{"held permit"}, recordMissing(t, err))

	old, current := identity.Token{Scheme: "permit", Issuer: "CN", Value: "0012345678"}, identity.Token{Scheme: "permit", Issuer: "CN", Value: "T99887766"}
	for _, one := range []struct {
		token identity.Token
		at    string
		want  identity.Status
		from  string
	}{
		{old, "2021-05-03 23:59", identity.NotYet, "2021-05-04"},
		{old, "2021-05-04 00:00", identity.Good, "2021-05-04"},
		{old, "2026-05-03 23:59", identity.Good, "2021-05-04"},
		{old, "2026-05-04 00:00", identity.Expired, "2021-05-04"},
		{current, "2026-05-09 23:59", identity.NotYet, "2031-05-10"},
		{current, "2026-05-10 00:00", identity.Good, "2026-05-10"},
		{current, "2031-05-09 23:59", identity.Good, "2026-05-10"},
		{current, "2031-05-10 00:00", identity.Good, "2031-05-10"},
		{current, "2036-05-10 00:00", identity.Expired, "2031-05-10"},
	} {
		held, status, found := d.r.Holds(one.token, recordAt(one.at))
		require.True(t, found, one.at)
		assert.Equal(t, one.want, status, one.at)
		assert.Equal(t, one.from, held.From.String(), one.at)
	}
	assert.Empty(t, d.r.Good("permit", recordAt("2026-05-05 12:00")))
	assert.Len(t, d.r.Good("permit", recordAt("2026-05-11 12:00")), 1)

	// What has ended still resolves, as an old one.
	d.at = recordAt("2026-06-01 12:00")
	d.must(d.Detach(d.r, identity.Detach{Step: d.step("ann"), Token: current}))
	held, status, found := d.r.Holds(current, recordAt("2033-01-01 00:00"))
	assert.True(t, found)
	assert.Equal(t, identity.Ended, status, "the row that was told last")
	assert.Equal(t, "2031-05-10", held.From.String())
	_, status, _ = d.r.Holds(current, recordAt("2027-01-01 00:00"))
	assert.Equal(t, identity.Good, status, "the row before stays")
	d.must(d.Detach(d.r, identity.Detach{Step: d.step("ann"), Token: current}))
	_, err = d.Detach(d.r, identity.Detach{Step: d.step("ann"), Token: current})
	assert.Equal(t, []string{"ended permit"}, recordMissing(t, err))
	d.must(permit("T99887766", "2031-05-10", "2036-05-09")) // and may come back
}

// Days of a document are days of the shop's zone, also where the clock skips midnight.
func TestDocumentMidnight(t *testing.T) {
	zone, err := time.LoadLocation("America/Sao_Paulo")
	require.NoError(t, err)
	rules := identity.Rules{
		Edition: customer.Edition{ID: "br", Version: 1}, Zone: "America/Sao_Paulo",
		Schemes: []identity.Scheme{{ID: "permit", Document: true}}, Sources: []identity.Source{{ID: "till", Trust: 1}},
	}
	g, err := identity.New(rules, zone, identity.Verbatim)
	require.NoError(t, err)
	day := recordDate("2018-11-04")
	decision, err := g.Open(identity.Record{}, identity.Open{
		Step: journal.Step{Ref: "o", By: "ann", At: time.Date(2018, 10, 1, 12, 0, 0, 0, zone)}, Kind: identity.Person, Source: "till",
		Identifiers: []identity.Identifier{{Token: identity.Token{Scheme: "permit"}, Raw: "1", From: day, LastDay: day}},
	})
	require.NoError(t, err)
	held := decision.Next.Identifiers[0]
	first := time.Date(2018, 11, 4, 3, 0, 0, 0, time.UTC)
	for _, one := range []struct {
		at   time.Time
		want identity.Status
	}{
		{first.Add(-1), identity.NotYet},
		{first, identity.Good},
		{first.Add(23*time.Hour - 1), identity.Good},
		{first.Add(23 * time.Hour), identity.Expired},
	} {
		status, _ := held.Status(one.at)
		assert.Equal(t, one.want, status, one.at)
	}
}

// Contact data is cleaned: what is found to lead nowhere says who found it, when and on what evidence,
// and is good for nothing until it is restored. Row B36.
func TestSpoil(t *testing.T) {
	d := recordBegin(t, identity.Person)
	mail, phone := d.attach("email", "", "li@example.cn"), d.attach("phone", "", "057187654321")
	d.at = recordAt("2026-06-01 08:00")
	_, err := d.Restore(d.r, identity.Restore{Step: d.step("ann"), Token: mail, Evidence: "called-back"})
	assert.Equal(t, []string{"not-spoiled email"}, recordMissing(t, err))
	d.must(d.Spoil(d.r, identity.Spoil{Step: d.step("mailer"), Token: mail, Flaw: identity.Bounces, Evidence: "mail-returned-550"}))
	flawed := d.r.Identifiers[0].Flawed
	assert.Equal(t, identity.Flawed{Flaw: identity.Bounces, At: d.at, By: "mailer", Evidence: "mail-returned-550"}, flawed)
	d.must(d.Spoil(d.r, identity.Spoil{Step: d.step("ann"), Token: phone, Flaw: identity.NoSuch, Evidence: "no-such-number"}))
	assert.Equal(t, "good identity.good", recordStatus(d.r, "2026-06-01 07:59"))
	assert.Equal(t, "invalid identity.invalid", recordStatus(d.r, "2026-06-01 08:00"))
	assert.Empty(t, d.r.Good("email", d.at))

	for name, one := range map[string]func() error{
		"spoiled twice": func() error {
			_, err := d.Spoil(d.r, identity.Spoil{Step: d.step("x"), Token: mail, Flaw: identity.Lost, Evidence: "e"})
			return err
		},
		"confirmed": func() error {
			_, err := d.Confirm(d.r, identity.Confirm{Step: d.step("x"), Token: mail, Source: "till"})
			return err
		},
		"somebody else's": func() error {
			mail := mail
			mail.Value = "?"
			_, err := d.Confirm(d.r, identity.Confirm{Step: d.step("x"), Token: mail, Source: "till"})
			return err
		},
	} {
		var refusal *customer.Refusal
		require.ErrorAs(t, one(), &refusal, name)
	}
	early := identity.Restore{Step: d.step("ann"), Token: mail, Evidence: "called-back"}
	early.At = recordAt("2026-06-01 07:59")
	_, err = d.Restore(d.r, early)
	assert.Equal(t, []string{"earlier email"}, recordMissing(t, err))
	d.at = recordAt("2026-06-03 08:00")
	d.must(d.Restore(d.r, identity.Restore{Step: d.step("ann"), Token: mail, Evidence: "called-back"}))
	for at, want := range map[string]identity.Status{
		"2026-06-01 07:59": identity.Good, "2026-06-01 08:00": identity.Invalid, "2026-06-03 07:59": identity.Invalid, "2026-06-03 08:00": identity.Good,
	} {
		status, _ := d.r.Identifiers[0].Status(recordAt(at))
		assert.Equal(t, want, status, at)
	}
	for flaw := identity.NoSuch; flaw <= identity.Stopped; flaw++ {
		d := recordBegin(t, identity.Person)
		card := d.attach("card", "rapport", "1")
		d.must(d.Spoil(d.r, identity.Spoil{Step: d.step("ann"), Token: card, Flaw: flaw, Evidence: "e"}))
		_, status, _ := d.r.Holds(card, d.at)
		want := identity.Invalid
		if flaw >= identity.Lost {
			want = identity.Blocked
		}
		assert.Equal(t, want, status, flaw)
	}
	_, err = d.Spoil(d.r, identity.Spoil{Step: d.step("ann"), Token: identity.Token{}, Flaw: identity.Stopped + 1, Note: "\x00"})
	assert.Equal(t, []string{"scheme", "value", "flaw", "evidence", "note"}, customertest.Paths(t, err))
}

// Whatever is asked of a record that nobody has opened is refused, and a record is opened once.
func TestOpenOnce(t *testing.T) {
	d := recordBegin(t, identity.Person)
	_, err := d.Open(d.r, identity.Open{Step: d.step("ann"), Kind: identity.Person, Source: "till"})
	assert.Equal(t, []string{"opened"}, recordMissing(t, err))
	_, err = d.Open(identity.Record{}, identity.Open{Step: d.step("ann"), Class: "\x00"})
	assert.Equal(t, []string{"kind", "source", "class"}, customertest.Paths(t, err))
	_, err = d.Open(identity.Record{}, identity.Open{Step: d.step("ann"), Kind: identity.Person, Source: "gossip", Class: "retailer", Identifiers: []identity.Identifier{
		{Token: identity.Token{Scheme: "card", Issuer: "rapport"}, Raw: "1"},
		{Token: identity.Token{Scheme: "card", Issuer: "rapport"}, Raw: "1 "},
		{Token: identity.Token{Scheme: "licence"}, Raw: "1"},
	}, Facts: []identity.Fact{{Field: "stores", Value: "1"}, {Field: "shoe-size", Value: "38"}}})
	assert.Equal(t, []string{
		"unknown-source gossip", "other-kind retailer", "held card", "other-kind licence", "other-kind stores", "unknown-field shoe-size",
	}, recordMissing(t, err))
	token := identity.Token{Scheme: "card", Issuer: "rapport", Value: "1"}
	var none identity.Record
	step := d.step("ann")
	for name, decide := range map[string]func() (identity.Decision, error){
		"attach": func() (identity.Decision, error) {
			return d.Attach(none, identity.Attach{Step: step, Identifier: identity.Identifier{Token: identity.Token{Scheme: "card", Issuer: "rapport"}, Raw: "1"}, Source: "till"})
		},
		"detach": func() (identity.Decision, error) { return d.Detach(none, identity.Detach{Step: step, Token: token}) },
		"confirm": func() (identity.Decision, error) {
			return d.Confirm(none, identity.Confirm{Step: step, Token: token, Source: "till"})
		},
		"spoil": func() (identity.Decision, error) {
			return d.Spoil(none, identity.Spoil{Step: step, Token: token, Flaw: identity.Lost, Evidence: "e"})
		},
		"restore": func() (identity.Decision, error) {
			return d.Restore(none, identity.Restore{Step: step, Token: token, Evidence: "e"})
		},
		"tell":   func() (identity.Decision, error) { return d.Tell(none, recordTell(step, "till", "", "title=Ms")) },
		"strike": func() (identity.Decision, error) { return d.Strike(none, identity.Strike{Step: step, Field: "title"}) },
		"correct": func() (identity.Decision, error) {
			return d.Correct(none, identity.Correct{Step: step, Field: "title", Value: "Ms", Source: "till", Evidence: "she-called"})
		},
		"approve": func() (identity.Decision, error) {
			return d.Approve(none, identity.Approve{Step: step, Correction: "k", Role: "manager"})
		},
		"reject":  func() (identity.Decision, error) { return d.Reject(none, identity.Reject{Step: step, Correction: "k"}) },
		"decline": func() (identity.Decision, error) { return d.Decline(none, identity.Decline{Step: step, What: "title"}) },
		"classify": func() (identity.Decision, error) {
			return d.Classify(none, identity.Classify{Step: step, Class: "retailer"})
		},
		"assign": func() (identity.Decision, error) { return d.Assign(none, identity.Assign{Step: step, Owner: "bea"}) },
		"limit":  func() (identity.Decision, error) { return d.Limit(none, identity.Limit{Step: step, Holder: "h"}) },
		"call":   func() (identity.Decision, error) { return d.Call(none, identity.Call{Step: step, Language: "zh"}) },
	} {
		_, err := decide()
		assert.Equal(t, []string{"no-record"}, recordMissing(t, err), name)
	}
	_, err = d.Tell(d.r, recordTell(journal.Step{Ref: "r", By: "ann", At: recordAt("2025-12-31 23:59")}, "till", "", "title=Ms"))
	var refusal *customer.Refusal
	require.ErrorAs(t, err, &refusal)
	assert.Equal(t, customer.CodeNotYetInForce, refusal.Missing[0].Code)
	_, err = (*identity.Register)(nil).Tell(d.r, identity.Tell{})
	require.Error(t, err)
	var faults customer.Faults
	assert.NotErrorAs(t, err, &faults)
	_, err = new(identity.Register).Open(d.r, identity.Open{})
	require.Error(t, err)
}
