package personal

import (
	"encoding/binary"
	"fmt"

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
func (e *Effect) Redemption() (customers, coupons population.Share) {
	listed := e.groups[0]
	return population.Share{Of: listed.redeemers, All: listed.customers}, population.Share{Of: listed.redeemed, All: listed.coupons}
}

// Repurchase holds those with a list against those held out: how many bought something
// that is on it. least is how many customers each group must have for an answer.
func (e *Effect) Repurchase(least int64) Difference {
	listed, heldOut := e.groups[0], e.groups[1]
	return compare(listed.repurchased, listed.customers, heldOut.repurchased, heldOut.customers, least)
}

// Conversion does so for those who could come over to the store brand: how many did.
func (e *Effect) Conversion(least int64) Difference {
	listed, heldOut := e.groups[0], e.groups[1]
	return compare(listed.converted, listed.convertible, heldOut.converted, heldOut.convertible, least)
}

func compare(of, listed, ofHeldOut, heldOut, least int64) Difference {
	return Difference{population.Compare(population.Share{Of: of, All: listed}, population.Share{Of: ofHeldOut, All: heldOut}, least)}
}

// Difference is the share of those with a list, who are the treated ones, less the share of
// those held out; see population.Compare.
type Difference struct{ population.Difference }

// Reasons says what was found: the two shares, then the verdict. The zero Difference says
// nothing.
func (d Difference) Reasons() []customer.Reason {
	reasons := []customer.Reason{
		{Code: CodeListed, Fact: d.Treated.Of, Mark: d.Treated.All, Unit: customer.UnitCustomers},
		{Code: CodeNotListed, Fact: d.HeldOut.Of, Mark: d.HeldOut.All, Unit: customer.UnitCustomers},
	}
	_, low, top := d.Permille()
	found := customer.Reason{Fact: low, Mark: top, Unit: customer.UnitPermille}
	switch d.Verdict {
	case population.Higher:
		found.Code = CodeHigher
	case population.Lower:
		found.Code = CodeLower
	case population.NoDifference:
		found.Code = CodeNoDifference
	case population.TooFew:
		found = customer.Reason{Code: CodeTooFew, Fact: min(d.Treated.All, d.HeldOut.All), Mark: d.Least, Unit: customer.UnitCustomers}
	default:
		return nil // the zero Difference
	}
	return append(reasons, found)
}
