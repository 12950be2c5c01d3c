package profile

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"iter"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// Basis is what facts must have in common to stand side by side: the rules that they were coded
// by, and the currency.
type Basis struct {
	Rules    string            `json:"rules"` // ID and version: "history/3"
	Currency customer.Currency `json:"currency"`
}

// History is the ungrouped form: the facts of many customers, in any order and any split, merged
// in any order with the same bytes. Nothing is lost in it, so that it answers as of any day and
// down to the line: it is a customer's purchase record itself, packed to some twenty bytes a
// line. Sums are made when they are asked for, by a [Reporter].
//
// A History is made by NewHistory; the zero History takes nothing. It is not safe for concurrent
// use, not even for reading alone; parallel work fills one each and merges.
type History[K population.Key] struct {
	basis   Basis
	sheaves *population.Sheaves[K, waiting, packed]
	merger  *merger
}

const (
	historyKeeps   = 128 // facts of a customer that wait before they are packed
	historyVersion = 1   // the format of MarshalBinary
)

var errNoHistory = errors.New("profile: a History is made by NewHistory")

// NewHistory keeps the facts of one basis; see Sheet.Basis.
func NewHistory[K population.Key](basis Basis) *History[K] {
	h := &History[K]{basis: basis, merger: new(merger)}
	h.sheaves = population.NewSheaves[K](historyKeeps, h.merger.pack)
	return h
}

// Basis returns the basis of the facts.
func (h *History[K]) Basis() Basis { return h.basis }

// Add notes lines: all of them or, at a malformed one, whose customer.Faults it returns, none.
//
// Keys of type uint32 and uint64 go straight to their place; any other type costs a look into a
// map for every line whose customer is not that of the line before.
func (h *History[K]) Add(lines ...Line[K]) error {
	if h.sheaves == nil {
		return errNoHistory
	}
	for i := range lines {
		if !lines[i].Valid() {
			var faults, part customer.Faults
			errors.As(lines[i].Check(), &part) // Check returns nothing else
			faults.Join(fmt.Sprintf("lines[%d]", i), part)
			return faults
		}
	}
	var last K
	number, known := uint64(0), false
	for i := range lines {
		if line := &lines[i]; !known || line.Customer != last {
			last, number, known = line.Customer, h.sheaves.Number(line.Customer), true
		}
		h.sheaves.Next(number).set(&lines[i].Fact)
	}
	return nil
}

// Merge notes everything that other has, or returns an error where that was coded by other rules.
// Other stays as it is and shares no memory with h afterwards.
func (h *History[K]) Merge(other *History[K]) error { return h.merge(other, nil) }

func (h *History[K]) merge(other *History[K], keep func(K) bool) error {
	if h.sheaves == nil || other.sheaves == nil {
		return errNoHistory
	}
	if h.basis != other.basis {
		return fmt.Errorf("profile: facts of %s in %s do not merge into those of %s in %s",
			other.basis.Rules, other.basis.Currency.Code, h.basis.Rules, h.basis.Currency.Code)
	}
	h.sheaves.Merge(other.sheaves, func(into, from *packed) int {
		m := h.merger
		m.hers = from.unpack(m.hers[:0])
		m.into(into, m.hers)
		return into.facts
	}, keep)
	return nil
}

// Erase forgets customers. Nothing of them is left in what MarshalBinary writes, nor in memory
// once the garbage is collected. It copies everything else: erase many at once.
func (h *History[K]) Erase(customers ...K) error {
	gone := make(map[K]bool, len(customers))
	for _, key := range customers {
		gone[key] = true
	}
	left := NewHistory[K](h.basis)
	if err := left.merge(h, func(key K) bool { return !gone[key] }); err != nil {
		return err
	}
	*h = *left
	return nil
}

// Customers returns the number of customers.
func (h *History[K]) Customers() int {
	if h.sheaves == nil {
		return 0
	}
	return h.sheaves.Len()
}

// Of returns one customer's facts in their order: by day and hour, then by receipt. They are lent, and
// hold until the History is used again, also for another customer. Records that are linked are read as
// one customer by joining what Of lends, the first ones cloned:
//
//	facts := append(slices.Clone(history.Of("c-1")), history.Of("w-88")...)
//
// A [Reporter] takes them in any order. The history keeps them apart, so that a link may be taken back.
func (h *History[K]) Of(key K) []Fact {
	if h.sheaves == nil {
		return nil
	}
	hers, _ := h.sheaves.Of(key)
	return h.facts(hers)
}

// All walks the customers in ascending order with their facts, as Of returns them.
func (h *History[K]) All() iter.Seq2[K, []Fact] {
	return func(yield func(K, []Fact) bool) {
		if h.sheaves == nil {
			return
		}
		for key, hers := range h.sheaves.All() {
			if !yield(key, h.facts(hers)) {
				return
			}
		}
	}
}

// facts brings what there is of a customer together, in scratch.
func (h *History[K]) facts(hers population.Sheaf[waiting, packed]) []Fact {
	m := h.merger
	facts := m.waited(hers.Lines)
	if hers.Folded == nil || hers.Folded.facts == 0 {
		return facts
	}
	m.mine = hers.Folded.unpack(m.mine[:0])
	if len(facts) == 0 {
		return m.mine
	}
	m.both = mergeFacts(m.both[:0], m.mine, facts)
	return m.both
}

// MarshalBinary writes the facts in the order of customers, so that equal Histories have equal
// bytes.
func (h *History[K]) MarshalBinary() ([]byte, error) {
	if h.sheaves == nil {
		return nil, errNoHistory
	}
	if err := h.basis.check(); err != nil {
		return nil, err
	}
	data := population.AppendBytes([]byte{historyVersion}, h.basis.Rules)
	data = population.AppendBytes(data, h.basis.Currency.Code)
	data = binary.AppendUvarint(data, uint64(h.basis.Currency.Digits))
	whole := packed{}
	return h.sheaves.Append(data, func(dst []byte, hers population.Sheaf[waiting, packed]) []byte {
		mine := hers.Folded
		if len(hers.Lines) > 0 {
			facts := h.facts(hers)
			whole.facts = 0
			h.merger.into(&whole, facts)
			mine = &whole
		}
		dst = binary.AppendUvarint(dst, uint64(mine.facts))
		return population.AppendBytes(dst, mine.data)
	}), nil
}

// UnmarshalBinary reads what MarshalBinary wrote; at an error the History stays as it was. What
// MarshalBinary would not have written is population.ErrFormat.
func (h *History[K]) UnmarshalBinary(data []byte) error {
	from := population.NewDecoder(data, historyVersion)
	basis := Basis{Rules: string(from.Bytes()), Currency: customer.Currency{Code: string(from.Bytes())}}
	basis.Currency.Digits = int32(min(from.Uint32(), 1<<31-1))
	if from.Err() == nil && basis.check() != nil {
		from.Fail("a basis that no rule book has")
	}
	read := NewHistory[K](basis)
	var again []byte
	read.sheaves.Read(from, func(from *population.Decoder, into *packed) int {
		n := from.Uvarint()
		into.data = bytes.Clone(from.Bytes())
		if from.Err() == nil && !into.read(n, &again) {
			from.Fail("facts that nobody noted")
		}
		return into.facts
	})
	if err := from.Close(); err != nil {
		return fmt.Errorf("profile: history: %w", err)
	}
	*h = *read
	return nil
}

// read notes that there are n facts, and reports whether the bytes are those of n facts that
// are in order. It writes them again, which finds every number that could be shorter.
func (p *packed) read(n uint64, again *[]byte) bool {
	u, previous := unpacking{rest: p.data}, Fact{}
	if n == 0 || n > uint64(len(p.data)) {
		return false
	}
	*again = (*again)[:0]
	for range n {
		f := previous
		u.next(&f)
		if u.short || !f.Valid() || f.compare(&previous) < 0 {
			return false
		}
		*again = appendFact(*again, &previous, &f)
		previous = f
	}
	p.facts = int(n)
	return len(u.rest) == 0 && bytes.Equal(*again, p.data)
}

// check returns the faults of a basis as customer.Faults, or nil.
func (b Basis) check() error {
	var faults customer.Faults
	faults.Currency("currency", b.Currency)
	if b.Rules == "" || len(b.Rules) > customer.MaxText+20 { // an ID and its version
		faults.Add("rules", b.Rules, "is the name of a rule book")
	}
	return faults.Err()
}

// Run is one customer's facts, out of the grouped form.
type Run[K population.Key] struct {
	Customer K
	Facts    []Fact // lent until the next run
}

// Runs walks the grouped form, in the memory of one customer: lines whose customers ascend come
// as one Run each, their facts in the order of the input. population.ErrOrder ends the walk
// where customers do not ascend, and so does the first error of the input and the first
// malformed line.
func Runs[K population.Key](lines iter.Seq2[Line[K], error]) iter.Seq2[Run[K], error] {
	return func(yield func(Run[K], error) bool) {
		var run, none Run[K]
		for line, err := range lines {
			if err == nil && !line.Valid() {
				err = line.Check()
			}
			if err == nil && len(run.Facts) > 0 && line.Customer < run.Customer {
				err = fmt.Errorf("%w: %v after %v", population.ErrOrder, line.Customer, run.Customer)
			}
			if err != nil {
				yield(none, err)
				return
			}
			if len(run.Facts) > 0 && line.Customer != run.Customer {
				if !yield(run, nil) {
					return
				}
				run.Facts = run.Facts[:0]
			}
			run.Customer = line.Customer
			run.Facts = append(run.Facts, line.Fact)
		}
		if len(run.Facts) > 0 {
			yield(run, nil)
		}
	}
}
