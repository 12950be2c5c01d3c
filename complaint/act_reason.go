package complaint

import (
	"fmt"

	"github.com/rapport-crm/rapport/complaint/conversation"
	"github.com/rapport-crm/rapport/customer"
)

// The reason codes of the conversation. They are format.
const (
	CodeSolutionWhen    = "complaint.solution-when"    // a solution does not say by when
	CodeSolutionPast    = "complaint.solution-past"    // At: its time, which has passed
	CodeSolutionMissing = "complaint.solution-missing" // the customer has not been told of one; Fact: in which cycle
	CodeGradeCriterion  = "complaint.grade-criterion"  // Of: the Criterion that is not met; Fact: the Level that needs it
)

func explainAct(r customer.Reason, w words) (text string, ok bool) {
	switch r.Code {
	case CodeSolutionWhen:
		return w.In("the solution does not say by when", "解决方案未说明期限"), true
	case CodeSolutionPast:
		return w.In("the solution's time has passed: %s", "解决方案的期限已过：%s", w.Instant(r.At)), true
	case CodeSolutionMissing:
		if r.Fact > 1 {
			return w.In("since the case was reopened, the customer has not been told what will be done and by when", "重新受理以来，尚未告知顾客解决方案及其期限"), true
		}
		return w.In("the customer has not been told what will be done and by when", "尚未告知顾客解决方案及其期限"), true
	case CodeGradeCriterion:
		level := conversation.Level(r.Fact)
		if w.chinese() {
			return fmt.Sprintf("评为“%s”须满足：%s", chineseLevel(level), chineseCriterion(r.Of)), true
		}
		return fmt.Sprintf("%s is not reached without this criterion: %s", level, r.Of), true
	}
	return "", false
}

func chineseLevel(level conversation.Level) string {
	switch level {
	case conversation.Dissatisfied:
		return "不满意"
	case conversation.Satisfied:
		return "满意"
	case conversation.Comfortable:
		return "舒适"
	case conversation.Delighted:
		return "惬意"
	}
	return level.String()
}

func chineseCriterion(text string) string {
	switch text {
	case "demand-met":
		return "合理要求得到满足"
	case "nothing-new":
		return "没有新的不愉快"
	case "praised":
		return "得到顾客称赞"
	case "need-foreseen":
		return "预见到顾客的需要"
	case "trusted":
		return "得到顾客信任"
	}
	return text
}
