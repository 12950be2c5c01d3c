package segment

import (
	"fmt"

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
	CodeServiceNoMark         = "segment.service-no-mark" // Fact: the figure; its mark was not fitted

	CodeServiceBig       = "segment.service-big"             // she is of the class
	CodeServiceHeavy     = "segment.service-heavy"           // she is of the class
	CodeServiceDemanding = "segment.service-demanding-light" // she is of the class
	CodeServiceSelective = "segment.service-selective"       // she is of the class
	CodeServiceRest      = "segment.service-rest"            // she is of none of them

	CodeServiceAlsoBig       = "segment.service-also-big" // she fits, but a class before it has her
	CodeServiceAlsoHeavy     = "segment.service-also-heavy"
	CodeServiceAlsoDemanding = "segment.service-also-demanding-light"
	CodeServiceAlsoSelective = "segment.service-also-selective"

	CodeServiceNotBig       = "segment.service-not-big" // she lacks a condition
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
	case ServiceRest:
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
	if text, ok := serviceText(reason, language, valueMoneyIn(b.currency)); ok {
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

// serviceConditionText renders a condition: the figure, and what is asked for.
func serviceConditionText(r customer.Reason, language customer.Language, money func(int64) string) string {
	fact, mark := fmt.Sprint(r.Fact), fmt.Sprint(r.Mark)
	var measure, chinese string
	var from bool
	switch r.Code {
	case CodeServiceProfitFrom, CodeServiceProfitUpTo:
		measure, chinese, from = "profit contribution", "利润贡献", r.Code == CodeServiceProfitFrom
		fact, mark = money(r.Fact), money(r.Mark)
	case CodeServiceCategoriesFrom, CodeServiceCategoriesUpTo:
		measure, chinese, from = "categories bought", "购买品类数", r.Code == CodeServiceCategoriesFrom
	case CodeServiceProductsFrom, CodeServiceProductsUpTo:
		measure, chinese, from = "products bought", "购买产品数", r.Code == CodeServiceProductsFrom
	case CodeServiceContactsFrom, CodeServiceContactsUpTo:
		measure, chinese, from = "service contacts", "服务次数", r.Code == CodeServiceContactsFrom
	case CodeServiceSecondsFrom, CodeServiceSecondsUpTo:
		measure, chinese, from = "seconds of service", "服务秒数", r.Code == CodeServiceSecondsFrom
	case CodeServiceDemandsFrom, CodeServiceDemandsUpTo:
		measure, chinese, from = "demands", "要求程度", r.Code == CodeServiceDemandsFrom
	case CodeServiceNoMark:
		if language == customer.Chinese {
			return fmt.Sprintf("数值为%d，但界限尚未拟合", r.Fact)
		}
		return fmt.Sprintf("her figure is %d, but no mark has been fitted", r.Fact)
	default:
		return ""
	}
	switch {
	case language == customer.Chinese && from:
		return fmt.Sprintf("%s%s，须达到%s", chinese, fact, mark)
	case language == customer.Chinese:
		return fmt.Sprintf("%s%s，须不超过%s", chinese, fact, mark)
	case from:
		return fmt.Sprintf("%s %s, asked for at least %s", measure, fact, mark)
	}
	return fmt.Sprintf("%s %s, asked for at most %s", measure, fact, mark)
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
