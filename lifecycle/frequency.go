package lifecycle

import (
	"math/big"
	"strconv"

	"github.com/rapport-crm/rapport/customer"
)

// FrequencyRules is the rule book of a change in frequency, as plain data.
type FrequencyRules struct {
	customer.Edition

	// WindowDays is the length of the last window, and of the one before it: 1 to 366.
	WindowDays int `json:"window_days"`
	// LeastVisits is how many days of purchase both windows must hold together before
	// anything is said: 1 to 732.
	LeastVisits int `json:"least_visits"`
	// ChancePermille is how rarely, in ‰, a customer whose frequency is as it was may be
	// called rising, and how rarely falling: 1 to 250. A usual value is 50.
	ChancePermille int `json:"chance_permille"`
}

// ParseFrequencyRules reads FrequencyRules from JSON, strictly; see customer.ParseRules.
func ParseFrequencyRules(data []byte) (FrequencyRules, error) {
	return customer.ParseRules[FrequencyRules](data)
}

// Frequency is the compiled rule book. It is immutable and safe for concurrent use.
type Frequency struct {
	rules FrequencyRules
	name  string
	marks []int // by visits of both windows: how many in one of them are too many for chance
}

// NewFrequency checks the rules whole, returning customer.Faults, and compiles them.
func NewFrequency(rules FrequencyRules) (*Frequency, error) {
	var faults customer.Faults
	rules.Edition.Check(&faults)
	faults.Within("window_days", rules.WindowDays, 1, 366)
	faults.Within("least_visits", rules.LeastVisits, 1, 2*366)
	faults.Within("chance_permille", rules.ChancePermille, 1, 250)
	if err := faults.Err(); err != nil {
		return nil, err
	}
	f := &Frequency{rules: rules, name: rules.Name()}
	for visits := range 2*rules.WindowDays + 1 {
		f.marks = append(f.marks, frequencyMark(rules.WindowDays, visits, rules.ChancePermille))
	}
	return f, nil
}

// frequencyMark returns the least number of visits in one of two windows that is too many for
// chance, out of so many in both; where even all of them are not, one more than that.
//
// It is Fisher's exact test. Visits are distinct days, so if nothing has changed, each
// choice of n among the 2w days of both windows is as likely as any other, and C(w, a) ·
// C(w, n-a) of all C(2w, n) choices put a into one window. The mark is the least a from
// which on these make up no more than the permille. All is reckoned in whole numbers.
func frequencyMark(window, visits, permille int) int {
	all := new(big.Int).Binomial(int64(2*window), int64(visits))
	all.Mul(all, big.NewInt(int64(permille)))
	a := min(visits, window)
	choices := new(big.Int).Binomial(int64(window), int64(a))
	choices.Mul(choices, new(big.Int).Binomial(int64(window), int64(visits-a)))
	choices.Mul(choices, big.NewInt(1000))
	tail := new(big.Int)
	for ; tail.Add(tail, choices).Cmp(all) <= 0; a-- {
		// From C(w, a)·C(w, n-a) to that of a-1, which divides without a rest.
		choices.Mul(choices, big.NewInt(int64(a)*int64(window-visits+a)))
		choices.Quo(choices, big.NewInt(int64(window-a+1)*int64(visits-a+1)))
	}
	return a + 1
}

// Trend says how a customer's frequency has changed.
type Trend uint8

// The trends. Their texts are format.
const (
	// FrequencyTooNew: her first purchase does not lie before both windows.
	FrequencyTooNew Trend = iota + 1
	// FrequencyTooFew: the windows hold too few visits to tell.
	FrequencyTooFew
	// FrequencyFalling: too few visits in the last window for chance.
	FrequencyFalling
	// FrequencySteady: what difference there is may be chance.
	FrequencySteady
	// FrequencyRising: too many visits in the last window for chance.
	FrequencyRising
)

// String returns the stored text.
func (t Trend) String() string {
	switch t {
	case FrequencyTooNew:
		return "too-new"
	case FrequencyTooFew:
		return "too-few"
	case FrequencyFalling:
		return "falling"
	case FrequencySteady:
		return "steady"
	case FrequencyRising:
		return "rising"
	}
	return "trend " + strconv.Itoa(int(t))
}

// MarshalText writes the stored text; an unknown trend is an error.
func (t Trend) MarshalText() ([]byte, error) {
	return customer.WriteStored("lifecycle", t, FrequencyRising)
}

// UnmarshalText reads what MarshalText wrote.
func (t *Trend) UnmarshalText(text []byte) error {
	return customer.ReadStored("lifecycle", "trend", t, FrequencyRising, text)
}

// FrequencyChange is what became of a customer's frequency, as seen on a day.
type FrequencyChange struct {
	Rule  string // the rule book, for Reasons
	Trend Trend
	On    customer.Date // the day of decision, the last of the last window
	First customer.Date // her first day of purchase; zero: none
	// From and Before are the first days of the last window and of the one before it,
	// which ends the day before From.
	From, Before customer.Date
	// Last and Previous are the visits in the last window and in the one before it.
	Last, Previous int
	// Mark is how many of all visits in one of the windows are too many for chance; where
	// no number is, one more than there are visits.
	Mark       int
	WindowDays int    // of each window
	Least      int    // visits in both windows that the rules ask for
	Seasons    string // where not every day counts, which do: see Expectation
}

// Compare holds a customer's visits in the last window, up to and including a day, against
// those in the window of equal length before it. Days after on are not seen. Both windows
// are so many days that count, and visits on other days are left out; with nil every day
// counts.
//
// A day on which the rules, or those of the seasons, are not in force gets a
// *customer.Refusal; days that do not ascend are customer.Faults. A customer without
// purchases, like one whose first purchase does not lie before both windows, is too new:
// a first purchase comes once, and proves no frequency.
func (f *Frequency) Compare(days customer.Days, counted *Counted, on customer.Date) (FrequencyChange, error) {
	if err := f.rules.Covers(on); err != nil {
		return FrequencyChange{}, err
	}
	if err := counted.covers(on); err != nil {
		return FrequencyChange{}, err
	}
	if err := days.Validate(); err != nil {
		return FrequencyChange{}, err
	}
	days = days.Before(on + 1)
	window := f.rules.WindowDays
	c := FrequencyChange{
		Rule: f.name, Trend: FrequencyTooNew, On: on, WindowDays: window, Least: f.rules.LeastVisits,
		From: counted.back(on, window), Before: counted.back(on, 2*window),
	}
	if counted != nil {
		c.Seasons = counted.name
	}
	if len(days) > 0 {
		c.First = days[0]
	}
	earlier := len(days.Before(c.From))
	c.Last = counted.visits(days[earlier:])
	c.Previous = counted.visits(days[len(days.Before(c.Before)):earlier])
	visits := c.Last + c.Previous
	c.Mark = f.marks[visits]
	switch {
	case c.First == 0 || c.First >= c.Before: // as it is where the calendar begins within the windows
	case visits < f.rules.LeastVisits || c.Mark > min(visits, window):
		c.Trend = FrequencyTooFew
	case c.Last >= c.Mark:
		c.Trend = FrequencyRising
	case c.Previous >= c.Mark:
		c.Trend = FrequencyFalling
	default:
		c.Trend = FrequencySteady
	}
	return c, nil
}

// back returns the first of the last n days that count up to and including a day: day 1
// where there are fewer.
func (c *Counted) back(on customer.Date, n int) customer.Date {
	if c == nil {
		return max(on-customer.Date(n)+1, 1)
	}
	before := c.upTo(on) - n
	if before < 0 {
		return 1
	}
	return c.nth(before + 1)
}

// visits counts the days that count.
func (c *Counted) visits(days customer.Days) int {
	if c == nil {
		return len(days)
	}
	n := 0
	for _, day := range days {
		if c.Holds(day) {
			n++
		}
	}
	return n
}

// Reasons says what the trend rests on, in figures.
func (c FrequencyChange) Reasons() []customer.Reason {
	reason := func(code string, fact, mark int, unit customer.Unit, from, by customer.Date) customer.Reason {
		return customer.Reason{Code: code, Rule: c.Rule, Fact: int64(fact), Mark: int64(mark), Unit: unit, On: from, By: by}
	}
	visits, window, days := c.Last+c.Previous, c.WindowDays, rhythmUnit(c.Seasons)
	windows := reason(CodeFrequencyWindows, window, 2*window, days, c.Before, c.On)
	chance := reason(CodeFrequencyChance, visits, c.Mark, customer.UnitTimes, c.Before, c.On)
	code := CodeFrequencySteady
	switch c.Trend {
	case FrequencyTooNew:
		if c.First == 0 {
			return []customer.Reason{reason(CodeFrequencyNothing, window, 2*window, days, c.On, 0)}
		}
		return []customer.Reason{reason(CodeFrequencyTooNew, window, 2*window, days, c.First, c.Before)}
	case FrequencyTooFew:
		code, least := CodeFrequencyTooFew, c.Least
		if visits >= c.Least {
			code, least = CodeFrequencyUntold, c.Mark
		}
		return []customer.Reason{reason(code, visits, least, customer.UnitTimes, c.Before, c.On), windows}
	case FrequencyFalling:
		code = CodeFrequencyFalling
	case FrequencyRising:
		code = CodeFrequencyRising
	case FrequencySteady:
	}
	return []customer.Reason{reason(code, c.Last, c.Previous, customer.UnitTimes, c.From, c.On), windows, chance}
}
