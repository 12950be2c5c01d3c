package personal

import (
	"fmt"
	"strings"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/segment"
)

// Explain renders a reason of a list or of its lines as a sentence, with money in the
// rules' currency; what package Explain renders, it renders too.
func (m *Maker) Explain(reason customer.Reason, language customer.Language) string {
	if language == customer.Chinese {
		return explainListChinese(reason, m.rules.Currency.Text)
	}
	return explainListEnglish(reason, m.rules.Currency.Text)
}

func explainListEnglish(r customer.Reason, money func(int64) string) string {
	off := customer.English.Percent(r.Fact) + " off"
	first, last := customer.English.Between(r.On, r.By.AddDays(-1))
	switch r.Code {
	case CodeNoConsent:
		return "she did not agree to personal offers"
	case CodeWeekly:
		return fmt.Sprintf("spent %s in the weeks from %s to %s; %s is needed", money(r.Fact), first, last, money(r.Mark))
	case CodeWeeklyTooLow:
		return fmt.Sprintf("spent only %s in the weeks from %s to %s; %s is needed", money(r.Fact), first, last, money(r.Mark))
	case CodeNothingToOffer:
		return fmt.Sprintf("nothing to offer: of %d due items none can be listed", r.Fact)
	case CodeValue:
		return fmt.Sprintf("worth %s, so the list may save up to %s", money(r.Fact), money(r.Mark))
	case CodeHeldOut:
		return fmt.Sprintf("held out to measure the effect: drew %d, below %d of 1000", r.Fact, r.Mark)
	case CodeLadder:
		return fmt.Sprintf("%s on the %s list with it: %s", off, stepEnglish(r.Mark), cellEnglish(r.Rule))
	case CodeDealMost:
		return fmt.Sprintf("%s, the most that %s gives; the ladder says %s", off, r.Rule, customer.English.Percent(r.Mark))
	case CodeReduced:
		return fmt.Sprintf("%s instead of %s, to stay within what the list may save", off, customer.English.Percent(r.Mark))
	case CodeEnvelope:
		return fmt.Sprintf("saves about %s of the %s that were left", money(r.Fact), money(r.Mark))
	case CodeSameCoupon:
		return fmt.Sprintf("%s with the coupon of %s above", off, r.Rule)
	case CodeNoDeal:
		return fmt.Sprintf("a reminder: nothing is on offer for it from %s to %s", first, last)
	case CodeStopped:
		return fmt.Sprintf("no more discounts: loyal to the store brand for %d periods, they end at %d", r.Fact, r.Mark)
	case CodeNoRung:
		return fmt.Sprintf("no discount on the %s list with it: %s", stepEnglish(r.Mark), cellEnglish(r.Rule))
	case CodeNoSpend:
		return "no discount: what she spends on it is not known"
	case CodeEnvelopeSpent:
		return fmt.Sprintf("no discount: of what the list may save %s is left, too little", money(r.Fact))
	}
	return Explain(r, customer.English)
}

func explainListChinese(r customer.Reason, money func(int64) string) string {
	off := "优惠" + customer.Chinese.Percent(r.Fact)
	first, last := customer.Chinese.Between(r.On, r.By.AddDays(-1))
	switch r.Code {
	case CodeNoConsent:
		return "顾客未同意接收个性化优惠"
	case CodeWeekly:
		return fmt.Sprintf("%s至%s各周共消费%s，需达到%s", first, last, money(r.Fact), money(r.Mark))
	case CodeWeeklyTooLow:
		return fmt.Sprintf("%s至%s各周仅消费%s，需达到%s", first, last, money(r.Fact), money(r.Mark))
	case CodeNothingToOffer:
		return fmt.Sprintf("没有可提供的优惠：%d项到期商品均无法列入", r.Fact)
	case CodeValue:
		return fmt.Sprintf("顾客价值%s，清单最多可省%s", money(r.Fact), money(r.Mark))
	case CodeHeldOut:
		return fmt.Sprintf("为衡量效果列入对照组：抽得%d，小于1000中的%d", r.Fact, r.Mark)
	case CodeLadder:
		return fmt.Sprintf("%s列入清单，%s：%s", stepChinese(r.Mark), off, cellChinese(r.Rule))
	case CodeDealMost:
		return fmt.Sprintf("%s，为%s的上限；阶梯规定为%s", off, r.Rule, customer.Chinese.Percent(r.Mark))
	case CodeReduced:
		return fmt.Sprintf("%s，而非%s，以免超出清单可省金额", off, customer.Chinese.Percent(r.Mark))
	case CodeEnvelope:
		return fmt.Sprintf("预计节省%s，当时剩余额度%s", money(r.Fact), money(r.Mark))
	case CodeSameCoupon:
		return fmt.Sprintf("%s，与上方%s共用优惠券", off, r.Rule)
	case CodeNoDeal:
		return fmt.Sprintf("提醒：%s至%s没有相应优惠", first, last)
	case CodeStopped:
		return fmt.Sprintf("不再优惠：已连续%d期忠诚于自有品牌，满%d期即停止", r.Fact, r.Mark)
	case CodeNoRung:
		return fmt.Sprintf("%s列入清单，无优惠：%s", stepChinese(r.Mark), cellChinese(r.Rule))
	case CodeNoSpend:
		return "无优惠：不知道顾客在此商品上的消费"
	case CodeEnvelopeSpent:
		return fmt.Sprintf("无优惠：清单可省金额仅剩%s，不足", money(r.Fact))
	}
	return Explain(r, customer.Chinese)
}

func stepEnglish(step int64) string {
	switch step {
	case 1:
		return "first"
	case 2:
		return "second"
	}
	return "third or later"
}

func stepChinese(step int64) string {
	switch step {
	case 1:
		return "首次"
	case 2:
		return "第二次"
	}
	return "第三次或以后"
}

// cellOf reads the cell from what a rung is cited as; what is none is the zero cell.
func cellOf(cite string) segment.Cell {
	var cell segment.Cell
	if cell.UnmarshalText([]byte(cite[strings.LastIndexByte(cite, ' ')+1:])) != nil {
		return segment.Cell{}
	}
	return cell
}

func cellEnglish(cite string) string {
	cell := cellOf(cite)
	usage, brand := "how much she uses is not known", "brand not known"
	switch cell.Usage {
	case segment.Light:
		usage = "light user"
	case segment.Medium:
		usage = "medium user"
	case segment.Heavy:
		usage = "heavy user"
	case segment.UsageUnknown:
	}
	switch cell.Brand {
	case segment.NationalLoyal:
		brand = "loyal to national brands"
	case segment.Switcher:
		brand = "switches between brands"
	case segment.StoreLoyal:
		brand = "loyal to the store brand"
	case segment.BrandUnknown:
	}
	return usage + ", " + brand
}

func cellChinese(cite string) string {
	cell := cellOf(cite)
	usage, brand := "用量未知", "品牌倾向未知"
	switch cell.Usage {
	case segment.Light:
		usage = "小用量"
	case segment.Medium:
		usage = "中用量"
	case segment.Heavy:
		usage = "大用量"
	case segment.UsageUnknown:
	}
	switch cell.Brand {
	case segment.NationalLoyal:
		brand = "忠诚于全国品牌"
	case segment.Switcher:
		brand = "在品牌间摇摆"
	case segment.StoreLoyal:
		brand = "忠诚于自有品牌"
	case segment.BrandUnknown:
	}
	return usage + "，" + brand
}
