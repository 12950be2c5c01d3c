package desk_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/complaint/desk"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
)

func queueRules() desk.QueueRules {
	return desk.QueueRules{
		Edition: customer.Edition{ID: "hall", Version: 2}, Zone: shanghai,
		RankSeconds: 300, PromiseSeconds: 600, NoticeSeconds: 300, FirstAfterSeconds: 1200, OwnerSeconds: 180,
	}
}

func queue(tb require.TestingT, change ...func(*desk.QueueRules)) *desk.Queue {
	rules := queueRules()
	for _, one := range change {
		one(&rules)
	}
	q, err := desk.NewQueue(rules, zoneOf(tb, shanghai))
	require.NoError(tb, err)
	return q
}

// waiting reads who has waited so many seconds at ten o'clock.
func waiting(tb require.TestingT, id string, seconds int, change ...func(*desk.Ticket)) desk.Ticket {
	one := desk.Ticket{ID: id, Arrived: at(tb, "2026-11-25 10:00").Add(-time.Duration(seconds) * time.Second)}
	for _, c := range change {
		c(&one)
	}
	return one
}

func ids(turns []desk.Turn) []string {
	var all []string
	for _, turn := range turns {
		all = append(all, turn.ID)
	}
	return all
}

// rows A52, B52: rank, wait and promise in one figure.
func TestOrder(t *testing.T) {
	ten := at(t, "2026-11-25 10:00")
	rank := func(n int) func(*desk.Ticket) { return func(x *desk.Ticket) { x.Rank = n } }
	due := func(seconds int) func(*desk.Ticket) {
		return func(x *desk.Ticket) { x.Promised = ten.Add(time.Duration(seconds) * time.Second) }
	}
	owned := func(x *desk.Ticket) { x.Owner = "key" }
	for _, tc := range []struct {
		name string
		list []desk.Ticket
		want []string
	}{
		{"nobody", nil, nil},
		{"who came first", []desk.Ticket{waiting(t, "a", 1), waiting(t, "b", 2)}, []string{"b", "a"}},
		{"together: by ID", []desk.Ticket{waiting(t, "b", 1), waiting(t, "a", 1)}, []string{"a", "b"}},
		{"a rank is a head start of five minutes", []desk.Ticket{waiting(t, "gold", 60, rank(1)), waiting(t, "new", 359)}, []string{"gold", "new"}},
		{"and no more: equal scores go by arrival", []desk.Ticket{waiting(t, "gold", 60, rank(1)), waiting(t, "new", 360)}, []string{"new", "gold"}},
		{"a promise that is due", []desk.Ticket{waiting(t, "due", 1, due(0)), waiting(t, "b", 600)}, []string{"due", "b"}},
		{"overdue lifts no more", []desk.Ticket{waiting(t, "due", 1, due(-5000)), waiting(t, "b", 601)}, []string{"b", "due"}},
		{"half way", []desk.Ticket{waiting(t, "due", 1, due(150)), waiting(t, "b", 300), waiting(t, "c", 302)}, []string{"c", "due", "b"}},
		{"not yet", []desk.Ticket{waiting(t, "due", 1, due(300)), waiting(t, "b", 2)}, []string{"b", "due"}},
		{"rounded down", []desk.Ticket{waiting(t, "due", 1, due(299)), waiting(t, "b", 2), waiting(t, "c", 4)}, []string{"c", "due", "b"}},
		// row A41: twenty minutes
		{"twenty minutes come first", []desk.Ticket{waiting(t, "gold", 600, rank(100)), waiting(t, "old", 1200)}, []string{"old", "gold"}},
		{"a second less does not", []desk.Ticket{waiting(t, "gold", 600, rank(100)), waiting(t, "old", 1199)}, []string{"gold", "old"}},
		// row B23
		{"past the queue", []desk.Ticket{waiting(t, "key", 0, owned), waiting(t, "old", 5000)}, []string{"key", "old"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			turns, err := queue(t).Order(tc.list, ten)
			require.NoError(t, err)
			assert.Equal(t, tc.want, ids(turns))
		})
	}
	q := queue(t)
	turns, err := q.Order([]desk.Ticket{waiting(t, "a", 1200, rank(2), due(150), owned)}, ten)
	require.NoError(t, err)
	turn := turns[0]
	assert.Equal(t, []int64{2100, 1200, 600, 300}, []int64{turn.Score, turn.Waited, turn.RankLift, turn.PromiseLift})
	assert.Equal(t, []string{"desk.waited", "desk.bypass key", "desk.first", "desk.rank-lift", "desk.promise-lift"}, codes(q.Because(turn)))
	written, err := json.Marshal(turn)
	require.NoError(t, err)
	var read desk.Turn
	require.NoError(t, json.Unmarshal(written, &read))
	assert.Equal(t, turn.Score, read.Score)

	// Without notice a promise lifts when it is due, and not before.
	q = queue(t, func(r *desk.QueueRules) { r.NoticeSeconds = 0 })
	turns, err = q.Order([]desk.Ticket{waiting(t, "due", 0, due(0)), waiting(t, "soon", 0, due(1))}, ten)
	require.NoError(t, err)
	assert.Equal(t, []int64{600, 0}, []int64{turns[0].PromiseLift, turns[1].PromiseLift})
}

func tickets(t *rapid.T) []desk.Ticket {
	var list []desk.Ticket
	for i := range rapid.IntRange(0, 12).Draw(t, "waiting") {
		one := waiting(t, fmt.Sprint(i), rapid.IntRange(0, 1500).Draw(t, "waited"))
		one.Rank = rapid.IntRange(0, 3).Draw(t, "rank")
		if rapid.Bool().Draw(t, "promised") {
			one.Promised = one.Arrived.Add(time.Duration(rapid.IntRange(0, 3000).Draw(t, "due")) * time.Second)
		}
		if rapid.IntRange(0, 5).Draw(t, "owned") == 0 {
			one.Owner = rapid.SampledFrom([]string{"an", "bo"}).Draw(t, "owner")
		}
		one.Skills = rapid.SliceOfN(rapid.SampledFrom([]string{"x", "y"}), 0, 1).Draw(t, "skills")
		list = append(list, one)
	}
	return list
}

// The order is total, and the same whatever the order of the list; the scores say it.
func TestOrderIsTotal(t *testing.T) {
	ten := at(t, "2026-11-25 10:00")
	q := queue(t)
	rapid.Check(t, func(t *rapid.T) {
		list := tickets(t)
		turns, err := q.Order(list, ten)
		require.NoError(t, err)
		again, err := q.Order(rapid.Permutation(list).Draw(t, "shuffled"), ten)
		require.NoError(t, err)
		require.Equal(t, turns, again)
		require.Len(t, turns, len(list))
		for i := 1; i < len(turns); i++ {
			a, b := turns[i-1], turns[i]
			switch {
			case a.Bypass != b.Bypass:
				require.True(t, a.Bypass)
			case a.First != b.First:
				require.True(t, a.First)
			default:
				require.GreaterOrEqual(t, a.Score, b.Score)
			}
		}
	})
}

// Nobody starves: with enough wait everybody comes before whoever arrives then, whatever her
// rank and her promise, also where the rules have no FirstAfterSeconds.
func TestOrderStarvesNobody(t *testing.T) {
	ten := at(t, "2026-11-25 10:00")
	q := queue(t, func(r *desk.QueueRules) { r.FirstAfterSeconds = 0 })
	rapid.Check(t, func(t *rapid.T) {
		rank := rapid.IntRange(0, desk.MaxRank).Draw(t, "rank")
		waited := rapid.IntRange(0, 500).Draw(t, "waited")
		enough := waited + rank*300 + 600
		list := []desk.Ticket{
			waiting(t, "old", enough),
			waiting(t, "new", waited, func(x *desk.Ticket) { x.Rank, x.Promised = rank, ten }),
		}
		turns, err := q.Order(list, ten)
		require.NoError(t, err)
		require.Equal(t, []string{"old", "new"}, ids(turns))
		list[0].Arrived = list[0].Arrived.Add(time.Second)
		if rank > 0 {
			turns, err = q.Order(list, ten)
			require.NoError(t, err)
			require.Equal(t, []string{"new", "old"}, ids(turns), "a second less is not enough")
		}
	})
}

// Between two without promises the order does not change while they wait, from one fraction of
// a second to the next.
func TestOrderStays(t *testing.T) {
	ten := at(t, "2026-11-25 10:00")
	q := queue(t, func(r *desk.QueueRules) { r.FirstAfterSeconds = 0 })
	rapid.Check(t, func(t *rapid.T) {
		list := tickets(t)
		for i := range list { // at any fraction of a second
			list[i].Promised = time.Time{}
			list[i].Arrived = list[i].Arrived.Add(-time.Duration(rapid.IntRange(0, 999).Draw(t, "earlier")) * time.Millisecond)
		}
		now, err := q.Order(list, ten)
		require.NoError(t, err)
		then, err := q.Order(list, ten.Add(time.Duration(rapid.IntRange(0, 5_000_000).Draw(t, "later"))*time.Millisecond))
		require.NoError(t, err)
		require.Equal(t, ids(now), ids(then))
	})
}

func TestNext(t *testing.T) {
	ten := at(t, "2026-11-25 10:00")
	q := queue(t)
	owned := func(x *desk.Ticket) { x.Owner = "key" }
	forex := func(x *desk.Ticket) { x.Skills = []string{"forex"} }
	english := func(x *desk.Ticket) { x.Language = "en" }
	an := desk.Agent{ID: "an"}
	key := desk.Agent{ID: "key"}
	all := desk.Agent{ID: "bo", Skills: []string{"cash", "forex"}, Languages: []string{"en"}}
	for _, tc := range []struct {
		name string
		list []desk.Ticket
		by   desk.Agent
		want string
	}{
		{"nobody", nil, an, ""},
		{"the first", []desk.Ticket{waiting(t, "a", 1), waiting(t, "b", 2)}, an, "b"},
		{"the first whom she can serve", []desk.Ticket{waiting(t, "a", 1), waiting(t, "b", 2, forex), waiting(t, "c", 3, english)}, an, "a"},
		{"whoever can serve all serves the first", []desk.Ticket{waiting(t, "a", 1), waiting(t, "b", 2, forex), waiting(t, "c", 3, english)}, all, "c"},
		{"none whom she can serve", []desk.Ticket{waiting(t, "b", 2, forex)}, an, ""},
		{"her own before all", []desk.Ticket{waiting(t, "a", 2000), waiting(t, "k", 1, owned)}, key, "k"},
		{"not another's", []desk.Ticket{waiting(t, "a", 1), waiting(t, "k", 179, owned)}, an, "a"},
		{"another's after three minutes, before all", []desk.Ticket{waiting(t, "a", 2000), waiting(t, "k", 180, owned)}, an, "k"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			turn, found, err := q.Next(tc.list, tc.by, ten)
			require.NoError(t, err)
			assert.Equal(t, tc.want != "", found)
			assert.Equal(t, tc.want, turn.ID)
		})
	}
}

// The estimate is exact where it can be: all taken, the (k+1)th to become free.
func TestWait(t *testing.T) {
	ten := at(t, "2026-11-25 10:00")
	list := []desk.Ticket{waiting(t, "a", 3), waiting(t, "b", 2), waiting(t, "c", 1)}
	for _, tc := range []struct {
		id       string
		counters desk.Counters
		ahead    int
		seconds  int64
	}{
		{"a", desk.Counters{Open: 2, MeanSeconds: 240}, 0, 120},
		{"b", desk.Counters{Open: 2, MeanSeconds: 240}, 1, 240},
		{"c", desk.Counters{Open: 2, MeanSeconds: 240}, 2, 360},
		{"c", desk.Counters{Open: 4, MeanSeconds: 240}, 2, 180},
		{"a", desk.Counters{Open: 2, Free: 1, MeanSeconds: 240}, 0, 0},
		{"b", desk.Counters{Open: 2, Free: 1, MeanSeconds: 240}, 1, 120},
		{"b", desk.Counters{Open: 2, Free: 2, MeanSeconds: 240}, 1, 0},
		{"a", desk.Counters{Open: 3, MeanSeconds: 100}, 0, 34},
	} {
		got, err := queue(t).Wait(list, tc.id, tc.counters, ten)
		require.NoError(t, err)
		assert.Equal(t, tc.ahead, got.Ahead, "%+v", tc)
		assert.Equal(t, tc.seconds, got.Seconds, "%+v", tc)
		assert.Equal(t, []string{"desk.ahead " + tc.id, "desk.wait " + tc.id}, codes(got.Because))
	}
	_, err := queue(t).Wait(list, "x", desk.Counters{Open: 0, Free: 1}, ten)
	assert.Equal(t, []string{"counters.open", "counters.free", "counters.mean_seconds", "id"}, customertest.Paths(t, err))
}

func TestQueueFaults(t *testing.T) {
	_, err := desk.NewQueue(desk.QueueRules{
		Zone: shanghai, RankSeconds: -1, PromiseSeconds: 0, NoticeSeconds: 1, FirstAfterSeconds: 30*24*60*60 + 1, OwnerSeconds: -1,
	}, zoneOf(t, shanghai))
	assert.Equal(t, []string{"id", "version", "rank_seconds", "first_after_seconds", "owner_seconds", "notice_seconds"}, customertest.Paths(t, err))

	q := queue(t, func(r *desk.QueueRules) { r.Until = date(t, "2026-12-01") })
	ten := at(t, "2026-11-25 10:00")
	_, err = q.Order([]desk.Ticket{
		waiting(t, "a", 1), waiting(t, "a", 1), waiting(t, "", 0), waiting(t, "b", -1),
		{ID: "c", Arrived: ten.AddDate(-11, 0, 0), Rank: 101, Owner: "\x00", Language: "\x00", Skills: []string{""}},
		{ID: "d", Rank: -1},
		{ID: "e", Arrived: ten, Skills: make([]string, 101)},
	}, ten)
	assert.Equal(t, []string{
		"waiting[1].id", "waiting[2].id", "waiting[3].arrived",
		"waiting[4].owner", "waiting[4].language", "waiting[4].rank", "waiting[4].arrived", "waiting[4].skills[0]",
		"waiting[5].rank", "waiting[5].arrived", "waiting[6].skills",
	}, customertest.Paths(t, err))
	_, err = q.Order(nil, time.Time{})
	assert.Equal(t, []string{"at"}, customertest.Paths(t, err))
	_, err = q.Order(nil, at(t, "2026-12-01 00:00"))
	assert.Equal(t, []string{"customer.no-longer-in-force"}, codes(missing(t, err)))
	_, _, err = q.Next(nil, desk.Agent{}, ten)
	assert.Equal(t, []string{"by.id"}, customertest.Paths(t, err))
	_, err = new(desk.Queue).Order(nil, ten)
	require.Error(t, err)
}
