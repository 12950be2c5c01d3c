package loyalty_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/loyalty"
)

// regular is an account of somebody who has come so often, every second day up to
// 1 March 2026: most sales are closed, and their lots are open.
func regular(b *testing.B, p *loyalty.Program, lots int) (loyalty.Account, []loyalty.Entry) {
	b.Helper()
	var account loyalty.Account
	var history []loyalty.Entry
	last := clock("2026-03-01 12:00")
	for i := range lots {
		at := last.AddDate(0, 0, -2*(lots-1-i))
		decision, err := p.Earn(account, bought(fmt.Sprint("r", i), at, item("a", "50.00")))
		require.NoError(b, err)
		account = decision.Next
		history = append(history, decision.Entries...)
	}
	return account, history
}

// A receipt of 20 lines under 50 rules, of which one gives for all lines and five for
// one line each, on an account of 200 open lots. The decision contains the account after
// it, so applying is part of it.
func BenchmarkEarn(b *testing.B) {
	rules := drugstore()
	rules.Expiry = loyalty.Expiry{}
	for i := range 49 {
		rules.Earnings = append(rules.Earnings, loyalty.Earning{ID: fmt.Sprint("e", i), Each: dec("1"), When: loyalty.When{SKUs: []string{fmt.Sprint("s", 4*i)}}})
	}
	p, err := loyalty.NewProgram(rules, time.UTC)
	require.NoError(b, err)
	account, _ := regular(b, p, 200)
	require.Len(b, account.Lots, 200)
	var lines []customer.Line
	for i := range 20 {
		lines = append(lines, item(fmt.Sprint("s", i), "9.99"))
	}
	receipt := bought("new", clock("2026-03-02 12:00"), lines...)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := p.Earn(account, receipt); err != nil {
			b.Fatal(err)
		}
	}
}

// The history of 200 purchases and what closed between them.
func BenchmarkReplay(b *testing.B) {
	rules := drugstore()
	rules.Expiry = loyalty.Expiry{}
	p, err := loyalty.NewProgram(rules, time.UTC)
	require.NoError(b, err)
	account, history := regular(b, p, 200)
	b.ReportAllocs()
	for b.Loop() {
		replayed, err := loyalty.Replay(history)
		if err != nil || replayed.Entries != account.Entries {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(history))*float64(b.N)/b.Elapsed().Seconds(), "entries/s")
}

// A payment that takes from two of 10,000 open lots.
func BenchmarkRedeem10000Lots(b *testing.B) {
	rules := drugstore()
	rules.Expiry = loyalty.Expiry{}
	p, err := loyalty.NewProgram(rules, time.UTC)
	require.NoError(b, err)
	account, _ := regular(b, p, 10_000)
	require.Len(b, account.Lots, 10_000)
	spending := loyalty.Spending{Ref: "pay", At: clock("2026-03-02 12:00"), Points: dec("8")}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := p.Redeem(account, spending); err != nil {
			b.Fatal(err)
		}
	}
}
