package identity_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/customer/identity"
)

// Staff corrects a record on evidence, and somebody else approves: what was, what becomes, who found it,
// on what evidence and who approved it all remain. Row A23.
func TestCorrectField(t *testing.T) {
	d := recordBegin(t, identity.Person)
	d.tell("permit-seen", "2026-01-10", "family-name=Chem")
	d.tell("till", "2026-04-10", "family-name=Chan")
	correct := identity.Correct{
		Step: d.step("ann"), Field: "family-name", Value: "Chen", Source: "till", Evidence: "permit-seen", Proof: "scan-77", Note: "misread",
	}
	decision := d.must(d.Correct(d.r, correct))
	assert.Equal(t, identity.CodePending, decision.Reasons[0].Code)
	known, _ := d.Value(d.r, "family-name")
	assert.Equal(t, "Chem", known.Value, "until somebody approves")
	pending := d.r.Corrections[0]
	assert.Equal(t, identity.Pending, pending.Verdict)
	assert.Equal(t, "Chem", pending.Correct.Had, "by survivorship that was read")
	assert.Equal(t, []string{"shift-lead", "manager"}, pending.Correct.Roles)

	for _, one := range []struct {
		by, role, correction string
		want                 []string
	}{
		{"ann", "manager", correct.Ref, []string{"own-approval ann"}},
		{"ann", "clerk", correct.Ref, []string{"own-approval ann", "not-in-role clerk"}},
		{"bea", "clerk", correct.Ref, []string{"not-in-role clerk"}},
		{"bea", "manager", "k-9", []string{"no-correction k-9"}},
	} {
		_, err := d.Approve(d.r, identity.Approve{Step: d.step(one.by), Correction: one.correction, Role: one.role})
		assert.Equal(t, one.want, recordMissing(t, err))
	}
	early := identity.Approve{Step: d.step("bea"), Correction: correct.Ref, Role: "manager"}
	early.At = recordAt("2026-05-04 09:29")
	_, err := d.Approve(d.r, early)
	assert.Equal(t, []string{"earlier " + correct.Ref}, recordMissing(t, err))

	d.at = recordAt("2026-05-04 09:40")
	d.must(d.Approve(d.r, identity.Approve{Step: d.step("bea"), Correction: correct.Ref, Role: "manager"}))
	known, _ = d.Value(d.r, "family-name")
	assert.Equal(t, "Chen", known.Value, "whatever the trust of its source: both others are struck")
	assert.Equal(t, "correct:"+correct.Ref, known.Ref)
	assert.Equal(t, "ann", known.By)
	for _, one := range d.r.Facts[:2] {
		assert.Equal(t, "correct:"+correct.Ref, one.Through)
		assert.Equal(t, "bea", one.StruckBy)
	}
	audit := d.r.Corrections[0]
	assert.Equal(t, identity.Holds, audit.Verdict)
	assert.Equal(t, []string{"ann", "bea", "manager", "scan-77", "Chem", "Chen"}, []string{audit.By, audit.Decider, audit.Role, audit.Correct.Proof, audit.Correct.Had, audit.Correct.Value})
	assert.Equal(t, d.at, audit.Decided)
	_, err = d.Approve(d.r, identity.Approve{Step: d.step("cem"), Correction: correct.Ref, Role: "manager"})
	assert.Equal(t, []string{"decided " + correct.Ref}, recordMissing(t, err))
	_, err = d.Reject(d.r, identity.Reject{Step: d.step("cem"), Correction: correct.Ref})
	assert.Equal(t, []string{"decided " + correct.Ref}, recordMissing(t, err))
}

// A field that the rules name is corrected by whoever sees it; what changes in between is found anew;
// and what is not approved leaves the record as it was.
func TestCorrectAloneOvertakenRejected(t *testing.T) {
	d := recordBegin(t, identity.Person)
	d.tell("form", "", "title=Mr", "family-name=Chen")
	d.must(d.Correct(d.r, identity.Correct{Step: d.step("ann"), Field: "title", Value: "Dr", Source: "till", Evidence: "she-called"}))
	known, _ := d.Value(d.r, "title")
	assert.Equal(t, "Dr", known.Value)
	assert.Equal(t, identity.Holds, d.r.Corrections[0].Verdict)
	assert.Empty(t, d.r.Corrections[0].Decider)

	correct := identity.Correct{Step: d.step("ann"), Field: "family-name", Value: "Chang", Source: "till", Evidence: "she-called"}
	d.must(d.Correct(d.r, correct))
	d.tell("permit-seen", "", "family-name=Cheng")
	_, err := d.Approve(d.r, identity.Approve{Step: d.step("bea"), Correction: correct.Ref, Role: "manager"})
	assert.Equal(t, []string{"overtaken family-name"}, recordMissing(t, err))
	before := d.r.Facts
	d.must(d.Reject(d.r, identity.Reject{Step: d.step("ann"), Correction: correct.Ref, Note: "overtaken"}))
	assert.Equal(t, before, d.r.Facts)
	assert.Equal(t, identity.Rejected, d.r.Corrections[1].Verdict)

	for want, x := range map[string]identity.Correct{
		"same title":             {Field: "title", Value: "Dr", Source: "till", Evidence: "she-called"},
		"no-fact address":        {Field: "address", Value: "1 Street", Source: "till", Evidence: "she-called"},
		"no-evidence gossip":     {Field: "title", Value: "Ms", Source: "till", Evidence: "gossip"},
		"unknown-source gossip":  {Field: "title", Value: "Ms", Source: "gossip", Evidence: "she-called"},
		"other-kind stores":      {Field: "stores", Value: "3", Source: "till", Evidence: "she-called"},
		"unknown-field shoe":     {Field: "shoe", Value: "3", Source: "till", Evidence: "she-called"},
		"correction-there r-003": {Field: "title", Value: "Ms", Source: "till", Evidence: "she-called"},
	} {
		if x.Step = d.step("ann"); want == "correction-there r-003" {
			x.Ref = "r-003"
		}
		_, err := d.Correct(d.r, x)
		assert.Contains(t, recordMissing(t, err), want)
	}
	_, err = d.Correct(d.r, identity.Correct{Step: d.step("ann"), Field: "title", Value: "ms", On: recordDate("2026-05-05"), Source: "till", Evidence: "she-called"})
	assert.Equal(t, []string{"value", "on"}, customertest.Paths(t, err))
	_, err = d.Correct(d.r, identity.Correct{Step: d.step("ann"), Field: "title", Was: identity.Token{Scheme: "card"}, Roles: []string{"ann"}})
	assert.Equal(t, []string{"field", "source", "evidence", "roles"}, customertest.Paths(t, err))
	_, err = d.Correct(d.r, identity.Correct{Step: d.step("ann"), Field: "title", NeverHers: true, Source: "till", Evidence: "e"})
	assert.Equal(t, []string{"value", "never_hers"}, customertest.Paths(t, err))
	_, err = d.Correct(d.r, identity.Correct{Step: d.step("ann"), Was: identity.Token{Scheme: "card", Issuer: "rapport", Value: "1"}, Value: "x", Source: "till", Evidence: "e"})
	assert.Equal(t, []string{"becomes.scheme", "becomes.raw", "value"}, customertest.Paths(t, err))
	_, err = d.Correct(d.r, identity.Correct{
		Step: d.step("ann"), Was: identity.Token{Scheme: "card", Issuer: "rapport", Value: "1"},
		Becomes: identity.Identifier{Token: identity.Token{Scheme: "phone"}, Raw: "057187654321"}, Source: "till", Evidence: "e",
	})
	assert.Equal(t, []string{"becomes.scheme"}, customertest.Paths(t, err))
}

// The number of a permit is corrected: the old one still leads to her, unless it never was hers. Rows
// A22, A23.
func TestCorrectIdentifier(t *testing.T) {
	for _, never := range []bool{false, true} {
		d := recordBegin(t, identity.Person)
		old := d.attach("permit", "CN", "0012345678")
		correct := identity.Correct{
			Step: d.step("ann"), Was: old, NeverHers: never, Source: "permit-seen", Evidence: "permit-seen",
			Becomes: identity.Identifier{Token: identity.Token{Scheme: "permit", Issuer: "CN"}, Raw: "T99887766", LastDay: recordDate("2031-02-01")},
		}
		d.must(d.Correct(d.r, correct))
		_, status, _ := d.r.Holds(old, d.at)
		assert.Equal(t, identity.Good, status)
		d.at = recordAt("2026-05-04 10:00")
		d.must(d.Approve(d.r, identity.Approve{Step: d.step("bea"), Correction: correct.Ref, Role: "manager"}))
		_, status, found := d.r.Holds(old, d.at)
		require.True(t, found)
		if never {
			assert.Equal(t, identity.Invalid, status)
		} else {
			assert.Equal(t, identity.Ended, status)
		}
		_, status, _ = d.r.Holds(identity.Token{Scheme: "permit", Issuer: "CN", Value: "T99887766"}, d.at)
		assert.Equal(t, identity.Good, status)
	}
	// She has brought the new one herself in the meantime.
	d := recordBegin(t, identity.Person)
	old := d.attach("permit", "CN", "1")
	correct := identity.Correct{
		Step: d.step("ann"), Was: old, Source: "permit-seen", Evidence: "permit-seen",
		Becomes: identity.Identifier{Token: identity.Token{Scheme: "permit", Issuer: "CN"}, Raw: "2"},
	}
	d.must(d.Correct(d.r, correct))
	d.attach("permit", "CN", "2")
	_, err := d.Approve(d.r, identity.Approve{Step: d.step("bea"), Correction: correct.Ref, Role: "manager"})
	assert.Equal(t, []string{"overtaken permit"}, recordMissing(t, err))
	correct.Ref = "again"
	_, err = d.Correct(d.r, correct)
	assert.Equal(t, []string{"held permit"}, recordMissing(t, err))
	d.must(d.Detach(d.r, identity.Detach{Step: d.step("ann"), Token: old}))
	_, err = d.Correct(d.r, correct)
	assert.Equal(t, []string{"ended permit", "held permit"}, recordMissing(t, err))
}

// The days of a document and of a buyer's card are corrected too. A document that was renewed under its
// number before anybody approved is not the one that was to be corrected. Row A22.
func TestCorrectDays(t *testing.T) {
	d, card := recordCompany(t)
	becomes := identity.Identifier{Token: identity.Token{Scheme: "buyer-card", Issuer: "rapport"}, Raw: card.Value, From: recordDate("2026-05-04"), LastDay: recordDate("2027-05-03")}
	correct := identity.Correct{Step: d.step("ann"), Was: card, Becomes: becomes, Source: "form", Evidence: "she-called"}
	_, err := d.Correct(d.r, correct)
	assert.Equal(t, []string{"same buyer-card"}, recordMissing(t, err), "nothing of it changes")
	correct.Becomes.LastDay = recordDate("2028-05-03")
	d.must(d.Correct(d.r, correct))
	d.must(d.Approve(d.r, identity.Approve{Step: d.step("bea"), Correction: correct.Ref, Role: "manager"}))
	held, status, _ := d.r.Holds(card, recordAt("2028-05-03 12:00"))
	assert.Equal(t, identity.Good, status)
	assert.Equal(t, "h-1", held.Holder)

	permit := func(last string) identity.Identifier {
		return identity.Identifier{Token: identity.Token{Scheme: "permit", Issuer: "CN"}, Raw: "T99887766", LastDay: recordDate(last)}
	}
	p := recordBegin(t, identity.Person)
	p.must(p.Attach(p.r, identity.Attach{Step: p.step("ann"), Identifier: permit("2026-05-09"), Source: "permit-seen"}))
	correct = identity.Correct{Step: p.step("ann"), Was: p.r.Identifiers[0].Token, Becomes: permit("2026-06-09"), Source: "permit-seen", Evidence: "permit-seen"}
	p.must(p.Correct(p.r, correct))
	p.at = recordAt("2026-05-04 09:31")
	p.must(p.Attach(p.r, identity.Attach{Step: p.step("ann"), Identifier: permit("2031-05-09"), Source: "permit-seen"}))
	_, err = p.Approve(p.r, identity.Approve{Step: p.step("bea"), Correction: correct.Ref, Role: "manager"})
	assert.Equal(t, []string{"overtaken permit"}, recordMissing(t, err))
}

// A cardholder's name is corrected as anything else is: on evidence, with an approval. Rows A23, B4.
func TestCorrectHolder(t *testing.T) {
	d, _ := recordCompany(t)
	d.must(d.Issue(d.r, identity.Issue{Step: d.step("ann"), Holder: "h-2", Person: "c-77", Source: "form", Card: identity.Told("buyer-card", "rapport", "8888000002")}))
	correct := identity.Correct{Step: d.step("ann"), Holder: "h-1", Value: "Wangxiao", Source: "form", Evidence: "she-called"}
	for want, change := range map[string]func(*identity.Correct){
		"same h-1":          func(x *identity.Correct) { x.Value = "Wang" },
		"no-holder h-9":     func(x *identity.Correct) { x.Holder = "h-9" },
		"holder-person h-2": func(x *identity.Correct) { x.Holder = "h-2" },
	} {
		x := correct
		change(&x)
		_, err := d.Correct(d.r, x)
		assert.Equal(t, []string{want}, recordMissing(t, err))
	}
	for want, change := range map[string]func(*identity.Correct){
		"on":         func(x *identity.Correct) { x.On = recordDate("2026-05-04") },
		"field":      func(x *identity.Correct) { x.Field = "title" },
		"never_hers": func(x *identity.Correct) { x.NeverHers = true },
		"value":      func(x *identity.Correct) { x.Value = "" },
	} {
		x := correct
		change(&x)
		_, err := d.Correct(d.r, x)
		assert.Equal(t, []string{want}, customertest.Paths(t, err))
	}
	later := correct
	later.Step, later.Value = d.step("ann"), "Wang Wu"
	d.must(d.Correct(d.r, correct))
	d.must(d.Correct(d.r, later))
	holder, _ := d.r.Holder("h-1")
	assert.Equal(t, "Wang", holder.Name, "until somebody approves")
	d.must(d.Approve(d.r, identity.Approve{Step: d.step("bea"), Correction: correct.Ref, Role: "manager"}))
	holder, _ = d.r.Holder("h-1")
	assert.Equal(t, "Wangxiao", holder.Name)
	assert.Equal(t, "Wang", d.r.Corrections[0].Correct.Had)
	_, err := d.Approve(d.r, identity.Approve{Step: d.step("bea"), Correction: later.Ref, Role: "manager"})
	assert.Equal(t, []string{"overtaken h-1"}, recordMissing(t, err))
	written, err := json.Marshal(d.history)
	require.NoError(t, err)
	var read []identity.Entry
	require.NoError(t, json.Unmarshal(written, &read))
	again, err := identity.Replay(read)
	require.NoError(t, err)
	assert.Equal(t, d.r.Holders[0].Name, again.Holders[0].Name)
	recordHides(t, "correction", correct)
}

// An entry that nobody wrote is refused, also where its JSON reads: a correction that is of no day.
func TestCorrectForged(t *testing.T) {
	d := recordBegin(t, identity.Person)
	var entry identity.Entry
	require.NoError(t, json.Unmarshal([]byte(`{"v":1,"kind":"correct","at":"2026-05-04T10:00:00Z","by":"a","ref":"r","body":{"field":"address","value":"x","source":"till","evidence":"e"}}`), &entry))
	_, err := d.r.Apply(entry)
	require.ErrorIs(t, err, identity.ErrBroken)
}

// Without roles in the rules no correction waits, and without kinds of evidence any proves it; a later
// rule book decides what is found later, and nothing that was found before.
func TestCorrectPinned(t *testing.T) {
	d := recordBegin(t, identity.Person)
	d.tell("form", "", "family-name=Chen")
	correct := identity.Correct{Step: d.step("ann"), Field: "family-name", Value: "Chang", Source: "till", Evidence: "she-called"}
	d.must(d.Correct(d.r, correct))
	rules := recordRules()
	rules.Version++
	rules.Correcting = identity.CorrectionRules{}
	later, err := identity.New(rules, recordZone(t), recordNormal)
	require.NoError(t, err)
	_, err = later.Approve(d.r, identity.Approve{Step: d.step("bea"), Correction: correct.Ref, Role: "porter"})
	assert.Equal(t, []string{"not-in-role porter"}, recordMissing(t, err))
	correct.Ref, correct.Evidence = "later", "hearsay"
	decision, err := later.Correct(d.r, correct)
	require.NoError(t, err)
	known, _ := later.Value(decision.Next, "family-name")
	assert.Equal(t, "Chang", known.Value)
}
