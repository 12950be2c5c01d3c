package complaint_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
)

func TestClockReasons(t *testing.T) {
	at, until := clockAt("2026-11-25 09:00"), clockAt("2026-11-25 18:00")
	rows := []struct {
		reason           customer.Reason
		english, chinese string
	}{
		{customer.Reason{Code: complaint.CodeClockStarted, Of: "c", At: at}, "c runs from 25 Nov 2026, 09:00 CST", "“c”自2026年11月25日09:00(CST)起计时"},
		{customer.Reason{Code: complaint.CodeClockTime, Of: "c", Fact: 9600, Mark: 28800, Until: until}, "c: 2 h 40 min used of 8 h, due 25 Nov 2026, 18:00 CST", "“c”：已用2小时40分钟，共8小时，到期时间2026年11月25日18:00(CST)"},
		{customer.Reason{Code: complaint.CodeClockTime, Of: "c", Fact: 0, Mark: 61}, "c: 0 s used of 1 min 1 s", "“c”：已用0秒，共1分钟1秒"},
		{customer.Reason{Code: complaint.CodeClockWorkingDay, Of: "c", Fact: 2, Mark: 7, Until: until}, "c: working day 2 of 7, due 25 Nov 2026, 18:00 CST", "“c”：第2个工作日，共7个，到期时间2026年11月25日18:00(CST)"},
		{customer.Reason{Code: complaint.CodeClockCalendarDay, Of: "c", Fact: 2, Mark: 7}, "c: day 2 of 7", "“c”：第2天，共7天"},
		{customer.Reason{Code: complaint.CodeClockFormer, Of: "c", At: at, Until: until}, "c has another calendar since 25 Nov 2026, 09:00 CST, which nobody has confirmed; by the one before due 25 Nov 2026, 18:00 CST", "“c”自2026年11月25日09:00(CST)起改用另一日历，尚无人确认；按原日历到期时间为2026年11月25日18:00(CST)"},
		{customer.Reason{Code: complaint.CodePausedCustomer, Of: "c", At: at}, "c paused since 25 Nov 2026, 09:00 CST, waiting for the customer", "“c”自2026年11月25日09:00(CST)起暂停计时，等待顾客"},
		{customer.Reason{Code: complaint.CodePausedThird, Of: "c", At: at, Until: until}, "c paused from 25 Nov 2026, 09:00 CST to 25 Nov 2026, 18:00 CST, waiting for a third party", "“c”2026年11月25日09:00(CST)至2026年11月25日18:00(CST)暂停计时，等待第三方"},
		{customer.Reason{Code: complaint.CodePausedNobody, Of: "c", At: at}, "c paused since 25 Nov 2026, 09:00 CST, waiting for nobody", "“c”自2026年11月25日09:00(CST)起暂停计时，无须等待任何人"},
		{customer.Reason{Code: complaint.CodeClockResumed, Of: "c", At: at}, "c runs on from 25 Nov 2026, 09:00 CST", "“c”自2026年11月25日09:00(CST)起恢复计时"},
		{customer.Reason{Code: complaint.CodeClockStopped, Of: "c", At: at}, "c stopped at 25 Nov 2026, 09:00 CST; its calendar cannot tell more", "“c”于2026年11月25日09:00(CST)停止计时，日历无法说明更多"},
		{customer.Reason{Code: complaint.CodeClockKept, Of: "c", Fact: 60, Mark: 3600, Unit: customer.UnitSeconds, At: at}, "c kept: 1 min of 1 h, done at 25 Nov 2026, 09:00 CST", "“c”按时完成：用时1分钟，限时1小时，完成于2026年11月25日09:00(CST)"},
		{customer.Reason{Code: complaint.CodeClockBreached, Of: "c", Fact: 8, Mark: 1, Unit: customer.UnitDays, At: at}, "c breached: 8 days of 1 day, was due 25 Nov 2026, 09:00 CST", "“c”已超时：用时8天，限时1天，本应于2026年11月25日09:00(CST)前完成"},
		{customer.Reason{Code: complaint.CodeClockWarned, Of: "c", Fact: 750, At: at, Until: until}, "c: 75 % used at 25 Nov 2026, 09:00 CST, due 25 Nov 2026, 18:00 CST", "“c”：2026年11月25日09:00(CST)已用75 %，到期时间2026年11月25日18:00(CST)"},
		{customer.Reason{Code: complaint.CodeClockOverdue, Of: "c", Fact: 1125, At: until, Until: at}, "c overdue: 112.5 % used at 25 Nov 2026, 18:00 CST, was due 25 Nov 2026, 09:00 CST", "“c”已逾期：2026年11月25日18:00(CST)已用112.5 %，本应到期时间2026年11月25日09:00(CST)"},
		{customer.Reason{Code: complaint.CodeClockExtended, Of: "c", Fact: 1, Mark: 2, At: at}, "c extended at 25 Nov 2026, 09:00 CST, 1 of 2 times", "“c”于2026年11月25日09:00(CST)延期，第1次，最多2次"},
		{customer.Reason{Code: complaint.CodeClockSwitched, Of: "c", At: at}, "c has another calendar from 25 Nov 2026, 09:00 CST", "“c”自2026年11月25日09:00(CST)起改用另一日历"},
		{customer.Reason{Code: complaint.CodeWaitFor, Of: "documents", At: at}, "waiting since 25 Nov 2026, 09:00 CST for: documents", "自2026年11月25日09:00(CST)起等待：documents"},
		{customer.Reason{Code: complaint.CodeWaitOver, Of: "documents", At: at, Until: until}, "waited from 25 Nov 2026, 09:00 CST to 25 Nov 2026, 18:00 CST for: documents", "2026年11月25日09:00(CST)至2026年11月25日18:00(CST)曾等待：documents"},
		{customer.Reason{Code: complaint.CodeClockNone, Of: "c"}, "no clock c is running", "没有正在计时的“c”"},
		{customer.Reason{Code: complaint.CodeClockCalendar, Of: "office", Fact: 2}, "the policy was not given version 2 of the calendar office", "未向规则提供日历“office”的第2版"},
		{customer.Reason{Code: complaint.CodeClockCalendar, Of: "moon"}, "the policy was not given any calendar moon", "未向规则提供日历“moon”"},
		{customer.Reason{Code: complaint.CodeClockSameCalendar, Of: "office", Fact: 2}, "the clock has calendar office of version 2 already", "计时已采用日历“office”的第2版"},
		{customer.Reason{Code: complaint.CodeClockNotSwitched, Of: "c"}, "no change of calendar of c is to be confirmed at that instant", "“c”在该时刻没有待确认的日历变更"},
		{customer.Reason{Code: complaint.CodeClockSwitchedLater, Of: "c", At: at}, "c was given its calendar at 25 Nov 2026, 09:00 CST, which is later", "“c”的日历已在更晚的2026年11月25日09:00(CST)变更"},
		{customer.Reason{Code: complaint.CodeExtensionNone, Of: "c", Fact: 1, Mark: 1}, "c was extended 1 time of 1", "“c”已延期1次，最多1次"},
		{customer.Reason{Code: complaint.CodeExtensionApprover, Of: "head"}, "nobody has approved the extension: it needs head", "延期尚无人批准：须由“head”批准"},
		{customer.Reason{Code: complaint.CodeExtensionApprover}, "nobody has approved the extension", "延期尚无人批准"},
		{customer.Reason{Code: complaint.CodeExtensionRole, Of: "head"}, "who approves the extension is not head", "延期的批准人不具备“head”角色"},
		{customer.Reason{Code: complaint.CodeExtensionHandler, Of: "hans"}, "hans asks for the extension or handles the case, and cannot approve it", "hans是延期的申请人或案件经办人，不能批准"},
		{customer.Reason{Code: complaint.CodeExtensionNotice, Of: "c"}, "the customer was not told of the extension of c: name the contact", "尚未告知顾客“c”延期：请注明联系记录"},
	}
	told := map[string]bool{}
	for _, row := range rows {
		assert.Equal(t, row.english, complaint.Explain(row.reason, customer.English))
		assert.Equal(t, row.chinese, complaint.Explain(row.reason, customer.Chinese))
		told[row.reason.Code] = true
	}
	for _, code := range customertest.Codes(t, "clock_reason.go") {
		assert.True(t, told[code], code)
	}
}

// A reading explains itself: what is used, what it was paused for, when it is due.
func TestClockReadingReasons(t *testing.T) {
	for name, row := range map[string]struct {
		pauses []complaint.Pause
		stop   string
		at     string
		want   []string
	}{
		"paused": {[]complaint.Pause{clockPause("2026-11-25 11:40", "")}, "", "2026-11-25 15:00", []string{
			"clock: 2 h 40 min used of 8 h",
			"clock paused since 25 Nov 2026, 11:40 CST, waiting for the customer",
			"waiting since 25 Nov 2026, 11:40 CST for: documents",
		}},
		"resumed": {[]complaint.Pause{clockPause("2026-11-25 11:40", "2026-11-25 12:40")}, "", "2026-11-25 12:40", []string{
			"clock: 2 h 40 min used of 8 h, due 25 Nov 2026, 18:00 CST",
			"clock paused from 25 Nov 2026, 11:40 CST to 25 Nov 2026, 12:40 CST, waiting for the customer",
		}},
		"a pause that nobody knew of": {[]complaint.Pause{clockPause("2026-11-25 11:40", "2026-11-25 12:40")}, "", "2026-11-25 11:00", []string{
			"clock: 2 h used of 8 h, due 25 Nov 2026, 17:00 CST",
		}},
		"kept": {nil, "2026-11-25 12:00", "2026-11-26 12:00", []string{
			"clock kept: 3 h of 8 h, done at 25 Nov 2026, 12:00 CST",
		}},
		"breached by less than a second": {nil, "2026-11-25T17:00:00.5+08:00", "2026-11-26 12:00", []string{
			"clock breached: 8 h 1 s of 8 h, was due 25 Nov 2026, 17:00 CST",
		}},
		"breached, and running": {nil, "", "2026-11-25 17:01", []string{"clock breached: 8 h 1 min of 8 h, was due 25 Nov 2026, 17:00 CST"}},
		"not begun":             {nil, "", "2026-11-25 08:00", nil},
	} {
		t.Run(name, func(t *testing.T) {
			clock := clockOf("2026-11-25 09:00", clockOpen(8), row.pauses...)
			if row.stop != "" {
				clock.Stop = clockAt(row.stop)
			}
			reading, err := clockPolicy(t, nil).Read(clock, clockAt(row.at))
			require.NoError(t, err)
			var told []string
			for _, reason := range reading.Reasons() {
				assert.Equal(t, "shop/1", reason.Rule)
				told = append(told, complaint.Explain(reason, customer.English))
			}
			assert.Equal(t, row.want, told)
		})
	}
}

// A reading needs no memory.
func TestClockReadAllocates(t *testing.T) {
	policy := clockPolicy(t, nil)
	clock := clockOf("2026-11-25 09:00", clockOpen(8), clockPause("2026-11-25 10:00", "2026-11-25 11:00"), clockPause("2026-11-25 12:00", "2026-11-25 13:00"))
	at := clockAt("2026-11-26 09:00")
	assert.Zero(t, testing.AllocsPerRun(100, func() { _, _ = policy.Read(clock, at) }))
	for range 20 { // and with as many pauses as one may have it is right all the same
		clock.Pauses = append(clock.Pauses, clockPause("2026-11-25 14:00", "2026-11-25 15:00"))
	}
	reading, err := policy.Read(clock, at)
	require.NoError(t, err)
	clockSame(t, "2026-11-26 11:00", reading.Due)
}
