package personal_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/lifecycle"
	"github.com/rapport-crm/rapport/promo/personal"
)

// The codes and texts of the package. A code that is missing here, or renamed, fails
// the test: codes are stored, and renaming one is a migration.
func TestExplain(t *testing.T) {
	seen := map[string]bool{}
	for _, tc := range []struct {
		reason           customer.Reason
		english, chinese string
	}{
		{
			customer.Reason{Code: "personal.frequency", Fact: 9, Mark: 6, Unit: customer.UnitDays, On: date("2026-08-27"), By: date("2026-11-25")},
			"bought on 9 days, 6 of them since 27 Aug",
			"共9天购买过，其中8月27日以来6天",
		},
		{
			customer.Reason{Code: "personal.frequency", Fact: 1, Mark: 1, Unit: customer.UnitDays, On: date("2026-08-27"), By: date("2026-11-25")},
			"bought on 1 day, 1 since 27 Aug",
			"共1天购买过，其中8月27日以来1天",
		},
		{
			customer.Reason{Code: "personal.frequency", Fact: 2, Mark: 0, Unit: customer.UnitDays, On: date("2025-11-25"), By: date("2026-11-25")},
			"bought on 2 days, 0 of them since 25 Nov 2025",
			"共2天购买过，其中2025年11月25日以来0天",
		},
		{
			customer.Reason{Code: "personal.popular", Fact: 87, Unit: customer.UnitPermille},
			"on 8.7 % of recent trips",
			"近期8.7 %的购物中有此商品",
		},
		{
			customer.Reason{Code: "personal.new", Fact: 1000, Unit: customer.UnitPermille},
			"new to her; on 100 % of recent trips",
			"从未购买；近期100 %的购物中有此商品",
		},
		{ // those of the rhythm are rendered as well
			customer.Reason{Code: "lifecycle.rhythm", Fact: 14, Mark: 9, Unit: customer.UnitDays, On: date("2026-11-11"), By: date("2026-11-25")},
			"every 14 days, last on 11 Nov, due on 25 Nov",
			"每14天购买一次，上次11月11日，预计11月25日",
		},
	} {
		seen[tc.reason.Code] = true
		assert.Equal(t, tc.english, personal.Explain(tc.reason, customer.English))
		assert.Equal(t, tc.chinese, personal.Explain(tc.reason, customer.Chinese))
	}
	for _, code := range declaredCodes(t) {
		assert.True(t, seen[code], "%s is rendered in no test", code)
		for _, language := range []customer.Language{customer.English, customer.Chinese} {
			assert.NotEqual(t, code, personal.Explain(customer.Reason{Code: code}, language), "left raw")
		}
	}
	other := customer.Reason{Code: "shop.closed"}
	assert.Equal(t, "shop.closed", personal.Explain(other, customer.English))
	assert.Equal(t, "shop.closed", personal.Explain(other, customer.Chinese))
}

// declaredCodes reads the codes from reason.go, so that none can be forgotten.
func declaredCodes(t *testing.T) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "reason.go", nil, 0)
	require.NoError(t, err)
	var list []string
	ast.Inspect(file, func(node ast.Node) bool {
		spec, isValue := node.(*ast.ValueSpec)
		if !isValue || !strings.HasPrefix(spec.Names[0].Name, "Code") {
			return true
		}
		for _, value := range spec.Values {
			code, err := strconv.Unquote(value.(*ast.BasicLit).Value)
			require.NoError(t, err)
			list = append(list, code)
		}
		return true
	})
	require.True(t, slices.Contains(list, personal.CodeFrequency), "the codes are found where they are declared")
	return list
}

// From purchases to the sentences, on the days around the due day and over the year.
func TestDueReasons(t *testing.T) {
	last := date("2026-11-11")
	others := []lifecycle.Visits{
		{Item: 2, Days: customer.Days{last - 40, last - 30}},
		{Item: 3, Days: every(1, 3, last)},
	}
	for _, tc := range []struct {
		name   string
		on     string
		visits []lifecycle.Visits
		want   []string
	}{
		{
			"due today", "2026-11-25",
			[]lifecycle.Visits{{Item: 1, Days: every(14, 9, last)}},
			[]string{
				"every 14 days, last on 11 Nov, due on 25 Nov",
				"bought on 9 days, 6 of them since 27 Aug",
				"on 0 % of recent trips",
			},
		},
		{
			"a day overdue", "2026-11-26",
			[]lifecycle.Visits{{Item: 1, Days: every(14, 9, last)}},
			[]string{
				"every 14 days, last on 11 Nov, due on 25 Nov",
				"1 day overdue since 25 Nov; 100 % of gaps were shorter",
				"bought on 9 days, 6 of them since 28 Aug",
				"on 0 % of recent trips",
			},
		},
		{
			"over the year", "2027-01-04",
			[]lifecycle.Visits{{Item: 1, Days: every(14, 9, last)}},
			[]string{
				"every 14 days, last on 11 Nov, due on 25 Nov",
				"40 days overdue since 25 Nov 2026; 100 % of gaps were shorter",
				"bought on 9 days, 3 of them since 6 Oct 2026",
				"on 0 % of recent trips",
			},
		},
		{
			"one purchase", "2026-11-25",
			[]lifecycle.Visits{{Item: 2, Days: customer.Days{date("2026-11-18")}}},
			[]string{
				"bought once, on 18 Nov; others buy again after 10 days, so due on 28 Nov",
				"bought on 1 day, 1 since 27 Aug",
				"on 0 % of recent trips",
			},
		},
		{
			"a new item", "2026-11-25", nil,
			[]string{"new to her; on 100 % of recent trips"},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := newShop(t, others)
			rules := listRules()
			rules.NewItems = 1
			list := s.due(t, rules, tc.visits, date(tc.on))
			require.NotEmpty(t, list)
			line := list[0]
			if i := slices.IndexFunc(list, func(due personal.Due) bool { return len(tc.visits) > 0 && due.Item == tc.visits[0].Item }); i >= 0 {
				line = list[i]
			}
			var sentences []string
			for _, reason := range line.Reasons {
				sentences = append(sentences, personal.Explain(reason, customer.English))
			}
			assert.Equal(t, tc.want, sentences)
		})
	}
}
