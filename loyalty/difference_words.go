package loyalty

import (
	"cmp"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/rapport-crm/rapport/customer"
)

// wording is how a language speaks of a field. Its name alone is enough; in the others
// %s stands for what the field says.
type wording struct {
	name string // as in "times 2 becomes 3"
	says string // as in "reward mug is new: 10 points"; a yes or no has no %s
	one  string // instead of says, where it says 1

	// Whole sentences for a thing that comes or goes.
	comes, goes string
}

// Explain renders a change as a sentence without its full stop. A field that has no words
// yet, or one that is not of Rules, is named as in Path.
func (c Change) Explain(language customer.Language) string {
	if c.Kind == Untold {
		if language == customer.Chinese {
			return fmt.Sprintf("另有%d处改动未列出", c.Count)
		}
		return fmt.Sprintf("%d further changes are not listed", c.Count)
	}
	steps := tracePath(c.Path)
	about := make([]string, len(steps))
	for i, s := range steps {
		about[i] = s.title(language)
	}
	last := len(steps) - 1
	if language == customer.Chinese {
		return c.sentenceChinese(steps[last], strings.Join(about[:last], "，"), about[last])
	}
	return c.sentenceEnglish(steps[last], strings.Join(about[:last], ", "), about[last])
}

func (c Change) sentenceEnglish(s pathStep, about, title string) string {
	words, says := s.words(customer.English), c.says(s, customer.English)
	before, after := s.text(c.Before, customer.English), s.text(c.After, customer.English)
	if about != "" {
		about += ": "
	}
	switch {
	case c.Kind == Reordered:
		place := func(id string) string {
			if id == "" {
				return "first"
			}
			return "after " + id
		}
		return fmt.Sprintf("%s%s stood %s and now stands %s", about, title, place(c.Before), place(c.After))
	case c.Kind == Added && s.element && says == "":
		return about + title + " is new"
	case c.Kind == Added && s.element:
		return fmt.Sprintf("%s%s is new: %s", about, title, says)
	case c.Kind == Removed && s.element && says == "":
		return about + title + " is gone"
	case c.Kind == Removed && s.element:
		return fmt.Sprintf("%s%s is gone: it was %s", about, title, says)
	case c.Kind == Added:
		return about + fillIn(cmp.Or(words.comes, "now %s"), says)
	case c.Kind == Removed:
		return about + fillIn(cmp.Or(words.goes, "no longer %s"), says)
	case len(c.Parts) > 0 && c.Parts[0].Kind == Removed:
		return fmt.Sprintf("%s%s: no longer %s", about, title, c.list(customer.English))
	case len(c.Parts) > 0:
		return fmt.Sprintf("%s%s: now also %s", about, title, c.list(customer.English))
	}
	return fmt.Sprintf("%s%s %s becomes %s", about, title, before, after)
}

func (c Change) sentenceChinese(s pathStep, about, title string) string {
	words, says := s.words(customer.Chinese), c.says(s, customer.Chinese)
	before, after := s.text(c.Before, customer.Chinese), s.text(c.After, customer.Chinese)
	if about != "" {
		about += "："
	}
	switch {
	case c.Kind == Reordered:
		place := func(id string) string {
			if id == "" {
				return "最前"
			}
			return "在" + id + "之后"
		}
		return fmt.Sprintf("%s%s原排%s，现排%s", about, title, place(c.Before), place(c.After))
	case c.Kind == Added && s.element && says == "":
		return about + "新增" + title
	case c.Kind == Added && s.element:
		return fmt.Sprintf("%s新增%s：%s", about, title, says)
	case c.Kind == Removed && s.element && says == "":
		return about + "取消" + title
	case c.Kind == Removed && s.element:
		return fmt.Sprintf("%s取消%s：原为%s", about, title, says)
	case c.Kind == Added:
		return about + fillIn(cmp.Or(words.comes, "新增：%s"), says)
	case c.Kind == Removed:
		return about + fillIn(cmp.Or(words.goes, "取消：%s"), says)
	case len(c.Parts) > 0 && c.Parts[0].Kind == Removed:
		return fmt.Sprintf("%s%s去掉%s", about, title, c.list(customer.Chinese))
	case len(c.Parts) > 0:
		return fmt.Sprintf("%s%s增加%s", about, title, c.list(customer.Chinese))
	}
	return fmt.Sprintf("%s%s由%s改为%s", about, title, before, after)
}

// says is what a thing or a field said, or says now.
func (c Change) says(s pathStep, language customer.Language) string {
	if s.element && s.plain() {
		return s.text(cmp.Or(c.After, c.Before), language)
	}
	text := s.text(cmp.Or(c.After, c.Before), language)
	if len(c.Parts) > 0 || !s.plain() {
		text = c.list(language)
	}
	words := s.words(language)
	switch {
	case s.element:
		return text
	case text == "1" && words.one != "":
		return words.one
	}
	return fillIn(cmp.Or(words.says, words.name+" %s"), text)
}

// list joins what the parts say. Where one of them is a list itself, semicolons keep
// them apart.
func (c Change) list(language customer.Language) string {
	texts := make([]string, 0, len(c.Parts))
	items, lists := false, false
	for _, part := range c.Parts {
		steps := tracePath(part.Path)
		s := steps[len(steps)-1]
		text := part.says(s, language)
		if s.element && !s.plain() {
			text = s.title(language) + " (" + text + ")"
		}
		items = items || s.element && s.plain()
		lists = lists || strings.Contains(text, ", ")
		texts = append(texts, text)
	}
	left := c.Count - len(c.Parts)
	if language == customer.Chinese {
		between := "，"
		if items {
			between = "、"
		}
		text := strings.Join(texts, between)
		if left > 0 {
			text += fmt.Sprintf("等%d项", c.Count)
		}
		return text
	}
	between := ", "
	if lists {
		between = "; "
	}
	text := strings.Join(texts, between)
	if left > 0 {
		text += fmt.Sprintf(" and %d more", left)
	}
	return text
}

func fillIn(pattern, text string) string { return strings.Replace(pattern, "%s", text, 1) }

// pathStep is a field on the way of a path, and the element of it that is meant.
type pathStep struct {
	key, name string // of the field: "Earning.times", "times"
	id        string
	element   bool
	typ       reflect.Type // of the field, or of the element; nil where it is not known
}

// tracePath follows a path through Rules. A path that leads nowhere is one step of its own.
func tracePath(path string) []pathStep {
	var steps []pathStep
	typ, rest := reflect.TypeFor[Rules](), path
	for more := true; more; {
		end := strings.IndexAny(rest+".", ".[")
		s, ok := fieldStep(typ, rest[:end])
		rest = rest[end:]
		if ok && strings.HasPrefix(rest, "[") && (s.typ.Kind() == reflect.Slice || s.typ.Kind() == reflect.Array) {
			s.id, rest, ok = unbracket(rest)
			s.element, s.typ = true, pointedType(s.typ.Elem())
		}
		rest, more = strings.CutPrefix(rest, ".")
		if !ok || !more && rest != "" {
			return []pathStep{{name: path}}
		}
		steps, typ = append(steps, s), s.typ
	}
	return steps
}

func fieldStep(typ reflect.Type, name string) (pathStep, bool) {
	if typ.Kind() == reflect.Struct {
		for _, field := range ruleFields(typ) {
			if field.name == name {
				return pathStep{key: field.key(), name: name, typ: pointedType(field.Type)}, true
			}
		}
	}
	return pathStep{}, false
}

func pointedType(t reflect.Type) reflect.Type {
	if t.Kind() == reflect.Pointer {
		return t.Elem()
	}
	return t
}

// unbracket reads what bracket wrote, and returns the rest of the path.
func unbracket(path string) (id, rest string, ok bool) {
	path = path[len("["):]
	if quoted, err := strconv.QuotedPrefix(path); err == nil && quoted[0] == '"' {
		id, _ = strconv.Unquote(quoted)
		rest, ok = strings.CutPrefix(path[len(quoted):], "]")
		return id, rest, ok
	}
	return strings.Cut(path, "]")
}

func (s pathStep) plain() bool { return s.typ == nil || isPlain(s.typ) }

func (s pathStep) words(language customer.Language) wording {
	words := englishWords(s.key)
	if language == customer.Chinese {
		words = chineseWords(s.key)
	}
	words.name = cmp.Or(words.name, s.name, "rules")
	return words
}

// title names a field, or the element of it that is meant.
func (s pathStep) title(language customer.Language) string {
	name, id := s.words(language).name, cmp.Or(s.id, `""`)
	switch {
	case !s.element:
		return name
	case language == customer.Chinese && name != s.name: // which is not Chinese
		return name + id
	}
	return name + " " + id
}

// text renders a stored text of the field's type.
func (s pathStep) text(stored string, language customer.Language) string {
	permille := strings.HasSuffix(s.name, "_permille")
	switch {
	case stored == "":
		return `""`
	case permille:
		if n, err := strconv.ParseInt(stored, 10, 64); err == nil {
			return language.Percent(n)
		}
	case s.typ == reflect.TypeFor[customer.Date]():
		if day, err := customer.ParseDate(stored); err == nil {
			return language.DayOfYear(day)
		}
	case s.typ != nil && language == customer.Chinese:
		return cmp.Or(chineseText(s.typ.Name()+" "+stored), stored)
	}
	return stored
}

// englishWords has the words of each field, by its struct and its name in JSON.
func englishWords(field string) wording {
	switch field {
	case "Edition.id":
		return wording{name: "rule book"}
	case "Edition.version":
		return wording{name: "version"}
	case "Edition.from":
		return wording{name: "first day in force", says: "in force from %s"}
	case "Edition.until":
		return wording{name: "first day no longer in force", says: "in force until before %s"}

	case "Rules.zone":
		return wording{name: "time zone"}
	case "Rules.currency":
		return wording{name: "currency"}
	case "Currency.code":
		return wording{name: "code", says: "%s"}
	case "Currency.digits":
		return wording{name: "digits", says: "%s digits", one: "1 digit"}
	case "Rules.point_digits":
		return wording{name: "decimal places of points", says: "%s decimal places of points", one: "1 decimal place of points"}
	case "Rules.base":
		return wording{name: "what earns", says: "points on %s"}
	case "Rules.earnings":
		return wording{name: "earning"}
	case "Rules.events":
		return wording{name: "event"}
	case "Rules.caps":
		return wording{name: "cap"}
	case "Rules.vest_days":
		return wording{name: "days for which points of purchases are pending", says: "points of purchases pending for %s days", one: "points of purchases pending for 1 day"}
	case "Rules.vest_at_close":
		return wording{name: "pending until close", says: "points of purchases pending until nothing of the sale can come back"}
	case "Rules.expiry":
		return wording{name: "expiry", says: "%s", comes: "points now expire: %s", goes: "points no longer expire: they expired %s"}
	case "Rules.tender":
		return wording{name: "payment with points", says: "%s", comes: "points can now pay: %s", goes: "points can no longer pay: it was %s"}
	case "Rules.rewards":
		return wording{name: "reward"}
	case "Rules.return_days":
		return wording{name: "days for returns", says: "returns for %s days", one: "returns for 1 day"}
	case "Rules.shortfall":
		return wording{name: "shortfall at a return"}
	case "Rules.most_owed":
		return wording{name: "most points owed", says: "at most %s points owed", one: "at most 1 point owed"}

	case "Earning.id", "Event.id", "Cap.id", "Reward.id", "Tier.id":
		return wording{name: "id"}
	case "Earning.when":
		return wording{name: "condition", says: "only %s"}
	case "Earning.rate":
		return wording{name: "rate", says: "%s"}
	case "Rate.points", "Tender.points", "Event.points", "Reward.points":
		return wording{name: "points", says: "%s points", one: "1 point"}
	case "Rate.per":
		return wording{name: "amount", says: "per amount of %s"}
	case "Rate.full":
		return wording{name: "full amounts only", says: "full amounts only"}
	case "Earning.times":
		return wording{name: "times"}
	case "Earning.points":
		return wording{name: "points", says: "%s points once", one: "1 point once"}
	case "Earning.each":
		return wording{name: "points for each unit", says: "%s points for each unit", one: "1 point for each unit"}
	case "Earning.rounding":
		return wording{name: "rounding"}
	case "Earning.per_line":
		return wording{name: "rounded per line", says: "rounded per line"}
	case "Earning.sponsor", "Event.sponsor":
		return wording{name: "cost borne by", says: "cost borne by %s"}

	case "When.skus":
		return wording{name: "skus", says: "for skus %s"}
	case "When.categories":
		return wording{name: "categories", says: "for categories %s"}
	case "When.brands":
		return wording{name: "brands", says: "for brands %s"}
	case "When.kind":
		return wording{name: "kind of brand", says: "for brands of kind %s"}
	case "When.partners":
		return wording{name: "partners", says: "at partners %s"}
	case "When.shops":
		return wording{name: "shops", says: "in shops %s"}
	case "When.weekdays":
		return wording{name: "weekdays", says: "on %s"}
	case "When.from_hour":
		return wording{name: "first hour", says: "from %s:00"}
	case "When.to_hour":
		return wording{name: "hour at which it ends", says: "before %s:00"}
	case "When.from", "Reward.from":
		return wording{name: "first day", says: "from %s"}
	case "When.until", "Reward.until":
		return wording{name: "first day without it", says: "before %s"}
	case "When.birthday_days":
		return wording{name: "days from the birthday", says: "for %s days from the birthday", one: "on the birthday"}
	case "When.first_purchase":
		return wording{name: "first purchase", says: "at the first purchase"}
	case "When.spend":
		return wording{name: "least spend", says: "for a spend of at least %s"}
	case "When.spend_below":
		return wording{name: "spend below", says: "for a spend below %s"}

	case "Event.counts":
		return wording{name: "counts towards tiers", says: "counting towards tiers"}
	case "When.tiers", "Reward.tiers":
		return wording{name: "tiers", says: "for tiers %s"}

	case "Rules.tiers":
		return wording{name: "tiers", says: "%s", comes: "there are tiers now: %s", goes: "there are no tiers any more: they were %s"}
	case "Tiers.metric":
		return wording{name: "metric", says: "by %s"}
	case "Tiers.window":
		return wording{name: "window", says: "window %s"}
	case "Tiers.months":
		return wording{name: "months of a period", says: "of %s months", one: "of 1 month"}
	case "Tiers.down":
		return wording{name: "lowered", says: "lowered %s"}
	case "Tiers.grace_days":
		return wording{name: "days of grace", says: "with %s days of grace", one: "with 1 day of grace"}
	case "Tiers.levels":
		return wording{name: "tier"}
	case "Tier.at":
		return wording{name: "mark", says: "from %s"}
	case "Tier.keep_at":
		return wording{name: "mark to keep it", says: "kept from %s"}
	case "Tier.lifetime_at":
		return wording{name: "lifetime mark", says: "for life from %s"}
	case "Tier.member_prices":
		return wording{name: "member prices", says: "with member prices %s"}
	case "Tier.services":
		return wording{name: "services", says: "with %s"}

	case "Event.vest_days":
		return wording{name: "days for which points are pending", says: "pending for %s days", one: "pending for 1 day"}
	case "Event.most":
		return wording{name: "most times for an account", says: "at most %s times for an account", one: "at most once for an account"}
	case "Cap.of":
		return wording{name: "what it counts", says: "only for %s"}
	case "Cap.per":
		return wording{name: "per", says: "per %s"}
	case "Cap.points":
		return wording{name: "points", says: "at most %s points", one: "at most 1 point"}

	case "Expiry.days":
		return wording{name: "days", says: "after %s days", one: "after 1 day"}
	case "Expiry.months":
		return wording{name: "months", says: "after %s months", one: "after 1 month"}
	case "Expiry.to":
		return wording{name: "at the end of the", says: "at the end of the %s"}
	case "Expiry.idle_months":
		return wording{name: "months without activity", says: "after %s months without activity", one: "after 1 month without activity"}

	case "Tender.worth":
		return wording{name: "worth", says: "worth %s"}
	case "Tender.least":
		return wording{name: "least points", says: "at least %s points", one: "at least 1 point"}
	case "Tender.most":
		return wording{name: "most points", says: "at most %s points", one: "at most 1 point"}
	case "Tender.multiple":
		return wording{name: "multiple", says: "in multiples of %s"}
	case "Tender.most_permille":
		return wording{name: "share of a bill", says: "up to %s of a bill"}

	case "Reward.gives":
		return wording{name: "gives", says: "%s"}
	case "Reward.stock":
		return wording{name: "stock"}
	}
	return wording{}
}

// chineseWords has the words of each field, by its struct and its name in JSON.
func chineseWords(field string) wording {
	switch field {
	case "Edition.id":
		return wording{name: "规则"}
	case "Edition.version":
		return wording{name: "版本"}
	case "Edition.from":
		return wording{name: "生效首日", says: "自%s起生效"}
	case "Edition.until":
		return wording{name: "失效首日", says: "自%s起失效"}

	case "Rules.zone":
		return wording{name: "时区"}
	case "Rules.currency":
		return wording{name: "币种"}
	case "Currency.code":
		return wording{name: "代码", says: "%s"}
	case "Currency.digits":
		return wording{name: "小数位数", says: "%s位小数"}
	case "Rules.point_digits":
		return wording{name: "积分小数位数", says: "积分取%s位小数"}
	case "Rules.base":
		return wording{name: "计分范围", says: "按%s计分"}
	case "Rules.earnings":
		return wording{name: "积分规则"}
	case "Rules.events":
		return wording{name: "奖励事件"}
	case "Rules.caps":
		return wording{name: "上限"}
	case "Rules.vest_days":
		return wording{name: "购物积分待生效天数", says: "购物积分%s天后可用"}
	case "Rules.vest_at_close":
		return wording{name: "购物积分待退货期满", says: "购物积分待无可退货后方可使用"}
	case "Rules.expiry":
		return wording{name: "积分有效期", says: "%s", comes: "积分现将失效：%s", goes: "积分不再失效：原为%s"}
	case "Rules.tender":
		return wording{name: "积分支付", says: "%s", comes: "积分现可用于支付：%s", goes: "积分不再可用于支付：原为%s"}
	case "Rules.rewards":
		return wording{name: "奖品"}
	case "Rules.return_days":
		return wording{name: "可退货天数", says: "%s天内可退货"}
	case "Rules.shortfall":
		return wording{name: "退货时积分不足的处理"}
	case "Rules.most_owed":
		return wording{name: "最多欠积分", says: "最多欠%s积分"}

	case "Earning.id", "Event.id", "Cap.id", "Reward.id", "Tier.id":
		return wording{name: "编号"}
	case "Earning.when":
		return wording{name: "条件", says: "仅限%s"}
	case "Earning.rate":
		return wording{name: "比率", says: "%s"}
	case "Rate.points", "Tender.points", "Event.points", "Reward.points":
		return wording{name: "积分", says: "%s积分"}
	case "Rate.per":
		return wording{name: "金额", says: "每%s金额"}
	case "Rate.full":
		return wording{name: "仅计整额", says: "仅计整额"}
	case "Earning.times":
		return wording{name: "倍数", says: "%s倍"}
	case "Earning.points":
		return wording{name: "积分", says: "一次性%s积分"}
	case "Earning.each":
		return wording{name: "每件积分", says: "每件%s积分"}
	case "Earning.rounding":
		return wording{name: "取整", says: "%s"}
	case "Earning.per_line":
		return wording{name: "逐行取整", says: "逐行取整"}
	case "Earning.sponsor", "Event.sponsor":
		return wording{name: "费用承担方", says: "费用由%s承担"}

	case "When.skus":
		return wording{name: "商品", says: "商品%s"}
	case "When.categories":
		return wording{name: "品类", says: "品类%s"}
	case "When.brands":
		return wording{name: "品牌", says: "品牌%s"}
	case "When.kind":
		return wording{name: "品牌类别", says: "%s"}
	case "When.partners":
		return wording{name: "合作伙伴", says: "合作伙伴%s"}
	case "When.shops":
		return wording{name: "门店", says: "门店%s"}
	case "When.weekdays":
		return wording{name: "星期", says: "%s"}
	case "When.from_hour":
		return wording{name: "起始钟点", says: "%s点起"}
	case "When.to_hour":
		return wording{name: "结束钟点", says: "%s点前"}
	case "When.from", "Reward.from":
		return wording{name: "首日", says: "自%s起"}
	case "When.until", "Reward.until":
		return wording{name: "截止日（不含当日）", says: "%s之前"}
	case "When.birthday_days":
		return wording{name: "生日起天数", says: "自生日起%s天内"}
	case "When.first_purchase":
		return wording{name: "首次购物", says: "首次购物"}
	case "When.spend":
		return wording{name: "最低消费", says: "消费不低于%s"}
	case "When.spend_below":
		return wording{name: "消费低于", says: "消费低于%s"}

	case "Event.counts":
		return wording{name: "计入等级", says: "计入等级"}
	case "When.tiers", "Reward.tiers":
		return wording{name: "等级", says: "限等级%s"}

	case "Rules.tiers":
		return wording{name: "等级制度", says: "%s", comes: "现设等级：%s", goes: "不再设等级：原为%s"}
	case "Tiers.metric":
		return wording{name: "衡量标准", says: "按%s"}
	case "Tiers.window":
		return wording{name: "计算期", says: "%s"}
	case "Tiers.months":
		return wording{name: "每期月数", says: "每期%s个月"}
	case "Tiers.down":
		return wording{name: "降级方式", says: "%s"}
	case "Tiers.grace_days":
		return wording{name: "宽限天数", says: "宽限%s天"}
	case "Tiers.levels":
		return wording{name: "等级"}
	case "Tier.at":
		return wording{name: "升级标准", says: "达到%s"}
	case "Tier.keep_at":
		return wording{name: "保级标准", says: "保级需%s"}
	case "Tier.lifetime_at":
		return wording{name: "终身标准", says: "累计达%s终身保持"}
	case "Tier.member_prices":
		return wording{name: "会员价", says: "享会员价%s"}
	case "Tier.services":
		return wording{name: "服务", says: "享%s"}

	case "Event.vest_days":
		return wording{name: "积分待生效天数", says: "%s天后可用"}
	case "Event.most":
		return wording{name: "每户次数上限", says: "每户至多%s次"}
	case "Cap.of":
		return wording{name: "计入项目", says: "仅计%s"}
	case "Cap.per":
		return wording{name: "周期", says: "每%s"}
	case "Cap.points":
		return wording{name: "积分", says: "至多%s积分"}

	case "Expiry.days":
		return wording{name: "天数", says: "%s天后"}
	case "Expiry.months":
		return wording{name: "月数", says: "%s个月后"}
	case "Expiry.to":
		return wording{name: "期末", says: "该%s末"}
	case "Expiry.idle_months":
		return wording{name: "无活动月数", says: "%s个月无活动后"}

	case "Tender.worth":
		return wording{name: "抵值", says: "抵%s"}
	case "Tender.least":
		return wording{name: "最低积分", says: "至少%s积分"}
	case "Tender.most":
		return wording{name: "最高积分", says: "最多%s积分"}
	case "Tender.multiple":
		return wording{name: "倍数单位", says: "须为%s的整数倍"}
	case "Tender.most_permille":
		return wording{name: "可付账单比例", says: "至多付账单的%s"}

	case "Reward.gives":
		return wording{name: "内容", says: "%s"}
	case "Reward.stock":
		return wording{name: "库存", says: "库存%s"}
	}
	return wording{}
}

// chineseText has the words of each stored text, by its type.
func chineseText(text string) string {
	switch text {
	case "Metric spend":
		return "消费额"
	case "Metric points":
		return "所得积分"
	case "Metric visits":
		return "到店天数"
	case "Metric profit":
		return "毛利"
	case "Window lifetime":
		return "累计终身"
	case "Window calendar":
		return "按日历"
	case "Window anniversary":
		return "按入会周年"
	case "Window since-tier":
		return "自达到等级起"
	case "Window rolling":
		return "滚动"
	case "Down never":
		return "不降级"
	case "Down one-step":
		return "每次降一级"
	case "Down to-earned":
		return "降至应得等级"
	case "Portion goods":
		return "商品"
	case "Portion tax":
		return "税"
	case "Portion deposit":
		return "押金"
	case "Portion delivery":
		return "配送"
	case "Portion gift-cards":
		return "礼品卡"
	case "Portion paid-with-points":
		return "积分支付部分"
	case "BrandKind national":
		return "全国性品牌"
	case "BrandKind store":
		return "商店品牌"
	case "Weekday monday":
		return "星期一"
	case "Weekday tuesday":
		return "星期二"
	case "Weekday wednesday":
		return "星期三"
	case "Weekday thursday":
		return "星期四"
	case "Weekday friday":
		return "星期五"
	case "Weekday saturday":
		return "星期六"
	case "Weekday sunday":
		return "星期日"
	case "Period receipt":
		return "单"
	case "Period day":
		return "天"
	case "Period month", "CalendarEnd month":
		return "月"
	case "Period year", "CalendarEnd year":
		return "年"
	case "Period lifetime":
		return "户终身"
	case "CalendarEnd quarter":
		return "季"
	case "Rounding floor":
		return "向下取整"
	case "Rounding half-up":
		return "四舍五入"
	case "Rounding half-even":
		return "四舍六入五成双"
	case "Rounding ceil":
		return "向上取整"
	case "Shortfall forgive":
		return "免除"
	case "Shortfall owe":
		return "记欠"
	case "Shortfall others-then-owe":
		return "先扣其他积分，不足记欠"
	case "Shortfall others-then-forgive":
		return "先扣其他积分，不足免除"
	}
	return ""
}
