package lifecycle

import (
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// maxScores is how many steps a scale has at most.
const maxScores = 101

// SatisfactionRules is the rule book of satisfaction and loyalty, as plain data. They are
// two measures and are never made one: satisfaction is what somebody answered, loyalty is
// what she did afterwards (满意往往不意味着忠诚).
type SatisfactionRules struct {
	customer.Edition

	// Least and Most are the ends of the scale: 1 and 5, 0 and 10. 0 to 100.
	Least int `json:"least"`
	Most  int `json:"most"`
	// SatisfiedFrom is the lowest answer of the satisfied.
	SatisfiedFrom int `json:"satisfied_from"`
	// DetractorsTo and PromotersFrom divide the answers into three classes, as a promoter
	// score does: up to the first, from the second, and between. Both absent: no classes.
	DetractorsTo  *int `json:"detractors_to,omitempty"`
	PromotersFrom *int `json:"promoters_from,omitempty"`

	// LoyalVisits is on how many distinct days a loyal customer buys within LoyalDays after
	// the day of her answer (or, where she gave none, of the question): 1 to 1000, and 1 to
	// 3660 days. Until the last of these days is over she is neither loyal nor gone.
	LoyalVisits int `json:"loyal_visits"`
	LoyalDays   int `json:"loyal_days"`

	// LeastAnswers is how many answers a share of them needs, and how many with a known
	// outcome a share of loyalty: 1 to 10⁶. Below it the report says "too few to tell".
	LeastAnswers int `json:"least_answers"`
}

// ParseSatisfactionRules reads SatisfactionRules from JSON, strictly; see
// customer.ParseRules. NewSatisfaction checks what they say.
func ParseSatisfactionRules(data []byte) (SatisfactionRules, error) {
	return customer.ParseRules[SatisfactionRules](data)
}

// Satisfaction is the compiled rule book. It is immutable and safe for concurrent use.
type Satisfaction struct {
	rules   SatisfactionRules
	name    string
	classes bool // there are detractors and promoters
}

// NewSatisfaction checks the rules whole, returning customer.Faults, and compiles them.
func NewSatisfaction(rules SatisfactionRules) (*Satisfaction, error) {
	var faults customer.Faults
	rules.Edition.Check(&faults)
	faults.Within("least", rules.Least, 0, maxScores-2)
	faults.Within("most", rules.Most, max(0, rules.Least)+1, maxScores-1)
	faults.Within("satisfied_from", rules.SatisfiedFrom, rules.Least+1, rules.Most)
	s := &Satisfaction{name: rules.Name(), classes: rules.DetractorsTo != nil && rules.PromotersFrom != nil}
	if s.classes {
		to, from := *rules.DetractorsTo, *rules.PromotersFrom
		faults.Within("detractors_to", to, rules.Least, rules.Most-1)
		faults.Within("promoters_from", from, to+1, rules.Most)
		rules.DetractorsTo, rules.PromotersFrom = &to, &from
	} else if rules.DetractorsTo != nil || rules.PromotersFrom != nil {
		faults.Add("detractors_to", "", "and promoters_from are both given, or neither")
	}
	faults.Within("loyal_visits", rules.LoyalVisits, 1, min(1000, max(1, rules.LoyalDays)))
	faults.Within("loyal_days", rules.LoyalDays, 1, 3660)
	faults.Within("least_answers", rules.LeastAnswers, 1, 1_000_000)
	if err := faults.Err(); err != nil {
		return nil, err
	}
	s.rules = rules
	return s, nil
}

// Answer is one customer who was asked once, and what she answered. One who was asked
// several times counts as often: a host that wants people passes the latest of each.
type Answer struct {
	Asked customer.Date `json:"asked"`
	On    customer.Date `json:"on,omitzero"`    // the day of the answer; zero: none came
	Score int           `json:"score,omitzero"` // on the rules' scale
}

// Survey adds up answers and what became of those who gave them. They may be added in any
// order and any split; merged, the bytes are the same. It is made by [Satisfaction.Survey],
// and not safe for concurrent use.
type Survey struct {
	rules  Satisfaction
	asked  population.Period
	on     customer.Date
	counts [maxScores + 1]Conduct // by score, from Least; the last: no answer
}

// Conduct is what became of customers.
type Conduct struct {
	Loyal int64 // bought again as the rules ask
	Gone  int64 // did not, though the days for it are over
	Open  int64 // the days are not over: too early to say
}

// Known is how many have an outcome.
func (c Conduct) Known() int64 { return c.Loyal + c.Gone }

// All is how many there are.
func (c Conduct) All() int64 { return c.Loyal + c.Gone + c.Open }

func (c Conduct) plus(other Conduct) Conduct {
	return Conduct{c.Loyal + other.Loyal, c.Gone + other.Gone, c.Open + other.Open}
}

const surveyVersion = 1

// Survey begins to add up those who were asked in a period, as known on a day, which may be
// long after. On all days of the period the rule book is in force: those who were asked
// under another edition are another survey.
func (s *Satisfaction) Survey(asked population.Period, on customer.Date) (*Survey, error) {
	faults := asked.Faults("period")
	faults.GivenDay("on", on)
	if err := faults.Err(); err != nil {
		return nil, err
	}
	for _, day := range [2]customer.Date{asked.From, asked.Until - 1} {
		if err := s.rules.Covers(day); err != nil {
			return nil, err
		}
	}
	return &Survey{rules: *s, asked: asked, on: on}, nil
}

// Add counts one who was asked in the period and by the day of the report, and all days on
// which she has bought. An
// answer from after the day of the report is none yet. Somebody whose days are not over is
// open even if she has come already; else those who come early would count before those
// who stay away can.
func (s *Survey) Add(answer Answer, days customer.Days) error {
	if err := checkMade(s.on != 0, "period", "Satisfaction.Survey"); err != nil {
		return err
	}
	rules := &s.rules.rules
	var faults customer.Faults
	faults.GivenDay("asked", answer.Asked)
	place := maxScores // no answer
	from := answer.Asked
	switch {
	case answer.On == 0 && answer.Score != 0:
		faults.Add("score", answer.Score, "is 0 without an answer")
	case answer.On != 0 && (!answer.On.Valid() || answer.On < answer.Asked):
		faults.Add("on", answer.On, "is a day, not before she was asked")
	case answer.On != 0:
		if faults.Within("score", answer.Score, rules.Least, rules.Most); answer.On <= s.on {
			place, from = answer.Score-rules.Least, answer.On
		}
	}
	if err := faults.Err(); err != nil {
		return err
	}
	if err := days.Validate(); err != nil || !s.asked.Contains(answer.Asked) || answer.Asked > s.on {
		return err
	}
	conduct := &s.counts[place]
	switch last := from + customer.Date(rules.LoyalDays); {
	case last >= s.on: // it is not over
		conduct.Open++
	case visitsWithin(days, from+1, last) >= rules.LoyalVisits:
		conduct.Loyal++
	default:
		conduct.Gone++
	}
	return nil
}

// visitsWithin counts the days from first to last, both included.
func visitsWithin(days customer.Days, first, last customer.Date) int {
	from, _ := slices.BinarySearch(days, first)
	until, _ := slices.BinarySearch(days, last+1)
	return until - from
}

// Merge counts everything that other counted, of the same period and day and under the same
// scale and marks of loyalty.
func (s *Survey) Merge(other *Survey) error {
	if string(s.terms()) != string(other.terms()) {
		return errTerms("surveys")
	}
	for i, conduct := range other.counts {
		had := s.counts[i]
		if conduct.Loyal > maxReport-had.Loyal || conduct.Gone > maxReport-had.Gone || conduct.Open > maxReport-had.Open {
			return errReportFigures()
		}
	}
	for i, conduct := range other.counts {
		s.counts[i] = s.counts[i].plus(conduct)
	}
	return nil
}

// Regard is the report of a Survey: satisfaction and loyalty beside each other.
type Regard struct {
	Satisfied    Conduct
	Dissatisfied Conduct
	Unanswered   Conduct // were asked and did not answer

	// With classes in the rules; together they are those who answered.
	Detractors, Passives, Promoters Conduct

	rule  string
	least int64
}

// Report returns what was counted until now.
func (s *Survey) Report() Regard {
	rules := &s.rules.rules
	r := Regard{Unanswered: s.counts[maxScores], rule: s.rules.name, least: int64(rules.LeastAnswers)}
	for score := rules.Least; score <= rules.Most; score++ {
		conduct := s.counts[score-rules.Least]
		if score >= rules.SatisfiedFrom {
			r.Satisfied = r.Satisfied.plus(conduct)
		} else {
			r.Dissatisfied = r.Dissatisfied.plus(conduct)
		}
		switch {
		case !s.rules.classes:
		case score <= *rules.DetractorsTo:
			r.Detractors = r.Detractors.plus(conduct)
		case score >= *rules.PromotersFrom:
			r.Promoters = r.Promoters.plus(conduct)
		default:
			r.Passives = r.Passives.plus(conduct)
		}
	}
	return r
}

// Reasons says the report in sentences: how many answered, how many of them are satisfied,
// how many loyal, and the two corners where these differ. Where too few outcomes are known
// it says so instead of a share.
func (r Regard) Reasons() []customer.Reason {
	answered := r.Satisfied.plus(r.Dissatisfied)
	asked := answered.All() + r.Unanswered.All()
	var reasons []customer.Reason
	tell := func(code string, fact, mark int64) {
		reasons = append(reasons, customer.Reason{Code: code, Rule: r.rule, Fact: fact, Mark: mark, Unit: customer.UnitCustomers})
	}
	tell(CodeAnswered, answered.All(), asked)
	if answered.All() < r.least {
		tell(CodeTooFewAnswers, answered.All(), r.least)
		return reasons
	}
	tell(CodeSatisfied, r.Satisfied.All(), answered.All())
	if answered.Open > 0 {
		tell(CodeAnswersOpen, answered.Open, answered.All())
	}
	if answered.Known() < r.least {
		tell(CodeTooFewOutcomes, answered.Known(), r.least)
		return reasons
	}
	tell(CodeLoyal, answered.Loyal, answered.Known())
	if known := r.Satisfied.Known(); known < r.least {
		tell(CodeTooFewSatisfied, known, r.least)
	} else {
		tell(CodeSatisfiedGone, r.Satisfied.Gone, known)
	}
	if known := r.Dissatisfied.Known(); known < r.least {
		tell(CodeTooFewDispleased, known, r.least)
	} else {
		tell(CodeDispleasedLoyal, r.Dissatisfied.Loyal, known)
	}
	return reasons
}

func (s *Survey) terms() []byte {
	rules := &s.rules.rules
	terms := population.AppendPeriod(nil, s.asked)
	for _, n := range []int{int(s.on), rules.Least, rules.Most, rules.LoyalVisits, rules.LoyalDays} {
		terms = binary.AppendUvarint(terms, uint64(n))
	}
	return terms
}

// MarshalBinary writes the counts by ascending score, so that equal surveys have equal
// bytes.
func (s *Survey) MarshalBinary() ([]byte, error) {
	data := population.AppendBytes([]byte{surveyVersion}, s.terms())
	for _, place := range s.places() {
		conduct := s.counts[place]
		for _, n := range []int64{conduct.Loyal, conduct.Gone, conduct.Open} {
			data = binary.AppendUvarint(data, uint64(n))
		}
	}
	return data, nil
}

// places are the scores of the scale, from its least, and that of no answer.
func (s *Survey) places() []int {
	var places []int
	for i := range s.rules.rules.Most - s.rules.rules.Least + 1 {
		places = append(places, i)
	}
	return append(places, maxScores)
}

// UnmarshalBinary reads what MarshalBinary wrote, into a survey of the same period, day,
// scale and marks of loyalty; at an error the survey stays as it was.
func (s *Survey) UnmarshalBinary(data []byte) error {
	from := population.NewDecoder(data, surveyVersion)
	if got := from.Bytes(); from.Err() == nil && string(got) != string(s.terms()) {
		from.Fail("it counts under other terms, or over another period")
	}
	read := Survey{rules: s.rules, asked: s.asked, on: s.on}
	for _, place := range s.places() {
		conduct := &read.counts[place]
		for _, n := range []*int64{&conduct.Loyal, &conduct.Gone, &conduct.Open} {
			if *n = from.Count(); *n > maxReport {
				from.Fail("a figure out of range")
			}
		}
	}
	if err := from.Close(); err != nil {
		return fmt.Errorf("lifecycle: survey: %w", err)
	}
	*s = read
	return nil
}
