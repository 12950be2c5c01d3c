package complaint

import (
	"strconv"

	"github.com/rapport-crm/rapport/customer"
)

// Cause is what kind of thing led to an issue. It is suspected by anybody, and found only by
// what [Policy.Find] asks for. The zero Cause is none.
type Cause uint8

// The causes. Their texts are format.
const (
	CauseProduct      Cause = iota + 1 // the goods or the service itself
	CauseProcess                       // how we work
	CausePerson                        // somebody of the staff
	CauseCapacity                      // too few counters, lines or hands: needs the facts of the queue
	CausePartner                       // a supplier, a carrier, a network
	CauseInformation                   // what we said, wrote or left unsaid
	CauseCustomer                      // her own: needs an inspection, or a clause that settles it
	CauseIncident                      // a known incident or planned work: needs a match
	CauseForceMajeure                  // nobody could have helped it
	CauseUnknown                       // it was looked for, and not found

	lastCause = CauseUnknown
)

// String returns the stored text.
func (c Cause) String() string {
	switch c {
	case CauseProduct:
		return "product"
	case CauseProcess:
		return "process"
	case CausePerson:
		return "person"
	case CauseCapacity:
		return "capacity"
	case CausePartner:
		return "partner"
	case CauseInformation:
		return "information"
	case CauseCustomer:
		return "customer"
	case CauseIncident:
		return "known-incident"
	case CauseForceMajeure:
		return "force-majeure"
	case CauseUnknown:
		return "unknown"
	}
	return "cause " + strconv.Itoa(int(c))
}

// MarshalText writes the stored text; anything else is an error.
func (c Cause) MarshalText() ([]byte, error) {
	return customer.WriteStored("complaint", c, lastCause)
}

// UnmarshalText reads what MarshalText wrote.
func (c *Cause) UnmarshalText(text []byte) error {
	return customer.ReadStored("complaint", "cause", c, lastCause, text)
}

// text is for canonical forms, in which what is zero leaves no trace.
func (c Cause) text() string {
	if c == 0 {
		return ""
	}
	return c.String()
}

func checkCause(faults *customer.Faults, path string, cause Cause) {
	if cause == 0 || cause > lastCause {
		faults.Add(path, cause, "is a cause")
	}
}

// checkCauses notes a fault for each cause of a list that is none, or stands there twice.
func checkCauses(faults *customer.Faults, path string, causes []Cause) {
	var seen [lastCause + 1]bool
	for i, cause := range causes {
		at := path + "[" + strconv.Itoa(i) + "]"
		checkCause(faults, at, cause)
		if cause <= lastCause {
			if seen[cause] {
				faults.Add(at, cause, "stands only once")
			}
			seen[cause] = true
		}
	}
}
