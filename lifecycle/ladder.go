package lifecycle

import (
	"fmt"
	"strconv"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// LadderRules is the rule book of winning customers back, as plain data.
//
// An attempt opens on the day on which a customer's silence, the days since her last purchase
// that count in her rhythm ([Expectation.Silence]), trips the first rung: out of season nobody
// is silent. From then on, rungs are taken for LadderDays, and a purchase counts as
// its result for ResultDays more: her window is the same whether she is treated or held out,
// and whichever rungs she got, for otherwise the two groups could not be compared.
type LadderRules struct {
	customer.Edition

	Zone string `json:"zone"` // IANA name; whose days are counted
	// Currency is that of what she spends when she comes back. It may be left out: then no
	// money is counted.
	Currency customer.Currency `json:"currency,omitzero"`

	// HeldOutPermille of the attempts, 0 to 900, take no rung, so that it can be told what
	// customers would have done anyway. Each attempt is drawn when it opens, by customer.Draw
	// of "salt/ladder/number" (this salt, the ladder's ID, the number of her attempt) and the
	// customer. So one attempt, and one ladder, says nothing about the next: were she held out
	// for ever, then only those who were treated would be won back, fall silent again and be
	// counted a second time, and the groups would not be alike any more.
	HeldOutPermille int    `json:"held_out_permille,omitempty"`
	Salt            string `json:"salt,omitempty"` // required where anybody is held out

	// Rungs are climbed in their order, 1 to 50.
	Rungs []Rung `json:"rungs"`
	// MostRungs are taken in an attempt, the rung of a lost complaint aside; 0: all may be.
	MostRungs int `json:"most_rungs,omitempty"`
	// BetweenDays lie at least between two rungs, also of one attempt and the next: 1 to 366.
	BetweenDays int `json:"between_days"`
	// LadderDays, the opening day the first, are those on which rungs are taken: 1 to 3660.
	LadderDays int `json:"ladder_days"`
	// ResultDays after the ladder's are those on which a purchase still counts: 0 to 3660.
	ResultDays int `json:"result_days"`
	// RestDays lie at least between the result of an attempt and the next one: 0 to 3660.
	RestDays int `json:"rest_days,omitempty"`
	// OnComplaint is what an open complaint does to an attempt.
	OnComplaint OnComplaint `json:"on_complaint"`
	// Lost is what follows when a complaint ends with her leaving; nil: nothing does.
	Lost *LostRung `json:"lost,omitempty"`
}

// Rung is one step to win somebody back.
//
// It trips when her silence reaches its marks, SilenceDays or GapsPermille or, where both are
// given, the later of the two, and not before the rung below it has tripped. So the order of
// the list holds for everybody, also where days and gaps cross: to somebody who buys every
// other day, three of her gaps are six days, and a rung at three gaps above one at 30 days
// trips with that, after 30 days. Of rungs that have tripped the highest is taken, and those
// below it are passed by.
type Rung struct {
	ID string `json:"id"` // unique in the ladder; an attempt takes it once
	// SilenceDays are days of silence: 1 to 3660, or 0 for no such mark.
	SilenceDays int `json:"silence_days,omitempty"`
	// GapsPermille are her own gaps in thousandths, 1 to 100,000, or 0 for no such mark: 2500
	// is two and a half times [Expectation.Interval], which is pinned when the attempt opens.
	// It counts exactly: a gap of 7 days trips at 18 days of silence, since 17.5 are not yet
	// over on the 17th.
	GapsPermille int `json:"gaps_permille,omitempty"`

	Play    string `json:"play"`    // what is offered, by the host's name for it
	Channel string `json:"channel"` // how it reaches her
	Message string `json:"message"` // the key of the host's text
	// Promotion says that it advertises. One that does not, a call to ask what was wrong, may
	// go while a complaint is open.
	Promotion bool `json:"promotion,omitempty"`
	// DueDays makes it a task for a person, a call or a visit, which is to be done within so
	// many days: 1 to 366; 0: it goes out by itself.
	DueDays int `json:"due_days,omitempty"`
}

// LostRung is a task for a person when a complaint has ended with the customer leaving. It
// stands here and nowhere else: SignalRules take no errand for CauseComplaintLost.
type LostRung struct {
	ID      string `json:"id"` // unlike any rung's
	Play    string `json:"play"`
	Channel string `json:"channel"`
	Message string `json:"message"`
	DueDays int    `json:"due_days"` // 1 to 366
}

// OnComplaint is what an open complaint does to an attempt. The zero OnComplaint is refused.
type OnComplaint uint8

// What it does. Their texts are format.
const (
	// ComplaintStops ends the climbing: no rung follows in this attempt, and none opens.
	ComplaintStops OnComplaint = iota + 1
	// ComplaintWaits holds back rungs that advertise until the complaint is settled; others go.
	ComplaintWaits
)

// String returns the stored text.
func (o OnComplaint) String() string {
	switch o {
	case ComplaintStops:
		return "stop"
	case ComplaintWaits:
		return "wait"
	}
	return "on complaint " + strconv.Itoa(int(o))
}

// MarshalText writes the stored text; anything else is an error.
func (o OnComplaint) MarshalText() ([]byte, error) {
	return customer.WriteStored("lifecycle", o, ComplaintWaits)
}

// UnmarshalText reads what MarshalText wrote.
func (o *OnComplaint) UnmarshalText(text []byte) error {
	return customer.ReadStored("lifecycle", "on complaint", o, ComplaintWaits, text)
}

// ParseLadderRules reads LadderRules from JSON, strictly; see customer.ParseRules. NewLadder
// checks what they say.
func ParseLadderRules(data []byte) (LadderRules, error) {
	return customer.ParseRules[LadderRules](data)
}

// Ladder is a compiled rule book of winning back. It is immutable and safe for concurrent use.
type Ladder struct {
	rules LadderRules
	name  string
	zone  *time.Location
	marks []mark // of the rungs
}

// mark is what a silence must reach for a rung and all below it: the greatest of their days,
// and the greatest of their gaps. The later of two days and of two multiples of one gap is the
// greater, so the two tell all there is.
type mark struct{ days, permille int }

// NewLadder checks the rules whole, returning customer.Faults, and compiles them. The zone must
// be the one that LadderRules.Zone names.
func NewLadder(rules LadderRules, zone *time.Location) (*Ladder, error) {
	var faults customer.Faults
	rules.Check(&faults)
	faults.Zone("zone", rules.Zone, zone)
	if rules.Currency != (customer.Currency{}) {
		faults.Currency("currency", rules.Currency)
	}
	faults.Within("held_out_permille", rules.HeldOutPermille, 0, 900)
	if faults.Text("salt", rules.Salt); rules.HeldOutPermille > 0 && rules.Salt == "" {
		faults.Add("salt", rules.Salt, "is required where customers are held out")
	}
	faults.Within("rungs", len(rules.Rungs), 1, maxRungs)
	faults.Within("most_rungs", rules.MostRungs, 0, len(rules.Rungs))
	faults.Within("between_days", rules.BetweenDays, 1, 366)
	faults.Within("ladder_days", rules.LadderDays, 1, maxWindowDays)
	faults.Within("result_days", rules.ResultDays, 0, maxWindowDays)
	faults.Within("rest_days", rules.RestDays, 0, maxWindowDays)
	if rules.OnComplaint != ComplaintStops && rules.OnComplaint != ComplaintWaits {
		faults.Add("on_complaint", rules.OnComplaint, "is stop or wait")
	}
	if len(rules.Rungs) > maxRungs {
		return nil, faults
	}
	marks := checkRungs(&faults, &rules)
	if err := faults.Err(); err != nil {
		return nil, err
	}
	rules.Rungs = append([]Rung(nil), rules.Rungs...)
	if rules.Lost != nil {
		lost := *rules.Lost
		rules.Lost = &lost
	}
	return &Ladder{rules: rules, name: rules.Name(), zone: zone, marks: marks}, nil
}

const maxWindowDays = 3660

// checkRungs notes the faults of the rungs and returns their marks.
func checkRungs(faults *customer.Faults, rules *LadderRules) []mark {
	seen := make(map[string]bool)
	name := func(path, id string) {
		if faults.Name(path, id); id != "" && seen[id] {
			faults.Add(path, id, "is the only rung of this name")
		}
		seen[id] = true
	}
	texts := func(path, play, channel, message string) {
		faults.Name(path+".play", play)
		faults.Name(path+".channel", channel)
		faults.Name(path+".message", message)
	}
	var marks []mark
	var below mark
	for i := range rules.Rungs {
		rung, path := &rules.Rungs[i], fmt.Sprintf("rungs[%d]", i)
		name(path+".id", rung.ID)
		faults.Within(path+".silence_days", rung.SilenceDays, 0, maxWindowDays)
		faults.Within(path+".gaps_permille", rung.GapsPermille, 0, 100_000)
		texts(path, rung.Play, rung.Channel, rung.Message)
		faults.Within(path+".due_days", rung.DueDays, 0, 366)
		switch {
		case rung.SilenceDays == 0 && rung.GapsPermille == 0:
			faults.Add(path+".silence_days", rung.SilenceDays, "is given, or gaps_permille is")
		case rung.SilenceDays > 0 && rung.SilenceDays < below.days:
			faults.Add(path+".silence_days", rung.SilenceDays, fmt.Sprintf("is %d or more, as below it", below.days))
		case rung.GapsPermille > 0 && rung.GapsPermille < below.permille:
			faults.Add(path+".gaps_permille", rung.GapsPermille, fmt.Sprintf("is %d or more, as below it", below.permille))
		case rung.SilenceDays <= below.days && rung.GapsPermille <= below.permille:
			faults.Add(path, rung.ID, "lies above the rung below it: in days, or in gaps")
		case i > 0 && rules.Rungs[0].GapsPermille == 0 && rung.SilenceDays-rules.Rungs[0].SilenceDays >= rules.LadderDays:
			faults.Add(path+".silence_days", rung.SilenceDays, "falls within ladder_days of the first rung, which opens the ladder")
		}
		below = mark{max(below.days, rung.SilenceDays), max(below.permille, rung.GapsPermille)}
		marks = append(marks, below)
	}
	if lost := rules.Lost; lost != nil {
		name("lost.id", lost.ID)
		texts("lost", lost.Play, lost.Channel, lost.Message)
		faults.Within("lost.due_days", lost.DueDays, 1, 366)
	}
	return marks
}

// trips is how many days of silence trip the i-th rung for somebody of a gap of so many days:
// of multiples that are no whole days, the next whole one.
func (l *Ladder) trips(i, interval int) int {
	m := l.marks[i]
	return max(m.days, int((int64(m.permille)*int64(interval)+999)/1000))
}

// tripped returns the highest rung that a silence trips, or -1.
func (l *Ladder) tripped(silence, interval int) int {
	for i := len(l.marks) - 1; i >= 0; i-- {
		if l.trips(i, interval) <= silence {
			return i
		}
	}
	return -1
}

// later is a day so many days later, or the last day there is.
func later(day customer.Date, days int) customer.Date {
	if then := day.AddDays(days); then.Valid() {
		return then
	}
	return customer.MaxDate
}
