package consent

import (
	"fmt"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/calendar"
)

// The reason codes of this package. They are format. Rule is the purpose, as "contact/1#care", where
// nothing else is said.
const (
	CodeGiven = "consent.given" // Of: the channel; At: when she said yes; Until: from when on it no longer holds; zero: it does not end
	CodeBasis = "consent.basis" // Of: what it rests on, in the host's words

	CodeNoConsent     = "consent.no-consent"     // Rule: the channel and the purpose; Of: the third party, or empty
	CodeDeclined      = "consent.declined"       // Of: the reference of her no; At: when she said it
	CodeWithdrawn     = "consent.withdrawn"      // Of: the reference; At: since when
	CodeExpired       = "consent.expired"        // Of: the reference of her yes; At: when she said it; Until: since when it no longer holds
	CodeEnds          = "consent.ends"           // Rule: the channel and the purpose; On: the day asked for; By: the first day without it
	CodeUnconfirmed   = "consent.unconfirmed"    // Of: the reference of her yes; At: when she said it; Until: by when she had to confirm it
	CodeNoticeChanged = "consent.notice-changed" // Of: the notice; Fact: the version that she saw, 0: another notice or none; Mark: the first version that counts
	CodeOptedOut      = "consent.opted-out"      // Of: the reference of her objection; At: since when; both may be empty
	CodeErased        = "consent.erased"         // At: since when; nothing is allowed any more, whatever it rests on
	CodeNotThrough    = "consent.not-through"    // Of: the channel
	CodeNotForParty   = "consent.not-for-party"  // Of: the third party

	CodeOpenComplaint = "consent.open-complaint" // Rule: the purpose
	CodeInvalid       = "consent.invalid"        // Of: the channel
	CodeCap           = "consent.cap"            // Rule: the cap; Fact: contacts in its days; Mark: at most; On: the day; By: the first day that is free
	CodeApart         = "consent.apart"          // Mark: days between two contacts; On: the day; By: the first day that is free
	CodeQuietNow      = "consent.quiet-now"      // Rule: the channel, or the calendar of her own hours; At: the instant; Until: when it is open next; zero: not known

	CodeExpiring = "consent.expiring" // Of: the reference of her yes; Until: from when on it no longer holds

	CodeBundled          = "consent.bundled"            // Of: the third party, or empty
	CodeCondition        = "consent.condition"          // Of: what she would get only for saying yes
	CodeNotice           = "consent.notice"             // Of: the notice that she must have seen; Mark: the first version that counts
	CodeNoticeText       = "consent.notice-text"        // Of: the notice; Fact: the version of which this is not the text
	CodeNoRecord         = "consent.no-record"          // the form or the recording is not named
	CodeGuardian         = "consent.guardian"           // Fact: her age; Mark: that from which she says yes for herself
	CodeAgeUnknown       = "consent.age-unknown"        // Mark: the age from which somebody says yes for herself
	CodeNoGive           = "consent.no-give"            // Of: the reference under which no yes was booked
	CodeNothingToConfirm = "consent.nothing-to-confirm" // Of: the reference of a yes that needs no confirming, or no more
	CodeConfirmEarly     = "consent.confirm-early"      // Of: the reference of the yes; At: when she said it, which is later
	CodeConfirmLate      = "consent.confirm-late"       // Of: the reference of the yes; At: when she said it; Until: by when she had to confirm it
	CodeFull             = "consent.full"               // Mark: how many words are kept of one customer

	CodeToConfirm   = "consent.to-confirm"    // Of: the channel; Until: by when she must confirm it
	CodeOvertaken   = "consent.overtaken"     // Of: the reference of the later word, which stands; At: when she said it
	CodeGoesOn      = "consent.goes-on"       // Of: what it rests on, in the host's words, or empty
	CodePartyGoesOn = "consent.party-goes-on" // Of: the third party to which her yes stands; At: when she said it
	CodeNoObjection = "consent.no-objection"  // At: the instant at which she had not objected
)

// Explain renders a reason of this package as a sentence. Instants are shown in the zone that they
// carry. A code of package calendar or customer is rendered too; any other is returned as it is. No
// rule book is needed for it, as where there is money to be written, and so none has a method of the name.
func Explain(reason customer.Reason, language customer.Language) string {
	explain := explainEnglish
	if language == customer.Chinese {
		explain = explainChinese
	}
	if text := explain(reason); text != "" {
		return text
	}
	return calendar.Explain(reason, language)
}

func explainEnglish(r customer.Reason) string {
	if text := englishObstacle(r); text != "" {
		return text
	}
	if text := englishRefusal(r); text != "" {
		return text
	}
	switch r.Code {
	case CodeGiven:
		return fmt.Sprintf("she said yes on %s%s%s: %s", englishDay(r.At), with(" to contact by ", r.Of), until(customer.English, ", until ", r.Until), r.Rule)
	case CodeBasis:
		return fmt.Sprintf("this needs no yes of hers, it rests on %s: %s", r.Of, r.Rule)
	case CodeExpiring:
		return fmt.Sprintf("her yes (%s) ends on %s: %s", r.Of, customer.English.Instant(r.Until), r.Rule)
	case CodeToConfirm:
		return fmt.Sprintf("her yes counts once she has confirmed it by %s, before %s: %s", r.Of, customer.English.Instant(r.Until), r.Rule)
	case CodeOvertaken:
		return fmt.Sprintf("what she said later, on %s (%s), stands: %s", englishDay(r.At), r.Of, r.Rule)
	case CodeGoesOn:
		return fmt.Sprintf("this goes on all the same%s: %s", with(", resting on ", r.Of), r.Rule)
	case CodePartyGoesOn:
		return fmt.Sprintf("her yes of %s to %s stands, for what she said is about the shop only: %s", englishDay(r.At), r.Of, r.Rule)
	case CodeNoObjection:
		return fmt.Sprintf("she had not objected to being contacted on %s", customer.English.Instant(r.At))
	}
	return ""
}

func englishObstacle(r customer.Reason) string {
	on, by := customer.English.Between(r.On, r.By)
	switch r.Code {
	case CodeNoConsent:
		return fmt.Sprintf("no consent%s: %s", with(" for ", r.Of), r.Rule)
	case CodeDeclined:
		return fmt.Sprintf("she said no on %s (%s): %s", englishDay(r.At), r.Of, r.Rule)
	case CodeWithdrawn:
		return fmt.Sprintf("she took her yes back on %s (%s): %s", englishDay(r.At), r.Of, r.Rule)
	case CodeExpired:
		return fmt.Sprintf("her yes of %s (%s) ended on %s: %s", englishDay(r.At), r.Of, customer.English.Instant(r.Until), r.Rule)
	case CodeEnds:
		return fmt.Sprintf("her yes ends with %s: %s", customer.English.DayOfYear(r.By.AddDays(-1)), r.Rule)
	case CodeUnconfirmed:
		return fmt.Sprintf("she has not confirmed her yes of %s (%s), to be confirmed before %s: %s", englishDay(r.At), r.Of, customer.English.Instant(r.Until), r.Rule)
	case CodeNoticeChanged:
		if r.Fact == 0 {
			return fmt.Sprintf("she said yes without having seen the notice %s: %s", r.Of, r.Rule)
		}
		return fmt.Sprintf("she said yes to version %d of the notice %s, which says something else since version %d: %s", r.Fact, r.Of, r.Mark, r.Rule)
	case CodeOptedOut:
		if r.At.IsZero() {
			return fmt.Sprintf("she has opted out of being contacted: %s", r.Rule)
		}
		return fmt.Sprintf("on %s she opted out of being contacted (%s): %s", englishDay(r.At), r.Of, r.Rule)
	case CodeErased:
		return fmt.Sprintf("what was kept of her was erased on %s, and nobody contacts her or uses her data any more: %s", englishDay(r.At), r.Rule)
	case CodeNotThrough:
		return fmt.Sprintf("this never goes by %s: %s", r.Of, r.Rule)
	case CodeNotForParty:
		return fmt.Sprintf("the rules do not name %s for this: %s", r.Of, r.Rule)
	case CodeOpenComplaint:
		return fmt.Sprintf("a complaint of hers is open: %s", r.Rule)
	case CodeInvalid:
		return fmt.Sprintf("she cannot be reached by %s: the number or address noted for it is not valid", r.Of)
	case CodeCap:
		return fmt.Sprintf("contact limit %s reached on %s: %d of %d; free from %s", r.Rule, on, r.Fact, r.Mark, by)
	case CodeApart:
		return fmt.Sprintf("too near another contact on %s: at least %s apart; free from %s", on, customer.English.Count(r.Mark, "day"), by)
	case CodeQuietNow:
		return fmt.Sprintf("quiet hours on %s%s: %s", customer.English.Instant(r.At), until(customer.English, ", until ", r.Until), r.Rule)
	}
	return ""
}

func englishRefusal(r customer.Reason) string {
	switch r.Code {
	case CodeBundled:
		return fmt.Sprintf("this needs a yes of its own%s, not one together with other purposes: %s", with(" for ", r.Of), r.Rule)
	case CodeCondition:
		return fmt.Sprintf("saying yes to this must not be the condition of something else (%s): %s", r.Of, r.Rule)
	case CodeNotice:
		return fmt.Sprintf("she must have seen the notice %s, version %d or later: %s", r.Of, r.Mark, r.Rule)
	case CodeNoticeText:
		return fmt.Sprintf("what she was shown is not the text of the notice %s, version %d", r.Of, r.Fact)
	case CodeNoRecord:
		return fmt.Sprintf("the form or the recording of her yes is not named: %s", r.Rule)
	case CodeGuardian:
		return fmt.Sprintf("she is %d years old; under %d her guardian says yes for her", r.Fact, r.Mark)
	case CodeAgeUnknown:
		return fmt.Sprintf("her age is not known; under %d her guardian says yes for her", r.Mark)
	case CodeNoGive:
		return fmt.Sprintf("no yes was booked as %s", r.Of)
	case CodeNothingToConfirm:
		return fmt.Sprintf("nothing of her yes (%s) waits to be confirmed through this channel", r.Of)
	case CodeConfirmEarly:
		return fmt.Sprintf("her yes (%s) is of %s, later than this confirmation", r.Of, customer.English.Instant(r.At))
	case CodeConfirmLate:
		return fmt.Sprintf("her yes of %s (%s) had to be confirmed before %s: ask her again", englishDay(r.At), r.Of, customer.English.Instant(r.Until))
	case CodeFull:
		return fmt.Sprintf("no more than %d yeses and as many noes of hers are kept; she may still opt out of being contacted", r.Mark)
	}
	return ""
}

func explainChinese(r customer.Reason) string {
	if text := chineseObstacle(r); text != "" {
		return text
	}
	if text := chineseRefusal(r); text != "" {
		return text
	}
	switch r.Code {
	case CodeGiven:
		return fmt.Sprintf("她已于%s同意%s%s：%s", chineseDay(r.At), by(r.Of), until(customer.Chinese, "，有效期至", r.Until), r.Rule)
	case CodeBasis:
		return fmt.Sprintf("此项依据%s进行，无须她另行同意：%s", r.Of, r.Rule)
	case CodeExpiring:
		return fmt.Sprintf("她的同意（%s）将于%s到期：%s", r.Of, customer.Chinese.Instant(r.Until), r.Rule)
	case CodeToConfirm:
		return fmt.Sprintf("须由她在%s之前通过%s确认，同意才生效：%s", customer.Chinese.Instant(r.Until), r.Of, r.Rule)
	case CodeOvertaken:
		return fmt.Sprintf("以她%s的后一次表示（%s）为准：%s", chineseDay(r.At), r.Of, r.Rule)
	case CodeGoesOn:
		return fmt.Sprintf("此项不受影响%s，继续进行：%s", with("，依据", r.Of), r.Rule)
	case CodePartyGoesOn:
		return fmt.Sprintf("她%s对%s的同意仍然有效，此次表示只针对本店：%s", chineseDay(r.At), r.Of, r.Rule)
	case CodeNoObjection:
		return fmt.Sprintf("截至%s，她并未要求不再联系", customer.Chinese.Instant(r.At))
	}
	return ""
}

func chineseObstacle(r customer.Reason) string {
	on, by := customer.Chinese.Between(r.On, r.By)
	switch r.Code {
	case CodeNoConsent:
		return fmt.Sprintf("未取得她%s的同意：%s", with("对", r.Of), r.Rule)
	case CodeDeclined:
		return fmt.Sprintf("她已于%s表示不同意（%s）：%s", chineseDay(r.At), r.Of, r.Rule)
	case CodeWithdrawn:
		return fmt.Sprintf("她已于%s撤回同意（%s）：%s", chineseDay(r.At), r.Of, r.Rule)
	case CodeExpired:
		return fmt.Sprintf("她%s的同意（%s）已于%s到期：%s", chineseDay(r.At), r.Of, customer.Chinese.Instant(r.Until), r.Rule)
	case CodeEnds:
		return fmt.Sprintf("她的同意到%s为止：%s", customer.Chinese.DayOfYear(r.By.AddDays(-1)), r.Rule)
	case CodeUnconfirmed:
		return fmt.Sprintf("她%s的同意（%s）尚未确认，应在%s之前确认：%s", chineseDay(r.At), r.Of, customer.Chinese.Instant(r.Until), r.Rule)
	case CodeNoticeChanged:
		if r.Fact == 0 {
			return fmt.Sprintf("她同意时没有看到告知书%s：%s", r.Of, r.Rule)
		}
		return fmt.Sprintf("她同意的是告知书%s第%d版，第%d版起内容已有重大变更，须重新征得同意：%s", r.Of, r.Fact, r.Mark, r.Rule)
	case CodeOptedOut:
		if r.At.IsZero() {
			return fmt.Sprintf("她已要求不再联系：%s", r.Rule)
		}
		return fmt.Sprintf("她已于%s要求不再联系（%s）：%s", chineseDay(r.At), r.Of, r.Rule)
	case CodeErased:
		return fmt.Sprintf("她的资料已于%s删除，不得再联系她或使用其资料：%s", chineseDay(r.At), r.Rule)
	case CodeNotThrough:
		return fmt.Sprintf("此项不使用%s渠道：%s", r.Of, r.Rule)
	case CodeNotForParty:
		return fmt.Sprintf("规则未将此项列入%s的使用范围：%s", r.Of, r.Rule)
	case CodeOpenComplaint:
		return fmt.Sprintf("她有投诉尚未结案：%s", r.Rule)
	case CodeInvalid:
		return fmt.Sprintf("无法通过%s联系她：所登记的联系方式无效", r.Of)
	case CodeCap:
		return fmt.Sprintf("%s联系次数已达上限（%s：%d/%d），%s起可再联系", on, r.Rule, r.Fact, r.Mark, by)
	case CodeApart:
		return fmt.Sprintf("%s与另一次联系相隔太近，至少应隔%d天；%s起可再联系", on, r.Mark, by)
	case CodeQuietNow:
		return fmt.Sprintf("%s为免打扰时段%s：%s", customer.Chinese.Instant(r.At), from(r.Until), r.Rule)
	}
	return ""
}

func chineseRefusal(r customer.Reason) string {
	switch r.Code {
	case CodeBundled:
		return fmt.Sprintf("此项须单独取得她%s的同意，不得与其他目的一并取得：%s", with("对", r.Of), r.Rule)
	case CodeCondition:
		return fmt.Sprintf("不得把同意此项作为获得其他待遇（%s）的条件：%s", r.Of, r.Rule)
	case CodeNotice:
		return fmt.Sprintf("她须先看到告知书%s（第%d版或以后）：%s", r.Of, r.Mark, r.Rule)
	case CodeNoticeText:
		return fmt.Sprintf("向她出示的不是告知书%s第%d版的原文", r.Of, r.Fact)
	case CodeNoRecord:
		return fmt.Sprintf("没有注明同意书或录音的编号：%s", r.Rule)
	case CodeGuardian:
		return fmt.Sprintf("她%d岁，未满%d岁须由监护人同意", r.Fact, r.Mark)
	case CodeAgeUnknown:
		return fmt.Sprintf("不知道她的年龄；未满%d岁须由监护人同意", r.Mark)
	case CodeNoGive:
		return fmt.Sprintf("没有编号为%s的同意记录", r.Of)
	case CodeNothingToConfirm:
		return fmt.Sprintf("她的同意（%s）在此渠道上没有待确认的事项", r.Of)
	case CodeConfirmEarly:
		return fmt.Sprintf("她的同意（%s）作出于%s，晚于此次确认", r.Of, customer.Chinese.Instant(r.At))
	case CodeConfirmLate:
		return fmt.Sprintf("她%s的同意（%s）应在%s之前确认，现已逾期，须重新征求", chineseDay(r.At), r.Of, customer.Chinese.Instant(r.Until))
	case CodeFull:
		return fmt.Sprintf("每位顾客的同意与不同意最多各保存%d条；她仍可要求不再联系", r.Mark)
	}
	return ""
}

// with writes a text that may be empty, with its introduction; nothing without it.
func with(before, text string) string {
	if text == "" {
		return ""
	}
	return before + text
}

// until writes an instant that may be none, with its introduction.
func until(language customer.Language, before string, at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return before + language.Instant(at)
}

// from writes from when on she may be reached, if that is known.
func from(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return "，" + customer.Chinese.Instant(at) + "起可联系"
}

// by writes the channel of a yes, if it has one.
func by(channel string) string {
	if channel == "" {
		return ""
	}
	return "通过" + channel + "联系"
}

func englishDay(at time.Time) string {
	return customer.English.DayOfYear(customer.DateOf(at, at.Location()))
}

func chineseDay(at time.Time) string {
	return customer.Chinese.DayOfYear(customer.DateOf(at, at.Location()))
}
