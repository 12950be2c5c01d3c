package wallet

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// MaxBillRows is how many pairs of an offer and who bears it a Bill holds.
const MaxBillRows = 1_000_000

const (
	billVersion = 1
	maxBill     = 1 << 60 // of any figure in a bill
)

// Bill adds up what coupons took off in a period, by offer and by who bears it, without
// any customer's name: what the shop claims from each manufacturer, and beside it the
// shop's own share. Wallets may be added in any order and any split; merged, the bytes are
// the same. It is made by Register.Bill, and not safe for concurrent use.
//
// An entry counts on its day in the register's zone, whenever it was booked: what goes
// back counts in the period in which the goods came back.
type Bill struct {
	zone     *time.Location
	currency customer.Currency
	period   population.Period
	rows     map[billKey]figures
}

type billKey struct{ offer, by string }

func (k billKey) order(other billKey) int {
	return cmp.Or(cmp.Compare(k.offer, other.offer), cmp.Compare(k.by, other.by))
}

// figures are times, units, units back, saved, back.
type figures [5]int64

// BillRow is what one of those who bear an offer has borne.
type BillRow struct {
	Offer     string
	By        string // empty: the shop
	Times     int64  // coupons redeemed
	Units     int64  // thousandths that they were used on
	UnitsBack int64  // thousandths that came back
	Saved     int64  // minor units that he bears of what they took off
	Back      int64  // minor units that he gets back
}

// Due is what is owed by the one who bears it.
func (r BillRow) Due() int64 { return r.Saved - r.Back }

// Bill begins to add up a period. One that is none is customer.Faults.
func (r *Register) Bill(period population.Period) (*Bill, error) {
	if err := checkPeriod(period); err != nil {
		return nil, err
	}
	return &Bill{zone: r.zone, currency: r.rules.Currency, period: period}, nil
}

func checkPeriod(period population.Period) error {
	var faults customer.Faults
	errors.As(period.Check(), &faults) // Check returns nothing else
	if period.Until <= period.From {
		faults.Add("until", int32(period.Until), "is a day after from")
	}
	return faults.Err()
}

// Add counts entries of one customer; those outside the period do not count. An entry
// counts as often as it is added: each goes in once. One that this package does not write
// is ErrBroken, and figures beyond reckoning are an error; then nothing of the call
// counts.
func (b *Bill) Add(id customer.ID, entries []Entry) error {
	more := map[billKey]figures{}
	for i := range entries {
		e := &entries[i]
		if err := e.check(); err != nil {
			return fmt.Errorf("%w (entry %d of %d of %q)", err, i+1, len(entries), id)
		}
		if e.Kind != Redeemed && e.Kind != GivenBack || !b.period.Contains(customer.DateOf(e.At, b.zone)) {
			continue
		}
		units := int64(0)
		for j := range e.Runs {
			units += e.Runs[j].Units
		}
		for _, part := range e.Parts {
			row := billKey{e.Offer, part.By}
			if !row.named() {
				return fmt.Errorf("%w (entry %d of %d of %q)", broken(e, "names an offer %q borne by %q", e.Offer, part.By), i+1, len(entries), id)
			}
			add := figures{0, 0, units, 0, part.Saved}
			if e.Kind == Redeemed {
				add = figures{1, units, 0, part.Saved, 0}
			}
			sum, ok := more[row].plus(add)
			if !ok {
				return errTooMuch()
			}
			more[row] = sum
		}
	}
	return b.merge(more)
}

func errTooMuch() error {
	return fmt.Errorf("wallet: a bill reckons with figures up to %d", int64(maxBill))
}

func (k billKey) named() bool {
	var faults customer.Faults
	faults.Name("offer", k.offer)
	faults.Text("by", k.by)
	return len(faults) == 0
}

func (f figures) plus(more figures) (figures, bool) {
	for i := range f {
		if more[i] > maxBill-f[i] {
			return f, false
		}
		f[i] += more[i]
	}
	return f, true
}

// merge counts all or, where it would be too much, nothing.
func (b *Bill) merge(more map[billKey]figures) error {
	rows := len(b.rows)
	for row, add := range more {
		had, found := b.rows[row]
		if !found {
			rows++
		}
		if _, ok := had.plus(add); !ok {
			return errTooMuch()
		}
	}
	if rows > MaxBillRows {
		return fmt.Errorf("wallet: a bill has at most %d rows", MaxBillRows)
	}
	if b.rows == nil {
		b.rows = make(map[billKey]figures, len(more))
	}
	for row, add := range more {
		b.rows[row], _ = b.rows[row].plus(add)
	}
	return nil
}

// Merge counts everything that other counted. A bill of another period, zone or currency
// does not merge.
func (b *Bill) Merge(other *Bill) error {
	if b.period != other.period || b.zone.String() != other.zone.String() || b.currency != other.currency {
		return fmt.Errorf("wallet: a bill of %s to %s in %s and %s does not merge into one of %s to %s in %s and %s",
			other.period.From, other.period.Until, other.zone, other.currency.Code, b.period.From, b.period.Until, b.zone, b.currency.Code)
	}
	return b.merge(other.rows)
}

// Rows returns the bill by offer, then by who bears it; the shop's own share comes first.
func (b *Bill) Rows() []BillRow {
	rows := make([]BillRow, 0, len(b.rows))
	for _, key := range b.keys() {
		f := b.rows[key]
		rows = append(rows, BillRow{Offer: key.offer, By: key.by, Times: f[0], Units: f[1], UnitsBack: f[2], Saved: f[3], Back: f[4]})
	}
	return rows
}

func (b *Bill) keys() []billKey { return slices.SortedFunc(maps.Keys(b.rows), billKey.order) }

// MarshalBinary writes the bill by ascending offer and name, so that equal bills have
// equal bytes.
func (b *Bill) MarshalBinary() ([]byte, error) {
	if err := checkPeriod(b.period); err != nil {
		return nil, err
	}
	data := population.AppendPeriod([]byte{billVersion}, b.period)
	data = population.AppendBytes(data, b.zone.String())
	data = population.AppendBytes(data, b.currency.Code)
	data = append(data, byte(b.currency.Digits))
	data = binary.AppendUvarint(data, uint64(len(b.rows)))
	for _, key := range b.keys() {
		data = population.AppendBytes(population.AppendBytes(data, key.offer), key.by)
		for _, figure := range b.rows[key] {
			data = binary.AppendUvarint(data, uint64(figure))
		}
	}
	return data, nil
}

// UnmarshalBinary reads what MarshalBinary wrote, into a bill of a register with the same
// zone and currency; at an error the bill stays as it was.
func (b *Bill) UnmarshalBinary(data []byte) error {
	from := population.NewDecoder(data, billVersion)
	read := Bill{zone: b.zone, currency: b.currency, period: from.Period(), rows: map[billKey]figures{}}
	if from.Err() == nil && checkPeriod(read.period) != nil {
		from.Fail("a period that is none")
	}
	zone, code, digits := string(from.Bytes()), string(from.Bytes()), from.Byte()
	if from.Err() == nil && (b.zone == nil || zone != b.zone.String() || code != b.currency.Code || int32(digits) != b.currency.Digits) {
		from.Fail(fmt.Sprintf("a bill in %q and %q, where it is drawn in %v and %q", zone, code, b.zone, b.currency.Code))
	}
	n, previous := from.Uvarint(), billKey{}
	if n > MaxBillRows {
		from.Fail("too many rows")
	}
	for i := uint64(0); i < n && from.Err() == nil; i++ {
		key := billKey{string(from.Bytes()), string(from.Bytes())}
		if i > 0 && key.order(previous) <= 0 || !key.named() {
			from.Fail("rows out of order")
		}
		previous = key
		var row figures
		for j := range row {
			if row[j] = from.Count(); row[j] > maxBill {
				from.Fail("a figure out of range")
			}
		}
		if row == (figures{}) {
			from.Fail("a row without figures")
		}
		read.rows[key] = row
	}
	if err := from.Close(); err != nil {
		return fmt.Errorf("wallet: bill: %w", err)
	}
	*b = read
	return nil
}
