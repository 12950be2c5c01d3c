package warranty_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/customer/warranty"
)

func day(t *testing.T, text string) customer.Date {
	t.Helper()
	day, err := customer.ParseDate(text)
	require.NoError(t, err)
	return day
}

// A computer is covered for a year from its installation. Five days at a repairer are left out of
// the year, and the machine that it is exchanged for has a year of its own.
func Example() {
	date := func(text string) customer.Date { day, _ := customer.ParseDate(text); return day }
	goods := warranty.Goods{
		Bought: date("2026-01-10"), Delivered: date("2026-01-12"), Installed: date("2026-01-15"),
		Repairs:   []warranty.Repair{{From: date("2026-03-01"), To: date("2026-03-05")}},
		Exchanges: customer.Days{date("2026-06-20")},
	}
	year := warranty.Window{Years: 1, Counted: warranty.FromInstallation, RepairsProlong: true, ExchangeRenews: true}
	for _, on := range []string{"2026-01-14", "2026-02-01", "2026-04-01", "2026-07-01"} {
		known := goods.Known(date(on))
		term := year.Term(&known)
		fmt.Printf("on %s: from %s until %s, day %d of %d, prolonged by %d\n", on, term.From, term.Until, term.Day(date(on)), term.Days, term.Prolonged)
	}
	// Output:
	// on 2026-01-14: from  until , day 0 of 0, prolonged by 0
	// on 2026-02-01: from 2026-01-15 until 2027-01-15, day 17 of 365, prolonged by 0
	// on 2026-04-01: from 2026-01-15 until 2027-01-20, day 76 of 370, prolonged by 5
	// on 2026-07-01: from 2026-06-20 until 2027-06-20, day 11 of 365, prolonged by 0
}

func TestTerm(t *testing.T) {
	for _, tc := range []struct {
		name, bought, until string
		window              warranty.Window
		days                int
	}{
		{"7 days", "2011-11-26", "2011-12-03", warranty.Window{Days: 7}, 7},
		{"7 days, the first counts", "2011-11-26", "2011-12-02", warranty.Window{Days: 7, FirstDayCounts: true}, 7},
		{"a month from the 31st", "2011-01-31", "2011-02-28", warranty.Window{Months: 1}, 28},
		{"a month of which the first day counts", "2011-03-15", "2011-04-14", warranty.Window{Months: 1, FirstDayCounts: true}, 31},
		{"a year from a leap day", "2012-02-29", "2013-02-28", warranty.Window{Years: 1}, 365},
		{"for life", "2012-02-29", "", warranty.Window{Lifetime: true}, 0},
		{"a last day for all", "2011-11-26", "2012-01-31", warranty.Window{LastDay: day(t, "2012-01-31")}, 66},
		{"a last day that is over", "2012-02-01", "2012-01-31", warranty.Window{LastDay: day(t, "2012-01-31")}, 0},
		{"beyond the calendar", "9950-01-01", "9999-12-31", warranty.Window{Years: 100}, 18_261},
	} {
		t.Run(tc.name, func(t *testing.T) {
			tc.window.Counted = warranty.FromPurchase
			var faults customer.Faults
			tc.window.Check(&faults)
			require.NoError(t, faults.Err())
			goods := warranty.Goods{Bought: day(t, tc.bought)}
			known := goods.Known(goods.Bought)
			term := tc.window.Term(&known)
			assert.Equal(t, tc.until, term.Until.String())
			assert.Equal(t, tc.days, term.Days)
			if tc.days > 0 {
				assert.Equal(t, tc.days, term.Day(term.Until), "the last day is day n of n")
			}
		})
	}
}

// What repairs add, and what an exchange begins anew. Row A63.
func TestRepaired(t *testing.T) {
	week := warranty.Window{Days: 7, Counted: warranty.FromPurchase, RepairsProlong: true, ExchangeRenews: true}
	first := week
	first.FirstDayCounts = true
	month := warranty.Window{Months: 1, Counted: warranty.FromPurchase, RepairsProlong: true}
	type stays [][2]string
	for _, tc := range []struct {
		name, on  string
		window    warranty.Window
		bought    string
		repairs   stays
		exchanged []string
		until     string
		prolonged int
	}{
		{"one day", "2026-03-30", week, "2026-03-01", stays{{"2026-03-05", "2026-03-05"}}, nil, "2026-03-09", 1},
		{"overlapping ones count once", "2026-03-30", week, "2026-03-01", stays{{"2026-03-06", "2026-03-09"}, {"2026-03-05", "2026-03-07"}}, nil, "2026-03-13", 5},
		{"one within another", "2026-03-30", week, "2026-03-01", stays{{"2026-03-05", "2026-03-09"}, {"2026-03-06", "2026-03-07"}}, nil, "2026-03-13", 5},
		{"a shared day counts once", "2026-03-30", week, "2026-03-01", stays{{"2026-03-05", "2026-03-06"}, {"2026-03-06", "2026-03-08"}}, nil, "2026-03-12", 4},
		{"on the last day", "2026-03-30", week, "2026-03-01", stays{{"2026-03-08", "2026-03-10"}}, nil, "2026-03-11", 3},
		{"on the day after", "2026-03-30", week, "2026-03-01", stays{{"2026-03-09", "2026-03-11"}}, nil, "2026-03-08", 0},
		{"on the day to which another has moved it", "2026-03-30", week, "2026-03-01", stays{{"2026-03-08", "2026-03-10"}, {"2026-03-11", "2026-03-12"}}, nil, "2026-03-13", 5},
		{"and on the day after that", "2026-03-30", week, "2026-03-01", stays{{"2026-03-08", "2026-03-10"}, {"2026-03-12", "2026-03-13"}}, nil, "2026-03-11", 3},
		{"on the day of the purchase, which does not count", "2026-03-30", week, "2026-03-01", stays{{"2026-03-01", "2026-03-02"}}, nil, "2026-03-09", 1},
		{"and which does", "2026-03-30", first, "2026-03-01", stays{{"2026-03-01", "2026-03-02"}}, nil, "2026-03-09", 2},
		{"an open one, so far", "2026-03-06", week, "2026-03-01", stays{{"2026-03-05", ""}}, nil, "2026-03-10", 2},
		{"an open one from the last day on", "2026-03-20", week, "2026-03-01", stays{{"2026-03-08", ""}}, nil, "2026-03-21", 13},
		{"one of which the end is not reached", "2026-03-06", week, "2026-03-01", stays{{"2026-03-05", "2026-03-20"}}, nil, "2026-03-10", 2},
		{"one that is to come", "2026-03-04", week, "2026-03-01", stays{{"2026-03-05", "2026-03-20"}}, nil, "2026-03-08", 0},
		{"a month that ends in February, and goes on in March", "2026-03-30", month, "2026-01-31", stays{{"2026-02-27", "2026-03-01"}}, nil, "2026-03-03", 3},
		{"in a leap year", "2028-03-30", month, "2028-01-31", stays{{"2028-02-28", "2028-02-28"}}, nil, "2028-03-01", 1},
		{"exchanged after a repair", "2026-03-30", week, "2026-03-01", stays{{"2026-03-05", "2026-03-06"}}, []string{"2026-03-10"}, "2026-03-17", 0},
		{"exchanged at the repairer", "2026-03-30", week, "2026-03-01", stays{{"2026-03-05", ""}}, []string{"2026-03-10"}, "2026-03-17", 0},
		{"the repair of the old ones is none of the new ones", "2026-03-30", first, "2026-03-01", stays{{"2026-03-05", ""}}, []string{"2026-03-10"}, "2026-03-16", 0},
		{"and repaired since", "2026-03-30", week, "2026-03-01", stays{{"2026-03-11", "2026-03-12"}}, []string{"2026-03-10"}, "2026-03-19", 2},
		{"exchanged twice", "2026-03-30", week, "2026-03-01", stays{{"2026-03-11", "2026-03-12"}}, []string{"2026-03-10", "2026-03-14"}, "2026-03-21", 0},
		{"the second time not yet", "2026-03-13", week, "2026-03-01", stays{{"2026-03-11", "2026-03-12"}}, []string{"2026-03-10", "2026-03-14"}, "2026-03-19", 2},
	} {
		t.Run(tc.name, func(t *testing.T) {
			goods := warranty.Goods{Bought: day(t, tc.bought)}
			for _, stay := range tc.repairs {
				repair := warranty.Repair{From: day(t, stay[0])}
				if stay[1] != "" {
					repair.To = day(t, stay[1])
				}
				goods.Repairs = append(goods.Repairs, repair)
			}
			for _, text := range tc.exchanged {
				goods.Exchanges.Add(day(t, text))
			}
			var faults customer.Faults
			goods.Check(&faults)
			tc.window.Check(&faults)
			require.NoError(t, faults.Err())
			known := goods.Known(day(t, tc.on))
			term := tc.window.Term(&known)
			assert.Equal(t, tc.until, term.Until.String())
			assert.Equal(t, tc.prolonged, term.Prolonged)
			assert.Equal(t, len(tc.exchanged) > 0, term.Renewed)

			// A term that was stored counts its days as before.
			data, err := json.Marshal(term)
			require.NoError(t, err)
			var read warranty.Term
			require.NoError(t, json.Unmarshal(data, &read))
			assert.Equal(t, term, read)
			assert.Equal(t, term.Days, read.Day(read.Until))
		})
	}
}

// Days at a repairer are counted one by one: the term is as long as its window beside them.
func TestProlonged(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bought := customer.Date(738_000)
		goods := warranty.Goods{Bought: bought}
		for range rapid.IntRange(0, 6).Draw(t, "repairs") {
			from := bought + customer.Date(rapid.IntRange(0, 60).Draw(t, "from"))
			goods.Repairs = append(goods.Repairs, warranty.Repair{From: from, To: from + customer.Date(rapid.IntRange(0, 15).Draw(t, "days"))})
		}
		window := warranty.Window{
			Days: rapid.IntRange(1, 40).Draw(t, "window"), Counted: warranty.FromPurchase, RepairsProlong: true,
			FirstDayCounts: rapid.Bool().Draw(t, "first day counts"),
		}
		known := goods.Known(bought + 1000)
		term := window.Term(&known)

		// The obvious way: walk over the days, and count those on which she had the goods.
		left, on := window.Days, bought
		if window.FirstDayCounts {
			on--
		}
		for left > 0 {
			on++
			away := false
			for _, repair := range goods.Repairs {
				away = away || repair.From <= on && on <= repair.To
			}
			if !away {
				left--
			}
		}
		assert.Equal(t, on, term.Until)
		assert.Equal(t, window.Days+term.Prolonged, term.Days)
		first := bought + 1
		if window.FirstDayCounts {
			first = bought
		}
		assert.Equal(t, known.DaysAway(first, term.Until), term.Prolonged)
	})
}

func TestFaults(t *testing.T) {
	var faults customer.Faults
	warranty.Window{Days: -1, Months: 1201, Years: 101, Lifetime: true, LastDay: -1, RepairsProlong: true}.Check(&faults)
	assert.Equal(t, []string{"days", "months", "years", "last_day", "", "repairs_prolong", "counted"}, customertest.Paths(t, faults.Err()))
	faults = nil
	warranty.Window{LastDay: 739_000, ExchangeRenews: true, Counted: warranty.FromPurchase}.Check(&faults)
	assert.Equal(t, []string{"exchange_renews"}, customertest.Paths(t, faults.Err()), "a day that is the same for all does not begin anew")
	faults = nil
	goods := warranty.Goods{
		Delivered: -1, Installed: -2, Exchanges: customer.Days{-5},
		Repairs: []warranty.Repair{{}, {From: 739_000, To: 738_999}},
	}
	goods.Check(&faults)
	assert.Equal(t, []string{"bought", "delivered", "installed", "repairs[0].from", "repairs[1].to", "exchanges"}, customertest.Paths(t, faults.Err()))
	faults = nil
	(&warranty.Goods{Bought: 739_000, Delivered: 738_999, Installed: 738_999}).Check(&faults)
	assert.Equal(t, []string{"delivered", "installed"}, customertest.Paths(t, faults.Err()))
}

func TestStart(t *testing.T) {
	for start, text := range map[warranty.Start]string{
		warranty.FromPurchase: "purchase", warranty.FromDelivery: "delivery", warranty.FromInstallation: "installation",
	} {
		data, err := json.Marshal(start)
		require.NoError(t, err)
		assert.JSONEq(t, `"`+text+`"`, string(data))
		var read warranty.Start
		require.NoError(t, json.Unmarshal(data, &read))
		assert.Equal(t, start, read)
	}
	_, err := json.Marshal(warranty.Start(0))
	require.Error(t, err)
}

func BenchmarkTerm(b *testing.B) {
	goods := warranty.Goods{Bought: 739_000, Delivered: 739_002, Installed: 739_005, Repairs: []warranty.Repair{{From: 739_100, To: 739_105}}}
	window := warranty.Window{Years: 1, Counted: warranty.FromInstallation, RepairsProlong: true, ExchangeRenews: true}
	b.ReportAllocs()
	for b.Loop() {
		known := goods.Known(739_200)
		window.Term(&known)
	}
}
