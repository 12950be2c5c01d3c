package wallet

import (
	"cmp"
	"errors"
	"fmt"
	"math/bits"
	"slices"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// Voiding undoes what is left of a payment.
type Voiding struct {
	Ref  string    `json:"ref"`
	Sale string    `json:"sale"` // the receipt
	At   time.Time `json:"at"`
}

// Canonical writes the voiding for a fingerprint.
func (v Voiding) Canonical(c *customer.Canonical) {
	c.Text("ref", v.Ref)
	c.Text("sale", v.Sale)
	c.Time("at", v.At)
}

// Void undoes what is left of a payment: everything that its coupons took off goes back,
// and they are open again, until their own end. A coupon of which all had come back
// before stays as that return left it. A payment that is not open, and one of which
// everything has come back, is a *customer.Refusal.
func (r *Register) Void(wallet Wallet, voiding Voiding) (Decision, error) {
	var faults customer.Faults
	faults.Name("ref", voiding.Ref)
	faults.Name("sale", voiding.Sale)
	faults.Instant("at", voiding.At)
	if err := faults.Err(); err != nil {
		return Decision{}, err
	}
	d, err := r.open(wallet, voiding.At, voiding.Ref)
	if err != nil {
		return Decision{}, err
	}
	at := d.payment(voiding.Sale)
	if at < 0 {
		return r.refuse(customer.Reason{Code: CodeNoPayment, On: d.day})
	}
	payment := d.wallet.Payments[at]
	left, rest := false, map[int]int64{}
	for i := range payment.Uses {
		use := &payment.Uses[i]
		left = left || !use.whole()
		for j := range use.Runs {
			run := &use.Runs[j]
			rest[run.Line] = max(rest[run.Line], run.From+run.Units-payment.brought(run.Line))
		}
	}
	if !left {
		return r.refuse(customer.Reason{Code: CodeNothingLeft, On: d.day})
	}
	d.bring(payment, rest, true)
	return d.decision()
}

// Return settles goods that came back: by the figures of their sale. Units of a line come
// back in the order in which they stand on it, which is what Run.From counts. Of a run of
// n units that saved S, k units back give floor(S·k/n) back in all, in whatever steps and
// order they come; what each of those who bore it gets back is settled by the same rule,
// so that the parts add up after every step.
//
// When everything that a coupon was used on has come back, Rules.Returned says whether it
// is open again. Lines and units on which no coupon was used change nothing here.
//
// Its error is a *customer.Refusal when no payment on the sale is open: not booked yet
// (the return may be sent again once it is), or closed.
func (r *Register) Return(wallet Wallet, back customer.Return) (Decision, error) {
	var faults customer.Faults
	errors.As(back.Validate(), &faults) // Validate returns nothing else
	if back.Sale == "" {
		faults.Add("sale", back.Sale, "is the receipt of the sale: coupons are settled by its figures")
	}
	units := map[int]int64{}
	for i := range back.Lines {
		line := &back.Lines[i]
		n, exact := customer.Scaled(line.Quantity, 3)
		if !exact || n < 1 || n > maxUnits-units[line.SaleLine] {
			faults.Add(fmt.Sprintf("lines[%d].quantity", i), line.Quantity, "is above 0, at most 10^9, and exact in thousandths; a line sold without a quantity comes back as 1")
			continue
		}
		units[line.SaleLine] += n
	}
	if err := faults.Err(); err != nil {
		return Decision{}, err
	}
	d, err := r.open(wallet, back.At, back.Ref)
	if err != nil {
		return Decision{}, err
	}
	at := d.payment(back.Sale)
	if at < 0 {
		return r.refuse(customer.Reason{Code: CodeNoPayment, On: d.day})
	}
	d.bring(d.wallet.Payments[at], units, false)
	return d.decision()
}

// brought is how many units of a line have come back.
func (p *Payment) brought(line int) int64 {
	at, found := slices.BinarySearchFunc(p.Lines, line, func(c Count, line int) int { return cmp.Compare(c.Line, line) })
	if !found {
		return 0
	}
	return p.Lines[at].Units
}

// in is how many of the first units of a line lie in a run.
func (r *Run) in(units int64) int64 { return min(max(units-r.From, 0), r.Units) }

// upTo is floor(share·k/n): what k of n units of a share come to.
func upTo(share, k, n int64) int64 {
	if n == 0 {
		return 0
	}
	high, low := bits.Mul64(uint64(share), uint64(k))
	quotient, _ := bits.Div64(high, low, uint64(n)) // k is at most n
	return int64(quotient)
}

// bring books units that came back, by line, and gives back what they had saved.
func (d *desk) bring(payment Payment, units map[int]int64, undone bool) {
	var lines []Count
	backs := make([]Entry, len(payment.Uses))
	for i := range payment.Uses {
		use := &payment.Uses[i]
		backs[i] = Entry{Kind: GivenBack, Sale: payment.Ref, Coupon: use.Coupon, Offer: use.Offer}
		for j := range use.Runs {
			run := &use.Runs[j]
			if units[run.Line] < 1 {
				continue
			}
			before := payment.brought(run.Line)
			at, found := slices.BinarySearchFunc(lines, run.Line, func(c Count, line int) int { return cmp.Compare(c.Line, line) })
			if !found {
				lines = slices.Insert(lines, at, Count{Line: run.Line})
			}
			// What comes back beyond the last run of a line had no coupon.
			lines[at].Units = max(lines[at].Units, min(units[run.Line], run.From+run.Units-before))
			was, is := run.in(before), run.in(before+units[run.Line])
			if is > was {
				saved := upTo(run.Saved, is, run.Units) - upTo(run.Saved, was, run.Units)
				backs[i].Runs = append(backs[i].Runs, Run{Line: run.Line, From: run.From, Units: is - was, Saved: saved})
				backs[i].Saved += saved
			}
		}
	}
	lines = slices.DeleteFunc(lines, func(c Count) bool { return c.Units < 1 })
	if len(lines) == 0 {
		return
	}
	d.post(Entry{Kind: Brought, Sale: payment.Ref, Lines: lines})
	for i := range payment.Uses {
		use, back := payment.Uses[i], &backs[i]
		if len(back.Runs) == 0 {
			continue
		}
		back.Parts = use.partsBack(back.Saved)
		d.post(*back)
		d.why(customer.Reason{Code: CodeGivenBack, Rule: use.Coupon, Fact: back.Saved, Mark: use.Saved, Unit: customer.UnitMinor})
		for j := range back.Runs {
			use.Returned += back.Runs[j].Units
		}
		d.finish(payment.Ref, &use, undone)
	}
}

// finish says what becomes of a coupon after goods came back.
func (d *desk) finish(sale string, use *Use, undone bool) {
	switch {
	case !undone && !use.whole() || d.err != nil:
		return
	case !undone && d.register.rules.Returned == Spend:
		d.why(customer.Reason{Code: CodeSpent, Rule: use.Coupon, On: d.day})
		return
	}
	d.post(Entry{Kind: Reopened, Sale: sale, Coupon: use.Coupon, Offer: use.Offer})
	if !d.expireEnded(use.Coupon, d.day, d.at) && d.err == nil {
		at, _ := d.wallet.find(use.Coupon)
		d.why(customer.Reason{Code: CodeReopened, Rule: use.Coupon, By: d.wallet.Coupons[at].Until})
	}
}

// partsBack says who gets which part of more that goes back. One after the other has
// borne his part of what those before him leave over, and gets back in proportion, rounded
// down; the last one gets the rest. So the parts depend on how much is back in all, and
// not on its steps, none gets back more than he bore, and none less than before.
func (u *Use) partsBack(more int64) []Part {
	parts := make([]Part, len(u.Parts))
	back, of := u.Back+more, u.Saved
	for i := range u.Parts {
		part := &u.Parts[i]
		inAll := upTo(part.Saved, back, of)
		parts[i] = Part{By: part.By, Saved: inAll - part.Back}
		back, of = back-inAll, of-part.Saved
	}
	return parts
}
