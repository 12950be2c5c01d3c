package personal_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/lifecycle"
	"github.com/rapport-crm/rapport/promo"
	"github.com/rapport-crm/rapport/promo/personal"
)

// newListStory tells of personal lists. Steps: rules, deals (what takes how much off what,
// and who bears it), bought (lines of an item and its days), spent (lines of a day and an
// amount), stands (lines of an item, her cell, for how many periods, and what she spends
// on it), list (for a customer of a value, on a day), again (the last list, in another
// language). A list that has a discount on an item counts for the next one's ladder.
func newListStory(t *testing.T) func(customertest.Step) string {
	t.Helper()
	shelf := []string{"coffee", "detergent", "milk", "diapers"} // item codes are places here
	var items []personal.Item
	for _, name := range shelf {
		items = append(items, personal.Item{Category: name})
	}
	item := func(step customertest.Step) uint32 {
		at := slices.Index(shelf, step.Name)
		require.GreaterOrEqual(t, at, 0, "%s: %s", step.Where, step.Name)
		return uint32(at)
	}
	minor := func(text string) int64 {
		n, err := makerRules().Currency.Minor(amount(text))
		require.NoError(t, err)
		return n
	}
	rules := makerRules()
	standings := make([]personal.Standing, len(shelf))
	for i := range standings {
		standings[i].Item = uint32(i)
	}
	var deals []promo.Offer
	var spends []personal.Spend
	var diary lifecycle.Diary[customer.ID]
	var maker *personal.Maker
	var last personal.List
	var refused error
	return func(step customertest.Step) string {
		switch step.Name {
		case "rules":
			rules.Reminders = step.Value("reminders") == "yes"
			rules.StopAfter = number(t, step, "stop-after")
		case "deals":
			deals = nil
			for _, row := range step.Rows(t) {
				deal := couponOn(row.Name, number(t, row, "permille"), row.Value("on"))
				if by := row.Value("by"); by != "" {
					deal.Funds = []promo.Fund{{By: by, Permille: number(t, row, "bears")}}
				}
				deals = append(deals, deal)
			}
		case "bought":
			for _, row := range step.Rows(t) {
				for _, day := range row.Words {
					require.NoError(t, diary.Add(population.Line[customer.ID]{Customer: "c-1", Item: item(row), Day: date(day)}), row.Where)
				}
			}
		case "spent":
			for _, row := range step.Rows(t) {
				spends = append(spends, personal.Spend{Day: date(row.Name), Minor: minor(row.Words[0])})
			}
		case "stands":
			for _, row := range step.Rows(t) {
				at := &standings[item(row)]
				at.Cell, at.Periods, at.Spend = cell(row.Words[0]), number(t, row, "periods"), minor(row.Value("spends"))
			}
		case "list":
			on := date(step.Value("on"))
			var habits lifecycle.Habits
			popular := personal.NewPopularity(population.Period{From: on.AddDays(-90), Until: on})
			for _, visits := range diary.All() {
				require.NoError(t, habits.Add(before(visits, on)))
				require.NoError(t, popular.Add(visits))
			}
			due := listRules()
			due.PriorTrips = 0
			planner, err := personal.NewPlanner(due, &habits, popular)
			require.NoError(t, err, step.Where)
			maker, err = personal.NewMaker(rules, items, deals)
			require.NoError(t, err, step.Where)
			facts := personal.Facts{Customer: "c-1", Consent: true, Value: minor(step.Value("value")), Spends: spends, Standings: standings}
			facts.Due, err = planner.DueAmong(diary.Visits("c-1"), on, maker.Listable(standings, on))
			require.NoError(t, err, step.Where)
			last, refused = maker.Make(facts, on)
			for _, line := range last.Lines {
				if line.Coupon.Offer != "" {
					standings[line.Item].Lists++
				}
			}
			return tell(t, maker, shelf, last, refused, customer.English)
		case "again":
			require.Equal(t, []string{"Chinese"}, step.Words, step.Where)
			return tell(t, maker, shelf, last, refused, customer.Chinese)
		default:
			t.Fatalf("%s: unknown step %s", step.Where, step.Name)
		}
		return ""
	}
}

// tell prints a list.
func tell(t *testing.T, maker *personal.Maker, shelf []string, list personal.List, err error, language customer.Language) string {
	t.Helper()
	var text []string
	add := func(indent string, reasons []customer.Reason) {
		for _, reason := range reasons {
			text = append(text, indent+maker.Explain(reason, language))
		}
	}
	if err != nil {
		var refusal *customer.Refusal
		require.ErrorAs(t, err, &refusal)
		text = append(text, "no list")
		add("   ", refusal.Missing)
		return strings.Join(text, "\n")
	}
	add("", list.Reasons)
	for i, line := range list.Lines {
		head := fmt.Sprintf("%d. %s", i+1, shelf[line.Item])
		if line.Coupon.Offer != "" {
			head += fmt.Sprintf(": %s, %s off, through %s, saves %s", line.Coupon.Offer, customer.English.Percent(int64(line.Coupon.Permille)),
				customer.English.Day(line.Coupon.Until-1), amount("0.01").Mul(amount(fmt.Sprint(line.Saving))).StringFixed(2))
			for _, part := range line.Funds {
				by := part.By
				if by == "" {
					by = "the shop"
				}
				head += fmt.Sprintf(", %s %s", by, amount("0.01").Mul(amount(fmt.Sprint(part.Minor))).StringFixed(2))
			}
		}
		text = append(text, head)
		add("   ", line.Reasons)
	}
	return strings.Join(text, "\n")
}
