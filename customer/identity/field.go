package identity

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/rapport-crm/rapport/customer"
)

// Field is something that is known of a customer, in the host's words.
type Field struct {
	ID      string    `json:"id"` // "name", "birth-date", "address"; no scheme has it
	Type    FieldType `json:"type"`
	Survive Survival  `json:"survive"`
	Kinds   []Kind    `json:"kinds,omitempty"` // of whom it is known; none: of anybody
	// Personal says that its values are never shown where records, commands, entries and faults are
	// printed.
	Personal bool `json:"personal,omitempty"`
	// Least and Most bound a number, and the characters of a text. Both 0: only customer.MaxText does.
	Least int64    `json:"least,omitempty"`
	Most  int64    `json:"most,omitempty"`
	OneOf []string `json:"one_of,omitempty"` // of a choice: what there is
	Past  bool     `json:"past,omitempty"`   // of a day: it is not after the one on which it is told

	Asking
}

// FieldType is what the values of a field are. The zero FieldType is refused.
type FieldType uint8

// The types of fields. Their texts are format.
const (
	Text   FieldType = iota + 1
	Day              // 2026-11-25
	Number           // whole, in the unit that the field's ID says: "yearly-volume-minor"
	Choice           // one of a list
)

// String returns the stored text.
func (t FieldType) String() string {
	switch t {
	case Text:
		return "text"
	case Day:
		return "day"
	case Number:
		return "number"
	case Choice:
		return "choice"
	}
	return "type " + strconv.Itoa(int(t))
}

// MarshalText writes the stored text; anything else is an error.
func (t FieldType) MarshalText() ([]byte, error) { return customer.WriteStored("identity", t, Choice) }

// UnmarshalText reads what MarshalText wrote.
func (t *FieldType) UnmarshalText(text []byte) error {
	return customer.ReadStored("identity", "type", t, Choice, text)
}

// check notes the faults of a field.
func (f *Field) check(faults *customer.Faults, rules *Rules) {
	faults.Name("id", f.ID)
	if f.Type < Text || f.Type > Choice {
		faults.Add("type", f.Type, "is text, day, number or choice")
	}
	if f.Survive < Newest || f.Survive > MostComplete {
		faults.Add("survive", f.Survive, "is a rule of survivorship")
	}
	checkKinds(faults, "kinds", f.Kinds)
	bounded := f.Least != 0 || f.Most != 0
	switch {
	case bounded && f.Type != Text && f.Type != Number:
		faults.Add("most", f.Most, "is of a text or a number")
	case bounded && f.Most < f.Least:
		faults.Add("most", f.Most, "is not below least")
	case bounded && f.Type == Text && (f.Least < 0 || f.Most > customer.MaxText):
		faults.Add("most", f.Most, "is, of a text, 0 to 256")
	}
	if (f.Type == Choice) != (len(f.OneOf) > 0) {
		faults.Add("one_of", len(f.OneOf), "is what a choice has, and nothing else")
	}
	faults.Names("one_of", f.OneOf, 0, MaxChoices)
	if f.Past && f.Type != Day {
		faults.Add("past", f.Past, "is of a day")
	}
	f.Asking.check(faults, rules)
}

// value notes the faults of a value of the field, told on a day. What is personal is not repeated.
func (f *Field) value(faults *customer.Faults, path, value string, today customer.Date) {
	rule := f.rule(value, today)
	switch {
	case rule == "":
	case f.Personal:
		faults.Add(path, hidden, rule)
	default:
		faults.Add(path, value, rule)
	}
}

// maxNamed is how many choices a fault names: a thousand of them would be a quarter of a megabyte.
const maxNamed = 20

// rule returns what a value breaks, or nothing.
func (f *Field) rule(value string, today customer.Date) string {
	switch f.Type {
	case Text:
		length := int64(utf8.RuneCountInString(value))
		if (f.Least != 0 || f.Most != 0) && (length < f.Least || length > f.Most) {
			return fmt.Sprintf("has %d to %d characters", f.Least, f.Most)
		}
	case Number:
		number, err := strconv.ParseInt(value, 10, 64)
		if err != nil || strconv.FormatInt(number, 10) != value {
			return "is a whole number, written plainly: 1200"
		}
		if (f.Least != 0 || f.Most != 0) && (number < f.Least || number > f.Most) {
			return fmt.Sprintf("is %d to %d", f.Least, f.Most)
		}
	case Day:
		day, err := customer.ParseDate(value)
		switch {
		case err != nil:
			return "is a day such as 2026-11-25"
		case f.Past && day > today:
			return "is not after " + today.String()
		}
	case Choice:
		switch {
		case slices.Contains(f.OneOf, value):
		case len(f.OneOf) > maxNamed:
			return fmt.Sprintf("is one of the %d choices of %s", len(f.OneOf), f.ID)
		default:
			return "is one of " + strings.Join(f.OneOf, ", ")
		}
	}
	return ""
}
