package customer

import (
	"fmt"
	"strings"
)

// Stored is an enumeration whose texts are kept in storage. Its values are 1 to the last;
// 0 is nobody's.
type Stored interface {
	~uint8
	String() string
}

// WriteStored returns the text of a value, for its MarshalText. One that does not exist is
// an error, which begins with the package's name.
func WriteStored[E Stored](pkg string, value, last E) ([]byte, error) {
	if value < 1 || value > last {
		return nil, fmt.Errorf("%s: %s is unknown", pkg, value)
	}
	return []byte(value.String()), nil
}

// ReadStored finds the value of a text, for its UnmarshalText. A text that no value has is
// an error that says what it should be and lists all that there are.
func ReadStored[E Stored](pkg, what string, value *E, last E, text []byte) error {
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
	return fmt.Errorf("%s: %s %q is none of %s", pkg, what, text, strings.Join(known, ", "))
}
