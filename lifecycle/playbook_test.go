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
		"plays[0].trigger = first-purchase":  func(r *rules) { r.Plays[0].Trigger = lifecycle.FirstBought },
		"plays[2].trigger = returning":       func(r *rules) { r.Plays[2].Trigger = lifecycle.Returning },
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

// row D5: the keep list is bounded, its ties are stable, and what nobody knows is said.
func TestKeepList(t *testing.T) {
	playbook, day := newPlaybook(t, playbookRules()), on("2026-11-25")
	list, err := lifecycle.NewKeepList[customer.ID](playbook, day)
	require.NoError(t, err)
	mature := stands(lifecycle.Mature, day)
	for _, tc := range []struct {
		id     customer.ID
		stage  lifecycle.Stage
		amount int64
		on     customer.Date
	}{
		{"c-4", lifecycle.Mature, 60_000, day},
		{"c-2", lifecycle.Mature, 70_000, day},
		{"c-9", lifecycle.Mature, 49_999, day},
		{"c-3", lifecycle.Mature, 60_000, day - 364},
		{"c-1", lifecycle.Growing, 90_000, day},
		{"c-5", lifecycle.Mature, 90_000, day - 365},
	} {
		require.NoError(t, list.Add(tc.id, stands(tc.stage, day), stageFacts(t, day, stageLines(tc.amount, tc.on))))
	}
	unknown := stageLines(0, day)
	unknown[0].Priced = false
	require.NoError(t, list.Add("c-6", mature, stageFacts(t, day, unknown)))
	require.Error(t, list.Add("c-7", mature, lifecycle.Facts{On: day - 1}))
	kept := list.List()
	require.Len(t, kept, 2)
	assert.Equal(t, []customer.ID{"c-2", "c-3"}, []customer.ID{kept[0].Customer, kept[1].Customer}, "c-3 before c-4, at the same sum")
	assert.Equal(t, "place 2 of those to keep: 600.00 EUR spent from 26 Nov 2025 to 25 Nov 2026", playbook.Explain(kept[1].Because, customer.English))
	seen, without := list.Seen()
	assert.Equal(t, [2]int64{6, 1}, [2]int64{seen, without})

	exact, err := lifecycle.NewKeepList[customer.ID](playbook, day)
	require.NoError(t, err)
	require.NoError(t, exact.Add("c-1", mature, stageFacts(t, day, stageLines(50_000, day))))
	assert.Len(t, exact.List(), 1, "exactly on the mark")

	rules := playbookRules()
	rules.Keep = lifecycle.KeepRules{}
	_, err = lifecycle.NewKeepList[customer.ID](newPlaybook(t, rules), day)
	assert.Equal(t, []string{lifecycle.CodeNoKeepList}, codes(t, err))
}

func TestKeepListsMerge(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		playbook, day := newPlaybook(t, playbookRules()), on("2026-11-25")
		lists := make([]*lifecycle.KeepList[uint64], 3)
		for i := range lists {
			var err error
			lists[i], err = lifecycle.NewKeepList[uint64](playbook, day)
			require.NoError(t, err)
		}
		for key := range uint64(rapid.IntRange(0, 12).Draw(t, "customers")) {
			facts := stageFacts(t, day, stageLines(rapid.SampledFrom([]int64{100, 60_000, 70_000, 80_000}).Draw(t, "amount"), day))
			require.NoError(t, lists[0].Add(key, stands(lifecycle.Mature, day), facts))
			require.NoError(t, lists[1+key%2].Add(key, stands(lifecycle.Mature, day), facts))
		}
		require.NoError(t, lists[1].Merge(lists[2]))
		require.Equal(t, lists[0].List(), lists[1].List())
		require.Equal(t, marshal(t, lists[0]), marshal(t, lists[1]))
		require.NoError(t, lists[2].UnmarshalBinary(marshal(t, lists[0])))
		require.Equal(t, lists[0].List(), lists[2].List())
		other, err := lifecycle.NewKeepList[uint64](playbook, day+1)
		require.NoError(t, err)
		require.Error(t, other.Merge(lists[0]))
		require.Error(t, other.UnmarshalBinary(marshal(t, lists[0])))
	})
}

// row D3: a sale counts for one partner, once.
func TestPartnerReport(t *testing.T) {
	day := on("2026-11-25")
	report, err := lifecycle.NewPartnerReport(30)
	require.NoError(t, err)
	sale := func(ref string, on customer.Date, paid int64) lifecycle.Sale {
		return lifecycle.Sale{Ref: ref, On: on, Paid: paid, Priced: true}
	}
	touches := []lifecycle.Touch{{"garage", day}, {"bakery", day - 40}, {"bakery", day}, {"florist", day + 10}}
	require.NoError(t, report.Add(touches, []lifecycle.Sale{
		sale("r-1", day-41, 100),                         // nobody's: before every touch
		sale("r-2", day-40, 200),                         // bakery, on the day
		sale("r-3", day-10, 300),                         // bakery, on the thirtieth day
		sale("r-4", day-9, 400),                          // nobody's: the thirty-first
		sale("r-5", day, 500),                            // bakery before garage, by name
		sale("r-6", day+9, 600), sale("r-6", day+9, 600), // told twice
		sale("r-7", day+12, 700), // florist: the latest
		{Ref: "r-8", On: day + 12},
	}))
	require.NoError(t, report.Add(touches[:1], []lifecycle.Sale{sale("r-1", day, 50)}))
	assert.Equal(t, []lifecycle.PartnerSales{
		{Partner: "bakery", Customers: 1, Sales: 4, Priced: 4, Paid: 1600},
		{Partner: "florist", Customers: 1, Sales: 2, Priced: 1, Paid: 700},
		{Partner: "garage", Customers: 1, Sales: 1, Priced: 1, Paid: 50},
		{Customers: 1, Sales: 2, Priced: 2, Paid: 500},
	}, report.Rows())

	before := marshal(t, report)
	assert.Equal(t, []string{
		"touches[0].partner = ", "touches[0].on = 0", "sales[0].ref = ", "sales[0].on = 0", "sales[1].paid = -1", "sales[2].paid = 5", "sales[2].ref = r",
	}, faults(report.Add([]lifecycle.Touch{{}}, []lifecycle.Sale{{}, sale("r", day, -1), {Ref: "r", On: day, Paid: 5}})))
	assert.Equal(t, before, marshal(t, report))
	var read lifecycle.PartnerReport
	require.NoError(t, read.UnmarshalBinary(before))
	assert.Equal(t, report.Rows(), read.Rows())
	require.NoError(t, read.Merge(report))
	assert.EqualValues(t, 8, read.Rows()[0].Sales)
	other, err := lifecycle.NewPartnerReport(31)
	require.NoError(t, err)
	require.Error(t, other.Merge(report))
	_, err = lifecycle.NewPartnerReport(-1)
	require.Error(t, err)
	var zero lifecycle.PartnerReport // a touch counts for its day
	require.NoError(t, zero.Add([]lifecycle.Touch{{"bakery", day}}, []lifecycle.Sale{sale("r-1", day, 50), sale("r-2", day+1, 60)}))
	assert.EqualValues(t, 50, zero.Rows()[0].Paid)
}
