package main

import (
	"context"
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/caller"
	"github.com/rapport-crm/rapport/customer/contact"
	"github.com/rapport-crm/rapport/customer/identity"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/customer/profile"
	"github.com/rapport-crm/rapport/customer/warranty"
	"github.com/rapport-crm/rapport/customer/wish"
)

// twoPrices is Bo, who does not know what Chen has named.
func (d *desk) twoPrices(ctx context.Context) error {
	d.chapter("2026-11-17 18:30", "two salesmen, one price", "两位销售员，一个价格")
	who, err := d.register.Identify(&d.directory, d.word("phone"), "", "138-0571-8765", d.now)
	if err != nil {
		return err
	}
	d.say("She comes, and says her number to Bo, for Chen is on the telephone.", "她来了。陈正在接电话，她把号码报给博。")
	d.why(d.register.Explain, who.Reasons...)
	d.say("Bo would name her %s.", "博打算报%s。", d.money(6_499_00))
	if err := d.refused(d.quote(ctx, "q-2", "bo", 6_499_00), d.talks.Explain); err != nil {
		return err
	}
	if err := d.comes(ctx); err != nil {
		return err
	}
	d.say("So he names the %s that she was promised.", "于是他报了先前答应她的%s。", d.money(6_199_00))
	if err := d.quote(ctx, "q-3", "bo", 6_199_00); err != nil {
		return err
	}
	_, err = journal.Book(ctx, &d.talked, who.Customer, contact.Answer{Step: d.step("a-1", "bo"), Quote: "q-3", Accepted: true}, d.talks.Answer)
	return err
}

// sale notes a receipt in her history, and in the books of the till.
func (d *desk) sale(id customer.ID, ref, what string, lines ...customer.Line) error {
	receipt := customer.Purchase{Ref: ref, Customer: id, At: d.now, Currency: d.sheet.Basis().Currency, Lines: lines}
	coded, err := d.sheet.Coder().Sale(nil, receipt)
	if err != nil {
		return err
	}
	var paid decimal.Decimal
	for _, line := range lines {
		paid = paid.Add(line.Paid.Decimal)
	}
	minor, err := receipt.Currency.Minor(paid)
	if err != nil {
		return err
	}
	d.receipts[id] = append(d.receipts[id], caller.Purchase{Head: caller.Head{Ref: ref, What: what}, On: d.today(), PaidMinor: minor})
	return d.bought.Add(coded...)
}

// piece is one line of a receipt.
func piece(sku, label string, list, paid, cost int64) customer.Line {
	amount := func(yuan int64) decimal.NullDecimal { return decimal.NewNullDecimal(decimal.NewFromInt(yuan)) }
	return customer.Line{SKU: sku, Category: label, Quantity: decimal.NewFromInt(1), ListPrice: amount(list), Paid: amount(paid), Cost: amount(cost)}
}

// buys is the purchase, and all that it changes.
func (d *desk) buys(ctx context.Context) error {
	d.chapter("2026-11-17 18:50", "she buys", "她买了")
	if err := d.sale(lin, "R-1071", d.in("notebook and sleeve", "笔记本和内胆包"),
		piece("SWAN-14-WHITE", "notebook", 6499, 6199, 5400), piece("SLEEVE-14", "accessory", 99, 99, 40)); err != nil {
		return err
	}
	bought, err := journal.Book(ctx, &d.memories, lin, wish.Buy{
		Step: d.step("R-1071", "bo"), SKU: "SWAN-14-WHITE", Product: "SWAN-14", Has: white(), Quantity: 1,
	}, d.wishes.Buy)
	if err != nil {
		return err
	}
	d.why(d.wishes.Explain, bought.Decision.Reasons...)
	d.products = append(d.products, caller.Product{
		Head: caller.Head{Ref: "p-1", What: d.in("white notebook", "白色笔记本")}, Model: "Swan 14", Serial: "SW14-0881", Where: d.in("Lake Street", "湖滨路店"),
		Bought: d.today(),
		Covers: []caller.Cover{
			{ID: d.in("notebook", "整机"), Window: warranty.Window{Years: 1, Counted: warranty.FromPurchase, RepairsProlong: true}},
			{ID: d.in("hinges", "转轴"), Window: warranty.Window{Lifetime: true, Counted: warranty.FromPurchase}},
		},
	})

	d.say("The warranty needs a name and an address, so there is a reason to ask.", "保修需要姓名和地址，这就有了询问的理由。")
	her, _, err := d.records.Load(ctx, lin)
	if err != nil {
		return err
	}
	if err := d.known(her, "purchase"); err != nil {
		return err
	}
	if _, err := record(ctx, d, lin, identity.Tell{Step: d.step("form-7", "bo"), Source: d.word("form"), Facts: []identity.Fact{
		{Field: d.word("full name"), Value: "Lin Yue"}, {Field: d.word("home address"), Value: "3 Willow Lane"},
	}}, d.register.Tell); err != nil {
		return err
	}
	for i, one := range []identity.Identifier{d.told("email", "lin.yue@example.cn"), d.told("phone", "8765 4321"), d.told("card", "77001234")} {
		if _, err := record(ctx, d, lin, identity.Attach{Step: d.step(fmt.Sprint("form-7/", i+1), "bo"), Identifier: one, Source: d.word("form")}, d.register.Attach); err != nil {
			return err
		}
	}
	if _, err := record(ctx, d, lin, identity.Assign{Step: d.step("form-7", "bo"), Owner: "chen"}, d.register.Assign); err != nil {
		return err
	}
	d.say("She fills in the form, takes a card, gives her number at home, and would rather not tell her birthday.",
		"她填了登记表，办了卡，留了家里电话，但不愿说生日。")
	if her, err = record(ctx, d, lin, identity.Decline{Step: d.step("form-7", "bo"), What: d.word("date of birth")}, d.register.Decline); err != nil {
		return err
	}
	if err := d.known(her, "purchase"); err != nil {
		return err
	}
	d.say("Chen is hers from now on, and promises a second charger. Would she come again?", "今后由陈负责她，并答应给她带一个备用充电器。她还会再来吗？")
	if _, err := journal.Book(ctx, &d.talked, lin, contact.Log{
		Step: d.step("l-2", "chen"), Channel: d.word("counter"), Direction: contact.FromCustomer, Purpose: d.in("buys the notebook", "购买笔记本"),
		Began: d.now.Add(-20 * time.Minute), Seconds: 1200, Note: d.in("wants a charger for the office", "办公室要一个充电器"),
		Promises: []contact.Promise{{ID: "m-1", What: d.in("second charger", "备用充电器"), Owner: "chen", Until: d.now.AddDate(0, 0, 14)}},
	}, d.talks.Log); err != nil {
		return err
	}
	intends, err := journal.Book(ctx, &d.memories, lin, wish.Intend{
		Step: d.step("i-1", "chen"), Intent: wish.Return, Why: d.in("they called when they said they would", "说到货打电话，就真的打了"),
	}, d.wishes.Intend)
	if err != nil {
		return err
	}
	outlook, err := d.wishes.Outlook(intends.State, d.today())
	if err != nil {
		return err
	}
	d.why(d.wishes.Explain, outlook.Reasons...)
	return d.hasBought(d.bought.Of(lin))
}

// hasBought is her report: what she bought, and what it brought.
func (d *desk) hasBought(facts []profile.Fact) error {
	reporter, err := d.sheet.Reporter(profile.Query{On: d.today()})
	if err != nil {
		return err
	}
	report, err := reporter.Report(facts)
	if err != nil {
		return err
	}
	brought, err := reporter.Contribution(facts)
	if err != nil {
		return err
	}
	d.say("Bought so far: %s, receipts: %d, below list: %s; what is left for the shop: %s.", "至今消费%s，小票%d张，优惠%s；店里毛利%s。",
		d.money(report.Sold), report.Receipts, d.money(report.Discount), d.money(brought.Total.Profit))
	return nil
}

// isRepaired is the week at the workshop, which the warranty is longer by.
func (d *desk) isRepaired(ctx context.Context) error {
	d.chapter("2026-12-01 09:10", "back from the workshop", "修好了")
	d.say("A key was stuck; the notebook was at the workshop for a week. When is it handed over?", "一个按键卡住了，笔记本在维修部放了一周。什么时候取？")
	memory, _, err := d.memories.Load(ctx, lin)
	if err != nil {
		return err
	}
	slot := func(id, english, chinese string) wish.Free {
		return wish.Free{ID: id, Has: []wish.Attribute{{Name: d.word("time of day"), Value: d.in(english, chinese)}}}
	}
	offer, err := d.wishes.Propose(memory, []wish.Free{slot("10:30", "morning", "上午"), slot("18:30", "evening", "傍晚")}, d.now)
	if err != nil {
		return err
	}
	best, _ := offer.Best()
	d.print("    " + best.ID)
	d.why(d.wishes.Explain, best.Reasons...)
	d.clock("2026-12-01 18:30")
	d.say("Until when is it covered now?", "现在保修到什么时候？")
	laptop := &d.products[0]
	laptop.Service = append(laptop.Service, caller.Service{Ref: "s-1", What: d.in("keyboard changed", "更换键盘"), From: d.today() - 7, To: d.today()})
	for _, cover := range laptop.Covered(d.today()) {
		d.why(d.screen.Explain, cover.Why...)
	}
	return nil
}
