package complaint

import (
	"fmt"
	"strconv"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// Relation is what a case is to another one. The zero Relation is refused.
type Relation uint8

// The relations. Their texts are format.
const (
	Duplicate Relation = iota + 1 // it is the same complaint, received before: its root, which gets the replies
	Repeat                        // the same thing has happened to her before
	Follows                       // it goes on with one that was closed too long ago to be reopened
	Related                       // they have something to do with each other

	lastRelation = Related
)

// String returns the stored text.
func (r Relation) String() string {
	switch r {
	case Duplicate:
		return "duplicate"
	case Repeat:
		return "repeat"
	case Follows:
		return "follows"
	case Related:
		return "related"
	}
	return "relation " + strconv.Itoa(int(r))
}

// MarshalText writes the stored text; anything else is an error.
func (r Relation) MarshalText() ([]byte, error) {
	return customer.WriteStored("complaint", r, lastRelation)
}

// UnmarshalText reads what MarshalText wrote.
func (r *Relation) UnmarshalText(text []byte) error {
	return customer.ReadStored("complaint", "relation", r, lastRelation, text)
}

// ordered reports whether only the later of two cases may have the relation to the earlier one.
func (r Relation) ordered() bool { return r != Related }

// Linked is a case's relation to another one.
type Linked struct {
	Other    ID        `json:"other"`
	As       Relation  `json:"as"`
	Received time.Time `json:"received"` // when the other one was
	At       time.Time `json:"at"`       // when they were linked
	By       string    `json:"by"`
}

// link returns the place of a link, or -1.
func (c *Case) link(other ID, as Relation) int {
	for i := range c.Links {
		if c.Links[i].Other == other && c.Links[i].As == as {
			return i
		}
	}
	return -1
}

// DuplicateOf returns the case that this one is a duplicate of, or "". It is the one to which
// replies are forwarded, and may be a duplicate itself: a host follows it from case to case until
// there is none. That ends, for each step goes to an earlier case. The clocks of a duplicate
// reach no rungs: it is the root that is late, or not.
func (c Case) DuplicateOf() ID { return c.duplicateOf() }

func (c *Case) duplicateOf() ID {
	for i := range c.Links {
		if c.Links[i].As == Duplicate {
			return c.Links[i].Other
		}
	}
	return ""
}

// Link says what a case is to another one. A duplicate, a repetition and a sequel are always so
// of the case that was received earlier, or by the smaller ID of two that were received at the
// same instant: whoever links what, and in whatever order, nothing ever leads in a circle.
//
// A duplicate is answered by the case that it duplicates. What she complains of after that one was
// closed is therefore none: the other case is reopened, or this one follows or repeats it.
type Link struct {
	Step `json:"-"`

	Case     ID        `json:"case"` // the ID of this case
	Other    ID        `json:"other"`
	As       Relation  `json:"as"`
	Received time.Time `json:"received,omitzero"` // when the other one was; a command leaves it to the policy
	Note     string    `json:"note,omitempty"`
}

func (Link) kind() Kind { return KindLink }

// Canonical writes the command in canonical form.
func (l Link) Canonical(c *customer.Canonical) {
	l.Write(c)
	c.Text("case", string(l.Case))
	c.Text("other", string(l.Other))
	if l.As != 0 {
		c.Text("as", l.As.String())
	}
	c.Time("received", l.Received)
	c.Text("note", l.Note)
}

func (l Link) faults(faults *customer.Faults) {
	faults.Name("case", string(l.Case))
	checkTie(faults, l.Other, l.As)
	if l.Case == l.Other {
		faults.Add("other", l.Other, "is another case")
	}
	if !l.Received.IsZero() {
		faults.Instant("received", l.Received)
	}
	faults.Note("note", l.Note)
}

func checkTie(faults *customer.Faults, other ID, as Relation) {
	faults.Name("other", string(other))
	if as == 0 || as > lastRelation {
		faults.Add("as", as, "is a relation")
	}
}

// after reports whether this case comes after the other one.
func (l Link) after(received time.Time) bool {
	if order := received.Compare(l.Received); order != 0 {
		return order > 0
	}
	return l.Case > l.Other
}

// Link says with a command what a case is to another one, which the host has loaded. Of a duplicate
// the answer names each remedy that was offered in it before: it is to be carried out, or withdrawn by
// deciding again, and counts where the other case is decided.
func (p *Policy) Link(c Case, l Link, other Case) (Decision, error) {
	var d desk
	err := p.open(&d, &c, KindLink, l.Take(), func(faults *customer.Faults) {
		if l.faults(faults); !l.Received.IsZero() {
			faults.Add("received", l.Received, "is left to the policy")
		}
	})
	if err != nil {
		return Decision{}, err
	}
	of := string(l.Other)
	l.Received = other.Received
	if other.Phase == 0 {
		d.miss(customer.Reason{Code: CodeOtherUnknown, Of: of})
	}
	if c.Phase == 0 || other.Phase == 0 {
		return d.decision() // there is nothing else to say of a case that nobody has opened
	}
	if l.As.ordered() && !l.after(c.Received) {
		d.miss(customer.Reason{Code: CodeOtherLater, Of: of, At: other.Received.In(p.zone)})
	}
	if l.As.ordered() && c.Customer != other.Customer {
		d.miss(customer.Reason{Code: CodeOtherCustomer, Of: of})
	}
	if l.As == Duplicate && other.Phase == Closed && !c.Received.Before(other.Since) {
		d.miss(customer.Reason{Code: CodeOtherClosed, Of: of, At: other.Since.In(p.zone)})
	}
	if c.link(l.Other, l.As) >= 0 {
		d.miss(customer.Reason{Code: CodeLinkThere, Of: of})
	} else if root := c.duplicateOf(); root != "" && l.As == Duplicate {
		d.miss(customer.Reason{Code: CodeDuplicateThere, Of: string(root)})
	}
	d.post(l)
	if l.As == Duplicate {
		d.why(customer.Reason{Code: CodeForward, Of: of})
		p.barRemedies(&d.now.Case, d.step.At, d.why)
	}
	return d.decision()
}

func (l Link) apply(g *ground, e *Entry) error {
	switch {
	case l.Received.IsZero():
		return errInvalid("received")
	case l.Case == l.Other, l.As.ordered() && !l.after(g.Received):
		return fmt.Errorf("%q is not earlier", l.Other)
	case g.link(l.Other, l.As) >= 0, l.As == Duplicate && g.duplicateOf() != "":
		return fmt.Errorf("it is linked already")
	}
	links := room(g, ofLinks, &g.Links)
	*links = append(*links, Linked{l.Other, l.As, l.Received, e.At, e.By})
	return nil
}

// Unlink takes a link away, wholly: the case is what it would be had nobody ever linked it.
type Unlink struct {
	Step `json:"-"`

	Other ID       `json:"other"`
	As    Relation `json:"as"`
	Note  string   `json:"note,omitempty"`
}

func (Unlink) kind() Kind { return KindUnlink }

// Canonical writes the command in canonical form.
func (u Unlink) Canonical(c *customer.Canonical) {
	u.Write(c)
	c.Text("other", string(u.Other))
	if u.As != 0 {
		c.Text("as", u.As.String())
	}
	c.Text("note", u.Note)
}

func (u Unlink) faults(faults *customer.Faults) {
	checkTie(faults, u.Other, u.As)
	faults.Note("note", u.Note)
}

// Unlink takes a link away with a command. A case that was closed as a duplicate is reopened
// first, for otherwise nobody would ever answer it.
func (p *Policy) Unlink(c Case, u Unlink) (Decision, error) {
	var d desk
	err := p.open(&d, &c, KindUnlink, u.Take(), u.faults)
	if err != nil {
		return Decision{}, err
	}
	if c.link(u.Other, u.As) < 0 {
		d.miss(customer.Reason{Code: CodeNoLink, Of: string(u.Other)})
	}
	if u.As == Duplicate && c.Ended == OutcomeDuplicate {
		d.miss(customer.Reason{Code: CodeClosedMerged, Of: string(u.Other), At: c.Since.In(p.zone)})
	}
	d.post(u)
	return d.decision()
}

func (u Unlink) apply(g *ground, e *Entry) error {
	at := g.link(u.Other, u.As)
	switch {
	case at < 0:
		return fmt.Errorf("it is not linked to %q", u.Other)
	case u.As == Duplicate && g.Ended == OutcomeDuplicate:
		return fmt.Errorf("it was closed as a duplicate of %q", u.Other)
	}
	links := mine(g, ofLinks, &g.Links)
	*links = append((*links)[:at], (*links)[at+1:]...)
	if len(*links) == 0 {
		*links = nil
	}
	return nil
}
