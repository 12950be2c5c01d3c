package contact

import (
	"fmt"
	"slices"

	"github.com/rapport-crm/rapport/customer"
)

// Rules is the rule book of a policy, as plain data.
type Rules struct {
	customer.Edition

	Zone     string    `json:"zone"`     // IANA name; whose midnight ends a day
	Channels []Channel `json:"channels"` // over which one speaks with customers: 1 to 100
	Targets  []Target  `json:"targets,omitempty"`

	// NoteGraceSeconds is how long after the end of a contact a note still counts as written during
	// it: 0 to 86,400.
	NoteGraceSeconds int `json:"note_grace_seconds,omitempty"`
	// FadedHours is after how many hours most of what was said is forgotten, so that a note is no
	// more than what is left of it: 0 to 720, where 0 is never. After 9 hours 70 % is gone, says the
	// study that shops are taught.
	FadedHours int `json:"faded_hours,omitempty"`
	// RecordHours is within how many hours of its end a visit is to be recorded: 0 to 720; 0: at any
	// time.
	RecordHours int `json:"record_hours,omitempty"`
	// Alike are numbers that are easily misheard for each other; see [Mandarin] and [English].
	Alike []Alike `json:"alike,omitempty"`
	// MeasureLeast is of how few contacts a share is not told: 0 to 10,000.
	MeasureLeast int `json:"measure_least,omitempty"`

	Currency customer.Currency `json:"currency,omitzero"` // in which prices are quoted; absent: none are
	Quotes   QuoteRules        `json:"quotes,omitzero"`
}

// Channel is a way to speak with a customer, in the host's words.
type Channel struct {
	ID string `json:"id"` // "phone", "visit", "letter", "mailing", "event"
	// Spoken says that nothing is seen in writing: a day that is told over it is told with its
	// weekday, and both are read back.
	Spoken bool `json:"spoken,omitempty"`
	// Unnoted says that no note is expected: of a mailing to all.
	Unnoted bool `json:"unnoted,omitempty"`
}

// Target is how long a contact should take at most. That of a purpose comes before that of the
// channel alone.
type Target struct {
	Channel string `json:"channel"`
	Purpose string `json:"purpose,omitempty"` // empty: any
	Seconds int    `json:"seconds"`           // 1 to 86,400
}

// ParseRules reads Rules from JSON, strictly; see customer.ParseRules.
func ParseRules(data []byte) (Rules, error) { return customer.ParseRules[Rules](data) }

const (
	maxChannels = 100
	maxTargets  = 1000
	maxHours    = 720
	maxSeconds  = 24 * 60 * 60 // of the longest contact: a day
)

func (r *Rules) check(faults *customer.Faults) {
	r.Edition.Check(faults)
	faults.Within("channels", len(r.Channels), 1, maxChannels)
	known := map[string]bool{}
	for i, channel := range r.Channels[:min(len(r.Channels), maxChannels)] {
		var one customer.Faults
		if one.Name("id", channel.ID); known[channel.ID] {
			one.Add("id", channel.ID, "stands only once")
		}
		known[channel.ID] = true
		faults.Join(fmt.Sprintf("channels[%d]", i), one)
	}
	had := map[[2]string]bool{}
	many(faults, "targets", r.Targets, maxTargets, func(one *customer.Faults, target *Target) {
		if !known[target.Channel] {
			one.Add("channel", target.Channel, "is the ID of a channel")
		}
		one.Text("purpose", target.Purpose)
		one.Within("seconds", target.Seconds, 1, maxSeconds)
		if of := [2]string{target.Channel, target.Purpose}; had[of] {
			one.Add("purpose", target.Purpose, "has one target over a channel")
		} else {
			had[of] = true
		}
	})
	faults.Within("note_grace_seconds", r.NoteGraceSeconds, 0, maxSeconds)
	faults.Within("faded_hours", r.FadedHours, 0, maxHours)
	if r.FadedHours > 0 && r.NoteGraceSeconds > r.FadedHours*3600 {
		faults.Add("faded_hours", r.FadedHours, "is no less than note_grace_seconds")
	}
	faults.Within("record_hours", r.RecordHours, 0, maxHours)
	checkAlike(faults, "alike", r.Alike)
	faults.Within("measure_least", r.MeasureLeast, 0, 10_000)
	r.checkQuotes(faults)
}

func (r *Rules) checkQuotes(faults *customer.Faults) {
	var part customer.Faults
	if r.Currency == (customer.Currency{}) {
		if q := &r.Quotes; q.TolerancePermille != 0 || q.ApprovePermille != 0 || q.FlagUnexplained || q.ValidDays != 0 || q.BindDays != 0 || len(q.Roles) > 0 {
			faults.Add("quotes", "", "go with a currency")
		}
		return
	}
	faults.Currency("currency", r.Currency)
	r.Quotes.check(&part)
	faults.Join("quotes", part)
}

// clone returns rules that share no memory with these.
func (r *Rules) clone() Rules {
	own := *r
	own.Channels, own.Targets, own.Alike = slices.Clone(r.Channels), slices.Clone(r.Targets), slices.Clone(r.Alike)
	own.Quotes.Roles = slices.Clone(r.Quotes.Roles)
	return own
}
