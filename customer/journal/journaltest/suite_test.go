package journaltest

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
)

// naive is a store as somebody might write it, with switches for what somebody might
// forget. Without any of them it keeps the contract.
type naive struct {
	mu    sync.Mutex
	books map[customer.ID]*naiveBook
	cache map[customer.ID]State // of flaw cached
	flaw
}

type naiveBook struct {
	state   State
	version uint64
	commits []decision
}

type flaw struct {
	errorOnUnknown, oneOnUnknown, errorOnAbsent, foundOnAbsent bool

	cached, zeroState, countsCommits, reversed, sortedAsText                bool
	forgetsFingerprint, forgetsReasons, forgetsBase, latestState, firstOnly bool

	noVersionCheck, acceptsAhead, acceptsInside, writesOnConflict                  bool
	noKeyCheck, silentDuplicate, otherIsFine, overwritesOnDuplicate, conflictFirst bool
	globalKeys, oneBook, foldsCase, trimsSpace, foldsID, cutsKey, cutsID, likeKey  bool
	keepsSlices, handsOutSlices, appendsToCaller, acceptsEmpty, emptyIsConflict    bool
	halfOnCancel, absentOnCancel, unknownOnCancel, forgetsCommit, checksOutside    bool
	conflictOnRace, tornLoad                                                       bool
}

func newNaive(f flaw) *naive {
	return &naive{books: map[customer.ID]*naiveBook{}, cache: map[customer.ID]State{}, flaw: f}
}

func (n *naive) book(id customer.ID) *naiveBook {
	switch {
	case n.oneBook:
		id = "all"
	case n.foldsID:
		id = customer.ID(strings.ToLower(string(id)))
	case n.cutsID:
		id = id[:min(len(id), 64)]
	}
	if n.books[id] == nil {
		n.books[id] = &naiveBook{}
	}
	return n.books[id]
}

func (n *naive) fold(key string) string {
	switch {
	case n.foldsCase:
		return strings.ToLower(key)
	case n.trimsSpace:
		return strings.TrimRight(key, " ")
	case n.cutsKey:
		return key[:min(len(key), 64)]
	}
	return key
}

func (n *naive) find(b *naiveBook, key string) int {
	return slices.IndexFunc(b.commits, func(d decision) bool {
		return n.fold(d.Key) == n.fold(key) || n.likeKey && strings.HasPrefix(d.Key, key)
	})
}

func (n *naive) Load(ctx context.Context, id customer.ID) (State, uint64, error) {
	if err := ctx.Err(); err != nil && n.absentOnCancel {
		return State{}, 0, nil
	} else if err != nil {
		return State{}, 0, err
	}
	n.mu.Lock()
	b := n.book(id)
	version := b.version
	if n.tornLoad {
		n.mu.Unlock()
		runtime.Gosched()
		n.mu.Lock()
	}
	defer n.mu.Unlock()
	state := b.state
	switch {
	case version == 0 && n.errorOnUnknown:
		return State{}, 0, errors.New("not found")
	case version == 0 && n.oneOnUnknown:
		return State{}, 1, nil
	case n.zeroState:
		return State{}, version, nil
	case n.countsCommits:
		return state, uint64(len(b.commits)), nil
	case n.cached:
		if old, found := n.cache[id]; found {
			return old, version, nil
		}
		n.cache[id] = state
	}
	return state, version, nil
}

func (n *naive) Commit(ctx context.Context, id customer.ID, d decision) error {
	if err := ctx.Err(); err != nil && n.halfOnCancel {
		n.mu.Lock()
		defer n.mu.Unlock()
		n.write(n.book(id), decision{Key: d.Key, Fingerprint: d.Fingerprint, Base: d.Base, Entries: d.Entries[:1], Next: d.Next})
		return err
	} else if err != nil {
		return err
	}
	if err := d.Validate(); err != nil && n.emptyIsConflict {
		return journal.ErrConflict
	} else if err != nil && (!n.acceptsEmpty || len(d.Entries) > 0) {
		return err
	}
	if n.checksOutside {
		n.mu.Lock()
		err := n.check(id, d)
		n.mu.Unlock()
		if err != nil {
			return err
		}
		for range 10 { // as long as a statement to a database takes, or rather less
			runtime.Gosched()
		}
		n.mu.Lock()
		defer n.mu.Unlock()
		n.write(n.book(id), d)
		return nil
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if err := n.check(id, d); err != nil {
		if n.writesOnConflict && errors.Is(err, journal.ErrConflict) {
			n.write(n.book(id), d)
		}
		if n.conflictOnRace && errors.Is(err, journal.ErrDuplicate) && d.Key == "test:same" {
			return journal.ErrConflict // what a unique constraint looks like before one looks again
		}
		return err
	}
	if !n.forgetsCommit {
		n.write(n.book(id), d)
	}
	return nil
}

func (n *naive) check(id customer.ID, d decision) error {
	b := n.book(id)
	conflict := d.Base != b.version && !n.noVersionCheck
	if n.countsCommits {
		conflict = d.Base != uint64(len(b.commits))
	}
	if n.acceptsAhead && d.Base > b.version {
		conflict = false
	}
	if n.acceptsInside {
		conflict = slices.ContainsFunc(b.commits, func(c decision) bool { return c.Base == d.Base }) || d.Base > b.version
	}
	at := n.find(b, d.Key)
	if n.globalKeys {
		for _, other := range n.books {
			at = max(at, n.find(other, d.Key))
		}
	}
	duplicate := at >= 0 && !n.noKeyCheck
	if n.conflictFirst && conflict {
		return journal.ErrConflict
	}
	if duplicate {
		switch {
		case n.silentDuplicate:
			n.forgetsCommit = true
			defer func() { n.forgetsCommit = false }()
			return errSilent
		case n.otherIsFine && b.commits[at].Fingerprint != d.Fingerprint:
			return errors.New("other input")
		case n.overwritesOnDuplicate:
			b.commits[at] = d
			b.state = d.Next
		}
		return journal.ErrDuplicate
	}
	if conflict {
		return fmt.Errorf("naive: %w", journal.ErrConflict)
	}
	return nil
}

// errSilent stands for the nil of a store that treats a repetition as done.
var errSilent = errors.New("done already")

func (n *naive) write(b *naiveBook, d decision) {
	if n.firstOnly {
		d.Entries = d.Entries[:1]
	}
	if n.appendsToCaller && len(b.commits) > 0 {
		_ = append(b.commits[0].Entries, d.Entries...)
	}
	if !n.keepsSlices && !n.appendsToCaller {
		d.Entries, d.Reasons = slices.Clone(d.Entries), slices.Clone(d.Reasons)
	}
	b.version += uint64(len(d.Entries))
	b.state = d.Next
	b.commits = append(b.commits, d)
}

func (n *naive) Committed(ctx context.Context, id customer.ID, key string) (decision, bool, error) {
	if err := ctx.Err(); err != nil && n.unknownOnCancel {
		return decision{}, false, nil
	} else if err != nil {
		return decision{}, false, err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	b := n.book(id)
	at := n.find(b, key)
	if at < 0 && n.errorOnAbsent {
		return decision{}, false, errors.New("not found")
	} else if at < 0 {
		return decision{}, n.foundOnAbsent, nil
	}
	d := b.commits[at]
	d.Next = State{}
	if !n.handsOutSlices {
		d.Entries, d.Reasons = slices.Clone(d.Entries), slices.Clone(d.Reasons)
	}
	switch {
	case n.forgetsFingerprint:
		d.Fingerprint = ""
	case n.forgetsReasons:
		d.Reasons = nil
	case n.forgetsBase:
		d.Base = 0
	case n.latestState:
		d.Base = b.version
	case n.reversed:
		slices.Reverse(d.Entries)
	case n.sortedAsText:
		slices.SortStableFunc(d.Entries, func(a, b Entry) int { return strings.Compare(a.Note, b.Note) })
	}
	return d, true, nil
}

// quiet turns the sentinel of a silent duplicate into the nil that it stands for.
type quiet struct{ *naive }

func (q quiet) Commit(ctx context.Context, id customer.ID, d decision) error {
	if err := q.naive.Commit(ctx, id, d); !errors.Is(err, errSilent) {
		return err
	}
	return nil
}

// caught runs one check on a store and reports whether it found something.
func caught(t *testing.T, name string, s store) bool {
	t.Helper()
	for _, check := range checks() {
		if check.name == name {
			var found report
			check.run(t.Context(), s, &found)
			return !found.ok()
		}
	}
	t.Errorf("there is no check %q", name)
	return false
}

func TestStorePassesGoodStores(t *testing.T) {
	t.Run("Mem", func(t *testing.T) {
		TestStore(t, func(testing.TB) store { return new(journal.Mem[customer.ID, State, Entry]) })
	})
	t.Run("naive", func(t *testing.T) {
		TestStore(t, func(testing.TB) store { return newNaive(flaw{}) })
	})
	t.Run("Slow", func(t *testing.T) {
		TestStore(t, func(testing.TB) store {
			return Slow(new(journal.Mem[customer.ID, State, Entry]), runtime.Gosched)
		})
	})
}

// A reply that is lost is allowed by the contract, so the races must bear it. Checks
// that commit once and expect nil do not apply.
func TestRacesBearLostReplies(t *testing.T) {
	for _, check := range checks() {
		if !strings.HasPrefix(check.name, "race") && check.name != "nothing lost" && check.name != "one moment" {
			continue
		}
		t.Run(check.name, func(t *testing.T) {
			var found report
			// Every 7th commit, except those of the seeds, which are not repeated.
			mem := new(journal.Mem[customer.ID, State, Entry])
			check.run(t.Context(), &lossy{mem, LostReply(mem, 7)}, &found)
			assert.Empty(t, found.broken)
		})
	}
}

type lossy struct{ store, lossy store }

func (l *lossy) Load(ctx context.Context, id customer.ID) (State, uint64, error) {
	return l.store.Load(ctx, id)
}

func (l *lossy) Committed(ctx context.Context, id customer.ID, key string) (decision, bool, error) {
	return l.store.Committed(ctx, id, key)
}

func (l *lossy) Commit(ctx context.Context, id customer.ID, d decision) error {
	if d.Key == "test:1" {
		return l.store.Commit(ctx, id, d)
	}
	return l.lossy.Commit(ctx, id, d)
}

type brokenStore struct {
	name string
	flaw flaw
	want []string // the sentences by which it is caught
}

func brokenStores() []brokenStore {
	return []brokenStore{
		{"unknown id is an error", flaw{errorOnUnknown: true}, []string{"unknown id"}},
		{"unknown id has version 1", flaw{oneOnUnknown: true}, []string{"unknown id"}},
		{"unknown key is an error", flaw{errorOnAbsent: true}, []string{"unknown key"}},
		{"unknown key is found", flaw{foundOnAbsent: true}, []string{"unknown key"}},
		{"state comes from a cache", flaw{cached: true}, []string{"state"}},
		{"state is not kept", flaw{zeroState: true}, []string{"state"}},
		{"version counts commits", flaw{countsCommits: true}, []string{"version", "conflict"}},
		{"fingerprint is not kept", flaw{forgetsFingerprint: true}, []string{"as committed"}},
		{"reasons are not kept", flaw{forgetsReasons: true}, []string{"as committed"}},
		{"base is not kept", flaw{forgetsBase: true}, []string{"as committed"}},
		{"base is today's version", flaw{latestState: true}, []string{"as committed"}},
		{"entries come backwards", flaw{reversed: true}, []string{"entry order"}},
		{"entries are sorted as text", flaw{sortedAsText: true}, []string{"entry order"}},
		{"one entry of several is kept", flaw{firstOnly: true}, []string{"whole or nothing"}},
		{"base is not compared", flaw{noVersionCheck: true}, []string{"conflict"}},
		{"base ahead of the version", flaw{acceptsAhead: true}, []string{"conflict"}},
		{"base inside a commit", flaw{acceptsInside: true}, []string{"conflict"}},
		{"conflict is written", flaw{writesOnConflict: true}, []string{"conflict writes nothing"}},
		{"key is not looked up", flaw{noKeyCheck: true}, []string{"duplicate"}},
		{"duplicate is nil", flaw{silentDuplicate: true}, []string{"duplicate"}},
		{"duplicate with other input is another error", flaw{otherIsFine: true}, []string{"duplicate"}},
		{"duplicate overwrites", flaw{overwritesOnDuplicate: true}, []string{"duplicate writes nothing"}},
		{"conflict is tested first", flaw{conflictFirst: true}, []string{"duplicate before conflict"}},
		{"all ids in one book", flaw{oneBook: true}, []string{"ids apart"}},
		{"keys are global", flaw{globalKeys: true}, []string{"one key, two ids"}},
		{"keys fold case", flaw{foldsCase: true}, []string{"exact keys"}},
		{"keys lose trailing spaces", flaw{trimsSpace: true}, []string{"exact keys"}},
		{"keys are matched with LIKE", flaw{likeKey: true}, []string{"exact keys"}},
		{"ids fold case", flaw{foldsID: true}, []string{"exact ids"}},
		{"keys are cut at 64 bytes", flaw{cutsKey: true}, []string{"long names"}},
		{"ids are cut at 64 bytes", flaw{cutsID: true}, []string{"long names"}},
		{"keeps the caller's slices", flaw{keepsSlices: true}, []string{"own memory in"}},
		{"appends to the caller's slices", flaw{appendsToCaller: true}, []string{"own memory in"}},
		{"hands out its own slices", flaw{handsOutSlices: true}, []string{"own memory out"}},
		{"a decision without entries is written", flaw{acceptsEmpty: true}, []string{"malformed"}},
		{"a malformed decision is a conflict", flaw{emptyIsConflict: true}, []string{"malformed"}},
		{"half a commit stays", flaw{halfOnCancel: true}, []string{"whole or nothing"}},
		{"commit forgets to write", flaw{forgetsCommit: true}, []string{"whole or nothing"}},
		{"a failed load is absence", flaw{absentOnCancel: true}, []string{"no false absence"}},
		{"a failed look-up is absence", flaw{unknownOnCancel: true}, []string{"no false absence"}},
		{"checks outside its lock", flaw{checksOutside: true}, []string{"race on a base", "race on a key", "nothing lost"}},
		{"a lost race is a conflict", flaw{conflictOnRace: true}, []string{"race on a key"}},
		{"state and version are read apart", flaw{tornLoad: true}, []string{"one moment"}},
	}
}

// TestSuiteCatches is the test of the suite: a store that breaks one promise is caught
// by the sentence of that promise.
func TestSuiteCatches(t *testing.T) {
	for _, test := range brokenStores() {
		t.Run(test.name, func(t *testing.T) {
			for _, want := range test.want {
				assert.True(t, caught(t, want, quiet{newNaive(test.flaw)}), want)
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
	}
}

func TestSentencesAreQuoted(t *testing.T) {
	for _, check := range checks() {
		assert.Regexp(t, `^[A-Z].*\.$`, check.sentence)
	}
}
