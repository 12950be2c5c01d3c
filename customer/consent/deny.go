package consent

import (
	"slices"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
)

// Decline is a no: she was asked, and does not want it. It stands until she says yes.
type Decline struct {
	journal.Step `json:"-"`

	Scope
	Evidence Evidence `json:"evidence,omitzero"`
}

func (Decline) kind() string { return "decline" }

// Canonical writes the command in canonical form.
func (x Decline) Canonical(c *customer.Canonical) {
	x.Write(c)
	x.canonical(c)
	c.Group("evidence", func() { x.Evidence.canonical(c) })
}

func (x Decline) check(faults *customer.Faults) {
	x.Scope.check(faults)
	x.Evidence.check(faults, false)
}

// Decline books a no. The reasons of the answer name what goes on all the same: what has another basis,
// her yes to third parties of whom she did not speak, and every later yes, which stands.
func (p *Policy) Decline(c Consents, x Decline) (Decision, error) {
	d, err := p.deny(c, x.Take(), &x.Scope, mostButNoes, x.check)
	if err != nil {
		return Decision{}, err
	}
	x.Scope = x.clone()
	d.Post(x)
	return d.Decision()
}

func (x Decline) apply(f *folding, e *Entry) error {
	own(&f.Denials, &f.denials, 1)
	return put(&f.Denials, Denial{Word: f.word(e), Scope: x.Scope, Evidence: x.Evidence})
}

// Withdraw takes a yes back, from the instant at which she says so: what was done until then
// stays allowed. It asks for nothing that Give does not ask for, and never fails for want of
// evidence. It is booked where there is no yes as well, for one may be booked later.
//
// A yes of the same instant is taken back too. So whoever has booked a yes that she never gave
// withdraws it as of its own instant, and it has never held.
type Withdraw struct {
	journal.Step `json:"-"`

	Scope
	Evidence Evidence `json:"evidence,omitzero"`
}

func (Withdraw) kind() string { return "withdraw" }

// Canonical writes the command in canonical form.
func (x Withdraw) Canonical(c *customer.Canonical) {
	x.Write(c)
	x.canonical(c)
	c.Group("evidence", func() { x.Evidence.canonical(c) })
}

func (x Withdraw) check(faults *customer.Faults) {
	x.Scope.check(faults)
	x.Evidence.check(faults, false)
}

// Withdraw books that a yes is taken back. The reasons of the answer are those of [Policy.Decline].
func (p *Policy) Withdraw(c Consents, x Withdraw) (Decision, error) {
	d, err := p.deny(c, x.Take(), &x.Scope, MaxWords, x.check)
	if err != nil {
		return Decision{}, err
	}
	x.Scope = x.clone()
	d.Post(x)
	return d.Decision()
}

func (x Withdraw) apply(f *folding, e *Entry) error {
	own(&f.Denials, &f.denials, 1)
	return put(&f.Denials, Denial{Word: f.word(e), Scope: x.Scope, Withdrawn: true, Evidence: x.Evidence})
}

type draft = journal.Draft[Consents, Body, Form]

// begin begins a decision.
func (p *Policy) begin(c Consents, step journal.Step, check func(*customer.Faults)) (*draft, error) {
	return journal.Begin(p.rules.Edition, p.zone, c, c.Entries, step, check)
}

// deny begins a decision on a no.
func (p *Policy) deny(c Consents, step journal.Step, scope *Scope, most int, check func(*customer.Faults)) (*draft, error) {
	d, err := p.begin(c, step, func(faults *customer.Faults) {
		check(faults)
		p.checkScope(faults, scope, &c)
	})
	if err != nil {
		return nil, err
	}
	if len(c.Denials) >= most {
		d.Miss(customer.Reason{Code: CodeFull, Mark: int64(most), Unit: customer.UnitTimes})
	}
	for i := range c.Grants {
		g := &c.Grants[i]
		if g.At.After(step.At) && scope.covers(&Question{g.Purpose, g.Channel, g.Party}) {
			d.Why(customer.Reason{Code: CodeOvertaken, Rule: p.ruleOf(g.Purpose), Of: g.Ref, At: p.local(g.At)})
		}
	}
	p.goesOn(d, &c, scope)
	return d, nil
}

// goesOn says what a no does not stop: what has another basis, and her yes to a third party where she
// spoke of the shop only.
func (p *Policy) goesOn(d *draft, c *Consents, scope *Scope) {
	for i := range p.rules.Purposes {
		purpose := &p.rules.Purposes[i]
		if purpose.Basis != "" && purpose.DespiteOptOut && slices.ContainsFunc(p.channelsOf(purpose), func(channel string) bool {
			return scope.covers(&Question{Purpose: purpose.ID, Channel: channel})
		}) {
			d.Why(customer.Reason{Code: CodeGoesOn, Rule: p.names[i], Of: purpose.Basis})
		}
	}
	if scope.Party != "" || scope.Parties {
		return
	}
	everybody := *scope
	everybody.Parties = true
	var told []Question
	for i := range c.Grants {
		g := &c.Grants[i]
		q := Question{g.Purpose, g.Channel, g.Party}
		one := Question{Purpose: g.Purpose, Party: g.Party}
		if g.Party == "" || slices.Contains(told, one) || !everybody.covers(&q) {
			continue
		}
		if yes := c.look(&q, "", 0, d.At).grant; yes != nil {
			told = append(told, one)
			d.Why(customer.Reason{Code: CodePartyGoesOn, Rule: p.ruleOf(g.Purpose), Of: g.Party, At: p.local(yes.At)})
		}
	}
}

// ruleOf is how reasons cite a purpose, be it one of the rules or of former ones.
func (p *Policy) ruleOf(purpose string) string {
	if at, known := p.purposes[purpose]; known {
		return p.names[at]
	}
	return ruleName(p.rules.Edition, purpose)
}

// Object is that she wants no contact at all, by whomever and through whatever. It stops every
// purpose but those that go on despite opting out, and no yes lifts it, only Restore.
type Object struct {
	journal.Step `json:"-"`

	Evidence Evidence `json:"evidence,omitzero"`
}

func (Object) kind() string { return "object" }

// Canonical writes the command in canonical form.
func (x Object) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Group("evidence", func() { x.Evidence.canonical(c) })
}

func (x Object) check(faults *customer.Faults) { x.Evidence.check(faults, false) }

// Object books that she objects to being contacted. The reasons of the answer name what goes on all
// the same.
func (p *Policy) Object(c Consents, x Object) (Decision, error) {
	step := x.Take()
	d, err := p.object(c, step, false, x.check)
	if err != nil {
		return Decision{}, err
	}
	if len(c.Objections) >= MaxWords && c.objected(step.At) != nil {
		return Decision{}, nil // one more would say nothing
	}
	for i := range p.rules.Purposes {
		if purpose := &p.rules.Purposes[i]; purpose.DespiteOptOut {
			d.Why(customer.Reason{Code: CodeGoesOn, Rule: p.names[i], Of: purpose.Basis})
		}
	}
	d.Post(x)
	return d.Decision()
}

func (x Object) apply(f *folding, e *Entry) error {
	own(&f.Objections, &f.objections, 1)
	return put(&f.Objections, Objection{Word: f.word(e), Evidence: x.Evidence})
}

// Restore takes an objection back: what she had said yes to, and not taken back, holds again.
type Restore struct {
	journal.Step `json:"-"`

	Evidence Evidence `json:"evidence"`
}

func (Restore) kind() string { return "restore" }

// Canonical writes the command in canonical form.
func (x Restore) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Group("evidence", func() { x.Evidence.canonical(c) })
}

func (x Restore) check(faults *customer.Faults) { x.Evidence.check(faults, true) }

// Restore books that an objection is taken back.
func (p *Policy) Restore(c Consents, x Restore) (Decision, error) {
	step := x.Take()
	d, err := p.object(c, step, true, x.check)
	if err != nil {
		return Decision{}, err
	}
	if c.objected(step.At) == nil {
		d.Why(customer.Reason{Code: CodeNoObjection, At: p.local(step.At)})
	}
	d.Post(x)
	return d.Decision()
}

func (x Restore) apply(f *folding, e *Entry) error {
	own(&f.Objections, &f.objections, 1)
	return put(&f.Objections, Objection{Word: f.word(e), Restored: true, Evidence: x.Evidence})
}

// object begins a decision on an objection, or on taking one back.
func (p *Policy) object(c Consents, step journal.Step, restored bool, check func(*customer.Faults)) (*draft, error) {
	d, err := p.begin(c, step, check)
	if err != nil {
		return nil, err
	}
	if later := c.objectionAfter(step.At, !restored); later != nil {
		d.Why(customer.Reason{Code: CodeOvertaken, Of: later.Ref, At: p.local(later.At)})
	}
	most := MaxWords
	if restored {
		most = mostButNoes
	}
	if len(c.Objections) >= most {
		d.Miss(customer.Reason{Code: CodeFull, Mark: int64(most), Unit: customer.UnitTimes})
	}
	return d, nil
}

// objected returns the objection that stands at an instant, or nil. Of an objection and a
// restoration at one instant the objection counts.
func (c *Consents) objected(at time.Time) *Objection {
	for i := len(c.Objections) - 1; i >= 0; i-- {
		last := &c.Objections[i]
		if last.At.After(at) {
			continue
		}
		for ; i >= 0 && c.Objections[i].At.Equal(last.At); i-- {
			if !c.Objections[i].Restored {
				return &c.Objections[i]
			}
		}
		break
	}
	return nil
}

// lastObjection returns the objection that stands after an instant and is not taken back since, or nil.
func (c *Consents) lastObjection(after time.Time) *Objection {
	if n := len(c.Objections); n > 0 && c.Objections[n-1].At.After(after) {
		return c.objected(c.Objections[n-1].At)
	}
	return nil
}

// objectionAfter returns the first later word of hers that ends an objection, or what takes one back;
// nil: none. Taking back ends with an objection of the same instant too.
func (c *Consents) objectionAfter(at time.Time, restored bool) *Objection {
	for i := range c.Objections {
		if o := &c.Objections[i]; o.Restored == restored && (o.At.After(at) || !restored && o.At.Equal(at)) {
			return o
		}
	}
	return nil
}

// denied returns the last no to a question at an instant, or nil.
func (c *Consents) denied(q *Question, at time.Time) *Denial {
	for i := len(c.Denials) - 1; i >= 0; i-- {
		if no := &c.Denials[i]; !no.At.After(at) && no.covers(q) {
			return no
		}
	}
	return nil
}

// deniedAfter returns the first no to a question that is of an instant or a later one, or nil.
func (c *Consents) deniedAfter(q *Question, at time.Time) *Denial {
	for i := range c.Denials {
		if no := &c.Denials[i]; !no.At.Before(at) && no.covers(q) {
			return no
		}
	}
	return nil
}
