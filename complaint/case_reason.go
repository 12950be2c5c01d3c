package complaint

import (
	"fmt"

	"github.com/rapport-crm/rapport/customer"
)

// The reason codes of the case itself. They are format.
const (
	CodeLowScore        = "complaint.low-score"           // Fact: the score, in thousandths of the best; Mark: at most so many are low
	CodeLowEffort       = "complaint.low-effort"          // Fact: the characters that she wrote; Mark: at most so many are next to nothing
	CodeOtherHandler    = "complaint.other-handler"       // Of: the agent who is complained about
	CodeThreat          = "complaint.threat"              // Of: the external body; Fact: the priority of the case now; Mark: the highest
	CodeImmediate       = "complaint.immediate"           // somebody has to act at once
	CodeForward         = "complaint.forward"             // Of: the case that this one is a duplicate of
	CodeIssueThere      = "complaint.issue-there"         // Of: the issue, which has that ID already
	CodeIssueUnknown    = "complaint.issue-unknown"       // Of: the issue, which the case does not have
	CodeIssueEnded      = "complaint.issue-ended"         // Of: the issue, which was decided or withdrawn
	CodeIssueOpen       = "complaint.issue-open"          // Of: the issue, which nobody has decided; At: when it came up
	CodeNoIssue         = "complaint.no-issue"            // nobody knows what the case is about
	CodeNotWithdrawn    = "complaint.issue-not-withdrawn" // Of: the issue, which the customer has not withdrawn
	CodeWithdrawConsent = "complaint.withdraw-consent"    // Of: the issue, withdrawn in no contact of the customer that is named; At: when it came up
	CodeOtherOutcome    = "complaint.other-outcome"       // Of: the outcome that the decisions on the issues come to
	CodeOtherUnknown    = "complaint.other-unknown"       // Of: the other case, which nobody has received
	CodeOtherLater      = "complaint.other-later"         // Of: the other case; At: when it was received, which is later
	CodeOtherCustomer   = "complaint.other-customer"      // Of: the other case, which is another customer's
	CodeOtherClosed     = "complaint.other-closed"        // Of: the other case; At: since when it is closed, which is before this one was received
	CodeLinkThere       = "complaint.link-there"          // Of: the other case, linked in that way already
	CodeDuplicateThere  = "complaint.duplicate-there"     // Of: the case of which this one is a duplicate already
	CodeNoLink          = "complaint.no-link"             // Of: the other case, not linked in that way
	CodeClosedMerged    = "complaint.closed-as-duplicate" // Of: the root; At: when the case was closed as its duplicate
	CodeNoDuplicate     = "complaint.no-duplicate"        // the case is linked to no root
	CodeNoTries         = "complaint.no-tries"            // the policy closes nothing as unreachable
	CodeTries           = "complaint.tries"               // Fact: how often she was tried in vain, in a row; Mark: how often at least; At, Until: first and last
	CodeTriesSpan       = "complaint.tries-span"          // Fact: days from the first to the last try in vain; Mark: at least; On: the first; By: the day from which that is so
	CodeTooEarly        = "complaint.too-early"           // Of: the external body; Fact: days since receipt; Mark: how many we have; On: receipt; By: from then on
	CodeTooOld          = "complaint.too-old"             // Of: the issue, or the body; Mark: months; On: when it happened; By: the last day
	CodeNoDeadline      = "complaint.no-deadline"         // Of: the external body, without an instant until when she may go there
	CodeDeadlineShorter = "complaint.deadline-shorter"    // Of: the external body; Until: what she was told before
	CodeAppealUntil     = "complaint.appeal-until"        // Of: the external body; Until: when it is too late to appeal there
	CodeAppealOpen      = "complaint.appeal-open"         // Of: the external body; At: when she was told; Until: until when she may go there
	CodeAppealOver      = "complaint.appeal-over"         // Of: the external body; Until: since when it is too late to go there
	CodeBodyUnknown     = "complaint.body-unknown"        // Of: what is no external body of the policy
	CodeFiledThere      = "complaint.filed-there"         // Of: the external body, which has the case already; At: since when
	CodeNotFiled        = "complaint.not-filed"           // Of: the external body, which does not have the case
	CodeExternal        = "complaint.external"            // Of: the external body, which has the case; At: since when
	CodeReopenForBody   = "complaint.reopen-for-body"     // Of: the external body; the case is closed
	CodeReopenUntil     = "complaint.reopen-until"        // At: when the case was closed; Until: when it is too late to reopen it; zero: never
	CodeReopenTooLate   = "complaint.reopen-too-late"     // At: when the case was closed; Until: when it was too late to reopen it
	CodeOwedThen        = "complaint.owed-then"           // At: until when something was to be done yet
	CodeClosedThen      = "complaint.closed-then"         // At: when the case was closed, which is later
	CodeNothingAnew     = "complaint.nothing-anew"        // no issue is to be decided anew
	CodeNoBody          = "complaint.no-external-body"    // no external body has had the case
	CodeSameCustomer    = "complaint.same-customer"       // the case is the caller's
	CodeSameReach       = "complaint.same-reach"          // it is answered to where the caller comes from
	CodeSameTopic       = "complaint.same-topic"          // Of: the topic of the case
	CodeOtherTopic      = "complaint.other-topic"         // Of: the topic of the case
	CodeSameService     = "complaint.same-service"        // Of: the service of the case
	CodeOtherService    = "complaint.other-service"       // Of: the service of the case
)

func explainCase(r customer.Reason, w words) (text string, ok bool) {
	english, chinese := caseSentence(r, w)
	if w.chinese() {
		return chinese, english != ""
	}
	return english, english != ""
}

// caseSentence returns a reason's sentence in both languages; an unknown code has none.
func caseSentence(r customer.Reason, w words) (english, chinese string) {
	for _, part := range [...]func(customer.Reason, words) (english, chinese string){
		intakeSentence, closingSentence, recourseSentence, continueSentence,
	} {
		if english, chinese = part(r, w); english != "" {
			return english, chinese
		}
	}
	return "", ""
}

func intakeSentence(r customer.Reason, w words) (english, chinese string) {
	switch r.Code {
	case CodeLowScore:
		return fmt.Sprintf("scored %s of the best; a case is opened at %s or below", w.Percent(r.Fact), w.Percent(r.Mark)),
			fmt.Sprintf("评分为满分的%s，达到或低于%s即立案", w.Percent(r.Fact), w.Percent(r.Mark))
	case CodeLowEffort:
		return fmt.Sprintf("wrote %s; a case is opened at %d or below", w.Count(r.Fact, "character"), r.Mark),
			fmt.Sprintf("留言仅%d个字符，达到或低于%d个即立案", r.Fact, r.Mark)
	case CodeOtherHandler:
		return fmt.Sprintf("another agent handles it, for it is about %s", r.Of),
			fmt.Sprintf("投诉涉及员工%s，将由其他员工处理", r.Of)
	case CodeThreat:
		return fmt.Sprintf("she says she will go to %s: priority %d of %d", r.Of, r.Fact, r.Mark),
			fmt.Sprintf("顾客表示将向%s投诉：优先级%d（最高%d）", r.Of, r.Fact, r.Mark)
	case CodeImmediate:
		return "somebody has to act at once",
			"需要立即处理"
	case CodeForward:
		return fmt.Sprintf("a duplicate of %s: what the customer says belongs there", r.Of),
			fmt.Sprintf("本投诉与%s重复：顾客的回复应转至该投诉", r.Of)
	case CodeIssueThere:
		return fmt.Sprintf("there is an issue %s already", r.Of),
			fmt.Sprintf("事项%s已存在", r.Of)
	case CodeIssueUnknown:
		return fmt.Sprintf("there is no issue %s", r.Of),
			fmt.Sprintf("没有事项%s", r.Of)
	case CodeIssueEnded:
		return fmt.Sprintf("issue %s has its decision, or was withdrawn", r.Of),
			fmt.Sprintf("事项%s已有决定或已撤回", r.Of)
	case CodeIssueOpen:
		return fmt.Sprintf("issue %s is not decided; it came up on %s", r.Of, w.Instant(r.At)),
			fmt.Sprintf("事项%s尚未决定，提出于%s", r.Of, w.Instant(r.At))
	case CodeNoIssue:
		return "nobody knows yet what the complaint is about",
			"尚不清楚投诉的内容"
	case CodeWithdrawConsent:
		return fmt.Sprintf("name the contact in which the customer withdrew %s, which came up on %s", r.Of, w.Instant(r.At)),
			fmt.Sprintf("请注明顾客撤回事项%s的联系记录（须在%s提出该事项之后）", r.Of, w.Instant(r.At))
	case CodeNotWithdrawn:
		return fmt.Sprintf("the customer has not withdrawn issue %s", r.Of),
			fmt.Sprintf("顾客尚未撤回事项%s", r.Of)
	case CodeOtherOutcome:
		return fmt.Sprintf("by what was decided, the outcome is %s", r.Of),
			fmt.Sprintf("根据已作出的决定，结案结果应为“%s”", outcomeChinese(r.Of))
	}
	return "", ""
}

func closingSentence(r customer.Reason, w words) (english, chinese string) {
	switch r.Code {
	case CodeOtherUnknown:
		return fmt.Sprintf("there is no case %s", r.Of),
			fmt.Sprintf("没有投诉%s", r.Of)
	case CodeOtherLater:
		return fmt.Sprintf("%s came later, on %s: link it to this case, not this case to it", r.Of, w.Instant(r.At)),
			fmt.Sprintf("投诉%s受理更晚（%s）：请将其关联至本投诉", r.Of, w.Instant(r.At))
	case CodeOtherCustomer:
		return fmt.Sprintf("%s is the case of another customer", r.Of),
			fmt.Sprintf("投诉%s属于另一位顾客", r.Of)
	case CodeOtherClosed:
		return fmt.Sprintf("%s was closed on %s, before this case came, and answers it no more: reopen that one, or let this one follow it", r.Of, w.Instant(r.At)),
			fmt.Sprintf("投诉%s已于%s结案，早于本投诉的受理：请重新打开该投诉，或将本投诉作为其后续", r.Of, w.Instant(r.At))
	case CodeLinkThere:
		return fmt.Sprintf("it is linked to %s in that way already", r.Of),
			fmt.Sprintf("已与投诉%s建立该关联", r.Of)
	case CodeDuplicateThere:
		return fmt.Sprintf("it is a duplicate of %s already", r.Of),
			fmt.Sprintf("已标记为与%s重复", r.Of)
	case CodeNoLink:
		return fmt.Sprintf("it is not linked to %s in that way", r.Of),
			fmt.Sprintf("与投诉%s没有该关联", r.Of)
	case CodeClosedMerged:
		return fmt.Sprintf("it was closed as a duplicate of %s on %s: reopen it first", r.Of, w.Instant(r.At)),
			fmt.Sprintf("已于%[2]s作为%[1]s的重复投诉结案：请先重新打开", r.Of, w.Instant(r.At))
	case CodeNoDuplicate:
		return "it is linked to no case of which it is a duplicate",
			"未关联到任何重复的原投诉"
	case CodeNoTries:
		return "no case is closed because the customer cannot be reached",
			"不得以无法联系顾客为由结案"
	case CodeTries:
		return fmt.Sprintf("tried %s in a row without reaching her; it takes %d", w.Count(r.Fact, "time"), r.Mark),
			fmt.Sprintf("已连续%d次未能联系到顾客，要求%d次", r.Fact, r.Mark)
	case CodeTriesSpan:
		return fmt.Sprintf("tried over %s, from %s on; it takes %d, until %s", w.Count(r.Fact, "day"), w.DayOfYear(r.On), r.Mark, w.DayOfYear(r.By)),
			fmt.Sprintf("自%s起尝试联系%d天，要求%d天，至%s", w.DayOfYear(r.On), r.Fact, r.Mark, w.DayOfYear(r.By))
	}
	return "", ""
}

func recourseSentence(r customer.Reason, w words) (english, chinese string) {
	switch r.Code {
	case CodeTooEarly:
		return fmt.Sprintf("too early for %s: we have %s from %s to answer, so from %s on", r.Of, w.Count(r.Mark, "day"), w.DayOfYear(r.On), w.DayOfYear(r.By)),
			fmt.Sprintf("尚不能向%s投诉：我方自%s起有%d天答复期，%s起方可", r.Of, w.DayOfYear(r.On), r.Mark, w.DayOfYear(r.By))
	case CodeTooOld:
		return fmt.Sprintf("too old for that body: %s, %s after %s, was until %s", r.Of, w.Count(r.Mark, "month"), w.DayOfYear(r.On), w.DayOfYear(r.By)),
			fmt.Sprintf("已超过该机构受理期限：%s，自%s起%d个月，至%s", r.Of, w.DayOfYear(r.On), r.Mark, w.DayOfYear(r.By))
	case CodeNoDeadline:
		return fmt.Sprintf("say until when she may go to %s, which is not over", r.Of),
			fmt.Sprintf("请注明顾客可向%s投诉的截止时间（须晚于现在）", r.Of)
	case CodeDeadlineShorter:
		return fmt.Sprintf("she was told that she may go there until %s, which %s cannot cut short", w.Instant(r.Until), r.Of),
			fmt.Sprintf("此前已告知顾客申诉期至%s，不得因%s而缩短", w.Instant(r.Until), r.Of)
	case CodeAppealUntil:
		return fmt.Sprintf("she may go to %s until %s", r.Of, w.Instant(r.Until)),
			fmt.Sprintf("顾客可在%[2]s之前向%[1]s投诉", r.Of, w.Instant(r.Until))
	case CodeAppealOpen:
		return fmt.Sprintf("she may still go to %s, until %s", r.Of, w.Instant(r.Until)),
			fmt.Sprintf("顾客在%[2]s之前仍可向%[1]s投诉", r.Of, w.Instant(r.Until))
	case CodeAppealOver:
		return fmt.Sprintf("since %s it is too late to go to %s", w.Instant(r.Until), r.Of),
			fmt.Sprintf("自%s起已过向%s投诉的期限", w.Instant(r.Until), r.Of)
	case CodeBodyUnknown:
		return fmt.Sprintf("%s is no external body of the policy", r.Of),
			fmt.Sprintf("%s不是规则中的外部机构", r.Of)
	case CodeFiledThere:
		return fmt.Sprintf("%s has had the case since %s", r.Of, w.Instant(r.At)),
			fmt.Sprintf("%s自%s起已受理此案", r.Of, w.Instant(r.At))
	case CodeNotFiled:
		return fmt.Sprintf("%s does not have the case", r.Of),
			fmt.Sprintf("%s没有在处理此案", r.Of)
	case CodeExternal:
		return fmt.Sprintf("with %s since %s", r.Of, w.Instant(r.At)),
			fmt.Sprintf("自%[2]s起由%[1]s处理中", r.Of, w.Instant(r.At))
	case CodeReopenForBody:
		return fmt.Sprintf("%s takes it up: reopen the case", r.Of),
			fmt.Sprintf("%s已介入：请重新打开该投诉", r.Of)
	case CodeReopenUntil:
		return reopenUntilSentence(r, w)
	case CodeReopenTooLate:
		return reopenTooLateSentence(r, w)
	case CodeOwedThen:
		return fmt.Sprintf("something was to be done until %s: the case does not end before", w.Instant(r.At)),
			fmt.Sprintf("直到%s仍有未办事项，结案时间不得早于此时", w.Instant(r.At))
	case CodeClosedThen:
		return fmt.Sprintf("it was closed on %s, and is not reopened before", w.Instant(r.At)),
			fmt.Sprintf("该投诉于%s结案，重新打开的时间不得早于此时", w.Instant(r.At))
	case CodeNothingAnew:
		return "say which issues are decided anew, or what has come up since",
			"请说明需重新决定的事项，或新增的事项"
	case CodeNoBody:
		return "no external body has had the case",
			"没有外部机构处理过此案"
	}
	return "", ""
}

func continueSentence(r customer.Reason, w words) (english, chinese string) {
	switch r.Code {
	case CodeSameCustomer:
		return "a case of this customer",
			"该顾客的投诉"
	case CodeSameReach:
		return "it is answered to where she calls from",
			"回复方式与来电一致"
	case CodeSameTopic:
		return fmt.Sprintf("about the same: %s", r.Of),
			fmt.Sprintf("主题相同：%s", r.Of)
	case CodeOtherTopic:
		return fmt.Sprintf("about something else: %s", r.Of),
			fmt.Sprintf("主题不同：%s", r.Of)
	case CodeSameService:
		return fmt.Sprintf("the same service: %s", r.Of),
			fmt.Sprintf("服务相同：%s", r.Of)
	case CodeOtherService:
		return fmt.Sprintf("another service: %s", r.Of),
			fmt.Sprintf("服务不同：%s", r.Of)
	}
	return "", ""
}

func reopenUntilSentence(r customer.Reason, w words) (english, chinese string) {
	if r.Until.IsZero() {
		return "closed on " + w.Instant(r.At) + ": it may be reopened", "已于" + w.Instant(r.At) + "结案：可重新打开"
	}
	return fmt.Sprintf("closed on %s: it may be reopened until %s", w.Instant(r.At), w.Instant(r.Until)),
		fmt.Sprintf("已于%s结案：%s之前可重新打开", w.Instant(r.At), w.Instant(r.Until))
}

func reopenTooLateSentence(r customer.Reason, w words) (english, chinese string) {
	return fmt.Sprintf("closed on %s, and not reopened since %s: receive a new case that follows it", w.Instant(r.At), w.Instant(r.Until)),
		fmt.Sprintf("已于%s结案，%s起不再重新打开：请另立后续投诉", w.Instant(r.At), w.Instant(r.Until))
}

func outcomeChinese(outcome string) string {
	switch outcome {
	case "resolved":
		return "已解决"
	case "partly":
		return "部分支持"
	case "rejected":
		return "未支持"
	case "withdrawn":
		return "顾客撤回"
	}
	return outcome
}
