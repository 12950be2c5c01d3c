package segment

import (
	"fmt"
	"strings"

	"github.com/rapport-crm/rapport/customer"
)

// The reason codes of recency, frequency and monetary scores. Rule is the rule book's
// name, and of the groups that of the group behind it. Days of recency are in UnitDays,
// days of purchase in UnitTimes, money in UnitMinor. They are format.
//
// In the codes of cuts Fact is the figure and Mark the cut; where a sitting score is kept,
// the cut as the slack widens it.
const (
	CodeRFMNoPurchase = "segment.rfm-no-purchase" // Mark: days of the window; By: the day of decision
	CodeRFMRecency    = "segment.rfm-recency"     // Fact: days from the last purchase, on On, to the day of decision, By; Mark: the score, 0 for none
	CodeRFMFrequency  = "segment.rfm-frequency"   // Fact: distinct days of purchase; Mark: the score, 0 for none
	CodeRFMMonetary   = "segment.rfm-monetary"    // Fact: minor units kept; Mark: the score, 0 for none
	CodeRFMNoMoney    = "segment.rfm-no-money"    // Mark: lines bought, none of which has a price
	CodeRFMUnpriced   = "segment.rfm-unpriced"    // Fact: lines without a price, which count no money; Mark: all lines, returns included
	CodeRFMReturned   = "segment.rfm-returned"    // Fact: minor units brought back; Mark: minor units bought, which is less
	CodeRFMNoCuts     = "segment.rfm-no-cuts"     // Unit: of the axis whose cuts were not fitted

	CodeRFMWithin = "segment.rfm-within" // Mark or fewer days ago
	CodeRFMBeyond = "segment.rfm-beyond" // more than Mark days ago
	CodeRFMFrom   = "segment.rfm-from"   // Mark or more
	CodeRFMBelow  = "segment.rfm-below"  // less than Mark

	CodeRFMKeptWithin = "segment.rfm-kept-within" // Mark or fewer days ago
	CodeRFMKeptBeyond = "segment.rfm-kept-beyond" // more than Mark days ago
	CodeRFMKeptFrom   = "segment.rfm-kept-from"   // Mark or more
	CodeRFMKeptBelow  = "segment.rfm-kept-below"  // less than Mark

	CodeRFMGroup   = "segment.rfm-group"    // Fact: the three scores as three digits
	CodeRFMKeep    = "segment.rfm-keep"     // as CodeRFMGroup: a group to be kept
	CodeRFMNoGroup = "segment.rfm-no-group" // as CodeRFMGroup: not all three are known
)

// explainRFM renders the reasons of scores; RFM.Explain knows the currency as well.
func explainRFM(r customer.Reason, language customer.Language) (text string, ok bool) {
	return rfmSentence(r, language, r.Rule, customer.Words{Language: language}.Money)
}

// rfmSentence renders a reason with a group's name and an amount as the caller writes them.
func rfmSentence(r customer.Reason, language customer.Language, group string, money func(int64) string) (text string, ok bool) {
	if language == customer.Chinese {
		return rfmChinese(r, group, func(n int64) string {
			if r.Unit == customer.UnitMinor {
				return money(n)
			}
			return fmt.Sprintf("%d天", n)
		})
	}
	return rfmEnglish(r, group, func(n int64) string {
		if r.Unit == customer.UnitMinor {
			return money(n)
		}
		return fmt.Sprintf("%d %s", n, days(n))
	})
}

func rfmEnglish(r customer.Reason, group string, figure func(int64) string) (text string, ok bool) {
	day := customer.English.DayOfYear
	scored := func(axis string) string {
		if r.Mark == 0 {
			return axis + " without a score"
		}
		return fmt.Sprintf("%s %d", axis, r.Mark)
	}
	switch r.Code {
	case CodeRFMNoPurchase:
		text = fmt.Sprintf("no scores: bought nothing in the %s before %s", figure(r.Mark), day(r.By))
	case CodeRFMRecency:
		text = fmt.Sprintf("%s: last bought on %s, %s before %s", scored("recency"), day(r.On), figure(r.Fact), day(r.By))
	case CodeRFMFrequency:
		text = fmt.Sprintf("%s: bought on %s", scored("frequency"), figure(r.Fact))
	case CodeRFMMonetary:
		text = fmt.Sprintf("%s: paid %s for what she kept", scored("monetary"), figure(r.Fact))
	case CodeRFMNoMoney:
		text = fmt.Sprintf("monetary without a score: no price is known (lines bought: %d)", r.Mark)
	case CodeRFMUnpriced:
		text = fmt.Sprintf("%d of her %d lines have no price and count no money", r.Fact, r.Mark)
	case CodeRFMReturned:
		text = fmt.Sprintf("brought back %s, more than she bought, %s: the lowest score", figure(r.Fact), figure(r.Mark))
	case CodeRFMNoCuts:
		text = "no cuts have been fitted for " + rfmAxisName(r.Unit, "recency", "frequency", "monetary")
	case CodeRFMWithin:
		text = fmt.Sprintf("%s ago, not more than %d", figure(r.Fact), r.Mark)
	case CodeRFMBeyond:
		text = fmt.Sprintf("%s ago, more than %d", figure(r.Fact), r.Mark)
	case CodeRFMFrom:
		text = fmt.Sprintf("%s, at or above the cut of %s", figure(r.Fact), figure(r.Mark))
	case CodeRFMBelow:
		text = fmt.Sprintf("%s, below the cut of %s", figure(r.Fact), figure(r.Mark))
	case CodeRFMKeptWithin:
		text = fmt.Sprintf("keeps her score: %s ago, not more than %d", figure(r.Fact), r.Mark)
	case CodeRFMKeptBeyond:
		text = fmt.Sprintf("keeps her score: %s ago, a better one only from %d down", figure(r.Fact), r.Mark)
	case CodeRFMKeptFrom:
		text = fmt.Sprintf("keeps her score: %s, not below %s", figure(r.Fact), figure(r.Mark))
	case CodeRFMKeptBelow:
		text = fmt.Sprintf("keeps her score: %s, a better one only from %s", figure(r.Fact), figure(r.Mark))
	case CodeRFMGroup:
		text = fmt.Sprintf("scores %s: %s", rfmDigits(r.Fact), group)
	case CodeRFMKeep:
		text = fmt.Sprintf("scores %s: %s, important and to be kept", rfmDigits(r.Fact), group)
	case CodeRFMNoGroup:
		text = fmt.Sprintf("scores %s: no group, since not all three are known", rfmDigits(r.Fact))
	}
	return text, text != ""
}

func rfmChinese(r customer.Reason, group string, figure func(int64) string) (text string, ok bool) {
	day := customer.Chinese.DayOfYear
	scored := func(axis string) string {
		if r.Mark == 0 {
			return axis + "无评分"
		}
		return fmt.Sprintf("%s%d分", axis, r.Mark)
	}
	switch r.Code {
	case CodeRFMNoPurchase:
		text = fmt.Sprintf("无评分：%s之前的%s内没有购买", day(r.By), figure(r.Mark))
	case CodeRFMRecency:
		text = fmt.Sprintf("%s：最近一次购买在%s，距%s%s", scored("最近购买"), day(r.On), day(r.By), figure(r.Fact))
	case CodeRFMFrequency:
		text = fmt.Sprintf("%s：购买日%s", scored("购买频率"), figure(r.Fact))
	case CodeRFMMonetary:
		text = fmt.Sprintf("%s：保留的商品实付%s", scored("消费金额"), figure(r.Fact))
	case CodeRFMNoMoney:
		text = fmt.Sprintf("消费金额无评分：购买的%d行均无价格", r.Mark)
	case CodeRFMUnpriced:
		text = fmt.Sprintf("%[2]d行中有%[1]d行没有价格，不计入金额", r.Fact, r.Mark)
	case CodeRFMReturned:
		text = fmt.Sprintf("退回%s，超过购买的%s：最低分", figure(r.Fact), figure(r.Mark))
	case CodeRFMNoCuts:
		text = rfmAxisName(r.Unit, "最近购买", "购买频率", "消费金额") + "的分界尚未拟合"
	case CodeRFMWithin:
		text = fmt.Sprintf("距今%s，不超过%d天", figure(r.Fact), r.Mark)
	case CodeRFMBeyond:
		text = fmt.Sprintf("距今%s，超过%d天", figure(r.Fact), r.Mark)
	case CodeRFMFrom:
		text = fmt.Sprintf("%s，达到分界%s", figure(r.Fact), figure(r.Mark))
	case CodeRFMBelow:
		text = fmt.Sprintf("%s，低于分界%s", figure(r.Fact), figure(r.Mark))
	case CodeRFMKeptWithin:
		text = fmt.Sprintf("保持原评分：距今%s，不超过%d天", figure(r.Fact), r.Mark)
	case CodeRFMKeptBeyond:
		text = fmt.Sprintf("保持原评分：距今%s，降到%d天才提高", figure(r.Fact), r.Mark)
	case CodeRFMKeptFrom:
		text = fmt.Sprintf("保持原评分：%s，未低于%s", figure(r.Fact), figure(r.Mark))
	case CodeRFMKeptBelow:
		text = fmt.Sprintf("保持原评分：%s，达到%s才提高", figure(r.Fact), figure(r.Mark))
	case CodeRFMGroup:
		text = fmt.Sprintf("评分%s：%s", rfmDigits(r.Fact), group)
	case CodeRFMKeep:
		text = fmt.Sprintf("评分%s：%s，属重要保持客户", rfmDigits(r.Fact), group)
	case CodeRFMNoGroup:
		text = fmt.Sprintf("评分%s：三项不全，不归入任何客户群", rfmDigits(r.Fact))
	}
	return text, text != ""
}

// rfmAxisName names an axis by the unit of its figures.
func rfmAxisName(unit customer.Unit, recency, frequency, monetary string) string {
	if unit == customer.UnitDays {
		return recency
	}
	if unit == customer.UnitTimes {
		return frequency
	}
	return monetary
}

// rfmDigits writes three scores with a hyphen for one that is not known: "54-".
func rfmDigits(scores int64) string {
	return strings.ReplaceAll(fmt.Sprintf("%03d", scores), "0", "-")
}
