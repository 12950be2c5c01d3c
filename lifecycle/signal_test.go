package lifecycle_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/customer/journal/journaltest"
	"github.com/rapport-crm/rapport/lifecycle"
)

func signalRules() lifecycle.SignalRules {
	return lifecycle.SignalRules{
		Edition: customer.Edition{ID: "signals", Version: 2}, Zone: "UTC",
		Signs: []lifecycle.SignRule{
			{Sign: lifecycle.BuyerChanged, Permille: 400, CountsDays: 90, ErrandRule: lifecycle.ErrandRule{Errand: "visit", WithinDays: 7}},
			{Sign: lifecycle.WalkedOut, Permille: 150, CountsDays: 30, Fades: true},
			{Sign: lifecycle.ComplaintMade, Permille: 1000, CountsDays: 1, Fades: true},
			{Sign: lifecycle.PaidLate, Permille: 0, CountsDays: 3660},
		},
		Causes: []lifecycle.CauseRule{
			{Cause: "firm-sold", English: "her firm was sold", Chinese: "公司被出售"},
			{Cause: lifecycle.CausePrice, ErrandRule: lifecycle.ErrandRule{Errand: "new-quote"}},
		},
	}
}

func newSignals(t require.TestingT, rules lifecycle.SignalRules) *lifecycle.Signals {
	signals, err := lifecycle.NewSignals(rules, time.UTC)
	require.NoError(t, err)
	return signals
}

// signOn is a signal that stands on a day.
func signOn(day string, sign lifecycle.Sign) lifecycle.Signal {
	return lifecycle.Signal{Ref: "s", At: noon(day), On: on(day), Remark: lifecycle.Remark{Sign: sign, Told: lifecycle.Judged}}
}

// leftOn is a reason for leaving that stands on a day.
func leftOn(day string, cause lifecycle.Cause, told lifecycle.Teller) lifecycle.Signal {
	return lifecycle.Signal{Ref: "l", At: noon(day), On: on(day), Remark: lifecycle.Remark{Cause: cause, Told: told}}
}

func TestSignalRules(t *testing.T) {
	rules := signalRules()
	text, err := json.Marshal(rules)
	require.NoError(t, err)
	read, err := lifecycle.ParseSignalRules(text)
	require.NoError(t, err)
	assert.Equal(t, rules, read)
	_, err = lifecycle.ParseSignalRules([]byte(`{"id": "x", "signs": [{"sign": "buyer-change"}]}`))
	require.Error(t, err)

	rules.Zone = "Europe/Berlin"
	rules.Signs = []lifecycle.SignRule{
		{Sign: 9, CountsDays: 1},
		{Sign: lifecycle.PaidLate, Permille: 1001, CountsDays: 0},
		{Sign: lifecycle.PaidLate, Permille: -1, CountsDays: 3661, ErrandRule: lifecycle.ErrandRule{WithinDays: 1}},
		{Sign: lifecycle.BuysLess, CountsDays: 1, ErrandRule: lifecycle.ErrandRule{Errand: "a\nb", WithinDays: 367}},
		{Sign: lifecycle.WalkedOut, CountsDays: 1, ErrandRule: lifecycle.ErrandRule{Errand: "a/b"}},
		{Sign: lifecycle.Displeased, CountsDays: 1, ErrandRule: lifecycle.ErrandRule{Errand: strings.Repeat("x", 51)}},
		{Sign: lifecycle.ContactGone, CountsDays: 1, ErrandRule: lifecycle.ErrandRule{Errand: strings.Repeat("x", 50)}},
	}
	rules.Causes = []lifecycle.CauseRule{
		{Cause: "Sold", English: "a", Chinese: "b"},
		{Cause: "sold"},
		{Cause: "moved", English: "one only"},
		{Cause: lifecycle.CausePrice, English: "it has words", Chinese: "有"},
		{Cause: lifecycle.CausePrice},
		{Cause: lifecycle.Cause(strings.Repeat("x", 41)), English: "a", Chinese: "b"},
	}
	_, err = lifecycle.NewSignals(rules, time.UTC)
	assert.Equal(t, []string{
		"zone = Europe/Berlin", "signs[0].sign = sign 9", "signs[1].permille = 1001", "signs[1].counts_days = 0",
		"signs[2].sign = paid-late", "signs[2].permille = -1", "signs[2].counts_days = 3661", "signs[2].within_days = 1",
		"signs[3].errand = a\nb", "signs[3].within_days = 367", "signs[4].errand = a/b", "signs[5].errand = " + strings.Repeat("x", 51),
		"causes[0].cause = Sold", "causes[1].english = ", "causes[2].english = one only", "causes[3].english = it has words",
		"causes[4].cause = price", "causes[5].cause = " + strings.Repeat("x", 41),
	}, faults(err))

	rules = signalRules()
	rules.Causes = make([]lifecycle.CauseRule, lifecycle.MaxCauses+1)
	rules.Signs = make([]lifecycle.SignRule, 9)
	_, err = lifecycle.NewSignals(rules, time.UTC)
	assert.Contains(t, faults(err), "causes = 101")
	assert.Contains(t, faults(err), "signs = 9")
}

// rows D11, A19: what a signal weighs, on both sides of every day.
func TestWeigh(t *testing.T) {
	s := newSignals(t, signalRules())
	for _, tc := range []struct {
		sign lifecycle.Sign
		on   string
		want int64
	}{
		{lifecycle.BuyerChanged, "2026-11-01", 0}, // the day before
		{lifecycle.BuyerChanged, "2026-11-02", 400},
		{lifecycle.BuyerChanged, "2027-01-30", 400}, // the 90th day
		{lifecycle.BuyerChanged, "2027-01-31", 0},
		{lifecycle.WalkedOut, "2026-11-02", 150},
		{lifecycle.WalkedOut, "2026-11-03", 145},
		{lifecycle.WalkedOut, "2026-11-17", 75},
		{lifecycle.WalkedOut, "2026-12-01", 5}, // the 30th day
		{lifecycle.WalkedOut, "2026-12-02", 0},
		{lifecycle.ComplaintMade, "2026-11-02", 1000},
		{lifecycle.ComplaintMade, "2026-11-03", 0},
		{lifecycle.PaidLate, "2026-11-02", 0},   // weighs nothing by the rules
		{lifecycle.Displeased, "2026-11-02", 0}, // is not in them
		{0, "2026-11-02", 0},
		{99, "2026-11-02", 0},
	} {
		permille, reasons := s.Weigh([]lifecycle.Signal{signOn("2026-11-02", tc.sign)}, on(tc.on))
		assert.Equal(t, tc.want, permille, "%s on %s", tc.sign, tc.on)
		assert.Equal(t, tc.want > 0, len(reasons) == 1, "what counts has a reason")
		if tc.want > 0 {
			assert.Equal(t, tc.want, reasons[0].Fact)
			assert.Equal(t, "lifecycle.signal-"+tc.sign.String(), reasons[0].Code)
		}
	}

	permille, reasons := s.Weigh(nil, on("2026-11-02"))
	assert.Zero(t, permille)
	assert.Empty(t, reasons)
	permille, reasons = s.Weigh([]lifecycle.Signal{
		signOn("2026-10-31", lifecycle.BuyerChanged), signOn("2026-11-01", lifecycle.BuyerChanged),
		leftOn("2026-11-01", lifecycle.CausePrice, lifecycle.Said), signOn("2026-11-02", lifecycle.WalkedOut),
	}, on("2026-11-02"))
	assert.EqualValues(t, 950, permille, "each one counts, and who left is no risk any more")
	assert.Len(t, reasons, 3)
	permille, _ = s.Weigh([]lifecycle.Signal{signOn("2026-11-02", lifecycle.ComplaintMade), signOn("2026-11-02", lifecycle.BuyerChanged)}, on("2026-11-02"))
	assert.EqualValues(t, 1000, permille, "nothing is more than certain")
	permille, _ = s.Weigh([]lifecycle.Signal{{On: customer.Date(math.MinInt32), Remark: lifecycle.Remark{Sign: lifecycle.BuyerChanged}}}, customer.Date(math.MaxInt32))
	assert.Zero(t, permille)
}

// A signal never weighs more later, and one more never lowers the whole.
func TestWeighFalls(t *testing.T) {
	s := newSignals(t, signalRules())
	rapid.Check(t, func(t *rapid.T) {
		signals := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) lifecycle.Signal {
			day := on("2026-11-02") + customer.Date(rapid.IntRange(0, 5).Draw(t, "day"))
			return signOn(day.String(), lifecycle.Sign(rapid.IntRange(1, 8).Draw(t, "sign")))
		}), 1, 6).Draw(t, "signals")
		before, shuffled := int64(1000), rapid.Permutation(signals).Draw(t, "order")
		for day := on("2026-11-07"); day < on("2027-03-01"); day++ {
			now, reasons := s.Weigh(signals, day)
			fewer, _ := s.Weigh(signals[1:], day)
			require.True(t, now >= fewer && now <= before, "%d on %s", now, day)
			other, _ := s.Weigh(shuffled, day)
			require.Equal(t, now, other, "in any order")
			sum := int64(0)
			for _, reason := range reasons {
				sum += reason.Fact
			}
			require.Equal(t, min(sum, 1000), now, "the reasons add up")
			before = now
		}
		require.Zero(t, before, "everything is forgotten in the end")
	})
}

func TestObserve(t *testing.T) {
	s := newSignals(t, signalRules())
	var standing lifecycle.Standing
	record := func(ref, day string, remark lifecycle.Remark) lifecycle.Decision {
		d, err := s.Observe(standing, lifecycle.Observation{Ref: ref, At: noon(day), Remark: remark})
		require.NoError(t, err)
		require.Len(t, d.Entries, 1)
		standing = d.Next
		return d
	}
	record("b", "2026-11-05", lifecycle.Remark{Sign: lifecycle.WalkedOut, Told: lifecycle.Judged})
	record("a", "2026-11-02", lifecycle.Remark{Sign: lifecycle.BuyerChanged, Told: lifecycle.Said}) // told later
	record("c", "2026-11-05", lifecycle.Remark{Cause: "firm-sold", Told: lifecycle.Said})
	d := record("d", "2026-11-03", lifecycle.Remark{Sign: lifecycle.Displeased, Told: lifecycle.Found})
	assert.Equal(t, []customer.Reason{{Code: lifecycle.CodeDispleased, Rule: "signals/2", Unit: customer.UnitPermille, On: on("2026-11-03")}}, d.Reasons)
	var refs []string
	for _, signal := range standing.Signals {
		refs = append(refs, signal.Ref)
	}
	assert.Equal(t, []string{"a", "d", "b", "c"}, refs, "by the instant they speak of, then as they were booked")

	for i := range lifecycle.MaxSignals {
		record(fmt.Sprint(i), "2026-11-04", lifecycle.Remark{Sign: lifecycle.PaidLate, Told: lifecycle.Found})
	}
	assert.Len(t, standing.Signals, lifecycle.MaxSignals)
	assert.Equal(t, "2", standing.Signals[0].Ref, "the earliest fall off")
	assert.Equal(t, "c", standing.Signals[lifecycle.MaxSignals-1].Ref)

	for _, tc := range []struct {
		remark lifecycle.Remark
		want   []string
	}{
		{lifecycle.Remark{}, []string{"sign = sign 0"}},
		{lifecycle.Remark{Sign: lifecycle.PaidLate, Cause: lifecycle.CausePrice, Told: lifecycle.Said}, []string{"sign = paid-late"}},
		{lifecycle.Remark{Sign: 9, Told: lifecycle.Said}, []string{"sign = sign 9"}},
		{lifecycle.Remark{Sign: lifecycle.PaidLate}, []string{"told = teller 0"}},
		{lifecycle.Remark{Sign: lifecycle.PaidLate, Told: 4}, []string{"told = teller 4"}},
		{lifecycle.Remark{Cause: "bored", Told: lifecycle.Said}, []string{"cause = bored"}},
		{
			lifecycle.Remark{Sign: lifecycle.PaidLate, Told: lifecycle.Said, By: "a\nb", About: "a\nb", Note: strings.Repeat("x", 257)},
			[]string{"by = a\nb", "about = a\nb", "note = " + strings.Repeat("x", 77) + "…"},
		},
	} {
		_, err := s.Observe(standing, lifecycle.Observation{Ref: "r", At: noon("2026-11-02"), Remark: tc.remark})
		assert.Equal(t, tc.want, faults(err))
	}
	_, err := s.Observe(standing, lifecycle.Observation{Remark: lifecycle.Remark{Sign: 1, Told: 1}})
	assert.Equal(t, []string{"ref = ", "at = 0001-01-01T00:00:00Z"}, faults(err))
	_, err = s.Observe(standing, lifecycle.Observation{Ref: strings.Repeat("x", 201), At: noon("2026-11-02"), Remark: lifecycle.Remark{Sign: 1, Told: 1}})
	assert.Len(t, faults(err), 1, "an errand's reference is longer, and must be one")
}

// A note is the clerk's own words: an order, a product, a price. What may not stand in it,
// the host says; a record is not lost for it.
func TestNotes(t *testing.T) {
	s := newSignals(t, signalRules())
	for _, note := range []string{"order 202611250001 came late", "EAN 4006381333931", "3 @ 4.50", "人情: the director's cousin"} {
		d, err := s.Observe(lifecycle.Standing{}, lifecycle.Observation{
			Ref: "r", At: noon("2026-11-02"), Remark: lifecycle.Remark{Sign: lifecycle.PaidLate, Told: lifecycle.Said, Note: note},
		})
		require.NoError(t, err)
		assert.Equal(t, note, d.Next.Signals[0].Note)
	}
}

func TestErrands(t *testing.T) {
	s := newSignals(t, signalRules())
	errand, found := s.Errand(signOn("2026-11-27", lifecycle.BuyerChanged))
	require.True(t, found)
	assert.Equal(t, "s/visit", errand.Ref)
	assert.Equal(t, on("2026-12-04"), errand.By)
	assert.Equal(t, lifecycle.CodeBuyerChanged, errand.Because.Code)
	errand, found = s.Errand(leftOn("2026-11-27", lifecycle.CausePrice, lifecycle.Said))
	require.True(t, found)
	assert.Equal(t, "l/new-quote", errand.Ref)
	assert.Equal(t, on("2026-11-27"), errand.By, "at once")
	for _, signal := range []lifecycle.Signal{
		signOn("2026-11-27", lifecycle.WalkedOut), signOn("2026-11-27", lifecycle.Displeased), signOn("2026-11-27", 99),
		leftOn("2026-11-27", "firm-sold", lifecycle.Said), leftOn("2026-11-27", lifecycle.CauseUnknown, lifecycle.Said),
		{},
	} {
		_, found := s.Errand(signal)
		assert.False(t, found, "%+v", signal)
	}
}

// A signal that is sent again while replies are lost is booked once.
func TestSignalSentAgain(t *testing.T) {
	s := newSignals(t, signalRules())
	mem := new(standings)
	store := journaltest.LostReply[customer.ID, lifecycle.Standing, lifecycle.Entry](mem, 1)
	asked := lifecycle.Observation{Ref: "s-1", At: noon("2026-11-02"), Remark: lifecycle.Remark{Sign: lifecycle.WalkedOut, Told: lifecycle.Judged}}
	send := func() error {
		_, err := journal.Run(t.Context(), store, "anna", "signal:s-1", asked, func(standing lifecycle.Standing) (lifecycle.Decision, error) {
			return s.Observe(standing, asked)
		})
		return err
	}
	for range 3 {
		if err := send(); err != nil && !errors.Is(err, journaltest.ErrInjected) {
			require.NoError(t, err)
		}
	}
	standing, _, err := mem.Load(t.Context(), "anna")
	require.NoError(t, err)
	assert.Len(t, standing.Signals, 1)
	asked.Note = "another"
	require.ErrorIs(t, send(), journal.ErrKeyReused)
}

func BenchmarkWeigh(b *testing.B) {
	s := newSignals(b, signalRules())
	signals := []lifecycle.Signal{
		signOn("2026-10-31", lifecycle.BuyerChanged), signOn("2026-11-02", lifecycle.WalkedOut), signOn("2026-11-02", lifecycle.PaidLate),
	}
	day := on("2026-11-10")
	b.ReportAllocs()
	for b.Loop() {
		s.Weigh(signals, day)
	}
}
