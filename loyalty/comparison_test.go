package loyalty_test

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/loyalty"
)

// spring is a drugstore's card with tiers; summer gives twice the points, each worth half,
// lets them lapse after three months, and asks for more to be silver.
func spring() loyalty.Rules {
	rules := ladder(loyalty.Calendar, 12, loyalty.ToEarned)
	rules.Events = []loyalty.Event{{ID: "survey", Points: dec("7")}}
	rules.Rewards = []loyalty.Reward{{ID: "mug", Points: dec("10"), Gives: "a mug"}}
	return rules
}

func summer() loyalty.Rules {
	rules := ladder(loyalty.Calendar, 12, loyalty.ToEarned)
	rules.Version = 2
	rules.Earnings = []loyalty.Earning{{ID: "base", Rate: &loyalty.Rate{Points: dec("2"), Per: dec("10"), Full: true}}}
	rules.Expiry = loyalty.Expiry{Months: 3}
	rules.Tender = &loyalty.Tender{Points: dec("1"), Worth: dec("0.05"), Least: dec("20"), Multiple: dec("2"), MostPermille: 1000}
	rules.Tiers.Levels = []loyalty.Tier{{ID: "blue"}, {ID: "silver", At: dec("200")}, {ID: "gold", At: dec("300")}, {ID: "platinum", At: dec("500")}}
	return rules
}

func sold(ref, on string, lines ...customer.Line) loyalty.Fact {
	receipt := bought(ref, clock(on+" 12:00"), lines...)
	return loyalty.Fact{Receipt: &receipt}
}

func paid(ref, on, points string) loyalty.Fact {
	return loyalty.Fact{Spending: &loyalty.Spending{Ref: ref, At: clock(on + " 12:00"), Points: dec(points)}}
}

// yearsEnd is when the tests' comparisons end.
func yearsEnd() time.Time { return clock("2026-12-31 23:00") }

func comparison(t require.TestingT, before, after loyalty.Rules) *loyalty.Comparison {
	p, err := loyalty.NewProgram(before, time.UTC)
	require.NoError(t, err)
	q, err := loyalty.NewProgram(after, time.UTC)
	require.NoError(t, err)
	c, err := loyalty.NewComparison(p, q, yearsEnd())
	require.NoError(t, err)
	return c
}

// past is what a customer did.
type past struct {
	id    customer.ID
	facts []loyalty.Fact
}

// year is what seven customers did; behind each, what spring and summer make of it.
func year() []past {
	half := brought("b-2", "b-1", clock("2026-11-10 12:00"), 1, "1")
	return []past{
		// 25 points, 10 spent, silver; 50 points, too few to pay with, lapsed in June, silver.
		{"a", []loyalty.Fact{sold("a-1", "2026-03-01", item("a", "250")), paid("a-2", "2026-04-01", "10")}},
		// 50 points, 25 taken, gold until the year's end; 100 points, 50 taken, silver: half of what reached platinum came back.
		{"b", []loyalty.Fact{sold("b-1", "2026-11-01", items("a", "2", "500")), {Return: &half}}},
		// 7 points, a mug is 10; there is neither.
		{"c", []loyalty.Fact{
			{Occasion: &loyalty.Occasion{Ref: "c-1", Event: "survey", At: clock("2026-12-01 12:00")}},
			{Spending: &loyalty.Spending{Ref: "c-2", Reward: "mug", At: clock("2026-12-02 12:00")}},
		}},
		// 15 points, of which 20 cannot be taken, silver; 30 points, 20 taken, blue.
		{"d", []loyalty.Fact{
			sold("d-1", "2026-12-01", item("a", "150")),
			{Voiding: &loyalty.Voiding{Ref: "d-2", Sale: "d-0", At: clock("2026-12-02 12:00")}},
			{Adjustment: &loyalty.Adjustment{Ref: "d-3", At: clock("2026-12-03 12:00"), Points: dec("-20"), Reason: "mistake", Author: "desk"}},
		}},
		{"e", nil},
		// A tier that only summer has.
		{"f", []loyalty.Fact{{Grant: &loyalty.Grant{Ref: "f-1", At: clock("2026-12-01 12:00"), Tier: "platinum", Mode: loyalty.AtLeast, Reason: "match", Author: "desk"}}}},
		// No full 10.00.
		{"g", []loyalty.Fact{sold("g-1", "2026-12-01", item("a", "5"))}},
	}
}

func added(t require.TestingT, c *loyalty.Comparison, stories ...past) *loyalty.Comparison {
	for _, one := range stories {
		require.NoError(t, c.Add(one.id, loyalty.Account{}, one.facts))
	}
	return c
}

func TestComparisonOfSevenCustomers(t *testing.T) {
	e := added(t, comparison(t, spring(), summer()), year()...).Effect()

	costs := func(c *loyalty.Cost) string { return fmt.Sprint(c.Net, " ", c.Spent, " ", c.Left) }
	assert.Equal(t, "7.2 1 6.2", costs(e.Before.Cost))
	assert.Equal(t, "5.5 0 3", costs(e.After.Cost))
	e.Before.Cost, e.After.Cost = nil, nil
	assert.Equal(t, loyalty.Effect{
		Currency: cny(), End: yearsEnd(), Customers: 7, Facts: 11,
		Before: loyalty.Outcome{
			Rules: "card/1", Given: 97, Taken: 25, Spent: 10, Member: 62,
			Refused: 4, Absent: 1, Refusals: map[string]int64{loyalty.CodePoints: 2, loyalty.CodeNoSale: 1},
			Tiers: []loyalty.TierCount{{Tier: "blue", Members: 4}, {Tier: "silver", Members: 2}, {Tier: "gold", Members: 1}},
		},
		After: loyalty.Outcome{
			Rules: "card/2", Given: 180, Taken: 70, Lapsed: 50, Member: 60,
			Refused: 4, Absent: 2, Refusals: map[string]int64{loyalty.CodeLeast: 1, loyalty.CodeNoSale: 1},
			Tiers: []loyalty.TierCount{{Tier: "blue", Members: 4}, {Tier: "silver", Members: 2}, {Tier: "gold"}, {Tier: "platinum", Members: 1}},
		},
		Points: loyalty.Shift{Up: 2, Down: 2, Same: 3},
		Tiers:  loyalty.Shift{Up: 1, Down: 2, Same: 4},
		Moves: []loyalty.Move{
			{From: "blue", To: "blue", Members: 3},
			{From: "blue", To: "platinum", Members: 1},
			{From: "silver", To: "blue", Members: 1},
			{From: "silver", To: "silver", Members: 1},
			{From: "gold", To: "silver", Members: 1},
		},
	}, e)
}

func TestComparisonExplains(t *testing.T) {
	e := added(t, comparison(t, spring(), summer()), year()...).Effect()
	data, err := json.Marshal(e)
	require.NoError(t, err)
	var stored loyalty.Effect
	require.NoError(t, json.Unmarshal(data, &stored))
	assert.Equal(t, []string{
		"2 of 7 members get more points, 2 fewer, 3 as many",
		"the new rules give 38 points more (+52.8 %): 110 instead of 72, worth 1.70 CNY less",
		"members spend 10 points fewer (-100 %): 0 instead of 10, worth 1.00 CNY less",
		"by lapse, members lose 50 points more: 50 instead of 0",
		"members are left with 2 points fewer (-3.2 %): 60 instead of 62, worth 3.20 CNY less",
		"by tier, 1 of 7 members move up, 2 down, 4 stay",
		"1 of 7 members moves from blue to platinum",
		"1 of 7 members moves from silver to blue",
		"1 of 7 members moves from gold to silver",
		"of 11 facts the new rules refuse 4, the old ones 4: not in the rules 2, below the least payment 1, no such sale 1",
	}, stored.Explain(customer.English))
	assert.Equal(t, []string{
		"7名会员中，2名所得积分增加，2名减少，3名不变",
		"新规则发放的积分增加38（+52.8 %）：由72变为110，价值减少1.70 CNY",
		"会员使用的积分减少10（-100 %）：由10变为0，价值减少1.00 CNY",
		"失效的积分增加50：由0变为50",
		"剩余的积分减少2（-3.2 %）：由62变为60，价值减少3.20 CNY",
		"7名会员中，1名升级，2名降级，4名等级不变",
		"7名会员中有1名由blue变为platinum",
		"7名会员中有1名由silver变为blue",
		"7名会员中有1名由gold变为silver",
		"11项事实中，新规则拒绝4项，旧规则拒绝4项：规则中没有2项，低于最低支付1项，没有此销售1项",
	}, stored.Explain(customer.Chinese))

	t.Run("what is 0 is left out", func(t *testing.T) {
		assert.Equal(t, []string{"0 of 0 members get more points, 0 fewer, 0 as many"}, comparison(t, drugstore(), drugstore()).Effect().Explain(0))
	})
	t.Run("thousands, points with digits, no tender", func(t *testing.T) {
		e := loyalty.Effect{PointDigits: 1, Customers: 1234567}
		e.Before.Given, e.After.Given, e.After.Taken = 12345670, 12345670, 5
		e.Before.Owed, e.After.Owed = 3000, 3000
		assert.Equal(t, []string{
			"0 of 1,234,567 members get more points, 0 fewer, 0 as many",
			"the new rules give 0.5 points fewer: 1,234,566.5 instead of 1,234,567",
			"members owe as many points, 300",
		}, e.Explain(customer.English))
	})
	t.Run("every code that refuses a fact", func(t *testing.T) {
		for _, code := range customertest.Codes(t, "reason.go") {
			e := loyalty.Effect{After: loyalty.Outcome{Refused: 1, Refusals: map[string]int64{code: 1}}}
			switch code {
			case loyalty.CodeEarned, loyalty.CodeBonus, loyalty.CodeCapped, loyalty.CodeAwarded, loyalty.CodeLapsed, loyalty.CodeRepaid, loyalty.CodeWorth, loyalty.CodeReward, loyalty.CodeAdjusted,
				loyalty.CodeTakenBack, loyalty.CodeTakenLapsed, loyalty.CodeTakenOthers, loyalty.CodeOwed, loyalty.CodeForgiven, loyalty.CodeGivenBack, loyalty.CodeGivenBackLapsed,
				loyalty.CodeTierReached, loyalty.CodeTierLowered, loyalty.CodeTierNext, loyalty.CodeTierKeep, loyalty.CodeTierForLife, loyalty.CodeTierUndone, loyalty.CodeTierInherited, loyalty.CodeGrantFloor, loyalty.CodeGrantFixed, loyalty.CodeGrantCeiling,
				loyalty.CodeNoHold, loyalty.CodeSent, loyalty.CodeReceived, loyalty.CodeRecalled, loyalty.CodeDeclined,
				loyalty.CodeHoldsOpen, loyalty.CodeParcelOpen, loyalty.CodeParcelFull, loyalty.CodeNoParcel, loyalty.CodeMember: // of transfers, which are no Fact
				continue // these refuse none
			}
			for _, language := range []customer.Language{customer.English, customer.Chinese} {
				text := strings.Join(e.Explain(language), "\n")
				assert.NotContains(t, text, code)
				assert.NotContains(t, text, "%!")
			}
		}
	})
}

// A book that begins only next year is played over last year all the same.
func TestComparisonPlaysBothBooksAllTheTime(t *testing.T) {
	next := spring()
	next.Version, next.From = 2, day("2027-01-01")
	last := spring()
	last.Until = day("2026-02-01")
	e := added(t, comparison(t, last, next), year()[:2]...).Effect()
	assert.Zero(t, e.Before.Refused)
	assert.Equal(t, loyalty.Shift{Same: 2}, e.Points)
	assert.EqualValues(t, 75, e.After.Given)
}

func TestComparisonFromAnOpeningAccount(t *testing.T) {
	p := program(t, spring())
	opening := visit(t, p, loyalty.Account{}, "2026-01-02", "100")
	d, err := p.Redeem(opening, loyalty.Spending{Ref: "pay", At: clock("2026-01-03 12:00"), Points: dec("8")})
	opening = after(t, d, err)

	c := comparison(t, spring(), summer())
	require.NoError(t, c.Add("a", opening, []loyalty.Fact{
		{Refund: &loyalty.Refund{Ref: "back", Payment: "pay", At: clock("2026-01-20 12:00")}},
		{Revocation: &loyalty.Revocation{Ref: "no", Grant: "none", At: clock("2026-01-21 12:00"), Reason: "error", Author: "desk"}},
	}))
	e := c.Effect()
	for _, o := range []loyalty.Outcome{e.Before, e.After} {
		assert.Equal(t, []int64{2, 0, -8, 10, 1}, []int64{o.Opening, o.Given, o.Spent, o.Left(), o.Refused}, o.Rules)
	}
	// What had lapsed before is not counted; what is owed lessens the opening.
	var owing loyalty.Account
	owing.Balances[loyalty.Issued], owing.Balances[loyalty.Expired], owing.Balances[loyalty.Owed] = -5, 9, -4
	require.NoError(t, c.Add("b", owing, nil))
	e = c.Effect()
	assert.Equal(t, []int64{-2, 0, 4}, []int64{e.After.Opening, e.After.Lapsed, e.After.Owed})
	again := comparison(t, spring(), summer())
	require.NoError(t, again.UnmarshalBinary(marshalled(t, c)), "below 0 is possible")
}

// More falls due at once than one decision can book.
func TestComparisonSettlesWhatIsBehind(t *testing.T) {
	rules := spring()
	rules.Tiers = nil
	const lots = 2*journal.MaxEntries + 1
	var opening loyalty.Account
	for i := range uint64(lots) {
		opening.Lots = append(opening.Lots, loyalty.Lot{No: i + 1, Earned: day("2026-01-01"), Until: day("2026-02-01"), Left: 1})
	}
	opening.Entries = lots
	opening.Balances[loyalty.Issued], opening.Balances[loyalty.Member] = -lots, lots
	c := comparison(t, rules, rules)
	require.NoError(t, c.Add("a", opening, []loyalty.Fact{sold("late", "2026-09-01", item("a", "10"))}))
	e := c.Effect()
	assert.EqualValues(t, lots, e.After.Lapsed)
	assert.EqualValues(t, 1, e.After.Member)
	assert.Zero(t, e.After.Refused)
	assert.Equal(t, []loyalty.Move{{Members: 1}}, e.Moves, "no tiers: the single one of nobody's name")
	assert.Nil(t, e.After.Tiers)
}

// Tiers of other names: by the book that knows both, else by their places.
func TestComparisonWhichTierIsHigher(t *testing.T) {
	levels := func(names string) loyalty.Rules {
		rules := spring()
		rules.Tiers.Levels = nil
		for i, name := range strings.Fields(names) {
			level := loyalty.Tier{ID: name}
			if i > 0 {
				level.At = dec(fmt.Sprint(100 * i))
			}
			rules.Tiers.Levels = append(rules.Tiers.Levels, level)
		}
		return rules
	}
	none := spring()
	none.Tiers = nil
	for name, test := range map[string]struct {
		before, after loyalty.Rules
		want          loyalty.Shift
	}{
		// She bought for 200.00: the third tier, where there is one.
		"the same":                    {levels("a b c"), levels("a b c"), loyalty.Shift{Same: 1}},
		"a tier below is new":         {levels("a b c"), levels("a x b c"), loyalty.Shift{Down: 1}},
		"a tier below is gone":        {levels("a b c d"), levels("a c d"), loyalty.Shift{Up: 1}},
		"other names":                 {levels("a b c"), levels("x y z"), loyalty.Shift{Same: 1}},
		"other names, and fewer":      {levels("a b c"), levels("x y"), loyalty.Shift{Down: 1}},
		"her new tier is old":         {levels("a b c"), levels("x y b"), loyalty.Shift{Down: 1}},
		"hers goes, and to a new one": {levels("a b c"), levels("a b z"), loyalty.Shift{Same: 1}},
		"the first tiers":             {none, levels("a b c"), loyalty.Shift{Up: 1}},
		"no tiers any more":           {levels("a b c"), none, loyalty.Shift{Down: 1}},
		"none at all":                 {none, none, loyalty.Shift{Same: 1}},
	} {
		e := added(t, comparison(t, test.before, test.after), past{"a", []loyalty.Fact{sold("r", "2026-03-01", item("a", "200"))}}).Effect()
		assert.Equal(t, test.want, e.Tiers, name)
	}
	e := added(t, comparison(t, none, levels("a b c")), past{"a", []loyalty.Fact{sold("r", "2026-03-01", item("a", "200"))}}).Effect()
	assert.Contains(t, e.Explain(customer.English), "1 of 1 members moves from no tier to c")
}

func TestComparisonRefusesOtherBooks(t *testing.T) {
	p := program(t, spring())
	for path, change := range map[string]func(*loyalty.Rules){
		"currency":     func(r *loyalty.Rules) { r.Currency = customer.Currency{Code: "EUR", Digits: 2} },
		"point_digits": func(r *loyalty.Rules) { r.PointDigits = 1 },
		"zone":         func(r *loyalty.Rules) { r.Zone = "Asia/Shanghai" },
	} {
		rules := spring()
		change(&rules)
		_, err := loyalty.NewComparison(p, program(t, rules), yearsEnd())
		var faults customer.Faults
		require.ErrorAs(t, err, &faults, path)
		assert.Len(t, faults, 1)
		assert.Equal(t, path, faults[0].Path)
	}
	_, err := loyalty.NewComparison(p, p, time.Time{})
	require.ErrorContains(t, err, "end")

	var zero loyalty.Comparison
	_, err = zero.MarshalBinary()
	require.Error(t, err)
	require.Error(t, zero.UnmarshalBinary(nil))
	require.Error(t, zero.Add("a", loyalty.Account{}, nil))
	assert.Zero(t, zero.Effect())
}

func TestComparisonRefusesMalformedFacts(t *testing.T) {
	c := added(t, comparison(t, spring(), summer()), year()...)
	before := marshalled(t, c)
	good := sold("r", "2026-03-01", item("a", "10"))
	both := good
	both.Voiding = &loyalty.Voiding{Ref: "v", Sale: "r", At: good.Receipt.At}
	for name, test := range map[string]struct {
		fact loyalty.Fact
		path string
	}{
		"nothing":                      {loyalty.Fact{}, "facts[1]"},
		"two things":                   {both, "facts[1]"},
		"out of order":                 {sold("s", "2026-02-28", item("a", "10")), "facts[1]"},
		"after the end":                {sold("s", "2027-01-01", item("a", "10")), "facts[1]"},
		"nobody's reward":              {loyalty.Fact{Spending: &loyalty.Spending{Ref: "p", At: good.Receipt.At, Reward: "cup"}}, "facts[1]"},
		"nobody's event":               {loyalty.Fact{Occasion: &loyalty.Occasion{Ref: "p", At: good.Receipt.At, Event: "quiz"}}, "facts[1]"},
		"no lines":                     {sold("s", "2026-03-01"), "lines"},
		"half a point":                 {paid("p", "2026-03-01", "0.5"), "points"},
		"one book's, but no reference": {loyalty.Fact{Occasion: &loyalty.Occasion{At: good.Receipt.At, Event: "survey"}}, "ref"},
	} {
		err := c.Add("c-77", loyalty.Account{}, []loyalty.Fact{good, test.fact})
		var faults customer.Faults
		require.ErrorAs(t, err, &faults, name)
		assert.Equal(t, test.path, faults[0].Path, name)
		require.ErrorContains(t, err, `"c-77"`, name)
		require.ErrorContains(t, err, "facts[1]", name)
		assert.Equal(t, before, marshalled(t, c), name)
	}
}

func marshalled(t require.TestingT, c *loyalty.Comparison) []byte {
	data, err := c.MarshalBinary()
	require.NoError(t, err)
	return data
}

func TestComparisonReadsOnlyWhatItWrote(t *testing.T) {
	c := added(t, comparison(t, spring(), summer()), year()...)
	data := marshalled(t, c)
	read := comparison(t, spring(), summer())
	require.NoError(t, read.UnmarshalBinary(data))
	assert.Equal(t, c.Effect().Explain(0), read.Effect().Explain(0))
	assert.Equal(t, data, marshalled(t, read))

	refused := func(data []byte, what string) {
		t.Helper()
		require.ErrorIs(t, read.UnmarshalBinary(data), population.ErrFormat, what)
		assert.Equal(t, marshalled(t, c), marshalled(t, read), "it stays as it was")
	}
	for n := range data {
		refused(data[:n], fmt.Sprint("the first ", n, " bytes"))
	}
	refused(append(slices.Clone(data), 0), "a byte more")
	for i := range data { // no figure stands alone
		more := slices.Clone(data)
		more[i] += 2
		if err := read.UnmarshalBinary(more); err == nil {
			assert.Equal(t, more, marshalled(t, read))
			require.NoError(t, read.UnmarshalBinary(data))
		}
	}
	draft := summer()
	draft.Tender.Worth = dec("0.06") // under the same name and version
	other := comparison(t, spring(), draft)
	require.ErrorIs(t, other.UnmarshalBinary(data), population.ErrFormat)
	require.Error(t, other.Merge(c))
	assert.Zero(t, other.Effect().Customers)
}

// forged is a stored comparison of spring and summer with other figures: customers, facts,
// more and fewer, then 11 of each book, and of each book a code's count, then the tiers.
type forged struct {
	figures [4 + 2*11]int64
	codes   [2][]string // each counted n times
	n       uint64
	moves   [3 * 4]uint64
}

func (f forged) data(t require.TestingT) []byte {
	data := marshalled(t, comparison(t, spring(), summer()))[:1+32]
	for _, figure := range f.figures {
		data = binary.AppendVarint(data, figure)
	}
	for _, codes := range f.codes {
		data = binary.AppendUvarint(data, uint64(len(codes)))
		for _, code := range codes {
			data = append(binary.AppendUvarint(data, uint64(len(code))), code...)
			data = binary.AppendUvarint(data, f.n)
		}
	}
	for _, members := range f.moves {
		data = binary.AppendUvarint(data, members)
	}
	return data
}

func TestComparisonRefusesFiguresThatNobodyHas(t *testing.T) {
	const customers, facts, more, fewer = 0, 1, 2, 3
	const before, after = 4, 4 + 11
	const opening, given, taken, lapsed, spent, pending, member, held, owed, refusals, absent = 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
	sound := func() forged {
		f := forged{codes: [2][]string{{"a", "b"}, {"a", "b"}}, n: 2}
		f.figures[customers], f.figures[facts], f.figures[more], f.figures[fewer] = 3, 5, 1, 2
		f.moves[0], f.moves[11] = 1, 2
		for _, book := range []int{before, after} {
			for figure, n := range map[int]int64{opening: -2, given: 30, taken: 4, lapsed: 5, spent: 6, pending: 7, member: 8, held: 1, owed: 3, refusals: 4, absent: 1} {
				f.figures[book+figure] = n
			}
		}
		return f
	}
	c := comparison(t, spring(), summer())
	require.NoError(t, c.UnmarshalBinary(sound().data(t)))
	for name, forge := range map[string]func(*forged){
		"a customer without a tier":    func(f *forged) { f.figures[customers]++ },
		"a tier too many":              func(f *forged) { f.moves[3]++ },
		"tiers beyond any number":      func(f *forged) { f.moves[3] = 1<<63 - 1 },
		"more shifted than there are":  func(f *forged) { f.figures[more]++ },
		"fewer than nobody":            func(f *forged) { f.figures[fewer] = -1 },
		"another opening of one book":  func(f *forged) { f.figures[before+opening]++; f.figures[before+member]++ },
		"points from nowhere":          func(f *forged) { f.figures[after+given]++ },
		"points below 0":               func(f *forged) { f.figures[after+held] -= 2; f.figures[after+member] += 2 },
		"more refused than there were": func(f *forged) { f.figures[facts] = 3 },
		"refused for no reason":        func(f *forged) { f.figures[before+refusals]++; f.n = 1 },
		"a code more often than facts": func(f *forged) { f.n = 4 },
		"codes out of order":           func(f *forged) { f.codes[0] = []string{"b", "a"} },
		"a code twice":                 func(f *forged) { f.codes[1] = []string{"a", "a"} },
		"a code of no fact":            func(f *forged) { f.n = 0 },
		"a code without text":          func(f *forged) { f.codes[1] = []string{"", "a"} },
		"a code of astronomic length":  func(f *forged) { f.codes[1] = []string{"a", strings.Repeat("b", 257)} },
		"a figure beyond its bound": func(f *forged) {
			f.figures[after+given] += 1 << 60
			f.figures[after+lapsed] += 1 << 60
		},
	} {
		f := sound()
		forge(&f)
		require.ErrorIs(t, c.UnmarshalBinary(f.data(t)), population.ErrFormat, name)
		assert.Equal(t, sound().data(t), marshalled(t, c), name)
	}

	full := sound()
	full.figures[customers], full.moves[0] = 1<<60, 1<<60-2
	require.NoError(t, c.UnmarshalBinary(full.data(t)))
	require.Error(t, c.Add("a", loyalty.Account{}, nil))
	require.Error(t, c.Merge(c))
	assert.Equal(t, full.data(t), marshalled(t, c), "nothing is counted")
}

func TestComparisonCountsACodeOncePerFact(t *testing.T) {
	back := brought("back", "r", clock("2026-03-02 12:00"), 7, "1")
	back.Lines = append(back.Lines, back.Lines[0])
	c := added(t, comparison(t, spring(), summer()), past{"a", []loyalty.Fact{sold("r", "2026-03-01", item("a", "10")), {Return: &back}}})
	e := c.Effect()
	assert.Equal(t, map[string]int64{loyalty.CodeNoLine: 1}, e.After.Refusals)
	e.After.Refusals[loyalty.CodeNoLine] = 5
	assert.EqualValues(t, 1, c.Effect().After.Refusals[loyalty.CodeNoLine], "an effect is the caller's own")
}

// 20 points at 3 for 0.10 are 0.6667, rounded once for all: not 0.33 twice.
func TestComparisonRoundsCostOnce(t *testing.T) {
	rules := drugstore()
	rules.Tender = &loyalty.Tender{Points: dec("3"), Worth: dec("0.1"), Multiple: dec("3"), MostPermille: 1000}
	rules.VestDays = 365
	c := comparison(t, rules, rules)
	for _, name := range []string{"a", "b"} {
		added(t, c, past{customer.ID(name), []loyalty.Fact{sold(name, "2026-03-01", item("a", "100"))}})
	}
	o := c.Effect().After
	assert.Equal(t, "0.67 0 0.67", fmt.Sprint(o.Cost.Net, " ", o.Cost.Spent, " ", o.Cost.Left))
	assert.Equal(t, []int64{20, 0}, []int64{o.Pending, o.Member}, "what is pending is left, too")
}

// history draws what a customer did.
func history(t *rapid.T, name string) []loyalty.Fact {
	at := clock("2026-03-01 12:00")
	ref := func(what string, i int) string { return fmt.Sprint(name, "-", what, i) }
	var facts []loyalty.Fact
	for i := range rapid.IntRange(0, 12).Draw(t, "facts") {
		at = at.Add(time.Duration(rapid.IntRange(0, 300).Draw(t, "hours")) * time.Hour)
		of := rapid.IntRange(0, max(0, i-1)).Draw(t, "of")
		points := dec(fmt.Sprint(rapid.IntRange(1, 40).Draw(t, "points")))
		var fact loyalty.Fact
		switch rapid.IntRange(0, 11).Draw(t, "kind") {
		default:
			receipt := bought(ref("sale", i), at, items("b", "2", fmt.Sprint(rapid.IntRange(0, 200).Draw(t, "paid"))))
			fact.Receipt = &receipt
		case 0:
			back := brought(ref("back", i), ref("sale", of), at, 1, "1")
			fact.Return = &back
		case 1:
			fact.Voiding = &loyalty.Voiding{Ref: ref("void", i), Sale: ref("sale", of), At: at}
		case 2, 3:
			fact.Spending = &loyalty.Spending{Ref: ref("pay", i), At: at, Points: points}
		case 4:
			fact.Refund = &loyalty.Refund{Ref: ref("refund", i), Payment: ref("pay", of), At: at}
		case 5:
			fact.Occasion = &loyalty.Occasion{Ref: ref("event", i), Event: "survey", At: at}
		case 6:
			fact.Adjustment = &loyalty.Adjustment{Ref: ref("hand", i), At: at, Points: points.Mul(dec("2")).Sub(dec("41")), Reason: "why", Author: "who"}
		case 7:
			fact.Grant = &loyalty.Grant{Ref: ref("grant", i), At: at, Tier: "silver", Mode: loyalty.AtLeast, Reason: "why", Author: "who"}
		}
		facts = append(facts, fact)
	}
	return facts
}

func histories(t *rapid.T) (stories []past) {
	for i := range rapid.IntRange(1, 6).Draw(t, "customers") {
		name := fmt.Sprint("c", i)
		stories = append(stories, past{customer.ID(name), history(t, name)})
	}
	return stories
}

func drawnComparison(t *rapid.T, books []*loyalty.Program) *loyalty.Comparison {
	c, err := loyalty.NewComparison(books[0], books[1], yearsEnd())
	require.NoError(t, err)
	return c
}

func TestComparisonOfOneBookMovesNobody(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		book := programs(t)[0]
		e := added(t, drawnComparison(t, []*loyalty.Program{book, book}), histories(t)...).Effect()
		assert.Equal(t, e.Before, e.After)
		assert.Equal(t, loyalty.Shift{Same: e.Customers}, e.Points)
		assert.Equal(t, loyalty.Shift{Same: e.Customers}, e.Tiers)
		for _, move := range e.Moves {
			assert.Equal(t, move.From, move.To)
		}
	})
}

func TestComparisonIsFreeOfOrderAndSplit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		books, stories := programs(t), histories(t)
		whole := marshalled(t, added(t, drawnComparison(t, books), stories...))
		parts := []*loyalty.Comparison{drawnComparison(t, books), drawnComparison(t, books), drawnComparison(t, books)}
		for _, one := range rapid.Permutation(stories).Draw(t, "order") {
			added(t, parts[rapid.IntRange(0, 2).Draw(t, "part")], one)
		}
		all := drawnComparison(t, books)
		for _, part := range rapid.Permutation(parts).Draw(t, "merge") {
			stored := drawnComparison(t, books)
			require.NoError(t, stored.UnmarshalBinary(marshalled(t, part)))
			require.NoError(t, all.Merge(stored))
		}
		assert.Equal(t, whole, marshalled(t, all))
	})
}

// decided is the account of facts decided one by one, by hand, and how many were refused.
func decided(t *rapid.T, p *loyalty.Program, facts []loyalty.Fact) (account loyalty.Account, entries []loyalty.Entry, refused int64) {
	for _, fact := range facts {
		var d loyalty.Decision
		var err error
		switch {
		case fact.Receipt != nil:
			d, err = p.Earn(account, *fact.Receipt)
		case fact.Return != nil:
			d, err = p.Return(account, *fact.Return)
		case fact.Voiding != nil:
			d, err = p.Void(account, *fact.Voiding)
		case fact.Spending != nil:
			d, err = p.Redeem(account, *fact.Spending)
		case fact.Refund != nil:
			d, err = p.Refund(account, *fact.Refund)
		case fact.Occasion != nil:
			d, err = p.Award(account, *fact.Occasion)
		case fact.Adjustment != nil:
			d, err = p.Adjust(account, *fact.Adjustment)
		case fact.Grant != nil:
			d, err = p.Grant(account, *fact.Grant)
		}
		if err != nil {
			var refusal *customer.Refusal
			require.ErrorAs(t, err, &refusal)
			refused++
			continue
		}
		account, entries = d.Next, append(entries, d.Entries...)
	}
	d, err := p.Settle(account, yearsEnd())
	require.NoError(t, err)
	return d.Next, append(entries, d.Entries...), refused
}

func TestComparisonIsTheSumOverAccounts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		books, stories := programs(t), histories(t)
		e := added(t, drawnComparison(t, books), stories...).Effect()
		var points loyalty.Shift
		pairs := map[[2]string]int64{}
		want := [2]loyalty.Outcome{}
		for _, one := range stories {
			var net [2]int64
			var tier [2]string
			for i, p := range books {
				account, entries, refused := decided(t, p, one.facts)
				o := &want[i]
				for _, entry := range entries {
					if entry.From == loyalty.Issued {
						o.Given += entry.Points
						net[i] += entry.Points
					}
					if entry.To == loyalty.Issued {
						o.Taken += entry.Points
						net[i] -= entry.Points
					}
				}
				o.Lapsed += account.Balances.In(loyalty.Expired)
				o.Spent += account.Balances.In(loyalty.Redeemed)
				o.Pending += account.Balances.In(loyalty.Pending)
				o.Member += account.Balances.In(loyalty.Member)
				o.Owed -= account.Balances.In(loyalty.Owed)
				o.Refused += refused
				progress, err := p.Progress(account, yearsEnd())
				require.NoError(t, err)
				tier[i] = progress.Tier.ID
			}
			pairs[tier]++
			switch {
			case net[1] > net[0]:
				points.Up++
			case net[1] < net[0]:
				points.Down++
			default:
				points.Same++
			}
		}
		for i, got := range []loyalty.Outcome{e.Before, e.After} {
			assert.Equal(t, got.Given, got.Taken+got.Lapsed+got.Spent+got.Left()-got.Owed)
			members := int64(0)
			for _, tier := range got.Tiers {
				members += tier.Members
			}
			assert.Equal(t, e.Customers, members)
			for points, cost := range map[int64]decimal.Decimal{got.Net(): got.Cost.Net, got.Spent: got.Cost.Spent, got.Left(): got.Cost.Left} {
				assert.True(t, decimal.New(points, -1).Equal(cost), "%d points are %s", points, cost) // 0.10 each
			}
			want[i].Rules, want[i].Cost, want[i].Refusals, want[i].Tiers = got.Rules, got.Cost, got.Refusals, got.Tiers
			assert.Equal(t, want[i], got)
		}
		assert.Equal(t, points, e.Points)
		moves := map[[2]string]int64{}
		for _, move := range e.Moves {
			moves[[2]string{move.From, move.To}] = move.Members
		}
		assert.Equal(t, pairs, moves)
		assert.Equal(t, e.Customers, e.Tiers.Up+e.Tiers.Down+e.Tiers.Same)
	})
}

// Customers with 50 facts each, under both books.
func BenchmarkComparison(b *testing.B) {
	rules := drugstore()
	rules.Tiers = ladder(loyalty.Calendar, 12, loyalty.ToEarned).Tiers
	draft := rules
	draft.Version, draft.Expiry = 2, loyalty.Expiry{Months: 3}
	c := comparison(b, rules, draft)
	var facts []loyalty.Fact
	for i := range 50 {
		on := day("2026-01-01").AddDays(7 * i).String()
		if i%5 == 4 {
			facts = append(facts, paid(fmt.Sprint("p-", i), on, "10"))
			continue
		}
		facts = append(facts, sold(fmt.Sprint("r-", i), on, item("a", "19.90"), item("b", "25.00"), item("c", "5.10")))
	}
	b.ReportAllocs()
	for b.Loop() {
		if err := c.Add("c-1", loyalty.Account{}, facts); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "customers/s")
}
