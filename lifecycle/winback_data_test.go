package lifecycle_test

import (
	"errors"
	"io"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/lifecycle"
)

// discShopper is a customer of the CD shop: her days of purchase, and what she spent in the
// year before 1 July 1998, in cents.
type discShopper struct {
	days  customer.Days
	spent int64
}

func readDiscShop(t *testing.T, on customer.Date) map[customer.ID]*discShopper {
	t.Helper()
	rows := sharedTable(t, "cdnow_sample")
	shoppers := map[customer.ID]*discShopper{}
	for {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return shoppers
		}
		require.NoError(t, err)
		she := shoppers[customer.ID(row[0])]
		if she == nil {
			she = new(discShopper)
			shoppers[customer.ID(row[0])] = she
		}
		day, err := customer.ParseDate(row[1][:10])
		require.NoError(t, err)
		she.days.Add(day)
		cents, exact := customer.Scaled(decimal.RequireFromString(row[9]), 2)
		require.True(t, exact)
		if day > on-365 {
			she.spent += cents
		}
	}
}

// Row D6: the customers of a CD shop who bought on two days or more, on the day after its
// last. The figures were found with Python's standard library, which counts each customer's
// own gaps, multiplies likelihood and spending as fractions, and sorts.
func TestWinbackOfRealCustomers(t *testing.T) {
	day := on("1998-07-01")
	rules := lifecycle.RhythmRules{Edition: customer.Edition{ID: "own", Version: 1}, OwnGaps: 100, WindowDays: 7}
	rhythm, ladderBook, riskBook := newRhythm(t, rules), ladderRules(), riskRules()
	ladderBook.Rungs[2].GapsPermille, riskBook.Most = 4000, 8
	ladder := newLadder(t, ladderBook)
	list, err := lifecycle.NewRiskList[customer.ID](newRisks(t, riskBook), day)
	require.NoError(t, err)
	rungs := map[string]int{}
	for id, she := range readDiscShop(t, day) {
		if len(she.days) < 2 {
			continue
		}
		expectation, err := rhythm.Expect(she.days, nil, day)
		require.NoError(t, err)
		require.NoError(t, list.Add(id, lifecycle.Stake{Likelihood: int64(expectation.SilenceRank), Value: she.spent}))
		decision, err := ladder.Step(lifecycle.Standing{}, expectation, lifecycle.Bars{}, lifecycle.Wake{Ref: "r", Customer: id, At: ladderNoon(day)})
		require.NoError(t, err)
		taken := decision.Next.Attempt.Taken
		if len(taken) == 0 {
			rungs[""]++
			continue
		}
		rungs[taken[0].Rung]++
	}
	customers, atRisk := list.Counted()
	assert.Equal(t, [2]int64{1139, 553}, [2]int64{customers, atRisk})
	type row struct {
		id                      customer.ID
		likelihood, value, loss int64
	}
	var rows []row
	for _, r := range list.Rows() {
		rows = append(rows, row{r.Customer, r.Likelihood, r.Value, r.Loss})
	}
	assert.Equal(t, []row{
		{"2149", 892, 133584, 119156},
		{"1516", 829, 129076, 107004},
		{"1981", 707, 138806, 98135},
		{"0801", 818, 106955, 87489},
		{"1820", 933, 82322, 76806},
		{"0509", 1000, 75835, 75835},
		{"1088", 937, 70187, 65765},
		{"1126", 1000, 62628, 62628},
	}, rows)
	assert.Equal(t, map[string]int{"": 134, "coupon": 93, "letter": 427, "visit": 485}, rungs)
}
