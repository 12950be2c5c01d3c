package contact

import (
	"slices"
	"strconv"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
)

// List is one of the lists of a file. The zero List is refused.
type List uint8

// The lists. Their texts are format.
const (
	ListContacts List = iota + 1
	ListPreparations
	ListAppointments
	ListVisits
	ListPromises
	ListQuotes

	lastList = ListQuotes
)

// String returns the stored text.
func (l List) String() string {
	switch l {
	case ListContacts:
		return "contacts"
	case ListPreparations:
		return "preparations"
	case ListAppointments:
		return "appointments"
	case ListVisits:
		return "visits"
	case ListPromises:
		return "promises"
	case ListQuotes:
		return "quotes"
	}
	return "list " + strconv.Itoa(int(l))
}

// MarshalText writes the stored text; anything else is an error.
func (l List) MarshalText() ([]byte, error) { return customer.WriteStored("contact", l, lastList) }

// UnmarshalText reads what MarshalText wrote.
func (l *List) UnmarshalText(text []byte) error {
	return customer.ReadStored("contact", "list", l, lastList, text)
}

// Archived is what a file no longer has: the entries still do.
type Archived struct {
	Contacts     Dropped `json:"contacts,omitzero"`
	Preparations Dropped `json:"preparations,omitzero"`
	Appointments Dropped `json:"appointments,omitzero"`
	Visits       Dropped `json:"visits,omitzero"`
	Promises     Dropped `json:"promises,omitzero"`
	Quotes       Dropped `json:"quotes,omitzero"`
}

// Dropped is how many rows of a list were dropped, and of which time at most.
type Dropped struct {
	Rows   int64     `json:"rows"`
	Before time.Time `json:"before"`
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
	Lists  []List    `json:"lists,omitempty"` // none: all
}

func (Archive) kind() string { return "archive" }

// Canonical writes the command in canonical form.
func (x Archive) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Time("before", x.Before)
	c.List("lists", len(x.Lists), func(i int) { c.Text("list", stored(x.Lists[i])) })
}

func (x Archive) check(faults *customer.Faults) {
	faults.Instant("before", x.Before)
	faults.Within("lists", len(x.Lists), 0, int(lastList))
	for i, list := range x.Lists[:min(len(x.Lists), int(lastList))] {
		if list == 0 || list > lastList {
			faults.Add("lists", list, "are lists of a file")
		} else if slices.Contains(x.Lists[:i], list) {
			faults.Add("lists", list, "stands only once")
		}
	}
}

// Archive drops rows with a command. The reasons say how many of each list; where there are none,
// nothing is booked.
func (p *Policy) Archive(f File, x Archive) (Decision, error) {
	step := x.Take()
	d, err := p.begin(&f, step, func(faults *customer.Faults) {
		if x.check(faults); x.Before.After(step.At) {
			faults.Add("before", x.Before, "is no later than at")
		}
	})
	if err != nil {
		return Decision{}, err
	}
	var dropped []customer.Reason
	for _, list := range x.lists() {
		rows := 0
		for _, at := range f.settled(list) {
			if at.Before(x.Before) {
				rows++
			}
		}
		if rows > 0 {
			dropped = append(dropped, p.archived(list, rows, x.Before))
		}
	}
	if len(dropped) > 0 {
		d.Post(x, dropped...)
	}
	return d.Decision()
}

func (p *Policy) archived(list List, rows int, before time.Time) customer.Reason {
	return customer.Reason{Code: CodeArchived, Of: list.String(), Fact: int64(rows), Unit: customer.UnitTimes, At: p.local(before)}
}

func (x *Archive) lists() []List {
	if len(x.Lists) > 0 {
		return x.Lists
	}
	return []List{ListContacts, ListPreparations, ListAppointments, ListVisits, ListPromises, ListQuotes}
}

// makeRoom drops the oldest rows of a list that has no room for so many more, a quarter of the list at
// once; or where there are too few with which nothing is to be done any more, it notes that the list is
// full.
func (p *Policy) makeRoom(d *draft, f *File, list List, more int) {
	lack := f.rows(list) + more - MaxRows
	if lack <= 0 {
		return
	}
	settled := slices.DeleteFunc(f.settled(list), func(at time.Time) bool { return !at.Before(d.At) })
	if len(settled) < lack {
		d.Miss(customer.Reason{Code: CodeFull, Of: list.String(), Mark: MaxRows, Unit: customer.UnitTimes})
		return
	}
	slices.SortFunc(settled, time.Time.Compare)
	before := settled[min(max(lack, MaxRows/4), len(settled))-1].Add(1)
	rows, _ := slices.BinarySearchFunc(settled, before, time.Time.Compare)
	d.Post(Archive{Before: before, Lists: []List{list}}, p.archived(list, rows, before))
}

// rows is how many rows a list has.
func (f *File) rows(list List) int {
	switch list {
	case ListContacts:
		return len(f.Contacts)
	case ListPreparations:
		return len(f.Preparations)
	case ListAppointments:
		return len(f.Appointments)
	case ListVisits:
		return len(f.Visits)
	case ListPromises:
		return len(f.Promises)
	case ListQuotes:
		return len(f.Quotes)
	}
	return 0
}

// settled returns since when, or from when on, nothing is to be done with the rows of a list, of those of
// which that is known.
func (f *File) settled(list List) []time.Time {
	switch list {
	case ListContacts:
		return settledOf(f.Contacts, (*Contact).settled)
	case ListPreparations:
		return settledOf(f.Preparations, (*Preparation).settled)
	case ListAppointments:
		return settledOf(f.Appointments, (*Appointed).settled)
	case ListVisits:
		return settledOf(f.Visits, (*Visit).settled)
	case ListPromises:
		return settledOf(f.Promises, (*Promised).settled)
	case ListQuotes:
		return settledOf(f.Quotes, (*Quoted).settled)
	}
	return nil
}

func settledOf[T any](rows []T, of func(*T) (time.Time, bool)) []time.Time {
	all := make([]time.Time, 0, len(rows))
	for i := range rows {
		if at, is := of(&rows[i]); is {
			all = append(all, at)
		}
	}
	return all
}

func (x Archive) apply(g *ground, _ *Entry) error {
	var unkept File
	gone := g.gone
	if gone == nil {
		gone = &unkept
	}
	for _, list := range x.lists() {
		switch a := &g.Archived; list {
		case ListContacts:
			drop(g, ofContacts, &g.Contacts, &gone.Contacts, &a.Contacts, x.Before, (*Contact).settled)
		case ListPreparations:
			drop(g, ofPreparations, &g.Preparations, &gone.Preparations, &a.Preparations, x.Before, (*Preparation).settled)
		case ListAppointments:
			drop(g, ofAppointments, &g.Appointments, &gone.Appointments, &a.Appointments, x.Before, (*Appointed).settled)
		case ListVisits:
			drop(g, ofVisits, &g.Visits, &gone.Visits, &a.Visits, x.Before, (*Visit).settled)
		case ListPromises:
			drop(g, ofPromises, &g.Promises, &gone.Promises, &a.Promises, x.Before, (*Promised).settled)
		case ListQuotes:
			drop(g, ofQuotes, &g.Quotes, &gone.Quotes, &a.Quotes, x.Before, (*Quoted).settled)
		}
	}
	return nil
}

// drop moves the rows of a list away that were settled before an instant.
func drop[T any](g *ground, part parts, list, gone *[]T, dropped *Dropped, before time.Time, settled func(*T) (time.Time, bool)) {
	var left []T
	for _, row := range *list {
		if at, is := settled(&row); is && at.Before(before) {
			*gone = append(*gone, row)
		} else {
			left = append(left, row)
		}
	}
	if moved := len(*list) - len(left); moved > 0 {
		dropped.Rows += int64(moved)
		dropped.Before = latest(dropped.Before, before)
		*list = left
		g.own |= part
	}
}
