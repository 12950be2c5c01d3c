package lifecycle

import (
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// EntryVersion is the format in which entries are written. Another one is refused.
const EntryVersion = 1

// Entry is one fact of a standing's history: flat, and complete in itself. Whatever a rule
// used (a mark, a window, a group) is pinned in it, so that an old history replays to the
// same standing under any later rule book.
type Entry struct {
	Version int             `json:"v"`
	Kind    Kind            `json:"kind"`
	At      time.Time       `json:"at"`               // the business instant; an earlier one than the entry before is allowed
	On      customer.Date   `json:"on"`               // its civil day in the rule book's zone
	Ref     string          `json:"ref"`              // the request that led to it
	Rule    string          `json:"rule,omitempty"`   // the rule book
	Because customer.Reason `json:"because,omitzero"` // why

	From  Stage         `json:"from,omitzero"`  // of Moved: the stage that she leaves
	To    Stage         `json:"to,omitzero"`    // of Moved: the stage that she comes to
	Held  customer.Date `json:"held,omitzero"`  // of Moved: the first day on which a measured edge may lead out
	First customer.Date `json:"first,omitzero"` // of Moved: her earliest purchase that is known of
	Last  customer.Date `json:"last,omitzero"`  // of Moved: her latest purchase that is known of

	Source   Source `json:"source,omitzero"`    // of Known
	Campaign string `json:"campaign,omitempty"` // of Known: which advertisement, partner, …
}
