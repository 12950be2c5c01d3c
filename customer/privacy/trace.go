package privacy

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/rapport-crm/rapport/customer/journal"
)

// MinDigits is how many digits of a number, one after the other, are a trace of it.
const MinDigits = 4

// Trace is where something of a value was found: in which decision, counted from 1, and in what of it.
type Trace struct {
	Decision int    `json:"decision"`
	In       string `json:"in"`    // "key", "entries", "reasons", "state"
	Value    int    `json:"value"` // which of the values, counted from 1: it is not repeated here
}

// Traces looks for personal values in all that a store keeps of a history, as its Decisions come:
// whole values whatever their case, and of numbers any [MinDigits] digits in a row, with blanks,
// hyphens and the like between them. Instants are not looked at: a time is no part of a number.
//
// A host runs it after an erasure with what it knew. What stands in keys or references, which stay,
// is a mistake of whoever made them: a reference carries no phone number. A few digits may be met by
// chance; whole values are not.
func Traces[S, E any](decisions []journal.Decision[S, E], values ...string) ([]Trace, error) {
	wanted := make([]wanted, len(values))
	for i, value := range values {
		wanted[i] = want(value)
	}
	var traces []Trace
	for i := range decisions {
		d := &decisions[i]
		for _, part := range [...]struct {
			in string
			is any
		}{{"key", d.Key}, {"entries", d.Entries}, {"reasons", d.Reasons}, {"state", d.Next}} {
			data, err := json.Marshal(part.is)
			if err != nil {
				return nil, fmt.Errorf("privacy: decision %d cannot be searched: %w", i+1, err)
			}
			text, err := texts(data)
			if err != nil {
				return nil, fmt.Errorf("privacy: decision %d cannot be searched: %w", i+1, err)
			}
			for n := range wanted {
				if wanted[n].in(text) {
					traces = append(traces, Trace{i + 1, part.in, n + 1})
				}
			}
		}
	}
	return traces, nil
}

// wanted is a value as it is looked for.
type wanted struct {
	whole  string
	digits []string // each run of MinDigits; none: the value is no number
}

func want(value string) wanted {
	w := wanted{whole: strings.ToLower(strings.TrimSpace(value))}
	digits := digitsOf(value)
	if strings.ContainsFunc(value, unicode.IsLetter) {
		return w // an address or a name with a number is looked for as a whole
	}
	for i := 0; i+MinDigits <= len(digits); i++ {
		w.digits = append(w.digits, digits[i:i+MinDigits])
	}
	return w
}

func (w *wanted) in(texts []string) bool {
	for _, text := range texts {
		if w.whole != "" && strings.Contains(text, w.whole) {
			return true
		}
		if len(w.digits) == 0 {
			continue
		}
		number := digitsOf(text)
		for _, run := range w.digits {
			if strings.Contains(number, run) {
				return true
			}
		}
	}
	return false
}

// digitsOf returns the digits of a text that stand in a row, with nothing between them but what
// people write into numbers; anything else parts them.
func digitsOf(text string) string {
	var digits strings.Builder
	for _, r := range text {
		switch {
		case r >= '0' && r <= '9':
			digits.WriteRune(r)
		case r >= '０' && r <= '９': // as Chinese keyboards write them
			digits.WriteRune(r - '０' + '0')
		case !strings.ContainsRune(" -–()./+\u00a0－（）　", r):
			digits.WriteByte('|')
		}
	}
	return strings.Trim(digits.String(), "|")
}

// texts returns the texts and numbers of a JSON value, in lower case, without instants.
func texts(data []byte) ([]string, error) {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return nil, err
	}
	return gather(nil, value), nil
}

func gather(all []string, value any) []string {
	switch value := value.(type) {
	case string:
		if _, err := time.Parse(time.RFC3339Nano, value); err != nil {
			all = append(all, strings.ToLower(value))
		}
	case json.Number:
		all = append(all, value.String())
	case []any:
		for _, one := range value {
			all = gather(all, one)
		}
	case map[string]any: // in whatever order: it is only searched
		for name, one := range value {
			all = gather(append(all, strings.ToLower(name)), one)
		}
	}
	return all
}
