package segment

import (
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
)

// The reason codes of a classification. In each, Rule is the rule book's name. They
// are format.
//
// In the codes of the brand axis Fact is the share in ‰, rounded down, and Mark the
// mark in ‰; the comparison itself is that of the two figures of CodeOwnStoreShare.
// For a sitting customer (kept) Mark is the mark widened by the slack; a cut of usage is
// then rounded up to a thousandth of a unit.
const (
	CodeNoCategory      = "segment.no-category"      // Fact: code asked for; Mark: categories known
	CodeTooFewDays      = "segment.too-few-days"     // Fact: distinct days; Mark: days needed
	CodeEnoughDays      = "segment.enough-days"      // Fact: distinct days; Mark: days needed
	CodeUnknownKind     = "segment.unknown-kind"     // Fact: units of unknown brand kind, left out of the share; Mark: all units kept
	CodeNoKnownKind     = "segment.no-known-kind"    // nothing measurable that was kept is of known brand kind
	CodeUnmatchedReturn = "segment.unmatched-return" // Fact: units of unknown kind brought back beyond those bought, so taken off nothing
	CodeNoBrandMarks    = "segment.no-brand-marks"   // the category's brand marks were not fitted
	CodeOwnStoreShare   = "segment.own-store-share"  // Fact: store-brand units; Mark: units of known kind

	CodeStoreLoyal    = "segment.store-loyal"    // share is Mark or more
	CodeNationalLoyal = "segment.national-loyal" // share is Mark or less
	CodeBelowStore    = "segment.below-store"    // share is less than Mark
	CodeAboveNational = "segment.above-national" // share is more than Mark

	CodeKeptStore         = "segment.kept-store"          // share is Mark or more
	CodeKeptNational      = "segment.kept-national"       // share is Mark or less
	CodeKeptBelowStore    = "segment.kept-below-store"    // share is less than Mark
	CodeKeptAboveNational = "segment.kept-above-national" // share is more than Mark

	CodeNoUsage      = "segment.no-usage"       // Mark: lines whose quantity is not known
	CodeNoUsageMarks = "segment.no-usage-marks" // Fact: units; the category's cuts were not fitted
	CodeLight        = "segment.light"          // Fact: units, less than Mark
	CodeFromMedium   = "segment.from-medium"    // Fact: units, Mark or more
	CodeBelowHeavy   = "segment.below-heavy"    // Fact: units, less than Mark
	CodeHeavy        = "segment.heavy"          // Fact: units, Mark or more

	CodeKeptHeavy      = "segment.kept-heavy"       // Mark or more
	CodeKeptFromMedium = "segment.kept-from-medium" // Mark or more
	CodeKeptBelowHeavy = "segment.kept-below-heavy" // less than Mark
	CodeKeptLight      = "segment.kept-light"       // less than Mark
)

// Explain renders a reason of this package as a sentence. A code of package customer
// is rendered too; any other is returned as it is.
func Explain(reason customer.Reason, language customer.Language) string {
	for _, explain := range [...]func(customer.Reason, customer.Language) (string, bool){
		explainRFM, explainAudience, explainTrait, explainValue,
		explainProductGrade, explainCommission, explainProductStage, explainGrowth,
		explainMovement, explainBasket, explainDependence, explainDirichlet,
		explainAffinity, explainReport,
	} {
		if text, ok := explain(reason, language); ok {
			return text
		}
	}
	if language == customer.Chinese {
		return explainChinese(reason)
	}
	return explainEnglish(reason)
}

func explainEnglish(r customer.Reason) string {
	switch r.Code {
	case CodeNoCategory:
		return fmt.Sprintf("category %d is not one of the %d in rule book %s", r.Fact, r.Mark, r.Rule)
	case CodeTooFewDays:
		return fmt.Sprintf("bought on %d %s, too few to tell the brand: %d are needed", r.Fact, days(r.Fact), r.Mark)
	case CodeEnoughDays:
		return fmt.Sprintf("bought on %d %s, enough to tell the brand (%d needed)", r.Fact, days(r.Fact), r.Mark)
	case CodeUnknownKind:
		return fmt.Sprintf("%s of %s units are of unknown brand and left out of the share", units(r.Fact), units(r.Mark))
	case CodeNoKnownKind:
		return "nothing measurable that she kept is of a known brand"
	case CodeNoBrandMarks:
		return "no brand marks have been fitted for the category"
	case CodeOwnStoreShare:
		return fmt.Sprintf("%s of the %s units she kept, bought here, are store brand", units(r.Fact), units(r.Mark))
	case CodeStoreLoyal:
		return fmt.Sprintf("store-brand share %s, loyal to the store brand from %s", customer.English.Percent(r.Fact), customer.English.Percent(r.Mark))
	case CodeNationalLoyal:
		return fmt.Sprintf("store-brand share %s, loyal to national brands up to %s", customer.English.Percent(r.Fact), customer.English.Percent(r.Mark))
	case CodeBelowStore:
		return fmt.Sprintf("store-brand share %s, below %s where store loyalty begins", customer.English.Percent(r.Fact), customer.English.Percent(r.Mark))
	case CodeAboveNational:
		return fmt.Sprintf("store-brand share %s, above %s where national loyalty ends", customer.English.Percent(r.Fact), customer.English.Percent(r.Mark))
	case CodeKeptStore:
		return fmt.Sprintf("stays loyal to the store brand: share %s, not below %s", customer.English.Percent(r.Fact), customer.English.Percent(r.Mark))
	case CodeKeptNational:
		return fmt.Sprintf("stays loyal to national brands: share %s, not above %s", customer.English.Percent(r.Fact), customer.English.Percent(r.Mark))
	case CodeKeptBelowStore:
		return fmt.Sprintf("stays a switcher: share %s, store loyal only from %s", customer.English.Percent(r.Fact), customer.English.Percent(r.Mark))
	case CodeKeptAboveNational:
		return fmt.Sprintf("stays a switcher: share %s, national loyal only from %s down", customer.English.Percent(r.Fact), customer.English.Percent(r.Mark))
	case CodeNoUsage:
		return fmt.Sprintf("no measurable amount kept (lines without a quantity: %d)", r.Mark)
	case CodeNoUsageMarks:
		return fmt.Sprintf("bought %s units, but no usage cuts have been fitted for the category", units(r.Fact))
	case CodeLight:
		return fmt.Sprintf("light: %s units, medium from %s", units(r.Fact), units(r.Mark))
	case CodeFromMedium:
		return fmt.Sprintf("medium: %s units, from %s", units(r.Fact), units(r.Mark))
	case CodeBelowHeavy:
		return fmt.Sprintf("not heavy: %s units, heavy from %s", units(r.Fact), units(r.Mark))
	case CodeHeavy:
		return fmt.Sprintf("heavy: %s units, heavy from %s", units(r.Fact), units(r.Mark))
	case CodeKeptHeavy:
		return fmt.Sprintf("stays heavy: %s units, not below %s", units(r.Fact), units(r.Mark))
	case CodeKeptFromMedium:
		return fmt.Sprintf("stays medium: %s units, not below %s", units(r.Fact), units(r.Mark))
	case CodeKeptBelowHeavy:
		return fmt.Sprintf("stays medium: %s units, heavy only from %s", units(r.Fact), units(r.Mark))
	case CodeKeptLight:
		return fmt.Sprintf("stays light: %s units, medium only from %s", units(r.Fact), units(r.Mark))
	case CodeUnmatchedReturn:
		return fmt.Sprintf("%s units came back without their brand and are taken off nothing", units(r.Fact))
	}
	return customer.Explain(r, customer.English)
}

func explainChinese(r customer.Reason) string {
	switch r.Code {
	case CodeNoCategory:
		return fmt.Sprintf("品类%d不在规则%s的%d个品类之中", r.Fact, r.Rule, r.Mark)
	case CodeTooFewDays:
		return fmt.Sprintf("购买日仅%d天，不足以判断品牌倾向(需%d天)", r.Fact, r.Mark)
	case CodeEnoughDays:
		return fmt.Sprintf("购买日%d天，足以判断品牌倾向(需%d天)", r.Fact, r.Mark)
	case CodeUnknownKind:
		return fmt.Sprintf("%[2]s单位中有%[1]s单位品牌类别不明，不计入份额", units(r.Fact), units(r.Mark))
	case CodeNoKnownKind:
		return "保留的商品中没有品牌类别已知且可计量的商品"
	case CodeNoBrandMarks:
		return "该品类的品牌界限尚未拟合"
	case CodeOwnStoreShare:
		return fmt.Sprintf("在本店购买并保留的%[2]s单位中，商店品牌占%[1]s单位", units(r.Fact), units(r.Mark))
	case CodeStoreLoyal:
		return fmt.Sprintf("商店品牌份额%s，达到%s即为商店品牌忠诚", customer.Chinese.Percent(r.Fact), customer.Chinese.Percent(r.Mark))
	case CodeNationalLoyal:
		return fmt.Sprintf("商店品牌份额%s，不超过%s即为全国性品牌忠诚", customer.Chinese.Percent(r.Fact), customer.Chinese.Percent(r.Mark))
	case CodeBelowStore:
		return fmt.Sprintf("商店品牌份额%s，低于商店品牌忠诚界限%s", customer.Chinese.Percent(r.Fact), customer.Chinese.Percent(r.Mark))
	case CodeAboveNational:
		return fmt.Sprintf("商店品牌份额%s，高于全国性品牌忠诚界限%s", customer.Chinese.Percent(r.Fact), customer.Chinese.Percent(r.Mark))
	case CodeKeptStore:
		return fmt.Sprintf("保持商店品牌忠诚：份额%s，未低于%s", customer.Chinese.Percent(r.Fact), customer.Chinese.Percent(r.Mark))
	case CodeKeptNational:
		return fmt.Sprintf("保持全国性品牌忠诚：份额%s，未高于%s", customer.Chinese.Percent(r.Fact), customer.Chinese.Percent(r.Mark))
	case CodeKeptBelowStore:
		return fmt.Sprintf("仍为摇摆不定者：份额%s，达到%s才转为商店品牌忠诚", customer.Chinese.Percent(r.Fact), customer.Chinese.Percent(r.Mark))
	case CodeKeptAboveNational:
		return fmt.Sprintf("仍为摇摆不定者：份额%s，降到%s才转为全国性品牌忠诚", customer.Chinese.Percent(r.Fact), customer.Chinese.Percent(r.Mark))
	case CodeNoUsage:
		return fmt.Sprintf("没有可计量的购买(%d行数量不明)", r.Mark)
	case CodeNoUsageMarks:
		return fmt.Sprintf("购买%s单位，但该品类的用量界限尚未拟合", units(r.Fact))
	case CodeLight:
		return fmt.Sprintf("低用量：%s单位，中用量从%s起", units(r.Fact), units(r.Mark))
	case CodeFromMedium:
		return fmt.Sprintf("中用量：%s单位，从%s起", units(r.Fact), units(r.Mark))
	case CodeBelowHeavy:
		return fmt.Sprintf("未达高用量：%s单位，高用量从%s起", units(r.Fact), units(r.Mark))
	case CodeHeavy:
		return fmt.Sprintf("高用量：%s单位，从%s起", units(r.Fact), units(r.Mark))
	case CodeKeptHeavy:
		return fmt.Sprintf("保持高用量：%s单位，未低于%s", units(r.Fact), units(r.Mark))
	case CodeKeptFromMedium:
		return fmt.Sprintf("保持中用量：%s单位，未低于%s", units(r.Fact), units(r.Mark))
	case CodeKeptBelowHeavy:
		return fmt.Sprintf("保持中用量：%s单位，达到%s才转为高用量", units(r.Fact), units(r.Mark))
	case CodeKeptLight:
		return fmt.Sprintf("保持低用量：%s单位，达到%s才转为中用量", units(r.Fact), units(r.Mark))
	case CodeUnmatchedReturn:
		return fmt.Sprintf("退回%s单位但品牌不明，未从任何品牌中扣除", units(r.Fact))
	}
	return customer.Explain(r, customer.Chinese)
}

// units writes thousandths of a base unit: 1500 is 1.5.
func units(thousandths int64) string { return decimal.New(thousandths, -UnitDigits).String() }

func days(n int64) string {
	if n == 1 {
		return "day"
	}
	return "days"
}
