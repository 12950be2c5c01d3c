package segment

import (
	"encoding/binary"
	"fmt"
	"iter"
	"math"

	"github.com/rapport-crm/rapport/customer/population"
)

// ProductStageTally sums what was sold of each product by calendar month. An Item of its
// lines is a product. Lines may be added in any order and any split; merged, the bytes are
// the same. Its memory grows with products and months, about 200 bytes for each pair, and
// not with customers: the grouped form has nothing to save here. It is not safe for
// concurrent use; parallel work fills one each and merges.
//
// The months keep store brand and national brand apart, so that the shop can tell whoever
// makes its own products how each of them is asked for.
type ProductStageTally[K population.Key] struct {
	period population.Period
	table  population.Table[uint32, ProductStageMonth] // product and month; First is set when read
}

// productStageTallyVersion is the format of MarshalBinary.
const productStageTallyVersion = 1

// NewProductStageTally counts the lines of a period. It begins where what is known begins,
// and ends where it ends: no product is assessed in a month after its end.
func NewProductStageTally[K population.Key](period population.Period) *ProductStageTally[K] {
	return &ProductStageTally[K]{period: period}
}

// Add counts lines. Lines outside the period are left out. At a malformed line it stops
// with an error, having counted the lines before it.
func (t *ProductStageTally[K]) Add(lines ...population.Line[K]) error {
	for i := range lines {
		line := &lines[i]
		if err := line.Check(); err != nil {
			return err
		}
		if !t.period.Contains(line.Day) {
			continue
		}
		month := t.table.At(line.Item, uint32(monthOf(line.Day)))
		if line.Returned {
			month.Returned.add(line.Kind, line.Units)
			continue
		}
		month.Lines = bounded(month.Lines, 1)
		if line.Units == 0 {
			month.Unmeasured = bounded(month.Unmeasured, 1)
		}
		month.Bought.add(line.Kind, line.Units)
	}
	return nil
}

// Merge counts everything that other counted. Tallies of different periods do not merge.
func (t *ProductStageTally[K]) Merge(other *ProductStageTally[K]) error {
	if t.period != other.period {
		return fmt.Errorf("segment: a tally of products of %s to %s does not merge into one of %s to %s",
			other.period.From, other.period.Until, t.period.From, t.period.Until)
	}
	for product, row := range other.table.All() {
		for i, number := range row.Items {
			from, into := &row.Values[i], t.table.At(product, number)
			into.Lines = bounded(into.Lines, from.Lines)
			into.Unmeasured = bounded(into.Unmeasured, from.Unmeasured)
			into.Bought = into.Bought.plus(from.Bought)
			into.Returned = into.Returned.plus(from.Returned)
		}
	}
	return nil
}

// Facts returns what is known of one product.
func (t *ProductStageTally[K]) Facts(product uint32) ProductStageFacts {
	return t.facts(nil, t.table.Row(product))
}

// All walks the products in ascending order with their facts, whose months stand in a slice
// that is reused for the next product.
func (t *ProductStageTally[K]) All() iter.Seq2[uint32, ProductStageFacts] {
	return func(yield func(uint32, ProductStageFacts) bool) {
		var space []ProductStageMonth
		for product, row := range t.table.All() {
			facts := t.facts(space[:0], row)
			space = facts.Months
			if !yield(product, facts) {
				return
			}
		}
	}
}

func (t *ProductStageTally[K]) facts(space []ProductStageMonth, row population.Row[ProductStageMonth]) ProductStageFacts {
	for i, number := range row.Items {
		month := row.Values[i]
		month.First = firstOfMonth(int(number))
		space = append(space, month)
	}
	return ProductStageFacts{Since: t.period.From, Until: t.period.Until, Months: space}
}

// MarshalBinary writes the tally by ascending product and month, so that equal tallies have
// equal bytes.
func (t *ProductStageTally[K]) MarshalBinary() ([]byte, error) {
	if err := t.period.Check(); err != nil {
		return nil, err
	}
	data := population.AppendPeriod([]byte{productStageTallyVersion}, t.period)
	return t.table.Append(data, func(dst []byte, m *ProductStageMonth) []byte {
		dst = appendUnits(appendUnits(dst, m.Bought), m.Returned)
		dst = binary.AppendUvarint(dst, uint64(m.Lines))
		return binary.AppendUvarint(dst, uint64(m.Unmeasured))
	}), nil
}

// UnmarshalBinary reads what MarshalBinary wrote; at an error the tally stays as it was.
func (t *ProductStageTally[K]) UnmarshalBinary(data []byte) error {
	from := population.NewDecoder(data, productStageTallyVersion)
	read := ProductStageTally[K]{period: from.Period()}
	read.table.Read(from, func(from *population.Decoder, m *ProductStageMonth) {
		m.Bought, m.Returned = readUnits(from), readUnits(from)
		m.Lines, m.Unmeasured = from.Count(), from.Count()
		if from.Err() == nil && !m.possible() {
			from.Fail("counts that no lines have")
		}
	})
	least, most := monthOf(read.period.From), monthOf(read.period.Until.AddDays(-1))
	for _, row := range read.table.All() {
		if number := row.Items[len(row.Items)-1]; int(row.Items[0]) < least || number > math.MaxInt32 || int(number) > most {
			from.Fail("a month outside the period")
		}
	}
	if err := from.Close(); err != nil {
		return fmt.Errorf("segment: product stage tally: %w", err)
	}
	*t = read
	return nil
}

// possible reports whether some lines have these counts.
func (m ProductStageMonth) possible() bool {
	measured := m.Lines - m.Unmeasured
	return m.Lines <= maxSum && measured >= 0 && (m.Bought.sum() > 0) == (measured > 0 || m.Unmeasured == maxSum && m.Bought.sum() > 0)
}
