package caller_test

import (
	"fmt"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/caller"
	"github.com/rapport-crm/rapport/customer/consent"
	"github.com/rapport-crm/rapport/customer/contact"
	"github.com/rapport-crm/rapport/customer/identity"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/customer/wish"
)

// The functions from here to Example_wiring are what a host writes once: from what packages of this
// module keep to rows of a view. It may leave out what it does not show, and name products as its
// catalogue does.

// whoCalls is the golden record in brief: how she is addressed and served says the register.
func whoCalls(register *identity.Register, golden identity.Golden, recognised identity.Recognition, now time.Time) caller.Who {
	record := golden.Record()
	served := register.Handling(record, now)
	who := caller.Who{
		Customer: golden.Root, Called: register.Address(record, "en", now).Text,
		Class: served.Class, KeyAccount: served.KeyAccount, Bypass: served.Bypass, Owner: served.Owner, Sharing: len(recognised.Customers),
	}
	if name, known := golden.Field("name"); known {
		who.Name = name.Value
	}
	if address, known := golden.Field("address"); known {
		who.Address = address.Value
	}
	for _, held := range golden.Identifiers {
		if held.Status == identity.Good {
			who.Identifiers = append(who.Identifiers, caller.Identifier{Scheme: held.Scheme, Value: held.Value})
		}
	}
	return who
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

// quotes are the last ones of each product; one that she has answered no longer ends.
func quotes(file contact.File, day func(time.Time) customer.Date, now time.Time) (rows []caller.Quote) {
	for _, q := range file.LastQuotes() {
		row := caller.Quote{Head: caller.Head{Ref: q.Ref, What: q.Product + ", " + q.Unit}, On: day(q.At), By: q.By, EachMinor: q.PriceMinor}
		if standing := q.Standing(now); standing == contact.Open || standing == contact.Expired {
			row.Until = q.LastDay
		}
		rows = append(rows, row)
	}
	return rows
}

// talks are what was said before, with what it was about.
func talks(file contact.File) (rows []caller.Contact) {
	for _, c := range file.Contacts {
		rows = append(rows, caller.Contact{Head: caller.Head{Ref: c.Ref, What: c.Purpose, Of: c.About}, At: c.Began, Channel: c.Channel, By: c.Staff})
	}
	return rows
}

// wishes are those that she still has; she was told of what has arrived.
func wishes(memory wish.Memory, day func(time.Time) customer.Date, now time.Time) (rows []caller.Wish) {
	for _, w := range memory.OpenWishes(day(now)) {
		row := caller.Wish{Head: caller.Head{Ref: w.Ref, What: w.Product}, Since: day(w.At), Until: w.Until - 1}
		if !w.Told.At.IsZero() {
			row.Arrived, row.Until = day(w.Told.At), w.Told.Kept-1
		}
		rows = append(rows, row)
	}
	return rows
}

// A number calls. The register says whose it is, the other packages what they keep of her, and the
// host's own systems the rest; what did not answer is left out, and said. Rows B38, A56, A59.
func Example_wiring() {
	now := time.Date(2026, 11, 25, 10, 30, 0, 0, time.UTC)
	on := customer.DateOf(now, time.UTC)
	register, directory, records := exampleRegister()
	recognised, err := register.Identify(directory, "phone", "", "139 1234 5678", now)
	if err != nil {
		fmt.Println(err)
		return
	}
	id := recognised.Customers[0] // once she has said which of them she is
	golden, err := register.Golden(now, identity.Member{ID: id, Record: records[id]})
	if err != nil {
		fmt.Println(err)
		return
	}
	file := contact.File{ // of a contact.Store
		Contacts: []contact.Contact{{Ref: "t-1", Began: now.AddDate(0, 0, -2), Channel: "phone", Purpose: "asks for a price", Staff: "bob", About: []string{"basin"}}},
		Promises: []contact.Promised{{Promise: contact.Promise{ID: "m-1", What: "send the drawing", Owner: "bob", Until: now.Add(-time.Hour)}, Contact: "t-1"}},
		Quotes: []contact.Quoted{{
			Ref: "q-1", By: "bob", At: now.AddDate(0, 0, -2), Expires: now.AddDate(0, 0, 20),
			Terms: contact.Terms{Product: "basin", Unit: "piece", PriceMinor: 58_00, LastDay: on + 20},
		}},
	}
	memory := wish.Memory{Wishes: []wish.Wanted{{Ref: "w-1", Product: "green tiles", At: now.AddDate(0, -2, 0), Until: on + 60}}} // of a wish.Store
	allowed := consent.Answer{Allowed: true}                                                                                      // of Policy.Allowed, for offers by phone

	screen := exampleScreen()
	view, err := screen.View(caller.Call{At: now}, caller.Parts{
		Who:       whoCalls(register, golden, recognised, now),
		Contacts:  caller.Supplied(now, talks(file)...),
		Promises:  caller.Supplied(now, promises(file)...),
		Quotes:    caller.Supplied(now, quotes(file, register.Day, now)...),
		Wishes:    caller.Supplied(now, wishes(memory, register.Day, now)...),
		Consents:  caller.Supplied(now, caller.Consent{Purpose: "offers", Channel: caller.Phone, May: allowed.Allowed}),
		Purchases: caller.Supplied(now, caller.Purchase{Head: caller.Head{Ref: "A-77", What: "bath"}, On: on - 90, Where: "North Gate", PaidMinor: 899_00}),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, line := range screen.Lines(view, customer.English) {
		fmt.Println(line)
	}
	// Output:
	// Ms Wang, Wang, c-1, phone •••5678, 3 Lake Road
	// first
	//     2 customers share this number or card: ask who is speaking
	//     send the drawing (m-1): promised by bob for 25 Nov 2026, 09:30 UTC, and not kept for 1 h
	//     asks for a price (t-1): 23 Nov 2026, 10:30 UTC, phone
	//     not complete: 4 of 10 parts were not supplied
	// wishes
	//     green tiles (w-1): waited for since 25 Sep 2026, for 61 days, up to 23 Jan 2027
	// quotes
	//     basin, piece (q-1): 58.00 CNY each, told by bob on 23 Nov 2026, good up to 15 Dec 2026
	// contacts
	//     asks for a price (t-1): 23 Nov 2026, 10:30 UTC, phone; with bob
	// purchases
	//     bath (A-77): 899.00 CNY paid on 27 Aug 2026 at North Gate
	// consents
	//     offers, phone: allowed
	// not complete
	//     orders: not supplied
	//     cases: not supplied
	//     products: not supplied
	//     money: not supplied
}

// exampleRegister has two customers, who share a phone.
func exampleRegister() (*identity.Register, *identity.Directory, map[customer.ID]identity.Record) {
	digits := func(scheme, issuer, raw string) (identity.Normal, error) {
		return identity.Normal{Value: "+86" + raw[:3] + raw[4:8] + raw[9:], How: "digits/1"}, nil
	}
	register, err := identity.New(identity.Rules{
		Edition: customer.Edition{ID: "house", Version: 1}, Zone: "UTC",
		Schemes:   []identity.Scheme{{ID: "phone", Shared: true, Shown: 4}},
		Fields:    []identity.Field{{ID: "name", Type: identity.Text, Survive: identity.Newest}, {ID: "address", Type: identity.Text, Survive: identity.Newest}},
		Sources:   []identity.Source{{ID: "form", Trust: 50}},
		Addresses: []identity.AddressRule{{Language: "en", Pattern: "Ms {name}"}},
	}, time.UTC, digits)
	if err != nil {
		panic(err)
	}
	directory, records := new(identity.Directory), map[customer.ID]identity.Record{}
	for i, name := range []string{"Wang", "Chen"} {
		id := customer.ID(fmt.Sprint("c-", i+1))
		decision, err := register.Open(identity.Record{}, identity.Open{
			Step: journal.Step{Ref: "o-1", By: "ann", At: time.Date(2026, 5, 4+i, 10, 0, 0, 0, time.UTC)}, Kind: identity.Person, Source: "form",
			Identifiers: []identity.Identifier{{Token: identity.Token{Scheme: "phone"}, Raw: "139 1234 5678"}},
			Facts:       []identity.Fact{{Field: "name", Value: name}, {Field: "address", Value: "3 Lake Road"}},
		})
		if err != nil {
			panic(err)
		}
		if records[id], err = (identity.Record{}).Apply(decision.Entries...); err != nil {
			panic(err)
		}
		if err = directory.Put(id, records[id]); err != nil {
			panic(err)
		}
	}
	return register, directory, records
}
