package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/caller"
	"github.com/rapport-crm/rapport/customer/consent"
	"github.com/rapport-crm/rapport/customer/contact"
	"github.com/rapport-crm/rapport/customer/identity"
	"github.com/rapport-crm/rapport/customer/journal"
)

// web is the record that the web shop has opened.
const web = customer.ID("w-88")

// golden reads all records of a customer as one.
func (d *desk) golden(ctx context.Context, id customer.ID) (identity.Golden, []identity.Member, error) {
	group, _ := d.directory.Group(id)
	var members []identity.Member
	for _, one := range group.Members {
		state, _, err := d.records.Load(ctx, one)
		if err != nil {
			return identity.Golden{}, nil, err
		}
		members = append(members, identity.Member{ID: one, Record: state})
	}
	golden, err := d.register.Golden(d.now, members...)
	return golden, members, err
}

// view puts together what is known of a caller.
func (d *desk) view(ctx context.Context, id customer.ID, about ...string) (caller.View, error) {
	golden, members, err := d.golden(ctx, id)
	if err != nil {
		return caller.View{}, err
	}
	name, _ := golden.Field(d.word("full name"))
	address, _ := golden.Field(d.word("home address"))
	parts := caller.Parts{
		Who:      caller.Who{Customer: golden.Root, Name: name.Value, Address: address.Value, Owner: golden.Owner.Owner},
		Cases:    caller.Supplied[caller.Case](d.now),
		Money:    caller.Supplied[caller.Receivable](d.now),
		Products: caller.Supplied(d.now, d.products...),
	}
	for _, held := range golden.Identifiers {
		parts.Who.Identifiers = append(parts.Who.Identifiers, caller.Identifier{Scheme: held.Scheme, Value: held.Value})
	}
	var said []consent.Consents
	var rows rows
	for _, member := range members {
		rows.orders = append(rows.orders, d.orders[member.ID]...)
		rows.receipts = append(rows.receipts, d.receipts[member.ID]...)
		if err := rows.read(ctx, d, member.ID); err != nil {
			return caller.View{}, err
		}
		one, _, err := d.said.Load(ctx, member.ID)
		if err != nil {
			return caller.View{}, err
		}
		said = append(said, one)
	}
	parts.Orders, parts.Purchases = caller.Supplied(d.now, rows.orders...), caller.Supplied(d.now, rows.receipts...)
	parts.Promises, parts.Quotes = caller.Supplied(d.now, rows.promises...), caller.Supplied(d.now, rows.quotes...)
	parts.Contacts, parts.Wishes = caller.Supplied(d.now, rows.talks...), caller.Supplied(d.now, rows.wishes...)
	offers, err := d.consents.Allowed(consent.Strictest(said[0], said[1:]...), consent.Question{Purpose: d.word("offers"), Channel: d.word("phone")}, d.now)
	if err != nil {
		return caller.View{}, err
	}
	parts.Consents = caller.Supplied(d.now, caller.Consent{Purpose: d.word("offers"), Channel: d.word("phone"), May: offers.Allowed})
	return d.screen.View(caller.Call{At: d.now, About: about}, parts)
}

// rows are the parts of a view that the library keeps, in the form of the view.
type rows struct {
	orders   []caller.Order
	receipts []caller.Purchase
	promises []caller.Promise
	quotes   []caller.Quote
	talks    []caller.Contact
	wishes   []caller.Wish
}

// read adds those of a record.
func (r *rows) read(ctx context.Context, d *desk, id customer.ID) error {
	file, _, err := d.talked.Load(ctx, id)
	if err != nil {
		return err
	}
	for _, p := range file.Promises {
		if p.Open() {
			r.promises = append(r.promises, caller.Promise{Head: caller.Head{Ref: p.ID, What: p.What, Of: []string{p.Contact}}, By: p.Owner, Due: p.Until})
		}
	}
	for _, q := range file.LastQuotes() {
		row := caller.Quote{Head: caller.Head{Ref: q.Ref, What: q.Product}, On: customer.DateOf(q.At, d.zone), By: q.By, EachMinor: q.PriceMinor}
		if standing := q.Standing(d.now); standing == contact.Open || standing == contact.Expired {
			row.Until = q.LastDay
		}
		r.quotes = append(r.quotes, row)
	}
	for _, c := range file.Contacts {
		r.talks = append(r.talks, caller.Contact{Head: caller.Head{Ref: c.Ref, What: c.Purpose}, At: c.Began, Channel: c.Channel, By: c.Staff})
	}
	memory, _, err := d.memories.Load(ctx, id)
	if err != nil {
		return err
	}
	for _, w := range memory.OpenWishes(d.today()) {
		r.wishes = append(r.wishes, caller.Wish{Head: caller.Head{Ref: w.Ref, What: w.Product}, Since: customer.DateOf(w.At, d.zone), Until: w.Until - 1})
	}
	return nil
}

// callsFromHome is what Bo sees before she has said a word.
func (d *desk) callsFromHome(ctx context.Context) error {
	if err := d.buysOnTheWeb(ctx); err != nil {
		return err
	}
	d.chapter("2026-12-05 11:00", "the telephone rings", "电话响了")
	d.orders[lin] = []caller.Order{{Head: caller.Head{Ref: "O-210", What: d.in("docking station", "扩展坞")}, Placed: d.today() - 7, Ready: d.today() - 1}}
	who, err := d.register.Identify(&d.directory, d.word("phone"), "", "0571 87654321", d.now)
	if err != nil {
		return err
	}
	d.say("It is not the number that she left first. Bo's screen:", "这不是她最早留下的号码。博的屏幕：")
	d.why(d.register.Explain, who.Reasons...)
	view, err := d.view(ctx, who.Customer, "p-1")
	if err != nil {
		return err
	}
	for _, line := range d.screen.Lines(view, d.language) {
		d.print("    | " + line)
	}
	return nil
}

// buysOnTheWeb is a week before: the web shop knows nothing of the counter.
func (d *desk) buysOnTheWeb(ctx context.Context) error {
	d.clock("2026-11-28 22:10")
	if _, err := record(ctx, d, web, identity.Open{
		Step: d.step("o-88", "web"), Kind: identity.Person, Source: d.word("web shop"),
		Identifiers: []identity.Identifier{d.told("email", "Lin.Yue@example.cn"), d.told("phone", "139 0000 2222")},
		Facts:       []identity.Fact{{Field: d.word("full name"), Value: "LIN YUE"}, {Field: d.word("home address"), Value: "12 Garden Road"}},
	}, d.register.Open); err != nil {
		return err
	}
	if _, err := journal.Book(ctx, &d.said, web, consent.Give{
		Step: d.step("web-88", "web"), Boxes: []consent.Box{{Purpose: d.word("offers"), Channel: d.word("email")}},
		Evidence: consent.Evidence{Medium: d.word("web shop"), Record: "order W-310"},
	}, d.consents.Give); err != nil {
		return err
	}
	d.orders[web] = []caller.Order{{
		Head:   caller.Head{Ref: "W-310", What: d.in("wireless mouse", "无线鼠标")},
		Placed: d.today(), Promised: d.today() + 12, Stage: d.in("packed", "已打包"), Step: 2, Steps: 3,
	}}
	return d.sale(web, "W-310", d.in("wireless mouse", "无线鼠标"), piece("MOUSE-2", "accessory", 149, 149, 80))
}

// isTwoRecords is the mouse of which Bo's screen knows nothing.
func (d *desk) isTwoRecords(ctx context.Context) error {
	d.chapter("2026-12-05 11:04", "and my mouse?", "那我的鼠标呢？")
	d.say("She ordered a mouse on the web, W-310. It is not on the screen. Who shares something with her?", "她在网店订过鼠标W-310，屏幕上没有。谁的资料与她相同？")
	_, members, err := d.golden(ctx, lin)
	if err != nil {
		return err
	}
	for _, id := range d.directory.Sharing(lin) {
		other, _, err := d.records.Load(ctx, id)
		if err != nil {
			return err
		}
		alike := d.register.Compare(&d.directory, members[0], identity.Member{ID: id, Record: other})
		d.say("Record %s of the web shop:", "网店的档案%s：", id)
		d.why(d.register.Explain, alike.Reasons...)
		if !alike.Candidate {
			continue
		}
		linked, err := record(ctx, d, alike.Younger, identity.Link{Step: d.step("k-1", "bo"), Pair: alike.Pair, Evidence: "named-the-order"}, d.register.Link)
		if err != nil {
			return err
		}
		golden, both, err := d.golden(ctx, lin)
		if err != nil {
			return err
		}
		d.say("She named the number of the order, so Bo links them. Read as one:", "她说得出订单号，博便把两份档案关联起来。合并来看：")
		for _, field := range golden.Fields {
			d.print(fmt.Sprintf(d.in("    %s: %s", "    %s：%s"), field.Field, field.Value))
			d.why(d.register.Explain, field.Why)
		}
		follows, err := identity.Consequences(id, linked.Links[0], both)
		if err != nil {
			return err
		}
		d.say("What follows from it:", "由此而来：")
		for _, one := range follows {
			d.why(d.register.Explain, one.Reason)
		}
	}
	view, err := d.view(ctx, lin, "p-1")
	if err != nil {
		return err
	}
	d.say("To be told besides, now:", "现在顺便告诉她：")
	for _, line := range view.Also {
		d.print("    " + line.What)
		d.why(d.screen.Explain, line.Why)
	}
	return d.hasBought(slices.Concat(slices.Clone(d.bought.Of(lin)), d.bought.Of(web)))
}
