package desk

import (
	"fmt"
	"math"

	"github.com/rapport-crm/rapport/customer"
)

// Bounds of staffing. What exceeds them is a fault.
const (
	MaxServers         = 10_000
	MaxArrivals        = 10_000_000
	MaxIntervalSeconds = 24 * 60 * 60
	MaxWithinSeconds   = 24 * 60 * 60
)

// Endless is the mean wait of a queue that only grows, in milliseconds.
const Endless = math.MaxInt64

// ruleErlang is what reasons of staffing cite.
const ruleErlang = "erlang-c"

// Load is what comes, and how long it takes.
type Load struct {
	Arrivals        int `json:"arrivals"`         // customers, or calls, in an interval, on average
	IntervalSeconds int `json:"interval_seconds"` // 900 for a quarter of an hour
	MeanSeconds     int `json:"mean_seconds"`     // how long one takes on average, the work after it included
}

// Target is how long customers may wait. At least one part of it is above 0, and all that
// are have to be met. WithinPermille of 800 and WithinSeconds of 20 is the "80 in 20" of call
// centres: 80 % are answered within 20 seconds. WithinSeconds of 0 is at once.
type Target struct {
	WithinPermille   int `json:"within_permille,omitempty"`    // up to 999: no number of agents serves all
	WithinSeconds    int `json:"within_seconds,omitempty"`     // beside WithinPermille only
	MeanWaitSeconds  int `json:"mean_wait_seconds,omitempty"`  // the longest mean wait of all customers
	MostBusyPermille int `json:"most_busy_permille,omitempty"` // how busy agents are at most
	// SlackPermille is what is added to the agents in the end, rounded up, for breaks,
	// training and illness, or as advised for the kind of service: see [Offers.Advise].
	SlackPermille int `json:"slack_permille,omitempty"`
}

// Figures is how a number of agents gets on with a load. What is good is rounded down and
// what is bad is rounded up; what lies within a millionth of a millionth of a whole figure
// counts as whole.
type Figures struct {
	Agents         int   `json:"agents"`
	LoadMilli      int64 `json:"load_milli"`       // the load in thousandths of an agent (milli-erlang), rounded up
	BusyPermille   int64 `json:"busy_permille"`    // how busy agents are, rounded up; 1000 in a queue that grows
	WaitPermille   int64 `json:"wait_permille"`    // of customers, who have to wait at all, rounded up
	WithinPermille int64 `json:"within_permille"`  // of customers, who are served within the seconds asked for, rounded down
	MeanWaitMillis int64 `json:"mean_wait_millis"` // of all customers, in milliseconds, rounded up; Endless in a queue that grows
	// Grows means that as much comes as can be served, or more: the queue has no mean wait
	// but gets longer for as long as this lasts.
	Grows bool `json:"grows,omitempty"`
}

// Staffing is how many agents it takes.
type Staffing struct {
	Agents  int               `json:"agents"` // with slack
	Needed  Figures           `json:"needed"` // the fewest that meet the target, without slack
	Because []customer.Reason `json:"because"`
}

// Staff returns the fewest agents who meet a target under a load.
//
// It is Erlang's formula for a queue in which customers come at random and wait as long as it
// takes (M/M/n, "Erlang C"; A. K. Erlang 1917). Times are taken to be exponential. Those who
// give up waiting are not foreseen, nor those who call again: where many do, the figures say
// more agents than are needed and a longer wait than is seen. Where arrivals change within an
// interval, take a shorter one.
//
// More agents never mean more wait, and more load never fewer agents; that holds for the
// rounded figures too. A target that MaxServers do not meet is a *customer.Refusal.
func Staff(load Load, target Target) (Staffing, error) {
	var faults customer.Faults
	load.check(&faults)
	target.check(&faults)
	if err := faults.Err(); err != nil {
		return Staffing{}, err
	}
	line := newErlang(load)
	for line.agents < MaxServers {
		line.more()
		figures := line.figures(target.WithinSeconds)
		if !target.met(&figures) {
			continue
		}
		agents := figures.Agents + (figures.Agents*target.SlackPermille+999)/1000
		return Staffing{agents, figures, because(&figures, &target, agents)}, nil
	}
	figures := line.figures(target.WithinSeconds)
	missing := customer.Reason{Rule: ruleErlang, Code: CodeTooMuch, Fact: figures.LoadMilli, Mark: MaxServers}
	return Staffing{}, &customer.Refusal{Rule: ruleErlang, Missing: []customer.Reason{missing}}
}

// Service says how a number of agents gets on with a load, and which share is served within
// so many seconds. No agents at all serve nobody.
func Service(load Load, agents, withinSeconds int) (Figures, error) {
	var faults customer.Faults
	load.check(&faults)
	faults.Within("agents", agents, 0, MaxServers)
	faults.Within("within_seconds", withinSeconds, 0, MaxWithinSeconds)
	if err := faults.Err(); err != nil {
		return Figures{}, err
	}
	line := newErlang(load)
	for line.agents < agents {
		line.more()
	}
	return line.figures(withinSeconds), nil
}

// Hall is a row of counters as somebody finds it: four windows, two of them open, and five
// of the staff behind them.
type Hall struct {
	Windows int `json:"windows"` // that there are
	Open    int `json:"open"`    // at which somebody serves
	Behind  int `json:"behind"`  // of the staff who could serve, and do not
}

// Capacity is whether a hall copes, and what could be done.
type Capacity struct {
	Now   Figures `json:"now"`             // with the windows that are open
	Met   bool    `json:"met,omitempty"`   // the target is met already
	Needs int     `json:"needs"`           // windows that meet it
	Opens int     `json:"opens,omitempty"` // windows that can be opened at once, with the staff behind, up to what is needed
	// Could is how customers would fare then.
	Could        Figures           `json:"could"`
	ShortStaff   int               `json:"short_staff,omitempty"`   // who are missing then, though there are windows for them
	ShortWindows int               `json:"short_windows,omitempty"` // windows that the hall does not have
	Because      []customer.Reason `json:"because"`
}

// Cope says how a hall gets on with a load, how many windows would meet the target, and how
// far the windows and the staff at hand go. So a complaint about the queue gets its cause: not
// opened, too few staff, or too few windows. Slack is no part of it: it is about now.
func Cope(load Load, hall Hall, target Target) (Capacity, error) {
	var faults customer.Faults
	load.check(&faults)
	target.check(&faults)
	faults.Within("hall.windows", hall.Windows, 0, MaxServers)
	faults.Within("hall.open", hall.Open, 0, hall.Windows)
	faults.Within("hall.behind", hall.Behind, 0, MaxServers)
	if err := faults.Err(); err != nil {
		return Capacity{}, err
	}
	target.SlackPermille = 0
	staffing, err := Staff(load, target)
	if err != nil {
		return Capacity{}, err
	}
	c := Capacity{Needs: staffing.Agents}
	lacks := max(0, c.Needs-hall.Open)
	c.Met = lacks == 0
	c.ShortWindows = max(0, c.Needs-hall.Windows)
	c.Opens = min(lacks, hall.Windows-hall.Open, hall.Behind)
	c.ShortStaff = max(0, lacks-c.ShortWindows-c.Opens)
	if c.Now, err = Service(load, hall.Open, target.WithinSeconds); err != nil {
		return Capacity{}, err
	}
	if c.Could, err = Service(load, hall.Open+c.Opens, target.WithinSeconds); err != nil {
		return Capacity{}, err
	}
	c.Because = because(&c.Now, &target, c.Needs)
	for _, part := range [...]struct {
		code string
		n    int
		of   int
	}{{CodeUnopened, c.Opens, hall.Behind}, {CodeShortStaff, c.ShortStaff, c.Needs}, {CodeShortWindows, c.ShortWindows, hall.Windows}} {
		if part.n > 0 {
			c.Because = append(c.Because, customer.Reason{Rule: ruleErlang, Code: part.code, Fact: int64(part.n), Mark: int64(part.of)})
		}
	}
	return c, nil
}

func (l Load) check(faults *customer.Faults) {
	faults.Within("arrivals", l.Arrivals, 0, MaxArrivals)
	faults.Within("interval_seconds", l.IntervalSeconds, 1, MaxIntervalSeconds)
	faults.Within("mean_seconds", l.MeanSeconds, 1, MaxMeanSeconds)
}

func (t *Target) check(faults *customer.Faults) {
	faults.Within("within_permille", t.WithinPermille, 0, 999)
	faults.Within("within_seconds", t.WithinSeconds, 0, MaxWithinSeconds)
	faults.Within("mean_wait_seconds", t.MeanWaitSeconds, 0, MaxWithinSeconds)
	faults.Within("most_busy_permille", t.MostBusyPermille, 0, 1000)
	faults.Within("slack_permille", t.SlackPermille, 0, 10_000)
	if t.WithinPermille == 0 && t.MeanWaitSeconds == 0 && t.MostBusyPermille == 0 {
		faults.Add("", "", "has within_permille, mean_wait_seconds or most_busy_permille")
	}
	if t.WithinSeconds != 0 && t.WithinPermille == 0 {
		faults.Add("within_seconds", t.WithinSeconds, "stands beside within_permille only")
	}
}

// met holds the figures, as they are told, against the target.
func (t *Target) met(f *Figures) bool {
	return !f.Grows &&
		f.WithinPermille >= int64(t.WithinPermille) &&
		(t.MeanWaitSeconds == 0 || f.MeanWaitMillis <= int64(t.MeanWaitSeconds)*1000) &&
		(t.MostBusyPermille == 0 || f.BusyPermille <= int64(t.MostBusyPermille))
}

// because says how figures stand to a target, of which only the parts that are asked for.
func because(f *Figures, target *Target, agents int) []customer.Reason {
	reasons := []customer.Reason{{Rule: ruleErlang, Code: CodeAgents, Fact: int64(agents), Mark: f.LoadMilli}}
	if f.Grows {
		return append(reasons, customer.Reason{Rule: ruleErlang, Code: CodeGrows, Fact: f.LoadMilli, Mark: int64(f.Agents)})
	}
	if target.WithinPermille > 0 {
		reasons = append(reasons, customer.Reason{Rule: ruleErlang, Code: CodeWithin, Fact: f.WithinPermille, Mark: int64(target.WithinPermille), Unit: customer.UnitPermille})
	}
	if target.MeanWaitSeconds > 0 {
		seconds := (f.MeanWaitMillis + 999) / 1000
		reasons = append(reasons, customer.Reason{Rule: ruleErlang, Code: CodeMeanWait, Fact: seconds, Mark: int64(target.MeanWaitSeconds), Unit: customer.UnitSeconds})
	}
	if target.MostBusyPermille > 0 {
		reasons = append(reasons, customer.Reason{Rule: ruleErlang, Code: CodeBusy, Fact: f.BusyPermille, Mark: int64(target.MostBusyPermille), Unit: customer.UnitPermille})
	}
	return reasons
}

// erlang is the queue with a growing number of agents. It counts in floating-point numbers:
// it is statistics, no money and no points.
//
// inverse is 1/B(n), where B is the share turned away if nobody waited (Erlang B), by the
// recursion 1/B(n) = 1 + n/a · 1/B(n-1). It only adds what is above 0, so that it is exact
// to some units in the last place, and each step is monotone in n and in a even as it is
// rounded. Factorials and powers, which would overflow at 171 agents, do not occur; a share
// that is too small for a float is 0, and no figure is ever not a number.
type erlang struct {
	work, interval int64 // work / interval is the load a in agents; both exact
	mean           float64
	load           float64
	agents         int
	before         float64 // 1/B(n-1) · n/a, which is 1/B(n) − 1
	inverse        float64
}

func newErlang(l Load) *erlang {
	work := int64(l.Arrivals) * int64(l.MeanSeconds) // below 2^40
	return &erlang{
		work: work, interval: int64(l.IntervalSeconds), mean: float64(l.MeanSeconds),
		load: float64(work) / float64(l.IntervalSeconds), inverse: 1,
	}
}

// more adds an agent.
func (e *erlang) more() {
	e.agents++
	if e.work == 0 {
		return // nobody comes, nobody waits
	}
	e.before = float64(float64(e.agents) / e.load * e.inverse) // rounded here, on every machine alike
	e.inverse = 1 + e.before
}

// figures says how the agents get on. The spare agents n − a are counted exactly, so that
// nothing is lost where the two are nearly the same.
func (e *erlang) figures(within int) Figures {
	f := Figures{Agents: e.agents, LoadMilli: (e.work*1000 + e.interval - 1) / e.interval}
	capacity := int64(e.agents) * e.interval
	spare := capacity - e.work
	switch {
	case e.work == 0 && e.agents > 0:
		f.WithinPermille = 1000
		return f
	case spare <= 0:
		f.Grows, f.BusyPermille, f.WaitPermille, f.MeanWaitMillis = true, 1000, 1000, Endless
		return f
	}
	f.BusyPermille = (e.work*1000 + capacity - 1) / capacity
	// Erlang C is 1 / (1 + (1 − a/n) · (1/B − 1)).
	waits := 1 / (1 + float64(float64(spare)/float64(capacity)*e.before))
	free := float64(spare) / float64(e.interval) // n − a
	late := waits * math.Exp(-free*float64(within)/e.mean)
	f.WaitPermille = up(waits * 1000)
	f.WithinPermille = 1000 - up(late*1000)
	f.MeanWaitMillis = up(waits * e.mean / free * 1000)
	return f
}

// up rounds up, but for what is whole and was computed a little more. It is monotone.
func up(x float64) int64 {
	const hair = 1e-12
	return int64(math.Ceil(math.Min(x-hair, x*(1-hair))))
}

// String writes the figures in one line.
func (f Figures) String() string {
	if f.Grows {
		return fmt.Sprintf("%d agents, the queue grows", f.Agents)
	}
	return fmt.Sprintf("%d agents, %d ‰ busy, %d ‰ wait, %d ‰ in time, mean wait %d ms",
		f.Agents, f.BusyPermille, f.WaitPermille, f.WithinPermille, f.MeanWaitMillis)
}
