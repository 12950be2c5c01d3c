package lifecycle_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/lifecycle"
)

func TestStageTexts(t *testing.T) {
	assert.Equal(t, "potential developing growing mature ending", customertest.Texts[lifecycle.Stage](t, lifecycle.Ending))
	assert.Equal(t, "advert brand referral partner wrong-number walk-in site elsewhere", customertest.Texts[lifecycle.Source](t, lifecycle.FromElsewhere))
	assert.Equal(t, "all any", customertest.Texts[lifecycle.StageMatch](t, lifecycle.AnyMark))
	assert.Equal(t, "visits spend items tenure-days silent-days silence-permille drop-permille", customertest.Texts[lifecycle.StageMeasure](t, lifecycle.DropPermille))
	assert.Equal(t, "brand advert welcome cross-sell points threshold member priority personal win-back", customertest.Texts[lifecycle.PlayKind](t, lifecycle.WinBackPlay))
	assert.Equal(t, "entering first-purchase returning staying", customertest.Texts[lifecycle.Trigger](t, lifecycle.WhileStaying))
}

// stageLife is a history with an entry of each kind that stages have: known, first
// purchase, growing, gone, and back.
func stageLife(t require.TestingT) (lifecycle.Standing, []lifecycle.Entry) {
	stages, day := newStages(t, stageRules()), on("2026-03-02")
	var standing lifecycle.Standing
	var history []lifecycle.Entry
	book := func(d lifecycle.Decision, err error) {
		require.NoError(t, err)
		require.Len(t, d.Entries, 1)
		standing, history = d.Next, append(history, d.Entries...)
	}
	days := append(spaced(4, 10, day+30), day+200)
	assess := func(day customer.Date) {
		book(stages.Assess(standing, stageFacts(t, day, stageLines(2_500, days...)), night(day)))
	}
	book(stages.Know(standing, lifecycle.Lead{Ref: "l-1", At: evening(day - 3), Source: lifecycle.FromAdvert, Campaign: "spring"}))
	assess(day)
	assess(day + 30)
	assess(day + 150)
	assess(day + 200)
	return standing, history
}

// The stored form of entries and standings. A changed line is a migration of data.
func TestStageFormat(t *testing.T) {
	standing, history := stageLife(t)
	var lines []string
	for _, e := range history {
		text, err := json.Marshal(e)
		require.NoError(t, err)
		lines = append(lines, string(text))
	}
	customertest.Golden(t, "stage_entries.golden", strings.Join(lines, "\n")+"\n")
	text, err := json.MarshalIndent(standing, "", "\t")
	require.NoError(t, err)
	customertest.Golden(t, "stage_standing.golden", string(text)+"\n")

	var read lifecycle.Standing
	require.NoError(t, json.Unmarshal(text, &read))
	assert.Equal(t, stageImage(t, standing), stageImage(t, read))
	stored, err := json.Marshal(history)
	require.NoError(t, err)
	var entries []lifecycle.Entry
	require.NoError(t, json.Unmarshal(stored, &entries))
	replayed, err := lifecycle.Replay(entries)
	require.NoError(t, err)
	assert.Equal(t, stageImage(t, standing), stageImage(t, replayed))
}

// What nobody wrote is refused, and leaves the standing as it was.
func TestForgedStageEntries(t *testing.T) {
	for name, change := range map[string]func(h []lifecycle.Entry){
		"another version":           func(h []lifecycle.Entry) { h[1].Version = 2 },
		"no kind":                   func(h []lifecycle.Entry) { h[1].Kind = 0 },
		"no instant":                func(h []lifecycle.Entry) { h[1].At = h[1].At.AddDate(-3000, 0, 0); h[1].On = 0 },
		"no source":                 func(h []lifecycle.Entry) { h[0].Source = 0 },
		"a source that is none":     func(h []lifecycle.Entry) { h[0].Source = 200 },
		"from another stage":        func(h []lifecycle.Entry) { h[1].From = lifecycle.Growing },
		"to no stage":               func(h []lifecycle.Entry) { h[1].To = 0 },
		"to potential":              func(h []lifecycle.Entry) { h[1].To = lifecycle.Potential },
		"to a stage beyond":         func(h []lifecycle.Entry) { h[1].To = lifecycle.Ending + 1 },
		"over two stages":           func(h []lifecycle.Entry) { h[2].To = lifecycle.Mature },
		"to where she is":           func(h []lifecycle.Entry) { h[2].To = lifecycle.Developing },
		"from the end to mature":    func(h []lifecycle.Entry) { h[4].To = lifecycle.Mature },
		"before the stage began":    func(h []lifecycle.Entry) { h[2].On = h[1].On - 1; h[2].Last = h[2].On; h[2].First = h[2].On },
		"a purchase after it":       func(h []lifecycle.Entry) { h[2].Last = h[2].On + 1 },
		"no purchase":               func(h []lifecycle.Entry) { h[1].First, h[1].Last = 0, 0 },
		"the first after the last":  func(h []lifecycle.Entry) { h[1].First = h[1].Last + 1 },
		"a later first":             func(h []lifecycle.Entry) { h[2].First++ },
		"held until before it":      func(h []lifecycle.Entry) { h[2].Held = h[2].On - 1 },
		"back without a purchase":   func(h []lifecycle.Entry) { h[4].Last = h[3].Last },
		"known twice":               func(h []lifecycle.Entry) { h[1] = h[0] },
		"held until after all days": func(h []lifecycle.Entry) { h[2].Held = customer.MaxDate + 1 },
	} {
		_, history := stageLife(t)
		change(history)
		_, err := lifecycle.Replay(history)
		require.ErrorIs(t, err, lifecycle.ErrBroken, name)
		_, before := stageLife(t)
		whole, err := lifecycle.Replay(before[:1])
		require.NoError(t, err)
		next, err := whole.Apply(history[1:]...)
		if assert.ObjectsAreEqual(history[0], before[0]) {
			require.ErrorIs(t, err, lifecycle.ErrBroken, name)
			assert.Equal(t, whole, next)
		}
	}
}

// An entry of a day before the one that she came to her stage on does not fit.
func TestStageEntriesInOrder(t *testing.T) {
	_, history := stageLife(t)
	history[2].On--
	history[2].Last = history[1].Last
	_, err := lifecycle.Replay(history[:3])
	require.NoError(t, err)
	history[2].On = history[1].On - 1
	history[2].First, history[2].Last = history[2].On, history[2].On
	_, err = lifecycle.Replay(history[:3])
	require.ErrorIs(t, err, lifecycle.ErrBroken)
}

// Every code of stages, playbooks and costs in both languages. A changed line is a change
// of what hosts show; a changed code is a migration.
func TestStageReasons(t *testing.T) {
	day := on("2026-11-25")
	var lines []string
	for _, file := range []string{"stage_reason.go", "playbook_reason.go", "cost_reason.go"} {
		for _, code := range customertest.Codes(t, file) {
			reason := customer.Reason{Code: code, Rule: "stages/1 grow", Fact: 3, Mark: 4, Unit: customer.UnitTimes, On: day, By: day + 30}
			zero := customer.Reason{Code: code}
			lines = append(lines, reason.Code)
			for _, language := range []customer.Language{customer.English, customer.Chinese} {
				text := lifecycle.Explain(reason, language)
				assert.NotContains(t, text, "%!")
				assert.NotContains(t, text, reason.Code)
				assert.NotContains(t, lifecycle.Explain(zero, language), reason.Code)
				if language == customer.Chinese {
					assert.True(t, strings.ContainsFunc(text, func(c rune) bool { return unicode.Is(unicode.Han, c) }), text)
					assert.NotRegexp(t, `[a-z]{3}`, strings.ReplaceAll(text, "stages", ""))
				}
				lines = append(lines, "\t"+text)
			}
		}
	}
	customertest.Golden(t, "stage_reasons.golden", strings.Join(lines, "\n")+"\n")
}

// Words that depend on the figures.
func TestStageReasonWords(t *testing.T) {
	day := on("2026-11-25")
	for _, tc := range []struct {
		reason           customer.Reason
		english, chinese string
	}{
		{customer.Reason{Code: lifecycle.CodeStageMoved, Fact: 2, On: day}, "developing on 25 Nov 2026", "2026年11月25日进入开发期"},
		{customer.Reason{Code: lifecycle.CodeStageNow}, "not known", "未知"},
		{customer.Reason{Code: lifecycle.CodeStageNow, Fact: 5, Mark: 1, On: day}, "ending since 25 Nov 2026", "自2026年11月25日起处于终止期"},
		{customer.Reason{Code: lifecycle.CodeStageMoreVisits, Fact: 1, Mark: 3}, "for growing: 1 more visit", "进入成长期：再到店1次"},
		{customer.Reason{Code: lifecycle.CodeStageVisits, Fact: 1, Mark: 3}, "1 visit, ever; the mark is 3", "迄今到店1次，标准为3次"},
		{customer.Reason{Code: lifecycle.CodeStageMoreSpend, Fact: 1, Mark: 4}, "for mature: 1 minor unit more", "进入成熟期：再消费1（最小货币单位）"},
		{
			customer.Reason{Code: lifecycle.CodeStagePurchase, Fact: 3, Mark: 5},
			"a purchase brings her back, to growing", "再次购买即可挽回，转入成长期",
		},
		{customer.Reason{Code: lifecycle.CodeStagePurchase, Fact: 2, Mark: 1}, "a purchase makes her developing", "购买即进入开发期"},
		{customer.Reason{Code: lifecycle.CodeCostBreakEven, Fact: 100}, "keeping costs more even if every attempt succeeds", "即使每次都成功，留住老客户也更贵"},
		{customer.Reason{Code: lifecycle.CodeCostTimes, Fact: 2500}, "a newcomer costs 2.5 times what keeping a customer does", "争取新客户的成本是老客户的2.5倍"},
	} {
		assert.Equal(t, tc.english, lifecycle.Explain(tc.reason, customer.English))
		assert.Equal(t, tc.chinese, lifecycle.Explain(tc.reason, customer.Chinese))
	}
	stages := newStages(t, stageRules())
	spend := customer.Reason{Code: lifecycle.CodeStageMoreSpend, Fact: 12_345, Mark: 4, By: day}
	assert.Equal(t, "for mature: 123.45 EUR more by 25 Nov 2026", stages.Explain(spend, customer.English))
	assert.Equal(t, "every 3 days, last on , due on ", stages.Explain(customer.Reason{Code: lifecycle.CodeRhythm, Fact: 3}, customer.English))
	assert.Equal(t, "other.code", stages.Explain(customer.Reason{Code: "other.code"}, customer.Chinese))
}
