package lifecycle

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// Circles adds up who brought how many, and how many of them stayed. Standings may be
// added in any order and any split, each newcomer's once; merged, the bytes are the same.
// It is made by [Referrals.Circles], and not safe for concurrent use.
type Circles struct {
	on              customer.Date
	fromDays, until int
	counts          population.Sums[reportName]
}

// Circle is those whom one customer brought. Withdrawn introductions do not count.
type Circle struct {
	By       customer.ID
	Brought  int64
	Bought   int64 // of Brought: have bought, on the day of the referral or later
	Stayed   int64 // of Bought: bought again in the days that count
	Gone     int64 // of Bought: these days are over, and she did not
	Rewarded int64 // of Brought
}

// Open is how many of those who bought may still stay or go: their days are not over.
func (c Circle) Open() int64 { return c.Bought - c.Stayed - c.Gone }

const circlesVersion = 1

// Circles begins to add up what is known on a day.
func (r *Referrals) Circles(on customer.Date) (*Circles, error) {
	var faults customer.Faults
	if !on.Valid() {
		faults.Add("on", on, "is a day")
		return nil, faults
	}
	return &Circles{on, r.rules.StayedFromDays, r.rules.StayedUntilDays, population.NewSums[reportName](5)}, nil
}

// Add counts one newcomer: her standing, and all days on which she has bought. Days before
// she was brought and after the day of the report are left out. A standing without a
// referral counts nothing.
func (c *Circles) Add(standing Standing, days customer.Days) error {
	if err := checkMade(c.on != 0, "on", "Referrals.Circles"); err != nil {
		return err
	}
	if err := days.Validate(); err != nil {
		return err
	}
	own := standing.Brought
	if own.State == 0 || own.State == BondWithdrawn || own.Bond.On > c.on {
		return nil
	}
	if own.Bond.By == "" {
		return errors.New("lifecycle: a referral by nobody")
	}
	row := []int64{1, 4: 0}
	if own.State == BondRewarded {
		row[4] = 1
	}
	start, _ := slices.BinarySearch(days, own.Bond.On)
	if days = days[start:]; len(days) > 0 && days[0] <= c.on {
		row[1] = 1
		first, last := days[0]+customer.Date(c.fromDays), days[0]+customer.Date(c.until)
		again, _ := slices.BinarySearch(days, first)
		switch {
		case last >= c.on: // not over: who comes early does not count before the others
		case again < len(days) && days[again] <= last:
			row[2] = 1
		default:
			row[3] = 1
		}
	}
	return c.counts.Add(population.Sum[reportName]{Of: reportName{string(own.Bond.By)}, Figures: row})
}

// Merge counts everything that other counted, on the same day and by the same rules.
func (c *Circles) Merge(other *Circles) error {
	if string(c.terms()) != string(other.terms()) {
		return errTerms("circles")
	}
	return c.counts.Merge(&other.counts)
}

// Rows returns the circles: most who stayed first, then most brought, then by ID.
func (c *Circles) Rows() []Circle {
	rows := make([]Circle, 0, c.counts.Len())
	for name, f := range c.counts.All() {
		rows = append(rows, Circle{customer.ID(name[0]), f[0], f[1], f[2], f[3], f[4]})
	}
	slices.SortFunc(rows, func(a, b Circle) int {
		return cmp.Or(cmp.Compare(b.Stayed, a.Stayed), cmp.Compare(b.Brought, a.Brought), cmp.Compare(a.By, b.By))
	})
	return rows
}

func (c *Circles) terms() []byte {
	terms := binary.AppendUvarint(nil, uint64(c.on))
	return binary.AppendUvarint(binary.AppendUvarint(terms, uint64(c.fromDays)), uint64(c.until))
}

// MarshalBinary writes the circles by ascending ID, so that equal ones have equal bytes.
func (c *Circles) MarshalBinary() ([]byte, error) {
	return reportState(circlesVersion, c.terms(), &c.counts), nil
}

// UnmarshalBinary reads what MarshalBinary wrote, into circles of the same day and rules;
// at an error they stay as they were.
func (c *Circles) UnmarshalBinary(data []byte) error {
	return readReport("circles", data, circlesVersion, c.terms(), &c.counts, func(name reportName, f []int64) bool {
		return name[0] != "" && name[1] == "" && f[1] <= f[0] && f[2]+f[3] <= f[1] && f[4] <= f[0]
	})
}

// ErrCycle says that somebody was brought by somebody whom she brought herself, directly or
// through others. No history that this package wrote leads there.
var ErrCycle = errors.New("lifecycle: a cycle of referrals")

// Tree is who brought whom, read from many standings. It is immutable and safe for
// concurrent use.
type Tree struct {
	by      map[customer.ID]customer.ID
	brought map[customer.ID][]customer.ID
	below   map[customer.ID]int64
}

// NewTree reads who brought whom. A newcomer whom two brought, and one who brought herself,
// are customer.Faults; a cycle is ErrCycle. A host whose register says that two cards are
// one person passes one ID for both, and leaves out what this makes a referral of oneself.
func NewTree(bonds []Bond) (*Tree, error) {
	t := &Tree{
		by: make(map[customer.ID]customer.ID, len(bonds)), brought: map[customer.ID][]customer.ID{},
		below: map[customer.ID]int64{},
	}
	var faults customer.Faults
	for i, bond := range bonds {
		path := fmt.Sprintf("bonds[%d]", i)
		by, twice := t.by[bond.Newcomer]
		switch {
		case bond.Newcomer == "" || bond.By == "" || bond.Newcomer == bond.By:
			faults.Add(path, bond.Newcomer, "is of two customers")
		case twice && by != bond.By:
			faults.Add(path, bond.Newcomer, "was brought by one only")
		case !twice:
			t.by[bond.Newcomer] = bond.By
			t.brought[bond.By] = append(t.brought[bond.By], bond.Newcomer)
		}
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	for _, brought := range t.brought {
		slices.Sort(brought)
	}
	if err := t.count(); err != nil {
		return nil, err
	}
	return t, nil
}

// count works out how many are below each customer, from the leaves up. Whoever is left
// over lies on a cycle.
func (t *Tree) count() error {
	waiting := make(map[customer.ID]int, len(t.brought)) // brought ones not counted yet
	var ready []customer.ID
	for by, brought := range t.brought {
		waiting[by] = len(brought)
	}
	for id := range t.by {
		if waiting[id] == 0 {
			ready = append(ready, id)
		}
	}
	for len(ready) > 0 {
		id := ready[len(ready)-1]
		ready = ready[:len(ready)-1]
		by, brought := t.by[id]
		if !brought {
			continue
		}
		t.below[by] += 1 + t.below[id]
		if waiting[by]--; waiting[by] == 0 {
			delete(waiting, by)
			ready = append(ready, by)
		}
	}
	if len(waiting) > 0 {
		return fmt.Errorf("%w through %q", ErrCycle, slices.Min(slices.Collect(maps.Keys(waiting))))
	}
	return nil
}

// Brought returns whom a customer brought herself, ascending.
func (t *Tree) Brought(id customer.ID) []customer.ID { return slices.Clone(t.brought[id]) }

// Below returns how many came through a customer: those whom she brought, those whom they
// brought, and so on.
func (t *Tree) Below(id customer.ID) int64 { return t.below[id] }

// Chain returns who brought a customer, who brought that one, and so on up to somebody
// whom nobody brought. Its length is her depth.
func (t *Tree) Chain(id customer.ID) []customer.ID {
	var chain []customer.ID
	for by, brought := t.by[id]; brought; by, brought = t.by[by] {
		chain = append(chain, by)
	}
	return chain
}
