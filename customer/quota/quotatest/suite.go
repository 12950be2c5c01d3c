package quotatest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/quota"
)

// TestStore checks a store against the contract of quota.Store, one subtest per
// sentence; a failure quotes the sentence. open returns a store with these limits and
// without holds, and may use tb to clean up. The races of the last checks run 200
// rounds, or 20 under -short.
func TestStore(t *testing.T, open func(tb testing.TB, limits map[string]int64) quota.Store) {
	for _, check := range checks() {
		t.Run(check.name, func(t *testing.T) {
			r := report{Store: open(t, limits()), ctx: t.Context}
			check.run(&r)
			for _, broken := range r.broken {
				t.Errorf("%s\n\tbroken: %s", check.sentence, broken)
			}
		})
	}
}

// limits are the quotas of the suite. The races have one for each round.
func limits() map[string]int64 {
	limits := map[string]int64{"ten": 10, "five": 5, "none": 0, "max": quota.Max, long("1"): 1, long("2"): 2}
	for i, name := range alikes() {
		limits[name] = int64(i) + 1
	}
	for round := range allRounds {
		limits[racing(round)] = raceLimit
	}
	return limits
}

// check is one sentence of the contract and the way to find it broken.
type check struct {
	name, sentence string
	run            func(*report)
}

// report is a store under test and what was found. The checks write to it instead of a
// testing.T, so that the suite is tested on stores that break one promise each.
type report struct {
	quota.Store
	ctx    func() context.Context // of the test
	broken []string
}

func (r *report) errorf(format string, args ...any) {
	r.broken = append(r.broken, fmt.Sprintf(format, args...))
}

func (r *report) ok() bool { return len(r.broken) == 0 }

func checks() []check {
	return []check{
		{"no quota", "Everything under a name without a limit is refused with CodeNoQuota.", checkNoQuota},
		{"limit", "A hold is refused with CodeSpent or CodeHeld where less is left, and admitted where just enough is.", checkLimit},
		{"figures", "A refusal is a *customer.Refusal whose Rule is the quota's name, with the figures.", checkFigures},
		{"level", "Level returns the limit, what was captured and what is held at the instant.", checkLevel},
		{"same claim", "The same claim again, with whatever At, returns the hold as it stands and holds nothing more.", checkSameClaim},
		{"other claim", "Another N or Until under the key is ErrKeyReused, and nothing is changed.", checkOtherClaim},
		{"refusal forgotten", "A refused hold is not remembered: the key is still unused.", checkRefusalForgotten},
		{"keys of one quota", "A key belongs to one quota: under two names it is two claims.", checkKeysOfOneQuota},
		{"exact names", "Names and keys are compared byte by byte.", checkExactNames},
		{"long names", "Names and keys may have 256 bytes.", checkLongNames},
		{"large numbers", "Claims and limits go up to Max, to the unit.", checkLargeNumbers},
		{"capture", "Capture uses n for good; the rest is free again.", checkCapture},
		{"same capture", "The same capture again returns the same hold, also after Until; another n is ErrKeyReused.", checkSameCapture},
		{"over hold", "A capture of more than is held is refused with CodeOverHold, and the hold stays as it is.", checkOverHold},
		{"release", "Release gives back all that is held; the same release again returns the same hold.", checkRelease},
		{"captured or released", "A hold is captured or released, never both.", checkCapturedOrReleased},
		{"give back", "GiveBack makes n of what was captured free again, in all; the same or less again changes nothing.", checkGiveBack},
		{"captured stays", "What was given back stays captured for a repeated hold, capture or release.", checkCapturedStays},
		{"not captured", "GiveBack is refused with CodeNotCaptured where nothing was captured, and with CodeOverCaptured where n is more than was.", checkNotCaptured},
		{"no hold", "Capture, Release and GiveBack are refused with CodeNoHold where there is nothing under the key.", checkNoHold},
		{"timeout", "A hold is over at its Until and not an instant before.", checkTimeout},
		{"late capture", "A capture from Until on is refused with CodeExpired and what is left.", checkLateCapture},
		{"over for good", "A hold whose units another was given is over for calls with an earlier instant too.", checkOverForGood},
		{"late hold", "A hold whose Until is not after At is refused with CodeExpired.", checkLateHold},
		{"cut instants", "A store that cuts instants does so before it compares them.", checkCutInstants},
		{"malformed", "A malformed argument is an error, and nothing is changed.", checkMalformed},
		{"no false refusal", "An error is never reported as a refusal.", checkNoFalseRefusal},
		{"race for the rest", "Of concurrent holds, no more are admitted than there is.", checkRaceForTheRest},
		{"race on a key", "Of concurrent calls with one claim, one holds, and all have the same answer.", checkRaceOnAKey},
		{"race to the end", "Of a concurrent capture and release, one wins.", checkRaceToTheEnd},
		{"race to give back", "Of concurrent calls that give back, what is given back is the most of them, once.", checkRaceToGiveBack},
		{"race at the timeout", "Of a capture just before Until and a hold by others at Until, one wins.", checkRaceAtTheTimeout},
	}
}

// noon is the instant at which most checks begin; their holds last an hour.
func noon() time.Time { return time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC) }

func claim(name, key string, n int64) quota.Claim {
	return quota.Claim{Name: name, Key: key, N: n, At: noon(), Until: noon().Add(time.Hour)}
}

// hold makes a hold that must be admitted.
func (r *report) hold(name, key string, n int64) {
	want := quota.Hold{Name: name, Key: key, N: n, Until: noon().Add(time.Hour), State: quota.Held}
	got, err := r.Hold(r.ctx(), claim(name, key, n))
	r.same(fmt.Sprintf("hold of %d under %s", n, shown(key)), got, err, want)
}

// same expects a hold and no error.
func (r *report) same(what string, got quota.Hold, err error, want quota.Hold) {
	if err != nil {
		r.errorf("%s: %v", what, err)
		return
	}
	if cut := want.Until.Sub(got.Until); cut < 0 || cut >= time.Millisecond {
		r.errorf("%s: until %s, want %s", what, got.Until, want.Until)
	}
	got.Until, want.Until = time.Time{}, time.Time{}
	if got != want {
		r.errorf("%s: %+v, want %+v", what, got, want)
	}
}

// level expects a level at an instant.
func (r *report) level(what, name string, at time.Time, want quota.Level) {
	if got, err := r.Level(r.ctx(), name, at); err != nil || got != want {
		r.errorf("%s: level %+v, error %v, want %+v", what, got, err, want)
	}
}

// refused expects a refusal with a code, and returns its reason.
func (r *report) refused(what string, err error, codes ...string) customer.Reason {
	var refusal *customer.Refusal
	if !errors.As(err, &refusal) {
		r.errorf("%s: error %v, want a refusal with %s", what, err, strings.Join(codes, " or "))
		return customer.Reason{}
	}
	for _, missing := range refusal.Missing {
		for _, code := range codes {
			if missing.Code == code {
				return missing
			}
		}
	}
	r.errorf("%s: %v, want %s", what, err, strings.Join(codes, " or "))
	return customer.Reason{}
}

// reused expects ErrKeyReused.
func (r *report) reused(what string, err error) {
	if !errors.Is(err, quota.ErrKeyReused) {
		r.errorf("%s: error %v, want %v", what, err, quota.ErrKeyReused)
	}
}

func shown(text string) string {
	if len(text) > 40 {
		return fmt.Sprintf("%.20q… of %d bytes", text, len(text))
	}
	return fmt.Sprintf("%q", text)
}

func checkNoQuota(r *report) {
	_, err := r.Hold(r.ctx(), claim("unknown", "k", 1))
	r.refused("hold", err, quota.CodeNoQuota)
	_, err = r.Capture(r.ctx(), "unknown", "k", 1, noon())
	r.refused("capture", err, quota.CodeNoQuota)
	_, err = r.Release(r.ctx(), "unknown", "k", noon())
	r.refused("release", err, quota.CodeNoQuota)
	_, err = r.GiveBack(r.ctx(), "unknown", "k", 1, noon())
	r.refused("give back", err, quota.CodeNoQuota)
	_, err = r.Level(r.ctx(), "unknown", noon())
	r.refused("level", err, quota.CodeNoQuota)
}

func checkLimit(r *report) {
	_, err := r.Hold(r.ctx(), claim("none", "k", 1))
	r.refused("1 of 0", err, quota.CodeSpent)
	_, err = r.Hold(r.ctx(), claim("ten", "too-much", 11))
	r.refused("11 of 10", err, quota.CodeSpent)
	r.hold("ten", "a", 4)
	_, err = r.Hold(r.ctx(), claim("ten", "b", 7))
	r.refused("7 where 4 of 10 are held", err, quota.CodeHeld)
	r.hold("ten", "c", 6)
	_, err = r.Hold(r.ctx(), claim("ten", "d", 1))
	r.refused("1 where 10 of 10 are held", err, quota.CodeHeld)
	if _, err := r.Capture(r.ctx(), "ten", "c", 6, noon()); err != nil {
		r.errorf("capture: %v", err)
	}
	_, err = r.Hold(r.ctx(), claim("ten", "e", 5))
	r.refused("5 where 6 of 10 were captured", err, quota.CodeSpent)
	_, err = r.Hold(r.ctx(), claim("ten", "f", 4))
	r.refused("4 where 6 of 10 were captured and 4 are held", err, quota.CodeHeld)
}

func checkFigures(r *report) {
	r.hold("ten", "a", 7)
	_, err := r.Hold(r.ctx(), claim("ten", "b", 5))
	if reason := r.refused("5 where 7 of 10 are held", err, quota.CodeHeld, quota.CodeSpent); reason.Fact != 3 || reason.Mark != 5 {
		r.errorf("5 where 7 of 10 are held: left %d and asked %d, want 3 and 5", reason.Fact, reason.Mark)
	}
	var refusal *customer.Refusal
	if errors.As(err, &refusal) && refusal.Rule != "ten" {
		r.errorf("the refusal's rule is %q, want the quota's name", refusal.Rule)
	}
	_, err = r.Capture(r.ctx(), "ten", "a", 8, noon())
	if reason := r.refused("capture of 8 where 7 are held", err, quota.CodeOverHold); reason.Fact != 7 || reason.Mark != 8 {
		r.errorf("capture of 8 where 7 are held: %d and %d, want 7 and 8", reason.Fact, reason.Mark)
	}
}

func checkLevel(r *report) {
	r.level("untouched", "ten", noon(), quota.Level{Limit: 10})
	r.hold("ten", "a", 3)
	r.hold("ten", "b", 4)
	r.level("3 and 4 held", "ten", noon(), quota.Level{Limit: 10, Held: 7})
	if _, err := r.Capture(r.ctx(), "ten", "a", 2, noon()); err != nil {
		r.errorf("capture: %v", err)
	}
	r.level("2 of 3 captured", "ten", noon(), quota.Level{Limit: 10, Captured: 2, Held: 4})
	r.level("after the timeout", "ten", noon().Add(2*time.Hour), quota.Level{Limit: 10, Captured: 2})
	r.level("asked before the timeout, once more", "ten", noon(), quota.Level{Limit: 10, Captured: 2, Held: 4})
	r.level("another quota", "five", noon(), quota.Level{Limit: 5})
}

func checkSameClaim(r *report) {
	r.hold("ten", "a", 6)
	for _, late := range []time.Duration{0, time.Minute, -time.Minute} {
		again := claim("ten", "a", 6)
		again.At = again.At.Add(late)
		got, err := r.Hold(r.ctx(), again)
		r.same("again", got, err, quota.Hold{Name: "ten", Key: "a", N: 6, Until: again.Until, State: quota.Held})
	}
	r.level("held once", "ten", noon(), quota.Level{Limit: 10, Held: 6})

	over := claim("ten", "a", 6)
	over.At = over.Until
	got, err := r.Hold(r.ctx(), over)
	r.same("again after the timeout", got, err, quota.Hold{Name: "ten", Key: "a", N: 6, Until: over.Until, State: quota.Expired})

	r.hold("ten", "b", 1)
	if _, err := r.Capture(r.ctx(), "ten", "b", 1, noon()); err != nil {
		r.errorf("capture: %v", err)
	}
	got, err = r.Hold(r.ctx(), claim("ten", "b", 1))
	r.same("again after the capture", got, err, quota.Hold{Name: "ten", Key: "b", N: 1, Until: over.Until, State: quota.Captured, Captured: 1})
	r.level("captured once", "ten", noon(), quota.Level{Limit: 10, Captured: 1, Held: 6})

	r.hold("ten", "c", 2)
	if _, err := r.Release(r.ctx(), "ten", "c", noon()); err != nil {
		r.errorf("release: %v", err)
	}
	got, err = r.Hold(r.ctx(), claim("ten", "c", 2))
	r.same("again after the release", got, err, quota.Hold{Name: "ten", Key: "c", N: 2, Until: over.Until, State: quota.Released})
	r.level("released is not held again", "ten", noon(), quota.Level{Limit: 10, Captured: 1, Held: 6})
}

func checkOtherClaim(r *report) {
	r.hold("ten", "a", 3)
	more, less, longer := claim("ten", "a", 4), claim("ten", "a", 2), claim("ten", "a", 3)
	longer.Until = longer.Until.Add(time.Second)
	for _, other := range []quota.Claim{more, less, longer} {
		_, err := r.Hold(r.ctx(), other)
		r.reused(fmt.Sprintf("%d until %s", other.N, other.Until), err)
	}
	r.level("unchanged", "ten", noon(), quota.Level{Limit: 10, Held: 3})
	r.level("not prolonged", "ten", noon().Add(time.Hour), quota.Level{Limit: 10})
}

func checkRefusalForgotten(r *report) {
	r.hold("ten", "a", 8)
	if _, err := r.Hold(r.ctx(), claim("ten", "b", 3)); err == nil {
		r.errorf("3 where 8 of 10 are held was admitted")
	}
	_, err := r.Capture(r.ctx(), "ten", "b", 1, noon())
	r.refused("capture under the refused key", err, quota.CodeNoHold)
	if _, err := r.Release(r.ctx(), "ten", "a", noon()); err != nil {
		r.errorf("release: %v", err)
	}
	r.hold("ten", "b", 3) // the same claim, once there is room
	r.level("held now", "ten", noon(), quota.Level{Limit: 10, Held: 3})
	if _, err := r.Hold(r.ctx(), claim("ten", "c", 8)); err == nil {
		r.errorf("8 where 3 of 10 are held was admitted")
	}
	r.hold("ten", "c", 7) // another claim under the refused key
}

func checkKeysOfOneQuota(r *report) {
	r.hold("ten", "a", 3)
	r.hold("five", "a", 2)
	if _, err := r.Release(r.ctx(), "ten", "a", noon()); err != nil {
		r.errorf("release: %v", err)
	}
	r.level("released", "ten", noon(), quota.Level{Limit: 10})
	r.level("the other quota", "five", noon(), quota.Level{Limit: 5, Held: 2})
}

// alikes are texts that a database may take for each other: MySQL's default collations
// fold case, accents and trailing spaces, some file systems fold Unicode forms.
func alikes() []string {
	return []string{
		"a/17", "A/17", "a/17 ", " a/17", "a/017", "a/1_", "a/1%",
		"\u00e9/17", "e\u0301/17", // é in one piece and in two
		"stra\u00dfe", "strasse", // ß folds to ss
	}
}

func checkExactNames(r *report) {
	for i, name := range alikes() {
		r.level("limit", name, noon(), quota.Level{Limit: int64(i) + 1})
		r.hold(name, "k", int64(i)+1)
	}
	for i, key := range alikes() {
		if _, err := r.Hold(r.ctx(), claim("max", key, int64(i)+1)); err != nil {
			r.errorf("hold under %q: %v", key, err)
		}
	}
	n := int64(len(alikes()))
	r.level("all keys apart", "max", noon(), quota.Level{Limit: quota.Max, Held: n * (n + 1) / 2})
}

// long is a name or key of 256 bytes that differs from others in its last one.
func long(last string) string { return strings.Repeat("额度", 42) + "abc" + last }

func checkLongNames(r *report) {
	r.hold(long("1"), long("k"), 1)
	r.hold(long("2"), long("k"), 1)
	r.hold(long("2"), long("l"), 1)
	r.level("first", long("1"), noon(), quota.Level{Limit: 1, Held: 1})
	r.level("second", long("2"), noon(), quota.Level{Limit: 2, Held: 2})
}

func checkLargeNumbers(r *report) {
	r.hold("max", "a", quota.Max-1)
	_, err := r.Hold(r.ctx(), claim("max", "b", 2))
	r.refused("2 where 1 is left", err, quota.CodeHeld)
	r.hold("max", "c", 1)
	if _, err := r.Capture(r.ctx(), "max", "a", quota.Max-1, noon()); err != nil {
		r.errorf("capture: %v", err)
	}
	r.level("full", "max", noon(), quota.Level{Limit: quota.Max, Captured: quota.Max - 1, Held: 1})
	_, err = r.Hold(r.ctx(), claim("max", "d", quota.Max))
	r.refused("Max where nothing is left", err, quota.CodeSpent)
}

func checkCapture(r *report) {
	r.hold("ten", "a", 5)
	got, err := r.Capture(r.ctx(), "ten", "a", 2, noon())
	r.same("capture of 2 of 5", got, err, quota.Hold{
		Name: "ten", Key: "a", N: 5, Until: noon().Add(time.Hour), State: quota.Captured, Captured: 2,
	})
	r.level("the rest is free", "ten", noon(), quota.Level{Limit: 10, Captured: 2})
	r.level("for good", "ten", noon().Add(1000*time.Hour), quota.Level{Limit: 10, Captured: 2})
	r.hold("ten", "b", 8)
	if _, err := r.Capture(r.ctx(), "ten", "b", 8, noon()); err != nil {
		r.errorf("capture of all: %v", err)
	}
	r.level("used up", "ten", noon(), quota.Level{Limit: 10, Captured: 10})
}

func checkSameCapture(r *report) {
	r.hold("ten", "a", 5)
	want := quota.Hold{Name: "ten", Key: "a", N: 5, Until: noon().Add(time.Hour), State: quota.Captured, Captured: 2}
	for _, late := range []time.Duration{0, time.Minute, time.Hour, 1000 * time.Hour} {
		got, err := r.Capture(r.ctx(), "ten", "a", 2, noon().Add(late))
		r.same(fmt.Sprintf("capture %s later", late), got, err, want)
	}
	for _, n := range []int64{1, 3, 5} {
		_, err := r.Capture(r.ctx(), "ten", "a", n, noon())
		r.reused(fmt.Sprintf("capture of %d where 2 were captured", n), err)
	}
	r.level("captured once", "ten", noon(), quota.Level{Limit: 10, Captured: 2})
}

func checkOverHold(r *report) {
	r.hold("ten", "a", 3)
	_, err := r.Capture(r.ctx(), "ten", "a", 4, noon())
	r.refused("4 where 3 are held", err, quota.CodeOverHold)
	r.level("still held", "ten", noon(), quota.Level{Limit: 10, Held: 3})
	if _, err := r.Capture(r.ctx(), "ten", "a", 3, noon()); err != nil {
		r.errorf("capture of 3 afterwards: %v", err)
	}
}

func checkRelease(r *report) {
	r.hold("ten", "a", 10)
	want := quota.Hold{Name: "ten", Key: "a", N: 10, Until: noon().Add(time.Hour), State: quota.Released}
	for _, late := range []time.Duration{0, time.Minute, 2 * time.Hour} {
		got, err := r.Release(r.ctx(), "ten", "a", noon().Add(late))
		r.same(fmt.Sprintf("release %s later", late), got, err, want)
		r.level("free", "ten", noon(), quota.Level{Limit: 10})
	}
	r.hold("ten", "b", 10)
	want.Key = "b"
	got, err := r.Release(r.ctx(), "ten", "b", noon().Add(2*time.Hour))
	r.same("release after the timeout", got, err, want)
	r.level("free", "ten", noon(), quota.Level{Limit: 10})
}

func checkCapturedOrReleased(r *report) {
	r.hold("ten", "a", 4)
	if _, err := r.Capture(r.ctx(), "ten", "a", 3, noon()); err != nil {
		r.errorf("capture: %v", err)
	}
	_, err := r.Release(r.ctx(), "ten", "a", noon())
	if reason := r.refused("release after capture", err, quota.CodeCaptured); reason.Fact != 3 {
		r.errorf("release after capture: %d captured, want 3", reason.Fact)
	}
	r.level("captured", "ten", noon(), quota.Level{Limit: 10, Captured: 3})

	r.hold("ten", "b", 5)
	if _, err := r.Release(r.ctx(), "ten", "b", noon()); err != nil {
		r.errorf("release: %v", err)
	}
	_, err = r.Capture(r.ctx(), "ten", "b", 5, noon())
	if reason := r.refused("capture after release", err, quota.CodeReleased); reason.Fact != 7 || reason.Mark != 5 {
		r.errorf("capture after release: left %d and asked %d, want 7 and 5", reason.Fact, reason.Mark)
	}
	r.level("released", "ten", noon(), quota.Level{Limit: 10, Captured: 3})
}

// captured makes a hold that is captured.
func (r *report) captured(name, key string, held, n int64) {
	r.hold(name, key, held)
	if _, err := r.Capture(r.ctx(), name, key, n, noon()); err != nil {
		r.errorf("capture of %d under %s: %v", n, shown(key), err)
	}
}

func checkGiveBack(r *report) {
	until := noon().Add(time.Hour)
	want := quota.Hold{Name: "ten", Key: "a", N: 7, Until: until, State: quota.Captured, Captured: 6}
	r.captured("ten", "a", 7, 6)
	for _, step := range []struct{ n, back int64 }{{2, 2}, {2, 2}, {1, 2}, {5, 5}, {2, 5}, {6, 6}, {6, 6}} {
		for _, at := range []time.Time{noon(), until.Add(1000 * time.Hour)} {
			want.Back = step.back
			got, err := r.GiveBack(r.ctx(), "ten", "a", step.n, at)
			r.same(fmt.Sprintf("%d given back in all", step.n), got, err, want)
			r.level("free again", "ten", noon(), quota.Level{Limit: 10, Captured: 6 - step.back})
		}
	}
	r.captured("ten", "b", 10, 10) // all of it can be had again
	r.level("used up", "ten", noon(), quota.Level{Limit: 10, Captured: 10})
}

func checkCapturedStays(r *report) {
	r.captured("ten", "a", 4, 3)
	if _, err := r.GiveBack(r.ctx(), "ten", "a", 3, noon()); err != nil {
		r.errorf("give back: %v", err)
	}
	want := quota.Hold{Name: "ten", Key: "a", N: 4, Until: noon().Add(time.Hour), State: quota.Captured, Captured: 3, Back: 3}
	got, err := r.Hold(r.ctx(), claim("ten", "a", 4))
	r.same("the same claim", got, err, want)
	got, err = r.Capture(r.ctx(), "ten", "a", 3, noon())
	r.same("the same capture", got, err, want)
	_, err = r.Capture(r.ctx(), "ten", "a", 2, noon())
	r.reused("capture of 2 where 3 were captured", err)
	_, err = r.Release(r.ctx(), "ten", "a", noon())
	r.refused("release", err, quota.CodeCaptured)
	r.level("not captured again", "ten", noon(), quota.Level{Limit: 10})
}

func checkNotCaptured(r *report) {
	r.hold("ten", "a", 3)
	_, err := r.GiveBack(r.ctx(), "ten", "a", 3, noon())
	r.refused("of what is held", err, quota.CodeNotCaptured)
	r.level("still held", "ten", noon(), quota.Level{Limit: 10, Held: 3})
	if _, err := r.Capture(r.ctx(), "ten", "a", 2, noon()); err != nil {
		r.errorf("capture: %v", err)
	}
	_, err = r.GiveBack(r.ctx(), "ten", "a", 3, noon())
	if reason := r.refused("3 of 2", err, quota.CodeOverCaptured); reason.Fact != 2 || reason.Mark != 3 {
		r.errorf("3 of 2: captured %d and asked %d, want 2 and 3", reason.Fact, reason.Mark)
	}
	r.level("still captured", "ten", noon(), quota.Level{Limit: 10, Captured: 2})
	r.hold("ten", "b", 3)
	if _, err := r.Release(r.ctx(), "ten", "b", noon()); err != nil {
		r.errorf("release: %v", err)
	}
	_, err = r.GiveBack(r.ctx(), "ten", "b", 1, noon())
	r.refused("of what was released", err, quota.CodeNotCaptured)
	r.level("nothing freed twice", "ten", noon(), quota.Level{Limit: 10, Captured: 2})
}

func checkNoHold(r *report) {
	_, err := r.Capture(r.ctx(), "ten", "a", 1, noon())
	r.refused("capture", err, quota.CodeNoHold)
	_, err = r.Release(r.ctx(), "ten", "a", noon())
	r.refused("release", err, quota.CodeNoHold)
	_, err = r.GiveBack(r.ctx(), "ten", "a", 1, noon())
	r.refused("give back", err, quota.CodeNoHold)
	r.hold("ten", "a", 10) // neither has used the key up
}

func checkTimeout(r *report) {
	until := noon().Add(time.Hour)
	r.hold("five", "a", 5)
	r.level("just before", "five", until.Add(-time.Millisecond), quota.Level{Limit: 5, Held: 5})
	r.level("just then", "five", until, quota.Level{Limit: 5})
	next := quota.Claim{Name: "five", Key: "b", N: 5, At: until.Add(-time.Millisecond), Until: until.Add(time.Hour)}
	_, err := r.Hold(r.ctx(), next)
	r.refused("a hold just before", err, quota.CodeHeld)
	next.At = until
	if _, err := r.Hold(r.ctx(), next); err != nil {
		r.errorf("a hold just then: %v", err)
	}
	r.level("held by the next", "five", until, quota.Level{Limit: 5, Held: 5})
	if _, err := r.Capture(r.ctx(), "five", "b", 5, next.Until.Add(-time.Millisecond)); err != nil {
		r.errorf("a capture just before: %v", err)
	}
}

func checkLateCapture(r *report) {
	until := noon().Add(time.Hour)
	r.hold("ten", "a", 4)
	r.hold("ten", "b", 3)
	if _, err := r.Capture(r.ctx(), "ten", "b", 1, noon()); err != nil {
		r.errorf("capture: %v", err)
	}
	for _, at := range []time.Time{until, until.Add(time.Hour)} {
		_, err := r.Capture(r.ctx(), "ten", "a", 2, at)
		reason := r.refused("capture at "+at.String(), err, quota.CodeExpired)
		if reason.Fact != 9 || reason.Mark != 2 || !reason.Until.Equal(until) {
			r.errorf("capture at %s: left %d, asked %d, until %s, want 9, 2 and %s", at, reason.Fact, reason.Mark, reason.Until, until)
		}
	}
	r.level("nothing captured", "ten", until, quota.Level{Limit: 10, Captured: 1})
}

func checkOverForGood(r *report) {
	until := noon().Add(time.Hour)
	r.hold("five", "a", 5)
	if _, err := r.Hold(r.ctx(), quota.Claim{Name: "five", Key: "b", N: 5, At: until, Until: until.Add(time.Hour)}); err != nil {
		r.errorf("a hold at the timeout of another: %v", err)
	}
	// The first till's clock is slow: by it, its own hold still stands.
	slow := until.Add(-time.Minute)
	_, err := r.Capture(r.ctx(), "five", "a", 5, slow)
	r.refused("capture by a slow clock", err, quota.CodeExpired)
	got, err := r.Hold(r.ctx(), claim("five", "a", 5))
	r.same("the same claim by a slow clock", got, err, quota.Hold{Name: "five", Key: "a", N: 5, Until: until, State: quota.Expired})
	r.level("held once", "five", slow, quota.Level{Limit: 5, Held: 5})
	if _, err := r.Capture(r.ctx(), "five", "b", 5, slow); err != nil {
		r.errorf("capture by the one who has it: %v", err)
	}
	if _, err := r.Release(r.ctx(), "five", "a", slow); err != nil {
		r.errorf("release of what is over: %v", err)
	}
	r.level("captured once", "five", slow, quota.Level{Limit: 5, Captured: 5})
}

func checkLateHold(r *report) {
	for _, late := range []time.Duration{0, time.Minute} {
		never := claim("ten", "a", 1)
		never.At = never.Until.Add(late)
		_, err := r.Hold(r.ctx(), never)
		r.refused(fmt.Sprintf("a hold %s after its timeout", late), err, quota.CodeExpired)
	}
	r.level("nothing held", "ten", noon(), quota.Level{Limit: 10})
}

func checkCutInstants(r *report) {
	fine := claim("ten", "a", 2)
	fine.At, fine.Until = fine.At.Add(123456789), fine.Until.Add(987654321)
	for range 2 {
		got, err := r.Hold(r.ctx(), fine)
		r.same("a claim to the nanosecond", got, err, quota.Hold{Name: "ten", Key: "a", N: 2, Until: fine.Until, State: quota.Held})
	}
	elsewhere := fine
	elsewhere.Until = elsewhere.Until.In(time.FixedZone("", 8*60*60))
	got, err := r.Hold(r.ctx(), elsewhere)
	r.same("a claim in another zone", got, err, quota.Hold{Name: "ten", Key: "a", N: 2, Until: fine.Until, State: quota.Held})
	r.level("held once", "ten", noon(), quota.Level{Limit: 10, Held: 2})
}

func checkMalformed(r *report) {
	r.hold("ten", "held", 2)
	for what, spoil := range map[string]func(*quota.Claim){
		"nothing":                 func(c *quota.Claim) { c.N = 0 },
		"less than nothing":       func(c *quota.Claim) { c.N = -1 },
		"the least int64":         func(c *quota.Claim) { c.N = -1 << 63 },
		"more than Max":           func(c *quota.Claim) { c.N = quota.Max + 1 },
		"no key":                  func(c *quota.Claim) { c.Key = "" },
		"a key of 257 bytes":      func(c *quota.Claim) { c.Key = strings.Repeat("x", 257) },
		"a key with a line break": func(c *quota.Claim) { c.Key = "a\n" },
		"no name":                 func(c *quota.Claim) { c.Name = "" },
		"no At":                   func(c *quota.Claim) { c.At = time.Time{} },
		"no Until":                func(c *quota.Claim) { c.Until = time.Time{} },
		"Until in the year 10000": func(c *quota.Claim) { c.Until = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC) },
	} {
		bad := claim("ten", "k", 1)
		spoil(&bad)
		if _, err := r.Hold(r.ctx(), bad); err == nil {
			r.errorf("a claim with %s was admitted", what)
		}
	}
	for _, n := range []int64{0, -1, -1 << 63, quota.Max + 1} {
		if _, err := r.Capture(r.ctx(), "ten", "held", n, noon()); err == nil {
			r.errorf("a capture of %d was admitted", n)
		}
	}
	if _, err := r.Capture(r.ctx(), "ten", "held", 1, time.Time{}); err == nil {
		r.errorf("a capture at no instant was admitted")
	}
	r.captured("five", "used", 2, 2)
	for _, n := range []int64{0, -1, -1 << 63, quota.Max + 1} {
		if _, err := r.GiveBack(r.ctx(), "five", "used", n, noon()); err == nil {
			r.errorf("%d were given back", n)
		}
	}
	if _, err := r.GiveBack(r.ctx(), "five", "used", 1, time.Time{}); err == nil {
		r.errorf("something was given back at no instant")
	}
	r.level("not given back", "five", noon(), quota.Level{Limit: 5, Captured: 2})
	if _, err := r.Release(r.ctx(), "ten", "held", time.Time{}); err == nil {
		r.errorf("a release at no instant was admitted")
	}
	r.level("unchanged", "ten", noon(), quota.Level{Limit: 10, Held: 2})
}

func checkNoFalseRefusal(r *report) {
	r.captured("five", "used", 2, 2)
	r.hold("ten", "a", 2)
	done, cancel := context.WithCancel(r.ctx())
	cancel()
	var refusal *customer.Refusal
	_, err := r.Hold(done, claim("ten", "a", 2))
	if errors.As(err, &refusal) {
		r.errorf("Hold under a context that is done: %v", err)
	}
	if level, err := r.Level(done, "ten", noon()); errors.As(err, &refusal) || err == nil && level.Held != 2 {
		r.errorf("Level under a context that is done: %+v, error %v", level, err)
	}
	if _, err = r.GiveBack(done, "five", "used", 1, noon()); errors.As(err, &refusal) {
		r.errorf("GiveBack under a context that is done: %v", err)
	}
	_, err = r.Capture(done, "ten", "a", 1, noon())
	if errors.As(err, &refusal) {
		r.errorf("Capture under a context that is done: %v", err)
	}
	captured := err == nil
	_, err = r.Release(done, "ten", "a", noon())
	if errors.As(err, &refusal) && !captured {
		// Unless the capture was done although it was answered with an error.
		if level, _ := r.Level(r.ctx(), "ten", noon()); level.Captured == 0 {
			r.errorf("Release under a context that is done: %v", err)
		}
	}
}
