package segment

import (
	"fmt"

	"github.com/rapport-crm/rapport/customer"
)

// Tier returns a customer's tier by her contribution rate, and why. It is empty where her
// rate reaches none, or where there is not enough evidence for one. Volume decides
// nothing: a customer of many orders who brings little stands low, and the reasons show
// both.
//
// sitting is the tier that she had; she keeps it until the rate misses its mark by more
// than the slack. Pass "" where she had none.
//
// The statement must be that of the book's period before on. Outside the days that the
// book is in force the answer is a *customer.Refusal.
func (b *ContributionBook) Tier(on customer.Date, statement ContributionStatement, sitting string) (string, []customer.Reason, error) {
	if err := b.decides(on, &statement); err != nil {
		return "", nil, err
	}
	one := &statement.Contribution
	why := valueReasons{rule: b.name, reasons: make([]customer.Reason, 0, 9)} // there are never more
	why.volume(one)
	if b.evidence().lacks(one, why.note) {
		return "", why.reasons, nil
	}
	rate, _ := one.Rate()
	reaches := func(permille int) bool { return compareValueRate(one.Profit(), one.Costed(), permille) >= 0 }
	tier := -1
	for i := range b.rules.Tiers {
		if reaches(b.rules.Tiers[i].EnterPermille) {
			tier = i
		}
	}
	fresh := tier
	for i := tier + 1; i < len(b.rules.Tiers); i++ {
		if widened := b.rules.Tiers[i].EnterPermille - b.rules.TierSlackPermille; b.rules.Tiers[i].Name == sitting && reaches(widened) {
			tier = i
			why.cite(b.tierCites[i], CodeContributionTierKept, rate, int64(widened), customer.UnitPermille)
		}
	}
	if tier >= 0 && tier == fresh {
		why.cite(b.tierCites[tier], CodeContributionTier, rate, int64(b.rules.Tiers[tier].EnterPermille), customer.UnitPermille)
	}
	if next := tier + 1; next < len(b.rules.Tiers) {
		why.cite(b.tierCites[next], CodeContributionTierNext, rate, int64(b.rules.Tiers[next].EnterPermille), customer.UnitPermille)
	}
	if tier < 0 {
		return "", why.reasons, nil
	}
	return b.rules.Tiers[tier].Name, why.reasons, nil
}

// volume notes what a rate rests on: how much was bought, what it brought, and how much
// of it is known.
func (l *valueReasons) volume(c *Contribution) {
	l.note(CodeContributionOrders, c.Orders, c.Returns, customer.UnitTimes)
	l.note(CodeContributionRevenue, c.Revenue(), c.Sold.Revenue, customer.UnitMinor)
	l.note(CodeContributionProfit, c.Profit(), c.Costed(), customer.UnitMinor)
	if c.Service > 0 {
		l.note(CodeContributionService, c.Service, c.Revenue(), customer.UnitMinor)
	}
	if discount := c.Sold.Discount - c.Back.Discount; discount != 0 {
		l.note(CodeContributionDiscount, discount, c.Sold.Unlisted, customer.UnitMinor)
	}
	if uncosted, turnover := c.Uncosted(); uncosted > 0 {
		l.note(CodeContributionUncosted, uncosted, turnover, customer.UnitMinor)
	}
	if unpriced := c.Sold.Unpriced + c.Back.Unpriced; unpriced > 0 {
		l.note(CodeContributionUnpriced, unpriced, 0, customer.UnitTimes)
	}
}

// FollowUp says how a customer is followed up, and why: the greatest of the window in
// her own way (several, where they tie), everyone else by how lately she bought and how
// important she is. Nobody is the greatest who brought no profit.
//
// The statement and the ranking must be those of the book's period before on. Outside
// the days that the book is in force the answer is a *customer.Refusal.
func (b *ContributionBook) FollowUp(on customer.Date, statement ContributionStatement, ranking *ContributionRanking) (ContributionFollowUp, []customer.Reason, error) {
	rules := b.rules.FollowUp
	if rules == nil {
		return ContributionFollowUp{}, nil, fmt.Errorf("segment: rule book %s says nothing about following up", b.name)
	}
	if err := b.decides(on, &statement); err != nil {
		return ContributionFollowUp{}, nil, err
	}
	var faults customer.Faults
	if ranking.counts(&faults, &statement); len(faults) > 0 {
		return ContributionFollowUp{}, nil, faults
	}
	one := &statement.Contribution
	why := valueReasons{rule: b.name}
	rank := ranking.Profit.Rank(one.Profit())
	follow := &rules.Greatest
	if one.Profit() > 0 && rank.Ahead == 0 {
		why.note(CodeContributionGreatest, one.Profit(), ranking.Profit.Customers, customer.UnitMinor)
		if rank.Level > 1 {
			why.note(CodeContributionLevel, rank.Level, 1, customer.UnitCustomers)
		}
	} else {
		timeliness := rules.timely(on, one, b.name, &why)
		importance := rules.important(one, rank, ranking.Profit.Customers, b.name, &why)
		follow = &rules.Grades[b.grades[timeliness][importance]].ContributionFollowUp
	}
	why.cite(b.name+" "+follow.Grade+": "+follow.Strength, CodeContributionFollowUp, int64(follow.IntervalDays), 0, customer.UnitDays)
	return *follow, why.reasons, nil
}

// timely returns the band of the days since the last purchase; the last band where the
// window has none.
func (f *ContributionFollowUps) timely(on customer.Date, c *Contribution, name string, why *valueReasons) int {
	last := len(f.Timeliness) - 1
	if c.LastBought == 0 {
		why.cite(name+" "+f.Timeliness[last].Name, CodeContributionNotBought, 0, 0, 0)
		return last
	}
	days, band := int(on-c.LastBought), last
	for f.Timeliness[band].FromDays > days { // the first begins on day 0
		band--
	}
	why.cite(name+" "+f.Timeliness[band].Name, CodeContributionDays, int64(days), int64(f.Timeliness[band].FromDays), customer.UnitDays)
	return band
}

// important returns the band of a rank by profit contribution.
func (f *ContributionFollowUps) important(c *Contribution, rank ConcentrationRank, customers int64, name string, why *valueReasons) int {
	last := len(f.Importance) - 1
	if c.Profit() <= 0 {
		why.cite(name+" "+f.Importance[last].Name, CodeContributionNoProfit, c.Profit(), 0, customer.UnitMinor)
		return last
	}
	band := 0
	for band < last && compareShare(rank.Ahead, customers, f.Importance[band].TopPermille) >= 0 {
		band++
	}
	ahead, _ := customer.Permille(rank.Ahead, customers)
	why.cite(name+" "+f.Importance[band].Name, CodeContributionImportance, ahead, int64(f.Importance[band].TopPermille), customer.UnitPermille)
	return band
}

// ContributionChange is one customer's period held against an earlier one.
type ContributionChange struct {
	Orders  ContributionDelta
	Revenue ContributionDelta // kept, in minor units
	Profit  ContributionDelta // in minor units
	// Rate is in ‰, each side rounded down. RateKnown says that both have enough evidence
	// for one; otherwise Rate is zero.
	Rate      ContributionDelta
	RateKnown bool
}

// ContributionDelta is a figure and what it was.
type ContributionDelta struct {
	Now, Before int64
	Difference  int64 // Now − Before
	// GrowthPermille is Difference in ‰ of Before, rounded down, at most an int64; it
	// means something only where Grows. From nothing, or from a loss, nothing grows by so
	// many percent: then it is 0, and only the difference says what happened.
	GrowthPermille int64
	Grows          bool
}

func contributionDelta(now, before int64) ContributionDelta {
	delta := ContributionDelta{Now: now, Before: before, Difference: now - before, Grows: before > 0}
	if delta.Grows {
		delta.GrowthPermille = valuePermille(delta.Difference, before)
	}
	return delta
}

// Compare holds a customer's period against an earlier one of hers, on the same basis,
// and says what changed. Both statements must be counted by this book, over periods that
// are equally long (as many days, or as many whole calendar years) and share no day;
// anything else is an error, since its difference would say nothing.
func (b *ContributionBook) Compare(now, before ContributionStatement) (ContributionChange, []customer.Reason, error) {
	var faults customer.Faults
	b.belongs(&faults, "now", &now)
	b.belongs(&faults, "before", &before)
	switch {
	case !now.Basis.asLong(before.Basis):
		faults.Add("before.basis", before.Basis, fmt.Sprintf("is as long as %s to %s", now.Basis.From, now.Basis.Until))
	case before.Basis.Until > now.Basis.From:
		faults.Add("before.basis", before.Basis, fmt.Sprintf("ends before %s", now.Basis.From))
	}
	if len(faults) > 0 {
		return ContributionChange{}, nil, faults
	}
	this, that := &now.Contribution, &before.Contribution
	change := ContributionChange{
		Orders:  contributionDelta(this.Orders, that.Orders),
		Revenue: contributionDelta(this.Revenue(), that.Revenue()),
		Profit:  contributionDelta(this.Profit(), that.Profit()),
	}
	why := valueReasons{rule: b.name}
	why.note(CodeContributionOrdersChange, this.Orders, that.Orders, customer.UnitTimes)
	why.change(change.Revenue, CodeContributionRevenueChange, CodeContributionRevenueGrowth, CodeContributionRevenueNoGrowth)
	why.change(change.Profit, CodeContributionProfitChange, CodeContributionProfitGrowth, CodeContributionProfitNoGrowth)
	if b.evidence().lacks(this, why.note) || b.evidence().lacks(that, why.before) {
		return change, why.reasons, nil
	}
	rate, _ := this.Rate()
	rateBefore, _ := that.Rate()
	change.Rate, change.RateKnown = contributionDelta(rate, rateBefore), true
	why.note(CodeContributionRateChange, rate, rateBefore, customer.UnitPermille)
	return change, why.reasons, nil
}

func (l *valueReasons) change(delta ContributionDelta, change, growth, noGrowth string) {
	l.note(change, delta.Now, delta.Before, customer.UnitMinor)
	if delta.Grows {
		l.note(growth, delta.GrowthPermille, 0, customer.UnitPermille)
	} else {
		l.note(noGrowth, delta.Before, 0, customer.UnitMinor)
	}
}

// before notes what the earlier period lacks.
func (l *valueReasons) before(code string, fact, mark int64, unit customer.Unit) {
	l.note(CodeContributionBefore, 0, 0, 0)
	l.note(code, fact, mark, unit)
}
