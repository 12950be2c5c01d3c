package quotatest

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/quota"
)

// naive is a store as somebody might write it, with switches for what somebody might
// forget. Without any of them it keeps the contract.
type naive struct {
	mu     sync.Mutex
	limits map[string]int64
	holds  map[string]map[string]quota.Hold // by name and key
	flaw
}

type flaw struct {
	unknownIsUnlimited, unknownIsError, oneTooMany, oneTooFew, noFigures, plainRefusal, ruleIsKey bool

	levelForgetsHeld, levelForgetsCaptured, levelForgetsTime, levelEndsHolds                bool
	holdsTwice, repeatIsError, repeatRevives, otherIsFine, otherUntilIsFine, remembersNo    bool
	globalKeys, foldsCase, trimsSpace, cutsName, float32Numbers, allIsCaptured, restIsLost  bool
	capturesTwice, otherCaptureIsFine, lateRepeatIsRefused, capturesTooMuch, capsAtHold     bool
	releaseLosesHalf, releaseTwiceIsError, releasesCaptured, capturesReleased, unknownIsNil bool
	neverOver, overTooEarly, overTooLate, lateCaptureIsFine, leftIsWrong, overForLaterOnly  bool
	lateHoldIsFine, cutsOnlyStored, zeroIsFine, negativeIsFine, refusalOnError              bool
	checksOutside, keysOutside, endsOutside                                                 bool

	backAddsUp, backShrinks, backIsLost, backReopens, backOfHeld, backTooMuch, backUnknownIsNil, backOutside bool
}

func newNaive(f flaw) *naive {
	return &naive{limits: limits(), holds: map[string]map[string]quota.Hold{}, flaw: f}
}

// id is under what name and key a hold is kept.
func (n *naive) id(name, key string) (string, string) {
	switch {
	case n.globalKeys:
		name = ""
	case n.foldsCase:
		key = strings.ToLower(key)
	case n.trimsSpace:
		key = strings.TrimRight(key, " ")
	case n.cutsName:
		name, key = name[:min(len(name), 64)], key[:min(len(key), 64)]
	}
	return name, key
}

func (n *naive) find(name, key string) (quota.Hold, bool) {
	name, key = n.id(name, key)
	h, found := n.holds[name][key]
	return h, found
}

func (n *naive) put(name, key string, h quota.Hold) {
	name, key = n.id(name, key)
	if n.holds[name] == nil {
		n.holds[name] = map[string]quota.Hold{}
	}
	n.holds[name][key] = h
}

// expire ends the holds of a quota that are over.
func (n *naive) expire(name string, at time.Time) {
	kept, _ := n.id(name, "")
	for key, h := range n.holds[kept] {
		if h.Name == name && h.State == quota.Held && n.over(h, at) {
			h.State = quota.Expired
			n.holds[kept][key] = h
		}
	}
}

func (n *naive) over(h quota.Hold, at time.Time) bool {
	switch {
	case n.neverOver:
		return false
	case n.overTooEarly:
		return !at.Before(h.Until.Add(-time.Millisecond))
	case n.overTooLate:
		return at.After(h.Until)
	}
	return !at.Before(h.Until)
}

func (n *naive) level(name string, at time.Time) quota.Level {
	level := quota.Level{Limit: n.limits[name]}
	kept, _ := n.id(name, "")
	for _, h := range n.holds[kept] {
		if h.Name != name {
			continue
		}
		switch {
		case h.State == quota.Captured && n.restIsLost:
			level.Captured += h.N
		case h.State == quota.Captured:
			level.Captured += h.Captured - h.Back
		case h.State == quota.Held && !n.over(h, at):
			level.Held += h.N
		}
	}
	if n.float32Numbers {
		level.Held = int64(float32(level.Held))
	}
	return level
}

// begin is what every call begins with; the hold is nil where there is none.
func (n *naive) begin(ctx context.Context, name, key string) (*quota.Hold, error) {
	if err := ctx.Err(); err != nil {
		if n.refusalOnError {
			return nil, quota.NoHold(name)
		}
		return nil, err
	}
	if _, found := n.limits[name]; !found {
		switch {
		case n.unknownIsError:
			return nil, errors.New("not found")
		case !n.unknownIsUnlimited:
			return nil, quota.NoQuota(name)
		}
		n.limits[name] = quota.Max
	}
	if h, found := n.find(name, key); found {
		return &h, nil
	}
	return nil, nil
}

// pause lets others run between a check and its write, as a database does.
func (n *naive) pause(yes bool) {
	if !yes {
		return
	}
	n.mu.Unlock()
	for range 10 {
		runtime.Gosched()
	}
	n.mu.Lock()
}

func (n *naive) Hold(ctx context.Context, c quota.Claim) (quota.Hold, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	err := c.Validate()
	if err != nil && (!n.zeroIsFine || c.N != 0) && (!n.negativeIsFine || c.N >= 0) {
		return quota.Hold{}, err
	} else if err != nil {
		n.put(c.Name, c.Key, quota.Hold{Name: c.Name, Key: c.Key, N: c.N, Until: c.Until, State: quota.Held})
		return quota.Hold{}, nil
	}
	h, err := n.begin(ctx, c.Name, c.Key)
	if err != nil {
		return quota.Hold{}, err
	}
	n.pause(n.keysOutside)
	if h != nil && !n.holdsTwice {
		switch {
		case n.repeatIsError:
			return quota.Hold{}, quota.ErrKeyReused
		case n.otherIsFine:
			c.N = h.N
		case n.otherUntilIsFine:
			c.Until = h.Until
		case n.repeatRevives && h.State != quota.Captured:
			h.State = quota.Held
			n.put(c.Name, c.Key, *h)
		}
		return h.Repeats(c)
	}
	level := n.level(c.Name, c.At)
	if n.oneTooMany {
		level.Limit++
	}
	if n.oneTooFew {
		level.Limit--
	}
	n.pause(n.checksOutside)
	admitted := c
	if n.lateHoldIsFine {
		admitted.At = c.Until.Add(-time.Hour)
	}
	made, err := level.Admit(admitted)
	if err != nil {
		if n.remembersNo {
			n.put(c.Name, c.Key, quota.Hold{Name: c.Name, Key: c.Key, N: c.N, Until: c.Until, State: quota.Released})
		}
		return quota.Hold{}, n.spoil(err, c.Key)
	}
	if !n.overForLaterOnly {
		n.expire(c.Name, c.At)
	}
	if n.cutsOnlyStored {
		made.Until = made.Until.Truncate(time.Millisecond)
	}
	key := c.Key
	if _, taken := n.find(c.Name, key); taken { // by holdsTwice or keysOutside: a row more
		key += fmt.Sprint(" ", len(n.holds[c.Name]))
	}
	n.put(c.Name, key, made)
	return made, nil
}

func (n *naive) spoil(err error, key string) error {
	var refusal *customer.Refusal
	if !errors.As(err, &refusal) {
		return err
	}
	switch {
	case n.plainRefusal:
		return errors.New("no")
	case n.ruleIsKey:
		refusal.Rule = key
	case n.noFigures:
		for i := range refusal.Missing {
			refusal.Missing[i].Fact = 0
		}
	}
	return refusal
}

func (n *naive) Capture(ctx context.Context, name, key string, amount int64, at time.Time) (quota.Hold, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	h, err := n.begin(ctx, name, key)
	if err != nil {
		return quota.Hold{}, err
	}
	if h == nil && n.unknownIsNil {
		return quota.Hold{}, nil
	} else if h == nil {
		return quota.Hold{}, quota.NoHold(name)
	}
	n.pause(n.endsOutside)
	left := n.level(name, at).Left()
	if n.leftIsWrong {
		left = n.limits[name]
	}
	before := *h
	switch {
	case n.allIsCaptured:
		amount = h.N
	case n.capturesTwice && h.State == quota.Captured:
		h.Captured += amount
		n.put(name, key, *h)
		return before, nil
	case n.otherCaptureIsFine && h.State == quota.Captured:
		amount = h.Captured
	case n.lateRepeatIsRefused && h.State == quota.Captured && n.over(*h, at):
		h.State = quota.Held
	case n.capturesTooMuch:
		h.N = max(h.N, amount)
	case n.capsAtHold:
		amount = min(h.N, amount)
	case n.capturesReleased && h.State == quota.Released:
		h.State = quota.Held
	case n.lateCaptureIsFine && h.State == quota.Held:
		at = h.Until.Add(-1)
	case n.zeroIsFine && amount == 0, n.negativeIsFine && amount < 0:
		return *h, nil
	}
	if n.neverOver || n.overTooLate && at.Equal(h.Until) {
		at = h.Until.Add(-1)
	}
	if n.overTooEarly && n.over(*h, at) {
		at = h.Until
	}
	after, err := h.Capture(amount, at, left)
	if err != nil {
		return quota.Hold{}, n.spoil(err, key)
	}
	n.put(name, key, after)
	return after, nil
}

func (n *naive) Release(ctx context.Context, name, key string, at time.Time) (quota.Hold, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	h, err := n.begin(ctx, name, key)
	if err != nil {
		return quota.Hold{}, err
	}
	if h == nil && n.unknownIsNil {
		return quota.Hold{}, nil
	} else if h == nil {
		return quota.Hold{}, quota.NoHold(name)
	}
	n.pause(n.endsOutside)
	switch {
	case n.releaseTwiceIsError && h.State == quota.Released:
		return quota.Hold{}, quota.NoHold(name)
	case n.releasesCaptured && h.State == quota.Captured:
		h.State, h.Captured = quota.Held, 0
	case n.releaseLosesHalf && h.State == quota.Held:
		half := *h
		half.State, half.Captured = quota.Captured, h.N/2
		n.put(name, key+"'", half)
	}
	after, err := h.Release(at)
	if err != nil {
		return quota.Hold{}, n.spoil(err, key)
	}
	n.put(name, key, after)
	return after, nil
}

func (n *naive) GiveBack(ctx context.Context, name, key string, amount int64, at time.Time) (quota.Hold, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	h, err := n.begin(ctx, name, key)
	if err != nil {
		return quota.Hold{}, err
	}
	if h == nil && n.backUnknownIsNil {
		return quota.Hold{}, nil
	} else if h == nil {
		return quota.Hold{}, quota.NoHold(name)
	}
	n.pause(n.backOutside)
	switch {
	case n.backAddsUp && h.State == quota.Captured && amount > 0 && amount <= h.Captured:
		amount = min(h.Captured, h.Back+amount)
	case n.backShrinks && amount > 0 && amount < h.Back:
		h.Back = 0
	case n.backOfHeld && h.State != quota.Captured:
		h.State = quota.Released
		n.put(name, key, *h)
		return *h, nil
	case n.backTooMuch && amount > h.Captured:
		amount = h.Captured
	case n.zeroIsFine && amount == 0, n.negativeIsFine && amount < 0:
		return *h, nil
	}
	after, err := h.GiveBack(amount, at)
	if err != nil {
		return quota.Hold{}, n.spoil(err, key)
	}
	stored := after
	if n.backIsLost {
		stored.Back = h.Back
	}
	if n.backReopens {
		stored.Captured, stored.Back = after.Captured-after.Back, 0
	}
	n.put(name, key, stored)
	return after, nil
}

func (n *naive) Level(ctx context.Context, name string, at time.Time) (quota.Level, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if _, err := n.begin(ctx, name, ""); err != nil {
		return quota.Level{}, err
	}
	if n.levelForgetsTime {
		at = noon()
	}
	if n.levelEndsHolds {
		n.expire(name, at)
	}
	level := n.level(name, at)
	if n.levelForgetsHeld {
		level.Held = 0
	}
	if n.levelForgetsCaptured {
		level.Captured = 0
	}
	return level, nil
}

// caught runs one check on a store and reports whether it found something.
func caught(t *testing.T, name string, s quota.Store) bool {
	t.Helper()
	for _, check := range checks() {
		if check.name == name {
			r := report{Store: s, ctx: t.Context}
			check.run(&r)
			return !r.ok()
		}
	}
	t.Errorf("there is no check %q", name)
	return false
}

func TestStorePassesGoodStores(t *testing.T) {
	t.Run("naive", func(t *testing.T) {
		TestStore(t, func(testing.TB, map[string]int64) quota.Store { return newNaive(flaw{}) })
	})
	t.Run("Mem", func(t *testing.T) {
		TestStore(t, func(t testing.TB, limits map[string]int64) quota.Store {
			mem := new(quota.Mem)
			for name, limit := range limits {
				if err := mem.Set(name, limit); err != nil {
					t.Fatal(err)
				}
			}
			return mem
		})
	})
}

// A reply that is lost is allowed by the contract, so the races must bear it.
func TestRacesBearLostReplies(t *testing.T) {
	for _, check := range checks() {
		if !strings.HasPrefix(check.name, "race") {
			continue
		}
		t.Run(check.name, func(t *testing.T) {
			store := newNaive(flaw{})
			r := report{Store: &afterTheFirst{store, LostReply(store, 7)}, ctx: t.Context}
			check.run(&r)
			assert.Empty(t, r.broken)
		})
	}
}

// afterTheFirst loses no reply to the hold that a check begins with, which is not
// repeated.
type afterTheFirst struct {
	quota.Store
	lossy quota.Store
}

func (a *afterTheFirst) Hold(ctx context.Context, c quota.Claim) (quota.Hold, error) {
	if c.N == raceLimit {
		return a.Store.Hold(ctx, c)
	}
	return a.lossy.Hold(ctx, c)
}

func (a *afterTheFirst) Capture(ctx context.Context, name, key string, n int64, at time.Time) (quota.Hold, error) {
	return a.lossy.Capture(ctx, name, key, n, at)
}

func (a *afterTheFirst) GiveBack(ctx context.Context, name, key string, n int64, at time.Time) (quota.Hold, error) {
	return a.lossy.GiveBack(ctx, name, key, n, at)
}

func (a *afterTheFirst) Release(ctx context.Context, name, key string, at time.Time) (quota.Hold, error) {
	return a.lossy.Release(ctx, name, key, at)
}

type brokenStore struct {
	name string
	flaw flaw
	want []string // the sentences by which it is caught
}

func brokenStores() []brokenStore {
	return []brokenStore{
		{"unknown names are unlimited", flaw{unknownIsUnlimited: true}, []string{"no quota"}},
		{"unknown names are errors", flaw{unknownIsError: true}, []string{"no quota"}},
		{"gives one too many", flaw{oneTooMany: true}, []string{"limit", "race for the rest"}},
		{"keeps one back", flaw{oneTooFew: true}, []string{"limit"}},
		{"refuses without figures", flaw{noFigures: true}, []string{"figures"}},
		{"refuses with a plain error", flaw{plainRefusal: true}, []string{"limit"}},
		{"refuses by another rule", flaw{ruleIsKey: true}, []string{"figures"}},
		{"level forgets what is held", flaw{levelForgetsHeld: true}, []string{"level"}},
		{"level forgets what was captured", flaw{levelForgetsCaptured: true}, []string{"level"}},
		{"level forgets the time", flaw{levelForgetsTime: true}, []string{"level", "timeout"}},
		{"level ends holds", flaw{levelEndsHolds: true}, []string{"level"}},
		{"holds again", flaw{holdsTwice: true}, []string{"same claim", "race on a key"}},
		{"refuses the same claim", flaw{repeatIsError: true}, []string{"same claim"}},
		{"the same claim revives what was released", flaw{repeatRevives: true}, []string{"same claim"}},
		{"another N is the same", flaw{otherIsFine: true}, []string{"other claim"}},
		{"another Until is the same", flaw{otherUntilIsFine: true}, []string{"other claim"}},
		{"remembers refusals", flaw{remembersNo: true}, []string{"refusal forgotten"}},
		{"keys are global", flaw{globalKeys: true}, []string{"keys of one quota"}},
		{"folds case", flaw{foldsCase: true}, []string{"exact names"}},
		{"loses trailing spaces", flaw{trimsSpace: true}, []string{"exact names"}},
		{"cuts names", flaw{cutsName: true}, []string{"long names"}},
		{"counts in floats", flaw{float32Numbers: true}, []string{"large numbers"}},
		{"captures all", flaw{allIsCaptured: true}, []string{"capture"}},
		{"loses the rest of a capture", flaw{restIsLost: true}, []string{"capture"}},
		{"captures again", flaw{capturesTwice: true}, []string{"same capture", "race on a key"}},
		{"another capture is the same", flaw{otherCaptureIsFine: true}, []string{"same capture"}},
		{"refuses the same capture late", flaw{lateRepeatIsRefused: true}, []string{"same capture"}},
		{"captures more than is held", flaw{capturesTooMuch: true}, []string{"over hold"}},
		{"captures less than asked", flaw{capsAtHold: true}, []string{"over hold"}},
		{"releases half", flaw{releaseLosesHalf: true}, []string{"release"}},
		{"refuses the same release", flaw{releaseTwiceIsError: true}, []string{"release"}},
		{"releases what was captured", flaw{releasesCaptured: true}, []string{"captured or released"}},
		{"captures what was released", flaw{capturesReleased: true}, []string{"captured or released"}},
		{"captures under an unknown key", flaw{unknownIsNil: true}, []string{"no hold"}},
		{"holds for ever", flaw{neverOver: true}, []string{"timeout", "late capture"}},
		{"is over too early", flaw{overTooEarly: true}, []string{"timeout"}},
		{"is over too late", flaw{overTooLate: true}, []string{"timeout", "late capture"}},
		{"captures late", flaw{lateCaptureIsFine: true}, []string{"late capture"}},
		{"refuses late captures with a wrong rest", flaw{leftIsWrong: true}, []string{"late capture"}},
		{"trusts a slow clock", flaw{overForLaterOnly: true}, []string{"over for good", "race at the timeout"}},
		{"holds what is over already", flaw{lateHoldIsFine: true}, []string{"late hold"}},
		{"cuts instants only when it stores them", flaw{cutsOnlyStored: true}, []string{"cut instants"}},
		{"claims of nothing", flaw{zeroIsFine: true}, []string{"malformed"}},
		{"claims of less than nothing", flaw{negativeIsFine: true}, []string{"malformed"}},
		{"a failure is a refusal", flaw{refusalOnError: true}, []string{"no false refusal"}},
		{"checks the level outside its lock", flaw{checksOutside: true}, []string{"race for the rest"}},
		{"looks for keys outside its lock", flaw{keysOutside: true}, []string{"race on a key"}},
		{"adds up what is given back", flaw{backAddsUp: true}, []string{"give back"}},
		{"takes less as a correction", flaw{backShrinks: true}, []string{"give back"}},
		{"forgets what was given back", flaw{backIsLost: true}, []string{"give back"}},
		{"gives back by capturing less", flaw{backReopens: true}, []string{"captured stays"}},
		{"gives back what is held", flaw{backOfHeld: true}, []string{"not captured"}},
		{"gives back more than was captured", flaw{backTooMuch: true}, []string{"not captured"}},
		{"gives back under an unknown key", flaw{backUnknownIsNil: true}, []string{"no hold"}},
		{"gives back outside its lock", flaw{backOutside: true}, []string{"race to give back"}},
		{"ends holds outside its lock", flaw{endsOutside: true}, []string{"race to the end"}},
	}
}

// TestSuiteCatches is the test of the suite: a store that breaks one promise is caught
// by the sentence of that promise.
func TestSuiteCatches(t *testing.T) {
	for _, test := range brokenStores() {
		t.Run(test.name, func(t *testing.T) {
			for _, want := range test.want {
				assert.True(t, caught(t, want, newNaive(test.flaw)), want)
			}
		})
	}
}

func TestEverySentenceHasABrokenStore(t *testing.T) {
	named := map[string]bool{}
	for _, test := range brokenStores() {
		for _, want := range test.want {
			named[want] = true
		}
	}
	for _, check := range checks() {
		assert.True(t, named[check.name], "no store breaks %q", check.name)
		assert.Regexp(t, `^[A-Z].*\.$`, check.sentence)
	}
}
