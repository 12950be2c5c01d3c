package loyalty

import (
	"slices"
	"strconv"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// MaxMembers is how many members an account may have had in all.
const MaxMembers = 1000

// Joining lets a customer share an account: a household's, or that of herself under
// another card. What she buys and brings is hers from then on, as far as parting is
// concerned; everybody spends from all of it. Her own account's points follow by a
// Transfer.
type Joining struct {
	Ref    string      `json:"ref"`
	At     time.Time   `json:"at"`
	Member customer.ID `json:"member"`
	Reason string      `json:"reason,omitempty"`
	Author string      `json:"author,omitempty"`
}

// Canonical writes the joining for a fingerprint.
func (j Joining) Canonical(c *customer.Canonical) {
	c.Text("ref", j.Ref)
	c.Time("at", j.At)
	c.Text("member", string(j.Member))
	c.Text("reason", j.Reason)
	c.Text("author", j.Author)
}

// Join adds a member. One who is there already is a *customer.Refusal.
func (p *Program) Join(account Account, joining Joining) (Decision, error) {
	var faults customer.Faults
	faults.Name("ref", joining.Ref)
	faults.Instant("at", joining.At)
	faults.Name("member", string(joining.Member))
	faults.Text("reason", joining.Reason)
	faults.Text("author", joining.Author)
	if err := faults.Err(); err != nil {
		return Decision{}, err
	}
	d, err := p.open(account, joining.At, joining.Ref)
	if err != nil {
		return Decision{}, err
	}
	missing := d.elsewhere()
	if _, there := d.account.member(joining.Member); there {
		missing = append(missing, customer.Reason{Code: CodeMember, On: d.day})
	}
	if len(missing) > 0 {
		return p.refuse(missing...)
	}
	d.post(Entry{Kind: Joined, Peer: joining.Member, Earned: d.day, Reason: joining.Reason, Author: joining.Author})
	return d.decision()
}

// Share says what a member takes along. The zero Share is refused.
type Share uint8

// The shares. Their texts are format.
const (
	// OwnShare is what is hers: the points left of what she bought or brought, her open
	// sales with the payments on them, and what she counted for. This parts accounts that
	// were combined. A sale that others' points helped to pay stays, with the points that it
	// gave, and so do debts.
	OwnShare Share = iota + 1
	// EvenShare is the same number of points to spend for each member who is there, rounded
	// down, those that lapse first; where the account has bought something itself, it is one
	// of them. The last member of one that has not takes everything.
	EvenShare
	// NoShare leaves everything.
	NoShare
)

// String returns the stored text.
func (s Share) String() string {
	switch s {
	case OwnShare:
		return "own"
	case EvenShare:
		return "even"
	case NoShare:
		return "none"
	}
	return "share " + strconv.Itoa(int(s))
}

// MarshalText writes the stored text; anything else is an error.
func (s Share) MarshalText() ([]byte, error) { return customer.WriteStored("loyalty", s, NoShare) }

// UnmarshalText reads what MarshalText wrote.
func (s *Share) UnmarshalText(text []byte) error {
	return customer.ReadStored("loyalty", "share", s, NoShare, text)
}

// Leaving ends a member's part in an account.
type Leaving struct {
	Ref     string      `json:"ref"`
	At      time.Time   `json:"at"`
	Account customer.ID `json:"account"` // the account that it is decided on
	Member  customer.ID `json:"member"`  // whose own account gets the share
	Share   Share       `json:"share"`
	Reason  string      `json:"reason,omitempty"`
	Author  string      `json:"author,omitempty"`
}

// Canonical writes the leaving for a fingerprint.
func (l Leaving) Canonical(c *customer.Canonical) {
	c.Text("ref", l.Ref)
	c.Time("at", l.At)
	c.Text("account", string(l.Account))
	c.Text("member", string(l.Member))
	if l.Share != 0 {
		c.Text("share", l.Share.String())
	}
	c.Text("reason", l.Reason)
	c.Text("author", l.Author)
}

// Leave lets a member go, and puts her share on its way to her own account: see
// [Program.Forward]. Members who leave one after the other with an EvenShare share out
// everything, to the last point. One who is not there is a *customer.Refusal, as is a
// share other than NoShare while a hold is open.
func (p *Program) Leave(account Account, leaving Leaving) (Decision, error) {
	var faults customer.Faults
	faults.Name("ref", leaving.Ref)
	faults.Instant("at", leaving.At)
	faults.Name("account", string(leaving.Account))
	faults.Name("member", string(leaving.Member))
	faults.Text("reason", leaving.Reason)
	faults.Text("author", leaving.Author)
	if leaving.Account == leaving.Member && leaving.Member != "" {
		faults.Add("member", leaving.Member, "is another account than account")
	}
	if leaving.Share < OwnShare || leaving.Share > NoShare {
		faults.Add("share", leaving.Share, "is own, even or none")
	}
	if err := faults.Err(); err != nil {
		return Decision{}, err
	}
	d, err := p.open(account, leaving.At, leaving.Ref)
	if err != nil {
		return Decision{}, err
	}
	of, there := d.account.member(leaving.Member)
	var missing []customer.Reason
	if !there {
		missing = append(missing, customer.Reason{Code: CodeNoMember, On: d.day})
	}
	if leaving.Share != NoShare && len(d.account.Holds) > 0 {
		missing = append(missing, customer.Reason{Code: CodeHoldsOpen, Fact: int64(len(d.account.Holds)), Unit: customer.UnitTimes})
	}
	if d.account.parcel(leaving.Ref) >= 0 {
		missing = append(missing, customer.Reason{Code: CodeParcelOpen, On: d.day})
	}
	if len(missing) > 0 {
		return p.refuse(missing...)
	}
	more := Entry{Peer: leaving.Member, Own: leaving.Account, IdleUntil: d.account.IdleUntil, Reason: leaving.Reason, Author: leaving.Author}
	due := len(d.entries)
	members, own := int64(0), d.account.Purchases // of the account itself
	for i := range d.account.Members {
		if d.account.Members[i].Left == 0 {
			members++
		}
		own -= d.account.Members[i].Purchases
	}
	if own > 0 {
		members++
	}
	sent := int64(0)
	none := more // an account of hers that had gone into this one is her own again
	none.Kind, none.Of, none.Open = Yielded, of, &Open{Counted: new(Counted)}
	switch {
	case leaving.Share == OwnShare:
		sent = d.yield(of, false, more)
	case leaving.Share == EvenShare && members == 1:
		sent = d.yield(0, true, more)
	case leaving.Share == EvenShare:
		if sent = d.account.Balances.In(Member) / members; sent > 0 {
			d.draw(Sent, InTransit, sent, more)
		}
		d.post(none)
	default:
		d.post(none)
	}
	if sent > 0 {
		d.why(customer.Reason{Code: CodeSent, Fact: sent, Unit: customer.UnitPoints})
	}
	d.post(Entry{Kind: Left, Peer: leaving.Member, Earned: d.day, Reason: leaving.Reason, Author: leaving.Author})
	d.qualify()
	return d.parcelled(due)
}

// member is the number of a member, and whether she is there: one who has left keeps her
// number.
func (a *ledger) member(id customer.ID) (of uint16, there bool) {
	for i := range a.Members {
		if a.Members[i].ID == id {
			return uint16(i + 1), a.Members[i].Left == 0
		}
	}
	return 0, false
}

// memberOn is the number of the member who buys, 0 for the account itself, and whether she
// was there on the day: what comes late is still hers.
func (d *desk) memberOn(id customer.ID) (of uint16, ok bool) {
	of, there := d.account.member(id)
	return of, of == 0 || there || d.day < d.account.Members[of-1].Left
}

// noteJoined adds a member, or lets one who has left come back.
func (a *ledger) noteJoined(e *Entry) error {
	of, there := a.member(e.Peer)
	switch {
	case there:
		return broken(e, "%q is a member already", e.Peer)
	case of > 0:
		a.Members[of-1].Since, a.Members[of-1].Left = e.Earned, 0
	case len(a.Members) >= MaxMembers:
		return fullError{"members", MaxMembers}
	default:
		a.Members = append(a.Members, Sharer{ID: e.Peer, Since: e.Earned})
	}
	return nil
}

func (a *ledger) noteLeft(e *Entry) error {
	of, there := a.member(e.Peer)
	if !there {
		return broken(e, "%q is no member", e.Peer)
	}
	a.Members[of-1].Left = e.Earned
	return nil
}

// noteYielded hands over what is open: it is in the parcel from now on.
func (a *ledger) noteYielded(e *Entry) error {
	switch {
	case e.Open == nil:
		return broken(e, "hands nothing over")
	case e.Open.Sale != nil:
		i := slices.IndexFunc(a.Sales, func(s Sale) bool { return s.Ref == e.Sale })
		if i < 0 {
			return broken(e, "there is no open sale %q", e.Sale)
		}
		a.Sales = slices.Delete(a.Sales, i, i+1)
	case e.Open.Payment != nil:
		i := slices.IndexFunc(a.Payments, func(p Payment) bool { return p.Ref == e.Other })
		if i < 0 {
			return broken(e, "there is no open payment %q", e.Other)
		}
		a.Payments = slices.Delete(a.Payments, i, i+1)
	case e.Open.Counted != nil:
		if int(e.Of) > len(a.Members) {
			return broken(e, "there is no member %d", e.Of)
		}
		if why := e.Open.Counted.wrong(); why != "" {
			return broken(e, "what it counted %s", why)
		}
		a.yieldCounted(e)
	}
	a.pack(e)
	return nil
}

// yieldCounted hands over what was counted: of a member, or of everybody, which puts the
// account into the other one. Then it keeps its tier, its grants and what it has used of
// the caps, for the time when it is parted again.
func (a *ledger) yieldCounted(e *Entry) {
	counted := e.Open.Counted
	for _, day := range counted.Days {
		if i, found := slices.BinarySearchFunc(a.Days, day, Day.order); found {
			a.Days = slices.Delete(a.Days, i, i+1)
			a.ground(day.On, day.visited().negative())
		}
	}
	a.Lifetime = a.Lifetime.plus(counted.Lifetime.negative())
	a.Purchases -= counted.Purchases
	switch {
	case e.Of > 0:
		member := &a.Members[e.Of-1]
		member.Lifetime, member.Purchases = member.Lifetime.plus(counted.Lifetime.negative()), member.Purchases-counted.Purchases
		a.Used = slices.DeleteFunc(a.Used, func(u Use) bool { return u.Of == e.Of })
		a.Grants = slices.DeleteFunc(a.Grants, func(g Granted) bool { return g.Of == e.Of })
	default:
		for i := range a.Members {
			a.Members[i].Lifetime, a.Members[i].Purchases = Figures{}, 0
		}
		a.Into = e.Peer
	}
}

// noteAdopted takes over what another account handed over, or takes its own back.
func (a *ledger) noteAdopted(e *Entry) error {
	switch {
	case e.Open == nil || int(e.Of) > len(a.Members):
		return broken(e, "takes nothing over, or for member %d who is not there", e.Of)
	case e.Open.Sale != nil:
		if why := e.Open.Sale.wrong(len(a.Members)); why != "" {
			return broken(e, "the sale %s", why)
		}
		return a.openSale(e, *e.Open.Sale)
	case e.Open.Payment != nil:
		payment := *e.Open.Payment
		if why := payment.wrong(len(a.Members)); why != "" {
			return broken(e, "the payment %s", why)
		}
		if slices.ContainsFunc(a.Payments, func(p Payment) bool { return p.Ref == payment.Ref }) {
			return broken(e, "the payment is open already")
		}
		return a.openPayment(e, payment)
	case e.Open.Counted != nil:
		if why := e.Open.Counted.wrong(); why != "" {
			return broken(e, "what it counted %s", why)
		}
		return a.adoptCounted(e)
	}
	return nil
}

// adoptCounted takes over what was counted: of another account, of this one when it is
// parted again, or as it was when it comes back from the way.
func (a *ledger) adoptCounted(e *Entry) error {
	counted, recalled := e.Open.Counted, e.Reason == recalledReason
	back := recalled || a.Into == e.Peer
	for _, day := range counted.Days {
		if !recalled {
			day.Of = e.Of
		}
		a.adopt(day)
	}
	a.Lifetime = a.Lifetime.plus(counted.Lifetime)
	a.Purchases += counted.Purchases
	if e.Of > 0 {
		a.Members[e.Of-1].Lifetime = a.Members[e.Of-1].Lifetime.plus(counted.Lifetime)
		a.Members[e.Of-1].Purchases += counted.Purchases
	}
	switch {
	case recalled:
		for i := range min(len(a.Members), len(counted.Members)) {
			a.Members[i].Lifetime = a.Members[i].Lifetime.plus(counted.Members[i].Lifetime)
			a.Members[i].Purchases += counted.Members[i].Purchases
		}
	case back: // it has kept its own: what was used meanwhile comes on top
		a.adoptUsed(counted.Used, 0)
	default:
		a.adoptUsed(counted.Used, e.Of)
		for _, grant := range counted.Grants {
			grant.Of = e.Of
			if len(a.Grants) >= MaxGrants {
				return fullError{"grants", MaxGrants}
			}
			if !slices.ContainsFunc(a.Grants, func(g Granted) bool { return g.Ref == grant.Ref }) {
				a.Grants = append(a.Grants, grant)
			}
		}
	}
	if a.Joined == 0 || counted.Joined != 0 && counted.Joined < a.Joined {
		a.Joined = counted.Joined
	}
	a.Into = ""
	return nil
}

// adoptUsed takes over what caps have let through and events were had, so that nobody has
// them twice by going to and fro: for each, the more of what is known here and there.
func (a *ledger) adoptUsed(used []Use, of uint16) {
	here := func(u Use) (points int64) {
		for _, known := range a.Used {
			if known.Cap == u.Cap && known.Period == u.Period && known.Of == of {
				points += known.Points
			}
		}
		return points
	}
	var sums []Use // over the members of the other account
	for _, u := range used {
		if i := slices.IndexFunc(sums, func(s Use) bool { return s.Cap == u.Cap && s.Period == u.Period }); i >= 0 {
			sums[i].Points += u.Points
			continue
		}
		u.Of = of
		sums = append(sums, u)
	}
	for _, u := range sums {
		if u.Points -= here(u); u.Points > 0 {
			a.use([]Use{u})
		}
	}
}

// adopt adds a day of another account. The lifetime comes with it apart.
func (a *ledger) adopt(day Day) {
	if day.On < a.DaysFrom {
		return
	}
	a.ground(day.On, day.visited())
	i, found := slices.BinarySearchFunc(a.Days, day, Day.order)
	if !found {
		a.Days = slices.Insert(a.Days, i, day)
		return
	}
	a.Days[i].Figures = a.Days[i].plus(day.Figures)
}
