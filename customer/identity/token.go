package identity

import (
	"errors"
	"fmt"
	"strings"

	"github.com/rapport-crm/rapport/customer"
)

// Token is what identifies a customer, in the namespace of whoever issued it: comparable, the key
// of every lookup. Two tokens of different schemes or issuers have nothing in common. Printed, it
// hides its value.
type Token struct { //nolint:recvcheck // a value; read in place
	Scheme string `json:"scheme"`
	Issuer string `json:"issuer,omitempty"`
	Value  string `json:"value"` // normalised
}

// String names the scheme and the issuer, and hides the value: "card/rapport …".
func (t Token) String() string { return t.masked(0) }

// Format writes what String says, whatever the verb.
func (t Token) Format(f fmt.State, _ rune) { show(f, t.String()) }

func (t Token) masked(shown int) string {
	if t == (Token{}) {
		return "no token"
	}
	name := t.Scheme
	if t.Issuer != "" {
		name += "/" + t.Issuer
	}
	return name + " " + mask(t.Value, shown)
}

// write writes the token in canonical form.
func (t *Token) write(c *customer.Canonical) {
	c.Text("scheme", t.Scheme)
	c.Text("issuer", t.Issuer)
	c.Text("value", t.Value)
}

func (t *Token) check(faults *customer.Faults) {
	faults.Name("scheme", t.Scheme)
	faults.Text("issuer", t.Issuer)
	secretName(faults, "value", t.Value)
}

// Identifier is a token as it was told and as it is looked up. Scheme, Issuer, Raw and, of what is
// valid for a time, From and LastDay are told; the rest is left to the register, which pins it.
// Printed, it shows of its value no more than its scheme allowed when it was attached.
type Identifier struct { //nolint:recvcheck // a value; read in place
	Token
	Raw string `json:"raw"` // as told: "(0571) 8765-4321 ext. 12"
	// From and LastDay are the first and the last day on which it is valid, as they are printed on a
	// document or a card. Zero: it says nothing of it.
	From    customer.Date `json:"from,omitzero"`
	LastDay customer.Date `json:"last_day,omitzero"`

	Extension string        `json:"extension,omitempty"` // "12": no part of the token
	How       string        `json:"how,omitempty"`       // what normalised it, with its version: "e164/2"
	Shown     int           `json:"shown,omitempty"`     // how many of its last characters may be shown
	Valid     customer.Span `json:"valid,omitzero"`      // when it identifies somebody at a till, by its days or those of its scheme
}

// Told is an identifier as somebody tells it: Told("card", "rapport", "6101 0001").
func Told(scheme, issuer, raw string) Identifier {
	return Identifier{Token: Token{Scheme: scheme, Issuer: issuer}, Raw: raw}
}

// String shows the last characters of the token, as many as were pinned: "phone …4321".
func (i Identifier) String() string { return i.masked(i.Shown) }

// Format writes what String says, whatever the verb.
func (i Identifier) Format(f fmt.State, _ rune) { show(f, i.String()) }

// write writes what was told of the identifier in canonical form; what the register pinned in it is
// no part of a command.
func (i *Identifier) write(c *customer.Canonical) {
	i.Token.write(c)
	c.Text("raw", i.Raw)
	c.Date("from", i.From)
	c.Date("last_day", i.LastDay)
}

// check notes the faults of an identifier, as it is told and as it is stored.
func (i *Identifier) check(faults *customer.Faults) {
	faults.Name("scheme", i.Scheme)
	faults.Text("issuer", i.Issuer)
	secretName(faults, "raw", i.Raw)
	faults.Day("from", i.From)
	faults.Day("last_day", i.LastDay)
	if i.From.Valid() && i.LastDay.Valid() && i.LastDay < i.From {
		faults.Add("last_day", i.LastDay, "is not before from")
	}
	secretText(faults, "value", i.Value)
	secretText(faults, "extension", i.Extension)
	faults.Text("how", i.How)
	faults.Within("shown", i.Shown, 0, MaxShown)
	if !i.Valid.To.IsZero() && i.Valid.To.Before(i.Valid.From) {
		faults.Add("valid", hidden, "ends after it begins")
	}
}

// asked notes the faults of an identifier as a command tells it.
func (i *Identifier) asked(faults *customer.Faults) {
	i.check(faults)
	if i.Value != "" || i.Extension != "" || i.How != "" || i.Shown != 0 || i.Valid != (customer.Span{}) {
		faults.Add("value", hidden, "is left to the register, as are extension, how, shown and valid")
	}
}

// stored notes the faults of an identifier as an entry has it.
func (i *Identifier) stored(faults *customer.Faults) {
	i.check(faults)
	if i.Value == "" {
		faults.Add("value", "", "is required")
	}
}

// Normaliser brings an identifier as it was told into the form in which it is looked up. The host
// passes it: the rules of phone numbers change, and are no business of this package. It gives the
// same answer whenever it is asked, and may be asked from several goroutines at once; its answer is
// kept beside what was told. Its error says that it is no identifier of the scheme, and repeats nothing of
// it: the errors of this package hide what it says, but some loggers unwrap them.
type Normaliser func(scheme, issuer, raw string) (Normal, error)

// Normal is a normalised identifier. Printed, it hides all but how it was normalised.
type Normal struct {
	Value     string
	Extension string
	How       string // what normalised it, with its version: "e164/2"
}

// String hides the value and the extension.
func (n Normal) String() string { return strings.TrimSpace(hidden + " " + n.How) }

// Format writes what String says, whatever the verb.
func (n Normal) Format(f fmt.State, _ rune) { show(f, n.String()) }

// Verbatim is the Normaliser of a host that needs none: what was told, without white space around it.
func Verbatim(_, _, raw string) (Normal, error) {
	value := strings.TrimSpace(raw)
	if value == "" {
		return Normal{}, errors.New("identity: nothing but white space")
	}
	return Normal{Value: value, How: "verbatim/1"}, nil
}
