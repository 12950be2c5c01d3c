package caller

import (
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// The reason codes of this package. They are format. Rule is the rule book.
const (
	CodeNotSupplied = "caller.not-supplied" // Of: the section that the host did not supply
	CodeIncomplete  = "caller.incomplete"   // Fact: how many sections were not supplied; Mark: of so many
	CodeOld         = "caller.old"          // Of: the section; At: as of; Fact: its age; Mark: from which it is said

	CodeShared     = "caller.shared-identifier" // Fact: how many customers the identifier leads to
	CodeBypass     = "caller.no-queue"          // she passes the queue; Of: her class; Fact: 1: she is a key account
	CodeKeyAccount = "caller.key-account"       // she is one, and waits like others
	CodeOwner      = "caller.owner"             // Of: who of the staff looks after her
	CodeStandIn    = "caller.stand-in"          // Of: who stands in for the owner

	CodeReady    = "caller.order-ready"     // On: since when the order waits for her; Fact: days
	CodeLate     = "caller.order-late"      // Of: its stage; By: the day that she was told; Fact: days since; On: placed
	CodeTotal    = "caller.order-total"     // Fact: what it comes to
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
	CodeOpen       = "caller.open"        // Fact: what she owes in all, below 0: what is owed to her; Mark: of so many bills and credit notes
	CodeOverdue    = "caller.overdue"     // Fact: what is overdue; Mark: days since the oldest was to be paid; On: that day
	CodeLimitLeft  = "caller.limit-left"  // Fact: what is left of her limit; Mark: the limit
	CodeLimitUsed  = "caller.limit-used"  // likewise, and nothing is; below 0: she owes more than she may

	CodePromised  = "caller.promised"   // Of: who promised; Until: by when
	CodeBroken    = "caller.broken"     // likewise, and it is over; Fact: since how long
	CodeWaits     = "caller.waits"      // On: since when she waits for it; Fact: days; By: the last day
	CodeArrived   = "caller.arrived"    // On: since when it is here; Fact: days; By: the last day that it is kept
	CodeWishOver  = "caller.wish-over"  // By: the last day, which is over
	CodeQuoted    = "caller.quoted"     // Fact: the price of one; Of: who told it; On: when; By: the last day
	CodeQuoteOver = "caller.quote-over" // likewise, and it is over
	CodeSpoke     = "caller.spoke"      // Of: the channel; At: when
	CodeSpokeWith = "caller.spoke-with" // Of: who of the staff spoke with her
	CodePaid      = "caller.paid"       // Fact: what was paid; Of: where; On: when
	CodePaidBack  = "caller.paid-back"  // Fact: what was paid back; Mark: of so much
	CodeMay       = "caller.may"        // Of: the purpose and the channel, which she allows
	CodeMayNot    = "caller.may-not"    // likewise, and she does not

	// CodeSubject and the next ones say why something is not told besides.
	CodeSubject     = "caller.subject"      // it is what she calls about, or one belongs to the other
	CodeToldWith    = "caller.told-with"    // Of: what it belongs to, which is told
	CodeHushed      = "caller.hushed"       // Of: the open complaint; Fact: its grade; Mark: from which it is not told
	CodeHushUnknown = "caller.hush-unknown" // whether a complaint is open nobody knows, since the cases were not supplied
	CodeNoConsent   = "caller.no-consent"   // Of: the purpose for which she has not allowed calls, or nobody knows
)

// Explain renders a reason of this package as a sentence. It knows no rules: money it writes in
// minor units. A code of package customer is rendered too; any other is returned as it is.
func Explain(reason customer.Reason, language customer.Language) string {
	return (*Screen)(nil).Explain(reason, language)
}

// Explain renders a reason as the function Explain does, with money in the rules' currency.
func (s *Screen) Explain(reason customer.Reason, language customer.Language) string {
	return s.words(language).explain(reason)
}

func (s *Screen) words(language customer.Language) words {
	w := words{customer.Words{Language: language}}
	if s != nil {
		w.Currency = s.rules.Currency
	}
	return w
}

// words are a language, and how money is written.
type words struct{ customer.Words }

func (w words) explain(reason customer.Reason) string {
	for _, part := range [...]func(customer.Reason, words) string{explainWho, explainWork, explainProduct, explainMoney, explainTalk, explainAlso} {
		if text := part(reason, w); text != "" {
			return text
		}
	}
	return customer.Explain(reason, w.Language)
}

func (w words) day(day customer.Date) string { return w.DayOfYear(day) }
func (w words) instant(at time.Time) string  { return w.Instant(at) }
func (w words) length(seconds int64) string  { return w.Length(seconds) }
func (w words) days(n int64) string          { return w.CountIn(n, "day", "天") }

// passed writes for how long something has been so: from two days on in whole days.
func (w words) passed(seconds int64) string {
	const day = 24 * 60 * 60
	if seconds < 2*day {
		return w.length(seconds)
	}
	return w.days(seconds / day)
}

func (w words) with(text, english, chinese string) string {
	if text == "" {
		return ""
	}
	return w.In(english, chinese, text)
}

// since writes since when something is so, and for how long.
func (w words) since(day customer.Date, days int64) string {
	switch {
	case days == 0:
		return w.In("since today", "今天起")
	case days < 0:
		return w.In("from %s on", "自%s起", w.day(day))
	}
	return w.In("since %s, for %s", "自%s起，已%s", w.day(day), w.days(days))
}

func explainWho(r customer.Reason, w words) string {
	switch r.Code {
	case CodeNotSupplied:
		return w.In("%s: not supplied", "%s：未取得数据", w.section(r.Of))
	case CodeIncomplete:
		return w.In("not complete: %d of %d parts were not supplied", "资料不全：%[2]d项中有%[1]d项未取得数据", r.Fact, r.Mark)
	case CodeOld:
		return w.In("%s: as of %s, %s ago", "%s：数据截至%s，已过%s", w.section(r.Of), w.instant(r.At), w.passed(r.Fact))
	case CodeShared:
		return w.In("%s share this number or card: ask who is speaking", "此号码或卡由%s共用，请先问明是哪一位", w.CountIn(r.Fact, "customer", "位客户"))
	case CodeBypass:
		who := r.Of
		if r.Fact == 1 {
			who = w.In("key account", "大客户") + w.with(r.Of, " (%s)", "（%s）")
		}
		return w.with(who, "%s: ", "%s：") + w.In("passes the queue", "无需排队")
	case CodeKeyAccount:
		return w.In("key account", "大客户")
	case CodeOwner:
		return w.In("%s looks after this customer", "由%s专人负责", r.Of)
	case CodeStandIn:
		return w.In("%s stands in for the owner", "专人不在，由%s代为负责", r.Of)
	}
	return ""
}

func explainWork(r customer.Reason, w words) string {
	switch r.Code {
	case CodeReady:
		return w.In("ready for collection %s", "可取货，%s", w.since(r.On, r.Fact))
	case CodeLate:
		return w.In("%s late: promised for %s", "已逾期%s：约定%s交货", w.days(r.Fact), w.day(r.By)) + w.with(r.Of, ", %s", "，%s")
	case CodeUnderWay:
		text := w.In("ordered on %s", "%s下单", w.day(r.On)) + w.with(r.Of, ", %s", "，%s")
		if r.Mark > 0 {
			text += w.In(" (%d of %d)", "（第%d步，共%d步）", r.Fact, r.Mark)
		}
		return text + w.with(w.day(r.By), ", promised for %s", "，约定%s交货")
	case CodeTotal:
		return w.In("order of %s", "订单金额%s", w.Money(r.Fact))
	case CodeComplaint:
		return w.In("complaint of grade %d, open %s", "%d级投诉，未结案，%s", r.Mark, w.since(r.On, r.Fact))
	case CodeQuestion:
		return w.In("open %s", "未办结，%s", w.since(r.On, r.Fact))
	case CodeContacts:
		return w.In("spoken about %s", "已沟通%s", w.CountIn(r.Fact, "time", "次"))
	case CodeWithUs:
		return w.In("the next step is ours", "下一步由我方办理")
	case CodeWithHer:
		return w.In("waits for the customer", "等待客户回复")
	case CodeWithOthers:
		return w.In("waits for a third party", "等待第三方处理")
	case CodeAnswerDue:
		return w.In("an answer is due by %s", "应于%s前答复", w.instant(r.Until))
	case CodeAnswerLate:
		return w.In("the answer was due by %s, %s ago", "应于%s前答复，已逾期%s", w.instant(r.Until), w.passed(r.Fact))
	case CodePromised:
		return w.In("promised by %s for %s", "%s承诺于%s前办妥", r.Of, w.instant(r.Until))
	case CodeBroken:
		return w.In("promised by %s for %s, and not kept for %s", "%s承诺于%s前办妥，已逾期%s", r.Of, w.instant(r.Until), w.passed(r.Fact))
	}
	return ""
}

func explainProduct(r customer.Reason, w words) string {
	switch r.Code {
	case CodeBought:
		return w.In("bought on %s%s", "%s%s购买", w.day(r.On), w.with(r.Of, " at %s", "在%s"))
	case CodeGone:
		return w.In("no longer the customer's since %s", "自%s起已不归该客户所有", w.day(r.On))
	case CodeNoCover:
		return w.In("no warranty is known", "没有保修记录")
	case CodeCovered:
		if r.Fact == 1 {
			return w.In("%s: covered, today is the last day", "%s：在保，今天是最后一天", r.Of)
		}
		return w.In("%s: covered up to %s, %s left with today", "%s：在保，至%s，含今天还剩%s", r.Of, w.day(r.By), w.days(r.Fact))
	case CodeForLife:
		return w.In("%s: covered for life since %s", "%s：自%s起终身保修", r.Of, w.day(r.On))
	case CodeOver:
		return w.In("%s: no longer covered, the last day was %s, %s ago", "%s：已过保，保修到%s为止，已过%s", r.Of, w.day(r.By), w.days(r.Fact))
	case CodeNotBegun:
		if r.On != 0 {
			return w.In("%s: not covered before the purchase on %s", "%s：%s才购买，此前无保修", r.Of, w.day(r.On))
		}
		return w.In("%s: covered, and the time has not begun to run", "%s：在保，保修期尚未起算", r.Of)
	case CodeRenewed:
		return w.In("%s: counted anew since the exchange on %s", "%s：保修期自%s换货起重新计算", r.Of, w.day(r.On))
	case CodeProlonged:
		return w.In("%s: %s at the repairer counted in", "%s：已顺延送修的%s", r.Of, w.days(r.Fact))
	case CodeAtRepairer:
		return w.In("at the repairer %s", "送修中，%s", w.since(r.On, r.Fact))
	case CodeServed, CodeServedInVain:
		text := w.In("%s: on %s", "%s：%s", r.Of, w.day(r.On))
		if r.By > r.On {
			text = w.In("%s: %s to %s", "%s：%s至%s", r.Of, w.day(r.On), w.day(r.By))
		}
		if r.Code == CodeServedInVain {
			text += w.In(", without success", "，未修好")
		}
		return text
	case CodeInService:
		return w.In("%s: under way %s", "%s：正在处理，%s", r.Of, w.since(r.On, r.Fact))
	}
	return ""
}

func explainMoney(r customer.Reason, w words) string {
	switch r.Code {
	case CodeBill:
		return w.In("%s to be paid by %s", "%s，应于%s前付清", w.Money(r.Fact), w.day(r.By))
	case CodeBillLate:
		return w.In("%s was to be paid by %s", "%s，原应于%s前付清", w.Money(r.Fact), w.day(r.By))
	case CodeCreditNote:
		return w.In("credit note of %s", "贷项通知单，抵减%s", w.Money(-r.Fact))
	case CodeOpen:
		switch of := w.CountIn(r.Mark, "document", "笔"); {
		case r.Fact < 0:
			return w.In("%s in the customer's favour, %s", "客户有余额%s，共%s", w.Money(-r.Fact), of)
		case r.Mark == 0:
			return w.In("owes nothing", "没有欠款")
		default:
			return w.In("owes %s in all, %s", "共欠%s，%s", w.Money(r.Fact), of)
		}
	case CodeOverdue:
		return w.In("%s overdue, the oldest to be paid by %s, %s ago", "逾期%s，最早一笔应于%s前付清，已逾期%s", w.Money(r.Fact), w.day(r.On), w.days(r.Mark))
	case CodeLimitLeft:
		return w.In("%s left of a credit limit of %s", "信用额度尚余%s，共%s", w.Money(r.Fact), w.Money(r.Mark))
	case CodeLimitUsed:
		if r.Fact < 0 {
			return w.In("%s over the credit limit of %s", "超出信用额度%s，额度为%s", w.Money(-r.Fact), w.Money(r.Mark))
		}
		return w.In("the credit limit of %s is used up", "信用额度%s已用完", w.Money(r.Mark))
	case CodeQuoted, CodeQuoteOver:
		text := w.In("%s each, told", "单价%s，", w.Money(r.Fact)) + w.with(r.Of, " by %s", "由%s") + w.In(" on %s", "于%s报价", w.day(r.On))
		if r.Code == CodeQuoteOver {
			return text + w.In(", was good up to %s", "，有效期到%s为止，已失效", w.day(r.By))
		}
		return text + w.with(w.day(r.By), ", good up to %s", "，有效至%s")
	case CodePaid:
		return w.In("%[1]s paid on %[2]s%[3]s", "%[2]s%[3]s付款%[1]s", w.Money(r.Fact), w.day(r.On), w.with(r.Of, " at %s", "在%s"))
	case CodePaidBack:
		return w.In("%s of %s paid back", "其中已退款%s（原付%s）", w.Money(r.Fact), w.Money(r.Mark))
	}
	return ""
}

func explainTalk(r customer.Reason, w words) string {
	switch r.Code {
	case CodeWaits:
		return w.In("waited for %s", "等待到货，%s", w.since(r.On, r.Fact)) + w.with(w.day(r.By), ", up to %s", "，等到%s为止")
	case CodeArrived:
		return w.In("here since %s", "%s已到货", w.day(r.On)) + w.with(w.day(r.By), ", kept up to %s", "，保留至%s")
	case CodeWishOver:
		return w.In("no longer waited for: the last day was %s", "不再等待：最后一天为%s", w.day(r.By))
	case CodeSpoke:
		return w.In("%s, %s", "%s，%s", w.instant(r.At), r.Of)
	case CodeSpokeWith:
		return w.In("with %s", "接待人：%s", r.Of)
	case CodeMay:
		return w.In("%s: allowed", "%s：可以联系", r.Of)
	case CodeMayNot:
		return w.In("%s: not allowed", "%s：不可联系", r.Of)
	}
	return ""
}

func explainAlso(r customer.Reason, w words) string {
	switch r.Code {
	case CodeSubject:
		return w.In("belongs to what the call is about", "与本次来电事由相关")
	case CodeToldWith:
		return w.In("is told with %s", "与“%s”一并告知", r.Of)
	case CodeHushed:
		return w.In("not told while the complaint about %s is open (grade %d, silent from %d)", "有关“%s”的投诉结案前不提（%d级，%d级起不提）", r.Of, r.Fact, r.Mark)
	case CodeHushUnknown:
		return w.In("nobody knows whether a complaint is open", "不清楚是否有未结案的投诉")
	case CodeNoConsent:
		return w.In("no consent to calls for %s is known", "没有客户同意就“%s”接听电话的记录", r.Of)
	}
	return ""
}

// section names a section, by its stored text.
func (w words) section(text string) string {
	var section Section
	if section.UnmarshalText([]byte(text)) != nil {
		return text
	}
	return w.title(section)
}

// title is what a section is called.
func (w words) title(section Section) string {
	if w.Language != customer.Chinese {
		return section.String()
	}
	switch section {
	case Orders:
		return "订单"
	case Cases:
		return "咨询与投诉"
	case Products:
		return "所购产品"
	case Money:
		return "应收款"
	case Promises:
		return "承诺"
	case Wishes:
		return "心愿"
	case Quotes:
		return "报价"
	case Contacts:
		return "联系记录"
	case Purchases:
		return "购买记录"
	case Consents:
		return "联系许可"
	}
	return section.String()
}
