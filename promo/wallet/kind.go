package wallet

import (
	"strconv"

	"github.com/rapport-crm/rapport/customer"
)

// Kind says what an Entry is. The zero Kind is refused.
type Kind uint8

// The kinds. Their texts are format.
const (
	Issued    Kind = iota + 1 // a coupon is there: open
	SetAside                  // open → held, for a payment under way
	Released                  // held → open: the payment failed, or took too long
	Redeemed                  // open or held → used
	Brought                   // goods of a payment came back
	GivenBack                 // what a coupon had taken off goes back, or a part of it
	Reopened                  // used → open
	Closed                    // nothing of a payment can come back any more; its coupons are gone
	Expired                   // open → gone: past its last day
)

// String returns the stored text.
func (k Kind) String() string {
	switch k {
	case Issued:
		return "issued"
	case SetAside:
		return "set-aside"
	case Released:
		return "released"
	case Redeemed:
		return "redeemed"
	case Brought:
		return "brought"
	case GivenBack:
		return "given-back"
	case Reopened:
		return "reopened"
	case Closed:
		return "closed"
	case Expired:
		return "expired"
	}
	return "kind " + strconv.Itoa(int(k))
}

// Valid reports whether k is one of the kinds.
func (k Kind) Valid() bool { return k >= Issued && k <= Expired }

// MarshalText writes the stored text; anything else is an error.
func (k Kind) MarshalText() ([]byte, error) { return customer.WriteStored("wallet", k, Expired) }

// UnmarshalText reads what MarshalText wrote.
func (k *Kind) UnmarshalText(text []byte) error {
	return customer.ReadStored("wallet", "kind", k, Expired, text)
}

// State is what a coupon in a wallet is. The zero State is none.
type State uint8

// The states. Their texts are format.
const (
	Open State = iota + 1 // can be used
	Held                  // set aside for a payment under way
	Used                  // redeemed, in a payment that can still come back
)

// String returns the stored text.
func (s State) String() string {
	switch s {
	case Open:
		return "open"
	case Held:
		return "held"
	case Used:
		return "used"
	}
	return "state " + strconv.Itoa(int(s))
}

// MarshalText writes the stored text; anything else is an error.
func (s State) MarshalText() ([]byte, error) { return customer.WriteStored("wallet", s, Used) }

// UnmarshalText reads what MarshalText wrote.
func (s *State) UnmarshalText(text []byte) error {
	return customer.ReadStored("wallet", "state", s, Used, text)
}
