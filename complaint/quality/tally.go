package quality

import (
	"errors"
	"fmt"
	"slices"

	"github.com/rapport-crm/rapport/customer/population"
)

// tally is what the reports of this package are made of: figures under names, over a period and
// under terms, and where a report asks how long or how much, the values of each row. What its
// rows mean, and which of their figures fit together, is the report's.
type tally[N population.Names] struct {
	shape[N]
	period population.Period
	terms  []byte // under which it counts: only equal ones merge
	sums   population.Sums[N]
	values map[N]*population.Histogram // of the rows that have any

	more  []population.Sum[N] // of the Add that is going on
	value []int64             // of each of more, for the histogram, where the figure that counts it is above 0
}

// shape is what the rows of a report are like.
type shape[N population.Names] struct {
	what    string
	figures int                            // of a row
	valued  int                            // the figure that counts the values of the histogram; -1: there is none
	fits    func(N, []int64) bool          // whether there can be such a row; sums of those that fit do, too
	whole   func(*population.Sums[N]) bool // whether the rows fit together; nil: each stands by itself
}

// version is the format version of all reports, the first byte of each.
const version = 1

var (
	errNotMade = errors.New("quality: a report comes from a Gauge")
	errFacts   = errors.New("quality: these are no facts that Gauge.Of has returned")
	errTerms   = errors.New("quality: only reports of one kind, over one period and under the same terms, can be merged")
)

// newTally begins a report of a gauge over a period. Another term of it may follow.
func newTally[N population.Names](g *Gauge, of shape[N], period population.Period, terms ...string) (tally[N], error) {
	if g.name == "" {
		return tally[N]{}, errNoGauge
	}
	if err := period.Faults("period").Err(); err != nil {
		return tally[N]{}, err
	}
	t := tally[N]{shape: of, period: period, sums: population.NewSums[N](of.figures), values: map[N]*population.Histogram{}}
	t.terms = population.AppendPeriod(population.AppendBytes(nil, of.what), period)
	for _, term := range terms {
		t.terms = population.AppendBytes(t.terms, term)
	}
	return t, nil
}

// begin begins an Add.
func (t *tally[N]) begin() error {
	if t.terms == nil {
		return errNotMade
	}
	t.more, t.value = t.more[:0], t.value[:0]
	return nil
}

// count notes that the Add counts something under names, and returns its figures, all 0, to be
// filled in.
func (t *tally[N]) count(names N) []int64 { return t.countOf(names, 0) }

// countOf is count with a value for the histogram.
func (t *tally[N]) countOf(names N, value int64) []int64 {
	n := len(t.more)
	if n < cap(t.more) { // the figures of an earlier Add serve again
		t.more = t.more[:n+1]
	} else {
		t.more = append(t.more, population.Sum[N]{})
	}
	one := &t.more[n]
	if one.Of = names; one.Figures == nil {
		one.Figures = make([]int64, t.figures)
	}
	clear(one.Figures)
	t.value = append(t.value, value)
	return one.Figures
}

// end counts all that was noted, or where it would be too much or none of it could be read
// again, nothing.
func (t *tally[N]) end() error {
	for i := range t.more {
		one := &t.more[i]
		if t.value[i] < 0 || slices.Max(one.Figures) > 0 && !t.fits(one.Of, one.Figures) {
			return errFacts
		}
	}
	if err := t.sums.Add(t.more...); err != nil {
		return fmt.Errorf("quality: %s: %w", t.what, err)
	}
	if t.valued >= 0 {
		for i := range t.more {
			if one := &t.more[i]; one.Figures[t.valued] > 0 {
				t.valuesOf(one.Of).Add(t.value[i], one.Figures[t.valued])
			}
		}
	}
	return nil
}

// valuesOf are the values of a row, made when there are none.
func (t *tally[N]) valuesOf(names N) *population.Histogram {
	values := t.values[names]
	if values == nil {
		values = new(population.Histogram)
		t.values[names] = values
	}
	return values
}

// merge counts everything that other counted, under the same terms, or where it would be too
// much, nothing.
func (t *tally[N]) merge(other *tally[N]) error {
	if t.terms == nil || other.terms == nil {
		return errNotMade
	}
	if string(t.terms) != string(other.terms) {
		return errTerms
	}
	if err := t.sums.Merge(&other.sums); err != nil {
		return fmt.Errorf("quality: %s: %w", t.what, err)
	}
	for names, values := range other.values {
		t.valuesOf(names).Merge(values)
	}
	return nil
}

// state writes the rows by ascending names, and then their values, so that equal reports have
// equal bytes.
func (t *tally[N]) state() ([]byte, error) {
	if t.terms == nil {
		return nil, errNotMade
	}
	data := t.sums.Append(population.AppendBytes([]byte{version}, t.terms))
	for names, figures := range t.sums.All() {
		if t.valued >= 0 && figures[t.valued] > 0 {
			data = t.values[names].Append(data)
		}
	}
	return data, nil
}

// read replaces the rows with what state wrote, under the same terms; at an error they stay as
// they were.
func (t *tally[N]) read(data []byte) error {
	if t.terms == nil {
		return errNotMade
	}
	from := population.NewDecoder(data, version)
	if got := from.Bytes(); from.Err() == nil && string(got) != string(t.terms) {
		from.Fail("it counts something else, under other terms, or over another period")
	}
	sums, values := t.sums, map[N]*population.Histogram{}
	sums.Read(from, t.fits)
	for names, figures := range sums.All() {
		if from.Err() == nil && t.valued >= 0 && figures[t.valued] > 0 {
			values[names] = readValues(from, figures[t.valued])
		}
	}
	if from.Err() == nil && t.whole != nil && !t.whole(&sums) {
		from.Fail("rows that do not fit together")
	}
	if err := from.Close(); err != nil {
		return fmt.Errorf("quality: %s: %w", t.what, err)
	}
	t.sums, t.values = sums, values
	return nil
}

// readValues reads so many values of 0 or more.
func readValues(from *population.Decoder, times int64) *population.Histogram {
	read := from.Histogram()
	values, _ := read.Values()
	if read.Total() != times || len(values) > 0 && values[0] < 0 {
		from.Fail("values that nobody counted")
	}
	return &read
}

// quantile is the least value of a row that so many thousandths of all do not exceed; 0 of none.
func (t *tally[N]) quantile(names N, permille int64) int64 {
	if values := t.values[names]; values != nil {
		return quantile(values, permille)
	}
	return 0
}

func quantile(of *population.Histogram, permille int64) int64 {
	values, counts := of.Values()
	total := of.Total()
	rank := total/1000*permille + (total%1000*permille+999)/1000
	for i, n := range counts {
		if rank -= n; rank <= 0 {
			return values[i]
		}
	}
	return 0
}

// plus adds figures of rows. As many as there may be, each as large as it may be, are more than
// an int64 holds: no shop has them, and bytes that claim so count up to here.
func plus(sum, more int64) int64 { return min(sum+more, 1<<60) }
