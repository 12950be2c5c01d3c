package journaltest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
)

type rewriter = journal.Rewriter[customer.ID, State, Entry]

// TestRewriter checks a store against what journal.Rewriter promises beyond journal.Store, one
// subtest per sentence; TestStore checks the rest. open returns an empty store, and may use tb to
// clean up.
func TestRewriter(t *testing.T, open func(tb testing.TB) journal.Rewriter[customer.ID, State, Entry]) {
	for _, check := range rewriterChecks() {
		t.Run(check.name, func(t *testing.T) {
			var found report
			check.run(t.Context(), open(t), &found)
			for _, broken := range found.broken {
				t.Errorf("%s\n\tbroken: %s", check.sentence, broken)
			}
		})
	}
}

// rewriterCheck is one sentence of the contract and the way to find it broken.
type rewriterCheck struct {
	name, sentence string
	run            func(context.Context, rewriter, *report)
}

func rewriterChecks() []rewriterCheck {
	return []rewriterCheck{
		{"all decisions", "Decisions returns all decisions of an id in booking order, each as Committed returns it.", checkAllDecisions},
		{"no decisions", "An unknown id has no decisions, and no error.", checkNoDecisions},
		{"rewritten", "Rewrite puts other decisions in the place of all those of an id.", checkRewritten},
		{"rewritten state", "After Rewrite, Load returns the Next of the last decision, and the version that it returned before.", checkRewrittenState},
		{"nothing kept", "A store keeps nothing of what was there before.", checkNothingKept},
		{"keys stay", "After Rewrite the keys are committed as before.", checkKeysStay},
		{"history goes on", "After Rewrite the history goes on where it was.", checkGoesOn},
		{"others untouched", "Histories of different ids do not touch each other.", checkOthersUntouched},
		{"other decisions", "Decisions that are not those of the id are ErrConflict.", checkOtherDecisions},
		{"other decisions write nothing", "After a Rewrite that is refused nothing was written.", checkRefusedRewrite},
		{"malformed rewrite", "A decision that does not Validate, or has a fingerprint of its own, is refused, not as ErrConflict, and nothing is written.", checkMalformedRewrite},
		{"rewritten again", "Rewriting again does no harm.", checkRewrittenAgain},
		{"rewrite whole or nothing", "Rewrite writes all decisions, or nothing of them, also when it fails.", checkRewriteWhole},
		{"own memory in rewrite", "Slices that were passed to Rewrite stay the caller's, and those that come out of Decisions are the caller's own.", checkRewriteMemory},
		{"no false emptiness", "An error is never reported as absence of decisions.", checkNoFalseEmptiness},
		{"race with a commit", "Of a Rewrite and a Commit at the same moment neither undoes the other.", checkRaceWithCommit},
	}
}

const secret = "secret" // stands in each note that is to go

// tell commits three decisions of 2, 1 and 3 entries whose notes and reasons hold the secret.
func tell(ctx context.Context, s store, r *report, id customer.ID) []decision {
	var all []decision
	var state State
	var version uint64
	for i, n := range []int{2, 1, 3} {
		d := decide(fmt.Sprintf("test:%d", i+1), state, version, make([]int64, n)...)
		for k := range d.Entries {
			d.Entries[k].Note = fmt.Sprintf("%s %d/%d", secret, i, k)
			d.Entries[k].Amount = int64(10*i + k)
		}
		d.Next = state.apply(d.Entries...)
		d.Reasons = []customer.Reason{{Code: "test.told", Of: secret}}
		if err := s.Commit(ctx, id, d); err != nil {
			r.errorf("commit %d: %v", i+1, err)
		}
		all, state, version = append(all, d), d.Next, version+uint64(n)
	}
	return all
}

// scrub returns decisions without the secret, as an erasure writes them.
func scrub(kept []decision) []decision {
	written := slices.Clone(kept)
	var state State
	for i := range written {
		d := &written[i]
		d.Entries, d.Reasons, d.Fingerprint = slices.Clone(d.Entries), nil, journal.Rewritten
		for k := range d.Entries {
			d.Entries[k].Note = "-"
		}
		state = state.apply(d.Entries...)
		d.Next = state
	}
	return written
}

// expectDecisions compares what Decisions returns with what it should.
func expectDecisions(ctx context.Context, s rewriter, r *report, when string, id customer.ID, want []decision) {
	got, err := s.Decisions(ctx, id)
	if err != nil {
		r.errorf("%s: Decisions: %v", when, err)
		return
	}
	if len(got) != len(want) {
		r.errorf("%s: %d decisions, want %d", when, len(got), len(want))
		return
	}
	for i := range want {
		a, b := &got[i], &want[i]
		if a.Key != b.Key || a.Fingerprint != b.Fingerprint || a.Base != b.Base ||
			!slices.EqualFunc(a.Entries, b.Entries, Entry.equal) || !slices.EqualFunc(a.Reasons, b.Reasons, equalReasons) {
			r.errorf("%s: decision %d is %s, %s on %d: %+v %+v, want %s, %s on %d: %+v %+v", when, i+1,
				a.Key, a.Fingerprint, a.Base, a.Entries, a.Reasons, b.Key, b.Fingerprint, b.Base, b.Entries, b.Reasons)
		}
	}
}

// expectWhole compares all that can be asked of an id with decisions.
func expectWhole(ctx context.Context, s rewriter, r *report, when string, id customer.ID, want []decision) {
	version := uint64(0)
	for _, d := range want {
		expectCommitted(ctx, s, r, when, id, d)
		version += uint64(len(d.Entries))
	}
	expectDecisions(ctx, s, r, when, id, want)
	expect(ctx, s, r, when, id, want[len(want)-1].Next, version)
}

// rewrite tells, scrubs and rewrites.
func rewrite(ctx context.Context, s rewriter, r *report, id customer.ID) []decision {
	told := tell(ctx, s, r, id)
	_, _, _ = s.Load(ctx, id) // a store may remember what it was just asked
	written := scrub(told)
	if err := s.Rewrite(ctx, id, written); err != nil {
		r.errorf("Rewrite of the decisions that the store has: %v", err)
	}
	return written
}

func checkAllDecisions(ctx context.Context, s rewriter, r *report) {
	var all []decision
	var state State
	for i := range 12 { // more than one digit: keys do not sort as they were booked
		d := decide(fmt.Sprintf("test:%d", i+1), state, uint64(2*i), int64(i), int64(-i))
		if err := s.Commit(ctx, "id", d); err != nil {
			r.errorf("commit %d: %v", i+1, err)
			return
		}
		all, state = append(all, d), d.Next
	}
	expectDecisions(ctx, s, r, "after twelve commits", "id", all)
}

func checkNoDecisions(ctx context.Context, s rewriter, r *report) {
	tell(ctx, s, r, "somebody")
	expectDecisions(ctx, s, r, "an unknown id", "nobody", nil)
}

func checkRewritten(ctx context.Context, s rewriter, r *report) {
	expectDecisions(ctx, s, r, "after Rewrite", "id", rewrite(ctx, s, r, "id"))
}

func checkRewrittenState(ctx context.Context, s rewriter, r *report) {
	written := rewrite(ctx, s, r, "id")
	expect(ctx, s, r, "after Rewrite", "id", written[2].Next, 6)
}

func checkNothingKept(ctx context.Context, s rewriter, r *report) {
	written := rewrite(ctx, s, r, "id")
	texts := []string{}
	if state, _, err := s.Load(ctx, "id"); err == nil {
		texts = append(texts, state.Note)
	}
	for _, want := range written {
		got, found, err := s.Committed(ctx, "id", want.Key)
		if err != nil || !found {
			continue // another sentence
		}
		if got.Fingerprint != journal.Rewritten {
			r.errorf("%s has the fingerprint of what was asked for", want.Key)
		}
		texts = append(texts, got.Next.Note)
		for _, e := range got.Entries {
			texts = append(texts, e.Note)
		}
		for _, reason := range got.Reasons {
			texts = append(texts, reason.Of)
		}
	}
	for _, text := range texts {
		if strings.Contains(text, secret) {
			r.errorf("%q is still there", text)
		}
	}
}

func checkKeysStay(ctx context.Context, s rewriter, r *report) {
	written := rewrite(ctx, s, r, "id")
	for _, d := range written {
		again := decide(d.Key, written[2].Next, 6, 1)
		expectError(r, "commit of "+d.Key+" after Rewrite", s.Commit(ctx, "id", again), journal.ErrDuplicate)
		_, err := journal.Run(ctx, s, "id", d.Key, request{d.Key}, func(state State) (decision, error) {
			return decision{Entries: []Entry{{}}, Next: state.apply(Entry{})}, nil
		})
		expectError(r, "a request repeated after Rewrite", err, journal.ErrRewritten)
	}
}

func checkGoesOn(ctx context.Context, s rewriter, r *report) {
	written := rewrite(ctx, s, r, "id")
	next := decide("test:next", written[2].Next, 6, 7)
	if err := s.Commit(ctx, "id", next); err != nil {
		r.errorf("commit after Rewrite, on the version that was: %v", err)
		return
	}
	expectWhole(ctx, s, r, "after the next commit", "id", append(written, next))
}

func checkOthersUntouched(ctx context.Context, s rewriter, r *report) {
	other := tell(ctx, s, r, "other")
	rewrite(ctx, s, r, "id")
	expectWhole(ctx, s, r, "another id with the same keys", "other", other)
}

// others are decisions that are not those of an id which has these.
func others(written []decision) map[string][]decision {
	change := func(change func([]decision)) []decision {
		changed := slices.Clone(written)
		change(changed)
		return changed
	}
	return map[string][]decision{
		"none":             nil,
		"one too few":      written[:2],
		"one too many":     append(slices.Clip(written), decide("test:more", written[2].Next, 6, 1)),
		"another key":      change(func(d []decision) { d[1].Key = "test:other" }),
		"another base":     change(func(d []decision) { d[2].Base = 4 }),
		"fewer entries":    change(func(d []decision) { d[2].Entries = d[2].Entries[:2] }),
		"more entries":     change(func(d []decision) { d[2].Entries = append(slices.Clip(d[2].Entries), Entry{}) }),
		"in another order": change(func(d []decision) { d[0], d[1] = d[1], d[0] }),
	}
}

func checkOtherDecisions(ctx context.Context, s rewriter, r *report) {
	written := scrub(tell(ctx, s, r, "id"))
	for what, other := range others(written) {
		expectError(r, what, s.Rewrite(ctx, "id", other), journal.ErrConflict)
	}
	expectError(r, "under an unknown id", s.Rewrite(ctx, "nobody", written), journal.ErrConflict)
}

func checkRefusedRewrite(ctx context.Context, s rewriter, r *report) {
	told := tell(ctx, s, r, "id")
	for what, other := range others(scrub(told)) {
		if err := s.Rewrite(ctx, "id", other); err != nil {
			expectWhole(ctx, s, r, what, "id", told)
		}
	}
	if err := s.Rewrite(ctx, "nobody", scrub(told)); err != nil {
		expect(ctx, s, r, "under an unknown id", "nobody", State{}, 0)
	}
}

func checkMalformedRewrite(ctx context.Context, s rewriter, r *report) {
	told := tell(ctx, s, r, "id")
	for what, spoil := range map[string]func(*decision){
		"no fingerprint":                 func(d *decision) { d.Fingerprint = "" },
		"the fingerprint of a request":   func(d *decision) { d.Fingerprint = fingerprint("another") },
		"no entries":                     func(d *decision) { d.Entries = nil },
		"a key without a verb":           func(d *decision) { d.Key = "new" },
		"more reasons than one may have": func(d *decision) { d.Reasons = make([]customer.Reason, journal.MaxEntries+1) },
	} {
		written := scrub(told)
		spoil(&written[1])
		if err := s.Rewrite(ctx, "id", written); err == nil || errors.Is(err, journal.ErrConflict) {
			r.errorf("%s: error %v, want the customer.Faults of CheckRewrite", what, err)
		}
		expectWhole(ctx, s, r, what, "id", told)
	}
	kept := scrub(told)
	for i := range kept {
		kept[i].Fingerprint = told[i].Fingerprint
	}
	if err := s.Rewrite(ctx, "id", kept); err != nil {
		r.errorf("with the fingerprints that they had: %v", err)
	}
}

func checkRewrittenAgain(ctx context.Context, s rewriter, r *report) {
	written := rewrite(ctx, s, r, "id")
	if err := s.Rewrite(ctx, "id", written); err != nil {
		r.errorf("the same Rewrite again: %v", err)
	}
	expectWhole(ctx, s, r, "after the same Rewrite again", "id", written)
}

func checkRewriteWhole(ctx context.Context, s rewriter, r *report) {
	for attempt := range 3 {
		id := customer.ID(fmt.Sprintf("id-%d", attempt))
		told := tell(ctx, s, r, id)
		late, cancel := context.WithCancel(ctx)
		ended := make(chan struct{})
		if attempt == 0 {
			cancel()
			close(ended)
		} else {
			go func() { cancel(); close(ended) }()
		}
		err := s.Rewrite(late, id, scrub(told))
		<-ended
		cancel()
		want := told // whether it was written is open, whether whole is not
		if got, found, err := s.Committed(ctx, id, told[0].Key); err == nil && found && got.Fingerprint == journal.Rewritten {
			want = scrub(told)
		}
		if err == nil {
			want = scrub(told)
		}
		expectWhole(ctx, s, r, fmt.Sprintf("context done, Rewrite said %v", err), id, want)
	}
}

func checkRewriteMemory(ctx context.Context, s rewriter, r *report) {
	told := tell(ctx, s, r, "id")
	passed, kept := scrub(told), scrub(told)
	for i := range passed {
		passed[i].Reasons = []customer.Reason{{Code: "test.scrubbed"}}
		kept[i].Reasons = []customer.Reason{{Code: "test.scrubbed"}}
	}
	if err := s.Rewrite(ctx, "id", passed); err != nil {
		r.errorf("Rewrite: %v", err)
	}
	for _, d := range passed {
		clear(d.Entries)
		clear(d.Reasons)
	}
	expectDecisions(ctx, s, r, "after the caller cleared its slices", "id", kept)
	out, err := s.Decisions(ctx, "id")
	if err != nil {
		r.errorf("Decisions: %v", err)
	}
	for _, d := range out {
		_ = append(d.Entries, Entry{Kind: "foreign"})
		clear(d.Entries)
		clear(d.Reasons)
	}
	clear(out)
	expectDecisions(ctx, s, r, "after a reader cleared what it was given", "id", kept)
}

func checkNoFalseEmptiness(ctx context.Context, s rewriter, r *report) {
	tell(ctx, s, r, "id")
	done, cancel := context.WithCancel(ctx)
	cancel()
	if got, err := s.Decisions(done, "id"); err == nil && len(got) != 3 {
		r.errorf("Decisions under a context that is done: %d of 3 and no error", len(got))
	}
}

func checkRaceWithCommit(ctx context.Context, s rewriter, r *report) {
	for round := range rounds() {
		id := customer.ID(fmt.Sprintf("round-%d", round))
		told := tell(ctx, s, r, id)
		written := scrub(told)
		// What is committed beside the rewriting is on the state that was; only how many
		// entries there are matters here.
		next := decide("test:next", told[2].Next, 6, 7)
		var committed, rewritten atomic.Bool
		race(func(racer int) {
			if racer == racers/2 {
				err, _ := insist(ctx, s, id, next)
				committed.Store(err == nil || errors.Is(err, journal.ErrDuplicate))
			} else if s.Rewrite(ctx, id, written) == nil { // many of them, to hit the moment
				rewritten.Store(true)
			}
		})
		if !committed.Load() {
			r.errorf("the commit on the right base was refused")
			return
		}
		got, err := s.Decisions(ctx, id)
		if err != nil || len(got) != 4 {
			r.errorf("after a commit beside a rewriting: %d decisions, error %v, want 4", len(got), err)
			return
		}
		if rewritten.Load() != (got[0].Fingerprint == journal.Rewritten) {
			r.errorf("Rewrite said written: %t, and the first decision says otherwise", rewritten.Load())
			return
		}
		// Whichever came first, the state is that of the decision that was booked last.
		if _, version, err := s.Load(ctx, id); err != nil || version != 7 {
			r.errorf("after a commit beside a rewriting: version %d, error %v, want 7", version, err)
			return
		}
		if state, _, err := s.Load(ctx, id); err == nil && !state.equal(next.Next) {
			r.errorf("after a commit beside a rewriting: state %+v, want %+v", state, next.Next)
			return
		}
	}
}
