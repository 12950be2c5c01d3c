package churn

import (
	"errors"
	"fmt"
	"math"

	"github.com/rapport-crm/rapport/customer"
)

// Purchases is a model of how often a customer buys: BGNBD, MBGNBD, ParetoNBD, or a
// host's own. All numbers are of repeat purchases, 0 or more, and do not fall as the
// horizon grows; a horizon of 0 or fewer days gives 0.
type Purchases interface {
	// Expected is how many purchases a customer will make within so many days after the day
	// of observation, as likely as she is to be a customer still on that day.
	Expected(h History, horizonDays int) float64
	// Staying is the same of whom it is known that she is a customer still on that day.
	Staying(h History, horizonDays int) float64
	// Newcomer is how many a new customer will make within so many days after the day of
	// her first purchase.
	Newcomer(horizonDays int) float64
}

// MaxPeriods bounds how many periods an Outlook has.
const MaxPeriods = 10_000

// Outlook is how far ahead a value looks, and how much less money is worth later.
type Outlook struct {
	PeriodDays int `json:"period_days"` // 1 or more
	Periods    int `json:"periods"`     // 1 to MaxPeriods; in all at most MaxDays days
	// Rate is how much money loses in a period, 0 to 1: 0.01 is 1 %. What is bought in the
	// k-th period counts 1/(1+Rate)^k, as if at its end; 0 does not discount.
	Rate float64 `json:"rate"`
}

// Check returns the faults of an outlook as customer.Faults, or nil.
func (o Outlook) Check() error {
	var faults customer.Faults
	faults.Within("period_days", o.PeriodDays, 1, MaxDays)
	faults.Within("periods", o.Periods, 1, MaxPeriods)
	if len(faults) == 0 && o.PeriodDays*o.Periods > MaxDays {
		faults.Add("periods", o.Periods, fmt.Sprintf("are at most %d days in all", MaxDays))
	}
	if !(0 <= o.Rate && o.Rate <= 1) {
		faults.Add("rate", o.Rate, "is 0 to 1")
	}
	return faults.Err()
}

// discounted sums what is expected up to the end of each period, less what it was up to
// its beginning, discounted.
func (o Outlook) discounted(upTo func(days int) float64) float64 {
	sum, before := 0.0, 0.0
	for k := 1; k <= o.Periods; k++ {
		now := upTo(k * o.PeriodDays)
		sum += max(0, now-before) / math.Pow(1+o.Rate, float64(k))
		before = now
	}
	return sum
}

// Value returns what a customer's future purchases are worth today, in minor units: those
// that she is expected to make, discounted, times what one of hers is expected to be worth,
// rounded half to even at the end. It is turnover; a margin is the host's to apply.
//
// She may have left already, and that is in it. What is lost if she has is AtStake.
//
// Faults of the outlook, the history and the spending, and a value beyond MaxMinor, are
// customer.Faults.
func Value(model Purchases, worth *GammaGamma, h History, s Spending, ahead Outlook) (int64, error) {
	return value(model.Expected, worth, h, s, ahead)
}

// AtStake returns Value as if it were known that she is a customer still on the day of
// observation: what there is to lose. A list of customers at risk takes it with the
// likelihood that she is gone, 1000 less Thousandths of Alive. Value has that likelihood
// in it, and would count it twice: the longer gone, the less would seem to be lost.
func AtStake(model Purchases, worth *GammaGamma, h History, s Spending, ahead Outlook) (int64, error) {
	return value(model.Staying, worth, h, s, ahead)
}

// value is what the purchases that are expected of a customer are worth.
func value(expected func(History, int) float64, worth *GammaGamma, h History, s Spending, ahead Outlook) (int64, error) {
	var faults customer.Faults
	join(&faults, "history", h.Check())
	join(&faults, "spending", s.Check())
	join(&faults, "outlook", ahead.Check())
	if err := faults.Err(); err != nil {
		return 0, err
	}
	return Minor(worth.Mean(s) * ahead.discounted(func(days int) float64 { return expected(h, days) }))
}

// NewcomerValue returns what the repeat purchases of somebody who has just made her first
// one are worth today, in minor units, as Value does: what the next customer is worth of
// whom nothing is known yet, and so how much it may cost to win her.
func NewcomerValue(model Purchases, worth *GammaGamma, ahead Outlook) (int64, error) {
	var faults customer.Faults
	join(&faults, "outlook", ahead.Check())
	if err := faults.Err(); err != nil {
		return 0, err
	}
	return Minor(worth.Newcomer() * ahead.discounted(model.Newcomer))
}

// join takes over the faults of a part.
func join(faults *customer.Faults, path string, err error) {
	var part customer.Faults
	if errors.As(err, &part) {
		faults.Join(path, part)
	}
}

// Minor is the edge from estimated to counted money: whole minor units, rounded half to
// even. What is no number, below 0 or beyond MaxMinor is customer.Faults.
func Minor(figure float64) (int64, error) {
	if !(0 <= figure && figure <= MaxMinor) {
		return 0, fault("minor", figure, fmt.Sprintf("is 0 to %d", int64(MaxMinor)))
	}
	return int64(math.RoundToEven(figure)), nil
}
