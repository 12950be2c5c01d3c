package segment

import (
	"fmt"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// Sale appends the coded line of a purchase: one for the receipt, with what its goods were
// paid with, points and gift cards included, deposits apart. Delivery and the sale of gift
// cards are no goods. The line is priced unless some of the goods have no amount. There is
// no line of an anonymous receipt, nor of one without goods.
//
// It checks what it uses, returning customer.Faults and appending nothing;
// customer.Purchase.Validate checks the receipt whole.
func (r *RFM) Sale(dst []population.Line[customer.ID], sale customer.Purchase) ([]population.Line[customer.ID], error) {
	if sale.Customer == "" {
		return dst, nil
	}
	var faults customer.Faults
	coded := population.Line[customer.ID]{Customer: sale.Customer, Day: r.register.Day(&faults, sale.At), Priced: true}
	r.register.Money(&faults, sale.Currency)
	goods := 0
	for i := range sale.Lines {
		goods += r.goods(&faults, i, &sale.Lines[i], &coded)
	}
	return r.receipt(dst, &faults, goods, coded)
}

// Return appends the coded line of goods that came back, with what was refunded; see Sale.
func (r *RFM) Return(dst []population.Line[customer.ID], back customer.Return) ([]population.Line[customer.ID], error) {
	if back.Customer == "" {
		return dst, nil
	}
	var faults customer.Faults
	coded := population.Line[customer.ID]{Customer: back.Customer, Day: r.register.Day(&faults, back.At), Returned: true, Priced: true}
	r.register.Money(&faults, back.Currency)
	goods := 0
	for i := range back.Lines {
		goods += r.goods(&faults, i, &back.Lines[i].Line, &coded)
	}
	return r.receipt(dst, &faults, goods, coded)
}

// goods adds a line to the coded one and returns how many goods it is: 0 or 1.
func (r *RFM) goods(faults *customer.Faults, i int, line *customer.Line, coded *population.Line[customer.ID]) int {
	switch line.Sells {
	case customer.GoodsLine:
	case customer.DeliveryLine, customer.GiftCardLine:
		return 0
	default:
		faults.Add(fmt.Sprintf("lines[%d].sells", i), line.Sells, "is goods, delivery or gift-card")
		return 0
	}
	minor, priced := r.register.Amount(faults, i, line)
	coded.Amount = bounded(coded.Amount, minor)
	coded.Priced = coded.Priced && priced
	return 1
}

// receipt appends a coded line that is in order and has goods.
func (r *RFM) receipt(dst []population.Line[customer.ID], faults *customer.Faults, goods int, coded population.Line[customer.ID]) ([]population.Line[customer.ID], error) {
	if !coded.Priced {
		coded.Amount = 0
	}
	if coded.Amount > population.MaxAmount {
		faults.Add("lines", r.register.Currency.Amount(coded.Amount), fmt.Sprintf(
			"are together 0 to %s", r.register.Currency.Amount(population.MaxAmount)))
	}
	if err := faults.Err(); err != nil || goods == 0 {
		return dst, err
	}
	return append(dst, coded), nil
}
