package wish

import (
	"strings"

	"github.com/rapport-crm/rapport/customer"
)

// The reason codes of this package. They are format. Rule is the book. Of a preference, Of is its
// kind and its value with a colon and a blank between them: "seat: window".
const (
	CodeFull              = "wish.full"               // Of: preferences, needs, wishes, or the offers of a need; Mark: the most
	CodeKind              = "wish.kind"               // Of: the kind, which the rules do not have
	CodeConsent           = "wish.consent"            // Of: the kind, sensitive, for which no consent is named
	CodePreferenceUnknown = "wish.preference-unknown" // Of: the preference, of which nothing is known

	CodeSaidLikes    = "wish.said-likes"    // Of: the preference; Fact: its strength; Mark: the greatest; On: the day on which she said it; By: the first day without it
	CodeSaidDislikes = "wish.said-dislikes" // as CodeSaidLikes
	CodeSeenChosen   = "wish.seen-chosen"   // Of: the preference; Fact: how often she was seen with it; On: the latest day
	CodeSeenLast     = "wish.seen-last"     // Of: the preference; Fact: how often she was seen with it and, of its kind, with nothing else since; On: the latest day
	CodeSeenRefused  = "wish.seen-refused"  // Of: the preference; Fact: how often she refused it; On: the latest day
	CodeAsk          = "wish.ask"           // Of: what she said; Fact: how often she was seen otherwise since; Mark: from how often on she is asked; On: the day on which she said it

	CodeLacks        = "wish.lacks"         // Of: the preference that something which is free lacks
	CodeFitsBest     = "wish.fits-best"     // Of: what is proposed; Fact: of how many kinds it has what she likes best; Mark: of how many she likes anything, as many
	CodeNearest      = "wish.nearest"       // as CodeFitsBest, with Fact below Mark
	CodeNothingLiked = "wish.nothing-liked" // Mark: of how many kinds she likes something that nothing free has: it stands in the order given
	CodeNothingKnown = "wish.nothing-known" // nothing is known that she likes: what is free stands in the order given
	CodeNoneFree     = "wish.none-free"     // nothing may be proposed; Fact: how many things are free that she dislikes
	CodeSensitive    = "wish.sensitive"     // Of: the kind, sensitive, that is not used without her consent

	CodeNeedGroup    = "wish.need-group"    // Of: the group, which the rules do not have
	CodeNeedThere    = "wish.need-there"    // Of: the need, which is noted already
	CodeNeedUnknown  = "wish.need-unknown"  // Of: the need, which nobody has noted
	CodeNeedEnded    = "wish.need-ended"    // Of: the need; At: when it was met or given up
	CodeNeedDue      = "wish.need-due"      // Of: the group; Fact: days until it is felt, below 0 since then; Mark: how many days before it is due; By: the day
	CodeNeedForeseen = "wish.need-foreseen" // as CodeNeedDue, but not due yet
	CodeNeedSuits    = "wish.need-suits"    // Of: what is offered and may meet it
	CodeNeedNothing  = "wish.need-nothing"  // Of: the group, which nothing that is offered meets

	CodeWishNone        = "wish.none"        // the rules have no wishes
	CodeWishThere       = "wish.there"       // Of: the wish, which is booked already
	CodeWishUnknown     = "wish.unknown"     // Of: the wish, which nobody has booked
	CodeWishLong        = "wish.long"        // Fact: for how many days it is to hold; Mark: the most; By: the latest first day without it
	CodeWishUntil       = "wish.until"       // Of: the product; By: the first day on which it no longer holds
	CodeWishBought      = "wish.bought"      // Of: the wish; At: when she bought it
	CodeWishWithdrawn   = "wish.withdrawn"   // Of: the wish; At: when she withdrew it
	CodeWishExpired     = "wish.expired"     // Of: the wish; By: the first day on which it no longer held
	CodeWishTold        = "wish.told"        // Of: the wish; At: when she was told of it
	CodeWishNotTold     = "wish.not-told"    // Of: the notice, which nobody was given or which was taken back
	CodeWishSilent      = "wish.silent"      // Of: the wish, for which she has named no channel
	CodeWishConsent     = "wish.no-consent"  // Of: the channel, over which she may not be told
	CodeWishKept        = "wish.kept"        // Of: the article; By: the first day on which it is no longer kept for her
	CodeWishFilled      = "wish.filled"      // Of: the wish; Fact: pieces that were bought; Mark: pieces that were missing
	CodeWishArrived     = "wish.arrived"     // Of: the article, which she wished for; Fact: pieces; At: since when she waits; By: the first day on which it is no longer kept
	CodeWishAlternative = "wish.alternative" // Of: the article, another model with what she wished of the variant; Fact, By: as of CodeWishArrived
	CodeWishNotThere    = "wish.not-there"   // Of: the product, of which nothing with her variant is there; At: since when she waits
	CodeWishPrice       = "wish.price"       // Of: the article; Fact: its price in minor units; Mark: the most that she pays; At: since when she waits
	CodeWishShort       = "wish.short"       // Of: the article; Fact: pieces that are left by those before her; Mark: pieces that she wants; At: since when she waits

	CodeIntentWhy       = "wish.intent-why"       // Of: the reason, which the rules do not have
	CodeIntentReturn    = "wish.intent-return"    // Of: why; On: the day on which she said that she would come again
	CodeIntentUndecided = "wish.intent-undecided" // Of: why; On: the day on which she did not know
	CodeIntentAway      = "wish.intent-away"      // Of: why; On: the day on which she said that she would not come again
	CodeIntentOld       = "wish.intent-old"       // Fact: how many days ago; Mark: for how many days an answer stands; On: the day
	CodeIntentNone      = "wish.intent-none"      // she has not been asked
)

// words are what a reason is rendered with.
type words struct{ customer.Words }

// times is how often: "once", "3 times"; in Chinese "3次".
func (w words) times(n int64) string {
	if n == 1 && w.Language != customer.Chinese {
		return "once"
	}
	return w.CountIn(n, "time", "次")
}

// preference writes what a reason about one speaks of: "window (seat)", "“靠窗”（座位）".
func (w words) preference(of string) string {
	kind, value, both := strings.Cut(of, ": ")
	if !both {
		return of
	}
	return w.In("%s (%s)", "“%s”（%s）", value, kind)
}

// until writes a first day without something as the last day with it.
func (w words) until(by customer.Date) string { return w.DayOfYear(by.AddDays(-1)) }

// Explain renders a reason of this package as a sentence. It knows no book: money it writes in minor
// units. A code of package customer is rendered too; any other is returned as it is.
func Explain(reason customer.Reason, language customer.Language) string {
	return explain(reason, words{customer.Words{Language: language}})
}

// Explain renders a reason as the function Explain does, with money in the book's currency.
func (b *Book) Explain(reason customer.Reason, language customer.Language) string {
	return explain(reason, words{customer.Words{Language: language, Currency: b.rules.Currency}})
}

func explain(reason customer.Reason, w words) string {
	for _, part := range [...]func(customer.Reason, words) string{explainLiking, explainProposal, explainNeed, explainWish, explainArrival, explainIntent} {
		if text := part(reason, w); text != "" {
			return text
		}
	}
	return customer.Explain(reason, w.Language)
}

func explainLiking(r customer.Reason, w words) string {
	it, on := w.preference(r.Of), w.DayOfYear(r.On)
	switch r.Code {
	case CodeFull:
		return explainFull(r, w)
	case CodeKind:
		return w.In("the rules have no preferences of the kind %s", "规则中没有“%s”这一类偏好", r.Of)
	case CodeConsent:
		return w.In("%s is sensitive, and no consent of hers is named by which it may be kept", "“%s”属于敏感信息，须注明顾客同意记录的凭据", r.Of)
	case CodePreferenceUnknown:
		return w.In("nothing is known of what she thinks of %s", "没有顾客对%s的喜好记录", it)
	case CodeSaidLikes, CodeSaidDislikes:
		text := w.In("she said on %[2]s that she likes %[1]s", "顾客于%[2]s说过喜欢%[1]s", it, on)
		if r.Code == CodeSaidDislikes {
			text = w.In("she said on %[2]s that she does not want %[1]s", "顾客于%[2]s说过不要%[1]s", it, on)
		}
		if r.By != 0 {
			text += w.In("; this holds until %s", "；有效至%s", w.until(r.By))
		}
		return text
	case CodeSeenChosen:
		return w.In("%s: chosen %s, last on %s", "%s：选过%s，最近一次是%s", it, w.times(r.Fact), on)
	case CodeSeenLast:
		if r.Fact == 1 {
			return w.In("%s: what she had the last time, on %s", "%s：上一次（%s）选的就是它", it, on)
		}
		return w.In("%s: what she had the last %d times, most recently on %s", "%s：最近%d次选的都是它，最后一次是%s", it, r.Fact, on)
	case CodeSeenRefused:
		return w.In("%s: refused %s, last on %s", "%s：拒绝过%s，最近一次是%s", it, w.times(r.Fact), on)
	case CodeAsk:
		return w.In("ask her: what she said of %s on %s was contradicted %s since", "请向顾客确认：%[2]s所说的%[1]s，此后有%[3]s与实际选择不符", it, on, w.times(r.Fact))
	}
	return ""
}

// explainFull names the list that is full.
func explainFull(r customer.Reason, w words) string {
	switch r.Of {
	case "needs":
		return w.In("at most %d of her needs are kept, and all of them are open", "顾客未了结的需求最多记录%d项，已满", r.Mark)
	case "wishes":
		return w.In("at most %d of her wishes are kept, and all of them are open", "顾客未了结的心愿最多登记%d个，已满", r.Mark)
	case "offers":
		return w.In("at most %d offers and products are linked to one need", "一项需求最多关联%d种商品或服务", r.Mark)
	}
	return w.In("at most %d of her preferences are kept, and there are as many", "顾客的偏好最多记录%d条，已满", r.Mark)
}

func explainProposal(r customer.Reason, w words) string {
	switch r.Code {
	case CodeLacks:
		return w.In("%s, which she likes best, is missing", "缺少顾客最喜欢的%s", w.preference(r.Of))
	case CodeFitsBest:
		return w.In("%s has what she likes best", "%s最符合顾客的喜好", r.Of)
	case CodeNearest:
		return w.In("nothing that is free has all that she likes: %s is the nearest, with %d of %d", "空余的都不完全符合顾客的喜好：%s最接近，%[3]d项中符合%[2]d项", r.Of, r.Fact, r.Mark)
	case CodeNothingLiked:
		return w.In("nothing that is free has anything that she likes", "空余的都没有顾客喜欢的特点")
	case CodeNothingKnown:
		return w.In("nothing is known of what she likes of all that is free", "在空余的这些中，尚不了解顾客喜欢什么")
	case CodeNoneFree:
		if r.Fact == 0 {
			return w.In("nothing is free", "目前没有空余")
		}
		return w.In("nothing may be proposed: all that is free (%s) has something that she does not want", "没有可推荐的：空余的%s都带有顾客不要的特点", w.CountIn(r.Fact, "thing", "个"))
	case CodeSensitive:
		return w.In("%s is sensitive and has not been considered: she has not agreed to it; ask her", "“%s”属于敏感信息，顾客尚未同意使用，因此未予考虑；请询问本人", r.Of)
	}
	return ""
}

func explainNeed(r customer.Reason, w words) string {
	switch r.Code {
	case CodeNeedGroup:
		return w.In("the rules have no group of needs %s", "规则中没有“%s”这一组需求", r.Of)
	case CodeNeedThere:
		return w.In("the need %s is booked already", "需求%s已经登记", r.Of)
	case CodeNeedUnknown:
		return w.In("nobody has booked a need %s", "没有登记过需求%s", r.Of)
	case CodeNeedEnded:
		return w.In("the need %s was met or given up on %s", "需求%s已于%s满足或不再跟进", r.Of, w.Instant(r.At))
	case CodeNeedDue, CodeNeedForeseen:
		by := w.DayOfYear(r.By)
		switch {
		case r.Fact < 0:
			return w.In("%s was expected by %s, %s ago", "“%s”这一需求预计在%s之前出现，已超过%s", r.Of, by, w.CountIn(-r.Fact, "day", "天"))
		case r.Code == CodeNeedDue:
			return w.In("%s is expected by %s, in %s: it is time to work on it", "“%s”这一需求预计在%s之前出现，还有%s，应着手准备", r.Of, by, w.CountIn(r.Fact, "day", "天"))
		}
		return w.In("%s is expected by %s: it is worked on from %s before", "“%s”这一需求预计在%s之前出现，提前%s开始准备", r.Of, by, w.CountIn(r.Mark, "day", "天"))
	case CodeNeedSuits:
		return w.In("%s is offered and may meet this need", "现有%s可以满足这一需求", r.Of)
	case CodeNeedNothing:
		return w.In("nothing that is offered meets the need %s", "现有商品和服务都不能满足“%s”这一需求", r.Of)
	}
	return ""
}

func explainWish(r customer.Reason, w words) string {
	at := w.Instant(r.At)
	switch r.Code {
	case CodeWishNone:
		return w.In("the rules take no wishes", "规则未启用心愿登记")
	case CodeWishThere:
		return w.In("the wish %s is booked already", "心愿%s已经登记", r.Of)
	case CodeWishUnknown:
		return w.In("nobody has booked a wish %s", "没有登记过心愿%s", r.Of)
	case CodeWishLong:
		return w.In("a wish holds for at most %s, so until %s, not for %d", "心愿最多保留%s（至%s），不能保留%d天", w.CountIn(r.Mark, "day", "天"), w.until(r.By), r.Fact)
	case CodeWishUntil:
		return w.In("the wish for %s holds until %s", "对%s的心愿有效至%s", r.Of, w.until(r.By))
	case CodeWishBought:
		return w.In("the wish %s was fulfilled on %s", "心愿%s已于%s实现", r.Of, at)
	case CodeWishWithdrawn:
		return w.In("the wish %s was withdrawn, or another took its place, on %s", "心愿%s已于%s撤回或由新的心愿取代", r.Of, at)
	case CodeWishExpired:
		return w.In("the wish %s has expired: it held until %s", "心愿%s已过期，有效期至%s", r.Of, w.until(r.By))
	case CodeWishTold:
		return w.In("she was told of the wish %s on %s, and is told once", "已于%[2]s就心愿%[1]s通知过顾客，每个心愿只通知一次", r.Of, at)
	case CodeWishNotTold:
		return w.In("there is no notice %s that was given and not taken back", "没有已发出且未退回的通知%s", r.Of)
	case CodeWishSilent:
		return w.In("she has not said how she wants to be told of the wish %s", "顾客没有留下心愿%s的通知方式", r.Of)
	case CodeWishConsent:
		return w.In("she may not be contacted by %s", "未获准通过%s联系顾客", channel(r.Of, w))
	case CodeWishFilled:
		return w.In("the purchase fulfils the wish %s: %d of %s", "此次购买实现了心愿%s：%d件（共需%s）", r.Of, r.Fact, w.CountIn(r.Mark, "piece", "件"))
	}
	return ""
}

// channel names a channel, which a fact may have left empty.
func channel(of string, w words) string {
	if of == "" {
		return w.In("any channel", "任何方式")
	}
	return of
}

func explainArrival(r customer.Reason, w words) string {
	since := w.DayOfYear(customer.DateOf(r.At, r.At.Location()))
	switch r.Code {
	case CodeWishKept:
		return w.In("%s is kept for her until %s", "%s为顾客保留至%s", r.Of, w.until(r.By))
	case CodeWishArrived:
		return w.In("%s has come, for which she has waited since %s: %s kept for her until %s", "顾客自%[2]s起等候的%[1]s已到货：为其保留%[3]s，保留至%[4]s",
			r.Of, since, w.CountIn(r.Fact, "piece", "件"), w.until(r.By))
	case CodeWishAlternative:
		return w.In("%s is another model just as she wishes it", "%s是符合顾客要求的另一款", r.Of)
	case CodeWishNotThere:
		return w.In("nothing of %s has come as she wishes it; she has waited since %s", "%s没有顾客要的款式到货；自%s起等候", r.Of, since)
	case CodeWishPrice:
		return w.In("%s costs %s, and she pays at most %s", "%s售价%s，顾客最多接受%s", r.Of, w.Money(r.Fact), w.Money(r.Mark))
	case CodeWishShort:
		return w.In("%s: %s left by those before her, and she wants %d; she has waited since %s", "%s按先后顺序分配后还剩%s，顾客需要%d件；自%s起等候", r.Of, w.CountIn(r.Fact, "piece", "件"), r.Mark, since)
	}
	return ""
}

func explainIntent(r customer.Reason, w words) string {
	on := w.DayOfYear(r.On)
	switch r.Code {
	case CodeIntentWhy:
		return w.In("the rules do not have the reason %s", "规则中没有“%s”这一原因", r.Of)
	case CodeIntentReturn:
		return w.In("she said on %s that she would choose us again: %s", "顾客于%s表示还会选择我们：%s", on, r.Of)
	case CodeIntentUndecided:
		return w.In("she did not know on %s whether she would choose us again: %s", "顾客于%s表示还没想好会不会再选择我们：%s", on, r.Of)
	case CodeIntentAway:
		return w.In("she said on %s that she would not choose us again: %s", "顾客于%s表示不会再选择我们：%s", on, r.Of)
	case CodeIntentOld:
		return w.In("her answer of %s is %s old, and an answer stands for %s", "顾客%s的回答已过去%s，回答只在%s内有效", on, w.CountIn(r.Fact, "day", "天"), w.CountIn(r.Mark, "day", "天"))
	case CodeIntentNone:
		return w.In("nobody has asked her whether she would choose us again", "还没有问过顾客会不会再选择我们")
	}
	return ""
}
