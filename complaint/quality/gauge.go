package quality

import (
	"errors"

	"github.com/rapport-crm/rapport/customer"
)

// Rules say how quality is measured, as plain data.
type Rules struct {
	customer.Edition

	// Currency is that of the policies whose cases are measured; zero where they have none.
	Currency customer.Currency `json:"currency,omitzero"`
	// FirstContact says what counts as solved at the first contact.
	FirstContact FirstContactRules `json:"first_contact"`
	// Least is how many cases, promises, sales a share needs: 1 to 10⁶. Below it a report says
	// "too few to tell".
	Least int `json:"least"`
	// VitalPermille is how much of all issues the vital few causes make up: 1 to 1000; 800 is
	// Pareto's.
	VitalPermille int `json:"vital_permille"`
}

// FirstContactRules say what counts as solved at the first contact: answered and closed after
// one contact of the customer's, without passing her on too often, and nothing more of her
// within some days: no contact, no reopening, no answer that she still has the problem. A case
// that she opens anew is not seen here, unless it is merged into this one.
type FirstContactRules struct {
	Days     int `json:"days"`     // after the day of closing in which she must not come back; 0 to 3660
	Handoffs int `json:"handoffs"` // at most; those within a desk because somebody is away do not count; 0 to 1000
}

// ParseRules reads Rules from JSON, strictly; see customer.ParseRules.
func ParseRules(data []byte) (Rules, error) { return customer.ParseRules[Rules](data) }

// Gauge is the compiled rule book. It is immutable and safe for concurrent use.
type Gauge struct {
	rules Rules
	name  string
}

var errNoGauge = errors.New("quality: a gauge comes from NewGauge")

// NewGauge checks the rules whole, returning customer.Faults, and compiles them.
func NewGauge(rules Rules) (*Gauge, error) {
	var faults customer.Faults
	rules.Edition.Check(&faults)
	if rules.Currency != (customer.Currency{}) {
		faults.Currency("currency", rules.Currency)
	}
	faults.Within("first_contact.days", rules.FirstContact.Days, 0, 3660)
	faults.Within("first_contact.handoffs", rules.FirstContact.Handoffs, 0, 1000)
	faults.Within("least", rules.Least, 1, 1_000_000)
	faults.Within("vital_permille", rules.VitalPermille, 1, 1000)
	if err := faults.Err(); err != nil {
		return nil, err
	}
	return &Gauge{rules, rules.Name()}, nil
}

// least is how many a share needs.
func (g *Gauge) least() int64 { return int64(g.rules.Least) }

// few says that there are too few of something to tell, if there are; which is what Of says.
func (g *Gauge) few(of string, n int64, unit customer.Unit) (customer.Reason, bool) {
	return customer.Reason{Code: CodeTooFew, Rule: g.name, Of: of, Fact: n, Mark: g.least(), Unit: unit}, n < g.least()
}
