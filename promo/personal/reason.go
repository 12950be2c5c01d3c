package personal

import (
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/lifecycle"
)

// The reason codes of a due line. In each, Rule is the rule book's name. They are
// format.
const (
	CodeFrequency = "personal.frequency" // Fact: distinct days of purchase; Mark: of these, within the last HalfLifeDays; On: the first of those days; By: the day of the list
	CodePopular   = "personal.popular"   // Fact: share of recent trips with the item, in ‰
	CodeNew       = "personal.new"       // she never bought it; Fact: share of recent trips with it, in ‰
)

// mostReasons is how many reasons a due line has at most.
const mostReasons = 4

// appendReasons explains a line: her rhythm, her frequency, the item's popularity.
func (p *Planner) appendReasons(reasons []customer.Reason, due *Due, days customer.Days, on customer.Date) []customer.Reason {
	if due.Expectation.Basis != 0 {
		reasons = append(reasons, due.Expectation.Because())
		if overdue, late := due.Expectation.Late(); late {
			reasons = append(reasons, overdue)
		}
	}
	popular := customer.Reason{Code: CodePopular, Rule: p.name, Unit: customer.UnitPermille}
	if with, all := p.popular.Trips(due.Item); all > 0 {
		popular.Fact, _ = customer.Permille(with, all)
	}
	if len(days) == 0 {
		popular.Code = CodeNew
		return append(reasons, popular)
	}
	recent := on.AddDays(-p.rules.HalfLifeDays)
	reasons = append(reasons, customer.Reason{
		Code: CodeFrequency, Rule: p.name, Unit: customer.UnitDays, On: recent, By: on,
		Fact: int64(len(days)), Mark: int64(len(days) - len(days.Before(recent))),
	})
	if p.rules.PriorTrips > 0 {
		reasons = append(reasons, popular)
	}
	return reasons
}

// The reason codes of a list. Rule is the rule book's name, or what the comment says.
// They are format.
const (
	CodeNoConsent      = "personal.no-consent"           // she did not agree to personal offers; On: the day of the list
	CodeWeekly         = "personal.weekly-spend"         // Fact: minor units spent from On up to, not including, By; Mark: what was needed in all
	CodeWeeklyTooLow   = "personal.weekly-spend-too-low" // likewise, and Fact is below Mark
	CodeNothingToOffer = "personal.nothing-to-offer"     // Fact: how much was due; On: the day of the list
	CodeValue          = "personal.value"                // Fact: her value; Mark: what the list may save her; minor units
	CodeHeldOut        = "personal.held-out"             // Fact: the number drawn, of 1000; Mark: numbers below it are held out

	CodeLadder        = "personal.ladder"         // Rule: the book and the cell; Fact: ‰ off; Mark: her first, second or a later (3) list with the item
	CodeDealMost      = "personal.deal-most"      // Rule: the offer; Fact: ‰ off, the most that it gives; Mark: ‰ of the ladder
	CodeReduced       = "personal.reduced"        // Fact: ‰ off, to fit the envelope; Mark: ‰ before
	CodeEnvelope      = "personal.envelope"       // Fact: what the coupon saves on this line; Mark: what the list could still save, minor units
	CodeSameCoupon    = "personal.same-coupon"    // Rule: the offer of a line above, whose coupon is for this item too; Fact: ‰ off
	CodeNoDeal        = "personal.no-deal"        // nothing is on offer for it from On up to, not including, By
	CodeStopped       = "personal.stopped"        // Rule: the book and the cell; Fact: periods loyal to the store brand; Mark: discounts end at so many
	CodeNoRung        = "personal.no-rung"        // Rule: the book and the cell, which gets no discount on list Mark, as in CodeLadder
	CodeNoSpend       = "personal.no-spend"       // it is not known what she spends on it, so not what a discount would save
	CodeEnvelopeSpent = "personal.envelope-spent" // Fact: what is left in the envelope, minor units: too little for this discount
)

// The reason codes of an effect. They are format.
const (
	CodeListed       = "personal.listed"        // Fact: customers of the group with lists; Mark: of so many
	CodeNotListed    = "personal.not-listed"    // Fact: customers of the group held out; Mark: of so many
	CodeHigher       = "personal.higher"        // with a list more: Fact to Mark: bounds of the difference in ‰, rounded outwards
	CodeLower        = "personal.lower"         // with a list fewer; likewise
	CodeNoDifference = "personal.no-difference" // the bounds hold 0; likewise
	CodeTooFew       = "personal.too-few"       // Fact: customers in the smaller group; Mark: needed in each
)

// Explain renders a reason of a due line or of an effect as a sentence, those of package
// lifecycle and customer included. Reasons of a list speak of money and are rendered by
// [Maker.Explain]; any other code is returned as it is.
func Explain(reason customer.Reason, language customer.Language) string {
	since, _ := language.Between(reason.On, reason.By)
	share := language.Percent(reason.Fact)
	if language == customer.Chinese {
		switch reason.Code {
		case CodeFrequency:
			return fmt.Sprintf("共%d天购买过，其中%s以来%d天", reason.Fact, since, reason.Mark)
		case CodePopular:
			return fmt.Sprintf("近期%s的购物中有此商品", share)
		case CodeNew:
			return fmt.Sprintf("从未购买；近期%s的购物中有此商品", share)
		case CodeListed:
			return fmt.Sprintf("有清单的%d位顾客中%d位", reason.Mark, reason.Fact)
		case CodeNotListed:
			return fmt.Sprintf("对照组%d位顾客中%d位", reason.Mark, reason.Fact)
		case CodeHigher:
			return fmt.Sprintf("清单使比例提高（差值95 %%置信区间：%s至%s个百分点）", points(reason.Fact), points(reason.Mark))
		case CodeLower:
			return fmt.Sprintf("清单使比例降低（差值95 %%置信区间：%s至%s个百分点）", points(reason.Fact), points(reason.Mark))
		case CodeNoDifference:
			return fmt.Sprintf("未显示出差别（差值95 %%置信区间：%s至%s个百分点）", points(reason.Fact), points(reason.Mark))
		case CodeTooFew:
			return fmt.Sprintf("人数太少，无法判断：较小一组%d位顾客，至少需要%d位", reason.Fact, reason.Mark)
		}
		return lifecycle.Explain(reason, language)
	}
	switch reason.Code {
	case CodeFrequency:
		if reason.Fact == 1 {
			return fmt.Sprintf("bought on 1 day, %d since %s", reason.Mark, since)
		}
		return fmt.Sprintf("bought on %d days, %d of them since %s", reason.Fact, reason.Mark, since)
	case CodePopular:
		return fmt.Sprintf("on %s of recent trips", share)
	case CodeNew:
		return fmt.Sprintf("new to her; on %s of recent trips", share)
	case CodeListed:
		return fmt.Sprintf("%d of %d customers with a list", reason.Fact, reason.Mark)
	case CodeNotListed:
		return fmt.Sprintf("%d of %d customers held out", reason.Fact, reason.Mark)
	case CodeHigher:
		return fmt.Sprintf("higher with a list: by %s to %s percentage points (95 %% confidence)", points(reason.Fact), points(reason.Mark))
	case CodeLower:
		return fmt.Sprintf("lower with a list: by %s to %s percentage points (95 %% confidence)", points(-reason.Mark), points(-reason.Fact))
	case CodeNoDifference:
		return fmt.Sprintf("no difference shown: it lies between %s and %s percentage points (95 %% confidence)", points(reason.Fact), points(reason.Mark))
	case CodeTooFew:
		return fmt.Sprintf("too few to tell: %d customers in the smaller group, %d needed", reason.Fact, reason.Mark)
	}
	return lifecycle.Explain(reason, language)
}

// points writes thousandths as percentage points.
func points(permille int64) string { return decimal.New(permille, -1).String() }
