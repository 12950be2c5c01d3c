package complaint

import (
	"fmt"

	"github.com/rapport-crm/rapport/customer"
)

// The reason codes of decisions and remedies. They are format. Fact and Mark are minor units
// unless something else is said.
const (
	CodeIssueWithdrawn  = "complaint.issue-withdrawn"  // Of: the issue; At: when
	CodeDemanded        = "complaint.demanded"         // Of: an issue in which she asks for something; Fact: claimed
	CodeNotFully        = "complaint.not-fully"        // Of: the issue; Fact: accepted; Mark: claimed
	CodeNothingAccepted = "complaint.nothing-accepted" // Of: an issue that is not upheld; Fact: accepted all the same
	CodeNothingOffered  = "complaint.nothing-offered"  // Of: an issue that is upheld, and nothing follows
	CodeNoReason        = "complaint.no-reason"        // Of: the issue, as of the next four
	CodeNoClause        = "complaint.no-clause"
	CodeNoAppeal        = "complaint.no-appeal"
	CodeNoAlternative   = "complaint.no-alternative"
	CodeNoChannel       = "complaint.no-channel"
	CodeUncovered       = "complaint.uncovered"       // Of: the issue; Fact: offered, and paid before; Mark: accepted
	CodeOfferedThere    = "complaint.offered-there"   // Of: the case that this one is a duplicate of
	CodeAboveClaim      = "complaint.above-claim"     // Of: the issue; Fact: accepted; Mark: claimed
	CodeDeviates        = "complaint.deviates"        // Of: the deviation that lets it; Fact: accepted; Mark: the most by it
	CodeNoDeviation     = "complaint.no-deviation"    // Of: a deviation that nobody has allowed for the issue
	CodeOverDeviation   = "complaint.over-deviation"  // Of: the deviation; Fact: offered; Mark: the most by it
	CodeOwnDeviation    = "complaint.own-deviation"   // Of: a deviation that who decides, or handles the case, has allowed
	CodeDeviationThere  = "complaint.deviation-there" // Of: the deviation
	CodeDeviatesWhy     = "complaint.deviates-why"    // Of: a deviation without a reason

	CodeRemedyThere   = "complaint.remedy-there"   // Of: the remedy
	CodeRemedyUnknown = "complaint.remedy-unknown" // Of: the remedy
	CodeRemedyState   = "complaint.remedy-state"   // Of: the state in which the remedy is; At: when it was decided
	CodeRemedyLater   = "complaint.remedy-later"   // Of: the remedy; At: when it was decided, which is later
	CodeDuePast       = "complaint.due-past"       // Of: the thing; On: today; By: the day by which it is to be done
	CodeOnce          = "complaint.once"           // Of: what is given for only once; At: when it was given
	CodeBeneficiary   = "complaint.beneficiary"    // Of: who gets the remedy
	CodeUnapproved    = "complaint.unapproved"     // Of: the remedy; Fact: approvals; Mark: needed; At: decided; By: due
	CodeObjected      = "complaint.objected"       // Of: the remedy; At: decided; By: due
	CodeUnpaid        = "complaint.unpaid"         // Of: the remedy; Fact: paid; Mark: owed; At: decided; By: due
	CodeUndone        = "complaint.undone"         // Of: the remedy; At: decided; By: due
	CodeOverpaid      = "complaint.overpaid"       // Of: the remedy; Fact: paid; Mark: left to pay
	CodeNothingPaid   = "complaint.nothing-paid"   // Of: the remedy
	CodeNotMoney      = "complaint.not-money"      // Of: the remedy; Fact: what is said to be paid
	CodeBackTooMuch   = "complaint.back-too-much"  // Of: the remedy; Fact: came back; Mark: paid
	CodeExternalTwice = "complaint.external-twice" // Of: the external reference

	CodeUnlimited      = "complaint.unlimited"       // Of: the remedy; Fact: its amount; the policy has no limits
	CodeCostless       = "complaint.costless"        // Of: the remedy, which costs nothing
	CodeWithin         = "complaint.within"          // Of: the role; Fact: the amount; Mark: the most for one remedy
	CodeWithinPoints   = "complaint.within-points"   // Of: the role; Fact: points of the case; Mark: the most
	CodeApprovalSought = "complaint.approval-sought" // Of: a remedy that somebody is to approve, as asked; Fact: its amount
	CodeNoLimit        = "complaint.no-limit"        // Of: the remedy; Fact: its amount; no role of the agent gives anything
	CodeOtherKind      = "complaint.other-kind"      // Of: the role, which does not give what is of this kind; Fact: its amount
	CodeOverLimit      = "complaint.over-limit"      // Of: the role; Fact: the amount; Mark: the most for one remedy
	CodeOverCase       = "complaint.over-case"       // Of: the role; Fact: all remedies of the case; Mark: the most for them
	CodeOverPoints     = "complaint.over-points"     // Of: the role; Fact: points of the case; Mark: the most
	CodeOverAllowance  = "complaint.over-allowance"  // Of: the role; Fact: goodwill; Mark: the allowance of a whole period
	CodeUsedUp         = "complaint.used-up"         // Of: the allowance; Fact: left; Mark: asked for; At: when
	CodeNoAllowance    = "complaint.no-allowance"    // Of: an allowance of which the host has set no limit; Mark: asked for; At: when
	CodeOverrun        = "complaint.overrun"         // Of: the allowance; Fact: left; Mark: given beyond it; At: when

	CodeNoApprover    = "complaint.no-approver"    // Of: the remedy; Fact: what the case comes to, in money or in points; Mark: until what anybody approves
	CodeApproves      = "complaint.approves"       // Of: the role; Fact: what the case comes to; Mark: until what it approves
	CodeDeputes       = "complaint.deputes"        // the same, of the role of who is away; At, Until: from when until when, or for good
	CodeApproved      = "complaint.approved"       // Of: the remedy; Fact: approvals; Mark: needed
	CodeHandler       = "complaint.handler"        // Of: who handles the case, or decided the remedy
	CodeApprovedTwice = "complaint.approved-twice" // Of: who has approved before, or was stood in for
	CodeNoAuthority   = "complaint.no-authority"   // Of: who; Fact: what the case comes to, in money or in points; Mark: until what her roles approve
	CodeObjectsWhy    = "complaint.objects-why"    // Of: a remedy that is refused without a reason

	CodeRemedyOverdue = "complaint.remedy-overdue" // Of: the remedy; By: its last day; Fact: what she has of it; Mark: its amount, or worth
	CodeActionOverdue = "complaint.action-overdue" // Of: the corrective action; By: its last day

	CodeOwnMeasure    = "complaint.own-measure"     // Of: the agent
	CodeNotEntitled   = "complaint.not-entitled"    // Of: the agent, who may not see measures on staff
	CodeActionThere   = "complaint.action-there"    // Of: the corrective action
	CodeActionUnknown = "complaint.action-unknown"  // Of: the corrective action
	CodeActionDone    = "complaint.action-done"     // Of: the corrective action; At: when it was found effective
	CodeOwnCheck      = "complaint.own-check"       // Of: the owner, who checks her own action
	CodeNoAction      = "complaint.no-action"       // Of: the corrective action, of which is not said what is done
	CodeNoActionOwner = "complaint.no-action-owner" // Of: the corrective action
	CodeNoActionDue   = "complaint.no-action-due"   // Of: the corrective action
)

func explainRemedy(r customer.Reason, w words) (text string, ok bool) {
	for _, part := range [...]func(customer.Reason, words) string{
		explainVerdict, explainDeviation, explainOffers, explainSettling, explainLimit, explainAllowance, explainApproval, explainMeasure,
		explainCorrection,
	} {
		if text := part(r, w); text != "" {
			return text, true
		}
	}
	return "", false
}

func explainVerdict(r customer.Reason, w words) string {
	fact, mark := w.Money(r.Fact), w.Money(r.Mark)
	switch r.Code {
	case CodeIssueWithdrawn:
		return w.In("issue %s was withdrawn on %s", "事项%s已于%s撤回", r.Of, w.Instant(r.At))
	case CodeDemanded:
		if r.Fact == 0 {
			return w.In("issue %s asks for something: it is upheld or it is not", "事项%s提出了要求，须作出支持或不支持的决定", r.Of)
		}
		return w.In("issue %s asks for %s: it is upheld or it is not", "事项%s要求%s，须作出支持或不支持的决定", r.Of, fact)
	case CodeNotFully:
		return w.In("issue %s is not fully upheld with %s of %s", "事项%s仅认可%s（主张%s），不属于全部支持", r.Of, fact, mark)
	case CodeNothingAccepted:
		return w.In("issue %s is not upheld, and %s accepted all the same", "事项%s不予支持，却认可了%s", r.Of, fact)
	case CodeNothingOffered:
		return w.In("issue %s is upheld, and nothing is offered", "事项%s予以支持，却没有任何补救", r.Of)
	case CodeNoReason:
		return w.In("no reason is given for what is refused in issue %s", "事项%s：未说明不予支持的理由", r.Of)
	case CodeNoClause:
		return w.In("no clause is cited for what is refused in issue %s", "事项%s：未引用不予支持所依据的条款", r.Of)
	case CodeNoAppeal:
		return w.In("no way to appeal is named in issue %s", "事项%s：未告知申诉途径", r.Of)
	case CodeNoAlternative:
		return w.In("nothing else is offered for what is refused in issue %s", "事项%s：未提供替代方案", r.Of)
	case CodeNoChannel:
		return w.In("no channel is named through which the customer is told of issue %s", "事项%s：未说明通过何种渠道告知顾客", r.Of)
	case CodeUncovered:
		return w.In("issue %s: what is offered, and paid before, comes to %s, where %s is accepted", "事项%s：补救与已付合计%s，与认可的%s不符", r.Of, fact, mark)
	}
	return ""
}

func explainDeviation(r customer.Reason, w words) string {
	fact, mark := w.Money(r.Fact), w.Money(r.Mark)
	switch r.Code {
	case CodeOfferedThere:
		return w.In("a duplicate of %s: what the customer gets is decided there", "本投诉与%s重复：补救应在该投诉中决定", r.Of)
	case CodeAboveClaim:
		return w.In("issue %s: %s is more than the %s claimed, and no deviation allows it", "事项%s：认可的%s超过主张的%s，且未获准例外处理", r.Of, fact, mark)
	case CodeDeviates:
		return w.In("deviation %s allows up to %s; %s is accepted", "例外%s允许至多%s，现认可%s", r.Of, mark, fact)
	case CodeNoDeviation:
		return w.In("nobody has allowed deviation %s for this issue", "该事项没有获准的例外%s", r.Of)
	case CodeOverDeviation:
		return w.In("deviation %s allows up to %s, not %s", "例外%s至多允许%s，而非%s", r.Of, mark, fact)
	case CodeOwnDeviation:
		return w.In("who allowed deviation %s decides, or handles the case: somebody else allows it", "例外%s由决定人或经办人本人批准，须由他人批准", r.Of)
	case CodeDeviationThere:
		return w.In("there is a deviation %s already", "例外%s已存在", r.Of)
	case CodeDeviatesWhy:
		return w.In("deviation %s has no reason", "例外%s未说明理由", r.Of)
	}
	return ""
}

func explainOffers(r customer.Reason, w words) string {
	switch r.Code {
	case CodeRemedyThere:
		return w.In("there is a remedy %s already", "补救%s已存在", r.Of)
	case CodeRemedyUnknown:
		return w.In("there is no remedy %s", "没有补救%s", r.Of)
	case CodeRemedyState:
		return w.In("the remedy is %[1]s", "该补救目前“%[2]s”", r.Of, remedyStateChinese(r.Of))
	case CodeRemedyLater:
		return w.In("remedy %s was decided on %s, which is later", "补救%s于%s才决定，晚于此操作", r.Of, w.Instant(r.At))
	case CodeDuePast:
		return w.In("%s would be due on %s, which is past", "%s的期限%s已过", r.Of, w.DayOfYear(r.By))
	case CodeOnce:
		return w.In("for %s it was given already, on %s; once is enough", "%s已于%s给付过一次", r.Of, w.Instant(r.At))
	case CodeBeneficiary:
		return w.In("%s gets the remedy, and neither decides, approves nor pays it", "%s是受益人，不得决定、批准或支付该补救", r.Of)
	}
	return ""
}

func explainSettling(r customer.Reason, w words) string {
	fact, mark := w.Money(r.Fact), w.Money(r.Mark)
	switch r.Code {
	case CodeUnapproved:
		return w.In("remedy %s has %d of %d approvals", "补救%s已获%d项批准（需%d项）", r.Of, r.Fact, r.Mark)
	case CodeObjected:
		return w.In("remedy %s was refused approval: its issue is to be decided again", "补救%s未获批准，须重新决定该事项", r.Of)
	case CodeUnpaid:
		return w.In("of remedy %s, %s of %s is paid", "补救%[1]s应付%[3]s，已付%[2]s", r.Of, fact, mark)
	case CodeRemedyOverdue:
		return w.In("remedy %s was due by %s, and has not been carried out", "补救%s的期限为%s，已逾期未执行", r.Of, w.DayOfYear(r.By))
	case CodeUndone:
		return w.In("remedy %s has not been carried out", "补救%s尚未执行", r.Of)
	case CodeOverpaid:
		return w.In("of remedy %s, %s is left to pay, not %s", "补救%s尚余%s未付，而非%s", r.Of, mark, fact)
	case CodeNothingPaid:
		return w.In("remedy %s is money: it is not said how much", "补救%s为金钱，未说明金额", r.Of)
	case CodeNotMoney:
		return w.In("remedy %s is no money: it is carried out whole, and nothing is paid", "补救%s并非金钱，应整项执行，不填支付金额", r.Of)
	case CodeBackTooMuch:
		return w.In("of remedy %s, %s was paid: %s cannot come back", "补救%s已付%s，不可能退回%s", r.Of, mark, fact)
	case CodeExternalTwice:
		return w.In("%s is booked on the remedy already", "外部凭证%s已入账", r.Of)
	}
	return ""
}

func explainLimit(r customer.Reason, w words) string {
	fact, mark := w.Money(r.Fact), w.Money(r.Mark)
	switch r.Code {
	case CodeUnlimited:
		return w.In("remedy %s needs no approval: there are no limits", "未设权限，补救%s无须批准", r.Of)
	case CodeCostless:
		return w.In("remedy %s costs nothing and needs no approval", "补救%s不产生费用，无须批准", r.Of)
	case CodeWithin:
		return w.In("%s is within what %s may give, %s", "%s在%s的权限%s之内", fact, r.Of, mark)
	case CodeWithinPoints:
		return w.In("%s in the case is within what %s may give, %s", "本案%s在%s的权限%s之内", w.points(r.Fact), r.Of, w.points(r.Mark))
	case CodeApprovalSought:
		return w.In("approval is asked for remedy %s", "补救%s主动提请批准", r.Of)
	case CodeNoLimit:
		return w.In("remedy %s needs approval: nothing is within the limits of this agent", "补救%s须经批准：该员工没有给付权限", r.Of)
	case CodeOtherKind:
		return w.In("%s gives no remedy of this kind without approval", "%s无权自行给付此类补救", r.Of)
	case CodeOverLimit:
		return w.In("%s is above what %s may give for one remedy, %s", "%s超过%s的单项权限%s", fact, r.Of, mark)
	case CodeOverCase:
		return w.In("all remedies of the case come to %s, above what %s may give, %s", "本案补救合计%s，超过%s的单案权限%s", fact, r.Of, mark)
	case CodeOverPoints:
		return w.In("%s in the case is above what %s may give, %s", "本案%s超过%s的权限%s", w.points(r.Fact), r.Of, w.points(r.Mark))
	}
	return ""
}

func explainAllowance(r customer.Reason, w words) string {
	fact, mark := w.Money(r.Fact), w.Money(r.Mark)
	switch r.Code {
	case CodeOverAllowance:
		return w.In("%s of goodwill is above the whole allowance of %s, %s", "善意补偿%s超过%s的整期额度%s", fact, r.Of, mark)
	case CodeUsedUp:
		return w.In("%s has %s left, not %s: ask for approval", "额度%s仅余%s，不足%s，请提请批准", r.Of, fact, mark)
	case CodeNoAllowance:
		return w.In("no limit is set for %s", "额度%s尚未设定", r.Of)
	case CodeOverrun:
		return w.In("%s had %s left when %s was booked: it is overrun", "额度%s仅余%s，已记入%s，超出额度", r.Of, fact, mark)
	}
	return ""
}

func explainApproval(r customer.Reason, w words) string {
	fact, mark := w.Money(r.Fact), w.Money(r.Mark)
	if r.Unit == customer.UnitPoints {
		fact, mark = w.points(r.Fact), w.points(r.Mark)
	}
	from := w.away(r)
	switch r.Code {
	case CodeNoApprover:
		if r.Mark == 0 {
			return w.In("remedy %s brings the case to %s, and nobody approves anything", "补救%s使本案合计达%s，无人有批准权限", r.Of, fact)
		}
		return w.In("remedy %s brings the case to %s, and nobody approves more than %s", "补救%s使本案合计达%s，最高批准权限为%s", r.Of, fact, mark)
	case CodeApproves:
		if r.Of == "" {
			return w.In("there are no limits: she may approve", "未设权限，有权批准")
		}
		return w.In("%s approves up to %s; it comes to %s", "%s的批准权限为%s，合计%s", r.Of, mark, fact)
	case CodeDeputes:
		if r.Of == "" {
			return w.In("there are no limits: a deputy may approve, %s", "未设权限，代理人有权批准（%s）", from)
		}
		return w.In("a deputy of %s, %s, approves up to %s; it comes to %s", "%s的代理人（%s）批准权限为%s，合计%s", r.Of, from, mark, fact)
	case CodeApproved:
		return w.In("remedy %s has all its approvals, %d of %d", "补救%s已获全部批准（%d/%d）", r.Of, r.Fact, r.Mark)
	case CodeHandler:
		return w.In("%s handles the case, or decided this, and does not approve it", "%s是经办人，不得批准", r.Of)
	case CodeApprovedTwice:
		return w.In("%s has approved it before", "%s已批准过", r.Of)
	case CodeNoAuthority:
		if r.Mark == 0 {
			return w.In("%s approves nothing", "%s没有批准权限", r.Of)
		}
		return w.In("%s approves up to %s, and it comes to %s", "%s的批准权限为%s，合计%s，权限不足", r.Of, mark, fact)
	case CodeObjectsWhy:
		return w.In("no reason is given why remedy %s is refused", "未说明拒绝批准补救%s的理由", r.Of)
	}
	return ""
}

func explainMeasure(r customer.Reason, w words) string {
	switch r.Code {
	case CodeOwnMeasure:
		return w.In("%s takes no measure on herself", "%s不得对本人作出处理", r.Of)
	case CodeNotEntitled:
		return w.In("%s may not see measures on staff, nor take any", "%s无权查看或作出对员工的处理", r.Of)
	}
	return ""
}

func explainCorrection(r customer.Reason, w words) string {
	switch r.Code {
	case CodeActionThere:
		return w.In("there is a corrective action %s already", "整改%s已存在", r.Of)
	case CodeActionUnknown:
		return w.In("there is no corrective action %s", "没有整改%s", r.Of)
	case CodeActionDone:
		return w.In("corrective action %s was found effective on %s", "整改%s已于%s验证有效", r.Of, w.Instant(r.At))
	case CodeOwnCheck:
		return w.In("%s owns the corrective action: somebody else checks it", "%s是整改责任人，须由他人验证", r.Of)
	case CodeNoAction:
		return w.In("it is not said what corrective action %s is", "整改%s未说明内容", r.Of)
	case CodeNoActionOwner:
		return w.In("nobody owns corrective action %s", "整改%s没有责任人", r.Of)
	case CodeActionOverdue:
		return w.In("corrective action %s was due by %s, and is not found effective", "整改%s的期限为%s，已逾期未验证有效", r.Of, w.DayOfYear(r.By))
	case CodeNoActionDue:
		return w.In("corrective action %s has no last day", "整改%s没有期限", r.Of)
	}
	return ""
}

// away writes for how long somebody is away.
func (w words) away(r customer.Reason) string {
	from, until := w.Instant(r.At), w.Instant(r.Until)
	switch {
	case w.chinese() && r.Until.IsZero():
		return fmt.Sprintf("自%s起", from)
	case w.chinese():
		return fmt.Sprintf("自%s至%s", from, until)
	case r.Until.IsZero():
		return fmt.Sprintf("from %s on", from)
	}
	return fmt.Sprintf("from %s to %s", from, until)
}

// points writes a number of points.
func (w words) points(n int64) string {
	if w.chinese() {
		return fmt.Sprintf("%d积分", n)
	}
	return customer.English.Count(n, "point")
}

func remedyStateChinese(state string) string {
	switch state {
	case "proposed":
		return "待批准"
	case "granted":
		return "待执行"
	case "settled":
		return "已完成"
	case "objected":
		return "未获批准"
	case "withdrawn":
		return "已撤销"
	case "declined":
		return "顾客放弃"
	}
	return state
}
