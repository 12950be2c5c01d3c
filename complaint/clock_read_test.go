package complaint_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/calendar"
)

// What a clock comes to at an instant. Each row is a pitfall on which peers stumble, or a side
// of one. 25 November 2026 is a Wednesday.
func TestClockRead(t *testing.T) {
	day := func(n int) complaint.ClockTerms {
		return complaint.ClockTerms{Budget: calendar.Budget{WorkingDays: n}, Calendar: "office", PauseReasons: []string{"documents"}}
	}
	byClose := day(2)
	byClose.Budget.ByClose = true
	civil := complaint.ClockTerms{Budget: calendar.Budget{CalendarDays: 2}, Calendar: "office", PauseReasons: []string{"documents"}}
	endsWorking := civil
	endsWorking.Budget.EndsWorking = true
	for name, row := range map[string]struct {
		terms    complaint.ClockTerms
		start    string
		stop     string
		pauses   []complaint.Pause
		at       string
		used     time.Duration
		due      string
		breached bool
		paused   string
	}{
		"within the hours":                        {clockOpen(8), "2026-11-25 09:00", "", nil, "2026-11-25 11:40", 2*time.Hour + 40*time.Minute, "2026-11-25 17:00", false, ""},
		"deadline on the close":                   {clockOpen(9), "2026-11-25 09:00", "", nil, "2026-11-25 18:00", 9 * time.Hour, "2026-11-25 18:00", false, ""},
		"deadline on the close, seen at night":    {clockOpen(9), "2026-11-25 09:00", "", nil, "2026-11-26 03:00", 9 * time.Hour, "2026-11-25 18:00", false, ""},
		"deadline on the close, done at opening":  {clockOpen(9), "2026-11-25 09:00", "2026-11-26 09:00", nil, "2026-12-25 09:00", 9 * time.Hour, "2026-11-25 18:00", false, ""},
		"deadline on the close, a second later":   {clockOpen(9), "2026-11-25 09:00", "2026-11-26 09:00:01", nil, "2026-12-25 09:00", 9*time.Hour + time.Second, "2026-11-25 18:00", true, ""},
		"start on the close":                      {clockOpen(1), "2026-11-25 18:00", "", nil, "2026-11-25 20:00", 0, "2026-11-26 10:00", false, ""},
		"start before the opening":                {clockOpen(1), "2026-11-25 07:00", "", nil, "2026-11-25 08:59", 0, "2026-11-25 10:00", false, ""},
		"start on a Saturday":                     {clockOpen(1), "2026-11-28 12:00", "", nil, "2026-11-30 09:30", 30 * time.Minute, "2026-11-30 10:00", false, ""},
		"read before the start":                   {clockOpen(1), "2026-11-25 09:00", "", nil, "2026-11-25 08:00", 0, "", false, ""},
		"read at the start":                       {clockOpen(1), "2026-11-25 09:00", "", nil, "2026-11-25 09:00", 0, "2026-11-25 10:00", false, ""},
		"pause outside hours changes nothing":     {clockOpen(9), "2026-11-25 16:45", "", []complaint.Pause{clockPause("2026-11-25 18:00", "2026-11-26 09:00")}, "2026-11-26 10:00", 2*time.Hour + 15*time.Minute, "2026-11-26 16:45", false, ""},
		"overlapping pauses count once":           {clockOpen(8), "2026-11-25 09:00", "", []complaint.Pause{clockPause("2026-11-25 10:00", "2026-11-25 12:00"), clockPause("2026-11-25 11:00", "2026-11-25 13:00")}, "2026-11-25 14:00", 2 * time.Hour, "2026-11-26 11:00", false, ""},
		"pause within a pause":                    {clockOpen(8), "2026-11-25 09:00", "", []complaint.Pause{clockPause("2026-11-25 10:00", "2026-11-25 14:00"), clockPause("2026-11-25 11:00", "2026-11-25 12:00")}, "2026-11-25 14:00", time.Hour, "2026-11-26 12:00", false, ""},
		"pause still open":                        {clockOpen(8), "2026-11-25 09:00", "", []complaint.Pause{clockPause("2026-11-25 10:00", "")}, "2027-11-25 14:00", time.Hour, "", false, "2026-11-25 10:00"},
		"pause still open, at its start":          {clockOpen(8), "2026-11-25 09:00", "", []complaint.Pause{clockPause("2026-11-25 10:00", "")}, "2026-11-25 10:00", time.Hour, "", false, "2026-11-25 10:00"},
		"pause that nobody knew of yet":           {clockOpen(8), "2026-11-25 09:00", "", []complaint.Pause{clockPause("2026-11-25 10:00", "2026-11-25 11:00")}, "2026-11-25 09:59", 59 * time.Minute, "2026-11-25 17:00", false, ""},
		"pause of which nobody knew the end":      {clockOpen(8), "2026-11-25 09:00", "", []complaint.Pause{clockPause("2026-11-25 10:00", "2026-11-25 11:00")}, "2026-11-25 10:59", time.Hour, "", false, "2026-11-25 10:00"},
		"pause at its end":                        {clockOpen(8), "2026-11-25 09:00", "", []complaint.Pause{clockPause("2026-11-25 10:00", "2026-11-25 11:00")}, "2026-11-25 11:00", time.Hour, "2026-11-25 18:00", false, ""},
		"pause before the start":                  {clockOpen(8), "2026-11-25 09:00", "", []complaint.Pause{clockPause("2026-11-24 10:00", "2026-11-25 10:00")}, "2026-11-25 11:00", time.Hour, "2026-11-25 18:00", false, ""},
		"pause after the stop":                    {clockOpen(8), "2026-11-25 09:00", "2026-11-25 11:00", []complaint.Pause{clockPause("2026-11-25 11:00", "2026-11-25 12:00")}, "2026-11-27 11:00", 2 * time.Hour, "2026-11-25 17:00", false, ""},
		"stop while paused":                       {clockOpen(8), "2026-11-25 09:00", "2026-11-27 11:00", []complaint.Pause{clockPause("2026-11-25 10:00", "2026-11-27 11:00")}, "2026-12-25 09:00", time.Hour, "2026-11-27 18:00", false, ""},
		"pause after the budget was used up":      {clockOpen(1), "2026-11-25 09:00", "", []complaint.Pause{clockPause("2026-11-25 10:30", "")}, "2026-11-27 09:00", 90 * time.Minute, "2026-11-25 10:00", true, "2026-11-25 10:30"},
		"pause when the budget was used up":       {clockOpen(1), "2026-11-25 09:00", "", []complaint.Pause{clockPause("2026-11-25 10:00", "")}, "2026-11-27 09:00", time.Hour, "2026-11-25 10:00", false, "2026-11-25 10:00"},
		"breach is by what was used":              {clockOpen(1), "2026-11-25 09:00", "2026-11-25 10:00:36", nil, "2026-11-25 12:00", time.Hour + 36*time.Second, "2026-11-25 10:00", true, ""},
		"late verdict does not come from the job": {clockOpen(1), "2026-11-25 09:00", "2026-11-25 10:00", nil, "2027-11-25 12:00", time.Hour, "2026-11-25 10:00", false, ""},
		"known before it stopped":                 {clockOpen(1), "2026-11-25 09:00", "2026-11-25 12:00", nil, "2026-11-25 10:00", time.Hour, "2026-11-25 10:00", false, ""},

		"working days keep the time of day":               {day(2), "2026-11-25 10:00", "", nil, "2026-11-27 10:00", 18 * time.Hour, "2026-11-27 10:00", false, ""},
		"working days, a second later":                    {day(2), "2026-11-25 10:00", "", nil, "2026-11-27 10:00:01", 18*time.Hour + time.Second, "2026-11-27 10:00", true, ""},
		"paused for two whole working days":               {day(2), "2026-11-25 10:00", "", []complaint.Pause{clockPause("2026-11-26 09:00", "2026-11-30 09:00")}, "2026-11-30 10:00", 9 * time.Hour, "2026-12-01 10:00", false, ""},
		"working days paused over the weekend":            {day(2), "2026-11-27 10:00", "", []complaint.Pause{clockPause("2026-11-27 18:00", "2026-11-30 09:00")}, "2026-12-01 10:00", 18 * time.Hour, "2026-12-01 10:00", false, ""},
		"working days due within a pause":                 {day(2), "2026-11-25 10:00", "", []complaint.Pause{clockPause("2026-11-27 09:00", "2026-11-27 17:00")}, "2026-11-27 17:30", 17*time.Hour + 30*time.Minute, "2026-11-27 18:00", false, ""},
		"working days while paused":                       {day(2), "2026-11-25 10:00", "", []complaint.Pause{clockPause("2026-11-27 09:00", "")}, "2026-12-27 17:30", 17 * time.Hour, "", false, "2026-11-27 09:00"},
		"working days due at an opening, paused at night": {day(1), "2026-11-25 07:00", "", []complaint.Pause{clockPause("2026-11-25 20:00", "2026-11-26 03:00")}, "2026-11-26 09:00", 9 * time.Hour, "2026-11-26 09:00", false, ""},
		"by the close":                                    {byClose, "2026-11-25 10:00", "", nil, "2026-11-27 18:00", 26 * time.Hour, "2026-11-27 18:00", false, ""},
		"by the close, paused for an hour":                {byClose, "2026-11-25 10:00", "", []complaint.Pause{clockPause("2026-11-26 10:00", "2026-11-26 11:00")}, "2026-11-27 18:00", 25 * time.Hour, "2026-11-30 18:00", false, ""},
		"by the close, paused while closed":               {byClose, "2026-11-25 10:00", "", []complaint.Pause{clockPause("2026-11-25 18:00", "2026-11-26 09:00")}, "2026-11-27 18:00", 26 * time.Hour, "2026-11-27 18:00", false, ""},

		"calendar days end at midnight":       {civil, "2026-11-25 10:00", "", nil, "2026-11-28 00:00", 62 * time.Hour, "2026-11-28 00:00", false, ""},
		"calendar days, a second later":       {civil, "2026-11-25 10:00", "", nil, "2026-11-28 00:00:01", 62*time.Hour + time.Second, "2026-11-28 00:00", true, ""},
		"calendar days paused for a day":      {civil, "2026-11-25 10:00", "", []complaint.Pause{clockPause("2026-11-26 12:00", "2026-11-27 12:00")}, "2026-11-28 00:00", 38 * time.Hour, "2026-11-29 00:00", false, ""},
		"calendar days paused for a minute":   {civil, "2026-11-25 10:00", "", []complaint.Pause{clockPause("2026-11-26 12:00", "2026-11-26 12:01")}, "2026-11-28 00:00", 62*time.Hour - time.Minute, "2026-11-29 00:00", false, ""},
		"calendar days while paused":          {civil, "2026-11-25 10:00", "", []complaint.Pause{clockPause("2026-11-26 12:00", "")}, "2026-12-28 00:00", 26 * time.Hour, "", false, "2026-11-26 12:00"},
		"calendar days paused twice at once":  {civil, "2026-11-25 10:00", "", []complaint.Pause{clockPause("2026-11-26 12:00", "2026-11-27 12:00"), clockPause("2026-11-27 00:00", "2026-11-27 06:00")}, "2026-11-28 00:00", 38 * time.Hour, "2026-11-29 00:00", false, ""},
		"a last day that is no working day":   {endsWorking, "2026-11-26 10:00", "", nil, "2026-11-29 00:00", 62 * time.Hour, "2026-12-01 00:00", false, ""},
		"and paused for half a day before it": {endsWorking, "2026-11-26 10:00", "", []complaint.Pause{clockPause("2026-11-27 00:00", "2026-11-27 12:00")}, "2026-11-29 00:00", 50 * time.Hour, "2026-12-01 00:00", false, ""},
	} {
		t.Run(name, func(t *testing.T) {
			clock := clockOf(row.start, row.terms, row.pauses...)
			if row.stop != "" {
				clock.Stop = clockAt(row.stop)
			}
			reading, err := clockPolicy(t, nil).Read(clock, clockAt(row.at))
			require.NoError(t, err)
			assert.Equal(t, row.used, reading.Used)
			assert.Equal(t, row.breached, reading.Breached)
			clockSame(t, row.due, reading.Due)
			clockSame(t, row.paused, reading.Paused)
			if row.due != "" {
				assert.Equal(t, row.breached && row.terms.Budget.OpenSeconds > 0, reading.Left < 0 && row.terms.Budget.OpenSeconds > 0)
			}
		})
	}
}

// Zero budget: there is none. A clock that is due as it starts says nothing, so it is a fault.
func TestClockZeroBudget(t *testing.T) {
	rule := clockResolution()
	rule.Budget = calendar.Budget{}
	_, err := complaint.NewPolicy(clockRules([]complaint.ClockRule{rule}), clockZone(t, "Asia/Shanghai"), clockCalendars(t)...)
	var faults customer.Faults
	require.ErrorAs(t, err, &faults)
	assert.Equal(t, "clocks[0].budget", faults[0].Path)
}

// The clock goes back and forward, also at midnight: an hour that comes twice is open twice,
// one that is skipped is not open, and the last calendar day ends at the first instant of the next.
func TestClockSummerTime(t *testing.T) {
	for name, row := range map[string]struct {
		zone   string
		budget calendar.Budget
		start  string
		due    string
	}{
		"a skipped hour":           {"Europe/Berlin", calendar.Budget{OpenSeconds: 3 * clockSeconds}, "2026-03-29T01:00:00+01:00", "2026-03-29T05:00:00+02:00"},
		"an hour that comes twice": {"Europe/Berlin", calendar.Budget{OpenSeconds: 3 * clockSeconds}, "2026-10-25T01:00:00+02:00", "2026-10-25T03:00:00+01:00"},
		"a midnight that is not":   {"America/Sao_Paulo", calendar.Budget{CalendarDays: 1}, "2018-11-02T12:00:00-03:00", "2018-11-04T01:00:00-02:00"},
		"a midnight in Tehran":     {"Asia/Tehran", calendar.Budget{CalendarDays: 1}, "2022-03-20T12:00:00+03:30", "2022-03-22T01:00:00+04:30"},
		"to twenty-four hundred":   {"Europe/Berlin", calendar.Budget{OpenSeconds: 24 * clockSeconds}, "2026-11-25T00:00:00+01:00", "2026-11-26T00:00:00+01:00"},
	} {
		t.Run(name, func(t *testing.T) {
			rules := clockAlways(row.zone)
			rules.ID = "there"
			if row.due == "2026-03-29T05:00:00+02:00" { // so that the skipped hour is not merely passed over
				rules.Weekly = []calendar.Weekly{calendar.Daily(calendar.Hours{From: "00:00", To: "02:30"}, calendar.Hours{From: "03:00", To: "24:00"})}
			}
			policy := clockPolicy(t, nil, clockCalendar(t, rules))
			reading, err := policy.Read(clockOf(row.start, complaint.ClockTerms{Budget: row.budget, Calendar: "there"}), clockAt(row.start))
			require.NoError(t, err)
			clockSame(t, row.due, reading.Due)
		})
	}
}

// A holiday inside a pause counts once; a make-up Sunday, or Saturday, that is worked counts (调休).
func TestClockHolidayAndMakeUpDay(t *testing.T) {
	rules := clockOffice("Asia/Shanghai")
	rules.ID = "china"
	rules.Holidays = []calendar.Holiday{{On: clockDay("2026-10-01"), Through: clockDay("2026-10-07"), Name: "国庆节"}}
	worked := []calendar.Hours{{From: "09:00", To: "18:00"}}
	rules.Overrides = []calendar.Override{{On: clockDay("2026-09-20"), Name: "调休", Hours: worked}, {On: clockDay("2026-10-10"), Name: "调休", Hours: worked}}
	policy := clockPolicy(t, nil, clockCalendar(t, rules))
	terms := clockOpen(27)
	terms.Calendar = "china"
	clock := clockOf("2026-09-30 09:00", terms, clockPause("2026-09-30 18:00", "2026-10-08 18:00"))
	reading, err := policy.Read(clock, clockAt("2026-10-10 12:00"))
	require.NoError(t, err)
	assert.Equal(t, 21*time.Hour, reading.Used, "30 September, 9 October, and three hours of the Saturday")
	clockSame(t, "2026-10-10 18:00", reading.Due)

	terms = clockOpen(3) // from the Friday before
	terms.Calendar = "china"
	reading, err = policy.Read(clockOf("2026-09-18 17:00", terms), clockAt("2026-09-20 10:00"))
	require.NoError(t, err)
	assert.Equal(t, 2*time.Hour, reading.Used, "one of them on the Sunday")
	clockSame(t, "2026-09-20 11:00", reading.Due)
}

// All closed: there is no due, and no guess at one. What is used is told all the same.
func TestClockAllClosed(t *testing.T) {
	rules := clockOffice("Asia/Shanghai")
	rules.ID, rules.Weekly = "closed", nil
	short := clockOffice("Asia/Shanghai")
	short.ID, short.Until = "this-year", clockDay("2027-01-01")
	policy := clockPolicy(t, nil, clockCalendar(t, rules), clockCalendar(t, short))
	terms := clockOpen(8)
	terms.Calendar = "closed"
	reading, err := policy.Read(clockOf("2026-11-25 09:00", terms), clockAt("2026-11-26 09:00"))
	var refusal *customer.Refusal
	require.ErrorAs(t, err, &refusal)
	assert.Equal(t, calendar.CodeNoOpenTime, refusal.Missing[0].Code)
	assert.True(t, reading.Due.IsZero())

	terms = clockOpen(80)
	terms.Calendar = "this-year"
	reading, err = policy.Read(clockOf("2026-12-30 09:00", terms), clockAt("2026-12-30 12:00"))
	require.ErrorAs(t, err, &refusal)
	assert.Equal(t, 3*time.Hour, reading.Used)
	assert.True(t, reading.Running)

	terms.Calendar = "nobody's"
	_, err = policy.Read(clockOf("2026-12-30 09:00", terms), clockAt("2026-12-30 12:00"))
	require.ErrorAs(t, err, &refusal)
	assert.Equal(t, complaint.CodeClockCalendar, refusal.Missing[0].Code)
	_, err = policy.Read(clockOf("2026-12-30 09:00", terms), time.Time{})
	require.ErrorAs(t, err, new(customer.Faults))
	_, err = new(complaint.Policy).Read(complaint.Clock{}, clockAt("2026-12-30 12:00"))
	require.Error(t, err)
}

// The desk is in Shanghai, the customer in New York: the calendar's zone decides, and the
// reasons are shown in it, whatever zone an instant comes in.
func TestClockTwoZones(t *testing.T) {
	policy := clockPolicy(t, nil)
	clock := clockOf("2026-11-24T20:00:00-05:00", clockOpen(9)) // nine in the morning in Shanghai
	reading, err := policy.Read(clock, clockAt("2026-11-24T22:00:00-05:00"))
	require.NoError(t, err)
	assert.Equal(t, 2*time.Hour, reading.Used)
	assert.Equal(t, "Asia/Shanghai", reading.Due.Location().String())
	assert.Equal(t, "clock: 2 h used of 9 h, due 25 Nov 2026, 18:00 CST", complaint.Explain(reading.Reasons()[0], customer.English))
}

// On which day of a budget it is: days that are paused whole do not count, once each.
func TestClockDay(t *testing.T) {
	working := complaint.ClockTerms{Budget: calendar.Budget{WorkingDays: 5}, Calendar: "office"}
	civil := complaint.ClockTerms{Budget: calendar.Budget{CalendarDays: 5}, Calendar: "office"}
	for _, row := range []struct {
		terms  complaint.ClockTerms
		pauses []complaint.Pause
		at     string
		day    int
	}{
		{working, nil, "2026-11-25 12:00", 0},
		{working, nil, "2026-11-26 00:00", 1},
		{working, nil, "2026-11-29 12:00", 2},
		{working, nil, "2026-11-30 12:00", 3},
		{civil, nil, "2026-11-25 23:59", 0},
		{civil, nil, "2026-11-30 12:00", 5},
		{working, []complaint.Pause{clockPause("2026-11-26 00:00", "2026-11-28 00:00")}, "2026-11-30 12:00", 1},
		{working, []complaint.Pause{clockPause("2026-11-26 00:01", "2026-11-27 23:59")}, "2026-11-30 12:00", 3},
		{working, []complaint.Pause{clockPause("2026-11-25 10:00", "2026-11-27 00:00"), clockPause("2026-11-26 00:00", "2026-11-28 00:00")}, "2026-11-30 12:00", 1},
		{civil, []complaint.Pause{clockPause("2026-11-26 00:00", "")}, "2026-11-30 12:00", 0},
	} {
		reading, err := clockPolicy(t, nil).Read(clockOf("2026-11-25 10:00", row.terms, row.pauses...), clockAt(row.at))
		require.NoError(t, err)
		assert.Equal(t, row.day, reading.Day, row.at)
	}
}

// Levels: each mark is passed at its instant and not a nanosecond before, the breach only after
// the due.
func TestClockLevels(t *testing.T) {
	terms := clockOpen(8)
	terms.Warn, terms.After = []int{500, 750}, []calendar.Budget{{OpenSeconds: clockSeconds}, {OpenSeconds: 8 * clockSeconds}}
	for _, row := range []struct {
		at    string
		level int
	}{
		{"2026-11-25T12:59:59.999999999+08:00", 0},
		{"2026-11-25 13:00", 1},
		{"2026-11-25T14:59:59.999999999+08:00", 1},
		{"2026-11-25 15:00", 2},
		{"2026-11-25 17:00", 2},
		{"2026-11-25T17:00:00.000000001+08:00", 3},
		{"2026-11-25T17:59:59.999999999+08:00", 3},
		{"2026-11-25 18:00", 4},
		{"2026-11-26 15:59", 4},
		{"2026-11-26 16:00", 5},
	} {
		reading, err := clockPolicy(t, nil).Read(clockOf("2026-11-25 09:00", terms), clockAt(row.at))
		require.NoError(t, err)
		assert.Equal(t, row.level, reading.Level, row.at)
	}
}
