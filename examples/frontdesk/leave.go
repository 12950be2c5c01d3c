package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/contact"
	"github.com/rapport-crm/rapport/customer/identity"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/customer/task"
	"github.com/rapport-crm/rapport/customer/task/handover"
)

// owned are the things of hers that somebody looks after.
func (d *desk) owned(ctx context.Context) ([]task.Item, error) {
	her, _, err := d.records.Load(ctx, lin)
	if err != nil {
		return nil, err
	}
	owner, _ := her.Owner(d.today())
	items := []task.Item{{Kind: d.word("customer"), ID: string(lin), Customer: lin, Owner: owner.Owner}}
	file, _, err := d.talked.Load(ctx, lin)
	if err != nil {
		return nil, err
	}
	for _, p := range file.Promises {
		if p.Open() {
			items = append(items, task.Item{Kind: d.word("promise"), ID: p.ID, Customer: lin, Owner: p.Owner, Due: customer.DateOf(p.Until, d.zone)})
		}
	}
	return items, nil
}

// herSalesmanLeaves is the handover: nothing of hers is nobody's.
func (d *desk) herSalesmanLeaves(ctx context.Context) error {
	d.chapter("2026-12-14 09:30", "Chen has left", "陈离职了")
	items, err := d.owned(ctx)
	if err != nil {
		return err
	}
	strays, err := task.Unowned(slices.Values(items), d.staff, d.today())
	if err != nil {
		return err
	}
	d.say("What has nobody:", "无人负责的：")
	for _, stray := range strays {
		d.print(fmt.Sprintf("    %s %s", stray.Kind, stray.ID))
		d.why(task.Explain, stray.Reason)
	}
	over, err := d.handovers.Propose(handover.Leaving{Ref: "leave-3", Person: "chen", On: d.today(), Items: items, To: []handover.Candidate{
		{Person: "bo", Load: 12, Capacity: 30, Knows: []customer.ID{lin}}, {Person: "dan", Load: 9, Capacity: 30},
	}}, d.staff)
	if err != nil {
		return err
	}
	d.say("Who takes what:", "由谁接手：")
	for _, one := range over.Transfers {
		d.print(fmt.Sprintf(d.in("    %s %s: %s → %s", "    %s %s：%s → %s"), one.Kind, one.ID, one.From, one.To))
		d.why(handover.Explain, one.Reasons...)
		switch one.Kind {
		case d.word("customer"):
			_, err = record(ctx, d, one.Customer, identity.Assign{Step: d.step(one.Ref, "mei"), Owner: one.To}, d.register.Assign)
		case d.word("promise"):
			assign := contact.Assign{Step: d.step(one.Ref, "mei"), Promise: one.ID, To: one.To, Why: d.in("Chen has left us", "陈已离职")}
			_, err = journal.Book(ctx, &d.talked, one.Customer, assign, d.talks.Assign)
		}
		if err != nil {
			return err
		}
	}
	for _, check := range over.Checks {
		d.print("  " + check.Who + d.in(": ", "：") + handover.Explain(check.Reason(), d.language))
	}
	if items, err = d.owned(ctx); err != nil {
		return err
	}
	if strays, err = task.Unowned(slices.Values(items), d.staff, d.today()); err != nil {
		return err
	}
	d.say("Without anybody now: %d. Bo, whose promise it is by now, sends her the charger:", "现在无人负责的：%d项。承诺已归博，他把充电器寄给她：", len(strays))
	kept, err := journal.Book(ctx, &d.talked, lin, contact.Keep{Step: d.step("k-1", "bo"), Promise: "m-1"}, d.talks.Keep)
	if err != nil {
		return err
	}
	d.why(d.talks.Explain, kept.Decision.Reasons...)
	return nil
}
