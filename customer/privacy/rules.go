package privacy

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// Bounds of rules.
const (
	MaxHolds    = 1000
	MaxSystems  = 1000
	MaxWords    = 10_000
	MaxFields   = 1000
	MaxPackages = 100
	MaxMonths   = 1200
	MaxDays     = 36_500
)

// Rules is the rule book of what a customer may ask of the data on her, as plain data.
type Rules struct {
	customer.Edition

	Zone string `json:"zone"` // IANA name; whose midnight ends a day

	// AnswerDays is how many days after the request the answer is due, counted from the day after it.
	AnswerDays int `json:"answer_days"`
	// Holds are what may stand in the way of an erasure, and what is kept in spite of it.
	Holds []Hold `json:"holds,omitempty"`
	// PurgeDays is how many days after the erasure the rest is to be gone.
	PurgeDays int `json:"purge_days,omitempty"`
	// Systems are those where something of every customer lies, and which are told of every erasure:
	// backups, a mailing house, a data warehouse.
	Systems []System `json:"systems,omitempty"`

	// Packages are the parts that an export must have: one that is missing is named in it.
	Packages []string `json:"packages,omitempty"`
	// Staff are the fields that name somebody of the staff, beside "by": they are shown by their role.
	// A field of one package only is written with it: "identity/owner".
	Staff []string `json:"staff,omitempty"`
	// Others are the fields, and the kinds of entries, that are of other persons. They are left out of
	// an export, and counted; of an entry its title and its instant stay.
	Others []string `json:"others,omitempty"`
	// Words are what kinds and fields are called in an export.
	Words []Word `json:"words,omitempty"`
}

// Hold is something that stands in the way of an erasure, or is kept in spite of it.
type Hold struct {
	ID     string `json:"id"`   // "open-case", "tax-10-years"
	What   string `json:"what"` // of what, in the host's words: "case", "bill", "invoice"
	Effect Effect `json:"effect"`
	// Months is for how long after its day it holds; 0: only while it is open.
	Months int `json:"months,omitempty"`
	// YearEnd counts the months from the end of the year of its day, as tax law does.
	YearEnd bool `json:"year_end,omitempty"`
}

// Effect is what a hold does. The zero Effect is refused.
type Effect uint8

// The effects. Their texts are format.
const (
	Blocks Effect = iota + 1 // nothing is erased while it holds
	Keeps                    // what it is of stays while it holds, all else is erased
)

// String returns the stored text.
func (e Effect) String() string {
	switch e {
	case Blocks:
		return "blocks"
	case Keeps:
		return "keeps"
	}
	return "effect " + strconv.Itoa(int(e))
}

// MarshalText writes the stored text; anything else is an error.
func (e Effect) MarshalText() ([]byte, error) { return customer.WriteStored("privacy", e, Keeps) }

// UnmarshalText reads what MarshalText wrote.
func (e *Effect) UnmarshalText(text []byte) error {
	return customer.ReadStored("privacy", "effect", e, Keeps, text)
}

// System is one where something of every customer lies.
type System struct {
	ID   string `json:"id"`
	Days int    `json:"days,omitempty"` // after the erasure until it is gone there too; 0: PurgeDays
}

// Word is what a kind or a field is called.
type Word struct {
	Key     string `json:"key"` // "attach", "raw", "identity/raw"
	English string `json:"english"`
	Chinese string `json:"chinese"`
}

// ParseRules reads Rules from JSON, strictly; see customer.ParseRules.
func ParseRules(data []byte) (Rules, error) { return customer.ParseRules[Rules](data) }

// Policy is the compiled rule book. It is immutable and safe for concurrent use.
type Policy struct {
	rules  Rules
	zone   *time.Location
	holds  map[string][]int // by what
	staff  map[string]bool
	others map[string]bool
	words  map[string]Word
}

// New checks the rules whole and compiles them. The zone is that of the rules. All faults come back
// at once, as customer.Faults.
func New(rules Rules, zone *time.Location) (*Policy, error) {
	var faults customer.Faults
	rules.Edition.Check(&faults)
	faults.Zone("zone", rules.Zone, zone)
	faults.Within("answer_days", rules.AnswerDays, 1, MaxDays)
	faults.Within("purge_days", rules.PurgeDays, 0, MaxDays)
	p := &Policy{zone: zone, holds: map[string][]int{}, words: map[string]Word{}}
	faults.Within("holds", len(rules.Holds), 0, MaxHolds)
	seen := map[string]bool{}
	for i, hold := range rules.Holds[:min(len(rules.Holds), MaxHolds)] {
		hold.check(&faults, fmt.Sprintf("holds[%d]", i), seen)
		p.holds[hold.What] = append(p.holds[hold.What], i)
	}
	faults.Within("systems", len(rules.Systems), 0, MaxSystems)
	clear(seen)
	for i, system := range rules.Systems[:min(len(rules.Systems), MaxSystems)] {
		path := fmt.Sprintf("systems[%d]", i)
		checkOnce(&faults, path+".id", system.ID, seen)
		faults.Within(path+".days", system.Days, 0, MaxDays)
	}
	faults.Names("packages", rules.Packages, 0, MaxPackages)
	faults.Names("staff", rules.Staff, 0, MaxFields)
	faults.Names("others", rules.Others, 0, MaxFields)
	faults.Within("words", len(rules.Words), 0, MaxWords)
	for i, word := range rules.Words[:min(len(rules.Words), MaxWords)] {
		path := fmt.Sprintf("words[%d]", i)
		faults.Name(path+".english", word.English)
		faults.Name(path+".chinese", word.Chinese)
		if _, twice := p.words[word.Key]; twice || word.Key == "" {
			faults.Add(path+".key", word.Key, "is a kind or a field, and stands there once")
		}
		p.words[word.Key] = word
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	p.rules = rules
	p.rules.Holds, p.rules.Systems, p.rules.Packages = slices.Clone(rules.Holds), slices.Clone(rules.Systems), slices.Clone(rules.Packages)
	p.staff, p.others = set(rules.Staff), set(rules.Others)
	p.staff["by"] = true
	return p, nil
}

func (h *Hold) check(faults *customer.Faults, path string, seen map[string]bool) {
	checkOnce(faults, path+".id", h.ID, seen)
	faults.Name(path+".what", h.What)
	if h.Effect < Blocks || h.Effect > Keeps {
		faults.Add(path+".effect", h.Effect, "is blocks or keeps")
	}
	faults.Within(path+".months", h.Months, 0, MaxMonths)
	if h.YearEnd && h.Months == 0 {
		faults.Add(path+".year_end", h.YearEnd, "is of a hold that has months")
	}
}

func checkOnce(faults *customer.Faults, path, id string, seen map[string]bool) {
	faults.Name(path, id)
	if seen[id] {
		faults.Add(path, id, "stands there once")
	}
	seen[id] = true
}

func set(names []string) map[string]bool {
	set := make(map[string]bool, len(names)+1)
	for _, name := range names {
		set[name] = true
	}
	return set
}

// named reports whether a field is one of a list of fields, with its package or without.
func named(fields map[string]bool, pkg, field string) bool {
	return fields[field] || fields[pkg+"/"+field]
}

// word is what a kind or a field is called.
func (p *Policy) word(pkg, key string, language customer.Language) string {
	word, found := p.words[pkg+"/"+key]
	if !found {
		word, found = p.words[key]
	}
	switch {
	case !found:
		return strings.Map(func(r rune) rune {
			if r == '_' || r == '-' {
				return ' '
			}
			return r
		}, key)
	case language == customer.Chinese:
		return word.Chinese
	}
	return word.English
}
