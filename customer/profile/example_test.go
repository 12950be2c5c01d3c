package profile_test

import (
	"fmt"
	"log"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/customer/profile"
)

// wholesale are the rules of a wholesaler of food and drink, in Shanghai.
func wholesale() *profile.Sheet {
	rules, err := profile.ParseRules([]byte(`{
		"id": "me600", "version": 1,
		"zone": "Asia/Shanghai", "currency": {"code": "CNY", "digits": 2},
		"categories": [
			{"id": "drinks", "labels": ["tea", "spirits"]},
			{"id": "dry goods", "labels": ["rice", "noodles"]}
		],
		"services": ["visit", "free delivery"],
		"hour_bands": [
			{"name": "night", "from_hour": 0}, {"name": "morning", "from_hour": 6},
			{"name": "afternoon", "from_hour": 12}, {"name": "night", "from_hour": 20}
		],
		"amount_bands": [
			{"name": "up to 1,000", "from": "0"}, {"name": "from 1,000", "from": "1000"}, {"name": "from 10,000", "from": "10000"}
		],
		"small_base_receipts": 2
	}`))
	if err != nil {
		log.Fatal(err)
	}
	zone, err := time.LoadLocation("Asia/Shanghai") // the host loads it
	if err != nil {
		log.Fatal(err)
	}
	sheet, err := profile.NewSheet(rules, zone)
	if err != nil {
		log.Fatal(err)
	}
	return sheet
}

// books are what the till and the warehouse of the wholesaler know of one restaurant.
type books struct {
	sales    []customer.Purchase
	returns  []customer.Return
	services []profile.Service
}

func restaurant() books {
	yuan := customer.Currency{Code: "CNY", Digits: 2}
	at := func(text string) time.Time {
		when, err := time.Parse("2006-01-02 15:04 -0700", text+" +0800")
		if err != nil {
			log.Fatal(err)
		}
		return when
	}
	money := func(text string) decimal.NullDecimal { return decimal.NewNullDecimal(decimal.RequireFromString(text)) }
	line := func(sku, label string, quantity int64, list, paid, cost string) customer.Line {
		one := customer.Line{SKU: sku, Category: label, Quantity: decimal.NewFromInt(quantity), ListPrice: money(list), Paid: money(paid)}
		if cost != "" {
			one.Cost = money(cost)
		}
		return one
	}
	sale := func(ref, when string, lines ...customer.Line) customer.Purchase {
		return customer.Purchase{Ref: ref, Customer: "R-8", At: at(when), Currency: yuan, Lines: lines}
	}
	return books{
		sales: []customer.Purchase{
			sale("2024-0107", "2024-03-05 09:30", line("jasmine rice 25 kg", "rice", 40, "120.00", "4800.00", "3900.00")),
			sale("2024-0388", "2024-09-10 10:10", line("green tea", "tea", 20, "60.00", "1200.00", "700.00")),
			sale("2025-0011", "2025-01-08 08:15", line("jasmine rice 25 kg", "rice", 100, "120.00", "11400.00", "9750.00"), line("egg noodles", "noodles", 50, "8.00", "400.00", "310.00")),
			sale("2025-0202", "2025-03-05 09:40", line("green tea", "tea", 10, "60.00", "600.00", "350.00")),
			sale("2025-0340", "2025-06-18 20:05", line("sorghum spirit", "spirits", 12, "180.00", "1944.00", "")),
			sale("2025-0512", "2025-10-28 09:05", line("green tea", "tea", 30, "60.00", "1800.00", "1050.00")),
		},
		returns: []customer.Return{{
			Ref: "B-31", Sale: "2025-0011", Customer: "R-8", At: at("2025-01-20 14:00"), Currency: yuan,
			Lines: []customer.ReturnLine{{SaleLine: 1, Line: line("jasmine rice 25 kg", "rice", 5, "120.00", "570.00", "0")}},
		}},
		services: []profile.Service{
			{Ref: "V-1", Customer: "R-8", At: at("2025-01-08 16:00"), For: "free delivery", Sale: "2025-0011", Cost: decimal.RequireFromString("160.00")},
			{Ref: "V-2", Customer: "R-8", At: at("2025-05-20 15:00"), For: "visit", Cost: decimal.RequireFromString("90.00")},
		},
	}
}

// note codes the books into a history and into the names to read it by.
func (b books) note(sheet *profile.Sheet, history *profile.History[customer.ID], names *profile.Names) error {
	var lines []profile.Line[customer.ID]
	var err error
	for _, sale := range b.sales {
		if lines, err = sheet.Coder().Sale(lines, sale); err != nil {
			return err
		}
		if err = names.Sale(sale); err != nil {
			return err
		}
	}
	for _, back := range b.returns {
		if lines, err = sheet.Coder().Return(lines, back); err != nil {
			return err
		}
		if err = names.Return(back); err != nil {
			return err
		}
	}
	for _, service := range b.services {
		if lines, err = sheet.Coder().Service(lines, service); err != nil {
			return err
		}
	}
	return history.Add(lines...)
}

func date(year int, month time.Month, number int) customer.Date {
	day, err := customer.NewDate(year, month, number)
	if err != nil {
		log.Fatal(err)
	}
	return day
}

// The wholesaler's form for a customer: when she buys, what, how much at a time, her largest deal,
// as of a day of the past; the deal of October is not known yet. With orders under way and
// receivables, which package caller adds, it is what the desk sees when she calls.
// row B5, B6, B39.
func Example() {
	sheet := wholesale()
	history, names := profile.NewHistory[customer.ID](sheet.Basis()), profile.Names{}
	if err := restaurant().note(sheet, history, &names); err != nil {
		log.Fatal(err)
	}
	reporter, err := sheet.Reporter(profile.Query{On: date(2025, time.June, 30)})
	if err != nil {
		log.Fatal(err)
	}
	report, err := reporter.Report(history.Of("R-8"))
	if err != nil {
		log.Fatal(err)
	}

	yuan := sheet.Basis().Currency.Text
	fmt.Printf("%s to %s: %d receipts on %d days, %s sold, %s came back\n",
		report.From, report.On, report.Receipts, report.Visits, yuan(report.Sold), yuan(report.Returned))
	fmt.Printf("a receipt: %s on average, %s in the middle\n", yuan(report.Average), yuan(report.Median))
	fmt.Printf("largest deal: %s on %s, %s\n", names.Text(report.Largest.Receipt), report.Largest.Day, yuan(report.Largest.Amount))
	fmt.Printf("latest deal: %s on %s, %s\n", names.Text(report.Latest.Receipt), report.Latest.Day, yuan(report.Latest.Amount))
	for _, band := range report.HourBands {
		fmt.Printf("  %-12s %d receipts, %s\n", band.Name, band.Receipts, yuan(band.Sold))
	}
	for _, band := range report.AmountBands {
		fmt.Printf("  %-12s %d receipts, %s\n", band.Name, band.Receipts, yuan(band.Sold))
	}
	for weekday, pattern := range report.Weekdays {
		if pattern.Receipts > 0 {
			fmt.Printf("  %-12s %d receipts\n", customer.Weekday(weekday+1), pattern.Receipts)
		}
	}
	for _, year := range report.Years {
		fmt.Printf("%s to %s\n", year.From, year.Until-1)
		for _, category := range year.Categories {
			fmt.Printf("  %-12s %s, less %s\n", category.Category, yuan(category.Sold), yuan(category.Returned))
		}
	}
	// Output:
	// 2024-03-05 to 2025-06-30: 5 receipts on 5 days, 20344.00 CNY sold, 570.00 CNY came back
	// a receipt: 4068.80 CNY on average, 1944.00 CNY in the middle
	// largest deal: 2025-0011 on 2025-01-08, 11800.00 CNY
	// latest deal: 2025-0340 on 2025-06-18, 1944.00 CNY
	//   night        1 receipts, 1944.00 CNY
	//   morning      4 receipts, 18400.00 CNY
	//   afternoon    0 receipts, 0.00 CNY
	//   up to 1,000  1 receipts, 600.00 CNY
	//   from 1,000   3 receipts, 7944.00 CNY
	//   from 10,000  1 receipts, 11800.00 CNY
	//   tuesday      2 receipts
	//   wednesday    3 receipts
	// 2024-01-01 to 2024-12-31
	//   drinks       1200.00 CNY, less 0.00 CNY
	//   dry goods    4800.00 CNY, less 0.00 CNY
	// 2025-01-01 to 2025-06-30
	//   drinks       2544.00 CNY, less 0.00 CNY
	//   dry goods    11800.00 CNY, less 570.00 CNY
}

// The wholesaler's consultant reads the ME600 form (《ME600 表》) of a customer: one half-year, when
// she bought, what, for how much, her largest deal, against the same half of the year before.
// row B6.
func Example_form() {
	rules, err := profile.ParseRules([]byte(`{
		"id": "ME600", "version": 1,
		"zone": "Asia/Shanghai", "currency": {"code": "CNY", "digits": 2},
		"categories": [{"id": "酒水", "labels": ["tea", "spirits"]}, {"id": "粮食", "labels": ["rice", "noodles"]}],
		"services": ["visit", "free delivery"],
		"hour_bands": [{"name": "上午", "from_hour": 0}, {"name": "下午", "from_hour": 12}, {"name": "晚间", "from_hour": 18}],
		"amount_bands": [{"name": "不满1000元", "from": "0"}, {"name": "1000元至不满10000元", "from": "1000"}, {"name": "10000元及以上", "from": "10000"}],
		"small_base_receipts": 2
	}`))
	if err != nil {
		log.Fatal(err)
	}
	zone, err := time.LoadLocation(rules.Zone)
	if err != nil {
		log.Fatal(err)
	}
	sheet, err := profile.NewSheet(rules, zone)
	if err != nil {
		log.Fatal(err)
	}
	history, names := profile.NewHistory[customer.ID](sheet.Basis()), profile.Names{}
	if err := restaurant().note(sheet, history, &names); err != nil {
		log.Fatal(err)
	}
	half := population.Period{From: date(2025, time.January, 1), Until: date(2025, time.July, 1)}
	reporter, err := sheet.Reporter(profile.Query{On: date(2025, time.October, 31), Period: half})
	if err != nil {
		log.Fatal(err)
	}
	report, err := reporter.Report(history.Of("R-8"))
	if err != nil {
		log.Fatal(err)
	}

	yuan := func(minor int64) string { return sheet.Basis().Currency.Amount(minor).StringFixed(2) + "元" }
	rate := func(growth profile.Growth) string {
		if !growth.Known {
			return "无增长率"
		}
		return "增长" + customer.Chinese.Percent(growth.Permille)
	}
	zh := customer.Chinese.DayOfYear
	fmt.Printf("《ME600 表》 客户R-8 %s至%s\n", zh(report.From), zh(report.Until-1))
	fmt.Printf("合计: %d单，到店%d天，销售%s，退货%s\n", report.Receipts, report.Visits, yuan(report.Sold), yuan(report.Returned))
	for _, band := range report.HourBands {
		fmt.Printf("时段: %s %d单 %s\n", band.Name, band.Receipts, yuan(band.Sold))
	}
	for i, day := range report.Weekdays {
		if day.Receipts > 0 {
			fmt.Printf("星期: 星期%s %d单 %s\n", []string{"一", "二", "三", "四", "五", "六", "日"}[i], day.Receipts, yuan(day.Sold))
		}
	}
	for i, month := range report.Months {
		if month.Receipts > 0 {
			fmt.Printf("月份: %d月 %d单 %s\n", i+1, month.Receipts, yuan(month.Sold))
		}
	}
	for _, row := range report.Categories {
		fmt.Printf("品类: %s %d单 销售%s 退货%s，上年同期净额%s，%s\n", row.Category, row.Receipts, yuan(row.Sold), yuan(row.Returned), yuan(row.Kept.Then), rate(row.Kept))
	}
	for _, band := range report.AmountBands {
		fmt.Printf("金额: %s %d单 %s\n", band.Name, band.Receipts, yuan(band.Sold))
	}
	fmt.Printf("每单: 平均%s，中位数%s\n", yuan(report.Average), yuan(report.Median))
	fmt.Printf("最大成交: %s %s %s\n", names.Text(report.Largest.Receipt), zh(report.Largest.Day), yuan(report.Largest.Amount))
	fmt.Printf("上年同期: 净额%s，本期%s，%s\n", yuan(report.YearBefore.Kept()), yuan(report.Kept()), rate(report.YearBefore.KeptGrowth))
	for _, reason := range report.Reasons {
		fmt.Println("说明:", sheet.Explain(reason, customer.Chinese))
	}
	// Output:
	// 《ME600 表》 客户R-8 2025年1月1日至2025年6月30日
	// 合计: 3单，到店3天，销售14344.00元，退货570.00元
	// 时段: 上午 2单 12400.00元
	// 时段: 下午 0单 0.00元
	// 时段: 晚间 1单 1944.00元
	// 星期: 星期三 3单 14344.00元
	// 月份: 1月 1单 11800.00元
	// 月份: 3月 1单 600.00元
	// 月份: 6月 1单 1944.00元
	// 品类: 粮食 1单 销售11800.00元 退货570.00元，上年同期净额4800.00元，增长133.9 %
	// 品类: 酒水 2单 销售2544.00元 退货0.00元，上年同期净额0.00元，无增长率
	// 金额: 不满1000元 1单 600.00元
	// 金额: 1000元至不满10000元 1单 1944.00元
	// 金额: 10000元及以上 1单 11800.00元
	// 每单: 平均4781.33元，中位数1944.00元
	// 最大成交: 2025-0011 2025年1月8日 11800.00元
	// 上年同期: 净额4800.00元，本期13774.00元，增长186.9 %
	// 说明: 本期截至2025年6月30日共181天，上年同期截至2024年6月30日共182天，天数不同
	// 说明: 上年同期（2024年1月1日至2024年6月30日）只有1张单据，少于2张，增长率仅供参考
}

// The line history: every line of a customer up to a day, as the warehouse asks for it. row B5.
func ExampleHistory_Of() {
	sheet := wholesale()
	history, names := profile.NewHistory[customer.ID](sheet.Basis()), profile.Names{}
	if err := restaurant().note(sheet, history, &names); err != nil {
		log.Fatal(err)
	}
	for _, fact := range history.Of("R-8") {
		if fact.Kind != profile.Served && fact.Day >= date(2025, time.January, 1) && fact.Day <= date(2025, time.March, 31) {
			fmt.Printf("%s %02d h %-8s %-9s %s × %-18s %s\n", fact.Day, fact.Hour, fact.Kind, names.Text(fact.Receipt),
				decimal.New(fact.Units, -profile.UnitDigits), names.Text(fact.Product), sheet.Basis().Currency.Text(fact.Amount))
		}
	}
	// Output:
	// 2025-01-08 08 h sold     2025-0011 100 × jasmine rice 25 kg 11400.00 CNY
	// 2025-01-08 08 h sold     2025-0011 50 × egg noodles        400.00 CNY
	// 2025-01-20 14 h returned B-31      5 × jasmine rice 25 kg 570.00 CNY
	// 2025-03-05 09 h sold     2025-0202 10 × green tea          600.00 CNY
}

// Two records that are linked are read as one customer: the restaurant bought on the web under another
// number. What Of lends holds only until the history is used again, so that the first is cloned.
func ExampleHistory_Of_linked() {
	sheet := wholesale()
	history, names := profile.NewHistory[customer.ID](sheet.Basis()), profile.Names{}
	web := books{sales: restaurant().sales[:1]}
	web.sales[0].Ref, web.sales[0].Customer = "W-88", "web-8"
	for _, part := range []books{restaurant(), web} {
		if err := part.note(sheet, history, &names); err != nil {
			log.Fatal(err)
		}
	}
	reporter, err := sheet.Reporter(profile.Query{On: date(2025, time.June, 30)})
	if err != nil {
		log.Fatal(err)
	}
	both := append(slices.Clone(history.Of("R-8")), history.Of("web-8")...)
	for _, facts := range [][]profile.Fact{history.Of("R-8"), both} {
		report, err := reporter.Report(facts)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(report.Receipts, "receipts,", sheet.Basis().Currency.Text(report.Sold))
	}
	// Output:
	// 5 receipts, 20344.00 CNY
	// 6 receipts, 25144.00 CNY
}

// One customer's year up to a day against the same part of the year before, in total, by category
// and quarter by quarter; where there was nothing, there is no percent. row B9 for one customer.
func Example_yearOnYear() {
	sheet := wholesale()
	history, names := profile.NewHistory[customer.ID](sheet.Basis()), profile.Names{}
	if err := restaurant().note(sheet, history, &names); err != nil {
		log.Fatal(err)
	}
	on := date(2025, time.October, 31)
	reporter, err := sheet.Reporter(profile.Query{On: on, Period: sheet.Period(population.PeriodYear, on), Each: population.PeriodQuarter})
	if err != nil {
		log.Fatal(err)
	}
	report, err := reporter.Report(history.Of("R-8"))
	if err != nil {
		log.Fatal(err)
	}
	yuan := sheet.Basis().Currency.Text
	show := func(name string, growth profile.Growth) {
		percent := "no rate"
		if growth.Known {
			percent = customer.English.Percent(growth.Permille)
		}
		fmt.Printf("%-22s %12s after %12s: %s\n", name, yuan(growth.Now), yuan(growth.Then), percent)
	}
	show("this year", report.YearBefore.KeptGrowth)
	for _, category := range report.Categories {
		show("  "+category.Category, category.Kept)
	}
	for _, quarter := range report.Each {
		show("  from "+quarter.From.String(), quarter.Kept)
	}
	for _, reason := range report.Reasons {
		fmt.Println(sheet.Explain(reason, customer.English))
	}
	// Output:
	// this year              15574.00 CNY after  6000.00 CNY: 159.5 %
	//   drinks                4344.00 CNY after  1200.00 CNY: 262 %
	//   dry goods            11230.00 CNY after  4800.00 CNY: 133.9 %
	//   from 2025-01-01      11830.00 CNY after  4800.00 CNY: 146.4 %
	//   from 2025-04-01       1944.00 CNY after     0.00 CNY: no rate
	//   from 2025-07-01          0.00 CNY after  1200.00 CNY: -100 %
	//   from 2025-10-01       1800.00 CNY after     0.00 CNY: no rate
	// the period is not over: its 304 days up to 31 Oct 2025 are held against the 305 days up to 31 Oct 2024 of the year before
}

// What a customer brought since the first deal: what came back, what the goods cost and what it
// took to serve her are below 0; the spirit, whose cost nobody noted, is no profit. row C18.
func ExampleReporter_Contribution() {
	sheet := wholesale()
	history, names := profile.NewHistory[customer.ID](sheet.Basis()), profile.Names{}
	if err := restaurant().note(sheet, history, &names); err != nil {
		log.Fatal(err)
	}
	reporter, err := sheet.Reporter(profile.Query{On: date(2025, time.December, 31)})
	if err != nil {
		log.Fatal(err)
	}
	brought, err := reporter.Contribution(history.Of("R-8"))
	if err != nil {
		log.Fatal(err)
	}
	yuan := func(minor int64) string { return sheet.Basis().Currency.Amount(minor).StringFixed(2) }
	show := func(name string, m profile.Margin) {
		rate := "no rate"
		if m.Rated {
			rate = customer.English.Percent(m.Permille)
		}
		fmt.Printf("%-20s %8s %8s %9s %8s = %8s, %s; %s of unknown cost\n", name, yuan(m.Sold), yuan(m.Returned), yuan(m.Goods), yuan(m.Service), yuan(m.Profit), rate, yuan(m.UncostedSold))
	}
	show("in total", brought.Total)
	for _, year := range brought.Years {
		show("to "+(year.Until-1).String(), year.Margin)
	}
	for _, product := range brought.Products {
		name := names.Text(product.Product)
		if product.Product == 0 {
			name = "no product"
		}
		show(name, product.Margin)
	}
	for _, order := range brought.Orders {
		name := names.Text(order.Order)
		if order.Order == 0 {
			name = "no order"
		}
		show(name, order.Margin)
	}
	for _, reason := range brought.Reasons {
		fmt.Println(sheet.Explain(reason, customer.English))
	}
	// Output:
	// in total             22144.00  -570.00 -16060.00  -250.00 =  3320.00, 16.9 %; 1944.00 of unknown cost
	// to 2024-12-31         6000.00     0.00  -4600.00     0.00 =  1400.00, 23.3 %; 0.00 of unknown cost
	// to 2025-12-31        16144.00  -570.00 -11460.00  -250.00 =  1920.00, 14 %; 1944.00 of unknown cost
	// jasmine rice 25 kg   16200.00  -570.00 -13650.00     0.00 =  1980.00, 12.6 %; 0.00 of unknown cost
	// green tea             3600.00     0.00  -2100.00     0.00 =  1500.00, 41.6 %; 0.00 of unknown cost
	// egg noodles            400.00     0.00   -310.00     0.00 =    90.00, 22.5 %; 0.00 of unknown cost
	// sorghum spirit        1944.00     0.00      0.00     0.00 =     0.00, no rate; 1944.00 of unknown cost
	// no product               0.00     0.00      0.00  -250.00 =  -250.00, no rate; 0.00 of unknown cost
	// 2024-0107             4800.00     0.00  -3900.00     0.00 =   900.00, 18.7 %; 0.00 of unknown cost
	// 2024-0388             1200.00     0.00   -700.00     0.00 =   500.00, 41.6 %; 0.00 of unknown cost
	// 2025-0011            11800.00  -570.00 -10060.00  -160.00 =  1010.00, 8.9 %; 0.00 of unknown cost
	// 2025-0202              600.00     0.00   -350.00     0.00 =   250.00, 41.6 %; 0.00 of unknown cost
	// 2025-0340             1944.00     0.00      0.00     0.00 =     0.00, no rate; 1944.00 of unknown cost
	// 2025-0512             1800.00     0.00  -1050.00     0.00 =   750.00, 41.6 %; 0.00 of unknown cost
	// no order                 0.00     0.00      0.00   -90.00 =   -90.00, no rate; 0.00 of unknown cost
	// of a turnover of 22714.00 CNY, sales and returns together, the cost of goods for 1944.00 CNY is not known: they count in no profit
	// 90.00 CNY of sales, returns and services belong to no known order
}

// A key account gets the deeper report: by product, and by who used its cards. row B11.
func Example_keyAccount() {
	sheet := wholesale()
	history, names := profile.NewHistory[customer.ID](sheet.Basis()), profile.Names{}
	for i, sale := range restaurant().sales {
		holder := []string{"chef", "buyer"}[i%2] // whose card the till read
		lines, err := sheet.Coder().Holder(holder).Sale(nil, sale)
		if err == nil {
			err = history.Add(lines...)
		}
		if err == nil {
			err = names.Sale(sale)
		}
		if err == nil {
			err = names.Add(holder)
		}
		if err != nil {
			log.Fatal(err)
		}
	}
	on := date(2025, time.December, 31)
	reporter, err := sheet.Reporter(profile.Query{On: on, Period: sheet.Period(population.PeriodYear, on), KeyAccount: true})
	if err != nil {
		log.Fatal(err)
	}
	report, err := reporter.Report(history.Of("R-8"))
	if err != nil {
		log.Fatal(err)
	}
	yuan := sheet.Basis().Currency.Text
	for _, product := range report.Products {
		fmt.Printf("%-18s %s in %d receipts, %s off, last on %s\n", names.Text(product.Product), yuan(product.Sold), product.Receipts, yuan(product.Discount), product.Latest)
	}
	for _, holder := range report.Holders {
		fmt.Printf("%-18s %s in %d receipts, at most %s\n", names.Text(holder.Holder), yuan(holder.Sold), holder.Receipts, yuan(holder.Largest.Amount))
	}
	// Output:
	// jasmine rice 25 kg 11400.00 CNY in 1 receipts, 600.00 CNY off, last on 2025-01-08
	// green tea          2400.00 CNY in 2 receipts, 0.00 CNY off, last on 2025-10-28
	// sorghum spirit     1944.00 CNY in 1 receipts, 216.00 CNY off, last on 2025-06-18
	// egg noodles        400.00 CNY in 1 receipts, 0.00 CNY off, last on 2025-01-08
	// chef               13744.00 CNY in 2 receipts, at most 11800.00 CNY
	// buyer              2400.00 CNY in 2 receipts, at most 1800.00 CNY
}

// Two tills, two shards: each notes its own receipts, and merged in either order they are one
// history, byte for byte.
func ExampleHistory_Merge() {
	sheet, all := wholesale(), restaurant()
	names := profile.Names{}
	shard := func(b books) *profile.History[customer.ID] {
		history := profile.NewHistory[customer.ID](sheet.Basis())
		if err := b.note(sheet, history, &names); err != nil {
			log.Fatal(err)
		}
		return history
	}
	first, second := books{sales: all.sales[:3]}, books{sales: all.sales[3:], returns: all.returns, services: all.services}
	one, other := shard(first), shard(second)
	if err := one.Merge(shard(second)); err != nil {
		log.Fatal(err)
	}
	if err := other.Merge(shard(first)); err != nil {
		log.Fatal(err)
	}
	left, err := one.MarshalBinary()
	if err != nil {
		log.Fatal(err)
	}
	right, err := other.MarshalBinary()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(one.Of("R-8")), "lines;", string(left) == string(right))

	var stored profile.History[customer.ID] // tomorrow
	if err := stored.UnmarshalBinary(left); err != nil {
		log.Fatal(err)
	}
	fmt.Println(stored.Customers(), "customer by the rules", stored.Basis().Rules)
	// Output:
	// 10 lines; true
	// 1 customer by the rules me600/1
}

// The grouped form: lines sorted by customer, one customer in memory at a time.
func ExampleRuns() {
	sheet := wholesale()
	lines := []profile.Line[uint32]{
		{Customer: 1, Fact: profile.Fact{Receipt: 1, Day: date(2025, time.May, 2), Kind: profile.Sold, Priced: true, Amount: 1200}},
		{Customer: 1, Fact: profile.Fact{Receipt: 2, Day: date(2025, time.May, 9), Kind: profile.Sold, Priced: true, Amount: 800}},
		{Customer: 7, Fact: profile.Fact{Receipt: 3, Day: date(2025, time.May, 3), Kind: profile.Sold, Priced: true, Amount: 500}},
	}
	reporter, err := sheet.Reporter(profile.Query{On: date(2025, time.May, 31)})
	if err != nil {
		log.Fatal(err)
	}
	for run, err := range profile.Runs(func(yield func(profile.Line[uint32], error) bool) { // the host's file
		for _, line := range lines {
			if !yield(line, nil) {
				return
			}
		}
	}) {
		if err != nil {
			log.Fatal(err)
		}
		report, err := reporter.Report(run.Facts)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(run.Customer, report.Visits, "visits,", sheet.Basis().Currency.Text(report.Sold))
	}
	// Output:
	// 1 2 visits, 20.00 CNY
	// 7 1 visits, 5.00 CNY
}
