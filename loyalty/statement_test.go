package loyalty_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/loyalty"
)

// A year of one member, month by month: every statement opens with what the one before
// closed with, and its entries make up the difference, book by book.
func TestStatementsReconcile(t *testing.T) {
	rules := drugstore()
	rules.Expiry = loyalty.Expiry{Months: 12}
	program, err := loyalty.NewProgram(rules, time.UTC)
	require.NoError(t, err)
	var account loyalty.Account
	var history []loyalty.Entry
	book := func(decision loyalty.Decision, err error) {
		t.Helper()
		require.NoError(t, err)
		account, history = decision.Next, append(history, decision.Entries...)
	}
	book(program.Earn(account, bought("r-1", clock("2026-01-10 12:00"), item("a", "125.00"))))
	book(program.Redeem(account, loyalty.Spending{Ref: "p-1", At: clock("2026-02-03 12:00"), Points: dec("5")}))
	book(program.Earn(account, bought("r-2", clock("2026-02-28 23:59"), item("a", "80.00"))))
	book(program.Void(account, loyalty.Voiding{Ref: "v-1", Sale: "r-2", At: clock("2026-03-01 00:00")}))
	book(program.Earn(account, bought("late", clock("2026-01-31 12:00"), item("a", "30.00")))) // reported in March
	book(program.Settle(account, clock("2027-06-01 12:00")))

	day := func(text string) customer.Date {
		parsed, err := customer.ParseDate(text)
		require.NoError(t, err)
		return parsed
	}
	first := day("2026-01-01")
	var previous loyalty.Balances
	kinds := []loyalty.Kind{loyalty.Earned, loyalty.Spent, loyalty.TakenBack, loyalty.Lapsed}
	moved := make([]int64, len(kinds))
	for month := range 18 {
		period := population.Period{From: first.AddMonths(month), Until: first.AddMonths(month + 1)}
		statement, err := program.Statement(history, period)
		require.NoError(t, err)
		assert.Equal(t, previous, statement.Opening, period.From)
		closing := statement.Opening
		for _, entry := range statement.Entries {
			assert.True(t, period.Contains(customer.DateOf(entry.At, time.UTC)))
			closing[entry.From] -= entry.Points
			closing[entry.To] += entry.Points
		}
		assert.Equal(t, statement.Closing, closing)
		assert.Zero(t, statement.Closing.Sum())
		for i, kind := range kinds {
			moved[i] += statement.Of(kind)
		}
		previous = statement.Closing
	}
	assert.Equal(t, account.Balances, previous, "the last closing is the account")
	assert.Equal(t, []int64{12 + 8 + 3, 5, 8, 10}, moved, kinds)

	january, err := program.Statement(history, population.Period{From: first, Until: first.AddMonths(1)})
	require.NoError(t, err)
	assert.EqualValues(t, 15, january.Of(loyalty.Earned), "the late sale stands where it happened")

	_, err = program.Statement([]loyalty.Entry{{Version: 1, Kind: loyalty.Earned, From: loyalty.Member, To: loyalty.Issued, Points: 1}}, population.Period{From: 1, Until: 2})
	require.ErrorIs(t, err, loyalty.ErrBroken)
	_, err = program.Statement(history, population.Period{})
	faults := customer.Faults(nil)
	require.ErrorAs(t, err, &faults)
}

// What lapses soon, by its last day: both sides of the day that is asked for.
func TestLapsing(t *testing.T) {
	rules := drugstore()
	rules.Expiry = loyalty.Expiry{Days: 30}
	program, err := loyalty.NewProgram(rules, time.UTC)
	require.NoError(t, err)
	var account loyalty.Account
	for ref, at := range map[string]string{"r-1": "2026-03-01 09:00", "r-2": "2026-03-01 18:00", "r-3": "2026-03-05 12:00"} {
		decision, err := program.Earn(account, bought(ref, clock(at), item("a", "50.00")))
		require.NoError(t, err)
		account = decision.Next
	}
	end, err := customer.NewDate(2026, time.March, 31)
	require.NoError(t, err)
	assert.Empty(t, account.Lapsing(end.AddDays(-1)))
	assert.Equal(t, []loyalty.Lapse{{On: end, Points: 10}}, account.Lapsing(end))
	assert.Equal(t, []loyalty.Lapse{{On: end, Points: 10}}, account.Lapsing(end.AddDays(3)))
	assert.Equal(t, []loyalty.Lapse{{On: end, Points: 10}, {On: end.AddDays(4), Points: 5}}, account.Lapsing(end.AddDays(4)))
	assert.Len(t, account.Lapsing(customer.MaxDate), 2)

	before, err := program.Settle(account, end.AddDays(1).Start(time.UTC).Add(-time.Nanosecond))
	require.NoError(t, err)
	assert.EqualValues(t, 15, before.Next.Balances.In(loyalty.Member), "they may be spent through their last day")
	after, err := program.Settle(account, end.AddDays(1).Start(time.UTC))
	require.NoError(t, err)
	assert.EqualValues(t, 5, after.Next.Balances.In(loyalty.Member))
}
