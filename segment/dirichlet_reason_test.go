package segment_test

import (
	"testing"

	"github.com/rapport-crm/rapport/segment"
)

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
