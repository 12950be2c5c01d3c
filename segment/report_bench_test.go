package segment_test

import (
	"math/rand/v2"
	"testing"

	"github.com/rapport-crm/rapport/segment"
)

// manyShoppers have ten entries each in a table of so many rows and columns, most of them
// in its first cells.
func manyShoppers(shoppers, rows, columns, stores int) []reportShopper {
	chance := rand.New(rand.NewPCG(7, 8))
	skewed := func(n int) int { f := chance.Float64(); return int(float64(n) * f * f) }
	list := make([]reportShopper, shoppers)
	for i := range list {
		for range 10 {
			list[i] = append(list[i], segment.ReportEntry{
				Row: skewed(rows), Column: skewed(columns), Store: chance.IntN(stores), Units: chance.Int64N(100_000), Amount: chance.Int64N(5000),
			})
		}
	}
	return list
}

func BenchmarkReportAdd(b *testing.B) {
	report, shoppers := newReport(b, reportRules(10), reportTable(9, 12)), manyShoppers(100_000, 9, 12, 4)
	b.ReportAllocs()
	for b.Loop() {
		for _, shopper := range shoppers {
			if err := report.Add(shopper); err != nil {
				b.Fatal(err)
			}
		}
	}
	linesPerSecond(b, 10*len(shoppers))
}

func BenchmarkReportPublish(b *testing.B) {
	for _, size := range []struct {
		name                    string
		rows, columns, shoppers int
	}{{"9x12", 9, 12, 250}, {"100x100", 100, 100, 20_000}} {
		b.Run(size.name, func(b *testing.B) {
			rules := reportRules(10)
			rules.RangePermille, rules.Units = 200, true
			report := newReport(b, rules, reportTable(size.rows, size.columns))
			for _, shopper := range manyShoppers(size.shoppers, size.rows, size.columns, 4) {
				if err := report.Add(shopper); err != nil {
					b.Fatal(err)
				}
			}
			gaps := 0
			b.ReportAllocs()
			for b.Loop() {
				_, list, err := report.Publish("q1", nil, nil)
				if err != nil {
					b.Fatal(err)
				}
				gaps = len(list)
			}
			b.ReportMetric(float64(gaps), "gaps")
		})
	}
}
