package loyalty_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/loyalty"
)

func bytesOf(t require.TestingT, traffic *loyalty.Traffic) []byte {
	data, err := traffic.MarshalBinary()
	require.NoError(t, err)
	return data
}

func TestTrafficPeriods(t *testing.T) {
	c := coalition(t, contracts())
	for days, good := range map[int]bool{0: false, 1: true, loyalty.MaxSettlementDays: true, loyalty.MaxSettlementDays + 1: false, -1: false} {
		_, err := c.Traffic(may(days))
		assert.Equal(t, good, err == nil, "%d days", days)
	}
	_, err := c.Traffic(population.Period{})
	assert.Equal(t, []string{"from", "until"}, faulty(t, err))
}

// An entry belongs to the civil day of the coalition's zone.
func TestTrafficDays(t *testing.T) {
	zone, err := time.LoadLocation("Asia/Shanghai")
	require.NoError(t, err)
	rules := contracts()
	rules.Zone = zone.String()
	c, err := loyalty.NewCoalition(rules, zone)
	require.NoError(t, err)
	e := moved(loyalty.Earned, 1, "filling", 100)
	for at, want := range map[string]string{"2026-04-30 15:59": "", "2026-04-30 16:00": "billed 100 110"} {
		e.At = clock(at)
		assert.Equal(t, want, lines(settled(t, c, loyalty.Carry{}, may(1), e).Bill("filling")), at)
	}
	_, err = c.Settle(loyalty.Carry{}, counted(t, coalition(t, contracts()), may(1)))
	assert.Equal(t, []string{"traffic.zone"}, faulty(t, err))
}

func TestTrafficRefuses(t *testing.T) {
	c := coalition(t, contracts())
	traffic := counted(t, c, may(31), moved(loyalty.Earned, 1, "bakery", 10))
	before := bytesOf(t, traffic)
	charge := func(to string, points int64) loyalty.Entry {
		return moved(loyalty.Earned, 1, "bakery", 10, loyalty.Charge{To: to, Points: points})
	}
	for name, change := range map[string]func(e *loyalty.Entry){
		"another version":      func(e *loyalty.Entry) { e.Version = 2 },
		"another book":         func(e *loyalty.Entry) { e.To = loyalty.Owed },
		"points below 0":       func(e *loyalty.Entry) { e.Points = -1 },
		"no points":            func(e *loyalty.Entry) { e.Points = 0 },
		"too many points":      func(e *loyalty.Entry) { e.Points = loyalty.MaxPoints + 1 },
		"charges above points": func(e *loyalty.Entry) { *e = charge("spring", 11) },
		"charges in all above": func(e *loyalty.Entry) {
			*e = moved(loyalty.Earned, 1, "bakery", 10, loyalty.Charge{To: "spring", Points: 6}, loyalty.Charge{To: "filling", Points: 5})
		},
		"no charge":          func(e *loyalty.Entry) { *e = charge("spring", 0) },
		"nobody is charged":  func(e *loyalty.Entry) { *e = charge("", 1) },
		"a name too long":    func(e *loyalty.Entry) { e.Partner = strings.Repeat("x", customer.MaxText+1) },
		"an unreadable name": func(e *loyalty.Entry) { e.Partner = "\xff" },
	} {
		bad := moved(loyalty.Earned, 2, "filling", 10)
		change(&bad)
		require.ErrorIs(t, traffic.Add("c-2", []loyalty.Entry{moved(loyalty.Earned, 1, "filling", 10), bad}), loyalty.ErrBroken, name)
		require.Equal(t, before, bytesOf(t, traffic), name)
	}
	require.NoError(t, traffic.Add("c-2", []loyalty.Entry{charge("spring", 10)}), "all of it")

	most := make([]loyalty.Entry, 1<<10) // of 2⁵⁰ points each
	for i := range most {
		most[i] = moved(loyalty.Earned, 1, "bakery", loyalty.MaxPoints)
	}
	full := counted(t, c, may(31), most...)
	before = bytesOf(t, full)
	for _, partner := range []string{"bakery", "filling"} { // more of one, or more in all
		require.Error(t, full.Add("c-1", []loyalty.Entry{moved(loyalty.Earned, 1, partner, 1)}))
	}
	require.Error(t, full.Add("c-1", append(most, most[0])))
	require.Error(t, full.Merge(counted(t, c, may(31), moved(loyalty.Earned, 1, "filling", 1))))
	require.Equal(t, before, bytesOf(t, full))

	names, err := c.Traffic(may(31))
	require.NoError(t, err)
	const most2 = 1 + loyalty.MaxPartners + loyalty.MaxDebits
	for i := range most2 {
		require.NoError(t, names.Add("c-1", []loyalty.Entry{moved(loyalty.Earned, 1, fmt.Sprint("p", i), 1)}))
	}
	require.Error(t, names.Add("c-1", []loyalty.Entry{moved(loyalty.Earned, 1, "one more", 1)}))

	for name, other := range map[string]*loyalty.Traffic{
		"another period": counted(t, c, may(30)),
		"no zone":        {},
		"with lapses":    counted(t, coalition(t, paidForLapses()), may(31)),
	} {
		require.Error(t, traffic.Merge(other), name)
	}
	var nothing loyalty.Traffic
	_, err = nothing.MarshalBinary()
	require.Error(t, err)
	require.Error(t, nothing.UnmarshalBinary(before), "days of a zone that it does not know")
}

// paidForLapses are contracts under which the bakery is paid for points that lapse.
func paidForLapses() loyalty.CoalitionRules {
	rules := contracts()
	rules.Partners[0].Lapsed = price("1", "1")
	return rules
}

func TestTrafficBytes(t *testing.T) {
	empty := bytesOf(t, counted(t, coalition(t, contracts()), may(31)))
	assert.Equal(t, []byte("\x01\x99\x93\x2d\xb8\x93\x2d\x03UTC\x00\x00"), empty)
	header := empty[:len(empty)-1]
	const most = "\x80\x80\x80\x80\x80\x80\x80\x80\x10" // 2⁶⁰
	for name, tc := range map[string]struct {
		data string
		good bool
	}{
		"a name with a day":      {string(header) + "\x01\x01a\x01\x00\x01\x00\x00\x00\x00", true},
		"the last day":           {string(header) + "\x01\x01a\x01\x1e\x01\x00\x00\x00\x00", true},
		"the day after it":       {string(header) + "\x01\x01a\x01\x1f\x01\x00\x00\x00\x00", false},
		"the most points":        {string(header) + "\x01\x01a\x01\x00" + most + "\x00\x00\x00\x00", true},
		"one more":               {string(header) + "\x01\x01a\x01\x00" + most + "\x01\x00\x00\x00", false},
		"points that lapse":      {string(header) + "\x01\x01a\x01\x00\x00\x00\x00\x00\x01", false},
		"which do count":         {string(header[:len(header)-1]) + "\x01\x01\x01a\x01\x00\x00\x00\x00\x00\x01", true},
		"a flag of 2":            {string(header[:len(header)-1]) + "\x02\x00", false},
		"a day without points":   {string(header) + "\x01\x01a\x01\x00\x00\x00\x00\x00\x00", false},
		"a name without days":    {string(header) + "\x01\x01a\x00", false},
		"a day twice":            {string(header) + "\x01\x01a\x02\x00\x01\x00\x00\x00\x00\x00\x01\x00\x00\x00\x00", false},
		"two days":               {string(header) + "\x01\x01a\x02\x00\x01\x00\x00\x00\x00\x01\x01\x00\x00\x00\x00", true},
		"a name twice":           {string(header) + "\x02\x01a\x01\x00\x01\x00\x00\x00\x00\x01a\x01\x00\x01\x00\x00\x00\x00", false},
		"two names":              {string(header) + "\x02\x01a\x01\x00\x01\x00\x00\x00\x00\x01b\x01\x00\x01\x00\x00\x00\x00", true},
		"names out of order":     {string(header) + "\x02\x01b\x01\x00\x01\x00\x00\x00\x00\x01a\x01\x00\x01\x00\x00\x00\x00", false},
		"an unreadable name":     {string(header) + "\x01\x01\xff\x01\x00\x01\x00\x00\x00\x00", false},
		"the operator":           {string(header) + "\x01\x00\x01\x00\x01\x00\x00\x00\x00", true},
		"2002 names":             {string(header) + "\xd2\x0f", false},
		"another version":        {"\x02" + string(empty[1:]), false},
		"another zone":           {strings.Replace(string(empty), "UTC", "CET", 1), false},
		"a period of no days":    {"\x01\x99\x93\x2d\x99\x93\x2d\x03UTC\x00\x00", false},
		"a byte too many":        {string(empty) + "\x00", false},
		"nothing but its header": {string(empty), true},
	} {
		read := counted(t, coalition(t, contracts()), may(31))
		err := read.UnmarshalBinary([]byte(tc.data))
		assert.Equal(t, tc.good, err == nil, "%s: %v", name, err)
		if err != nil {
			require.ErrorIs(t, err, population.ErrFormat, name)
			continue
		}
		assert.Equal(t, tc.data, string(bytesOf(t, read)), name)
		if name == "the most points" {
			require.Error(t, read.Merge(counted(t, coalition(t, contracts()), may(31), moved(loyalty.Earned, 1, "b", 1))), "what was read counts")
		}
	}
}

func FuzzTraffic(f *testing.F) {
	c := coalition(f, paidForLapses())
	seed := counted(f, c, may(31),
		moved(loyalty.Earned, 1, "bakery", 300, loyalty.Charge{To: "spring", Points: 25}), moved(loyalty.TakenBack, 3, "bakery", 20),
		moved(loyalty.Spent, 31, "filling", 7), moved(loyalty.GivenBack, 31, "filling", 7), moved(loyalty.Lapsed, 30, "", 100),
	)
	data := bytesOf(f, seed)
	f.Add(data)
	f.Add(bytesOf(f, counted(f, coalition(f, contracts()), may(1))))
	for i := range data { // each byte of it another one
		changed := bytes.Clone(data)
		changed[i] ^= 0x81
		f.Add(changed)
		f.Add(data[:i])
	}
	f.Add(append(bytes.Clone(data), 0))
	f.Fuzz(func(t *testing.T, data []byte) {
		read := counted(t, c, may(31), moved(loyalty.Earned, 1, "bakery", 5))
		want := bytesOf(t, read)
		if read.UnmarshalBinary(data) == nil {
			want = data
		}
		require.Equal(t, want, bytesOf(t, read), "what is read is what was written; what is refused changes nothing")
		s, err := c.Settle(loyalty.Carry{}, read)
		if err == nil {
			sumsToZero(t, s)
		}
	})
}

// town is members of two partners and an operator, and the programme and the contracts
// that they have drawn.
type town struct {
	program   *loyalty.Program
	coalition *loyalty.Coalition
	rules     loyalty.CoalitionRules
	accounts  []loyalty.Account
	history   [][]loyalty.Entry
}

func newTown(t *rapid.T) *town {
	rules := drugstore()
	rules.Earnings = []loyalty.Earning{
		{ID: "base", Rate: &loyalty.Rate{Points: dec("1"), Per: dec("1"), Full: true}},
		{ID: "joint", When: loyalty.When{SKUs: []string{"b", "c"}}, Each: dec("7"), Sponsor: "spring"},
		{ID: "maker", When: loyalty.When{SKUs: []string{"c"}}, Each: dec("5"), Sponsor: "filling"},
		{ID: "double", When: loyalty.When{Partners: []string{"bakery"}}, Times: dec("1.5"), Rounding: loyalty.HalfUp, Sponsor: "bakery"},
	}
	rules.Events = []loyalty.Event{{ID: "survey", Points: dec("9"), Sponsor: "spring"}}
	rules.Caps = []loyalty.Cap{{ID: "bill", Per: loyalty.PerReceipt, Points: dec("60")}}
	rules.Shortfall = rapid.SampledFrom([]loyalty.Shortfall{loyalty.Forgive, loyalty.Owe, loyalty.OthersThenOwe, loyalty.OthersThenForgive}).Draw(t, "shortfall")
	rules.Expiry.Days = rapid.SampledFrom([]int{0, 10}).Draw(t, "expiry")
	rules.VestDays = rapid.SampledFrom([]int{0, 2}).Draw(t, "vest days")
	p, err := loyalty.NewProgram(rules, time.UTC)
	require.NoError(t, err)

	pays := contracts()
	first := rapid.IntRange(1, 999).Draw(t, "permille")
	pays.Debits[0].Shares = []loyalty.DebitShare{{Partner: "bakery", Permille: first}, {Permille: 1000 - first}}
	if first > 1 {
		pays.Debits[0].Shares = []loyalty.DebitShare{{Partner: "bakery", Permille: first - 1}, {Permille: 1000 - first}, {Partner: "filling", Permille: 1}}
	}
	pays.Rounding = rapid.SampledFrom([]loyalty.Rounding{loyalty.Floor, loyalty.HalfUp, loyalty.HalfEven, loyalty.Ceil}).Draw(t, "rounding")
	if rapid.Bool().Draw(t, "lapsed points are paid") {
		pays.Partners[0].Lapsed = price("0.70", "100")
	}
	return &town{program: p, coalition: coalition(t, pays), rules: pays, accounts: make([]loyalty.Account, 3), history: make([][]loyalty.Entry, 3)}
}

// live plays two months of what members do, time going on.
func (w *town) live(t *rapid.T) {
	at := day("2026-05-01").Start(time.UTC)
	type ref struct {
		who  int
		name string
	}
	var sales, payments []ref
	for i := range rapid.IntRange(1, 30).Draw(t, "steps") {
		at = at.Add(time.Duration(rapid.IntRange(0, 90).Draw(t, "hours")) * time.Hour)
		who, name := rapid.IntRange(0, len(w.accounts)-1).Draw(t, "who"), fmt.Sprint("x-", i)
		partner := rapid.SampledFrom([]string{"bakery", "filling", ""}).Draw(t, "partner")
		var d loyalty.Decision
		var err error
		switch a := w.accounts[who]; rapid.IntRange(0, 7).Draw(t, "what") {
		case 0, 1:
			receipt := bought(name, at)
			receipt.Partner = partner
			for range rapid.IntRange(1, 3).Draw(t, "lines") {
				line := item(rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "sku"), decimal.New(rapid.Int64Range(0, 3_000).Draw(t, "paid"), -2).String())
				line.Quantity = decimal.New(rapid.Int64Range(1, 5).Draw(t, "quantity"), 0)
				receipt.Lines = append(receipt.Lines, line)
			}
			sales = append(sales, ref{who, name})
			d, err = w.program.Earn(a, receipt)
		case 2:
			d, err = w.program.Award(a, loyalty.Occasion{Ref: name, Event: "survey", At: at})
		case 3:
			spending := loyalty.Spending{Ref: name, At: at, Points: decimal.NewFromInt(rapid.Int64Range(1, 60).Draw(t, "points")), Partner: partner}
			if partner == "" {
				spending.Sale, spending.Bill = "bill-"+name, dec("100")
			}
			payments = append(payments, ref{who, name})
			d, err = w.program.Redeem(a, spending)
		case 4:
			if len(payments) == 0 {
				continue
			}
			of := rapid.SampledFrom(payments).Draw(t, "payment")
			who = of.who
			d, err = w.program.Refund(w.accounts[who], loyalty.Refund{Ref: name, Payment: of.name, At: at})
		case 5:
			if len(sales) == 0 {
				continue
			}
			of := rapid.SampledFrom(sales).Draw(t, "sale")
			who = of.who
			d, err = w.program.Return(w.accounts[who], brought(name, of.name, at, rapid.IntRange(1, 2).Draw(t, "line"), decimal.New(rapid.Int64Range(1, 3000).Draw(t, "thousandths"), -3).String()))
		case 6:
			if len(sales) == 0 {
				continue
			}
			of := rapid.SampledFrom(sales).Draw(t, "sale")
			who = of.who
			d, err = w.program.Void(w.accounts[who], loyalty.Voiding{Ref: name, Sale: of.name, At: at})
		case 7:
			d, err = w.program.Adjust(a, loyalty.Adjustment{Ref: name, At: at, Points: dec("15"), Reason: "goodwill", Author: "desk"})
		}
		if err == nil {
			w.accounts[who], w.history[who] = d.Next, append(w.history[who], d.Entries...)
		}
	}
}

// counted counts members in any order and any split, through bytes.
func (w *town) counted(t *rapid.T, period population.Period, who []int) *loyalty.Traffic {
	parts := make([]*loyalty.Traffic, rapid.IntRange(1, 3).Draw(t, "parts"))
	for i := range parts {
		var err error
		parts[i], err = w.coalition.Traffic(period)
		require.NoError(t, err)
	}
	part := func() *loyalty.Traffic { return rapid.SampledFrom(parts).Draw(t, "part") }
	for _, i := range rapid.Permutation(who).Draw(t, "order") {
		cut := len(w.history[i])
		if w.rules.Partners[0].Lapsed.Points.IsZero() { // then a member may be split as well
			cut = rapid.IntRange(0, len(w.history[i])).Draw(t, "cut")
		}
		require.NoError(t, part().Add(customer.ID(fmt.Sprint("c-", i)), w.history[i][:cut]))
		require.NoError(t, part().Add(customer.ID(fmt.Sprint("c-", i)), w.history[i][cut:]))
	}
	all, err := w.coalition.Traffic(period)
	require.NoError(t, err)
	for _, one := range parts {
		read, err := w.coalition.Traffic(may(1))
		require.NoError(t, err)
		require.NoError(t, read.UnmarshalBinary(bytesOf(t, one)))
		require.NoError(t, all.Merge(read))
	}
	return all
}

// naive sums the entries of a period by name, as anybody would.
type naive map[string]struct{ issued, taken, redeemed, given, lapsed int64 }

func (w *town) naive(period population.Period) naive {
	sums := naive{}
	add := func(name string, change func(issued, taken, redeemed, given, lapsed *int64)) {
		one := sums[name]
		change(&one.issued, &one.taken, &one.redeemed, &one.given, &one.lapsed)
		sums[name] = one
	}
	for _, history := range w.history {
		for _, e := range history {
			if !period.Contains(customer.DateOf(e.At, time.UTC)) {
				continue
			}
			rest := e.Points
			for _, charge := range e.Charges {
				rest -= charge.Points
				add(charge.To, func(issued, taken, _, _, _ *int64) {
					if e.Kind == loyalty.Earned {
						*issued += charge.Points
					} else {
						*taken += charge.Points
					}
				})
			}
			add(e.Partner, func(issued, taken, redeemed, given, _ *int64) {
				switch {
				case e.Kind == loyalty.Earned:
					*issued += rest
				case e.Kind == loyalty.TakenBack:
					*taken += rest
				case e.To == loyalty.Redeemed || e.To == loyalty.Partner:
					*redeemed += e.Points
				case e.Kind == loyalty.GivenBack:
					*given += e.Points
				}
			})
			if e.To == loyalty.Expired {
				add("all", func(_, _, _, _, lapsed *int64) { *lapsed += e.Points })
			}
		}
	}
	return sums
}

// Two months of real decisions: sales of two partners with sponsors and a joint debit,
// returns, payments and refunds, settled month by month.
func TestSettlementOfRealDecisions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		// row E16: what partners owe follows from what their tills booked.
		w := newTown(t)
		w.live(t)
		carry := block(t, w.coalition, loyalty.Carry{}, "b-1", "30", "0.29", "2026-05-03", "2026-05-25")
		carry = block(t, w.coalition, carry, "b-2", "40", "0.47", "2026-05-10", "2026-06-20")
		issued, taken := map[string]int64{}, map[string]int64{}
		for _, period := range []population.Period{may(31), {From: day("2026-06-01"), Until: day("2026-07-01")}, {From: day("2026-07-01"), Until: day("2026-09-30")}} {
			everyone := []int{0, 1, 2}
			traffic := w.counted(t, period, everyone)
			require.Equal(t, bytesOf(t, traffic), bytesOf(t, w.counted(t, period, everyone)), "any order, any split")
			s, err := w.coalition.Settle(carry, traffic)
			require.NoError(t, err)
			sumsToZero(t, s)
			again, err := w.coalition.Settle(carry, traffic)
			require.NoError(t, err)
			require.Equal(t, s, again, "the carry is a value")

			want := w.naive(period)
			joint, parts, lapsed := want["spring"], [2]int64{}, int64(0)
			for _, bill := range append(s.Bills[:2:2], s.Operator) {
				own := want[bill.Partner]
				require.Equal(t, own.redeemed, bill.Redeemed, bill.Partner)
				require.Equal(t, own.given, bill.GivenBack, bill.Partner)
				share := int64(0)
				for _, one := range w.rules.Debits[0].Shares {
					if one.Partner == bill.Partner {
						share = int64(one.Permille)
					}
				}
				part := bill.Issued - own.issued
				require.LessOrEqual(t, max(1000*part-joint.issued*share, joint.issued*share-1000*part), int64(999), "%s has %d of %d", bill.Partner, part, joint.issued)
				parts[0] += part
				parts[1] += bill.TakenBack - own.taken
				require.GreaterOrEqual(t, bill.TakenBack, own.taken)
				issued[bill.Partner] += bill.Issued
				taken[bill.Partner] += bill.TakenBack
				require.LessOrEqual(t, taken[bill.Partner], issued[bill.Partner], "taken back of %s", bill.Partner)
				lapsed += bill.Lapsed
			}
			require.Equal(t, [2]int64{joint.issued, joint.taken}, parts)
			if !w.rules.Partners[0].Lapsed.Points.IsZero() {
				require.Equal(t, want["all"].lapsed, lapsed)
			}
			w.checkMoney(t, carry, s)
			w.checkLate(t, carry, period, s)
			carry = s.Next
		}
	})
}

// checkMoney holds amounts against decimals, and blocks against the points of the bill.
func (w *town) checkMoney(t *rapid.T, before loyalty.Carry, s loyalty.Settlement) {
	bakery, filling := s.Bill("bakery"), s.Bill("filling")
	covered := int64(0)
	for _, line := range bakery.Lines {
		if line.Code == loyalty.CodeBlockUsed || line.Code == loyalty.CodeOverBlock {
			covered += line.Mark
		}
	}
	require.Equal(t, bakery.Issued-bakery.TakenBack, covered, "every point comes out of a block or is over them")
	for _, b := range s.Next.Blocks {
		require.True(t, b.Used >= 0 && b.Used <= b.Points)
	}
	rate := func(points int64, per100 string) int64 {
		exact := dec(per100).Mul(decimal.NewFromInt(max(points, -points))) // fen
		minor := exact.Floor()
		switch half := exact.Sub(minor).Cmp(dec("0.5")); {
		case w.rules.Rounding == loyalty.Ceil:
			minor = exact.Ceil()
		case w.rules.Rounding == loyalty.HalfUp && half >= 0, w.rules.Rounding == loyalty.HalfEven && half > 0:
			minor = exact.Ceil()
		case w.rules.Rounding == loyalty.HalfEven && half == 0:
			minor = exact.RoundBank(0)
		}
		if points < 0 {
			minor = minor.Neg()
		}
		return minor.BigInt().Int64()
	}
	require.Equal(t, rate(filling.Issued-filling.TakenBack, "1.10")-rate(filling.Redeemed-filling.GivenBack, "0.95"), filling.Net)
	blocks := int64(0)
	for _, line := range bakery.Lines {
		switch line.Code {
		case loyalty.CodeOverBlock:
			require.Equal(t, rate(line.Mark, "1.20"), line.Fact)
		case loyalty.CodeReimbursed:
			require.Equal(t, -rate(bakery.Redeemed-bakery.GivenBack, "0.90"), line.Fact)
		case loyalty.CodeLapsedPaid:
			require.Equal(t, -rate(bakery.Lapsed, "0.70"), line.Fact)
		case loyalty.CodeBlockBought, loyalty.CodeBlockRefunded:
			blocks += line.Fact
		}
	}
	// What a block has cost so far: its price, less the part for what is gone, rounded down.
	cost := func(carry loyalty.Carry) (minor int64) {
		for _, b := range carry.Blocks {
			if b.From >= carry.From {
				continue
			}
			minor += b.Price
			if b.Ended {
				minor -= b.Price * (b.Points - b.Used) / b.Points
			}
		}
		return minor
	}
	gone := len(before.Blocks) - len(s.Next.Blocks) // blocks of which nothing is left have cost nothing
	require.GreaterOrEqual(t, gone, 0)
	start := before
	start.From = s.Period.From
	require.Equal(t, cost(s.Next)-cost(start), blocks)
}

// checkLate settles once without a member whose till reports late: earlier bills and the
// difference make the bills of the whole.
func (w *town) checkLate(t *rapid.T, carry loyalty.Carry, period population.Period, whole loyalty.Settlement) {
	earlier, err := w.coalition.Settle(carry, w.counted(t, period, []int{0, 2}))
	require.NoError(t, err)
	d, err := whole.Since(earlier)
	require.NoError(t, err)
	sumsToZero(t, d)
	for _, bill := range whole.Bills {
		first, rest := earlier.Bill(bill.Partner), d.Bill(bill.Partner)
		require.Equal(t, bill.Net, first.Net+rest.Net)
		require.Equal(t, bill.Issued, first.Issued+rest.Issued)
		require.Equal(t, bill.GivenBack, first.GivenBack+rest.GivenBack)
	}
	require.Equal(t, whole.Operator.Net, earlier.Operator.Net+d.Operator.Net)
}

// A lot with several sponsors that comes back piece by piece: no point is charged twice,
// and nobody gives back more than he bore.
func TestReturnsOfSeveralSponsors(t *testing.T) {
	rules := drugstore()
	rules.Earnings = []loyalty.Earning{
		{ID: "one", Each: dec("1"), Sponsor: "bakery"},
		{ID: "two", Each: dec("1"), Sponsor: "filling"},
	}
	p := program(t, rules)
	d, err := p.Earn(loyalty.Account{}, bought("r-1", clock("2026-05-01 12:00"), items("a", "1", "10.00")))
	a, history := after(t, d, err), d.Entries
	for _, ref := range []string{"b-1", "b-2"} {
		d, err = p.Return(a, brought(ref, "r-1", clock("2026-05-02 12:00"), 1, "0.5"))
		a, history = after(t, d, err), append(history, d.Entries...)
		s := settled(t, coalition(t, contracts()), loyalty.Carry{}, may(31), history...)
		assert.Zero(t, s.Operator.TakenBack)
		assert.LessOrEqual(t, s.Bill("bakery").TakenBack, int64(1))
		assert.Equal(t, -a.Balances.In(loyalty.Issued), 2-s.Bill("bakery").TakenBack-s.Bill("filling").TakenBack)
	}
}

func BenchmarkTraffic(b *testing.B) {
	c := coalition(b, paidForLapses())
	history := []loyalty.Entry{
		moved(loyalty.Earned, 3, "bakery", 120, loyalty.Charge{To: "spring", Points: 20}), moved(loyalty.TakenBack, 5, "bakery", 12),
		moved(loyalty.Spent, 9, "filling", 40), moved(loyalty.GivenBack, 11, "filling", 10), moved(loyalty.Lapsed, 30, "", 20),
	}
	traffic, err := c.Traffic(may(31))
	require.NoError(b, err)
	b.ReportAllocs()
	for b.Loop() {
		if err := traffic.Add("c-1", history); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N*len(history))/b.Elapsed().Seconds(), "entries/s")
}

// Blocks against one point after the other.
func TestBlocksPointByPoint(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, carry := coalition(t, contracts()), loyalty.Carry{}
		type held struct{ from, until, points, used int } // in the order of use
		blocks := map[int]*held{}
		last := 0
		for i := range 3 {
			last += rapid.IntRange(1, 5).Draw(t, "from")
			b := &held{from: last, until: last + rapid.IntRange(1, 12).Draw(t, "days"), points: rapid.IntRange(1, 9).Draw(t, "points")}
			blocks[i] = b
			from := day("2026-05-01").AddDays(b.from - 1)
			carry = block(t, c, carry, fmt.Sprint("b", i), fmt.Sprint(b.points), "1", from.String(), from.AddDays(b.until-b.from).String())
		}
		var entries []loyalty.Entry
		over := 0
		for date := 1; date <= 31; date++ {
			in, out := rapid.IntRange(0, 6).Draw(t, "issued"), rapid.IntRange(0, 3).Draw(t, "taken")
			for range in {
				entries = append(entries, moved(loyalty.Earned, date, "bakery", 1))
				covered := false
				for i := 0; i < 3 && !covered; i++ {
					if b := blocks[i]; b.from <= date && date < b.until && b.used < b.points {
						b.used++
						covered = true
					}
				}
				if !covered {
					over++
				}
			}
			for range out {
				entries = append(entries, moved(loyalty.TakenBack, date, "bakery", 1))
				back := over > 0
				if back {
					over--
				}
				for i := 2; i >= 0 && !back; i-- {
					if blocks[i].used > 0 {
						blocks[i].used--
						back = true
					}
				}
				if !back {
					over-- // nothing is known of it: credited
				}
			}
			if over < 0 {
				t.Skip("more is taken back than was issued")
			}
		}
		s := settled(t, c, carry, may(31), rapid.Permutation(entries).Draw(t, "order")...)
		used, gotOver := map[string]int64{}, 0
		for _, line := range s.Bill("bakery").Lines {
			if line.Code == loyalty.CodeBlockUsed {
				used[line.Rule] += line.Mark
			}
			if line.Code == loyalty.CodeOverBlock {
				gotOver = int(line.Mark)
			}
		}
		for i := range 3 {
			assert.EqualValues(t, blocks[i].used, used[fmt.Sprint("coalition/1 bakery b", i)], i)
		}
		assert.Equal(t, over, gotOver)
	})
}
