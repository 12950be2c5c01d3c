package segment

import (
	"cmp"
	"fmt"
	"math/bits"
	"slices"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// Bounds of PrivilegeRules.
const (
	MaxPrivilegeKinds   = 200
	MaxPrivilegeClasses = 200
	MaxPrivilegeFigure  = 1_000_000_000
)

// PrivilegeRules says which classes of customers are served how, as plain data: what
// there is, what everyone has, and what each class has above that. A class is any text:
// a tier, a service class, an RFM segment.
type PrivilegeRules struct {
	customer.Edition

	// Currency is that of caps and of figures in money; zero where there are none.
	Currency customer.Currency  `json:"currency,omitzero"`
	Kinds    []PrivilegeKind    `json:"kinds"`
	Floor    []PrivilegeGrant   `json:"floor,omitempty"` // what everyone has, whatever her class
	Classes  []PrivilegeOfClass `json:"classes"`
}

// PrivilegeKind is a privilege that there is: early boarding, a dedicated desk, days to
// deliver, a price concession.
type PrivilegeKind struct {
	ID     string          `json:"id"`
	Better PrivilegeBetter `json:"better"`
	// Unit is that of the figure. Absent: a plain number, such as a place in a queue. Money
	// is in minor units.
	Unit customer.Unit `json:"unit,omitzero"`
	// Capped: the figure is ‰ of a price taken off, and each grant caps it in money.
	Capped bool `json:"capped,omitempty"`
}

// PrivilegeGrant is a kind as somebody has it.
type PrivilegeGrant struct {
	Kind   string          `json:"kind"`
	Figure int64           `json:"figure,omitempty"` // absent where having it is all; a plain number from 1
	Cap    decimal.Decimal `json:"cap,omitzero"`     // the most that is taken off one price
	Text   string          `json:"text,omitempty"`   // what it is called towards the customer
}

// PrivilegeOfClass is what a class has where that is more than the floor; of every other
// kind it has the floor's.
type PrivilegeOfClass struct {
	Class      string           `json:"class"`
	Privileges []PrivilegeGrant `json:"privileges,omitempty"`
}

// PrivilegeBetter says which of two figures of a kind serves the customer better. The zero
// PrivilegeBetter is refused.
type PrivilegeBetter uint8

// The directions. Their texts are format.
const (
	PrivilegeHaving PrivilegeBetter = iota + 1 // there is no figure: she has it or not
	PrivilegeMore                              // a greater figure, such as ‰ off a price
	PrivilegeLess                              // a lesser figure, such as days to deliver
)

// String returns the stored text.
func (b PrivilegeBetter) String() string {
	switch b {
	case PrivilegeHaving:
		return "having"
	case PrivilegeMore:
		return "more"
	case PrivilegeLess:
		return "less"
	}
	return "privilege direction " + strconv.Itoa(int(b))
}

// MarshalText writes the stored text; an unknown direction is an error.
func (b PrivilegeBetter) MarshalText() ([]byte, error) {
	return customer.WriteStored("segment", b, PrivilegeLess)
}

// UnmarshalText reads what MarshalText wrote.
func (b *PrivilegeBetter) UnmarshalText(text []byte) error {
	return customer.ReadStored("segment", "privilege direction", b, PrivilegeLess, text)
}

// Privilege is what a customer has, as an answer.
type Privilege struct {
	Kind   string          `json:"kind"`
	Better PrivilegeBetter `json:"better"`
	Figure int64           `json:"figure,omitempty"`
	Unit   customer.Unit   `json:"unit,omitzero"`
	Cap    decimal.Decimal `json:"cap,omitzero"`
	Text   string          `json:"text,omitempty"`
}

// PrivilegeTable is a table of privileges, compiled. It is immutable and safe for
// concurrent use.
type PrivilegeTable struct {
	edition  customer.Edition
	name     string
	currency customer.Currency
	kinds    []PrivilegeKind // by ID
	floor    []privileged
	classes  map[string][]privileged
}

// privileged is a grant by its kind's place, with its cap in minor units.
type privileged struct {
	kind  int
	grant PrivilegeGrant
	most  int64
	own   bool // the class's own, not the floor's
}

// ParsePrivilegeRules reads PrivilegeRules from JSON, strictly; see customer.ParseRules.
// NewPrivilegeTable checks what they say.
func ParsePrivilegeRules(data []byte) (PrivilegeRules, error) {
	return customer.ParseRules[PrivilegeRules](data)
}

// NewPrivilegeTable checks the rules whole, returning customer.Faults, and compiles them.
// A class that would be served worse than the floor in anything is a fault.
func NewPrivilegeTable(rules PrivilegeRules) (*PrivilegeTable, error) {
	var faults customer.Faults
	rules.check(&faults)
	t := &PrivilegeTable{edition: rules.Edition, name: rules.Name(), currency: rules.Currency, classes: make(map[string][]privileged, len(rules.Classes))}
	t.kinds = slices.SortedFunc(slices.Values(rules.Kinds), func(a, b PrivilegeKind) int { return strings.Compare(a.ID, b.ID) })
	if len(faults) > 0 { // the grants could only be held against kinds in order
		return nil, faults
	}
	t.floor = t.grants(&faults, "floor", rules.Floor)
	for i, class := range rules.Classes {
		path := fmt.Sprintf("classes[%d]", i)
		own := t.grants(&faults, path+".privileges", class.Privileges)
		t.classes[class.Class] = t.above(&faults, path+".privileges", own)
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	return t, nil
}

// check notes the faults of the rules, apart from those of the grants.
func (r PrivilegeRules) check(faults *customer.Faults) {
	r.Edition.Check(faults)
	faults.Within("kinds", len(r.Kinds), 1, MaxPrivilegeKinds)
	faults.Within("classes", len(r.Classes), 1, MaxPrivilegeClasses)
	money, ids := false, valueNames{}
	for i, kind := range r.Kinds[:min(len(r.Kinds), MaxPrivilegeKinds)] {
		path := fmt.Sprintf("kinds[%d]", i)
		ids.check(faults, path+".id", kind.ID)
		if kind.Better < PrivilegeHaving || kind.Better > PrivilegeLess {
			faults.Add(path+".better", kind.Better, "is having, more or less")
		}
		if _, err := kind.Unit.MarshalText(); err != nil {
			faults.Add(path+".unit", kind.Unit, "is a unit of reasons, or absent")
		}
		if kind.Better == PrivilegeHaving && kind.Unit != 0 {
			faults.Add(path+".unit", kind.Unit, "is absent where having it is all")
		}
		if kind.Capped && (kind.Unit != customer.UnitPermille || kind.Better != PrivilegeMore) {
			faults.Add(path+".capped", kind.Capped, "goes with permille, of which more is better")
		}
		money = money || kind.Capped || kind.Unit == customer.UnitMinor
	}
	if money || r.Currency != (customer.Currency{}) {
		faults.Currency("currency", r.Currency)
	}
	classes := valueNames{}
	for i, class := range r.Classes[:min(len(r.Classes), MaxPrivilegeClasses)] {
		classes.check(faults, fmt.Sprintf("classes[%d].class", i), class.Class)
	}
}

// grants checks what somebody has, and puts it in the order of the kinds.
func (t *PrivilegeTable) grants(faults *customer.Faults, path string, grants []PrivilegeGrant) []privileged {
	if len(grants) > len(t.kinds) {
		faults.Add(path, len(grants), fmt.Sprintf("names each of the %d kinds at most once", len(t.kinds)))
		return nil
	}
	list := make([]privileged, 0, len(grants))
	for i, grant := range grants {
		path := fmt.Sprintf("%s[%d]", path, i)
		kind, known := slices.BinarySearchFunc(t.kinds, grant.Kind, func(kind PrivilegeKind, id string) int { return strings.Compare(kind.ID, id) })
		if !known || slices.ContainsFunc(list, func(p privileged) bool { return p.kind == kind }) {
			faults.Add(path+".kind", grant.Kind, "is one of the kinds, and stands only once")
			continue
		}
		list = append(list, privileged{kind: kind, grant: grant, most: t.checkGrant(faults, path, &t.kinds[kind], &grant)})
	}
	slices.SortFunc(list, func(a, b privileged) int { return cmp.Compare(a.kind, b.kind) })
	return list
}

// checkGrant holds a grant against its kind, and returns its cap in minor units.
func (t *PrivilegeTable) checkGrant(faults *customer.Faults, path string, kind *PrivilegeKind, grant *PrivilegeGrant) (most int64) {
	faults.Text(path+".text", grant.Text)
	least, limit := int64(0), int64(MaxPrivilegeFigure)
	switch {
	case kind.Better == PrivilegeHaving:
		limit = 0
	case kind.Unit == customer.UnitPermille:
		limit = 1000
	case kind.Unit == 0:
		least = 1 // the first place of a queue
	}
	if grant.Figure < least || grant.Figure > limit {
		faults.Add(path+".figure", grant.Figure, fmt.Sprintf("is %d to %d", least, limit))
	}
	if !kind.Capped {
		if !grant.Cap.IsZero() {
			faults.Add(path+".cap", grant.Cap, "is absent: the kind is not capped")
		}
		return 0
	}
	most, err := t.currency.Minor(grant.Cap)
	if err != nil || most < 1 || most > population.MaxAmount {
		faults.Add(path+".cap", grant.Cap, fmt.Sprintf("is above 0, exact in minor units, and at most %s", t.currency.Amount(population.MaxAmount)))
		return 0
	}
	return most
}

// above puts what a class has of its own on the floor, on which nothing may be worse.
func (t *PrivilegeTable) above(faults *customer.Faults, path string, own []privileged) []privileged {
	whole := make([]privileged, 0, len(t.kinds))
	for _, one := range own {
		one.own = true
		whole = append(whole, one)
	}
	for _, least := range t.floor {
		i := slices.IndexFunc(own, func(p privileged) bool { return p.kind == least.kind })
		if i < 0 {
			whole = append(whole, least)
			continue
		}
		kind, figure := &t.kinds[least.kind], own[i].grant.Figure
		switch {
		case kind.Better == PrivilegeMore && figure < least.grant.Figure:
			faults.Add(path, fmt.Sprintf("%s %d", kind.ID, figure), fmt.Sprintf("is no worse than the floor: %d or more", least.grant.Figure))
		case kind.Better == PrivilegeLess && figure > least.grant.Figure:
			faults.Add(path, fmt.Sprintf("%s %d", kind.ID, figure), fmt.Sprintf("is no worse than the floor: %d or less", least.grant.Figure))
		case own[i].most < least.most:
			faults.Add(path, fmt.Sprintf("%s cap %s", kind.ID, own[i].grant.Cap), fmt.Sprintf("is no worse than the floor: %s or more", least.grant.Cap))
		}
	}
	slices.SortFunc(whole, func(a, b privileged) int { return cmp.Compare(a.kind, b.kind) })
	return whole
}

// Of returns what the customers of a class have, by ascending kind, and why: what is the
// class's own and what the floor gives everyone. A class that the table does not know
// has the floor, and the reasons say so. Outside the days that the table is in force the
// answer is a *customer.Refusal.
func (t *PrivilegeTable) Of(on customer.Date, class string) ([]Privilege, []customer.Reason, error) {
	if err := t.edition.Covers(on); err != nil {
		return nil, nil, err
	}
	list, known := t.classes[class]
	why := valueReasons{rule: t.name}
	if !known {
		list = t.floor
		why.note(CodePrivilegeNoClass, int64(len(t.floor)), int64(len(t.classes)), 0)
	}
	privileges := make([]Privilege, 0, len(list))
	for i := range list {
		kind, grant := &t.kinds[list[i].kind], &list[i].grant
		privileges = append(privileges, Privilege{
			Kind: kind.ID, Better: kind.Better, Figure: grant.Figure, Unit: kind.Unit, Cap: grant.Cap, Text: grant.Text,
		})
		t.explain(&why, &list[i])
	}
	return privileges, why.reasons, nil
}

func (t *PrivilegeTable) explain(why *valueReasons, one *privileged) {
	kind := &t.kinds[one.kind]
	floor := slices.IndexFunc(t.floor, func(p privileged) bool { return p.kind == one.kind })
	cite := t.name + " " + kind.ID
	switch {
	case !one.own:
		why.cite(cite, CodePrivilegeFloor, one.grant.Figure, one.grant.Figure, kind.Unit)
	case floor < 0:
		why.cite(cite, CodePrivilegeOwn, one.grant.Figure, 0, kind.Unit)
	default:
		why.cite(cite, CodePrivilegeAbove, one.grant.Figure, t.floor[floor].grant.Figure, kind.Unit)
	}
	if kind.Capped {
		why.cite(cite, CodePrivilegeCap, one.most, 0, customer.UnitMinor)
	}
}

// Concession returns what a class has taken off a price by a capped kind, and why: the
// kind's ‰ of the price, rounded down to the minor unit, and at most its cap. A class
// without the kind has nothing taken off. Outside the days that the table is in force the
// answer is a *customer.Refusal.
func (t *PrivilegeTable) Concession(on customer.Date, class, kind string, price decimal.Decimal) (off decimal.Decimal, reasons []customer.Reason, err error) {
	if err := t.edition.Covers(on); err != nil {
		return decimal.Decimal{}, nil, err
	}
	var faults customer.Faults
	at, known := slices.BinarySearchFunc(t.kinds, kind, func(kind PrivilegeKind, id string) int { return strings.Compare(kind.ID, id) })
	if !known || !t.kinds[at].Capped {
		faults.Add("kind", kind, "is a capped kind of the table")
	}
	minor, err := t.currency.Minor(price)
	if err != nil || minor < 0 || minor > population.MaxAmount {
		faults.Add("price", price, "is 0 or more, exact in minor units, and at most 10¹² of them")
	}
	if len(faults) > 0 {
		return decimal.Decimal{}, nil, faults
	}
	why := valueReasons{rule: t.name}
	list, known := t.classes[class]
	if !known {
		list = t.floor
		why.note(CodePrivilegeNoClass, int64(len(t.floor)), int64(len(t.classes)), 0)
	}
	i := slices.IndexFunc(list, func(p privileged) bool { return p.kind == at })
	if i < 0 {
		why.cite(t.name+" "+kind, CodePrivilegeNone, 0, 0, 0)
		return decimal.Decimal{}, why.reasons, nil
	}
	t.explain(&why, &list[i])
	high, low := bits.Mul64(uint64(minor), uint64(list[i].grant.Figure))
	share, _ := bits.Div64(high, low, 1000) // of at most 10¹² · 1000
	least := min(int64(share), list[i].most)
	why.cite(t.name+" "+kind, CodePrivilegeConcession, least, minor, customer.UnitMinor)
	return t.currency.Amount(least), why.reasons, nil
}
