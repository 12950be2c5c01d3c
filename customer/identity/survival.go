package identity

import (
	"strconv"

	"github.com/rapport-crm/rapport/customer"
)

// Survival says which of several values of a field is read as the customer's. The zero Survival is
// refused.
type Survival uint8

// The rules of survivorship. Their texts are format.
const (
	Newest       Survival = iota + 1 // the one of the latest day
	MostTrusted                      // the one of the source that is trusted most
	MostComplete                     // the longest one
)

// String returns the stored text.
func (s Survival) String() string {
	switch s {
	case Newest:
		return "newest"
	case MostTrusted:
		return "most-trusted"
	case MostComplete:
		return "most-complete"
	}
	return "survival " + strconv.Itoa(int(s))
}

// MarshalText writes the stored text; anything else is an error.
func (s Survival) MarshalText() ([]byte, error) {
	return customer.WriteStored("identity", s, MostComplete)
}

// UnmarshalText reads what MarshalText wrote.
func (s *Survival) UnmarshalText(text []byte) error {
	return customer.ReadStored("identity", "survival", s, MostComplete, text)
}
