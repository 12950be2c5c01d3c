package caller

import (
	"fmt"

	"github.com/rapport-crm/rapport/customer"
)

// The reason codes of this package. They are format. Rule is the rule book.
const (
	CodeNotSupplied = "caller.not-supplied" // Of: the section that the host did not supply
	CodeIncomplete  = "caller.incomplete"   // Fact: how many sections were not supplied; Mark: of so many
	CodeOld         = "caller.old"          // Of: the section; At: as of; Fact: its age; Mark: from which it is said

	CodeShared  = "caller.shared-identifier" // Fact: how many customers the identifier leads to
	CodeBypass  = "caller.no-queue"          // Of: the class that passes the queue; empty: a key account
	CodeOwner   = "caller.owner"             // Of: who of the staff looks after her
	CodeStandIn = "caller.stand-in"          // Of: who stands in for the owner

	CodeReady    = "caller.order-ready"     // On: since when the order waits for her; Fact: days
	CodeLate     = "caller.order-late"      // Of: its stage; By: the day that she was told; Fact: days since; On: placed
	CodeUnderWay = "caller.order-under-way" // Of: its stage; Fact: the stage's number; Mark: of so many; On: placed; By: the day that she was told

	CodeComplaint  = "caller.complaint"   // Mark: the grade; On: opened; Fact: days since
	CodeQuestion   = "caller.question"    // On: opened; Fact: days since
	CodeContacts   = "caller.contacts"    // Fact: how often it was spoken about
	CodeWithUs     = "caller.with-us"     // the next step is the shop's
	CodeWithHer    = "caller.with-her"    // the next step is hers
	CodeWithOthers = "caller.with-others" // the next step is somebody else's
	CodeAnswerDue  = "caller.answer-due"  // Until: when she has been told to have an answer
	CodeAnswerLate = "caller.answer-late" // likewise, and it is over; Fact: since how long

	CodeBought       = "caller.bought"         // On: when; Of: where
	CodeGone         = "caller.gone"           // On: since when the product is hers no more
	CodeNoCover      = "caller.no-cover"       // nothing is said of a warranty
	CodeCovered      = "caller.covered"        // Of: the warranty; Fact: days left, with this one; On: counted from; By: the last day
	CodeForLife      = "caller.for-life"       // Of: the warranty; On: counted from
	CodeOver         = "caller.warranty-over"  // Of: the warranty; Fact: days since; On: counted from; By: the last day
	CodeNotBegun     = "caller.not-begun"      // Of: the warranty; On: the purchase, where even that is to come
	CodeRenewed      = "caller.renewed"        // Of: the warranty; On: the exchange from which it counts
	CodeProlonged    = "caller.prolonged"      // Of: the warranty; Fact: days at a repairer that are added; By: the last day
	CodeAtRepairer   = "caller.at-repairer"    // On: since when; Fact: days
	CodeServed       = "caller.served"         // Of: what was done; On: from; By: to
	CodeServedInVain = "caller.served-in-vain" // likewise, and it is no better
	CodeInService    = "caller.in-service"     // Of: what is being done; On: from; Fact: days since

	CodeBill       = "caller.bill"        // Fact: what is left of it; By: the day by which it is to be paid
	CodeBillLate   = "caller.bill-late"   // likewise, and it is over
	CodeCreditNote = "caller.credit-note" // Fact: what it is, below 0
	CodeOpen       = "caller.open"        // Fact: what she owes in all; Mark: of so many bills and credit notes
	CodeOverdue    = "caller.overdue"     // Fact: what is overdue; Mark: days since the oldest was to be paid; On: that day
	CodeLimitLeft  = "caller.limit-left"  // Fact: what is left of her limit; Mark: the limit
	CodeLimitUsed  = "caller.limit-used"  // likewise, and nothing is

	CodePromised  = "caller.promised"   // Of: who promised; Until: by when
	CodeBroken    = "caller.broken"     // likewise, and it is over; Fact: since how long
	CodeWaits     = "caller.waits"      // On: since when she waits for it; Fact: days; By: the last day
	CodeArrived   = "caller.arrived"    // On: since when it is here; Fact: days; By: the last day that it is kept
	CodeWishOver  = "caller.wish-over"  // By: the last day, which is over
	CodeQuoted    = "caller.quoted"     // Fact: the price of one; Of: who told it; On: when; By: the last day
	CodeQuoteOver = "caller.quote-over" // likewise, and it is over
	CodeSpoke     = "caller.spoke"      // Of: the channel; At: when
	CodePaid      = "caller.paid"       // Fact: what was paid; Of: where; On: when
	CodePaidBack  = "caller.paid-back"  // Fact: what was paid back; Mark: of so much
	CodeMay       = "caller.may"        // Of: the purpose and the channel, which she allows
	CodeMayNot    = "caller.may-not"    // likewise, and she does not

	// CodeSubject and the next ones say why something is not told besides.
	CodeSubject     = "caller.subject"      // it is what she calls about, or belongs to it
	CodeToldWith    = "caller.told-with"    // Of: what it belongs to, which is told
	CodeHushed      = "caller.hushed"       // Of: the open complaint; Fact: its grade; Mark: from which it is not told
	CodeHushUnknown = "caller.hush-unknown" // whether a complaint is open nobody knows, since the cases were not supplied
	CodeNoConsent   = "caller.no-consent"   // Of: the purpose for which she has not allowed calls, or nobody knows
)

// Explain renders a reason of this package as a sentence. It knows no rules: money it writes in
// minor units. A code of package customer is rendered too; any other is returned as it is.
func Explain(reason customer.Reason, language customer.Language) string {
	return explain(reason, language, func(minor int64) string {
		if language == customer.Chinese {
			return fmt.Sprintf("%d（最小货币单位）", minor)
		}
		return customer.English.Count(minor, "minor unit")
	})
}

// Explain renders a reason as the function Explain does, with money in the rules' currency.
func (s *Screen) Explain(reason customer.Reason, language customer.Language) string {
	return explain(reason, language, s.rules.Currency.Text)
}

func explain(r customer.Reason, language customer.Language, money func(int64) string) string {
	renders := [...]func(customer.Reason, func(int64) string) string{english, englishRows, englishMoney}
	if language == customer.Chinese {
		renders = [...]func(customer.Reason, func(int64) string) string{chinese, chineseRows, chineseMoney}
	}
	for _, render := range renders {
		if text := render(r, money); text != "" {
			return text
		}
	}
	return customer.Explain(r, language)
}

// with writes text behind a joint, and nothing where there is none.
func with(joint, text string) string {
	if text == "" {
		return ""
	}
	return joint + text
}

func days(n int64) string { return customer.English.Count(n, "day") }

func english(r customer.Reason, _ func(int64) string) string {
	on, by := customer.English.DayOfYear(r.On), customer.English.DayOfYear(r.By)
	switch r.Code {
	case CodeNotSupplied:
		return r.Of + ": not supplied"
	case CodeIncomplete:
		return fmt.Sprintf("not complete: %d of %d parts were not supplied", r.Fact, r.Mark)
	case CodeOld:
		return fmt.Sprintf("%s: as of %s, %s ago", r.Of, customer.English.Instant(r.At), customer.English.Length(r.Fact))
	case CodeShared:
		return fmt.Sprintf("%s share this number or card; ask who is speaking", customer.English.Count(r.Fact, "customer"))
	case CodeBypass:
		if r.Of == "" {
			return "key account: passes the queue"
		}
		return r.Of + ": passes the queue"
	case CodeOwner:
		return r.Of + " looks after this customer"
	case CodeStandIn:
		return r.Of + " stands in"
	case CodeReady:
		if r.Fact == 0 {
			return "ready for collection since today"
		}
		return fmt.Sprintf("ready for collection since %s, for %s", on, days(r.Fact))
	case CodeLate:
		return fmt.Sprintf("%s late: promised for %s%s", days(r.Fact), by, with(", ", r.Of))
	case CodeUnderWay:
		text := "ordered on " + on + with(", ", r.Of)
		if r.Mark > 0 {
			text += fmt.Sprintf(" (%d of %d)", r.Fact, r.Mark)
		}
		return text + with(", promised for ", by)
	case CodeComplaint:
		return fmt.Sprintf("complaint of grade %d, open since %s, for %s", r.Mark, on, days(r.Fact))
	case CodeQuestion:
		return fmt.Sprintf("open since %s, for %s", on, days(r.Fact))
	case CodeContacts:
		return fmt.Sprintf("spoken about %s", customer.English.Count(r.Fact, "time"))
	case CodeWithUs:
		return "the next step is ours"
	case CodeWithHer:
		return "waits for the customer's answer"
	case CodeWithOthers:
		return "waits for a third party"
	case CodeAnswerDue:
		return "an answer is due by " + customer.English.Instant(r.Until)
	case CodeAnswerLate:
		return fmt.Sprintf("the answer was due by %s, %s ago", customer.English.Instant(r.Until), customer.English.Length(r.Fact))
	}
	return ""
}

func englishRows(r customer.Reason, _ func(int64) string) string {
	on, by := customer.English.DayOfYear(r.On), customer.English.DayOfYear(r.By)
	switch r.Code {
	case CodeBought:
		return "bought on " + on + with(" at ", r.Of)
	case CodeGone:
		return "no longer the customer's since " + on
	case CodeNoCover:
		return "nothing is said of a warranty"
	case CodeCovered:
		if r.Fact == 1 {
			return fmt.Sprintf("%s: covered, today is the last day", r.Of)
		}
		return fmt.Sprintf("%s: covered up to %s, %s left with today", r.Of, by, days(r.Fact))
	case CodeForLife:
		return fmt.Sprintf("%s: covered for life since %s", r.Of, on)
	case CodeOver:
		return fmt.Sprintf("%s: not covered any more, the last day was %s, %s ago", r.Of, by, days(r.Fact))
	case CodeNotBegun:
		if r.On != 0 {
			return fmt.Sprintf("%s: not bought before %s", r.Of, on)
		}
		return r.Of + ": covered, and the time has not begun to run"
	case CodeRenewed:
		return fmt.Sprintf("%s: counted anew since the exchange on %s", r.Of, on)
	case CodeProlonged:
		return fmt.Sprintf("%s: %s at the repairer added, so up to %s", r.Of, days(r.Fact), by)
	case CodeAtRepairer:
		return fmt.Sprintf("at the repairer since %s, for %s", on, days(r.Fact))
	case CodeServed:
		return fmt.Sprintf("%s: %s to %s", r.Of, on, by)
	case CodeServedInVain:
		return fmt.Sprintf("%s: %s to %s, without success", r.Of, on, by)
	case CodeInService:
		return fmt.Sprintf("%s: since %s, for %s", r.Of, on, days(r.Fact))
	case CodePromised:
		return fmt.Sprintf("promised by %s for %s", r.Of, customer.English.Instant(r.Until))
	case CodeBroken:
		return fmt.Sprintf("promised by %s for %s, and not kept for %s", r.Of, customer.English.Instant(r.Until), customer.English.Length(r.Fact))
	case CodeWaits:
		return fmt.Sprintf("waited for since %s, for %s%s", on, days(r.Fact), with(", up to ", by))
	case CodeArrived:
		return fmt.Sprintf("here since %s%s", on, with(", kept up to ", by))
	case CodeWishOver:
		return "no longer waited for: the last day was " + by
	case CodeSpoke:
		return fmt.Sprintf("%s, %s", customer.English.Instant(r.At), r.Of)
	case CodeMay:
		return r.Of + ": allowed"
	case CodeMayNot:
		return r.Of + ": not allowed"
	}
	return ""
}

func englishMoney(r customer.Reason, money func(int64) string) string {
	on, by := customer.English.DayOfYear(r.On), customer.English.DayOfYear(r.By)
	switch r.Code {
	case CodeBill:
		return fmt.Sprintf("%s to be paid by %s", money(r.Fact), by)
	case CodeBillLate:
		return fmt.Sprintf("%s was to be paid by %s", money(r.Fact), by)
	case CodeCreditNote:
		return "credit note of " + money(-r.Fact)
	case CodeOpen:
		return fmt.Sprintf("owes %s in all, %s", money(r.Fact), customer.English.Count(r.Mark, "document"))
	case CodeOverdue:
		return fmt.Sprintf("%s overdue, the oldest since %s, for %s", money(r.Fact), on, days(r.Mark))
	case CodeLimitLeft:
		return fmt.Sprintf("%s left of a limit of %s", money(r.Fact), money(r.Mark))
	case CodeLimitUsed:
		return fmt.Sprintf("the limit of %s is used up: %s left", money(r.Mark), money(r.Fact))
	case CodeQuoted:
		return fmt.Sprintf("%s each, told%s on %s%s", money(r.Fact), with(" by ", r.Of), on, with(", good up to ", by))
	case CodeQuoteOver:
		return fmt.Sprintf("%s each, told%s on %s, no longer good since %s", money(r.Fact), with(" by ", r.Of), on, by)
	case CodePaid:
		return fmt.Sprintf("%s paid on %s%s", money(r.Fact), on, with(" at ", r.Of))
	case CodePaidBack:
		return fmt.Sprintf("%s of %s paid back", money(r.Fact), money(r.Mark))
	case CodeSubject:
		return "is what the call is about"
	case CodeToldWith:
		return "is told with " + r.Of
	case CodeHushed:
		return fmt.Sprintf("not while the complaint about %s is open (grade %d, silent from %d)", r.Of, r.Fact, r.Mark)
	case CodeHushUnknown:
		return "not told: nobody knows whether a complaint is open"
	case CodeNoConsent:
		return fmt.Sprintf("not told: no known consent to calls for %s", r.Of)
	}
	return ""
}

func chinese(r customer.Reason, _ func(int64) string) string {
	on, by := customer.Chinese.DayOfYear(r.On), customer.Chinese.DayOfYear(r.By)
	switch r.Code {
	case CodeNotSupplied:
		return sectionChinese(r.Of) + "：未提供"
	case CodeIncomplete:
		return fmt.Sprintf("不完整：%d部分中有%d部分未提供", r.Mark, r.Fact)
	case CodeOld:
		return fmt.Sprintf("%s：数据截至%s，已过%s", sectionChinese(r.Of), customer.Chinese.Instant(r.At), customer.Chinese.Length(r.Fact))
	case CodeShared:
		return fmt.Sprintf("该号码或卡对应%d位客户，请先问明是哪一位", r.Fact)
	case CodeBypass:
		if r.Of == "" {
			return "大客户：无需排队"
		}
		return r.Of + "：无需排队"
	case CodeOwner:
		return "由" + r.Of + "专人负责"
	case CodeStandIn:
		return "由" + r.Of + "代理"
	case CodeReady:
		if r.Fact == 0 {
			return "今日起可取"
		}
		return fmt.Sprintf("自%s起可取，已等%d天", on, r.Fact)
	case CodeLate:
		return fmt.Sprintf("已迟%d天：原定%s%s", r.Fact, by, with("，", r.Of))
	case CodeUnderWay:
		text := on + "下单" + with("，", r.Of)
		if r.Mark > 0 {
			text += fmt.Sprintf("（第%d步，共%d步）", r.Fact, r.Mark)
		}
		return text + with("，约定", by)
	case CodeComplaint:
		return fmt.Sprintf("%d级投诉，自%s起，已%d天", r.Mark, on, r.Fact)
	case CodeQuestion:
		return fmt.Sprintf("自%s起未结，已%d天", on, r.Fact)
	case CodeContacts:
		return fmt.Sprintf("已谈过%d次", r.Fact)
	case CodeWithUs:
		return "下一步由我们办理"
	case CodeWithHer:
		return "等待客户答复"
	case CodeWithOthers:
		return "等待第三方"
	case CodeAnswerDue:
		return "应于" + customer.Chinese.Instant(r.Until) + "前答复"
	case CodeAnswerLate:
		return fmt.Sprintf("应于%s前答复，已过%s", customer.Chinese.Instant(r.Until), customer.Chinese.Length(r.Fact))
	}
	return ""
}

func chineseRows(r customer.Reason, _ func(int64) string) string {
	on, by := customer.Chinese.DayOfYear(r.On), customer.Chinese.DayOfYear(r.By)
	switch r.Code {
	case CodeBought:
		return on + with("在", r.Of) + "购买"
	case CodeGone:
		return "自" + on + "起已不属该客户"
	case CodeNoCover:
		return "未说明保修"
	case CodeCovered:
		if r.Fact == 1 {
			return r.Of + "：在保，今天是最后一天"
		}
		return fmt.Sprintf("%s：在保，至%s，含今日还剩%d天", r.Of, by, r.Fact)
	case CodeForLife:
		return fmt.Sprintf("%s：自%s起终身保修", r.Of, on)
	case CodeOver:
		return fmt.Sprintf("%s：已过保，最后一天为%s，已过%d天", r.Of, by, r.Fact)
	case CodeNotBegun:
		if r.On != 0 {
			return fmt.Sprintf("%s：%s才购买", r.Of, on)
		}
		return r.Of + "：在保，期限尚未起算"
	case CodeRenewed:
		return fmt.Sprintf("%s：自%s换货起重新计算", r.Of, on)
	case CodeProlonged:
		return fmt.Sprintf("%s：加上在修的%d天，至%s", r.Of, r.Fact, by)
	case CodeAtRepairer:
		return fmt.Sprintf("自%s起在修，已%d天", on, r.Fact)
	case CodeServed:
		return fmt.Sprintf("%s：%s至%s", r.Of, on, by)
	case CodeServedInVain:
		return fmt.Sprintf("%s：%s至%s，未修好", r.Of, on, by)
	case CodeInService:
		return fmt.Sprintf("%s：自%s起，已%d天", r.Of, on, r.Fact)
	case CodePromised:
		return fmt.Sprintf("%s承诺于%s前办妥", r.Of, customer.Chinese.Instant(r.Until))
	case CodeBroken:
		return fmt.Sprintf("%s承诺于%s前办妥，已逾%s", r.Of, customer.Chinese.Instant(r.Until), customer.Chinese.Length(r.Fact))
	case CodeWaits:
		return fmt.Sprintf("自%s起等候，已%d天%s", on, r.Fact, with("，至", by))
	case CodeArrived:
		return fmt.Sprintf("自%s起到货%s", on, with("，保留至", by))
	case CodeWishOver:
		return "不再等候：最后一天为" + by
	case CodeSpoke:
		return fmt.Sprintf("%s，%s", customer.Chinese.Instant(r.At), r.Of)
	case CodeMay:
		return r.Of + "：已同意"
	case CodeMayNot:
		return r.Of + "：未同意"
	}
	return ""
}

func chineseMoney(r customer.Reason, money func(int64) string) string {
	on, by := customer.Chinese.DayOfYear(r.On), customer.Chinese.DayOfYear(r.By)
	switch r.Code {
	case CodeBill:
		return fmt.Sprintf("%s，应于%s前付清", money(r.Fact), by)
	case CodeBillLate:
		return fmt.Sprintf("%s，原应于%s前付清", money(r.Fact), by)
	case CodeCreditNote:
		return "贷项" + money(-r.Fact)
	case CodeOpen:
		return fmt.Sprintf("共欠%s，%d笔", money(r.Fact), r.Mark)
	case CodeOverdue:
		return fmt.Sprintf("逾期%s，最早自%s，已%d天", money(r.Fact), on, r.Mark)
	case CodeLimitLeft:
		return fmt.Sprintf("额度%s，尚余%s", money(r.Mark), money(r.Fact))
	case CodeLimitUsed:
		return fmt.Sprintf("额度%s已用完：余%s", money(r.Mark), money(r.Fact))
	case CodeQuoted:
		return fmt.Sprintf("单价%s，%s%s报价%s", money(r.Fact), on, with("由", r.Of), with("，有效至", by))
	case CodeQuoteOver:
		return fmt.Sprintf("单价%s，%s%s报价，%s后已失效", money(r.Fact), on, with("由", r.Of), by)
	case CodePaid:
		return fmt.Sprintf("%s%s付%s", on, with("在", r.Of), money(r.Fact))
	case CodePaidBack:
		return fmt.Sprintf("%s中已退%s", money(r.Mark), money(r.Fact))
	case CodeSubject:
		return "正是此次来电之事"
	case CodeToldWith:
		return "与" + r.Of + "一并告知"
	case CodeHushed:
		return fmt.Sprintf("关于%s的投诉未结（%d级，%d级起不提）", r.Of, r.Fact, r.Mark)
	case CodeHushUnknown:
		return "不提：不知是否有未结投诉"
	case CodeNoConsent:
		return fmt.Sprintf("不提：未知其同意为%s来电", r.Of)
	}
	return ""
}

// sectionChinese names a section, by its stored text.
func sectionChinese(text string) string {
	var section Section
	if section.UnmarshalText([]byte(text)) != nil {
		return text
	}
	return section.name(customer.Chinese)
}

// name is what a section is called in a language.
func (s Section) name(language customer.Language) string {
	if language != customer.Chinese {
		return s.String()
	}
	switch s {
	case Orders:
		return "订单"
	case Cases:
		return "事件"
	case Products:
		return "产品"
	case Money:
		return "应收款"
	case Promises:
		return "承诺"
	case Wishes:
		return "愿望"
	case Quotes:
		return "报价"
	case Contacts:
		return "联系记录"
	case Purchases:
		return "购买记录"
	case Consents:
		return "授权"
	}
	return s.String()
}
