package segment

import (
	"fmt"
	"math"
	"math/bits"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// Contribution is what a customer brought in a period, in minor units net of tax. Its
// figures are 0 or more, so that they add up in any order; Revenue, Profit and Rate say
// what is left when what came back is taken off.
type Contribution struct {
	Orders     int64            `json:"orders"`  // receipts of goods sold
	Returns    int64            `json:"returns"` // receipts of goods that came back
	LastBought customer.Date    `json:"last_bought,omitzero"`
	Sold       ContributionFlow `json:"sold"`
	Back       ContributionFlow `json:"back"`
	Service    int64            `json:"service"` // what serving her cost
}

// ContributionFlow is one direction of goods and money: sold, or come back. Of a return,
// Cost is what the goods are still worth to the shop; Discount is what had been taken
// off goods that came back.
type ContributionFlow struct {
	Revenue  int64 `json:"revenue"`  // deposits, gift cards sold and what was paid in points left out
	Uncosted int64 `json:"uncosted"` // of Revenue: the goods' cost is not known
	Cost     int64 `json:"cost"`     // of the other goods
	Discount int64 `json:"discount"` // below the list price, and paid in points
	Unlisted int64 `json:"unlisted"` // of Revenue: the list price is not known
	Unpriced int64 `json:"unpriced"` // lines whose price is not known, so that they count nowhere else
}

// contributed lists all that adds up, in the order of the stored form.
func contributed(c *Contribution) [15]*int64 {
	sold, back := &c.Sold, &c.Back
	return [...]*int64{
		&c.Orders, &c.Returns, &c.Service,
		&sold.Revenue, &sold.Uncosted, &sold.Cost, &sold.Discount, &sold.Unlisted, &sold.Unpriced,
		&back.Revenue, &back.Uncosted, &back.Cost, &back.Discount, &back.Unlisted, &back.Unpriced,
	}
}

func (f *ContributionFlow) add(other *ContributionFlow) {
	f.Revenue = bounded(f.Revenue, other.Revenue)
	f.Uncosted = bounded(f.Uncosted, other.Uncosted)
	f.Cost = bounded(f.Cost, other.Cost)
	f.Discount = bounded(f.Discount, other.Discount)
	f.Unlisted = bounded(f.Unlisted, other.Unlisted)
	f.Unpriced = bounded(f.Unpriced, other.Unpriced)
}

// add counts more of the same customer and period. Sums stop at 10¹⁸, which no shop
// reaches, and so are as free of order there as below.
func (c *Contribution) add(other *Contribution) {
	c.Orders = bounded(c.Orders, other.Orders)
	c.Returns = bounded(c.Returns, other.Returns)
	c.Service = bounded(c.Service, other.Service)
	c.LastBought = max(c.LastBought, other.LastBought)
	c.Sold.add(&other.Sold)
	c.Back.add(&other.Back)
}

// Revenue is what she kept was sold for. It is below 0 where more came back in the period
// than was sold in it.
func (c Contribution) Revenue() int64 { return c.Sold.Revenue - c.Back.Revenue }

// Profit is her profit contribution: revenue kept, less the cost of those goods, less
// what serving her cost. Goods whose cost is not known count on neither side. It is
// earned on the part of the revenue that Costed returns.
func (c Contribution) Profit() int64 {
	return c.Costed() - (c.Sold.Cost - c.Back.Cost) - c.Service
}

// Costed is the part of Revenue whose goods' cost is known.
func (c Contribution) Costed() int64 {
	return (c.Sold.Revenue - c.Sold.Uncosted) - (c.Back.Revenue - c.Back.Uncosted)
}

// Uncosted is how much of the turnover, sold and come back, is of unknown cost.
func (c Contribution) Uncosted() (uncosted, turnover int64) {
	return c.Sold.Uncosted + c.Back.Uncosted, c.Sold.Revenue + c.Back.Revenue
}

// Rate is the contribution rate, Profit in ‰ of Costed, rounded down: −1 is a loss of up
// to 1 ‰. It is below 0 for a customer who costs more than she brings. There is none
// where nothing of known cost was kept. Marks are held against the exact rate.
func (c Contribution) Rate() (permille int64, ok bool) {
	costed := c.Costed()
	if costed <= 0 {
		return 0, false
	}
	return valuePermille(c.Profit(), costed), true
}

// possible reports whether some facts of the period have these figures.
func (c Contribution) possible(period population.Period) bool {
	for _, figure := range contributed(&c) {
		if *figure < 0 || *figure > maxSum {
			return false
		}
	}
	bought := c.Orders > 0
	return c.Sold.possible(c.Orders) && c.Back.possible(c.Returns) &&
		bought == (c.LastBought != 0) && (!bought || period.Contains(c.LastBought))
}

// possible reports whether so many receipts have these figures.
func (f ContributionFlow) possible(receipts int64) bool {
	return max(f.Uncosted, f.Unlisted) <= f.Revenue && (receipts > 0 || f == ContributionFlow{})
}

// ContributionBasis is what figures must have in common to be compared: the rules that
// they were counted by, the currency, and the period.
type ContributionBasis struct {
	Rules    string            `json:"rules"` // ID and version: "value/3"
	Currency customer.Currency `json:"currency"`
	From     customer.Date     `json:"from"`
	Until    customer.Date     `json:"until"` // the first day not counted
}

// Period returns the days that were counted.
func (b ContributionBasis) Period() population.Period {
	return population.Period{From: b.From, Until: b.Until}
}

func (b ContributionBasis) String() string {
	return fmt.Sprintf("%s in %s, %s to %s", b.Rules, b.Currency.Code, b.From, b.Until)
}

// asLong reports whether two periods are equally long: as many days, or as many whole
// calendar years, of which some have a day more.
func (b ContributionBasis) asLong(other ContributionBasis) bool {
	years, whole := wholeYears(b)
	otherYears, otherWhole := wholeYears(other)
	return whole && otherWhole && years == otherYears || b.Until-b.From == other.Until-other.From
}

func wholeYears(b ContributionBasis) (years int, whole bool) {
	from, fromMonth, fromDay := b.From.Civil()
	until, untilMonth, untilDay := b.Until.Civil()
	return until - from, fromMonth == 1 && untilMonth == 1 && fromDay == 1 && untilDay == 1
}

// ContributionStatement is one customer's contribution and what it rests on. A host that
// keeps last year's statements can compare this year's with them.
type ContributionStatement struct {
	Basis        ContributionBasis `json:"basis"`
	Contribution Contribution      `json:"contribution"`
}

// check notes a fault unless the statement is one that a tally of its basis gives.
func (s *ContributionStatement) check(faults *customer.Faults, path string) {
	if err := s.Basis.Period().Check(); err != nil || !s.Contribution.possible(s.Basis.Period()) {
		faults.Add(path, s.Basis, "is a statement of figures that facts of its period have")
	}
}

// valuePermille is part/whole in thousandths, rounded down, also below 0. whole is above 0.
// Beyond an int64 it stops.
func valuePermille(part, whole int64) int64 {
	high, low := bits.Mul64(valueMagnitude(part), 1000)
	if high >= uint64(whole) {
		low = math.MaxInt64
	} else {
		var rest uint64
		low, rest = bits.Div64(high, low, uint64(whole))
		if part < 0 && rest > 0 {
			low++
		}
		low = min(low, math.MaxInt64)
	}
	if part < 0 {
		return -int64(low)
	}
	return int64(low)
}

// compareValueRate holds part/whole, which may be below 0, against permille/1000, exactly.
// whole is above 0.
func compareValueRate(part, whole int64, permille int) int {
	switch {
	case part < 0 && permille >= 0:
		return -1
	case part >= 0 && permille < 0:
		return 1
	case part < 0:
		return compareProducts(whole, int64(-permille), -part, 1000)
	}
	return compareProducts(part, 1000, whole, int64(permille))
}

func valueMagnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}
