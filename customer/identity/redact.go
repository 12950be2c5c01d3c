package identity

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/rapport-crm/rapport/customer"
)

// hidden stands for what is not shown.
const hidden = "…"

// mask shows the last characters of a value, and never more than half of them: a code of four of
// which four may be shown is still no open secret.
func mask(value string, shown int) string {
	length := utf8.RuneCountInString(value)
	if shown = min(shown, length/2); shown <= 0 {
		return hidden
	}
	for skip := length - shown; skip > 0; skip-- {
		_, size := utf8.DecodeRuneInString(value)
		value = value[size:]
	}
	return hidden + value
}

// show writes a text that hides what is personal, whatever the verb: the figures of %+v and %#v
// would be the number itself.
func show(f fmt.State, text string) { _, _ = f.Write([]byte(text)) }

// secret notes the faults of a text without repeating the text: faults end in logs.
func secret(faults *customer.Faults, path, text string, check func(*customer.Faults, string, string)) {
	var part customer.Faults
	check(&part, "", text)
	for i := range part {
		if part[i].Value != "" {
			part[i].Value = hidden
		}
	}
	faults.Join(path, part)
}

// secretName is Faults.Name for what is not to be repeated.
func secretName(faults *customer.Faults, path, text string) {
	secret(faults, path, text, (*customer.Faults).Name)
}

// secretText is Faults.Text for what is not to be repeated.
func secretText(faults *customer.Faults, path, text string) {
	secret(faults, path, text, (*customer.Faults).Text)
}

// note is Faults.Note for what is not to be repeated: somebody may have written down a number after
// all.
func note(faults *customer.Faults, path, text string) {
	secret(faults, path, text, (*customer.Faults).Note)
}

// hushed returns the error of reading an entry without what stood there: what reads a day, an instant
// or a number repeats it. The faults that this package notes repeat nothing, and the name of a field is
// no customer's.
func hushed(err error) error {
	var faults customer.Faults
	var wrong *json.UnmarshalTypeError
	switch {
	case errors.As(err, &faults):
		return faults
	case errors.As(err, &wrong):
		return fmt.Errorf("%s is no %s", wrong.Field, wrong.Type)
	case strings.HasPrefix(err.Error(), "json: unknown field "):
		return err
	}
	return errors.New("it is no JSON, or a day, an instant or a word in it is none")
}

// unread is the error of identifiers that the normaliser did not take. Its text repeats nothing of
// them and nothing that the normaliser said, which may; errors.Is and errors.As find both.
type unread struct {
	customer.Faults
	causes []error
}

// Format writes what Error says, whatever the verb: %#v would print the causes.
func (u *unread) Format(f fmt.State, _ rune) { show(f, u.Error()) }

// Unwrap returns the faults, and what the normaliser said.
func (u *unread) Unwrap() []error { return append([]error{u.Faults}, u.causes...) }

// Format writes the command without its note, whatever the verb.
func (x Link) Format(f fmt.State, _ rune) {
	show(f, fmt.Sprintf("link %s to %s on %s", x.Younger, x.Older, x.Evidence))
}

// Format writes the command without its note, whatever the verb.
func (x Unlink) Format(f fmt.State, _ rune) { show(f, fmt.Sprintf("unlink from %s: %s", x.To, x.Why)) }

// Format writes the command without its note, whatever the verb.
func (x Distinct) Format(f fmt.State, _ rune) {
	show(f, fmt.Sprintf("%s is distinct from %s: %s", x.Younger, x.Older, x.Why))
}

// Format writes the command without its note, whatever the verb.
func (x Reconsider) Format(f fmt.State, _ rune) {
	show(f, fmt.Sprintf("reconsider %s: %s", x.To, x.Why))
}

// Format writes how many records and identifiers the directory has, whatever the verb.
func (d Directory) Format(f fmt.State, _ rune) {
	records, held := customer.English.Count(int64(d.records), "record"), customer.English.Count(int64(d.held), "identifier")
	show(f, "directory of "+records+" and "+held)
}
