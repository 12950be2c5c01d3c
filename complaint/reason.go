package complaint

import (
	"fmt"
	"strings"

	"github.com/rapport-crm/rapport/complaint/suitability"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/calendar"
)

// The reason codes of the machine. They are format. Rule is the policy; Of is the thing that a
// reason speaks of, by its ref or the host's ID: an issue, a promise, an item, an agent.
const (
	CodePhase     = "complaint.phase"     // Of: the phase in which the command is not given; At: since when
	CodeConcerned = "complaint.concerned" // Of: the agent, who is complained about
	CodeFull      = "complaint.full"      // Of: the kind of entry that would be one too many; Mark: the most
	CodeNothing   = "complaint.nothing"   // Of: the kind of command, which has nothing in the case to be about

	CodeOtherCurrency = "complaint.other-currency" // Of: the currency of the case's amounts, which is not the policy's; Fact: its digits
)

// words are what a reason is rendered with.
type words struct{ customer.Words }

// chinese reports whether the words are Chinese.
func (w words) chinese() bool { return w.Language == customer.Chinese }

// Explain renders a reason of this package as a sentence. It knows no policy: money it writes
// in minor units. A code of the packages customer, customer/calendar and complaint/suitability is
// rendered too; any other is returned as it is.
func Explain(reason customer.Reason, language customer.Language) string {
	return explain(reason, words{customer.Words{Language: language}})
}

// Explain renders a reason as the function Explain does, with money in the policy's currency.
func (p *Policy) Explain(reason customer.Reason, language customer.Language) string {
	return explain(reason, words{customer.Words{Language: language, Currency: p.rules.Currency}})
}

func explain(reason customer.Reason, w words) string {
	for _, part := range [...]func(customer.Reason, words) (string, bool){
		explainMachine, explainCase, explainClock, explainPromise, explainOwner, explainEvidence, explainRemedy, explainSurvey, explainAct,
		explainAnswer,
	} {
		if text, ok := part(reason, w); ok {
			return text
		}
	}
	if strings.HasPrefix(reason.Code, "suitability.") {
		return suitability.Explain(reason, w.Language)
	}
	return calendar.Explain(reason, w.Language)
}

func explainMachine(r customer.Reason, w words) (text string, ok bool) {
	switch r.Code {
	case CodePhase:
		return explainPhase(r, w), true
	case CodeConcerned:
		if w.chinese() {
			return fmt.Sprintf("员工%s是被投诉人，不得处理本投诉", r.Of), true
		}
		return fmt.Sprintf("%s is complained about, and has no part in handling it", r.Of), true
	case CodeFull:
		if w.chinese() {
			return fmt.Sprintf("记录已满（最多%d条），请另立一个关联的投诉", r.Mark), true
		}
		return fmt.Sprintf("no room for more than %d: open a linked case", r.Mark), true
	case CodeOtherCurrency:
		return w.In("the amounts of the case are in %s with %d decimals, and the policy's are not", "本投诉的金额以%s计（%d位小数），与规则的货币不同", r.Of, r.Fact), true
	case CodeNothing:
		if w.chinese() { // which operation stands beside it, and its stored text is English
			return "该投诉中没有可供此操作的对象", true
		}
		return fmt.Sprintf("the case has nothing that %s could be about", r.Of), true
	}
	return "", false
}

func explainPhase(r customer.Reason, w words) string {
	nobody := r.Of == Phase(0).String()
	switch {
	case w.chinese() && nobody:
		return "该投诉尚未受理"
	case w.chinese():
		return fmt.Sprintf("投诉目前处于“%s”阶段，不能执行此操作", phaseChinese(r.Of))
	case nobody:
		return "nobody has received this case"
	}
	return fmt.Sprintf("not in the phase in which the case is: %s", r.Of)
}

func phaseChinese(phase string) string {
	switch phase {
	case "received":
		return "已受理"
	case "assessed":
		return "已评估"
	case "investigating":
		return "调查中"
	case "decided":
		return "已决定"
	case "closed":
		return "已结案"
	}
	return phase
}
