package complaint

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/customer/quota"
)

// Goodwill books decisions whose goodwill is taken from allowances, so that clerks who decide at
// the same time never give more than there is. Every Decide and every Settle of a case on which
// goodwill is given goes through it. The host sets the limit of each quota that
// [Policy.Allowances] names, and reads there what is used and left.
//
// Each method books one request exactly once, however often it is sent: an interrupted one is
// finished by sending it again with the same command. A *customer.Refusal names all that is
// missing, in the case or else in the allowances, and leaves both as they were; any other error
// means unknown, done or not. Goodwill that waits for approval takes nothing from an allowance,
// and what an Offer asks to be approved although the limits reach does not either: the way on
// for a clerk who has used hers up. Deciding again sets the new part aside before the old one is
// free.
//
// An allowance counts from before the case's booking, as a hold that runs out after an hour,
// until the remedy is withdrawn or declined. It can be overrun in one way only: a hold was over,
// and others took its units, before an interrupted decision was finished. The decision stands,
// and CodeOverrun says so.
type Goodwill struct {
	Policy     *Policy
	Cases      Store
	Allowances quota.Claims
}

// held is how long a part of an allowance is set aside while a decision is booked.
const held = time.Hour

// Decide decides on an issue, as [Policy.Decide] does. Its key is "decide:" and the command's
// Ref.
func (g Goodwill) Decide(ctx context.Context, id ID, x Decide, agent Agent) (Answered, error) {
	key, err := journal.Key("decide", x.Ref)
	if err != nil {
		return Answered{}, err
	}
	for range journal.MaxTries {
		answer, err := g.decide(ctx, id, key, x, agent)
		switch {
		case errors.Is(err, errOtherwise):
			continue
		case err != nil:
			return answer, err
		}
		return g.reckon(ctx, id, answer, func(r *Remedy) bool {
			return r.Ended == x.Ref || slices.ContainsFunc(x.Offers, func(offer Offer) bool { return offer.Remedy == r.Remedy })
		})
	}
	return Answered{}, fmt.Errorf("%w: %s for %s takes something else each time", journal.ErrConflict, key, id)
}

// errOtherwise says that the case has changed since the parts were set aside, so that the decision
// would take others.
var errOtherwise = errors.New("complaint: the decision takes something else")

// decide sets aside what a decision takes, and books the decision that takes just that.
func (g Goodwill) decide(ctx context.Context, id ID, key string, x Decide, agent Agent) (Answered, error) {
	_, booked, err := g.Cases.Committed(ctx, id, key)
	if err != nil {
		return Answered{}, err
	}
	decide := func(c Case) (Decision, []taken, error) {
		decision, err := g.Policy.Decide(c, x, agent)
		return decision, takenBy(id, &decision.Next, func(r *Remedy) bool { return c.remedy(r.Remedy) < 0 }), err
	}
	var claimed []taken
	var refused error
	if !booked {
		c, _, err := g.Cases.Load(ctx, id)
		if err != nil {
			return Answered{}, err
		}
		if _, claimed, refused = decide(c); refused == nil {
			if refused, err = g.hold(ctx, claimed); err != nil {
				return Answered{}, err
			}
		}
	}
	answer, err := journal.Run(ctx, g.Cases, id, key, x, func(c Case) (Decision, error) {
		if refused != nil { // the journal is asked all the same: another call may have booked it just now
			return Decision{}, refused
		}
		decision, takes, err := decide(c)
		if err == nil && !slices.Equal(takes, claimed) {
			err = errOtherwise
		}
		return decision, err
	})
	if refusal := new(customer.Refusal); errors.As(err, &refusal) || errors.Is(err, errOtherwise) {
		if unknown := g.free(ctx, claimed); unknown != nil {
			return answer, unknown
		}
	}
	return answer, err
}

// Settle books what became of a remedy, as [Policy.Settle] does: what the customer declines is
// free again for others. Its key is "settle:" and the command's Ref.
func (g Goodwill) Settle(ctx context.Context, id ID, x Settle) (Answered, error) {
	key, err := journal.Key("settle", x.Ref)
	if err != nil {
		return Answered{}, err
	}
	answer, err := journal.Run(ctx, g.Cases, id, key, x, func(c Case) (Decision, error) { return g.Policy.Settle(c, x) })
	if err != nil {
		return answer, err
	}
	return g.reckon(ctx, id, answer, func(r *Remedy) bool { return r.Remedy == x.Remedy })
}

// taken is what one remedy takes from an allowance.
type taken struct {
	quota, key string
	at         time.Time
	n, back    int64 // back is of n
}

// takenBy lists what remedies take. A key names its part whole, so that another decision has
// another key.
func takenBy(id ID, c *Case, which func(*Remedy) bool) []taken {
	var all []taken
	for i := range c.Remedies {
		if r := &c.Remedies[i]; r.Allowance != "" && r.Taken > 0 && which(r) {
			all = append(all, taken{
				r.Allowance, fmt.Sprintf("%d/%s/%s/%d/%d", len(id), id, r.Remedy, r.At.UnixMilli(), r.Taken), r.At, r.Taken, r.Taken - r.spent() - r.open(),
			})
		}
	}
	return all
}

// tries is how often one part may be held: anew after each release, and after each hold that was
// over.
const tries = 100

// claim is one try.
func (t *taken) claim(try int) quota.Claim {
	return quota.Claim{Name: t.quota, Key: fmt.Sprintf("%s/%d", t.key, try), N: t.n, At: t.at, Until: t.at.Add(held)}
}

// take holds a part, or finds it held or captured. What was released, or is over, is held anew.
func (g Goodwill) take(ctx context.Context, t *taken) (quota.Hold, error) {
	for try := range tries {
		hold, err := g.Allowances.Hold(ctx, t.claim(try))
		if err != nil || hold.State == quota.Held || hold.State == quota.Captured {
			return hold, err
		}
	}
	return quota.Hold{}, fmt.Errorf("complaint: %d holds of %q under %q are over", tries, t.quota, t.key)
}

// hold sets aside what a decision takes. The refusal names every allowance that does not give
// it; what the others gave is freed again.
func (g Goodwill) hold(ctx context.Context, all []taken) (refused, err error) {
	var missing []customer.Reason
	for i := range all {
		_, err := g.take(ctx, &all[i])
		refusal := new(customer.Refusal)
		switch {
		case errors.As(err, &refusal):
			missing = append(missing, g.short(&all[i], refusal))
		case err != nil:
			return nil, err
		}
	}
	if len(missing) == 0 {
		return nil, nil
	}
	if err := g.free(ctx, all); err != nil {
		return nil, err
	}
	return &customer.Refusal{Rule: g.Policy.name, Missing: missing}, nil
}

// short says that an allowance has too little left.
func (g Goodwill) short(t *taken, refusal *customer.Refusal) customer.Reason {
	reason := customer.Reason{Code: CodeUsedUp, Rule: g.Policy.name, Of: t.quota, Mark: t.n, Unit: customer.UnitMinor, At: t.at.In(g.Policy.zone)}
	for _, missing := range refusal.Missing {
		reason.Fact = missing.Fact
		if missing.Code == quota.CodeNoQuota {
			reason.Code = CodeNoAllowance
		}
	}
	return reason
}

// free releases what was set aside. What is captured by a decision that another call booked
// stays as it is.
func (g Goodwill) free(ctx context.Context, all []taken) error {
	for i := range all {
		for try := range tries {
			claim := all[i].claim(try)
			_, err := g.Allowances.Release(ctx, claim.Name, claim.Key, claim.At)
			refusal := new(customer.Refusal)
			if errors.As(err, &refusal) {
				break // nothing was held under this key, nor under a later one; or it is captured
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// reckon brings the allowances to what the case says of its remedies: what they take is captured
// and what came back of it is given back. Each step may be repeated, and none comes too late for
// another, so whichever call comes last leaves them right.
func (g Goodwill) reckon(ctx context.Context, id ID, answer Answered, which func(*Remedy) bool) (Answered, error) {
	for _, one := range takenBy(id, &answer.State, which) {
		hold, err := g.capture(ctx, &one)
		if refusal := new(customer.Refusal); errors.As(err, &refusal) {
			reason := g.short(&one, refusal)
			reason.Code = CodeOverrun
			answer.Decision.Reasons = append(slices.Clip(answer.Decision.Reasons), reason)
			continue
		}
		if err == nil && one.back > 0 {
			_, err = g.Allowances.GiveBack(ctx, one.quota, hold.Key, one.back, one.at)
		}
		if err != nil {
			return answer, err
		}
	}
	return answer, nil
}

// capture takes a part and captures it. Where another call of the same decision, one that was
// refused, has freed it in between, it is taken anew.
func (g Goodwill) capture(ctx context.Context, t *taken) (hold quota.Hold, err error) {
	for range journal.MaxTries {
		if hold, err = g.take(ctx, t); err != nil || hold.State != quota.Held {
			return hold, err
		}
		hold, err = g.Allowances.Capture(ctx, t.quota, hold.Key, t.n, t.at)
		if refusal := new(customer.Refusal); !errors.As(err, &refusal) {
			return hold, err
		}
	}
	return hold, err
}
