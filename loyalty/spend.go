package loyalty

import (
	"fmt"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
)

// Spending asks to pay with points: a part of a bill, a reward of the catalogue, or
// whatever a partner sells. It is the fact of Redeem and of Hold.
type Spending struct {
	Ref string    `json:"ref"` // the payment's own reference
	At  time.Time `json:"at"`
	// Points are whole points with at most PointDigits decimal places. They are left out
	// for a reward, whose price the rules know.
	Points decimal.Decimal `json:"points,omitzero"`
	// Sale and Bill are set where points pay a part of a receipt: its reference, and the
	// amount before points. What comes back of that receipt gives points back.
	Sale string          `json:"sale,omitempty"`
	Bill decimal.Decimal `json:"bill,omitzero"`
	// Reward is what is asked for from the catalogue.
	Reward string `json:"reward,omitempty"`
	// Partner is in whose shop of the coalition the points are spent; empty: the own.
	Partner string `json:"partner,omitempty"`
	// Until is the first instant at which a hold has run out; absent for Redeem.
	Until time.Time `json:"until,omitzero"`
}

// Canonical writes the spending for a fingerprint.
func (s Spending) Canonical(c *customer.Canonical) {
	c.Text("ref", s.Ref)
	c.Time("at", s.At)
	c.Decimal("points", s.Points)
	c.Text("sale", s.Sale)
	c.Decimal("bill", s.Bill)
	c.Text("reward", s.Reward)
	c.Text("partner", s.Partner)
	c.Time("until", s.Until)
}

// Worth returns what points are worth as tender, in the programme's currency. It is an
// error where points are no tender, have too many decimal places, or are not worth a
// whole number of minor units.
func (p *Program) Worth(points decimal.Decimal) (decimal.Decimal, error) {
	units, exact := customer.Scaled(points, p.rules.PointDigits)
	if p.tender == nil || !exact || units < 0 {
		return decimal.Decimal{}, fmt.Errorf("loyalty: %s has no worth for %s points", p.name, points)
	}
	minor, ok := p.tender.value(units)
	if !ok {
		return decimal.Decimal{}, fmt.Errorf("loyalty: %s points are not worth a whole number of minor units", points)
	}
	return p.rules.Currency.Amount(minor), nil
}

// value is what points are worth in minor units, and false when that is not whole.
func (t *tender) value(points int64) (int64, bool) {
	down, ok := Floor.scale(points, t.worth, t.points)
	up, _ := Ceil.scale(points, t.worth, t.points)
	return down, ok && up == down
}

// Redeem spends points at once. Points go from the lots that lapse first. The reasons
// say what they are worth, or which reward they bought.
//
// The error is customer.Faults for a malformed request, or a *customer.Refusal that
// names all that is missing: points, the least payment, the multiple, the share of the
// bill, the reward's time.
func (p *Program) Redeem(account Account, spending Spending) (Decision, error) {
	if !spending.Until.IsZero() {
		var faults customer.Faults
		faults.Add("until", spending.Until.Format(time.RFC3339), "is absent but for a hold")
		return Decision{}, faults
	}
	return p.spend(account, spending)
}

// Hold sets points aside for a payment under way, until Spending.Until. Capture spends
// them, Release lets them go, and after the instant they are free by themselves.
func (p *Program) Hold(account Account, spending Spending) (Decision, error) {
	if hold := spending.Until.Sub(spending.At); hold <= 0 || hold > MaxHold {
		var faults customer.Faults
		faults.Add("until", spending.Until.Format(time.RFC3339), "is after at, by at most 31 days")
		return Decision{}, faults
	}
	return p.spend(account, spending)
}

func (p *Program) spend(account Account, spending Spending) (Decision, error) {
	points, bill, err := p.checkSpending(&spending)
	if err != nil {
		return Decision{}, err
	}
	d, err := p.open(account, spending.At, spending.Ref)
	if err != nil {
		return Decision{}, err
	}
	if missing := p.missing(d, &spending, &points, bill); len(missing) > 0 {
		return p.refuse(missing...)
	}
	to := Redeemed
	if spending.Partner != "" {
		to = Partner
	}
	more := Entry{Sale: spending.Sale, Other: spending.Reward, Partner: spending.Partner}
	kind := Spent
	if spending.Until.IsZero() {
		more.Closes = d.day.AddDays(p.rules.ReturnDays + 1)
	} else {
		kind, more.Then, more.Ends, to = SetAside, to, spending.Until, Held
	}
	due := len(d.entries)
	d.draw(kind, to, points, more)
	if lots := len(d.entries) - due; kind == SetAside && lots > journal.MaxEntries/2 {
		return Decision{}, fmt.Errorf("loyalty: hold %q would take from %d lots, more than could be released at once", spending.Ref, lots)
	}
	d.active()
	if value, ok := int64(0), false; spending.Reward == "" && p.tender != nil {
		if value, ok = p.tender.value(points); ok {
			d.why(customer.Reason{Code: CodeWorth, Fact: value, Mark: points, Unit: customer.UnitMinor})
		}
	} else if reward := p.rewards[spending.Reward]; reward != nil {
		d.why(customer.Reason{Code: CodeReward, Rule: reward.cite, Fact: points, Unit: customer.UnitPoints})
	}
	return d.decision()
}

// draw takes points from the lots in the order of spending.
func (d *desk) draw(kind Kind, to Book, points int64, more Entry) {
	for i := 0; points > 0 && d.err == nil; {
		if i >= len(d.account.Lots) {
			d.err = fmt.Errorf("%w: %d points more than there are", ErrBroken, points)
			return
		}
		lot := d.account.Lots[i]
		if lot.Left == 0 {
			i++ // all of it is held
			continue
		}
		taken := min(points, lot.Left)
		d.move(kind, lot, Member, to, taken, more)
		points -= taken
	}
}

func (p *Program) checkSpending(s *Spending) (points, bill int64, err error) {
	var faults customer.Faults
	faults.Name("ref", s.Ref)
	faults.Instant("at", s.At)
	switch {
	case s.Reward != "":
		if p.rewards[s.Reward] == nil {
			faults.Add("reward", s.Reward, "is a reward of the catalogue")
		}
		if !s.Points.IsZero() {
			faults.Add("points", s.Points, "are absent for a reward: the rules know its price")
		}
		if s.Sale != "" || !s.Bill.IsZero() || s.Partner != "" {
			faults.Add("sale", s.Sale, "is absent for a reward, as are bill and partner")
		}
	default:
		units, exact := customer.Scaled(s.Points, p.rules.PointDigits)
		if !exact || units < 1 || units > MaxPoints {
			faults.Add("points", s.Points, fmt.Sprintf("are above 0, with at most %d decimal places", p.rules.PointDigits))
		}
		points = units
		if p.tender == nil {
			faults.Add("points", s.Points, "are no tender under these rules")
		}
		if (s.Sale == "") != s.Bill.IsZero() {
			faults.Add("bill", s.Bill, "goes with sale: the receipt, and its amount before points")
		}
		minor, err := p.rules.Currency.Minor(s.Bill)
		if err != nil || minor < 0 {
			faults.Add("bill", s.Bill, "is 0 or more, and exact in the currency's minor units")
		}
		bill = minor
	}
	faults.Text("sale", s.Sale)
	return points, bill, faults.Err()
}

// missing names all that stands in the way of a spending, and prices a reward.
func (p *Program) missing(d *desk, s *Spending, points *int64, bill int64) []customer.Reason {
	missing := d.elsewhere()
	if s.Reward != "" {
		reward := p.rewards[s.Reward]
		*points = reward.points
		switch {
		case d.day < reward.rule.From:
			missing = append(missing, customer.Reason{Code: CodeRewardLater, Rule: reward.cite, On: d.day, By: reward.rule.From})
		case reward.rule.Until != 0 && d.day >= reward.rule.Until:
			missing = append(missing, customer.Reason{Code: CodeRewardOver, Rule: reward.cite, On: d.day, By: reward.rule.Until})
		}
		if reward.ranks != 0 && reward.ranks&(1<<d.rank()) == 0 {
			missing = append(missing, customer.Reason{Code: CodeRewardTier, Rule: reward.cite, On: d.day})
		}
	} else {
		t := p.tender
		if *points < t.least {
			missing = append(missing, customer.Reason{Code: CodeLeast, Fact: *points, Mark: t.least, Unit: customer.UnitPoints})
		}
		if t.most != 0 && *points > t.most {
			missing = append(missing, customer.Reason{Code: CodeMost, Fact: *points, Mark: t.most, Unit: customer.UnitPoints})
		}
		if *points%t.multiple != 0 {
			missing = append(missing, customer.Reason{Code: CodeMultiple, Fact: *points, Mark: t.multiple, Unit: customer.UnitPoints})
		}
		if s.Sale != "" {
			value, ok := Ceil.scale(*points+d.paying(s.Sale), t.worth, t.points) // of all on this bill
			if most, _ := Floor.scale(bill, t.mostPermille, 1000); !ok || value > most {
				missing = append(missing, customer.Reason{Code: CodeShareOfBill, Fact: value, Mark: most, Unit: customer.UnitMinor})
			}
		}
	}
	if d.spends(s.Ref) {
		missing = append(missing, customer.Reason{Code: CodePaymentBooked, On: d.day})
	}
	if have := d.account.Balances.In(Member); have < *points {
		missing = append(missing, customer.Reason{Code: CodePoints, Fact: have, Mark: *points, Unit: customer.UnitPoints})
	}
	if d.account.returned(s.Sale) {
		missing = append(missing, customer.Reason{Code: CodeSaleReturned, On: d.day})
	}
	return missing
}

// returned reports whether goods of an open sale have come back. What that gave back was
// split by the payments it knew of, so the sale takes no further one.
func (a *ledger) returned(ref string) bool {
	return slices.ContainsFunc(a.Sales, func(s Sale) bool {
		return s.Ref == ref && slices.ContainsFunc(s.Lines, func(l SoldLine) bool { return l.Returned > 0 })
	})
}

// spends reports whether a payment or a hold under a reference is open. Another one
// would be mixed up with it.
func (d *desk) spends(ref string) bool {
	return slices.ContainsFunc(d.account.Payments, func(p Payment) bool { return p.Ref == ref }) ||
		slices.ContainsFunc(d.account.Holds, func(h Hold) bool { return h.Ref == ref })
}

// paying is the points that pay, or are set aside to pay, for a sale already.
func (d *desk) paying(sale string) (points int64) {
	for i := range d.account.Payments {
		if d.account.Payments[i].Sale == sale {
			points += open(d.account.Payments[i].Parts)
		}
	}
	for i := range d.account.Holds {
		if d.account.Holds[i].Sale == sale {
			points += open(d.account.Holds[i].Parts)
		}
	}
	return points
}

// open is the points of parts that have not come back.
func open(parts []Part) (points int64) {
	for _, part := range parts {
		points += part.Points - part.Back
	}
	return points
}

// MaxHold is how long points may be set aside: they do not lapse meanwhile.
const MaxHold = 31 * 24 * time.Hour

// Finish names a hold that is to be captured or released, and when.
type Finish struct {
	Ref  string    `json:"ref"`  // of this request
	Hold string    `json:"hold"` // the Spending's Ref
	At   time.Time `json:"at"`
}

// Canonical writes the request for a fingerprint.
func (f Finish) Canonical(c *customer.Canonical) {
	c.Text("ref", f.Ref)
	c.Text("hold", f.Hold)
	c.Time("at", f.At)
}

// Capture spends what a hold set aside. A hold that has run out, or was captured or
// released before, is refused: its points are free again.
func (p *Program) Capture(account Account, finish Finish) (Decision, error) {
	d, hold, err := p.finish(account, finish)
	if err != nil {
		return Decision{}, err
	}
	if d.account.returned(hold.Sale) {
		return p.refuse(customer.Reason{Code: CodeSaleReturned, On: d.day})
	}
	for _, part := range hold.Parts {
		if points := part.Points - part.Back; points > 0 {
			d.move(Captured, part.lot(), Held, hold.To, points, Entry{
				Ref: hold.Ref, Sale: hold.Sale, Other: hold.Reward, Partner: hold.Partner, Closes: d.day.AddDays(p.rules.ReturnDays + 1),
			})
		}
	}
	return d.decision()
}

// Release lets what a hold set aside go. Points whose lot has lapsed meanwhile lapse.
func (p *Program) Release(account Account, finish Finish) (Decision, error) {
	d, hold, err := p.finish(account, finish)
	if err != nil {
		return Decision{}, err
	}
	d.release(hold, finish.At)
	return d.decision()
}

func (p *Program) finish(account Account, finish Finish) (*desk, Hold, error) {
	var faults customer.Faults
	faults.Name("ref", finish.Ref)
	faults.Name("hold", finish.Hold)
	faults.Instant("at", finish.At)
	if err := faults.Err(); err != nil {
		return nil, Hold{}, err
	}
	d, err := p.open(account, finish.At, finish.Ref)
	if err != nil {
		return nil, Hold{}, err
	}
	if missing := d.elsewhere(); len(missing) > 0 {
		_, err := p.refuse(missing...)
		return nil, Hold{}, err
	}
	for _, hold := range d.account.Holds {
		if hold.Ref == finish.Hold {
			return d, hold, nil
		}
	}
	_, err = p.refuse(customer.Reason{Code: CodeNoHold, Fact: d.account.Balances.In(Member), Unit: customer.UnitPoints, On: d.day})
	return nil, Hold{}, err
}
