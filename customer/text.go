package customer

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// MaxText is the longest text that a fact or a rule may carry, in bytes: a
// reference, a sku, a category, an ID.
const MaxText = 256

const (
	ruleText     = "is UTF-8 text without control characters, at most 256 bytes"
	ruleRequired = "is required"
)

// Text notes a fault unless the text is readable and within MaxText: UTF-8, and no
// control characters. Empty text is in order here; whether it may be empty is the
// caller's rule.
func (f *Faults) Text(path, text string) {
	if text != "" { // inlined: what a till leaves empty costs no call
		checkText(f, path, text)
	}
}

func checkText(faults *Faults, path, text string) {
	if len(text) > MaxText || !plain(text) && !readable(text) {
		faults.Add(path, text, ruleText)
	}
}

// MaxNote is the longest note, in bytes: what was said, found or decided.
const MaxNote = 4000

// Note notes a fault unless a text that may have several lines is readable and within MaxNote.
// Empty text is in order here. A note carries no identifiers of persons, so that erasing a customer
// can leave the books whole.
func (f *Faults) Note(path, text string) {
	if len(text) > MaxNote || !utf8.ValidString(text) ||
		strings.ContainsFunc(text, func(r rune) bool { return r != '\n' && unicode.IsControl(r) }) {
		f.Add(path, text, "is UTF-8 text without control characters other than line breaks, at most 4000 bytes")
	}
}

// Name is Text for what must not be empty: a reference, an ID.
func (f *Faults) Name(path, text string) {
	if text == "" {
		f.Add(path, text, ruleRequired)
	}
	f.Text(path, text)
}

// Names notes the faults of a list of least to most names, each of which stands there once. It
// looks at no more of them than there may be.
func (f *Faults) Names(path string, names []string, least, most int) {
	f.Within(path, len(names), least, most)
	seen := map[string]bool{}
	for i, name := range names[:min(len(names), most)] {
		var one Faults
		if one.Name("", name); seen[name] {
			one.Add("", name, "stands only once")
		}
		seen[name] = true
		if len(one) > 0 {
			f.Join(fmt.Sprintf("%s[%d]", path, i), one)
		}
	}
}

// Instant notes a fault unless the instant was filled in and lies in the years 1 to 9999,
// in UTC and in its own zone, where JSON writes it.
func (f *Faults) Instant(path string, at time.Time) {
	if at.IsZero() || !DateOf(at, time.UTC).Valid() || !DateOf(at, at.Location()).Valid() {
		f.Add(path, at.Format(time.RFC3339), "is an instant of the years 1 to 9999, and not the zero Time")
	}
}

// Day notes a fault unless the day is one, or absent: the zero Date.
func (f *Faults) Day(path string, day Date) {
	if day != 0 && !day.Valid() {
		f.Add(path, day, "is a day, or absent")
	}
}

// GivenDay is Day for what must not be absent.
func (f *Faults) GivenDay(path string, day Date) {
	if !day.Valid() {
		f.Add(path, day, "is a day")
	}
}

// ZoneName notes a fault unless the name may be that of a rule book's zone. "Local" is
// none: it is another zone on every machine.
func (f *Faults) ZoneName(path, name string) {
	if name == "" || name == "Local" {
		f.Add(path, name, "is the IANA name of a zone: Europe/Berlin")
	}
}

// Zone notes a fault unless a rule book's zone, by its IANA name, is the one that the host
// has loaded and passes.
func (f *Faults) Zone(path, name string, zone *time.Location) {
	switch {
	case name == "" || name == "Local":
		f.ZoneName(path, name)
	case zone == nil || zone.String() != name:
		f.Add(path, name, fmt.Sprintf("is the zone that the host passes, which is %v", zone))
	}
}

// Currency notes the faults of a rule book's currency.
func (f *Faults) Currency(path string, currency Currency) {
	var part Faults
	errors.As(currency.Validate(), &part) // Validate returns nothing else
	f.Join(path, part)
}

// plain reports whether s is ASCII free of control characters, as nearly all texts are.
func plain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// readable reports whether s is valid UTF-8 free of control characters, which would
// let one reference imitate another on a receipt or in a log.
func readable(s string) bool {
	return utf8.ValidString(s) && strings.IndexFunc(s, unicode.IsControl) < 0
}
