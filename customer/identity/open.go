package identity

import (
	"fmt"
	"slices"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
)

// MaxTold is the most facts, and the most identifiers, of one command.
const MaxTold = 200

// Open begins a record, with as little as a customer says at the first contact. Whether she has a
// record already is for [Directory] to say before.
type Open struct {
	journal.Step `json:"-"`

	Kind        Kind          `json:"kind"`
	Source      string        `json:"source"`
	Class       string        `json:"class,omitempty"`
	Identifiers []Identifier  `json:"identifiers,omitempty"`
	On          customer.Date `json:"on,omitzero"`        // the day that the facts are of; zero: that of the command
	Permille    int           `json:"permille,omitempty"` // how sure the facts are; 0: not said
	Facts       []Fact        `json:"facts,omitempty"`
}

func (Open) kind() string { return "open" }

// Canonical writes the command in canonical form.
func (x Open) Canonical(c *customer.Canonical) {
	x.Write(c)
	if x.Kind != 0 {
		c.Text("kind", x.Kind.String())
	}
	c.Text("source", x.Source)
	c.Text("class", x.Class)
	c.List("identifiers", len(x.Identifiers), func(i int) { x.Identifiers[i].write(c) })
	writeFacts(c, x.On, x.Permille, x.Facts)
}

func (x Open) check(faults *customer.Faults) {
	if x.Kind < Person || x.Kind > Organisation {
		faults.Add("kind", x.Kind, "is person or organisation")
	}
	faults.Name("source", x.Source)
	faults.Text("class", x.Class)
	checkFacts(faults, x.On, x.Permille, x.Facts, 0)
}

func (x Open) stored(faults *customer.Faults) {
	x.check(faults)
	checkEach(faults, "identifiers", x.Identifiers, MaxTold, (*Identifier).stored)
}

// Open begins a record with a command.
func (g *Register) Open(r Record, x Open) (Decision, error) {
	step := x.Take()
	x.Identifiers, x.Facts = slices.Clone(x.Identifiers), slices.Clone(x.Facts)
	d, err := g.start(r, step, func(faults *customer.Faults) {
		x.check(faults)
		checkEach(faults, "identifiers", x.Identifiers, MaxTold, (*Identifier).asked)
		leaveShown(faults, x.Facts)
	})
	if err != nil {
		return Decision{}, err
	}
	if r.Entries > 0 {
		d.Miss(customer.Reason{Code: CodeOpened, At: r.Opened.At.In(g.zone)})
	}
	in := reading{register: g}
	in.source(x.Source)
	if class := g.classes[x.Class]; x.Class != "" && class == nil {
		in.miss(CodeUnknownClass, x.Class)
	} else if x.Class != "" && !ofKind(class.Kinds, x.Kind) {
		in.miss(CodeOtherKind, x.Class)
	}
	for i := range x.Identifiers {
		id := &x.Identifiers[i]
		in.read(fmt.Sprintf("identifiers[%d]", i), id, x.Kind, d.At)
		if id.Value != "" && slices.ContainsFunc(x.Identifiers[:i], func(other Identifier) bool {
			return (&Held{Identifier: other}).stands(&Held{Identifier: *id}, d.At)
		}) {
			in.miss(CodeHeld, id.Scheme)
		}
	}
	in.facts(x.Kind, &x.On, x.Facts, d.At)
	if err := in.close(d); err != nil {
		return Decision{}, err
	}
	d.Post(x)
	return d.Decision()
}

func (x Open) apply(r *ground, e *Entry) error {
	if x.Kind < Person || x.Kind > Organisation {
		return fmt.Errorf("%s is unknown", x.Kind)
	}
	r.Opened = Opened{e.At, e.By, x.Kind, x.Source}
	if x.Class != "" {
		classes := mine(r, ofClasses, &r.Classes)
		*classes = append(*classes, Classed{Class: x.Class, At: e.At, By: e.By})
	}
	for i := range x.Identifiers {
		if err := r.hold(Held{Identifier: x.Identifiers[i], At: e.At, By: e.By, Source: x.Source, Confirmed: e.At}); err != nil {
			return err
		}
	}
	return r.tell(e, x.Source, x.On, x.Permille, x.Facts)
}
