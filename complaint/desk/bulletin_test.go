package desk_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/complaint/desk"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
)

func bulletinRules(tb require.TestingT) desk.BulletinRules {
	return desk.BulletinRules{
		Edition: customer.Edition{ID: "notices", Version: 7}, Zone: shanghai,
		Bulletins: []desk.Bulletin{
			{ID: "sms", Version: 1, From: at(tb, "2026-11-25 08:00"), Until: at(tb, "2026-11-25 12:00"), Topics: []string{"sms"}, Areas: []string{"north"}, Desks: []string{"line"}},
			{ID: "sms", Version: 2, From: at(tb, "2026-11-25 10:00"), Until: at(tb, "2026-11-25 20:00"), Topics: []string{"sms/delay", "card"}, Areas: []string{"north", "east"}, Desks: []string{"line"}},
			{ID: "masks", Version: 1, From: at(tb, "2026-11-01 00:00")},
			{ID: "fee", Version: 1, From: at(tb, "2026-11-20 00:00"), Topics: []string{"card/fee"}},
		},
	}
}

func board(tb require.TestingT) *desk.Board {
	b, err := desk.NewBoard(bulletinRules(tb), zoneOf(tb, shanghai))
	require.NoError(tb, err)
	return b
}

func noticed(notices []desk.Notice) []string {
	var all []string
	for _, one := range notices {
		text := fmt.Sprintf("%s/%d", one.ID, one.Version)
		if one.Read {
			text += " read"
		}
		all = append(all, text)
	}
	return all
}

// row A15: the notices that bear on what a customer complains about, while they are in force.
func TestInForce(t *testing.T) {
	north := desk.About{Topic: "sms/delay", Area: "north", Desk: "line"}
	for _, tc := range []struct {
		about desk.About
		at    string
		want  []string
	}{
		{north, "2026-11-25 07:59:59.999999999", []string{"masks/1"}},
		{north, "2026-11-25 08:00", []string{"sms/1", "masks/1"}},
		{north, "2026-11-25 09:59:59.999999999", []string{"sms/1", "masks/1"}},
		{north, "2026-11-25 10:00", []string{"sms/2", "masks/1"}},
		{north, "2026-11-25 19:59:59.999999999", []string{"sms/2", "masks/1"}},
		{north, "2026-11-25 20:00", []string{"masks/1"}},
		{desk.About{Topic: "sms/lost", Area: "north"}, "2026-11-25 11:00", []string{"masks/1"}}, // the later version is narrower
		{desk.About{Topic: "sms/lost", Area: "north"}, "2026-11-25 09:00", []string{"sms/1", "masks/1"}},
		{desk.About{Topic: "sms/delay", Area: "south"}, "2026-11-25 11:00", []string{"masks/1"}},
		{desk.About{Topic: "sms/delay", Desk: "main-cash"}, "2026-11-25 11:00", []string{"masks/1"}},
		{desk.About{Topic: "card/fee"}, "2026-11-25 11:00", []string{"fee/1", "sms/2", "masks/1"}}, // what says most first
		{desk.About{}, "2026-11-25 11:00", []string{"sms/2", "fee/1", "masks/1"}},                  // the latest first
	} {
		got, err := board(t).InForce(tc.about, at(t, tc.at))
		require.NoError(t, err)
		assert.Equal(t, tc.want, noticed(got), "%+v", tc)
		for _, one := range got {
			assert.Equal(t, []string{"desk.in-force " + one.ID}, codes(one.Because))
		}
	}
}

// row A15: "did not read the company's notice carefully": what is unread comes first on triage.
func TestSuggest(t *testing.T) {
	about := desk.About{Topic: "card/fee", Area: "north", Desk: "line"}
	eleven := at(t, "2026-11-25 11:00")
	read := func(agent, id string, version int, when string) desk.Receipt {
		return desk.Receipt{Agent: agent, Bulletin: id, Version: version, At: at(t, when)}
	}
	for _, tc := range []struct {
		name     string
		receipts []desk.Receipt
		want     []string
	}{
		{"nothing read", nil, []string{"fee/1", "sms/2", "masks/1"}},
		{"one read", []desk.Receipt{read("an", "fee", 1, "2026-11-21 09:00")}, []string{"sms/2", "masks/1", "fee/1 read"}},
		{"at this very instant", []desk.Receipt{read("an", "fee", 1, "2026-11-25 11:00")}, []string{"sms/2", "masks/1", "fee/1 read"}},
		{"later", []desk.Receipt{read("an", "fee", 1, "2026-11-25 11:00:01")}, []string{"fee/1", "sms/2", "masks/1"}},
		{"an earlier version", []desk.Receipt{read("an", "sms", 1, "2026-11-25 09:00")}, []string{"fee/1", "sms/2", "masks/1"}},
		{"somebody else", []desk.Receipt{read("bo", "sms", 2, "2026-11-25 10:30")}, []string{"fee/1", "sms/2", "masks/1"}},
		{
			"all",
			[]desk.Receipt{read("an", "masks", 1, "2026-11-02 09:00"), read("an", "sms", 2, "2026-11-25 10:30"), read("an", "fee", 1, "2026-11-21 09:00")},
			[]string{"fee/1 read", "sms/2 read", "masks/1 read"},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := board(t).Suggest(about, "an", tc.receipts, eleven)
			require.NoError(t, err)
			assert.Equal(t, tc.want, noticed(got))
			for _, one := range got {
				want := []string{"desk.in-force " + one.ID}
				if !one.Read {
					want = append(want, "desk.unread "+one.ID)
				}
				assert.Equal(t, want, codes(one.Because))
			}
		})
	}
}

func TestUnread(t *testing.T) {
	d := bank(t)
	staff := roster(t, d, desk.Agent{ID: "an", Desks: []string{"line", "main-cash"}}, desk.Agent{ID: "bo", Desks: []string{"main-cash"}}, desk.Agent{ID: "cy", Desks: []string{"main-cash"}})
	when := at(t, "2026-11-25 11:00")
	receipts := []desk.Receipt{
		{Agent: "bo", Bulletin: "masks", Version: 1, At: when},
		{Agent: "bo", Bulletin: "fee", Version: 1, At: when},
		{Agent: "cy", Bulletin: "fee", Version: 1, At: when.Add(1)},
	}
	got, err := board(t).Unread(staff, receipts, when)
	require.NoError(t, err)
	var all []string
	for _, one := range got {
		all = append(all, one.Agent+": "+strings.Join(noticed(one.Notices), ", "))
	}
	assert.Equal(t, []string{"an: sms/2, fee/1, masks/1", "cy: fee/1, masks/1"}, all)
	assert.Equal(t, []string{"desk.in-force sms", "desk.unread sms"}, codes(got[0].Notices[0].Because))
	assert.Equal(t, []string{"desk.in-force fee", "desk.unread fee"}, codes(got[1].Notices[0].Because))

	_, err = board(t).Unread(nil, nil, when)
	assert.Equal(t, []string{"roster"}, customertest.Paths(t, err))
}

// The order of notices and of receipts does not matter.
func TestBoardIsIndependentOfOrder(t *testing.T) {
	when := at(t, "2026-11-25 11:00")
	rules := bulletinRules(t)
	rapid.Check(t, func(t *rapid.T) {
		shuffled := rules
		shuffled.Bulletins = rapid.Permutation(rules.Bulletins).Draw(t, "notices")
		b, err := desk.NewBoard(shuffled, zoneOf(t, shanghai))
		require.NoError(t, err)
		about := desk.About{Topic: rapid.SampledFrom([]string{"", "card", "card/fee", "sms/delay"}).Draw(t, "topic")}
		receipts := []desk.Receipt{{Agent: "an", Bulletin: "masks", Version: 1, At: when}, {Agent: "an", Bulletin: "fee", Version: 1, At: when}}
		want, err := board(t).Suggest(about, "an", receipts, when)
		require.NoError(t, err)
		got, err := b.Suggest(about, "an", rapid.Permutation(receipts).Draw(t, "receipts"), when)
		require.NoError(t, err)
		require.Equal(t, want, got)
	})
}

func TestBoardFaults(t *testing.T) {
	when := at(t, "2026-11-25 11:00")
	_, err := desk.NewBoard(desk.BulletinRules{
		Edition: customer.Edition{ID: "n", Version: 1}, Zone: shanghai,
		Bulletins: []desk.Bulletin{
			{},
			{ID: "a", Version: 1, From: when, Until: when, Topics: []string{""}, Areas: []string{""}, Desks: []string{""}, Title: "\xff"},
			{ID: "a", Version: 1, From: when, Title: strings.Repeat("x", 8193), Topics: make([]string, 1001)},
		},
	}, zoneOf(t, shanghai))
	assert.Equal(t, []string{
		"bulletins[0].id", "bulletins[0].version", "bulletins[0].from",
		"bulletins[1].until", "bulletins[1].topics[0]", "bulletins[1].areas[0]", "bulletins[1].desks[0]", "bulletins[1].title",
		"bulletins[2]", "bulletins[2].topics", "bulletins[2].title",
	}, customertest.Paths(t, err))
	_, err = desk.NewBoard(desk.BulletinRules{Zone: shanghai, Bulletins: make([]desk.Bulletin, desk.MaxBulletins+1)}, zoneOf(t, shanghai))
	assert.Equal(t, []string{"id", "version", "bulletins"}, customertest.Paths(t, err))

	_, err = board(t).InForce(desk.About{Topic: "/", Area: "\x00", Desk: "\x00"}, time.Time{})
	assert.Equal(t, []string{"at", "about.topic", "about.area", "about.desk"}, customertest.Paths(t, err))
	_, err = board(t).Suggest(desk.About{}, "", nil, when)
	assert.Equal(t, []string{"agent"}, customertest.Paths(t, err))
	_, err = board(t).Suggest(desk.About{Topic: "/"}, "an", nil, when)
	require.Error(t, err)
	_, err = board(t).Unread(nil, nil, time.Time{})
	require.Error(t, err)
	_, err = new(desk.Board).InForce(desk.About{}, when)
	require.Error(t, err)
}
