package wish

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"slices"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// Free is one of the things that can be had at a moment: a room, a table, a seat, a guide.
type Free struct {
	ID  string      `json:"id"` // the host's
	Has []Attribute `json:"has,omitempty"`
}

const maxFree = 10_000 // things of one proposal

// Proposal is what is free, in the order in which it is offered to a customer, and why.
type Proposal struct {
	Ranked   []Ranked          `json:"ranked,omitempty"`   // the best first
	Excluded []Ranked          `json:"excluded,omitempty"` // what she dislikes, in the order given: it is never offered
	Reasons  []customer.Reason `json:"reasons,omitempty"`  // of the whole: what the best lacks, what to ask her
}

// Ranked is one thing that is free.
type Ranked struct {
	ID     string `json:"id"`
	Place  int    `json:"place"`            // in the list that was given
	Score  int64  `json:"score"`            // of its values that she likes, grade times the weight of the kind
	Met    int    `json:"met"`              // of how many kinds it has what she likes best
	Wanted int    `json:"wanted,omitempty"` // of how many kinds she likes anything, of those that anything free speaks of
	// Reasons say what it has that she likes, and what it lacks; of what is excluded, what she
	// dislikes.
	Reasons []customer.Reason `json:"reasons,omitempty"`
}

// Best is what is proposed: the first that is ranked.
func (p Proposal) Best() (Ranked, bool) {
	if len(p.Ranked) == 0 {
		return Ranked{}, false
	}
	return p.Ranked[0], true
}

// Propose ranks what is free by what a customer likes on the day of an instant. Of a kind of which
// she has one value at a time the best liked that a thing has counts, of another kind all that it
// has; each counts its grade times the weight of the kind. Equals stand in the order given, which is
// the host's own. Whatever has something that she dislikes is excluded, whatever else it has.
//
// Only kinds count of which something that is free has an attribute: tables are not held against
// what she likes of rooms. Attributes whose name is no kind of the rules say nothing. Sensitive kinds
// are not used, for her or against, unless they are among those to whose use she consents, as the
// host passes it; the proposal says which were not, and whoever offers it asks her.
//
// It looks at 10000 things at most, and keeps nothing for anybody: whoever offers it holds it first, in package quota.
func (b *Book) Propose(m Memory, free []Free, at time.Time, consented ...string) (Proposal, error) {
	if b.zone == nil {
		return Proposal{}, errNoBook
	}
	var faults customer.Faults
	b.checkAt(&faults, at)
	faults.Within("free", len(free), 0, maxFree)
	var part customer.Faults
	for i := range free[:min(len(free), maxFree)] {
		part = part[:0]
		part.Name("id", free[i].ID)
		if checkAttributes(&part, "has", free[i].Has); len(part) > 0 {
			faults.Join(fmt.Sprintf("free[%d]", i), part)
		}
	}
	if err := faults.Err(); err != nil {
		return Proposal{}, err
	}
	var p Proposal
	t := b.tastes(&m, free, b.Day(at), consented, &p)
	if len(free) > 0 {
		p.Ranked = make([]Ranked, 0, len(free))
	}
	for i := range free {
		r, excluded := t.judge(free[i].Has)
		r.ID, r.Place = free[i].ID, i
		if excluded {
			p.Excluded = append(p.Excluded, r)
		} else {
			p.Ranked = append(p.Ranked, r)
		}
	}
	slices.SortStableFunc(p.Ranked, func(a, b Ranked) int { return cmp.Compare(b.Score, a.Score) })
	b.conclude(&p, t.wanted)
	return p, nil
}

// tastes is all that she likes and dislikes of what is free.
type tastes struct {
	rule   string
	kinds  []span
	all    []Liking          // kind by kind, the best liked first
	places map[Attribute]int // in all
	wanted int               // of how many kinds she likes anything
	had    []int             // places of what one thing has
	key    []byte
	known  map[string]verdict // by what a thing has of all that
}

// span is the part of one kind: from one place in a list, first what she likes, to another.
type span struct {
	*kind
	from, to int
}

// verdict is what things come to that have the same of what she likes and dislikes.
type verdict struct {
	Ranked
	excluded bool
}

// tastes reads the kinds of which what is free has anything to say, in the order of the rules, and
// tells the proposal what is not used, and what to ask. That a sensitive kind is not used is said
// whether or not anything is known of it: it must not tell that there is.
func (b *Book) tastes(m *Memory, free []Free, on customer.Date, consented []string, p *Proposal) *tastes {
	t := &tastes{rule: b.name, places: map[Attribute]int{}, known: map[string]verdict{}}
	for i := range b.kinds {
		k := &b.kinds[i]
		barred := k.Sensitive && !slices.Contains(consented, k.ID)
		if !barred && len(m.ofKind(k.ID)) == 0 || !speaks(free, k.ID) {
			continue
		}
		if barred {
			p.Reasons = append(p.Reasons, customer.Reason{Code: CodeSensitive, Rule: b.name, Of: k.ID})
			continue
		}
		from := len(t.all)
		for _, l := range b.likings(m, k, on) {
			t.places[Attribute{k.ID, l.Value}] = len(t.all)
			t.all = append(t.all, l)
			if l.Ask {
				p.Reasons = append(p.Reasons, l.Reasons[len(l.Reasons)-1])
			}
		}
		t.kinds = append(t.kinds, span{k, from, len(t.all)})
		if from < len(t.all) && t.all[from].Leaning == For {
			t.wanted++
		}
	}
	return t
}

// speaks reports whether anything that is free has something to say of a kind.
func speaks(free []Free, kind string) bool {
	for i := range free {
		for j := range free[i].Has {
			if free[i].Has[j].Name == kind {
				return true
			}
		}
	}
	return false
}

// judge says what something comes to by what it has, and whether it has anything that she dislikes.
func (t *tastes) judge(attributes []Attribute) (r Ranked, excluded bool) {
	t.had = t.had[:0]
	for _, one := range attributes {
		if place, known := t.places[one]; known {
			t.had = append(t.had, place)
		}
	}
	slices.Sort(t.had)
	t.had = slices.Compact(t.had)
	t.key = t.key[:0]
	for _, place := range t.had {
		t.key = binary.AppendUvarint(t.key, uint64(place))
	}
	v, known := t.known[string(t.key)]
	if !known {
		if v = t.excluded(); !v.excluded {
			v = t.ranked()
		}
		t.known[string(t.key)] = v
	}
	return v.Ranked, v.excluded
}

// excluded are the reasons for which something is never offered.
func (t *tastes) excluded() (v verdict) {
	v.Wanted = t.wanted
	for _, place := range t.had {
		if l := &t.all[place]; l.Leaning == Against {
			v.excluded, v.Reasons = true, append(v.Reasons, l.Reasons...)
		}
	}
	v.Reasons = slices.Clip(v.Reasons)
	return v
}

// ranked is what something scores, and says what it has that she likes, and what it lacks.
func (t *tastes) ranked() (v verdict) {
	v.Wanted, v.Reasons = t.wanted, []customer.Reason{} // none is an answer too
	had := t.had
	for _, k := range t.kinds {
		if k.from == k.to || t.all[k.from].Leaning == Against {
			continue
		}
		if len(had) > 0 && had[0] == k.from {
			v.Met++
		} else {
			v.Reasons = append(v.Reasons, customer.Reason{Code: CodeLacks, Rule: t.rule, Of: named(k.ID, t.all[k.from].Value)})
		}
		for first := true; len(had) > 0 && had[0] < k.to; first, had = false, had[1:] {
			if l := &t.all[had[0]]; first || !k.One { // of one at a time the best that it has
				v.Score += l.Grade * int64(k.Weight)
				v.Reasons = append(v.Reasons, l.Reasons...)
			}
		}
	}
	v.Reasons = slices.Clip(v.Reasons)
	return v
}

// conclude says of the whole proposal whether anything has all that she likes.
func (b *Book) conclude(p *Proposal, wanted int) {
	because := customer.Reason{Rule: b.name, Mark: int64(wanted)}
	best, found := p.Best()
	switch {
	case !found:
		because.Code, because.Fact, because.Mark = CodeNoneFree, int64(len(p.Excluded)), 0
	case wanted == 0:
		because.Code = CodeNothingKnown
	case best.Score == 0 && best.Met < wanted:
		because.Code = CodeNothingLiked
	case best.Met < wanted:
		because.Code, because.Of, because.Fact = CodeNearest, best.ID, int64(best.Met)
	default:
		because.Code, because.Of, because.Fact = CodeFitsBest, best.ID, int64(best.Met)
	}
	p.Reasons = append([]customer.Reason{because}, p.Reasons...)
}
