package profile

import "slices"

// MaxFacts is how many facts of one customer are reported on: two million, so that no sum
// leaves an int64. Nobody buys as much; who seems to is many customers under one key.
const MaxFacts = 1 << 21

// arranger brings facts into order. It is scratch: what it returns holds until it is used again.
type arranger struct {
	keys []uint64
	out  []Fact
}

const (
	placeBits  = 21 // MaxFacts
	prefixBits = 16 // of the receipt, beside the hour
)

// byReceipt returns the facts by time, those of one receipt together: as they are where they
// stand so.
func (a *arranger) byReceipt(facts []Fact) []Fact {
	for i := 1; i < len(facts); i++ {
		if facts[i-1].compareReceipt(&facts[i]) > 0 {
			return a.arrange(facts, false)
		}
	}
	return facts
}

// whole returns the facts in the order of compare: as they are where they stand so.
func (a *arranger) whole(facts []Fact) []Fact {
	for i := 1; i < len(facts); i++ {
		if facts[i-1].compare(&facts[i]) > 0 {
			return a.arrange(facts, true)
		}
	}
	return facts
}

// arrange sorts by the first bits of the order, in one word with each fact's place, then where
// those are equal by the rest of it: unless that is already so, of all of it or of receipts
// alone. There are at most MaxFacts.
func (a *arranger) arrange(facts []Fact, whole bool) []Fact {
	a.keys, a.out = slices.Grow(a.keys[:0], len(facts)), slices.Grow(a.out[:0], len(facts))
	for i := range facts {
		f := &facts[i]
		a.keys = append(a.keys, uint64(f.when())<<(prefixBits+placeBits)|uint64(f.Receipt)>>(64-prefixBits)<<placeBits|uint64(i))
	}
	slices.Sort(a.keys)
	for _, key := range a.keys {
		a.out = append(a.out, facts[key&(1<<placeBits-1)])
	}
	for from := 0; from < len(a.out); {
		until, sorted := from+1, true
		for until < len(a.out) && a.keys[until]>>placeBits == a.keys[from]>>placeBits {
			f, g := &a.out[until-1], &a.out[until]
			sorted = sorted && (f.compareReceipt(g) < 0 || whole && f.compare(g) <= 0 || !whole && f.compareReceipt(g) == 0)
			until++
		}
		if !sorted {
			slices.SortFunc(a.out[from:until], func(f, g Fact) int { return f.compare(&g) })
		}
		from = until
	}
	return a.out
}
