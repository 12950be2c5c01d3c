package segment

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"iter"
	"math"
	"slices"

	"github.com/rapport-crm/rapport/customer/population"
)

// Seat is the cell that a customer sits in, in one category.
type Seat struct {
	Category uint32 // code; see Coder.Categories
	Cell     Cell
}

// Seats are the cells that a population sits in, kept from one classification to the next
// in a byte or two for each customer and category (three where over a thousand categories
// lie between two of hers) and a few for each customer, so that those of fifty million
// customers fit a file. They are written and read by ascending
// customer, as grouped lines come. A customer who is unknown on both axes of a category
// has no seat there. The zero Seats are empty. They are safe for concurrent reading, but
// not while they are written.
type Seats[K population.Key] struct {
	data []byte // as marshalled; nil while there is nobody
	last K
}

// seatsVersion is the format of MarshalBinary.
const seatsVersion = 1

// Add seats one customer, who comes after those before, in ascending categories; else
// nothing is added, and the error is population.ErrOrder or says what seat there is not.
func (s *Seats[K]) Add(key K, seats ...Seat) error {
	if s.data != nil && key <= s.last {
		return fmt.Errorf("%w: %v after %v", population.ErrOrder, key, s.last)
	}
	known := 0
	for i, seat := range seats {
		if i > 0 && seat.Category <= seats[i-1].Category {
			return fmt.Errorf("segment: seats of %v: category %d after %d", key, seat.Category, seats[i-1].Category)
		}
		if seat.Cell.Brand > StoreLoyal || seat.Cell.Usage > Heavy {
			return fmt.Errorf("segment: seats of %v: %s is no cell", key, seat.Cell)
		}
		if seat.Cell != (Cell{}) {
			known++
		}
	}
	if known == 0 {
		return nil
	}
	if s.data == nil {
		s.data = []byte{seatsVersion}
	}
	s.data = population.AppendKey(s.data, s.last, key)
	s.data = binary.AppendUvarint(s.data, uint64(known))
	next := uint32(0) // the least category that may come
	for _, seat := range seats {
		if seat.Cell != (Cell{}) {
			cell := uint64(seat.Cell.Brand)<<2 | uint64(seat.Cell.Usage)
			s.data = binary.AppendUvarint(s.data, uint64(seat.Category-next)<<4|cell)
			next = seat.Category + 1
		}
	}
	s.last = key
	return nil
}

// All walks the customers in ascending order with their seats, in a slice that is reused
// for the next customer.
func (s *Seats[K]) All() iter.Seq2[K, []Seat] {
	return func(yield func(K, []Seat) bool) {
		for usher := s.Usher(); usher.next() && yield(usher.key, usher.seats); {
		}
	}
}

// MarshalBinary writes the seats. The bytes are those of all that Add wrote, so that equal
// seats have equal bytes.
func (s *Seats[K]) MarshalBinary() ([]byte, error) {
	if s.data == nil {
		return []byte{seatsVersion}, nil
	}
	return slices.Clone(s.data), nil
}

// UnmarshalBinary reads what MarshalBinary wrote; at an error the seats stay as they were.
func (s *Seats[K]) UnmarshalBinary(data []byte) error {
	usher := Usher[K]{from: population.NewDecoder(data, seatsVersion)}
	for usher.next() {
	}
	if err := usher.from.Close(); err != nil {
		return fmt.Errorf("segment: seats: %w", err)
	}
	*s = Seats[K]{last: usher.key}
	if usher.begun {
		s.data = slices.Clone(data)
	}
	return nil
}

// Usher shows customers to their seats as they come, by ascending key. The zero Usher
// knows nobody. It is not safe for concurrent use; each goroutine takes its own.
type Usher[K population.Key] struct {
	from  *population.Decoder
	begun bool // key has been read
	key   K
	seats []Seat // of key
}

// Usher starts before the first customer.
func (s *Seats[K]) Usher() *Usher[K] {
	data := s.data
	if data == nil {
		data = []byte{seatsVersion}
	}
	return &Usher[K]{from: population.NewDecoder(data, seatsVersion)}
}

// Of returns a customer's seats by ascending category, none where she has none, in a slice
// that the next call reuses. Customers are asked for in ascending order: what lies before
// the last one is not found again.
func (u *Usher[K]) Of(key K) []Seat {
	for !u.begun || u.key < key {
		if !u.next() {
			return nil
		}
	}
	if u.key == key {
		return u.seats
	}
	return nil
}

// Cell returns the cell that a customer sits in, the zero Cell where she has no seat. See
// Of for the order of customers; her categories may come in any.
func (u *Usher[K]) Cell(key K, category uint32) Cell {
	seats := u.Of(key)
	at, found := slices.BinarySearchFunc(seats, category, func(s Seat, category uint32) int {
		return cmp.Compare(s.Category, category)
	})
	if !found {
		return Cell{}
	}
	return seats[at].Cell
}

// next reads one customer, and reports whether there was one.
func (u *Usher[K]) next() bool {
	if u.from == nil || !u.from.More() {
		u.seats = nil
		return false
	}
	key := population.ReadKey(u.from, u.key)
	if u.begun && key <= u.key {
		u.from.Fail("customers out of order")
	}
	u.key, u.begun, u.seats = key, true, u.seats[:0]
	n, least := u.from.Uvarint(), uint64(0)
	if n == 0 {
		u.from.Fail("a customer without seats")
	}
	for i := uint64(0); i < n && u.from.Err() == nil; i++ {
		packed := u.from.Uvarint()
		category, cell := least+packed>>4, Cell{Brand(packed >> 2 & 3), Usage(packed & 3)}
		if category > math.MaxUint32 || cell == (Cell{}) {
			u.from.Fail("a seat that there is not")
			break
		}
		u.seats = append(u.seats, Seat{uint32(category), cell})
		least = category + 1
	}
	return u.from.Err() == nil
}
