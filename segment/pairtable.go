package segment

import (
	"cmp"
	"fmt"
	"math/bits"
	"slices"
)

// pairTable holds a value for each pair of codes met, under first<<32 | second, which is
// never 0. It is open addressing with linear probing: a count is one step in memory, where
// a map takes several times as long. The zero pairTable is empty and ready.
type pairTable[V any] struct {
	slots []pairSlot[V] // a power of two of them, at most three quarters in use
	n     int
}

type pairSlot[V any] struct {
	key   uint64 // 0: free
	value V
}

func pairKey(first, second uint32) uint64 { return uint64(first)<<32 | uint64(second) }

// at returns the value of a pair, made new when there is none. The pointer holds until
// the next call.
func (t *pairTable[V]) at(key uint64) *V {
	if 4*(t.n+1) > 3*len(t.slots) {
		t.grow()
	}
	slot := t.probe(key)
	if slot.key == 0 {
		slot.key = key
		t.n++
	}
	return &slot.value
}

// find returns the value of a pair, or the zero value.
func (t *pairTable[V]) find(key uint64) V {
	if t.n == 0 {
		var none V
		return none
	}
	return t.probe(key).value
}

// probe returns the slot of a pair, or the free one where it belongs. There always is one.
func (t *pairTable[V]) probe(key uint64) *pairSlot[V] {
	// The upper bits of the product mix all of the key's (Knuth, volume 3, section 6.4).
	place := key * 0x9E3779B97F4A7C15 >> (64 - bits.TrailingZeros(uint(len(t.slots))))
	for {
		slot := &t.slots[place]
		if slot.key == key || slot.key == 0 {
			return slot
		}
		place = (place + 1) & uint64(len(t.slots)-1)
	}
}

// union returns how many pairs are in either table.
func (t *pairTable[V]) union(other *pairTable[V]) int {
	n := t.n + other.n
	for i := range other.slots {
		if key := other.slots[i].key; key != 0 && t.n > 0 && t.probe(key).key == key {
			n--
		}
	}
	return n
}

func (t *pairTable[V]) grow() {
	old := t.slots
	t.slots = make([]pairSlot[V], max(1024, 2*len(old)))
	for i := range old {
		if old[i].key != 0 {
			*t.probe(old[i].key) = old[i]
		}
	}
}

// sorted returns the slots in use by ascending key.
func (t *pairTable[V]) sorted() []pairSlot[V] {
	used := make([]pairSlot[V], 0, t.n)
	for i := range t.slots {
		if t.slots[i].key != 0 {
			used = append(used, t.slots[i])
		}
	}
	slices.SortFunc(used, func(a, b pairSlot[V]) int { return cmp.Compare(a.key, b.key) })
	return used
}

// errTooManyPairs says that a count would hold more pairs than memory is meant for.
func errTooManyPairs(pairs, most int, why string) error {
	return fmt.Errorf("segment: %d distinct pairs, of at most %d: %s", pairs, most, why)
}
