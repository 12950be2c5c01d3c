package complaint

import (
	"fmt"
	"slices"

	"github.com/rapport-crm/rapport/customer"
)

// EvidenceRules say what a cause and a decision may rest on.
type EvidenceRules struct {
	Clauses []Clause `json:"clauses,omitempty"` // that may be cited
	Inspect []Cause  `json:"inspect,omitempty"` // causes that need an inspection, or a clause that settles them; the customer's own always does

	Inspectors []string `json:"inspectors,omitempty"` // roles, of which an inspector has one; none: anybody may inspect
}

// maxClauses is the most clauses of a policy.
const maxClauses = 10_000

// maxInspectors is the most roles that may inspect.
const maxInspectors = 100

// readEvidence checks the rules and compiles them.
func (p *Policy) readEvidence(faults *customer.Faults) {
	rules := p.rules.Evidence
	faults.Within("evidence.clauses", len(rules.Clauses), 0, maxClauses)
	p.clauses = make(map[clauseKey]Clause, len(rules.Clauses))
	for i := range rules.Clauses[:min(len(rules.Clauses), maxClauses)] {
		clause := rules.Clauses[i]
		var part customer.Faults
		clause.check(&part)
		key := clauseKey{clause.ID, clause.Version}
		if _, twice := p.clauses[key]; twice {
			part.Add("version", clause.Version, "is not that of a clause of this ID above")
		}
		clause.Settles, clause.Kinds = slices.Clone(clause.Settles), slices.Clone(clause.Kinds)
		p.clauses[key] = clause
		faults.Join(fmt.Sprintf("evidence.clauses[%d]", i), part)
	}
	checkCauses(faults, "evidence.inspect", rules.Inspect)
	faults.Names("evidence.inspectors", rules.Inspectors, 0, maxInspectors)
	p.inspectors = slices.Clone(rules.Inspectors)
	p.inspect[CauseCustomer] = true
	for _, cause := range rules.Inspect {
		if cause <= lastCause {
			p.inspect[cause] = true
		}
	}
}
