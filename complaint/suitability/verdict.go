package suitability

import (
	"slices"

	"github.com/rapport-crm/rapport/customer"
)

// Product is what is known of a product at the sale.
type Product struct {
	ID   string `json:"product"`
	Risk int    `json:"risk"`                  // 1 is the lowest
	Term int    `json:"term_months,omitempty"` // for which the money is bound; 0: none
}

// Canonical writes the product in canonical form.
func (p Product) Canonical(c *customer.Canonical) {
	c.Text("product", p.ID)
	c.Int("risk", int64(p.Risk))
	c.Int("term_months", int64(p.Term))
}

// Check adds the product's faults.
func (p Product) Check(faults *customer.Faults) {
	faults.Name("product", p.ID)
	faults.Within("risk", p.Risk, 1, MaxRisk)
	faults.Within("term_months", p.Term, 0, maxMonths)
}

// Profile is what is known of a customer at the sale. It carries her age and not her birthday:
// it is kept for as long as a case about the sale is.
type Profile struct {
	Age             int    `json:"age,omitempty"`               // completed years, see Age; 0: not known
	Income          string `json:"income,omitempty"`            // its kind, in the host's words: salary, pension; empty: not known
	SavingsPermille int    `json:"savings_permille,omitempty"`  // of her savings that go into the product, rounded up; 0: not known
	Experience      int    `json:"experience_months,omitempty"` // 0: none, or not known
	Horizon         int    `json:"horizon_months,omitempty"`    // for how long she can do without the money; 0: not at all, or not known
}

// Canonical writes the profile in canonical form.
func (p Profile) Canonical(c *customer.Canonical) {
	c.Int("age", int64(p.Age))
	c.Text("income", p.Income)
	c.Int("savings_permille", int64(p.SavingsPermille))
	c.Int("experience_months", int64(p.Experience))
	c.Int("horizon_months", int64(p.Horizon))
}

// Check adds the profile's faults.
func (p Profile) Check(faults *customer.Faults) {
	faults.Within("age", p.Age, 0, maxYears)
	faults.Text("income", p.Income)
	faults.Within("savings_permille", p.SavingsPermille, 0, 1000)
	faults.Within("experience_months", p.Experience, 0, maxMonths)
	faults.Within("horizon_months", p.Horizon, 0, maxMonths)
}

// Age returns the completed years of life on a day. Whoever was born on 29 February completes
// a year on the last day of February. Days that are none, or before the birth, give 0: not known.
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

// Verdict is whether a product suits a customer.
type Verdict struct {
	Suits  bool              `json:"suits"`
	Rule   string            `json:"rule"`             // the book
	Missed []customer.Reason `json:"missed,omitempty"` // each mark that she misses; what is not known of her misses its mark
}

// maxMissed is the most marks that there are to miss.
const maxMissed = 6

// Check adds the faults of a verdict that was stored: it is one that [Book.Assess] can have given.
func (v Verdict) Check(faults *customer.Faults) {
	faults.Name("rule", v.Rule)
	faults.Within("missed", len(v.Missed), 0, maxMissed)
	for _, missed := range v.Missed[:min(len(v.Missed), maxMissed)] {
		if !slices.Contains(marks(), missed.Code) || missed.Rule != v.Rule {
			faults.Add("missed", missed.Code, "are marks of the book")
		}
		faults.Text("missed", missed.Of)
	}
	if v.Suits != (len(v.Missed) == 0) {
		faults.Add("suits", v.Suits, "is true where no mark is missed, and only there")
	}
}

// Assess says whether a product suits a customer, on the day of the sale. A product or a profile
// that is malformed is customer.Faults; a book that is not in force on that day is a
// *customer.Refusal.
func (b *Book) Assess(product Product, profile Profile, sold customer.Date) (Verdict, error) {
	if b == nil || len(b.bands) == 0 {
		return Verdict{}, errNoBook
	}
	var faults, part customer.Faults
	product.Check(&part)
	faults.Join("product", part)
	part = nil
	profile.Check(&part)
	faults.Join("profile", part)
	if err := faults.Err(); err != nil {
		return Verdict{}, err
	}
	if err := b.edition.Covers(sold); err != nil {
		return Verdict{}, err
	}
	missed := b.missed(&product, &profile)
	for i := range missed {
		missed[i].Rule = b.edition.Name()
	}
	return Verdict{len(missed) == 0, b.edition.Name(), missed}, nil
}

func (b *Book) missed(product *Product, profile *Profile) (missed []customer.Reason) {
	place := slices.IndexFunc(b.bands, func(band Band) bool { return product.Risk <= band.Risk })
	if place < 0 {
		return []customer.Reason{{Code: CodeRisk, Of: product.ID, Fact: int64(product.Risk), Mark: int64(b.bands[len(b.bands)-1].Risk)}}
	}
	miss := func(code string, fact, mark int, unit customer.Unit) {
		missed = append(missed, customer.Reason{Code: code, Of: product.ID, Fact: int64(fact), Mark: int64(mark), Unit: unit})
	}
	band := &b.bands[place]
	if band.MaxAge != 0 && (profile.Age == 0 || profile.Age > band.MaxAge) {
		miss(CodeAge, profile.Age, band.MaxAge, customer.UnitYears)
	}
	end := 0
	if profile.Age != 0 {
		// How many months of her year have passed is not known: the age that she may have by then.
		end = profile.Age + (product.Term+11)/12
	}
	if band.MaxEndAge != 0 && (end == 0 || end > band.MaxEndAge) {
		miss(CodeEndAge, end, band.MaxEndAge, customer.UnitYears)
	}
	if len(band.NotIncomes) > 0 && (profile.Income == "" || slices.Contains(band.NotIncomes, profile.Income)) {
		missed = append(missed, customer.Reason{Code: CodeIncome, Of: profile.Income})
	}
	if band.MaxSavingsPermille != 0 && (profile.SavingsPermille == 0 || profile.SavingsPermille > band.MaxSavingsPermille) {
		miss(CodeSavings, profile.SavingsPermille, band.MaxSavingsPermille, customer.UnitPermille)
	}
	if profile.Experience < band.MinExperience {
		miss(CodeExperience, profile.Experience, band.MinExperience, customer.UnitMonths)
	}
	if band.WithinHorizon && product.Term > profile.Horizon {
		miss(CodeTerm, product.Term, profile.Horizon, customer.UnitMonths)
	}
	return missed
}
