package complaint_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/complaint/conversation"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
)

// The codes and texts of promises, surveys and acts. A code that is missing here, or renamed,
// fails the test: codes are stored, and renaming one is a migration.
func TestExplainFollowUp(t *testing.T) {
	seen := map[string]bool{}
	for _, tc := range []struct{ code, english, chinese string }{
		{
			"complaint.promise-made",
			"promise p-1 is due on 25 Nov 2026, 11:00 CST",
			"承诺p-1应于2026年11月25日11:00(CST)前兑现",
		},
		{
			"complaint.promise-by-rule",
			"promise p-1 is due on 25 Nov 2026, 11:00 CST, as the rule of its kind says, because nobody said when",
			"承诺p-1未说明时间，按该类承诺的规则应于2026年11月25日11:00(CST)前兑现",
		},
		{
			"complaint.promise-later",
			"promise p-1 is due on 25 Nov 2026, 11:00 CST, which is later than the customer wants it: 27 Nov 2026, 15:00 CST",
			"承诺p-1的期限为2026年11月25日11:00(CST)，晚于顾客要求的2026年11月27日15:00(CST)",
		},
		{
			"complaint.promise-instead",
			"until promise p-1 is kept, she can be offered: appointment",
			"在承诺p-1兑现之前，可以先提供：预约",
		},
		{
			"complaint.promise-who",
			"promise p-1 does not say who answers for it",
			"承诺p-1未说明由谁负责",
		},
		{
			"complaint.promise-what",
			"promise p-1 does not say what is promised",
			"承诺p-1未说明承诺的内容",
		},
		{
			"complaint.promise-when",
			"promise p-1 does not say by when, and no rule does",
			"承诺p-1未说明期限，也没有规则规定期限",
		},
		{
			"complaint.promise-channel",
			"promise p-1 does not say on which channel she will be told",
			"承诺p-1未说明以何种方式告知顾客",
		},
		{
			"complaint.promise-reach",
			"promise p-1 does not say where she is reached",
			"承诺p-1未说明如何联系顾客",
		},
		{
			"complaint.promise-past",
			"promise p-1 is due on 25 Nov 2026, 11:00 CST, which is not later than now",
			"承诺p-1的期限2026年11月25日11:00(CST)不晚于现在",
		},
		{
			"complaint.promise-far",
			"promise p-1 is due on 25 Nov 2026, 11:00 CST; it may be promised 3 days ahead, until 5 Dec 2026",
			"承诺p-1的期限为2026年11月25日11:00(CST)；最多只能提前3天承诺，即至2026年12月5日",
		},
		{
			"complaint.promise-taken",
			"the case has a promise p-1 already",
			"该投诉已有承诺p-1",
		},
		{
			"complaint.promise-unknown",
			"the case has no promise p-1",
			"该投诉没有承诺p-1",
		},
		{
			"complaint.promise-ended",
			"promise p-1 ended on 25 Nov 2026, 11:00 CST",
			"承诺p-1已于2026年11月25日11:00(CST)结束",
		},
		{
			"complaint.promise-not-yet",
			"promise p-1 was made later: on 25 Nov 2026, 11:00 CST",
			"承诺p-1在此之后才作出：2026年11月25日11:00(CST)",
		},
		{
			"complaint.promise-consent",
			"no contact with the customer since 25 Nov 2026, 11:00 CST is named in which she agreed to change promise p-1",
			"未指明自2026年11月25日11:00(CST)以来顾客在哪次联系中同意变更承诺p-1",
		},
		{
			"complaint.promise-kept",
			"promise p-1, due on 27 Nov 2026, 15:00 CST, was kept on 25 Nov 2026, 11:00 CST",
			"承诺p-1期限为2026年11月27日15:00(CST)，已于2026年11月25日11:00(CST)兑现",
		},
		{
			"complaint.promise-kept-late",
			"promise p-1, due on 27 Nov 2026, 15:00 CST, was kept late: on 25 Nov 2026, 11:00 CST",
			"承诺p-1期限为2026年11月27日15:00(CST)，逾期于2026年11月25日11:00(CST)才兑现",
		},
		{
			"complaint.promise-early",
			"promise p-1 was kept on 25 Nov 2026, 11:00 CST, before its slot began on 27 Nov 2026, 15:00 CST",
			"承诺p-1于2026年11月25日11:00(CST)兑现，早于约定时段的开始2026年11月27日15:00(CST)",
		},
		{
			"complaint.promise-renewed",
			"promise p-1, due on 25 Nov 2026, 11:00 CST, was renewed: now 27 Nov 2026, 15:00 CST",
			"承诺p-1原定期限为2026年11月25日11:00(CST)，现改约为2026年11月27日15:00(CST)",
		},
		{
			"complaint.promise-released",
			"the customer let us off promise p-1, due on 25 Nov 2026, 11:00 CST",
			"顾客免除了期限为2026年11月25日11:00(CST)的承诺p-1",
		},
		{
			"complaint.promise-broken",
			"promise p-1 was broken: it was due on 25 Nov 2026, 11:00 CST",
			"承诺p-1未兑现：期限为2026年11月25日11:00(CST)",
		},
		{
			"complaint.promise-chased",
			"she came back for promise p-1 before it is due on 25 Nov 2026, 11:00 CST (2 times by now)",
			"承诺p-1尚未到期（2026年11月25日11:00(CST)），顾客已来催问（第2次）",
		},
		{
			"complaint.promise-chased-late",
			"she came back for promise p-1, which was due on 25 Nov 2026, 11:00 CST (2 times by now)",
			"承诺p-1已过期（2026年11月25日11:00(CST)），顾客来催问（第2次）",
		},
		{
			"complaint.promise-open",
			"promise p-1 is open; it is due on 25 Nov 2026, 11:00 CST",
			"承诺p-1尚未兑现，期限为2026年11月25日11:00(CST)",
		},
		{
			"complaint.promise-overdue",
			"promise p-1 is open; it was due on 25 Nov 2026, 11:00 CST",
			"承诺p-1尚未兑现，期限2026年11月25日11:00(CST)已过",
		},
		{
			"complaint.promise-old",
			"promise p-1 has been open since 2 Dec 2026, for 2 days (more than 3); it is due on 25 Nov 2026, 11:00 CST",
			"承诺p-1自2026年12月2日起已2天未兑现（超过3天），期限为2026年11月25日11:00(CST)",
		},
		{
			"complaint.promise-old-broken",
			"promise p-1 has been open since 2 Dec 2026, for 2 days (more than 3); it was due on 25 Nov 2026, 11:00 CST",
			"承诺p-1自2026年12月2日起已2天未兑现（超过3天），期限2026年11月25日11:00(CST)已过",
		},
		{
			"complaint.survey-set",
			"the survey is due on 2 Dec 2026, and may be asked until 5 Dec 2026",
			"回访应于2026年12月2日进行，最迟2026年12月5日",
		},
		{
			"complaint.survey-due",
			"the survey has been due since 2 Dec 2026: somebody should ask her by 5 Dec 2026",
			"回访已于2026年12月2日到期，请最迟在2026年12月5日进行",
		},
		{
			"complaint.survey-none",
			"no survey is planned",
			"没有安排回访",
		},
		{
			"complaint.survey-early",
			"on 2 Dec 2026 it is too early for the survey, which is due on 5 Dec 2026",
			"2026年12月2日为时尚早，回访应于2026年12月5日进行",
		},
		{
			"complaint.survey-lapsed",
			"the survey was due on 2 Dec 2026 and could be asked until 5 Dec 2026",
			"回访应于2026年12月2日进行，最迟2026年12月5日，现已过期",
		},
		{
			"complaint.survey-asked",
			"the survey of cycle 2 was asked on 25 Nov 2026, 11:00 CST: once is enough",
			"第2轮的回访已于2026年11月25日11:00(CST)进行，每轮只问一次",
		},
		{
			"complaint.survey-not-asked",
			"no survey of cycle 2 was asked by then",
			"当时尚未进行第2轮的回访",
		},
		{
			"complaint.survey-answered",
			"the survey of cycle 2 was answered on 25 Nov 2026, 11:00 CST",
			"第2轮的回访已于2026年11月25日11:00(CST)得到答复",
		},
		{
			"complaint.survey-reply",
			"question p-1 was not asked, or is answered in another form",
			"没有问过问题p-1，或答复的形式不符",
		},
		{
			"complaint.survey-reopens",
			"on 2 Dec 2026 she still has a problem: the case is reopened, as it may be until 5 Dec 2026",
			"2026年12月2日顾客仍有问题：投诉重新受理（期限至2026年12月5日）",
		},
		{
			"complaint.survey-links",
			"on 2 Dec 2026 she still has a problem: a linked case is to be opened, since this one could be reopened until 5 Dec 2026",
			"2026年12月2日顾客仍有问题：请新建关联投诉，本投诉最迟2026年12月5日可重新受理",
		},
		{
			"complaint.survey-finds",
			"she still has a problem; the case is open, since 25 Nov 2026, 11:00 CST",
			"顾客仍有问题；该投诉自2026年11月25日11:00(CST)起处理中",
		},
		{
			"complaint.survey-low",
			"p-1 got 2: somebody should look into answers up to 3",
			"p-1得2分：3分及以下应予了解",
		},
		{
			"complaint.survey-said",
			"p-1: no; somebody should look into it",
			"p-1的答复为“否”：应予了解",
		},
		{
			"complaint.survey-short",
			"p-1 was answered in 2 characters, under 3: somebody should look into it",
			"p-1的答复仅2个字（不足3字）：应予了解",
		},
		{
			"complaint.solution-when",
			"the solution does not say by when",
			"解决方案未说明期限",
		},
		{
			"complaint.solution-past",
			"the solution's time has passed: 25 Nov 2026, 11:00 CST",
			"解决方案的期限已过：2026年11月25日11:00(CST)",
		},
		{
			"complaint.solution-missing",
			"since the case was reopened, the customer has not been told what will be done and by when",
			"重新受理以来，尚未告知顾客解决方案及其期限",
		},
		{
			"complaint.grade-criterion",
			"satisfied is not reached without this criterion: p-1",
			"评为“满意”须满足：p-1",
		},
	} {
		reason := customer.Reason{
			Code: tc.code, Of: "p-1", At: promiseAt(t, "2026-11-25 11:00"), Until: promiseAt(t, "2026-11-27 15:00"),
			On: promiseDay(t, "2026-12-02"), By: promiseDay(t, "2026-12-05"), Fact: 2, Mark: 3,
		}
		assert.Equal(t, tc.english, complaint.Explain(reason, customer.English))
		assert.Equal(t, tc.chinese, complaint.Explain(reason, customer.Chinese))
		seen[tc.code] = true
	}
	for _, file := range []string{"promise_reason.go", "survey_reason.go", "act_reason.go"} {
		for _, code := range customertest.Codes(t, file) {
			assert.True(t, seen[code], code)
		}
	}
}

// Texts that depend on what a figure is.
func TestExplainFollowUpFigures(t *testing.T) {
	for _, tc := range []struct {
		reason           customer.Reason
		english, chinese string
	}{
		{customer.Reason{Code: complaint.CodeSurveyNotAsked}, "no survey was asked", "尚未进行回访"},
		{customer.Reason{Code: complaint.CodeSurveySaid, Of: "x", Fact: int64(complaint.SaidYes)}, "x: yes; somebody should look into it", "x的答复为“是”：应予了解"},
		{
			customer.Reason{Code: complaint.CodeSurveyShort, Of: "x", Fact: 1, Mark: 3},
			"x was answered in 1 character, under 3: somebody should look into it", "x的答复仅1个字（不足3字）：应予了解",
		},
		{customer.Reason{Code: complaint.CodeSolutionMissing, Fact: 1}, "the customer has not been told what will be done and by when", "尚未告知顾客解决方案及其期限"},
	} {
		assert.Equal(t, tc.english, complaint.Explain(tc.reason, customer.English))
		assert.Equal(t, tc.chinese, complaint.Explain(tc.reason, customer.Chinese))
	}
	for kind, texts := range map[complaint.PromiseKind][2]string{
		complaint.PromisedCallback: {"callback", "回电"}, complaint.PromisedAppointment: {"appointment", "预约"}, complaint.PromisedVisit: {"visit", "上门"},
		complaint.PromisedDelivery: {"delivery", "送货"}, complaint.PromisedInstallation: {"installation", "安装"}, complaint.PromisedRepair: {"repair", "维修"},
		complaint.PromisedLoanDevice: {"loan device", "备用机"}, complaint.PromisedGuarantee: {"guarantee", "保证"}, complaint.PromisedAnswer: {"answer", "答复"},
		complaint.PromisedOther: {"something else", "其他"}, 99: {"promise 99", "promise 99"},
	} {
		reason := customer.Reason{Code: complaint.CodePromiseInstead, Of: "p-1", Fact: int64(kind)}
		assert.Equal(t, "until promise p-1 is kept, she can be offered: "+texts[0], complaint.Explain(reason, customer.English))
		assert.Equal(t, "在承诺p-1兑现之前，可以先提供："+texts[1], complaint.Explain(reason, customer.Chinese))
	}
	for criterion, text := range map[complaint.Criterion]string{
		complaint.DemandMet: "合理要求得到满足", complaint.NothingNew: "没有新的不愉快", complaint.Praised: "得到顾客称赞",
		complaint.NeedForeseen: "预见到顾客的需要", complaint.Trusted: "得到顾客信任",
	} {
		for level, name := range map[conversation.Level]string{
			conversation.Dissatisfied: "不满意", conversation.Satisfied: "满意", conversation.Comfortable: "舒适", conversation.Delighted: "惬意", 99: "level 99",
		} {
			reason := customer.Reason{Code: complaint.CodeGradeCriterion, Of: criterion.String(), Fact: int64(level)}
			assert.Equal(t, "评为“"+name+"”须满足："+text, complaint.Explain(reason, customer.Chinese))
		}
	}
}
