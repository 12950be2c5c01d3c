package entitlement_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/complaint/entitlement"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
)

// The stories. `rules` names a rule book, `item` tells what was bought and, one a line, its
// repairs, and `on` asks what it entitles to on a day.
func TestStories(t *testing.T) {
	customertest.Stories(t, os.DirFS("testdata"), func(t *testing.T) func(customertest.Step) string {
		t.Helper()
		var book *entitlement.Book
		var item entitlement.Item
		return func(step customertest.Step) string {
			switch step.Name {
			case "rules":
				rules := rulesOf(t, step.Words[0])
				book = newBook(t, rules)
				return rules.Name()
			case "item":
				item = storyItem(t, step)
				return fmt.Sprintf("%d minor units, bought %s", item.PriceMinor, item.Bought)
			case "on":
				rights, err := book.Of(item, day(t, step.Words[0]))
				require.NoError(t, err, step.Where)
				return storyRights(book, rights)
			}
			require.Fail(t, "no such step", "%s: %s", step.Where, step.Name)
			return ""
		}
	})
}

func storyItem(t *testing.T, step customertest.Step) entitlement.Item {
	t.Helper()
	price, err := strconv.ParseInt(step.Value("price_minor"), 10, 64)
	require.NoError(t, err, step.Where)
	item := entitlement.Item{
		Category: step.Value("category"), Defect: step.Value("defect"),
		Bought: day(t, step.Value("bought")), PriceMinor: price,
		Proof: step.Value("proof") == "true", Unused: step.Value("unused") == "true",
	}
	for _, row := range step.Rows(t) {
		fix := entitlement.Fix{From: day(t, row.Name), To: day(t, row.Words[0])}
		fix.Failed = len(row.Words) > 1 && row.Words[1] == "failed"
		item.Repairs = append(item.Repairs, fix)
	}
	return item
}

// storyRights writes rights as a service manager reads them: those that hold with every reason,
// the others on a line.
func storyRights(book *entitlement.Book, rights entitlement.Rights) string {
	var text strings.Builder
	fmt.Fprintf(&text, "day %d since the purchase\n", rights.Age)
	for _, right := range rights.All {
		answer := "no"
		if right.Open {
			answer = "yes"
		}
		if !right.Holds {
			fmt.Fprintf(&text, "    beside it %s/%s: %s, up to %s, missing %d\n", right.Terms, right.Grant, answer, right.Until, len(right.Missing))
			continue
		}
		fmt.Fprintf(&text, "%s by %s/%s: %s\n", right.Remedy, right.Terms, right.Grant, answer)
		for _, reason := range right.Because {
			if reason.Code != entitlement.CodeBetter {
				fmt.Fprintf(&text, "    %s\n", book.Explain(reason, customer.English))
			}
		}
		for _, reason := range right.Missing {
			fmt.Fprintf(&text, "    missing: %s\n", book.Explain(reason, customer.English))
		}
	}
	return text.String()
}

func rulesOf(t tester, file string) entitlement.Rules {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", file))
	require.NoError(t, err)
	rules, err := entitlement.ParseRules(data)
	require.NoError(t, err)
	return rules
}

func newBook(t tester, rules entitlement.Rules) *entitlement.Book {
	t.Helper()
	book, err := entitlement.New(rules)
	require.NoError(t, err)
	return book
}

func day(t tester, text string) customer.Date {
	t.Helper()
	parsed, err := customer.ParseDate(text)
	require.NoError(t, err)
	return parsed
}

// tester is a *testing.T, a *testing.F or a *rapid.T.
type tester interface {
	require.TestingT
	Helper()
}
