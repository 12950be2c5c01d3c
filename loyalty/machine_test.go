package loyalty_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/loyalty"
)

// machine plays all commands on one account and keeps beside it what is obviously
// right: sums over the entries, and over what was sold and brought back.
type machine struct {
	programs []*loyalty.Program // editions with other dates: an account outlives its rules
	account  loyalty.Account
	history  []loyalty.Entry
	refs     int

	given map[string]int64              // by sale
	taken map[string]int64              // by sale
	lines map[string][]loyalty.SoldLine // by sale, with what the commands brought back
	days  map[string]customer.Date      // by sale
	paid  map[string]int64              // by payment
	back  map[string]int64              // by payment
	holds []string
	pays  []string
	sales []string
}

// programs draws two editions of a programme.
func programs(t *rapid.T) []*loyalty.Program {
	shortfall := rapid.SampledFrom([]loyalty.Shortfall{loyalty.Forgive, loyalty.Owe, loyalty.OthersThenOwe, loyalty.OthersThenForgive}).Draw(t, "shortfall")
	var all []*loyalty.Program
	for version := 1; version <= 2; version++ {
		rules := drugstore()
		rules.Version, rules.Shortfall, rules.ReturnDays = version, shortfall, 10
		rules.Earnings = append(rules.Earnings,
			loyalty.Earning{ID: "double", When: loyalty.When{SKUs: []string{"b"}}, Times: dec("2.5"), Rounding: loyalty.HalfUp},
			loyalty.Earning{ID: "each", When: loyalty.When{SKUs: []string{"c"}}, Each: dec("3")},
		)
		rules.Events = []loyalty.Event{{ID: "survey", Points: dec("7"), VestDays: 2, Most: 5}}
		rules.Caps = []loyalty.Cap{{ID: "month", Per: loyalty.PerMonth, Points: dec("400")}, {ID: "bill", Per: loyalty.PerReceipt, Points: dec("60")}}
		rules.Expiry = rapid.SampledFrom([]loyalty.Expiry{{}, {Days: 6}, {Days: 40}, {Months: 1}, {To: loyalty.EndOfMonth}, {IdleMonths: 1}}).Draw(t, "expiry")
		rules.VestDays = rapid.SampledFrom([]int{0, 0, 3}).Draw(t, "vest days")
		rules.VestAtClose = rules.VestDays == 0 && rapid.IntRange(0, 3).Draw(t, "vest at close") == 3
		if rules.VestAtClose && rules.Expiry.Days == 6 {
			rules.Expiry.Days = 12 // points that are gone before they vest are refused
		}
		rules.Tiers = ladder(loyalty.Lifetime, 0, loyalty.Stay).Tiers
		rules.Tiers.Metric = loyalty.Metric(rapid.IntRange(1, int(loyalty.ByProfit)).Draw(t, "metric"))
		rules.Tiers.Window = loyalty.Window(rapid.IntRange(1, int(loyalty.RollingMonths)).Draw(t, "window"))
		rules.Tiers.Down = loyalty.Down(rapid.IntRange(1, int(loyalty.ToEarned)).Draw(t, "down"))
		if rules.Tiers.Window != loyalty.Lifetime {
			rules.Tiers.Months, rules.Tiers.GraceDays = rapid.IntRange(1, 3).Draw(t, "months"), rapid.IntRange(0, 10).Draw(t, "grace")
		}
		rules.Tender.Least, rules.Tender.MostPermille = decimal.Decimal{}, 500
		program, err := loyalty.NewProgram(rules, time.UTC)
		require.NoError(t, err)
		all = append(all, program)
	}
	return all
}

func (m *machine) program(t *rapid.T) *loyalty.Program {
	return m.programs[rapid.IntRange(0, len(m.programs)-1).Draw(t, "edition")]
}

func (m *machine) ref() string {
	m.refs++
	return fmt.Sprintf("r-%d", m.refs)
}

// at draws an instant: time goes on, and facts arrive late.
func (m *machine) at(t *rapid.T) time.Time {
	return clock("2026-03-01 12:00").Add(time.Duration(m.refs*5+rapid.IntRange(-60, 60).Draw(t, "hours")) * time.Hour)
}

// pick draws one of the known references, or one that nobody knows.
func pick(t *rapid.T, refs []string) string {
	return rapid.SampledFrom(append([]string{"nobody's"}, refs...)).Draw(t, "of")
}

// book holds a decision against all that must be so, and books it.
func (m *machine) book(t *rapid.T, before string, d loyalty.Decision, err error) bool {
	require.Equal(t, before, image(t, m.account), "a decision changes nothing")
	if err != nil {
		var refusal *customer.Refusal
		require.ErrorAs(t, err, &refusal)
		require.NotEmpty(t, refusal.Missing)
		require.Empty(t, d.Entries)
		return false
	}
	next, err := m.account.Apply(d.Entries...)
	require.NoError(t, err)
	require.Equal(t, image(t, d.Next), image(t, next), "what is applied is what was decided")
	require.Equal(t, before, image(t, m.account), "Apply changes nothing")
	m.history = append(m.history, d.Entries...)
	m.account = next
	for _, e := range d.Entries {
		m.count(e)
	}
	return true
}

func (m *machine) count(e loyalty.Entry) {
	switch kind := e.Kind; {
	case kind == loyalty.Sold:
		m.lines[e.Sale] = append([]loyalty.SoldLine(nil), e.Lines...)
		m.sales = append(m.sales, e.Sale)
		m.days[e.Sale] = e.Earned
	case kind == loyalty.Earned:
		m.given[e.Sale] += e.Points
	case kind == loyalty.TakenBack || kind == loyalty.Forgiven:
		m.taken[e.Sale] += e.Points
	case kind == loyalty.Spent || kind == loyalty.Captured:
		if m.paid[e.Ref] == 0 {
			m.pays = append(m.pays, e.Ref)
		}
		m.paid[e.Ref] += e.Points
	case kind == loyalty.GivenBack:
		m.back[e.Other] += e.Points
	case kind == loyalty.Brought:
		for i, line := range e.Lines {
			m.lines[e.Sale][i].Returned += line.Units
		}
	}
}

// image is everything there is to see of an account.
func image(t *rapid.T, account loyalty.Account) string {
	text, err := json.Marshal(account)
	require.NoError(t, err)
	return string(text)
}

// check holds the account against the history and the model.
func (m *machine) check(t *rapid.T) {
	a := m.account
	replayed, err := loyalty.Replay(m.history)
	require.NoError(t, err)
	require.Equal(t, image(t, a), image(t, replayed), "Replay of the whole history")
	require.EqualValues(t, len(m.history), a.Entries)

	var balances loyalty.Balances
	byHand := int64(0)
	for _, e := range m.history {
		balances[e.From] -= e.Points
		balances[e.To] += e.Points
		if e.From == 0 {
			balances[0] = 0 // moves nothing
		}
		if e.Kind == loyalty.Adjusted && e.To == loyalty.Issued {
			byHand += e.Points
		}
	}
	require.Equal(t, balances, a.Balances)
	require.Zero(t, a.Balances.Sum())
	for book := loyalty.Issued; book.Valid(); book++ {
		switch {
		case book == loyalty.Issued:
			require.LessOrEqual(t, a.Balances.In(book), byHand, book)
		case book == loyalty.Owed:
			require.LessOrEqual(t, a.Balances.In(book), int64(0), book)
		default:
			require.GreaterOrEqual(t, a.Balances.In(book), int64(0), book)
		}
	}
	var left, held, pending, setAside int64
	for _, lot := range a.Lots {
		require.True(t, lot.Left >= 0 && lot.Held >= 0 && lot.Left+lot.Held > 0, "%+v", lot)
		left, held = left+lot.Left, held+lot.Held
	}
	for _, lot := range a.Pending {
		require.Positive(t, lot.Left)
		pending += lot.Left
	}
	for _, hold := range a.Holds {
		for _, part := range hold.Parts {
			setAside += part.Points - part.Back
		}
	}
	require.Equal(t, a.Balances.In(loyalty.Member), left)
	require.Equal(t, a.Balances.In(loyalty.Held), held)
	require.Equal(t, a.Balances.In(loyalty.Held), setAside)
	require.Equal(t, a.Balances.In(loyalty.Pending), pending)

	var spend, points int64
	visits := make(map[customer.Date]bool)
	for sale, lines := range m.lines {
		given, due := int64(0), int64(0)
		whole := false // is any unit still with her
		for _, line := range lines {
			given += line.Given
			due += line.Given * line.Returned / line.Units
			spend += line.Spend - line.Spend*line.Returned/line.Units
			points += line.Given - line.Given*line.Returned/line.Units
			whole = whole || line.Returned < line.Units
			require.LessOrEqual(t, line.Returned, line.Units)
		}
		require.Equal(t, m.given[sale], given, "the lines of %s", sale)
		require.Equal(t, due, m.taken[sale], "taken of %s", sale) // L1: what comes back takes what it gave
		require.LessOrEqual(t, m.taken[sale], m.given[sale])
		if whole {
			visits[m.days[sale]] = true
		}
	}
	// L8: what counts towards tiers is what was bought and kept, whatever was spent.
	require.Equal(t, spend, a.Lifetime.Spend)
	require.Equal(t, points, a.Lifetime.Points)
	// A receipt that comes late for a forgotten day is no visit, and what comes back so late
	// unmakes none.
	ever := make(map[customer.Date]bool)
	for _, day := range m.days {
		ever[day] = true
	}
	require.LessOrEqual(t, a.Lifetime.Visits, int64(len(ever)))
	remembered := 0
	for day := range visits {
		if day >= a.DaysFrom {
			remembered++
		}
	}
	require.GreaterOrEqual(t, a.Lifetime.Visits, int64(remembered))
	m.checkTier(t)
	for payment, paid := range m.paid {
		require.LessOrEqual(t, m.back[payment], paid, payment) // L2: given back at most once
	}
}

// checkTier holds the tier against the days it rests on.
func (m *machine) checkTier(t *rapid.T) {
	if m.account.Standing.Tier == "" {
		require.Empty(t, m.lines)
		return
	}
	for i, day := range m.account.Days {
		require.True(t, i == 0 || m.account.Days[i-1].On < day.On)
		require.GreaterOrEqual(t, day.On, m.account.DaysFrom)
		require.True(t, day.Spend >= 0 && day.Points >= 0 && day.Visits >= 0, "%+v", day)
	}
	for _, program := range m.programs {
		progress, err := program.Progress(m.account, m.account.Settled)
		require.NoError(t, err)
		require.Equal(t, m.account.Standing.Tier, progress.Earned)
		if progress.Next != nil && m.account.Standing.Until != 0 {
			require.Greater(t, progress.Keep.Through, customer.DateOf(m.account.Settled, time.UTC).AddDays(-1))
		}
	}
}

// settle holds settling at any instants in between against settling once.
func (m *machine) settle(t *rapid.T) {
	program := m.program(t)
	end := m.at(t).Add(time.Duration(rapid.IntRange(0, 80).Draw(t, "days on")) * 24 * time.Hour)
	once, err := program.Settle(m.account, end)
	require.NoError(t, err)
	steps := m.account
	var entries []loyalty.Entry
	for range rapid.IntRange(0, 4).Draw(t, "times") {
		d, err := program.Settle(steps, end.Add(-time.Duration(rapid.IntRange(0, 2000).Draw(t, "hours before"))*time.Hour))
		require.NoError(t, err)
		steps, entries = d.Next, append(entries, d.Entries...)
	}
	last, err := program.Settle(steps, end)
	require.NoError(t, err)
	require.Equal(t, image(t, once.Next), image(t, last.Next), "settled once, and in steps")
	require.Equal(t, len(once.Entries), len(entries)+len(last.Entries))
	again, err := program.Settle(last.Next, end)
	require.NoError(t, err)
	require.Empty(t, again.Entries)
	if rapid.Bool().Draw(t, "book it") {
		m.book(t, image(t, m.account), once, nil)
	}
}

func TestMachine(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := &machine{
			programs: programs(t),
			given:    map[string]int64{}, taken: map[string]int64{}, lines: map[string][]loyalty.SoldLine{}, days: map[string]customer.Date{},
			paid: map[string]int64{}, back: map[string]int64{},
		}
		run := func(decide func(t *rapid.T) (loyalty.Decision, error)) func(*rapid.T) {
			return func(t *rapid.T) {
				before := image(t, m.account)
				d, err := decide(t)
				m.book(t, before, d, err)
			}
		}
		t.Repeat(map[string]func(*rapid.T){
			"":       m.check,
			"settle": m.settle,
			"earn": run(func(t *rapid.T) (loyalty.Decision, error) {
				ref := m.ref()
				receipt := bought(ref, m.at(t))
				for range rapid.IntRange(1, 4).Draw(t, "lines") {
					line := item(rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "sku"), decimal.New(rapid.Int64Range(0, 30_000).Draw(t, "paid"), -2).String())
					line.Quantity = decimal.New(rapid.Int64Range(0, 5).Draw(t, "quantity"), 0)
					if paid := line.Paid.Decimal; paid.IsPositive() && rapid.Bool().Draw(t, "tender") {
						line.Tenders = []customer.Tender{{Kind: customer.PointsTender, Amount: paid}}
					}
					receipt.Lines = append(receipt.Lines, line)
				}
				return m.program(t).Earn(m.account, receipt)
			}),
			"award": run(func(t *rapid.T) (loyalty.Decision, error) {
				return m.program(t).Award(m.account, loyalty.Occasion{Ref: m.ref(), Event: "survey", At: m.at(t)})
			}),
			"adjust": run(func(t *rapid.T) (loyalty.Decision, error) {
				points := rapid.Int64Range(-30, 30).Filter(func(n int64) bool { return n != 0 }).Draw(t, "points")
				return m.program(t).Adjust(m.account, loyalty.Adjustment{Ref: m.ref(), At: m.at(t), Points: decimal.NewFromInt(points), Reason: "goodwill", Author: "desk"})
			}),
			"spend": run(func(t *rapid.T) (loyalty.Decision, error) {
				points := rapid.Int64Range(1, 40+m.account.Balances.In(loyalty.Member)).Draw(t, "points")
				s := loyalty.Spending{Ref: m.ref(), At: m.at(t), Points: decimal.NewFromInt(points)}
				switch rapid.IntRange(0, 2).Draw(t, "for") {
				case 0:
					coming := fmt.Sprintf("r-%d", m.refs+rapid.IntRange(1, 3).Draw(t, "ahead")) // paid before it is booked
					s.Sale, s.Bill = pick(t, append(m.sales[:len(m.sales):len(m.sales)], coming)), decimal.NewFromInt(rapid.Int64Range(1, 200).Draw(t, "bill"))
				case 1:
					s.Partner = "p-1"
				}
				if rapid.Bool().Draw(t, "at once") {
					return m.program(t).Redeem(m.account, s)
				}
				m.holds = append(m.holds, s.Ref)
				s.Until = s.At.Add(time.Duration(rapid.IntRange(1, 200).Draw(t, "hours held")) * time.Hour)
				return m.program(t).Hold(m.account, s)
			}),
			"capture": run(func(t *rapid.T) (loyalty.Decision, error) {
				return m.program(t).Capture(m.account, loyalty.Finish{Ref: m.ref(), Hold: pick(t, m.holds), At: m.at(t)})
			}),
			"release": run(func(t *rapid.T) (loyalty.Decision, error) {
				return m.program(t).Release(m.account, loyalty.Finish{Ref: m.ref(), Hold: pick(t, m.holds), At: m.at(t)})
			}),
			"refund": run(func(t *rapid.T) (loyalty.Decision, error) {
				return m.program(t).Refund(m.account, loyalty.Refund{Ref: m.ref(), Payment: pick(t, m.pays), At: m.at(t)})
			}),
			"void": run(func(t *rapid.T) (loyalty.Decision, error) {
				return m.program(t).Void(m.account, loyalty.Voiding{Ref: m.ref(), Sale: pick(t, m.sales), At: m.at(t)})
			}),
			"return": run(func(t *rapid.T) (loyalty.Decision, error) {
				r := customer.Return{Ref: m.ref(), Sale: pick(t, m.sales), At: m.at(t)}
				for range rapid.IntRange(1, 3).Draw(t, "lines") {
					line := customer.ReturnLine{SaleLine: rapid.IntRange(1, 4).Draw(t, "sale line")}
					line.SKU, line.Quantity = "a", decimal.New(rapid.Int64Range(1, 3000).Draw(t, "thousandths"), -3)
					r.Lines = append(r.Lines, line)
				}
				return m.program(t).Return(m.account, r)
			}),
		})
	})
}

// refused returns the codes of all that was missing.
func refused(t *testing.T, err error) []string {
	t.Helper()
	var refusal *customer.Refusal
	require.ErrorAs(t, err, &refusal)
	var codes []string
	for _, missing := range refusal.Missing {
		codes = append(codes, missing.Code)
	}
	return codes
}

// faulty returns the paths of all faults.
func faulty(t *testing.T, err error) []string {
	t.Helper()
	var faults customer.Faults
	require.ErrorAs(t, err, &faults)
	var paths []string
	for _, fault := range faults {
		paths = append(paths, fault.Path)
	}
	return paths
}
