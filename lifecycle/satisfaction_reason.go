package lifecycle

import (
	"fmt"

	"github.com/rapport-crm/rapport/customer"
)

// The reason codes of satisfaction and loyalty, Fact of Mark customers. They are format.
const (
	CodeAnswered         = "lifecycle.satisfaction-answered"           // Fact: answered; Mark: asked
	CodeSatisfied        = "lifecycle.satisfaction-satisfied"          // Fact: satisfied; Mark: answered
	CodeAnswersOpen      = "lifecycle.satisfaction-open"               // Fact: whose days to come again are not over; Mark: answered
	CodeLoyal            = "lifecycle.satisfaction-loyal"              // Fact: bought again; Mark: answered, with an outcome that is known
	CodeSatisfiedGone    = "lifecycle.satisfaction-satisfied-gone"     // Fact: did not buy again; Mark: satisfied, with an outcome that is known
	CodeDispleasedLoyal  = "lifecycle.satisfaction-displeased-loyal"   // Fact: bought again; Mark: not satisfied, with an outcome that is known
	CodeTooFewAnswers    = "lifecycle.satisfaction-too-few"            // Fact: how many answered; Mark: how many a share needs
	CodeTooFewOutcomes   = "lifecycle.satisfaction-too-few-outcomes"   // the same of those whose outcome is known
	CodeTooFewSatisfied  = "lifecycle.satisfaction-too-few-satisfied"  // the same of the satisfied whose outcome is known
	CodeTooFewDispleased = "lifecycle.satisfaction-too-few-displeased" // the same of those who are not satisfied
)

// explainSatisfaction renders a reason of satisfaction and loyalty.
func explainSatisfaction(r customer.Reason, language customer.Language) (text string, ok bool) {
	permille, _ := customer.Permille(r.Fact, r.Mark) // rounded down
	share := language.Percent(permille)
	if language == customer.Chinese {
		switch r.Code {
		case CodeAnswered:
			text = fmt.Sprintf("询问%d位，回答%d位（%s）", r.Mark, r.Fact, share)
		case CodeSatisfied:
			text = fmt.Sprintf("回答的%d位中满意的有%d位（%s）", r.Mark, r.Fact, share)
		case CodeAnswersOpen:
			text = fmt.Sprintf("回答的%d位中有%d位的观察期未满，是否忠诚尚不可知", r.Mark, r.Fact)
		case CodeLoyal:
			text = fmt.Sprintf("结果已知的%d位中再次购买的有%d位（%s）", r.Mark, r.Fact, share)
		case CodeSatisfiedGone:
			text = fmt.Sprintf("满意却离开：%d位中有%d位（%s）", r.Mark, r.Fact, share)
		case CodeDispleasedLoyal:
			text = fmt.Sprintf("不满意却再次购买：%d位中有%d位（%s）", r.Mark, r.Fact, share)
		case CodeTooFewAnswers:
			text = fmt.Sprintf("回答者太少，无法判断：仅%d位，至少需要%d位", r.Fact, r.Mark)
		case CodeTooFewOutcomes:
			text = fmt.Sprintf("结果已知的太少，无法判断：仅%d位，至少需要%d位", r.Fact, r.Mark)
		case CodeTooFewSatisfied:
			text = fmt.Sprintf("满意者中结果已知的太少，无法判断：仅%d位，至少需要%d位", r.Fact, r.Mark)
		case CodeTooFewDispleased:
			text = fmt.Sprintf("不满意者中结果已知的太少，无法判断：仅%d位，至少需要%d位", r.Fact, r.Mark)
		}
		return text, text != ""
	}
	switch r.Code {
	case CodeAnswered:
		text = fmt.Sprintf("%d of %d asked answered (%s)", r.Fact, r.Mark, share)
	case CodeSatisfied:
		text = fmt.Sprintf("%d of %d who answered are satisfied (%s)", r.Fact, r.Mark, share)
	case CodeAnswersOpen:
		text = fmt.Sprintf("for %d of %d who answered it is too early to say whether they are loyal", r.Fact, r.Mark)
	case CodeLoyal:
		text = fmt.Sprintf("%d of %d whose outcome is known bought again (%s)", r.Fact, r.Mark, share)
	case CodeSatisfiedGone:
		text = fmt.Sprintf("satisfied but gone: %d of %d (%s)", r.Fact, r.Mark, share)
	case CodeDispleasedLoyal:
		text = fmt.Sprintf("not satisfied but loyal: %d of %d (%s)", r.Fact, r.Mark, share)
	case CodeTooFewAnswers:
		text = fmt.Sprintf("too few answers to tell: %d, where %d are needed", r.Fact, r.Mark)
	case CodeTooFewOutcomes:
		text = fmt.Sprintf("too few outcomes are known to tell: %d, where %d are needed", r.Fact, r.Mark)
	case CodeTooFewSatisfied:
		text = fmt.Sprintf("too few of the satisfied to tell: %d, where %d are needed", r.Fact, r.Mark)
	case CodeTooFewDispleased:
		text = fmt.Sprintf("too few of those who are not satisfied to tell: %d, where %d are needed", r.Fact, r.Mark)
	}
	return text, text != ""
}
