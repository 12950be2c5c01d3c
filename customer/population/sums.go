package population

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"

	"github.com/rapport-crm/rapport/customer"
)

// Bounds of Sums.
const (
	MaxSums   = 1_000_000 // rows
	MaxFigure = 1 << 50   // any figure of a row; a thousand of them add up in an int64
)

// Names are what figures add up under: an agent and a product, a place and an hour.
type Names interface {
	~[1]string | ~[2]string | ~[3]string | ~[4]string | ~[5]string
}

// Sums adds up figures under names, in any order and any split: reports have one row for each
// agent and product, not for each customer. What the figures are, and which of them fit
// together, is its owner's. It is made by [NewSums], and copies of it share its rows; the zero
// Sums is empty, and nothing can be added to it. It is not safe for concurrent use; parallel
// work fills one each and merges.
type Sums[N Names] struct {
	width int
	rows  map[N][]int64
}

// Sum are figures under names. Those that are left out at the end are 0.
type Sum[N Names] struct {
	Of      N
	Figures []int64
}

// NewSums begins to add up rows of so many figures, 1 or more.
func NewSums[N Names](width int) Sums[N] { return Sums[N]{width, map[N][]int64{}} }

var (
	errSumNegative = errors.New("population: a figure that adds up is 0 or more")
	errSumWidth    = errors.New("population: figures that add up are as many as NewSums was told")
	errSumFigure   = fmt.Errorf("population: figures add up to at most %d", int64(MaxFigure))
	errSumRows     = fmt.Errorf("population: figures add up under at most %d names", MaxSums)
)

// Add adds figures, of all that are given or, at an error, of none. Each is 0 or more; names
// are customer.Faults unless they are texts that can be stored. Where all figures are 0, there
// is nothing to add, and no row is made.
func (s *Sums[N]) Add(more ...Sum[N]) error {
	for i := range more {
		if err := s.add(&more[i]); err != nil {
			for j := range i {
				s.take(&more[j])
			}
			return err
		}
	}
	return nil
}

func (s *Sums[N]) add(more *Sum[N]) error {
	if len(more.Figures) > s.width {
		return errSumWidth
	}
	if nothing(more.Figures) {
		return nil
	}
	had, found := s.rows[more.Of]
	if !found {
		if err := checkNames(more.Of); err != nil {
			return err
		}
		if len(s.rows) >= MaxSums {
			return errSumRows
		}
		had = make([]int64, s.width)
	}
	if err := room(had, more.Figures); err != nil {
		return err
	}
	for i, figure := range more.Figures {
		had[i] += figure
	}
	s.rows[more.Of] = had
	return nil
}

// take takes away what add has added.
func (s *Sums[N]) take(more *Sum[N]) {
	had := s.rows[more.Of]
	for i, figure := range more.Figures {
		had[i] -= figure
	}
	if nothing(had) {
		delete(s.rows, more.Of)
	}
}

// room returns what stands in the way of adding figures.
func room(had, more []int64) error {
	for i, figure := range more {
		if figure < 0 {
			return errSumNegative
		}
		if figure > MaxFigure-had[i] {
			return errSumFigure
		}
	}
	return nil
}

func nothing(figures []int64) bool {
	return !slices.ContainsFunc(figures, func(figure int64) bool { return figure != 0 })
}

// checkNames returns what makes names unfit for storage.
func checkNames[N Names](names N) error {
	var faults customer.Faults
	for i, path := range []string{"names[0]", "names[1]", "names[2]", "names[3]", "names[4]"}[:len(names)] {
		faults.Text(path, names[i])
	}
	return faults.Err()
}

// Merge adds everything that other holds or, at an error, nothing.
func (s *Sums[N]) Merge(other *Sums[N]) error {
	if s.width != other.width {
		return errSumWidth
	}
	rows := len(s.rows)
	for of, more := range other.rows {
		had, found := s.rows[of]
		if !found {
			rows++
			continue
		}
		if err := room(had, more); err != nil {
			return err
		}
	}
	if rows > MaxSums {
		return errSumRows
	}
	for of, more := range other.rows {
		had, found := s.rows[of]
		if !found {
			s.rows[of] = slices.Clone(more)
			continue
		}
		for i, figure := range more {
			had[i] += figure
		}
	}
	return nil
}

// Len returns the number of rows.
func (s *Sums[N]) Len() int { return len(s.rows) }

// Of returns the figures under names, nil where there are none. They share the memory of s.
func (s *Sums[N]) Of(names N) []int64 { return s.rows[names] }

// All walks the rows in ascending order of their names. The figures share the memory of s.
func (s *Sums[N]) All() iter.Seq2[N, []int64] {
	return func(yield func(N, []int64) bool) {
		for _, of := range slices.SortedFunc(maps.Keys(s.rows), orderNames) {
			if !yield(of, s.rows[of]) {
				return
			}
		}
	}
}

func orderNames[N Names](a, b N) int {
	for i := range len(a) {
		if order := cmp.Compare(a[i], b[i]); order != 0 {
			return order
		}
	}
	return 0
}

// Append writes the rows in ascending order of their names.
func (s *Sums[N]) Append(dst []byte) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(s.rows)))
	for of, figures := range s.All() {
		for i := range len(of) {
			dst = AppendBytes(dst, of[i])
		}
		for _, figure := range figures {
			dst = binary.AppendUvarint(dst, uint64(figure))
		}
	}
	return dst
}

// Read replaces the rows with those that Append wrote, of as many figures, each as far as fits
// finds it possible; it is asked in ascending order of the names. Input that Append would not
// have written fails the Decoder, and leaves the rows as they were.
func (s *Sums[N]) Read(from *Decoder, fits func(N, []int64) bool) {
	n, rows, previous := from.Uvarint(), map[N][]int64{}, *new(N)
	if n > MaxSums {
		from.Fail("too many rows")
	}
	for i := uint64(0); i < n && from.Err() == nil; i++ {
		var of N
		for j := range len(of) {
			of[j] = string(from.Bytes())
		}
		if i > 0 && orderNames(of, previous) <= 0 {
			from.Fail("rows out of order")
		}
		figures := make([]int64, s.width)
		for j := range figures {
			if figures[j] = from.Count(); figures[j] > MaxFigure {
				from.Fail("a figure out of range")
			}
		}
		if from.Err() == nil && (checkNames(of) != nil || nothing(figures) || !fits(of, figures)) {
			from.Fail("a row that nobody counted")
		}
		previous, rows[of] = of, figures
	}
	if from.Err() == nil {
		s.rows = rows
	}
}
