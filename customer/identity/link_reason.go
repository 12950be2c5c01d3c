package identity

import (
	"fmt"

	"github.com/rapport-crm/rapport/customer"
)

// The reason codes of several records that are, or may be, one customer's. They are format.
const (
	CodeLinkUnknown   = "identity.link-unknown"   // Of: the record, which nobody has opened, or which was erased
	CodeLinkYounger   = "identity.link-younger"   // Of: the younger record of the pair, which is not the one that the command is given on; At: when it was opened
	CodeLinkKinds     = "identity.link-kinds"     // Of: the other record; one is a person and one an organisation
	CodeLinkThere     = "identity.link-there"     // Of: the other record; At: when they were linked
	CodeLinkDistinct  = "identity.link-distinct"  // Of: the other record; At: when somebody said that they are distinct
	CodeLinkFull      = "identity.link-full"      // Of: the other record; Mark: how many links a record may have had
	CodeLinkNone      = "identity.link-none"      // Of: the other record, to which no link stands
	CodeLinkJoined    = "identity.link-joined"    // Of: the root of the group that both are in, by links over other records
	CodeLinkLater     = "identity.link-later"     // Of: the other record; At: when what is to be taken back was said; the command is given before that
	CodeLinkMade      = "identity.link-made"      // Of: the older record; At: when it was opened
	CodeLinkTaken     = "identity.link-taken"     // Of: the other record; At: when they had been linked
	CodeDistinctMade  = "identity.distinct-made"  // Of: the other record
	CodeDistinctTaken = "identity.distinct-taken" // Of: the other record; At: when somebody had said that they are distinct
	CodeDistinctNone  = "identity.distinct-none"  // Of: the other record, of which nobody has said so
	CodeGroupDistinct = "identity.group-distinct" // Of: the older record of two that are in one group and were said to be distinct; At: when

	CodeMatchSame    = "identity.match-same"    // Of: the match; Fact: what it scores
	CodeMatchShared  = "identity.match-shared"  // Of: the match; Fact: what it still scores; Mark: how many customers have it
	CodeMatchDiffers = "identity.match-differs" // Of: the match; Fact: what it scores, below 0
	CodeCandidate    = "identity.candidate"     // Fact: the score; Mark: from which one somebody should look
	CodeNoCandidate  = "identity.no-candidate"  // Fact: the score; Mark: from which one somebody should look; 0: from none
	CodeCompareSelf  = "identity.compare-self"  // Of: the record, which was compared with itself
	CodeBlockLarge   = "identity.block-large"   // Of: the match; Fact: how many things too many records share; Mark: how many may

	CodePointsTransfer   = "identity.points-transfer"   // Of: the customer who gets them
	CodePointsReview     = "identity.points-review"     // Of: the customer who splits off; Fact: how many transfers are to be looked at
	CodeCasesJoin        = "identity.cases-join"        // Of: the customer under whom they are shown
	CodeCasesPart        = "identity.cases-part"        // Of: the customer who splits off; Fact: how many moves are to be looked at
	CodePurchasesJoin    = "identity.purchases-join"    // Of: the customer with whose they are counted
	CodePurchasesPart    = "identity.purchases-part"    // Of: the customer who splits off; Fact: how many moves are to be looked at
	CodeConsentsStricter = "identity.consents-stricter" // Of: the customer for whom the stricter holds
	CodeConsentsOwn      = "identity.consents-own"      // Of: the customer who splits off; Fact: how many moves are to be looked at
	CodeListsJoin        = "identity.lists-join"        // Of: the customer whose list stays
	CodeListsPart        = "identity.lists-part"        // Of: the customer who splits off; Fact: how many moves are to be looked at

	CodeOnlyValue     = "identity.only-value"     // Of: the source; On: its day; nothing speaks another way
	CodeNewest        = "identity.newest"         // Of: the source; On: its day
	CodeMostTrusted   = "identity.most-trusted"   // Of: the source; Fact: its trust; On: its day
	CodeMostComplete  = "identity.most-complete"  // Of: the source; Fact: how many characters; On: its day
	CodeSameValue     = "identity.same-value"     // Of: the source, which says the same; On: its day
	CodeOlderValue    = "identity.older-value"    // Of: the source; On: its day; By: that of the chosen one
	CodeToldEarlier   = "identity.told-earlier"   // Of: the source; At: when it was told; Until: when the chosen one was
	CodeLessTrusted   = "identity.less-trusted"   // Of: the source; Fact: its trust; Mark: that of the chosen one
	CodeLessSure      = "identity.less-sure"      // Of: the source; Fact: how sure it was; Mark: how sure the chosen one was
	CodeShorter       = "identity.shorter"        // Of: the source; Fact: how many characters; Mark: those of the chosen one
	CodeYoungerRecord = "identity.younger-record" // Of: the record, which is younger than that of the chosen one
	CodeLatestClass   = "identity.latest-class"   // Of: the record; On: from when the class holds there; At: when it was told
	CodeEarlierClass  = "identity.earlier-class"  // Of: the record; On: from when the class holds there; By: from when the chosen one holds; At: when it was told
	CodeOldestRecord  = "identity.oldest-record"  // Of: the record, the oldest that has an owner
	CodeOtherOwner    = "identity.other-owner"    // Of: the record, a younger one, which has another owner
	CodeAnyRecord     = "identity.any-record"     // Of: the record, the oldest that is a key account

	CodeRecognised   = "identity.recognised"     // Of: the customer
	CodeSeveral      = "identity.several"        // Fact: how many customers have it
	CodeUnknown      = "identity.unknown"        // Of: the scheme; nobody has it
	CodeUnreadable   = "identity.unreadable"     // Of: the scheme, of which it is no identifier
	CodeByExtension  = "identity.by-extension"   // Of: the customer; Fact: how many customers share the number
	CodeNotGoodFor   = "identity.not-good-for"   // Of: another customer, who has it on record and of whom it is not good
	CodeWasOf        = "identity.was-of"         // Of: the customer whose it is or was
	CodeWasOfSeveral = "identity.was-of-several" // Fact: how many customers have or had it
)

func explainLink(r customer.Reason, w words) (text string, ok bool) {
	switch r.Code {
	case CodeLinkUnknown:
		return w.In("there is no record %s: nobody has opened it, or it was erased", "没有编号为%s的档案：尚未建档或已删除", r.Of), true
	case CodeLinkYounger:
		return w.In("%s is the younger record, of %s: the link is made on that one", "档案%s建档较晚（%s），应在该档案上关联", r.Of, w.at(r.At)), true
	case CodeLinkKinds:
		return w.In("one is a person and the other, %s, an organisation, or the other way round", "与档案%s一为个人、一为单位，不能视为同一客户", r.Of), true
	case CodeLinkThere:
		return w.In("it has been linked to %s since %s", "自%[2]s起已与档案%[1]s关联", r.Of, w.at(r.At)), true
	case CodeLinkDistinct:
		return w.In("on %[2]s it was said not to be the same customer as %[1]s", "已于%[2]s确认与档案%[1]s不是同一客户", r.Of, w.at(r.At)), true
	case CodeLinkFull:
		return w.In("nothing more can be said of this record and %s: of each kind, %d were said of it, which is the most", "无法再登记与档案%s的关系：每份档案每种最多%d条", r.Of, r.Mark), true
	case CodeLinkNone:
		return w.In("it is not linked to %s", "未与档案%s关联", r.Of), true
	case CodeLinkJoined:
		return w.In("both are customer %s already, by links over other records", "两份档案已通过其他档案归入客户%s", r.Of), true
	case CodeLinkLater:
		return w.In("what was said of %s is of %s, and cannot be taken back for an earlier time", "与档案%s的关系登记于%s，不能按更早的时间撤回", r.Of, w.at(r.At)), true
	case CodeLinkMade:
		return w.In("it is the same customer as %s, on record since %s", "与档案%s为同一客户（建档于%s）", r.Of, w.at(r.At)), true
	case CodeLinkTaken:
		return w.In("it is no longer read with %s, to which it had been linked on %s", "不再与档案%s合并查看（原关联于%s）", r.Of, w.at(r.At)), true
	case CodeDistinctMade:
		return w.In("it is not the same customer as %s", "与档案%s不是同一客户", r.Of), true
	case CodeDistinctTaken:
		return w.In("it may be the same customer as %s after all, which was denied on %s", "与档案%s可能仍是同一客户（曾于%s否定）", r.Of, w.at(r.At)), true
	case CodeDistinctNone:
		return w.In("nobody has said that it is not the same customer as %s", "无人确认过与档案%s不是同一客户", r.Of), true
	case CodeGroupDistinct:
		return w.In("one of the links is wrong: on %[2]s a record was said not to be the same customer as %[1]s", "有一处关联有误：曾于%[2]s确认其中一份档案与%[1]s不是同一客户", r.Of, w.at(r.At)), true
	}
	for _, part := range [...]func(customer.Reason, words) (string, bool){explainCompare, explainFollow, explainGolden, explainIdentify} {
		if text, ok := part(r, w); ok {
			return text, true
		}
	}
	return "", false
}

func explainCompare(r customer.Reason, w words) (text string, ok bool) {
	switch r.Code {
	case CodeMatchSame:
		return w.In("%s speaks for one customer: %+d", "“%s”表明是同一客户：%+d", r.Of, r.Fact), true
	case CodeMatchShared:
		return w.In("%[1]s speaks for one customer, but less as %[3]d have it: %+[2]d", "“%[1]s”表明是同一客户，但有%[3]d位客户共用，分值降低：%+[2]d", r.Of, r.Fact, r.Mark), true
	case CodeMatchDiffers:
		return w.In("%s speaks for two customers: %+d", "“%s”表明不是同一客户：%+d", r.Of, r.Fact), true
	case CodeCandidate:
		return w.In("the score is %d, and from %d on somebody should look whether they are one customer", "合计%d分，达到%d分即应核对是否为同一客户", r.Fact, r.Mark), true
	case CodeNoCandidate:
		if r.Mark == 0 {
			return w.In("the score is %d, and the rules set none from which somebody should look", "合计%d分，规则未设核对分数", r.Fact), true
		}
		return w.In("the score is %d, and only from %d on should somebody look", "合计%d分，未达到%d分，无需核对", r.Fact, r.Mark), true
	case CodeCompareSelf:
		return w.In("%s was compared with itself", "档案%s与自身比较", r.Of), true
	case CodeBlockLarge:
		if w.Language == customer.English && r.Fact == 1 {
			return fmt.Sprintf("one thing, by %s, is shared by more than %d records, which were compared only where they share another thing too", r.Of, r.Mark), true
		}
		return w.In("%[2]d things, by %[1]s, are shared by more than %[3]d records each, which were compared only where they share another thing too",
			"“%[1]s”中有%[2]d项被超过%[3]d份档案共用，这些档案仅在另有相同项时才比较", r.Of, r.Fact, r.Mark), true
	}
	return "", false
}

func explainFollow(r customer.Reason, w words) (text string, ok bool) {
	parted := func(english, chinese string) (string, bool) {
		text := w.In(english, chinese, r.Of)
		switch {
		case r.Fact == 0:
		case w.Language == customer.Chinese:
			text += fmt.Sprintf("；有%d笔转移需要核对", r.Fact)
		default:
			text += "; " + w.Count(r.Fact, "earlier move") + " to look at"
		}
		return text, true
	}
	switch r.Code {
	case CodePointsTransfer:
		return w.In("the points go to customer %s", "积分转入客户%s", r.Of), true
	case CodePointsReview:
		return parted("no points come back to customer %s by themselves", "积分不会自动退回客户%s")
	case CodeCasesJoin:
		return w.In("open cases are shown with those of customer %s", "未结事项并入客户%s查看", r.Of), true
	case CodeCasesPart:
		return parted("open cases are shown as those of customer %s again", "未结事项重新归客户%s查看")
	case CodePurchasesJoin:
		return w.In("purchases count with those of customer %s", "消费与客户%s合并计算", r.Of), true
	case CodePurchasesPart:
		return parted("purchases count as those of customer %s again", "消费重新归客户%s计算")
	case CodeConsentsStricter:
		return w.In("where one record allowed what another refused, customer %s counts as having refused", "各档案授权不一致时，对客户%s按拒绝处理", r.Of), true
	case CodeConsentsOwn:
		return parted("what customer %s allowed holds again as it was given", "客户%s的授权恢复原样")
	case CodeListsJoin:
		return w.In("there is one personal list and one limit on contacts: those of customer %s", "个人清单与联系次数并入客户%s", r.Of), true
	case CodeListsPart:
		return parted("customer %s gets a personal list and a limit on contacts of her own again", "客户%s重新单独列清单、单独计联系次数")
	}
	return "", false
}

func explainGolden(r customer.Reason, w words) (text string, ok bool) {
	switch r.Code {
	case CodeOnlyValue:
		return w.In("from %s, of %s; nothing says otherwise", "来自%s（%s），没有不同记录", r.Of, w.DayOfYear(r.On)), true
	case CodeNewest:
		return w.In("the latest, from %s, of %s", "最新，来自%s（%s）", r.Of, w.DayOfYear(r.On)), true
	case CodeMostTrusted:
		return w.In("from %s, of %s, which is trusted most: %d", "来自%s（%s），可信度最高：%d", r.Of, w.DayOfYear(r.On), r.Fact), true
	case CodeMostComplete:
		return w.In("the most complete, from %s, of %s: %d characters", "最完整，来自%s（%s）：%d个字符", r.Of, w.DayOfYear(r.On), r.Fact), true
	case CodeSameValue:
		return w.In("%s of %s says the same", "%s（%s）的记录相同", r.Of, w.DayOfYear(r.On)), true
	case CodeOlderValue:
		return w.In("from %s, of %s, and the other is of %s", "来自%s（%s），早于%s", r.Of, w.DayOfYear(r.On), w.DayOfYear(r.By)), true
	case CodeToldEarlier:
		return w.In("from %s, told on %s and not last", "来自%s，登记于%s，之后有更新", r.Of, w.at(r.At)), true
	case CodeLessTrusted:
		return w.In("from %s, which is trusted less: %d, and the other %d", "来自%s，可信度较低（%d，所取的为%d）", r.Of, r.Fact, r.Mark), true
	case CodeLessSure:
		return w.In("from %s, and less sure: %s, and the other %s", "来自%s，把握较小（%s，所取的为%s）", r.Of, w.Percent(r.Fact), w.Percent(r.Mark)), true
	case CodeShorter:
		return w.In("from %s, and less complete: %d characters, and the other has %d", "来自%s，不够完整（%d个字符，所取的有%d个）", r.Of, r.Fact, r.Mark), true
	case CodeYoungerRecord:
		return w.In("in all else they are equal, and %s is the younger record", "其余相同，但档案%s建立较晚", r.Of), true
	case CodeLatestClass:
		return w.In("the class that record %s has had since %s, the latest of all", "取档案%s的类别（%s起），为最近一次设定", r.Of, w.DayOfYear(r.On)), true
	case CodeEarlierClass:
		if r.On == r.By {
			return w.In("record %s has another class since the same day, %s, told earlier", "档案%s另有类别，同日（%s）起，但登记较早", r.Of, w.DayOfYear(r.On)), true
		}
		return w.In("record %s has had another class since %s, and the latest is of %s", "档案%s另有类别（%s起），早于%s的最近设定", r.Of, w.DayOfYear(r.On), w.DayOfYear(r.By)), true
	case CodeOldestRecord:
		return w.In("the owner in %s, the oldest record that has one", "取自有负责人的最早档案%s", r.Of), true
	case CodeOtherOwner:
		return w.In("record %s, a younger one, has another owner", "较晚建立的档案%s另有负责人", r.Of), true
	case CodeAnyRecord:
		return w.In("record %s is a key account, and so the customer is", "档案%s为大客户，故该客户为大客户", r.Of), true
	}
	return "", false
}

func explainIdentify(r customer.Reason, w words) (text string, ok bool) {
	switch r.Code {
	case CodeRecognised:
		return w.In("it is customer %s", "识别为客户%s", r.Of), true
	case CodeSeveral:
		return w.In("%d customers have it: ask which of them it is", "有%d位客户共用，请询问是哪一位", r.Fact), true
	case CodeUnknown:
		return w.In("nobody has this %s", "没有客户使用此标识（%s）", r.Of), true
	case CodeUnreadable:
		return w.In("this is not a valid %s", "这不是有效的标识（%s）", r.Of), true
	case CodeByExtension:
		return w.In("by the extension it is customer %s, of the %d who share the number", "按分机号识别为客户%s（%d位客户共用该号码）", r.Of, r.Fact), true
	case CodeNotGoodFor:
		return w.In("customer %s has it on record too, where it is not good", "客户%s的档案中也有此标识，但已无效", r.Of), true
	case CodeWasOf:
		return w.In("on record it is that of customer %s", "档案中它属于客户%s", r.Of), true
	case CodeWasOfSeveral:
		return w.In("%d customers have it on record", "有%d位客户的档案中有此标识", r.Fact), true
	}
	return "", false
}
