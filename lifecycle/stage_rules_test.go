package lifecycle_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/lifecycle"
)

func TestStageRulesSurviveJSON(t *testing.T) {
	text, err := json.Marshal(stageRules())
	require.NoError(t, err)
	assert.JSONEq(t, `{"id":"stages","version":1,"zone":"Europe/Berlin","currency":{"code":"EUR","digits":2},
		"first_purchase":{"id":"first"},
		"grow":{"id":"grow","match":"all","stay_days":30,"marks":[{"measure":"visits","window_days":180,"enter":4,"leave":2}]},
		"mature":{"id":"mature","match":"all","stay_days":60,"marks":[
			{"measure":"visits","window_days":365,"enter":12,"leave":8},
			{"measure":"spend","window_days":365,"enter":100000,"leave":70000}]},
		"end":{"id":"end","match":"any","latest_days":270,"marks":[{"measure":"silence-permille","enter":950,"leave":800}]},
		"return":{"id":"back","stay_days":30}}`, string(text))
	read, err := lifecycle.ParseStageRules(text)
	require.NoError(t, err)
	assert.Equal(t, stageRules(), read)
	newStages(t, read)
	_, err = lifecycle.ParseStageRules([]byte(`{"id":"stages","grow":{"enter":4},"Zone":"x"}`))
	require.Error(t, err)
}

// Everything that is wrong, at once.
func TestStageRulesAreCheckedWhole(t *testing.T) {
	_, err := lifecycle.NewStages(lifecycle.StageRules{}, nil)
	assert.Subset(t, faults(err), []string{
		"id = ", "version = 0", "first_purchase.id = ", "grow.id = ", "mature.id = ", "end.id = ", "return.id = ",
		"grow.marks = 0", "grow.match = 0", "mature.marks = 0", "mature.match = 0", "end.latest_days = 0",
	})
	visits := func(window int, enter, leave int64) lifecycle.StageMark {
		return lifecycle.StageMark{Measure: lifecycle.VisitCount, WindowDays: window, Enter: enter, Leave: leave}
	}
	type rules = lifecycle.StageRules
	for want, change := range map[string]func(r *rules){
		"zone = Local":                    func(r *rules) { r.Zone = "Local" },
		"zone = Europe/Paris":             func(r *rules) { r.Zone = "Europe/Paris" },
		"currency = EUR":                  func(r *rules) { r.Mature.Marks = r.Mature.Marks[:1] },
		"return.id = grow":                func(r *rules) { r.Return.ID = "grow" },
		"return.stay_days = -1":           func(r *rules) { r.Return.StayDays = -1 },
		"first_purchase.stay_days = 3661": func(r *rules) { r.FirstPurchase.StayDays = 3661 },
		"grow.stay_days = 3661":           func(r *rules) { r.Grow.StayDays = 3661 },
		"grow.marks[0].leave = 4":         func(r *rules) { r.Grow.Marks[0].Leave = 4 },
		"grow.marks[0].leave = -1":        func(r *rules) { r.Grow.Marks[0].Leave = -1 },
		"grow.marks[0].enter = 0":         func(r *rules) { r.Grow.Marks[0] = visits(180, 0, 0) },
		"grow.marks[0].enter = 31":        func(r *rules) { r.Grow.Marks[0] = visits(30, 31, 2) }, // more visits than days
		"grow.marks[0].enter = 1":         func(r *rules) { r.Grow.Marks[0] = visits(0, 1, 0) },   // everybody, ever
		"grow.marks[0].window_days = -1":  func(r *rules) { r.Grow.Marks[0].WindowDays = -1 },
		"grow.marks[1].measure = visits":  func(r *rules) { r.Grow.Marks = append(r.Grow.Marks, visits(180, 5, 1)) },
		"grow.marks[0].measure = silent-days": func(r *rules) {
			r.Grow.Marks[0] = lifecycle.StageMark{Measure: lifecycle.SilentDays, Enter: 5, Leave: 1}
		},
		"grow.marks[0].measure = measure 0": func(r *rules) { r.Grow.Marks[0].Measure = 0 },
		"mature.marks[1].enter = 0":         func(r *rules) { r.Mature.Marks[1].Enter = 0 },
		"mature.marks[0].enter = 3":         func(r *rules) { r.Mature.Marks[0] = visits(180, 3, 2) }, // below grow
		"mature.marks[0].leave = 1":         func(r *rules) { r.Mature.Marks[0] = visits(180, 12, 1) },
		"mature.marks[0].window_days = 9": func(r *rules) {
			r.Mature.Marks[0] = lifecycle.StageMark{Measure: lifecycle.TenureDays, WindowDays: 9, Enter: 5}
		},
		"end.marks[0].enter = 1001": func(r *rules) { r.End.Marks[0].Enter = 1001 },
		"end.marks[0].leave = 950":  func(r *rules) { r.End.Marks[0].Leave = 950 },
		"end.marks[0].enter = 270": func(r *rules) {
			r.End.Marks[0] = lifecycle.StageMark{Measure: lifecycle.SilentDays, Enter: 270, Leave: 100}
		},
		"end.marks[0].measure = visits": func(r *rules) { r.End.Marks[0] = visits(180, 4, 2) },
		"end.marks[0].window_days = 30": func(r *rules) {
			r.End.Marks[0] = lifecycle.StageMark{Measure: lifecycle.DropPermille, WindowDays: 30, Enter: 500, Leave: 1}
		},
		"end.marks[0].leave = 0": func(r *rules) { r.End.Marks[0].Leave = 0 }, // nobody would ever come back
		"end.match = 0":          func(r *rules) { r.End.Match = 0 },
		"end.match = any":        func(r *rules) { r.End.Marks = nil },
	} {
		r := stageRules()
		r.Grow.Marks, r.Mature.Marks, r.End.Marks = clone(r.Grow.Marks), clone(r.Mature.Marks), clone(r.End.Marks)
		change(&r)
		_, err := lifecycle.NewStages(r, stageZone())
		assert.Contains(t, faults(err), want)
	}
	_, err = lifecycle.NewStages(stageRules(), time.UTC)
	assert.Equal(t, []string{"zone = Europe/Berlin"}, faults(err))
}

func clone[T any](list []T) []T { return append([]T(nil), list...) }

// The rules are copied: what the caller changes afterwards changes nothing.
func TestStagesKeepTheirOwn(t *testing.T) {
	rules, day := stageRules(), on("2026-11-25")
	stages := newStages(t, rules)
	rules.Grow.Marks[0].Enter, rules.Mature.Marks[0].Enter, rules.End.Marks[0].Enter = 9, 9, 1
	d, err := stages.Assess(stands(lifecycle.Developing, day-9), stageFacts(t, day, stageLines(100, spaced(4, 10, day)...)), night(day))
	require.NoError(t, err)
	assert.Equal(t, lifecycle.Growing, d.Next.Life.Stage)
}

// A book without marks of silence: the latest day is the end.
func TestEndWithoutMarks(t *testing.T) {
	rules, day := stageRules(), on("2026-11-25")
	rules.End.Marks, rules.End.Match = nil, 0
	rules.Mature.Marks, rules.Currency = rules.Mature.Marks[:1], customer.Currency{}
	stages := newStages(t, rules)
	for silence, want := range map[int]lifecycle.Stage{269: lifecycle.Developing, 270: lifecycle.Ending} {
		d, err := stages.Assess(stands(lifecycle.Developing, day-300), stageFacts(t, day, stageLines(100, day.AddDays(-silence))), night(day))
		require.NoError(t, err)
		assert.Equal(t, want, d.Next.Life.Stage)
	}
}
