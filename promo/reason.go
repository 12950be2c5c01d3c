package promo

import (
	"fmt"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
)

// The reason codes of this package: what an offer lacks. Rule is the offer, where nothing
// else stands. Units are in thousandths. The codes are format.
const (
	CodeStarts  = "promo.starts"  // On: the day; By: the offer's first day
	CodeEnded   = "promo.ended"   // On: the day; By: the first day without it
	CodeWeekday = "promo.weekday" // Fact: the day of the week, 1 is Monday; Mark: the next one on which the offer is
	CodeHours   = "promo.hours"   // Fact: the hour from which; Mark: the hour until which; At: the instant

	CodeMembers = "promo.members" // it is for members
	CodeLists   = "promo.lists"   // it is for those who have one of its lists

	CodeCoupon         = "promo.coupon"          // it needs a coupon
	CodeCouponUnknown  = "promo.coupon-unknown"  // the coupon is of an offer that is not there
	CodeCouponEarly    = "promo.coupon-early"    // On: the day; By: the coupon's first day
	CodeCouponExpired  = "promo.coupon-expired"  // On: the day; By: the first day without the coupon
	CodeCouponPermille = "promo.coupon-permille" // Fact: what the coupon states; Mark: the most that it may
	CodeCouponIdle     = "promo.coupon-idle"     // the offer needs no coupon
	CodeCouponSpare    = "promo.coupon-spare"    // other coupons of the offer were enough

	CodeQuantity        = "promo.quantity"         // Fact: units in the basket; Mark: units needed
	CodeNotDiscountable = "promo.not-discountable" // Fact: units whose price no offer may change
	CodeNoSaving        = "promo.no-saving"        // the price is as low without it
	CodeNoWholeUnit     = "promo.no-whole-unit"    // bonus points are for whole units, and there is none

	CodeBeaten = "promo.beaten" // Rule: the offer that applies instead; Fact: minor units that it saves more, half up
	CodeLimit  = "promo.limit"  // Fact: how many units have it; Mark: how many may, with all coupons

	CodeTooMany = "promo.too-many" // Fact: units that come back; Mark: units that are left
)

// Explain renders a reason of this package as a sentence. Where the reason names an offer
// of the catalogue, the sentence says what the offer asks for. A code of package customer
// is rendered too; any other is returned as it is.
func (c *Catalogue) Explain(reason customer.Reason, language customer.Language) string {
	id, _ := strings.CutPrefix(reason.Rule, c.name+" ")
	d := &deal{id: id} // an offer of another edition: what it asks for is not known
	if at, known := c.byID[id]; known {
		d = &c.deals[at]
	}
	money := c.currency.Text(reason.Fact)
	if language == customer.Chinese {
		return d.explainChinese(reason, money)
	}
	return d.explainEnglish(reason, money)
}

func (d *deal) explainEnglish(r customer.Reason, money string) string {
	day := customer.English.DayOfYear
	switch r.Code {
	case CodeStarts:
		return fmt.Sprintf("%s starts on %s", d.id, day(r.By))
	case CodeEnded:
		return fmt.Sprintf("%s ended on %s", d.id, day(r.By.AddDays(-1)))
	case CodeWeekday:
		return fmt.Sprintf("%s is not there on %s; next on %s", d.id, englishDay(r.Fact), englishDay(r.Mark))
	case CodeHours:
		return fmt.Sprintf("%s is there from %d:00 to %d:00", d.id, r.Fact, r.Mark)
	case CodeMembers:
		return fmt.Sprintf("%s is for members", d.id)
	case CodeLists:
		return fmt.Sprintf("%s is for those with %s", d.id, oneOf("the list ", "one of the lists ", d.who.Lists, ", "))
	case CodeCoupon:
		return fmt.Sprintf("%s needs a coupon", d.id)
	case CodeCouponUnknown:
		return fmt.Sprintf("the coupon is of an offer that is not there: %s", d.id)
	case CodeCouponEarly:
		return fmt.Sprintf("the coupon holds from %s", day(r.By))
	case CodeCouponExpired:
		return fmt.Sprintf("the coupon held until %s", day(r.By.AddDays(-1)))
	case CodeCouponPermille:
		return fmt.Sprintf("the coupon states %s, %s allows %s", customer.English.Percent(r.Fact), d.id, customer.English.Percent(r.Mark))
	case CodeCouponIdle:
		return fmt.Sprintf("%s needs no coupon", d.id)
	case CodeCouponSpare:
		return fmt.Sprintf("other coupons of %s are enough; this one stays", d.id)
	case CodeQuantity:
		return fmt.Sprintf("%s more of %s for %s", unitsOf(r.Mark-r.Fact), d.goods(englishGoods), d.id)
	case CodeNotDiscountable:
		return fmt.Sprintf("%s of the units that %s is on take no discount", unitsOf(r.Fact), d.id)
	case CodeNoSaving:
		return fmt.Sprintf("the price is as low without %s", d.id)
	case CodeNoWholeUnit:
		return fmt.Sprintf("%s is for whole units, and there is none", d.id)
	case CodeBeaten:
		if r.Fact == 0 { // less than a minor unit, or it goes first
			return fmt.Sprintf("%s saves no less", d.id)
		}
		return fmt.Sprintf("%s saves %s more", d.id, money)
	case CodeLimit:
		return fmt.Sprintf("%s is for %d units, and %d have it", d.id, r.Mark, r.Fact)
	case CodeTooMany:
		return fmt.Sprintf("%s units come back where %s are left", unitsOf(r.Fact), unitsOf(r.Mark))
	}
	return customer.Explain(r, customer.English)
}

func (d *deal) explainChinese(r customer.Reason, money string) string {
	day := customer.Chinese.DayOfYear
	switch r.Code {
	case CodeStarts:
		return fmt.Sprintf("%s自%s开始", d.id, day(r.By))
	case CodeEnded:
		return fmt.Sprintf("%s已于%s结束", d.id, day(r.By.AddDays(-1)))
	case CodeWeekday:
		return fmt.Sprintf("%s在%s无效，下次为%s", d.id, chineseDay(r.Fact), chineseDay(r.Mark))
	case CodeHours:
		return fmt.Sprintf("%s仅限%d:00至%d:00", d.id, r.Fact, r.Mark)
	case CodeMembers:
		return fmt.Sprintf("%s仅限会员", d.id)
	case CodeLists:
		return fmt.Sprintf("%s仅限持有%s者", d.id, oneOf("价目", "以下价目之一：", d.who.Lists, "、"))
	case CodeCoupon:
		return fmt.Sprintf("%s需要优惠券", d.id)
	case CodeCouponUnknown:
		return fmt.Sprintf("优惠券对应的优惠不存在：%s", d.id)
	case CodeCouponEarly:
		return fmt.Sprintf("优惠券自%s起有效", day(r.By))
	case CodeCouponExpired:
		return fmt.Sprintf("优惠券已于%s到期", day(r.By.AddDays(-1)))
	case CodeCouponPermille:
		return fmt.Sprintf("优惠券写明%s，%s最多允许%s", customer.Chinese.Percent(r.Fact), d.id, customer.Chinese.Percent(r.Mark))
	case CodeCouponIdle:
		return fmt.Sprintf("%s不需要优惠券", d.id)
	case CodeCouponSpare:
		return fmt.Sprintf("%s的其他优惠券已够用，此券保留", d.id)
	case CodeQuantity:
		return fmt.Sprintf("%s还差%s件%s", d.id, unitsOf(r.Mark-r.Fact), d.goods(chineseGoods))
	case CodeNotDiscountable:
		return fmt.Sprintf("%s所及商品中有%s件不可打折", d.id, unitsOf(r.Fact))
	case CodeNoSaving:
		return fmt.Sprintf("不用%s价格也一样低", d.id)
	case CodeNoWholeUnit:
		return fmt.Sprintf("%s仅限整件商品，此处没有", d.id)
	case CodeBeaten:
		if r.Fact == 0 {
			return fmt.Sprintf("%s优惠不少于此", d.id)
		}
		return fmt.Sprintf("%s多优惠%s", d.id, money)
	case CodeLimit:
		return fmt.Sprintf("%s限%d件，已用于%d件", d.id, r.Mark, r.Fact)
	case CodeTooMany:
		return fmt.Sprintf("退回%s件，而仅余%s件", unitsOf(r.Fact), unitsOf(r.Mark))
	}
	return customer.Explain(r, customer.Chinese)
}

func unitsOf(thousandths int64) string { return decimal.New(thousandths, -unitDigits).String() }

func englishDay(day int64) string {
	name := customer.Weekday(day).String()
	return strings.ToUpper(name[:1]) + name[1:]
}

func chineseDay(day int64) string {
	if day < 1 || day > 7 {
		return fmt.Sprintf("星期(%d)", day)
	}
	return "星期" + string([]rune("一二三四五六日")[day-1])
}

// oneOf names one of several lists.
func oneOf(one, several string, names []string, between string) string {
	switch len(names) {
	case 0:
		return strings.TrimSpace(one)
	case 1:
		return one + names[0]
	}
	return several + strings.Join(names, between)
}

// words are how a language names goods.
type words struct{ sku, category, brand, between, more, all string }

func (w words) list(kind string, names []string) string {
	const shown = 3
	text := kind + strings.Join(names[:min(len(names), shown)], w.between)
	if len(names) > shown {
		text += w.more
	}
	return text
}

func englishGoods() words {
	return words{sku: "", category: "category ", brand: "brand ", between: " or ", more: " or others", all: "anything"}
}

func chineseGoods() words {
	return words{sku: "", category: "品类", brand: "品牌", between: "或", more: "等", all: "任意商品"}
}

// goods names what an offer is on.
func (d *deal) goods(language func() words) string {
	w := language()
	var parts []string
	for _, of := range []struct {
		kind  string
		names []string
	}{{w.category, d.on.Categories}, {w.brand, d.on.Brands}, {w.sku, d.on.SKUs}} {
		if len(of.names) > 0 {
			parts = append(parts, w.list(of.kind, of.names))
		}
	}
	if len(parts) == 0 {
		parts = []string{w.all}
	}
	return strings.Join(parts, w.between)
}
