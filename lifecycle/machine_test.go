package lifecycle_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/customer/journal/journaltest"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/lifecycle"
)

// lifeMachine sends every request that a standing takes, of a few customers, to one store that
// loses replies. Beside it stands what was told, from which figures are counted anew.
type lifeMachine struct {
	mem   *standings
	store lifecycle.Store
	now   customer.Date
	refs  int
	days  map[customer.ID]customer.Days // of purchase, as the host knows them
	told  map[customer.ID][]lifeTold
	sent  []lifeRequest
	books map[string][]lifecycle.Entry // by the key, what was booked
	dirty map[customer.ID]bool         // not checked since
	night customer.ID                  // who is looked at as of today
	lifeBooks
}

// lifeBooks are rule books, two editions of each.
type lifeBooks struct {
	zone      *time.Location
	stages    [2]*lifecycle.Stages
	ladders   [2]*lifecycle.Ladder
	referrals [2]*lifecycle.Referrals
	signals   [2]*lifecycle.Signals
}

// lifeTold is a purchase of which an attempt was told.
type lifeTold struct {
	attempt int
	day     customer.Date
	paid    int64
	priced  bool
}

type lifeRequest struct {
	id     customer.ID
	key    string
	fact   journal.Fact
	other  journal.Fact // under the same key
	decide func(lifecycle.Standing) (lifecycle.Decision, error)
	done   func(saw lifecycle.Standing) // once it was booked, or came to nothing
}

const lifePeople = 3

func newLifeBooks(t require.TestingT) lifeBooks {
	b := lifeBooks{zone: stageZone()}
	for i := range 2 {
		stage, ladder, referral, signal := stageRules(), ladderRules(), referralRules(), signalRules()
		ladder.HeldOutPermille, ladder.Salt, ladder.RestDays = 300, "salt", 20
		stage.Mature.Marks = []lifecycle.StageMark{{Measure: lifecycle.VisitCount, WindowDays: 365, Enter: 5, Leave: 3}}
		stage.Currency = customer.Currency{}
		stage.Grow.Marks[0].Enter = 3
		if i == 1 {
			stage.Version, ladder.Version, referral.Version, signal.Version = 2, 2, 4, 3
			stage.Grow.StayDays, stage.Return.StayDays, stage.End.LatestDays = 0, 5, 60
			stage.End.Marks, stage.End.Match = nil, 0
			ladder.Rungs = []lifecycle.Rung{ladder.Rungs[0], ladder.Rungs[2], {ID: "amends-2", GapsPermille: 9500, Play: "p", Channel: "e-mail", Message: "m"}}
			ladder.Rungs[2].SilenceDays = 91
			ladder.BetweenDays, ladder.LadderDays, ladder.ResultDays, ladder.MostRungs, ladder.OnComplaint = 7, 70, 0, 2, lifecycle.ComplaintStops
			referral.WithinDays, referral.RewardAfterDays, referral.ForReferrer = 5, 0, nil
			signal.Signs = nil
		}
		b.stages[i], b.ladders[i] = newStages(t, stage), newLadder(t, ladder)
		b.referrals[i], b.signals[i] = newReferrals(t, referral), newSignals(t, signal)
	}
	return b
}

func (m *lifeMachine) ref() string {
	m.refs++
	return fmt.Sprintf("r-%d", m.refs)
}

func (m *lifeMachine) who(t *rapid.T, label string) customer.ID {
	if m.night != "" {
		return m.night
	}
	return customer.ID(fmt.Sprint(rapid.IntRange(0, lifePeople-1).Draw(t, label)))
}

// instant draws when something happened: often today, and sometimes weeks ago.
func (m *lifeMachine) instant(t *rapid.T) time.Time {
	if m.night != "" {
		return ladderNoon(m.now)
	}
	ago := rapid.SampledFrom([]int{0, 0, 0, 1, 9, 45, 120}).Draw(t, "days ago")
	return m.now.AddDays(-ago).Start(time.UTC).Add(time.Duration(rapid.SampledFrom([]int{0, 12, 23}).Draw(t, "hour")) * time.Hour)
}

// facts are what the host knows of a customer on a day. A day's rank is its silence in hundredths.
func (m *lifeMachine) facts(id customer.ID, day customer.Date) lifecycle.Facts {
	facts := lifecycle.Facts{On: day}
	for _, on := range m.days[id] {
		if on <= day {
			facts.Days = append(facts.Days, lifecycle.FactDay{On: on, Lines: 1, Bought: 5_000})
		}
	}
	if n := len(facts.Days); n > 0 {
		last := facts.Days[n-1].On
		silence := int(day - last)
		facts.Items = []lifecycle.FactItem{{Item: 1, Last: last}}
		facts.Pace = lifecycle.Pace{Rule: "rhythm/1", On: day, Last: last, Silence: silence, SilenceRank: min(1000, 20*silence)}
	}
	return facts
}

// run sends a request until its answer is definite; meanwhile is sent by another till while it
// is being decided.
func (m *lifeMachine) run(t *rapid.T, q lifeRequest, fact journal.Fact, meanwhile func()) {
	m.dirty[q.id] = true
	name := string(q.id) + " " + q.key
	booked, known := m.books[name]
	another := fact != q.fact
	var saw lifecycle.Standing
	decide := func(s lifecycle.Standing) (lifecycle.Decision, error) {
		saw = s
		before := stageImage(t, s)
		d, err := q.decide(s)
		if err == nil {
			next, err := s.Apply(d.Entries...)
			require.NoError(t, err)
			require.Equal(t, stageImage(t, next), stageImage(t, d.Next), "what is applied is what was decided")
			for _, reason := range d.Reasons {
				require.NotEmpty(t, lifecycle.Explain(reason, customer.English))
			}
		}
		require.Equal(t, before, stageImage(t, s), "a decision changes nothing")
		if meanwhile != nil {
			rival := meanwhile
			meanwhile = nil
			rival()
		}
		return d, err
	}
	for {
		outcome, err := journal.Run(t.Context(), m.store, q.id, q.key, fact, decide)
		require.NotErrorIs(t, err, lifecycle.ErrBroken, "what is decided can be booked")
		refusal, faults := (*customer.Refusal)(nil), customer.Faults(nil)
		switch {
		case errors.Is(err, journaltest.ErrInjected):
			continue
		case known && another:
			require.ErrorIs(t, err, journal.ErrKeyReused)
			return
		case known:
			require.NoError(t, err)
			require.Equal(t, journal.Replayed, outcome.Result)
			require.Equal(t, lifeText(t, booked), lifeText(t, outcome.Decision.Entries))
			return
		case errors.As(err, &refusal) || errors.As(err, &faults):
			return
		}
		require.NoError(t, err)
		if outcome.Result != journal.Nothing {
			m.books[name] = outcome.Decision.Entries
		}
		if q.done != nil {
			q.done(saw)
		}
		return
	}
}

func lifeText(t require.TestingT, entries []lifecycle.Entry) string {
	text, err := json.Marshal(entries)
	require.NoError(t, err)
	return string(text)
}

func (m *lifeMachine) bring(t *rapid.T) lifeRequest {
	referrals, id, by := rapid.SampledFrom(m.referrals[:]).Draw(t, "edition"), m.who(t, "customer"), customer.ID(fmt.Sprint(rapid.IntRange(0, lifePeople-1).Draw(t, "by")))
	asked := lifecycle.Introduction{Ref: m.ref(), At: m.instant(t), Newcomer: id, By: by}
	other := asked
	other.By = "x"
	referrer, _, err := m.mem.Load(t.Context(), by)
	require.NoError(t, err)
	known := lifecycle.Acquaintance{Referrer: referrer}
	if days := m.days[id]; len(days) > 0 && rapid.Bool().Draw(t, "first is known") {
		known.First = days[0]
	}
	return lifeRequest{id: id, fact: asked, other: other, decide: func(s lifecycle.Standing) (lifecycle.Decision, error) {
		return referrals.Bring(s, asked, known)
	}}
}

// lifeVerbs make requests.
var lifeVerbs = map[string]func(*lifeMachine, *rapid.T) lifeRequest{
	"know": func(m *lifeMachine, t *rapid.T) lifeRequest {
		stages, lead := rapid.SampledFrom(m.stages[:]).Draw(t, "edition"), lifecycle.Lead{
			Ref: m.ref(), At: m.instant(t), Source: rapid.SampledFrom([]lifecycle.Source{lifecycle.FromAdvert, lifecycle.FromSite}).Draw(t, "source"),
		}
		other := lead
		other.Campaign = "other"
		return lifeRequest{fact: lead, other: other, decide: func(s lifecycle.Standing) (lifecycle.Decision, error) { return stages.Know(s, lead) }}
	},
	"assess": func(m *lifeMachine, t *rapid.T) lifeRequest {
		stages, id := rapid.SampledFrom(m.stages[:]).Draw(t, "edition"), m.who(t, "customer")
		wake := lifecycle.Wake{Ref: m.ref(), Customer: id, At: m.instant(t)}
		other := wake
		other.At = wake.At.Add(1)
		facts := m.facts(id, customer.DateOf(wake.At, m.zone))
		return lifeRequest{id: id, fact: wake, other: other, decide: func(s lifecycle.Standing) (lifecycle.Decision, error) {
			d, err := stages.Assess(s, facts, wake)
			require.LessOrEqual(t, len(d.Entries), 1)
			if err == nil {
				again, err := stages.Assess(d.Next, facts, wake)
				require.NoError(t, err)
				require.Empty(t, again.Entries, "the same is found again")
			}
			return d, err
		}}
	},
	"step": func(m *lifeMachine, t *rapid.T) lifeRequest {
		ladder, id := rapid.SampledFrom(m.ladders[:]).Draw(t, "edition"), m.who(t, "customer")
		wake := lifecycle.Wake{Ref: m.ref(), Customer: id, At: m.instant(t)}
		other := wake
		other.Customer = "x"
		day := customer.DateOf(wake.At, time.UTC)
		known, _ := slices.BinarySearch(m.days[id], day+1)
		expectation := silentSince(m.days[id][:known].Last(), rapid.IntRange(3, 20).Draw(t, "gap"), day)
		bars := lifecycle.Bars{ComplaintOpen: rapid.IntRange(0, 5).Draw(t, "complaint") == 0, OptedOut: rapid.IntRange(0, 9).Draw(t, "opted out") == 0}
		return lifeRequest{
			id: id, fact: wake, other: other,
			decide: func(s lifecycle.Standing) (lifecycle.Decision, error) {
				d, err := ladder.Step(s, expectation, bars, wake)
				if err == nil {
					if next, ok := ladder.Next(d.Next, expectation); ok {
						require.Greater(t, next, day)
					}
				}
				return d, err
			},
			done: func(saw lifecycle.Standing) {
				if saw.Attempt.Running() {
					m.told[id] = append(m.told[id], lifeTold{attempt: saw.Attempt.Number, day: expectation.Last})
				}
			},
		}
	},
	"settle": func(m *lifeMachine, t *rapid.T) lifeRequest {
		ladder, wake := rapid.SampledFrom(m.ladders[:]).Draw(t, "edition"), lifecycle.Wake{Ref: m.ref(), Customer: "any", At: m.instant(t)}
		other := wake
		other.Customer = "x"
		return lifeRequest{fact: wake, other: other, decide: func(s lifecycle.Standing) (lifecycle.Decision, error) { return ladder.Settle(s, wake) }}
	},
	"bought": func(m *lifeMachine, t *rapid.T) lifeRequest {
		ladder, id := rapid.SampledFrom(m.ladders[:]).Draw(t, "edition"), m.who(t, "customer")
		bought := lifecycle.Bought{Ref: m.ref(), At: m.instant(t)}
		told := lifeTold{day: customer.DateOf(bought.At, time.UTC)}
		if told.priced = rapid.Bool().Draw(t, "priced"); told.priced {
			told.paid = rapid.Int64Range(0, 300).Draw(t, "paid")
			bought.Paid = decimal.NewNullDecimal(decimal.New(told.paid, -2))
		}
		other := bought
		other.Paid = decimal.NewNullDecimal(decimal.New(999, -2))
		if days := m.days[id]; rapid.IntRange(0, 3).Draw(t, "in the facts") > 0 {
			days = slices.Clone(days)
			days.Add(told.day)
			m.days[id] = days
		}
		return lifeRequest{
			id: id, fact: bought, other: other,
			decide: func(s lifecycle.Standing) (lifecycle.Decision, error) { return ladder.Bought(s, bought) },
			done: func(saw lifecycle.Standing) {
				told.attempt = saw.Attempt.Number
				m.told[id] = append(m.told[id], told)
			},
		}
	},
	"lost": func(m *lifeMachine, t *rapid.T) lifeRequest {
		if rapid.IntRange(0, 3).Draw(t, "lost") > 0 { // it is rare
			return m.bring(t)
		}
		ladder, lost := rapid.SampledFrom(m.ladders[:]).Draw(t, "edition"), lifecycle.LostCase{Ref: m.ref(), At: m.instant(t)}
		if rapid.Bool().Draw(t, "last is known") {
			lost.Last = customer.DateOf(lost.At, time.UTC).AddDays(-rapid.IntRange(0, 40).Draw(t, "last"))
		}
		other := lost
		other.Last = 1
		return lifeRequest{fact: lost, other: other, decide: func(s lifecycle.Standing) (lifecycle.Decision, error) {
			return ladder.LostCase(s, lifecycle.Bars{}, lost)
		}}
	},
	"vouch": func(m *lifeMachine, t *rapid.T) lifeRequest {
		referrals, id := rapid.SampledFrom(m.referrals[:]).Draw(t, "edition"), m.who(t, "customer")
		vouch := lifecycle.Vouch{Ref: m.ref(), At: m.instant(t), Customer: id}
		other := vouch
		other.Customer = "x"
		var first customer.Date
		if days := m.days[id]; len(days) > 0 {
			first = days[0]
		}
		return lifeRequest{id: id, fact: vouch, other: other, decide: func(s lifecycle.Standing) (lifecycle.Decision, error) {
			return referrals.Vouch(s, vouch, first)
		}}
	},
	"bring": (*lifeMachine).bring,
	"reward": func(m *lifeMachine, t *rapid.T) lifeRequest {
		referrals, id := rapid.SampledFrom(m.referrals[:]).Draw(t, "edition"), m.who(t, "customer")
		settling := lifecycle.Settling{Ref: m.ref(), At: m.instant(t)}
		other := settling
		other.At = settling.At.Add(1)
		first := lifecycle.FirstPurchase{PaidMinor: rapid.Int64Range(1_999, 2_000).Draw(t, "paid"), Capped: rapid.Bool().Draw(t, "capped")}
		if days := m.days[id]; len(days) > 0 {
			first.On = rapid.SampledFrom(days[max(0, len(days)-3):]).Draw(t, "first")
		}
		return lifeRequest{id: id, fact: settling, other: other, decide: func(s lifecycle.Standing) (lifecycle.Decision, error) {
			return referrals.Settle(s, settling, first)
		}}
	},
	"withdraw": func(m *lifeMachine, t *rapid.T) lifeRequest {
		referrals, id := rapid.SampledFrom(m.referrals[:]).Draw(t, "edition"), m.who(t, "customer")
		seen, _, err := m.mem.Load(t.Context(), id)
		require.NoError(t, err)
		withdrawal := lifecycle.Withdrawal{Ref: m.ref(), At: m.instant(t), Introduction: max("none", seen.Brought.Bond.Ref)}
		other := withdrawal
		other.OnePerson = true
		return lifeRequest{id: id, fact: withdrawal, other: other, decide: func(s lifecycle.Standing) (lifecycle.Decision, error) {
			return referrals.Withdraw(s, withdrawal)
		}}
	},
	"observe": func(m *lifeMachine, t *rapid.T) lifeRequest {
		signals, seen := rapid.SampledFrom(m.signals[:]).Draw(t, "edition"), lifecycle.Observation{Ref: m.ref(), At: m.instant(t)}
		seen.Told = rapid.SampledFrom([]lifecycle.Teller{lifecycle.Said, lifecycle.Judged, lifecycle.Found}).Draw(t, "told")
		if rapid.Bool().Draw(t, "left") {
			seen.Cause = rapid.SampledFrom([]lifecycle.Cause{lifecycle.CausePrice, lifecycle.CauseComplaintLost, "firm-sold"}).Draw(t, "cause")
		} else {
			seen.Sign = rapid.SampledFrom([]lifecycle.Sign{lifecycle.BuyerChanged, lifecycle.ComplaintMade, lifecycle.Displeased}).Draw(t, "sign")
		}
		other := seen
		other.Note = "other"
		return lifeRequest{fact: seen, other: other, decide: func(s lifecycle.Standing) (lifecycle.Decision, error) { return signals.Observe(s, seen) }}
	},
}

// request draws the rest of a request.
func (m *lifeMachine) request(t *rapid.T, verb string) lifeRequest {
	q := lifeVerbs[verb](m, t)
	if q.id == "" {
		q.id = m.who(t, "customer")
	}
	q.key = fmt.Sprintf("%s:r-%d", verb, m.refs)
	m.sent = append(m.sent, q)
	return q
}

func TestMachine(t *testing.T) {
	books := newLifeBooks(t)
	var verbs []string
	for verb := range lifeVerbs {
		verbs = append(verbs, verb)
	}
	slices.Sort(verbs)
	rapid.Check(t, func(t *rapid.T) {
		mem := new(standings)
		m := &lifeMachine{
			mem: mem, store: journaltest.LostReply[customer.ID, lifecycle.Standing, lifecycle.Entry](mem, 3), now: on("2026-03-01"),
			days: map[customer.ID]customer.Days{}, told: map[customer.ID][]lifeTold{}, books: map[string][]lifecycle.Entry{},
			dirty: map[customer.ID]bool{}, lifeBooks: books,
		}
		actions := map[string]func(*rapid.T){
			"time passes": func(t *rapid.T) {
				m.now += customer.Date(rapid.SampledFrom([]int{1, 10, 31, 120}).Draw(t, "days"))
			},
			"nights": func(t *rapid.T) {
				for range rapid.IntRange(1, 5).Draw(t, "nights") {
					m.now += customer.Date(rapid.SampledFrom([]int{14, 31}).Draw(t, "days"))
					for i := range lifePeople {
						m.night = customer.ID(fmt.Sprint(i))
						for _, verb := range []string{"assess", "step", "reward"} {
							q := m.request(t, verb)
							m.run(t, q, q.fact, nil)
						}
					}
				}
				m.night = ""
			},
			"visits": func(t *rapid.T) {
				id, gap := m.who(t, "customer"), rapid.IntRange(1, 20).Draw(t, "gap")
				days := slices.Clone(m.days[id])
				for range rapid.IntRange(1, 6).Draw(t, "visits") {
					m.now += customer.Date(gap)
					days.Add(m.now)
				}
				m.days[id] = days
			},
			"sent again": func(t *rapid.T) {
				if len(m.sent) == 0 {
					return
				}
				q := rapid.SampledFrom(m.sent).Draw(t, "which")
				fact := q.fact
				if _, booked := m.books[string(q.id)+" "+q.key]; booked && rapid.IntRange(0, 3).Draw(t, "another fact") == 0 {
					fact = q.other
				}
				m.run(t, q, fact, nil)
			},
			"two tills": func(t *rapid.T) {
				one := m.request(t, rapid.SampledFrom(verbs).Draw(t, "one"))
				m.night = one.id // the other till is on time
				two := m.request(t, rapid.SampledFrom(verbs).Draw(t, "two"))
				m.night = ""
				m.run(t, one, one.fact, func() { m.run(t, two, two.fact, nil) })
			},
			"": m.check,
		}
		for _, verb := range verbs {
			actions[verb] = func(t *rapid.T) {
				q := m.request(t, verb)
				m.run(t, q, q.fact, nil)
			}
		}
		t.Repeat(actions)
		m.reports(t)
	})
}

// lifeParts are the kinds of each concept and what it leaves in a standing.
var lifeParts = []struct {
	of   func(lifecycle.Kind) bool
	only func(lifecycle.Standing) lifecycle.Standing
}{
	{func(k lifecycle.Kind) bool { return k <= lifecycle.Moved }, func(s lifecycle.Standing) lifecycle.Standing { return lifecycle.Standing{Life: s.Life} }},
	{func(k lifecycle.Kind) bool { return k > lifecycle.Moved && k <= lifecycle.Settled }, func(s lifecycle.Standing) lifecycle.Standing { return lifecycle.Standing{Attempt: s.Attempt} }},
	{func(k lifecycle.Kind) bool { return k > lifecycle.Settled && k <= lifecycle.Withdrawn }, func(s lifecycle.Standing) lifecycle.Standing { return lifecycle.Standing{Brought: s.Brought} }},
	{func(k lifecycle.Kind) bool { return k > lifecycle.Withdrawn }, func(s lifecycle.Standing) lifecycle.Standing { return lifecycle.Standing{Signals: s.Signals} }},
}

func (m *lifeMachine) check(t *rapid.T) {
	if len(m.dirty) == 0 {
		return
	}
	load := func(id customer.ID) lifecycle.Standing {
		standing, _, err := m.mem.Load(t.Context(), id)
		require.NoError(t, err)
		return standing
	}
	bonds := bondsOf(t, load, lifePeople)
	require.False(t, loops(bonds), "%+v", bonds)
	_, err := lifecycle.NewTree(bonds)
	require.NoError(t, err)
	for id := range m.dirty {
		standing, history := load(id), m.mem.History(id)
		require.EqualValues(t, len(history), standing.Entries)
		m.checkStored(t, standing, history)
		m.checkLadder(t, id, standing, history)
		checkLifeStays(t, history)
		rewarded, vouched := 0, false
		for _, e := range history {
			require.False(t, vouched && e.Kind == lifecycle.Brought)
			if vouched = vouched || e.Kind == lifecycle.Vouched; e.Kind == lifecycle.Rewarded {
				rewarded++
			}
		}
		require.LessOrEqual(t, rewarded, 1)
	}
	clear(m.dirty)
}

// checkStored holds a standing against its history, whole, by concept, and in text.
func (m *lifeMachine) checkStored(t *rapid.T, standing lifecycle.Standing, history []lifecycle.Entry) {
	want := stageImage(t, standing)
	replayed, err := lifecycle.Replay(history)
	require.NoError(t, err)
	require.Equal(t, want, stageImage(t, replayed))
	var read []lifecycle.Entry
	require.NoError(t, json.Unmarshal([]byte(lifeText(t, history)), &read))
	replayed, err = lifecycle.Replay(read)
	require.NoError(t, err)
	require.Equal(t, want, stageImage(t, replayed))
	var back lifecycle.Standing
	require.NoError(t, json.Unmarshal([]byte(want), &back))
	require.Equal(t, want, stageImage(t, back))
	for _, part := range lifeParts {
		var hers []lifecycle.Entry
		for _, e := range history {
			if part.of(e.Kind) {
				hers = append(hers, e)
			}
		}
		alone, err := lifecycle.Replay(hers)
		require.NoError(t, err)
		require.Equal(t, stageImage(t, part.only(standing)), stageImage(t, part.only(alone)), "no other concept changes it")
		alone.Entries = 0
		require.Equal(t, stageImage(t, part.only(standing)), stageImage(t, alone), "it changes no other concept")
	}
	if len(history) == 0 {
		return
	}
	// Two futures of one standing leave each other alone.
	at := rapid.IntRange(0, len(history)-1).Draw(t, "at")
	base, err := lifecycle.Replay(history[:at])
	require.NoError(t, err)
	before := stageImage(t, base)
	one, err := base.Apply(history[at])
	require.NoError(t, err)
	after, fork := stageImage(t, one), history[at]
	fork.Ref, fork.Rung, fork.Campaign, fork.Remark.Note = "fork", "fork", "fork", "fork"
	_, err = base.Apply(fork)
	require.NoError(t, err)
	require.Equal(t, before, stageImage(t, base))
	require.Equal(t, after, stageImage(t, one))
	fork.Version = rapid.SampledFrom([]int{0, 2}).Draw(t, "version")
	history[at] = fork
	_, err = lifecycle.Replay(history)
	require.ErrorIs(t, err, lifecycle.ErrBroken)
	_, err = base.Apply(fork)
	require.ErrorIs(t, err, lifecycle.ErrBroken)
}

// checkLifeStays counts that no measured edge leads out before the stay is over.
func checkLifeStays(t *rapid.T, history []lifecycle.Entry) {
	var held customer.Date
	stage := lifecycle.Stage(0)
	for _, e := range history {
		switch {
		case e.Kind == lifecycle.Known:
			if stage == 0 {
				stage = lifecycle.Potential
			}
		case e.Kind == lifecycle.Moved:
			require.Equal(t, stage, e.From)
			if e.From > lifecycle.Potential && e.From < lifecycle.Ending {
				require.GreaterOrEqual(t, e.On, held)
				require.NotZero(t, held)
			}
			stage, held = e.To, e.Held
		}
	}
}

// checkLadder counts anew what the attempts took, and what came of them by what they were told.
func (m *lifeMachine) checkLadder(t *rapid.T, id customer.ID, standing lifecycle.Standing, history []lifecycle.Entry) {
	var opened lifecycle.Entry
	runs, stopped := false, false
	rungs := map[string]bool{}
	var lastRung customer.Date
	for _, e := range history {
		switch {
		case e.Kind == lifecycle.Opened:
			require.False(t, runs, "one attempt at a time")
			require.Equal(t, opened.Attempt+1, e.Attempt)
			opened, runs, stopped = e, true, false
			clear(rungs)
		case e.Kind == lifecycle.Stepped:
			require.True(t, runs && (e.LostCase || !opened.HeldOut && !stopped), "%+v", e)
			if !e.LostCase && lastRung != 0 {
				require.GreaterOrEqual(t, int(e.On-lastRung), 7)
			}
			lastRung = max(lastRung, e.On)
			for _, rung := range append([]string{e.Rung}, e.Skipped...) {
				require.False(t, rungs[rung], "each rung once")
				rungs[rung] = true
			}
		case e.Kind == lifecycle.Stopped:
			require.False(t, stopped)
			stopped = true
		case e.Kind == lifecycle.Settled:
			runs = false
		}
	}
	a := &standing.Attempt
	require.Equal(t, runs, a.Running())
	require.Equal(t, opened.Attempt, a.Number)
	since := a.Silent
	if a.LostCase {
		since = max(a.Silent, a.Opened)
	}
	want := lifeTold{}
	for _, told := range m.told[id] {
		if told.attempt != a.Number || told.day <= since || told.day >= a.Ends || want.day != 0 && told.day > want.day {
			continue
		}
		if told.day != want.day {
			want = lifeTold{day: told.day}
		}
		want.paid, want.priced = want.paid+told.paid, want.priced || told.priced
	}
	switch {
	case want.day == 0:
		require.Contains(t, []lifecycle.Result{0, lifecycle.StayedAway}, a.Result)
		require.Zero(t, a.Back)
	case want.day < a.Opened:
		require.Equal(t, lifecycle.NeverSilent, a.Result)
		require.Equal(t, want.day, a.Back)
		require.False(t, a.Priced || a.Spent != 0)
	default:
		require.Equal(t, lifecycle.CameBack, a.Result)
		require.Equal(t, want.day, a.Back)
		require.Equal(t, want.paid, a.Spent)
		require.Equal(t, want.priced, a.Priced)
	}
}

// reports adds all histories up, and counts them the obvious way.
func (m *lifeMachine) reports(t *rapid.T) {
	period := population.Period{From: on("2026-04-01") + customer.Date(rapid.IntRange(0, 200).Draw(t, "from")), Until: m.now + 100}
	if period.Until <= period.From {
		period.Until = period.From + 1
	}
	asOf := m.now + customer.Date(rapid.IntRange(0, 90).Draw(t, "as of"))
	stages, err := lifecycle.NewStageReport(period)
	require.NoError(t, err)
	uplift, err := lifecycle.NewUplift("win-back", population.Period{From: 1, Until: customer.MaxDate}, asOf)
	require.NoError(t, err)
	circles, err := m.referrals[0].Circles(asOf)
	require.NoError(t, err)
	leavers, err := lifecycle.NewLeavers(population.Period{From: 1, Until: customer.MaxDate})
	require.NoError(t, err)

	sum := lifeTotals{brought: map[customer.ID]int64{}, rewarded: map[customer.ID]int64{}, left: make(map[lifecycle.Cause]int64)}
	for i := range lifePeople {
		id := customer.ID(fmt.Sprint(i))
		last := lifecycle.Wake{Ref: m.ref(), Customer: id, At: ladderNoon(asOf)}
		m.run(t, lifeRequest{id: id, key: "settle:" + last.Ref, fact: last, decide: func(s lifecycle.Standing) (lifecycle.Decision, error) {
			return m.ladders[0].Settle(s, last)
		}}, last, nil)
		history := m.mem.History(id)
		standing, _, err := m.mem.Load(t.Context(), id)
		require.NoError(t, err)

		require.NoError(t, stages.Add(history))
		sum.stages(t, history, period)
		attempts, err := lifecycle.Attempts(history)
		require.NoError(t, err)
		for n := range attempts {
			require.NoError(t, uplift.Add(attempts[n], 0))
		}
		sum.attempts(history, asOf)

		require.NoError(t, circles.Add(standing, m.days[id]))
		sum.brings(standing, asOf)
		if standing.Life.Stage != lifecycle.Ending {
			continue
		}
		require.NoError(t, leavers.Add(lifecycle.Departure{Last: standing.Life.Last, On: standing.Life.Since, Signals: standing.Signals}))
		sum.leaves(standing, history)
	}
	sum.check(t, stages, uplift, circles, leavers)
}

// lifeTotals are what reports must say, counted the obvious way.
type lifeTotals struct {
	begin, end        [lifecycle.Ending + 1]int64
	moves             [lifecycle.Ending + 1][lifecycle.Ending + 1]int64
	groups            [3]lifecycle.UpliftGroup // treated, held out, lost
	running, void     int64
	brought, rewarded map[customer.ID]int64
	left              map[lifecycle.Cause]int64
	silent            int64
}

func (s *lifeTotals) stages(t *rapid.T, history []lifecycle.Entry, period population.Period) {
	stage, began := lifecycle.Stage(0), lifecycle.Stage(0)
	for _, e := range history {
		to := e.To
		if e.Kind == lifecycle.Known && stage == 0 {
			to = lifecycle.Potential
		} else if e.Kind != lifecycle.Moved {
			continue
		}
		if e.On < period.From {
			began = to
		} else if e.On < period.Until {
			s.moves[stage][to]++
		}
		if stage = to; e.On >= period.Until {
			t.Fatalf("nothing is in the future: %+v", e)
		}
	}
	s.begin[began]++
	s.end[stage]++
}

func (s *lifeTotals) brings(standing lifecycle.Standing, asOf customer.Date) {
	if own := standing.Brought; own.State != 0 && own.State != lifecycle.BondWithdrawn && own.Bond.On <= asOf {
		s.brought[own.Bond.By]++
		if own.State == lifecycle.BondRewarded {
			s.rewarded[own.Bond.By]++
		}
	}
}

func (s *lifeTotals) leaves(standing lifecycle.Standing, history []lifecycle.Entry) {
	cause, complained := lifecycle.Cause(""), false
	var recorded time.Time
	for _, e := range history {
		if e.Kind == lifecycle.Left && e.On >= standing.Life.Last && !e.At.Before(recorded) {
			cause, recorded = e.Remark.Cause, e.At
		}
		complained = complained || e.Remark.Cause == lifecycle.CauseComplaintLost ||
			e.Remark.Sign == lifecycle.ComplaintMade && e.On <= standing.Life.Since
	}
	if s.left[cause]++; !complained {
		s.silent++
	}
}

func (s *lifeTotals) check(t *rapid.T, stages *lifecycle.StageReport, uplift *lifecycle.Uplift, circles *lifecycle.Circles, leavers *lifecycle.Leavers) {
	for from := range s.begin {
		b, e := stages.At(lifecycle.Stage(from))
		require.Equal(t, [2]int64{s.begin[from], s.end[from]}, [2]int64{b, e})
		for to := range s.end {
			require.Equal(t, s.moves[from][to], stages.Moves(lifecycle.Stage(from), lifecycle.Stage(to)))
		}
	}
	data, err := stages.MarshalBinary()
	require.NoError(t, err)
	require.NoError(t, new(lifecycle.StageReport).UnmarshalBinary(data))

	lift := uplift.Lift(1)
	for i, group := range []lifecycle.UpliftGroup{lift.Treated, lift.HeldOut, uplift.LostCases()} {
		group.LifeDays = 0
		require.Equal(t, s.groups[i], group)
	}
	require.Equal(t, [2]int64{s.running, s.void}, [2]int64{uplift.Running(), uplift.Void()})
	data, err = uplift.MarshalBinary()
	require.NoError(t, err)
	require.NoError(t, new(lifecycle.Uplift).UnmarshalBinary(data))

	for _, row := range circles.Rows() {
		require.Equal(t, [2]int64{s.brought[row.By], s.rewarded[row.By]}, [2]int64{row.Brought, row.Rewarded})
		require.True(t, row.Bought <= row.Brought && row.Open() >= 0)
		delete(s.brought, row.By)
	}
	require.Empty(t, s.brought)
	for _, row := range leavers.All() {
		require.Equal(t, s.left[row.Cause], row.Left)
		delete(s.left, row.Cause)
	}
	require.Empty(t, s.left)
	require.Equal(t, s.silent, lifecycle.Silence(leavers.All()).Fact)
	data, err = leavers.MarshalBinary()
	require.NoError(t, err)
	require.NoError(t, leavers.UnmarshalBinary(data))
}

// attempts counts what was opened and what became of it in the end.
func (s *lifeTotals) attempts(history []lifecycle.Entry, asOf customer.Date) {
	for i, opened := range history {
		if opened.Kind != lifecycle.Opened {
			continue
		}
		var result lifecycle.Entry
		for _, e := range history[i:] {
			if e.Kind == lifecycle.Settled && e.Attempt == opened.Attempt {
				result = e
			}
		}
		group := &s.groups[0]
		switch {
		case opened.Ends > asOf:
			s.running++
			continue
		case result.Result == lifecycle.NeverSilent:
			s.void++
			continue
		case opened.LostCase:
			group = &s.groups[2]
		case opened.HeldOut:
			group = &s.groups[1]
		}
		if group.Attempts++; result.Result == lifecycle.CameBack {
			group.CameBack++
			if result.Priced {
				group.Priced, group.Spent = group.Priced+1, group.Spent+result.Spent
			}
		}
	}
}

// lifeHistory is a customer of whom every kind of entry is told, and most results.
func lifeHistory(tb testing.TB) []lifecycle.Entry {
	tb.Helper()
	b, day := newLifeBooks(tb), on("2026-03-01")
	m := &lifeMachine{lifeBooks: b, days: map[customer.ID]customer.Days{"ben": {day}}}
	var standing lifecycle.Standing
	var history []lifecycle.Entry
	take := func(d lifecycle.Decision, err error) {
		require.NoError(tb, err)
		standing, history = d.Next, append(history, d.Entries...)
	}
	wake := func(on customer.Date) lifecycle.Wake {
		return lifecycle.Wake{Ref: on.String(), Customer: "ben", At: ladderNoon(on)}
	}
	at, anna := ladderNoon(day), vouched(tb, b.referrals[0], "2026-01-01")
	take(b.stages[0].Know(standing, lifecycle.Lead{Ref: "lead", At: at, Source: lifecycle.FromAdvert, Campaign: "spring"}))
	for _, ref := range []string{"wrong", "right"} {
		take(b.referrals[0].Bring(standing, lifecycle.Introduction{Ref: ref, At: at, Newcomer: "ben", By: "anna"}, lifecycle.Acquaintance{Referrer: anna}))
		if ref == "wrong" {
			take(b.referrals[0].Withdraw(standing, lifecycle.Withdrawal{Ref: "w", At: at, Introduction: ref}))
		}
	}
	take(b.referrals[0].Settle(standing, lifecycle.Settling{Ref: "n", At: ladderNoon(day + 40)}, lifecycle.FirstPurchase{On: day, PaidMinor: 2000}))
	take(b.referrals[0].Vouch(standing, lifecycle.Vouch{Ref: "v", At: ladderNoon(day + 41), Customer: "ben"}, day))
	take(b.signals[0].Observe(standing, lifecycle.Observation{Ref: "o", At: at, Remark: lifecycle.Remark{Sign: lifecycle.WalkedOut, Told: lifecycle.Found}}))
	take(b.signals[0].Observe(standing, lifecycle.Observation{Ref: "l", At: at, Remark: lifecycle.Remark{Cause: lifecycle.CausePrice, Told: lifecycle.Said}}))
	for today := day; today < day+200; today += 31 {
		take(b.stages[0].Assess(standing, m.facts("ben", today), wake(today)))
		take(b.ladders[0].Step(standing, silentSince(day, 9, today), lifecycle.Bars{}, wake(today)))
	}
	take(b.ladders[0].LostCase(standing, lifecycle.Bars{}, lifecycle.LostCase{Ref: "c", At: ladderNoon(day + 200), Last: day + 150}))
	take(b.ladders[0].Bought(standing, lifecycle.Bought{Ref: "b", At: ladderNoon(day + 201), Paid: decimal.NewNullDecimal(decimal.New(5, 0))}))
	m.days["ben"] = customer.Days{day, day + 201}
	take(b.stages[0].Assess(standing, m.facts("ben", day+202), wake(day+202)))
	return history
}

// Entries that somebody sends lead to a standing that some history leads to, or to ErrBroken: it
// is stored and read, rule books decide on it, and reports of it are written and read.
func FuzzReplay(f *testing.F) {
	b, history := newLifeBooks(f), lifeHistory(f)
	f.Add([]byte(lifeText(f, history)))
	for _, part := range lifeParts {
		var hers []lifecycle.Entry
		for _, e := range history {
			if part.of(e.Kind) {
				hers = append(hers, e)
			}
		}
		f.Add([]byte(lifeText(f, hers)))
	}
	for i := range history {
		f.Add([]byte(lifeText(f, history[i:i+1])))
	}
	f.Fuzz(func(t *testing.T, text []byte) { checkReplay(t, b, text) })
}

// One or two fields of a history are forged, or entries are left out, doubled or moved.
func TestForgedHistories(t *testing.T) {
	b := newLifeBooks(t)
	text := []byte(lifeText(t, lifeHistory(t)))
	rapid.Check(t, func(t *rapid.T) {
		var entries []map[string]any
		require.NoError(t, json.Unmarshal(text, &entries))
		for range rapid.IntRange(1, 3).Draw(t, "changes") {
			at := rapid.IntRange(0, len(entries)-1).Draw(t, "entry")
			switch rapid.IntRange(0, 9).Draw(t, "how") {
			case 0:
				entries = slices.Delete(entries, at, at+1)
			case 1:
				other := rapid.IntRange(0, len(entries)-1).Draw(t, "other")
				entries[at], entries[other] = entries[other], entries[at]
			case 2:
				entries = slices.Insert(entries, at, entries[at])
			default:
				entry := maps.Clone(entries[at])
				field := rapid.SampledFrom(slices.Sorted(maps.Keys(entry))).Draw(t, "field")
				entry[field] = forge(t, entry[field])
				entries[at] = entry
			}
			if len(entries) == 0 {
				return
			}
		}
		forged, err := json.Marshal(entries)
		require.NoError(t, err)
		checkReplay(t, b, forged)
	})
}

// forge draws another value than one of decoded JSON, and often one of its kind.
func forge(t *rapid.T, value any) any {
	switch value := value.(type) {
	case map[string]any:
		value = maps.Clone(value)
		field := rapid.SampledFrom(slices.Sorted(maps.Keys(value))).Draw(t, "field")
		value[field] = forge(t, value[field])
		return value
	case []any:
		return slices.Repeat(value, rapid.SampledFrom([]int{0, 2, 300}).Draw(t, "times"))
	case float64:
		return rapid.SampledFrom([]any{nil, 0, -1, 1, 2, 3_660, 4_000_000, json.Number("1000000000000000000"), json.Number("9223372036854775807"), json.Number("9223372036854775808")}).Draw(t, "number")
	case bool:
		return !value
	}
	return rapid.SampledFrom([]any{
		nil, "", "x", strings.Repeat("x", 257), strings.Repeat("x", 201), "\u0000", "ben", "anna", 7, "2026-02-28", "2026-03-01", "2026-09-17", "2027-03-01",
		"0001-01-01", "9999-12-31", "10000-01-01", "0000-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "ending", "growing", "mature", "known", "opened",
		"stepped", "stopped", "settled", "moved", "signalled", "left", "rewarded", "brought", "vouched", "came-back", "never-silent", "stayed-away", "enough",
	}).Draw(t, "text")
}

// checkReplay replays a history in text that anybody may have written.
func checkReplay(t require.TestingT, b lifeBooks, text []byte) {
	var history []lifecycle.Entry
	if json.Unmarshal(text, &history) != nil {
		return
	}
	standing, err := lifecycle.Replay(history)
	if err != nil {
		require.ErrorIs(t, err, lifecycle.ErrBroken)
		require.Zero(t, standing)
		return
	}
	var read lifecycle.Standing
	require.NoError(t, json.Unmarshal([]byte(stageImage(t, standing)), &read))
	require.Equal(t, stageImage(t, standing), stageImage(t, read))
	checkForged(t, standing, history)
	checkForgedReports(t, b, standing, history)

	day := on("2027-06-01")
	m := lifeMachine{lifeBooks: b, days: map[customer.ID]customer.Days{"ben": {day - 400, day - 50}}}
	wake := lifecycle.Wake{Ref: "w", Customer: "ben", At: ladderNoon(day)}
	for i := range 2 {
		expectation := silentSince(day-50, 9, day)
		ladder, referrals := b.ladders[i], b.referrals[i]
		for _, decide := range []func() (lifecycle.Decision, error){
			func() (lifecycle.Decision, error) { return b.stages[i].Assess(standing, m.facts("ben", day), wake) },
			func() (lifecycle.Decision, error) { return ladder.Step(standing, expectation, lifecycle.Bars{}, wake) },
			func() (lifecycle.Decision, error) { return ladder.Settle(standing, wake) },
			func() (lifecycle.Decision, error) {
				return ladder.Bought(standing, lifecycle.Bought{Ref: "b", At: wake.At})
			},
			func() (lifecycle.Decision, error) {
				return ladder.LostCase(standing, lifecycle.Bars{}, lifecycle.LostCase{Ref: "c", At: wake.At})
			},
			func() (lifecycle.Decision, error) {
				return referrals.Settle(standing, lifecycle.Settling{Ref: "s", At: wake.At}, lifecycle.FirstPurchase{On: day - 50, PaidMinor: 9_999})
			},
		} {
			d, err := decide()
			if err != nil {
				require.NotErrorIs(t, err, lifecycle.ErrBroken)
				continue
			}
			next, err := standing.Apply(d.Entries...)
			require.NoError(t, err)
			require.Equal(t, stageImage(t, next), stageImage(t, d.Next))
		}
		if next, ok := ladder.Next(standing, expectation); ok {
			require.True(t, next > day && next.Valid())
		}
	}
}

// checkForged holds a standing against what is so of every customer.
func checkForged(t require.TestingT, standing lifecycle.Standing, history []lifecycle.Entry) {
	a, l := &standing.Attempt, &standing.Life
	rungs := map[string]bool{}
	for _, taken := range a.Taken {
		require.True(t, taken.On >= a.Opened && taken.On < a.Ends)
		for _, rung := range append([]string{taken.Rung}, taken.Skipped...) {
			require.False(t, rungs[rung])
			rungs[rung] = true
		}
	}
	require.LessOrEqual(t, a.Interval, int(customer.MaxDate), "a gap is one of the calendar's")
	switch a.Result {
	case lifecycle.CameBack, lifecycle.NeverSilent:
		require.Equal(t, a.Back, a.Settled, "the result holds from the day of the purchase")
	case lifecycle.StayedAway:
		require.GreaterOrEqual(t, a.Settled, a.Ends)
	}
	require.True(t, l.First <= l.Last && (l.Cycle == 0 || l.Last <= l.Since))
	require.LessOrEqual(t, len(l.Campaign), customer.MaxText)
	require.LessOrEqual(t, len(standing.Signals), lifecycle.MaxSignals)
	rewarded := 0
	for _, e := range history {
		if e.Kind == lifecycle.Rewarded {
			rewarded++
		}
	}
	require.LessOrEqual(t, rewarded, 1)
	require.Equal(t, rewarded == 1, len(standing.Brought.Dues) > 0)
}

// checkForgedReports counts a history, and reads what was counted.
func checkForgedReports(t require.TestingT, b lifeBooks, standing lifecycle.Standing, history []lifecycle.Entry) {
	all := population.Period{From: 1, Until: customer.MaxDate}
	stages, leads := made(lifecycle.NewStageReport(all)), made(lifecycle.NewLeadReport(all))
	uplift, leavers := made(lifecycle.NewUplift("win-back", all, customer.MaxDate)), made(lifecycle.NewLeavers(all))
	circles := made(b.referrals[0].Circles(customer.MaxDate))
	require.NoError(t, stages.Add(history))
	require.NoError(t, leads.Add(history))
	require.NoError(t, circles.Add(standing, customer.Days{standing.Brought.Bond.On + 1}))
	attempts, err := lifecycle.Attempts(history)
	require.NoError(t, err)
	require.Len(t, attempts, standing.Attempt.Number)
	for i := range attempts {
		if !attempts[i].Running() {
			require.NoError(t, uplift.Add(attempts[i], 0))
		}
	}
	if l := &standing.Life; l.Cycle > 0 {
		require.NoError(t, leavers.Add(lifecycle.Departure{Last: l.Last, On: l.Since, Signals: standing.Signals}))
	}
	for _, report := range []interface {
		MarshalBinary() ([]byte, error)
		UnmarshalBinary([]byte) error
	}{stages, leads, uplift, leavers, circles} {
		data, err := report.MarshalBinary()
		require.NoError(t, err)
		require.NoError(t, report.UnmarshalBinary(data), "%T", report)
	}
}

func made[T any](value T, err error) T {
	if err != nil {
		panic(err) // the tests' own periods
	}
	return value
}

// A campaign that no lead may have would be counted, and then not read back.
func TestForgedCampaign(t *testing.T) {
	history := lifeHistory(t)
	history[0].Campaign = strings.Repeat("x", customer.MaxText)
	_, err := lifecycle.Replay(history)
	require.NoError(t, err)
	history[0].Campaign += "x"
	_, err = lifecycle.Replay(history)
	require.ErrorIs(t, err, lifecycle.ErrBroken)
	leads := made(lifecycle.NewLeadReport(population.Period{From: 1, Until: customer.MaxDate}))
	require.ErrorIs(t, leads.Add(history), lifecycle.ErrBroken)
	require.Empty(t, leads.Rows())
}

// Entries of a format that nobody knows yet are in no report, as they lead to no standing.
func TestReportsRefuseUnknownVersions(t *testing.T) {
	all := population.Period{From: 1, Until: customer.MaxDate}
	for at := range lifeHistory(t) {
		history := lifeHistory(t)
		history[at].Version = 2
		stages, leads := made(lifecycle.NewStageReport(all)), made(lifecycle.NewLeadReport(all))
		require.ErrorIs(t, stages.Add(history), lifecycle.ErrBroken)
		require.ErrorIs(t, leads.Add(history), lifecycle.ErrBroken)
		_, err := lifecycle.Attempts(history)
		require.ErrorIs(t, err, lifecycle.ErrBroken)
	}
}

// Two rungs that follow one standing do not share a place.
func TestTwoFuturesOfAnAttempt(t *testing.T) {
	at, day := noon("2026-07-01"), on("2026-07-01")
	step := func(rung string) lifecycle.Entry {
		return lifecycle.Entry{Version: 1, Kind: lifecycle.Stepped, At: at, On: day, Attempt: 1, Rung: rung}
	}
	base, err := lifecycle.Replay([]lifecycle.Entry{
		{Version: 1, Kind: lifecycle.Opened, At: at, On: day, Attempt: 1, Ladder: "l", Silent: day - 30, Interval: 7, RungsEnd: day + 9, Ends: day + 9},
		step("a"), step("b"), step("c"),
	})
	require.NoError(t, err)
	one, err := base.Apply(step("d"))
	require.NoError(t, err)
	two, err := base.Apply(step("e"))
	require.NoError(t, err)
	require.Equal(t, "d", one.Attempt.Taken[3].Rung)
	require.Equal(t, "e", two.Attempt.Taken[3].Rung)
}
