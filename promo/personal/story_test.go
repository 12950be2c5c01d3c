package personal_test

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/lifecycle"
	"github.com/rapport-crm/rapport/promo/personal"
)

// The stories in testdata, told with -update. Steps: rules, offers (the items on offer),
// bought and returned (who, with lines of an item and its days below), list (for whom,
// on a day, in English or Chinese).
func TestStories(t *testing.T) {
	customertest.Stories(t, os.DirFS("testdata"), func(t *testing.T) func(customertest.Step) string {
		t.Helper()
		if strings.HasSuffix(t.Name(), "/family") {
			return newListStory(t) // whose steps tell of personal lists
		}
		return newStory(t)
	})
}

func newStory(t *testing.T) func(customertest.Step) string {
	t.Helper()
	rules := listRules()
	shelf := []string{"milk", "bread", "coffee", "cheese", "honey"} // item codes are places here
	var offers []string
	var diary lifecycle.Diary[customer.ID]
	return func(step customertest.Step) string {
		switch step.Name {
		case "rules":
			rules.MaxLines, rules.NewItems = number(t, step, "lines"), number(t, step, "new-items")
			rules.HorizonDays, rules.HalfLifeDays = number(t, step, "horizon-days"), number(t, step, "half-life-days")
			return ""
		case "offers":
			offers = step.Words
			return ""
		case "bought", "returned":
			for _, line := range step.Rows(t) {
				item := slices.Index(shelf, line.Name)
				require.GreaterOrEqual(t, item, 0, "%s: %s", line.Where, line.Name)
				for _, day := range line.Words {
					require.NoError(t, diary.Add(population.Line[customer.ID]{
						Customer: customer.ID(step.Words[0]), Item: uint32(item), Day: date(day), Returned: step.Name == "returned",
					}), step.Where)
				}
			}
			return ""
		case "list":
			on, language := date(step.Value("on")), customer.English
			if step.Value("in") == "Chinese" {
				language = customer.Chinese
			}
			var habits lifecycle.Habits
			popular := personal.NewPopularity(population.Period{From: on.AddDays(-90), Until: on})
			for _, visits := range diary.All() {
				require.NoError(t, habits.Add(before(visits, on)))
				require.NoError(t, popular.Add(visits))
			}
			planner, err := personal.NewPlanner(rules, &habits, popular)
			require.NoError(t, err, step.Where)
			list, err := planner.Due(diary.Visits(customer.ID(step.Words[0])), on)
			require.NoError(t, err, step.Where)
			var lines []string
			for i, due := range list {
				item := shelf[due.Item]
				if !slices.Contains(offers, item) {
					item += ", not on offer"
				}
				lines = append(lines, fmt.Sprintf("%d. %s", i+1, item))
				for _, reason := range due.Reasons {
					lines = append(lines, "   "+personal.Explain(reason, language))
				}
			}
			if len(lines) == 0 {
				return "nothing is due"
			}
			return strings.Join(lines, "\n")
		}
		t.Fatalf("%s: unknown step %s", step.Where, step.Name)
		return ""
	}
}

func number(t *testing.T, step customertest.Step, key string) int {
	t.Helper()
	n, err := strconv.Atoi(step.Value(key))
	require.NoError(t, err, "%s: %s", step.Where, key)
	return n
}
