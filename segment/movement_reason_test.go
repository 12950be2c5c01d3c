package segment_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"math"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/segment"
)

// brandSentence is a code with its stored text, and its sentences for the figures.
type brandSentence struct {
	code, text       string
	fact, mark       int64
	english, chinese string
}

// brandSentences checks that a file's codes are all in a table, and what they say.
func brandSentences(t *testing.T, file string, table []brandSentence) {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	require.NoError(t, err)
	var declared, rendered []string
	ast.Inspect(parsed, func(node ast.Node) bool {
		if spec, ok := node.(*ast.ValueSpec); ok {
			for _, value := range spec.Values {
				if literal, ok := value.(*ast.BasicLit); ok && literal.Kind == token.STRING && spec.Type == nil {
					text, err := strconv.Unquote(literal.Value)
					require.NoError(t, err)
					declared = append(declared, text)
				}
			}
		}
		return true
	})
	for _, test := range table {
		rendered = append(rendered, test.text)
		assert.Equal(t, test.text, test.code)
		reason := customer.Reason{Code: test.code, Rule: "milk", Fact: test.fact, Mark: test.mark}
		assert.Equal(t, test.english, segment.Explain(reason, customer.English))
		assert.Equal(t, test.chinese, segment.Explain(reason, customer.Chinese))
		assert.Equal(t, test.english, segment.Explain(reason, 0), "a language that is not known reads English")
		for _, figure := range []int64{math.MinInt64, 0, math.MaxInt64} {
			reason.Fact, reason.Mark = figure, figure
			assert.NotContains(t, segment.Explain(reason, customer.English)+segment.Explain(reason, customer.Chinese), "%!")
		}
	}
	assert.ElementsMatch(t, declared, rendered)
}

func TestMovementSentences(t *testing.T) {
	brandSentences(t, "movement_reason.go", []brandSentence{
		{segment.CodeMovementBoth, "segment.movement-both", 120, 137, "120 of 137 are in one of the nine cells on both days (87.5 %)", "137人中有120人两日均在九个格子之一（87.5 %）"},
		{segment.CodeMovementAppeared, "segment.movement-appeared", 15, 137, "15 of 137 are in one of the nine cells on the later day only (10.9 %)", "137人中有15人仅在后一日进入九个格子之一（10.9 %）"},
		{segment.CodeMovementVanished, "segment.movement-vanished", 2, 137, "2 of 137 are in one of the nine cells on the earlier day only (1.4 %)", "137人中有2人仅在前一日位于九个格子之一（1.4 %）"},
		{segment.CodeMovementStayed, "segment.movement-stayed", 91, 120, "91 of 120 stayed in their cell (75.8 %)", "120人中有91人留在原格（75.8 %）"},
		{segment.CodeMovementToStore, "segment.movement-to-store", 19, 120, "19 of 120 moved towards the store brand (15.8 %)", "120人中有19人更靠近商店品牌（15.8 %）"},
		{segment.CodeMovementToNational, "segment.movement-to-national", 4, 120, "4 of 120 moved towards national brands (3.3 %)", "120人中有4人更靠近全国性品牌（3.3 %）"},
		{segment.CodeMovementHeavier, "segment.movement-heavier", 6, 120, "6 of 120 use more (5 %)", "120人中有6人用量增加（5 %）"},
		{segment.CodeMovementLighter, "segment.movement-lighter", 0, 120, "0 of 120 use less (0 %)", "120人中有0人用量减少（0 %）"},
		{segment.CodeMovementConverted, "segment.movement-converted", 14, 42, "14 of 42 heavy users without loyalty to the store brand came over to it (33.3 %)", "转化目标顾客42人中，14人转为商店品牌忠诚（33.3 %）"},
		{segment.CodeMovementNoTargets, "segment.movement-no-targets", 0, 0, "nobody to convert: no heavy user was without loyalty to the store brand", "没有可转化的目标顾客：没有人是尚未忠诚于商店品牌的高用量顾客"},
	})
}

func TestDependenceSentences(t *testing.T) {
	brandSentences(t, "dependence_reason.go", []brandSentence{
		{segment.CodeDealUnmeasured, "segment.deal-unmeasured", 2, 0, "lines left out because it is not known how much they were: 2", "有2行数量不明，不计入优惠份额"},
		{segment.CodeDealTooFew, "segment.deal-too-few", 1500, 4000, "1.5 units at a known price, too few to tell: 4 are needed", "价格已知的购买仅1.5单位，不足以判断是否依赖优惠（需4单位）"},
		{segment.CodeDealUncovered, "segment.deal-uncovered", 799, 800, "the price of only 79.9 % of the units is known, too little to tell: 80 % is needed", "仅79.9 %的购买价格已知，不足以判断（需80 %）"},
		{segment.CodeDealCovered, "segment.deal-covered", 857, 800, "the price of 85.7 % of the units is known (80 % needed)", "85.7 %的购买价格已知（需80 %）"},
		{segment.CodeDealShare, "segment.deal-share", 1500, 3000, "1.5 of the 3 units at a known price were bought on deal", "价格已知的3单位中，1.5单位以优惠价购买"},
		{segment.CodeDealDependent, "segment.deal-dependent", 833, 750, "share on deal 83.3 %, dependent on deals from 75 %", "优惠份额83.3 %，达到75 %即为依赖优惠"},
		{segment.CodeDealIndependent, "segment.deal-independent", 166, 250, "share on deal 16.6 %, independent of deals up to 25 %", "优惠份额16.6 %，不超过25 %即为不依赖优惠"},
		{segment.CodeDealBelowDependent, "segment.deal-below-dependent", 500, 750, "share on deal 50 %, below 75 % where dependence begins", "优惠份额50 %，低于依赖优惠的界限75 %"},
		{segment.CodeDealAboveIndependent, "segment.deal-above-independent", 500, 250, "share on deal 50 %, above 25 % where independence ends", "优惠份额50 %，高于不依赖优惠的界限25 %"},
	})
}

func TestBasketSentences(t *testing.T) {
	brandSentences(t, "basket_reason.go", []brandSentence{
		{segment.CodeBasketBought, "segment.basket-bought", 7, 9, "buys 7 of the 9 categories of an expected household basket here", "家庭日常所需的9个品类中，有7个在本店购买"},
		{segment.CodeBasketMost, "segment.basket-most", 640, 600, "categories worth 64 % of the expected basket, most of it from 60 %", "预期日常消费中64 %的品类在本店购买，达到60 %即为大部分"},
		{segment.CodeBasketNotMost, "segment.basket-not-most", 599, 600, "categories worth 59.9 % of the expected basket, below 60 % where most of it begins", "预期日常消费中59.9 %的品类在本店购买，未达到大部分的界限60 %"},
		{segment.CodeBasketHereOnly, "segment.basket-here-only", 0, 0, "purchases in this shop only: what she buys elsewhere is unknown, so this is no share of wallet", "仅以本店的购买为依据：她在别处买了什么无从得知，因此这不是钱包份额"},
		{segment.CodeBasketMissing, "segment.basket-missing", 1, 3, "milk: bought here on 1 day, 3 needed", "milk：在本店购买1天，需3天"},
	})
}

func TestDirichletSentences(t *testing.T) {
	brandSentences(t, "dirichlet_reason.go", []brandSentence{
		{segment.CodeDirichletUnknownBrands, "segment.dirichlet-unknown-brands", 12, 2137, "12 of the category's 2137 purchases are of unknown brand: they count for the category and for no brand", "该品类2137次购买中有12次品牌不明，计入品类而不计入任何品牌"},
		{segment.CodeDirichletTooFew, "segment.dirichlet-too-few", 29, 30, "buyers of the brand: 29, too few to tell their loyalty (30 needed)", "该品牌仅有29位买者，不足以判断其忠诚度（需30位）"},
		{segment.CodeDirichletSize, "segment.dirichlet-size", 345, 0, "the brand has 34.5 % of the category's purchases", "该品牌占品类购买次数的34.5 %"},
		{segment.CodeDirichletShare, "segment.dirichlet-share", 738, 1233, "738 of the 1233 category purchases that its buyers made here are of the brand", "其买者在本店购买该品类1233次，其中该品牌738次"},
		{segment.CodeDirichletLeftOut, "segment.dirichlet-left-out", 0, 0, "the brand has a penetration that no S of the model gives it: it took no part in the fit", "该品牌的渗透率与任何S值都不相符，未参与模型拟合"},
		{segment.CodeDirichletAbove, "segment.dirichlet-above", 640, 580, "share of requirements 64 % where 58 % is expected of a brand of its size: unusually loyal", "需求份额64 %，高于同等规模品牌的预期58 %：忠诚度异常高"},
		{segment.CodeDirichletBelow, "segment.dirichlet-below", 520, 580, "share of requirements 52 % where 58 % is expected of a brand of its size: unusually disloyal", "需求份额52 %，低于同等规模品牌的预期58 %：忠诚度异常低"},
		{segment.CodeDirichletAsExpected, "segment.dirichlet-as-expected", 575, 580, "share of requirements 57.5 %, about the 58 % expected of a brand of its size", "需求份额57.5 %，同等规模品牌的预期为58 %：并无异常"},
	})
}
