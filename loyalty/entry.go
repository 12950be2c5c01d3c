package loyalty

import (
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// EntryVersion is the format in which entries are written. Older ones are read.
const EntryVersion = 1

// Entry is one fact of an account's history: flat, and complete in itself. Whatever a
// rule used (an expiry day, a closing day) is pinned in it, so that an old history
// replays to the same account under any later rule book.
//
// An entry with Points moves them From one book To another; Kind says why.
type Entry struct {
	Version int       `json:"v"`
	Digits  int32     `json:"digits,omitzero"` // the decimal places of points
	Kind    Kind      `json:"kind"`
	At      time.Time `json:"at"`             // the business instant; an earlier one than the entry before is allowed
	Ref     string    `json:"ref"`            // the request that led to it: a receipt, a hold, an adjustment
	Sale    string    `json:"sale,omitempty"` // the receipt that it concerns
	Rule    string    `json:"rule,omitempty"` // the rule book, and the rule in it: "card/3 double-weekend"

	From   Book   `json:"from,omitzero"`
	To     Book   `json:"to,omitzero"`
	Points int64  `json:"points,omitzero"` // above 0 where From and To are set
	Lot    uint64 `json:"lot,omitzero"`    // the lot that the points are of; 0: none (a debt)

	// Of a lot that this entry opens, and of the one that it restores.
	Earned customer.Date `json:"earned,omitzero"`
	Vests  customer.Date `json:"vests,omitzero"` // the first day on which its points may be spent; zero: at once
	Until  customer.Date `json:"until,omitzero"` // the first day on which its points are gone; zero: never
	Idle   bool          `json:"idle,omitempty"` // they go with the account's IdleUntil instead

	Ends   time.Time     `json:"ends,omitzero"`   // of SetAside: when the hold lapses
	Then   Book          `json:"then,omitzero"`   // of SetAside: where a capture moves the points
	Closes customer.Date `json:"closes,omitzero"` // of Sold, Spent and Captured: the first day on which nothing can come back any more
	Lines  []SoldLine    `json:"lines,omitempty"` // of Sold and Brought: the receipt's lines
	Use    []Use         `json:"use,omitempty"`   // of Earned: what the caps have let through

	Author string `json:"author,omitempty"` // of Adjusted, Granting and Revoked: who
	Reason string `json:"reason,omitempty"` // why; of Forgiven: spent, or lapsed; of Tiered: joined, reached, kept or lowered
	Other  string `json:"other,omitempty"`  // of Spent, SetAside and Captured: the reward; of GivenBack: the payment; of Revoked: the grant

	// Of Sold, and of Earned by an event that counts towards tiers: the first day that
	// still does; zero: nothing counts.
	Counts   customer.Date `json:"counts,omitzero"`
	Of       uint16        `json:"of,omitzero"`        // the member it is of; see Account.Members
	Standing *Standing     `json:"standing,omitempty"` // of Tiered
	Open     *Open         `json:"open,omitempty"`     // of Yielded and Adopted: what is handed over
	Peer     customer.ID   `json:"peer,omitempty"`     // the other account; of Joined and Left: the member
	Own      customer.ID   `json:"own,omitempty"`      // of Sent and Yielded: this account

	IdleUntil customer.Date `json:"idle_until,omitzero"` // of Sent: how long idle points last
	Grant     *Granted      `json:"grant,omitempty"`     // of Granting

	// In a coalition: in whose shop points were earned or spent (empty: the own), and of
	// Earned and TakenBack, who bears the cost of which points; what Charges leaves over is
	// borne by Partner.
	Partner string   `json:"partner,omitempty"`
	Charges []Charge `json:"charges,omitempty"`
}
