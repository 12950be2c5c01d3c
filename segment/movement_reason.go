package segment

import (
	"fmt"

	"github.com/rapport-crm/rapport/customer"
)

// The reason codes of movement. Fact and Mark count customers; Rule is empty, since no
// rule decides here. They are format.
const (
	CodeMovementBoth       = "segment.movement-both"        // Fact: in one of the nine cells on both days; Mark: all counted
	CodeMovementAppeared   = "segment.movement-appeared"    // Fact: in one of the nine only after; Mark: all counted
	CodeMovementVanished   = "segment.movement-vanished"    // Fact: in one of the nine only before; Mark: all counted
	CodeMovementStayed     = "segment.movement-stayed"      // Fact: in the same cell; Mark: in one of the nine on both days
	CodeMovementToStore    = "segment.movement-to-store"    // Fact: nearer to the store brand; Mark: in one of the nine on both days
	CodeMovementToNational = "segment.movement-to-national" // Fact: nearer to national brands; Mark: in one of the nine on both days
	CodeMovementHeavier    = "segment.movement-heavier"     // Fact: use more; Mark: in one of the nine on both days
	CodeMovementLighter    = "segment.movement-lighter"     // Fact: use less; Mark: in one of the nine on both days
	CodeMovementConverted  = "segment.movement-converted"   // Fact: converted to the store brand; Mark: targets
	CodeMovementNoTargets  = "segment.movement-no-targets"  // nobody was a heavy user who was not loyal to the store brand
)

// explainMovement renders the reasons of movement.
func explainMovement(r customer.Reason, language customer.Language) (text string, ok bool) {
	permille, _ := customer.Permille(r.Fact, r.Mark)
	if language == customer.Chinese {
		what := ""
		switch r.Code {
		case CodeMovementBoth:
			what = "两日均在九个格子之一"
		case CodeMovementAppeared:
			what = "仅在后一日进入九个格子之一"
		case CodeMovementVanished:
			what = "仅在前一日位于九个格子之一"
		case CodeMovementStayed:
			what = "留在原格"
		case CodeMovementToStore:
			what = "更靠近商店品牌"
		case CodeMovementToNational:
			what = "更靠近全国性品牌"
		case CodeMovementHeavier:
			what = "用量增加"
		case CodeMovementLighter:
			what = "用量减少"
		case CodeMovementConverted:
			return fmt.Sprintf("转化目标顾客%d人中，%d人转为商店品牌忠诚（%s）", r.Mark, r.Fact, customer.Chinese.Percent(permille)), true
		case CodeMovementNoTargets:
			return "没有可转化的目标顾客：没有人是尚未忠诚于商店品牌的高用量顾客", true
		default:
			return "", false
		}
		return fmt.Sprintf("%d人中有%d人%s（%s）", r.Mark, r.Fact, what, customer.Chinese.Percent(permille)), true
	}
	what := ""
	switch r.Code {
	case CodeMovementBoth:
		what = "are in one of the nine cells on both days"
	case CodeMovementAppeared:
		what = "are in one of the nine cells on the later day only"
	case CodeMovementVanished:
		what = "are in one of the nine cells on the earlier day only"
	case CodeMovementStayed:
		what = "stayed in their cell"
	case CodeMovementToStore:
		what = "moved towards the store brand"
	case CodeMovementToNational:
		what = "moved towards national brands"
	case CodeMovementHeavier:
		what = "use more"
	case CodeMovementLighter:
		what = "use less"
	case CodeMovementConverted:
		what = "heavy users without loyalty to the store brand came over to it"
	case CodeMovementNoTargets:
		return "nobody to convert: no heavy user was without loyalty to the store brand", true
	default:
		return "", false
	}
	return fmt.Sprintf("%d of %d %s (%s)", r.Fact, r.Mark, what, customer.English.Percent(permille)), true
}
