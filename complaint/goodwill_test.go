package complaint_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/customer/journal/journaltest"
	"github.com/rapport-crm/rapport/customer/quota"
	"github.com/rapport-crm/rapport/customer/quota/quotatest"
)

const goodwillAnn = "goodwill/clerk/ann/2026-11"

// goodwillDesk has two cases, K-1 and K-2, and 80 of goodwill a month for ann.
func goodwillDesk(t *testing.T) (complaint.Goodwill, *quota.Mem) {
	t.Helper()
	cases, allowances := new(journal.Mem[complaint.ID, complaint.Case, complaint.Entry]), new(quota.Mem)
	policy := casePolicy(t, remedyRules())
	for _, id := range []complaint.ID{"K-1", "K-2"} {
		receive := complaint.Receive{Step: caseStep("tom", "2026-11-25 09:00"), Customer: "c-1", Channel: complaint.Phone, Claims: []complaint.Claim{
			{Issue: "wait", Kind: "waiting"}, {Issue: "bill", Kind: "bill", ClaimedMinor: 300_00},
		}}
		_, err := journal.Run(t.Context(), cases, id, "receive:1", receive, func(c complaint.Case) (complaint.Decision, error) { return policy.Receive(c, receive) })
		require.NoError(t, err)
		assess := complaint.Assess{Step: caseStep("tom", "2026-11-25 09:10"), Assessment: complaint.Assessment{Severity: complaint.Low}}
		_, err = journal.Run(t.Context(), cases, id, "assess:1", assess, func(c complaint.Case) (complaint.Decision, error) { return policy.Assess(c, assess) })
		require.NoError(t, err)
	}
	require.NoError(t, allowances.Set(goodwillAnn, 80_00))
	return complaint.Goodwill{Policy: policy, Cases: cases, Allowances: allowances}, allowances
}

func goodwillGive(ref string, minor int64) complaint.Decide {
	x := complaint.Decide{Step: caseStep("ann", "2026-11-25 10:00"), Issue: "wait", Verdict: complaint.FullyUpheld, Offers: []complaint.Offer{remedyGoodwill(ref, minor)}}
	x.Ref = ref
	return x
}

func goodwillLevel(t *testing.T, allowances quota.Store) quota.Level {
	t.Helper()
	level, err := allowances.Level(t.Context(), goodwillAnn, caseAt("2026-11-25 10:30"))
	require.NoError(t, err)
	return level
}

// insistOn sends until there is an answer, as a host does.
func insistOn(send func() error) error {
	for range 100 {
		err := send()
		if err == nil || !errors.Is(err, journaltest.ErrInjected) && !errors.Is(err, quotatest.ErrInjected) {
			return err
		}
	}
	return errors.New("no answer in 100 tries")
}

// row A66: what is used and left can be seen; what is not left is refused, and then asked for.
func TestGoodwillIsUsedUp(t *testing.T) {
	g, allowances := goodwillDesk(t)
	_, err := g.Decide(t.Context(), "K-1", goodwillGive("a", 60_00), remedyAnn)
	require.NoError(t, err)
	assert.Equal(t, quota.Level{Limit: 80_00, Captured: 60_00}, goodwillLevel(t, allowances))
	assert.Equal(t, int64(20_00), goodwillLevel(t, allowances).Left())

	_, err = g.Decide(t.Context(), "K-2", goodwillGive("b", 20_01), remedyAnn)
	var refusal *customer.Refusal
	require.ErrorAs(t, err, &refusal)
	require.Len(t, refusal.Missing, 1)
	short := refusal.Missing[0]
	assert.Equal(t, []any{complaint.CodeUsedUp, goodwillAnn, int64(20_00), int64(20_01), "hotline/1"}, []any{short.Code, short.Of, short.Fact, short.Mark, short.Rule})
	assert.Equal(t, quota.Level{Limit: 80_00, Captured: 60_00}, goodwillLevel(t, allowances))

	asks := goodwillGive("b", 20_01)
	asks.Offers[0].Ask = true
	answer, err := g.Decide(t.Context(), "K-2", asks, remedyAnn)
	require.NoError(t, err)
	assert.Equal(t, []string{"b proposed"}, remedyStates(answer.State))
	assert.Equal(t, quota.Level{Limit: 80_00, Captured: 60_00}, goodwillLevel(t, allowances), "what is approved takes nothing from her allowance")

	_, err = g.Decide(t.Context(), "K-2", goodwillGive("c", 20_00), remedyAnn)
	require.NoError(t, err)
	assert.Equal(t, int64(0), goodwillLevel(t, allowances).Left())

	other := goodwillGive("d", 1)
	other.At = caseAt("2026-12-01 00:00") // another month, for which the host has set nothing
	_, err = g.Decide(t.Context(), "K-2", other, remedyAnn)
	assert.Equal(t, []string{complaint.CodeNoAllowance}, remedyMissing(err))
}

// The period is that of the policy's zone: a month, a week from Monday on, shared or not.
func TestAllowances(t *testing.T) {
	policy := casePolicy(t, remedyRules())
	agent := complaint.Agent{ID: "ann", Roles: []string{"lead", "clerk"}}
	names := func(at time.Time) (all []string) {
		for _, one := range policy.Allowances(agent, at) {
			all = append(all, fmt.Sprintf("%s %d %v", one.Name, one.LimitMinor, one.Span.Contains(at)))
		}
		return all
	}
	assert.Equal(t, []string{goodwillAnn + " 8000 true", "goodwill/lead/2026-W48 20000 true"}, names(caseAt("2026-11-29 23:59")))
	assert.Equal(t, []string{goodwillAnn + " 8000 true", "goodwill/lead/2026-W49 20000 true"}, names(caseAt("2026-11-30 00:00")))
	assert.Equal(t, []string{"goodwill/clerk/ann/2026-12 8000 true", "goodwill/lead/2026-W49 20000 true"}, names(time.Date(2026, 11, 30, 16, 0, 0, 0, time.UTC)))
	assert.Equal(t, []string{"goodwill/clerk/ann/2027-01 8000 true", "goodwill/lead/2026-W53 20000 true"}, names(caseAt("2027-01-03 12:00")))
	month := policy.Allowances(agent, caseAt("2026-11-29 12:00"))[0].Span
	assert.True(t, month.From.Equal(caseAt("2026-11-01 00:00")) && month.To.Equal(caseAt("2026-12-01 00:00")))
	assert.Empty(t, policy.Allowances(complaint.Agent{ID: "tom", Roles: []string{"head"}}, caseAt("2026-11-29 12:00")))

	rules := remedyRules()
	rules.Remedies.Limits = []complaint.LimitRule{{Role: "a/b", GoodwillMinor: 1, Period: complaint.PerDay}, {Role: "a", GoodwillMinor: 1, Period: complaint.PerDay}}
	policy = casePolicy(t, rules)
	assert.NotEqual(t, policy.Allowances(complaint.Agent{ID: "c", Roles: []string{"a/b"}}, caseAt("2026-11-29 12:00"))[0].Name,
		policy.Allowances(complaint.Agent{ID: "b/c", Roles: []string{"a"}}, caseAt("2026-11-29 12:00"))[0].Name)
}

// What is decided anew, or declined, is free again for others, less what was paid of it.
func TestGoodwillComesBack(t *testing.T) {
	g, allowances := goodwillDesk(t)
	ctx := t.Context()
	_, err := g.Decide(ctx, "K-1", goodwillGive("a", 60_00), remedyAnn)
	require.NoError(t, err)
	_, err = g.Decide(ctx, "K-1", goodwillGive("b", 20_00), remedyAnn) // both are held until the first is withdrawn
	require.NoError(t, err)
	assert.Equal(t, quota.Level{Limit: 80_00, Captured: 20_00}, goodwillLevel(t, allowances))
	paid := remedySettle("b", "2026-11-25 11:00", 5_00)
	_, err = g.Settle(ctx, "K-1", paid)
	require.NoError(t, err)
	assert.Equal(t, quota.Level{Limit: 80_00, Captured: 20_00}, goodwillLevel(t, allowances))
	declined := remedySettle("b", "2026-11-25 12:00", 0)
	declined.Result = complaint.SettlementDeclined
	for range 2 {
		_, err = g.Settle(ctx, "K-1", declined)
		require.NoError(t, err)
		assert.Equal(t, quota.Level{Limit: 80_00, Captured: 5_00}, goodwillLevel(t, allowances))
	}
	declined.Ref = "again"
	_, err = g.Settle(ctx, "K-1", declined)
	assert.Equal(t, []string{complaint.CodeRemedyState}, remedyMissing(err))
}

// A decision that is refused takes nothing, whichever part of it was held.
func TestARefusedDecisionTakesNothing(t *testing.T) {
	g, allowances := goodwillDesk(t)
	wrong := goodwillGive("a", 10_00)
	wrong.Issue = "none"
	_, err := g.Decide(t.Context(), "K-1", wrong, remedyAnn)
	assert.Equal(t, []string{complaint.CodeIssueUnknown}, remedyMissing(err))
	both := goodwillGive("a", 50_00)
	both.Offers = append(both.Offers, remedyGoodwill("b", 50_00)) // each is within, both are not
	for range 2 {
		_, err = g.Decide(t.Context(), "K-1", both, remedyAnn)
		assert.Equal(t, []string{complaint.CodeUsedUp}, remedyMissing(err))
		assert.Equal(t, quota.Level{Limit: 80_00}, goodwillLevel(t, allowances))
	}
	require.NoError(t, allowances.Set(goodwillAnn, 100_00))
	_, err = g.Decide(t.Context(), "K-1", both, remedyAnn) // the very same, once there is more
	require.NoError(t, err)
	assert.Equal(t, quota.Level{Limit: 100_00, Captured: 100_00}, goodwillLevel(t, allowances))
	_, err = g.Decide(t.Context(), "K-1", complaint.Decide{}, remedyAnn)
	assert.Equal(t, []string{"ref"}, casePaths(err))
	_, err = g.Settle(t.Context(), "K-1", complaint.Settle{})
	assert.Equal(t, []string{"ref"}, casePaths(err))
}

// goodwillFailing answers its nth call with an error, before or after it is done.
type goodwillFailing struct {
	quota.Claims
	left int
	done bool
}

func (f *goodwillFailing) fail(call func() (quota.Hold, error)) (quota.Hold, error) {
	if f.left--; f.left != 0 {
		return call()
	}
	if f.done {
		_, _ = call()
	}
	return quota.Hold{}, quotatest.ErrInjected
}

func (f *goodwillFailing) Hold(ctx context.Context, c quota.Claim) (quota.Hold, error) {
	return f.fail(func() (quota.Hold, error) { return f.Claims.Hold(ctx, c) })
}

func (f *goodwillFailing) Capture(ctx context.Context, name, key string, n int64, at time.Time) (quota.Hold, error) {
	return f.fail(func() (quota.Hold, error) { return f.Claims.Capture(ctx, name, key, n, at) })
}

func (f *goodwillFailing) Release(ctx context.Context, name, key string, at time.Time) (quota.Hold, error) {
	return f.fail(func() (quota.Hold, error) { return f.Claims.Release(ctx, name, key, at) })
}

func (f *goodwillFailing) GiveBack(ctx context.Context, name, key string, n int64, at time.Time) (quota.Hold, error) {
	return f.fail(func() (quota.Hold, error) { return f.Claims.GiveBack(ctx, name, key, n, at) })
}

// Whichever step breaks off, in the case or in the allowance, done or not: the same call again
// finishes it, and the allowance is right after each.
func TestEveryInterruptionOfGoodwill(t *testing.T) {
	for n := 1; n <= 16; n++ {
		for _, done := range []bool{false, true} {
			g, allowances := goodwillDesk(t)
			g.Allowances = &goodwillFailing{Claims: allowances, left: n, done: done}
			g.Cases = journaltest.FailOn(g.Cases, n)
			ctx := t.Context()
			declined := remedySettle("c", "2026-11-25 12:00", 0)
			declined.Result = complaint.SettlementDeclined
			two := goodwillGive("a", 30_00)
			two.Offers = append(two.Offers, remedyGoodwill("b", 20_00))
			for step, test := range []struct {
				send func() error
				used int64
			}{
				{func() error { _, err := g.Decide(ctx, "K-1", two, remedyAnn); return err }, 50_00},
				{func() error { _, err := g.Decide(ctx, "K-1", goodwillGive("c", 10_00), remedyAnn); return err }, 10_00},
				{func() error { _, err := g.Decide(ctx, "K-2", goodwillGive("d", 70_01), remedyAnn); return err }, 10_00},
				{func() error { _, err := g.Decide(ctx, "K-2", goodwillGive("d", 70_00), remedyAnn); return err }, 80_00},
				{func() error { _, err := g.Settle(ctx, "K-1", declined); return err }, 70_00},
			} {
				err := insistOn(test.send)
				if step == 2 {
					assert.Equal(t, []string{complaint.CodeUsedUp}, remedyMissing(err), "%d", n)
				} else {
					require.NoError(t, err, "%d, step %d", n, step)
				}
				assert.Equal(t, quota.Level{Limit: 80_00, Captured: test.used}, goodwillLevel(t, allowances), "%d %v, step %d", n, done, step)
			}
		}
	}
}

// Lost replies, of the case's store and of the allowance, lose and double nothing.
func TestGoodwillWithLostReplies(t *testing.T) {
	g, allowances := goodwillDesk(t)
	g.Cases = journaltest.LostReply(g.Cases, 2)
	g.Allowances = quotatest.LostReply(allowances, 7)
	for i := range 8 {
		x := goodwillGive(fmt.Sprintf("r-%d", i), 10_00)
		x.Issue = "bill"
		x.Verdict, x.Reason, x.Appeal, x.Alternative, x.Channel, x.Citations = complaint.NotUpheld, "r", "a", "a", complaint.Phone, remedyCited()
		require.NoError(t, insistOn(func() error { _, err := g.Decide(t.Context(), "K-1", x, remedyAnn); return err }))
		assert.Equal(t, quota.Level{Limit: 80_00, Captured: 10_00}, goodwillLevel(t, allowances), "the last takes the place of the one before")
	}
}

// Two clerks of one allowance, and their impatience, at once: it is never overspent, and what the
// cases say that was granted is what is captured.
func TestGoodwillAtOnce(t *testing.T) {
	for range 20 {
		g, allowances := goodwillDesk(t)
		var running sync.WaitGroup
		start := make(chan struct{})
		for i := range 6 {
			running.Go(func() {
				<-start
				id := complaint.ID(fmt.Sprintf("K-%d", i%2+1))
				x := goodwillGive(fmt.Sprintf("r-%d", i/2), 50_00)
				_ = insistOn(func() error {
					_, err := g.Decide(t.Context(), id, x, remedyAnn)
					if errors.Is(err, journal.ErrConflict) {
						return journaltest.ErrInjected
					}
					return err
				})
			})
		}
		close(start)
		running.Wait()
		var granted int64
		for _, id := range []complaint.ID{"K-1", "K-2"} {
			c, _, err := g.Cases.Load(t.Context(), id)
			require.NoError(t, err)
			for _, one := range c.Remedies {
				if one.State == complaint.RemedyGranted {
					granted += one.AmountMinor
				}
			}
		}
		assert.LessOrEqual(t, granted, int64(80_00))
		level := goodwillLevel(t, allowances)
		assert.Equal(t, granted, level.Captured)
		assert.Zero(t, level.Held)
	}
}

// goodwillBetween does something just before the first Capture.
type goodwillBetween struct {
	quota.Claims
	do func()
}

func (b *goodwillBetween) Capture(ctx context.Context, name, key string, n int64, at time.Time) (quota.Hold, error) {
	if b.do != nil {
		b.do()
		b.do = nil
	}
	return b.Claims.Capture(ctx, name, key, n, at)
}

// The same offer, sent a second time as another request, is refused and frees what it held: what
// the first one holds, under the same key. The first captures it all the same.
func TestGoodwillOfTwins(t *testing.T) {
	g, allowances := goodwillDesk(t)
	x := goodwillGive("a", 30_00)
	between := &goodwillBetween{Claims: allowances}
	between.do = func() {
		for _, held := range []string{"/0", "/1"} {
			_, _ = allowances.Release(t.Context(), goodwillAnn, "3/K-1/a/"+fmt.Sprint(x.At.UnixMilli())+"/3000"+held, x.At)
		}
	}
	g.Allowances = between
	answer, err := g.Decide(t.Context(), "K-1", x, remedyAnn)
	require.NoError(t, err)
	assert.Nil(t, between.do, "it was freed in between")
	assert.Equal(t, []string{complaint.CodeWithin}, caseCodes(answer.Decision.Reasons))
	assert.Equal(t, quota.Level{Limit: 80_00, Captured: 30_00}, goodwillLevel(t, allowances))
}

// goodwillMoving does something to the cases after the second time that one is loaded: between
// what was looked at and what is booked.
type goodwillMoving struct {
	complaint.Store
	loads int
	do    func()
}

func (m *goodwillMoving) Load(ctx context.Context, id complaint.ID) (complaint.Case, uint64, error) {
	if m.loads++; m.loads == 2 {
		m.do()
	}
	return m.Store.Load(ctx, id)
}

// While she decides, a colleague uses up what the case allows: what was granted a moment ago waits
// for approval now, and takes nothing from her allowance, not for a moment longer.
func TestGoodwillOfACaseThatMoves(t *testing.T) {
	g, allowances := goodwillDesk(t)
	inner := g.Cases
	g.Cases = &goodwillMoving{Store: inner, do: func() {
		more := remedyDecide("bill", 120_00, remedyRefund("r", 60_00), remedyRefund("s", 60_00))
		_, err := journal.Run(t.Context(), inner, "K-1", "decide:more", more, func(c complaint.Case) (complaint.Decision, error) {
			return g.Policy.Decide(c, more, complaint.Agent{ID: "ann", Roles: []string{"lead"}})
		})
		require.NoError(t, err)
	}}
	answer, err := g.Decide(t.Context(), "K-1", goodwillGive("a", 60_00), remedyAnn)
	require.NoError(t, err)
	assert.Equal(t, []string{"r granted", "s granted", "a proposed"}, remedyStates(answer.State))
	assert.Equal(t, quota.Level{Limit: 80_00}, goodwillLevel(t, allowances))
}

// A clerk decides, breaks off before her allowance is captured, and comes back when the hold is
// over and others have had it: the decision stands, and the overrun is told.
func TestGoodwillOverrun(t *testing.T) {
	g, allowances := goodwillDesk(t)
	g.Allowances = &goodwillFailing{Claims: allowances, left: 2} // after the hold
	x := goodwillGive("a", 80_00)
	_, err := g.Decide(t.Context(), "K-1", x, remedyAnn)
	require.ErrorIs(t, err, quotatest.ErrInjected)
	later := caseAt("2026-11-25 11:00")
	_, err = allowances.Hold(t.Context(), quota.Claim{Name: goodwillAnn, Key: "another's", N: 80_00, At: later, Until: later.Add(time.Hour)})
	require.NoError(t, err)
	answer, err := g.Decide(t.Context(), "K-1", x, remedyAnn)
	require.NoError(t, err)
	assert.Equal(t, []string{complaint.CodeWithin, complaint.CodeOverrun}, caseCodes(answer.Decision.Reasons))
	_, err = allowances.Release(t.Context(), goodwillAnn, "another's", later)
	require.NoError(t, err)
	for range 2 { // once there is room again, it is captured
		_, err = g.Decide(t.Context(), "K-1", x, remedyAnn)
		require.NoError(t, err)
		assert.Equal(t, quota.Level{Limit: 80_00, Captured: 80_00}, goodwillLevel(t, allowances))
	}
	assert.True(t, strings.HasPrefix(answer.State.Remedies[0].Allowance, "goodwill/"))
}
