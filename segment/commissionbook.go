package segment

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// CommissionEntryVersion is the format in which entries are written. Older ones are read.
const CommissionEntryVersion = 1

// CommissionKind says what a CommissionEntry is. The zero kind is refused.
type CommissionKind uint8

// The kinds. Their texts are format.
const (
	CommissionSold      CommissionKind = iota + 1 // a line of a receipt, with what it earns in all
	CommissionEarned                              // a seller's part of it
	CommissionBrought                             // units of a line came back
	CommissionTakenBack                           // a seller's part of what that takes, or a denial does
	CommissionDenied                              // a line was found, after its sale, not to suit the customer
)

// String returns the stored text.
func (k CommissionKind) String() string {
	switch k {
	case CommissionSold:
		return "sold"
	case CommissionEarned:
		return "earned"
	case CommissionBrought:
		return "brought"
	case CommissionTakenBack:
		return "taken-back"
	case CommissionDenied:
		return "denied"
	}
	return "commission kind " + strconv.Itoa(int(k))
}

// MarshalText writes the stored text; an unknown kind is an error.
func (k CommissionKind) MarshalText() ([]byte, error) {
	return customer.WriteStored("segment", k, CommissionDenied)
}

// UnmarshalText reads what MarshalText wrote.
func (k *CommissionKind) UnmarshalText(text []byte) error {
	return customer.ReadStored("segment", "commission kind", k, CommissionDenied, text)
}

// CommissionEntry is one fact of a sale's commissions: flat, and complete in itself. What
// the plan used is pinned in it.
type CommissionEntry struct {
	Version  int               `json:"v"`
	Kind     CommissionKind    `json:"kind"`
	At       time.Time         `json:"at"`
	Ref      string            `json:"ref"`  // the receipt of the sale, or of the return; the finding of a denial
	Sale     string            `json:"sale"` // the receipt that was sold
	Rule     string            `json:"rule"` // the plan, by its edition
	Currency customer.Currency `json:"currency"`
	Line     int               `json:"line"` // of the sale's receipt, from 1

	Seller string `json:"seller,omitempty"` // of Earned and TakenBack
	Minor  int64  `json:"minor,omitzero"`   // of Earned, above 0, and of TakenBack, below 0: minor units

	Units int64 `json:"units,omitzero"` // of Sold and Brought: thousandths of a unit of sale
	// Of Sold.
	Grade         string          `json:"grade,omitempty"`
	Basis         CommissionBasis `json:"basis,omitzero"`           // what Base is
	Base          int64           `json:"base,omitzero"`            // minor units that the commission is a part of
	RatePer100000 int             `json:"rate_per_100000,omitzero"` // its rate; 0 also where the line earns nothing
	Commission    int64           `json:"commission,omitzero"`      // minor units, of all sellers together
}

// ErrCommissionBroken says that an entry does not fit the book: its history is not one
// that this package wrote, or not in booking order, or not complete.
var ErrCommissionBroken = errors.New("segment: the commission entry does not fit the book")

// CommissionBook is what a history of one sale's entries leads to. The zero book holds no
// sale. It is a value: methods return a new one and never change the slices of the one
// they are called on, and nobody else may.
type CommissionBook struct {
	Entries  uint64               `json:"entries"` // how many led here
	Sale     string               `json:"sale,omitempty"`
	Rule     string               `json:"rule,omitempty"` // the plan that decided the sale
	Currency customer.Currency    `json:"currency,omitzero"`
	Lines    []CommissionBookLine `json:"lines,omitempty"` // by ascending Line
}

// CommissionBookLine is a line of the sale. Units are thousandths of a unit of sale.
type CommissionBookLine struct {
	Line       int               `json:"line"`
	Units      int64             `json:"units"`
	Returned   int64             `json:"returned,omitzero"`   // of Units
	Denied     bool              `json:"denied,omitzero"`     // found not to suit the customer: all is taken back
	Commission int64             `json:"commission,omitzero"` // minor units, of all sellers together
	Shares     []CommissionShare `json:"shares,omitempty"`    // in the order of the sale's sellers
}

// CommissionShare is a seller's part of a line, in minor units.
type CommissionShare struct {
	Seller    string `json:"seller"`
	Earned    int64  `json:"earned"`
	TakenBack int64  `json:"taken_back,omitzero"` // of Earned
}

// line finds a line of the sale.
func (b CommissionBook) line(number int) (at int, found bool) {
	return slices.BinarySearchFunc(b.Lines, number, func(l CommissionBookLine, number int) int { return cmp.Compare(l.Line, number) })
}

// Apply returns the book after more entries, in booking order. It knows only what no
// history may break: one sale, parts that add up to no more than their whole, no more
// brought back than was sold. An entry that does not fit is ErrCommissionBroken, and then
// the book is the one before all of them.
func (b CommissionBook) Apply(entries ...CommissionEntry) (CommissionBook, error) {
	next := b
	next.Lines = slices.Clone(b.Lines)
	for i := range next.Lines {
		next.Lines[i].Shares = slices.Clone(next.Lines[i].Shares)
	}
	for i := range entries {
		if err := applyCommission(&next, &entries[i]); err != nil {
			return b, err
		}
	}
	return next, nil
}

// ReplayCommission returns the book that a whole history leads to.
func ReplayCommission(entries []CommissionEntry) (CommissionBook, error) {
	return CommissionBook{}.Apply(entries...)
}

func (e *CommissionEntry) broken(why string, args ...any) error {
	return fmt.Errorf("%w: %s of %q: %s", ErrCommissionBroken, e.Kind, e.Ref, fmt.Sprintf(why, args...))
}

// check returns what is wrong with an entry in itself.
func (e *CommissionEntry) check() error {
	switch {
	case e.Version != CommissionEntryVersion:
		return e.broken("format version %d, where %d is known", e.Version, CommissionEntryVersion)
	case e.Sale == "" || e.Ref == "" || e.Line < 1 || e.Line > customer.MaxLines:
		return e.broken("has no sale, no reference or no line")
	case e.Currency.Validate() != nil:
		return e.broken("has no currency")
	}
	var at customer.Faults
	if at.Instant("at", e.At); len(at) > 0 { // of no day, it would be on no statement
		return e.broken("%s", at[0].Rule)
	}
	units, seller := false, false
	least, most := int64(0), int64(0) // of Minor
	switch e.Kind {
	case CommissionSold, CommissionBrought:
		units = true
	case CommissionEarned:
		seller, least, most = true, 1, population.MaxAmount
	case CommissionTakenBack:
		seller, least, most = true, -population.MaxAmount, -1
	case CommissionDenied:
	default:
		return e.broken("is no kind")
	}
	switch {
	case units != (e.Units > 0) || e.Units < 0 || e.Units > population.MaxUnits:
		return e.broken("%d thousandths of a unit", e.Units)
	case e.Minor < least || e.Minor > most:
		return e.broken("%d minor units", e.Minor)
	case seller != (e.Seller != ""):
		return e.broken("is of a line, or of a seller")
	case e.Kind != CommissionSold && (e.Grade != "" || e.Basis != 0 || e.Base != 0 || e.RatePer100000 != 0 || e.Commission != 0):
		return e.broken("has what a line is sold with")
	case e.Kind == CommissionSold:
		return e.checkSold()
	}
	return nil
}

// checkSold returns what is wrong with what a line was sold with.
func (e *CommissionEntry) checkSold() error {
	known := e.Basis == CommissionOnRevenue || e.Basis == CommissionOnProfit
	if !known || e.Base < 0 || e.Base > population.MaxAmount || e.RatePer100000 < 0 || e.RatePer100000 > CommissionWhole {
		return e.broken("%d/%d of %d minor units of %s", e.RatePer100000, CommissionWhole, e.Base, e.Basis)
	}
	if e.Commission < 0 || e.Commission > e.Base {
		return e.broken("a commission of %d of %d minor units", e.Commission, e.Base)
	}
	return nil
}

// applyCommission books one entry in place.
func applyCommission(b *CommissionBook, e *CommissionEntry) error {
	if err := e.check(); err != nil {
		return err
	}
	if b.Sale == "" {
		b.Sale, b.Rule, b.Currency = e.Sale, e.Rule, e.Currency
	}
	if e.Sale != b.Sale || e.Currency != b.Currency {
		return e.broken("is of sale %q in %s, the book of %q in %s", e.Sale, e.Currency.Code, b.Sale, b.Currency.Code)
	}
	at, found := b.line(e.Line)
	if found != (e.Kind != CommissionSold) {
		return e.broken("line %d is booked: %t", e.Line, found)
	}
	switch e.Kind {
	case CommissionSold:
		b.Lines = slices.Insert(b.Lines, at, CommissionBookLine{Line: e.Line, Units: e.Units, Commission: e.Commission})
	case CommissionBrought:
		line := &b.Lines[at]
		if e.Units > line.Units-line.Returned {
			return e.broken("%d thousandths of a unit, %d are left", e.Units, line.Units-line.Returned)
		}
		line.Returned += e.Units
	case CommissionDenied:
		line := &b.Lines[at]
		if line.Denied {
			return e.broken("line %d is denied already", e.Line)
		}
		line.Denied = true
	case CommissionEarned, CommissionTakenBack:
		if err := b.Lines[at].share(e); err != nil {
			return err
		}
	}
	b.Entries++
	return nil
}

// share books a seller's part.
func (l *CommissionBookLine) share(e *CommissionEntry) error {
	at := slices.IndexFunc(l.Shares, func(s CommissionShare) bool { return s.Seller == e.Seller })
	if e.Kind == CommissionEarned {
		left := l.Commission
		for _, share := range l.Shares {
			left -= share.Earned
		}
		if at >= 0 || e.Minor > left {
			return e.broken("%d minor units, %d are left of the line", e.Minor, left)
		}
		l.Shares = append(l.Shares, CommissionShare{Seller: e.Seller, Earned: e.Minor})
		return nil
	}
	if at < 0 || -e.Minor > l.Shares[at].Earned-l.Shares[at].TakenBack {
		return e.broken("%d minor units of somebody who does not have them", e.Minor)
	}
	l.Shares[at].TakenBack -= e.Minor
	return nil
}

// check returns what is wrong with a book that is to be decided on: it may have been stored
// by others than a history, and a history may end between a line's parts.
func (b CommissionBook) check() error {
	previous := 0
	for i := range b.Lines {
		line := &b.Lines[i]
		if line.Line <= previous || !line.whole() {
			return fmt.Errorf("%w: the parts of line %d are not all there", ErrCommissionBroken, line.Line)
		}
		previous = line.Line
	}
	return nil
}

// whole reports whether a whole history leads to the line, with all its sellers' parts.
func (l *CommissionBookLine) whole() bool {
	if l.Units < 1 || l.Units > population.MaxUnits || l.Returned < 0 || l.Returned > l.Units || l.Commission < 0 || l.Commission > population.MaxAmount {
		return false
	}
	left := l.Commission
	for _, share := range l.Shares {
		if share.Earned < 1 || share.Earned > left || share.TakenBack < 0 || share.TakenBack > share.Earned {
			return false
		}
		left -= share.Earned
	}
	return left == 0
}

// CommissionStatement is what salespeople earned in a period, from the entries of any
// number of sales, in any order and any split; merged, the bytes are the same. Its memory
// grows with the salespeople. It is not safe for concurrent use.
type CommissionStatement struct {
	register population.Register
	period   population.Period
	table    population.Table[string, CommissionTotal]
}

// CommissionTotal is one salesperson's statement, in minor units.
type CommissionTotal struct {
	Seller    string
	Earned    int64 // 0 or more
	TakenBack int64 // 0 or below
	Entries   int64 // how many the two are the sums of
}

// Minor is what is due to him: the sum of all his entries. It may be below 0, where more
// of earlier sales came back than he sold.
func (t CommissionTotal) Minor() int64 { return t.Earned + t.TakenBack }

// Statement returns an empty statement of a period: entries count on the day of their
// sale, or of their return, in the plan's zone.
func (p *CommissionPlan) Statement(period population.Period) *CommissionStatement {
	return &CommissionStatement{register: p.register, period: period}
}

// Add counts entries. Those outside the period, and those that are of a line and not of a
// seller, are left out. At an entry that is malformed or in another currency it stops with
// an error, having counted the entries before it.
func (s *CommissionStatement) Add(entries ...CommissionEntry) error {
	for i := range entries {
		e := &entries[i]
		if err := e.check(); err != nil {
			return err
		}
		if e.Currency != s.register.Currency {
			return fmt.Errorf("segment: a commission in %s on a statement in %s", e.Currency.Code, s.register.Currency.Code)
		}
		if e.Seller == "" || !s.period.Contains(customer.DateOf(e.At, s.register.Zone)) {
			continue
		}
		one := CommissionTotal{Entries: 1, Earned: max(0, e.Minor), TakenBack: min(0, e.Minor)}
		if err := s.plus(e.Seller, one); err != nil {
			return err
		}
	}
	return nil
}

// plus adds to a seller's totals. A sum beyond its bound is an error: money is never held
// at one.
func (s *CommissionStatement) plus(seller string, one CommissionTotal) error {
	total := s.table.At(seller, 0)
	if total.Earned > maxSum-one.Earned || total.TakenBack < -maxSum-one.TakenBack || total.Entries > maxSum-one.Entries {
		return fmt.Errorf("segment: the commissions of %q exceed %d minor units", seller, int64(maxSum))
	}
	total.Earned += one.Earned
	total.TakenBack += one.TakenBack
	total.Entries += one.Entries
	return nil
}

// Merge counts everything that other counted. Statements of different periods, currencies
// or zones do not merge. A sum beyond its bound is an error too, after which the statement
// has counted a part of other and is of no more use.
func (s *CommissionStatement) Merge(other *CommissionStatement) error {
	if s.period != other.period || !s.register.Same(other.register) {
		return errors.New("segment: statements of commission merge where their periods, currencies and zones are the same")
	}
	for seller, row := range other.table.All() {
		if err := s.plus(seller, row.Values[0]); err != nil {
			return err
		}
	}
	return nil
}

// Totals returns the statement, by ascending seller.
func (s *CommissionStatement) Totals() []CommissionTotal {
	totals := make([]CommissionTotal, 0, s.table.Len())
	for seller, row := range s.table.All() {
		total := row.Values[0]
		total.Seller = seller
		totals = append(totals, total)
	}
	return totals
}

// commissionStatementVersion is the format of MarshalBinary.
const commissionStatementVersion = 1

// MarshalBinary writes the statement by ascending seller, so that equal statements have
// equal bytes.
func (s *CommissionStatement) MarshalBinary() ([]byte, error) {
	if err := s.period.Check(); err != nil {
		return nil, err
	}
	data := population.AppendPeriod([]byte{commissionStatementVersion}, s.period)
	data = appendRegister(data, s.register)
	return s.table.Append(data, func(dst []byte, t *CommissionTotal) []byte {
		dst = binary.AppendUvarint(dst, uint64(t.Earned))
		dst = binary.AppendUvarint(dst, uint64(-t.TakenBack))
		return binary.AppendUvarint(dst, uint64(t.Entries))
	}), nil
}

// UnmarshalBinary reads what MarshalBinary wrote, into a statement that
// [CommissionPlan.Statement] made in the same currency and zone; at an error the statement
// stays as it was.
func (s *CommissionStatement) UnmarshalBinary(data []byte) error {
	from := population.NewDecoder(data, commissionStatementVersion)
	read := CommissionStatement{register: s.register, period: from.Period()}
	readRegister(from, s.register)
	read.table.Read(from, func(from *population.Decoder, t *CommissionTotal) {
		t.Earned, t.TakenBack, t.Entries = from.Count(), -from.Count(), from.Count()
		if t.Entries < 1 || t.Entries > maxSum || max(t.Earned, -t.TakenBack) > maxSum || t.Earned-t.TakenBack < t.Entries {
			from.Fail("sums that no entries have")
		}
	})
	for seller, row := range read.table.All() {
		if seller == "" || row.Items[0] != 0 || len(row.Items) > 1 {
			from.Fail("a seller that no entry has")
		}
	}
	if err := from.Close(); err != nil {
		return fmt.Errorf("segment: commission statement: %w", err)
	}
	*s = read
	return nil
}
