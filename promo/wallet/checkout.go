package wallet

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/customer/quota"
)

// Checkout carries payments through the wallets of customers and the quotas that they
// share: the budgets of offers, and limits on their uses. Each method books one request,
// exactly once, however often it is sent: an interrupted one is finished by sending it
// again with the same fact. A *customer.Refusal names all that is missing, in the wallet
// or else in the quotas, and leaves both as they were; any other error means unknown, done
// or not. Coupons without a budget and a limit touch no quota. Where one quota of several
// refuses, what the others gave is free again when the hold would have run out, and an
// interrupted call is finished within a week after the payment closed.
//
// A quota counts from before the wallet's booking (as a hold, which runs out by itself)
// until what was redeemed goes back. It can be overrun in one way only: a hold was over,
// and others took its units, before an interrupted payment was finished. The payment
// stands, and CodeOverrun says so.
type Checkout struct {
	Register *Register
	Wallets  Store
	Budgets  quota.Claims
}

// Hold sets coupons aside, and their parts of quotas, at the start of a payment. Its key
// is "hold:" and the request's Ref. A basket that changes is released, priced again and
// held under a new Ref.
func (c Checkout) Hold(ctx context.Context, id customer.ID, asked Redemption) (Outcome, error) {
	return c.begin(ctx, id, "hold", asked, c.Register.Hold)
}

// Redeem uses coupons up, and their parts of quotas: directly, or those of a hold. Its
// key is "redeem:" and the receipt.
func (c Checkout) Redeem(ctx context.Context, id customer.ID, asked Redemption) (Outcome, error) {
	var outcome Outcome
	var err error
	if asked.Hold == "" {
		outcome, err = c.begin(ctx, id, "redeem", asked, c.Register.Redeem)
	} else {
		outcome, err = c.book(ctx, id, "redeem", asked.Ref, asked, func(w Wallet) (Decision, error) { return c.Register.Redeem(w, asked) })
	}
	return c.reckon(ctx, outcome, err, asked.Ref)
}

// Release opens the coupons of a hold again, and frees its parts of quotas. Its key is
// "release:" and the request's Ref.
func (c Checkout) Release(ctx context.Context, id customer.ID, finish Finish) (Outcome, error) {
	outcome, err := c.book(ctx, id, "release", finish.Ref, finish, func(w Wallet) (Decision, error) { return c.Register.Release(w, finish) })
	if err != nil {
		return outcome, err
	}
	var freed Hold
	for i := range outcome.Decision.Entries {
		if e := &outcome.Decision.Entries[i]; e.Kind == Released && e.Ref == finish.Hold {
			freed.Ref, freed.Ends, freed.Uses = e.Ref, e.Ends, append(freed.Uses, e.use())
		}
	}
	return outcome, c.free(ctx, claims(freed.Ref, freed.Ends, freed.Uses), finish.At)
}

// Void undoes what is left of a payment, and frees its parts of quotas. Its key is
// "void:" and the request's Ref.
func (c Checkout) Void(ctx context.Context, id customer.ID, voiding Voiding) (Outcome, error) {
	outcome, err := c.book(ctx, id, "void", voiding.Ref, voiding, func(w Wallet) (Decision, error) { return c.Register.Void(w, voiding) })
	return c.reckon(ctx, outcome, err, voiding.Sale)
}

// Return settles goods that came back, and frees what goes back of quotas. Its key is
// "return:" and the request's Ref. It is for receipts on which a coupon was redeemed: of
// others the wallet knows nothing, and refuses them as it does those that are not booked
// yet.
func (c Checkout) Return(ctx context.Context, id customer.ID, back customer.Return) (Outcome, error) {
	outcome, err := c.book(ctx, id, "return", back.Ref, back, func(w Wallet) (Decision, error) { return c.Register.Return(w, back) })
	return c.reckon(ctx, outcome, err, back.Sale)
}

// book runs one request on the wallet.
func (c Checkout) book(ctx context.Context, id customer.ID, verb, ref string, fact journal.Fact, decide func(Wallet) (Decision, error)) (Outcome, error) {
	key, err := journal.Key(verb, ref)
	if err != nil {
		return Outcome{}, err
	}
	return journal.Run(ctx, c.Wallets, id, key, fact, decide)
}

// begin claims what a request takes from quotas, and books it. Whatever stands in its
// way, the journal is asked at the end: the same request may have been booked by another
// call just now.
func (c Checkout) begin(ctx context.Context, id customer.ID, verb string, asked Redemption, decide func(Wallet, Redemption) (Decision, error)) (Outcome, error) {
	key, err := journal.Key(verb, asked.Ref)
	if err != nil {
		return Outcome{}, err
	}
	run := func(w Wallet) (Decision, error) { return decide(w, asked) }
	_, booked, err := c.Wallets.Committed(ctx, id, key)
	if err != nil {
		return Outcome{}, err
	}
	var claimed []claim
	if !booked {
		wallet, _, err := c.Wallets.Load(ctx, id)
		if err != nil {
			return Outcome{}, err
		}
		preview, refused := run(wallet)
		if refused == nil {
			claimed = begun(&preview.Next, verb, asked.Ref)
			if refused, err = c.claim(ctx, claimed, asked.At); err != nil {
				return Outcome{}, err
			}
		}
		if refused != nil {
			run = func(Wallet) (Decision, error) { return Decision{}, refused }
		}
	}
	outcome, err := journal.Run(ctx, c.Wallets, id, key, asked, run)
	if refusal := new(customer.Refusal); errors.As(err, &refusal) {
		if unknown := c.free(ctx, claimed, asked.At); unknown != nil {
			return outcome, unknown
		}
	}
	return outcome, err
}

// begun is what a request that is decided takes from quotas.
func begun(w *Wallet, verb, ref string) []claim {
	if verb == "hold" {
		hold := &w.Holds[w.hold(ref)]
		return claims(hold.Ref, hold.Ends, hold.Uses)
	}
	return w.Payments[w.payment(ref)].claims()
}

// claim is what one payment takes from one quota.
type claim struct {
	quota, key string
	until      time.Time
	n, back    int64 // back is of n
}

// claims adds up what uses take from quotas, by quota. A key names its claim whole, so
// that another basket, or another try, has another key.
func claims(ref string, until time.Time, uses []Use) []claim {
	var all []claim
	add := func(name string, n, back int64) {
		if name == "" || n == 0 {
			return
		}
		at, found := slices.BinarySearchFunc(all, name, func(c claim, name string) int { return cmp.Compare(c.quota, name) })
		if !found {
			all = slices.Insert(all, at, claim{quota: name, until: until})
		}
		all[at].n += n
		all[at].back += back
	}
	for i := range uses {
		use := &uses[i]
		add(use.Budget, use.Saved, use.Back)
		if use.Reopened {
			add(use.Limit, 1, 1)
		} else {
			add(use.Limit, 1, 0)
		}
	}
	for i := range all {
		all[i].key = fmt.Sprintf("%s/%d/%d", ref, until.UnixMilli(), all[i].n)
	}
	return all
}

func (p *Payment) claims() []claim { return claims(cmp.Or(p.Hold, p.Ref), p.Ends, p.Uses) }

// late is the claim that takes the place of one whose hold was over too early.
func (c claim) late() claim {
	c.key += "/late"
	return c
}

// claim holds what is claimed. The refusal names every quota that does not give it; what
// the others gave stays held until the payment's time is over, so that the same request
// may be sent again when there is more.
func (c Checkout) claim(ctx context.Context, all []claim, at time.Time) (refused, err error) {
	var missing []customer.Reason
	for _, one := range all {
		hold, err := c.Budgets.Hold(ctx, quota.Claim{Name: one.quota, Key: one.key, N: one.n, At: at, Until: one.until})
		refusal := new(customer.Refusal)
		switch {
		case errors.As(err, &refusal):
			missing = append(missing, refusal.Missing...)
		case err != nil:
			return nil, err
		case hold.State == quota.Released:
			missing = append(missing, customer.Reason{Code: quota.CodeReleased, Rule: one.quota, Mark: one.n, At: at})
		case hold.State == quota.Expired:
			missing = append(missing, customer.Reason{Code: quota.CodeExpired, Rule: one.quota, Mark: one.n, At: at, Until: hold.Until})
		}
	}
	if len(missing) == 0 {
		return nil, nil
	}
	return &customer.Refusal{Rule: c.Register.name, Missing: missing}, nil
}

// free releases what was claimed. What was never held, or is captured by a payment that
// another call booked, stays as it is.
func (c Checkout) free(ctx context.Context, all []claim, at time.Time) error {
	for _, one := range all {
		refusal := new(customer.Refusal)
		if _, err := c.Budgets.Release(ctx, one.quota, one.key, at); err != nil && !errors.As(err, &refusal) {
			return err
		}
	}
	return nil
}

// reckon brings the quotas to what the wallet says of a payment: what it took is captured
// and what came back of it given back. Each step may be repeated, and none comes too late
// for another, so whichever call of the payment comes last leaves them right.
func (c Checkout) reckon(ctx context.Context, outcome Outcome, failed error, sale string) (Outcome, error) {
	at := outcome.State.payment(sale)
	if failed != nil || at < 0 {
		return outcome, failed
	}
	payment := &outcome.State.Payments[at]
	for _, one := range payment.claims() {
		short, err := c.capture(ctx, one, payment.At)
		if err != nil {
			return outcome, err
		}
		if short != nil {
			outcome.Decision.Reasons = append(slices.Clip(outcome.Decision.Reasons), *short)
			continue
		}
		if one.back == 0 {
			continue
		}
		refusal := new(customer.Refusal)
		_, err = c.Budgets.GiveBack(ctx, one.quota, one.key, one.back, payment.At)
		if errors.As(err, &refusal) {
			_, err = c.Budgets.GiveBack(ctx, one.quota, one.late().key, one.back, payment.At)
		}
		if err != nil {
			return outcome, err
		}
	}
	return outcome, nil
}

// capture captures a claim. Where its hold is over, it is claimed anew; where there is not
// enough left for that, it says so.
func (c Checkout) capture(ctx context.Context, one claim, at time.Time) (short *customer.Reason, err error) {
	refusal := new(customer.Refusal)
	if _, err = c.Budgets.Capture(ctx, one.quota, one.key, one.n, at); !errors.As(err, &refusal) {
		return nil, err
	}
	late := one.late()
	_, err = c.Budgets.Hold(ctx, quota.Claim{Name: late.quota, Key: late.key, N: late.n, At: at, Until: late.until})
	if err == nil {
		_, err = c.Budgets.Capture(ctx, late.quota, late.key, late.n, at)
	}
	if errors.As(err, &refusal) {
		left := int64(0)
		for _, missing := range refusal.Missing {
			left = missing.Fact
		}
		return &customer.Reason{Code: CodeOverrun, Rule: one.quota, Fact: left, Mark: one.n}, nil
	}
	return nil, err
}
