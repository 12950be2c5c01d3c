package customer

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/shopspring/decimal"
)

// Fault is one thing wrong with a fact or a rule book.
type Fault struct {
	Path  string `json:"path"`  // the field, from the root: lines[3].quantity; empty: the whole input
	Value string `json:"value"` // what stood there, shortened to 80 bytes
	Rule  string `json:"rule"`  // what must hold: "is above 0"
}

// Faults is everything wrong with one input, in the order of its fields. It is an
// error; a check returns all faults at once, up to [MaxFaults], so that a form or a file
// is mended in one go. Find it with errors.As.
type Faults []Fault

// MaxFaults is how many faults are told at once: an input of nothing but faults must not
// become an error of gigabytes.
const MaxFaults = 1000

// maxShown is the longest value that a fault repeats: enough to find the field,
// too little to flood a log with a hostile input.
const maxShown = 80

// Add notes one fault. Beyond MaxFaults nothing more is noted.
func (f *Faults) Add(path string, value any, rule string) {
	if len(*f) >= MaxFaults {
		return
	}
	*f = append(*f, Fault{Path: path, Value: shown(value), Rule: rule})
}

// Join notes the faults of a part under the part's own path.
func (f *Faults) Join(path string, part Faults) {
	for _, fault := range part[:min(len(part), MaxFaults-len(*f))] {
		switch {
		case fault.Path == "":
			fault.Path = path
		case strings.HasPrefix(fault.Path, "["), path == "":
			fault.Path = path + fault.Path
		default:
			fault.Path = path + "." + fault.Path
		}
		*f = append(*f, fault)
	}
}

// Within notes a fault unless the number is least to most.
func (f *Faults) Within(path string, number, least, most int) {
	if number < least || number > most {
		f.Add(path, number, fmt.Sprintf("is %d to %d", least, most))
	}
}

// Err returns the faults as an error, or nil when there are none.
func (f Faults) Err() error {
	if len(f) == 0 {
		return nil
	}
	return f
}

// Error lists every fault on a line of its own.
func (f Faults) Error() string {
	var text strings.Builder
	fmt.Fprintf(&text, "customer: %d fault", len(f))
	if len(f) != 1 {
		text.WriteByte('s')
	}
	for i, fault := range f {
		separator := "\n\t"
		if i == 0 && len(f) == 1 {
			separator = ": "
		}
		text.WriteString(separator)
		if fault.Path != "" { // empty: the whole input
			fmt.Fprintf(&text, "%s = ", fault.Path)
		}
		fmt.Fprintf(&text, "%q: %s", fault.Value, fault.Rule)
	}
	return text.String()
}

func shown(value any) string {
	var text string
	switch v := value.(type) {
	case string:
		text = v
	case decimal.Decimal:
		text = decimalText(v)
	case decimal.NullDecimal:
		if v.Valid {
			text = decimalText(v.Decimal)
		}
	case Date:
		if text = v.String(); v != 0 && !v.Valid() {
			text = strconv.Itoa(int(v)) // String would hide what stood there
		}
	default:
		text = fmt.Sprint(v)
	}
	return shorten(text, maxShown)
}

// shorten cuts text to limit bytes, between two characters.
func shorten(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	end := limit - len("…")
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + "…"
}

// decimalText writes d without spelling out the zeros of a huge exponent, which
// Decimal.String would do: "1e1000000000" is a gigabyte of text.
func decimalText(d decimal.Decimal) string {
	if exponent := d.Exponent(); exponent < -maxShown || exponent > maxShown {
		return fmt.Sprintf("%se%d", d.Coefficient(), exponent)
	}
	return d.String()
}
