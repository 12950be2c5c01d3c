package desk_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/complaint/desk"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/calendar"
	"github.com/rapport-crm/rapport/customer/customertest"
)

func TestNewFaults(t *testing.T) {
	always := daily(t, "always", shanghai, "00:00", "24:00")
	_, err := desk.New(desk.Rules{
		Edition: customer.Edition{ID: "", Version: 0}, Zone: "Local", PatienceSeconds: -1,
		Tasks: []desk.Task{{ID: ""}, {ID: "a", Skills: []string{""}}, {ID: "a"}},
		Sites: []desk.Site{
			{ID: "", Calendar: "x", Near: []string{"", "s", "s", "y"}},
			{ID: "s", Desks: []desk.Desk{
				{ID: "d", Calendar: "", Number: "\x00"},
				{ID: "d", Channel: "web", Calendar: "always", Does: []desk.Ability{
					{Task: "a", UpToMinor: 1, Calendar: "x"}, {Task: "a"}, {Task: "x", UpToMinor: -1, Skills: []string{""}},
				}},
			}},
			{ID: "s"},
		},
	}, zoneOf(t, shanghai), always, nil, new(calendar.Calendar), always)
	assert.Equal(t, []string{
		"id", "version", "zone", "patience_seconds", "calendars[1]", "calendars[2]", "calendars[3]",
		"tasks[0].id", "tasks[1].skills[0]", "tasks[2].id",
		"sites[0].id", "sites[0].calendar",
		"sites[1].desks[0].channel", "sites[1].desks[0].number", "sites[1].desks[0].calendar",
		"sites[1].desks[1].id",
		"sites[1].desks[1].does[0].calendar", "sites[1].desks[1].does[0].up_to_minor", "sites[1].desks[1].does[1].task",
		"sites[1].desks[1].does[2].skills[0]", "sites[1].desks[1].does[2].up_to_minor", "sites[1].desks[1].does[2].task",
		"sites[2].id",
		"sites[0].near[0]", "sites[0].near[2]", "sites[0].near[3]",
	}, customertest.Paths(t, err))

	_, err = desk.New(desk.Rules{
		Edition: customer.Edition{ID: "a", Version: 1}, Zone: shanghai, Currency: customer.Currency{Code: "x"},
		Tasks: make([]desk.Task, desk.MaxTasks+1), Sites: make([]desk.Site, desk.MaxSites+1),
	}, zoneOf(t, shanghai))
	assert.Contains(t, customertest.Paths(t, err), "tasks")
	assert.Contains(t, customertest.Paths(t, err), "sites")
	_, err = desk.New(desk.Rules{
		Edition: customer.Edition{ID: "a", Version: 1}, Zone: shanghai,
		Sites: []desk.Site{
			{ID: "a", Near: make([]string, desk.MaxNear+1), Desks: []desk.Desk{{ID: "d", Channel: "x", Calendar: "always", Does: make([]desk.Ability, desk.MaxDoes+1)}}},
			{ID: "b", Desks: make([]desk.Desk, desk.MaxDesks)},
		},
	}, zoneOf(t, shanghai), always)
	assert.Equal(t, []string{"sites[0].desks[0].does", "sites[1].desks", "sites[0].near"}, customertest.Paths(t, err))
}

// Rules survive JSON and back, and a misspelt one is no rule switched off.
func TestRulesAreData(t *testing.T) {
	survive(t, bankRules(), desk.ParseRules)
	survive(t, topicRules(), desk.ParseTopicRules)
	survive(t, queueRules(), desk.ParseQueueRules)
	survive(t, offerRules(), desk.ParseOfferRules)
	survive(t, desk.BulletinRules{
		Edition: customer.Edition{ID: "notices", Version: 1}, Zone: "UTC",
		Bulletins: []desk.Bulletin{{ID: "a", Version: 1, From: in(t, "UTC", "2026-11-25 10:00"), Topics: []string{"x"}}},
	}, desk.ParseBulletinRules)
	_, err := desk.ParseRules([]byte(`{"id":"a","version":1,"sites":[{"id":"s","desk":[]}]}`))
	assert.Equal(t, []string{"sites[0].desk"}, customertest.Paths(t, err))
}

func survive[R any](t *testing.T, rules R, parse func([]byte) (R, error)) {
	t.Helper()
	written, err := json.Marshal(rules)
	require.NoError(t, err)
	read, err := parse(written)
	require.NoError(t, err)
	assert.Equal(t, rules, read)
}

// A directory keeps nothing of the rules that it was made from.
func TestNewCopies(t *testing.T) {
	rules := bankRules()
	d, err := desk.New(rules, zoneOf(t, shanghai), bankCalendars(t)...)
	require.NoError(t, err)
	asked := desk.Question{Task: "transfer", Site: "small", Channel: "counter"}
	want, err := d.Where(asked, nil, at(t, "2026-11-25 10:00"))
	require.NoError(t, err)
	rules.Tasks[0].ID, rules.Sites[0].ID, rules.Sites[0].Desks[0].ID, rules.Sites[0].Desks[0].Does[0].Task, rules.Sites[0].Near[0] = "x", "x", "x", "transfer", "web"
	got, err := d.Where(asked, nil, at(t, "2026-11-25 10:00"))
	require.NoError(t, err)
	assert.Equal(t, want, got)
	assert.Equal(t, "bank/3", d.Edition().Name())
}

func FuzzParseRules(f *testing.F) {
	written, err := json.Marshal(bankRules())
	require.NoError(f, err)
	f.Add(written)
	f.Add([]byte(`{"id":"a","version":1,"zone":"UTC","tasks":[{"id":"t"}],"sites":[{"id":"s","desks":[{"id":"d","channel":"c","calendar":"always","does":[{"task":"t"}]}]}]}`))
	calendars := bankCalendars(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		rules, err := desk.ParseRules(data)
		if err != nil {
			return
		}
		d, err := desk.New(rules, zoneOf(t, shanghai), calendars...)
		if err != nil {
			return
		}
		for _, task := range rules.Tasks { // what is accepted can be asked
			_, err := d.Where(desk.Question{Task: task.ID}, nil, at(t, "2026-11-25 10:00"))
			if err != nil {
				missing(t, err)
			}
		}
	})
}
