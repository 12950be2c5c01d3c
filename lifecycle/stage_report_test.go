package lifecycle_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/lifecycle"
)

func stageMoves(t require.TestingT, from, until string, histories ...[]lifecycle.Entry) *lifecycle.StageReport {
	report, err := lifecycle.NewStageReport(population.Period{From: on(from), Until: on(until)})
	require.NoError(t, err)
	for _, history := range histories {
		require.NoError(t, report.Add(history))
	}
	return report
}

// The life of stageLife: known on 27 February, developing on 2 March, growing on 1 April,
// ending on 30 July, back on 18 September. Rows D6 and D8.
func TestStageReport(t *testing.T) {
	_, history := stageLife(t)
	whole := stageMoves(t, "2026-01-01", "2027-01-01", history, nil)
	begin, end := whole.At(0)
	assert.Equal(t, [2]int64{2, 1}, [2]int64{begin, end}, "nobody knows her, and the other one never")
	_, end = whole.At(lifecycle.Growing)
	assert.EqualValues(t, 1, end)
	for _, move := range [][2]lifecycle.Stage{
		{0, lifecycle.Potential},
		{lifecycle.Potential, lifecycle.Developing},
		{lifecycle.Developing, lifecycle.Growing},
		{lifecycle.Growing, lifecycle.Ending},
		{lifecycle.Ending, lifecycle.Growing},
	} {
		assert.EqualValues(t, 1, whole.Moves(move[0], move[1]), move)
	}
	assert.Equal(t, lifecycle.Newcomers{All: 1, Grew: 1}, whole.Newcomers())
	assert.Equal(t, []lifecycle.ExtendedLife{{Cycle: 2, Back: 1, Open: 1, OpenDays: 104}}, whole.Extended(), "18 September to 31 December")
	assert.Zero(t, whole.Moves(9, 1))

	// Each boundary day: what happens on the first day is a move, and on the last no more.
	for _, tc := range []struct {
		from, until string
		begin       lifecycle.Stage
		end         lifecycle.Stage
		moves       int64
		newcomers   lifecycle.Newcomers
	}{
		{"2026-03-02", "2026-03-31", lifecycle.Potential, lifecycle.Developing, 1, lifecycle.Newcomers{All: 1, Open: 1}},
		{"2026-03-03", "2026-04-01", lifecycle.Developing, lifecycle.Developing, 0, lifecycle.Newcomers{}},
		{"2026-03-02", "2026-04-02", lifecycle.Potential, lifecycle.Growing, 2, lifecycle.Newcomers{All: 1, Grew: 1}},
		{"2026-08-01", "2026-09-18", lifecycle.Ending, lifecycle.Ending, 0, lifecycle.Newcomers{}},
		{"2026-08-01", "2026-09-19", lifecycle.Ending, lifecycle.Growing, 1, lifecycle.Newcomers{}},
		{"2025-01-01", "2026-02-27", 0, 0, 0, lifecycle.Newcomers{}},
	} {
		report := stageMoves(t, tc.from, tc.until, history)
		begin, _ := report.At(tc.begin)
		_, end := report.At(tc.end)
		moves := int64(0)
		for from := range lifecycle.Ending + 1 {
			for to := range lifecycle.Ending + 1 {
				moves += report.Moves(from, to)
			}
		}
		assert.Equal(t, [3]int64{1, 1, tc.moves}, [3]int64{begin, end, moves}, "%s to %s", tc.from, tc.until)
		assert.Equal(t, tc.newcomers, report.Newcomers())
	}
	broken := append(clone(history), history[0])
	report := stageMoves(t, "2026-01-01", "2027-01-01")
	require.ErrorIs(t, report.Add(broken), lifecycle.ErrBroken)
	assert.Equal(t, marshal(t, stageMoves(t, "2026-01-01", "2027-01-01")), marshal(t, report))
	require.Error(t, report.Merge(stageMoves(t, "2026-01-01", "2027-01-02")))
	_, err := lifecycle.NewStageReport(population.Period{})
	require.Error(t, err)
}

// row D6: the life that winning back extends, in days, cycle by cycle.
func TestExtendedLife(t *testing.T) {
	rules := stageRules()
	rules.End.Marks, rules.End.Match, rules.End.LatestDays = nil, 0, 20
	rules.Return.StayDays = 0
	stages, day := newStages(t, rules), on("2026-01-10")
	var days customer.Days
	var standing lifecycle.Standing
	var history []lifecycle.Entry
	for _, at := range []int{0, 25, 50, 60, 65, 90, 120, 130, 155} { // from the first day on
		bought := at == 0 || at == 50 || at == 60 || at == 65 || at == 120 || at == 130
		if bought {
			days.Add(day + customer.Date(at))
		}
		now := day + customer.Date(at)
		d, err := stages.Assess(standing, stageFacts(t, now, stageLines(100, days...)), night(now))
		require.NoError(t, err)
		standing, history = d.Next, append(history, d.Entries...)
	}
	// Bought on day 0; ended on 25; back on 50 and bought until 65; ended on 90; back on 120
	// and bought until 130; ended on 155.
	until := (day + 200).String()
	assert.Equal(t, []lifecycle.ExtendedLife{
		{Cycle: 2, Back: 1, Ended: 1, Days: 15}, {Cycle: 3, Back: 1, Ended: 1, Days: 10},
	}, stageMoves(t, day.String(), until, history).Extended())
	assert.Equal(t, []lifecycle.ExtendedLife{
		{Cycle: 2, Back: 1, Ended: 1, Days: 15}, {Cycle: 3, Back: 1, Open: 1, OpenDays: 20},
	}, stageMoves(t, day.String(), (day+141).String(), history).Extended())
}

// drawLives draws histories that assessments really made.
func drawLives(t *rapid.T) [][]lifecycle.Entry {
	stages := newStages(t, stageRules())
	var lives [][]lifecycle.Entry
	for range rapid.IntRange(0, 4).Draw(t, "customers") {
		var standing lifecycle.Standing
		var history []lifecycle.Entry
		days := drawStageDays(t, on("2026-01-10"))
		if source := lifecycle.Source(rapid.IntRange(0, 3).Draw(t, "source")); source > 0 {
			d, err := stages.Know(standing, lifecycle.Lead{
				Ref: "l", At: evening(days[0] - 3), Source: source, Campaign: rapid.SampledFrom([]string{"", "spring"}).Draw(t, "campaign"),
			})
			require.NoError(t, err)
			standing, history = d.Next, append(history, d.Entries...)
		}
		for day := days[0]; day < days.Last()+100; day += 10 {
			d, err := stages.Assess(standing, stageFacts(t, day, stageLines(8_000, days...)), night(day))
			require.NoError(t, err)
			standing, history = d.Next, append(history, d.Entries...)
		}
		lives = append(lives, history)
	}
	return lives
}

// Any order and any split of the customers give the same bytes, which are read again; and
// everybody stands somewhere.
func TestReportsMerge(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lives := drawLives(t)
		period := population.Period{From: on("2026-02-01"), Until: on("2026-08-01")}
		whole := stageMoves(t, "2026-02-01", "2026-08-01", lives...)
		leads, err := lifecycle.NewLeadReport(population.Period{From: 1, Until: customer.MaxDate})
		require.NoError(t, err)
		halves := [2]*lifecycle.StageReport{stageMoves(t, "2026-02-01", "2026-08-01"), stageMoves(t, "2026-02-01", "2026-08-01")}
		var leadHalves [2]*lifecycle.LeadReport
		for i := range leadHalves {
			leadHalves[i], err = lifecycle.NewLeadReport(population.Period{From: 1, Until: customer.MaxDate})
			require.NoError(t, err)
		}
		for _, life := range lives {
			require.NoError(t, leads.Add(life))
		}
		for _, i := range rapid.Permutation(indexes(len(lives))).Draw(t, "order") {
			half := rapid.IntRange(0, 1).Draw(t, "half")
			require.NoError(t, halves[half].Add(lives[i]))
			require.NoError(t, leadHalves[half].Add(lives[i]))
		}
		require.NoError(t, halves[1].Merge(halves[0]))
		require.NoError(t, leadHalves[1].Merge(leadHalves[0]))
		require.Equal(t, marshal(t, whole), marshal(t, halves[1]))
		require.Equal(t, marshal(t, leads), marshal(t, leadHalves[1]))

		var read lifecycle.StageReport
		require.NoError(t, read.UnmarshalBinary(marshal(t, whole)))
		require.Equal(t, marshal(t, whole), marshal(t, &read))
		var readLeads lifecycle.LeadReport
		require.NoError(t, readLeads.UnmarshalBinary(marshal(t, leads)))
		require.Equal(t, leads.Rows(), readLeads.Rows())

		var begin, end int64
		for stage := range lifecycle.Ending + 1 {
			b, e := whole.At(stage)
			begin, end = begin+b, end+e
			require.False(t, b < 0 || e < 0)
		}
		require.EqualValues(t, len(lives), begin)
		require.EqualValues(t, len(lives), end)
		require.NoError(t, period.Check())
	})
}

func indexes(n int) []int {
	var list []int
	for i := range n {
		list = append(list, i)
	}
	return list
}

// row D2: sources and what became of their leads.
func TestLeadReport(t *testing.T) {
	stages, day := newStages(t, stageRules()), on("2026-03-02")
	report, err := lifecycle.NewLeadReport(population.Period{From: day, Until: day + 30})
	require.NoError(t, err)
	for i, tc := range []struct {
		source   lifecycle.Source
		campaign string
		known    int // days after the first
		bought   customer.Days
	}{
		{lifecycle.FromAdvert, "spring", 0, nil},
		{lifecycle.FromAdvert, "spring", 0, customer.Days{day + 4}},
		{lifecycle.FromAdvert, "spring", 0, spaced(5, 5, day+30)},
		{lifecycle.FromAdvert, "autumn", 29, customer.Days{day + 29}},
		{lifecycle.FromAdvert, "autumn", 30, customer.Days{day + 40}}, // after the period
		{lifecycle.FromAdvert, "autumn", -1, customer.Days{day + 40}}, // before it
		{lifecycle.FromWrongNumber, "", 3, customer.Days{day + 10}},
		{0, "", 0, customer.Days{day}},
	} {
		var history []lifecycle.Entry
		var standing lifecycle.Standing
		if tc.source != 0 {
			d, err := stages.Know(standing, lifecycle.Lead{Ref: fmt.Sprint(i), At: evening(day.AddDays(tc.known)), Source: tc.source, Campaign: tc.campaign})
			require.NoError(t, err)
			standing, history = d.Next, d.Entries
		}
		d, err := stages.Assess(standing, stageFacts(t, day+60, stageLines(100, tc.bought...)), night(day+60))
		require.NoError(t, err)
		require.NoError(t, report.Add(append(history, d.Entries...)))
	}
	assert.Equal(t, []lifecycle.LeadRow{
		{Source: lifecycle.FromAdvert, Campaign: "autumn", Leads: 1, Bought: 1},
		{Source: lifecycle.FromAdvert, Campaign: "spring", Leads: 3, Bought: 2, Ended: 1, MedianDays: 4},
		{Source: lifecycle.FromWrongNumber, Leads: 1, Bought: 1, MedianDays: 7},
	}, report.Rows())
}

// The purchase that brought her back was none: she was gone on the day of the one before, and
// the report can be stored all the same.
func TestExtendedLifeByNoPurchase(t *testing.T) {
	_, history := stageLife(t)
	last := history[len(history)-1]
	gone := last
	gone.From, gone.To, gone.On, gone.Held, gone.Last = last.To, lifecycle.Ending, last.On+300, 0, last.Last-100
	report := stageMoves(t, "2026-01-01", "2028-01-01", append(clone(history), gone))
	assert.Equal(t, []lifecycle.ExtendedLife{{Cycle: 2, Back: 1, Ended: 1}}, report.Extended())
	var read lifecycle.StageReport
	require.NoError(t, read.UnmarshalBinary(marshal(t, report)))
	assert.Equal(t, report.Extended(), read.Extended())
}
