package lifecycle

import (
	"fmt"

	"github.com/rapport-crm/rapport/customer"
)

// The reason codes of customers at risk. They are format.
const (
	CodeRiskLoss    = "lifecycle.risk-loss"    // Fact: the expected loss, in minor units; Mark: what she is expected to bring from On to By if she stays
	CodeRiskLikely  = "lifecycle.risk-likely"  // Fact: ‰ that she is gone on On; Mark: the least ‰ of the list
	CodeRiskSignals = "lifecycle.risk-signals" // Fact: ‰ of these that early signals add; Mark: ‰ without them

	CodeRiskPlay        = "lifecycle.risk-play"         // Rule: the book and the play that is suggested; Fact: the number of her stage
	CodeRiskTask        = "lifecycle.risk-task"         // likewise, of a task for a person; By: the day by which it is done
	CodeRiskSettleFirst = "lifecycle.risk-settle-first" // her complaint is to be settled before anything else
	CodeRiskInAttempt   = "lifecycle.risk-in-attempt"   // an attempt to win her back runs, which says what is done
	CodeRiskNoPlay      = "lifecycle.risk-no-play"      // Fact: the number of her stage, for which there is no answer
)

// Explain renders a reason of this package as the package's Explain does, with money in the
// rule book's currency.
func (r *Risks) Explain(reason customer.Reason, language customer.Language) string {
	if reason.Code == CodeRiskLoss {
		return lossText(reason, language, r.rules.Currency.Text)
	}
	return Explain(reason, language)
}

func lossText(r customer.Reason, language customer.Language, money func(int64) string) string {
	by := language.DayOfYear(r.By)
	if language == customer.Chinese {
		return fmt.Sprintf("预期损失%s：截至%s预计带来%s", money(r.Fact), by, money(r.Mark))
	}
	return fmt.Sprintf("%s expected to be lost, of %s that she would bring up to %s", money(r.Fact), money(r.Mark), by)
}

// explainRisk renders the reasons above, with money in minor units.
func explainRisk(r customer.Reason, language customer.Language) (text string, ok bool) {
	by := language.DayOfYear(r.By)
	if r.Code == CodeRiskLoss {
		return lossText(r, language, customer.Words{Language: language}.Money), true
	}
	if language == customer.Chinese {
		switch r.Code {
		case CodeRiskLikely:
			return fmt.Sprintf("已流失的可能性%s", language.Percent(r.Fact)), true
		case CodeRiskSignals:
			return fmt.Sprintf("其中早期信号增加%s个百分点", percentagePoints(r.Fact)), true
		case CodeRiskPlay:
			return fmt.Sprintf("建议：%s", r.Rule), true
		case CodeRiskTask:
			return fmt.Sprintf("建议：%s，须在%s前完成（含当日）", r.Rule, by), true
		case CodeRiskSettleFirst:
			return "请先处理她的投诉", true
		case CodeRiskInAttempt:
			return "正在挽回中：由挽回阶梯决定做什么", true
		case CodeRiskNoPlay:
			return fmt.Sprintf("%s没有对应的做法", stageWord(Stage(r.Fact), language)), true
		}
		return "", false
	}
	switch r.Code {
	case CodeRiskLikely:
		return fmt.Sprintf("%s likely to be gone", language.Percent(r.Fact)), true
	case CodeRiskSignals:
		return fmt.Sprintf("%s percentage points of that from early signals", percentagePoints(r.Fact)), true
	case CodeRiskPlay:
		return fmt.Sprintf("suggested: %s", r.Rule), true
	case CodeRiskTask:
		return fmt.Sprintf("suggested: %s, by %s", r.Rule, by), true
	case CodeRiskSettleFirst:
		return "settle her complaint first", true
	case CodeRiskInAttempt:
		return "an attempt to win her back runs: the ladder says what is done", true
	case CodeRiskNoPlay:
		return fmt.Sprintf("there is no answer for the stage %s", stageWord(Stage(r.Fact), language)), true
	}
	return "", false
}
