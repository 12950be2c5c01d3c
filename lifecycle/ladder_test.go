package lifecycle_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/customer/journal/journaltest"
	"github.com/rapport-crm/rapport/lifecycle"
)

// ladderRules are the tripwires at 30, 60 and 90 days, the last of them a visit.
func ladderRules() lifecycle.LadderRules {
	return lifecycle.LadderRules{
		Edition: customer.Edition{ID: "win-back", Version: 1}, Zone: "UTC", Currency: customer.Currency{Code: "EUR", Digits: 2},
		Rungs: []lifecycle.Rung{
			{ID: "coupon", SilenceDays: 30, Play: "5 off", Channel: "e-mail", Message: "miss-you", Promotion: true},
			{ID: "letter", SilenceDays: 60, Play: "10 off", Channel: "letter", Message: "come-back", Promotion: true},
			{ID: "visit", SilenceDays: 90, Play: "ask", Channel: "visit", Message: "what-is-wrong", DueDays: 7},
		},
		BetweenDays: 14, LadderDays: 90, ResultDays: 30, RestDays: 60, OnComplaint: lifecycle.ComplaintWaits,
		Lost: &lifecycle.LostRung{ID: "amends", Play: "make amends", Channel: "visit", Message: "sorry", DueDays: 3},
	}
}

func newLadder(t require.TestingT, rules lifecycle.LadderRules) *lifecycle.Ladder {
	ladder, err := lifecycle.NewLadder(rules, time.UTC)
	require.NoError(t, err)
	return ladder
}

// silentSince is the expectation of somebody whose gap is known.
func silentSince(last customer.Date, interval int, day customer.Date) lifecycle.Expectation {
	return lifecycle.Expectation{Rule: "rhythm/1", Basis: lifecycle.OwnGaps, On: day, Last: last, Interval: interval, Silence: max(int(day-last), 0)}
}

func ladderNoon(day customer.Date) time.Time { return day.Start(time.UTC).Add(12 * time.Hour) }

// ladderWalk is one customer on a ladder.
type ladderWalk struct {
	t        require.TestingT
	ladder   *lifecycle.Ladder
	id       customer.ID
	standing lifecycle.Standing
	history  []lifecycle.Entry
	last     customer.Date
	interval int
}

func (w *ladderWalk) take(d lifecycle.Decision, err error) []lifecycle.Entry {
	require.NoError(w.t, err)
	w.standing, w.history = d.Next, append(w.history, d.Entries...)
	return d.Entries
}

func (w *ladderWalk) wake(day customer.Date, bars lifecycle.Bars) []lifecycle.Entry {
	wake := lifecycle.Wake{Ref: "wake " + day.String(), Customer: w.id, At: ladderNoon(day)}
	return w.take(w.ladder.Step(w.standing, silentSince(w.last, w.interval, day), bars, wake))
}

func (w *ladderWalk) buy(day customer.Date) []lifecycle.Entry {
	if day > w.last {
		w.last = day
	}
	return w.take(w.ladder.Bought(w.standing, lifecycle.Bought{Ref: "receipt " + day.String(), At: ladderNoon(day)}))
}

// ladderBooked writes entries as "stepped coupon".
func ladderBooked(entries []lifecycle.Entry) []string {
	var list []string
	for _, e := range entries {
		text := e.Kind.String()
		switch {
		case e.Kind == lifecycle.Opened && e.HeldOut:
			text += " held-out"
		case e.Kind == lifecycle.Stepped:
			text += " " + e.Rung
		case e.Kind == lifecycle.Stopped:
			text += " " + e.Stop.String()
		case e.Kind == lifecycle.Settled:
			text += " " + e.Result.String()
		}
		list = append(list, text)
	}
	return list
}

func TestLadderRulesFaults(t *testing.T) {
	for name, tc := range map[string]struct {
		change func(*lifecycle.LadderRules)
		want   []string
	}{
		"in order":       {func(*lifecycle.LadderRules) {}, nil},
		"no currency":    {func(r *lifecycle.LadderRules) { r.Currency = customer.Currency{} }, nil},
		"bad currency":   {func(r *lifecycle.LadderRules) { r.Currency.Code = "" }, []string{"currency.code = "}},
		"zone":           {func(r *lifecycle.LadderRules) { r.Zone = "Europe/Berlin" }, []string{"zone = Europe/Berlin"}},
		"salt":           {func(r *lifecycle.LadderRules) { r.HeldOutPermille = 1 }, []string{"salt = "}},
		"everybody out":  {func(r *lifecycle.LadderRules) { r.HeldOutPermille, r.Salt = 901, "s" }, []string{"held_out_permille = 901"}},
		"most held out":  {func(r *lifecycle.LadderRules) { r.HeldOutPermille, r.Salt = 900, "s" }, nil},
		"no rung":        {func(r *lifecycle.LadderRules) { r.Rungs = nil }, []string{"rungs = 0"}},
		"too many rungs": {func(r *lifecycle.LadderRules) { r.Rungs = make([]lifecycle.Rung, 51) }, []string{"rungs = 51"}},
		"figures": {func(r *lifecycle.LadderRules) {
			r.MostRungs, r.BetweenDays, r.LadderDays, r.ResultDays, r.RestDays, r.OnComplaint = 4, 0, 3661, -1, 3661, 0
		}, []string{
			"most_rungs = 4", "between_days = 0", "ladder_days = 3661", "result_days = -1", "rest_days = 3661", "on_complaint = on complaint 0",
		}},
		"empty rung": {func(r *lifecycle.LadderRules) { r.Rungs[1] = lifecycle.Rung{} }, []string{
			"rungs[1].id = ", "rungs[1].play = ", "rungs[1].channel = ", "rungs[1].message = ", "rungs[1].silence_days = 0",
		}},
		"same name":           {func(r *lifecycle.LadderRules) { r.Rungs[2].ID = "coupon" }, []string{"rungs[2].id = coupon"}},
		"lost of same name":   {func(r *lifecycle.LadderRules) { r.Lost.ID = "coupon" }, []string{"lost.id = coupon"}},
		"lost without a term": {func(r *lifecycle.LadderRules) { r.Lost.DueDays = 0 }, []string{"lost.due_days = 0"}},
		"same days":           {func(r *lifecycle.LadderRules) { r.Rungs[1].SilenceDays = 30 }, []string{"rungs[1] = letter"}},
		"fewer days":          {func(r *lifecycle.LadderRules) { r.Rungs[1].SilenceDays = 29 }, []string{"rungs[1].silence_days = 29"}},
		"same days, more gaps": {func(r *lifecycle.LadderRules) {
			r.Rungs[1].SilenceDays, r.Rungs[1].GapsPermille = 30, 2000
		}, nil},
		"gaps among days": {func(r *lifecycle.LadderRules) { r.Rungs[1].SilenceDays, r.Rungs[1].GapsPermille = 0, 2000 }, nil},
		"fewer gaps": {func(r *lifecycle.LadderRules) {
			r.Rungs[0].GapsPermille, r.Rungs[1].GapsPermille = 2000, 1999
		}, []string{"rungs[1].gaps_permille = 1999"}},
		"too many gaps":       {func(r *lifecycle.LadderRules) { r.Rungs[2].GapsPermille = 100_001 }, []string{"rungs[2].gaps_permille = 100001"}},
		"never reached":       {func(r *lifecycle.LadderRules) { r.LadderDays = 60 }, []string{"rungs[2].silence_days = 90"}},
		"reached on the last": {func(r *lifecycle.LadderRules) { r.LadderDays = 61 }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			rules := ladderRules()
			tc.change(&rules)
			_, err := lifecycle.NewLadder(rules, time.UTC)
			assert.Equal(t, tc.want, faults(err))
		})
	}
}

// Rules survive JSON, a misspelt one is no rule, and what was passed in can be changed
// afterwards.
func TestLadderRulesJSON(t *testing.T) {
	rules := ladderRules()
	data, err := json.Marshal(rules)
	require.NoError(t, err)
	read, err := lifecycle.ParseLadderRules(data)
	require.NoError(t, err)
	assert.Equal(t, rules, read)
	_, err = lifecycle.ParseLadderRules([]byte(`{"id":"w","version":1,"rung":[]}`))
	assert.Equal(t, []string{"rung = []"}, faults(err))

	walk := &ladderWalk{t: t, ladder: newLadder(t, rules), last: on("2026-06-01"), interval: 10, id: "c-1"}
	rules.Rungs[0].ID, rules.Lost.ID = "changed", "changed"
	assert.Equal(t, []string{"opened", "stepped coupon"}, ladderBooked(walk.wake(on("2026-07-01"), lifecycle.Bars{})))
	d, err := walk.ladder.LostCase(walk.standing, lifecycle.Bars{}, lifecycle.LostCase{Ref: "l", At: ladderNoon(on("2026-07-02"))})
	assert.Equal(t, []string{"stepped amends", "stopped lost-case"}, ladderBooked(walk.take(d, err)))
}

// The first day on which a rung trips, by days and by gaps and by both, exactly on the mark and
// the day before; mixed marks keep the order of the list for fast and slow buyers.
func TestLadderTripwires(t *testing.T) {
	for name, tc := range map[string]struct {
		rungs    []lifecycle.Rung // marks only
		interval int
		want     []int // days of silence
	}{
		"days":                   {[]lifecycle.Rung{{SilenceDays: 30}, {SilenceDays: 60}}, 7, []int{30, 60}},
		"whole gaps":             {[]lifecycle.Rung{{GapsPermille: 2000}, {GapsPermille: 3000}}, 7, []int{14, 21}},
		"half gaps":              {[]lifecycle.Rung{{GapsPermille: 2500}}, 7, []int{18}},  // 17.5
		"one more thousandth":    {[]lifecycle.Rung{{GapsPermille: 2001}}, 10, []int{21}}, // 20.01
		"a gap of a day":         {[]lifecycle.Rung{{GapsPermille: 1}}, 1, []int{1}},      // the silence of 0 days is none
		"both, fast":             {[]lifecycle.Rung{{SilenceDays: 30, GapsPermille: 3000}}, 2, []int{30}},
		"both, slow":             {[]lifecycle.Rung{{SilenceDays: 30, GapsPermille: 3000}}, 20, []int{60}},
		"gaps above days, fast":  {[]lifecycle.Rung{{SilenceDays: 30}, {GapsPermille: 3000}, {SilenceDays: 50}}, 2, []int{30, 30, 50}},
		"gaps above days, slow":  {[]lifecycle.Rung{{SilenceDays: 30}, {GapsPermille: 3000}, {SilenceDays: 50}}, 20, []int{30, 60, 60}},
		"days above gaps":        {[]lifecycle.Rung{{GapsPermille: 2000}, {SilenceDays: 30}}, 20, []int{40, 40}},
		"the longest gap of all": {[]lifecycle.Rung{{GapsPermille: 1}}, int(customer.MaxDate), []int{3653}},
	} {
		t.Run(name, func(t *testing.T) {
			rules := ladderRules()
			rules.Rungs, rules.LadderDays, rules.BetweenDays = tc.rungs, 3660, 1
			for i := range rules.Rungs {
				rung := &rules.Rungs[i]
				rung.ID, rung.Play, rung.Channel, rung.Message = fmt.Sprint(i), "p", "c", "m"
			}
			last := on("2015-06-01")
			walk := &ladderWalk{t: t, ladder: newLadder(t, rules), last: last, interval: tc.interval, id: "c-1"}
			found := make([]int, len(tc.rungs))
			next, _ := walk.ladder.Next(walk.standing, silentSince(last, tc.interval, last))
			assert.Equal(t, tc.want[0], int(next-last), "Next names the first")
			for silence := max(tc.want[0]-1, 0); silence <= tc.want[len(tc.want)-1]; silence++ {
				for _, e := range walk.wake(last.AddDays(silence), lifecycle.Bars{}) {
					for _, rung := range append(e.Skipped, e.Rung) {
						for i := range found {
							if rung == fmt.Sprint(i) {
								found[i] = silence
							}
						}
					}
				}
			}
			assert.Equal(t, tc.want, found)
		})
	}
}

// What bars an attempt from opening, or a rung, and what stops one: rows A28, D6.
func TestLadderBars(t *testing.T) {
	wait, stop := lifecycle.ComplaintWaits, lifecycle.ComplaintStops
	for name, tc := range map[string]struct {
		complaint lifecycle.OnComplaint
		bars      []lifecycle.Bars // on the days 30, 60, 90 of silence
		want      [][]string
	}{
		"no bar": {wait, make([]lifecycle.Bars, 3), [][]string{{"opened", "stepped coupon"}, {"stepped letter"}, {"stepped visit", "stopped none-left"}}},
		"a complaint holds back what advertises": {
			wait,
			[]lifecycle.Bars{{}, {ComplaintOpen: true}, {ComplaintOpen: true}},
			[][]string{{"opened", "stepped coupon"}, nil, {"stepped visit", "stopped none-left"}},
		},
		"a complaint that is settled lets go": {
			wait,
			[]lifecycle.Bars{{ComplaintOpen: true}, {}, {}},
			[][]string{nil, {"opened", "stepped letter"}, {"stepped visit", "stopped none-left"}},
		},
		"a complaint stops": {
			stop,
			[]lifecycle.Bars{{}, {ComplaintOpen: true}, {}},
			[][]string{{"opened", "stepped coupon"}, {"stopped complaint"}, nil},
		},
		"a complaint lets none open": {
			stop, []lifecycle.Bars{{}, {}, {ComplaintOpen: true}}[2:],
			[][]string{nil},
		},
		"opt-out": {
			wait,
			[]lifecycle.Bars{{}, {OptedOut: true}, {}},
			[][]string{{"opened", "stepped coupon"}, {"stopped opted-out"}, nil},
		},
		"opt-out lets none open": {wait, []lifecycle.Bars{{OptedOut: true}, {}}, [][]string{nil, {"opened", "stepped letter"}}},
		"a channel": {
			wait,
			[]lifecycle.Bars{{Channels: []string{"sms", "e-mail"}}, {Channels: []string{"e-mail", "letter"}}, {Channels: []string{"visit"}}},
			[][]string{nil, nil, {"opened", "stepped letter"}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			rules := ladderRules()
			rules.OnComplaint = tc.complaint
			walk := &ladderWalk{t: t, ladder: newLadder(t, rules), last: on("2026-06-01"), interval: 10, id: "c-1"}
			for i, bars := range tc.bars {
				assert.Equal(t, tc.want[i], ladderBooked(walk.wake(walk.last.AddDays(30*(i+1)), bars)), "day %d", 30*(i+1))
			}
		})
	}
}

// The days between two rungs hold over attempts, also where one in between took none: its
// customer was held out, and then turned out never to have been silent.
func TestLadderDaysBetweenAttempts(t *testing.T) {
	rules := ladderRules()
	rules.HeldOutPermille, rules.Salt, rules.BetweenDays, rules.RestDays = 500, "s", 60, 0
	drawn := func(id customer.ID, attempt int) bool {
		return customer.Draw(fmt.Sprint("s/win-back/", attempt), id)%1000 < 500
	}
	walk := &ladderWalk{t: t, ladder: newLadder(t, rules), last: on("2026-06-01"), interval: 1}
	for n := 0; walk.id == "" || drawn(walk.id, 1) || !drawn(walk.id, 2) || drawn(walk.id, 3); n++ {
		walk.id = customer.ID(fmt.Sprint("c-", n))
	}
	assert.Equal(t, []string{"opened", "stepped letter"}, ladderBooked(walk.wake(on("2026-08-02"), lifecycle.Bars{})))
	walk.buy(on("2026-08-10"))
	assert.Empty(t, walk.wake(on("2026-09-30"), lifecycle.Bars{}), "59 days after the letter")
	assert.Equal(t, []string{"opened held-out"}, ladderBooked(walk.wake(on("2026-10-01"), lifecycle.Bars{})))
	assert.Equal(t, []string{"settled never-silent"}, ladderBooked(walk.buy(on("2026-08-25"))))
	rules.BetweenDays = 70
	walk.ladder = newLadder(t, rules)
	assert.Empty(t, walk.wake(on("2026-10-10"), lifecycle.Bars{}), "69 days after the letter")
	next, _ := walk.ladder.Next(walk.standing, silentSince(walk.last, walk.interval, on("2026-10-10")))
	assert.Equal(t, on("2026-10-11"), next)
	assert.Equal(t, "opened", ladderBooked(walk.wake(on("2026-10-11"), lifecycle.Bars{}))[0])
	replayed, err := lifecycle.Replay(walk.history)
	require.NoError(t, err)
	assert.Equal(t, walk.standing, replayed)
}

// Late, repeated and missed wakes: whatever days it is woken on, each rung is taken once, none
// before its mark, none within the days between; nothing happens twice; and the window is the
// same whether she is held out or not.
func TestLadderWakes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rules := ladderRules()
		rules.HeldOutPermille, rules.Salt = 500, "s"
		rules.MostRungs = rapid.IntRange(0, 3).Draw(t, "most")
		rules.BetweenDays = rapid.IntRange(1, 40).Draw(t, "between")
		rules.OnComplaint = rapid.SampledFrom([]lifecycle.OnComplaint{lifecycle.ComplaintStops, lifecycle.ComplaintWaits}).Draw(t, "on complaint")
		rules.Rungs[1].GapsPermille = rapid.SampledFrom([]int{0, 3000}).Draw(t, "gaps")
		walk := &ladderWalk{
			t: t, ladder: newLadder(t, rules), last: on("2026-06-01"), interval: rapid.IntRange(1, 40).Draw(t, "interval"),
			id: customer.ID(rapid.SampledFrom([]string{"a", "b", "c", "d"}).Draw(t, "id")),
		}
		trips := map[string]int{"coupon": 30, "letter": max(60, rules.Rungs[1].GapsPermille*walk.interval/1000), "visit": max(90, rules.Rungs[1].GapsPermille*walk.interval/1000)}
		for range rapid.IntRange(1, 12).Draw(t, "events") {
			day := walk.last.AddDays(rapid.IntRange(0, 300).Draw(t, "silence"))
			if rapid.IntRange(0, 9).Draw(t, "buys") == 0 {
				walk.buy(day)
				require.Empty(t, walk.buy(day), "told twice")
				continue
			}
			bars := lifecycle.Bars{ComplaintOpen: rapid.IntRange(0, 4).Draw(t, "complaint") == 0, OptedOut: rapid.IntRange(0, 9).Draw(t, "opted out") == 0}
			walk.wake(day, bars)
			require.Empty(t, walk.wake(day, bars), "woken twice")
			next, any := walk.ladder.Next(walk.standing, silentSince(walk.last, walk.interval, day))
			require.True(t, !any || next > day)
			if any && next > day+1 {
				require.Empty(t, walk.wake(next-1, lifecycle.Bars{}), "nothing before the day that Next names, %s", next)
			}
		}
		replayed, err := lifecycle.Replay(walk.history)
		require.NoError(t, err)
		require.Equal(t, walk.standing, replayed)

		var opened lifecycle.Entry
		var taken []string
		var latest customer.Date
		for _, e := range walk.history {
			if e.Kind == lifecycle.Opened {
				require.Equal(t, customer.Draw(fmt.Sprint("s/win-back/", e.Attempt), walk.id)%1000 < 500, e.HeldOut)
				require.GreaterOrEqual(t, e.On, latest.AddDays(rules.BetweenDays), "also from one attempt to the next")
				require.Equal(t, e.On.AddDays(90), e.RungsEnd)
				require.Equal(t, e.On.AddDays(120), e.Ends)
				opened, taken = e, nil
			}
			if e.Kind == lifecycle.Stepped {
				require.False(t, opened.HeldOut)
				require.NotContains(t, taken, e.Rung)
				require.GreaterOrEqual(t, int(e.On-opened.Silent), trips[e.Rung])
				require.GreaterOrEqual(t, e.On, latest.AddDays(rules.BetweenDays))
				require.True(t, rules.MostRungs == 0 || len(taken) < rules.MostRungs+2)
				taken, latest = append(append(taken, e.Skipped...), e.Rung), e.On
			}
		}
	})
}

// The first purchase counts, in whichever order purchases are told, and so does one that comes
// after the result was booked.
func TestLadderPurchasesInAnyOrder(t *testing.T) {
	opened := on("2026-07-01")
	rapid.Check(t, func(t *rapid.T) {
		days := rapid.SliceOfN(rapid.IntRange(-40, 130), 1, 6).Draw(t, "days")
		first, result := 1000, lifecycle.StayedAway
		for _, day := range days {
			if day > -30 { // her last purchase that was known
				first = min(first, day)
			}
		}
		switch {
		case first < 0:
			result = lifecycle.NeverSilent
		case first < 120:
			result = lifecycle.CameBack
		}
		walk := &ladderWalk{t: t, ladder: newLadder(t, ladderRules()), last: opened.AddDays(-30), interval: 10, id: "c-1"}
		walk.wake(opened, lifecycle.Bars{})
		settle := rapid.IntRange(0, len(days)).Draw(t, "settled before")
		for i, day := range days {
			if i == settle {
				walk.take(walk.ladder.Settle(walk.standing, lifecycle.Wake{Ref: "s", Customer: "c-1", At: ladderNoon(opened.AddDays(200))}))
			}
			walk.buy(opened.AddDays(day))
		}
		walk.take(walk.ladder.Settle(walk.standing, lifecycle.Wake{Ref: "s", Customer: "c-1", At: ladderNoon(opened.AddDays(200))}))
		a := walk.standing.Attempt
		require.Equal(t, result, a.Result)
		if result == lifecycle.StayedAway {
			require.Equal(t, opened.AddDays(120), a.Settled, "as of the window's end, whenever it was found")
			require.Zero(t, a.Back)
		} else {
			require.Equal(t, opened.AddDays(first), a.Back)
		}
		replayed, err := lifecycle.Replay(walk.history)
		require.NoError(t, err)
		require.Equal(t, walk.standing, replayed)
	})
}

// Both sides of the window, and money.
func TestLadderBought(t *testing.T) {
	paid := func(text string) decimal.NullDecimal { return decimal.NewNullDecimal(decimal.RequireFromString(text)) }
	opened := on("2026-07-01")
	for name, tc := range map[string]struct {
		day  customer.Date
		paid decimal.NullDecimal
		want []string
		sum  int64
	}{
		"the purchase that is known": {opened.AddDays(-30), paid("1"), nil, 0},
		"before it opened":           {opened.AddDays(-1), paid("1"), []string{"settled never-silent"}, 0},
		"the opening day":            {opened, paid("0"), []string{"settled came-back"}, 0},
		"the last day":               {opened.AddDays(119), paid("12.34"), []string{"settled came-back"}, 1234},
		"a day late":                 {opened.AddDays(120), paid("12.34"), []string{"settled stayed-away"}, 0},
		"without money":              {opened, decimal.NullDecimal{}, []string{"settled came-back"}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			walk := &ladderWalk{t: t, ladder: newLadder(t, ladderRules()), last: opened.AddDays(-30), interval: 10, id: "c-1"}
			none, err := walk.ladder.Bought(walk.standing, lifecycle.Bought{Ref: "r", At: ladderNoon(opened)})
			require.NoError(t, err)
			require.Empty(t, none.Entries, "no attempt")
			walk.wake(opened, lifecycle.Bars{})
			d, err := walk.ladder.Bought(walk.standing, lifecycle.Bought{Ref: "r", At: ladderNoon(tc.day), Paid: tc.paid})
			assert.Equal(t, tc.want, ladderBooked(walk.take(d, err)))
			assert.Equal(t, tc.sum, walk.standing.Attempt.Spent)
		})
	}
	// The money of a day that a wake has found, with all its receipts, or of the earlier day.
	walk := &ladderWalk{t: t, ladder: newLadder(t, ladderRules()), last: opened.AddDays(-30), interval: 10, id: "c-1"}
	walk.wake(opened, lifecycle.Bars{})
	walk.last = opened.AddDays(5)
	assert.Equal(t, []string{"settled came-back"}, ladderBooked(walk.wake(opened.AddDays(6), lifecycle.Bars{})))
	for _, tc := range []struct {
		day  int
		paid string
		sum  int64
	}{{5, "7", 700}, {5, "0", 700}, {5, "8", 1500}, {6, "9", 1500}, {2, "1.50", 150}, {2, "3", 450}, {5, "8", 450}} {
		d, err := walk.ladder.Bought(walk.standing, lifecycle.Bought{Ref: "r", At: ladderNoon(opened.AddDays(tc.day)), Paid: paid(tc.paid)})
		walk.take(d, err)
		assert.Equal(t, tc.sum, walk.standing.Attempt.Spent, "%v", tc)
	}

	for _, text := range []string{"-1", "0.001", "100000000.01"} {
		_, err := walk.ladder.Bought(walk.standing, lifecycle.Bought{Ref: "r", At: ladderNoon(opened), Paid: paid(text)})
		assert.Equal(t, []string{"paid = " + text}, faults(err))
	}
	rules := ladderRules()
	rules.Currency = customer.Currency{}
	_, err := newLadder(t, rules).Bought(walk.standing, lifecycle.Bought{Ref: "r", At: ladderNoon(opened), Paid: paid("1")})
	assert.Equal(t, []string{"paid = 1"}, faults(err))
}

// A day's receipts may be more than one of them, but not more than can be counted.
func TestLadderSpentOfADay(t *testing.T) {
	opened := on("2026-07-01")
	walk := &ladderWalk{t: t, ladder: newLadder(t, ladderRules()), last: opened.AddDays(-30), interval: 10, id: "c-1"}
	walk.wake(opened, lifecycle.Bars{})
	buy := func(amount int64) error {
		d, err := walk.ladder.Bought(walk.standing, lifecycle.Bought{Ref: "r", At: ladderNoon(opened), Paid: decimal.NewNullDecimal(decimal.New(amount, -2))})
		if err == nil {
			walk.take(d, err)
		}
		return err
	}
	require.NoError(t, buy(9_999_999_999))
	require.NoError(t, buy(1))
	assert.Equal(t, []string{"paid = 0.01"}, faults(buy(1)))
	assert.EqualValues(t, 10_000_000_000, walk.standing.Attempt.Spent)
}

// What is spent is counted in the currency in which the attempt opened, whatever edition or
// ladder a purchase is told to: elsewhere only the day counts.
func TestLadderKeepsItsCurrency(t *testing.T) {
	opened, rules := on("2026-07-01"), ladderRules()
	walk := &ladderWalk{t: t, ladder: newLadder(t, rules), last: opened.AddDays(-30), interval: 10, id: "c-1"}
	walk.wake(opened, lifecycle.Bars{})
	assert.Equal(t, rules.Currency, walk.standing.Attempt.Currency)
	rules.Version, rules.Currency = 2, customer.Currency{Code: "JPY"}
	yen, euro := newLadder(t, rules), walk.ladder
	buy := func(ladder *lifecycle.Ladder, amount int64) {
		walk.take(ladder.Bought(walk.standing, lifecycle.Bought{Ref: "r", At: ladderNoon(opened), Paid: decimal.NewNullDecimal(decimal.New(amount, 0))}))
	}
	buy(yen, 5000)
	assert.Equal(t, lifecycle.CameBack, walk.standing.Attempt.Result)
	assert.False(t, walk.standing.Attempt.Priced, "5000 of another currency are not 50.00")
	buy(euro, 7)
	assert.EqualValues(t, 700, walk.standing.Attempt.Spent)
	buy(yen, 5000)
	assert.EqualValues(t, 700, walk.standing.Attempt.Spent)
	replayed, err := lifecycle.Replay(walk.history)
	require.NoError(t, err)
	assert.Equal(t, walk.standing, replayed)
	walk.history[len(walk.history)-1].Spent = 800
	walk.history[0].Currency.Code = "euro"
	_, err = lifecycle.Replay(walk.history)
	require.ErrorIs(t, err, lifecycle.ErrBroken)
}

// row A28: a lost case that is told late does not get lost among the rungs of the meantime.
func TestLadderLostCaseLate(t *testing.T) {
	walk := &ladderWalk{t: t, ladder: newLadder(t, ladderRules()), last: on("2026-06-01"), interval: 10, id: "c-1"}
	walk.wake(on("2026-07-01"), lifecycle.Bars{})
	walk.wake(on("2026-07-31"), lifecycle.Bars{})
	for _, day := range []string{"2026-07-30", "2026-06-20"} { // the second time the task stands
		d, err := walk.ladder.LostCase(walk.standing, lifecycle.Bars{}, lifecycle.LostCase{Ref: "lost " + day, At: ladderNoon(on(day))})
		entries := walk.take(d, err)
		because := d.Reasons[0]
		assert.Equal(t, lifecycle.CodeWinbackLostTask, because.Code)
		assert.Equal(t, on("2026-08-03"), because.By)
		if day == "2026-06-20" {
			assert.Empty(t, entries)
			continue
		}
		assert.Equal(t, []string{"stepped amends", "stopped lost-case"}, ladderBooked(entries))
		assert.Equal(t, on("2026-07-31"), entries[0].On)
		assert.Equal(t, on("2026-07-30"), because.On)
	}
	replayed, err := lifecycle.Replay(walk.history)
	require.NoError(t, err)
	assert.Equal(t, walk.standing, replayed)
}

// row A28: the complaint's outcome "lost" becomes a visit, for one who is held out as well, in
// an attempt that runs and in one of its own, which no figure of the ladder counts.
func TestLadderLostCase(t *testing.T) {
	lost := func(day string) lifecycle.LostCase {
		return lifecycle.LostCase{Ref: "lost " + day, At: ladderNoon(on(day)), Last: on("2026-06-01")}
	}
	ladder := newLadder(t, ladderRules())
	walk := &ladderWalk{t: t, ladder: ladder, last: on("2026-06-01"), interval: 10, id: "c-1"}
	d, err := ladder.LostCase(walk.standing, lifecycle.Bars{ComplaintOpen: true}, lost("2026-06-03"))
	entries := walk.take(d, err)
	assert.Equal(t, []string{"opened", "stepped amends", "stopped lost-case"}, ladderBooked(entries))
	assert.Equal(t, on("2026-06-06"), entries[1].Due)
	a := walk.standing.Attempt
	assert.True(t, a.LostCase)
	assert.Equal(t, on("2026-07-07"), a.Ends, "the day after the task's last, and the days of the result")
	d, err = ladder.LostCase(walk.standing, lifecycle.Bars{}, lost("2026-06-04"))
	assert.Empty(t, walk.take(d, err), "one visit")
	assert.Empty(t, walk.wake(on("2026-07-01"), lifecycle.Bars{}), "no coupon goes to one who left in anger")
	assert.Empty(t, walk.buy(on("2026-06-03")), "which may be the sale that she complained of")
	assert.Equal(t, []string{"settled came-back"}, ladderBooked(walk.buy(on("2026-06-20"))))

	// Her last purchase is not told: it was before she left, and nothing else follows from it.
	unknown := &ladderWalk{t: t, ladder: ladder, last: on("2026-06-01"), interval: 10, id: "c-1"}
	d, err = ladder.LostCase(unknown.standing, lifecycle.Bars{}, lifecycle.LostCase{Ref: "l", At: ladderNoon(on("2026-06-03"))})
	unknown.take(d, err)
	assert.Equal(t, []string{"settled stayed-away"}, ladderBooked(unknown.wake(on("2026-12-01"), lifecycle.Bars{})))
	_, any := ladder.Next(unknown.standing, silentSince(unknown.last, 10, on("2026-12-01")))
	assert.False(t, any)
	unknown.last = on("2026-12-01")
	assert.Equal(t, []string{"opened", "stepped coupon"}, ladderBooked(unknown.wake(on("2026-12-31"), lifecycle.Bars{})))

	rules := ladderRules()
	rules.HeldOutPermille, rules.Salt = 900, "s"
	walk = &ladderWalk{t: t, ladder: newLadder(t, rules), last: on("2026-06-01"), interval: 10, id: "c-1"}
	assert.Equal(t, []string{"opened held-out"}, ladderBooked(walk.wake(on("2026-07-01"), lifecycle.Bars{})))
	d, err = walk.ladder.LostCase(walk.standing, lifecycle.Bars{}, lost("2026-07-02"))
	assert.Equal(t, []string{"stepped amends", "stopped lost-case"}, ladderBooked(walk.take(d, err)))
	assert.True(t, walk.standing.Attempt.HeldOut)

	// After its window a new one opens, and the old is settled first; the silence stays one.
	d, err = walk.ladder.LostCase(walk.standing, lifecycle.Bars{}, lost("2026-12-02"))
	assert.Equal(t, []string{"settled stayed-away", "opened", "stepped amends", "stopped lost-case"}, ladderBooked(walk.take(d, err)))
	assert.Equal(t, on("2026-06-01"), walk.standing.Attempt.Silent)

	_, err = ladder.LostCase(lifecycle.Standing{}, lifecycle.Bars{OptedOut: true}, lost("2026-06-03"))
	assert.Equal(t, []string{lifecycle.CodeBarredOptOut}, codes(t, err))
	_, err = ladder.LostCase(lifecycle.Standing{}, lifecycle.Bars{Channels: []string{"visit"}}, lost("2026-06-03"))
	assert.Equal(t, []string{lifecycle.CodeBarredChannel}, codes(t, err))
	rules = ladderRules()
	rules.Lost = nil
	_, err = newLadder(t, rules).LostCase(lifecycle.Standing{}, lifecycle.Bars{}, lost("2026-06-03"))
	assert.Equal(t, []string{lifecycle.CodeWinbackNoLostRung}, codes(t, err))
	_, err = ladder.LostCase(lifecycle.Standing{}, lifecycle.Bars{Channels: []string{""}}, lifecycle.LostCase{Last: on("2026-06-03")})
	assert.Equal(t, []string{"ref = ", "at = 0001-01-01T00:00:00Z", "bars.channels[0] = ", "last = 2026-06-03"}, faults(err))
}

// What is asked must be of its day, and of a day of the rules.
func TestLadderQuestions(t *testing.T) {
	rules := ladderRules()
	rules.From, rules.Until = on("2026-06-01"), on("2026-08-01")
	ladder := newLadder(t, rules)
	day := on("2026-07-01")
	good := lifecycle.Wake{Ref: "r", Customer: "c", At: ladderNoon(day)}
	for name, tc := range map[string]struct {
		expectation lifecycle.Expectation
		wake        lifecycle.Wake
		want        []string
	}{
		"in order":       {silentSince(day-1, 1, day), good, nil},
		"another day":    {silentSince(day-1, 1, day-1), good, []string{"expectation.on = 2026-06-30"}},
		"last to come":   {silentSince(day+1, 1, day), good, []string{"expectation.last = 2026-07-02"}},
		"no last":        {silentSince(0, 1, day), good, []string{"expectation.last = "}},
		"no interval":    {silentSince(day, 0, day), good, []string{"expectation.interval = 0"}},
		"nothing at all": {lifecycle.Expectation{}, lifecycle.Wake{}, []string{"ref = ", "customer = ", "at = 0001-01-01T00:00:00Z", "expectation.on = "}},
	} {
		_, err := ladder.Step(lifecycle.Standing{}, tc.expectation, lifecycle.Bars{}, tc.wake)
		assert.Equal(t, tc.want, faults(err), name)
	}
	_, err := ladder.Settle(lifecycle.Standing{}, lifecycle.Wake{})
	assert.Len(t, faults(err), 3)
	_, err = ladder.Bought(lifecycle.Standing{}, lifecycle.Bought{})
	assert.Len(t, faults(err), 2)

	for _, late := range []string{"2026-05-31", "2026-08-01"} {
		at := ladderNoon(on(late))
		wake := lifecycle.Wake{Ref: "r", Customer: "c", At: at}
		_, err = ladder.Step(lifecycle.Standing{}, silentSince(on(late), 1, on(late)), lifecycle.Bars{}, wake)
		require.NotEmpty(t, codes(t, err))
		_, err = ladder.Settle(lifecycle.Standing{}, wake)
		require.NotEmpty(t, codes(t, err))
		_, err = ladder.Bought(lifecycle.Standing{}, lifecycle.Bought{Ref: "r", At: at})
		require.NotEmpty(t, codes(t, err))
		_, err = ladder.LostCase(lifecycle.Standing{}, lifecycle.Bars{}, lifecycle.LostCase{Ref: "r", At: at})
		require.NotEmpty(t, codes(t, err))
	}
}

// The day is that of the rule book's zone: at 23:30 in London it is tomorrow in Berlin.
func TestLadderZone(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	rules := ladderRules()
	rules.Zone = "Europe/Berlin"
	ladder, err := lifecycle.NewLadder(rules, berlin)
	require.NoError(t, err)
	at := time.Date(2026, time.June, 30, 23, 30, 0, 0, time.UTC)
	day := on("2026-07-01")
	d, err := ladder.Step(lifecycle.Standing{}, silentSince(day-30, 10, day), lifecycle.Bars{}, lifecycle.Wake{Ref: "r", Customer: "c", At: at})
	require.NoError(t, err)
	assert.Equal(t, []string{"opened", "stepped coupon"}, ladderBooked(d.Entries))
	assert.Equal(t, day, d.Entries[0].On)
	// The window ends with the last day, in October when the clock has changed.
	d, err = ladder.Settle(d.Next, lifecycle.Wake{Ref: "s", Customer: "c", At: ladderNoon(on("2026-12-01"))})
	require.NoError(t, err)
	assert.True(t, d.Entries[0].At.Equal(time.Date(2026, time.October, 28, 23, 0, 0, 0, time.UTC)))
}

// Another ladder waits for the result of the one that runs; another edition goes on by the
// names of the rungs.
func TestLadderEditions(t *testing.T) {
	walk := &ladderWalk{t: t, ladder: newLadder(t, ladderRules()), last: on("2026-06-01"), interval: 10, id: "c-1"}
	walk.wake(on("2026-07-01"), lifecycle.Bars{})
	other := ladderRules()
	other.ID = "vip"
	d, err := newLadder(t, other).Step(walk.standing, silentSince(walk.last, 10, on("2026-08-15")), lifecycle.Bars{}, lifecycle.Wake{Ref: "r", Customer: "c-1", At: ladderNoon(on("2026-08-15"))})
	require.NoError(t, err)
	assert.Empty(t, d.Entries)
	assert.Equal(t, lifecycle.CodeWinbackOther, d.Reasons[0].Code)
	next, _ := newLadder(t, other).Next(walk.standing, silentSince(walk.last, 10, on("2026-08-15")))
	assert.Equal(t, walk.standing.Attempt.Ends, next)

	second := ladderRules()
	second.Version, second.Rungs = 2, append([]lifecycle.Rung{{ID: "sms", SilenceDays: 20, Play: "p", Channel: "sms", Message: "m"}}, second.Rungs...)
	walk.ladder = newLadder(t, second)
	assert.Equal(t, []string{"stepped letter"}, ladderBooked(walk.wake(on("2026-07-31"), lifecycle.Bars{})), "not the sms below the coupon")
	third := ladderRules()
	third.Version, third.Rungs = 3, third.Rungs[:2]
	walk.ladder = newLadder(t, third)
	assert.Equal(t, []string{"stopped none-left"}, ladderBooked(walk.wake(on("2026-08-31"), lifecycle.Bars{})))
}

// An edition that allows fewer rungs than were taken takes no more.
func TestLadderFewerRungs(t *testing.T) {
	walk := &ladderWalk{t: t, ladder: newLadder(t, ladderRules()), last: on("2026-06-01"), interval: 10, id: "c-1"}
	walk.wake(on("2026-07-01"), lifecycle.Bars{})
	walk.wake(on("2026-07-31"), lifecycle.Bars{})
	second := ladderRules()
	second.Version, second.MostRungs = 2, 1
	walk.ladder = newLadder(t, second)
	assert.Equal(t, []string{"stopped enough"}, ladderBooked(walk.wake(on("2026-08-30"), lifecycle.Bars{})))
}

// Editions whose rungs have other names each time come to an end all the same.
func TestLadderManyNames(t *testing.T) {
	walk := &ladderWalk{t: t, last: on("2026-06-01"), interval: 10, id: "c-1"}
	var booked []string
	for edition := range 3 {
		rules := ladderRules()
		rules.Rungs, rules.LadderDays, rules.Version = nil, 400, edition+1
		for i := range 50 {
			rules.Rungs = append(rules.Rungs, lifecycle.Rung{ID: fmt.Sprint(edition, ".", i), SilenceDays: 30 + (edition+1)*i, Play: "p", Channel: "c", Message: "m"})
		}
		walk.ladder = newLadder(t, rules)
		booked = append(booked, ladderBooked(walk.wake(on("2026-08-18").AddDays(20*edition), lifecycle.Bars{}))...)
	}
	assert.Equal(t, []string{"opened", "stepped 0.48", "stepped 1.34", "stopped none-left"}, booked)
	d, err := walk.ladder.LostCase(walk.standing, lifecycle.Bars{}, lifecycle.LostCase{Ref: "l", At: ladderNoon(on("2026-10-01"))})
	assert.Equal(t, []string{"stepped amends"}, ladderBooked(walk.take(d, err)), "there is room for a person")
}

// A purchase that is told late makes an attempt void and lets the next one open; its rung is
// no nearer to the last than rungs are.
func TestLadderBetweenAttempts(t *testing.T) {
	rules := ladderRules()
	rules.Rungs[0].SilenceDays, rules.RestDays = 5, 0
	walk := &ladderWalk{t: t, ladder: newLadder(t, rules), last: on("2026-06-01"), interval: 3, id: "c-1"}
	assert.Equal(t, []string{"opened", "stepped coupon"}, ladderBooked(walk.wake(on("2026-06-06"), lifecycle.Bars{})))
	assert.Equal(t, []string{"settled never-silent"}, ladderBooked(walk.buy(on("2026-06-05"))))
	next, _ := walk.ladder.Next(walk.standing, silentSince(walk.last, 3, on("2026-06-07")))
	assert.Equal(t, on("2026-06-20"), next)
	assert.Empty(t, walk.wake(on("2026-06-19"), lifecycle.Bars{}))
	assert.Equal(t, []string{"opened", "stepped coupon"}, ladderBooked(walk.wake(on("2026-06-20"), lifecycle.Bars{})))
}

// A wake of a day before the last rung books nothing, whatever bars her, and says so.
func TestLadderEarlierWake(t *testing.T) {
	rules := ladderRules()
	rules.OnComplaint = lifecycle.ComplaintStops
	walk := &ladderWalk{t: t, ladder: newLadder(t, rules), last: on("2026-06-01"), interval: 10, id: "c-1"}
	walk.wake(on("2026-07-01"), lifecycle.Bars{})
	walk.wake(on("2026-07-31"), lifecycle.Bars{})
	day := on("2026-07-20")
	for _, bars := range []lifecycle.Bars{{}, {OptedOut: true}, {ComplaintOpen: true}} {
		d, err := walk.ladder.Step(walk.standing, silentSince(walk.last, 10, day), bars, lifecycle.Wake{Ref: "r", Customer: "c-1", At: ladderNoon(day)})
		assert.Empty(t, walk.take(d, err))
		assert.Len(t, d.Reasons, 1)
	}
}

// An opt-out is told once, however many rungs have tripped.
func TestLadderOptOutOnce(t *testing.T) {
	day := on("2026-10-01")
	d, err := newLadder(t, ladderRules()).Step(lifecycle.Standing{}, silentSince(on("2026-06-01"), 10, day), lifecycle.Bars{OptedOut: true},
		lifecycle.Wake{Ref: "r", Customer: "c-1", At: ladderNoon(day)})
	require.NoError(t, err)
	require.Len(t, d.Reasons, 1)
	assert.Equal(t, lifecycle.CodeBarredOptOut, d.Reasons[0].Code)
}

// At the end of the calendar nothing opens for which there is no window, and nothing breaks.
func TestLadderLastDays(t *testing.T) {
	for days, want := range map[int][]string{0: nil, 1: {"opened", "stepped coupon"}} {
		day := customer.MaxDate.AddDays(-days)
		walk := &ladderWalk{t: t, ladder: newLadder(t, ladderRules()), last: day.AddDays(-30), interval: 10, id: "c-1"}
		assert.Equal(t, want, ladderBooked(walk.wake(day, lifecycle.Bars{})), days)
		next, any := walk.ladder.Next(walk.standing, silentSince(walk.last, 10, day))
		assert.Equal(t, days > 0, any)
		if any {
			assert.Equal(t, customer.MaxDate, next)
		}
		d, err := walk.ladder.LostCase(lifecycle.Standing{}, lifecycle.Bars{}, lifecycle.LostCase{Ref: "l", At: ladderNoon(day)})
		require.NoError(t, err)
		assert.Equal(t, days > 0, len(d.Entries) > 0)
	}
	// No rung that lies beyond it is ever due, and rungs keep their distance up to it.
	rules := ladderRules()
	rules.BetweenDays, rules.Rungs[1].SilenceDays = 300, 31
	day := customer.MaxDate.AddDays(-100)
	walk := &ladderWalk{t: t, ladder: newLadder(t, rules), last: day.AddDays(-30), interval: 10, id: "c-1"}
	walk.wake(day, lifecycle.Bars{})
	assert.Empty(t, walk.wake(day+2, lifecycle.Bars{}))
	rules.Rungs = rules.Rungs[:1]
	rules.Rungs[0].GapsPermille = 100_000
	_, any := newLadder(t, rules).Next(lifecycle.Standing{}, silentSince(day, 40_000, day))
	assert.False(t, any)
}

// A share close to that of the rules is held out, anew in each attempt: of those held out once,
// the same share is held out again. Another ladder holds out others.
func TestLadderHoldsOut(t *testing.T) {
	rules := ladderRules()
	rules.HeldOutPermille, rules.Salt = 100, "autumn"
	ladder, day := newLadder(t, rules), on("2026-07-01")
	rules.ID = "vip"
	other := newLadder(t, rules)
	heldOut := func(ladder *lifecycle.Ladder, before lifecycle.Standing, last customer.Date, id customer.ID) (lifecycle.Standing, bool) {
		at := last.AddDays(30)
		d, err := ladder.Step(before, silentSince(last, 10, at), lifecycle.Bars{}, lifecycle.Wake{Ref: "r", Customer: id, At: ladderNoon(at)})
		require.NoError(t, err)
		if d.Next.Attempt.HeldOut {
			require.Equal(t, []string{"opened held-out"}, ladderBooked(d.Entries))
		}
		return d.Next, d.Next.Attempt.HeldOut
	}
	var first, again, elsewhere int
	for i := range 20_000 {
		id := customer.ID(fmt.Sprint("c-", i))
		standing, out := heldOut(ladder, lifecycle.Standing{}, day, id)
		if !out {
			continue
		}
		first++
		if _, out = heldOut(other, lifecycle.Standing{}, day, id); out {
			elsewhere++
		}
		d, err := ladder.Bought(standing, lifecycle.Bought{Ref: "b", At: ladderNoon(day.AddDays(40))})
		require.NoError(t, err)
		if _, out = heldOut(ladder, d.Next, day.AddDays(100), id); out {
			again++
		}
	}
	assert.InDelta(t, 2000, first, 128, "three standard deviations")
	assert.InDelta(t, 200, again, 41)
	assert.InDelta(t, 200, elsewhere, 41)
}

func TestLadderFacts(t *testing.T) {
	for _, fact := range []journal.Fact{
		lifecycle.Wake{Ref: "r", Customer: "c", At: ladderNoon(on("2026-07-01"))},
		lifecycle.Bought{Ref: "r", At: ladderNoon(on("2026-07-01")), Paid: decimal.NewNullDecimal(decimal.New(150, -2))},
		lifecycle.LostCase{Ref: "r", At: ladderNoon(on("2026-07-01")), Last: on("2026-06-01")},
	} {
		t.Run(fmt.Sprintf("%T", fact), func(t *testing.T) { journaltest.TestFact(t, fact) })
	}
}

func TestLadderStoredTexts(t *testing.T) {
	var stops, results []string
	for stop := lifecycle.Stop(0); stop <= lifecycle.StopLostCase+1; stop++ {
		text, err := stop.MarshalText()
		require.Equal(t, stop.Valid(), err == nil)
		if err != nil {
			require.Error(t, new(lifecycle.Stop).UnmarshalText([]byte(stop.String())))
			continue
		}
		var read lifecycle.Stop
		require.NoError(t, read.UnmarshalText(text))
		require.Equal(t, stop, read)
		stops = append(stops, string(text))
	}
	for result := lifecycle.Result(0); result <= lifecycle.NeverSilent+1; result++ {
		text, err := result.MarshalText()
		require.Equal(t, result.Valid(), err == nil)
		if err != nil {
			require.Error(t, new(lifecycle.Result).UnmarshalText([]byte(result.String())))
			continue
		}
		var read lifecycle.Result
		require.NoError(t, read.UnmarshalText(text))
		require.Equal(t, result, read)
		results = append(results, string(text))
	}
	assert.Equal(t, []string{"complaint", "opted-out", "enough", "none-left", "time-up", "lost-case"}, stops)
	assert.Equal(t, []string{"came-back", "stayed-away", "never-silent"}, results)
	for o, want := range map[lifecycle.OnComplaint]string{lifecycle.ComplaintStops: "stop", lifecycle.ComplaintWaits: "wait"} {
		text, err := o.MarshalText()
		require.NoError(t, err)
		assert.Equal(t, want, string(text))
	}
	_, err := lifecycle.OnComplaint(3).MarshalText()
	require.Error(t, err)
}

// Every request is sent until its answer is known, twice, over a store that loses replies:
// nothing is doubled, and the history leads where the store says.
func TestLadderOnAJournal(t *testing.T) {
	mem := new(journal.Mem[customer.ID, lifecycle.Standing, lifecycle.Entry])
	store := journaltest.LostReply[customer.ID, lifecycle.Standing, lifecycle.Entry](mem, 2)
	ladder, last := newLadder(t, ladderRules()), on("2026-06-01")
	run := func(key string, fact journal.Fact, decide func(lifecycle.Standing) (lifecycle.Decision, error)) {
		for range 2 {
			require.Eventually(t, func() bool {
				_, err := journal.Run(t.Context(), store, "c-1", key, fact, decide)
				return err == nil
			}, time.Second, time.Nanosecond, key)
		}
	}
	for silence := range 150 {
		day := last.AddDays(silence)
		wake := lifecycle.Wake{Ref: day.String(), Customer: "c-1", At: ladderNoon(day)}
		run("wake:"+wake.Ref, wake, func(s lifecycle.Standing) (lifecycle.Decision, error) {
			return ladder.Step(s, silentSince(last, 10, day), lifecycle.Bars{}, wake)
		})
	}
	bought := lifecycle.Bought{Ref: "1", At: ladderNoon(last.AddDays(148))} // told after the next wake
	run("bought:1", bought, func(s lifecycle.Standing) (lifecycle.Decision, error) { return ladder.Bought(s, bought) })
	history := mem.History("c-1")
	assert.Equal(t, []string{"opened", "stepped coupon", "stepped letter", "stepped visit", "stopped none-left", "settled came-back"}, ladderBooked(history))
	replayed, err := lifecycle.Replay(history)
	require.NoError(t, err)
	now, version, err := mem.Load(t.Context(), "c-1")
	require.NoError(t, err)
	assert.Equal(t, now, replayed)
	assert.EqualValues(t, len(history), version)
}

// The stored form of the entries of an attempt, and of the attempt. A changed line is a
// migration of data.
func TestLadderGoldenFormat(t *testing.T) {
	rules := ladderRules()
	rules.Rungs[1].Promotion = false
	walk := &ladderWalk{t: t, ladder: newLadder(t, rules), last: on("2026-06-01"), interval: 10, id: "c-1"}
	walk.wake(on("2026-07-31"), lifecycle.Bars{ComplaintOpen: true})
	walk.wake(on("2026-08-30"), lifecycle.Bars{})
	d, err := walk.ladder.LostCase(walk.standing, lifecycle.Bars{}, lifecycle.LostCase{Ref: "lost", At: ladderNoon(on("2026-09-01"))})
	walk.take(d, err)
	d, err = walk.ladder.Bought(walk.standing, lifecycle.Bought{Ref: "b", At: ladderNoon(on("2026-09-09")), Paid: decimal.NewNullDecimal(decimal.New(1234, -2))})
	walk.take(d, err)
	var text []byte
	for _, e := range walk.history {
		line, err := json.Marshal(e)
		require.NoError(t, err)
		text = append(append(text, line...), '\n')
	}
	line, err := json.MarshalIndent(walk.standing, "", "\t")
	require.NoError(t, err)
	customertest.Golden(t, "winback.golden", string(text)+string(line)+"\n")

	stored, err := json.Marshal(walk.history)
	require.NoError(t, err)
	var read []lifecycle.Entry
	require.NoError(t, json.Unmarshal(stored, &read))
	replayed, err := lifecycle.Replay(read)
	require.NoError(t, err)
	assert.Equal(t, walk.standing, replayed)
}

// Entries that no ladder writes.
func TestLadderForgedEntries(t *testing.T) {
	day := on("2026-07-01")
	walk := func() *ladderWalk {
		return &ladderWalk{t: t, ladder: newLadder(t, ladderRules()), last: day.AddDays(-30), interval: 10, id: "c-1"}
	}
	// opened, stepped coupon, stepped letter, settled, opened, stepped coupon
	good := walk()
	good.wake(day, lifecycle.Bars{})
	good.wake(day.AddDays(30), lifecycle.Bars{})
	good.buy(day.AddDays(40))
	good.wake(day.AddDays(110), lifecycle.Bars{})
	require.Equal(t, []string{"opened", "stepped coupon", "stepped letter", "settled came-back", "opened", "stepped letter"}, ladderBooked(good.history))
	for name, tc := range map[string]struct {
		at     int
		change func(*lifecycle.Entry)
	}{
		"another number":        {0, func(e *lifecycle.Entry) { e.Attempt = 2 }},
		"no ladder":             {0, func(e *lifecycle.Entry) { e.Ladder = "" }},
		"no days for rungs":     {0, func(e *lifecycle.Entry) { e.RungsEnd = e.On }},
		"ends before the rungs": {0, func(e *lifecycle.Entry) { e.Ends = e.RungsEnd - 1 }},
		"no end":                {0, func(e *lifecycle.Entry) { e.Ends = customer.MaxDate + 1 }},
		"no silence":            {0, func(e *lifecycle.Entry) { e.Silent = e.On }},
		"never bought":          {0, func(e *lifecycle.Entry) { e.Silent = 0 }},
		"no gap":                {0, func(e *lifecycle.Entry) { e.Interval = 0 }},
		"a gap of ages":         {0, func(e *lifecycle.Entry) { e.Interval = int(customer.MaxDate) + 1 }},
		"lost and held out":     {0, func(e *lifecycle.Entry) { e.LostCase, e.HeldOut, e.Interval = true, true, 0 }},
		"lost with a gap":       {0, func(e *lifecycle.Entry) { e.LostCase = true }},
		"lost, then bought":     {0, func(e *lifecycle.Entry) { e.LostCase, e.Interval, e.Silent = true, 0, e.On+1 }},
		"held out":              {0, func(e *lifecycle.Entry) { e.HeldOut = true }}, // and yet a rung follows
		"twice":                 {1, func(e *lifecycle.Entry) { e.Kind = lifecycle.Opened }},
		"of another attempt":    {1, func(e *lifecycle.Entry) { e.Attempt = 2 }},
		"no rung":               {1, func(e *lifecycle.Entry) { e.Rung = "" }},
		"before it opened":      {1, func(e *lifecycle.Entry) { e.On-- }},
		"too late":              {1, func(e *lifecycle.Entry) { e.On += 90 }},
		"due before":            {1, func(e *lifecycle.Entry) { e.Due = e.On - 1 }},
		"skips itself":          {1, func(e *lifecycle.Entry) { e.Skipped = []string{"coupon"} }},
		"skips nothing":         {1, func(e *lifecycle.Entry) { e.Skipped = []string{""} }},
		"skips twice":           {1, func(e *lifecycle.Entry) { e.Skipped = []string{"x", "x"} }},
		"skips too many":        {1, func(e *lifecycle.Entry) { e.Skipped = slices.Repeat([]string{"x"}, 100) }},
		"the same rung":         {2, func(e *lifecycle.Entry) { e.Rung = "coupon" }},
		"stops for no reason":   {2, func(e *lifecycle.Entry) { e.Kind = lifecycle.Stopped }},
		"stops before a rung":   {2, func(e *lifecycle.Entry) { e.Kind, e.Stop, e.On = lifecycle.Stopped, lifecycle.StopEnough, day-1 }},
		"a rung after a stop":   {1, func(e *lifecycle.Entry) { e.Kind, e.Stop = lifecycle.Stopped, lifecycle.StopEnough }},
		"no result":             {3, func(e *lifecycle.Entry) { e.Result = 0 }},
		"stayed away too early": {3, func(e *lifecycle.Entry) { e.Result, e.Back = lifecycle.StayedAway, 0 }},
		"back after the end":    {3, func(e *lifecycle.Entry) { e.Back, e.On = day+120, day+120 }},
		"back before":           {3, func(e *lifecycle.Entry) { e.Back, e.On = day-1, day-1 }},
		"back on another day":   {3, func(e *lifecycle.Entry) { e.On++ }},
		"never silent, and was": {3, func(e *lifecycle.Entry) { e.Result = lifecycle.NeverSilent }},
		"spent below nothing":   {3, func(e *lifecycle.Entry) { e.Priced, e.Spent = true, -1 }},
		"spent and not priced":  {3, func(e *lifecycle.Entry) { e.Spent = 1 }},
		"while one runs":        {3, func(e *lifecycle.Entry) { e.Kind, e.Stop = lifecycle.Stopped, lifecycle.StopEnough }},
		"the same silence":      {4, func(e *lifecycle.Entry) { e.Silent = day - 30 }},
	} {
		t.Run(name, func(t *testing.T) {
			forged := slices.Clone(good.history)
			tc.change(&forged[tc.at])
			_, err := lifecycle.Replay(forged)
			require.ErrorIs(t, err, lifecycle.ErrBroken)
		})
	}
	for _, e := range good.history[1:4] {
		_, err := lifecycle.Standing{}.Apply(e)
		require.ErrorIs(t, err, lifecycle.ErrBroken, "without an attempt")
	}
	// A standing that was handed out does not change with those that follow.
	before, err := lifecycle.Replay(good.history[:2])
	require.NoError(t, err)
	want, err := json.Marshal(before)
	require.NoError(t, err)
	for range 2 {
		_, err = before.Apply(good.history[2])
		require.NoError(t, err)
	}
	got, err := json.Marshal(before)
	require.NoError(t, err)
	assert.Equal(t, string(want), string(got))
}

// Out of season silence stands still: nobody is won back from having no garden in winter, and
// the ladder is looked at again when the season begins.
func TestLadderOutOfSeason(t *testing.T) {
	seasons, err := lifecycle.NewSeasons(lifecycle.SeasonRules{
		Edition: customer.Edition{ID: "seasons", Version: 1},
		Seasons: []lifecycle.Season{{Key: "garden", Spans: []lifecycle.YearSpan{{From: "03-01", Through: "09-30"}}, Items: []uint32{1}}},
	}, nil)
	require.NoError(t, err)
	habits := lifecycle.NewHabits(seasons)
	visits := every(10, 5, on("2026-09-21"))
	require.NoError(t, habits.Add([]lifecycle.Visits{{Item: 1, Days: visits}}))
	rhythm, ladder := newRhythm(t, rhythmRules()), newLadder(t, ladderRules())
	for _, tc := range []struct {
		day, next string
		want      []string
	}{
		{"2026-09-30", "2026-10-21", nil}, // nine days of silence, of which tomorrow may be the tenth
		{"2026-10-21", "2027-03-01", nil}, // and was not
		{"2027-02-28", "2027-03-21", nil},
		{"2027-03-20", "2027-03-21", nil},
		{"2027-03-21", "2027-04-20", []string{"opened", "stepped coupon"}}, // the thirtieth
		{"2027-09-30", "2028-01-28", []string{"opened", "stepped visit", "stopped none-left"}},
		{"2027-10-05", "2028-03-01", nil}, // what has tripped before the winter, and was barred, waits for spring
	} {
		day := on(tc.day)
		expectation, err := rhythm.Expect(visits, habits.Of(1), day)
		require.NoError(t, err)
		d, err := ladder.Step(lifecycle.Standing{}, expectation, lifecycle.Bars{}, lifecycle.Wake{Ref: "r", Customer: "c", At: ladderNoon(day)})
		require.NoError(t, err)
		assert.Equal(t, tc.want, ladderBooked(d.Entries), tc.day)
		if len(d.Entries) > 0 { // silence is told in the days that count, not in those of the calendar
			opened := d.Entries[0].Because
			assert.Equal(t, int64(expectation.Silence), opened.Fact)
			assert.Equal(t, customer.UnitCountedDays, opened.Unit)
		}
		next, any := ladder.Next(d.Next, expectation)
		assert.True(t, any)
		assert.Equal(t, tc.next, next.String(), tc.day)
	}
}

// Many jobs wake the ladder for her in the same night, each by a request of its own: one rung.
func TestLadderRace(t *testing.T) {
	mem := new(journal.Mem[customer.ID, lifecycle.Standing, lifecycle.Entry])
	ladder, day := newLadder(t, ladderRules()), on("2026-07-01")
	gun := make(chan struct{})
	var jobs sync.WaitGroup
	for job := range 16 {
		jobs.Go(func() {
			<-gun
			wake := lifecycle.Wake{Ref: fmt.Sprint("job ", job), Customer: "c-1", At: ladderNoon(day)}
			for {
				_, err := journal.Run(t.Context(), mem, "c-1", "wake:"+wake.Ref, wake, func(s lifecycle.Standing) (lifecycle.Decision, error) {
					return ladder.Step(s, silentSince(day-30, 10, day), lifecycle.Bars{}, wake)
				})
				if !errors.Is(err, journal.ErrConflict) {
					assert.NoError(t, err)
					return
				}
			}
		})
	}
	close(gun)
	jobs.Wait()
	assert.Equal(t, []string{"opened", "stepped coupon"}, ladderBooked(mem.History("c-1")))
}

// Standings that no history leads to: an error or a decision, and never a panic or an entry
// that does not fit.
func TestLadderForgedStandings(t *testing.T) {
	rules := ladderRules()
	rules.HeldOutPermille, rules.Salt, rules.Rungs[1].GapsPermille = 500, "s", 100_000
	ladder := newLadder(t, rules)
	rapid.Check(t, func(t *rapid.T) {
		day := on("2026-07-01")
		anyDay := rapid.SampledFrom([]customer.Date{0, 1, day - 60, day - 30, day, day + 50, customer.MaxDate, math.MaxInt32, math.MinInt32})
		number := rapid.SampledFrom([]int{0, 1, 2, -1, 1_000_000, math.MaxInt, math.MinInt})
		forged := lifecycle.Standing{Attempt: lifecycle.Attempt{
			Number: number.Draw(t, "number"), Ladder: rapid.SampledFrom([]string{"", "win-back"}).Draw(t, "ladder"),
			HeldOut: rapid.Bool().Draw(t, "held out"), LostCase: rapid.Bool().Draw(t, "lost case"),
			Opened: anyDay.Draw(t, "opened"), Silent: anyDay.Draw(t, "silent"), Interval: number.Draw(t, "interval"),
			RungsEnd: anyDay.Draw(t, "rungs end"), Ends: anyDay.Draw(t, "ends"),
			Stop: lifecycle.Stop(rapid.Byte().Draw(t, "stop")), Result: lifecycle.Result(rapid.SampledFrom([]byte{0, 0, 1, 2, 3, 9}).Draw(t, "result")),
			Settled: anyDay.Draw(t, "settled"), Back: anyDay.Draw(t, "back"), Spent: rapid.Int64().Draw(t, "spent"), Priced: rapid.Bool().Draw(t, "priced"),
		}}
		if rapid.Bool().Draw(t, "taken") {
			forged.Attempt.Taken = []lifecycle.Taken{{Rung: rapid.SampledFrom([]string{"", "coupon", "visit", "amends"}).Draw(t, "rung"), On: anyDay.Draw(t, "on")}}
		}
		at := rapid.SampledFrom([]customer.Date{1, day, customer.MaxDate}).Draw(t, "at")
		expectation := silentSince(max(at-200, 1), number.Draw(t, "gap"), at)
		wake := lifecycle.Wake{Ref: "r", Customer: "c", At: ladderNoon(at)}
		for _, answer := range []func() (lifecycle.Decision, error){
			func() (lifecycle.Decision, error) { return ladder.Step(forged, expectation, lifecycle.Bars{}, wake) },
			func() (lifecycle.Decision, error) { return ladder.Settle(forged, wake) },
			func() (lifecycle.Decision, error) {
				return ladder.Bought(forged, lifecycle.Bought{Ref: "r", At: wake.At, Paid: decimal.NewNullDecimal(decimal.New(1, 0))})
			},
			func() (lifecycle.Decision, error) {
				return ladder.LostCase(forged, lifecycle.Bars{}, lifecycle.LostCase{Ref: "r", At: wake.At})
			},
		} {
			d, err := answer()
			if err != nil {
				continue
			}
			again, err := forged.Apply(d.Entries...)
			require.NoError(t, err)
			require.Equal(t, again, d.Next)
			for _, reason := range d.Reasons {
				require.NotEmpty(t, lifecycle.Explain(reason, customer.English))
			}
		}
		if next, any := ladder.Next(forged, expectation); any {
			require.True(t, next.Valid())
			require.Greater(t, next, at)
		}
	})
}
