package loyalty_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/customer/journal/journaltest"
	"github.com/rapport-crm/rapport/loyalty"
)

type accounts = journal.Mem[customer.ID, loyalty.Account, loyalty.Entry]

// shop is a store with the decisions of a programme: tests name the account, the fact
// and what to decide.
type shop struct {
	t       require.TestingT
	program *loyalty.Program
	mem     *accounts
	store   loyalty.Store
}

func newShop(t require.TestingT, program *loyalty.Program) *shop {
	mem := new(accounts)
	return &shop{t: t, program: program, mem: mem, store: mem}
}

// run books a decision and returns what was booked.
func run[F journal.Fact](s *shop, id customer.ID, verb, ref string, fact F, decide func(loyalty.Account, F) (loyalty.Decision, error)) ([]loyalty.Entry, error) {
	key, err := journal.Key(verb, ref)
	require.NoError(s.t, err)
	outcome, err := journal.Run(context.Background(), s.store, id, key, fact, func(a loyalty.Account) (loyalty.Decision, error) { return decide(a, fact) })
	return outcome.Decision.Entries, err
}

func (s *shop) buy(id customer.ID, ref, at, paid string) {
	s.buyFor(id, id, ref, at, paid)
}

// buyFor books a purchase of one customer on the account of another.
func (s *shop) buyFor(id, who customer.ID, ref, at, paid string) {
	receipt := bought(ref, clock(at), items("a", "2", paid))
	receipt.Customer = who
	_, err := run(s, id, "earn", ref, receipt, s.program.Earn)
	require.NoError(s.t, err)
}

func (s *shop) account(id customer.ID) loyalty.Account {
	account, _, err := s.mem.Load(context.Background(), id)
	require.NoError(s.t, err)
	replayed, err := loyalty.Replay(s.mem.History(id))
	require.NoError(s.t, err)
	require.JSONEq(s.t, toJSON(s.t, account), toJSON(s.t, replayed), "Replay of %s", id)
	require.Zero(s.t, account.Balances.Sum())
	return account
}

func toJSON(t require.TestingT, value any) string {
	text, err := json.Marshal(value)
	require.NoError(t, err)
	return string(text)
}

// send sends and forwards.
func (s *shop) send(transfer loyalty.Transfer) error {
	entries, err := run(s, transfer.From, "send", transfer.Ref, transfer, s.program.Send)
	if err != nil {
		return err
	}
	return s.program.Forward(context.Background(), s.store, loyalty.Parcels(entries)...)
}

// balance is what an account has to spend, pending and owes.
func (s *shop) balance(id customer.ID) string {
	a := s.account(id).Balances
	return fmt.Sprintf("%d %d %d", a.In(loyalty.Member), a.In(loyalty.Pending), -a.In(loyalty.Owed))
}

// Points that are passed on keep their dates, and nothing is lost or doubled however
// often the transfer is sent.
func TestTransfer(t *testing.T) {
	rules := drugstore()
	rules.Expiry.Days = 30
	s := newShop(t, program(t, rules))
	s.buy("c-1", "r-1", "2026-03-01 12:00", "100.00")
	s.buy("c-1", "r-2", "2026-03-10 12:00", "50.00")
	s.buy("c-2", "r-3", "2026-03-05 12:00", "20.00")
	gift := loyalty.Transfer{Ref: "g-1", At: clock("2026-03-12 12:00"), From: "c-1", To: "c-2", Points: dec("12")}
	for range 3 {
		require.NoError(t, s.send(gift))
		assert.Equal(t, "3 0 0", s.balance("c-1"))
		assert.Equal(t, "14 0 0", s.balance("c-2"))
	}
	assert.Equal(t, []loyalty.Lapse{{On: day("2026-03-31"), Points: 10}, {On: day("2026-04-04"), Points: 2}, {On: day("2026-04-09"), Points: 2}},
		s.account("c-2").Lapsing(day("2026-12-31")))
	for _, id := range []customer.ID{"c-1", "c-2"} {
		a := s.account(id)
		assert.Empty(t, a.Transit)
		assert.Zero(t, a.Balances.In(loyalty.InTransit))
	}
	assert.Zero(t, s.account("c-1").Balances.In(loyalty.Moved)+s.account("c-2").Balances.In(loyalty.Moved))

	t.Run("more than there is", func(t *testing.T) {
		err := s.send(loyalty.Transfer{Ref: "g-2", At: clock("2026-03-12 12:00"), From: "c-1", To: "c-2", Points: dec("4")})
		assert.Equal(t, []string{loyalty.CodePoints}, refused(t, err))
	})
	t.Run("all faults", func(t *testing.T) {
		_, err := s.program.Send(loyalty.Account{}, loyalty.Transfer{From: "c-1", To: "c-1", Points: dec("0.5")})
		assert.Equal(t, []string{"ref", "at", "to", "points"}, faulty(t, err))
	})
	t.Run("lapsed on the way", func(t *testing.T) {
		entries, err := run(s, "c-1", "send", "g-3", loyalty.Transfer{Ref: "g-3", At: clock("2026-03-13 12:00"), From: "c-1", To: "c-3", Points: dec("3")}, s.program.Send)
		require.NoError(t, err)
		parcel := loyalty.Parcels(entries)[0]
		late := parcel
		late.At = clock("2026-06-01 12:00")
		d, err := s.program.Receive(loyalty.Account{}, late)
		a := after(t, d, err)
		assert.EqualValues(t, 3, a.Balances.In(loyalty.Expired))
		assert.Zero(t, a.Balances.In(loyalty.Member))
	})
}

// Every step may break off, before its write or after it; the same transfer again finishes
// what was begun, and the sum over both accounts is right at every moment.
func TestTransferThatBreaksOff(t *testing.T) {
	for write := 1; write <= 3; write++ {
		for name, wrap := range map[string]func(loyalty.Store) loyalty.Store{
			"reply lost": func(store loyalty.Store) loyalty.Store {
				return journaltest.LostReply[customer.ID, loyalty.Account, loyalty.Entry](store, write)
			},
			"not written": func(store loyalty.Store) loyalty.Store {
				return journaltest.FailOn[customer.ID, loyalty.Account, loyalty.Entry](store, write)
			},
		} {
			t.Run(fmt.Sprint(name, " ", write), func(t *testing.T) {
				s := newShop(t, program(t, drugstore()))
				s.buy("c-1", "r-1", "2026-03-01 12:00", "100.00")
				s.store = wrap(s.mem)
				gift := loyalty.Transfer{Ref: "g-1", At: clock("2026-03-12 12:00"), From: "c-1", To: "c-2", Points: dec("7")}
				for tries := 0; s.send(gift) != nil; tries++ {
					require.Less(t, tries, 10)
					one, two := s.account("c-1").Balances, s.account("c-2").Balances
					for book := loyalty.Issued; book < loyalty.InTransit; book++ {
						if book != loyalty.Issued && book != loyalty.Member {
							assert.Zero(t, one.In(book)+two.In(book), book)
						}
					}
					assert.EqualValues(t, 10, one.In(loyalty.Member)+two.In(loyalty.Member)+one.In(loyalty.InTransit)+one.In(loyalty.Moved)+two.In(loyalty.Moved))
				}
				assert.Equal(t, "3 0 0", s.balance("c-1"))
				assert.Equal(t, "7 0 0", s.balance("c-2"))
				assert.Empty(t, s.account("c-1").Transit)
			})
		}
	}
}

// An account that does not take a parcel in declines it, and the points are back where
// they came from, in their own lots.
func TestTransferThatIsDeclined(t *testing.T) {
	s := newShop(t, program(t, drugstore()))
	s.buy("c-1", "r-1", "2026-03-01 12:00", "100.00")
	s.buy("c-2", "r-2", "2026-03-01 12:00", "50.00")
	before := s.account("c-1")
	require.NoError(t, s.send(loyalty.Transfer{Ref: "all", At: clock("2026-03-02 12:00"), From: "c-2", To: "c-3", All: true}))
	gift := loyalty.Transfer{Ref: "g-1", At: clock("2026-03-12 12:00"), From: "c-1", To: "c-2", Points: dec("7")}
	assert.Equal(t, []string{loyalty.CodeInto}, refused(t, s.send(gift)))
	assert.Equal(t, []string{loyalty.CodeDeclined}, refused(t, s.send(gift)), "sent again")
	a := s.account("c-1")
	assert.Equal(t, before.Lots, a.Lots)
	assert.Equal(t, before.Balances, a.Balances)
	assert.Empty(t, a.Transit)
	assert.Equal(t, "0 0 0", s.balance("c-2"))

	t.Run("everything is back", func(t *testing.T) {
		err := s.send(loyalty.Transfer{Ref: "g-2", At: clock("2026-03-12 12:00"), From: "c-1", To: "c-2", All: true})
		require.Error(t, err)
		a := s.account("c-1")
		assert.Equal(t, before.Lots, a.Lots)
		assert.Equal(t, before.Sales, a.Sales)
		assert.Equal(t, before.Lifetime, a.Lifetime)
		assert.Empty(t, a.Into)
	})
}

// L4: two cards of one customer become one account, with everything that is open, and are
// parted again.
func TestCombineAndPart(t *testing.T) {
	rules := ladder(loyalty.Calendar, 12, loyalty.ToEarned)
	rules.VestDays, rules.Expiry.Days = 2, 365
	p := program(t, rules)
	s := newShop(t, p)
	s.buy("c-1", "r-1", "2026-03-01 12:00", "60.00")
	s.buy("c-2", "r-2", "2026-03-02 12:00", "50.00") // will be spent
	s.buy("c-2", "r-3", "2026-03-09 12:00", "80.00") // still pending
	_, err := run(s, "c-2", "redeem", "p-1", loyalty.Spending{Ref: "p-1", At: clock("2026-03-08 12:00"), Points: dec("4")}, p.Redeem)
	require.NoError(t, err)
	one, two := s.account("c-1"), s.account("c-2")
	assert.Equal(t, "blue", tier(t, p, one, "2026-03-10"))
	assert.Equal(t, "1 8 0", s.balance("c-2"))

	combine := loyalty.Transfer{Ref: "same", At: clock("2026-03-10 12:00"), From: "c-2", To: "c-1", All: true, Reason: "same person", Author: "desk-1"}
	_, err = run(s, "c-1", "join", "same", loyalty.Joining{Ref: "same", At: combine.At, Member: "c-2"}, p.Join)
	require.NoError(t, err)
	require.NoError(t, s.send(combine))
	assert.Equal(t, "7 8 0", s.balance("c-1"))
	assert.Equal(t, "0 0 0", s.balance("c-2"))
	assert.Equal(t, "silver", tier(t, p, s.account("c-1"), "2026-03-10"), "together they reach it")
	assert.Len(t, s.account("c-1").Sales, 3)

	// What is booked for the old card is refused there, and settled where it is now.
	_, err = run(s, "c-2", "earn", "r-4", bought("r-4", clock("2026-03-10 12:00"), item("a", "10.00")), p.Earn)
	assert.Equal(t, []string{loyalty.CodeInto}, refused(t, err))
	whole := s.account("c-1")
	d, err := p.Return(whole, brought("b-1", "r-2", clock("2026-03-11 12:00"), 1, "2"))
	back := after(t, d, err)
	assert.EqualValues(t, 7+8-5, back.Balances.In(loyalty.Member), "the sale's own point, and four of the others'; eight have vested")
	d, err = p.Refund(whole, loyalty.Refund{Ref: "x-1", Payment: "p-1", At: clock("2026-03-11 12:00")})
	assert.EqualValues(t, 7+8+4, after(t, d, err).Balances.In(loyalty.Member))

	part := loyalty.Leaving{Ref: "part", At: clock("2026-03-10 13:00"), Account: "c-1", Member: "c-2", Share: loyalty.OwnShare, Reason: "two persons", Author: "desk-1"}
	entries, err := run(s, "c-1", "leave", "part", part, p.Leave)
	require.NoError(t, err)
	for range 2 {
		require.NoError(t, p.Forward(t.Context(), s.store, loyalty.Parcels(entries)...))
	}
	first, second := s.account("c-1"), s.account("c-2")
	for i, before := range []*loyalty.Account{&one, &two} {
		d, err := p.Settle(*before, part.At)
		*before = after(t, d, err)
		for book := loyalty.Pending; book <= loyalty.Owed; book++ {
			assert.Equal(t, before.Balances.In(book), []loyalty.Account{first, second}[i].Balances.In(book), book)
		}
	}
	assert.Equal(t, one.Balances, first.Balances)
	assert.Equal(t, one.Sales, first.Sales)
	assert.Equal(t, one.Lifetime, first.Lifetime)
	assert.Equal(t, one.Days, first.Days)
	assert.Equal(t, two.Lifetime, second.Lifetime)
	assert.Equal(t, two.Days, second.Days)
	assert.Equal(t, two.Purchases, second.Purchases)
	assert.Equal(t, two.Lapsing(customer.MaxDate), second.Lapsing(customer.MaxDate))
	assert.Empty(t, second.Into)
	for i, sale := range second.Sales {
		assert.Equal(t, two.Sales[i].Lines, sale.Lines)
		assert.Equal(t, two.Sales[i].Closes, sale.Closes)
	}
	d, err = p.Void(second, loyalty.Voiding{Ref: "v", Sale: "r-3", At: clock("2026-03-10 14:00")})
	assert.Zero(t, after(t, d, err).Balances.In(loyalty.Pending), "the sale takes its own points back")
	assert.Equal(t, "blue", tier(t, p, first, "2026-03-10"), "what made it silver is gone")
}

// Debts go with everything else, and are repaid by what the other account has.
func TestCombineWithDebt(t *testing.T) {
	rules := drugstore()
	rules.Shortfall = loyalty.Owe
	p := program(t, rules)
	s := newShop(t, p)
	s.buy("c-1", "r-1", "2026-03-01 12:00", "50.00")
	s.buy("c-2", "r-2", "2026-03-01 12:00", "30.00")
	_, err := run(s, "c-2", "redeem", "p-1", loyalty.Spending{Ref: "p-1", At: clock("2026-03-02 12:00"), Points: dec("3")}, p.Redeem)
	require.NoError(t, err)
	_, err = run(s, "c-2", "void", "v-1", loyalty.Voiding{Ref: "v-1", Sale: "r-2", At: clock("2026-03-03 12:00")}, p.Void)
	require.NoError(t, err)
	assert.Equal(t, "0 0 3", s.balance("c-2"))
	require.NoError(t, s.send(loyalty.Transfer{Ref: "same", At: clock("2026-03-04 12:00"), From: "c-2", To: "c-1", All: true}))
	assert.Equal(t, "2 0 0", s.balance("c-1"))
	assert.Equal(t, "0 0 0", s.balance("c-2"))
	assert.Zero(t, s.account("c-1").Balances.In(loyalty.Moved)+s.account("c-2").Balances.In(loyalty.Moved))
}

func TestLeaving(t *testing.T) {
	p := program(t, drugstore())
	household := func(t *testing.T) *shop {
		t.Helper()
		s := newShop(t, p)
		for i, id := range []customer.ID{"c-1", "c-2", "c-3"} {
			joining := loyalty.Joining{Ref: "join-" + string(id), At: clock("2026-03-01 09:00"), Member: id}
			_, err := run(s, "h-1", "join", joining.Ref, joining, p.Join)
			require.NoError(t, err)
			s.buyFor("h-1", id, fmt.Sprint("r-", i), "2026-03-01 12:00", fmt.Sprint(100*(i+1)+10*i))
		}
		return s // 10, 21 and 32 points
	}
	leave := func(t *testing.T, s *shop, id customer.ID, share loyalty.Share) {
		t.Helper()
		leaving := loyalty.Leaving{Ref: "leave-" + string(id), At: clock("2026-03-02 12:00"), Account: "h-1", Member: id, Share: share}
		entries, err := run(s, "h-1", "leave", leaving.Ref, leaving, p.Leave)
		require.NoError(t, err)
		require.NoError(t, p.Forward(t.Context(), s.store, loyalty.Parcels(entries)...))
	}
	t.Run("shared out evenly, to the last point", func(t *testing.T) {
		s := household(t)
		for _, step := range []struct {
			id   customer.ID
			want string
		}{{"c-2", "21 0 0"}, {"c-1", "21 0 0"}, {"c-3", "21 0 0"}} {
			leave(t, s, step.id, loyalty.EvenShare)
			assert.Equal(t, step.want, s.balance(step.id))
		}
		assert.Equal(t, "0 0 0", s.balance("h-1"))
		assert.Len(t, s.account("c-3").Sales, 3, "the last one takes what is open")
	})
	t.Run("with her own", func(t *testing.T) {
		s := household(t)
		leave(t, s, "c-2", loyalty.OwnShare)
		assert.Equal(t, "21 0 0", s.balance("c-2"))
		assert.Equal(t, "42 0 0", s.balance("h-1"))
		assert.Len(t, s.account("c-2").Sales, 1)
	})
	t.Run("with her own, of which something is spent", func(t *testing.T) {
		s := household(t)
		_, err := run(s, "h-1", "redeem", "p", loyalty.Spending{Ref: "p", At: clock("2026-03-02 11:00"), Points: dec("15")}, p.Redeem)
		require.NoError(t, err)
		leave(t, s, "c-2", loyalty.OwnShare)
		assert.Equal(t, "16 0 0", s.balance("c-2"), "the oldest go first: ten of c-1's, five of hers")
	})
	t.Run("with nothing", func(t *testing.T) {
		s := household(t)
		leave(t, s, "c-2", loyalty.NoShare)
		assert.Equal(t, "0 0 0", s.balance("c-2"))
		assert.Equal(t, "63 0 0", s.balance("h-1"))
		receipt := bought("r-9", clock("2026-03-03 12:00"), item("a", "10.00"))
		receipt.Customer = "c-2"
		_, err := run(s, "h-1", "earn", "r-9", receipt, p.Earn)
		assert.Equal(t, []string{loyalty.CodeNoMember}, refused(t, err))
		_, err = run(s, "h-1", "leave", "again", loyalty.Leaving{Ref: "again", At: clock("2026-03-03 12:00"), Account: "h-1", Member: "c-2", Share: loyalty.NoShare}, p.Leave)
		assert.Equal(t, []string{loyalty.CodeNoMember}, refused(t, err))
		_, err = run(s, "h-1", "join", "back", loyalty.Joining{Ref: "back", At: clock("2026-03-04 12:00"), Member: "c-2"}, p.Join)
		require.NoError(t, err)
		s.buyFor("h-1", "c-2", "r-10", "2026-03-05 12:00", "10.00")
		_, err = run(s, "h-1", "join", "twice", loyalty.Joining{Ref: "twice", At: clock("2026-03-04 12:00"), Member: "c-2"}, p.Join)
		assert.Equal(t, []string{loyalty.CodeMember}, refused(t, err))
	})
	t.Run("not while a payment is under way", func(t *testing.T) {
		s := household(t)
		hold := loyalty.Spending{Ref: "h", At: clock("2026-03-02 11:59"), Points: dec("5"), Until: clock("2026-03-02 12:09")}
		_, err := run(s, "h-1", "hold", "h", hold, p.Hold)
		require.NoError(t, err)
		_, err = run(s, "h-1", "leave", "l", loyalty.Leaving{Ref: "l", At: clock("2026-03-02 12:00"), Account: "h-1", Member: "c-2", Share: loyalty.OwnShare}, p.Leave)
		assert.Equal(t, []string{loyalty.CodeHoldsOpen}, refused(t, err))
	})
}

// L6: the floor of a debt.
func TestMostOwed(t *testing.T) {
	for most, want := range map[string]string{"7": "0 0 7", "10": "0 0 10", "100": "0 0 10"} {
		rules := drugstore()
		rules.Shortfall, rules.MostOwed = loyalty.Owe, dec(most)
		p := program(t, rules)
		s := newShop(t, p)
		s.buy("c-1", "r-1", "2026-03-01 12:00", "100.00")
		_, err := run(s, "c-1", "redeem", "p", loyalty.Spending{Ref: "p", At: clock("2026-03-02 12:00"), Points: dec("10")}, p.Redeem)
		require.NoError(t, err)
		entries, err := run(s, "c-1", "void", "v", loyalty.Voiding{Ref: "v", Sale: "r-1", At: clock("2026-03-03 12:00")}, p.Void)
		require.NoError(t, err)
		assert.Equal(t, want, s.balance("c-1"), most)
		assert.Equal(t, most == "7", entries[len(entries)-1].Kind == loyalty.Forgiven)
	}
}

// Any commands over three accounts, with transfers that break off: every account replays
// to itself, and over all of them no point is lost or made but by earning and lapsing.
func TestAccountsMachine(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := programs(t)[0]
		s := newShop(t, p)
		ids := []customer.ID{"c-1", "c-2", "c-3"}
		n := 0
		id := func(label string) customer.ID { return rapid.SampledFrom(ids).Draw(t, label) }
		at := func() string {
			n++
			return clock("2026-03-01 12:00").AddDate(0, 0, n/2).Format("2006-01-02 15:04")
		}
		answered := func(err error) {
			var refusal *customer.Refusal
			if err != nil {
				require.ErrorAs(t, err, &refusal)
			}
		}
		var refs []string
		t.Repeat(map[string]func(*rapid.T){
			"earn": func(t *rapid.T) {
				ref := fmt.Sprint("r-", n)
				receipt := bought(ref, clock(at()), items("b", "3", decimal.New(rapid.Int64Range(100, 30_000).Draw(t, "paid"), -2).String()))
				receipt.Customer = id("who")
				_, err := run(s, id("on"), "earn", ref, receipt, p.Earn)
				answered(err)
				refs = append(refs, ref)
			},
			"pay": func(t *rapid.T) {
				ref := fmt.Sprint("p-", n)
				_, err := run(s, id("on"), "redeem", ref, loyalty.Spending{Ref: ref, At: clock(at()), Points: decimal.New(rapid.Int64Range(1, 40).Draw(t, "points"), 0)}, p.Redeem)
				answered(err)
			},
			"return": func(t *rapid.T) {
				ref := fmt.Sprint("b-", n)
				_, err := run(s, id("on"), "return", ref, brought(ref, pick(t, refs), clock(at()), 1, "1"), p.Return)
				answered(err)
			},
			"send": func(t *rapid.T) {
				transfer := loyalty.Transfer{Ref: fmt.Sprint("t-", n), At: clock(at()), From: id("from"), To: id("to")}
				if transfer.From == transfer.To {
					return
				}
				if transfer.All = rapid.Bool().Draw(t, "all"); !transfer.All {
					transfer.Points = decimal.New(rapid.Int64Range(1, 40).Draw(t, "points"), 0)
				}
				entries, err := run(s, transfer.From, "send", transfer.Ref, transfer, p.Send)
				answered(err)
				if rapid.Bool().Draw(t, "forward") {
					_ = p.Forward(t.Context(), s.store, loyalty.Parcels(entries)...) // a refusal or a decline
				}
			},
			"join": func(t *rapid.T) {
				joining := loyalty.Joining{Ref: fmt.Sprint("j-", n), At: clock(at()), Member: id("member")}
				_, err := run(s, id("on"), "join", joining.Ref, joining, p.Join)
				answered(err)
			},
			"leave": func(t *rapid.T) {
				leaving := loyalty.Leaving{
					Ref: fmt.Sprint("l-", n), At: clock(at()), Account: id("on"), Member: id("member"),
					Share: loyalty.Share(rapid.IntRange(1, int(loyalty.NoShare)).Draw(t, "share")),
				}
				if leaving.Account == leaving.Member {
					return
				}
				_, err := run(s, leaving.Account, "leave", leaving.Ref, leaving, p.Leave)
				answered(err)
			},
			"sweep": func(t *rapid.T) {
				_ = p.Forward(t.Context(), s.store, s.account(id("on")).Transit...)
			},
			"": func(t *rapid.T) {
				var moved, sent, received int64
				for _, id := range ids {
					a := s.account(id)
					moved += a.Balances.In(loyalty.Moved)
					transit := int64(0)
					for _, parcel := range a.Transit {
						transit += parcel.Transit
						if _, found, _ := s.mem.Committed(t.Context(), parcel.To, "receive:"+parcel.Ref); found {
							received++
						}
					}
					require.Equal(t, transit, a.Balances.In(loyalty.InTransit), id)
					sent += transit
					left := int64(0)
					for _, lot := range a.Lots {
						left += lot.Left
					}
					require.Equal(t, left, a.Balances.In(loyalty.Member))
				}
				if received == 0 {
					require.Zero(t, moved, "%d on the way", sent)
				}
			},
		})
		for range 2 { // finish everything
			for _, id := range ids {
				_ = p.Forward(t.Context(), s.store, s.account(id).Transit...)
			}
		}
		var total loyalty.Balances
		for _, id := range ids {
			a := s.account(id)
			require.Empty(t, a.Transit)
			for book := loyalty.Issued; book.Valid(); book++ {
				total[book] += a.Balances.In(book)
			}
		}
		require.Zero(t, total.In(loyalty.Moved))
		require.Zero(t, total.In(loyalty.InTransit))
	})
}
