package segment

import (
	"fmt"
	"math/bits"
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

// netPrice is what a line was paid with, without its deposit and the tax contained in it,
// in minor units. Rounding: the contained tax, amount·rate/(1+rate), is rounded half up to
// the minor unit, here and once for each line.
func (r register) netPrice(faults *customer.Faults, i int, line *customer.Line) (minor int64, known bool) {
	amount, known := r.amount(faults, i, line)
	rate, exact := customer.Scaled(line.Tax.Rate, customer.MaxExponent)
	if !exact || rate < 0 || rate > taxWhole {
		faults.Add(fmt.Sprintf("lines[%d].tax.rate", i), line.Tax.Rate, "is 0 to 1: 0.19 is 19 %")
		return 0, false
	}
	if line.Tax.Exclusive {
		return amount, known
	}
	return withoutTax(amount, rate), known
}

// taxWhole is a tax rate of 1 in steps of 10⁻¹², which every rate within the bounds of
// decimals has.
const taxWhole = 1_000_000_000_000

// withoutTax takes a tax that an amount contains off it, the tax rounded half up to a minor
// unit.
func withoutTax(amount, rate int64) int64 {
	if rate == 0 {
		return amount
	}
	high, low := bits.Mul64(uint64(amount), uint64(rate))
	tax, rest := bits.Div64(high, low, uint64(taxWhole+rate)) // high is below 10¹²
	if rest*2 >= uint64(taxWhole+rate) {
		tax++
	}
	return amount - int64(tax)
}

// lineCost is the cost of a line in minor units, and whether it is known.
func (r register) lineCost(faults *customer.Faults, i int, line *customer.Line) (minor int64, known bool) {
	if !line.Cost.Valid {
		return 0, false
	}
	minor, err := r.currency.Minor(line.Cost.Decimal)
	if err != nil || minor < 0 || minor > population.MaxAmount {
		faults.Add(fmt.Sprintf("lines[%d].cost", i), line.Cost.Decimal,
			fmt.Sprintf("is 0 to %s, exact in minor units", r.currency.Amount(population.MaxAmount)))
		return 0, false
	}
	return minor, true
}
