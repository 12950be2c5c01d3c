package identity

import (
	"errors"
	"fmt"
	"slices"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
)

// Strike withdraws a fact: it was never so, or she does not want it known. It stays in the record,
// and counts no more.
type Strike struct {
	journal.Step `json:"-"`

	Field string `json:"field"`
	// Fact is the Ref of the fact; empty: all of the field.
	Fact string `json:"fact,omitempty"`
	Note string `json:"note,omitempty"`
}

func (Strike) kind() string { return "strike" }

// Format writes the command without what is personal, whatever the verb.
func (x Strike) Format(f fmt.State, _ rune) { show(f, "strike "+x.Field) }

// Canonical writes the command in canonical form.
func (x Strike) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Text("field", x.Field)
	c.Text("fact", x.Fact)
	c.Text("note", x.Note)
}

func (x Strike) check(faults *customer.Faults) {
	faults.Name("field", x.Field)
	faults.Text("fact", x.Fact)
	note(faults, "note", x.Note)
}

// means reports whether it is a fact that is to be struck.
func (x Strike) means(one *Known) bool {
	return one.Field == x.Field && one.Struck.IsZero() && (x.Fact == "" || one.Ref == x.Fact)
}

// Strike withdraws a fact, or all facts of a field, with a command.
func (g *Register) Strike(r Record, x Strike) (Decision, error) {
	d, err := g.begin(r, x.Take(), x.check)
	if err != nil {
		return Decision{}, err
	}
	at := slices.IndexFunc(r.Facts, func(one Known) bool { return x.means(&one) })
	if at < 0 && r.Entries > 0 {
		d.Miss(customer.Reason{Code: CodeNoFact, Of: x.Field})
	}
	d.Post(x)
	return d.Decision()
}

func (x Strike) apply(r *ground, e *Entry) error {
	if r.strike(e, "strike:"+e.Ref, x.means) == 0 {
		return errors.New("there is no such fact")
	}
	return nil
}

// strike strikes facts through a command, and returns how many.
func (r *ground) strike(e *Entry, through string, means func(*Known) bool) (struck int) {
	rows := *mine(r, ofFacts, &r.Facts)
	for i := range rows {
		if means(&rows[i]) {
			rows[i].Struck, rows[i].StruckBy, rows[i].Through = e.At, e.By, through
			struck++
		}
	}
	return struck
}
