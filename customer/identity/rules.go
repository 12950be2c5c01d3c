package identity

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
)

// Bounds of a rule book.
const (
	MaxSchemes     = 200
	MaxFields      = 500
	MaxSources     = 200
	MaxIssuers     = 1_000 // of one scheme
	MaxChoices     = 1_000 // of one field
	MaxOccasions   = 50
	MaxClasses     = 200
	MaxMemberships = 200
	MaxConditions  = 200 // of one membership
	MaxAddresses   = 500
)

// Rules is the rule book of a register, as plain data.
type Rules struct {
	customer.Edition

	Zone     string            `json:"zone"`              // IANA name; whose midnight ends a day
	Currency customer.Currency `json:"currency,omitzero"` // of cardholders' limits; zero: no money
	Schemes  []Scheme          `json:"schemes"`
	Fields   []Field           `json:"fields"`
	Sources  []Source          `json:"sources"`
	// Occasions are when a customer may be asked something, in the host's words: "first-contact",
	// "purchase", "service".
	Occasions   []string        `json:"occasions,omitempty"`
	Correcting  CorrectionRules `json:"correcting,omitzero"`
	Classes     []Class         `json:"classes,omitempty"`
	KeyAccounts Service         `json:"key_accounts,omitzero"` // what a key account gets, of whatever class
	Memberships []Membership    `json:"memberships,omitempty"`
	Addresses   []AddressRule   `json:"addresses,omitempty"` // the first that fits is taken
	Matches     []Match         `json:"matches,omitempty"`   // what speaks for two records being of one customer
	// CandidateAt is the score from which two records are candidates for a link; 0: there are none.
	CandidateAt int `json:"candidate_at,omitempty"`
}

// ParseRules reads Rules from JSON, strictly; see customer.ParseRules.
func ParseRules(data []byte) (Rules, error) { return customer.ParseRules[Rules](data) }

// Register is the compiled rule book. It is immutable and safe for concurrent use, as far as the
// host's Normaliser is.
type Register struct {
	rules     Rules
	zone      *time.Location
	normalise Normaliser
	schemes   map[string]*Scheme
	fields    map[string]*Field
	sources   map[string]*Source
	classes   map[string]*Class
}

var errNoRegister = errors.New("identity: a register comes from New")

// New checks the rules whole, returning customer.Faults, and compiles them. The host loads the zone
// that the rules name and passes it, and with it what normalises identifiers; [Verbatim] where
// nothing does.
func New(rules Rules, zone *time.Location, normalise Normaliser) (*Register, error) {
	var faults customer.Faults
	rules.Edition.Check(&faults)
	faults.Zone("zone", rules.Zone, zone)
	if rules.Currency != (customer.Currency{}) {
		faults.Currency("currency", rules.Currency)
	}
	if normalise == nil {
		faults.Add("normalise", "", "is required: Verbatim, where identifiers are taken as they are told")
	}
	rules = rules.clone()
	g := &Register{
		rules: rules, zone: zone, normalise: normalise,
		schemes: index(rules.Schemes, MaxSchemes, func(s *Scheme) string { return s.ID }),
		fields:  index(rules.Fields, MaxFields, func(f *Field) string { return f.ID }),
		sources: index(rules.Sources, MaxSources, func(s *Source) string { return s.ID }),
		classes: index(rules.Classes, MaxClasses, func(c *Class) string { return c.ID }),
	}
	faults.Names("occasions", rules.Occasions, 0, MaxOccasions)
	checkEach(&faults, "schemes", rules.Schemes, MaxSchemes, func(s *Scheme, part *customer.Faults) {
		s.check(part, &rules)
		once(part, "id", s.ID, s == g.schemes[s.ID])
	})
	checkEach(&faults, "fields", rules.Fields, MaxFields, func(f *Field, part *customer.Faults) {
		f.check(part, &rules)
		once(part, "id", f.ID, f == g.fields[f.ID] && g.schemes[f.ID] == nil)
	})
	checkEach(&faults, "sources", rules.Sources, MaxSources, func(s *Source, part *customer.Faults) {
		s.check(part)
		once(part, "id", s.ID, s == g.sources[s.ID])
	})
	if len(rules.Sources) == 0 {
		faults.Add("sources", 0, "has one source at least")
	}
	partOf(&faults, "correcting", &rules.Correcting, func(c *CorrectionRules, part *customer.Faults) { c.check(part, g) })
	checkEach(&faults, "classes", rules.Classes, MaxClasses, func(c *Class, part *customer.Faults) {
		c.check(part)
		once(part, "id", c.ID, c == g.classes[c.ID])
	})
	memberships := index(rules.Memberships, MaxMemberships, func(m *Membership) string { return m.ID })
	checkEach(&faults, "memberships", rules.Memberships, MaxMemberships, func(m *Membership, part *customer.Faults) {
		m.check(part, g)
		once(part, "id", m.ID, m == memberships[m.ID])
	})
	checkEach(&faults, "addresses", rules.Addresses, MaxAddresses, func(a *AddressRule, part *customer.Faults) { a.check(part, g) })
	checkMatches(&faults, g)
	if err := faults.Err(); err != nil {
		return nil, err
	}
	return g, nil
}

// clone returns rules that share no memory with those of the caller, who may change them.
func (r *Rules) clone() Rules {
	copied := *r
	copied.Schemes = slices.Clone(r.Schemes)
	for i := range copied.Schemes {
		s := &copied.Schemes[i]
		s.Issuers, s.Kinds, s.Ask = slices.Clone(s.Issuers), slices.Clone(s.Kinds), slices.Clone(s.Ask)
	}
	copied.Fields = slices.Clone(r.Fields)
	for i := range copied.Fields {
		f := &copied.Fields[i]
		f.OneOf, f.Kinds, f.Ask = slices.Clone(f.OneOf), slices.Clone(f.Kinds), slices.Clone(f.Ask)
	}
	copied.Sources, copied.Occasions, copied.Matches = slices.Clone(r.Sources), slices.Clone(r.Occasions), slices.Clone(r.Matches)
	copied.Correcting = r.Correcting.clone()
	copied.Classes = slices.Clone(r.Classes)
	for i := range copied.Classes {
		copied.Classes[i].Kinds = slices.Clone(copied.Classes[i].Kinds)
	}
	copied.Memberships = slices.Clone(r.Memberships)
	for i := range copied.Memberships {
		copied.Memberships[i].own()
	}
	copied.Addresses = slices.Clone(r.Addresses)
	for i := range copied.Addresses {
		a := &copied.Addresses[i]
		a.Kinds, a.Classes = slices.Clone(a.Kinds), slices.Clone(a.Classes)
	}
	return copied
}

// index finds the rows of a list by their IDs; of two with one ID the first.
func index[T any](rows []T, most int, id func(*T) string) map[string]*T {
	found := make(map[string]*T, len(rows))
	for i := range rows[:min(len(rows), most)] {
		if name := id(&rows[i]); found[name] == nil {
			found[name] = &rows[i]
		}
	}
	return found
}

// checkEach notes the faults of the rows of a list, of which there are at most so many.
func checkEach[T any](faults *customer.Faults, path string, rows []T, most int, check func(*T, *customer.Faults)) {
	faults.Within(path, len(rows), 0, most)
	for i := range rows[:min(len(rows), most)] {
		partOf(faults, fmt.Sprintf("%s[%d]", path, i), &rows[i], check)
	}
}

// partOf notes the faults of a part under its path, and reports whether it has none.
func partOf[T any](faults *customer.Faults, path string, part *T, check func(*T, *customer.Faults)) bool {
	var own customer.Faults
	check(part, &own)
	faults.Join(path, own)
	return len(own) == 0
}

// knownNames notes the faults of a list of names, each of which the rules have.
func knownNames[T any](faults *customer.Faults, path string, names []string, most int, known map[string]*T, rule string) {
	faults.Names(path, names, 0, most)
	for _, one := range names[:min(len(names), most)] {
		if known[one] == nil {
			faults.Add(path, one, rule)
		}
	}
}

// once notes that an ID stands a second time.
func once(faults *customer.Faults, path, id string, first bool) {
	if !first {
		faults.Add(path, id, "stands only once")
	}
}

// none reports whether no constructor has made the register.
func (g *Register) none() bool { return g == nil || g.zone == nil }

// Edition is the edition of the rules, by whose name reasons and refusals cite the register.
func (g *Register) Edition() customer.Edition {
	if g.none() {
		return customer.Edition{}
	}
	return g.rules.Edition
}

// Day is the civil day of an instant in the register's zone.
func (g *Register) Day(at time.Time) customer.Date {
	if g.none() {
		return 0
	}
	return customer.DateOf(at, g.zone)
}

// draft is a decision in the making.
type draft = journal.Draft[Record, Body, Form]

// start begins a decision on a command, whatever the record.
func (g *Register) start(r Record, step journal.Step, check func(*customer.Faults)) (*draft, error) {
	if g.none() {
		return nil, errNoRegister
	}
	return journal.Begin[Record, Body, Form](g.rules.Edition, g.zone, r, r.Entries, step, check)
}

// begin is start for all commands but the first: they are refused on a record that nobody has opened.
func (g *Register) begin(r Record, step journal.Step, check func(*customer.Faults)) (*draft, error) {
	d, err := g.start(r, step, check)
	if err == nil && r.Entries == 0 {
		d.Miss(customer.Reason{Code: CodeNoRecord})
	}
	return d, err
}
