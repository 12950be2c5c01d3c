package journal

import (
	"fmt"
	"strconv"
)

// Result says what became of a request that was not refused. The zero Result is none.
type Result uint8

// The results. Their texts are format.
const (
	Booked   Result = iota + 1 // written by this call
	Replayed                   // the earlier answer to the same request; nothing written by this call
	Nothing                    // a decision without entries; nothing written, the key still unused
)

// String returns the result's stored text: "booked", "replayed" or "nothing".
func (r Result) String() string {
	switch r {
	case Booked:
		return "booked"
	case Replayed:
		return "replayed"
	case Nothing:
		return "nothing"
	}
	return "result " + strconv.Itoa(int(r))
}

// Valid reports whether r is one of the results.
func (r Result) Valid() bool { return r >= Booked && r <= Nothing }

// MarshalText writes the result's stored text; any other result is an error.
func (r Result) MarshalText() ([]byte, error) {
	if !r.Valid() {
		return nil, fmt.Errorf("journal: %s is none of booked, replayed, nothing", r)
	}
	return []byte(r.String()), nil
}

// UnmarshalText reads what MarshalText wrote.
func (r *Result) UnmarshalText(text []byte) error {
	for result := Booked; result.Valid(); result++ {
		if result.String() == string(text) {
			*r = result
			return nil
		}
	}
	return fmt.Errorf("journal: result %q is none of booked, replayed, nothing", text)
}
