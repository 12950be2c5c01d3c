package segment

import (
	"fmt"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// register reads receipts as one shop books them: in its zone and its currency. The zero
// currency reads no money.
type register struct {
	zone     *time.Location
	currency customer.Currency
}

// day is the civil day of a receipt. A forgotten instant would be a valid day of the
// year 1, and three thousand years of silence.
func (r register) day(faults *customer.Faults, at time.Time) customer.Date {
	if r.zone == nil {
		faults.Add("zone", "", "is that of a rule book: its constructor makes what reads receipts")
		return 0
	}
	faults.Instant("at", at.In(r.zone)) // the shop's clock says which year it is
	return customer.DateOf(at, r.zone)
}

// money notes a fault unless a receipt's amounts are in the currency of the register, or
// the receipt has none.
func (r register) money(faults *customer.Faults, currency customer.Currency) {
	if r.currency != (customer.Currency{}) && currency != (customer.Currency{}) && currency != r.currency {
		faults.Add("currency", currency.Code, "is "+r.currency.Code+" with its digits, as in the rule book, or absent")
	}
}

// amount is what a line was paid with in minor units, its deposit apart, and whether that
// is known.
func (r register) amount(faults *customer.Faults, i int, line *customer.Line) (minor int64, priced bool) {
	if r.currency == (customer.Currency{}) || !line.Paid.Valid {
		return 0, false
	}
	paid, exact := customer.Scaled(line.Paid.Decimal, r.currency.Digits)
	deposit, whole := customer.Scaled(line.Deposit, r.currency.Digits)
	if !exact || !whole || deposit < 0 || deposit > paid || paid-deposit > population.MaxAmount {
		faults.Add(fmt.Sprintf("lines[%d].paid", i), line.Paid.Decimal, fmt.Sprintf(
			"less the deposit, a part of it, is 0 to %s, both exact in minor units", r.currency.Amount(population.MaxAmount)))
		return 0, false
	}
	return paid - deposit, true
}
