package lifecycle_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/customer/journal/journaltest"
	"github.com/rapport-crm/rapport/lifecycle"
)

type standings = journal.Mem[customer.ID, lifecycle.Standing, lifecycle.Entry]

// bondsOf are the bonds that stand, by customers' numbers.
func bondsOf(t require.TestingT, load func(customer.ID) lifecycle.Standing, n int) []lifecycle.Bond {
	var bonds []lifecycle.Bond
	for i := range n {
		id := customer.ID(fmt.Sprint(i))
		if own := load(id).Brought; own.State != 0 && own.State != lifecycle.BondWithdrawn {
			require.Equal(t, id, own.Bond.Newcomer)
			bonds = append(bonds, own.Bond)
		}
	}
	return bonds
}

// loops reports whether following who brought whom from anybody comes back there: the
// obvious way, beside NewTree's.
func loops(bonds []lifecycle.Bond) bool {
	by := map[customer.ID]customer.ID{}
	for _, bond := range bonds {
		by[bond.Newcomer] = bond.By
	}
	for start := range by {
		at := by[start]
		for range len(by) {
			if at == start {
				return true
			}
			at = by[at]
		}
	}
	return false
}

// row D13: there is no cycle, however requests race and however wrong the hosts' knowledge
// is. Every step takes an old copy of the referrer's standing, decides on a copy of the
// newcomer's that may be old too, and commits when others have committed in between; the
// days of first purchases are whatever anybody claims. A store takes only what was decided
// on its latest version.
func TestNoCycleOfReferrals(t *testing.T) {
	r := newReferrals(t, referralRules())
	rapid.Check(t, func(t *rapid.T) {
		const people = 5
		var past [people][]lifecycle.Standing // all versions, the newest last
		var history [people][]lifecycle.Entry
		for i := range past {
			past[i] = []lifecycle.Standing{{}}
		}
		newest := func(id customer.ID) lifecycle.Standing {
			all := past[id[0]-'0']
			return all[len(all)-1]
		}
		type pending struct {
			who, base int
			d         lifecycle.Decision
		}
		var waiting []pending
		person := rapid.IntRange(0, people-1)
		day := rapid.Map(rapid.IntRange(0, 6), func(n int) customer.Date { return on("2026-11-01") + customer.Date(n) })
		refs := 0
		decide := func(t *rapid.T, who int, d lifecycle.Decision, err error) {
			if err == nil && len(d.Entries) > 0 {
				waiting = append(waiting, pending{who, int(d.Next.Entries) - len(d.Entries), d})
			} else if refusal := (*customer.Refusal)(nil); err != nil {
				require.ErrorAs(t, err, &refusal)
			}
		}
		old := func(t *rapid.T, who int) lifecycle.Standing {
			return rapid.SampledFrom(past[who]).Draw(t, "seen")
		}
		t.Repeat(map[string]func(*rapid.T){
			"vouch": func(t *rapid.T) {
				refs++
				who := person.Draw(t, "who")
				d, err := r.Vouch(old(t, who), lifecycle.Vouch{Ref: fmt.Sprint(refs), At: noon("2026-11-07"), Customer: customer.ID(fmt.Sprint(who))}, day.Draw(t, "first"))
				decide(t, who, d, err)
			},
			"bring": func(t *rapid.T) {
				refs++
				who, by := person.Draw(t, "who"), person.Draw(t, "by")
				known := lifecycle.Acquaintance{Referrer: old(t, by)}
				if rapid.Bool().Draw(t, "has bought") {
					known.First = day.Draw(t, "first")
				}
				d, err := r.Bring(old(t, who), lifecycle.Introduction{
					Ref: fmt.Sprint(refs), At: noon(day.Draw(t, "on").String()), Newcomer: customer.ID(fmt.Sprint(who)), By: customer.ID(fmt.Sprint(by)),
				}, known)
				decide(t, who, d, err)
			},
			"withdraw": func(t *rapid.T) {
				refs++
				who := person.Draw(t, "who")
				seen := old(t, who)
				d, err := r.Withdraw(seen, lifecycle.Withdrawal{Ref: fmt.Sprint(refs), At: noon("2026-11-08"), Introduction: max("none", seen.Brought.Bond.Ref)})
				decide(t, who, d, err)
			},
			"settle": func(t *rapid.T) {
				refs++
				who := person.Draw(t, "who")
				d, err := r.Settle(old(t, who), lifecycle.Settling{Ref: fmt.Sprint(refs), At: noon("2027-01-08")}, lifecycle.FirstPurchase{
					On: day.Draw(t, "first"), PaidMinor: rapid.Int64Range(1999, 2000).Draw(t, "paid"),
				})
				decide(t, who, d, err)
			},
			"commit": func(t *rapid.T) {
				if len(waiting) == 0 {
					return
				}
				i := rapid.IntRange(0, len(waiting)-1).Draw(t, "which")
				one := waiting[i]
				waiting = append(waiting[:i], waiting[i+1:]...)
				if one.base == len(history[one.who]) {
					past[one.who] = append(past[one.who], one.d.Next)
					history[one.who] = append(history[one.who], one.d.Entries...)
				}
			},
			"": func(t *rapid.T) {
				bonds := bondsOf(t, newest, people)
				require.False(t, loops(bonds), "%+v", bonds)
				_, err := lifecycle.NewTree(bonds)
				require.NoError(t, err)
				for who := range people {
					replayed, err := lifecycle.Replay(history[who])
					require.NoError(t, err)
					require.Equal(t, newest(customer.ID(fmt.Sprint(who))), replayed)
					rewarded, vouchedAt := 0, false
					for _, e := range history[who] {
						require.False(t, e.Kind == lifecycle.Brought && vouchedAt, "brought after she vouched")
						vouchedAt = vouchedAt || e.Kind == lifecycle.Vouched
						if e.Kind == lifecycle.Rewarded {
							rewarded++
						}
					}
					require.LessOrEqual(t, rewarded, 1)
				}
			},
		})
	})
}

// Twelve customers all vouch and all bring one another, each request sent by two tills at
// once over a store that loses replies, until its answer is definite. Nobody is brought
// twice, nothing goes round in a circle, and each is rewarded at most once.
func TestReferralsRace(t *testing.T) {
	const people = 12
	r := newReferrals(t, referralRules())
	mem := new(standings)
	store := journaltest.LostReply[customer.ID, lifecycle.Standing, lifecycle.Entry](mem, 3)
	insist := func(id customer.ID, key string, fact journal.Fact, decide func(lifecycle.Standing) (lifecycle.Decision, error)) {
		for {
			_, err := journal.Run(t.Context(), store, id, key, fact, decide)
			if !errors.Is(err, journal.ErrConflict) && !errors.Is(err, journaltest.ErrInjected) {
				if refusal := (*customer.Refusal)(nil); err != nil && !errors.As(err, &refusal) {
					t.Error(err)
				}
				return
			}
		}
	}
	gun := make(chan struct{})
	var finish sync.WaitGroup
	for i := range 2 * people {
		finish.Go(func() {
			<-gun
			me := customer.ID(fmt.Sprint(i % people))
			vouch := lifecycle.Vouch{Ref: string(me), At: noon("2026-11-02"), Customer: me}
			for n := range 2 * people {
				if n == i%people { // some vouch before they could be brought, some after
					insist(me, "vouch:"+vouch.Ref, vouch, func(s lifecycle.Standing) (lifecycle.Decision, error) {
						return r.Vouch(s, vouch, on("2026-11-01"))
					})
				}
				by := customer.ID(fmt.Sprint((i + 1 + n) % people))
				asked := lifecycle.Introduction{Ref: fmt.Sprintf("%s-%s", me, by), At: noon("2026-11-02"), Newcomer: me, By: by}
				insist(me, "bring:"+asked.Ref, asked, func(s lifecycle.Standing) (lifecycle.Decision, error) {
					referrer, _, err := mem.Load(t.Context(), by)
					if err != nil {
						return lifecycle.Decision{}, err
					}
					return r.Bring(s, asked, lifecycle.Acquaintance{Referrer: referrer})
				})
				night := lifecycle.Settling{Ref: fmt.Sprintf("%s-%d", me, n), At: noon("2026-12-24")}
				insist(me, "settle:"+night.Ref, night, func(s lifecycle.Standing) (lifecycle.Decision, error) {
					return r.Settle(s, night, lifecycle.FirstPurchase{On: on("2026-11-03"), PaidMinor: 2000})
				})
			}
		})
	}
	close(gun)
	finish.Wait()

	bonds := bondsOf(t, func(id customer.ID) lifecycle.Standing {
		standing, _, err := mem.Load(t.Context(), id)
		require.NoError(t, err)
		replayed, err := lifecycle.Replay(mem.History(id))
		require.NoError(t, err)
		assert.Equal(t, standing, replayed)
		kinds := make(map[lifecycle.Kind]int)
		for _, e := range mem.History(id) {
			kinds[e.Kind]++
		}
		assert.Equal(t, 1, kinds[lifecycle.Vouched])
		assert.LessOrEqual(t, kinds[lifecycle.Brought], 1)
		assert.Equal(t, kinds[lifecycle.Brought], kinds[lifecycle.Rewarded], "each once")
		return standing
	}, people)
	assert.False(t, loops(bonds))
	_, err := lifecycle.NewTree(bonds)
	require.NoError(t, err)
	assert.NotEmpty(t, bonds, "somebody was brought")
}

// A request that is sent again gets the earlier answer, though what the host knows of the
// two has changed meanwhile; another request under its key is refused.
func TestReferralSentAgain(t *testing.T) {
	r := newReferrals(t, referralRules())
	anna := vouched(t, r, "2026-03-14")
	asked := introduction("2026-11-02")
	for fail := 1; ; fail++ {
		mem := new(standings)
		store := journaltest.FailOn[customer.ID, lifecycle.Standing, lifecycle.Entry](mem, fail)
		known := lifecycle.Acquaintance{Referrer: anna}
		send := func(asked lifecycle.Introduction) (lifecycle.Outcome, error) {
			return journal.Run(t.Context(), store, "ben", "bring:i-1", asked, func(s lifecycle.Standing) (lifecycle.Decision, error) {
				return r.Bring(s, asked, known)
			})
		}
		_, failed := send(asked)
		if failed != nil {
			require.ErrorIs(t, failed, journaltest.ErrInjected)
		} else {
			known.First = on("2026-10-01") // an old receipt turned up
		}
		answer, err := send(asked)
		if errors.Is(err, journaltest.ErrInjected) { // it failed here instead
			answer, err = send(asked)
		}
		require.NoError(t, err)
		assert.Len(t, mem.History("ben"), 1)
		assert.Equal(t, customer.ID("anna"), answer.State.Brought.Bond.By)

		asked.By = "cleo"
		_, err = send(asked)
		require.ErrorIs(t, err, journal.ErrKeyReused)
		asked.By = "anna"
		if failed == nil {
			assert.Equal(t, journal.Replayed, answer.Result)
			return
		}
	}
}

// Apply takes nothing from its input and gives it nothing.
func TestReferralApplyLeavesItsInput(t *testing.T) {
	history, want := referralLife(t)
	var standing lifecycle.Standing
	for _, e := range history {
		before := fmt.Sprintf("%+v", standing)
		next, err := standing.Apply(e)
		require.NoError(t, err)
		assert.Equal(t, before, fmt.Sprintf("%+v", standing))
		standing = next
	}
	assert.Equal(t, want, standing)
	history[6].Dues[0].Points = 0 // the standing has its own
	assert.Equal(t, want, standing)
	same, err := standing.Apply(lifecycle.Entry{})
	require.ErrorIs(t, err, lifecycle.ErrBroken)
	assert.Equal(t, standing, same)
}

// Whatever bytes a store gives back, an answer is an error or an answer, and what is decided
// on them can be applied to them.
func FuzzRelations(f *testing.F) {
	history, standing := referralLife(f)
	for _, seed := range []any{history, history[:1], history[:4], standing} {
		text, err := json.Marshal(seed)
		require.NoError(f, err)
		f.Add(text)
	}
	r, s := newReferrals(f, referralRules()), newSignals(f, signalRules())
	anna, at := vouched(f, r, "2026-03-14"), noon("2027-01-02")
	f.Fuzz(func(t *testing.T, data []byte) {
		var standing lifecycle.Standing
		var history []lifecycle.Entry
		if json.Unmarshal(data, &history) == nil {
			var err error
			if standing, err = lifecycle.Replay(history); err != nil {
				require.ErrorIs(t, err, lifecycle.ErrBroken)
			}
		} else if json.Unmarshal(data, &standing) != nil {
			return
		}
		follows := func(d lifecycle.Decision, err error) {
			if err != nil {
				return
			}
			next, err := standing.Apply(d.Entries...)
			require.NoError(t, err)
			require.Equal(t, d.Next, next)
			for _, reason := range d.Reasons {
				require.NotEmpty(t, r.Explain(reason, customer.Chinese))
			}
		}
		follows(r.Vouch(standing, lifecycle.Vouch{Ref: "v", At: at, Customer: "ben"}, on("2026-11-05")))
		follows(r.Bring(standing, lifecycle.Introduction{Ref: "i", At: at, Newcomer: "ben", By: "anna"}, lifecycle.Acquaintance{Referrer: anna}))
		follows(r.Bring(anna, lifecycle.Introduction{Ref: "i", At: at, Newcomer: "anna", By: "ben"}, lifecycle.Acquaintance{Referrer: standing}))
		follows(r.Settle(standing, lifecycle.Settling{Ref: "n", At: at}, lifecycle.FirstPurchase{On: on("2026-11-05"), PaidMinor: 2000}))
		follows(r.Withdraw(standing, lifecycle.Withdrawal{Ref: "w", At: at, Introduction: "i-3"}))
		follows(s.Observe(standing, lifecycle.Observation{Ref: "o", At: at, Remark: lifecycle.Remark{Cause: "price", Told: lifecycle.Said}}))
		permille, _ := s.Weigh(standing.Signals, on("2027-01-02"))
		require.True(t, permille >= 0 && permille <= 1000)
		for _, signal := range standing.Signals {
			s.Errand(signal)
		}
		_ = standing.Brought.Bond.Quota()
	})
}
