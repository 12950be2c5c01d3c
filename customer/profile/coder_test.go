package profile_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/customer/profile"
)

func number(text string) decimal.Decimal { return decimal.RequireFromString(text) }

func sale(at string, lines ...customer.Line) customer.Purchase {
	when, err := time.Parse(time.RFC3339, at)
	if err != nil {
		panic(err)
	}
	return customer.Purchase{Ref: "A1", Customer: "C-17", At: when, Currency: euro(), Lines: lines}
}

// What a till knows of a line, and what of it counts.
func TestCoderLine(t *testing.T) {
	sheet := newSheet(t, shopRules())
	for _, test := range []struct {
		name string
		line customer.Line
		want profile.Fact
	}{
		{
			"all of it",
			customer.Line{Category: "wine", Quantity: number("2"), ListPrice: euros("5.95"), Paid: euros("10.71"), Cost: euros("6.00"), Tax: customer.Tax{Rate: number("0.19")}},
			profile.Fact{Category: 1, Units: 2000, Amount: 1071, Tax: 171, Discount: 119, Cost: 600, Priced: true, Listed: true, Costed: true},
		},
		{
			"the deposit is owed back, and is no part of the list price",
			customer.Line{Category: "beer", Quantity: number("6"), ListPrice: euros("1.00"), Paid: euros("6.48"), Deposit: number("0.48")},
			profile.Fact{Category: 1, Units: 6000, Amount: 600, Priced: true, Listed: true},
		},
		{
			"points are a discount, a voucher is money",
			customer.Line{Category: "bread", Quantity: number("1"), Paid: euros("10.00"), Tenders: []customer.Tender{
				{Kind: customer.PointsTender, Amount: number("3.00")}, {Kind: customer.VoucherTender, Amount: number("2.00")},
			}},
			profile.Fact{Category: 2, Units: 1000, Amount: 700, Discount: 300, Priced: true},
		},
		{
			"tax on top is no part of the amount",
			customer.Line{Category: "towels", Quantity: number("0.5"), Paid: euros("10.00"), Tax: customer.Tax{Rate: number("0.19"), Exclusive: true}},
			profile.Fact{Category: 3, Units: 500, Amount: 1000, Priced: true},
		},
		{
			"sold above its list price, there was no discount",
			customer.Line{Quantity: number("1"), ListPrice: euros("1.00"), Paid: euros("1.20")},
			profile.Fact{Units: 1000, Amount: 120, Priced: true, Listed: true},
		},
		{
			"a label that no category has, and no price",
			customer.Line{Category: "beer ", ListPrice: euros("1.00"), Quantity: number("1"), Cost: euros("0.50")},
			profile.Fact{Units: 1000, Cost: 50, Costed: true},
		},
		{
			"bringing it",
			customer.Line{Sells: customer.DeliveryLine, Category: "beer", Paid: euros("4.90")},
			profile.Fact{Category: 4, Amount: 490, Priced: true},
		},
		{
			"nothing to pay",
			customer.Line{Quantity: number("1"), ListPrice: euros("1.00"), Paid: euros("0")},
			profile.Fact{Units: 1000, Discount: 100, Priced: true, Listed: true},
		},
		{
			"the most that a line may have",
			customer.Line{Quantity: number("1000000000"), Paid: euros("10000000000"), Cost: euros("10000000000")},
			profile.Fact{Units: population.MaxUnits, Amount: population.MaxAmount, Cost: population.MaxAmount, Priced: true, Costed: true},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.line.SKU = "sku"
			test.want.Product, test.want.Holder = profile.CodeOf("sku"), profile.CodeOf("card 2")
			test.want.Day, test.want.Hour, test.want.Kind = day("2025-03-04"), 16, profile.Sold
			test.want.Receipt, test.want.Order = profile.CodeOf("A1"), profile.CodeOf("A1")
			coder := sheet.Coder().Holder("card 2")
			lines, err := coder.Sale(nil, sale("2025-03-04T15:59:00Z", test.line))
			require.NoError(t, err)
			require.Len(t, lines, 1)
			assert.Equal(t, customer.ID("C-17"), lines[0].Customer)
			assert.Equal(t, test.want, lines[0].Fact)
			require.NoError(t, lines[0].Check())

			back := customer.Return{Ref: "R1", Sale: "A1", Customer: "C-17", At: time.Date(2025, 3, 4, 15, 0, 0, 0, time.UTC), Lines: []customer.ReturnLine{{SaleLine: 1, Line: test.line}}}
			lines, err = coder.Return(lines[:0], back)
			require.NoError(t, err)
			test.want.Kind, test.want.Receipt = profile.Returned, profile.CodeOf("R1")
			assert.Equal(t, test.want, lines[0].Fact)
			back.Sale = ""
			lines, err = coder.Return(lines[:0], back)
			require.NoError(t, err)
			assert.Zero(t, lines[0].Order, "nobody has the receipt")
		})
	}
}

// Gift cards sold and receipts of nobody make no line; a fault makes none at all, and all faults
// are told.
func TestCoderLeavesOutAndRefuses(t *testing.T) {
	coder := newSheet(t, shopRules()).Coder()
	before := []profile.Line[customer.ID]{{Customer: "before"}}
	gift := sale("2025-03-04T15:59:00Z", customer.Line{SKU: "gift", Sells: customer.GiftCardLine, Paid: euros("50.00")})
	lines, err := coder.Sale(before, gift)
	require.NoError(t, err)
	assert.Equal(t, before, lines)
	gift.Customer = ""
	gift.Ref = ""
	for range 2 {
		lines, err = coder.Sale(before, gift)
		require.NoError(t, err)
		lines, err2 := coder.Return(lines, customer.Return{})
		require.NoError(t, err2)
		lines, err2 = coder.Service(lines, profile.Service{})
		require.NoError(t, err2)
		assert.Equal(t, before, lines, "nobody showed a card")
		require.NoError(t, err)
	}

	bad := sale("0001-01-01T00:00:00Z", customer.Line{SKU: "a", Quantity: number("1")},
		customer.Line{Sells: 9}, customer.Line{Quantity: number("0.0001")}, customer.Line{Paid: euros("0.001")},
		customer.Line{Paid: euros("1.00"), Cost: euros("10000000000.01"), Tax: customer.Tax{Rate: number("1.1")}},
		customer.Line{Paid: euros("1.00"), Quantity: number("2"), ListPrice: euros("-1")})
	bad.Ref, bad.Currency = "", customer.Currency{Code: "USD", Digits: 2}
	lines, err = coder.Sale(before, bad)
	assert.Equal(t, []string{
		"ref", "at", "currency", "lines[1].sells", "lines[2].quantity", "lines[3].paid", "lines[4].cost", "lines[4].tax.rate", "lines[5].list_price",
	}, customertest.Paths(t, err))
	assert.Equal(t, before, lines)
	_, err = coder.Sale(nil, customer.Purchase{Ref: "A", Customer: "C", At: time.Unix(0, 0), Lines: make([]customer.Line, customer.MaxLines+1)})
	assert.Equal(t, []string{"lines"}, customertest.Paths(t, err))
	_, err = coder.Service(nil, profile.Service{Ref: "S", Customer: "C", At: time.Unix(0, 0), For: "lunch", Cost: number("-1"), Sale: "\x00", SKU: "\x00"})
	assert.Equal(t, []string{"sale", "sku", "for", "cost"}, customertest.Paths(t, err))
}

func TestCoderService(t *testing.T) {
	sheet := newSheet(t, shopRules())
	lines, err := sheet.Coder().Service(nil, profile.Service{
		Ref: "S1", Customer: "C-17", At: time.Date(2025, 3, 4, 8, 0, 0, 0, time.UTC), For: "visit", Sale: "A1", SKU: "pump", Cost: number("85.00"),
	})
	require.NoError(t, err)
	assert.Equal(t, []profile.Line[customer.ID]{{Customer: "C-17", Fact: profile.Fact{
		Receipt: profile.CodeOf("S1"), Order: profile.CodeOf("A1"), Product: profile.CodeOf("pump"), Day: day("2025-03-04"), Hour: 9,
		Kind: profile.Served, Category: 1, Cost: 8500, Costed: true,
	}}}, lines)
	require.NoError(t, lines[0].Check())
	assert.Equal(t, []string{"repair", "visit", ""}, []string{sheet.Service(0), sheet.Service(1), sheet.Service(2)})
	assert.Equal(t, []string{"", "drinks", "delivery", ""}, []string{sheet.Category(0), sheet.Category(1), sheet.Category(4), sheet.Category(5)})
}

// The hour is the shop's: struck twice in autumn it is one hour of 25 on that day, left out in
// spring it has nothing.
func TestCoderHour(t *testing.T) {
	sheet := newSheet(t, shopRules())
	history := profile.NewHistory[customer.ID](sheet.Basis())
	for i, test := range []struct {
		at, day string
		hour    uint8
	}{
		{"2025-10-26T00:30:00Z", "2025-10-26", 2}, // 02:30 in summer
		{"2025-10-26T01:30:00Z", "2025-10-26", 2}, // 02:30 in winter
		{"2025-10-26T02:30:00Z", "2025-10-26", 3},
		{"2025-03-30T00:59:59Z", "2025-03-30", 1},
		{"2025-03-30T01:00:00Z", "2025-03-30", 3},
		{"2025-07-31T21:59:59Z", "2025-07-31", 23},
		{"2025-07-31T22:00:00Z", "2025-08-01", 0},
		{"2024-12-31T23:00:00Z", "2025-01-01", 0},
	} {
		one := sale(test.at, customer.Line{SKU: "sku", Paid: euros("1.00")})
		one.Ref += test.at
		lines, err := sheet.Coder().Sale(nil, one)
		require.NoError(t, err)
		assert.Equal(t, day(test.day), lines[0].Day, i)
		assert.Equal(t, test.hour, lines[0].Hour, i)
		require.NoError(t, history.Add(lines...))
	}
	reporter, err := sheet.Reporter(profile.Query{On: on})
	require.NoError(t, err)
	report, err := reporter.Report(history.Of("C-17"))
	require.NoError(t, err)
	assert.Equal(t, profile.Pattern{Receipts: 2, Sold: 200}, report.Hours[2], "two receipts in the hour that was struck twice")
	assert.Equal(t, int64(8), report.HourBands[0].Receipts, "the night is 22 to 6")
}

// Any valid receipt is coded or refused for its currency, and what is coded is in order.
func TestCoderTakesAnyReceipt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rules := shopRules()
		bought := customertest.Purchases().Draw(t, "sale")
		if bought.Currency != (customer.Currency{}) {
			rules.Currency = bought.Currency
		}
		rules.AmountBands = nil
		sheet, err := profile.NewSheet(rules, mustZone())
		require.NoError(t, err)
		lines, err := sheet.Coder().Sale(nil, bought)
		require.NoError(t, err)
		paid := decimal.Decimal{}
		for _, line := range bought.Lines {
			if line.Sells != customer.GiftCardLine && line.Paid.Valid && bought.Customer != "" {
				paid = paid.Add(line.Paid.Decimal).Sub(line.Deposit)
				for _, tender := range line.Tenders {
					if tender.Kind == customer.PointsTender {
						paid = decimal.Max(paid.Sub(tender.Amount), paid.Sub(line.Paid.Decimal).Add(line.Deposit))
					}
				}
			}
		}
		sum := int64(0)
		for _, line := range lines {
			require.NoError(t, line.Check())
			sum += line.Amount
		}
		require.True(t, paid.Equal(rules.Currency.Amount(sum)), "%s is paid, %d coded", paid, sum)

		back := customertest.Returns().Draw(t, "return")
		if back.Currency != rules.Currency && back.Currency != (customer.Currency{}) {
			return
		}
		lines, err = sheet.Coder().Return(lines, back)
		require.NoError(t, err)
		for _, line := range lines {
			require.NoError(t, line.Check())
		}
	})
}

func TestRules(t *testing.T) {
	rules := shopRules()
	data := toJSON(t, rules)
	read, err := profile.ParseRules([]byte(data))
	require.NoError(t, err)
	assert.Equal(t, data, toJSON(t, read))
	customertest.Golden(t, "rules.golden", data+"\n")
	_, err = profile.ParseRules([]byte(`{"id":"x","year_start":4}`))
	assert.Equal(t, []string{"year_start"}, customertest.Paths(t, err))

	slices.Reverse(rules.Categories)
	slices.Reverse(rules.Services)
	sheet := newSheet(t, rules)
	for code := range uint16(6) {
		assert.Equal(t, newSheet(t, shopRules()).Category(code), sheet.Category(code), "numbers do not depend on the order of the rules")
		assert.Equal(t, newSheet(t, shopRules()).Service(code), sheet.Service(code))
	}
	slices.Reverse(rules.Categories)
	basis := sheet.Basis()
	rules.Categories[0].ID, rules.HourBands[0].Name, rules.AmountBands[0].Name, rules.Services[0], rules.Categories[0].Labels[0] = "x", "x", "x", "x", "x"
	again, err := sheet.Reporter(profile.Query{On: on})
	require.NoError(t, err)
	report, err := again.Report([]profile.Fact{{Day: on, Kind: profile.Sold, Category: 1, Priced: true}})
	require.NoError(t, err)
	assert.Equal(t, []string{"drinks", "night", "small"}, []string{report.Categories[0].Category, report.HourBands[0].Name, report.AmountBands[0].Name}, "rules are copied")
	assert.Equal(t, profile.Basis{Rules: "history/1", Currency: euro()}, basis)
}

// Faults are told whole, each at its path.
func TestRulesRefuse(t *testing.T) {
	for _, test := range []struct {
		want   []string
		change func(*profile.Rules)
	}{
		{[]string{"id", "version", "zone", "currency.code"}, func(r *profile.Rules) { *r = profile.Rules{} }},
		{[]string{"zone"}, func(r *profile.Rules) { r.Zone = "Asia/Shanghai" }},
		{[]string{"year_start_month"}, func(r *profile.Rules) { r.YearStartMonth = 13 }},
		{[]string{"year_start_month"}, func(r *profile.Rules) { r.YearStartMonth = -1 }},
		{[]string{"small_base_receipts"}, func(r *profile.Rules) { r.SmallBaseReceipts = -1 }},
		{[]string{"services[1]"}, func(r *profile.Rules) { r.Services = []string{"visit", "visit"} }},
		{[]string{"categories[0].id", "categories[0].labels", "categories[1].id"}, func(r *profile.Rules) {
			r.Categories = []profile.Category{{}, {ID: "delivery", Labels: []string{"van"}}}
		}},
		{[]string{"categories[1].id", "categories[2].labels[0]", "categories[2].labels[1]"}, func(r *profile.Rules) {
			r.Categories = []profile.Category{{ID: "a", Labels: []string{"x"}}, {ID: "a", Labels: []string{"y"}}, {ID: "b", Labels: []string{"x", "y"}}}
		}},
		{[]string{"categories"}, func(r *profile.Rules) { r.Categories = manyCategories(profile.MaxCategories+1, 1) }},
		{nil, func(r *profile.Rules) { r.Categories = manyCategories(profile.MaxCategories, 10) }},
		{[]string{"categories[909].labels"}, func(r *profile.Rules) { r.Categories = manyCategories(profile.MaxCategories, 11) }},
		{[]string{"hour_bands[0].from_hour", "hour_bands[1].name", "hour_bands[1].from_hour", "hour_bands[2].from_hour"}, func(r *profile.Rules) {
			r.HourBands = []profile.HourBand{{Name: "a", FromHour: 1}, {FromHour: 1}, {Name: "b", FromHour: 24}}
		}},
		{[]string{"amount_bands[0].from", "amount_bands[1].name", "amount_bands[1].from", "amount_bands[2].from", "amount_bands[3].from"}, func(r *profile.Rules) {
			r.AmountBands = []profile.AmountBand{{Name: "a", From: number("1")}, {Name: "a", From: number("1")}, {Name: "b", From: number("0.001")}, {Name: "c", From: number("10000000000.01")}}
		}},
		{nil, func(r *profile.Rules) { r.AmountBands[2].From = number("10000000000") }},
		{nil, func(r *profile.Rules) { r.AmountBands, r.HourBands, r.Categories, r.Services = nil, nil, nil, nil }},
	} {
		rules := shopRules()
		test.change(&rules)
		_, err := profile.NewSheet(rules, mustZone())
		if test.want == nil {
			require.NoError(t, err)
			continue
		}
		assert.Equal(t, test.want, customertest.Paths(t, err))
	}
	_, err := profile.NewSheet(shopRules(), nil)
	assert.Equal(t, []string{"zone"}, customertest.Paths(t, err))
}

func manyCategories(n, labels int) (all []profile.Category) {
	for i := range n {
		category := profile.Category{ID: string(rune('一' + i))}
		for j := range labels {
			category.Labels = append(category.Labels, category.ID+string(rune('a'+j)))
		}
		all = append(all, category)
	}
	return all
}

func TestQueryRefuses(t *testing.T) {
	sheet := newSheet(t, shopRules())
	year := population.PeriodYear.Of(on)
	for _, test := range []struct {
		query profile.Query
		want  []string
	}{
		{profile.Query{}, []string{"on"}},
		{profile.Query{On: customer.MaxDate}, []string{"on"}},
		{profile.Query{On: customer.MaxDate - 1}, nil},
		{profile.Query{On: 1}, nil},
		{profile.Query{On: on, Each: 6}, []string{"each"}},
		{profile.Query{On: on, Period: population.Period{From: on}}, []string{"period"}},
		{profile.Query{On: on, Period: population.Period{From: on, Until: on}}, []string{"period.until"}},
		{profile.Query{On: year.From - 1, Period: year}, []string{"period.from"}},
		{profile.Query{On: year.From, Period: year}, nil},
		{profile.Query{On: on, Each: population.PeriodDay, Period: population.Period{From: on - profile.MaxEach, Until: on + 1}}, []string{"each"}},
		{profile.Query{On: on, Each: population.PeriodDay, Period: population.Period{From: on - profile.MaxEach + 1, Until: on + 1}}, nil},
		{profile.Query{On: 400, Each: population.PeriodWeek, Period: population.Period{From: 1, Until: 401}}, nil},
		{profile.Query{On: customer.MaxDate - 1, Each: population.PeriodYear, Period: population.Period{From: customer.MaxDate - 800, Until: customer.MaxDate}}, nil},
	} {
		reporter, err := sheet.Reporter(test.query)
		if test.want != nil {
			assert.Equal(t, test.want, customertest.Paths(t, err), "%+v", test.query)
			continue
		}
		require.NoError(t, err)
		report, err := reporter.Report([]profile.Fact{{Day: test.query.On, Kind: profile.Sold, Priced: true, Amount: 5}})
		require.NoError(t, err)
		assert.Equal(t, int64(5), report.Sold)
		_, err = reporter.Contribution([]profile.Fact{{Day: test.query.On, Kind: profile.Sold, Priced: true, Amount: 5}})
		require.NoError(t, err)
	}

	rules := shopRules()
	rules.From, rules.Until = on, on+10
	dated := newSheet(t, rules)
	var refusal *customer.Refusal
	_, err := dated.Reporter(profile.Query{On: on - 1})
	require.ErrorAs(t, err, &refusal)
	_, err = dated.Reporter(profile.Query{On: on + 10})
	require.ErrorAs(t, err, &refusal)
	_, err = dated.Reporter(profile.Query{On: on + 9})
	require.NoError(t, err)

	// Days since a first deal that is further back than can be listed.
	reporter, err := sheet.Reporter(profile.Query{On: on, Each: population.PeriodDay})
	require.NoError(t, err)
	old := profile.Fact{Day: on - profile.MaxEach, Kind: profile.Sold}
	_, err = reporter.Report([]profile.Fact{old})
	assert.Equal(t, []string{"each"}, customertest.Paths(t, err))
	_, err = reporter.Report([]profile.Fact{old})
	assert.Equal(t, []string{"each"}, customertest.Paths(t, err), "again")
	old.Day++
	report, err := reporter.Report([]profile.Fact{old})
	require.NoError(t, err)
	assert.Len(t, report.Each, profile.MaxEach)
}

// Facts of another rule book, malformed ones and too many are told, and nothing is lost by it.
func TestReportRefuses(t *testing.T) {
	sheet := newSheet(t, shopRules())
	reporter, err := sheet.Reporter(profile.Query{On: on})
	require.NoError(t, err)
	good := profile.Fact{Day: on, Kind: profile.Sold, Category: 4}
	for _, test := range []struct {
		bad  profile.Fact
		want string
	}{
		{profile.Fact{Day: on, Kind: profile.Sold, Category: 5}, "facts[1].category"},
		{profile.Fact{Day: on, Kind: profile.Served, Category: 2, Costed: true}, "facts[1].category"},
		{profile.Fact{Day: on, Kind: profile.Sold, Hour: 24}, "facts[1].hour"},
	} {
		_, err := reporter.Report([]profile.Fact{good, test.bad})
		assert.Equal(t, []string{test.want}, customertest.Paths(t, err))
		_, err = reporter.Contribution([]profile.Fact{good, test.bad})
		assert.Equal(t, []string{test.want}, customertest.Paths(t, err))
	}
	// As many facts at their greatest as are allowed add up without leaving an int64; one more
	// is refused.
	most := make([]profile.Fact, profile.MaxFacts, profile.MaxFacts+1)
	for i := range most {
		most[i] = profile.Fact{Day: on, Kind: profile.Returned, Amount: population.MaxAmount, Cost: population.MaxAmount, Discount: population.MaxAmount, Priced: true, Costed: true}
		if i%2 == 0 {
			most[i].Kind = profile.Sold
		}
		if i > profile.MaxFacts/2 {
			most[i] = profile.Fact{Day: on, Kind: profile.Served, Cost: population.MaxAmount, Costed: true}
		}
	}
	report, err := reporter.Report(most)
	require.NoError(t, err)
	assert.Positive(t, report.Sold)
	margins, err := reporter.Contribution(most)
	require.NoError(t, err)
	assert.Negative(t, margins.Total.Profit)
	for i := range most {
		most[i].Kind = profile.Sold
		most[i].Amount, most[i].Priced = population.MaxAmount, true
	}
	report, err = reporter.Report(most)
	require.NoError(t, err)
	assert.Equal(t, int64(profile.MaxFacts*population.MaxAmount), report.Sold)
	_, err = reporter.Report(append(most, good))
	assert.Equal(t, []string{"facts"}, customertest.Paths(t, err))
	_, err = reporter.Contribution(append(most, good))
	assert.Equal(t, []string{"facts"}, customertest.Paths(t, err))
}

// A customer of more facts than are reported on can still be kept and stored.
func TestHistoryOfTooManyFacts(t *testing.T) {
	if testing.Short() {
		t.Skip("two million facts")
	}
	h := profile.NewHistory[uint32](basis())
	line := profile.Line[uint32]{Fact: profile.Fact{Day: on, Kind: profile.Sold, Priced: true}}
	lines := slices.Repeat([]profile.Line[uint32]{line}, profile.MaxFacts/2)
	require.NoError(t, h.Add(lines...))
	require.NoError(t, h.Add(lines...))
	require.NoError(t, h.Add(line))
	assert.Len(t, h.Of(0), profile.MaxFacts+1)
	var back profile.History[uint32]
	require.NoError(t, back.UnmarshalBinary(marshal(t, h)))
	assert.Equal(t, 1, back.Customers())
}

// What no constructor made reads nothing, reports nothing, and says so.
func TestZeroValues(t *testing.T) {
	for _, sheet := range []*profile.Sheet{nil, {}} {
		_, err := sheet.Coder().Sale(nil, sale("2025-01-01T00:00:00Z"))
		require.Error(t, err)
		_, err = sheet.Coder().Return(nil, customer.Return{Ref: "R", Customer: "C", At: time.Unix(0, 0)})
		require.Error(t, err)
		_, err = sheet.Coder().Service(nil, profile.Service{Ref: "S", Customer: "C", At: time.Unix(0, 0)})
		require.Error(t, err)
		_, err = sheet.Reporter(profile.Query{On: on, Period: population.PeriodYear.Of(on)})
		require.ErrorContains(t, err, "NewSheet")
	}
	var reporter profile.Reporter
	_, err := reporter.Report(nil)
	require.ErrorContains(t, err, "NewSheet")
	_, err = reporter.Contribution(nil)
	require.ErrorContains(t, err, "NewSheet")
}

// The names that a fact is filed under are texts that can be stored and shown.
func TestCoderChecksNames(t *testing.T) {
	coder := newSheet(t, shopRules()).Coder()
	bad := sale("2025-03-04T15:59:00Z", customer.Line{SKU: "a", Quantity: number("1")})
	bad.Customer = "C\x0017"
	_, err := coder.Sale(nil, bad)
	assert.Equal(t, []string{"customer"}, customertest.Paths(t, err))
	_, err = coder.Return(nil, customer.Return{Ref: "R", Sale: "A\n1", Customer: customer.ID(strings.Repeat("c", customer.MaxText+1)), At: time.Unix(0, 0)})
	assert.Equal(t, []string{"customer", "sale"}, customertest.Paths(t, err))
}
