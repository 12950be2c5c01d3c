package segment

import (
	"errors"
	"fmt"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// CommissionDenial says that lines of a sale were found, after it, not to suit the customer:
// a complaint may show what was not checked, or not rightly.
type CommissionDenial struct {
	Ref   string    `json:"ref"`   // of the finding: the case's
	Sale  string    `json:"sale"`  // the receipt that was sold
	At    time.Time `json:"at"`    // when it was found
	Lines []int     `json:"lines"` // of the sale's receipt, ascending
}

// Canonical writes the denial for a fingerprint.
func (d CommissionDenial) Canonical(c *customer.Canonical) {
	c.Text("ref", d.Ref)
	c.Text("sale", d.Sale)
	c.Time("at", d.At)
	c.List("lines", len(d.Lines), func(i int) { c.Int("line", int64(d.Lines[i])) })
}

// Validate returns every fault of the denial as customer.Faults, or nil.
func (d CommissionDenial) Validate() error {
	var faults customer.Faults
	faults.Name("ref", d.Ref)
	faults.Text("sale", d.Sale)
	faults.Instant("at", d.At)
	faults.Within("lines", len(d.Lines), 1, customer.MaxLines)
	previous := 0
	for i, line := range d.Lines[:min(len(d.Lines), customer.MaxLines)] {
		if line <= previous || line > customer.MaxLines {
			faults.Add(fmt.Sprintf("lines[%d]", i), line, fmt.Sprintf("is a line of the receipt, 1 to %d, and later than the one before it", customer.MaxLines))
		}
		previous = line
	}
	return faults.Err()
}

// Deny takes back all that is left of the commission on lines that were found not to suit
// the customer after they had been sold, whatever their grade: nobody keeps what he earned
// by bad advice. Goods of such a line may still come back, and take nothing more.
//
// Lines that nobody sold, and those that were denied already, change nothing. Its error is
// a *customer.Refusal where the book has no sale yet (the denial may be sent again).
func (b CommissionBook) Deny(denial CommissionDenial) (CommissionDecision, error) {
	var faults customer.Faults
	errors.As(denial.Validate(), &faults) // Validate returns nothing else
	d, err := b.desk(&faults, denial.Ref, denial.Sale, denial.At)
	if err != nil {
		return CommissionDecision{}, err
	}
	for _, number := range denial.Lines {
		at, found := b.line(number)
		if !found || b.Lines[at].Denied {
			continue
		}
		line := &b.Lines[at]
		d.post(CommissionEntry{Kind: CommissionDenied, Line: number})
		d.reasons = append(d.reasons, customer.Reason{Code: CodeCommissionUnsuitable, Rule: b.Rule, Fact: int64(number), Unit: customer.UnitTimes})
		d.take(line, line.Commission)
	}
	return d.decision()
}
