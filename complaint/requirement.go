package complaint

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/rapport-crm/rapport/customer"
)

// Need is what a task can ask for. The zero Need is refused.
type Need uint8

// The needs. Their texts are format.
const (
	NeedDocument Need = iota + 1 // a paper that the customer has with her
	NeedPresence                 // the customer herself
	NeedOwnSite                  // the site that keeps the data, or its word
	NeedSite                     // a site that can do it
	NeedApproval                 // of somebody in a role
)

// String returns the stored text.
func (n Need) String() string {
	switch n {
	case NeedDocument:
		return "document"
	case NeedPresence:
		return "presence"
	case NeedOwnSite:
		return "own-site"
	case NeedSite:
		return "site"
	case NeedApproval:
		return "approval"
	}
	return "need " + strconv.Itoa(int(n))
}

// MarshalText writes the stored text; anything else is an error.
func (n Need) MarshalText() ([]byte, error) {
	return customer.WriteStored("complaint", n, NeedApproval)
}

// UnmarshalText reads what MarshalText wrote.
func (n *Need) UnmarshalText(text []byte) error {
	return customer.ReadStored("complaint", "need", n, NeedApproval, text)
}

// RequirementRule says one thing that a task needs.
type RequirementRule struct {
	Task  string   `json:"task"`
	Need  Need     `json:"need"`
	AnyOf []string `json:"any_of,omitempty"` // documents, sites or roles, of which one is enough; not with presence and own-site
	Where string   `json:"where,omitempty"`  // what to do, or where: the police station, by telephone
}

// Errand is a task that somebody wants done for a customer at a site, and what is there for it.
type Errand struct {
	Task      string
	Site      string   // where it is to be done
	Keeper    string   // the site that keeps the data: where the account was opened; empty: any
	Present   bool     // the customer is there herself
	Documents []string // that she has with her
	Confirmed []string // sites that have given their word, by telephone: their data may be changed here
	Approved  []string // roles of those who have approved it
}

// Blocker is one thing that is missing for an errand, and what to do about it.
type Blocker struct {
	Need  Need
	AnyOf []string // of which one is enough
	Where string
	Why   customer.Reason
}

func (r *OwnershipRules) checkRequirements(faults *customer.Faults) {
	faults.Within("requirements", len(r.Requirements), 0, maxOwnership)
	for i := range r.Requirements {
		rule, path := &r.Requirements[i], fmt.Sprintf("requirements[%d]", i)
		faults.Name(path+".task", rule.Task)
		faults.Text(path+".where", rule.Where)
		checkWords(faults, path+".any_of", rule.AnyOf)
		switch rule.Need {
		case NeedDocument, NeedSite, NeedApproval:
			if len(rule.AnyOf) == 0 {
				faults.Add(path+".any_of", len(rule.AnyOf), "names at least one")
			}
		case NeedPresence, NeedOwnSite:
			if len(rule.AnyOf) > 0 {
				faults.Add(path+".any_of", len(rule.AnyOf), "is empty: there is only one")
			}
		default:
			faults.Add(path+".need", rule.Need, "is a need")
		}
	}
}

// Blockers tells everything that is missing for an errand, in the order of the rules, at once:
// nobody is sent for one thing, and then for the next. Nothing missing: it can be done here and
// now. A task of which no rule speaks needs nothing.
func (p *Policy) Blockers(errand Errand) ([]Blocker, error) {
	if p.zone == nil {
		return nil, errNoPolicy
	}
	var faults customer.Faults
	faults.Name("task", errand.Task)
	faults.Text("site", errand.Site)
	faults.Text("keeper", errand.Keeper)
	checkWords(&faults, "documents", errand.Documents)
	checkWords(&faults, "confirmed", errand.Confirmed)
	checkWords(&faults, "approved", errand.Approved)
	if err := faults.Err(); err != nil {
		return nil, err
	}
	var blockers []Blocker
	for i := range p.rules.Ownership.Requirements {
		rule := &p.rules.Ownership.Requirements[i]
		if rule.Task != errand.Task {
			continue
		}
		if code, of := errand.lacks(rule); code != "" {
			blockers = append(blockers, Blocker{
				rule.Need, slices.Clone(rule.AnyOf), rule.Where, customer.Reason{Code: code, Rule: p.name, Of: of},
			})
		}
	}
	return blockers, nil
}

// lacks returns the code of what the errand lacks by a rule, and what that is; empty: nothing.
func (e *Errand) lacks(rule *RequirementRule) (code, of string) {
	anyOf := func(has ...string) bool {
		return slices.ContainsFunc(rule.AnyOf, func(one string) bool { return slices.Contains(has, one) })
	}
	has := false
	switch rule.Need {
	case NeedDocument:
		code, has = CodeNeedDocument, anyOf(e.Documents...)
	case NeedPresence:
		code, has = CodeNeedPresence, e.Present
	case NeedOwnSite:
		if e.Keeper == "" || e.Site == e.Keeper || slices.Contains(e.Confirmed, e.Keeper) {
			return "", ""
		}
		return CodeNeedOwnSite, e.Keeper
	case NeedSite:
		code, has = CodeNeedSite, anyOf(e.Site)
	case NeedApproval:
		code, has = CodeNeedApproval, anyOf(e.Approved...)
	}
	if has {
		return "", ""
	}
	return code, strings.Join(rule.AnyOf, ", ")
}
