package segment

import (
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"strconv"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// Dependence measures whether personal lists train customers to wait for a deal: the
// share of their base units that they bought on deal only, per customer and item, before
// a day and from it on. Lines may be added in any order and any split; merged, the bytes
// are the same. Judge what it measured with a [DependenceGuard]. It is not safe for
// concurrent use.
type Dependence[K population.Key] struct {
	since customer.Date
	table population.Table[K, [2]DealShare]
}

// DealShare is how much was bought on deal. Units are thousandths of a base unit, and each
// sum stops at 10¹⁸.
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
// quantity is absent, where the receipt has no currency, and where a figure is beyond what
// [customer.Purchase.Validate] lets pass. Both prices are with the tax, or both without.
func DealOf(line *customer.Line, currency customer.Currency) Deal {
	if !line.Paid.Valid || !line.ListPrice.Valid || line.Quantity.Sign() <= 0 || currency.Validate() != nil {
		return DealUnknown
	}
	for _, figure := range [...]decimal.Decimal{line.Paid.Decimal, line.ListPrice.Decimal, line.Quantity, line.Deposit} {
		// A hostile exponent would be spelled out below, as a gigabyte of zeros.
		if e := figure.Exponent(); e < -100 || e > customer.MaxExponent || figure.Sign() < 0 {
			return DealUnknown
		}
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
		return fmt.Errorf("segment: deal %d is unknown", deal)
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
		share.Unmeasured = bounded(share.Unmeasured, 1)
	case deal == OnDeal:
		share.OnDeal = bounded(share.OnDeal, line.Units)
	case deal == AtList:
		share.AtList = bounded(share.AtList, line.Units)
	default:
		share.Unknown = bounded(share.Unknown, line.Units)
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
				addShares(sum.At(0, item), &row.Values[i])
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

func addShares(sum, more *[2]DealShare) {
	for i := range sum {
		into := dealFigures(&sum[i])
		for n, figure := range dealFigures(&more[i]) {
			*into[n] = bounded(*into[n], *figure)
		}
	}
}

// dealFigures lists a share in the order of the stored form.
func dealFigures(s *DealShare) [4]*int64 {
	return [4]*int64{&s.OnDeal, &s.AtList, &s.Unknown, &s.Unmeasured}
}

// Merge counts every line that other counted. Measures since different days do not merge.
func (d *Dependence[K]) Merge(other *Dependence[K]) error {
	if d.since != other.since {
		return fmt.Errorf("segment: dependence since %s does not merge into that since %s", other.since, d.since)
	}
	for key, row := range other.table.All() {
		for i, item := range row.Items {
			addShares(d.table.At(key, item), &row.Values[i])
		}
	}
	return nil
}

// dependenceVersion is the format of MarshalBinary.
const dependenceVersion = 1

// MarshalBinary writes the measure in key order, so that equal ones have equal bytes.
func (d *Dependence[K]) MarshalBinary() ([]byte, error) {
	if !d.since.Valid() {
		return nil, errors.New("segment: dependence is measured since a day")
	}
	head := binary.AppendUvarint([]byte{dependenceVersion}, uint64(d.since))
	return d.table.Append(head, func(dst []byte, shares *[2]DealShare) []byte {
		for i := range shares {
			for _, figure := range dealFigures(&shares[i]) {
				dst = binary.AppendUvarint(dst, uint64(*figure))
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
			for _, figure := range dealFigures(&shares[i]) {
				if *figure = from.Count(); *figure > maxSum {
					from.Fail("units out of range")
				}
			}
		}
		if *shares == ([2]DealShare{}) {
			from.Fail("an item without lines")
		}
	})
	if err := from.Close(); err != nil {
		return fmt.Errorf("segment: dependence: %w", err)
	}
	*d = read
	return nil
}

// DependenceRules is the rule book of deal dependence, as plain data.
type DependenceRules struct {
	customer.Edition

	// A customer is dependent on deals in an item when the share of her units that she
	// bought on deal is DependentAt ‰ or more, independent when it is IndependentAt ‰ or
	// less, and mixed in between.
	DependentAtPermille   int `json:"dependent_at_permille"`   // 1 to 1000
	IndependentAtPermille int `json:"independent_at_permille"` // 0 or more, less than dependent_at_permille

	// MinUnits is how many base units whose price is known she must have bought before
	// anything is said: above 0, exact in thousandths.
	MinUnits decimal.Decimal `json:"min_units"`
	// MinKnownPermille is how much of all measured units those must be: 1 to 1000.
	MinKnownPermille int `json:"min_known_permille"`
}

// ParseDependenceRules reads DependenceRules from JSON, strictly; see customer.ParseRules.
func ParseDependenceRules(data []byte) (DependenceRules, error) {
	return customer.ParseRules[DependenceRules](data)
}

// DependenceState says whether somebody buys an item on deal only. The zero
// DependenceState is unknown: too little evidence.
type DependenceState uint8

// The states. Their texts are format.
const (
	DependenceUnknown DependenceState = iota
	DealIndependent
	DealMixed
	DealDependent
)

// String returns the stored text.
func (s DependenceState) String() string {
	switch s {
	case DependenceUnknown:
		return "unknown"
	case DealIndependent:
		return "independent"
	case DealMixed:
		return "mixed"
	case DealDependent:
		return "dependent"
	}
	return "dependence " + strconv.Itoa(int(s))
}

// MarshalText writes the stored text; a number that is no state is an error.
func (s DependenceState) MarshalText() ([]byte, error) {
	if s == DependenceUnknown {
		return []byte(s.String()), nil
	}
	return customer.WriteStored("segment", s, DealDependent)
}

// UnmarshalText reads what MarshalText wrote.
func (s *DependenceState) UnmarshalText(text []byte) error {
	if string(text) == DependenceUnknown.String() {
		*s = DependenceUnknown
		return nil
	}
	return customer.ReadStored("segment", "dependence", s, DealDependent, text)
}

// DependenceGuard is a rule book of deal dependence, compiled. It is immutable and safe
// for concurrent use.
type DependenceGuard struct {
	name                       string
	dependentAt, independentAt int
	minUnits                   int64 // thousandths
	minKnown                   int
}

// NewDependenceGuard checks the rules whole, returning customer.Faults, and compiles them.
func NewDependenceGuard(rules DependenceRules) (*DependenceGuard, error) {
	var faults customer.Faults
	rules.Edition.Check(&faults)
	faults.Within("dependent_at_permille", rules.DependentAtPermille, 1, 1000)
	faults.Within("independent_at_permille", rules.IndependentAtPermille, 0, 999)
	if rules.IndependentAtPermille >= rules.DependentAtPermille {
		faults.Add("independent_at_permille", rules.IndependentAtPermille,
			fmt.Sprintf("is less than dependent_at_permille, %d", rules.DependentAtPermille))
	}
	minUnits, exact := customer.Scaled(rules.MinUnits, UnitDigits)
	if !exact || minUnits < 1 || minUnits > population.MaxUnits {
		faults.Add("min_units", rules.MinUnits, fmt.Sprintf("is above 0, at most %s, and exact in thousandths", units(population.MaxUnits)))
	}
	faults.Within("min_known_permille", rules.MinKnownPermille, 1, 1000)
	if err := faults.Err(); err != nil {
		return nil, err
	}
	return &DependenceGuard{
		name:        rules.Name(),
		dependentAt: rules.DependentAtPermille, independentAt: rules.IndependentAtPermille,
		minUnits: minUnits, minKnown: rules.MinKnownPermille,
	}, nil
}

// Judge says whether what somebody (or everybody together) did with an item makes her
// dependent on deals, and why. Judge what she did before the first lists beside what she
// did since: it is the change that says whether the lists train her. A figure below 0, which
// no Dependence gives, counts as 0.
func (g *DependenceGuard) Judge(share DealShare) (DependenceState, []customer.Reason) {
	for _, figure := range dealFigures(&share) {
		*figure = min(max(0, *figure), maxSum)
	}
	known := share.OnDeal + share.AtList
	reasons := make([]customer.Reason, 0, 5) // there are never more
	note := func(code string, fact, mark int64, unit customer.Unit) {
		reasons = append(reasons, customer.Reason{Code: code, Rule: g.name, Fact: fact, Mark: mark, Unit: unit})
	}
	if share.Unmeasured > 0 {
		note(CodeDealUnmeasured, share.Unmeasured, 0, customer.UnitTimes)
	}
	if known < max(1, g.minUnits) { // 0 is that of the zero guard, which tells nothing
		note(CodeDealTooFew, known, g.minUnits, customer.UnitUsage)
		return DependenceUnknown, reasons
	}
	covered, _ := customer.Permille(known, known+share.Unknown)
	if compareShare(known, known+share.Unknown, g.minKnown) < 0 {
		note(CodeDealUncovered, covered, int64(g.minKnown), customer.UnitPermille)
		return DependenceUnknown, reasons
	}
	if share.Unknown > 0 {
		note(CodeDealCovered, covered, int64(g.minKnown), customer.UnitPermille)
	}
	note(CodeDealShare, share.OnDeal, known, customer.UnitUsage)
	onDeal, _ := customer.Permille(share.OnDeal, known)
	switch {
	case compareShare(share.OnDeal, known, g.dependentAt) >= 0:
		note(CodeDealDependent, onDeal, int64(g.dependentAt), customer.UnitPermille)
		return DealDependent, reasons
	case compareShare(share.OnDeal, known, g.independentAt) <= 0:
		note(CodeDealIndependent, onDeal, int64(g.independentAt), customer.UnitPermille)
		return DealIndependent, reasons
	}
	note(CodeDealBelowDependent, onDeal, int64(g.dependentAt), customer.UnitPermille)
	note(CodeDealAboveIndependent, onDeal, int64(g.independentAt), customer.UnitPermille)
	return DealMixed, reasons
}
