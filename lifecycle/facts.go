package lifecycle

import (
	"fmt"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// Facts are what one customer did up to a day, in counts and dates: enough for the marks
// of any rule book, whatever their windows. FactCounter and FactHistory make them, free of the
// order of her lines. Facts is a value; methods do not change it.
type Facts struct {
	On    customer.Date `json:"on"`              // the day of decision, which counts itself
	Days  []FactDay     `json:"days,omitempty"`  // on which she bought or brought back, ascending
	Items []FactItem    `json:"items,omitempty"` // that she bought, ascending
	// Pace is what [Expectation.Pace] returns for that day. Where nothing can be expected (she
	// bought once, and of the population nobody has come again) it is what [Counted.Pace]
	// returns, or zero, and then every day of silence counts.
	Pace Pace `json:"pace,omitzero"`
	// Drop is what [FrequencyChange.Drop] returns for that day; zero: nothing is known of how
	// her frequency has changed.
	Drop Drop `json:"drop,omitzero"`
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
	Rule string        `json:"rule"` // the rule book of the rhythm; "": none is known
	On   customer.Date `json:"on"`   // the day of decision
	Last customer.Date `json:"last"` // her latest visit
	// Silence is the days from Last to On; where Seasons names the days that count, those
	// of them that do.
	Silence     int    `json:"silence"`
	Seasons     string `json:"seasons,omitempty"`
	SilenceRank int    `json:"silence_rank"` // ‰ of the gaps that are shorter than her silence
}

// Pace returns what the expectation says about silence.
func (e Expectation) Pace() Pace {
	return Pace{Rule: e.Rule, On: e.On, Last: e.Last, Silence: e.Silence, Seasons: e.Seasons, SilenceRank: e.SilenceRank}
}

// Pace returns how long somebody has been silent of whom no rhythm is known, in the days
// that count: from her last purchase to the day of decision.
func (c *Counted) Pace(last, on customer.Date) Pace {
	p := Pace{On: on, Last: last, Silence: c.Between(last, on)}
	if c != nil {
		p.Seasons = c.name
	}
	return p
}

// check notes what no expectation of facts says.
func (p *Pace) check(faults *customer.Faults, on, last customer.Date) {
	if *p == (Pace{}) {
		return
	}
	if p.On != on || p.Last != last || last == 0 {
		faults.Add("pace", p.On, "is expected on the day of decision, from the same visits")
		return
	}
	most := int(on - last)
	if p.Silence < 0 || p.Silence > most || p.Seasons == "" && p.Silence != most {
		faults.Add("pace.silence", p.Silence, "is the days from last to on, or those of them that seasons count")
	}
	faults.Within("pace.silence_rank", p.SilenceRank, 0, 1000)
	if p.Rule == "" && p.SilenceRank != 0 {
		faults.Add("pace.rule", p.Rule, "names the rule book that the rank is by")
	}
}

// Drop is what a FrequencyChange says about fewer visits: all that stages need of it.
type Drop struct {
	Rule     string        `json:"rule"`              // the rule book of the frequency
	On       customer.Date `json:"on"`                // the day of decision, the last of the last window
	From     customer.Date `json:"from"`              // the first day of that window
	Last     int           `json:"last,omitzero"`     // visits in it
	Previous int           `json:"previous,omitzero"` // visits in the window before, of as many days that count
	Falling  bool          `json:"falling,omitzero"`  // Last is too few for chance
}

// Drop returns what the change says about fewer visits: the zero Drop where she is too new,
// or comes too rarely, to tell.
func (c FrequencyChange) Drop() Drop {
	if c.Trend == FrequencyTooNew || c.Trend == FrequencyTooFew {
		return Drop{}
	}
	return Drop{Rule: c.Rule, On: c.On, From: c.From, Last: c.Last, Previous: c.Previous, Falling: c.Trend == FrequencyFalling}
}

// permille is the ‰, rounded down, by which visits are fewer than in the window before.
func (d *Drop) permille() int64 {
	if d.Last >= d.Previous {
		return 0
	}
	permille, _ := customer.Permille(int64(d.Previous-d.Last), int64(d.Previous))
	return permille
}

// check notes what no comparison of facts says.
func (d *Drop) check(faults *customer.Faults, f *Facts) {
	if *d == (Drop{}) {
		return
	}
	if d.Rule == "" || d.On != f.On || !d.From.Valid() || d.From > d.On {
		faults.Add("drop", d.On, "is compared by a rule book, on the day of decision")
		return
	}
	if d.Last < 0 || d.Previous < 0 || int64(d.Last) > f.visits(d.From-1, d.On) || int64(d.Previous) > f.visits(0, d.From-1) ||
		d.Falling && d.Last >= d.Previous {
		faults.Add("drop.last", d.Last, "is counted from the same visits, and falling where there were more before")
	}
}

// maxFact bounds every sum in facts: what exceeds it stays there.
const maxFact = 1_000_000_000_000_000_000

// addFact adds what is not below 0, up to maxFact.
func addFact(a, b int64) int64 { return min(a+min(b, maxFact), maxFact) }

// add counts one line.
func (d *FactDay) add(returned, priced bool, amount int64) {
	unpriced := int64(1)
	if priced {
		unpriced = 0
	}
	if returned {
		d.Returns, d.UnpricedReturns, d.Returned = addFact(d.Returns, 1), addFact(d.UnpricedReturns, unpriced), addFact(d.Returned, amount)
	} else {
		d.Lines, d.Unpriced, d.Bought = addFact(d.Lines, 1), addFact(d.Unpriced, unpriced), addFact(d.Bought, amount)
	}
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
	return d.On.Valid() && min(d.Lines, d.Returns) >= 0 && 0 < d.Lines+d.Returns && max(d.Lines, d.Returns) <= maxFact &&
		paid(d.Lines, d.Unpriced, d.Bought) && paid(d.Returns, d.UnpricedReturns, d.Returned)
}

// paid reports whether so many lines, some of which have no amount, may add up to a sum.
func paid(lines, unpriced, sum int64) bool {
	priced := lines - unpriced
	if unpriced < 0 || priced < 0 || sum < 0 || sum > maxFact {
		return false
	}
	// From here on a sum may have reached its bound, be it that of the lines.
	return lines == maxFact || priced >= maxFact/population.MaxAmount || sum <= priced*population.MaxAmount
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
	low, high := placeOf(f.Days, from+1), len(f.Days)
	if high > 0 && f.Days[high-1].On > to {
		high = placeOf(f.Days, to+1)
	}
	return f.Days[low:max(low, high)]
}

// placeOf returns how many of ascending days lie before a day.
func placeOf(days []FactDay, on customer.Date) int {
	low, high := 0, len(days)
	for low < high {
		if middle := int(uint(low+high) / 2); days[middle].On < on {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return low
}

// visited reports whether she bought on a day. The days ascend.
func (f Facts) visited(day customer.Date) bool {
	if n := len(f.Days); n > 0 && f.Days[n-1].On == day { // as is usual
		return f.Days[n-1].Lines > 0
	}
	days := f.window(day-1, day)
	return len(days) == 1 && days[0].Lines > 0
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
		if i > 0 && item.Item <= f.Items[i-1].Item || !f.visited(item.Last) {
			faults.Add(fmt.Sprintf("items[%d]", i), item.Item, "is above the item before it, and was bought on a visit")
		}
	}
	if (len(f.Items) > 0) != (last > 0) {
		faults.Add("items", len(f.Items), "are there if, and only if, she bought")
	}
	if len(faults) == 0 { // else days are in no order, in which visits could be counted
		f.Pace.check(&faults, f.On, last)
		f.Drop.check(&faults, &f)
	}
	return faults.Err()
}
