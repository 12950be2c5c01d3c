package complaint

import (
	"fmt"

	"github.com/rapport-crm/rapport/customer"
)

// The reason codes of ownership. They are format.
const (
	CodeTaken        = "complaint.taken"         // Of: the agent who has it; At: since when
	CodeNoDesk       = "complaint.no-desk"       // it was received without a desk
	CodeSameOwner    = "complaint.same-owner"    // Of: the desk, which has it already
	CodeOtherDesk    = "complaint.other-desk"    // Of: the agent, who does not work at that desk
	CodeTierRole     = "complaint.tier-role"     // Of: the role of whoever may have it
	CodeAway         = "complaint.away"          // Of: the agent, who is away; Until: when she is back, or nothing
	CodeNotAway      = "complaint.not-away"      // Of: the agent who has it, or nothing
	CodeNotDeputy    = "complaint.not-deputy"    // Of: the agent, who is not the deputy
	CodeAbsenceDesk  = "complaint.absence-desk"  // Of: the desk, where a case stays when an agent is away
	CodeOffered      = "complaint.offered"       // Of: the desk to which it is offered; At: since when
	CodeNoOffer      = "complaint.no-offer"      // Of: the desk, or nothing
	CodeOwnOffer     = "complaint.own-offer"     // Of: the agent who offers it
	CodeNotAccepted  = "complaint.not-accepted"  // Of: the desk, which has not said yes
	CodeHighest      = "complaint.highest-tier"  // Of: the desk, above which nobody is
	CodeHandoffs     = "complaint.handoffs"      // Fact: handoffs of the cycle that count; Mark: how many raise it
	CodeLate         = "complaint.late"          // Of: the clock; Fact: the share of its budget that is used; Mark: the one that raises; At: since when
	CodeManagerAsked = "complaint.manager-asked" // the customer wants to speak to somebody above; Of: the desk that has it then, or nothing
	CodeEscalated    = "complaint.escalated"     // Of: the agent who wishes it
	CodeFirstDesk    = "complaint.first-desk"    // Of: the desk that takes cases of the topic first
	CodeFormerOwner  = "complaint.former-owner"  // Of: the agent who had it at that desk before
	CodeUnprepared   = "complaint.unprepared"    // Of: the agent
	CodeDiverted     = "complaint.diverted"      // Of: the diversion, unchecked; At: since when
	CodeNoDiversion  = "complaint.no-diversion"  // Of: the ref, or nothing
	CodeChecked      = "complaint.checked"       // Of: the diversion; At: when
	CodeNotServed    = "complaint.not-served"    // of a case that is closed as served elsewhere
)

func explainOwner(r customer.Reason, w words) (text string, ok bool) {
	for _, part := range [...]func(customer.Reason, words) string{explainOwned, explainOffered, explainRaised} {
		if text = part(r, w); text != "" {
			return text, true
		}
	}
	return "", false
}

// explainOwned tells who has a case, or cannot have it.
func explainOwned(r customer.Reason, w words) string {
	switch r.Code {
	case CodeTaken:
		return w.In("%s has taken care of it since %s, and has not handed it over",
			"员工%s自%s起负责，尚未移交", r.Of, w.Instant(r.At))
	case CodeNoDesk:
		return w.In("no desk takes care of it yet", "尚未分配到任何部门")
	case CodeSameOwner:
		return w.In("%s takes care of it already", "%s目前正在负责", r.Of)
	case CodeOtherDesk:
		return w.In("%s works at another desk", "员工%s不属于该部门", r.Of)
	case CodeTierRole:
		return w.In("only a %s may have it now", "目前只能由%s负责", r.Of)
	case CodeAway:
		if r.Until.IsZero() {
			return w.In("%s has left", "员工%s已离职", r.Of)
		}
		return w.In("%s is away until %s", "员工%s休假至%s", r.Of, w.Instant(r.Until))
	case CodeNotAway:
		if r.Of == "" {
			return w.In("nobody has it who could be away", "目前无人负责，无需代理")
		}
		return w.In("%s has it, and is not known to be away", "员工%s仍在岗", r.Of)
	case CodeNotDeputy:
		return w.In("%s is not the deputy", "员工%s不是其代理人", r.Of)
	case CodeAbsenceDesk:
		return w.In("while an agent is away the case stays at the desk: %s", "员工休假期间，投诉仍留在原部门：%s", r.Of)
	case CodeFirstDesk:
		return w.In("it goes to %s first", "首先由%s受理", r.Of)
	case CodeFormerOwner:
		return w.In("back with %s, who had it there before", "退回原负责人%s", r.Of)
	case CodeUnprepared:
		return w.In("%s has not learnt all that is asked of whoever has such a case", "员工%s未具备处理此类投诉所需的技能或培训", r.Of)
	}
	return ""
}

// explainOffered tells of offers between desks and of diversions.
func explainOffered(r customer.Reason, w words) string {
	switch r.Code {
	case CodeOffered:
		return w.In("offered to %s on %s, which has not answered", "已提请%s接手（%s），尚未答复", r.Of, w.Instant(r.At))
	case CodeNoOffer:
		if r.Of == "" {
			return w.In("it is not offered to any desk", "没有待接手的移交")
		}
		return w.In("it is not offered to %s", "没有提请%s接手", r.Of)
	case CodeOwnOffer:
		return w.In("%s offers it, and cannot accept it", "员工%s是移交人，不能自行接受", r.Of)
	case CodeNotAccepted:
		return w.In("%s has not accepted it: ask there before the customer is sent on", "%s尚未同意接手，请先联系对方，再转介顾客", r.Of)
	case CodeDiverted:
		return w.In("nobody has checked whether she was served where she was sent: %s, on %s",
			"尚未确认分流后是否已办理：%s（%s）", r.Of, w.Instant(r.At))
	case CodeNoDiversion:
		if r.Of == "" {
			return w.In("no diversion waits to be checked", "没有待确认的分流")
		}
		return w.In("no such diversion: %s", "没有此分流：%s", r.Of)
	case CodeNotServed:
		return w.In("nobody has checked that she was served elsewhere", "尚无已确认办理的分流")
	case CodeChecked:
		return w.In("checked already: %s, on %s", "已确认过：%s（%s）", r.Of, w.Instant(r.At))
	}
	return ""
}

// explainRaised tells why a case went up, or could not.
func explainRaised(r customer.Reason, w words) string {
	switch r.Code {
	case CodeHighest:
		if r.Of == "" {
			return w.In("nobody is higher", "已是最高层级")
		}
		return w.In("nobody is higher than %s", "%s已是最高层级", r.Of)
	case CodeHandoffs:
		if w.chinese() {
			return fmt.Sprintf("已转手%d次，达到升级标准（%d次）", r.Fact, r.Mark)
		}
		verb := "raise"
		if r.Mark == 1 {
			verb = "raises"
		}
		return fmt.Sprintf("handed on %s, where %d %s a case", w.Count(r.Fact, "time"), r.Mark, verb)
	case CodeLate:
		return w.In("the clock %s has used %s of its budget since %s", "时钟“%s”已用时限的%s（自%s起）",
			r.Of, w.Percent(r.Fact), w.Instant(r.At))
	case CodeManagerAsked:
		if r.Of == "" {
			return w.In("the customer wants to speak to somebody above", "顾客要求与上级沟通")
		}
		return w.In("the customer wants to speak to somebody above: it goes to %s", "顾客要求与上级沟通：转由%s负责", r.Of)
	case CodeEscalated:
		return w.In("%s asks for somebody above", "员工%s请求上级处理", r.Of)
	}
	return ""
}
