package lifecycle

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// Cause is why a customer left, in text: one of the causes below or one that the rules
// add.
type Cause string

// The causes that every rule book knows. Their texts are format.
const (
	CausePersonalTie   Cause = "personal-tie"   // she buys from somebody she knows (人情)
	CauseBuyerChanged  Cause = "buyer-changed"  // a new buyer has suppliers of his own (换了采购员)
	CausePrice         Cause = "price"          // it is cheaper elsewhere
	CauseProduct       Cause = "product"        // we do not have what she wants
	CauseService       Cause = "service"        // how she was served
	CauseComplaintLost Cause = "complaint-lost" // a complaint that ended without her (以后再也不与该支行往来了)
	CauseWalkedOut     Cause = "walked-out"     // she went to the door without a word
	CauseCompetitor    Cause = "competitor"     // somebody else won her, for no reason given
	CauseMovedAway     Cause = "moved-away"     // she lives or works elsewhere now
	CauseNoNeed        Cause = "no-need"        // she needs it no more
	CauseUnknown       Cause = "unknown"        // she was asked about, and nobody knows
)

// valid reports whether a cause is one that every rule book knows.
func (c Cause) valid() bool { return causeText(c, customer.English) != "" }

// CauseRule adds a reason for leaving, or an errand to one that the package knows. There is
// none for CauseComplaintLost: who wins her back then, the ladder says, in LadderRules.Lost, so
// that two rule books do not send two people.
type CauseRule struct {
	Cause   Cause  `json:"cause"`             // lower-case words with hyphens, at most 40 bytes
	English string `json:"english,omitempty"` // how it reads: "her firm was sold"; only of a cause that the rules add
	Chinese string `json:"chinese,omitempty"`

	ErrandRule
}

func checkCauses(faults *customer.Faults, causes []CauseRule) {
	faults.Within("causes", len(causes), 0, MaxCauses)
	seen := make(map[Cause]bool, len(causes))
	for i, rule := range causes[:min(len(causes), MaxCauses)] {
		path := fmt.Sprintf("causes[%d]", i)
		if len(rule.Cause) < 1 || len(rule.Cause) > 40 || strings.Trim(string(rule.Cause), "abcdefghijklmnopqrstuvwxyz-") != "" {
			faults.Add(path+".cause", string(rule.Cause), "is lower-case words with hyphens, at most 40 bytes")
		}
		if seen[rule.Cause] {
			faults.Add(path+".cause", string(rule.Cause), "stands only once")
		}
		seen[rule.Cause] = true
		faults.Text(path+".english", rule.English)
		faults.Text(path+".chinese", rule.Chinese)
		if named := rule.English != "" && rule.Chinese != ""; named == rule.Cause.valid() || (rule.English == "") != (rule.Chinese == "") {
			faults.Add(path+".english", rule.English, "and chinese say how an added cause reads, and are absent otherwise")
		}
		rule.ErrandRule.check(faults, path)
		if rule.Cause == CauseComplaintLost && rule.Errand != "" {
			faults.Add(path+".errand", rule.Errand, "is the task of a ladder: the lost rung of LadderRules")
		}
	}
}

// knows reports whether a cause may be recorded.
func (s *Signals) knows(cause Cause) bool { return cause.valid() || s.rule(cause) >= 0 }

// rule returns the place of the rule about a cause, or -1.
func (s *Signals) rule(cause Cause) int {
	return slices.IndexFunc(s.rules.Causes, func(r CauseRule) bool { return r.Cause == cause })
}

// leaving is the reason that she left for a cause.
func (s *Signals) leaving(signal *Signal) customer.Reason {
	return customer.Reason{Code: CodeLeft, Rule: s.name + "/" + string(signal.Cause), On: signal.On}
}

// Leavers adds up the customers who were lost in a period: why, and how many of them
// without ever a word of complaint. They may be added in any order and any split, each
// once; merged, the bytes are the same. It is made by [NewLeavers], and not safe for
// concurrent use.
type Leavers struct {
	period population.Period
	counts population.Sums[reportName]
}

// Departure is one customer who was lost: by her stage, or because somebody recorded it.
type Departure struct {
	Label   string        // the host's: a product, a segment, a shop; it may be empty
	Last    customer.Date // her last day of purchase
	On      customer.Date // the day since which she counts as lost
	Signals []Signal      // of her standing; if she has come back since, those from before
}

// Leaving is how many left for one cause.
type Leaving struct {
	Label  string
	Cause  Cause // empty: nothing was recorded
	Said   int64 // as she said herself
	Judged int64 // as the staff thinks
	Found  int64 // as figures show
	Left   int64 // in all
	Silent int64 // of Left: had never complained
}

const leaversVersion = 1

// NewLeavers begins to add up a period. One that is none is customer.Faults.
func NewLeavers(period population.Period) (*Leavers, error) {
	if err := period.Faults("period").Err(); err != nil {
		return nil, err
	}
	return &Leavers{period, population.NewSums[reportName](5)}, nil
}

// Add counts one customer, if she was lost in the period. The cause is the one that was
// recorded last since her last purchase; reasons from before it belong to an earlier
// departure. She was silent if among her signals, of whatever time, there is no complaint up
// to that day, and none that lost her, then or later. Beyond MaxSignals a standing forgets.
func (l *Leavers) Add(departure Departure) error {
	if err := checkMade(l.period.From != 0, "period", "NewLeavers"); err != nil {
		return err
	}
	var faults customer.Faults
	faults.Text("label", departure.Label)
	if !departure.Last.Valid() || !departure.On.Valid() || departure.On < departure.Last {
		faults.Add("on", departure.On, "is a day, not before her last purchase")
	}
	if err := faults.Err(); err != nil || !l.period.Contains(departure.On) {
		return err
	}
	cause, row, silent := Cause(""), []int64{3: 1, 4: 0}, true
	for i := range departure.Signals {
		signal := &departure.Signals[i]
		if signal.left() && signal.On >= departure.Last {
			cause, row = signal.Cause, []int64{3: 1, 4: 0}
			if signal.Told >= Said && signal.Told <= Found {
				row[signal.Told-Said] = 1
			}
		}
		if signal.Cause == CauseComplaintLost || signal.Sign == ComplaintMade && signal.On <= departure.On {
			silent = false
		}
	}
	if silent {
		row[4] = 1
	}
	return l.counts.Add(population.Sum[reportName]{Of: reportName{departure.Label, string(cause)}, Figures: row})
}

// Merge counts everything that other counted, of the same period.
func (l *Leavers) Merge(other *Leavers) error {
	if l.period != other.period {
		return errTerms("reports of leavers")
	}
	return l.counts.Merge(&other.counts)
}

// Pareto returns the causes of a label, the most frequent first and equal ones by name.
func (l *Leavers) Pareto(label string) []Leaving {
	var rows []Leaving
	for _, row := range l.Rows() {
		if row.Label == label {
			rows = append(rows, row)
		}
	}
	return byFrequency(rows)
}

// All returns the causes over all labels, the most frequent first and equal ones by name.
// Their Label is empty.
func (l *Leavers) All() []Leaving {
	var all []Leaving
	places := make(map[Cause]int)
	for _, row := range l.Rows() {
		i, found := places[row.Cause]
		if !found {
			i, all = len(all), append(all, Leaving{Cause: row.Cause})
			places[row.Cause] = i
		}
		sum := &all[i]
		sum.Said, sum.Judged, sum.Found = sum.Said+row.Said, sum.Judged+row.Judged, sum.Found+row.Found
		sum.Left, sum.Silent = sum.Left+row.Left, sum.Silent+row.Silent
	}
	return byFrequency(all)
}

// Rows returns the report by label, then by cause.
func (l *Leavers) Rows() []Leaving {
	rows := make([]Leaving, 0, l.counts.Len())
	for name, f := range l.counts.All() {
		rows = append(rows, Leaving{
			Label: name[0], Cause: Cause(name[1]),
			Said: f[0], Judged: f[1], Found: f[2], Left: f[3], Silent: f[4],
		})
	}
	return rows
}

// byFrequency sorts causes, each of which is there once.
func byFrequency(rows []Leaving) []Leaving {
	slices.SortFunc(rows, func(a, b Leaving) int {
		return cmp.Or(cmp.Compare(b.Left, a.Left), cmp.Compare(a.Cause, b.Cause))
	})
	return rows
}

// Silence says how many left without ever a complaint, as a reason: Fact of Mark. Reports
// of which it speaks may be those of a label or all. Nobody who left is 0 of 0.
func Silence(rows []Leaving) customer.Reason {
	silence := customer.Reason{Code: CodeSilence, Unit: customer.UnitCustomers}
	for _, row := range rows {
		silence.Fact += row.Silent
		silence.Mark += row.Left
	}
	return silence
}

// MarshalBinary writes the report by ascending label and cause, so that equal reports have
// equal bytes.
func (l *Leavers) MarshalBinary() ([]byte, error) {
	return reportState(leaversVersion, population.AppendPeriod(nil, l.period), &l.counts), nil
}

// UnmarshalBinary reads what MarshalBinary wrote, into a report of the same period; at an
// error the report stays as it was.
func (l *Leavers) UnmarshalBinary(data []byte) error {
	terms := population.AppendPeriod(nil, l.period)
	return readReport("leavers", data, leaversVersion, terms, &l.counts, func(name reportName, f []int64) bool {
		told, cause := f[0]+f[1]+f[2], Cause(name[1])
		return f[3] > 0 && f[4] <= f[3] && told <= f[3] && (cause != "" || told == 0) && (cause != CauseComplaintLost || f[4] == 0)
	})
}

// WalkOuts counts those who went to the door without a word and whom nobody knows, by
// place and hour of the day: where a second counter would keep them. Known ones are
// signals. Counts may be added in any order and any split; merged, the bytes are the same.
// It is made by [NewWalkOuts], and not safe for concurrent use.
type WalkOuts struct {
	period population.Period
	zone   *time.Location
	counts population.Sums[reportName]
}

// WalkOut is how many went from one place in one hour of the day, over all days of the
// period.
type WalkOut struct {
	Place string
	Hour  int // 0 to 23 on the clock at the place; where the clock is put back, both of the same name
	Times int64
}

const walkOutsVersion = 1

// NewWalkOuts begins to count in a period, by the clock of a zone that the host has loaded.
func NewWalkOuts(period population.Period, zone *time.Location) (*WalkOuts, error) {
	faults := period.Faults("period")
	if zone == nil {
		faults.Add("zone", "", "is required")
	} else {
		faults.ZoneName("zone", zone.String())
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	return &WalkOuts{period, zone, population.NewSums[reportName](1)}, nil
}

// Add counts times people who went, 1 to a million, if the instant lies in the period.
func (w *WalkOuts) Add(place string, at time.Time, times int64) error {
	var faults customer.Faults
	faults.Name("place", place)
	faults.Instant("at", at)
	if times < 1 || times > 1_000_000 {
		faults.Add("times", times, "is 1 to 1000000")
	}
	if w.zone == nil {
		faults.Add("zone", "", "is required: NewWalkOuts makes the counts")
	}
	if err := faults.Err(); err != nil || !w.period.Contains(customer.DateOf(at, w.zone)) {
		return err
	}
	return w.counts.Add(population.Sum[reportName]{Of: reportName{place, fmt.Sprintf("%02d", at.In(w.zone).Hour())}, Figures: []int64{times}})
}

// Merge counts everything that other counted, of the same period and zone.
func (w *WalkOuts) Merge(other *WalkOuts) error {
	if string(w.terms()) != string(other.terms()) {
		return errTerms("counts of walk-outs")
	}
	return w.counts.Merge(&other.counts)
}

// Rows returns the counts by place, then by hour.
func (w *WalkOuts) Rows() []WalkOut {
	rows := make([]WalkOut, 0, w.counts.Len())
	for name, f := range w.counts.All() {
		rows = append(rows, WalkOut{Place: name[0], Hour: hourOf(name[1]), Times: f[0]})
	}
	return rows
}

// hourOf reads an hour of two digits, and returns -1 for anything else.
func hourOf(text string) int {
	hour, err := strconv.ParseUint(text, 10, 8) // no sign
	if err != nil || len(text) != 2 || hour > 23 {
		return -1
	}
	return int(hour)
}

func (w *WalkOuts) terms() []byte {
	return append(population.AppendPeriod(nil, w.period), w.zone.String()...)
}

// MarshalBinary writes the counts by ascending place and hour, so that equal counts have
// equal bytes.
func (w *WalkOuts) MarshalBinary() ([]byte, error) {
	return reportState(walkOutsVersion, w.terms(), &w.counts), nil
}

// UnmarshalBinary reads what MarshalBinary wrote, into counts of the same period and zone;
// at an error they stay as they were.
func (w *WalkOuts) UnmarshalBinary(data []byte) error {
	return readReport("walk-outs", data, walkOutsVersion, w.terms(), &w.counts, func(name reportName, _ []int64) bool {
		return name[0] != "" && hourOf(name[1]) >= 0
	})
}
