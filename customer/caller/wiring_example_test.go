package caller_test

import (
	"fmt"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/caller"
	"github.com/rapport-crm/rapport/customer/consent"
	"github.com/rapport-crm/rapport/customer/contact"
	"github.com/rapport-crm/rapport/customer/identity"
	"github.com/rapport-crm/rapport/customer/wish"
)

// whoCalls is the golden record in brief. Sharing is what the directory has found under the number.
func whoCalls(golden identity.Golden, found []identity.Found) caller.Who {
	name, _ := golden.Field("name")
	who := caller.Who{
		Customer: golden.Root, Name: name.Value, KeyAccount: golden.Class.KeyAccount,
		Owner: golden.Owner.Owner, Sharing: sharing(found),
	}
	if golden.Class.Class != "" {
		who.Classes = []string{golden.Class.Class}
	}
	for _, held := range golden.Identifiers {
		who.Identifiers = append(who.Identifiers, caller.Identifier{Scheme: held.Scheme, Value: held.Value})
	}
	return who
}

// sharing counts the customers, of each of whom several records may have been found.
func sharing(found []identity.Found) int {
	roots := map[customer.ID]bool{}
	for _, one := range found {
		roots[one.Root] = true
	}
	return len(roots)
}

// promises are those that are neither kept nor given up.
func promises(file contact.File) (rows []caller.Promise) {
	for _, p := range file.Promises {
		if p.Open() {
			rows = append(rows, caller.Promise{Head: caller.Head{Ref: p.ID, What: p.What, Of: []string{p.Contact}}, By: p.Owner, Due: p.Until})
		}
	}
	return rows
}

// quotes are the last ones of each product.
func quotes(file contact.File) (rows []caller.Quote) {
	for _, q := range file.LastQuotes() {
		rows = append(rows, caller.Quote{
			Head: caller.Head{Ref: q.Ref, What: q.Product}, On: customer.DateOf(q.At, time.UTC), By: q.By, EachMinor: q.PriceMinor, Until: q.LastDay,
		})
	}
	return rows
}

// talks are what was said before.
func talks(file contact.File) (rows []caller.Contact) {
	for _, c := range file.Contacts {
		rows = append(rows, caller.Contact{Head: caller.Head{Ref: c.Ref, What: c.Purpose}, At: c.Began, Channel: c.Channel, By: c.Staff})
	}
	return rows
}

// wishes are those that she still has; she was told of what has arrived.
func wishes(memory wish.Memory, on customer.Date) (rows []caller.Wish) {
	for _, w := range memory.OpenWishes(on) {
		row := caller.Wish{Head: caller.Head{Ref: w.Ref, What: w.Product}, Since: customer.DateOf(w.At, time.UTC), Until: w.Until - 1}
		if !w.Told.At.IsZero() {
			row.Arrived, row.Until = customer.DateOf(w.Told.At, time.UTC), w.Told.Kept-1
		}
		rows = append(rows, row)
	}
	return rows
}

// The parts come from the packages of this module as a line for each field, and from the host's own
// systems. Rows B38, A56.
func Example_wiring() {
	now := time.Date(2026, 11, 25, 10, 30, 0, 0, time.UTC)
	on := customer.DateOf(now, time.UTC)
	golden := identity.Golden{ // of Register.Golden
		Root: "c-1", Class: identity.GoldenClass{Classed: identity.Classed{Class: "retail"}}, Owner: identity.GoldenOwner{Owned: identity.Owned{Owner: "ann"}},
		Fields:      []identity.GoldenField{{Known: identity.Known{Field: "name", Value: "Wang"}}},
		Identifiers: []identity.GoldenIdentifier{{Held: identity.Held{Identifier: identity.Identifier{Token: identity.Token{Scheme: "phone", Value: "+8613912345678"}}}}},
	}
	found := []identity.Found{{Customer: "c-1", Root: "c-1"}, {Customer: "c-7", Root: "c-7"}} // of Directory.Find, under the number that she calls from
	file := contact.File{                                                                     // of a contact.Store
		Contacts: []contact.Contact{{Ref: "t-1", Began: now.AddDate(0, 0, -2), Channel: "phone", Purpose: "asks for a price", Staff: "bob"}},
		Promises: []contact.Promised{{Promise: contact.Promise{ID: "m-1", What: "send the drawing", Owner: "bob", Until: now.Add(-time.Hour)}, Contact: "t-1"}},
		Quotes: []contact.Quoted{{
			Ref: "q-1", By: "bob", At: now.AddDate(0, 0, -2), Terms: contact.Terms{Product: "basin", PriceMinor: 58_00, LastDay: on + 20},
		}},
	}
	memory := wish.Memory{Wishes: []wish.Wanted{{Ref: "w-1", Product: "green tiles", At: now.AddDate(0, -2, 0), Until: on + 60}}} // of a wish.Store
	allowed := consent.Answer{}                                                                                                   // of Policy.Allowed, for offers by phone

	screen := exampleScreen()
	view, err := screen.View(caller.Call{At: now}, caller.Parts{
		Who:       whoCalls(golden, found),
		Contacts:  caller.Known(now, talks(file)...),
		Promises:  caller.Known(now, promises(file)...),
		Quotes:    caller.Known(now, quotes(file)...),
		Wishes:    caller.Known(now, wishes(memory, on)...),
		Consents:  caller.Known(now, caller.Consent{Purpose: "offers", Channel: caller.Phone, May: allowed.Allowed}),
		Purchases: caller.Known(now, caller.Purchase{Head: caller.Head{Ref: "A-77", What: "bath"}, On: on - 90, Where: "North Gate", PaidMinor: 89_900}),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, line := range screen.Lines(view, customer.English)[:17] {
		fmt.Println(line)
	}
	// Output:
	// Wang, c-1, phone •••5678, retail
	// first
	//     2 customers share this number or card; ask who is speaking
	//     ann looks after this customer
	//     send the drawing (m-1): promised by bob for 25 Nov 2026, 09:30 UTC, and not kept for 1 h
	//     asks for a price (t-1): 23 Nov 2026, 10:30 UTC, phone
	//     not complete: 4 of 10 parts were not supplied
	// promises
	//     send the drawing (m-1): promised by bob for 25 Nov 2026, 09:30 UTC, and not kept for 1 h
	// wishes
	//     green tiles (w-1): waited for since 25 Sep 2026, for 61 days, up to 23 Jan 2027
	// quotes
	//     basin (q-1): 58.00 CNY each, told by bob on 23 Nov 2026, good up to 15 Dec 2026
	// contacts
	//     asks for a price (t-1): 23 Nov 2026, 10:30 UTC, phone
	// purchases
	//     bath (A-77): 899.00 CNY paid on 27 Aug 2026 at North Gate
}
