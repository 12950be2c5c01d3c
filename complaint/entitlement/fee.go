package entitlement

import (
	"math/bits"
	"strconv"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
)

// Fee is what the use that a customer has had of the goods costs her when she gives them back:
// a share of the price for every day of use. The zero Fee is none.
type Fee struct {
	// DailyPermille is the share of the price for one day, in thousandths with at most three
	// decimals: "0.5" is 0.05 % a day. Above 0, at most 1000.
	DailyPermille decimal.Decimal `json:"daily_permille,omitzero"`
	// FreeDays is how many days of use cost nothing.
	FreeDays int `json:"free_days,omitempty"`
	// MostPermille is the largest share of the price in all, 1 to 1000; absent: the price.
	MostPermille int `json:"most_permille,omitempty"`
	// Rounding is how the whole fee is rounded to minor units, once.
	Rounding Rounding `json:"rounding,omitzero"`
}

// Rounding makes whole minor units of a fee. The zero Rounding is refused where there is a fee.
type Rounding uint8

// The roundings. Their texts are format.
const (
	Floor    Rounding = iota + 1 // down, for the customer
	HalfUp                       // to the nearest, half up
	HalfEven                     // to the nearest, half to the even neighbour
	Ceil                         // up
)

// String returns the stored text.
func (r Rounding) String() string {
	switch r {
	case Floor:
		return "floor"
	case HalfUp:
		return "half-up"
	case HalfEven:
		return "half-even"
	case Ceil:
		return "ceil"
	}
	return "rounding " + strconv.Itoa(int(r))
}

// MarshalText writes the stored text; anything else is an error.
func (r Rounding) MarshalText() ([]byte, error) {
	return customer.WriteStored("entitlement", r, Ceil)
}

// UnmarshalText reads what MarshalText wrote.
func (r *Rounding) UnmarshalText(text []byte) error {
	return customer.ReadStored("entitlement", "rounding", r, Ceil, text)
}

// millionths is the unit in which shares of a price are reckoned: of a permille with three
// decimals.
const millionths = 1_000_000

// none reports whether there is no fee: none of the fields says anything.
func (f *Fee) none() bool {
	return f.DailyPermille.IsZero() && f.FreeDays == 0 && f.MostPermille == 0 && f.Rounding == 0
}

func (f *Fee) check(faults *customer.Faults, path string) {
	if f.none() {
		return
	}
	if daily, exact := customer.Scaled(f.DailyPermille, 3); !exact || daily < 1 || daily > millionths {
		faults.Add(path+".daily_permille", f.DailyPermille, "is above 0 and at most 1000, with at most three decimals")
	}
	faults.Within(path+".free_days", f.FreeDays, 0, MaxDays)
	faults.Within(path+".most_permille", f.MostPermille, 0, 1000)
	if f.Rounding < Floor || f.Rounding > Ceil {
		faults.Add(path+".rounding", f.Rounding, "is floor, half-up, half-even or ceil")
	}
}

// of returns the fee on a price after so many days of use, and whether its cap has cut it.
// It is 0 to the price.
func (f *Fee) of(priceMinor int64, days int) (feeMinor int64, capped bool) {
	daily, _ := customer.Scaled(f.DailyPermille, 3) // checked by New
	most := int64(millionths)
	if f.MostPermille > 0 {
		most = int64(f.MostPermille) * 1000
	}
	share := daily * int64(max(0, days-f.FreeDays)) // below 4e12
	capped = share > most
	return f.Rounding.part(priceMinor, min(share, most)), capped
}

// part returns so many millionths of a price, rounded. A share is at most the whole, and so
// is the part, however it is rounded.
func (r Rounding) part(priceMinor, share int64) int64 {
	high, low := bits.Mul64(uint64(priceMinor), uint64(share))
	part, rest := bits.Div64(high, low, millionths) // high is below millionths: a price is at most MaxMinor
	switch r {
	case Floor:
	case HalfUp:
		if 2*rest >= millionths {
			part++
		}
	case HalfEven:
		if 2*rest > millionths || 2*rest == millionths && part%2 == 1 {
			part++
		}
	case Ceil:
		if rest > 0 {
			part++
		}
	}
	return int64(part)
}
