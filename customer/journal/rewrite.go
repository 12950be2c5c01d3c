package journal

import (
	"context"
	"errors"
	"fmt"

	"github.com/rapport-crm/rapport/customer"
)

// Rewritten is the fingerprint of a decision whose entries were rewritten. The one that it had is
// the hash of what was asked for, and a hash of a phone number is as good as the number: who tries
// all numbers finds it. No request has this fingerprint.
const Rewritten = "0000000000000000000000000000000000000000000000000000000000000000"

// ErrRewritten says that the key was booked, and that its history was rewritten since: what it was
// booked for is no longer known, so nobody can tell a repetition from another request under the same
// reference. Nothing was written, and there is nothing to be sent again. It is an [ErrKeyReused]
// too, since that is what a host must be ready for.
var ErrRewritten = fmt.Errorf("%w, or for this one: its history was rewritten", ErrKeyReused)

// Rewriter is a [Store] whose histories can be rewritten: the erasure of what is personal needs it
// (package privacy), and nothing else does. A store that offers it keeps nothing of what was there
// before: no older row, no copy, no cache. Backups are the host's.
//
// A rewriting changes no version, so what was decided on the state before it is committed after it.
// That state must have nothing in it any more that is to go: an entry that erases is committed
// first, and the state after it is the one that the rewritten history leads to.
type Rewriter[ID ~string, S, E any] interface {
	Store[ID, S, E]

	// Decisions returns all decisions of an id in booking order, each as Committed returns it. An
	// unknown id has none, and no error.
	Decisions(ctx context.Context, id ID) ([]Decision[S, E], error)

	// Rewrite puts other decisions in the place of all those of an id, whole or not at all, and
	// returns
	//
	//   - nil: written. Load returns the Next of the last decision, and the version that it
	//     returned before. A store that keeps a state beside each decision keeps the Next of each;
	//   - ErrConflict: nothing written, since these are not the decisions of the id, as
	//     [CheckRewrite] finds: another one was booked meanwhile. Read and rewrite again;
	//   - customer.Faults: nothing written, since a decision does not Validate;
	//   - any other error: unknown, whole or nothing. Rewrite again, which does no harm.
	Rewrite(ctx context.Context, id ID, decisions []Decision[S, E]) error
}

// CheckRewrite holds the decisions that are to be written against those that are kept: what a
// Rewriter calls first, inside of its transaction. They have the same keys and bases and as many
// entries, in the same order, otherwise it returns ErrConflict. Each Validates, and has the
// fingerprint that it had or that of [Rewritten], otherwise it returns customer.Faults.
func CheckRewrite[S, E any](kept, written []Decision[S, E]) error {
	var faults customer.Faults
	for i := range written {
		var one customer.Faults
		if err := written[i].Validate(); errors.As(err, &one) {
			faults.Join(fmt.Sprintf("decisions[%d]", i), one)
		}
	}
	if err := faults.Err(); err != nil {
		return err
	}
	if len(kept) != len(written) {
		return fmt.Errorf("%w: %d decisions, and the store has %d", ErrConflict, len(written), len(kept))
	}
	for i := range kept {
		was, is := &kept[i], &written[i]
		if was.Key != is.Key || was.Base != is.Base || len(was.Entries) != len(is.Entries) {
			return fmt.Errorf("%w: decision %d is %s on %d with %d entries, and the store has %s on %d with %d",
				ErrConflict, i+1, is.Key, is.Base, len(is.Entries), was.Key, was.Base, len(was.Entries))
		}
		if is.Fingerprint != was.Fingerprint && is.Fingerprint != Rewritten {
			faults.Add(fmt.Sprintf("decisions[%d].fingerprint", i), is.Fingerprint, "is the one that it had, or that of Rewritten")
		}
	}
	return faults.Err()
}
