package segment

import (
	"fmt"
	"math"

	"github.com/rapport-crm/rapport/customer"
)

// The reason codes of service classes. Rule is the rule book's name with the class's text
// behind it. In the codes of conditions Fact is the customer's figure and Mark what it is
// held against; which of the two is greater says whether she has the condition. The codes
// are format.
const (
	CodeServiceProfitFrom     = "segment.service-profit-from"     // at least Mark, in minor units
	CodeServiceProfitUpTo     = "segment.service-profit-up-to"    // at most Mark, in minor units
	CodeServiceCategoriesFrom = "segment.service-categories-from" // at least Mark
	CodeServiceCategoriesUpTo = "segment.service-categories-up-to"
	CodeServiceProductsFrom   = "segment.service-products-from"
	CodeServiceProductsUpTo   = "segment.service-products-up-to"
	CodeServiceContactsFrom   = "segment.service-contacts-from"
	CodeServiceContactsUpTo   = "segment.service-contacts-up-to"
	CodeServiceSecondsFrom    = "segment.service-seconds-from"
	CodeServiceSecondsUpTo    = "segment.service-seconds-up-to"
	CodeServiceDemandsFrom    = "segment.service-demands-from"
	CodeServiceDemandsUpTo    = "segment.service-demands-up-to"
	CodeServiceNoFigure       = "segment.service-no-figure" // Fact: the ServiceMeasure, which is not known of her
	CodeServiceNoMark         = "segment.service-no-mark"   // Fact: the ServiceMeasure, whose mark was not fitted, so that nobody has the condition

	CodeServiceBig       = "segment.service-big"             // she is of the class
	CodeServiceHeavy     = "segment.service-heavy"           // she is of the class
	CodeServiceDemanding = "segment.service-demanding-light" // she is of the class
	CodeServiceSelective = "segment.service-selective"       // she is of the class
	CodeServiceRest      = "segment.service-rest"            // she is of none of them
	CodeServiceUnknown   = "segment.service-unknown"         // her class is not known

	CodeServiceMaybeBig       = "segment.service-maybe-big" // she may be of the class: a figure of it, or of a class before it, is not known
	CodeServiceMaybeHeavy     = "segment.service-maybe-heavy"
	CodeServiceMaybeDemanding = "segment.service-maybe-demanding-light"
	CodeServiceMaybeSelective = "segment.service-maybe-selective"

	CodeServiceAlsoBig       = "segment.service-also-big" // she fits, but a class before it has her
	CodeServiceAlsoHeavy     = "segment.service-also-heavy"
	CodeServiceAlsoDemanding = "segment.service-also-demanding-light"
	CodeServiceAlsoSelective = "segment.service-also-selective"

	CodeServiceNotBig       = "segment.service-not-big" // she lacks a condition, or one is not known and a class before it has her
	CodeServiceNotHeavy     = "segment.service-not-heavy"
	CodeServiceNotDemanding = "segment.service-not-demanding-light"
	CodeServiceNotSelective = "segment.service-not-selective"
)

// code picks the code of a class.
func (c ServiceClass) code(big, heavy, demanding, selective string) string {
	switch c {
	case ServiceBig:
		return big
	case ServiceHeavy:
		return heavy
	case ServiceDemanding:
		return demanding
	case ServiceSelective:
		return selective
	case ServiceRest, ServiceUnknown:
	}
	return CodeServiceRest
}

// code returns the code of a condition.
func (c serviceCondition) code() string {
	from, upTo := "", ""
	switch c.measure {
	case ServiceProfit:
		from, upTo = CodeServiceProfitFrom, CodeServiceProfitUpTo
	case ServiceCategories:
		from, upTo = CodeServiceCategoriesFrom, CodeServiceCategoriesUpTo
	case ServiceProducts:
		from, upTo = CodeServiceProductsFrom, CodeServiceProductsUpTo
	case ServiceContacts:
		from, upTo = CodeServiceContactsFrom, CodeServiceContactsUpTo
	case ServiceSeconds:
		from, upTo = CodeServiceSecondsFrom, CodeServiceSecondsUpTo
	case ServiceDemands:
		from, upTo = CodeServiceDemandsFrom, CodeServiceDemandsUpTo
	}
	if c.side == ServiceAtLeast {
		return from
	}
	return upTo
}

// Explain renders a reason of this package as a sentence, with money in the book's
// currency. A code of package customer is rendered too; any other is returned as it is.
func (b *ServiceBook) Explain(reason customer.Reason, language customer.Language) string {
	if text, ok := serviceText(reason, language, b.currency.Text); ok {
		return text
	}
	return Explain(reason, language)
}

func serviceText(r customer.Reason, language customer.Language, money func(int64) string) (string, bool) {
	text := serviceConditionText(r, language, money)
	if text == "" {
		text = serviceClassText(r, language)
	}
	return text, text != ""
}

// serviceConditionText renders a condition: the figure and what is asked for, or which of
// the two there is not.
func serviceConditionText(r customer.Reason, language customer.Language, money func(int64) string) string {
	if r.Code == CodeServiceNoFigure || r.Code == CodeServiceNoMark {
		english, chinese := ServiceMeasure(min(max(r.Fact, 0), math.MaxUint8)).text()
		switch {
		case language == customer.Chinese && r.Code == CodeServiceNoFigure:
			return chinese + "未知"
		case language == customer.Chinese:
			return chinese + "的界限尚未拟合"
		case r.Code == CodeServiceNoFigure:
			return "not known: " + english
		}
		return "no mark has been fitted: " + english
	}
	measure, from := serviceConditionOf(r.Code)
	if measure == 0 {
		return ""
	}
	fact, mark := fmt.Sprint(r.Fact), fmt.Sprint(r.Mark)
	if measure == ServiceProfit {
		fact, mark = money(r.Fact), money(r.Mark)
	}
	english, chinese := measure.text()
	switch {
	case language == customer.Chinese && from:
		return fmt.Sprintf("%s%s，须达到%s", chinese, fact, mark)
	case language == customer.Chinese:
		return fmt.Sprintf("%s%s，须不超过%s", chinese, fact, mark)
	case from:
		return fmt.Sprintf("%s %s, asked for at least %s", english, fact, mark)
	}
	return fmt.Sprintf("%s %s, asked for at most %s", english, fact, mark)
}

// serviceConditionOf is the opposite of serviceCondition.code; 0 for any other code.
func serviceConditionOf(code string) (measure ServiceMeasure, from bool) {
	for measure := ServiceProfit; measure <= ServiceDemands; measure++ {
		for side := ServiceAtLeast; side <= ServiceAtMost; side++ {
			if (serviceCondition{measure: measure, side: side}).code() == code {
				return measure, side == ServiceAtLeast
			}
		}
	}
	return 0, false
}

// text names a measure in sentences.
func (m ServiceMeasure) text() (english, chinese string) {
	switch m {
	case ServiceProfit:
		return "profit contribution", "利润贡献"
	case ServiceCategories:
		return "categories bought", "购买品类数"
	case ServiceProducts:
		return "products bought", "购买产品数"
	case ServiceContacts:
		return "service contacts", "服务次数"
	case ServiceSeconds:
		return "seconds of service", "服务秒数"
	case ServiceDemands:
		return "demands", "要求程度"
	}
	return m.String(), "该指标"
}

func serviceClassText(r customer.Reason, language customer.Language) string {
	english, chinese := "", ""
	switch r.Code {
	case CodeServiceBig:
		english, chinese = "so she is a big customer", "因此是大客户"
	case CodeServiceHeavy:
		english, chinese = "so she is a customer who needs most service", "因此是需要最多服务的客户"
	case CodeServiceDemanding:
		english, chinese = "so she is a customer who demands much and takes little service", "因此是要求很高但服务最少的客户"
	case CodeServiceSelective:
		english, chinese = "so she is a customer who buys only certain products", "因此是只购买某些产品的客户"
	case CodeServiceRest:
		english, chinese = "none of the four classes fits: she is one of the rest", "四类都不符合，属于其余客户"
	case CodeServiceUnknown:
		english, chinese = "so her class is not known", "因此类别未知"
	case CodeServiceMaybeBig:
		english, chinese = "she may be a big customer", "可能是大客户"
	case CodeServiceMaybeHeavy:
		english, chinese = "she may be a customer who needs most service", "可能是需要最多服务的客户"
	case CodeServiceMaybeDemanding:
		english, chinese = "she may be a customer who demands much and takes little service", "可能是要求很高但服务最少的客户"
	case CodeServiceMaybeSelective:
		english, chinese = "she may be a customer who buys only certain products", "可能是只购买某些产品的客户"
	case CodeServiceAlsoBig:
		english, chinese = "she would be a big customer, but a class before it has her", "也符合大客户，但优先归入前面的类别"
	case CodeServiceAlsoHeavy:
		english, chinese = "she would need most service, but a class before it has her", "也符合需要最多服务，但优先归入前面的类别"
	case CodeServiceAlsoDemanding:
		english, chinese = "she would demand much and take little, but a class before it has her", "也符合要求很高但服务最少，但优先归入前面的类别"
	case CodeServiceAlsoSelective:
		english, chinese = "she would buy only certain products, but a class before it has her", "也符合只购买某些产品，但优先归入前面的类别"
	case CodeServiceNotBig:
		english, chinese = "so not a big customer", "因此不是大客户"
	case CodeServiceNotHeavy:
		english, chinese = "so not one who needs most service", "因此不是需要最多服务的客户"
	case CodeServiceNotDemanding:
		english, chinese = "so not one who demands much and takes little service", "因此不是要求很高但服务最少的客户"
	case CodeServiceNotSelective:
		english, chinese = "so not one who buys only certain products", "因此不是只购买某些产品的客户"
	}
	if language == customer.Chinese {
		return chinese
	}
	return english
}
