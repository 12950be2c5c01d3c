package lifecycle_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/lifecycle"
)

// rows D11, A19, A28: which cause counts, and who was silent.
func TestLeavers(t *testing.T) {
	complained := signOn("2026-10-01", lifecycle.ComplaintMade)
	for _, tc := range []struct {
		name    string
		last    string
		signals []lifecycle.Signal
		want    lifecycle.Leaving
	}{
		{"without a word", "2026-10-15", nil, lifecycle.Leaving{Silent: 1}},
		{"walked out before", "2026-10-15", []lifecycle.Signal{signOn("2026-10-15", lifecycle.WalkedOut)}, lifecycle.Leaving{Silent: 1}},
		{"said why", "2026-10-15", []lifecycle.Signal{leftOn("2026-11-12", lifecycle.CausePrice, lifecycle.Said)}, lifecycle.Leaving{Cause: "price", Said: 1, Silent: 1}},
		{"of two reasons the later", "2026-10-15", []lifecycle.Signal{
			leftOn("2026-11-11", lifecycle.CausePrice, lifecycle.Said), leftOn("2026-11-12", lifecycle.CauseMovedAway, lifecycle.Judged),
		}, lifecycle.Leaving{Cause: "moved-away", Judged: 1, Silent: 1}},
		{"told on the day of her last purchase", "2026-10-15", []lifecycle.Signal{leftOn("2026-10-15", lifecycle.CausePrice, lifecycle.Found)}, lifecycle.Leaving{Cause: "price", Found: 1, Silent: 1}},
		{"told before it: she came back since", "2026-10-15", []lifecycle.Signal{leftOn("2026-10-14", lifecycle.CausePrice, lifecycle.Said)}, lifecycle.Leaving{Silent: 1}},
		{"complained once", "2026-10-15", []lifecycle.Signal{complained}, lifecycle.Leaving{}},
		{"complained on the day", "2026-10-15", []lifecycle.Signal{signOn("2026-11-10", lifecycle.ComplaintMade)}, lifecycle.Leaving{}},
		{"complained afterwards", "2026-10-15", []lifecycle.Signal{signOn("2026-11-11", lifecycle.ComplaintMade)}, lifecycle.Leaving{Silent: 1}},
		{"a complaint lost her", "2026-10-15", []lifecycle.Signal{leftOn("2026-11-12", lifecycle.CauseComplaintLost, lifecycle.Said)}, lifecycle.Leaving{Cause: "complaint-lost", Said: 1}},
		{"and then somebody else had another reason", "2026-10-15", []lifecycle.Signal{
			leftOn("2026-11-10", lifecycle.CauseComplaintLost, lifecycle.Said), leftOn("2026-11-12", lifecycle.CausePrice, lifecycle.Judged),
		}, lifecycle.Leaving{Cause: "price", Judged: 1}},
		{"a complaint lost her once, and she came back", "2026-10-15", []lifecycle.Signal{
			leftOn("2025-10-10", lifecycle.CauseComplaintLost, lifecycle.Said),
		}, lifecycle.Leaving{}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			leavers := newLeavers(t)
			require.NoError(t, leavers.Add(lifecycle.Departure{Label: "tea", Last: on(tc.last), On: on("2026-11-10"), Signals: tc.signals}))
			tc.want.Label, tc.want.Left = "tea", 1
			assert.Equal(t, []lifecycle.Leaving{tc.want}, leavers.Rows())
		})
	}

	leavers := newLeavers(t)
	for day, counts := range map[string]int{"2026-10-31": 0, "2026-11-01": 1, "2026-11-30": 1, "2026-12-01": 0} {
		before := lifecycle.Silence(leavers.All()).Mark
		require.NoError(t, leavers.Add(lifecycle.Departure{Last: on("2026-10-01"), On: on(day)}))
		assert.EqualValues(t, counts, lifecycle.Silence(leavers.All()).Mark-before, day)
	}
	assert.Equal(t, []string{"label = a\nb", "on = 2026-11-10"},
		faults(leavers.Add(lifecycle.Departure{Label: "a\nb", Last: on("2026-11-11"), On: on("2026-11-10")})))
	assert.Equal(t, []string{"on = "}, faults(leavers.Add(lifecycle.Departure{})))
	assert.Equal(t, customer.Reason{Code: lifecycle.CodeSilence, Unit: customer.UnitCustomers}, lifecycle.Silence(nil))
}

func TestPareto(t *testing.T) {
	leavers := newLeavers(t)
	lost := func(label string, cause lifecycle.Cause, n int) {
		for range n {
			require.NoError(t, leavers.Add(lifecycle.Departure{
				Label: label, Last: on("2026-10-01"), On: on("2026-11-10"), Signals: []lifecycle.Signal{leftOn("2026-11-10", cause, lifecycle.Said)},
			}))
		}
	}
	lost("tea", "price", 2)
	lost("tea", "service", 3)
	lost("tea", "competitor", 2)
	lost("ink", "price", 4)
	order := func(rows []lifecycle.Leaving) (all []string) {
		for _, row := range rows {
			all = append(all, strings.TrimSpace(row.Label+" "+string(row.Cause)))
		}
		return all
	}
	assert.Equal(t, []string{"tea service", "tea competitor", "tea price"}, order(leavers.Pareto("tea")))
	assert.Equal(t, []string{"price", "service", "competitor"}, order(leavers.All()))
	assert.Empty(t, leavers.Pareto("milk"))
	assert.EqualValues(t, 6, leavers.All()[0].Left)
}

// Where the clock is put back, the hour that comes twice is one hour; where it is put
// forward, nobody goes in the hour that is not.
func TestWalkOutsByTheClock(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	walkOuts, err := lifecycle.NewWalkOuts(population.Period{From: on("2026-10-25"), Until: on("2026-10-26")}, berlin)
	require.NoError(t, err)
	first := time.Date(2026, 10, 24, 22, 0, 0, 0, time.UTC) // midnight in Berlin
	for hour := -1; hour <= 25; hour++ {
		require.NoError(t, walkOuts.Add("door", first.Add(time.Duration(hour)*time.Hour), 1))
	}
	total := int64(0)
	for _, row := range walkOuts.Rows() {
		want := int64(1)
		if row.Hour == 2 {
			want = 2
		}
		assert.Equal(t, want, row.Times, "%d:00", row.Hour)
		total += row.Times
	}
	assert.EqualValues(t, 25, total)

	assert.Equal(t, []string{"place = ", "at = 0001-01-01T00:00:00Z", "times = 0"}, faults(walkOuts.Add("", time.Time{}, 0)))
	assert.Equal(t, []string{"times = 1000001"}, faults(walkOuts.Add("door", first, 1_000_001)))
}

func BenchmarkLeaversAdd(b *testing.B) {
	leavers := newLeavers(b)
	departure := lifecycle.Departure{Label: "tea", Last: on("2026-10-01"), On: on("2026-11-10"), Signals: []lifecycle.Signal{
		signOn("2026-10-20", lifecycle.WalkedOut), leftOn("2026-11-05", lifecycle.CausePrice, lifecycle.Said),
	}}
	b.ReportAllocs()
	for b.Loop() {
		if err := leavers.Add(departure); err != nil {
			b.Fatal(err)
		}
	}
}

// row A28: who goes to see somebody whom a complaint lost is the ladder's to say, and no other
// rule book's.
func TestLostComplaintHasNoErrand(t *testing.T) {
	rules := signalRules()
	rules.Causes = []lifecycle.CauseRule{{Cause: lifecycle.CauseComplaintLost, ErrandRule: lifecycle.ErrandRule{Errand: "win-back", WithinDays: 3}}}
	_, err := lifecycle.NewSignals(rules, time.UTC)
	assert.Equal(t, []string{"causes[0].errand = win-back"}, faults(err))
	rules.Causes[0].ErrandRule = lifecycle.ErrandRule{}
	_, err = lifecycle.NewSignals(rules, time.UTC)
	require.NoError(t, err)
}
