package desk_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/rapport-crm/rapport/complaint/desk"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
)

// The codes and texts of the package. A code that is missing here, or renamed, fails the test:
// codes are stored, and renaming one is a migration.
func TestExplain(t *testing.T) {
	noon, one := at(t, "2026-11-25 12:00"), at(t, "2026-11-25 13:00")
	const seconds, permille = customer.UnitSeconds, customer.UnitPermille
	seen := map[string]bool{}
	for _, tc := range []struct {
		reason           customer.Reason
		english, chinese string
	}{
		{customer.Reason{Code: "desk.open", Of: "cash", At: noon}, "done at cash from 25 Nov 2026, 12:00 CST", "自2026年11月25日12:00(CST)起可在cash办理"},
		{
			customer.Reason{Code: "desk.open", Of: "cash", At: noon, Until: one},
			"done at cash from 25 Nov 2026, 12:00 CST to 25 Nov 2026, 13:00 CST", "2026年11月25日12:00(CST)至2026年11月25日13:00(CST)可在cash办理",
		},
		{customer.Reason{Code: "desk.reached", Of: "line", At: noon}, "somebody is at line from 25 Nov 2026, 12:00 CST", "自2026年11月25日12:00(CST)起可在line找到人"},
		{
			customer.Reason{Code: "desk.reached", Of: "line", At: noon, Until: one},
			"somebody is at line from 25 Nov 2026, 12:00 CST to 25 Nov 2026, 13:00 CST", "2026年11月25日12:00(CST)至2026年11月25日13:00(CST)可在line找到人",
		},
		{
			customer.Reason{Code: "desk.door-closed", Rule: "door/1", Of: "small", At: noon, Until: one},
			"the door of small is closed at 25 Nov 2026, 12:00 CST, and opens at 25 Nov 2026, 13:00 CST (door/1)",
			"2026年11月25日12:00(CST)时small未开门，2026年11月25日13:00(CST)开门（door/1）",
		},
		{
			customer.Reason{Code: "desk.closed", Rule: "corporate/1", Of: "company", At: noon, Until: one},
			"company is closed at 25 Nov 2026, 12:00 CST, and opens at 25 Nov 2026, 13:00 CST (corporate/1)",
			"2026年11月25日12:00(CST)时company不营业，2026年11月25日13:00(CST)开始营业（corporate/1）",
		},
		{
			customer.Reason{Code: "desk.task-closed", Rule: "mornings/1", Of: "transfer", At: noon, Until: one},
			"transfer is not done there at 25 Nov 2026, 12:00 CST, but from 25 Nov 2026, 13:00 CST (mornings/1)",
			"2026年11月25日12:00(CST)时该处不办理transfer，2026年11月25日13:00(CST)起办理（mornings/1）",
		},
		{
			customer.Reason{Code: "desk.off-duty", Of: "cash", Fact: 2, At: noon},
			"nobody who can do it is at work at cash at 25 Nov 2026, 12:00 CST (2 in all)", "2026年11月25日12:00(CST)时cash能办理的2人都不在岗",
		},
		{
			customer.Reason{Code: "desk.off-duty", Of: "cash", Fact: 2, At: noon, Until: one},
			"nobody who can do it is at work at cash at 25 Nov 2026, 12:00 CST (2 in all), the first comes at 25 Nov 2026, 13:00 CST",
			"2026年11月25日12:00(CST)时cash能办理的2人都不在岗，最早2026年11月25日13:00(CST)有人到岗",
		},
		{
			customer.Reason{Code: "desk.limit", Rule: "bank/3", Of: "atm", Fact: 20_000_01, Mark: 20_000_00, Unit: customer.UnitMinor},
			"atm goes up to 2000000 minor units; asked for is 2000001 minor units (bank/3)",
			"atm最多办理2000000（最小货币单位），所需为2000001（最小货币单位）（bank/3）",
		},
		{customer.Reason{Code: "desk.no-task", Rule: "bank/3", Of: "cash"}, "cash does not do this (bank/3)", "cash不办理此项业务（bank/3）"},
		{customer.Reason{Code: "desk.not-here", Rule: "bank/3", Of: "small"}, "no desk of small does this (bank/3)", "small没有办理此项业务的柜台（bank/3）"},
		{
			customer.Reason{Code: "desk.nowhere", Rule: "bank/3", Of: "transfer", Fact: 2},
			"transfer can be done nowhere at present; desks that do it at all: 2 (bank/3)", "目前没有地方可以办理transfer，设有此项业务的柜台：2个（bank/3）",
		},
		{
			customer.Reason{Code: "desk.never", Of: "cash", At: noon, Until: one},
			"from 25 Nov 2026, 12:00 CST to 25 Nov 2026, 13:00 CST nobody who can do it is at cash while it is open",
			"2026年11月25日12:00(CST)至2026年11月25日13:00(CST)，cash营业时没有能办理的人在岗",
		},
		{customer.Reason{Code: "desk.nobody", Of: "cash"}, "nobody works at cash", "cash没有人员"},
		{customer.Reason{Code: "desk.no-skill", Of: "forex", Fact: 2, Mark: 3}, "skill forex is lacking: 2 of 3 there do not have it", "缺少技能“forex”：该处3人中有2人不具备"},
		{customer.Reason{Code: "desk.no-language", Of: "en", Fact: 2, Mark: 3}, "language en is lacking: 2 of 3 there do not speak it", "缺少语言“en”：该处3人中有2人不会"},
		{customer.Reason{Code: "desk.unreached", Rule: "bank/3", Fact: 2}, "nobody can be reached; desks looked at: 2 (bank/3)", "联系不到任何人，查过的柜台：2个（bank/3）"},

		{customer.Reason{Code: "desk.no-site", Rule: "bank/3", Of: "small, main"}, "name a site that does this: small, main (bank/3)", "请指明办理此项业务的网点：small, main（bank/3）"},
		{customer.Reason{Code: "desk.no-site", Rule: "bank/3"}, "no site does this (bank/3)", "没有网点办理此项业务（bank/3）"},
		{customer.Reason{Code: "desk.no-document", Rule: "bank/3", Of: "permit, passport"}, "a document is missing: permit, passport (bank/3)", "缺少证件或材料：permit, passport（bank/3）"},
		{customer.Reason{Code: "desk.not-present", Rule: "bank/3"}, "the customer has to be there herself (bank/3)", "须由顾客本人到场（bank/3）"},
		{customer.Reason{Code: "desk.own-site", Rule: "bank/3", Of: "main"}, "only main may change its data, or give its word for it (bank/3)", "须由main办理，或经其确认后代办（bank/3）"},
		{customer.Reason{Code: "desk.no-approval", Rule: "bank/3", Of: "supervisor"}, "an approval is missing: supervisor (bank/3)", "缺少审批：supervisor（bank/3）"},

		{customer.Reason{Code: "desk.owner", Of: "li"}, "li looks after this customer by name", "li是这位顾客的专属负责人"},
		{customer.Reason{Code: "desk.substitute", Of: "li"}, "li stands in for the customer's own agent", "li代理这位顾客的专属负责人"},
		{customer.Reason{Code: "desk.owner-away", Of: "li", At: noon}, "li, who looks after this customer, is away at 25 Nov 2026, 12:00 CST", "这位顾客的负责人li在2026年11月25日12:00(CST)不在岗"},
		{
			customer.Reason{Code: "desk.owner-away", Of: "li", At: noon, Until: one},
			"li, who looks after this customer, is away at 25 Nov 2026, 12:00 CST, back at 25 Nov 2026, 13:00 CST",
			"这位顾客的负责人li在2026年11月25日12:00(CST)不在岗，2026年11月25日13:00(CST)回来",
		},
		{customer.Reason{Code: "desk.owner-excepted", Of: "li"}, "li, who looks after this customer, must not have this", "这位顾客的负责人li须回避"},
		{customer.Reason{Code: "desk.owner-unknown", Of: "li"}, "li, who looks after this customer, is not in the roster", "这位顾客的负责人li不在人员名单中"},
		{customer.Reason{Code: "desk.owner-unable", Of: "li"}, "li, who looks after this customer, lacks a skill or the language for this", "这位顾客的负责人li不具备所需技能或语言"},
		{customer.Reason{Code: "desk.had", Of: "li"}, "li had the case before", "li曾经办理此案"},
		{customer.Reason{Code: "desk.knows", Of: "li"}, "li served this customer before", "li曾经为这位顾客服务"},
		{customer.Reason{Code: "desk.fits", Of: "li", Fact: 1, Mark: 2}, "li fits best: 1 skill beyond what is needed, 2 open cases", "li最合适：多余技能1项，在办案件2件"},
		{customer.Reason{Code: "desk.excepted", Of: "cash", Fact: 1, Mark: 3}, "1 of 3 at cash must not have this", "cash的3人中有1人须回避"},
		{customer.Reason{Code: "desk.away", Of: "cash", Fact: 1, Mark: 3, At: noon}, "1 of 3 at cash are not at work at 25 Nov 2026, 12:00 CST", "2026年11月25日12:00(CST)时cash的3人中有1人不在岗"},
		{
			customer.Reason{Code: "desk.away", Of: "cash", Fact: 3, Mark: 3, At: noon, Until: one},
			"3 of 3 at cash are not at work at 25 Nov 2026, 12:00 CST, the first comes at 25 Nov 2026, 13:00 CST",
			"2026年11月25日12:00(CST)时cash的3人中有3人不在岗，最早2026年11月25日13:00(CST)有人到岗",
		},
		{customer.Reason{Code: "desk.full", Of: "cash", Fact: 1, Mark: 3}, "1 of 3 at cash have as many cases as they may", "cash的3人中有1人案件已满"},

		{customer.Reason{Code: "desk.topic", Rule: "topics/4", Of: "card"}, "topic card (topics/4)", "问题类别“card”（topics/4）"},
		{customer.Reason{Code: "desk.topic-here", Rule: "topics/4", Of: "card"}, "topic card in this area (topics/4)", "本区域的问题类别“card”（topics/4）"},
		{customer.Reason{Code: "desk.no-topic", Rule: "topics/4", Of: "weather"}, "topic weather is in no row, so it is escalated (topics/4)", "问题类别“weather”没有对应分组，升级处理（topics/4）"},
		{customer.Reason{Code: "desk.no-topic", Rule: "topics/4"}, "no topic, so it is escalated (topics/4)", "未说明问题类别，升级处理（topics/4）"},
		{customer.Reason{Code: "desk.lacks-skill", Rule: "topics/4", Of: "cards"}, "she lacks the skill cards: hand over now (topics/4)", "不具备技能“cards”，请立即转交（topics/4）"},
		{customer.Reason{Code: "desk.has-skills", Rule: "topics/4", Of: "lost"}, "she has every skill of lost herself (topics/4)", "具备“lost”组所需的全部技能（topics/4）"},
		{customer.Reason{Code: "desk.context", Rule: "topics/4", Of: "receipt"}, "to be told on, and missing: receipt (topics/4)", "转交时须说明而尚缺：receipt（topics/4）"},

		{customer.Reason{Code: "desk.bypass", Rule: "hall/2", Of: "li"}, "past the queue, to li (hall/2)", "不必排队，由li办理（hall/2）"},
		{
			customer.Reason{Code: "desk.first", Rule: "hall/2", Fact: 1263, Mark: 1200, Unit: seconds},
			"first, after 21 min 3 s of waiting; from 20 min on (hall/2)", "已等候21分钟3秒，满20分钟者优先（hall/2）",
		},
		{customer.Reason{Code: "desk.waited", Fact: 3600, Unit: seconds, At: noon}, "has waited 1 h, since 25 Nov 2026, 12:00 CST", "自2026年11月25日12:00(CST)起已等候1小时"},
		{customer.Reason{Code: "desk.waited", Unit: seconds, At: noon}, "has waited 0 s, since 25 Nov 2026, 12:00 CST", "自2026年11月25日12:00(CST)起已等候0秒"},
		{customer.Reason{Code: "desk.rank-lift", Rule: "hall/2", Fact: 600, Mark: 2}, "rank 2 counts as 10 min more (hall/2)", "等级2，另计10分钟（hall/2）"},
		{
			customer.Reason{Code: "desk.promise-lift", Rule: "hall/2", Fact: 300, Unit: seconds, Until: one},
			"promised by 25 Nov 2026, 13:00 CST, which counts as 5 min more (hall/2)", "承诺时间为2026年11月25日13:00(CST)，另计5分钟（hall/2）",
		},
		{customer.Reason{Code: "desk.ahead", Of: "7", Fact: 3, Mark: 1}, "3 before her, 1 counter open", "前面还有3位，开放1个窗口"},
		{customer.Reason{Code: "desk.wait", Of: "7", Fact: 3725, Unit: seconds}, "about 1 h 2 min 5 s still to wait", "预计还需等候1小时2分钟5秒"},

		{customer.Reason{Code: "desk.agents", Fact: 3, Mark: 2250}, "takes 3 agents for a load of 2.25", "业务量相当于2.25人，需要3人"},
		{customer.Reason{Code: "desk.grows", Fact: 2000, Mark: 2}, "the queue grows: a load of 2 for 2 agents", "队伍会越来越长：业务量相当于2人，只有2人"},
		{customer.Reason{Code: "desk.within", Fact: 888, Mark: 800, Unit: permille}, "88.8 % served in time, target 80 %", "按时服务的占88.8 %，目标80 %"},
		{customer.Reason{Code: "desk.mean-wait", Fact: 8, Mark: 60, Unit: seconds}, "mean wait 8 s, target 1 min", "平均等候8秒，目标1分钟"},
		{customer.Reason{Code: "desk.busy", Fact: 715, Mark: 850, Unit: permille}, "agents 71.5 % busy, target 85 %", "人员忙碌程度71.5 %，目标85 %"},
		{customer.Reason{Code: "desk.too-much", Fact: 10_000_000, Mark: 10_000}, "10000 agents do not meet the target for a load of 10000", "业务量相当于10000人，10000人仍达不到目标"},
		{customer.Reason{Code: "desk.unopened", Fact: 1, Mark: 5}, "1 counter could be opened at once, with 5 of the staff behind", "可立即增开1个窗口，后台有5人"},
		{customer.Reason{Code: "desk.short-staff", Fact: 2, Mark: 8}, "2 agents of 8 missing", "需要8人，尚缺2人"},
		{customer.Reason{Code: "desk.short-windows", Fact: 4, Mark: 4}, "4 counters more needed than the 4 that there are", "只有4个窗口，尚缺4个"},

		{customer.Reason{Code: "desk.in-force", Of: "sms", Fact: 2, At: noon}, "notice sms, version 2, holds from 25 Nov 2026, 12:00 CST", "公告“sms”第2版自2026年11月25日12:00(CST)起有效"},
		{
			customer.Reason{Code: "desk.in-force", Of: "sms", Fact: 2, At: noon, Until: one},
			"notice sms, version 2, holds from 25 Nov 2026, 12:00 CST to 25 Nov 2026, 13:00 CST",
			"公告“sms”第2版自2026年11月25日12:00(CST)至2026年11月25日13:00(CST)有效",
		},
		{customer.Reason{Code: "desk.unread", Of: "sms", Fact: 2, At: noon}, "notice sms, version 2, has not been read, in force since 25 Nov 2026, 12:00 CST", "公告“sms”第2版尚未阅读，自2026年11月25日12:00(CST)起有效"},
		{customer.Reason{Code: "desk.hint", Rule: "offers/2", Of: "field", Fact: 2, Mark: 1}, "hint field, for 2 traits and 1 attribute of the niche (offers/2)", "提示“field”：针对2项服务特性、1项定位属性（offers/2）"},

		{customer.Reason{Code: "calendar.holiday", Rule: "shop/1 New Year", On: date(t, "2027-01-01")}, "closed on 1 Jan 2027: holiday (shop/1 New Year)", "2027年1月1日放假，不营业（shop/1 New Year）"},
		{customer.Reason{Code: "shop.closed"}, "shop.closed", "shop.closed"},
	} {
		seen[tc.reason.Code] = true
		assert.Equal(t, tc.english, desk.Explain(tc.reason, customer.English))
		assert.Equal(t, tc.chinese, desk.Explain(tc.reason, customer.Chinese))
	}
	for _, code := range customertest.Codes(t, "reason.go") {
		assert.True(t, seen[code], "%s is rendered in no test", code)
	}

	limit := customer.Reason{Code: "desk.limit", Rule: "bank/3", Of: "atm", Fact: 20_000_01, Mark: 20_000_00, Unit: customer.UnitMinor}
	assert.Equal(t, "atm goes up to 20000.00 CNY; asked for is 20000.01 CNY (bank/3)", bank(t).Explain(limit, customer.English))
	assert.Equal(t, "atm最多办理20000.00 CNY，所需为20000.01 CNY（bank/3）", bank(t).Explain(limit, customer.Chinese))
	poor := bank(t, func(r *desk.Rules) {
		r.Currency = customer.Currency{}
		for i := range r.Sites {
			for j := range r.Sites[i].Desks {
				for k := range r.Sites[i].Desks[j].Does {
					r.Sites[i].Desks[j].Does[k].UpToMinor = 0
				}
			}
		}
	})
	assert.Equal(t, desk.Explain(limit, customer.English), poor.Explain(limit, customer.English))
}
