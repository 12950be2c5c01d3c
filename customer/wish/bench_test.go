package wish_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/wish"
)

// regular is a guest of ten years, and the book that remembers her.
func regular(tb testing.TB) (*wish.Book, wish.Memory) {
	tb.Helper()
	rules := whole()
	rules.Kinds = nil
	for _, id := range []string{"seat", "spot", "floor", "bed", "view", "quiet"} {
		rules.Kinds = append(rules.Kinds, wish.KindRule{ID: id, Weight: 5, One: true, HalfLifeDays: 365, AskAfter: 3})
	}
	book := bookOf(tb, rules)
	var m wish.Memory
	for i := range 60 {
		var saw []wish.Sight
		for j, rule := range rules.Kinds {
			saw = append(saw, wish.Sight{Kind: rule.ID, Value: fmt.Sprint((i*j + i/7) % 4), Leaning: wish.For})
		}
		saw[i%6].Leaning = wish.Leaning(1 + i%13/12)
		d, err := book.Observe(m, wish.Observe{Step: step(fmt.Sprint(i), "2026-11-25 08:00"), On: day("2016-12-01").AddDays(i * 60), Saw: saw})
		require.NoError(tb, err)
		m = d.Next
	}
	return book, m
}

// A guest of sixty stays asks for a room, and two hundred are free.
func BenchmarkPropose200Rooms(b *testing.B) {
	book, m := regular(b)
	var rooms []wish.Free
	for i := range 200 {
		room := wish.Free{ID: fmt.Sprint("R", i)}
		for j, kind := range []string{"seat", "spot", "floor", "bed", "view", "quiet"} {
			room.Has = append(room.Has, wish.Attribute{Name: kind, Value: fmt.Sprint((i*7 + j*i) % 5)})
		}
		rooms = append(rooms, room)
	}
	now := at("2026-11-25 12:00")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := book.Propose(m, rooms, now); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkLikes(b *testing.B) {
	book, m := regular(b)
	on := day("2026-11-25")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := book.Likes(m, "seat", on); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkObserve(b *testing.B) {
	book, m := regular(b)
	x := wish.Observe{Step: step("o", "2026-11-25 08:00"), Saw: []wish.Sight{{Kind: "seat", Value: "1", Leaning: wish.For}, {Kind: "spot", Value: "2", Leaning: wish.For}}}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := book.Observe(m, x); err != nil {
			b.Fatal(err)
		}
	}
}

// One product has come, and a hundred thousand wait for it: a thousand may be told.
func BenchmarkArrival100000(b *testing.B) {
	book := bookOf(b, whole())
	waiting := make([]wish.Waiting, 100_000)
	since := at("2026-05-01 09:00")
	for i := range waiting {
		colour := []string{"white", "black", "white", "grey"}[i%4]
		waiting[i] = wish.Waiting{Customer: customer.ID(fmt.Sprint("c-", i)), Allowed: i%10 > 0, Wanted: wish.Wanted{
			Ref: "w", Product: "book-14", Family: "notebooks", Variant: []wish.Attribute{{Name: "colour", Value: colour}}, Quantity: 1, Channel: "sms",
			At: since.Add(time.Duration(i*7919%100_000) * time.Minute), Until: day("2026-12-01"),
		}}
	}
	stock := shelf("B14 book-14 white 1000, A13 air-13 white 500, P16 pro-16 white 200")
	now := at("2026-08-01 09:00")
	b.ReportAllocs()
	for b.Loop() {
		arrived, err := book.Arrival(stock, waiting, now)
		if err != nil || len(arrived.Notices) != 1000+500+200 {
			b.Fatal(len(arrived.Notices), err)
		}
	}
	b.ReportMetric(float64(len(waiting))*float64(b.N)/b.Elapsed().Seconds(), "wishes/s")
}

// The most articles of one product, of twenty features each, for a tenth of the most who may wait.
func BenchmarkArrivalMost(b *testing.B) {
	book := bookOf(b, whole())
	var features []wish.Attribute
	for i := range 20 {
		features = append(features, wish.Attribute{Name: fmt.Sprint("feature-", i), Value: "as she likes it"})
	}
	stock := make([]wish.Stock, 1000)
	for i := range stock {
		stock[i] = wish.Stock{SKU: fmt.Sprint(i), Product: "book-14", Family: "notebooks", Has: features, Left: 1}
	}
	waiting := make([]wish.Waiting, 100_000)
	for i := range waiting {
		waiting[i] = wish.Waiting{Customer: customer.ID(fmt.Sprint("c-", i)), Allowed: true, Wanted: wish.Wanted{
			Ref: "w", Product: "book-14", Family: "notebooks", Variant: features, Quantity: 1, Channel: "sms",
			At: at("2026-05-01 09:00").Add(time.Duration(i) * time.Second), Until: day("2026-12-01"),
		}}
	}
	now := at("2026-08-01 09:00")
	for b.Loop() {
		if arrived, err := book.Arrival(stock, waiting, now); err != nil || len(arrived.Notices) != 1000 {
			b.Fatal(len(arrived.Notices), err)
		}
	}
}

// The most values of one kind, each seen on a hundred days.
func BenchmarkLikesMost(b *testing.B) {
	book := bookOf(b, whole())
	var m wish.Memory
	days := make([]wish.Day, 100)
	for i := range days {
		days[i] = wish.Day{On: day("2026-01-01").AddDays(i), Times: 1}
	}
	for i := range wish.MaxList {
		m.Preferences = append(m.Preferences, wish.Preference{Kind: "seat", Value: fmt.Sprintf("%04d", i), For: wish.Seen{Times: 100, Days: days}})
	}
	on := day("2026-06-01")
	for b.Loop() {
		if _, err := book.Likes(m, "seat", on); err != nil {
			b.Fatal(err)
		}
	}
}

// A hundred thousand customers are grouped by their needs.
func BenchmarkTally100000(b *testing.B) {
	book := bookOf(b, whole())
	var m wish.Memory
	for i, group := range []string{"quiet", "stairs", "sauna", "quiet"} {
		d, err := book.Need(m, wish.Need{Step: step(fmt.Sprint(i), "2026-05-01 09:00"), Group: group, Depth: wish.Depth(1 + i%2)})
		require.NoError(b, err)
		m = d.Next
	}
	offered := map[string]bool{"attic": true}
	b.ReportAllocs()
	for b.Loop() {
		tally, err := book.Tally(day("2026-06-01"))
		if err != nil {
			b.Fatal(err)
		}
		for range 100_000 {
			if err := book.Count(tally, m, "trade", offered); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(100_000*float64(b.N)/b.Elapsed().Seconds(), "customers/s")
}
