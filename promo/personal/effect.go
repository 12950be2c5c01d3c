package personal

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// Outcome is what became of one list, of a customer who got it or of one who was held
// out and would have had it.
type Outcome struct {
	HeldOut     bool
	Coupons     int  // on the list
	Redeemed    int  // of these; 0 where held out
	Repurchased bool // she bought something that the list names, within its days
	// Convertible says that in some category of the list she was not loyal to the store
	// brand when it was made; Converted, that in one of these she is at its end.
	Convertible, Converted bool
}

// Effect counts outcomes of one list book in one period. Outcomes may be added in any
// order and any split; merged, the bytes are the same. It is not safe for concurrent use.
type Effect struct {
	book   string
	period population.Period
	groups [2]counts // listed, held out
}

type counts struct {
	customers, repurchased, convertible, converted int64
	coupons, redeemed, redeemers                   int64
}

func (c *counts) fields() [7]*int64 {
	return [...]*int64{&c.customers, &c.repurchased, &c.convertible, &c.converted, &c.coupons, &c.redeemed, &c.redeemers}
}

// NewEffect counts the lists of a book (its edition's name) for a period.
func NewEffect(book string, period population.Period) *Effect {
	return &Effect{book: book, period: period}
}

// Add counts one customer's outcome. One that cannot be is customer.Faults, and nothing
// is counted.
func (e *Effect) Add(outcome Outcome) error {
	var faults customer.Faults
	most := 100
	faults.Within("coupons", outcome.Coupons, 0, most)
	if outcome.HeldOut {
		most = 0
	}
	faults.Within("redeemed", outcome.Redeemed, 0, min(most, max(outcome.Coupons, 0)))
	if outcome.Converted && !outcome.Convertible {
		faults.Add("converted", outcome.Converted, "only where she was convertible")
	}
	if err := faults.Err(); err != nil {
		return err
	}
	group := &e.groups[one01(outcome.HeldOut)]
	group.customers++
	group.repurchased += one01(outcome.Repurchased)
	group.convertible += one01(outcome.Convertible)
	group.converted += one01(outcome.Converted)
	group.coupons += int64(outcome.Coupons)
	group.redeemed += int64(outcome.Redeemed)
	group.redeemers += one01(outcome.Redeemed > 0)
	return nil
}

func one01(yes bool) int64 {
	if yes {
		return 1
	}
	return 0
}

// Merge counts every outcome that other counted. Those of another book or period do not
// merge.
func (e *Effect) Merge(other *Effect) error {
	if e.book != other.book || e.period != other.period {
		return fmt.Errorf("personal: the effect of %s from %s does not merge into that of %s from %s",
			other.book, other.period.From, e.book, e.period.From)
	}
	for g := range e.groups {
		more := other.groups[g].fields()
		for i, field := range e.groups[g].fields() {
			*field += *more[i]
		}
	}
	return nil
}

// effectVersion is the format of MarshalBinary.
const effectVersion = 1

// MarshalBinary writes the counts; equal counts have equal bytes.
func (e *Effect) MarshalBinary() ([]byte, error) {
	if err := e.period.Check(); err != nil {
		return nil, err
	}
	data := binary.AppendUvarint([]byte{effectVersion}, uint64(len(e.book)))
	data = population.AppendPeriod(append(data, e.book...), e.period)
	for g := range e.groups {
		for _, field := range e.groups[g].fields() {
			data = binary.AppendUvarint(data, uint64(*field))
		}
	}
	return data, nil
}

// UnmarshalBinary reads what MarshalBinary wrote; at an error the counts stay as they
// were.
func (e *Effect) UnmarshalBinary(data []byte) error {
	from := population.NewDecoder(data, effectVersion)
	read := Effect{book: string(from.Bytes()), period: from.Period()}
	for g := range read.groups {
		c := &read.groups[g]
		for _, field := range c.fields() {
			if *field = from.Count(); *field > 100*maxCustomers {
				from.Fail("counts out of range")
			}
		}
		if c.customers > maxCustomers || c.repurchased > c.customers || c.convertible > c.customers || c.converted > c.convertible ||
			c.redeemed > c.coupons || c.redeemers > min(c.customers, c.redeemed) || g == 1 && c.redeemed > 0 {
			from.Fail("more of a part than of the whole")
		}
	}
	if err := from.Close(); err != nil {
		return fmt.Errorf("personal: effect: %w", err)
	}
	*e = read
	return nil
}

// maxCustomers bounds what a state may carry, so that sums do not overflow.
const maxCustomers = 1 << 40

// Redemption is how many of those with a list redeemed a coupon of it, and of all their
// coupons how many were redeemed. There is nothing to hold it against: those held out
// have no coupons.
func (e *Effect) Redemption() (customers, coupons Share) {
	listed := e.groups[0]
	return Share{Of: listed.redeemers, All: listed.customers}, Share{Of: listed.redeemed, All: listed.coupons}
}

// Repurchase holds those with a list against those held out: how many bought something
// that is on it. least is how many customers each group must have for an answer.
func (e *Effect) Repurchase(least int64) Difference {
	listed, heldOut := e.groups[0], e.groups[1]
	return Compare(Share{listed.repurchased, listed.customers}, Share{heldOut.repurchased, heldOut.customers}, least)
}

// Conversion does so for those who could come over to the store brand: how many did.
func (e *Effect) Conversion(least int64) Difference {
	listed, heldOut := e.groups[0], e.groups[1]
	return Compare(Share{listed.converted, listed.convertible}, Share{heldOut.converted, heldOut.convertible}, least)
}

// Share is some of all.
type Share struct{ Of, All int64 }

// Verdict is what a difference allows to say. The zero Verdict is none.
type Verdict uint8

// The verdicts.
const (
	TooFew       Verdict = iota + 1 // a group is smaller than asked for: nothing is said
	NoDifference                    // the interval holds 0: none is shown, which is not that there is none
	Higher                          // the whole interval lies above 0
	Lower                           // the whole interval lies below 0
)

// Difference is the share of those with a list less the share of those held out, and the
// interval that holds the true difference with 95 % confidence. The figures are
// statistics, in floating point; they are 0 where the verdict is TooFew.
type Difference struct {
	Listed, HeldOut Share
	Least           int64
	Value, Low, Top float64
	Verdict         Verdict
}

// Compare holds two shares against each other. The interval is Newcombe's hybrid score
// interval, made from Wilson's interval of each share, without continuity correction:
// method 10 in R. G. Newcombe, Interval estimation for the difference between
// independent proportions, Statistics in Medicine 17 (1998), 873–890. It stays within -1
// and 1 and serves small groups and shares near 0 better than the textbook one.
//
// Too few are fewer than least in either group; an empty group is always too few. A share
// of more than all, or of fewer than none, is too few as well: it is none.
func Compare(listed, heldOut Share, least int64) Difference {
	d := Difference{Listed: listed, HeldOut: heldOut, Least: max(least, 1), Verdict: TooFew}
	for _, s := range [...]Share{listed, heldOut} {
		if s.All < d.Least || s.Of < 0 || s.Of > s.All {
			return d
		}
	}
	p1, low1, top1 := listed.wilson()
	p2, low2, top2 := heldOut.wilson()
	d.Value = p1 - p2
	d.Low = max(-1, d.Value-root(p1-low1, top2-p2))
	d.Top = min(1, d.Value+root(top1-p1, p2-low2))
	switch {
	case d.Low > 0:
		d.Verdict = Higher
	case d.Top < 0:
		d.Verdict = Lower
	default:
		d.Verdict = NoDifference
	}
	return d
}

// z95 is the point of the normal distribution beyond which lie 2.5 %.
const z95 = 1.959963984540054

// wilson returns the share and its 95 % score interval (E. B. Wilson, 1927). Products are
// rounded by conversion, because a processor that fuses them with the next sum would
// give other last digits.
func (s Share) wilson() (share, low, top float64) {
	x, n := float64(s.Of), float64(s.All)
	const zz = z95 * z95
	share = x / n
	spread := z95 * math.Sqrt(zz+float64(4*float64(x*(1-share))))
	middle := float64(2*x) + zz
	whole := 2 * (n + zz)
	low, top = (middle-spread)/whole, (middle+spread)/whole
	if s.Of == 0 {
		low = 0 // exactly, where rounding may leave a trace
	}
	if s.Of == s.All {
		top = 1
	}
	return share, low, top
}

// root adds two distances at right angles.
func root(a, b float64) float64 { return math.Sqrt(float64(a*a) + float64(b*b)) }

// Reasons says what was found: the two shares, then the verdict.
func (d Difference) Reasons() []customer.Reason {
	reasons := []customer.Reason{
		{Code: CodeListed, Fact: d.Listed.Of, Mark: d.Listed.All, Unit: customer.UnitCustomers},
		{Code: CodeNotListed, Fact: d.HeldOut.Of, Mark: d.HeldOut.All, Unit: customer.UnitCustomers},
	}
	// Outwards, so that the interval told is never narrower than the one found.
	found := customer.Reason{Fact: int64(math.Floor(1000 * d.Low)), Mark: int64(math.Ceil(1000 * d.Top)), Unit: customer.UnitPermille}
	switch d.Verdict {
	case Higher:
		found.Code = CodeHigher
	case Lower:
		found.Code = CodeLower
	case NoDifference:
		found.Code = CodeNoDifference
	case TooFew:
		found = customer.Reason{Code: CodeTooFew, Fact: min(d.Listed.All, d.HeldOut.All), Mark: d.Least, Unit: customer.UnitCustomers}
	}
	return append(reasons, found)
}
