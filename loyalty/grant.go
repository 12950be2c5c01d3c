package loyalty

import (
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// MaxGrants is how many grants an account may have at a time.
const MaxGrants = 100

// errNoTiers says that a rule book without tiers was asked for one.
var errNoTiers = errors.New("loyalty: the rules have no tiers")

// GrantMode says what a grant does to the earned tier. The zero GrantMode is refused.
type GrantMode uint8

// The modes. Their texts are format.
const (
	AtLeast GrantMode = iota + 1 // a floor: the granted tier, or the earned one if that is higher
	Exactly                      // the granted tier, whatever is earned
	AtMost                       // a ceiling: the granted tier, or the earned one if that is lower
)

// String returns the stored text.
func (m GrantMode) String() string {
	switch m {
	case AtLeast:
		return "floor"
	case Exactly:
		return "fixed"
	case AtMost:
		return "ceiling"
	}
	return "grant mode " + strconv.Itoa(int(m))
}

// MarshalText writes the stored text; anything else is an error.
func (m GrantMode) MarshalText() ([]byte, error) { return customer.WriteStored("loyalty", m, AtMost) }

// UnmarshalText reads what MarshalText wrote.
func (m *GrantMode) UnmarshalText(text []byte) error {
	return customer.ReadStored("loyalty", "grant mode", m, AtMost, text)
}

// Grant gives a tier by hand for some time: a trial, a match of another shop's card, a
// sanction. The earned tier goes on beside it, and is there again afterwards. Where
// several grants apply, the highest floor lifts first, then the lowest ceiling holds
// down; a fixed grant, of several the one booked last, has the last word.
type Grant struct {
	Ref    string        `json:"ref"`
	At     time.Time     `json:"at"`
	Tier   string        `json:"tier"`
	Mode   GrantMode     `json:"mode"`
	From   customer.Date `json:"from,omitzero"`  // zero: from the day of At
	Until  customer.Date `json:"until,omitzero"` // exclusive; zero: without end
	Reason string        `json:"reason"`
	Author string        `json:"author"`
}

// Canonical writes the grant for a fingerprint.
func (g Grant) Canonical(c *customer.Canonical) {
	c.Text("ref", g.Ref)
	c.Time("at", g.At)
	c.Text("tier", g.Tier)
	if g.Mode != 0 {
		c.Text("mode", g.Mode.String())
	}
	c.Date("from", g.From)
	c.Date("until", g.Until)
	c.Text("reason", g.Reason)
	c.Text("author", g.Author)
}

// Granted is a grant as an account keeps it.
type Granted struct {
	Ref   string        `json:"ref"`
	Tier  string        `json:"tier"`
	Mode  GrantMode     `json:"mode"`
	From  customer.Date `json:"from"`
	Until customer.Date `json:"until,omitzero"` // exclusive; zero: without end
	Of    uint16        `json:"of,omitzero"`    // the member with whose account it came; see Account.Members
}

// covers reports whether a grant applies on a day.
func (g *Granted) covers(day customer.Date) bool {
	return g.From <= day && (g.Until == 0 || day < g.Until)
}

// Grant books a grant. A grant under a reference that is open already is a
// *customer.Refusal.
func (p *Program) Grant(account Account, grant Grant) (Decision, error) {
	if p.tiers == nil {
		return Decision{}, errNoTiers
	}
	var faults customer.Faults
	faults.Name("ref", grant.Ref)
	faults.Instant("at", grant.At)
	faults.Name("reason", grant.Reason)
	faults.Name("author", grant.Author)
	if !slices.ContainsFunc(p.tiers.levels, func(l level) bool { return l.rule.ID == grant.Tier }) {
		faults.Add("tier", grant.Tier, "is a tier of the rules")
	}
	if grant.Mode < AtLeast || grant.Mode > AtMost {
		faults.Add("mode", grant.Mode, "is floor, fixed or ceiling")
	}
	from := grant.From
	if from == 0 {
		from = customer.DateOf(grant.At, p.zone)
	}
	if !from.Valid() {
		faults.Add("from", int32(from), "is a day, or absent")
	}
	if grant.Until != 0 && (grant.Until <= from || !grant.Until.Valid()) {
		faults.Add("until", int32(grant.Until), "is a day after from, or absent")
	}
	if err := faults.Err(); err != nil {
		return Decision{}, err
	}
	d, err := p.open(account, grant.At, grant.Ref)
	if err != nil {
		return Decision{}, err
	}
	if slices.ContainsFunc(d.account.Grants, func(g Granted) bool { return g.Ref == grant.Ref }) {
		return p.refuse(customer.Reason{Code: CodeGrantBooked, On: d.day})
	}
	granted := Granted{Ref: grant.Ref, Tier: grant.Tier, Mode: grant.Mode, From: from, Until: grant.Until}
	d.post(Entry{Kind: Granting, Earned: d.day, Grant: &granted, Reason: grant.Reason, Author: grant.Author})
	d.why(p.grantReason(&granted, d.day))
	return d.decision()
}

// Revocation ends a grant before its time.
type Revocation struct {
	Ref    string    `json:"ref"`
	Grant  string    `json:"grant"` // the Grant's Ref
	At     time.Time `json:"at"`
	Reason string    `json:"reason"`
	Author string    `json:"author"`
}

// Canonical writes the revocation for a fingerprint.
func (r Revocation) Canonical(c *customer.Canonical) {
	c.Text("ref", r.Ref)
	c.Text("grant", r.Grant)
	c.Time("at", r.At)
	c.Text("reason", r.Reason)
	c.Text("author", r.Author)
}

// Revoke books a revocation. A grant that is not there is a *customer.Refusal.
func (p *Program) Revoke(account Account, revocation Revocation) (Decision, error) {
	var faults customer.Faults
	faults.Name("ref", revocation.Ref)
	faults.Name("grant", revocation.Grant)
	faults.Instant("at", revocation.At)
	faults.Name("reason", revocation.Reason)
	faults.Name("author", revocation.Author)
	if err := faults.Err(); err != nil {
		return Decision{}, err
	}
	d, err := p.open(account, revocation.At, revocation.Ref)
	if err != nil {
		return Decision{}, err
	}
	if !slices.ContainsFunc(d.account.Grants, func(g Granted) bool { return g.Ref == revocation.Grant }) {
		return p.refuse(customer.Reason{Code: CodeNoGrant, On: d.day})
	}
	d.post(Entry{Kind: Revoked, Other: revocation.Grant, Reason: revocation.Reason, Author: revocation.Author})
	return d.decision()
}

// noteGranting keeps a grant, and forgets those that were over on its day.
func (a *ledger) noteGranting(e *Entry) error {
	if e.Grant == nil || e.Grant.Mode < AtLeast || e.Grant.Mode > AtMost || e.Grant.Of != 0 {
		return broken(e, "has no grant")
	}
	a.Grants = slices.DeleteFunc(a.Grants, func(g Granted) bool { return g.Until != 0 && g.Until <= e.Earned })
	if len(a.Grants) >= MaxGrants {
		return fullError{"grants", MaxGrants}
	}
	a.Grants = append(a.Grants, *e.Grant)
	return nil
}

func (a *ledger) noteRevoked(e *Entry) error {
	i := slices.IndexFunc(a.Grants, func(g Granted) bool { return g.Ref == e.Other })
	if i < 0 {
		return broken(e, "there is no grant %q", e.Other)
	}
	a.Grants = slices.Delete(a.Grants, i, i+1)
	return nil
}

// granted is the tier that grants make of an earned one.
func (t *tiers) granted(a *Account, earned int, day customer.Date) int {
	floor, ceiling, fixed := 0, len(t.levels)-1, -1
	for i := range a.Grants {
		grant := &a.Grants[i]
		if !grant.covers(day) {
			continue
		}
		rank := slices.IndexFunc(t.levels, func(l level) bool { return l.rule.ID == grant.Tier })
		if rank < 0 {
			continue // these rules have no such tier
		}
		switch grant.Mode {
		case AtLeast:
			floor = max(floor, rank)
		case AtMost:
			ceiling = min(ceiling, rank)
		case Exactly:
			fixed = rank
		}
	}
	if fixed >= 0 {
		return fixed
	}
	return min(max(earned, floor), ceiling)
}

// grantReason says what a grant does.
func (p *Program) grantReason(g *Granted, day customer.Date) customer.Reason {
	reason := customer.Reason{Rule: p.name + " " + g.Tier, On: max(g.From, day), By: g.Until}
	switch g.Mode {
	case AtLeast:
		reason.Code = CodeGrantFloor
	case Exactly:
		reason.Code = CodeGrantFixed
	case AtMost:
		reason.Code = CodeGrantCeiling
	}
	return reason
}

// grantReasons names every grant that applies on a day.
func (p *Program) grantReasons(a *Account, day customer.Date) []customer.Reason {
	var reasons []customer.Reason
	for i := range a.Grants {
		if a.Grants[i].covers(day) {
			reasons = append(reasons, p.grantReason(&a.Grants[i], day))
		}
	}
	return reasons
}
