package desk_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/complaint/desk"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
)

// All that is missing at once, not the first; each with what to do about it.
// row A24.
func TestLacks(t *testing.T) {
	d, ten := bank(t), at(t, "2026-11-25 10:00")
	all := desk.Errand{
		Task: "correct-id", Site: "small", Keeper: "main", Present: true, Documents: []string{"card", "passport"},
		Confirmed: []string{"main"}, Approved: []string{"authorised-clerk"},
	}
	for name, tc := range map[string]struct {
		change func(*desk.Errand)
		want   []string
	}{
		"all is there": {func(*desk.Errand) {}, nil},
		"nothing is": {func(e *desk.Errand) { *e = desk.Errand{Task: e.Task, Keeper: "main"} }, []string{
			"desk.no-site small, main", "desk.not-present", "desk.no-document permit, passport", "desk.own-site main", "desk.no-approval supervisor, authorised-clerk",
		}},
		"she is not there":               {func(e *desk.Errand) { e.Present = false }, []string{"desk.not-present"}},
		"another document":               {func(e *desk.Errand) { e.Documents = []string{"card"} }, []string{"desk.no-document permit, passport"}},
		"without the keeper's word":      {func(e *desk.Errand) { e.Confirmed = nil }, []string{"desk.own-site main"}},
		"another's word":                 {func(e *desk.Errand) { e.Confirmed = []string{"hotline"} }, []string{"desk.own-site main"}},
		"at the keeper's":                {func(e *desk.Errand) { e.Site, e.Confirmed = "main", nil }, nil},
		"nobody keeps it":                {func(e *desk.Errand) { e.Keeper, e.Confirmed = "", nil }, nil},
		"at a site that does not do it":  {func(e *desk.Errand) { e.Site = "hotline" }, []string{"desk.not-here hotline"}},
		"approved by somebody else":      {func(e *desk.Errand) { e.Approved = []string{"clerk"} }, []string{"desk.no-approval supervisor, authorised-clerk"}},
		"a task that needs nothing else": {func(e *desk.Errand) { *e = desk.Errand{Task: "withdraw", Site: "small"} }, nil},
		"two things": {func(e *desk.Errand) { e.Present, e.Approved = false, nil }, []string{
			"desk.not-present", "desk.no-approval supervisor, authorised-clerk",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			errand := all
			tc.change(&errand)
			lacks, err := d.Lacks(errand, ten)
			require.NoError(t, err)
			var why []customer.Reason
			for _, lack := range lacks {
				why = append(why, lack.Why)
				assert.Equal(t, "bank/3", lack.Why.Rule)
			}
			assert.Equal(t, tc.want, codes(why))
		})
	}

	asked := all
	asked.Site, asked.Documents = "hotline", nil
	lacks, err := d.Lacks(asked, ten)
	require.NoError(t, err)
	assert.Equal(t, []string{"small", "main"}, lacks[0].AnyOf, "where it is done")
	assert.Equal(t, []string{"permit", "passport"}, lacks[1].AnyOf)
	assert.Equal(t, "the exit-entry office", lacks[1].Where)
	lacks[1].AnyOf[0] = "nothing"
	again, err := d.Lacks(asked, ten)
	require.NoError(t, err)
	assert.Equal(t, "permit", again[1].AnyOf[0], "an answer shares nothing with the directory")
}

func TestLacksRefused(t *testing.T) {
	d, ten := bank(t), at(t, "2026-11-25 10:00")
	_, err := d.Lacks(desk.Errand{Task: "x", Site: "x", Keeper: "x", Confirmed: []string{"x"}, Documents: []string{""}}, time.Time{})
	assert.Equal(t, []string{"at", "task", "site", "keeper", "confirmed[0]", "documents[0]"}, customertest.Paths(t, err))
	_, err = new(desk.Directory).Lacks(desk.Errand{}, ten)
	require.Error(t, err)
	over := bank(t, func(r *desk.Rules) { r.Until = date(t, "2026-11-25") })
	_, err = over.Lacks(desk.Errand{Task: "withdraw"}, ten)
	assert.Equal(t, []string{customer.CodeNoLongerInForce}, codes(missing(t, err)))
}

// What a task requires is checked whole, and nothing of the caller's is kept.
func TestRequires(t *testing.T) {
	rules := bankRules()
	rules.Tasks[0].Requires = []desk.Requirement{
		{}, {Require: desk.RequireDocument}, {Require: desk.RequirePresence, AnyOf: []string{"x"}}, {Require: desk.RequireApproval, AnyOf: []string{""}},
	}
	rules.Tasks[1].Requires = make([]desk.Requirement, desk.MaxRequires+1)
	_, err := desk.New(rules, zoneOf(t, shanghai), bankCalendars(t)...)
	assert.Equal(t, []string{
		"tasks[0].requires[0].require", "tasks[0].requires[1].any_of", "tasks[0].requires[2].any_of", "tasks[0].requires[3].any_of[0]", "tasks[1].requires",
	}, customertest.Paths(t, err))

	rules = bankRules()
	d, err := desk.New(rules, zoneOf(t, shanghai), bankCalendars(t)...)
	require.NoError(t, err)
	own := rules.Tasks[len(rules.Tasks)-1].Requires
	own[0].Require, own[1].AnyOf[0] = desk.RequireOwnSite, "x"
	lacks, err := d.Lacks(desk.Errand{Task: "correct-id", Site: "small"}, at(t, "2026-11-25 10:00"))
	require.NoError(t, err)
	assert.Equal(t, desk.CodeNotPresent, lacks[0].Why.Code)
	assert.Equal(t, "permit", lacks[1].AnyOf[0])
	assert.Equal(t, "document presence own-site approval", customertest.Texts(t, desk.RequireApproval))
}
