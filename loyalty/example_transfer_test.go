package loyalty_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/customer/quota"
	"github.com/rapport-crm/rapport/loyalty"
)

// club is a programme without rules of its own: points are given by hand.
func club() *loyalty.Program {
	program, err := loyalty.NewProgram(loyalty.Rules{
		Edition: customer.Edition{ID: "club", Version: 1}, Zone: "UTC",
		Currency: customer.Currency{Code: "EUR", Digits: 2}, Shortfall: loyalty.Forgive,
		Rewards: []loyalty.Reward{
			{ID: "recipes", Points: decimal.NewFromInt(5), Gives: "a week of recipes"},
			{ID: "mug", Points: decimal.NewFromInt(20), Gives: "a mug", Stock: "mugs"},
		},
	}, time.UTC)
	if err != nil {
		panic(err)
	}
	return program
}

// A gift leaves one account, arrives at another and is closed at the first: three
// bookings, each exactly once. Whatever breaks off is finished by sending it again.
func ExampleProgram_Forward() {
	ctx, program, store := context.Background(), club(), new(journal.Mem[customer.ID, loyalty.Account, loyalty.Entry])
	at := time.Date(2026, time.May, 4, 9, 0, 0, 0, time.UTC)
	opening := loyalty.Adjustment{Ref: "a-1", At: at, Points: decimal.NewFromInt(100), Reason: "opening", Author: "desk-1"}
	_, err := journal.Run(ctx, store, "c-1", "adjust:a-1", opening, func(a loyalty.Account) (loyalty.Decision, error) { return program.Adjust(a, opening) })
	if err != nil {
		fmt.Println(err)
		return
	}
	gift := loyalty.Transfer{Ref: "g-1", At: at, From: "c-1", To: "c-2", Points: decimal.NewFromInt(30)}
	for range 2 { // the answer was lost the first time
		sent, err := journal.Run(ctx, store, gift.From, "send:g-1", gift, func(a loyalty.Account) (loyalty.Decision, error) { return program.Send(a, gift) })
		if err != nil {
			fmt.Println(err)
			return
		}
		if err := program.Forward(ctx, store, loyalty.Parcels(sent.Decision.Entries)...); err != nil {
			fmt.Println(err)
			return
		}
	}
	for _, id := range []customer.ID{"c-1", "c-2"} {
		account, _, err := store.Load(ctx, id)
		fmt.Println(id, account.Balances, err)
	}
	// Output:
	// c-1 issued -100, member 70, moved 30 <nil>
	// c-2 member 30, moved -30 <nil>
}

// Rewards need not be money: recipes, a diet plan, the express lane. Where there is an
// end of them, the stock is a quota: held, then the points are spent, then captured; and
// released when the points are not there.
func ExampleReward() { // row E8
	ctx, program := context.Background(), club()
	store, stock := new(journal.Mem[customer.ID, loyalty.Account, loyalty.Entry]), new(quota.Mem)
	if err := stock.Set("mugs", 1); err != nil {
		fmt.Println(err)
		return
	}
	at := time.Date(2026, time.May, 4, 9, 0, 0, 0, time.UTC)
	redeem := func(id customer.ID, ref, reward, held string) {
		spending := loyalty.Spending{Ref: ref, At: at, Reward: reward}
		if held != "" {
			_, err := stock.Hold(ctx, quota.Claim{Name: held, Key: ref, N: 1, At: at, Until: at.Add(time.Minute)})
			if err != nil {
				fmt.Println(id, reward, "no:", explain(program, err))
				return
			}
		}
		outcome, err := journal.Run(ctx, store, id, "redeem:"+ref, spending, func(a loyalty.Account) (loyalty.Decision, error) { return program.Redeem(a, spending) })
		if held != "" && err == nil {
			_, err = stock.Capture(ctx, held, ref, 1, at)
		} else if held != "" {
			_, released := stock.Release(ctx, held, ref, at)
			err = errors.Join(err, released)
		}
		if err != nil {
			fmt.Println(id, reward, "no:", explain(program, err))
			return
		}
		fmt.Println(id, reward, outcome.State.Balances.In(loyalty.Member), "points left")
	}
	for id, points := range map[customer.ID]int64{"c-1": 30, "c-2": 19, "c-3": 50} {
		opening := loyalty.Adjustment{Ref: "a-" + string(id), At: at, Points: decimal.NewFromInt(points), Reason: "opening", Author: "desk-1"}
		if _, err := journal.Run(ctx, store, id, "adjust:"+opening.Ref, opening, func(a loyalty.Account) (loyalty.Decision, error) { return program.Adjust(a, opening) }); err != nil {
			fmt.Println(err)
		}
	}
	redeem("c-2", "p-1", "mug", "mugs") // the hold is let go
	redeem("c-1", "p-2", "mug", "mugs")
	redeem("c-3", "p-3", "mug", "mugs") // the last one is gone
	redeem("c-3", "p-4", "recipes", "")
	// Output:
	// c-2 mug no: 19 points are there, 20 are needed
	// c-1 mug 10 points left
	// c-3 mug no: mugs has 0 left, 1 asked for
	// c-3 recipes 45 points left
}

// explain says all that a refusal misses.
func explain(program *loyalty.Program, err error) string {
	var refusal *customer.Refusal
	if !errors.As(err, &refusal) {
		return err.Error()
	}
	text := ""
	for _, missing := range refusal.Missing {
		text += quota.Explain(missing, customer.English) // returns what is not its own as it is
		if missing.Code == text {
			text = program.Explain(missing, customer.English)
		}
	}
	return text
}
