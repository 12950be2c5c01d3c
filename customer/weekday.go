package customer

import (
	"fmt"
	"strconv"
	"time"
)

// Weekday is a day of the week in rules, in text: "monday". It counts from Monday as 1 to
// Sunday as 7 (ISO 8601). The zero Weekday is refused.
type Weekday uint8

// Valid reports whether w is a day of the week.
func (w Weekday) Valid() bool { return w >= 1 && w <= 7 }

// String returns the stored text.
func (w Weekday) String() string {
	if !w.Valid() {
		return "weekday " + strconv.Itoa(int(w))
	}
	name := []byte(time.Weekday(w % 7).String())
	name[0] += 'a' - 'A'
	return string(name)
}

// MarshalText writes the stored text; anything else is an error.
func (w Weekday) MarshalText() ([]byte, error) {
	if !w.Valid() {
		return nil, fmt.Errorf("customer: %s is none of monday to sunday", w)
	}
	return []byte(w.String()), nil
}

// UnmarshalText reads what MarshalText wrote.
func (w *Weekday) UnmarshalText(text []byte) error {
	for day := Weekday(1); day.Valid(); day++ {
		if day.String() == string(text) {
			*w = day
			return nil
		}
	}
	return fmt.Errorf("customer: weekday %q is none of monday to sunday", shown(string(text)))
}
