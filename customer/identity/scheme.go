package identity

import "time"

// Scheme is a kind of identifier: cards, phone numbers, passports.
type Scheme struct {
	ID string `json:"id"` // "card", "phone", "email", "list-code", "passport"
	// Issuers are those whose identifiers are taken; none: it has no issuer, as phone numbers have none.
	Issuers []string `json:"issuers,omitempty"`
	// Shared says that one identifier may be several customers': the phone of a household.
	Shared bool `json:"shared,omitempty"`
	// Document says that it is a document, which is valid from a day until a day.
	Document bool `json:"document,omitempty"`
	// ValidDays is after how many days it no longer identifies anybody at a till: list codes. 0: never.
	ValidDays int `json:"valid_days,omitempty"`
	// Shown is how many of its last characters may be shown to anybody; the rest is dots. 0: none.
	Shown int `json:"shown,omitempty"`
}

// Token is what identifies a customer, in the namespace of whoever issued it: comparable, the key
// of every lookup. Two tokens of different schemes or issuers have nothing in common.
type Token struct {
	Scheme string `json:"scheme"`
	Issuer string `json:"issuer,omitempty"`
	Value  string `json:"value"` // normalised
}

// Identifier is a token as it was told and as it is looked up.
type Identifier struct {
	Token
	Raw       string    `json:"raw"`                 // as told: "(0571) 8765-4321 ext. 12"
	Extension string    `json:"extension,omitempty"` // "12": no part of the token
	How       string    `json:"how,omitempty"`       // what normalised it, with its version: "e164/2"
	From      time.Time `json:"from,omitzero"`       // of a document: valid from
	Until     time.Time `json:"until,omitzero"`      // and until, not including
}

// Normaliser brings an identifier as it was told into the form in which it is looked up. The host
// passes it: the rules of phone numbers change, and are no business of this package. It gives the
// same answer whenever it is asked; its answer is kept beside what was told.
type Normaliser func(scheme, issuer, raw string) (Normal, error)

// Normal is a normalised identifier.
type Normal struct {
	Value     string
	Extension string
	How       string
}
