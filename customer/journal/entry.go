package journal

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// Entry is one fact of a history whose entries say different things: who did what, when, under
// which reference, complete in itself. B is the interface that the bodies of a package share, and
// F says how they are stored. A package whose entries are all of one form has a struct of its own.
type Entry[B any, F Form[B]] struct { //nolint:recvcheck // a value; read in place
	Version int             // the format's
	At      time.Time       // the business instant; an earlier one than the entry before is allowed
	By      string          // who did it
	Ref     string          // the command that led to it
	Rule    string          // the rule book
	Because customer.Reason // of what followed: why
	Body    B               // what was done
}

// Form is how a package stores the bodies of its entries: a type without fields, of which only the
// methods matter.
type Form[B any] interface {
	// Format returns the name of the package and the version in which it writes.
	Format() (name string, version int)
	// Kind is the stored text of a body's kind, and empty for what is no body of the package. It is
	// asked only of values of types of the package, which is that of the Form: not of nil, nor of a pointer.
	Kind(body B) string
	// Read reads a body of a kind, as some version from 1 to the present one has written it;
	// see [ReadBody].
	Read(kind string, version int, data []byte) (B, error)
}

// Kind is the stored text of what kind the Body is of: "tell". Empty: it says nothing.
func (e Entry[B, F]) Kind() string { return kindOf[B, F](e.Body) }

// kindOf returns the kind of a body. A body is of a type of the package that F is of: a pointer to one,
// and a type from outside that holds one, have its methods too, but would not be stored as it, nor be
// known where somebody asks for the type.
func kindOf[B any, F Form[B]](body B) string {
	var form F
	if of := reflect.TypeOf(body); of == nil || of.PkgPath() != reflect.TypeOf(form).PkgPath() {
		return ""
	}
	return form.Kind(body)
}

// Check refuses what is no entry, of whatever kind.
func (e Entry[B, F]) Check() error {
	var form F
	name, version := form.Format()
	switch {
	case e.Version != version:
		return fmt.Errorf("%s: an entry of version %d, where %d is known", name, e.Version, version)
	case e.At.IsZero():
		return fmt.Errorf("%s: an entry without an instant", name)
	case e.Kind() == "":
		return fmt.Errorf("%s: an entry that says nothing", name)
	}
	return nil
}

// stored is an entry as JSON has it.
type stored struct {
	Version int             `json:"v"`
	Kind    string          `json:"kind"`
	At      time.Time       `json:"at"`
	By      string          `json:"by,omitempty"`
	Ref     string          `json:"ref"`
	Rule    string          `json:"rule,omitempty"`
	Because customer.Reason `json:"because,omitzero"`
	Body    json.RawMessage `json:"body"`
}

// MarshalJSON writes the entry with the text of its kind, so that it can be read again.
func (e Entry[B, F]) MarshalJSON() ([]byte, error) {
	if err := e.Check(); err != nil {
		return nil, err
	}
	body, err := json.Marshal(e.Body)
	if err != nil {
		return nil, err
	}
	return json.Marshal(stored{e.Version, e.Kind(), e.At, e.By, e.Ref, e.Rule, e.Because, body})
}

// UnmarshalJSON reads what MarshalJSON wrote, in this version or an earlier one. A version or a
// kind that is not known is an error, and so is a field that the kind does not have: an entry is
// never read in part.
func (e *Entry[B, F]) UnmarshalJSON(data []byte) error {
	var form F
	name, version := form.Format()
	var in stored
	if err := strictly(data, &in); err != nil {
		return fmt.Errorf("%s: an entry cannot be read: %w", name, err)
	}
	if in.Version < 1 || in.Version > version {
		return fmt.Errorf("%s: an entry of version %d, where up to %d is known", name, in.Version, version)
	}
	body, err := form.Read(in.Kind, in.Version, in.Body)
	if err != nil {
		return fmt.Errorf("%s: the body of a %s cannot be read: %w", name, in.Kind, err)
	}
	read := Entry[B, F]{version, in.At, in.By, in.Ref, in.Rule, in.Because, body}
	var faults customer.Faults
	step := Step{in.Ref, in.By, in.At}
	step.Check(&faults)
	faults.Text("rule", in.Rule)
	if err := errors.Join(faults.Err(), read.Check()); err != nil {
		return fmt.Errorf("%s: a %s that nobody wrote: %w", name, in.Kind, err)
	}
	*e = read
	return nil
}

// ReadBody reads the JSON of a body of one type, strictly, and holds its fields to what check
// notes, so that what was forged never reaches a state. A type without a check passes nil.
func ReadBody[T any](data []byte, check func(*T, *customer.Faults)) (T, error) {
	var body, none T
	if err := strictly(data, &body); err != nil {
		return none, err
	}
	if check != nil {
		var faults customer.Faults
		check(&body, &faults)
		if err := faults.Err(); err != nil {
			return none, err
		}
	}
	return body, nil
}

// strictly reads one JSON value, and nothing after it, into a value of which it may have no field
// that the type does not have.
func strictly(data []byte, into any) error {
	var whole json.RawMessage
	if err := json.Unmarshal(data, &whole); err != nil { // also where something follows the value
		return err
	}
	decoder := json.NewDecoder(bytes.NewReader(whole))
	decoder.DisallowUnknownFields()
	return decoder.Decode(into)
}
