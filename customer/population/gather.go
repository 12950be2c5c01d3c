package population

import (
	"encoding/binary"
	"fmt"
	"iter"
	"math"
	"math/bits"
	"reflect"
	"slices"

	"github.com/rapport-crm/rapport/customer"
)

// Gather is the fast ungrouped form: it takes lines in any order and any split and gives
// each customer's back together, by ascending key. Customers are spread over shards by a
// hash of their key; lines wait in their shard until there are as many of them as it holds,
// and are then put with their customers': so a line is moved a few times, in the
// processor's cache, instead of being looked up in the whole population.
//
// So that memory is bounded by customer and not by line, a customer of many lines has them
// folded into what is counted of her, a V: whenever there are as many of them as are to be
// kept, and as many as V is long. What is counted must not depend on the order of lines, nor on how they are split
// over folds; then neither does any result here. A line takes 24 bytes, and for a while
// twice 32 more. The zero Gather is one of no period. It is not safe for concurrent use,
// not even for reading alone; parallel work fills one Gather each and merges.
type Gather[K Key, V any] struct {
	period Period
	fold   func(into *V, lines []Line[uint64]) int
	shards [shards]shard[V]
	keep   int     // lines of a customer before they are folded
	order  []place // of customers by key; nil when out of date

	// Each shard's lines wait in blocks, of which the last is filled from its end.
	tails [shards]*block
	room  [shards]uint16 // left in the last block
	free  []*block

	starts []uint32       // scratch: where each customer's next line goes
	spare  []packed       // scratch: a shard's lines to be
	long   []packed       // scratch: lines to be folded
	run    []Line[uint64] // scratch: one customer's lines

	// Keys that are no plain numbers are numbered in the order in which they came.
	numbers map[K]uint64
	keys    []K
}

const (
	shardBits  = 8
	shards     = 1 << shardBits
	blockLines = 128
	waitLines  = 4096 // wait in a shard before they are put with their customers
)

// packed is a line of a known customer: 24 bytes.
type packed struct {
	item   uint32
	day    uint32 // with kind, returned and priced in the upper bits
	units  int64
	amount int64
}

// maxKeep keeps what a shard has of lines within 31 bits, for as long as there are not two
// thousand such customers in one: their lines would fill fifty gigabytes.
const maxKeep = 1_000_000

const (
	packedBytes = 24
	dayBits     = 22 // customer.MaxDate fits
	returnedBit = 1 << 24
	pricedBit   = 1 << 25
)

// waiting is a line while it waits.
type waiting struct {
	number uint64 // of the customer
	packed
}

type block [blockLines]waiting

// shard is what is known of the customers whose hash begins alike.
type shard[V any] struct {
	blocks  []*block  // of waiting lines
	lines   []packed  // one customer's after the other's
	index   []indexed // open addressing
	numbers []uint64  // by place
	held    []held[V]
}

// indexed is where a customer stands: her number, and 1 + her place, or 0 for nobody.
type indexed struct {
	number uint64
	at     uint32
}

// held is what a shard has of a customer.
type held[V any] struct {
	folded V
	bytes  uint32 // of folded, at least 1; 0: nothing was folded
	until  uint32 // where her lines end; they start where those of the place before end
}

func (h *held[V]) takes(bytes int) { h.bytes = uint32(min(max(bytes, 1), math.MaxInt32)) }

// place is where a customer stands.
type place struct {
	number uint64
	shard  uint32
	at     uint32
}

// NewGather gathers the lines of a period, and leaves others out. fold counts lines of one
// customer into what was counted of her before, at first the zero V, and returns how many
// bytes that takes now. The Customer of its lines is without meaning; they are only lent.
//
// keep is how many lines of a customer are kept as they are before they are folded: many
// (thousands) where folding is much work and V large, 0 where each line is as well folded
// at once. It makes a difference to time and memory alone, and is at most a million.
func NewGather[K Key, V any](period Period, keep int, fold func(into *V, lines []Line[uint64]) (bytes int)) *Gather[K, V] {
	return &Gather[K, V]{period: period, keep: min(max(keep, 0), maxKeep), fold: fold}
}

// Add gathers lines. At a malformed line it stops with an error, having gathered the
// lines before it.
//
// Keys of type uint32 and uint64 go straight to their shard; any other type costs a look
// into a map for every line whose customer is not that of the line before.
func (g *Gather[K, V]) Add(lines ...Line[K]) error {
	g.order = nil
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
			last, number = line.Customer, g.number(line.Customer)
		}
		*g.next(number) = waiting{number, packed{line.Item, packDay(line.Day, line.Kind, line.Returned, line.Priced), line.Units, line.Amount}}
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
			number := uint64(line.Customer)
			to := g.next(number)
			to.number, to.item, to.units, to.amount = number, line.Item, line.Units, line.Amount
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

// number returns the number of a key that is none itself, from 1, made new when there is
// none.
func (g *Gather[K, V]) number(key K) uint64 {
	number, found := g.numbers[key]
	if !found {
		if g.numbers == nil {
			g.numbers = make(map[K]uint64)
		}
		g.keys = append(g.keys, key)
		number = uint64(len(g.keys))
		g.numbers[key] = number
	}
	return number
}

// spread is a number's hash: by Fibonacci hashing (Knuth, The Art of Computer
// Programming, volume 3, section 6.4), whose upper bits are well mixed.
func spread(number uint64) uint64 { return number * 0x9E3779B97F4A7C15 }

// next returns where the next line of a customer waits.
func (g *Gather[K, V]) next(number uint64) *waiting {
	at := spread(number) >> (64 - shardBits)
	if g.room[at] == 0 {
		g.extend(at)
	}
	g.room[at]--
	return &g.tails[at][g.room[at]%blockLines]
}

// extend gives a shard room for more waiting lines.
func (g *Gather[K, V]) extend(at uint64) {
	s := &g.shards[at]
	if len(s.blocks)*blockLines >= max(waitLines, len(s.lines)) {
		g.settle(at)
	}
	var b *block
	if last := len(g.free) - 1; last >= 0 {
		b, g.free = g.free[last], g.free[:last]
	} else {
		b = new(block)
	}
	s.blocks = append(s.blocks, b)
	g.tails[at], g.room[at] = b, blockLines
}

// settle leaves no line of a shard waiting.
func (g *Gather[K, V]) settle(at uint64) {
	s, room := &g.shards[at], g.room[at]
	if g.keep == 0 {
		g.foldEach(s, room)
	} else {
		g.putTogether(s, room)
	}
	g.free, s.blocks = append(g.free, s.blocks...), s.blocks[:0]
	g.tails[at], g.room[at] = nil, 0
}

// waiting returns the lines of a shard's block. All blocks are full but the last one, in
// which there is room for so many more.
func (s *shard[V]) waiting(i int, room uint16) []waiting {
	if i < len(s.blocks)-1 {
		room = 0
	}
	return s.blocks[i][room:]
}

// putTogether puts the waiting lines of a shard with their customers' others, and folds
// those of customers who have many.
func (g *Gather[K, V]) putTogether(s *shard[V], room uint16) {
	limit := uint32(g.keep)
	starts := s.countWaiting(g.starts[:0], room)
	g.starts = starts
	// Where each customer's lines go: to the shard's lines to be, or to those that will be
	// folded.
	const folds = 1 << 31
	stay, leave, from := uint32(0), uint32(0), uint32(0)
	for at := range s.held {
		h := &s.held[at]
		n := starts[at] + h.until - from
		if n >= max(limit, h.bytes/packedBytes) {
			starts[at], leave = leave|folds, leave+n
		} else {
			starts[at], stay = stay, stay+n
		}
		from = h.until
	}
	lines, long := resized(g.spare, stay), resized(g.long, leave)
	from = 0
	for at := range s.held {
		to, until := starts[at], s.held[at].until
		if to&folds != 0 {
			copy(long[to&^folds:], s.lines[from:until])
		} else {
			copy(lines[to:], s.lines[from:until])
		}
		starts[at] += until - from
		from = until
	}
	for b := range s.blocks {
		waiting := s.waiting(b, room)
		for i := range waiting {
			line := &waiting[i]
			if to := starts[line.number]; to&folds != 0 {
				long[to&^folds] = line.packed
			} else {
				lines[to] = line.packed
			}
			starts[line.number]++
		}
	}
	g.spare, s.lines, g.long = s.lines, lines, long
	stay, leave = 0, 0
	for at, until := range starts { // each customer's lines now end where her next would go
		h := &s.held[at]
		if until&folds != 0 {
			h.takes(g.fold(&h.folded, g.unpack(long[leave:until&^folds])))
			leave = until &^ folds
		} else {
			stay = until
		}
		h.until = stay
	}
}

// countWaiting appends how many waiting lines each customer has, and puts her place where
// they have her number.
func (s *shard[V]) countWaiting(counts []uint32, room uint16) []uint32 {
	counts = append(counts, make([]uint32, len(s.held))...)
	for b := range s.blocks {
		lines := s.waiting(b, room)
		for i := range lines {
			line := &lines[i]
			at := s.place(line.number)
			if int(at) == len(counts) {
				counts = append(counts, 0)
			}
			counts[at]++
			line.number = uint64(at)
		}
	}
	return counts
}

// foldEach folds the waiting lines of a shard one by one: all its customers are at hand.
func (g *Gather[K, V]) foldEach(s *shard[V], room uint16) {
	if g.run == nil {
		g.run = make([]Line[uint64], 1)
	}
	one := g.run[:1]
	for b := range s.blocks {
		lines := s.waiting(b, room)
		for i := range lines {
			line := &lines[i]
			h := &s.held[s.place(line.number)]
			line.unpack(&one[0])
			h.takes(g.fold(&h.folded, one))
		}
	}
}

// resized is space for n lines, made anew where there is less.
func resized(space []packed, n uint32) []packed {
	if uint32(cap(space)) < n {
		return make([]packed, n, n+n/4)
	}
	return space[:n]
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

// place returns the place of a customer, made new when there is none.
func (s *shard[V]) place(number uint64) uint32 {
	if len(s.index) > 0 {
		if entry := s.entry(number); entry.at > 0 {
			return entry.at - 1
		}
	}
	if 2*len(s.numbers) >= len(s.index) {
		s.index = make([]indexed, max(64, 2*len(s.index)))
		for at, number := range s.numbers {
			*s.entry(number) = indexed{number, uint32(at) + 1}
		}
	}
	s.numbers, s.held = append(s.numbers, number), append(s.held, held[V]{until: uint32(len(s.lines))})
	*s.entry(number) = indexed{number, uint32(len(s.numbers))}
	return uint32(len(s.numbers)) - 1
}

// entry is where a number stands in the index, or the free place where it belongs. It is
// sought from what the upper bits of the hash say after those that chose the shard: the
// lower ones are all 0 for numbers that are multiples of a great power of 2.
func (s *shard[V]) entry(number uint64) *indexed {
	mask := uint64(len(s.index) - 1)
	for slot := spread(number) << shardBits >> bits.LeadingZeros64(mask); ; slot = (slot + 1) & mask {
		if entry := &s.index[slot]; entry.number == number && entry.at > 0 || entry.at == 0 {
			return entry
		}
	}
}

// settled returns a shard without lines that wait.
func (g *Gather[K, V]) settled(at uint64) *shard[V] {
	s := &g.shards[at]
	if len(s.blocks) > 0 {
		g.settle(at)
	}
	return s
}

// of returns what a shard has of the customer at a place.
func (g *Gather[K, V]) of(s *shard[V], at uint32) Gathered[V] {
	from, h := uint32(0), &s.held[at]
	if at > 0 {
		from = s.held[at-1].until
	}
	return Gathered[V]{&h.folded, g.unpack(s.lines[from:h.until])}
}

// Gathered is what there is of a customer: what was counted of lines that were folded,
// the zero V where none were, and the other lines in no order. Both are the Gather's own,
// the lines until the next customer.
type Gathered[V any] struct {
	Folded *V
	Lines  []Line[uint64]
}

// numberOf returns the number of a key, and whether it has one.
func (g *Gather[K, V]) numberOf(key K) (uint64, bool) {
	switch plain := any(key).(type) {
	case uint32:
		return uint64(plain), true
	case uint64:
		return plain, true
	}
	number, found := g.numbers[key]
	return number, found
}

// Of returns what there is of one customer, and whether there is anything.
func (g *Gather[K, V]) Of(key K) (Gathered[V], bool) {
	number, known := g.numberOf(key)
	s := g.settled(spread(number) >> (64 - shardBits))
	if !known || len(s.index) == 0 {
		return Gathered[V]{}, false
	}
	entry := s.entry(number)
	if entry.at == 0 {
		return Gathered[V]{}, false
	}
	return g.of(s, entry.at-1), true
}

// Len returns the number of customers.
func (g *Gather[K, V]) Len() int {
	n := 0
	for at := range g.shards {
		n += len(g.settled(uint64(at)).held)
	}
	return n
}

// All walks the customers in ascending order.
func (g *Gather[K, V]) All() iter.Seq2[K, Gathered[V]] {
	return func(yield func(K, Gathered[V]) bool) {
		g.sort()
		key := g.key()
		for _, p := range g.order {
			if !yield(key(p.number), g.of(&g.shards[p.shard], p.at)) {
				return
			}
		}
	}
}

// sort brings the customers into the order of their keys.
func (g *Gather[K, V]) sort() {
	n := g.Len()
	if g.order != nil {
		return
	}
	g.order = make([]place, 0, n)
	for i := range g.shards {
		for at, number := range g.shards[i].numbers {
			g.order = append(g.order, place{number, uint32(i), uint32(at)})
		}
	}
	before := func(a, b place) bool { return a.number < b.number } // plain numbers are their own order
	if g.keys != nil {
		before = func(a, b place) bool { return g.keys[a.number-1] < g.keys[b.number-1] }
	}
	slices.SortFunc(g.order, func(a, b place) int {
		if before(a, b) {
			return -1
		}
		return 1 // no two are equal
	})
}

// key returns how a number becomes a key again.
func (g *Gather[K, V]) key() func(number uint64) K {
	var key K
	switch plain := any(&key).(type) {
	case *uint32:
		return func(number uint64) K { *plain = uint32(number); return key }
	case *uint64:
		return func(number uint64) K { *plain = number; return key }
	}
	return func(number uint64) K { return g.keys[number-1] }
}

// numbered returns the number of a key, made new when it has none.
func (g *Gather[K, V]) numbered(key K) uint64 {
	if number, known := g.numberOf(key); known {
		return number
	}
	return g.number(key)
}

// at returns what a customer's shard has of her, made new when that is nothing.
func (g *Gather[K, V]) at(number uint64) *held[V] {
	s := g.settled(spread(number) >> (64 - shardBits))
	return &s.held[s.place(number)]
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
	g.order = nil
	for at := range other.shards {
		s := other.settled(uint64(at))
		held, lines := s.held, s.lines
		if other == g { // which counts everything twice, and moves while it does
			held, lines = slices.Clone(held), slices.Clone(lines)
		}
		key, from := other.key(), uint32(0)
		for i := range held {
			h := &held[i]
			number := g.numbered(key(s.numbers[i]))
			if h.bytes > 0 {
				into := g.at(number)
				into.takes(join(&into.folded, &h.folded))
			}
			for _, line := range lines[from:h.until] {
				*g.next(number) = waiting{number, line}
			}
			from = h.until
		}
	}
	return nil
}

// Append writes the customers in key order, what there is of each as write writes it.
func (g *Gather[K, V]) Append(dst []byte, write func([]byte, Gathered[V]) []byte) []byte {
	kind := reflect.TypeFor[K]().Kind()
	dst = append(dst, keyCode(kind))
	dst = binary.AppendUvarint(dst, uint64(g.Len()))
	for key, hers := range g.All() {
		dst = write(appendKey(dst, key, kind), hers)
	}
	return dst
}

// Read replaces everything with what Append wrote: each customer's is folded already, as
// read reads it, returning its bytes in memory. Input that Append would not have written
// (keys of another kind, out of order or repeated) fails the Decoder, and leaves the
// Gather as it was.
func (g *Gather[K, V]) Read(from *Decoder, read func(*Decoder, *V) (bytes int)) {
	kind := reflect.TypeFor[K]().Kind()
	if from.Byte() != keyCode(kind) {
		from.Fail("keys of another type")
	}
	fresh := NewGather[K](g.period, g.keep, g.fold)
	var previous K
	customers := from.Uvarint()
	for n := uint64(0); n < customers && from.Err() == nil; n++ {
		key := readKey[K](from, kind)
		if n > 0 && key <= previous {
			from.Fail("customers out of order")
			return
		}
		previous = key
		into := fresh.at(fresh.numbered(key))
		into.takes(read(from, &into.folded))
	}
	if from.Err() == nil {
		*g = *fresh
	}
}
