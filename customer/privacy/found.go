package privacy

import (
	"slices"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/consent"
	"github.com/rapport-crm/rapport/customer/identity"
)

// OfRecord returns what a record leads to, to be asked before it is erased: the tokens under which a
// directory has her, those that ended too; the records that are linked to hers, which are erased
// likewise; the pictures of her documents, and the proofs of what was corrected. A link stands in the
// younger record only, so which ones are linked the group says, as [identity.Directory] or
// [identity.Groups] gives it. A directory forgets the tokens when the erased record is put into it.
func OfRecord(id customer.ID, r identity.Record, group identity.Group) []Found {
	var found []Found
	for i := range r.Identifiers {
		held := &r.Identifiers[i]
		name := held.Scheme
		if held.Issuer != "" {
			name += "/" + held.Issuer
		}
		found = append(found, Found{InDirectory, name, held.Value})
		if held.From != 0 || held.LastDay != 0 {
			found = append(found, Found{AtScan, name, held.Value})
		}
	}
	for i := range r.Links {
		if r.Links[i].Stands() {
			found = append(found, Found{InLinked, "customer", string(r.Links[i].To)})
		}
	}
	for _, member := range group.Members {
		if member != id && !slices.ContainsFunc(found, func(f Found) bool { return f.Place == InLinked && f.Ref == string(member) }) {
			found = append(found, Found{InLinked, "customer", string(member)})
		}
	}
	for i := range r.Corrections {
		if one := &r.Corrections[i]; one.Correct.Proof != "" {
			found = append(found, Found{AtScan, one.Correct.Evidence, one.Correct.Proof})
		}
	}
	return found
}

// OfConsents returns what consents lead to: the third parties who were given her data, whatever she
// said of them since, and the forms and recordings of what she said.
func OfConsents(c consent.Consents) []Found {
	var found []Found
	proof := func(evidence consent.Evidence) {
		if evidence.Record != "" {
			found = append(found, Found{AtScan, evidence.Medium, evidence.Record})
		}
	}
	for i := range c.Grants {
		grant := &c.Grants[i]
		if grant.Party != "" {
			found = append(found, Found{AtThirdParty, grant.Party, ""})
		}
		proof(grant.Evidence)
		proof(consent.Evidence{Medium: grant.Evidence.Medium, Record: grant.Confirmed.Record})
	}
	for i := range c.Denials {
		proof(c.Denials[i].Evidence)
	}
	for i := range c.Objections {
		proof(c.Objections[i].Evidence)
	}
	for i := range found {
		if found[i].Name == "" {
			found[i].Name = "evidence"
		}
	}
	return found
}
