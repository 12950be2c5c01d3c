package customer

import "fmt"

// Edition is what every rule book has in common: which one it is, which version, and
// the civil days on which it is in force, from From up to, not including, Until. It
// is embedded in each package's Rules.
type Edition struct {
	ID      string `json:"id"`
	Version int    `json:"version"`        // from 1; a changed rule is a new version
	From    Date   `json:"from,omitzero"`  // zero: since ever
	Until   Date   `json:"until,omitzero"` // zero: until further notice
}

// Check adds the edition's faults.
func (e Edition) Check(faults *Faults) {
	faults.Name("id", e.ID)
	if e.Version < 1 {
		faults.Add("version", e.Version, "is 1 or more")
	}
	faults.Day("from", e.From)
	if e.Until != 0 && (!e.Until.Valid() || e.Until <= e.From) {
		faults.Add("until", e.Until, "is a day after from, or absent")
	}
}

// Name is the edition as reasons cite it: "winter/3".
func (e Edition) Name() string {
	return fmt.Sprintf("%s/%d", e.ID, e.Version)
}

// Covers returns nil when the book is in force on a day, and a *Refusal otherwise.
func (e Edition) Covers(on Date) error {
	missing := Reason{On: on}
	switch {
	case !on.Valid():
		missing.Code = CodeNoDay
	case on < e.From:
		missing.Code, missing.By = CodeNotYetInForce, e.From
	case e.Until != 0 && on >= e.Until:
		missing.Code, missing.By = CodeNoLongerInForce, e.Until
	default:
		return nil
	}
	missing.Rule = e.Name() // formatted only for a refusal: the check itself costs nothing
	return &Refusal{Rule: missing.Rule, Missing: []Reason{missing}}
}
