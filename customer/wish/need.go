package wish

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
)

// Depth keeps apart what a customer cannot do without and what she would like to have. The zero
// Depth is refused.
type Depth uint8

// The depths. Their texts are format.
const (
	Necessity Depth = iota + 1 // a need: she cannot do without it
	Desire                     // she would like to have it

	lastDepth = Desire
)

// String returns the stored text.
func (d Depth) String() string {
	switch d {
	case Necessity:
		return "need"
	case Desire:
		return "desire"
	}
	return "depth " + strconv.Itoa(int(d))
}

// MarshalText writes the stored text; anything else is an error.
func (d Depth) MarshalText() ([]byte, error) { return customer.WriteStored("wish", d, lastDepth) }

// UnmarshalText reads what MarshalText wrote.
func (d *Depth) UnmarshalText(text []byte) error {
	return customer.ReadStored("wish", "depth", d, lastDepth, text)
}

// Needed is something that a customer lacks, or lacked.
type Needed struct {
	Ref      string        `json:"ref"`   // of the command that booked it
	Group    string        `json:"group"` // by which needs are counted
	Depth    Depth         `json:"depth"`
	At       time.Time     `json:"at"`
	By       string        `json:"by"`
	Expected customer.Date `json:"expected,omitzero"` // the day by which it is foreseen to be felt; zero: it is felt
	Note     string        `json:"note,omitempty"`
	Suits    []string      `json:"suits,omitempty"` // what may meet it, by the host's IDs of offers and products
	Closed   Closed        `json:"closed,omitzero"` // zero: it is open
}

// Closed is how a need ended.
type Closed struct {
	At   time.Time `json:"at"`
	By   string    `json:"by"`
	With string    `json:"with,omitempty"` // the host's ID of what met it; empty: nothing did
	Note string    `json:"note,omitempty"`
}

// ended reports whether it has been met or given up.
func (n *Needed) ended() bool { return !n.Closed.At.IsZero() }

// Need says that a customer lacks something, or is foreseen to. Its reference is what the need is
// known by.
type Need struct {
	journal.Step `json:"-"`

	Group    string        `json:"group"`
	Depth    Depth         `json:"depth"`
	Expected customer.Date `json:"expected,omitzero"` // the day by which it is foreseen; absent: it is felt
	Note     string        `json:"note,omitempty"`
	Suits    []string      `json:"suits,omitempty"` // what may meet it, besides what the rules say of its group; 50 at most
}

func (Need) kind() string { return "need" }

// Canonical writes the command in canonical form.
func (x Need) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Text("group", x.Group)
	writeEnum(c, "depth", x.Depth)
	c.Date("expected", x.Expected)
	c.Text("note", x.Note)
	c.List("suits", len(x.Suits), func(i int) { c.Text("id", x.Suits[i]) })
}

const maxSuits = 50 // of one need

func (x Need) stored(faults *customer.Faults) {
	faults.Name("group", x.Group)
	if x.Depth == 0 || x.Depth > lastDepth {
		faults.Add("depth", x.Depth, "is need or desire")
	}
	checkDay(faults, "expected", x.Expected)
	faults.Note("note", x.Note)
	faults.Names("suits", x.Suits, 0, maxSuits)
}

func (x Need) apply(g *ground, e *Entry) error {
	if g.need(e.Ref) >= 0 {
		return errThere
	}
	all := mine(&g.ownNeeds, &g.Needs)
	makeRoom(all, (*Needed).ended)
	*all = append(*all, Needed{Ref: e.Ref, Group: x.Group, Depth: x.Depth, At: e.At, By: e.By, Expected: x.Expected, Note: x.Note, Suits: x.Suits})
	return nil
}

// Need books that a customer lacks something.
func (b *Book) Need(m Memory, x Need) (Decision, error) {
	d, err := b.begin(m, x.Take(), x.stored)
	if err != nil {
		return Decision{}, err
	}
	x.Suits = slices.Clone(x.Suits) // the entry keeps it
	if _, known := b.groups[x.Group]; !known {
		d.Miss(customer.Reason{Code: CodeNeedGroup, Of: x.Group})
	}
	if m.need(d.Ref) >= 0 {
		d.Miss(customer.Reason{Code: CodeNeedThere, Of: d.Ref})
	}
	if _, full := spare(m.Needs, (*Needed).ended); full {
		d.Miss(customer.Reason{Code: CodeFull, Of: "needs", Mark: MaxList})
	}
	d.Post(x)
	return d.Decision()
}

// open notes what is missing unless a need is there and has not ended.
func (m *Memory) open(d *draft, ref string) *Needed {
	place := m.need(ref)
	if place < 0 {
		d.Miss(customer.Reason{Code: CodeNeedUnknown, Of: ref})
		return nil
	}
	n := &m.Needs[place]
	if n.ended() {
		d.Miss(customer.Reason{Code: CodeNeedEnded, Of: ref, At: n.Closed.At})
	}
	return n
}

// running returns a need that has not ended and may be changed in place.
func (g *ground) running(ref string) (*Needed, error) {
	place := g.need(ref)
	if place < 0 {
		return nil, errUnknown
	}
	if g.Needs[place].ended() {
		return nil, errEnded
	}
	return &(*mine(&g.ownNeeds, &g.Needs))[place], nil
}

// Link names offers and products that may meet a need.
type Link struct {
	journal.Step `json:"-"`

	Need string   `json:"need"`
	With []string `json:"with"` // 50 of one need at most
}

func (Link) kind() string { return "link" }

// Canonical writes the command in canonical form.
func (x Link) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Text("need", x.Need)
	c.List("with", len(x.With), func(i int) { c.Text("id", x.With[i]) })
}

func (x Link) stored(faults *customer.Faults) {
	faults.Name("need", x.Need)
	faults.Names("with", x.With, 1, maxSuits)
}

func (x Link) apply(g *ground, _ *Entry) error {
	n, err := g.running(x.Need)
	if err != nil {
		return err
	}
	if n.Suits = united(n.Suits, x.With); len(n.Suits) > maxSuits {
		return errFull
	}
	return nil
}

// united is a new list of both lists' names, each once.
func united(first, second []string) []string {
	all := append(make([]string, 0, len(first)+len(second)), first...)
	for _, name := range second {
		if !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	return all
}

// Link books what may meet a need. What is named already changes nothing.
func (b *Book) Link(m Memory, x Link) (Decision, error) {
	d, err := b.begin(m, x.Take(), x.stored)
	if err != nil {
		return Decision{}, err
	}
	x.With = slices.Clone(x.With)
	if n := m.open(d, x.Need); n != nil {
		all := united(n.Suits, x.With)
		if len(all) > maxSuits {
			d.Miss(customer.Reason{Code: CodeFull, Of: "offers", Mark: maxSuits})
		}
		if len(all) == len(n.Suits) {
			return d.Decision()
		}
	}
	d.Post(x)
	return d.Decision()
}

// Close says that a need is met, and by what; or, where nothing met it, that it is no longer followed
// up, and why: she has it no more, has met it elsewhere, or nobody can meet it.
type Close struct {
	journal.Step `json:"-"`

	Need string `json:"need"`
	With string `json:"with,omitempty"` // the host's ID of the product, the offer or the service that met it; absent: nothing did
	Note string `json:"note,omitempty"` // required where nothing met it
}

func (Close) kind() string { return "close" }

// Canonical writes the command in canonical form.
func (x Close) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Text("need", x.Need)
	c.Text("with", x.With)
	c.Text("note", x.Note)
}

func (x Close) stored(faults *customer.Faults) {
	faults.Name("need", x.Need)
	faults.Text("with", x.With)
	if faults.Note("note", x.Note); x.With == "" && x.Note == "" {
		faults.Add("note", x.Note, "is required where nothing met the need")
	}
}

func (x Close) apply(g *ground, e *Entry) error {
	n, err := g.running(x.Need)
	if err == nil {
		n.Closed = Closed{e.At, e.By, x.With, x.Note}
	}
	return err
}

// Close books that a need has ended.
func (b *Book) Close(m Memory, x Close) (Decision, error) {
	d, err := b.begin(m, x.Take(), x.stored)
	if err != nil {
		return Decision{}, err
	}
	m.open(d, x.Need)
	d.Post(x)
	return d.Decision()
}

// Unmet is a need as it stands on a day.
type Unmet struct {
	Needed
	Due     bool              `json:"due,omitempty"`     // it is felt, or will be so soon that it is time to work on it
	Offered []string          `json:"offered,omitempty"` // what may meet it and is offered: hers first, then her group's, ascending
	Reasons []customer.Reason `json:"reasons"`
}

// Unmet returns a customer's needs that are not met on a day: those that are due before those that
// are not, needs before desires, the sooner expected and then the longer known first. offered are
// the IDs of what the host offers on that day. What was booked on later days is not known yet.
func (b *Book) Unmet(m Memory, offered map[string]bool, on customer.Date) ([]Unmet, error) {
	if err := b.asked(on); err != nil {
		return nil, err
	}
	open := 0
	for i := range m.Needs {
		if b.standing(&m.Needs[i], on) == needOpen {
			open++
		}
	}
	if open == 0 {
		return nil, nil
	}
	all := make([]Unmet, 0, open)
	for i := range m.Needs {
		n := &m.Needs[i]
		if b.standing(n, on) != needOpen {
			continue
		}
		u := Unmet{Needed: *n, Due: b.due(n, on), Offered: b.offered(n, offered)}
		u.Reasons = make([]customer.Reason, 0, 1+max(1, len(u.Offered)))
		if n.Expected != 0 {
			code := CodeNeedForeseen
			if u.Due {
				code = CodeNeedDue
			}
			u.Reasons = append(u.Reasons, customer.Reason{
				Code: code, Rule: b.name, Of: n.Group, Fact: int64(n.Expected - on), Mark: int64(b.rules.Needs.LeadDays), Unit: customer.UnitDays, By: n.Expected,
			})
		}
		for _, id := range u.Offered {
			u.Reasons = append(u.Reasons, customer.Reason{Code: CodeNeedSuits, Rule: b.name, Of: id})
		}
		if len(u.Offered) == 0 {
			u.Reasons = append(u.Reasons, customer.Reason{Code: CodeNeedNothing, Rule: b.name, Of: n.Group})
		}
		all = append(all, u)
	}
	slices.SortStableFunc(all, func(a, b Unmet) int { return cmp.Or(a.before(&b), cmp.Compare(a.Ref, b.Ref)) })
	return all, nil
}

// before orders needs by when they are worked on.
func (u *Unmet) before(other *Unmet) int {
	if u.Due != other.Due {
		if u.Due {
			return -1
		}
		return 1
	}
	return cmp.Or(cmp.Compare(u.Depth, other.Depth), cmp.Compare(u.Expected, other.Expected), u.At.Compare(other.At))
}

// needStanding is how a need stands on a day.
type needStanding uint8

const (
	needUnknown needStanding = iota // nobody has noted it yet
	needOpen
	needMet
	needDropped
)

func (b *Book) standing(n *Needed, on customer.Date) needStanding {
	switch {
	case b.Day(n.At) > on:
		return needUnknown
	case !n.ended() || b.Day(n.Closed.At) > on:
		return needOpen
	case n.Closed.With == "":
		return needDropped
	}
	return needMet
}

// due reports whether it is time to work on a need.
func (b *Book) due(n *Needed, on customer.Date) bool {
	return n.Expected == 0 || int(n.Expected-on) <= b.rules.Needs.LeadDays
}

// offered is what may meet a need, of what is offered.
func (b *Book) offered(n *Needed, offered map[string]bool) []string {
	var all []string
	for _, id := range n.Suits {
		if offered[id] {
			all = append(all, id)
		}
	}
	own := len(all)
	for id := range b.groups[n.Group] {
		if offered[id] && !slices.Contains(n.Suits, id) {
			all = append(all, id)
		}
	}
	slices.Sort(all[own:]) // out of a map
	return all
}

// suited reports whether anything that is offered may meet a need.
func (b *Book) suited(n *Needed, offered map[string]bool) bool {
	if slices.ContainsFunc(n.Suits, func(id string) bool { return offered[id] }) {
		return true
	}
	for id := range b.groups[n.Group] {
		if offered[id] {
			return true
		}
	}
	return false
}
