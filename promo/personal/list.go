package personal

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/promo"
	"github.com/rapport-crm/rapport/segment"
)

// Maker makes personal lists: the compiled rule book together with the deals of a period.
// It is immutable and safe for concurrent use.
type Maker struct {
	rules    ListRules
	name     string
	weekly   int64 // minor units
	envelope envelope
	rungs    [segment.StoreLoyal + 1][segment.Heavy + 1]rung
	items    []Item
	deals    []deal
	index    [][]int32 // the deals of each item
}

// rung is a compiled rung; without one for the cell, all steps are 0.
type rung struct {
	cite  string
	steps [3]int
}

// NewMaker checks the rules and the deals whole, returning customer.Faults, and compiles
// them. items says what the item codes stand for: the item of code 3 is items[3]. Deals
// are the offers meant for lists, current or not: each needs a coupon, names skus or
// categories, and gives permille, which is the most that a list takes off. Their order
// does not matter. What a deal needs of a basket, its weekdays and its limit of units are
// left to pricing: a saving is expected as if they were kept.
func NewMaker(rules ListRules, items []Item, deals []promo.Offer) (*Maker, error) {
	var faults customer.Faults
	rules.check(&faults)
	compiled, index := compileDeals(&faults, &rules, items, deals)
	if err := faults.Err(); err != nil {
		return nil, err
	}
	rules.Ladder, rules.Envelope = slices.Clone(rules.Ladder), slices.Clone(rules.Envelope)
	m := &Maker{
		rules: rules, name: rules.Name(), items: slices.Clone(items), deals: compiled, index: index,
		weekly: rules.minor(&faults, "", rules.WeeklySpend), envelope: make(envelope, len(rules.Envelope)),
	}
	for i, mark := range rules.Envelope {
		m.envelope[i].value = rules.minor(&faults, "", mark.Value)
		m.envelope[i].saving = rules.minor(&faults, "", mark.Saving)
	}
	for brand := range m.rungs {
		for usage := range m.rungs[brand] {
			m.rungs[brand][usage].cite = m.name + " " + segment.Cell{Brand: segment.Brand(brand), Usage: segment.Usage(usage)}.String()
		}
	}
	for _, r := range rules.Ladder {
		m.rungs[r.Cell.Brand][r.Cell.Usage].steps = r.steps()
	}
	return m, nil
}

// Facts are what a list is made from, for one customer. Amounts are in minor units.
type Facts struct {
	Customer customer.ID
	Consent  bool // she agreed to personal offers
	// Value is what she is worth to the shop, in money: her spend or her margin of a year,
	// whichever measure the marks of the envelope are in. It may be below 0.
	Value int64
	// Spends are what she paid, receipt by receipt or day by day, in any order; money back
	// is below 0. Those outside the weeks that count are not looked at.
	Spends    []Spend
	Due       []Due      // best first, as Planner.Due returns them
	Standings []Standing // by ascending item; what is due without one has the zero Standing
}

// Spend is what was paid on a day.
type Spend struct {
	Day   customer.Date
	Minor int64
}

// Standing is where a customer stands with one item.
type Standing struct {
	Item uint32
	Cell segment.Cell // in the item's category
	// Periods is for how many periods in a row, up to this list, her cell has been on this
	// side of the brand axis.
	Periods int
	Lists   int // on how many lists before this one she had a discount on the item
	// Spend is what she is expected to spend on the item in the period, at list prices; 0
	// is not known.
	Spend int64
}

// List is a personal list.
type List struct {
	Customer customer.ID
	From     customer.Date // the day of the list
	Until    customer.Date // exclusive
	// HeldOut says that this list is on record only: it is what she would have had, and
	// she must not get it.
	HeldOut  bool
	Envelope int64 // what the list may save her, in minor units
	Saving   int64 // what it is expected to save her: the sum over the lines
	Lines    []ListLine
	Reasons  []customer.Reason // for the list as a whole; see Maker.Explain
}

// ListLine is one line of a list.
type ListLine struct {
	Item uint32
	// Coupon is the right to the discount; zero for a reminder. Where one deal is on
	// several lines they carry the same coupon.
	Coupon  promo.Coupon
	Saving  int64  // expected, in minor units: of each line rounded down
	Funds   []Part // adds up to Saving
	Budget  string // the quota from which Saving is held; empty: none
	Reasons []customer.Reason
}

// Part is what somebody bears of a saving.
type Part struct {
	By    string // empty: the shop
	Minor int64
}

// Hold is what a list promises out of a budget. It is held in a quota of promises before
// the list is given out; what is redeemed comes out of the budget itself.
type Hold struct {
	Budget string
	Minor  int64
}

// Holds returns what the list needs of which budget, by ascending name. A list that is
// held out needs nothing.
func (l List) Holds() []Hold {
	var holds []Hold
	for i := range l.Lines {
		line := &l.Lines[i]
		if line.Budget == "" || line.Saving == 0 || l.HeldOut {
			continue
		}
		at, found := slices.BinarySearchFunc(holds, line.Budget, func(h Hold, name string) int { return cmp.Compare(h.Budget, name) })
		if !found {
			holds = slices.Insert(holds, at, Hold{Budget: line.Budget})
		}
		holds[at].Minor += line.Saving
	}
	return holds
}

// Listable returns what [Planner.DueAmong] may leave out for a customer on a day: items
// that get no line, because no deal is on them, or the ladder gives her nothing on them.
// With reminders every item can be listed.
func (m *Maker) Listable(standings []Standing, on customer.Date) func(item uint32) bool {
	facts, until := Facts{Standings: standings}, on.AddDays(m.rules.PeriodDays)
	return func(item uint32) bool {
		standing := facts.standing(item)
		if m.rules.Reminders || int(item) >= len(m.items) || !isCell(standing.Cell) || standing.Lists < 0 {
			return true // or Make refuses it
		}
		due := Due{Item: item}
		e := entry{due: &due}
		m.choose(&e, standing, on, until)
		return e.deal != none
	}
}

// Make makes a customer's list of a day: what is due, in the order in which it is due,
// with the deal that saves her most by her place on the ladder, until the envelope is
// spent. Of deals that save the same it is the one of higher priority, earlier start,
// lower ID.
//
// She gets none, and a *customer.Refusal names all that is missing, where she did not
// agree, spends too little, or nothing can be offered; and on a day on which the rules
// are not in force. Facts that are not sound are customer.Faults.
func (m *Maker) Make(facts Facts, on customer.Date) (List, error) {
	if err := m.rules.Covers(on); err != nil {
		return List{}, err
	}
	if err := m.check(&facts); err != nil {
		return List{}, err
	}
	var missing []customer.Reason
	if !facts.Consent {
		missing = append(missing, customer.Reason{Code: CodeNoConsent, Rule: m.name, On: on})
	}
	weekly, enough := m.weeklySpend(facts.Spends, on)
	if !enough {
		missing = append(missing, weekly)
	}
	if len(missing) > 0 {
		return List{}, &customer.Refusal{Rule: m.name, Missing: missing}
	}
	list := List{
		Customer: facts.Customer, From: on, Until: on.AddDays(m.rules.PeriodDays),
		Envelope: m.envelope.at(facts.Value),
	}
	drawn := int64(customer.Draw(m.rules.ID, facts.Customer) % 1000)
	list.HeldOut = drawn < int64(m.rules.HoldOutPermille)
	entries := m.pick(&facts, list.From, list.Until)
	m.fit(entries, list.Envelope)
	reasons := 3
	for i := range entries {
		reasons += m.countReasons(&entries[i])
	}
	space := make([]customer.Reason, 0, reasons)
	if m.weekly > 0 {
		space = append(space, weekly)
	}
	space = append(space, customer.Reason{Code: CodeValue, Rule: m.name, Fact: facts.Value, Mark: list.Envelope, Unit: customer.UnitMinor})
	if list.HeldOut {
		space = append(space, customer.Reason{Code: CodeHeldOut, Rule: m.name, Fact: drawn, Mark: int64(m.rules.HoldOutPermille), Unit: customer.UnitPermille})
	}
	list.Reasons = space[:len(space):len(space)]
	m.write(&list, entries, space)
	if len(list.Lines) == 0 {
		return List{}, &customer.Refusal{Rule: m.name, Missing: []customer.Reason{
			{Code: CodeNothingToOffer, Rule: m.name, Fact: int64(len(facts.Due)), On: on},
		}}
	}
	return list, nil
}

// weeklySpend holds what she paid in the whole weeks before the day against the rule: the
// sums, not the averages, so that nothing is rounded.
func (m *Maker) weeklySpend(spends []Spend, on customer.Date) (customer.Reason, bool) {
	if m.weekly == 0 {
		return customer.Reason{}, true
	}
	monday := on - customer.Date((on.Weekday()+6)%7)
	first := monday - customer.Date(7*m.rules.Weeks)
	sum := int64(0)
	for _, spend := range spends {
		if first <= spend.Day && spend.Day < monday {
			sum += spend.Minor
		}
	}
	reason := customer.Reason{
		Code: CodeWeekly, Rule: m.name, Fact: sum, Mark: m.weekly * int64(m.rules.Weeks),
		Unit: customer.UnitMinor, On: first, By: monday,
	}
	if sum < reason.Mark {
		reason.Code = CodeWeeklyTooLow
		return reason, false
	}
	return reason, true
}

// check notes what of the facts could not be reckoned with.
func (m *Maker) check(facts *Facts) error {
	var faults customer.Faults
	faults.Name("customer", string(facts.Customer))
	m.amount(&faults, "value", 0, facts.Value, -maxMinor)
	if len(facts.Spends) > maxSpends {
		faults.Add("spends", len(facts.Spends), fmt.Sprintf("are at most %d", maxSpends))
	}
	for i, spend := range facts.Spends {
		m.amount(&faults, "spends[%d].minor", i, spend.Minor, -maxMinor)
		if !spend.Day.Valid() {
			faults.Add(fmt.Sprintf("spends[%d].day", i), spend.Day, "is a day")
		}
	}
	for i := range facts.Due {
		if int(facts.Due[i].Item) >= len(m.items) {
			faults.Add(fmt.Sprintf("due[%d].item", i), facts.Due[i].Item, fmt.Sprintf("is one of %d items", len(m.items)))
		}
	}
	for i, standing := range facts.Standings {
		if i > 0 && standing.Item <= facts.Standings[i-1].Item {
			faults.Add(fmt.Sprintf("standings[%d].item", i), standing.Item, "is above the one before it")
		}
		if !isCell(standing.Cell) {
			faults.Add(fmt.Sprintf("standings[%d].cell", i), standing.Cell, "is a cell")
		}
		if standing.Periods < 0 || standing.Lists < 0 {
			faults.Add(fmt.Sprintf("standings[%d]", i), min(standing.Periods, standing.Lists), "counts nothing below 0")
		}
		m.amount(&faults, "standings[%d].spend", i, standing.Spend, 0)
	}
	return faults.Err()
}

func isCell(cell segment.Cell) bool {
	return cell.Brand <= segment.StoreLoyal && cell.Usage <= segment.Heavy
}

// maxSpends bounds how many receipts may be behind one list.
const maxSpends = 100_000

func (m *Maker) amount(faults *customer.Faults, path string, i int, minor, least int64) {
	if minor >= least && minor <= maxMinor {
		return
	}
	if path != "value" {
		path = fmt.Sprintf(path, i)
	}
	faults.Add(path, minor, fmt.Sprintf("is %d to %d", least, int64(maxMinor)))
}
