package personal

import (
	"encoding/binary"
	"fmt"
	"iter"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// Dependence measures whether lists train customers to wait for a deal: the share of
// their base units that they bought on deal only, per customer and item, before a day
// and from it on. Lines may be added in any order and any split; merged, the bytes are
// the same. It is not safe for concurrent use.
type Dependence[K population.Key] struct {
	since customer.Date
	table population.Table[K, [2]DealShare]
}

// DealShare is how much was bought on deal. Units are thousandths of a base unit.
type DealShare struct {
	OnDeal     int64
	AtList     int64 // at the list price, or above it
	Unknown    int64 // the price paid or the list price is not known
	Unmeasured int64 // lines of which it is not known how much they were
}

// Permille is the share bought on deal among the units whose price is known, rounded
// down, and how much of all units that covers. A share of nothing is 0.
func (s DealShare) Permille() (onDeal, covered int64) {
	known := s.OnDeal + s.AtList
	onDeal, _ = customer.Permille(s.OnDeal, known)
	covered, _ = customer.Permille(known, known+s.Unknown)
	return onDeal, covered
}

// Deal says whether a line was bought on deal. The zero Deal is not known.
type Deal uint8

// The answers.
const (
	DealUnknown Deal = iota
	OnDeal
	AtList
)

// DealOf tells it from a line of a receipt in a currency: on deal is what was paid for,
// its deposit apart, with less than quantity times list price, rounded down to a minor
// unit so that a till's rounding is no deal. It is not known where a price or the
// quantity is absent. Both prices are with the tax, or both without.
func DealOf(line *customer.Line, currency customer.Currency) Deal {
	if !line.Paid.Valid || !line.ListPrice.Valid || line.Quantity.Sign() <= 0 {
		return DealUnknown
	}
	list := line.ListPrice.Decimal.Mul(line.Quantity).RoundDown(currency.Digits)
	if line.Paid.Decimal.Sub(line.Deposit).LessThan(list) {
		return OnDeal
	}
	return AtList
}

// NewDependence measures what was bought before a day, and from it on: the day of the
// first lists.
func NewDependence[K population.Key](since customer.Date) *Dependence[K] {
	return &Dependence[K]{since: since}
}

// Add counts a line. Goods that came back are left out: that she brought them back does
// not unmake why she bought them. A malformed line is an error, and nothing is counted.
func (d *Dependence[K]) Add(line population.Line[K], deal Deal) error {
	if err := line.Check(); err != nil {
		return err
	}
	if deal > AtList {
		return fmt.Errorf("personal: deal %d is unknown", deal)
	}
	if line.Returned {
		return nil
	}
	shares := d.table.At(line.Customer, line.Item)
	share := &shares[0]
	if line.Day >= d.since {
		share = &shares[1]
	}
	switch {
	case line.Units == 0:
		share.Unmeasured++
	case deal == OnDeal:
		share.OnDeal += line.Units
	case deal == AtList:
		share.AtList += line.Units
	default:
		share.Unknown += line.Units
	}
	return nil
}

// Of returns what one customer did with one item.
func (d *Dependence[K]) Of(key K, item uint32) (before, after DealShare) {
	row := d.table.Row(key)
	for i := range row.Items {
		if row.Items[i] == item {
			return row.Values[i][0], row.Values[i][1]
		}
	}
	return DealShare{}, DealShare{}
}

// Items walks the items in ascending order with what all customers did together.
func (d *Dependence[K]) Items() iter.Seq2[uint32, [2]DealShare] {
	return func(yield func(uint32, [2]DealShare) bool) {
		var sum population.Table[uint32, [2]DealShare] // one row
		for _, row := range d.table.All() {
			for i, item := range row.Items {
				add(sum.At(0, item), &row.Values[i])
			}
		}
		all := sum.Row(0)
		for i, item := range all.Items {
			if !yield(item, all.Values[i]) {
				return
			}
		}
	}
}

func add(sum, more *[2]DealShare) {
	for i := range sum {
		sum[i].OnDeal += more[i].OnDeal
		sum[i].AtList += more[i].AtList
		sum[i].Unknown += more[i].Unknown
		sum[i].Unmeasured += more[i].Unmeasured
	}
}

// Merge counts every line that other counted. Measures since different days do not merge.
func (d *Dependence[K]) Merge(other *Dependence[K]) error {
	if d.since != other.since {
		return fmt.Errorf("personal: dependence since %s does not merge into that since %s", other.since, d.since)
	}
	for key, row := range other.table.All() {
		for i, item := range row.Items {
			add(d.table.At(key, item), &row.Values[i])
		}
	}
	return nil
}

// maxShare bounds what a state may carry of one customer and item, so that its sums do
// not overflow.
const maxShare = 1 << 52

// dependenceVersion is the format of MarshalBinary.
const dependenceVersion = 1

// MarshalBinary writes the measure in key order, so that equal ones have equal bytes.
func (d *Dependence[K]) MarshalBinary() ([]byte, error) {
	head := binary.AppendUvarint([]byte{dependenceVersion}, uint64(d.since))
	return d.table.Append(head, func(dst []byte, shares *[2]DealShare) []byte {
		for _, s := range shares {
			for _, n := range [...]int64{s.OnDeal, s.AtList, s.Unknown, s.Unmeasured} {
				dst = binary.AppendUvarint(dst, uint64(n))
			}
		}
		return dst
	}), nil
}

// UnmarshalBinary reads what MarshalBinary wrote; at an error the measure stays as it was.
func (d *Dependence[K]) UnmarshalBinary(data []byte) error {
	from := population.NewDecoder(data, dependenceVersion)
	var read Dependence[K]
	if read.since = customer.Date(from.Uint32()); !read.since.Valid() {
		from.Fail("no day")
	}
	read.table.Read(from, func(from *population.Decoder, shares *[2]DealShare) {
		for i := range shares {
			shares[i] = DealShare{OnDeal: from.Count(), AtList: from.Count(), Unknown: from.Count(), Unmeasured: from.Count()}
			if max(shares[i].OnDeal, shares[i].AtList, shares[i].Unknown, shares[i].Unmeasured) > maxShare {
				from.Fail("units out of range")
			}
		}
		if *shares == ([2]DealShare{}) {
			from.Fail("an item without lines")
		}
	})
	if err := from.Close(); err != nil {
		return fmt.Errorf("personal: dependence: %w", err)
	}
	*d = read
	return nil
}
