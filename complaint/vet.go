package complaint

import (
	"errors"
	"fmt"
	"time"

	"github.com/rapport-crm/rapport/complaint/suitability"
	"github.com/rapport-crm/rapport/customer"
)

// MisSelling is the kind of an issue about a sale that should not have been made.
const MisSelling = "mis-selling"

// Vetting is a sale held against the rules of its day, with all that the answer was made from.
type Vetting struct {
	Ref     string              `json:"ref"`
	At      time.Time           `json:"at"`
	By      string              `json:"by"`
	Issue   string              `json:"issue"`
	Sold    customer.Date       `json:"sold"`
	Staff   string              `json:"staff,omitempty"` // who sold it
	Product suitability.Product `json:"product"`
	Profile suitability.Profile `json:"profile"`
	Verdict suitability.Verdict `json:"verdict"`
}

// Vet holds the sale that an issue of the kind MisSelling is about against the suitability rules
// of its day, with the product and the customer as they were known then.
type Vet struct {
	Step `json:"-"`

	Issue   string              `json:"issue"`
	Sold    customer.Date       `json:"sold"`
	Staff   string              `json:"staff,omitempty"`
	Product suitability.Product `json:"product"`
	Profile suitability.Profile `json:"profile"`
}

func (Vet) kind() Kind { return KindVet }

// Canonical writes the command in canonical form.
func (x Vet) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Text("issue", x.Issue)
	c.Date("sold", x.Sold)
	c.Text("staff", x.Staff)
	c.Group("product", func() { x.Product.Canonical(c) })
	c.Group("profile", func() { x.Profile.Canonical(c) })
}

func (x Vet) faults(faults *customer.Faults) {
	faults.Name("issue", x.Issue)
	faults.GivenDay("sold", x.Sold)
	faults.Text("staff", x.Staff)
	var part customer.Faults
	x.Product.Check(&part)
	faults.Join("product", part)
	part = nil
	x.Profile.Check(&part)
	faults.Join("profile", part)
}

// Vet books a vetting and its answer, by the rules that were in force on the day of the sale.
func (p *Policy) Vet(c Case, x Vet, book *suitability.Book) (Decision, error) {
	var d desk
	err := p.open(&d, &c, KindVet, x.Take(), x.faults)
	if err != nil {
		return Decision{}, err
	}
	if issue := d.hasIssue(x.Issue); issue != nil && issue.Kind != MisSelling {
		d.miss(customer.Reason{Code: CodeVetKind, Of: x.Issue})
	}
	verdict, err := book.Assess(x.Product, x.Profile, x.Sold)
	var refused *customer.Refusal
	switch {
	case errors.As(err, &refused):
		for _, missing := range refused.Missing {
			d.miss(missing)
		}
	case err != nil:
		return Decision{}, err
	}
	if x.Sold > p.day(d.step.At) {
		d.miss(customer.Reason{Code: CodeVetLater, Of: x.Issue, On: x.Sold})
	}
	d.post(x)
	because := verdict.Missed
	if len(because) == 0 {
		because = []customer.Reason{{Code: suitability.CodeSuits, Rule: verdict.Rule, Of: x.Product.ID}}
	}
	d.post(Vetted{verdict}, because...)
	return d.decision()
}

func (x Vet) apply(g *ground, e *Entry) error {
	if g.issue(x.Issue) < 0 {
		return fmt.Errorf("there is no issue %q", x.Issue)
	}
	vettings := room(g, ofVettings, &g.Vettings)
	*vettings = append(*vettings, Vetting{e.Ref, e.At, e.By, x.Issue, x.Sold, x.Staff, x.Product, x.Profile, suitability.Verdict{}})
	return nil
}

// Vetted is the answer to the Vet of the same reference, from which it follows.
type Vetted struct {
	suitability.Verdict
}

func (Vetted) kind() Kind { return KindVetted }

func (x Vetted) faults(faults *customer.Faults) { x.Check(faults) }

func (x Vetted) apply(g *ground, e *Entry) error {
	last := len(g.Vettings) - 1
	if last < 0 || g.Vettings[last].Ref != e.Ref || g.Vettings[last].Verdict.Rule != "" {
		return fmt.Errorf("nothing was vetted under %q", e.Ref)
	}
	(*mine(g, ofVettings, &g.Vettings))[last].Verdict = x.Verdict
	return nil
}
