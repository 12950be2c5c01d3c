package desk_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/complaint/desk"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/calendar"
	"github.com/rapport-crm/rapport/customer/customertest"
)

// row A21: the customer who was sent to the larger branch for a transfer is told before he
// goes where it is done and until when.
func TestWhereBeforeTheCustomerIsSentOn(t *testing.T) {
	d := bank(t)
	for _, tc := range []struct {
		name    string
		asked   desk.Question
		at      string
		places  []string
		blocked []string
		because []string
	}{
		{
			"a transfer is done elsewhere, or on the web",
			desk.Question{Task: "transfer", AmountMinor: 5_000_00, Site: "small", Channel: "counter"},
			"2026-11-25 10:00",
			[]string{"elsewhere main-cash", "other-channel online"},
			[]string{"small-cash: desk.no-task small-cash", "small-company: desk.no-task small-company", "small-atm: desk.no-task small-atm"},
			[]string{"desk.not-here small"},
		},
		{
			"above the limit of the web by one fen",
			desk.Question{Task: "transfer", AmountMinor: 5_000_01, Site: "small", Channel: "counter"},
			"2026-11-25 10:00",
			[]string{"elsewhere main-cash"},
			[]string{
				"small-cash: desk.no-task small-cash", "small-company: desk.no-task small-company",
				"small-atm: desk.no-task small-atm", "online: desk.limit online",
			},
			[]string{"desk.not-here small"},
		},
		{
			"after the task's own hours the main branch is no answer for today",
			desk.Question{Task: "transfer", Site: "small", Channel: "counter"},
			"2026-11-25 12:00",
			[]string{"other-channel online", "elsewhere main-cash 26 Nov 09:00"},
			[]string{"small-cash: desk.no-task small-cash", "small-company: desk.no-task small-company", "small-atm: desk.no-task small-atm"},
			[]string{"desk.not-here small"},
		},
		{
			// row A18
			"a withdrawal goes to the cash machine in the hall",
			desk.Question{Task: "withdraw", AmountMinor: 20_000_00, Site: "small", Channel: "counter"},
			"2026-11-25 10:00",
			[]string{"here small-cash", "elsewhere main-cash", "other-channel small-atm"},
			[]string{"small-company: desk.no-task small-company"},
			nil,
		},
		{
			"who stands at the machine is at another channel's counter",
			desk.Question{Task: "withdraw", AmountMinor: 20_000_01, Site: "small", Channel: "atm"},
			"2026-11-25 10:00",
			[]string{"other-channel small-cash", "other-channel main-cash"},
			[]string{"small-atm: desk.limit small-atm", "small-company: desk.no-task small-company"},
			nil,
		},
		{
			"more than any desk here may pay out",
			desk.Question{Task: "withdraw", AmountMinor: 50_000_01, Site: "small"},
			"2026-11-25 10:00",
			[]string{"elsewhere main-cash"},
			[]string{"small-atm: desk.limit small-atm", "small-cash: desk.limit small-cash", "small-company: desk.no-task small-company"},
			nil,
		},
		{
			"all that is in the way at once: too much, and closed",
			desk.Question{Task: "withdraw", AmountMinor: 50_000_01, Site: "small", Channel: "counter"},
			"2026-11-25 17:00",
			[]string{"elsewhere main-cash 26 Nov 09:00"},
			[]string{
				"small-cash: desk.limit small-cash, desk.door-closed small, desk.closed small-cash",
				"small-company: desk.no-task small-company",
				"small-atm: desk.limit small-atm, desk.door-closed small",
			},
			nil,
		},
		{
			"at no site, by telephone",
			desk.Question{Task: "lost-card", Channel: "phone"},
			"2026-11-25 16:00",
			[]string{"elsewhere line", "other-channel berlin-desk"},
			nil, nil,
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			answer, err := d.Where(tc.asked, nil, at(t, tc.at))
			require.NoError(t, err)
			assert.Equal(t, "bank/3", answer.Rule)
			assert.Equal(t, tc.places, desks(answer.Places))
			var blocked []string
			for _, one := range answer.Blocked {
				text := one.Desk + ":"
				for i, code := range codes(one.Because) {
					if i > 0 {
						text += ","
					}
					text += " " + code
				}
				blocked = append(blocked, text)
			}
			assert.Equal(t, tc.blocked, blocked)
			assert.Equal(t, tc.because, codes(answer.Because))
		})
	}
}

// row A26: behind the same door private business goes on at noon, corporate business rests
// until one.
func TestWhereHoursOfTheSameDoor(t *testing.T) {
	d := bank(t)
	clerks := roster(t, d,
		desk.Agent{ID: "an", Desks: []string{"small-cash", "small-company"}, Skills: []string{"corporate"}},
	)
	for _, tc := range []struct {
		task, at string
		now      bool
		from     string
		because  []string
	}{
		{"company", "2026-11-25 08:59:59.999999999", false, "2026-11-25 09:00", []string{"desk.door-closed small", "desk.closed small-company"}},
		{"company", "2026-11-25 09:00", true, "2026-11-25 09:00", nil},
		{"company", "2026-11-25 11:59:59.999999999", true, "2026-11-25 11:59:59.999999999", nil},
		{"company", "2026-11-25 12:00", false, "2026-11-25 13:00", []string{"desk.closed small-company"}},
		{"company", "2026-11-25 12:59:59.999999999", false, "2026-11-25 13:00", []string{"desk.closed small-company"}},
		{"company", "2026-11-25 13:00", true, "2026-11-25 13:00", nil},
		{"company", "2026-11-25 17:00", false, "2026-11-26 09:00", []string{"desk.door-closed small", "desk.closed small-company"}},
		{"withdraw", "2026-11-25 12:00", true, "2026-11-25 12:00", nil},
		{"withdraw", "2026-11-25 16:59:59.999999999", true, "2026-11-25 16:59:59.999999999", nil},
		{"withdraw", "2026-11-25 17:00", false, "2026-11-26 09:00", []string{"desk.door-closed small", "desk.closed small-cash"}},
		// the weekend, holidays, and the Sunday that is worked for them
		{"company", "2026-11-27 17:00", false, "2026-11-30 09:00", []string{"desk.door-closed small", "desk.closed small-company"}},
		{"company", "2026-09-30 17:00", false, "2026-10-08 09:00", []string{"desk.door-closed small", "desk.closed small-company"}},
		{"company", "2026-10-10 12:00", false, "2026-10-11 09:00", []string{"desk.door-closed small", "desk.closed small-company"}},
		{"company", "2026-10-11 10:00", true, "2026-10-11 10:00", nil},
		{"company", "2026-10-11 12:00", false, "2026-10-11 13:00", []string{"desk.closed small-company"}},
	} {
		t.Run(tc.task+" "+tc.at, func(t *testing.T) {
			answer, err := d.Where(desk.Question{Task: tc.task, Site: "small", Channel: "counter"}, clerks, at(t, tc.at))
			require.NoError(t, err)
			found := answer.Places[0]
			assert.Equal(t, desk.Here, found.Way)
			assert.Equal(t, tc.now, found.Now)
			assert.True(t, at(t, tc.from).Equal(found.Open.From), found.Open.From)
			assert.Equal(t, []string{"an"}, found.Agents)
			assert.Equal(t, "desk.open "+found.Desk, codes(found.Because)[0])
			assert.Equal(t, tc.because, codes(found.Because[1:]))

			// What Where says, Can says too.
			_, err = d.Can(desk.Question{Task: tc.task}, found.Desk, clerks, at(t, tc.at))
			if tc.now {
				require.NoError(t, err)
			} else {
				assert.Equal(t, tc.because, codes(missing(t, err)))
				_, err = d.Can(desk.Question{Task: tc.task}, found.Desk, clerks, found.Open.From)
				require.NoError(t, err)
			}
		})
	}
}

func TestWherePatience(t *testing.T) {
	asked := desk.Question{Task: "company", Site: "small", Channel: "counter"}
	open := func(r *desk.Rules) { // elsewhere corporate business goes on at noon
		r.Sites[1].Desks[1].Calendar = "private"
	}
	for _, tc := range []struct {
		patience int
		at       string
		want     []string
	}{
		{0, "2026-11-25 12:10", []string{"here small-company 25 Nov 13:00", "elsewhere main-company"}},
		{50 * 60, "2026-11-25 12:10", []string{"here small-company 25 Nov 13:00", "elsewhere main-company"}},
		{50*60 - 1, "2026-11-25 12:10", []string{"elsewhere main-company", "here small-company 25 Nov 13:00"}},
		{50 * 60, "2026-11-25 12:09:59", []string{"elsewhere main-company", "here small-company 25 Nov 13:00"}},
		{1, "2026-11-25 17:00", []string{"here small-company 26 Nov 09:00", "elsewhere main-company 26 Nov 09:00"}},
	} {
		d := bank(t, open, func(r *desk.Rules) { r.PatienceSeconds = tc.patience })
		answer, err := d.Where(asked, nil, at(t, tc.at))
		require.NoError(t, err)
		assert.Equal(t, tc.want, desks(answer.Places), "%+v", tc)
	}
}

func TestWhereNearFirst(t *testing.T) {
	d := bank(t, func(r *desk.Rules) {
		for _, id := range []string{"a", "b", "c"} {
			r.Sites = append(r.Sites, desk.Site{ID: id, Desks: []desk.Desk{
				{ID: id + "-cash", Channel: "counter", Calendar: "always", Does: []desk.Ability{{Task: "withdraw"}}},
			}})
		}
		r.Sites[0].Near = []string{"c", "main"}
	})
	answer, err := d.Where(desk.Question{Task: "withdraw", AmountMinor: 60_000_00, Site: "small"}, nil, at(t, "2026-11-25 10:00"))
	require.NoError(t, err)
	assert.Equal(t, []string{"elsewhere c-cash", "elsewhere main-cash", "elsewhere a-cash", "elsewhere b-cash"}, desks(answer.Places))
}

// row A25: who is skilled in everything serves everywhere; who is not is no help.
func TestWhereByWhoIsThere(t *testing.T) {
	d := bank(t)
	asked := desk.Question{Task: "company", Site: "small", Channel: "counter"}
	noon := at(t, "2026-11-25 14:00")
	here := []string{"small-company"}
	for _, tc := range []struct {
		name   string
		asked  desk.Question
		agents []desk.Agent
		place  string // with the agents and from when
		blocks []string
	}{
		{"nobody works there", asked, nil, "", []string{"desk.nobody small-company"}},
		{"without the skill", asked, []desk.Agent{{ID: "an", Desks: here}}, "", []string{"desk.no-skill corporate"}},
		{
			"one has it, the other does not", asked,
			[]desk.Agent{{ID: "an", Desks: here}, {ID: "bo", Desks: here, Skills: []string{"cash", "corporate"}}},
			"14:00 [bo] to 17:00", nil,
		},
		{
			"nobody has all of it",
			desk.Question{Task: "company", Site: "small", Channel: "counter", Skills: []string{"forex"}, Language: "en"},
			[]desk.Agent{
				{ID: "an", Desks: here, Skills: []string{"forex"}, Languages: []string{"en"}},
				{ID: "bo", Desks: here, Skills: []string{"corporate", "forex"}},
			},
			"",
			[]string{"desk.no-skill corporate", "desk.no-language en"},
		},
		{
			"at lunch till half past two", asked,
			[]desk.Agent{{ID: "an", Desks: here, Skills: []string{"corporate"}, Away: []customer.Span{span(t, "2026-11-25 13:30", "2026-11-25 14:30")}}},
			"14:30 [an] to 17:00", nil,
		},
		{
			"leaves at four, the other comes at three", asked,
			[]desk.Agent{
				{ID: "an", Desks: here, Skills: []string{"corporate"}, Away: []customer.Span{span(t, "2026-11-25 16:00", "")}},
				{ID: "bo", Desks: here, Skills: []string{"corporate"}, Away: []customer.Span{span(t, "2026-11-20 16:00", "2026-11-25 15:00")}},
			},
			"14:00 [an] to 16:00", nil,
		},
		{
			"two are there, and one stays", asked,
			[]desk.Agent{
				{ID: "an", Desks: here, Skills: []string{"corporate"}, Away: []customer.Span{span(t, "2026-11-25 16:00", "")}},
				{ID: "bo", Desks: here, Skills: []string{"corporate"}},
			},
			"14:00 [an bo] to 17:00", nil,
		},
		{
			"overlapping absences", asked,
			[]desk.Agent{{ID: "an", Desks: here, Skills: []string{"corporate"}, Away: []customer.Span{
				span(t, "2026-11-25 14:10", "2026-11-25 15:30"), span(t, "2026-11-25 13:00", "2026-11-25 14:20"), span(t, "2026-11-25 15:00", "2026-11-25 15:10"),
			}}},
			"15:30 [an] to 17:00", nil,
		},
		{
			"gone for good", asked,
			[]desk.Agent{{ID: "an", Desks: here, Skills: []string{"corporate"}, Away: []customer.Span{span(t, "2026-11-01 00:00", "")}}},
			"",
			[]string{"desk.never small-company", "desk.off-duty small-company"},
		},
		{
			"a shift that is over before the desk opens again", asked,
			[]desk.Agent{{ID: "an", Desks: here, Skills: []string{"corporate"}, Calendar: "mornings"}},
			"26 Nov 09:00 [an] to 12:00", nil,
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			answer, err := d.Where(tc.asked, roster(t, d, tc.agents...), noon)
			require.NoError(t, err)
			found := ""
			for _, p := range answer.Places {
				require.Equal(t, "small-company", p.Desk)
				form := "15:04"
				if p.Open.From.Day() != noon.Day() {
					form = "02 Jan 15:04"
				}
				found = fmt.Sprintf("%s %v to %s", p.Open.From.Format(form), p.Agents, p.Open.To.Format("15:04"))
			}
			assert.Equal(t, tc.place, found)
			for _, one := range answer.Blocked {
				if one.Desk == "small-company" {
					assert.Equal(t, tc.blocks, codes(one.Because))
				}
			}
			if tc.place == "" {
				assert.Equal(t, []string{"desk.nowhere company"}, codes(answer.Because))
			}
		})
	}
}

// A desk abroad opens by its own clock, and tells its hours by it: pitfall "two zones for
// customer and desk". On 29 March 2026 Berlin is put forward, on 25 October back.
func TestWhereTwoZones(t *testing.T) {
	d := bank(t, func(r *desk.Rules) {
		r.Tasks = append(r.Tasks, desk.Task{ID: "x"})
		r.Sites[4].Desks[0].Does[0].Task = "x"
	})
	for _, tc := range []struct{ shanghai, berlin string }{
		{"2026-11-25 15:59:59", "2026-11-25 09:00"}, // seven hours in winter
		{"2026-03-27 23:59:59", "2026-03-27 16:59:59"},
		{"2026-03-28 00:00", "2026-03-30 09:00"}, // six from then on
		{"2026-03-30 15:00", "2026-03-30 09:00"},
		{"2026-03-30 14:59:59", "2026-03-30 09:00"},
		{"2026-10-26 15:59:59", "2026-10-26 09:00"},
	} {
		answer, err := d.Where(desk.Question{Task: "x"}, nil, at(t, tc.shanghai))
		require.NoError(t, err)
		opens := answer.Places[0].Open.From
		assert.True(t, in(t, "Europe/Berlin", tc.berlin).Equal(opens), "%s: %s", tc.shanghai, opens)
		assert.Equal(t, "Europe/Berlin", opens.Location().String())
	}
}

// A desk that is open through the night on which the clocks go forward is open an hour less.
func TestWhereOnADayOfClockChange(t *testing.T) {
	night := daily(t, "night", "Europe/Berlin", "01:00", "05:00")
	d, err := desk.New(desk.Rules{
		Edition: customer.Edition{ID: "night", Version: 1}, Zone: "Europe/Berlin",
		Tasks: []desk.Task{{ID: "call"}},
		Sites: []desk.Site{{ID: "s", Desks: []desk.Desk{{ID: "d", Channel: "phone", Calendar: "night", Does: []desk.Ability{{Task: "call"}}}}}},
	}, zoneOf(t, "Europe/Berlin"), night)
	require.NoError(t, err)
	for day, want := range map[string]time.Duration{"2026-03-29": 3 * time.Hour, "2026-03-30": 4 * time.Hour, "2026-10-25": 5 * time.Hour} {
		answer, err := d.Where(desk.Question{Task: "call"}, nil, in(t, "Europe/Berlin", day+" 00:30"))
		require.NoError(t, err)
		open := answer.Places[0].Open
		assert.Equal(t, want, open.To.Sub(open.From), day)
	}
}

func TestCanRefusesEverythingAtOnce(t *testing.T) {
	d := bank(t)
	clerks := roster(t, d, desk.Agent{ID: "an", Desks: []string{"main-cash"}, Calendar: "afternoons"})
	_, err := d.Can(desk.Question{Task: "withdraw"}, "main-company", clerks, at(t, "2026-11-25 10:00"))
	assert.Equal(t, []string{"desk.no-task main-company"}, codes(missing(t, err)))

	// The task is done in the mornings, she works in the afternoons: never both.
	_, err = d.Can(desk.Question{Task: "transfer"}, "main-cash", clerks, at(t, "2026-11-25 10:00"))
	assert.Equal(t, []string{"desk.never main-cash", "desk.off-duty main-cash"}, codes(missing(t, err)))
	_, err = d.Can(desk.Question{Task: "transfer"}, "main-cash", clerks, at(t, "2026-11-25 18:00"))
	why := missing(t, err)
	assert.Equal(t, []string{"desk.never main-cash", "desk.door-closed main", "desk.closed main-cash", "desk.task-closed transfer", "desk.off-duty main-cash"}, codes(why))
	assert.True(t, at(t, "2026-11-26 13:00").Equal(why[4].Until))

	place, err := d.Can(desk.Question{Task: "withdraw"}, "main-cash", clerks, at(t, "2026-11-25 15:00"))
	require.NoError(t, err)
	assert.Equal(t, "8001", place.Number)
	assert.Equal(t, []string{"an"}, place.Agents)
}

// Where the calendars end, nothing is guessed.
func TestWhereBeyondTheCalendars(t *testing.T) {
	year, err := calendar.New(calendar.Rules{
		Edition: customer.Edition{ID: "year", Version: 1, Until: date(t, "2027-01-01")}, Zone: shanghai,
		Weekly: []calendar.Weekly{calendar.Daily(calendar.Hours{From: "09:00", To: "17:00"})},
	}, zoneOf(t, shanghai))
	require.NoError(t, err)
	d, err := desk.New(desk.Rules{
		Edition: customer.Edition{ID: "one", Version: 1, From: date(t, "2026-01-01"), Until: date(t, "2028-01-01")}, Zone: shanghai,
		Tasks: []desk.Task{{ID: "call"}},
		Sites: []desk.Site{{ID: "s", Desks: []desk.Desk{{ID: "d", Channel: "phone", Calendar: "year", Does: []desk.Ability{{Task: "call"}}}}}},
	}, zoneOf(t, shanghai), year, daily(t, "always", shanghai, "00:00", "24:00"))
	require.NoError(t, err)

	answer, err := d.Where(desk.Question{Task: "call"}, nil, at(t, "2026-12-31 16:59:59"))
	require.NoError(t, err)
	assert.True(t, answer.Places[0].Now)
	for _, when := range []string{"2026-12-31 17:00", "2027-02-01 10:00"} {
		answer, err = d.Where(desk.Question{Task: "call"}, nil, at(t, when))
		require.NoError(t, err)
		assert.Empty(t, answer.Places)
		assert.Contains(t, codes(answer.Blocked[0].Because), "customer.no-longer-in-force", when)
	}
	// Her shifts are not known, which is told; another's are, which is enough.
	her, other := desk.Agent{ID: "an", Desks: []string{"d"}, Calendar: "year"}, desk.Agent{ID: "bo", Desks: []string{"d"}, Calendar: "always"}
	d, err = desk.New(desk.Rules{
		Edition: customer.Edition{ID: "one", Version: 1, Until: date(t, "2028-01-01")}, Zone: shanghai,
		Tasks: []desk.Task{{ID: "call"}},
		Sites: []desk.Site{{ID: "s", Desks: []desk.Desk{{ID: "d", Channel: "phone", Calendar: "always", Does: []desk.Ability{{Task: "call"}}}}}},
	}, zoneOf(t, shanghai), year, daily(t, "always", shanghai, "00:00", "24:00"))
	require.NoError(t, err)
	answer, err = d.Where(desk.Question{Task: "call"}, roster(t, d, her), at(t, "2027-02-01 10:00"))
	require.NoError(t, err)
	assert.Equal(t, []string{"customer.no-longer-in-force", "desk.off-duty d"}, codes(answer.Blocked[0].Because))
	answer, err = d.Where(desk.Question{Task: "call"}, roster(t, d, her, other), at(t, "2027-02-01 10:00"))
	require.NoError(t, err)
	assert.Equal(t, []string{"bo"}, answer.Places[0].Agents)
	for _, owner := range []string{"", "an"} {
		_, err = d.Assign(desk.Need{Desk: "d", Owner: owner}, roster(t, d, her), at(t, "2027-02-01 10:00"))
		assert.Contains(t, codes(missing(t, err)), "customer.no-longer-in-force", "away, for all that is known")
		_, err = d.Assign(desk.Need{Desk: "d", Owner: owner}, roster(t, d, her, other), at(t, "2027-02-01 10:00"))
		require.NoError(t, err)
	}

	_, err = d.Where(desk.Question{Task: "call"}, nil, at(t, "2027-12-31 23:59:59"))
	require.NoError(t, err)
	_, err = d.Where(desk.Question{Task: "call"}, nil, at(t, "2028-01-01 00:00"))
	assert.Equal(t, []string{"customer.no-longer-in-force"}, codes(missing(t, err)))
}

func TestWhereFaults(t *testing.T) {
	d := bank(t)
	other := roster(t, bank(t))
	_, err := d.Where(desk.Question{Task: "x", AmountMinor: -1, Site: "x", Channel: "\x00", Language: "en", Skills: []string{""}}, nil, time.Time{})
	assert.Equal(t, []string{"at", "language", "task", "site", "channel", "amount_minor", "skills", "skills[0]"}, customertest.Paths(t, err))
	_, err = d.Where(desk.Question{Task: "withdraw"}, other, at(t, "2026-11-25 10:00"))
	assert.Equal(t, []string{"roster"}, customertest.Paths(t, err))
	_, err = d.Can(desk.Question{Task: "withdraw"}, "x", nil, at(t, "2026-11-25 10:00"))
	assert.Equal(t, []string{"desk"}, customertest.Paths(t, err))
	_, err = new(desk.Directory).Where(desk.Question{}, nil, time.Time{})
	require.Error(t, err)
	_, err = (*desk.Directory)(nil).Roster(nil)
	require.Error(t, err)
	_, err = d.Where(desk.Question{Task: "withdraw"}, nil, time.Date(2300, 1, 1, 0, 0, 0, 0, time.UTC))
	require.Error(t, err)
	_, err = d.Where(desk.Question{Task: "withdraw"}, roster(t, d, desk.Agent{ID: "an", Desks: []string{"main-cash"}, Calendar: "line"}), time.Date(2300, 1, 1, 0, 0, 0, 0, time.UTC))
	require.Error(t, err)
}

func TestWays(t *testing.T) {
	assert.Equal(t, "here elsewhere other-channel", customertest.Texts(t, desk.OtherChannel))
}

// worlds draws a small directory and its staff: what Where says is held against Can at every
// half hour.
func TestWhereAgreesWithCan(t *testing.T) {
	d := bank(t)
	start := at(t, "2026-09-29 00:00")
	rapid.Check(t, func(t *rapid.T) {
		var agents []desk.Agent
		for i := range rapid.IntRange(0, 4).Draw(t, "agents") {
			one := desk.Agent{
				ID:       fmt.Sprintf("a%d", i),
				Desks:    rapid.SliceOfDistinct(rapid.SampledFrom([]string{"small-company", "main-company", "small-cash"}), rapid.ID).Draw(t, "desks"),
				Skills:   rapid.SliceOfDistinct(rapid.SampledFrom([]string{"corporate", "forex"}), rapid.ID).Draw(t, "skills"),
				Calendar: rapid.SampledFrom([]string{"", "mornings", "afternoons", "line"}).Draw(t, "calendar"),
			}
			for range rapid.IntRange(0, 3).Draw(t, "absences") {
				from := start.Add(time.Duration(rapid.IntRange(0, 14*48).Draw(t, "from")) * 30 * time.Minute)
				away := customer.Span{From: from, To: from.Add(time.Duration(rapid.IntRange(1, 96).Draw(t, "long")) * 30 * time.Minute)}
				if rapid.IntRange(0, 9).Draw(t, "open") == 0 {
					away.To = time.Time{}
				}
				one.Away = append(one.Away, away)
			}
			agents = append(agents, one)
		}
		staff := roster(t, d, agents...)
		asked := desk.Question{Task: "company", Site: "small"}
		when := start.Add(time.Duration(rapid.IntRange(0, 14*48).Draw(t, "at")) * 30 * time.Minute)
		answer, err := d.Where(asked, staff, when)
		require.NoError(t, err)

		shuffled := rapid.Permutation(agents).Draw(t, "shuffled")
		again, err := d.Where(asked, roster(t, d, shuffled...), when)
		require.NoError(t, err)
		require.Equal(t, answer, again)

		can := func(id string, at time.Time) bool {
			_, err := d.Can(asked, id, staff, at)
			if err != nil {
				require.NotEmpty(t, missing(t, err))
			}
			return err == nil
		}
		for _, p := range answer.Places {
			for at := when; at.Before(p.Open.From); at = at.Add(30 * time.Minute) {
				require.False(t, can(p.Desk, at), "%s at %s, before %s", p.Desk, at, p.Open.From)
			}
			for at := p.Open.From; at.Before(p.Open.To); at = at.Add(30 * time.Minute) {
				require.True(t, can(p.Desk, at), "%s at %s, within %v", p.Desk, at, p.Open)
			}
		}
		for _, one := range answer.Blocked {
			for i := range 14 * 48 {
				require.False(t, can(one.Desk, when.Add(time.Duration(i)*30*time.Minute)), one.Desk)
			}
		}
		written, err := json.Marshal(answer)
		require.NoError(t, err)
		var read desk.Answer
		require.NoError(t, json.Unmarshal(written, &read))
	})
}
