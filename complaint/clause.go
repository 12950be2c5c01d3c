package complaint

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"github.com/rapport-crm/rapport/customer"
)

// Clause is one provision that a decision may cite: of a contract, of a law, of the house's own
// rules, in one version of its text. The text itself stays with the host: the rules know its
// hash, so that nobody can cite one text and send another.
type Clause struct {
	ID      string        `json:"id"`
	Version int           `json:"version"`          // from 1; another text is another version
	Hash    string        `json:"hash"`             // of the text: see HashText
	From    customer.Date `json:"from,omitzero"`    // first day in force; zero: since ever
	Until   customer.Date `json:"until,omitzero"`   // first day without it; zero: until further notice
	Settles []Cause       `json:"settles,omitzero"` // the causes that it lets be found without an inspection
	Kinds   []string      `json:"kinds,omitzero"`   // of issues, for which it settles them; empty: for all
}

// HashText returns the SHA-256 of a text, byte by byte as it is given, in lower hexadecimal: what
// a Clause, a Citation and a Notice pin of it.
func HashText(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// checkHash notes a fault unless the text is one that HashText returns.
func checkHash(faults *customer.Faults, path, hash string) {
	if sum, err := hex.DecodeString(hash); err != nil || len(sum) != sha256.Size || hex.EncodeToString(sum) != hash {
		faults.Add(path, hash, "is a SHA-256 of 64 lower hexadecimal digits: see HashText")
	}
}

// Name is the clause as reasons cite it: "telecom-31/2".
func (c Clause) Name() string { return fmt.Sprintf("%s/%d", c.ID, c.Version) }

func (c Clause) check(faults *customer.Faults) {
	faults.Name("id", c.ID)
	if c.Version < 1 {
		faults.Add("version", c.Version, "is 1 or more")
	}
	checkHash(faults, "hash", c.Hash)
	faults.Day("from", c.From)
	if c.Until != 0 && (!c.Until.Valid() || c.Until <= c.From) {
		faults.Add("until", c.Until, "is a day after from, or absent")
	}
	checkCauses(faults, "settles", c.Settles)
	faults.Names("kinds", c.Kinds, 0, maxWords)
	if len(c.Settles) == 0 && len(c.Kinds) > 0 {
		faults.Add("kinds", len(c.Kinds), "stand beside the causes that the clause settles")
	}
}

// Citation names the clause that a finding or a decision rests on, as it was cited to the
// customer: with the version, and the hash of the text that she was given.
type Citation struct {
	Clause  string `json:"clause"`
	Version int    `json:"version"`
	Hash    string `json:"hash"`
}

// Name is the citation as reasons show it: "telecom-31/2".
func (c Citation) Name() string { return fmt.Sprintf("%s/%d", c.Clause, c.Version) }

// Cites reports whether a text is, byte by byte, the one that was cited.
func (c Citation) Cites(text string) bool { return c.Hash == HashText(text) }

func (c Citation) check(faults *customer.Faults) {
	faults.Name("clause", c.Clause)
	if c.Version < 1 {
		faults.Add("version", c.Version, "is 1 or more")
	}
	checkHash(faults, "hash", c.Hash)
}

func (c Citation) canonical(form *customer.Canonical) {
	form.Text("clause", c.Clause)
	form.Int("version", int64(c.Version))
	form.Text("hash", c.Hash)
}

// clause says what is wrong with a citation that is to hold for what happened on a day; nothing
// where the policy knows the clause, its text is the one cited, and it was in force.
func (p *Policy) clause(c Citation, on customer.Date) (wrong []customer.Reason) {
	known, found := p.clauses[clauseKey{c.Clause, c.Version}]
	if !found {
		return []customer.Reason{{Code: CodeClauseUnknown, Of: c.Name()}}
	}
	if known.Hash != c.Hash {
		wrong = append(wrong, customer.Reason{Code: CodeClauseText, Of: c.Name()})
	}
	switch {
	case on < known.From:
		wrong = append(wrong, customer.Reason{Code: CodeClauseNotYet, Of: c.Name(), On: on, By: known.From})
	case known.Until != 0 && on >= known.Until:
		wrong = append(wrong, customer.Reason{Code: CodeClauseNoLonger, Of: c.Name(), On: on, By: known.Until})
	}
	return wrong
}

// settles reports whether a cited clause lets the cause of an issue of a kind be found without an
// inspection.
func (p *Policy) settles(c Citation, cause Cause, kind string) bool {
	known := p.clauses[clauseKey{c.Clause, c.Version}]
	return slices.Contains(known.Settles, cause) && (len(known.Kinds) == 0 || slices.Contains(known.Kinds, kind))
}

// eventDay is the day on which a clause must have been in force: that of the event, or, where
// nobody knows when it happened, the day on which the case was received.
func (p *Policy) eventDay(c *Case) customer.Date {
	if c.Happened.IsZero() {
		return p.day(c.Received)
	}
	return p.day(c.Happened)
}

// clauseKey is what tells one clause from another.
type clauseKey struct {
	id      string
	version int
}
