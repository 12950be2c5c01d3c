package agenda

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/consent"
)

// GreetingRules is the rule book of greetings, as plain data: on which occasions, how long
// before and after the day, through which channels.
type GreetingRules struct {
	customer.Edition

	Occasions []Occasion `json:"occasions"` // 1 to 1000
}

// Occasion is a day worth a greeting.
type Occasion struct {
	ID string `json:"id"` // "birthday", "spring-festival"
	// Dates are the days on which everybody has the occasion: lunar festivals move, so
	// their dates come from whoever knows that calendar; nothing here computes them.
	// Ascending, at most 1000; none for an occasion on a day of the customer's own. Dates that
	// are over stay in the list to the end of their year.
	Dates []customer.Date `json:"dates,omitempty"`
	// LeadDays and LateDays are how far before and after the day a greeting may go: 0 to
	// 90 each. After LateDays it is not sent any more.
	LeadDays int `json:"lead_days,omitempty"`
	LateDays int `json:"late_days,omitempty"`
	// LeapDayInMarch says when somebody born on 29 February is greeted in a year that has
	// none: on 1 March. Otherwise it is 28 February, as with every month that is too short.
	LeapDayInMarch bool `json:"leap_day_in_march,omitempty"`

	Act
}

// ParseGreetingRules reads GreetingRules from JSON, strictly; see customer.ParseRules.
func ParseGreetingRules(data []byte) (GreetingRules, error) {
	return customer.ParseRules[GreetingRules](data)
}

// Greetings is the compiled rule book. It is immutable and safe for concurrent use.
type Greetings struct {
	rules     GreetingRules
	occasions []occasion // ascending by ID
}

type occasion struct {
	Occasion
	name   string
	cycles []string // of Dates
}

// NewGreetings checks the rules whole, returning customer.Faults, and compiles them.
func NewGreetings(rules GreetingRules) (*Greetings, error) {
	var faults customer.Faults
	rules.Edition.Check(&faults)
	faults.Within("occasions", len(rules.Occasions), 1, 1000)
	seen := map[string]bool{}
	for i, one := range rules.Occasions {
		path := fmt.Sprintf("occasions[%d].", i)
		faults.Name(path+"id", one.ID)
		if seen[one.ID] {
			faults.Add(path+"id", one.ID, "stands only once")
		}
		seen[one.ID] = true
		faults.Within(path+"dates", len(one.Dates), 0, 1000)
		if err := customer.Days(one.Dates).Validate(); err != nil {
			faults.Add(path+"dates", "", "are days, ascending, each only once")
		}
		faults.Within(path+"lead_days", one.LeadDays, 0, 90)
		faults.Within(path+"late_days", one.LateDays, 0, 90)
		one.Act.check(&faults, path)
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	g := &Greetings{rules: rules}
	for _, one := range rules.Occasions {
		one.Dates, one.Act = slices.Clone(one.Dates), one.Act.clone()
		g.occasions = append(g.occasions, occasion{one, ruleName(rules.Edition, one.ID), cycles(one.Dates)})
	}
	g.rules.Occasions = nil
	slices.SortFunc(g.occasions, func(a, b occasion) int { return cmp.Compare(a.ID, b.ID) })
	return g, nil
}

// OwnDay is a customer's own day of an occasion: either the same month and day of every
// year, or one day On, of a lunar birthday, say, for which the host gives one OwnDay a
// year. Where two such days fall into one year both are given all year long: the second is
// told from the first by its place in the list.
type OwnDay struct {
	Occasion string
	Month    time.Month
	Day      int
	On       customer.Date
}

// recently is for how many days a greeting that was not sent in time is spoken of.
const recently = 31

// Due lists the greetings of one customer whose window has opened by the day through, and
// has not passed on the day asked for. Of the others it says why they are not listed.
//
// A greeting is sent once for an occasion and a cycle: a Contact that names its ID is
// proof. The cycle is the year of the day, and "2033-2" for a second day of the same
// occasion in one year. So a date that is corrected within its year, or a birthday that
// was wrong in the register, brings no second card. Occasions that the rules do not
// know are passed over, and so are days whose window lies more than a month off.
func (g *Greetings) Due(who Client, on, through customer.Date) (due []Task, not []customer.Reason, err error) {
	if err := g.rules.Covers(on); err != nil {
		return nil, nil, err
	}
	var faults customer.Faults
	who.check(&faults)
	checkThrough(&faults, on, through)
	who.checkDays(&faults)
	if err := faults.Err(); err != nil {
		return nil, nil, err
	}
	for i := range g.occasions {
		o := &g.occasions[i]
		first, _ := slices.BinarySearch(o.Dates, shift(on, -o.LateDays-recently))
		for j := first; j < len(o.Dates) && o.Dates[j] <= shift(through, o.LeadDays+recently); j++ {
			due, not = o.look(due, not, &who, o.Dates[j], o.cycles[j], on, through)
		}
		if len(o.Dates) == 0 {
			due, not = o.own(due, not, &who, on, through)
		}
	}
	return due, not, nil
}

func (c *Client) checkDays(faults *customer.Faults) {
	for i, own := range c.Days {
		path := "days[" + strconv.Itoa(i) + "]"
		if own.On != 0 {
			if own.Month != 0 || own.Day != 0 || !own.On.Valid() {
				faults.Add(path, own.On, "is one day, or a month and a day")
			}
			continue
		}
		if _, err := customer.NewDate(2000, own.Month, own.Day); err != nil { // a leap year
			faults.Add(path, fmt.Sprintf("%d-%d", own.Month, own.Day), "is a month and a day, or one day")
		}
	}
	consent.CheckContacts(faults, "contacts", c.Contacts)
}

// own looks at the days of the customer's own. An occasion has one day of every year;
// where two are given for the same year by month and day, the smaller serves.
func (o *occasion) own(due []Task, not []customer.Reason, who *Client, on, through customer.Date) ([]Task, []customer.Reason) {
	from, to := shift(on, -o.LateDays-recently), shift(through, o.LeadDays+recently)
	var single customer.Days
	var yearly *OwnDay
	for i := range who.Days {
		day := &who.Days[i]
		switch {
		case day.Occasion != o.ID:
		case day.On != 0:
			single.Add(day.On)
		case yearly == nil || day.Month < yearly.Month || day.Month == yearly.Month && day.Day < yearly.Day:
			yearly = day
		}
	}
	if len(single) > 0 {
		names := cycles(single)
		for i, day := range single {
			if day >= from && day <= to {
				due, not = o.look(due, not, who, day, names[i], on, through)
			}
		}
		return due, not
	}
	if yearly == nil {
		return due, not
	}
	first, _, _ := from.Civil()
	last, _, _ := to.Civil()
	for year := first; year <= last; year++ {
		if day := o.dayOf(year, yearly); day >= from && day <= to {
			due, not = o.look(due, not, who, day, strconv.Itoa(year), on, through)
		}
	}
	return due, not
}

// dayOf is the day of a year on which a month and day are kept.
func (o *occasion) dayOf(year int, own *OwnDay) customer.Date {
	day, err := customer.NewDate(year, own.Month, own.Day)
	if err == nil {
		return day
	}
	month, number := time.February, 28 // 29 February is the only one that a year may lack
	if o.LeapDayInMarch {
		month, number = time.March, 1
	}
	day, _ = customer.NewDate(year, month, number)
	return day
}

// look lists one day of the occasion, or says why not.
func (o *occasion) look(due []Task, not []customer.Reason, who *Client, day customer.Date, cycle string, on, through customer.Date) ([]Task, []customer.Reason) {
	from, by := shift(day, -o.LeadDays), shift(day, o.LateDays)
	id := TaskID(Greeting, who.Customer, o.ID, cycle)
	sent, isSent := doneOn(who.Contacts, id)
	switch {
	case isSent:
		return due, append(not, customer.Reason{Code: CodeDone, Rule: o.name, On: sent, By: day})
	case by < on:
		return due, append(not, customer.Reason{
			Code: CodePassed, Rule: o.name, Fact: int64(on - day), Mark: int64(o.LateDays), Unit: customer.UnitDays, On: on, By: day,
		})
	case from > through:
		return due, append(not, customer.Reason{Code: CodeNotYet, Rule: o.name, On: from, By: day})
	}
	return append(due, Task{
		ID: id, Kind: Greeting, Rule: o.name, Customer: who.Customer, Owner: who.Owner, Value: who.Value, Act: o.Act,
		From: max(from, on), Due: day, By: by,
		Reasons: []customer.Reason{{Code: CodeOccasion, Rule: o.name, Fact: int64(o.LeadDays), Unit: customer.UnitDays, On: day, By: by}},
	}), not
}

// cycles names the cycles of ascending days: the year, and from the second day of a year
// on its number.
func cycles(days []customer.Date) []string {
	names := make([]string, len(days))
	previous, number := 0, 1
	for i, day := range days {
		year, _, _ := day.Civil()
		if number++; year != previous {
			previous, number = year, 1
		}
		names[i] = strconv.Itoa(year)
		if number > 1 {
			names[i] += "-" + strconv.Itoa(number)
		}
	}
	return names
}
