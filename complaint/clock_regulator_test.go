package complaint_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/calendar"
)

// The deadlines of authorities, as rules. They are examples, and no default of this package: each
// was read in the source that is named, most of which report on the rule and are not it. Check
// the primary text before relying on one.

func regulatorClock(name, in string, budget calendar.Budget, starts, stops complaint.Kind) complaint.ClockRule {
	return complaint.ClockRule{
		Name: name, Starts: []complaint.Trigger{{Kind: starts}},
		ClockTerms: complaint.ClockTerms{Stops: []complaint.Trigger{{Kind: stops}}, Budget: budget, Calendar: in, Regulator: true},
	}
}

// regulatorLondon is England's working days, as far as the test needs them.
func regulatorLondon() calendar.Rules {
	rules := clockOffice("Europe/London")
	rules.ID = "london"
	rules.Holidays = []calendar.Holiday{
		{On: clockDay("2026-12-25"), Name: "Christmas Day"}, {On: clockDay("2026-12-28"), Name: "Boxing Day (substitute)"}, {On: clockDay("2027-01-01"), Name: "New Year's Day"},
	}
	return rules
}

// FCA, DISP 1.5 and 1.6 (handbook.fca.org.uk, disp1s5 and disp1s6, version 2026-06-01; payment
// services: fintechfutures 2015): a summary resolution by the close of the third business day,
// the final response within eight weeks; for payment services fifteen business days, at most 35
// in all with a holding reply. Two calendars run at once.
func TestRegulatorFCA(t *testing.T) {
	payment := regulatorClock("payment services", "london", calendar.Budget{WorkingDays: 15, ByClose: true}, complaint.KindReceive, complaint.KindClose)
	payment.Extensions = []complaint.ExtensionRule{{Budget: calendar.Budget{WorkingDays: 20}, Role: "complaints officer", Notice: true}}
	rules := []complaint.ClockRule{
		regulatorClock("summary resolution", "london", calendar.Budget{WorkingDays: 3, ByClose: true}, complaint.KindReceive, complaint.KindClose),
		regulatorClock("final response", "london", calendar.Budget{CalendarDays: 56}, complaint.KindReceive, complaint.KindClose),
		payment,
	}
	r := &clockRun{tb: t, Policy: clockPolicy(t, rules, clockCalendar(t, regulatorLondon()))}
	r.receive("2026-12-21T15:00:00Z")
	for name, due := range map[string]string{
		"summary resolution": "2026-12-24T18:00:00Z", "final response": "2027-02-16T00:00:00Z", "payment services": "2027-01-14T18:00:00Z",
	} {
		clockSame(t, due, r.read(name, "2026-12-21T15:00:00Z").Due)
	}
	officer := complaint.Agent{ID: "olu", Roles: []string{"complaints officer"}}
	r.log("2027-01-12T10:00:00Z", complaint.ToCustomer)
	r.must(r.Extend(r.c, complaint.Extend{
		Step: r.step("2027-01-12T11:00:00Z"), Clock: "payment services", Approver: "olu", Notice: r.c.Contacts[len(r.c.Contacts)-1].Ref,
	}, officer))
	clockSame(t, "2027-02-11T18:00:00Z", r.read("payment services", "2027-01-12T11:00:00Z").Due)
	r.wait("2027-01-13T09:00:00Z", complaint.AwaitCustomer, "documents")
	assert.True(t, r.read("final response", "2027-01-13T09:00:00Z").Paused.IsZero(), "nothing pauses them")
}

// CFPB (cfpbmonitor 2012): a response within 15 calendar days, a final one within 60 where the
// first says that it is in progress.
func TestRegulatorCFPB(t *testing.T) {
	response := regulatorClock("response", "always", calendar.Budget{CalendarDays: 15}, complaint.KindReceive, complaint.KindClose)
	response.Stops = []complaint.Trigger{{Kind: complaint.KindLog, Direction: complaint.ToCustomer}, {Kind: complaint.KindClose}}
	final := regulatorClock("final response", "always", calendar.Budget{CalendarDays: 60}, complaint.KindReceive, complaint.KindClose)
	r := clockBegin(t, response, final)
	r.receive("2026-11-25 09:00")
	r.log("2026-12-10 23:59", complaint.ToCustomer)
	assert.False(t, r.read("response", "2026-12-11 09:00").Breached)
	assert.Equal(t, 15, r.read("response", "2026-12-11 09:00").Day)
	clockSame(t, "2027-01-25 00:00", r.read("final response", "2026-12-11 09:00").Due)
	r.end("2027-01-25 00:00")
	assert.False(t, r.read("final response", "2027-06-01 09:00").Breached, "the last instant is in time")
}

// 12315, 市场监督管理投诉举报处理暂行办法 (as read at law.t8p.cn): a complaint is accepted or not
// within seven working days. The days worked for a holiday count (调休).
func TestRegulator12315(t *testing.T) {
	china := clockOffice("Asia/Shanghai")
	china.ID = "china"
	china.Holidays = []calendar.Holiday{{On: clockDay("2026-10-01"), Through: clockDay("2026-10-07"), Name: "国庆节"}}
	china.Overrides = []calendar.Override{
		{On: clockDay("2026-09-27"), Name: "国庆节调休", Hours: []calendar.Hours{{From: "09:00", To: "18:00"}}},
		{On: clockDay("2026-10-10"), Name: "国庆节调休", Hours: []calendar.Hours{{From: "09:00", To: "18:00"}}},
	}
	accept := regulatorClock("受理", "china", calendar.Budget{WorkingDays: 7, ByClose: true}, complaint.KindFile, complaint.KindAssess)
	r := &clockRun{tb: t, Policy: clockPolicy(t, []complaint.ClockRule{accept}, clockCalendar(t, china))}
	r.receive("2026-09-25 09:00")
	r.must(r.File(r.c, complaint.File{Step: r.step("2026-09-26 10:00"), Body: "12315"})) // a Saturday
	clockSame(t, "2026-10-10 18:00", r.read("受理", "2026-09-26 10:00").Due)
	reading := r.read("受理", "2026-10-10 12:00")
	assert.Equal(t, 7, reading.Day, "27 to 30 September, 8 to 10 October: a Sunday and a Saturday that are worked")
	assert.Equal(t, "“受理”：第7个工作日，共7个，到期时间2026年10月10日18:00(CST)", complaint.Explain(reading.Reasons()[0], customer.Chinese))
}

// 12345, rules of a city as an example (read at uianet.net): three working days for what is
// simple; more only by approval. An urge of the citizen has a clock of its own.
func TestRegulator12345(t *testing.T) {
	simple := regulatorClock("12345", "office", calendar.Budget{WorkingDays: 3, ByClose: true}, complaint.KindReceive, complaint.KindClose)
	simple.Extensions = []complaint.ExtensionRule{{Budget: calendar.Budget{WorkingDays: 10}, Role: "分管领导"}}
	urge := regulatorClock("催办", "office", calendar.Budget{WorkingDays: 1, ByClose: true}, complaint.KindChased, complaint.KindLog)
	urge.Stops[0].Direction = complaint.ToCustomer
	r := clockBegin(t, simple, urge)
	r.receive("2026-11-25 09:00")
	_, err := r.Extend(r.c, complaint.Extend{Step: r.step("2026-11-27 09:00"), Clock: "12345"}, complaint.Agent{})
	require.ErrorAs(t, err, new(*customer.Refusal), "nobody extends alone")
	leader := complaint.Agent{ID: "zhao", Roles: []string{"分管领导"}}
	r.must(r.Extend(r.c, complaint.Extend{Step: r.step("2026-11-27 09:00"), Clock: "12345", Approver: "zhao"}, leader))
	clockSame(t, "2026-12-14 18:00", r.read("12345", "2026-11-27 09:00").Due)
}

// 银行保险机构消费投诉处理管理办法 (2020, as reported by xinhua): 15 days from receipt, 30 more in
// difficult cases and 30 more again, each by approval, and the customer is told.
func TestRegulatorBankInsurance(t *testing.T) {
	rule := regulatorClock("银行保险", "always", calendar.Budget{CalendarDays: 15}, complaint.KindReceive, complaint.KindClose)
	rule.Extensions = []complaint.ExtensionRule{
		{Budget: calendar.Budget{CalendarDays: 30}, Role: "分支机构负责人", Notice: true},
		{Budget: calendar.Budget{CalendarDays: 30}, Role: "总公司负责人", Notice: true},
	}
	r := clockBegin(t, rule)
	r.receive("2026-11-02 09:00")
	for i, row := range []struct{ at, told, role, due string }{
		{"2026-11-16 10:00", "2026-11-16 09:00", "分支机构负责人", "2026-12-18 00:00"},
		{"2026-12-17 10:00", "2026-12-17 09:00", "总公司负责人", "2027-01-17 00:00"},
	} {
		approver := complaint.Agent{ID: "li", Roles: []string{row.role}}
		extend := complaint.Extend{Step: r.step(row.at), Clock: "银行保险", Approver: "li"}
		assert.Equal(t, []string{complaint.CodeExtensionNotice}, r.refused(r.Extend(r.c, extend, approver)))
		r.log(row.told, complaint.ToCustomer)
		extend.Notice = r.c.Contacts[len(r.c.Contacts)-1].Ref
		r.must(r.Extend(r.c, extend, approver))
		clockSame(t, row.due, r.read("银行保险", row.at).Due)
		assert.Len(t, r.clock("银行保险").Extended, i+1)
	}
}
