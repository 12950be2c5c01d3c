package loyalty

import (
	"fmt"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
)

// Occasion is something that gives points and is no purchase.
type Occasion struct {
	Ref      string      `json:"ref"`
	Event    string      `json:"event"` // the id of an Event of the rules
	At       time.Time   `json:"at"`
	Customer customer.ID `json:"customer,omitempty"` // on a shared account: the member whose it is
}

// Canonical writes the occasion for a fingerprint.
func (o Occasion) Canonical(c *customer.Canonical) {
	c.Text("ref", o.Ref)
	c.Text("event", o.Event)
	c.Time("at", o.At)
	c.Text("customer", string(o.Customer))
}

// Award gives the points of an event. A full cap leaves nothing to give, and then the
// decision is empty but for its reasons. An event that she has had as often as the rules
// allow is a *customer.Refusal.
func (p *Program) Award(account Account, occasion Occasion) (Decision, error) {
	var faults customer.Faults
	faults.Name("ref", occasion.Ref)
	faults.Instant("at", occasion.At)
	faults.Text("customer", string(occasion.Customer))
	event := p.events[occasion.Event]
	if event == nil {
		faults.Add("event", occasion.Event, "is an event of the rules")
	}
	if err := faults.Err(); err != nil {
		return Decision{}, err
	}
	d, err := p.open(account, occasion.At, occasion.Ref)
	if err != nil {
		return Decision{}, err
	}
	missing := d.elsewhere()
	of, ok := d.memberOn(occasion.Customer)
	if !ok {
		missing = append(missing, customer.Reason{Code: CodeNoMember, On: d.day})
	}
	if len(missing) > 0 {
		return p.refuse(missing...)
	}
	counter := "event " + occasion.Event // no cap's id: these have no blank before them
	if event.most > 0 {
		if had := d.account.usedBy(counter, of); had >= int64(event.most) {
			return p.refuse(customer.Reason{Code: CodeHadEvent, Rule: event.cite, Fact: had, Mark: int64(event.most), Unit: customer.UnitTimes})
		}
	}
	points, use := d.limited(event.points, of, func(l *limit) int64 {
		if l.all || slices.Contains(l.events, occasion.Event) {
			return event.points
		}
		return 0
	})
	if points == 0 {
		return d.decision()
	}
	d.why(customer.Reason{Code: CodeAwarded, Rule: event.cite, Fact: points, Unit: customer.UnitPoints})
	if event.most > 0 {
		use = append(use, Use{Cap: counter, Points: 1, Of: of})
	}
	var charges []Charge
	if event.sponsor != "" {
		charges = []Charge{{To: event.sponsor, Points: points}}
	}
	more := Entry{Use: use, Rule: event.cite, Charges: charges, Of: of}
	if event.counts {
		more.Counts = d.counts()
	}
	d.issue(Earned, points, d.day.AddDays(event.vestDays), more)
	d.active()
	if event.counts {
		d.qualify()
	}
	return d.decision()
}

// Adjustment changes a balance by hand: goodwill, a mistake mended. It carries a reason
// and an author, always.
type Adjustment struct {
	Ref    string          `json:"ref"`
	At     time.Time       `json:"at"`
	Points decimal.Decimal `json:"points"` // above 0 gives, below 0 takes
	Reason string          `json:"reason"`
	Author string          `json:"author"`
}

// Canonical writes the adjustment for a fingerprint.
func (a Adjustment) Canonical(c *customer.Canonical) {
	c.Text("ref", a.Ref)
	c.Time("at", a.At)
	c.Decimal("points", a.Points)
	c.Text("reason", a.Reason)
	c.Text("author", a.Author)
}

// Adjust gives points as a lot of their own, or takes them in the order of spending.
// Taking more than the member has is a *customer.Refusal.
func (p *Program) Adjust(account Account, adjustment Adjustment) (Decision, error) {
	var faults customer.Faults
	faults.Name("ref", adjustment.Ref)
	faults.Name("reason", adjustment.Reason)
	faults.Name("author", adjustment.Author)
	faults.Instant("at", adjustment.At)
	points, exact := customer.Scaled(adjustment.Points, p.rules.PointDigits)
	if !exact || points == 0 || points > MaxPoints || points < -MaxPoints {
		faults.Add("points", adjustment.Points, fmt.Sprintf("are not 0, with at most %d decimal places", p.rules.PointDigits))
	}
	if err := faults.Err(); err != nil {
		return Decision{}, err
	}
	d, err := p.open(account, adjustment.At, adjustment.Ref)
	if err != nil {
		return Decision{}, err
	}
	if missing := d.elsewhere(); len(missing) > 0 {
		return p.refuse(missing...)
	}
	more := Entry{Reason: adjustment.Reason, Author: adjustment.Author}
	d.why(customer.Reason{Code: CodeAdjusted, Fact: points, Unit: customer.UnitPoints})
	if points > 0 {
		d.issue(Adjusted, points, d.day, more)
		d.active() // otherwise idle points given to somebody long away would be gone at once
		return d.decision()
	}
	if have := d.account.Balances.In(Member); have < -points {
		return p.refuse(customer.Reason{Code: CodePoints, Fact: have, Mark: -points, Unit: customer.UnitPoints})
	}
	d.draw(Adjusted, Issued, -points, more)
	return d.decision()
}

// Refund undoes a payment, or what is left of it: a reward handed back, a partner's
// refund. Its points go back into their lots, with their own dates. A payment on a
// receipt comes back with the receipt's goods instead, see [Program.Return].
type Refund struct {
	Ref     string    `json:"ref"`
	Payment string    `json:"payment"` // the Spending's Ref
	At      time.Time `json:"at"`
}

// Canonical writes the refund for a fingerprint.
func (r Refund) Canonical(c *customer.Canonical) {
	c.Text("ref", r.Ref)
	c.Text("payment", r.Payment)
	c.Time("at", r.At)
}

// Refund gives a payment's points back. A payment that is not open any more, or has
// come back already, is a *customer.Refusal.
func (p *Program) Refund(account Account, refund Refund) (Decision, error) {
	var faults customer.Faults
	faults.Name("ref", refund.Ref)
	faults.Name("payment", refund.Payment)
	faults.Instant("at", refund.At)
	if err := faults.Err(); err != nil {
		return Decision{}, err
	}
	d, err := p.open(account, refund.At, refund.Ref)
	if err != nil {
		return Decision{}, err
	}
	if missing := d.elsewhere(); len(missing) > 0 {
		return p.refuse(missing...)
	}
	for _, payment := range d.account.Payments {
		if left := open(payment.Parts); payment.Ref == refund.Payment && left > 0 {
			if d.account.hasSale(payment.Sale) {
				return p.refuse(customer.Reason{Code: CodeOnSale, On: d.day})
			}
			d.giveBack(payment, left)
			return d.decision()
		}
	}
	return p.refuse(customer.Reason{Code: CodeNoPayment, On: d.day})
}
