package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
)

// printer writes in one language and keeps the first error of many lines.
type printer struct {
	out      io.Writer
	shop     *shop
	language customer.Language
	err      error
}

func (p *printer) print(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.out, format+"\n", args...)
	}
}

// say chooses the words of the printer's language.
func (p *printer) say(english, chinese string) string {
	if p.language == customer.Chinese {
		return chinese
	}
	return english
}

// explain is a reason in words. The receipt has the shop's name of a rule instead of its
// id.
func (p *printer) explain(reason customer.Reason) string {
	_, id, _ := strings.Cut(reason.Rule, " ") // "card/1 base": the rule book, then the rule
	switch id {
	case "base":
		reason.Rule = p.say("each full 10.00", "每满10元积1分")
	case "own-brand":
		reason.Rule = p.say("own brands counting double", "自有品牌双倍积分")
	case "welcome":
		reason.Rule = p.say("opening the card", "开卡")
	}
	text := p.shop.till.program.Explain(reason, p.language)
	if text == reason.Code { // of the ground floor: rules that are not in force on the day
		return customer.Explain(reason, p.language)
	}
	return text
}

// name is what the receipt calls a product.
func (p *printer) name(sku string) string {
	switch sku {
	case "shampoo":
		return p.say("shampoo", "洗发水")
	case "sunscreen":
		return p.say("sunscreen", "防晒霜")
	case "face-cream":
		return p.say("face cream", "面霜")
	case "hand-cream":
		return p.say("hand cream (own brand)", "护手霜(自有品牌)")
	case "vitamins":
		return p.say("vitamins (own brand)", "维生素(自有品牌)")
	case "cotton-pads":
		return p.say("cotton pads (own brand)", "化妆棉(自有品牌)")
	}
	return sku
}

func (p *printer) money(amount decimal.Decimal) string {
	return amount.StringFixed(p.shop.rules.Currency.Digits)
}

// points writes points, which the account counts in the programme's smallest unit.
func (p *printer) points(n int64) string {
	return decimal.New(n, -p.shop.rules.PointDigits).String()
}

// moved writes points with their sign.
func (p *printer) moved(n int64) string {
	if n > 0 {
		return "+" + p.points(n)
	}
	return p.points(n)
}

// clock is the time of day at the shop.
func (p *printer) clock(at time.Time) string { return at.In(p.shop.zone).Format("15:04") }

func (p *printer) day(at time.Time) customer.Date { return customer.DateOf(at, p.shop.zone) }

// left and right fill a text up to a width on the screen.
func left(text string, width int) string { return text + blanks(text, width) }

func right(text string, width int) string { return blanks(text, width) + text }

// blanks counts as a terminal and a receipt printer do: a Chinese character is as wide as
// two letters.
func blanks(text string, width int) string {
	for _, char := range text {
		width--
		if char >= '\u2e80' {
			width--
		}
	}
	return strings.Repeat(" ", max(0, width))
}
