package complaint_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/calendar"
	"github.com/rapport-crm/rapport/customer/journal"
)

func (r *clockRun) next(after string) (time.Time, bool) {
	r.tb.Helper()
	at, found, err := r.NextWake(r.c, clockAt(after))
	require.NoError(r.tb, err)
	return at, found
}

// From wake to wake: whoever sleeps until NextWake misses nothing and is woken for nothing.
func TestWakes(t *testing.T) {
	r := clockBegin(t, clockResolution())
	_, found := r.next("2026-11-25 08:00")
	assert.False(t, found, "a case that nobody has received")
	r.receive("2026-11-25 09:00")
	for _, row := range []struct {
		at       string
		permille int
	}{
		{"2026-11-25 13:00", 500}, {"2026-11-25 15:00", 750}, {"2026-11-25T17:00:00.000000001+08:00", 1000}, {"2026-11-25 18:00", 1125},
	} {
		at, found := r.next("2026-11-25 09:00")
		require.True(t, found)
		clockSame(t, row.at, at)
		d, err := r.Wake(r.c, complaint.Wake{Step: complaint.Step{Ref: "early", By: "timer", At: at.Add(-1)}})
		require.NoError(t, err)
		assert.Empty(t, d.Entries, "a nanosecond earlier there is nothing")
		r.wake(row.at)
		rung := r.entries[len(r.entries)-1].Body.(complaint.RungReached)
		assert.Equal(t, row.permille, rung.Permille)
		assert.True(t, at.Equal(rung.Reached))
		assert.Empty(t, rung.Skipped)
		before := r.c
		r.wake(row.at)
		assert.Equal(t, before, r.c, "woken twice, told once")
	}
	_, found = r.next("2026-11-25 09:00")
	assert.False(t, found)
}

// A wake that comes late tells the highest mark once, and lists those that it skips; where the
// breach lies over the weekend it still says when it was.
func TestWakeLate(t *testing.T) {
	r := clockBegin(t, clockResolution())
	r.receive("2026-11-27 09:00")
	at, _ := r.next("2026-11-28 20:00")
	clockSame(t, "2026-11-28 20:00", at)
	r.wake("2026-11-28 20:00")
	rung := r.entries[len(r.entries)-1].Body.(complaint.RungReached)
	assert.Equal(t, 4, rung.Level)
	assert.Equal(t, []int{1, 2, 3}, rung.Skipped)
	clockSame(t, "2026-11-27 18:00", rung.Reached)
	assert.Equal(t, complaint.CodeClockOverdue, r.reasons[len(r.reasons)-1].Code)
	r.wake("2026-11-27 16:00")
	assert.Equal(t, []string{"rung-reached"}, r.kinds(1), "a wake of an earlier instant tells nothing below")
}

// Paused clocks, stopped ones and those of a duplicate wake nobody.
func TestWakeNone(t *testing.T) {
	r := clockBegin(t, clockResolution())
	r.receive("2026-11-25 09:00")
	r.wait("2026-11-25 12:00", complaint.AwaitCustomer, "documents")
	_, found := r.next("2026-11-25 12:00")
	assert.False(t, found)
	r.log("2026-11-25 14:00", complaint.FromCustomer)
	at, _ := r.next("2026-11-25 14:00")
	clockSame(t, "2026-11-25 15:00", at)

	root := clockBegin(t, clockResolution())
	root.receive("2026-11-24 09:00")
	r.must(r.Link(r.c, complaint.Link{Step: r.step("2026-11-25 14:10"), Case: "K-2", Other: "K-1", As: complaint.Duplicate}, root.c))
	_, found = r.next("2026-11-25 14:10")
	assert.False(t, found, "a merged case is late nowhere: its root is")
	before := r.c
	r.wake("2026-12-25 09:00")
	assert.Equal(t, before, r.c)
	r.must(r.Unlink(r.c, complaint.Unlink{Step: r.step("2026-12-25 10:00"), Other: "K-1", As: complaint.Duplicate}))
	at, found = r.next("2026-11-25 14:10")
	assert.True(t, found, "and unlinked it is again what it was")
	clockSame(t, "2026-11-25 15:00", at)
	r.end("2026-12-25 11:00")
	_, found = r.next("2026-12-25 12:00")
	assert.False(t, found)
}

// A mark that was passed before a pause began, and of which nobody was told, is told while it
// is paused.
func TestWakeMissedBeforeAPause(t *testing.T) {
	r := clockBegin(t, clockResolution())
	r.receive("2026-11-25 09:00")
	r.wait("2026-11-25 13:30", complaint.AwaitCustomer, "documents")
	at, found := r.next("2026-11-25 09:00")
	assert.True(t, found)
	clockSame(t, "2026-11-25 13:00", at)
	r.wake("2026-11-25 16:00")
	assert.Equal(t, 500, r.entries[len(r.entries)-1].Body.(complaint.RungReached).Permille)
	_, found = r.next("2026-11-25 16:00")
	assert.False(t, found)
}

// The end of a way to appeal wakes the case that it keeps open, once; a longer one later.
func TestWakeAppealOver(t *testing.T) {
	r := clockBegin(t)
	r.receive("2026-11-25 09:00")
	advise := func(at, until string) {
		t.Helper()
		r.must(r.Advise(r.c, complaint.Advise{Step: r.step(at), Body: "regulator", Channel: complaint.Letter, Until: clockAt(until)}))
	}
	advise("2026-11-25 10:00", "2026-12-05 00:00")
	at, _ := r.next("2026-11-25 10:00")
	clockSame(t, "2026-12-05 00:00", at)
	r.wake("2026-12-04 23:59")
	assert.Equal(t, []string{"advise"}, r.kinds(1))
	told := r.c
	r.wake("2026-12-05 00:00")
	assert.Equal(t, []string{"wake", "appeal-lapsed"}, r.kinds(2))
	assert.Equal(t, []string{complaint.CodeAppealOver}, caseCodes(r.reasons))
	data, err := json.Marshal(r.entries[len(r.entries)-1])
	require.NoError(t, err)
	var back complaint.Entry
	require.NoError(t, json.Unmarshal(data, &back))
	assert.Equal(t, r.entries[len(r.entries)-1].Body, back.Body)
	_, err = r.c.Apply(back)
	require.ErrorIs(t, err, complaint.ErrBroken, "twice")
	back.At = clockAt("2026-12-04 23:59")
	_, err = told.Apply(back)
	require.ErrorIs(t, err, complaint.ErrBroken, "before it is over")
	_, found := r.next("2026-12-05 00:00")
	assert.False(t, found)
	advise("2026-12-05 10:00", "2026-12-20 00:00")
	at, _ = r.next("2026-12-05 10:00")
	clockSame(t, "2026-12-20 00:00", at)
	filed := r.c
	r.must(r.File(r.c, complaint.File{Step: r.step("2026-12-06 10:00"), Body: "regulator"}))
	_, found = r.next("2026-12-06 10:00")
	assert.False(t, found, "she has taken it")
	r.c, r.entries = filed, r.entries[:len(r.entries)-1]
	r.end("2026-12-20 00:00")
	_, found = r.next("2026-12-20 00:00")
	assert.False(t, found, "closed")
}

// A clock whose calendar ends says so; the others wake all the same.
func TestWakeBeyondTheCalendar(t *testing.T) {
	short := clockOffice("Asia/Shanghai")
	short.ID, short.Until = "this-year", clockDay("2027-01-01")
	long := clockResolution()
	long.Name, long.Calendar, long.Budget, long.Warn, long.After = "long", "this-year", calendar.Budget{WorkingDays: 20}, nil, nil
	rules := []complaint.ClockRule{long, clockResolution()}
	r := &clockRun{tb: t, Policy: clockPolicy(t, rules, clockCalendar(t, short))}
	r.receive("2026-12-28 09:00")
	at, found, err := r.NextWake(r.c, clockAt("2026-12-28 09:00"))
	var refusal *customer.Refusal
	require.ErrorAs(t, err, &refusal)
	assert.True(t, found)
	clockSame(t, "2026-12-28 13:00", at)
	r.wake("2026-12-28 13:00")
	assert.Equal(t, []string{calendar.CodeNoWorkingDays, customer.CodeNoLongerInForce, complaint.CodeClockWarned}, caseCodes(r.reasons))
	r.end("2027-01-04 09:00")
	assert.Contains(t, caseCodes(r.entriesBecause()), complaint.CodeClockStopped)
	_, _, err = new(complaint.Policy).NextWake(r.c, clockAt("2026-12-28 09:00"))
	require.Error(t, err)
}

func (r *clockRun) entriesBecause() (all []customer.Reason) {
	for _, e := range r.entries {
		all = append(all, e.Because)
	}
	return all
}

// On a store a wake that is sent again is answered as before, and one for nothing books nothing.
func TestWakeOnAStore(t *testing.T) {
	store := new(journal.Mem[complaint.ID, complaint.Case, complaint.Entry])
	policy := clockPolicy(t, []complaint.ClockRule{clockResolution()})
	receive := complaint.Receive{Step: complaint.Step{Ref: "1", By: "ann", At: clockAt("2026-11-25 09:00")}, Customer: "c-1", Channel: complaint.Letter}
	_, err := journal.Run(t.Context(), store, "K-1", "receive:1", receive, func(c complaint.Case) (complaint.Decision, error) { return policy.Receive(c, receive) })
	require.NoError(t, err)
	for i, want := range []struct {
		at      string
		entries int
		result  journal.Result
	}{
		{"2026-11-25 13:00", 2, journal.Booked}, {"2026-11-25 13:00", 2, journal.Replayed},
	} {
		wake := complaint.Wake{Step: complaint.Step{Ref: "w-1", By: "timer", At: clockAt(want.at)}}
		answer, err := journal.Run(t.Context(), store, "K-1", "wake:w-1", wake, func(c complaint.Case) (complaint.Decision, error) { return policy.Wake(c, wake) })
		require.NoError(t, err, i)
		assert.Len(t, answer.Decision.Entries, want.entries)
		assert.Equal(t, want.result, answer.Result)
	}
}

// A host that stores its cases as JSON is told the same as one that keeps them in memory: an
// instant that was read from JSON has lost the name of its zone.
func TestNextWakeIsInThePolicysZone(t *testing.T) {
	zone, err := time.LoadLocation("Asia/Shanghai")
	require.NoError(t, err)
	policy, err := complaint.NewPolicy(complaint.Rules{
		Edition: customer.Edition{ID: "service", Version: 1}, Zone: "Asia/Shanghai",
	}, zone)
	require.NoError(t, err)
	at := time.Date(2026, 11, 25, 9, 0, 0, 0, zone)
	d, err := policy.Receive(complaint.Case{}, complaint.Receive{Step: complaint.Step{Ref: "r", By: "ann", At: at}, Customer: "c-1", Channel: complaint.Phone})
	require.NoError(t, err)
	d, err = policy.Promise(d.Next, complaint.Promise{
		Step: complaint.Step{Ref: "p", By: "ann", At: at}, Promise: "p", Kind: complaint.PromisedVisit, Agent: "ann", Until: at.Add(time.Hour).UTC(),
	})
	require.NoError(t, err)
	kept, _, err := policy.NextWake(d.Next, at)
	require.NoError(t, err)
	assert.Equal(t, "2026-11-25 10:00:00 +0800 CST", kept.Truncate(time.Second).String())

	stored, err := json.Marshal(d.Next)
	require.NoError(t, err)
	var c complaint.Case
	require.NoError(t, json.Unmarshal(stored, &c))
	read, _, err := policy.NextWake(c, at.UTC())
	require.NoError(t, err)
	assert.Equal(t, kept, read)
}
