package wallet

import (
	"strconv"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// Rules is the rule book of coupons, as plain data.
type Rules struct {
	customer.Edition

	Zone     string            `json:"zone"`     // IANA name; whose midnight begins and ends a coupon
	Currency customer.Currency `json:"currency"` // of what coupons take off

	// HoldMinutes is how long a payment under way keeps its coupons and its parts of
	// budgets, from its first instant on: 1 to 1440.
	HoldMinutes int `json:"hold_minutes"`
	// ReturnDays is for how many days after its day a payment can be undone, and goods of
	// it come back: 0 to 3660. What comes later is refused by name.
	ReturnDays int `json:"return_days,omitempty"`
	// Returned is what becomes of a coupon when everything that it was used on has come
	// back. A payment that is undone as a whole always opens its coupons again.
	Returned Returned `json:"returned"`
}

// ParseRules reads Rules from JSON, strictly; see customer.ParseRules. NewRegister checks
// what they say.
func ParseRules(data []byte) (Rules, error) { return customer.ParseRules[Rules](data) }

// Returned is what becomes of a coupon whose goods have all come back. The zero Returned
// is refused.
type Returned uint8

// The outcomes. Their texts are format.
const (
	Reopen Returned = iota + 1 // it can be used again, until its own end
	Spend                      // it stays used
)

// String returns the stored text.
func (r Returned) String() string {
	switch r {
	case Reopen:
		return "reopen"
	case Spend:
		return "spend"
	}
	return "returned " + strconv.Itoa(int(r))
}

// MarshalText writes the stored text; anything else is an error.
func (r Returned) MarshalText() ([]byte, error) { return customer.WriteStored("wallet", r, Spend) }

// UnmarshalText reads what MarshalText wrote.
func (r *Returned) UnmarshalText(text []byte) error {
	return customer.ReadStored("wallet", "returned", r, Spend, text)
}

// Register is a compiled rule book: it decides what happens to coupons at the till. It is
// immutable and safe for concurrent use.
type Register struct {
	rules Rules
	name  string
	zone  *time.Location
}

// NewRegister checks the rules whole, returning customer.Faults, and compiles them. The
// zone must be the one that Rules.Zone names.
func NewRegister(rules Rules, zone *time.Location) (*Register, error) {
	var faults customer.Faults
	rules.Check(&faults)
	faults.Zone("zone", rules.Zone, zone)
	faults.Currency("currency", rules.Currency)
	faults.Within("hold_minutes", rules.HoldMinutes, 1, 1440)
	faults.Within("return_days", rules.ReturnDays, 0, 3660)
	if rules.Returned < Reopen || rules.Returned > Spend {
		faults.Add("returned", rules.Returned, "is reopen or spend")
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	return &Register{rules: rules, name: rules.Name(), zone: zone}, nil
}
