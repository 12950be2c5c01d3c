package segment_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/segment"
)

// explained is every code of the package, its stored text, and its sentences for the
// figures 1500 (or 667 ‰, or 2 days) against 3000 (or 700 ‰, or 3 days).
func explained() []struct {
	code, text, english, chinese string
	fact, mark                   int64
} {
	return []struct {
		code, text, english, chinese string
		fact, mark                   int64
	}{
		{
			segment.CodeNoCategory, "segment.no-category",
			"category 7 is not one of the 3 in rule book nine-cells/2", "品类7不在规则nine-cells/2的3个品类之中", 7, 3,
		},
		{
			segment.CodeTooFewDays, "segment.too-few-days",
			"bought on 1 day, too few to tell the brand: 3 are needed", "购买日仅1天，不足以判断品牌倾向(需3天)", 1, 3,
		},
		{
			segment.CodeEnoughDays, "segment.enough-days",
			"bought on 4 days, enough to tell the brand (3 needed)", "购买日4天，足以判断品牌倾向(需3天)", 4, 3,
		},
		{
			segment.CodeUnknownKind, "segment.unknown-kind",
			"1.5 of 3 units are of unknown brand and left out of the share", "3单位中有1.5单位品牌类别不明，不计入份额", 1500, 3000,
		},
		{
			segment.CodeNoKnownKind, "segment.no-known-kind",
			"nothing measurable that she kept is of a known brand", "保留的商品中没有品牌类别已知且可计量的商品", 0, 0,
		},
		{
			segment.CodeNoBrandMarks, "segment.no-brand-marks",
			"no brand marks have been fitted for the category",
			"该品类的品牌界限尚未拟合", 0, 0,
		},
		{
			segment.CodeOwnStoreShare, "segment.own-store-share",
			"1.5 of the 3 units she kept, bought here, are store brand", "在本店购买并保留的3单位中，商店品牌占1.5单位", 1500, 3000,
		},
		{
			segment.CodeStoreLoyal, "segment.store-loyal",
			"store-brand share 70.1 %, loyal to the store brand from 70 %", "商店品牌份额70.1 %，达到70 %即为商店品牌忠诚", 701, 700,
		},
		{
			segment.CodeNationalLoyal, "segment.national-loyal",
			"store-brand share 0 %, loyal to national brands up to 30 %", "商店品牌份额0 %，不超过30 %即为全国性品牌忠诚", 0, 300,
		},
		{
			segment.CodeBelowStore, "segment.below-store",
			"store-brand share 66.7 %, below 70 % where store loyalty begins", "商店品牌份额66.7 %，低于商店品牌忠诚界限70 %", 667, 700,
		},
		{
			segment.CodeAboveNational, "segment.above-national",
			"store-brand share 66.7 %, above 30 % where national loyalty ends", "商店品牌份额66.7 %，高于全国性品牌忠诚界限30 %", 667, 300,
		},
		{
			segment.CodeKeptStore, "segment.kept-store",
			"stays loyal to the store brand: share 66.7 %, not below 65 %", "保持商店品牌忠诚：份额66.7 %，未低于65 %", 667, 650,
		},
		{
			segment.CodeKeptNational, "segment.kept-national",
			"stays loyal to national brands: share 33.3 %, not above 35 %", "保持全国性品牌忠诚：份额33.3 %，未高于35 %", 333, 350,
		},
		{
			segment.CodeKeptBelowStore, "segment.kept-below-store",
			"stays a switcher: share 72 %, store loyal only from 75 %", "仍为摇摆不定者：份额72 %，达到75 %才转为商店品牌忠诚", 720, 750,
		},
		{
			segment.CodeKeptAboveNational, "segment.kept-above-national",
			"stays a switcher: share 28 %, national loyal only from 25 % down", "仍为摇摆不定者：份额28 %，降到25 %才转为全国性品牌忠诚", 280, 250,
		},
		{
			segment.CodeNoUsage, "segment.no-usage",
			"no measurable amount kept (lines without a quantity: 1)", "没有可计量的购买(1行数量不明)", 0, 1,
		},
		{
			segment.CodeNoUsageMarks, "segment.no-usage-marks",
			"bought 1.5 units, but no usage cuts have been fitted for the category",
			"购买1.5单位，但该品类的用量界限尚未拟合", 1500, 0,
		},
		{segment.CodeLight, "segment.light", "light: 24 units, medium from 48", "低用量：24单位，中用量从48起", 24_000, 48_000},
		{segment.CodeFromMedium, "segment.from-medium", "medium: 48 units, from 48", "中用量：48单位，从48起", 48_000, 48_000},
		{
			segment.CodeBelowHeavy, "segment.below-heavy",
			"not heavy: 119.999 units, heavy from 120", "未达高用量：119.999单位，高用量从120起", 119_999, 120_000,
		},
		{segment.CodeHeavy, "segment.heavy", "heavy: 288 units, heavy from 120", "高用量：288单位，从120起", 288_000, 120_000},
		{segment.CodeKeptHeavy, "segment.kept-heavy", "stays heavy: 110 units, not below 108", "保持高用量：110单位，未低于108", 110_000, 108_000},
		{
			segment.CodeKeptFromMedium, "segment.kept-from-medium",
			"stays medium: 45 units, not below 43.2", "保持中用量：45单位，未低于43.2", 45_000, 43_200,
		},
		{
			segment.CodeKeptBelowHeavy, "segment.kept-below-heavy",
			"stays medium: 125 units, heavy only from 132", "保持中用量：125单位，达到132才转为高用量", 125_000, 132_000,
		},
		{
			segment.CodeKeptLight, "segment.kept-light",
			"stays light: 50 units, medium only from 52.8", "保持低用量：50单位，达到52.8才转为中用量", 50_000, 52_800,
		},
		{
			segment.CodeUnmatchedReturn, "segment.unmatched-return",
			"1.5 units came back without their brand and are taken off nothing", "退回1.5单位但品牌不明，未从任何品牌中扣除", 1500, 0,
		},
	}
}

// Codes and sentences, pinned: the codes stand in hosts' tables.
func TestExplain(t *testing.T) {
	seen := map[string]bool{}
	for _, test := range explained() {
		assert.Equal(t, test.text, test.code)
		assert.False(t, seen[test.code], "%s twice", test.code)
		seen[test.code] = true
		reason := customer.Reason{Code: test.code, Rule: "nine-cells/2", Fact: test.fact, Mark: test.mark}
		english, chinese := segment.Explain(reason, customer.English), segment.Explain(reason, customer.Chinese)
		assert.Equal(t, test.english, english)
		assert.Equal(t, test.chinese, chinese)
		assert.NotContains(t, english+chinese, "%!", "a figure is missing or left over")
		assert.True(t, strings.ContainsFunc(chinese, func(r rune) bool { return unicode.Is(unicode.Han, r) }))
		assert.Equal(t, english, segment.Explain(reason, 0), "a language that is not known reads English")
	}
}

// No code of reason.go may be missing above, and so none is left raw.
func TestExplainKnowsEveryCode(t *testing.T) {
	var rendered []string
	for _, test := range explained() {
		rendered = append(rendered, test.text)
	}
	assert.ElementsMatch(t, declaredCodes(t, "reason.go"), rendered)
}

// declaredCodes are the reason codes that files declare as constants.
func declaredCodes(t *testing.T, names ...string) (declared []string) {
	t.Helper()
	for _, name := range names {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		require.NoError(t, err)
		for _, declaration := range file.Decls {
			group, ok := declaration.(*ast.GenDecl)
			if !ok || group.Tok != token.CONST {
				continue
			}
			for _, spec := range group.Specs {
				for _, value := range spec.(*ast.ValueSpec).Values {
					if literal, ok := value.(*ast.BasicLit); ok && strings.HasPrefix(literal.Value, `"segment.`) {
						text, err := strconv.Unquote(literal.Value)
						require.NoError(t, err)
						declared = append(declared, text)
					}
				}
			}
		}
	}
	require.NotEmpty(t, declared)
	return declared
}

func TestExplainLeavesOtherPackagesCodes(t *testing.T) {
	for _, language := range []customer.Language{customer.English, customer.Chinese} {
		reason := customer.Reason{Code: customer.CodeNoDay, Rule: "nine-cells/2"}
		assert.Equal(t, customer.Explain(reason, language), segment.Explain(reason, language))
		assert.Equal(t, "other.code", segment.Explain(customer.Reason{Code: "other.code"}, language))
	}
}

// The greatest figures still read as figures.
func TestExplainExtremes(t *testing.T) {
	for _, test := range explained() {
		for _, figure := range []int64{-1 << 63, 0, 1<<63 - 1} {
			reason := customer.Reason{Code: test.code, Fact: figure, Mark: figure}
			for _, language := range []customer.Language{customer.English, customer.Chinese} {
				assert.NotContains(t, segment.Explain(reason, language), "%!", fmt.Sprint(test.code, figure))
			}
		}
	}
}
