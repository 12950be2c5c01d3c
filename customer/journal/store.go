package journal

import (
	"context"
	"errors"
	"fmt"

	"github.com/rapport-crm/rapport/customer"
)

// The errors of a [Store]'s Commit. After either, nothing was written. A store may
// wrap them; callers ask with errors.Is.
var (
	// ErrConflict says that Base is not the number of entries that the store has: the
	// decision was made on another state. Load and decide again.
	ErrConflict = errors.New("journal: conflict: the decision was made on another version")
	// ErrDuplicate says that the key is committed already. Its answer is in Committed.
	ErrDuplicate = errors.New("journal: duplicate: the key is committed already")
)

// MaxEntries is the most entries, and the most reasons, that one decision may have.
const MaxEntries = 10_000

// Decision is what a rule book decided and what a store writes: entries for the
// history, the state after them, and why. A decision without entries changes nothing
// and is not committed.
//
// Rule books fill in Entries, Next and Reasons; [Run], or a host that goes without it,
// fills in the rest.
type Decision[S, E any] struct {
	Key         string            // the request's name under this id, see [Key]
	Fingerprint string            // what was asked for, see [Fingerprint]
	Base        uint64            // the number of entries that the decision saw: the version it was made on
	Entries     []E               // in booking order
	Next        S                 // the state after them
	Reasons     []customer.Reason // why
}

// Validate returns every fault of a decision that is to be committed as
// customer.Faults, or nil: a key as Key makes it, a fingerprint as Fingerprint makes
// it, 1 to MaxEntries entries, at most as many reasons. A store calls it first.
func (d Decision[S, E]) Validate() error {
	var faults customer.Faults
	checkKey(&faults, d.Key)
	if !isFingerprint(d.Fingerprint) {
		faults.Add("fingerprint", d.Fingerprint, "is 64 hexadecimal digits, as Fingerprint makes them")
	}
	if n := len(d.Entries); n < 1 || n > MaxEntries {
		faults.Add("entries", n, fmt.Sprintf("are 1 to %d", MaxEntries))
	}
	if n := len(d.Reasons); n > MaxEntries {
		faults.Add("reasons", n, fmt.Sprintf("are at most %d", MaxEntries))
	}
	return faults.Err()
}

// Store keeps a history of entries and the state they lead to, for each id. One store
// holds one kind of state of one tenant. All methods are safe for concurrent use. The
// sentences below are checked by journaltest.TestStore, as far as one process can see.
//
// Ids and keys are compared byte by byte: no case, space or accent is folded. Both may
// have 256 bytes. Histories of different ids do not touch each other, and one key
// under two ids is two writes.
//
// What a Commit that returned nil has written, every later call sees, from whichever
// process.
//
// No memory is shared: slices that were passed in stay the caller's, slices that come
// out are the caller's own. Entries and states are values: nobody changes what they
// point to.
//
// An error is never reported as absence: a store that cannot tell returns the error,
// and its other results mean nothing.
type Store[ID ~string, S, E any] interface {
	// Load returns the state of an id after its last commit, and its version, which is
	// the number of its entries. An unknown id has the zero state, version 0 and no
	// error. The state is the Next of the last commit, or what replaying the entries
	// makes of them, which is the same.
	Load(ctx context.Context, id ID) (state S, version uint64, err error)

	// Commit writes a decision whole, or nothing of it, and returns
	//
	//   - nil: written, by this call;
	//   - ErrDuplicate: nothing written, since the key is committed under this id, with
	//     the same fingerprint or another. This is tested before ErrConflict, so that a
	//     repeated request hears that it was booked, however old its Base;
	//   - ErrConflict: nothing written, since Base is not the version, be it lower or
	//     higher;
	//   - customer.Faults: nothing written, since the decision does not Validate;
	//   - any other error: unknown, whole or nothing. Call again with the same key.
	//
	// Of concurrent commits on one Base, and of those with one key, one is written.
	Commit(ctx context.Context, id ID, decision Decision[S, E]) error

	// Committed returns the decision that was committed under a key, and whether there
	// is one. Key, Fingerprint, Base, Entries and Reasons are as they were committed,
	// whatever has been written since; Next is of no meaning.
	Committed(ctx context.Context, id ID, key string) (decision Decision[S, E], found bool, err error)
}
