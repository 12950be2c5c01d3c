package promo_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/promo"
)

func TestStories(t *testing.T) {
	customertest.Stories(t, os.DirFS("testdata"), func(t *testing.T) func(customertest.Step) string {
		t.Helper()
		s := &story{t: t, rules: book()}
		return s.tell
	})
}

// story is one shop and who is at its till.
type story struct {
	t       *testing.T
	rules   promo.Rules
	shopper promo.Shopper
	last    promo.Priced
}

func (s *story) tell(step customertest.Step) string {
	s.t.Helper()
	switch step.Name {
	case "offers":
		for _, row := range step.Rows(s.t) {
			s.rules.Offers = append(s.rules.Offers, s.offer(row))
		}
		return ""
	case "card":
		s.shopper = promo.Shopper{Customer: "c-1", Member: true}
		for _, row := range step.Rows(s.t) {
			s.shopper.Coupons = append(s.shopper.Coupons, promo.Coupon{
				ID: row.Name, Offer: row.Value("offer"), Permille: s.number(row, "permille"), Until: s.day(row, "until"),
			})
		}
		return ""
	case "nobody":
		s.shopper = promo.Shopper{}
		return ""
	case "cash":
		s.rules.CashStep = dec(step.Value("step"))
		return ""
	case "price":
		return s.price(step)
	case "return":
		return s.back(step)
	}
	s.t.Fatalf("%s: unknown step %s", step.Where, step.Name)
	return ""
}

func (s *story) number(row customertest.Step, key string) int {
	n, text := 0, row.Value(key)
	if text != "" {
		_, err := fmt.Sscan(text, &n)
		require.NoError(s.t, err, row.Where)
	}
	return n
}

func (s *story) day(row customertest.Step, key string) customer.Date {
	if text := row.Value(key); text != "" {
		return day(text)
	}
	return 0
}

func (s *story) list(row customertest.Step, key string) []string {
	if text := row.Value(key); text != "" {
		return strings.Split(text, ",")
	}
	return nil
}

func (s *story) amount(row customertest.Step, key string) decimal.Decimal {
	if text := row.Value(key); text != "" {
		return dec(text)
	}
	return decimal.Zero
}

func (s *story) offer(row customertest.Step) promo.Offer {
	o := promo.Offer{
		ID:   row.Name,
		Who:  promo.Who{Members: row.Value("for") == "members", Coupon: row.Value("coupon") == "yes"},
		On:   promo.On{SKUs: s.list(row, "on"), Categories: s.list(row, "category")},
		When: promo.When{From: s.day(row, "from"), Until: s.day(row, "until")},
		Gives: promo.Gives{
			Permille: s.number(row, "permille"), Amount: s.amount(row, "amount"), Price: s.amount(row, "price"), Points: s.amount(row, "points"),
		},
		Needs:  promo.Needs{Quantity: s.amount(row, "needs")},
		Limits: promo.Limits{Units: s.number(row, "limit")},
	}
	if fund := row.Value("fund"); fund != "" {
		o.Funds = []promo.Fund{{By: fund, Permille: s.number(row, "bears")}}
	}
	return o
}

func (s *story) price(step customertest.Step) string {
	var basket promo.Basket
	for _, row := range step.Rows(s.t) {
		line := of(row.Value("category"), row.Name, row.Value("quantity"), row.Value("list"))
		line.Deposit, line.NonDiscountable = s.amount(row, "deposit"), row.Value("discount") == "none"
		line.Tax.Rate = dec("0.19")
		basket.Lines = append(basket.Lines, line)
	}
	c := catalogue(s.t, s.rules)
	var err error
	s.last, err = c.Price(basket, s.shopper, clock(step.Value("at")))
	require.NoError(s.t, err)
	var told []string
	for i := range s.last.Lines {
		line := &s.last.Lines[i]
		told = append(told, fmt.Sprintf("%s %s: %s", line.Quantity, line.SKU, s.euro(line.Paid.Decimal)))
		for _, run := range s.last.Runs {
			if run.Line == i+1 {
				told = append(told, "  "+s.run(c, run))
			}
		}
	}
	totals := s.last.Totals
	total := fmt.Sprintf("total %s, saved %s", s.euro(totals.Total), s.euro(totals.Saved))
	if !totals.Points.IsZero() {
		total += fmt.Sprintf(", %s points", totals.Points)
	}
	if !totals.Rounding.IsZero() {
		total += fmt.Sprintf(", in cash %s", s.euro(totals.Cash))
	}
	told = append(told, total)
	for _, l := range s.last.Trace {
		for _, reason := range l.Missing {
			name := l.Offer
			if l.Coupon != "" {
				name += " by coupon " + l.Coupon
			}
			told = append(told, name+": "+c.Explain(reason, customer.English))
		}
	}
	return strings.Join(told, "\n")
}

func (s *story) run(c *promo.Catalogue, run promo.Run) string {
	text := fmt.Sprintf("%s by %s", decimal.New(run.Units, -3), run.Offer)
	if run.Coupon != "" {
		text += ", coupon " + run.Coupon
	}
	if run.Points > 0 {
		return text + fmt.Sprintf(": %d points", run.Points)
	}
	text += ": " + s.euro(euro.Amount(-run.Saved))
	borne, err := c.Funding(run)
	require.NoError(s.t, err)
	for _, part := range borne {
		if part.By != "" {
			text += fmt.Sprintf(", of which %s bears %s", part.By, s.euro(euro.Amount(part.Saved)))
		}
	}
	return text
}

// back takes back units of a line, one by one.
func (s *story) back(step customertest.Step) string {
	line := s.number(step, "line")
	var told []string
	for _, run := range s.last.Runs {
		for back := int64(0); run.Line == line && back < run.Units; back += 1000 {
			saved, points, err := run.Back(back, 1000)
			require.NoError(s.t, err)
			told = append(told, fmt.Sprintf("unit %d of %s takes back %s and %d points", back/1000+1, run.Offer, s.euro(euro.Amount(saved)), points))
		}
	}
	return strings.Join(told, "\n")
}

func (s *story) euro(amount decimal.Decimal) string { return amount.StringFixed(2) }
