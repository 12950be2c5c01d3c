package segment

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/rapport-crm/rapport/customer"
)

// The reason codes of an audience. In each, Rule is the audience's name and the leaf's
// place in its tree: "young-women/3 all[1].label[gender]". They are format.
//
// Of a cell, Fact is 10 × brand + usage, each 0 (unknown) to 3, and Mark the set of cells
// asked for, one bit each, that of Cells()[0] the lowest. Numbers are in the unit of the
// rule; RFM scores have none. Of returns, Fact is what came back in ‰ of what was bought,
// rounded down, or up where it is over the mark, and Mark is in ‰; the comparison itself is
// exact. Of a tenure in months, On is the first day and By the one that completes them.
const (
	CodeAudienceTrait    = "segment.audience-trait"     // she has the trait
	CodeAudienceNotTrait = "segment.audience-not-trait" // it was looked for and not found
	CodeAudienceNoTrait  = "segment.audience-no-trait"  // it was not looked for

	CodeAudienceCell    = "segment.audience-cell"     // it is one of them
	CodeAudienceNotCell = "segment.audience-not-cell" // it is none of them
	CodeAudienceNoCell  = "segment.audience-no-cell"  // too little of it is known

	CodeAudienceGroup    = "segment.audience-group"     // her RFM group is one of Mark groups
	CodeAudienceNotGroup = "segment.audience-not-group" // it is none of Mark groups
	CodeAudienceNoGroup  = "segment.audience-no-group"  // it is not known, which Mark groups ask for

	CodeAudienceLabel    = "segment.audience-label"     // one of her texts, Fact in number, is among the Mark asked for
	CodeAudienceNotLabel = "segment.audience-not-label" // none of her Fact texts is among the Mark asked for
	CodeAudienceNoLabel  = "segment.audience-no-label"  // she has no text, of the Mark asked for

	CodeAudienceFrom      = "segment.audience-from"       // Fact is Mark or more
	CodeAudienceBelow     = "segment.audience-below"      // Fact is less than Mark
	CodeAudienceTo        = "segment.audience-to"         // Fact is Mark or less
	CodeAudienceAbove     = "segment.audience-above"      // Fact is more than Mark
	CodeAudienceNoNumber  = "segment.audience-no-number"  // the figure is not known
	CodeAudienceOtherUnit = "segment.audience-other-unit" // Fact is in another unit than the one asked for

	CodeAudienceAgeFrom  = "segment.audience-age-from"  // Fact: completed years; Mark or more
	CodeAudienceAgeBelow = "segment.audience-age-below" // Fact: completed years; less than Mark
	CodeAudienceAgeTo    = "segment.audience-age-to"    // Fact: completed years; Mark or less
	CodeAudienceAgeAbove = "segment.audience-age-above" // Fact: completed years; more than Mark
	CodeAudienceNoAge    = "segment.audience-no-age"    // the day of birth is not known

	CodeAudienceReturns        = "segment.audience-returns"          // Mark or less
	CodeAudienceTooManyReturns = "segment.audience-too-many-returns" // more than Mark
	CodeAudienceNoReturns      = "segment.audience-no-returns"       // not known, or nothing was bought
	CodeAudiencePayments       = "segment.audience-payments"         // Fact: overdue payments, Mark or fewer
	CodeAudienceOverdue        = "segment.audience-overdue"          // Fact: overdue payments, more than Mark
	CodeAudienceNoPayments     = "segment.audience-no-payments"      // not known
	CodeAudienceTenure         = "segment.audience-tenure"           // Fact: days; Mark or more
	CodeAudienceTooNew         = "segment.audience-too-new"          // Fact: days; less than Mark
	CodeAudienceNoTenure       = "segment.audience-no-tenure"        // the first day is not known

	CodeAudienceScope     = "segment.audience-scope"      // she belongs to it; Mark: the level, 1 to 3
	CodeAudienceNotScope  = "segment.audience-not-scope"  // she belongs to another; Mark: the level
	CodeAudienceNoScope   = "segment.audience-no-scope"   // it is not known; Mark: the level
	CodeAudienceTarget    = "segment.audience-target"     // Fact and Mark: 1 person, 2 group
	CodeAudienceNotTarget = "segment.audience-not-target" // Fact: what she is; Mark: what is asked for
	CodeAudienceNoTarget  = "segment.audience-no-target"  // it is not known; Mark: what is asked for
)

// explainAudience renders the reasons of an audience: the leaf, and what it found.
func explainAudience(r customer.Reason, language customer.Language) (text string, ok bool) {
	if !strings.HasPrefix(r.Code, "segment.audience-") {
		return "", false
	}
	separator := ": "
	if language == customer.Chinese {
		text, separator = audienceChinese(r), "："
	} else {
		text = audienceEnglish(r)
	}
	if text == "" {
		return "", false
	}
	return r.Rule + separator + text, true
}

func audienceEnglish(r customer.Reason) string {
	figure := func(n int64) string { return conditionFigureText(n, r.Unit, customer.English) }
	switch r.Code {
	case CodeAudienceTrait:
		return "she has the trait"
	case CodeAudienceNotTrait:
		return "she does not have the trait"
	case CodeAudienceNoTrait:
		return "the trait was not looked for"
	case CodeAudienceCell:
		return fmt.Sprintf("her cell %s is one of %s", conditionCellText(r.Fact), conditionCellsText(r.Mark, ", "))
	case CodeAudienceNotCell:
		return fmt.Sprintf("her cell %s is none of %s", conditionCellText(r.Fact), conditionCellsText(r.Mark, ", "))
	case CodeAudienceNoCell:
		return fmt.Sprintf("her cell %s does not tell whether it is one of %s", conditionCellText(r.Fact), conditionCellsText(r.Mark, ", "))
	case CodeAudienceGroup:
		return fmt.Sprintf("her RFM group is among the %d asked for", r.Mark)
	case CodeAudienceNotGroup:
		return fmt.Sprintf("her RFM group is not among the %d asked for", r.Mark)
	case CodeAudienceNoGroup:
		return "her RFM group is not known"
	case CodeAudienceLabel:
		return fmt.Sprintf("of her texts (%d) one is among the %d asked for", r.Fact, r.Mark)
	case CodeAudienceNotLabel:
		return fmt.Sprintf("of her texts (%d) none is among the %d asked for", r.Fact, r.Mark)
	case CodeAudienceNoLabel:
		return "it is not known of her"
	case CodeAudienceFrom:
		return fmt.Sprintf("%s, at least %s", figure(r.Fact), figure(r.Mark))
	case CodeAudienceBelow:
		return fmt.Sprintf("%s, below %s", figure(r.Fact), figure(r.Mark))
	case CodeAudienceTo:
		return fmt.Sprintf("%s, at most %s", figure(r.Fact), figure(r.Mark))
	case CodeAudienceAbove:
		return fmt.Sprintf("%s, above %s", figure(r.Fact), figure(r.Mark))
	case CodeAudienceNoNumber:
		return "the figure is not known"
	case CodeAudienceOtherUnit:
		return fmt.Sprintf("%s is not in the unit asked for", figure(r.Fact))
	case CodeAudienceAgeFrom:
		return fmt.Sprintf("%d years old, at least %d", r.Fact, r.Mark)
	case CodeAudienceAgeBelow:
		return fmt.Sprintf("%d years old, younger than %d", r.Fact, r.Mark)
	case CodeAudienceAgeTo:
		return fmt.Sprintf("%d years old, at most %d", r.Fact, r.Mark)
	case CodeAudienceAgeAbove:
		return fmt.Sprintf("%d years old, older than %d", r.Fact, r.Mark)
	case CodeAudienceNoAge:
		return "the day of birth is not known"
	}
	return recordEnglish(r)
}

func recordEnglish(r customer.Reason) string {
	percent := customer.English.Percent
	switch r.Code {
	case CodeAudienceReturns:
		return fmt.Sprintf("brought back %s, at most %s", percent(r.Fact), percent(r.Mark))
	case CodeAudienceTooManyReturns:
		return fmt.Sprintf("brought back %s, more than %s", percent(r.Fact), percent(r.Mark))
	case CodeAudienceNoReturns:
		return "no rate of returns is known"
	case CodeAudiencePayments:
		return fmt.Sprintf("overdue payments: %d, at most %d", r.Fact, r.Mark)
	case CodeAudienceOverdue:
		return fmt.Sprintf("overdue payments: %d, more than %d", r.Fact, r.Mark)
	case CodeAudienceNoPayments:
		return "nothing is known of her payments"
	case CodeAudienceTenure:
		return fmt.Sprintf("a customer for %s, at least %s", conditionFigureText(r.Fact, customer.UnitDays, customer.English), conditionFigureText(r.Mark, customer.UnitDays, customer.English))
	case CodeAudienceTooNew:
		return fmt.Sprintf("a customer for %s, less than %s", conditionFigureText(r.Fact, customer.UnitDays, customer.English), conditionFigureText(r.Mark, customer.UnitDays, customer.English))
	case CodeAudienceNoTenure:
		return "it is not known since when she is a customer"
	case CodeAudienceScope:
		return fmt.Sprintf("she belongs to this %s", audienceLevelText(r.Mark, customer.English))
	case CodeAudienceNotScope:
		return fmt.Sprintf("she belongs to another %s", audienceLevelText(r.Mark, customer.English))
	case CodeAudienceNoScope:
		return fmt.Sprintf("her %s is not known", audienceLevelText(r.Mark, customer.English))
	case CodeAudienceTarget:
		return fmt.Sprintf("the customer is a %s", audienceKindText(r.Fact, customer.English))
	case CodeAudienceNotTarget:
		return fmt.Sprintf("the customer is a %s, not a %s", audienceKindText(r.Fact, customer.English), audienceKindText(r.Mark, customer.English))
	case CodeAudienceNoTarget:
		return fmt.Sprintf("it is not known whether the customer is a %s", audienceKindText(r.Mark, customer.English))
	}
	return ""
}

func audienceChinese(r customer.Reason) string {
	figure := func(n int64) string { return conditionFigureText(n, r.Unit, customer.Chinese) }
	switch r.Code {
	case CodeAudienceTrait:
		return "具有该特征"
	case CodeAudienceNotTrait:
		return "不具有该特征"
	case CodeAudienceNoTrait:
		return "未推断该特征"
	case CodeAudienceCell:
		return fmt.Sprintf("所在格%s属于所要求的%s", conditionCellText(r.Fact), conditionCellsText(r.Mark, "、"))
	case CodeAudienceNotCell:
		return fmt.Sprintf("所在格%s不属于所要求的%s", conditionCellText(r.Fact), conditionCellsText(r.Mark, "、"))
	case CodeAudienceNoCell:
		return fmt.Sprintf("由所在格%s无法判断是否属于所要求的%s", conditionCellText(r.Fact), conditionCellsText(r.Mark, "、"))
	case CodeAudienceGroup:
		return fmt.Sprintf("RFM组属于所要求的%d组", r.Mark)
	case CodeAudienceNotGroup:
		return fmt.Sprintf("RFM组不属于所要求的%d组", r.Mark)
	case CodeAudienceNoGroup:
		return "RFM组未知"
	case CodeAudienceLabel:
		return fmt.Sprintf("已有标签(%d个)中有一个属于所要求的%d个", r.Fact, r.Mark)
	case CodeAudienceNotLabel:
		return fmt.Sprintf("已有标签(%d个)均不属于所要求的%d个", r.Fact, r.Mark)
	case CodeAudienceNoLabel:
		return "该项未知"
	case CodeAudienceFrom:
		return fmt.Sprintf("%s，不低于%s", figure(r.Fact), figure(r.Mark))
	case CodeAudienceBelow:
		return fmt.Sprintf("%s，低于%s", figure(r.Fact), figure(r.Mark))
	case CodeAudienceTo:
		return fmt.Sprintf("%s，不超过%s", figure(r.Fact), figure(r.Mark))
	case CodeAudienceAbove:
		return fmt.Sprintf("%s，超过%s", figure(r.Fact), figure(r.Mark))
	case CodeAudienceNoNumber:
		return "该数值未知"
	case CodeAudienceOtherUnit:
		return fmt.Sprintf("%s的单位与所要求的不同", figure(r.Fact))
	case CodeAudienceAgeFrom:
		return fmt.Sprintf("%d周岁，不小于%d周岁", r.Fact, r.Mark)
	case CodeAudienceAgeBelow:
		return fmt.Sprintf("%d周岁，小于%d周岁", r.Fact, r.Mark)
	case CodeAudienceAgeTo:
		return fmt.Sprintf("%d周岁，不大于%d周岁", r.Fact, r.Mark)
	case CodeAudienceAgeAbove:
		return fmt.Sprintf("%d周岁，大于%d周岁", r.Fact, r.Mark)
	case CodeAudienceNoAge:
		return "出生日期未知"
	}
	return recordChinese(r)
}

func recordChinese(r customer.Reason) string {
	percent := customer.Chinese.Percent
	switch r.Code {
	case CodeAudienceReturns:
		return fmt.Sprintf("退货率%s，不超过%s", percent(r.Fact), percent(r.Mark))
	case CodeAudienceTooManyReturns:
		return fmt.Sprintf("退货率%s，超过%s", percent(r.Fact), percent(r.Mark))
	case CodeAudienceNoReturns:
		return "退货率未知"
	case CodeAudiencePayments:
		return fmt.Sprintf("逾期付款%d次，不超过%d次", r.Fact, r.Mark)
	case CodeAudienceOverdue:
		return fmt.Sprintf("逾期付款%d次，超过%d次", r.Fact, r.Mark)
	case CodeAudienceNoPayments:
		return "付款情况未知"
	case CodeAudienceTenure:
		return fmt.Sprintf("成为顾客%d天，不少于%d天", r.Fact, r.Mark)
	case CodeAudienceTooNew:
		return fmt.Sprintf("成为顾客%d天，不足%d天", r.Fact, r.Mark)
	case CodeAudienceNoTenure:
		return "何时成为顾客未知"
	case CodeAudienceScope:
		return fmt.Sprintf("属于该%s", audienceLevelText(r.Mark, customer.Chinese))
	case CodeAudienceNotScope:
		return fmt.Sprintf("属于其他%s", audienceLevelText(r.Mark, customer.Chinese))
	case CodeAudienceNoScope:
		return fmt.Sprintf("所属%s未知", audienceLevelText(r.Mark, customer.Chinese))
	case CodeAudienceTarget:
		return fmt.Sprintf("客户为%s", audienceKindText(r.Fact, customer.Chinese))
	case CodeAudienceNotTarget:
		return fmt.Sprintf("客户为%s，而非%s", audienceKindText(r.Fact, customer.Chinese), audienceKindText(r.Mark, customer.Chinese))
	case CodeAudienceNoTarget:
		return fmt.Sprintf("客户是否为%s未知", audienceKindText(r.Mark, customer.Chinese))
	}
	return ""
}

// conditionCellText writes a cell as reasons number it: 31 is store-loyal/light.
func conditionCellText(number int64) string {
	return Cell{Brand: Brand(number / 10 % 10), Usage: Usage(number % 10)}.String()
}

// conditionCellsText names the cells of a set: how many they are would tell nobody which.
func conditionCellsText(set int64, separator string) string {
	var names []string
	for i, cell := range Cells() {
		if set>>i&1 == 1 {
			names = append(names, cell.String())
		}
	}
	return strings.Join(names, separator)
}

func audienceLevelText(level int64, language customer.Language) string {
	chinese := language == customer.Chinese
	switch AudienceLevel(level & 0xff) {
	case AudienceIndustry:
		return audienceWord(chinese, "行业", "industry")
	case AudienceEnterprise:
		return audienceWord(chinese, "企业", "enterprise")
	case AudienceDepartment:
		return audienceWord(chinese, "客户服务部门", "service department")
	}
	return audienceWord(chinese, "范围", "scope")
}

func audienceKindText(kind int64, language customer.Language) string {
	chinese := language == customer.Chinese
	switch AudienceKind(kind & 0xff) {
	case AudiencePerson:
		return audienceWord(chinese, "个人", "person")
	case AudienceGroup:
		return audienceWord(chinese, "团体", "group")
	}
	return audienceWord(chinese, "其他", "stranger")
}

func audienceWord(first bool, a, b string) string {
	if first {
		return a
	}
	return b
}

// conditionFigureText writes a figure with its unit, where it has one that reads by itself.
func conditionFigureText(n int64, unit customer.Unit, language customer.Language) string {
	switch {
	case unit == customer.UnitPermille:
		return language.Percent(n)
	case unit == customer.UnitUsage:
		return units(n)
	case unit == customer.UnitDays && language == customer.Chinese:
		return fmt.Sprintf("%d天", n)
	case unit == customer.UnitDays:
		return fmt.Sprintf("%d %s", n, days(n))
	}
	return strconv.FormatInt(n, 10)
}
