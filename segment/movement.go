package segment

import (
	"encoding/binary"
	"fmt"
	"maps"
	"slices"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// Movement counts, category by category, from which cell on one day to which cell on a
// later day customers moved, without any customer's key. Customers may be added in any
// order and any split; merged, the bytes are the same. It is not safe for concurrent use.
//
// The days are those of two classifications. Where they lie closer together than the
// rule book's WindowDays, the same purchases stand in both windows, and customers seem
// to stay more than they do. To tell what a campaign moved, fill one Movement with those
// who were addressed and another with those held out: people move by themselves too.
type Movement struct {
	before, after customer.Date
	categories    map[uint32]*MovementMatrix
}

// MovementMatrix counts customers by their cell before (row) and after (column). The
// places of both are the nine cells in the order of Cells, and last "not one of the
// nine": too little evidence, or not a customer of the category at all.
type MovementMatrix [10][10]int64

// movementPlaces are the nine cells and unknown.
const movementPlaces = len(MovementMatrix{})

// maxMoved bounds a figure of the matrix, so that the sum of all stays within an int64.
const maxMoved = 1 << 53

// movementVersion is the format of MarshalBinary.
const movementVersion = 1

// NewMovement counts the movement between two days, the first earlier than the second.
func NewMovement(before, after customer.Date) *Movement {
	return &Movement{before: before, after: after}
}

// check returns the faults of the days.
func (m *Movement) check() error {
	var faults customer.Faults
	if !m.before.Valid() || !m.after.Valid() || m.before >= m.after {
		faults.Add("before", m.before, fmt.Sprintf("is a day earlier than after, %s", m.after))
	}
	return faults.Err()
}

// Add counts one customer in one category. A cell that is not one of the nine is
// unknown. Somebody who is unknown on both days has nothing to move from or to; she is
// counted too, so that rows add up to whoever was classified.
func (m *Movement) Add(category uint32, before, after Cell) {
	matrix := m.matrix(category)
	figure := &matrix[movementPlace(before)][movementPlace(after)]
	*figure = min(*figure+1, maxMoved)
}

// AddCustomer counts one customer in all her categories, each list by ascending category.
// In a category that she has on one day only, she is unknown on the other; a customer
// of one day only has no list for the other. Lists out of order are an error, and nothing
// is counted.
func (m *Movement) AddCustomer(before, after []Seat) error {
	for _, list := range [][]Seat{before, after} {
		for i := 1; i < len(list); i++ {
			if list[i].Category <= list[i-1].Category {
				return fmt.Errorf("segment: movement: category %d stands after %d", list[i].Category, list[i-1].Category)
			}
		}
	}
	for len(before) > 0 || len(after) > 0 {
		switch {
		case len(after) == 0 || len(before) > 0 && before[0].Category < after[0].Category:
			m.Add(before[0].Category, before[0].Cell, Cell{})
			before = before[1:]
		case len(before) == 0 || after[0].Category < before[0].Category:
			m.Add(after[0].Category, Cell{}, after[0].Cell)
			after = after[1:]
		default:
			m.Add(before[0].Category, before[0].Cell, after[0].Cell)
			before, after = before[1:], after[1:]
		}
	}
	return nil
}

func (m *Movement) matrix(category uint32) *MovementMatrix {
	matrix := m.categories[category]
	if matrix == nil {
		if m.categories == nil {
			m.categories = make(map[uint32]*MovementMatrix)
		}
		matrix = new(MovementMatrix)
		m.categories[category] = matrix
	}
	return matrix
}

// movementPlace is a cell's place in a matrix.
func movementPlace(cell Cell) int {
	if !cell.OneOfNine() || cell.Brand > StoreLoyal || cell.Usage > Heavy {
		return movementPlaces - 1
	}
	return 3*int(cell.Brand-NationalLoyal) + int(cell.Usage-Light)
}

// Merge counts everyone that other counted. Movements between other days do not merge.
func (m *Movement) Merge(other *Movement) error {
	if m.before != other.before || m.after != other.after {
		return fmt.Errorf("segment: a movement of %s to %s does not merge into one of %s to %s",
			other.before, other.after, m.before, m.after)
	}
	for category, from := range other.categories {
		into := m.matrix(category)
		for i := range from {
			for j := range from[i] {
				into[i][j] = min(into[i][j]+from[i][j], maxMoved)
			}
		}
	}
	return nil
}

// Categories returns the codes of the categories counted, ascending.
func (m *Movement) Categories() []uint32 { return slices.Sorted(maps.Keys(m.categories)) }

// Matrix returns one category's matrix, empty when nobody was counted in it.
func (m *Movement) Matrix(category uint32) MovementMatrix {
	if matrix := m.categories[category]; matrix != nil {
		return *matrix
	}
	return MovementMatrix{}
}

// Moved returns how many customers moved from a cell to another; every cell that is not
// one of the nine is unknown.
func (m MovementMatrix) Moved(before, after Cell) int64 {
	return m[movementPlace(before)][movementPlace(after)]
}

// Before returns how many customers were in a cell before: the sum of its row.
func (m MovementMatrix) Before(cell Cell) int64 {
	sum := int64(0)
	for _, n := range m[movementPlace(cell)] {
		sum += n
	}
	return sum
}

// After returns how many customers were in a cell after: the sum of its column.
func (m MovementMatrix) After(cell Cell) int64 {
	place, sum := movementPlace(cell), int64(0)
	for i := range m {
		sum += m[i][place]
	}
	return sum
}

// MovementSummary is a matrix in a few figures. All count customers; put them in ‰ of Both, or
// of Targets, with customer.Permille.
type MovementSummary struct {
	Customers int64 // all that were counted
	Both      int64 // of Customers: in one of the nine cells on both days
	Appeared  int64 // of Customers: in one of the nine only after
	Vanished  int64 // of Customers: in one of the nine only before

	Stayed     int64 // of Both: in the same cell
	ToStore    int64 // of Both: nearer to the store brand than before
	ToNational int64 // of Both: nearer to national brands
	Heavier    int64 // of Both: uses more
	Lighter    int64 // of Both: uses less

	// Targets are whom a conversion campaign is for: heavy users, before, who were loyal
	// to national brands or switchers. Those who have vanished since are targets too: a
	// campaign that lost them did not convert them.
	Targets   int64
	Converted int64 // of Targets: loyal to the store brand after, whatever they use now
}

// Summary sums a matrix up.
func (m MovementMatrix) Summary() MovementSummary {
	var s MovementSummary
	cells := Cells()
	for i := range m {
		for j, n := range m[i] {
			s.Customers += n
			switch {
			case i == movementPlaces-1 && j == movementPlaces-1:
			case i == movementPlaces-1:
				s.Appeared += n
			case j == movementPlaces-1:
				s.Vanished += n
				countTarget(&s, cells[i], Cell{}, n)
			default:
				countBoth(&s, cells[i], cells[j], n)
				countTarget(&s, cells[i], cells[j], n)
			}
		}
	}
	return s
}

func countBoth(s *MovementSummary, before, after Cell, n int64) {
	s.Both += n
	if before == after {
		s.Stayed += n
	}
	switch {
	case after.Brand > before.Brand:
		s.ToStore += n
	case after.Brand < before.Brand:
		s.ToNational += n
	}
	switch {
	case after.Usage > before.Usage:
		s.Heavier += n
	case after.Usage < before.Usage:
		s.Lighter += n
	}
}

func countTarget(s *MovementSummary, before, after Cell, n int64) {
	if before.Usage != Heavy || before.Brand == StoreLoyal {
		return
	}
	s.Targets += n
	if after.Brand == StoreLoyal {
		s.Converted += n
	}
}

// Reasons says the summary in sentences; see Explain.
func (s MovementSummary) Reasons() []customer.Reason {
	var reasons []customer.Reason
	note := func(code string, fact, mark int64) {
		reasons = append(reasons, customer.Reason{Code: code, Fact: fact, Mark: mark, Unit: customer.UnitCustomers})
	}
	note(CodeMovementBoth, s.Both, s.Customers)
	if s.Appeared > 0 {
		note(CodeMovementAppeared, s.Appeared, s.Customers)
	}
	if s.Vanished > 0 {
		note(CodeMovementVanished, s.Vanished, s.Customers)
	}
	if s.Both > 0 {
		note(CodeMovementStayed, s.Stayed, s.Both)
		note(CodeMovementToStore, s.ToStore, s.Both)
		note(CodeMovementToNational, s.ToNational, s.Both)
		note(CodeMovementHeavier, s.Heavier, s.Both)
		note(CodeMovementLighter, s.Lighter, s.Both)
	}
	if s.Targets > 0 {
		note(CodeMovementConverted, s.Converted, s.Targets)
	} else {
		note(CodeMovementNoTargets, 0, 0)
	}
	return reasons
}

// MarshalBinary writes the movement by ascending category, its figures above 0 by
// ascending place, so that equal movements have equal bytes.
func (m *Movement) MarshalBinary() ([]byte, error) {
	if err := m.check(); err != nil {
		return nil, err
	}
	data := binary.AppendUvarint([]byte{movementVersion}, uint64(m.before))
	data = binary.AppendUvarint(data, uint64(m.after))
	data = binary.AppendUvarint(data, uint64(len(m.categories)))
	for _, category := range m.Categories() {
		matrix := m.categories[category]
		data = binary.AppendUvarint(data, uint64(category))
		figures := uint64(0)
		for i := range matrix {
			for _, n := range matrix[i] {
				if n > 0 {
					figures++
				}
			}
		}
		data = binary.AppendUvarint(data, figures)
		for i := range matrix {
			for j, n := range matrix[i] {
				if n > 0 {
					data = append(data, byte(movementPlaces*i+j))
					data = binary.AppendUvarint(data, uint64(n))
				}
			}
		}
	}
	return data, nil
}

// UnmarshalBinary reads what MarshalBinary wrote; at an error the movement stays as it
// was.
func (m *Movement) UnmarshalBinary(data []byte) error {
	from := population.NewDecoder(data, movementVersion)
	period := from.Period()
	read := Movement{before: period.From, after: period.Until}
	if from.Err() == nil && read.before >= read.after {
		from.Fail("days out of order")
	}
	n, previous := from.Uvarint(), uint32(0)
	for i := uint64(0); i < n && from.Err() == nil; i++ {
		category := from.Uint32()
		if i > 0 && category <= previous {
			from.Fail("categories out of order")
		}
		previous = category
		readMatrix(from, read.matrix(category))
	}
	if err := from.Close(); err != nil {
		return fmt.Errorf("segment: movement: %w", err)
	}
	*m = read
	return nil
}

func readMatrix(from *population.Decoder, m *MovementMatrix) {
	figures, next := from.Uvarint(), 0
	if figures == 0 {
		from.Fail("a category without customers")
	}
	for i := uint64(0); i < figures && from.Err() == nil; i++ {
		place, n := int(from.Byte()), from.Count()
		if place < next || place >= movementPlaces*movementPlaces || n == 0 || n > maxMoved {
			from.Fail("figures out of order or range")
			return
		}
		m[place/movementPlaces][place%movementPlaces] = n
		next = place + 1
	}
}
