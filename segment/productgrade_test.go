package segment_test

import (
	"strings"
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

func gradeEuro() customer.Currency { return customer.Currency{Code: "EUR", Digits: 2} }

func gradeRules(by segment.ProductGradeMeasure) segment.ProductGradeRules {
	rules := segment.ProductGradeRules{
		Edition: customer.Edition{ID: "margins", Version: 1}, Zone: "UTC", Currency: gradeEuro(), By: by, MinCostedPermille: 500,
		Bands: []segment.ProductGradeBand{{Grade: "A", FromPermille: 400}, {Grade: "B", FromPermille: 200}, {Grade: "C"}}, Rest: "loss",
	}
	if by == segment.GradeByUnitProfit {
		rules.Bands = []segment.ProductGradeBand{{Grade: "A", FromProfit: dec("5")}, {Grade: "B", FromProfit: dec("0.50")}, {Grade: "C", FromProfit: dec("-1")}}
	}
	return rules
}

func newGrades(t failer, rules segment.ProductGradeRules) *segment.ProductGrades {
	t.Helper()
	grades, err := segment.NewProductGrades(rules, time.UTC)
	require.NoError(t, err)
	return grades
}

func gradeSold(lines, costed, units, revenue, cost int64) segment.ProductGradeSums {
	return segment.ProductGradeSums{Lines: lines, Costed: costed, Units: units, Revenue: revenue, Cost: cost}
}

// row C22.
func TestProductGrade(t *testing.T) {
	const huge = 1_000_000_000_000_000_000
	for _, test := range []struct {
		name           string
		by             segment.ProductGradeMeasure
		sold, returned segment.ProductGradeSums
		grade          string
		codes          []string
	}{
		{name: "exactly on a mark", by: segment.GradeByMargin, sold: gradeSold(1, 1, 1000, 5, 3), grade: "A", codes: []string{segment.CodeGradeProfit, segment.CodeGradeReached}},
		{name: "a hair below it", by: segment.GradeByMargin, sold: gradeSold(1, 1, 1000, huge, huge/10*6+1), grade: "B", codes: []string{segment.CodeGradeProfit, segment.CodeGradeBelow, segment.CodeGradeReached}},
		{name: "on the second mark", by: segment.GradeByMargin, sold: gradeSold(1, 1, 1000, 10, 8), grade: "B", codes: []string{segment.CodeGradeProfit, segment.CodeGradeBelow, segment.CodeGradeReached}},
		{name: "no profit", by: segment.GradeByMargin, sold: gradeSold(1, 1, 1000, 10, 10), grade: "C", codes: []string{segment.CodeGradeProfit, segment.CodeGradeBelow, segment.CodeGradeReached}},
		{name: "a loss", by: segment.GradeByMargin, sold: gradeSold(1, 1, 1000, 10, 11), grade: "loss", codes: []string{segment.CodeGradeProfit, segment.CodeGradeBelow}},
		{name: "all profit", by: segment.GradeByMargin, sold: gradeSold(1, 1, 1000, huge, 0), grade: "A", codes: []string{segment.CodeGradeProfit, segment.CodeGradeReached}},
		{name: "returns change the margin", by: segment.GradeByMargin, sold: gradeSold(2, 2, 2000, 200, 100), returned: gradeSold(1, 1, 1000, 100, 20), grade: "B", codes: []string{segment.CodeGradeProfit, segment.CodeGradeBelow, segment.CodeGradeReached}},
		{name: "more came back than was sold", by: segment.GradeByMargin, sold: gradeSold(1, 1, 1000, 100, 20), returned: gradeSold(2, 2, 2000, 200, 40), codes: []string{segment.CodeGradeProfit, segment.CodeGradeNothingKept}},
		{name: "given away", by: segment.GradeByMargin, sold: gradeSold(1, 1, 1000, 0, 20), codes: []string{segment.CodeGradeProfit, segment.CodeGradeNothingKept}},
		{name: "nothing known", by: segment.GradeByMargin, codes: []string{segment.CodeGradeNoCost}},
		{name: "no cost known", by: segment.GradeByMargin, sold: gradeSold(7, 0, 0, 0, 0), codes: []string{segment.CodeGradeNoCost}},
		{name: "too few costs known", by: segment.GradeByMargin, sold: gradeSold(5, 2, 1000, 10, 1), codes: []string{segment.CodeGradeCosted, segment.CodeGradeThinCost}},
		{name: "just enough costs known", by: segment.GradeByMargin, sold: gradeSold(4, 2, 1000, 10, 1), grade: "A", codes: []string{segment.CodeGradeCosted, segment.CodeGradeProfit, segment.CodeGradeReached}},

		{name: "unit profit on a mark", by: segment.GradeByUnitProfit, sold: gradeSold(1, 1, 3000, 3000, 1500), grade: "A", codes: []string{segment.CodeGradeProfit, segment.CodeGradeUnitReached}},
		{name: "a hair below it", by: segment.GradeByUnitProfit, sold: gradeSold(1, 1, 3001, 3000, 1500), grade: "B", codes: []string{segment.CodeGradeProfit, segment.CodeGradeUnitBelow, segment.CodeGradeUnitReached}},
		{name: "half a unit", by: segment.GradeByUnitProfit, sold: gradeSold(1, 1, 500, 325, 300), grade: "B", codes: []string{segment.CodeGradeProfit, segment.CodeGradeUnitBelow, segment.CodeGradeUnitReached}},
		{name: "a bearable loss, on its mark", by: segment.GradeByUnitProfit, sold: gradeSold(1, 1, 2000, 0, 200), grade: "C", codes: []string{segment.CodeGradeProfit, segment.CodeGradeUnitBelow, segment.CodeGradeUnitReached}},
		{name: "one more than that", by: segment.GradeByUnitProfit, sold: gradeSold(1, 1, 2000, 0, 201), grade: "loss", codes: []string{segment.CodeGradeProfit, segment.CodeGradeUnitBelow}},
		{name: "no unit left", by: segment.GradeByUnitProfit, sold: gradeSold(1, 1, 2000, 20, 0), returned: gradeSold(1, 1, 2000, 0, 0), codes: []string{segment.CodeGradeProfit, segment.CodeGradeNothingKept}},
		{name: "figures that no tally gives", by: segment.GradeByMargin, sold: gradeSold(1, 9, -5, 1<<62, -1<<62), returned: gradeSold(0, 0, 0, -1<<62, 1<<62), grade: "A", codes: []string{segment.CodeGradeProfit, segment.CodeGradeReached}},
	} {
		t.Run(test.name, func(t *testing.T) {
			grade, reasons, err := newGrades(t, gradeRules(test.by)).Grade(segment.ProductGradeFigures{Sold: test.sold, Returned: test.returned}, on)
			require.NoError(t, err)
			assert.Equal(t, test.grade, grade)
			assert.Equal(t, test.codes, codes(reasons))
		})
	}
}

// A better profit on the same revenue never has a worse grade, and every product whose
// figures tell has one.
func TestProductGradesAreMonotone(t *testing.T) {
	grades := newGrades(t, gradeRules(segment.GradeByMargin))
	rank := map[string]int{"loss": 0, "C": 1, "B": 2, "A": 3}
	rapid.Check(t, func(t *rapid.T) {
		revenue := rapid.Int64Range(1, 1_000_000_000_000_000_000).Draw(t, "revenue")
		cost := rapid.Int64Range(0, 1_000_000_000_000_000_000).Draw(t, "cost")
		less := rapid.Int64Range(0, cost).Draw(t, "less")
		worse, _, err := grades.Grade(segment.ProductGradeFigures{Sold: gradeSold(1, 1, 1, revenue, cost)}, on)
		require.NoError(t, err)
		better, _, err := grades.Grade(segment.ProductGradeFigures{Sold: gradeSold(1, 1, 1, revenue, less)}, on)
		require.NoError(t, err)
		assert.Contains(t, rank, worse)
		assert.GreaterOrEqual(t, rank[better], rank[worse])
	})
}

func TestProductGradeRulesAreChecked(t *testing.T) {
	margin, unit := gradeRules(segment.GradeByMargin), gradeRules(segment.GradeByUnitProfit)
	for _, test := range []struct {
		name  string
		rules segment.ProductGradeRules
		spoil func(*segment.ProductGradeRules)
		paths []string
	}{
		{"empty", segment.ProductGradeRules{}, func(*segment.ProductGradeRules) {}, []string{"id", "version", "zone", "currency.code", "by", "bands", "rest"}},
		{"another zone", margin, func(r *segment.ProductGradeRules) { r.Zone = "Europe/Berlin" }, []string{"zone"}},
		{"the machine's zone", margin, func(r *segment.ProductGradeRules) { r.Zone = "Local" }, []string{"zone"}},
		{"marks not falling", margin, func(r *segment.ProductGradeRules) { r.Bands[1].FromPermille = 400 }, []string{"bands[1].from_permille"}},
		{"a mark beyond all", margin, func(r *segment.ProductGradeRules) { r.Bands[0].FromPermille = 1001 }, []string{"bands[0].from_permille"}},
		{"the other measure's mark", margin, func(r *segment.ProductGradeRules) { r.Bands[0].FromProfit = dec("1") }, []string{"bands[0].from_profit"}},
		{"a grade twice", margin, func(r *segment.ProductGradeRules) { r.Bands[1].Grade = "A" }, []string{"bands[1].grade"}},
		{"rest is a band", margin, func(r *segment.ProductGradeRules) { r.Rest = "C" }, []string{"rest"}},
		{"coverage beyond all", margin, func(r *segment.ProductGradeRules) { r.MinCostedPermille = 1001 }, []string{"min_costed_permille"}},
		{"half a cent", unit, func(r *segment.ProductGradeRules) { r.Bands[0].FromProfit = dec("5.005") }, []string{"bands[0].from_profit"}},
		{"too much money", unit, func(r *segment.ProductGradeRules) { r.Bands[0].FromProfit = dec("10000000000.01") }, []string{"bands[0].from_profit"}},
		{"the other measure's mark", unit, func(r *segment.ProductGradeRules) { r.Bands[2].FromPermille = 1 }, []string{"bands[2].from_permille"}},
		{"too many", margin, func(r *segment.ProductGradeRules) { r.Bands = make([]segment.ProductGradeBand, 100) }, []string{"bands"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.rules.Bands = append([]segment.ProductGradeBand(nil), test.rules.Bands...)
			test.spoil(&test.rules)
			_, err := segment.NewProductGrades(test.rules, time.UTC)
			assert.Equal(t, test.paths, faultPaths(t, err))
		})
	}
	for _, rules := range []segment.ProductGradeRules{margin, unit} {
		read, err := segment.ParseProductGradeRules([]byte(toJSON(t, rules)))
		require.NoError(t, err)
		assert.JSONEq(t, toJSON(t, rules), toJSON(t, read))
	}
	_, err := segment.ParseProductGradeRules([]byte(`{"by":"turnover"}`))
	require.Error(t, err)
	var refusal *customer.Refusal
	margin.Until = on
	_, _, err = newGrades(t, margin).Grade(segment.ProductGradeFigures{}, on)
	require.ErrorAs(t, err, &refusal)
}

func gradeLine(sku, quantity, paid, cost string) customer.Line {
	line := customer.Line{SKU: sku, Quantity: dec(quantity)}
	if paid != "" {
		line.Paid = decimal.NewNullDecimal(dec(paid))
	}
	if cost != "" {
		line.Cost = decimal.NewNullDecimal(dec(cost))
	}
	return line
}

func gradeSale(lines ...customer.Line) customer.Purchase {
	return customer.Purchase{Ref: "r", At: noon(), Currency: gradeEuro(), Lines: lines}
}

// The tax in a price is taken out, rounded half up to the cent, once for each line.
func TestProductGradeTally(t *testing.T) {
	grades := newGrades(t, gradeRules(segment.GradeByMargin))
	today := customer.DateOf(noon(), time.UTC)
	period := population.Period{From: today, Until: today + 1}
	taxed := func(line customer.Line, rate string, exclusive bool) customer.Line {
		line.Tax = customer.Tax{Rate: dec(rate), Exclusive: exclusive}
		return line
	}
	bottle := gradeLine("g", "1", "1.25", "0.40")
	bottle.Deposit = dec("0.25")
	delivery := gradeLine("h", "1", "5", "3")
	delivery.Sells = customer.DeliveryLine
	tally := grades.Tally(period)
	require.NoError(t, tally.Sale(gradeSale(
		taxed(gradeLine("a", "2", "11.90", "4"), "0.19", false),
		taxed(gradeLine("b", "1", "0.03", "0.01"), "0.2", false),  // contained: 0.005, up to 0.01
		taxed(gradeLine("c", "1", "0.02", "0.01"), "0.19", false), // contained: 0.0031…
		taxed(gradeLine("d", "1", "10", "4"), "0.19", true),
		gradeLine("e", "1", "10", ""), gradeLine("e", "1", "", "4"), gradeLine("e", "0", "10", "4"), gradeLine("e", "0.5", "10", "4"),
		taxed(gradeLine("f", "1", "10000000000", "1"), "1", false),
		bottle, delivery,
	)))
	require.NoError(t, tally.Return(customer.Return{Ref: "b", At: noon(), Currency: gradeEuro(), Lines: []customer.ReturnLine{
		{Line: gradeLine("e", "0.5", "10", "4")}, {Line: gradeLine("e", "1", "10", "")},
	}}))
	got := map[string]segment.ProductGradeFigures{}
	for sku, figures := range tally.All() {
		got[sku] = figures
	}
	assert.Equal(t, map[string]segment.ProductGradeFigures{
		"a": {Sold: gradeSold(1, 1, 2000, 1000, 400)},
		"b": {Sold: gradeSold(1, 1, 1000, 2, 1)},
		"c": {Sold: gradeSold(1, 1, 1000, 2, 1)},
		"d": {Sold: gradeSold(1, 1, 1000, 1000, 400)},
		"e": {Sold: gradeSold(4, 1, 500, 1000, 400), Returned: gradeSold(2, 1, 500, 1000, 400)},
		"f": {Sold: gradeSold(1, 1, 1000, 500_000_000_000, 100)},
		"g": {Sold: gradeSold(1, 1, 1000, 100, 40)},
	}, got)

	before := marshal(t, tally)
	elsewhen := gradeSale(gradeLine("z", "1", "1", "1"))
	elsewhen.At = noon().AddDate(0, 0, 1)
	require.NoError(t, tally.Sale(elsewhen), "another day is left out")
	for name, spoil := range map[string]func(*customer.Purchase){
		"no sku":          func(p *customer.Purchase) { p.Lines[1].SKU = "" },
		"half a cent":     func(p *customer.Purchase) { p.Lines[1].Paid = decimal.NewNullDecimal(dec("0.005")) },
		"cost below 0":    func(p *customer.Purchase) { p.Lines[1].Cost = decimal.NewNullDecimal(dec("-1")) },
		"no such tax":     func(p *customer.Purchase) { p.Lines[1].Tax.Rate = dec("1.01") },
		"too fine":        func(p *customer.Purchase) { p.Lines[1].Quantity = dec("0.0001") },
		"no instant":      func(p *customer.Purchase) { p.At = time.Time{} },
		"other currency":  func(p *customer.Purchase) { p.Currency.Code = "USD" },
		"too much to add": func(p *customer.Purchase) { p.Lines[1].Paid = decimal.NewNullDecimal(dec("10000000000.01")) },
	} {
		sale := gradeSale(gradeLine("a", "1", "1", "1"), gradeLine("b", "1", "1", "1"))
		spoil(&sale)
		require.Error(t, tally.Sale(sale), name)
	}
	assert.Equal(t, before, marshal(t, tally), "nothing of a receipt at fault is counted")
}

// Any order and any split over tallies gives the same bytes, which read back.
func TestProductGradeTallyMerges(t *testing.T) {
	grades := newGrades(t, gradeRules(segment.GradeByMargin))
	today := customer.DateOf(noon(), time.UTC)
	period := population.Period{From: today, Until: today + 1}
	rapid.Check(t, func(t *rapid.T) {
		lines := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) customer.Line {
			return gradeLine(
				rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "sku"), rapid.SampledFrom([]string{"0", "1", "2.5"}).Draw(t, "quantity"),
				rapid.SampledFrom([]string{"", "0", "3.10", "10000000000"}).Draw(t, "paid"), rapid.SampledFrom([]string{"", "0", "1.05", "10000000000"}).Draw(t, "cost"),
			)
		}), 1, 20).Draw(t, "lines")
		whole, parts := grades.Tally(period), []*segment.ProductGradeTally{grades.Tally(period), grades.Tally(period)}
		for i := range lines {
			if i%3 == 0 {
				back := customer.Return{Ref: "b", At: noon(), Lines: []customer.ReturnLine{{Line: lines[i]}}}
				require.NoError(t, whole.Return(back))
				require.NoError(t, parts[rapid.IntRange(0, 1).Draw(t, "part")].Return(back))
				continue
			}
			require.NoError(t, whole.Sale(gradeSale(lines[i])))
			require.NoError(t, parts[rapid.IntRange(0, 1).Draw(t, "part")].Sale(gradeSale(lines[i])))
		}
		require.NoError(t, parts[1].Merge(parts[0]))
		want := marshal(t, whole)
		assert.Equal(t, want, marshal(t, parts[1]))
		read := grades.Tally(population.Period{From: 1, Until: 2})
		require.NoError(t, read.UnmarshalBinary(want))
		assert.Equal(t, want, marshal(t, read))
	})
}

func TestProductGradeTallyState(t *testing.T) {
	grades := newGrades(t, gradeRules(segment.GradeByMargin))
	period := population.Period{From: on - 30, Until: on}
	require.Error(t, grades.Tally(period).Merge(grades.Tally(population.Period{From: on - 30, Until: on - 1})))
	rules := gradeRules(segment.GradeByMargin)
	rules.Zone = "Asia/Shanghai"
	elsewhere, err := segment.NewProductGrades(rules, zone(t, rules.Zone))
	require.NoError(t, err)
	require.Error(t, grades.Tally(period).Merge(elsewhere.Tally(period)), "whose days are others")
	require.Error(t, new(segment.ProductGradeTally).Sale(gradeSale(gradeLine("a", "1", "1", "1"))), "which nobody made")
	const head = "01" + "de912d" + "fc912d" + "03455552" + "02" + "03555443" + "01" + "01"
	const none = "0000000000"
	golden := head + "0161" + "0100" + "0201e80764" + "3c" + none
	tally := grades.Tally(population.Period{From: 1, Until: 2})
	require.NoError(t, tally.UnmarshalBinary(unhex(t, golden)))
	for sku, figures := range tally.All() {
		assert.Equal(t, "a", sku)
		assert.Equal(t, segment.ProductGradeFigures{Sold: gradeSold(2, 1, 1000, 100, 60)}, figures)
	}
	for name, state := range map[string]string{
		"another version":      "02" + golden[2:],
		"another currency":     "01" + "de912d" + "fc912d" + "03555344" + "02" + golden[24:],
		"another zone":         strings.Replace(golden, "03555443", "03555444", 1),
		"more costed":          head + "0161" + "0100" + "0102e80764" + "3c" + none,
		"money without cost":   head + "0161" + "0100" + "0100006400" + none,
		"costed without units": head + "0161" + "0100" + "0201006400" + none,
		"no line at all":       head + "0161" + "0100" + none + none,
		"another item":         head + "0161" + "0101" + "0201e80764" + "3c" + none,
		"no sku":               head + "00" + "0100" + "0201e80764" + "3c" + none,
		"beyond all sums":      head + "0161" + "0100" + beyondSum + "01e80764" + "3c" + none,
		"cut off":              golden[:len(golden)-2],
		"left over":            golden + "00",
	} {
		before := marshal(t, tally)
		require.ErrorIs(t, tally.UnmarshalBinary(unhex(t, state)), population.ErrFormat, name)
		assert.Equal(t, before, marshal(t, tally), name)
	}
	assert.Equal(t, unhex(t, golden), marshal(t, tally))
}
