package segment

import (
	"math"
	"slices"
)

// freedom says how far a reader of a table with totals can narrow down its gaps.
//
// All that she knows are the sums along rows and columns, in which every gap is an
// unknown from least to most. That is a network: rows and columns are its nodes, each
// cell joins its row with its column, and a total counts against its line. Whatever she
// cannot tell apart differs by flows around circles of gaps, so that the greatest and the
// least value of a gap follow from the greatest flow back from one of its ends to the
// other (Gusfield, "A graph theoretic approach to statistical data security", SIAM J.
// Comput. 17, 1988; Castro, "Network flows heuristics for complementary cell
// suppression", EJOR 141, 2002).
type freedom struct {
	rows, cols int    // with the totals, which come last
	gap        []bool // row by row
	value      []int64
	least      []int64
	most       []int64

	shift  []int64 // how far the flow at hand has moved each value
	parent []int   // the cell through which each node was reached, or -1
	queue  []int
}

// unlimited is how far a gap may reach for all that is known. Sums of a few such stay
// within an int64.
const unlimited = math.MaxInt64 / 4

func newFreedom(rows, cols int, gap []bool) *freedom {
	f := &freedom{
		rows: rows, cols: cols, gap: gap,
		value: make([]int64, rows*cols), least: make([]int64, rows*cols), most: make([]int64, rows*cols),
		shift: make([]int64, rows*cols), parent: make([]int, rows+cols),
	}
	for at := range f.most {
		f.most[at] = unlimited
	}
	return f
}

// counts reports whether a figure counts with its line: cells do and so does the grand
// total; the totals of rows and columns count against it.
func (f *freedom) counts(at int) bool {
	return (at/f.cols == f.rows-1) == (at%f.cols == f.cols-1)
}

// nodes are the ends of a figure as the flow that raises it leaves the first for the
// second.
func (f *freedom) nodes(at int) (from, to int) {
	row, col := at/f.cols, f.rows+at%f.cols
	if f.counts(at) {
		return row, col
	}
	return col, row
}

// room is how far the flow through a figure, away from a node, may still grow.
func (f *freedom) room(at, away int) int64 {
	value := f.value[at] + f.shift[at]
	if from, _ := f.nodes(at); from == away {
		return f.most[at] - value
	}
	return value - f.least[at]
}

// span returns how far a gap may lie below and above its value for all that is known,
// each counted up to want.
func (f *freedom) span(at int, want int64) (below, above int64) {
	from, to := f.nodes(at)
	above = f.flow(to, from, at, min(want, f.most[at]-f.value[at]))
	below = f.flow(from, to, at, min(want, f.value[at]-f.least[at]))
	return below, above
}

// flow returns the greatest flow from one node to another through gaps other than one,
// counted up to want, and leaves the values as they were.
func (f *freedom) flow(from, to, without int, want int64) int64 {
	flow := f.send(from, to, without, want)
	clear(f.shift)
	return flow
}

// send is flow that stays where it went, in shift.
func (f *freedom) send(from, to, without int, want int64) (flow int64) {
	for flow < want && f.reach(from, to, without) {
		flow += f.push(from, to, want-flow)
	}
	return flow
}

// settle gives the gaps values that make every line add up, from the least ones on, and
// reports whether there are any.
func (f *freedom) settle() bool {
	over := make([]int64, len(f.parent)) // what flows into a node more than out of it
	for at := range f.value {
		if f.gap[at] {
			f.value[at] = f.least[at]
		}
		from, to := f.nodes(at)
		over[from] -= f.value[at]
		over[to] += f.value[at]
	}
	for moved := true; moved; {
		moved = false
		for from := range over {
			for to := range over {
				if over[from] > 0 && over[to] < 0 {
					sent := f.send(from, to, -1, min(over[from], -over[to]))
					over[from], over[to] = over[from]-sent, over[to]+sent
					moved = moved || sent > 0
				}
			}
		}
	}
	for at, shift := range f.shift {
		f.value[at] += shift
	}
	clear(f.shift)
	return !slices.ContainsFunc(over, func(left int64) bool { return left != 0 })
}

// push sends as much as goes, up to want, along the path that reach found.
func (f *freedom) push(from, to int, want int64) int64 {
	for node := to; node != from; node = f.other(f.parent[node], node) {
		at := f.parent[node]
		want = min(want, f.room(at, f.other(at, node)))
	}
	for node := to; node != from; node = f.other(f.parent[node], node) {
		at := f.parent[node]
		if _, end := f.nodes(at); end == node {
			f.shift[at] += want
		} else {
			f.shift[at] -= want
		}
	}
	return want
}

// other is the end of a figure that is not the given one.
func (f *freedom) other(at, node int) int {
	if from, to := f.nodes(at); from == node {
		return to
	} else {
		return from
	}
}

// reach finds a shortest path with room, and notes it in parent.
func (f *freedom) reach(from, to, without int) bool {
	for node := range f.parent {
		f.parent[node] = -1
	}
	f.queue = append(f.queue[:0], from)
	for head := 0; head < len(f.queue); head++ {
		node := f.queue[head]
		for at := range f.figures(node) {
			next := f.other(at, node)
			if f.gap[at] && at != without && next != from && f.parent[next] < 0 && f.room(at, node) > 0 {
				if f.parent[next] = at; next == to {
					return true
				}
				f.queue = append(f.queue, next)
			}
		}
	}
	return false
}

// figures walks the figures of a row or column.
func (f *freedom) figures(node int) func(yield func(int) bool) {
	first, step, n := node*f.cols, 1, f.cols
	if node >= f.rows {
		first, step, n = node-f.rows, f.cols, f.rows
	}
	return func(yield func(int) bool) {
		for i := range n {
			if !yield(first + i*step) {
				return
			}
		}
	}
}

// loss is what it costs to make figures gaps: totals first, then customers.
type loss struct{ totals, customers int64 }

func (l loss) less(other loss) bool {
	return l.totals < other.totals || l.totals == other.totals && l.customers < other.customers
}

// circle returns the cheapest figures that, made gaps, let a gap rise by need, or fall by
// it; none where nothing does. What is a gap already costs nothing, and a zero is known to
// all.
func (f *freedom) circle(at int, need int64, customers []int64) []int {
	from, to := f.nodes(at)
	var rise, fall []int
	var rising, falling loss
	if f.most[at]-f.value[at] >= need {
		rise, rising = f.cheapest(to, from, at, need, customers)
	}
	if f.value[at]-f.least[at] >= need {
		fall, falling = f.cheapest(from, to, at, need, customers)
	}
	if rise == nil || fall != nil && falling.less(rising) {
		return fall
	}
	return rise
}

// cheapest is Dijkstra's algorithm over the nodes, whose number is small. Equal losses go
// to the node that comes first.
func (f *freedom) cheapest(from, to, without int, need int64, customers []int64) ([]int, loss) {
	cost := make([]loss, len(f.parent))
	done := make([]bool, len(f.parent))
	for node := range f.parent {
		f.parent[node] = -1
	}
	for node := from; node != to; {
		done[node] = true
		for at := range f.figures(node) {
			next := f.other(at, node)
			if at == without || done[next] || customers[at] == 0 || f.room(at, node) < need {
				continue
			}
			through := cost[node]
			if !f.gap[at] {
				through.customers += customers[at]
				switch row, col := at/f.cols == f.rows-1, at%f.cols == f.cols-1; {
				case row && col:
					through.totals += int64(len(cost)) // all others first
				case row || col:
					through.totals++
				}
			}
			if f.parent[next] < 0 || through.less(cost[next]) {
				f.parent[next], cost[next] = at, through
			}
		}
		node = -1
		for next := range cost {
			if !done[next] && f.parent[next] >= 0 && (node < 0 || cost[next].less(cost[node])) {
				node = next
			}
		}
		if node < 0 {
			return nil, loss{}
		}
	}
	var path []int
	for node := to; node != from; node = f.other(f.parent[node], node) {
		path = append(path, f.parent[node])
	}
	slices.Reverse(path)
	return path, cost[to]
}
