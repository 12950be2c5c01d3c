package conversation

import (
	"errors"
	"fmt"
	"slices"

	"github.com/rapport-crm/rapport/customer"
)

// Bounds of a rule book and of what is held against it.
const (
	MaxVariants = 100
	MaxScripts  = 100
	MaxPoints   = 100 // of one script
	MaxPhrases  = 10_000
	MaxCriteria = 100
	MaxTicks    = 1000
	MaxTurns    = 10_000
	MaxRequests = 10_000
)

// Rules is the rule book of how to speak with customers, as plain data. A part that is left out
// is off.
type Rules struct {
	customer.Edition

	Variants  []Variant      `json:"variants,omitempty"`
	Scripts   []Script       `json:"scripts,omitempty"`
	Phrases   []Phrase       `json:"phrases,omitempty"`
	Listening ListeningRules `json:"listening,omitzero"`
	Criteria  []Criterion    `json:"criteria,omitempty"` // of the levels of service
	Unrest    UnrestRules    `json:"unrest,omitzero"`
}

// ParseRules reads Rules from JSON, strictly; see customer.ParseRules.
func ParseRules(data []byte) (Rules, error) { return customer.ParseRules[Rules](data) }

// Book is the compiled rule book. It is immutable and safe for concurrent use.
type Book struct {
	rules   Rules
	name    string
	phrases []phrase
	byRune  map[rune][]int // the phrases that begin with a folded rune
	small   map[string]bool
	words   map[string]wording // how points, phrases and criteria read: see worded
}

// wording is how something of the rules reads in both languages.
type wording struct{ english, chinese string }

var errNoBook = errors.New("conversation: a book comes from New")

// New checks the rules whole, returning customer.Faults, and compiles them. It keeps nothing of
// the rules' memory.
func New(rules Rules) (*Book, error) {
	var faults customer.Faults
	rules.Edition.Check(&faults)
	b := &Book{rules: rules, name: rules.Name(), byRune: map[rune][]int{}, small: map[string]bool{}, words: map[string]wording{}}
	b.readVariants(&faults)
	b.readScripts(&faults)
	b.readPhrases(&faults)
	rules.Listening.check(&faults)
	b.readCriteria(&faults)
	b.readUnrest(&faults)
	if err := faults.Err(); err != nil {
		return nil, err
	}
	return b, nil
}

func (b *Book) readVariants(faults *customer.Faults) {
	faults.Within("variants", len(b.rules.Variants), 0, MaxVariants)
	b.rules.Variants = slices.Clone(b.rules.Variants)
	seen := map[string]bool{}
	for i := range b.rules.Variants[:min(len(b.rules.Variants), MaxVariants)] {
		v, path := &b.rules.Variants[i], fmt.Sprintf("variants[%d]", i)
		v.check(faults, path)
		once(faults, seen, path+".id", v.ID)
		v.Order, v.LeftOut = slices.Clone(v.Order), slices.Clone(v.LeftOut)
	}
}

// once notes a fault where a name has been seen before.
func once(faults *customer.Faults, seen map[string]bool, path, name string) {
	if seen[name] {
		faults.Add(path, name, "stands only once")
	}
	seen[name] = true
}

// checkWording notes the faults of how something reads.
func checkWording(faults *customer.Faults, path, english, chinese string) {
	faults.Text(path+".english", english)
	faults.Text(path+".chinese", chinese)
}

// named returns the row of a name, or nil.
func named[T any](rows []T, name string, of func(*T) string) *T {
	for i := range rows {
		if of(&rows[i]) == name {
			return &rows[i]
		}
	}
	return nil
}

// asked returns what is wrong with a question, or the refusal of a book that is not in force on
// the day.
func (b *Book) asked(faults customer.Faults, on customer.Date) error {
	if b.words == nil {
		return errNoBook
	}
	if err := faults.Err(); err != nil {
		return err
	}
	return b.rules.Covers(on)
}
