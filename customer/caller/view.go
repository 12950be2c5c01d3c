package caller

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// Call is the call that a view is for.
type Call struct {
	At time.Time `json:"at"`
	// About are the references of what she calls about, once somebody knows: an order, a case, a
	// product. What is told besides leaves it out.
	About []string `json:"about,omitempty"`
}

// View is what the person at the phone sees of a customer. It is data: each row carries the reasons
// that are to be shown beside it. [Screen.Lines] writes it out.
type View struct {
	Rule string    `json:"rule"`
	At   time.Time `json:"at"`
	Who  Who       `json:"who"` // with dots in the place of most of each identifier

	// Through is to whom the call is put through past the queue; empty: it waits like others, or
	// passes to whoever is free, see Who.Bypass.
	Through string `json:"through,omitempty"`

	First   []Line `json:"first,omitempty"`   // what to know in the first ten seconds, the most important first
	Subject []Line `json:"subject,omitempty"` // all that is known of what she calls about

	Orders    []Row[Order]      `json:"orders,omitempty"`    // those that wait for her, the late ones, the others
	Cases     []Row[Case]       `json:"cases,omitempty"`     // the gravest first, then the oldest
	Products  []Owned           `json:"products,omitempty"`  // those at a repairer, then the newest first, then those that are hers no more
	Money     Owing             `json:"money,omitzero"`      // what she owes
	Promises  []Row[Promise]    `json:"promises,omitempty"`  // by when they are due
	Wishes    []Row[Wish]       `json:"wishes,omitempty"`    // those that are here, then the oldest first
	Quotes    []Row[Quote]      `json:"quotes,omitempty"`    // the newest first
	Contacts  []Row[Contact]    `json:"contacts,omitempty"`  // the newest first
	Purchases []Row[Purchase]   `json:"purchases,omitempty"` // the newest first
	Consents  []Row[Consent]    `json:"consents,omitempty"`  // as supplied
	Missing   []customer.Reason `json:"missing,omitempty"`   // parts that were not supplied, and parts that are old

	Also []Line `json:"also,omitempty"` // what is worth telling besides, in the order of the rules
	Left []Line `json:"left,omitempty"` // what would be, and why it is not told
}

// Row is a row of a part, and why it stands where it does.
type Row[T any] struct {
	Of  T                 `json:"of"`
	Why []customer.Reason `json:"why"`
}

// Line is one thing to know: the row that it is of, and what about it.
type Line struct {
	Section Section         `json:"section,omitzero"` // zero: of the caller herself
	Ref     string          `json:"ref,omitempty"`
	What    string          `json:"what,omitempty"`
	Topic   Topic           `json:"topic,omitzero"` // of what is told besides
	Why     customer.Reason `json:"why"`
}

// View makes the view of a caller, of whatever parts were supplied. Malformed parts are
// customer.Faults, all at once; rules that are not in force on the day of the call refuse.
func (s *Screen) View(call Call, parts Parts) (View, error) {
	if s == nil || s.zone == nil {
		return View{}, errNoScreen
	}
	var faults customer.Faults
	faults.Instant("at", call.At)
	faults.Names("about", call.About, 0, maxOf)
	parts.check(&faults)
	if err := faults.Err(); err != nil {
		return View{}, err
	}
	on := customer.DateOf(call.At, s.zone)
	if err := s.rules.Covers(on); err != nil {
		return View{}, err
	}
	m := making{Screen: s, call: call, on: on, parts: &parts}
	m.view = View{Rule: s.rules.Name(), At: call.At, Who: s.masked(parts.Who)}
	m.connect()
	m.who()
	m.orders()
	m.cases()
	m.products()
	m.money()
	m.promises()
	m.wishes()
	m.quotes()
	m.contacts()
	m.purchases()
	m.consents()
	m.also()
	m.first()
	return m.view, nil
}

// making is a view in the making.
type making struct {
	*Screen
	call  Call
	on    customer.Date
	parts *Parts
	view  View

	urgent  []urgent  // for the first ten seconds
	telling []telling // for what is told besides
	absent  int       // parts that were not supplied

	about   map[string]bool // what she calls about, and what belongs to it
	above   map[string]bool // what that belongs to
	allowed map[string]bool // the purposes for which she allows calls
}

// urgent is a line with its place among those of the first ten seconds: the lower, the sooner.
type urgent struct {
	Line
	place int
}

// The places of the first ten seconds: what decides with whom, and how, one speaks, before what she
// may be calling about, before what she owes.
const (
	placeShared = iota
	placeComplaint
	placeOwner
	placeBroken
	placeRepair
	placeLate
	placeReady
	placeCase
	placeMoney
	placeContact
	placeMissing
)

func (m *making) urge(place int, section Section, head *Head, why customer.Reason) {
	line := Line{Section: section, Why: m.signed(why)}
	if head != nil {
		line.Ref, line.What = head.Ref, brief(head.What)
	}
	m.urgent = append(m.urgent, urgent{line, place})
}

// first takes the lines of the first ten seconds.
func (m *making) first() {
	if m.absent > 0 {
		m.urge(placeMissing, 0, nil, customer.Reason{Code: CodeIncomplete, Fact: int64(m.absent), Mark: int64(Consents)})
	}
	slices.SortStableFunc(m.urgent, func(a, b urgent) int { return cmp.Compare(a.place, b.place) })
	for _, one := range m.urgent[:min(len(m.urgent), m.rules.First)] {
		m.view.First = append(m.view.First, one.Line)
	}
}

// signed returns a reason with the rule book's name.
func (m *making) signed(reason customer.Reason) customer.Reason {
	reason.Rule = m.view.Rule
	return reason
}

// row returns a row with its reasons, and notes them where she calls about it.
func row[T any](m *making, section Section, head *Head, of *T, why ...customer.Reason) Row[T] {
	m.sign(why)
	m.subject(section, head, why)
	return Row[T]{*of, why}
}

func (m *making) sign(why []customer.Reason) {
	for i := range why {
		why[i] = m.signed(why[i])
	}
}

func (m *making) subject(section Section, head *Head, why []customer.Reason) {
	if head == nil || !m.about[head.Ref] {
		return
	}
	what := brief(head.What)
	for _, reason := range why {
		m.view.Subject = append(m.view.Subject, Line{Section: section, Ref: head.Ref, What: what, Why: reason})
	}
}

// supplied notes a part that was not supplied, or is old, and reports whether it has anything to say.
func supplied[T any](m *making, section Section, part *Part[T]) bool {
	if !part.Supplied() {
		m.view.Missing = append(m.view.Missing, m.signed(customer.Reason{Code: CodeNotSupplied, Of: section.String()}))
		m.absent++
		return false
	}
	if limit := time.Duration(m.rules.StaleMinutes) * time.Minute; limit > 0 && m.call.At.Sub(part.AsOf) > limit {
		m.view.Missing = append(m.view.Missing, m.signed(customer.Reason{
			Code: CodeOld, Of: section.String(), At: part.AsOf.In(m.zone),
			Fact: int64(m.call.At.Sub(part.AsOf) / time.Second), Mark: int64(limit / time.Second), Unit: customer.UnitSeconds,
		}))
	}
	return true
}

// sorted returns rows in an order; equals by their references, so that the order of what was
// supplied is never seen.
func sorted[T any](rows []T, head func(*T) *Head, before func(a, b *T) int) []*T {
	order := make([]*T, len(rows))
	for i := range rows {
		order[i] = &rows[i]
	}
	slices.SortFunc(order, func(a, b *T) int {
		return cmp.Or(before(a, b), strings.Compare(head(a).Ref, head(b).Ref))
	})
	return order
}

// room returns a list for as many rows; none for none.
func room[T, R any](rows []T) []R {
	if len(rows) == 0 {
		return nil
	}
	return make([]R, 0, len(rows))
}

// before sorts what is so before what is not.
func before(a, b bool) int {
	switch {
	case a && !b:
		return -1
	case b && !a:
		return 1
	}
	return 0
}
