package main

import (
	"context"
	"fmt"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/consent"
	"github.com/rapport-crm/rapport/customer/contact"
	"github.com/rapport-crm/rapport/customer/identity"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/customer/wish"
)

// lin is the customer, under the ID that the shop gave her.
const lin = customer.ID("c-1")

// record books a command on a record, and puts the record into the directory.
func record[C journal.Command](
	ctx context.Context, d *desk, id customer.ID, asked C, decide func(identity.Record, C) (identity.Decision, error),
) (identity.Record, error) {
	answer, err := journal.Book(ctx, &d.records, id, asked, decide)
	if err != nil {
		return identity.Record{}, err
	}
	return answer.State, d.directory.Put(id, answer.State)
}

// told is an identifier as somebody says it.
func (d *desk) told(scheme, raw string) identity.Identifier {
	one := identity.Identifier{Token: identity.Token{Scheme: d.word(scheme)}, Raw: raw}
	if scheme == "card" {
		one.Issuer = d.word("shop")
	}
	return one
}

// known says how much is known of her, and what to ask her next.
func (d *desk) known(record identity.Record, occasion string) error {
	questions, err := d.register.Questions(record, d.word(occasion), d.now)
	d.say("Known of her: %s. Worth asking: %d.", "已知资料：%s。值得询问的：%d项。", d.language.Percent(int64(d.register.Completeness(record, d.now).Permille)), len(questions))
	for _, question := range questions {
		d.why(d.register.Explain, question.Reason)
	}
	return err
}

// asksForAWhiteOne is the first contact: a name, a number, what she allows, and what she wishes for.
func (d *desk) asksForAWhiteOne(ctx context.Context) error {
	d.chapter("2026-11-02 17:40", "a white notebook", "白色的笔记本")
	d.say("A customer asks for the Swan 14 in white. There is none. She gives Chen her name and a number, no more.",
		"一位顾客想要白色的天鹅14，店里没有。她只给陈留下姓氏和一个号码。")
	her, err := record(ctx, d, lin, identity.Open{
		Step: d.step("o-1", "chen"), Kind: identity.Person, Source: d.word("counter"),
		Identifiers: []identity.Identifier{d.told("phone", "138 0571 8765")},
		Facts:       []identity.Fact{{Field: d.word("full name"), Value: "Lin"}},
	}, d.register.Open)
	if err != nil {
		return err
	}
	if err := d.known(her, "first contact"); err != nil {
		return err
	}
	d.say("Call her when it comes: yes. Offers: no.", "到货打电话：可以。推送优惠：不要。")
	if _, err := journal.Book(ctx, &d.said, lin, consent.Give{
		Step: d.step("slip-14", "chen"), Boxes: []consent.Box{{Purpose: d.word("arrival notice"), Channel: d.word("phone")}},
		Evidence: consent.Evidence{Medium: d.word("counter"), Record: "slip 14"},
	}, d.consents.Give); err != nil {
		return err
	}
	if _, err := journal.Book(ctx, &d.said, lin, consent.Decline{
		Step: d.step("slip-14", "chen"), Scope: consent.Scope{Purposes: []string{d.word("offers")}},
	}, d.consents.Decline); err != nil {
		return err
	}
	wanted, err := journal.Book(ctx, &d.memories, lin, wish.Want{
		Step: d.step("w-1", "chen"), Product: "SWAN-14", Family: "notebooks", Variant: white(), Quantity: 1,
		MaxMinor: 6_500_00, Channel: d.word("phone"),
	}, d.wishes.Want)
	if err != nil {
		return err
	}
	d.why(d.wishes.Explain, wanted.Decision.Reasons...)
	return d.comes(ctx)
}

// comes notes the time of day at which she is in the shop.
func (d *desk) comes(ctx context.Context) error {
	_, err := journal.Book(ctx, &d.memories, lin, wish.Observe{
		Step: d.step(fmt.Sprint("visit-", d.today()), "chen"), Saw: []wish.Sight{{Kind: d.word("time of day"), Value: d.in("evening", "傍晚"), Leaning: wish.For}},
	}, d.wishes.Observe)
	return err
}

func white() []wish.Attribute { return []wish.Attribute{{Name: "colour", Value: "white"}} }

// may asks whether she may be called about what has come.
func (d *desk) may(ctx context.Context) (consent.Answer, error) {
	said, _, err := d.said.Load(ctx, lin)
	if err != nil {
		return consent.Answer{}, err
	}
	return d.consents.May(said, consent.Question{Purpose: d.word("arrival notice"), Channel: d.word("phone")}, consent.Facts{Contacts: d.made}, d.now)
}

// arrival asks who may be told of what is on the shelf.
func (d *desk) arrival(ctx context.Context, allowed bool) (wish.Arrived, error) {
	memory, _, err := d.memories.Load(ctx, lin)
	if err != nil {
		return wish.Arrived{}, err
	}
	var waiting []wish.Waiting
	for _, one := range memory.Wishes {
		waiting = append(waiting, wish.Waiting{Customer: lin, Wanted: one, Allowed: allowed})
	}
	return d.wishes.Arrival([]wish.Stock{
		{SKU: "SWAN-14-WHITE", Product: "SWAN-14", Family: "notebooks", Has: white(), PriceMinor: 6_499_00, Left: 1},
		{SKU: "HERON-13-WHITE", Product: "HERON-13", Family: "notebooks", Has: white(), PriceMinor: 5_999_00, Left: 4},
		{SKU: "CRANE-15-WHITE", Product: "CRANE-15", Family: "notebooks", Has: white(), PriceMinor: 6_399_00, Left: 2},
		{SKU: "HERON-13-BLACK", Product: "HERON-13", Family: "notebooks", PriceMinor: 5_899_00, Left: 7},
	}, waiting, d.now)
}

// aWhiteOneArrives is the call: not at twenty past eight, and once.
func (d *desk) aWhiteOneArrives(ctx context.Context) error {
	d.chapter("2026-11-16 08:20", "one has come", "到货了")
	d.say("The delivery brings a white Swan and two more white models. May Chen call her now?", "送来一台白色天鹅，还有另外两款白色的。陈现在可以给她打电话吗？")
	now, err := d.may(ctx)
	if err != nil {
		return err
	}
	d.why(consent.Explain, now.Missing...)
	d.clock("2026-11-16 10:05")
	d.say("And at five past ten?", "十点零五分呢？")
	if now, err = d.may(ctx); err != nil {
		return err
	}
	d.why(consent.Explain, now.Because)
	arrived, err := d.arrival(ctx, now.Allowed)
	if err != nil {
		return err
	}
	for _, notice := range arrived.Notices {
		for range 2 { // at another desk somebody has seen the same
			told, err := journal.Book(ctx, &d.memories, notice.Customer, notice.Tell("chen", d.now), d.wishes.Tell)
			if err != nil {
				return err
			}
			if told.Result != journal.Booked {
				d.say("The same notice from another desk: it was booked already, nobody calls again.", "另一个柜台又发出同一通知：已登记过，不再打电话。")
				continue
			}
			d.say("Chen calls and tells her:", "陈打电话告诉她：")
			d.why(d.wishes.Explain, notice.Reasons...)
			d.made = append(d.made, consent.Contact{On: d.today(), Purpose: d.word("arrival notice")})
		}
	}
	began := d.now
	d.clock("2026-11-16 10:07")
	call, err := journal.Book(ctx, &d.talked, lin, contact.Log{
		Step: d.step("l-1", "chen"), Channel: d.word("phone"), Direction: contact.ToCustomer, Purpose: d.in("the white Swan is here", "白色天鹅到货"),
		Began: began, Seconds: 95, Note: d.in("comes tomorrow after work", "明天下班后来"),
	}, d.talks.Log)
	if err != nil {
		return err
	}
	d.why(d.talks.Explain, call.Decision.Reasons...)
	if err := d.quote(ctx, "q-1", "chen", 6_199_00); err != nil {
		return err
	}
	d.say("He names her a price: %s.", "他报价%s。", d.money(6_199_00))
	d.clock("2026-11-16 17:30")
	d.say("In the evening the shelf is looked through again. For Lin:", "傍晚又清点一次货架。林女士：")
	if arrived, err = d.arrival(ctx, true); err != nil {
		return err
	}
	for _, turn := range arrived.Silent {
		d.why(d.wishes.Explain, turn.Because)
	}
	return nil
}

// quote names her a price of the white Swan.
func (d *desk) quote(ctx context.Context, ref, by string, minor int64) error {
	_, err := journal.Book(ctx, &d.talked, lin, contact.Quote{
		Step: d.step(ref, by), Terms: contact.Terms{Product: "SWAN-14", PriceMinor: minor, Unit: d.in("piece", "台")},
	}, func(file contact.File, quote contact.Quote) (contact.Decision, error) {
		return d.talks.Quote(file, quote)
	})
	return err
}
