package wish

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
)

// Leaning says whether a customer likes something. The zero Leaning is refused.
type Leaning uint8

// The leanings. Their texts are format.
const (
	For     Leaning = iota + 1 // she likes it
	Against                    // she dislikes it, or does not bear it: it is never offered

	lastLeaning = Against
)

// String returns the stored text.
func (l Leaning) String() string {
	switch l {
	case For:
		return "for"
	case Against:
		return "against"
	}
	return "leaning " + strconv.Itoa(int(l))
}

// MarshalText writes the stored text; anything else is an error.
func (l Leaning) MarshalText() ([]byte, error) { return customer.WriteStored("wish", l, lastLeaning) }

// UnmarshalText reads what MarshalText wrote.
func (l *Leaning) UnmarshalText(text []byte) error {
	return customer.ReadStored("wish", "leaning", l, lastLeaning, text)
}

func checkLeaning(faults *customer.Faults, path string, leaning Leaning) {
	if leaning == 0 || leaning > lastLeaning {
		faults.Add(path, leaning, "is for or against")
	}
}

// Preference is all that is known of what a customer thinks of one value of a kind. Whether she
// likes it on a given day is for [Book.Likes] to say.
type Preference struct {
	Kind    string    `json:"kind"`             // "seat"
	Value   string    `json:"value"`            // "window"
	Said    Statement `json:"said,omitzero"`    // her latest word
	For     Seen      `json:"for,omitzero"`     // chosen, asked for, praised
	Against Seen      `json:"against,omitzero"` // refused, left, sent back
}

// Statement is what she said of a value.
type Statement struct {
	Leaning  Leaning       `json:"leaning"`
	Strength int           `json:"strength"`          // 1 to MaxStrength
	On       customer.Date `json:"on"`                // the day on which she said it
	Until    customer.Date `json:"until,omitzero"`    // the first day on which it no longer holds; zero: it has no end
	At       time.Time     `json:"at"`                // when it was booked
	By       string        `json:"by"`                // who booked it
	Consent  string        `json:"consent,omitempty"` // by which it is kept, where it is sensitive
}

// MaxStrength is how much she likes what she likes above all.
const MaxStrength = 5

// Seen counts how often something was seen, by days. The order in which it was booked leaves no
// trace.
type Seen struct {
	Times int64 `json:"times"` // in all
	Days  []Day `json:"days"`  // ascending; the latest hundred: earlier ones are only counted
}

// Day is how often something was seen on a day.
type Day struct {
	On    customer.Date `json:"on"`
	Times int64         `json:"times"`
}

const maxSeenDays = 100

// with returns what was seen and one time more. The list of days is a new one.
func (s *Seen) with(on customer.Date) Seen {
	at, found := slices.BinarySearchFunc(s.Days, on, func(d Day, on customer.Date) int { return int(d.On) - int(on) })
	days := make([]Day, 0, len(s.Days)+1)
	days = append(days, s.Days[:at]...)
	if found {
		days = append(days, Day{on, s.Days[at].Times + 1})
		at++
	} else {
		days = append(days, Day{on, 1})
	}
	days = append(days, s.Days[at:]...)
	return Seen{s.Times + 1, days[max(0, len(days)-maxSeenDays):]}
}

// Say says what a customer said that she likes or dislikes, in her own words about one value of a
// kind. It replaces what she said of that value before; to take it back without a new word is
// [Forget].
type Say struct {
	journal.Step `json:"-"`

	Kind     string        `json:"kind"`
	Value    string        `json:"value"` // at most 128 bytes
	Leaning  Leaning       `json:"leaning"`
	Strength int           `json:"strength"`          // 1, a little, to 5, above all
	On       customer.Date `json:"on"`                // the day on which she said it; absent from a command: that of its instant
	Until    customer.Date `json:"until,omitzero"`    // the first day on which it no longer holds; absent from a command: as the rules say
	Consent  string        `json:"consent,omitempty"` // the reference of her consent, where the kind is sensitive
}

func (Say) kind() string { return "say" }

// Canonical writes the command in canonical form.
func (x Say) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Text("kind", x.Kind)
	c.Text("value", x.Value)
	writeEnum(c, "leaning", x.Leaning)
	c.Int("strength", int64(x.Strength))
	c.Date("on", x.On)
	c.Date("until", x.Until)
	c.Text("consent", x.Consent)
}

// writeEnum writes the text of a value, where there is one.
func writeEnum[E customer.Stored](c *customer.Canonical, name string, value E) {
	if value != 0 {
		c.Text(name, value.String())
	}
}

func (x Say) check(faults *customer.Faults) {
	checkKind(faults, "kind", x.Kind)
	checkValue(faults, "value", x.Value)
	checkLeaning(faults, "leaning", x.Leaning)
	faults.Within("strength", x.Strength, 1, MaxStrength)
	faults.Day("until", x.Until)
	faults.Text("consent", x.Consent)
}

func (x Say) stored(faults *customer.Faults) {
	x.check(faults)
	faults.GivenDay("on", x.On)
}

func (x Say) apply(g *ground, e *Entry) error {
	p := g.liked(x.Kind, x.Value)
	if x.On < p.Said.On || x.On == p.Said.On && e.At.Before(p.Said.At) {
		return nil // she has said something since
	}
	p.Said = Statement{x.Leaning, x.Strength, x.On, x.Until, e.At, e.By, x.Consent}
	return nil
}

// liked returns a preference that may be changed in place, made new when there is none.
func (g *ground) liked(kind, value string) *Preference {
	all := mine(&g.ownPreferences, &g.Preferences)
	place, found := g.preference(kind, value)
	if !found {
		*all = slices.Insert(*all, place, Preference{Kind: kind, Value: value})
	}
	return &(*all)[place]
}

// Say books what a customer said.
func (b *Book) Say(m Memory, x Say) (Decision, error) {
	step := x.Take()
	d, err := b.begin(m, step, func(faults *customer.Faults) {
		b.day(faults, "on", &x.On, step.At)
		if x.check(faults); x.Until.Valid() && x.Until <= x.On {
			faults.Add("until", x.Until, "is a day after the one on which she said it, or absent")
		}
	})
	if err != nil {
		return Decision{}, err
	}
	kind := b.known(d, x.Kind, x.Consent)
	b.room(d, &m, 0, x.Kind, x.Value)
	if kind != nil && kind.SaidDays > 0 && x.Until == 0 {
		x.Until = x.On.AddDays(kind.SaidDays) // zero past the last day: there is no end
	}
	d.Post(x)
	return d.Decision()
}

// known returns the rule of a kind; where there is none, or where it is sensitive and nobody names
// her consent, that is missing.
func (b *Book) known(d *draft, id, consent string) *kind {
	kind := b.kind(id)
	switch {
	case kind == nil:
		d.Miss(customer.Reason{Code: CodeKind, Of: id})
	case kind.Sensitive && consent == "":
		d.Miss(customer.Reason{Code: CodeConsent, Of: id})
	}
	return kind
}

// room notes what is missing where a preference would be one too many, after so many others that
// the same command adds. It reports whether it adds one.
func (b *Book) room(d *draft, m *Memory, others int, kind, value string) (adds bool) {
	if _, found := m.preference(kind, value); found {
		return false
	}
	if len(m.Preferences)+others >= MaxList {
		d.Miss(customer.Reason{Code: CodeFull, Of: "preferences", Mark: MaxList})
	}
	return true
}

// Sight is one thing that was seen: that she chose a value, or refused it.
type Sight struct {
	Kind    string  `json:"kind"`
	Value   string  `json:"value"`
	Leaning Leaning `json:"leaning"`
}

const maxSights = 50 // of one command

// Observe says what was seen of a customer's likings on one visit: where she sat, what she ordered,
// what she sent back. A visit sends it once, under its own reference, and as often as it likes.
type Observe struct {
	journal.Step `json:"-"`

	On      customer.Date `json:"on"`                // the day on which it was seen; absent from a command: that of its instant
	Saw     []Sight       `json:"saw"`               // each value once, 50 at most
	Consent string        `json:"consent,omitempty"` // the reference of her consent, where a kind is sensitive
}

func (Observe) kind() string { return "observe" }

// Canonical writes the command in canonical form.
func (x Observe) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Date("on", x.On)
	c.List("saw", len(x.Saw), func(i int) {
		c.Text("kind", x.Saw[i].Kind)
		c.Text("value", x.Saw[i].Value)
		writeEnum(c, "leaning", x.Saw[i].Leaning)
	})
	c.Text("consent", x.Consent)
}

func (x Observe) check(faults *customer.Faults) {
	faults.Within("saw", len(x.Saw), 1, maxSights)
	saw := x.Saw[:min(len(x.Saw), maxSights)]
	for i, sight := range saw {
		var part customer.Faults
		checkKind(&part, "kind", sight.Kind)
		checkValue(&part, "value", sight.Value)
		checkLeaning(&part, "leaning", sight.Leaning)
		if slices.ContainsFunc(saw[:i], func(s Sight) bool { return s.Kind == sight.Kind && s.Value == sight.Value }) {
			part.Add("value", sight.Value, ruleOnce)
		}
		if len(part) > 0 {
			faults.Join(fmt.Sprintf("saw[%d]", i), part)
		}
	}
	faults.Text("consent", x.Consent)
}

func (x Observe) stored(faults *customer.Faults) {
	x.check(faults)
	faults.GivenDay("on", x.On)
}

func (x Observe) apply(g *ground, _ *Entry) error {
	for _, sight := range x.Saw {
		p := g.liked(sight.Kind, sight.Value)
		seen := &p.For
		if sight.Leaning == Against {
			seen = &p.Against
		}
		*seen = seen.with(x.On)
	}
	return nil
}

// Observe books what was seen of a customer's likings.
func (b *Book) Observe(m Memory, x Observe) (Decision, error) {
	step := x.Take()
	d, err := b.begin(m, step, func(faults *customer.Faults) {
		b.day(faults, "on", &x.On, step.At)
		x.check(faults)
	})
	if err != nil {
		return Decision{}, err
	}
	x.Saw = slices.Clone(x.Saw) // the entry keeps it
	added := 0
	for _, sight := range x.Saw {
		b.known(d, sight.Kind, x.Consent)
		if b.room(d, &m, added, sight.Kind, sight.Value) {
			added++
		}
	}
	d.Post(x)
	return d.Decision()
}

// named is a preference as reasons name it: "seat: window".
func named(kind, value string) string { return kind + ": " + value }

// Forget strikes a preference, what she said of it and what was seen: she has taken it back, or does
// not want it remembered. What is booked after it counts anew.
type Forget struct {
	journal.Step `json:"-"`

	Kind  string `json:"kind"`
	Value string `json:"value"`
	Why   string `json:"why,omitempty"`
}

func (Forget) kind() string { return "forget" }

// Canonical writes the command in canonical form.
func (x Forget) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Text("kind", x.Kind)
	c.Text("value", x.Value)
	c.Text("why", x.Why)
}

func (x Forget) stored(faults *customer.Faults) {
	checkKind(faults, "kind", x.Kind)
	checkValue(faults, "value", x.Value)
	faults.Note("why", x.Why)
}

func (x Forget) apply(g *ground, _ *Entry) error {
	place, found := g.preference(x.Kind, x.Value)
	if !found {
		return errUnknown
	}
	all := mine(&g.ownPreferences, &g.Preferences)
	if *all = slices.Delete(*all, place, place+1); len(*all) == 0 {
		*all = nil
	}
	return nil
}

// Forget strikes a preference.
func (b *Book) Forget(m Memory, x Forget) (Decision, error) {
	d, err := b.begin(m, x.Take(), x.stored)
	if err != nil {
		return Decision{}, err
	}
	if _, found := m.preference(x.Kind, x.Value); !found {
		d.Miss(customer.Reason{Code: CodePreferenceUnknown, Of: named(x.Kind, x.Value)})
	}
	d.Post(x)
	return d.Decision()
}
