package loyalty_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/loyalty"
)

func TestStories(t *testing.T) {
	customertest.Stories(t, os.DirFS("testdata"), func(t *testing.T) func(customertest.Step) string {
		t.Helper()
		s := &story{t: t, rules: drugstore()}
		return s.tell
	})
}

// story is one card in one shop.
type story struct {
	t       *testing.T
	rules   loyalty.Rules
	account loyalty.Account
}

func (s *story) tell(step customertest.Step) string {
	s.t.Helper()
	if step.Name == "rules" {
		return s.setRules(step)
	}
	p, at := program(s.t, s.rules), clock(step.Value("at"))
	switch step.Name {
	case "buy":
		receipt := bought(step.Words[0], at)
		for _, row := range step.Rows(s.t) {
			line := items(row.Name, row.Value("quantity"), row.Value("paid"))
			if points := row.Value("points"); points != "" {
				line.Tenders = []customer.Tender{{Kind: customer.PointsTender, Amount: dec(points)}}
			}
			receipt.Lines = append(receipt.Lines, line)
		}
		return s.answer(p.Earn(s.account, receipt))
	case "pay":
		return s.answer(p.Redeem(s.account, loyalty.Spending{
			Ref: step.Words[0], At: at, Points: dec(step.Value("points")), Sale: step.Value("sale"), Bill: dec(step.Value("bill")),
		}))
	case "reward":
		return s.answer(p.Redeem(s.account, loyalty.Spending{Ref: step.Words[0], At: at, Reward: step.Value("for")}))
	case "return":
		back := customer.Return{Ref: step.Words[0], Sale: step.Value("sale"), At: at}
		for _, row := range step.Rows(s.t) {
			var place int
			_, err := fmt.Sscan(row.Value("line"), &place)
			require.NoError(s.t, err, step.Where)
			back.Lines = append(back.Lines, customer.ReturnLine{SaleLine: place, Line: customer.Line{SKU: row.Name, Quantity: dec(row.Value("quantity"))}})
		}
		return s.answer(p.Return(s.account, back))
	case "settle":
		return s.answer(p.Settle(s.account, at))
	}
	s.t.Fatalf("%s: unknown step %s", step.Where, step.Name)
	return ""
}

// setRules plays `rules points= per= worth= months=` with the catalogue below.
func (s *story) setRules(step customertest.Step) string {
	r := &s.rules
	r.Earnings[0].Rate = &loyalty.Rate{Points: dec(step.Value("points")), Per: dec(step.Value("per")), Full: true}
	r.Tender.Worth = dec(step.Value("worth"))
	if months := step.Value("months"); months != "" {
		_, err := fmt.Sscan(months, &r.Expiry.Months)
		require.NoError(s.t, err, step.Where)
	}
	if permille := step.Value("permille"); permille != "" {
		_, err := fmt.Sscan(permille, &r.Tender.MostPermille)
		require.NoError(s.t, err, step.Where)
	}
	for _, row := range step.Rows(s.t) {
		r.Rewards = append(r.Rewards, loyalty.Reward{ID: row.Name, Points: dec(row.Value("points")), Gives: row.Value("gives")})
	}
	return ""
}

// answer books a decision and tells why, and what is there now.
func (s *story) answer(d loyalty.Decision, err error) string {
	s.t.Helper()
	p := program(s.t, s.rules)
	var told []string
	if err != nil {
		refusal := new(customer.Refusal)
		require.ErrorAs(s.t, err, &refusal)
		for _, missing := range refusal.Missing {
			told = append(told, "no: "+p.Explain(missing, customer.English))
		}
		return strings.Join(told, "\n")
	}
	s.account = d.Next
	for _, reason := range d.Reasons {
		told = append(told, p.Explain(reason, customer.English))
	}
	points := func(book loyalty.Book) string { return decimal.NewFromInt(s.account.Balances.In(book)).String() }
	return strings.Join(append(told, fmt.Sprintf("to spend %s, spent %s, lapsed %s, owed %s",
		points(loyalty.Member), points(loyalty.Redeemed), points(loyalty.Expired), strings.TrimPrefix(points(loyalty.Owed), "-"))), "\n")
}
