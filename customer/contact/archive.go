package contact

import (
	"slices"
	"strings"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
)

// The lists of a file, by the names that they have in JSON.
const (
	contacts     = "contacts"
	preparations = "preparations"
	appointments = "appointments"
	visits       = "visits"
	promises     = "promises"
	quotes       = "quotes"

	allLists = contacts + " " + preparations + " " + appointments + " " + visits + " " + promises + " " + quotes
)

// list is one of the lists of a file, as far as it is to be kept short.
type list interface {
	rows(f *File) int
	settled(f *File) []time.Time           // since when, or from when on, nothing is to be done with its rows, where that is known
	drop(g *ground, before time.Time) bool // moves the rows away that were settled before; whether there were any
}

// listOf returns one of the lists; nil: there is none of that name.
func listOf(name string) list {
	switch name {
	case contacts:
		return listRows[Contact]{ofContacts, func(f *File) *[]Contact { return &f.Contacts }, (*Contact).settled}
	case preparations:
		return listRows[Preparation]{ofPreparations, func(f *File) *[]Preparation { return &f.Preparations }, (*Preparation).settled}
	case appointments:
		return listRows[Appointed]{ofAppointments, func(f *File) *[]Appointed { return &f.Appointments }, (*Appointed).settled}
	case visits:
		return listRows[Visit]{ofVisits, func(f *File) *[]Visit { return &f.Visits }, (*Visit).settled}
	case promises:
		return listRows[Promised]{ofPromises, func(f *File) *[]Promised { return &f.Promises }, (*Promised).settled}
	case quotes:
		return listRows[Quoted]{ofQuotes, func(f *File) *[]Quoted { return &f.Quotes }, (*Quoted).settled}
	}
	return nil
}

// listRows is a list of rows of one type.
type listRows[T any] struct {
	part parts
	of   func(*File) *[]T
	when func(*T) (time.Time, bool) // it was settled
}

func (l listRows[T]) rows(f *File) int { return len(*l.of(f)) }

func (l listRows[T]) settled(f *File) (all []time.Time) {
	rows := *l.of(f)
	for i := range rows {
		if at, is := l.when(&rows[i]); is {
			all = append(all, at)
		}
	}
	return all
}

func (l listRows[T]) drop(g *ground, before time.Time) bool {
	var left, gone []T
	for _, row := range *l.of(&g.File) {
		if at, is := l.when(&row); is && at.Before(before) {
			gone = append(gone, row)
		} else {
			left = append(left, row)
		}
	}
	if len(gone) == 0 {
		return false
	}
	*l.of(&g.File) = left
	g.own |= l.part
	if g.gone != nil {
		*l.of(g.gone) = append(*l.of(g.gone), gone...)
	}
	return true
}

// Archive drops rows from a file with which nothing has been to be done since before an instant:
// contacts that were over, lists of which all was said, appointments whose day was, visits that were
// recorded or called off, promises that were kept or released, quotes that bound nobody any more.
// What is open stays, however old it is. The entries stay in the store, for [ReplayWhole]; a file is so
// kept as small as what whoever speaks with the customer has to see.
//
// A host archives now and then: with every change of the year, say, what was over two years ago. Where
// it never does, a command on a full list posts an Archive of that list alone, before itself.
type Archive struct { //nolint:recvcheck // a value; read in place
	journal.Step `json:"-"`

	Before time.Time `json:"before"`
	Lists  []string  `json:"lists,omitempty"` // of the file, by their names in JSON: "contacts", "quotes"; none: all
}

func (Archive) kind() string { return "archive" }

// Canonical writes the command in canonical form.
func (x Archive) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Time("before", x.Before)
	texts(c, "lists", x.Lists)
}

func (x Archive) check(faults *customer.Faults) {
	all := strings.Fields(allLists)
	faults.Instant("before", x.Before)
	faults.Names("lists", x.Lists, 0, len(all))
	for _, name := range x.Lists[:min(len(x.Lists), len(all))] {
		if !slices.Contains(all, name) {
			faults.Add("lists", name, "are of "+allLists)
		}
	}
}

// Archive drops rows with a command. The reasons say how many of each list; where there are none,
// nothing is booked.
func (p *Policy) Archive(f File, x Archive) (Decision, error) {
	step := x.Take()
	d, err := p.begin(&f, step, func(faults *customer.Faults) {
		x.check(faults)
		if x.Before.After(step.At) {
			faults.Add("before", x.Before, "is no later than at")
		}
	})
	if err != nil {
		return Decision{}, err
	}
	var dropped []customer.Reason
	for _, name := range x.lists() {
		settled := slices.DeleteFunc(listOf(name).settled(&f), func(at time.Time) bool { return !at.Before(x.Before) })
		if len(settled) > 0 {
			dropped = append(dropped, p.archived(name, len(settled), x.Before))
		}
	}
	if len(dropped) > 0 {
		x.Lists = slices.Clone(x.Lists)
		d.Post(x, dropped...)
	}
	return d.Decision()
}

func (p *Policy) archived(name string, rows int, before time.Time) customer.Reason {
	return customer.Reason{Code: CodeArchived, Of: name, Fact: int64(rows), Unit: customer.UnitTimes, At: p.local(before)}
}

func (x *Archive) lists() []string {
	if len(x.Lists) > 0 {
		return x.Lists
	}
	return strings.Fields(allLists)
}

// makeRoom drops the oldest rows of a list that has no room for so many more, a quarter of the list at
// once; or where there are too few with which nothing is to be done any more, it notes that the list is
// full.
func (p *Policy) makeRoom(d *draft, f *File, name string, more int) {
	of := listOf(name)
	lack := of.rows(f) + more - MaxRows
	if lack <= 0 {
		return
	}
	settled := slices.DeleteFunc(of.settled(f), func(at time.Time) bool { return !at.Before(d.At) })
	if len(settled) < lack {
		d.Miss(customer.Reason{Code: CodeFull, Of: name, Mark: MaxRows, Unit: customer.UnitTimes})
		return
	}
	slices.SortFunc(settled, time.Time.Compare)
	before := settled[min(max(lack, MaxRows/4), len(settled))-1].Add(1)
	rows, _ := slices.BinarySearchFunc(settled, before, time.Time.Compare)
	d.Post(Archive{Before: before, Lists: []string{name}}, p.archived(name, rows, before))
}

func (x Archive) apply(g *ground, _ *Entry) error {
	for _, name := range x.lists() {
		if listOf(name).drop(g, x.Before) && name == contacts {
			g.ContactsFrom = latest(g.ContactsFrom, x.Before)
		}
	}
	return nil
}
