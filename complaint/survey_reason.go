package complaint

import (
	"fmt"

	"github.com/rapport-crm/rapport/customer"
)

// The reason codes of surveys. They are format. On is the day on which a survey is due, and By
// the last day for it, unless it says otherwise.
const (
	CodeSurveySet      = "complaint.survey-set"       // On, By; Fact: so many days after what it asks about
	CodeSurveyDue      = "complaint.survey-due"       // On, By: somebody should ask
	CodeSurveyNone     = "complaint.survey-none"      // none is planned
	CodeSurveyEarly    = "complaint.survey-early"     // On: the day asked for; By: the day on which it is due
	CodeSurveyLapsed   = "complaint.survey-lapsed"    // On, By, which has passed
	CodeSurveyAsked    = "complaint.survey-asked"     // At: when; Fact: in which cycle, which has one request
	CodeSurveyNotAsked = "complaint.survey-not-asked" // Fact: the cycle in which, by then, nobody asked
	CodeSurveyAnswered = "complaint.survey-answered"  // At: when; Fact: of which cycle
	CodeSurveyReply    = "complaint.survey-reply"     // Of: a question that was not asked, or not of that kind

	CodeSurveyReopens = "complaint.survey-reopens" // On: when she said that there is still a problem; By: the last day for that
	CodeSurveyLinks   = "complaint.survey-links"   // as survey-reopens; By has passed: a linked case is to be opened
	CodeSurveyFinds   = "complaint.survey-finds"   // At: since when the case is open anyway; Fact: of which cycle
	CodeSurveyLow     = "complaint.survey-low"     // Of: the question; Fact: the score; Mark: up to which somebody looks into it
	CodeSurveySaid    = "complaint.survey-said"    // Of: the question; Fact: what she Said, after which somebody looks into it
	CodeSurveyShort   = "complaint.survey-short"   // Of: the question; Fact: characters; Mark: under how many somebody looks into it
)

func explainSurvey(r customer.Reason, w words) (text string, ok bool) {
	at, on, by := w.Instant(r.At), w.DayOfYear(r.On), w.DayOfYear(r.By)
	switch r.Code {
	case CodeSurveySet:
		return w.In("the survey is due on %s, and may be asked until %s", "回访应于%s进行，最迟%s", on, by), true
	case CodeSurveyDue:
		return w.In("the survey has been due since %s: somebody should ask her by %s", "回访已于%s到期，请最迟在%s进行", on, by), true
	case CodeSurveyNone:
		return w.In("no survey is planned", "没有安排回访"), true
	case CodeSurveyEarly:
		return w.In("on %s it is too early for the survey, which is due on %s", "%s为时尚早，回访应于%s进行", on, by), true
	case CodeSurveyLapsed:
		return w.In("the survey was due on %s and could be asked until %s", "回访应于%s进行，最迟%s，现已过期", on, by), true
	case CodeSurveyAsked:
		return w.In("the survey of cycle %d was asked on %s: once is enough", "第%d轮的回访已于%s进行，每轮只问一次", r.Fact, at), true
	case CodeSurveyNotAsked:
		if r.Fact == 0 {
			return w.In("no survey was asked", "尚未进行回访"), true
		}
		return w.In("no survey of cycle %d was asked by then", "当时尚未进行第%d轮的回访", r.Fact), true
	case CodeSurveyAnswered:
		return w.In("the survey of cycle %d was answered on %s", "第%d轮的回访已于%s得到答复", r.Fact, at), true
	case CodeSurveyReply:
		return w.In("question %s was not asked, or is answered in another form", "没有问过问题%s，或答复的形式不符", r.Of), true
	case CodeSurveyReopens:
		return w.In("on %s she still has a problem: the case is reopened, as it may be until %s", "%s顾客仍有问题：投诉重新受理（期限至%s）", on, by), true
	case CodeSurveyLinks:
		return w.In("on %s she still has a problem: a linked case is to be opened, since this one could be reopened until %s",
			"%s顾客仍有问题：请新建关联投诉，本投诉最迟%s可重新受理", on, by), true
	case CodeSurveyFinds:
		return w.In("she still has a problem; the case is open, since %s", "顾客仍有问题；该投诉自%s起处理中", at), true
	case CodeSurveyLow:
		return w.In("%s got %d: somebody should look into answers up to %d", "%s得%d分：%d分及以下应予了解", r.Of, r.Fact, r.Mark), true
	case CodeSurveySaid:
		if w.chinese() {
			said := "否"
			if Said(r.Fact) == SaidYes {
				said = "是"
			}
			return fmt.Sprintf("%s的答复为“%s”：应予了解", r.Of, said), true
		}
		return fmt.Sprintf("%s: %s; somebody should look into it", r.Of, Said(r.Fact)), true
	case CodeSurveyShort:
		return w.In("%s was answered in %s, under %d: somebody should look into it", "%s的答复仅%s（不足%d字）：应予了解",
			r.Of, w.Count(r.Fact, w.In("character", "个字")), r.Mark), true
	}
	return "", false
}
