package loyalty

import (
	"errors"
	"fmt"
	"math/bits"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// Return settles goods that came back: by the figures of their sale, line by line. Of a
// line of n units that gave S points, k units back take floor(S·k/n) in all, however
// many steps and in whatever order they come; the same holds for the points that paid
// for the line.
//
// Points are taken from the lot that the sale made. What is no longer there, because it
// is spent, is settled as Rules.Shortfall says; what has lapsed meanwhile counts as
// taken. Points that paid go back into the lots they came from, with their own dates,
// those that last longest first; where a lot has lapsed meanwhile they lapse, and a
// reason says so.
//
// Its error is a *customer.Refusal when the sale is not open (not booked yet: the
// return may be sent again once it is; or closed, or voided), and when more comes back
// than is left of a line.
func (p *Program) Return(account Account, back customer.Return) (Decision, error) {
	var faults customer.Faults
	errors.As(back.Validate(), &faults) // Validate returns nothing else
	if back.Sale == "" {
		faults.Add("sale", back.Sale, "is the receipt of the sale: points are settled by its figures")
	}
	if err := faults.Err(); err != nil {
		return Decision{}, err
	}
	return p.bringBack(account, back.Ref, back.Sale, back.At, func(sale *Sale, units []int64) (missing []customer.Reason, err error) {
		for i := range back.Lines {
			line := &back.Lines[i]
			n, exact := customer.Scaled(line.Quantity, unitDigits)
			if !exact || n == 0 {
				faults.Add(fmt.Sprintf("lines[%d].quantity", i), line.Quantity, "is above 0, and exact in thousandths; a line sold without a quantity comes back as 1")
				continue
			}
			if line.SaleLine > len(sale.Lines) {
				missing = append(missing, customer.Reason{Code: CodeNoLine, Fact: int64(line.SaleLine), Mark: int64(len(sale.Lines)), Unit: customer.UnitTimes})
				continue
			}
			at := line.SaleLine - 1
			// Held against what is left before adding: the sum might not fit an int64.
			if left := sale.Lines[at].Units - sale.Lines[at].Returned - units[at]; n > left {
				missing = append(missing, customer.Reason{Code: CodeTooMany, Fact: n, Mark: left, Unit: customer.UnitUsage})
				continue
			}
			units[at] += n
		}
		return missing, faults.Err()
	})
}

// Voiding undoes what is left of a sale.
type Voiding struct {
	Ref  string    `json:"ref"`
	Sale string    `json:"sale"`
	At   time.Time `json:"at"`
}

// Canonical writes the voiding for a fingerprint.
func (v Voiding) Canonical(c *customer.Canonical) {
	c.Text("ref", v.Ref)
	c.Text("sale", v.Sale)
	c.Time("at", v.At)
}

// Void is the return of everything that is left of a sale. One of which everything has
// come back is a *customer.Refusal, as is one that is not open.
func (p *Program) Void(account Account, voiding Voiding) (Decision, error) {
	var faults customer.Faults
	faults.Name("ref", voiding.Ref)
	faults.Name("sale", voiding.Sale)
	faults.Instant("at", voiding.At)
	if err := faults.Err(); err != nil {
		return Decision{}, err
	}
	return p.bringBack(account, voiding.Ref, voiding.Sale, voiding.At, func(sale *Sale, units []int64) (missing []customer.Reason, err error) {
		left := int64(0)
		for i := range sale.Lines {
			units[i] = sale.Lines[i].Units - sale.Lines[i].Returned
			left = max(left, units[i])
		}
		if left == 0 {
			missing = append(missing, customer.Reason{Code: CodeNoSale})
		}
		return missing, nil
	})
}

// bringBack settles the units of a sale's lines that count finds.
func (p *Program) bringBack(account Account, ref, saleRef string, at time.Time, count func(*Sale, []int64) ([]customer.Reason, error)) (Decision, error) {
	d, err := p.open(account, at, ref)
	if err != nil {
		return Decision{}, err
	}
	if missing := d.elsewhere(); len(missing) > 0 {
		return p.refuse(missing...)
	}
	sale, err := d.account.sale(&Entry{Sale: saleRef})
	if err != nil {
		return p.refuse(customer.Reason{Code: CodeNoSale, On: d.day})
	}
	units := make([]int64, len(sale.Lines))
	missing, err := count(sale, units)
	if err != nil {
		return Decision{}, err
	}
	if len(missing) > 0 {
		for i := range missing {
			missing[i].On = d.day
		}
		return p.refuse(missing...)
	}
	before := *sale
	d.bring(&before, units)
	return d.decision()
}

// bring books units that came back, takes the points that they gave and gives back the
// points that paid for them.
func (d *desk) bring(sale *Sale, units []int64) {
	lines := make([]SoldLine, len(units))
	spent := d.spentOn(sale)
	var take, giveBack int64
	for i := range units {
		line := &sale.Lines[i]
		lines[i].Units = units[i]
		take += upTo(line.Given, line.Returned+units[i], line.Units) - upTo(line.Given, line.Returned, line.Units)
		if spent != nil {
			giveBack += upTo(spent[i], line.Returned+units[i], line.Units) - upTo(spent[i], line.Returned, line.Units)
		}
	}
	d.post(Entry{Kind: Brought, Sale: sale.Ref, Lines: lines})
	d.restore(sale.Ref, giveBack)
	d.takeBack(sale, take)
	if sale.Counts && d.account.Standing.Tier != "" {
		d.qualify()
	}
}

// upTo is floor(share·k/n): what k of n units of a share come to; all of it from n on.
func upTo(share, k, n int64) int64 {
	if k >= n {
		return share
	}
	high, low := bits.Mul64(uint64(share), uint64(k))
	quotient, _ := bits.Div64(high, low, uint64(n)) // k is below n
	return int64(quotient)
}

// spentOn is the points paid on a sale, split over its lines: by what each says was
// paid with points, or else by what it earned on, or else evenly. nil is none.
func (d *desk) spentOn(sale *Sale) []int64 {
	total := int64(0)
	for _, payment := range d.account.Payments {
		if payment.Sale == sale.Ref {
			for _, part := range payment.Parts {
				total += part.Points
			}
		}
	}
	if total == 0 {
		return nil
	}
	weights := make([]int64, len(sale.Lines))
	for _, weigh := range []func(SoldLine) int64{
		func(l SoldLine) int64 { return l.Tender },
		func(l SoldLine) int64 { return l.Spend },
		func(SoldLine) int64 { return 1 },
	} {
		for i := range sale.Lines {
			weights[i] = weigh(sale.Lines[i])
		}
		if customer.SplitInto(weights, total, weights) == nil {
			return weights
		}
	}
	return nil
}

// restore gives back points of the payments on a sale, the last taken first.
func (d *desk) restore(sale string, points int64) {
	for i := len(d.account.Payments) - 1; i >= 0 && points > 0 && d.err == nil; i-- {
		if payment := d.account.Payments[i]; payment.Sale == sale {
			points -= d.giveBack(payment, points)
		}
	}
}

// giveBack returns up to so many points of a payment to its lots, and how many it was.
func (d *desk) giveBack(payment Payment, points int64) (given int64) {
	for j := len(payment.Parts) - 1; j >= 0 && given < points && d.err == nil; j-- {
		part := payment.Parts[j]
		back := min(points-given, part.Points-part.Back)
		if back == 0 {
			continue
		}
		given += back
		to, code := Member, CodeGivenBack
		if part.lot().lapsed(d.account.IdleUntil, d.day) {
			to, code = Expired, CodeGivenBackLapsed
		}
		d.move(GivenBack, part.lot(), payment.To, to, back, Entry{Sale: payment.Sale, Other: payment.Ref, Partner: payment.Partner})
		d.why(customer.Reason{Code: code, Fact: back, Unit: customer.UnitPoints, By: part.Until})
		if to == Member {
			d.repay(part.lot(), d.at)
		}
	}
	return given
}

// takeBack takes the points that a return undoes.
func (d *desk) takeBack(sale *Sale, points int64) {
	if points == 0 || d.err != nil {
		return
	}
	total := points
	more := Entry{Sale: sale.Ref}
	// From the lot that the sale made, pending or to spend.
	for _, pending := range d.account.Pending {
		if pending.No == sale.Lot {
			taken := min(points, pending.Left)
			d.move(TakenBack, pending, Pending, Issued, taken, more)
			points -= taken
			break
		}
	}
	for _, lot := range d.account.Lots {
		if points > 0 && lot.No == sale.Lot && lot.Left > 0 {
			taken := min(points, lot.Left)
			d.move(TakenBack, lot, Member, Issued, taken, more)
			points -= taken
			break
		}
	}
	d.why(customer.Reason{Code: CodeTakenBack, Fact: total - points, Mark: total, Unit: customer.UnitPoints})
	if points == 0 {
		return
	}
	// What has lapsed is gone already; nobody pays for it twice.
	if lapsed := min(points, sale.Expired); lapsed > 0 {
		d.post(Entry{Kind: Forgiven, Sale: sale.Ref, Points: lapsed, Reason: lapsedReason})
		d.why(customer.Reason{Code: CodeTakenLapsed, Fact: lapsed, Mark: total, Unit: customer.UnitPoints})
		points -= lapsed
	}
	d.shortfall(points, total, more)
}

// shortfall settles points of a sale that are spent.
func (d *desk) shortfall(points, total int64, more Entry) {
	policy := d.program.rules.Shortfall
	if policy == OthersThenOwe || policy == OthersThenForgive {
		if others := min(points, d.account.Balances.In(Member)); others > 0 {
			d.draw(TakenBack, Issued, others, more)
			d.why(customer.Reason{Code: CodeTakenOthers, Fact: others, Mark: total, Unit: customer.UnitPoints})
			points -= others
		}
	}
	switch {
	case points == 0 || d.err != nil:
		return
	case policy == Owe || policy == OthersThenOwe:
		owed := points
		if most := d.program.mostOwed; most > 0 {
			owed = min(owed, max(0, most+d.account.Balances.In(Owed)))
		}
		if owed > 0 {
			d.post(Entry{Kind: TakenBack, From: Owed, To: Issued, Points: owed, Sale: more.Sale})
			d.why(customer.Reason{Code: CodeOwed, Fact: owed, Mark: total, Unit: customer.UnitPoints})
		}
		points -= owed
	}
	if points > 0 {
		d.post(Entry{Kind: Forgiven, Points: points, Sale: more.Sale, Reason: "spent"})
		d.why(customer.Reason{Code: CodeForgiven, Fact: points, Mark: total, Unit: customer.UnitPoints})
	}
}
