package complaint_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
)

func TestSurveyTexts(t *testing.T) {
	assert.Equal(t, "score yes-no text", customertest.Texts[complaint.QuestionKind](t, complaint.TextQuestion))
	assert.Equal(t, "yes no", customertest.Texts[complaint.Said](t, complaint.SaidNo))
	assert.Equal(t, "reopens links finds", customertest.Texts[complaint.SurveyLead](t, complaint.SurveyFinds))
}

// row A58: the seven questions of the call a week after the repair.
func TestStandardQuestions(t *testing.T) {
	var keys []string
	for _, q := range complaint.StandardQuestions() {
		keys = append(keys, q.Key+" "+q.Kind.String())
	}
	assert.Equal(t, []string{
		"sales-attitude score", "repair score", "still-a-problem yes-no", "product text", "wished-models text", "why-here text", "come-again yes-no",
	}, keys)
}

func surveyAsk(tb testing.TB, g *promiseCase, ref, at string) (complaint.Decision, error) {
	tb.Helper()
	return g.Ask(g.Case, complaint.Ask{Step: promiseStep(tb, ref, at), Channel: complaint.Phone})
}

func surveyAnswer(tb testing.TB, g *promiseCase, ref, at string, replies ...complaint.Reply) (complaint.Decision, error) {
	tb.Helper()
	return g.Answer(g.Case, complaint.Answer{Step: promiseStep(tb, ref, at), Answers: replies})
}

func surveyProblem(said complaint.Said) complaint.Reply {
	return complaint.Reply{Key: "still-a-problem", Said: said}
}

// rows A57, A58: due a week after the closing, asked within the days for it, once a cycle.
func TestSurveyIsAskedOnceWhenDue(t *testing.T) {
	g := promiseOpen(t, promisePolicy(t, nil))
	assert.Equal(t, []string{"survey-none"}, promiseMissing(t)(surveyAsk(t, g, "a", "2026-11-26 10:00")), "not of an open case")
	d := promiseClosed(t, g, "2026-11-25 10:00")
	require.Equal(t, "close survey-set", promiseKinds(d))
	plan := g.Surveys[0].SurveyPlan
	assert.Equal(t, promiseDay(t, "2026-12-02"), plan.On)
	assert.Equal(t, promiseDay(t, "2026-12-05"), plan.By)
	assert.Equal(t, complaint.StandardQuestions(), plan.Questions, "pinned")
	due, waits, err := g.NextWake(g.Case, promiseAt(t, "2026-11-25 12:00"))
	require.NoError(t, err)
	assert.True(t, waits && due.Equal(promiseAt(t, "2026-12-02 00:00")))

	closed := *g
	for at, missing := range map[string][]string{
		"2026-12-01 23:59:59": {"survey-early"},
		"2026-12-02 00:00:00": nil,
		"2026-12-05 23:59:59": nil,
		"2026-12-06 00:00:00": {"survey-lapsed"},
	} {
		g := closed
		if missing != nil {
			assert.Equal(t, missing, promiseMissing(t)(surveyAsk(t, &g, "a", at)), at)
			continue
		}
		g.must(t)(surveyAsk(t, &g, "a", at))
		assert.Equal(t, []string{"survey-asked"}, promiseMissing(t)(surveyAsk(t, &g, "b", at)), "a second time, under another ref")
	}

	assert.Empty(t, g.wake(t, "2026-12-01 23:59:59"))
	assert.Equal(t, []string{"survey-due"}, g.wake(t, "2026-12-02 00:00"))
	assert.Empty(t, g.wake(t, "2026-12-02 00:01"), "once")
	_, waits, err = g.NextWake(g.Case, promiseAt(t, "2026-12-02 00:01"))
	require.NoError(t, err)
	assert.False(t, waits)
	late := closed
	assert.Equal(t, []string{"survey-lapsed"}, late.wake(t, "2026-12-06 00:00"), "a wake that comes too late says so")
}

// row A57: the same plan for what was sold without a complaint, in working days too.
func TestPlanSurvey(t *testing.T) {
	at := promiseAt(t, "2026-11-25 23:30")
	plan, err := promisePolicy(t, nil).PlanSurvey(at)
	require.NoError(t, err)
	assert.Equal(t, promiseDay(t, "2026-12-02"), plan.On)

	working := promisePolicy(t, func(r *complaint.Rules) { r.Survey = complaint.SurveyRules{AfterDays: 3, Calendar: "desk"} })
	plan, err = working.PlanSurvey(at)
	require.NoError(t, err)
	assert.Equal(t, promiseDay(t, "2026-12-01"), plan.On, "Friday, Monday, Tuesday: the 26th is closed")
	assert.Equal(t, plan.On, plan.By, "that day or never")
	assert.Equal(t, 2, plan.Version)

	var refusal *customer.Refusal
	_, err = working.PlanSurvey(promiseAt(t, "2027-12-30 10:00"))
	require.ErrorAs(t, err, &refusal, "beyond what the calendar knows nobody guesses")
	_, err = promisePolicy(t, func(r *complaint.Rules) { r.Survey = complaint.SurveyRules{} }).PlanSurvey(at)
	require.ErrorAs(t, err, &refusal)
	assert.Equal(t, complaint.CodeSurveyNone, refusal.Missing[0].Code)
}

// Where nobody is to be asked, closing plans nothing.
func TestSurveyIsOff(t *testing.T) {
	g := promiseOpen(t, promisePolicy(t, func(r *complaint.Rules) { r.Survey = complaint.SurveyRules{} }))
	assert.Equal(t, "close", promiseKinds(promiseClosed(t, g, "2026-11-25 10:00")))
	assert.Equal(t, []string{"survey-none"}, promiseMissing(t)(surveyAsk(t, g, "a", "2026-12-02 10:00")))
}

// A calendar that has run out plans nothing, and keeps nobody from closing; the answer says so.
func TestSurveyBeyondTheCalendar(t *testing.T) {
	g := promiseOpen(t, promisePolicy(t, func(r *complaint.Rules) { r.Survey = complaint.SurveyRules{AfterDays: 3, Calendar: "desk"} }))
	d := promiseClosed(t, g, "2027-12-30 10:00")
	assert.Equal(t, "close", promiseKinds(d))
	require.Len(t, d.Reasons, 2)
	assert.Equal(t, "calendar.no-working-days", d.Reasons[0].Code)
	assert.Equal(t, customer.CodeNoLongerInForce, d.Reasons[1].Code)
	assert.Empty(t, g.Surveys)
}

// Who cannot be reached is not asked how it was.
func TestSurveyOfNobody(t *testing.T) {
	g := promiseOpen(t, promisePolicy(t, func(r *complaint.Rules) { r.Closing.Tries = 1 }))
	g.must(t)(g.Log(g.Case, complaint.Log{Step: promiseStep(t, "missed", "2026-11-25 10:00"), Channel: complaint.Phone, Direction: complaint.ToCustomer, Missed: true}))
	d := g.must(t)(g.Close(g.Case, complaint.Close{Step: promiseStep(t, "close", "2026-11-25 11:00"), Outcome: complaint.OutcomeUnreachable}))
	assert.Equal(t, "close", promiseKinds(d))
	assert.Empty(t, g.Surveys)
}

func TestSurveyRulesAreChecked(t *testing.T) {
	for _, tc := range []struct {
		rules complaint.SurveyRules
		paths []string
	}{
		{complaint.SurveyRules{ReopenDays: 1}, []string{"survey.after_days"}},
		{complaint.SurveyRules{AfterDays: 367, WithinDays: -1, ReopenDays: 3661, Calendar: "nobody's"}, []string{
			"survey.after_days", "survey.within_days", "survey.reopen_days", "survey.calendar",
		}},
		{complaint.SurveyRules{AfterDays: 1, Questions: []complaint.Question{
			{Key: "a", Kind: complaint.ScoreQuestion, Best: 1},
			{Key: "a", Kind: complaint.TextQuestion, Best: 5, LowIf: complaint.SaidNo},
			{Key: "b", Kind: complaint.ScoreQuestion, Best: 5, LowAt: 5, ShortUnder: 3},
			{Kind: 9},
		}}, []string{
			"survey.questions[0].best", "survey.questions[1].best", "survey.questions[1].low_if", "survey.questions[1].key",
			"survey.questions[2].low_at", "survey.questions[2].short_under", "survey.questions[3].key", "survey.questions[3].kind",
		}},
	} {
		rules := promiseRules()
		rules.Survey = tc.rules
		_, err := complaint.NewPolicy(rules, promiseZone(t), promiseHours(t, 1))
		assert.Equal(t, tc.paths, customertest.Paths(t, err))
	}
}

// row A58: still a problem, to the second on both sides of the window.
func TestSurveyReopensWithinTheWindow(t *testing.T) {
	for _, tc := range []struct {
		at    string
		phase complaint.Phase
		lead  complaint.SurveyLead
		code  string
	}{
		{"2026-12-09 23:59:59", complaint.Assessed, complaint.SurveyReopens, "survey-reopens"},
		{"2026-12-10 00:00:00", complaint.Closed, complaint.SurveyLinks, "survey-links"},
	} {
		g := promiseOpen(t, promisePolicy(t, nil))
		promiseClosed(t, g, "2026-11-25 10:00") // 14 days after it is 9 December
		g.must(t)(surveyAsk(t, g, "ask", "2026-12-02 10:00"))
		d := g.must(t)(surveyAnswer(t, g, "answer", tc.at, surveyProblem(complaint.SaidYes)))
		assert.Contains(t, promiseCodes(d.Reasons), tc.code)
		assert.Equal(t, tc.lead, g.Surveys[0].Lead)
		if tc.lead == complaint.SurveyReopens {
			assert.Equal(t, "answer reopen", promiseKinds(d), "in one decision")
			assert.Equal(t, 2, g.Cycle)
			assert.True(t, g.Open())
		} else {
			assert.Equal(t, "answer", promiseKinds(d))
			assert.Equal(t, tc.phase, g.Phase)
			assert.Equal(t, complaint.CodeSurveyLinks, d.Entries[0].Because.Code, "the history tells the host what to do")
		}
		assert.Equal(t, []string{"survey-answered"},
			promiseMissing(t)(surveyAnswer(t, g, "again", "2026-12-11 10:00", surveyProblem(complaint.SaidYes))), "once")
	}
}

// The reopened case begins with what is still a problem: what she named, or what she had not
// withdrawn, or all.
func TestSurveyReopensIssues(t *testing.T) {
	for _, tc := range []struct {
		named, want []string
	}{
		{nil, []string{"paper", "noise"}},
		{[]string{"noise"}, []string{"noise"}},
	} {
		g := promiseOpen(t, promisePolicy(t, nil), complaint.Claim{Issue: "paper", Kind: "defect"}, complaint.Claim{Issue: "noise", Kind: "defect"})
		for _, issue := range []string{"paper", "noise"} {
			g.must(t)(caseWithdraw(g.Policy, g.Case, complaint.Withdraw{Step: promiseStep(t, "withdraw-"+issue, "2026-11-25 09:30"), Issue: issue}))
		}
		promiseClosed(t, g, "2026-11-25 10:00")
		g.must(t)(surveyAsk(t, g, "ask", "2026-12-02 10:00"))
		d := g.must(t)(g.Answer(g.Case, complaint.Answer{
			Step: promiseStep(t, "answer", "2026-12-02 10:00"), Answers: []complaint.Reply{surveyProblem(complaint.SaidYes)}, Issues: tc.named,
		}))
		assert.Equal(t, tc.want, d.Entries[1].Body.(complaint.Reopen).Issues)
		assert.Equal(t, complaint.StillProblem, d.Entries[1].Body.(complaint.Reopen).Why)
		require.Len(t, g.Reopening, 1)
	}
}

// Without a window, every problem is one for a linked case; without a problem nothing happens.
func TestSurveyLeads(t *testing.T) {
	g := promiseOpen(t, promisePolicy(t, func(r *complaint.Rules) { r.Survey.ReopenDays = 0 }))
	promiseClosed(t, g, "2026-11-25 10:00")
	g.must(t)(surveyAsk(t, g, "ask", "2026-12-02 10:00"))
	fine := *g
	d := g.must(t)(surveyAnswer(t, g, "answer", "2026-12-02 10:00", surveyProblem(complaint.SaidYes)))
	assert.Equal(t, []string{"survey-links"}, promiseCodes(d.Reasons))
	d = fine.must(t)(surveyAnswer(t, &fine, "answer", "2026-12-02 10:00", surveyProblem(complaint.SaidNo), complaint.Reply{Key: "why-here", Text: "it is near"}))
	assert.Empty(t, d.Reasons)
	assert.Zero(t, fine.Surveys[0].Lead)
	assert.Len(t, fine.Surveys[0].Answers, 2, "some of the questions will do")
}

// An answer fits the questions that were asked, and comes after them.
func TestSurveyAnswersFitTheQuestions(t *testing.T) {
	g := promiseOpen(t, promisePolicy(t, nil))
	assert.Equal(t, []string{"survey-not-asked"}, promiseMissing(t)(surveyAnswer(t, g, "x", "2026-12-02 10:00", surveyProblem(complaint.SaidYes))))
	promiseClosed(t, g, "2026-11-25 10:00")
	assert.Equal(t, []string{"survey-not-asked"}, promiseMissing(t)(surveyAnswer(t, g, "x", "2026-12-02 10:00", surveyProblem(complaint.SaidYes))))
	g.must(t)(surveyAsk(t, g, "ask", "2026-12-02 10:00"))
	assert.Equal(t, []string{"survey-not-asked"}, promiseMissing(t)(surveyAnswer(t, g, "x", "2026-12-02 09:59", surveyProblem(complaint.SaidYes))), "not before")
	assert.Equal(t, []string{"survey-reply taste", "survey-reply repair", "survey-reply still-a-problem", "survey-reply product", "issue-unknown colour"},
		promiseMissing(t)(g.Answer(g.Case, complaint.Answer{Step: promiseStep(t, "x", "2026-12-02 10:00"), Issues: []string{"colour"}, Answers: []complaint.Reply{
			{Key: "taste", Score: 1},
			{Key: "repair", Score: 6},
			{Key: "still-a-problem", Text: "yes"},
			{Key: "product", Said: complaint.SaidYes},
			{Key: "sales-attitude", Score: 5},
		}})))
	assert.Equal(t, []string{"cycle", "answers[0]", "answers[1]", "answers[1].key", "issues[1]", "lead"},
		promiseFaults(t)(g.Answer(g.Case, complaint.Answer{
			Step: promiseStep(t, "x", "2026-12-02 10:00"), Cycle: -1, Issues: []string{"a", "a"}, Lead: complaint.SurveyReopens,
			Answers: []complaint.Reply{{Key: "repair"}, {Key: "repair", Score: 1, Text: "x"}},
		})))
	assert.Equal(t, []string{"answers"}, promiseFaults(t)(surveyAnswer(t, g, "x", "2026-12-02 10:00")))
}

// row A68: dissatisfaction in silence: a low score, a no to coming again, hardly a word.
func TestSurveyLooksIntoLowAnswers(t *testing.T) {
	g := promiseOpen(t, promisePolicy(t, func(r *complaint.Rules) {
		r.Survey.Questions = complaint.StandardQuestions()
		r.Survey.Questions[3].ShortUnder = 3
	}))
	promiseClosed(t, g, "2026-11-25 10:00")
	g.must(t)(surveyAsk(t, g, "ask", "2026-12-02 10:00"))
	well := *g
	d := g.must(t)(surveyAnswer(t, g, "x", "2026-12-02 10:00",
		complaint.Reply{Key: "repair", Score: 2}, surveyProblem(complaint.SaidNo), complaint.Reply{Key: "product", Text: "还行"}, complaint.Reply{Key: "come-again", Said: complaint.SaidNo}))
	assert.Equal(t, []string{"survey-low repair", "survey-short product", "survey-said come-again"}, promiseCodes(d.Reasons))
	assert.Equal(t, []string{"survey-low repair", "survey-short product", "survey-said come-again"}, promiseCodes(g.Surveys[0].Low()), "and it can be read off the case")
	d = well.must(t)(surveyAnswer(t, &well, "x", "2026-12-02 10:00",
		complaint.Reply{Key: "repair", Score: 3}, complaint.Reply{Key: "product", Text: "很耐用"}, complaint.Reply{Key: "come-again", Said: complaint.SaidYes}))
	assert.Empty(t, d.Reasons)
}

// One request for each cycle: a reopened case that is closed again is asked about anew, and a
// late answer about the first cycle is still taken.
func TestSurveyOfEachCycle(t *testing.T) {
	g := promiseOpen(t, promisePolicy(t, nil))
	promiseClosed(t, g, "2026-11-25 10:00")
	g.must(t)(surveyAsk(t, g, "ask", "2026-12-02 10:00"))
	g.must(t)(surveyAnswer(t, g, "answer", "2026-12-02 10:10", surveyProblem(complaint.SaidYes)))
	require.Equal(t, 2, g.Cycle)
	assert.Equal(t, []string{"survey-none"}, promiseMissing(t)(surveyAsk(t, g, "again", "2026-12-03 10:00")), "not while it is open again")
	promiseClosed(t, g, "2026-12-03 10:00")
	require.Len(t, g.Surveys, 2)
	g.must(t)(surveyAsk(t, g, "again", "2026-12-10 10:00"))
	assert.Equal(t, []string{"survey-answered"}, promiseMissing(t)(g.Answer(g.Case, complaint.Answer{
		Step: promiseStep(t, "x", "2026-12-10 10:10"), Cycle: 1, Answers: []complaint.Reply{surveyProblem(complaint.SaidYes)},
	})))
	g.must(t)(surveyAnswer(t, g, "second", "2026-12-10 10:10", surveyProblem(complaint.SaidNo)))
	assert.False(t, g.Surveys[1].Answered.IsZero())
}

// An answer that comes while the case is open anyway reopens nothing. After a repair the week
// runs from the day it was done, not from the closing.
func TestSurveyAfterRemedy(t *testing.T) {
	g := promiseOpen(t, promisePolicy(t, func(r *complaint.Rules) { r.Survey.AfterRemedy = true }))
	for _, id := range []string{"r-1", "r-2"} {
		g.must(t)(g.Promise(g.Case, complaint.Promise{
			Step: promiseStep(t, id, "2026-11-25 10:00"), Promise: id, Kind: complaint.PromisedRepair, Desk: "workshop", Until: promiseAt(t, "2026-11-30 10:00"),
		}))
	}
	keep := func(id, at string) string {
		return promiseKinds(g.must(t)(g.Keep(g.Case, complaint.Keep{Step: promiseStep(t, "keep-"+id, at), Promise: id})))
	}
	g.must(t)(g.Promise(g.Case, complaint.Promise{
		Step: promiseStep(t, "lent", "2026-11-25 10:00"), Promise: "lent", Kind: complaint.PromisedDelivery, Desk: "shop", For: "r-2", Until: promiseAt(t, "2026-11-25 18:00"),
	}))
	assert.Equal(t, "keep", keep("lent", "2026-11-25 17:00"), "what only helps her out puts nothing right")
	assert.Equal(t, "keep survey-set", keep("r-1", "2026-11-26 10:00"))
	assert.Equal(t, "keep survey-set", keep("r-2", "2026-11-27 10:00"))
	require.Len(t, g.Surveys, 1, "the last one counts")
	g.must(t)(g.Promise(g.Case, complaint.Promise{
		Step: promiseStep(t, "r-3", "2026-11-27 10:30"), Promise: "r-3", Kind: complaint.PromisedRepair, Desk: "workshop", Until: promiseAt(t, "2026-11-30 10:00"),
	}))
	assert.Equal(t, "keep", keep("r-3", "2026-11-27 16:00"), "for the same days nothing is planned anew")
	assert.Equal(t, promiseDay(t, "2026-12-04"), g.Surveys[0].On)
	g.must(t)(surveyAsk(t, g, "ask", "2026-12-04 10:00"))
	d := g.must(t)(surveyAnswer(t, g, "answer", "2026-12-04 10:10", surveyProblem(complaint.SaidYes)))
	assert.Equal(t, []string{"survey-finds"}, promiseCodes(d.Reasons))
	assert.Equal(t, 1, g.Cycle)
	assert.Equal(t, "close", promiseKinds(promiseClosed(t, g, "2026-12-05 10:00")), "one request for each cycle")
	assert.Equal(t, []string{"survey-asked"}, promiseMissing(t)(surveyAsk(t, g, "again", "2026-12-05 10:00")))
}

// A history that this package did not write is refused, whatever of surveys is wrong in it.
func TestSurveyHistoryIsChecked(t *testing.T) {
	g := promiseOpen(t, promisePolicy(t, nil))
	promiseClosed(t, g, "2026-11-25 10:00")
	entry := func(at string, body complaint.Body) complaint.Entry {
		return complaint.Entry{Version: complaint.EntryVersion, At: promiseAt(t, at), By: "x", Ref: "x", Body: body}
	}
	for name, body := range map[string]complaint.Body{
		"not due":         complaint.SurveyDue{},
		"not asked":       complaint.Answer{Cycle: 1},
		"of no such case": complaint.Answer{Cycle: 2},
	} {
		_, err := g.Apply(entry("2026-12-01 10:00", body))
		require.ErrorIs(t, err, complaint.ErrBroken, name)
	}
	g.must(t)(surveyAsk(t, g, "ask", "2026-12-02 10:00"))
	for name, body := range map[string]complaint.Body{
		"asked twice":         complaint.Ask{Channel: complaint.Phone},
		"planned when it was": complaint.SurveySet{},
	} {
		_, err := g.Apply(entry("2026-12-02 11:00", body))
		require.ErrorIs(t, err, complaint.ErrBroken, name)
	}
}

// Who has left is not asked, though a remedy had been carried out; nor does a payment that bounced
// move the week.
func TestSurveyAfterRemedyOfNobody(t *testing.T) {
	g := promiseOpen(t, promisePolicy(t, func(r *complaint.Rules) { r.Survey.AfterRemedy = true }), complaint.Claim{Issue: "paper", Kind: "defect"})
	g.must(t)(g.Promise(g.Case, complaint.Promise{
		Step: promiseStep(t, "p", "2026-11-25 10:00"), Promise: "p", Kind: complaint.PromisedRepair, Desk: "workshop", Until: promiseAt(t, "2026-11-30 10:00"),
	}))
	assert.Equal(t, "keep survey-set", promiseKinds(g.must(t)(g.Keep(g.Case, complaint.Keep{Step: promiseStep(t, "k", "2026-11-26 10:00"), Promise: "p"}))))
	g.withdrawAll(t, "2026-11-26 11:00")
	lost := *g
	lost.must(t)(lost.Close(lost.Case, complaint.Close{Step: promiseStep(t, "c", "2026-11-26 12:00"), Outcome: complaint.OutcomeLost}))
	_, found, err := lost.NextWake(lost.Case, promiseAt(t, "2026-11-26 12:00"))
	require.NoError(t, err)
	assert.False(t, found)
	assert.Empty(t, lost.wake(t, "2026-12-04 10:00"))
	assert.Equal(t, []string{"survey-none"}, promiseMissing(t)(surveyAsk(t, &lost, "a", "2026-12-04 10:00")))
	promiseClosed(t, g, "2026-11-26 12:00")
	assert.Equal(t, []string{"survey-due"}, g.wake(t, "2026-12-04 10:00"), "who is only content is")
}

func TestSurveyIsNotMovedByABouncedPayment(t *testing.T) {
	g := promiseOpen(t, promisePolicy(t, func(r *complaint.Rules) { r.Survey.AfterRemedy = true }), complaint.Claim{Issue: "paper", Kind: "defect", Demand: complaint.Repair})
	g.must(t)(g.Assess(g.Case, complaint.Assess{Step: promiseStep(t, "a", "2026-11-25 09:30"), Assessment: complaint.Assessment{Severity: complaint.Low}}))
	g.must(t)(g.Decide(g.Case, complaint.Decide{
		Step: promiseStep(t, "d", "2026-11-25 10:00"), Issue: "paper", Verdict: complaint.FullyUpheld,
		Offers: []complaint.Offer{{Remedy: "mend", Kind: complaint.RepairRemedy}},
	}, complaint.Agent{ID: "ann"}))
	settle := func(ref, at string, result complaint.Settlement) string {
		return promiseKinds(g.must(t)(g.Settle(g.Case, complaint.Settle{Step: promiseStep(t, ref, at), Remedy: "mend", Result: result})))
	}
	assert.Equal(t, "settle survey-set", settle("s-1", "2026-11-26 10:00", complaint.SettlementDone))
	assert.Equal(t, "settle", settle("s-2", "2026-11-27 10:00", complaint.SettlementFailed))
	assert.Equal(t, "settle survey-set", settle("s-3", "2026-11-28 10:00", complaint.SettlementDone))
}

// A case may have more issues than one command brings: all of them are opened again, and that is
// an entry that can be read.
func TestSurveyReopensMoreThanOneCommandBrings(t *testing.T) {
	g := promiseOpen(t, promisePolicy(t, nil))
	const issues = 120
	for i := range issues {
		g.must(t)(g.Add(g.Case, complaint.Add{Step: promiseStep(t, fmt.Sprint("a-", i), "2026-11-25 09:30"), Claim: complaint.Claim{Issue: fmt.Sprint("i-", i), Kind: "k"}}))
	}
	promiseClosed(t, g, "2026-11-25 10:00")
	g.must(t)(surveyAsk(t, g, "ask", "2026-12-02 10:00"))
	d := g.must(t)(surveyAnswer(t, g, "answer", "2026-12-02 10:00", surveyProblem(complaint.SaidYes)))
	assert.Len(t, g.Reopening[0].Issues, issues)
	data, err := json.Marshal(d.Entries)
	require.NoError(t, err)
	var read []complaint.Entry
	require.NoError(t, json.Unmarshal(data, &read))
}
