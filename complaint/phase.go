package complaint

import (
	"strconv"

	"github.com/rapport-crm/rapport/customer"
)

// Phase is how far the handling of a case has come. It is one axis of several: whom it waits
// for, who owns it, what is promised and what an external body does are others. A case that is
// reopened has no phase of its own for that: it has another Cycle. The zero Phase is that of a
// case that nobody has opened.
type Phase uint8

// The phases. Their texts are format.
const (
	Received      Phase = iota + 1 // it is known; nobody has looked at how bad it is
	Assessed                       // severity, safety, complexity and impact are judged
	Investigating                  // somebody finds out what happened
	Decided                        // every issue has its decision, or was withdrawn
	Closed                         // all that was decided is done
)

// String returns the stored text.
func (p Phase) String() string {
	switch p {
	case Received:
		return "received"
	case Assessed:
		return "assessed"
	case Investigating:
		return "investigating"
	case Decided:
		return "decided"
	case Closed:
		return "closed"
	}
	return "phase " + strconv.Itoa(int(p))
}

// MarshalText writes the stored text; anything else is an error.
func (p Phase) MarshalText() ([]byte, error) { return customer.WriteStored("complaint", p, Closed) }

// UnmarshalText reads what MarshalText wrote.
func (p *Phase) UnmarshalText(text []byte) error {
	return customer.ReadStored("complaint", "phase", p, Closed, text)
}

// phases is a set of phases; bit 0 is the case that nobody has opened.
type phases uint8

func in(some ...Phase) (set phases) {
	for _, phase := range some {
		set |= 1 << phase
	}
	return set
}

func (s phases) has(phase Phase) bool { return s&(1<<phase) != 0 }
