package segment

import (
	"fmt"

	"github.com/rapport-crm/rapport/customer"
)

// The reason codes of product stages. Rule is the rule book's name. A change is (now −
// then)/then in ‰, rounded down, but not onto a mark that it lies above; it is held exactly
// against it. They are format.
const (
	CodeStageNeverSold  = "segment.stage-never-sold" // no sale before the month of the day
	CodeStageGone       = "segment.stage-gone"       // Fact: whole months without a sale; Mark: months that mean discontinued
	CodeStageNew        = "segment.stage-new"        // Fact: months since the first sale; Mark: months of introduction
	CodeStageAge        = "segment.stage-age"        // Fact: months since the first sale; Mark: months of introduction
	CodeStageOlder      = "segment.stage-older"      // Fact: months since the first sale that is known; there may have been others before
	CodeStageShort      = "segment.stage-short"      // Fact: whole months known; Mark: months needed to compare
	CodeStageUnmeasured = "segment.stage-unmeasured" // Fact: lines of both windows without a quantity, which count as nothing
	CodeStageFewUnits   = "segment.stage-few-units"  // Fact: units in both windows; Mark: units needed
	CodeStageSeason     = "segment.stage-season"     // Fact: units from On on; Mark: units in the same months a year before, from By on
	CodeStageBefore     = "segment.stage-before"     // Fact: units from On on; Mark: units in the months just before, from By on
	CodeStageNoBase     = "segment.stage-no-base"    // growth; Fact: units now, after none: there is no rate
	CodeStageStays      = "segment.stage-stays"      // Fact: months in the sitting stage; Mark: months it stays at least

	CodeStageGrows        = "segment.stage-grows"         // Fact: change; Mark: the mark to enter growth, reached
	CodeStageBelowGrowth  = "segment.stage-below-growth"  // Fact: change; Mark: the mark to enter growth, not reached
	CodeStageDeclines     = "segment.stage-declines"      // Fact: change; Mark: the mark to enter decline, reached
	CodeStageAboveDecline = "segment.stage-above-decline" // Fact: change; Mark: the mark to enter decline, not reached
	CodeStageKeptGrowth   = "segment.stage-kept-growth"   // Fact: change; Mark: the mark to leave growth, not reached
	CodeStageKeptDecline  = "segment.stage-kept-decline"  // Fact: change; Mark: the mark to leave decline, not reached
)

func explainProductStage(r customer.Reason, language customer.Language) (text string, ok bool) {
	if language == customer.Chinese {
		return explainProductStageChinese(r)
	}
	percent := language.Percent
	switch r.Code {
	case CodeStageNeverSold:
		text = "not sold in any whole month so far"
	case CodeStageGone:
		text = fmt.Sprintf("no sale for %s, discontinued from %d", stageMonths(r.Fact), r.Mark)
	case CodeStageNew:
		text = fmt.Sprintf("on sale for %s, new until %d", stageMonths(r.Fact), r.Mark)
	case CodeStageAge:
		text = fmt.Sprintf("on sale for %s, no longer new from %d", stageMonths(r.Fact), r.Mark)
	case CodeStageOlder:
		text = fmt.Sprintf("on sale for %s at least: it may be older than what is known", stageMonths(r.Fact))
	case CodeStageShort:
		text = fmt.Sprintf("%s are known, too few to compare: %d are needed", stageMonths(r.Fact), r.Mark)
	case CodeStageUnmeasured:
		text = fmt.Sprintf("lines without a quantity, which count as nothing: %d", r.Fact)
	case CodeStageFewUnits:
		text = fmt.Sprintf("%s units in both windows, too few to tell: %s are needed", units(r.Fact), units(r.Mark))
	case CodeStageSeason:
		text = fmt.Sprintf("%s units from %s on, %s in the same months from %s on", units(r.Fact), language.DayOfYear(r.On), units(r.Mark), language.DayOfYear(r.By))
	case CodeStageBefore:
		text = fmt.Sprintf("%s units from %s on, %s in the months before, from %s on", units(r.Fact), language.DayOfYear(r.On), units(r.Mark), language.DayOfYear(r.By))
	case CodeStageNoBase:
		text = fmt.Sprintf("growth: %s units after none, so there is no rate", units(r.Fact))
	case CodeStageStays:
		text = fmt.Sprintf("in its stage for %s, it stays at least %d", stageMonths(r.Fact), r.Mark)
	case CodeStageGrows:
		text = fmt.Sprintf("change %s, growth from %s", percent(r.Fact), percent(r.Mark))
	case CodeStageBelowGrowth:
		text = fmt.Sprintf("change %s, below %s where growth begins", percent(r.Fact), percent(r.Mark))
	case CodeStageDeclines:
		text = fmt.Sprintf("change %s, decline from %s", percent(r.Fact), percent(r.Mark))
	case CodeStageAboveDecline:
		text = fmt.Sprintf("change %s, above %s where decline begins", percent(r.Fact), percent(r.Mark))
	case CodeStageKeptGrowth:
		text = fmt.Sprintf("stays in growth: change %s, over only at %s", percent(r.Fact), percent(r.Mark))
	case CodeStageKeptDecline:
		text = fmt.Sprintf("stays in decline: change %s, over only at %s", percent(r.Fact), percent(r.Mark))
	}
	return text, text != ""
}

func explainProductStageChinese(r customer.Reason) (text string, ok bool) {
	percent, day := customer.Chinese.Percent, customer.Chinese.DayOfYear
	switch r.Code {
	case CodeStageNeverSold:
		text = "至今没有任何完整月份有销售"
	case CodeStageGone:
		text = fmt.Sprintf("已%d个月没有销售，满%d个月视为退市", r.Fact, r.Mark)
	case CodeStageNew:
		text = fmt.Sprintf("上市%d个月，满%d个月前为导入期", r.Fact, r.Mark)
	case CodeStageAge:
		text = fmt.Sprintf("上市%d个月，已过%d个月的导入期", r.Fact, r.Mark)
	case CodeStageOlder:
		text = fmt.Sprintf("上市至少%d个月，可能早于已知数据", r.Fact)
	case CodeStageShort:
		text = fmt.Sprintf("已知%d个完整月份，不足以比较(需%d个)", r.Fact, r.Mark)
	case CodeStageUnmeasured:
		text = fmt.Sprintf("%d行数量不明，按零计", r.Fact)
	case CodeStageFewUnits:
		text = fmt.Sprintf("两个期间共%s单位，不足以判断(需%s)", units(r.Fact), units(r.Mark))
	case CodeStageSeason:
		text = fmt.Sprintf("自%s起%s单位，上年同期(自%s起)%s单位", day(r.On), units(r.Fact), day(r.By), units(r.Mark))
	case CodeStageBefore:
		text = fmt.Sprintf("自%s起%s单位，此前各月(自%s起)%s单位", day(r.On), units(r.Fact), day(r.By), units(r.Mark))
	case CodeStageNoBase:
		text = fmt.Sprintf("成长期：从零增至%s单位，没有增幅可言", units(r.Fact))
	case CodeStageStays:
		text = fmt.Sprintf("处于当前阶段%d个月，至少保持%d个月", r.Fact, r.Mark)
	case CodeStageGrows:
		text = fmt.Sprintf("变化%s，达到%s即为成长期", percent(r.Fact), percent(r.Mark))
	case CodeStageBelowGrowth:
		text = fmt.Sprintf("变化%s，低于成长期界限%s", percent(r.Fact), percent(r.Mark))
	case CodeStageDeclines:
		text = fmt.Sprintf("变化%s，降到%s即为衰退期", percent(r.Fact), percent(r.Mark))
	case CodeStageAboveDecline:
		text = fmt.Sprintf("变化%s，高于衰退期界限%s", percent(r.Fact), percent(r.Mark))
	case CodeStageKeptGrowth:
		text = fmt.Sprintf("仍为成长期：变化%s，降到%s才结束", percent(r.Fact), percent(r.Mark))
	case CodeStageKeptDecline:
		text = fmt.Sprintf("仍为衰退期：变化%s，升到%s才结束", percent(r.Fact), percent(r.Mark))
	}
	return text, text != ""
}

func stageMonths(n int64) string {
	if n == 1 {
		return "1 month"
	}
	return fmt.Sprintf("%d months", n)
}
