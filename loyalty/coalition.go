package loyalty

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
)

// Bounds of CoalitionRules.
const (
	MaxPartners = 1000
	MaxDebits   = 1000 // joint debits
	MaxShares   = 100  // of one joint debit
)

// CoalitionRules are the contracts of a coalition as plain data: an operator who keeps
// the programme, and partners in whose shops members earn and spend points. Points are
// written as in Rules, in whole points with at most PointDigits decimal places.
type CoalitionRules struct {
	customer.Edition

	Zone        string            `json:"zone"`                   // IANA name, the programme's; whose midnight ends a day
	Currency    customer.Currency `json:"currency"`               // in which the coalition settles
	PointDigits int32             `json:"point_digits,omitempty"` // the programme's, 0 to 3

	// Rounding makes minor units of points at a price: once for each partner, settlement
	// and price, on the points of the whole period. Points that go back are rounded as
	// the opposite of points that come.
	Rounding Rounding `json:"rounding"`

	Partners []Terms      `json:"partners"`
	Debits   []JointDebit `json:"debits,omitempty"`
}

// Terms are what a partner has agreed with the operator.
type Terms struct {
	ID      string  `json:"id"` // as Receipt.Partner, Spending.Partner and Earning.Sponsor name him
	Billing Billing `json:"billing"`

	// Issue is what the partner pays for points whose cost he bears. One who pays in
	// advance pays it for points over his blocks.
	Issue PointPrice `json:"issue"`
	// Redeem is what he is paid for points spent in his shop; zero: nothing.
	Redeem PointPrice `json:"redeem,omitzero"`
	// Lapsed is what he is paid for points whose cost he bore and that lapse; zero:
	// nothing, and what they cost stays with the operator.
	Lapsed PointPrice `json:"lapsed,omitzero"`
	// RefundBlocks pays back what is left of a block when it ends; otherwise it lapses.
	RefundBlocks bool `json:"refund_blocks,omitempty"`
}

// PointPrice is an amount per so many points: 0.80 per 100. The zero PointPrice is none.
type PointPrice struct {
	Amount decimal.Decimal `json:"amount"`
	Points decimal.Decimal `json:"points"`
}

// JointDebit is a sponsor that stands for several: each bears his share of the points.
type JointDebit struct {
	ID     string       `json:"id"` // as Earning.Sponsor names it; no partner's
	Shares []DebitShare `json:"shares"`
}

// DebitShare is one partner's share of a joint debit. The shares sum to 1000 ‰.
type DebitShare struct {
	Partner  string `json:"partner,omitempty"` // empty: the operator
	Permille int    `json:"permille"`          // 1 to 1000
}

// Billing says when a partner pays for points. The zero Billing is refused.
type Billing uint8

// The ways of billing. Their texts are format.
const (
	Postpaid Billing = iota + 1 // after each period, for what it brought
	Prepaid                     // in blocks, see Block; what they do not cover, after the period
)

// String returns the stored text.
func (b Billing) String() string {
	switch b {
	case Postpaid:
		return "postpaid"
	case Prepaid:
		return "prepaid"
	}
	return "billing " + strconv.Itoa(int(b))
}

// MarshalText writes the stored text; anything else is an error.
func (b Billing) MarshalText() ([]byte, error) { return customer.WriteStored("loyalty", b, Prepaid) }

// UnmarshalText reads what MarshalText wrote.
func (b *Billing) UnmarshalText(text []byte) error {
	return customer.ReadStored("loyalty", "billing", b, Prepaid, text)
}

// ParseCoalition reads CoalitionRules from JSON, strictly; see customer.ParseRules.
// NewCoalition checks what they say.
func ParseCoalition(data []byte) (CoalitionRules, error) {
	return customer.ParseRules[CoalitionRules](data)
}

// Coalition is the compiled contracts of a coalition. It is immutable and safe for
// concurrent use.
//
//	entries of every member ──► Traffic: points by partner and day ──┐
//	Block bought ──► Carry: what is left of each block ──────────────┼─► Settle ──► Settlement
//	                   ▲                                             │      │
//	                   └── Settlement.Next: the Carry of the next ───┘      └─ Since(earlier)
type Coalition struct {
	rules CoalitionRules
	name  string
	zone  *time.Location

	partners []terms
	place    map[string]int // of partners
	debits   []debit
	joint    map[string]int // of debits
	lapses   bool           // some partner is paid for points that lapse
}

type terms struct {
	id                    string
	cite                  string
	billing               Billing
	issue, redeem, lapsed price
	refunds               bool
}

// price is minor units per so many points; no points: no price.
type price struct{ minor, points int64 }

type debit struct {
	id       string
	partners []string
	permille []int64
}

// NewCoalition checks the contracts whole, returning customer.Faults, and compiles them.
// The zone must be the one that CoalitionRules.Zone names.
func NewCoalition(rules CoalitionRules, zone *time.Location) (*Coalition, error) {
	c := &Coalition{rules: rules, name: rules.Name(), zone: zone, place: map[string]int{}, joint: map[string]int{}}
	c.rules.Partners, c.rules.Debits = nil, nil // compiled below; the caller may go on to change his
	var faults customer.Faults
	rules.Check(&faults)
	faults.Zone("zone", rules.Zone, zone)
	faults.Currency("currency", rules.Currency)
	faults.Within("point_digits", int(rules.PointDigits), 0, 3)
	if rules.Rounding < Floor || rules.Rounding > Ceil {
		faults.Add("rounding", rules.Rounding, "is floor, half-up, half-even or ceil")
	}
	faults.Within("partners", len(rules.Partners), 1, MaxPartners)
	for i := range rules.Partners[:min(len(rules.Partners), MaxPartners)] {
		c.partner(&faults, fmt.Sprintf("partners[%d].", i), &rules.Partners[i])
	}
	faults.Within("debits", len(rules.Debits), 0, MaxDebits)
	for i := range rules.Debits[:min(len(rules.Debits), MaxDebits)] {
		c.debit(&faults, fmt.Sprintf("debits[%d].", i), &rules.Debits[i])
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	return c, nil
}

func (c *Coalition) partner(faults *customer.Faults, path string, rule *Terms) {
	c.bearer(faults, path+"id", rule.ID)
	if rule.Billing < Postpaid || rule.Billing > Prepaid {
		faults.Add(path+"billing", rule.Billing, "is postpaid or prepaid")
	}
	t := terms{id: rule.ID, cite: c.name + " " + rule.ID, billing: rule.Billing, refunds: rule.RefundBlocks}
	t.issue = c.price(faults, path+"issue", rule.Issue)
	if rule.Issue.none() {
		faults.Add(path+"issue", "", "is required: points that nobody pays for are the operator's")
	}
	t.redeem = c.price(faults, path+"redeem", rule.Redeem)
	t.lapsed = c.price(faults, path+"lapsed", rule.Lapsed)
	c.lapses = c.lapses || t.lapsed != price{}
	c.place[rule.ID] = len(c.partners)
	c.partners = append(c.partners, t)
}

// bearer checks the name of a partner or of a joint debit: both bear points, so they
// share one space of names.
func (c *Coalition) bearer(faults *customer.Faults, path, id string) {
	if id == "" || len(id) > 64 || strings.ContainsFunc(id, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }) {
		faults.Add(path, id, "is required, at most 64 bytes, without blanks")
	}
	_, partner := c.place[id]
	_, joint := c.joint[id]
	if partner || joint {
		faults.Add(path, id, "names only one partner or joint debit")
	}
}

func (p PointPrice) none() bool { return p.Amount.IsZero() && p.Points.IsZero() }

func (c *Coalition) price(faults *customer.Faults, path string, rule PointPrice) price {
	if rule.none() {
		return price{}
	}
	return price{
		minor:  c.minor(faults, path+".amount", rule.Amount),
		points: c.points(faults, path+".points", rule.Points),
	}
}

// minor compiles an amount above 0.
func (c *Coalition) minor(faults *customer.Faults, path string, amount decimal.Decimal) int64 {
	minor, err := c.rules.Currency.Minor(amount)
	if err != nil || minor < 1 || minor > MaxPoints {
		faults.Add(path, amount, "is above 0, and exact in the currency's minor units")
	}
	return minor
}

// points compiles a number of points above 0.
func (c *Coalition) points(faults *customer.Faults, path string, points decimal.Decimal) int64 {
	units, exact := customer.Scaled(points, c.rules.PointDigits)
	if !exact || units < 1 || units > MaxPoints {
		faults.Add(path, points, fmt.Sprintf("is above 0, with at most %d decimal places", c.rules.PointDigits))
	}
	return units
}

func (c *Coalition) debit(faults *customer.Faults, path string, rule *JointDebit) {
	c.bearer(faults, path+"id", rule.ID)
	faults.Within(path+"shares", len(rule.Shares), 1, MaxShares)
	d, sum, seen := debit{id: rule.ID}, 0, map[string]bool{}
	for i, share := range rule.Shares[:min(len(rule.Shares), MaxShares)] {
		at := fmt.Sprintf("%sshares[%d].", path, i)
		if _, known := c.place[share.Partner]; !known && share.Partner != "" {
			faults.Add(at+"partner", share.Partner, "is a partner, or absent for the operator")
		}
		if seen[share.Partner] {
			faults.Add(at+"partner", share.Partner, "has one share")
		}
		seen[share.Partner] = true
		faults.Within(at+"permille", share.Permille, 1, 1000)
		sum += min(max(share.Permille, 0), 1001) // far too much is too much, not an overflow
		d.partners, d.permille = append(d.partners, share.Partner), append(d.permille, int64(share.Permille))
	}
	if sum != 1000 {
		faults.Add(path+"shares", sum, "sum to 1000")
	}
	c.joint[rule.ID] = len(c.debits)
	c.debits = append(c.debits, d)
}
