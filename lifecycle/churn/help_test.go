package churn_test

import (
	"compress/gzip"
	"encoding/csv"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/lifecycle/churn"
)

// cdnowCustomer is one of the 2,357 of the CDNOW sample: what was known of her after 39
// weeks, and how often she bought in the 39 weeks after.
type cdnowCustomer struct {
	churn.History
	heldOut int
}

// sharedRows reads a table of the real data, which are no part of the project, without its
// header.
func sharedRows(t *testing.T, name string) [][]string {
	t.Helper()
	path := filepath.Join("..", "..", "..", "shared", "data", name)
	file, err := os.Open(path)
	if os.IsNotExist(err) {
		t.Skipf("the real data is not here: no file %s", path)
	}
	require.NoError(t, err)
	defer func() { require.NoError(t, file.Close()) }()
	unpacked, err := gzip.NewReader(file)
	require.NoError(t, err)
	rows, err := csv.NewReader(unpacked).ReadAll()
	require.NoError(t, err)
	return rows[1:]
}

// cdnow reads testdata/cdnow_cbs.csv, which names its source.
func cdnow(t require.TestingT) []cdnowCustomer {
	file, err := os.Open("testdata/cdnow_cbs.csv")
	require.NoError(t, err)
	defer func() { require.NoError(t, file.Close()) }()
	reader := csv.NewReader(file)
	reader.Comment = '#'
	rows, err := reader.ReadAll()
	require.NoError(t, err)
	customers := make([]cdnowCustomer, 0, len(rows)-1)
	for _, row := range rows[1:] {
		figures := make([]int, len(row))
		for i := range row {
			figures[i], err = strconv.Atoi(row[i])
			require.NoError(t, err)
		}
		customers = append(customers, cdnowCustomer{
			History: churn.History{Repeats: int32(figures[0]), RecencyDays: int32(figures[1]), AgeDays: int32(figures[2])},
			heldOut: figures[3],
		})
	}
	return customers
}

// cdnowCounts are all of them, counted.
func cdnowCounts(t require.TestingT) *churn.Counts {
	counts := new(churn.Counts)
	for _, customer := range cdnow(t) {
		require.NoError(t, counts.Add(customer.History))
	}
	return counts
}

func countsOf(t require.TestingT, histories ...churn.History) *churn.Counts {
	counts := new(churn.Counts)
	require.NoError(t, counts.Add(histories...))
	return counts
}

// drawHistory draws any history that can be, of at most so many days.
func drawHistory(t *rapid.T, mostDays int32) churn.History {
	age := rapid.Int32Range(0, mostDays).Draw(t, "age")
	repeats := rapid.Int32Range(0, age).Draw(t, "repeats")
	if rapid.Bool().Draw(t, "few repeats") {
		repeats = min(repeats, rapid.Int32Range(0, 10).Draw(t, "repeats"))
	}
	if repeats == 0 {
		return churn.History{AgeDays: age}
	}
	return churn.History{Repeats: repeats, RecencyDays: rapid.Int32Range(repeats, age).Draw(t, "recency"), AgeDays: age}
}

// drawParameter draws from MinParameter to MaxParameter, small ones as often as large.
func drawParameter(t *rapid.T, name string) float64 {
	drawn := math.Exp(rapid.Float64Range(math.Log(churn.MinParameter), math.Log(churn.MaxParameter)).Draw(t, name))
	return min(max(drawn, churn.MinParameter), churn.MaxParameter)
}

// lived is a simulated customer: her history, whether she is a customer still, and what
// she buys in the days after.
type lived struct {
	churn.History
	stays bool
	later int
}

// live simulates the story that BG/NBD tells, and with leavesAtOnce that of the
// modified model: rates per day from a gamma distribution, probabilities of leaving from
// a beta distribution. Seen for a number of days, then for a horizon.
func live(chance *rand.Rand, r, alphaDays, a, b float64, leavesAtOnce bool, days, horizon float64) lived {
	rate := gammaDraw(chance, r) / alphaDays
	toA, toB := gammaDraw(chance, a), gammaDraw(chance, b)
	leaving := toA / (toA + toB)
	her := lived{History: churn.History{AgeDays: int32(days)}, stays: true}
	gone := leavesAtOnce && chance.Float64() < leaving
	her.stays = !gone
	at := 0.0
	for !gone {
		if at += chance.ExpFloat64() / rate; at > days+horizon {
			return her
		}
		gone = chance.Float64() < leaving
		switch day := int32(at); {
		case at > days:
			her.later++
		case day > her.RecencyDays: // several purchases of a day are one
			her.Repeats++
			her.RecencyDays = day
			fallthrough
		default:
			her.stays = !gone
		}
	}
	return her
}

// gammaDraw is Marsaglia and Tsang's method (ACM Transactions on Mathematical Software
// 26, 2000).
func gammaDraw(chance *rand.Rand, shape float64) float64 {
	boost := 1.0
	if shape < 1 {
		boost = math.Pow(chance.Float64(), 1/shape)
		shape++
	}
	d := shape - 1./3
	for {
		x := chance.NormFloat64()
		v := 1 + x/math.Sqrt(9*d)
		if v <= 0 {
			continue
		}
		v = v * v * v
		if math.Log(chance.Float64()) < x*x/2+d-d*v+d*math.Log(v) {
			return d * v * boost
		}
	}
}

// requireStable holds what every model promises of every history: numbers that are some, a
// probability that never rises with silence, and purchases that do not fall as the horizon
// grows, by more than a share slack of them, which is what their last digits may differ by.
func requireStable(t require.TestingT, model asker, history churn.History, horizon int, slack float64) {
	likelihood, alive := model.LogLikelihood(history), model.Alive(history)
	require.False(t, math.IsNaN(likelihood) || math.IsInf(likelihood, 0))
	require.GreaterOrEqual(t, alive, 0.0)
	require.LessOrEqual(t, alive, 1.0)
	if longer := history; longer.AgeDays < churn.MaxDays {
		longer.AgeDays++
		require.LessOrEqual(t, model.Alive(longer), alive)
	}
	if earlier := history; earlier.RecencyDays > earlier.Repeats {
		earlier.RecencyDays--
		require.LessOrEqual(t, model.Alive(earlier), alive)
	}
	expected := model.Expected(history, horizon)
	require.False(t, math.IsNaN(expected) || math.IsInf(expected, 0))
	require.GreaterOrEqual(t, expected, 0.0)
	require.GreaterOrEqual(t, model.Expected(history, horizon+1), expected*(1-slack))
	require.GreaterOrEqual(t, model.Newcomer(horizon+1), model.Newcomer(horizon)*(1-slack))
}
