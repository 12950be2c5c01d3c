package complaint_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/complaint/conversation"
	"github.com/rapport-crm/rapport/customer/customertest"
)

func TestActTexts(t *testing.T) {
	assert.Equal(t, "apology explanation sympathy solution resolve thanks own-cause alternative", customertest.Texts[conversation.Act](t, conversation.Alternative))
	assert.Equal(t, "dissatisfied satisfied comfortable delighted", customertest.Texts[conversation.Level](t, conversation.Delighted))
	assert.Equal(t, "demand-met nothing-new praised need-foreseen trusted", customertest.Texts[complaint.Criterion](t, complaint.Trusted))
}

func actSolution(tb testing.TB, g *promiseCase, at string) complaint.Act {
	tb.Helper()
	return complaint.Act{Step: promiseStep(tb, "act-"+at, at), Act: conversation.Solution, Channel: complaint.Phone}
}

// row A29: an apology at the customer's door, by the manager. row A37: the acts, as they were done.
func TestActIsRecorded(t *testing.T) {
	g := promiseOpen(t, promisePolicy(t, nil))
	g.must(t)(g.Act(g.Case, complaint.Act{
		Step: promiseStep(t, "a-1", "2026-11-25 10:00"), Act: conversation.Apology, Channel: complaint.Visit, Seniority: "branch manager", Note: "flowers",
	}))
	assert.Equal(t, []complaint.Acted{{
		Ref: "a-1", At: promiseAt(t, "2026-11-25 10:00"), By: "ann", Act: conversation.Apology, Channel: complaint.Visit, Seniority: "branch manager", Cycle: 1, Note: "flowers",
	}}, g.Acts)
	assert.Equal(t, []string{"act", "channel", "until"}, promiseFaults(t)(g.Act(g.Case, complaint.Act{
		Step: promiseStep(t, "a-2", "2026-11-25 10:00"), Until: promiseAt(t, "2026-11-25 11:00"),
	})))
	assert.Equal(t, []string{"until"}, promiseFaults(t)(g.Act(g.Case, complaint.Act{
		Step: promiseStep(t, "a-2", "2026-11-25 10:00"), Act: conversation.Solution, Channel: complaint.Phone, Until: promiseAt(t, "2026-11-25 11:00"), Promise: "p-1",
	})), "one time, not two")
	assert.Equal(t, []string{"issue-unknown colour"}, promiseMissing(t)(g.Act(g.Case, complaint.Act{
		Step: promiseStep(t, "a-2", "2026-11-25 10:00"), Act: conversation.Thanks, Channel: complaint.Phone, Issue: "colour",
	})))
}

// No case is closed before the customer was told what is done and by when; and a solution
// without its time is none, nor is one whose time has passed, that names a promise nobody made,
// or that is told afterwards.
func TestNoCloseWithoutASolution(t *testing.T) {
	g := promiseOpen(t, promisePolicy(t, nil), complaint.Claim{Issue: "paper", Kind: "defect"})
	bars := func(at string) []string { return promiseBars(t, g, at) }
	assert.Equal(t, []string{"solution-missing"}, bars("2026-11-25 10:00"))
	g.must(t)(g.Act(g.Case, complaint.Act{Step: promiseStep(t, "a-1", "2026-11-25 10:00"), Act: conversation.Resolve, Channel: complaint.Phone}))
	g.must(t)(g.Act(g.Case, complaint.Act{
		Step: promiseStep(t, "a-2", "2026-11-25 10:00"), Act: conversation.Alternative, Channel: complaint.Phone, Until: promiseAt(t, "2026-11-25 12:00"),
	}))
	assert.Equal(t, []string{"solution-missing"}, bars("2026-11-25 10:00"), "neither resolve nor an alternative is one")

	x := actSolution(t, g, "2026-11-25 10:00")
	assert.Equal(t, []string{"solution-when"}, promiseMissing(t)(g.Act(g.Case, x)))
	x.Until = promiseAt(t, "2026-11-25 09:59:59")
	assert.Equal(t, []string{"solution-past"}, promiseMissing(t)(g.Act(g.Case, x)))
	x.Until, x.Promise = x.Until.AddDate(-1, 0, 0), ""
	assert.Equal(t, []string{"solution-past"}, promiseMissing(t)(g.Act(g.Case, x)))
	x = actSolution(t, g, "2026-11-25 10:00")
	x.Promise = "p-1"
	assert.Equal(t, []string{"promise-unknown p-1"}, promiseMissing(t)(g.Act(g.Case, x)))
	_, err := g.Apply(complaint.Entry{
		Version: complaint.EntryVersion, At: x.At, By: "x", Ref: "x", Body: complaint.Act{Act: conversation.Solution, Channel: complaint.Phone},
	})
	require.ErrorIs(t, err, complaint.ErrBroken)

	done := *g
	x = actSolution(t, g, "2026-11-25 10:00")
	x.Until = x.At // done on the spot
	done.must(t)(done.Act(done.Case, x))
	assert.Empty(t, promiseBars(t, &done, "2026-11-25 10:00"))
	assert.Equal(t, []string{"solution-missing"}, promiseBars(t, &done, "2026-11-25 09:59:59"), "not told by then")

	// With a promise, its time is the solution's; one that is broken or was let go of is none.
	g.callback(t, "p-1", "2026-11-25 10:00", "2026-11-25 11:00")
	g.callback(t, "p-2", "2026-11-25 10:00", "2026-11-25 12:00")
	x = actSolution(t, g, "2026-11-25 10:30")
	x.Promise = "p-1"
	told := *g
	told.must(t)(told.Act(told.Case, x))
	assert.True(t, told.Acts[2].Until.Equal(promiseAt(t, "2026-11-25 11:00")))
	assert.Equal(t, []string{"promise-overdue p-1", "promise-open p-2"}, promiseBars(t, &told, "2026-11-25 11:30"))
	x = actSolution(t, g, "2026-11-25 11:30")
	x.Promise = "p-1"
	assert.Equal(t, []string{"solution-past"}, promiseMissing(t)(g.Act(g.Case, x)))
	g.contact(t, "l-1", "2026-11-25 11:30", complaint.ToCustomer)
	g.must(t)(g.Release(g.Case, complaint.Release{Step: promiseStep(t, "r", "2026-11-25 11:30"), Promise: "p-2", Consent: "l-1"}))
	x.Promise = "p-2"
	assert.Equal(t, []string{"promise-ended p-2"}, promiseMissing(t)(g.Act(g.Case, x)))
	g.must(t)(g.Keep(g.Case, complaint.Keep{Step: promiseStep(t, "k", "2026-11-25 11:40"), Promise: "p-1"}))
	x = actSolution(t, g, "2026-11-25 11:45")
	x.Promise = "p-1"
	g.must(t)(g.Act(g.Case, x)) // it is done
	assert.Empty(t, promiseBars(t, g, "2026-11-25 11:45"))

	// What was told in one cycle does not close the next.
	g.Cycle++
	assert.Equal(t, []string{"solution-missing"}, promiseBars(t, g, "2026-11-25 11:45"))

	// Where she has withdrawn everything there is nothing to tell.
	nothing := promiseOpen(t, promisePolicy(t, nil), complaint.Claim{Issue: "paper", Kind: "defect"})
	nothing.Issues[0].Withdrawn = promiseAt(t, "2026-11-25 10:00")
	assert.Empty(t, promiseBars(t, nothing, "2026-11-25 10:00"))
}

// row A72: the service level reached, with what it stands on and who judged it.
func TestGradeStandsOnCriteria(t *testing.T) {
	g := promiseOpen(t, promisePolicy(t, nil))
	grade := func(level conversation.Level, criteria ...complaint.Criterion) (complaint.Decision, error) {
		return g.Grade(g.Case, complaint.Grade{Step: promiseStep(t, "g-"+level.String(), "2026-11-25 10:00"), Level: level, Criteria: criteria})
	}
	assert.Equal(t, []string{"grade-criterion demand-met", "grade-criterion nothing-new"}, promiseMissing(t)(grade(conversation.Satisfied)))
	assert.Equal(t, []string{"grade-criterion nothing-new", "grade-criterion need-foreseen", "grade-criterion trusted"},
		promiseMissing(t)(grade(conversation.Delighted, complaint.DemandMet, complaint.Praised)), "praise does not make up for a new annoyance")
	assert.Equal(t, []string{"criteria[1]", "criteria[2]"}, promiseFaults(t)(grade(conversation.Comfortable, complaint.Praised, complaint.Praised, 9)))
	assert.Equal(t, []string{"level"}, promiseFaults(t)(grade(9)))
	g.must(t)(grade(conversation.Dissatisfied))
	assert.Equal(t, conversation.Dissatisfied, g.Graded.Level)
	criteria := []complaint.Criterion{complaint.DemandMet, complaint.NothingNew, complaint.Praised}
	g.must(t)(grade(conversation.Comfortable, criteria...))
	criteria[0] = complaint.Trusted
	assert.Equal(t, complaint.Graded{
		Level: conversation.Comfortable, Criteria: []complaint.Criterion{complaint.DemandMet, complaint.NothingNew, complaint.Praised},
		At: promiseAt(t, "2026-11-25 10:00"), By: "ann", Cycle: 1,
	}, g.Graded, "the caller's slice is the caller's")
}
