package profile

import (
	"math/bits"
	"slices"
)

// MaxFacts is how many facts of one customer are reported on: two million, so that no sum
// leaves an int64. Nobody buys as much; who seems to is many customers under one key.
const MaxFacts = 1 << 21

// arranger brings facts into order. It is scratch: what it returns holds until it is used again.
type arranger struct {
	keys, spare []uint64
	out         []Fact
}

const (
	placeBits  = 21 // MaxFacts
	placeMask  = 1<<placeBits - 1
	prefixBits = 16 // of the receipt, beside the hour
	fewTies    = 24 // lines of a receipt that are sorted by insertion
)

// byReceipt returns the facts by time, those of one receipt together: as they are where they
// stand so.
func (a *arranger) byReceipt(facts []Fact) []Fact {
	for i := 1; i < len(facts); i++ {
		if facts[i-1].compareReceipt(&facts[i]) > 0 {
			return a.arrange(facts)
		}
	}
	return facts
}

// arrange sorts facts by their keys, then, where those are equal, by the rest of the order.
func (a *arranger) arrange(facts []Fact) []Fact {
	a.begin(len(facts))
	for i := range facts {
		f := &facts[i]
		a.keys = append(a.keys, uint64(f.when())<<whenShift|uint64(f.Receipt)>>(64-prefixBits)<<placeBits|uint64(i))
	}
	a.sort()
	for tie := range a.ties {
		a.settle(tie, func(i, j uint64) int { return facts[i].compareReceipt(&facts[j]) })
	}
	for i, key := range a.keys {
		a.out[i] = facts[key&placeMask]
	}
	return a.out
}

// waited returns facts that waited in the order of compare.
func (a *arranger) waited(lines []waiting) []Fact {
	a.begin(len(lines))
	for i := range lines {
		w := &lines[i]
		a.keys = append(a.keys, w[4]&^(1<<whenShift-1)|w[0]>>(64-prefixBits)<<placeBits|uint64(i))
	}
	a.sort()
	for tie := range a.ties {
		if len(tie) > fewTies {
			a.settle(tie, func(i, j uint64) int { return lines[i].compare(&lines[j]) })
			continue
		}
		for i := 1; i < len(tie); i++ { // few lines of one receipt: inserted, without a call for each step
			key, at := tie[i], i
			for w := &lines[key&placeMask]; at > 0 && lines[tie[at-1]&placeMask].compare(w) > 0; at-- {
				tie[at] = tie[at-1]
			}
			tie[at] = key
		}
	}
	for i, key := range a.keys {
		lines[key&placeMask].get(&a.out[i])
	}
	return a.out
}

// begin makes room for n facts, at most MaxFacts. A key is the first bits of the order, and the
// place of its fact.
func (a *arranger) begin(n int) {
	a.keys, a.out = slices.Grow(a.keys[:0], n), slices.Grow(a.out[:0], n)[:n]
}

const (
	bucketBits = 8
	fewKeys    = 512 // are put into buckets; were they all of one, inserting them takes as long as sorting
)

// sort sorts the keys. Few are put into buckets by time, which leaves them nearly in order, and
// then inserted where they belong.
func (a *arranger) sort() {
	keys := a.keys
	if len(keys) > fewKeys || len(keys) < 2 {
		slices.Sort(keys)
		return
	}
	least, most := keys[0], keys[0]
	for _, key := range keys {
		least, most = min(least, key), max(most, key)
	}
	shift := max(0, bits.Len64(most-least)-bucketBits)
	var ends [1 << bucketBits]uint16
	for _, key := range keys {
		ends[uint8((key-least)>>shift)]++
	}
	for i := 1; i < len(ends); i++ {
		ends[i] += ends[i-1]
	}
	sorted := slices.Grow(a.spare[:0], len(keys))[:len(keys)]
	for i := len(keys) - 1; i >= 0; i-- {
		end := &ends[uint8((keys[i]-least)>>shift)]
		*end--
		sorted[*end] = keys[i]
	}
	for i := 1; i < len(sorted); i++ {
		key, at := sorted[i], i
		for ; at > 0 && sorted[at-1] > key; at-- {
			sorted[at] = sorted[at-1]
		}
		sorted[at] = key
	}
	a.keys, a.spare = sorted, keys
}

// ties yields the stretches of keys that are equal but for the place.
func (a *arranger) ties(yield func(tie []uint64) bool) {
	for from := 0; from < len(a.keys); {
		until := from + 1
		for until < len(a.keys) && a.keys[until]>>placeBits == a.keys[from]>>placeBits {
			until++
		}
		if until-from > 1 && !yield(a.keys[from:until]) {
			return
		}
		from = until
	}
}

// settle sorts keys of a tie by what they are keys of.
func (a *arranger) settle(tie []uint64, compare func(i, j uint64) int) {
	slices.SortFunc(tie, func(k, l uint64) int { return compare(k&placeMask, l&placeMask) })
}
