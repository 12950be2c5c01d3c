package complaint

import (
	"fmt"

	"github.com/rapport-crm/rapport/customer"
)

// The reason codes of promises. They are format. Of is the promise, unless it says otherwise,
// and At by when it was promised.
const (
	CodePromiseMade    = "complaint.promise-made"    // At
	CodePromiseByRule  = "complaint.promise-by-rule" // At: what the rule of its kind says, because nobody did
	CodePromiseLater   = "complaint.promise-later"   // At; Until: by when she wants it
	CodePromiseInstead = "complaint.promise-instead" // Fact: the PromiseKind to offer instead

	CodePromiseWho     = "complaint.promise-who"     // nobody answers for it
	CodePromiseWhat    = "complaint.promise-what"    // it does not say what is promised
	CodePromiseWhen    = "complaint.promise-when"    // it does not say by when
	CodePromiseChannel = "complaint.promise-channel" // it does not say how she will be told
	CodePromiseReach   = "complaint.promise-reach"   // it does not say where she is reached
	CodePromisePast    = "complaint.promise-past"    // At: no later than it is made
	CodePromiseFar     = "complaint.promise-far"     // At; Mark: days ahead at most; By: the last of them
	CodePromiseTaken   = "complaint.promise-taken"   // another promise of the case has the ID
	CodePromiseUnknown = "complaint.promise-unknown" // the case has no such promise
	CodePromiseEnded   = "complaint.promise-ended"   // At: since when it is kept, renewed or released
	CodePromiseNotYet  = "complaint.promise-not-yet" // At: when it was made, which is later
	CodePromiseConsent = "complaint.promise-consent" // At: since when no contact in which the customer agreed is named

	CodePromiseKept       = "complaint.promise-kept"        // At: when; Until: by when it was promised
	CodePromiseKeptLate   = "complaint.promise-kept-late"   // At: when; Until: by when it was promised; Fact: seconds late
	CodePromiseEarly      = "complaint.promise-early"       // At: when; Until: the start of the slot, which is later
	CodePromiseRenewed    = "complaint.promise-renewed"     // At; Until: by when it is from now on
	CodePromiseReleased   = "complaint.promise-released"    // At
	CodePromiseBroken     = "complaint.promise-broken"      // At
	CodePromiseChased     = "complaint.promise-chased"      // At, which is still to come; Fact: how often by now
	CodePromiseChasedLate = "complaint.promise-chased-late" // At, which has passed; Fact: how often by now

	CodePromiseOpen      = "complaint.promise-open"       // At, which is still to come: why a case is not closed
	CodePromiseOverdue   = "complaint.promise-overdue"    // At, which has passed: why a case is not closed
	CodePromiseOld       = "complaint.promise-old"        // On: when it was first made; Fact: days since; Mark: more than; At
	CodePromiseOldBroken = "complaint.promise-old-broken" // as promise-old; At has passed
)

func explainPromise(r customer.Reason, w words) (text string, ok bool) {
	if w.chinese() {
		return explainPromiseChinese(r, w)
	}
	of, at, until := r.Of, w.Instant(r.At), w.Instant(r.Until)
	switch r.Code {
	case CodePromiseMade:
		return fmt.Sprintf("promise %s is due on %s", of, at), true
	case CodePromiseByRule:
		return fmt.Sprintf("promise %s is due on %s, as the rule of its kind says, because nobody said when", of, at), true
	case CodePromiseLater:
		return fmt.Sprintf("promise %s is due on %s, which is later than the customer wants it: %s", of, at, until), true
	case CodePromiseInstead:
		return fmt.Sprintf("until promise %s is kept, she can be offered: %s", of, PromiseKind(r.Fact).words(w)), true
	case CodePromiseWho:
		return fmt.Sprintf("promise %s does not say who answers for it", of), true
	case CodePromiseWhat:
		return fmt.Sprintf("promise %s does not say what is promised", of), true
	case CodePromiseWhen:
		return fmt.Sprintf("promise %s does not say by when, and no rule does", of), true
	case CodePromiseChannel:
		return fmt.Sprintf("promise %s does not say on which channel she will be told", of), true
	case CodePromiseReach:
		return fmt.Sprintf("promise %s does not say where she is reached", of), true
	case CodePromisePast:
		return fmt.Sprintf("promise %s is due on %s, which is not later than now", of, at), true
	case CodePromiseFar:
		return fmt.Sprintf("promise %s is due on %s; it may be promised %s ahead, until %s",
			of, at, w.Count(r.Mark, "day"), w.DayOfYear(r.By)), true
	case CodePromiseTaken:
		return fmt.Sprintf("the case has a promise %s already", of), true
	case CodePromiseUnknown:
		return fmt.Sprintf("the case has no promise %s", of), true
	case CodePromiseEnded:
		return fmt.Sprintf("promise %s ended on %s", of, at), true
	case CodePromiseNotYet:
		return fmt.Sprintf("promise %s was made later: on %s", of, at), true
	case CodePromiseConsent:
		return fmt.Sprintf("no contact with the customer since %s is named in which she agreed to change promise %s", at, of), true
	case CodePromiseKept:
		return fmt.Sprintf("promise %s, due on %s, was kept on %s", of, until, at), true
	case CodePromiseKeptLate:
		return fmt.Sprintf("promise %s, due on %s, was kept late: on %s", of, until, at), true
	case CodePromiseEarly:
		return fmt.Sprintf("promise %s was kept on %s, before its slot began on %s", of, at, until), true
	case CodePromiseRenewed:
		return fmt.Sprintf("promise %s, due on %s, was renewed: now %s", of, at, until), true
	case CodePromiseReleased:
		return fmt.Sprintf("the customer let us off promise %s, due on %s", of, at), true
	case CodePromiseBroken:
		return fmt.Sprintf("promise %s was broken: it was due on %s", of, at), true
	case CodePromiseChased:
		return fmt.Sprintf("she came back for promise %s before it is due on %s (%s by now)", of, at, w.Count(r.Fact, "time")), true
	case CodePromiseChasedLate:
		return fmt.Sprintf("she came back for promise %s, which was due on %s (%s by now)", of, at, w.Count(r.Fact, "time")), true
	case CodePromiseOpen:
		return fmt.Sprintf("promise %s is open; it is due on %s", of, at), true
	case CodePromiseOverdue:
		return fmt.Sprintf("promise %s is open; it was due on %s", of, at), true
	case CodePromiseOld:
		return fmt.Sprintf("promise %s has been open since %s, for %s (more than %d); it is due on %s",
			of, w.DayOfYear(r.On), w.Count(r.Fact, "day"), r.Mark, at), true
	case CodePromiseOldBroken:
		return fmt.Sprintf("promise %s has been open since %s, for %s (more than %d); it was due on %s",
			of, w.DayOfYear(r.On), w.Count(r.Fact, "day"), r.Mark, at), true
	}
	return "", false
}

func explainPromiseChinese(r customer.Reason, w words) (text string, ok bool) {
	of, at, until := r.Of, w.Instant(r.At), w.Instant(r.Until)
	switch r.Code {
	case CodePromiseMade:
		return fmt.Sprintf("承诺%s应于%s前兑现", of, at), true
	case CodePromiseByRule:
		return fmt.Sprintf("承诺%s未说明时间，按该类承诺的规则应于%s前兑现", of, at), true
	case CodePromiseLater:
		return fmt.Sprintf("承诺%s的期限为%s，晚于顾客要求的%s", of, at, until), true
	case CodePromiseInstead:
		return fmt.Sprintf("在承诺%s兑现之前，可以先提供：%s", of, PromiseKind(r.Fact).words(w)), true
	case CodePromiseWho:
		return fmt.Sprintf("承诺%s未说明由谁负责", of), true
	case CodePromiseWhat:
		return fmt.Sprintf("承诺%s未说明承诺的内容", of), true
	case CodePromiseWhen:
		return fmt.Sprintf("承诺%s未说明期限，也没有规则规定期限", of), true
	case CodePromiseChannel:
		return fmt.Sprintf("承诺%s未说明以何种方式告知顾客", of), true
	case CodePromiseReach:
		return fmt.Sprintf("承诺%s未说明如何联系顾客", of), true
	case CodePromisePast:
		return fmt.Sprintf("承诺%s的期限%s不晚于现在", of, at), true
	case CodePromiseFar:
		return fmt.Sprintf("承诺%s的期限为%s；最多只能提前%d天承诺，即至%s", of, at, r.Mark, w.DayOfYear(r.By)), true
	case CodePromiseTaken:
		return fmt.Sprintf("该投诉已有承诺%s", of), true
	case CodePromiseUnknown:
		return fmt.Sprintf("该投诉没有承诺%s", of), true
	case CodePromiseEnded:
		return fmt.Sprintf("承诺%s已于%s结束", of, at), true
	case CodePromiseNotYet:
		return fmt.Sprintf("承诺%s在此之后才作出：%s", of, at), true
	case CodePromiseConsent:
		return fmt.Sprintf("未指明自%s以来顾客在哪次联系中同意变更承诺%s", at, of), true
	case CodePromiseKept:
		return fmt.Sprintf("承诺%s期限为%s，已于%s兑现", of, until, at), true
	case CodePromiseKeptLate:
		return fmt.Sprintf("承诺%s期限为%s，逾期于%s才兑现", of, until, at), true
	case CodePromiseEarly:
		return fmt.Sprintf("承诺%s于%s兑现，早于约定时段的开始%s", of, at, until), true
	case CodePromiseRenewed:
		return fmt.Sprintf("承诺%s原定期限为%s，现改约为%s", of, at, until), true
	case CodePromiseReleased:
		return fmt.Sprintf("顾客免除了期限为%s的承诺%s", at, of), true
	case CodePromiseBroken:
		return fmt.Sprintf("承诺%s未兑现：期限为%s", of, at), true
	case CodePromiseChased:
		return fmt.Sprintf("承诺%s尚未到期（%s），顾客已来催问（第%d次）", of, at, r.Fact), true
	case CodePromiseChasedLate:
		return fmt.Sprintf("承诺%s已过期（%s），顾客来催问（第%d次）", of, at, r.Fact), true
	case CodePromiseOpen:
		return fmt.Sprintf("承诺%s尚未兑现，期限为%s", of, at), true
	case CodePromiseOverdue:
		return fmt.Sprintf("承诺%s尚未兑现，期限%s已过", of, at), true
	case CodePromiseOld:
		return fmt.Sprintf("承诺%s自%s起已%d天未兑现（超过%d天），期限为%s", of, w.DayOfYear(r.On), r.Fact, r.Mark, at), true
	case CodePromiseOldBroken:
		return fmt.Sprintf("承诺%s自%s起已%d天未兑现（超过%d天），期限%s已过", of, w.DayOfYear(r.On), r.Fact, r.Mark, at), true
	}
	return "", false
}
