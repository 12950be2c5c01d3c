package complaint_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/customer"
)

// requirementPolicy corrects the number of a permit, in the bank of case 2-2.
func requirementPolicy(tb testing.TB) *complaint.Policy {
	tb.Helper()
	rules := ownerRules()
	rules.Ownership.Requirements = []complaint.RequirementRule{
		{Task: "correct-id", Need: complaint.NeedPresence},
		{Task: "correct-id", Need: complaint.NeedDocument, AnyOf: []string{"permit", "passport"}, Where: "exit-entry office"},
		{Task: "correct-id", Need: complaint.NeedOwnSite, Where: "by telephone"},
		{Task: "correct-id", Need: complaint.NeedSite, AnyOf: []string{"north", "south"}},
		{Task: "correct-id", Need: complaint.NeedApproval, AnyOf: []string{"supervisor", "authorised"}},
		{Task: "transfer", Need: complaint.NeedSite, AnyOf: []string{"north"}},
	}
	policy, err := complaint.NewPolicy(rules, time.UTC)
	require.NoError(tb, err)
	return policy
}

// row A24: all blockers at once, not the first; each with what to do about it.
func TestBlockers(t *testing.T) {
	policy := requirementPolicy(t)
	all := complaint.Errand{
		Task: "correct-id", Site: "north", Keeper: "south", Present: true, Documents: []string{"card", "passport"},
		Confirmed: []string{"south"}, Approved: []string{"authorised"},
	}
	for name, tc := range map[string]struct {
		change func(*complaint.Errand)
		want   []complaint.Need
	}{
		"all is there":                      {func(*complaint.Errand) {}, nil},
		"nothing is":                        {func(e *complaint.Errand) { *e = complaint.Errand{Task: e.Task, Keeper: "south"} }, []complaint.Need{2, 1, 3, 4, 5}},
		"she is not there":                  {func(e *complaint.Errand) { e.Present = false }, []complaint.Need{complaint.NeedPresence}},
		"another document":                  {func(e *complaint.Errand) { e.Documents = []string{"card"} }, []complaint.Need{complaint.NeedDocument}},
		"without the keeper's word":         {func(e *complaint.Errand) { e.Confirmed = nil }, []complaint.Need{complaint.NeedOwnSite}},
		"another's word":                    {func(e *complaint.Errand) { e.Confirmed = []string{"north"} }, []complaint.Need{complaint.NeedOwnSite}},
		"at the keeper's":                   {func(e *complaint.Errand) { e.Site, e.Confirmed = "south", nil }, nil},
		"nobody keeps it":                   {func(e *complaint.Errand) { e.Keeper, e.Confirmed = "", nil }, nil},
		"somewhere else":                    {func(e *complaint.Errand) { e.Site = "east" }, []complaint.Need{complaint.NeedSite}},
		"approved by somebody else":         {func(e *complaint.Errand) { e.Approved = []string{"clerk"} }, []complaint.Need{complaint.NeedApproval}},
		"another task":                      {func(e *complaint.Errand) { e.Task, e.Site = "transfer", "south" }, []complaint.Need{complaint.NeedSite}},
		"a task of which no rule speaks":    {func(e *complaint.Errand) { e.Task, e.Site = "greeting", "" }, nil},
		"two of them: present and approval": {func(e *complaint.Errand) { e.Present, e.Approved = false, nil }, []complaint.Need{complaint.NeedPresence, complaint.NeedApproval}},
	} {
		t.Run(name, func(t *testing.T) {
			errand := all
			tc.change(&errand)
			blockers, err := policy.Blockers(errand)
			require.NoError(t, err)
			var needs []complaint.Need
			for _, blocker := range blockers {
				needs = append(needs, blocker.Need)
				assert.Equal(t, "shop/1", blocker.Why.Rule)
			}
			assert.Equal(t, tc.want, needs)
		})
	}
	blockers, err := policy.Blockers(complaint.Errand{Task: "correct-id", Site: "north", Keeper: "south", Present: true, Approved: []string{"supervisor"}})
	require.NoError(t, err)
	assert.Equal(t, []complaint.Blocker{
		{complaint.NeedDocument, []string{"permit", "passport"}, "exit-entry office", customer.Reason{
			Code: complaint.CodeNeedDocument, Rule: "shop/1", Of: "permit, passport",
		}},
		{complaint.NeedOwnSite, nil, "by telephone", customer.Reason{Code: complaint.CodeNeedOwnSite, Rule: "shop/1", Of: "south"}},
	}, blockers)
	blockers[0].AnyOf[0] = "nothing"
	again, err := policy.Blockers(complaint.Errand{Task: "correct-id", Site: "north", Present: true, Approved: []string{"supervisor"}})
	require.NoError(t, err)
	assert.Equal(t, "permit", again[0].AnyOf[0], "an answer shares nothing with the policy")

	_, err = policy.Blockers(complaint.Errand{Documents: []string{"a", "a"}})
	var faults customer.Faults
	require.ErrorAs(t, err, &faults)
	assert.Len(t, faults, 2)
	_, err = new(complaint.Policy).Blockers(all)
	require.Error(t, err)
}
