package identity

import (
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// Rules is the rule book of a register, as plain data.
type Rules struct {
	customer.Edition

	Zone    string   `json:"zone"` // IANA name; whose midnight ends a day
	Schemes []Scheme `json:"schemes"`
	Fields  []Field  `json:"fields"`
	Sources []Source `json:"sources"`
	Matches []Match  `json:"matches,omitempty"` // what speaks for two records being of one customer
	// CandidateAt is the score from which two records are candidates for a link; 0: there are none.
	CandidateAt int `json:"candidate_at,omitempty"`
}

// Field is something that is known of a customer, in the host's words.
type Field struct {
	ID      string   `json:"id"` // "name", "birth-date", "address"
	Survive Survival `json:"survive"`
}

// Survival says which of several values of a field is read as the customer's. The zero Survival is
// refused.
type Survival uint8

// The rules of survivorship. Their texts are format.
const (
	Newest       Survival = iota + 1 // the one of the latest day
	MostTrusted                      // the one of the source that is trusted most
	MostComplete                     // the longest one
)

// Source is from where a fact came.
type Source struct {
	ID    string `json:"id"`    // "till", "form", "passport-seen"
	Trust int    `json:"trust"` // 1 to 1000: more is trusted more
}

// Match is one thing that may speak for two records being of one customer.
type Match struct {
	ID string `json:"id"`
	// Scheme or Field: that both have the same of it.
	Scheme string `json:"scheme,omitempty"`
	Field  string `json:"field,omitempty"`
	Score  int    `json:"score"` // below 0: it speaks against, where both have it and it differs
}

// Register is the compiled rule book. It is immutable and safe for concurrent use.
type Register struct {
	rules     Rules
	zone      *time.Location
	normalise Normaliser
}
