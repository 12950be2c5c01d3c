package identity

import (
	"fmt"
	"slices"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
)

// Fact is one value of a field. Printed, it hides the value unless the register has said that it may
// be shown.
type Fact struct {
	Field string `json:"field"`
	Value string `json:"value"`
	Shown bool   `json:"shown,omitempty"` // the field is not personal; left to the register
}

// String writes the field, and the value if that may be shown.
func (f Fact) String() string {
	if f.Shown {
		return f.Field + " " + f.Value
	}
	return f.Field + " " + hidden
}

// Format writes what String says, whatever the verb.
func (f Fact) Format(s fmt.State, _ rune) { show(s, f.String()) }

// Known is one fact of a field, from whom, and since when. Printed, it hides the value as a [Fact]
// does.
type Known struct {
	Field    string        `json:"field"`
	Value    string        `json:"value"`
	Shown    bool          `json:"shown,omitempty"`
	On       customer.Date `json:"on"`  // the day that it is of
	Ref      string        `json:"ref"` // the command that told it, with its kind: "tell:t-17"; with the field it names the fact
	At       time.Time     `json:"at"`  // when it was told
	By       string        `json:"by"`
	Source   string        `json:"source"`
	Permille int           `json:"permille,omitempty"`  // how sure, in ‰; 0: not said
	Struck   time.Time     `json:"struck,omitzero"`     // since when it no longer counts
	StruckBy string        `json:"struck_by,omitempty"` // who struck it
	Through  string        `json:"through,omitempty"`   // the command that struck it, with its kind: "correct:c-2"
}

// String writes the field, the day and the source, and the value if that may be shown.
func (k Known) String() string {
	return Fact{k.Field, k.Value, k.Shown}.String() + " (" + k.Source + ", " + k.On.String() + ")"
}

// Format writes what String says, whatever the verb.
func (k Known) Format(s fmt.State, _ rune) { show(s, k.String()) }

// Counts reports whether the fact was not struck.
func (k Known) Counts() bool { return k.Struck.IsZero() }

// Value returns the fact of a field that a record is read by, as the field's Survive says; of several
// that are as good the one of the latest day, then the one told last, of the more trusted source, the
// surer one, and the one that was booked last. Facts that were struck do not count.
func (g *Register) Value(r Record, field string) (Known, bool) {
	if g.none() {
		return Known{}, false
	}
	at := g.value(&r, field)
	if at < 0 {
		return Known{}, false
	}
	return r.Facts[at], true
}

// value returns the place of the fact that a field is read by, or -1.
func (g *Register) value(r *Record, field string) int {
	found := -1
	for i := range r.Facts {
		if one := &r.Facts[i]; one.Field == field && one.Struck.IsZero() && (found < 0 || g.outdoes(one, &r.Facts[found])) {
			found = i
		}
	}
	return found
}

// outdoes reports whether a fact is read instead of one of its field that was booked before it.
func (g *Register) outdoes(a, b *Known) bool {
	survive := Newest
	if field := g.fields[a.Field]; field != nil {
		survive = field.Survive
	}
	first, second := g.judged(a, 0, 1), g.judged(b, 0, 0)
	return g.prefer(nil, &first, &second, survive, nil) < 0
}

// Tell adds facts: several fields at once, of one source and one day.
type Tell struct {
	journal.Step `json:"-"`

	Source   string        `json:"source"`
	On       customer.Date `json:"on,omitzero"`        // the day that they are of; zero: that of the command
	Permille int           `json:"permille,omitempty"` // how sure they are; 0: not said
	Facts    []Fact        `json:"facts"`
}

func (Tell) kind() string { return "tell" }

// Canonical writes the command in canonical form.
func (x Tell) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Text("source", x.Source)
	writeFacts(c, x.On, x.Permille, x.Facts)
}

func writeFacts(c *customer.Canonical, on customer.Date, permille int, facts []Fact) {
	c.Date("on", on)
	c.Int("permille", int64(permille))
	c.List("facts", len(facts), func(i int) {
		c.Text("field", facts[i].Field)
		c.Text("value", facts[i].Value)
	})
}

func (x Tell) check(faults *customer.Faults) {
	faults.Name("source", x.Source)
	checkFacts(faults, x.On, x.Permille, x.Facts, 1)
}

// checkFacts notes the faults of facts, of which there is a least number.
func checkFacts(faults *customer.Faults, on customer.Date, permille int, facts []Fact, least int) {
	faults.Day("on", on)
	faults.Within("permille", permille, 0, 1000)
	checkTold(faults, "facts", facts, least)
}

// checkTold notes the faults of a list of facts, each of another field.
func checkTold(faults *customer.Faults, list string, facts []Fact, least int) {
	faults.Within(list, len(facts), least, MaxTold)
	facts = facts[:min(len(facts), MaxTold)]
	for i := range facts {
		path := fmt.Sprintf("%s[%d]", list, i)
		faults.Name(path+".field", facts[i].Field)
		secretName(faults, path+".value", facts[i].Value)
		if slices.ContainsFunc(facts[:i], func(other Fact) bool { return other.Field == facts[i].Field }) {
			faults.Add(path+".field", facts[i].Field, "stands only once")
		}
	}
}

// leaveShown notes facts that say themselves whether they may be shown.
func leaveShown(faults *customer.Faults, facts []Fact) {
	for i := range facts {
		if facts[i].Shown {
			faults.Add(fmt.Sprintf("facts[%d].shown", i), true, "is left to the register")
			return
		}
	}
}

// facts holds what is told of a customer of a kind to the rules, and fills in what is left to the
// register.
func (in *reading) facts(kind Kind, on *customer.Date, facts []Fact, at time.Time) {
	if len(facts) == 0 && *on == 0 {
		return
	}
	today := in.day(on, at)
	for i := range facts {
		in.fact(kind, fmt.Sprintf("facts[%d].value", i), &facts[i], today)
	}
}

// day fills in the day that facts are of, where it was left to the register, and returns the one on which
// they are told.
func (in *reading) day(on *customer.Date, at time.Time) customer.Date {
	today := in.register.Day(at)
	if *on == 0 {
		*on = today
	}
	if *on > today {
		in.faults.Add("on", *on, "is not after the day on which it is told")
	}
	return today
}

func (in *reading) fact(kind Kind, path string, fact *Fact, today customer.Date) {
	field := in.register.fields[fact.Field]
	switch {
	case field == nil:
		in.miss(CodeUnknownField, fact.Field)
	case !ofKind(field.Kinds, kind):
		in.miss(CodeOtherKind, fact.Field)
	default:
		field.value(&in.faults, path, fact.Value, today)
		fact.Shown = !field.Personal
	}
}

// Tell adds facts with a command. What she told answers what she had declined to answer before.
func (g *Register) Tell(r Record, x Tell) (Decision, error) {
	step := x.Take()
	x.Facts = slices.Clone(x.Facts)
	d, err := g.begin(r, step, func(faults *customer.Faults) {
		x.check(faults)
		leaveShown(faults, x.Facts)
	})
	if err != nil {
		return Decision{}, err
	}
	in := reading{register: g}
	in.source(x.Source)
	if r.Entries > 0 {
		in.facts(r.Opened.Kind, &x.On, x.Facts, d.At)
	}
	if err := in.close(d); err != nil {
		return Decision{}, err
	}
	missFull(d, "facts", len(r.Facts)+len(x.Facts), MaxFacts)
	d.Post(x)
	return d.Decision()
}

// missFull notes that a record would have more of something than it may have.
func missFull(d *draft, what string, number, most int) {
	if number > most {
		d.Miss(customer.Reason{Code: CodeFull, Of: what, Fact: int64(number), Mark: int64(most), Unit: customer.UnitTimes})
	}
}

func (x Tell) apply(r *ground, e *Entry) error {
	return r.tell(e, x.Source, x.On, x.Permille, x.Facts)
}

// tell adds facts to the ground.
func (r *ground) tell(e *Entry, source string, on customer.Date, permille int, facts []Fact) error {
	if len(facts) == 0 {
		return nil
	}
	if err := r.room("facts", len(r.Facts)+len(facts), MaxFacts); err != nil {
		return err
	}
	if !on.Valid() {
		return fmt.Errorf("facts of no day")
	}
	ref := e.Kind() + ":" + e.Ref
	rows := mine(r, ofFacts, &r.Facts)
	for _, one := range facts {
		*rows = append(*rows, Known{
			Field: one.Field, Value: one.Value, Shown: one.Shown, On: on, Ref: ref, At: e.At, By: e.By, Source: source, Permille: permille,
		})
		r.answered(one.Field)
	}
	return nil
}
