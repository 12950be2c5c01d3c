package loyalty_test

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/loyalty"
)

// storiesIn are the stories of a folder of testdata, by their names from testdata on.
type storiesIn struct {
	fs.FS
	folder string
}

func (s storiesIn) Glob(pattern string) ([]string, error) {
	return fs.Glob(s.FS, s.folder+"/"+pattern)
}

func TestCoalitionStories(t *testing.T) {
	// row E16: partner merchants, told by the month.
	customertest.Stories(t, storiesIn{os.DirFS("testdata"), "coalition"}, func(t *testing.T) func(customertest.Step) string {
		t.Helper()
		s := &month{
			t: t, rules: drugstore(), accounts: map[customer.ID]loyalty.Account{}, history: map[customer.ID][]loyalty.Entry{},
			opened: map[string]loyalty.Carry{}, settled: map[string]loyalty.Settlement{},
		}
		s.rules.Earnings[0].Rate = &loyalty.Rate{Points: dec("1"), Per: dec("1"), Full: true}
		s.rules.Tender = &loyalty.Tender{Points: dec("100"), Worth: dec("1"), Multiple: dec("1"), MostPermille: 1000}
		s.contracts = loyalty.CoalitionRules{
			Edition: customer.Edition{ID: "coalition", Version: 1}, Zone: "UTC", Currency: cny(), Rounding: loyalty.HalfUp,
		}
		return s.tell
	})
}

// month is a coalition with its members, month by month.
type month struct {
	t         *testing.T
	rules     loyalty.Rules
	contracts loyalty.CoalitionRules
	accounts  map[customer.ID]loyalty.Account
	history   map[customer.ID][]loyalty.Entry
	carry     loyalty.Carry
	opened    map[string]loyalty.Carry // by month, before it was settled
	settled   map[string]loyalty.Settlement
}

func (s *month) number(step customertest.Step, text string) (n int) {
	s.t.Helper()
	_, err := fmt.Sscan(text, &n)
	require.NoError(s.t, err, step.Where)
	return n
}

func (s *month) coalition() *loyalty.Coalition {
	s.t.Helper()
	c, err := loyalty.NewCoalition(s.contracts, time.UTC)
	require.NoError(s.t, err)
	return c
}

func (s *month) tell(step customertest.Step) string {
	s.t.Helper()
	switch step.Name {
	case "partners":
		for _, row := range step.Rows(s.t) {
			terms := loyalty.Terms{ID: row.Name, Issue: perHundred(row.Value("issue")), Redeem: perHundred(row.Value("redeem"))}
			require.NoError(s.t, terms.Billing.UnmarshalText([]byte(row.Value("billing"))), step.Where)
			terms.RefundBlocks = row.Value("left") == "refunded"
			s.contracts.Partners = append(s.contracts.Partners, terms)
		}
		return ""
	case "joint":
		debit := loyalty.JointDebit{ID: step.Words[0]}
		for _, row := range step.Rows(s.t) {
			debit.Shares = append(debit.Shares, loyalty.DebitShare{Partner: row.Name, Permille: s.number(step, row.Value("permille"))})
		}
		s.contracts.Debits = append(s.contracts.Debits, debit)
		return ""
	case "extra":
		s.rules.Earnings = append(s.rules.Earnings, loyalty.Earning{
			ID: step.Words[0], When: loyalty.When{SKUs: []string{step.Value("on")}}, Each: dec(step.Value("each")), Sponsor: step.Value("paid-by"),
		})
		return ""
	case "block":
		block := loyalty.Block{ID: step.Words[0], Partner: step.Value("partner"), Points: dec(step.Value("points")), Price: dec(step.Value("price")), From: day(step.Value("from")), Until: day(step.Value("until"))}
		carry, err := s.coalition().Buy(s.carry, block)
		if err != nil {
			return "no: " + strings.TrimSpace(err.Error())
		}
		s.carry = carry
		return s.left()
	case "settle":
		return s.settle(step)
	}
	return s.member(step)
}

func perHundred(amount string) loyalty.PointPrice {
	if amount == "" {
		return loyalty.PointPrice{}
	}
	return loyalty.PointPrice{Amount: dec(amount), Points: dec("100")}
}

// member plays what a member does.
func (s *month) member(step customertest.Step) string {
	s.t.Helper()
	p, at, who := program(s.t, s.rules), clock(step.Value("at")), customer.ID(step.Value("member"))
	account := s.accounts[who]
	var d loyalty.Decision
	var err error
	switch step.Name {
	case "buy":
		receipt := bought(step.Words[0], at)
		receipt.Partner = step.Value("in")
		for _, row := range step.Rows(s.t) {
			receipt.Lines = append(receipt.Lines, items(row.Name, row.Value("quantity"), row.Value("paid")))
		}
		d, err = p.Earn(account, receipt)
	case "pay":
		d, err = p.Redeem(account, loyalty.Spending{Ref: step.Words[0], At: at, Points: dec(step.Value("points")), Sale: step.Words[0] + "-bill", Bill: dec("1000"), Partner: step.Value("in")})
	case "refund":
		d, err = p.Refund(account, loyalty.Refund{Ref: step.Words[0], Payment: step.Value("of"), At: at})
	case "return":
		d, err = p.Return(account, brought(step.Words[0], step.Value("sale"), at, 1, step.Value("quantity")))
	default:
		s.t.Fatalf("%s: unknown step %s", step.Where, step.Name)
	}
	require.NoError(s.t, err, step.Where)
	s.accounts[who], s.history[who] = d.Next, append(s.history[who], d.Entries...)
	return fmt.Sprintf("%s has %d points", who, d.Next.Balances.In(loyalty.Member))
}

// settle plays `settle 2026-05`, and after late tills `settle 2026-05 again=yes`.
func (s *month) settle(step customertest.Step) string {
	s.t.Helper()
	c, name := s.coalition(), step.Words[0]
	again := step.Value("again") != ""
	if !again {
		s.opened[name] = s.carry
	}
	from := day(name + "-01")
	traffic, err := c.Traffic(population.Period{From: from, Until: from.AddMonths(1)})
	require.NoError(s.t, err, step.Where)
	for _, id := range slices.Sorted(maps.Keys(s.history)) {
		require.NoError(s.t, traffic.Add(id, s.history[id]), step.Where)
	}
	settlement, err := c.Settle(s.opened[name], traffic)
	require.NoError(s.t, err, step.Where)
	shown := settlement
	if again {
		shown, err = settlement.Since(s.settled[name])
		require.NoError(s.t, err, step.Where)
	}
	s.settled[name], s.carry = settlement, settlement.Next
	var told []string
	money := func(minor int64) string { return decimal.New(minor, -2).StringFixed(2) }
	for _, bill := range append(shown.Bills[:len(shown.Bills):len(shown.Bills)], shown.Operator) {
		who := bill.Partner
		if who == "" {
			who = "operator"
		}
		told = append(told, fmt.Sprintf("%s: owes %s, gets %s, net %s; issued %d, taken back %d, redeemed %d, given back %d",
			who, money(bill.Owes), money(bill.Gets), money(bill.Net), bill.Issued, bill.TakenBack, bill.Redeemed, bill.GivenBack))
		for _, line := range bill.Lines {
			told = append(told, "  "+c.Explain(line, customer.English))
		}
	}
	return strings.Join(append(told, s.left()), "\n")
}

func (s *month) left() string {
	var blocks []string
	for _, block := range s.carry.Blocks {
		blocks = append(blocks, fmt.Sprintf("%s %d of %d", block.ID, block.Left(), block.Points))
	}
	if blocks == nil {
		return "no blocks"
	}
	return "left in blocks: " + strings.Join(blocks, ", ")
}
