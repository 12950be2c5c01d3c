package consent

import (
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/calendar"
)

// Rules is the rule book of what a customer is asked for, and of how often, when and through what
// she may be contacted, over all channels and all packages. It is plain data.
type Rules struct {
	customer.Edition

	// Zone is the IANA name of the zone in which days are read; the calendars are in it.
	Zone     string    `json:"zone"`
	Channels []Channel `json:"channels"`          // 1 to 100
	Purposes []Purpose `json:"purposes"`          // 1 to 100
	Parties  []Party   `json:"parties,omitempty"` // beside the shop itself; at most 100
	Notices  []Notice  `json:"notices,omitempty"` // all versions that were ever shown; at most 1000
	Caps     []Cap     `json:"caps,omitempty"`    // at most 100
	// ApartDays is how many days lie at least between two contacts that count: 0 to 366.
	// With 1 there are never two on one day.
	ApartDays int `json:"apart_days,omitempty"`
	// GuardianUnderYears is the age under which somebody else says yes for her: 0 to 100. 0: nobody
	// is asked for her age.
	GuardianUnderYears int `json:"guardian_under_years,omitempty"`
}

// Channel is a way to reach a customer.
type Channel struct {
	ID string `json:"id"` // "phone", "visit", "letter", "event"
	// Hours names the calendar whose open time is when she may be reached; outside it is
	// quiet. Empty: at any time, as with letters.
	Hours string `json:"hours,omitempty"`
	// ConfirmDays is how many days she has to confirm a yes through the channel itself, before which
	// it does not count: the link in the mail. 0 to 366; 0: it counts at once.
	ConfirmDays int `json:"confirm_days,omitempty"`
}

// Purpose is what she is contacted for, or what is done with what is known of her. What is not said
// is strict: it needs her yes, is capped, and is stopped by an open complaint and by her opting out.
type Purpose struct {
	ID string `json:"id"` // "promotion", "greeting", "service", "profiling"
	// Weight is how much one contact counts against the caps: 0 to 100. 0 does not count,
	// and is for what is uncapped or silent.
	Weight int `json:"weight,omitempty"`
	// Uncapped is never held back by caps or by ApartDays: the call about her own repair. It
	// may still count, so that less is left for others.
	Uncapped bool `json:"uncapped,omitempty"`
	// DespiteComplaint goes on while a complaint of hers is open.
	DespiteComplaint bool `json:"despite_complaint,omitempty"`
	// DespiteOptOut goes on after she has opted out of everything, and with a Basis also after a no
	// to the purpose itself: what a contract or a law asks for.
	DespiteOptOut bool `json:"despite_opt_out,omitempty"`

	// Silent contacts nobody: profiling, handing on what she bought. It has no channel.
	Silent bool `json:"silent,omitempty"`
	// Channels are those through which it may go; none: all.
	Channels []string `json:"channels,omitempty"`
	// Basis is what it rests on where she has not said yes, in the host's words: "contract",
	// "legal duty", "legitimate interest". It is for the shop itself, never for a third party. Empty:
	// without her yes it is not allowed.
	Basis string `json:"basis,omitempty"`
	// Separate asks for a yes of its own: not given together with any other purpose, and not for
	// something that she would not get otherwise. Like Recorded it is asked when a yes is booked: one
	// that was given under earlier rules stands, unless SinceNotice has her asked again.
	Separate bool `json:"separate,omitempty"`
	// Recorded asks for the reference of the form or the recording.
	Recorded bool `json:"recorded,omitempty"`
	// ValidMonths is for how many months a yes holds: 0 to 1200; 0: until she takes it back.
	ValidMonths int `json:"valid_months,omitempty"`
	// RenewDays is how many days before a yes ends she may be asked for the next: 0 to 366.
	RenewDays int `json:"renew_days,omitempty"`
	// AskAgainDays is after how many days she may be asked again who has said no: 0 to 36,600; 0: never.
	AskAgainDays int `json:"ask_again_days,omitempty"`
	// Notice is the text that she must have seen for her yes to count; empty: none.
	Notice string `json:"notice,omitempty"`
	// SinceNotice is the first version of it that says what is done today: who saw an earlier one is
	// asked again. 0: every version does.
	SinceNotice int `json:"since_notice,omitempty"`
}

// Party is somebody else to whom her data may go, or for whom she may be contacted: a
// manufacturer, a partner. Whoever only works for the shop, as a courier does, is none. For each
// party and purpose she says yes separately, knowing what is said here of it.
type Party struct {
	ID      string   `json:"id"`
	Name    string   `json:"name"`    // as it is known in law
	Contact string   `json:"contact"` // how she reaches it
	Way     string   `json:"way"`     // what it does with her data, and how
	Data    []string `json:"data"`    // what kinds of data it gets: 1 to 100
	// Purposes are those for which it may be: 1 to 100.
	Purposes []string `json:"purposes"`
	// Notice and SinceNotice are as of a Purpose, and stand in the place of the purpose's.
	Notice      string `json:"notice,omitempty"`
	SinceNotice int    `json:"since_notice,omitempty"`
}

// Notice is one version of a text that customers are shown before they say yes.
type Notice struct {
	ID      string `json:"id"`
	Version int    `json:"version"` // 1 to 1,000,000; a later one is greater
	Hash    string `json:"hash"`    // see Hash
}

// Cap bounds contacts: at most Most within any Days days that follow each other.
type Cap struct {
	ID   string `json:"id"`
	Most int    `json:"most"` // 1 to 10,000: the sum of the weights
	Days int    `json:"days"` // 1 to 366
	// Purposes are those that it counts and holds back; none: all.
	Purposes []string `json:"purposes,omitempty"`
}

// ParseRules reads Rules from JSON, strictly; see customer.ParseRules.
func ParseRules(data []byte) (Rules, error) { return customer.ParseRules[Rules](data) }

// Calendars are compiled calendars by the names under which rules and people refer to them.
type Calendars map[string]*calendar.Calendar
