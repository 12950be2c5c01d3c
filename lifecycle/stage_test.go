package lifecycle_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/lifecycle"
)

// stands is a standing in a stage since a day, as if by hand.
func stands(stage lifecycle.Stage, since customer.Date) lifecycle.Standing {
	s := lifecycle.Standing{Entries: 1, Life: lifecycle.Life{Stage: stage, Since: since, Cycle: 1, First: since - 300, Last: since - 1}}
	if stage <= lifecycle.Potential {
		s.Life.Cycle, s.Life.First, s.Life.Last = 0, 0, 0
	}
	return s
}

// paces sets the silence of facts.
func paces(facts lifecycle.Facts, rank int) lifecycle.Facts {
	days := facts.Visits()
	facts.Pace = lifecycle.Pace{
		Rule: "rhythm/1", On: facts.On, Last: days.Last(), Silence: int(facts.On - days.Last()), SilenceRank: rank,
	}
	return facts
}

// spaced are n days of purchase, some days apart, the last of them on a day.
func spaced(n, step int, last customer.Date) customer.Days { return every(step, n, last) }

// row D1: each edge on both sides of its marks, and exactly on them; pitfall 30.
func TestAssess(t *testing.T) {
	const none = lifecycle.Stage(0)
	day := on("2026-11-25")
	for name, tc := range map[string]struct {
		from   lifecycle.Stage
		days   customer.Days
		amount int64
		rank   int
		to     lifecycle.Stage // none: stays
		code   string
	}{
		"nobody":                        {none, nil, 0, -1, none, ""},
		"potential stays":               {lifecycle.Potential, nil, 0, -1, none, ""},
		"a first purchase, today":       {lifecycle.Potential, customer.Days{day}, 100, 0, lifecycle.Developing, lifecycle.CodeStageFirst},
		"unknown, a first purchase":     {none, customer.Days{day - 9}, 100, 0, lifecycle.Developing, lifecycle.CodeStageFirst},
		"unknown, a regular":            {none, spaced(4, 10, day), 100, 0, lifecycle.Growing, lifecycle.CodeStageVisits},
		"unknown, the best":             {none, spaced(12, 10, day), 10_000, 0, lifecycle.Mature, lifecycle.CodeStageVisits},
		"unknown, long gone":            {none, spaced(12, 10, day-300), 10_000, 1000, lifecycle.Ending, lifecycle.CodeStageLatest},
		"potential, the best":           {lifecycle.Potential, spaced(12, 10, day), 10_000, 0, lifecycle.Mature, lifecycle.CodeStageVisits},
		"three visits":                  {lifecycle.Developing, spaced(3, 10, day), 100, 0, none, ""},
		"four visits":                   {lifecycle.Developing, spaced(4, 10, day), 100, 0, lifecycle.Growing, lifecycle.CodeStageVisits},
		"four, the first on day 180":    {lifecycle.Developing, append(customer.Days{day - 179}, spaced(3, 10, day)...), 100, 0, lifecycle.Growing, lifecycle.CodeStageVisits},
		"four, the first on day 181":    {lifecycle.Developing, append(customer.Days{day - 180}, spaced(3, 10, day)...), 100, 0, none, ""},
		"two visits keep":               {lifecycle.Growing, spaced(2, 10, day), 100, 0, none, ""},
		"one visit does not":            {lifecycle.Growing, spaced(1, 10, day), 100, 0, lifecycle.Developing, lifecycle.CodeStageVisits},
		"twelve visits for 999.99":      {lifecycle.Growing, append(spaced(11, 10, day-10), day), 8_333, 0, none, ""},
		"twelve visits for 1,000.08":    {lifecycle.Growing, spaced(12, 10, day), 8_334, 0, lifecycle.Mature, lifecycle.CodeStageVisits},
		"eleven visits for much":        {lifecycle.Growing, spaced(11, 10, day), 50_000, 0, none, ""},
		"mature: eight for 700.00":      {lifecycle.Mature, spaced(8, 10, day), 8_750, 0, none, ""},
		"mature: eight for 699.92":      {lifecycle.Mature, spaced(8, 10, day), 8_749, 0, lifecycle.Growing, lifecycle.CodeStageSpend},
		"mature: seven for much":        {lifecycle.Mature, spaced(7, 10, day), 50_000, 0, lifecycle.Growing, lifecycle.CodeStageVisits},
		"silent at 949":                 {lifecycle.Mature, spaced(12, 10, day-40), 10_000, 949, none, ""},
		"silent at 950":                 {lifecycle.Mature, spaced(12, 10, day-40), 10_000, 950, lifecycle.Ending, lifecycle.CodeStageSilence},
		"developing, silent":            {lifecycle.Developing, customer.Days{day - 60}, 100, 950, lifecycle.Ending, lifecycle.CodeStageSilence},
		"silent for 269 days, no pace":  {lifecycle.Developing, customer.Days{day - 269}, 100, -1, none, ""},
		"silent for 270 days, no pace":  {lifecycle.Developing, customer.Days{day - 270}, 100, -1, lifecycle.Ending, lifecycle.CodeStageLatest},
		"ending stays without purchase": {lifecycle.Ending, customer.Days{day - 102}, 100, 0, none, ""},
		"a purchase brings her back":    {lifecycle.Ending, customer.Days{day - 102, day}, 100, 0, lifecycle.Growing, lifecycle.CodeStageReturned},
		"back, and silent at 799":       {lifecycle.Ending, customer.Days{day - 102, day - 50}, 100, 799, lifecycle.Growing, lifecycle.CodeStageReturned},
		"back, and silent at 800":       {lifecycle.Ending, customer.Days{day - 102, day - 50}, 100, 800, none, ""},
	} {
		t.Run(name, func(t *testing.T) {
			facts := stageFacts(t, day, stageLines(tc.amount, tc.days...))
			if facts.Pace = (lifecycle.Pace{}); tc.rank >= 0 && len(tc.days) > 0 {
				facts = paces(facts, tc.rank)
			}
			standing := stands(tc.from, day-100)
			if tc.from == none {
				standing = lifecycle.Standing{}
			}
			d, err := newStages(t, stageRules()).Assess(standing, facts, night(day))
			require.NoError(t, err)
			if tc.to == none {
				assert.Empty(t, d.Entries)
				assert.Empty(t, d.Reasons)
				assert.Equal(t, standing, d.Next)
				return
			}
			require.Len(t, d.Entries, 1)
			e := d.Entries[0]
			assert.Equal(t, lifecycle.Moved, e.Kind)
			assert.Equal(t, tc.from, e.From)
			assert.Equal(t, tc.to, e.To)
			assert.Equal(t, tc.to, d.Next.Life.Stage)
			assert.Equal(t, tc.code, e.Because.Code)
			assert.Equal(t, day, e.On)
			assert.Equal(t, tc.from == lifecycle.Ending, d.Next.Life.WonBack())
			next, err := standing.Apply(d.Entries...)
			require.NoError(t, err)
			assert.Equal(t, d.Next, next)
		})
	}
}

// Each edge is cited by its own rule, with the figure and the mark: row D8.
func TestAssessCitesItsEdge(t *testing.T) {
	day := on("2026-11-25")
	stages := newStages(t, stageRules())
	for _, tc := range []struct {
		from lifecycle.Stage
		days customer.Days
		rank int
		want customer.Reason
	}{
		{lifecycle.Developing, spaced(4, 10, day), 0, customer.Reason{
			Code: lifecycle.CodeStageVisits, Rule: "stages/1 grow", Fact: 4, Mark: 4, Unit: customer.UnitTimes, On: day - 179, By: day,
		}},
		{lifecycle.Growing, spaced(1, 10, day), 0, customer.Reason{
			Code: lifecycle.CodeStageVisits, Rule: "stages/1 grow", Fact: 1, Mark: 2, Unit: customer.UnitTimes, On: day - 179, By: day,
		}},
		{lifecycle.Mature, spaced(3, 10, day), 0, customer.Reason{
			Code: lifecycle.CodeStageVisits, Rule: "stages/1 mature", Fact: 3, Mark: 8, Unit: customer.UnitTimes, On: day - 364, By: day,
		}},
		{lifecycle.Growing, spaced(5, 10, day-30), 970, customer.Reason{
			Code: lifecycle.CodeStageSilence, Rule: "stages/1 end", Fact: 970, Mark: 950, Unit: customer.UnitPermille, On: day - 30,
		}},
		{lifecycle.Ending, spaced(5, 10, day), 0, customer.Reason{Code: lifecycle.CodeStageReturned, Rule: "stages/1 back", On: day}},
		{lifecycle.Potential, customer.Days{day}, 0, customer.Reason{Code: lifecycle.CodeStageFirst, Rule: "stages/1 first", On: day}},
	} {
		facts := paces(stageFacts(t, day, stageLines(100, tc.days...)), tc.rank)
		d, err := stages.Assess(stands(tc.from, day-100), facts, night(day))
		require.NoError(t, err)
		require.Len(t, d.Entries, 1)
		assert.Equal(t, tc.want, d.Entries[0].Because)
		assert.Contains(t, d.Reasons, tc.want)
		assert.Equal(t, lifecycle.CodeStageMoved, d.Reasons[0].Code)
	}
}

// A minimum stay holds her from measured edges, and from no purchase.
func TestMinimumStay(t *testing.T) {
	stages, day := newStages(t, stageRules()), on("2026-11-25")
	d, err := stages.Assess(stands(lifecycle.Developing, day-100), stageFacts(t, day, stageLines(100, spaced(4, 10, day)...)), night(day))
	require.NoError(t, err)
	require.Equal(t, day+30, d.Next.Life.Held)

	silent := func(day customer.Date) lifecycle.Facts {
		return paces(stageFacts(t, day, stageLines(100, spaced(4, 10, on("2026-11-25"))...)), 1000)
	}
	held, err := stages.Assess(d.Next, silent(day+29), night(day+29))
	require.NoError(t, err)
	assert.Empty(t, held.Entries)
	ended, err := stages.Assess(d.Next, silent(day+30), night(day+30))
	require.NoError(t, err)
	require.Len(t, ended.Entries, 1)
	require.Equal(t, lifecycle.Ending, ended.Next.Life.Stage)

	// On the same day she buys: she is back at once, in her second cycle.
	lines := append(stageLines(100, spaced(4, 10, day)...), stageLines(100, day+30)...)
	back, err := stages.Assess(ended.Next, stageFacts(t, day+30, lines), night(day+30))
	require.NoError(t, err)
	require.Len(t, back.Entries, 1)
	assert.Equal(t, 2, back.Next.Life.Cycle)
	assert.Equal(t, day+30, back.Next.Life.Back)
	assert.True(t, back.Next.Life.WonBack())
}

// A stay of no days is one until the next day: a second assessment of a day changes nothing.
func TestNoStayIsUntilTomorrow(t *testing.T) {
	rules, day := stageRules(), on("2026-11-25")
	rules.Grow.StayDays, rules.Mature.StayDays = 0, 0
	stages := newStages(t, rules)
	standing := stands(lifecycle.Developing, day-100)
	lines := stageLines(10_000, spaced(12, 10, day)...)
	for _, want := range []struct {
		day   customer.Date
		stage lifecycle.Stage
	}{{day, lifecycle.Growing}, {day, lifecycle.Growing}, {day + 1, lifecycle.Mature}} {
		d, err := stages.Assess(standing, stageFacts(t, want.day, lines), night(want.day))
		require.NoError(t, err)
		standing = d.Next
		assert.Equal(t, want.stage, standing.Life.Stage)
	}
}

// What is not known moves nobody up, and takes nobody down.
func TestAmountsThatAreNotKnown(t *testing.T) {
	day := on("2026-11-25")
	stages := newStages(t, stageRules())
	lines := stageLines(0, spaced(12, 10, day)...)
	for i := range lines {
		lines[i].Priced = false
	}
	for _, stage := range []lifecycle.Stage{lifecycle.Growing, lifecycle.Mature} {
		d, err := stages.Assess(stands(stage, day-100), stageFacts(t, day, lines), night(day))
		require.NoError(t, err)
		assert.Empty(t, d.Entries, stage)
	}
	lines[0].Priced, lines[0].Amount = true, 100_000
	d, err := stages.Assess(stands(lifecycle.Growing, day-100), stageFacts(t, day, lines), night(day))
	require.NoError(t, err)
	require.Len(t, d.Entries, 1)
	assert.Contains(t, d.Reasons, customer.Reason{Code: lifecycle.CodeStageCoverage, Rule: "stages/1", Fact: 1, Mark: 12})
}

// Returns are no visits, and take their money back: more may come back than was bought.
func TestReturnsAndStages(t *testing.T) {
	day := on("2026-11-25")
	lines := stageLines(10_000, spaced(12, 10, day)...)
	back := stageLines(50_000, day-5, day-4, day-3)
	for i := range back {
		back[i].Returned = true
	}
	d, err := newStages(t, stageRules()).Assess(stands(lifecycle.Mature, day-100), stageFacts(t, day, append(lines, back...)), night(day))
	require.NoError(t, err)
	require.Len(t, d.Entries, 1)
	assert.Equal(t, lifecycle.Growing, d.Next.Life.Stage)
	assert.EqualValues(t, -30_000, d.Entries[0].Because.Fact)
	// Who only brought something back has not bought.
	d, err = newStages(t, stageRules()).Assess(lifecycle.Standing{}, stageFacts(t, day, back), night(day))
	require.NoError(t, err)
	assert.Empty(t, d.Entries)
}

// sixtyDays compares two windows of sixty days.
func sixtyDays(t require.TestingT) *lifecycle.Frequency {
	frequency, err := lifecycle.NewFrequency(lifecycle.FrequencyRules{
		Edition: customer.Edition{ID: "frequency", Version: 1}, WindowDays: 60, LeastVisits: 5, ChancePermille: 50,
	})
	require.NoError(t, err)
	return frequency
}

// drops adds what a comparison says.
func drops(t require.TestingT, facts lifecycle.Facts, frequency *lifecycle.Frequency, counted *lifecycle.Counted) lifecycle.Facts {
	change, err := frequency.Compare(facts.Visits(), counted, facts.On)
	require.NoError(t, err)
	facts.Drop = change.Drop()
	return facts
}

// Fewer visits than before are an early end, where the rules say so: exactly on the mark, and
// not where it may be chance.
func TestDrop(t *testing.T) {
	day := on("2026-11-25")
	rules := stageRules()
	rules.End.Marks = []lifecycle.StageMark{{Measure: lifecycle.DropPermille, Enter: 600, Leave: 400}}
	stages := newStages(t, rules)
	visits := func(before, now int) lifecycle.Facts {
		days := append(customer.Days{day - 250}, spaced(before, 3, day-60)...)
		return drops(t, stageFacts(t, day, stageLines(100, append(days, spaced(now, 3, day)...)...)), sixtyDays(t), nil)
	}
	for _, tc := range []struct {
		before, now int
		ends        bool
	}{{10, 4, false}, {15, 6, true}, {15, 7, false}, {5, 2, false}, {8, 1, true}, {5, 1, false}, {5, 6, false}} {
		facts := visits(tc.before, tc.now)
		require.NoError(t, facts.Check())
		d, err := stages.Assess(stands(lifecycle.Growing, day-100), facts, night(day))
		require.NoError(t, err)
		assert.Equal(t, tc.ends, len(d.Entries) == 1, "%d, then %d: %+v", tc.before, tc.now, facts.Drop)
	}
	// A purchase alone does not bring her back while she still comes that much less.
	ended := stands(lifecycle.Ending, day-1)
	ended.Life.Last = day - 3
	for _, tc := range []struct {
		before, now int
		back        bool
	}{{10, 3, false}, {10, 6, false}, {15, 9, false}, {17, 11, true}, {10, 7, true}} {
		d, err := stages.Assess(ended, visits(tc.before, tc.now), night(day))
		require.NoError(t, err)
		assert.Equal(t, tc.back, len(d.Entries) == 1, "%d, then %d", tc.before, tc.now)
	}
	reasons, err := stages.Outlook(ended, visits(10, 3), evening(day))
	require.NoError(t, err)
	assert.Equal(t, `ending since 24 Nov 2026
visits from 27 Sep to 25 Nov are 70 % fewer than before; the mark is 40 %
a purchase brings her back, to growing`, told(reasons, stages.Explain, customer.English))
}

// What may be chance is no drop to be told, either.
func TestDropThatMayBeChance(t *testing.T) {
	day := on("2026-11-25")
	rules := stageRules()
	rules.End.Marks = []lifecycle.StageMark{{Measure: lifecycle.DropPermille, Enter: 500, Leave: 100}}
	stages := newStages(t, rules)
	days := append(append(customer.Days{day - 250}, spaced(6, 3, day-60)...), spaced(3, 3, day)...)
	facts := drops(t, stageFacts(t, day, stageLines(100, days...)), sixtyDays(t), nil)
	require.Equal(t, lifecycle.Drop{Rule: "frequency/1", On: day, From: day - 59, Last: 3, Previous: 6}, facts.Drop)
	reasons, err := stages.Outlook(stands(lifecycle.Growing, day-100), facts, evening(day))
	require.NoError(t, err)
	assert.NotContains(t, told(reasons, stages.Explain, customer.English), "fewer")
}

// Seeds are bought in spring: a garden customer does not come to her end in winter, by
// silence, by a drop or at the latest, and does when a season goes by without her.
func TestEndRestsOutOfSeason(t *testing.T) {
	seasons, err := lifecycle.NewSeasons(lifecycle.SeasonRules{
		Edition: customer.Edition{ID: "garden", Version: 1},
		Seasons: []lifecycle.Season{{Key: "spring", Spans: []lifecycle.YearSpan{{From: "03-01", Through: "06-30"}}, OwnYears: 2}},
	}, nil)
	require.NoError(t, err)
	spring, _ := seasons.Key("spring")
	rules := stageRules()
	rules.End.LatestDays = 120
	rules.End.Marks = []lifecycle.StageMark{
		{Measure: lifecycle.SilencePermille, Enter: 950, Leave: 800},
		{Measure: lifecycle.SilentDays, Enter: 110, Leave: 60},
		{Measure: lifecycle.DropPermille, Enter: 600, Leave: 400},
	}
	stages := newStages(t, rules)
	var days customer.Days
	for _, year := range []string{"2024", "2025", "2026"} {
		for _, day := range []string{"-03-10", "-03-24", "-04-07", "-04-21", "-05-05", "-05-19", "-06-02", "-06-20"} {
			days.Add(on(year + day))
		}
	}
	gaps := lifecycle.NewGaps(spring)
	require.NoError(t, gaps.Add(days))
	frequency := sixtyDays(t)
	look := func(day customer.Date) lifecycle.Facts {
		facts := drops(t, stageFacts(t, day, stageLines(100, days...)), frequency, spring)
		expected, err := newRhythm(t, rhythmRules()).Expect(facts.Visits(), gaps, day)
		require.NoError(t, err)
		facts.Pace = expected.Pace()
		require.NoError(t, facts.Check())
		return facts
	}
	standing := stands(lifecycle.Growing, on("2026-06-20"))
	standing.Life.First, standing.Life.Last = days[0], days.Last()
	rules.Grow.Marks[0].WindowDays = 365
	for day := on("2026-06-21"); day <= on("2027-03-01"); day++ {
		d, err := newStages(t, rules).Assess(standing, look(day), night(day))
		require.NoError(t, err)
		require.Empty(t, d.Entries, day)
	}
	reasons, err := newStages(t, rules).Outlook(standing, look(on("2026-12-24")), evening(on("2026-12-24")))
	require.NoError(t, err)
	text := told(reasons, stages.Explain, customer.English)
	assert.Contains(t, text, "silent for 10 counted days, since 20 Jun 2026; the mark is 110")
	assert.Contains(t, text, "100 counted days more without a purchase are the end")
	assert.Contains(t, told(reasons, stages.Explain, customer.Chinese), "再有100个计入日不购买，即为终止")

	// By days alone: ten of June, and a hundred more from the first of March.
	rules.End.Marks = rules.End.Marks[1:2]
	for day, want := range map[string]lifecycle.Stage{"2027-06-07": lifecycle.Growing, "2027-06-08": lifecycle.Ending} {
		rules.Grow.Marks[0].Leave = 0
		d, err := newStages(t, rules).Assess(standing, look(on(day)), night(on(day)))
		require.NoError(t, err)
		assert.Equal(t, want, d.Next.Life.Stage, day)
	}
	rules.End.Marks, rules.End.Match = nil, 0
	for day, want := range map[string]lifecycle.Stage{"2027-06-17": lifecycle.Growing, "2027-06-18": lifecycle.Ending} {
		d, err := newStages(t, rules).Assess(standing, look(on(day)), night(on(day)))
		require.NoError(t, err)
		assert.Equal(t, want, d.Next.Life.Stage, day)
	}
}

// Nor does somebody who bought once, in a young garden shop to which nobody has come again.
func TestEndRestsWithoutARhythm(t *testing.T) {
	seasons, err := lifecycle.NewSeasons(lifecycle.SeasonRules{
		Edition: customer.Edition{ID: "garden", Version: 1},
		Seasons: []lifecycle.Season{{Key: "spring", Spans: []lifecycle.YearSpan{{From: "03-01", Through: "06-30"}}}},
	}, nil)
	require.NoError(t, err)
	spring, _ := seasons.Key("spring")
	rules, bought := stageRules(), on("2026-06-20")
	rules.End.LatestDays = 120
	stages := newStages(t, rules)
	for day, want := range map[string]lifecycle.Stage{
		"2026-10-18": lifecycle.Developing, "2027-06-17": lifecycle.Developing, "2027-06-18": lifecycle.Ending,
	} {
		facts := lifecycle.Facts{
			On: on(day), Days: []lifecycle.FactDay{{On: bought, Lines: 1}}, Items: []lifecycle.FactItem{{Item: 7, Last: bought}},
			Pace: spring.Pace(bought, on(day)),
		}
		d, err := stages.Assess(lifecycle.Standing{}, facts, night(on(day)))
		require.NoError(t, err)
		assert.Equal(t, want, d.Next.Life.Stage, day)
	}
	assert.Equal(t, lifecycle.Pace{On: bought + 9, Last: bought, Silence: 9}, (*lifecycle.Counted)(nil).Pace(bought, bought+9))
}

// A purchase that facts no longer know takes nobody back to potential; and goods that all
// came back leave a visit.
func TestPurchasesThatAreTakenAway(t *testing.T) {
	day := on("2026-11-25")
	stages := newStages(t, stageRules())
	first, err := stages.Assess(lifecycle.Standing{}, stageFacts(t, day, stageLines(100, day)), night(day))
	require.NoError(t, err)
	back := stageLines(100, day, day+1)
	back[1].Returned = true
	for name, facts := range map[string]lifecycle.Facts{
		"returned wholly": stageFacts(t, day+2, back),
		"voided":          {On: day + 2},
	} {
		d, err := stages.Assess(first.Next, facts, night(day+2))
		require.NoError(t, err)
		assert.Empty(t, d.Entries, name)
	}
	for silence, want := range map[int]lifecycle.Stage{269: lifecycle.Developing, 270: lifecycle.Ending} {
		later := day.AddDays(silence)
		d, err := stages.Assess(first.Next, lifecycle.Facts{On: later}, night(later))
		require.NoError(t, err)
		assert.Equal(t, want, d.Next.Life.Stage)
	}
}

func TestAssessRefusals(t *testing.T) {
	day := on("2026-11-25")
	rules := stageRules()
	rules.From = day - 10
	stages := newStages(t, rules)
	facts := func(day customer.Date) lifecycle.Facts { return lifecycle.Facts{On: day} }
	_, err := stages.Assess(lifecycle.Standing{}, facts(day-11), night(day-11))
	assert.Equal(t, []string{customer.CodeNotYetInForce}, codes(t, err))
	_, err = stages.Assess(stands(lifecycle.Growing, day), facts(day-1), night(day-1))
	assert.Equal(t, []string{lifecycle.CodeStageEarlier}, codes(t, err))
	_, err = stages.Assess(stands(lifecycle.Growing, day), facts(day), night(day))
	require.NoError(t, err)
	_, err = stages.Assess(lifecycle.Standing{}, facts(day-1), night(day))
	assert.Equal(t, []string{"facts.on = 2026-11-24"}, faults(err))
	_, err = stages.Assess(lifecycle.Standing{}, lifecycle.Facts{}, lifecycle.Wake{})
	assert.Equal(t, []string{"ref = ", "customer = ", "at = 0001-01-01T00:00:00Z"}, faults(err))
	_, err = stages.Outlook(lifecycle.Standing{}, facts(day-1), evening(day))
	assert.NotEmpty(t, faults(err))
}

// The day is that of the rule book's zone, over the change of the clocks and the end of
// the year.
func TestAssessKnowsItsZone(t *testing.T) {
	stages := newStages(t, stageRules())
	for _, tc := range []struct{ utc, day string }{
		{"2026-12-31T22:59:59Z", "2026-12-31"},
		{"2026-12-31T23:00:00Z", "2027-01-01"},
		{"2026-03-28T23:00:00Z", "2026-03-29"},
		{"2026-03-29T22:00:00Z", "2026-03-30"},
		{"2026-10-25T22:59:59Z", "2026-10-25"},
		{"2028-02-28T23:00:00Z", "2028-02-29"},
	} {
		at := instant(t, tc.utc)
		d, err := stages.Assess(lifecycle.Standing{}, stageFacts(t, on(tc.day), stageLines(100, on(tc.day))), lifecycle.Wake{Ref: "night", Customer: "c-1", At: at})
		require.NoError(t, err, tc.utc)
		assert.Equal(t, on(tc.day), d.Next.Life.Since)
	}
}

// row B34: a wrong number is a lead; the first source stands, and one that is told late is
// told.
func TestKnow(t *testing.T) {
	day := on("2026-11-25")
	stages := newStages(t, stageRules())
	lead := lifecycle.Lead{Ref: "l-1", At: evening(day), Source: lifecycle.FromWrongNumber, Campaign: "hotline"}
	d, err := stages.Know(lifecycle.Standing{}, lead)
	require.NoError(t, err)
	life := d.Next.Life
	assert.Equal(t, lifecycle.Life{Stage: lifecycle.Potential, Since: day, Known: day, Source: lifecycle.FromWrongNumber, Campaign: "hotline"}, life)
	_, err = stages.Know(d.Next, lead)
	assert.Equal(t, []string{lifecycle.CodeStageKnownFrom}, codes(t, err))

	bought, err := stages.Assess(d.Next, stageFacts(t, day+3, stageLines(100, day+2)), night(day+3))
	require.NoError(t, err)
	assert.Equal(t, lifecycle.FromWrongNumber, bought.Next.Life.Source, "tracked through the stages")
	assert.Equal(t, day+2, bought.Next.Life.First)

	late, err := stages.Know(stands(lifecycle.Growing, day), lead)
	require.NoError(t, err)
	assert.Equal(t, lifecycle.Growing, late.Next.Life.Stage)
	assert.Equal(t, lifecycle.FromWrongNumber, late.Next.Life.Source)

	_, err = stages.Know(lifecycle.Standing{}, lifecycle.Lead{Campaign: "a\nb"})
	assert.Len(t, faults(err), 4)
}

// A purchase that becomes known late is seen when it is: she was never gone.
func TestLatePurchases(t *testing.T) {
	day := on("2026-11-25")
	stages := newStages(t, stageRules())
	first := spaced(5, 10, day-60)
	ended, err := stages.Assess(stands(lifecycle.Growing, day-100), paces(stageFacts(t, day, stageLines(100, first...)), 1000), night(day))
	require.NoError(t, err)
	require.Equal(t, lifecycle.Ending, ended.Next.Life.Stage)
	lines := stageLines(100, append(first, day-3)...) // a till of which nothing was heard
	back, err := stages.Assess(ended.Next, paces(stageFacts(t, day+1, lines), 100), night(day+1))
	require.NoError(t, err)
	assert.Equal(t, lifecycle.Growing, back.Next.Life.Stage)
	assert.Equal(t, day-3, back.Next.Life.Last)

	// Facts that reach back only so far: what is pinned still counts.
	d, err := stages.Assess(stands(lifecycle.Mature, day-400), lifecycle.Facts{On: day}, night(day))
	require.NoError(t, err)
	require.Len(t, d.Entries, 1)
	assert.Equal(t, lifecycle.Ending, d.Next.Life.Stage)
	assert.EqualValues(t, 401, d.Entries[0].Because.Fact)
}

// What came and went while nobody looked leaves no trace: a silence that would have been her
// end, and a height that would have made her grow. Before the latest move nothing can be said.
func TestMissedAssessments(t *testing.T) {
	day := on("2026-11-25")
	rules := stageRules()
	rules.Grow.Marks[0].WindowDays = 30
	for name, tc := range map[string]struct {
		days  customer.Days
		daily []lifecycle.Stage
	}{
		"a silence": {
			append(spaced(4, 5, day-300), day),
			[]lifecycle.Stage{lifecycle.Developing, lifecycle.Growing, lifecycle.Developing, lifecycle.Ending, lifecycle.Growing},
		},
		"a height": {append(spaced(4, 5, day-100), day-50), []lifecycle.Stage{lifecycle.Developing, lifecycle.Growing, lifecycle.Developing}},
	} {
		t.Run(name, func(t *testing.T) {
			rules.End.Marks, rules.End.Match = nil, 0
			stages := newStages(t, rules)
			path := func(step customer.Date) (list []lifecycle.Stage) {
				var standing lifecycle.Standing
				for today := tc.days[0]; today <= day; today += step {
					d, err := stages.Assess(standing, stageFacts(t, today, stageLines(100, tc.days...)), night(today))
					require.NoError(t, err)
					if standing = d.Next; len(d.Entries) > 0 {
						list = append(list, standing.Life.Stage)
					}
				}
				return list
			}
			assert.Equal(t, tc.daily, path(1))
			assert.Equal(t, []lifecycle.Stage{lifecycle.Developing}, path(day-tc.days[0]))
		})
	}
}

// Another edition of the rules has other marks: where she stands counts.
func TestAnotherEdition(t *testing.T) {
	day := on("2026-11-25")
	rules := stageRules()
	rules.Version, rules.Grow.Marks = 2, []lifecycle.StageMark{{Measure: lifecycle.VisitCount, WindowDays: 180, Enter: 6, Leave: 5}}
	stages := newStages(t, rules)
	for visits, want := range map[int]lifecycle.Stage{4: lifecycle.Developing, 5: lifecycle.Growing} {
		d, err := stages.Assess(stands(lifecycle.Growing, day-100), stageFacts(t, day, stageLines(100, spaced(visits, 10, day)...)), night(day))
		require.NoError(t, err)
		assert.Equal(t, want, d.Next.Life.Stage)
	}
}

// Any of several marks, and breadth and tenure.
func TestAnyMark(t *testing.T) {
	day := on("2026-11-25")
	rules := stageRules()
	rules.Grow.Match = lifecycle.AnyMark
	rules.Grow.Marks = []lifecycle.StageMark{
		{Measure: lifecycle.ItemCount, WindowDays: 90, Enter: 3, Leave: 2},
		{Measure: lifecycle.TenureDays, Enter: 100, Leave: 50},
	}
	stages := newStages(t, rules)
	items := func(n int, first customer.Date) lifecycle.Facts {
		lines := stageLines(100, first)
		for i := range n {
			lines = append(lines, population.Line[customer.ID]{Customer: "c-1", Item: uint32(i + 2), Day: day})
		}
		return stageFacts(t, day, lines)
	}
	for _, tc := range []struct {
		from  lifecycle.Stage
		items int
		first customer.Date
		want  lifecycle.Stage
	}{
		{lifecycle.Developing, 2, day - 99, lifecycle.Developing},
		{lifecycle.Developing, 3, day - 10, lifecycle.Growing},
		{lifecycle.Developing, 1, day - 100, lifecycle.Growing},
		{lifecycle.Growing, 1, day - 49, lifecycle.Growing}, // two items in the window
		{lifecycle.Growing, 0, day - 50, lifecycle.Growing},
		{lifecycle.Growing, 0, day - 49, lifecycle.Developing},
	} {
		standing := stands(tc.from, day-1)
		standing.Life.First = tc.first
		d, err := stages.Assess(standing, items(tc.items, tc.first), night(day))
		require.NoError(t, err)
		assert.Equal(t, tc.want, d.Next.Life.Stage, "%+v", tc)
	}
	reasons, err := stages.Outlook(stands(lifecycle.Developing, day+200), items(1, day-10), evening(day+200))
	require.Error(t, err)
	assert.Empty(t, reasons)
	standing := stands(lifecycle.Developing, day-1)
	standing.Life.First = day - 10
	reasons, err = stages.Outlook(standing, items(1, day-10), evening(day))
	require.NoError(t, err)
	assert.True(t, slices.ContainsFunc(reasons, func(r customer.Reason) bool { return r.Code == lifecycle.CodeStageAny }))
	assert.Contains(t, told(reasons, stages.Explain, customer.English), `for growing one of these 2 is enough:
for growing: 1 more item by 12 Feb 2027
for growing: 90 more days, until 23 Feb 2027`)
}

// The first day of a window counts, and the day before it does not: items as visits do.
func TestItemsOfAWindow(t *testing.T) {
	rules, day := stageRules(), on("2026-11-25")
	rules.Grow.Marks = []lifecycle.StageMark{{Measure: lifecycle.ItemCount, WindowDays: 90, Enter: 2}}
	stages := newStages(t, rules)
	for back, want := range map[int]lifecycle.Stage{89: lifecycle.Growing, 90: lifecycle.Developing} {
		lines := stageLines(100, day.AddDays(-back), day)
		lines[1].Item = 2
		d, err := stages.Assess(stands(lifecycle.Developing, day-9), paces(stageFacts(t, day, lines), 0), night(day))
		require.NoError(t, err)
		assert.Equal(t, want, d.Next.Life.Stage)
	}
}

// A customer of ten thousand days.
func TestHugeFacts(t *testing.T) {
	day := on("2026-11-25")
	facts := stageFacts(t, day, stageLines(population.MaxAmount, spaced(10_000, 1, day)...))
	d, err := newStages(t, stageRules()).Assess(lifecycle.Standing{}, facts, night(day))
	require.NoError(t, err)
	assert.Equal(t, lifecycle.Mature, d.Next.Life.Stage)
	reasons, err := newStages(t, stageRules()).Outlook(d.Next, facts, evening(day))
	require.NoError(t, err)
	assert.NotEmpty(t, reasons)
}
