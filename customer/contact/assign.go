package contact

import (
	"errors"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
)

// Assign gives to somebody else what one of the staff is to do for the customer, so that nothing is
// without an owner where she leaves, or is away: a promise that is still to be kept, a visit that is
// still to be made, or a quote that the customer may still accept. Exactly one of them is named.
//
// Nothing else of a file is anybody's: a preparation is for whoever speaks with her next, an appointment
// is the shop's, and what was said stays with who said it.
type Assign struct { //nolint:recvcheck // a value; read in place
	journal.Step `json:"-"`

	Promise string `json:"promise,omitempty"`
	Visit   string `json:"visit,omitempty"`
	Quote   string `json:"quote,omitempty"`
	To      string `json:"to"`
	Why     string `json:"why"`
}

func (Assign) kind() string { return "assign" }

// Canonical writes the command in canonical form.
func (x Assign) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Text("promise", x.Promise)
	c.Text("visit", x.Visit)
	c.Text("quote", x.Quote)
	c.Text("to", x.To)
	c.Text("why", x.Why)
}

func (x Assign) check(faults *customer.Faults) {
	named := 0
	for _, one := range [...]struct{ path, id string }{{"promise", x.Promise}, {"visit", x.Visit}, {"quote", x.Quote}} {
		if one.id == "" {
			continue
		}
		faults.Name(one.path, one.id)
		if named++; named > 1 {
			faults.Add(one.path, one.id, "is the only one that is given, or absent")
		}
	}
	if named == 0 {
		faults.Add("promise", x.Promise, "is required where neither a visit nor a quote is given")
	}
	faults.Name("to", x.To)
	required(faults, "why", x.Why)
}

// Assign gives a promise, a visit or a quote to somebody else with a command. Whether she works there
// the host knows; see task.Staff. The transfers of a handover are booked with it:
//
//	assign := contact.Assign{Step: journal.Step{Ref: transfer.Ref, By: by, At: at}, Promise: transfer.ID, To: transfer.To, Why: why}
//	answer, err := journal.Book(ctx, store, transfer.Customer, assign, policy.Assign)
func (p *Policy) Assign(f File, x Assign) (Decision, error) {
	d, err := p.begin(&f, x.Take(), x.check)
	if err != nil {
		return Decision{}, err
	}
	switch owner, had := p.owner(d, &f, &x); {
	case had && owner == x.To:
		d.Miss(customer.Reason{Code: CodeAssignedAlready, Of: owner})
	case had:
		d.Post(x, customer.Reason{Code: CodeAssigned, Of: owner})
	}
	return d.Decision()
}

// owner returns who has what is to change hands, false where it cannot, and notes what stands in the way.
func (p *Policy) owner(d *draft, f *File, x *Assign) (string, bool) {
	switch {
	case x.Promise != "":
		if row := p.promised(d, f, x.Promise); row != nil {
			return row.Owner, true
		}
	case x.Quote != "":
		row := p.quoted(d, f, x.Quote)
		if row == nil {
			return "", false
		}
		if !d.At.Before(row.Expires) {
			d.Miss(customer.Reason{Code: CodeQuoteExpired, Of: x.Quote, By: row.LastDay})
		}
		return row.Owner, true
	default:
		at := f.visit(x.Visit)
		if at < 0 {
			d.Miss(customer.Reason{Code: CodeVisitUnknown, Of: x.Visit})
			return "", false
		}
		if row := &f.Visits[at]; row.Made() || !row.Off.IsZero() {
			p.missVisit(d, row)
			return "", false
		}
		return f.Visits[at].Plan.Staff, true // whatever was not made was planned
	}
	return "", false
}

func (x Assign) apply(g *ground, _ *Entry) error {
	owner, err := x.owned(g)
	if err != nil {
		return err
	}
	if x.To == "" || *owner == x.To {
		return errors.New("what changes hands goes to somebody else")
	}
	*owner = x.To
	return nil
}

// owned returns where the owner stands of what changes hands, to be changed.
func (x *Assign) owned(g *ground) (*string, error) {
	switch {
	case x.Promise != "":
		row, err := g.promised(x.Promise)
		if err != nil {
			return nil, err
		}
		return &row.Owner, nil
	case x.Quote != "":
		row, err := g.quoted(x.Quote)
		if err != nil {
			return nil, err
		}
		return &row.Owner, nil
	}
	at := g.visit(x.Visit)
	if at < 0 {
		return nil, errUnknown
	}
	row := &(*mine(g, ofVisits, &g.Visits))[at]
	if row.Made() || !row.Off.IsZero() || row.Plan == nil {
		return nil, errOver
	}
	plan := *row.Plan // shared with the file before
	row.Plan = &plan
	return &plan.Staff, nil
}
