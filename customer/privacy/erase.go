package privacy

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/rapport-crm/rapport/customer/journal"
)

// ErrUneven says that a scrubbed history does not lead to the state that the erasure has left, or
// that something was booked after the order: the Scrub, the Erase and the Apply of a package do not
// agree. Nothing was rewritten.
var ErrUneven = errors.New("privacy: the scrubbed history leads to another state than the erasure")

// Applies is a state that entries lead to. Apply returns the state after more entries, and never
// changes the one that it is called on.
type Applies[S, E any] interface {
	Apply(entries ...E) (S, error)
}

// Erase erases what one history says of a customer: it books the order, which leaves nothing personal
// in the state, and then rewrites what was said before. Decide is the package's method for the order,
// and scrub its function:
//
//	answer, err := privacy.Erase(ctx, records, id, identity.Erase{Erasure: order}, register.Erase, identity.Scrub)
//
// Keys, the number of entries and their order stay; so do instants, references, rule books and who of
// the staff did something. Reasons and fingerprints go: a hash of a phone number is as good as the
// number. The order is the last entry: nothing is booked after it.
//
// An error leaves it unfinished at worst: the order is booked, and the history is not rewritten yet.
// The same call again finishes it, as often as it is needed; so does an order of another reference.
// The answer is Nothing where the order of another call was booked before, or, in packages whose
// histories are opened (identity, task), where nothing was.
func Erase[ID ~string, S Applies[S, E], E any, C journal.Command](
	ctx context.Context, store journal.Rewriter[ID, S, E], id ID, order C,
	decide func(S, C) (journal.Decision[S, E], error), scrub func([]E) []E,
) (journal.Outcome[S, E], error) {
	var none journal.Outcome[S, E]
	key, err := journal.Key(journal.KindErase, order.Given().Ref)
	if err != nil {
		return none, err
	}
	answer, err := journal.Run(ctx, store, id, key, order, func(state S) (journal.Decision[S, E], error) { return decide(state, order) })
	if err != nil {
		return none, err
	}
	return answer, rewrite(ctx, store, id, scrub)
}

// rewrite scrubs a history that ends with the order to erase it.
func rewrite[ID ~string, S Applies[S, E], E any](ctx context.Context, store journal.Rewriter[ID, S, E], id ID, scrub func([]E) []E) error {
	decisions, err := store.Decisions(ctx, id)
	if err != nil {
		return fmt.Errorf("privacy: read %s: %w", id, err)
	}
	last := len(decisions) - 1
	switch at := slices.IndexFunc(decisions, orders); {
	case at < 0:
		return nil // nobody has opened it, so that there was nothing to erase
	case at != last:
		return fmt.Errorf("%w, of %s: %s was booked after the order", ErrUneven, id, decisions[last].Key)
	}
	var next S
	for i := range decisions {
		d := &decisions[i]
		entries := scrub(d.Entries)
		if len(entries) != len(d.Entries) {
			return fmt.Errorf("%w, of %s: the entries of %s are %d, and %d were to be scrubbed", ErrUneven, id, d.Key, len(entries), len(d.Entries))
		}
		if next, err = next.Apply(entries...); err != nil {
			return fmt.Errorf("%w, of %s: %w", ErrUneven, id, err)
		}
		d.Entries, d.Reasons, d.Next = entries, nil, next
		if i < last { // the order itself says nothing of her, and is answered again as it was
			d.Fingerprint = journal.Rewritten
		}
	}
	state, _, err := store.Load(ctx, id)
	if err != nil {
		return fmt.Errorf("privacy: load %s: %w", id, err)
	}
	if same, err := equal(next, state); err != nil || !same {
		return cmp.Or(err, fmt.Errorf("%w, of %s", ErrUneven, id))
	}
	if err := store.Rewrite(ctx, id, decisions); err != nil {
		return fmt.Errorf("privacy: rewrite %s: %w", id, err)
	}
	return nil
}

// orders reports whether a decision is on an order to erase, by its key.
func orders[S, E any](d journal.Decision[S, E]) bool {
	return strings.HasPrefix(d.Key, journal.KindErase+":")
}

// equal compares states as they are stored.
func equal[S any](a, b S) (bool, error) {
	first, err := json.Marshal(a)
	second, other := json.Marshal(b)
	return bytes.Equal(first, second), cmp.Or(err, other)
}
