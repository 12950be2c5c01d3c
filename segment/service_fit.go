package segment

import (
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// ServiceCensus is how the figures of service classes are spread over a population,
// enough for FitService to freeze marks, without any customer's key. Customers may be
// added in any order and any split; merged, the bytes are the same. It is not safe for
// concurrent use.
type ServiceCensus struct {
	period    population.Period
	customers int64
	measures  [ServiceDemands]population.Histogram // of those whose figure is known
}

// serviceCensusVersion is the format of MarshalBinary.
const serviceCensusVersion = 1

// NewServiceCensus counts the customers of a period.
func NewServiceCensus(period population.Period) *ServiceCensus {
	return &ServiceCensus{period: period}
}

// Add counts one customer. Figures that nobody has are an error, and count nothing.
func (c *ServiceCensus) Add(facts ServiceFacts) error {
	if err := facts.Check(); err != nil {
		return err
	}
	c.customers = bounded(c.customers, 1)
	for i, figure := range facts.figures() {
		if figure.Known {
			c.measures[i].Add(figure.Value, 1)
		}
	}
	return nil
}

// Merge counts everyone that other counted. Censuses of different periods do not merge.
func (c *ServiceCensus) Merge(other *ServiceCensus) error {
	if c.period != other.period {
		return fmt.Errorf("segment: a census of %s to %s does not merge into one of %s to %s",
			other.period.From, other.period.Until, c.period.From, c.period.Until)
	}
	c.customers = bounded(c.customers, other.customers)
	for i := range c.measures {
		c.measures[i].Merge(&other.measures[i])
	}
	return nil
}

// Customers returns how many customers were counted, those of whom nothing is known
// included.
func (c *ServiceCensus) Customers() int64 { return c.customers }

// MarshalBinary writes the census, so that equal censuses have equal bytes.
func (c *ServiceCensus) MarshalBinary() ([]byte, error) {
	if err := c.period.Check(); err != nil {
		return nil, err
	}
	data := population.AppendPeriod([]byte{serviceCensusVersion}, c.period)
	data = binary.AppendUvarint(data, uint64(c.customers))
	for i := range c.measures {
		data = c.measures[i].Append(data)
	}
	return data, nil
}

// UnmarshalBinary reads what MarshalBinary wrote; at an error the census stays as it was.
func (c *ServiceCensus) UnmarshalBinary(data []byte) error {
	from := population.NewDecoder(data, serviceCensusVersion)
	read := ServiceCensus{period: from.Period()}
	read.customers = from.Count()
	for i := range read.measures {
		read.measures[i] = from.Histogram()
		least := int64(0)
		if ServiceMeasure(i+1) == ServiceProfit {
			least = -maxSum << 1 // rounded, it stands for those below it
		}
		known := min(read.measures[i].Total(), maxSum)
		if from.Err() == nil && (read.customers > maxSum || known > read.customers || !within(&read.measures[i], least, maxSum)) {
			from.Fail("figures that no customers have")
		}
	}
	if err := from.Close(); err != nil {
		return fmt.Errorf("segment: census of service: %w", err)
	}
	*c = read
	return nil
}

// FitService freezes the marks that the rules leave to the population: a copy of the
// rules in which every condition with a Permille has the mark that at most so many ‰ of
// the customers whose figure is known reach, and as many as that allows. Equal figures
// stay together, so that mostly fewer reach it; Fitted says how many. Stated marks stay.
//
// unfit names the conditions that have no such mark, because more customers than that
// have the same utmost figure or nobody's figure is known; their class has nobody until
// the shop states a mark.
//
// The census must be that of the rules' period before on, or the answer is an error; so
// it is when the rules are at fault or not in force.
func FitService(rules ServiceRules, census *ServiceCensus, on customer.Date) (fitted ServiceRules, unfit customer.Faults, err error) {
	var faults customer.Faults
	if rules.check(&faults); len(faults) > 0 {
		return ServiceRules{}, nil, faults
	}
	if err := rules.Covers(on); err != nil {
		return ServiceRules{}, nil, err
	}
	if period := rules.Period(on); census == nil || census.period != period {
		faults.Add("census", "", fmt.Sprintf("counts %s to %s, as the rules say", period.From, period.Until))
		return ServiceRules{}, nil, faults
	}
	rules.Conditions = slices.Clone(rules.Conditions)
	for i := range rules.Conditions {
		condition := &rules.Conditions[i]
		if condition.Permille == 0 {
			continue
		}
		condition.Mark, condition.Fitted = decimal.NullDecimal{}, nil
		counted := &census.measures[condition.Measure-1]
		mark, reaching := utmostMark(counted, condition.Side, condition.Permille)
		if reaching == 0 {
			rule := fmt.Sprintf("has a mark: more of the %d customers have the same utmost figure, %s %d", counted.Total(), condition.Measure, mark)
			if counted.Total() == 0 {
				rule = fmt.Sprintf("has a mark: of nobody is the figure known, %s", condition.Measure)
			}
			unfit.Add(fmt.Sprintf("conditions[%d].permille", i), condition.Permille, rule)
			continue
		}
		condition.Mark = decimal.NewNullDecimal(decimal.New(mark, -rules.digits(condition.Measure)))
		condition.Fitted = &ServiceFitted{On: on, Customers: counted.Total(), Reaching: reaching}
	}
	return rules, unfit, nil
}

// utmostMark returns the mark that at most so many ‰ of the values reach, and as many as that
// allows, with their number; where not even the utmost value is so rare, that value and 0.
// Where values may have been rounded, a value stands for itself and those up to
// the next, and the mark takes all of them in.
func utmostMark(counted *population.Histogram, side ServiceSide, permille int) (mark, reaching int64) {
	values, counts := counted.Values()
	if len(values) == 0 {
		return 0, 0
	}
	reach := func(n int64) bool { return compareProducts(n, 1000, counted.Total(), int64(permille)) <= 0 }
	if side == ServiceAtLeast {
		mark = values[len(values)-1]
		for i := len(values) - 1; i >= 0 && reach(reaching+counts[i]); i-- {
			mark, reaching = values[i], reaching+counts[i]
		}
		return mark, reaching
	}
	exact := len(values) <= population.MaxDistinct/2 // each bit less leaves at least half of them
	mark = values[0]
	for i := 0; i+1 < len(values) && reach(reaching+counts[i]); i++ { // not all of them: permille is below 1000
		if mark = values[i]; !exact {
			mark = values[i+1] - 1
		}
		reaching += counts[i]
	}
	return mark, reaching
}
