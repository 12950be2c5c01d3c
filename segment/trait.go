package segment

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// Bounds of TraitRules.
const (
	MaxTraits        = 1000
	MaxTraitEvidence = 100_000 // labels and products over all traits
)

// TraitRules is the rule book of what purchases say about a customer (a pet in the house,
// a small child), as plain data. What somebody buys is evidence, not knowledge: it takes
// a threshold to begin with, and without fresh evidence it ends.
type TraitRules struct {
	customer.Edition

	Zone string `json:"zone"` // IANA name; whose midnight ends a day
	// WindowDays is how many days before the day of decision are looked at, 2 to 3660. It
	// holds within_days and expires_after_days of every trait, one after the other. What is
	// older is forgotten: a trait that lasts longer seems to begin within the window.
	WindowDays int         `json:"window_days"`
	Traits     []TraitRule `json:"traits,omitempty"`
	// SwitchedOn names the sensitive traits that the shop has reason, and leave, to infer.
	// Any other sensitive trait is not coded, not computed, not stored and not explained. To
	// switch one on or off makes a new version of the book, as any change does.
	SwitchedOn []string `json:"switched_on,omitempty"`
}

// TraitRule says what is evidence of one trait, how much of it is needed, and for how long
// it holds.
type TraitRule struct {
	Name string `json:"name"`
	// Sensitive: the trait says something of her health, faith, pregnancy and the like. It
	// is off unless TraitRules.SwitchedOn names it.
	Sensitive bool `json:"sensitive,omitempty"`
	// Labels are the source's own category texts whose lines are evidence.
	Labels []string `json:"labels,omitempty"`
	// Products are evidence whatever their label. Without base_units a product counts as
	// the quantity sold.
	Products []TraitProduct `json:"products,omitempty"`

	// The threshold: evidence of MinDays distinct days and of MinUnits base units, both
	// within the same WithinDays days. At least one of the two is stated.
	MinDays          int             `json:"min_days,omitempty"` // 0: any; at most within_days
	MinUnits         decimal.Decimal `json:"min_units,omitzero"` // 0: any; exact in thousandths
	WithinDays       int             `json:"within_days"`        // 1 to 3660
	ExpiresAfterDays int             `json:"expires_after_days"` // after the last evidence; 2 to 3660
}

// TraitProduct is a product that is evidence, and its content.
type TraitProduct struct {
	SKU       string          `json:"sku"`
	BaseUnits decimal.Decimal `json:"base_units,omitzero"` // in one unit of sale, exact in thousandths; 0: the quantity counts
}

// ParseTraitRules reads TraitRules from JSON, strictly; see customer.ParseRules. The
// result is well-formed; NewTraits checks what it says.
func ParseTraitRules(data []byte) (TraitRules, error) { return customer.ParseRules[TraitRules](data) }

// check returns every fault of the rules.
func (r TraitRules) check() customer.Faults {
	var faults customer.Faults
	r.Edition.Check(&faults)
	faults.ZoneName("zone", r.Zone)
	faults.Within("window_days", r.WindowDays, 2, MaxWindowDays)
	faults.Within("traits", len(r.Traits), 1, MaxTraits)
	if len(r.Traits) > MaxTraits {
		return faults
	}
	evidence := 0
	sensitive := make(map[string]bool, len(r.Traits))
	for i := range r.Traits {
		trait, path := &r.Traits[i], fmt.Sprintf("traits[%d]", i)
		if _, twice := sensitive[trait.Name]; twice {
			faults.Add(path+".name", trait.Name, "names only one trait")
		}
		sensitive[trait.Name] = trait.Sensitive
		var part customer.Faults
		trait.check(&part, r.WindowDays)
		faults.Join(path, part)
		evidence += len(trait.Labels) + len(trait.Products)
	}
	if evidence > MaxTraitEvidence {
		faults.Add("traits", evidence, fmt.Sprintf("name at most %d labels and products in all", MaxTraitEvidence))
	}
	faults.Within("switched_on", len(r.SwitchedOn), 0, MaxTraits)
	for i, name := range r.SwitchedOn[:min(len(r.SwitchedOn), MaxTraits)] {
		if !sensitive[name] || slices.Contains(r.SwitchedOn[:i], name) {
			faults.Add(fmt.Sprintf("switched_on[%d]", i), name, "is the name of a sensitive trait, and stands only once")
		}
	}
	return faults
}

func (t *TraitRule) check(faults *customer.Faults, windowDays int) {
	faults.Name("name", t.Name)
	if len(t.Labels)+len(t.Products) == 0 {
		faults.Add("labels", "", "or products name what is evidence")
	}
	if len(t.Labels)+len(t.Products) > MaxTraitEvidence {
		return // told for all traits together
	}
	seen := make(map[string]bool, len(t.Labels))
	for i, label := range t.Labels {
		var part customer.Faults // whose path is written out only where there is a fault
		part.Name("", label)
		if seen[label] {
			part.Add("", label, "stands only once in a trait")
		}
		seen[label] = true
		joinListedFaults(faults, "labels", i, part)
	}
	clear(seen)
	for i, product := range t.Products {
		var part customer.Faults
		part.Name("sku", product.SKU)
		if seen[product.SKU] {
			part.Add("sku", product.SKU, "stands only once in a trait")
		}
		seen[product.SKU] = true
		if units, exact := customer.Scaled(product.BaseUnits, UnitDigits); !exact || units < 0 {
			part.Add("base_units", product.BaseUnits, "is above 0 and exact in thousandths, or absent")
		}
		joinListedFaults(faults, "products", i, part)
	}
	faults.Within("within_days", t.WithinDays, 1, MaxWindowDays)
	faults.Within("min_days", t.MinDays, 0, max(t.WithinDays, 0))
	units, exact := customer.Scaled(t.MinUnits, UnitDigits)
	if !exact || units < 0 || units > population.MaxUnits {
		faults.Add("min_units", t.MinUnits, fmt.Sprintf("is 0 to %s, exact in thousandths", decimal.New(population.MaxUnits, -UnitDigits)))
	}
	if t.MinDays == 0 && units == 0 {
		faults.Add("min_days", t.MinDays, "or min_units says how much evidence is needed")
	}
	// Decisions are made the day after the last evidence at the earliest, so that a trait
	// which expires after one day would never hold.
	faults.Within("expires_after_days", t.ExpiresAfterDays, 2, MaxWindowDays)
	if t.WithinDays+t.ExpiresAfterDays > windowDays {
		faults.Add("expires_after_days", t.ExpiresAfterDays,
			fmt.Sprintf("and within_days, %d, fit into window_days, %d, together", t.WithinDays, windowDays))
	}
}

// Traits is a rule book of traits, compiled. It is immutable and safe for concurrent use.
type Traits struct {
	edition    customer.Edition
	windowDays int
	coder      *Coder
	rules      []traitRule // by code
	pinned     uint64      // fingerprint of their names: what codes mean
}

// all are the traits by code: none of no book.
func (t *Traits) all() []traitRule {
	if t == nil {
		return nil
	}
	return t.rules
}

// traitRule is one trait, compiled.
type traitRule struct {
	name, cite      string
	minDays         int
	minUnits        int64
	within, expires int
}

// NewTraits checks the rules whole, returning customer.Faults, and compiles those traits
// that are not sensitive or are switched on. The zone must be the one that TraitRules.Zone
// names.
func NewTraits(rules TraitRules, zone *time.Location) (*Traits, error) {
	faults := rules.check()
	if len(faults) == 0 {
		faults.Zone("zone", rules.Zone, zone)
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	t := &Traits{
		edition: rules.Edition, windowDays: rules.WindowDays,
		coder: &Coder{register: population.Register{Zone: zone}, byLabel: map[string][]uint32{}, byProduct: map[string][]content{}},
	}
	sorted := slices.Clone(rules.Traits) // the order of the codes depends on nothing but the names
	slices.SortFunc(sorted, func(a, b TraitRule) int { return strings.Compare(a.Name, b.Name) })
	for i := range sorted {
		if trait := &sorted[i]; !trait.Sensitive || slices.Contains(rules.SwitchedOn, trait.Name) {
			t.add(trait)
		}
	}
	var names []byte
	for i := range t.rules {
		names = population.AppendBytes(names, t.rules[i].name)
	}
	sum := sha256.Sum256(names)
	t.pinned = binary.BigEndian.Uint64(sum[:])
	return t, nil
}

func (t *Traits) add(trait *TraitRule) {
	code := uint32(len(t.rules))
	minUnits, _ := customer.Scaled(trait.MinUnits, UnitDigits) // exact: checked above, as below
	t.rules = append(t.rules, traitRule{
		name: trait.Name, cite: t.edition.Name() + " " + trait.Name,
		minDays: trait.MinDays, minUnits: minUnits, within: trait.WithinDays, expires: trait.ExpiresAfterDays,
	})
	t.coder.categories = append(t.coder.categories, trait.Name)
	for _, label := range trait.Labels {
		t.coder.byLabel[label] = append(t.coder.byLabel[label], code)
	}
	for _, product := range trait.Products {
		units, _ := customer.Scaled(product.BaseUnits, UnitDigits)
		t.coder.byProduct[product.SKU] = append(t.coder.byProduct[product.SKU], content{code, units})
	}
}

// Coder turns receipts into the lines that traits are inferred from: one for each trait
// that a line is evidence of, whose code is its Item. Coder.Categories names the traits by
// code; a sensitive trait that is not switched on is not among them.
func (t *Traits) Coder() *Coder { return t.coder }

// period is the WindowDays days before on.
func (t *Traits) period(on customer.Date) population.Period {
	return population.Period{From: max(on.AddDays(-t.windowDays), 1), Until: on}
}

// Trait is what was inferred of a customer for a day, and the evidence.
type Trait struct {
	Name  string
	Since customer.Date // the day whose evidence reached the threshold
	Last  customer.Date // the day of the last evidence
	Until customer.Date // the first day on which it no longer holds, unless there is more evidence
	Days  int           // days of evidence that reached the threshold, in the within_days that end with Since
	Units int64         // and their base units, in thousandths
}

// Facts appends, for the facts of an audience, every trait that the book infers and whether
// it is among those held. A sensitive trait that is not switched on stays unknown.
func (t *Traits) Facts(dst []AudienceTrait, held []Trait) []AudienceTrait {
	for i := range t.rules {
		name := t.rules[i].name
		dst = append(dst, AudienceTrait{name, slices.ContainsFunc(held, func(trait Trait) bool { return trait.Name == name })})
	}
	return dst
}

// traitDay is what one day's lines say of one trait. Since all of it is sums, lines may
// arrive in any order.
type traitDay struct {
	day      customer.Date
	lines    int64 // bought
	vague    int64 // of lines: how much is not known
	units    int64 // bought
	backs    int64 // lines that came back of which it is not known how much
	returned int64 // units that came back
}

// traitDays are the days of one trait, ascending.
type traitDays []traitDay

func (d *traitDays) add(day customer.Date, returned bool, units int64) {
	into := d.at(day)
	switch {
	case returned && units == 0:
		into.backs = bounded(into.backs, 1)
	case returned:
		into.returned = bounded(into.returned, units)
	default:
		into.lines = bounded(into.lines, 1)
		into.units = bounded(into.units, units)
		if units == 0 {
			into.vague = bounded(into.vague, 1)
		}
	}
}

// at returns a day, made new when it is not there.
func (d *traitDays) at(day customer.Date) *traitDay {
	days := *d
	n := len(days)
	if n > 0 && days[n-1].day == day { // days mostly arrive in order
		return &days[n-1]
	}
	at := n
	if n > 0 && days[n-1].day > day {
		var found bool
		at, found = slices.BinarySearchFunc(days, day, func(d traitDay, day customer.Date) int { return int(d.day - day) })
		if found {
			return &days[at]
		}
	}
	*d = slices.Insert(days, at, traitDay{day: day})
	return &(*d)[at]
}

// keptTraitDay is a day of which something was kept.
type keptTraitDay struct {
	day   customer.Date
	units int64
	vague bool // some of what was kept has no known quantity
}

// keep returns the days that are evidence after all that came back. A return does not say
// which sale it undoes, so goods that come back are taken off the latest days on which any
// were bought, up to the day of the return itself; what is more than was bought in the
// window is taken off nothing. A day of which nothing is left is no evidence. Measured
// goods come off measured goods; where these are not enough, the latest day with goods of
// unknown quantity is no longer held to have kept those. Where it is not known how much
// came back, the latest day is no evidence at all: in doubt nothing is said about her.
func (d *traitDays) keep(dst []keptTraitDay) []keptTraitDay {
	for i := range *d {
		day := &(*d)[i]
		if day.lines > 0 {
			dst = append(dst, keptTraitDay{day.day, day.units, day.vague > 0})
		}
		if back := day.returned; back > 0 {
			for j := len(dst) - 1; j >= 0 && back > 0; j-- {
				off := min(back, dst[j].units)
				dst[j].units -= off
				back -= off
			}
			for j := len(dst) - 1; j >= 0 && back > 0; j-- {
				if dst[j].vague {
					dst[j].vague, back = false, 0
				}
			}
			dst = slices.DeleteFunc(dst, func(day keptTraitDay) bool { return day.units == 0 && !day.vague })
		}
		dst = dst[:len(dst)-int(min(day.backs, int64(len(dst))))]
	}
	return dst
}

// bought counts the days of purchase.
func (d *traitDays) bought() int {
	bought := 0
	for i := range *d {
		if (*d)[i].lines > 0 {
			bought++
		}
	}
	return bought
}

// infer walks the kept days. The trait begins on a day whose last within days, itself
// included, reach the threshold; every further day of evidence puts its end off; and once
// it has ended it takes the threshold to begin again. Since is 0 where it never began; it
// holds on the days from there up to Until.
func (r *traitRule) infer(kept []keptTraitDay) Trait {
	trait := Trait{Name: r.name}
	first, enough := 0, int64(0) // of the last within days: place, and units counted up to what is needed
	for i := range kept {
		day := kept[i].day
		enough += min(kept[i].units, r.minUnits) // at most 3660 times MaxUnits
		for ; kept[first].day <= day-customer.Date(r.within); first++ {
			enough -= min(kept[first].units, r.minUnits)
		}
		holds := trait.Since != 0 && day < trait.Until
		if !holds {
			if i-first+1 < r.minDays || enough < r.minUnits {
				continue
			}
			trait.Since = day
			trait.Days, trait.Units = traitEvidence(kept[first : i+1])
		}
		trait.Last = day
		trait.Until = min(day+customer.Date(r.expires), customer.MaxDate)
	}
	return trait
}

// traitEvidence sums up days of evidence.
func traitEvidence(kept []keptTraitDay) (days int, units int64) {
	for i := range kept {
		units = bounded(units, kept[i].units)
	}
	return len(kept), units
}

// explain appends why the trait holds on a day, or all that is missing.
func (r *traitRule) explain(reasons []customer.Reason, days traitDays, kept []keptTraitDay, on customer.Date) []customer.Reason {
	if undone := days.bought() - len(kept); undone > 0 {
		reasons = append(reasons, customer.Reason{
			Code: CodeTraitBroughtBack, Rule: r.cite, Fact: int64(undone), Mark: int64(days.bought()), Unit: customer.UnitDays,
		})
	}
	trait := r.infer(kept)
	switch {
	case len(kept) == 0:
		return append(reasons, customer.Reason{Code: CodeTraitNoEvidence, Rule: r.cite, Unit: customer.UnitDays})
	case trait.Since != 0 && on < trait.Until:
		reasons = r.against(reasons, CodeTraitDays, CodeTraitUnits, trait.Days, trait.Units, trait.Since)
		return append(reasons, customer.Reason{
			Code: CodeTraitHolds, Rule: r.cite, Fact: int64(on - trait.Last), Mark: int64(r.expires), Unit: customer.UnitDays,
			On: trait.Last, By: trait.Until,
		})
	}
	if trait.Since != 0 {
		reasons = append(reasons, customer.Reason{
			Code: CodeTraitExpired, Rule: r.cite, Fact: int64(on - trait.Last), Mark: int64(r.expires), Unit: customer.UnitDays,
			On: trait.Last, By: trait.Until,
		})
	}
	last := kept[len(kept)-1].day
	if last == trait.Last {
		return reasons // nothing new since
	}
	first := len(kept) - 1
	for first > 0 && kept[first-1].day > last-customer.Date(r.within) {
		first--
	}
	number, units := traitEvidence(kept[first:])
	days1, units1 := "", ""
	if number < r.minDays {
		days1 = CodeTraitTooFewDays
	}
	if units < r.minUnits {
		units1 = CodeTraitTooFewUnits
	}
	return r.against(reasons, days1, units1, number, units, last)
}

// against holds days and units of evidence, up to a day, against what is needed; an empty
// code is not told.
func (r *traitRule) against(reasons []customer.Reason, daysCode, unitsCode string, days int, units int64, last customer.Date) []customer.Reason {
	if daysCode != "" && r.minDays > 0 {
		reasons = append(reasons, customer.Reason{
			Code: daysCode, Rule: r.cite, Fact: int64(days), Mark: int64(r.minDays), Unit: customer.UnitDays, On: last,
		})
	}
	if unitsCode != "" && r.minUnits > 0 {
		reasons = append(reasons, customer.Reason{
			Code: unitsCode, Rule: r.cite, Fact: units, Mark: r.minUnits, Unit: customer.UnitUsage, On: last,
		})
	}
	return reasons
}

// TraitCounter is the grouped form of inference: one customer's lines at a time, as
// population.Runs yields them, in bounded memory. It is not safe for concurrent use.
type TraitCounter[K population.Key] struct {
	traits  *Traits
	on      customer.Date
	period  population.Period
	days    []traitDays // by code; emptied where touched
	touched []uint32
	kept    []keptTraitDay
	held    []Trait
}

// NewTraitCounter infers for a day, from the days before it. A day on which the book is
// not in force is a *customer.Refusal.
func NewTraitCounter[K population.Key](traits *Traits, on customer.Date) (*TraitCounter[K], error) {
	if err := traits.edition.Covers(on); err != nil {
		return nil, err
	}
	return &TraitCounter[K]{
		traits: traits, on: on, period: traits.period(on), days: make([]traitDays, len(traits.rules)),
	}, nil
}

// Infer returns the traits that one customer has on the day, by name, in a slice that the
// next call reuses. The lines are of Traits.Coder, in any order; those outside the window
// are left out. A malformed line, or one of no trait, is an error.
func (c *TraitCounter[K]) Infer(lines []population.Line[K]) ([]Trait, error) {
	if err := c.read(lines); err != nil {
		return nil, err
	}
	c.held = c.held[:0]
	slices.Sort(c.touched)
	for _, code := range c.touched {
		c.kept = c.days[code].keep(c.kept[:0])
		if trait := c.traits.all()[code].infer(c.kept); trait.Since != 0 && c.on < trait.Until {
			c.held = append(c.held, trait)
		}
	}
	return c.held, nil
}

// Reasons says of every trait of the book, by name, why one customer has it on the day or
// what is missing.
func (c *TraitCounter[K]) Reasons(lines []population.Line[K]) ([]customer.Reason, error) {
	if err := c.read(lines); err != nil {
		return nil, err
	}
	var reasons []customer.Reason
	for code := range c.traits.all() {
		c.kept = c.days[code].keep(c.kept[:0])
		reasons = c.traits.all()[code].explain(reasons, c.days[code], c.kept, c.on)
	}
	return reasons, nil
}

func (c *TraitCounter[K]) read(lines []population.Line[K]) error {
	for _, code := range c.touched {
		c.days[code] = c.days[code][:0]
	}
	c.touched = c.touched[:0]
	for i := range lines {
		line := &lines[i]
		if err := checkTraitLine(line, len(c.days)); err != nil {
			return err
		}
		if !c.period.Contains(line.Day) {
			continue
		}
		days := &c.days[line.Item]
		if len(*days) == 0 {
			c.touched = append(c.touched, line.Item)
		}
		days.add(line.Day, line.Returned, line.Units)
	}
	return nil
}

func checkTraitLine[K population.Key](line *population.Line[K], traits int) error {
	if err := line.Check(); err != nil {
		return err
	}
	if uint64(line.Item) >= uint64(traits) {
		var faults customer.Faults
		faults.Add("item", line.Item, fmt.Sprintf("is the code of one of the %d traits", traits))
		return faults
	}
	return nil
}

// TraitTally is the ungrouped form of inference: lines in any order, in any split over
// several tallies, merged in any order, give the same bytes. Its memory grows with the
// customers and their days of evidence. It is not safe for concurrent use.
type TraitTally[K population.Key] struct {
	traits *Traits
	on     customer.Date
	period population.Period
	table  population.Table[K, traitDays]
}

// NewTraitTally infers for a day, from the days before it. A day on which the book is not
// in force is a *customer.Refusal.
func NewTraitTally[K population.Key](traits *Traits, on customer.Date) (*TraitTally[K], error) {
	if err := traits.edition.Covers(on); err != nil {
		return nil, err
	}
	return &TraitTally[K]{traits: traits, on: on, period: traits.period(on)}, nil
}

// Add counts lines of Traits.Coder. Lines outside the window are left out. At a malformed
// line, or one of no trait, it stops with an error, having counted the lines before it.
func (t *TraitTally[K]) Add(lines ...population.Line[K]) error {
	for i := range lines {
		line := &lines[i]
		if err := checkTraitLine(line, len(t.traits.all())); err != nil {
			return err
		}
		if t.period.Contains(line.Day) {
			t.table.At(line.Customer, line.Item).add(line.Day, line.Returned, line.Units)
		}
	}
	return nil
}

// Merge counts everything that other counted. Tallies of other rule books or days do not
// merge. Other stays as it is and shares no memory with t afterwards.
func (t *TraitTally[K]) Merge(other *TraitTally[K]) error {
	if t.name() != other.name() || t.on != other.on || t.pinned() != other.pinned() {
		return fmt.Errorf("segment: traits by %s on %s do not merge into those by %s on %s",
			other.name(), other.on, t.name(), t.on)
	}
	for key, row := range other.table.All() {
		for i, item := range row.Items {
			into := t.table.At(key, item)
			for _, from := range row.Values[i] {
				day := into.at(from.day)
				for n, figure := range from.figures() {
					*day.figures()[n] = bounded(*day.figures()[n], *figure)
				}
			}
		}
	}
	return nil
}

// pinned is the fingerprint of the traits that are inferred. Their number would not do:
// one sensitive trait switched on in place of another would be read as the other.
func (t *TraitTally[K]) pinned() uint64 {
	if t.traits == nil {
		return 0
	}
	return t.traits.pinned
}

func (t *TraitTally[K]) name() string {
	if t.traits == nil { // a zero tally counts no traits
		return ""
	}
	return t.traits.edition.Name()
}

// Infer returns the traits that one customer has on the day, by name.
func (t *TraitTally[K]) Infer(key K) []Trait {
	held, _ := t.infer(nil, nil, t.table.Row(key))
	return held
}

// All walks the customers in ascending order with the traits they have on the day, by name,
// in a slice that is reused for the next customer. Customers without any are walked too.
func (t *TraitTally[K]) All() iter.Seq2[K, []Trait] {
	return func(yield func(K, []Trait) bool) {
		var (
			held []Trait
			kept []keptTraitDay
		)
		for key, row := range t.table.All() {
			held, kept = t.infer(held[:0], kept, row)
			if !yield(key, held) {
				return
			}
		}
	}
}

func (t *TraitTally[K]) infer(held []Trait, kept []keptTraitDay, row population.Row[traitDays]) ([]Trait, []keptTraitDay) {
	for i, item := range row.Items {
		kept = row.Values[i].keep(kept[:0])
		if trait := t.traits.all()[item].infer(kept); trait.Since != 0 && t.on < trait.Until {
			held = append(held, trait)
		}
	}
	return held, kept
}

// Reasons says of every trait of the book, by name, why one customer has it on the day or
// what is missing.
func (t *TraitTally[K]) Reasons(key K) []customer.Reason {
	var reasons []customer.Reason
	row := t.table.Row(key)
	for code := range t.traits.all() {
		var days traitDays
		if i, found := slices.BinarySearch(row.Items, uint32(code)); found {
			days = row.Values[i]
		}
		reasons = t.traits.all()[code].explain(reasons, days, days.keep(nil), t.on)
	}
	return reasons
}
