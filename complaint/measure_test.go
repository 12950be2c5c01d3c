package complaint_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/complaint"
)

// row A32: the account manager is talked to, which is no remedy of the customer's, and which only
// those see who are entitled to, and she herself.
func TestDiscipline(t *testing.T) {
	r := remedyBegin(t, remedyRules())
	pat := complaint.Agent{ID: "pat", Roles: []string{"personnel"}}
	talk := complaint.Discipline{Step: caseStep("pat", "2026-11-25 11:00"), On: "bea", Measure: complaint.TalkMeasure, Issue: "clerk", Text: "shouted at a customer"}
	r.refused(complaint.CodeNotEntitled)(r.Discipline(r.c, func() complaint.Discipline { x := talk; x.By = "ann"; return x }(), remedyAnn))
	r.refused(complaint.CodeConcerned, complaint.CodeOwnMeasure)(r.Discipline(r.c, func() complaint.Discipline { x := talk; x.By = "bea"; return x }(), complaint.Agent{ID: "bea", Roles: []string{"personnel"}}))
	r.refused(complaint.CodeIssueUnknown)(r.Discipline(r.c, func() complaint.Discipline { x := talk; x.Issue = "x"; return x }(), pat))
	r.faulty("on", "measure", "text")(r.Discipline(r.c, complaint.Discipline{Step: talk.Step, Text: "\x00"}, pat))
	r.must(r.Discipline(r.c, talk, pat))
	other := talk
	other.Ref, other.On, other.Measure = "other", "cid", complaint.TrainingMeasure
	r.must(r.Discipline(r.c, other, pat))
	require.Len(t, r.c.Measures, 2)
	assert.Empty(t, r.c.Remedies)

	seen := func(viewer complaint.Agent) (agents []string) {
		c := r.For(r.c, viewer)
		for _, measure := range c.Measures {
			agents = append(agents, measure.On)
		}
		data, err := json.Marshal(c)
		require.NoError(t, err)
		told, err := json.Marshal(r.EntriesFor(r.entries, viewer))
		require.NoError(t, err)
		if len(agents) == 0 {
			assert.NotContains(t, string(data)+string(told), "shouted")
			assert.NotContains(t, string(data)+string(told), "discipline")
		}
		assert.Len(t, r.EntriesFor(r.entries, viewer), len(r.entries)-2+len(agents))
		return agents
	}
	assert.Equal(t, []string{"bea", "cid"}, seen(pat))
	assert.Equal(t, []string{"bea"}, seen(complaint.Agent{ID: "bea"}))
	assert.Empty(t, seen(remedyAnn))
	assert.Empty(t, seen(complaint.Agent{}))
	assert.Len(t, r.c.Measures, 2, "the case itself is as it was")
	assert.Len(t, r.entries, len(r.EntriesFor(r.entries, pat)))
	r.stored()
}

// A corrective action has an owner, a last day and a check, by somebody else, after closing too.
func TestCorrect(t *testing.T) {
	r := remedyBegin(t, remedyRules())
	plan := complaint.Correct{Step: caseStep("ann", "2026-11-25 11:00"), Action: "a-1"}
	r.refused(complaint.CodeNoAction, complaint.CodeNoActionOwner, complaint.CodeNoActionDue)(r.Correct(r.c, plan))
	check := complaint.Correct{Step: caseStep("quinn", "2026-12-10 11:00"), Action: "a-1", Effect: complaint.Ineffective, Text: "two more calls"}
	r.refused(complaint.CodeActionUnknown)(r.Correct(r.c, check))
	plan.Text, plan.Owner, plan.Due, plan.Issue = "tell of the daily limit when the contract is signed", "olga", remedyDay("2026-11-24"), "x"
	r.refused(complaint.CodeIssueUnknown, complaint.CodeDuePast)(r.Correct(r.c, plan))
	plan.Due, plan.Issue = remedyDay("2026-11-25"), "lost"
	r.must(r.Correct(r.c, plan))
	r.refused(complaint.CodeActionThere)(r.Correct(r.c, plan))
	own := check
	own.By = "olga"
	r.refused(complaint.CodeOwnCheck)(r.Correct(r.c, own))
	own.By = "bea"
	r.refused(complaint.CodeConcerned)(r.Correct(r.c, own))
	own.Step = caseStep("quinn", "2026-11-25 10:59")
	r.refused(complaint.CodeActionUnknown)(r.Correct(r.c, own))
	for _, issue := range []string{"lost", "bill", "clerk", "idea"} {
		r.withdraw("2026-11-25 12:00", issue)
	}
	r.close("2026-11-25 13:00", complaint.OutcomeWithdrawn)
	r.must(r.Correct(r.c, check))
	late := check
	late.Step, late.Effect = caseStep("quinn", "2026-12-10 10:59"), complaint.Effective
	assert.Equal(t, complaint.Ineffective, evidenceDone(t)(r.Correct(r.c, late)).Corrections[0].Effect, "what is booked late was seen before")
	check.Ref, check.Effect, check.Text = "again", complaint.Effective, "none since"
	r.must(r.Correct(r.c, check))
	r.refused(complaint.CodeActionDone)(r.Correct(r.c, check))
	assert.Equal(t, []complaint.Corrective{{
		Action: "a-1", At: caseAt("2026-11-25 11:00"), By: "ann", Issue: "lost", Text: plan.Text, Owner: "olga", Due: plan.Due,
		Effect: complaint.Effective, Checked: caseAt("2026-12-10 11:00"), Checker: "quinn", Seen: "none since", Checks: 2,
	}}, r.c.Corrections)
	r.faulty("action", "text", "due", "effect")(r.Correct(r.c, complaint.Correct{Step: plan.Step, Text: "\x00", Due: -1, Effect: 9}))
	r.stored()
}
