package wallet

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/promo"
)

// Bounds of a wallet and of a request. What exceeds them is refused.
const (
	MaxCoupons = 2000    // in a wallet at a time
	MaxOpen    = 1000    // payments and holds open at a time, each
	MaxRuns    = 10_000  // of one redemption
	MaxFunds   = 20      // of one coupon
	MaxSaved   = 1 << 50 // minor units of one redemption

	maxUnits = 1_000_000_000_000 // thousandths, of one line
)

// ErrBroken says that an entry does not fit the wallet: its history is not one that this
// package wrote, or not in booking order, or not complete.
var ErrBroken = errors.New("wallet: the entry does not fit the wallet")

// Wallet is what a history of entries leads to: the coupons of one customer. The zero
// Wallet is that of somebody who has none. It is a value: methods return a new one and
// never change the slices of the one they are called on, and nobody else may.
type Wallet struct {
	Entries  uint64    `json:"entries"`            // how many led here
	Settled  time.Time `json:"settled,omitzero"`   // the latest instant up to which anything was settled
	Coupons  []Coupon  `json:"coupons,omitempty"`  // by ID
	Holds    []Hold    `json:"holds,omitempty"`    // by the instant at which they lapse, then Ref
	Payments []Payment `json:"payments,omitempty"` // of which something can still come back, by closing day, then Ref
}

// Grant is a coupon with the terms of its offer, as they are when it is issued: a later
// edition of the offers does not change who bears what it takes off.
type Grant struct {
	promo.Coupon

	Funds  []promo.Fund `json:"funds,omitempty"`  // who bears which part; the rest is the shop's
	Budget string       `json:"budget,omitempty"` // the quota that what it takes off comes out of; empty: none
	Limit  string       `json:"limit,omitempty"`  // the quota that each use counts 1 in; empty: none
}

// Pin returns a coupon with the terms of its offer. A limit on uses that customers share
// is no part of an offer: whoever sets one fills in Limit.
func Pin(coupon promo.Coupon, offer promo.Offer) Grant {
	return Grant{Coupon: coupon, Funds: slices.Clone(offer.Funds), Budget: offer.Limits.Budget}
}

// Coupon is a coupon in a wallet.
type Coupon struct {
	Grant

	List  string `json:"list"`
	State State  `json:"state"`
	In    string `json:"in,omitempty"` // the hold or the payment that has it
}

// Hold is coupons set aside for a payment under way.
type Hold struct {
	Ref  string    `json:"ref"`
	Ends time.Time `json:"ends"`
	Uses []Use     `json:"uses"`
}

// Payment is a receipt on which coupons were redeemed, with the figures by which a return
// is settled.
type Payment struct {
	Ref    string        `json:"ref"`
	At     time.Time     `json:"at"`
	Hold   string        `json:"hold,omitempty"` // that it captured
	Ends   time.Time     `json:"ends"`           // until when its claims on quotas were held
	Closes customer.Date `json:"closes"`         // the first day on which nothing can come back any more
	Uses   []Use         `json:"uses"`
	Lines  []Count       `json:"lines,omitempty"` // units that came back, by line
}

// Use is what one coupon takes off in a payment.
type Use struct {
	Coupon   string `json:"coupon"`
	Offer    string `json:"offer"`
	Budget   string `json:"budget,omitempty"`
	Limit    string `json:"limit,omitempty"`
	Runs     []Run  `json:"runs"`
	Saved    int64  `json:"saved,omitzero"`
	Back     int64  `json:"back,omitzero"` // of Saved
	Parts    []Part `json:"parts,omitempty"`
	Returned int64  `json:"returned,omitzero"` // units of its runs that came back
	Reopened bool   `json:"reopened,omitempty"`
}

// wrong says what no wallet that Apply made is like, for one that a host has stored; "" is
// nothing.
func (w Wallet) wrong() string {
	for i := range w.Coupons {
		c := &w.Coupons[i]
		switch {
		case c.State == Held && w.hold(c.In) < 0:
			return fmt.Sprintf("has coupon %q in a hold that is not there", c.ID)
		case c.State == Used && w.payment(c.In) < 0:
			return fmt.Sprintf("has coupon %q in a payment that is not there", c.ID)
		}
	}
	for i := range w.Holds {
		for j := range w.Holds[i].Uses {
			if w.Holds[i].Uses[j].wrong() {
				return fmt.Sprintf("has a hold %q with figures that are none", w.Holds[i].Ref)
			}
		}
	}
	for i := range w.Payments {
		for j := range w.Payments[i].Uses {
			if w.Payments[i].Uses[j].wrong() {
				return fmt.Sprintf("has a payment %q with figures that are none", w.Payments[i].Ref)
			}
		}
	}
	return ""
}

// wrong reports whether figures of a use are out of their bounds.
func (u *Use) wrong() bool {
	units := int64(0)
	for i := range u.Runs {
		r := &u.Runs[i]
		if r.Units < 1 || r.Units > maxUnits || r.From < 0 || r.From > maxUnits || r.Saved < 0 || r.Saved > MaxSaved {
			return true
		}
		units += r.Units
	}
	for i := range u.Parts {
		if p := &u.Parts[i]; p.Saved < 0 || p.Back < 0 || p.Back > p.Saved {
			return true
		}
	}
	return u.Saved < 0 || u.Saved > MaxSaved || u.Back < 0 || u.Back > u.Saved || u.Returned < 0 || u.Returned > units
}

// units are all that a use was on.
func (u *Use) units() (units int64) {
	for i := range u.Runs {
		units += u.Runs[i].Units
	}
	return units
}

// whole reports whether everything that a use was on has come back.
func (u *Use) whole() bool { return u.Returned == u.units() }

// ended reports whether a coupon's last day is over on a day.
func (g *Grant) ended(day customer.Date) bool { return g.Until != 0 && g.Until <= day }

// Apply returns the wallet after more entries, in booking order. It knows only what no
// history may break: a coupon is in one place, nothing comes back twice, parts add up.
// An entry that does not fit is ErrBroken, and then the wallet is the one before all of
// them.
func (w Wallet) Apply(entries ...Entry) (Wallet, error) {
	next := own(w)
	for i := range entries {
		if err := next.apply(&entries[i]); err != nil {
			return w, err
		}
	}
	return next.Wallet, nil
}

// Replay returns the wallet that a whole history leads to.
func Replay(entries []Entry) (Wallet, error) {
	var all purse
	for i := range entries {
		if err := all.apply(&entries[i]); err != nil {
			return Wallet{}, err
		}
	}
	return all.Wallet, nil
}

// purse is a wallet that may be changed in place: nobody else has its slices.
type purse struct{ Wallet }

// own returns a copy of a wallet whose slices may be changed. The slices inside holds and
// payments are still shared: whoever changes one copies that one.
func own(w Wallet) purse {
	w.Coupons = grown(w.Coupons, 0)
	w.Holds = grown(w.Holds, 1)
	w.Payments = grown(w.Payments, 1)
	return purse{w}
}

// grown copies a slice with room for what one decision usually adds.
func grown[T any](from []T, more int) []T {
	if len(from) == 0 {
		return nil
	}
	to := make([]T, len(from), len(from)+more)
	copy(to, from)
	return to
}

// find returns the place of a coupon, and whether it is there.
func (w Wallet) find(id string) (int, bool) {
	return slices.BinarySearchFunc(w.Coupons, id, func(c Coupon, id string) int { return cmp.Compare(c.ID, id) })
}

// hold returns the place of an open hold, or -1.
func (w Wallet) hold(ref string) int {
	return slices.IndexFunc(w.Holds, func(h Hold) bool { return h.Ref == ref })
}

// payment returns the place of an open payment, or -1. Mostly it is a late one.
func (w Wallet) payment(ref string) int {
	for i := len(w.Payments) - 1; i >= 0; i-- {
		if w.Payments[i].Ref == ref {
			return i
		}
	}
	return -1
}

func broken(e *Entry, why string, args ...any) error {
	return fmt.Errorf("%w: %s of %q: %s", ErrBroken, e.Kind, e.Ref, fmt.Sprintf(why, args...))
}
