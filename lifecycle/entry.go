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

	// Of Opened, Stepped, Stopped and Settled: an attempt to win her back. See [Attempt] for
	// what is not explained here.
	Attempt   int               `json:"attempt,omitzero"`   // of all four: its number
	Ladder    string            `json:"ladder,omitempty"`   // of Opened: the ID of the rule book
	HeldOut   bool              `json:"held_out,omitzero"`  // of Opened
	LostCase  bool              `json:"lost_case,omitzero"` // of Opened and Stepped: a complaint ended with her leaving
	Silent    customer.Date     `json:"silent,omitzero"`    // of Opened: her last purchase
	Currency  customer.Currency `json:"currency,omitzero"`  // of Opened: what is spent is counted in it
	Interval  int               `json:"interval,omitzero"`  // of Opened: her gap in days
	RungsEnd  customer.Date     `json:"rungs_end,omitzero"` // of Opened
	Ends      customer.Date     `json:"ends,omitzero"`      // of Opened
	Rung      string            `json:"rung,omitempty"`     // of Stepped
	Play      string            `json:"play,omitempty"`     // of Stepped: what is offered
	Channel   string            `json:"channel,omitempty"`  // of Stepped: how it reaches her
	Message   string            `json:"message,omitempty"`  // of Stepped: the key of the host's text
	Promotion bool              `json:"promotion,omitzero"` // of Stepped
	Due       customer.Date     `json:"due,omitzero"`       // of Stepped, where it is a task: the day by which it is done
	Skipped   []string          `json:"skipped,omitempty"`  // of Stepped: rungs that were passed by
	Stop      Stop              `json:"stop,omitzero"`      // of Stopped
	Result    Result            `json:"result,omitzero"`    // of Settled
	Back      customer.Date     `json:"back,omitzero"`      // of Settled: the day on which she bought again
	Spent     int64             `json:"spent,omitzero"`     // of Settled: minor units
	Priced    bool              `json:"priced,omitzero"`    // of Settled: whether Spent is known

	From  Stage         `json:"from,omitzero"`  // of Moved: the stage that she leaves
	To    Stage         `json:"to,omitzero"`    // of Moved: the stage that she comes to
	Held  customer.Date `json:"held,omitzero"`  // of Moved: the first day on which a measured edge may lead out
	First customer.Date `json:"first,omitzero"` // of Moved: her earliest purchase that is known of
	Last  customer.Date `json:"last,omitzero"`  // of Moved: her latest purchase that is known of

	Source   Source `json:"source,omitzero"`    // of Known
	Campaign string `json:"campaign,omitempty"` // of Known: which advertisement, partner, …

	// Of referrals and of early signals and reasons for leaving.
	Bond   Bond        `json:"bond,omitzero"`   // of Vouched (By and Since), of Brought, and of Withdrawn (Ref)
	Dues   []RewardDue `json:"dues,omitempty"`  // of Rewarded: what is owed to whom
	Remark Remark      `json:"remark,omitzero"` // of Signalled and Left
}
