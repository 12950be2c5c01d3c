package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/consent"
	"github.com/rapport-crm/rapport/customer/contact"
	"github.com/rapport-crm/rapport/customer/identity"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/customer/privacy"
	"github.com/rapport-crm/rapport/customer/task"
	"github.com/rapport-crm/rapport/customer/wish"
)

// asksWhatIsHeld is the export.
func (d *desk) asksWhatIsHeld(ctx context.Context) error {
	d.chapter("2027-01-04 10:00", "what do you know of me?", "你们知道我些什么？")
	d.say("She moves to another town, and asks what is held on her.", "她要搬去外地，想知道店里存有她的哪些资料。")
	group, _ := d.directory.Group(lin)
	for _, id := range group.Members {
		document, err := d.export(ctx, id)
		if err != nil {
			return err
		}
		for _, part := range document.Parts {
			d.say("%s, %s: lines %d, entries %d", "%s，%s：现有%d行，历史%d条", id, part.Title, len(part.Words), len(part.History))
			if part.Name != "consent" {
				continue
			}
			for _, entry := range part.History { // as she reads it
				d.print(fmt.Sprintf(d.in("    %s, %s: %s", "    %s，%s：%s"), d.language.Instant(entry.At.In(d.zone)), entry.By, entry.Title))
				for _, word := range entry.Words {
					d.print("      " + word)
				}
			}
		}
	}
	return nil
}

// export writes down all that is held under one ID.
func (d *desk) export(ctx context.Context, id customer.ID) (privacy.Document, error) {
	var parts []privacy.Part
	var failed error
	add := func(part privacy.Part, err error) {
		parts = append(parts, part)
		if err != nil {
			failed = err
		}
	}
	add(held(ctx, "identity", &d.records, id))
	add(held(ctx, "consent", &d.said, id))
	add(held(ctx, "contact", &d.talked, id))
	add(held(ctx, "wish", &d.memories, id))
	parts = append(parts, privacy.Rows("profile", d.receipts[id]), privacy.Rows("task", []task.Item{}))
	if failed != nil {
		return privacy.Document{}, failed
	}
	return d.privacy.Export(id, d.now, d.language, map[string]string{
		"chen": d.in("sales", "销售"), "bo": d.in("sales", "销售"), "mei": d.in("manager", "经理"), "web": d.in("web shop", "网店"),
	}, parts...)
}

// held is what one store has of somebody.
func held[S journal.Folds[S, B, F], B any, F journal.Form[B]](
	ctx context.Context, name string, store *journal.Mem[customer.ID, S, journal.Entry[B, F]], id customer.ID,
) (privacy.Part, error) {
	state, _, err := store.Load(ctx, id)
	if err != nil {
		return privacy.Part{}, err
	}
	decisions, err := store.Decisions(ctx, id)
	return privacy.PartOf(name, id, state, decisions), err
}

// isErased is the order, and what is left after it.
func (d *desk) isErased(ctx context.Context) error {
	d.chapter("2027-01-05 09:00", "forget me", "请忘了我")
	asked := d.today()
	invoices := []privacy.Item{
		{What: d.word("invoice"), Ref: "R-1071", Day: customer.DateOf(d.now.AddDate(0, 0, -49), d.zone)},
		{What: d.word("invoice"), Ref: "W-310", Day: customer.DateOf(d.now.AddDate(0, 0, -38), d.zone)},
	}
	d.say("She asks for all of it to be erased. Not yet:", "她要求全部删除。还不行：")
	_, err := d.privacy.MayErase(asked, asked, append(invoices, privacy.Item{What: d.word("bill"), Ref: "W-310", Open: true}))
	if err := d.refused(err, privacy.Explain); err != nil {
		return err
	}
	d.clock("2027-01-08 09:00")
	d.say("On %s she pays the mouse, and it may be done; what stays is the tax office's:", "%s她付了鼠标钱，可以删除了；留下的是税务要求的：", d.language.Day(d.today()))
	verdict, err := d.privacy.MayErase(asked, d.today(), invoices)
	if err != nil {
		return err
	}
	d.why(privacy.Explain, verdict.Because...)

	personal := []string{"13805718765", "057187654321", "13900002222", "lin.yue@example.cn", "Lin Yue", "3 Willow Lane", "12 Garden Road", "77001234"}
	before, err := d.traces(ctx, personal)
	if err != nil {
		return err
	}
	group, _ := d.directory.Group(lin)
	var found []privacy.Found
	for _, id := range group.Members {
		more, err := d.erase(ctx, id, group, verdict.Kept)
		if err != nil {
			return err
		}
		found = append(found, more...)
	}
	rows, err := d.privacy.Purge(d.today(), found)
	if err != nil {
		return err
	}
	d.say("Her records are erased. To be done besides:", "她的档案已删除。此外还要：")
	for _, row := range rows {
		d.why(privacy.Explain, row.Why)
	}
	after, err := d.traces(ctx, personal)
	if err != nil {
		return err
	}
	d.say("Her numbers, names and addresses, searched for in all stored bytes: %d times before, %d now.", "在全部存储字节中查找她的号码、姓名和地址：之前%d处，现在%d处。", before, after)
	her, entries, err := d.records.Load(ctx, lin)
	if err != nil {
		return err
	}
	d.say("What is left of her record: %d entries that say nothing, erased on %s.", "她的档案只剩%d条不含内容的记录，删除于%s。", entries, d.language.Instant(her.ErasedAt().In(d.zone)))
	who, err := d.register.Identify(&d.directory, d.word("phone"), "", "138 0571 8765", d.now)
	if err != nil {
		return err
	}
	d.say("And if she calls?", "如果她再打来呢？")
	d.why(d.register.Explain, who.Reasons...)
	return nil
}

// erase erases one record of hers, of the group that was linked, everywhere, and returns what is to be purged besides.
func (d *desk) erase(ctx context.Context, id customer.ID, group identity.Group, kept []journal.Kept) ([]privacy.Found, error) {
	record, _, err := d.records.Load(ctx, id)
	if err != nil {
		return nil, err
	}
	said, _, err := d.said.Load(ctx, id)
	if err != nil {
		return nil, err
	}
	found := append(privacy.OfRecord(id, record, group), privacy.OfConsents(said)...)
	order := journal.Erasure{Step: d.step("e-1", "mei"), Asked: "customer", Ground: "PIPL 47", Kept: kept}
	if _, err := privacy.Erase(ctx, &d.records, id, identity.Erase{Erasure: order}, d.register.Erase, identity.Scrub); err != nil {
		return nil, err
	}
	if _, err := privacy.Erase(ctx, &d.said, id, consent.Erase{Erasure: order}, d.consents.Erase, consent.Scrub); err != nil {
		return nil, err
	}
	if _, err := privacy.Erase(ctx, &d.talked, id, contact.Erase{Erasure: order}, d.talks.Erase, contact.Scrub); err != nil {
		return nil, err
	}
	if _, err := privacy.Erase(ctx, &d.memories, id, wish.Erase{Erasure: order}, d.wishes.Erase, wish.Scrub); err != nil {
		return nil, err
	}
	d.directory.Remove(id)
	return found, d.bought.Erase(id)
}

// traces counts what is found of personal values in all that is stored.
func (d *desk) traces(ctx context.Context, values []string) (int, error) {
	var all strings.Builder
	found := 0
	for _, id := range []customer.ID{lin, web} {
		for _, look := range []func() (int, error){
			func() (int, error) { return stored(ctx, &d.records, id, &all, values) },
			func() (int, error) { return stored(ctx, &d.said, id, &all, values) },
			func() (int, error) { return stored(ctx, &d.talked, id, &all, values) },
			func() (int, error) { return stored(ctx, &d.memories, id, &all, values) },
		} {
			n, err := look()
			if err != nil {
				return 0, err
			}
			found += n
		}
	}
	history, err := d.bought.MarshalBinary()
	if err != nil {
		return 0, err
	}
	all.Write(history)
	bytes, count := strings.ToLower(all.String()), 0
	for _, value := range values {
		count += strings.Count(bytes, strings.ToLower(value))
	}
	if (count == 0) != (found == 0) {
		return 0, fmt.Errorf("%d in the bytes, %d traces", count, found)
	}
	return count, nil
}

// stored writes all bytes that a store has of somebody, and counts the traces of values in them.
func stored[S, E any](ctx context.Context, store *journal.Mem[customer.ID, S, E], id customer.ID, all *strings.Builder, values []string) (int, error) {
	decisions, err := store.Decisions(ctx, id)
	if err != nil {
		return 0, err
	}
	state, _, err := store.Load(ctx, id)
	if err != nil {
		return 0, err
	}
	for _, one := range []any{decisions, state} {
		data, err := json.Marshal(one)
		if err != nil {
			return 0, err
		}
		all.Write(data)
	}
	traces, err := privacy.Traces(decisions, values...)
	return len(traces), err
}
