package complaint

import (
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// AnsweringRules says how soon a telephone that rings is answered. Left out, nothing is said.
type AnsweringRules struct {
	RingSeconds      int `json:"ring_seconds,omitempty"`      // from one ring to the next: 1 of sound and 2 of silence make 3
	IdealRings       int `json:"ideal_rings,omitempty"`       // on which it is best answered
	MostRings        int `json:"most_rings,omitempty"`        // by which it has to be answered
	ImpatientSeconds int `json:"impatient_seconds,omitempty"` // after which callers lose patience
}

// readAnswering checks the rules.
func (p *Policy) readAnswering(faults *customer.Faults) {
	rules := p.rules.Answering
	if rules == (AnsweringRules{}) {
		return
	}
	var part customer.Faults
	part.Within("ring_seconds", rules.RingSeconds, 1, 60)
	part.Within("ideal_rings", rules.IdealRings, 1, 100)
	part.Within("most_rings", rules.MostRings, 1, 100)
	if rules.MostRings < rules.IdealRings {
		part.Add("most_rings", rules.MostRings, "is ideal_rings or more")
	}
	part.Within("impatient_seconds", rules.ImpatientSeconds, 1, 3600)
	faults.Join("answering", part)
}

// Pickup is how soon a telephone was answered.
type Pickup struct {
	Waited    time.Duration
	Rings     int  // that had begun; the first begins at once
	Ideal     bool // answered on the ring on which it is best answered
	InTime    bool // within the most rings
	Impatient bool // the caller waited as long as callers have patience
	Reason    customer.Reason
}

// Pickup judges how soon a telephone was answered that had rung for a time. A policy without
// AnsweringRules has nothing to judge by: that is customer.Faults.
func (p *Policy) Pickup(waited time.Duration) (Pickup, error) {
	if p.zone == nil {
		return Pickup{}, errNoPolicy
	}
	rules := p.rules.Answering
	var faults customer.Faults
	if rules.RingSeconds == 0 {
		faults.Add("answering", 0, "are rules of the policy")
	}
	if waited < 0 || waited > 24*time.Hour {
		faults.Add("waited", waited, "is 0 to 24 hours")
	}
	if err := faults.Err(); err != nil {
		return Pickup{}, err
	}
	rings := 1 + int(waited/(time.Duration(rules.RingSeconds)*time.Second))
	answered := Pickup{
		Waited:    waited,
		Rings:     rings,
		Ideal:     rings == rules.IdealRings,
		InTime:    rings <= rules.MostRings,
		Impatient: waited >= time.Duration(rules.ImpatientSeconds)*time.Second,
		Reason:    customer.Reason{Code: CodeAnswerInTime, Rule: p.name, Fact: int64(rings), Mark: int64(rules.MostRings), Unit: customer.UnitTimes},
	}
	switch {
	case answered.Impatient:
		answered.Reason.Code = CodeAnswerImpatient
	case !answered.InTime:
		answered.Reason.Code = CodeAnswerLate
	case answered.Ideal:
		answered.Reason.Code = CodeAnswerIdeal
	}
	return answered, nil
}

// The reason codes of answering the telephone. They are format.
const (
	CodeAnswerIdeal     = "complaint.answer-ideal"     // Fact: the ring on which it was answered; Mark: the latest in order
	CodeAnswerInTime    = "complaint.answer-in-time"   // the same
	CodeAnswerLate      = "complaint.answer-late"      // the same
	CodeAnswerImpatient = "complaint.answer-impatient" // the same; the caller had lost patience
)

func explainAnswer(r customer.Reason, w words) (text string, ok bool) {
	switch r.Code {
	case CodeAnswerIdeal:
		return w.In("answered on ring %d, as is best", "在第%d声铃响时接听，最为适宜", r.Fact), true
	case CodeAnswerInTime:
		return w.In("answered on ring %d, by ring %d", "在第%d声铃响时接听，未超过%d声", r.Fact, r.Mark), true
	case CodeAnswerLate:
		return w.In("answered on ring %d, not by ring %d", "在第%d声铃响时才接听，应不超过%d声", r.Fact, r.Mark), true
	case CodeAnswerImpatient:
		return w.In("answered on ring %d, not by ring %d: the caller had lost patience", "在第%d声铃响时才接听，应不超过%d声，来电者已不耐烦", r.Fact, r.Mark), true
	}
	return "", false
}
