package profile

import (
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// UnitDigits is how many decimals a quantity has in facts: thousandths.
const UnitDigits = 3

// Coder makes facts of receipts, as its Sheet reads them. It is a small value, immutable and
// safe for concurrent use.
//
// What was paid counts without the deposit, which is owed back, and without what was paid in
// points, which the shop gave away: that is a discount. Tax is left in the amount as the receipt
// has it and noted beside it, rounded half up to the minor unit, line by line. A gift card sold
// is no purchase: what is bought with it will be. What a source does not record is not known, and
// reports say how much they do not know.
type Coder struct {
	sheet  *Sheet
	holder Code
}

// Coder returns the coder of the sheet's rules.
func (s *Sheet) Coder() Coder { return Coder{sheet: s} }

// Holder returns a coder of what one holder of an account's cards buys: "card 2", the driver's
// name in the host's own words.
func (c Coder) Holder(holder string) Coder {
	c.holder = CodeOf(holder)
	return c
}

// Service is something that the shop did for a customer at its own cost.
type Service struct {
	Ref      string            `json:"ref"` // the host's own reference
	Customer customer.ID       `json:"customer"`
	At       time.Time         `json:"at"`
	For      string            `json:"for"`               // one of Rules.Services
	Sale     string            `json:"sale,omitempty"`    // Ref of the purchase it belongs to, if any
	SKU      string            `json:"sku,omitempty"`     // of the product it was done to, if any
	Currency customer.Currency `json:"currency,omitzero"` // absent: that of the rule book
	Cost     decimal.Decimal   `json:"cost"`              // to the shop: 0 or more, exact in minor units
}

// Sale appends the lines of a purchase, none for an anonymous receipt. It checks what it uses and
// at a fault, of which it returns all, appends nothing; customer.Purchase.Validate checks the
// receipt whole.
func (c Coder) Sale(dst []Line[customer.ID], sale customer.Purchase) ([]Line[customer.ID], error) {
	if c.sheet == nil {
		return dst, errNoSheet
	}
	if sale.Customer == "" {
		return dst, nil
	}
	head, faults := c.head(Sold, sale.Ref, sale.Customer, sale.At, sale.Currency)
	head.Order = head.Receipt
	c.sheet.register.Lines(&faults, len(sale.Lines))
	coded := dst
	for i := range sale.Lines[:min(len(sale.Lines), customer.MaxLines)] {
		coded = c.line(coded, &faults, i, &sale.Lines[i], head)
	}
	return ended(dst, coded, faults)
}

// Return appends the lines of goods that came back; see Sale. They belong to the order of their
// sale, where that is known. A line's Cost is what the goods are still worth to the shop, 0 where
// they are written off.
func (c Coder) Return(dst []Line[customer.ID], back customer.Return) ([]Line[customer.ID], error) {
	if c.sheet == nil {
		return dst, errNoSheet
	}
	if back.Customer == "" {
		return dst, nil
	}
	head, faults := c.head(Returned, back.Ref, back.Customer, back.At, back.Currency)
	faults.Text("sale", back.Sale)
	head.Order = CodeOf(back.Sale)
	c.sheet.register.Lines(&faults, len(back.Lines))
	coded := dst
	for i := range back.Lines[:min(len(back.Lines), customer.MaxLines)] {
		coded = c.line(coded, &faults, i, &back.Lines[i].Line, head)
	}
	return ended(dst, coded, faults)
}

// Service appends the line of a service; see Sale.
func (c Coder) Service(dst []Line[customer.ID], service Service) ([]Line[customer.ID], error) {
	if c.sheet == nil {
		return dst, errNoSheet
	}
	if service.Customer == "" {
		return dst, nil
	}
	coded, faults := c.head(Served, service.Ref, service.Customer, service.At, service.Currency)
	faults.Text("sale", service.Sale)
	faults.Text("sku", service.SKU)
	coded.Order, coded.Product, coded.Costed = CodeOf(service.Sale), CodeOf(service.SKU), true
	code := -1
	for i, name := range c.sheet.services {
		if name == service.For {
			code = i
		}
	}
	if code < 0 {
		faults.Add("for", service.For, "is one of the services of rule book "+c.sheet.name)
	}
	minor, ok := c.sheet.register.Minor(service.Cost)
	if !ok {
		faults.Add("cost", service.Cost, c.sheet.register.MinorRule())
	}
	coded.Category, coded.Cost = uint16(max(code, 0)), minor
	return ended(dst, append(dst, coded), faults)
}

// head is what the lines of a receipt have in common.
func (c Coder) head(kind Kind, ref string, who customer.ID, at time.Time, currency customer.Currency) (line Line[customer.ID], faults customer.Faults) {
	line.Customer, line.Kind, line.Receipt, line.Holder = who, kind, CodeOf(ref), c.holder
	faults.Name("ref", ref)
	faults.Text("customer", string(who))
	if line.Day = c.sheet.register.Day(&faults, at); line.Day.Valid() {
		line.Hour = uint8(at.In(c.sheet.register.Zone).Hour())
	}
	c.sheet.register.Money(&faults, currency)
	return line, faults
}

// ended returns what was coded, or what was there before where there are faults.
func ended(dst, coded []Line[customer.ID], faults customer.Faults) ([]Line[customer.ID], error) {
	if err := faults.Err(); err != nil {
		return dst, err
	}
	return coded, nil
}

func (c Coder) line(dst []Line[customer.ID], faults *customer.Faults, i int, line *customer.Line, coded Line[customer.ID]) []Line[customer.ID] {
	r := c.sheet.register
	switch line.Sells {
	case customer.GoodsLine:
		coded.Category = c.sheet.labels[line.Category]
	case customer.DeliveryLine:
		coded.Category = uint16(len(c.sheet.categories) - 1)
	case customer.GiftCardLine:
		return dst
	default:
		faults.Add(fmt.Sprintf("lines[%d].sells", i), line.Sells, "is goods, delivery or gift-card")
		return dst
	}
	coded.Product = CodeOf(line.SKU)
	units, exact := customer.Scaled(line.Quantity, UnitDigits)
	if !exact || units < 0 || units > population.MaxUnits {
		faults.Add(fmt.Sprintf("lines[%d].quantity", i), line.Quantity,
			fmt.Sprintf("is 0 to %s, exact in thousandths", decimal.New(population.MaxUnits, -UnitDigits)))
	}
	coded.Units = max(units, 0)
	coded.Cost, coded.Costed = r.Cost(faults, i, line)
	price, priced := r.Amount(faults, i, line)
	if !priced {
		return append(dst, coded)
	}
	rate, _ := r.TaxRate(faults, i, line)
	listed, known := r.Listed(faults, i, line)
	coded.Priced, coded.Listed = true, known
	coded.Amount = max(0, price-r.Points(faults, i, line))
	coded.Tax = coded.Amount - population.WithoutTax(coded.Amount, rate)
	coded.Discount = max(listed, price) - coded.Amount // sold above its list price, a line had no discount
	return append(dst, coded)
}
