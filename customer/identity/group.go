package identity

import (
	"fmt"
	"slices"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// MaxMembers is how many records one answer may be read from.
const MaxMembers = 1_000_000

// Group is the records of one customer: whatever is joined by links that stand, over however many of
// them. A record without links is a group of its own.
type Group struct {
	Root    customer.ID   `json:"root"`             // the oldest record
	Members []customer.ID `json:"members"`          // all of them, oldest first
	Absent  []customer.ID `json:"absent,omitempty"` // of them those that a link leads to and that were not given, oldest first
	Links   []Tie         `json:"links,omitempty"`  // that stand, by the age of the younger record and then of the older one

	// Disputes are those of whom somebody said that they are distinct, and who came together over
	// others all the same: one of the links is wrong.
	Disputes []Dispute `json:"disputes,omitempty"`
}

// Tie is a link, and the younger record that has it.
type Tie struct {
	ID customer.ID `json:"id"`
	Linked
}

// Dispute says that two records of a group were said to be distinct, and stands on the younger one.
type Dispute struct {
	ID customer.ID `json:"id"`
	Parted
}

// Groups puts records together that are of one customer, in the order of their roots' age. It takes
// them in any order, and follows links to records that were not given as far as these name them:
// which younger records a record was linked from, only these themselves say, or a [Directory].
func Groups(members ...Member) ([]Group, error) {
	g, err := newGraph(members)
	if err != nil {
		return nil, err
	}
	return g.groups(), nil
}

// graph is records and the links between them.
type graph struct {
	nodes []node
	at    map[customer.ID]int
}

type node struct {
	id     customer.ID
	opened time.Time
	record *Record // nil: it was not given
	parent int
}

// newGraph takes members and whatever their links name, sorted by age, and joins them by the links
// that stand.
func newGraph(members []Member) (*graph, error) {
	g, err := unjoined(members)
	if err != nil {
		return nil, err
	}
	g.join(func(_ customer.ID, _ int, one *Linked) bool { return one.Stands() })
	return g, nil
}

// unjoined takes members and whatever their links name, sorted by age.
func unjoined(members []Member) (*graph, error) {
	var faults customer.Faults
	checkMembers(&faults, members)
	if err := faults.Err(); err != nil {
		return nil, err
	}
	g := &graph{at: make(map[customer.ID]int, len(members))}
	add := func(id customer.ID, opened time.Time, record *Record) {
		i, found := g.at[id]
		switch {
		case !found:
			g.at[id] = len(g.nodes)
			g.nodes = append(g.nodes, node{id: id, opened: opened, record: record})
		case g.nodes[i].record == nil && opened.Before(g.nodes[i].opened):
			g.nodes[i].opened = opened // two histories that disagree; the answer is one of them all the same
		}
	}
	for i := range members {
		add(members[i].ID, members[i].Record.Opened.At, &members[i].Record)
	}
	for i := range members {
		for k := range members[i].Record.Links {
			if one := &members[i].Record.Links[k]; one.Stands() {
				add(one.To, one.Opened, nil)
			}
		}
	}
	slices.SortFunc(g.nodes, func(a, b node) int { return older(a.opened, a.id, b.opened, b.id) })
	for i := range g.nodes {
		g.at[g.nodes[i].id] = i
	}
	return g, nil
}

// checkMembers notes records that are none, and one that stands there twice.
func checkMembers(faults *customer.Faults, members []Member) {
	faults.Within("members", len(members), 0, MaxMembers)
	seen := make(map[customer.ID]bool, len(members))
	for i := range members[:min(len(members), MaxMembers)] {
		var one customer.Faults
		id := members[i].ID
		if one.Name("id", string(id)); seen[id] {
			one.Add("id", id, "stands only once")
		}
		seen[id] = true
		if members[i].Record.Entries == 0 {
			one.Add("record", "", "is one that was opened")
		}
		if len(one) > 0 {
			faults.Join(fmt.Sprintf("members[%d]", i), one)
		}
	}
}

// join joins the nodes by those of the links that count, of which each is the row of a record. The parent of a
// node is never younger than it, so that a root is the oldest of its group.
func (g *graph) join(counts func(id customer.ID, row int, link *Linked) bool) {
	for i := range g.nodes {
		g.nodes[i].parent = i
	}
	for i := range g.nodes {
		if g.nodes[i].record == nil {
			continue
		}
		for k := range g.nodes[i].record.Links {
			one := &g.nodes[i].record.Links[k]
			if to, known := g.at[one.To]; known && counts(g.nodes[i].id, k, one) {
				g.unite(i, to)
			}
		}
	}
}

// unite makes one group of two.
func (g *graph) unite(a, b int) {
	a, b = g.root(a), g.root(b)
	g.nodes[max(a, b)].parent = min(a, b)
}

// root returns the oldest node of a node's group.
func (g *graph) root(i int) int {
	for g.nodes[i].parent != i {
		g.nodes[i].parent = g.nodes[g.nodes[i].parent].parent
		i = g.nodes[i].parent
	}
	return i
}

// joins returns the root of two records that are in one group, and nothing of others.
func (g *graph) joins(a, b customer.ID) customer.ID {
	root := g.root(g.at[a])
	if root != g.root(g.at[b]) {
		return ""
	}
	return g.nodes[root].id
}

// group returns all nodes that are in one group with a node, oldest first.
func (g *graph) group(i int) (all []customer.ID) {
	root := g.root(i)
	for k := range g.nodes {
		if g.root(k) == root {
			all = append(all, g.nodes[k].id)
		}
	}
	return all
}

// groups lists the groups, in the order of their roots' age.
func (g *graph) groups() []Group {
	place := make(map[int]int, len(g.nodes)) // of a root's group
	var all []Group
	for i := range g.nodes {
		one, root := &g.nodes[i], g.root(i)
		if root == i {
			place[i] = len(all)
			all = append(all, Group{Root: one.id})
		}
		group := &all[place[root]]
		group.Members = append(group.Members, one.id)
		if one.record == nil {
			group.Absent = append(group.Absent, one.id)
			continue
		}
		g.tell(group, one)
	}
	return all
}

// tell adds the links of a record to its group, and who in it was said to be distinct from it.
func (g *graph) tell(group *Group, one *node) {
	from := len(group.Links)
	for k := range one.record.Links {
		if link := one.record.Links[k]; link.Stands() {
			group.Links = append(group.Links, Tie{one.id, link})
		}
	}
	slices.SortFunc(group.Links[from:], func(a, b Tie) int { return g.at[a.To] - g.at[b.To] })
	from = len(group.Disputes)
	for k := range one.record.Distincts {
		parted := one.record.Distincts[k]
		if i, known := g.at[parted.To]; known && parted.Stands() && g.root(i) == g.root(g.at[one.id]) {
			group.Disputes = append(group.Disputes, Dispute{one.id, parted})
		}
	}
	slices.SortFunc(group.Disputes[from:], func(a, b Dispute) int { return g.at[a.To] - g.at[b.To] })
}
