package journal

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/rapport-crm/rapport/customer"
)

// Mem is a [Rewriter] in memory: for tests, for examples, and for a batch whose results
// are written elsewhere at its end. The zero Mem is empty and ready to use; a Mem is
// safe for concurrent use and is not copied.
//
// Mem copies the slices of entries and reasons, in both directions. What a state or an
// entry points to it cannot copy: these are values by contract.
//
// A context that is done when a method is called is that method's error, and nothing
// is written.
type Mem[ID ~string, S, E any] struct {
	mu    sync.RWMutex
	books map[ID]*book[S, E]
}

type book[S, E any] struct {
	state   S
	entries []E
	pages   map[string]page // by key
}

// page is what one commit left: entries[base:end] and why.
type page struct {
	fingerprint string
	base, end   uint64
	reasons     []customer.Reason
}

// Load implements [Store].
func (m *Mem[ID, S, E]) Load(ctx context.Context, id ID) (state S, version uint64, err error) {
	if err := ctx.Err(); err != nil {
		return state, 0, err
	}
	m.mu.RLock()
	defer m.mu.RUnlock()
	if b := m.books[id]; b != nil {
		return b.state, uint64(len(b.entries)), nil
	}
	return state, 0, nil
}

// Commit implements [Store].
func (m *Mem[ID, S, E]) Commit(ctx context.Context, id ID, decision Decision[S, E]) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := decision.Validate(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	b := m.books[id]
	if b == nil {
		b = &book[S, E]{} // kept only once something is written
	}
	if _, found := b.pages[decision.Key]; found {
		return ErrDuplicate
	}
	version := uint64(len(b.entries))
	if decision.Base != version {
		return fmt.Errorf("%w: %d, and the store has %d", ErrConflict, decision.Base, version)
	}
	if b.pages == nil {
		b.pages = map[string]page{}
	}
	if m.books == nil {
		m.books = map[ID]*book[S, E]{}
	}
	m.books[id] = b
	b.state = decision.Next
	b.entries = append(b.entries, decision.Entries...)
	b.pages[decision.Key] = page{
		fingerprint: decision.Fingerprint,
		base:        version,
		end:         uint64(len(b.entries)),
		reasons:     slices.Clone(decision.Reasons),
	}
	return nil
}

// Committed implements [Store].
func (m *Mem[ID, S, E]) Committed(ctx context.Context, id ID, key string) (decision Decision[S, E], found bool, err error) {
	if err := ctx.Err(); err != nil {
		return decision, false, err
	}
	m.mu.RLock()
	defer m.mu.RUnlock()
	b := m.books[id]
	if b == nil {
		return decision, false, nil
	}
	if _, found = b.pages[key]; !found {
		return decision, false, nil
	}
	return b.committed(key), true, nil
}

// committed returns the decision under a key that is there, in slices of its own.
func (b *book[S, E]) committed(key string) (decision Decision[S, E]) {
	p := b.pages[key]
	decision.Key, decision.Fingerprint, decision.Base = key, p.fingerprint, p.base
	decision.Entries = slices.Clone(b.entries[p.base:p.end])
	decision.Reasons = slices.Clone(p.reasons)
	return decision
}

// decisions returns all decisions of a book, which may be nil.
func (b *book[S, E]) decisions() []Decision[S, E] {
	if b == nil {
		return nil
	}
	all := make([]Decision[S, E], 0, len(b.pages))
	for key := range b.pages {
		all = append(all, b.committed(key))
	}
	slices.SortFunc(all, func(a, b Decision[S, E]) int { return cmp.Compare(a.Base, b.Base) })
	return all
}

// Decisions implements [Rewriter].
func (m *Mem[ID, S, E]) Decisions(ctx context.Context, id ID) ([]Decision[S, E], error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.books[id].decisions(), nil
}

// Rewrite implements [Rewriter].
func (m *Mem[ID, S, E]) Rewrite(ctx context.Context, id ID, decisions []Decision[S, E]) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	b := m.books[id]
	if err := CheckRewrite(b.decisions(), decisions); err != nil {
		return err
	}
	for _, d := range decisions {
		b.state = d.Next
		copy(b.entries[d.Base:], d.Entries)
		p := b.pages[d.Key]
		p.fingerprint, p.reasons = d.Fingerprint, slices.Clone(d.Reasons)
		b.pages[d.Key] = p
	}
	return nil
}

// History returns all entries of an id in booking order, the caller's own copy. It is
// no part of Store.
func (m *Mem[ID, S, E]) History(id ID) []E {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if b := m.books[id]; b != nil {
		return slices.Clone(b.entries)
	}
	return nil
}
