package contact

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
)

// Point is one thing that is to be said or asked.
type Point struct {
	ID         string `json:"id"` // the host's, unique in its list: "delivery-date"
	Text       string `json:"text,omitempty"`
	Importance int    `json:"importance"`     // 1 to 100: what is more comes first
	Must       bool   `json:"must,omitempty"` // it must not be forgotten

	// Left to the policy: the preparation from which it was carried over, and how often it was.
	From  string `json:"from,omitempty"`
	Times int    `json:"times,omitempty"`
}

const (
	maxPoints     = 100
	maxImportance = 100
	maxTimes      = 1_000_000
)

func (x *Point) check(faults *customer.Faults) {
	faults.Name("id", x.ID)
	note(faults, "text", x.Text)
	faults.Within("importance", x.Importance, 1, maxImportance)
	faults.Text("from", x.From)
	if faults.Within("times", x.Times, 0, maxTimes); (x.Times > 0) != (x.From != "") {
		faults.Add("times", x.Times, "goes with from")
	}
}

func (x *Point) canonical(c *customer.Canonical) {
	c.Text("id", x.ID)
	c.Text("text", x.Text)
	c.Int("importance", int64(x.Importance))
	c.Bool("must", x.Must)
	c.Text("from", x.From)
	c.Int("times", int64(x.Times))
}

// Prepared is a point of a preparation, and what has become of it.
type Prepared struct { //nolint:recvcheck // a value; read in place
	Point
	Ticked  time.Time `json:"ticked,omitzero"`  // when it was said
	Dropped time.Time `json:"dropped,omitzero"` // when somebody found that it need not be said,
	Why     string    `json:"why,omitempty"`    // and why
	Carried bool      `json:"carried,omitempty"`
}

// Open reports whether the point is still to be said, and stands in no later list.
func (x Prepared) Open() bool { return x.Ticked.IsZero() && x.Dropped.IsZero() && !x.Carried }

// Preparation is a list of what is to be said in a contact, written before it.
type Preparation struct { //nolint:recvcheck // a value; read in place
	Ref     string     `json:"ref"` // of the [Prepare]
	At      time.Time  `json:"at"`
	By      string     `json:"by"`
	Purpose string     `json:"purpose,omitempty"`
	For     time.Time  `json:"for,omitzero"`      // when the contact is to be
	Points  []Prepared `json:"points"`            // what is important first
	Ended   time.Time  `json:"ended,omitzero"`    // since when nobody ticks any more
	Contact string     `json:"contact,omitempty"` // that it was held with; empty of one that another took the place of
}

// Complete reports whether all that was to be said was said, or dropped.
func (x Preparation) Complete() bool {
	return !slices.ContainsFunc(x.Points, func(one Prepared) bool { return one.Ticked.IsZero() && one.Dropped.IsZero() })
}

func (x *Preparation) settled() (time.Time, bool) {
	last := x.Ended
	for i := range x.Points {
		if x.Points[i].Open() {
			return time.Time{}, false
		}
		last = latest(last, latest(x.Points[i].Ticked, x.Points[i].Dropped))
	}
	return last, !x.Ended.IsZero()
}

func (x *Preparation) point(id string) int {
	return slices.IndexFunc(x.Points, func(one Prepared) bool { return one.ID == id })
}

// Prepare writes down before a contact what is to be said in it. The points are sorted by their
// importance, those of equal importance in the order in which they are given. What was left unsaid
// under the same purpose is carried over, before new points of its importance, so that nobody has to
// remember it; a list of the purpose that was not yet used is taken up in this one.
type Prepare struct { //nolint:recvcheck // a value; read in place
	journal.Step `json:"-"`

	Purpose string    `json:"purpose,omitempty"` // of the contact, as its Log will say
	For     time.Time `json:"for,omitzero"`      // when it is to be, where that is known
	Points  []Point   `json:"points"`            // at most 100, with those carried over

	Replaces string `json:"replaces,omitempty"` // left to the policy: the list that it takes up
}

func (Prepare) kind() string { return "prepare" }

// Canonical writes the command in canonical form.
func (x Prepare) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Text("purpose", x.Purpose)
	c.Time("for", x.For)
	c.List("points", len(x.Points), func(i int) { x.Points[i].canonical(c) })
	c.Text("replaces", x.Replaces)
}

func (x Prepare) check(faults *customer.Faults) {
	faults.Text("purpose", x.Purpose)
	if !x.For.IsZero() {
		faults.Instant("for", x.For)
	}
	many(faults, "points", x.Points, maxPoints, func(one *customer.Faults, point *Point) { point.check(one) })
	once(faults, "points", "id", x.Points[:min(len(x.Points), maxPoints)], func(point *Point) string { return point.ID })
	faults.Text("replaces", x.Replaces)
}

// Prepare writes a list with a command. The reasons name each point that was carried over.
func (p *Policy) Prepare(f File, x Prepare) (Decision, error) {
	d, err := p.begin(&f, x.Take(), func(faults *customer.Faults) {
		x.check(faults)
		for i := range x.Points[:min(len(x.Points), maxPoints)] {
			left(faults, fmt.Sprintf("points[%d].from", i), x.Points[i].From, x.Points[i].From == "" && x.Points[i].Times == 0)
		}
		left(faults, "replaces", x.Replaces, x.Replaces == "")
	})
	if err != nil {
		return Decision{}, err
	}
	if f.preparation(d.Ref) >= 0 {
		d.Miss(customer.Reason{Code: CodeTaken, Of: d.Ref})
	}
	x.Points = x.carry(&f)
	if len(x.Points) == 0 {
		d.Miss(customer.Reason{Code: CodeNothingPrepared})
	}
	if len(x.Points) > maxPoints {
		d.Miss(customer.Reason{Code: CodeFull, Of: "points", Mark: maxPoints, Unit: customer.UnitTimes})
	}
	p.makeRoom(d, &f, preparations, 1)
	d.Post(x)
	for _, point := range x.Points {
		if point.Times > 0 {
			d.Why(customer.Reason{Code: CodeCarried, Of: point.ID, Fact: int64(point.Times), Unit: customer.UnitTimes})
		}
	}
	return d.Decision()
}

// carry returns the points of the list with those that were left unsaid before, by importance, and
// notes which list it takes up.
func (x *Prepare) carry(f *File) []Point {
	given := slices.Clone(x.Points)
	var all []Point
	for i := range f.Preparations {
		earlier := &f.Preparations[i]
		if earlier.Purpose != x.Purpose {
			continue
		}
		if earlier.Ended.IsZero() {
			x.Replaces = earlier.Ref
		}
		for _, old := range earlier.Points {
			if !old.Open() {
				continue
			}
			point := old.Point
			if again := slices.IndexFunc(given, func(one Point) bool { return one.ID == old.ID }); again >= 0 {
				point = given[again] // in today's words
				given = slices.Delete(given, again, again+1)
			}
			point.From, point.Times = earlier.Ref, min(old.Times+1, maxTimes)
			all = append(all, point)
		}
	}
	all = append(all, given...)
	slices.SortStableFunc(all, func(a, b Point) int { return cmp.Compare(b.Importance, a.Importance) })
	return all
}

func (x Prepare) apply(g *ground, e *Entry) error {
	if g.preparation(e.Ref) >= 0 {
		return errTaken
	}
	if len(x.Points) == 0 {
		return errors.New("nothing is to be said")
	}
	rows := mine(g, ofPreparations, &g.Preparations)
	row := Preparation{Ref: e.Ref, At: e.At, By: e.By, Purpose: x.Purpose, For: x.For, Points: make([]Prepared, len(x.Points))}
	var copied string // the list whose points are our own already
	for i, point := range x.Points {
		if row.Points[i].Point = point; point.Times == 0 {
			continue
		}
		from := g.preparation(point.From)
		if from < 0 {
			return errUnknown
		}
		at := (*rows)[from].point(point.ID)
		if at < 0 || !(*rows)[from].Points[at].Open() {
			return errOver
		}
		if copied != point.From {
			copied = point.From
			(*rows)[from].Points = slices.Clone((*rows)[from].Points)
		}
		(*rows)[from].Points[at].Carried = true
	}
	if x.Replaces != "" {
		at := g.preparation(x.Replaces)
		if at < 0 || !(*rows)[at].Ended.IsZero() {
			return errUnknown
		}
		(*rows)[at].Ended = e.At
	}
	*rows = append(*rows, row)
	return nil
}

// Tick says during a contact that points of its list were said. One that is ticked already stays as
// it is.
type Tick struct {
	journal.Step `json:"-"`

	Preparation string   `json:"preparation"`
	Points      []string `json:"points"`
}

func (Tick) kind() string { return "tick" }

// Canonical writes the command in canonical form.
func (x Tick) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Text("preparation", x.Preparation)
	texts(c, "points", x.Points)
}

func (x Tick) check(faults *customer.Faults) {
	faults.Name("preparation", x.Preparation)
	faults.Names("points", x.Points, 1, maxPoints)
}

// Tick ticks points with a command. The reasons name what is still to be said.
func (p *Policy) Tick(f File, x Tick) (Decision, error) {
	d, err := p.begin(&f, x.Take(), x.check)
	if err != nil {
		return Decision{}, err
	}
	row := p.tick(d, &f, x.Preparation, x.Points)
	if row == nil {
		return d.Decision()
	}
	x.Points = slices.DeleteFunc(slices.Clone(x.Points), func(id string) bool {
		at := row.point(id)
		return at >= 0 && !row.Points[at].Ticked.IsZero()
	})
	if len(x.Points) > 0 {
		d.Post(x)
	}
	for _, reason := range row.unsaid(x.Points) {
		d.Why(reason)
	}
	return d.Decision()
}

// tick returns the list whose points are to be ticked, nil where there is none, and notes what stands
// in the way.
func (p *Policy) tick(d *draft, f *File, ref string, points []string) *Preparation {
	at := f.preparation(ref)
	if at < 0 {
		d.Miss(customer.Reason{Code: CodePreparationUnknown, Of: ref})
		return nil
	}
	row := &f.Preparations[at]
	if !row.Ended.IsZero() {
		d.Miss(customer.Reason{Code: CodePreparationEnded, Of: ref, At: p.local(row.Ended)})
	}
	for _, id := range points {
		switch at := row.point(id); {
		case at < 0:
			d.Miss(customer.Reason{Code: CodePointUnknown, Of: id})
		case !row.Points[at].Dropped.IsZero():
			d.Miss(customer.Reason{Code: CodePointDropped, Of: id, At: p.local(row.Points[at].Dropped)})
		}
	}
	return row
}

// unsaid says of each point that is left once others are ticked that it is, what must not be
// forgotten first; or that none is.
func (x *Preparation) unsaid(ticked []string) []customer.Reason {
	var must, others []customer.Reason
	for i := range x.Points {
		one := &x.Points[i]
		if !one.Open() || slices.Contains(ticked, one.ID) {
			continue
		}
		if reason := one.reason(); one.Must {
			must = append(must, reason)
		} else {
			others = append(others, reason)
		}
	}
	if len(must)+len(others) == 0 {
		return []customer.Reason{{Code: CodeComplete, Of: x.Ref, Fact: int64(len(x.Points)), Unit: customer.UnitTimes}}
	}
	return append(must, others...)
}

func (x *Prepared) reason() customer.Reason {
	code := CodeUnsaid
	if x.Must {
		code = CodeMustUnsaid
	}
	return customer.Reason{Code: code, Of: x.ID, Fact: int64(x.Times), Unit: customer.UnitTimes}
}

func (x Tick) apply(g *ground, e *Entry) error {
	at := g.preparation(x.Preparation)
	if at < 0 {
		return errUnknown
	}
	if !g.Preparations[at].Ended.IsZero() {
		return errOver
	}
	return g.tick(at, x.Points, e.At)
}

// tick ticks points of a list.
func (g *ground) tick(at int, points []string, when time.Time) error {
	row := &(*mine(g, ofPreparations, &g.Preparations))[at]
	row.Points = slices.Clone(row.Points)
	for _, id := range points {
		at := row.point(id)
		if at < 0 || !row.Points[at].Dropped.IsZero() || row.Points[at].Carried {
			return errUnknown
		}
		if row.Points[at].Ticked.IsZero() {
			row.Points[at].Ticked = when
		}
	}
	return nil
}

// usePreparation notes what stands in the way of holding a contact with its list, and returns what is
// left of that.
func (p *Policy) usePreparation(d *draft, f *File, x *Log) []customer.Reason {
	if x.Preparation != "" {
		row := p.tick(d, f, x.Preparation, x.Ticked)
		if row == nil {
			return nil
		}
		return row.unsaid(x.Ticked)
	}
	if x.Missed {
		return nil
	}
	at := place(f.Preparations, func(row *Preparation) bool { return row.Purpose == x.Purpose && row.Ended.IsZero() })
	if at < 0 {
		return nil
	}
	return []customer.Reason{{
		Code: CodePreparationLeft, Of: f.Preparations[at].Ref, Fact: int64(len(f.Preparations[at].Points)), Unit: customer.UnitTimes, At: p.local(f.Preparations[at].At),
	}}
}

// endPreparation ends the list that a contact was held with.
func (x *Log) endPreparation(g *ground, ref string, end time.Time) error {
	if x.Preparation == "" {
		return nil
	}
	at := g.preparation(x.Preparation)
	if at < 0 {
		return errUnknown
	}
	if !g.Preparations[at].Ended.IsZero() {
		return errOver
	}
	if err := g.tick(at, x.Ticked, end); err != nil {
		return err
	}
	row := &g.Preparations[at] // its own since tick
	row.Ended, row.Contact = end, ref
	return nil
}

// Drop says that a point need not be said any more, and why: it stands in no later list.
type Drop struct {
	journal.Step `json:"-"`

	Preparation string `json:"preparation"`
	Point       string `json:"point"`
	Why         string `json:"why"`
}

func (Drop) kind() string { return "drop" }

// Canonical writes the command in canonical form.
func (x Drop) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Text("preparation", x.Preparation)
	c.Text("point", x.Point)
	c.Text("why", x.Why)
}

func (x Drop) check(faults *customer.Faults) {
	faults.Name("preparation", x.Preparation)
	faults.Name("point", x.Point)
	required(faults, "why", x.Why)
}

// required notes a fault unless there is a readable note.
func required(faults *customer.Faults, path, text string) {
	if text == "" {
		faults.Add(path, text, "is required")
	}
	note(faults, path, text)
}

// Drop drops a point with a command.
func (p *Policy) Drop(f File, x Drop) (Decision, error) {
	d, err := p.begin(&f, x.Take(), x.check)
	if err != nil {
		return Decision{}, err
	}
	at := f.preparation(x.Preparation)
	if at < 0 {
		d.Miss(customer.Reason{Code: CodePreparationUnknown, Of: x.Preparation})
		return d.Decision()
	}
	switch point := f.Preparations[at].point(x.Point); {
	case point < 0:
		d.Miss(customer.Reason{Code: CodePointUnknown, Of: x.Point})
	case !f.Preparations[at].Points[point].Open():
		d.Miss(customer.Reason{Code: CodePointDone, Of: x.Point})
	}
	d.Post(x)
	return d.Decision()
}

func (x Drop) apply(g *ground, e *Entry) error {
	at := g.preparation(x.Preparation)
	if at < 0 {
		return errUnknown
	}
	point := g.Preparations[at].point(x.Point)
	if point < 0 {
		return errUnknown
	}
	if !g.Preparations[at].Points[point].Open() {
		return errOver
	}
	row := &(*mine(g, ofPreparations, &g.Preparations))[at]
	row.Points = slices.Clone(row.Points)
	row.Points[point].Dropped, row.Points[point].Why = e.At, x.Why
	return nil
}

// Unsaid is a point that is still to be said.
type Unsaid struct {
	Preparation string `json:"preparation"` // whose it is
	Purpose     string `json:"purpose,omitempty"`
	Prepared
}

// Unsaid returns what is still to be said to a customer, under whatever purpose: what must not be
// forgotten first, then by importance, each with its reason. It is what whoever speaks with her next
// looks at.
func (p *Policy) Unsaid(f File) ([]Unsaid, []customer.Reason) {
	var all []Unsaid
	for i := range f.Preparations {
		row := &f.Preparations[i]
		for _, one := range row.Points {
			if one.Open() {
				all = append(all, Unsaid{row.Ref, row.Purpose, one})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b Unsaid) int {
		if a.Must != b.Must {
			if a.Must {
				return -1
			}
			return 1
		}
		return cmp.Compare(b.Importance, a.Importance)
	})
	var why []customer.Reason
	for i := range all {
		why = append(why, p.signed(all[i].reason()))
	}
	return all, why
}
