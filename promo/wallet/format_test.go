package wallet_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/customer/journal/journaltest"
	"github.com/rapport-crm/rapport/promo/wallet"
)

func TestFacts(t *testing.T) {
	at, g, r := clock("2026-11-02 12:00"), shared("a"), run("a", 1, 1, 1)
	g.Permille, r.From = 300, 1
	for _, fact := range []journal.Fact{
		list("l-1", g),
		wallet.Redemption{Ref: "r", At: at, Hold: "h", Runs: []wallet.Run{r}},
		wallet.Finish{Ref: "f", Hold: "h", At: at},
		wallet.Voiding{Ref: "v", Sale: "r", At: at},
	} {
		t.Run(fmt.Sprintf("%T", fact), func(t *testing.T) { journaltest.TestFact(t, fact) })
	}
}

func TestStoredTexts(t *testing.T) {
	assert.Equal(t, "issued set-aside released redeemed brought given-back reopened closed expired", customertest.Texts[wallet.Kind](t, wallet.Expired))
	assert.Equal(t, "open held used", customertest.Texts[wallet.State](t, wallet.Used))
	assert.Equal(t, "reopen spend", customertest.Texts[wallet.Returned](t, wallet.Spend))
}

// life is a history with an entry of each kind.
func life(t *testing.T) *purse {
	t.Helper()
	p := opened(t, rules(), shared("a"), shared("b"), grant("c"), grant("d"))
	p.book(p.r.Hold(p.wallet, redemption("h-1", "2026-11-02 12:00", run("a", 1, 3, 100), run("b", 2, 1, 50))))
	p.book(p.r.Release(p.wallet, wallet.Finish{Ref: "f-1", Hold: "h-1", At: clock("2026-11-02 12:01")}))
	p.book(p.r.Hold(p.wallet, redemption("h-2", "2026-11-02 12:02", run("a", 1, 3, 100))))
	p.book(p.r.Redeem(p.wallet, wallet.Redemption{Ref: "r-1", Hold: "h-2", At: clock("2026-11-02 12:03")}))
	p.book(p.r.Redeem(p.wallet, redemption("r-2", "2026-11-02 13:00", run("b", 1, 1, 5))))
	p.book(p.r.Return(p.wallet, brought("b-1", "r-1", "2026-11-03 12:00", 1, "1")))
	p.book(p.r.Void(p.wallet, wallet.Voiding{Ref: "v-1", Sale: "r-1", At: clock("2026-11-04 12:00")}))
	p.book(p.r.Settle(p.wallet, clock("2026-11-17 00:00")))
	p.book(p.r.Redeem(p.wallet, redemption("r-3", "2026-11-30 13:00", run("c", 1, 1, 5))))
	p.book(p.r.Settle(p.wallet, clock("2026-12-01 00:00")))
	issue := list("l-2", grant("e"))
	issue.At, issue.Coupons[0].Until = clock("2026-12-02 12:00"), 0
	p.book(p.r.Issue(p.wallet, issue))
	p.book(p.r.Hold(p.wallet, redemption("h-3", "2026-12-02 12:02", run("e", 1, 1, 9))))
	return p
}

// The stored form of entries and wallets. A changed line is a migration of data.
func TestGoldenFormat(t *testing.T) {
	p := life(t)
	var lines []string
	seen := make(map[wallet.Kind]bool)
	for _, e := range p.history {
		if !seen[e.Kind] {
			text, err := json.Marshal(e)
			require.NoError(t, err)
			lines = append(lines, string(text))
		}
		seen[e.Kind] = true
	}
	assert.Len(t, seen, int(wallet.Expired), "an entry of each kind")
	customertest.Golden(t, "entries.golden", strings.Join(lines, "\n")+"\n")
	text, err := json.MarshalIndent(p.wallet, "", "\t")
	require.NoError(t, err)
	customertest.Golden(t, "wallet.golden", string(text)+"\n")

	stored, err := json.Marshal(p.history)
	require.NoError(t, err)
	var read []wallet.Entry
	require.NoError(t, json.Unmarshal(stored, &read))
	replayed, err := wallet.Replay(read)
	require.NoError(t, err)
	assert.Equal(t, image(t, p.wallet), image(t, replayed))

	bill, err := p.r.Bill(november())
	require.NoError(t, err)
	require.NoError(t, bill.Add("c-1", p.history))
	data, err := bill.MarshalBinary()
	require.NoError(t, err)
	customertest.Golden(t, "bill.golden", fmt.Sprintf("%x\n", data))
}

func TestEntriesThatDoNotFit(t *testing.T) {
	p := life(t)
	for name, change := range map[string]func(e *wallet.Entry){
		"another version": func(e *wallet.Entry) { e.Version = 2 },
		"no kind":         func(e *wallet.Entry) { e.Kind = 0 },
		"another coupon":  func(e *wallet.Entry) { e.Coupon = "x" },
		"runs":            func(e *wallet.Entry) { e.Runs[0].Units = 0 },
		"sum":             func(e *wallet.Entry) { e.Saved++ },
	} {
		changed := life(t).history[:5]
		change(&changed[4])
		_, err := wallet.Replay(changed)
		require.ErrorIs(t, err, wallet.ErrBroken, name)
	}
	_, err := p.wallet.Apply(p.history[4])
	require.ErrorIs(t, err, wallet.ErrBroken)
}

func TestExplainKnowsEveryCode(t *testing.T) {
	r := register(t, rules())
	var told []string
	for _, code := range customertest.Codes(t, "reason.go") {
		reason := customer.Reason{Code: code, Rule: "tea-3", Fact: 150, Mark: 300, On: day("2026-11-02"), By: day("2026-12-01"), Until: clock("2026-11-02 12:15")}
		english, chinese := r.Explain(reason, customer.English), r.Explain(reason, customer.Chinese)
		for _, text := range []string{english, chinese} {
			assert.NotContains(t, text, "%!")
			assert.NotContains(t, text, reason.Code)
		}
		assert.True(t, strings.ContainsFunc(chinese, func(c rune) bool { return unicode.Is(unicode.Han, c) }))
		told = append(told, reason.Code+"\n\t"+english+"\n\t"+chinese)
	}
	customertest.Golden(t, "reasons.golden", strings.Join(told, "\n")+"\n")
	assert.Equal(t, "other.code", r.Explain(customer.Reason{Code: "other.code"}, customer.Chinese))
}
