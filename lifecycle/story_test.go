package lifecycle_test

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/lifecycle"
)

// The stories in testdata, told with -update. Steps: rules, bought and returned (who,
// with the days below), expect (who, on a day, in English or Chinese), and those of
// relationStory.
func TestStories(t *testing.T) {
	customertest.Stories(t, os.DirFS("testdata"), newStory)
}

// milk is the only item of the stories.
const milk = 1

func newStory(t *testing.T) func(customertest.Step) string {
	t.Helper()
	if t.Name() == "TestStories/winback" {
		return newWinbackStory(t)
	}
	rules := lifecycle.RhythmRules{Edition: customer.Edition{ID: "milk", Version: 1}}
	var diary lifecycle.Diary[customer.ID]
	relations := newRelationStory()
	return func(step customertest.Step) string {
		if answer, told := relations.tell(t, step); told {
			return answer
		}
		switch step.Name {
		case "rules":
			rules.PriorGaps = number(t, step, "prior-gaps")
			rules.OwnGaps = number(t, step, "own-gaps")
			rules.HalfAtGaps = number(t, step, "half-at-gaps")
			rules.WindowDays = number(t, step, "window-days")
			newRhythm(t, rules)
			return ""
		case "bought", "returned":
			who := customer.ID(strings.Join(step.Words, " "))
			for _, days := range step.Input {
				for day := range strings.FieldsSeq(days) {
					line := population.Line[customer.ID]{Customer: who, Item: milk, Day: on(day), Returned: step.Name == "returned"}
					require.NoError(t, diary.Add(line), step.Where)
				}
			}
			visits := 0
			for _, one := range diary.Visits(who) {
				visits += len(one.Days)
			}
			return fmt.Sprintf("visits of %s: %d", who, visits)
		case "expect":
			language := customer.English
			if step.Value("in") == "Chinese" {
				language = customer.Chinese
			}
			var habits lifecycle.Habits
			for _, visits := range diary.All() {
				require.NoError(t, habits.Add(visits))
			}
			var days customer.Days
			for _, one := range diary.Visits(customer.ID(strings.Join(step.Words, " "))) {
				days = one.Days
			}
			e, err := newRhythm(t, rules).Expect(days, habits.Of(milk), on(step.Value("on")))
			reasons := e.Reasons
			if refusal := (*customer.Refusal)(nil); errors.As(err, &refusal) {
				reasons = func() []customer.Reason { return refusal.Missing }
			} else {
				require.NoError(t, err, step.Where)
			}
			var sentences []string
			for _, reason := range reasons() {
				sentences = append(sentences, lifecycle.Explain(reason, language))
			}
			return strings.Join(sentences, "\n")
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
