package identity

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
)

// CorrectionRules say how a record is corrected. The zero CorrectionRules take any evidence, and no
// correction needs to be approved.
type CorrectionRules struct {
	// Roles are those who approve, in the host's words. None: a correction holds at once.
	Roles []string `json:"roles,omitempty"`
	// Evidence is what proves a correction, in the host's words: "permit-seen". None: anything.
	Evidence []string `json:"evidence,omitempty"`
	// Alone are fields and schemes that are corrected without approval.
	Alone []string `json:"alone,omitempty"`
}

// MaxRoles is the most roles that may approve, and the most kinds of evidence.
const MaxRoles = 100

func (c *CorrectionRules) check(faults *customer.Faults, g *Register) {
	faults.Names("roles", c.Roles, 0, MaxRoles)
	faults.Names("evidence", c.Evidence, 0, MaxRoles)
	faults.Names("alone", c.Alone, 0, MaxFields+MaxSchemes)
	for _, one := range c.Alone {
		if g.fields[one] == nil && g.schemes[one] == nil {
			faults.Add("alone", one, "is a field or a scheme of the rules")
		}
	}
	if len(c.Alone) > 0 && len(c.Roles) == 0 {
		faults.Add("alone", len(c.Alone), "stands beside roles, without which nothing is approved")
	}
}

func (c *CorrectionRules) clone() CorrectionRules {
	return CorrectionRules{slices.Clone(c.Roles), slices.Clone(c.Evidence), slices.Clone(c.Alone)}
}

// Correct says on evidence that a field, an identifier or a cardholder's name in a record is wrong, and
// what is right. Staff does it where the evidence is seen; nobody sends the customer elsewhere. Where the rules ask for an
// approval it holds from that on, see [Approve]. What it replaces stays in the record: facts as struck
// ones, an identifier as an old one that still resolves. Printed, it hides what was and what becomes.
type Correct struct {
	journal.Step `json:"-"`

	Field string        `json:"field,omitempty"` // of a field: which,
	Value string        `json:"value,omitempty"` // what it becomes
	On    customer.Date `json:"on,omitzero"`     // and of which day that is; zero: that of the command

	Holder string `json:"holder,omitempty"` // of a cardholder's name: whose, by the host's ID; Value is what it becomes

	Was     Token      `json:"was,omitzero"`     // of an identifier: which,
	Becomes Identifier `json:"becomes,omitzero"` // and what it becomes
	// NeverHers says that the identifier never was hers: it no longer is an old one of her own.
	NeverHers bool `json:"never_hers,omitempty"`

	Source   string `json:"source"`
	Evidence string `json:"evidence"`        // of which kind, as the rules name them
	Proof    string `json:"proof,omitempty"` // where it is kept, by the host's reference
	Note     string `json:"note,omitempty"`

	Had   string   `json:"had,omitempty"`   // of a field or a name: what it was; left to the register
	Shown bool     `json:"shown,omitempty"` // of a field: it is not personal; left to the register
	Roles []string `json:"roles,omitempty"` // one of which approves it; left to the register
}

func (Correct) kind() string { return "correct" }

// what returns the field, the cardholder, or the scheme of the identifier.
func (x Correct) what() string {
	switch {
	case x.Field != "":
		return x.Field
	case x.Holder != "":
		return x.Holder
	}
	return x.Was.Scheme
}

// Format writes the command without what is personal, whatever the verb.
func (x Correct) Format(f fmt.State, _ rune) { show(f, "correct "+x.what()+" on "+x.Evidence) }

// Canonical writes the command in canonical form.
func (x Correct) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Text("field", x.Field)
	c.Text("value", x.Value)
	c.Date("on", x.On)
	c.Text("holder", x.Holder)
	c.Group("was", func() { x.Was.write(c) })
	c.Group("becomes", func() { x.Becomes.write(c) })
	c.Bool("never_hers", x.NeverHers)
	c.Text("source", x.Source)
	c.Text("evidence", x.Evidence)
	c.Text("proof", x.Proof)
	c.Text("note", x.Note)
}

func (x Correct) check(faults *customer.Faults, check func(*Identifier, *customer.Faults)) {
	token := x.Was != (Token{}) || x.Becomes != (Identifier{})
	switch {
	case token && x.Field+x.Holder != "", !token && (x.Field == "") == (x.Holder == ""):
		faults.Add("field", x.Field, "is a field, or holder is a cardholder, or was and becomes are an identifier")
	case token:
		partOf(faults, "was", &x.Was, (*Token).check)
		if partOf(faults, "becomes", &x.Becomes, check) && x.Becomes.Scheme != x.Was.Scheme {
			faults.Add("becomes.scheme", x.Becomes.Scheme, "is that of was")
		}
		if x.Value != "" || x.On != 0 {
			faults.Add("value", hidden, "is of a field")
		}
	default:
		faults.Text("field", x.Field)
		faults.Text("holder", x.Holder)
		if x.Holder != "" && x.On != 0 {
			faults.Add("on", x.On, "is of a field")
		}
		secretName(faults, "value", x.Value)
		faults.Day("on", x.On)
		if x.NeverHers {
			faults.Add("never_hers", x.NeverHers, "is of an identifier")
		}
	}
	faults.Name("source", x.Source)
	faults.Name("evidence", x.Evidence)
	faults.Text("proof", x.Proof)
	note(faults, "note", x.Note)
	secretText(faults, "had", x.Had)
	faults.Names("roles", x.Roles, 0, MaxRoles)
}

func (x Correct) asked(faults *customer.Faults) {
	x.check(faults, (*Identifier).asked)
	if x.Had != "" || x.Shown || x.Roles != nil {
		faults.Add("roles", len(x.Roles), "is left to the register, as are had and shown")
	}
}

func (x Correct) stored(faults *customer.Faults) { x.check(faults, (*Identifier).stored) }

// Verdict is what became of a correction. The zero Verdict is that it holds nowhere.
type Verdict uint8

// The verdicts. Their texts are format.
const (
	Pending  Verdict = iota + 1 // nobody has approved it yet
	Holds                       // it was approved, or needed no approval
	Rejected                    // it was not approved, or taken back
)

// String returns the stored text.
func (v Verdict) String() string {
	switch v {
	case Pending:
		return "pending"
	case Holds:
		return "holds"
	case Rejected:
		return "rejected"
	}
	return "verdict " + strconv.Itoa(int(v))
}

// MarshalText writes the stored text; anything else is an error.
func (v Verdict) MarshalText() ([]byte, error) {
	return customer.WriteStored("identity", v, Rejected)
}

// UnmarshalText reads what MarshalText wrote.
func (v *Verdict) UnmarshalText(text []byte) error {
	return customer.ReadStored("identity", "verdict", v, Rejected, text)
}

// Correction is a correction of a record: who found what, on what evidence, and who approved it.
type Correction struct {
	Ref     string    `json:"ref"` // of the Correct
	At      time.Time `json:"at"`
	By      string    `json:"by"`
	Correct Correct   `json:"correct"`
	Verdict Verdict   `json:"verdict"`
	Decided time.Time `json:"decided,omitzero"` // when it was approved or rejected
	Decider string    `json:"decider,omitempty"`
	Role    string    `json:"role,omitempty"` // in which it was approved
}

// correction returns the place of a correction, or -1.
func (r *Record) correction(ref string) int {
	return slices.IndexFunc(r.Corrections, func(one Correction) bool { return one.Ref == ref })
}

// Correct corrects a record with a command, at once or, where the rules want it, once it is approved.
func (g *Register) Correct(r Record, x Correct) (Decision, error) {
	d, err := g.begin(r, x.Take(), x.asked)
	if err != nil {
		return Decision{}, err
	}
	in := reading{register: g}
	in.source(x.Source)
	if kinds := g.rules.Correcting.Evidence; len(kinds) > 0 && !slices.Contains(kinds, x.Evidence) {
		in.miss(CodeNoEvidence, x.Evidence)
	}
	if r.Entries > 0 {
		in.correct(d, &r, &x)
	}
	if err := in.close(d); err != nil {
		return Decision{}, err
	}
	if at := r.correction(d.Ref); at >= 0 {
		d.Miss(customer.Reason{Code: CodeCorrectionThere, Of: d.Ref, At: r.Corrections[at].At.In(g.zone)})
	}
	missFull(d, "corrections", len(r.Corrections)+1, MaxCorrections)
	missRoom(d, &r, &x)
	because := customer.Reason{Code: CodeCorrected, Of: x.what()}
	if !slices.Contains(g.rules.Correcting.Alone, x.what()) {
		x.Roles = slices.Clone(g.rules.Correcting.Roles)
	}
	if len(x.Roles) > 0 {
		because.Code = CodePending
	}
	d.Post(x, because)
	return d.Decision()
}

// missRoom notes that a record has no room for what a correction adds.
func missRoom(d *draft, r *Record, x *Correct) {
	switch {
	case x.Field != "":
		missFull(d, "facts", len(r.Facts)+1, MaxFacts)
	case x.Holder == "":
		missFull(d, "identifiers", len(r.Identifiers)+1, MaxIdentifiers)
	}
}

// correct holds a correction to the record, and fills in what is left to the register.
func (in *reading) correct(d *draft, r *Record, x *Correct) {
	if x.Field != "" {
		fact := Fact{Field: x.Field, Value: x.Value}
		in.fact(r.Opened.Kind, "value", &fact, in.register.Day(d.At))
		in.day(&x.On, d.At)
		x.Shown = fact.Shown
		at := in.register.value(r, x.Field)
		switch {
		case at < 0:
			in.miss(CodeNoFact, x.Field)
		case r.Facts[at].Value == x.Value:
			in.miss(CodeSame, x.Field)
		default:
			x.Had = r.Facts[at].Value
		}
		return
	}
	if x.Holder != "" {
		switch at := r.holder(x.Holder); {
		case at < 0:
			in.miss(CodeNoHolder, x.Holder)
		case r.Holders[at].Person != "":
			in.miss(CodeHolderPerson, x.Holder)
		case r.Holders[at].Name == x.Value:
			in.miss(CodeSame, x.Holder)
		default:
			x.Had = r.Holders[at].Name
		}
		return
	}
	was := in.register.row(d, r, x.Was)
	if was < 0 {
		in.held(r, "becomes", &x.Becomes, "", -1, d.At)
		return
	}
	row := &r.Identifiers[was]
	in.held(r, "becomes", &x.Becomes, row.Holder, was, d.At)
	if x.Becomes.Token == row.Token && x.Becomes.From == row.From && x.Becomes.LastDay == row.LastDay {
		in.miss(CodeSame, x.Was.Scheme)
	}
}

func (x Correct) apply(r *ground, e *Entry) error {
	if r.correction(e.Ref) >= 0 {
		return errors.New("there is such a correction")
	}
	if err := r.room("corrections", len(r.Corrections)+1, MaxCorrections); err != nil {
		return err
	}
	rows := mine(r, ofCorrections, &r.Corrections)
	*rows = append(*rows, Correction{Ref: e.Ref, At: e.At, By: e.By, Correct: x, Verdict: Pending})
	if len(x.Roles) > 0 {
		return nil
	}
	return r.correct(e, len(*rows)-1)
}

// correct carries a correction out.
func (r *ground) correct(e *Entry, at int) error {
	one := &(*mine(r, ofCorrections, &r.Corrections))[at]
	one.Verdict, one.Decided = Holds, e.At
	x := &one.Correct
	if x.Field != "" {
		r.strike(e, "correct:"+one.Ref, func(known *Known) bool { return known.Field == x.Field && known.Struck.IsZero() })
		if err := r.room("facts", len(r.Facts)+1, MaxFacts); err != nil {
			return err
		}
		if !x.On.Valid() {
			return errors.New("a fact of no day")
		}
		rows := mine(r, ofFacts, &r.Facts)
		*rows = append(*rows, Known{
			Field: x.Field, Value: x.Value, Shown: x.Shown, On: x.On, Ref: "correct:" + one.Ref, At: e.At, By: one.By, Source: x.Source, Permille: 1000,
		})
		r.answered(x.Field)
		return nil
	}
	if x.Holder != "" {
		place := r.holder(x.Holder)
		if place < 0 || r.Holders[place].Person != "" {
			return errors.New("no such holder is known by name")
		}
		(*mine(r, ofHolders, &r.Holders))[place].Name = x.Value
		return nil
	}
	was, err := r.at(x.Was)
	if err != nil {
		return err
	}
	was.Ended, was.EndedBy = e.At, e.By
	if x.NeverHers {
		was.Flawed = Flawed{Flaw: NotHers, At: e.At, By: e.By, Evidence: x.Evidence}
	}
	return r.hold(Held{Identifier: x.Becomes, At: e.At, By: one.By, Source: x.Source, Holder: was.Holder, Confirmed: e.At})
}

// Approve approves a correction, which holds from then on.
type Approve struct {
	journal.Step `json:"-"`

	Correction string `json:"correction"` // the Ref of the Correct
	// Role is the one in which it is approved; that who gives the command has it is for the host to see to.
	Role string `json:"role"`
}

func (Approve) kind() string { return "approve" }

// Canonical writes the command in canonical form.
func (x Approve) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Text("correction", x.Correction)
	c.Text("role", x.Role)
}

func (x Approve) check(faults *customer.Faults) {
	faults.Name("correction", x.Correction)
	faults.Name("role", x.Role)
}

// pending returns the place of a correction that nobody has decided, or -1 and a draft that is
// refused.
func (g *Register) pending(d *draft, r *Record, ref string) int {
	at := r.correction(ref)
	if at < 0 {
		if r.Entries > 0 {
			d.Miss(customer.Reason{Code: CodeNoCorrection, Of: ref})
		}
		return -1
	}
	switch one := &r.Corrections[at]; {
	case one.Verdict != Pending:
		d.Miss(customer.Reason{Code: CodeDecided, Of: ref, At: one.Decided.In(g.zone)})
		return -1
	case d.At.Before(one.At):
		d.Miss(customer.Reason{Code: CodeEarlier, Of: ref, At: one.At.In(g.zone)})
	}
	return at
}

// Approve approves a correction with a command: somebody else than who found it, in a role that the
// rules named when it was found. Where the record has changed since, it is to be found anew.
func (g *Register) Approve(r Record, x Approve) (Decision, error) {
	d, err := g.begin(r, x.Take(), x.check)
	if err != nil {
		return Decision{}, err
	}
	if at := g.pending(d, &r, x.Correction); at >= 0 {
		one := &r.Corrections[at]
		if one.By == d.By {
			d.Miss(customer.Reason{Code: CodeOwnApproval, Of: d.By})
		}
		if !slices.Contains(one.Correct.Roles, x.Role) {
			d.Miss(customer.Reason{Code: CodeNotInRole, Of: x.Role})
		}
		if g.overtaken(&r, one, d.At) {
			d.Miss(customer.Reason{Code: CodeOvertaken, Of: one.Correct.what()})
		}
		missRoom(d, &r, &one.Correct)
		d.Post(x, customer.Reason{Code: CodeCorrected, Of: one.Correct.what()})
	}
	return d.Decision()
}

// overtaken reports whether what a correction is of has changed since: a document that was renewed in the
// meantime is not the one that was to be corrected.
func (g *Register) overtaken(r *Record, one *Correction, at time.Time) bool {
	x := &one.Correct
	if x.Field != "" {
		at := g.value(r, x.Field)
		return at < 0 || r.Facts[at].Value != x.Had
	}
	if x.Holder != "" {
		at := r.holder(x.Holder)
		return at < 0 || r.Holders[at].Name != x.Had
	}
	was := r.last(x.Was)
	return was < 0 || r.Identifiers[was].At.After(one.At) ||
		r.inWay(&Held{Identifier: x.Becomes, Holder: r.Identifiers[was].Holder}, was, at) >= 0
}

func (x Approve) apply(r *ground, e *Entry) error {
	at := r.correction(x.Correction)
	if at < 0 || r.Corrections[at].Verdict != Pending {
		return errors.New("there is no such correction to be approved")
	}
	one := &(*mine(r, ofCorrections, &r.Corrections))[at]
	if one.By == e.By || !slices.Contains(one.Correct.Roles, x.Role) {
		return errors.New("approved by nobody who may")
	}
	one.Decider, one.Role = e.By, x.Role
	return r.correct(e, at)
}

// Reject says that a correction is not approved, or is taken back. The record stays as it was.
type Reject struct {
	journal.Step `json:"-"`

	Correction string `json:"correction"` // the Ref of the Correct
	Note       string `json:"note,omitempty"`
}

func (Reject) kind() string { return "reject" }

// Format writes the command without what is personal, whatever the verb.
func (x Reject) Format(f fmt.State, _ rune) { show(f, "reject "+x.Correction) }

// Canonical writes the command in canonical form.
func (x Reject) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Text("correction", x.Correction)
	c.Text("note", x.Note)
}

func (x Reject) check(faults *customer.Faults) {
	faults.Name("correction", x.Correction)
	note(faults, "note", x.Note)
}

// Reject rejects a correction with a command.
func (g *Register) Reject(r Record, x Reject) (Decision, error) {
	d, err := g.begin(r, x.Take(), x.check)
	if err != nil {
		return Decision{}, err
	}
	g.pending(d, &r, x.Correction)
	d.Post(x)
	return d.Decision()
}

func (x Reject) apply(r *ground, e *Entry) error {
	at := r.correction(x.Correction)
	if at < 0 || r.Corrections[at].Verdict != Pending {
		return errors.New("there is no such correction to be rejected")
	}
	one := &(*mine(r, ofCorrections, &r.Corrections))[at]
	one.Verdict, one.Decided, one.Decider = Rejected, e.At, e.By
	return nil
}
