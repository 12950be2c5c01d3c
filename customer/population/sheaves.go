package population

import (
	"encoding/binary"
	"iter"
	"math"
	"math/bits"
	"reflect"
	"slices"
)

// Sheaves bring each customer's lines together, lines of any kind L: what [Gather] is for the
// lines of this package. They take lines in any order and any split and give each customer's
// back by ascending key. Customers are spread over shards by a hash of their key; lines wait in
// their shard until there are as many of them as it holds, and are then put with their
// customers': so a line is moved a few times, in the processor's cache, instead of being looked
// up in the whole population.
//
// A customer of many lines has them folded into what is counted of her, a V: whenever there are
// as many of them as are to be kept, and as many as V weighs. What is counted must not depend on
// the order of lines, nor on how they are split over folds; then neither does any result here.
// The zero Sheaves are empty and take no lines. They are not safe for concurrent use, not even
// for reading alone; parallel work fills one each and merges.
type Sheaves[K Key, L, V any] struct {
	fold   func(into *V, lines []L) (weight int)
	shards [shards]shard[L, V]
	keep   int     // lines of a customer before they are folded
	order  []place // of customers by key; nil when out of date

	// Each shard's lines wait in blocks, of which the last is filled from its end.
	tails [shards]*block[L]
	room  [shards]uint16 // left in the last block
	free  []*block[L]

	starts []uint32 // scratch: where each customer's next line goes
	spare  []L      // scratch: a shard's lines to be
	long   []L      // scratch: lines to be folded
	one    [1]L     // scratch

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

// maxKeep keeps what a shard has of lines within 31 bits, for as long as there are not two
// thousand such customers in one: their lines would fill fifty gigabytes.
const maxKeep = 1_000_000

// waiting is a line while it waits.
type waiting[L any] struct {
	number uint64 // of the customer
	line   L
}

type block[L any] [blockLines]waiting[L]

// shard is what is known of the customers whose hash begins alike.
type shard[L, V any] struct {
	blocks  []*block[L] // of waiting lines
	lines   []L         // one customer's after the other's
	index   []indexed   // open addressing
	numbers []uint64    // by place
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
	weight uint32 // of folded and 1 more; 0: nothing was folded
	until  uint32 // where her lines end; they start where those of the place before end
}

func (h *held[V]) weighs(weight int) { h.weight = uint32(min(max(weight, 0), math.MaxInt32)) + 1 }

// place is where a customer stands.
type place struct {
	number uint64
	shard  uint32
	at     uint32
}

// NewSheaves brings lines together. fold counts lines of one customer into what was counted of
// her before, at first the zero V, and returns what that weighs now, in lines: as many lines
// wait before they are folded, so that the work is in proportion to them. The lines are only
// lent, and may be moved by fold.
//
// keep is how many lines of a customer are kept as they are before they are folded: many
// (thousands) where folding is much work and V large, 0 where each line is as well folded
// at once. It makes a difference to time and memory alone, and is at most a million.
func NewSheaves[K Key, L, V any](keep int, fold func(into *V, lines []L) (weight int)) *Sheaves[K, L, V] {
	return &Sheaves[K, L, V]{keep: min(max(keep, 0), maxKeep), fold: fold}
}

// spread is a number's hash: by Fibonacci hashing (Knuth, The Art of Computer
// Programming, volume 3, section 6.4), whose upper bits are well mixed.
func spread(number uint64) uint64 { return number * 0x9E3779B97F4A7C15 }

// Next returns where the next line of a customer is to be put at once, by the number that
// Number gives of her key. What stands there before is chance.
func (s *Sheaves[K, L, V]) Next(number uint64) *L {
	at := spread(number) >> (64 - shardBits)
	if s.room[at] == 0 {
		s.extend(at)
	}
	s.room[at]--
	to := &s.tails[at][s.room[at]%blockLines]
	to.number = number
	return &to.line
}

// extend gives a shard room for more waiting lines.
func (s *Sheaves[K, L, V]) extend(at uint64) {
	s.order = nil
	one := &s.shards[at]
	if len(one.blocks)*blockLines >= max(waitLines, len(one.lines)) {
		s.settle(at)
	}
	var b *block[L]
	if last := len(s.free) - 1; last >= 0 {
		b, s.free = s.free[last], s.free[:last]
	} else {
		b = new(block[L])
	}
	one.blocks = append(one.blocks, b)
	s.tails[at], s.room[at] = b, blockLines
}

// settle leaves no line of a shard waiting.
func (s *Sheaves[K, L, V]) settle(at uint64) {
	one, room := &s.shards[at], s.room[at]
	if s.keep == 0 {
		s.foldEach(one, room)
	} else {
		s.putTogether(one, room)
	}
	s.free, one.blocks = append(s.free, one.blocks...), one.blocks[:0]
	s.tails[at], s.room[at] = nil, 0
	s.order = nil
}

// waiting returns the lines of a shard's block. All blocks are full but the last one, in
// which there is room for so many more.
func (s *shard[L, V]) waiting(i int, room uint16) []waiting[L] {
	if i < len(s.blocks)-1 {
		room = 0
	}
	return s.blocks[i][room:]
}

// putTogether puts the waiting lines of a shard with their customers' others, and folds
// those of customers who have many.
func (s *Sheaves[K, L, V]) putTogether(one *shard[L, V], room uint16) {
	limit := uint32(s.keep)
	starts := one.countWaiting(s.starts[:0], room)
	s.starts = starts
	// Where each customer's lines go: to the shard's lines to be, or to those that will be
	// folded.
	const folds = 1 << 31
	stay, leave, from := uint32(0), uint32(0), uint32(0)
	for at := range one.held {
		h := &one.held[at]
		n := starts[at] + h.until - from
		if n >= limit && n+1 >= h.weight {
			starts[at], leave = leave|folds, leave+n
		} else {
			starts[at], stay = stay, stay+n
		}
		from = h.until
	}
	lines, long := resized(s.spare, stay), resized(s.long, leave)
	from = 0
	for at := range one.held {
		to, until := starts[at], one.held[at].until
		if to&folds != 0 {
			copy(long[to&^folds:], one.lines[from:until])
		} else {
			copy(lines[to:], one.lines[from:until])
		}
		starts[at] += until - from
		from = until
	}
	for b := range one.blocks {
		waiting := one.waiting(b, room)
		for i := range waiting {
			wait := &waiting[i]
			if to := starts[wait.number]; to&folds != 0 {
				long[to&^folds] = wait.line
			} else {
				lines[to] = wait.line
			}
			starts[wait.number]++
		}
	}
	s.spare, one.lines, s.long = one.lines, lines, long
	stay, leave = 0, 0
	for at, until := range starts { // each customer's lines now end where her next would go
		h := &one.held[at]
		if until&folds != 0 {
			h.weighs(s.fold(&h.folded, long[leave:until&^folds]))
			leave = until &^ folds
		} else {
			stay = until
		}
		h.until = stay
	}
}

// countWaiting appends how many waiting lines each customer has, and puts her place where
// they have her number.
func (s *shard[L, V]) countWaiting(counts []uint32, room uint16) []uint32 {
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
func (s *Sheaves[K, L, V]) foldEach(one *shard[L, V], room uint16) {
	for b := range one.blocks {
		lines := one.waiting(b, room)
		for i := range lines {
			h := &one.held[one.place(lines[i].number)]
			s.one[0] = lines[i].line
			h.weighs(s.fold(&h.folded, s.one[:]))
		}
	}
}

// resized is space for n lines, made anew where there is less.
func resized[L any](space []L, n uint32) []L {
	if uint32(cap(space)) < n {
		return make([]L, n, n+n/4)
	}
	return space[:n]
}

// place returns the place of a customer, made new when there is none.
func (s *shard[L, V]) place(number uint64) uint32 {
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
func (s *shard[L, V]) entry(number uint64) *indexed {
	mask := uint64(len(s.index) - 1)
	for slot := spread(number) << shardBits >> bits.LeadingZeros64(mask); ; slot = (slot + 1) & mask {
		if entry := &s.index[slot]; entry.number == number && entry.at > 0 || entry.at == 0 {
			return entry
		}
	}
}

// settled returns a shard without lines that wait.
func (s *Sheaves[K, L, V]) settled(at uint64) *shard[L, V] {
	one := &s.shards[at]
	if len(one.blocks) > 0 {
		s.settle(at)
	}
	return one
}

// of returns what a shard has of the customer at a place.
func (s *shard[L, V]) of(at uint32) Sheaf[L, V] {
	from, h := uint32(0), &s.held[at]
	if at > 0 {
		from = s.held[at-1].until
	}
	return Sheaf[L, V]{&h.folded, s.lines[from:h.until]}
}

// Sheaf is what there is of a customer: what was counted of lines that were folded,
// the zero V where none were, and the other lines in no order. Both belong to the Sheaves, the
// lines until the next is added.
type Sheaf[L, V any] struct {
	Folded *V
	Lines  []L
}

// numberOf returns the number of a key, and whether it has one.
func (s *Sheaves[K, L, V]) numberOf(key K) (uint64, bool) {
	switch plain := any(key).(type) {
	case uint32:
		return uint64(plain), true
	case uint64:
		return plain, true
	}
	number, found := s.numbers[key]
	return number, found
}

// Number returns the number of a key: itself where it is a uint32 or a uint64; else one made
// new when it has none, from 1, which costs a look into a map.
func (s *Sheaves[K, L, V]) Number(key K) uint64 {
	number, found := s.numberOf(key)
	if !found {
		if s.numbers == nil {
			s.numbers = make(map[K]uint64)
		}
		s.keys = append(s.keys, key)
		number = uint64(len(s.keys))
		s.numbers[key] = number
	}
	return number
}

// Of returns what there is of one customer, and whether there is anything.
func (s *Sheaves[K, L, V]) Of(key K) (Sheaf[L, V], bool) {
	number, known := s.numberOf(key)
	one := s.settled(spread(number) >> (64 - shardBits))
	if !known || len(one.index) == 0 {
		return Sheaf[L, V]{}, false
	}
	entry := one.entry(number)
	if entry.at == 0 {
		return Sheaf[L, V]{}, false
	}
	return one.of(entry.at - 1), true
}

// Len returns the number of customers.
func (s *Sheaves[K, L, V]) Len() int {
	n := 0
	for at := range s.shards {
		n += len(s.settled(uint64(at)).held)
	}
	return n
}

// All walks the customers in ascending order.
func (s *Sheaves[K, L, V]) All() iter.Seq2[K, Sheaf[L, V]] {
	return func(yield func(K, Sheaf[L, V]) bool) {
		s.sort()
		key := s.key()
		for _, p := range s.order {
			if !yield(key(p.number), s.shards[p.shard].of(p.at)) {
				return
			}
		}
	}
}

// sort brings the customers into the order of their keys.
func (s *Sheaves[K, L, V]) sort() {
	n := s.Len()
	if s.order != nil {
		return
	}
	s.order = make([]place, 0, n)
	for i := range s.shards {
		for at, number := range s.shards[i].numbers {
			s.order = append(s.order, place{number, uint32(i), uint32(at)})
		}
	}
	before := func(a, b place) bool { return a.number < b.number } // plain numbers are their own order
	if s.keys != nil {
		before = func(a, b place) bool { return s.keys[a.number-1] < s.keys[b.number-1] }
	}
	slices.SortFunc(s.order, func(a, b place) int {
		if before(a, b) {
			return -1
		}
		return 1 // no two are equal
	})
}

// key returns how a number becomes a key again.
func (s *Sheaves[K, L, V]) key() func(number uint64) K {
	var key K
	switch plain := any(&key).(type) {
	case *uint32:
		return func(number uint64) K { *plain = uint32(number); return key }
	case *uint64:
		return func(number uint64) K { *plain = number; return key }
	}
	return func(number uint64) K { return s.keys[number-1] }
}

// at returns what a customer's shard has of her, made new when that is nothing.
func (s *Sheaves[K, L, V]) at(number uint64) *held[V] {
	one := s.settled(spread(number) >> (64 - shardBits))
	s.order = nil
	return &one.held[one.place(number)]
}

// Merge brings in everything that other has of the customers whom keep keeps; a nil keep keeps
// all. join counts what was folded of one customer there into what was folded of her here,
// sharing no memory with it, and returns what that weighs now. Other stays as it is.
func (s *Sheaves[K, L, V]) Merge(other *Sheaves[K, L, V], join func(into, from *V) (weight int), keep func(K) bool) {
	for at := range other.shards {
		one := other.settled(uint64(at))
		held, lines := one.held, one.lines
		if other == s { // which counts everything twice, and moves while it does
			held, lines = slices.Clone(held), slices.Clone(lines)
		}
		key, from := other.key(), uint32(0)
		for i := range held {
			h := &held[i]
			hers := lines[from:h.until]
			from = h.until
			who := key(one.numbers[i])
			if keep != nil && !keep(who) {
				continue
			}
			number := s.Number(who)
			if h.weight > 0 {
				into := s.at(number)
				into.weighs(join(&into.folded, &h.folded))
			}
			for _, line := range hers {
				*s.Next(number) = line
			}
		}
	}
}

// Append writes the customers in key order, what there is of each as write writes it.
func (s *Sheaves[K, L, V]) Append(dst []byte, write func([]byte, Sheaf[L, V]) []byte) []byte {
	kind := reflect.TypeFor[K]().Kind()
	dst = append(dst, keyCode(kind))
	dst = binary.AppendUvarint(dst, uint64(s.Len()))
	for key, hers := range s.All() {
		dst = write(appendKey(dst, key, kind), hers)
	}
	return dst
}

// Read replaces everything with what Append wrote: each customer's is folded already, as
// read reads it, returning its weight. Input that Append would not have written (keys of
// another kind, out of order or repeated) fails the Decoder, and leaves the Sheaves as they
// were.
func (s *Sheaves[K, L, V]) Read(from *Decoder, read func(*Decoder, *V) (weight int)) {
	kind := reflect.TypeFor[K]().Kind()
	if from.Byte() != keyCode(kind) {
		from.Fail("keys of another type")
	}
	fresh := NewSheaves[K](s.keep, s.fold)
	var previous K
	customers := from.Uvarint()
	for n := uint64(0); n < customers && from.Err() == nil; n++ {
		key := readKey[K](from, kind)
		if n > 0 && key <= previous {
			from.Fail("customers out of order")
			return
		}
		previous = key
		into := fresh.at(fresh.Number(key))
		into.weighs(read(from, &into.folded))
	}
	if from.Err() == nil {
		*s = *fresh
	}
}
