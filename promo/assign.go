package promo

import (
	"cmp"
	"math"
	"slices"
)

// part is what one source has of the pieces of one pool.
type part struct {
	pool, source int32
	pieces       int64
	value        int64 // of one piece: exact, or points
}

// assign gives each piece its offer, so that as much as possible is saved in all. Where
// every source is enough for those who want it first, everybody has his first choice.
// Otherwise the pools are served one after the other, the higher unit price first: each
// takes what saves most, where that is taken already in exchange for what those who had
// it save elsewhere. So after each step no exchange would save more.
func (p *pricing) assign() {
	first := func(i int) bool { return i == 0 || p.options[i].pool != p.options[i-1].pool }
	enough := true
	for i := range p.options {
		if o := &p.options[i]; first(i) {
			s, n := &p.sources[o.source], p.pools[o.pool].pieces
			s.taken += n
			enough = enough && s.taken <= s.most
			p.parts = append(p.parts, part{pool: o.pool, source: o.source, pieces: n, value: o.value})
		}
	}
	if enough {
		return
	}
	p.parts = p.parts[:0]
	for i := range p.sources {
		p.sources[i].taken = 0
	}
	x := exchange{
		pricing: p, has: make([]int64, len(p.options)), listed: make([]bool, len(p.options)), held: make([][]int32, len(p.sources)),
		gain: make([]int64, len(p.sources)), step: make([]step, len(p.sources)), end: make([]int32, len(p.options)),
	}
	var starts []int32 // of each pool's options
	for i := range p.options {
		if first(i) {
			starts = append(starts, int32(i))
		}
		x.end[starts[len(starts)-1]] = int32(i + 1)
	}
	for i, start := range starts {
		for o := start; o < x.end[start]; o++ {
			x.end[o] = x.end[starts[i]]
		}
	}
	byPrice := slices.Clone(starts)
	slices.SortStableFunc(byPrice, func(a, b int32) int { // pools are in the order of their skus
		return cmp.Compare(p.pools[p.options[b].pool].price, p.pools[p.options[a].pool].price)
	})
	for _, start := range byPrice {
		x.serve(start)
	}
	for i, n := range x.has {
		if o := &p.options[i]; n > 0 {
			p.parts = append(p.parts, part{pool: o.pool, source: o.source, pieces: n, value: o.value})
		}
	}
}

// exchange is the state of an assignment in which not everybody has his first choice.
type exchange struct {
	*pricing
	has    []int64   // pieces that have each option
	end    []int32   // of the pool of each option
	held   [][]int32 // options of each source that pieces have, or have had
	listed []bool    // the options that are in held
	gain   []int64   // what is gained when a source takes one piece more: 0, or less where it is full
	step   []step    // what a full source does then
	known  bool      // gain and step are those of now
}

// step says that a piece leaves a full source: the option that it had, and the one that
// it takes instead, or none.
type step struct{ had, takes int32 }

// closed is the gain of a source that cannot take a piece more.
const closed = math.MinInt64 / 2

// serve finds options for all pieces of the pool whose options begin at start.
func (x *exchange) serve(start int32) {
	for left := x.pools[x.options[start].pool].pieces; left > 0; {
		if s := &x.sources[x.options[start].source]; s.taken < s.most { // no exchange is better
			left -= x.take(start, left)
			continue
		}
		x.reckon()
		best, most := int32(none), int64(0)
		for o := start; o < x.end[start]; o++ {
			if gain := x.options[o].value + x.gain[x.options[o].source]; gain > most {
				best, most = o, gain
			}
		}
		if best == none {
			return
		}
		left -= x.take(best, left)
	}
}

// reckon finds what each source can gain: the best chain of pieces that make room for
// each other, ending where there is room. There are as many rounds as the chain has
// steps. Chains that are no better than one found before are not taken, so that the
// answer has one order: of sources, then of skus.
func (x *exchange) reckon() {
	if x.known {
		return
	}
	x.known = true
	for s := range x.gain {
		if x.gain[s] = closed; x.sources[s].taken < x.sources[s].most {
			x.gain[s] = 0
		}
	}
	for changed := true; changed; {
		changed = false
		for s := range x.gain {
			if x.sources[s].taken < x.sources[s].most {
				continue
			}
			for _, had := range x.held[s] {
				if x.has[had] == 0 {
					continue
				}
				value := x.options[had].value
				if -value > x.gain[s] {
					x.gain[s], x.step[s], changed = -value, step{had, none}, true
				}
				for takes := had; takes >= 0 && x.options[takes].pool == x.options[had].pool; takes-- {
					changed = x.better(s, had, takes) || changed
				}
				for takes := had + 1; takes < x.end[had]; takes++ {
					changed = x.better(s, had, takes) || changed
				}
			}
		}
	}
}

func (x *exchange) better(s int, had, takes int32) bool {
	to := x.options[takes].source
	if int(to) == s || x.gain[to] == closed {
		return false
	}
	gain := x.options[takes].value - x.options[had].value + x.gain[to]
	if gain <= x.gain[s] {
		return false
	}
	x.gain[s], x.step[s] = gain, step{had, takes}
	return true
}

// take gives an option to pieces of a pool, at most so many, and moves others on as
// reckoned. It returns how many had it: all that the chain lets through at once.
func (x *exchange) take(option int32, most int64) int64 {
	x.known = false
	for o := option; o != none; {
		s := &x.sources[x.options[o].source]
		if s.taken < s.most {
			most = min(most, s.most-s.taken)
			break
		}
		next := x.step[x.options[o].source]
		most = min(most, x.has[next.had])
		o = next.takes
	}
	for o := option; o != none; {
		s := x.options[o].source
		full := x.sources[s].taken >= x.sources[s].most
		if !x.listed[o] {
			x.listed[o] = true
			x.held[s] = append(x.held[s], o)
		}
		x.has[o] += most
		if !full {
			x.sources[s].taken += most
			break
		}
		next := x.step[s]
		x.has[next.had] -= most
		o = next.takes
	}
	return most
}

// bonus gives each piece every offer of bonus points that is enough for it. Where one is
// not, it goes to the pieces on which it gives most, of these to those with the higher
// unit price, then by sku.
func (p *pricing) bonus() {
	given := p.bonuses[:0]
	for at := 0; at < len(p.bonuses); {
		s := &p.sources[p.bonuses[at].source]
		end := at
		for end < len(p.bonuses) && p.bonuses[end].source == p.bonuses[at].source {
			end++
		}
		parts := p.bonuses[at:end]
		if s.matched > s.most {
			slices.SortStableFunc(parts, func(a, b part) int {
				return cmp.Or(cmp.Compare(b.value, a.value), cmp.Compare(p.pools[b.pool].price, p.pools[a.pool].price))
			})
		}
		for i := range parts {
			if parts[i].pieces = min(parts[i].pieces, s.most-s.taken); parts[i].pieces > 0 {
				s.taken += parts[i].pieces
				given = append(given, parts[i])
			}
		}
		at = end
	}
	p.bonuses = given
}
