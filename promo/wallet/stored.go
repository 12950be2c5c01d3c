package wallet

import (
	"fmt"
	"strings"
)

// stored is an enumeration whose texts are kept in storage. Its values are 1 to the
// last; 0 is nobody's.
type stored interface {
	~uint8
	String() string
}

// writeStored returns the text of a value, or an error for one that does not exist.
func writeStored[E stored](value, last E) ([]byte, error) {
	if value < 1 || value > last {
		return nil, fmt.Errorf("wallet: %s is unknown", value)
	}
	return []byte(value.String()), nil
}

// readStored finds the value of a text. A text that no value has is an error that lists
// them all.
func readStored[E stored](value *E, last E, what string, text []byte) error {
	for one := E(1); one <= last; one++ {
		if one.String() == string(text) {
			*value = one
			return nil
		}
	}
	var known []string
	for one := E(1); one <= last; one++ {
		known = append(known, one.String())
	}
	return fmt.Errorf("wallet: %s %q is none of %s", what, text, strings.Join(known, ", "))
}
