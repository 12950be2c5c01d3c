package wallet_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/promo"
	"github.com/rapport-crm/rapport/promo/wallet"
)

// The model remembers what was asked for and answered, in the order in which it was, and
// counts every figure anew. Time goes on.
type machine struct {
	purse
	now      time.Time
	refs     int
	granted  map[string]wallet.Grant
	holds    map[string]*modelHold
	payments map[string]*modelPayment
	voided   map[string]bool
}

type modelHold struct {
	runs []wallet.Run
	ends time.Time
	over bool // captured or released
}

type modelPayment struct {
	runs     []wallet.Run
	on       customer.Date
	returned map[int]int64
	open     map[string]bool // coupons that the payment has opened again
	until    map[string]customer.Date
}

func (m *machine) ref() string {
	m.refs++
	return fmt.Sprintf("r-%d", m.refs)
}

// ends is the ends of all coupons, as they are now.
func (m *machine) ends() map[string]customer.Date {
	until := make(map[string]customer.Date)
	for id, grant := range m.granted {
		until[id] = grant.Until
	}
	return until
}

// forgotten is when nothing is known of a payment any more: a week after it closes, and not
// before its coupons end.
func (m *machine) forgotten(p *modelPayment) customer.Date {
	day := p.on.AddDays(22)
	for _, run := range p.runs {
		if !p.open[run.Coupon] {
			day = max(day, p.until[run.Coupon])
		}
	}
	return day
}

// state is what a coupon must be now: 0 where it is gone.
func (m *machine) state(id string) wallet.State {
	today := customer.DateOf(m.now, time.UTC)
	grant, known := m.granted[id]
	if !known {
		return 0
	}
	for _, p := range m.payments {
		for _, run := range p.runs {
			if run.Coupon == id && !p.open[id] {
				if m.forgotten(p) <= today {
					return 0
				}
				return wallet.Used
			}
		}
	}
	for _, h := range m.holds {
		for _, run := range h.runs {
			if run.Coupon == id && !h.over && m.now.Before(h.ends) {
				return wallet.Held
			}
		}
	}
	if grant.Until != 0 && grant.Until <= today {
		return 0
	}
	return wallet.Open
}

// take books a decision, and holds it against what Apply makes of its entries.
func (m *machine) take(t *rapid.T, d wallet.Decision, err error) {
	require.NoError(t, err)
	before := image(t, m.wallet)
	next, err := m.wallet.Apply(d.Entries...)
	require.NoError(t, err)
	require.Equal(t, image(t, d.Next), image(t, next), "what is applied is what was decided")
	require.Equal(t, before, image(t, m.wallet), "Apply changes nothing")
	m.wallet, m.history = next, append(m.history, d.Entries...)
}

func image(t require.TestingT, w wallet.Wallet) string {
	text, err := json.Marshal(w)
	require.NoError(t, err)
	return string(text)
}

func (m *machine) runs(t *rapid.T) (runs []wallet.Run, free bool) {
	free = true
	for _, id := range rapid.SliceOfNDistinct(rapid.IntRange(1, 8), 1, 3, rapid.ID[int]).Draw(t, "coupons") {
		coupon := fmt.Sprintf("c-%d", id)
		free = free && m.state(coupon) == wallet.Open
		for range rapid.IntRange(1, 2).Draw(t, "runs") {
			r := run(coupon, rapid.IntRange(1, 3).Draw(t, "line"), rapid.Int64Range(1, 4).Draw(t, "units"), rapid.Int64Range(0, 999).Draw(t, "saved"))
			r.From = 1000 * rapid.Int64Range(0, 2).Draw(t, "from")
			if !slices.ContainsFunc(runs, func(o wallet.Run) bool { // one coupon takes nothing off a unit twice
				return o.Coupon == r.Coupon && o.Line == r.Line && o.From < r.From+r.Units && r.From < o.From+o.Units
			}) {
				runs = append(runs, r)
			}
		}
	}
	return runs, free
}

// back is what must have come back of a payment: of each coupon, run by run.
func (p *modelPayment) back() (back map[string]int64, whole map[string]bool) {
	back, whole = map[string]int64{}, map[string]bool{}
	for _, run := range p.runs {
		k := int64(0) // thousandth by thousandth of the line would say the same
		for unit := range run.Units / 500 {
			if run.From+500*(unit+1) <= p.returned[run.Line] {
				k += 500
			}
		}
		back[run.Coupon] += run.Saved * k / run.Units
		was, seen := whole[run.Coupon]
		whole[run.Coupon] = (was || !seen) && k == run.Units
	}
	return back, whole
}

func TestMachine(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := rules()
		r.Returned = rapid.SampledFrom([]wallet.Returned{wallet.Reopen, wallet.Spend}).Draw(t, "returned")
		m := &machine{
			now: clock("2026-11-20 12:00"), granted: map[string]wallet.Grant{}, holds: map[string]*modelHold{},
			payments: map[string]*modelPayment{}, voided: map[string]bool{},
		}
		m.t, m.r = t, register(t, r)
		pass := func(t *rapid.T) {
			m.now = m.now.Add(rapid.SampledFrom([]time.Duration{0, time.Minute, 15 * time.Minute, 24 * time.Hour, 5 * 24 * time.Hour}).Draw(t, "passes"))
		}
		reference := func(t *rapid.T) string { return fmt.Sprintf("r-%d", rapid.IntRange(0, m.refs).Draw(t, "of")) }
		openPayment := func(ref string) *modelPayment {
			if p := m.payments[ref]; p != nil && p.on.AddDays(15) > customer.DateOf(m.now, time.UTC) {
				return p
			}
			return nil
		}
		settle := func(p *modelPayment) {
			_, whole := p.back()
			for id, all := range whole {
				if all && r.Returned == wallet.Reopen {
					p.open[id] = true
				}
			}
		}
		t.Repeat(map[string]func(*rapid.T){
			"issue": func(t *rapid.T) {
				pass(t)
				id := fmt.Sprintf("c-%d", rapid.IntRange(1, 8).Draw(t, "coupon"))
				g := grant(id)
				g.Until = rapid.SampledFrom([]customer.Date{0, day("2026-11-22"), day("2026-12-01"), day("2026-12-31")}).Draw(t, "until")
				g.Funds = rapid.SampledFrom([][]promo.Fund{nil, {{By: "m", Permille: 1000}}, {{By: "m", Permille: 333}, {By: "n", Permille: 334}}, {{By: "m", Permille: 1}, {By: "n", Permille: 998}}}).Draw(t, "funds")
				d, err := m.r.Issue(m.wallet, wallet.List{Ref: m.ref(), At: m.now, Coupons: []wallet.Grant{g}})
				if m.state(id) != 0 || g.Until != 0 && g.Until <= customer.DateOf(m.now, time.UTC) {
					require.Error(t, err)
					return
				}
				m.take(t, d, err)
				for id := range m.granted {
					if m.state(id) == 0 {
						delete(m.granted, id)
					}
				}
				m.granted[id] = g
				for ref, p := range m.payments { // the ID is another coupon's now
					if m.forgotten(p) <= customer.DateOf(m.now, time.UTC) {
						delete(m.payments, ref)
					}
				}
			},
			"hold": func(t *rapid.T) {
				pass(t)
				runs, free := m.runs(t)
				ref := m.ref()
				d, err := m.r.Hold(m.wallet, wallet.Redemption{Ref: ref, At: m.now, Runs: runs})
				if !free {
					require.NotEmpty(t, missing(err))
					return
				}
				m.take(t, d, err)
				m.holds[ref] = &modelHold{runs: runs, ends: m.now.Add(15 * time.Minute)}
			},
			"redeem": func(t *rapid.T) {
				pass(t)
				runs, free := m.runs(t)
				ref := m.ref()
				d, err := m.r.Redeem(m.wallet, wallet.Redemption{Ref: ref, At: m.now, Runs: runs})
				if !free {
					require.NotEmpty(t, missing(err))
					return
				}
				m.take(t, d, err)
				m.payments[ref] = &modelPayment{runs: runs, on: customer.DateOf(m.now, time.UTC), returned: map[int]int64{}, open: map[string]bool{}, until: m.ends()}
			},
			"capture or release": func(t *rapid.T) {
				pass(t)
				of, ref := reference(t), m.ref()
				hold := m.holds[of]
				open := hold != nil && !hold.over && m.now.Before(hold.ends)
				var d wallet.Decision
				var err error
				captures := rapid.Bool().Draw(t, "capture")
				if captures {
					d, err = m.r.Redeem(m.wallet, wallet.Redemption{Ref: ref, At: m.now, Hold: of})
				} else {
					d, err = m.r.Release(m.wallet, wallet.Finish{Ref: ref, At: m.now, Hold: of})
				}
				if !open {
					require.NotEmpty(t, missing(err))
					return
				}
				m.take(t, d, err)
				if hold.over = true; captures {
					m.payments[ref] = &modelPayment{runs: hold.runs, on: customer.DateOf(m.now, time.UTC), returned: map[int]int64{}, open: map[string]bool{}, until: m.ends()}
				}
			},
			"return": func(t *rapid.T) {
				pass(t)
				of, line := reference(t), rapid.IntRange(1, 3).Draw(t, "line")
				halves := rapid.Int64Range(1, 6).Draw(t, "halves")
				d, err := m.r.Return(m.wallet, brought(m.ref(), of, m.now.Format("2006-01-02 15:04"), line, fmt.Sprint(float64(halves)/2)))
				p := openPayment(of)
				if p == nil {
					require.Equal(t, []string{wallet.CodeNoPayment}, missing(err))
					return
				}
				m.take(t, d, err)
				p.returned[line] += 500 * halves
				settle(p)
			},
			"void": func(t *rapid.T) {
				pass(t)
				of := reference(t)
				d, err := m.r.Void(m.wallet, wallet.Voiding{Ref: m.ref(), Sale: of, At: m.now})
				p := openPayment(of)
				left := false
				if p != nil {
					_, whole := p.back()
					for id, all := range whole {
						if !all {
							left = true
							p.open[id] = true
						}
					}
				}
				if !left {
					require.NotEmpty(t, missing(err))
					return
				}
				m.take(t, d, err)
				for line := 1; line <= 3; line++ {
					p.returned[line] = 1 << 40
				}
			},
			"settle": func(t *rapid.T) {
				pass(t)
				// Whether it is run in between makes no difference.
				half, err := m.r.Settle(m.wallet, m.now.Add(-time.Hour))
				require.NoError(t, err)
				twice, err := m.r.Settle(half.Next, m.now)
				require.NoError(t, err)
				d, err := m.r.Settle(m.wallet, m.now)
				m.take(t, d, err)
				require.Equal(t, image(t, d.Next), image(t, twice.Next))
				again, err := m.r.Settle(m.wallet, m.now)
				require.NoError(t, err)
				require.Empty(t, again.Entries)
			},
			"": func(t *rapid.T) { m.check(t) },
		})
	})
}

func (m *machine) check(t *rapid.T) {
	replayed, err := wallet.Replay(m.history)
	require.NoError(t, err)
	require.Equal(t, image(t, m.wallet), image(t, replayed), "Replay of the whole history")
	require.EqualValues(t, len(m.history), m.wallet.Entries)

	now, err := m.r.Settle(m.wallet, m.now)
	require.NoError(t, err)
	have := map[string]wallet.State{}
	for _, c := range now.Next.Coupons {
		have[c.ID] = c.State
	}
	for id := range m.granted {
		require.Equal(t, m.state(id), have[id], "%s at %s", id, m.now)
	}
	for _, payment := range now.Next.Payments {
		back, _ := m.payments[payment.Ref].back()
		for _, use := range payment.Uses {
			require.Equal(t, back[use.Coupon], use.Back, "%s in %s", use.Coupon, payment.Ref)
			var saved, given int64
			for _, part := range use.Parts {
				require.True(t, part.Back >= 0 && part.Back <= part.Saved, "%+v", part)
				saved, given = saved+part.Saved, given+part.Back
			}
			require.Equal(t, use.Saved, saved)
			require.Equal(t, use.Back, given)
		}
	}

	bill, err := m.r.Bill(population.Period{From: 1, Until: customer.MaxDate})
	require.NoError(t, err)
	require.NoError(t, bill.Add("c", m.history))
	var saved, back, billed, credited int64
	for _, e := range m.history {
		if e.Kind == wallet.Redeemed {
			saved += e.Saved
		} else if e.Kind == wallet.GivenBack {
			back += e.Saved
		}
	}
	for _, row := range bill.Rows() {
		require.LessOrEqual(t, row.UnitsBack, row.Units)
		require.GreaterOrEqual(t, row.Due(), int64(0))
		billed, credited = billed+row.Saved, credited+row.Back
	}
	require.Equal(t, saved, billed)
	require.Equal(t, back, credited)
}
