package loyalty

import (
	"fmt"
	"slices"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// Parcel is what is on its way from one account to another: it has left the one, which
// keeps it until it is delivered or recalled. Lots, sales and payments are those of the
// sender, with its lot numbers.
type Parcel struct {
	Ref      string      `json:"ref"`
	At       time.Time   `json:"at"`
	From     customer.ID `json:"from"`
	To       customer.ID `json:"to"`
	Lots     []Lot       `json:"lots,omitempty"` // Left is what is passed
	Owed     int64       `json:"owed,omitzero"`
	Sales    []Sale      `json:"sales,omitempty"`
	Payments []Payment   `json:"payments,omitempty"`
	Counted  *Counted    `json:"counted,omitempty"` // nil: no figures are passed

	IdleUntil customer.Date `json:"idle_until,omitzero"` // the sender's: how long idle points of it last

	// Transit is what of it is in the book in transit, debts taken off.
	Transit int64 `json:"transit,omitzero"`
}

// Counted is what an account, or a member of it, has counted for.
type Counted struct {
	Days      []Day         `json:"days,omitempty"`
	Lifetime  Figures       `json:"lifetime,omitzero"`
	Purchases int64         `json:"purchases,omitzero"`
	Used      []Use         `json:"used,omitempty"`
	Joined    customer.Date `json:"joined,omitzero"`

	// Of a whole account: the tier, the grants, and what its members counted for.
	Standing Standing  `json:"standing,omitzero"`
	Grants   []Granted `json:"grants,omitempty"`
	Members  []Sharer  `json:"members,omitempty"`
}

// Open is what an account hands over beside points: a sale, a payment, or its figures.
type Open struct {
	Sale    *Sale    `json:"sale,omitempty"`
	Payment *Payment `json:"payment,omitempty"`
	Counted *Counted `json:"counted,omitempty"`
}

// Canonical writes the parcel for a fingerprint.
func (p Parcel) Canonical(c *customer.Canonical) {
	c.Text("ref", p.Ref)
	c.Time("at", p.At)
	c.Text("from", string(p.From))
	c.Text("to", string(p.To))
	c.List("lots", len(p.Lots), func(i int) { p.Lots[i].canonical(c) })
	c.Int("owed", p.Owed)
	c.List("sales", len(p.Sales), func(i int) { p.Sales[i].canonical(c) })
	c.List("payments", len(p.Payments), func(i int) { p.Payments[i].canonical(c) })
	if p.Counted != nil {
		c.Group("counted", func() { p.Counted.canonical(c) })
	}
	c.Date("idle_until", p.IdleUntil)
	c.Int("transit", p.Transit)
}

func (l Lot) canonical(c *customer.Canonical) {
	c.Int("no", int64(l.No))
	c.Date("earned", l.Earned)
	c.Date("vests", l.Vests)
	c.Date("until", l.Until)
	c.Bool("idle", l.Idle)
	c.Int("of", int64(l.Of))
	c.Int("left", l.Left)
	c.Int("held", l.Held)
}

func (s *Sale) canonical(c *customer.Canonical) {
	c.Text("ref", s.Ref)
	c.Date("on", s.On)
	c.Date("closes", s.Closes)
	c.Int("lot", int64(s.Lot))
	c.Int("given", s.Given)
	c.Int("taken", s.Taken)
	c.Int("expired", s.Expired)
	c.List("lines", len(s.Lines), func(i int) {
		line := &s.Lines[i]
		c.Int("units", line.Units)
		c.Int("returned", line.Returned)
		c.Int("given", line.Given)
		c.Int("tender", line.Tender)
		c.Int("spend", line.Spend)
		c.Int("profit", line.Profit)
	})
	c.Text("partner", s.Partner)
	c.List("charges", len(s.Charges), func(i int) {
		c.Text("to", s.Charges[i].To)
		c.Int("points", s.Charges[i].Points)
	})
	c.Int("of", int64(s.Of))
	c.Bool("counts", s.Counts)
}

func (p *Payment) canonical(c *customer.Canonical) {
	c.Text("ref", p.Ref)
	c.Text("sale", p.Sale)
	if p.To != 0 {
		c.Text("to", p.To.String())
	}
	c.Text("partner", p.Partner)
	c.Date("closes", p.Closes)
	c.List("parts", len(p.Parts), func(i int) {
		part := &p.Parts[i]
		c.Int("lot", int64(part.Lot))
		c.Date("earned", part.Earned)
		c.Date("until", part.Until)
		c.Bool("idle", part.Idle)
		c.Int("of", int64(part.Of))
		c.Int("points", part.Points)
		c.Int("back", part.Back)
	})
}

func (f Figures) canonical(c *customer.Canonical) {
	c.Int("spend", f.Spend)
	c.Int("points", f.Points)
	c.Int("visits", f.Visits)
	c.Int("profit", f.Profit)
}

func (s *Standing) canonical(c *customer.Canonical) {
	c.Text("tier", s.Tier)
	c.Text("was", s.Was)
	c.Date("since", s.Since)
	c.Date("ends", s.Ends)
	c.Date("until", s.Until)
	c.Group("counted", func() { s.Counted.canonical(c) })
	c.Group("ground", func() { s.Ground.canonical(c) })
	c.List("under", len(s.Under), func(i int) {
		c.Text("tier", s.Under[i].Tier)
		c.Date("until", s.Under[i].Until)
		s.Under[i].Ground.canonical(c)
	})
}

func (g *Ground) canonical(c *customer.Canonical) {
	c.Date("from", g.From)
	c.Date("until", g.Until)
	g.Figures.canonical(c)
}

func (o *Counted) canonical(c *customer.Canonical) {
	c.List("days", len(o.Days), func(i int) {
		c.Date("on", o.Days[i].On)
		c.Int("of", int64(o.Days[i].Of))
		o.Days[i].Figures.canonical(c)
	})
	c.Group("lifetime", func() { o.Lifetime.canonical(c) })
	c.Int("purchases", o.Purchases)
	c.List("used", len(o.Used), func(i int) {
		c.Text("cap", o.Used[i].Cap)
		c.Date("period", o.Used[i].Period)
		c.Int("of", int64(o.Used[i].Of))
		c.Int("points", o.Used[i].Points)
	})
	c.Date("joined", o.Joined)
	c.Group("standing", func() { o.Standing.canonical(c) })
	c.List("grants", len(o.Grants), func(i int) {
		grant := &o.Grants[i]
		c.Text("ref", grant.Ref)
		c.Text("tier", grant.Tier)
		if grant.Mode != 0 {
			c.Text("mode", grant.Mode.String())
		}
		c.Date("from", grant.From)
		c.Date("until", grant.Until)
		c.Int("of", int64(grant.Of))
	})
	c.List("members", len(o.Members), func(i int) {
		member := &o.Members[i]
		c.Text("id", string(member.ID))
		c.Date("since", member.Since)
		c.Date("left", member.Left)
		member.Lifetime.canonical(c)
		c.Int("purchases", member.Purchases)
	})
}

// Parcels returns what a decision has put on its way.
func Parcels(entries []Entry) []Parcel {
	var a ledger
	for i := range entries {
		if e := &entries[i]; e.Kind == Sent || e.Kind == Yielded {
			a.pack(e)
		}
	}
	return a.Transit
}

// parcel is the place of an open parcel, or -1.
func (a *ledger) parcel(ref string) int {
	return slices.IndexFunc(a.Transit, func(p Parcel) bool { return p.Ref == ref })
}

// pack adds what an entry hands over to its parcel.
func (a *ledger) pack(e *Entry) {
	i := a.parcel(e.Ref)
	if i < 0 {
		i = len(a.Transit)
		a.Transit = append(a.Transit, Parcel{Ref: e.Ref, At: e.At, From: e.Own, To: e.Peer})
	}
	p := &a.Transit[i]
	switch {
	case e.Kind == Sent && e.To == Owed:
		p.Owed += e.Points
		p.Transit -= e.Points
	case e.Kind == Sent:
		p.IdleUntil = max(p.IdleUntil, e.IdleUntil)
		lot := e.lot()
		lot.Of, lot.Left = e.Of, e.Points
		p.Lots = append(slices.Clip(p.Lots), lot)
		p.Transit += e.Points
	default:
		p.Transit += e.Points
		if e.Open == nil {
			return // not written here: Apply says so
		}
		if e.Open.Sale != nil {
			p.Sales = append(slices.Clip(p.Sales), *e.Open.Sale)
		}
		if e.Open.Payment != nil {
			p.Payments = append(slices.Clip(p.Payments), *e.Open.Payment)
		}
		if e.Open.Counted != nil {
			p.Counted = e.Open.Counted
		}
	}
}

// unpack takes out of a parcel what an entry delivers or recalls. An entry without points
// closes it.
func (a *ledger) unpack(e *Entry) error {
	i := a.parcel(e.Ref)
	if i < 0 {
		return broken(e, "there is no such parcel on the way")
	}
	switch {
	case e.From == InTransit:
		a.Transit[i].Transit -= e.Points
	case e.To == InTransit:
		a.Transit[i].Transit += e.Points
	case e.Kind == Adopted: // a part without points
	case a.Transit[i].Transit != 0:
		return broken(e, "%d points are still on the way", a.Transit[i].Transit)
	default:
		a.Transit = slices.Delete(a.Transit, i, i+1)
	}
	return nil
}

// points are the points of a parcel, pending ones included.
func (p Parcel) points() (points int64) {
	for i := range p.Lots {
		points += p.Lots[i].Left
	}
	return points
}

// checkParcel holds a parcel to what pack makes.
func (p *Program) checkParcel(parcel *Parcel) error {
	var faults customer.Faults
	faults.Name("ref", parcel.Ref)
	faults.Instant("at", parcel.At)
	faults.Name("from", string(parcel.From))
	faults.Name("to", string(parcel.To))
	transit := -parcel.Owed
	for i := range parcel.Lots {
		if n := parcel.Lots[i].Left; n < 1 || n > MaxPoints || parcel.Lots[i].Held != 0 {
			faults.Add(fmt.Sprintf("lots[%d].left", i), n, "is what is passed, above 0, and nothing of it is held")
			continue
		}
		transit += parcel.Lots[i].Left
	}
	for i := range parcel.Sales {
		if why := parcel.Sales[i].wrong(MaxMembers); why != "" {
			faults.Add(fmt.Sprintf("sales[%d]", i), parcel.Sales[i].Ref, "is a sale as the sender kept it: this one "+why)
		}
	}
	for i := range parcel.Payments {
		payment := &parcel.Payments[i]
		if why := payment.wrong(MaxMembers); why != "" {
			faults.Add(fmt.Sprintf("payments[%d]", i), payment.Ref, "is a payment as the sender kept it: this one "+why)
			continue
		}
		transit += open(payment.Parts)
	}
	if parcel.Counted != nil {
		if why := parcel.Counted.wrong(); why != "" {
			faults.Add("counted", len(parcel.Counted.Days), "is what the sender counted: this "+why)
		}
	}
	if parcel.Owed < 0 || parcel.Owed > MaxPoints || transit != parcel.Transit {
		faults.Add("transit", parcel.Transit, "is the sum of lots and open payments, less what is owed")
	}
	return faults.Err()
}

// wrong says what no sale that this package keeps is like; "" is nothing.
func (s *Sale) wrong(members int) string {
	given := int64(0)
	for i := range s.Lines {
		l := &s.Lines[i]
		if l.Units < 1 || l.Returned < 0 || l.Returned > l.Units || min(l.Given, l.Tender, l.Spend) < 0 ||
			max(l.Given, l.Tender, l.Spend, l.Profit, -l.Profit) > MaxPoints {
			return fmt.Sprintf("has a line %d that was not sold", i+1)
		}
		given += l.Given
	}
	switch {
	case len(s.Lines) > customer.MaxLines:
		return fmt.Sprintf("has more than %d lines", customer.MaxLines)
	case given > MaxPoints*2 || min(s.Given, s.Taken, s.Expired) < 0 || s.Given > MaxPoints || s.Taken > s.Given || s.Expired > s.Given:
		return "takes more points than it gave"
	case int(s.Of) > members:
		return "is of a member who is not there"
	}
	for _, charge := range s.Charges {
		if charge.Points < 0 || charge.Points > s.Given {
			return "charges points that it did not give"
		}
	}
	return ""
}

// wrong says what no payment that this package keeps is like; "" is nothing.
func (p *Payment) wrong(members int) string {
	if p.To != Redeemed && p.To != Partner {
		return fmt.Sprintf("goes to %s", p.To)
	}
	for i := range p.Parts {
		part := &p.Parts[i]
		if part.Points < 1 || part.Points > MaxPoints || part.Back < 0 || part.Back > part.Points || int(part.Of) > members {
			return fmt.Sprintf("has a part %d that was not paid", i+1)
		}
	}
	return ""
}

// maxCounted bounds what is counted for tiers, so that no sum of accounts exceeds an int64.
const maxCounted = MaxPoints * 256

// wrong says what no figures that this package keeps are like; "" is nothing.
func (o *Counted) wrong() string {
	bounded := func(f Figures) bool {
		return max(f.Spend, f.Points, f.Visits, f.Profit, -f.Profit) <= maxCounted && min(f.Spend, f.Points, f.Visits) >= 0
	}
	for i := range o.Days {
		if !bounded(o.Days[i].Figures) || i > 0 && o.Days[i-1].order(o.Days[i]) >= 0 {
			return fmt.Sprintf("has a day %d that was not counted", i+1)
		}
	}
	for i := range o.Used {
		if o.Used[i].Points < 0 || o.Used[i].Points > maxCounted {
			return "has used less than nothing of a cap"
		}
	}
	for i := range o.Members {
		if !bounded(o.Members[i].Lifetime) || o.Members[i].Purchases < 0 {
			return "has a member with less than nothing"
		}
	}
	if !bounded(o.Lifetime) || o.Purchases < 0 {
		return "is less than nothing, or more than can be counted"
	}
	return ""
}
