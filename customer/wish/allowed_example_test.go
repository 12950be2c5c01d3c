package wish_test

import (
	"context"
	"fmt"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/consent"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/customer/wish"
)

// What has come is told to who may be told: package consent is asked for the channel of her wish, its
// answer goes into the arrival, and the notice is booked, all three of one instant. Bo waits as long,
// and has said yes to nothing: nobody writes to him.
//
// row B13, row B16.
func ExampleBook_Arrival_allowed() {
	ctx := context.Background()
	book, err := wish.New(wish.Rules{Edition: customer.Edition{ID: "shop", Version: 1}, Zone: "UTC", Wishes: wish.WaitRules{Days: 90, KeptDays: 3}}, time.UTC)
	if err != nil {
		panic(err)
	}
	policy, err := consent.New(consent.Rules{
		Edition: customer.Edition{ID: "contact", Version: 1}, Zone: "UTC",
		Channels: []consent.Channel{{ID: "sms"}}, Purposes: []consent.Purpose{{ID: "arrival notice", Weight: 1, ValidMonths: 12}},
		Caps: []consent.Cap{{ID: "week", Most: 2, Days: 7}},
	}, nil, time.UTC)
	if err != nil {
		panic(err)
	}
	var memories journal.Mem[customer.ID, wish.Memory, wish.Entry]
	var said journal.Mem[customer.ID, consent.Consents, consent.Entry]
	for _, id := range []customer.ID{"ann", "bo"} {
		step := journal.Step{Ref: "w-1", By: "chen", At: time.Date(2026, 11, 2, 16, 0, 0, 0, time.UTC)}
		if _, err := journal.Book(ctx, &memories, id, wish.Want{Step: step, Product: "book-14", Quantity: 1, Channel: "sms"}, book.Want); err != nil {
			panic(err)
		}
		if id == "bo" {
			continue
		}
		give := consent.Give{Step: step, Boxes: []consent.Box{{Purpose: "arrival notice", Channel: "sms"}}, Evidence: consent.Evidence{Medium: "counter", Record: "slip 14"}}
		if _, err := journal.Book(ctx, &said, id, give, policy.Give); err != nil {
			panic(err)
		}
	}

	now := time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)
	var contacted consent.Facts // what the host's packages have sent her these days
	var waiting []wish.Waiting
	for _, id := range []customer.ID{"ann", "bo"} {
		memory, _, err := memories.Load(ctx, id)
		if err != nil {
			panic(err)
		}
		consents, _, err := said.Load(ctx, id)
		if err != nil {
			panic(err)
		}
		for _, wanted := range memory.Wishes {
			answer, err := policy.May(consents, consent.Question{Purpose: "arrival notice", Channel: wanted.Channel}, contacted, now)
			if err != nil {
				panic(err)
			}
			for _, reason := range append(answer.Missing, answer.Because) {
				if reason.Code != "" {
					fmt.Println(id, "-", consent.Explain(reason, customer.English))
				}
			}
			waiting = append(waiting, wish.Waiting{Customer: id, Wanted: wanted, Allowed: answer.Allowed})
		}
	}
	arrived, err := book.Arrival([]wish.Stock{{SKU: "B14", Product: "book-14", Left: 2}}, waiting, now)
	if err != nil {
		panic(err)
	}
	for _, notice := range arrived.Notices {
		told, err := journal.Book(ctx, &memories, notice.Customer, notice.Tell("chen", now), book.Tell)
		if err != nil {
			panic(err)
		}
		fmt.Println("told", notice.Customer, notice.SKU, told.Result)
	}
	for _, turn := range arrived.Silent {
		fmt.Println("not told", turn.Customer, "-", book.Explain(turn.Because, customer.English))
	}
	// Output:
	// ann - she said yes on 2 Nov 2026 to contact by sms, until 2 Nov 2027, 00:00 UTC: contact/1#arrival notice
	// bo - no consent: contact/1#sms-arrival notice
	// told ann B14 booked
	// not told bo - she may not be contacted by sms
}
