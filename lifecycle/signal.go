package lifecycle

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// Bounds of early signals and reasons for leaving.
const (
	MaxSignals = 200 // in a standing: beyond them the earliest falls off
	MaxCauses  = 100 // in a rule book
)

// Sign is what an early signal says. The zero Sign is refused.
type Sign uint8

// The signs. Their texts are format.
const (
	BuyerChanged  Sign = iota + 1 // somebody else buys for the organisation now (换了采购员)
	ContactGone                   // the person whom we know there has left
	WalkedOut                     // she went to the door without buying and without a word
	PromiseBroken                 // what she was promised did not come
	ComplaintMade                 // she complained
	BuysLess                      // she comes less often than she did
	PaidLate                      // she paid late
	Displeased                    // she answered a survey below the mark
)

// String returns the stored text.
func (s Sign) String() string {
	switch s {
	case BuyerChanged:
		return "buyer-changed"
	case ContactGone:
		return "contact-gone"
	case WalkedOut:
		return "walked-out"
	case PromiseBroken:
		return "promise-broken"
	case ComplaintMade:
		return "complaint-made"
	case BuysLess:
		return "buys-less"
	case PaidLate:
		return "paid-late"
	case Displeased:
		return "displeased"
	}
	return "sign " + strconv.Itoa(int(s))
}

// MarshalText writes the stored text; anything else is an error.
func (s Sign) MarshalText() ([]byte, error) { return customer.WriteStored("lifecycle", s, Displeased) }

// UnmarshalText reads what MarshalText wrote.
func (s *Sign) UnmarshalText(text []byte) error {
	return customer.ReadStored("lifecycle", "sign", s, Displeased, text)
}

// Teller is how something about a customer is known. The zero Teller is refused.
type Teller uint8

// The tellers. Their texts are format.
const (
	Said   Teller = iota + 1 // by the customer herself
	Judged                   // by somebody of the staff
	Found                    // in figures, by a program
)

// String returns the stored text.
func (t Teller) String() string {
	switch t {
	case Said:
		return "said"
	case Judged:
		return "judged"
	case Found:
		return "found"
	}
	return "teller " + strconv.Itoa(int(t))
}

// MarshalText writes the stored text; anything else is an error.
func (t Teller) MarshalText() ([]byte, error) { return customer.WriteStored("lifecycle", t, Found) }

// UnmarshalText reads what MarshalText wrote.
func (t *Teller) UnmarshalText(text []byte) error {
	return customer.ReadStored("lifecycle", "teller", t, Found, text)
}

// SignalRules is the rule book of early signals and reasons for leaving, as plain data.
type SignalRules struct {
	customer.Edition

	Zone string `json:"zone"` // IANA name; whose midnight begins a day
	// Signs say how much each sign weighs, each at most once. A sign that is not here is
	// recorded, and weighs nothing.
	Signs []SignRule `json:"signs,omitempty"`
	// Causes are reasons for leaving beyond those that the package knows, and what is to be
	// done about any of them. At most MaxCauses.
	Causes []CauseRule `json:"causes,omitempty"`
}

// SignRule is what a sign counts.
type SignRule struct {
	Sign     Sign `json:"sign"`
	Permille int  `json:"permille"` // of certain loss, on its day: 0 to 1000
	// CountsDays is on how many days it counts, its own being the first: 1 to 3660.
	CountsDays int `json:"counts_days"`
	// Fades says that it counts less each day, in equal steps (rounded down) that reach 0
	// after CountsDays. Otherwise it counts in full until then.
	Fades bool `json:"fades,omitempty"`

	ErrandRule
}

// ErrandRule is what somebody is to do about a signal or a reason for leaving.
type ErrandRule struct {
	Errand     string `json:"errand,omitempty"`     // the host's label, at most 50 bytes without "/": "visit-new-buyer"; empty: nothing
	WithinDays int    `json:"within_days,omitzero"` // after its day: 0 to 366
}

// ParseSignalRules reads SignalRules from JSON, strictly; see customer.ParseRules.
// NewSignals checks what they say.
func ParseSignalRules(data []byte) (SignalRules, error) {
	return customer.ParseRules[SignalRules](data)
}

// Signals is the compiled rule book. It is immutable and safe for concurrent use.
type Signals struct {
	rules SignalRules
	name  string
	zone  *time.Location
	signs [Displeased + 1]SignRule // by Sign; the zero SignRule: weighs nothing
}

// NewSignals checks the rules whole, returning customer.Faults, and compiles them. The zone
// must be the one that the rules name.
func NewSignals(rules SignalRules, zone *time.Location) (*Signals, error) {
	var faults customer.Faults
	rules.Edition.Check(&faults)
	faults.Zone("zone", rules.Zone, zone)
	s := &Signals{rules: rules, name: rules.Name(), zone: zone}
	faults.Within("signs", len(rules.Signs), 0, int(Displeased))
	for i, rule := range rules.Signs[:min(len(rules.Signs), int(Displeased))] {
		path := fmt.Sprintf("signs[%d]", i)
		if rule.Sign < BuyerChanged || rule.Sign > Displeased {
			faults.Add(path+".sign", rule.Sign, "is one of the signs")
			continue
		}
		if s.signs[rule.Sign].Sign != 0 {
			faults.Add(path+".sign", rule.Sign, "stands only once")
		}
		faults.Within(path+".permille", rule.Permille, 0, 1000)
		faults.Within(path+".counts_days", rule.CountsDays, 1, 3660)
		rule.ErrandRule.check(&faults, path)
		s.signs[rule.Sign] = rule
	}
	checkCauses(&faults, rules.Causes)
	if err := faults.Err(); err != nil {
		return nil, err
	}
	s.rules.Signs, s.rules.Causes = nil, slices.Clone(rules.Causes)
	return s, nil
}

func (e *ErrandRule) check(faults *customer.Faults, path string) {
	faults.Text(path+".errand", e.Errand)
	if len(e.Errand) > 50 || strings.Contains(e.Errand, "/") { // a signal's Ref stands before it
		faults.Add(path+".errand", e.Errand, "has at most 50 bytes, and no /")
	}
	faults.Within(path+".within_days", e.WithinDays, 0, 366)
	if e.Errand == "" && e.WithinDays != 0 {
		faults.Add(path+".within_days", e.WithinDays, "is of an errand")
	}
}

// Remark is what somebody recorded about a customer: an early signal, or why she left.
type Remark struct {
	Sign  Sign   `json:"sign,omitzero"`   // of a signal
	Cause Cause  `json:"cause,omitempty"` // of leaving
	Told  Teller `json:"told"`
	By    string `json:"by,omitempty"`    // who recorded it: a member of the staff, a program
	About string `json:"about,omitempty"` // a product, a shop or a case, in the host's words
	// Note is kept as long as the history is, and cannot be taken out of it: names, numbers and
	// addresses of people belong into the host's register, where they can be erased.
	Note string `json:"note,omitempty"`
}

// Signal is a Remark that stands in a standing.
type Signal struct {
	Ref string        `json:"ref"` // the request that recorded it
	At  time.Time     `json:"at"`
	On  customer.Date `json:"on"`
	Remark
}

// left reports whether it says why she left.
func (s *Signal) left() bool { return s.Cause != "" }

// Observation is the request to record an early signal or, with a Cause, that she left.
type Observation struct {
	Ref string    `json:"ref"` // at most MaxRef bytes
	At  time.Time `json:"at"`  // when it happened
	Remark
}

// Canonical writes the request for a fingerprint.
func (o Observation) Canonical(c *customer.Canonical) {
	c.Text("ref", o.Ref)
	c.Time("at", o.At)
	c.Int("sign", int64(o.Sign))
	c.Text("cause", string(o.Cause))
	c.Int("told", int64(o.Told))
	c.Text("by", o.By)
	c.Text("about", o.About)
	c.Text("note", o.Note)
}

// Observe books an early signal, or why she left. Its reason says what it weighs on its
// day; [Signals.Errand] what is to be done.
func (s *Signals) Observe(standing Standing, observation Observation) (Decision, error) {
	var faults customer.Faults
	checkRef(&faults, "ref", observation.Ref)
	faults.Instant("at", observation.At)
	observation.Remark.check(&faults)
	if observation.Cause != "" && !s.knows(observation.Cause) {
		faults.Add("cause", string(observation.Cause), "is a reason that the package or the rules know")
	}
	if err := faults.Err(); err != nil {
		return Decision{}, err
	}
	d, err := open(s.rules.Edition, s.zone, standing, observation.At, observation.Ref)
	if err != nil {
		return Decision{}, err
	}
	signal := Signal{Ref: observation.Ref, On: d.day, Remark: observation.Remark}
	e := Entry{Kind: Left, Remark: observation.Remark, Because: s.leaving(&signal)}
	if observation.Sign != 0 {
		e.Kind = Signalled
		e.Because, _ = s.weigh(&signal, d.day)
	}
	d.post(e)
	return d.decision()
}

func (r *Remark) check(faults *customer.Faults) {
	switch {
	case r.Sign > Displeased || (r.Sign == 0) == (r.Cause == ""):
		faults.Add("sign", r.Sign, "is one of the signs, or absent where there is a cause")
	case r.Told < Said || r.Told > Found:
		faults.Add("told", r.Told, "is said, judged or found")
	}
	faults.Text("cause", string(r.Cause))
	faults.Text("by", r.By)
	faults.Text("about", r.About)
	faults.Text("note", r.Note)
}

// noteSignal books a remark. Signals stand by the instant they speak of and then in the
// order of booking; beyond MaxSignals the earliest falls off.
func (g *ground) noteSignal(e *Entry) error {
	var faults customer.Faults
	checkRef(&faults, "ref", e.Ref)
	e.Remark.check(&faults)
	switch {
	case len(faults) > 0:
		return faults
	case (e.Kind == Signalled) != (e.Remark.Sign != 0):
		return errors.New("a signal has a sign, and who left has a reason")
	}
	at, _ := slices.BinarySearchFunc(g.Signals, e.At, func(s Signal, at time.Time) int {
		if s.At.After(at) {
			return 1
		}
		return -1
	})
	g.Signals = slices.Insert(g.Signals, at, Signal{Ref: e.Ref, At: e.At, On: e.On, Remark: e.Remark})
	if len(g.Signals) > MaxSignals {
		g.Signals = slices.Delete(g.Signals, 0, 1)
	}
	return nil
}

// Weigh adds up what early signals weigh on a day, 0 to 1000 ‰, with the reason of each
// that counts, by the instant it speaks of: what the list of customers at risk adds to her
// silence. Each one counts, so three walk-outs weigh three times; together they are at
// most 1000. Reasons for leaving weigh nothing: she is gone. Signals are those of a
// standing.
func (s *Signals) Weigh(signals []Signal, on customer.Date) (permille int64, reasons []customer.Reason) {
	for i := range signals {
		if reason, counts := s.weigh(&signals[i], on); counts {
			permille += reason.Fact
			reasons = append(reasons, reason)
		}
	}
	return min(permille, 1000), reasons
}

// weigh is what one signal weighs on a day, and whether it counts on it.
func (s *Signals) weigh(signal *Signal, on customer.Date) (customer.Reason, bool) {
	reason := customer.Reason{Code: signCode(signal.Sign), Rule: s.name, Unit: customer.UnitPermille, On: signal.On}
	if signal.Sign < BuyerChanged || signal.Sign > Displeased {
		return reason, false
	}
	rule := &s.signs[signal.Sign]
	days := int64(on) - int64(signal.On)
	if days < 0 || days >= int64(rule.CountsDays) {
		return reason, false
	}
	reason.Fact, reason.Mark = int64(rule.Permille), int64(rule.Permille)
	if rule.Fades {
		reason.Fact = reason.Mark * (int64(rule.CountsDays) - days) / int64(rule.CountsDays)
	}
	reason.By = min(signal.On+customer.Date(rule.CountsDays)-1, customer.MaxDate)
	return reason, reason.Fact > 0
}

// Errand is what somebody is to do about a signal or a reason for leaving, for the host's
// agenda: visit the new buyer, apologise, win her back. Ref is the same however often it is
// asked for.
type Errand struct {
	Ref     string          `json:"ref"` // the signal's Ref, then "/" and What
	What    string          `json:"what"`
	By      customer.Date   `json:"by"`      // the last day for it
	Because customer.Reason `json:"because"` // the signal
}

// Errand returns what the rules ask for about a signal, and false where that is nothing.
func (s *Signals) Errand(signal Signal) (Errand, bool) {
	var rule ErrandRule
	because := s.leaving(&signal)
	if signal.left() {
		if i := s.rule(signal.Cause); i >= 0 {
			rule = s.rules.Causes[i].ErrandRule
		}
	} else if signal.Sign <= Displeased {
		rule = s.signs[signal.Sign].ErrandRule
		because, _ = s.weigh(&signal, signal.On)
	}
	if rule.Errand == "" {
		return Errand{}, false
	}
	by := min(signal.On+customer.Date(rule.WithinDays), customer.MaxDate)
	return Errand{Ref: signal.Ref + "/" + rule.Errand, What: rule.Errand, By: by, Because: because}, true
}
