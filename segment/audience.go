package segment

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// AudienceRules is the rule book of one target group, as plain data: whose it is, whether
// it is made of people or of organisations, and what must hold of them. Its edition's ID
// is the group's name.
type AudienceRules struct {
	customer.Edition

	Zone string `json:"zone"` // IANA name; whose midnight begins a day, and so a birthday
	// Scope is whose customers the group is drawn from; zero: everybody. Who belongs to
	// another scope is not of the group, and of whom it is not known, that is unknown.
	Scope AudienceScope `json:"scope,omitzero"`
	// Targets says whether people or groups are meant; zero: both.
	Targets AudienceKind `json:"targets,omitzero"`
	// AddressUnknown: whoever the condition cannot tell of is addressed as well. She is
	// counted apart all the same.
	AddressUnknown bool      `json:"address_unknown,omitempty"`
	Condition      Condition `json:"condition"`
}

// AudienceScope is the place of a target group: an industry, one enterprise of it, or one
// of its departments that look after customers, by name.
type AudienceScope struct {
	Level AudienceLevel `json:"level,omitzero"`
	Name  string        `json:"name,omitempty"`
}

// AudienceLevel is the level of a scope. The zero AudienceLevel is refused.
type AudienceLevel uint8

// The levels of scopes, from wide to narrow. Their texts are format.
const (
	AudienceIndustry   AudienceLevel = iota + 1
	AudienceEnterprise               // a company
	AudienceDepartment               // a department that serves customers
)

// String returns the stored text.
func (l AudienceLevel) String() string {
	switch l {
	case AudienceIndustry:
		return "industry"
	case AudienceEnterprise:
		return "enterprise"
	case AudienceDepartment:
		return "service-department"
	}
	return "audience level " + strconv.Itoa(int(l))
}

// MarshalText writes the stored text; an unknown level is an error.
func (l AudienceLevel) MarshalText() ([]byte, error) {
	return customer.WriteStored("segment", l, AudienceDepartment)
}

// UnmarshalText reads what MarshalText wrote.
func (l *AudienceLevel) UnmarshalText(text []byte) error {
	return customer.ReadStored("segment", "audience level", l, AudienceDepartment, text)
}

// AudienceKind says whether a customer is a person or a group. The zero AudienceKind is
// not known.
type AudienceKind uint8

// The kinds of customers. Their texts are format.
const (
	AudiencePerson AudienceKind = iota + 1
	AudienceGroup               // an organisation, a household, a club
)

// String returns the stored text.
func (k AudienceKind) String() string {
	switch k {
	case AudiencePerson:
		return "person"
	case AudienceGroup:
		return "group"
	}
	return "audience kind " + strconv.Itoa(int(k))
}

// MarshalText writes the stored text; an unknown kind is an error.
func (k AudienceKind) MarshalText() ([]byte, error) {
	return customer.WriteStored("segment", k, AudienceGroup)
}

// UnmarshalText reads what MarshalText wrote.
func (k *AudienceKind) UnmarshalText(text []byte) error {
	return customer.ReadStored("segment", "audience kind", k, AudienceGroup, text)
}

// AudienceAnswer is the answer of a condition: no, unknown or yes, in this order, so that
// all is the least of its parts and any the greatest. The zero AudienceAnswer is none.
type AudienceAnswer uint8

// The answers. Their texts are format.
const (
	AudienceNo AudienceAnswer = iota + 1
	AudienceUnknown
	AudienceYes
)

// String returns the stored text.
func (a AudienceAnswer) String() string {
	switch a {
	case AudienceNo:
		return "no"
	case AudienceUnknown:
		return "unknown"
	case AudienceYes:
		return "yes"
	}
	return "audience answer " + strconv.Itoa(int(a))
}

// MarshalText writes the stored text; an unknown answer is an error.
func (a AudienceAnswer) MarshalText() ([]byte, error) {
	return customer.WriteStored("segment", a, AudienceYes)
}

// UnmarshalText reads what MarshalText wrote.
func (a *AudienceAnswer) UnmarshalText(text []byte) error {
	return customer.ReadStored("segment", "audience answer", a, AudienceYes, text)
}

// MaxAudienceFacts is the most labels, numbers, traits or cells that are told of one
// customer: a host tells what its audiences ask for.
const MaxAudienceFacts = 100

// AudienceFacts is what is known of one customer on the day of decision. Every fact may
// be missing, which is never the same as no.
type AudienceFacts struct {
	ID         customer.ID
	Kind       AudienceKind  // zero: not known
	Industry   string        // where she belongs; empty: not known
	Enterprise string        //
	Department string        //
	Born       customer.Date // zero: not known

	Labels  []AudienceLabel  // tier, stage, class, area, gender, household …
	Numbers []AudienceNumber // each name once
	Traits  []AudienceTrait  // each name once; see Traits.Facts
	Cells   []AudienceCell   // each category once

	RFM      [3]uint8 // scores of recency, frequency and monetary value; 0: not known
	RFMGroup string   // empty: not known
	Record   AudienceRecord
}

// AudienceLabel is a text under a key. A key may stand several times with other texts:
// interests, say.
type AudienceLabel struct{ Key, Text string }

// AudienceNumber is a named figure and what it counts.
type AudienceNumber struct {
	Name  string
	Value int64
	Unit  customer.Unit
}

// AudienceTrait says whether a trait that was looked for was found. One that was not looked
// for is missing.
type AudienceTrait struct {
	Name string
	Held bool
}

// AudienceCell is her cell in a category.
type AudienceCell struct {
	Category string // its ID
	Cell     Cell
}

// AudienceRecord is her record as a customer. Bought and Returned are figures of one
// measure: units, lines or money in minor units.
type AudienceRecord struct {
	Since         customer.Date // a customer since; zero: not known
	Bought        int64         // with ReturnsKnown
	Returned      int64         // with ReturnsKnown; above Bought where sales are older than the figures
	ReturnsKnown  bool
	Overdue       int64 // payments that were overdue, with PaymentsKnown
	PaymentsKnown bool
}

// Check returns the faults of the facts as customer.Faults, or nil.
func (f *AudienceFacts) Check() error {
	var faults customer.Faults
	faults.Name("id", string(f.ID))
	if f.Kind > AudienceGroup {
		faults.Add("kind", f.Kind, "is person, group, or absent")
	}
	faults.Text("industry", f.Industry)
	faults.Text("enterprise", f.Enterprise)
	faults.Text("department", f.Department)
	faults.Text("rfm_group", f.RFMGroup)
	for _, date := range []struct {
		path string
		day  customer.Date
	}{{"born", f.Born}, {"record.since", f.Record.Since}} {
		faults.Day(date.path, date.day)
	}
	for _, list := range []struct {
		path string
		n    int
	}{{"labels", len(f.Labels)}, {"numbers", len(f.Numbers)}, {"traits", len(f.Traits)}, {"cells", len(f.Cells)}} {
		faults.Within(list.path, list.n, 0, MaxAudienceFacts)
	}
	f.checkLists(&faults)
	if min(f.Record.Bought, f.Record.Returned, f.Record.Overdue) < 0 {
		faults.Add("record", min(f.Record.Bought, f.Record.Returned, f.Record.Overdue), "has figures of 0 or more")
	}
	return faults.Err()
}

func (f *AudienceFacts) checkLists(faults *customer.Faults) {
	for i := range f.Labels[:min(len(f.Labels), MaxAudienceFacts)] {
		var part customer.Faults
		part.Name("key", f.Labels[i].Key)
		part.Name("text", f.Labels[i].Text)
		joinListedFaults(faults, "labels", i, part)
	}
	for i := range f.Numbers[:min(len(f.Numbers), MaxAudienceFacts)] {
		one, part := &f.Numbers[i], customer.Faults(nil)
		checkAudienceOnce(&part, "name", one.Name, i, func(j int) string { return f.Numbers[j].Name })
		joinListedFaults(faults, "numbers", i, part)
	}
	for i := range f.Traits[:min(len(f.Traits), MaxAudienceFacts)] {
		var part customer.Faults
		checkAudienceOnce(&part, "name", f.Traits[i].Name, i, func(j int) string { return f.Traits[j].Name })
		joinListedFaults(faults, "traits", i, part)
	}
	for i := range f.Cells[:min(len(f.Cells), MaxAudienceFacts)] {
		one, part := &f.Cells[i], customer.Faults(nil)
		checkAudienceOnce(&part, "category", one.Category, i, func(j int) string { return f.Cells[j].Category })
		if one.Cell.Brand > StoreLoyal || one.Cell.Usage > Heavy {
			part.Add("cell", one.Cell, "is a cell")
		}
		joinListedFaults(faults, "cells", i, part)
	}
}

// checkAudienceOnce notes a fault unless the name at place i is one, and is new among those before.
func checkAudienceOnce(faults *customer.Faults, path, name string, i int, at func(int) string) {
	faults.Name(path, name)
	for j := range i {
		if at(j) == name {
			faults.Add(path, name, "stands only once")
			return
		}
	}
}

func joinListedFaults(faults *customer.Faults, list string, i int, part customer.Faults) {
	if len(part) > 0 {
		faults.Join(fmt.Sprintf("%s[%d]", list, i), part)
	}
}

func (f *AudienceFacts) scope(level AudienceLevel) string {
	switch level {
	case AudienceIndustry:
		return f.Industry
	case AudienceEnterprise:
		return f.Enterprise
	case AudienceDepartment:
		return f.Department
	}
	return ""
}

func (f *AudienceFacts) number(name string) (AudienceNumber, bool) {
	for i := range f.Numbers {
		if f.Numbers[i].Name == name {
			return f.Numbers[i], true
		}
	}
	return AudienceNumber{}, false
}

func (f *AudienceFacts) cell(category string) Cell {
	for i := range f.Cells {
		if f.Cells[i].Category == category {
			return f.Cells[i].Cell
		}
	}
	return Cell{}
}

// ParseAudienceRules reads AudienceRules from JSON, strictly; see customer.ParseRules. The
// result is well-formed; NewAudience checks what it says.
func ParseAudienceRules(data []byte) (AudienceRules, error) {
	return customer.ParseRules[AudienceRules](data)
}

// AudienceNames are the names that a host knows, to hold the leaves of an audience
// against. A nil list is not looked at.
type AudienceNames struct {
	Categories []string // the IDs of Rules
	Traits     []string // the names of TraitRules that are inferred: Coder.Categories of Traits
	Labels     []string // keys
	Numbers    []string
	RFMGroups  []string
}

// CheckNames checks the rules whole and, beyond that, that every name in a leaf is known:
// a misspelt trait would be unknown of everybody, for ever.
func (r AudienceRules) CheckNames(known AudienceNames) error {
	return r.check(func(kind, path, name string, faults *customer.Faults) {
		var names []string
		switch kind {
		case "category":
			names = known.Categories
		case "trait":
			names = known.Traits
		case "label":
			names = known.Labels
		case "number":
			names = known.Numbers
		case "group":
			names = known.RFMGroups
		}
		if names != nil && !slices.Contains(names, name) {
			faults.Add(path, name, fmt.Sprintf("is one of the %d known names of its kind", len(names)))
		}
	}).Err()
}

// check returns every fault of the rules; names sees every name in a leaf.
func (r AudienceRules) check(names func(kind, path, name string, faults *customer.Faults)) customer.Faults {
	var faults customer.Faults
	r.Edition.Check(&faults)
	faults.ZoneName("zone", r.Zone)
	if r.Scope != (AudienceScope{}) {
		if r.Scope.Level < AudienceIndustry || r.Scope.Level > AudienceDepartment {
			faults.Add("scope.level", r.Scope.Level, "is industry, enterprise or service-department")
		}
		faults.Name("scope.name", r.Scope.Name)
	}
	if r.Targets > AudienceGroup {
		faults.Add("targets", r.Targets, "is person, group, or absent")
	}
	walk := conditionCheck{faults: &faults}
	if names != nil {
		walk.names = func(kind, path, name string) { names(kind, path, name, &faults) }
	}
	walk.walk("condition", &r.Condition, 1)
	return faults
}

// Audience is a rule book of a target group, compiled. It is immutable and safe for
// concurrent use.
type Audience struct {
	edition        customer.Edition
	zone           *time.Location
	addressUnknown bool
	root           conditionNode
}

// NewAudience checks the rules whole, returning customer.Faults, and compiles them. The
// zone must be the one that AudienceRules.Zone names.
func NewAudience(rules AudienceRules, zone *time.Location) (*Audience, error) {
	faults := rules.check(nil)
	if len(faults) == 0 {
		faults.Zone("zone", rules.Zone, zone)
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	return compileAudience(rules, zone), nil
}

// compileAudience compiles rules that have no faults.
func compileAudience(rules AudienceRules, zone *time.Location) *Audience {
	compiler := conditionCompiler{book: rules.Name()}
	var parts []conditionNode
	if scope := rules.Scope; scope.Level != 0 {
		leaf := compiler.leaf(scopeNode, "scope", scope.Name)
		leaf.which, leaf.texts = uint8(scope.Level), []string{scope.Name}
		parts = append(parts, leaf)
	}
	if rules.Targets != 0 {
		leaf := compiler.leaf(targetNode, "targets", "")
		leaf.which = uint8(rules.Targets)
		parts = append(parts, leaf)
	}
	parts = append(parts, compiler.compile("", &rules.Condition))
	return &Audience{
		edition: rules.Edition, zone: zone,
		addressUnknown: rules.AddressUnknown, root: allOf(parts),
	}
}

// Day is the day of decision of an instant: the civil day in the audience's zone.
func (a *Audience) Day(at time.Time) customer.Date { return customer.DateOf(at, a.zone) }

// Decide answers whether a customer belongs to the audience on a day, and why. The reasons
// are those of the leaves that decided, each with its place in the tree as its Rule
// ("young-women/3 all[1].label[gender]"): of a no every leaf that is missing, of a yes
// those that made it, of unknown those that lack a fact. A day on which the book is not in
// force is a *customer.Refusal. Facts are taken as they are: see AudienceFacts.Check.
func (a *Audience) Decide(facts *AudienceFacts, on customer.Date) (AudienceAnswer, []customer.Reason, error) {
	if err := a.edition.Covers(on); err != nil {
		return 0, nil, err
	}
	return a.root.answer(facts, on), a.root.explain(nil, facts, on), nil
}

// Answer is Decide without the reasons, for going through a population. It allocates
// nothing.
func (a *Audience) Answer(facts *AudienceFacts, on customer.Date) (AudienceAnswer, error) {
	if err := a.edition.Covers(on); err != nil {
		return 0, err
	}
	return a.root.answer(facts, on), nil
}

// Addresses reports whether somebody with this answer is addressed: with yes, and with
// unknown where the rules say so.
func (a *Audience) Addresses(answer AudienceAnswer) bool {
	return answer == AudienceYes || answer == AudienceUnknown && a.addressUnknown
}
