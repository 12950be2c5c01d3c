package population

import (
	"fmt"
	"iter"

	"github.com/rapport-crm/rapport/customer"
)

// Gather is the fast ungrouped form: it takes lines in any order and any split and gives
// each customer's back together, by ascending key, as [Sheaves] do.
//
// So that memory is bounded by customer and not by line, a customer of many lines has them
// folded into what is counted of her, a V: whenever there are as many of them as are to be
// kept, and as many as V is long. What is counted must not depend on the order of lines, nor
// on how they are split over folds; then neither does any result here. A line takes 24 bytes,
// and for a while twice 32 more. The zero Gather is one of no period. It is not safe for
// concurrent use, not even for reading alone; parallel work fills one Gather each and merges.
type Gather[K Key, V any] struct {
	period  Period
	fold    func(into *V, lines []Line[uint64]) int
	sheaves Sheaves[K, packed, V]
	run     []Line[uint64] // scratch: one customer's lines
}

// packed is a line of a known customer: 24 bytes.
type packed struct {
	item   uint32
	day    uint32 // with kind, returned and priced in the upper bits
	units  int64
	amount int64
}

const (
	packedBytes = 24
	dayBits     = 22 // customer.MaxDate fits
	returnedBit = 1 << 24
	pricedBit   = 1 << 25
)

// NewGather gathers the lines of a period, and leaves others out. fold counts lines of one
// customer into what was counted of her before, at first the zero V, and returns how many
// bytes that takes now. The Customer of its lines is without meaning; they are only lent.
//
// keep is how many lines of a customer are kept as they are before they are folded: many
// (thousands) where folding is much work and V large, 0 where each line is as well folded
// at once. It makes a difference to time and memory alone, and is at most a million.
func NewGather[K Key, V any](period Period, keep int, fold func(into *V, lines []Line[uint64]) (bytes int)) *Gather[K, V] {
	g := &Gather[K, V]{period: period, fold: fold}
	g.sheaves.keep = min(max(keep, 0), maxKeep)
	g.sheaves.fold = func(into *V, lines []packed) int { return g.fold(into, g.unpack(lines)) / packedBytes }
	return g
}

// Add gathers lines. At a malformed line it stops with an error, having gathered the
// lines before it.
//
// Keys of type uint32 and uint64 go straight to their shard; any other type costs a look
// into a map for every line whose customer is not that of the line before.
func (g *Gather[K, V]) Add(lines ...Line[K]) error {
	switch numbered := any(lines).(type) {
	case []Line[uint32]:
		return addNumbered(g, numbered)
	case []Line[uint64]:
		return addNumbered(g, numbered)
	}
	var number uint64
	var last K
	for i := range lines {
		line := &lines[i]
		if !line.Valid() {
			return line.Check()
		}
		if !g.period.Contains(line.Day) {
			continue
		}
		if number == 0 || line.Customer != last { // numbers count from 1
			last, number = line.Customer, g.sheaves.Number(line.Customer)
		}
		*g.sheaves.Next(number) = packed{line.Item, packDay(line.Day, line.Kind, line.Returned, line.Priced), line.Units, line.Amount}
	}
	return nil
}

func addNumbered[K Key, V any, N ~uint32 | ~uint64](g *Gather[K, V], lines []Line[N]) error {
	for i := range lines {
		line := &lines[i]
		if !line.Valid() {
			return line.Check()
		}
		if g.period.Contains(line.Day) {
			to := g.sheaves.Next(uint64(line.Customer))
			to.item, to.units, to.amount = line.Item, line.Units, line.Amount
			to.day = packDay(line.Day, line.Kind, line.Returned, line.Priced)
		}
	}
	return nil
}

func packDay(day customer.Date, kind customer.BrandKind, returned, priced bool) uint32 {
	bits := uint32(day) | uint32(kind)<<dayBits
	if returned {
		bits |= returnedBit
	}
	if priced {
		bits |= pricedBit
	}
	return bits
}

// unpack makes lines of one customer's packed ones.
func (g *Gather[K, V]) unpack(lines []packed) []Line[uint64] {
	if cap(g.run) < len(lines) {
		g.run = make([]Line[uint64], 2*len(lines))
	}
	run := g.run[:len(lines)]
	for i := range lines {
		lines[i].unpack(&run[i])
	}
	return run
}

func (p *packed) unpack(to *Line[uint64]) {
	to.Item, to.Units, to.Amount = p.item, p.units, p.amount
	to.Day = customer.Date(p.day & (1<<dayBits - 1))
	to.Kind = customer.BrandKind(p.day >> dayBits & 3)
	to.Returned, to.Priced = p.day&returnedBit != 0, p.day&pricedBit != 0
}

// Gathered is what there is of a customer: what was counted of lines that were folded,
// the zero V where none were, and the other lines in no order. Both are the Gather's own,
// the lines until the next customer.
type Gathered[V any] struct {
	Folded *V
	Lines  []Line[uint64]
}

func (g *Gather[K, V]) gathered(hers Sheaf[packed, V]) Gathered[V] {
	return Gathered[V]{hers.Folded, g.unpack(hers.Lines)}
}

// Of returns what there is of one customer, and whether there is anything.
func (g *Gather[K, V]) Of(key K) (Gathered[V], bool) {
	hers, found := g.sheaves.Of(key)
	if !found {
		return Gathered[V]{}, false
	}
	return g.gathered(hers), true
}

// Len returns the number of customers.
func (g *Gather[K, V]) Len() int { return g.sheaves.Len() }

// All walks the customers in ascending order.
func (g *Gather[K, V]) All() iter.Seq2[K, Gathered[V]] {
	return func(yield func(K, Gathered[V]) bool) {
		for key, hers := range g.sheaves.All() {
			if !yield(key, g.gathered(hers)) {
				return
			}
		}
	}
}

// Merge gathers everything that other has, of the same period; else it returns an error and
// gathers nothing. join counts what was folded of one customer there into what was folded
// of her here, sharing no memory with it, and returns how many bytes that takes now. Other
// stays as it is.
func (g *Gather[K, V]) Merge(other *Gather[K, V], join func(into, from *V) (bytes int)) error {
	if g.period != other.period {
		return fmt.Errorf("population: lines of %s to %s do not merge into those of %s to %s",
			other.period.From, other.period.Until, g.period.From, g.period.Until)
	}
	g.sheaves.Merge(&other.sheaves, func(into, from *V) int { return join(into, from) / packedBytes }, nil)
	return nil
}

// Append writes the customers in key order, what there is of each as write writes it.
func (g *Gather[K, V]) Append(dst []byte, write func([]byte, Gathered[V]) []byte) []byte {
	return g.sheaves.Append(dst, func(dst []byte, hers Sheaf[packed, V]) []byte { return write(dst, g.gathered(hers)) })
}

// Read replaces everything with what Append wrote: each customer's is folded already, as
// read reads it, returning its bytes in memory. Input that Append would not have written
// (keys of another kind, out of order or repeated) fails the Decoder, and leaves the
// Gather as it was.
func (g *Gather[K, V]) Read(from *Decoder, read func(*Decoder, *V) (bytes int)) {
	g.sheaves.Read(from, func(from *Decoder, v *V) int { return read(from, v) / packedBytes })
}
