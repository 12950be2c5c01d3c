package quotatest

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/quota"
)

// One round catches a store that checks outside its lock once in a thousand runs; many
// rounds, a start gun and -race catch it nearly always.
const (
	racers    = 16
	raceLimit = 5
	allRounds = 200
	resends   = 200 // of one call; more than that and the store is stuck
)

func rounds() int {
	if testing.Short() {
		return allRounds / 10
	}
	return allRounds
}

func racing(round int) string { return fmt.Sprintf("race/%d", round) }

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

// insist repeats a call until its answer is definite, as the contract asks.
func insist(call func() (quota.Hold, error)) (hold quota.Hold, err error) {
	for range resends {
		hold, err = call()
		var refusal *customer.Refusal
		if err == nil || errors.As(err, &refusal) || errors.Is(err, quota.ErrKeyReused) {
			return hold, err
		}
	}
	return hold, fmt.Errorf("%w: %w", errStuck, err)
}

var errStuck = errors.New("no definite answer after 200 calls")

// unstuck reports the racers that never had a definite answer.
func (r *report) unstuck(round int, failed [racers]error) bool {
	for _, err := range failed {
		if errors.Is(err, errStuck) {
			r.errorf("round %d: %v", round, err)
		}
	}
	return r.ok()
}

func checkRaceForTheRest(r *report) {
	for round := range rounds() {
		name := racing(round)
		failed := [racers]error{}
		race(func(racer int) {
			_, failed[racer] = insist(func() (quota.Hold, error) { return r.Hold(r.ctx(), claim(name, fmt.Sprintf("k-%d", racer), 1)) })
		})
		n := int64(0)
		for _, err := range failed {
			if err == nil {
				n++
			}
		}
		if n != raceLimit {
			r.errorf("round %d: %d holds of 1 were admitted, and there were %d", round, n, raceLimit)
		}
		r.level(fmt.Sprintf("round %d", round), name, noon(), quota.Level{Limit: raceLimit, Held: raceLimit})
		if !r.unstuck(round, failed) {
			return
		}
	}
}

func checkRaceOnAKey(r *report) {
	for round := range rounds() {
		name := racing(round)
		answers, failed := [racers]quota.Hold{}, [racers]error{}
		race(func(racer int) {
			answers[racer], failed[racer] = insist(func() (quota.Hold, error) { return r.Hold(r.ctx(), claim(name, "k", 2)) })
		})
		for racer, answer := range answers {
			r.same(fmt.Sprintf("round %d", round), answer, failed[racer], quota.Hold{
				Name: name, Key: "k", N: 2, Until: noon().Add(time.Hour), State: quota.Held,
			})
		}
		r.level(fmt.Sprintf("round %d", round), name, noon(), quota.Level{Limit: raceLimit, Held: 2})

		race(func(racer int) {
			_, failed[racer] = insist(func() (quota.Hold, error) { return r.Capture(r.ctx(), name, "k", 1, noon()) })
		})
		for _, err := range failed {
			if err != nil {
				r.errorf("round %d: one of the same captures: %v", round, err)
			}
		}
		r.level(fmt.Sprintf("round %d, captured", round), name, noon(), quota.Level{Limit: raceLimit, Captured: 1})
		if !r.ok() {
			return
		}
	}
}

func checkRaceToTheEnd(r *report) {
	for round := range rounds() {
		name := racing(round)
		r.hold(name, "k", raceLimit)
		failed := [racers]error{}
		race(func(racer int) {
			if racer%2 == 0 {
				_, failed[racer] = insist(func() (quota.Hold, error) { return r.Capture(r.ctx(), name, "k", raceLimit, noon()) })
			} else {
				_, failed[racer] = insist(func() (quota.Hold, error) { return r.Release(r.ctx(), name, "k", noon()) })
			}
		})
		captured, released := failed[0] == nil, failed[1] == nil
		if captured == released {
			r.errorf("round %d: captured %t, released %t", round, captured, released)
		}
		for racer, err := range failed {
			if (err == nil) != (racer%2 == 0 && captured || racer%2 == 1 && released) {
				r.errorf("round %d: equal calls have different answers", round)
			}
		}
		want := quota.Level{Limit: raceLimit}
		if captured {
			want.Captured = raceLimit
		}
		r.level(fmt.Sprintf("round %d", round), name, noon(), want)
		if !r.unstuck(round, failed) {
			return
		}
	}
}

func checkRaceToGiveBack(r *report) {
	const most = 4 // of raceLimit
	for round := range rounds() {
		name := racing(round)
		r.hold(name, "k", raceLimit)
		if _, err := insist(func() (quota.Hold, error) { return r.Capture(r.ctx(), name, "k", raceLimit, noon()) }); err != nil {
			r.errorf("round %d: capture: %v", round, err)
		}
		failed := [racers]error{}
		race(func(racer int) {
			_, failed[racer] = insist(func() (quota.Hold, error) { return r.GiveBack(r.ctx(), name, "k", int64(1+racer%most), noon()) })
		})
		for _, err := range failed {
			if err != nil {
				r.errorf("round %d: one of those that give back: %v", round, err)
			}
		}
		r.level(fmt.Sprintf("round %d", round), name, noon(), quota.Level{Limit: raceLimit, Captured: raceLimit - most})
		if !r.ok() {
			return
		}
	}
}

func checkRaceAtTheTimeout(r *report) {
	until := noon().Add(time.Hour)
	for round := range rounds() {
		name := racing(round)
		r.hold(name, "first", raceLimit)
		failed := [racers]error{}
		race(func(racer int) {
			if racer%2 == 0 {
				_, failed[racer] = insist(func() (quota.Hold, error) {
					return r.Capture(r.ctx(), name, "first", raceLimit, until.Add(-time.Millisecond))
				})
				return
			}
			next := quota.Claim{Name: name, Key: fmt.Sprintf("next-%d", racer), N: 1, At: until, Until: until.Add(time.Hour)}
			_, failed[racer] = insist(func() (quota.Hold, error) { return r.Hold(r.ctx(), next) })
		})
		taken := int64(0)
		if failed[0] == nil {
			taken = raceLimit
		}
		for racer := 1; racer < racers; racer += 2 {
			if failed[racer] == nil {
				taken++
			}
		}
		if taken != raceLimit {
			r.errorf("round %d: %d were given away, and there were %d", round, taken, raceLimit)
		}
		if level, err := r.Level(r.ctx(), name, until); err != nil || level.Captured+level.Held != raceLimit {
			r.errorf("round %d: level %+v, error %v", round, level, err)
		}
		if !r.unstuck(round, failed) {
			return
		}
	}
}
