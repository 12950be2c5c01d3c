package wallet

import (
	"fmt"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/promo"
)

// Decision is what a register decides: entries, the wallet after them, and why.
type Decision = journal.Decision[Wallet, Entry]

// Outcome is the answer to a request that was run on a store.
type Outcome = journal.Outcome[Wallet, Entry]

// Store keeps wallets; see package journal.
type Store = journal.Store[customer.ID, Wallet, Entry]

// desk is a decision in the making: a wallet of its own, and the entries that were booked
// on it. Everything that was due by the instant of the decision is booked first.
type desk struct {
	register *Register
	wallet   purse
	entries  []Entry
	reasons  []customer.Reason
	at       time.Time
	day      customer.Date
	ref      string
	err      error // the first entry that did not fit: a fault of this package
}

// open begins a decision on a copy of the wallet by booking what is due.
func (r *Register) open(wallet Wallet, at time.Time, ref string) (*desk, error) {
	day := customer.DateOf(at, r.zone)
	if err := r.rules.Covers(day); err != nil {
		return nil, err
	}
	if why := wallet.wrong(); why != "" {
		return nil, fmt.Errorf("%w: a stored wallet %s", ErrBroken, why)
	}
	d := &desk{register: r, wallet: own(wallet), at: at, day: day, ref: ref}
	for d.err == nil && d.settleNext() {
	}
	return d, d.err
}

// post books an entry. Version, At, Ref and Rule are filled in where they are not set.
func (d *desk) post(e Entry) {
	if d.err != nil {
		return
	}
	e.Version, e.Rule = EntryVersion, d.register.name
	if e.At.IsZero() {
		e.At = d.at
	}
	if e.Ref == "" {
		e.Ref = d.ref
	}
	if d.err = d.wallet.apply(&e); d.err == nil {
		if d.entries == nil {
			d.entries = make([]Entry, 0, 4)
		}
		d.entries = append(d.entries, e)
	}
}

// why notes a reason.
func (d *desk) why(reason customer.Reason) {
	if reason.Rule == "" {
		reason.Rule = d.register.name
	}
	d.reasons = append(d.reasons, reason)
}

// decision closes the desk.
func (d *desk) decision() (Decision, error) {
	if d.err != nil {
		return Decision{}, d.err
	}
	return Decision{Entries: d.entries, Next: d.wallet.Wallet, Reasons: d.reasons}, nil
}

// refuse is the answer "no" with all that is missing.
func (r *Register) refuse(missing ...customer.Reason) (Decision, error) {
	for i := range missing {
		if missing[i].Rule == "" {
			missing[i].Rule = r.name
		}
	}
	return Decision{}, &customer.Refusal{Rule: r.name, Missing: missing}
}

// Settle books everything that has become due by an instant: holds that run out, coupons
// past their last day, payments that close. Every entry carries the instant at which its
// matter fell due, so the result is the same whenever and however often it is run. Other
// decisions settle first by themselves; a nightly run keeps the wallets of those who do
// not come.
func (r *Register) Settle(wallet Wallet, at time.Time) (Decision, error) {
	var faults customer.Faults
	faults.Instant("at", at)
	if err := faults.Err(); err != nil {
		return Decision{}, err
	}
	d, err := r.open(wallet, at, "settle")
	if err != nil {
		return Decision{}, err
	}
	return d.decision()
}

// settleNext books what falls due first: at one instant a hold before a payment, and a
// payment before a coupon.
func (d *desk) settleNext() bool {
	w := &d.wallet
	first, due := -1, customer.MaxDate+1
	for i := range w.Coupons {
		if c := &w.Coupons[i]; c.State == Open && c.Until != 0 && c.Until < due {
			first, due = i, c.Until
		}
	}
	closes := -1
	for i := range w.Payments {
		if w.Payments[i].Closes.AddDays(keptDays) > d.day {
			break // so are the others
		}
		if kept := w.kept(&w.Payments[i]); kept < due || kept == due && closes < 0 {
			closes, due = i, kept
		}
	}
	switch {
	case len(w.Holds) > 0 && !w.Holds[0].Ends.After(d.at) && (due > d.day || !w.Holds[0].Ends.After(due.Start(d.register.zone))):
		d.release(w.Holds[0], w.Holds[0].Ends)
	case due > d.day:
		return false
	case closes >= 0:
		d.post(Entry{Kind: Closed, At: due.Start(d.register.zone), Ref: w.Payments[closes].Ref})
	default:
		d.expire(&w.Coupons[first], due.Start(d.register.zone))
	}
	return true
}

// keptDays is how long a payment is kept after nothing can come back any more: a call that
// was broken off before its quotas were right is finished by sending it again meanwhile.
const keptDays = 7

// kept is the first day on which a payment is forgotten: not before the last day of the
// coupons that it used, so that none of them is issued and used again.
func (w *purse) kept(p *Payment) customer.Date {
	kept := p.Closes.AddDays(keptDays)
	for i := range w.Coupons {
		if c := &w.Coupons[i]; c.State == Used && c.In == p.Ref {
			kept = max(kept, c.Until)
		}
	}
	return kept
}

// payment finds a payment of which something can still come back on the day, or -1.
func (d *desk) payment(sale string) int {
	at := d.wallet.payment(sale)
	if at >= 0 && d.day >= d.wallet.Payments[at].Closes {
		return -1
	}
	return at
}

// expire takes out a coupon that is past its last day.
func (d *desk) expire(c *Coupon, at time.Time) {
	d.why(customer.Reason{Code: CodeExpired, Rule: c.ID, On: c.Until.AddDays(-1)})
	d.post(Entry{Kind: Expired, At: at, Coupon: c.ID, Offer: c.Offer})
}

// release opens the coupons of a hold. One whose last day has passed meanwhile goes.
func (d *desk) release(hold Hold, at time.Time) {
	day := customer.DateOf(at, d.register.zone)
	for i := range hold.Uses {
		use := &hold.Uses[i]
		d.post(Entry{
			Kind: Released, At: at, Ref: hold.Ref, Coupon: use.Coupon, Offer: use.Offer,
			Saved: use.Saved, Budget: use.Budget, Limit: use.Limit, Ends: hold.Ends,
		})
		d.expireEnded(use.Coupon, day, at)
	}
}

// expireEnded takes an open coupon out if it is past its last day, and reports it.
func (d *desk) expireEnded(id string, day customer.Date, at time.Time) bool {
	i, found := d.wallet.find(id)
	if d.err != nil || !found || !d.wallet.Coupons[i].ended(day) {
		return false
	}
	d.expire(&d.wallet.Coupons[i], at)
	return true
}

// Usable returns the coupons that can be redeemed at an instant, by ID: what the shopper
// of promo.Catalogue.Price brings with her. It is the same by whichever code she was
// recognised.
func (r *Register) Usable(wallet Wallet, at time.Time) []promo.Coupon {
	var usable []promo.Coupon
	day := customer.DateOf(at, r.zone)
	for i := range wallet.Coupons {
		c := &wallet.Coupons[i]
		free := c.State == Open
		if c.State == Held {
			hold := wallet.hold(c.In)
			free = hold >= 0 && !wallet.Holds[hold].Ends.After(at) // it has run out
		}
		if free && c.From <= day && !c.ended(day) {
			usable = append(usable, c.Coupon)
		}
	}
	return usable
}
