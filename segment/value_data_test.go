package segment_test

import (
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/segment"
)

// row C12: a year of a wholesaler. Every expected figure was computed by another program:
// Python's csv and decimal modules over the same file, sorting the customers' sums.
func TestConcentrationOfRetail(t *testing.T) {
	sales, returns := realReceipts(readSold(t, "online_retail"))
	rules := exampleContributionRules()
	rules.CalendarYears, rules.WindowDays = 0, 400
	book := contributionBook(t, rules)
	facts := valueFacts(t, book, sales, returns)
	tally := segment.NewContributionTally[customer.ID](book.Basis(book.Period(day(t, "2011-12-31"))))
	require.NoError(t, tally.Add(facts...))
	var revenue segment.Concentration
	for _, statement := range tally.All() {
		revenue.Add(statement.Contribution.Revenue())
	}
	curve := revenue.Curve()
	assert.Equal(t, segment.ConcentrationTotals{
		Customers: 4372, Bringing: 4317, Zero: 14, Negative: 41, Sum: 831_329_495, Lost: -1_322_914,
	}, curve.ConcentrationTotals)

	// Not 80/20: a fifth of the customers brings 73.7 %, and 80 % come from 27 % of them.
	for permille, want := range map[int][2]segment.ConcentrationPoint{
		10:  {concentrationPoint(43, 246_620_592, 9, 296), concentrationPoint(44, 248_379_418, 10, 298)},
		50:  {concentrationPoint(218, 402_743_056, 49, 484), concentrationPoint(219, 403_306_971, 50, 485)},
		100: {concentrationPoint(437, 498_061_485, 99, 599), concentrationPoint(438, 498_412_139, 100, 599)},
		200: {concentrationPoint(874, 612_735_344, 199, 737), concentrationPoint(875, 612_935_584, 200, 737)},
		500: {concentrationPoint(2186, 764_808_365, 500, 919), concentrationPoint(2186, 764_808_365, 500, 919)},
		999: {concentrationPoint(4317, 831_329_495, 987, 1000), concentrationPoint(4317, 831_329_495, 987, 1000)},
	} {
		cut := curve.Top(permille)
		assert.Equal(t, want, [2]segment.ConcentrationPoint{cut.Before, cut.Reached}, "top %d", permille)
	}
	for permille, want := range map[int][2]segment.ConcentrationPoint{
		200: {concentrationPoint(15, 164_249_188, 3, 197), concentrationPoint(16, 169_348_449, 3, 203)},
		500: {concentrationPoint(241, 415_337_676, 55, 499), concentrationPoint(242, 415_866_539, 55, 500)},
		800: {concentrationPoint(1177, 664_959_895, 269, 799), concentrationPoint(1178, 665_108_358, 269, 800)},
		950: {concentrationPoint(2633, 789_755_044, 602, 949), concentrationPoint(2634, 789_801_310, 602, 950)},
	} {
		cut := curve.Share(permille)
		assert.Equal(t, want, [2]segment.ConcentrationPoint{cut.Before, cut.Reached}, "share %d", permille)
	}
	for who, want := range map[customer.ID]segment.ConcentrationRank{
		"14646": {Ahead: 0, Level: 1, Behind: 4371},
		"18102": {Ahead: 1, Level: 1, Behind: 4370},
		"17850": {Ahead: 241, Level: 1, Behind: 4130},
		"12346": {Ahead: 4317, Level: 14, Behind: 41}, // brought back all she bought
	} {
		contribution := tally.Statement(who).Contribution
		assert.Equal(t, want, curve.Rank(contribution.Revenue()), who)
	}
	points := 0
	for range curve.Points() {
		points++
	}
	assert.Equal(t, 4222, points)
}

// row C19, C20: half a year of groceries against the half before. The source has no cost;
// here it is 60 % of the price before discounts, so that who buys on offer has a low rate.
// Every expected figure was computed by another program: Python's csv, decimal and
// fractions modules over the same file.
func TestContributionsOfGroceries(t *testing.T) {
	rows := readSold(t, "dunnhumby_sample")
	sales, _ := realReceipts(rows)
	i := 0
	for _, sale := range sales { // the lines of the receipts, in their order, are the rows
		for j := range sale.Lines {
			line, full := &sale.Lines[j], rows[i].Cents+rows[i].Discount
			line.Quantity, line.ListPrice = decimal.NewFromInt(1), decimal.NewNullDecimal(decimal.New(full, -2))
			line.Cost = decimal.NewNullDecimal(decimal.New(full*6/10, -2))
			i++
		}
	}
	rules := exampleContributionRules()
	rules.CalendarYears, rules.WindowDays, rules.MinRevenue = 0, 180, dec("50")
	rules.Tiers = []segment.ContributionTier{{Name: "bronze", EnterPermille: 200}, {Name: "silver", EnterPermille: 300}, {Name: "gold", EnterPermille: 340}}
	book := contributionBook(t, rules)
	facts := valueFacts(t, book, sales, nil)
	decided := day(t, "2018-01-01")
	now := segment.NewContributionTally[customer.ID](book.Basis(book.Period(decided)))
	before := segment.NewContributionTally[customer.ID](book.Basis(book.Period(decided.AddDays(-180))))
	require.NoError(t, now.Add(facts...))
	require.NoError(t, before.Add(facts...))
	assert.Equal(t, 2244, now.Customers())
	assert.Equal(t, 2222, before.Customers())

	census := segment.NewContributionCensus(book, book.Period(decided))
	var all segment.Contribution
	tiers := map[string]int{}
	byCustomer := map[customer.ID]string{}
	for who, statement := range now.All() {
		one := statement.Contribution
		all.Orders += one.Orders
		all.Sold.Revenue += one.Sold.Revenue
		all.Sold.Cost += one.Sold.Cost
		all.Sold.Discount += one.Sold.Discount
		tier, reasons, err := book.Tier(decided, statement, "")
		require.NoError(t, err)
		if last := reasons[len(reasons)-1].Code; last == segment.CodeContributionTooLittle {
			tier = "too little"
		}
		tiers[tier]++
		byCustomer[who] = tier
		require.NoError(t, census.Add(statement))
	}
	assert.Equal(t, segment.Contribution{
		Orders: 23_181, Sold: segment.ContributionFlow{Revenue: 11_681_824, Cost: 8_218_022, Discount: 2_039_352},
	}, all)
	assert.Equal(t, map[string]int{"too little": 1410, "": 56, "bronze": 319, "silver": 274, "gold": 185}, tiers)

	// Volume is no rate: of the hundred customers who buy most, a fifth are gold.
	ranking := census.Ranking()
	most := map[string]int{}
	for who, statement := range now.All() {
		place, _, err := ranking.Place(statement)
		require.NoError(t, err)
		if place.Revenue.Ahead < 100 {
			most[byCustomer[who]]++
		}
	}
	assert.Equal(t, map[string]int{"": 1, "bronze": 38, "silver": 41, "gold": 20}, most)
	assert.Equal(t, int64(3_470_714), ranking.Profit.Sum)
	assert.Equal(t, int64(-6_912), ranking.Profit.Lost)
	assert.Equal(t, [2]int64{48, 3}, [2]int64{ranking.Profit.Negative, ranking.Profit.Zero})

	grown, shrunk, same, noBase, sum := 0, 0, 0, 0, int64(0)
	buyers := map[customer.ID]bool{}
	for _, tally := range []*segment.ContributionTally[customer.ID]{now, before} {
		for who := range tally.All() {
			buyers[who] = true
		}
	}
	for who := range buyers {
		change, _, err := book.Compare(now.Statement(who), before.Statement(who))
		require.NoError(t, err)
		switch growth := change.Revenue; {
		case !growth.Grows:
			noBase++
		case growth.Difference > 0:
			grown++
		case growth.Difference < 0:
			shrunk++
		default:
			same++
		}
		sum += change.Revenue.GrowthPermille
	}
	assert.Equal(t, [5]int64{1060, 1155, 3, 159, 1_924_653}, [5]int64{int64(grown), int64(shrunk), int64(same), int64(noBase), sum})
}

// valueFacts are the facts of receipts.
func valueFacts(t *testing.T, book *segment.ContributionBook, sales []customer.Purchase, returns []customer.Return) []segment.ContributionFact[customer.ID] {
	t.Helper()
	var facts []segment.ContributionFact[customer.ID]
	var err error
	for _, sale := range sales {
		facts, err = book.Sale(facts, sale)
		require.NoError(t, err)
	}
	for _, back := range returns {
		facts, err = book.Return(facts, back)
		require.NoError(t, err)
	}
	require.NotEmpty(t, facts)
	return facts
}
