package privacy

// Standard fills in what an export says of the packages of this module: which parts there are, which
// of their fields name staff, which are of other persons, and what kinds and fields are called. What
// rules say already goes before it.
func Standard(rules Rules) Rules {
	rules.Packages = union(rules.Packages, []string{"identity", "consent", "profile", "contact", "wish", "task"})
	rules.Staff = union(rules.Staff, []string{
		"approver", "decider", "owner", "staff", "ended_by", "kept_by", "reconsidered_by", "restored_by", "struck_by", "unlinked_by", "contact/to", "task/to", "task/who",
		"complaint/about", "complaint/accepted", "complaint/agent", "complaint/asked_by", "complaint/checker", "complaint/handler", "complaint/inspector", "complaint/made_by",
	})
	// A cardholder of a firm, another customer who was taken for her, who said yes for a child, what was
	// done about one of the staff.
	rules.Others = union(rules.Others, []string{
		"identity/holders", "identity/person", "identity/name", "identity/distincts", "identity/distinct", "identity/reconsider", "consent/guardian", "contact/with",
		"complaint/measures", "complaint/discipline",
	})
	known := map[string]bool{}
	for _, word := range rules.Words {
		known[word.Key] = true
	}
	words := append([]Word(nil), rules.Words...)
	for _, word := range standardWords() {
		if !known[word.Key] {
			words = append(words, word)
		}
	}
	rules.Words = words
	return rules
}

// union returns names with those of others that are not among them.
func union(names, others []string) []string {
	all, known := append([]string(nil), names...), set(names)
	for _, name := range others {
		if !known[name] {
			all = append(all, name)
		}
	}
	return all
}

func standardWords() []Word {
	return []Word{
		{"identity", "who you are", "您的身份"},
		{"consent", "what you allow", "您的授权"},
		{"profile", "what you bought", "您的消费"},
		{"contact", "what was said", "往来沟通"},
		{"wish", "what you like and wait for", "您的喜好与愿望"},
		{"task", "what we plan for you", "为您所作的计划"},
		{"customer", "yourself", "您本人"},
		{"staff", "our staff", "本店员工"},
		{"erase", "erased", "已删除"},
		{"scrubbed", "something that is erased", "已删除的内容"},

		{"identity/open", "record opened", "建档"},
		{"identity/attach", "identifier added", "新增标识"},
		{"identity/detach", "identifier ended", "终止标识"},
		{"identity/confirm", "identifier confirmed", "确认标识"},
		{"identity/spoil", "identifier found to be useless", "标识失效"},
		{"identity/restore", "identifier good again", "标识恢复"},
		{"identity/tell", "facts told", "告知资料"},
		{"identity/strike", "fact struck", "划去资料"},
		{"identity/correct", "correction asked for", "申请更正"},
		{"identity/approve", "correction approved", "批准更正"},
		{"identity/reject", "correction rejected", "驳回更正"},
		{"identity/decline", "question not answered", "不愿回答"},
		{"identity/classify", "class given", "定级"},
		{"identity/assign", "owner given", "指派负责人"},
		{"identity/issue", "card issued", "发卡"},
		{"identity/reissue", "card replaced", "换卡"},
		{"identity/limit", "limits of a card changed", "调整卡额度"},
		{"identity/call", "form of address", "称呼"},
		{"identity/link", "linked to another record of yours", "关联您的另一档案"},
		{"identity/unlink", "link taken back", "取消关联"},
		{"identity/distinct", "told apart from another customer", "认定并非同一人"},
		{"identity/reconsider", "reconsidered", "重新考虑"},

		{"consent/give", "yes", "同意"},
		{"consent/confirm", "yes confirmed", "确认同意"},
		{"consent/decline", "no", "拒绝"},
		{"consent/withdraw", "yes taken back", "撤回同意"},
		{"consent/object", "no contact at all", "拒绝一切联系"},
		{"consent/restore", "contact allowed again", "恢复联系"},

		{"contact/log", "conversation", "沟通"},
		{"contact/note", "note", "记录"},
		{"contact/prepare", "prepared for a conversation", "沟通准备"},
		{"contact/tick", "point said", "已谈要点"},
		{"contact/drop", "point left out", "略去要点"},
		{"contact/confirm", "day confirmed", "确认日期"},
		{"contact/move", "day moved", "改期"},
		{"contact/cancel", "day cancelled", "取消日期"},
		{"contact/keep", "promise kept", "兑现承诺"},
		{"contact/release", "promise released", "免除承诺"},
		{"contact/assign", "given to somebody else", "转交"},
		{"contact/archive", "old rows put away", "归档"},
		{"contact/plan", "visit planned", "计划拜访"},
		{"contact/call-off", "visit called off", "取消拜访"},
		{"contact/record", "visit recorded", "拜访记录"},
		{"contact/quote", "price told", "报价"},
		{"contact/justify", "exception of a price", "特价说明"},
		{"contact/answer", "price answered", "答复报价"},
		{"contact/withdraw", "price withdrawn", "撤回报价"},

		{"wish/say", "liking told", "说出喜好"},
		{"wish/observe", "liking seen", "观察喜好"},
		{"wish/forget", "liking forgotten", "忘记喜好"},
		{"wish/need", "need noted", "记下需要"},
		{"wish/link", "what suits a need", "适合之物"},
		{"wish/close", "need met or dropped", "结束需要"},
		{"wish/want", "wish told", "提出愿望"},
		{"wish/tell", "told that it is here", "告知到货"},
		{"wish/bounce", "could not be told", "未能告知"},
		{"wish/buy", "bought", "已购买"},
		{"wish/withdraw", "wish taken back", "撤回愿望"},
		{"wish/intend", "whether you will come again", "再来意向"},

		{"task/open", "goal set", "设定目标"},
		{"task/plan", "action planned", "计划行动"},
		{"task/record", "action recorded", "行动记录"},
		{"task/correct", "record corrected", "更正记录"},
		{"task/change", "goal changed", "更改目标"},
		{"task/move", "day moved", "改期"},
		{"task/drop", "action dropped", "取消行动"},
		{"task/assign", "given to somebody else", "转交"},
		{"task/review", "reviewed", "复核"},
		{"task/close", "closed", "结案"},
		{"task/reopen", "opened again", "重开"},

		{"accepted", "accepted", "已接受"},
		{"actions", "action", "行动"},
		{"appointments", "day agreed", "约定日期"},
		{"asked", "on whose request", "申请人"},
		{"at", "when", "时间"},
		{"by", "who took it down", "经手人"},
		{"card", "card", "卡"},
		{"called", "called", "称呼"},
		{"channel", "channel", "渠道"},
		{"class", "class", "级别"},
		{"classes", "class", "级别"},
		{"confirmed", "confirmed", "已确认"},
		{"contacts", "conversation", "沟通"},
		{"corrections", "correction", "更正"},
		{"declined", "not answered", "不愿回答"},
		{"denials", "no", "拒绝"},
		{"ended", "ended", "已终止"},
		{"entries", "entries in all", "条目总数"},
		{"erased", "erased", "删除时间"},
		{"evidence", "evidence", "凭据"},
		{"extension", "extension", "分机"},
		{"facts", "fact", "资料"},
		{"field", "what", "项目"},
		{"from", "from", "起"},
		{"goal", "goal", "目标"},
		{"grants", "yes", "同意"},
		{"ground", "ground", "依据"},
		{"identifiers", "identifier", "标识"},
		{"intents", "intent", "意向"},
		{"issuer", "issued by", "签发方"},
		{"kept", "kept", "保留"},
		{"kind", "kind", "种类"},
		{"language", "language", "语言"},
		{"last_day", "last day", "最后一天"},
		{"links", "link", "关联"},
		{"needs", "need", "需要"},
		{"note", "note", "备注"},
		{"objections", "objection", "反对"},
		{"on", "day", "日期"},
		{"opened", "opened", "建立"},
		{"owner", "looked after by", "负责人"},
		{"owners", "looked after", "负责人"},
		{"party", "third party", "第三方"},
		{"permille", "how sure, of 1000", "可信度（千分）"},
		{"preferences", "liking", "喜好"},
		{"product", "product", "商品"},
		{"promises", "promise", "承诺"},
		{"purpose", "purpose", "目的"},
		{"quotes", "price told", "报价"},
		{"raw", "as told", "原话"},
		{"ref", "reference", "编号"},
		{"scheme", "kind of identifier", "标识种类"},
		{"source", "source", "来源"},
		{"text", "text", "内容"},
		{"until", "until", "止"},
		{"value", "value", "内容"},
		{"visits", "visit", "拜访"},
		{"was", "what it was", "原为"},
		{"what", "what", "内容"},
		{"why", "why", "原因"},
		{"wishes", "wish", "愿望"},
	}
}
