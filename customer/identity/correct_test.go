package identity_test

import (
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
