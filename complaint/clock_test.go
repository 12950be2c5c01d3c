package complaint_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/calendar"
	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/customer/journal/journaltest"
)

// clockAnswers are the first answer and the next ones, of an hour each that nothing pauses.
func clockAnswers() []complaint.ClockRule {
	first := complaint.ClockRule{
		Name: "first-response", Starts: []complaint.Trigger{{Kind: complaint.KindReceive}},
		ClockTerms: complaint.ClockTerms{
			Stops:  []complaint.Trigger{{Kind: complaint.KindLog, Direction: complaint.ToCustomer}},
			Budget: calendar.Budget{OpenSeconds: clockSeconds}, Calendar: "office",
		},
	}
	next := first
	next.Name, next.Starts = "next-response", []complaint.Trigger{{Kind: complaint.KindLog, Direction: complaint.FromCustomer}}
	return []complaint.ClockRule{first, next}
}

// First response, next response and resolution, each with its calendar.
// row A52.
func TestClockAnswers(t *testing.T) {
	r := clockBegin(t, append(clockAnswers(), clockResolution())...)
	r.receive("2026-11-25 09:00")
	assert.Equal(t, []string{"receive", "clock-started", "clock-started"}, r.kinds(3))
	r.log("2026-11-25 09:10", complaint.FromCustomer)
	r.log("2026-11-25 09:20", complaint.FromCustomer) // the answer is due from the first one that has none
	r.log("2026-11-25 09:30", complaint.Internal)     // a note among ourselves answers nothing
	r.must(r.Log(r.c, complaint.Log{Step: r.step("2026-11-25 09:40"), Channel: complaint.Phone, Direction: complaint.ToCustomer, Missed: true}))
	assert.True(t, r.read("first-response", "2026-11-25 09:40").Running, "a call that reached nobody is no answer")
	r.log("2026-11-25 09:50", complaint.ToCustomer)
	assert.Equal(t, []string{"log", "clock-stopped", "clock-stopped"}, r.kinds(3))
	first, next := r.read("first-response", "2026-11-25 20:00"), r.read("next-response", "2026-11-25 20:00")
	assert.Equal(t, []time.Duration{50 * time.Minute, 40 * time.Minute}, []time.Duration{first.Used, next.Used})
	r.log("2026-11-26 09:00", complaint.FromCustomer)
	r.log("2026-11-26 10:30", complaint.ToCustomer)
	assert.Equal(t, complaint.CodeClockBreached, r.reasons[0].Code)
	assert.True(t, r.read("next-response", "2026-11-26 10:30").Breached)
	assert.Len(t, r.c.Clocks, 4)
	assert.True(t, r.read("resolution", "2026-11-26 10:30").Running)
}

// An answer that is booked late counts from when it was given, and so does a message that had
// its answer before it was booked.
func TestClockBookedLate(t *testing.T) {
	r := clockBegin(t, clockAnswers()...)
	r.receive("2026-11-25 09:00")
	r.log("2026-11-25 11:00", complaint.ToCustomer)
	assert.True(t, r.read("first-response", "2026-11-25 11:00").Breached)
	r.log("2026-11-25 09:30", complaint.ToCustomer)
	assert.Equal(t, []string{"log", "clock-stopped"}, r.kinds(2))
	assert.False(t, r.read("first-response", "2026-11-25 11:00").Breached)
	r.log("2026-11-25 10:30", complaint.ToCustomer)
	clockSame(t, "2026-11-25 09:30", r.clock("first-response").Stop)
	r.log("2026-11-25 08:30", complaint.ToCustomer) // before it began: no answer
	clockSame(t, "2026-11-25 09:30", r.clock("first-response").Stop)
	r.log("2026-11-25 12:00", complaint.FromCustomer)
	r.log("2026-11-25 12:30", complaint.ToCustomer)
	r.log("2026-11-25 12:15", complaint.FromCustomer)
	assert.Len(t, r.c.Clocks, 2, "the answer of 12:30 answered both")
}

// The answer may be booked before the message that it answers, or before anybody knows of the
// clock: it counts all the same, for whoever gave it.
func TestClockAnsweredBefore(t *testing.T) {
	r := clockBegin(t, clockAnswers()[1])
	r.receive("2026-11-25 09:00")
	r.must(r.Log(r.c, complaint.Log{Step: r.step("2026-11-25 10:10"), Channel: complaint.Phone, Direction: complaint.ToCustomer, Missed: true}))
	r.must(r.Log(r.c, complaint.Log{Step: r.by("bob", "2026-11-25 10:30"), Channel: complaint.Phone, Direction: complaint.ToCustomer}))
	r.log("2026-11-25 10:20", complaint.ToCustomer)
	r.log("2026-11-25 10:15", complaint.FromCustomer)
	assert.Equal(t, []string{"log", "clock-started", "clock-stopped"}, r.kinds(3))
	clockSame(t, "2026-11-25 10:20", r.clock("next-response").Stop)
	r.log("2026-11-25 10:40", complaint.FromCustomer)
	assert.True(t, r.read("next-response", "2026-11-25 10:40").Running, "what came before is no answer to it")

	critical := clockAnswers()[0]
	critical.Starts, critical.FromReceipt, critical.Severities = []complaint.Trigger{{Kind: complaint.KindAssess}}, true, []complaint.Severity{complaint.Critical}
	r = clockBegin(t, critical)
	r.receive("2026-11-25 09:00")
	r.must(r.Log(r.c, complaint.Log{Step: r.by("bob", "2026-11-25 09:20"), Channel: complaint.Phone, Direction: complaint.ToCustomer}))
	assess := func(at string, severity complaint.Severity) {
		t.Helper()
		r.must(r.Assess(r.c, complaint.Assess{Step: r.step(at), Assessment: complaint.Assessment{Severity: severity}}))
	}
	assess("2026-11-25 15:00", complaint.Critical)
	reading := r.read("first-response", "2026-11-25 15:00")
	assert.Equal(t, []any{20 * time.Minute, false, false, "bob"}, []any{reading.Used, reading.Breached, reading.Running, r.clock("first-response").By})
	assess("2026-11-25 16:00", complaint.High)
	assess("2026-11-25 17:00", complaint.Critical)
	assert.Len(t, r.c.Clocks, 1, "assessed again, it was answered all the same")
}

// row A41: 我已經排了二十分鐘的隊了: the clock of the queue began when she took her place in it, not when
// she says so. Where she does not say since when, it begins with the receipt; and once in a cycle.
func TestClockFromHappened(t *testing.T) {
	queue := complaint.ClockRule{
		Name: "queue", Starts: []complaint.Trigger{{Kind: complaint.KindReceive}, {Kind: complaint.KindAdd}}, Kinds: []string{"waiting"}, FromHappened: true,
		ClockTerms: complaint.ClockTerms{
			Stops: []complaint.Trigger{{Kind: complaint.KindLog, Direction: complaint.ToCustomer}}, Budget: calendar.Budget{OpenSeconds: 20 * 60}, Calendar: "office",
			Reopen: complaint.NewCycle,
		},
	}
	waiting := complaint.Claim{Issue: "wait", Kind: "waiting"}
	for name, row := range map[string]struct {
		happened, at string
		breached     bool
	}{
		"for twenty minutes":              {"2026-11-25 10:00", "2026-11-25 10:20:00", false},
		"a second longer":                 {"2026-11-25 10:00", "2026-11-25 10:20:01", true},
		"nobody knows: since the receipt": {"", "2026-11-25 10:40:00", false},
		"and a second longer":             {"", "2026-11-25 10:40:01", true},
	} {
		t.Run(name, func(t *testing.T) {
			r := clockBegin(t, queue)
			receive := complaint.Receive{Step: r.step("2026-11-25 10:20"), Customer: "c-1", Channel: complaint.Phone}
			if row.happened != "" {
				receive.Happened = clockAt(row.happened)
			}
			r.must(r.Receive(r.c, receive))
			r.must(r.Add(r.c, complaint.Add{Step: r.step("2026-11-25 10:30"), Claim: waiting}))
			assert.Equal(t, row.breached, r.read("queue", row.at).Breached)
		})
	}

	r := clockBegin(t, queue)
	r.must(r.Receive(r.c, complaint.Receive{
		Step: r.step("2026-11-25 10:20"), Customer: "c-1", Channel: complaint.Phone, Happened: clockAt("2026-11-25 10:00"), Claims: []complaint.Claim{waiting},
	}))
	r.log("2026-11-25 10:25", complaint.ToCustomer)
	waiting.Issue = "again"
	r.must(r.Add(r.c, complaint.Add{Step: r.step("2026-11-25 10:30"), Claim: waiting}))
	assert.Len(t, r.c.Clocks, 1, "once in a cycle")
	assert.Equal(t, 25*time.Minute, r.read("queue", "2026-11-25 11:00").Used)
	r.must(caseWithdraw(r.Policy, r.c, complaint.Withdraw{Step: r.step("2026-11-25 11:00"), Issue: "wait"}))
	r.must(caseWithdraw(r.Policy, r.c, complaint.Withdraw{Step: r.step("2026-11-25 11:00"), Issue: "again"}))
	r.must(r.Close(r.c, complaint.Close{Step: r.step("2026-11-25 12:00"), Outcome: complaint.OutcomeWithdrawn}))
	r.must(r.Reopen(r.c, complaint.Reopen{Step: r.step("2026-11-26 10:00"), Why: complaint.StillProblem, Issues: []string{"wait"}}))
	clockSame(t, "2026-11-26 10:00", r.clock("queue").Start)

	queue.FromReceipt = true
	_, err := complaint.NewPolicy(clockRules([]complaint.ClockRule{queue}), clockZone(t, "Asia/Shanghai"), clockCalendars(t)...)
	assert.Equal(t, []string{"clocks[0].from_happened"}, casePaths(err), "it is one of the two")
}

// A clock that stops is the desk's that had the case at that instant, whoever books it later.
func TestClockStoppedLate(t *testing.T) {
	r := clockBegin(t, clockAnswers()[0])
	r.receive("2026-11-25 09:00")
	r.must(r.Transfer(r.c, complaint.Transfer{Step: r.step("2026-11-25 11:00"), Desk: "workshop", Reason: "a shoe"}, nil))
	r.log("2026-11-25 09:30", complaint.ToCustomer)
	assert.Equal(t, "front", r.clock("first-response").Desk)
}

// A case that turns out to be worse gets the tighter clock from its receipt, beside the looser
// one; one that turns out to be less bad keeps it, and is woken by whichever comes first.
func TestClockAssessedAnew(t *testing.T) {
	loose, tight := clockResolution(), clockResolution()
	loose.Name, loose.Severities, loose.Budget.OpenSeconds = "loose", []complaint.Severity{complaint.Low, complaint.Normal}, 40*clockSeconds
	tight.Name, tight.Severities = "tight", []complaint.Severity{complaint.Critical}
	for _, rule := range []*complaint.ClockRule{&loose, &tight} {
		rule.Starts, rule.FromReceipt, rule.Warn, rule.After = []complaint.Trigger{{Kind: complaint.KindAssess}}, true, nil, nil
	}
	r := clockBegin(t, loose, tight)
	r.receive("2026-11-25 09:00")
	for i, row := range []struct {
		at       string
		severity complaint.Severity
		clocks   int
		wake     string
	}{
		{"2026-11-25 10:00", complaint.Normal, 1, "2026-12-01T13:00:00.000000001+08:00"},
		{"2026-11-25 11:00", complaint.Critical, 2, "2026-11-25T17:00:00.000000001+08:00"},
		{"2026-11-25 12:00", complaint.Low, 2, "2026-11-25T17:00:00.000000001+08:00"},
		{"2026-11-25 13:00", complaint.Critical, 2, "2026-11-25T17:00:00.000000001+08:00"},
	} {
		r.must(r.Assess(r.c, complaint.Assess{Step: r.step(row.at), Assessment: complaint.Assessment{Severity: row.severity}}))
		assert.Len(t, r.c.Clocks, row.clocks, i)
		at, found := r.next(row.at)
		assert.True(t, found)
		clockSame(t, row.wake, at)
	}
}

// An offer that nobody answers: a clock for it wakes the case, and may raise it, which ends the
// offer. A case that is handed on at once starts none.
func TestClockOffer(t *testing.T) {
	offer := complaint.ClockRule{
		Name: "offer", Starts: []complaint.Trigger{{Kind: complaint.KindTransfer, Offered: true}},
		ClockTerms: complaint.ClockTerms{
			Stops:  []complaint.Trigger{{Kind: complaint.KindAccept}, {Kind: complaint.KindDecline}, {Kind: complaint.KindRaised}},
			Budget: calendar.Budget{OpenSeconds: 15 * 60}, Calendar: "office",
		},
	}
	rules := clockRules([]complaint.ClockRule{offer})
	rules.Ownership = complaint.OwnershipRules{
		FirstDesk: "front", Tiers: []complaint.TierRule{{Desk: "managers"}}, Raises: []complaint.RaiseRule{{Clock: "offer"}},
	}
	policy, err := complaint.NewPolicy(rules, clockZone(t, "Asia/Shanghai"), clockCalendars(t)...)
	require.NoError(t, err)
	r := &clockRun{tb: t, Policy: policy}
	r.receive("2026-11-25 09:00")
	transfer := func(at, desk string, warm bool) {
		t.Helper()
		r.must(r.Transfer(r.c, complaint.Transfer{Step: r.step(at), Desk: desk, Warm: warm, Reason: "a shoe"}, nil))
	}
	transfer("2026-11-25 09:10", "back", false)
	assert.Empty(t, r.c.Clocks)
	transfer("2026-11-25 09:20", "workshop", true)
	at, found := r.next("2026-11-25 09:20")
	assert.True(t, found)
	clockSame(t, "2026-11-25T09:35:00.000000001+08:00", at)
	answered := r.c
	r.wake("2026-11-25 09:40")
	assert.Equal(t, []string{"wake", "rung-reached", "raised", "clock-stopped"}, r.kinds(4))
	assert.Equal(t, "managers", r.c.Owner.Desk)
	_, open := r.c.Offer()
	assert.False(t, open)

	d, err := r.Accept(answered, complaint.Accept{Step: r.by("cid", "2026-11-25 09:30"), Desk: "workshop", Queue: true}, []complaint.Agent{{ID: "cid"}})
	require.NoError(t, err)
	_, found, err = r.NextWake(d.Next, clockAt("2026-11-25 09:30"))
	require.NoError(t, err)
	assert.False(t, found)
}

// How fast a case is classified, by the agent who did and the desk that had it.
// row A13.
func TestClockTriage(t *testing.T) {
	r := clockBegin(t, complaint.ClockRule{
		Name: "triage", Starts: []complaint.Trigger{{Kind: complaint.KindReceive}},
		ClockTerms: complaint.ClockTerms{
			Stops: []complaint.Trigger{{Kind: complaint.KindAssess}}, Budget: calendar.Budget{OpenSeconds: 60}, Calendar: "always",
		},
	})
	r.receive("2026-11-25 22:00")
	r.must(r.Assess(r.c, complaint.Assess{Step: r.by("bob", "2026-11-25 22:00:30"), Assessment: complaint.Assessment{Severity: complaint.High}}))
	clock := r.clock("triage")
	assert.Equal(t, []string{"bob", "front"}, []string{clock.By, clock.Desk})
	reading := r.read("triage", "2026-11-26 00:00")
	assert.Equal(t, 30*time.Second, reading.Used)
	assert.False(t, reading.Breached)
	r.must(r.Assess(r.c, complaint.Assess{Step: r.by("cid", "2026-11-25 22:05"), Assessment: complaint.Assessment{Severity: complaint.Low}}))
	assert.Equal(t, "bob", r.clock("triage").By, "the first classification counts")
}

// Twenty minutes in the queue are the threshold: the mark is told once they are over.
// row A41.
func TestClockQueue(t *testing.T) {
	r := clockBegin(t, complaint.ClockRule{
		Name: "queue", Starts: []complaint.Trigger{{Kind: complaint.KindReceive}}, Channels: []complaint.Channel{complaint.Letter},
		ClockTerms: complaint.ClockTerms{
			Stops: []complaint.Trigger{{Kind: complaint.KindTake}}, Budget: calendar.Budget{OpenSeconds: 20 * 60}, Calendar: "always",
		},
	})
	r.receive("2026-11-25 22:00")
	r.wake("2026-11-25 22:20")
	assert.Equal(t, []string{"clock-started"}, r.kinds(1), "twenty minutes are not above twenty minutes")
	r.wake("2026-11-25 22:20:01")
	assert.Equal(t, []string{"wake", "rung-reached"}, r.kinds(2))
}

// The clock of an approval starts when one is asked for, and stops when nothing waits for one any
// more: the first of two approvals does not stop it.
// row A27.
func TestClockApproval(t *testing.T) {
	rules := remedyRules()
	approval := clockResolution()
	approval.Name, approval.Starts = "approval", []complaint.Trigger{{Kind: complaint.KindApprovalAsked}}
	approval.Stops = []complaint.Trigger{
		{Kind: complaint.KindGranted, Approved: true}, {Kind: complaint.KindObject, Approved: true}, {Kind: complaint.KindDecide, Approved: true},
	}
	decision := clockResolution()
	decision.Name, decision.Stops = "decision", []complaint.Trigger{{Kind: complaint.KindDecide, Phase: complaint.Decided}, {Kind: complaint.KindClose}}
	rules.Clocks = []complaint.ClockRule{approval, decision}
	data, err := json.Marshal(rules)
	require.NoError(t, err)
	read, err := complaint.ParseRules(data)
	require.NoError(t, err)
	assert.Equal(t, rules, read)
	policy, err := complaint.NewPolicy(read, clockZone(t, "Asia/Shanghai"), clockCalendars(t)...)
	require.NoError(t, err)
	r := &clockRun{tb: t, Policy: policy}
	r.must(r.Receive(r.c, complaint.Receive{
		Step: r.step("2026-11-25 09:00"), Customer: "c-1", Channel: complaint.Phone,
		Claims: []complaint.Claim{{Issue: "lost", Kind: "message", Demand: complaint.Compensation, ClaimedMinor: 100_000_00}, {Issue: "rude", Kind: "attitude"}},
	}))
	r.must(r.Assess(r.c, complaint.Assess{Step: r.step("2026-11-25 09:30"), Assessment: complaint.Assessment{Severity: complaint.High}}))
	r.must(r.Decide(r.c, remedyDecide("lost", 6_000_00, remedyRefund("a", 6_000_00)), remedyAnn)) // at 10:00
	assert.Equal(t, "clock-started", r.kinds(1)[0])
	assert.True(t, r.read("decision", "2026-11-25 10:00").Running, "one of two issues is decided")
	approve := func(at, approver string) {
		t.Helper()
		r.must(r.Approve(r.c, complaint.Approve{Step: r.by(approver, at), Remedy: "a"}, remedyStaff))
	}
	approve("2026-11-25 11:00", "hal")
	assert.True(t, r.read("approval", "2026-11-25 11:00").Running)
	approve("2026-11-25 12:00", "hua")
	assert.Equal(t, 2*time.Hour, r.read("approval", "2026-11-25 18:00").Used)
	assert.False(t, r.read("approval", "2026-11-25 18:00").Running)
	second := remedyDecide("rude", 0)
	second.Step = r.step("2026-11-25 13:00")
	r.must(r.Decide(r.c, second, remedyAnn))
	assert.Equal(t, 4*time.Hour, r.read("decision", "2026-11-25 18:00").Used)
}

// For which cases a clock is: as they stand when it would start.
func TestClockFilters(t *testing.T) {
	with := func(change func(*complaint.ClockRule)) complaint.ClockRule {
		rule := clockResolution()
		change(&rule)
		return rule
	}
	for name, row := range map[string]struct {
		rule complaint.ClockRule
		want int
	}{
		"all":              {with(func(*complaint.ClockRule) {}), 1},
		"channel":          {with(func(r *complaint.ClockRule) { r.Channels = []complaint.Channel{complaint.Phone, complaint.Letter} }), 1},
		"other channel":    {with(func(r *complaint.ClockRule) { r.Channels = []complaint.Channel{complaint.Phone} }), 0},
		"kind":             {with(func(r *complaint.ClockRule) { r.Kinds = []string{"rude", "colour"} }), 1},
		"other kind":       {with(func(r *complaint.ClockRule) { r.Kinds = []string{"rude"} }), 0},
		"severity":         {with(func(r *complaint.ClockRule) { r.Severities = []complaint.Severity{complaint.High} }), 0},
		"external":         {with(func(r *complaint.ClockRule) { r.External = true }), 0},
		"in another phase": {with(func(r *complaint.ClockRule) { r.Starts[0].Phase = complaint.Assessed }), 0},
		"in the phase":     {with(func(r *complaint.ClockRule) { r.Starts[0].Phase = complaint.Received }), 1},
		"severity later": {with(func(r *complaint.ClockRule) {
			r.Starts = append(r.Starts, complaint.Trigger{Kind: complaint.KindAssess})
			r.Severities = []complaint.Severity{complaint.High}
		}), 1},
		"external later": {with(func(r *complaint.ClockRule) {
			r.External, r.Starts = true, []complaint.Trigger{{Kind: complaint.KindFile}}
		}), 1},
	} {
		t.Run(name, func(t *testing.T) {
			r := clockBegin(t, row.rule)
			r.receive("2026-11-25 09:00")
			r.must(r.Assess(r.c, complaint.Assess{Step: r.step("2026-11-25 10:00"), Assessment: complaint.Assessment{Severity: complaint.High}}))
			r.must(r.File(r.c, complaint.File{Step: r.step("2026-11-25 11:00"), Body: "ombudsman"}))
			assert.Len(t, r.c.Clocks, row.want)
		})
	}
	rule := clockResolution()
	rule.Starts, rule.FromReceipt = []complaint.Trigger{{Kind: complaint.KindAssess}}, true
	r := clockBegin(t, rule)
	r.receive("2026-11-25 09:00")
	r.must(r.Assess(r.c, complaint.Assess{Step: r.step("2026-11-25 12:00"), Assessment: complaint.Assessment{Severity: complaint.High}}))
	assert.Equal(t, 3*time.Hour, r.read("resolution", "2026-11-25 12:00").Used)
}

// Reopen after a breach: what the cycle before came to stays, and the policy says how it goes on.
func TestClockReopen(t *testing.T) {
	for name, row := range map[string]struct {
		policy   complaint.ReopenPolicy
		clocks   int
		used     time.Duration // at 2026-12-01 10:00, an hour after the reopening
		breached bool
		told     int
	}{
		"not":      {0, 1, 11 * time.Hour, true, 4},
		"continue": {complaint.Continue, 2, 37 * time.Hour, true, 4},
		"resume":   {complaint.ResumeBudget, 2, 12 * time.Hour, true, 4},
		"anew":     {complaint.NewCycle, 2, time.Hour, false, 0},
	} {
		t.Run(name, func(t *testing.T) {
			rule := clockResolution()
			rule.Reopen = row.policy
			r := clockBegin(t, rule)
			r.receive("2026-11-25 09:00")
			r.wake("2026-11-26 11:00")
			r.end("2026-11-26 11:00")
			old := r.clock("resolution")
			r.again("2026-12-01 09:00")
			require.Len(t, r.c.Clocks, row.clocks)
			assert.Equal(t, old, r.c.Clocks[0])
			before, err := r.Read(r.c.Clocks[0], clockAt("2026-12-01 10:00"))
			require.NoError(t, err)
			assert.True(t, before.Breached, "the verdict of the first cycle stays")
			reading := r.read("resolution", "2026-12-01 10:00")
			assert.Equal(t, row.used, reading.Used)
			assert.Equal(t, row.breached, reading.Breached)
			assert.Equal(t, row.told, reading.Told, "what was told is not told again")
			if row.clocks == 2 {
				assert.Equal(t, 2, r.c.Clocks[1].Cycle)
				unborn, err := r.Read(r.c.Clocks[1], clockAt("2026-11-30 10:00"))
				require.NoError(t, err)
				assert.False(t, unborn.Running)
			}
			r.must(caseWithdraw(r.Policy, r.c, complaint.Withdraw{Step: r.step("2026-12-01 11:00"), Issue: "colour"}))
			r.log("2026-11-26 10:00", complaint.ToCustomer) // of the cycle before
			r.must(r.Close(r.c, complaint.Close{Step: r.step("2026-12-01 12:00"), Outcome: complaint.OutcomeWithdrawn}))
			r.again("2026-12-02 09:00")
			assert.Len(t, r.c.Clocks, max(1, 2*row.clocks-1))
		})
	}
}

// A regulator's clock continues where nothing is said, and nothing pauses it.
func TestClockRegulator(t *testing.T) {
	rule := clockResolution()
	rule.Regulator, rule.PauseReasons = true, nil
	r := clockBegin(t, rule)
	r.receive("2026-11-25 09:00")
	r.wait("2026-11-25 10:00", complaint.AwaitCustomer, "documents")
	assert.Equal(t, []string{"wait"}, r.kinds(1))
	_, err := r.c.Apply(complaint.Entry{Version: complaint.EntryVersion, At: clockAt("2026-11-25 10:00"), Body: complaint.ClockPaused{
		Clock: "resolution", From: clockAt("2026-11-25 10:00"), For: complaint.AwaitCustomer, Reason: "documents",
	}})
	require.ErrorIs(t, err, complaint.ErrBroken, "no history pauses it either")
	r.end("2026-11-26 09:00")
	stopped := r.c
	r.again("2026-11-27 09:00")
	started := r.entries[len(r.entries)-1].Body.(complaint.ClockStarted)
	started.Cycle, started.Again = 1, complaint.ResumeBudget
	_, err = stopped.Apply(complaint.Entry{Version: complaint.EntryVersion, At: clockAt("2026-11-27 09:00"), Body: started})
	require.ErrorContains(t, err, "nothing pauses", "not even that the case is closed")
	started.Cycle, started.Again = 2, complaint.Continue
	_, err = stopped.Apply(complaint.Entry{Version: complaint.EntryVersion, At: clockAt("2026-11-27 09:00"), Body: started})
	require.ErrorContains(t, err, "cycle 2 of a case in cycle 1")
	assert.Equal(t, 18*time.Hour, r.read("resolution", "2026-11-27 09:00").Used)
}

// The calendar is changed while the clock is paused: the pause survives, and both readings are
// shown until somebody confirms the new one.
func TestClockSwitch(t *testing.T) {
	r := clockBegin(t, clockResolution())
	next := clockOffice("Asia/Shanghai")
	next.Version, next.Holidays = 2, []calendar.Holiday{{On: clockDay("2026-11-26"), Name: "stocktaking"}}
	r.receive("2026-11-25 09:00")
	assert.Equal(t, []string{complaint.CodeClockSameCalendar}, r.refused(r.Switch(r.c, complaint.Switch{Step: r.step("2026-11-25 10:00"), Clock: "resolution"})))
	r.Policy = clockPolicy(t, []complaint.ClockRule{clockResolution()}, clockCalendar(t, next))
	assert.Equal(t, 1, r.clock("resolution").Version, "pinned at the start")
	r.wait("2026-11-25 10:00", complaint.AwaitCustomer, "documents")
	r.must(r.Switch(r.c, complaint.Switch{Step: r.step("2026-11-25 11:00"), Clock: "resolution"}))
	clockSame(t, "2026-11-25 10:00", r.read("resolution", "2026-11-25 12:00").Paused)
	r.log("2026-11-25 12:00", complaint.FromCustomer)
	reading := r.read("resolution", "2026-11-27 09:30")
	assert.Equal(t, []int{2, 1}, []int{reading.Version, reading.Former.Version})
	assert.Equal(t, 7*time.Hour+30*time.Minute, reading.Used)
	assert.Equal(t, 16*time.Hour+30*time.Minute, reading.Former.Used)
	assert.False(t, reading.Breached)
	assert.True(t, reading.Former.Breached)
	clockSame(t, "2026-11-25 11:00", reading.Switched)
	assert.Contains(t, caseCodes(reading.Reasons()), complaint.CodeClockFormer)

	r.must(r.Confirm(r.c, complaint.Confirm{Step: r.step("2026-11-27 10:00"), Clock: "resolution"}))
	assert.True(t, r.read("resolution", "2026-11-27 10:00").Switched.IsZero())
	assert.False(t, r.read("resolution", "2026-11-27 09:30").Switched.IsZero(), "what was known then")
	assert.Equal(t, 1, r.read("resolution", "2026-11-25 10:59").Version, "what was known then")
	assert.Equal(t, []string{complaint.CodeClockNotSwitched}, r.refused(r.Confirm(r.c, complaint.Confirm{Step: r.step("2026-11-27 11:00"), Clock: "resolution"})))
	assert.Equal(t, []string{complaint.CodeClockNone}, r.refused(r.Switch(r.c, complaint.Switch{Step: r.step("2026-11-27 11:00"), Clock: "other"})))
	assert.Equal(t, []string{complaint.CodeClockSwitchedLater}, r.refused(r.Switch(r.c, complaint.Switch{Step: r.step("2026-11-25 10:59"), Clock: "resolution", Version: 1})))
	assert.Equal(t, []string{complaint.CodeClockCalendar}, r.refused(r.Switch(r.c, complaint.Switch{Step: r.step("2026-11-27 11:00"), Clock: "resolution", Calendar: "moon"})))
	r.end("2026-11-27 12:00")
	assert.Equal(t, []string{complaint.CodePhase, complaint.CodeClockNone}, r.refused(r.Switch(r.c, complaint.Switch{Step: r.step("2026-11-27 13:00"), Clock: "resolution", Version: 1})))
}

// An extension without an approver is none; nor is one by whoever asks for it, handles the case
// or is complained about, nor one of which the customer does not know, nor one too late.
func TestClockExtend(t *testing.T) {
	rule := clockResolution()
	rule.Extensions = []complaint.ExtensionRule{
		{Budget: calendar.Budget{OpenSeconds: 8 * clockSeconds}, Role: "head"},
		{Budget: calendar.Budget{OpenSeconds: 8 * clockSeconds}, Role: "board", Notice: true},
	}
	r := clockBegin(t, rule)
	r.receive("2026-11-25 09:00")
	extend := func(at, by, notice string, approver complaint.Agent) (complaint.Decision, error) {
		return r.Extend(r.c, complaint.Extend{Step: r.by(by, at), Clock: "resolution", Approver: approver.ID, Notice: notice, Note: "the laboratory is slow"}, approver)
	}
	head, board := complaint.Agent{ID: "hans", Roles: []string{"head"}}, complaint.Agent{ID: "bo", Roles: []string{"clerk", "board"}}
	assert.Equal(t, []string{complaint.CodeExtensionApprover}, r.refused(extend("2026-11-25 10:00", "ann", "", complaint.Agent{})))
	assert.Equal(t, []string{complaint.CodeExtensionRole}, r.refused(extend("2026-11-25 10:00", "ann", "", board)))
	assert.Equal(t, []string{complaint.CodeExtensionHandler}, r.refused(extend("2026-11-25 10:00", "hans", "", head)))
	bea := complaint.Agent{ID: "bea", Roles: []string{"head"}}
	assert.Equal(t, []string{complaint.CodeConcerned}, r.refused(extend("2026-11-25 10:00", "ann", "", bea)))
	_, err := r.Extend(r.c, complaint.Extend{Step: r.step("2026-11-25 10:00"), Clock: "resolution", Approver: "hans"}, board)
	require.ErrorAs(t, err, new(customer.Faults))
	_, err = r.c.Apply(complaint.Entry{Version: complaint.EntryVersion, At: clockAt("2026-11-25 10:00"), Body: complaint.ClockExtended{Clock: "resolution"}})
	require.ErrorIs(t, err, complaint.ErrBroken, "no history extends without an approver either")

	late, err := extend("2026-11-25 17:00:01", "ann", "", head)
	assert.Equal(t, []string{complaint.CodeClockBreached}, r.refused(late, err), "no extension undoes a breach")
	r.wake("2026-11-25 16:00")
	assert.Equal(t, 2, r.read("resolution", "2026-11-25 16:00").Told)
	r.must(extend("2026-11-25 17:00", "ann", "", head)) // on the due it is not too late
	clockSame(t, "2026-11-26 16:00", r.read("resolution", "2026-11-25 17:00").Due)
	assert.Equal(t, 0, r.read("resolution", "2026-11-25 17:00").Told, "a longer budget warns anew")
	clockSame(t, "2026-11-25 17:00", r.read("resolution", "2026-11-25 16:59").Due)

	assert.Equal(t, []string{complaint.CodeExtensionNotice}, r.refused(extend("2026-11-26 09:00", "ann", "", board)))
	untold := r.c
	r.wake("2026-11-26 16:30")
	assert.Equal(t, []string{complaint.CodeClockBreached, complaint.CodeExtensionNotice}, r.refused(extend("2026-11-26 09:00", "ann", "", board)), "booked late, it undoes no breach that was told")
	r.c, r.entries = untold, r.entries[:len(r.entries)-2]
	r.log("2026-11-26 09:10", complaint.FromCustomer)
	asked := r.c.Contacts[len(r.c.Contacts)-1].Ref
	assert.Equal(t, []string{complaint.CodeExtensionNotice}, r.refused(extend("2026-11-26 09:20", "ann", asked, board)), "what she says tells her nothing")
	r.log("2026-11-26 09:30", complaint.ToCustomer)
	told := r.c.Contacts[len(r.c.Contacts)-1].Ref
	assert.Equal(t, []string{complaint.CodeExtensionNotice}, r.refused(extend("2026-11-26 09:29", "ann", told, board)), "not before she was told")
	assert.Equal(t, []string{complaint.CodeExtensionRole, complaint.CodeExtensionNotice}, r.refused(extend("2026-11-26 09:40", "ann", "", head)), "all at once")
	r.must(extend("2026-11-26 09:40", "ann", told, board))
	assert.Equal(t, []complaint.Extended{
		{At: r.clock("resolution").Extended[0].At, Approver: "hans", Role: "head"},
		{At: r.clock("resolution").Extended[1].At, Approver: "bo", Role: "board", Notice: told},
	}, r.clock("resolution").Extended)
	assert.Equal(t, []string{complaint.CodeExtensionNone}, r.refused(extend("2026-11-26 10:00", "ann", told, board)))
	r.end("2026-11-26 12:00")
	assert.Equal(t, []string{complaint.CodePhase, complaint.CodeClockNone, complaint.CodeExtensionApprover}, r.refused(extend("2026-11-26 13:00", "ann", "", complaint.Agent{})))
}

// The next year's edition of a calendar may be there before it is in force: a clock that starts
// before pins the one that is.
func TestClockPinsTheCalendarInForce(t *testing.T) {
	this, next, last := clockOffice("Asia/Shanghai"), clockOffice("Asia/Shanghai"), clockOffice("Asia/Shanghai")
	for _, rules := range []*calendar.Rules{&this, &next, &last} {
		rules.ID = "service"
	}
	last.Version, last.Until = 1, clockDay("2026-01-01")
	this.Version, this.From = 2, clockDay("2026-01-01")
	next.Version, next.From = 3, clockDay("2027-01-01")
	rule := clockResolution()
	rule.Calendar = "service"
	for at, version := range map[string]int{"2025-12-31 23:59": 1, "2026-01-01 00:00": 2, "2026-12-31 23:59": 2, "2027-01-01 00:00": 3} {
		r := &clockRun{tb: t, Policy: clockPolicy(t, []complaint.ClockRule{rule}, clockCalendar(t, next), clockCalendar(t, this), clockCalendar(t, last))}
		r.receive(at)
		assert.Equal(t, version, r.clock("resolution").Version, at)
	}
	r := &clockRun{tb: t, Policy: clockPolicy(t, []complaint.ClockRule{rule}, clockCalendar(t, next))}
	r.receive("2026-12-31 09:00")
	_, err := r.Read(r.clock("resolution"), clockAt("2026-12-31 10:00"))
	require.ErrorAs(t, err, new(*customer.Refusal), "none is in force")
}

// A policy that was not given the calendar of a clock says so, beside all else that is missing;
// what needs no figure is done all the same.
func TestClockCalendarGone(t *testing.T) {
	rule := clockResolution()
	rule.Calendar, rule.Extensions = "service", []complaint.ExtensionRule{{Budget: calendar.Budget{OpenSeconds: clockSeconds}, Role: "head"}}
	service := clockOffice("Asia/Shanghai")
	service.ID = "service"
	r := &clockRun{tb: t, Policy: clockPolicy(t, []complaint.ClockRule{rule}, clockCalendar(t, service))}
	r.receive("2026-11-25 09:00")
	r.Policy = clockPolicy(t, nil)
	assert.Equal(t, []string{complaint.CodeClockCalendar, complaint.CodeExtensionApprover}, r.refused(r.Extend(r.c, complaint.Extend{
		Step: r.step("2026-11-25 10:00"), Clock: "resolution",
	}, complaint.Agent{})))
	_, _, err := r.NextWake(r.c, clockAt("2026-11-25 10:00"))
	var refusal *customer.Refusal
	require.ErrorAs(t, err, &refusal)
	assert.Equal(t, "the policy was not given version 1 of the calendar service", complaint.Explain(refusal.Missing[0], customer.English))
	r.wait("2026-11-25 11:00", complaint.AwaitCustomer, "documents")
	r.must(r.Switch(r.c, complaint.Switch{Step: r.step("2026-11-25 12:00"), Clock: "resolution", Calendar: "office"}))
	_, err = r.Read(r.clock("resolution"), clockAt("2026-11-25 13:00"))
	require.ErrorAs(t, err, &refusal, "what it was before is shown until somebody confirms the change, and cannot be")
	r.must(r.Confirm(r.c, complaint.Confirm{Step: r.step("2026-11-25 13:00"), Clock: "resolution"}))
	assert.Equal(t, 2*time.Hour, r.read("resolution", "2026-11-25 13:00").Used)
	r.end("2026-11-25 14:00")
}

// What the terms of a clock were when it began holds to its end, under any later policy.
func TestClockPinned(t *testing.T) {
	r := clockBegin(t, clockResolution())
	r.receive("2026-11-25 09:00")
	want := r.read("resolution", "2026-11-25 12:00")
	stricter := clockResolution()
	stricter.Budget.OpenSeconds, stricter.PauseReasons, stricter.Stops = 60, nil, []complaint.Trigger{{Kind: complaint.KindDecide}}
	r.Policy = clockPolicy(t, []complaint.ClockRule{stricter})
	assert.Equal(t, want, r.read("resolution", "2026-11-25 12:00"))
	r.Policy = clockPolicy(t, nil)
	r.wait("2026-11-25 12:00", complaint.AwaitCustomer, "documents")
	assert.Equal(t, []string{"wait", "clock-paused"}, r.kinds(2))
	r.end("2026-11-25 13:00")
	assert.False(t, r.clock("resolution").Stop.IsZero())
}

// The rules are checked whole, and nothing of the caller's is kept.
func TestClockRules(t *testing.T) {
	day := func(n int) calendar.Budget { return calendar.Budget{WorkingDays: n} }
	for name, row := range map[string]struct {
		change func(*complaint.ClockRule)
		paths  []string
	}{
		"no name":               {func(r *complaint.ClockRule) { r.Name = "" }, []string{"name"}},
		"no start":              {func(r *complaint.ClockRule) { r.Starts = nil }, []string{"starts"}},
		"no stop":               {func(r *complaint.ClockRule) { r.Stops = nil }, []string{"stops"}},
		"an unknown kind":       {func(r *complaint.ClockRule) { r.Starts[0].Kind = 0 }, []string{"starts[0].kind"}},
		"a kind of clocks":      {func(r *complaint.ClockRule) { r.Stops[0].Kind = complaint.KindRungReached }, []string{"stops[0].kind"}},
		"a wake":                {func(r *complaint.ClockRule) { r.Stops[0].Kind = complaint.KindWake }, []string{"stops[0].kind"}},
		"a direction of no log": {func(r *complaint.ClockRule) { r.Stops[0].Direction = complaint.ToCustomer }, []string{"stops[0].direction"}},
		"a party of no wait":    {func(r *complaint.ClockRule) { r.Stops[0].For = complaint.AwaitUs }, []string{"stops[0].for"}},
		"a phase that is none":  {func(r *complaint.ClockRule) { r.Stops[0].Phase = 9 }, []string{"stops[0].phase"}},
		"no severity":           {func(r *complaint.ClockRule) { r.Severities = []complaint.Severity{0} }, []string{"severities[0]"}},
		"no channel":            {func(r *complaint.ClockRule) { r.Channels = []complaint.Channel{0} }, []string{"channels[0]"}},
		"a kind twice":          {func(r *complaint.ClockRule) { r.Kinds = []string{"a", "a"} }, []string{"kinds[1]"}},
		"a negative budget":     {func(r *complaint.ClockRule) { r.Budget.OpenSeconds = -1 }, []string{"budget.open_seconds", "after[0]"}},
		"two units":             {func(r *complaint.ClockRule) { r.Budget.WorkingDays = 1 }, []string{"budget", "after[0]"}},
		"another unit after":    {func(r *complaint.ClockRule) { r.After = []calendar.Budget{day(1)} }, []string{"after[0]"}},
		"after not ascending":   {func(r *complaint.ClockRule) { r.After = append(r.After, r.After[0]) }, []string{"after[1]"}},
		"another unit to extend": {func(r *complaint.ClockRule) {
			r.Extensions = []complaint.ExtensionRule{{Budget: day(1), Role: "head"}}
		}, []string{"extensions[0].budget"}},
		"extended by nobody": {func(r *complaint.ClockRule) {
			r.Extensions = []complaint.ExtensionRule{{Budget: calendar.Budget{OpenSeconds: 60}}}
		}, []string{"extensions[0].role"}},
		"too long in all": {func(r *complaint.ClockRule) {
			r.Extensions = []complaint.ExtensionRule{{Budget: calendar.Budget{OpenSeconds: calendar.MaxOpenSeconds}, Role: "head"}}
		}, []string{"extensions[0].budget.open_seconds", "after[0].open_seconds"}},
		"an unknown calendar":    {func(r *complaint.ClockRule) { r.Calendar = "moon" }, []string{"calendar"}},
		"a regulator that waits": {func(r *complaint.ClockRule) { r.Regulator = true }, []string{"pause_reasons"}},
		"a regulator that stands still": {func(r *complaint.ClockRule) {
			r.Regulator, r.PauseReasons, r.Reopen = true, nil, complaint.ResumeBudget
		}, []string{"reopen"}},
		"warned at the breach":   {func(r *complaint.ClockRule) { r.Warn = []int{1000} }, []string{"warn[0]"}},
		"warnings not ascending": {func(r *complaint.ClockRule) { r.Warn = []int{750, 750} }, []string{"warn[1]"}},
		"reopened in two ways": {func(r *complaint.ClockRule) {
			r.Reopen, r.Starts = complaint.NewCycle, []complaint.Trigger{{Kind: complaint.KindReopen}}
		}, []string{"starts[0].kind"}},
		"an unknown reopen policy": {func(r *complaint.ClockRule) { r.Reopen = 9 }, []string{"reopen"}},
	} {
		t.Run(name, func(t *testing.T) {
			rule := clockResolution()
			row.change(&rule)
			_, err := complaint.NewPolicy(clockRules([]complaint.ClockRule{rule}), clockZone(t, "Asia/Shanghai"), clockCalendars(t)...)
			var faults customer.Faults
			require.ErrorAs(t, err, &faults)
			var paths []string
			for _, fault := range faults {
				paths = append(paths, fault.Path[len("clocks[0]."):])
			}
			assert.Equal(t, row.paths, paths)
		})
	}
	rules := []complaint.ClockRule{clockResolution(), clockResolution()}
	_, err := complaint.NewPolicy(clockRules(rules), clockZone(t, "Asia/Shanghai"), clockCalendars(t)...)
	require.ErrorContains(t, err, "clocks[1].name")
	_, err = complaint.NewPolicy(clockRules(slices.Repeat(rules, 51)), clockZone(t, "Asia/Shanghai"), clockCalendars(t)...)
	require.ErrorContains(t, err, "clocks")

	rule := clockResolution()
	r := &clockRun{tb: t, Policy: clockPolicy(t, []complaint.ClockRule{rule})}
	rule.Starts[0].Kind, rule.Stops[0].Kind, rule.Warn[0] = complaint.KindClose, complaint.KindTake, 1
	r.receive("2026-11-25 09:00")
	assert.Equal(t, []int{500, 750}, r.clock("resolution").Warn)
	assert.Equal(t, complaint.KindClose, r.clock("resolution").Stops[0].Kind)
}

// Entries of clocks are written and read again, and what no history says is refused.
func TestClockEntries(t *testing.T) {
	rule := clockResolution()
	rule.Reopen = complaint.ResumeBudget
	rule.Extensions = []complaint.ExtensionRule{{Budget: calendar.Budget{OpenSeconds: clockSeconds}, Role: "head"}}
	next := clockOffice("Asia/Shanghai")
	next.Version = 2
	r := clockBegin(t, rule)
	r.receive("2026-11-25 09:00")
	r.Policy = clockPolicy(t, []complaint.ClockRule{rule}, clockCalendar(t, next))
	r.wait("2026-11-25 10:00", complaint.AwaitThird, "documents")
	r.log("2026-11-25 11:00", complaint.FromOther)
	r.wake("2026-11-25 16:00")
	head := complaint.Agent{ID: "hans", Roles: []string{"head"}}
	r.must(r.Extend(r.c, complaint.Extend{Step: r.step("2026-11-25 16:10"), Clock: "resolution", Approver: "hans"}, head))
	r.must(r.Switch(r.c, complaint.Switch{Step: r.step("2026-11-25 16:20"), Clock: "resolution"}))
	r.must(r.Confirm(r.c, complaint.Confirm{Step: r.step("2026-11-25 16:30"), Clock: "resolution"}))
	r.end("2026-11-25 17:00")
	r.again("2026-11-26 09:00")
	var seen []complaint.Kind
	var read []complaint.Entry
	for _, e := range r.entries {
		data, err := json.Marshal(e)
		require.NoError(t, err)
		var back complaint.Entry
		require.NoError(t, json.Unmarshal(data, &back), "%s", data)
		again, err := json.Marshal(back)
		require.NoError(t, err)
		assert.JSONEq(t, string(data), string(again))
		assert.IsType(t, e.Body, back.Body)
		read, seen = append(read, back), append(seen, e.Kind())
	}
	for kind := complaint.KindClockStarted; kind <= complaint.KindRungReached; kind++ {
		assert.Contains(t, seen, kind)
	}
	replayed, err := complaint.Replay(read)
	require.NoError(t, err)
	want, err := json.Marshal(r.c)
	require.NoError(t, err)
	got, err := json.Marshal(replayed)
	require.NoError(t, err)
	assert.JSONEq(t, string(want), string(got))
	var stored complaint.Case
	require.NoError(t, json.Unmarshal(want, &stored))
	for i := range r.c.Clocks {
		assert.Equal(t, r.c.Clocks[i].ClockTerms, stored.Clocks[i].ClockTerms, "a case that is stored forgets no terms")
		assert.Len(t, stored.Clocks[i].Pauses, len(r.c.Clocks[i].Pauses))
	}

	at := clockAt("2026-11-26 10:00")
	started, err := json.Marshal(r.entries[1])
	require.NoError(t, err)
	assert.Contains(t, string(started), `"budget":{"open_seconds":28800},"calendar":"office","pause_reasons":["documents"]`)
	for name, body := range map[string]complaint.Body{
		"starts twice":                complaint.ClockStarted{Clock: "resolution", Start: at},
		"starts never":                complaint.ClockStarted{Clock: "other"},
		"goes on without a beginning": complaint.ClockStarted{Clock: "other", Start: at, Again: complaint.Continue},
		"goes on by nothing":          complaint.ClockStarted{Clock: "other", Start: at, Again: 9},
		"stops before it starts":      complaint.ClockStopped{Clock: "resolution", Stop: clockAt("2026-11-25 08:00")},
		"stops and is not there":      complaint.ClockStopped{Clock: "other", Stop: at},
		"pauses and is not there":     complaint.ClockPaused{Clock: "other", From: at},
		"pauses from never":           complaint.ClockPaused{Clock: "resolution"},
		"resumes without a pause":     complaint.ClockResumed{Clock: "resolution", To: at},
		"resumes and is not there":    complaint.ClockResumed{Clock: "other", To: at},
		"a rung that is none":         complaint.RungReached{Clock: "resolution", Level: 5},
		"a rung below":                complaint.RungReached{Clock: "resolution", Level: 0},
		"a rung of nothing":           complaint.RungReached{Clock: "other", Level: 1},
		"extended too often":          complaint.ClockExtended{Clock: "resolution", Approver: "hans"},
		"extended and is not there":   complaint.ClockExtended{Clock: "other", Approver: "hans"},
		"switched and is not there":   complaint.ClockSwitched{Clock: "other", Calendar: "office", Version: 1},
		"confirmed twice":             complaint.Confirm{Clock: "resolution"},
		"asked for what is not there": complaint.Extend{Clock: "other"},
		"switches what is not there":  complaint.Switch{Clock: "other"},
		"waits for none":              complaint.Wait{},
	} {
		before := r.c
		_, err := r.c.Apply(complaint.Entry{Version: complaint.EntryVersion, At: at, Body: body})
		require.ErrorIs(t, err, complaint.ErrBroken, name)
		assert.Equal(t, before, r.c)
	}
	var forged complaint.Entry
	for _, body := range []string{
		`"kind":"clock-started","body":{"clock":"a","cycle":1,"start":"2026-11-25T09:00:00Z","version":1,"stops":[{"kind":"close"}],"budget":{},"calendar":"office"}`,
		`"kind":"clock-stopped","body":{"clock":"a","stop":"0001-01-01T00:00:00Z"}`,
		`"kind":"clock-paused","body":{"clock":"a","from":"2026-11-25T09:00:00Z","for":"us","reason":"documents"}`,
		`"kind":"clock-resumed","body":{"clock":"","to":"2026-11-25T09:00:00Z"}`,
		`"kind":"clock-extended","body":{"clock":"a","approver":"","role":"head"}`,
		`"kind":"clock-switched","body":{"clock":"a","calendar":"","version":1}`,
		`"kind":"rung-reached","body":{"clock":"a","level":1,"reached":"0001-01-01T00:00:00Z"}`,
		`"kind":"wait","body":{"for":"customer"}`,
	} {
		require.Error(t, json.Unmarshal([]byte(`{"v":1,"at":"2026-11-25T09:00:00Z","by":"x","ref":"x",`+body+`}`), &forged), body)
	}
}

// A case that nobody wrote has clocks that no policy starts: an error at most, and no panic.
func TestClockForged(t *testing.T) {
	r := clockBegin(t, clockResolution())
	r.receive("2026-11-25 09:00")
	for name, forge := range map[string]func(c *complaint.Clock){
		"no budget":   func(c *complaint.Clock) { c.Budget = calendar.Budget{} },
		"two units":   func(c *complaint.Clock) { c.Budget.CalendarDays = 3 },
		"no start":    func(c *complaint.Clock) { c.Start = time.Time{} },
		"no calendar": func(c *complaint.Clock) { c.Calendar = "" },
		"a pause back": func(c *complaint.Clock) {
			c.Pauses = []complaint.Pause{clockPause("2026-11-25 12:00", "2026-11-25 11:00")}
		},
		"pauses out of order": func(c *complaint.Clock) {
			c.Pauses = []complaint.Pause{clockPause("2026-11-25 12:00", "2026-11-25 13:00"), clockPause("2026-11-25 10:00", "2026-11-25 11:00")}
		},
		"a level below":        func(c *complaint.Clock) { c.Reached = []complaint.Rung{{Level: -5}} },
		"a level above":        func(c *complaint.Clock) { c.Reached = []complaint.Rung{{Level: 1 << 40}} },
		"extended too often":   func(c *complaint.Clock) { c.Extended = make([]complaint.Extended, 9) },
		"a warning above":      func(c *complaint.Clock) { c.Warn = []int{5000, -1} },
		"overdue in days":      func(c *complaint.Clock) { c.After = []calendar.Budget{{WorkingDays: 1}, {}} },
		"switched to nothing":  func(c *complaint.Clock) { c.Switched = make([]complaint.Switched, 2) },
		"stopped before start": func(c *complaint.Clock) { c.Stop = c.Start.Add(-1) },
	} {
		t.Run(name, func(t *testing.T) {
			c := r.c
			c.Clocks = slices.Clone(c.Clocks)
			forge(&c.Clocks[0])
			head := complaint.Agent{ID: "hans", Roles: []string{"head"}}
			for _, at := range []string{"2026-11-25 10:30", "2026-11-26 09:30", "2027-11-26 09:30"} {
				assert.NotPanics(t, func() {
					_, _, _ = r.NextWake(c, clockAt(at))
					_, _ = r.Read(c.Clocks[0], clockAt(at))
					_, _ = r.Wake(c, complaint.Wake{Step: r.step(at)})
					_, _ = r.Extend(c, complaint.Extend{Step: r.step(at), Clock: "resolution", Approver: "hans"}, head)
					_, _ = r.Switch(c, complaint.Switch{Step: r.step(at), Clock: "resolution", Calendar: "always"})
					_, _ = r.Confirm(c, complaint.Confirm{Step: r.step(at), Clock: "resolution"})
					_, _ = r.Log(c, complaint.Log{Step: r.step(at), Channel: complaint.Phone, Direction: complaint.FromCustomer})
					_, _ = r.Withdraw(c, complaint.Withdraw{Step: r.step(at), Issue: "colour"})
				})
			}
		})
	}
	none := r.c
	none.Clocks = slices.Clone(none.Clocks)
	none.Clocks[0].Budget = calendar.Budget{}
	_, err := r.Wake(none, complaint.Wake{Step: r.step("2026-11-25 18:00")})
	require.ErrorAs(t, err, new(customer.Faults), "a wake does not pass it over")
	none = r.c
	none.Contacts, none.Clocks = nil, nil
	assert.NotPanics(t, func() {
		d, err := r.Log(none, complaint.Log{Step: r.step("2026-11-25 10:00"), Channel: complaint.Phone, Direction: complaint.FromCustomer})
		require.NoError(t, err)
		assert.Len(t, d.Next.Contacts, 1)
	})
}

// Two branches of one case share nothing.
func TestClockBranches(t *testing.T) {
	r := clockBegin(t, clockResolution())
	r.receive("2026-11-25 09:00")
	r.wait("2026-11-25 10:00", complaint.AwaitCustomer, "documents")
	r.log("2026-11-25 10:30", complaint.FromCustomer)
	before, err := json.Marshal(r.c)
	require.NoError(t, err)
	branch := func(reason string, at string) complaint.Case {
		d, err := r.Wait(r.c, complaint.Wait{Step: r.step(at), For: complaint.AwaitCustomer, Reason: reason})
		require.NoError(t, err)
		d2, err := r.Log(d.Next, complaint.Log{Step: r.step(at), Channel: complaint.Phone, Direction: complaint.FromCustomer})
		require.NoError(t, err)
		return d2.Next
	}
	one := branch("documents", "2026-11-25 11:00")
	was, err := json.Marshal(one)
	require.NoError(t, err)
	branch("documents", "2026-11-25 12:00")
	is, err := json.Marshal(one)
	require.NoError(t, err)
	assert.Equal(t, string(was), string(is))
	after, err := json.Marshal(r.c)
	require.NoError(t, err)
	assert.Equal(t, string(before), string(after))
}

// Whoever is complained about moves no deadline of the case.
func TestClockImpartial(t *testing.T) {
	r := clockBegin(t, clockResolution())
	r.receive("2026-11-25 09:00")
	concerned := []string{complaint.CodeConcerned}
	assert.Equal(t, concerned, r.refused(r.Wait(r.c, complaint.Wait{Step: r.by("bea", "2026-11-25 10:00"), For: complaint.AwaitCustomer, Reason: "documents"})))
	assert.Contains(t, r.refused(r.Switch(r.c, complaint.Switch{Step: r.by("bea", "2026-11-25 10:00"), Clock: "resolution", Calendar: "always"})), complaint.CodeConcerned)
	assert.Contains(t, r.refused(r.Confirm(r.c, complaint.Confirm{Step: r.by("bea", "2026-11-25 10:00"), Clock: "resolution"})), complaint.CodeConcerned)
	assert.Contains(t, r.refused(r.Extend(r.c, complaint.Extend{Step: r.by("bea", "2026-11-25 10:00"), Clock: "resolution"}, complaint.Agent{})), complaint.CodeConcerned)
}

func TestClockTexts(t *testing.T) {
	assert.Equal(t, "continue resume-budget new-cycle", customertest.Texts(t, complaint.NewCycle))
	assert.Equal(t, "us customer third-party nobody", customertest.Texts(t, complaint.AwaitNobody))
}

func TestClockFacts(t *testing.T) {
	step := complaint.Step{Ref: "r", By: "ann", At: clockAt("2026-11-25 09:00")}
	journaltest.TestFact(t, complaint.Wait{Step: step, For: complaint.AwaitCustomer, Reason: "documents"})
	journaltest.TestFact(t, complaint.Extend{Step: step, Clock: "resolution", Approver: "hans", Notice: "r-1", Note: "why"})
	journaltest.TestFact(t, complaint.Switch{Step: step, Clock: "resolution", Calendar: "office", Version: 2})
	journaltest.TestFact(t, complaint.Confirm{Step: step, Clock: "resolution"})
	journaltest.TestFact(t, complaint.Wake{Step: step})
}
