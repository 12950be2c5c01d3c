package agenda_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/lifecycle/agenda"
)

// The codes and texts of the package. A code that is missing here, or renamed, fails the
// test: codes are stored, and renaming one is a migration.
func TestExplain(t *testing.T) {
	first, last := on("2026-11-23"), on("2026-11-27")
	later := on("2027-01-11")
	at := time.Date(2026, time.November, 23, 9, 30, 0, 0, time.UTC)
	seen := map[string]bool{}
	for _, tc := range []struct {
		reason           customer.Reason
		english, chinese string
	}{
		{
			customer.Reason{Code: "agenda.every-days", Fact: 1, On: first, By: first + 1},
			"every 1 day, last on 23 Nov, due on 24 Nov",
			"每1天一次，上次在11月23日，下次应在11月24日",
		},
		{
			customer.Reason{Code: "agenda.every-days", Fact: 49, On: first, By: later},
			"every 49 days, last on 23 Nov 2026, due on 11 Jan 2027",
			"每49天一次，上次在2026年11月23日，下次应在2027年1月11日",
		},
		{
			customer.Reason{Code: "agenda.every-months", Fact: 3, On: first, By: last},
			"every 3 months, last on 23 Nov, due on 27 Nov",
			"每3个月一次，上次在11月23日，下次应在11月27日",
		},
		{
			customer.Reason{Code: "agenda.never-visited", Fact: 4, On: first, By: last},
			"never visited, known since 23 Nov, due on 27 Nov",
			"尚未回访过，自11月23日起为顾客，应在11月27日回访",
		},
		{
			customer.Reason{Code: "agenda.tier-changed", On: first, By: first},
			"in this tier since 23 Nov, so not due before",
			"自11月23日起才属于此等级，因此不早于该日",
		},
		{
			customer.Reason{Code: "agenda.visit-overdue", Fact: 4, On: last, By: first},
			"4 days overdue since 23 Nov",
			"应在11月23日，已逾期4天",
		},
		{
			customer.Reason{Code: "agenda.no-visits", On: first},
			"no visits for this tier",
			"此等级没有回访安排",
		},
		{
			customer.Reason{Code: "agenda.occasion", Fact: 3, On: first, By: first},
			"the day is 23 Nov, not to be sent later",
			"日期为11月23日，过后不再发出",
		},
		{
			customer.Reason{Code: "agenda.occasion", Fact: 3, On: first, By: last},
			"the day is 23 Nov, to be sent by 27 Nov",
			"日期为11月23日，最晚11月27日发出",
		},
		{
			customer.Reason{Code: "agenda.after-days", Fact: 4, On: first, By: last},
			"4 days after 23 Nov, on 27 Nov",
			"11月23日之后4天，即11月27日",
		},
		{
			customer.Reason{Code: "agenda.after-working-days", Fact: 4, On: first, By: last},
			"4 working days after 23 Nov, on 27 Nov",
			"11月23日之后4个工作日，即11月27日",
		},
		{
			customer.Reason{Code: "agenda.moved", On: first, By: last},
			"moved from 23 Nov, which is no working day, to 27 Nov",
			"11月23日不是工作日，改到11月27日",
		},
		{
			customer.Reason{Code: "agenda.not-yet", On: first, By: last},
			"not before 23 Nov; due on 27 Nov",
			"最早11月23日；应在11月27日",
		},
		{
			customer.Reason{Code: "agenda.done", On: first, By: last},
			"done on 23 Nov for 27 Nov",
			"已于11月23日完成（应在11月27日）",
		},
		{
			customer.Reason{Code: "agenda.passed", Fact: 4, Mark: 1, On: last, By: first},
			"23 Nov is 4 days ago; it would have done up to 1 day after",
			"11月23日已过去4天，最多可迟1天",
		},
		{
			customer.Reason{Code: "agenda.superseded", On: first, By: last},
			"what happened on 23 Nov was overtaken on 27 Nov",
			"11月23日的事因11月27日又有新情况，不再回访",
		},
		{
			customer.Reason{Code: "agenda.placed", Fact: 2, Mark: 8, Unit: customer.UnitTimes, On: first, By: last},
			"on 23 Nov, possible until 27 Nov; 2 of 8 tasks that day",
			"安排在11月23日，最晚可到11月27日；当日已排2/8项",
		},
		{
			customer.Reason{Code: "agenda.placed", Fact: 5400, Mark: 28800, Unit: customer.UnitSeconds, On: first, By: last},
			"on 23 Nov, possible until 27 Nov; 90 of 480 minutes that day",
			"安排在11月23日，最晚可到11月27日；当日已排90/480分钟",
		},
		{
			customer.Reason{Code: "agenda.fixed", On: first},
			"keeps its place on 23 Nov 2026",
			"维持原定日期2026年11月23日",
		},
		{
			customer.Reason{Code: "agenda.owner", Rule: "li", On: first, By: last},
			"by li, whose customer she is",
			"由她的固定负责人li办理",
		},
		{
			customer.Reason{Code: "agenda.anybody", Rule: "li", On: first, By: last},
			"by li; she has nobody of her own",
			"由li办理；她没有固定负责人",
		},
		{
			customer.Reason{Code: "agenda.owner-unknown", Rule: "li", On: first, By: last},
			"by somebody else: li is not on the staff",
			"由他人办理：固定负责人li不在人员名单中",
		},
		{
			customer.Reason{Code: "agenda.owner-unskilled", Rule: "li", On: first, By: last},
			"by somebody else: li lacks the skill",
			"由他人办理：固定负责人li没有所需技能",
		},
		{
			customer.Reason{Code: "agenda.owner-away", Rule: "li", Fact: 5, Mark: 5, On: first, By: last},
			"in place of li, who is away, 23 Nov to 27 Nov",
			"由他人代办：li不在岗（11月23日至11月27日）",
		},
		{
			customer.Reason{Code: "agenda.owner-full", Rule: "li", Fact: 1, Mark: 5, On: first, By: last},
			"in place of li, who has no time, 23 Nov to 27 Nov (off on 1 of 5 days)",
			"由他人代办：li没有空档（11月23日至11月27日，5天中休息1天）",
		},
		{
			customer.Reason{Code: "consent.no-consent", Rule: "contact/1#phone-care"},
			"no consent: contact/1#phone-care",
			"未取得她的同意：contact/1#phone-care",
		},
		{
			customer.Reason{Code: "consent.opted-out", Rule: "contact/1#care"},
			"she has opted out of being contacted: contact/1#care",
			"她已要求不再联系：contact/1#care",
		},
		{
			customer.Reason{Code: "consent.open-complaint", Rule: "contact/1#care"},
			"a complaint of hers is open: contact/1#care",
			"她有投诉尚未结案：contact/1#care",
		},
		{
			customer.Reason{Code: "consent.cap", Rule: "contact/1#week", Fact: 2, Mark: 2, On: first, By: last},
			"contact limit contact/1#week reached on 23 Nov: 2 of 2; free from 27 Nov",
			"11月23日联系次数已达上限（contact/1#week：2/2），11月27日起可再联系",
		},
		{
			customer.Reason{Code: "consent.apart", Rule: "contact/1", Mark: 4, On: first, By: last},
			"too near another contact on 23 Nov: at least 4 days apart; free from 27 Nov",
			"11月23日与另一次联系相隔太近，至少应隔4天；11月27日起可再联系",
		},
		{
			customer.Reason{Code: "consent.quiet-now", Rule: "contact/1#phone", At: at},
			"quiet hours on 23 Nov 2026, 09:30 UTC: contact/1#phone",
			"2026年11月23日09:30(UTC)为免打扰时段：contact/1#phone",
		},
		{
			customer.Reason{Code: "consent.quiet-now", Rule: "contact/1#phone", At: at, Until: at.Add(30 * time.Minute)},
			"quiet hours on 23 Nov 2026, 09:30 UTC, until 23 Nov 2026, 10:00 UTC: contact/1#phone",
			"2026年11月23日09:30(UTC)为免打扰时段，2026年11月23日10:00(UTC)起可联系：contact/1#phone",
		},
		{
			customer.Reason{Code: "agenda.quiet", Rule: "contact/1", Fact: 2, Mark: 5, On: first, By: last},
			"quiet hours leave no time on 2 of 5 days, 23 Nov to 27 Nov: contact/1",
			"5天中有2天（11月23日至11月27日）没有可联系的时间：contact/1",
		},
		{
			customer.Reason{Code: "agenda.quiet", Rule: "contact/1", Fact: 1, Mark: 1, On: first, By: first},
			"quiet hours leave no time on 1 of 1 day, 23 Nov: contact/1",
			"1天中有1天（11月23日）没有可联系的时间：contact/1",
		},
		{
			customer.Reason{Code: "agenda.window-over", On: last, By: first},
			"would have done until 23 Nov; the plan begins on 27 Nov",
			"最晚应在11月23日；计划从11月27日才开始",
		},
		{
			customer.Reason{Code: "agenda.window-later", On: later, By: last},
			"not before 11 Jan 2027; the plan ends on 27 Nov 2026",
			"最早2027年1月11日；计划到2026年11月27日为止",
		},
		{
			customer.Reason{Code: "agenda.nobody-skilled", Rule: "repair", Mark: 3},
			"nobody of 3 has the skill: repair",
			"3人中无人具备此技能：repair",
		},
		{
			customer.Reason{Code: "agenda.nobody-at-work", Fact: 2, Mark: 5, On: first, By: last},
			"nobody at work on 2 of 5 days, 23 Nov to 27 Nov",
			"5天中有2天（11月23日至11月27日）无人上班",
		},
		{
			customer.Reason{Code: "agenda.no-capacity", Fact: 5, Mark: 5, On: first, By: last},
			"everybody is full on 5 of 5 days, 23 Nov to 27 Nov",
			"5天中有5天（11月23日至11月27日）所有人都已排满",
		},
		{
			customer.Reason{Code: "calendar.holiday", Rule: "shop/1 New Year", On: first},
			"closed on 23 Nov 2026: holiday (shop/1 New Year)",
			"2026年11月23日放假，不营业（shop/1 New Year）",
		},
		{
			customer.Reason{Code: "customer.not-yet-in-force", Rule: "plan/1", On: first, By: last},
			"rule book plan/1 holds from 27 Nov 2026, not yet on 23 Nov 2026",
			"规则plan/1自2026年11月27日起生效，2026年11月23日尚未生效",
		},
		{
			customer.Reason{Code: "shop.closed"},
			"shop.closed",
			"shop.closed",
		},
	} {
		seen[tc.reason.Code] = true
		assert.Equal(t, tc.english, agenda.Explain(tc.reason, customer.English))
		assert.Equal(t, tc.chinese, agenda.Explain(tc.reason, customer.Chinese))
	}
	for _, code := range customertest.Codes(t, "reason.go") {
		assert.True(t, seen[code], "%s is rendered in no test", code)
	}
}
