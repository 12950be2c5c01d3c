package desk

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// Require is what a task can ask for, beside a desk that does it. The zero Require is refused.
type Require uint8

// The requirements. Their texts are format.
const (
	RequireDocument Require = iota + 1 // a paper that the customer has with her
	RequirePresence                    // the customer herself
	RequireOwnSite                     // the site that keeps the data, or its word
	RequireApproval                    // of somebody in a role
)

// String returns the stored text.
func (r Require) String() string {
	switch r {
	case RequireDocument:
		return "document"
	case RequirePresence:
		return "presence"
	case RequireOwnSite:
		return "own-site"
	case RequireApproval:
		return "approval"
	}
	return "require " + strconv.Itoa(int(r))
}

// MarshalText writes the stored text; anything else is an error.
func (r Require) MarshalText() ([]byte, error) {
	return customer.WriteStored("desk", r, RequireApproval)
}

// UnmarshalText reads what MarshalText wrote.
func (r *Require) UnmarshalText(text []byte) error {
	return customer.ReadStored("desk", "require", r, RequireApproval, text)
}

// Requirement is one thing that a task needs.
type Requirement struct {
	Require Require  `json:"require"`
	AnyOf   []string `json:"any_of,omitempty"` // documents or roles, of which one is enough; not with presence and own-site
	Where   string   `json:"where,omitempty"`  // what to do about it, or where: the exit-entry office, by telephone
}

// Errand is a task that somebody wants done for a customer at a site, and what is there for it.
type Errand struct {
	Task      string   `json:"task"`
	Site      string   `json:"site,omitempty"`      // where it is to be done; empty: at none yet
	Keeper    string   `json:"keeper,omitempty"`    // the site that keeps the data: where the account was opened; empty: any
	Present   bool     `json:"present,omitempty"`   // the customer is there herself
	Documents []string `json:"documents,omitempty"` // that she has with her
	Confirmed []string `json:"confirmed,omitempty"` // sites that have given their word, by telephone: their data may be changed here
	Approved  []string `json:"approved,omitempty"`  // roles of those who have approved it
}

// Lack is one thing that is missing for an errand, and what to do about it.
type Lack struct {
	AnyOf []string        `json:"any_of,omitempty"` // of which one is enough: documents, roles, or the sites that do it
	Where string          `json:"where,omitempty"`
	Why   customer.Reason `json:"why"`
}

// Lacks tells everything that is missing for an errand at once: that the site does not do it,
// and then, in the order of the rules, what the task needs. Nobody is sent for one thing, and
// then for the next. Nothing missing: it can be done there. When it can is for
// [Directory.Where] to say.
func (d *Directory) Lacks(errand Errand, at time.Time) ([]Lack, error) {
	task, err := d.errand(&errand, at)
	if err != nil {
		return nil, err
	}
	var lacks []Lack
	if sites := d.doing(task); !slices.Contains(sites, errand.Site) {
		why := customer.Reason{Code: CodeNotHere, Rule: d.name, Of: errand.Site}
		if errand.Site == "" {
			why = customer.Reason{Code: CodeNoSite, Rule: d.name, Of: strings.Join(sites, ", ")}
		}
		lacks = append(lacks, Lack{AnyOf: sites, Why: why})
	}
	for i := range d.rules.Tasks[task].Requires {
		rule := &d.rules.Tasks[task].Requires[i]
		if code, of := errand.lacks(rule); code != "" {
			lacks = append(lacks, Lack{slices.Clone(rule.AnyOf), rule.Where, customer.Reason{Code: code, Rule: d.name, Of: of}})
		}
	}
	return lacks, nil
}

// errand checks an errand and finds its task.
func (d *Directory) errand(errand *Errand, at time.Time) (task int, err error) {
	var faults customer.Faults
	if err := d.asked(&faults, nil, "", at); err != nil {
		return 0, err
	}
	task, known := d.tasks[errand.Task]
	if !known {
		faults.Add("task", errand.Task, "is a task of the directory")
	}
	d.knowsSite(&faults, "site", errand.Site)
	d.knowsSite(&faults, "keeper", errand.Keeper)
	for i, site := range errand.Confirmed {
		d.knowsSite(&faults, fmt.Sprintf("confirmed[%d]", i), site)
	}
	few(&faults, "confirmed", len(errand.Confirmed), MaxRequires)
	names(&faults, "documents", errand.Documents, MaxRequires)
	names(&faults, "approved", errand.Approved, MaxRequires)
	if err := faults.Err(); err != nil {
		return 0, err
	}
	return task, d.rules.Covers(customer.DateOf(at, d.zone))
}

// doing are the sites at which a task is done, in the order of the rules.
func (d *Directory) doing(task int) (sites []string) {
	for i := range d.does[task] {
		site := d.rules.Sites[d.places[d.does[task][i].desk].site].ID
		if !slices.Contains(sites, site) {
			sites = append(sites, site)
		}
	}
	return sites
}

// lacks returns the code of what the errand lacks by a rule, and what that is; empty: nothing.
func (e *Errand) lacks(rule *Requirement) (code, of string) {
	anyOf := func(has []string) bool {
		return slices.ContainsFunc(rule.AnyOf, func(one string) bool { return slices.Contains(has, one) })
	}
	has := false
	switch rule.Require {
	case RequireDocument:
		code, has = CodeNoDocument, anyOf(e.Documents)
	case RequirePresence:
		code, has = CodeNotPresent, e.Present
	case RequireOwnSite:
		if e.Keeper == "" || e.Site == e.Keeper || slices.Contains(e.Confirmed, e.Keeper) {
			return "", ""
		}
		return CodeOwnSite, e.Keeper
	case RequireApproval:
		code, has = CodeNoApproval, anyOf(e.Approved)
	}
	if has {
		return "", ""
	}
	return code, strings.Join(rule.AnyOf, ", ")
}

// requires checks what a task needs, and returns it in memory of its own.
func requires(faults *customer.Faults, path string, rules []Requirement) []Requirement {
	if !few(faults, path, len(rules), MaxRequires) {
		return nil
	}
	rules = slices.Clone(rules)
	for i := range rules {
		rule, here := &rules[i], fmt.Sprintf("%s[%d]", path, i)
		faults.Text(here+".where", rule.Where)
		names(faults, here+".any_of", rule.AnyOf, MaxRequires)
		rule.AnyOf = slices.Clone(rule.AnyOf)
		switch rule.Require {
		case RequireDocument, RequireApproval:
			if len(rule.AnyOf) == 0 {
				faults.Add(here+".any_of", len(rule.AnyOf), "names at least one")
			}
		case RequirePresence, RequireOwnSite:
			if len(rule.AnyOf) > 0 {
				faults.Add(here+".any_of", len(rule.AnyOf), "is empty: there is only one")
			}
		default:
			faults.Add(here+".require", rule.Require, "is a requirement")
		}
	}
	return rules
}
