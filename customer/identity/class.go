package identity

import (
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
)

// Class is a kind of customer in the host's words: "retailer", "authority", "staff".
type Class struct {
	ID    string `json:"id"`
	Kinds []Kind `json:"kinds,omitempty"` // who may be of it; none: anybody

	Service
}

// Service is how the customers of a class are served beyond the others.
type Service struct {
	Bypass   bool `json:"bypass,omitempty"`   // they do not wait in the queue
	Detailed bool `json:"detailed,omitempty"` // reports on them go into detail
}

func (c *Class) check(faults *customer.Faults) {
	faults.Name("id", c.ID)
	checkKinds(faults, "kinds", c.Kinds)
}

// Classed is the class of a customer from a day on, and whether she is a key account.
type Classed struct {
	Class      string        `json:"class,omitempty"`
	KeyAccount bool          `json:"key_account,omitempty"`
	From       customer.Date `json:"from,omitzero"` // zero: ever since her record was opened
	At         time.Time     `json:"at"`
	By         string        `json:"by"`
}

// Class returns of which class a customer is on a day: by the row that began last, and of several that
// began on one day by the one that was told last.
func (r Record) Class(on customer.Date) Classed { return r.class(on) }

func (r *Record) class(on customer.Date) (found Classed) {
	for _, one := range r.Classes {
		if one.From <= on && one.From >= found.From {
			found = one
		}
	}
	return found
}

// Classify says of which class a customer is, and whether she is a key account, from a day on.
type Classify struct {
	journal.Step `json:"-"`

	Class      string        `json:"class,omitempty"` // empty: of none
	KeyAccount bool          `json:"key_account,omitempty"`
	From       customer.Date `json:"from,omitzero"` // zero: the day of the command
}

func (Classify) kind() string { return "classify" }

// Canonical writes the command in canonical form.
func (x Classify) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Text("class", x.Class)
	c.Bool("key_account", x.KeyAccount)
	c.Date("from", x.From)
}

func (x Classify) check(faults *customer.Faults) {
	faults.Text("class", x.Class)
	faults.Day("from", x.From)
}

// Classify puts a customer into a class with a command. Days to come, and days that have passed, are
// in order.
func (g *Register) Classify(r Record, x Classify) (Decision, error) {
	d, err := g.begin(r, x.Take(), x.check)
	if err != nil {
		return Decision{}, err
	}
	if class := g.classes[x.Class]; x.Class != "" && class == nil {
		d.Miss(customer.Reason{Code: CodeUnknownClass, Of: x.Class})
	} else if x.Class != "" && r.Entries > 0 && !ofKind(class.Kinds, r.Opened.Kind) {
		d.Miss(customer.Reason{Code: CodeOtherKind, Of: x.Class})
	}
	if x.From == 0 {
		x.From = g.Day(d.At)
	}
	missFull(d, "classes", len(r.Classes)+1, MaxClassed)
	d.Post(x)
	return d.Decision()
}

func (x Classify) apply(r *ground, e *Entry) error {
	if err := r.room("classes", len(r.Classes)+1, MaxClassed); err != nil {
		return err
	}
	rows := mine(r, ofClasses, &r.Classes)
	*rows = append(*rows, Classed{x.Class, x.KeyAccount, x.From, e.At, e.By})
	return nil
}
