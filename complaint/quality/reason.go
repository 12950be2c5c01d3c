package quality

import (
	"fmt"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/customer"
)

// The reason codes of this package. They are format. Rule is the gauge; of what is due the policy.
const (
	CodeTooFew = "quality.too-few" // Of: cases, judged, issues, promises, clocks, sold, base, arrivals; Fact: so many; Mark: needed

	CodeFirstContact  = "quality.first-contact"      // On: closed; By: the last day on which she could have come back
	CodeFirstOpen     = "quality.first-contact-open" // the same; it is not over
	CodeSecondContact = "quality.second-contact"     // Fact: her contacts; Mark: 1; On: closed
	CodePassedOn      = "quality.passed-on"          // Fact: handoffs; Mark: at most; On: closed
	CodeCameBack      = "quality.came-back"          // On: closed; By: the day of the reopening, or of that which began the cycle
	CodeStillProblem  = "quality.still-problem"      // On: closed; By: the day on which she said so, when asked
	CodeFirstLost     = "quality.lost"               // On: closed; she has left us

	CodeFirstShare = "quality.first-contact-share" // Fact: solved at the first contact; Mark: of so many
	CodeRightDesk  = "quality.right-desk"          // Fact: her contacts until the right desk, in all; Mark: cases
	CodeEffort     = "quality.contacts"            // Fact: her contacts, in all; Mark: cases
	CodeCaseChased = "quality.case-chased"         // Fact: chases; Mark: cases
	CodeCaseCost   = "quality.case-cost"           // Fact: cost of a case on average; Mark: cases
	CodeCaseTook   = "quality.case-took"           // Fact: seconds, of half of the cases at most; Mark: of nine of ten
	CodeSatisfied  = "quality.satisfied"           // Fact: judged satisfied or better; Mark: judged

	CodeContactCost = "quality.contact-cost" // Of: channel, customer, …; Fact: cost of a contact on average; Mark: contacts

	CodeNoCauseYet = "quality.no-cause-yet" // Fact: issues without a cause; Mark: issues
	CodeVital      = "quality.cause"        // Of: the cause; Fact: issues, or what was given, by the Unit; Mark: of all causes

	CodeKept   = "quality.promises-kept"   // Fact: kept in time; Mark: promises that are over
	CodeTook   = "quality.promises-took"   // Fact: seconds until they were kept, in all; Mark: until they were due
	CodeChased = "quality.promises-chased" // Fact: how often she came back; Mark: promises that are over

	CodeClocksKept = "quality.clocks-kept" // Of: the clock; Fact: kept; Mark: clocks that are over
	CodeClocksTook = "quality.clocks-took" // Of: the clock; Fact: seconds, of half of them at most; Mark: of nine of ten

	CodeFailed       = "quality.failed"         // Of: the product; Fact: failed; Mark: sold
	CodeFailsMore    = "quality.fails-more"     // Of: the product; Fact, Mark: from and to so many ‰ more than the others
	CodeFailsLess    = "quality.fails-less"     // the same, below 0
	CodeFailsAlike   = "quality.fails-alike"    // the same, around 0
	CodeNotFound     = "quality.not-found-yet"  // Of: the product; Fact: cases without a cause; Mark: cases
	CodeMoreThanSold = "quality.more-than-sold" // Of: the product or action; Fact: cases; Mark: sold: the denominator does not fit

	CodeBefore   = "quality.before"    // Of: the action; On: its day; Fact: cases before; Mark: of so many
	CodeAfter    = "quality.after"     // the same, after
	CodeMayBe    = "quality.may-be"    // Of: the action; Fact: cases before without a cause; Mark: and after
	CodeImproved = "quality.improved"  // Of: the action; Fact, Mark: from and to so many ‰, below 0
	CodeWorsened = "quality.worsened"  // the same, above 0
	CodeNoEffect = "quality.no-effect" // the same, around 0

	CodeAlike       = "quality.alike"       // Of: the kind of issue; Fact, Mark: issues
	CodeOtherwise   = "quality.otherwise"   // Of: the kind of issue; Fact: not treated as most were; Mark: issues
	CodeUnexplained = "quality.unexplained" // Of: the kind of issue; Fact: without a deviation; Mark: not treated as most were

	CodeUnready       = "quality.unready"        // Of: the agent; Fact: cases without all that is demanded; Mark: cases
	CodeLacksSkill    = "quality.lacks-skill"    // Of: the skill; Fact: cases; Mark: cases of the agent
	CodeLacksTraining = "quality.lacks-training" // Of: the training; the same

	CodeInTime    = "quality.answered-in-time" // Of: the place; Fact: calls answered in time; Mark: calls answered
	CodeImpatient = "quality.impatient"        // Of: the place; Fact: calls answered too late for patience; Mark: calls answered
	CodeWaited    = "quality.waited"           // Of: the place; Fact: seconds that half of them waited at most; Mark: nine of ten
	CodeLeft      = "quality.left"             // Of: the place; Fact: gave up; Mark: who came

	CodeClockDue    = "quality.clock-due"    // Of: the clock; At: by when
	CodeClockLate   = "quality.clock-late"   // the same, and it is past
	CodePromiseDue  = "quality.promise-due"  // Of: the promise; At: by when
	CodePromiseLate = "quality.promise-late" // the same, and it is past
)

// words are what a reason is rendered with.
type words struct {
	customer.Reason
	customer.Words
}

// Explain renders a reason of this package as a sentence. It knows no gauge: money it writes in
// minor units. A code of package complaint is rendered too; any other is returned as it is.
func Explain(reason customer.Reason, language customer.Language) string {
	return explain(&words{reason, customer.Words{Language: language}})
}

// Explain renders a reason as the function Explain does, with money in the gauge's currency.
func (g *Gauge) Explain(reason customer.Reason, language customer.Language) string {
	return explain(&words{reason, customer.Words{Language: language, Currency: g.rules.Currency}})
}

func explain(w *words) string {
	for _, part := range [...]func() (string, string){w.first, w.handling, w.causes, w.kept, w.products, w.alike, w.arrivals, w.owed} {
		if english, chinese := part(); english != "" {
			if w.Language == customer.Chinese {
				return chinese
			}
			return english
		}
	}
	return complaint.Explain(w.Reason, w.Language)
}

// first explains whether one case was solved at the first contact.
func (w *words) first() (english, chinese string) {
	on, by := w.Between(w.On, w.By)
	closed := w.DayOfYear(w.On)
	switch w.Code {
	case CodeFirstContact:
		return fmt.Sprintf("solved at the first contact, closed on %s, and not back by %s", on, by),
			fmt.Sprintf("首次接触即解决，%s结案，至%s未再来", on, by)
	case CodeFirstOpen:
		return fmt.Sprintf("closed at the first contact on %s; she may come back until %s", on, by),
			fmt.Sprintf("首次接触即结案（%s），至%s前仍可能再来", on, by)
	case CodeSecondContact:
		return fmt.Sprintf("not solved at the first contact: she came %s", times(w.Fact)), fmt.Sprintf("首次接触未解决：顾客先后联系%d次", w.Fact)
	case CodePassedOn:
		return fmt.Sprintf("not solved at the first contact: passed on %s, at most %d allowed", times(w.Fact), w.Mark),
			fmt.Sprintf("首次接触未解决：转交%d次，上限%d次", w.Fact, w.Mark)
	case CodeCameBack:
		return fmt.Sprintf("not solved at the first contact: reopened on %s", w.DayOfYear(w.By)),
			fmt.Sprintf("首次接触未解决：%s重新受理", w.DayOfYear(w.By))
	case CodeStillProblem:
		return fmt.Sprintf("not solved at the first contact: asked on %s, she still had the problem", w.DayOfYear(w.By)),
			fmt.Sprintf("首次接触未解决：%s回访时问题仍未解决", w.DayOfYear(w.By))
	case CodeFirstLost:
		return fmt.Sprintf("not solved at the first contact: when it was closed on %s, she had left us", closed),
			fmt.Sprintf("首次接触未解决：%s结案时顾客已流失", closed)
	case CodeTooFew:
		of, chinese := w.counted()
		return fmt.Sprintf("too few %s to tell: %d, where %d are needed", of, w.Fact, w.Mark),
			fmt.Sprintf("%s太少，无法判断：仅%d，至少需要%d", chinese, w.Fact, w.Mark)
	}
	return "", ""
}

// counted is what there are too few of.
func (w *words) counted() (english, chinese string) {
	switch w.Of {
	case "cases":
		return "cases", "投诉"
	case "judged":
		return "cases that somebody judged", "已评价的投诉"
	case "issues":
		return "issues", "投诉事项"
	case "promises":
		return "promises", "承诺"
	case "clocks":
		return "clocks", "计时"
	case "sold":
		return "sold", "销量"
	case "base":
		return "sales or customers", "销量或顾客"
	case "arrivals":
		return "arrivals", "来访"
	}
	return w.Of, w.Of
}

func (w *words) handling() (english, chinese string) {
	switch w.Code {
	case CodeFirstShare:
		return fmt.Sprintf("%d of %s solved at the first contact (%s)", w.Fact, count(w.Mark, "case"), w.share()),
			fmt.Sprintf("%d件投诉中首次接触即解决%d件（%s）", w.Mark, w.Fact, w.share())
	case CodeRightDesk:
		return fmt.Sprintf("%s contacts on average until she was at the right desk, over %s", w.average(), count(w.Mark, "case")),
			fmt.Sprintf("%d件投诉平均联系%s次才找到适合的部门", w.Mark, w.average())
	case CodeEffort:
		return fmt.Sprintf("%s contacts of hers on average, over %s", w.average(), count(w.Mark, "case")),
			fmt.Sprintf("%d件投诉平均每件顾客联系%s次", w.Mark, w.average())
	case CodeCaseChased:
		return fmt.Sprintf("she had to chase %s in %s", times(w.Fact), count(w.Mark, "case")), fmt.Sprintf("%d件投诉中顾客催促%d次", w.Mark, w.Fact)
	case CodeCaseCost:
		return fmt.Sprintf("a case cost %s on average, over %s", w.Money(w.Fact), count(w.Mark, "case")),
			fmt.Sprintf("%d件投诉平均每件处理成本%s", w.Mark, w.Money(w.Fact))
	case CodeCaseTook:
		return fmt.Sprintf("half of them took at most %s, nine of ten at most %s", w.span(w.Fact), w.span(w.Mark)),
			fmt.Sprintf("半数在%s以内结案，九成在%s以内", w.span(w.Fact), w.span(w.Mark))
	case CodeSatisfied:
		return fmt.Sprintf("%d of %s that somebody judged were satisfied or better (%s)", w.Fact, count(w.Mark, "case"), w.share()),
			fmt.Sprintf("%d件已评价的投诉中达到满意及以上%d件（%s）", w.Mark, w.Fact, w.share())
	case CodeContactCost:
		return fmt.Sprintf("%s: a contact cost %s on average, over %s", w.Of, w.Money(w.Fact), count(w.Mark, "contact")),
			fmt.Sprintf("%s：%d次接触平均每次成本%s", w.Of, w.Mark, w.Money(w.Fact))
	}
	return "", ""
}

func (w *words) causes() (english, chinese string) {
	switch w.Code {
	case CodeNoCauseYet:
		return fmt.Sprintf("no cause has been found yet for %d of %s", w.Fact, count(w.Mark, "issue")), fmt.Sprintf("%d个投诉事项中%d个尚未查明原因", w.Mark, w.Fact)
	case CodeVital:
		if w.Unit == customer.UnitMinor {
			return fmt.Sprintf("%s: %s of %s that all causes cost (%s)", w.Of, w.Money(w.Fact), w.Money(w.Mark), w.share()),
				fmt.Sprintf("%s：占全部赔付%s中的%s（%s）", causeChinese(w.Of), w.Money(w.Mark), w.Money(w.Fact), w.share())
		}
		return fmt.Sprintf("%s: %d of %s with a cause (%s)", w.Of, w.Fact, count(w.Mark, "issue"), w.share()),
			fmt.Sprintf("%s：%d个已查明原因的事项中占%d个（%s）", causeChinese(w.Of), w.Mark, w.Fact, w.share())
	}
	return "", ""
}

func causeChinese(text string) string {
	cause, _ := causeOf(text)
	switch cause {
	case complaint.CauseProduct:
		return "商品或服务本身"
	case complaint.CauseProcess:
		return "流程"
	case complaint.CausePerson:
		return "员工"
	case complaint.CauseCapacity:
		return "人手或窗口不足"
	case complaint.CausePartner:
		return "合作方"
	case complaint.CauseInformation:
		return "信息告知"
	case complaint.CauseCustomer:
		return "顾客自身"
	case complaint.CauseIncident:
		return "已知故障"
	case complaint.CauseForceMajeure:
		return "不可抗力"
	case complaint.CauseUnknown:
		return "原因不明"
	}
	return text
}

func (w *words) kept() (english, chinese string) {
	switch w.Code {
	case CodeKept:
		return fmt.Sprintf("%d of %s kept in time (%s)", w.Fact, count(w.Mark, "promise"), w.share()),
			fmt.Sprintf("%d项承诺中按时兑现%d项（%s）", w.Mark, w.Fact, w.share())
	case CodeTook:
		return fmt.Sprintf("what was kept took %s of %s that was promised", w.span(w.Fact), w.span(w.Mark)),
			fmt.Sprintf("已兑现的承诺合计用时%s，承诺时间合计%s", w.span(w.Fact), w.span(w.Mark))
	case CodeChased:
		return fmt.Sprintf("she had to chase %s for %s", times(w.Fact), count(w.Mark, "promise")), fmt.Sprintf("%d项承诺被催促%d次", w.Mark, w.Fact)
	case CodeClocksKept:
		return fmt.Sprintf("%s: %d of %d kept (%s)", w.Of, w.Fact, w.Mark, w.share()), fmt.Sprintf("%s：%d次中按时%d次（%s）", w.Of, w.Mark, w.Fact, w.share())
	case CodeClocksTook:
		return fmt.Sprintf("%s: half took at most %s, nine of ten at most %s", w.Of, w.span(w.Fact), w.span(w.Mark)),
			fmt.Sprintf("%s：半数在%s以内，九成在%s以内", w.Of, w.span(w.Fact), w.span(w.Mark))
	}
	return "", ""
}

func (w *words) products() (english, chinese string) {
	from, to := points(w.Fact), points(w.Mark)
	day := w.DayOfYear(w.On)
	switch w.Code {
	case CodeFailed:
		return fmt.Sprintf("%s: %d of %d failed (%s)", w.Of, w.Fact, w.Mark, w.share()), fmt.Sprintf("%s：%d件中故障%d件（%s）", w.Of, w.Mark, w.Fact, w.share())
	case CodeFailsMore:
		return fmt.Sprintf("%s fails more often than the others, by %s to %s percentage points", w.Of, from, to), fmt.Sprintf("%s的故障率高于其他商品%s至%s个百分点", w.Of, from, to)
	case CodeFailsLess:
		return fmt.Sprintf("%s fails less often than the others, by %s to %s percentage points", w.Of, points(-w.Mark), points(-w.Fact)),
			fmt.Sprintf("%s的故障率低于其他商品%s至%s个百分点", w.Of, points(-w.Mark), points(-w.Fact))
	case CodeFailsAlike:
		return fmt.Sprintf("no difference is shown between %s and the others: %s to %s percentage points", w.Of, from, to),
			fmt.Sprintf("%s与其他商品的故障率未见差异（%s至%s个百分点）", w.Of, from, to)
	case CodeNotFound:
		return fmt.Sprintf("%s: no cause has been found yet in %d of %s", w.Of, w.Fact, count(w.Mark, "case")), fmt.Sprintf("%s：%d件投诉中%d件尚未查明原因", w.Of, w.Mark, w.Fact)
	case CodeMoreThanSold:
		return fmt.Sprintf("%s: %s, but only %d sold: the denominator does not fit", w.Of, count(w.Fact, "case"), w.Mark),
			fmt.Sprintf("%s：投诉%d件，基数仅%d，基数不匹配", w.Of, w.Fact, w.Mark)
	case CodeBefore:
		return fmt.Sprintf("before %s on %s: %s in %d (%s)", w.Of, day, count(w.Fact, "case"), w.Mark, w.share()),
			fmt.Sprintf("%s（%s）实施前：%d中%d件（%s）", w.Of, day, w.Mark, w.Fact, w.share())
	case CodeAfter:
		return fmt.Sprintf("after %s on %s: %s in %d (%s)", w.Of, day, count(w.Fact, "case"), w.Mark, w.share()),
			fmt.Sprintf("%s（%s）实施后：%d中%d件（%s）", w.Of, day, w.Mark, w.Fact, w.share())
	case CodeMayBe:
		return fmt.Sprintf("%s: no cause has been found yet for %s before it and %d after it", w.Of, count(w.Fact, "case"), w.Mark),
			fmt.Sprintf("%s：实施前%d件、实施后%d件尚未查明原因", w.Of, w.Fact, w.Mark)
	case CodeImproved:
		return fmt.Sprintf("better since %s, by %s to %s percentage points", w.Of, points(-w.Mark), points(-w.Fact)),
			fmt.Sprintf("%s实施后有改善，下降%s至%s个百分点", w.Of, points(-w.Mark), points(-w.Fact))
	case CodeWorsened:
		return fmt.Sprintf("worse since %s, by %s to %s percentage points", w.Of, from, to), fmt.Sprintf("%s实施后反而上升%s至%s个百分点", w.Of, from, to)
	case CodeNoEffect:
		return fmt.Sprintf("no effect of %s is shown: %s to %s percentage points", w.Of, from, to), fmt.Sprintf("%s未见效果（%s至%s个百分点）", w.Of, from, to)
	}
	return "", ""
}

func (w *words) alike() (english, chinese string) {
	switch w.Code {
	case CodeAlike:
		return fmt.Sprintf("%s: all %s treated alike", w.Of, count(w.Mark, "issue")), fmt.Sprintf("%s：%d个事项处理一致", w.Of, w.Mark)
	case CodeOtherwise:
		return fmt.Sprintf("%s: %d of %s treated otherwise than most (%s)", w.Of, w.Fact, count(w.Mark, "issue"), w.share()),
			fmt.Sprintf("%s：%d个事项中%d个与多数处理不同（%s）", w.Of, w.Mark, w.Fact, w.share())
	case CodeUnexplained:
		return fmt.Sprintf("%s: no deviation was allowed for %d of these %d", w.Of, w.Fact, w.Mark), fmt.Sprintf("%s：其中%d个没有经批准的例外（共%d个）", w.Of, w.Fact, w.Mark)
	case CodeUnready:
		return fmt.Sprintf("%s handled %d of %s without all the training that is demanded", w.Of, w.Fact, count(w.Mark, "case")),
			fmt.Sprintf("%s处理的%d件投诉中有%d件未具备规定的培训或技能", w.Of, w.Mark, w.Fact)
	case CodeLacksSkill:
		return fmt.Sprintf("lacked the skill %s in %d of %s", w.Of, w.Fact, count(w.Mark, "case")), fmt.Sprintf("%d件中有%d件缺少技能：%s", w.Mark, w.Fact, w.Of)
	case CodeLacksTraining:
		return fmt.Sprintf("lacked the training %s in %d of %s", w.Of, w.Fact, count(w.Mark, "case")), fmt.Sprintf("%d件中有%d件缺少培训：%s", w.Mark, w.Fact, w.Of)
	}
	return "", ""
}

func (w *words) arrivals() (english, chinese string) {
	switch w.Code {
	case CodeInTime:
		return fmt.Sprintf("%s: %d of %s answered in time (%s)", w.Of, w.Fact, count(w.Mark, "call"), w.share()),
			fmt.Sprintf("%s：%d个来电中按时接听%d个（%s）", w.Of, w.Mark, w.Fact, w.share())
	case CodeImpatient:
		return fmt.Sprintf("%s: %d of %s had lost patience (%s)", w.Of, w.Fact, count(w.Mark, "caller"), w.share()),
			fmt.Sprintf("%s：%d个来电中有%d个已不耐烦（%s）", w.Of, w.Mark, w.Fact, w.share())
	case CodeWaited:
		return fmt.Sprintf("%s: half waited at most %s, nine of ten at most %s", w.Of, w.span(w.Fact), w.span(w.Mark)),
			fmt.Sprintf("%s：半数等候不超过%s，九成不超过%s", w.Of, w.span(w.Fact), w.span(w.Mark))
	case CodeLeft:
		return fmt.Sprintf("%s: %d of %d left without a word (%s)", w.Of, w.Fact, w.Mark, w.share()),
			fmt.Sprintf("%s：来访%d人中%d人未等到就离开（%s）", w.Of, w.Mark, w.Fact, w.share())
	}
	return "", ""
}

func (w *words) owed() (english, chinese string) {
	at := w.Instant(w.At)
	switch w.Code {
	case CodeClockDue:
		return fmt.Sprintf("%s is due by %s", w.Of, at), fmt.Sprintf("%s应于%s前完成", w.Of, at)
	case CodeClockLate:
		return fmt.Sprintf("%s was due by %s", w.Of, at), fmt.Sprintf("%s应于%s前完成，已逾期", w.Of, at)
	case CodePromiseDue:
		return fmt.Sprintf("promise %s is due by %s", w.Of, at), fmt.Sprintf("承诺%s应于%s前兑现", w.Of, at)
	case CodePromiseLate:
		return fmt.Sprintf("promise %s was due by %s, and is broken", w.Of, at), fmt.Sprintf("承诺%s应于%s前兑现，已失信", w.Of, at)
	}
	return "", ""
}

// share is the Fact of the Mark in percent, rounded down to a tenth.
func (w *words) share() string {
	permille, _ := customer.Permille(w.Fact, w.Mark)
	return w.Percent(permille)
}

// points writes thousandths of a whole as percentage points.
func points(permille int64) string { return decimal.New(permille, -1).String() }

// average is the Fact over the Mark, rounded half up to a tenth.
func (w *words) average() string {
	if w.Mark <= 0 {
		return "0.0"
	}
	permille, _ := customer.Permille(w.Fact%w.Mark, w.Mark)
	tenths := (permille + 50) / 100
	return fmt.Sprintf("%d.%d", w.Fact/w.Mark+tenths/10, tenths%10)
}

// span writes a length of time in its largest unit and the next smaller one, rounded down.
func (w *words) span(seconds int64) string {
	units := [...]struct {
		seconds          int64
		english, chinese string
	}{{86_400, " d", "天"}, {3600, " h", "小时"}, {60, " min", "分"}, {1, " s", "秒"}}
	largest := 0
	for largest < len(units)-1 && seconds < units[largest].seconds {
		largest++
	}
	var parts []string
	for _, unit := range units[largest:min(largest+2, len(units))] {
		n := seconds / unit.seconds
		seconds %= unit.seconds
		switch {
		case n == 0 && len(parts) > 0: // of two hours no minutes
		case w.Language == customer.Chinese:
			parts = append(parts, fmt.Sprintf("%d%s", n, unit.chinese))
		default:
			parts = append(parts, fmt.Sprintf("%d%s", n, unit.english))
		}
	}
	if w.Language == customer.Chinese {
		return strings.Join(parts, "")
	}
	return strings.Join(parts, " ")
}

// count writes how many there are of something in English.
func count(n int64, noun string) string { return customer.English.Count(n, noun) }

// times writes how often in English.
func times(n int64) string {
	switch n {
	case 1:
		return "once"
	case 2:
		return "twice"
	}
	return fmt.Sprintf("%d times", n)
}
