package agenda

import (
	"math/bits"
	"slices"
)

// A search goes through the cells breadth first, over the jobs that stand there, to those
// that these could go to instead. It ends at a cell that can take one more. Then every
// job on the way moves on by one. With tasks that all weigh the same this is the augmenting
// path of bipartite matching, and serving jobs in the order of their rank makes the set
// of those placed the best in that order; where no path leads from a fullest cell to one
// that would stay less full, the fullest is the least full that it can be (Harvey, Ladner,
// Lovász and Tamir, Semi-matchings for bipartite graphs and load balancing, 2006).
type search struct {
	root int                                // the cell that one leaves; noCell: the job that starts has none
	pass func(cell int, in, out int32) bool // a job of weight out may leave the cell for one of weight in
	ends func(cell int, in int32) bool      // the cell can take one more
}

// makeRoom empties a place for a job that has none by moving others, and returns it, or
// noCell.
func (b *board) makeRoom(number int) int {
	s := search{
		root: noCell,
		pass: func(cell int, in, out int32) bool { return b.load[cell]-out+in <= b.capacity[cell] },
		ends: func(cell int, in int32) bool { return b.load[cell]+in <= b.capacity[cell] },
	}
	b.begin()
	end := b.reach(number, &s)
	if end == noCell {
		end = b.explore(&s)
	}
	if end != noCell {
		if b.handOn { // what is handed on may have ways that were not there before
			b.deadAt = slices.Repeat([]int32{noWeight}, len(b.deadAt))
		}
		return b.advance(end, &s)
	}
	dead := b.dead()
	for _, cell := range b.queue { // full, and whatever stands here can only move to others such
		dead[cell] = min(dead[cell], b.jobs[b.via[cell]].weight)
	}
	return noCell
}

// dead are the weights from which no room can be made, in a search like this.
func (b *board) dead() []int32 {
	if b.handOn {
		return b.givenUp
	}
	return b.deadAt
}

// begin forgets what earlier searches have seen.
func (b *board) begin() {
	clear(b.seen)
	b.queue = b.queue[:0]
	b.searches++
}

// explore goes on from the queued cells until one is found at which the search ends.
func (b *board) explore(s *search) int {
	for at := 0; at < len(b.queue); at++ {
		cell := b.queue[at]
		for _, other := range b.in[cell] {
			if cell != s.root && (!s.pass(cell, b.jobs[b.via[cell]].weight, b.jobs[other].weight) || b.meets(other, cell, s)) {
				continue
			}
			if end := b.reach(other, s); end != noCell {
				return end
			}
		}
	}
	return noCell
}

// reach queues the cells that a job could move to, in the hands that it is in or, where it
// may be handed on, in anybody's, and returns the first
// of them at which the search ends.
func (b *board) reach(number int, s *search) int {
	j := &b.jobs[number]
	days, tier, dead := j.window, j.tier, b.dead()
	if b.handOn {
		tier = anybody
	}
	if tier == anybody {
		if j.shape.searched != b.searches {
			j.shape.searched, j.shape.spent = b.searches, dayBits{}
		}
		days = days.without(j.shape.spent)
	} else if from, to := b.hands(j, tier); from < to { // one person's row
		for word := range min(b.words, len(days)) {
			row := from*b.words + word
			days[word] &= j.shape.open[row] &^ b.seen[row]
		}
	}
	if days == (dayBits{}) {
		return noCell
	}
	allowed, _ := b.allowedDays(j, number, days)
	if tier == anybody { // others of this shape find nothing new on these days
		j.shape.spent = j.shape.spent.with(allowed)
	}
	from, to := b.hands(j, tier)
	for person := from; person < to; person++ {
		for word := range min(b.words, len(allowed)) {
			row := person*b.words + word
			for free := j.shape.open[row] & allowed[word] &^ b.seen[row]; free != 0; free &= free - 1 {
				cell := person*b.span + word*64 + bits.TrailingZeros64(free)
				if j.weight >= dead[cell] {
					continue
				}
				b.seen[row] |= free & -free
				b.via[cell] = number
				if s.ends(cell, j.weight) {
					return cell
				}
				b.queue = append(b.queue, cell)
			}
		}
	}
	return noCell
}

// meets reports whether a job that would move out of a cell belongs to a customer of whom
// another job moves on the way there: their days would have to be judged together.
func (b *board) meets(number, cell int, s *search) bool {
	who := b.jobs[number].reach
	for cell != s.root {
		mover := &b.jobs[b.via[cell]]
		if mover.reach == who {
			return true
		}
		cell = mover.cell
	}
	return false
}

// advance moves every job on the way to a cell on by one, and returns the cell that this
// leaves for the job that has none.
func (b *board) advance(cell int, s *search) int {
	for cell != s.root {
		mover := b.via[cell]
		left := b.jobs[mover].cell
		if left == noCell {
			return cell
		}
		b.lift(mover)
		b.put(mover, cell)
		if b.handOn {
			b.jobs[mover].tier = b.tierOf(&b.jobs[mover], cell)
		}
		b.touched = append(b.touched, cell)
		cell = left
	}
	return cell
}

// level moves jobs away from the fullest cells for as long as that makes these less full.
func (b *board) level() {
	b.deadAt = slices.Repeat([]int32{noWeight}, len(b.deadAt))
	var fullest fullness
	for cell := range b.in {
		if len(b.in[cell]) > 0 {
			fullest.push(rank{cell, b.load[cell], b.capacity[cell]})
		}
	}
	done := make([]bool, len(b.load)) // no longer moved from or to
	for {
		top, more := fullest.pop()
		if !more {
			return
		}
		if done[top.cell] || top.load != b.load[top.cell] {
			continue
		}
		b.touched = append(b.touched[:0], top.cell)
		if b.relieve(top.cell, done) {
			for _, cell := range b.touched {
				fullest.push(rank{cell, b.load[cell], b.capacity[cell]})
			}
			continue
		}
		done[top.cell] = true
		if b.planner.rules.Measure == CountTasks {
			for _, cell := range b.queue { // from here there is no way down either
				done[cell] = true
			}
		}
	}
}

// relieve moves one job away from a cell, over others where need be, so that the cell is
// less full, and nothing that becomes fuller is as full as it was. It reports whether
// there is such a way.
func (b *board) relieve(cell int, done []bool) bool {
	load, capacity := int64(b.load[cell]), int64(b.capacity[cell])
	lower := func(other int, more int32) bool {
		return (int64(b.load[other])+int64(more))*capacity < load*int64(b.capacity[other])
	}
	s := search{
		root: cell,
		pass: func(other int, in, out int32) bool {
			return !done[other] && (in <= out || b.load[other]-out+in <= b.capacity[other] && lower(other, in-out))
		},
		ends: func(other int, in int32) bool {
			return !done[other] && b.load[other]+in <= b.capacity[other] && lower(other, in)
		},
	}
	b.begin()
	b.queue = append(b.queue, cell)
	b.seen[cell/b.span*b.words+cell%b.span/64] |= 1 << (cell % b.span % 64)
	end := b.explore(&s)
	if end == noCell {
		return false
	}
	b.advance(end, &s)
	return true
}

// rank is a cell and how full it was when it was ranked.
type rank struct {
	cell           int
	load, capacity int32
}

// over orders cells: the fuller one, and of equally full ones the earlier number.
func (r rank) over(other rank) bool {
	left, right := int64(r.load)*int64(other.capacity), int64(other.load)*int64(r.capacity)
	return left > right || left == right && r.cell < other.cell
}

// fullness is a heap of cells, the fullest on top.
type fullness []rank

func (f *fullness) push(r rank) {
	*f = append(*f, r)
	heap := *f
	for at := len(heap) - 1; at > 0; {
		parent := (at - 1) / 2
		if !heap[at].over(heap[parent]) {
			return
		}
		heap[at], heap[parent] = heap[parent], heap[at]
		at = parent
	}
}

func (f *fullness) pop() (rank, bool) {
	heap := *f
	if len(heap) == 0 {
		return rank{}, false
	}
	top, last := heap[0], len(heap)-1
	heap[0] = heap[last]
	heap = heap[:last]
	*f = heap
	for at := 0; ; {
		child := 2*at + 1
		if child >= last {
			return top, true
		}
		if child+1 < last && heap[child+1].over(heap[child]) {
			child++
		}
		if !heap[child].over(heap[at]) {
			return top, true
		}
		heap[at], heap[child] = heap[child], heap[at]
		at = child
	}
}
