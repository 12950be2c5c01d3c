package conversation

import (
	"fmt"
	"strconv"

	"github.com/rapport-crm/rapport/customer"
)

// Level is how far the service got with a customer. The zero Level is: nobody has judged.
type Level uint8

// The levels, each of which holds the one before it. Their texts are format.
const (
	Dissatisfied Level = iota + 1 // none of those that follow was reached
	Satisfied                     // what she reasonably wanted was done, and nothing new hurt her
	Comfortable                   // and she praised it
	Delighted                     // and needs were foreseen that she had not named, and she trusts
)

// String returns the stored text.
func (l Level) String() string {
	switch l {
	case Dissatisfied:
		return "dissatisfied"
	case Satisfied:
		return "satisfied"
	case Comfortable:
		return "comfortable"
	case Delighted:
		return "delighted"
	}
	return "level " + strconv.Itoa(int(l))
}

// MarshalText writes the stored text; anything else is an error.
func (l Level) MarshalText() ([]byte, error) {
	return customer.WriteStored("conversation", l, Delighted)
}

// UnmarshalText reads what MarshalText wrote.
func (l *Level) UnmarshalText(text []byte) error {
	return customer.ReadStored("conversation", "level", l, Delighted, text)
}

// Criterion is what must hold for a level, and so for those above it, in the shop's words. The
// criteria that every shop has, with their levels, are those of complaint.Criterion: demand-met,
// nothing-new, praised, need-foreseen and trusted.
type Criterion struct {
	ID      string `json:"id"`
	Level   Level  `json:"level"`
	English string `json:"english,omitempty"`
	Chinese string `json:"chinese,omitempty"`
}

// Answer is what somebody found about a criterion.
type Answer struct {
	Criterion string `json:"criterion"`
	Met       bool   `json:"met"`
}

// Grade is the level that was reached, and why.
type Grade struct {
	Level   Level             `json:"level,omitzero"` // the highest whose criteria are all met, with those below
	Met     []customer.Reason `json:"met,omitempty"`
	Missing []customer.Reason `json:"missing,omitempty"` // what is not met, or nobody has said, of this level and those above
}

func (b *Book) readCriteria(faults *customer.Faults) {
	faults.Within("criteria", len(b.rules.Criteria), 0, MaxCriteria)
	seen, used := map[string]bool{}, [Delighted + 1]bool{}
	for i := range b.rules.Criteria[:min(len(b.rules.Criteria), MaxCriteria)] {
		one, path := b.rules.Criteria[i], fmt.Sprintf("criteria[%d]", i)
		faults.Name(path+".id", one.ID)
		once(faults, seen, path+".id", one.ID)
		checkWording(faults, path, one.English, one.Chinese)
		if one.Level < Satisfied || one.Level > Delighted {
			faults.Add(path+".level", one.Level, "is satisfied, comfortable or delighted")
			continue
		}
		used[one.Level] = true
		b.words["criterion/"+one.ID] = wording{one.English, one.Chinese}
	}
	for level := Satisfied; level <= Delighted && len(b.rules.Criteria) > 0; level++ {
		if !used[level] {
			faults.Add("criteria", level, "has a criterion for each level")
		}
	}
	b.rules.Criteria = append([]Criterion(nil), b.rules.Criteria...)
}

// Grade says which level of service was reached. A criterion that nobody has answered is not
// met, and the reason says so; one that is answered twice is met if no answer denies it. A book
// without criteria grades nothing: its Level is zero.
func (b *Book) Grade(answers []Answer, on customer.Date) (Grade, error) {
	var faults customer.Faults
	faults.Within("answers", len(answers), 0, MaxTicks)
	found := map[string]string{}
	for i, answer := range answers[:min(len(answers), MaxTicks)] {
		if named(b.rules.Criteria, answer.Criterion, func(c *Criterion) string { return c.ID }) == nil {
			faults.Add(fmt.Sprintf("answers[%d].criterion", i), answer.Criterion, "is a criterion of the rules")
		}
		switch {
		case !answer.Met:
			found[answer.Criterion] = CodeCriterionFailed
		case found[answer.Criterion] == "":
			found[answer.Criterion] = CodeCriterionMet
		}
	}
	if err := b.asked(faults, on); err != nil {
		return Grade{}, err
	}
	var grade Grade
	if len(b.rules.Criteria) == 0 {
		return grade, nil
	}
	grade.Level = Delighted
	for level := Delighted; level >= Satisfied; level-- {
		for _, one := range b.rules.Criteria {
			if one.Level == level && found[one.ID] != CodeCriterionMet {
				grade.Level = level - 1
			}
		}
	}
	for level := Satisfied; level <= Delighted; level++ {
		for _, one := range b.rules.Criteria {
			if one.Level == level {
				grade.note(b.name+"/"+level.String(), one.ID, found[one.ID])
			}
		}
	}
	return grade, nil
}

func (g *Grade) note(rule, criterion, code string) {
	reason := customer.Reason{Code: code, Rule: rule, Of: "criterion/" + criterion}
	switch code {
	case CodeCriterionMet:
		g.Met = append(g.Met, reason)
		return
	case "":
		reason.Code = CodeCriterionUnknown
	}
	g.Missing = append(g.Missing, reason)
}
