package segment_test

import (
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/segment"
)

// explainedAffinity is every code of affinity_reason.go and its sentences, for 1 of 12, or
// 5000 ‰ where it is a lift.
func explainedAffinity() []struct{ code, text, english, chinese string } {
	return []struct{ code, text, english, chinese string }{
		{
			segment.CodeAffinityTogether, "segment.affinity-together",
			"of 12 baskets in all 1 hold both", "12个购物篮中有1个同时含有二者",
		},
		{
			segment.CodeAffinityFirst, "segment.affinity-first",
			"of 12 baskets with the first 1 also hold the second", "含有前者的12个购物篮中有1个也含有后者",
		},
		{
			segment.CodeAffinitySecond, "segment.affinity-second",
			"of 12 baskets with the second 1 also hold the first", "含有后者的12个购物篮中有1个也含有前者",
		},
		{
			segment.CodeAffinityLift, "segment.affinity-lift",
			"bought together 0.001 times as often as by chance", "同时购买的频率为随机情形的0.001倍",
		},
		{
			segment.CodeAffinityEvidence, "segment.affinity-evidence",
			"both lie together 1 times, evidence enough (12 needed)", "二者同在的购物篮有1个，证据充分(需12个)",
		},
		{
			segment.CodeAffinityFewBaskets, "segment.affinity-few-baskets",
			"too few baskets in all: 1, where 12 are needed", "购物篮总共仅1个，不足以得出结论(需12个)",
		},
		{
			segment.CodeAffinityRareItem, "segment.affinity-rare-item",
			"too few baskets with the item: 1, where 12 are needed", "含有该商品的购物篮仅1个，数量不足(需12个)",
		},
		{
			segment.CodeAffinityNamedItem, "segment.affinity-named-item",
			"the item, which lies in 1 of 12 baskets, is left out by name", "该商品(见于12个购物篮中的1个)已按名称排除",
		},
		{
			segment.CodeAffinityAlwaysItem, "segment.affinity-always-item",
			"the item, which lies in 1 of 12 baskets, is bought with everything and left out",
			"该商品(见于12个购物篮中的1个)与一切商品同买，已排除",
		},
	}
}

func TestExplainAffinity(t *testing.T) {
	var rendered []string
	for _, test := range explainedAffinity() {
		rendered = append(rendered, test.text)
		assert.Equal(t, test.text, test.code)
		reason := customer.Reason{Code: test.code, Rule: "together/1", Fact: 1, Mark: 12}
		english, chinese := segment.Explain(reason, customer.English), segment.Explain(reason, customer.Chinese)
		assert.Equal(t, test.english, english)
		assert.Equal(t, test.chinese, chinese)
		assert.NotContains(t, english+chinese, "{")
		assert.True(t, strings.ContainsFunc(chinese, func(r rune) bool { return unicode.Is(unicode.Han, r) }))
		assert.Equal(t, english, segment.Explain(reason, 0), "a language that is not known reads English")
	}
	assert.ElementsMatch(t, declaredCodes(t, "affinity_reason.go"), rendered)
}
