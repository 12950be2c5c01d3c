package wish_test

import (
	"context"
	"fmt"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/customer/quota"
	"github.com/rapport-crm/rapport/customer/wish"
)

// seats are the rules of a breakfast room.
func seats() *wish.Book {
	book, err := wish.New(wish.Rules{
		Edition: customer.Edition{ID: "hotel", Version: 1}, Zone: "UTC",
		Kinds: []wish.KindRule{
			{ID: "seat", Weight: 10, One: true, HalfLifeDays: 365, AskAfter: 3},
			{ID: "spot", Weight: 6, One: true, HalfLifeDays: 365},
		},
	}, time.UTC)
	if err != nil {
		panic(err)
	}
	return book
}

// The window seat at the side, where she sat the last three times: it is free, it is held, and then
// it is offered.
//
// row B45.
func ExampleBook_Propose() {
	ctx, book := context.Background(), seats()
	var memories journal.Mem[customer.ID, wish.Memory, wish.Entry]
	var seats quota.Mem
	_ = seats.Set("T9/2026-11-25", 1)

	for stay, month := range []time.Month{time.January, time.May, time.September} {
		seen := wish.Observe{
			Step: journal.Step{Ref: fmt.Sprint("stay-", stay), By: "mei", At: time.Date(2026, month, 7, 8, 0, 0, 0, time.UTC)},
			Saw:  []wish.Sight{{Kind: "seat", Value: "window", Leaning: wish.For}, {Kind: "spot", Value: "side", Leaning: wish.For}},
		}
		for range 2 { // sent twice, it counts once
			if _, err := journal.Book(ctx, &memories, "c-1", seen, book.Observe); err != nil {
				panic(err)
			}
		}
	}

	now := time.Date(2026, 11, 25, 8, 0, 0, 0, time.UTC)
	free := []wish.Free{
		{ID: "T1", Has: []wish.Attribute{{Name: "seat", Value: "aisle"}, {Name: "spot", Value: "middle"}}},
		{ID: "T4", Has: []wish.Attribute{{Name: "seat", Value: "window"}, {Name: "spot", Value: "middle"}}},
		{ID: "T9", Has: []wish.Attribute{{Name: "seat", Value: "window"}, {Name: "spot", Value: "side"}}},
	}
	memory, _, _ := memories.Load(ctx, "c-1")
	proposal, err := book.Propose(memory, free, now)
	if err != nil {
		panic(err)
	}
	best, _ := proposal.Best()
	hold, err := seats.Hold(ctx, quota.Claim{Name: best.ID + "/2026-11-25", Key: "c-1", N: 1, At: now, Until: now.Add(time.Hour)})
	fmt.Println(best.ID, hold.State, err)
	for _, reason := range best.Reasons {
		fmt.Println(book.Explain(reason, customer.English))
	}

	// Another morning somebody else has it: the nearest, and what it lacks.
	proposal, _ = book.Propose(memory, free[:2], now)
	fmt.Println(book.Explain(proposal.Reasons[0], customer.English))
	best, _ = proposal.Best()
	for _, reason := range best.Reasons {
		fmt.Println(book.Explain(reason, customer.English))
	}
	// Output:
	// T9 held <nil>
	// window (seat): what she had the last 3 times, most recently on 7 Sep 2026
	// side (spot): what she had the last 3 times, most recently on 7 Sep 2026
	// nothing that is free has all that she likes: T4 is the nearest, with 1 of 2
	// window (seat): what she had the last 3 times, most recently on 7 Sep 2026
	// side (spot), which she likes best, is missing
}

// What she said stands before what was seen. Once it was contradicted often enough, somebody asks
// her; it is not overridden.
//
// row B44.
func ExampleBook_Likes() {
	book := seats()
	var memory wish.Memory
	day := func(n int) journal.Step {
		return journal.Step{Ref: fmt.Sprint(n), By: "mei", At: time.Date(2026, 11, n, 8, 0, 0, 0, time.UTC)}
	}
	said, err := book.Say(memory, wish.Say{Step: day(1), Kind: "seat", Value: "window", Leaning: wish.For, Strength: 4})
	if err != nil {
		panic(err)
	}
	memory = said.Next
	for n := range 3 {
		seen, err := book.Observe(memory, wish.Observe{Step: day(2 + n), Saw: []wish.Sight{{Kind: "seat", Value: "fireside", Leaning: wish.For}}})
		if err != nil {
			panic(err)
		}
		memory = seen.Next
	}
	on, _ := customer.NewDate(2026, time.November, 25)
	likings, _ := book.Likes(memory, "seat", on)
	for _, l := range likings {
		fmt.Println(l.Value, "said:", l.Said, "grade:", l.Grade, "ask:", l.Ask)
		for _, reason := range l.Reasons {
			fmt.Println("  " + book.Explain(reason, customer.English))
		}
	}
	// Output:
	// window said: true grade: 900 ask: true
	//   she said on 1 Nov 2026 that she likes window (seat)
	//   ask her: what she said of window (seat) on 1 Nov 2026 was contradicted 3 times since
	// fireside said: false grade: 371 ask: false
	//   fireside (seat): what she had the last 3 times, most recently on 4 Nov 2026
}

// Two wait for the white model, and one piece comes: the one who has waited longer is told, of two
// more white models too, and nobody else is promised her piece.
//
// row B16, row B17.
func ExampleBook_Arrival() {
	ctx := context.Background()
	book, err := wish.New(wish.Rules{
		Edition: customer.Edition{ID: "shop", Version: 1}, Zone: "UTC",
		Wishes: wish.WaitRules{Days: 90, KeptDays: 3, Alternatives: 2},
	}, time.UTC)
	if err != nil {
		panic(err)
	}
	var memories journal.Mem[customer.ID, wish.Memory, wish.Entry]
	white := []wish.Attribute{{Name: "colour", Value: "white"}}
	var waiting []wish.Waiting
	for i, id := range []customer.ID{"ann", "bo"} {
		booked, err := journal.Book(ctx, &memories, id, wish.Want{
			Step:    journal.Step{Ref: "w-1", By: "chen", At: time.Date(2026, 11, 2+i, 16, 0, 0, 0, time.UTC)},
			Product: "book-14", Family: "notebooks", Variant: white, Quantity: 1, Channel: "sms",
		}, book.Want)
		if err != nil {
			panic(err)
		}
		for _, wanted := range booked.State.Wishes {
			waiting = append(waiting, wish.Waiting{Customer: id, Wanted: wanted, Allowed: true}) // package consent says whether
		}
	}

	now := time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)
	arrived, err := book.Arrival([]wish.Stock{
		{SKU: "B14-WHITE", Product: "book-14", Family: "notebooks", Has: white, Left: 1},
		{SKU: "A13-WHITE", Product: "air-13", Family: "notebooks", Has: white, Left: 4},
		{SKU: "P16-WHITE", Product: "pro-16", Family: "notebooks", Has: white, Left: 2},
	}, waiting, now)
	if err != nil {
		panic(err)
	}
	for _, notice := range arrived.Notices {
		for range 2 { // a second till does the same: only who gets "booked" sends the message
			told, err := journal.Book(ctx, &memories, notice.Customer, notice.Tell("chen", now), book.Tell)
			fmt.Println(notice.Customer, notice.SKU, notice.Alternatives, told.Result, err)
		}
		for _, reason := range notice.Reasons {
			fmt.Println("  " + book.Explain(reason, customer.English))
		}
	}
	for _, turn := range arrived.Waits {
		fmt.Println(turn.Customer, "waits, place", turn.Place)
		fmt.Println("  " + book.Explain(turn.Because, customer.English))
	}
	// Output:
	// ann B14-WHITE [A13-WHITE P16-WHITE] booked <nil>
	// ann B14-WHITE [A13-WHITE P16-WHITE] replayed <nil>
	//   B14-WHITE has come, for which she has waited since 2 Nov 2026: 1 piece kept for her until 27 Nov 2026
	//   A13-WHITE is another model just as she wishes it
	//   P16-WHITE is another model just as she wishes it
	// bo waits, place 1
	//   B14-WHITE: 0 pieces left by those before her, and she wants 1; she has waited since 3 Nov 2026
}

// needs are the rules of a shop that asks what its customers lack.
func needs() *wish.Book {
	book, err := wish.New(wish.Rules{
		Edition: customer.Edition{ID: "shop", Version: 1}, Zone: "UTC",
		Needs: wish.NeedRules{
			Groups:   []wish.GroupRule{{ID: "light-to-carry", Suits: []string{"air-13"}}, {ID: "repair-at-home"}},
			LeadDays: 30,
		},
	}, time.UTC)
	if err != nil {
		panic(err)
	}
	return book
}

// A need that she has, and a desire that is foreseen, are kept apart, and held against what is
// offered.
//
// row B46.
func ExampleBook_Unmet() {
	book := needs()
	var memory wish.Memory
	on, _ := customer.NewDate(2026, time.November, 25)
	for i, need := range []wish.Need{
		{Group: "repair-at-home", Depth: wish.Necessity, Note: "cannot bring it in"},
		{Group: "light-to-carry", Depth: wish.Desire, Expected: on.AddDays(60)},
	} {
		need.Step = journal.Step{Ref: fmt.Sprint("n-", i+1), By: "chen", At: on.Start(time.UTC)}
		booked, err := book.Need(memory, need)
		if err != nil {
			panic(err)
		}
		memory = booked.Next
	}
	open, _ := book.Unmet(memory, map[string]bool{"air-13": true}, on)
	for _, need := range open {
		fmt.Println(need.Ref, need.Depth, need.Group, "due:", need.Due)
		for _, reason := range need.Reasons {
			fmt.Println("  " + book.Explain(reason, customer.English))
		}
	}
	// Output:
	// n-1 need repair-at-home due: true
	//   nothing that is offered meets the need repair-at-home
	// n-2 desire light-to-carry due: false
	//   light-to-carry is expected by 24 Jan 2027: it is worked on from 30 days before
	//   air-13 is offered and may meet this need
}

// Two shops group their customers by need, and merge: what nobody can be offered comes first.
//
// row B36.
func ExampleTally() {
	book := needs()
	on, _ := customer.NewDate(2026, time.November, 25)
	shop := func(segment, group string, customers int) *wish.Tally {
		tally, err := book.Tally(on)
		if err != nil {
			panic(err)
		}
		for range customers {
			booked, err := book.Need(wish.Memory{}, wish.Need{
				Step: journal.Step{Ref: "n-1", By: "chen", At: on.Start(time.UTC)}, Group: group, Depth: wish.Necessity,
			})
			if err == nil {
				err = book.Count(tally, booked.Next, segment, map[string]bool{"air-13": true})
			}
			if err != nil {
				panic(err)
			}
		}
		return tally
	}
	north, south := shop("students", "light-to-carry", 3), shop("offices", "repair-at-home", 2)
	if err := north.Merge(south); err != nil {
		panic(err)
	}
	for _, count := range north.Counts() {
		fmt.Println(count.Group, count.Depth, count.Segment, count.Customers)
	}
	for _, count := range north.Unsuited() {
		fmt.Println("nothing meets", count.Group, "of", count.Unsuited)
	}
	// Output:
	// light-to-carry need students 3
	// repair-at-home need offices 2
	// nothing meets repair-at-home of 2
}

// Whether she means to come again, why, and since when that is known.
//
// row B18.
func ExampleBook_Outlook() {
	book := needs()
	said, err := book.Intend(wish.Memory{}, wish.Intend{
		Step:   journal.Step{Ref: "i-1", By: "chen", At: time.Date(2026, 11, 25, 18, 0, 0, 0, time.UTC)},
		Intent: wish.Return, Why: "they kept the white one for me",
	})
	if err != nil {
		panic(err)
	}
	on, _ := customer.NewDate(2026, time.December, 24)
	outlook, _ := book.Outlook(said.Next, on)
	fmt.Println(outlook.Latest.Intent, outlook.Stands)
	fmt.Println(book.Explain(outlook.Reasons[0], customer.English))
	// Output:
	// return true
	// she said on 25 Nov 2026 that she would choose us again: they kept the white one for me
}
