package entitlement

import (
	"errors"
	"fmt"
	"slices"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/calendar"
	"github.com/rapport-crm/rapport/customer/warranty"
)

// Bounds of a rule book.
const (
	MaxTerms  = 1000
	MaxGrants = 100              // of one terms
	MaxScope  = 10_000           // products, categories, brands or exceptions of one terms
	MaxDays   = warranty.MaxDays // of a window: a hundred years
)

// Rules is the rule book of what purchases entitle to, as plain data. It is for goods bought on
// the days on which it is in force.
type Rules struct {
	customer.Edition

	Currency customer.Currency `json:"currency,omitzero"` // of prices; zero: no money
	Terms    []Terms           `json:"terms"`             // 1 to MaxTerms
}

// Terms is what one source gives for some goods: a law, the shop, a maker.
type Terms struct {
	ID     string `json:"id"`
	Source string `json:"source,omitempty"` // what to read: the article of the law, the paragraph of the shop's terms

	// From and Until hold the terms to goods bought from From up to, not including, Until:
	// the shop's policy of a season.
	From  customer.Date `json:"from,omitzero"`
	Until customer.Date `json:"until,omitzero"`

	// Products, Categories and Brands say for which goods. An empty list is all; goods must be
	// in each list that is not empty.
	Products   []string `json:"products,omitempty"`
	Categories []string `json:"categories,omitempty"`
	Brands     []string `json:"brands,omitempty"`
	// Remote holds the terms to goods that were sold at a distance: by phone, by mail, on the web.
	Remote bool `json:"remote,omitempty"`
	// Except are products, categories and traits that have no part in the terms: goods made
	// to measure, perishable ones, opened software.
	Except []string `json:"except,omitempty"`

	Grants []Grant `json:"grants"` // 1 to MaxGrants
}

// Grant is one remedy with its window and what must hold for it. All conditions that it names
// must hold.
type Grant struct {
	ID     string `json:"id"` // unique among those of its terms
	Remedy Remedy `json:"remedy"`
	Window Window `json:"window"`

	// Defects are the kinds of fault that open it, in the host's words: performance,
	// missing-parts. Empty: no reason is needed.
	Defects []string `json:"defects,omitempty"`
	Unused  bool     `json:"unused,omitempty"` // the goods are as they were sold
	Proof   bool     `json:"proof,omitempty"`  // of the purchase
	// Trouble is what must have gone wrong with repairs first.
	Trouble Trouble `json:"trouble,omitzero"`

	Fee Fee `json:"fee,omitzero"` // of a return or an exchange
	// Refund is how long the shop may take to pay from when it has the goods back; of a return
	// only. It is handed on as it is.
	Refund calendar.Budget `json:"refund,omitzero"`
}

// Window is how long a grant is open; see package warranty, which lays it on the calendar.
type Window = warranty.Window

// Trouble is what must have gone wrong with repairs, since the last exchange. Any one of what
// it names is enough; the zero Trouble asks for none.
type Trouble struct {
	// FailedRepairs is how many repairs have left the goods as bad as they were.
	FailedRepairs int `json:"failed_repairs,omitempty"`
	// PartsMissingDays is how many days after the goods were handed in a repair may take for
	// want of parts; on the day after them it opens.
	PartsMissingDays int `json:"parts_missing_days,omitempty"`
	// RepairerFaultDays is likewise for a repair that takes long by the repairer's fault.
	RepairerFaultDays int `json:"repairer_fault_days,omitempty"`
}

// ParseRules reads Rules from JSON, strictly; see customer.ParseRules.
func ParseRules(data []byte) (Rules, error) { return customer.ParseRules[Rules](data) }

// Book is the compiled rule book. It is immutable and safe for concurrent use.
type Book struct {
	edition  customer.Edition
	currency customer.Currency
	terms    []terms
}

// terms are the Terms with what is asked of every item made ready.
type terms struct {
	Terms
	rules                                []string // of the grants
	products, categories, brands, except map[string]bool
}

var errNoBook = errors.New("entitlement: a book comes from New")

// New checks the rules whole, returning customer.Faults, and compiles them. It keeps nothing of
// the rules' memory.
func New(rules Rules) (*Book, error) {
	var faults customer.Faults
	rules.Edition.Check(&faults)
	if rules.Currency != (customer.Currency{}) {
		faults.Currency("currency", rules.Currency)
	}
	faults.Within("terms", len(rules.Terms), 1, MaxTerms)
	b := &Book{edition: rules.Edition, currency: rules.Currency}
	seen := map[string]bool{}
	for i := range rules.Terms[:min(len(rules.Terms), MaxTerms)] {
		one, path := &rules.Terms[i], fmt.Sprintf("terms[%d]", i)
		one.check(&faults, path, rules.Currency != (customer.Currency{}))
		if seen[one.ID] {
			faults.Add(path+".id", one.ID, "stands only once")
		}
		seen[one.ID] = true
		b.terms = append(b.terms, compile(one, rules.Name()))
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	return b, nil
}

func compile(one *Terms, book string) terms {
	compiled := terms{
		Terms:    *one,
		products: set(one.Products), categories: set(one.Categories), brands: set(one.Brands), except: set(one.Except),
	}
	compiled.Products, compiled.Categories, compiled.Brands, compiled.Except = nil, nil, nil, nil
	compiled.Grants = slices.Clone(one.Grants)
	for i := range compiled.Grants {
		grant := &compiled.Grants[i]
		grant.Defects = slices.Clone(grant.Defects)
		compiled.rules = append(compiled.rules, book+"/"+one.ID+"/"+grant.ID)
	}
	return compiled
}

func set(list []string) map[string]bool {
	all := make(map[string]bool, len(list))
	for _, one := range list {
		all[one] = true
	}
	return all
}

func (t *Terms) check(faults *customer.Faults, path string, money bool) {
	faults.Name(path+".id", t.ID)
	faults.Text(path+".source", t.Source)
	faults.Day(path+".from", t.From)
	if t.Until != 0 && (!t.Until.Valid() || t.Until <= t.From) {
		faults.Add(path+".until", t.Until, "is a day after from, or absent")
	}
	for _, list := range [...]struct {
		path  string
		words []string
	}{{".products", t.Products}, {".categories", t.Categories}, {".brands", t.Brands}, {".except", t.Except}} {
		faults.Names(path+list.path, list.words, 0, MaxScope)
	}
	faults.Within(path+".grants", len(t.Grants), 1, MaxGrants)
	seen := map[string]bool{}
	for i := range t.Grants[:min(len(t.Grants), MaxGrants)] {
		grant, path := &t.Grants[i], fmt.Sprintf("%s.grants[%d]", path, i)
		grant.check(faults, path, money)
		if seen[grant.ID] {
			faults.Add(path+".id", grant.ID, "stands only once")
		}
		seen[grant.ID] = true
	}
}

func (g *Grant) check(faults *customer.Faults, path string, money bool) {
	faults.Name(path+".id", g.ID)
	if g.Remedy < Return || g.Remedy > Repair {
		faults.Add(path+".remedy", g.Remedy, "is return, exchange or repair")
	}
	var window customer.Faults
	g.Window.Check(&window)
	faults.Join(path+".window", window)
	faults.Names(path+".defects", g.Defects, 0, MaxGrants)
	faults.Within(path+".trouble.failed_repairs", g.Trouble.FailedRepairs, 0, MaxRepairs)
	faults.Within(path+".trouble.parts_missing_days", g.Trouble.PartsMissingDays, 0, MaxDays)
	faults.Within(path+".trouble.repairer_fault_days", g.Trouble.RepairerFaultDays, 0, MaxDays)
	g.Fee.check(faults, path+".fee")
	if !g.Fee.none() {
		if g.Remedy == Repair {
			faults.Add(path+".fee", g.Fee.DailyPermille, "is of a return or an exchange")
		}
		if !money {
			faults.Add(path+".fee", g.Fee.DailyPermille, "is in a book that has a currency")
		}
	}
	if g.Refund != (calendar.Budget{}) {
		var part customer.Faults
		g.Refund.Check(&part)
		faults.Join(path+".refund", part)
		if g.Remedy != Return {
			faults.Add(path+".refund", g.Remedy, "is of a return")
		}
	}
}
