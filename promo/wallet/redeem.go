package wallet

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// Redemption asks for coupons to be set aside, or redeemed, for one payment. Exactly one
// of Runs and Hold is set.
type Redemption struct {
	// Ref is the payment under way where coupons are set aside, and the receipt where they
	// are redeemed: the Ref of its customer.Purchase.
	Ref  string    `json:"ref"`
	At   time.Time `json:"at"`
	Runs []Run     `json:"runs,omitempty"` // what each coupon takes off, as the basket was priced
	Hold string    `json:"hold,omitempty"` // the Ref of the hold that is captured, as it stands
}

// Canonical writes the redemption for a fingerprint.
func (a Redemption) Canonical(c *customer.Canonical) {
	c.Text("ref", a.Ref)
	c.Time("at", a.At)
	c.List("runs", len(a.Runs), func(i int) {
		c.Text("coupon", a.Runs[i].Coupon)
		c.Int("line", int64(a.Runs[i].Line))
		c.Int("from", a.Runs[i].From)
		c.Int("units", a.Runs[i].Units)
		c.Int("saved", a.Runs[i].Saved)
	})
	c.Text("hold", a.Hold)
}

func (a Redemption) check(holds bool) error {
	var faults customer.Faults
	faults.Name("ref", a.Ref)
	faults.Instant("at", a.At)
	faults.Text("hold", a.Hold)
	switch {
	case holds && a.Hold != "":
		faults.Add("hold", a.Hold, "is absent where coupons are set aside")
	case a.Hold == "":
		faults.Within("runs", len(a.Runs), 1, MaxRuns)
	case len(a.Runs) > 0:
		faults.Add("runs", len(a.Runs), "are absent where a hold is captured: it has them")
	}
	total := int64(0)
	for i := range a.Runs[:min(len(a.Runs), MaxRuns)] {
		run := &a.Runs[i]
		path := func(field string) string { return fmt.Sprintf("runs[%d].%s", i, field) }
		if run.Coupon == "" || len(run.Coupon) > customer.MaxText {
			faults.Name(path("coupon"), run.Coupon)
		}
		if run.Line < 1 || run.Line > customer.MaxLines {
			faults.Add(path("line"), run.Line, "is a line of the receipt, from 1")
		}
		if run.From < 0 || run.From > maxUnits {
			faults.Add(path("from"), run.From, "is 0 or more, and at most 10^12")
		}
		if run.Units < 1 || run.Units > maxUnits {
			faults.Add(path("units"), run.Units, "is above 0, and at most 10^12")
		}
		if run.Saved < 0 || run.Saved > MaxSaved-total {
			faults.Add(path("saved"), run.Saved, "is 0 or more, and at most 2^50 together with those before")
			continue
		}
		total += run.Saved
	}
	if len(faults) == 0 {
		a.checkOverlap(&faults)
	}
	return faults.Err()
}

// checkOverlap refuses units that one coupon takes something off twice.
func (a Redemption) checkOverlap(faults *customer.Faults) {
	runs := slices.Clone(a.Runs)
	slices.SortFunc(runs, func(x, y Run) int {
		return cmp.Or(cmp.Compare(x.Coupon, y.Coupon), cmp.Compare(x.Line, y.Line), cmp.Compare(x.From, y.From))
	})
	for i := 1; i < len(runs); i++ {
		last, run := &runs[i-1], &runs[i]
		if last.Coupon == run.Coupon && last.Line == run.Line && run.From < last.From+last.Units {
			faults.Add("runs", run.Coupon, fmt.Sprintf("takes nothing off units of line %d twice: from says where a run begins", run.Line))
		}
	}
}

// uses gathers the runs of each coupon, by coupon, and names what stands in its way.
func (d *desk) uses(before *Wallet, runs []Run) (uses []Use, missing []customer.Reason) {
	for i := range runs {
		run := runs[i]
		id := run.Coupon
		run.Coupon = ""
		at, found := slices.BinarySearchFunc(uses, id, func(u Use, id string) int { return cmp.Compare(u.Coupon, id) })
		if !found {
			uses = slices.Insert(uses, at, Use{Coupon: id})
		}
		uses[at].Runs = append(uses[at].Runs, run)
		uses[at].Saved += run.Saved
	}
	for i := range uses {
		use := &uses[i]
		at, found := d.wallet.find(use.Coupon)
		if !found {
			missing = append(missing, d.gone(before, use.Coupon))
			continue
		}
		coupon := &d.wallet.Coupons[at]
		use.Offer, use.Budget, use.Limit = coupon.Offer, coupon.Budget, coupon.Limit
		switch {
		case coupon.State == Held:
			missing = append(missing, customer.Reason{Code: CodeHeld, Rule: coupon.ID, At: d.at, Until: d.wallet.Holds[d.wallet.hold(coupon.In)].Ends.In(d.register.zone)})
		case coupon.State == Used:
			payment := &d.wallet.Payments[d.wallet.payment(coupon.In)]
			missing = append(missing, customer.Reason{Code: CodeUsed, Rule: coupon.ID, On: customer.DateOf(payment.At, d.register.zone)})
		case d.day < coupon.From:
			missing = append(missing, customer.Reason{Code: CodeNotYet, Rule: coupon.ID, On: d.day, By: coupon.From})
		}
	}
	return uses, missing
}

// gone says why a coupon is not there: its last day is over, or nobody knows it.
func (d *desk) gone(before *Wallet, id string) customer.Reason {
	if at, found := before.find(id); found && before.Coupons[at].ended(d.day) {
		return customer.Reason{Code: CodeOver, Rule: id, On: d.day, By: before.Coupons[at].Until}
	}
	return customer.Reason{Code: CodeNoCoupon, Rule: id, On: d.day}
}

// Hold sets coupons aside for a payment under way: nobody else can use them until it is
// captured by Redeem, released, or has run out after Rules.HoldMinutes. A coupon that is
// held on its last day can be captured after midnight.
func (r *Register) Hold(wallet Wallet, asked Redemption) (Decision, error) {
	if err := asked.check(true); err != nil {
		return Decision{}, err
	}
	d, err := r.open(wallet, asked.At, asked.Ref)
	if err != nil {
		return Decision{}, err
	}
	uses, missing := d.uses(&wallet, asked.Runs)
	if d.wallet.hold(asked.Ref) >= 0 {
		missing = append(missing, customer.Reason{Code: CodeHoldBooked, On: d.day})
	} else if len(d.wallet.Holds) >= MaxOpen {
		missing = append(missing, customer.Reason{Code: CodeFull, Fact: MaxOpen + 1, Mark: MaxOpen, Unit: customer.UnitTimes})
	}
	if len(missing) > 0 {
		return r.refuse(missing...)
	}
	ends := r.ends(asked.At)
	for i := range uses {
		use := &uses[i]
		d.post(Entry{
			Kind: SetAside, Coupon: use.Coupon, Offer: use.Offer, Runs: use.Runs, Saved: use.Saved,
			Budget: use.Budget, Limit: use.Limit, Ends: ends,
		})
		d.why(customer.Reason{Code: CodeSetAside, Rule: use.Coupon, Fact: use.Saved, Unit: customer.UnitMinor, Until: ends.In(r.zone)})
	}
	return d.decision()
}

// ends is when what was held at an instant runs out, to the millisecond that stores of
// quotas keep.
func (r *Register) ends(at time.Time) time.Time {
	return at.Add(time.Duration(r.rules.HoldMinutes) * time.Minute).UTC().Truncate(time.Millisecond)
}

// Redeem uses coupons up for a receipt, once, whoever presents them: those that its runs
// name, or those of a hold, as it stands. The entries pin who bears what: each fund its
// permille of what the coupon takes off, the shop the rest, by largest remainder, equal
// ones in the order of the funds and the shop last.
func (r *Register) Redeem(wallet Wallet, asked Redemption) (Decision, error) {
	if err := asked.check(false); err != nil {
		return Decision{}, err
	}
	d, err := r.open(wallet, asked.At, asked.Ref)
	if err != nil {
		return Decision{}, err
	}
	var missing []customer.Reason
	var uses []Use
	ends := r.ends(asked.At)
	if asked.Hold == "" {
		uses, missing = d.uses(&wallet, asked.Runs)
	} else if at := d.wallet.hold(asked.Hold); at >= 0 {
		uses, ends = d.wallet.Holds[at].Uses, d.wallet.Holds[at].Ends
	} else {
		missing = append(missing, d.noHold(&wallet, asked.Hold))
	}
	if d.wallet.payment(asked.Ref) >= 0 {
		missing = append(missing, customer.Reason{Code: CodePaymentBooked, On: d.day})
	} else if len(d.wallet.Payments) >= MaxOpen {
		missing = append(missing, customer.Reason{Code: CodeFull, Fact: MaxOpen + 1, Mark: MaxOpen, Unit: customer.UnitTimes})
	}
	if len(missing) > 0 {
		return r.refuse(missing...)
	}
	closes := d.day.AddDays(r.rules.ReturnDays + 1)
	for i := range uses {
		use := &uses[i]
		at, _ := d.wallet.find(use.Coupon)
		parts, err := d.wallet.Coupons[at].parts(use.Saved)
		if err != nil {
			return Decision{}, err
		}
		d.post(Entry{
			Kind: Redeemed, Coupon: use.Coupon, Offer: use.Offer, Runs: use.Runs, Saved: use.Saved, Parts: parts,
			Hold: asked.Hold, Ends: ends, Budget: use.Budget, Limit: use.Limit, Closes: closes,
		})
		d.why(customer.Reason{Code: CodeRedeemed, Rule: use.Coupon, Fact: use.Saved, Unit: customer.UnitMinor})
	}
	return d.decision()
}

// noHold says why a hold is not there: it has run out, or nobody knows it.
func (d *desk) noHold(before *Wallet, ref string) customer.Reason {
	if at := before.hold(ref); at >= 0 {
		return customer.Reason{Code: CodeHoldOver, At: d.at, Until: before.Holds[at].Ends.In(d.register.zone)}
	}
	return customer.Reason{Code: CodeNoHold, On: d.day}
}

// parts divides what the coupon takes off among those who bear it.
func (g *Grant) parts(saved int64) ([]Part, error) {
	parts, own := make([]Part, 0, len(g.Funds)+1), int64(1000)
	var few [4]int64
	weights := few[:0]
	for _, fund := range g.Funds {
		parts, weights = append(parts, Part{By: fund.By}), append(weights, int64(fund.Permille))
		own -= int64(fund.Permille)
	}
	if own > 0 {
		parts, weights = append(parts, Part{}), append(weights, own)
	}
	if err := customer.SplitInto(weights, saved, weights); err != nil {
		return nil, err
	}
	for i := range parts {
		parts[i].Saved = weights[i]
	}
	return parts, nil
}

// Finish names a hold that is released, and when.
type Finish struct {
	Ref  string    `json:"ref"`  // of this request
	Hold string    `json:"hold"` // the Ref under which coupons were set aside
	At   time.Time `json:"at"`
}

// Canonical writes the request for a fingerprint.
func (f Finish) Canonical(c *customer.Canonical) {
	c.Text("ref", f.Ref)
	c.Text("hold", f.Hold)
	c.Time("at", f.At)
}

// Release opens the coupons of a hold again, because the payment failed. A hold that has
// run out, or was captured or released before, is refused.
func (r *Register) Release(wallet Wallet, finish Finish) (Decision, error) {
	var faults customer.Faults
	faults.Name("ref", finish.Ref)
	faults.Name("hold", finish.Hold)
	faults.Instant("at", finish.At)
	if err := faults.Err(); err != nil {
		return Decision{}, err
	}
	d, err := r.open(wallet, finish.At, finish.Ref)
	if err != nil {
		return Decision{}, err
	}
	at := d.wallet.hold(finish.Hold)
	if at < 0 {
		return r.refuse(d.noHold(&wallet, finish.Hold))
	}
	d.release(d.wallet.Holds[at], finish.At)
	return d.decision()
}
