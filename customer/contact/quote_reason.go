package contact

import "github.com/rapport-crm/rapport/customer"

// The reason codes of quotes. They are format. Rule is the policy; prices are in minor units.
const (
	CodeQuotesNone         = "contact.quotes-none"          // the policy has no currency, so that no price is named
	CodeQuoteCurrency      = "contact.quote-currency"       // Of: the currency, which is not the policy's
	CodeQuoteNoDay         = "contact.quote-no-day"         // a quote does not say until when it holds
	CodeQuotePast          = "contact.quote-past"           // On: its last day, which is over
	CodeQuoteFirst         = "contact.quote-first"          // Of: the product, of which there is no other quote; Fact: the price
	CodeQuoteElsewhere     = "contact.quote-elsewhere"      // Of: the other customer to whom a quote was given; At: when
	CodeQuoteLast          = "contact.quote-last"           // Of: who named the last price; Fact: that price; At: when; By: its last day
	CodeQuoteSpecial       = "contact.quote-special"        // Of: who approved that it was an exception, if anybody; At: when it was named
	CodeQuoteLasting       = "contact.quote-lasting"        // likewise, that it is the price from then on
	CodeQuoteDrift         = "contact.quote-drift"          // Fact: the price; Mark: the one from which others have come to it by small steps
	CodeQuoteSame          = "contact.quote-same"           // Of: who named the same price and terms; Fact: the price; At: when
	CodeQuoteDiffers       = "contact.quote-differs"        // Of: who named another price; Fact: the new one; Mark: the other one; At: when
	CodeQuoteTerms         = "contact.quote-terms"          // Of: who named other terms; At: when
	CodeQuoteUnit          = "contact.quote-unit"           // Of: the other unit, with which it cannot be compared; At: when
	CodeQuoteQuantity      = "contact.quote-quantity"       // Fact: the quantity; Mark: the other one, with which it cannot be compared; At: when
	CodeQuoteOtherCurrency = "contact.quote-other-currency" // Of: the other currency, with which it cannot be compared; At: when
	CodeQuoteLapsed        = "contact.quote-lapsed"         // Of: who named it; At: when; Until: until when it bound
	CodeQuoteExplain       = "contact.quote-explain"        // Fact: by how many ‰ the price differs; Mark: up to how many it may without an explanation
	CodeQuoteExplainTerms  = "contact.quote-explain-terms"  // other terms want an explanation
	CodeQuoteApprove       = "contact.quote-approve"        // Fact: likewise, 0: as was told when it was named; Mark: up to how many nobody has to approve it
	CodeQuoteSelf          = "contact.quote-self"           // Of: who named the price, and would approve it
	CodeQuoteRole          = "contact.quote-role"           // Of: who would approve it, and has no role that may
	CodeQuoteExcepted      = "contact.quote-excepted"       // Of: who approved it, if anybody; Fact: by how many ‰ the price differs, 0: as was told then

	CodeQuoteUnknown    = "contact.quote-unknown"    // Of: the quote
	CodeQuoteExplained  = "contact.quote-explained"  // Of: the quote, of which nothing is to be explained
	CodeQuoteEnded      = "contact.quote-ended"      // Of: the quote; At: since when it is answered or withdrawn
	CodeQuoteExpired    = "contact.quote-expired"    // Of: the quote; By: its last day
	CodeQuoteFlagged    = "contact.quote-flagged"    // Of: the quote that nobody has explained; Fact: its price; At: when it was named
	CodeQuoteUnapproved = "contact.quote-unapproved" // likewise, of one that is explained, and that somebody else has to approve
)

func explainQuote(r customer.Reason, w words) string {
	l := w.Language
	switch r.Code {
	case CodeQuotesNone:
		return w.In("the policy has no currency: no prices are named by it", "规则没有货币，不能报价")
	case CodeQuoteCurrency:
		return w.In("%s: a price in another currency is not compared, and not named", "“%s”：其他货币的价格不可比较，也不能报价", r.Of)
	case CodeQuoteNoDay:
		return w.In("the quote does not say until when it holds", "报价未说明有效期")
	case CodeQuotePast:
		return w.In("the quote holds until %s, which is over", "报价有效期至%s，已过期", l.DayOfYear(r.On))
	case CodeQuoteFirst:
		return w.In("no price was named for %s before: now %s", "“%s”此前没有报价：本次%s", r.Of, w.Money(r.Fact))
	case CodeQuoteElsewhere:
		return w.In("the quote of %[2]s was given to %[1]s", "%[2]s的报价是给“%[1]s”的", r.Of, l.Instant(r.At))
	case CodeQuoteLast:
		return w.In("%s named %s on %s, to hold until %s", "%[1]s于%[3]s报价%[2]s，有效至%[4]s", r.Of, w.Money(r.Fact), l.Instant(r.At), l.DayOfYear(r.By))
	case CodeQuoteSpecial:
		if r.Of == "" {
			return w.In("the price named on %s was an exception", "%s的报价属于例外", l.Instant(r.At))
		}
		return w.In("the price named on %s was an exception, approved by %s", "%s的报价属于例外，由%s批准", l.Instant(r.At), r.Of)
	case CodeQuoteLasting:
		if r.Of == "" {
			return w.In("what was named on %s is the price from then on", "%s的报价自此为新价格", l.Instant(r.At))
		}
		return w.In("what was named on %s is the price from then on, approved by %s", "%s的报价自此为新价格，由%s批准", l.Instant(r.At), r.Of)
	case CodeQuoteDrift:
		return w.In("by small steps the price would come from %[2]s to %[1]s", "价格将由%[2]s逐步变为%[1]s", w.Money(r.Fact), w.Money(r.Mark))
	case CodeQuoteSame:
		return w.In("%s, as %s named it on %s", "%s，与%s在%s的报价一致", w.Money(r.Fact), r.Of, l.Instant(r.At))
	case CodeQuoteDiffers:
		return w.In("%s, where %s named %s on %s", "%[1]s，而%[2]s在%[4]s报价%[3]s", w.Money(r.Fact), r.Of, w.Money(r.Mark), l.Instant(r.At))
	case CodeQuoteTerms:
		return w.In("the terms differ from those that %s named on %s", "条件与%s在%s所报不同", r.Of, l.Instant(r.At))
	case CodeQuoteUnit:
		return w.In("the price of %[2]s is per %[1]s and cannot be compared", "%[2]s的报价按“%[1]s”计，不可比较", r.Of, l.Instant(r.At))
	case CodeQuoteQuantity:
		return w.In("the price of %[3]s is from %[2]d units on, this one from %[1]d: they cannot be compared", "%[3]s的报价自%[2]d起订，本次自%[1]d起订，不可比较", r.Fact, r.Mark, l.Instant(r.At))
	case CodeQuoteOtherCurrency:
		return w.In("the price of %[2]s is in %[1]s and cannot be compared", "%[2]s的报价以%[1]s计，不可比较", r.Of, l.Instant(r.At))
	case CodeQuoteLapsed:
		return w.In("what %s named on %s has bound nobody since %s", "%s在%s的报价自%s起不再约束", r.Of, l.Instant(r.At), l.Instant(r.Until))
	}
	return ""
}

func explainQuoteEnd(r customer.Reason, w words) string {
	l := w.Language
	switch r.Code {
	case CodeQuoteExplain:
		return w.In("a price that differs by %s needs an explanation; up to %s needs none", "价格相差%s，须说明原因（相差%s以内无须说明）", l.Percent(r.Fact), l.Percent(r.Mark))
	case CodeQuoteExplainTerms:
		return w.In("other terms than before need an explanation", "条件与之前不同，须说明原因")
	case CodeQuoteApprove:
		if r.Fact == 0 {
			return w.In("somebody else has to approve the price", "价格须由他人批准")
		}
		return w.In("a price that differs by %s has to be approved by somebody else, as any beyond %s", "价格相差%s，超过%s，须由他人批准", l.Percent(r.Fact), l.Percent(r.Mark))
	case CodeQuoteSelf:
		return w.In("%s named the price, and cannot approve it", "报价人%s不能批准自己的报价", r.Of)
	case CodeQuoteRole:
		return w.In("%s has no role in which exceptions are approved", "%s不具备批准例外的角色", r.Of)
	case CodeQuoteExcepted:
		text := w.In("an exception", "例外报价")
		if r.Fact > 0 {
			text += w.In(" of %s", "（相差%s）", l.Percent(r.Fact))
		}
		if r.Of != "" {
			text += w.In(", approved by %s", "，由%s批准", r.Of)
		}
		return text
	case CodeQuoteUnknown:
		return w.In("there is no quote %s in the file", "档案中没有报价“%s”", r.Of)
	case CodeQuoteExplained:
		return w.In("quote %s needs no explanation", "报价“%s”无须说明", r.Of)
	case CodeQuoteEnded:
		return w.In("quote %s was answered or withdrawn on %s", "报价“%s”已于%s答复或撤回", r.Of, l.Instant(r.At))
	case CodeQuoteExpired:
		return w.In("quote %s held until %s: name the price anew", "报价“%s”有效期至%s：请重新报价", r.Of, l.DayOfYear(r.By))
	case CodeQuoteFlagged:
		return w.In("nobody has explained quote %s of %s, named on %s", "报价“%s”（%s，%s）尚未说明原因", r.Of, w.Money(r.Fact), l.Instant(r.At))
	case CodeQuoteUnapproved:
		return w.In("nobody has approved quote %s of %s, named on %s", "报价“%s”（%s，%s）尚未获批准", r.Of, w.Money(r.Fact), l.Instant(r.At))
	}
	return ""
}
