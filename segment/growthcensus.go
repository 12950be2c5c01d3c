package segment

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// Bounds of a GrowthCensus.
const (
	MaxGrowthPeriods = 1000
	MaxGrowthViews   = 100_000
	maxGrowthFigures = 1_000_000 // periods × views
)

// GrowthCensus is what was sold in some periods, view by view, without any customer's key.
// It is counted by a [GrowthCounter], customer by customer in bounded memory, or read off a
// [GrowthTally]; both give the same bytes. It is not safe for concurrent use.
type GrowthCensus struct {
	book    *GrowthBook
	periods []population.Period
	views   []GrowthView
	index   map[[3]uint32]int // of views, by their codes
	figures []GrowthFigures   // by period, then view

	seenBy map[uint32][]int // which views a slice counts in
	marks  []int64          // by figure: the customer who was counted there last
	who    int64            // of the customers counted here, from 1
}

// Census returns an empty census of periods and views, or customer.Faults. The periods may
// overlap, as a month and its year do.
func (b *GrowthBook) Census(periods []population.Period, views []GrowthView) (*GrowthCensus, error) {
	var faults customer.Faults
	checkGrowthPeriods(&faults, periods)
	faults.Within("views", len(views), 1, MaxGrowthViews)
	if len(periods)*len(views) > maxGrowthFigures {
		faults.Add("views", len(views), fmt.Sprintf("times the periods are at most %d", maxGrowthFigures))
	}
	c := &GrowthCensus{book: b, periods: slices.Clone(periods), views: slices.Clone(views), index: map[[3]uint32]int{}, seenBy: map[uint32][]int{}}
	for i, view := range views[:min(len(views), MaxGrowthViews)] {
		path := fmt.Sprintf("views[%d]", i)
		codes := b.view(&faults, path, view)
		if _, twice := c.index[codes]; twice {
			faults.Add(path, fmt.Sprint(view), "stands only once")
		}
		c.index[codes] = i
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	c.figures = make([]GrowthFigures, len(periods)*len(views))
	c.marks = make([]int64, len(c.figures))
	return c, nil
}

// seen returns the views that a slice counts in: for each of its three labels, those that
// mean it and those that mean all.
func (c *GrowthCensus) seen(slice uint32) []int {
	if views, known := c.seenBy[slice]; known {
		return views
	}
	codes, views := c.book.codes(slice), []int(nil)
	for all := range 8 {
		view := codes
		for i := range view {
			if all>>i&1 == 1 {
				view[i] = 0
			}
		}
		if at, asked := c.index[view]; asked && !slices.Contains(views, at) {
			views = append(views, at)
		}
	}
	c.seenBy[slice] = views
	return views
}

// each calls for all figures that a day's receipts of a slice count in.
func (c *GrowthCensus) each(slice uint32, day customer.Date, call func(at int)) {
	views := c.seen(slice)
	for i := range c.periods {
		if c.periods[i].Contains(day) {
			for _, view := range views {
				call(i*len(c.views) + view)
			}
		}
	}
}

// visit counts the customer at hand, once in each figure.
func (c *GrowthCensus) visit(at int) {
	if c.marks[at] != c.who {
		c.marks[at] = c.who
		c.figures[at].Customers = bounded(c.figures[at].Customers, 1)
	}
}

// Figures returns what was counted in a period and a view, and whether that was asked for.
func (c *GrowthCensus) Figures(period population.Period, view GrowthView) (GrowthFigures, bool) {
	at, known := slices.Index(c.periods, period), slices.Index(c.views, view)
	if at < 0 || known < 0 {
		return GrowthFigures{}, false
	}
	return c.figures[at*len(c.views)+known], true
}

// Merge counts everything that other counted. Every customer lies wholly in one of the two,
// or she counts twice; anonymous receipts lie anywhere. Censuses of other books, periods or
// views do not merge.
func (c *GrowthCensus) Merge(other *GrowthCensus) error {
	if c.book == nil || other.book == nil {
		return errNoGrowthBook
	}
	if !bytes.Equal(c.head(), other.head()) {
		return errors.New("segment: growth censuses merge where their rule books, periods and views are the same")
	}
	for i := range c.figures {
		addGrowth(&c.figures[i], &other.figures[i])
	}
	return nil
}

// growthCensusVersion is the format of MarshalBinary.
const growthCensusVersion = 1

// head is what was asked.
func (c *GrowthCensus) head() []byte {
	head := c.book.head()
	head = binary.AppendUvarint(head, uint64(len(c.periods)))
	for _, period := range c.periods {
		head = population.AppendPeriod(head, period)
	}
	head = binary.AppendUvarint(head, uint64(len(c.views)))
	for _, view := range c.views {
		for _, code := range c.book.view(new(customer.Faults), "", view) {
			head = binary.AppendUvarint(head, uint64(code))
		}
	}
	return head
}

// head is which book it is, with its labels: their codes are in what is stored.
func (b *GrowthBook) head() []byte {
	text := population.AppendBytes[string]
	head := appendCurrency(text(text(nil, b.name), b.rules.Zone), b.rules.Currency)
	for _, labels := range [][]string{b.rules.Classes, b.rules.Areas} {
		head = binary.AppendUvarint(head, uint64(len(labels)))
		for _, label := range labels {
			head = text(head, label)
		}
	}
	head = binary.AppendUvarint(head, uint64(len(b.rules.Bands)))
	for _, band := range b.rules.Bands {
		head = binary.AppendUvarint(text(head, band.ID), uint64(band.FromMinute))
		head = binary.AppendUvarint(head, uint64(band.UntilMinute))
	}
	return head
}

// MarshalBinary writes what was asked and the figures, by period and view.
func (c *GrowthCensus) MarshalBinary() ([]byte, error) {
	if c.book == nil {
		return nil, errNoGrowthBook
	}
	head := c.head()
	data := population.AppendBytes([]byte{growthCensusVersion}, head)
	for i := range c.figures {
		for _, figure := range growthFigures(&c.figures[i]) {
			data = binary.AppendUvarint(data, uint64(*figure))
		}
	}
	return data, nil
}

// UnmarshalBinary reads what MarshalBinary wrote, into a census of the same book, periods
// and views that [GrowthBook.Census] made; at an error the census stays as it was.
func (c *GrowthCensus) UnmarshalBinary(data []byte) error {
	if c.book == nil {
		return errNoGrowthBook
	}
	from := population.NewDecoder(data, growthCensusVersion)
	if head := from.Bytes(); from.Err() == nil && !bytes.Equal(head, c.head()) {
		from.Fail("another rule book, or other periods or views")
	}
	read := make([]GrowthFigures, len(c.figures))
	for i := 0; i < len(read) && from.Err() == nil; i++ {
		for _, figure := range growthFigures(&read[i]) {
			*figure = from.Count()
		}
		if from.Err() == nil && (!read[i].possible() || (read[i].Customers > 0) != (read[i].Carded > 0)) {
			from.Fail("figures that no bills have")
		}
	}
	if err := from.Close(); err != nil {
		return fmt.Errorf("segment: growth census: %w", err)
	}
	c.figures, c.marks, c.who = read, make([]int64, len(read)), 0
	return nil
}

// GrowthCounter is the grouped form: one customer's bills at a time, customers ascending,
// in memory bounded by what is asked and by the labels that receipts have. It is not safe for concurrent use.
type GrowthCounter[K population.Key] struct {
	census *GrowthCensus
	last   K
	begun  bool
}

// NewGrowthCounter counts into a census.
func NewGrowthCounter[K population.Key](census *GrowthCensus) *GrowthCounter[K] {
	return &GrowthCounter[K]{census: census}
}

// Count counts all bills of one customer, in any order. Customers ascend, each lies wholly
// in one call, or the error is population.ErrOrder. Bills without a customer may stand in
// any call. At an error nothing of the call is counted.
func (g *GrowthCounter[K]) Count(who K, bills ...GrowthBill) error {
	c, carded := g.census, false
	if c == nil || c.book == nil {
		return errNoGrowthBook
	}
	for i := range bills {
		if err := c.book.check(&bills[i]); err != nil {
			return err
		}
		carded = carded || bills[i].Carded
	}
	if carded {
		if g.begun && who <= g.last {
			return fmt.Errorf("%w: %v after %v", population.ErrOrder, who, g.last)
		}
		g.last, g.begun = who, true
		c.who++
	}
	for i := range bills {
		bill := &bills[i]
		c.each(bill.Slice, bill.Day, func(at int) {
			c.figures[at].add(bill)
			if bill.Carded && !bill.Returned {
				c.visit(at)
			}
		})
	}
	return nil
}

// GrowthTally is the ungrouped form: bills in any order, in any split over several tallies,
// merged in any order, give the same bytes, and any period may be asked for afterwards. Its
// memory grows with the customers: about 150 bytes for each, for each class, band and area
// in which she buys, and 4 for each of her days there; beside that about 150 for each day
// and each class, band and area with receipts. It is not safe for concurrent use; parallel
// work fills one each and merges.
type GrowthTally[K population.Key] struct {
	book *GrowthBook
	sums population.Table[uint32, GrowthFigures] // by slice and day; Customers are 0
	seen population.Table[K, customer.Days]      // by customer and slice
}

// NewGrowthTally counts by a book.
func NewGrowthTally[K population.Key](book *GrowthBook) *GrowthTally[K] {
	return &GrowthTally[K]{book: book}
}

// Add counts bills of a customer; of those without one, the key is not looked at. At a
// malformed bill it stops with an error, having counted the bills before it.
func (t *GrowthTally[K]) Add(who K, bills ...GrowthBill) error {
	if t.book == nil {
		return errNoGrowthBook
	}
	for i := range bills {
		bill := &bills[i]
		if err := t.book.check(bill); err != nil {
			return err
		}
		t.sums.At(bill.Slice, uint32(bill.Day)).add(bill)
		if bill.Carded && !bill.Returned {
			t.seen.At(who, bill.Slice).Add(bill.Day)
		}
	}
	return nil
}

// Merge counts everything that other counted. Tallies of other books do not merge. Other
// stays as it is and shares no memory with t afterwards.
func (t *GrowthTally[K]) Merge(other *GrowthTally[K]) error {
	if t.book == nil || other.book == nil {
		return errNoGrowthBook
	}
	if !bytes.Equal(t.book.head(), other.book.head()) {
		return errors.New("segment: growth tallies merge where their rule books are the same")
	}
	for slice, row := range other.sums.All() {
		for i, day := range row.Items {
			addGrowth(t.sums.At(slice, day), &row.Values[i])
		}
	}
	for who, row := range other.seen.All() {
		for i, slice := range row.Items {
			into := t.seen.At(who, slice)
			*into = into.Union(row.Values[i])
		}
	}
	return nil
}

// Census returns what was sold in periods and views; see [GrowthBook.Census].
func (t *GrowthTally[K]) Census(periods []population.Period, views []GrowthView) (*GrowthCensus, error) {
	if t.book == nil {
		return nil, errNoGrowthBook
	}
	c, err := t.book.Census(periods, views)
	if err != nil {
		return nil, err
	}
	for slice, row := range t.sums.All() {
		for i, day := range row.Items {
			c.each(slice, customer.Date(day), func(at int) { addGrowth(&c.figures[at], &row.Values[i]) })
		}
	}
	for _, row := range t.seen.All() {
		c.who++
		for i, slice := range row.Items {
			views := c.seen(slice)
			for p, period := range c.periods {
				if meets(row.Values[i], period) {
					for _, view := range views {
						c.visit(p*len(c.views) + view)
					}
				}
			}
		}
	}
	return c, nil
}

// meets reports whether one of the days lies in a period.
func meets(days customer.Days, period population.Period) bool {
	at, _ := slices.BinarySearch(days, period.From)
	return at < len(days) && days[at] < period.Until
}

// growthTallyVersion is the format of MarshalBinary.
const growthTallyVersion = 1

// MarshalBinary writes the tally in key order, so that equal tallies have equal bytes.
func (t *GrowthTally[K]) MarshalBinary() ([]byte, error) {
	if t.book == nil {
		return nil, errNoGrowthBook
	}
	head := t.book.head()
	data := population.AppendBytes([]byte{growthTallyVersion}, head)
	data = t.sums.Append(data, func(dst []byte, f *GrowthFigures) []byte {
		for _, figure := range growthFigures(f) {
			dst = binary.AppendUvarint(dst, uint64(*figure))
		}
		return dst
	})
	return t.seen.Append(data, func(dst []byte, days *customer.Days) []byte { return population.AppendDays(dst, *days) }), nil
}

// UnmarshalBinary reads what MarshalBinary wrote, into a tally that [NewGrowthTally] made
// by the same book; at an error the tally stays as it was.
func (t *GrowthTally[K]) UnmarshalBinary(data []byte) error {
	if t.book == nil {
		return errNoGrowthBook
	}
	from := population.NewDecoder(data, growthTallyVersion)
	if head := from.Bytes(); from.Err() == nil && !bytes.Equal(head, t.book.head()) {
		from.Fail("another rule book")
	}
	read := GrowthTally[K]{book: t.book}
	read.sums.Read(from, func(from *population.Decoder, f *GrowthFigures) {
		for _, figure := range growthFigures(f) {
			*figure = from.Count()
		}
		if from.Err() == nil && (!f.possible() || f.Customers != 0) {
			from.Fail("figures that no bills have")
		}
	})
	read.seen.Read(from, func(from *population.Decoder, days *customer.Days) { *days = from.Days() })
	if from.Err() == nil && !read.possible() {
		from.Fail("customers whose bills are not there, or bills whose customers are not")
	}
	if err := from.Close(); err != nil {
		return fmt.Errorf("segment: growth tally: %w", err)
	}
	*t = read
	return nil
}

// possible reports whether bills lead to this tally: on every day with bills of customers,
// at least one customer was seen, and no more than there are bills.
func (t *GrowthTally[K]) possible() bool {
	type place struct {
		slice uint32
		day   customer.Date
	}
	visitors := map[place]int64{}
	for _, row := range t.seen.All() {
		for i, slice := range row.Items {
			if len(row.Values[i]) == 0 {
				return false
			}
			for _, day := range row.Values[i] {
				visitors[place{slice, day}]++
			}
		}
	}
	for slice, row := range t.sums.All() {
		for i, day := range row.Items {
			if !t.book.has(slice) || day < 1 || day > uint32(customer.MaxDate) {
				return false
			}
			here := place{slice, customer.Date(day)}
			if seen := visitors[here]; seen > row.Values[i].Carded || (seen > 0) != (row.Values[i].Carded > 0) {
				return false
			}
			delete(visitors, here)
		}
	}
	return len(visitors) == 0
}
