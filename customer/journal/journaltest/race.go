package journaltest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
)

// One round catches a store that checks outside its lock once in a thousand runs;
// many rounds, a start gun and -race catch it nearly always.
const (
	racers   = 16
	resends  = 200 // of one request; more than that and the store is stuck
	allRound = 200
)

func rounds() int {
	if testing.Short() {
		return allRound / 10
	}
	return allRound
}

// race runs racers functions at the same moment and waits for all.
func race(run func(racer int)) {
	gun := make(chan struct{})
	var finish sync.WaitGroup
	for racer := range racers {
		finish.Go(func() {
			<-gun
			run(racer)
		})
	}
	close(gun)
	finish.Wait()
}

// insist commits until the answer is definite, as the contract asks: any other error
// is answered by the same commit again.
func insist(ctx context.Context, s store, id customer.ID, d decision) (err error, unsure bool) {
	for range resends {
		err = s.Commit(ctx, id, d)
		if err == nil || errors.Is(err, journal.ErrDuplicate) || errors.Is(err, journal.ErrConflict) {
			return err, unsure
		}
		unsure = true // it may have been written: a duplicate may now be its own
	}
	return err, unsure
}

func checkRaceOnBase(ctx context.Context, s store, r *report) {
	for round := range rounds() {
		id := customer.ID(fmt.Sprintf("round-%d", round))
		var seeded [][]int64
		if round%2 == 1 { // on a new id and on a known one, which adapters write differently
			seeded = [][]int64{{1, 1}}
		}
		state, version := seed(ctx, s, r, id, seeded...)
		if !r.ok() {
			return
		}
		decisions, answers := [racers]decision{}, [racers]error{}
		for i := range racers {
			decisions[i] = decide(fmt.Sprintf("test:racer-%d", i), state, version, int64(i)+10)
		}
		race(func(racer int) { answers[racer], _ = insist(ctx, s, id, decisions[racer]) })

		written := 0
		for i, d := range decisions {
			_, found, err := s.Committed(ctx, id, d.Key)
			if err != nil {
				r.errorf("round %d: Committed: %v", round, err)
				return
			}
			if found {
				written++
				expectCommitted(ctx, s, r, fmt.Sprintf("round %d", round), id, d)
				expect(ctx, s, r, fmt.Sprintf("round %d", round), id, d.Next, version+1)
			} else if answers[i] == nil {
				r.errorf("round %d: Commit returned nil and Committed does not know the key", round)
			}
			if found && errors.Is(answers[i], journal.ErrConflict) {
				r.errorf("round %d: Commit said ErrConflict and has written", round)
			}
		}
		if written != 1 {
			r.errorf("round %d: %d of %d commits on base %d were written", round, written, racers, version)
		}
		if !r.ok() {
			return
		}
	}
}

func checkRaceOnKey(ctx context.Context, s store, r *report) {
	for round := range rounds() {
		id := customer.ID(fmt.Sprintf("round-%d", round))
		var seeded [][]int64
		if round%2 == 1 {
			seeded = [][]int64{{1, 1}}
		}
		state, version := seed(ctx, s, r, id, seeded...)
		if !r.ok() {
			return
		}
		d := decide("test:same", state, version, 5)
		answers, unsure := [racers]error{}, [racers]bool{}
		race(func(racer int) { answers[racer], unsure[racer] = insist(ctx, s, id, d) })

		written, doubt := 0, false
		for i, err := range answers {
			doubt = doubt || unsure[i]
			switch {
			case err == nil:
				written++
			case !errors.Is(err, journal.ErrDuplicate):
				r.errorf("round %d: error %v, want %v", round, err, journal.ErrDuplicate)
			}
		}
		if written > 1 || written == 0 && !doubt {
			r.errorf("round %d: %d of %d commits with one key returned nil", round, written, racers)
		}
		expect(ctx, s, r, fmt.Sprintf("round %d", round), id, d.Next, version+1)
		expectCommitted(ctx, s, r, fmt.Sprintf("round %d", round), id, d)
		if !r.ok() {
			return
		}
	}
}

// add books an amount through Run, as a host does: conflicts and unknown errors are
// answered by sending the same request again.
func add(ctx context.Context, s store, id customer.ID, key string, amount int64) error {
	var err error
	for range resends {
		_, err = journal.Run(ctx, s, id, key, request{key}, func(state State) (decision, error) {
			d := decide(key, state, 0, amount)
			d.Fingerprint = ""
			return d, nil
		})
		if err == nil || ctx.Err() != nil {
			return err
		}
	}
	return err
}

func checkOneMoment(ctx context.Context, s store, r *report) {
	for round := range rounds() / 4 {
		id := customer.ID(fmt.Sprintf("round-%d", round))
		torn, failed := [racers]string{}, [racers]error{}
		race(func(racer int) {
			if racer%2 == 0 {
				failed[racer] = add(ctx, s, id, fmt.Sprintf("test:racer-%d", racer), 1)
				return
			}
			for range racers {
				if state, version, err := s.Load(ctx, id); err == nil && uint64(state.Count) != version {
					torn[racer] = fmt.Sprintf("the state of %d entries with version %d", state.Count, version)
				}
			}
		})
		for racer := range racers {
			switch {
			case torn[racer] != "":
				r.errorf("round %d: Load returned %s", round, torn[racer])
				return
			case failed[racer] != nil:
				return // which is the question of checkNothingLost
			}
		}
	}
}

func checkNothingLost(ctx context.Context, s store, r *report) {
	for round := range rounds() / 10 {
		id := customer.ID(fmt.Sprintf("round-%d", round))
		failed := [racers]error{}
		race(func(racer int) {
			failed[racer] = add(ctx, s, id, fmt.Sprintf("test:racer-%d", racer), 1<<racer)
		})
		covered := map[uint64]bool{}
		for racer, err := range failed {
			if err != nil {
				r.errorf("round %d: %v", round, err)
				return
			}
			d, found, err := s.Committed(ctx, id, fmt.Sprintf("test:racer-%d", racer))
			if err != nil || !found || len(d.Entries) != 1 || d.Entries[0].Amount != 1<<racer {
				r.errorf("round %d: Committed of a booked request: found %t, entries %+v, error %v", round, found, d.Entries, err)
				return
			}
			covered[d.Base] = true
		}
		if len(covered) != racers {
			r.errorf("round %d: %d decisions were made on %d versions", round, racers, len(covered))
		}
		state, version, err := s.Load(ctx, id)
		if err != nil || version != racers || state.Sum != 1<<racers-1 {
			r.errorf("round %d: version %d and sum %b, error %v, want %d and %b", round, version, state.Sum, err, racers, 1<<racers-1)
		}
		if !r.ok() {
			return
		}
	}
}
