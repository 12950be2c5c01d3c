package lifecycle

import (
	"strconv"

	"github.com/rapport-crm/rapport/customer"
)

// Kind says what an Entry is. The zero Kind is refused.
type Kind uint8

// The kinds. Their texts are format.
const (
	Known     Kind = iota + 1 // somebody is known who has not bought: potential
	Moved                     // from one stage to another
	Opened                    // an attempt to win her back begins: she is treated, or held out
	Stepped                   // a rung of the ladder is taken
	Stopped                   // no further rung: she complained, opted out, or there is none left
	Settled                   // the window in which a result counts is over, or she came back in it
	Vouched                   // she may bring others from now on, and cannot be brought herself any more
	Brought                   // somebody brought her
	Rewarded                  // the reward for bringing her is owed
	Forfeited                 // it never will be
	Withdrawn                 // nobody brought her after all: a mistake, or one person with two cards
	Signalled                 // an early signal: a buyer changed, she walked out, a promise was broken
	Left                      // she left, and why
)

// String returns the stored text.
func (k Kind) String() string {
	switch k {
	case Known:
		return "known"
	case Moved:
		return "moved"
	case Opened:
		return "opened"
	case Stepped:
		return "stepped"
	case Stopped:
		return "stopped"
	case Settled:
		return "settled"
	case Vouched:
		return "vouched"
	case Brought:
		return "brought"
	case Rewarded:
		return "rewarded"
	case Forfeited:
		return "forfeited"
	case Withdrawn:
		return "withdrawn"
	case Signalled:
		return "signalled"
	case Left:
		return "left"
	}
	return "kind " + strconv.Itoa(int(k))
}

// Valid reports whether k is one of the kinds.
func (k Kind) Valid() bool { return k >= Known && k <= Left }

// MarshalText writes the stored text; anything else is an error.
func (k Kind) MarshalText() ([]byte, error) { return customer.WriteStored("lifecycle", k, Left) }

// UnmarshalText reads what MarshalText wrote.
func (k *Kind) UnmarshalText(text []byte) error {
	return customer.ReadStored("lifecycle", "kind", k, Left, text)
}
