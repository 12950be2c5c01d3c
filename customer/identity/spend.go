package identity

import (
	"fmt"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// MaxBought is the most purchases that a question about one more may name.
const MaxBought = 100_000

// Bought is what a cardholder has bought with any of his cards. What he gave back is below 0, at the
// instant of its sale: it frees what that day and that month had used, and no other.
type Bought struct {
	At    time.Time `json:"at"`
	Minor int64     `json:"minor"` // in minor units of the register's currency
}

// Spending is the answer whether a cardholder may buy for so much.
type Spending struct {
	May    bool
	Holder string // whose card it is
	// LeftMinor is for how much he may buy now, by the narrowest of his limits; -1: for as much as he
	// likes. 0 where the card is not good.
	LeftMinor int64
	Reasons   []customer.Reason // why not: all of it; or why
}

// Spend says whether whoever shows a card may buy for an amount at an instant, given what its holder has
// bought, at least in that calendar month. Days and months are those of the register's zone.
func (g *Register) Spend(r Record, card Token, minor int64, bought []Bought, at time.Time) (Spending, error) {
	if g.none() {
		return Spending{}, errNoRegister
	}
	var faults customer.Faults
	card.check(&faults)
	if minor < 1 || minor > MaxMinor {
		faults.Add("minor", minor, fmt.Sprintf("is 1 to %d", int64(MaxMinor)))
	}
	faults.Instant("at", at)
	faults.Within("bought", len(bought), 0, MaxBought)
	for i, one := range bought[:min(len(bought), MaxBought)] {
		var part customer.Faults
		part.Instant("at", one.At)
		if one.Minor < -MaxMinor || one.Minor > MaxMinor {
			part.Add("minor", one.Minor, fmt.Sprintf("is at most %d, up or down", int64(MaxMinor)))
		}
		if len(part) > 0 {
			faults.Join(fmt.Sprintf("bought[%d]", i), part)
		}
	}
	if err := faults.Err(); err != nil {
		return Spending{}, err
	}
	var answer Spending
	no := func(reason customer.Reason) {
		if reason.Rule == "" {
			reason.Rule = g.rules.Name()
		}
		answer.Reasons = append(answer.Reasons, reason)
	}
	held, status, found := r.Holds(card, at)
	_, why := g.status(&held, at)
	answer.Holder = held.Holder
	place := r.holder(held.Holder)
	switch {
	case !found:
		no(customer.Reason{Code: CodeNotHeld, Of: card.Scheme})
	case status != Good:
		no(why)
	}
	if found && place < 0 {
		no(customer.Reason{Code: CodeNoHolderCard, Of: card.Scheme})
	}
	if place < 0 {
		return answer, nil
	}
	bad := len(answer.Reasons) > 0
	answer.LeftMinor = -1
	day, month := g.spent(bought, at)
	limits := r.Holders[place].Limits
	for _, one := range [...]struct {
		code        string
		limit, used int64
	}{
		{CodeOverPurchase, limits.PurchaseMinor, 0},
		{CodeOverDay, limits.DayMinor, day},
		{CodeOverMonth, limits.MonthMinor, month},
	} {
		if one.limit == 0 {
			continue
		}
		left := max(one.limit-one.used, 0)
		if answer.LeftMinor < 0 || left < answer.LeftMinor {
			answer.LeftMinor = left
		}
		if minor > left {
			no(customer.Reason{Code: one.code, Of: held.Holder, Fact: one.used + minor, Mark: one.limit, Unit: customer.UnitMinor})
		}
	}
	if answer.May = len(answer.Reasons) == 0; answer.May {
		within := customer.Reason{Code: CodeNoLimit, Of: held.Holder, Until: why.Until}
		if answer.LeftMinor >= 0 {
			within = customer.Reason{
				Code: CodeWithinLimits, Of: held.Holder, Fact: minor, Mark: answer.LeftMinor, Unit: customer.UnitMinor, Until: why.Until,
			}
		}
		no(within)
	}
	if bad {
		answer.LeftMinor = 0
	}
	return answer, nil
}

// spent adds up what was bought on the day and in the month of an instant. What was given back of other
// days' purchases makes room for no more than the limit.
func (g *Register) spent(bought []Bought, at time.Time) (day, month int64) {
	today := customer.DateOf(at, g.zone)
	year, number, _ := today.Civil()
	for _, one := range bought {
		on := customer.DateOf(one.At, g.zone)
		if on == today {
			day += one.Minor
		}
		if y, n, _ := on.Civil(); y == year && n == number {
			month += one.Minor
		}
	}
	return max(day, 0), max(month, 0)
}
