package entitlement_test

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/complaint/entitlement"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/calendar"
	"github.com/rapport-crm/rapport/customer/customertest"
)

// The stored texts.
func TestStoredTexts(t *testing.T) {
	assert.Equal(t, "return exchange repair", customertest.Texts(t, entitlement.Repair))
	assert.Equal(t, "purchase delivery installation", customertest.Texts(t, entitlement.FromInstallation))
	assert.Equal(t, "parts-missing repairer-fault", customertest.Texts(t, entitlement.RepairerFault))
	assert.Equal(t, "floor half-up half-even ceil", customertest.Texts(t, entitlement.Ceil))
}

// Rules that are malformed: each fault by its path, all at once.
func TestRulesFaults(t *testing.T) {
	for _, tc := range []struct {
		name   string
		change func(*entitlement.Rules)
		want   []string
	}{
		{"no edition", func(r *entitlement.Rules) { r.Edition = customer.Edition{} }, []string{"id", "version"}},
		{"a currency that is none", func(r *entitlement.Rules) { r.Currency.Code = "yuan" }, []string{"currency.code"}},
		{"no terms", func(r *entitlement.Rules) { r.Terms = nil }, []string{"terms"}},
		{"terms without name", func(r *entitlement.Rules) { r.Terms[0].ID = "" }, []string{"terms[0].id"}},
		{"terms twice", func(r *entitlement.Rules) { r.Terms[1].ID = r.Terms[0].ID }, []string{"terms[1].id"}},
		{"a season that ends before it begins", func(r *entitlement.Rules) { r.Terms[0].From, r.Terms[0].Until = 9, 9 }, []string{"terms[0].until"}},
		{"days that are none", func(r *entitlement.Rules) { r.Terms[0].From, r.Terms[0].Until = -1, customer.MaxDate+1 }, []string{"terms[0].from", "terms[0].until"}},
		{"a product twice", func(r *entitlement.Rules) { r.Terms[0].Products = []string{"a", "a"} }, []string{"terms[0].products[1]"}},
		{"an empty exception", func(r *entitlement.Rules) { r.Terms[0].Except = []string{""} }, []string{"terms[0].except[0]"}},
		{"no grants", func(r *entitlement.Rules) { r.Terms[0].Grants = nil }, []string{"terms[0].grants"}},
		{"a grant twice", func(r *entitlement.Rules) { r.Terms[0].Grants[1].ID = "seven" }, []string{"terms[0].grants[1].id"}},
		{"no remedy", func(r *entitlement.Rules) { r.Terms[0].Grants[0].Remedy = 0 }, []string{"terms[0].grants[0].remedy"}},
		{"no window", func(r *entitlement.Rules) { r.Terms[0].Grants[0].Window = entitlement.Window{} }, []string{"terms[0].grants[0].window", "terms[0].grants[0].window.counted"}},
		{"two lengths", func(r *entitlement.Rules) { r.Terms[0].Grants[0].Window.Months = 1 }, []string{"terms[0].grants[0].window"}},
		{"repairs that prolong what has no end", func(r *entitlement.Rules) {
			r.Terms[0].Grants[0].Window = entitlement.Window{Lifetime: true, RepairsProlong: true, Counted: entitlement.FromPurchase}
		}, []string{"terms[0].grants[0].window.repairs_prolong"}},
		{"a window below 0", func(r *entitlement.Rules) { r.Terms[0].Grants[0].Window.Days = -1 }, []string{"terms[0].grants[0].window.days"}},
		{"a last day that is none", func(r *entitlement.Rules) {
			r.Terms[0].Grants[0].Window = entitlement.Window{LastDay: -4, Counted: entitlement.FromPurchase}
		}, []string{"terms[0].grants[0].window.last_day"}},
		{"trouble below 0", func(r *entitlement.Rules) {
			r.Terms[0].Grants[0].Trouble = entitlement.Trouble{FailedRepairs: -1, PartsMissingDays: -1, RepairerFaultDays: -1}
		}, []string{"terms[0].grants[0].trouble.failed_repairs", "terms[0].grants[0].trouble.parts_missing_days", "terms[0].grants[0].trouble.repairer_fault_days"}},
		{"a fee without rate or rounding", func(r *entitlement.Rules) { r.Terms[0].Grants[0].Fee = entitlement.Fee{FreeDays: 1} }, []string{
			"terms[0].grants[0].fee.daily_permille", "terms[0].grants[0].fee.rounding",
		}},
		{"a rate of four decimals", func(r *entitlement.Rules) {
			r.Terms[0].Grants[0].Fee = entitlement.Fee{DailyPermille: decimal.RequireFromString("0.0005"), MostPermille: 1001, Rounding: entitlement.Floor}
		}, []string{"terms[0].grants[0].fee.daily_permille", "terms[0].grants[0].fee.most_permille"}},
		{"a fee on a repair", func(r *entitlement.Rules) {
			r.Terms[0].Grants[2].Fee = entitlement.Fee{DailyPermille: decimal.RequireFromString("1"), Rounding: entitlement.Floor}
		}, []string{"terms[0].grants[2].fee"}},
		{"a fee without a currency", func(r *entitlement.Rules) {
			r.Currency = customer.Currency{}
			r.Terms[0].Grants[0].Fee = entitlement.Fee{DailyPermille: decimal.RequireFromString("1"), Rounding: entitlement.Floor}
		}, []string{"terms[0].grants[0].fee"}},
		{"a refund in two units", func(r *entitlement.Rules) {
			r.Terms[0].Grants[0].Refund = calendar.Budget{CalendarDays: 7, WorkingDays: 5}
		}, []string{"terms[0].grants[0].refund"}},
		{"a refund of an exchange", func(r *entitlement.Rules) {
			r.Terms[0].Grants[1].Refund = calendar.Budget{CalendarDays: 7}
		}, []string{"terms[0].grants[1].refund"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			rules := rulesOf(t, "shoes.json")
			tc.change(&rules)
			_, err := entitlement.New(rules)
			assert.Equal(t, tc.want, customertest.Paths(t, err))
		})
	}
}

// Rules survive JSON, and a book keeps nothing of their memory.
func TestRulesAreData(t *testing.T) {
	rules := rulesOf(t, "shoes.json")
	data, err := json.Marshal(rules)
	require.NoError(t, err)
	read, err := entitlement.ParseRules(data)
	require.NoError(t, err)
	assert.Equal(t, rules, read)

	book := newBook(t, rules)
	item := entitlement.Item{Category: "shoes", Bought: day(t, "2011-11-26"), Proof: true, Defect: "colour"}
	before, err := book.Of(item, item.Bought)
	require.NoError(t, err)
	rules.Terms[0].Grants[0].Window.Days, rules.Terms[0].Grants[0].Defects[0] = 1, "none"
	rules.Terms[0].Categories[0], rules.Terms[1].Except[0] = "none", "shoes"
	after, err := book.Of(item, item.Bought)
	require.NoError(t, err)
	assert.Equal(t, before, after)
}

// Rule files come from outside: whatever stands in them, they are refused with Faults, or make
// books that answer.
func FuzzRules(f *testing.F) {
	data, err := json.Marshal(rulesOf(f, "shoes.json"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Fuzz(func(t *testing.T, data []byte) {
		rules, err := entitlement.ParseRules(data)
		if err != nil {
			return
		}
		var faults customer.Faults
		var refusal *customer.Refusal
		book, err := entitlement.New(rules)
		if err != nil {
			require.ErrorAs(t, err, &faults)
			return
		}
		bought := day(t, "2011-11-26")
		rights, err := book.Of(entitlement.Item{Category: "shoes", Bought: bought, Repairs: []entitlement.Fix{{From: bought + 1}}}, bought+5)
		if err != nil && !errors.As(err, &refusal) && !errors.As(err, &faults) {
			t.Errorf("neither Faults nor a Refusal: %v", err)
		}
		for _, right := range rights.All {
			if right.FeeMinor != 0 || right.RefundMinor != 0 {
				t.Errorf("money of goods that cost nothing: %+v", right)
			}
		}
	})
}
