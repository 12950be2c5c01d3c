package identity

import (
	"slices"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
)

// Declined is a question that she would not answer.
type Declined struct {
	What  string        `json:"what"` // the field or scheme
	At    time.Time     `json:"at"`
	By    string        `json:"by"`
	Again customer.Date `json:"again,omitzero"` // from when it may be asked again; zero: never
}

// Decline says that she would not answer a question. It is not asked again until the AgainDays of the
// field or scheme have passed; what she tells unasked is welcome at any time.
type Decline struct {
	journal.Step `json:"-"`

	What  string        `json:"what"`            // the field or scheme
	Never bool          `json:"never,omitempty"` // she does not want to be asked again, whatever the rules say
	Again customer.Date `json:"again,omitzero"`  // left to the register
}

func (Decline) kind() string { return "decline" }

// Canonical writes the command in canonical form.
func (x Decline) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Text("what", x.What)
	c.Bool("never", x.Never)
}

func (x Decline) check(faults *customer.Faults) {
	faults.Name("what", x.What)
	if faults.Day("again", x.Again); x.Again != 0 && x.Never {
		faults.Add("again", x.Again, "is absent where she is never asked again")
	}
}

// Decline books with a command that she would not answer.
func (g *Register) Decline(r Record, x Decline) (Decision, error) {
	d, err := g.begin(r, x.Take(), func(faults *customer.Faults) {
		if x.check(faults); x.Again != 0 {
			faults.Add("again", x.Again, "is left to the register")
		}
	})
	if err != nil {
		return Decision{}, err
	}
	asking := g.asking(x.What)
	if asking == nil {
		d.Miss(customer.Reason{Code: CodeUnknownField, Of: x.What})
	} else if asking.AgainDays > 0 && !x.Never {
		x.Again = g.Day(d.At).AddDays(asking.AgainDays)
	}
	if r.declined(x.What) < 0 {
		missFull(d, "declined", len(r.Declined)+1, MaxDeclined)
	}
	d.Post(x)
	return d.Decision()
}

// asking returns how a field or scheme is asked, or nil.
func (g *Register) asking(what string) *Asking {
	if field := g.fields[what]; field != nil {
		return &field.Asking
	}
	if scheme := g.schemes[what]; scheme != nil {
		return &scheme.Asking
	}
	return nil
}

func (x Decline) apply(r *ground, e *Entry) error {
	at := r.declined(x.What)
	if at < 0 {
		if err := r.room("questions declined", len(r.Declined)+1, MaxDeclined); err != nil {
			return err
		}
	}
	rows := mine(r, ofDeclined, &r.Declined)
	if at >= 0 {
		*rows = slices.Delete(*rows, at, at+1)
	}
	*rows = append(*rows, Declined{x.What, e.At, e.By, x.Again})
	return nil
}

// declined returns the place of a question that she would not answer, or -1.
func (r *Record) declined(what string) int {
	return slices.IndexFunc(r.Declined, func(one Declined) bool { return one.What == what })
}

// answered says that she has answered after all.
func (r *ground) answered(what string) {
	if at := r.declined(what); at >= 0 {
		rows := mine(r, ofDeclined, &r.Declined)
		if *rows = slices.Delete(*rows, at, at+1); len(*rows) == 0 {
			*rows = nil
		}
	}
}
