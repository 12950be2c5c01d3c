package segment

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
)

// The reason codes of affinity. In each, Rule is the rule book's name. They are format.
const (
	CodeAffinityTogether = "segment.affinity-together" // Fact: baskets with both; Mark: baskets in all
	CodeAffinityFirst    = "segment.affinity-first"    // Fact: baskets with both; Mark: with the first
	CodeAffinitySecond   = "segment.affinity-second"   // Fact: baskets with both; Mark: with the second
	CodeAffinityLift     = "segment.affinity-lift"     // Fact: times as often as by chance, in ‰, rounded down; Mark: chance
	CodeAffinityEvidence = "segment.affinity-evidence" // Fact: baskets with both; Mark: baskets needed

	CodeAffinityFewBaskets = "segment.affinity-few-baskets" // Fact: baskets in all; Mark: baskets needed
	CodeAffinityRareItem   = "segment.affinity-rare-item"   // Fact: baskets with the item; Mark: baskets needed
	CodeAffinityNamedItem  = "segment.affinity-named-item"  // left out by name; Fact: baskets with the item; Mark: baskets in all
	CodeAffinityAlwaysItem = "segment.affinity-always-item" // left out as in almost every basket; Fact and Mark as above
)

func explainAffinity(r customer.Reason, language customer.Language) (text string, ok bool) {
	english, chinese := "", ""
	switch r.Code {
	case CodeAffinityTogether:
		english, chinese = "of {marks} in all {fact} hold both", "{mark}个购物篮中有{fact}个同时含有二者"
	case CodeAffinityFirst:
		english, chinese = "of {marks} with the first {fact} also hold the second", "含有前者的{mark}个购物篮中有{fact}个也含有后者"
	case CodeAffinitySecond:
		english, chinese = "of {marks} with the second {fact} also hold the first", "含有后者的{mark}个购物篮中有{fact}个也含有前者"
	case CodeAffinityLift:
		times := decimal.New(r.Fact, -3).String()
		if language == customer.Chinese {
			return fmt.Sprintf("同时购买的频率为随机情形的%s倍", times), true
		}
		return fmt.Sprintf("bought together %s times as often as by chance", times), true
	case CodeAffinityEvidence:
		english, chinese = "both lie together {fact} times, evidence enough ({mark} needed)", "二者同在的购物篮有{fact}个，证据充分(需{mark}个)"
	case CodeAffinityFewBaskets:
		english, chinese = "too few baskets in all: {fact}, where {mark} are needed", "购物篮总共仅{fact}个，不足以得出结论(需{mark}个)"
	case CodeAffinityRareItem:
		english, chinese = "too few baskets with the item: {fact}, where {mark} are needed", "含有该商品的购物篮仅{fact}个，数量不足(需{mark}个)"
	case CodeAffinityNamedItem:
		english, chinese = "the item, which lies in {fact} of {marks}, is left out by name", "该商品(见于{mark}个购物篮中的{fact}个)已按名称排除"
	case CodeAffinityAlwaysItem:
		english, chinese = "the item, which lies in {fact} of {marks}, is bought with everything and left out", "该商品(见于{mark}个购物篮中的{fact}个)与一切商品同买，已排除"
	default:
		return "", false
	}
	if language == customer.Chinese {
		return figures(chinese, r, "basket", language), true
	}
	return figures(english, r, "basket", language), true
}

// figures writes a sentence with the figures of a reason: {fact}, {mark}, and {marks},
// the mark with its noun; {fact%} and {mark%} as percent; and {rule}.
func figures(sentence string, r customer.Reason, noun string, language customer.Language) string {
	return strings.NewReplacer(
		"{fact}", strconv.FormatInt(r.Fact, 10), "{mark}", strconv.FormatInt(r.Mark, 10), "{marks}", counted(r.Mark, noun),
		"{fact%}", language.Percent(r.Fact), "{mark%}", language.Percent(r.Mark), "{rule}", r.Rule,
	).Replace(sentence)
}

// counted writes a number of things: 1 basket, 2 baskets.
func counted(n int64, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return strconv.FormatInt(n, 10) + " " + noun
}
