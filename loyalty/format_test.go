package loyalty_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/customer/journal/journaltest"
	"github.com/rapport-crm/rapport/loyalty"
)

func TestFacts(t *testing.T) {
	at := clock("2026-03-01 12:00")
	line := items("a", "2", "10.00")
	line.Category, line.Brand, line.Kind, line.Sells = "care", "own", customer.StoreBrand, customer.DeliveryLine
	line.BaseUnits, line.ListPrice, line.Cost = decimal.NewNullDecimal(dec("2")), decimal.NewNullDecimal(dec("6")), decimal.NewNullDecimal(dec("3"))
	line.Tax, line.Deposit, line.NonDiscountable = customer.Tax{Rate: dec("0.19"), Exclusive: true}, dec("0.5"), true
	line.Tenders = []customer.Tender{{Kind: customer.PointsTender, Amount: dec("1")}}
	receipt := bought("r-1", at, line)
	receipt.Shop, receipt.Partner, receipt.Birthday = "s-1", "p-1", day("1990-03-02")
	receipt.Bonus = []loyalty.Bonus{{Line: 1, Offer: "o-1", Points: 5, Sponsor: "p-2"}}
	for _, fact := range []journal.Fact{
		receipt,
		loyalty.Spending{Ref: "p-1", At: at, Points: dec("10"), Sale: "r-1", Bill: dec("20"), Reward: "mug", Partner: "p-1", Until: at.Add(time.Hour)},
		loyalty.Finish{Ref: "f-1", Hold: "h-1", At: at},
		loyalty.Voiding{Ref: "v-1", Sale: "r-1", At: at},
		loyalty.Refund{Ref: "x-1", Payment: "p-1", At: at},
		loyalty.Occasion{Ref: "o-1", Event: "survey", At: at, Customer: "c-2"},
		loyalty.Settling{At: at},
		loyalty.Adjustment{Ref: "a-1", At: at, Points: dec("10"), Reason: "goodwill", Author: "desk-1"},
		loyalty.Grant{Ref: "g-1", At: at, Tier: "gold", Mode: loyalty.AtLeast, From: day("2026-03-01"), Until: day("2026-04-01"), Reason: "match", Author: "desk-1"},
		loyalty.Revocation{Ref: "g-2", Grant: "g-1", At: at, Reason: "mistake", Author: "desk-1"},
		loyalty.Transfer{Ref: "t-1", At: at, From: "c-1", To: "c-2", Points: dec("3"), All: true, Reason: "gift", Author: "desk-1"},
		loyalty.Joining{Ref: "j-1", At: at, Member: "c-2", Reason: "family", Author: "desk-1"},
		loyalty.Leaving{Ref: "l-1", At: at, Account: "h-1", Member: "c-2", Share: loyalty.EvenShare, Reason: "moved out", Author: "desk-1"},
		parcel(),
	} {
		t.Run(fmt.Sprintf("%T", fact), func(t *testing.T) { journaltest.TestFact(t, fact) })
	}
}

func TestStoredTexts(t *testing.T) {
	assert.Equal(t, "issued pending member held redeemed expired partner owed in-transit moved", customertest.Texts[loyalty.Book](t, loyalty.Moved))
	assert.Equal(t, "own even none", customertest.Texts[loyalty.Share](t, loyalty.NoShare))
	assert.Equal(t, "sold earned vested lapsed closed spent set-aside captured released brought taken-back forgiven given-back repaid adjusted active tiered granted revoked sent yielded delivered recalled received declined adopted joined left", customertest.Texts[loyalty.Kind](t, loyalty.Left))
	assert.Equal(t, "spend points visits profit", customertest.Texts[loyalty.Metric](t, loyalty.ByProfit))
	assert.Equal(t, "lifetime calendar anniversary since-tier rolling", customertest.Texts[loyalty.Window](t, loyalty.RollingMonths))
	assert.Equal(t, "never one-step to-earned", customertest.Texts[loyalty.Down](t, loyalty.ToEarned))
	assert.Equal(t, "floor fixed ceiling", customertest.Texts[loyalty.GrantMode](t, loyalty.AtMost))
	assert.Equal(t, "goods tax deposit delivery gift-cards paid-with-points", customertest.Texts[loyalty.Portion](t, loyalty.PaidPoints))
	assert.Equal(t, "floor half-up half-even ceil", customertest.Texts[loyalty.Rounding](t, loyalty.Ceil))
	assert.Equal(t, "receipt day month year lifetime", customertest.Texts[loyalty.Period](t, loyalty.PerLifetime))
	assert.Equal(t, "month quarter year", customertest.Texts[loyalty.CalendarEnd](t, loyalty.EndOfYear))
	assert.Equal(t, "forgive owe others-then-owe others-then-forgive", customertest.Texts[loyalty.Shortfall](t, loyalty.OthersThenForgive))
}

// life is a history with an entry of each kind, and the account that it leads to.
func life(t *testing.T) ([]loyalty.Entry, loyalty.Account) {
	t.Helper()
	rules := ladder(loyalty.SinceTier, 1, loyalty.ToEarned)
	rules.VestDays, rules.Expiry, rules.Shortfall = 1, loyalty.Expiry{IdleMonths: 1}, loyalty.Owe
	rules.ReturnDays = 10
	rules.Caps = []loyalty.Cap{{ID: "month", Per: loyalty.PerMonth, Points: dec("1000")}}
	p := program(t, rules)
	var history []loyalty.Entry
	var a loyalty.Account
	book := func(d loyalty.Decision, err error) {
		t.Helper()
		require.NoError(t, err)
		history, a = append(history, d.Entries...), d.Next
	}
	at := func(text string) string { return "2026-03-" + text }
	book(p.Earn(a, bought("r-1", clock(at("01 12:00")), items("a", "4", "400.00"))))
	book(p.Redeem(a, loyalty.Spending{Ref: "p-1", At: clock(at("02 12:00")), Points: dec("30"), Sale: "r-2", Bill: dec("3.00")}))
	book(p.Hold(a, loyalty.Spending{Ref: "h-1", At: clock(at("02 13:00")), Points: dec("6"), Until: clock(at("02 14:00"))}))
	book(p.Hold(a, loyalty.Spending{Ref: "h-2", At: clock(at("02 13:01")), Points: dec("2"), Partner: "p-1", Until: clock(at("02 14:00"))}))
	book(p.Capture(a, loyalty.Finish{Ref: "f-1", Hold: "h-2", At: clock(at("02 13:02"))}))
	book(p.Return(a, brought("b-1", "r-1", clock(at("03 12:00")), 1, "2")))
	book(p.Adjust(a, loyalty.Adjustment{Ref: "a-1", At: clock(at("04 12:00")), Points: dec("10"), Reason: "goodwill", Author: "desk-1"}))
	book(p.Refund(a, loyalty.Refund{Ref: "x-1", Payment: "p-1", At: clock(at("05 12:00"))}))
	rules.Shortfall, rules.Version = loyalty.Forgive, 2
	p = program(t, rules)
	book(p.Redeem(a, loyalty.Spending{Ref: "p-2", At: clock(at("06 12:00")), Points: dec("28")}))
	book(p.Return(a, brought("b-2", "r-1", clock(at("07 12:00")), 1, "1")))
	book(p.Adjust(a, loyalty.Adjustment{Ref: "a-3", At: clock(at("08 12:00")), Points: dec("5"), Reason: "goodwill", Author: "desk-1"}))
	book(p.Settle(a, clock("2026-04-20 12:00")))
	book(p.Earn(a, bought("r-3", clock("2026-04-20 12:00"), items("a", "1", "45.00"))))
	book(p.Adjust(a, loyalty.Adjustment{Ref: "a-2", At: clock("2026-04-21 12:00"), Points: dec("3"), Reason: "goodwill", Author: "desk-1"}))
	book(p.Hold(a, loyalty.Spending{Ref: "h-3", At: clock("2026-04-21 13:00"), Points: dec("1"), Until: clock("2026-04-21 14:00")}))
	book(p.Grant(a, loyalty.Grant{Ref: "g-1", At: clock("2026-04-21 13:00"), Tier: "gold", Mode: loyalty.AtMost, Until: day("2026-05-01"), Reason: "fraud", Author: "desk-1"}))
	book(p.Grant(a, loyalty.Grant{Ref: "g-2", At: clock("2026-04-21 13:00"), Tier: "silver", Mode: loyalty.AtLeast, Reason: "trial", Author: "desk-1"}))
	book(p.Revoke(a, loyalty.Revocation{Ref: "g-3", Grant: "g-2", At: clock("2026-04-21 13:00"), Reason: "mistake", Author: "desk-1"}))
	receipt := bought("r-4", clock("2026-05-01 12:00"), items("a", "2", "60.00"))
	receipt.Customer = "c-9"
	book(p.Join(a, loyalty.Joining{Ref: "j-1", At: clock("2026-05-01 09:00"), Member: "c-9", Reason: "family", Author: "desk-1"}))
	book(p.Earn(a, receipt))
	book(p.Leave(a, loyalty.Leaving{Ref: "l-1", At: clock("2026-05-01 13:00"), Account: "c-1", Member: "c-9", Share: loyalty.OwnShare, Reason: "moved out"}))
	book(p.Deliver(a, a.Transit[0]))
	book(p.Decline(a, loyalty.Parcel{Ref: "t-1", At: clock("2026-05-01 14:00"), From: "c-8", To: "c-1", Transit: 2, Lots: []loyalty.Lot{{No: 7, Earned: day("2026-05-01"), Left: 2}}}))
	book(p.Receive(a, loyalty.Parcel{
		Ref: "t-2", At: clock("2026-05-01 14:00"), From: "c-8", To: "c-1", Transit: 2, Lots: []loyalty.Lot{{No: 7, Earned: day("2026-05-01"), Left: 2}},
		Sales: []loyalty.Sale{{Ref: "r-8", On: day("2026-05-01"), Closes: day("2026-05-12"), Lot: 7, Given: 2, Lines: []loyalty.SoldLine{{Units: 1000, Given: 2, Spend: 2000}}}},
	}))
	book(p.Send(a, loyalty.Transfer{Ref: "t-3", At: clock("2026-05-01 15:00"), From: "c-1", To: "c-8", Points: dec("2")}))
	book(p.Recall(a, a.Transit[0]))
	return history, a
}

// parcel is one with all that there can be in it.
func parcel() loyalty.Parcel {
	figures := loyalty.Figures{Spend: 1, Points: 2, Visits: 3, Profit: 4}
	return loyalty.Parcel{
		Ref: "t-1", At: clock("2026-03-01 12:00"), From: "c-1", To: "c-2", Owed: 3, Transit: 5,
		Lots: []loyalty.Lot{{No: 1, Earned: day("2026-03-01"), Vests: day("2026-03-02"), Until: day("2026-04-02"), Idle: true, Of: 1, Left: 4, Held: 5}},
		Sales: []loyalty.Sale{{
			Ref: "r-1", On: day("2026-03-01"), Closes: day("2026-03-12"), Lot: 2, Given: 3, Taken: 1, Expired: 1, Partner: "p-1", Of: 1, Counts: true,
			Lines:   []loyalty.SoldLine{{Units: 1000, Returned: 1, Given: 3, Tender: 4, Spend: 5, Profit: 6}},
			Charges: []loyalty.Charge{{To: "p-2", Points: 1}},
		}},
		Payments: []loyalty.Payment{{
			Ref: "p-1", Sale: "r-1", To: loyalty.Redeemed, Partner: "p-1", Closes: day("2026-03-12"),
			Parts: []loyalty.Part{{Lot: 3, Earned: day("2026-03-01"), Until: day("2026-04-02"), Idle: true, Of: 1, Points: 5, Back: 1}},
		}},
		Counted: &loyalty.Counted{
			Days: []loyalty.Day{{On: day("2026-03-01"), Of: 1, Figures: figures}}, Lifetime: figures, Purchases: 2,
			Used: []loyalty.Use{{Cap: "month", Period: day("2026-03-01"), Of: 1, Points: 9}}, Joined: day("2026-03-01"),
			Standing: loyalty.Standing{
				Tier: "gold", Was: "silver", Since: day("2026-03-01"), Ends: day("2027-01-01"), Until: day("2027-02-01"), Counted: figures,
				Ground: loyalty.Ground{From: day("2026-01-01"), Until: day("2026-03-02"), Figures: figures},
				Under:  []loyalty.Rung{{Tier: "silver", Until: day("2027-01-01"), Ground: loyalty.Ground{From: day("2026-01-01"), Until: day("2026-02-02"), Figures: figures}}},
			},
			Grants:  []loyalty.Granted{{Ref: "g-1", Tier: "gold", Mode: loyalty.AtLeast, From: day("2026-03-01"), Until: day("2026-04-01"), Of: 1}},
			Members: []loyalty.Sharer{{ID: "c-3", Since: day("2026-03-01"), Left: day("2026-04-01"), Lifetime: figures, Purchases: 2}},
		},
		IdleUntil: day("2026-06-01"),
	}
}

// The stored form of entries and accounts. A changed line is a migration of data.
func TestGoldenFormat(t *testing.T) {
	history, account := life(t)
	var lines []string
	seen := make(map[loyalty.Kind]bool)
	for _, e := range history {
		if !seen[e.Kind] {
			text, err := json.Marshal(e)
			require.NoError(t, err)
			lines = append(lines, string(text))
		}
		seen[e.Kind] = true
	}
	assert.Len(t, seen, int(loyalty.Left), "an entry of each kind")
	text, err := json.MarshalIndent(account, "", "\t")
	require.NoError(t, err)
	customertest.Golden(t, "entries.golden", strings.Join(lines, "\n")+"\n")
	customertest.Golden(t, "account.golden", string(text)+"\n")

	stored, err := json.Marshal(history)
	require.NoError(t, err)
	var read []loyalty.Entry
	require.NoError(t, json.Unmarshal(stored, &read))
	replayed, err := loyalty.Replay(read)
	require.NoError(t, err)
	again, err := json.MarshalIndent(replayed, "", "\t")
	require.NoError(t, err)
	assert.Equal(t, string(text), string(again))
}

func TestEntriesThatDoNotFit(t *testing.T) {
	history, _ := life(t)
	for name, change := range map[string]func(e *loyalty.Entry){
		"another version": func(e *loyalty.Entry) { e.Version = 2 },
		"no kind":         func(e *loyalty.Entry) { e.Kind = 0 },
		"another book":    func(e *loyalty.Entry) { e.To = loyalty.Owed },
		"points below 0":  func(e *loyalty.Entry) { e.Points = -1 },
		"too many points": func(e *loyalty.Entry) { e.Points = loyalty.MaxPoints + 1 },
		"another lot":     func(e *loyalty.Entry) { e.Lot = 9 },
		"no such sale":    func(e *loyalty.Entry) { e.Sale = "r-9" },
	} {
		changed := append([]loyalty.Entry(nil), history[:4]...)
		change(&changed[1]) // earned
		_, err := loyalty.Replay(changed)
		require.ErrorIs(t, err, loyalty.ErrBroken, name)
	}
	for skipped := range history[:len(history)-1] {
		if kind := history[skipped].Kind; kind == loyalty.Active || kind == loyalty.Adjusted || kind == loyalty.Tiered || kind == loyalty.Declined ||
			kind == loyalty.Granting || kind == loyalty.Revoked || skipped > len(history)-6 { // nothing need depend on them
			continue
		}
		_, err := loyalty.Replay(append(append([]loyalty.Entry(nil), history[:skipped]...), history[skipped+1:]...))
		require.ErrorIs(t, err, loyalty.ErrBroken, "without entry %d, %s", skipped+1, history[skipped].Kind)
	}
}

func TestExplainKnowsEveryCode(t *testing.T) {
	rules := drugstore()
	rules.PointDigits = 1
	p := program(t, rules)
	var told []string
	for _, code := range customertest.Codes(t, "reason.go") {
		reason := customer.Reason{Code: code, Rule: "card/1 base", Fact: 15, Mark: 30, On: day("2026-03-01"), By: day("2026-03-08")}
		english, chinese := p.Explain(reason, customer.English), p.Explain(reason, customer.Chinese)
		for _, text := range []string{english, chinese} {
			assert.NotContains(t, text, "%!", code)
			assert.NotContains(t, text, code)
		}
		assert.True(t, strings.ContainsFunc(chinese, func(r rune) bool { return unicode.Is(unicode.Han, r) }), code)
		assert.False(t, strings.ContainsFunc(english, func(r rune) bool { return unicode.Is(unicode.Han, r) }), code)
		assert.Equal(t, english, p.Explain(reason, 0), "a language that is not known reads English")
		told = append(told, code+"\n\t"+english+"\n\t"+chinese)
	}
	customertest.Golden(t, "reasons.golden", strings.Join(told, "\n")+"\n")
	assert.Equal(t, "other.code", p.Explain(customer.Reason{Code: "other.code"}, customer.Chinese))
}
