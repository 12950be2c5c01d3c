package agenda_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/lifecycle"
	"github.com/rapport-crm/rapport/lifecycle/agenda"
)

func playRules() agenda.PlayRules {
	return agenda.PlayRules{
		Edition: customer.Edition{ID: "plays", Version: 1}, Promotion: "greeting",
		Plays: []agenda.PlayRule{
			{Play: "call", Act: agenda.Act{Purpose: "service", Channels: []string{"phone", "letter"}, Minutes: 20, Priority: 5, Ask: []string{"well"}}},
			{Act: agenda.Act{Purpose: "care", Channels: []string{"letter"}, Skill: "writing"}},
		},
	}
}

func newPlays(t *testing.T, rules agenda.PlayRules) *agenda.Plays {
	t.Helper()
	plays, err := agenda.NewPlays(rules, newPolicy(t, contactRules()))
	require.NoError(t, err)
	return plays
}

// row D14: a playbook's tasks, whole, under IDs that say what they are for.
func TestFromPlaybook(t *testing.T) {
	monday := on("2026-11-23")
	because := customer.Reason{Code: lifecycle.CodePlayFirstPurchase, Rule: "book/1 call", On: monday - 1, By: monday + 3}
	planned := []lifecycle.Task{
		{ID: "call:2026-11-22", Play: "call", Kind: lifecycle.WelcomePlay, From: monday, Due: monday + 3, Role: "sales", Because: because},
		{ID: "call:2026-11-22", Play: "call", Kind: lifecycle.PersonalPlay, From: monday, Due: monday, Role: "sales"},
		{ID: "points:2026-11-22", Play: "points", Kind: lifecycle.PointsPlay, From: monday, Due: monday, Role: "sales", Promotion: true},
	}
	who := agenda.Client{Customer: "c/1", Owner: "li", Value: 7}
	plays := newPlays(t, playRules())
	tasks, err := plays.FromPlaybook(who, planned)
	require.NoError(t, err)
	require.Len(t, tasks, 3)
	assert.Equal(t, agenda.Task{
		ID: "onboarding/c%2F1/call:2026-11-22", Kind: agenda.Onboarding, Rule: "plays/1#call", Customer: "c/1", Owner: "li", Value: 7,
		Act:  agenda.Act{Purpose: "service", Channels: []string{"phone", "letter"}, Skill: "sales", Minutes: 20, Priority: 5, Ask: []string{"well"}},
		From: monday, Due: monday + 3, By: monday + 3, Reasons: []customer.Reason{because},
	}, tasks[0])
	assert.Equal(t, "play/c%2F1/call:2026-11-22", tasks[1].ID)
	assert.Equal(t, []string{"plays/1", "greeting", "writing"}, []string{tasks[2].Rule, tasks[2].Purpose, tasks[2].Skill}, "it sells, and has no rule of its own")

	again, err := plays.FromPlaybook(who, planned)
	require.NoError(t, err)
	assert.Equal(t, tasks, again)
	none, err := plays.FromPlaybook(who, nil)
	require.NoError(t, err)
	assert.Empty(t, none)
}

// Rows D6 and A28: rungs for a person become tasks, also the one after a lost complaint.
func TestFromLadder(t *testing.T) {
	monday := on("2026-11-23")
	tasks, err := newPlays(t, playRules()).FromLadder(agenda.Client{Customer: "c-1"}, []lifecycle.Entry{
		{Kind: lifecycle.Opened, Attempt: 2, On: monday},
		{Kind: lifecycle.Stepped, Attempt: 2, Rung: "coupon", Play: "5 off", Channel: "app", On: monday, Promotion: true}, // goes out by itself
		{Kind: lifecycle.Stepped, Attempt: 2, Rung: "visit", Play: "call", Channel: "visit", On: monday, Due: monday + 7},
		{Kind: lifecycle.Stepped, Attempt: 2, LostCase: true, Rung: "sorry", Play: "sorry", Channel: "letter", On: monday, Due: monday + 2},
		{Kind: lifecycle.Stopped, Attempt: 2, On: monday},
	})
	require.NoError(t, err)
	require.Len(t, tasks, 2)
	assert.Equal(t, []string{"win-back/c-1/2/visit", "win-back/c-1/2/sorry"}, []string{tasks[0].ID, tasks[1].ID})
	assert.Equal(t, []string{"visit"}, tasks[0].Channels, "the ladder's, not the rule's")
	assert.Equal(t, []customer.Date{monday, monday + 7, monday + 7}, []customer.Date{tasks[0].From, tasks[0].Due, tasks[0].By})
}

// row D6: a row of the list at risk becomes a task, under the ID that the list gives it.
func TestFromRisk(t *testing.T) {
	monday := on("2026-11-23")
	plays := newPlays(t, playRules())
	row := lifecycle.RiskRow[uint32]{
		Customer: 1, Loss: 500, Play: "call", Channel: "visit", Reasons: []customer.Reason{{Code: lifecycle.CodeRiskLoss}, {Code: lifecycle.CodeRiskTask}},
		Task: lifecycle.Task{ID: "risk:call:2026-10-14", Play: "call", From: monday, Due: monday + 3, Role: "manager"},
	}
	who := agenda.Client{Customer: "c-1"}
	task, given, err := agenda.FromRisk(plays, who, row)
	require.NoError(t, err)
	require.True(t, given)
	assert.Equal(t, agenda.Task{
		ID: "at-risk/c-1/risk:call:2026-10-14", Kind: agenda.AtRisk, Rule: "plays/1#call", Customer: "c-1", Value: 500,
		Act:  agenda.Act{Purpose: "service", Channels: []string{"visit"}, Skill: "manager", Minutes: 20, Priority: 5, Ask: []string{"well"}},
		From: monday, Due: monday + 3, By: monday + 3, Reasons: row.Reasons,
	}, task)
	who.Value = 9
	task, _, err = agenda.FromRisk(plays, who, row)
	require.NoError(t, err)
	assert.Equal(t, int64(9), task.Value)

	_, given, err = agenda.FromRisk(plays, who, lifecycle.RiskRow[uint32]{Customer: 1, Play: "points"})
	require.NoError(t, err)
	assert.False(t, given, "a suggestion is no task")
}

// Rules, and what they are asked, are checked whole.
func TestPlayFaults(t *testing.T) {
	policy := newPolicy(t, contactRules())
	rules := playRules()
	rules.Version, rules.Promotion = 0, "service"
	rules.Plays[0].Purpose, rules.Plays[0].Channels, rules.Plays[1].Play = "spam", []string{"fax"}, "call"
	_, err := agenda.NewPlays(rules, policy)
	assert.Equal(t, []string{
		"version = 0", "promotion = service", "plays[0].purpose = spam", "plays[0].channels[0] = fax", "plays[1].play = call",
	}, faultsOf(err))
	rules = playRules()
	rules.Promotion, rules.Plays = "sale", nil
	_, err = agenda.NewPlays(rules, policy)
	assert.Equal(t, []string{"promotion = sale", "plays = 0"}, faultsOf(err))
	_, err = agenda.NewPlays(rules, nil)
	assert.Equal(t, []string{"policy = "}, faultsOf(err))

	rules = playRules()
	rules.Plays = rules.Plays[:1]
	plays := newPlays(t, rules)
	monday := on("2026-11-23")
	_, err = plays.FromPlaybook(agenda.Client{}, []lifecycle.Task{{ID: "x:1", Play: "x"}, {ID: "call:1", Play: "call", From: monday, Due: monday - 1}})
	assert.Equal(t, []string{"customer = ", "tasks[0].play = x", "tasks[1].due = 2026-11-22"}, faultsOf(err))
	_, err = plays.FromLadder(agenda.Client{Customer: "c-1"}, []lifecycle.Entry{{Kind: lifecycle.Stepped, Play: "call", Channel: "pigeon", On: monday, Due: monday}})
	assert.Equal(t, []string{"entries[0].channel = pigeon"}, faultsOf(err))
	_, _, err = agenda.FromRisk(plays, agenda.Client{Value: -1}, lifecycle.RiskRow[string]{Task: lifecycle.Task{ID: "y:1", Play: "y"}})
	assert.Equal(t, []string{"customer = ", "value = -1", "task.play = y"}, faultsOf(err))
	_, _, err = agenda.FromRisk(new(agenda.Plays), agenda.Client{Customer: "c-1"}, lifecycle.RiskRow[string]{Task: lifecycle.Task{ID: "y:1", Play: "y"}})
	require.Error(t, err)
}
