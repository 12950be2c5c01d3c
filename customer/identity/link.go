package identity

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
)

// MaxLinks is how many links a record may have had, and how many other records it may have been said
// to be distinct from, those that were taken back included.
const MaxLinks = 100

// MaxLinkScore is the greatest score of a comparison, and its negative the smallest.
const MaxLinkScore = maxMatches * maxMatchScore

// Member is a record and the ID under which it is kept. Whatever reads several records takes members;
// their order never matters.
type Member struct {
	ID     customer.ID
	Record Record
}

// older orders records: the one that was opened earlier is the older one, and of two that were opened
// at the same instant the one of the smaller ID. It is negative where the first is older.
func older(opened time.Time, id customer.ID, other time.Time, otherID customer.ID) int {
	return cmp.Or(opened.Compare(other), strings.Compare(string(id), string(otherID)))
}

// Linked says that an older record is of the same customer.
type Linked struct {
	Ref      string      `json:"ref"` // of the Link
	To       customer.ID `json:"to"`
	Opened   time.Time   `json:"opened"` // when the older record was
	At       time.Time   `json:"at"`
	By       string      `json:"by"`
	Evidence string      `json:"evidence"`
	Score    int         `json:"score,omitempty"` // by the register's matches, when they were linked

	Unlinked   time.Time `json:"unlinked,omitzero"`
	UnlinkedBy string    `json:"unlinked_by,omitempty"`
	UnlinkRef  string    `json:"unlink_ref,omitempty"` // of the Unlink
	Why        string    `json:"why,omitempty"`        // it was taken back
}

// Stands reports whether the link was not taken back.
func (l Linked) Stands() bool { return l.Unlinked.IsZero() }

// Parted says that an older record is of another customer, however alike they are.
type Parted struct {
	Ref    string      `json:"ref"` // of the Distinct
	To     customer.ID `json:"to"`
	Opened time.Time   `json:"opened"` // when the older record was
	At     time.Time   `json:"at"`
	By     string      `json:"by"`
	Why    string      `json:"why"`

	Reconsidered   time.Time `json:"reconsidered,omitzero"`
	ReconsideredBy string    `json:"reconsidered_by,omitempty"`
}

// Stands reports whether that was not reconsidered.
func (p Parted) Stands() bool { return p.Reconsidered.IsZero() }

// linked returns the place of the standing link to a record, or -1.
func (r *Record) linked(to customer.ID) int {
	for i := range r.Links {
		if r.Links[i].To == to && r.Links[i].Stands() {
			return i
		}
	}
	return -1
}

// parted returns the place of what says that the record is distinct from another one, or -1.
func (r *Record) parted(to customer.ID) int {
	for i := range r.Distincts {
		if r.Distincts[i].To == to && r.Distincts[i].Stands() {
			return i
		}
	}
	return -1
}

// Link says that an older record is of the same customer. It is given on the younger one, whichever
// of them was found first: so every link leads to an older record, nothing can ever lead in a circle
// whoever links what at the same time, and one commit touches one record. Neither record is changed
// in what it says; links only add up to groups, see [Groups].
type Link struct {
	journal.Step `json:"-"`

	ID       customer.ID `json:"id"`              // of this record
	To       customer.ID `json:"to"`              // of the older one
	Opened   time.Time   `json:"opened,omitzero"` // when the older one was; a command leaves it to the register
	Evidence string      `json:"evidence"`        // what was seen, in the host's words: "both-cards-shown"
	Score    int         `json:"score,omitempty"` // by the register's matches; a command leaves it to the register
	Note     string      `json:"note,omitempty"`
}

func (Link) kind() string { return "link" }

// Canonical writes the command in canonical form.
func (x Link) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Text("id", string(x.ID))
	c.Text("to", string(x.To))
	c.Time("opened", x.Opened)
	c.Text("evidence", x.Evidence)
	c.Int("score", int64(x.Score))
	c.Text("note", x.Note)
}

func (x Link) check(faults *customer.Faults) {
	checkTie(faults, x.ID, x.To, x.Opened)
	faults.Name("evidence", x.Evidence)
	faults.Within("score", x.Score, -MaxLinkScore, MaxLinkScore)
	note(faults, "note", x.Note)
}

// checkTie notes the faults of what ties a record to an older one.
func checkTie(faults *customer.Faults, id, to customer.ID, opened time.Time) {
	faults.Name("id", string(id))
	faults.Name("to", string(to))
	if id == to && id != "" {
		faults.Add("to", to, "is another record")
	}
	if !opened.IsZero() {
		faults.Instant("opened", opened)
	}
}

// Link says with a command that the older record to, which the host has loaded, is of the same
// customer. A link that stands is not made twice. What the records themselves say for and against it
// is told, and their score kept, as [Register.Compare] with the directory gives it, which may be nil:
// but it is the evidence that decides, and whoever has seen it.
func (g *Register) Link(r Record, x Link, to Record, directory *Directory) (Decision, error) {
	d, err := g.begin(r, x.Take(), func(faults *customer.Faults) {
		x.check(faults)
		if !x.Opened.IsZero() {
			faults.Add("opened", x.Opened, "is left to the register")
		}
		if x.Score != 0 {
			faults.Add("score", x.Score, "is left to the register")
		}
	})
	if err != nil {
		return Decision{}, err
	}
	of := string(x.To)
	if !g.mayTie(d, &r, &to, x.ID, x.To) {
		return d.Decision()
	}
	if r.Opened.Kind != to.Opened.Kind {
		d.Miss(customer.Reason{Code: CodeLinkKinds, Of: of})
	}
	if i := r.linked(x.To); i >= 0 {
		d.Miss(customer.Reason{Code: CodeLinkThere, Of: of, At: r.Links[i].At.In(g.zone)})
	}
	if i := r.parted(x.To); i >= 0 {
		d.Miss(customer.Reason{Code: CodeLinkDistinct, Of: of, At: r.Distincts[i].At.In(g.zone)})
	}
	if len(r.Links) >= MaxLinks {
		d.Miss(customer.Reason{Code: CodeLinkFull, Of: of, Mark: MaxLinks})
	}
	found := g.Compare(directory, Member{x.ID, r}, Member{x.To, to})
	for _, reason := range found.Reasons {
		d.Why(reason)
	}
	x.Opened, x.Score = to.Opened.At, found.Score
	d.Post(x, customer.Reason{Code: CodeLinkMade, Of: of, Fact: int64(x.Score), Mark: int64(g.rules.CandidateAt), At: to.Opened.At.In(g.zone)})
	return d.Decision()
}

// mayTie notes what stands in the way of tying a record to an older one, and reports whether both are
// records at all; begin has told where the record itself is none.
func (g *Register) mayTie(d *draft, r, to *Record, id, other customer.ID) bool {
	if to.Entries == 0 {
		d.Miss(customer.Reason{Code: CodeLinkUnknown, Of: string(other)})
	}
	if r.Entries == 0 || to.Entries == 0 {
		return false
	}
	if older(to.Opened.At, other, r.Opened.At, id) > 0 {
		d.Miss(customer.Reason{Code: CodeLinkYounger, Of: string(other), At: to.Opened.At.In(g.zone)})
	}
	return true
}

func (x Link) apply(r *ground, e *Entry) error {
	switch {
	case x.Opened.IsZero() || older(x.Opened, x.To, r.Opened.At, x.ID) >= 0:
		return fmt.Errorf("%q is not older", x.To)
	case r.linked(x.To) >= 0:
		return errors.New("they are linked already")
	case r.parted(x.To) >= 0:
		return errors.New("they are distinct")
	case len(r.Links) >= MaxLinks:
		return errors.New("too many links")
	}
	links := mine(r, ofLinks, &r.Links)
	*links = append(*links, Linked{Ref: e.Ref, To: x.To, Opened: x.Opened, At: e.At, By: e.By, Evidence: x.Evidence, Score: x.Score})
	return nil
}

// Unlink takes a link back: everything that reads several records answers again as if it had never
// been made. What was done under it meanwhile is told by [Consequences].
type Unlink struct {
	journal.Step `json:"-"`

	To   customer.ID `json:"to"`
	Why  string      `json:"why"` // in the host's words: "two-passports-shown"
	Note string      `json:"note,omitempty"`
}

func (Unlink) kind() string { return "unlink" }

// Canonical writes the command in canonical form.
func (x Unlink) Canonical(c *customer.Canonical) { canonicalBack(c, x.Step, x.To, x.Why, x.Note) }

func (x Unlink) check(faults *customer.Faults) { checkBack(faults, x.To, x.Why, x.Note) }

// canonicalBack writes a command that takes back what ties two records.
func canonicalBack(c *customer.Canonical, step journal.Step, to customer.ID, why, note string) {
	step.Write(c)
	c.Text("to", string(to))
	c.Text("why", why)
	c.Text("note", note)
}

func checkBack(faults *customer.Faults, to customer.ID, why, text string) {
	faults.Name("to", string(to))
	faults.Name("why", why)
	note(faults, "note", text)
}

// Unlink takes a link back with a command.
func (g *Register) Unlink(r Record, x Unlink) (Decision, error) {
	d, err := g.begin(r, x.Take(), x.check)
	if err != nil {
		return Decision{}, err
	}
	if i := r.linked(x.To); i < 0 {
		d.Miss(customer.Reason{Code: CodeLinkNone, Of: string(x.To)})
	} else {
		d.Post(x, customer.Reason{Code: CodeLinkTaken, Of: string(x.To), At: r.Links[i].At.In(g.zone)})
	}
	return d.Decision()
}

func (x Unlink) apply(r *ground, e *Entry) error {
	i := r.linked(x.To)
	if i < 0 {
		return fmt.Errorf("it is not linked to %q", x.To)
	}
	one := &(*mine(r, ofLinks, &r.Links))[i]
	one.Unlinked, one.UnlinkedBy, one.UnlinkRef, one.Why = e.At, e.By, e.Ref, x.Why
	return nil
}

// Distinct says that an older record, however alike, is of another customer: the two are no
// candidates any more, and are not linked, until that is reconsidered. Like Link it is given on the
// younger of the two, so that of both at the same time one is booked.
type Distinct struct {
	journal.Step `json:"-"`

	ID     customer.ID `json:"id"`              // of this record
	To     customer.ID `json:"to"`              // of the older one
	Opened time.Time   `json:"opened,omitzero"` // when the older one was; a command leaves it to the register
	Why    string      `json:"why"`             // in the host's words: "mother-and-daughter"
	Note   string      `json:"note,omitempty"`
}

func (Distinct) kind() string { return "distinct" }

// Canonical writes the command in canonical form.
func (x Distinct) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Text("id", string(x.ID))
	c.Text("to", string(x.To))
	c.Time("opened", x.Opened)
	c.Text("why", x.Why)
	c.Text("note", x.Note)
}

func (x Distinct) check(faults *customer.Faults) {
	checkTie(faults, x.ID, x.To, x.Opened)
	faults.Name("why", x.Why)
	note(faults, "note", x.Note)
}

// Distinct says with a command that the older record to, which the host has loaded, is of another
// customer. What is linked is unlinked first.
func (g *Register) Distinct(r Record, x Distinct, to Record) (Decision, error) {
	d, err := g.begin(r, x.Take(), func(faults *customer.Faults) {
		x.check(faults)
		if !x.Opened.IsZero() {
			faults.Add("opened", x.Opened, "is left to the register")
		}
	})
	if err != nil {
		return Decision{}, err
	}
	if !g.mayTie(d, &r, &to, x.ID, x.To) {
		return d.Decision()
	}
	of := string(x.To)
	if i := r.linked(x.To); i >= 0 {
		d.Miss(customer.Reason{Code: CodeLinkThere, Of: of, At: r.Links[i].At.In(g.zone)})
	}
	if i := r.parted(x.To); i >= 0 {
		d.Miss(customer.Reason{Code: CodeLinkDistinct, Of: of, At: r.Distincts[i].At.In(g.zone)})
	}
	if len(r.Distincts) >= MaxLinks {
		d.Miss(customer.Reason{Code: CodeLinkFull, Of: of, Mark: MaxLinks})
	}
	x.Opened = to.Opened.At
	d.Post(x, customer.Reason{Code: CodeDistinctMade, Of: of})
	return d.Decision()
}

func (x Distinct) apply(r *ground, e *Entry) error {
	switch {
	case x.Opened.IsZero() || older(x.Opened, x.To, r.Opened.At, x.ID) >= 0:
		return fmt.Errorf("%q is not older", x.To)
	case r.linked(x.To) >= 0:
		return errors.New("they are linked")
	case r.parted(x.To) >= 0:
		return errors.New("they are distinct already")
	case len(r.Distincts) >= MaxLinks:
		return errors.New("distinct from too many")
	}
	distincts := mine(r, ofDistincts, &r.Distincts)
	*distincts = append(*distincts, Parted{Ref: e.Ref, To: x.To, Opened: x.Opened, At: e.At, By: e.By, Why: x.Why})
	return nil
}

// Reconsider takes back that two records are distinct: they may be candidates again, and be linked.
type Reconsider struct {
	journal.Step `json:"-"`

	To   customer.ID `json:"to"`
	Why  string      `json:"why"` // in the host's words
	Note string      `json:"note,omitempty"`
}

func (Reconsider) kind() string { return "reconsider" }

// Canonical writes the command in canonical form.
func (x Reconsider) Canonical(c *customer.Canonical) { canonicalBack(c, x.Step, x.To, x.Why, x.Note) }

func (x Reconsider) check(faults *customer.Faults) { checkBack(faults, x.To, x.Why, x.Note) }

// Reconsider takes back with a command that two records are distinct.
func (g *Register) Reconsider(r Record, x Reconsider) (Decision, error) {
	d, err := g.begin(r, x.Take(), x.check)
	if err != nil {
		return Decision{}, err
	}
	if i := r.parted(x.To); i < 0 {
		d.Miss(customer.Reason{Code: CodeDistinctNone, Of: string(x.To)})
	} else {
		d.Post(x, customer.Reason{Code: CodeDistinctTaken, Of: string(x.To), At: r.Distincts[i].At.In(g.zone)})
	}
	return d.Decision()
}

func (x Reconsider) apply(r *ground, e *Entry) error {
	i := r.parted(x.To)
	if i < 0 {
		return fmt.Errorf("it is not distinct from %q", x.To)
	}
	one := &(*mine(r, ofDistincts, &r.Distincts))[i]
	one.Reconsidered, one.ReconsideredBy = e.At, e.By
	return nil
}
