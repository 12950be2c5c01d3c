package identity

import (
	"cmp"
	"slices"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

const (
	maxMatches    = 100
	maxMatchScore = 1000
)

// Match is one thing that speaks for two records being of one customer, or against it.
type Match struct {
	ID string `json:"id"` // what is held side by side, as its sentence names it ("the same, by phone: +40"): "phone", "date of birth"
	// Scheme or Field, one of them, is what both have of it. Of a scheme that counts which neither
	// has ended nor is invalid, and what different issuers numbered is never compared; of a field
	// every value that was not struck, so that a maiden name speaks too.
	Scheme string `json:"scheme,omitempty"`
	Field  string `json:"field,omitempty"`
	// Normal is what the Normaliser is asked as a scheme, with no issuer, to bring a field's value
	// into the form in which it is compared: "name-folded". Empty: values are compared as they stand.
	Normal string `json:"normal,omitempty"`
	// Score, 1 to 1000, speaks for where they have one and the same; below 0, down to -1000, it speaks
	// against where both have it and nothing of it is the same. An identifier of a Shared scheme that n
	// customers have, from 2 on, speaks with 2/n of Score, rounded down: with half of it where four
	// have it, with a third where six do.
	Score int `json:"score"`
}

func (m *Match) check(faults *customer.Faults, g *Register) {
	faults.Name("id", m.ID)
	switch {
	case (m.Scheme == "") == (m.Field == ""):
		faults.Add("scheme", m.Scheme, "is absent or field is, and one of them is there")
	case m.Scheme != "" && g.schemes[m.Scheme] == nil:
		faults.Add("scheme", m.Scheme, "is one of the schemes")
	case m.Field != "" && g.fields[m.Field] == nil:
		faults.Add("field", m.Field, "is one of the fields")
	}
	faults.Text("normal", m.Normal)
	if m.Normal != "" && m.Field == "" {
		faults.Add("normal", m.Normal, "is of a field: identifiers are normalised")
	}
	if m.Score == 0 || m.Score < -maxMatchScore || m.Score > maxMatchScore {
		faults.Add("score", m.Score, "is 1 to 1000, or -1 to -1000")
	}
}

// checkMatches notes the faults of what speaks for and against, and of the mark.
func checkMatches(faults *customer.Faults, g *Register) {
	rules := &g.rules
	ids := index(rules.Matches, maxMatches, func(m *Match) string { return m.ID })
	most := 0
	checkEach(faults, "matches", rules.Matches, maxMatches, func(m *Match, part *customer.Faults) {
		m.check(part, g)
		once(part, "id", m.ID, m == ids[m.ID])
		most += max(m.Score, 0)
	})
	if rules.CandidateAt != 0 && (rules.CandidateAt < 1 || rules.CandidateAt > most) {
		faults.Add("candidate_at", rules.CandidateAt, "is a score that the matches can reach, or absent")
	}
}

// trait is one value of a match that a record has: in the namespace of an issuer, if it is one of a
// scheme. K is a text, or the number that stands for one.
type trait[K cmp.Ordered] struct{ issuer, value K }

func compareTraits[K cmp.Ordered](a, b trait[K]) int {
	return cmp.Or(cmp.Compare(a.issuer, b.issuer), cmp.Compare(a.value, b.value))
}

// traits returns what a record has of each match, sorted, and each once.
func (g *Register) traits(r *Record) [][]trait[string] {
	all := make([][]trait[string], len(g.rules.Matches))
	for i := range g.rules.Matches {
		m := &g.rules.Matches[i]
		if m.Scheme != "" {
			for k := range r.Identifiers {
				if held := &r.Identifiers[k]; held.Scheme == m.Scheme && speaks(held.Ended, held.Flawed.Flaw, held.Flawed.Restored) {
					all[i] = append(all[i], trait[string]{held.Issuer, held.Value})
				}
			}
		} else {
			for k := range r.Facts {
				if known := &r.Facts[k]; known.Field == m.Field && known.Counts() {
					if value, is := g.comparable(m, known.Value); is {
						all[i] = append(all[i], trait[string]{"", value})
					}
				}
			}
		}
		slices.SortFunc(all[i], compareTraits)
		all[i] = slices.Compact(all[i])
	}
	return all
}

// speaks reports whether an identifier says who somebody is: a number that was given up may be a
// stranger's by now, and one that leads nowhere says nothing.
func speaks(ended time.Time, flaw Flaw, restored time.Time) bool {
	return ended.IsZero() && (flaw == 0 || flaw.blocks() || !restored.IsZero())
}

// comparable brings a field's value into the form in which it is compared. What the normaliser does
// not take says nothing.
func (g *Register) comparable(m *Match, value string) (string, bool) {
	if m.Normal == "" {
		return value, true
	}
	normal, err := g.normalise(m.Normal, "", value)
	return normal.Value, err == nil && normal.Value != ""
}

// told is what a match says of two records. Holders is how many customers have what they share, of
// a shared scheme; 0: it does not matter.
type told struct{ match, score, holders int }

// weigh adds up what the matches say of two records. Holders says how many customers have a trait of a
// match; tell, unless nil, hears each match that says something.
func weigh[K cmp.Ordered](g *Register, a, b [][]trait[K], holders func(match int, one trait[K]) int, tell func(told)) (score int) {
	for i := range g.rules.Matches {
		m := &g.rules.Matches[i]
		says, shared := told{match: i, score: m.Score}, m.Score > 0 && g.shared(i)
		common, differ := meet(a[i], b[i], func(one trait[K]) {
			if !shared {
				return
			}
			if n := holders(i, one); says.holders == 0 || n < says.holders {
				says.holders = n // that of them speaks which the fewest have
			}
		})
		if m.Score < 0 && !differ || m.Score > 0 && !common {
			continue
		}
		if says.holders > 2 {
			says.score = m.Score * 2 / says.holders
		}
		score += says.score
		if tell != nil {
			tell(says)
		}
	}
	return score
}

// shared reports whether a match is of a scheme of which several customers may have the same.
func (g *Register) shared(match int) bool {
	scheme := g.schemes[g.rules.Matches[match].Scheme]
	return scheme != nil && scheme.Shared
}

// meet walks two sorted lists of traits. Common says that they have one in common, each of which is
// shown; differ, that both have some of one issuer and none of these in common, and no others either.
func meet[K cmp.Ordered](a, b []trait[K], show func(trait[K])) (common, differ bool) {
	both := false // some of one issuer
	for i, k := 0, 0; i < len(a) && k < len(b); {
		order := compareTraits(a[i], b[k])
		both = both || a[i].issuer == b[k].issuer
		switch {
		case order < 0:
			i++
		case order > 0:
			k++
		default:
			common = true
			show(a[i])
			i, k = i+1, k+1
		}
	}
	return common, both && !common
}
