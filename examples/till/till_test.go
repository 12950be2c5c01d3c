package main

import (
	"encoding/json"
	"strconv"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/loyalty"
)

// month is the shop after the month.
func month(t *testing.T) *shop {
	t.Helper()
	s, err := newShop()
	require.NoError(t, err)
	require.NoError(t, s.month(t.Context()))
	return s
}

func (s *shop) account(t *testing.T) loyalty.Account {
	t.Helper()
	account, _, err := s.store.Load(t.Context(), member)
	require.NoError(t, err)
	return account
}

func (s *shop) slip(t *testing.T, ref string) *slip {
	t.Helper()
	for _, slip := range s.till.slips {
		if slip.ref == ref {
			return slip
		}
	}
	require.FailNow(t, "no such receipt", ref)
	return nil
}

// The line breaks after a booking, twice. Each sale stands once in the history all the
// same, and the till has nothing left to send.
func TestALostAnswerBooksNothingTwice(t *testing.T) {
	s := month(t)
	sold := map[string]int{}
	for _, entry := range s.store.History(member) {
		if entry.Kind == loyalty.Sold {
			sold[entry.Ref]++
		}
	}
	assert.Equal(t, map[string]int{"7-0002": 1, "7-0003": 1, "7-0004": 1, "7-0006": 1, "7-0007": 1}, sold)
	assert.Empty(t, s.till.kept)
}

// What was kept is sent in bulk, and each request has an outcome of its own.
func TestTheKeptRequestsEachHaveAnOutcome(t *testing.T) {
	log := month(t).till.log
	bulk := log[len(log)-3:]
	assert.Equal(t, journal.Replayed, bulk[0].outcome.Result)
	assert.Equal(t, journal.Booked, bulk[1].outcome.Result)
	require.NotNil(t, bulk[2].refusal)
	assert.Equal(t, loyalty.CodeNoSale, bulk[2].refusal.Missing[0].Code)
}

// row E15: what points pay is on the lines, to the cent.
func TestPointsPayAPartOfEveryLine(t *testing.T) {
	var parts []string
	sum := decimal.Zero
	for _, line := range month(t).slip(t, "7-0003").lines {
		require.Len(t, line.Tenders, 1)
		parts = append(parts, line.Tenders[0].Amount.String())
		sum = sum.Add(line.Tenders[0].Amount)
	}
	assert.Equal(t, []string{"9.63", "1.35", "1.02"}, parts)
	assert.Equal(t, "12", sum.String())
}

// row E10: a refund takes back. Half of the line's points go each way: floor(16·1/2)
// taken back, floor(96·1/2) given back, into the lots that they were paid from.
func TestARefundTakesBackAndGivesBack(t *testing.T) {
	s := month(t)
	back := s.slip(t, "7-0005")
	assert.EqualValues(t, 8, back.of(loyalty.TakenBack))
	assert.EqualValues(t, 48, back.of(loyalty.GivenBack))
	var lots []string
	for _, lapse := range back.answer.State.Lapsing(s.horizon(back.at)) {
		lots = append(lots, lapse.On.String()+" "+strconv.FormatInt(lapse.Points, 10))
	}
	assert.Equal(t, []string{"2027-10-31 28", "2027-11-30 68"}, lots)
}

// A card without points does not stop the sale: all is paid in cash.
func TestTooFewPointsLeaveCash(t *testing.T) {
	s, err := newShop()
	require.NoError(t, err)
	s.till.sell(t.Context(), s.at(time.November, 3, 10, 15), 5, shampoo(1))
	require.NoError(t, s.till.err)
	require.NotNil(t, s.till.log[0].refusal)
	assert.Equal(t, loyalty.CodePoints, s.till.log[0].refusal.Missing[0].Code)
	slip := s.slip(t, "7-0001")
	assert.Zero(t, slip.points)
	assert.EqualValues(t, 2, slip.of(loyalty.Earned))
}

// A request asks for the same after it was kept: else its repetition would be refused as
// another one.
func TestAKeptRequestAsksForTheSame(t *testing.T) {
	for _, event := range month(t).till.log {
		if event.again > 0 {
			continue
		}
		written, err := json.Marshal(event.request)
		require.NoError(t, err)
		var read request
		require.NoError(t, json.Unmarshal(written, &read))
		asked, again := event.request.what(), read.what()
		want, err := journal.Fingerprint(asked.verb, asked.fact)
		require.NoError(t, err)
		got, err := journal.Fingerprint(again.verb, again.fact)
		require.NoError(t, err)
		assert.Equal(t, want, got)
	}
}

// A mistake is told and not sent for ever: here the same number for another sale.
func TestAMistakeIsNoSilence(t *testing.T) {
	s, err := newShop()
	require.NoError(t, err)
	at := s.at(time.November, 3, 10, 15)
	s.till.sell(t.Context(), at, 0, shampoo(1))
	s.till.serial--
	s.till.sell(t.Context(), at, 0, sunscreen(1))
	require.ErrorIs(t, s.till.err, journal.ErrKeyReused)
}

// The card's rules are the ones that the case names.
func TestTheRulesOfTheCard(t *testing.T) {
	s, err := newShop()
	require.NoError(t, err)
	assert.Equal(t, customer.Currency{Code: "CNY", Digits: 2}, s.rules.Currency)
	worth, err := s.till.program.Worth(decimal.New(1, 0)) // row E10: a point is worth 0.10
	require.NoError(t, err)
	assert.Equal(t, "0.1", worth.String())
}
