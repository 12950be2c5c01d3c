package segment

import (
	"fmt"
	"math/bits"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// Coder turns receipts into coded lines: categories into numbers, quantities into
// thousandths of a base unit, instants into civil days, and where the rules have a
// currency, what was paid (without deposit) into its minor units. It is immutable and safe for
// concurrent use. Category codes are places in the list of categories sorted by ID,
// so that a Coder and a Grid of the same Rules agree, on any machine.
type Coder struct {
	register   population.Register
	categories []string // by code
	byLabel    map[string][]uint32
	byProduct  map[string][]content
}

// content is a product's place in one category.
type content struct {
	category uint32
	units    int64 // thousandths of a base unit in one unit of sale
}

// NewCoder checks the rules whole, returning customer.Faults, and compiles them. The
// zone must be the one that Rules.Zone names.
func NewCoder(rules Rules, zone *time.Location) (*Coder, error) {
	if err := rules.check(); err != nil {
		return nil, err
	}
	var faults customer.Faults
	if faults.Zone("zone", rules.Zone, zone); len(faults) > 0 {
		return nil, faults
	}
	c := &Coder{register: population.Register{Zone: zone, Currency: rules.Currency}, byLabel: map[string][]uint32{}, byProduct: map[string][]content{}}
	for code, category := range rules.sortedCategories() {
		c.categories = append(c.categories, category.ID)
		for _, label := range category.Labels {
			c.byLabel[label] = append(c.byLabel[label], uint32(code))
		}
		for _, product := range category.Products {
			units, _ := customer.Scaled(product.BaseUnits, UnitDigits) // exact: checked above
			c.byProduct[product.SKU] = append(c.byProduct[product.SKU], content{uint32(code), units})
		}
	}
	return c, nil
}

// Categories returns the category IDs by code.
func (c *Coder) Categories() []string { return slices.Clone(c.categories) }

// Sale appends the coded lines of a purchase: one for each category that a line's
// product belongs to, each with the line's whole amount, none for a product of no
// category or for an anonymous receipt. It checks what it uses; customer.Purchase.Validate checks the receipt whole.
// A quantity of more than three decimals, or whose content is not exact in thousandths of
// a base unit or too large, is a fault; then nothing is appended.
func (c *Coder) Sale(dst []population.Line[customer.ID], sale customer.Purchase) ([]population.Line[customer.ID], error) {
	return c.sale(dst, &sale, nil)
}

// Return appends the coded lines of goods that came back; see Sale.
func (c *Coder) Return(dst []population.Line[customer.ID], back customer.Return) ([]population.Line[customer.ID], error) {
	return c.back(dst, &back, nil)
}

// sale is Sale, with the categories of lines recoded by brand where there are brands.
func (c *Coder) sale(dst []population.Line[customer.ID], sale *customer.Purchase, brands *BrandShareCoder) ([]population.Line[customer.ID], error) {
	if sale.Customer == "" {
		return dst, nil
	}
	coded, faults := dst, customer.Faults(nil)
	receipt := population.Line[customer.ID]{Customer: sale.Customer, Day: c.register.Day(&faults, sale.At)}
	c.register.Money(&faults, sale.Currency)
	for i := range sale.Lines {
		first := len(coded)
		coded = c.line(coded, &faults, i, &sale.Lines[i], receipt)
		brands.recode(coded[first:], &sale.Lines[i])
	}
	if err := faults.Err(); err != nil {
		return dst, err
	}
	return coded, nil
}

// back is Return; see sale.
func (c *Coder) back(dst []population.Line[customer.ID], back *customer.Return, brands *BrandShareCoder) ([]population.Line[customer.ID], error) {
	if back.Customer == "" {
		return dst, nil
	}
	coded, faults := dst, customer.Faults(nil)
	receipt := population.Line[customer.ID]{Customer: back.Customer, Day: c.register.Day(&faults, back.At), Returned: true}
	c.register.Money(&faults, back.Currency)
	for i := range back.Lines {
		first := len(coded)
		coded = c.line(coded, &faults, i, &back.Lines[i].Line, receipt)
		brands.recode(coded[first:], &back.Lines[i].Line)
	}
	if err := faults.Err(); err != nil {
		return dst, err
	}
	return coded, nil
}

func (c *Coder) line(dst []population.Line[customer.ID], faults *customer.Faults, i int, line *customer.Line, coded population.Line[customer.ID]) []population.Line[customer.ID] {
	coded.Kind = line.Kind
	if line.Kind > customer.StoreBrand {
		faults.Add(fmt.Sprintf("lines[%d].kind", i), line.Kind, "is unknown, national or store")
	}
	products, labelled := c.byProduct[line.SKU], []uint32(nil)
	if line.Category != "" {
		labelled = c.byLabel[line.Category]
	}
	if len(products)+len(labelled) == 0 {
		return dst
	}
	coded.Amount, coded.Priced = c.register.Amount(faults, i, line)
	for _, product := range products {
		coded.Item = product.category
		coded.Units = lineUnits(faults, i, line, product.units)
		dst = append(dst, coded)
	}
	for _, category := range labelled {
		if slices.ContainsFunc(products, func(p content) bool { return p.category == category }) {
			continue // listed as a product as well, with its content
		}
		coded.Item = category
		coded.Units = lineUnits(faults, i, line, 0)
		dst = append(dst, coded)
	}
	return dst
}

// lineUnits returns a line's thousandths of a base unit: as the till says, or quantity
// × content as the category says, or else the quantity. each is the content of one
// unit of sale in thousandths, or 0 where the category does not say.
func lineUnits(faults *customer.Faults, i int, line *customer.Line, each int64) int64 {
	figure, field := line.Quantity, "quantity"
	if line.BaseUnits.Valid {
		figure, field, each = line.BaseUnits.Decimal, "base_units", 0
	}
	units, exact := customer.Scaled(figure, UnitDigits)
	if exact && units > 0 && each > 0 {
		high, low := bits.Mul64(uint64(units), uint64(each))
		if high >= 1000 {
			exact = false
		} else {
			quotient, remainder := bits.Div64(high, low, 1000)
			exact = remainder == 0 && quotient <= population.MaxUnits
			units = int64(min(quotient, population.MaxUnits))
		}
	}
	if !exact || units < 0 || units > population.MaxUnits {
		path := fmt.Sprintf("lines[%d].%s", i, field)
		faults.Add(path, figure, fmt.Sprintf("is 0 to %s base units, exact in thousandths",
			decimal.New(population.MaxUnits, -UnitDigits)))
		return 0
	}
	return units
}
