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
// For a sitting customer (kept) Mark is the mark widened by the slack.
const (
	CodeNoCategory    = "segment.no-category"     // Fact: code asked for; Mark: categories known
	CodeTooFewDays    = "segment.too-few-days"    // Fact: distinct days; Mark: days needed
	CodeEnoughDays    = "segment.enough-days"     // Fact: distinct days; Mark: days needed
	CodeUnknownKind   = "segment.unknown-kind"    // Fact: units of unknown brand kind, left out of the share; Mark: all units kept
	CodeNoKnownKind   = "segment.no-known-kind"   // nothing measurable that was kept is of known brand kind
	CodeNoBrandMarks  = "segment.no-brand-marks"  // the category's brand marks were not fitted
	CodeOwnStoreShare = "segment.own-store-share" // Fact: store-brand units; Mark: units of known kind

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
	CodeKeptUsage    = "segment.kept-usage"     // Fact: slack in ‰ of the cuts that follow, which are widened by it
)

// Explain renders a reason of this package as a sentence. A code of another package is
// returned as it is.
func Explain(reason customer.Reason, language customer.Language) string {
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
		return "the category has no brand marks: too few customers bought both kinds, or its marks coincide"
	case CodeOwnStoreShare:
		return fmt.Sprintf("%s of the %s units she bought here are store brand", units(r.Fact), units(r.Mark))
	case CodeStoreLoyal:
		return fmt.Sprintf("store-brand share %s, loyal to the store brand from %s", percent(r.Fact), percent(r.Mark))
	case CodeNationalLoyal:
		return fmt.Sprintf("store-brand share %s, loyal to national brands up to %s", percent(r.Fact), percent(r.Mark))
	case CodeBelowStore:
		return fmt.Sprintf("store-brand share %s, below %s where store loyalty begins", percent(r.Fact), percent(r.Mark))
	case CodeAboveNational:
		return fmt.Sprintf("store-brand share %s, above %s where national loyalty ends", percent(r.Fact), percent(r.Mark))
	case CodeKeptStore:
		return fmt.Sprintf("stays loyal to the store brand: share %s, not below %s", percent(r.Fact), percent(r.Mark))
	case CodeKeptNational:
		return fmt.Sprintf("stays loyal to national brands: share %s, not above %s", percent(r.Fact), percent(r.Mark))
	case CodeKeptBelowStore:
		return fmt.Sprintf("stays a switcher: share %s, store loyal only from %s", percent(r.Fact), percent(r.Mark))
	case CodeKeptAboveNational:
		return fmt.Sprintf("stays a switcher: share %s, national loyal only from %s down", percent(r.Fact), percent(r.Mark))
	case CodeNoUsage:
		return fmt.Sprintf("no measurable amount kept (lines without a quantity: %d)", r.Mark)
	case CodeNoUsageMarks:
		return fmt.Sprintf("bought %s units, but the category has no usage cuts: too many customers bought the same", units(r.Fact))
	case CodeLight:
		return fmt.Sprintf("light: %s units, medium from %s", units(r.Fact), units(r.Mark))
	case CodeFromMedium:
		return fmt.Sprintf("medium: %s units, from %s", units(r.Fact), units(r.Mark))
	case CodeBelowHeavy:
		return fmt.Sprintf("not heavy: %s units, heavy from %s", units(r.Fact), units(r.Mark))
	case CodeHeavy:
		return fmt.Sprintf("heavy: %s units, heavy from %s", units(r.Fact), units(r.Mark))
	case CodeKeptUsage:
		return fmt.Sprintf("keeps her usage class within %s of its cuts", percent(r.Fact))
	}
	return r.Code
}

func explainChinese(r customer.Reason) string {
	switch r.Code {
	case CodeNoCategory:
		return fmt.Sprintf("品类%d不在规则%s的%d个品类之中", r.Fact, r.Rule, r.Mark)
	case CodeTooFewDays:
		return fmt.Sprintf("购买日仅%d天,不足以判断品牌倾向(需%d天)", r.Fact, r.Mark)
	case CodeEnoughDays:
		return fmt.Sprintf("购买日%d天,足以判断品牌倾向(需%d天)", r.Fact, r.Mark)
	case CodeUnknownKind:
		return fmt.Sprintf("%[2]s单位中有%[1]s单位品牌类别不明,不计入份额", units(r.Fact), units(r.Mark))
	case CodeNoKnownKind:
		return "保留的商品中没有品牌类别已知且可计量的商品"
	case CodeNoBrandMarks:
		return "该品类没有品牌界限:两类品牌都买的顾客太少,或界限重合"
	case CodeOwnStoreShare:
		return fmt.Sprintf("在本店购买的%[2]s单位中,商店品牌占%[1]s单位", units(r.Fact), units(r.Mark))
	case CodeStoreLoyal:
		return fmt.Sprintf("商店品牌份额%s,达到%s即为商店品牌忠诚", percent(r.Fact), percent(r.Mark))
	case CodeNationalLoyal:
		return fmt.Sprintf("商店品牌份额%s,不超过%s即为全国性品牌忠诚", percent(r.Fact), percent(r.Mark))
	case CodeBelowStore:
		return fmt.Sprintf("商店品牌份额%s,低于商店品牌忠诚界限%s", percent(r.Fact), percent(r.Mark))
	case CodeAboveNational:
		return fmt.Sprintf("商店品牌份额%s,高于全国性品牌忠诚界限%s", percent(r.Fact), percent(r.Mark))
	case CodeKeptStore:
		return fmt.Sprintf("保持商店品牌忠诚:份额%s,未低于%s", percent(r.Fact), percent(r.Mark))
	case CodeKeptNational:
		return fmt.Sprintf("保持全国性品牌忠诚:份额%s,未高于%s", percent(r.Fact), percent(r.Mark))
	case CodeKeptBelowStore:
		return fmt.Sprintf("仍为摇摆不定者:份额%s,达到%s才转为商店品牌忠诚", percent(r.Fact), percent(r.Mark))
	case CodeKeptAboveNational:
		return fmt.Sprintf("仍为摇摆不定者:份额%s,降到%s才转为全国性品牌忠诚", percent(r.Fact), percent(r.Mark))
	case CodeNoUsage:
		return fmt.Sprintf("没有可计量的购买(%d行数量不明)", r.Mark)
	case CodeNoUsageMarks:
		return fmt.Sprintf("购买%s单位,但该品类没有用量界限:购买量相同的顾客太多", units(r.Fact))
	case CodeLight:
		return fmt.Sprintf("低用量:%s单位,中用量从%s起", units(r.Fact), units(r.Mark))
	case CodeFromMedium:
		return fmt.Sprintf("中用量:%s单位,从%s起", units(r.Fact), units(r.Mark))
	case CodeBelowHeavy:
		return fmt.Sprintf("未达高用量:%s单位,高用量从%s起", units(r.Fact), units(r.Mark))
	case CodeHeavy:
		return fmt.Sprintf("高用量:%s单位,从%s起", units(r.Fact), units(r.Mark))
	case CodeKeptUsage:
		return fmt.Sprintf("在界限上下%s以内保持原用量等级", percent(r.Fact))
	}
	return r.Code
}

// units writes thousandths of a base unit: 1500 is 1.5.
func units(thousandths int64) string { return decimal.New(thousandths, -UnitDigits).String() }

// percent writes thousandths of a whole: 667 is 66.7 %.
func percent(permille int64) string { return decimal.New(permille, -1).String() + " %" }

func days(n int64) string {
	if n == 1 {
		return "day"
	}
	return "days"
}
