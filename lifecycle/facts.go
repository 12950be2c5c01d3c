package lifecycle

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// Facts are what one customer did up to a day, in counts and dates: enough for the marks
// of any rule book, whatever their windows. FactCounter and History make them, free of the
// order of her lines. Facts is a value; methods do not change it.
type Facts struct {
	On    customer.Date `json:"on"`              // the day of decision, which counts itself
	Days  []FactDay     `json:"days,omitempty"`  // on which she bought or brought back, ascending
	Items []FactItem    `json:"items,omitempty"` // that she bought, ascending
	// Pace is what [Expectation.Pace] returns for that day, and zero where nothing can be
	// expected: she bought once, and of the population nobody has come again.
	Pace Pace `json:"pace,omitzero"`
}

// FactDay is what happened on one day.
type FactDay struct {
	On customer.Date `json:"on"`

	Lines           int64 `json:"lines,omitzero"`            // bought; a day without one is no visit
	Unpriced        int64 `json:"unpriced,omitzero"`         // of Lines: what was paid is not known
	Returns         int64 `json:"returns,omitzero"`          // lines brought back
	UnpricedReturns int64 `json:"unpriced_returns,omitzero"` // of Returns: what was refunded is not known

	Bought   int64 `json:"bought,omitzero"`   // minor units paid for Lines, 0 to 10¹⁸
	Returned int64 `json:"returned,omitzero"` // minor units refunded for Returns, 0 to 10¹⁸
}

// FactItem is the latest day on which an item was bought.
type FactItem struct {
	Item uint32        `json:"item"`
	Last customer.Date `json:"last"`
}

// Pace is what an Expectation says about silence: all that stages need of it.
type Pace struct {
	Rule        string        `json:"rule"`         // the rule book of the rhythm
	On          customer.Date `json:"on"`           // the day of decision
	Last        customer.Date `json:"last"`         // her latest visit
	Due         customer.Date `json:"due"`          // Last and one interval
	Interval    int           `json:"interval"`     // days
	SilenceRank int           `json:"silence_rank"` // ‰ of the gaps that are shorter than her silence
}

// Pace returns what the expectation says about silence.
func (e Expectation) Pace() Pace {
	return Pace{Rule: e.Rule, On: e.On, Last: e.Last, Due: e.Due, Interval: e.Interval, SilenceRank: e.SilenceRank}
}

// maxFact bounds every sum in facts: what exceeds it stays there.
const maxFact = 1_000_000_000_000_000_000

// addFact adds what is not below 0, up to maxFact.
func addFact(a, b int64) int64 { return min(a+min(b, maxFact), maxFact) }

// add counts one line.
func (d *FactDay) add(returned, priced bool, amount int64) {
	lines, unpriced, sum := &d.Lines, &d.Unpriced, &d.Bought
	if returned {
		lines, unpriced, sum = &d.Returns, &d.UnpricedReturns, &d.Returned
	}
	*lines = addFact(*lines, 1)
	if !priced {
		*unpriced = addFact(*unpriced, 1)
	}
	*sum = addFact(*sum, amount)
}

// sums lists the sums in the order of the stored form.
func (d *FactDay) sums() [6]*int64 {
	return [6]*int64{&d.Lines, &d.Unpriced, &d.Returns, &d.UnpricedReturns, &d.Bought, &d.Returned}
}

// join adds the sums of another.
func (d *FactDay) join(other *FactDay) {
	others := other.sums()
	for i, sum := range d.sums() {
		*sum = addFact(*sum, *others[i])
	}
}

// possible reports whether some lines have these sums.
func (d *FactDay) possible() bool {
	for _, sum := range d.sums() {
		if *sum < 0 || *sum > maxFact {
			return false
		}
	}
	return d.On.Valid() && d.Lines+d.Returns > 0 && d.Unpriced <= d.Lines && d.UnpricedReturns <= d.Returns &&
		d.Bought <= mostPaid(d.Lines, d.Unpriced) && d.Returned <= mostPaid(d.Returns, d.UnpricedReturns)
}

// mostPaid is the most that so many lines add up to, some of which have no amount.
func mostPaid(lines, unpriced int64) int64 {
	if priced := lines - unpriced; lines < maxFact && priced < maxFact/population.MaxAmount {
		return priced * population.MaxAmount
	}
	return maxFact
}

// Visits returns the days of purchase, for [Rhythm.Expect]: a day on which goods were only
// brought back is none.
func (f Facts) Visits() customer.Days {
	days := make(customer.Days, 0, len(f.Days))
	for i := range f.Days {
		if f.Days[i].Lines > 0 {
			days = append(days, f.Days[i].On)
		}
	}
	return days
}

// first and last return her earliest and latest visit, 0 where she bought nothing.
func (f Facts) first() customer.Date {
	for i := range f.Days {
		if f.Days[i].Lines > 0 {
			return f.Days[i].On
		}
	}
	return 0
}

func (f Facts) last() customer.Date {
	for i := len(f.Days) - 1; i >= 0; i-- {
		if f.Days[i].Lines > 0 {
			return f.Days[i].On
		}
	}
	return 0
}

// window returns the days after from and up to to.
func (f Facts) window(from, to customer.Date) []FactDay {
	after := func(day customer.Date) int {
		i, found := slices.BinarySearchFunc(f.Days, day, func(d FactDay, day customer.Date) int { return cmp.Compare(d.On, day) })
		if found {
			i++
		}
		return i
	}
	low, high := after(from), after(to)
	return f.Days[low:max(low, high)]
}

// visits counts the visits after from and up to to.
func (f Facts) visits(from, to customer.Date) (visits int64) {
	days := f.window(from, to)
	for i := range days {
		if days[i].Lines > 0 {
			visits++
		}
	}
	return visits
}

// Spent is what somebody kept of what she bought in a window.
type Spent struct {
	Minor int64 // paid less refunded; below 0 where more came back than was bought in the window
	// Priced of Lines, bought or brought back, have an amount: the rest is in no figure.
	Priced, Lines int64
}

// Known reports whether the figure says anything: there is a line with an amount, or none
// at all.
func (s Spent) Known() bool { return s.Priced > 0 || s.Lines == 0 }

// Spent returns what she kept in the days up to and including On; 0 days are all.
func (f Facts) Spent(days int) Spent { return f.spent(since(f.On, days), f.On) }

func (f Facts) spent(from, to customer.Date) Spent {
	var bought, returned, priced, lines int64
	days := f.window(from, to)
	for i := range days {
		d := &days[i]
		bought, returned = addFact(bought, d.Bought), addFact(returned, d.Returned)
		lines = addFact(lines, addFact(d.Lines, d.Returns))
		priced = addFact(priced, addFact(d.Lines-d.Unpriced, d.Returns-d.UnpricedReturns))
	}
	return Spent{Minor: bought - returned, Priced: priced, Lines: lines}
}

// items counts the items bought after from and up to to, where to is On or later.
func (f Facts) items(from customer.Date) (items int64) {
	for i := range f.Items {
		if f.Items[i].Last > from {
			items++
		}
	}
	return items
}

// since returns the day before a window of so many days that ends with on; 0 days are all.
func since(on customer.Date, days int) customer.Date {
	if days == 0 {
		return 0
	}
	return max(on.AddDays(-days), 0)
}

// Check returns what is wrong with facts that were put together by hand, as
// customer.Faults, or nil.
func (f Facts) Check() error {
	var faults customer.Faults
	if !f.On.Valid() {
		faults.Add("on", int32(f.On), "is the day of decision")
		return faults
	}
	previous := customer.Date(0)
	for i := range f.Days {
		d := &f.Days[i]
		if d.On <= previous || d.On > f.On {
			faults.Add(fmt.Sprintf("days[%d].on", i), d.On, "is after the day before it in the list, and not after on")
		} else if !d.possible() {
			faults.Add(fmt.Sprintf("days[%d]", i), d.On, "has figures that some lines have")
		}
		previous = d.On
	}
	last := f.last()
	for i, item := range f.Items {
		if i > 0 && item.Item <= f.Items[i-1].Item || !item.Last.Valid() || item.Last > last {
			faults.Add(fmt.Sprintf("items[%d]", i), item.Item, "is above the item before it, and was bought on a visit")
		}
	}
	if (len(f.Items) > 0) != (last > 0) {
		faults.Add("items", len(f.Items), "are there if, and only if, she bought")
	}
	if p := f.Pace; p != (Pace{}) {
		if p.On != f.On || p.Last != last || last == 0 {
			faults.Add("pace", p.On, "is expected on the day of decision, from the same visits")
		}
		faults.Within("pace.silence_rank", p.SilenceRank, 0, 1000)
	}
	return faults.Err()
}

// Canonical writes the facts in their canonical form.
func (f Facts) Canonical(c *customer.Canonical) {
	c.Date("on", f.On)
	c.List("days", len(f.Days), func(i int) {
		d := &f.Days[i]
		c.Date("on", d.On)
		c.Int("lines", d.Lines)
		c.Int("unpriced", d.Unpriced)
		c.Int("returns", d.Returns)
		c.Int("unpriced_returns", d.UnpricedReturns)
		c.Int("bought", d.Bought)
		c.Int("returned", d.Returned)
	})
	c.List("items", len(f.Items), func(i int) {
		c.Int("item", int64(f.Items[i].Item))
		c.Date("last", f.Items[i].Last)
	})
	c.Group("pace", func() {
		c.Text("rule", f.Pace.Rule)
		c.Date("on", f.Pace.On)
		c.Date("last", f.Pace.Last)
		c.Date("due", f.Pace.Due)
		c.Int("interval", int64(f.Pace.Interval))
		c.Int("silence_rank", int64(f.Pace.SilenceRank))
	})
}
