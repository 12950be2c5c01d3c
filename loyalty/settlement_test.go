package loyalty_test

import (
	"encoding/json"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/loyalty"
)

func TestPostpaid(t *testing.T) {
	c := coalition(t, contracts())
	for _, tc := range []struct {
		name    string
		entries []loyalty.Entry
		want    string
	}{
		// 1.10 per 100 points is 1.1 fen each: half a fen is rounded up.
		{"4 points are 4.4", []loyalty.Entry{moved(loyalty.Earned, 1, "filling", 4)}, "billed 4 4"},
		{"5 points are 5.5", []loyalty.Entry{moved(loyalty.Earned, 1, "filling", 5)}, "billed 5 6"},
		{"once on the period, not on each day", []loyalty.Entry{moved(loyalty.Earned, 1, "filling", 5), moved(loyalty.Earned, 2, "filling", 5)}, "billed 10 11"},
		{"less what is taken back", []loyalty.Entry{moved(loyalty.Earned, 1, "filling", 10), moved(loyalty.TakenBack, 2, "filling", 5)}, "billed 5 6"},
		{"a credit is the opposite", []loyalty.Entry{moved(loyalty.TakenBack, 2, "filling", 5)}, "billed -5 -6"},
		{"spent", []loyalty.Entry{moved(loyalty.Spent, 2, "filling", 100)}, "reimbursed 100 -95"},
		{"spent and given back", []loyalty.Entry{moved(loyalty.Spent, 2, "filling", 100), moved(loyalty.GivenBack, 3, "filling", 100)}, ""},
		{"given back of an earlier period", []loyalty.Entry{moved(loyalty.GivenBack, 3, "filling", 10)}, "reimbursed -10 10"},
		{"before and after the period", []loyalty.Entry{moved(loyalty.Earned, 0, "filling", 5), moved(loyalty.Earned, 32, "filling", 5)}, ""},
		{"on its last day", []loyalty.Entry{moved(loyalty.Earned, 31, "filling", 5)}, "billed 5 6"},
		{"in the own shop", []loyalty.Entry{moved(loyalty.Earned, 1, "", 5)}, ""},
		{"on account of another", []loyalty.Entry{moved(loyalty.Earned, 1, "bakery", 5, loyalty.Charge{To: "filling", Points: 5})}, "billed 5 6"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			assert.Equal(t, tc.want, lines(settled(t, c, loyalty.Carry{}, may(31), tc.entries...).Bill("filling")))
		})
	}
}

func TestRoundingOfPrices(t *testing.T) {
	for rounding, want := range map[loyalty.Rounding]string{loyalty.Floor: "billed 5 5", loyalty.HalfUp: "billed 5 6", loyalty.HalfEven: "billed 5 6", loyalty.Ceil: "billed 5 6"} {
		rules := contracts()
		rules.Rounding = rounding
		assert.Equal(t, want, lines(settled(t, coalition(t, rules), loyalty.Carry{}, may(31), moved(loyalty.Earned, 1, "filling", 5)).Bill("filling")), rounding)
	}
}

func TestBlocks(t *testing.T) {
	earned := func(date int, points int64) loyalty.Entry { return moved(loyalty.Earned, date, "bakery", points) }
	taken := func(date int, points int64) loyalty.Entry { return moved(loyalty.TakenBack, date, "bakery", points) }
	for _, tc := range []struct {
		name    string
		blocks  [][4]string // id, points, from, until
		entries []loyalty.Entry
		want    string
		left    []int64
	}{
		{
			name:    "all of it",
			blocks:  [][4]string{{"b", "100", "2026-05-01", ""}},
			entries: []loyalty.Entry{earned(1, 100)},
			want:    "block-bought 100 100, block-used 100 0",
			left:    []int64{0},
		},
		{
			name:    "one point over",
			blocks:  [][4]string{{"b", "100", "2026-05-01", ""}},
			entries: []loyalty.Entry{earned(1, 101)},
			want:    "block-bought 100 100, block-used 100 0, over-block 1 1",
			left:    []int64{0},
		},
		{
			name:    "the day before it begins",
			blocks:  [][4]string{{"b", "100", "2026-05-10", ""}},
			entries: []loyalty.Entry{earned(9, 50), earned(10, 50)},
			want:    "block-bought 100 100, block-used 50 0, over-block 50 60",
			left:    []int64{50},
		},
		{
			name:    "its last day and the one after it",
			blocks:  [][4]string{{"b", "100", "2026-05-01", "2026-05-10"}},
			entries: []loyalty.Entry{earned(9, 50), earned(10, 50)},
			want:    "block-bought 100 100, block-used 50 0, block-refunded 50 -50, over-block 50 60",
			left:    []int64{0},
		},
		{
			name:    "it ends with the period",
			blocks:  [][4]string{{"b", "100", "2026-05-01", "2026-06-01"}},
			entries: []loyalty.Entry{earned(31, 50)},
			want:    "block-bought 100 100, block-used 50 0, block-refunded 50 -50",
			left:    []int64{0},
		},
		{
			name:    "it ends a day later",
			blocks:  [][4]string{{"b", "100", "2026-05-01", "2026-06-02"}},
			entries: []loyalty.Entry{earned(31, 50)},
			want:    "block-bought 100 100, block-used 50 0",
			left:    []int64{50},
		},
		{
			name:   "it begins after the period",
			blocks: [][4]string{{"b", "100", "2026-06-01", ""}},
			left:   []int64{100},
		},
		{
			name:    "the one that begins first",
			blocks:  [][4]string{{"a", "100", "2026-05-02", ""}, {"b", "100", "2026-05-01", ""}},
			entries: []loyalty.Entry{earned(2, 101)},
			want:    "block-bought 100 100, block-used 100 0, block-bought 100 100, block-used 1 0",
			left:    []int64{0, 99}, // b, a
		},
		{
			name:    "then by ID",
			blocks:  [][4]string{{"b", "100", "2026-05-01", ""}, {"a", "100", "2026-05-01", ""}},
			entries: []loyalty.Entry{earned(2, 101)},
			want:    "block-bought 100 100, block-used 100 0, block-bought 100 100, block-used 1 0",
			left:    []int64{0, 99}, // a, b
		},
		{
			name:    "back: over the blocks first",
			blocks:  [][4]string{{"b", "100", "2026-05-01", ""}},
			entries: []loyalty.Entry{earned(1, 110), taken(2, 10)},
			want:    "block-bought 100 100, block-used 100 0",
			left:    []int64{0},
		},
		{
			name:    "back: then the last block",
			blocks:  [][4]string{{"a", "100", "2026-05-01", ""}, {"b", "100", "2026-05-02", ""}},
			entries: []loyalty.Entry{earned(2, 210), taken(3, 111)},
			want:    "block-bought 100 100, block-used 99 0, block-bought 100 100",
			left:    []int64{1, 100},
		},
		{
			name:    "back on the last day of the block",
			blocks:  [][4]string{{"b", "100", "2026-05-01", "2026-05-10"}},
			entries: []loyalty.Entry{earned(2, 100), taken(9, 30), earned(9, 10)},
			want:    "block-bought 100 100, block-used 80 0, block-refunded 20 -20",
			left:    []int64{0}, // 10 were over it
		},
		{
			name:    "back after it has ended",
			blocks:  [][4]string{{"b", "100", "2026-05-01", "2026-05-10"}},
			entries: []loyalty.Entry{earned(2, 100), taken(10, 30)},
			want:    "block-bought 100 100, block-used 70 0, block-refunded 30 -30",
			left:    []int64{0},
		},
		{
			name:    "back of what was issued before all settlements",
			entries: []loyalty.Entry{taken(10, 5)},
			want:    "over-block -5 -6",
			left:    []int64{},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c, carry := coalition(t, contracts()), loyalty.Carry{}
			for _, b := range tc.blocks {
				carry = block(t, c, carry, b[0], b[1], "1.00", b[2], b[3])
			}
			s := settled(t, c, carry, may(31), tc.entries...)
			assert.Equal(t, tc.want, lines(s.Bill("bakery")))
			left := []int64{}
			for _, b := range s.Next.Blocks {
				left = append(left, b.Left())
			}
			assert.Equal(t, tc.left, left)
		})
	}
}

func TestBlockThatLapses(t *testing.T) {
	rules := contracts()
	rules.Partners[0].RefundBlocks = false
	c := coalition(t, rules)
	carry := block(t, c, loyalty.Carry{}, "b", "100", "1.00", "2026-05-01", "2026-05-10")
	s := settled(t, c, carry, may(31), moved(loyalty.Earned, 2, "bakery", 60), moved(loyalty.TakenBack, 12, "bakery", 10))
	assert.Equal(t, "block-bought 100 100, block-used 50 0, block-lapsed 50 0", lines(s.Bill("bakery")))
}

// Three points for 1.00, paid back one by one over three months: 33, 33 and 34 fen. The
// terms are those of the purchase, whatever later contracts say.
func TestBlockRefundedInSteps(t *testing.T) {
	rules := contracts()
	c := coalition(t, rules)
	carry := block(t, c, loyalty.Carry{}, "b", "3", "1.00", "2026-05-01", "2026-05-02")
	s := settled(t, c, carry, may(1), moved(loyalty.Earned, 1, "bakery", 2))
	assert.Equal(t, "block-bought 3 100, block-used 2 0, block-refunded 1 -33", lines(s.Bill("bakery")))
	rules.Version, rules.Partners[0].RefundBlocks, rules.Partners[0].Billing = 2, false, loyalty.Postpaid
	c = coalition(t, rules)
	s = settled(t, c, s.Next, population.Period{From: day("2026-05-02"), Until: day("2026-05-03")}, moved(loyalty.TakenBack, 2, "bakery", 1))
	assert.Equal(t, "block-used -1 0, block-refunded 1 -33", lines(s.Bill("bakery")))
	s = settled(t, c, s.Next, population.Period{From: day("2026-05-03"), Until: day("2026-05-04")}, moved(loyalty.TakenBack, 3, "bakery", 1))
	assert.Equal(t, "block-used -1 0, block-refunded 1 -34", lines(s.Bill("bakery")))
	assert.Empty(t, s.Next.Blocks, "nothing can come of it any more")
}

// Blocks that began before the first settlement are billed in it, and one that had ended
// covers nothing.
func TestBlocksBeforeTheFirstSettlement(t *testing.T) {
	c := coalition(t, contracts())
	carry := block(t, c, loyalty.Carry{}, "a", "10", "1.00", "2026-04-01", "2026-05-01")
	carry = block(t, c, carry, "b", "20", "2.00", "2026-04-02", "2026-06-02")
	s := settled(t, c, carry, may(31), moved(loyalty.Earned, 1, "bakery", 5))
	assert.Equal(t, "block-bought 10 100, block-refunded 10 -100, block-bought 20 200, block-used 5 0", lines(s.Bill("bakery")))
}

// An ended block is kept for as long as points of it may come back.
func TestEndedBlocksAreForgotten(t *testing.T) {
	c := coalition(t, contracts())
	carry := block(t, c, loyalty.Carry{}, "b", "10", "1.00", "2026-05-01", "2026-05-02")
	carry = settled(t, c, carry, may(1), moved(loyalty.Earned, 1, "bakery", 5)).Next
	until := day("2026-05-02").AddDays(3660)
	for kept, from := range []customer.Date{until, until.AddDays(-1)} {
		carry.From = from
		s := settled(t, c, carry, population.Period{From: from, Until: from.AddDays(1)})
		assert.Len(t, s.Next.Blocks, kept)
		assert.Empty(t, lines(s.Bill("bakery")))
	}
}

func TestBuy(t *testing.T) {
	c := coalition(t, contracts())
	good := loyalty.Block{ID: "b", Partner: "bakery", Points: dec("100"), Price: dec("1.00"), From: day("2026-05-01"), Until: day("2026-05-02")}
	carry, err := c.Buy(loyalty.Carry{}, good)
	require.NoError(t, err)
	again, err := c.Buy(carry, good)
	require.NoError(t, err)
	assert.Equal(t, carry, again, "sent twice, bought once")
	rules := contracts()
	rules.Partners[0].RefundBlocks = false
	used := settled(t, c, carry, may(1), moved(loyalty.Earned, 1, "bakery", 30)).Next
	again, err = coalition(t, rules).Buy(used, good)
	require.NoError(t, err)
	assert.Equal(t, used, again, "sent again after it was used, and after the contracts have changed")

	for name, tc := range map[string]struct {
		change func(*loyalty.Block)
		want   []string
	}{
		"another under its ID":  {func(b *loyalty.Block) { b.Points = dec("101") }, []string{"id"}},
		"nothing":               {func(b *loyalty.Block) { *b = loyalty.Block{} }, []string{"id", "points", "price", "partner", "from"}},
		"who pays afterwards":   {func(b *loyalty.Block) { b.Partner = "filling" }, []string{"partner"}},
		"for nothing":           {func(b *loyalty.Block) { b.Price = dec("0") }, []string{"price"}},
		"a part of a point":     {func(b *loyalty.Block) { b.Points = dec("0.5") }, []string{"points"}},
		"no day":                {func(b *loyalty.Block) { b.Until = b.From }, []string{"until"}},
		"in a period settled":   {func(b *loyalty.Block) { b.ID, b.From = "c", day("2026-04-30") }, []string{"from"}},
		"on the day after that": {func(b *loyalty.Block) { b.ID = "c" }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			from := carry
			from.From = day("2026-05-01")
			one := good
			tc.change(&one)
			next, err := c.Buy(from, one)
			if tc.want == nil {
				require.NoError(t, err)
				assert.Len(t, next.Blocks, 2)
				assert.Len(t, from.Blocks, 1, "the carry is a value")
				return
			}
			assert.Equal(t, tc.want, faulty(t, err))
			assert.Equal(t, from, next)
		})
	}

	full := loyalty.Carry{}
	for i := range loyalty.MaxBlocks {
		full = block(t, c, full, "b"+strconv.Itoa(i), "1", "1", "2026-05-01", "")
	}
	_, err = c.Buy(full, good)
	assert.Equal(t, []string{"blocks"}, faulty(t, err))
}

func TestJointDebit(t *testing.T) {
	rules := contracts()
	rules.Partners = append(rules.Partners, loyalty.Terms{ID: "toys", Billing: loyalty.Postpaid, Issue: price("1", "100")})
	rules.Debits[0].Shares = []loyalty.DebitShare{{Partner: "bakery", Permille: 429}, {Partner: "filling", Permille: 429}, {Partner: "toys", Permille: 142}}
	c := coalition(t, rules)
	spring := func(kind loyalty.Kind, date int, points int64) loyalty.Entry {
		return moved(kind, date, "", points, loyalty.Charge{To: "spring", Points: points})
	}
	issued := func(s loyalty.Settlement) (all [3]int64) {
		for i, partner := range []string{"bakery", "filling", "toys"} {
			all[i] = s.Bill(partner).Issued
		}
		return all
	}
	// By largest remainder toys has 2 of 10 points and 1 of 11: one that comes back after 11
	// must not take 2 from it.
	assert.Equal(t, [3]int64{4, 4, 2}, issued(settled(t, c, loyalty.Carry{}, may(31), spring(loyalty.Earned, 1, 10)))) // 4.29, 4.29, 1.42
	s := settled(t, c, loyalty.Carry{}, may(31), spring(loyalty.Earned, 1, 11))
	assert.Equal(t, [3]int64{5, 5, 1}, issued(s)) // 4.719, 4.719, 1.562
	assert.Equal(t, [3]int64{1, 0, 0}, issued(settled(t, c, loyalty.Carry{}, may(31), spring(loyalty.Earned, 1, 1))), "a tie: in listed order")
	june := population.Period{From: day("2026-06-01"), Until: day("2026-07-01")}
	next := settled(t, c, s.Next, june, spring(loyalty.TakenBack, 33, 10))
	for i, partner := range []string{"bakery", "filling", "toys"} {
		assert.LessOrEqual(t, next.Bill(partner).TakenBack, issued(s)[i], partner)
	}
	assert.Equal(t, []loyalty.Bearing{{Debit: "spring", Partner: "filling", Points: 1}}, next.Next.Joint, "a tie: the bakery gives first")
	assert.Empty(t, settled(t, c, next.Next, population.Period{From: day("2026-07-01"), Until: day("2026-07-02")}, spring(loyalty.TakenBack, 62, 1)).Next.Joint)

	// Contracts whose shares have changed: what comes back comes off those who bore it.
	rules.Version, rules.Debits[0].Shares = 2, []loyalty.DebitShare{{Permille: 1000}}
	later := settled(t, coalition(t, rules), s.Next, june, spring(loyalty.TakenBack, 33, 11))
	assert.EqualValues(t, 5, later.Bill("bakery").TakenBack)
	assert.Zero(t, later.Operator.TakenBack)
	later = settled(t, coalition(t, rules), s.Next, june, spring(loyalty.TakenBack, 33, 9), spring(loyalty.Earned, 33, 7))
	assert.EqualValues(t, 7, later.Operator.Issued)
	assert.Zero(t, later.Bill("toys").Issued)
	assert.EqualValues(t, 4, later.Operator.TakenBack) // 3.5 of 7; all have .5, and he is listed first

	// One of them has left: what he bears can come back only with his terms.
	rules.Partners, rules.Version = rules.Partners[:2], 3
	left := coalition(t, rules)
	_, err := left.Settle(s.Next, counted(t, left, june, spring(loyalty.TakenBack, 33, 11)))
	assert.Equal(t, []string{"carry.joint"}, faulty(t, err))
	untouched := settled(t, left, s.Next, june)
	assert.Equal(t, s.Next.Joint, untouched.Next.Joint)
}

// Of a lot that a sale gave 10 points, 4 of them at the filling station's cost, 3 are
// taken back and 5 lapse; 2 are spent.
func TestLapsedPoints(t *testing.T) {
	rules := contracts()
	rules.Partners[0].Lapsed = price("1", "1")
	c := coalition(t, rules)
	charge := func(points int64) loyalty.Charge { return loyalty.Charge{To: "filling", Points: points} }
	history := []loyalty.Entry{
		moved(loyalty.Earned, 1, "bakery", 10, charge(4)),
		moved(loyalty.TakenBack, 2, "bakery", 3, charge(1)),
		moved(loyalty.Lapsed, 3, "", 5),
	}
	s := settled(t, c, loyalty.Carry{}, may(31), history...)
	assert.EqualValues(t, 3, s.Bill("bakery").Lapsed) // 5 · 4/7 is 2.86
	assert.EqualValues(t, 2, s.Bill("filling").Lapsed)
	assert.Equal(t, "over-block 4 5, lapsed-paid 3 -300", lines(s.Bill("bakery")))
	assert.Equal(t, "billed 3 3", lines(s.Bill("filling")), "nothing is agreed with the filling station")

	// 5 more lapse of a lot with 2 that are neither taken back nor lapsed: they are the
	// operator's.
	s = settled(t, c, loyalty.Carry{}, may(31), append(history, moved(loyalty.Lapsed, 4, "", 5))...)
	assert.EqualValues(t, 3, s.Operator.Lapsed)
	assert.EqualValues(t, 4, s.Bill("bakery").Lapsed)

	traffic, err := c.Traffic(may(31))
	require.NoError(t, err)
	require.ErrorIs(t, traffic.Add("c-1", history[2:]), loyalty.ErrBroken, "nobody knows whose they are")
	without := coalition(t, contracts())
	assert.Zero(t, settled(t, without, loyalty.Carry{}, may(31), history[2:]...).Operator.Lapsed, "nobody is paid for them")
}

func TestSince(t *testing.T) {
	c := coalition(t, contracts())
	carry := block(t, c, loyalty.Carry{}, "b", "100", "1.00", "2026-05-01", "")
	first := []loyalty.Entry{moved(loyalty.Earned, 5, "bakery", 80), moved(loyalty.Earned, 5, "filling", 100)}
	late := moved(loyalty.Earned, 6, "bakery", 50)
	earlier, later := settled(t, c, carry, may(31), first...), settled(t, c, carry, may(31), append(first, late)...)
	d, err := later.Since(earlier)
	require.NoError(t, err)
	sumsToZero(t, d)
	require.Len(t, d.Bills, 1, "nothing has changed for the filling station")
	assert.Equal(t, "block-used 20 0, over-block 30 36", lines(d.Bills[0]))
	assert.EqualValues(t, 50, d.Bills[0].Issued)
	assert.EqualValues(t, -36, d.Operator.Net)
	assert.Equal(t, later.Next, d.Next)
	assert.True(t, d.Corrects)

	back, err := earlier.Since(later)
	require.NoError(t, err)
	assert.Equal(t, "block-used -20 0, over-block -30 -36", lines(back.Bills[0]))
	none, err := later.Since(later)
	require.NoError(t, err)
	assert.Empty(t, none.Bills)
	gone := later
	gone.Bills = gone.Bills[1:]
	d, err = gone.Since(later)
	require.NoError(t, err)
	assert.Equal(t, -later.Bill("bakery").Net, d.Bills[0].Net)

	_, err = later.Since(d)
	require.Error(t, err, "a correction is no settlement")
	other := earlier
	other.Period = may(30)
	_, err = later.Since(other)
	require.Error(t, err)
}

func TestSettleRefuses(t *testing.T) {
	rules := contracts()
	rules.From, rules.Until = day("2026-05-01"), day("2026-06-01")
	c := coalition(t, rules)
	in := func(period population.Period, entries ...loyalty.Entry) *loyalty.Traffic {
		return counted(t, c, period, entries...)
	}
	for name, period := range map[string]population.Period{
		"a day too many":  may(32),
		"a day too early": {From: day("2026-04-30"), Until: day("2026-05-02")},
	} {
		_, err := c.Settle(loyalty.Carry{}, in(period))
		refusal := new(customer.Refusal)
		require.ErrorAs(t, err, &refusal, name)
	}
	strangers := in(may(31), moved(loyalty.Earned, 1, "toys", 5, loyalty.Charge{To: "autumn", Points: 1}))
	_, err := c.Settle(loyalty.Carry{}, strangers)
	assert.Equal(t, []string{"traffic", "traffic"}, faulty(t, err))
	_, err = c.Settle(loyalty.Carry{}, in(may(31), moved(loyalty.Spent, 1, "spring", 5)))
	assert.Equal(t, []string{"traffic"}, faulty(t, err), "a joint debit has no shop")
	_, err = c.Settle(loyalty.Carry{}, &loyalty.Traffic{})
	assert.Equal(t, []string{"from", "until"}, faulty(t, err))

	paid := rules
	paid.Partners = append([]loyalty.Terms(nil), rules.Partners...)
	paid.Partners[0].Lapsed = price("1", "1")
	_, err = coalition(t, paid).Settle(loyalty.Carry{}, in(may(31)))
	assert.Equal(t, []string{"traffic.lapses"}, faulty(t, err))

	good := block(t, c, loyalty.Carry{}, "b", "100", "1.00", "2026-05-01", "")
	for name, tc := range map[string]struct {
		change func(*loyalty.Carry)
		want   string
	}{
		"another version":    {func(c *loyalty.Carry) { c.Version = 2 }, "carry.v"},
		"no version":         {func(c *loyalty.Carry) { c.Version = 0 }, "carry.v"},
		"no day":             {func(c *loyalty.Carry) { c.From = -1 }, "carry.from"},
		"a gap":              {func(c *loyalty.Carry) { c.From = day("2026-04-30") }, "period.from"},
		"settled already":    {func(c *loyalty.Carry) { c.From = day("2026-06-01") }, "period.from"},
		"used too much":      {func(c *loyalty.Carry) { c.Blocks[0].Used = 101 }, "carry.blocks[0]"},
		"used below nothing": {func(c *loyalty.Carry) { c.Blocks[0].Used = -1 }, "carry.blocks[0]"},
		"for nothing":        {func(c *loyalty.Carry) { c.Blocks[0].Price = 0 }, "carry.blocks[0]"},
		"twice":              {func(c *loyalty.Carry) { c.Blocks = append(c.Blocks, c.Blocks[0]) }, "carry.blocks[1]"},
		"too many":           {func(c *loyalty.Carry) { c.Blocks = make([]loyalty.HeldBlock, loyalty.MaxBlocks+1) }, "carry.blocks"},
		"a stranger's":       {func(c *loyalty.Carry) { c.Blocks[0].Partner = "toys" }, "carry.blocks[0].partner"},
		"over, no points":    {func(c *loyalty.Carry) { c.Over = []loyalty.Bearing{{Partner: "bakery"}} }, "carry.over[0]"},
		"joint, too many": {func(c *loyalty.Carry) {
			c.Joint = []loyalty.Bearing{{Debit: "spring", Points: 1 << 60}, {Debit: "spring", Partner: "bakery", Points: 1}}
		}, "carry.joint[1]"},
		"joint, out of order": {func(c *loyalty.Carry) {
			c.Joint = []loyalty.Bearing{{Debit: "spring", Partner: "filling", Points: 1}, {Debit: "spring", Partner: "bakery", Points: 1}}
		}, "carry.joint[1]"},
	} {
		t.Run(name, func(t *testing.T) {
			carry := good
			carry.Blocks = append([]loyalty.HeldBlock(nil), good.Blocks...)
			tc.change(&carry)
			_, err := c.Settle(carry, in(may(31)))
			assert.Contains(t, faulty(t, err), tc.want)
		})
	}
}

// Bounds: more money, or more points over the years, than can be reckoned with.
func TestSettleOverflow(t *testing.T) {
	rules := contracts()
	rules.Partners[1].Issue = price("1", "1")
	c := coalition(t, rules)
	const most = loyalty.MaxPoints / 100
	s := settled(t, c, loyalty.Carry{}, may(1), moved(loyalty.Earned, 1, "filling", most))
	assert.EqualValues(t, most*100, s.Bill("filling").Net)
	_, err := c.Settle(loyalty.Carry{}, counted(t, c, may(1), moved(loyalty.Earned, 1, "filling", most), moved(loyalty.Earned, 1, "filling", 1)))
	require.ErrorContains(t, err, "more money")

	full := loyalty.Carry{Version: loyalty.CarryVersion, From: may(1).From, Over: []loyalty.Bearing{{Partner: "filling", Points: 1 << 60}}}
	_, err = c.Settle(full, counted(t, c, may(1), moved(loyalty.Earned, 1, "filling", 1)))
	require.Error(t, err)
	settled(t, c, full, may(1), moved(loyalty.Earned, 1, "filling", 1), moved(loyalty.TakenBack, 1, "filling", 1))
}

// The stored form of a settlement and of what it carries. A changed line is a migration
// of data.
func TestGoldenSettlement(t *testing.T) {
	c := coalition(t, contracts())
	carry := block(t, c, loyalty.Carry{}, "b-1", "100", "1.00", "2026-05-01", "2026-05-10")
	carry = block(t, c, carry, "b-2", "100", "1.00", "2026-06-01", "2026-07-01")
	s := settled(t, c, carry, may(31),
		moved(loyalty.Earned, 2, "bakery", 80, loyalty.Charge{To: "spring", Points: 25}), moved(loyalty.Earned, 20, "bakery", 40),
		moved(loyalty.TakenBack, 21, "bakery", 5), moved(loyalty.Spent, 21, "filling", 50), moved(loyalty.GivenBack, 22, "filling", 20),
	)
	text, err := json.MarshalIndent(s, "", "\t")
	require.NoError(t, err)
	customertest.Golden(t, "settlement.golden", string(text)+"\n")
	var read loyalty.Settlement
	require.NoError(t, json.Unmarshal(text, &read))
	assert.Equal(t, s, read)
}
