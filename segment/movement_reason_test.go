package segment_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"

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
	var rendered []string
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
	assert.ElementsMatch(t, declaredCodes(t, file), rendered)
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
