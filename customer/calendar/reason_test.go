package calendar_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/calendar"
	"github.com/rapport-crm/rapport/customer/customertest"
)

// The codes and texts of the package. A code that is missing here, or renamed, fails the
// test: codes are stored, and renaming one is a migration.
func TestExplain(t *testing.T) {
	zone := zoneOf(t, "Asia/Shanghai")
	on := day(t, "2026-09-20")
	at, until := instantIn(t, "2026-09-20 16:00", zone), instantIn(t, "2026-09-20 18:00", zone)
	seen := map[string]bool{}
	for _, tc := range []struct {
		reason           customer.Reason
		english, chinese string
	}{
		{
			customer.Reason{Code: "calendar.weekly", Rule: "shop/1", Fact: 8 * 3600, Unit: customer.UnitSeconds, On: on},
			"20 Sep 2026 has the hours of its weekday, 8 h (shop/1)",
			"2026年9月20日按每周营业时间营业，共8小时（shop/1）",
		},
		{
			customer.Reason{Code: "calendar.no-hours", Rule: "shop/1", On: on},
			"closed on 20 Sep 2026: its weekday has no hours (shop/1)",
			"2026年9月20日休息：这一天每周不营业（shop/1）",
		},
		{
			customer.Reason{Code: "calendar.override-open", Rule: "shop/1 国庆节调休上班", Fact: 7*3600 + 30*60, Unit: customer.UnitSeconds, On: on},
			"20 Sep 2026 has hours of its own, 7 h 30 min (shop/1 国庆节调休上班)",
			"2026年9月20日另行安排营业，共7小时30分钟（shop/1 国庆节调休上班）",
		},
		{
			customer.Reason{Code: "calendar.override-closed", Rule: "shop/1 stocktaking", On: on},
			"closed on 20 Sep 2026 by exception (shop/1 stocktaking)",
			"2026年9月20日另行安排停业（shop/1 stocktaking）",
		},
		{
			customer.Reason{Code: "calendar.holiday", Rule: "shop/1 Spring Festival", On: on},
			"closed on 20 Sep 2026: holiday (shop/1 Spring Festival)",
			"2026年9月20日放假，不营业（shop/1 Spring Festival）",
		},
		{
			customer.Reason{Code: "calendar.cut", Rule: "shop/1 meeting", On: on, At: at, Until: until},
			"closed from 20 Sep 2026, 16:00 CST to 20 Sep 2026, 18:00 CST (shop/1 meeting)",
			"2026年9月20日16:00(CST)至2026年9月20日18:00(CST)暂停营业（shop/1 meeting）",
		},
		{
			customer.Reason{Code: "calendar.overnight", Rule: "bar/1", On: on, Until: until},
			"the hours of the evening before run to 20 Sep 2026, 18:00 CST (bar/1)",
			"前一晚的营业延续至2026年9月20日18:00(CST)（bar/1）",
		},
		{
			customer.Reason{Code: "calendar.skipped", Rule: "shop/1", On: on},
			"there was no 20 Sep 2026: the zone left the day out (shop/1)",
			"没有2026年9月20日：该时区跳过了这一天（shop/1）",
		},
		{
			customer.Reason{Code: "calendar.no-open-time", Rule: "shop/1", Fact: 0, Mark: 3605, Unit: customer.UnitSeconds, At: at, Until: until},
			"only 0 s of open time from 20 Sep 2026, 16:00 CST to 20 Sep 2026, 18:00 CST, 1 h 5 s wanted (shop/1)",
			"2026年9月20日16:00(CST)至2026年9月20日18:00(CST)之间只有0秒营业时间，需要1小时5秒（shop/1）",
		},
		{
			customer.Reason{Code: "calendar.no-open-time", Rule: "shop/1", Unit: customer.UnitSeconds, At: at, Until: until},
			"no opening from 20 Sep 2026, 16:00 CST to 20 Sep 2026, 18:00 CST (shop/1)",
			"2026年9月20日16:00(CST)至2026年9月20日18:00(CST)之间没有营业时间（shop/1）",
		},
		{
			customer.Reason{Code: "calendar.paused", Rule: "shop/1", Fact: 61, Unit: customer.UnitSeconds, At: at},
			"stands still since 20 Sep 2026, 16:00 CST with 1 min 1 s left (shop/1)",
			"自2026年9月20日16:00(CST)起暂停计时，尚余1分钟1秒（shop/1）",
		},
		{
			customer.Reason{Code: "calendar.no-working-days", Rule: "shop/1", Fact: 2, Mark: 3, Unit: customer.UnitDays, On: on, By: on + 9},
			"only 2 working days from 20 Sep 2026 to 29 Sep 2026, 3 wanted (shop/1)",
			"2026年9月20日至2026年9月29日只有2个工作日，需要3个（shop/1）",
		},
		{
			customer.Reason{Code: "calendar.no-working-days", Rule: "shop/1", Fact: 0, Mark: 0, Unit: customer.UnitDays, On: on, By: on + 9},
			"only 0 working days from 20 Sep 2026 to 29 Sep 2026, 1 wanted (shop/1)",
			"2026年9月20日至2026年9月29日只有0个工作日，需要1个（shop/1）",
		},
		{
			customer.Reason{Code: "calendar.no-working-days", Rule: "shop/1", Fact: 1, Mark: -2, Unit: customer.UnitDays, On: on, By: on - 9},
			"only 1 working day back from 20 Sep 2026 to 11 Sep 2026, 2 wanted (shop/1)",
			"2026年9月20日往前至2026年9月11日只有1个工作日，需要2个（shop/1）",
		},
		{
			customer.Reason{Code: "customer.no-day", Rule: "shop/1"},
			"rule book shop/1 needs the day to decide for",
			"规则shop/1需要一个日期",
		},
		{customer.Reason{Code: "shop.closed"}, "shop.closed", "shop.closed"},
	} {
		seen[tc.reason.Code] = true
		assert.Equal(t, tc.english, calendar.Explain(tc.reason, customer.English))
		assert.Equal(t, tc.chinese, calendar.Explain(tc.reason, customer.Chinese))
	}
	codes := customertest.Codes(t, "reason.go")
	for _, code := range codes {
		assert.True(t, seen[code], "%s is rendered in no test", code)
	}
	assert.Contains(t, codes, calendar.CodeWeekly)
}

// Why a day is as it is, in the calendar's own words.
func TestWhy(t *testing.T) {
	rules := calendar.Rules{
		Edition: customer.Edition{ID: "bar", Version: 2}, Zone: "Pacific/Apia",
		Weekly:   []calendar.Weekly{calendar.Daily(hours("18:00", "02:00"))},
		Holidays: []calendar.Holiday{{On: day(t, "2011-12-25"), Name: "Christmas"}},
		Cuts: []calendar.Cut{
			{On: day(t, "2011-12-20"), Name: "concert", Hours: hours("23:00", "01:00")},
			{On: day(t, "2011-12-20"), Hours: hours("19:00", "20:00")},
		},
	}
	c := compile(t, rules)
	for on, want := range map[string][]string{
		"2011-12-15": {
			"15 Dec 2011 has the hours of its weekday, 8 h (bar/2)",
			"the hours of the evening before run to 15 Dec 2011, 02:00 -10 (bar/2)",
		},
		"2011-12-20": {
			"20 Dec 2011 has the hours of its weekday, 5 h (bar/2)",
			"the hours of the evening before run to 20 Dec 2011, 02:00 -10 (bar/2)",
			"closed from 20 Dec 2011, 19:00 -10 to 20 Dec 2011, 20:00 -10 (bar/2)",
			"closed from 20 Dec 2011, 23:00 -10 to 21 Dec 2011, 01:00 -10 (bar/2 concert)",
		},
		"2011-12-21": {
			"21 Dec 2011 has the hours of its weekday, 8 h (bar/2)",
			"the hours of the evening before run to 21 Dec 2011, 02:00 -10 (bar/2)",
			"closed from 20 Dec 2011, 23:00 -10 to 21 Dec 2011, 01:00 -10 (bar/2 concert)",
		},
		"2011-12-24": { // nothing runs into a holiday
			"24 Dec 2011 has the hours of its weekday, 6 h (bar/2)",
			"the hours of the evening before run to 24 Dec 2011, 02:00 -10 (bar/2)",
		},
		"2011-12-25": {"closed on 25 Dec 2011: holiday (bar/2 Christmas)"},
		"2011-12-26": {"26 Dec 2011 has the hours of its weekday, 8 h (bar/2)"},
		"2011-12-30": {"there was no 30 Dec 2011: the zone left the day out (bar/2)"},
	} {
		got, err := c.Day(day(t, on))
		require.NoError(t, err)
		var told []string
		for _, reason := range got.Why {
			told = append(told, calendar.Explain(reason, customer.English))
		}
		assert.Equal(t, want, told)
	}
	_, err := c.Open(time.Time{})
	assert.Error(t, err)
}
