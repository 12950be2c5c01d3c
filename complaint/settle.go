package complaint

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/rapport-crm/rapport/customer"
)

// Settlement is how an attempt to settle a remedy ended. The zero Settlement is refused.
type Settlement uint8

// The settlements. Their texts are format.
const (
	SettlementDone     Settlement = iota + 1 // paid, repaired, said
	SettlementFailed                         // the payment bounced, the repair did not hold: it is owed again
	SettlementDeclined                       // the customer does not want it
)

// String returns the stored text.
func (s Settlement) String() string {
	switch s {
	case SettlementDone:
		return "done"
	case SettlementFailed:
		return "failed"
	case SettlementDeclined:
		return "declined"
	}
	return "settlement " + strconv.Itoa(int(s))
}

// MarshalText writes the stored text; anything else is an error.
func (s Settlement) MarshalText() ([]byte, error) {
	return customer.WriteStored("complaint", s, SettlementDeclined)
}

// UnmarshalText reads what MarshalText wrote.
func (s *Settlement) UnmarshalText(text []byte) error {
	return customer.ReadStored("complaint", "settlement", s, SettlementDeclined, text)
}

// Settle books what became of a remedy: it was carried out, money in one or several parts; it
// failed; or the customer declines it. It is taken on a closed case too, since that is when a
// payment bounces. That she declines it nobody books of whom she complains.
//
// Nothing is booked on a remedy that another decision has withdrawn. Where it was paid all the
// same, because the payment was on its way, the issue is decided again, and the payment booked on
// the remedy that the decision offers for it.
type Settle struct {
	Step `json:"-"`

	Remedy    string     `json:"remedy"`
	Result    Settlement `json:"result"`
	PaidMinor int64      `json:"paid_minor,omitempty"` // of money: what was paid now; of a failure: what of it came back, 0 if nothing had been booked
	How       string     `json:"how,omitempty"`        // cash, transfer, at the counter
	External  string     `json:"external,omitempty"`   // the reference of whoever paid or repaired, or of what came back; one is booked once
	Note      string     `json:"note,omitempty"`
}

func (Settle) kind() Kind { return KindSettle }

// Canonical writes the command in canonical form.
func (x Settle) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Text("remedy", x.Remedy)
	if x.Result != 0 {
		c.Text("result", x.Result.String())
	}
	c.Int("paid_minor", x.PaidMinor)
	c.Text("how", x.How)
	c.Text("external", x.External)
	c.Text("note", x.Note)
}

func (x Settle) faults(faults *customer.Faults) {
	faults.Name("remedy", x.Remedy)
	if x.Result == 0 || x.Result > SettlementDeclined {
		faults.Add("result", x.Result, "is a settlement")
	}
	checkMinor(faults, "paid_minor", x.PaidMinor)
	if x.Result == SettlementDeclined && x.PaidMinor != 0 {
		faults.Add("paid_minor", x.PaidMinor, "is 0 for what is declined")
	}
	faults.Text("how", x.How)
	faults.Text("external", x.External)
	faults.Note("note", x.Note)
}

// Settle books what became of a remedy with a command.
func (p *Policy) Settle(c Case, x Settle) (Decision, error) {
	var d desk
	err := p.open(&d, &c, KindSettle, x.Take(), x.faults)
	if err != nil {
		return Decision{}, err
	}
	at := d.remedyOf(x.Remedy)
	if at < 0 {
		return d.decision()
	}
	d.missSettling(&x, &d.now.Remedies[at])
	d.post(x)
	if x.Result == SettlementFailed && len(d.missing) == 0 {
		p.barRemedies(&Case{Remedies: d.now.Remedies[at : at+1]}, d.step.At, d.why)
	}
	return d.decision()
}

// remedyOf returns the place of a remedy that a command names, or notes that there is none.
func (d *desk) remedyOf(ref string) int {
	at := d.now.remedy(ref)
	if at < 0 {
		d.miss(customer.Reason{Code: CodeRemedyUnknown, Of: ref})
	}
	return at
}

// missSettling notes what stands in the way of an attempt. Nothing is paid before it is
// approved, twice, or beyond what was offered.
func (d *desk) missSettling(x *Settle, r *Remedy) {
	if to := d.now.beneficiary(&r.Offer); to == d.step.By && x.Result == SettlementDone {
		d.miss(customer.Reason{Code: CodeBeneficiary, Of: to})
	}
	if x.Result == SettlementDeclined && d.now.concerns(d.step.By) { // nobody gives up for her what she gets of the matter
		d.miss(customer.Reason{Code: CodeConcerned, Of: d.step.By})
	}
	attempt := x.Result == SettlementFailed && r.State == RemedyGranted && x.PaidMinor == 0 // it may fail again
	if x.External != "" && !attempt && r.booked(x.External, x.Result) {
		d.miss(customer.Reason{Code: CodeExternalTwice, Of: x.External})
	}
	if len(r.Payments) >= MaxList {
		d.miss(customer.Reason{Code: CodeFull, Of: KindSettle.String(), Mark: MaxList, Unit: customer.UnitTimes})
	}
	paid := customer.Reason{Code: CodeOverpaid, Of: r.Remedy, Fact: x.PaidMinor, Unit: customer.UnitMinor}
	switch {
	case !r.settles(x.Result):
		d.miss(customer.Reason{Code: CodeRemedyState, Of: r.State.String(), At: r.At.In(d.zone)})
	case !r.Kind.money():
		if x.PaidMinor != 0 {
			paid.Code = CodeNotMoney
			d.miss(paid)
		}
	case x.PaidMinor == 0 && (x.Result == SettlementDone || x.Result == SettlementFailed && r.State != RemedyGranted):
		d.miss(customer.Reason{Code: CodeNothingPaid, Of: r.Remedy})
	case x.Result == SettlementDone && x.PaidMinor > r.AmountMinor-r.PaidMinor:
		paid.Mark = r.AmountMinor - r.PaidMinor
		d.miss(paid)
	case x.Result == SettlementFailed && x.PaidMinor > r.PaidMinor:
		paid.Code, paid.Mark = CodeBackTooMuch, r.PaidMinor
		d.miss(paid)
	}
}

// settles reports whether an attempt can end so in the remedy's state.
func (r *Remedy) settles(result Settlement) bool {
	switch {
	case r.State == RemedyGranted:
		return true
	case r.State == RemedySettled:
		return result == SettlementFailed
	case r.State == RemedyDeclined: // of which a part was paid
		return result == SettlementFailed && r.PaidMinor > 0
	default:
		return false
	}
}

// booked reports whether an attempt under an external reference is booked with a result.
func (r *Remedy) booked(external string, result Settlement) bool {
	return slices.ContainsFunc(r.Payments, func(p Payment) bool { return p.External == external && p.Result == result })
}

func (x Settle) apply(g *ground, e *Entry) error {
	r, err := g.change(x.Remedy, RemedyGranted, RemedySettled, RemedyDeclined)
	switch {
	case err != nil:
		return err
	case !r.settles(x.Result):
		return fmt.Errorf("remedy %q is %s", x.Remedy, r.State)
	case x.PaidMinor < 0, x.PaidMinor != 0 && !r.Kind.money():
		return fmt.Errorf("%d minor units of a %s", x.PaidMinor, r.Kind)
	case len(r.Payments) >= MaxList:
		return errFull
	}
	switch x.Result {
	case SettlementDone:
		if r.Kind.money() && (x.PaidMinor == 0 || x.PaidMinor > r.AmountMinor-r.PaidMinor) {
			return fmt.Errorf("%d minor units paid, where %d are left", x.PaidMinor, r.AmountMinor-r.PaidMinor)
		}
		r.PaidMinor += x.PaidMinor
		if !r.Kind.money() || r.PaidMinor == r.AmountMinor {
			r.State = RemedySettled
		}
	case SettlementFailed:
		if x.PaidMinor > r.PaidMinor {
			return fmt.Errorf("%d minor units came back, where %d are paid", x.PaidMinor, r.PaidMinor)
		}
		r.PaidMinor -= x.PaidMinor
		r.Fails++
		if !r.Kind.money() || r.PaidMinor < r.AmountMinor {
			r.State = RemedyGranted
		}
	case SettlementDeclined:
		r.cut(RemedyDeclined, e)
	default:
		return fmt.Errorf("it ended as %s", x.Result)
	}
	r.Payments = append(slices.Clip(r.Payments), Payment{e.Ref, e.At, x.Result, x.How, x.External, x.PaidMinor})
	return nil
}
