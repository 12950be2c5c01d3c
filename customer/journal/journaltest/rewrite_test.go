package journaltest

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
)

// rewriting is the naive store with a Rewrite as somebody might write it. Without any of its flaws
// it keeps the contract.
type rewriting struct {
	*naive
	rewriteFlaw
	old  map[customer.ID][]decision
	seen map[customer.ID]State
}

type rewriteFlaw struct {
	decisionsSorted, decisionsReversed, errorOnUnknown, emptyOnCancel, handsOut bool

	forgets, keepsState, keepsStateOnce, countsUp, keepsReasons, keepsFingerprint bool
	keepsFirst, dropsKeys, rewritesAll, noKeys, noShape                           bool
	writesThenChecks, conflictForAll, noValidate, refusesSecond, halfOnCancel     bool
	keepsSlices, readsOutside                                                     bool
}

func newRewriting(f rewriteFlaw) *rewriting {
	return &rewriting{newNaive(flaw{}), f, map[customer.ID][]decision{}, map[customer.ID]State{}}
}

func (n *rewriting) Load(ctx context.Context, id customer.ID) (State, uint64, error) {
	state, version, err := n.naive.Load(ctx, id)
	n.mu.Lock()
	defer n.mu.Unlock()
	if old, found := n.seen[id]; found && n.keepsStateOnce {
		delete(n.seen, id)
		return old, version, err
	}
	return state, version, err
}

func (n *rewriting) Decisions(ctx context.Context, id customer.ID) ([]decision, error) {
	if err := ctx.Err(); err != nil && n.emptyOnCancel {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	b := n.book(id)
	if n.rewriteFlaw.errorOnUnknown && b.version == 0 {
		return nil, errors.New("not found")
	}
	all := slices.Clone(b.commits)
	for i := range all {
		if all[i].Next = (State{}); !n.handsOut {
			all[i].Entries, all[i].Reasons = slices.Clone(all[i].Entries), slices.Clone(all[i].Reasons)
		}
	}
	switch {
	case n.decisionsSorted:
		slices.SortFunc(all, func(a, b decision) int { return strings.Compare(a.Key, b.Key) })
	case n.decisionsReversed:
		slices.Reverse(all)
	}
	return all, nil
}

func (n *rewriting) Rewrite(ctx context.Context, id customer.ID, written []decision) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	b := n.book(id)
	if err := ctx.Err(); err != nil {
		if n.halfOnCancel && len(b.commits) > 0 {
			b.commits[0] = written[0]
		}
		return err
	}
	kept := slices.Clone(b.commits)
	if n.readsOutside {
		n.mu.Unlock()
		for range 10 {
			runtime.Gosched()
		}
		n.mu.Lock()
	}
	err := journal.CheckRewrite(kept, written)
	switch {
	case n.noValidate && err != nil && !errors.Is(err, journal.ErrConflict):
		err = nil
	case n.conflictForAll && err != nil:
		err = journal.ErrConflict
	case n.noKeys && len(kept) == len(written), n.noShape && len(kept) != len(written):
		err = nil
	case n.refusesSecond && len(kept) > 0 && kept[0].Fingerprint == journal.Rewritten:
		err = journal.ErrConflict
	}
	if err != nil && !n.writesThenChecks || n.forgets || len(written) == 0 {
		return err
	}
	if n.keepsStateOnce {
		n.seen[id] = b.state
	}
	commits := slices.Clone(written)
	for i := range commits {
		d := &commits[i]
		if !n.keepsSlices {
			d.Entries, d.Reasons = slices.Clone(d.Entries), slices.Clone(d.Reasons)
		}
		if i >= len(kept) {
			continue
		}
		if n.keepsReasons {
			d.Reasons = kept[i].Reasons
		}
		if n.keepsFingerprint {
			d.Fingerprint = kept[i].Fingerprint
		}
		if n.dropsKeys {
			d.Key += "-erased"
		}
	}
	if n.keepsFirst {
		commits[0] = kept[0]
	}
	b.commits = commits
	if !n.keepsState {
		b.state = written[len(written)-1].Next
	}
	b.version = 0
	for _, d := range commits {
		b.version += uint64(len(d.Entries))
	}
	if n.countsUp {
		b.version++
	}
	if n.rewritesAll {
		for _, other := range n.books {
			if len(other.commits) == len(commits) {
				other.commits = slices.Clone(commits)
			}
		}
	}
	return err
}

type brokenRewriter struct {
	name string
	flaw rewriteFlaw
	want []string // the sentences by which it is caught
}

func brokenRewriters() []brokenRewriter {
	return []brokenRewriter{
		{"decisions sorted by key", rewriteFlaw{decisionsSorted: true}, []string{"all decisions"}},
		{"newest decision first", rewriteFlaw{decisionsReversed: true}, []string{"all decisions"}},
		{"unknown id is an error", rewriteFlaw{errorOnUnknown: true}, []string{"no decisions"}},
		{"a failed read is emptiness", rewriteFlaw{emptyOnCancel: true}, []string{"no false emptiness"}},
		{"hands out its own slices", rewriteFlaw{handsOut: true}, []string{"own memory in rewrite"}},
		{"keeps the caller's slices", rewriteFlaw{keepsSlices: true}, []string{"own memory in rewrite"}},
		{"forgets to write", rewriteFlaw{forgets: true}, []string{"rewritten", "nothing kept"}},
		{"keeps the state", rewriteFlaw{keepsState: true}, []string{"rewritten state", "nothing kept"}},
		{"a cache keeps the state", rewriteFlaw{keepsStateOnce: true}, []string{"rewritten state", "nothing kept"}},
		{"counts a rewriting as an entry", rewriteFlaw{countsUp: true}, []string{"rewritten state", "history goes on"}},
		{"keeps the reasons", rewriteFlaw{keepsReasons: true}, []string{"nothing kept"}},
		{"keeps the fingerprints", rewriteFlaw{keepsFingerprint: true}, []string{"nothing kept", "keys stay"}},
		{"keeps the first decision", rewriteFlaw{keepsFirst: true}, []string{"rewritten", "nothing kept"}},
		{"gives other keys", rewriteFlaw{dropsKeys: true}, []string{"keys stay"}},
		{"rewrites by key alone", rewriteFlaw{rewritesAll: true}, []string{"others untouched"}},
		{"does not compare keys", rewriteFlaw{noKeys: true}, []string{"other decisions"}},
		{"does not count decisions", rewriteFlaw{noShape: true}, []string{"other decisions"}},
		{"writes before it checks", rewriteFlaw{writesThenChecks: true}, []string{"other decisions write nothing", "malformed rewrite"}},
		{"a malformed decision is a conflict", rewriteFlaw{conflictForAll: true}, []string{"malformed rewrite"}},
		{"takes any fingerprint", rewriteFlaw{noValidate: true}, []string{"malformed rewrite"}},
		{"refuses a second time", rewriteFlaw{refusesSecond: true}, []string{"rewritten again"}},
		{"half a rewriting stays", rewriteFlaw{halfOnCancel: true}, []string{"rewrite whole or nothing"}},
		{"reads outside its lock", rewriteFlaw{readsOutside: true}, []string{"race with a commit"}},
	}
}

func caughtRewriter(t *testing.T, name string, s rewriter) bool {
	t.Helper()
	for _, check := range rewriterChecks() {
		if check.name == name {
			var found report
			check.run(t.Context(), s, &found)
			return !found.ok()
		}
	}
	t.Errorf("there is no check %q", name)
	return false
}

func TestRewriterPassesGoodStores(t *testing.T) {
	t.Run("Mem", func(t *testing.T) {
		TestRewriter(t, func(testing.TB) rewriter { return new(journal.Mem[customer.ID, State, Entry]) })
	})
	t.Run("naive", func(t *testing.T) {
		TestStore(t, func(testing.TB) store { return newRewriting(rewriteFlaw{}) })
		TestRewriter(t, func(testing.TB) rewriter { return newRewriting(rewriteFlaw{}) })
	})
}

// A store that breaks one promise is caught by the sentence of that promise, and each sentence
// catches one.
func TestRewriterCatches(t *testing.T) {
	named := map[string]bool{}
	for _, test := range brokenRewriters() {
		t.Run(test.name, func(t *testing.T) {
			for _, want := range test.want {
				named[want] = true
				assert.True(t, caughtRewriter(t, want, newRewriting(test.flaw)), want)
			}
		})
	}
	for _, check := range rewriterChecks() {
		assert.True(t, named[check.name], "no store breaks %q", check.name)
		assert.Regexp(t, `^[A-Z].*\.$`, check.sentence)
	}
}
