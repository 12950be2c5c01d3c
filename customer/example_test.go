package customer_test

import (
	"errors"
	"fmt"
	"time"
	_ "time/tzdata" // a host without zone files needs this line too

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
)

// A till hands over a whole receipt: what was bought, in which unit, what was paid and
// with what. Amounts are those of the whole line.
func ExamplePurchase() {
	amount := decimal.RequireFromString
	known := func(text string) decimal.NullDecimal { return decimal.NewNullDecimal(amount(text)) }
	purchase := customer.Purchase{
		Ref:      "north-2026-11-25-0017",
		Customer: "c-81",
		At:       time.Date(2026, time.November, 25, 9, 30, 0, 0, time.UTC),
		Shop:     "north",
		Currency: customer.Currency{Code: "EUR", Digits: 2},
		Lines: []customer.Line{
			{ // two packs of 24 tablets of the shop's own brand
				SKU: "4006381333931", Category: "painkillers", Brand: "Own", Kind: customer.StoreBrand,
				Quantity: amount("2"), BaseUnits: known("48"),
				ListPrice: known("3.995"), Paid: known("7.99"), Tax: customer.Tax{Rate: amount("0.19")},
			},
			{ // six bottles, of which 1.50 comes back with the empties; part was paid with points
				SKU: "4006381333948", Category: "soft drinks", Kind: customer.NationalBrand,
				Quantity: amount("6"), Paid: known("6.90"), Deposit: amount("1.50"),
				Tax:     customer.Tax{Rate: amount("0.19")},
				Tenders: []customer.Tender{{Kind: customer.PointsTender, Amount: amount("2.00")}},
			},
			{ // cheese by weight
				SKU: "2100017", Category: "cheese", Quantity: amount("0.346"), Paid: known("5.88"),
				Tax: customer.Tax{Rate: amount("0.07")},
			},
			{ // a gift card takes no discount
				SKU: "gift-25", Quantity: amount("1"), Paid: known("25"), NonDiscountable: true,
			},
		},
	}
	fmt.Println("in order:", purchase.Validate() == nil)

	var total int64
	for _, line := range purchase.Lines {
		paid, err := purchase.Currency.Minor(line.Paid.Decimal)
		if err != nil {
			fmt.Println(err)
			return
		}
		total += paid
	}
	fmt.Println("paid:", purchase.Currency.Amount(total))
	// Output:
	// in order: true
	// paid: 45.77
}

// Two of six bottles came back. Every figure is positive, and the place on the sale's
// receipt counts from 1.
func ExampleReturn() {
	returned := customer.Return{
		Ref: "south-2026-12-01-0003", Sale: "north-2026-11-25-0017", Customer: "c-81",
		At:       time.Date(2026, time.December, 1, 16, 5, 0, 0, time.UTC),
		Currency: customer.Currency{Code: "EUR", Digits: 2},
		Lines: []customer.ReturnLine{{
			SaleLine: 2,
			Line: customer.Line{
				SKU: "4006381333948", Quantity: decimal.NewFromInt(2),
				Paid: decimal.NewNullDecimal(decimal.RequireFromString("2.30")),
			},
		}},
	}
	fmt.Println("in order:", returned.Validate() == nil)
	returned.Sale = "" // nobody has the receipt, so no line can have a place on it
	fmt.Println(returned.Validate())
	// Output:
	// in order: true
	// customer: 1 fault: lines[0].sale_line = "2": is absent where the sale is not known
}

// A conversion is exact, or it is an error.
func ExampleCurrency_Minor() {
	euro := customer.Currency{Code: "EUR", Digits: 2}
	yen := customer.Currency{Code: "JPY", Digits: 0}
	fmt.Println(euro.Minor(decimal.RequireFromString("12.3400")))
	fmt.Println(yen.Minor(decimal.RequireFromString("1200")))

	_, err := euro.Minor(decimal.RequireFromString("0.125")) // nobody said how to round
	fmt.Println(errors.Is(err, customer.ErrInexact), err)
	// Output:
	// 1234 <nil>
	// 1200 <nil>
	// true customer: amount is not exact in minor units: 0.125 in EUR with 2 digits
}

func ExampleCurrency_Amount() {
	fmt.Println(customer.Currency{Code: "EUR", Digits: 2}.Amount(1234))
	fmt.Println(customer.Currency{Code: "KWD", Digits: 3}.Amount(5))
	// Output:
	// 12.34
	// 0.005
}

// A discount of €10.00 over three lines of equal worth: the cent that is left goes to
// the first.
func ExampleSplit() {
	parts, _ := customer.Split(1000, []int64{499, 499, 499})
	fmt.Println(parts)

	// In proportion to what each line costs; the parts are the whole, to the cent.
	parts, _ = customer.Split(1000, []int64{1999, 549, 25})
	fmt.Println(parts, parts[0]+parts[1]+parts[2])
	// Output:
	// [334 333 333]
	// [777 213 10] 1000
}

// Points earned on 31 January expire after so many months: each step counts from the
// original day, so that short months leave no trace.
func ExampleDate_AddMonths() {
	earned, _ := customer.NewDate(2026, time.January, 31)
	for months := 1; months <= 3; months++ {
		fmt.Println(earned.AddMonths(months))
	}
	leapDay, _ := customer.NewDate(2024, time.February, 29)
	fmt.Println(leapDay.AddMonths(12), leapDay.AddMonths(48))
	// Output:
	// 2026-02-28
	// 2026-03-31
	// 2026-04-30
	// 2025-02-28 2028-02-29
}

// An offer that begins on 4 November 2018 in São Paulo begins at one o'clock, because
// the clocks went from midnight to one.
func ExampleDate_Start() {
	zone, err := time.LoadLocation("America/Sao_Paulo")
	if err != nil {
		fmt.Println(err)
		return
	}
	day, _ := customer.ParseDate("2018-11-04")
	fmt.Println(day.Start(zone).Format("2006-01-02 15:04"))
	fmt.Println(day.AddDays(1).Start(zone).Format("2006-01-02 15:04"))
	// Output:
	// 2018-11-04 01:00
	// 2018-11-05 00:00
}

// One instant is two days, depending on the shop.
func ExampleDateOf() {
	at := time.Date(2026, time.November, 24, 17, 0, 0, 0, time.UTC)
	shanghai := time.FixedZone("UTC+8", 8*60*60)
	fmt.Println(customer.DateOf(at, time.UTC), customer.DateOf(at, shanghai))
	// Output:
	// 2026-11-24 2026-11-25
}

// Two receipts of one day are one visit.
func ExampleDays() {
	monday, _ := customer.ParseDate("2026-11-23")
	var visits customer.Days
	fmt.Println(visits.Add(monday), visits.Add(monday.AddDays(2)), visits.Add(monday))
	fmt.Println(visits, len(visits), "visits, the last on", visits.Last())
	// Output:
	// true true false
	// [2026-11-23 2026-11-25] 2 visits, the last on 2026-11-25
}

// A week of offers, from Monday to Sunday, in a week in which the clocks change. The
// span ends where the next one begins.
func ExampleSpan() {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		fmt.Println(err)
		return
	}
	monday, _ := customer.ParseDate("2026-10-19")
	week := customer.SpanOf(monday, monday.AddDays(6), berlin)
	next := customer.SpanOf(monday.AddDays(7), monday.AddDays(13), berlin)
	fmt.Println(week.To.Sub(week.From))
	fmt.Println(week.Contains(week.To), next.Contains(week.To), week.Intersect(next).Empty())
	// Output:
	// 169h0m0s
	// false true true
}

// A tenth of the customers is held out of a campaign, always the same tenth, on every
// till and in every repetition. Another campaign holds out others.
func ExampleDraw() {
	for _, id := range []customer.ID{"c-23", "c-24", "c-25", "c-58"} {
		fmt.Println(id, customer.Draw("winter-2026", id)%1000 < 100, customer.Draw("spring-2027", id)%1000 < 100)
	}
	// Output:
	// c-23 false true
	// c-24 false false
	// c-25 true false
	// c-58 true true
}

// A check returns everything that is wrong at once, so that a form is mended in one go.
func ExampleFaults() {
	purchase := customer.Purchase{
		Ref: "north-17", At: time.Date(2026, time.November, 25, 9, 30, 0, 0, time.UTC),
		Currency: customer.Currency{Code: "EUR", Digits: 2},
		Lines: []customer.Line{
			{SKU: "milk", Quantity: decimal.NewFromInt(-2)},
			{Quantity: decimal.NewFromInt(1), Paid: decimal.NewNullDecimal(decimal.RequireFromString("1.999"))},
		},
	}
	var faults customer.Faults
	if errors.As(purchase.Validate(), &faults) {
		for _, fault := range faults {
			fmt.Printf("%s %s, not %q\n", fault.Path, fault.Rule, fault.Value)
		}
	}
	// Output:
	// lines[0].quantity is 0 or more, not "-2"
	// lines[1].sku is required, not ""
	// lines[1].paid is exact in EUR with 2 digits, not "1.999"
}

// A rule that says no names what is missing; the text is made for whoever reads it.
func ExampleRefusal() {
	first, _ := customer.ParseDate("2026-11-25")
	book := customer.Edition{ID: "winter", Version: 3, From: first}
	err := book.Covers(first.AddDays(-1))
	fmt.Println(err)

	var refusal *customer.Refusal
	if errors.As(err, &refusal) {
		for _, missing := range refusal.Missing {
			fmt.Println(customer.Explain(missing, customer.English))
			fmt.Println(customer.Explain(missing, customer.Chinese))
		}
	}
	// Output:
	// customer: refused by winter/3: customer.not-yet-in-force
	// rule book winter/3 holds from 25 Nov 2026, not yet on 24 Nov 2026
	// 规则winter/3自2026年11月25日起生效，2026年11月24日尚未生效
}

// A rule book is a plain struct with an Edition. A misspelt field is a fault, not a rule
// that is switched off; money is written as text.
func ExampleParseRules() {
	type rules struct {
		customer.Edition
		MinSpend decimal.Decimal `json:"min_spend,omitzero"`
		Points   int64           `json:"points"`
	}
	read, err := customer.ParseRules[rules]([]byte(`{
		"id": "welcome", "version": 1, "from": "2026-11-25", "min_spend": "20.00", "points": 500
	}`))
	fmt.Println(read.Name(), read.From, read.MinSpend, read.Points, err)

	_, err = customer.ParseRules[rules]([]byte(`{"id": "welcome", "version": 2, "min_spend": 20.00, "pionts": 500}`))
	fmt.Println(err)
	// Output:
	// welcome/1 2026-11-25 20 500 <nil>
	// customer: 2 faults
	// 	min_spend = "20.00": is a decimal written as text: "1.50"
	// 	pionts = "500": is a field of the rules: one of from, id, min_spend, points, until, version
}
