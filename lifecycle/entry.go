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

	// Of referrals and of early signals and reasons for leaving.
	Bond   Bond        `json:"bond,omitzero"`   // of Vouched (By and Since), of Brought, and of Withdrawn (Ref)
	Dues   []RewardDue `json:"dues,omitempty"`  // of Rewarded: what is owed to whom
	Remark Remark      `json:"remark,omitzero"` // of Signalled and Left
}
