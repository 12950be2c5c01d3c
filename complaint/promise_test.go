package complaint_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/complaint/conversation"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/calendar"
	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/customer/journal/journaltest"
)

func TestPromiseTexts(t *testing.T) {
	assert.Equal(t, "callback appointment visit delivery installation repair loan-device guarantee answer other",
		customertest.Texts[complaint.PromiseKind](t, complaint.PromisedOther))
	assert.Equal(t, "awaited kept kept-late broken renewed released", customertest.Texts[complaint.PromiseVerdict](t, complaint.PromiseReleased))
}

// row A3: a promise says who, what, by when and how; the refusal names all of it at once.
// row A43: "soon" cannot be said. row A49: where she is reached.
func TestPromiseSaysEverything(t *testing.T) {
	policy := promisePolicy(t, nil)
	g := &promiseCase{Policy: policy}
	g.must(t)(policy.Receive(g.Case, complaint.Receive{Step: promiseStep(t, "k-1", "2026-11-25 09:00"), Customer: "c-1", Channel: complaint.Phone}))
	step := func() complaint.Step { return promiseStep(t, "p", "2026-11-25 10:00") }
	missing := func(x complaint.Promise) []string {
		x.Step = step()
		return promiseMissing(t)(policy.Promise(g.Case, x))
	}
	assert.Equal(t, []string{"promise-who p-1", "promise-channel p-1", "promise-reach p-1", "issue-unknown lost", "promise-unknown p-0", "promise-when p-1"},
		missing(complaint.Promise{Promise: "p-1", Kind: complaint.PromisedAnswer, Issue: "lost", For: "p-0"}))
	assert.Equal(t, []string{"promise-what p-1", "promise-when p-1"}, missing(complaint.Promise{Promise: "p-1", Kind: complaint.PromisedOther, Desk: "service"}))
	for _, kind := range []complaint.PromiseKind{
		complaint.PromisedAppointment, complaint.PromisedVisit, complaint.PromisedDelivery, complaint.PromisedInstallation,
		complaint.PromisedRepair, complaint.PromisedLoanDevice, complaint.PromisedGuarantee,
	} { // rows A61, A64, B53: one machinery for all of them
		assert.Equal(t, []string{"promise-when p-1"}, missing(complaint.Promise{Promise: "p-1", Kind: kind, Desk: "service", Text: "soon"}), kind)
	}
	// A case that says where she is reached says it for its promises.
	with := promiseOpen(t, policy)
	with.callback(t, "p-1", "2026-11-25 10:00", "2026-11-25 11:00")
	assert.Equal(t, "number-1", with.Commitments[0].Reach)
	assert.Equal(t, []string{"promise-taken p-1"}, promiseMissing(t)(policy.Promise(with.Case, complaint.Promise{
		Step: step(), Promise: "p-1", Kind: complaint.PromisedRepair, Desk: "service", Until: promiseAt(t, "2026-11-26 11:00"),
	})))
}

func TestPromiseFaults(t *testing.T) {
	policy, at := promisePolicy(t, nil), promiseAt(t, "2026-11-25 10:00")
	g := promiseOpen(t, policy)
	assert.Equal(t, []string{"ref", "by", "at", "promise", "kind"}, promiseFaults(t)(policy.Promise(g.Case, complaint.Promise{})))
	assert.Equal(t, []string{"text", "from", "channel", "terms"}, promiseFaults(t)(policy.Promise(g.Case, complaint.Promise{
		Step: promiseStep(t, "p", "2026-11-25 10:00"), Promise: "p-1", Kind: complaint.PromisedOther, Text: "\x00",
		From: at, Until: at, Channel: 99, Terms: complaint.PromiseTerms{Outlasts: true},
	})), "a command does not give itself terms")
	assert.Equal(t, []string{"from"}, promiseFaults(t)(policy.Promise(g.Case, complaint.Promise{
		Step: promiseStep(t, "p", "2026-11-25 10:00"), Promise: "p-1", Kind: complaint.PromisedVisit, From: at,
	})), "a slot without an end is none")
	assert.Equal(t, []string{"promise"}, promiseFaults(t)(policy.Keep(g.Case, complaint.Keep{Step: promiseStep(t, "p", "2026-11-25 10:00")})))
	assert.Equal(t, []string{"promise", "as", "from"}, promiseFaults(t)(policy.Renew(g.Case, complaint.Renew{Step: promiseStep(t, "p", "2026-11-25 10:00"), From: at})))
	assert.Equal(t, []string{"promise"}, promiseFaults(t)(policy.Release(g.Case, complaint.Release{Step: promiseStep(t, "p", "2026-11-25 10:00")})))
	assert.Equal(t, []string{"until"}, promiseFaults(t)(policy.Insist(g.Case, complaint.Insist{Step: promiseStep(t, "p", "2026-11-25 10:00")})))
}

// What the rule of the kind says stands in the entry, with the calendar that counted: a later
// policy changes nothing about it.
func TestPromiseByRule(t *testing.T) {
	g := promiseOpen(t, promisePolicy(t, nil))
	for _, tc := range []struct{ id, at, due string }{
		{"in-hours", "2026-11-25 10:00", "2026-11-25 11:00"},
		{"over-night", "2026-11-25 17:30", "2026-11-27 09:30"}, // the 26th is closed
		{"weekend", "2026-11-28 12:00", "2026-11-30 10:00"},
	} {
		d := g.must(t)(g.Promise(g.Case, complaint.Promise{
			Step: promiseStep(t, tc.id, tc.at), Promise: tc.id, Kind: complaint.PromisedCallback, Desk: "hotline", Channel: complaint.Phone,
		}))
		made := d.Entries[len(d.Entries)-1]
		assert.True(t, promiseAt(t, tc.due).Equal(made.Body.(complaint.Promise).Until), "%s: %s", tc.id, made.Body.(complaint.Promise).Until)
		assert.Equal(t, complaint.PromiseTerms{Budget: calendar.Budget{OpenSeconds: 3600}, Calendar: "desk", Version: 2}, made.Body.(complaint.Promise).Terms)
		assert.Equal(t, complaint.CodePromiseByRule, made.Because.Code)
	}
	assert.Equal(t, []string{"promise-by-rule p"}, promiseCodes(g.must(t)(g.Promise(g.Case, complaint.Promise{
		Step: promiseStep(t, "p", "2026-11-25 10:00"), Promise: "p", Kind: complaint.PromisedCallback, Desk: "hotline", Channel: complaint.Phone,
	})).Reasons))
	// Where the calendar has run out, its refusal is ours: nobody guesses.
	late := g.Case
	_, err := g.Promise(late, complaint.Promise{
		Step: promiseStep(t, "p", "2028-01-02 10:00"), Promise: "late", Kind: complaint.PromisedCallback, Desk: "hotline", Channel: complaint.Phone,
	})
	var refusal *customer.Refusal
	require.ErrorAs(t, err, &refusal)
	assert.Equal(t, customer.CodeNoLongerInForce, refusal.Missing[0].Code)
}

func TestPromiseRulesAreChecked(t *testing.T) {
	rules := promiseRules()
	rules.Promises = []complaint.PromiseRule{
		{},
		{Kind: complaint.PromisedVisit, Budget: calendar.Budget{OpenSeconds: 1, WorkingDays: 1}, Calendar: "nobody's", MostDays: -1, Instead: complaint.PromisedVisit, Outlasts: true},
		{Kind: complaint.PromisedVisit, Calendar: "desk"},
	}
	_, err := complaint.NewPolicy(rules, promiseZone(t), promiseHours(t, 1))
	paths := customertest.Paths(t, err)
	slices.Sort(paths)
	assert.Equal(t, []string{
		"promises[0].kind", "promises[1].budget", "promises[1].calendar", "promises[1].instead", "promises[1].most_days", "promises[1].outlasts",
		"promises[2].calendar", "promises[2].kind",
	}, slices.Compact(paths), "no rule lets a case be closed on an open repair")
}

// Both sides of each bound of a promise's time.
func TestPromiseTime(t *testing.T) {
	g := promiseOpen(t, promisePolicy(t, nil))
	ask := func(until string) (complaint.Decision, error) {
		return g.Promise(g.Case, complaint.Promise{
			Step: promiseStep(t, "p", "2026-11-25 10:00"), Promise: "p-1", Kind: complaint.PromisedCallback, Agent: "ann", Channel: complaint.Phone, Until: promiseAt(t, until),
		})
	}
	for until, missing := range map[string][]string{
		"2026-11-25 09:59:59": {"promise-past p-1"},
		"2026-11-25 10:00:00": {"promise-past p-1"},
		"2026-11-25 10:00:01": nil,
		"2026-12-03 00:00:00": nil, // seven days ahead, to the midnight that ends the last of them
		"2026-12-03 00:00:01": {"promise-far p-1"},
		"2126-12-03 00:00:00": {"promise-far p-1"}, // a century is another word for soon
	} {
		if missing == nil {
			_, err := ask(until)
			assert.NoError(t, err, until)
		} else {
			assert.Equal(t, missing, promiseMissing(t)(ask(until)), until)
		}
	}
}

// row A4. Pitfall: a second call before the promise is due, and one after it: both count, and
// only the second finds it broken.
func TestPromiseChasedBeforeAndAfter(t *testing.T) {
	g := promiseOpen(t, promisePolicy(t, nil))
	g.callback(t, "p-1", "2026-11-25 10:00", "2026-11-25 11:00")

	d := g.contact(t, "l-1", "2026-11-25 10:30", complaint.FromCustomer)
	assert.Equal(t, "log chased", promiseKinds(d))
	assert.Equal(t, complaint.PromiseAwaited, g.Commitments[0].Verdict(promiseAt(t, "2026-11-25 10:30")))

	d = g.contact(t, "l-2", "2026-11-25 11:00", complaint.FromCustomer)
	assert.Equal(t, "log chased", promiseKinds(d), "at the due itself it can still be kept")

	d = g.contact(t, "l-3", "2026-11-25 11:00:01", complaint.FromCustomer)
	assert.Equal(t, "broken log chased", promiseKinds(d))
	assert.Equal(t, []string{"promise-broken p-1", "promise-chased-late p-1"}, promiseCodes(d.Reasons))
	assert.Equal(t, int64(3), d.Reasons[1].Fact)

	d = g.contact(t, "l-4", "2026-11-25 12:00", complaint.FromCustomer)
	assert.Equal(t, "log chased", promiseKinds(d), "it breaks once")
	for i, direction := range []complaint.Direction{complaint.ToCustomer, complaint.FromOther, complaint.ToOther} {
		d = g.contact(t, fmt.Sprint("o-", i), "2026-11-25 12:30", direction)
		assert.Equal(t, "log", promiseKinds(d), "only she chases: %s", direction)
	}
	one := g.Commitments[0]
	assert.Equal(t, 2, one.Chases)
	assert.Equal(t, 2, one.LateChases)
	assert.True(t, one.Broken.Equal(one.Due))

	// Whoever keeps it, and however late: it is broken and kept, and done with.
	g.must(t)(g.Keep(g.Case, complaint.Keep{Step: promiseStep(t, "keep", "2026-11-25 13:00"), Promise: "p-1"}))
	d = g.contact(t, "l-5", "2026-11-25 14:00", complaint.FromCustomer)
	assert.Equal(t, "log", promiseKinds(d))
	assert.Equal(t, complaint.PromiseKeptLate, g.Commitments[0].Verdict(promiseAt(t, "2026-11-25 14:00")))
	assert.False(t, g.Commitments[0].Broken.IsZero())
}

// A contact that was before the promise, and is only booked after it, is none that chases it.
func TestPromiseIsNotChasedByWhatCameBefore(t *testing.T) {
	g := promiseOpen(t, promisePolicy(t, nil))
	g.callback(t, "p-1", "2026-11-25 10:00", "2026-11-25 11:00")
	assert.Equal(t, "log", promiseKinds(g.contact(t, "l-1", "2026-11-25 09:30", complaint.FromCustomer)))
}

// Pitfall: a promise that is kept by another agent is kept.
func TestPromiseKeptByAnother(t *testing.T) {
	g := promiseOpen(t, promisePolicy(t, nil))
	g.callback(t, "p-1", "2026-11-25 10:00", "2026-11-25 11:00")
	d := g.must(t)(g.Keep(g.Case, complaint.Keep{Step: complaint.Step{Ref: "keep", By: "ben", At: promiseAt(t, "2026-11-25 11:00")}, Promise: "p-1"}))
	assert.Equal(t, []string{"promise-kept p-1"}, promiseCodes(d.Reasons))
	one := g.Commitments[0]
	assert.Equal(t, "ann", one.Agent)
	assert.Equal(t, "ben", one.KeptBy)
	assert.Equal(t, complaint.PromiseKept, one.Verdict(promiseAt(t, "2027-01-01 00:00")), "at the due itself is in time")

	for _, x := range []func() (complaint.Decision, error){
		func() (complaint.Decision, error) {
			return g.Keep(g.Case, complaint.Keep{Step: promiseStep(t, "again", "2026-11-25 12:00"), Promise: "p-1"})
		},
		func() (complaint.Decision, error) {
			return g.Renew(g.Case, complaint.Renew{Step: promiseStep(t, "renew", "2026-11-25 12:00"), Promise: "p-1", As: "p-2", Until: promiseAt(t, "2026-11-26 12:00")})
		},
		func() (complaint.Decision, error) {
			return g.Release(g.Case, complaint.Release{Step: promiseStep(t, "release", "2026-11-25 12:00"), Promise: "p-1"})
		},
	} {
		assert.Equal(t, []string{"promise-ended p-1"}, promiseMissing(t)(x()), "neither kept twice, nor renewed or released when kept")
	}
	assert.Equal(t, []string{"promise-unknown p-9"}, promiseMissing(t)(g.Keep(g.Case, complaint.Keep{Step: promiseStep(t, "again", "2026-11-25 12:00"), Promise: "p-9"})))
}

// A promise cannot be kept before it is made.
func TestPromiseKeptBeforeItIsMade(t *testing.T) {
	g := promiseOpen(t, promisePolicy(t, nil))
	g.callback(t, "p-1", "2026-11-25 10:00", "2026-11-25 11:00")
	assert.Equal(t, []string{"promise-not-yet p-1"},
		promiseMissing(t)(g.Keep(g.Case, complaint.Keep{Step: promiseStep(t, "keep", "2026-11-25 09:59"), Promise: "p-1"})))
}

// What was kept in time and told late was never broken, even if a wake in between found it so.
func TestPromiseKeptInTimeToldLate(t *testing.T) {
	g := promiseOpen(t, promisePolicy(t, nil))
	g.callback(t, "p-1", "2026-11-25 10:00", "2026-11-25 11:00")
	assert.Empty(t, g.wake(t, "2026-11-25 10:59:59"))
	assert.Equal(t, []string{"promise-broken p-1"}, g.wake(t, "2026-11-25 11:00"))
	assert.Empty(t, g.wake(t, "2026-11-25 11:00:01"), "once")
	_, waits, err := g.NextWake(g.Case, promiseAt(t, "2026-11-25 11:00:01"))
	require.NoError(t, err)
	assert.False(t, waits, "a host that follows NextWake does not run in a circle")
	g.must(t)(g.Keep(g.Case, complaint.Keep{Step: promiseStep(t, "keep", "2026-11-25 10:45"), Promise: "p-1"}))
	assert.Zero(t, g.Commitments[0].Broken)
	assert.Equal(t, complaint.PromiseKept, g.Commitments[0].Verdict(promiseAt(t, "2026-11-25 12:00")))
	held := slices.ContainsFunc(g.history, func(e complaint.Entry) bool { return e.Kind() == complaint.KindBroken })
	assert.True(t, held, "the history keeps that it was held broken")
}

// When it is noticed makes no difference to what is known of a promise.
func TestPromiseBreaksWhenever(t *testing.T) {
	woken, found := promiseOpen(t, promisePolicy(t, nil)), promiseOpen(t, promisePolicy(t, nil))
	for _, g := range []*promiseCase{woken, found} {
		g.callback(t, "p-1", "2026-11-25 10:00", "2026-11-25 11:00")
	}
	woken.wake(t, "2026-11-25 11:00")
	for _, g := range []*promiseCase{woken, found} {
		g.contact(t, "l-1", "2026-11-27 11:00", complaint.FromCustomer)
	}
	assert.Equal(t, woken.Commitments, found.Commitments)
	for i := range found.history {
		if e := found.history[i]; e.Kind() == complaint.KindBroken {
			assert.True(t, e.At.Equal(promiseAt(t, "2026-11-27 11:00")), "the entry says when it was noticed")
			assert.True(t, e.Body.(complaint.Broken).Due.Equal(promiseAt(t, "2026-11-25 11:00")), "and when it broke")
		}
	}
}

// Another time needs the customer, who agreed to it; and one that was due is broken all the same.
func TestPromiseRenew(t *testing.T) {
	g := promiseOpen(t, promisePolicy(t, nil))
	g.contact(t, "before", "2026-11-25 09:30", complaint.FromCustomer)
	g.callback(t, "p-1", "2026-11-25 10:00", "2026-11-25 11:00")
	g.contact(t, "lab", "2026-11-25 10:10", complaint.FromOther)
	renew := func(id, as, consent, at, until string) (complaint.Decision, error) {
		x := complaint.Renew{Step: promiseStep(t, "renew-"+as, at), Promise: id, As: as, Consent: consent}
		if until != "" {
			x.Until = promiseAt(t, until)
		}
		return g.Renew(g.Case, x)
	}
	for _, consent := range []string{"", "nobody", "before", "lab"} {
		assert.Equal(t, []string{"promise-consent p-1"}, promiseMissing(t)(renew("p-1", "p-2", consent, "2026-11-25 10:20", "2026-11-25 15:00")), consent)
	}
	assert.Equal(t, []string{"promise-taken p-1", "promise-when p-1", "promise-consent p-1"}, promiseMissing(t)(renew("p-1", "p-1", "", "2026-11-25 10:20", "")),
		"what the rule says is not what she agreed to")
	g.must(t)(g.Log(g.Case, complaint.Log{Step: promiseStep(t, "missed", "2026-11-25 10:15"), Channel: complaint.Phone, Direction: complaint.ToCustomer, Missed: true}))
	assert.Equal(t, []string{"promise-consent p-1"}, promiseMissing(t)(renew("p-1", "p-2", "missed", "2026-11-25 10:20", "2026-11-25 15:00")), "nobody answered")
	g.contact(t, "agreed", "2026-11-25 10:30", complaint.ToCustomer)
	assert.Equal(t, []string{"promise-consent p-1"}, promiseMissing(t)(renew("p-1", "p-2", "agreed", "2026-11-25 10:20", "2026-11-25 15:00")), "she had not yet")
	assert.Equal(t, []string{"promise-far p-2"}, promiseMissing(t)(renew("p-1", "p-2", "agreed", "2026-11-25 10:30", "2026-12-25 15:00")))

	g.must(t)(renew("p-1", "p-2", "agreed", "2026-11-25 10:30", "2026-11-25 15:00"))
	noon := promiseAt(t, "2026-11-25 12:00")
	assert.Equal(t, complaint.PromiseRenewed, g.Commitments[0].Verdict(noon))
	assert.Equal(t, complaint.PromiseAwaited, g.Commitments[1].Verdict(noon))
	wake, waits, err := g.NextWake(g.Case, promiseAt(t, "2026-11-25 12:00"))
	require.NoError(t, err)
	assert.True(t, waits && wake.Equal(promiseAt(t, "2026-11-25 15:00")))

	// The second time it is too late: broken, then renewed.
	d := g.contact(t, "sorry", "2026-11-25 16:00", complaint.ToCustomer)
	assert.Equal(t, "broken log", promiseKinds(d))
	g.must(t)(renew("p-2", "p-3", "sorry", "2026-11-25 16:00", "2026-11-27 15:00"))
	assert.Equal(t, complaint.PromiseBroken, g.Commitments[1].Verdict(noon.AddDate(0, 0, 9)))
	assert.Equal(t, "p-3", g.Commitments[1].Next)
	third := g.Commitments[2]
	assert.Equal(t, 2, third.Renewal)
	assert.True(t, third.First.Equal(promiseAt(t, "2026-11-25 10:00")), "another time makes it no younger")
	assert.Equal(t, "ann", third.Agent)
	assert.Equal(t, "number-1", third.Reach)
	assert.Zero(t, third.Broken)
	assert.Equal(t, []string{"promise-ended p-2"}, promiseMissing(t)(renew("p-2", "p-4", "sorry", "2026-11-25 16:00", "2026-11-27 15:00")))
}

// Nobody lets himself off a promise, to be able to close.
func TestPromiseRelease(t *testing.T) {
	g := promiseOpen(t, promisePolicy(t, nil))
	g.callback(t, "p-1", "2026-11-25 10:00", "2026-11-25 11:00")
	release := func(consent, at string) (complaint.Decision, error) {
		return g.Release(g.Case, complaint.Release{Step: promiseStep(t, "r", at), Promise: "p-1", Consent: consent})
	}
	assert.Equal(t, []string{"promise-consent p-1"}, promiseMissing(t)(release("", "2026-11-25 10:30")))
	assert.Equal(t, []string{"promise-consent p-1"}, promiseMissing(t)(release("k-1", "2026-11-25 10:30")), "the intake was before")
	g.contact(t, "fine", "2026-11-25 10:20", complaint.FromCustomer)
	g.must(t)(release("fine", "2026-11-25 10:30"))
	assert.Equal(t, complaint.PromiseReleased, g.Commitments[0].Verdict(promiseAt(t, "2026-12-01 00:00")))
	assert.Empty(t, promiseBars(t, g, "2026-12-01 00:00"))
}

// No case is closed while a promise is open: the refusal names each, with its due; and neither
// breaking it nor another time for it helps.
func TestNoCloseOnAnOpenPromise(t *testing.T) {
	g := promiseOpen(t, promisePolicy(t, nil))
	g.callback(t, "p-1", "2026-11-25 10:00", "2026-11-25 11:00")
	g.must(t)(g.Promise(g.Case, complaint.Promise{
		Step: promiseStep(t, "p-2", "2026-11-25 10:00"), Promise: "p-2", Kind: complaint.PromisedDelivery, Desk: "stock",
		From: promiseAt(t, "2026-11-27 08:00"), Until: promiseAt(t, "2026-11-27 12:00"), // row B53: a slot
	}))
	assert.Equal(t, []string{"promise-open p-1", "promise-open p-2"}, promiseBars(t, g, "2026-11-25 10:30"))
	g.wake(t, "2026-11-25 12:00")
	assert.Equal(t, []string{"promise-overdue p-1", "promise-open p-2"}, promiseBars(t, g, "2026-11-25 12:00"), "a broken promise is still owed")
	refused := func() []string {
		return promiseMissing(t)(g.Close(g.Case, complaint.Close{Step: promiseStep(t, "close", "2026-11-25 12:00"), Outcome: complaint.OutcomeWithdrawn}))
	}
	assert.Subset(t, refused(), []string{"promise-overdue p-1", "promise-open p-2"})
	for outcome := complaint.OutcomeResolved; outcome <= complaint.OutcomeLost; outcome++ { // whatever it is called
		x := complaint.Close{Step: promiseStep(t, "close", "2026-11-25 12:00"), Outcome: outcome}
		assert.Subset(t, promiseMissing(t)(g.Close(g.Case, x)), []string{"promise-overdue p-1", "promise-open p-2"}, outcome)
	}
	g.contact(t, "yes", "2026-11-25 12:10", complaint.ToCustomer)
	g.must(t)(g.Renew(g.Case, complaint.Renew{
		Step: promiseStep(t, "renew", "2026-11-25 12:10"), Promise: "p-1", As: "p-3", Until: promiseAt(t, "2026-11-26 12:00"), Consent: "yes",
	}))
	assert.Equal(t, []string{"promise-open p-2", "promise-open p-3"}, promiseBars(t, g, "2026-11-25 12:10"))
	g.must(t)(g.Keep(g.Case, complaint.Keep{Step: promiseStep(t, "keep-3", "2026-11-25 12:20"), Promise: "p-3"}))
	d := g.must(t)(g.Keep(g.Case, complaint.Keep{Step: promiseStep(t, "keep-2", "2026-11-27 07:30"), Promise: "p-2"}))
	assert.Equal(t, []string{"promise-kept p-2", "promise-early p-2"}, promiseCodes(d.Reasons), "in time, and before the slot")
	assert.Empty(t, promiseBars(t, g, "2026-11-27 08:00"))
	promiseClosed(t, g, "2026-11-27 09:00")
	assert.Equal(t, complaint.Closed, g.Phase)
}

// row A64: a guarantee is a promise. Where the rule says so it outlasts the case, until it is
// broken; a callback never does.
func TestGuaranteeOutlastsTheCase(t *testing.T) {
	g := promiseOpen(t, promisePolicy(t, func(r *complaint.Rules) { r.Survey = complaint.SurveyRules{} }))
	g.must(t)(g.Promise(g.Case, complaint.Promise{
		Step: promiseStep(t, "p", "2026-11-25 10:00"), Promise: "two-years", Kind: complaint.PromisedGuarantee, Desk: "workshop",
		Text: "it is looked at once a year", Until: promiseAt(t, "2028-11-25 10:00"),
	}))
	assert.Equal(t, "log", promiseKinds(g.contact(t, "l-1", "2026-11-26 10:00", complaint.FromCustomer)), "nothing to come back for")
	assert.Empty(t, promiseBars(t, g, "2028-11-25 09:59"))
	assert.Equal(t, []string{"promise-overdue two-years"}, promiseBars(t, g, "2028-11-25 10:00"))
	promiseClosed(t, g, "2026-11-27 10:00")
	due, waits, err := g.NextWake(g.Case, promiseAt(t, "2027-01-01 12:00"))
	require.NoError(t, err)
	assert.True(t, waits && due.Equal(promiseAt(t, "2028-11-25 10:00")), "closed, and still to be kept")
	g.must(t)(g.Keep(g.Case, complaint.Keep{Step: promiseStep(t, "keep", "2028-11-01 10:00"), Promise: "two-years"}))
	assert.False(t, g.Commitments[0].Open())

	// A later policy that no longer says so changes nothing about this one.
	again, err := complaint.Replay(g.history)
	require.NoError(t, err)
	assert.Equal(t, g.Case, again)
	assert.True(t, again.Commitments[0].Outlasts)
}

// row A44: today, or damages. Her deadline stands beside ours, and a loan device is offered.
func TestInsistStandsBesideOurs(t *testing.T) {
	g := promiseOpen(t, promisePolicy(t, nil), complaint.Claim{Issue: "paper", Kind: "defect"}, complaint.Claim{Issue: "rude", Kind: "attitude"})
	insist := func(ref, issue, until string) complaint.Decision {
		return g.must(t)(g.Insist(g.Case, complaint.Insist{Step: promiseStep(t, ref, "2026-11-25 09:10"), Issue: issue, Until: promiseAt(t, until), Text: "or all damages"}))
	}
	repair := func(id, issue, until string) complaint.Decision {
		return g.must(t)(g.Promise(g.Case, complaint.Promise{
			Step: promiseStep(t, id, "2026-11-25 09:20"), Promise: id, Kind: complaint.PromisedRepair, Issue: issue, Desk: "workshop", Until: promiseAt(t, until),
		}))
	}
	insist("i-1", "paper", "2026-11-25 18:00")
	assert.Equal(t, []string{"promise-made r-1"}, promiseCodes(repair("r-1", "paper", "2026-11-25 18:00").Reasons), "by her deadline is not later")
	d := repair("r-2", "paper", "2026-11-25 18:01")
	assert.Equal(t, []string{"promise-made r-2", "promise-later r-2", "promise-instead r-2"}, promiseCodes(d.Reasons))
	assert.Equal(t, int64(complaint.PromisedLoanDevice), d.Reasons[2].Fact)
	assert.True(t, d.Entries[0].Body.(complaint.Promise).Wanted.Equal(promiseAt(t, "2026-11-25 18:00")), "pinned")
	assert.Equal(t, []string{"promise-made r-3"}, promiseCodes(repair("r-3", "rude", "2026-12-25 18:00").Reasons), "of that she insisted on nothing")

	g.must(t)(g.Promise(g.Case, complaint.Promise{
		Step: promiseStep(t, "loan", "2026-11-25 09:30"), Promise: "loan", Kind: complaint.PromisedLoanDevice, Issue: "paper", Desk: "shop",
		Until: promiseAt(t, "2026-11-25 12:00"), For: "r-2",
	}))
	assert.Equal(t, []string{"promise-made r-4", "promise-later r-4"}, promiseCodes(repair("r-4", "paper", "2026-11-26 18:00").Reasons), "she has one")

	// What she says later counts for what was promised before.
	d = insist("i-2", "", "2026-11-25 11:00")
	assert.Equal(t, []string{"promise-later r-1", "promise-later r-2", "promise-later r-3", "promise-instead r-3", "promise-later loan", "promise-later r-4"}, promiseCodes(d.Reasons))
	assert.Len(t, g.Deadlines, 2)
	assert.Equal(t, []string{"issue-unknown colour"}, promiseMissing(t)(g.Insist(g.Case, complaint.Insist{
		Step: promiseStep(t, "i-3", "2026-11-25 09:10"), Issue: "colour", Until: promiseAt(t, "2020-01-01 00:00"),
	})))
}

// By when she wanted it before the case was closed is history once it is reopened: a new promise is
// held against what she says then.
func TestInsistedBeforeReopening(t *testing.T) {
	g := promiseOpen(t, promisePolicy(t, nil), complaint.Claim{Issue: "paper", Kind: "defect"})
	g.must(t)(g.Insist(g.Case, complaint.Insist{Step: promiseStep(t, "i-1", "2026-11-25 09:10"), Until: promiseAt(t, "2026-11-25 18:00")}))
	g.must(t)(caseWithdraw(g.Policy, g.Case, complaint.Withdraw{Step: promiseStep(t, "w-1", "2026-11-26 11:00"), Issue: "paper"}))
	promiseClosed(t, g, "2026-11-26 12:00")
	g.must(t)(g.Reopen(g.Case, complaint.Reopen{Step: promiseStep(t, "again", "2026-12-04 10:00"), Why: complaint.StillProblem, Issues: []string{"paper"}}))
	repair := func(id string) complaint.Decision {
		return g.must(t)(g.Promise(g.Case, complaint.Promise{
			Step: promiseStep(t, id, "2026-12-04 10:30"), Promise: id, Kind: complaint.PromisedRepair, Issue: "paper", Desk: "workshop", Until: promiseAt(t, "2026-12-07 17:00"),
		}))
	}
	assert.Equal(t, []string{"promise-made r-1"}, promiseCodes(repair("r-1").Reasons))
	assert.Len(t, g.Deadlines, 1, "and is kept")
	g.must(t)(g.Insist(g.Case, complaint.Insist{Step: promiseStep(t, "i-2", "2026-12-04 10:20"), Until: promiseAt(t, "2026-12-04 18:00")}))
	assert.Equal(t, []string{"promise-made r-2", "promise-later r-2", "promise-instead r-2"}, promiseCodes(repair("r-2").Reasons))
}

// row A43: three weeks ago they said soon. The oldest first, whatever was agreed in between.
func TestOverduePromises(t *testing.T) {
	policy := promisePolicy(t, nil)
	old, young, none := promiseOpen(t, policy), promiseOpen(t, policy), promiseOpen(t, policy)
	old.callback(t, "p-1", "2026-11-25 10:00", "2026-11-25 11:00")
	old.contact(t, "yes", "2026-12-10 10:00", complaint.ToCustomer)
	old.must(t)(old.Renew(old.Case, complaint.Renew{
		Step: promiseStep(t, "renew", "2026-12-10 10:00"), Promise: "p-1", As: "p-2", Until: promiseAt(t, "2026-12-17 10:00"), Consent: "yes",
	}))
	young.callback(t, "p-1", "2026-11-26 10:00", "2026-11-26 11:00")
	young.callback(t, "p-2", "2026-11-26 10:00", "2026-11-27 11:00")
	young.must(t)(young.Keep(young.Case, complaint.Keep{Step: promiseStep(t, "keep", "2026-11-26 10:30"), Promise: "p-2"}))

	at := promiseAt(t, "2026-12-16 00:00") // 21 days after the 25th, 20 after the 26th
	list := policy.Overdue("K-1", old.Case, 20, at)
	require.Len(t, list, 1)
	assert.Equal(t, "p-2", list[0].Promise)
	assert.Equal(t, 21, list[0].Days)
	assert.Equal(t, complaint.CodePromiseOld, list[0].Why.Code)
	assert.Empty(t, policy.Overdue("K-1", old.Case, 21, at), "older than, not as old as")
	assert.Equal(t, complaint.CodePromiseOldBroken, policy.Overdue("K-2", young.Case, 0, at)[0].Why.Code)

	cases := map[complaint.ID]complaint.Case{"K-1": old.Case, "K-2": young.Case, "K-3": young.Case, "K-4": none.Case}
	all := func(most int) (ids []string) {
		for _, one := range policy.Oldest(maps.All(cases), 0, most, at) { // in any order
			ids = append(ids, string(one.Case)+" "+one.Promise)
		}
		return ids
	}
	assert.Equal(t, []string{"K-1 p-2", "K-2 p-1", "K-3 p-1"}, all(10))
	assert.Equal(t, []string{"K-1 p-2", "K-2 p-1"}, all(2))
	assert.Empty(t, all(0))
	assert.Empty(t, all(-1))
}

// row D15: what was promised and what came of it, for the ratio of each person and product.
func TestPromiseFacts(t *testing.T) {
	g := promiseOpen(t, promisePolicy(t, nil))
	g.callback(t, "p-1", "2026-11-25 10:00", "2026-11-25 11:00")
	g.callback(t, "p-2", "2026-11-25 10:00", "2026-11-25 12:00")
	g.contact(t, "l-1", "2026-11-25 11:30", complaint.FromCustomer)
	g.must(t)(g.Keep(g.Case, complaint.Keep{Step: complaint.Step{Ref: "k", By: "ben", At: promiseAt(t, "2026-11-26 00:00")}, Promise: "p-1"}))
	facts := g.PromiseFacts(g.Case, promiseAt(t, "2026-11-25 11:59"))
	assert.Equal(t, []complaint.PromiseFact{
		{
			Promise: "p-1", Kind: complaint.PromisedCallback, Agent: "ann", KeptBy: "ben", Product: "printer",
			Due: promiseDay(t, "2026-11-25"), Done: promiseDay(t, "2026-11-26"), Verdict: complaint.PromiseKeptLate,
			PromisedSeconds: 3600, TookSeconds: 14 * 3600, LateChases: 1,
		},
		{
			Promise: "p-2", Kind: complaint.PromisedCallback, Agent: "ann", Product: "printer",
			Due: promiseDay(t, "2026-11-25"), Verdict: complaint.PromiseAwaited, PromisedSeconds: 7200, Chases: 1,
		},
	}, facts)
	assert.Equal(t, complaint.PromiseBroken, g.PromiseFacts(g.Case, promiseAt(t, "2026-11-25 12:00"))[1].Verdict, "without anybody having woken it")
}

// A history that this package did not write is refused, whatever of promises is wrong in it.
func TestPromiseHistoryIsChecked(t *testing.T) {
	g := promiseOpen(t, promisePolicy(t, nil))
	g.callback(t, "p-1", "2026-11-25 10:00", "2026-11-25 11:00")
	due := promiseAt(t, "2026-11-25 11:00")
	for name, body := range map[string]complaint.Body{
		"no due":          complaint.Promise{Promise: "p-2", Kind: complaint.PromisedVisit},
		"no kind":         complaint.Promise{Promise: "p-2", Until: due.AddDate(1, 0, 0)},
		"twice":           complaint.Promise{Promise: "p-1", Kind: complaint.PromisedVisit, Until: due.AddDate(1, 0, 0)},
		"another due":     complaint.Broken{Promise: "p-1", Due: due.Add(-1)},
		"nobody's broken": complaint.Broken{Promise: "p-2", Due: due},
		"nobody's chased": complaint.Chased{Promise: "p-2"},
		"nobody's kept":   complaint.Keep{Promise: "p-2"},
		"renewed as now":  complaint.Renew{Promise: "p-1", As: "p-2", Until: due},
		"renewed as same": complaint.Renew{Promise: "p-1", As: "p-1", Until: due.AddDate(0, 0, 1)},
		"nobody's freed":  complaint.Release{Promise: "p-2"},
		"no such issue":   complaint.Insist{Issue: "colour", Until: due},
	} {
		_, err := g.Apply(complaint.Entry{Version: complaint.EntryVersion, At: due, By: "x", Ref: "x", Body: body})
		require.ErrorIs(t, err, complaint.ErrBroken, name)
	}
	early := complaint.Entry{Version: complaint.EntryVersion, At: due.Add(-1), By: "x", Ref: "x", Body: complaint.Broken{Promise: "p-1", Due: due}}
	_, err := g.Apply(early)
	require.ErrorIs(t, err, complaint.ErrBroken, "not before it is due")
	early.At = due
	next, err := g.Apply(early)
	require.NoError(t, err)
	_, err = next.Apply(early)
	assert.ErrorIs(t, err, complaint.ErrBroken, "not twice")
}

// Commands of promises, surveys and acts are facts: every field counts.
func TestFollowUpFacts(t *testing.T) {
	at := promiseAt(t, "2026-11-25 10:00")
	step := complaint.Step{Ref: "r", By: "ann", At: at}
	for _, fact := range []interface{ Canonical(*customer.Canonical) }{
		complaint.Promise{
			Step: step, Promise: "p", Kind: 1, Issue: "i", Product: "x", Text: "t", Agent: "a", Desk: "d", From: at, Until: at, Channel: 1, Reach: "r", Wanted: at, For: "f",
			Terms: complaint.PromiseTerms{Budget: calendar.Budget{OpenSeconds: 1, WorkingDays: 1, ByClose: true, CalendarDays: 1, EndsWorking: true}, Calendar: "c", Version: 1, Outlasts: true},
		},
		complaint.Keep{Step: step, Promise: "p", Note: "n"},
		complaint.Renew{Step: step, Promise: "p", As: "q", From: at, Until: at, Agent: "a", Desk: "d", Wanted: at, Consent: "c", Note: "n"},
		complaint.Release{Step: step, Promise: "p", Consent: "c", Note: "n"},
		complaint.Insist{Step: step, Issue: "i", Until: at, Text: "t"},
		complaint.Ask{Step: step, Channel: 1, Note: "n"},
		complaint.Answer{Step: step, Cycle: 1, Answers: []complaint.Reply{{Key: "k", Score: 1, Said: 1, Text: "t"}}, Issues: []string{"i"}, Note: "n", Lead: 1},
		complaint.Act{Step: step, Act: 1, Channel: 1, Seniority: "s", Issue: "i", Until: at, Promise: "p", Note: "n"},
		complaint.Grade{Step: step, Level: 1, Criteria: []complaint.Criterion{1, 2}, Note: "n"},
	} {
		t.Run(fmt.Sprintf("%T", fact), func(t *testing.T) { journaltest.TestFact(t, fact) })
	}
}

// promiseMachine plays promises at random, against a model small enough to be obviously right.
func TestPromisesAgainstAModel(t *testing.T) {
	policy := promisePolicy(t, nil)
	start := promiseOpen(t, policy)
	rapid.Check(t, func(t *rapid.T) {
		type model struct {
			made, due, ended time.Time
			how              string
		}
		g, models, at, refs := start.Case, map[string]*model{}, start.Since, 0
		history := slices.Clone(start.history)
		step := func() complaint.Step {
			refs++
			at = at.Add(time.Duration(rapid.IntRange(0, 90).Draw(t, "minutes")) * time.Minute)
			return complaint.Step{Ref: fmt.Sprint("r-", refs), By: "ann", At: at}
		}
		book := func(d complaint.Decision, err error) bool {
			if err != nil {
				var refusal *customer.Refusal
				require.ErrorAs(t, err, &refusal)
				return false
			}
			before, _ := json.Marshal(g)
			branch, err := g.Apply(d.Entries...)
			require.NoError(t, err)
			require.Equal(t, d.Next, branch)
			after, _ := json.Marshal(g)
			require.Equal(t, string(before), string(after), "Apply does not change its input")
			g, history = d.Next, append(history, d.Entries...)
			return true
		}
		pick := func() string { return fmt.Sprint("p-", rapid.IntRange(1, refs+1).Draw(t, "which")) }
		end := func(how string, decide func(complaint.Step, string) (complaint.Decision, error)) {
			id, s := pick(), step()
			one := models[id]
			could := one != nil && one.how == ""
			require.Equal(t, could, book(decide(s, id)), "%s %s", how, id)
			if could {
				one.ended, one.how = s.At, how
			}
		}
		t.Repeat(map[string]func(*rapid.T){
			"promise": func(t *rapid.T) {
				s := step()
				id, until := fmt.Sprint("p-", refs), s.At.Add(time.Duration(rapid.IntRange(1, 300).Draw(t, "until"))*time.Minute)
				require.True(t, book(policy.Promise(g, complaint.Promise{Step: s, Promise: id, Kind: complaint.PromisedVisit, Desk: "d", Until: until})))
				models[id] = &model{made: s.At, due: until}
			},
			"keep": func(*rapid.T) {
				end("kept", func(s complaint.Step, id string) (complaint.Decision, error) {
					return policy.Keep(g, complaint.Keep{Step: s, Promise: id})
				})
			},
			"release": func(*rapid.T) {
				require.True(t, book(policy.Log(g, complaint.Log{Step: step(), Channel: complaint.Phone, Direction: complaint.ToCustomer})))
				consent := fmt.Sprint("r-", refs)
				end("released", func(s complaint.Step, id string) (complaint.Decision, error) {
					return policy.Release(g, complaint.Release{Step: s, Promise: id, Consent: consent})
				})
			},
			"wake": func(*rapid.T) { require.True(t, book(policy.Wake(g, complaint.Wake{Step: step()}))) },
			"": func(t *rapid.T) {
				require.Len(t, g.Commitments, len(models))
				for _, one := range g.Commitments {
					m := models[one.Promise]
					late := m.ended.After(m.due) || m.how == "" && !at.Before(m.due)
					want := map[string]complaint.PromiseVerdict{"": complaint.PromiseAwaited, "kept": complaint.PromiseKept, "released": complaint.PromiseReleased}[m.how]
					if late {
						want = map[bool]complaint.PromiseVerdict{true: complaint.PromiseKeptLate, false: complaint.PromiseBroken}[m.how == "kept"]
					}
					require.Equal(t, want, one.Verdict(at), one.Promise)
					require.Equal(t, m.how == "", one.Open())
					if m.how != "" {
						require.Equal(t, late, !one.Broken.IsZero())
					}
				}
				again, err := complaint.Replay(history)
				require.NoError(t, err)
				require.Equal(t, g, again)
			},
		})
	})
}

// Every entry of promises, surveys and acts survives JSON and leads to the same case.
func TestFollowUpEntriesInJSON(t *testing.T) {
	g := promiseEverything(t)
	data, err := json.Marshal(g.history)
	require.NoError(t, err)
	var read []complaint.Entry
	require.NoError(t, json.Unmarshal(data, &read))
	again, err := json.Marshal(read)
	require.NoError(t, err)
	assert.JSONEq(t, string(data), string(again))
	before, err := json.Marshal(g.Case)
	require.NoError(t, err)
	replayed, err := complaint.Replay(read)
	require.NoError(t, err)
	after, err := json.Marshal(replayed)
	require.NoError(t, err)
	assert.JSONEq(t, string(before), string(after))

	// Apply does not change its input: two branches from one state share nothing that changes.
	var c complaint.Case
	for i := range g.history {
		was, err := json.Marshal(c)
		require.NoError(t, err)
		one, err := c.Apply(g.history[i:]...)
		require.NoError(t, err)
		two, err := c.Apply(g.history[i:]...)
		require.NoError(t, err)
		assert.Equal(t, one, two)
		is, err := json.Marshal(c)
		require.NoError(t, err)
		require.Equal(t, string(was), string(is), g.history[i].Kind())
		c, err = c.Apply(g.history[i])
		require.NoError(t, err)
	}

	seen := map[string]bool{}
	for _, e := range g.history {
		seen[e.Kind().String()] = true
	}
	for _, kind := range []string{"promise", "keep", "renew", "release", "insist", "broken", "chased", "survey-set", "survey-due", "ask", "answer", "reopen", "act", "grade"} {
		assert.True(t, seen[kind], "no %s was played", kind)
	}
}

// promiseEverything plays a case with an entry of each kind of this part.
func promiseEverything(tb testing.TB) *promiseCase {
	tb.Helper()
	g := promiseOpen(tb, promisePolicy(tb, nil))
	g.must(tb)(g.Insist(g.Case, complaint.Insist{Step: promiseStep(tb, "i", "2026-11-25 09:10"), Until: promiseAt(tb, "2026-11-25 18:00"), Text: "today"}))
	g.callback(tb, "p-1", "2026-11-25 10:00", "2026-11-25 11:00")
	g.callback(tb, "p-2", "2026-11-25 10:00", "2026-11-25 12:00")
	g.callback(tb, "p-3", "2026-11-25 10:00", "2026-11-25 17:00")
	g.contact(tb, "l-1", "2026-11-25 11:30", complaint.FromCustomer)
	g.must(tb)(g.Keep(g.Case, complaint.Keep{Step: promiseStep(tb, "k-1", "2026-11-25 11:40"), Promise: "p-1"}))
	g.must(tb)(g.Renew(g.Case, complaint.Renew{
		Step: promiseStep(tb, "n-1", "2026-11-25 11:50"), Promise: "p-2", As: "p-4", Until: promiseAt(tb, "2026-11-27 12:00"), Consent: "l-1",
	}))
	g.contact(tb, "l-2", "2026-11-25 11:52", complaint.ToCustomer)
	for _, id := range []string{"p-3", "p-4"} {
		g.must(tb)(g.Release(g.Case, complaint.Release{Step: promiseStep(tb, "r-"+id, "2026-11-25 11:55"), Promise: id, Consent: "l-2"}))
	}
	g.must(tb)(g.Act(g.Case, complaint.Act{Step: promiseStep(tb, "a-1", "2026-11-25 12:00"), Act: conversation.Apology, Channel: complaint.Visit, Seniority: "manager"}))
	promiseClosed(tb, g, "2026-11-25 13:00")
	g.must(tb)(g.Grade(g.Case, complaint.Grade{
		Step: promiseStep(tb, "g-1", "2026-11-25 14:00"), Level: conversation.Satisfied, Criteria: []complaint.Criterion{complaint.DemandMet, complaint.NothingNew},
	}))
	assert.Equal(tb, []string{"survey-due"}, g.wake(tb, "2026-12-02 00:00"))
	g.must(tb)(g.Ask(g.Case, complaint.Ask{Step: promiseStep(tb, "ask", "2026-12-02 10:00"), Channel: complaint.Phone}))
	g.must(tb)(g.Answer(g.Case, complaint.Answer{
		Step:    promiseStep(tb, "answer", "2026-12-02 10:10"),
		Answers: []complaint.Reply{{Key: "repair", Score: 2}, {Key: "still-a-problem", Said: complaint.SaidYes}, {Key: "product", Text: "it jams"}},
	}))
	return g
}

// She was asked to call: with her answer she comes back for no promise, but for one that is late.
// What was before the wait, or is said by somebody else, is no answer.
func TestPromiseIsNotChasedByAnAnswer(t *testing.T) {
	for _, tc := range []struct {
		name, at  string
		direction complaint.Direction
		want      string
	}{
		{"asked, she calls", "2026-11-25 10:40", complaint.FromCustomer, "log wait"},
		{"at the due itself", "2026-11-25 11:00", complaint.FromCustomer, "log wait"},
		{"later than it was promised", "2026-11-25 11:00:01", complaint.FromCustomer, "broken log wait chased"},
		{"before she was asked", "2026-11-25 10:29:59", complaint.FromCustomer, "log chased"},
		{"the supplier calls", "2026-11-25 10:40", complaint.FromOther, "log"},
	} {
		g := promiseOpen(t, promisePolicy(t, nil))
		g.callback(t, "p-1", "2026-11-25 10:00", "2026-11-25 11:00")
		g.must(t)(g.Wait(g.Case, complaint.Wait{Step: promiseStep(t, "w", "2026-11-25 10:30"), For: complaint.AwaitCustomer, Reason: "photo"}))
		assert.Equal(t, tc.want, promiseKinds(g.contact(t, "l-1", tc.at, tc.direction)), tc.name)
		if tc.want == "log wait" {
			assert.Equal(t, "log chased", promiseKinds(g.contact(t, "l-2", tc.at, complaint.FromCustomer)), "again, unasked")
		}
	}
}
