package wish

import (
	"cmp"
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

// MaxFree is how many things a proposal looks at.
const MaxFree = 10_000

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
// A proposal keeps nothing for anybody: whoever offers it holds it first, in package quota.
func (b *Book) Propose(m Memory, free []Free, at time.Time, consented ...string) (Proposal, error) {
	if b.zone == nil {
		return Proposal{}, errNoBook
	}
	var faults customer.Faults
	faults.Instant("at", at)
	faults.Within("free", len(free), 0, MaxFree)
	var part customer.Faults
	for i := range free[:min(len(free), MaxFree)] {
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
	tastes := b.tastes(&m, free, customer.DateOf(at, b.zone), consented, &p)
	wanted := 0
	for i := range tastes {
		if len(tastes[i].likes) > 0 {
			wanted++
		}
	}
	if len(free) > 0 {
		p.Ranked = make([]Ranked, 0, len(free))
	}
	said := map[uint64][]customer.Reason{} // of things that have the same of what she likes
	for i := range free {
		r := Ranked{ID: free[i].ID, Place: i, Wanted: wanted}
		if r.Reasons = dislikes(tastes, free[i].Has); len(r.Reasons) > 0 {
			p.Excluded = append(p.Excluded, r)
			continue
		}
		had, whole := rank(tastes, free[i].Has, &r)
		if r.Reasons = said[had]; r.Reasons == nil || !whole {
			r.Reasons = b.has(tastes, free[i].Has)
			said[had] = r.Reasons
		}
		p.Ranked = append(p.Ranked, r)
	}
	slices.SortStableFunc(p.Ranked, func(a, b Ranked) int { return cmp.Compare(b.Score, a.Score) })
	b.conclude(&p, wanted)
	return p, nil
}

// taste is what she likes and dislikes of a kind.
type taste struct {
	*kind
	likes, dislikes []Liking
}

// tastes reads the kinds of which what is free has anything to say, in the order of the rules, and
// tells the proposal what is not used, and what to ask. That a sensitive kind is not used is said
// whether or not anything is known of it: it must not tell that there is.
func (b *Book) tastes(m *Memory, free []Free, on customer.Date, consented []string, p *Proposal) []taste {
	var all []taste
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
		likings := b.likings(m, k, on)
		n := 0
		for n < len(likings) && likings[n].Leaning == For {
			n++
		}
		all = append(all, taste{k, likings[:n], likings[n:]})
		for j := range likings {
			if likings[j].Ask {
				p.Reasons = append(p.Reasons, likings[j].Reasons[len(likings[j].Reasons)-1])
			}
		}
	}
	return all
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

// dislikes are the reasons for which something is excluded.
func dislikes(tastes []taste, all []Attribute) (reasons []customer.Reason) {
	for i := range tastes {
		t := &tastes[i]
		for j := range t.dislikes {
			if slices.Contains(all, Attribute{t.ID, t.dislikes[j].Value}) {
				reasons = append(reasons, t.dislikes[j].Reasons...)
			}
		}
	}
	return slices.Clip(reasons)
}

// rank scores something. It returns the set of what it has that she likes, and whether that is all of
// the set: there is room for 64 likings.
func rank(tastes []taste, all []Attribute, r *Ranked) (had uint64, whole bool) {
	place := 0
	for i := range tastes {
		t := &tastes[i]
		for j := range t.likes {
			l := &t.likes[j]
			if slices.Contains(all, Attribute{t.ID, l.Value}) {
				had |= 1 << (place + j)
				r.Score += l.Grade * int64(t.Weight)
				if j == 0 {
					r.Met++
				}
				if t.One {
					break // the best that it has
				}
			}
		}
		place += len(t.likes)
	}
	return had, place <= 64
}

// has says what something has that she likes, and what it lacks.
func (b *Book) has(tastes []taste, all []Attribute) []customer.Reason {
	reasons := []customer.Reason{} // none is an answer too
	for i := range tastes {
		t := &tastes[i]
		for j := range t.likes {
			l := &t.likes[j]
			if slices.Contains(all, Attribute{t.ID, l.Value}) {
				if reasons = append(reasons, l.Reasons...); t.One {
					break
				}
			} else if j == 0 {
				reasons = append(reasons, customer.Reason{Code: CodeLacks, Rule: b.name, Of: l.name()})
			}
		}
	}
	return slices.Clip(reasons)
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
