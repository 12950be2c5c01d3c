package journal

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/rapport-crm/rapport/customer"
)

// MaxTries is how often Run decides when other writers are faster.
const MaxTries = 5

// ErrKeyReused says that the key was committed earlier for another fact. Nothing was
// written. It is a mistake of the host: two requests under one reference.
var ErrKeyReused = errors.New("journal: the key was used for another request")

// Outcome is the answer to a request.
type Outcome[S, E any] struct {
	Result   Result
	Decision Decision[S, E] // as booked, or as booked earlier; of a replayed one, Next is the zero state
	State    S              // the state now: after the booking, and after whatever followed a replayed one
}

// Run books the answer to one request under an id: it loads the state, decides and
// commits. The key is the request's name ([Key]) and the fact what it asks for
// ([Fact]).
//
// Decide is a function of the state and nothing else; Run may call it several times,
// and for a request that was booked earlier. Its decision needs no Key, Fingerprint and
// Base. Where it has set them they must be those of this request: another Base is
// ErrConflict.
//
// The answer is one of
//
//   - Booked: written by this call;
//   - Replayed: the same key and fact were booked earlier, or by this call when the
//     store's reply was lost; the decision is the earlier one;
//   - Nothing: a decision without entries. It is not stored: sent again, the request is
//     decided anew;
//   - decide's own error, untouched, usually a *customer.Refusal: nothing written. It is
//     not stored either;
//   - ErrKeyReused: the key was booked for another fact; nothing written;
//   - ErrRewritten, which is an ErrKeyReused too: it was booked, and it is no longer known for
//     which fact ([Rewriter]); nothing written;
//   - ErrConflict: after MaxTries other writers were still faster; nothing written;
//   - customer.Faults: the id, the key, the fact or the decision is malformed; nothing
//     written;
//   - any other error, the store's or the context's: unknown. Call again with the same
//     key and fact.
//
// A key that is booked is answered as Replayed or ErrKeyReused whatever the state and
// the rules say now. Run does not wait between tries. It reads once and writes once
// when nobody interferes.
func Run[ID ~string, S, E any](
	ctx context.Context, store Store[ID, S, E], id ID, key string, fact Fact,
	decide func(state S) (Decision[S, E], error),
) (Outcome[S, E], error) {
	var none Outcome[S, E]
	fingerprint, err := request(string(id), key, fact)
	if err != nil {
		return none, err
	}
	for range MaxTries {
		if err := ctx.Err(); err != nil {
			return none, fmt.Errorf("journal: %s for %s not tried: %w", key, id, err)
		}
		state, version, err := store.Load(ctx, id)
		if err != nil {
			return none, fmt.Errorf("journal: load %s for %s: %w", id, key, err)
		}
		decision, err := decide(state)
		if err == nil {
			err = decision.answers(key, fingerprint, version)
		}
		if err != nil || len(decision.Entries) == 0 {
			// The state may contain this very booking, and then "not enough points" is no
			// answer to its repetition. Since the key is looked up after the state was
			// loaded, a key not found was not in that state.
			earlier, found, lookup := store.Committed(ctx, id, key)
			switch {
			case lookup != nil:
				return none, fmt.Errorf("journal: look up %s for %s: %w", key, id, lookup)
			case found:
				return replay(ctx, store, id, fingerprint, earlier)
			case err != nil:
				return none, err
			}
			return Outcome[S, E]{Result: Nothing, Decision: decision, State: state}, nil
		}

		switch err := store.Commit(ctx, id, decision); {
		case err == nil:
			return Outcome[S, E]{Result: Booked, Decision: decision, State: decision.Next}, nil
		case errors.Is(err, ErrDuplicate):
			earlier, found, lookup := store.Committed(ctx, id, key)
			if lookup != nil {
				return none, fmt.Errorf("journal: look up %s for %s: %w", key, id, lookup)
			}
			if !found {
				return none, fmt.Errorf("journal: the store has %s for %s as a duplicate and cannot find it", key, id)
			}
			return replay(ctx, store, id, fingerprint, earlier)
		case errors.Is(err, ErrConflict):
			continue
		default:
			// Only the reply may be lost. A key not found proves nothing: the write may
			// still be under way.
			if earlier, found, lookup := store.Committed(ctx, id, key); lookup == nil && found {
				return replay(ctx, store, id, fingerprint, earlier)
			}
			return none, fmt.Errorf("journal: commit %s for %s, unknown whether written: %w", key, id, err)
		}
	}
	return none, fmt.Errorf("%w: %s for %s after %d tries", ErrConflict, key, id, MaxTries)
}

// request checks a request and returns its fingerprint.
func request(id, key string, fact Fact) (string, error) {
	var faults customer.Faults
	faults.Name("id", id)
	checkKey(&faults, key)
	if fact == nil {
		faults.Add("fact", nil, "is required")
	}
	if err := faults.Err(); err != nil {
		return "", err
	}
	verb, _, _ := strings.Cut(key, ":")
	return Fingerprint(verb, fact)
}

// answers fills in what belongs to the request and refuses a decision that was made
// for another one.
func (d *Decision[S, E]) answers(key, fingerprint string, version uint64) error {
	if d.Key != "" && d.Key != key || d.Fingerprint != "" && d.Fingerprint != fingerprint {
		return fmt.Errorf("journal: the decision on %s answers another request, %s", key, d.Key)
	}
	if d.Base != 0 && d.Base != version {
		return fmt.Errorf("%w: %d, and the store has %d", ErrConflict, d.Base, version)
	}
	d.Key, d.Fingerprint, d.Base = key, fingerprint, version
	if len(d.Entries) == 0 {
		return nil
	}
	return d.Validate()
}

// replay answers a repeated request with the decision that was booked earlier.
func replay[ID ~string, S, E any](
	ctx context.Context, store Store[ID, S, E], id ID, fingerprint string, earlier Decision[S, E],
) (Outcome[S, E], error) {
	var none Outcome[S, E]
	if earlier.Fingerprint == Rewritten {
		return none, fmt.Errorf("%w: %s for %s", ErrRewritten, earlier.Key, id)
	}
	if earlier.Fingerprint != fingerprint {
		return none, fmt.Errorf("%w: %s for %s", ErrKeyReused, earlier.Key, id)
	}
	state, _, err := store.Load(ctx, id)
	if err != nil {
		return none, fmt.Errorf("journal: load %s for %s: %w", id, earlier.Key, err)
	}
	earlier.Next = none.State // the state back then would pass for today's
	return Outcome[S, E]{Result: Replayed, Decision: earlier, State: state}, nil
}
