package segment_test

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/segment"
)

func TestStories(t *testing.T) {
	customertest.Stories(t, os.DirFS("testdata"), func(t *testing.T) func(customertest.Step) string {
		t.Helper()
		s := &shop{t: t, sitting: map[customer.ID]segment.Cell{}}
		return s.play
	})
}

// shop is the chain of a story: its rules, what it sold, and the cell that each customer
// had last.
type shop struct {
	t       *testing.T
	rules   segment.Rules
	zone    *time.Location
	lines   []population.Line[customer.ID]
	sitting map[customer.ID]segment.Cell
}

func (s *shop) play(step customertest.Step) string {
	switch step.Name {
	case "rules":
		return s.setRules(step)
	case "category":
		return s.setCategory(step)
	case "buy", "return":
		return s.receipt(step)
	case "cell":
		return s.cell(step)
	case "coverage":
		return s.coverage(step)
	}
	s.t.Fatalf("%s: there is no step %q", step.Where, step.Name)
	return ""
}

func (s *shop) number(step customertest.Step, key string) int {
	n, err := strconv.Atoi(strings.TrimSuffix(step.Value(key), "%"))
	require.NoError(s.t, err, "%s: %s", step.Where, key)
	return n
}

func (s *shop) setRules(step customertest.Step) string {
	s.rules = segment.Rules{
		Edition:            customer.Edition{ID: step.Words[0], Version: 1},
		Zone:               step.Value("zone"),
		WindowDays:         s.number(step, "window_days"),
		MinBuys:            s.number(step, "min_days"),
		Brand:              segment.Stated,
		StoreAtPermille:    10 * s.number(step, "store_from"),
		NationalAtPermille: 1000 - 10*s.number(step, "national_to"),
		BrandSlackPermille: 10 * s.number(step, "share_slack"),
		Usage:              segment.Stated,
		UsageSlackPermille: 10 * s.number(step, "usage_slack"),
	}
	s.zone = zone(s.t, s.rules.Zone)
	return "rule book " + s.rules.Name()
}

func (s *shop) setCategory(step customertest.Step) string {
	category := segment.Category{ID: step.Words[0], Version: 1}
	for _, product := range step.Rows(s.t) {
		category.Products = append(category.Products, segment.Product{SKU: product.Name, BaseUnits: dec(product.Value("tablets"))})
	}
	s.rules.Categories = append(s.rules.Categories, category)
	s.rules.Marks = append(s.rules.Marks, segment.Marks{
		Category: category.ID, MediumAt: dec(step.Value("medium_from")), HeavyAt: dec(step.Value("heavy_from")),
	})
	newGrid(s.t, s.rules)
	return fmt.Sprintf("%d products", len(category.Products))
}

// receipt codes one receipt and answers what of it counts.
func (s *shop) receipt(step customertest.Step) string {
	at, err := time.ParseInLocation("2006-01-02 15:04", step.Value("at"), s.zone)
	require.NoError(s.t, err, step.Where)
	sale := customer.Purchase{Ref: step.Where, Customer: customer.ID(step.Words[0]), At: at}
	back := customer.Return{Ref: step.Where, Customer: sale.Customer, At: at}
	for _, product := range step.Rows(s.t) {
		line := customer.Line{SKU: product.Name, Quantity: decimal.NewFromInt(int64(s.number(product, "packs")))}
		require.NoError(s.t, line.Kind.UnmarshalText([]byte(product.Words[0])), step.Where)
		sale.Lines = append(sale.Lines, line)
		back.Lines = append(back.Lines, customer.ReturnLine{Line: line})
	}
	coder, err := segment.NewCoder(s.rules, s.zone)
	require.NoError(s.t, err)
	var coded []population.Line[customer.ID]
	if step.Name == "return" {
		require.NoError(s.t, back.Validate(), step.Where)
		coded, err = coder.Return(nil, back)
	} else {
		require.NoError(s.t, sale.Validate(), step.Where)
		coded, err = coder.Sale(nil, sale)
	}
	require.NoError(s.t, err, step.Where)
	s.lines = append(s.lines, coded...)
	if len(coded) == 0 {
		return "nothing of a category"
	}
	var answer strings.Builder
	for _, line := range coded {
		amount := decimal.New(line.Units, -segment.UnitDigits).String()
		if line.Units == 0 {
			amount = "an unknown number of"
		}
		fmt.Fprintf(&answer, "%s: %s tablets, %s brand\n", line.Day, amount, line.Kind)
	}
	return answer.String()
}

// tally counts what the rules' window before a day holds.
func (s *shop) tally(on customer.Date) *segment.Tally[customer.ID] {
	return tallyOf(s.t, s.rules.Period(on), s.lines...)
}

// cell classifies a customer, with the cell that she had last.
func (s *shop) cell(step customertest.Step) string {
	who, counts := customer.ID(step.Words[0]), segment.Counts{}
	if all := s.tally(day(s.t, step.Value("on"))).Counts(who); len(all) > 0 {
		counts = all[0]
	}
	languages := []customer.Language{customer.English}
	if step.Value("in") == "both" {
		languages = append(languages, customer.Chinese)
	}
	cell, reasons := newGrid(s.t, s.rules).Classify(counts, s.sitting[who])
	s.sitting[who] = cell
	answer := []string{cell.String()}
	for _, language := range languages {
		for _, reason := range reasons {
			answer = append(answer, "- "+segment.Explain(reason, language))
		}
	}
	return strings.Join(answer, "\n")
}

func (s *shop) coverage(step customertest.Step) string {
	on := day(s.t, step.Value("on"))
	coverage := censusOf(s.tally(on), s.rules.Period(on), s.rules.MinBuys).Coverage(0)
	return fmt.Sprintf("%d buyers\n%d of them on enough days\n%d of these kept store and national brands\n%d lines, %d without a quantity",
		coverage.Buyers, coverage.Enough, coverage.BothKinds, coverage.Lines, coverage.Unmeasured)
}
