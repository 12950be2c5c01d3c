package lifecycle_test

import (
	"encoding/hex"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/lifecycle"
)

func upliftPeriod() population.Period {
	return population.Period{From: on("2026-07-01"), Until: on("2026-08-01")}
}

func newUplift(t require.TestingT) *lifecycle.Uplift {
	uplift, err := lifecycle.NewUplift("win-back", upliftPeriod(), on("2026-12-31"))
	require.NoError(t, err)
	return uplift
}

// attemptOf is a settled attempt of July, silent since 1 June.
func attemptOf(change func(*lifecycle.Attempt)) lifecycle.Attempt {
	a := lifecycle.Attempt{
		Number: 1, Ladder: "win-back", Opened: on("2026-07-01"), Silent: on("2026-06-01"), Interval: 10,
		RungsEnd: on("2026-09-29"), Ends: on("2026-10-29"), Result: lifecycle.StayedAway, Settled: on("2026-10-29"),
		Taken: []lifecycle.Taken{{Rung: "coupon", On: on("2026-07-01")}, {Rung: "letter", On: on("2026-08-01")}},
	}
	if change != nil {
		change(&a)
	}
	return a
}

func upliftCameBack(day string, spent int64) func(*lifecycle.Attempt) {
	return func(a *lifecycle.Attempt) {
		a.Result, a.Back, a.Settled, a.Spent, a.Priced = lifecycle.CameBack, on(day), on(day), spent, true
	}
}

func upliftHeldOut(a *lifecycle.Attempt) { a.HeldOut, a.Taken = true, nil }

// What is counted, and what is left out and why.
func TestUpliftCounts(t *testing.T) {
	uplift := newUplift(t)
	for _, a := range []struct {
		attempt lifecycle.Attempt
		latest  string
	}{
		{attemptOf(nil), ""},
		{attemptOf(nil), "2026-12-01"},                               // long after the window: no result, but life
		{attemptOf(upliftCameBack("2026-07-31", 500)), ""},           // before the letter
		{attemptOf(upliftCameBack("2026-08-01", 700)), "2026-09-01"}, // on its day
		{attemptOf(upliftHeldOut), "2026-05-01"},                     // what is known later is older: nothing
		{attemptOf(func(a *lifecycle.Attempt) { upliftHeldOut(a); upliftCameBack("2026-07-11", 0)(a); a.Priced = false }), ""},
		{attemptOf(func(a *lifecycle.Attempt) { a.Result, a.Back = lifecycle.NeverSilent, on("2026-06-02") }), ""},
		{attemptOf(func(a *lifecycle.Attempt) { a.Ends = on("2027-01-01"); upliftCameBack("2026-07-31", 500)(a) }), ""}, // early birds alone would flatter
		{attemptOf(func(a *lifecycle.Attempt) { a.Ends, a.Result = on("2027-01-01"), 0 }), ""},
		{attemptOf(func(a *lifecycle.Attempt) { a.LostCase, a.Silent = true, 0; upliftCameBack("2026-07-31", 900)(a) }), ""},
		{attemptOf(func(a *lifecycle.Attempt) { a.LostCase = true }), ""},
		// Not of this ladder, these days, or none.
		{attemptOf(func(a *lifecycle.Attempt) { a.Ladder = "vip" }), ""},
		{attemptOf(func(a *lifecycle.Attempt) { a.Opened = on("2026-06-30") }), ""},
		{attemptOf(func(a *lifecycle.Attempt) { a.Opened = on("2026-08-01") }), ""},
		{lifecycle.Attempt{}, ""},
	} {
		latest := customer.Date(0)
		if a.latest != "" {
			latest = on(a.latest)
		}
		require.NoError(t, uplift.Add(a.attempt, latest))
	}
	lift := uplift.Lift(1)
	assert.Equal(t, lifecycle.UpliftGroup{Attempts: 4, CameBack: 2, Priced: 2, Spent: 1200, LifeDays: 183 + 60 + 92}, lift.Treated)
	assert.Equal(t, lifecycle.UpliftGroup{Attempts: 2, CameBack: 1, LifeDays: 40}, lift.HeldOut)
	assert.Equal(t, lifecycle.UpliftGroup{Attempts: 2, CameBack: 1, Priced: 1, Spent: 900}, uplift.LostCases())
	assert.Equal(t, [2]int64{2, 1}, [2]int64{uplift.Running(), uplift.Void()})
	assert.Equal(t, []lifecycle.RungEffect{{Rung: "coupon", Taken: 4, CameBack: 1, Spent: 500}, {Rung: "letter", Taken: 4, CameBack: 1, Spent: 700}}, uplift.Rungs())
	assert.Equal(t, int64(0), lift.Value, "2 of 4 less 1 of 2")
	extra, ok := lift.ExtraSpent()
	assert.True(t, ok)
	assert.Equal(t, int64(1200), extra)
	extra, ok = lift.ExtraLifeDays()
	assert.True(t, ok)
	assert.Equal(t, int64(335-80), extra)

	assert.Equal(t, "010877696e2d6261636b"+"d6932df5932d"+"8d952d"+ // win-back, the period, the day
		"040202b009cf02"+"0201000028"+"020101840700"+"0000"+"0201"+ // three groups, no currency, running and void
		"02"+"0006636f75706f6e0401f403"+"00066c65747465720401bc05", // rungs; all as of format version 1
		hex.EncodeToString(marshal(t, uplift)))
}

// Money of two currencies is not added up: whichever attempt comes first has said which it is.
func TestUpliftCurrencies(t *testing.T) {
	in := func(code string) lifecycle.Attempt {
		return attemptOf(func(a *lifecycle.Attempt) {
			upliftCameBack("2026-07-31", 500)(a)
			if code != "" {
				a.Currency = customer.Currency{Code: code, Digits: 2}
			}
		})
	}
	kuna, euro, none := newUplift(t), newUplift(t), newUplift(t)
	require.NoError(t, kuna.Add(in("HRK"), 0))
	require.NoError(t, euro.Add(in(""), 0))
	require.NoError(t, euro.Add(in("EUR"), 0))
	require.NoError(t, none.Add(in(""), 0))
	before := marshal(t, euro)
	assert.Equal(t, []string{"attempt.currency = HRK"}, faults(euro.Add(in("HRK"), 0)))
	require.Error(t, euro.Merge(kuna))
	assert.Equal(t, before, marshal(t, euro), "and nothing is counted")

	require.NoError(t, none.Merge(euro))
	var read lifecycle.Uplift
	require.NoError(t, read.UnmarshalBinary(marshal(t, none)))
	assert.Equal(t, []string{"attempt.currency = HRK"}, faults(read.Add(in("HRK"), 0)))
	require.NoError(t, read.Add(in("EUR"), 0))
	assert.EqualValues(t, 2000, read.Lift(1).Treated.Spent)
}

func TestUpliftFaults(t *testing.T) {
	uplift := newUplift(t)
	before := marshal(t, uplift)
	for name, tc := range map[string]struct {
		attempt lifecycle.Attempt
		latest  customer.Date
		want    []string
	}{
		"not settled":             {attemptOf(func(a *lifecycle.Attempt) { a.Result = 0 }), 0, []string{"attempt.result = result 0"}},
		"known after":             {attemptOf(nil), on("2027-01-01"), []string{"latest = 2027-01-01"}},
		"spent less than nothing": {attemptOf(upliftCameBack("2026-07-31", -1)), 0, []string{"attempt = 1"}},
		"no such result":          {attemptOf(func(a *lifecycle.Attempt) { a.Result = 9 }), 0, []string{"attempt.result = result 9"}},
		"a rung twice":            {attemptOf(func(a *lifecycle.Attempt) { a.Taken[1].Rung = "coupon" }), 0, []string{"attempt.taken[1] = coupon"}},
		"a rung without a name":   {attemptOf(func(a *lifecycle.Attempt) { a.Taken[1].Rung = "" }), 0, []string{"attempt.taken[1] = "}},
		"spent beyond":            {attemptOf(upliftCameBack("2026-07-31", 10_000_000_001)), 0, []string{"attempt = 1"}},
	} {
		assert.Equal(t, tc.want, faults(uplift.Add(tc.attempt, tc.latest)), name)
		assert.Equal(t, before, marshal(t, uplift), name)
	}
	_, err := lifecycle.NewUplift("", population.Period{}, 0)
	assert.Equal(t, []string{"ladder = ", "period =  to ", "on = "}, faults(err))
	for _, other := range []struct {
		ladder string
		period population.Period
		asOf   string
	}{{"vip", upliftPeriod(), "2026-12-31"}, {"win-back", population.Period{From: 1, Until: 2}, "2026-12-31"}, {"win-back", upliftPeriod(), "2026-12-30"}} {
		one, err := lifecycle.NewUplift(other.ladder, other.period, on(other.asOf))
		require.NoError(t, err)
		require.Error(t, uplift.Merge(one))
	}
	assert.Empty(t, lifecycle.Lift{}.Reasons())
}

// Both sides of the least number in either group, and of 0 in the interval. The bounds were
// found with an independent implementation of Newcombe's method 10 (Python, floats), rounded
// outwards by hand.
func TestUpliftVerdicts(t *testing.T) {
	for name, tc := range map[string]struct {
		treated, back, heldOut, backHeldOut int
		least                               int64
		verdict                             population.Verdict
		value, low, top                     int64
	}{
		"nobody":              {0, 0, 0, 0, 0, population.TooFew, 0, 0, 0},
		"none held out":       {10, 5, 0, 0, 0, population.TooFew, 0, 0, 0},
		"one less than asked": {70, 56, 79, 47, 80, population.TooFew, 0, 0, 0},
		"as many as asked":    {70, 56, 80, 48, 70, population.Higher, 200, 52, 334},
		"it does harm":        {80, 48, 70, 56, 70, population.Lower, -200, -334, -52},
		"not shown":           {56, 5, 29, 0, 20, population.NoDifference, 89, -39, 193},
	} {
		t.Run(name, func(t *testing.T) {
			uplift := newUplift(t)
			for i := range tc.treated {
				a := attemptOf(nil)
				if i < tc.back {
					upliftCameBack("2026-07-31", 100)(&a)
				}
				require.NoError(t, uplift.Add(a, 0))
			}
			for i := range tc.heldOut {
				a := attemptOf(upliftHeldOut)
				if i < tc.backHeldOut {
					upliftCameBack("2026-07-31", 100)(&a)
				}
				require.NoError(t, uplift.Add(a, 0))
			}
			lift := uplift.Lift(tc.least)
			assert.Equal(t, tc.verdict, lift.Verdict)
			assert.Equal(t, [3]int64{tc.value, tc.low, tc.top}, [3]int64{lift.Value, lift.Low, lift.Top})
			extra, ok := lift.ExtraSpent()
			assert.Equal(t, tc.verdict != population.TooFew, ok)
			if ok { // rounded down
				assert.LessOrEqual(t, extra*int64(tc.heldOut), 100*int64(tc.back*tc.heldOut-tc.backHeldOut*tc.treated))
				assert.Greater(t, (extra+1)*int64(tc.heldOut), 100*int64(tc.back*tc.heldOut-tc.backHeldOut*tc.treated))
			}
		})
	}
}

func upliftAttempts() *rapid.Generator[lifecycle.Attempt] {
	return rapid.Custom(func(t *rapid.T) lifecycle.Attempt {
		a := attemptOf(nil)
		switch rapid.IntRange(0, 4).Draw(t, "group") {
		case 0:
			upliftHeldOut(&a)
		case 1:
			a.LostCase = true
		}
		if back := rapid.IntRange(-1, 119).Draw(t, "back"); back >= 0 {
			upliftCameBack(a.Opened.AddDays(back).String(), rapid.Int64Range(0, 10_000_000_000).Draw(t, "spent"))(&a)
		}
		for i := range a.Taken {
			a.Taken[i].Rung = rapid.SampledFrom([]string{"a", "ab", "b", "c"}).Draw(t, "rung") + a.Taken[i].Rung
		}
		return a
	})
}

// Any order and any split, merged and stored in between, give the same bytes.
func TestUpliftMerges(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := rapid.SliceOf(upliftAttempts()).Draw(t, "attempts")
		whole := newUplift(t)
		for _, a := range all {
			require.NoError(t, whole.Add(a, 0))
		}
		merged := newUplift(t)
		for _, part := range parts(t, all) {
			one := newUplift(t)
			for _, a := range part {
				require.NoError(t, one.Add(a, 0))
			}
			read := newUplift(t)
			require.NoError(t, read.UnmarshalBinary(marshal(t, one)))
			require.Equal(t, one, read)
			require.NoError(t, merged.Merge(read))
		}
		require.Equal(t, marshal(t, whole), marshal(t, merged))
		require.Equal(t, whole.Rungs(), merged.Rungs())

		lift := whole.Lift(1)
		require.True(t, lift.Low <= lift.Value && lift.Value <= lift.Top)
		back := int64(0)
		for _, rung := range whole.Rungs() {
			back += rung.CameBack
		}
		require.Equal(t, lift.Treated.CameBack, back, "everybody who came back did so after one rung")
		require.True(t, slices.IsSortedFunc(whole.Rungs(), func(x, y lifecycle.RungEffect) int {
			return slices.Compare([]byte(x.Rung), []byte(y.Rung))
		}))
	})
}

// A history has all attempts, of which the standing has the latest: one who came back, fell
// silent and was approached again counts twice, and is not left out.
func TestAttempts(t *testing.T) {
	walk := &ladderWalk{t: t, ladder: newLadder(t, ladderRules()), last: on("2026-06-01"), interval: 10, id: "c-1"}
	walk.wake(on("2026-07-01"), lifecycle.Bars{})
	walk.buy(on("2026-07-20"))
	first := walk.standing.Attempt
	walk.wake(on("2026-11-01"), lifecycle.Bars{})
	attempts, err := lifecycle.Attempts(walk.history)
	require.NoError(t, err)
	assert.Equal(t, []lifecycle.Attempt{first, walk.standing.Attempt}, attempts)
	assert.Equal(t, lifecycle.CameBack, attempts[0].Result)
	uplift := newUplift(t) // of July
	for _, attempt := range attempts {
		require.NoError(t, uplift.Add(attempt, 0))
	}
	assert.Equal(t, lifecycle.UpliftGroup{Attempts: 1, CameBack: 1, LifeDays: 49}, uplift.Lift(1).Treated)

	_, err = lifecycle.Attempts(walk.history[1:])
	require.ErrorIs(t, err, lifecycle.ErrBroken)
	attempts, err = lifecycle.Attempts(nil)
	require.NoError(t, err)
	assert.Empty(t, attempts)
}

// What chance may have brought is not told as a gain.
func TestUpliftTellsNoGain(t *testing.T) {
	for back, want := range map[int]int{8: 3, 30: 5} { // of 30, against 5 of 30
		uplift := newUplift(t)
		for i := range 30 {
			a, heldOut := attemptOf(nil), attemptOf(upliftHeldOut)
			if i < back {
				upliftCameBack("2026-07-31", 100)(&a)
			}
			if i < 5 {
				upliftCameBack("2026-07-31", 100)(&heldOut)
			}
			require.NoError(t, uplift.Add(a, 0))
			require.NoError(t, uplift.Add(heldOut, 0))
		}
		assert.Len(t, uplift.Lift(30).Reasons(), want)
	}
}

// Accepted bytes are written again as they were; refused ones change nothing.
func FuzzUplift(f *testing.F) {
	seed := newUplift(f)
	for _, a := range []lifecycle.Attempt{attemptOf(nil), attemptOf(upliftHeldOut), attemptOf(upliftCameBack("2026-07-31", 500))} {
		require.NoError(f, seed.Add(a, 0))
	}
	f.Add(marshal(f, seed))
	f.Add(marshal(f, newUplift(f)))
	f.Add([]byte{1, 1, 'b', 1, 2, 3})
	f.Fuzz(func(t *testing.T, data []byte) {
		uplift := newUplift(t)
		want := marshal(t, uplift)
		if uplift.UnmarshalBinary(data) == nil {
			want = data
			lift := uplift.Lift(1)
			require.LessOrEqual(t, lift.Treated.CameBack, lift.Treated.Attempts)
		}
		require.Equal(t, want, marshal(t, uplift))
	})
}

// A window counts from the day after its last, and not before.
func TestUpliftWindowIsOver(t *testing.T) {
	for ends, want := range map[string][2]int64{"2026-12-31": {1, 0}, "2027-01-01": {0, 1}} {
		uplift := newUplift(t) // as of 31 December
		require.NoError(t, uplift.Add(attemptOf(func(a *lifecycle.Attempt) { a.Ends, a.Settled = on(ends), on(ends) }), 0))
		assert.Equal(t, want, [2]int64{uplift.Lift(1).Treated.Attempts, uplift.Running()}, ends)
	}
}
