package wallet

import (
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/promo"
)

// EntryVersion is the format in which entries are written. Another one is refused.
const EntryVersion = 1

// Entry is one fact of a wallet's history: flat, and complete in itself. Whatever a rule
// used (an end, a closing day, who bears what) is pinned in it, so that an old history
// replays to the same wallet under any later rule book, and a bill can be drawn from it.
type Entry struct {
	Version int       `json:"v"`
	Kind    Kind      `json:"kind"`
	At      time.Time `json:"at"`             // the business instant; an earlier one than the entry before is allowed
	Ref     string    `json:"ref"`            // the request that led to it; of Released, the hold; of Closed, the payment
	Sale    string    `json:"sale,omitempty"` // of Brought, GivenBack and Reopened: the receipt of the payment
	Rule    string    `json:"rule,omitempty"` // the rule book

	Coupon string `json:"coupon,omitempty"`
	Offer  string `json:"offer,omitempty"`

	Grant *Grant `json:"grant,omitempty"` // of Issued: the coupon with its offer's terms
	List  string `json:"list,omitempty"`  // of Issued: the list that it came with

	// Of SetAside and Redeemed: what the coupon takes off, run by run; of GivenBack: how
	// many units of each run came back, and what of it goes back.
	Runs  []Run  `json:"runs,omitempty"`
	Saved int64  `json:"saved,omitzero"`  // minor units: the sum of Runs
	Parts []Part `json:"parts,omitempty"` // of Redeemed and GivenBack: who bears, or gets back, which part of Saved

	Hold   string    `json:"hold,omitempty"`   // of Redeemed: the hold that it captures
	Ends   time.Time `json:"ends,omitzero"`    // of SetAside, Released and Redeemed: until when the hold, and any claim on a quota, lasts
	Budget string    `json:"budget,omitempty"` // of these: the quota of money that it is taken from
	Limit  string    `json:"limit,omitempty"`  // and the quota of uses

	Closes customer.Date `json:"closes,omitzero"` // of Redeemed: the first day on which nothing can come back any more
	Lines  []Count       `json:"lines,omitempty"` // of Brought
}

// Run is units of one line of a receipt and what a coupon takes off them.
type Run struct {
	Coupon string `json:"coupon,omitempty"` // in a request; entries name it once
	Line   int    `json:"line"`             // on the receipt, from 1
	// From is how many units of the line, in thousandths, stand before these: 0 where a
	// line has one run only. Runs of several coupons may lie on the same units.
	From  int64 `json:"from,omitzero"`
	Units int64 `json:"units"`          // in thousandths, above 0
	Saved int64 `json:"saved,omitzero"` // minor units, 0 or more
}

// RunsOf returns what the coupons of a priced basket take off, as a Redemption asks for it:
// the runs with a coupon, each with the units of its line that stand before it. Bonus
// points lie on the same units as what changes the price, from the first unit on.
func RunsOf(priced []promo.Run) []Run {
	var runs []Run
	before := map[int]int64{} // by line
	for _, run := range priced {
		one := Run{Coupon: run.Coupon, Line: run.Line, Units: run.Units, Saved: run.Saved}
		if run.Points == 0 {
			one.From = before[run.Line]
			before[run.Line] += run.Units
		}
		if run.Coupon != "" {
			runs = append(runs, one)
		}
	}
	return runs
}

// Part is what somebody bears of what a coupon takes off.
type Part struct {
	By    string `json:"by,omitempty"` // empty: the shop
	Saved int64  `json:"saved"`        // minor units
	Back  int64  `json:"back,omitzero"`
}

// Count is units of a line that came back, in thousandths.
type Count struct {
	Line  int   `json:"line"`
	Units int64 `json:"units"`
}
