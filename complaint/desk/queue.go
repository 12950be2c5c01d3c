package desk

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// Bounds of a queue. What exceeds them is a fault.
const (
	MaxWaiting     = 1_000_000
	MaxRank        = 100
	MaxLiftSeconds = 30 * 24 * 60 * 60
	MaxMeanSeconds = 24 * 60 * 60
	maxWaitSeconds = 10 * 366 * 24 * 60 * 60 // a ticket older than that is a fault
)

// QueueRules is the rule book of a queue, as plain data: who is next. Everything is counted
// in seconds of waiting, so that every number can be checked by hand. See [Queue.Order].
type QueueRules struct {
	customer.Edition

	Zone string `json:"zone"` // IANA name; on whose days the edition is in force
	// RankSeconds is the head start that each rank gives: a customer of rank 2 stands where
	// one of rank 0 would stand who had waited twice so long already.
	RankSeconds int `json:"rank_seconds,omitempty"`
	// A promise that is due lifts by PromiseSeconds; up to NoticeSeconds before it is due the
	// lift grows evenly from 0. Notice 0: it lifts when it is due, and not before.
	PromiseSeconds int `json:"promise_seconds,omitempty"`
	NoticeSeconds  int `json:"notice_seconds,omitempty"`
	// FirstAfterSeconds puts who has waited so long before everybody who has not: 1200 for
	// "nobody waits twenty minutes while others are called". 0: off.
	FirstAfterSeconds int `json:"first_after_seconds,omitempty"`
	// OwnerSeconds is how long a customer with an agent of her own waits for that agent alone;
	// then anybody may take her, before all others. 0: at once.
	OwnerSeconds int `json:"owner_seconds,omitempty"`
}

// ParseQueueRules reads QueueRules from JSON, strictly; see customer.ParseRules.
func ParseQueueRules(data []byte) (QueueRules, error) { return customer.ParseRules[QueueRules](data) }

// Queue is the compiled rule book of a queue. It is immutable and safe for concurrent use.
type Queue struct {
	rules QueueRules
	name  string
	zone  *time.Location
}

var errNoQueue = errors.New("desk: a queue comes from NewQueue")

// NewQueue checks the rules whole, returning customer.Faults.
func NewQueue(rules QueueRules, zone *time.Location) (*Queue, error) {
	var faults customer.Faults
	rules.Edition.Check(&faults)
	faults.Zone("zone", rules.Zone, zone)
	for _, one := range [...]struct {
		path    string
		seconds int
	}{
		{"rank_seconds", rules.RankSeconds},
		{"promise_seconds", rules.PromiseSeconds},
		{"notice_seconds", rules.NoticeSeconds},
		{"first_after_seconds", rules.FirstAfterSeconds},
		{"owner_seconds", rules.OwnerSeconds},
	} {
		faults.Within(one.path, one.seconds, 0, MaxLiftSeconds)
	}
	if rules.NoticeSeconds > 0 && rules.PromiseSeconds == 0 {
		faults.Add("notice_seconds", rules.NoticeSeconds, "stands beside promise_seconds only")
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	return &Queue{rules, rules.Name(), zone}, nil
}

// Ticket is somebody who waits.
type Ticket struct {
	ID       string    `json:"id"`
	Arrived  time.Time `json:"arrived"`
	Rank     int       `json:"rank,omitempty"`     // 0 to MaxRank: her tier, as a number
	Promised time.Time `json:"promised,omitzero"`  // by when she was promised to be served or called; zero: nothing was promised
	Skills   []string  `json:"skills,omitempty"`   // which an agent needs for her
	Language string    `json:"language,omitempty"` // which an agent has to speak
	Owner    string    `json:"owner,omitempty"`    // her own agent: the queue is bypassed
}

// Turn is a ticket in its place.
type Turn struct {
	Ticket
	Bypass bool `json:"bypass,omitempty"` // she has an agent of her own
	First  bool `json:"first,omitempty"`  // she has waited so long that she comes first
	// Score is the sum of the next three: the seconds that she counts as having waited.
	Score    int64 `json:"score"`
	Waited   int64 `json:"waited"`              // seconds of the clock since she arrived
	RankLift int64 `json:"rank_lift,omitempty"` // Rank × RankSeconds
	// PromiseLift is PromiseSeconds from the instant that was promised on; before, within
	// NoticeSeconds of it, PromiseSeconds × (Notice − left) / Notice, rounded down.
	PromiseLift int64 `json:"promise_lift,omitempty"`
}

// Order puts those who wait in the order in which they are served:
//
//	score = seconds waited + Rank × RankSeconds + lift of the promise
//
// Those who bypass the queue stand first, then those who have waited FirstAfterSeconds; within
// each of the three the higher score comes first, then the earlier arrival, then the smaller
// ID. The order is total and does not depend on that of the list.
//
// Everybody grows older at the same pace, and a lift is bounded. So nobody starves: who has
// waited Rank × RankSeconds + PromiseSeconds longer than another, of whatever Rank, comes
// before her; and between two without promises, the order never changes while they wait, until
// one of them has waited FirstAfterSeconds.
//
// Seconds are those of the clock: who arrives at 9:00:00.9 has arrived at 9:00:00. A ticket that
// arrives after the instant is a fault.
func (q *Queue) Order(waiting []Ticket, at time.Time) ([]Turn, error) {
	if err := q.asked(waiting, at); err != nil {
		return nil, err
	}
	turns := make([]Turn, len(waiting))
	for i := range waiting {
		turns[i] = q.turn(&waiting[i], at)
	}
	// Two indexes are moved more cheaply than two turns.
	order := make([]int, len(turns))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return turns[a].compare(&turns[b]) })
	sorted := make([]Turn, len(turns))
	for i, from := range order {
		sorted[i] = turns[from]
	}
	return sorted, nil
}

func (q *Queue) turn(t *Ticket, at time.Time) Turn {
	turn := Turn{Ticket: *t, Bypass: t.Owner != ""}
	turn.Waited = at.Unix() - t.Arrived.Unix() // everybody's grows at the same instant
	turn.RankLift = int64(t.Rank) * int64(q.rules.RankSeconds)
	turn.PromiseLift = q.promiseLift(t.Promised, at)
	turn.Score = turn.Waited + turn.RankLift + turn.PromiseLift
	turn.First = q.rules.FirstAfterSeconds > 0 && turn.Waited >= int64(q.rules.FirstAfterSeconds)
	return turn
}

// promiseLift is what a promise lifts at an instant.
func (q *Queue) promiseLift(due, at time.Time) int64 {
	if due.IsZero() || q.rules.PromiseSeconds == 0 {
		return 0
	}
	full, notice := int64(q.rules.PromiseSeconds), time.Duration(q.rules.NoticeSeconds)*time.Second
	left := due.Sub(at)
	switch {
	case left <= 0:
		return full
	case left >= notice:
		return 0
	}
	return full * int64((notice-left)/time.Second) / int64(q.rules.NoticeSeconds)
}

// compare orders two turns: the first to be served before the other.
func (t *Turn) compare(other *Turn) int {
	return cmp.Or(
		before(t.Bypass, other.Bypass),
		before(t.First, other.First),
		cmp.Compare(other.Score, t.Score),
		t.Arrived.Compare(other.Arrived),
		cmp.Compare(t.ID, other.ID),
	)
}

// before puts yes before no.
func before(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

func (q *Queue) asked(waiting []Ticket, at time.Time) error {
	if q == nil || q.zone == nil {
		return errNoQueue
	}
	var faults customer.Faults
	faults.Instant("at", at)
	if !few(&faults, "waiting", len(waiting), MaxWaiting) {
		return faults
	}
	seen := make(map[string]struct{}, len(waiting))
	for i := range waiting {
		waiting[i].check(&faults, i, at)
		if _, twice := seen[waiting[i].ID]; twice {
			faults.Add(fmt.Sprintf("waiting[%d].id", i), waiting[i].ID, "stands only once")
		}
		seen[waiting[i].ID] = struct{}{}
	}
	if err := faults.Err(); err != nil {
		return err
	}
	return q.rules.Covers(customer.DateOf(at, q.zone))
}

// check notes what is wrong with a ticket. Its path is written only where something is.
func (t *Ticket) check(faults *customer.Faults, i int, at time.Time) {
	var own customer.Faults
	own.Name("id", t.ID)
	own.Text("owner", t.Owner)
	own.Text("language", t.Language)
	own.Within("rank", t.Rank, 0, MaxRank)
	if waited := at.Sub(t.Arrived); waited < 0 || waited > maxWaitSeconds*time.Second {
		own.Add("arrived", t.Arrived.Format(time.RFC3339), "is not after the instant, and at most ten years before it")
	}
	if !t.Promised.IsZero() {
		own.Instant("promised", t.Promised)
	}
	if few(&own, "skills", len(t.Skills), MaxSkills) {
		for j, skill := range t.Skills {
			var bad customer.Faults
			if bad.Name("", skill); len(bad) > 0 {
				own.Join(fmt.Sprintf("skills[%d]", j), bad)
			}
		}
	}
	if len(own) > 0 {
		faults.Join(fmt.Sprintf("waiting[%d]", i), own)
	}
}

// Next returns the turn that an agent should take: the first of [Queue.Order] whose skills
// and language she has. Whoever has an agent of her own waits for that agent, and is the
// first that this one takes; after OwnerSeconds she is anybody's. It is false where
// nobody waits whom she can serve.
func (q *Queue) Next(waiting []Ticket, by Agent, at time.Time) (Turn, bool, error) {
	turns, err := q.Order(waiting, at)
	if err != nil {
		return Turn{}, false, err
	}
	var faults customer.Faults
	faults.Name("by.id", by.ID)
	her := agent{Agent: by}
	her.Skills, her.Languages = names(&faults, "by.skills", by.Skills, MaxSkills), names(&faults, "by.languages", by.Languages, MaxSkills)
	if err := faults.Err(); err != nil {
		return Turn{}, false, err
	}
	next := -1
	for i := range turns {
		turn := &turns[i]
		if !(need{turn.Skills, turn.Language}).met(&her) {
			continue
		}
		if turn.Owner == by.ID {
			return *turn, true, nil // before those of others whom nobody has come for
		}
		if next < 0 && (turn.Owner == "" || turn.Waited >= int64(q.rules.OwnerSeconds)) {
			next = i
		}
	}
	if next < 0 {
		return Turn{}, false, nil
	}
	return turns[next], true, nil
}

// Counters is what serves a queue.
type Counters struct {
	Open        int `json:"open"`         // counters at which somebody serves: 1 to MaxServers
	Free        int `json:"free"`         // of those, the ones at which nobody is served just now
	MeanSeconds int `json:"mean_seconds"` // how long one customer takes, on average
}

// Estimate is how long somebody is likely to wait still.
type Estimate struct {
	Ahead   int               `json:"ahead"`   // who are served before her
	Seconds int64             `json:"seconds"` // on average, rounded up
	Because []customer.Reason `json:"because"`
}

// Wait estimates how long somebody will wait still: with n counters, each of which takes
// MeanSeconds on average, one is free every MeanSeconds / n, so that with k before her and
// all counters taken it is (k+1) × MeanSeconds / n on average. This is exact where times are
// exponential, the usual assumption. Those who come later and before her are not foreseen,
// nor are those who leave.
//
// All of the list are taken to be served by the same counters: pass the tickets of one desk.
func (q *Queue) Wait(waiting []Ticket, id string, counters Counters, at time.Time) (Estimate, error) {
	turns, err := q.Order(waiting, at)
	if err != nil {
		return Estimate{}, err
	}
	var faults customer.Faults
	faults.Within("counters.open", counters.Open, 1, MaxServers)
	faults.Within("counters.free", counters.Free, 0, counters.Open)
	faults.Within("counters.mean_seconds", counters.MeanSeconds, 1, MaxMeanSeconds)
	ahead := slices.IndexFunc(turns, func(t Turn) bool { return t.ID == id })
	if ahead < 0 {
		faults.Add("id", id, "is of the list")
	}
	if err := faults.Err(); err != nil {
		return Estimate{}, err
	}
	estimate := Estimate{Ahead: ahead}
	if turn := int64(ahead - counters.Free + 1); turn > 0 {
		open := int64(counters.Open)
		estimate.Seconds = (turn*int64(counters.MeanSeconds) + open - 1) / open
	}
	estimate.Because = []customer.Reason{
		{Code: CodeAhead, Rule: q.name, Of: id, Fact: int64(ahead), Mark: int64(counters.Open)},
		{Code: CodeWait, Rule: q.name, Of: id, Fact: estimate.Seconds, Unit: customer.UnitSeconds},
	}
	return estimate, nil
}

// Because says why a turn stands where it does: the parts of its score.
func (q *Queue) Because(t Turn) []customer.Reason {
	waited := customer.Reason{Code: CodeWaited, Rule: q.name, Fact: t.Waited, Unit: customer.UnitSeconds, At: t.Arrived.In(q.zone)}
	because := []customer.Reason{waited}
	if t.Bypass {
		because = append(because, customer.Reason{Code: CodeBypass, Rule: q.name, Of: t.Owner})
	}
	if t.First {
		because = append(because, customer.Reason{
			Code: CodeFirst, Rule: q.name, Fact: t.Waited, Mark: int64(q.rules.FirstAfterSeconds), Unit: customer.UnitSeconds,
		})
	}
	if t.RankLift > 0 {
		because = append(because, customer.Reason{Code: CodeRankLift, Rule: q.name, Fact: t.RankLift, Mark: int64(t.Rank)})
	}
	if t.PromiseLift > 0 {
		because = append(because, customer.Reason{
			Code: CodePromiseLift, Rule: q.name, Fact: t.PromiseLift, Unit: customer.UnitSeconds, Until: t.Promised.In(q.zone),
		})
	}
	return because
}
