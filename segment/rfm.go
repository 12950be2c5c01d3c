package segment

import (
	"fmt"
	"iter"
	"strings"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// Scores are a customer's recency, frequency and monetary scores, from 1 to the Parts of
// the rules, which is the best; 0: not known. The zero Scores are those of somebody who
// bought nothing in the window.
type Scores struct {
	Recency   uint8 `json:"recency"`
	Frequency uint8 `json:"frequency"`
	Monetary  uint8 `json:"monetary"`
}

// String writes the three scores as three digits: "541".
func (s Scores) String() string {
	return fmt.Sprintf("%d%d%d", s.Recency, s.Frequency, s.Monetary)
}

// Known reports whether there are all three.
func (s Scores) Known() bool { return s.Recency > 0 && s.Frequency > 0 && s.Monetary > 0 }

// RFM is a rule book of scores, compiled: it codes receipts, scores customers and names
// their groups. It is immutable and safe for concurrent use.
type RFM struct {
	name     string
	register population.Register
	window   int
	parts    int

	recency, frequency, monetary rfmScale

	groups  []rfmGroup
	groupOf []uint16 // by triple of scores; empty when there are no groups
}

type rfmGroup struct {
	name, cite string
	keep       bool
}

// NewRFM checks the rules whole, returning customer.Faults, and compiles them. The zone
// must be the one that the rules name. An axis whose cuts are left to the population and
// have not been fitted gives no scores.
func NewRFM(rules RFMRules, zone *time.Location) (*RFM, error) {
	if err := rules.check(); err != nil {
		return nil, err
	}
	var faults customer.Faults
	if faults.Zone("zone", rules.Zone, zone); len(faults) > 0 {
		return nil, faults
	}
	axes := rules.axes()
	r := &RFM{
		name: rules.Name(), register: population.Register{Zone: zone, Currency: rules.Currency}, window: rules.WindowDays, parts: rules.Parts,
		recency: axes[0].rfmScale, frequency: axes[1].rfmScale, monetary: axes[2].rfmScale,
	}
	if len(rules.Groups) > 0 {
		r.groupOf = make([]uint16, r.parts*r.parts*r.parts)
	}
	for i := range rules.Groups {
		group := &rules.Groups[i]
		r.groups = append(r.groups, rfmGroup{name: group.Name, cite: r.name + " " + group.Name, keep: group.Keep})
		triples := group.triples(r.parts)
		for triple := range r.groupOf {
			if triples.has(triple) {
				r.groupOf[triple] = uint16(i)
			}
		}
	}
	return r, nil
}

// Score returns a customer's scores, the name of her group, and why. sitting are the
// scores she had: each is kept until its cut is missed by more than the slack. Pass the
// zero Scores where there were none. The group is empty unless all three scores are known
// and the rules have groups.
//
// The reasons are enough to recompute the scores by hand: the three figures, and each cut
// that decided. The period of the facts is the window of the rules before the day of
// decision.
func (r *RFM) Score(facts RFMFacts, sitting Scores) (scores Scores, group string, why []customer.Reason) {
	why = make([]customer.Reason, 0, 12) // there are never more
	scores = r.decide(&facts, sitting, &why)
	named, known := r.group(scores)
	switch {
	case known:
		code := CodeRFMGroup
		if named.keep {
			code = CodeRFMKeep
		}
		why = append(why, customer.Reason{Code: code, Rule: named.cite, Fact: scores.number()})
	case len(r.groups) > 0 && scores != Scores{}:
		why = append(why, customer.Reason{Code: CodeRFMNoGroup, Rule: r.name, Fact: scores.number()})
	}
	return scores, named.name, why
}

// Scores is Score without group and reasons, for going through a population.
func (r *RFM) Scores(facts RFMFacts, sitting Scores) Scores {
	return r.decide(&facts, sitting, nil)
}

// Group returns the name of the group that the scores belong to, and whether its customers
// are to be kept; an empty name where there is none.
func (r *RFM) Group(scores Scores) (name string, keep bool) {
	named, _ := r.group(scores)
	return named.name, named.keep
}

func (r *RFM) group(scores Scores) (group rfmGroup, known bool) {
	if len(r.groups) == 0 || !scores.Known() ||
		int(max(scores.Recency, scores.Frequency, scores.Monetary)) > r.parts {
		return rfmGroup{}, false
	}
	return r.groups[r.groupOf[scores.triple(r.parts)]], true
}

// number is the scores as a number of three digits.
func (s Scores) number() int64 {
	return 100*int64(s.Recency) + 10*int64(s.Frequency) + int64(s.Monetary)
}

// decide finds the scores; it notes the reasons where there is somewhere to note them.
func (r *RFM) decide(facts *RFMFacts, sitting Scores, why *[]customer.Reason) Scores {
	ago := facts.Recency()
	if ago == 0 {
		r.note(why, customer.Reason{Code: CodeRFMNoPurchase, Mark: int64(r.window), Unit: customer.UnitDays, By: facts.On})
		return Scores{}
	}
	return Scores{
		Recency:   r.scoreRecency(facts, ago, sitting.Recency, why),
		Frequency: r.scoreFrequency(facts, sitting.Frequency, why),
		Monetary:  r.scoreMonetary(facts, sitting.Monetary, why),
	}
}

func (r *RFM) note(why *[]customer.Reason, reason customer.Reason) {
	if why != nil {
		reason.Rule = r.name
		*why = append(*why, reason)
	}
}

func (r *RFM) scoreRecency(facts *RFMFacts, ago int, sitting uint8, why *[]customer.Reason) uint8 {
	score, kept := r.recency.score(-int64(ago), sitting) // more is better
	if why != nil {
		reason := customer.Reason{
			Code: CodeRFMRecency, Fact: int64(ago), Mark: int64(score), Unit: customer.UnitDays, On: facts.Last, By: facts.On,
		}
		r.note(why, reason)
		r.noteCuts(why, &r.recency, score, kept, reason)
	}
	return score
}

func (r *RFM) scoreFrequency(facts *RFMFacts, sitting uint8, why *[]customer.Reason) uint8 {
	score, kept := r.frequency.score(int64(facts.Days), sitting)
	if why != nil {
		reason := customer.Reason{Code: CodeRFMFrequency, Fact: int64(facts.Days), Mark: int64(score), Unit: customer.UnitTimes}
		r.note(why, reason)
		r.noteCuts(why, &r.frequency, score, kept, reason)
	}
	return score
}

func (r *RFM) scoreMonetary(facts *RFMFacts, sitting uint8, why *[]customer.Reason) uint8 {
	minor, known := facts.Kept()
	if !known {
		r.note(why, customer.Reason{Code: CodeRFMNoMoney, Mark: facts.Lines, Unit: customer.UnitTimes})
		return 0
	}
	score, kept := r.monetary.score(minor, sitting)
	if why == nil {
		return score
	}
	reason := customer.Reason{Code: CodeRFMMonetary, Fact: minor, Mark: int64(score), Unit: customer.UnitMinor}
	r.note(why, reason)
	if minor < 0 {
		r.note(why, customer.Reason{Code: CodeRFMReturned, Fact: facts.Returned, Mark: facts.Bought, Unit: customer.UnitMinor})
	}
	if unpriced := facts.Unpriced + facts.UnpricedReturns; unpriced > 0 {
		r.note(why, customer.Reason{Code: CodeRFMUnpriced, Fact: unpriced, Mark: facts.Lines + facts.Returns, Unit: customer.UnitTimes})
	}
	r.noteCuts(why, &r.monetary, score, kept, reason)
	return score
}

// noteCuts notes the cuts that decided a score, of is the reason of its axis.
func (r *RFM) noteCuts(why *[]customer.Reason, scale *rfmScale, score uint8, kept bool, of customer.Reason) {
	if score == 0 {
		r.note(why, customer.Reason{Code: CodeRFMNoCuts, Unit: of.Unit})
		return
	}
	lower, upper := scale.cuts, scale.cuts
	if kept {
		lower, upper = scale.lowered, scale.raised
	}
	if score > 1 {
		r.noteCut(why, of, lower[score-2], [...]string{CodeRFMFrom, CodeRFMKeptFrom, CodeRFMWithin, CodeRFMKeptWithin}, kept)
	}
	if int(score) <= len(upper) {
		r.noteCut(why, of, upper[score-1], [...]string{CodeRFMBelow, CodeRFMKeptBelow, CodeRFMBeyond, CodeRFMKeptBeyond}, kept)
	}
}

// noteCut notes one cut by the code for fresh or kept scores of an axis where more is
// better, or where fewer days are.
func (r *RFM) noteCut(why *[]customer.Reason, of customer.Reason, cut int64, codes [4]string, kept bool) {
	code := 0
	if kept {
		code = 1
	}
	if of.Unit == customer.UnitDays { // of recency, whose cuts are kept as their opposites
		code, cut = code+2, -cut
	}
	r.note(why, customer.Reason{Code: codes[code], Fact: of.Fact, Mark: cut, Unit: of.Unit})
}

// Explain renders a reason as the Explain of the package does, with money in the currency
// of the rules and groups by their names alone.
func (r *RFM) Explain(reason customer.Reason, language customer.Language) string {
	group := strings.TrimPrefix(reason.Rule, r.name+" ")
	if text, ok := rfmSentence(reason, language, group, r.register.Currency.Text); ok {
		return text
	}
	return Explain(reason, language)
}

// RFMListed is a customer on the list of those to keep, and why she is there.
type RFMListed[K population.Key] struct {
	Customer K
	Facts    RFMFacts
	Scores   Scores
	Group    string
	Reasons  []customer.Reason
}

// RFMKeepList lists the customers whose group the rules mark as important and to be kept,
// in the order in which their facts come: by ascending customer from RFMTally.All. sitting
// are the scores that customers had; nil where there were none.
func RFMKeepList[K population.Key](rfm *RFM, facts iter.Seq2[K, RFMFacts], sitting map[K]Scores) iter.Seq[RFMListed[K]] {
	return func(yield func(RFMListed[K]) bool) {
		for key, one := range facts {
			if _, keep := rfm.Group(rfm.Scores(one, sitting[key])); !keep {
				continue
			}
			scores, group, why := rfm.Score(one, sitting[key])
			if !yield(RFMListed[K]{Customer: key, Facts: one, Scores: scores, Group: group, Reasons: why}) {
				return
			}
		}
	}
}
