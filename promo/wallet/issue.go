package wallet

import (
	"fmt"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// List is coupons that are issued together: a personal list, a mailing.
type List struct {
	Ref     string    `json:"ref"` // unique for the customer
	At      time.Time `json:"at"`
	Coupons []Grant   `json:"coupons"`
}

// Canonical writes the list for a fingerprint.
func (l List) Canonical(c *customer.Canonical) {
	c.Text("ref", l.Ref)
	c.Time("at", l.At)
	c.List("coupons", len(l.Coupons), func(i int) {
		g := &l.Coupons[i]
		c.Text("id", g.ID)
		c.Text("offer", g.Offer)
		c.Int("permille", int64(g.Permille))
		c.Date("from", g.From)
		c.Date("until", g.Until)
		c.List("funds", len(g.Funds), func(i int) {
			c.Text("by", g.Funds[i].By)
			c.Int("permille", int64(g.Funds[i].Permille))
		})
		c.Text("budget", g.Budget)
		c.Text("limit", g.Limit)
	})
}

func (l List) check() error {
	var faults customer.Faults
	faults.Name("ref", l.Ref)
	faults.Instant("at", l.At)
	faults.Within("coupons", len(l.Coupons), 1, MaxCoupons)
	seen := make(map[string]bool, len(l.Coupons))
	for i := range l.Coupons[:min(len(l.Coupons), MaxCoupons)] {
		g := &l.Coupons[i]
		path := func(field string) string { return fmt.Sprintf("coupons[%d].%s", i, field) }
		if seen[g.ID] {
			faults.Add(path("id"), g.ID, "stands only once on a list")
		}
		seen[g.ID] = true
		faults.Join(fmt.Sprintf("coupons[%d]", i), g.faults())
	}
	return faults.Err()
}

func (g *Grant) faults() (faults customer.Faults) {
	faults.Name("id", g.ID)
	faults.Name("offer", g.Offer)
	faults.Within("permille", g.Permille, 0, 1000)
	faults.Day("from", g.From)
	if g.Until != 0 && (!g.Until.Valid() || g.Until <= g.From) {
		faults.Add("until", int32(g.Until), "is a day after from, or absent")
	}
	faults.Within("funds", len(g.Funds), 0, MaxFunds)
	total, by := 0, make(map[string]bool, len(g.Funds))
	for i, fund := range g.Funds[:min(len(g.Funds), MaxFunds)] {
		faults.Name(fmt.Sprintf("funds[%d].by", i), fund.By)
		if by[fund.By] {
			faults.Add(fmt.Sprintf("funds[%d].by", i), fund.By, "stands only once")
		}
		by[fund.By] = true
		faults.Within(fmt.Sprintf("funds[%d].permille", i), fund.Permille, 1, 1000)
		if total += min(max(fund.Permille, 0), 1001); total > 1000 {
			faults.Add(fmt.Sprintf("funds[%d].permille", i), total, "is at most 1000 together with those before")
			break
		}
	}
	faults.Text("budget", g.Budget)
	faults.Text("limit", g.Limit)
	return faults
}

// same reports whether two grants are the same coupon on the same terms.
func (g *Grant) same(other *Grant) bool {
	if g.Coupon != other.Coupon || g.Budget != other.Budget || g.Limit != other.Limit || len(g.Funds) != len(other.Funds) {
		return false
	}
	for i := range g.Funds {
		if g.Funds[i] != other.Funds[i] {
			return false
		}
	}
	return true
}

// Issue puts the coupons of a list into the wallet, all of them or none. One that is
// there from the same list, on the same terms, is left as it is; one that is there from
// another list, one on other terms, and one that is past its last day are refused.
func (r *Register) Issue(wallet Wallet, list List) (Decision, error) {
	if err := list.check(); err != nil {
		return Decision{}, err
	}
	d, err := r.open(wallet, list.At, list.Ref)
	if err != nil {
		return Decision{}, err
	}
	var missing []customer.Reason
	var more []int
	for i := range list.Coupons {
		g := &list.Coupons[i]
		at, found := d.wallet.find(g.ID)
		switch {
		case found && d.wallet.Coupons[at].List != list.Ref:
			missing = append(missing, customer.Reason{Code: CodeListed, Rule: g.ID, On: d.day})
		case found && !g.same(&d.wallet.Coupons[at].Grant):
			missing = append(missing, customer.Reason{Code: CodeChanged, Rule: g.ID, On: d.day})
		case found: // issued already
		case g.ended(d.day):
			missing = append(missing, customer.Reason{Code: CodeOver, Rule: g.ID, On: d.day, By: g.Until})
		default:
			more = append(more, i)
		}
	}
	if all := len(d.wallet.Coupons) + len(more); all > MaxCoupons {
		missing = append(missing, customer.Reason{Code: CodeFull, Fact: int64(all), Mark: MaxCoupons, Unit: customer.UnitTimes})
	}
	if len(missing) > 0 {
		return r.refuse(missing...)
	}
	for _, i := range more {
		grant := list.Coupons[i]
		grant.Funds = append(grant.Funds[:0:0], grant.Funds...)
		d.post(Entry{Kind: Issued, Coupon: grant.ID, Offer: grant.Offer, Grant: &grant, List: list.Ref})
	}
	if len(more) > 0 {
		d.why(customer.Reason{Code: CodeIssued, Fact: int64(len(more)), Unit: customer.UnitTimes})
	}
	return d.decision()
}
