package segment_test

import (
	"errors"
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/segment"
)

// Who brings the profit, and who the complaints? Not 80/20 from a book, but what was
// counted: here ten customers, of whom one brought back more than she bought.
//
// row C12: profit, complaints and service time go through the same curve.
func ExampleConcentration() {
	var profit, complaints segment.Concentration
	for _, one := range []struct{ profit, complaints int64 }{
		{90_000, 0},
		{40_000, 0},
		{15_000, 1},
		{15_000, 0},
		{12_000, 0},
		{9_000, 4},
		{6_000, 0},
		{2_000, 1},
		{0, 0},
		{-3_000, 6},
	} {
		profit.Add(one.profit)
		complaints.Add(one.complaints)
	}
	for _, figure := range []struct {
		name  string
		curve *segment.ConcentrationCurve
	}{{"profit", profit.Curve()}, {"complaints", complaints.Curve()}} {
		curve := figure.curve
		fmt.Printf("%s: %d customers, %d bring %d, %d nothing, %d lose %d\n", figure.name,
			curve.Customers, curve.Bringing, curve.Sum, curve.Zero, curve.Negative, -curve.Lost)
		top := curve.Top(200).Reached
		fmt.Printf("  the top %d ‰ (%d) bring %d ‰\n", top.CustomersPermille, top.Customers, top.SumPermille)
		tie := curve.Top(300)
		fmt.Printf("  300 ‰ lie between %d and %d customers: %d to %d ‰\n",
			tie.Before.Customers, tie.Reached.Customers, tie.Before.SumPermille, tie.Reached.SumPermille)
		most := curve.Share(800).Reached
		fmt.Printf("  800 ‰ come from the top %d ‰ (%d)\n", most.CustomersPermille, most.Customers)
	}
	// Output:
	// profit: 10 customers, 8 bring 189000, 1 nothing, 1 lose 3000
	//   the top 200 ‰ (2) bring 687 ‰
	//   300 ‰ lie between 2 and 4 customers: 687 to 846 ‰
	//   800 ‰ come from the top 400 ‰ (4)
	// complaints: 10 customers, 4 bring 12, 6 nothing, 0 lose 0
	//   the top 200 ‰ (2) bring 833 ‰
	//   300 ‰ lie between 2 and 4 customers: 833 to 1000 ‰
	//   800 ‰ come from the top 200 ‰ (2)
}

// exampleContributionRules give tiers by last year's contribution rate.
func exampleContributionRules() segment.ContributionRules {
	return segment.ContributionRules{
		Edition:             customer.Edition{ID: "value", Version: 3},
		Zone:                "UTC",
		Currency:            customer.Currency{Code: "EUR", Digits: 2},
		CalendarYears:       1,
		MinRevenue:          decimal.NewFromInt(100),
		MaxUncostedPermille: 100,
		Tiers: []segment.ContributionTier{
			{Name: "bronze", EnterPermille: 50}, {Name: "silver", EnterPermille: 150}, {Name: "gold", EnterPermille: 300},
		},
		TierSlackPermille: 20,
	}
}

// A workshop that orders every week seems to be the best customer of a tool shop. But it
// orders what is cheap, returns much, and needs a technician: it stands below a neighbour
// who came twice.
//
// row C18, C20: the tier follows last year's contribution rate; volume stands beside it.
func ExampleContributionBook_Tier() {
	book, err := segment.NewContributionBook(exampleContributionRules(), time.UTC)
	if err != nil {
		fmt.Println(err)
		return
	}
	on := mustDay("2027-01-10") // so last year is 2026
	at := mustDay("2026-05-04").Start(time.UTC)
	line := func(sku, paid, cost string) customer.Line {
		return customer.Line{
			SKU: sku, Quantity: decimal.NewFromInt(1),
			Paid: decimal.NewNullDecimal(decimal.RequireFromString(paid)), Cost: decimal.NewNullDecimal(decimal.RequireFromString(cost)),
		}
	}
	var facts []segment.ContributionFact[customer.ID]
	note := func(more []segment.ContributionFact[customer.ID], fault error) {
		facts, err = more, errors.Join(err, fault)
	}
	for week := range 50 {
		note(book.Sale(facts, customer.Purchase{Customer: "workshop", At: at.AddDate(0, 0, 3*week), Lines: []customer.Line{line("screws", "100.00", "82.00")}}))
	}
	note(book.Return(facts, customer.Return{Customer: "workshop", At: at, Lines: []customer.ReturnLine{{Line: line("screws", "500.00", "410.00")}}}))
	note(book.Service(facts, segment.ServiceCost{Customer: "workshop", At: at, Amount: decimal.NewFromInt(450)}))
	for range 2 {
		note(book.Sale(facts, customer.Purchase{Customer: "neighbour", At: at, Lines: []customer.Line{line("drill", "199.00", "120.00")}}))
	}

	tally := segment.NewContributionTally[customer.ID](book.Basis(book.Period(on)))
	if err := errors.Join(err, tally.Add(facts...)); err != nil {
		fmt.Println(err)
		return
	}
	for who, statement := range tally.All() {
		tier, reasons, err := book.Tier(on, statement, "")
		fmt.Printf("%s: %q %v\n", who, tier, err)
		for _, reason := range reasons {
			fmt.Println("  -", book.Explain(reason, customer.English))
		}
	}
	// Output:
	// neighbour: "gold" <nil>
	//   - volume: orders 2, returns 0
	//   - volume: she kept goods for 398.00 EUR of 398.00 EUR sold
	//   - profit contribution 158.00 EUR, on 398.00 EUR of revenue with known cost
	//   - gold: contribution rate 39.6 %, from 30 %
	// workshop: "bronze" <nil>
	//   - volume: orders 50, returns 1
	//   - volume: she kept goods for 4500.00 EUR of 5000.00 EUR sold
	//   - profit contribution 360.00 EUR, on 4500.00 EUR of revenue with known cost
	//   - serving her cost 450.00 EUR
	//   - bronze: contribution rate 8 %, from 5 %
	//   - not silver: contribution rate 8 %, needs 15 %
}

// exampleFollowUps grade the customers of the last 180 days.
func exampleFollowUps() *segment.ContributionFollowUps {
	follow := func(grade, strength string, days int) segment.ContributionFollowUp {
		return segment.ContributionFollowUp{Grade: grade, Strength: strength, IntervalDays: days}
	}
	return &segment.ContributionFollowUps{
		Greatest:   follow("first", "visit by the owner", 14),
		Timeliness: []segment.ContributionTimeliness{{Name: "lately", FromDays: 0}, {Name: "a while ago", FromDays: 60}},
		Importance: []segment.ContributionImportance{{Name: "top third", TopPermille: 333}, {Name: "others", TopPermille: 1000}},
		Grades: []segment.ContributionGrade{
			{Timeliness: []string{"lately"}, Importance: []string{"top third"}, ContributionFollowUp: follow("B", "call", 60)},
			{Timeliness: []string{"a while ago"}, Importance: []string{"top third"}, ContributionFollowUp: follow("A", "visit", 30)},
			{Timeliness: []string{"lately", "a while ago"}, Importance: []string{"others"}, ContributionFollowUp: follow("C", "letter", 180)},
		},
	}
}

// Whoever contributed most in the window is followed up in a way of her own; the others
// by how lately they bought and how much they contributed. Last, two of them are
// compared, and one with herself half a year before.
//
// row C17, C19: timeliness × importance, and comparison on the same basis.
func ExampleContributionBook_FollowUp() {
	rules := exampleContributionRules()
	rules.CalendarYears, rules.WindowDays, rules.FollowUp = 0, 180, exampleFollowUps()
	book, err := segment.NewContributionBook(rules, time.UTC)
	if err != nil {
		fmt.Println(err)
		return
	}
	on := mustDay("2027-01-01")
	now, before := book.Period(on), book.Period(on.AddDays(-180))
	tally, earlier := segment.NewContributionTally[string](book.Basis(now)), segment.NewContributionTally[string](book.Basis(before))
	for _, fact := range []segment.ContributionFact[string]{
		exampleSold("anna", on-10, 90_000, 50_000), exampleSold("anna", on-200, 40_000, 30_000),
		exampleSold("bert", on-90, 50_000, 30_000), exampleSold("cleo", on-20, 90_000, 80_000),
		exampleSold("cleo", on-200, 10_000, 12_000), exampleSold("dora", on-59, 30_000, 20_000),
	} {
		err = errors.Join(err, tally.Add(fact), earlier.Add(fact))
	}
	census := segment.NewContributionCensus(book, now)
	for _, statement := range tally.All() {
		err = errors.Join(err, census.Add(statement))
	}
	ranking := census.Ranking()
	for who, statement := range tally.All() {
		follow, reasons, fault := book.FollowUp(on, statement, ranking)
		err = errors.Join(err, fault)
		fmt.Println(who, "→", follow.Grade)
		for _, reason := range reasons {
			fmt.Println("  -", book.Explain(reason, customer.English))
		}
	}
	_, across, fault := ranking.Place(tally.Statement("cleo"))
	err = errors.Join(err, fault)
	_, over, fault := book.Compare(tally.Statement("cleo"), earlier.Statement("cleo"))
	err = errors.Join(err, fault)
	fmt.Println("cleo beside the others, and beside herself:", err)
	for _, reason := range append(across, over...) {
		fmt.Println("  -", book.Explain(reason, customer.English))
	}
	// Output:
	// anna → first
	//   - the greatest contribution of 4 customers: 400.00 EUR
	//   - follow up first: visit by the owner, every 14 days
	// bert → A
	//   - a while ago: last purchase 90 days ago, from 60
	//   - top third: 25 % of customers contribute more, fewer than 33.3 %
	//   - follow up A: visit, every 30 days
	// cleo → C
	//   - lately: last purchase 20 days ago, from 0
	//   - others: 50 % of customers contribute more, fewer than 100 %
	//   - follow up C: letter, every 180 days
	// dora → C
	//   - lately: last purchase 59 days ago, from 0
	//   - others: 50 % of customers contribute more, fewer than 100 %
	//   - follow up C: letter, every 180 days
	// cleo beside the others, and beside herself: <nil>
	//   - by profit contribution number 3 of 4
	//   - 2 customers share number 3
	//   - contributes 100.00 EUR of the 800.00 EUR that all contribute who contribute anything
	//   - by volume number 1 of 4
	//   - by contribution rate number 4 of 4 whose rate is known
	//   - orders 1, before 1
	//   - revenue kept 900.00 EUR, before 100.00 EUR
	//   - growth of revenue 800 %
	//   - profit contribution 100.00 EUR, before -20.00 EUR
	//   - no growth rate of profit contribution: it was -20.00 EUR before
	//   - contribution rate 11.1 %, before -20 %
}

// exampleSold is one receipt's fact.
func exampleSold(who string, day customer.Date, revenue, cost int64) segment.ContributionFact[string] {
	return segment.ContributionFact[string]{
		Customer: who, Day: day,
		Contribution: segment.Contribution{
			Orders: 1, LastBought: day,
			Sold: segment.ContributionFlow{Revenue: revenue, Cost: cost, Unlisted: revenue},
		},
	}
}

// Customers are sorted by how they are served best. A customer who fits two classes is of
// the one that the shop has put first. Of another, the service desk knows nothing yet.
//
// row C13: four classes, the order of precedence stated, and the rest.
func ExampleServiceBook_Classify() {
	mark := func(text string) decimal.NullDecimal { return decimal.NewNullDecimal(decimal.RequireFromString(text)) }
	book, err := segment.NewServiceBook(segment.ServiceRules{
		Edition:    customer.Edition{ID: "service", Version: 1},
		Currency:   customer.Currency{Code: "EUR", Digits: 2},
		WindowDays: 365,
		Precedence: []segment.ServiceClass{segment.ServiceBig, segment.ServiceHeavy, segment.ServiceDemanding, segment.ServiceSelective},
		Conditions: []segment.ServiceCondition{
			{Class: segment.ServiceBig, Measure: segment.ServiceProfit, Side: segment.ServiceAtLeast, Mark: mark("1000.00")},
			{Class: segment.ServiceHeavy, Measure: segment.ServiceContacts, Side: segment.ServiceAtLeast, Mark: mark("12")},
			{Class: segment.ServiceDemanding, Measure: segment.ServiceDemands, Side: segment.ServiceAtLeast, Mark: mark("5")},
			{Class: segment.ServiceDemanding, Measure: segment.ServiceContacts, Side: segment.ServiceAtMost, Mark: mark("2")},
			{Class: segment.ServiceSelective, Measure: segment.ServiceCategories, Side: segment.ServiceAtMost, Mark: mark("2")},
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	known := segment.NewServiceFigure
	for _, facts := range []segment.ServiceFacts{
		{Profit: known(40_000), Categories: known(2), Products: known(9), Contacts: known(2), Seconds: known(300), Demands: known(7)},
		{Profit: known(3_000), Categories: known(9), Products: known(30), Demands: known(5)},
	} {
		class, reasons, err := book.Classify(mustDay("2027-01-01"), facts)
		fmt.Println(class, err)
		for _, reason := range reasons {
			fmt.Println("  -", book.Explain(reason, customer.English))
		}
	}
	// Output:
	// demanding-light <nil>
	//   - profit contribution 400.00 EUR, asked for at least 1000.00 EUR
	//   - so not a big customer
	//   - service contacts 2, asked for at least 12
	//   - so not one who needs most service
	//   - demands 7, asked for at least 5
	//   - service contacts 2, asked for at most 2
	//   - so she is a customer who demands much and takes little service
	//   - categories bought 2, asked for at most 2
	//   - she would buy only certain products, but a class before it has her
	// unknown <nil>
	//   - profit contribution 30.00 EUR, asked for at least 1000.00 EUR
	//   - so not a big customer
	//   - not known: service contacts
	//   - she may be a customer who needs most service
	//   - demands 5, asked for at least 5
	//   - not known: service contacts
	//   - she may be a customer who demands much and takes little service
	//   - categories bought 9, asked for at most 2
	//   - so not one who buys only certain products
	//   - so her class is not known
}

// Marks can be left to the population: at most so many ‰ of customers are big.
func ExampleFitService() {
	rules := segment.ServiceRules{
		Edition:    customer.Edition{ID: "service", Version: 1},
		Currency:   customer.Currency{Code: "EUR", Digits: 2},
		WindowDays: 365,
		Precedence: []segment.ServiceClass{segment.ServiceBig, segment.ServiceHeavy, segment.ServiceDemanding, segment.ServiceSelective},
		Conditions: []segment.ServiceCondition{
			{Class: segment.ServiceBig, Measure: segment.ServiceProfit, Side: segment.ServiceAtLeast, Permille: 200},
			{Class: segment.ServiceHeavy, Measure: segment.ServiceSeconds, Side: segment.ServiceAtLeast, Permille: 100},
			{Class: segment.ServiceDemanding, Measure: segment.ServiceDemands, Side: segment.ServiceAtLeast, Permille: 100},
			{Class: segment.ServiceSelective, Measure: segment.ServiceProducts, Side: segment.ServiceAtMost, Permille: 300},
		},
	}
	on := mustDay("2027-01-01")
	census := segment.NewServiceCensus(rules.Period(on))
	for n := range int64(10) {
		known := segment.NewServiceFigure
		if err := census.Add(segment.ServiceFacts{Profit: known(n * n * 100), Products: known(n / 2), Seconds: known(60 * n), Demands: known(n % 2)}); err != nil {
			fmt.Println(err)
		}
	}
	fitted, unfit, err := segment.FitService(rules, census, on)
	fmt.Println(err)
	for _, condition := range fitted.Conditions {
		if evidence := condition.Fitted; evidence != nil {
			fmt.Println(condition.Class, condition.Measure, condition.Side, condition.Mark.Decimal, "takes", evidence.Reaching, "of", evidence.Customers)
		}
	}
	for _, fault := range unfit {
		fmt.Println(fault.Path, fault.Rule)
	}
	// Output:
	// <nil>
	// big profit at-least 64 takes 2 of 10
	// service-heavy seconds at-least 540 takes 1 of 10
	// selective products at-most 0 takes 2 of 10
	// conditions[2].permille has a mark: more of the 10 customers have the same utmost figure, demands 1
}

// What a class has is data, and nobody is served worse than the floor.
//
// row C14, C21: early boarding, a desk of her own, delivery and price.
func ExamplePrivilegeTable_Of() {
	table, err := segment.NewPrivilegeTable(segment.PrivilegeRules{
		Edition:  customer.Edition{ID: "privileges", Version: 2},
		Currency: customer.Currency{Code: "EUR", Digits: 2},
		Kinds: []segment.PrivilegeKind{
			{ID: "early-boarding", Better: segment.PrivilegeHaving},
			{ID: "delivery-within", Better: segment.PrivilegeLess, Unit: customer.UnitDays},
			{ID: "price-concession", Better: segment.PrivilegeMore, Unit: customer.UnitPermille, Capped: true},
		},
		Floor: []segment.PrivilegeGrant{{Kind: "delivery-within", Figure: 5}},
		Classes: []segment.PrivilegeOfClass{{Class: "gold", Privileges: []segment.PrivilegeGrant{
			{Kind: "early-boarding", Text: "Boarding with group 1"},
			{Kind: "delivery-within", Figure: 1},
			{Kind: "price-concession", Figure: 30, Cap: decimal.NewFromInt(50)},
		}}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	on := mustDay("2027-01-01")
	for _, class := range []string{"gold", "bronze"} {
		_, reasons, err := table.Of(on, class)
		fmt.Println(class, err)
		for _, reason := range reasons {
			fmt.Println("  -", table.Explain(reason, customer.English))
		}
	}
	for _, price := range []int64{1000, 2000} {
		off, _, err := table.Concession(on, "gold", "price-concession", decimal.NewFromInt(price))
		fmt.Println("off", price, "gold pays less by", off, err)
	}
	// Output:
	// gold <nil>
	//   - delivery-within: 1 day, where everyone has 5 days
	//   - early-boarding: her class's own
	//   - price-concession: 3 %, her class's own
	//   - price-concession: at most 50.00 EUR off one price
	// bronze <nil>
	//   - the class is none of the 1 in rule book privileges/2, so she has what everyone has: privileges 1
	//   - delivery-within: 5 days, as everyone
	// off 1000 gold pays less by 30 <nil>
	// off 2000 gold pays less by 50 <nil>
}

// The grouped form: facts sorted by customer, in the memory of one of them.
func ExampleContributionRuns() {
	book, err := segment.NewContributionBook(exampleContributionRules(), time.UTC)
	if err != nil {
		fmt.Println(err)
		return
	}
	day := mustDay("2026-03-01")
	sorted := func(yield func(segment.ContributionFact[string], error) bool) {
		_ = yield(exampleSold("anna", day, 1000, 600), nil) && yield(exampleSold("anna", day+1, 500, 100), nil) &&
			yield(exampleSold("bert", day, 700, 500), nil)
	}
	basis := book.Basis(population.Period{From: day, Until: day + 31})
	for run, err := range segment.ContributionRuns(basis, sorted) {
		fmt.Println(run.Customer, run.Contribution.Orders, run.Contribution.Profit(), err)
	}
	// Output:
	// anna 2 800 <nil>
	// bert 1 200 <nil>
}
