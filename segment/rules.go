package segment

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// Bounds of Rules.
const (
	MaxCategories = 100_000
	MaxProducts   = 1_000_000 // over all categories
	MaxOverlap    = 100       // categories that one label or product belongs to
	MaxWindowDays = 3660
	MaxMinBuys    = 100
)

// UnitDigits is how finely usage is counted: in thousandths of a base unit. A figure
// with more digits is refused, never rounded.
const UnitDigits = 3

// Rules is the rule book of the nine cells, as plain data. Every field counts.
type Rules struct {
	customer.Edition

	Zone string `json:"zone"` // IANA name; whose midnight ends a day
	// Currency is what amounts are counted in; zero: no money is read from receipts.
	Currency   customer.Currency `json:"currency,omitzero"`
	WindowDays int               `json:"window_days"` // purchases of this many days before the day of decision; 1 to 3660
	MinBuys    int               `json:"min_buys"`    // distinct days of purchase below which the brand is unknown; 1 to 100

	// Brand says where the marks of the brand axis come from. Stated: StoreAtPermille
	// and NationalAtPermille hold for every category whose Marks give none of their
	// own. Terciles: Fit takes them from the customers who bought both kinds.
	//
	// A customer is store loyal when OwnStoreShare is StoreAt ‰ or more, national
	// loyal when it is 1000 ‰ − NationalAt or less, and else a switcher. The two marks
	// add up to more than 1000, so that nobody is both.
	Brand              MarkSource `json:"brand"`
	StoreAtPermille    int        `json:"store_at_permille,omitempty"`
	NationalAtPermille int        `json:"national_at_permille,omitempty"`

	// Usage says where the cuts of the usage axis come from. Stated: from Marks, for
	// every category. Terciles: Fit takes them from the category's buyers.
	Usage MarkSource `json:"usage"`

	// A sitting customer keeps her side of a mark until it is missed by more than the
	// slack: in ‰ of the share, and in ‰ of the cut. 0 is no slack. It leaves a way out of
	// every cell and does not reach across one.
	BrandSlackPermille int `json:"brand_slack_permille,omitempty"`
	UsageSlackPermille int `json:"usage_slack_permille,omitempty"`

	Categories []Category `json:"categories"`
	Marks      []Marks    `json:"marks,omitempty"` // stated, or frozen by Fit
}

// Category is a set of products that serve the same use. Products may belong to
// several categories: non-aspirin pain relief lies within pain relief.
type Category struct {
	ID      string `json:"id"`
	Version int    `json:"version"` // from 1; another set of products is another version
	// Labels are the source's own category texts whose lines all belong here.
	Labels []string `json:"labels,omitempty"`
	// Products belong here whatever their label.
	Products []Product `json:"products,omitempty"`
}

// Product is a product of a category and its content.
type Product struct {
	SKU string `json:"sku"`
	// BaseUnits is the content of one unit of sale in the category's base unit: 24 for
	// a pack of 24 tablets, or pack size × strength where strength matters. Above 0,
	// exact in thousandths.
	BaseUnits decimal.Decimal `json:"base_units"`
}

// Marks are one category's marks: stated by the shop, or frozen by Fit together with
// the evidence they rest on. A category without them has the marks of Rules on the
// brand axis and no usage.
type Marks struct {
	Category           string          `json:"category"`
	StoreAtPermille    int             `json:"store_at_permille,omitempty"`    // 0: as in Rules
	NationalAtPermille int             `json:"national_at_permille,omitempty"` // 0: as in Rules
	MediumAt           decimal.Decimal `json:"medium_at,omitzero"`             // base units from which usage is medium
	HeavyAt            decimal.Decimal `json:"heavy_at,omitzero"`              // base units from which usage is heavy
	Fitted             *Fitted         `json:"fitted,omitempty"`               // nil: stated
}

// Fitted is the evidence behind frozen marks: on which day, from how many customers,
// and the rank that each mark really has.
type Fitted struct {
	On          customer.Date `json:"on"`
	Buyers      int64         `json:"buyers"`       // customers with measured usage
	BelowMedium int64         `json:"below_medium"` // of Buyers
	BelowHeavy  int64         `json:"below_heavy"`  // of Buyers
	// With Brand terciles: of the customers with enough evidence who bought both kinds.
	BothKinds  int64 `json:"both_kinds,omitempty"`
	AtNational int64 `json:"at_national,omitempty"` // of BothKinds: share at or below the national mark
	BelowStore int64 `json:"below_store,omitempty"` // of BothKinds: share below the store mark
}

// MarkSource says where the marks of an axis come from. The zero MarkSource is
// refused, and so is one that a rule book does not offer.
type MarkSource uint8

// The sources of marks. Their texts are format.
const (
	Stated    MarkSource = iota + 1 // by the shop: stable, and easy to explain
	Terciles                        // the population's thirds, frozen by Fit: of the nine cells
	Quantiles                       // the population's equal parts, frozen by FitRFM: of RFM scores
)

// String returns the stored text.
func (s MarkSource) String() string {
	switch s {
	case Stated:
		return "stated"
	case Terciles:
		return "terciles"
	case Quantiles:
		return "quantiles"
	}
	return "mark source " + strconv.Itoa(int(s))
}

// MarshalText writes the stored text; an unknown source is an error.
func (s MarkSource) MarshalText() ([]byte, error) {
	return customer.WriteStored("segment", s, Quantiles)
}

// UnmarshalText reads what MarshalText wrote.
func (s *MarkSource) UnmarshalText(text []byte) error {
	return customer.ReadStored("segment", "mark source", s, Quantiles, text)
}

// ParseRules reads Rules from JSON, strictly; see customer.ParseRules. The result is
// well-formed; NewCoder, Fit and NewGrid check what it says.
func ParseRules(data []byte) (Rules, error) { return customer.ParseRules[Rules](data) }

// Period returns the WindowDays days before on: a decision of a morning counts whole
// days only.
func (r Rules) Period(on customer.Date) population.Period {
	return population.Period{From: max(on.AddDays(-r.WindowDays), 1), Until: on}
}

// check returns every fault of the rules. Categories keep the order they have in the
// rules, so that faults point where the reader looks.
func (r Rules) check() error {
	var faults customer.Faults
	r.Edition.Check(&faults)
	faults.ZoneName("zone", r.Zone)
	if r.Currency != (customer.Currency{}) {
		faults.Currency("currency", r.Currency)
	}
	faults.Within("window_days", r.WindowDays, 1, MaxWindowDays)
	faults.Within("min_buys", r.MinBuys, 1, MaxMinBuys)
	faults.Within("categories", len(r.Categories), 1, MaxCategories)
	faults.Within("marks", len(r.Marks), 0, MaxCategories)
	if r.Brand != Stated && r.Brand != Terciles {
		faults.Add("brand", r.Brand, "is stated or terciles")
	}
	if r.Usage != Stated && r.Usage != Terciles {
		faults.Add("usage", r.Usage, "is stated or terciles")
	}
	if r.Brand == Stated {
		r.checkBrandMarks(&faults, "", r.StoreAtPermille, r.NationalAtPermille)
	} else if r.StoreAtPermille != 0 || r.NationalAtPermille != 0 {
		faults.Add("store_at_permille", r.StoreAtPermille, "is absent where the brand marks are terciles, as is national_at_permille")
	}
	faults.Within("brand_slack_permille", r.BrandSlackPermille, 0, 999)
	faults.Within("usage_slack_permille", r.UsageSlackPermille, 0, 999)
	if len(r.Categories) <= MaxCategories && len(r.Marks) <= MaxCategories {
		r.checkCategories(&faults)
		r.checkMarks(&faults)
	}
	return faults.Err()
}

// checkBrandMarks holds a pair of brand marks against each other and the slack. The
// slack may neither trap a customer (a switcher who could never leave) nor let one
// sitting cell reach into the region of another.
func (r Rules) checkBrandMarks(faults *customer.Faults, path string, storeAt, nationalAt int) {
	at := func(field string) string { return strings.TrimPrefix(path+"."+field, ".") }
	faults.Within(at("store_at_permille"), storeAt, 1, 1000)
	faults.Within(at("national_at_permille"), nationalAt, 1, 1000)
	switch slack := r.BrandSlackPermille; {
	case storeAt+nationalAt <= 1000:
		faults.Add(at("national_at_permille"), nationalAt,
			fmt.Sprintf("and store_at_permille, %d, add up to more than 1000", storeAt))
	case slack > 0 && (slack > 1000-storeAt || slack > 1000-nationalAt || slack >= storeAt+nationalAt-1000):
		faults.Add("brand_slack_permille", slack,
			fmt.Sprintf("leaves a way out of every cell of marks %d and %d: at most 1000 less either mark, and less than their sum above 1000", storeAt, nationalAt))
	}
}

func (r Rules) checkCategories(faults *customer.Faults) {
	ids := make(map[string]bool, len(r.Categories))
	products := 0
	inLabels, inProducts := map[string]int{}, map[string]int{} // in how many categories each stands
	for i := range r.Categories {
		if len(*faults) >= customer.MaxFaults {
			return
		}
		category := &r.Categories[i]
		path := func(field string) string { return fmt.Sprintf("categories[%d].%s", i, field) }
		faults.Name(path("id"), category.ID)
		if ids[category.ID] {
			faults.Add(path("id"), category.ID, "names only one category")
		}
		ids[category.ID] = true
		if category.Version < 1 {
			faults.Add(path("version"), category.Version, "is 1 or more")
		}
		if len(category.Labels)+len(category.Products) == 0 {
			faults.Add(path("labels"), "", "or products name what belongs to the category")
		}
		labels := make(map[string]bool, len(category.Labels))
		for j, label := range category.Labels {
			var part customer.Faults // whose path is written out only where there is a fault
			if label == "" || labels[label] {
				part.Add("", label, "is the source's text, and stands only once")
			}
			labels[label] = true
			part.Text("", label)
			inLabels[label]++
			if len(part) > 0 {
				faults.Join(path(fmt.Sprintf("labels[%d]", j)), part)
			}
		}
		products += len(category.Products)
		skus := make(map[string]bool, len(category.Products))
		for j, product := range category.Products {
			var part customer.Faults
			if product.SKU == "" || skus[product.SKU] {
				part.Add("sku", product.SKU, "is required, and stands only once in a category")
			}
			skus[product.SKU] = true
			part.Text("sku", product.SKU)
			inProducts[product.SKU]++
			if units, exact := customer.Scaled(product.BaseUnits, UnitDigits); !exact || units < 1 {
				part.Add("base_units", product.BaseUnits, "is above 0 and exact in thousandths")
			}
			if len(part) > 0 {
				faults.Join(path(fmt.Sprintf("products[%d]", j)), part)
			}
		}
	}
	if products > MaxProducts {
		faults.Add("categories", products, fmt.Sprintf("have at most %d products in all", MaxProducts))
	}
	checkOverlap(faults, "label", inLabels)
	checkOverlap(faults, "sku", inProducts)
}

func checkOverlap(faults *customer.Faults, kind string, in map[string]int) {
	maps.DeleteFunc(in, func(_ string, categories int) bool { return categories <= MaxOverlap })
	for _, name := range slices.Sorted(maps.Keys(in)) {
		faults.Add("categories", kind+" "+name, fmt.Sprintf("stands in %d categories, at most %d", in[name], MaxOverlap))
	}
}

func (r Rules) checkMarks(faults *customer.Faults) {
	known := make(map[string]bool, len(r.Categories))
	for i := range r.Categories {
		known[r.Categories[i].ID] = true
	}
	marked := make(map[string]bool, len(r.Marks))
	for i := range r.Marks {
		marks := &r.Marks[i]
		path := fmt.Sprintf("marks[%d]", i)
		if !known[marks.Category] {
			faults.Add(path+".category", marks.Category, "is one of the categories")
		}
		if marked[marks.Category] {
			faults.Add(path+".category", marks.Category, "has its marks only once")
		}
		marked[marks.Category] = true
		if marks.Fitted != nil {
			marks.Fitted.check(faults, path+".fitted")
		}
		if storeAt, nationalAt := r.brandMarks(marks); marks.StoreAtPermille != 0 || marks.NationalAtPermille != 0 {
			r.checkBrandMarks(faults, path, storeAt, nationalAt)
		}
		medium, mediumExact := customer.Scaled(marks.MediumAt, UnitDigits)
		heavy, heavyExact := customer.Scaled(marks.HeavyAt, UnitDigits)
		switch {
		case !mediumExact || !heavyExact:
			faults.Add(path+".medium_at", marks.MediumAt, "and heavy_at are exact in thousandths")
		case medium == 0 && heavy == 0 && r.Usage != Stated:
			// No usage cuts: Fit found none.
		case medium <= 0 || heavy <= medium:
			faults.Add(path+".heavy_at", marks.HeavyAt,
				fmt.Sprintf("lies above medium_at, %s, and both above 0", units(medium)))
		case !r.usageSlackFits(medium, heavy):
			faults.Add("usage_slack_permille", r.UsageSlackPermille,
				fmt.Sprintf("leaves heavy_at of %s, %s, above medium_at, %s, when taken off it", path, units(heavy), units(medium)))
		}
	}
	if r.Usage == Stated {
		for i := range r.Categories {
			if id := r.Categories[i].ID; !marked[id] {
				faults.Add("marks", id, "state medium_at and heavy_at for every category where usage is stated")
			}
		}
	}
}

// check holds the evidence against itself: counts that are parts of others.
func (f *Fitted) check(faults *customer.Faults, path string) {
	if !f.On.Valid() {
		faults.Add(path+".on", f.On, "is the day of the fit")
	}
	for _, part := range []struct {
		name        string
		part, whole int64
	}{
		{"below_medium", f.BelowMedium, f.BelowHeavy},
		{"below_heavy", f.BelowHeavy, f.Buyers},
		{"at_national", f.AtNational, f.BelowStore},
		{"below_store", f.BelowStore, f.BothKinds},
	} {
		if part.part < 0 || part.part > part.whole {
			faults.Add(path+"."+part.name, part.part, fmt.Sprintf("is 0 to %d", part.whole))
		}
	}
}

// usageSlackFits reports whether the slack stays within the medium class: else someone
// sitting heavy would keep it with the usage of a light customer, or the reverse.
func (r Rules) usageSlackFits(medium, heavy int64) bool {
	slack := int64(min(max(r.UsageSlackPermille, 0), 1000)) // out of range is a fault of its own
	return compareProducts(heavy, 1000-slack, medium, 1000) > 0
}

// brandMarks returns the marks that hold for a category; 0, 0 when there are none.
func (r Rules) brandMarks(marks *Marks) (storeAt, nationalAt int) {
	storeAt, nationalAt = r.StoreAtPermille, r.NationalAtPermille
	if marks != nil && marks.StoreAtPermille != 0 {
		storeAt = marks.StoreAtPermille
	}
	if marks != nil && marks.NationalAtPermille != 0 {
		nationalAt = marks.NationalAtPermille
	}
	return storeAt, nationalAt
}

// sortedCategories returns the categories by ID: the order of their codes, which
// therefore depend on nothing but the rules.
func (r Rules) sortedCategories() []Category {
	categories := slices.Clone(r.Categories)
	slices.SortFunc(categories, func(a, b Category) int { return strings.Compare(a.ID, b.ID) })
	return categories
}
