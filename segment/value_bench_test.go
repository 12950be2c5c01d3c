package segment_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/segment"
)

// valueFigures are a population's figures: most bring little, few bring much, some lose.
func valueFigures(n int) []int64 {
	chance := rand.New(rand.NewPCG(7, 8))
	figures := make([]int64, n)
	for i := range figures {
		part := chance.Float64()
		figures[i] = int64(1_000_000*part*part*part*part) - 5000
	}
	return figures
}

// A million customers, of more distinct figures than are told apart.
func BenchmarkConcentrationAdd(b *testing.B) {
	figures := valueFigures(benchLines)
	b.ReportAllocs()
	for b.Loop() {
		var c segment.Concentration
		for _, figure := range figures {
			c.Add(figure)
		}
	}
	linesPerSecond(b, len(figures))
}

func BenchmarkConcentrationRank(b *testing.B) {
	figures := valueFigures(100_000)
	curve := concentrationOf(figures...).Curve()
	i := 0
	b.ReportAllocs()
	for b.Loop() {
		if rank := curve.Rank(figures[i%len(figures)]); rank.Level == 0 {
			b.Fatal("nobody stands there")
		}
		i++
	}
}

func BenchmarkConcentrationCurve(b *testing.B) {
	c := concentrationOf(valueFigures(100_000)...)
	b.ReportAllocs()
	for b.Loop() {
		if c.Curve().Top(200).Reached.Customers == 0 {
			b.Fatal("nobody brings anything")
		}
	}
}

// A year of receipts, a tenth of them returns.
func valueYear() []contributionFact {
	chance := rand.New(rand.NewPCG(5, 6))
	facts := make([]contributionFact, benchLines)
	for i := range facts {
		fact := contributionFact{Customer: uint32(i / 100), Day: on - 1 - customer.Date(chance.IntN(365))}
		flow := segment.ContributionFlow{Revenue: chance.Int64N(10_000), Cost: chance.Int64N(8_000)}
		if fact.Orders, fact.LastBought, fact.Sold = 1, fact.Day, flow; i%10 == 0 {
			fact.Contribution = segment.Contribution{Returns: 1, Back: flow}
		}
		facts[i] = fact
	}
	return facts
}

func BenchmarkContributionTally(b *testing.B) {
	facts, basis := valueYear(), segment.ContributionBasis{
		Rules: "value/3", Currency: customer.Currency{Code: "EUR", Digits: 2}, From: on - 365, Until: on,
	}
	chance := rand.New(rand.NewPCG(3, 4))
	chance.Shuffle(len(facts), func(i, j int) { facts[i], facts[j] = facts[j], facts[i] })
	b.ReportAllocs()
	for b.Loop() {
		if err := segment.NewContributionTally[uint32](basis).Add(facts...); err != nil {
			b.Fatal(err)
		}
	}
	linesPerSecond(b, len(facts))
}

func BenchmarkContributionRuns(b *testing.B) {
	facts, basis := valueYear(), segment.ContributionBasis{
		Rules: "value/3", Currency: customer.Currency{Code: "EUR", Digits: 2}, From: on - 365, Until: on,
	}
	b.ReportAllocs()
	for b.Loop() {
		for _, err := range segment.ContributionRuns(basis, contributionInput(facts, nil)) {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
	linesPerSecond(b, len(facts))
}

// A receipt of 20 lines, with cost, list price and tax.
func BenchmarkContributionSale(b *testing.B) {
	book, err := segment.NewContributionBook(exampleContributionRules(), time.UTC)
	if err != nil {
		b.Fatal(err)
	}
	sale := customer.Purchase{Customer: "anna", At: on.Start(time.UTC)}
	for range 20 {
		sale.Lines = append(sale.Lines, customer.Line{
			SKU: "sku", Quantity: decimal.NewFromInt(3), ListPrice: contributionMoney("4.99"), Paid: contributionMoney("13.47"),
			Cost: contributionMoney("9.99"), Tax: customer.Tax{Rate: dec("0.19")},
		})
	}
	var facts []segment.ContributionFact[customer.ID]
	b.ReportAllocs()
	for b.Loop() {
		if facts, err = book.Sale(facts[:0], sale); err != nil {
			b.Fatal(err)
		}
	}
	linesPerSecond(b, len(sale.Lines))
}

func BenchmarkContributionTier(b *testing.B) {
	book, err := segment.NewContributionBook(exampleContributionRules(), time.UTC)
	if err != nil {
		b.Fatal(err)
	}
	statement := contributionOf(book, 100_000, 70_000)
	statement.Contribution.LastBought = statement.Basis.From
	b.ReportAllocs()
	for b.Loop() {
		if tier, _, err := book.Tier(on, statement, ""); tier != "gold" || err != nil {
			b.Fatal(tier, err)
		}
	}
}

func BenchmarkServiceClassify(b *testing.B) {
	book, err := segment.NewServiceBook(serviceRules())
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := book.Classify(on, serviceFigures{Profit: 40_000, Products: 9}.known()); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkServiceCensus(b *testing.B) {
	figures := valueFigures(100_000)
	b.ReportAllocs()
	for b.Loop() {
		census := segment.NewServiceCensus(population.Period{From: on - 365, Until: on})
		for _, figure := range figures {
			if err := census.Add(serviceFigures{figure, figure & 7, figure & 63, figure & 15, figure & 1023, figure & 3}.known()); err != nil {
				b.Fatal(err)
			}
		}
	}
	linesPerSecond(b, len(figures))
}
