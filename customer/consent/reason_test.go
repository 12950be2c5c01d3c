package consent_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/consent"
	"github.com/rapport-crm/rapport/customer/customertest"
)

// Every reason reads as a sentence in both languages.
func TestExplain(t *testing.T) {
	first, last, none := on("2026-11-23"), on("2026-11-27"), time.Time{}
	begin, end := at("2026-11-23 09:30"), at("2027-03-01 00:00")
	seen := map[string]bool{}
	for _, tc := range []struct {
		reason           customer.Reason
		english, chinese string
	}{
		{
			customer.Reason{Code: "consent.given", Rule: "contact/1#care", Of: "letter", At: begin, Until: end},
			"she said yes on 23 Nov 2026 to contact by letter, until 1 Mar 2027, 00:00 UTC: contact/1#care",
			"她已于2026年11月23日同意通过letter联系，有效期至2027年3月1日00:00(UTC)：contact/1#care",
		},
		{
			customer.Reason{Code: "consent.given", Rule: "contact/1#profiling", At: begin},
			"she said yes on 23 Nov 2026: contact/1#profiling",
			"她已于2026年11月23日同意：contact/1#profiling",
		},
		{
			customer.Reason{Code: "consent.basis", Rule: "contact/1#service", Of: "contract"},
			"this needs no yes of hers, it rests on contract: contact/1#service",
			"此项依据contract进行，无须她另行同意：contact/1#service",
		},
		{
			customer.Reason{Code: "consent.no-consent", Rule: "contact/1#phone-care"},
			"no consent: contact/1#phone-care",
			"未取得她的同意：contact/1#phone-care",
		},
		{
			customer.Reason{Code: "consent.no-consent", Rule: "contact/1#handover", Of: "maker"},
			"no consent for maker: contact/1#handover",
			"未取得她对maker的同意：contact/1#handover",
		},
		{
			customer.Reason{Code: "consent.declined", Rule: "contact/1#care", Of: "d-1", At: begin},
			"she said no on 23 Nov 2026 (d-1): contact/1#care",
			"她已于2026年11月23日表示不同意（d-1）：contact/1#care",
		},
		{
			customer.Reason{Code: "consent.withdrawn", Rule: "contact/1#care", Of: "w-1", At: begin},
			"she took her yes back on 23 Nov 2026 (w-1): contact/1#care",
			"她已于2026年11月23日撤回同意（w-1）：contact/1#care",
		},
		{
			customer.Reason{Code: "consent.expired", Rule: "contact/1#care", Of: "g-1", At: begin, Until: end},
			"her yes of 23 Nov 2026 (g-1) ended on 1 Mar 2027, 00:00 UTC: contact/1#care",
			"她2026年11月23日的同意（g-1）已于2027年3月1日00:00(UTC)到期：contact/1#care",
		},
		{
			customer.Reason{Code: "consent.ends", Rule: "contact/1#letter-care", On: last, By: first},
			"her yes ends with 22 Nov 2026: contact/1#letter-care",
			"她的同意到2026年11月22日为止：contact/1#letter-care",
		},
		{
			customer.Reason{Code: "consent.unconfirmed", Rule: "contact/1#care", Of: "g-1", At: begin, Until: end},
			"she has not confirmed her yes of 23 Nov 2026 (g-1), to be confirmed before 1 Mar 2027, 00:00 UTC: contact/1#care",
			"她2026年11月23日的同意（g-1）尚未确认，应在2027年3月1日00:00(UTC)之前确认：contact/1#care",
		},
		{
			customer.Reason{Code: "consent.notice-changed", Rule: "contact/1#news", Of: "news", Fact: 1, Mark: 2},
			"she said yes to version 1 of the notice news, which says something else since version 2: contact/1#news",
			"她同意的是告知书news第1版，第2版起内容已有重大变更，须重新征得同意：contact/1#news",
		},
		{
			customer.Reason{Code: "consent.notice-changed", Rule: "contact/1#news", Of: "news", Mark: 2},
			"she said yes without having seen the notice news: contact/1#news",
			"她同意时没有看到告知书news：contact/1#news",
		},
		{
			customer.Reason{Code: "consent.opted-out", Rule: "contact/1#care"},
			"she has opted out of being contacted: contact/1#care",
			"她已要求不再联系：contact/1#care",
		},
		{
			customer.Reason{Code: "consent.opted-out", Rule: "contact/1#care", Of: "o-1", At: begin},
			"on 23 Nov 2026 she opted out of being contacted (o-1): contact/1#care",
			"她已于2026年11月23日要求不再联系（o-1）：contact/1#care",
		},
		{
			customer.Reason{Code: "consent.erased", Rule: "contact/1#care", At: begin},
			"what was kept of her was erased on 23 Nov 2026, and nobody contacts her or uses her data any more: contact/1#care",
			"她的资料已于2026年11月23日删除，不得再联系她或使用其资料：contact/1#care",
		},
		{
			customer.Reason{Code: "consent.not-through", Rule: "contact/1#news", Of: "phone"},
			"this never goes by phone: contact/1#news",
			"此项不使用phone渠道：contact/1#news",
		},
		{
			customer.Reason{Code: "consent.not-for-party", Rule: "contact/1#care", Of: "maker"},
			"the rules do not name maker for this: contact/1#care",
			"规则未将此项列入maker的使用范围：contact/1#care",
		},
		{
			customer.Reason{Code: "consent.open-complaint", Rule: "contact/1#care"},
			"a complaint of hers is open: contact/1#care",
			"她有投诉尚未结案：contact/1#care",
		},
		{
			customer.Reason{Code: "consent.invalid", Rule: "contact/1", Of: "phone"},
			"she cannot be reached by phone: the number or address noted for it is not valid",
			"无法通过phone联系她：所登记的联系方式无效",
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
			customer.Reason{Code: "consent.quiet-now", Rule: "contact/1#phone", At: begin, Until: none},
			"quiet hours on 23 Nov 2026, 09:30 UTC: contact/1#phone",
			"2026年11月23日09:30(UTC)为免打扰时段：contact/1#phone",
		},
		{
			customer.Reason{Code: "consent.quiet-now", Rule: "contact/1#phone", At: begin, Until: begin.Add(30 * time.Minute)},
			"quiet hours on 23 Nov 2026, 09:30 UTC, until 23 Nov 2026, 10:00 UTC: contact/1#phone",
			"2026年11月23日09:30(UTC)为免打扰时段，2026年11月23日10:00(UTC)起可联系：contact/1#phone",
		},
		{
			customer.Reason{Code: "consent.expiring", Rule: "contact/1#news", Of: "g-1", Until: end},
			"her yes (g-1) ends on 1 Mar 2027, 00:00 UTC: contact/1#news",
			"她的同意（g-1）将于2027年3月1日00:00(UTC)到期：contact/1#news",
		},
		{
			customer.Reason{Code: "consent.bundled", Rule: "contact/1#profiling"},
			"this needs a yes of its own, not one together with other purposes: contact/1#profiling",
			"此项须单独取得她的同意，不得与其他目的一并取得：contact/1#profiling",
		},
		{
			customer.Reason{Code: "consent.bundled", Rule: "contact/1#handover", Of: "maker"},
			"this needs a yes of its own for maker, not one together with other purposes: contact/1#handover",
			"此项须单独取得她对maker的同意，不得与其他目的一并取得：contact/1#handover",
		},
		{
			customer.Reason{Code: "consent.condition", Rule: "contact/1#profiling", Of: "5 %"},
			"saying yes to this must not be the condition of something else (5 %): contact/1#profiling",
			"不得把同意此项作为获得其他待遇（5 %）的条件：contact/1#profiling",
		},
		{
			customer.Reason{Code: "consent.notice", Rule: "contact/1#news", Of: "news", Mark: 2},
			"she must have seen the notice news, version 2 or later: contact/1#news",
			"她须先看到告知书news（第2版或以后）：contact/1#news",
		},
		{
			customer.Reason{Code: "consent.notice-text", Of: "news", Fact: 2},
			"what she was shown is not the text of the notice news, version 2",
			"向她出示的不是告知书news第2版的原文",
		},
		{
			customer.Reason{Code: "consent.no-record", Rule: "contact/1#profiling"},
			"the form or the recording of her yes is not named: contact/1#profiling",
			"没有注明同意书或录音的编号：contact/1#profiling",
		},
		{
			customer.Reason{Code: "consent.guardian", Fact: 13, Mark: 14, Unit: customer.UnitYears},
			"she is 13 years old; under 14 her guardian says yes for her",
			"她13岁，未满14岁须由监护人同意",
		},
		{
			customer.Reason{Code: "consent.age-unknown", Mark: 14, Unit: customer.UnitYears},
			"her age is not known; under 14 her guardian says yes for her",
			"不知道她的年龄；未满14岁须由监护人同意",
		},
		{
			customer.Reason{Code: "consent.no-give", Of: "g-1"},
			"no yes was booked as g-1",
			"没有编号为g-1的同意记录",
		},
		{
			customer.Reason{Code: "consent.nothing-to-confirm", Of: "g-1"},
			"nothing of her yes (g-1) waits to be confirmed through this channel",
			"她的同意（g-1）在此渠道上没有待确认的事项",
		},
		{
			customer.Reason{Code: "consent.confirm-early", Of: "g-1", At: begin},
			"her yes (g-1) is of 23 Nov 2026, 09:30 UTC, later than this confirmation",
			"她的同意（g-1）作出于2026年11月23日09:30(UTC)，晚于此次确认",
		},
		{
			customer.Reason{Code: "consent.confirm-late", Of: "g-1", At: begin, Until: end},
			"her yes of 23 Nov 2026 (g-1) had to be confirmed before 1 Mar 2027, 00:00 UTC: ask her again",
			"她2026年11月23日的同意（g-1）应在2027年3月1日00:00(UTC)之前确认，现已逾期，须重新征求",
		},
		{
			customer.Reason{Code: "consent.full", Mark: 4500, Unit: customer.UnitTimes},
			"no more than 4500 yeses and as many noes of hers are kept; she may still opt out of being contacted",
			"每位顾客的同意与不同意最多各保存4500条；她仍可要求不再联系",
		},
		{
			customer.Reason{Code: "consent.to-confirm", Rule: "contact/1#news", Of: "mail", Until: end},
			"her yes counts once she has confirmed it by mail, before 1 Mar 2027, 00:00 UTC: contact/1#news",
			"须由她在2027年3月1日00:00(UTC)之前通过mail确认，同意才生效：contact/1#news",
		},
		{
			customer.Reason{Code: "consent.overtaken", Rule: "contact/1#care", Of: "g-2", At: begin},
			"what she said later, on 23 Nov 2026 (g-2), stands: contact/1#care",
			"以她2026年11月23日的后一次表示（g-2）为准：contact/1#care",
		},
		{
			customer.Reason{Code: "consent.goes-on", Rule: "contact/1#service", Of: "contract"},
			"this goes on all the same, resting on contract: contact/1#service",
			"此项不受影响，依据contract，继续进行：contact/1#service",
		},
		{
			customer.Reason{Code: "consent.goes-on", Rule: "contact/1#service"},
			"this goes on all the same: contact/1#service",
			"此项不受影响，继续进行：contact/1#service",
		},
		{
			customer.Reason{Code: "consent.party-goes-on", Rule: "contact/1#news", Of: "maker", At: begin},
			"her yes of 23 Nov 2026 to maker stands, for what she said is about the shop only: contact/1#news",
			"她2026年11月23日对maker的同意仍然有效，此次表示只针对本店：contact/1#news",
		},
		{
			customer.Reason{Code: "consent.no-objection", At: begin},
			"she had not objected to being contacted on 23 Nov 2026, 09:30 UTC",
			"截至2026年11月23日09:30(UTC)，她并未要求不再联系",
		},
		{
			customer.Reason{Code: "customer.not-yet-in-force", Rule: "contact/1", On: first, By: last},
			"rule book contact/1 holds from 27 Nov 2026, not yet on 23 Nov 2026",
			"规则contact/1自2026年11月27日起生效，2026年11月23日尚未生效",
		},
		{customer.Reason{Code: "shop.closed"}, "shop.closed", "shop.closed"},
	} {
		seen[tc.reason.Code] = true
		assert.Equal(t, tc.english, consent.Explain(tc.reason, customer.English))
		assert.Equal(t, tc.chinese, consent.Explain(tc.reason, customer.Chinese))
		assert.NotContains(t, tc.english+tc.chinese, "%!")
		if strings.HasPrefix(tc.reason.Code, "consent.") {
			assert.Regexp(t, `\p{Han}`, tc.chinese)
		}
	}
	for _, code := range customertest.Codes(t, "reason.go") {
		assert.True(t, seen[code], "%s is rendered in no test", code)
	}
}
