package privacy

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/rapport-crm/rapport/customer/journal"
)

// ErrUneven says that a scrubbed history does not lead to the state that the erasure has left: the
// Scrub of a package and its Erase do not agree. Nothing was rewritten.
var ErrUneven = errors.New("privacy: the scrubbed history leads to another state than the erasure")

// Erase erases what one history says of a customer: it books the order, which leaves nothing personal
// in the state, and then rewrites what was said before. Decide is the package's method for the order,
// and scrub its function:
//
//	answer, err := privacy.Erase(ctx, records, id, identity.Erase{order}, register.Erase, identity.Scrub)
//
// Keys, the number of entries and their order stay; so do instants, references, rule books and who of
// the staff did something. Reasons and fingerprints go: a hash of a phone number is as good as the
// number. What came after the order is left as it is.
//
// An error leaves it unfinished at worst: the order is booked, and the history is not rewritten yet.
// The same call again finishes it, as often as it is needed; so does an order of another reference.
// The answer is Nothing where there was nothing to erase, or all of it was.
func Erase[ID ~string, S journal.Folds[S, B, F], B any, F journal.Form[B], C journal.Command](
	ctx context.Context, store journal.Rewriter[ID, S, journal.Entry[B, F]], id ID, order C,
	decide func(S, C) (journal.Decision[S, journal.Entry[B, F]], error),
	scrub func([]journal.Entry[B, F]) []journal.Entry[B, F],
) (journal.Outcome[S, journal.Entry[B, F]], error) {
	answer, err := journal.Book(ctx, store, id, order, decide)
	if errors.Is(err, journal.ErrRewritten) {
		// This order was booked and erased, with all else, by a later one.
		answer = journal.Outcome[S, journal.Entry[B, F]]{Result: journal.Nothing}
		answer.State, _, err = store.Load(ctx, id)
	}
	if err != nil {
		return answer, err
	}
	var form F
	body, _ := any(order).(B)
	for range journal.MaxTries {
		if err = rewrite(ctx, store, id, form.Kind(body), scrub); !errors.Is(err, journal.ErrConflict) {
			break
		}
	}
	return answer, err
}

// rewrite scrubs what was decided up to the last order to erase.
func rewrite[ID ~string, S journal.Folds[S, B, F], B any, F journal.Form[B]](
	ctx context.Context, store journal.Rewriter[ID, S, journal.Entry[B, F]], id ID, kind string,
	scrub func([]journal.Entry[B, F]) []journal.Entry[B, F],
) error {
	decisions, err := store.Decisions(ctx, id)
	if err != nil {
		return fmt.Errorf("privacy: read %s: %w", id, err)
	}
	last, version := -1, uint64(0)
	for i := range decisions {
		version += uint64(len(decisions[i].Entries))
		if slices.ContainsFunc(decisions[i].Entries, func(e journal.Entry[B, F]) bool { return e.Kind() == kind }) {
			last = i
		}
	}
	if last < 0 {
		return nil // nothing was ever erased, so there was nothing to erase
	}
	state, loaded, err := store.Load(ctx, id)
	switch {
	case err != nil:
		return fmt.Errorf("privacy: load %s: %w", id, err)
	case loaded != version:
		return fmt.Errorf("%w: something was booked meanwhile", journal.ErrConflict)
	}
	var next S
	for i := range decisions {
		d := &decisions[i]
		if i <= last {
			entries := scrub(d.Entries)
			if len(entries) != len(d.Entries) {
				return fmt.Errorf("%w: %d entries of %s are %d", ErrUneven, len(d.Entries), d.Key, len(entries))
			}
			d.Entries, d.Reasons = entries, nil
		}
		if i < last { // the order itself says nothing of her, and is answered again as it was
			d.Fingerprint = journal.Rewritten
		}
		if next, err = next.Apply(d.Entries...); err != nil {
			return fmt.Errorf("%w: %w", ErrUneven, err)
		}
		d.Next = next
	}
	if same, err := equal(next, state); err != nil || !same {
		return cmp.Or(err, fmt.Errorf("%w, of %s", ErrUneven, id))
	}
	return store.Rewrite(ctx, id, decisions)
}

// equal compares states as they are stored.
func equal[S any](a, b S) (bool, error) {
	first, err := json.Marshal(a)
	second, other := json.Marshal(b)
	return bytes.Equal(first, second), cmp.Or(err, other)
}
