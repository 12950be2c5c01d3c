package quota

import (
	"context"
	"errors"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// Max is the largest limit and the largest claim. It is exact in a float64 too, which
// is what some stores count in.
const Max int64 = 1_000_000_000_000_000

// ErrKeyReused says that the key was used earlier for another claim, or that the hold
// was captured with another number. Nothing was changed.
var ErrKeyReused = errors.New("quota: the key was used for another claim")

// Claim asks for a part of a quota.
type Claim struct {
	Name  string    // of the quota, with its period if it has one
	Key   string    // the host's reference for this claim, unique under the name
	N     int64     // how much, in the quota's own unit: uses, minor units, pieces; 1 to Max
	At    time.Time // the instant of the call; not part of what is asked for
	Until time.Time // the first instant at which the hold is over
}

// Validate returns every fault of a claim as customer.Faults, or nil.
func (c Claim) Validate() error {
	var faults customer.Faults
	checkHold(&faults, c.Name, c.Key, c.At)
	checkN(&faults, c.N)
	faults.Instant("until", c.Until)
	return faults.Err()
}

// Store keeps quotas and the holds on them. The sentences below and those of [Claims]
// are checked by quotatest.TestStore, as far as one process can see.
type Store interface {
	Claims

	// Level returns how a quota stands at an instant, or a refusal with CodeNoQuota.
	Level(ctx context.Context, name string, at time.Time) (Level, error)
}

// Claims is the part of a Store that makes holds and ends them: all that a payment
// needs. All methods are safe for concurrent use.
//
// Names and keys are compared byte by byte and may have 256 bytes. A key belongs to
// one quota: under two names it is two claims. A store may cut instants to its own
// precision, a millisecond or finer; it does so before it compares them.
//
// Captured and held together never exceed the limit, whoever calls at the same time
// and whatever the instants of the calls, unless the limit itself was lowered. What was given
// back is not captured any more.
//
// A refusal is a *customer.Refusal whose Rule is the quota's name, with the codes of
// this package. A malformed argument is an error too, usually customer.Faults. After
// any of them, and after ErrKeyReused, nothing was changed. Any other error means
// unknown, done or not: call again with the same arguments. Such an error is never
// reported as a refusal.
type Claims interface {
	// Hold sets a part of a quota aside until the claim's Until. It is refused with
	// CodeNoQuota where no limit was set, with CodeSpent or CodeHeld where less is left,
	// and with CodeExpired where Until is not after At. A refusal is not remembered: the
	// key is still unused.
	//
	// The same claim again, with whatever At, returns the hold as it stands and holds
	// nothing more; another N or Until under the key is ErrKeyReused.
	//
	// Holds whose Until has come by At do not count. Those whose units this hold may
	// have been given are over for good, for calls with an earlier instant too.
	Hold(ctx context.Context, claim Claim) (Hold, error)

	// Capture uses n of what is held, 1 to all of it; the rest is free again.
	// The same capture again returns the same hold, also after Until; another n is
	// ErrKeyReused.
	//
	// It is refused with CodeExpired from Until on, with CodeReleased after a release,
	// with CodeOverHold where n is more than is held, and with CodeNoHold or CodeNoQuota
	// where there is nothing under the key or name. The hold stays as it is.
	Capture(ctx context.Context, name, key string, n int64, at time.Time) (Hold, error)

	// Release gives back all that is held. The same release again returns the same hold;
	// what is over by its timeout may be released too. It is refused with CodeCaptured
	// after a capture, and with CodeNoHold or CodeNoQuota where there is nothing under
	// the key or name.
	Release(ctx context.Context, name, key string, at time.Time) (Hold, error)

	// GiveBack makes n of what was captured free again: 1 to all of it, and n in all, so
	// that the same call again, or one with less that comes late, changes nothing and
	// returns the hold as it stands. It is refused with CodeNotCaptured where nothing was
	// captured, with CodeOverCaptured where n is more than was, and with CodeNoHold or
	// CodeNoQuota where there is nothing under the key or name.
	GiveBack(ctx context.Context, name, key string, n int64, at time.Time) (Hold, error)
}

// checkHold checks what names a hold, and when.
func checkHold(faults *customer.Faults, name, key string, at time.Time) {
	faults.Name("name", name)
	faults.Name("key", key)
	faults.Instant("at", at)
}

func checkN(faults *customer.Faults, n int64) {
	if n < 1 || n > Max {
		faults.Add("n", n, "is 1 to 10^15")
	}
}
