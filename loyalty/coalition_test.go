package loyalty_test

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/loyalty"
)

func price(amount, points string) loyalty.PointPrice {
	return loyalty.PointPrice{Amount: dec(amount), Points: dec(points)}
}

// contracts are those of a bakery, which pays in advance, and a filling station, which
// pays afterwards; both bear the spring campaign.
func contracts() loyalty.CoalitionRules {
	return loyalty.CoalitionRules{
		Edition: customer.Edition{ID: "coalition", Version: 1}, Zone: "UTC", Currency: cny(), Rounding: loyalty.HalfUp,
		Partners: []loyalty.Terms{
			{ID: "bakery", Billing: loyalty.Prepaid, Issue: price("1.20", "100"), Redeem: price("0.90", "100"), RefundBlocks: true},
			{ID: "filling", Billing: loyalty.Postpaid, Issue: price("1.10", "100"), Redeem: price("0.95", "100")},
		},
		Debits: []loyalty.JointDebit{{ID: "spring", Shares: []loyalty.DebitShare{{Partner: "bakery", Permille: 500}, {Partner: "filling", Permille: 500}}}},
	}
}

func coalition(t require.TestingT, rules loyalty.CoalitionRules) *loyalty.Coalition {
	c, err := loyalty.NewCoalition(rules, time.UTC)
	require.NoError(t, err)
	return c
}

// may is the period of May 2026, and of so many days of it.
func may(days int) population.Period {
	return population.Period{From: day("2026-05-01"), Until: day("2026-05-01").AddDays(days)}
}

// moved is an entry of May 2026 as a program writes it: earned, taken back, spent with a
// partner, given back or lapsed.
func moved(kind loyalty.Kind, date int, partner string, points int64, charges ...loyalty.Charge) loyalty.Entry {
	e := loyalty.Entry{Version: loyalty.EntryVersion, Kind: kind, At: day("2026-05-01").AddDays(date - 1).Start(time.UTC), Ref: "x", Points: points, Partner: partner, Charges: charges, Lot: 1}
	e.From, e.To = loyalty.Member, loyalty.Issued
	if kind == loyalty.Earned {
		e.From, e.To = e.To, e.From
	}
	if kind == loyalty.Earned || kind == loyalty.TakenBack {
		e.Sale = "x"
	}
	if kind == loyalty.Spent {
		e.To = loyalty.Partner
	}
	if kind == loyalty.GivenBack {
		e.From, e.To = loyalty.Partner, loyalty.Member
	}
	if kind == loyalty.Lapsed {
		e.To = loyalty.Expired
	}
	return e
}

func counted(t require.TestingT, c *loyalty.Coalition, period population.Period, entries ...loyalty.Entry) *loyalty.Traffic {
	traffic, err := c.Traffic(period)
	require.NoError(t, err)
	require.NoError(t, traffic.Add("c-1", entries))
	return traffic
}

// settled settles, and holds that the sum over all is zero.
func settled(t require.TestingT, c *loyalty.Coalition, carry loyalty.Carry, period population.Period, entries ...loyalty.Entry) loyalty.Settlement {
	s, err := c.Settle(carry, counted(t, c, period, entries...))
	require.NoError(t, err)
	sumsToZero(t, s)
	return s
}

func sumsToZero(t require.TestingT, s loyalty.Settlement) {
	net := s.Operator.Net
	for _, bill := range s.Bills {
		facts := int64(0)
		for _, line := range bill.Lines {
			facts += line.Fact
		}
		require.Equal(t, facts, bill.Net, "the lines of %s", bill.Partner)
		require.Equal(t, bill.Owes-bill.Gets, bill.Net)
		net += bill.Net
	}
	require.Zero(t, net)
}

// block buys, which must succeed.
func block(t require.TestingT, c *loyalty.Coalition, carry loyalty.Carry, id, points, amount, from, until string) loyalty.Carry {
	b := loyalty.Block{ID: id, Partner: "bakery", Points: dec(points), Price: dec(amount), From: day(from)}
	if until != "" {
		b.Until = day(until)
	}
	next, err := c.Buy(carry, b)
	require.NoError(t, err)
	return next
}

// lines are a bill's codes with points and amounts: "over-block 3 4".
func lines(b loyalty.Bill) string {
	var told []string
	for _, line := range b.Lines {
		told = append(told, strings.TrimPrefix(line.Code, "loyalty.")+" "+strconv.FormatInt(line.Mark, 10)+" "+strconv.FormatInt(line.Fact, 10))
	}
	return strings.Join(told, ", ")
}

func TestCoalitionRules(t *testing.T) {
	for name, tc := range map[string]struct {
		change func(*loyalty.CoalitionRules)
		want   []string
	}{
		"as they are":         {func(*loyalty.CoalitionRules) {}, nil},
		"no edition":          {func(r *loyalty.CoalitionRules) { r.Edition = customer.Edition{} }, []string{"id", "version"}},
		"another zone":        {func(r *loyalty.CoalitionRules) { r.Zone = "Asia/Shanghai" }, []string{"zone"}},
		"no money":            {func(r *loyalty.CoalitionRules) { r.Currency = customer.Currency{Digits: 2} }, []string{"currency.code"}},
		"three digits":        {func(r *loyalty.CoalitionRules) { r.PointDigits = 3 }, nil},
		"four digits":         {func(r *loyalty.CoalitionRules) { r.PointDigits = 4 }, []string{"point_digits"}},
		"no rounding":         {func(r *loyalty.CoalitionRules) { r.Rounding = 0 }, []string{"rounding"}},
		"no partners":         {func(r *loyalty.CoalitionRules) { r.Partners, r.Debits = nil, nil }, []string{"partners"}},
		"no billing":          {func(r *loyalty.CoalitionRules) { r.Partners[0].Billing = 0 }, []string{"partners[0].billing"}},
		"a blank":             {func(r *loyalty.CoalitionRules) { r.Partners[0].ID, r.Debits = "the bakery", nil }, []string{"partners[0].id"}},
		"twice the partner":   {func(r *loyalty.CoalitionRules) { r.Partners[1].ID, r.Debits = "bakery", nil }, []string{"partners[1].id"}},
		"a debit so called":   {func(r *loyalty.CoalitionRules) { r.Debits[0].ID = "bakery" }, []string{"debits[0].id"}},
		"points for nothing":  {func(r *loyalty.CoalitionRules) { r.Partners[0].Issue = loyalty.PointPrice{} }, []string{"partners[0].issue"}},
		"nothing is paid":     {func(r *loyalty.CoalitionRules) { r.Partners[0].Redeem = loyalty.PointPrice{} }, nil},
		"a tenth of a fen":    {func(r *loyalty.CoalitionRules) { r.Partners[0].Redeem = price("0.001", "1") }, []string{"partners[0].redeem.amount"}},
		"per no points":       {func(r *loyalty.CoalitionRules) { r.Partners[0].Lapsed = price("1", "0") }, []string{"partners[0].lapsed.points"}},
		"half a point":        {func(r *loyalty.CoalitionRules) { r.Partners[0].Lapsed = price("1", "0.5") }, []string{"partners[0].lapsed.points"}},
		"no shares":           {func(r *loyalty.CoalitionRules) { r.Debits[0].Shares = nil }, []string{"debits[0].shares", "debits[0].shares"}},
		"999 in all":          {func(r *loyalty.CoalitionRules) { r.Debits[0].Shares[1].Permille = 499 }, []string{"debits[0].shares"}},
		"1001 in all":         {func(r *loyalty.CoalitionRules) { r.Debits[0].Shares[1].Permille = 501 }, []string{"debits[0].shares"}},
		"the operator's part": {func(r *loyalty.CoalitionRules) { r.Debits[0].Shares[1].Partner = "" }, nil},
		"a stranger's part":   {func(r *loyalty.CoalitionRules) { r.Debits[0].Shares[1].Partner = "toys" }, []string{"debits[0].shares[1].partner"}},
		"twice his part":      {func(r *loyalty.CoalitionRules) { r.Debits[0].Shares[1].Partner = "bakery" }, []string{"debits[0].shares[1].partner"}},
		"nobody's part":       {func(r *loyalty.CoalitionRules) { r.Debits[0].Shares[1].Permille = 0 }, []string{"debits[0].shares[1].permille", "debits[0].shares"}},
		"all at once": {func(r *loyalty.CoalitionRules) {
			r.Rounding, r.Partners[0].Billing, r.Debits[0].ID = 9, 9, ""
		}, []string{"rounding", "partners[0].billing", "debits[0].id"}},
		"too many partners": {func(r *loyalty.CoalitionRules) { many(r, loyalty.MaxPartners+1) }, []string{"partners"}},
		"many partners":     {func(r *loyalty.CoalitionRules) { many(r, loyalty.MaxPartners) }, nil},
		"too many shares": {func(r *loyalty.CoalitionRules) {
			many(r, loyalty.MaxShares+1)
			r.Debits = []loyalty.JointDebit{{ID: "all"}}
			for i, partner := range r.Partners {
				r.Debits[0].Shares = append(r.Debits[0].Shares, loyalty.DebitShare{Partner: partner.ID, Permille: 10})
				if i == loyalty.MaxShares {
					r.Debits[0].Shares[i].Permille = 1
				}
			}
		}, []string{"debits[0].shares"}},
	} {
		t.Run(name, func(t *testing.T) {
			rules := contracts()
			tc.change(&rules)
			_, err := loyalty.NewCoalition(rules, time.UTC)
			if tc.want == nil {
				require.NoError(t, err)
				return
			}
			assert.Equal(t, tc.want, faulty(t, err))
		})
	}
	_, err := loyalty.NewCoalition(contracts(), nil)
	assert.Equal(t, []string{"zone"}, faulty(t, err))
}

func many(r *loyalty.CoalitionRules, n int) {
	one := r.Partners[1]
	r.Partners, r.Debits = nil, nil
	for i := range n {
		one.ID = "p" + strconv.Itoa(i)
		r.Partners = append(r.Partners, one)
	}
}

func TestCoalitionSurvivesJSON(t *testing.T) {
	rules := contracts()
	rules.Partners[0].Lapsed, rules.From, rules.Until = price("0.50", "100"), day("2026-01-01"), day("2027-01-01")
	text, err := json.Marshal(rules)
	require.NoError(t, err)
	read, err := loyalty.ParseCoalition(text)
	require.NoError(t, err)
	again, err := json.Marshal(read)
	require.NoError(t, err)
	assert.JSONEq(t, string(text), string(again))
	coalition(t, read)
	_, err = loyalty.ParseCoalition([]byte(strings.Replace(string(text), `"redeem"`, `"reedem"`, 1)))
	assert.Equal(t, []string{"partners[0].reedem"}, faulty(t, err))

	assert.Equal(t, "postpaid prepaid", customertest.Texts[loyalty.Billing](t, loyalty.Prepaid))
}

// What the caller does to his rules later changes nothing.
func TestCoalitionIsImmutable(t *testing.T) {
	rules := contracts()
	c := coalition(t, rules)
	rules.Partners[0].ID, rules.Debits[0].Shares[0].Permille = "toys", 1
	s := settled(t, c, loyalty.Carry{}, may(31), moved(loyalty.Earned, 1, "bakery", 10, loyalty.Charge{To: "spring", Points: 4}))
	assert.EqualValues(t, 8, s.Bill("bakery").Issued)
	assert.EqualValues(t, 2, s.Bill("filling").Issued)
}

func TestExplainKnowsEveryLine(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "coalition_reason.go", nil, 0)
	require.NoError(t, err)
	rules := contracts()
	rules.PointDigits = 1
	c := coalition(t, rules)
	var told []string
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || !strings.HasPrefix(spec.Names[0].Name, "Code") {
			return true
		}
		code, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
		require.NoError(t, err)
		for _, sign := range []int64{1, -1} {
			line := customer.Reason{Code: code, Rule: "coalition/1 bakery", Fact: sign * 480, Mark: sign * 4005}
			english, chinese := c.Explain(line, customer.English), c.Explain(line, customer.Chinese)
			for _, text := range []string{english, chinese} {
				assert.NotContains(t, text, "%!", code)
				assert.NotContains(t, text, code)
				assert.Contains(t, text, "400.5")
			}
			assert.True(t, strings.ContainsFunc(chinese, func(r rune) bool { return unicode.Is(unicode.Han, r) }), code)
			assert.False(t, strings.ContainsFunc(english, func(r rune) bool { return unicode.Is(unicode.Han, r) }), code)
			assert.Equal(t, english, c.Explain(line, 0), "a language that is not known reads English")
			told = append(told, code+"\n\t"+english+"\n\t"+chinese)
		}
		return true
	})
	customertest.Golden(t, "coalition_reasons.golden", strings.Join(told, "\n")+"\n")
	for _, language := range []customer.Language{customer.English, customer.Chinese} {
		assert.Equal(t, "other.code", c.Explain(customer.Reason{Code: "other.code"}, language))
	}
}
