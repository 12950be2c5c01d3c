package identity

import (
	"strconv"

	"github.com/rapport-crm/rapport/customer"
)

// Kind is what a customer is. The zero Kind is refused.
type Kind uint8

// The kinds. Their texts are format.
const (
	Person Kind = iota + 1
	Organisation
)

// String returns the stored text.
func (k Kind) String() string {
	switch k {
	case Person:
		return "person"
	case Organisation:
		return "organisation"
	}
	return "kind " + strconv.Itoa(int(k))
}

// MarshalText writes the stored text; anything else is an error.
func (k Kind) MarshalText() ([]byte, error) {
	return customer.WriteStored("identity", k, Organisation)
}

// UnmarshalText reads what MarshalText wrote.
func (k *Kind) UnmarshalText(text []byte) error {
	return customer.ReadStored("identity", "kind", k, Organisation, text)
}
