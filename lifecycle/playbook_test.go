package lifecycle_test

import (
	"encoding/json"
	"fmt"
	"math"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/lifecycle"
)

func newPlaybook(t require.TestingT, rules lifecycle.PlaybookRules) *lifecycle.Playbook {
	playbook, err := lifecycle.NewPlaybook(rules)
	require.NoError(t, err)
	return playbook
}

func playTasks(t require.TestingT, standing lifecycle.Standing, from, until string) (list []string) {
	tasks, err := newPlaybook(t, playbookRules()).Tasks(standing, on(from), on(until))
	require.NoError(t, err)
	for _, task := range tasks {
		list = append(list, fmt.Sprintf("%s %s..%s", task.ID, task.From, task.Due))
	}
	return list
}

// rows D2, D3, D4, D5, D14: what the playbook does in each stage.
func TestTasks(t *testing.T) {
	day := on("2026-03-02")
	whose := func(stage lifecycle.Stage) lifecycle.Standing {
		s := stands(stage, day)
		if stage == lifecycle.Developing {
			s.Life.First = day
		}
		return s
	}
	back := whose(lifecycle.Growing)
	back.Life.Back, back.Life.Cycle, back.Life.First = day, 2, day
	grown := whose(lifecycle.Growing)
	grown.Life.First = day - 3
	climbing := whose(lifecycle.Ending)
	climbing.Attempt.Number = 1
	for name, tc := range map[string]struct {
		standing    lifecycle.Standing
		from, until string
		want        []string
	}{
		"nobody": {lifecycle.Standing{}, "2026-03-01", "2026-04-01", nil},
		"potential": {whose(lifecycle.Potential), "2026-03-01", "2026-05-02", []string{
			"name:2026-03-02 2026-03-02..2026-03-16", "flyer:2026-04-01 2026-04-01..2026-04-08", "flyer:2026-05-01 2026-05-01..2026-05-08",
		}},
		"onboarding": {whose(lifecycle.Developing), "2026-03-01", "2026-05-01", []string{
			"thanks:2026-03-02 2026-03-02..2026-03-03", "does-it-work:2026-03-02 2026-03-09..2026-03-12", "partner-offer:2026-03-02 2026-04-01..2026-04-15",
		}},
		"onboarding, its first day only": {whose(lifecycle.Developing), "2026-03-02", "2026-03-03", []string{"thanks:2026-03-02 2026-03-02..2026-03-03"}},
		"onboarding, after the first":    {whose(lifecycle.Developing), "2026-03-03", "2026-03-09", nil},
		"onboarding goes on": {grown, "2026-03-01", "2026-03-20", []string{
			"points:2026-03-02 2026-03-02..2026-03-09", "does-it-work:2026-02-27 2026-03-06..2026-03-09",
		}},
		"back, and no newcomer": {back, "2026-03-01", "2026-12-01", []string{
			"points:2026-03-02 2026-03-02..2026-03-09", "welcome-back:2026-03-02 2026-03-02..2026-03-05",
		}},
		"visits of the mature": {whose(lifecycle.Mature), "2026-06-14", "2026-12-12", []string{
			"visit:2026-06-14 2026-06-14..2026-06-28", "visit:2026-09-12 2026-09-12..2026-09-26", "visit:2026-12-11 2026-12-11..2026-12-25",
		}},
		"ending, while a ladder speaks for the shop": {climbing, "2026-03-01", "2027-03-01", nil},
		"ending": {whose(lifecycle.Ending), "2026-03-01", "2027-03-01", []string{"call:2026-03-02 2026-03-03..2026-03-10"}},
	} {
		t.Run(name, func(t *testing.T) { assert.Equal(t, tc.want, playTasks(t, tc.standing, tc.from, tc.until)) })
	}
	_, err := newPlaybook(t, playbookRules()).Tasks(lifecycle.Standing{}, day, day)
	assert.Equal(t, []string{"until = 2026-03-02"}, faults(err))
	_, err = newPlaybook(t, playbookRules()).Tasks(lifecycle.Standing{}, math.MinInt32, 1)
	assert.Equal(t, []string{customer.CodeNoDay}, codes(t, err))
	_, err = newPlaybook(t, playbookRules()).Tasks(lifecycle.Standing{}, day, day+3661)
	require.Error(t, err)
	rules := playbookRules()
	rules.Until = day
	_, err = newPlaybook(t, rules).Tasks(lifecycle.Standing{}, day, day+1)
	assert.Equal(t, []string{customer.CodeNoLongerInForce}, codes(t, err))
	assert.Empty(t, playTasks(t, whose(lifecycle.Mature), "9999-12-29", "9999-12-31"))
}

// Asked day by day or for months at once, the tasks are the same, and each has its own ID.
func TestTasksDayByDay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		playbook, day := newPlaybook(t, playbookRules()), on("2026-03-02")
		standing := stands(lifecycle.Stage(rapid.IntRange(1, 5).Draw(t, "stage")), day.AddDays(-rapid.IntRange(0, 300).Draw(t, "since")))
		n := rapid.IntRange(1, 200).Draw(t, "days")
		whole, err := playbook.Tasks(standing, day, day.AddDays(n))
		require.NoError(t, err)
		var parts []lifecycle.Task
		ids := map[string]bool{}
		for i := range n {
			part, err := playbook.Tasks(standing, day.AddDays(i), day.AddDays(i+1))
			require.NoError(t, err)
			parts = append(parts, part...)
			for _, task := range part {
				require.False(t, ids[task.ID], task.ID)
				ids[task.ID] = true
				require.Equal(t, day.AddDays(i), task.From)
				require.GreaterOrEqual(t, task.Due, task.From)
			}
		}
		require.Equal(t, whole, parts)
	})
}

func TestPlaybookRules(t *testing.T) {
	text, err := json.Marshal(playbookRules())
	require.NoError(t, err)
	read, err := lifecycle.ParsePlaybookRules(text)
	require.NoError(t, err)
	assert.Equal(t, playTasks(t, stands(lifecycle.Mature, 739_000), "2026-03-01", "2026-12-31"), func() (list []string) {
		tasks, err := newPlaybook(t, read).Tasks(stands(lifecycle.Mature, 739_000), on("2026-03-01"), on("2026-12-31"))
		require.NoError(t, err)
		for _, task := range tasks {
			list = append(list, fmt.Sprintf("%s %s..%s", task.ID, task.From, task.Due))
		}
		return list
	}())
	_, err = lifecycle.NewPlaybook(lifecycle.PlaybookRules{})
	assert.Equal(t, []string{"id = ", "version = 0", "plays = 0"}, faults(err))
	type rules = lifecycle.PlaybookRules
	for want, change := range map[string]func(r *rules){
		"plays[1].id = name":                 func(r *rules) { r.Plays[1].ID = "name" },
		"plays[0].stage = 0":                 func(r *rules) { r.Plays[0].Stage = 0 },
		"plays[0].kind = 0":                  func(r *rules) { r.Plays[0].Kind = 0 },
		"plays[0].kind = win-back":           func(r *rules) { r.Plays[0].Kind = lifecycle.WinBackPlay },
		"plays[0].trigger = 0":               func(r *rules) { r.Plays[0].Trigger = 0 },
		"plays[0].trigger = first-purchase":  func(r *rules) { r.Plays[0].Trigger = lifecycle.OnFirstPurchase },
		"plays[2].trigger = returning":       func(r *rules) { r.Plays[2].Trigger = lifecycle.OnReturning },
		"plays[0].after_days = -1":           func(r *rules) { r.Plays[0].AfterDays = -1 },
		"plays[0].due_days = 3661":           func(r *rules) { r.Plays[0].DueDays = 3661 },
		"plays[0].every_days = 5":            func(r *rules) { r.Plays[0].EveryDays = 5 },
		"plays[1].every_days = 0":            func(r *rules) { r.Plays[1].EveryDays = 0 },
		"plays[0].role = ":                   func(r *rules) { r.Plays[0].Role = "" },
		"keep.size = 0":                      func(r *rules) { r.Keep.Size = 0 },
		"keep.window_days = 0":               func(r *rules) { r.Keep.WindowDays = 0 },
		"keep.currency = { 0}":               func(r *rules) { r.Keep.Currency = customer.Currency{} },
		"keep.least_spend = 0.001":           func(r *rules) { r.Keep.LeastSpend = decimal.New(1, -3) },
		"keep.least_spend = -1":              func(r *rules) { r.Keep.LeastSpend = decimal.New(-1, 0) },
		"keep.least_spend = 100000000000000": func(r *rules) { r.Keep.LeastSpend = decimal.New(1, 14) },
	} {
		r := playbookRules()
		change(&r)
		_, err := lifecycle.NewPlaybook(r)
		if want == "keep.currency = { 0}" {
			require.Error(t, err)
			continue
		}
		assert.Contains(t, faults(err), want)
	}
}

// What a stage has no use for is refused with the kinds that it has.
func TestPlaybookTellsKinds(t *testing.T) {
	for stage, kinds := range map[lifecycle.Stage]string{
		lifecycle.Potential:  "brand, advert",
		lifecycle.Developing: "welcome, cross-sell",
		lifecycle.Growing:    "cross-sell, points, threshold, member",
		lifecycle.Mature:     "cross-sell, points, threshold, member, priority, personal",
		lifecycle.Ending:     "win-back",
	} {
		play := lifecycle.Play{ID: "p", Stage: stage, Kind: lifecycle.WinBackPlay, Trigger: lifecycle.OnEntering, Role: "r"}
		if stage == lifecycle.Ending {
			play.Kind = lifecycle.BrandPlay
		}
		_, err := lifecycle.NewPlaybook(lifecycle.PlaybookRules{Edition: customer.Edition{ID: "b", Version: 1}, Plays: []lifecycle.Play{play}})
		assert.ErrorContains(t, err, "is a kind that the stage has: "+kinds)
	}
}
