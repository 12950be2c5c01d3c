package identity_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/identity"
	"github.com/rapport-crm/rapport/customer/journal"
)

// desk is a register for a shop with cards, printed lists with a code on them, and phone numbers.
func desk() *identity.Register {
	register, err := identity.New(identity.Rules{
		Edition: customer.Edition{ID: "desk", Version: 1},
		Zone:    "UTC",
		Schemes: []identity.Scheme{
			{ID: "card", Issuers: []string{"rapport", "bookshop"}},
			{ID: "list-code", Issuers: []string{"rapport"}, ValidDays: 14},
			{ID: "phone", Shared: true, Shown: 4},
		},
		Fields: []identity.Field{
			{ID: "name", Type: identity.Text, Survive: identity.MostComplete},
			{ID: "address", Type: identity.Text, Survive: identity.Newest},
		},
		Sources: []identity.Source{{ID: "form", Trust: 50}, {ID: "till", Trust: 10}},
		Matches: []identity.Match{
			{ID: "same phone", Scheme: "phone", Score: 40},
			{ID: "same name", Field: "name", Score: 30},
		},
		CandidateAt: 60,
	}, time.UTC, normal)
	if err != nil {
		panic(err)
	}
	return register
}

// normal is the host's: it keeps the digits of a phone number, and its extension apart.
func normal(scheme, issuer, raw string) (identity.Normal, error) {
	if scheme != "phone" {
		return identity.Verbatim(scheme, issuer, raw)
	}
	number, extension, _ := strings.Cut(raw, "ext.")
	digits := strings.NewReplacer(" ", "", "-", "", "(", "", ")", "").Replace(number)
	return identity.Normal{Value: digits, Extension: strings.TrimSpace(extension), How: "digits/1"}, nil
}

// open opens a record and puts it into the directory.
func open(register *identity.Register, directory *identity.Directory, id customer.ID, day int, name string, identifiers ...identity.Identifier) identity.Record {
	decision, err := register.Open(identity.Record{}, identity.Open{
		Step:   journal.Step{Ref: "open-" + string(id), By: "ann", At: time.Date(2026, 11, day, 9, 0, 0, 0, time.UTC)},
		Kind:   identity.Person,
		Source: "form", Identifiers: identifiers, Facts: []identity.Fact{{Field: "name", Value: name}},
	})
	if err != nil {
		panic(err)
	}
	if err := directory.Put(id, decision.Next); err != nil {
		panic(err)
	}
	return decision.Next
}

func told(scheme, issuer, raw string) identity.Identifier {
	return identity.Identifier{Token: identity.Token{Scheme: scheme, Issuer: issuer}, Raw: raw}
}

// At the till she raises her hand and says who she is: by her card, by the code on the list that was
// printed for her, or by her phone number. It is one customer each time. What another shop issued is
// another number, and a list code that is too old says so.
func ExampleRegister_Identify() {
	// row B1, row B3
	register, directory := desk(), new(identity.Directory)
	open(register, directory, "c-17", 1, "Li Wei", told("card", "rapport", "7001"), told("list-code", "rapport", "K42"), told("phone", "", "138 0000 1111"))

	at := time.Date(2026, 11, 14, 18, 30, 0, 0, time.UTC)
	show := func(scheme, issuer, raw string) {
		found, err := register.Identify(directory, scheme, issuer, raw, at)
		fmt.Println(scheme, found.Outcome, found.Customer, err)
		for _, reason := range found.Reasons {
			fmt.Println(" ", identity.Explain(reason, customer.English))
		}
	}
	show("card", "rapport", "7001")
	show("list-code", "rapport", "K42")
	show("phone", "", "138-0000-1111")
	show("card", "bookshop", "7001")
	at = at.Add(6 * time.Hour) // past midnight of the list's last day
	show("list-code", "rapport", "K42")
	// Output:
	// card recognised c-17 <nil>
	//   it is customer c-17
	// list-code recognised c-17 <nil>
	//   it is customer c-17
	// phone recognised c-17 <nil>
	//   it is customer c-17
	// card unknown  <nil>
	//   nobody has this card
	// list-code not-good c-17 <nil>
	//   list-code expired on 15 Nov 2026, 00:00 UTC
	//   on record it is that of customer c-17
}

// A number calls that several customers have: an office. All of them are shown, and who has the
// extension that the telephone tells is the one.
func ExampleRegister_Identify_caller() {
	// row B38
	register, directory := desk(), new(identity.Directory)
	open(register, directory, "c-1", 1, "Li Wei", told("phone", "", "(0571) 8765-4321 ext. 12"))
	open(register, directory, "c-2", 2, "Wang Fang", told("phone", "", "0571 8765 4321 ext. 14"))

	at := time.Date(2026, 11, 25, 9, 30, 0, 0, time.UTC)
	for _, raw := range []string{"057187654321", "057187654321 ext. 14"} {
		found, err := register.Identify(directory, "phone", "", raw, at)
		fmt.Println(found.Outcome, found.Customers, found.Customer, err)
		fmt.Println(" ", identity.Explain(found.Reasons[0], customer.English))
	}
	// Output:
	// several [c-1 c-2]  <nil>
	//   2 customers have it: ask which of them it is
	// recognised [c-1 c-2] c-2 <nil>
	//   by the extension it is customer c-2, of the 2 who share the number
}

// Two records of one customer are found, linked, and read as one. Nothing is overwritten: taken back, the
// link leaves nothing behind.
func ExampleRegister_Link() {
	// row B2
	ctx := context.Background()
	var store journal.Mem[customer.ID, identity.Record, identity.Entry]
	register, directory := desk(), new(identity.Directory)
	step := func(ref string, day int) journal.Step {
		return journal.Step{Ref: ref, By: "ann", At: time.Date(2026, 11, day, 9, 0, 0, 0, time.UTC)}
	}
	var members []identity.Member
	for i, name := range []string{"Li Wei", "Li Wei"} {
		id := customer.ID(fmt.Sprint("c-", i+1))
		answer, err := journal.Book(ctx, &store, id, identity.Open{
			Step: step("o", 1+i), Kind: identity.Person, Source: "form",
			Identifiers: []identity.Identifier{told("phone", "", "13800001111")},
			Facts:       []identity.Fact{{Field: "name", Value: name}, {Field: "address", Value: fmt.Sprint(i+1, " East Street")}},
		}, register.Open)
		if err != nil {
			panic(err)
		}
		members = append(members, identity.Member{ID: id, Record: answer.State})
		_ = directory.Put(id, answer.State)
	}
	found, _ := register.Candidates(members)
	fmt.Println(found.Pairs)

	// Both cards were shown. The younger record points to the older one, and says on what evidence.
	pair := found.Pairs[0].Pair
	link := identity.Link{Step: step("l-1", 3), Pair: pair, Evidence: "both-cards-shown"}
	linked, err := journal.Book(ctx, &store, pair.Younger, link, register.Link)
	if err != nil {
		panic(err)
	}
	members[1].Record = linked.State
	golden, _ := register.Golden(link.At, members...)
	address, _ := golden.Field("address")
	fmt.Println(golden.Root, golden.Members, address.Value, "from", address.Record)
	fmt.Println(" ", identity.Explain(address.Why, customer.English))

	// What follows is the host's to do: the reference keeps it from being done twice.
	follows, _ := identity.Consequences(pair.Younger, linked.State.Links[0], members)
	fmt.Println(follows[0].Concern, follows[0].From, "to", follows[0].To)

	back, err := journal.Book(ctx, &store, pair.Younger, identity.Unlink{Step: step("u-1", 4), To: pair.Older, Why: "two-passports-shown"}, register.Unlink)
	if err != nil {
		panic(err)
	}
	members[1].Record = back.State
	groups, _ := identity.Groups(members...)
	fmt.Println(len(groups), "customers")
	// Output:
	// [c-1 and c-2: 70]
	// c-1 [c-1 c-2] 2 East Street from c-2
	//   the latest, from form, of 2 Nov 2026
	// points c-2 to c-1
	// 2 customers
}

// A directory of millions is filled in parts, by as many goroutines as the host likes, and merged.
func ExampleDirectory_Merge() {
	register := desk()
	parts := make([]identity.Directory, 4)
	var wait sync.WaitGroup
	for i := range parts {
		wait.Go(func() {
			for n := range 250 {
				id := fmt.Sprintf("c-%d-%d", i, n)
				open(register, &parts[i], customer.ID(id), 1, "Li", told("card", "rapport", id))
			}
		})
	}
	wait.Wait()
	var directory identity.Directory
	for i := range parts {
		if err := directory.Merge(&parts[i]); err != nil {
			panic(err)
		}
	}
	fmt.Println(directory.Len())
	fmt.Println(directory.Find(identity.Token{Scheme: "card", Issuer: "rapport", Value: "c-3-249"}, time.Date(2026, 11, 25, 9, 30, 0, 0, time.UTC))[0].Customer)
	// Output:
	// 1000 1000
	// c-3-249
}
