package identity

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// Membership says who may become a member of something: a buyers' club, a wholesale market. All of it
// must hold.
type Membership struct {
	ID      string   `json:"id"`
	Kinds   []Kind   `json:"kinds,omitempty"`   // none: anybody
	Classes []string `json:"classes,omitempty"` // of one of which she is; none: of any
	// Schemes are those of which an identifier is good: a licence that has not expired.
	Schemes    []string    `json:"schemes,omitempty"`
	Conditions []Condition `json:"conditions,omitempty"`
}

// Condition is what a field must say.
type Condition struct {
	Field string   `json:"field"`
	OneOf []string `json:"one_of,omitempty"` // of a text or a choice
	// Least and Most are of a number. Without Most there is no upper bound.
	Least *int64 `json:"least,omitempty"`
	Most  *int64 `json:"most,omitempty"`
	// NotPast says that a day is not before the one on which it is asked: "licensed-until".
	NotPast bool `json:"not_past,omitempty"`
	// MaxAgeDays is how old the fact may be, in days since the one that it is of. 0: as old as it may.
	MaxAgeDays int `json:"max_age_days,omitempty"`
	// Permille is how sure it must be. A fact that does not say how sure it is, is. 0: any.
	Permille int `json:"permille,omitempty"`
}

func (m *Membership) check(faults *customer.Faults, g *Register) {
	faults.Name("id", m.ID)
	checkKinds(faults, "kinds", m.Kinds)
	knownNames(faults, "classes", m.Classes, MaxClasses, g.classes, "is a class of the rules")
	knownNames(faults, "schemes", m.Schemes, MaxSchemes, g.schemes, "is a scheme of the rules")
	checkEach(faults, "conditions", m.Conditions, MaxConditions, func(c *Condition, part *customer.Faults) { c.check(part, g) })
}

func (c *Condition) check(faults *customer.Faults, g *Register) {
	field := g.fields[c.Field]
	if field == nil {
		faults.Add("field", c.Field, "is a field of the rules")
		return
	}
	faults.Names("one_of", c.OneOf, 0, MaxChoices)
	if len(c.OneOf) > 0 && field.Type != Text && field.Type != Choice {
		faults.Add("one_of", len(c.OneOf), "is of a text or a choice")
	}
	for _, one := range c.OneOf {
		if field.Type == Choice && !slices.Contains(field.OneOf, one) {
			faults.Add("one_of", one, "is what the field may be")
		}
	}
	if (c.Least != nil || c.Most != nil) && field.Type != Number {
		faults.Add("least", field.Type, "is of a number")
	}
	if c.Least != nil && c.Most != nil && *c.Most < *c.Least {
		faults.Add("most", *c.Most, "is not below least")
	}
	if c.NotPast && field.Type != Day {
		faults.Add("not_past", c.NotPast, "is of a day")
	}
	faults.Within("max_age_days", c.MaxAgeDays, 0, MaxDays)
	faults.Within("permille", c.Permille, 0, 1000)
}

// own makes the lists of a membership its own.
func (m *Membership) own() {
	m.Kinds, m.Classes, m.Schemes = slices.Clone(m.Kinds), slices.Clone(m.Classes), slices.Clone(m.Schemes)
	m.Conditions = slices.Clone(m.Conditions)
	for i := range m.Conditions {
		c := &m.Conditions[i]
		c.OneOf = slices.Clone(c.OneOf)
		for _, bound := range [...]**int64{&c.Least, &c.Most} {
			if *bound != nil {
				copied := **bound
				*bound = &copied
			}
		}
	}
}

// Eligible says whether a customer may become a member at an instant: why, or in a *customer.Refusal all
// that is missing, so that nobody is sent home twice. Facts that the host knows beside the record stand
// in for those of the record: the volume of the year, as profile counts it.
func (g *Register) Eligible(r Record, membership string, at time.Time, beside ...Fact) ([]customer.Reason, error) {
	if g.none() {
		return nil, errNoRegister
	}
	place := slices.IndexFunc(g.rules.Memberships, func(m Membership) bool { return m.ID == membership })
	var faults customer.Faults
	if place < 0 {
		faults.Add("membership", membership, "is a membership of the rules")
	}
	faults.Instant("at", at)
	today := customer.DateOf(at, g.zone)
	checkTold(&faults, "beside", beside, 0)
	for i := range beside[:min(len(beside), MaxTold)] {
		path := fmt.Sprintf("beside[%d]", i)
		if field := g.fields[beside[i].Field]; field == nil {
			faults.Add(path+".field", beside[i].Field, "is a field of the rules")
		} else if beside[i].Value != "" {
			field.value(&faults, path+".value", beside[i].Value, today)
		}
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	m := &g.rules.Memberships[place]
	rule := g.rules.Name() + "/" + m.ID
	var missing, reasons []customer.Reason
	hold := func(good bool, reason customer.Reason) {
		if reason.Rule = rule; good {
			reasons = append(reasons, reason)
		} else {
			missing = append(missing, reason)
		}
	}
	if r.nobody() {
		hold(false, customer.Reason{Code: CodeNoRecord})
	} else if !ofKind(m.Kinds, r.Opened.Kind) {
		hold(false, customer.Reason{Code: CodeOtherKind, Of: m.ID})
	}
	if class := r.class(today).Class; len(m.Classes) > 0 && !slices.Contains(m.Classes, class) {
		hold(false, customer.Reason{Code: CodeOtherClass, Of: class})
	}
	for _, scheme := range m.Schemes {
		hold(g.document(&r, scheme, at))
	}
	for i := range m.Conditions {
		hold(g.holds(&r, &m.Conditions[i], beside, today))
	}
	if len(missing) > 0 {
		return nil, &customer.Refusal{Rule: rule, Missing: missing}
	}
	return append(reasons, customer.Reason{Code: CodeEligible, Rule: rule, Of: m.ID}), nil
}

// document reports whether an identifier of a scheme is good at an instant; and if not, why the last
// one is not.
func (g *Register) document(r *Record, scheme string, at time.Time) (bool, customer.Reason) {
	reason := customer.Reason{Code: CodeNoIdentifier, Of: scheme}
	for i := range r.Identifiers {
		row := &r.Identifiers[i]
		if row.Scheme != scheme {
			continue
		}
		status, why := g.status(row, at)
		if status == Good {
			return true, why
		}
		reason = why
	}
	return false, reason
}

// holds reports whether a field says what a condition wants.
func (g *Register) holds(r *Record, c *Condition, beside []Fact, today customer.Date) (bool, customer.Reason) {
	known := Known{On: today}
	reason := customer.Reason{Code: CodeNoFact, Of: c.Field}
	if at := slices.IndexFunc(beside, func(one Fact) bool { return one.Field == c.Field }); at >= 0 {
		known.Value = beside[at].Value
	} else if at := g.value(r, c.Field); at >= 0 {
		known = r.Facts[at]
	} else {
		return false, reason
	}
	reason.On = known.On
	number, err := strconv.ParseInt(known.Value, 10, 64)
	day, noDay := customer.ParseDate(known.Value)
	age := int64(today - known.On)
	below, above, past := c.Least != nil && number < *c.Least, c.Most != nil && number > *c.Most, c.NotPast && day < today
	switch {
	case len(c.OneOf) > 0 && !slices.Contains(c.OneOf, known.Value),
		(c.Least != nil || c.Most != nil) && err != nil, c.NotPast && noDay != nil, // told under rules by which it was a text
		(below || above || past) && g.fields[c.Field].Personal: // a reason repeats nothing personal
		reason.Code = CodeOtherValue
	case below:
		reason.Code, reason.Fact, reason.Mark = CodeBelow, number, *c.Least
	case above:
		reason.Code, reason.Fact, reason.Mark = CodeAbove, number, *c.Most
	case past:
		reason.Code, reason.By, reason.On = CodePast, day, today
	case c.MaxAgeDays > 0 && age > int64(c.MaxAgeDays):
		reason.Code, reason.Fact, reason.Mark, reason.Unit = CodeTooOld, age, int64(c.MaxAgeDays), customer.UnitDays
	case c.Permille > 0 && known.Permille > 0 && known.Permille < c.Permille:
		reason.Code, reason.Fact, reason.Mark, reason.Unit = CodeUnsure, int64(known.Permille), int64(c.Permille), customer.UnitPermille
	default:
		reason.Code = CodeFact
		return true, reason
	}
	return false, reason
}
