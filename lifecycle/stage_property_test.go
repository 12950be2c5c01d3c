package lifecycle_test

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/lifecycle"
)

// drawStageRules draws rule books with and without slack and stay.
func drawStageRules(t *rapid.T) lifecycle.StageRules {
	rules := stageRules()
	edge := func(e *lifecycle.MeasureEdge, name string) {
		e.StayDays = rapid.IntRange(0, 40).Draw(t, name+" stay")
		e.Match = rapid.SampledFrom([]lifecycle.StageMatch{lifecycle.AllMarks, lifecycle.AnyMark}).Draw(t, name+" match")
	}
	edge(&rules.Grow, "grow")
	edge(&rules.Mature, "mature")
	rules.FirstPurchase.StayDays = rapid.IntRange(0, 40).Draw(t, "first stay")
	rules.Return.StayDays = rapid.IntRange(0, 40).Draw(t, "return stay")
	low := rapid.Int64Range(2, 6).Draw(t, "grow enter")
	rules.Grow.Marks = []lifecycle.StageMark{
		{Measure: lifecycle.VisitCount, WindowDays: 60, Enter: low, Leave: rapid.Int64Range(0, low-1).Draw(t, "grow leave")},
		{Measure: lifecycle.SpendMinor, WindowDays: 60, Enter: 400, Leave: rapid.Int64Range(0, 399).Draw(t, "spend leave")},
	}
	high := rapid.Int64Range(low, 12).Draw(t, "mature enter")
	rules.Mature.Marks = []lifecycle.StageMark{
		{Measure: lifecycle.VisitCount, WindowDays: 60, Enter: high, Leave: rapid.Int64Range(rules.Grow.Marks[0].Leave, high-1).Draw(t, "mature leave")},
		{Measure: lifecycle.TenureDays, Enter: 50},
	}
	rules.End.LatestDays = rapid.IntRange(31, 100).Draw(t, "latest")
	rules.End.Marks = []lifecycle.StageMark{
		{Measure: lifecycle.SilencePermille, Enter: 950, Leave: rapid.Int64Range(1, 949).Draw(t, "rank leave")},
		{Measure: lifecycle.SilentDays, Enter: 30, Leave: rapid.Int64Range(1, 29).Draw(t, "silent leave")},
	}
	rules.End.Match = rapid.SampledFrom([]lifecycle.StageMatch{lifecycle.AllMarks, lifecycle.AnyMark}).Draw(t, "end match")
	return rules
}

// drawStageDays draws days of purchase: bursts and silences.
func drawStageDays(t *rapid.T, first customer.Date) customer.Days {
	return after(first, rapid.SliceOfN(rapid.OneOf(rapid.IntRange(1, 9), rapid.IntRange(1, 90)), 0, 30).Draw(t, "gaps")...)
}

// Row D8, pitfall 30: whatever she does, and however often she is assessed, she changes her
// stage at most once in a minimum stay, but for the purchases that no stay holds; a second
// assessment of a day changes nothing; where she stands is a stage that an edge leads to;
// and her history replays.
func TestNoFlapping(t *testing.T) {
	frequency := sixtyDays(t)
	rapid.Check(t, func(t *rapid.T) {
		rules := drawStageRules(t)
		rules.End.Marks = append(rules.End.Marks, lifecycle.StageMark{
			Measure: lifecycle.DropPermille, Enter: 500, Leave: rapid.Int64Range(1, 499).Draw(t, "drop leave"),
		})
		stages := newStages(t, rules)
		stay := make(map[lifecycle.Stage]int)
		stay[lifecycle.Developing] = rules.FirstPurchase.StayDays
		first := on("2026-01-10")
		days := drawStageDays(t, first)
		var standing lifecycle.Standing
		var history []lifecycle.Entry
		for day := first - 5; day < days.Last()+150; day += customer.Date(rapid.SampledFrom([]int{1, 1, 1, 7, 30}).Draw(t, "step")) {
			facts := drops(t, stageFacts(t, day, stageLines(100, days...)), frequency, nil)
			d, err := stages.Assess(standing, facts, night(day))
			require.NoError(t, err)
			require.LessOrEqual(t, len(d.Entries), 1)
			again, err := stages.Assess(d.Next, facts, night(day))
			require.NoError(t, err)
			require.Empty(t, again.Entries, "a second assessment of a day")
			for _, e := range d.Entries {
				if e.From != 0 && e.From != lifecycle.Ending {
					require.GreaterOrEqual(t, int(day-standing.Life.Since), max(1, stay[e.From]), "%s to %s", e.From, e.To)
				}
				switch { // the stay of the edge, as the stage now has it
				case e.To == lifecycle.Mature || e.From == lifecycle.Mature:
					stay[e.To] = rules.Mature.StayDays
				case e.From == lifecycle.Ending:
					stay[e.To] = rules.Return.StayDays
				case e.To == lifecycle.Growing || e.From == lifecycle.Growing:
					stay[e.To] = rules.Grow.StayDays
				}
				require.NotEmpty(t, d.Reasons)
			}
			next, err := standing.Apply(d.Entries...)
			require.NoError(t, err)
			require.Equal(t, d.Next, next)
			standing, history = next, append(history, d.Entries...)
		}
		replayed, err := lifecycle.Replay(history)
		require.NoError(t, err)
		require.Equal(t, standing, replayed)
		// Nobody with purchases is alive for ever.
		gone := days.Last().AddDays(rules.End.LatestDays + 200)
		d, err := stages.Assess(standing, stageFacts(t, gone, stageLines(100, days...)), night(gone))
		require.NoError(t, err)
		require.Equal(t, lifecycle.Ending, d.Next.Life.Stage)
	})
}

// What ends her stage has not left it: the same facts never end it and bring her back, nor
// does a purchase by which they stay as they were, whatever the marks and how they go
// together. Drop has no direction of its own: less of it is better, and the mark to leave is
// the lower one.
func TestNoReturnByTheFactsThatEnd(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rules, day := drawStageRules(t), on("2026-11-25")
		leave := rapid.Int64Range(1, 499).Draw(t, "drop leave")
		rules.End.Marks = append(rules.End.Marks, lifecycle.StageMark{
			Measure: lifecycle.DropPermille, Enter: rapid.Int64Range(leave+1, 1000).Draw(t, "drop enter"), Leave: leave,
		})
		stages := newStages(t, rules)
		days := after(day-200, rapid.SliceOfN(rapid.IntRange(1, 9), 20, 20).Draw(t, "gaps")...)
		facts := paces(stageFacts(t, day, stageLines(100, days...)), rapid.IntRange(0, 1000).Draw(t, "rank"))
		facts.Drop = lifecycle.Drop{Rule: "frequency/1", On: day, From: days[10], Last: rapid.IntRange(0, 10).Draw(t, "now"), Previous: 10}
		facts.Drop.Falling = facts.Drop.Last < 10 && rapid.Bool().Draw(t, "falling")
		ended, err := stages.Assess(stands(lifecycle.Growing, day-100), facts, night(day))
		require.NoError(t, err)
		if ended.Next.Life.Stage != lifecycle.Ending {
			return
		}
		ended.Next.Life.Last-- // as though the last purchase had not been known
		again, err := stages.Assess(ended.Next, facts, night(day))
		require.NoError(t, err)
		require.Empty(t, again.Entries)
	})
}

// Facts that swing between the mark to leave and the mark to enter change nothing, however
// long.
func TestSwingsWithinTheSlack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rules := stageRules()
		leave := rapid.Int64Range(1, 5).Draw(t, "leave")
		enter := rapid.Int64Range(leave+1, 9).Draw(t, "enter")
		rules.Grow.StayDays = 0
		rules.Grow.Marks = []lifecycle.StageMark{{Measure: lifecycle.VisitCount, WindowDays: 30, Enter: enter, Leave: leave}}
		rules.End.Marks, rules.End.Match, rules.End.LatestDays = nil, 0, 3660
		stages, day := newStages(t, rules), on("2026-11-25")
		standing := stands(rapid.SampledFrom([]lifecycle.Stage{lifecycle.Developing, lifecycle.Growing}).Draw(t, "stage"), day)
		for range 20 {
			day += customer.Date(rapid.IntRange(1, 9).Draw(t, "days"))
			visits := int(rapid.Int64Range(leave, enter-1).Draw(t, "visits"))
			facts := stageFacts(t, day, stageLines(100, spaced(visits, 1, day)...))
			d, err := stages.Assess(standing, facts, night(day))
			require.NoError(t, err)
			require.Empty(t, d.Entries)
		}
	})
}

// stageRank is the order of the stages: the end is the lowest for whoever has bought.
func stageRank(s lifecycle.Stage) int {
	return slices.Index([]lifecycle.Stage{0, lifecycle.Potential, lifecycle.Ending, lifecycle.Developing, lifecycle.Growing, lifecycle.Mature}, s)
}

// From the same standing, better facts never lead to a lower stage: more visits since the
// last, more money, less silence.
func TestBetterFactsAreNoWorse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rules := drawStageRules(t)
		stages, first := newStages(t, rules), on("2026-01-10")
		days := drawStageDays(t, first)
		day := days.Last().AddDays(rapid.IntRange(0, 120).Draw(t, "silence"))
		better := slices.Clone(days)
		for range rapid.IntRange(0, 5).Draw(t, "more") {
			better.Add(days.Last() + customer.Date(rapid.IntRange(0, int(day-days.Last())).Draw(t, "on")))
		}
		amount := rapid.Int64Range(0, 300).Draw(t, "amount")
		more := amount + rapid.Int64Range(0, 300).Draw(t, "more amount")
		rank := rapid.IntRange(0, 1000).Draw(t, "rank")
		less := rank - rapid.IntRange(0, rank).Draw(t, "less")

		standing := stands(rapid.SampledFrom([]lifecycle.Stage{
			0, lifecycle.Potential, lifecycle.Developing, lifecycle.Growing, lifecycle.Mature, lifecycle.Ending,
		}).Draw(t, "stage"), day-customer.Date(rapid.IntRange(0, 60).Draw(t, "since")))
		if standing.Life.Cycle > 0 {
			standing.Life.First = first
			standing.Life.Last = max(first, standing.Life.Since-customer.Date(rapid.IntRange(0, 60).Draw(t, "last")))
		}
		worse, err := stages.Assess(standing, paces(stageFacts(t, day, stageLines(amount, days...)), rank), night(day))
		require.NoError(t, err)
		best, err := stages.Assess(standing, paces(stageFacts(t, day, stageLines(more, better...)), less), night(day))
		require.NoError(t, err)
		require.GreaterOrEqual(t, stageRank(best.Next.Life.Stage), stageRank(worse.Next.Life.Stage),
			"%s, and better %s", worse.Next.Life.Stage, best.Next.Life.Stage)
	})
}

// What the outlook asks for is enough, done as late as it says; one visit less is not.
func TestOutlookKeepsItsWord(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rules := stageRules()
		enter := rapid.Int64Range(2, 8).Draw(t, "enter")
		rules.Grow.Marks = []lifecycle.StageMark{{Measure: lifecycle.VisitCount, WindowDays: rapid.IntRange(10, 60).Draw(t, "window"), Enter: enter}}
		rules.End.Marks, rules.End.Match, rules.End.LatestDays = nil, 0, 3660
		stages := newStages(t, rules)
		days := drawStageDays(t, on("2026-01-10"))
		day := days.Last().AddDays(rapid.IntRange(0, 60).Draw(t, "later"))
		standing := stands(lifecycle.Developing, day)
		standing.Life.First, standing.Life.Last = days[0], days[0]
		standing.Life.Held = day + customer.Date(rapid.IntRange(0, 50).Draw(t, "held"))
		reasons, err := stages.Outlook(standing, stageFacts(t, day, stageLines(100, days...)), evening(day))
		require.NoError(t, err)
		for _, r := range reasons {
			if r.Code != lifecycle.CodeStageMoreVisits || r.By == 0 {
				continue
			}
			require.GreaterOrEqual(t, r.By, standing.Life.Held)
			free := int64(r.By-day) + 1
			if days.Last() == day {
				free-- // today's visit counts already
			}
			require.LessOrEqual(t, r.Fact, free, "as many days are left")
			for short, want := range []lifecycle.Stage{lifecycle.Growing, lifecycle.Developing} {
				more := slices.Clone(days)
				for i := range int(r.Fact) - short {
					more.Add(r.By - customer.Date(i))
				}
				d, err := stages.Assess(standing, stageFacts(t, r.By, stageLines(100, more...)), night(r.By))
				require.NoError(t, err)
				require.Equal(t, want, d.Next.Life.Stage, "%d visits by %s, %d short", r.Fact, r.By, short)
			}
		}
	})
}

// And the day on which it says she falls is the day on which she does, if she stays away; so
// is the day of her end.
func TestOutlookKnowsTheDayOfTheFall(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rules := drawStageRules(t)
		rules.End.Marks, rules.End.Match = []lifecycle.StageMark{{Measure: lifecycle.SilentDays, Enter: 30, Leave: 1}}, lifecycle.AnyMark
		stages := newStages(t, rules)
		days := drawStageDays(t, on("2026-01-10"))
		day := days.Last().AddDays(rapid.IntRange(0, 60).Draw(t, "later"))
		stage := rapid.SampledFrom([]lifecycle.Stage{lifecycle.Growing, lifecycle.Mature}).Draw(t, "stage")
		standing := stands(stage, day)
		standing.Life.First, standing.Life.Last = days[0], days.Last()
		standing.Life.Held = day + customer.Date(rapid.IntRange(0, 50).Draw(t, "held"))
		lines := stageLines(100, days...)
		reasons, err := stages.Outlook(standing, stageFacts(t, day, lines), evening(day))
		require.NoError(t, err)
		falls, ends := customer.Date(0), customer.Date(0)
		for _, r := range reasons {
			switch r.Code {
			case lifecycle.CodeStageFalls:
				falls = r.By
			case lifecycle.CodeStageEnds:
				ends = r.By
			}
		}
		if len(reasons) > 0 && reasons[0].Code == lifecycle.CodeStageMoved {
			return
		}
		var fell, ended customer.Date
		for today, first := day, true; ended == 0; today++ {
			d, err := stages.Assess(standing, stageFacts(t, today, lines), night(today))
			require.NoError(t, err)
			for _, e := range d.Entries {
				if e.To == lifecycle.Ending {
					ended = today
				} else if first && e.To < e.From {
					fell = today
				}
				first = false
			}
			standing = d.Next
		}
		require.Equal(t, falls, fell)
		require.Equal(t, ends, ended, "on its day, whatever stays hold her before")
	})
}

// A standing that somebody forged, or that a fault of storage left, gets an answer or an
// error, in words too.
func TestForgedStandings(t *testing.T) {
	playbook := newPlaybook(t, playbookRules())
	rapid.Check(t, func(t *rapid.T) {
		stages, day := newStages(t, drawStageRules(t)), on("2026-01-10")
		forged := func(what string) customer.Date {
			return customer.Date(rapid.OneOf(
				rapid.SampledFrom([]int32{math.MinInt32, -1, 0, 1, int32(customer.MaxDate), int32(customer.MaxDate) + 1, math.MaxInt32}),
				rapid.Int32Range(int32(day)-400, int32(day)+400)).Draw(t, what))
		}
		standing := lifecycle.Standing{Life: lifecycle.Life{
			Stage: lifecycle.Stage(rapid.Uint8Range(0, 9).Draw(t, "stage")), Since: forged("since"), Held: forged("held"),
			Cycle: rapid.SampledFrom([]int{math.MinInt, -1, 0, 1, math.MaxInt}).Draw(t, "cycle"),
			Back:  forged("back"), First: forged("first"), Last: forged("last"),
		}}
		facts := lifecycle.Facts{On: day}
		if rapid.Bool().Draw(t, "bought") {
			facts = stageFacts(t, day, stageLines(100, after(day-90, rapid.SliceOfN(rapid.IntRange(1, 9), 0, 10).Draw(t, "gaps")...)...))
		}
		reasons, _ := stages.Outlook(standing, facts, evening(day))
		told(reasons, stages.Explain, customer.English)
		told(reasons, stages.Explain, customer.Chinese)
		if d, err := stages.Assess(standing, facts, night(day)); err == nil {
			next, err := standing.Apply(d.Entries...)
			require.NoError(t, err)
			require.Equal(t, d.Next, next)
		}
		tasks, err := playbook.Tasks(standing, day, day+400)
		require.NoError(t, err)
		for _, task := range tasks {
			require.LessOrEqual(t, day, task.From)
		}
	})
}
