package lifecycle

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// Bounds of StageRules.
const (
	MaxStageMarks = 10      // of one edge
	MaxStageDays  = 3660    // of a window, a stay, a silence
	maxTenure     = 36_600  // days
	maxCount      = 100_000 // visits and items
	maxSpend      = 1 << 50 // minor units
)

// StageRules is the rule book of the stages, as plain data.
//
//	          FirstPurchase            Grow               Mature
//	Potential ─────────────► Developing ◄───► Growing ◄───────────► Mature
//	                             │ End          ▲  │ End              │ End
//	                             ▼       Return │  ▼                  ▼
//	                             └───────────► Ending ◄───────────────┘
//
// Three edges are measured: she passes them when marks are reached, Grow and Mature in
// both directions. Two are events, a purchase each: nothing holds her from them.
type StageRules struct {
	customer.Edition

	Zone     string            `json:"zone"`              // IANA name; whose midnight ends a day
	Currency customer.Currency `json:"currency,omitzero"` // of marks over money; zero: there are none

	FirstPurchase EventEdge   `json:"first_purchase"` // potential to developing
	Grow          MeasureEdge `json:"grow"`           // developing to growing, and back
	Mature        MeasureEdge `json:"mature"`         // growing to mature, and back
	End           EndEdge     `json:"end"`            // developing, growing and mature to ending
	Return        EventEdge   `json:"return"`         // ending to growing: won back
}

// EventEdge is an edge that a purchase leads over.
type EventEdge struct {
	ID string `json:"id"` // cited in reasons
	// StayDays is the minimum stay: for so many days after it no measured edge leads her
	// on. 0 to 3660; 0 is until the next day.
	StayDays int `json:"stay_days,omitempty"`
}

// MeasureEdge is an edge that marks lead over: up when the Enter marks are reached, back
// when the Leave marks are not reached any more.
type MeasureEdge struct {
	ID    string      `json:"id"`
	Match StageMatch  `json:"match"` // whether all marks lead over it, or any
	Marks []StageMark `json:"marks"` // over visits, spend, items and tenure; 1 to 10
	// StayDays is the minimum stay after it, in either direction. 0 to 3660; 0 is until the
	// next day.
	StayDays int `json:"stay_days,omitempty"`
}

// EndEdge is the edge that silence leads over.
type EndEdge struct {
	ID    string      `json:"id"`
	Match StageMatch  `json:"match,omitzero"`  // whether all marks lead over it, or any; absent where there are none
	Marks []StageMark `json:"marks,omitempty"` // over silence and frequency; 0 to 10
	// LatestDays is how many days of silence are the end whatever the marks say: of
	// somebody who bought once, where nobody has come again, no rhythm is known, and still
	// she is not alive for ever. Out of season they do not run: see [Pace]. 1 to 3660.
	LatestDays int `json:"latest_days"`
}

// StageMatch says how marks go together. The zero StageMatch is refused.
type StageMatch uint8

// The matches. Their texts are format.
const (
	AllMarks StageMatch = iota + 1 // the edge is reached when all marks are, and lost when one is
	AnyMark                        // the edge is reached when one mark is, and lost when all are
)

// String returns the stored text.
func (m StageMatch) String() string {
	switch m {
	case AllMarks:
		return "all"
	case AnyMark:
		return "any"
	}
	return "match " + strconv.Itoa(int(m))
}

// MarshalText writes the stored text; anything else is an error.
func (m StageMatch) MarshalText() ([]byte, error) {
	return customer.WriteStored("lifecycle", m, AnyMark)
}

// UnmarshalText reads what MarshalText wrote.
func (m *StageMatch) UnmarshalText(text []byte) error {
	return customer.ReadStored("lifecycle", "match", m, AnyMark, text)
}

// StageMark is a measure with the figure at which it is reached, and the figure below
// which it is lost again. A figure exactly on a mark has reached it.
type StageMark struct {
	Measure StageMeasure `json:"measure"`
	// WindowDays end with the day of decision. Every day of them counts, of whatever season:
	// who buys in one season only is measured by a year. 0: since ever.
	WindowDays int   `json:"window_days,omitempty"`
	Enter      int64 `json:"enter"` // in the measure's unit
	// Leave is below Enter. Of Grow and Mature it may be 0, which is never lost, but for
	// spend: more may come back than was bought. Of End it is 1 or more, for nothing is below
	// 0, and nobody would ever come back.
	Leave int64 `json:"leave,omitempty"`
}

// StageMeasure is what a mark is over. The zero StageMeasure is refused.
type StageMeasure uint8

// The measures. Their texts are format.
const (
	VisitCount      StageMeasure = iota + 1 // distinct days of purchase, in a window or in all
	SpendMinor                              // minor units kept, in a window or in all
	ItemCount                               // distinct items bought, in a window or in all
	TenureDays                              // days since her first purchase
	SilentDays                              // days since her last purchase; where seasons are known, of those that count: [Pace]
	SilencePermille                         // ‰ of the gaps that are shorter than her silence; not reached where no rhythm is known
	DropPermille                            // ‰ by which visits are fewer than in the window before: [Drop]; not reached where that may be chance
)

// String returns the stored text.
func (m StageMeasure) String() string {
	switch m {
	case VisitCount:
		return "visits"
	case SpendMinor:
		return "spend"
	case ItemCount:
		return "items"
	case TenureDays:
		return "tenure-days"
	case SilentDays:
		return "silent-days"
	case SilencePermille:
		return "silence-permille"
	case DropPermille:
		return "drop-permille"
	}
	return "measure " + strconv.Itoa(int(m))
}

// MarshalText writes the stored text; anything else is an error.
func (m StageMeasure) MarshalText() ([]byte, error) {
	return customer.WriteStored("lifecycle", m, DropPermille)
}

// UnmarshalText reads what MarshalText wrote.
func (m *StageMeasure) UnmarshalText(text []byte) error {
	return customer.ReadStored("lifecycle", "measure", m, DropPermille, text)
}

// ParseStageRules reads StageRules from JSON, strictly; see customer.ParseRules.
func ParseStageRules(data []byte) (StageRules, error) { return customer.ParseRules[StageRules](data) }

// Stages is the compiled rule book. It is immutable and safe for concurrent use.
type Stages struct {
	rules StageRules
	name  string
	zone  *time.Location
	money bool // a mark is over it
}

// NewStages checks the rules whole, returning customer.Faults, and compiles them. The zone
// is the one that the rules name.
func NewStages(rules StageRules, zone *time.Location) (*Stages, error) {
	var faults customer.Faults
	rules.Edition.Check(&faults)
	faults.Zone("zone", rules.Zone, zone)
	overMoney := func(m StageMark) bool { return m.Measure == SpendMinor }
	money := slices.ContainsFunc(rules.Grow.Marks, overMoney) || slices.ContainsFunc(rules.Mature.Marks, overMoney)
	if money || rules.Currency != (customer.Currency{}) {
		faults.Currency("currency", rules.Currency)
	}
	if !money && rules.Currency != (customer.Currency{}) {
		faults.Add("currency", rules.Currency.Code, "is absent where no mark is over money")
	}
	rules.checkEvents(&faults)
	before := len(faults)
	rules.Grow.check(&faults, "grow")
	rules.Mature.check(&faults, "mature")
	rules.End.check(&faults)
	if len(faults) == before {
		rules.checkOrder(&faults)
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	rules.Grow.Marks = slices.Clone(rules.Grow.Marks)
	rules.Mature.Marks = slices.Clone(rules.Mature.Marks)
	rules.End.Marks = slices.Clone(rules.End.Marks)
	return &Stages{rules: rules, name: rules.Name(), zone: zone, money: money}, nil
}

// checkEvents checks what all edges have, and the events.
func (r *StageRules) checkEvents(faults *customer.Faults) {
	seen := make(map[string]bool, 5)
	for _, edge := range []struct{ path, id string }{
		{"first_purchase", r.FirstPurchase.ID}, {"grow", r.Grow.ID}, {"mature", r.Mature.ID}, {"end", r.End.ID}, {"return", r.Return.ID},
	} {
		faults.Name(edge.path+".id", edge.id)
		if edge.id != "" && seen[edge.id] {
			faults.Add(edge.path+".id", edge.id, "names only one edge")
		}
		seen[edge.id] = true
	}
	faults.Within("first_purchase.stay_days", r.FirstPurchase.StayDays, 0, MaxStageDays)
	faults.Within("return.stay_days", r.Return.StayDays, 0, MaxStageDays)
}

func (e *MeasureEdge) check(faults *customer.Faults, path string) {
	faults.Within(path+".stay_days", e.StayDays, 0, MaxStageDays)
	faults.Within(path+".marks", len(e.Marks), 1, MaxStageMarks)
	checkMatch(faults, path, e.Match)
	checkMarks(faults, path, e.Marks, VisitCount, SpendMinor, ItemCount, TenureDays)
}

func (e *EndEdge) check(faults *customer.Faults) {
	faults.Within("end.latest_days", e.LatestDays, 1, MaxStageDays)
	faults.Within("end.marks", len(e.Marks), 0, MaxStageMarks)
	if len(e.Marks) > 0 {
		checkMatch(faults, "end", e.Match)
	} else if e.Match != 0 {
		faults.Add("end.match", e.Match, "is absent where there are no marks")
	}
	checkMarks(faults, "end", e.Marks, SilentDays, SilencePermille, DropPermille)
	for i, mark := range e.Marks[:min(len(e.Marks), MaxStageMarks)] {
		if mark.Measure == SilentDays && mark.Enter >= int64(e.LatestDays) {
			faults.Add(fmt.Sprintf("end.marks[%d].enter", i), mark.Enter,
				fmt.Sprintf("is below latest_days, %d: otherwise it is never reached", e.LatestDays))
		}
	}
}

func checkMatch(faults *customer.Faults, path string, match StageMatch) {
	if match != AllMarks && match != AnyMark {
		faults.Add(path+".match", uint8(match), "is all or any")
	}
}

// checkMarks checks the marks of one edge, which may be over some measures only.
func checkMarks(faults *customer.Faults, path string, marks []StageMark, over ...StageMeasure) {
	for i, mark := range marks[:min(len(marks), MaxStageMarks)] {
		path := fmt.Sprintf("%s.marks[%d]", path, i)
		if !slices.Contains(over, mark.Measure) {
			faults.Add(path+".measure", mark.Measure, fmt.Sprintf("is one of %s", over))
			continue
		}
		mark.check(faults, path)
		for _, other := range marks[:i] {
			if other.Measure == mark.Measure && other.WindowDays == mark.WindowDays {
				faults.Add(path+".measure", mark.Measure, "is in one mark of an edge only for each window")
			}
		}
	}
}

// check refuses a mark that nobody could reach, or that everybody has reached always.
func (m *StageMark) check(faults *customer.Faults, path string) {
	least, lost, most := int64(1), int64(0), int64(maxCount)
	switch m.Measure {
	case VisitCount:
		if least = 2; m.WindowDays > 0 { // everybody who buys has one visit since ever
			least, most = 1, min(most, int64(m.WindowDays))
		}
	case ItemCount:
		if m.WindowDays == 0 {
			least = 2
		}
	case SpendMinor:
		most = maxSpend
	case TenureDays:
		most = maxTenure
	case SilentDays:
		least, lost, most = 2, 1, MaxStageDays
	case SilencePermille, DropPermille:
		least, lost, most = 2, 1, 1000
	}
	if m.Enter < least || m.Enter > most {
		faults.Add(path+".enter", m.Enter, fmt.Sprintf("is %d to %d", least, most))
	} else if m.Leave < lost || m.Leave >= m.Enter {
		faults.Add(path+".leave", m.Leave, fmt.Sprintf("is %d or more, and below enter, %d", lost, m.Enter))
	}
	switch m.Measure {
	case VisitCount, SpendMinor, ItemCount:
		faults.Within(path+".window_days", m.WindowDays, 0, MaxStageDays)
	case TenureDays, SilentDays, SilencePermille, DropPermille:
		if m.WindowDays != 0 {
			faults.Add(path+".window_days", m.WindowDays, "is absent: the measure has none")
		}
	}
}

// checkOrder holds the marks of mature against those of grow: what makes her mature takes
// no less than what makes her grow.
func (r *StageRules) checkOrder(faults *customer.Faults) {
	for i, mark := range r.Mature.Marks {
		for _, lower := range r.Grow.Marks {
			if mark.Measure != lower.Measure || mark.WindowDays != lower.WindowDays {
				continue
			}
			path := fmt.Sprintf("mature.marks[%d]", i)
			if mark.Enter < lower.Enter {
				faults.Add(path+".enter", mark.Enter, fmt.Sprintf("is not below that of grow, %d", lower.Enter))
			}
			if mark.Leave < lower.Leave {
				faults.Add(path+".leave", mark.Leave, fmt.Sprintf("is not below that of grow, %d", lower.Leave))
			}
		}
	}
}
