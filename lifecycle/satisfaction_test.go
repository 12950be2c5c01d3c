package lifecycle_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/lifecycle"
)

// satisfactionRules ask for marks from 0 to 10 with the classes of a promoter score.
func satisfactionRules() lifecycle.SatisfactionRules {
	detractors, promoters := 6, 9
	return lifecycle.SatisfactionRules{
		Edition: customer.Edition{ID: "marks", Version: 1}, Least: 0, Most: 10, SatisfiedFrom: 8,
		DetractorsTo: &detractors, PromotersFrom: &promoters, LoyalVisits: 2, LoyalDays: 10, LeastAnswers: 2,
	}
}

func TestSatisfactionRules(t *testing.T) {
	rules := satisfactionRules()
	text, err := json.Marshal(rules)
	require.NoError(t, err)
	read, err := lifecycle.ParseSatisfactionRules(text)
	require.NoError(t, err)
	assert.Equal(t, rules, read)
	_, err = lifecycle.ParseSatisfactionRules([]byte(`{"id": "x", "loyal_day": 60}`))
	require.Error(t, err)

	_, err = lifecycle.NewSatisfaction(lifecycle.SatisfactionRules{})
	assert.Equal(t, []string{
		"id = ", "version = 0", "most = 0", "satisfied_from = 0", "loyal_visits = 0", "loyal_days = 0", "least_answers = 0",
	}, faults(err))
	one := func(change func(*lifecycle.SatisfactionRules)) []string {
		rules := satisfactionRules()
		change(&rules)
		_, err := lifecycle.NewSatisfaction(rules)
		return faults(err)
	}
	number := func(n int) *int { return &n }
	assert.Equal(t, []string{"most = 101"}, one(func(r *lifecycle.SatisfactionRules) { r.Most = 101 }))
	assert.Equal(t, []string{"satisfied_from = 11"}, one(func(r *lifecycle.SatisfactionRules) { r.SatisfiedFrom = 11 }))
	assert.Equal(t, []string{"satisfied_from = 0"}, one(func(r *lifecycle.SatisfactionRules) { r.SatisfiedFrom = 0 }))
	assert.Equal(t, []string{"detractors_to = "}, one(func(r *lifecycle.SatisfactionRules) { r.PromotersFrom = nil }))
	assert.Equal(t, []string{"promoters_from = 6"}, one(func(r *lifecycle.SatisfactionRules) { r.PromotersFrom = number(6) }))
	assert.Equal(t, []string{"detractors_to = -1"}, one(func(r *lifecycle.SatisfactionRules) { r.DetractorsTo = number(-1) }))
	assert.Equal(t, []string{"loyal_visits = 11"}, one(func(r *lifecycle.SatisfactionRules) { r.LoyalVisits = 11 }), "on more days than there are")
	assert.Empty(t, one(func(r *lifecycle.SatisfactionRules) { r.DetractorsTo, r.PromotersFrom = nil, nil }))

	mine := satisfactionRules()
	satisfaction, err := lifecycle.NewSatisfaction(mine)
	require.NoError(t, err)
	*mine.DetractorsTo = 8 // the rule book has its own
	survey, err := satisfaction.Survey(inNovember(), on("2026-11-30"))
	require.NoError(t, err)
	require.NoError(t, survey.Add(lifecycle.Answer{Asked: on("2026-11-02"), On: on("2026-11-02"), Score: 7}, nil))
	assert.EqualValues(t, 1, survey.Report().Passives.Gone)

	_, err = satisfaction.Survey(inNovember(), 0)
	assert.Equal(t, []string{"on = "}, faults(err))
	mine = satisfactionRules()
	mine.From, mine.Until = on("2026-11-01"), on("2026-12-01")
	satisfaction, err = lifecycle.NewSatisfaction(mine)
	require.NoError(t, err)
	_, err = satisfaction.Survey(inNovember(), on("2027-03-31"))
	require.NoError(t, err, "what became of them is known long after the last was asked")
	earlier, later := inNovember(), inNovember()
	earlier.From--
	later.Until++
	_, err = satisfaction.Survey(earlier, on("2026-11-30"))
	assert.Equal(t, []string{customer.CodeNotYetInForce}, codes(t, err))
	_, err = satisfaction.Survey(later, on("2026-11-30"))
	assert.Equal(t, []string{customer.CodeNoLongerInForce}, codes(t, err))
}

// row D12: one answer, on both sides of every mark. As known on 30 November; two visits
// within ten days make a loyal customer.
func TestSurvey(t *testing.T) {
	answer := func(asked, answered string, score int) lifecycle.Answer {
		one := lifecycle.Answer{Asked: on(asked), Score: score}
		if answered != "" {
			one.On = on(answered)
		}
		return one
	}
	days := func(texts ...string) (days customer.Days) {
		for _, text := range texts {
			days.Add(on(text))
		}
		return days
	}
	loyal, gone, open := lifecycle.Conduct{Loyal: 1}, lifecycle.Conduct{Gone: 1}, lifecycle.Conduct{Open: 1}
	for _, tc := range []struct {
		name   string
		answer lifecycle.Answer
		days   customer.Days
		want   lifecycle.Regard
	}{
		{"satisfied and loyal", answer("2026-11-02", "2026-11-03", 9), days("2026-11-04", "2026-11-13"), lifecycle.Regard{Satisfied: loyal, Promoters: loyal}},
		{"a day too late", answer("2026-11-02", "2026-11-03", 9), days("2026-11-04", "2026-11-14"), lifecycle.Regard{Satisfied: gone, Promoters: gone}},
		{"the day of the answer is not after it", answer("2026-11-02", "2026-11-03", 9), days("2026-11-03", "2026-11-13"), lifecycle.Regard{Satisfied: gone, Promoters: gone}},
		{"exactly the mark", answer("2026-11-02", "2026-11-03", 8), nil, lifecycle.Regard{Satisfied: gone, Passives: gone}},
		{"one below it", answer("2026-11-02", "2026-11-03", 7), days("2026-11-04", "2026-11-05"), lifecycle.Regard{Dissatisfied: loyal, Passives: loyal}},
		{"a detractor", answer("2026-11-02", "2026-11-03", 6), nil, lifecycle.Regard{Dissatisfied: gone, Detractors: gone}},
		{"the least", answer("2026-11-02", "2026-11-03", 0), nil, lifecycle.Regard{Dissatisfied: gone, Detractors: gone}},
		{"the most", answer("2026-11-02", "2026-11-03", 10), nil, lifecycle.Regard{Satisfied: gone, Promoters: gone}},
		{"her days ended yesterday", answer("2026-11-02", "2026-11-19", 10), nil, lifecycle.Regard{Satisfied: gone, Promoters: gone}},
		{"her days end today: she may still come", answer("2026-11-02", "2026-11-20", 10), nil, lifecycle.Regard{Satisfied: open, Promoters: open}},
		{"and she has come already", answer("2026-11-02", "2026-11-20", 10), days("2026-11-22", "2026-11-23"), lifecycle.Regard{Satisfied: open, Promoters: open}},
		{"no answer", answer("2026-11-02", "", 0), days("2026-11-03", "2026-11-12"), lifecycle.Regard{Unanswered: loyal}},
		{"no answer yet", answer("2026-11-02", "2026-12-01", 10), nil, lifecycle.Regard{Unanswered: gone}},
		{"asked lately, no answer", answer("2026-11-25", "", 0), nil, lifecycle.Regard{Unanswered: open}},
		{"asked before the period", answer("2026-10-31", "2026-11-03", 9), nil, lifecycle.Regard{}},
		{"asked on its last day", answer("2026-11-30", "2026-11-30", 9), nil, lifecycle.Regard{Satisfied: open, Promoters: open}},
		{"asked after it", answer("2026-12-01", "2026-12-01", 9), nil, lifecycle.Regard{}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			survey := newSurvey(t)
			require.NoError(t, survey.Add(tc.answer, tc.days))
			got := survey.Report()
			assert.Equal(t, []lifecycle.Conduct{tc.want.Satisfied, tc.want.Dissatisfied, tc.want.Unanswered, tc.want.Detractors, tc.want.Passives, tc.want.Promoters},
				[]lifecycle.Conduct{got.Satisfied, got.Dissatisfied, got.Unanswered, got.Detractors, got.Passives, got.Promoters})
		})
	}
	for _, tc := range []struct {
		answer lifecycle.Answer
		want   []string
	}{
		{lifecycle.Answer{}, []string{"asked = "}},
		{answer("2026-11-02", "", 5), []string{"score = 5"}},
		{answer("2026-11-02", "2026-11-01", 5), []string{"on = 2026-11-01"}},
		{answer("2026-11-02", "2026-11-02", 11), []string{"score = 11"}},
		{answer("2026-11-02", "2026-11-02", -1), []string{"score = -1"}},
	} {
		assert.Equal(t, tc.want, faults(newSurvey(t).Add(tc.answer, nil)))
	}
	require.Error(t, newSurvey(t).Add(answer("2026-11-02", "", 0), customer.Days{5, 5}))
}

// The cells add up, whatever is drawn, and the reasons say nothing that too few would say.
func TestSurveyReasons(t *testing.T) {
	texts := func(survey *lifecycle.Survey) (all []string) {
		for _, reason := range survey.Report().Reasons() {
			all = append(all, lifecycle.Explain(reason, customer.English))
		}
		return all
	}
	assert.Equal(t, []string{"0 of 0 asked answered (0 %)", "too few answers to tell: 0, where 2 are needed"}, texts(newSurvey(t)))
	survey := newSurvey(t)
	add := func(score int, answered string, n int) {
		for range n {
			require.NoError(t, survey.Add(lifecycle.Answer{Asked: on("2026-11-02"), On: on(answered), Score: score}, nil))
		}
	}
	add(9, "2026-11-25", 3)
	assert.Equal(t, []string{
		"3 of 3 asked answered (100 %)", "3 of 3 who answered are satisfied (100 %)",
		"for 3 of 3 who answered it is too early to say whether they are loyal", "too few outcomes are known to tell: 0, where 2 are needed",
	}, texts(survey), "too early is not gone")
	add(9, "2026-11-03", 1)
	add(3, "2026-11-03", 2)
	assert.Equal(t, []string{
		"6 of 6 asked answered (100 %)", "4 of 6 who answered are satisfied (66.6 %)",
		"for 3 of 6 who answered it is too early to say whether they are loyal", "0 of 3 whose outcome is known bought again (0 %)",
		"too few of the satisfied to tell: 1, where 2 are needed", "not satisfied but loyal: 0 of 2 (0 %)",
	}, texts(survey))

	rapid.Check(t, func(t *rapid.T) {
		survey, asked := newSurvey(t), int64(0)
		for range rapid.IntRange(0, 30).Draw(t, "people") {
			answer := lifecycle.Answer{Asked: drawReportDay(t, "asked", "2026-11-01", 29)}
			if rapid.Bool().Draw(t, "answered") {
				answer.On, answer.Score = answer.Asked, rapid.IntRange(0, 10).Draw(t, "score")
			}
			require.NoError(t, survey.Add(answer, drawVisitDays(t, "2026-11-01", 40)))
			asked++
		}
		r := survey.Report()
		require.Equal(t, asked, r.Satisfied.All()+r.Dissatisfied.All()+r.Unanswered.All())
		require.Equal(t, r.Satisfied.All()+r.Dissatisfied.All(), r.Detractors.All()+r.Passives.All()+r.Promoters.All())
		for _, reason := range r.Reasons() {
			if reason.Code == lifecycle.CodeTooFewAnswers || reason.Code == lifecycle.CodeTooFewOutcomes || reason.Code == lifecycle.CodeTooFewSatisfied || reason.Code == lifecycle.CodeTooFewDispleased {
				require.Less(t, reason.Fact, int64(2))
			} else {
				require.LessOrEqual(t, reason.Fact, reason.Mark)
			}
		}
	})
}

func BenchmarkSurveyAdd(b *testing.B) {
	survey := newSurvey(b)
	days := every(3, 20, on("2026-11-30"))
	answer := lifecycle.Answer{Asked: on("2026-11-02"), On: on("2026-11-03"), Score: 9}
	b.ReportAllocs()
	for b.Loop() {
		if err := survey.Add(answer, days); err != nil {
			b.Fatal(err)
		}
	}
}
