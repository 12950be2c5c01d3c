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

// row A67: by which channel somebody is there, now or when next.
func TestReach(t *testing.T) {
	d := bank(t)
	staff := roster(t, d,
		desk.Agent{ID: "an", Desks: []string{"line", "main-cash"}, Languages: []string{"en"}, Calendar: "afternoons"},
		desk.Agent{ID: "bo", Desks: []string{"line"}},
	)
	for _, tc := range []struct {
		name    string
		call    desk.Call
		at      string
		places  []string
		blocked []string
	}{
		{"anybody, now", desk.Call{}, "2026-11-25 10:00", []string{"here line", "here main-cash 25 Nov 13:00"}, []string{"small-cash", "small-company", "main-company", "berlin-desk"}},
		{"anybody, in the evening", desk.Call{}, "2026-11-25 19:59:59", []string{"here line", "here main-cash 26 Nov 13:00"}, []string{"small-cash", "small-company", "main-company", "berlin-desk"}},
		{"anybody, after the last call", desk.Call{}, "2026-11-25 20:00", []string{"here line 26 Nov 08:00", "here main-cash 26 Nov 13:00"}, []string{"small-cash", "small-company", "main-company", "berlin-desk"}},
		{"one agent by any of her desks", desk.Call{Agent: "an"}, "2026-11-25 10:00", []string{"here main-cash 25 Nov 13:00", "here line 25 Nov 13:00"}, nil},
		{"one agent by telephone", desk.Call{Agent: "an", Channel: "phone"}, "2026-11-25 13:00", []string{"here line"}, nil},
		{"somebody who speaks English", desk.Call{Channel: "phone", Language: "en"}, "2026-11-25 10:00", []string{"here line 25 Nov 13:00"}, nil},
		{"nobody who speaks French", desk.Call{Channel: "phone", Language: "fr"}, "2026-11-25 10:00", nil, []string{"line"}},
		{"a machine is nobody", desk.Call{Channel: "atm"}, "2026-11-25 10:00", nil, nil},
		{"a desk", desk.Call{Desk: "line"}, "2026-11-25 10:00", []string{"here line"}, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			answer, err := d.Reach(tc.call, staff, at(t, tc.at))
			require.NoError(t, err)
			assert.Equal(t, tc.places, desks(answer.Places))
			var blocked []string
			for _, one := range answer.Blocked {
				blocked = append(blocked, one.Desk)
			}
			assert.Equal(t, tc.blocked, blocked)
			assert.Equal(t, len(tc.places) == 0, len(answer.Because) > 0)
		})
	}
}

// row A67: "always there to be found" has its gaps, and here they are.
func TestGaps(t *testing.T) {
	d := bank(t)
	lunch := []customer.Span{span(t, "2026-11-25 12:00", "2026-11-25 12:30")}
	staff := roster(t, d,
		desk.Agent{ID: "an", Desks: []string{"line"}, Away: lunch},
		desk.Agent{ID: "bo", Desks: []string{"main-cash"}, Calendar: "mornings"},
	)
	texts := func(gaps []customer.Span) []string {
		var all []string
		for _, gap := range gaps {
			all = append(all, gap.From.Format("02 15:04")+" – "+gap.To.Format("02 15:04"))
		}
		return all
	}
	for _, tc := range []struct {
		name     string
		call     desk.Call
		from, to string
		want     []string
	}{
		{"a day and a half", desk.Call{}, "2026-11-25 00:00", "2026-11-26 12:00", []string{"25 00:00 – 25 08:00", "25 12:00 – 25 12:30", "25 20:00 – 26 08:00"}},
		{"one agent", desk.Call{Agent: "bo"}, "2026-11-25 10:00", "2026-11-26 10:00", []string{"25 12:00 – 26 09:00"}},
		{"within the hours", desk.Call{}, "2026-11-25 13:00", "2026-11-25 20:00", nil},
		{"a minute longer", desk.Call{}, "2026-11-25 13:00", "2026-11-25 20:01", []string{"25 20:00 – 25 20:01"}},
		{"empty", desk.Call{}, "2026-11-25 03:00", "2026-11-25 03:00", nil},
		{"nobody ever", desk.Call{Channel: "letter"}, "2026-11-25 03:00", "2026-11-25 04:00", []string{"25 03:00 – 25 04:00"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			gaps, err := d.Gaps(tc.call, staff, span(t, tc.from, tc.to))
			require.NoError(t, err)
			assert.Equal(t, tc.want, texts(gaps))
		})
	}
	// A line that never closes has none; nor has it an end.
	always := bank(t, func(r *desk.Rules) { r.Sites[2].Desks[0].Calendar = "always" })
	gaps, err := always.Gaps(desk.Call{}, nil, span(t, "2026-11-01 00:00", "2026-12-01 00:00"))
	require.NoError(t, err)
	assert.Empty(t, gaps)
}

func TestReachFaults(t *testing.T) {
	d := bank(t)
	_, err := d.Reach(desk.Call{Desk: "x", Agent: "x", Channel: "\x00"}, nil, at(t, "2026-11-25 10:00"))
	assert.Equal(t, []string{"desk", "channel", "agent"}, customertest.Paths(t, err))
	_, err = d.Gaps(desk.Call{}, nil, span(t, "2026-11-25 10:00", "2026-11-25 09:00"))
	assert.Equal(t, []string{"within.to"}, customertest.Paths(t, err))
	from := at(t, "2026-01-25 10:00")
	_, err = d.Gaps(desk.Call{}, nil, customer.Span{From: from, To: from.Add(92*24*time.Hour + 1)})
	assert.Equal(t, []string{"within.to"}, customertest.Paths(t, err))
	_, err = d.Gaps(desk.Call{}, nil, customer.Span{From: from, To: from.Add(92 * 24 * time.Hour)})
	require.NoError(t, err)
	_, err = d.Gaps(desk.Call{}, nil, customer.Span{})
	assert.Equal(t, []string{"at"}, customertest.Paths(t, err))
}
