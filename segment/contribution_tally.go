package segment

import (
	"encoding/binary"
	"fmt"
	"iter"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// ContributionTally is the ungrouped form of counting contributions: facts in any order,
// in any split over several tallies, merged in any order, give the same bytes. Its memory
// grows with the customers, about 300 bytes each. It is not safe for concurrent use.
type ContributionTally[K population.Key] struct {
	basis ContributionBasis
	table population.Table[K, Contribution] // each customer has the one item 0
}

// contributionTallyVersion is the format of MarshalBinary.
const contributionTallyVersion = 1

// NewContributionTally counts the facts of a period; see ContributionBook.Basis. All facts
// must come from the book whose basis it is.
func NewContributionTally[K population.Key](basis ContributionBasis) *ContributionTally[K] {
	return &ContributionTally[K]{basis: basis}
}

// Add counts facts. Facts outside the period are left out. At a malformed fact it stops
// with an error, having counted the facts before it.
func (t *ContributionTally[K]) Add(facts ...ContributionFact[K]) error {
	for i := range facts {
		fact := &facts[i]
		if err := fact.Check(); err != nil {
			return err
		}
		if t.basis.Period().Contains(fact.Day) {
			t.table.At(fact.Customer, 0).add(&fact.Contribution)
		}
	}
	return nil
}

// Merge counts everything that other counted. Tallies of another basis do not merge.
func (t *ContributionTally[K]) Merge(other *ContributionTally[K]) error {
	if t.basis != other.basis {
		return fmt.Errorf("segment: contributions of %s do not merge into those of %s", other.basis, t.basis)
	}
	for key, row := range other.table.All() {
		t.table.At(key, 0).add(&row.Values[0])
	}
	return nil
}

// Customers returns the number of customers counted.
func (t *ContributionTally[K]) Customers() int { return t.table.Len() }

// Statement returns one customer's contribution, zero where she has none.
func (t *ContributionTally[K]) Statement(key K) ContributionStatement {
	statement := ContributionStatement{Basis: t.basis}
	if row := t.table.Row(key); len(row.Values) > 0 {
		statement.Contribution = row.Values[0]
	}
	return statement
}

// All walks the customers in ascending order.
func (t *ContributionTally[K]) All() iter.Seq2[K, ContributionStatement] {
	return func(yield func(K, ContributionStatement) bool) {
		for key, row := range t.table.All() {
			if !yield(key, ContributionStatement{Basis: t.basis, Contribution: row.Values[0]}) {
				return
			}
		}
	}
}

// MarshalBinary writes the tally in key order, so that equal tallies have equal bytes.
func (t *ContributionTally[K]) MarshalBinary() ([]byte, error) {
	data, err := appendContributionBasis([]byte{contributionTallyVersion}, t.basis)
	if err != nil {
		return nil, err
	}
	return t.table.Append(data, func(dst []byte, c *Contribution) []byte {
		for _, figure := range contributed(c) {
			dst = binary.AppendUvarint(dst, uint64(*figure))
		}
		return binary.AppendUvarint(dst, uint64(c.LastBought))
	}), nil
}

// UnmarshalBinary reads what MarshalBinary wrote; at an error the tally stays as it was.
func (t *ContributionTally[K]) UnmarshalBinary(data []byte) error {
	from := population.NewDecoder(data, contributionTallyVersion)
	read := ContributionTally[K]{basis: readContributionBasis(from)}
	read.table.Read(from, func(from *population.Decoder, c *Contribution) {
		for _, figure := range contributed(c) {
			*figure = from.Count()
		}
		if c.LastBought = customer.Date(from.Uint32()); from.Err() == nil && !c.possible(read.basis.Period()) {
			from.Fail("figures that no facts have")
		}
	})
	if from.Err() == nil {
		for _, row := range read.table.All() {
			if len(row.Items) != 1 || row.Items[0] != 0 {
				from.Fail("a customer with more than one contribution")
			}
		}
	}
	if err := from.Close(); err != nil {
		return fmt.Errorf("segment: contributions: %w", err)
	}
	*t = read
	return nil
}

// appendContributionBasis writes a basis; one that no book has is an error.
func appendContributionBasis(dst []byte, basis ContributionBasis) ([]byte, error) {
	if err := basis.check(); err != nil {
		return nil, err
	}
	dst = population.AppendBytes(population.AppendBytes(dst, basis.Rules), basis.Currency.Code)
	dst = binary.AppendUvarint(dst, uint64(basis.Currency.Digits))
	return population.AppendPeriod(dst, basis.Period()), nil
}

func readContributionBasis(from *population.Decoder) ContributionBasis {
	basis := ContributionBasis{Rules: string(from.Bytes()), Currency: customer.Currency{Code: string(from.Bytes())}}
	basis.Currency.Digits = int32(min(from.Uint32(), 1<<31-1))
	period := from.Period()
	if basis.From, basis.Until = period.From, period.Until; from.Err() == nil && basis.check() != nil {
		from.Fail("a basis that no rule book has")
	}
	return basis
}

// check returns the faults of a basis as customer.Faults, or nil.
func (b ContributionBasis) check() error {
	var faults customer.Faults
	faults.Currency("currency", b.Currency)
	if b.Rules == "" || len(b.Rules) > customer.MaxText+20 { // an ID and its version
		faults.Add("rules", b.Rules, "is the name of a rule book")
	}
	if err := b.Period().Check(); err != nil {
		faults.Add("period", b, "is two days of the years 1 to 9999")
	}
	return faults.Err()
}

// ContributionRun is one customer's contribution, out of the grouped form.
type ContributionRun[K population.Key] struct {
	Customer K
	ContributionStatement
}

// ContributionRuns is the grouped form of counting, in the memory of one customer: facts
// whose customers ascend give one statement each, the same as a tally's. Customers
// without a fact in the period are passed over. population.ErrOrder ends the walk where
// customers do not ascend, and so does the first error of the input and the first
// malformed fact.
func ContributionRuns[K population.Key](basis ContributionBasis, facts iter.Seq2[ContributionFact[K], error]) iter.Seq2[ContributionRun[K], error] {
	return func(yield func(ContributionRun[K], error) bool) {
		var run, none ContributionRun[K]
		started, inside := false, false
		for fact, err := range facts {
			if err == nil {
				err = fact.Check()
			}
			if err == nil && started && fact.Customer < run.Customer {
				err = fmt.Errorf("%w: %v after %v", population.ErrOrder, fact.Customer, run.Customer)
			}
			if err != nil {
				yield(none, err)
				return
			}
			if started && fact.Customer != run.Customer && inside && !yield(run, nil) {
				return
			}
			if !started || fact.Customer != run.Customer {
				run = ContributionRun[K]{fact.Customer, ContributionStatement{Basis: basis}}
				started, inside = true, false
			}
			if basis.Period().Contains(fact.Day) {
				run.Contribution.add(&fact.Contribution)
				inside = true
			}
		}
		if inside {
			yield(run, nil)
		}
	}
}
