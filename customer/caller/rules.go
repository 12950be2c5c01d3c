package caller

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// Bounds of rules.
const (
	MaxFirst        = 20 // lines of the first ten seconds
	MaxShown        = 10 // characters of an identifier
	MaxStaleMinutes = 525_600
	MaxEndingDays   = 3_650
	MaxGrade        = 1000 // of a complaint
)

// Rules is the rule book of what a caller's view shows, as plain data.
type Rules struct {
	customer.Edition

	Zone     string            `json:"zone"` // IANA name; whose midnight ends a day
	Currency customer.Currency `json:"currency"`

	// First is how many lines the view has for the first ten seconds; 0: five.
	First int `json:"first,omitempty"`
	// Shown is how many of the last characters of an identifier are shown; the others are dots. 0: none.
	Shown int `json:"shown,omitempty"`
	// StaleMinutes is after how long a part is said to be old; 0: never.
	StaleMinutes int `json:"stale_minutes,omitempty"`
	// EndingDays is how many days before its last one a warranty or a quote is about to end; 0:
	// only on that day.
	EndingDays int `json:"ending_days,omitempty"`
	// Channel is what the consents call the channel of a call, for what is told besides only where she
	// allows it: "电话". Empty: [Phone].
	Channel string `json:"channel,omitempty"`
	// Tell are the topics that are told besides, the most important first. What is not named here
	// is shown, and not told.
	Tell []Tell `json:"tell,omitempty"`
}

// Tell is a topic that is told besides what a call is about, and when it is not.
type Tell struct {
	Topic Topic `json:"topic"`
	// HushGrade is from which grade of an open complaint the topic is not told: who complains of a
	// broken machine does not want to hear that a wish has arrived. 0: it is told all the same.
	HushGrade int `json:"hush_grade,omitempty"`
	// Purpose is for what she must have allowed calls, by the part of consents. Empty: telling it
	// needs no consent, since it is about what she has asked for.
	Purpose string `json:"purpose,omitempty"`
}

// ParseRules reads Rules from JSON, strictly; see customer.ParseRules.
func ParseRules(data []byte) (Rules, error) { return customer.ParseRules[Rules](data) }

// Screen is the compiled rule book. It is immutable and safe for concurrent use.
type Screen struct {
	rules Rules
	zone  *time.Location
	rank  [PaymentLate + 1]int // of a topic, from 1; 0: it is not told
}

var errNoScreen = errors.New("caller: a screen comes from New")

// New checks the rules whole and compiles them. The zone is that of the rules. All faults come back
// at once, as customer.Faults.
func New(rules Rules, zone *time.Location) (*Screen, error) {
	var faults customer.Faults
	rules.Edition.Check(&faults)
	faults.Zone("zone", rules.Zone, zone)
	faults.Currency("currency", rules.Currency)
	faults.Within("first", rules.First, 0, MaxFirst)
	faults.Within("shown", rules.Shown, 0, MaxShown)
	faults.Within("stale_minutes", rules.StaleMinutes, 0, MaxStaleMinutes)
	faults.Within("ending_days", rules.EndingDays, 0, MaxEndingDays)
	faults.Text("channel", rules.Channel)
	s := &Screen{rules: rules, zone: zone}
	for i, tell := range rules.Tell {
		path := fmt.Sprintf("tell[%d]", i)
		switch {
		case tell.Topic < OrderReady || tell.Topic > PaymentLate:
			faults.Add(path+".topic", tell.Topic, "is one of the topics")
			continue
		case s.rank[tell.Topic] != 0:
			faults.Add(path+".topic", tell.Topic, "stands there once")
			continue
		}
		s.rank[tell.Topic] = i + 1
		faults.Within(path+".hush_grade", tell.HushGrade, 0, MaxGrade)
		faults.Text(path+".purpose", tell.Purpose)
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	if s.rules.First == 0 {
		s.rules.First = 5
	}
	s.rules.Channel = cmp.Or(rules.Channel, Phone)
	s.rules.Tell = slices.Clone(rules.Tell)
	return s, nil
}
