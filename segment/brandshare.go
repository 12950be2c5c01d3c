package segment

import (
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// Bounds of BrandShareRules.
const (
	MaxBrands      = 10_000
	MaxBrandLabels = 100 // of one brand
)

// BrandShareRules is the rule book of the brands that are compared, as plain data.
type BrandShareRules struct {
	customer.Edition
	Brands []BrandShareBrand `json:"brands"` // 1 to MaxBrands
}

// BrandShareBrand is a brand, and how the tills' lines show it.
type BrandShareBrand struct {
	ID     string   `json:"id"`
	Labels []string `json:"labels,omitempty"` // the source's own brand texts
	// Kind takes in the lines of a kind that no label names: all store-brand goods as one
	// brand, say, or all national brands where the source has only the kind. At most one
	// brand has each kind.
	Kind customer.BrandKind `json:"kind,omitzero"`
}

// ParseBrandShareRules reads BrandShareRules from JSON, strictly; see customer.ParseRules.
func ParseBrandShareRules(data []byte) (BrandShareRules, error) {
	return customer.ParseRules[BrandShareRules](data)
}

// BrandShareCoder turns receipts into lines coded by category and brand, for a Tally or a
// Counter like any others. Brand codes are places in the list of brands sorted by ID,
// from 1; 0 is a brand that is not in the list, or not known. It is immutable and safe
// for concurrent use.
type BrandShareCoder struct {
	coder   *Coder
	brands  []string // by code less 1
	byLabel map[string]uint32
	byKind  [customer.StoreBrand + 1]uint32
}

var errNoBrandCoder = errors.New("segment: brands are coded by a coder that NewBrandShareCoder made")

// NewBrandShareCoder checks the rules whole, returning customer.Faults, and compiles them
// for the categories of a coder.
func NewBrandShareCoder(rules BrandShareRules, coder *Coder) (*BrandShareCoder, error) {
	var faults customer.Faults
	rules.Edition.Check(&faults)
	faults.Within("brands", len(rules.Brands), 1, MaxBrands)
	if coder == nil {
		faults.Add("coder", nil, "is the coder of the categories")
	}
	c := &BrandShareCoder{coder: coder, byLabel: map[string]uint32{}}
	if len(rules.Brands) <= MaxBrands {
		c.compile(&faults, rules.Brands)
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	return c, nil
}

func (c *BrandShareCoder) compile(faults *customer.Faults, brands []BrandShareBrand) {
	for i := range brands {
		c.brands = append(c.brands, brands[i].ID)
	}
	slices.Sort(c.brands)
	codes := make(map[string]uint32, len(brands))
	for i, id := range c.brands {
		codes[id] = uint32(i + 1)
	}
	seen := make(map[string]bool, len(brands))
	for i := range brands {
		brand, part := &brands[i], customer.Faults(nil)
		part.Name("id", brand.ID)
		if seen[brand.ID] {
			part.Add("id", brand.ID, "names only one brand")
		}
		seen[brand.ID] = true
		part.Within("labels", len(brand.Labels), 0, MaxBrandLabels)
		if len(brand.Labels) == 0 && brand.Kind == customer.UnknownBrand {
			part.Add("labels", "", "or a kind show the brand")
		}
		for j, label := range brand.Labels[:min(len(brand.Labels), MaxBrandLabels)] {
			path := fmt.Sprintf("labels[%d]", j)
			part.Name(path, label)
			if c.byLabel[label] != 0 {
				part.Add(path, label, "shows only one brand, and stands only once")
			}
			c.byLabel[label] = codes[brand.ID]
		}
		switch {
		case brand.Kind > customer.StoreBrand:
			part.Add("kind", brand.Kind, "is national or store, or absent")
		case brand.Kind != customer.UnknownBrand && c.byKind[brand.Kind] != 0:
			part.Add("kind", brand.Kind, "is that of only one brand")
		case brand.Kind != customer.UnknownBrand:
			c.byKind[brand.Kind] = codes[brand.ID]
		}
		faults.Join(fmt.Sprintf("brands[%d]", i), part)
	}
}

// Brands returns the brand IDs by code, "" for code 0.
func (c *BrandShareCoder) Brands() []string { return append([]string{""}, c.brands...) }

// Item is the code of a brand in a category in the coded lines: one for each pair. As many
// categories and brands as rule books may have still fit.
func (c *BrandShareCoder) Item(category, brand uint32) uint32 {
	return category*uint32(len(c.brands)+1) + brand
}

// Sale appends the coded lines of a purchase; see Coder.Sale.
func (c *BrandShareCoder) Sale(dst []population.Line[customer.ID], sale customer.Purchase) ([]population.Line[customer.ID], error) {
	if c.coder == nil {
		return dst, errNoBrandCoder
	}
	return c.coder.sale(dst, &sale, c)
}

// Return appends the coded lines of goods that came back; see Coder.Return. In a
// BrandShares they unmake no purchase.
func (c *BrandShareCoder) Return(dst []population.Line[customer.ID], back customer.Return) ([]population.Line[customer.ID], error) {
	if c.coder == nil {
		return dst, errNoBrandCoder
	}
	return c.coder.back(dst, &back, c)
}

// recode makes the categories of a line's coded lines categories and brands; a nil coder
// leaves them.
func (c *BrandShareCoder) recode(coded []population.Line[customer.ID], line *customer.Line) {
	if c == nil {
		return
	}
	brand := uint32(0)
	if line.Brand != "" {
		brand = c.byLabel[line.Brand]
	}
	if brand == 0 && line.Kind <= customer.StoreBrand {
		brand = c.byKind[line.Kind]
	}
	for i := range coded {
		coded[i].Item = c.Item(coded[i].Item, brand)
	}
}

// BrandShares counts, brand by brand within each category, how many customers buy it and
// how loyal they are to it, without any customer's key: what brands are compared by. It
// is fed customer by customer with the Counts of lines that a BrandShareCoder coded, from
// a Tally (ungrouped) or a Counter (grouped). Customers may be added in any order and any
// split; merged, the bytes are the same. It is not safe for concurrent use.
//
// A purchase occasion is one day on which a customer bought one brand: two brands of a
// category on one day are two occasions, two packs of one brand are one. So the
// occasions of the brands add up to those of their category. What came back unmakes no
// occasion.
type BrandShares struct {
	period     population.Period
	brands     int
	customers  int64
	categories map[uint32]*brandCounts
}

// brandCounts is a category; brand code 0 is the unknown ones.
type brandCounts struct {
	buyers, occasions int64
	brands            map[uint32]*BrandShare
}

// BrandShare is how one brand does in its category. Its figures are exact fractions of
// each other, for customer.Permille:
//
//   - Occasions / Buyers: how often a buyer buys it, its purchase frequency;
//   - CategoryOccasions / Buyers: how often its buyers buy the category;
//   - Occasions / CategoryOccasions: its share of category requirements (SCR), the part of
//     what its buyers need that they take from it, of what they buy in this shop;
//   - SoleBuyers / Buyers: who bought nothing else in the category.
//
// Small brands have fewer buyers, and these are a little less loyal: double jeopardy. So
// compare a customer's share with a fixed policy ([Grid]), and a brand's SCR with what is
// to be expected for its size ([DirichletGauge]), not brands with each other.
type BrandShare struct {
	Brand             uint32 // code; 0: brands that the coder does not know, together
	Buyers            int64
	Occasions         int64
	CategoryOccasions int64 // of its buyers, this brand included
	SoleBuyers        int64 // of Buyers
}

// BrandShareCategory is a category with its brands. A brand's share of the category is the
// brand's Occasions of the category's; its penetration is its Buyers of the population that
// whoever reads it states.
type BrandShareCategory struct {
	Category  uint32
	Buyers    int64
	Occasions int64
	Brands    []BrandShare // of known brand, those bought, by ascending code
	Unknown   BrandShare   // code 0: unknown brands, as if they were one
}

// brandSharesVersion is the format of MarshalBinary.
const brandSharesVersion = 1

// NewBrandShares counts a period, with as many brands as the coder of the lines has:
// len(coder.Brands()) − 1.
func NewBrandShares(period population.Period, brands int) *BrandShares {
	return &BrandShares{period: period, brands: brands}
}

// Add counts one customer, with all her Counts of the period by ascending item, as Tally
// and Counter give them. Counts out of order are an error, and nothing is counted.
func (s *BrandShares) Add(counts []Counts) error {
	for i := 1; i < len(counts); i++ {
		if counts[i].Category <= counts[i-1].Category {
			return fmt.Errorf("segment: brand shares: item %d stands after %d", counts[i].Category, counts[i-1].Category)
		}
	}
	if s.brands < 1 || s.brands > MaxBrands {
		return fmt.Errorf("segment: brand shares of %d brands, which are 1 to %d", s.brands, MaxBrands)
	}
	width, bought := uint32(s.brands+1), false
	for len(counts) > 0 {
		category := counts[0].Category / width
		n := 1
		for n < len(counts) && counts[n].Category/width == category {
			n++
		}
		bought = s.add(category, width, counts[:n]) || bought
		counts = counts[n:]
	}
	if bought {
		s.customers = bounded(s.customers, 1)
	}
	return nil
}

// add counts one customer's brands of one category; it reports whether she bought any.
func (s *BrandShares) add(category, width uint32, counts []Counts) bool {
	occasions, brands := int64(0), 0
	for i := range counts {
		if days := int64(counts[i].Days); days > 0 {
			occasions += days
			brands++
		}
	}
	if brands == 0 {
		return false // only brought back
	}
	into := s.category(category)
	into.buyers = bounded(into.buyers, 1)
	into.occasions = bounded(into.occasions, occasions)
	for i := range counts {
		if counts[i].Days <= 0 {
			continue
		}
		brand := into.brand(counts[i].Category % width)
		brand.Buyers = bounded(brand.Buyers, 1)
		brand.Occasions = bounded(brand.Occasions, int64(counts[i].Days))
		brand.CategoryOccasions = bounded(brand.CategoryOccasions, occasions)
		if brands == 1 {
			brand.SoleBuyers = bounded(brand.SoleBuyers, 1)
		}
	}
	return true
}

func (s *BrandShares) category(code uint32) *brandCounts {
	category := s.categories[code]
	if category == nil {
		if s.categories == nil {
			s.categories = make(map[uint32]*brandCounts)
		}
		category = &brandCounts{brands: make(map[uint32]*BrandShare)}
		s.categories[code] = category
	}
	return category
}

func (c *brandCounts) brand(code uint32) *BrandShare {
	brand := c.brands[code]
	if brand == nil {
		brand = &BrandShare{Brand: code}
		c.brands[code] = brand
	}
	return brand
}

// Merge counts everyone that other counted. Shares of different periods or numbers of
// brands do not merge.
func (s *BrandShares) Merge(other *BrandShares) error {
	if s.period != other.period || s.brands != other.brands {
		return fmt.Errorf("segment: brand shares of %s to %s with %d brands do not merge into those of %s to %s with %d",
			other.period.From, other.period.Until, other.brands, s.period.From, s.period.Until, s.brands)
	}
	s.customers = bounded(s.customers, other.customers)
	for code, from := range other.categories {
		into := s.category(code)
		into.buyers = bounded(into.buyers, from.buyers)
		into.occasions = bounded(into.occasions, from.occasions)
		for brand, share := range from.brands {
			figures := into.brand(brand).figures()
			for i, figure := range share.figures() {
				*figures[i] = bounded(*figures[i], *figure)
			}
		}
	}
	return nil
}

// Customers returns how many customers bought anything in the period: the population of
// those who came, where the shop knows of no larger one (its card holders, say).
func (s *BrandShares) Customers() int64 { return s.customers }

// Categories returns the codes of the categories that somebody bought, ascending.
func (s *BrandShares) Categories() []uint32 { return slices.Sorted(maps.Keys(s.categories)) }

// Category returns one category with its brands; without any where nobody bought it.
func (s *BrandShares) Category(code uint32) BrandShareCategory {
	answer := BrandShareCategory{Category: code}
	category := s.categories[code]
	if category == nil {
		return answer
	}
	answer.Buyers, answer.Occasions = category.buyers, category.occasions
	for _, brand := range slices.Sorted(maps.Keys(category.brands)) {
		if brand == 0 {
			answer.Unknown = *category.brands[0]
			continue
		}
		answer.Brands = append(answer.Brands, *category.brands[brand])
	}
	return answer
}

// MarshalBinary writes the shares by ascending category and brand, so that equal ones
// have equal bytes.
func (s *BrandShares) MarshalBinary() ([]byte, error) {
	if err := s.period.Check(); err != nil {
		return nil, err
	}
	if s.brands < 1 || s.brands > MaxBrands {
		return nil, fmt.Errorf("segment: brand shares of %d brands, which are 1 to %d", s.brands, MaxBrands)
	}
	data := population.AppendPeriod([]byte{brandSharesVersion}, s.period)
	data = binary.AppendUvarint(data, uint64(s.brands))
	data = binary.AppendUvarint(data, uint64(s.customers))
	data = binary.AppendUvarint(data, uint64(len(s.categories)))
	for _, code := range s.Categories() {
		category := s.categories[code]
		data = binary.AppendUvarint(data, uint64(code))
		data = binary.AppendUvarint(data, uint64(category.buyers))
		data = binary.AppendUvarint(data, uint64(category.occasions))
		data = binary.AppendUvarint(data, uint64(len(category.brands)))
		for _, brand := range slices.Sorted(maps.Keys(category.brands)) {
			data = binary.AppendUvarint(data, uint64(brand))
			for _, figure := range category.brands[brand].figures() {
				data = binary.AppendUvarint(data, uint64(*figure))
			}
		}
	}
	return data, nil
}

// UnmarshalBinary reads what MarshalBinary wrote; at an error the shares stay as they
// were.
func (s *BrandShares) UnmarshalBinary(data []byte) error {
	from := population.NewDecoder(data, brandSharesVersion)
	read := BrandShares{period: from.Period()}
	brands := from.Uvarint()
	if brands < 1 || brands > MaxBrands {
		from.Fail("brands out of range")
	}
	read.brands = int(brands)
	if read.customers = from.Count(); read.customers > maxSum {
		from.Fail("customers out of range")
	}
	n, previous, buyers := from.Uvarint(), uint32(0), int64(0)
	for i := uint64(0); i < n && from.Err() == nil; i++ {
		code := from.Uint32()
		if i > 0 && code <= previous || uint64(code)*(brands+1) > math.MaxUint32 {
			from.Fail("categories out of order or range")
		}
		previous = code
		category := read.category(code)
		category.read(from, uint32(brands))
		if from.Err() == nil && !category.possible(read.customers) {
			from.Fail("figures that no customers have")
		}
		buyers = bounded(buyers, category.buyers)
	}
	if from.Err() == nil && read.customers > buyers {
		from.Fail("customers who bought nothing")
	}
	if err := from.Close(); err != nil {
		return fmt.Errorf("segment: brand shares: %w", err)
	}
	*s = read
	return nil
}

func (c *brandCounts) read(from *population.Decoder, most uint32) {
	c.buyers, c.occasions = from.Count(), from.Count()
	n, previous := from.Uvarint(), uint32(0)
	for i := uint64(0); i < n && from.Err() == nil; i++ {
		code := from.Uint32()
		if i > 0 && code <= previous || code > most {
			from.Fail("brands out of order or range")
			return
		}
		previous = code
		for _, figure := range c.brand(code).figures() {
			*figure = from.Count()
		}
	}
}

// possible reports whether some of so many customers have these figures.
func (c *brandCounts) possible(customers int64) bool {
	if c.buyers < 1 || c.buyers > min(customers, c.occasions) || c.occasions > maxSum {
		return false
	}
	occasions, buyers, sole := int64(0), int64(0), int64(0)
	for _, brand := range c.brands {
		for _, figure := range brand.figures() {
			if *figure > maxSum {
				return false
			}
		}
		others := brand.Buyers - brand.SoleBuyers // each bought something else as well
		if brand.Buyers < 1 || others < 0 || brand.Buyers > min(c.buyers, brand.Occasions) ||
			brand.CategoryOccasions > c.occasions ||
			brand.CategoryOccasions < bounded(brand.Occasions, others) ||
			others == 0 && brand.CategoryOccasions != brand.Occasions {
			return false
		}
		occasions, buyers, sole = bounded(occasions, brand.Occasions), bounded(buyers, brand.Buyers), bounded(sole, brand.SoleBuyers)
	}
	// Who is sole buyer of no brand buys two at least.
	return occasions == c.occasions && sole <= c.buyers && buyers >= bounded(sole, bounded(c.buyers-sole, c.buyers-sole))
}

// figures lists the share in the order of the stored form.
func (s *BrandShare) figures() [4]*int64 {
	return [4]*int64{&s.Buyers, &s.Occasions, &s.CategoryOccasions, &s.SoleBuyers}
}
