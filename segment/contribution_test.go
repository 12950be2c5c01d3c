package segment_test

import (
	"encoding/hex"
	"errors"
	"fmt"
	"iter"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/segment"
)

type contributionFact = segment.ContributionFact[uint32]

// contributionRules decide on on by the 30 days before it.
func contributionRules() segment.ContributionRules {
	rules := exampleContributionRules()
	rules.Zone, rules.CalendarYears, rules.WindowDays = "Europe/Berlin", 0, 30
	rules.MinRevenue = dec("10.00")
	return rules
}

func contributionBook(t failer, rules segment.ContributionRules) *segment.ContributionBook {
	t.Helper()
	berlin, err := time.LoadLocation(rules.Zone)
	require.NoError(t, err)
	book, err := segment.NewContributionBook(rules, berlin)
	require.NoError(t, err)
	return book
}

// contributionOf is a statement of the period before on.
func contributionOf(book *segment.ContributionBook, sold, cost int64) segment.ContributionStatement {
	return segment.ContributionStatement{
		Basis: book.Basis(book.Period(on)),
		Contribution: segment.Contribution{
			Orders: 1, LastBought: on - 1,
			Sold: segment.ContributionFlow{Revenue: sold, Cost: cost, Unlisted: sold},
		},
	}
}

func contributionMoney(text string) decimal.NullDecimal { return decimal.NewNullDecimal(dec(text)) }

// row C20: what a receipt brings: net of tax, without deposits, points and gift cards.
func TestContributionOfASale(t *testing.T) {
	book := contributionBook(t, contributionRules())
	at := (on - 1).Start(zone(t, "Europe/Berlin"))
	for _, test := range []struct {
		name string
		line customer.Line
		want segment.ContributionFlow
	}{
		{"cost and list price known", customer.Line{Quantity: dec("2"), ListPrice: contributionMoney("6"), Paid: contributionMoney("10"), Cost: contributionMoney("7")}, segment.ContributionFlow{Revenue: 1000, Cost: 700, Discount: 200}},
		{"neither known", customer.Line{Quantity: dec("2"), Paid: contributionMoney("10")}, segment.ContributionFlow{Revenue: 1000, Uncosted: 1000, Unlisted: 1000}},
		{"quantity not known", customer.Line{ListPrice: contributionMoney("6"), Paid: contributionMoney("5")}, segment.ContributionFlow{Revenue: 500, Uncosted: 500, Unlisted: 500}},
		{"price not known", customer.Line{Quantity: dec("2"), Cost: contributionMoney("7")}, segment.ContributionFlow{Unpriced: 1}},
		{"sold above its list price", customer.Line{Quantity: dec("1"), ListPrice: contributionMoney("6"), Paid: contributionMoney("7"), Cost: contributionMoney("1")}, segment.ContributionFlow{Revenue: 700, Cost: 100}},
		{"a loss", customer.Line{Quantity: dec("1"), Paid: contributionMoney("7"), Cost: contributionMoney("9")}, segment.ContributionFlow{Revenue: 700, Cost: 900, Unlisted: 700}},
		{"given away", customer.Line{Quantity: dec("1"), ListPrice: contributionMoney("3"), Paid: contributionMoney("0"), Cost: contributionMoney("2")}, segment.ContributionFlow{Cost: 200, Discount: 300}},
		{"tax in the price", customer.Line{Quantity: dec("1"), ListPrice: contributionMoney("14.28"), Paid: contributionMoney("11.90"), Cost: contributionMoney("7"), Tax: customer.Tax{Rate: dec("0.19")}}, segment.ContributionFlow{Revenue: 1000, Cost: 700, Discount: 200}},
		{"tax half up: 0.005 of 0.01", customer.Line{Quantity: dec("1"), Paid: contributionMoney("0.01"), Tax: customer.Tax{Rate: dec("1")}}, segment.ContributionFlow{}},
		{"tax half up: below the half", customer.Line{Quantity: dec("1"), Paid: contributionMoney("0.01"), Tax: customer.Tax{Rate: dec("0.99")}}, segment.ContributionFlow{Revenue: 1, Uncosted: 1, Unlisted: 1}},
		{"tax on top", customer.Line{Quantity: dec("1"), Paid: contributionMoney("11.90"), Cost: contributionMoney("7"), Tax: customer.Tax{Rate: dec("0.19"), Exclusive: true}}, segment.ContributionFlow{Revenue: 1190, Cost: 700, Unlisted: 1190}},
		{"with a deposit", customer.Line{Quantity: dec("1"), ListPrice: contributionMoney("1"), Paid: contributionMoney("1.25"), Deposit: dec("0.25"), Cost: contributionMoney("0.60")}, segment.ContributionFlow{Revenue: 100, Cost: 60}},
		{"partly paid in points", customer.Line{Quantity: dec("1"), ListPrice: contributionMoney("10"), Paid: contributionMoney("10"), Cost: contributionMoney("6"), Tenders: []customer.Tender{{Kind: customer.VoucherTender, Amount: dec("2")}, {Kind: customer.PointsTender, Amount: dec("1.50")}}}, segment.ContributionFlow{Revenue: 850, Cost: 600, Discount: 150}},
		{"points for the deposit too", customer.Line{Quantity: dec("1"), ListPrice: contributionMoney("1"), Paid: contributionMoney("1.25"), Deposit: dec("0.25"), Cost: contributionMoney("0.60"), Tenders: []customer.Tender{{Kind: customer.PointsTender, Amount: dec("1.25")}}}, segment.ContributionFlow{Cost: 60, Discount: 100}},
		{"a gift card is sold", customer.Line{Sells: customer.GiftCardLine, Quantity: dec("1"), Paid: contributionMoney("50")}, segment.ContributionFlow{}},
		{"delivery", customer.Line{Sells: customer.DeliveryLine, Quantity: dec("1"), Paid: contributionMoney("4.90"), Cost: contributionMoney("6")}, segment.ContributionFlow{Revenue: 490, Cost: 600, Unlisted: 490}},
		{"a weight at a finer price: 2.345 half up", customer.Line{Quantity: dec("0.5"), ListPrice: contributionMoney("4.69"), Paid: contributionMoney("2.35"), Cost: contributionMoney("1")}, segment.ContributionFlow{Revenue: 235, Cost: 100}},
		{"a finer price", customer.Line{Quantity: dec("1000"), ListPrice: contributionMoney("0.12345"), Paid: contributionMoney("100"), Cost: contributionMoney("1")}, segment.ContributionFlow{Revenue: 10000, Cost: 100, Discount: 2345}},
		{"the greatest amount", customer.Line{Quantity: dec("1"), ListPrice: contributionMoney("10000000000"), Paid: contributionMoney("10000000000"), Cost: contributionMoney("10000000000")}, segment.ContributionFlow{Revenue: population.MaxAmount, Cost: population.MaxAmount}},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.line.SKU = "sku"
			facts, err := book.Sale(nil, customer.Purchase{Customer: "anna", At: at, Lines: []customer.Line{test.line}})
			require.NoError(t, err)
			require.Len(t, facts, 1)
			assert.Equal(t, segment.Contribution{Orders: 1, LastBought: on - 1, Sold: test.want}, facts[0].Contribution)
			assert.Equal(t, on-1, facts[0].Day)
			require.NoError(t, facts[0].Check())

			facts, err = book.Return(facts[:0], customer.Return{Customer: "anna", At: at, Lines: []customer.ReturnLine{{Line: test.line}}})
			require.NoError(t, err)
			require.Len(t, facts, 1)
			assert.Equal(t, segment.Contribution{Returns: 1, Back: test.want}, facts[0].Contribution)
		})
	}
	facts, err := book.Service(nil, segment.ServiceCost{Customer: "anna", At: at, Amount: dec("12.50")})
	require.NoError(t, err)
	assert.Equal(t, segment.Contribution{Service: 1250}, facts[0].Contribution)
}

// A receipt at fault gives no fact, and names everything at once.
func TestContributionFaults(t *testing.T) {
	book := contributionBook(t, contributionRules())
	at := (on - 1).Start(zone(t, "Europe/Berlin"))
	kept := []segment.ContributionFact[customer.ID]{{Customer: "kept"}}

	yen := customer.Currency{Code: "JPY"}
	many := make([]customer.Line, customer.MaxLines+1)
	facts, err := book.Sale(kept, customer.Purchase{Customer: "anna", Currency: yen, Lines: []customer.Line{
		{Paid: contributionMoney("-1")},
		{Paid: contributionMoney("1.001")},
		{Paid: contributionMoney("1"), Cost: contributionMoney("-1")},
		{Paid: contributionMoney("1"), Tax: customer.Tax{Rate: dec("1.1")}},
		{Paid: contributionMoney("1"), ListPrice: contributionMoney("1e13"), Quantity: dec("1")},
		{Paid: contributionMoney("1"), ListPrice: contributionMoney("-1"), Quantity: dec("1")},
		{Paid: contributionMoney("1"), ListPrice: decimal.NewNullDecimal(decimal.New(1, -1_000_000_000)), Quantity: decimal.New(1, 1_000_000_000)},
		{Paid: contributionMoney("1"), Tenders: []customer.Tender{{Kind: customer.PointsTender, Amount: dec("-2")}}},
		{Sells: 9},
	}})
	assert.Equal(t, kept, facts)
	assert.Equal(t, []string{
		"at", "currency", "lines[0].paid", "lines[1].paid", "lines[2].cost", "lines[3].tax.rate",
		"lines[4].list_price", "lines[5].list_price", "lines[6].list_price", "lines[7].tenders[0].amount", "lines[8].sells",
	}, faultPaths(t, err))

	facts, err = book.Sale(kept, customer.Purchase{Customer: "anna", At: at, Lines: many})
	assert.Equal(t, kept, facts)
	assert.Equal(t, []string{"lines"}, faultPaths(t, err))
	facts, err = book.Return(kept, customer.Return{Customer: "anna", Lines: []customer.ReturnLine{{Line: customer.Line{Sells: 9}}}})
	assert.Equal(t, kept, facts)
	assert.Equal(t, []string{"at", "lines[0].sells"}, faultPaths(t, err))
	facts, err = book.Service(kept, segment.ServiceCost{Customer: "anna", At: at, Currency: yen, Amount: dec("-1")})
	assert.Equal(t, kept, facts)
	assert.Equal(t, []string{"currency", "amount"}, faultPaths(t, err))

	// Nobody showed a card: nobody's contribution.
	facts, err = book.Sale(kept, customer.Purchase{})
	require.NoError(t, err)
	assert.Equal(t, kept, facts)
	facts, err = book.Return(kept, customer.Return{})
	require.NoError(t, err)
	assert.Equal(t, kept, facts)
	facts, err = book.Service(kept, segment.ServiceCost{})
	require.NoError(t, err)
	assert.Equal(t, kept, facts)
}

// The period of a decision: whole days before it, or whole calendar years before its own.
func TestContributionPeriod(t *testing.T) {
	for _, test := range []struct {
		windowDays, years int
		on, from, until   string
	}{
		{1, 0, "2026-03-01", "2026-02-28", "2026-03-01"},
		{365, 0, "2026-01-01", "2025-01-01", "2026-01-01"},
		{9, 0, "0001-01-05", "0001-01-01", "0001-01-05"},
		{0, 1, "2026-01-01", "2025-01-01", "2026-01-01"},
		{0, 1, "2025-12-31", "2024-01-01", "2025-01-01"},
		{0, 1, "2024-02-29", "2023-01-01", "2024-01-01"},
		{0, 3, "2026-07-31", "2023-01-01", "2026-01-01"},
		{0, 1, "0001-06-01", "0001-01-01", "0001-01-01"},
		{0, 5, "0003-06-01", "0001-01-01", "0003-01-01"},
	} {
		rules := segment.ContributionRules{WindowDays: test.windowDays, CalendarYears: test.years}
		assert.Equal(t, population.Period{From: day(t, test.from), Until: day(t, test.until)}, rules.Period(day(t, test.on)), test)
	}
	assert.Equal(t, population.Period{From: 1, Until: 1}, segment.ContributionRules{CalendarYears: 1}.Period(0))
}

// row C20: the tier follows the rate; each mark counts as reached when equal.
func TestContributionTier(t *testing.T) {
	book := contributionBook(t, contributionRules()) // bronze from 50, silver from 150, gold from 300; slack 20
	const huge = 1_000_000_000_000_000_000
	for _, test := range []struct {
		name    string
		one     segment.Contribution
		sitting string
		tier    string
		codes   []string
	}{
		{"exactly on the mark", segment.Contribution{Sold: segment.ContributionFlow{Revenue: 1000, Cost: 700}}, "", "gold", []string{segment.CodeContributionTier}},
		{"a cent below it", segment.Contribution{Sold: segment.ContributionFlow{Revenue: 1000, Cost: 701}}, "", "silver", []string{segment.CodeContributionTier, segment.CodeContributionTierNext}},
		{"299.9… ‰ of a great sum", segment.Contribution{Sold: segment.ContributionFlow{Revenue: huge, Cost: huge/10*7 + 1}}, "", "silver", []string{segment.CodeContributionTier, segment.CodeContributionTierNext}},
		{"kept within the slack", segment.Contribution{Sold: segment.ContributionFlow{Revenue: 1000, Cost: 720}}, "gold", "gold", []string{segment.CodeContributionTierKept}},
		{"missed by more than the slack", segment.Contribution{Sold: segment.ContributionFlow{Revenue: 1000, Cost: 721}}, "gold", "silver", []string{segment.CodeContributionTier, segment.CodeContributionTierNext}},
		{"bronze kept", segment.Contribution{Sold: segment.ContributionFlow{Revenue: 1000, Cost: 970}}, "bronze", "bronze", []string{segment.CodeContributionTierKept, segment.CodeContributionTierNext}},
		{"a lower sitting tier holds nobody down", segment.Contribution{Sold: segment.ContributionFlow{Revenue: 1000, Cost: 100}}, "bronze", "gold", []string{segment.CodeContributionTier}},
		{"a sitting tier that is no more", segment.Contribution{Sold: segment.ContributionFlow{Revenue: 1000, Cost: 720}}, "platinum", "silver", []string{segment.CodeContributionTier, segment.CodeContributionTierNext}},
		{"no tier", segment.Contribution{Sold: segment.ContributionFlow{Revenue: 1000, Cost: 951}}, "", "", []string{segment.CodeContributionTierNext}},
		{"a loss", segment.Contribution{Sold: segment.ContributionFlow{Revenue: 1000, Cost: 9000}}, "", "", []string{segment.CodeContributionTierNext}},
		{"service eats it", segment.Contribution{Service: 650, Sold: segment.ContributionFlow{Revenue: 1000, Cost: 300}}, "", "bronze", []string{segment.CodeContributionService, segment.CodeContributionTier, segment.CodeContributionTierNext}},
		{"revenue on the mark of evidence", segment.Contribution{Sold: segment.ContributionFlow{Revenue: 1000}}, "", "gold", []string{segment.CodeContributionTier}},
		{"too little to tell", segment.Contribution{Sold: segment.ContributionFlow{Revenue: 999}}, "gold", "", []string{segment.CodeContributionTooLittle}},
		{"nothing", segment.Contribution{}, "gold", "", []string{segment.CodeContributionTooLittle}},
		{"returns above sales", segment.Contribution{Sold: segment.ContributionFlow{Revenue: 5000}, Back: segment.ContributionFlow{Revenue: 6000}}, "", "", []string{segment.CodeContributionTooLittle}},
		{"unknown cost on the mark", segment.Contribution{Sold: segment.ContributionFlow{Revenue: 2000, Uncosted: 200, Cost: 900}}, "", "gold", []string{segment.CodeContributionUncosted, segment.CodeContributionTier}},
		{"unknown cost above it", segment.Contribution{Sold: segment.ContributionFlow{Revenue: 2000, Uncosted: 201, Cost: 900}}, "", "", []string{segment.CodeContributionUncosted, segment.CodeContributionTooUncosted}},
		{"returned goods are turnover", segment.Contribution{Sold: segment.ContributionFlow{Revenue: 3000, Cost: 1000}, Back: segment.ContributionFlow{Revenue: 1000, Uncosted: 400}}, "", "gold", []string{segment.CodeContributionUncosted, segment.CodeContributionTier}},
		{"unpriced lines and discounts", segment.Contribution{Sold: segment.ContributionFlow{Revenue: 3000, Cost: 2000, Unpriced: 3, Discount: 7}}, "", "gold", []string{segment.CodeContributionDiscount, segment.CodeContributionUnpriced, segment.CodeContributionTier}},
	} {
		t.Run(test.name, func(t *testing.T) {
			statement := segment.ContributionStatement{Basis: book.Basis(book.Period(on)), Contribution: test.one}
			one := &statement.Contribution
			if one.Sold != (segment.ContributionFlow{}) {
				one.Orders, one.LastBought = 1, on-1
			}
			if one.Back != (segment.ContributionFlow{}) {
				one.Returns = 1
			}
			tier, reasons, err := book.Tier(on, statement, test.sitting)
			require.NoError(t, err)
			assert.Equal(t, test.tier, tier)
			volume := []string{segment.CodeContributionOrders, segment.CodeContributionRevenue, segment.CodeContributionProfit}
			assert.Equal(t, append(volume, test.codes...), codes(reasons))
		})
	}

	// Marks below 0: who costs a little, and who costs much.
	below := contributionRules()
	below.Tiers = []segment.ContributionTier{{Name: "costly", EnterPermille: -500}, {Name: "tolerable", EnterPermille: -100}, {Name: "even", EnterPermille: 0}}
	losing := contributionBook(t, below)
	for cost, want := range map[int64]string{1000: "even", 1001: "tolerable", 1100: "tolerable", 1101: "costly", 1500: "costly", 1501: "", 0: "even"} {
		tier, _, err := losing.Tier(on, contributionOf(losing, 1000, cost), "")
		require.NoError(t, err)
		assert.Equal(t, want, tier, cost)
	}

	// Goods whose sale's cost was known and whose return's is not, and nothing else.
	rules := contributionRules()
	rules.MinRevenue, rules.MaxUncostedPermille = dec("0"), 1000
	free := contributionBook(t, rules)
	_, reasons, err := free.Tier(on, segment.ContributionStatement{Basis: free.Basis(free.Period(on))}, "")
	require.NoError(t, err)
	assert.Contains(t, codes(reasons), segment.CodeContributionNoRate)
}

// A decision is refused outside the book's days, and for figures of something else.
func TestContributionTierOfAnotherBasis(t *testing.T) {
	rules := contributionRules()
	rules.From, rules.Until = on-10, on+10
	book := contributionBook(t, rules)
	good := contributionOf(book, 5000, 3000)
	_, _, err := book.Tier(on, good, "")
	require.NoError(t, err)
	for _, day := range []customer.Date{0, on - 11, on + 10} {
		_, _, err := book.Tier(day, good, "")
		var refusal *customer.Refusal
		require.ErrorAs(t, err, &refusal)
	}
	for name, change := range map[string]func(*segment.ContributionStatement){
		"rules":      func(s *segment.ContributionStatement) { s.Basis.Rules = "value/2" },
		"currency":   func(s *segment.ContributionStatement) { s.Basis.Currency.Code = "USD" },
		"period":     func(s *segment.ContributionStatement) { s.Basis.From-- },
		"no day":     func(s *segment.ContributionStatement) { s.Basis.Until = 0 },
		"negative":   func(s *segment.ContributionStatement) { s.Contribution.Sold.Cost = -1 },
		"uncosted":   func(s *segment.ContributionStatement) { s.Contribution.Sold.Uncosted = 5001 },
		"unlisted":   func(s *segment.ContributionStatement) { s.Contribution.Sold.Unlisted = 5001 },
		"too great":  func(s *segment.ContributionStatement) { s.Contribution.Service = math.MaxInt64 },
		"no order":   func(s *segment.ContributionStatement) { s.Contribution.Orders = 0 },
		"no return":  func(s *segment.ContributionStatement) { s.Contribution.Back.Cost = 1 },
		"not bought": func(s *segment.ContributionStatement) { s.Contribution.LastBought = on },
	} {
		statement := good
		change(&statement)
		_, _, err := book.Tier(on, statement, "")
		faultPaths(t, err)
		require.Error(t, err, name)
	}
}

// Rates and growth are rounded down on both sides of 0, and stop at an int64.
func TestContributionRate(t *testing.T) {
	for _, test := range []struct{ sold, cost, want int64 }{
		{3, 2, 333},
		{3, 3, 0},
		{3, 4, -334},
		{1000, 1001, -1},
		{1001, 1002, -1},
		{10, 0, 1000},
		{1, 1_000_000_000_000_000_000, -math.MaxInt64},
	} {
		one := segment.Contribution{Orders: 1, Sold: segment.ContributionFlow{Revenue: test.sold, Cost: test.cost}}
		rate, ok := one.Rate()
		assert.True(t, ok)
		assert.Equal(t, test.want, rate, test)
	}
	_, ok := segment.Contribution{}.Rate()
	assert.False(t, ok)
}

// row C17: both sides of each band, ties, losses, and nobody bought.
func TestContributionFollowUp(t *testing.T) {
	rules := contributionRules()
	rules.WindowDays, rules.FollowUp = 180, exampleFollowUps() // lately, from 60 days; top 333 ‰
	book := contributionBook(t, rules)
	at := func(profit int64, days customer.Date) segment.ContributionStatement {
		statement := contributionOf(book, 10_000, 10_000-profit)
		statement.Contribution.LastBought = on - days
		return statement
	}
	silent := segment.ContributionStatement{Basis: book.Basis(book.Period(on)), Contribution: segment.Contribution{Service: 100}}
	census := segment.NewContributionCensus(book, book.Period(on))
	for _, statement := range []segment.ContributionStatement{
		at(9000, 1), at(5000, 1), at(5000, 1), at(5000, 1), at(2000, 1), at(0, 1), at(-7000, 1), silent, at(10, 1), at(11, 1),
	} {
		require.NoError(t, census.Add(statement))
	}
	ranking := census.Ranking()
	for _, test := range []struct {
		name      string
		statement segment.ContributionStatement
		grade     string
		codes     []string
	}{
		{"the greatest, however long ago", at(9000, 170), "first", []string{segment.CodeContributionGreatest}},
		{"a tie of which one would be enough", at(5000, 59), "B", []string{segment.CodeContributionDays, segment.CodeContributionImportance}},
		{"the same a day later", at(5000, 60), "A", []string{segment.CodeContributionDays, segment.CodeContributionImportance}},
		{"behind 400 of 333 ‰", at(2000, 60), "C", []string{segment.CodeContributionDays, segment.CodeContributionImportance}},
		{"no profit", at(0, 1), "C", []string{segment.CodeContributionDays, segment.CodeContributionNoProfit}},
		{"a loss", at(-7000, 180), "C", []string{segment.CodeContributionDays, segment.CodeContributionNoProfit}},
		{"only served", silent, "C", []string{segment.CodeContributionNotBought, segment.CodeContributionNoProfit}},
	} {
		t.Run(test.name, func(t *testing.T) {
			follow, reasons, err := book.FollowUp(on, test.statement, ranking)
			require.NoError(t, err)
			assert.Equal(t, test.grade, follow.Grade)
			assert.Equal(t, append(test.codes, segment.CodeContributionFollowUp), codes(reasons))
		})
	}

	// Two are the greatest where they tie; nobody is where nobody brings a profit.
	tied := segment.NewContributionCensus(book, book.Period(on))
	require.NoError(t, errors.Join(tied.Add(at(5, 1)), tied.Add(at(5, 2))))
	follow, reasons, err := book.FollowUp(on, at(5, 1), tied.Ranking())
	require.NoError(t, err)
	assert.Equal(t, "first", follow.Grade)
	assert.Equal(t, []string{segment.CodeContributionGreatest, segment.CodeContributionLevel, segment.CodeContributionFollowUp}, codes(reasons))
	losing := segment.NewContributionCensus(book, book.Period(on))
	require.NoError(t, losing.Add(at(0, 1)))
	follow, _, err = book.FollowUp(on, at(0, 1), losing.Ranking())
	require.NoError(t, err)
	assert.Equal(t, "C", follow.Grade)

	_, _, err = book.FollowUp(on, at(77, 1), ranking) // nobody who was counted
	assert.Equal(t, []string{"statement"}, faultPaths(t, err))
	_, _, err = book.FollowUp(on, at(5, 1), nil)
	assert.Equal(t, []string{"ranking"}, faultPaths(t, err))
	_, _, err = book.FollowUp(on, at(0, 1), segment.NewContributionCensus(book, book.Period(on-1)).Ranking())
	assert.Equal(t, []string{"statement.basis"}, faultPaths(t, err))
	_, _, err = book.FollowUp(on-1, at(0, 1), losing.Ranking())
	assert.Equal(t, []string{"statement.basis"}, faultPaths(t, err))
	_, _, err = contributionBook(t, contributionRules()).FollowUp(on, at(0, 1), losing.Ranking())
	require.ErrorContains(t, err, "nothing about following up")
}

// row C19: growth only from something; the same basis, or no answer.
func TestContributionCompare(t *testing.T) {
	book := contributionBook(t, contributionRules())
	statement := func(from, until customer.Date, revenue, cost int64) segment.ContributionStatement {
		return segment.ContributionStatement{
			Basis: book.Basis(population.Period{From: from, Until: until}),
			Contribution: segment.Contribution{
				Orders: 2, LastBought: from, Sold: segment.ContributionFlow{Revenue: revenue, Cost: cost},
			},
		}
	}
	for _, test := range []struct {
		name                            string
		revenue, cost, before, costThen int64
		growth, profitGrowth            int64
		grows, profitGrows, rate        bool
	}{
		{"doubled", 4000, 2000, 2000, 1000, 1000, 1000, true, true, true},
		{"a third less, rounded down", 2000, 1000, 3000, 2000, -334, 0, true, true, true},
		{"from a loss", 2000, 1000, 2000, 3000, 0, 0, true, false, true},
		{"from nothing", 2000, 1000, 0, 0, 0, 0, false, false, false},
		{"to nothing", 0, 0, 2000, 1000, -1000, -1000, true, true, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			change, reasons, err := book.Compare(statement(on-30, on, test.revenue, test.cost), statement(on-60, on-30, test.before, test.costThen))
			require.NoError(t, err)
			assert.Equal(t, segment.ContributionDelta{Now: test.revenue, Before: test.before, Difference: test.revenue - test.before, GrowthPermille: test.growth, Grows: test.grows}, change.Revenue)
			assert.Equal(t, test.profitGrowth, change.Profit.GrowthPermille)
			assert.Equal(t, test.profitGrows, change.Profit.Grows)
			assert.Equal(t, test.rate, change.RateKnown)
			assert.Equal(t, int64(2), change.Orders.Now)
			want := segment.CodeContributionRevenueGrowth
			if !test.grows {
				want = segment.CodeContributionRevenueNoGrowth
			}
			assert.Contains(t, codes(reasons), want)
		})
	}
	_, reasons, err := book.Compare(statement(on-30, on, 2000, 1000), statement(on-60, on-30, 0, 0))
	require.NoError(t, err)
	assert.Equal(t, []string{segment.CodeContributionBefore, segment.CodeContributionTooLittle}, codes(reasons)[len(reasons)-2:])

	leap := statement(day(t, "2024-01-01"), day(t, "2025-01-01"), 2000, 1000)
	_, _, err = book.Compare(statement(day(t, "2025-01-01"), day(t, "2026-01-01"), 2000, 1000), leap)
	require.NoError(t, err, "a calendar year is as long as a leap year")
	_, _, err = book.Compare(statement(on-30, on, 1, 1), statement(on-395, on-365, 1, 1))
	require.NoError(t, err, "a year before")

	now, before := statement(on-30, on, 2000, 1000), statement(on-60, on-30, 2000, 1000)
	for name, change := range map[string]func(){
		"longer":         func() { before.Basis.From-- },
		"shorter":        func() { now.Basis.Until-- },
		"overlapping":    func() { before.Basis.From++; before.Basis.Until++; before.Contribution.LastBought++ },
		"later":          func() { now, before = before, now },
		"other rules":    func() { before.Basis.Rules = "value/2" },
		"other currency": func() { now.Basis.Currency.Code = "USD" },
		"impossible":     func() { now.Contribution.Service = -1 },
	} {
		keptNow, keptBefore := now, before
		change()
		_, _, err := book.Compare(now, before)
		require.Error(t, err, name)
		faultPaths(t, err)
		now, before = keptNow, keptBefore
	}
}

// row C19: a customer's place by profit, by volume and by rate, ties together.
func TestContributionPlace(t *testing.T) {
	book := contributionBook(t, contributionRules())
	census := segment.NewContributionCensus(book, book.Period(on))
	little := contributionOf(book, 900, 800)
	for _, statement := range []segment.ContributionStatement{
		contributionOf(book, 10_000, 9_500), contributionOf(book, 2_000, 1_500), contributionOf(book, 3_000, 2_000), little,
	} {
		require.NoError(t, census.Add(statement))
	}
	ranking := census.Ranking()
	place, reasons, err := ranking.Place(contributionOf(book, 10_000, 9_500))
	require.NoError(t, err)
	assert.Equal(t, segment.ContributionPlace{
		Profit:         segment.ConcentrationRank{Ahead: 1, Level: 2, Behind: 1},
		Revenue:        segment.ConcentrationRank{Ahead: 0, Level: 1, Behind: 3},
		Rate:           segment.ConcentrationRank{Ahead: 2, Level: 1, Behind: 0},
		ProfitPermille: 238, // 500 of 2100
	}, place)
	assert.Equal(t, []string{
		segment.CodeContributionProfitRank, segment.CodeContributionLevel, segment.CodeContributionShare,
		segment.CodeContributionRevenueRank, segment.CodeContributionRateRank,
	}, codes(reasons))

	place, reasons, err = ranking.Place(little)
	require.NoError(t, err)
	assert.Zero(t, place.Rate)
	assert.Contains(t, codes(reasons), segment.CodeContributionTooLittle)

	other := little
	other.Basis.Rules = "value/4"
	_, _, err = ranking.Place(other)
	assert.Equal(t, []string{"statement.basis"}, faultPaths(t, err))
	for name, none := range map[string]*segment.ContributionRanking{
		"none": nil, "of nothing": {}, "without volume": {Basis: little.Basis, Profit: ranking.Profit, Rate: ranking.Rate},
	} {
		_, _, err = none.Place(segment.ContributionStatement{})
		assert.Equal(t, []string{"ranking"}, faultPaths(t, err), name)
	}
	require.Error(t, census.Add(other))
	little.Contribution.Service = -1
	require.Error(t, census.Add(little))
	require.Error(t, census.Merge(segment.NewContributionCensus(book, book.Period(on-1))))
	stricter := contributionRules()
	stricter.MaxUncostedPermille = 99
	require.Error(t, census.Merge(segment.NewContributionCensus(contributionBook(t, stricter), book.Period(on))))
}

// somebodysContributions are facts of receipts in and around the period before on.
func somebodysContributions(period population.Period) *rapid.Generator[[]contributionFact] {
	money := rapid.OneOf(rapid.Int64Range(0, 9), rapid.Int64Range(0, 1_000_000_000_000_000_000))
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) contributionFact {
		fact := contributionFact{
			Customer: rapid.Uint32Range(0, 5).Draw(t, "customer"),
			Day:      customer.Date(rapid.Int32Range(int32(period.From)-2, int32(period.Until)+1).Draw(t, "day")),
		}
		flow := segment.ContributionFlow{Revenue: money.Draw(t, "revenue"), Cost: money.Draw(t, "cost"), Discount: money.Draw(t, "discount")}
		flow.Uncosted = rapid.Int64Range(0, flow.Revenue).Draw(t, "uncosted")
		flow.Unlisted = rapid.Int64Range(0, flow.Revenue).Draw(t, "unlisted")
		switch rapid.IntRange(0, 2).Draw(t, "kind") {
		case 0:
			fact.Orders, fact.LastBought, fact.Sold = 1, fact.Day, flow
		case 1:
			fact.Returns, fact.Back = 1, flow
		default:
			fact.Contribution.Service = flow.Cost
		}
		return fact
	}), 0, 30)
}

func contributionTally(t failer, basis segment.ContributionBasis, facts ...contributionFact) *segment.ContributionTally[uint32] {
	t.Helper()
	tally := segment.NewContributionTally[uint32](basis)
	require.NoError(t, tally.Add(facts...))
	return tally
}

// Any order and split gives the same bytes; the grouped form gives the same statements;
// stored state reads back and goes on counting; and so does the census.
func TestContributionProperties(t *testing.T) {
	book := contributionBook(t, contributionRules())
	period := book.Period(on)
	basis := book.Basis(period)
	rapid.Check(t, func(t *rapid.T) {
		facts := somebodysContributions(period).Draw(t, "facts")
		whole := contributionTally(t, basis, facts...)
		parts := []*segment.ContributionTally[uint32]{contributionTally(t, basis), contributionTally(t, basis)}
		for _, fact := range rapid.Permutation(facts).Draw(t, "order") {
			require.NoError(t, parts[rapid.IntRange(0, 1).Draw(t, "part")].Add(fact))
		}
		var merged segment.ContributionTally[uint32]
		require.NoError(t, merged.UnmarshalBinary(marshal(t, parts[0])))
		require.NoError(t, merged.Merge(parts[1]))
		assert.Equal(t, marshal(t, whole), marshal(t, &merged))

		slices.SortStableFunc(facts, func(a, b contributionFact) int { return int(a.Customer) - int(b.Customer) })
		var runs []segment.ContributionRun[uint32]
		for run, err := range segment.ContributionRuns(basis, contributionInput(facts, nil)) {
			require.NoError(t, err)
			runs = append(runs, run)
		}
		assert.Len(t, runs, whole.Customers())
		census, all := segment.NewContributionCensus(book, period), segment.NewContributionCensus(book, period)
		i := 0
		for who, statement := range whole.All() {
			assert.Equal(t, segment.ContributionRun[uint32]{Customer: who, ContributionStatement: statement}, runs[i])
			assert.Equal(t, statement, whole.Statement(who))
			one := statement.Contribution
			uncosted, turnover := one.Uncosted()
			assert.LessOrEqual(t, uncosted, turnover)
			assert.Equal(t, one.Costed()-one.Sold.Cost+one.Back.Cost-one.Service, one.Profit())
			require.NoError(t, all.Add(statement))
			if i++; i%2 == 0 {
				require.NoError(t, census.Add(statement))
			}
		}
		rest := segment.NewContributionCensus(book, period)
		for i, run := range runs {
			if i%2 == 0 {
				require.NoError(t, rest.Add(run.ContributionStatement))
			}
		}
		var again segment.ContributionCensus
		require.NoError(t, again.UnmarshalBinary(marshal(t, census)))
		require.NoError(t, again.Merge(rest))
		assert.Equal(t, marshal(t, all), marshal(t, &again))
		assert.Equal(t, toJSON(t, runs), toJSON(t, contributionThroughJSON(t, runs)))
	})
}

// contributionThroughJSON is what a host that stores statements gets back.
func contributionThroughJSON(t failer, runs []segment.ContributionRun[uint32]) []segment.ContributionRun[uint32] {
	t.Helper()
	read := slices.Clone(runs)
	for i := range runs {
		statement, err := customer.ParseRules[segment.ContributionStatement]([]byte(toJSON(t, runs[i].ContributionStatement)))
		require.NoError(t, err)
		read[i].ContributionStatement = statement
	}
	return read
}

func contributionInput(facts []contributionFact, at error) iter.Seq2[contributionFact, error] {
	return func(yield func(contributionFact, error) bool) {
		for _, fact := range facts {
			if !yield(fact, nil) {
				return
			}
		}
		if at != nil {
			yield(contributionFact{}, at)
		}
	}
}

// The grouped form ends where its input is not in order.
func TestContributionRunsRefuse(t *testing.T) {
	book := contributionBook(t, contributionRules())
	basis, broken := book.Basis(book.Period(on)), errors.New("the file broke off")
	fact := func(who uint32, day customer.Date) contributionFact {
		return contributionFact{Customer: who, Day: day, Contribution: segment.Contribution{Service: 5}}
	}
	for _, test := range []struct {
		name  string
		facts []contributionFact
		last  error
		want  error
		runs  []uint32
	}{
		{"nothing", nil, nil, nil, nil},
		{"outside the period only", []contributionFact{fact(1, on), fact(2, on-31)}, nil, nil, nil},
		{"some outside", []contributionFact{fact(1, on), fact(2, on-1), fact(2, on), fact(3, on), fact(4, on-30)}, nil, nil, []uint32{2, 4}},
		{"out of order", []contributionFact{fact(3, on-1), fact(2, on-1)}, nil, population.ErrOrder, nil},
		{"out of order outside the period", []contributionFact{fact(3, on), fact(2, on)}, nil, population.ErrOrder, nil},
		{"broken off", []contributionFact{fact(1, on-1), fact(2, on-1)}, broken, broken, []uint32{1}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var got []uint32
			var last error
			for run, err := range segment.ContributionRuns(basis, contributionInput(test.facts, test.last)) {
				if last = err; err == nil {
					got = append(got, run.Customer)
				}
			}
			require.ErrorIs(t, last, test.want)
			assert.Equal(t, test.runs, got)
		})
	}
	for _, err := range segment.ContributionRuns(basis, contributionInput([]contributionFact{fact(1, on-1), fact(2, on-1), fact(3, on-1)}, broken)) {
		require.NoError(t, err)
		break // early, without a word from the rest
	}
	malformed := fact(1, 0)
	for _, err := range segment.ContributionRuns(basis, contributionInput([]contributionFact{malformed}, nil)) {
		assert.Equal(t, []string{"day"}, faultPaths(t, err))
	}
	assert.Equal(t, []string{"day"}, faultPaths(t, segment.NewContributionTally[uint32](basis).Add(malformed)))
	malformed = fact(1, on-1)
	malformed.Orders = 1
	assert.Equal(t, []string{"contribution"}, faultPaths(t, segment.NewContributionTally[uint32](basis).Add(malformed)))
	require.Error(t, contributionTally(t, basis).Merge(contributionTally(t, book.Basis(book.Period(on-1)))))
	assert.Equal(t, segment.ContributionStatement{Basis: basis}, contributionTally(t, basis).Statement(7))
	for range contributionTally(t, basis, fact(1, on-1), fact(2, on-1)).All() {
		break
	}
}

// The formats, pinned.
func TestContributionFormat(t *testing.T) {
	book := contributionBook(t, contributionRules())
	basis := book.Basis(population.Period{From: 1000, Until: 1030})
	sold := contributionFact{Customer: 7, Day: 1001, Contribution: segment.Contribution{
		Orders: 1, LastBought: 1001, Sold: segment.ContributionFlow{Revenue: 2000, Uncosted: 100, Cost: 900, Discount: 5, Unlisted: 6, Unpriced: 1},
	}}
	back := contributionFact{Customer: 7, Day: 1002, Contribution: segment.Contribution{
		Returns: 1, Back: segment.ContributionFlow{Revenue: 11, Uncosted: 2, Cost: 3, Discount: 4, Unlisted: 5, Unpriced: 6},
	}}
	tally := contributionTally(t, basis, sold, back, contributionFact{Customer: 7, Day: 1003, Contribution: segment.Contribution{Service: 9}})
	head := "07" + hex.EncodeToString([]byte("value/3")) + "03" + hex.EncodeToString([]byte("EUR")) + "02" + "e807" + "8608"
	state := "01" + head + "02" + "01" + "07" + "01" + "00" + "010109" + "d00f" + "64" + "8407" + "050601" + "0b0203040506" + "e907"
	assert.Equal(t, state, hex.EncodeToString(marshal(t, tally)))

	census := segment.NewContributionCensus(book, basis.Period())
	require.NoError(t, census.Add(tally.Statement(7)))
	// Profit 985, revenue 1989, rate 521 ‰ of 1891.
	assert.Equal(t, "01"+head+"e807"+"64"+"01000001"+"b20f01d907"+"01000001"+"8a1f01c50f"+"01000001"+"90080188"+"04", hex.EncodeToString(marshal(t, census)))
}

func TestImpossibleContributions(t *testing.T) {
	head := "07" + hex.EncodeToString([]byte("value/3")) + "03" + hex.EncodeToString([]byte("EUR")) + "02" + "e807" + "8608"
	flow := "d00f" + "64" + "8407" + "050601"
	none := "000000000000"
	tally := func(rest string) string { return "01" + head + "02" + rest }
	for name, state := range map[string]string{
		"another version":        "02" + head + "02" + "00",
		"no rules":               "01" + "00" + "03" + hex.EncodeToString([]byte("EUR")) + "02" + "e807" + "8608" + "02" + "00",
		"no currency":            "01" + "07" + hex.EncodeToString([]byte("value/3")) + "03" + hex.EncodeToString([]byte("eur")) + "02" + "e807" + "8608" + "02" + "00",
		"no period":              "01" + "07" + hex.EncodeToString([]byte("value/3")) + "03" + hex.EncodeToString([]byte("EUR")) + "02" + "00" + "8608" + "02" + "00",
		"another item":           tally("01" + "07" + "01" + "01" + "010000" + flow + none + "e907"),
		"two items":              tally("01" + "07" + "02" + "00" + "010000" + flow + none + "e907" + "01" + "010000" + flow + none + "e907"),
		"bought on no day":       tally("01" + "07" + "01" + "00" + "010000" + flow + none + "00"),
		"bought on another day":  tally("01" + "07" + "01" + "00" + "010000" + flow + none + "8608"),
		"sold without an order":  tally("01" + "07" + "01" + "00" + "000000" + flow + none + "00"),
		"returned without one":   tally("01" + "07" + "01" + "00" + "010000" + flow + flow + "e907"),
		"more uncosted than all": tally("01" + "07" + "01" + "00" + "010000" + "02" + "03" + "00000000" + none + "e907"),
		"beyond the bound":       tally("01" + "07" + "01" + "00" + "0000" + beyondSum + none + none + "00"),
		"it ends early":          tally("01" + "07" + "01" + "00" + "0100"),
		"left over":              tally("00" + "00"),
	} {
		t.Run(name, func(t *testing.T) {
			var kept segment.ContributionTally[uint32]
			require.ErrorIs(t, kept.UnmarshalBinary(unhex(t, state)), population.ErrFormat)
			assert.Zero(t, kept.Customers())
		})
	}
	census := func(rest string) string { return "01" + head + rest }
	for name, state := range map[string]string{
		"too much evidence":    census("00" + "e907" + "00000000" + "00000000" + "00000000"),
		"other customers":      census("00" + "00" + "01010000" + "00000000" + "00000000"),
		"more rates than all":  census("00" + "00" + "00000000" + "00000000" + "01010000"),
		"no such version":      "07" + head + "00" + "00" + "00000000" + "00000000" + "00000000",
		"it ends early":        census("00" + "00" + "00000000"),
		"evidence beyond sums": census(beyondSum + "00" + "00000000" + "00000000" + "00000000"),
	} {
		t.Run(name, func(t *testing.T) {
			require.ErrorIs(t, new(segment.ContributionCensus).UnmarshalBinary(unhex(t, state)), population.ErrFormat)
		})
	}
	_, err := new(segment.ContributionTally[uint32]).MarshalBinary()
	require.Error(t, err, "a tally of no basis")
	_, err = new(segment.ContributionCensus).MarshalBinary()
	require.Error(t, err, "a census of no basis")
}

func FuzzContributionTally(f *testing.F) {
	head := "0107" + hex.EncodeToString([]byte("value/3")) + "03" + hex.EncodeToString([]byte("EUR")) + "02" + "e807" + "8608" + "02"
	f.Add(unhex(f, head+"00"))
	f.Add(unhex(f, head+"01"+"07"+"01"+"00"+"010109"+"d00f648407050601"+"0b0203040506"+"e907"))
	f.Fuzz(func(t *testing.T, data []byte) {
		var tally segment.ContributionTally[uint32]
		if tally.UnmarshalBinary(data) != nil {
			return
		}
		assert.Equal(t, data, marshal(t, &tally), "what is read is written alike")
		for _, statement := range tally.All() {
			_, _ = statement.Contribution.Rate()
			assert.NotEmpty(t, fmt.Sprint(statement.Contribution.Profit()))
		}
	})
}
