package loyalty

import (
	"fmt"
	"slices"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// Statement is an account over a period: what was there, what moved, what is there. It
// reconciles by its making: Opening and the Entries give Closing, book by book.
type Statement struct {
	Period  population.Period
	Opening Balances
	Closing Balances
	Entries []Entry // those of the period that move points, by instant, then in booking order
}

// Statement makes the statement of a period from a whole history in booking order. An
// entry belongs to the civil day of its instant in the programme's zone: a sale that a
// till reported late stands where it happened, so the statement of a past period can
// still change until every till has reported. An entry that moves points in a way that
// this package never does is ErrBroken.
func (p *Program) Statement(history []Entry, period population.Period) (Statement, error) {
	if err := period.Check(); err != nil {
		return Statement{}, err
	}
	s := Statement{Period: period}
	for i := range history {
		e := &history[i]
		switch {
		case e.Version != EntryVersion || !e.Kind.posts(e.From, e.To) || e.Points < 0 || e.Points > MaxPoints:
			return Statement{}, broken(e, "entry %d is none of this package's", i+1)
		case e.From == 0:
			continue // it moves nothing
		}
		day := customer.DateOf(e.At, p.zone)
		if day >= period.Until {
			continue
		}
		s.Closing = s.Closing.after(e)
		if day < period.From {
			s.Opening = s.Opening.after(e)
			continue
		}
		s.Entries = append(s.Entries, *e)
	}
	slices.SortStableFunc(s.Entries, func(a, b Entry) int { return a.At.Compare(b.At) })
	return s, nil
}

// Of returns how many points the entries of a kind moved in the period.
func (s Statement) Of(kind Kind) int64 {
	points := int64(0)
	for i := range s.Entries {
		if s.Entries[i].Kind == kind {
			points += s.Entries[i].Points
		}
	}
	return points
}

// Lapse is points that lapse together.
type Lapse struct {
	On     customer.Date // the last day on which they may be spent
	Points int64
}

// Lapsing returns the points to spend that lapse when nothing happens, on last days up to
// and including a day, soonest first: the answer to "what do I lose, and when?". Points
// that are held or pending are not among them, nor are those that had lapsed before the
// account was last settled.
func (a Account) Lapsing(through customer.Date) []Lapse {
	var lapses []Lapse
	for i := range a.Lots {
		lot := &a.Lots[i]
		until := lot.lapses(a.IdleUntil)
		if until == 0 || until.AddDays(-1) > through || lot.Left == 0 {
			continue
		}
		on := until.AddDays(-1)
		at, found := slices.BinarySearchFunc(lapses, on, func(l Lapse, on customer.Date) int { return int(l.On - on) })
		if !found {
			lapses = slices.Insert(lapses, at, Lapse{On: on})
		}
		lapses[at].Points += lot.Left
	}
	return lapses
}

// after returns the balances after an entry.
func (b Balances) after(e *Entry) Balances {
	b[e.From] -= e.Points
	b[e.To] += e.Points
	return b
}

// String writes the books that are not empty.
func (b Balances) String() string {
	text := ""
	for book := Issued; book <= Moved; book++ {
		if b[book] != 0 {
			text += fmt.Sprintf(", %s %d", book, b[book])
		}
	}
	if text == "" {
		return "empty"
	}
	return text[len(", "):]
}
