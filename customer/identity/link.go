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

// Pair is two records, told apart by their age: under the ID of the younger one a Link or a Distinct of
// the two is booked. [PairOf] makes it, and a [Comparison] has one.
type Pair struct { //nolint:recvcheck // a value; read in place
	Older         customer.ID `json:"older"`
	OlderOpened   time.Time   `json:"older_opened"`
	OlderKind     Kind        `json:"older_kind"`
	Younger       customer.ID `json:"younger"`
	YoungerOpened time.Time   `json:"younger_opened"`
}

// PairOf tells which of two records is the older one: that which was opened earlier, and of two that were
// opened at the same instant the one of the smaller ID. Their order does not matter. Of an older one that
// is none, as nobody has opened it or it was erased, it has no opening.
func PairOf(a, b Member) Pair {
	if older(b.Record.Opened.At, b.ID, a.Record.Opened.At, a.ID) < 0 {
		a, b = b, a
	}
	pair := Pair{Older: a.ID, Younger: b.ID, YoungerOpened: b.Record.Opened.At}
	if !a.Record.nobody() {
		pair.OlderOpened, pair.OlderKind = a.Record.Opened.At, a.Record.Opened.Kind
	}
	return pair
}

func (p *Pair) write(c *customer.Canonical) {
	c.Text("older", string(p.Older))
	c.Time("older_opened", p.OlderOpened)
	if p.OlderKind != 0 {
		c.Text("older_kind", p.OlderKind.String())
	}
	c.Text("younger", string(p.Younger))
	c.Time("younger_opened", p.YoungerOpened)
}

// check notes the faults of a pair. That one of them is no record is for a refusal to say.
func (p *Pair) check(faults *customer.Faults) {
	before := len(*faults)
	faults.Name("older", string(p.Older))
	faults.Name("younger", string(p.Younger))
	if p.OlderOpened.IsZero() {
		return
	}
	faults.Instant("older_opened", p.OlderOpened)
	faults.Instant("younger_opened", p.YoungerOpened)
	if p.OlderKind < Person || p.OlderKind > Organisation {
		faults.Add("older_kind", p.OlderKind, "is person or organisation")
	}
	if len(*faults) == before && older(p.OlderOpened, p.Older, p.YoungerOpened, p.Younger) >= 0 {
		faults.Add("younger", p.Younger, "is another record, and the younger one: PairOf says which")
	}
}

// of says why a record is not the younger one of a pair of two records, as its history tells it.
func (p *Pair) of(r *ground) error {
	if p.OlderOpened.IsZero() || older(p.OlderOpened, p.Older, p.YoungerOpened, p.Younger) >= 0 {
		return fmt.Errorf("%q is not older", p.Older)
	}
	if !p.YoungerOpened.Equal(r.Opened.At) {
		return fmt.Errorf("%q was opened at another instant than this record", p.Younger)
	}
	return nil
}

// Linked says that an older record is of the same customer.
type Linked struct {
	Ref      string      `json:"ref"` // of the Link
	To       customer.ID `json:"to"`
	Opened   time.Time   `json:"opened"` // when the older record was
	At       time.Time   `json:"at"`
	By       string      `json:"by"`
	Evidence string      `json:"evidence"`

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

// Link says that two records are of one customer. It is given on the younger one, whichever of them was
// found first: so every link leads to an older record, nothing can ever lead in a circle whoever links
// what at the same time, and one commit touches one record. Neither record is changed in what it says;
// links only add up to groups, see [Groups].
type Link struct {
	journal.Step `json:"-"`

	Pair
	Evidence string `json:"evidence"` // what was seen, in the host's words: "both-cards-shown"
	Note     string `json:"note,omitempty"`
}

func (Link) kind() string { return "link" }

// Canonical writes the command in canonical form.
func (x Link) Canonical(c *customer.Canonical) {
	x.Write(c)
	x.write(c)
	c.Text("evidence", x.Evidence)
	c.Text("note", x.Note)
}

func (x Link) check(faults *customer.Faults) {
	x.Pair.check(faults)
	faults.Name("evidence", x.Evidence)
	note(faults, "note", x.Note)
}

// Link links the younger record of a pair to the older one with a command. A link that stands is not made
// twice. What the records say for and against it is for [Register.Compare] to tell: it is the evidence
// that decides, and whoever has seen it.
func (g *Register) Link(r Record, x Link) (Decision, error) {
	d, err := g.begin(r, x.Take(), x.check)
	if err != nil {
		return Decision{}, err
	}
	if g.ties(d, &r, &x.Pair) && r.Opened.Kind != x.OlderKind {
		d.Miss(customer.Reason{Code: CodeLinkKinds, Of: string(x.Older)})
	}
	if len(r.Links) >= MaxLinks {
		d.Miss(customer.Reason{Code: CodeLinkFull, Of: string(x.Older), Mark: MaxLinks})
	}
	d.Post(x, customer.Reason{Code: CodeLinkMade, Of: string(x.Older), At: x.OlderOpened.In(g.zone)})
	return d.Decision()
}

// ties notes what stands in the way of tying a record, as the younger one, to the older one of a pair, and
// reports whether these two are the pair; begin has told where the record itself is none.
func (g *Register) ties(d *draft, r *Record, p *Pair) bool {
	switch {
	case p.OlderOpened.IsZero():
		d.Miss(customer.Reason{Code: CodeLinkUnknown, Of: string(p.Older)})
		return false
	case r.Entries == 0:
		return false
	case !r.Opened.At.Equal(p.YoungerOpened):
		d.Miss(customer.Reason{Code: CodeLinkYounger, Of: string(p.Younger), At: p.YoungerOpened.In(g.zone)})
		return false
	}
	if i := r.linked(p.Older); i >= 0 {
		d.Miss(customer.Reason{Code: CodeLinkThere, Of: string(p.Older), At: r.Links[i].At.In(g.zone)})
	}
	if i := r.parted(p.Older); i >= 0 {
		d.Miss(customer.Reason{Code: CodeLinkDistinct, Of: string(p.Older), At: r.Distincts[i].At.In(g.zone)})
	}
	return true
}

func (x Link) apply(r *ground, e *Entry) error {
	if err := x.of(r); err != nil {
		return err
	}
	switch {
	case x.OlderKind != r.Opened.Kind:
		return fmt.Errorf("%q is of another kind", x.Older)
	case r.linked(x.Older) >= 0:
		return errors.New("they are linked already")
	case r.parted(x.Older) >= 0:
		return errors.New("they are distinct")
	case len(r.Links) >= MaxLinks:
		return errors.New("too many links")
	}
	links := mine(r, ofLinks, &r.Links)
	*links = append(*links, Linked{Ref: e.Ref, To: x.Older, Opened: x.OlderOpened, At: e.At, By: e.By, Evidence: x.Evidence})
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
		g.back(d, x, customer.Reason{Code: CodeLinkTaken, Of: string(x.To), At: r.Links[i].At.In(g.zone)})
	}
	return d.Decision()
}

// back posts what takes back something of an instant that stands in the reason, and not before that.
func (g *Register) back(d *draft, x Body, because customer.Reason) {
	if d.At.Before(because.At) {
		d.Miss(customer.Reason{Code: CodeLinkLater, Of: because.Of, At: because.At})
	}
	d.Post(x, because)
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

// Distinct says that two records, however alike, are of two customers: they are no candidates any more,
// and are not linked, until that is reconsidered. Like Link it is given on the younger of the two, so that
// of both at the same time one is booked.
type Distinct struct {
	journal.Step `json:"-"`

	Pair
	Why  string `json:"why"` // in the host's words: "mother-and-daughter"
	Note string `json:"note,omitempty"`
}

func (Distinct) kind() string { return "distinct" }

// Canonical writes the command in canonical form.
func (x Distinct) Canonical(c *customer.Canonical) {
	x.Write(c)
	x.write(c)
	c.Text("why", x.Why)
	c.Text("note", x.Note)
}

func (x Distinct) check(faults *customer.Faults) {
	x.Pair.check(faults)
	faults.Name("why", x.Why)
	note(faults, "note", x.Note)
}

// Distinct says with a command that the two records of a pair are of two customers. What is linked is
// unlinked first.
func (g *Register) Distinct(r Record, x Distinct) (Decision, error) {
	d, err := g.begin(r, x.Take(), x.check)
	if err != nil {
		return Decision{}, err
	}
	g.ties(d, &r, &x.Pair)
	if len(r.Distincts) >= MaxLinks {
		d.Miss(customer.Reason{Code: CodeLinkFull, Of: string(x.Older), Mark: MaxLinks})
	}
	d.Post(x, customer.Reason{Code: CodeDistinctMade, Of: string(x.Older)})
	return d.Decision()
}

func (x Distinct) apply(r *ground, e *Entry) error {
	if err := x.of(r); err != nil {
		return err
	}
	switch {
	case r.linked(x.Older) >= 0:
		return errors.New("they are linked")
	case r.parted(x.Older) >= 0:
		return errors.New("they are distinct already")
	case len(r.Distincts) >= MaxLinks:
		return errors.New("distinct from too many")
	}
	distincts := mine(r, ofDistincts, &r.Distincts)
	*distincts = append(*distincts, Parted{Ref: e.Ref, To: x.Older, Opened: x.OlderOpened, At: e.At, By: e.By, Why: x.Why})
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
		g.back(d, x, customer.Reason{Code: CodeDistinctTaken, Of: string(x.To), At: r.Distincts[i].At.In(g.zone)})
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
