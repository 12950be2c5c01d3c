package lifecycle

import (
	"cmp"
	"fmt"
	"math/bits"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
)

// RiskRules is the rule book of customers at risk, as plain data: who is on the list, and what
// is to be done for whom.
type RiskRules struct {
	customer.Edition

	Currency customer.Currency `json:"currency"` // of values and losses
	// HorizonDays is the stretch over which values are expected: 1 to 3660.
	HorizonDays int `json:"horizon_days"`
	// LeastLikelihoodPermille is how likely it must at least be that she is gone: 0 to 1000.
	LeastLikelihoodPermille int `json:"least_likelihood_permille,omitempty"`
	// MostLikelihoodPermille is how likely it may at most be, not below the least, to 1000; 0
	// is 1000. Whoever is as good as gone is no longer at risk but lost: without this mark the
	// surely lost lead the list, and nobody gets to those who can be kept.
	MostLikelihoodPermille int `json:"most_likelihood_permille,omitempty"`
	// LeastLoss is the least expected loss, exact in the currency, 0 or more. Who is expected
	// to bring nothing is never at risk.
	LeastLoss decimal.Decimal `json:"least_loss,omitzero"`
	// Most is how many customers the list has: 1 to 100,000, the greatest expected loss first.
	Most int `json:"most"`
	// Answers are what may be done, the better first: for each customer the first of her stage
	// that nothing bars. At most 500.
	Answers []RiskAnswer `json:"answers,omitempty"`
}

// RiskAnswer is a play of the playbook that answers a risk.
type RiskAnswer struct {
	Stage   Stage  `json:"stage"`   // of the customers it is for, as in the playbook
	Play    string `json:"play"`    // its ID there, which says whether it is a promotion and who does it
	Channel string `json:"channel"` // how it reaches her: "visit"
	// DueDays makes it a task for a person, to be done within so many days: 1 to 366; 0: it
	// is a suggestion only.
	DueDays int `json:"due_days,omitempty"`
}

// ParseRiskRules reads RiskRules from JSON, strictly; see customer.ParseRules. NewRisks checks
// what they say.
func ParseRiskRules(data []byte) (RiskRules, error) { return customer.ParseRules[RiskRules](data) }

const maxRiskAnswers = 500

// Risks is the compiled rule book. It is immutable and safe for concurrent use.
type Risks struct {
	rules    RiskRules
	name     string
	playbook *Playbook
	answers  [Ending + 1][]riskAnswer // by stage
	least    risk
}

type riskAnswer struct {
	RiskAnswer
	play Play
	name string // "risk/1 call"
}

// NewRisks checks the rules whole, returning customer.Faults, and compiles them. The playbook
// has the plays of the answers; it may be nil where there is no answer.
func NewRisks(rules RiskRules, playbook *Playbook) (*Risks, error) {
	var faults customer.Faults
	rules.Check(&faults)
	faults.Currency("currency", rules.Currency)
	faults.Within("horizon_days", rules.HorizonDays, 1, maxWindowDays)
	faults.Within("least_likelihood_permille", rules.LeastLikelihoodPermille, 0, 1000)
	if rules.MostLikelihoodPermille != 0 {
		faults.Within("most_likelihood_permille", rules.MostLikelihoodPermille, max(rules.LeastLikelihoodPermille, 0), 1000)
	}
	least, err := rules.Currency.Minor(rules.LeastLoss)
	if err != nil || least < 0 {
		faults.Add("least_loss", rules.LeastLoss, "is 0 or more, and exact in the currency")
	}
	faults.Within("most", rules.Most, 1, 100_000)
	faults.Within("answers", len(rules.Answers), 0, maxRiskAnswers)
	r := &Risks{name: rules.Name(), playbook: playbook, least: riskOf(1000, least)}
	for i, answer := range rules.Answers[:min(len(rules.Answers), maxRiskAnswers)] {
		path := fmt.Sprintf("answers[%d]", i)
		faults.Name(path+".channel", answer.Channel)
		faults.Within(path+".due_days", answer.DueDays, 0, 366)
		play, found := playbook.play(answer.Play)
		switch {
		case !found:
			faults.Add(path+".play", answer.Play, "is a play of the playbook")
		case play.Stage != answer.Stage:
			faults.Add(path+".stage", answer.Stage, "is the play's, "+play.Stage.String())
		default:
			r.answers[answer.Stage] = append(r.answers[answer.Stage], riskAnswer{answer, play, r.name + " " + play.ID})
		}
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	rules.Answers = nil // compiled
	r.rules = rules
	return r, nil
}

// play finds a play by its ID. The nil Playbook has none.
func (b *Playbook) play(id string) (Play, bool) {
	if b == nil {
		return Play{}, false
	}
	i := slices.IndexFunc(b.rules.Plays, func(p Play) bool { return p.ID == id })
	if i < 0 {
		return Play{}, false
	}
	return b.rules.Plays[i], true
}

// Stake is what the host knows of one customer's risk on a day.
type Stake struct {
	// Likelihood is how likely it is that she is gone, in thousandths, 0 to 1000: what
	// [Expectation.SilenceRank] says of her silence, or 1000 less what a model of package
	// lifecycle/churn gives her chance to be alive.
	Likelihood int64
	// Signals is what early signals add to it, 0 to 1000: a buyer who changed, a silent
	// walk-out. Together they are at most 1000.
	Signals int64
	// Value is what she is expected to bring within the horizon if she stays, in minor units.
	// Package lifecycle/churn tells it by AtStake, with an Outlook as long as the rules'
	// HorizonDays.
	// Below 0 (more comes back than she buys) there is nothing to lose.
	Value int64
	Stage Stage // hers; the zero Stage has no answer
	// InAttempt says that an attempt to win her back runs ([Attempt.Running]), also where she
	// is held out of it: the ladder alone says what is done for her, so that she does not get
	// two visits, and those held out get none.
	InAttempt bool
	// Last is her latest day of purchase, [Expectation.Last], where it is known. It names the
	// task: lists of several days ask for one visit for each silence. Where it is not known,
	// each day's list asks for one of its own.
	Last customer.Date
	Bars Bars
}

// check returns what is wrong with it on a day.
func (s *Stake) check(on customer.Date) error {
	if s.Last >= 0 && s.Last <= on && s.Likelihood >= 0 && s.Likelihood <= 1000 && s.Signals >= 0 && s.Signals <= 1000 && s.Stage <= Ending && len(s.Bars.Channels) == 0 {
		return nil // as nearly always
	}
	var faults customer.Faults
	if s.Likelihood < 0 || s.Likelihood > 1000 {
		faults.Add("likelihood", s.Likelihood, "is 0 to 1000")
	}
	if s.Signals < 0 || s.Signals > 1000 {
		faults.Add("signals", s.Signals, "is 0 to 1000")
	}
	if s.Stage > Ending {
		faults.Add("stage", uint8(s.Stage), "is a stage, or absent")
	}
	if s.Last < 0 || s.Last > on {
		faults.Add("last", s.Last, "is a day up to that of the list, or absent")
	}
	faults.Within("bars.channels", len(s.Bars.Channels), 0, maxRiskChannels)
	if len(faults) == 0 {
		s.Bars.check(&faults)
	}
	return faults.Err()
}

const maxRiskChannels = 50

// permille is the likelihood with what signals add.
func (s *Stake) permille() int64 { return min(s.Likelihood+s.Signals, 1000) }

// risk is likelihood times value, exactly: thousandths of minor units in 128 bits.
type risk struct{ high, low uint64 }

// riskOf multiplies. A value below 0 is none.
func riskOf(permille, value int64) risk {
	high, low := bits.Mul64(uint64(permille), uint64(max(value, 0)))
	return risk{high, low}
}

func (r risk) compare(other risk) int {
	return cmp.Or(cmp.Compare(r.high, other.high), cmp.Compare(r.low, other.low))
}

// loss is the expected loss in minor units, rounded down.
func (r risk) loss() int64 {
	loss, _ := bits.Div64(r.high, r.low, 1000) // at most the value
	return int64(loss)
}

// atRisk reports whether somebody is on the list if there is room.
func (r *Risks) atRisk(s *Stake, of risk) bool {
	likelihood := s.permille()
	return s.Value > 0 && likelihood >= int64(r.rules.LeastLikelihoodPermille) && likelihood <= int64(cmp.Or(r.rules.MostLikelihoodPermille, 1000)) &&
		of.compare(r.least) >= 0 && of != risk{}
}

// answer is the first of her stage that nothing bars, or nil, with the reasons.
func (r *Risks) answer(s *Stake, on customer.Date) (*riskAnswer, []customer.Reason) {
	if s.InAttempt {
		return nil, []customer.Reason{{Code: CodeRiskInAttempt, Rule: r.name, On: on}}
	}
	var reasons []customer.Reason
	answers, waits := r.answers[s.Stage], false
	for i := range answers {
		answer := &answers[i]
		code := s.Bars.against(answer.play.Promotion, answer.Channel)
		if code != "" {
			waits = waits || code == CodeBarredComplaint
			reasons = append(reasons, customer.Reason{Code: code, Rule: answer.name, On: on})
			if code == CodeBarredOptOut {
				return nil, reasons
			}
			continue
		}
		suggested := customer.Reason{Code: CodeRiskPlay, Rule: answer.name, Fact: int64(s.Stage), On: on}
		if answer.DueDays > 0 {
			suggested.Code, suggested.By = CodeRiskTask, later(on, answer.DueDays)
		}
		return answer, append(reasons, suggested)
	}
	switch {
	case waits:
		reasons = append(reasons, customer.Reason{Code: CodeRiskSettleFirst, Rule: r.name, On: on})
	case len(answers) == 0:
		reasons = append(reasons, customer.Reason{Code: CodeRiskNoPlay, Rule: r.name, Fact: int64(s.Stage), On: on})
	}
	return nil, reasons
}

// task is what somebody is to do for a customer at risk, for package lifecycle/agenda to
// spread over days and people. Its ID is the rules', the play's and her last day of purchase,
// "risk:visit:2026-03-02".
func (r *Risks) task(a *riskAnswer, s *Stake, on customer.Date, because customer.Reason) Task {
	return Task{
		ID: r.rules.ID + ":" + a.Play + ":" + cmp.Or(s.Last, on).String(), Play: a.Play, Stage: a.Stage, Kind: a.play.Kind, From: on, Due: later(on, a.DueDays),
		Role: a.play.Role, Promotion: a.play.Promotion, Because: because,
	}
}

// reasons of a row: what is at stake, then why.
func (r *Risks) reasons(s *Stake, of risk, on customer.Date) []customer.Reason {
	reasons := []customer.Reason{
		{Code: CodeRiskLoss, Rule: r.name, Fact: of.loss(), Mark: s.Value, Unit: customer.UnitMinor, On: on, By: later(on, r.rules.HorizonDays)},
		{Code: CodeRiskLikely, Rule: r.name, Fact: s.permille(), Mark: int64(r.rules.LeastLikelihoodPermille), Unit: customer.UnitPermille, On: on},
	}
	if s.Signals > 0 {
		reasons = append(reasons, customer.Reason{
			Code: CodeRiskSignals, Rule: r.name, Fact: s.permille() - s.Likelihood, Mark: s.Likelihood, Unit: customer.UnitPermille, On: on,
		})
	}
	return reasons
}
