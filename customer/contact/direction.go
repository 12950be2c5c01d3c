package contact

import (
	"strconv"

	"github.com/rapport-crm/rapport/customer"
)

// Direction says who began a contact. The zero Direction is refused.
type Direction uint8

// The directions. Their texts are format.
const (
	FromCustomer Direction = iota + 1
	ToCustomer

	lastDirection = ToCustomer
)

// String returns the stored text.
func (d Direction) String() string {
	switch d {
	case FromCustomer:
		return "from-customer"
	case ToCustomer:
		return "to-customer"
	}
	return "direction " + strconv.Itoa(int(d))
}

// MarshalText writes the stored text; anything else is an error.
func (d Direction) MarshalText() ([]byte, error) {
	return customer.WriteStored("contact", d, lastDirection)
}

// UnmarshalText reads what MarshalText wrote.
func (d *Direction) UnmarshalText(text []byte) error {
	return customer.ReadStored("contact", "direction", d, lastDirection, text)
}

// stored is the text of a value of an enumeration in canonical form, in which what is zero leaves
// no trace.
func stored[E customer.Stored](value E) string {
	if value == 0 {
		return ""
	}
	return value.String()
}
