package main

import (
	"strings"

	"github.com/rapport-crm/rapport/customer"
)

// words are what the shop calls things in its rules. A shop in China writes its rules in Chinese; one
// set of files does for both here, with these words put in the place of the English ones.
func words(language customer.Language) *strings.Replacer {
	if language != customer.Chinese {
		return strings.NewReplacer()
	}
	return strings.NewReplacer(
		`"first contact"`, `"初次接待"`, `"purchase"`, `"购买"`, `"service"`, `"服务"`,
		`"phone"`, `"电话"`, `"email"`, `"电子邮箱"`, `"card"`, `"会员卡"`, `"shop"`, `"本店"`,
		`"full name"`, `"姓名"`, `"home address"`, `"地址"`, `"date of birth"`, `"生日"`,
		`"counter"`, `"柜台"`, `"web shop"`, `"网店"`, `"form"`, `"登记表"`,
		`"time of day"`, `"时段"`, `"customer"`, `"客户"`, `"promise"`, `"承诺"`,
		`"arrival notice"`, `"到货通知"`, `"offers"`, `"优惠"`, `"repair"`, `"维修"`, `"contract"`, `"合同"`,
		`"computers"`, `"电脑"`, `"accessories"`, `"配件"`,
		`"bill"`, `"账单"`, `"invoice"`, `"发票"`, `"unpaid"`, `"未付"`, `"ten years"`, `"十年"`, `"backup"`, `"备份"`,
	)
}

// word is one of them.
func (d *desk) word(english string) string {
	return strings.Trim(d.words.Replace(`"`+english+`"`), `"`)
}

// in is what somebody says in the language of the story.
func (d *desk) in(english, chinese string) string {
	if d.language == customer.Chinese {
		return chinese
	}
	return english
}
