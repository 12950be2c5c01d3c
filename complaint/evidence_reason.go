package complaint

import (
	"fmt"

	"github.com/rapport-crm/rapport/customer"
)

// The reason codes of evidence. They are format. Of a clause, Of is its ID and version.
const (
	CodeClauseUnknown  = "complaint.clause-unknown"   // Of: the clause, which the policy does not list
	CodeClauseText     = "complaint.clause-text"      // Of: the clause, of which another text is cited
	CodeClauseNotYet   = "complaint.clause-not-yet"   // Of: the clause; On: the day of the event; By: the first day in force
	CodeClauseNoLonger = "complaint.clause-no-longer" // Of: the clause; On: the day of the event; By: the first day without it
)

func explainEvidence(r customer.Reason, w words) (text string, ok bool) {
	for _, part := range [...]func(customer.Reason, words) string{explainClause} {
		if text := part(r, w); text != "" {
			return text, true
		}
	}
	return "", false
}

func explainClause(r customer.Reason, w words) string {
	on, by := w.language.DayOfYear(r.On), w.language.DayOfYear(r.By)
	if w.chinese() {
		switch r.Code {
		case CodeClauseUnknown:
			return fmt.Sprintf("条款%s不在规则之列，不能引用", r.Of)
		case CodeClauseText:
			return fmt.Sprintf("所引用的文本与条款%s的原文不一致", r.Of)
		case CodeClauseNotYet:
			return fmt.Sprintf("条款%s自%s起生效，事发当日（%s）尚未生效", r.Of, by, on)
		case CodeClauseNoLonger:
			return fmt.Sprintf("条款%s已于%s失效，不适用于事发当日（%s）", r.Of, by, on)
		}
		return ""
	}
	switch r.Code {
	case CodeClauseUnknown:
		return fmt.Sprintf("clause %s is none that the policy lists", r.Of)
	case CodeClauseText:
		return fmt.Sprintf("what is cited as clause %s is not its text", r.Of)
	case CodeClauseNotYet:
		return fmt.Sprintf("clause %s holds from %s, not yet on %s, when it happened", r.Of, by, on)
	case CodeClauseNoLonger:
		return fmt.Sprintf("clause %s no longer holds from %s, so not on %s, when it happened", r.Of, by, on)
	}
	return ""
}
