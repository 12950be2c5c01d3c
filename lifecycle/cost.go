package lifecycle

import (
	"fmt"
	"math/big"
	"math/bits"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
)

// Bounds of CostRules and of what is asked of Costs.
const (
	MaxCostCustomers = 1_000_000_000
	MaxCostEach      = 1_000_000_000_000 // minor units of one attempt
	MaxCostTimes     = 1_000_000         // ‰: a thousand times
)

// CostRules are what a shop reckons with when it compares winning a newcomer with keeping
// a customer, as plain data. That the one costs five times the other is a saying: here it
// is a claim, to be held against the shop's own figures.
type CostRules struct {
	customer.Edition

	Currency customer.Currency `json:"currency"`
	Acquire  CostEffort        `json:"acquire"` // to win a newcomer
	Keep     CostEffort        `json:"keep"`    // to keep one of those at risk
	// ClaimPermille is how often the cost of keeping goes into that of acquiring, as
	// somebody claims: 5000 is five times. 0: nobody claims anything.
	ClaimPermille int64 `json:"claim_permille,omitempty"`
}

// CostEffort is what one attempt costs, and how many of them succeed.
type CostEffort struct {
	Cost            decimal.Decimal `json:"cost"`             // of one attempt; 0 or more, exact in the currency
	SuccessPermille int64           `json:"success_permille"` // of attempts; 1 to 1000
}

// ParseCostRules reads CostRules from JSON, strictly; see customer.ParseRules.
func ParseCostRules(data []byte) (CostRules, error) { return customer.ParseRules[CostRules](data) }

// Costs is the compiled rule book. It is immutable and safe for concurrent use.
type Costs struct {
	rules         CostRules
	name          string
	acquire, keep int64 // minor units of one attempt
}

// NewCosts checks the rules whole, returning customer.Faults, and compiles them.
func NewCosts(rules CostRules) (*Costs, error) {
	var faults customer.Faults
	rules.Edition.Check(&faults)
	faults.Currency("currency", rules.Currency)
	c := &Costs{rules: rules, name: rules.Name()}
	c.acquire = rules.Acquire.check(&faults, "acquire", rules.Currency)
	c.keep = rules.Keep.check(&faults, "keep", rules.Currency)
	if rules.ClaimPermille < 0 || rules.ClaimPermille > MaxCostTimes {
		faults.Add("claim_permille", rules.ClaimPermille, fmt.Sprintf("is 0 to %d", MaxCostTimes))
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	return c, nil
}

func (e *CostEffort) check(faults *customer.Faults, path string, currency customer.Currency) (cost int64) {
	cost, err := currency.Minor(e.Cost)
	if err != nil || cost < 0 || cost > MaxCostEach {
		faults.Add(path+".cost", e.Cost, "is 0 or more, exact in the currency, and at most 10¹² minor units")
	}
	if e.SuccessPermille < 1 || e.SuccessPermille > 1000 {
		faults.Add(path+".success_permille", e.SuccessPermille, "is 1 to 1000")
	}
	return cost
}

// CostComparison is what winning so many newcomers costs, against keeping as many
// customers.
type CostComparison struct {
	Customers int64

	Acquire, Keep CostSide
	Saved         int64 // minor units that keeping costs less; below 0: more
	// BreakEvenPermille is the least success of keeping, of its attempts, at which it costs
	// no more than acquiring; 0: there is none, for it would cost more if every attempt
	// succeeded.
	BreakEvenPermille int64
	Reasons           []customer.Reason
}

// CostSide is one side of the comparison.
type CostSide struct {
	Attempts int64 // that so many successes take, rounded up to a whole attempt
	Minor    int64 // minor units
}

// Compare returns what it costs on a day to win so many newcomers, 1 to 10⁹, and to keep as
// many of those at risk. Sums above 10¹⁸ minor units are customer.Faults.
func (c *Costs) Compare(customers int64, on customer.Date) (CostComparison, error) {
	if err := c.rules.Covers(on); err != nil {
		return CostComparison{}, err
	}
	var faults customer.Faults
	if customers < 1 || customers > MaxCostCustomers {
		faults.Add("customers", customers, fmt.Sprintf("is 1 to %d", MaxCostCustomers))
		return CostComparison{}, faults
	}
	acquire, fits := costOf(customers, c.acquire, c.rules.Acquire.SuccessPermille)
	keep, keepFits := costOf(customers, c.keep, c.rules.Keep.SuccessPermille)
	if !fits || !keepFits {
		faults.Add("customers", customers, "cost at most 10¹⁸ minor units")
		return CostComparison{}, faults
	}
	compared := CostComparison{Customers: customers, Acquire: acquire, Keep: keep, Saved: acquire.Minor - keep.Minor}
	compared.BreakEvenPermille = c.breakEven(customers, acquire.Minor)
	compared.Reasons = []customer.Reason{
		{Code: CodeCostAcquire, Rule: c.name, Fact: acquire.Minor, Mark: acquire.Attempts, Unit: customer.UnitMinor, On: on},
		{Code: CodeCostKeep, Rule: c.name, Fact: keep.Minor, Mark: keep.Attempts, Unit: customer.UnitMinor, On: on},
		{Code: CodeCostBreakEven, Rule: c.name, Fact: c.rules.Keep.SuccessPermille, Mark: compared.BreakEvenPermille, Unit: customer.UnitPermille, On: on},
	}
	return compared, nil
}

// costOf returns the cost of so many successes.
func costOf(customers, each, permille int64) (CostSide, bool) {
	attempts := (customers*1000 + permille - 1) / permille
	over, minor := bits.Mul64(uint64(attempts), uint64(each))
	return CostSide{Attempts: attempts, Minor: int64(min(minor, maxFact))}, over == 0 && minor <= maxFact
}

// breakEven returns the least success of keeping at which its cost is within a budget: for
// m attempts that the budget pays, n of which must succeed, that is n/m, rounded up.
func (c *Costs) breakEven(customers, budget int64) int64 {
	if c.keep == 0 {
		return 1
	}
	attempts := budget / c.keep
	if attempts < customers {
		return 0
	}
	attempts = min(attempts, customers*1000) // below 1 ‰ there is no mark
	return (customers*1000 + attempts - 1) / attempts
}

// CostCampaign is what was spent, as the shop counted it: how many were tried, and how many
// of them bought for the first time, or stayed.
type CostCampaign struct {
	Spent int64 `json:"spent"` // minor units, 0 to 10¹⁸
	Tried int64 `json:"tried"`
	Won   int64 `json:"won"` // of Tried
}

// CostMeasured is what acquiring really cost, against keeping.
type CostMeasured struct {
	// TimesPermille is the cost of one newcomer over that of one customer kept, in ‰,
	// rounded down: 5000 is five times. It is known when both were won and keeping cost
	// something.
	TimesPermille int64
	Known         bool
	Reasons       []customer.Reason // the measured figure beside the claim, or what is missing for it
}

// Measure holds the shop's own figures against the claim.
func (c *Costs) Measure(acquire, keep CostCampaign, on customer.Date) (CostMeasured, error) {
	if err := c.rules.Covers(on); err != nil {
		return CostMeasured{}, err
	}
	var faults customer.Faults
	acquire.check(&faults, "acquire")
	keep.check(&faults, "keep")
	if err := faults.Err(); err != nil {
		return CostMeasured{}, err
	}
	var measured CostMeasured
	for _, side := range []struct {
		code string
		one  CostCampaign
	}{{CodeCostWon, acquire}, {CodeCostKept, keep}} {
		measured.Reasons = append(measured.Reasons, customer.Reason{
			Code: side.code, Rule: c.name, Fact: side.one.Won, Mark: side.one.Tried, Unit: customer.UnitCustomers, On: on,
		})
	}
	if acquire.Won == 0 || keep.Won == 0 || keep.Spent == 0 {
		measured.Reasons = append(measured.Reasons, customer.Reason{Code: CodeCostUnknown, Rule: c.name, Mark: c.rules.ClaimPermille, Unit: customer.UnitPermille, On: on})
		return measured, nil
	}
	over := product(acquire.Spent, keep.Won, 1000)
	times := over.Quo(over, product(keep.Spent, acquire.Won))
	measured.TimesPermille, measured.Known = maxFact, true
	if times.IsInt64() {
		measured.TimesPermille = min(times.Int64(), maxFact)
	}
	measured.Reasons = append(measured.Reasons, customer.Reason{
		Code: CodeCostTimes, Rule: c.name, Fact: measured.TimesPermille, Mark: c.rules.ClaimPermille, Unit: customer.UnitPermille, On: on,
	})
	return measured, nil
}

func (c *CostCampaign) check(faults *customer.Faults, path string) {
	if c.Spent < 0 || c.Spent > maxFact {
		faults.Add(path+".spent", c.Spent, "is 0 to 10¹⁸")
	}
	if c.Tried < 0 || c.Tried > maxFact {
		faults.Add(path+".tried", c.Tried, "is 0 to 10¹⁸")
	}
	if c.Won < 0 || c.Won > c.Tried {
		faults.Add(path+".won", c.Won, "is 0 to tried")
	}
}

func product(factors ...int64) *big.Int {
	all := big.NewInt(1)
	for _, factor := range factors {
		all.Mul(all, big.NewInt(factor))
	}
	return all
}
