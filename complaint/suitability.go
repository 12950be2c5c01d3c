package complaint

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// SuitabilityRules say to whom a product of some risk may be sold, as plain data. They are held
// against a customer at the sale, and again when she complains of it.
type SuitabilityRules struct {
	customer.Edition

	Risks []RiskRule `json:"risks"` // by Risk, ascending; a product of a risk above the last is for nobody
}

// RiskRule is what a product asks of its buyer, whose risk is Risk or less but above that of the
// rule before. A mark of 0 is off. A higher risk never asks for less.
type RiskRule struct {
	Risk               int      `json:"risk"`                           // 1 is the lowest
	MaxAge             int      `json:"max_age,omitempty"`              // completed years, at the sale
	MaxEndAge          int      `json:"max_end_age,omitempty"`          // completed years, at the end of the term
	NotIncomes         []string `json:"not_incomes,omitempty"`          // kinds of income that cannot bear a loss
	MaxSavingsPermille int      `json:"max_savings_permille,omitempty"` // of her savings that may go into it
	MinExperience      int      `json:"min_experience_months,omitempty"`
	WithinHorizon      bool     `json:"within_horizon,omitempty"` // the term is no longer than she can do without the money
}

// ParseSuitabilityRules reads SuitabilityRules from JSON, strictly; see customer.ParseRules.
func ParseSuitabilityRules(data []byte) (SuitabilityRules, error) {
	return customer.ParseRules[SuitabilityRules](data)
}

// Suitability is the compiled rule book. It is immutable and safe for concurrent use.
type Suitability struct {
	edition customer.Edition
	name    string
	risks   []RiskRule
}

// The most of what suitability rules and a profile may say.
const (
	maxRisk  = 100
	maxYears = 150
	maxTerm  = 12 * maxYears
)

// NewSuitability checks the rules whole, returning customer.Faults, and compiles them.
func NewSuitability(rules SuitabilityRules) (*Suitability, error) {
	var faults customer.Faults
	rules.Edition.Check(&faults)
	faults.Within("risks", len(rules.Risks), 1, maxRisk)
	kept := slices.Clone(rules.Risks)
	var before RiskRule
	for i := range kept {
		var part customer.Faults
		kept[i].check(&before, &part)
		faults.Join(fmt.Sprintf("risks[%d]", i), part)
		before = kept[i]
		kept[i].NotIncomes = slices.Clone(kept[i].NotIncomes)
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	return &Suitability{rules.Edition, rules.Name(), kept}, nil
}

func (r *RiskRule) check(before *RiskRule, faults *customer.Faults) {
	faults.Within("risk", r.Risk, before.Risk+1, maxRisk)
	faults.Within("max_age", r.MaxAge, 0, maxYears)
	faults.Within("max_end_age", r.MaxEndAge, 0, maxYears)
	checkTexts(faults, "not_incomes", r.NotIncomes, 0, maxRisk)
	faults.Within("max_savings_permille", r.MaxSavingsPermille, 0, 1000)
	faults.Within("min_experience_months", r.MinExperience, 0, maxTerm)
	looser := func(mark, lower int) bool { return lower != 0 && (mark == 0 || mark > lower) }
	const rule = "asks for no less than the rule of the lower risk"
	if looser(r.MaxAge, before.MaxAge) {
		faults.Add("max_age", r.MaxAge, rule)
	}
	if looser(r.MaxEndAge, before.MaxEndAge) {
		faults.Add("max_end_age", r.MaxEndAge, rule)
	}
	if looser(r.MaxSavingsPermille, before.MaxSavingsPermille) {
		faults.Add("max_savings_permille", r.MaxSavingsPermille, rule)
	}
	if r.MinExperience < before.MinExperience {
		faults.Add("min_experience_months", r.MinExperience, rule)
	}
	for _, income := range before.NotIncomes {
		if !slices.Contains(r.NotIncomes, income) {
			faults.Add("not_incomes", income, rule)
		}
	}
	if before.WithinHorizon && !r.WithinHorizon {
		faults.Add("within_horizon", false, rule)
	}
}

// Profile is what is known of a customer at the sale. It carries her age and not her birthday:
// it is kept for as long as the case is.
type Profile struct {
	Age             int    `json:"age,omitempty"`              // completed years, see Age; 0: not known
	Income          string `json:"income,omitempty"`           // its kind, in the host's words: salary, pension; empty: not known
	SavingsPermille int    `json:"savings_permille,omitempty"` // of her savings that go into the product, rounded up; 0: not known
	Experience      int    `json:"experience_months,omitempty"`
	Horizon         int    `json:"horizon_months,omitempty"` // for how long she can do without the money
}

func (f *Profile) canonical(c *customer.Canonical) {
	c.Int("age", int64(f.Age))
	c.Text("income", f.Income)
	c.Int("savings_permille", int64(f.SavingsPermille))
	c.Int("experience_months", int64(f.Experience))
	c.Int("horizon_months", int64(f.Horizon))
}

func (f *Profile) check(faults *customer.Faults) {
	faults.Within("age", f.Age, 0, maxYears)
	faults.Text("income", f.Income)
	faults.Within("savings_permille", f.SavingsPermille, 0, 1000)
	faults.Within("experience_months", f.Experience, 0, maxTerm)
	faults.Within("horizon_months", f.Horizon, 0, maxTerm)
}

// ProductRisk is what is known of a product at the sale.
type ProductRisk struct {
	Product string `json:"product"`
	Risk    int    `json:"risk"`                  // 1 is the lowest
	Term    int    `json:"term_months,omitempty"` // for which the money is bound; 0: none
}

func (r *ProductRisk) canonical(c *customer.Canonical) {
	c.Text("product", r.Product)
	c.Int("risk", int64(r.Risk))
	c.Int("term_months", int64(r.Term))
}

func (r *ProductRisk) check(faults *customer.Faults) {
	faults.Name("product", r.Product)
	faults.Within("risk", r.Risk, 1, maxRisk)
	faults.Within("term_months", r.Term, 0, maxTerm)
}

// Age returns the completed years of life on a day. Whoever was born on 29 February completes
// a year on the last day of February.
func Age(born, on customer.Date) int {
	if !born.Valid() || !on.Valid() || on < born {
		return 0
	}
	first, _, _ := born.Civil()
	last, _, _ := on.Civil()
	years := last - first
	if born.AddMonths(12*years) > on {
		years--
	}
	return years
}

// Fitness is whether a product suits a customer.
type Fitness struct {
	Suits  bool              `json:"suits"`
	Rule   string            `json:"rule"`             // the rule book
	Missed []customer.Reason `json:"missed,omitempty"` // each mark that she misses; what is not known of her misses its mark
}

// Assess says whether a product suits a customer, on the day of the sale. It is the same
// function at the sale and at the complaint: the same product, profile and rules give the same
// answer. Rules that are not in force on that day are a *customer.Refusal.
func (s *Suitability) Assess(product ProductRisk, profile Profile, sold customer.Date) (Fitness, error) {
	if s == nil || s.name == "" {
		return Fitness{}, errors.New("complaint: a Suitability comes from NewSuitability")
	}
	var faults, part customer.Faults
	product.check(&part)
	faults.Join("product", part)
	part = nil
	profile.check(&part)
	faults.Join("profile", part)
	if err := faults.Err(); err != nil {
		return Fitness{}, err
	}
	if err := s.edition.Covers(sold); err != nil {
		return Fitness{}, err
	}
	missed := s.missed(&product, &profile)
	for i := range missed {
		missed[i].Rule = s.name
	}
	return Fitness{len(missed) == 0, s.name, missed}, nil
}

func (s *Suitability) missed(product *ProductRisk, profile *Profile) (missed []customer.Reason) {
	place := slices.IndexFunc(s.risks, func(rule RiskRule) bool { return product.Risk <= rule.Risk })
	if place < 0 {
		return []customer.Reason{{Code: CodeSuitRisk, Of: product.Product, Fact: int64(product.Risk), Mark: int64(s.risks[len(s.risks)-1].Risk)}}
	}
	miss := func(code string, fact, mark int, unit customer.Unit) {
		missed = append(missed, customer.Reason{Code: code, Of: product.Product, Fact: int64(fact), Mark: int64(mark), Unit: unit})
	}
	rule := &s.risks[place]
	if rule.MaxAge != 0 && (profile.Age == 0 || profile.Age > rule.MaxAge) {
		miss(CodeSuitAge, profile.Age, rule.MaxAge, customer.UnitYears)
	}
	// How many months of her year have passed is not known: the age that she may have by then.
	end := profile.Age + (product.Term+11)/12
	if rule.MaxEndAge != 0 && (profile.Age == 0 || end > rule.MaxEndAge) {
		if profile.Age == 0 {
			end = 0
		}
		miss(CodeSuitEndAge, end, rule.MaxEndAge, customer.UnitYears)
	}
	if len(rule.NotIncomes) > 0 && (profile.Income == "" || slices.Contains(rule.NotIncomes, profile.Income)) {
		missed = append(missed, customer.Reason{Code: CodeSuitIncome, Of: profile.Income})
	}
	if rule.MaxSavingsPermille != 0 && (profile.SavingsPermille == 0 || profile.SavingsPermille > rule.MaxSavingsPermille) {
		miss(CodeSuitSavings, profile.SavingsPermille, rule.MaxSavingsPermille, customer.UnitPermille)
	}
	if profile.Experience < rule.MinExperience {
		miss(CodeSuitExperience, profile.Experience, rule.MinExperience, customer.UnitMonths)
	}
	if rule.WithinHorizon && product.Term > profile.Horizon {
		miss(CodeSuitTerm, product.Term, profile.Horizon, customer.UnitMonths)
	}
	return missed
}

// MisSelling is the kind of an issue about a sale that should not have been made.
const MisSelling = "mis-selling"

// Vetting is a sale held against the rules of its day, with all that the answer was made from.
type Vetting struct {
	Ref     string        `json:"ref"`
	At      time.Time     `json:"at"`
	By      string        `json:"by"`
	Issue   string        `json:"issue"`
	Sold    customer.Date `json:"sold"`
	Staff   string        `json:"staff,omitempty"` // who sold it
	Product ProductRisk   `json:"product"`
	Profile Profile       `json:"profile"`
	Fitness Fitness       `json:"fitness"`
}

// Vet holds the sale that an issue of the kind MisSelling is about against the suitability rules
// of its day, with the product and the customer as they were known then.
type Vet struct {
	Step `json:"-"`

	Issue   string        `json:"issue"`
	Sold    customer.Date `json:"sold"`
	Staff   string        `json:"staff,omitempty"`
	Product ProductRisk   `json:"product"`
	Profile Profile       `json:"profile"`
}

func (Vet) kind() Kind { return KindVet }

// Canonical writes the command in canonical form.
func (x Vet) Canonical(c *customer.Canonical) {
	x.canonical(c)
	c.Text("issue", x.Issue)
	c.Date("sold", x.Sold)
	c.Text("staff", x.Staff)
	c.Group("product", func() { x.Product.canonical(c) })
	c.Group("profile", func() { x.Profile.canonical(c) })
}

func (x *Vet) faults(faults *customer.Faults) {
	faults.Name("issue", x.Issue)
	if !x.Sold.Valid() {
		faults.Add("sold", x.Sold, "is a day")
	}
	faults.Text("staff", x.Staff)
	var part customer.Faults
	x.Product.check(&part)
	faults.Join("product", part)
	part = nil
	x.Profile.check(&part)
	faults.Join("profile", part)
}

// Vet books a vetting and its answer, by the rules that were in force on the day of the sale.
func (p *Policy) Vet(c Case, x Vet, rules *Suitability) (Decision, error) {
	d, err := p.open(&c, KindVet, x.take(), x.faults)
	if err != nil {
		return Decision{}, err
	}
	if issue := d.hasIssue(x.Issue); issue != nil && issue.Kind != MisSelling {
		d.miss(customer.Reason{Code: CodeVetKind, Of: x.Issue})
	}
	fitness, err := rules.Assess(x.Product, x.Profile, x.Sold)
	var refused *customer.Refusal
	switch {
	case errors.As(err, &refused):
		for _, missing := range refused.Missing {
			d.miss(missing)
		}
	case err != nil:
		return Decision{}, err
	}
	if x.Sold > p.day(d.step.At) {
		d.miss(customer.Reason{Code: CodeVetLater, Of: x.Issue, On: x.Sold})
	}
	d.post(x)
	because := fitness.Missed
	if len(because) == 0 {
		because = []customer.Reason{{Code: CodeSuits, Rule: fitness.Rule, Of: x.Product.Product}}
	}
	d.post(Vetted{fitness}, because...)
	return d.decision()
}

func (x Vet) apply(g *ground, e *Entry) error {
	if g.issue(x.Issue) < 0 {
		return fmt.Errorf("there is no issue %q", x.Issue)
	}
	vettings := mine(g, ofVettings, &g.Vettings)
	*vettings = append(*vettings, Vetting{e.Ref, e.At, e.By, x.Issue, x.Sold, x.Staff, x.Product, x.Profile, Fitness{}})
	return nil
}

// Vetted is the answer to the Vet of the same reference, from which it follows.
type Vetted struct {
	Fitness
}

func (Vetted) kind() Kind { return KindVetted }

func (x *Vetted) faults(faults *customer.Faults) {
	faults.Name("rule", x.Rule)
	faults.Within("missed", len(x.Missed), 0, maxRisk)
	if x.Suits != (len(x.Missed) == 0) {
		faults.Add("suits", x.Suits, "is true where no mark is missed, and only there")
	}
}

func (x Vetted) apply(g *ground, e *Entry) error {
	last := len(g.Vettings) - 1
	if last < 0 || g.Vettings[last].Ref != e.Ref || g.Vettings[last].Fitness.Rule != "" {
		return fmt.Errorf("nothing was vetted under %q", e.Ref)
	}
	(*mine(g, ofVettings, &g.Vettings))[last].Fitness = x.Fitness
	return nil
}
