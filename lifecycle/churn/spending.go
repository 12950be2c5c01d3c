package churn

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"iter"
	"math"
	"slices"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// MaxMinor bounds what one customer spent, in minor units: ten million million of a
// currency's units where it has two digits.
const MaxMinor = 1_000_000_000_000_000

// Spending is all that the model of values needs to know of what a customer's purchases
// were worth, in exact figures. Purchases are counted as in History: days of purchase
// after the first, the receipts of a day together, so that both models speak of the same
// purchases. The zero Spending is that of a customer of whom nothing is known.
type Spending struct {
	Purchases int32 `json:"purchases"` // at most MaxDays
	Minor     int64 `json:"minor"`     // their sum in minor units, returns taken off: above 0, at most MaxMinor
}

// Valid reports whether Check finds no fault.
func (s Spending) Valid() bool {
	return s == Spending{} || 1 <= s.Purchases && s.Purchases <= MaxDays && 1 <= s.Minor && s.Minor <= MaxMinor
}

// Check returns the faults of a spending as customer.Faults, or nil.
func (s Spending) Check() error {
	if s.Valid() {
		return nil
	}
	var faults customer.Faults
	faults.Within("purchases", int(s.Purchases), 0, MaxDays)
	switch {
	case s.Purchases == 0:
		faults.Add("minor", s.Minor, "is 0 where there is no purchase")
	case s.Minor < 1 || s.Minor > MaxMinor:
		faults.Add("minor", s.Minor, fmt.Sprintf("is 1 to %d where there are purchases", int64(MaxMinor)))
	}
	return faults.Err()
}

// mean is what a purchase was worth on average, in minor units.
func (s Spending) mean() float64 { return float64(s.Minor) / float64(s.Purchases) }

// compareSpendings is the order of Spends.
func compareSpendings(a, b Spending) int {
	return cmp.Or(cmp.Compare(a.Purchases, b.Purchases), cmp.Compare(a.Minor, b.Minor))
}

// Spends tell how many customers have each Spending: all that a fit of values needs of a
// population. Customers in any order, in any split over several Spends, merged in any
// order, give the same Spends, the same bytes and the same fit to the last bit. Memory is
// that of the distinct spendings, about 50 bytes each. The zero Spends are empty and
// ready. They are not safe for concurrent use; parallel work fills one each and merges.
type Spends struct{ tally tally[Spending] }

// spendsVersion is the format of MarshalBinary.
const spendsVersion = 1

// Add counts customers. Those without a counted purchase tell nothing of values and are
// passed over. At a malformed spending it stops with an error, having counted the ones
// before it.
func (s *Spends) Add(spendings ...Spending) error {
	for _, one := range spendings {
		if err := one.Check(); err != nil {
			return err
		}
		if one.Purchases == 0 {
			continue
		}
		if err := s.tally.add(one); err != nil {
			return err
		}
	}
	return nil
}

// Merge counts everyone whom other counted, or nobody where they would be more than
// MaxCustomers. Other stays as it is.
func (s *Spends) Merge(other *Spends) error { return s.tally.merge(&other.tally) }

// Customers returns how many customers were counted.
func (s *Spends) Customers() int64 { return s.tally.customers }

// All walks the distinct spendings, ascending by purchases and sum, each with the number
// of customers who have it.
func (s *Spends) All() iter.Seq2[Spending, int64] {
	return func(yield func(Spending, int64) bool) {
		for _, row := range s.rows() {
			if !yield(row.key, row.n) {
				return
			}
		}
	}
}

// rows are the distinct spendings in ascending order: the order in which likelihoods are
// summed.
func (s *Spends) rows() []tallyRow[Spending] {
	rows := s.tally.rows()
	slices.SortFunc(rows, func(a, b tallyRow[Spending]) int { return compareSpendings(a.key, b.key) })
	return rows
}

// MarshalBinary writes the spendings in the order of All, so that equal Spends have equal
// bytes.
func (s *Spends) MarshalBinary() ([]byte, error) {
	data := []byte{spendsVersion}
	var previous Spending
	for _, row := range s.rows() {
		if row.key.Purchases != previous.Purchases {
			previous.Minor = 0
		}
		data = binary.AppendUvarint(data, uint64(row.key.Purchases-previous.Purchases))
		data = binary.AppendUvarint(data, uint64(row.key.Minor-previous.Minor))
		data = binary.AppendUvarint(data, uint64(row.n))
		previous = row.key
	}
	return data, nil
}

// UnmarshalBinary reads what MarshalBinary wrote; at an error the spendings stay as they
// were.
func (s *Spends) UnmarshalBinary(data []byte) error {
	from := population.NewDecoder(data, spendsVersion)
	var read tally[Spending]
	var previous Spending
	for from.Err() == nil && from.More() {
		purchases, minor, n := from.Uvarint(), from.Uvarint(), from.Count()
		if purchases > MaxDays || minor > MaxMinor {
			from.Fail("a spending that cannot be")
			break
		}
		if purchases > 0 {
			previous = Spending{Purchases: previous.Purchases + int32(purchases)}
		}
		previous.Minor += int64(minor)
		switch {
		case minor == 0:
			from.Fail("a spending twice, or of nothing")
		case previous.Purchases == 0 || !previous.Valid():
			from.Fail("a spending that cannot be")
		case !read.fits(n):
			from.Fail("a number of customers out of range")
		}
		read.put(previous, n)
	}
	if err := from.Close(); err != nil {
		return fmt.Errorf("churn: spends: %w", err)
	}
	s.tally = read
	return nil
}

// Independence tells whether customers who buy more often spend more or less at a time.
// The model of values takes it that they do not, so that the value of a customer is her
// expected purchases times their expected value; look at it before multiplying.
type Independence struct {
	Customers int64 `json:"customers"`
	// Correlation is Pearson's, between the number of a customer's purchases and their mean
	// value, -1 to 1: it is what the literature reports (0.11 for the CDNOW sample), and a
	// few great spenders can make it. RankCorrelation is Spearman's, which they cannot; but
	// the means of few purchases are more often low than those of many, so that a small one
	// says nothing. Both are 0 where all customers are alike in one of the two.
	Correlation     float64 `json:"correlation"`
	RankCorrelation float64 `json:"rank_correlation"`
}

// Independence compares how often customers buy with how much they spend.
func (s *Spends) Independence() Independence {
	rows := s.rows()
	weights, often, worth := make([]float64, len(rows)), make([]float64, len(rows)), make([]float64, len(rows))
	for i, row := range rows {
		weights[i], often[i], worth[i] = float64(row.n), float64(row.key.Purchases), row.key.mean()
	}
	return Independence{
		Customers:       s.tally.customers,
		Correlation:     correlation(weights, often, worth),
		RankCorrelation: correlation(weights, ranks(weights, often), ranks(weights, worth)),
	}
}

// correlation is Pearson's.
func correlation(weights, a, b []float64) float64 {
	n, meanA, meanB := 0.0, 0.0, 0.0
	for i, weight := range weights {
		n += weight
		meanA += weight * a[i]
		meanB += weight * b[i]
	}
	if n == 0 {
		return 0
	}
	meanA, meanB = meanA/n, meanB/n
	aa, bb, ab := 0.0, 0.0, 0.0
	for i, weight := range weights {
		aa += weight * (a[i] - meanA) * (a[i] - meanA)
		bb += weight * (b[i] - meanB) * (b[i] - meanB)
		ab += weight * (a[i] - meanA) * (b[i] - meanB)
	}
	if aa == 0 || bb == 0 {
		return 0
	}
	return min(max(ab/(math.Sqrt(aa)*math.Sqrt(bb)), -1), 1)
}

// ranks are the places of figures among all customers; equal ones share the middle.
func ranks(weights, figures []float64) []float64 {
	order := make([]int, len(figures))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int { return cmp.Compare(figures[i], figures[j]) })
	ranked := make([]float64, len(figures))
	below := 0.0
	for first := 0; first < len(order); {
		end, equal := first, 0.0
		for ; end < len(order) && figures[order[end]] == figures[order[first]]; end++ {
			equal += weights[order[end]]
		}
		for ; first < end; first++ {
			ranked[order[first]] = below + equal/2
		}
		below += equal
	}
	return ranked
}
