package desk_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/complaint/desk"
	"github.com/rapport-crm/rapport/customer"
)

// A chain of 1000 branches with four desks and ten agents each.
func BenchmarkWhere(b *testing.B) {
	rules := bankRules()
	var agents []desk.Agent
	for i := range 1000 {
		site := desk.Site{ID: fmt.Sprintf("site-%d", i), Calendar: "door"}
		for j := range 4 {
			one := desk.Desk{ID: fmt.Sprintf("desk-%d-%d", i, j), Channel: "counter", Calendar: "corporate"}
			for task := range 10 {
				if task%4 == j || j == 0 {
					one.Does = append(one.Does, desk.Ability{Task: fmt.Sprintf("task-%d", task)})
				}
			}
			site.Desks = append(site.Desks, one)
		}
		for j := range 10 {
			agents = append(agents, desk.Agent{
				ID: fmt.Sprintf("agent-%d-%d", i, j), Desks: []string{site.Desks[j%4].ID}, Skills: []string{"cash", "corporate"}, Calendar: "line",
			})
		}
		rules.Sites = append(rules.Sites, site)
	}
	for task := range 10 {
		rules.Tasks = append(rules.Tasks, desk.Task{ID: fmt.Sprintf("task-%d", task), Skills: []string{"corporate"}})
	}
	d, err := desk.New(rules, zoneOf(b, shanghai), bankCalendars(b)...)
	require.NoError(b, err)
	staff := roster(b, d, agents...)
	noon := at(b, "2026-11-25 12:30")
	b.Run("everywhere", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := d.Where(desk.Question{Task: "task-1", Site: "site-7", Channel: "counter"}, staff, noon); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("one desk", func(b *testing.B) {
		open := at(b, "2026-11-25 13:30")
		b.ReportAllocs()
		for b.Loop() {
			if _, err := d.Can(desk.Question{Task: "task-1"}, "desk-7-1", staff, open); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("assign", func(b *testing.B) {
		open := at(b, "2026-11-25 13:30")
		b.ReportAllocs()
		for b.Loop() {
			if _, err := d.Assign(desk.Need{Desk: "desk-7-1", Skills: []string{"cash"}}, staff, open); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkRoute(b *testing.B) {
	rules := topicRules()
	for i := range 10_000 {
		rules.Topics = append(rules.Topics, desk.Topic{Topic: fmt.Sprintf("topic/%d/%d", i/100, i), Group: "cards"})
	}
	all, err := desk.NewTopics(rules, zoneOf(b, shanghai), nil)
	require.NoError(b, err)
	when := at(b, "2026-11-25 10:00")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := all.Route("topic/42/4211/abroad", "south", when); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkOrder(b *testing.B) {
	q := queue(b)
	ten := at(b, "2026-11-25 10:00")
	list := make([]desk.Ticket, 10_000)
	for i := range list {
		draw := customer.Draw("bench", customer.ID(fmt.Sprint(i)))
		list[i] = desk.Ticket{ID: fmt.Sprint(i), Arrived: ten.Add(-time.Duration(draw%3600) * time.Second), Rank: int(draw >> 20 % 4)}
		if draw>>30%5 == 0 {
			list[i].Promised = ten.Add(time.Duration(draw>>40%900) * time.Second)
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := q.Order(list, ten); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(list)*b.N)/b.Elapsed().Seconds(), "waiting/s")
}

func BenchmarkStaff(b *testing.B) {
	for _, arrivals := range []int{100, 9_900} {
		b.Run(fmt.Sprint(arrivals), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, err := desk.Staff(desk.Load{Arrivals: arrivals, IntervalSeconds: 180, MeanSeconds: 180}, desk.Target{WithinPermille: 800, WithinSeconds: 20})
				if err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkSuggest(b *testing.B) {
	rules := desk.BulletinRules{Edition: customer.Edition{ID: "n", Version: 1}, Zone: shanghai}
	for i := range 1000 {
		rules.Bulletins = append(rules.Bulletins, desk.Bulletin{
			ID: fmt.Sprint(i), Version: 1, From: at(b, "2026-11-01 00:00"), Topics: []string{fmt.Sprintf("topic/%d", i%50)},
		})
	}
	all, err := desk.NewBoard(rules, zoneOf(b, shanghai))
	require.NoError(b, err)
	when := at(b, "2026-11-25 10:00")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := all.Suggest(desk.About{Topic: "topic/7/x"}, "an", nil, when); err != nil {
			b.Fatal(err)
		}
	}
}
