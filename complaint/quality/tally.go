package quality

import (
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// Bounds of a report.
const (
	MaxRows   = 1_000_000
	maxFigure = 1 << 60 // any figure; seven of them add up in an int64
)

// tally adds up figures under names, in any order and any split. What its rows mean, and which
// of their figures fit together, is the report's.
type tally struct {
	shape
	period population.Period
	terms  []byte // under which it counts: only equal ones merge
	rows   map[label]*row
	more   []delta // of the Add that is going on
}

// shape is what the rows of a report are like.
type shape struct {
	what    string
	names   int // names that a row has
	figures int // and figures
	spread  int // the figure that counts the values of the histogram; -1: there is none
	fits    func(*label, *figures) bool
	whole   func(map[label]*row) bool // whether the rows fit together; nil: each stands by itself
}

type (
	label   [5]string // as many names as the report has
	figures [32]int64
)

type row struct {
	figures
	spread population.Histogram
}

// delta is what one Add counts in one row.
type delta struct {
	label
	figures
	value int64 // for the histogram, where the figure that counts its values is above 0
}

// version is the format version of all reports, the first byte of each.
const version = 1

var (
	errNotMade = errors.New("quality: a report comes from a Gauge")
	errFacts   = errors.New("quality: these are no facts that Gauge.Of has returned")
)

// newTally begins a report over a period. Another term of it may follow.
func newTally(of shape, period population.Period, terms ...string) (tally, error) {
	var faults customer.Faults
	checkPeriod(&faults, "period", period)
	if err := faults.Err(); err != nil {
		return tally{}, err
	}
	t := tally{shape: of, period: period, terms: population.AppendPeriod(population.AppendBytes(nil, of.what), period), rows: map[label]*row{}}
	for _, term := range terms {
		t.terms = population.AppendBytes(t.terms, term)
	}
	return t, nil
}

func checkPeriod(faults *customer.Faults, path string, period population.Period) {
	if period.Check() != nil {
		faults.Add(path, fmt.Sprintf("%s to %s", period.From, period.Until), "is from a day until a day")
	} else if period.Until <= period.From {
		faults.Add(path+".until", period.Until, "is a day after from")
	}
}

// begin begins an Add.
func (t *tally) begin() error {
	if t.rows == nil {
		return errNotMade
	}
	t.more = t.more[:0]
	return nil
}

// count notes what the Add counts. The delta it returns holds until the next call.
func (t *tally) count(names ...string) *delta {
	t.more = append(t.more, delta{})
	more := &t.more[len(t.more)-1]
	copy(more.label[:], names)
	return more
}

// end counts all that was noted, or where it would be too much or none of it could be read
// again, nothing.
func (t *tally) end() error {
	for i := range t.more {
		if err := t.add(&t.more[i]); err != nil {
			for j := range i {
				t.undo(&t.more[j])
			}
			return err
		}
	}
	if t.spread >= 0 {
		for i := range t.more {
			if one := &t.more[i]; one.figures[t.spread] > 0 {
				t.rows[one.label].spread.Add(one.value, one.figures[t.spread])
			}
		}
	}
	return nil
}

// add counts the figures of one row.
func (t *tally) add(more *delta) error {
	if more.figures == (figures{}) {
		return nil
	}
	had, found := t.rows[more.label]
	if !found {
		if more.label.check() != nil {
			return errFacts
		}
		if len(t.rows) >= MaxRows {
			return errRows
		}
		had = &row{}
	}
	if slices.Min(more.figures[:t.figures]) < 0 || more.value < 0 {
		return errFacts
	}
	sum, ok := had.plus(&more.figures, t.figures)
	if !ok {
		return errFigures
	}
	had.figures = sum
	t.rows[more.label] = had
	return nil
}

// undo takes the figures of one row away again.
func (t *tally) undo(more *delta) {
	had, found := t.rows[more.label]
	if !found {
		return
	}
	for i := range t.figures {
		had.figures[i] -= more.figures[i]
	}
	if had.figures == (figures{}) {
		delete(t.rows, more.label)
	}
}

var (
	errFigures = fmt.Errorf("quality: a report reckons with figures up to %d", int64(maxFigure))
	errRows    = fmt.Errorf("quality: a report has at most %d rows", MaxRows)
)

func (f *figures) plus(more *figures, width int) (sum figures, ok bool) {
	sum = *f
	for i := range width {
		if more[i] > maxFigure-sum[i] {
			return *f, false
		}
		sum[i] += more[i]
	}
	return sum, true
}

// check returns what makes names unfit for storage.
func (l *label) check() error {
	var faults customer.Faults
	for _, one := range l {
		faults.Text("name", one)
	}
	return faults.Err()
}

// merge counts everything that other counted, under the same terms, or where it would be too
// much, nothing.
func (t *tally) merge(other *tally) error {
	if t.rows == nil || other.rows == nil {
		return errNotMade
	}
	if string(t.terms) != string(other.terms) {
		return fmt.Errorf("quality: only reports of one kind, over one period and under the same terms, can be merged")
	}
	rows := len(t.rows)
	for name, more := range other.rows {
		had, found := t.rows[name]
		if !found {
			rows++
			continue
		}
		if _, ok := had.plus(&more.figures, t.figures); !ok {
			return errFigures
		}
	}
	if rows > MaxRows {
		return errRows
	}
	for name, more := range other.rows {
		had, found := t.rows[name]
		if !found {
			had = &row{}
			t.rows[name] = had
		}
		had.figures, _ = had.plus(&more.figures, t.figures)
		if t.spread >= 0 {
			had.spread.Merge(&more.spread)
		}
	}
	return nil
}

// sorted are the names in ascending order.
func (t *tally) sorted() []label {
	return slices.SortedFunc(maps.Keys(t.rows), func(a, b label) int { return slices.Compare(a[:], b[:]) })
}

// state writes the rows by ascending names, so that equal reports have equal bytes.
func (t *tally) state() ([]byte, error) {
	if t.rows == nil {
		return nil, errNotMade
	}
	data := population.AppendBytes([]byte{version}, t.terms)
	data = binary.AppendUvarint(data, uint64(len(t.rows)))
	for _, name := range t.sorted() {
		for _, one := range name[:t.names] {
			data = population.AppendBytes(data, one)
		}
		row := t.rows[name]
		for _, figure := range row.figures[:t.figures] {
			data = binary.AppendUvarint(data, uint64(figure))
		}
		if t.spread >= 0 {
			data = row.spread.Append(data)
		}
	}
	return data, nil
}

// read replaces the rows with what state wrote, under the same terms; at an error they stay as
// they were.
func (t *tally) read(data []byte) error {
	if t.rows == nil {
		return errNotMade
	}
	from := population.NewDecoder(data, version)
	if got := from.Bytes(); from.Err() == nil && string(got) != string(t.terms) {
		from.Fail("it counts something else, under other terms, or over another period")
	}
	n, previous := from.Uvarint(), label{}
	if n > MaxRows {
		from.Fail("too many rows")
	}
	rows := map[label]*row{}
	for i := uint64(0); i < n && from.Err() == nil; i++ {
		next, row := t.readRow(from)
		if i > 0 && slices.Compare(next[:], previous[:]) <= 0 {
			from.Fail("rows out of order")
		}
		previous, rows[next] = next, row
	}
	if from.Err() == nil && t.whole != nil && !t.whole(rows) {
		from.Fail("rows that do not fit together")
	}
	if err := from.Close(); err != nil {
		return fmt.Errorf("quality: %s: %w", t.what, err)
	}
	t.rows = rows
	return nil
}

func (t *tally) readRow(from *population.Decoder) (next label, read *row) {
	read = &row{}
	for i := range t.names {
		next[i] = string(from.Bytes())
	}
	for i := range t.figures {
		if read.figures[i] = from.Count(); read.figures[i] > maxFigure {
			from.Fail("a figure out of range")
		}
	}
	if t.spread >= 0 {
		read.spread = from.Histogram()
		values, _ := read.spread.Values()
		if read.spread.Total() != read.figures[t.spread] || len(values) > 0 && values[0] < 0 {
			from.Fail("values that nobody counted")
		}
	}
	if from.Err() == nil && (next.check() != nil || read.figures == (figures{}) || !t.fits(&next, &read.figures)) {
		from.Fail("a row that nobody counted")
	}
	return next, read
}

// quantile is the least value that so many thousandths of all values do not exceed; 0 of none.
func (r *row) quantile(permille int64) int64 {
	values, counts := r.spread.Values()
	total := r.spread.Total()
	rank := total/1000*permille + (total%1000*permille+999)/1000
	for i, n := range counts {
		if rank -= n; rank <= 0 {
			return values[i]
		}
	}
	return 0
}
