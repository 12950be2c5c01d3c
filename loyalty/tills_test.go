package loyalty_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/customer/journal/journaltest"
	"github.com/rapport-crm/rapport/loyalty"
)

// L3: sixty-four tills book sales, payments and returns on one account. Two tills send
// each request, and every one sends until it has an answer, whatever becomes of the
// replies. Every point is there exactly once, and the history replays to the account.
func TestEveryPointOnceOverManyTills(t *testing.T) {
	const tills, sales = 64, 6
	program, err := loyalty.NewProgram(drugstore(), time.UTC)
	require.NoError(t, err)
	type accounts = journal.Mem[customer.ID, loyalty.Account, loyalty.Entry]
	for name, wrap := range map[string]func(*accounts) loyalty.Store{
		"Mem": func(mem *accounts) loyalty.Store { return mem },
		"every third reply lost": func(mem *accounts) loyalty.Store {
			return journaltest.LostReply[customer.ID, loyalty.Account, loyalty.Entry](mem, 3)
		},
	} {
		t.Run(name, func(t *testing.T) {
			mem := new(accounts)
			store := wrap(mem)
			send := func(verb, ref string, fact journal.Fact, decide func(loyalty.Account) (loyalty.Decision, error)) {
				key, err := journal.Key(verb, ref)
				if err != nil {
					t.Error(err)
					return
				}
				for {
					_, err := journal.Run(t.Context(), store, "c-1", key, fact, decide)
					if err == nil {
						return
					}
					if !errors.Is(err, journal.ErrConflict) && !errors.Is(err, journaltest.ErrInjected) {
						t.Errorf("%s: %v", key, err)
						return
					}
				}
			}
			gun := make(chan struct{})
			var finish sync.WaitGroup
			for till := range tills {
				finish.Go(func() {
					<-gun
					for i := range sales {
						ref := fmt.Sprintf("%d/%d", till/2, i) // two tills share each reference
						receipt := bought("r-"+ref, clock("2026-03-01 12:00"), item("a", "60.00"))
						send("earn", receipt.Ref, receipt, func(a loyalty.Account) (loyalty.Decision, error) { return program.Earn(a, receipt) })
						pay := loyalty.Spending{Ref: "p-" + ref, At: clock("2026-03-02 12:00"), Points: dec("2")}
						send("redeem", pay.Ref, pay, func(a loyalty.Account) (loyalty.Decision, error) { return program.Redeem(a, pay) })
						if i%3 == 0 {
							void := loyalty.Voiding{Ref: "v-" + ref, Sale: receipt.Ref, At: clock("2026-03-03 12:00")}
							send("void", void.Ref, void, func(a loyalty.Account) (loyalty.Decision, error) { return program.Void(a, void) })
						}
					}
				})
			}
			close(gun)
			finish.Wait()

			account, version, err := mem.Load(t.Context(), "c-1")
			require.NoError(t, err)
			assert.Zero(t, account.Balances.Sum())
			const kept, paid = tills / 2 * sales * 6 * 2 / 3, tills / 2 * sales * 2 // a third of the sales is voided
			assert.EqualValues(t, -kept, account.Balances.In(loyalty.Issued))
			assert.EqualValues(t, paid, account.Balances.In(loyalty.Redeemed))
			assert.EqualValues(t, kept-paid, account.Balances.In(loyalty.Member)+account.Balances.In(loyalty.Owed))
			history := mem.History("c-1")
			assert.EqualValues(t, len(history), version)
			replayed, err := loyalty.Replay(history)
			require.NoError(t, err)
			assert.Equal(t, account.Balances, replayed.Balances)
			assert.Equal(t, account.Lots, replayed.Lots)
		})
	}
}
