package identity

import (
	"cmp"
	"slices"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// Completeness is how much of what matters is known of a customer.
type Completeness struct {
	// Permille is the share of the weights of all that is known, rounded down: 1000 is all of it. A
	// customer of whom nothing matters is known whole, and nobody not at all.
	Permille int
	Parts    []Part // of every field and scheme with a weight, in the order of the rules, fields first
}

// Part is a field or a scheme in the completeness of a record.
type Part struct {
	What     string // the field or scheme
	Weight   int
	Known    bool
	Since    customer.Date // of what is known: the day that it is of
	Stale    bool          // it is older than its RefreshDays, and may have changed
	Declined bool          // she would not answer, and is not to be asked again on that day
}

// Missing returns what is not known, the weightiest first.
func (c Completeness) Missing() (missing []Part) {
	for _, one := range c.Parts {
		if !one.Known {
			missing = append(missing, one)
		}
	}
	slices.SortStableFunc(missing, func(a, b Part) int { return cmp.Compare(b.Weight, a.Weight) })
	return missing
}

// Completeness says how much of what matters is known of a customer at an instant. A scheme is known
// where she holds an identifier of it that is good then: a number that does not exist is none.
func (g *Register) Completeness(r Record, at time.Time) Completeness {
	var c Completeness
	known, whole := 0, 0
	g.parts(&r, at, func(part Part, _ *Asking) {
		if part.Weight == 0 {
			return
		}
		c.Parts = append(c.Parts, part)
		if whole += part.Weight; part.Known {
			known += part.Weight
		}
	})
	switch {
	case whole > 0:
		c.Permille = known * 1000 / whole
	case !r.nobody() && !g.none():
		c.Permille = 1000
	}
	return c
}

// parts visits every field and scheme that a customer of the kind may have.
func (g *Register) parts(r *Record, at time.Time, visit func(Part, *Asking)) {
	if g.none() || r.nobody() {
		return
	}
	today := g.Day(at)
	read := make(map[string]int, len(g.rules.Fields))
	for i := range r.Facts {
		one := &r.Facts[i]
		if before, is := read[one.Field]; one.Struck.IsZero() && (!is || g.outdoes(one, &r.Facts[before])) {
			read[one.Field] = i
		}
	}
	good := make(map[string]customer.Date, len(g.rules.Schemes))
	for i := range r.Identifiers {
		one := &r.Identifiers[i]
		if status, _ := one.status(at); status == Good {
			good[one.Scheme] = max(good[one.Scheme], g.Day(one.Confirmed))
		}
	}
	part := func(what string, asking *Asking) {
		one := Part{What: what, Weight: asking.Weight}
		if place, is := read[what]; is {
			one.Known, one.Since = true, r.Facts[place].On
		} else if since, is := good[what]; is {
			one.Known, one.Since = true, since
		}
		one.Stale = one.Known && asking.RefreshDays > 0 && int(today-one.Since) > asking.RefreshDays
		if place := r.declined(what); place >= 0 {
			again := r.Declined[place].Again
			one.Declined = again == 0 || today < again
		}
		visit(one, asking)
	}
	for i := range g.rules.Fields {
		if field := &g.rules.Fields[i]; ofKind(field.Kinds, r.Opened.Kind) {
			part(field.ID, &field.Asking)
		}
	}
	for i := range g.rules.Schemes {
		if scheme := &g.rules.Schemes[i]; ofKind(scheme.Kinds, r.Opened.Kind) {
			part(scheme.ID, &scheme.Asking)
		}
	}
}

// Question is something to ask a customer, and why.
type Question struct {
	What   string // the field or scheme
	Reason customer.Reason
}

// Questions says what to ask a customer at one of the rules' occasions, the best question first: what is
// missing before what may have changed since, the weightier before the lighter, and otherwise in the
// order of the rules. What she declined to answer is not among them, until it may be asked again. An
// occasion that the rules do not know is customer.Faults.
func (g *Register) Questions(r Record, occasion string, at time.Time) ([]Question, error) {
	if g.none() {
		return nil, errNoRegister
	}
	var faults customer.Faults
	if !slices.Contains(g.rules.Occasions, occasion) {
		faults.Add("occasion", occasion, "is one of the rules' occasions")
	}
	faults.Instant("at", at)
	if err := faults.Err(); err != nil {
		return nil, err
	}
	whole := 0
	var asked []Part
	why := map[string]customer.Reason{}
	g.parts(&r, at, func(part Part, asking *Asking) {
		whole += part.Weight
		if part.Declined || part.Known && !part.Stale || !slices.Contains(asking.Ask, occasion) {
			return
		}
		reason := customer.Reason{Code: CodeAskMissing, Rule: g.rules.Name(), Of: part.What, Fact: int64(part.Weight), Unit: customer.UnitPermille}
		if part.Stale {
			reason.Code, reason.On, reason.Unit = CodeAskStale, part.Since, customer.UnitDays
			reason.Fact, reason.Mark = int64(g.Day(at)-part.Since), int64(asking.RefreshDays)
		}
		asked, why[part.What] = append(asked, part), reason
	})
	slices.SortStableFunc(asked, func(a, b Part) int {
		if a.Stale != b.Stale {
			if b.Stale {
				return -1
			}
			return 1
		}
		return cmp.Compare(b.Weight, a.Weight)
	})
	questions := make([]Question, len(asked))
	for i, part := range asked {
		reason := why[part.What]
		if reason.Code == CodeAskMissing {
			reason.Fact = reason.Fact * 1000 / int64(max(whole, 1))
		}
		questions[i] = Question{part.What, reason}
	}
	return questions, nil
}
