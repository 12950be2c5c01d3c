package identity

import (
	"strings"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// The reason codes of a record. They are format. Rule is the register; no reason ever holds a value of
// a customer's.
const (
	CodeNoRecord   = "identity.no-record"   // nobody has opened the record
	CodeOpened     = "identity.opened"      // At: since when there is a record
	CodeFull       = "identity.full"        // Of: of what there would be too many; Fact: how many; Mark: the most
	CodeEarlier    = "identity.earlier"     // Of: the scheme or correction; At: the command is given before this
	CodePast       = "identity.past"        // Of: the field or owner; By: its last day; On: the day before which that lies
	CodeNoCurrency = "identity.no-currency" // limits, where the register has no currency

	CodeUnknownScheme = "identity.unknown-scheme" // Of: the scheme
	CodeUnknownIssuer = "identity.unknown-issuer" // Of: the scheme and the issuer, with a stroke between them
	CodeUnknownSource = "identity.unknown-source" // Of: the source
	CodeUnknownField  = "identity.unknown-field"  // Of: the field, or the scheme
	CodeUnknownClass  = "identity.unknown-class"  // Of: the class
	CodeOtherKind     = "identity.other-kind"     // Of: the field, scheme, class or membership, which is not for this kind of customer
)

// The reason codes of identifiers. They are format.
const (
	CodeGood       = "identity.good"        // Of: the scheme; Until: from when it no longer identifies her
	CodeNotYet     = "identity.not-yet"     // Of: the scheme; At: from when it does
	CodeExpired    = "identity.expired"     // Of: the scheme; At: since when it no longer does
	CodeEnded      = "identity.ended"       // Of: the scheme; At: since when it is hers no more
	CodeInvalid    = "identity.invalid"     // Of: the scheme and the flaw, with a stroke between them; At: since when it is known
	CodeBlocked    = "identity.blocked"     // Of: the scheme and the flaw, with a stroke between them; At: since when it is known
	CodeHeld       = "identity.held"        // Of: the scheme; At: since when she holds it
	CodeNotHeld    = "identity.not-held"    // Of: the scheme
	CodeNotSpoiled = "identity.not-spoiled" // Of: the scheme
)

// The reason codes of facts and their correction. They are format.
const (
	CodeNoFact          = "identity.no-fact"          // Of: the field
	CodeFact            = "identity.fact"             // Of: the field; On: the day that it is of
	CodeSame            = "identity.same"             // Of: the field, which is so already
	CodeNoEvidence      = "identity.no-evidence"      // Of: the kind of evidence, which proves no correction
	CodeCorrected       = "identity.corrected"        // Of: the field or scheme
	CodePending         = "identity.pending"          // Of: the field or scheme; it is corrected once somebody approves
	CodeCorrectionThere = "identity.correction-there" // Of: the correction; At: when it was found
	CodeNoCorrection    = "identity.no-correction"    // Of: the correction
	CodeDecided         = "identity.decided"          // Of: the correction; At: when it was approved or rejected
	CodeOwnApproval     = "identity.own-approval"     // Of: who found the correction and would approve it
	CodeNotInRole       = "identity.not-in-role"      // Of: the role, which does not approve
	CodeOvertaken       = "identity.overtaken"        // Of: the field or scheme, which has changed since

	CodeAskMissing = "identity.ask-missing" // Of: the field or scheme; Fact: its weight, in ‰ of all weights
	CodeAskStale   = "identity.ask-stale"   // Of: the field or scheme; On: the day that it is of; Fact: days since; Mark: after how many it is asked again
)

// Explain renders a reason of this package as a sentence. It knows no register: money it writes in minor
// units. A code of package customer is rendered too; any other is returned as it is.
func Explain(reason customer.Reason, language customer.Language) string {
	return explain(reason, words{customer.Words{Language: language}})
}

// Explain renders a reason as the function Explain does, with money in the register's currency.
func (g *Register) Explain(reason customer.Reason, language customer.Language) string {
	if g.none() {
		return Explain(reason, language)
	}
	return explain(reason, words{customer.Words{Language: language, Currency: g.rules.Currency}})
}

// words are what a reason is rendered with.
type words struct{ customer.Words }

// days writes a number of days.
func (w words) days(n int64) string { return w.CountIn(n, "day", "天") }

// at writes an instant.
func (w words) at(at time.Time) string { return w.Instant(at) }

func explain(reason customer.Reason, w words) string {
	for _, part := range [...]func(customer.Reason, words) (string, bool){
		explainRecord, explainHeld, explainFact, explainCorrection, explainService, explainCard, explainMembership, explainLink,
	} {
		if text, ok := part(reason, w); ok {
			return text
		}
	}
	return customer.Explain(reason, w.Language)
}

func explainRecord(r customer.Reason, w words) (text string, ok bool) {
	switch r.Code {
	case CodeNoRecord:
		return w.In("there is no record of this customer", "尚无该客户的档案"), true
	case CodeOpened:
		return w.In("there has been a record of this customer since %s", "该客户的档案已于%s建立", w.at(r.At)), true
	case CodeFull:
		return w.In("no room: there would be %[1]d %[3]s, and %[2]d is the most", "已满：%[3]s将达%[1]d条，最多%[2]d条", r.Fact, r.Mark, w.list(r.Of)), true
	case CodeEarlier:
		return w.In("%s was booked for %s, and nothing can be done to it at an earlier time", "%s已登记于%s，不能补登更早的操作", r.Of, w.at(r.At)), true
	case CodePast:
		if r.Of == "" { // an owner that is nobody
			return w.In("it would end on %s, before %s", "截止日%s早于%s", w.DayOfYear(r.By), w.DayOfYear(r.On)), true
		}
		return w.In("%s ends on %s, before %s", "%s截至%s，早于%s", r.Of, w.DayOfYear(r.By), w.DayOfYear(r.On)), true
	case CodeNoCurrency:
		return w.In("the rules have no currency, so there are no limits of money", "规则未设货币，不能设金额限额"), true
	case CodeUnknownScheme:
		return w.In("the rules know no identifiers of the kind %s", "规则中没有%s这种标识", r.Of), true
	case CodeUnknownIssuer:
		scheme, issuer, _ := strings.Cut(r.Of, "/")
		if issuer == "" {
			return w.In("%s needs its issuer", "%s须注明发行方", scheme), true
		}
		return w.In("the rules know no %s issued by %s", "规则中没有由%[2]s发行的%[1]s", scheme, issuer), true
	case CodeUnknownSource:
		return w.In("the rules know no source %s", "规则中没有来源%s", r.Of), true
	case CodeUnknownField:
		return w.In("the rules know nothing called %s", "规则中没有项目%s", r.Of), true
	case CodeUnknownClass:
		return w.In("the rules know no class %s", "规则中没有客户类别%s", r.Of), true
	case CodeOtherKind:
		return w.In("%s is not for this kind of customer (person or organisation)", "%s不适用于此类客户（个人或单位）", r.Of), true
	}
	return "", false
}

// list names a list of a record.
func (w words) list(name string) string {
	switch {
	case w.Language == customer.Chinese:
	case name == "declined":
		return "declined questions"
	default:
		return name
	}
	switch name {
	case "identifiers":
		return "标识"
	case "facts":
		return "资料"
	case "corrections":
		return "更正"
	case "classes":
		return "类别"
	case "owners":
		return "负责人"
	case "holders":
		return "持卡人"
	case "wishes":
		return "称呼"
	case "declined":
		return "拒答的问题"
	}
	return name
}

func explainHeld(r customer.Reason, w words) (text string, ok bool) {
	switch r.Code {
	case CodeGood:
		if r.Until.IsZero() {
			return w.In("%s is good", "%s有效", r.Of), true
		}
		return w.In("%s is good until %s", "%s有效，至%s止", r.Of, w.at(r.Until)), true
	case CodeNotYet:
		return w.In("%s is not valid before %s", "%s自%s起才有效", r.Of, w.at(r.At)), true
	case CodeExpired:
		return w.In("%s expired on %s", "%s已于%s过期", r.Of, w.at(r.At)), true
	case CodeEnded:
		return w.In("this %s is an old one, no longer hers since %s", "该%s自%s起不再使用，仅作历史记录", r.Of, w.at(r.At)), true
	case CodeInvalid, CodeBlocked:
		at := strings.LastIndex(r.Of, "/") + 1
		return w.In("%s: %s, known since %s", "%s：%s（自%s起）", strings.TrimSuffix(r.Of[:at], "/"), w.flaw(r.Of[at:]), w.at(r.At)), true
	case CodeHeld:
		if r.At.IsZero() {
			return w.In("the same %s stands there twice", "同一%s重复出现", r.Of), true
		}
		return w.In("she has held this %s since %s", "该%s已登记于其名下（%s）", r.Of, w.at(r.At)), true
	case CodeNotHeld:
		return w.In("she holds no such %s", "其名下没有该%s", r.Of), true
	case CodeNotSpoiled:
		return w.In("nothing is wrong with the %s", "该%s没有问题", r.Of), true
	}
	return "", false
}

// flaw says what is wrong with an identifier.
func (w words) flaw(flaw string) string {
	switch flaw {
	case "no-such":
		return w.In("it does not exist", "号码不存在")
	case "bounces":
		return w.In("mail to it comes back", "邮件被退回")
	case "not-hers":
		return w.In("it is somebody else's", "属于他人")
	case "lost":
		return w.In("it is lost", "已挂失")
	case "stolen":
		return w.In("it was stolen", "已被盗")
	case "stopped":
		return w.In("it was stopped", "已停用")
	}
	return flaw
}

func explainFact(r customer.Reason, w words) (text string, ok bool) {
	switch r.Code {
	case CodeNoFact:
		return w.In("%s is not known", "%s未知", r.Of), true
	case CodeFact:
		return w.In("%s is as it must be, as of %s", "%s符合要求（%s）", r.Of, w.DayOfYear(r.On)), true
	case CodeSame:
		return w.In("%s has this value already", "%s与更正内容相同，无需更正", r.Of), true
	case CodeAskMissing:
		if r.Fact == 0 {
			return w.In("%s is not known", "%s未知", r.Of), true
		}
		return w.In("%s is not known, and is %s of what matters", "%s未知，占资料完整度的%s", r.Of, w.Percent(r.Fact)), true
	case CodeAskStale:
		return w.In("%[1]s is of %[2]s, %[3]s ago: after %[4]s it is asked whether it still holds", "%[1]s登记于%[2]s，距今%[3]s，超过%[4]s须再次核实",
			r.Of, w.DayOfYear(r.On), w.days(r.Fact), w.days(r.Mark)), true
	}
	return "", false
}

func explainCorrection(r customer.Reason, w words) (text string, ok bool) {
	switch r.Code {
	case CodeNoEvidence:
		return w.In("%s proves no correction", "%s不能作为更正的证明", r.Of), true
	case CodeCorrected:
		return w.In("%s is corrected", "%s已更正", r.Of), true
	case CodePending:
		return w.In("%s will be corrected once somebody else approves", "%s待他人批准后更正", r.Of), true
	case CodeCorrectionThere:
		return w.In("there is a correction %s, of %s", "更正%s已存在（%s）", r.Of, w.at(r.At)), true
	case CodeNoCorrection:
		return w.In("there is no correction %s", "没有更正%s", r.Of), true
	case CodeDecided:
		return w.In("the correction %s was decided on %s", "更正%s已于%s处理", r.Of, w.at(r.At)), true
	case CodeOwnApproval:
		return w.In("%s found the correction, and somebody else approves it", "更正由%s提出，须由他人批准", r.Of), true
	case CodeNotInRole:
		return w.In("a correction is not approved in the role %s", "角色%s无权批准更正", r.Of), true
	case CodeOvertaken:
		return w.In("%s has changed since the correction was found", "提出更正后%s已有变动", r.Of), true
	}
	return "", false
}
