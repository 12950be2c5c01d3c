package journaltest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
)

// State is the state that the suite stores: what its entries add up to. It survives
// JSON and back.
type State struct {
	Count int64     `json:"count"` // entries
	Sum   int64     `json:"sum"`   // of their amounts
	Note  string    `json:"note,omitempty"`
	At    time.Time `json:"at,omitzero"`
}

// Entry is an entry of the suite. It survives JSON and back.
type Entry struct {
	Kind   string    `json:"kind"`
	Amount int64     `json:"amount"`
	Note   string    `json:"note,omitempty"`
	At     time.Time `json:"at,omitzero"`
}

func (s State) apply(entries ...Entry) State {
	for _, entry := range entries {
		s = State{Count: s.Count + 1, Sum: s.Sum + entry.Amount, Note: entry.Note, At: entry.At}
	}
	return s
}

func (s State) equal(other State) bool {
	return s.Count == other.Count && s.Sum == other.Sum && s.Note == other.Note && s.At.Equal(other.At)
}

func (e Entry) equal(other Entry) bool {
	return e.Kind == other.Kind && e.Amount == other.Amount && e.Note == other.Note && e.At.Equal(other.At)
}

type (
	store    = journal.Store[customer.ID, State, Entry]
	decision = journal.Decision[State, Entry]
)

// TestStore checks a store against the contract of journal.Store, one subtest per
// sentence; a failure quotes the sentence. open returns an empty store, and may use
// tb to clean up. The races of the last checks run 200 rounds, or 20 under -short.
func TestStore(t *testing.T, open func(tb testing.TB) journal.Store[customer.ID, State, Entry]) {
	for _, check := range checks() {
		t.Run(check.name, func(t *testing.T) {
			var found report
			check.run(t.Context(), open(t), &found)
			for _, broken := range found.broken {
				t.Errorf("%s\n\tbroken: %s", check.sentence, broken)
			}
		})
	}
}

// check is one sentence of the contract and the way to find it broken.
type check struct {
	name, sentence string
	run            func(context.Context, store, *report)
}

// report collects what a check found. The checks write to it instead of a testing.T,
// so that the suite is tested on stores that break one promise each.
type report struct {
	broken []string
}

func (r *report) errorf(format string, args ...any) {
	r.broken = append(r.broken, fmt.Sprintf(format, args...))
}

func (r *report) ok() bool { return len(r.broken) == 0 }

func checks() []check {
	return []check{
		{"unknown id", "An unknown id has the zero state, version 0 and no error.", checkUnknownID},
		{"unknown key", "Committed reports an unknown key, also under an unknown id, as not found and without error.", checkUnknownKey},
		{"state", "Load returns the Next of the last commit.", checkState},
		{"version", "The version is the number of entries, not of commits.", checkVersion},
		{"as committed", "Committed returns Key, Fingerprint, Base, Entries and Reasons as they were committed, whatever has been written since.", checkAsCommitted},
		{"entry order", "Entries keep their order.", checkEntryOrder},
		{"conflict", "A Base that is not the version, be it lower or higher, is ErrConflict.", checkConflict},
		{"conflict writes nothing", "After ErrConflict nothing was written.", checkConflictWritesNothing},
		{"duplicate", "A key that is committed under this id is ErrDuplicate, with the same fingerprint or another.", checkDuplicate},
		{"duplicate writes nothing", "After ErrDuplicate nothing was written.", checkDuplicateWritesNothing},
		{"duplicate before conflict", "ErrDuplicate is tested before ErrConflict.", checkDuplicateBeforeConflict},
		{"ids apart", "Histories of different ids do not touch each other.", checkIDsApart},
		{"one key, two ids", "One key under two ids is two writes.", checkOneKeyTwoIDs},
		{"exact keys", "Keys are compared byte by byte.", checkExactKeys},
		{"exact ids", "Ids are compared byte by byte.", checkExactIDs},
		{"long names", "Ids and keys may have 256 bytes.", checkLongNames},
		{"own memory in", "Slices that were passed to Commit stay the caller's.", checkMemoryIn},
		{"own memory out", "Slices that come out are the caller's own.", checkMemoryOut},
		{"malformed", "A decision that does not Validate is refused, neither as ErrConflict nor as ErrDuplicate, and nothing is written.", checkMalformed},
		{"whole or nothing", "Commit writes a decision whole, or nothing of it, also when it fails.", checkWholeOrNothing},
		{"no false absence", "An error is never reported as absence.", checkNoFalseAbsence},
		{"race on a base", "Of concurrent commits on one Base, one is written.", checkRaceOnBase},
		{"race on a key", "Of concurrent commits with one key, one is written; the others are ErrDuplicate.", checkRaceOnKey},
		{"one moment", "The state and the version that Load returns are of one moment.", checkOneMoment},
		{"nothing lost", "Many writers through Run lose and double nothing.", checkNothingLost},
	}
}

// decide makes a decision on a state at a version: one entry per amount.
func decide(key string, state State, version uint64, amounts ...int64) decision {
	entries := make([]Entry, len(amounts))
	for i, amount := range amounts {
		entries[i] = Entry{
			Kind: "added", Amount: amount, Note: fmt.Sprintf("%s, %d of %d: ąż 谢谢 🎁", key, i+1, len(amounts)),
			At: time.Date(2026, 11, 25, 9, 30, i%60, 123456789, time.UTC),
		}
	}
	return decision{
		Key: key, Fingerprint: fingerprint(key), Base: version,
		Entries: entries, Next: state.apply(entries...),
		Reasons: []customer.Reason{
			{Code: "test.added", Rule: "rule/1", Fact: int64(len(amounts)), Mark: -1, Unit: customer.UnitTimes},
			{Code: "test.until", Until: time.Date(2027, 1, 1, 0, 0, 0, 1, time.UTC), On: 739_000, By: 739_001},
		},
	}
}

// request is the fact that the suite's requests consist of.
type request struct{ text string }

// Canonical implements journal.Fact.
func (r request) Canonical(c *customer.Canonical) { c.Text("text", r.text) }

func fingerprint(text string) string {
	sum, _ := journal.Fingerprint("test", request{text}) // a text always has a form
	return sum
}

// seed commits decisions one after the other, each with its amounts, under the keys
// test:1, test:2, …; it returns where they lead.
func seed(ctx context.Context, s store, r *report, id customer.ID, amounts ...[]int64) (State, uint64) {
	var state State
	var version uint64
	for i, each := range amounts {
		next := decide(fmt.Sprintf("test:%d", i+1), state, version, each...)
		if err := s.Commit(ctx, id, next); err != nil {
			r.errorf("commit %d of %d under a new key and the right base: %v", i+1, len(amounts), err)
			return state, version
		}
		state, version = next.Next, version+uint64(len(each))
	}
	return state, version
}

// expect compares what Load returns with what it should.
func expect(ctx context.Context, s store, r *report, when string, id customer.ID, want State, version uint64) {
	state, got, err := s.Load(ctx, id)
	switch {
	case err != nil:
		r.errorf("%s: Load: %v", when, err)
	case got != version:
		r.errorf("%s: version %d, want %d", when, got, version)
	case !state.equal(want):
		r.errorf("%s: state %+v, want %+v", when, state, want)
	}
}

// expectAbsent checks that a key is not committed.
func expectAbsent(ctx context.Context, s store, r *report, when string, id customer.ID, key string) {
	if _, found, err := s.Committed(ctx, id, key); err != nil || found {
		r.errorf("%s: Committed of %s: found %t, error %v, want false and none", when, shown(key), found, err)
	}
}

// expectCommitted compares what Committed returns with the decision that was
// committed.
func expectCommitted(ctx context.Context, s store, r *report, when string, id customer.ID, want decision) {
	got, found, err := s.Committed(ctx, id, want.Key)
	if err != nil || !found {
		r.errorf("%s: Committed of %s: found %t, error %v, want true and none", when, shown(want.Key), found, err)
		return
	}
	if got.Key != want.Key {
		r.errorf("%s: Key %s, want %s", when, shown(got.Key), shown(want.Key))
	}
	if got.Fingerprint != want.Fingerprint {
		r.errorf("%s: Fingerprint %q, want %q", when, got.Fingerprint, want.Fingerprint)
	}
	if got.Base != want.Base {
		r.errorf("%s: Base %d, want %d", when, got.Base, want.Base)
	}
	if !slices.EqualFunc(got.Entries, want.Entries, Entry.equal) {
		r.errorf("%s: Entries %+v, want %+v", when, got.Entries, want.Entries)
	}
	if !slices.EqualFunc(got.Reasons, want.Reasons, equalReasons) {
		r.errorf("%s: Reasons %+v, want %+v", when, got.Reasons, want.Reasons)
	}
}

// equalReasons compares reasons whose instants a store may have moved to another zone.
func equalReasons(a, b customer.Reason) bool {
	same := a.At.Equal(b.At) && a.Until.Equal(b.Until)
	a.At, a.Until, b.At, b.Until = time.Time{}, time.Time{}, time.Time{}, time.Time{}
	return same && a == b
}

// expectError checks that a commit was refused in the right way.
func expectError(r *report, when string, err, want error) {
	if !errors.Is(err, want) {
		r.errorf("%s: error %v, want %v", when, err, want)
	}
}

func shown(text string) string {
	if len(text) > 40 {
		return fmt.Sprintf("%.20q… of %d bytes", text, len(text))
	}
	return fmt.Sprintf("%q", text)
}

func checkUnknownID(ctx context.Context, s store, r *report) {
	expect(ctx, s, r, "before any commit", "nobody", State{}, 0)
	seed(ctx, s, r, "somebody", []int64{1})
	expect(ctx, s, r, "after a commit under another id", "nobody", State{}, 0)
}

func checkUnknownKey(ctx context.Context, s store, r *report) {
	expectAbsent(ctx, s, r, "unknown id", "nobody", "test:1")
	seed(ctx, s, r, "somebody", []int64{1})
	expectAbsent(ctx, s, r, "unknown key", "somebody", "test:2")
}

func checkState(ctx context.Context, s store, r *report) {
	var state State
	for version := range uint64(3) {
		next := decide(fmt.Sprintf("test:%d", version), state, version, int64(version)+10)
		if err := s.Commit(ctx, "id", next); err != nil {
			r.errorf("commit %d: %v", version, err)
			return
		}
		state = next.Next
		// Not through expect: a wrong version is another sentence.
		if got, _, err := s.Load(ctx, "id"); err != nil || !got.equal(state) {
			r.errorf("after commit %d: state %+v, error %v, want %+v", version, got, err, state)
		}
	}
}

func checkVersion(ctx context.Context, s store, r *report) {
	if _, version, err := s.Load(ctx, "id"); err != nil || version != 0 {
		r.errorf("before any commit: version %d, error %v, want 0", version, err)
	}
	seed(ctx, s, r, "id", []int64{1, 2, 3}, []int64{4}, []int64{5, 6})
	if _, version, err := s.Load(ctx, "id"); err != nil || version != 6 {
		r.errorf("after commits of 3, 1 and 2 entries: version %d, error %v, want 6", version, err)
	}
}

func checkAsCommitted(ctx context.Context, s store, r *report) {
	first := decide("test:1", State{}, 0, 1, -2, 3)
	second := decide("test:2", first.Next, 3, 4)
	second.Reasons = nil
	for _, each := range []decision{first, second} {
		if err := s.Commit(ctx, "id", each); err != nil {
			r.errorf("commit of %s: %v", each.Key, err)
			return
		}
		expectCommitted(ctx, s, r, "at once", "id", each)
	}
	expectCommitted(ctx, s, r, "after another commit", "id", first)
}

func checkEntryOrder(ctx context.Context, s store, r *report) {
	amounts := make([]int64, 120) // numbers that sort differently as text
	for i := range amounts {
		amounts[i] = int64(i) * 7 % 120
	}
	big := decide("test:big", State{}, 0, amounts...)
	if err := s.Commit(ctx, "id", big); err != nil {
		r.errorf("commit of %d entries: %v", len(amounts), err)
		return
	}
	got, found, err := s.Committed(ctx, "id", big.Key)
	if err != nil || !found {
		r.errorf("Committed: found %t, error %v", found, err)
		return
	}
	if !slices.EqualFunc(got.Entries, big.Entries, Entry.equal) {
		r.errorf("%d entries came back as %d in another order", len(big.Entries), len(got.Entries))
	}
}

// wrongBases are the bases that a decision on version 6, after commits of 3, 1 and 2
// entries, must not have. 5 lies inside a commit.
func wrongBases() []uint64 { return []uint64{0, 3, 4, 5, 7, 1 << 40} }

func checkConflict(ctx context.Context, s store, r *report) {
	expectError(r, "base 1 of an unknown id", s.Commit(ctx, "new", decide("test:x", State{}, 1, 1)), journal.ErrConflict)
	state, _ := seed(ctx, s, r, "id", []int64{1, 2, 3}, []int64{4}, []int64{5, 6})
	for _, base := range wrongBases() {
		key := fmt.Sprintf("test:base-%d", base)
		err := s.Commit(ctx, "id", decide(key, state, base, 100))
		expectError(r, fmt.Sprintf("base %d at version 6", base), err, journal.ErrConflict)
	}
}

func checkConflictWritesNothing(ctx context.Context, s store, r *report) {
	state, version := seed(ctx, s, r, "id", []int64{1, 2, 3}, []int64{4}, []int64{5, 6})
	for _, base := range wrongBases() {
		key := fmt.Sprintf("test:base-%d", base)
		if err := s.Commit(ctx, "id", decide(key, state, base, 100)); !errors.Is(err, journal.ErrConflict) {
			continue // another sentence
		}
		when := fmt.Sprintf("after a conflict at base %d", base)
		expect(ctx, s, r, when, "id", state, version)
		expectAbsent(ctx, s, r, when, "id", key)
		again := decide(key, state, version, 1)
		if err := s.Commit(ctx, "id", again); err != nil {
			r.errorf("%s: commit of the same key on the right base: %v", when, err)
			return
		}
		state, version = again.Next, version+1
	}
}

// repeated are the ways in which a committed key comes again, with its right base.
func repeated(state State, version uint64) map[string]decision {
	same := decide("test:1", state, version, 1)
	other := decide("test:1", state, version, 99)
	other.Fingerprint = fingerprint("another request")
	return map[string]decision{"same fingerprint": same, "other fingerprint": other}
}

func checkDuplicate(ctx context.Context, s store, r *report) {
	state, version := seed(ctx, s, r, "id", []int64{1}, []int64{2, 3})
	for how, again := range repeated(state, version) {
		expectError(r, how, s.Commit(ctx, "id", again), journal.ErrDuplicate)
	}
}

func checkDuplicateWritesNothing(ctx context.Context, s store, r *report) {
	first := decide("test:1", State{}, 0, 1)
	if err := s.Commit(ctx, "id", first); err != nil {
		r.errorf("first commit: %v", err)
		return
	}
	for how, again := range repeated(first.Next, 1) {
		if err := s.Commit(ctx, "id", again); !errors.Is(err, journal.ErrDuplicate) {
			continue // another sentence
		}
		expect(ctx, s, r, how, "id", first.Next, 1)
		expectCommitted(ctx, s, r, how, "id", first)
	}
}

func checkDuplicateBeforeConflict(ctx context.Context, s store, r *report) {
	state, _ := seed(ctx, s, r, "id", []int64{1}, []int64{2, 3}, []int64{4})
	for _, base := range []uint64{0, 1, 2, 5, 1 << 40} {
		err := s.Commit(ctx, "id", decide("test:2", state, base, 2, 3))
		expectError(r, fmt.Sprintf("a committed key with base %d at version 4", base), err, journal.ErrDuplicate)
	}
}

func checkIDsApart(ctx context.Context, s store, r *report) {
	one := decide("test:a", State{}, 0, 1, 2)
	two := decide("test:b", State{}, 0, 30)
	if err := s.Commit(ctx, "one", one); err != nil {
		r.errorf("commit under the first id: %v", err)
	}
	if err := s.Commit(ctx, "two", two); err != nil {
		r.errorf("commit on base 0 under a second id: %v", err)
	}
	expect(ctx, s, r, "first id", "one", one.Next, 2)
	expect(ctx, s, r, "second id", "two", two.Next, 1)
	expectAbsent(ctx, s, r, "key of the first id", "two", "test:a")
	expectAbsent(ctx, s, r, "key of the second id", "one", "test:b")
}

func checkOneKeyTwoIDs(ctx context.Context, s store, r *report) {
	debit, credit := decide("test:move", State{}, 0, -5), decide("test:move", State{}, 0, 5)
	for id, each := range map[customer.ID]decision{"from": debit, "to": credit} {
		if err := s.Commit(ctx, id, each); err != nil {
			r.errorf("commit under %q: %v", id, err)
		}
	}
	expectCommitted(ctx, s, r, "debit", "from", debit)
	expectCommitted(ctx, s, r, "credit", "to", credit)
}

// alikes are texts that a database may take for each other: MySQL's default collations
// fold case, accents and trailing spaces, SQL Server pads, some file systems fold
// Unicode forms. The last two look the same on paper.
func alikes() []string {
	return []string{
		"a/17", "A/17", "a/17 ", " a/17", "a/017", "a/1_", "a/1%",
		"e/17", "\u00e9/17", "e\u0301/17", // é in one piece and in two
		"stra\u00dfe", "strasse", // ß folds to ss
	}
}

func checkExactKeys(ctx context.Context, s store, r *report) {
	var state State
	for version, ref := range alikes() {
		next := decide("test:"+ref, state, uint64(version), 1)
		if err := s.Commit(ctx, "id", next); err != nil {
			r.errorf("commit of the new key %q: %v", next.Key, err)
			return
		}
		state = next.Next
		expectCommitted(ctx, s, r, fmt.Sprintf("key %q", next.Key), "id", next)
	}
	expectAbsent(ctx, s, r, "a key that is the start of others", "id", "test:a/1")
	expectAbsent(ctx, s, r, "a key in capitals", "id", "test:E/17")
}

func checkExactIDs(ctx context.Context, s store, r *report) {
	for i, name := range alikes() {
		id, next := customer.ID(name), decide("test:1", State{}, 0, int64(i)+1)
		if err := s.Commit(ctx, id, next); err != nil {
			r.errorf("first commit under the id %q: %v", id, err)
		}
	}
	for i, name := range alikes() {
		expect(ctx, s, r, fmt.Sprintf("id %q", name), customer.ID(name), decide("test:1", State{}, 0, int64(i)+1).Next, 1)
	}
}

func checkLongNames(ctx context.Context, s store, r *report) {
	id := strings.Repeat("客户", 42) + "1234" // 256 bytes
	key := "test:" + strings.Repeat("票", 83) + "7/"
	for i, names := range [][2]string{{id, key}, {id[:255] + "5", key}, {id, key[:255] + "8"}} {
		version := uint64(i / 2) // the third commit is the second under its id
		next := decide(names[1], State{}.apply(make([]Entry, version)...), version, int64(i)+1)
		if err := s.Commit(ctx, customer.ID(names[0]), next); err != nil {
			r.errorf("commit with id %s and key %s: %v", shown(names[0]), shown(names[1]), err)
			continue
		}
		expectCommitted(ctx, s, r, "long names that differ in the last byte", customer.ID(names[0]), next)
	}
}

func checkMemoryIn(ctx context.Context, s store, r *report) {
	passed, kept := decide("test:1", State{}, 0, 1, 2), decide("test:1", State{}, 0, 1, 2)
	passed.Entries = slices.Grow(passed.Entries, 8) // room behind, which append would use
	if err := s.Commit(ctx, "id", passed); err != nil {
		r.errorf("commit: %v", err)
		return
	}
	if !slices.EqualFunc(passed.Entries, kept.Entries, Entry.equal) || !slices.EqualFunc(passed.Reasons, kept.Reasons, equalReasons) {
		r.errorf("Commit changed the caller's slices")
	}
	clear(passed.Entries)
	clear(passed.Reasons)
	expectCommitted(ctx, s, r, "after the caller cleared its slices", "id", kept)
	if err := s.Commit(ctx, "id", decide("test:2", kept.Next, 2, 3)); err != nil {
		r.errorf("next commit: %v", err)
	}
	if behind := passed.Entries[:3][2]; behind != (Entry{}) {
		r.errorf("the next commit wrote %+v behind the caller's slice", behind)
	}
}

func checkMemoryOut(ctx context.Context, s store, r *report) {
	first := decide("test:1", State{}, 0, 1, 2)
	second := decide("test:2", first.Next, 2, 3)
	for _, each := range []decision{first, second} {
		if err := s.Commit(ctx, "id", each); err != nil {
			r.errorf("commit of %s: %v", each.Key, err)
			return
		}
	}
	got, _, err := s.Committed(ctx, "id", "test:1")
	if err != nil {
		r.errorf("Committed: %v", err)
	}
	_ = append(got.Entries, Entry{Kind: "foreign"}) // must not reach the second commit's entry
	clear(got.Entries)
	clear(got.Reasons)
	expectCommitted(ctx, s, r, "after a reader cleared what it was given", "id", first)
	expectCommitted(ctx, s, r, "after a reader appended to what it was given", "id", second)
}

func checkMalformed(ctx context.Context, s store, r *report) {
	state, version := seed(ctx, s, r, "id", []int64{1})
	good := func() decision { return decide("test:new", state, version, 2) }
	malformed := map[string]func(*decision){
		"no entries":               func(d *decision) { d.Entries, d.Next = nil, state },
		"too many entries":         func(d *decision) { d.Entries = make([]Entry, journal.MaxEntries+1) },
		"too many reasons":         func(d *decision) { d.Reasons = make([]customer.Reason, journal.MaxEntries+1) },
		"no key":                   func(d *decision) { d.Key = "" },
		"a key without a verb":     func(d *decision) { d.Key = "new" },
		"a key of 257 bytes":       func(d *decision) { d.Key = "test:" + strings.Repeat("x", 252) },
		"a key with a line break":  func(d *decision) { d.Key = "test:new\n" },
		"no fingerprint":           func(d *decision) { d.Fingerprint = "" },
		"a malformed fingerprint":  func(d *decision) { d.Fingerprint = strings.ToUpper(d.Fingerprint) },
		"no entries, stale base":   func(d *decision) { d.Entries, d.Base = nil, 0 },
		"no entries, known key":    func(d *decision) { d.Entries, d.Key = nil, "test:1" },
		"no entries, foreign base": func(d *decision) { d.Entries, d.Base = nil, 1<<40 },
	}
	for what, spoil := range malformed {
		d := good()
		spoil(&d)
		err := s.Commit(ctx, "id", d)
		if err == nil || errors.Is(err, journal.ErrConflict) || errors.Is(err, journal.ErrDuplicate) {
			r.errorf("%s: error %v, want the customer.Faults of Validate", what, err)
		}
		expect(ctx, s, r, what, "id", state, version)
		if d.Key != "test:1" {
			expectAbsent(ctx, s, r, what, "id", d.Key)
		}
	}
	if err := s.Commit(ctx, "id", good()); err != nil {
		r.errorf("the well-formed decision afterwards: %v", err)
	}
}

func checkWholeOrNothing(ctx context.Context, s store, r *report) {
	state, version := seed(ctx, s, r, "id", []int64{1})
	// A context that is done, or ends while the commit is under way: whether it was
	// written is open, whether it was written whole is not.
	for attempt := range 3 {
		late, cancel := context.WithCancel(ctx)
		next := decide(fmt.Sprintf("test:late-%d", attempt), state, version, 2, 3, 4)
		ended := make(chan struct{})
		switch attempt {
		case 0:
			cancel()
			close(ended)
		default:
			go func() { cancel(); close(ended) }()
		}
		err := s.Commit(late, "id", next)
		<-ended
		cancel()

		got, found, lookup := s.Committed(ctx, "id", next.Key)
		if lookup != nil {
			r.errorf("Committed after a failed commit: %v", lookup)
			return
		}
		when := fmt.Sprintf("context done, commit said %v", err)
		switch {
		case !found && err == nil:
			r.errorf("Commit returned nil and Committed does not know the key")
		case !found:
			expect(ctx, s, r, when, "id", state, version)
		default:
			expect(ctx, s, r, when, "id", next.Next, version+3)
			if !slices.EqualFunc(got.Entries, next.Entries, Entry.equal) {
				r.errorf("%s: entries %+v, want %+v", when, got.Entries, next.Entries)
			}
			state, version = next.Next, version+3
		}
	}
	whole := decide("test:whole", state, version, 5, 6)
	if err := s.Commit(ctx, "id", whole); err != nil {
		r.errorf("commit of two entries: %v", err)
	}
	expectCommitted(ctx, s, r, "a commit of two entries", "id", whole)
	expect(ctx, s, r, "a commit of two entries", "id", whole.Next, version+2)
}

func checkNoFalseAbsence(ctx context.Context, s store, r *report) {
	state, version := seed(ctx, s, r, "id", []int64{1})
	done, cancel := context.WithCancel(ctx)
	cancel()
	if got, v, err := s.Load(done, "id"); err == nil && (v != version || !got.equal(state)) {
		r.errorf("Load under a context that is done: state %+v, version %d and no error", got, v)
	}
	if _, found, err := s.Committed(done, "id", "test:1"); err == nil && !found {
		r.errorf("Committed under a context that is done: not found and no error")
	}
}
