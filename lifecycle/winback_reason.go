package lifecycle

import (
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
)

// The reason codes of winning back. Days of silence are those that count in her rhythm: their
// Unit says whether every day does. They are format.
const (
	CodeWinbackOpened  = "lifecycle.winback-opened"   // Fact: days of silence; On: her last purchase; By: the last day on which a purchase counts
	CodeWinbackHeldOut = "lifecycle.winback-held-out" // likewise, of one who takes no rung
	CodeWinbackRung    = "lifecycle.winback-rung"     // Rule: the book and the rung; Fact: days of silence; Mark: days at which it trips; On: her last purchase; By: the day on which it is taken
	CodeWinbackTask    = "lifecycle.winback-task"     // likewise, of a task; By: the day by which it is done
	CodeWinbackSkipped = "lifecycle.winback-skipped"  // Rule: the book and a rung that was passed by; Mark: days at which it trips

	CodeWinbackLostCase = "lifecycle.winback-lost-case" // On: the day on which a complaint ended with her leaving
	CodeWinbackLostTask = "lifecycle.winback-lost-task" // Rule: the book and the rung; On: that day; By: the day by which it is done
	CodeWinbackLostStop = "lifecycle.winback-lost-stop" // On: the day from which nothing goes out by itself

	CodeWinbackEnough   = "lifecycle.winback-enough"    // Fact: rungs taken; Mark: the most of an attempt
	CodeWinbackNoneLeft = "lifecycle.winback-none-left" // On: the day of the last rung
	CodeWinbackTimeUp   = "lifecycle.winback-time-up"   // Fact: days of the ladder; On: the day on which the attempt opened

	CodeWinbackCameBack    = "lifecycle.winback-came-back"    // Fact: days since the attempt opened; Mark: days of its window; On: the purchase; By: the window's last day
	CodeWinbackStayedAway  = "lifecycle.winback-stayed-away"  // Fact: days of the window; On: its first; By: its last day
	CodeWinbackNeverSilent = "lifecycle.winback-never-silent" // On: a purchase; By: the later day on which the attempt opened

	CodeWinbackNotYet      = "lifecycle.winback-not-yet"       // Rule: the book and the next rung; Fact: days of silence; Mark: days that are needed; On: her last purchase; By: the day of the rung
	CodeWinbackOutOfSeason = "lifecycle.winback-out-of-season" // On: a day that does not count in her rhythm; By: the next one that does
	CodeWinbackOnce        = "lifecycle.winback-once"          // On: her last purchase, since when there was an attempt; By: the day on which it opened
	CodeWinbackResting     = "lifecycle.winback-resting"       // Fact: days of rest after an attempt; On: its result; By: the first day of a next one
	CodeWinbackWaiting     = "lifecycle.winback-waiting"       // On: the day on which an attempt opened that takes no more rungs; By: the last day on which a purchase counts
	CodeWinbackOther       = "lifecycle.winback-other"         // Rule: the ladder whose attempt runs; On: the day on which it opened; By: the day from which it has a result
	CodeWinbackNoLostRung  = "lifecycle.winback-no-lost-rung"  // the rules have no rung for a lost complaint
)

// The reason codes of what bars an approach. They are format.
const (
	CodeBarredOptOut    = "lifecycle.barred-opt-out"   // On: the day on which she does not want to be approached
	CodeBarredComplaint = "lifecycle.barred-complaint" // Rule: the book and what is held back; On: the day on which a complaint of hers is open
	CodeBarredChannel   = "lifecycle.barred-channel"   // Rule: the book and what is held back; On: the day on which its channel is barred
)

// The reason codes of an uplift. They are format.
const (
	CodeUpliftTreated  = "lifecycle.uplift-treated"   // Fact: attempts on which she came back; Mark: of so many that were treated
	CodeUpliftHeldOut  = "lifecycle.uplift-held-out"  // likewise, of those held out
	CodeUpliftHigher   = "lifecycle.uplift-higher"    // treated more: Fact to Mark: bounds of the difference in ‰, rounded outwards
	CodeUpliftLower    = "lifecycle.uplift-lower"     // treated fewer; likewise
	CodeUpliftNotShown = "lifecycle.uplift-not-shown" // the bounds hold 0; likewise
	CodeUpliftSpent    = "lifecycle.uplift-spent"     // Fact: minor units that the treated spent beyond what as many of the held out did; Mark: all that they spent
	CodeUpliftLife     = "lifecycle.uplift-life"      // Fact: days by which the lives of the treated as customers grew beyond those of as many held out; Mark: attempts
	CodeUpliftTooFew   = "lifecycle.uplift-too-few"   // Fact: attempts in the smaller group; Mark: needed in each
)

// Explain renders a reason of this package as the package's Explain does, with money in the
// rule book's currency.
func (l *Ladder) Explain(reason customer.Reason, language customer.Language) string {
	if l.rules.Currency != (customer.Currency{}) && reason.Code == CodeUpliftSpent {
		return spentText(reason, language, l.rules.Currency.Text)
	}
	return Explain(reason, language)
}

func spentText(r customer.Reason, language customer.Language, money func(int64) string) string {
	more, inChinese := "more", "多"
	if r.Fact < 0 {
		more, inChinese, r.Fact = "less", "少", -r.Fact
	}
	if language == customer.Chinese {
		return fmt.Sprintf("回来当天共消费%s，比没有阶梯时%s%s", money(r.Mark), inChinese, money(r.Fact))
	}
	return fmt.Sprintf("they spent %s on the day they came back, %s %s than without the ladder", money(r.Mark), money(r.Fact), more)
}

// explainWinback renders the reasons above, with money in minor units.
func explainWinback(r customer.Reason, language customer.Language) (text string, ok bool) {
	switch {
	case r.Code == CodeUpliftSpent:
		text = spentText(r, language, customer.Words{Language: language}.Money)
	case language == customer.Chinese:
		text = winbackChinese(r)
	default:
		text = winbackEnglish(r)
	}
	return text, text != ""
}

func winbackEnglish(r customer.Reason) string {
	on, by := customer.English.Between(r.On, r.By)
	switch r.Code {
	case CodeWinbackOpened:
		return fmt.Sprintf("silent for %s since %s: an attempt to win her back, whose result counts up to %s", rhythmDays(r.Fact, r.Unit), on, by)
	case CodeWinbackHeldOut:
		return fmt.Sprintf("silent for %s since %s, and held out: nothing is done, and what she does counts up to %s", rhythmDays(r.Fact, r.Unit), on, by)
	case CodeWinbackRung:
		return fmt.Sprintf("%s: silent for %s since %s, at %d or more", r.Rule, rhythmDays(r.Fact, r.Unit), on, r.Mark)
	case CodeWinbackTask:
		return fmt.Sprintf("%s: silent for %s since %s, at %d or more; to be done by %s", r.Rule, rhythmDays(r.Fact, r.Unit), on, r.Mark, by)
	case CodeWinbackSkipped:
		return fmt.Sprintf("%s was due at %s of silence and is passed by", r.Rule, rhythmDays(r.Mark, r.Unit))
	case CodeWinbackLostCase:
		return fmt.Sprintf("a complaint ended on %s with her leaving", on)
	case CodeWinbackLostTask:
		return fmt.Sprintf("%s: to be done by %s, since a complaint ended on %s with her leaving", r.Rule, by, on)
	case CodeWinbackLostStop:
		return fmt.Sprintf("nothing goes out by itself from %s on: only a person can win her back", on)
	case CodeWinbackEnough:
		return fmt.Sprintf("%s of at most %d: no more follow", count(r.Fact, "rung"), r.Mark)
	case CodeWinbackNoneLeft:
		return "that was the last rung"
	case CodeWinbackTimeUp:
		return fmt.Sprintf("the %s of the ladder since %s are over: no rung follows", count(r.Fact, "day"), on)
	case CodeWinbackCameBack:
		return fmt.Sprintf("she came back on %s, %s after the attempt began and within its %d", on, count(r.Fact, "day"), r.Mark)
	case CodeWinbackStayedAway:
		return fmt.Sprintf("she stayed away for the %s from %s to %s", count(r.Fact, "day"), on, by)
	case CodeWinbackNeverSilent:
		return fmt.Sprintf("she had bought on %s, before the attempt of %s: it counts for nothing", on, by)
	}
	return winbackWaitingEnglish(r)
}

// winbackWaitingEnglish is for why nothing is done, or not yet, and for uplifts.
func winbackWaitingEnglish(r customer.Reason) string {
	on, by := customer.English.Between(r.On, r.By)
	switch r.Code {
	case CodeWinbackNotYet:
		return fmt.Sprintf("silent for %s since %s; %s is next, at %d on %s", rhythmDays(r.Fact, r.Unit), on, r.Rule, r.Mark, by)
	case CodeWinbackOutOfSeason:
		return fmt.Sprintf("nobody is approached on %s, which does not count in her rhythm; %s is the next day that does", on, by)
	case CodeWinbackOnce:
		return fmt.Sprintf("she has not bought since %s, and there was an attempt on %s: each silence has one", on, by)
	case CodeWinbackResting:
		return fmt.Sprintf("no attempt before %s: %s of rest after the result of %s", by, count(r.Fact, "day"), on)
	case CodeWinbackWaiting:
		return fmt.Sprintf("no rung follows in the attempt of %s; what she does counts up to %s", on, by)
	case CodeWinbackOther:
		return fmt.Sprintf("an attempt of ladder %s runs since %s, at most until %s", r.Rule, on, by)
	case CodeWinbackNoLostRung:
		return "the rules have no rung for a complaint that ended with her leaving"
	case CodeBarredOptOut:
		return fmt.Sprintf("she does not want to be approached (as of %s)", on)
	case CodeBarredComplaint:
		return fmt.Sprintf("%s is held back: a complaint of hers is open on %s", r.Rule, on)
	case CodeBarredChannel:
		return fmt.Sprintf("%s is held back: its channel is barred on %s", r.Rule, on)
	case CodeUpliftTreated:
		return fmt.Sprintf("%d of %d came back after an attempt", r.Fact, r.Mark)
	case CodeUpliftHeldOut:
		return fmt.Sprintf("%d of %d who were held out came back by themselves", r.Fact, r.Mark)
	case CodeUpliftHigher:
		return fmt.Sprintf("more come back: by %s to %s percentage points (95 %% confidence)", percentagePoints(r.Fact), percentagePoints(r.Mark))
	case CodeUpliftLower:
		return fmt.Sprintf("fewer come back: by %s to %s percentage points (95 %% confidence)", percentagePoints(-r.Mark), percentagePoints(-r.Fact))
	case CodeUpliftNotShown:
		return fmt.Sprintf("it cannot be told whether the ladder helps: the difference lies between %s and %s percentage points (95 %% confidence)", percentagePoints(r.Fact), percentagePoints(r.Mark))
	case CodeUpliftLife:
		if r.Fact < 0 {
			return fmt.Sprintf("%s less of life as customers over %s than without the ladder", count(-r.Fact, "day"), count(r.Mark, "attempt"))
		}
		return fmt.Sprintf("%s more of life as customers over %s than without the ladder", count(r.Fact, "day"), count(r.Mark, "attempt"))
	case CodeUpliftTooFew:
		return fmt.Sprintf("too few to tell: %s in the smaller group, %d needed", count(r.Fact, "attempt"), r.Mark)
	}
	return ""
}

func winbackChinese(r customer.Reason) string {
	on, by := customer.Chinese.Between(r.On, r.By)
	switch r.Code {
	case CodeWinbackOpened:
		return fmt.Sprintf("自%s起沉默%s：开始挽回，截至%s的购买计为结果", on, rhythmDaysChinese(r.Fact, r.Unit), by)
	case CodeWinbackHeldOut:
		return fmt.Sprintf("自%s起沉默%s，列入对照组：不采取行动，截至%s的购买计为结果", on, rhythmDaysChinese(r.Fact, r.Unit), by)
	case CodeWinbackRung:
		return fmt.Sprintf("%s：自%s起沉默%s，满%s触发", r.Rule, on, rhythmDaysChinese(r.Fact, r.Unit), rhythmDaysChinese(r.Mark, r.Unit))
	case CodeWinbackTask:
		return fmt.Sprintf("%s：自%s起沉默%s，满%s触发；须在%s前完成（含当日）", r.Rule, on, rhythmDaysChinese(r.Fact, r.Unit), rhythmDaysChinese(r.Mark, r.Unit), by)
	case CodeWinbackSkipped:
		return fmt.Sprintf("%s本应在沉默%s时触发，现已跳过", r.Rule, rhythmDaysChinese(r.Mark, r.Unit))
	case CodeWinbackLostCase:
		return fmt.Sprintf("一项投诉在%s以顾客离开告终", on)
	case CodeWinbackLostTask:
		return fmt.Sprintf("%s：投诉在%s以顾客离开告终，须在%s前完成（含当日）", r.Rule, on, by)
	case CodeWinbackLostStop:
		return fmt.Sprintf("自%s起不再自动发送：只有人才能把她赢回来", on)
	case CodeWinbackEnough:
		return fmt.Sprintf("已走%d级，最多%d级：不再继续", r.Fact, r.Mark)
	case CodeWinbackNoneLeft:
		return "这是最后一级"
	case CodeWinbackTimeUp:
		return fmt.Sprintf("自%s起的%d天阶梯期已过：不再继续", on, r.Fact)
	case CodeWinbackCameBack:
		return fmt.Sprintf("她在%s回来购买，距挽回开始%d天，在%d天窗口之内", on, r.Fact, r.Mark)
	case CodeWinbackStayedAway:
		return fmt.Sprintf("自%s至%s共%d天，她没有回来", on, by, r.Fact)
	case CodeWinbackNeverSilent:
		return fmt.Sprintf("她在%s已购买，早于%s开始的挽回：此次不计", on, by)
	}
	return winbackWaitingChinese(r)
}

func winbackWaitingChinese(r customer.Reason) string {
	on, by := customer.Chinese.Between(r.On, r.By)
	switch r.Code {
	case CodeWinbackNotYet:
		return fmt.Sprintf("自%s起沉默%s；下一级%s在满%s即%s触发", on, rhythmDaysChinese(r.Fact, r.Unit), r.Rule, rhythmDaysChinese(r.Mark, r.Unit), by)
	case CodeWinbackOutOfSeason:
		return fmt.Sprintf("%s不计入她的购买节奏，暂不联系；%s起恢复", on, by)
	case CodeWinbackOnce:
		return fmt.Sprintf("她自%s起没有购买，%s已挽回过一次：每次沉默只挽回一次", on, by)
	case CodeWinbackResting:
		return fmt.Sprintf("%s之前不再挽回：%s有结果后须间隔%d天", by, on, r.Fact)
	case CodeWinbackWaiting:
		return fmt.Sprintf("%s开始的挽回不再继续下一级；截至%s的购买计为结果", on, by)
	case CodeWinbackOther:
		return fmt.Sprintf("阶梯%s的挽回自%s起进行中，最迟到%s", r.Rule, on, by)
	case CodeWinbackNoLostRung:
		return "规则中没有为因投诉离开的顾客设置级别"
	case CodeBarredOptOut:
		return fmt.Sprintf("截至%s，她不愿被联系", on)
	case CodeBarredComplaint:
		return fmt.Sprintf("%s暂缓：%s她有未了结的投诉", r.Rule, on)
	case CodeBarredChannel:
		return fmt.Sprintf("%s暂缓：%s其渠道不可用", r.Rule, on)
	case CodeUpliftTreated:
		return fmt.Sprintf("挽回%d次，其中回来%d次", r.Mark, r.Fact)
	case CodeUpliftHeldOut:
		return fmt.Sprintf("对照组%d次，其中自行回来%d次", r.Mark, r.Fact)
	case CodeUpliftHigher:
		return fmt.Sprintf("回来的比例提高（差值95 %%置信区间：%s至%s个百分点）", percentagePoints(r.Fact), percentagePoints(r.Mark))
	case CodeUpliftLower:
		return fmt.Sprintf("回来的比例降低（差值95 %%置信区间：%s至%s个百分点）", percentagePoints(r.Fact), percentagePoints(r.Mark))
	case CodeUpliftNotShown:
		return fmt.Sprintf("无法判断阶梯是否有用（差值95 %%置信区间：%s至%s个百分点）", percentagePoints(r.Fact), percentagePoints(r.Mark))
	case CodeUpliftLife:
		if r.Fact < 0 {
			return fmt.Sprintf("%d次挽回后，顾客关系比没有阶梯时共短%d天", r.Mark, -r.Fact)
		}
		return fmt.Sprintf("%d次挽回后，顾客关系比没有阶梯时共长%d天", r.Mark, r.Fact)
	case CodeUpliftTooFew:
		return fmt.Sprintf("太少，无法判断：较小一组%d次，至少需要%d次", r.Fact, r.Mark)
	}
	return ""
}

// percentagePoints writes thousandths as percentage points.
func percentagePoints(permille int64) string { return decimal.New(permille, -1).String() }
