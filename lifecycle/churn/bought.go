package churn

import (
	"errors"
	"fmt"
	"slices"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// ErrNoPurchase says that a customer bought nothing up to the day of observation: she
// bought for the first time after it, or only brought goods back. No model speaks of her;
// a population is counted without her.
var ErrNoPurchase = errors.New("churn: no purchase up to the day")

// Bought counts one customer's coded lines, in any order, as they stand at the end of a
// day: how often she bought, for the models of purchases, and what these purchases were
// worth, for the model of values, so that both speak of the same. The lines of a day are
// one purchase. The first day is left out of the Spending as it is of the repeats, and so
// is what came back before the second; of what came back later nobody can tell from which
// day it was, and it is taken off. Later lines than the day's are not looked at.
//
// Each amount stands in one line only: package segment's RFM codes a receipt so, while its
// Coder repeats the amount of a product for each of its categories.
//
// The Spending is zero, which says that nothing is known, where she has no repeat purchase,
// where one of the lines that count has no amount, and where she got back as much as she
// paid.
//
// No purchase up to the day is ErrNoPurchase. Malformed lines, a first day more than
// MaxDays before the day, and sums beyond MaxMinor are customer.Faults.
func Bought[K population.Key](lines []population.Line[K], on customer.Date) (History, Spending, error) {
	days := make(customer.Days, 0, len(lines))
	for i := range lines {
		if line := &lines[i]; !line.Valid() {
			var faults customer.Faults
			join(&faults, fmt.Sprintf("lines[%d]", i), line.Check())
			return History{}, Spending{}, faults
		} else if !line.Returned && line.Day <= on {
			days = append(days, line.Day)
		}
	}
	slices.Sort(days)
	days = slices.Compact(days)
	history, err := HistoryOf(days, on)
	if err != nil || history.Repeats == 0 {
		return history, Spending{}, err
	}
	paid, refunded, priced := int64(0), int64(0), true
	for i := range lines {
		line := &lines[i]
		if line.Day < days[1] || line.Day > on {
			continue
		}
		priced = priced && line.Priced
		if line.Returned {
			refunded = min(refunded+line.Amount, MaxMinor+1)
		} else {
			paid = min(paid+line.Amount, MaxMinor+1)
		}
	}
	switch {
	case paid > MaxMinor:
		return History{}, Spending{}, fault("lines", len(lines), fmt.Sprintf("come to at most %d after the first day", int64(MaxMinor)))
	case !priced || refunded >= paid:
		return history, Spending{}, nil
	}
	return history, Spending{Purchases: history.Repeats, Minor: paid - refunded}, nil
}
