package digest_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/task"
	"github.com/rapport-crm/rapport/customer/task/digest"
)

func day(tb testing.TB, text string) customer.Date {
	tb.Helper()
	d, err := customer.ParseDate(text)
	require.NoError(tb, err)
	return d
}

// chart is a shop of two teams: the head, her deputies ann and bea, and theirs.
func chart(tb testing.TB) task.Chart {
	tb.Helper()
	return task.Chart{Keeper: "desk", People: []task.Person{
		{ID: "head"},
		{ID: "desk", Manager: "head"},
		{ID: "ann", Manager: "head", Skills: []string{"servers", "key-accounts"}, Desks: []string{"north"}},
		{ID: "bea", Manager: "head", Skills: []string{"servers"}, Desks: []string{"south"}},
		{ID: "cid", Manager: "ann", Desks: []string{"north"}},
		{ID: "dan", Manager: "ann", Desks: []string{"north", "south"}, Away: []task.Absence{{From: day(tb, "2026-11-23"), Through: day(tb, "2026-11-27")}}},
		{ID: "eve", Manager: "bea", Left: day(tb, "2026-11-01")},
		{ID: "fay", Manager: "eve", Joined: day(tb, "2026-12-01")},
	}}
}

func staffOf(tb testing.TB, c task.Chart) *task.Staff {
	tb.Helper()
	staff, err := task.NewStaff(c)
	require.NoError(tb, err)
	return staff
}

// codes are those of a refusal, in their order; no error has none.
func codes(tb testing.TB, err error) []string {
	tb.Helper()
	var refusal *customer.Refusal
	if err == nil {
		return nil
	}
	require.ErrorAs(tb, err, &refusal)
	var all []string
	for _, one := range refusal.Missing {
		require.NotEmpty(tb, one.Rule)
		all = append(all, one.Code)
	}
	return all
}

func text(tb testing.TB, value any) string {
	tb.Helper()
	data, err := json.MarshalIndent(value, "", "\t")
	require.NoError(tb, err)
	return string(data) + "\n"
}

// rules are those of a shop whose digests have five rows.
func rules() digest.Rules {
	return digest.Rules{
		Edition: customer.Edition{ID: "morning", Version: 3}, Currency: customer.Currency{Code: "CNY", Digits: 2}, Importance: 500, AmountMinor: 1_000_000,
		AheadDays: 2, ImportantAheadDays: 7, Most: 5,
		Rises: []digest.Rise{
			{ID: "key", Importance: 800, Levels: 1},
			{ID: "money", AmountMinor: 5_000_000, Levels: 2},
			{ID: "late", Kinds: []string{"promise", "case"}, OverdueDays: 3, Levels: 1},
			{ID: "burning", Importance: 500, OverdueDays: 10, Levels: 3},
		},
	}
}

// policy is the compiled rule book.
func policy(tb testing.TB, r digest.Rules) *digest.Policy {
	tb.Helper()
	p, err := digest.New(r)
	require.NoError(tb, err)
	return p
}
