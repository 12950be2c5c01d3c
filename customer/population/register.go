package population

import (
	"fmt"
	"math/bits"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
)

// Register reads receipts as one shop books them: in its zone and its currency. The zero
// Currency reads no money. It is a value, safe for concurrent use.
type Register struct {
	Zone     *time.Location
	Currency customer.Currency
}

// Same reports whether two registers book alike.
func (r Register) Same(other Register) bool {
	return r.Currency == other.Currency && r.Zone.String() == other.Zone.String()
}

// Day is the civil day of a receipt. A forgotten instant would be a valid day of the
// year 1, and three thousand years of silence.
func (r Register) Day(faults *customer.Faults, at time.Time) customer.Date {
	if r.Zone == nil {
		faults.Add("zone", "", "is that of a rule book: its constructor makes what reads receipts")
		return 0
	}
	faults.Instant("at", at.In(r.Zone)) // the shop's clock says which year it is
	return customer.DateOf(at, r.Zone)
}

// Money notes a fault unless a receipt's amounts are in the currency of the register, or
// the receipt has none.
func (r Register) Money(faults *customer.Faults, currency customer.Currency) {
	if r.Currency != (customer.Currency{}) && currency != (customer.Currency{}) && currency != r.Currency {
		faults.Add("currency", currency.Code, "is "+r.Currency.Code+" with its digits, as in the rule book, or absent")
	}
}

// Lines notes a fault where a receipt has more lines than it may, so that its sums stay within
// an int64.
func (r Register) Lines(faults *customer.Faults, lines int) {
	if lines > customer.MaxLines {
		faults.Add("lines", lines, fmt.Sprintf("are at most %d", customer.MaxLines))
	}
}

// Minor is an amount in minor units, and whether it is one that a line may have.
func (r Register) Minor(amount decimal.Decimal) (minor int64, ok bool) {
	minor, exact := customer.Scaled(amount, r.Currency.Digits)
	if !exact || minor < 0 || minor > MaxAmount {
		return 0, false
	}
	return minor, true
}

// MinorRule says what Minor asks of an amount.
func (r Register) MinorRule() string {
	return fmt.Sprintf("is 0 to %s, exact in minor units", r.Currency.Amount(MaxAmount))
}

// Amount is what a line was paid with in minor units, its deposit apart, and whether that
// is known. i is the line's place on the receipt, from 0, here and below.
func (r Register) Amount(faults *customer.Faults, i int, line *customer.Line) (minor int64, priced bool) {
	if r.Currency == (customer.Currency{}) || !line.Paid.Valid {
		return 0, false
	}
	paid, exact := customer.Scaled(line.Paid.Decimal, r.Currency.Digits)
	deposit, whole := customer.Scaled(line.Deposit, r.Currency.Digits)
	if !exact || !whole || deposit < 0 || deposit > paid || paid-deposit > MaxAmount {
		faults.Add(fmt.Sprintf("lines[%d].paid", i), line.Paid.Decimal, fmt.Sprintf(
			"less the deposit, a part of it, is 0 to %s, both exact in minor units", r.Currency.Amount(MaxAmount)))
		return 0, false
	}
	return paid - deposit, true
}

// TaxRate is the rate of the tax that a line's price contains, as WithoutTax takes it, and
// whether it is one: 0 where the tax comes on top.
func (r Register) TaxRate(faults *customer.Faults, i int, line *customer.Line) (rate int64, ok bool) {
	rate, exact := customer.Scaled(line.Tax.Rate, customer.MaxExponent)
	if !exact || rate < 0 || rate > taxWhole {
		faults.Add(fmt.Sprintf("lines[%d].tax.rate", i), line.Tax.Rate, "is 0 to 1: 0.19 is 19 %")
		return 0, false
	}
	if line.Tax.Exclusive {
		return 0, true // the price is net as it stands
	}
	return rate, true
}

// NetPrice is what a line was paid with, without its deposit and the tax contained in it,
// in minor units. Rounding: the contained tax, amount·rate/(1+rate), is rounded half up to
// the minor unit, here and once for each line.
func (r Register) NetPrice(faults *customer.Faults, i int, line *customer.Line) (minor int64, known bool) {
	amount, known := r.Amount(faults, i, line)
	rate, ok := r.TaxRate(faults, i, line)
	return WithoutTax(amount, rate), known && ok
}

// taxWhole is a tax rate of 1 in steps of 10⁻¹², which every rate within the bounds of
// decimals has.
const taxWhole = 1_000_000_000_000

// WithoutTax takes a tax that an amount contains off it, the tax rounded half up to a minor
// unit. The rate is 0 to 1 in steps of 10⁻¹², the amount 0 or more.
func WithoutTax(amount, rate int64) int64 {
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

// Cost is the cost of a line in minor units, and whether it is known.
func (r Register) Cost(faults *customer.Faults, i int, line *customer.Line) (minor int64, known bool) {
	if !line.Cost.Valid {
		return 0, false
	}
	minor, ok := r.Minor(line.Cost.Decimal)
	if !ok {
		faults.Add(fmt.Sprintf("lines[%d].cost", i), line.Cost.Decimal, r.MinorRule())
	}
	return minor, ok
}

// Points is what of a line was paid in points.
func (r Register) Points(faults *customer.Faults, i int, line *customer.Line) int64 {
	for j := range line.Tenders {
		if line.Tenders[j].Kind == customer.PointsTender {
			points, ok := r.Minor(line.Tenders[j].Amount)
			if !ok {
				faults.Add(fmt.Sprintf("lines[%d].tenders[%d].amount", i, j), line.Tenders[j].Amount, r.MinorRule())
			}
			return points
		}
	}
	return 0
}

// Listed is list price × quantity in minor units, rounded half up, and whether that is
// known. Nearly always a price in minor units meets a whole quantity.
func (r Register) Listed(faults *customer.Faults, i int, line *customer.Line) (minor int64, known bool) {
	if !line.ListPrice.Valid || line.Quantity.IsZero() {
		return 0, false
	}
	digits := r.Currency.Digits
	each, exact := customer.Scaled(line.ListPrice.Decimal, digits)
	quantity, whole := customer.Scaled(line.Quantity, 0)
	switch {
	case exact && whole && each >= 0 && quantity >= 0:
		high, low := bits.Mul64(uint64(each), uint64(quantity))
		if high == 0 && low <= MaxAmount {
			return int64(low), true
		}
	case multiplies(line.ListPrice.Decimal) && multiplies(line.Quantity):
		total, fits := customer.Scaled(line.ListPrice.Decimal.Mul(line.Quantity).Round(digits), digits)
		if fits && total <= MaxAmount {
			return total, true
		}
	}
	faults.Add(fmt.Sprintf("lines[%d].list_price", i), line.ListPrice, fmt.Sprintf(
		"times the quantity is 0 to %s, both within the bounds of decimals", r.Currency.Amount(MaxAmount)))
	return 0, false
}

// multiplies reports whether a decimal is 0 or more and safe to multiply: no exponent whose
// zeros would be written out.
func multiplies(value decimal.Decimal) bool {
	exponent := value.Exponent()
	return value.Sign() >= 0 && exponent >= -customer.MaxExponent && exponent <= customer.MaxExponent && value.NumDigits() <= customer.MaxDigits
}

// maxScaled holds ScaledFloor within ±10¹⁸.
const maxScaled = 1_000_000 * MaxUnits

// ScaledFloor is floor(part·times/whole), towards minus infinity, held within ±10^18: with
// times 1000, what part is of whole in thousandths. part is any sum or difference of sums;
// times and whole are above 0.
func ScaledFloor(part, times, whole int64) int64 {
	magnitude := uint64(part)
	if part < 0 {
		magnitude = -magnitude
	}
	high, low := bits.Mul64(magnitude, uint64(times))
	quotient, remainder := uint64(maxScaled), uint64(0)
	if high < uint64(whole) {
		quotient, remainder = bits.Div64(high, low, uint64(whole))
	}
	if part < 0 && remainder > 0 {
		quotient++
	}
	scaled := int64(min(quotient, maxScaled))
	if part < 0 {
		return -scaled
	}
	return scaled
}
