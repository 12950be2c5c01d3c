package consent_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer/consent"
)

// lawJSON is an example of how a shop in China might write down what its lawyers tell it of the Personal
// Information Protection Law (in force since 1 November 2021): articles 13 (what processing may rest on), 14 (asking
// again when the purpose, the way or the kinds of data change), 15 (taking a yes back, as easily as giving it, with no
// effect on what was done before), 16 (no service refused for saying no), 23 (handing over to another processor, whose
// name, contact, purpose, way and kinds of data are told, and to which she says yes separately) and 31 (under 14 years,
// a guardian says yes). It is an example and no advice: no law is built into the package, and the primary text, with what
// has changed in it since, must be checked by whoever uses rules like these.
const lawJSON = `{
	"id": "cn", "version": 1, "zone": "UTC",
	"channels": [{"id": "phone", "hours": "calls"}, {"id": "letter"}],
	"purposes": [
		{"id": "contract", "uncapped": true, "despite_complaint": true, "despite_opt_out": true, "basis": "performing the contract (art. 13)"},
		{"id": "recall", "uncapped": true, "despite_complaint": true, "despite_opt_out": true, "basis": "a duty in law (art. 13)"},
		{"id": "marketing", "weight": 1, "notice": "privacy", "since_notice": 2, "separate": true, "valid_months": 24},
		{"id": "warranty", "silent": true, "separate": true, "recorded": true}
	],
	"parties": [{
		"id": "maker", "name": "Maker Ltd", "contact": "400-000-0001", "way": "stores it for warranty claims", "data": ["name", "phone", "serial number"],
		"purposes": ["warranty"], "notice": "maker", "since_notice": 1
	}],
	"notices": [
		{"id": "privacy", "version": 1, "hash": "0000000000000000000000000000000000000000000000000000000000000001"},
		{"id": "privacy", "version": 2, "hash": "0000000000000000000000000000000000000000000000000000000000000002"},
		{"id": "maker", "version": 1, "hash": "0000000000000000000000000000000000000000000000000000000000000003"}
	],
	"guardian_under_years": 14
}`

// row B13: rules can say what such a law asks for; each line names what it stands for.
func TestLaw(t *testing.T) {
	rules, err := consent.ParseRules([]byte(lawJSON))
	require.NoError(t, err)
	policy := newPolicy(t, rules)
	shown := func(i int) consent.Evidence {
		n := rules.Notices[i]
		return consent.Evidence{Notice: n.ID, Version: n.Version, Hash: n.Hash, Medium: "paper", Record: "form 1"}
	}
	allowed := func(c consent.Consents, q, instant string) bool {
		answer, err := policy.Allowed(c, question(q), at(instant))
		require.NoError(t, err)
		return answer.Allowed
	}
	said := consent.Consents{}
	assert.True(t, allowed(said, "phone/contract", "2027-03-01 09:00"), "article 13: a contract needs no yes")
	assert.False(t, allowed(said, "phone/marketing", "2027-03-01 09:00"), "article 13: marketing does")

	marketing := consent.Give{Step: step("g-1", "2027-03-01 10:00"), Boxes: boxesOf("phone/marketing"), Evidence: shown(1), Years: 30}
	old := marketing
	old.Evidence = shown(0)
	_, err = policy.Give(said, old)
	assert.Equal(t, []string{consent.CodeNotice}, missingOf(t, err), "article 14: the text of the day before yesterday does not do")
	bound := marketing
	bound.Condition = "being served"
	_, err = policy.Give(said, bound)
	assert.Equal(t, []string{consent.CodeCondition}, missingOf(t, err), "article 16: it is no condition")
	young := marketing
	young.Years = 13
	_, err = policy.Give(said, young)
	assert.Equal(t, []string{consent.CodeGuardian}, missingOf(t, err), "article 31: under 14 years")
	d, err := policy.Give(said, marketing)
	require.NoError(t, err)
	said = d.Next

	handover := consent.Give{Step: step("g-2", "2027-03-01 10:05"), Boxes: boxesOf("/warranty"), Party: "maker", Evidence: shown(2), Years: 30}
	both := handover
	both.Party, both.Boxes = "", boxesOf("/warranty", "phone/marketing")
	_, err = policy.Give(said, both)
	assert.Contains(t, missingOf(t, err), consent.CodeBundled, "article 23: separately")
	d, err = policy.Give(said, handover)
	require.NoError(t, err)
	said = d.Next
	record := said.History(question("/warranty/maker"))[0]
	assert.Equal(t, consent.Recipient{
		Name: "Maker Ltd", Contact: "400-000-0001", Way: "stores it for warranty claims", Data: []string{"name", "phone", "serial number"},
	}, record.Recipient, "article 23: what she was told of the recipient")
	assert.False(t, allowed(said, "/warranty", "2027-03-02 09:00"), "and of nobody else")

	d, err = policy.Withdraw(said, consent.Withdraw{Step: step("w-1", "2027-04-01 10:00"), Scope: consent.Scope{Parties: true}})
	require.NoError(t, err, "article 15: no form, no reason")
	said = d.Next
	assert.False(t, allowed(said, "/warranty/maker", "2027-04-01 10:00"))
	assert.True(t, allowed(said, "/warranty/maker", "2027-03-31 10:00"), "article 15: what was done before stays as it was")
	assert.True(t, allowed(said, "phone/recall", "2027-04-02 10:00"), "article 13: a duty in law goes on")
}
