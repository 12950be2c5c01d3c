package quota

import (
	"fmt"
	"strconv"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// Hold is a part of a quota that was set aside.
type Hold struct {
	Name     string
	Key      string
	N        int64     // how much was set aside
	Until    time.Time // the first instant at which it is over
	State    State
	Captured int64 // how much of N was captured; 0 unless State is Captured
	Back     int64 // how much of Captured was given back
}

// State is what became of a hold. The zero State is none.
type State uint8

// The states. Their texts are format.
const (
	Held     State = iota + 1 // set aside
	Captured                  // used
	Released                  // given back
	Expired                   // over by its timeout
)

// String returns the state's stored text: "held", "captured", "released" or "expired".
func (s State) String() string {
	switch s {
	case Held:
		return "held"
	case Captured:
		return "captured"
	case Released:
		return "released"
	case Expired:
		return "expired"
	}
	return "state " + strconv.Itoa(int(s))
}

// Valid reports whether s is one of the states.
func (s State) Valid() bool { return s >= Held && s <= Expired }

// MarshalText writes the state's stored text; any other state is an error.
func (s State) MarshalText() ([]byte, error) {
	if !s.Valid() {
		return nil, fmt.Errorf("quota: %s is none of held, captured, released, expired", s)
	}
	return []byte(s.String()), nil
}

// UnmarshalText reads what MarshalText wrote.
func (s *State) UnmarshalText(text []byte) error {
	for state := Held; state.Valid(); state++ {
		if state.String() == string(text) {
			*s = state
			return nil
		}
	}
	return fmt.Errorf("quota: state %q is none of held, captured, released, expired", text)
}

// Level is how a quota stands: Limit is what there is, Captured what was used and not
// given back, Held what is set aside at the instant of the question.
type Level struct {
	Limit, Captured, Held int64
}

// Left is how much may still be claimed: 0 where a limit was lowered below what is
// captured and held.
func (l Level) Left() int64 {
	return max(0, l.Limit-l.Captured-l.Held)
}

// Admit returns the hold that a new claim makes on a quota at this level, or the
// refusal.
func (l Level) Admit(claim Claim) (Hold, error) {
	if err := claim.Validate(); err != nil {
		return Hold{}, err
	}
	var missing []customer.Reason
	if !claim.Until.After(claim.At) {
		missing = append(missing, customer.Reason{
			Code: CodeExpired, Rule: claim.Name, Fact: l.Left(), Mark: claim.N, At: claim.At, Until: claim.Until,
		})
	}
	if claim.N > l.Left() {
		short := customer.Reason{Code: CodeSpent, Rule: claim.Name, Fact: l.Left(), Mark: claim.N, At: claim.At}
		if claim.N <= l.Limit-l.Captured {
			short.Code = CodeHeld
		}
		missing = append(missing, short)
	}
	if len(missing) > 0 {
		return Hold{}, &customer.Refusal{Rule: claim.Name, Missing: missing}
	}
	return Hold{Name: claim.Name, Key: claim.Key, N: claim.N, Until: claim.Until, State: Held}, nil
}

// Repeats returns the hold as it stands at the claim's instant if the claim is the one
// that made it, and ErrKeyReused otherwise.
func (h Hold) Repeats(claim Claim) (Hold, error) {
	if h.N != claim.N || !h.Until.Equal(claim.Until) {
		return Hold{}, fmt.Errorf("%w: %s of %s holds %d, not %d, or until another instant", ErrKeyReused, h.Key, h.Name, h.N, claim.N)
	}
	return h.seen(claim.At), nil
}

// Capture returns the hold with n captured, or the refusal; left is what the quota has
// left at that instant. Captured again with the same n, it returns the hold unchanged.
func (h Hold) Capture(n int64, at time.Time, left int64) (Hold, error) {
	var faults customer.Faults
	checkHold(&faults, h.Name, h.Key, at)
	checkN(&faults, n)
	if err := faults.Err(); err != nil {
		return Hold{}, err
	}
	if h.State == Captured {
		if h.Captured != n {
			return Hold{}, fmt.Errorf("%w: %s of %s was captured with %d, not %d", ErrKeyReused, h.Key, h.Name, h.Captured, n)
		}
		return h, nil
	}
	var missing []customer.Reason
	switch state := h.seen(at).State; {
	case state == Released:
		missing = append(missing, customer.Reason{Code: CodeReleased, Rule: h.Name, Fact: left, Mark: n, At: at})
	case state == Expired:
		missing = append(missing, customer.Reason{Code: CodeExpired, Rule: h.Name, Fact: left, Mark: n, At: at, Until: h.Until})
	}
	if n > h.N {
		missing = append(missing, customer.Reason{Code: CodeOverHold, Rule: h.Name, Fact: h.N, Mark: n, At: at})
	}
	if len(missing) > 0 {
		return Hold{}, &customer.Refusal{Rule: h.Name, Missing: missing}
	}
	h.State, h.Captured = Captured, n
	return h, nil
}

// Release returns the hold given back, or the refusal. Released again, it returns the
// hold unchanged.
func (h Hold) Release(at time.Time) (Hold, error) {
	var faults customer.Faults
	checkHold(&faults, h.Name, h.Key, at)
	if err := faults.Err(); err != nil {
		return Hold{}, err
	}
	if h.State == Captured {
		return Hold{}, &customer.Refusal{Rule: h.Name, Missing: []customer.Reason{{
			Code: CodeCaptured, Rule: h.Name, Fact: h.Captured, At: at,
		}}}
	}
	h.State = Released
	return h, nil
}

// GiveBack returns the hold with n of what was captured given back in all, or the
// refusal. Where as much was given back before, it returns the hold unchanged.
func (h Hold) GiveBack(n int64, at time.Time) (Hold, error) {
	var faults customer.Faults
	checkHold(&faults, h.Name, h.Key, at)
	checkN(&faults, n)
	if err := faults.Err(); err != nil {
		return Hold{}, err
	}
	reason := customer.Reason{Rule: h.Name, Fact: h.Captured, Mark: n, At: at}
	switch {
	case h.State != Captured:
		reason.Code = CodeNotCaptured
	case n > h.Captured:
		reason.Code = CodeOverCaptured
	default:
		h.Back = max(h.Back, n)
		return h, nil
	}
	return Hold{}, &customer.Refusal{Rule: h.Name, Missing: []customer.Reason{reason}}
}

// seen is the hold as it stands at an instant.
func (h Hold) seen(at time.Time) Hold {
	if h.State == Held && !at.Before(h.Until) {
		h.State = Expired
	}
	return h
}

// NoQuota is the refusal of everything under a name for which no limit was set.
func NoQuota(name string) *customer.Refusal {
	return &customer.Refusal{Rule: name, Missing: []customer.Reason{{Code: CodeNoQuota, Rule: name}}}
}

// NoHold is the refusal to capture, release or give back under a key that holds nothing.
func NoHold(name string) *customer.Refusal {
	return &customer.Refusal{Rule: name, Missing: []customer.Reason{{Code: CodeNoHold, Rule: name}}}
}
