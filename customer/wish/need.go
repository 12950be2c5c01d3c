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

// Need is something of hers that is not met, or was not.
type Need struct {
	Ref      string        `json:"ref"`   // of the command that noted it
	Group    string        `json:"group"` // by which needs are counted
	Depth    Depth         `json:"depth"`
	At       time.Time     `json:"at"`
	By       string        `json:"by"`
	Expected customer.Date `json:"expected,omitzero"` // the day by which it is foreseen to be felt; zero: it is felt
	Note     string        `json:"note,omitempty"`
	Suits    []string      `json:"suits,omitempty"` // what may meet it, by the host's IDs of offers and products
	Met      Fulfilled     `json:"met,omitzero"`
	Dropped  Dropped       `json:"dropped,omitzero"`
}

// Fulfilled is how a need was met.
type Fulfilled struct {
	At   time.Time `json:"at"`
	By   string    `json:"by"`
	With string    `json:"with"` // the host's ID of what met it
	Note string    `json:"note,omitempty"`
}

// Dropped is why a need is no longer followed up.
type Dropped struct {
	At  time.Time `json:"at"`
	By  string    `json:"by"`
	Why string    `json:"why"`
}

// ended reports whether it has been met or dropped.
func (n *Need) ended() bool { return !n.Met.At.IsZero() || !n.Dropped.At.IsZero() }

// end returns when it was.
func (n *Need) end() time.Time {
	if !n.Met.At.IsZero() {
		return n.Met.At
	}
	return n.Dropped.At
}

// Note notes a need that is not met: one that a customer feels, or one that is foreseen. Its
// reference is what it is known by.
type Note struct {
	journal.Step `json:"-"`

	Group    string        `json:"group"`
	Depth    Depth         `json:"depth"`
	Expected customer.Date `json:"expected,omitzero"` // the day by which it is foreseen; absent: it is felt
	Note     string        `json:"note,omitempty"`
	Suits    []string      `json:"suits,omitempty"` // what may meet it, besides what the rules say of its group
}

func (Note) kind() string { return "note" }

// Canonical writes the command in canonical form.
func (x Note) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Text("group", x.Group)
	writeEnum(c, "depth", x.Depth)
	c.Date("expected", x.Expected)
	c.Text("note", x.Note)
	c.List("suits", len(x.Suits), func(i int) { c.Text("id", x.Suits[i]) })
}

// MaxSuits is how many offers and products one need names at most.
const MaxSuits = 50

func (x Note) stored(faults *customer.Faults) {
	faults.Name("group", x.Group)
	if x.Depth == 0 || x.Depth > lastDepth {
		faults.Add("depth", x.Depth, "is need or desire")
	}
	checkDay(faults, "expected", x.Expected)
	faults.Note("note", x.Note)
	faults.Names("suits", x.Suits, 0, MaxSuits)
}

func (x Note) apply(g *ground, e *Entry) error {
	if g.need(e.Ref) >= 0 {
		return errThere
	}
	all := mine(&g.ownNeeds, &g.Needs)
	*all = append(*all, Need{Ref: e.Ref, Group: x.Group, Depth: x.Depth, At: e.At, By: e.By, Expected: x.Expected, Note: x.Note, Suits: x.Suits})
	return nil
}

// Note books a need.
func (b *Book) Note(m Memory, x Note) (Decision, error) {
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
	if len(m.Needs) >= MaxList {
		d.Miss(customer.Reason{Code: CodeFull, Of: "needs", Mark: MaxList})
	}
	d.Post(x)
	return d.Decision()
}

// open notes what is missing unless a need is there and has not ended.
func (m *Memory) open(d *draft, ref string) *Need {
	place := m.need(ref)
	if place < 0 {
		d.Miss(customer.Reason{Code: CodeNeedUnknown, Of: ref})
		return nil
	}
	n := &m.Needs[place]
	if n.ended() {
		d.Miss(customer.Reason{Code: CodeNeedEnded, Of: ref, At: n.end()})
	}
	return n
}

// running returns a need that has not ended and may be changed in place.
func (g *ground) running(ref string) (*Need, error) {
	place := g.need(ref)
	if place < 0 {
		return nil, errUnknown
	}
	if g.Needs[place].ended() {
		return nil, errEnded
	}
	return &(*mine(&g.ownNeeds, &g.Needs))[place], nil
}

// Suit names offers and products that may meet a need.
type Suit struct {
	journal.Step `json:"-"`

	Need string   `json:"need"`
	With []string `json:"with"`
}

func (Suit) kind() string { return "suit" }

// Canonical writes the command in canonical form.
func (x Suit) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Text("need", x.Need)
	c.List("with", len(x.With), func(i int) { c.Text("id", x.With[i]) })
}

func (x Suit) stored(faults *customer.Faults) {
	faults.Name("need", x.Need)
	faults.Names("with", x.With, 1, MaxSuits)
}

func (x Suit) apply(g *ground, _ *Entry) error {
	n, err := g.running(x.Need)
	if err != nil {
		return err
	}
	if n.Suits = united(n.Suits, x.With); len(n.Suits) > MaxSuits {
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

// Suit books what may meet a need. What is named already changes nothing.
func (b *Book) Suit(m Memory, x Suit) (Decision, error) {
	d, err := b.begin(m, x.Take(), x.stored)
	if err != nil {
		return Decision{}, err
	}
	x.With = slices.Clone(x.With)
	if n := m.open(d, x.Need); n != nil {
		all := united(n.Suits, x.With)
		if len(all) > MaxSuits {
			d.Miss(customer.Reason{Code: CodeFull, Of: x.Need, Mark: MaxSuits})
		}
		if len(all) == len(n.Suits) {
			return d.Decision()
		}
	}
	d.Post(x)
	return d.Decision()
}

// Meet says that a need is met, and by what.
type Meet struct {
	journal.Step `json:"-"`

	Need string `json:"need"`
	With string `json:"with"` // the host's ID of the product, the offer or the service
	Note string `json:"note,omitempty"`
}

func (Meet) kind() string { return "meet" }

// Canonical writes the command in canonical form.
func (x Meet) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Text("need", x.Need)
	c.Text("with", x.With)
	c.Text("note", x.Note)
}

func (x Meet) stored(faults *customer.Faults) {
	faults.Name("need", x.Need)
	faults.Name("with", x.With)
	faults.Note("note", x.Note)
}

func (x Meet) apply(g *ground, e *Entry) error {
	n, err := g.running(x.Need)
	if err == nil {
		n.Met = Fulfilled{e.At, e.By, x.With, x.Note}
	}
	return err
}

// Meet books that a need is met.
func (b *Book) Meet(m Memory, x Meet) (Decision, error) {
	d, err := b.begin(m, x.Take(), x.stored)
	if err != nil {
		return Decision{}, err
	}
	m.open(d, x.Need)
	d.Post(x)
	return d.Decision()
}

// Drop says that a need is no longer followed up, and why: she has it no more, has met it elsewhere,
// or nobody can meet it.
type Drop struct {
	journal.Step `json:"-"`

	Need string `json:"need"`
	Why  string `json:"why"`
}

func (Drop) kind() string { return "drop" }

// Canonical writes the command in canonical form.
func (x Drop) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Text("need", x.Need)
	c.Text("why", x.Why)
}

func (x Drop) stored(faults *customer.Faults) {
	faults.Name("need", x.Need)
	faults.Note("why", x.Why)
	if x.Why == "" {
		faults.Add("why", x.Why, "is required")
	}
}

func (x Drop) apply(g *ground, e *Entry) error {
	n, err := g.running(x.Need)
	if err == nil {
		n.Dropped = Dropped{e.At, e.By, x.Why}
	}
	return err
}

// Drop books that a need is no longer followed up.
func (b *Book) Drop(m Memory, x Drop) (Decision, error) {
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
	Need
	Due     bool              `json:"due,omitempty"`     // it is felt, or will be so soon that it is time to work on it
	Offered []string          `json:"offered,omitempty"` // what may meet it and is offered: hers first, then her group's, ascending
	Reasons []customer.Reason `json:"reasons"`
}

// Unmet returns a customer's needs that are not met on a day: those that are due before those that
// are not, needs before desires, the sooner expected and then the longer known first. offered are
// the IDs of what the host offers on that day. What was booked on later days is not known yet.
func (b *Book) Unmet(m Memory, offered map[string]bool, on customer.Date) ([]Unmet, error) {
	if b.zone == nil {
		return nil, errNoBook
	}
	var faults customer.Faults
	if needDay(&faults, "on", on); len(faults) > 0 {
		return nil, faults
	}
	var all []Unmet
	for i := range m.Needs {
		n := &m.Needs[i]
		if b.standing(n, on) != needOpen {
			continue
		}
		u := Unmet{Need: *n, Due: b.due(n, on), Offered: b.offered(n, offered)}
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
	slices.SortStableFunc(all, func(a, b Unmet) int {
		if a.Due != b.Due {
			if a.Due {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(a.Depth, b.Depth), cmp.Compare(a.Expected, b.Expected), a.At.Compare(b.At), cmp.Compare(a.Ref, b.Ref))
	})
	return all, nil
}

// needStanding is how a need stands on a day.
type needStanding uint8

const (
	needUnknown needStanding = iota // nobody has noted it yet
	needOpen
	needMet
	needDropped
)

func (b *Book) standing(n *Need, on customer.Date) needStanding {
	switch {
	case b.Day(n.At) > on:
		return needUnknown
	case !n.Met.At.IsZero() && b.Day(n.Met.At) <= on:
		return needMet
	case !n.Dropped.At.IsZero() && b.Day(n.Dropped.At) <= on:
		return needDropped
	}
	return needOpen
}

// due reports whether it is time to work on a need.
func (b *Book) due(n *Need, on customer.Date) bool {
	return n.Expected == 0 || int(n.Expected-on) <= b.rules.Needs.LeadDays
}

// offered is what may meet a need, of what is offered.
func (b *Book) offered(n *Need, offered map[string]bool) []string {
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
func (b *Book) suited(n *Need, offered map[string]bool) bool {
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
