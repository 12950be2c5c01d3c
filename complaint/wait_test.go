package complaint_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/customer"
)

// A wait pauses exactly those clocks that allow its reason, and a contact from the party that
// is waited for ends it.
func TestWait(t *testing.T) {
	parts := clockResolution()
	parts.Name, parts.PauseReasons = "repair", []string{"parts"}
	r := clockBegin(t, append(clockAnswers(), clockResolution(), parts)...)
	r.receive("2026-11-25 09:00")
	paused := func() (names []string) {
		for _, clock := range r.c.Clocks {
			if !r.read(clock.Name, "2027-01-01 00:00").Paused.IsZero() {
				names = append(names, clock.Name)
			}
		}
		return names
	}
	r.wait("2026-11-25 10:00", complaint.AwaitCustomer, "holiday")
	assert.Empty(t, paused(), "no clock allows that")
	r.wait("2026-11-25 10:10", complaint.AwaitCustomer, "documents")
	assert.Equal(t, []string{"resolution"}, paused())
	before := r.c
	r.wait("2026-11-25 10:15", complaint.AwaitCustomer, "documents")
	assert.Equal(t, before, r.c, "what it waits for already changes nothing")
	r.wait("2026-11-25 10:20", complaint.AwaitThird, "parts")
	assert.Equal(t, []string{"repair"}, paused())
	assert.Equal(t, []string{"wait", "clock-resumed", "clock-paused"}, r.kinds(3))
	r.wait("2026-11-25 10:30", complaint.AwaitNobody, "parts")
	assert.Equal(t, []string{"wait", "clock-resumed", "clock-paused"}, r.kinds(3), "a pause says for whom")
	assert.Equal(t, complaint.AwaitNobody, r.read("repair", "2026-11-25 11:00").For)
	r.wait("2026-11-25 10:40", complaint.AwaitUs, "parts")
	assert.Empty(t, paused(), "waiting for us pauses nothing, whatever the reason")

	r.wait("2026-11-25 11:00", complaint.AwaitCustomer, "documents")
	r.log("2026-11-25 11:10", complaint.FromOther)
	r.log("2026-11-25 11:20", complaint.ToCustomer)
	r.log("2026-11-25 10:50", complaint.FromCustomer) // from before the wait
	assert.Equal(t, []string{"resolution"}, paused())
	r.log("2026-11-25 12:00", complaint.FromCustomer)
	assert.Empty(t, paused())
	assert.Equal(t, complaint.AwaitUs, r.c.Waiting.For)
	reading := r.read("resolution", "2026-11-25 12:00")
	assert.Equal(t, 3*time.Hour-10*time.Minute-time.Hour, reading.Used)

	r.wait("2026-11-25 13:00", complaint.AwaitThird, "parts")
	r.log("2026-11-25 14:00", complaint.FromOther)
	assert.Equal(t, complaint.AwaitUs, r.c.Waiting.For)
	r.wait("2026-11-25 15:00", complaint.AwaitCustomer, "documents")
	r.end("2026-11-26 10:00")
	assert.Equal(t, complaint.AwaitUs, r.c.Waiting.For, "she has withdrawn it")
	assert.Equal(t, []string{complaint.CodePhase}, r.refused(r.Wait(r.c, complaint.Wait{Step: r.step("2026-11-26 11:00"), For: complaint.AwaitUs})))
	for _, w := range []complaint.Wait{{}, {For: 9, Reason: "x"}, {For: complaint.AwaitCustomer}} {
		w.Step = r.step("2026-11-26 11:00")
		_, err := r.Wait(r.c, w)
		require.ErrorAs(t, err, new(customer.Faults))
	}
}

// A clock that begins while the case waits for what pauses it is paused at once, from when the
// wait began where that is later than its start.
func TestWaitBeforeTheStart(t *testing.T) {
	rule := clockResolution()
	rule.Starts, rule.FromReceipt = []complaint.Trigger{{Kind: complaint.KindAssess}}, true
	r := clockBegin(t, rule)
	r.receive("2026-11-25 09:00")
	r.wait("2026-11-25 10:00", complaint.AwaitCustomer, "documents")
	r.must(r.Assess(r.c, complaint.Assess{Step: r.step("2026-11-25 12:00"), Assessment: complaint.Assessment{Severity: complaint.High}}))
	assert.Equal(t, []string{"assess", "clock-started", "clock-paused"}, r.kinds(3))
	assert.Equal(t, time.Hour, r.read("resolution", "2026-11-25 12:00").Used)
}

// A reopening is something to be done by us, whatever the case waited for.
func TestWaitReopened(t *testing.T) {
	rule := clockResolution()
	rule.Stops = []complaint.Trigger{{Kind: complaint.KindDecide}}
	r := clockBegin(t, rule)
	r.receive("2026-11-25 09:00")
	r.must(caseWithdraw(r.Policy, r.c, complaint.Withdraw{Step: r.step("2026-11-25 09:30"), Issue: "colour"}))
	r.wait("2026-11-25 10:00", complaint.AwaitCustomer, "documents")
	r.must(r.Close(r.c, complaint.Close{Step: r.step("2026-11-25 11:00"), Outcome: complaint.OutcomeWithdrawn}))
	assert.False(t, r.read("resolution", "2026-11-25 17:00").Paused.IsZero())
	r.again("2026-11-26 09:00")
	assert.Equal(t, complaint.AwaitUs, r.c.Waiting.For)
	assert.True(t, r.read("resolution", "2026-11-26 09:00").Paused.IsZero())
}

// A reminder: a clock may also run while a case waits.
func TestWaitClock(t *testing.T) {
	rule := clockResolution()
	rule.Name, rule.Starts = "reminder", []complaint.Trigger{{Kind: complaint.KindWait, For: complaint.AwaitCustomer}}
	rule.Stops = []complaint.Trigger{{Kind: complaint.KindWait, For: complaint.AwaitUs}}
	rule.PauseReasons = nil
	r := clockBegin(t, rule)
	r.receive("2026-11-25 09:00")
	r.wait("2026-11-25 09:30", complaint.AwaitThird, "parts")
	assert.Empty(t, r.c.Clocks)
	r.wait("2026-11-25 10:00", complaint.AwaitCustomer, "documents")
	r.log("2026-11-25 12:00", complaint.FromCustomer)
	assert.Equal(t, 2*time.Hour, r.read("reminder", "2026-11-25 18:00").Used)
}

// A wait that is booked late pauses from when it began, also before a pause that was booked
// earlier: what both cover counts once.
func TestWaitBookedLate(t *testing.T) {
	r := clockBegin(t, clockResolution())
	r.receive("2026-11-25 09:00")
	r.wait("2026-11-25 12:00", complaint.AwaitCustomer, "documents")
	r.log("2026-11-25 14:00", complaint.FromCustomer)
	r.wait("2026-11-25 10:00", complaint.AwaitThird, "documents")
	r.wait("2026-11-25 13:00", complaint.AwaitUs, "")
	assert.Equal(t, []complaint.Awaited{complaint.AwaitThird, complaint.AwaitCustomer}, []complaint.Awaited{r.clock("resolution").Pauses[0].For, r.clock("resolution").Pauses[1].For})
	assert.Equal(t, 3*time.Hour, r.read("resolution", "2026-11-25 16:00").Used)
	r.wait("2026-11-25 16:00", complaint.AwaitCustomer, "documents")
	r.wait("2026-11-25 15:00", complaint.AwaitUs, "")
	assert.Equal(t, 4*time.Hour, r.read("resolution", "2026-11-25 17:00").Used, "a pause that ends before it began counts nothing")
}

// The customer asks for a manager while a clock is paused: that is never refused, and as she has
// spoken to us the wait for her is over. That an agent asks for one ends nothing.
func TestWaitManagerAsked(t *testing.T) {
	r := clockBegin(t, clockResolution())
	r.receive("2026-11-25 09:00")
	r.wait("2026-11-25 10:00", complaint.AwaitCustomer, "documents")
	r.must(r.Escalate(r.c, complaint.Escalate{Step: r.step("2026-11-25 11:00"), Reason: "it is about the colour"}))
	clockSame(t, "2026-11-25 10:00", r.read("resolution", "2026-11-25 11:30").Paused)
	r.must(r.Escalate(r.c, complaint.Escalate{Step: r.step("2026-11-25 12:00"), Asked: true}))
	assert.Equal(t, complaint.AwaitUs, r.c.Waiting.For)
	reading := r.read("resolution", "2026-11-25 13:00")
	assert.True(t, reading.Paused.IsZero())
	assert.Equal(t, 2*time.Hour, reading.Used)
}

// Whatever the customer says or brings ends the wait for her, whether or not somebody logs it.
func TestWaitEnds(t *testing.T) {
	for name, give := range map[string]func(r *clockRun, step complaint.Step) (complaint.Decision, error){
		"a further issue": func(r *clockRun, step complaint.Step) (complaint.Decision, error) {
			return r.Add(r.c, complaint.Add{Step: step, Claim: complaint.Claim{Issue: "rude", Kind: "attitude"}})
		},
		"a deadline": func(r *clockRun, step complaint.Step) (complaint.Decision, error) {
			return r.Insist(r.c, complaint.Insist{Step: step, Until: step.At.AddDate(0, 0, 1)})
		},
		"an item": func(r *clockRun, step complaint.Step) (complaint.Decision, error) {
			return r.HandIn(r.c, complaint.HandIn{Step: step, Item: "shoe", What: "shoe", Receipt: "q-1", Condition: []string{"worn"}, Holder: "front"})
		},
		"that she withdraws it": func(r *clockRun, step complaint.Step) (complaint.Decision, error) {
			return caseWithdraw(r.Policy, r.c, complaint.Withdraw{Step: step, Issue: "colour"})
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := clockBegin(t, clockResolution())
			r.receive("2026-11-25 09:00")
			r.wait("2026-11-25 10:00", complaint.AwaitCustomer, "documents")
			r.must(give(r, r.step("2026-11-25 11:00")))
			assert.Equal(t, complaint.AwaitUs, r.c.Waiting.For)
			assert.Equal(t, 2*time.Hour, r.read("resolution", "2026-11-25 12:00").Used)
		})
	}
}
