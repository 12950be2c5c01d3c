package wish

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/customer/population"
)

// Book is the compiled rule book. Each command is a method: it takes what is remembered of a
// customer and the command, and returns the entries that it leads to. It is immutable and safe for
// concurrent use.
//
// All commands answer with customer.Faults where they are malformed, and with a *customer.Refusal,
// which names all that is missing at once, where the book does not allow them. Then nothing has
// happened.
type Book struct {
	rules  Rules
	name   string
	zone   *time.Location
	kinds  []kind
	places map[string]int             // of kinds, by their ID
	groups map[string]map[string]bool // of needs, and what suits them
	whys   map[string]bool
}

// kind is a rule with its weights by age in days, in units of 2⁻³⁰; nil: nothing fades.
type kind struct {
	KindRule
	weights []int64
}

var errNoBook = errors.New("wish: the zero Book answers nothing: it is made by its constructor, New")

// New checks the rules whole, returning customer.Faults, and compiles them. The host loads the zone
// that the rules name and passes it.
func New(rules Rules, zone *time.Location) (*Book, error) {
	var faults customer.Faults
	rules.check(&faults)
	faults.Zone("zone", rules.Zone, zone)
	if err := faults.Err(); err != nil {
		return nil, err
	}
	b := &Book{rules: rules, name: rules.Name(), zone: zone, places: map[string]int{}, groups: map[string]map[string]bool{}}
	tables := map[int][]int64{} // kinds of one half-life share theirs
	for i, rule := range rules.Kinds {
		rule.LeastTimes, rule.LeastPermille = max(1, rule.LeastTimes), max(1, rule.LeastPermille)
		if tables[rule.HalfLifeDays] == nil {
			tables[rule.HalfLifeDays] = population.Halving(rule.HalfLifeDays) // none for 0
		}
		b.kinds = append(b.kinds, kind{rule, tables[rule.HalfLifeDays]})
		b.places[rule.ID] = i
	}
	for _, group := range rules.Needs.Groups {
		b.groups[group.ID] = set(group.Suits)
	}
	if len(rules.Intents.Whys) > 0 {
		b.whys = set(rules.Intents.Whys)
	}
	// These are compiled: nobody reads the caller's lists, who may change them.
	b.rules.Kinds, b.rules.Needs.Groups, b.rules.Intents.Whys = nil, nil, nil
	return b, nil
}

func set(names []string) map[string]bool {
	all := make(map[string]bool, len(names))
	for _, name := range names {
		all[name] = true
	}
	return all
}

// Edition is the edition of the rules, by whose name reasons and refusals cite the book.
func (b *Book) Edition() customer.Edition { return b.rules.Edition }

// Currency is that of all prices; zero: there are none.
func (b *Book) Currency() customer.Currency { return b.rules.Currency }

// Day is the civil day of an instant in the zone of the book, by which everything here is reckoned.
func (b *Book) Day(at time.Time) customer.Date {
	if b.zone == nil {
		return 0
	}
	return customer.DateOf(at, b.zone)
}

// kind returns the rule of a kind, or nil.
func (b *Book) kind(id string) *kind {
	if place, known := b.places[id]; known {
		return &b.kinds[place]
	}
	return nil
}

// asked is what is wrong with a question about a day.
func (b *Book) asked(on customer.Date) error {
	if b.zone == nil {
		return errNoBook
	}
	var faults customer.Faults
	faults.GivenDay("on", on)
	return faults.Err()
}

// draft is a decision in the making.
type draft = journal.Draft[Memory, Body, Form]

// begin begins a decision on a command; check notes the faults of what it says.
func (b *Book) begin(m Memory, step journal.Step, check func(*customer.Faults)) (*draft, error) {
	return journal.Begin[Memory, Body, Form](b.rules.Edition, b.zone, m, m.Entries, step, check)
}

// day notes a fault unless a day that somebody names is none later than that of the command, which
// it is where none is named.
func (b *Book) day(faults *customer.Faults, path string, on *customer.Date, at time.Time) {
	today := b.Day(at)
	switch {
	case *on == 0:
		*on = today
	case !on.Valid() || *on > today:
		faults.Add(path, *on, "is a day, not later than that of the command, or absent")
	}
}

// checkAt notes a fault unless a question is of an instant that is on a day.
func (b *Book) checkAt(faults *customer.Faults, at time.Time) {
	if faults.Instant("at", at); len(*faults) == 0 && !b.Day(at).Valid() {
		faults.Add("at", at, "is on a day of the years 1 to 9999 in the book's zone")
	}
}

// later is the day that is so many days later, or the last that there is.
func later(day customer.Date, days int) customer.Date {
	if after := day.AddDays(days); after.Valid() {
		return after
	}
	return customer.MaxDate
}

// left notes a fault where a command names what only the book fills in.
func left(faults *customer.Faults, path string, value any, zero bool) {
	if !zero {
		faults.Add(path, value, "is left to the book")
	}
}

// Bounds of amounts.
const (
	maxMinor    = 1_000_000_000_000 // of a price, in minor units
	maxQuantity = 10_000            // pieces of a wish
)

// checkMinor notes a fault unless an amount is within bounds.
func checkMinor(faults *customer.Faults, path string, minor int64) {
	if minor < 0 || minor > maxMinor {
		faults.Add(path, minor, "is 0 to 1000000000000 minor units")
	}
}

// noMoney notes a fault for an amount where the book has no currency to read it in.
func (b *Book) noMoney(faults *customer.Faults, path string, minor int64) {
	if minor != 0 && b.rules.Currency == (customer.Currency{}) {
		faults.Add(path, minor, "is 0: the book has no currency")
	}
}

// Attribute is something that goods, rooms or seats have: colour and white, seat and window. What
// preferences are held against has the ID of their kind as its name. One thing has at most 50.
type Attribute struct {
	Name  string `json:"name"` // at most 128 bytes, as its value
	Value string `json:"value"`
}

const maxAttributes = 50 // of one thing

func checkAttributes(faults *customer.Faults, path string, all []Attribute) {
	faults.Within(path, len(all), 0, maxAttributes)
	before := len(*faults)
	for i := range all[:min(len(all), maxAttributes)] {
		checkValue(faults, "name", all[i].Name)
		checkValue(faults, "value", all[i].Value)
		if len(*faults) > before { // rarely: told again under its path
			part := slices.Clone((*faults)[before:])
			*faults = (*faults)[:before]
			faults.Join(fmt.Sprintf("%s[%d]", path, i), part)
			before = len(*faults)
		}
	}
}

// has reports whether a thing has all of the attributes that are wanted.
func has(all, wanted []Attribute) bool {
	for _, one := range wanted {
		if !slices.Contains(all, one) {
			return false
		}
	}
	return true
}

func writeAttributes(c *customer.Canonical, name string, all []Attribute) {
	c.List(name, len(all), func(i int) {
		c.Text("name", all[i].Name)
		c.Text("value", all[i].Value)
	})
}
