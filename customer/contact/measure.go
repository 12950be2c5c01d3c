package contact

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// Measure adds up how long contacts took, and whether they were noted, by desk, staff, channel and
// purpose, over the files of many customers. It is made by [Policy.Measure]. Files may be added in any
// order and any split; parts are merged. It is not safe for concurrent use.
type Measure struct {
	policy *Policy
	period population.Period
	terms  []byte // under which it counts: only equal ones merge
	sums   population.Sums[[4]string]

	more    []population.Sum[[4]string] // scratch: of the Add that is going on
	figures [][measureFigures]int64
}

// MeasureRow is what the contacts of one kind were like. Of a row of a larger whole, the names that are
// not its own are empty.
type MeasureRow struct {
	Desk, Staff, Channel, Purpose string

	Held     int64 // contacts in which somebody was reached
	Missed   int64 // and those in which nobody was
	Seconds  int64 // that those which were held took together
	Targeted int64 // of those which were held: that have a target
	Over     int64 // of these: that took longer
	Wanting  int64 // of those which were held: of which a note was to be written
	Noteless int64 // of these: that have none
	Late     int64 // whose first note was written later
	Faded    int64 // or when most was forgotten
}

const (
	measureHeld = iota
	measureMissed
	measureSeconds
	measureTargeted
	measureOver
	measureWanting
	measureNoteless
	measureLate
	measureFaded
	measureFigures
)

// measureVersion is the format version of a marshalled Measure, its first byte.
const measureVersion = 1

var (
	// ErrArchived says that contacts of the period that is measured were dropped from a file, so that
	// it cannot tell what they were like. Its entries can; see [ReplayWhole].
	ErrArchived = errors.New("contact: contacts of the period were archived")

	errNoMeasure = errors.New("contact: a measure comes from Policy.Measure")
	errTerms     = errors.New("contact: only measures of one zone and one period can be merged")
)

// Measure begins to add up the contacts that began in a period.
func (p *Policy) Measure(period population.Period) (*Measure, error) {
	if p == nil || p.zone == nil {
		return nil, errNoPolicy
	}
	if err := period.Faults("period").Err(); err != nil {
		return nil, err
	}
	terms := population.AppendPeriod(population.AppendBytes(nil, p.rules.Zone), period)
	return &Measure{policy: p, period: period, terms: terms, sums: population.NewSums[[4]string](measureFigures)}, nil
}

// Add counts the contacts of a file that began in the period; at an error, none of them. Where some of
// the period were archived, it is ErrArchived.
func (m *Measure) Add(f File) error {
	if m.policy == nil {
		return errNoMeasure
	}
	if before := f.ContactsFrom; before.After(m.period.From.Start(m.policy.zone)) {
		return fmt.Errorf("%w: those that were over before %s", ErrArchived, m.policy.local(before))
	}
	m.more, m.figures = m.more[:0], m.figures[:0]
	for i := range f.Contacts {
		if c := &f.Contacts[i]; m.period.Contains(customer.DateOf(c.Began, m.policy.zone)) {
			names, figures := measured(c)
			m.figures = append(m.figures, figures)
			m.more = append(m.more, population.Sum[[4]string]{Of: names})
		}
	}
	for i := range m.more {
		m.more[i].Figures = m.figures[i][:] // only now they stay where they are
	}
	if err := m.sums.Add(m.more...); err != nil {
		return fmt.Errorf("contact: measure: %w", err)
	}
	return nil
}

// measured returns what a contact counts, and where.
func measured(c *Contact) (names [4]string, figures [measureFigures]int64) {
	names = [4]string{c.Desk, c.Staff, c.Channel, c.Purpose}
	if c.Missed {
		figures[measureMissed] = 1
		return names, figures
	}
	figures[measureHeld], figures[measureSeconds] = 1, int64(c.Seconds)
	if c.TargetSeconds > 0 {
		figures[measureTargeted] = 1
	}
	if c.OverTarget() {
		figures[measureOver] = 1
	}
	if !c.wantsNote() {
		return names, figures
	}
	figures[measureWanting] = 1
	switch {
	case len(c.Notes) == 0:
		figures[measureNoteless] = 1
	case c.Notes[0].Memory == Late:
		figures[measureLate] = 1
	case c.Notes[0].Memory == Faded:
		figures[measureFaded] = 1
	}
	return names, figures
}

// fits reports whether figures are those of contacts.
func fits(names [4]string, f []int64) bool {
	return names[1] != "" && names[2] != "" && f[measureOver] <= f[measureTargeted] && f[measureTargeted] <= f[measureHeld] &&
		f[measureSeconds] <= f[measureHeld]*maxSeconds && f[measureWanting] <= f[measureHeld] &&
		f[measureNoteless]+f[measureLate]+f[measureFaded] <= f[measureWanting]
}

// Merge counts everything that other counted, in the same zone over the same period; at an error,
// nothing.
func (m *Measure) Merge(other *Measure) error {
	switch {
	case m.policy == nil || other == nil || other.policy == nil:
		return errNoMeasure
	case string(m.terms) != string(other.terms):
		return errTerms
	}
	return m.sums.Merge(&other.sums)
}

// MarshalBinary writes the figures by ascending desk, staff, channel and purpose.
func (m *Measure) MarshalBinary() ([]byte, error) {
	if m.policy == nil {
		return nil, errNoMeasure
	}
	return m.sums.Append(population.AppendBytes([]byte{measureVersion}, m.terms)), nil
}

// UnmarshalBinary reads what MarshalBinary wrote, into a measure of the same zone and period; at an
// error it stays as it was.
func (m *Measure) UnmarshalBinary(data []byte) error {
	if m.policy == nil {
		return errNoMeasure
	}
	from := population.NewDecoder(data, measureVersion)
	if terms := from.Bytes(); from.Err() == nil && string(terms) != string(m.terms) {
		from.Fail("it counts in another zone, or over another period")
	}
	sums := m.sums
	sums.Read(from, fits)
	if err := from.Close(); err != nil {
		return fmt.Errorf("contact: measure: %w", err)
	}
	m.sums = sums
	return nil
}

// Rows returns the figures by desk, staff, channel and purpose.
func (m *Measure) Rows() []MeasureRow {
	return m.rows(func(names [4]string) [4]string { return names })
}

// ByDesk returns the figures of each desk, in ascending order.
func (m *Measure) ByDesk() []MeasureRow {
	return m.rows(func(names [4]string) [4]string { return [4]string{names[0]} })
}

// ByStaff returns the figures of each of the staff, at whatever desk, in ascending order.
func (m *Measure) ByStaff() []MeasureRow {
	return m.rows(func(names [4]string) [4]string { return [4]string{"", names[1]} })
}

// ByChannel returns the figures of each channel and purpose, in ascending order.
func (m *Measure) ByChannel() []MeasureRow {
	return m.rows(func(names [4]string) [4]string { return [4]string{"", "", names[2], names[3]} })
}

// rows returns the figures of each larger whole together.
func (m *Measure) rows(of func([4]string) [4]string) []MeasureRow {
	wholes := population.NewSums[[4]string](measureFigures)
	for names, figures := range m.sums.All() {
		if wholes.Add(population.Sum[[4]string]{Of: of(names), Figures: figures}) != nil {
			continue // as many contacts as nobody has
		}
	}
	rows := make([]MeasureRow, 0, wholes.Len())
	for names, f := range wholes.All() {
		rows = append(rows, MeasureRow{
			names[0], names[1], names[2], names[3], f[measureHeld], f[measureMissed], f[measureSeconds], f[measureTargeted], f[measureOver],
			f[measureWanting], f[measureNoteless], f[measureLate], f[measureFaded],
		})
	}
	return rows
}

// name is what a row is of.
func (r MeasureRow) name() string {
	names := slices.DeleteFunc([]string{r.Desk, r.Staff, r.Channel, r.Purpose}, func(name string) bool { return name == "" })
	return strings.Join(names, ", ")
}

// Reasons says which share of the contacts of a row took longer than its target, and which has no note
// or one from memory; or that there are too few of them to tell.
func (m *Measure) Reasons(r MeasureRow) []customer.Reason {
	if m.policy == nil {
		return nil
	}
	least := int64(m.policy.rules.MeasureLeast)
	if r.Held < least {
		return []customer.Reason{m.policy.signed(customer.Reason{Code: CodeFew, Of: r.name(), Fact: r.Held, Mark: least, Unit: customer.UnitTimes})}
	}
	var why []customer.Reason
	tell := func(code string, fact, mark int64) {
		if mark > 0 {
			why = append(why, m.policy.signed(customer.Reason{Code: code, Of: r.name(), Fact: fact, Mark: mark, Unit: customer.UnitTimes}))
		}
	}
	tell(CodeShareOver, r.Over, r.Targeted)
	tell(CodeShareNoteless, r.Noteless, r.Wanting)
	tell(CodeShareLate, r.Late+r.Faded, r.Wanting)
	tell(CodeShareMissed, r.Missed, r.Held+r.Missed)
	return why
}
