package segment_test

import (
	"testing"

	"github.com/rapport-crm/rapport/segment"
)

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
