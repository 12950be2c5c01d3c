package lifecycle

import (
	"fmt"
	"strings"

	"github.com/rapport-crm/rapport/customer"
)

// The reason codes of early signals and of leaving. They are format. Of a signal, Fact is
// what it weighs in ‰ on the day of decision, Mark what it weighs at first, On its day, and
// By the last day on which it counts; one that weighs nothing has neither Fact nor By.
const (
	CodeBuyerChanged  = "lifecycle.signal-buyer-changed"
	CodeContactGone   = "lifecycle.signal-contact-gone"
	CodeWalkedOut     = "lifecycle.signal-walked-out"
	CodePromiseBroken = "lifecycle.signal-promise-broken"
	CodeComplaintMade = "lifecycle.signal-complaint-made"
	CodeBuysLess      = "lifecycle.signal-buys-less"
	CodePaidLate      = "lifecycle.signal-paid-late"
	CodeDispleased    = "lifecycle.signal-displeased"

	CodeLeft    = "lifecycle.left"    // Rule: the rule book, then "/" and the cause; On: the day
	CodeSilence = "lifecycle.silence" // Fact: customers who left without ever a complaint; Mark: customers who left
)

// signCode is the code of a sign's reason.
func signCode(sign Sign) string {
	switch sign {
	case BuyerChanged:
		return CodeBuyerChanged
	case ContactGone:
		return CodeContactGone
	case WalkedOut:
		return CodeWalkedOut
	case PromiseBroken:
		return CodePromiseBroken
	case ComplaintMade:
		return CodeComplaintMade
	case BuysLess:
		return CodeBuysLess
	case PaidLate:
		return CodePaidLate
	case Displeased:
		return CodeDispleased
	}
	return ""
}

// Explain renders a reason as the package's Explain does, with the causes that the rules
// add in the rules' words.
func (s *Signals) Explain(reason customer.Reason, language customer.Language) string {
	if reason.Code == CodeLeft {
		if i := s.rule(causeOf(reason)); i >= 0 && s.rules.Causes[i].English != "" {
			words := s.rules.Causes[i].English
			if language == customer.Chinese {
				words = s.rules.Causes[i].Chinese
			}
			return leftText(reason.On, words, language)
		}
	}
	return Explain(reason, language)
}

// causeOf is the cause that a reason of leaving names.
func causeOf(reason customer.Reason) Cause {
	return Cause(reason.Rule[strings.LastIndexByte(reason.Rule, '/')+1:])
}

// explainSignal renders a reason of early signals and of leaving.
func explainSignal(r customer.Reason, language customer.Language) (text string, ok bool) {
	switch r.Code {
	case CodeLeft:
		cause := causeOf(r)
		words := causeText(cause, language)
		if words == "" {
			words = string(cause) // one that the rules add: they say how it reads
		}
		return leftText(r.On, words, language), true
	case CodeSilence:
		if language == customer.Chinese {
			return fmt.Sprintf("%[2]d位流失顾客中有%[1]d位从未投诉", r.Fact, r.Mark), true
		}
		return fmt.Sprintf("%d of %s who left had never complained", r.Fact, count(r.Mark, "customer")), true
	}
	words := signText(r.Code, language)
	if words == "" {
		return "", false
	}
	if language == customer.Chinese {
		if r.Fact == 0 {
			return fmt.Sprintf("%s%s", customer.Chinese.DayOfYear(r.On), words), true
		}
		return fmt.Sprintf("%s%s：流失风险增加%s，影响持续至%s", customer.Chinese.DayOfYear(r.On), words, customer.Chinese.Percent(r.Fact), customer.Chinese.DayOfYear(r.By)), true
	}
	if r.Fact == 0 {
		return fmt.Sprintf("%s: %s", customer.English.DayOfYear(r.On), words), true
	}
	return fmt.Sprintf("%s: %s; adds %s to the risk, and counts through %s", customer.English.DayOfYear(r.On), words, customer.English.Percent(r.Fact), customer.English.DayOfYear(r.By)), true
}

func leftText(on customer.Date, words string, language customer.Language) string {
	if language == customer.Chinese {
		return fmt.Sprintf("%s流失：%s", customer.Chinese.DayOfYear(on), words)
	}
	return fmt.Sprintf("lost on %s: %s", customer.English.DayOfYear(on), words)
}

func signText(code string, language customer.Language) string {
	english, chinese := "", ""
	switch code {
	case CodeBuyerChanged:
		english, chinese = "the buyer changed", "换了采购员"
	case CodeContactGone:
		english, chinese = "the contact person left", "联系人离职"
	case CodeWalkedOut:
		english, chinese = "she walked out without a word", "一声不吭地离开"
	case CodePromiseBroken:
		english, chinese = "a promise was broken", "承诺没有兑现"
	case CodeComplaintMade:
		english, chinese = "she complained", "投诉"
	case CodeBuysLess:
		english, chinese = "she comes less often", "来得比以前少"
	case CodePaidLate:
		english, chinese = "she paid late", "付款延迟"
	case CodeDispleased:
		english, chinese = "she was not satisfied", "表示不满意"
	}
	if language == customer.Chinese {
		return chinese
	}
	return english
}

func causeText(cause Cause, language customer.Language) string {
	english, chinese := "", ""
	switch cause {
	case CausePersonalTie:
		english, chinese = "she buys from somebody she knows", "人情（向熟人购买）"
	case CauseBuyerChanged:
		english, chinese = "a new buyer has suppliers of his own", "换了采购员"
	case CausePrice:
		english, chinese = "it is cheaper elsewhere", "别处更便宜"
	case CauseProduct:
		english, chinese = "we do not have what she wants", "没有想要的产品"
	case CauseService:
		english, chinese = "how she was served", "服务不好"
	case CauseComplaintLost:
		english, chinese = "a complaint that ended without her", "投诉后不再往来"
	case CauseWalkedOut:
		english, chinese = "she walked out without a word", "一声不吭地离开"
	case CauseCompetitor:
		english, chinese = "a competitor won her", "被竞争对手争取走"
	case CauseMovedAway:
		english, chinese = "she moved away", "搬走"
	case CauseNoNeed:
		english, chinese = "she needs it no more", "不再需要"
	case CauseUnknown:
		english, chinese = "nobody knows why", "原因不明"
	}
	if language == customer.Chinese {
		return chinese
	}
	return english
}
