package lifecycle

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"maps"
	"slices"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// Bounds of a report.
const (
	MaxReportRows = 1_000_000
	maxReport     = 1 << 50 // any figure in it; two of them add up in an int64
)

// reportTally adds up figures under two labels, in any order and any split. It serves the
// reports of this package that count under names: promises by person and product, reasons
// for leaving by label, walk-outs by place and hour.
type reportTally struct{ rows map[reportName]reportRow }

type reportName struct{ first, second string }

// reportRow is what is counted of one row; how many of them, and which, is the report's.
type reportRow [8]int64

func (n reportName) order(other reportName) int {
	return cmp.Or(cmp.Compare(n.first, other.first), cmp.Compare(n.second, other.second))
}

// check returns what makes the labels unfit for storage.
func (n reportName) check() error {
	var faults customer.Faults
	faults.Text("first", n.first)
	faults.Text("second", n.second)
	return faults.Err()
}

// add counts figures under a name. Beyond the bounds, and under a name that could not be
// read again, nothing is counted.
func (t *reportTally) add(name reportName, more reportRow) error {
	had, found := t.rows[name]
	if !found {
		if err := name.check(); err != nil {
			return err
		}
		if len(t.rows) >= MaxReportRows {
			return errReportRows()
		}
	}
	sum, ok := had.plus(more)
	if !ok {
		return errReportFigures()
	}
	if t.rows == nil {
		t.rows = map[reportName]reportRow{}
	}
	t.rows[name] = sum
	return nil
}

func (r reportRow) plus(more reportRow) (reportRow, bool) {
	for i := range r {
		if more[i] > maxReport-r[i] {
			return r, false
		}
		r[i] += more[i]
	}
	return r, true
}

// merge counts everything that other counted or, where it would be too much, nothing.
func (t *reportTally) merge(other *reportTally) error {
	rows := len(t.rows)
	for name, more := range other.rows {
		had, found := t.rows[name]
		if !found {
			rows++
		}
		if _, ok := had.plus(more); !ok {
			return errReportFigures()
		}
	}
	if rows > MaxReportRows {
		return errReportRows()
	}
	if t.rows == nil {
		t.rows = make(map[reportName]reportRow, rows)
	}
	for name, more := range other.rows {
		t.rows[name], _ = t.rows[name].plus(more)
	}
	return nil
}

func errReportFigures() error {
	return fmt.Errorf("lifecycle: a report reckons with figures up to %d", int64(maxReport))
}

func errReportRows() error {
	return fmt.Errorf("lifecycle: a report has at most %d rows", MaxReportRows)
}

func (t *reportTally) names() []reportName {
	return slices.SortedFunc(maps.Keys(t.rows), reportName.order)
}

// appendTo writes the first so many figures of each row, by ascending name.
func (t *reportTally) appendTo(dst []byte, width int) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(t.rows)))
	for _, name := range t.names() {
		dst = population.AppendBytes(population.AppendBytes(dst, name.first), name.second)
		row := t.rows[name]
		for _, figure := range row[:width] {
			dst = binary.AppendUvarint(dst, uint64(figure))
		}
	}
	return dst
}

// read replaces the tally with what appendTo wrote, each row as far as fits finds it
// possible.
func (t *reportTally) read(from *population.Decoder, width int, fits func(reportName, reportRow) bool) {
	n, previous := from.Uvarint(), reportName{}
	if n > MaxReportRows {
		from.Fail("too many rows")
	}
	t.rows = map[reportName]reportRow{}
	for i := uint64(0); i < n && from.Err() == nil; i++ {
		name := reportName{string(from.Bytes()), string(from.Bytes())}
		if i > 0 && name.order(previous) <= 0 {
			from.Fail("rows out of order")
		}
		previous = name
		var row reportRow
		for j := range row[:width] {
			if row[j] = from.Count(); row[j] > maxReport {
				from.Fail("a figure out of range")
			}
		}
		if name.check() != nil || row == (reportRow{}) || !fits(name, row) {
			from.Fail("a row that nobody counted")
		}
		t.rows[name] = row
	}
}

// readState reads a report's format version and the terms under which it counts, which
// must be those given, then its rows.
func (t *reportTally) readState(what string, data []byte, version byte, terms []byte, width int, fits func(reportName, reportRow) bool) error {
	from := population.NewDecoder(data, version)
	if got := from.Bytes(); from.Err() == nil && string(got) != string(terms) {
		from.Fail("it counts under other terms, or over another period")
	}
	var read reportTally
	read.read(from, width, fits)
	if err := from.Close(); err != nil {
		return fmt.Errorf("lifecycle: %s: %w", what, err)
	}
	*t = read
	return nil
}

// state writes what readState reads.
func (t *reportTally) state(version byte, terms []byte, width int) []byte {
	return t.appendTo(population.AppendBytes([]byte{version}, terms), width)
}

// errTerms says that two reports count differently.
func errTerms(what string) error {
	return fmt.Errorf("lifecycle: two %s that count under other terms, or over other periods, do not merge", what)
}

// checkReportPeriod returns the faults of a report's period.
func checkReportPeriod(period population.Period) (faults customer.Faults) {
	if !period.From.Valid() || !period.Until.Valid() {
		faults.Add("period", fmt.Sprintf("%s to %s", period.From, period.Until), "is from a day until a day")
	} else if period.Until <= period.From {
		faults.Add("period.until", period.Until, "is a day after from")
	}
	return faults
}

// checkMade returns a fault where a report has no period, or no day, since its maker did not make
// it: the zero report would pass over everybody, and look as if there were nobody.
func checkMade(made bool, path, maker string) error {
	if made {
		return nil
	}
	return customer.Faults{{Path: path, Rule: "is required, and comes from " + maker}}
}

// checkOptionalDay notes a fault unless there is no day, or one.
func checkOptionalDay(faults *customer.Faults, path string, day customer.Date) {
	if day != 0 && !day.Valid() {
		faults.Add(path, day, "is a day, or absent")
	}
}
