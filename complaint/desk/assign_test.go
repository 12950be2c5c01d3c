package desk_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/complaint/desk"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
)

// rows A25, B23: by skill, with the fewest handoffs, and past the queue for a key account.
func TestAssign(t *testing.T) {
	d := bank(t)
	here := []string{"main-cash"}
	all := []string{"cash", "corporate", "forex"}
	leave := []customer.Span{span(t, "2026-11-24 00:00", "2026-11-26 00:00")}
	clerk := func(id string, change ...func(*desk.Agent)) desk.Agent {
		one := desk.Agent{ID: id, Desks: here, Skills: []string{"cash"}}
		for _, c := range change {
			c(&one)
		}
		return one
	}
	skilled := func(skills ...string) func(*desk.Agent) { return func(a *desk.Agent) { a.Skills = skills } }
	away := func(a *desk.Agent) { a.Away = leave }
	busy := func(open, most int) func(*desk.Agent) { return func(a *desk.Agent) { a.Open, a.Most = open, most } }
	for _, tc := range []struct {
		name    string
		need    desk.Need
		staff   []desk.Agent
		want    string
		because []string
	}{
		{
			"the one with exactly the skills, though she has more cases",
			desk.Need{Skills: []string{"cash"}},
			[]desk.Agent{clerk("an", skilled(all...)), clerk("bo", busy(9, 10))},
			"bo",
			[]string{"desk.fits bo"},
		},
		{
			"the one who can do everything, where it takes that",
			desk.Need{Skills: []string{"forex", "cash", "corporate", "cash"}},
			[]desk.Agent{clerk("an", skilled(all...)), clerk("bo")},
			"an",
			[]string{"desk.fits an"},
		},
		{
			"the fewest open cases",
			desk.Need{},
			[]desk.Agent{clerk("an", busy(3, 0)), clerk("bo", busy(2, 0)), clerk("cy", busy(2, 0))},
			"bo",
			[]string{"desk.fits bo"},
		},
		{
			"who had the case before any other merit, the latest first",
			desk.Need{Had: []string{"gone", "bo", "an"}, Knows: []string{"cy"}},
			[]desk.Agent{clerk("an"), clerk("bo", skilled(all...), busy(9, 10)), clerk("cy")},
			"bo",
			[]string{"desk.had bo"},
		},
		{
			"who knows the customer",
			desk.Need{Knows: []string{"cy", "an"}},
			[]desk.Agent{clerk("an"), clerk("bo"), clerk("cy", busy(9, 10))},
			"cy",
			[]string{"desk.knows cy"},
		},
		{
			"who is full is passed over, even if she had it",
			desk.Need{Had: []string{"an"}},
			[]desk.Agent{clerk("an", busy(10, 10)), clerk("bo")},
			"bo",
			[]string{"desk.fits bo"},
		},
		{
			// pitfall: the handler is the person complained about
			"who is complained about is passed over, even if she had it",
			desk.Need{Had: []string{"an"}, Except: []string{"an"}},
			[]desk.Agent{clerk("an"), clerk("bo", skilled(all...))},
			"bo",
			[]string{"desk.fits bo"},
		},
		{
			"language",
			desk.Need{Language: "en"},
			[]desk.Agent{clerk("an"), clerk("bo", func(a *desk.Agent) { a.Languages = []string{"zh", "en"} })},
			"bo",
			[]string{"desk.fits bo"},
		},
		{
			"the customer's own agent, whatever her desk and her load",
			desk.Need{Owner: "key", Had: []string{"an"}},
			[]desk.Agent{clerk("an"), clerk("key", busy(20, 20), func(a *desk.Agent) { a.Desks = []string{"line"} })},
			"key",
			[]string{"desk.owner key"},
		},
		{
			"her substitute while she is away",
			desk.Need{Owner: "key"},
			[]desk.Agent{clerk("an"), clerk("key", away, func(a *desk.Agent) { a.Substitute = "sub" }), clerk("sub", busy(20, 20))},
			"sub",
			[]string{"desk.owner-away key", "desk.substitute sub"},
		},
		{
			"the desk where both are away",
			desk.Need{Owner: "key"},
			[]desk.Agent{clerk("an"), clerk("key", away, func(a *desk.Agent) { a.Substitute = "sub" }), clerk("sub", away)},
			"an",
			[]string{"desk.owner-away key", "desk.owner-away sub", "desk.fits an"},
		},
		{
			"not the owner who is complained about",
			desk.Need{Owner: "key", Except: []string{"key"}},
			[]desk.Agent{clerk("an"), clerk("key")},
			"an",
			[]string{"desk.owner-excepted key", "desk.fits an"},
		},
		{
			"nor the substitute who is",
			desk.Need{Owner: "key", Except: []string{"sub"}},
			[]desk.Agent{clerk("an"), clerk("key", away, func(a *desk.Agent) { a.Substitute = "sub" }), clerk("sub")},
			"an",
			[]string{"desk.owner-away key", "desk.owner-excepted sub", "desk.fits an"},
		},
		{
			"an owner who has left",
			desk.Need{Owner: "gone"},
			[]desk.Agent{clerk("an")},
			"an",
			[]string{"desk.owner-unknown gone", "desk.fits an"},
		},
		{
			"an owner who lacks the skill",
			desk.Need{Owner: "key", Skills: []string{"forex"}},
			[]desk.Agent{clerk("an", skilled(all...)), clerk("key")},
			"an",
			[]string{"desk.owner-unable key", "desk.fits an"},
		},
		{"nobody works there", desk.Need{}, nil, "", []string{"desk.nobody main-cash"}},
		{
			"all that is in the way at once",
			desk.Need{Skills: []string{"cash", "forex"}, Language: "en", Except: []string{"an"}, Owner: "gone"},
			[]desk.Agent{clerk("an"), clerk("bo", away), clerk("cy", busy(1, 1))},
			"",
			[]string{
				"desk.owner-unknown gone", "desk.no-skill forex", "desk.no-language en",
				"desk.excepted main-cash", "desk.away main-cash", "desk.full main-cash",
			},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			tc.need.Desk = "main-cash"
			got, err := d.Assign(tc.need, roster(t, d, tc.staff...), at(t, "2026-11-25 10:00"))
			if tc.want == "" {
				assert.Equal(t, tc.because, codes(missing(t, err)))
				return
			}
			require.NoError(t, err)
			assert.Equal(t, tc.want, got.Agent)
			assert.Equal(t, tc.because, codes(got.Because))
			assert.Equal(t, "bank/3", got.Rule)
		})
	}
}

func TestAssignOnBothSidesOfTheLeave(t *testing.T) {
	d := bank(t)
	staff := roster(t, d, desk.Agent{ID: "an", Desks: []string{"main-cash"}, Away: []customer.Span{span(t, "2026-11-25 10:00", "2026-11-25 11:00")}})
	for when, want := range map[string]bool{
		"2026-11-25 08:59:59.999999999": false, "2026-11-25 09:00": true, "2026-11-25 09:59:59.999999999": true,
		"2026-11-25 10:00": false, "2026-11-25 10:59:59.999999999": false, "2026-11-25 11:00": true,
		"2026-11-25 16:59:59.999999999": true, "2026-11-25 17:00": false,
	} {
		for _, owner := range []string{"", "an"} {
			_, err := d.Assign(desk.Need{Desk: "main-cash", Owner: owner}, staff, at(t, when))
			if want {
				require.NoError(t, err, when)
				continue
			}
			why := missing(t, err)
			assert.False(t, why[0].Until.IsZero(), when)
			assert.Equal(t, int64(1), why[len(why)-1].Fact)
		}
	}
}

func TestAssignFaults(t *testing.T) {
	d := bank(t)
	_, err := d.Assign(desk.Need{Desk: "x", Had: make([]string, 1001), Knows: make([]string, 1001), Except: make([]string, 1001)}, nil, at(t, "2026-11-25 10:00"))
	assert.Equal(t, []string{"roster", "desk", "had", "knows", "except"}, customertest.Paths(t, err))
	_, err = new(desk.Directory).Assign(desk.Need{}, nil, at(t, "2026-11-25 10:00"))
	require.Error(t, err)
}

func TestRosterFaults(t *testing.T) {
	d := bank(t)
	_, err := d.Roster([]desk.Agent{
		{ID: "an", Desks: []string{"x"}, Calendar: "x", Skills: []string{""}, Languages: []string{"\x00"}, Open: -1, Most: -1},
		{ID: "an", Substitute: "gone", Away: []customer.Span{{}, {From: at(t, "2026-11-25 10:00"), To: at(t, "2026-11-25 10:00")}}},
		{ID: "", Substitute: ""},
		{ID: "bo", Substitute: "bo"},
	})
	assert.Equal(t, []string{
		"agents[0].skills[0]", "agents[0].languages[0]", "agents[0].desks[0]", "agents[0].calendar", "agents[0].open", "agents[0].most",
		"agents[1].id", "agents[1].away[0]", "agents[1].away[1]", "agents[2].id", "agents[an].substitute", "agents[bo].substitute",
	}, customertest.Paths(t, err))
	_, err = d.Roster(make([]desk.Agent, desk.MaxAgents+1))
	assert.Equal(t, []string{"agents"}, customertest.Paths(t, err))
}

// A roster and a directory keep nothing of what they were made from.
func TestRosterKeepsNothing(t *testing.T) {
	d := bank(t)
	agents := []desk.Agent{{ID: "an", Desks: []string{"main-cash"}, Skills: []string{"cash"}, Away: []customer.Span{span(t, "2026-11-26 00:00", "")}}}
	staff := roster(t, d, agents...)
	agents[0].Desks[0], agents[0].Skills[0], agents[0].Away[0].From = "line", "x", at(t, "2026-11-01 00:00")
	got, err := d.Assign(desk.Need{Desk: "main-cash", Skills: []string{"cash"}}, staff, at(t, "2026-11-25 10:00"))
	require.NoError(t, err)
	assert.Equal(t, "an", got.Agent)
}

// The agent found is able, and no other able one is better; the order of the roster does not
// matter.
func TestAssignFindsTheBest(t *testing.T) {
	d := bank(t)
	when := at(t, "2026-11-25 10:00")
	ids := []string{"a", "b", "c", "d", "e"}
	some := func(t *rapid.T, name string) []string {
		return rapid.SliceOfDistinct(rapid.SampledFrom(ids), rapid.ID).Draw(t, name)
	}
	rapid.Check(t, func(t *rapid.T) {
		var staff []desk.Agent
		for _, id := range some(t, "staff") {
			one := desk.Agent{ID: id, Desks: []string{"main-cash"}, Open: rapid.IntRange(0, 3).Draw(t, "open"), Most: rapid.IntRange(0, 3).Draw(t, "most")}
			one.Skills = rapid.SliceOfDistinct(rapid.SampledFrom([]string{"x", "y", "z"}), rapid.ID).Draw(t, "skills")
			if rapid.Bool().Draw(t, "away") {
				one.Away = []customer.Span{span(t, "2026-11-25 00:00", "2026-11-26 00:00")}
			}
			staff = append(staff, one)
		}
		need := desk.Need{Desk: "main-cash", Skills: []string{"x"}, Had: some(t, "had"), Knows: some(t, "knows"), Except: some(t, "except")}
		got, err := d.Assign(need, roster(t, d, staff...), when)
		again, errAgain := d.Assign(need, roster(t, d, rapid.Permutation(staff).Draw(t, "shuffled")...), when)
		require.Equal(t, got, again)
		require.Equal(t, err, errAgain)

		want := ""
		for _, one := range [][]string{need.Had, need.Knows} { // each of the lists in its order decides alone
			for _, id := range one {
				if want == "" && able(staff, id, need) {
					want = id
				}
			}
		}
		if want != "" {
			require.NoError(t, err)
			require.Equal(t, want, got.Agent)
			return
		}
		for i := range 4 { // then other skills, then open cases, then the ID
			for open := range 4 {
				for _, id := range ids {
					if want == "" && able(staff, id, need) && len(of(staff, id).Skills) == i && of(staff, id).Open == open {
						want = id
					}
				}
			}
		}
		if want == "" {
			require.Error(t, err)
			return
		}
		require.NoError(t, err)
		require.Equal(t, want, got.Agent)
	})
}

func of(staff []desk.Agent, id string) desk.Agent {
	for _, one := range staff {
		if one.ID == id {
			return one
		}
	}
	return desk.Agent{}
}

func able(staff []desk.Agent, id string, need desk.Need) bool {
	one := of(staff, id)
	has := func(list []string, id string) bool {
		for _, other := range list {
			if other == id {
				return true
			}
		}
		return false
	}
	return one.ID != "" && has(one.Skills, "x") && len(one.Away) == 0 && (one.Most == 0 || one.Open < one.Most) && !has(need.Except, id)
}
