package handover_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/task"
	"github.com/rapport-crm/rapport/customer/task/handover"
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

// rules are those of a shop in which a customer is as much load as three things of hers.
func rules() handover.Rules {
	return handover.Rules{
		Edition: customer.Edition{ID: "leaving", Version: 1}, Loads: []handover.KindLoad{{Kind: "customer", Load: 3}, {Kind: "note", Load: 0}}, SlackPermille: 150, TellDays: 5, TellWithinDays: 3,
	}
}

// policy is the compiled rule book.
func policy(tb testing.TB, r handover.Rules) *handover.Policy {
	tb.Helper()
	p, err := handover.New(r)
	require.NoError(tb, err)
	return p
}

// items draws items of a small world, each of its own name.
func items() *rapid.Generator[[]task.Item] {
	return rapid.Custom(func(t *rapid.T) []task.Item {
		n := rapid.IntRange(0, 60).Draw(t, "items")
		all := make([]task.Item, n)
		for i := range all {
			all[i] = task.Item{
				Kind: rapid.SampledFrom([]string{"promise", "visit", "customer"}).Draw(t, "kind"), ID: fmt.Sprint("i-", i),
				Customer:   customer.ID(rapid.SampledFrom([]string{"", "c-1", "c-2", "c-3", "c-4", "c-5"}).Draw(t, "customer")),
				Owner:      rapid.SampledFrom([]string{"", "ann", "bea", "cid", "dan", "eve", "fay", "head", "zoe"}).Draw(t, "owner"),
				Importance: rapid.SampledFrom([]int{0, 0, 499, 500, 800, 1000}).Draw(t, "importance"),
				Due:        customer.Date(739_580 + rapid.IntRange(-12, 9).Draw(t, "due")), // 2025-11-25, give or take
			}
			if rapid.IntRange(0, 4).Draw(t, "undated") == 0 {
				all[i].Due = 0
			}
			if rapid.IntRange(0, 3).Draw(t, "amount") == 0 {
				all[i].AmountMinor = rapid.SampledFrom([]int64{999_999, 1_000_000, 5_000_000}).Draw(t, "minor")
			}
		}
		return all
	})
}
