package contact

import (
	"errors"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
)

// Justify explains a quote that was flagged: why it differs from an earlier one, and who approves that.
type Justify struct {
	journal.Step `json:"-"`

	Quote string `json:"quote"`
	Exception
}

func (Justify) kind() string { return "justify" }

// Canonical writes the command in canonical form.
func (x Justify) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Text("quote", x.Quote)
	x.Exception.canonical(c)
}

func (x Justify) check(faults *customer.Faults) {
	faults.Name("quote", x.Quote)
	x.Exception.check(faults)
}

// Justify explains a quote with a command.
func (p *Policy) Justify(f File, x Justify) (Decision, error) {
	d, err := p.begin(&f, x.Take(), x.check)
	if err != nil {
		return Decision{}, err
	}
	at := f.quote(x.Quote)
	if at < 0 {
		d.Miss(customer.Reason{Code: CodeQuoteUnknown, Of: x.Quote})
		return d.Decision()
	}
	row := &f.Quotes[at]
	if !row.Unexplained {
		d.Miss(customer.Reason{Code: CodeQuoteExplained, Of: x.Quote})
	}
	if row.Approve && x.Approver == "" {
		d.Miss(customer.Reason{Code: CodeQuoteApprove})
	}
	p.missApprover(d, &x.Exception, row.By)
	d.Post(x, customer.Reason{Code: CodeQuoteExcepted, Of: x.Approver})
	return d.Decision()
}

func (x Justify) apply(g *ground, e *Entry) error {
	at := g.quote(x.Quote)
	if at < 0 {
		return errUnknown
	}
	if !g.Quotes[at].Unexplained {
		return errOver
	}
	row := &(*mine(g, ofQuotes, &g.Quotes))[at]
	row.Unexplained, row.Exception, row.Excepted, row.AnchorMinor = false, x.Exception, e.At, row.PriceMinor
	return nil
}

// Answer is what the customer says to a quote: she accepts it, or declines it.
type Answer struct {
	journal.Step `json:"-"`

	Quote    string `json:"quote"`
	Accepted bool   `json:"accepted,omitempty"`

	Binds time.Time `json:"binds,omitzero"` // left to the policy: until when a later quote is held against it
}

func (Answer) kind() string { return "answer" }

// Canonical writes the command in canonical form.
func (x Answer) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Text("quote", x.Quote)
	c.Bool("accepted", x.Accepted)
	c.Time("binds", x.Binds)
}

func (x Answer) check(faults *customer.Faults) { faults.Name("quote", x.Quote) }

// Answer books with a command what the customer says. After its last day a quote is accepted no more:
// it is named anew.
func (p *Policy) Answer(f File, x Answer) (Decision, error) {
	d, err := p.begin(&f, x.Take(), func(faults *customer.Faults) {
		x.check(faults)
		left(faults, "binds", x.Binds, x.Binds.IsZero())
	})
	if err != nil {
		return Decision{}, err
	}
	row := p.quoted(d, &f, x.Quote)
	if row == nil {
		return d.Decision()
	}
	if x.Accepted && !d.At.Before(row.Expires) {
		d.Miss(customer.Reason{Code: CodeQuoteExpired, Of: x.Quote, By: row.LastDay})
	}
	x.Binds = latest(row.Binds, p.binds(customer.DateOf(d.At, p.zone)))
	d.Post(x)
	if x.Accepted && row.Unexplained {
		d.Why(p.flagged(row))
	}
	return d.Decision()
}

// quoted returns a quote that was neither answered nor withdrawn, nil where there is none, and notes
// what stands in the way.
func (p *Policy) quoted(d *draft, f *File, ref string) *Quoted {
	at := f.quote(ref)
	if at < 0 {
		d.Miss(customer.Reason{Code: CodeQuoteUnknown, Of: ref})
		return nil
	}
	row := &f.Quotes[at]
	if end := latest(row.Answered, row.Withdrawn); !end.IsZero() {
		d.Miss(customer.Reason{Code: CodeQuoteEnded, Of: ref, At: p.local(end)})
		return nil
	}
	return row
}

// quoted returns a quote that was neither answered nor withdrawn, to be changed.
func (g *ground) quoted(ref string) (*Quoted, error) {
	at := g.quote(ref)
	if at < 0 {
		return nil, errUnknown
	}
	if row := &g.Quotes[at]; !row.Answered.IsZero() || !row.Withdrawn.IsZero() {
		return nil, errOver
	}
	return &(*mine(g, ofQuotes, &g.Quotes))[at], nil
}

func (x Answer) apply(g *ground, e *Entry) error {
	row, err := g.quoted(x.Quote)
	if err != nil {
		return err
	}
	if x.Binds.IsZero() {
		return errors.New("a quote says until when it binds")
	}
	row.Answered, row.Accepted, row.Binds = e.At, x.Accepted, x.Binds
	return nil
}

// Withdraw takes a quote back that nobody has answered, and says why. Later quotes are not held against
// it.
type Withdraw struct {
	journal.Step `json:"-"`

	Quote string `json:"quote"`
	Why   string `json:"why"`
}

func (Withdraw) kind() string { return "withdraw" }

// Canonical writes the command in canonical form.
func (x Withdraw) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Text("quote", x.Quote)
	c.Text("why", x.Why)
}

func (x Withdraw) check(faults *customer.Faults) {
	faults.Name("quote", x.Quote)
	required(faults, "why", x.Why)
}

// Withdraw takes a quote back with a command.
func (p *Policy) Withdraw(f File, x Withdraw) (Decision, error) {
	d, err := p.begin(&f, x.Take(), x.check)
	if err != nil {
		return Decision{}, err
	}
	if p.quoted(d, &f, x.Quote) != nil {
		d.Post(x)
	}
	return d.Decision()
}

func (x Withdraw) apply(g *ground, e *Entry) error {
	row, err := g.quoted(x.Quote)
	if err != nil {
		return err
	}
	row.Withdrawn, row.Why = e.At, x.Why
	return nil
}
