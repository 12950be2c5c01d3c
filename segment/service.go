package segment

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// ServiceRules sorts customers by how they are best served, as plain data: the big ones,
// those who need most service, those who demand much and take little, those who buy only
// certain products, and the rest. A figure that is not known is no 0: see
// ServiceBook.Classify.
type ServiceRules struct {
	customer.Edition

	Currency   customer.Currency `json:"currency,omitzero"` // of marks of profit; zero where there are none
	WindowDays int               `json:"window_days"`       // figures are of this many days before the day of decision; 1 to 3660
	// Precedence names each of the four classes once. Who fits several is of the first;
	// who fits none is of the rest.
	Precedence []ServiceClass     `json:"precedence"`
	Conditions []ServiceCondition `json:"conditions"` // at least one of each class
}

// ServiceCondition is something that all customers of a class have.
type ServiceCondition struct {
	Class   ServiceClass   `json:"class"`
	Measure ServiceMeasure `json:"measure"`
	Side    ServiceSide    `json:"side"`
	// Mark is what the figure is held against; equal counts as reached. It is an amount
	// of money for profit, and whole otherwise: stated by the shop, or frozen by
	// FitService from Permille. Absent, it is left to the population and not yet frozen,
	// and nobody has the condition.
	Mark decimal.NullDecimal `json:"mark,omitzero"`
	// Permille leaves the mark to the population: at most so many ‰ of customers are to
	// reach it. 0: the mark is stated.
	Permille int            `json:"permille,omitempty"`
	Fitted   *ServiceFitted `json:"fitted,omitempty"` // nil: stated, or not yet frozen
}

// ServiceFitted is the evidence behind a frozen mark: on which day, and how many of how
// many customers it really takes.
type ServiceFitted struct {
	On        customer.Date `json:"on"`
	Customers int64         `json:"customers"` // whose figure is known
	Reaching  int64         `json:"reaching"`  // of Customers
}

// ServiceFacts are one customer's figures of the window, each of which may be missing. Of
// the zero ServiceFacts nothing is known.
type ServiceFacts struct {
	Profit     ServiceFigure // profit contribution in minor units; may be below 0
	Categories ServiceFigure // distinct categories bought
	Products   ServiceFigure // distinct products bought
	Contacts   ServiceFigure // how often she took service
	Seconds    ServiceFigure // of service time
	Demands    ServiceFigure // how often, or how much, she asked for something of her own; on the host's scale
}

// ServiceFigure is a figure of ServiceFacts. The zero ServiceFigure is not known, which is
// never the same as 0.
type ServiceFigure struct {
	Value int64
	Known bool
}

// NewServiceFigure returns a figure that is known.
func NewServiceFigure(value int64) ServiceFigure { return ServiceFigure{value, true} }

// ServiceClass is a class of customers by how they are served. The zero ServiceClass is
// refused.
type ServiceClass uint8

// The classes. Their texts are format.
const (
	ServiceBig       ServiceClass = iota + 1 // brings most
	ServiceHeavy                             // needs most service
	ServiceDemanding                         // demands much, and takes least service
	ServiceSelective                         // buys only certain products
	ServiceRest                              // none of these
	ServiceUnknown                           // a figure that would decide is not known; no rule names it
)

// String returns the stored text.
func (c ServiceClass) String() string {
	switch c {
	case ServiceBig:
		return "big"
	case ServiceHeavy:
		return "service-heavy"
	case ServiceDemanding:
		return "demanding-light"
	case ServiceSelective:
		return "selective"
	case ServiceRest:
		return "rest"
	case ServiceUnknown:
		return "unknown"
	}
	return "service class " + strconv.Itoa(int(c))
}

// MarshalText writes the stored text; an unknown class is an error.
func (c ServiceClass) MarshalText() ([]byte, error) {
	return customer.WriteStored("segment", c, ServiceUnknown)
}

// UnmarshalText reads what MarshalText wrote.
func (c *ServiceClass) UnmarshalText(text []byte) error {
	return customer.ReadStored("segment", "service class", c, ServiceUnknown, text)
}

// ServiceMeasure is a figure of ServiceFacts. The zero ServiceMeasure is refused.
type ServiceMeasure uint8

// The measures. Their texts are format.
const (
	ServiceProfit ServiceMeasure = iota + 1
	ServiceCategories
	ServiceProducts
	ServiceContacts
	ServiceSeconds
	ServiceDemands
)

// String returns the stored text.
func (m ServiceMeasure) String() string {
	switch m {
	case ServiceProfit:
		return "profit"
	case ServiceCategories:
		return "categories"
	case ServiceProducts:
		return "products"
	case ServiceContacts:
		return "contacts"
	case ServiceSeconds:
		return "seconds"
	case ServiceDemands:
		return "demands"
	}
	return "service measure " + strconv.Itoa(int(m))
}

// MarshalText writes the stored text; an unknown measure is an error.
func (m ServiceMeasure) MarshalText() ([]byte, error) {
	return customer.WriteStored("segment", m, ServiceDemands)
}

// UnmarshalText reads what MarshalText wrote.
func (m *ServiceMeasure) UnmarshalText(text []byte) error {
	return customer.ReadStored("segment", "service measure", m, ServiceDemands, text)
}

// unit is that of the measure's figures in reasons.
func (m ServiceMeasure) unit() customer.Unit {
	switch m {
	case ServiceProfit:
		return customer.UnitMinor
	case ServiceSeconds:
		return customer.UnitSeconds
	case ServiceCategories, ServiceProducts, ServiceDemands:
		return 0
	case ServiceContacts:
	}
	return customer.UnitTimes
}

// ServiceSide says on which side of a mark a condition holds. The zero ServiceSide is
// refused.
type ServiceSide uint8

// The sides. Their texts are format.
const (
	ServiceAtLeast ServiceSide = iota + 1
	ServiceAtMost
)

// String returns the stored text.
func (s ServiceSide) String() string {
	switch s {
	case ServiceAtLeast:
		return "at-least"
	case ServiceAtMost:
		return "at-most"
	}
	return "service side " + strconv.Itoa(int(s))
}

// MarshalText writes the stored text; an unknown side is an error.
func (s ServiceSide) MarshalText() ([]byte, error) {
	return customer.WriteStored("segment", s, ServiceAtMost)
}

// UnmarshalText reads what MarshalText wrote.
func (s *ServiceSide) UnmarshalText(text []byte) error {
	return customer.ReadStored("segment", "service side", s, ServiceAtMost, text)
}

// figures lists the facts by measure, the first being ServiceProfit.
func (f ServiceFacts) figures() [ServiceDemands]ServiceFigure {
	return [...]ServiceFigure{f.Profit, f.Categories, f.Products, f.Contacts, f.Seconds, f.Demands}
}

// Check returns the faults of the facts as customer.Faults, or nil: figures of at most
// 10¹⁸, none but profit below 0, and none that is not known and yet has a value.
func (f ServiceFacts) Check() error {
	var faults customer.Faults
	for i, figure := range f.figures() {
		measure, least := ServiceMeasure(i+1), int64(0)
		if measure == ServiceProfit {
			least = -maxSum
		}
		switch {
		case !figure.Known && figure.Value != 0:
			faults.Add(measure.String(), figure.Value, "is known, or absent")
		case figure.Value < least || figure.Value > maxSum:
			faults.Add(measure.String(), figure.Value, fmt.Sprintf("is %d to 10¹⁸", least))
		}
	}
	return faults.Err()
}

// ServiceBook is a rule book of service classes, compiled. It is immutable and safe for
// concurrent use.
type ServiceBook struct {
	edition  customer.Edition
	name     string
	currency customer.Currency
	classes  []serviceClass // by precedence
	reasons  int            // the most that an answer has
}

// serviceClass is a class with its conditions.
type serviceClass struct {
	class      ServiceClass
	cite       string // what reasons name
	conditions []serviceCondition
}

// serviceCondition is a condition in the measure's own whole units.
type serviceCondition struct {
	measure ServiceMeasure
	side    ServiceSide
	mark    int64
	open    bool // the mark is not yet frozen
}

// holds reports whether a figure has the condition.
func (c serviceCondition) holds(figure int64) bool {
	if c.open {
		return false
	}
	return c.side == ServiceAtLeast && figure >= c.mark || c.side == ServiceAtMost && figure <= c.mark
}

// ParseServiceRules reads ServiceRules from JSON, strictly; see customer.ParseRules.
// NewServiceBook checks what they say.
func ParseServiceRules(data []byte) (ServiceRules, error) {
	return customer.ParseRules[ServiceRules](data)
}

// Period returns the WindowDays days before on, of which the facts are.
func (r ServiceRules) Period(on customer.Date) population.Period {
	return population.Period{From: max(on.AddDays(-r.WindowDays), 1), Until: on}
}

// NewServiceBook checks the rules whole, returning customer.Faults, and compiles them. A
// class that nobody can be of is a fault: its conditions exclude each other, or everyone
// who has them has those of a class before it.
func NewServiceBook(rules ServiceRules) (*ServiceBook, error) {
	var faults customer.Faults
	rules.check(&faults)
	b := &ServiceBook{edition: rules.Edition, name: rules.Name(), currency: rules.Currency}
	if len(faults) > 0 {
		return nil, faults
	}
	for _, class := range rules.Precedence {
		b.classes = append(b.classes, serviceClass{class: class, cite: b.name + " " + class.String()})
	}
	for i := range rules.Conditions {
		condition := &rules.Conditions[i]
		at := slices.Index(rules.Precedence, condition.Class)
		b.classes[at].conditions = append(b.classes[at].conditions, rules.compile(condition))
	}
	b.reasons = len(rules.Conditions) + len(rules.Precedence) + 1
	if b.checkReach(&faults); len(faults) > 0 {
		return nil, faults
	}
	return b, nil
}

// check notes every fault of the rules, apart from classes that nobody can be of.
func (r ServiceRules) check(faults *customer.Faults) {
	r.Edition.Check(faults)
	faults.Within("window_days", r.WindowDays, 1, MaxWindowDays)
	for class := ServiceBig; class < ServiceRest; class++ {
		stands := 0
		for _, other := range r.Precedence {
			if other == class {
				stands++
			}
		}
		if stands != 1 {
			faults.Add("precedence", class, "stands in it once")
		}
	}
	if len(r.Precedence) != int(ServiceRest)-1 {
		faults.Add("precedence", len(r.Precedence), "names the four classes; the rest has no rule")
	}
	const most = int(ServiceRest-1) * int(ServiceDemands) * int(ServiceAtMost) // each class, measure and side
	faults.Within("conditions", len(r.Conditions), int(ServiceRest)-1, most)
	needsMoney := false
	for i := range r.Conditions[:min(len(r.Conditions), most)] {
		path := fmt.Sprintf("conditions[%d]", i)
		r.checkCondition(faults, path, i)
		needsMoney = needsMoney || r.Conditions[i].Measure == ServiceProfit
	}
	for class := ServiceBig; class < ServiceRest; class++ {
		if !slices.ContainsFunc(r.Conditions, func(c ServiceCondition) bool { return c.Class == class }) {
			faults.Add("conditions", class, "has at least one, or everyone would be of the class")
		}
	}
	if needsMoney || r.Currency != (customer.Currency{}) {
		faults.Currency("currency", r.Currency)
	}
}

func (r ServiceRules) checkCondition(faults *customer.Faults, path string, i int) {
	condition := &r.Conditions[i]
	if condition.Class < ServiceBig || condition.Class >= ServiceRest {
		faults.Add(path+".class", condition.Class, "is big, service-heavy, demanding-light or selective")
	}
	if condition.Measure < ServiceProfit || condition.Measure > ServiceDemands {
		faults.Add(path+".measure", condition.Measure, "is a measure of service")
	}
	if condition.Side != ServiceAtLeast && condition.Side != ServiceAtMost {
		faults.Add(path+".side", condition.Side, "is at-least or at-most")
	}
	if slices.ContainsFunc(r.Conditions[:i], func(c ServiceCondition) bool {
		return c.Class == condition.Class && c.Measure == condition.Measure && c.Side == condition.Side
	}) {
		faults.Add(path+".measure", condition.Measure, "has one mark on this side for a class")
	}
	faults.Within(path+".permille", condition.Permille, 0, 999)
	if mark := condition.Mark; mark.Valid {
		if minor, exact := customer.Scaled(mark.Decimal, r.digits(condition.Measure)); !exact || minor < -maxSum || minor > maxSum {
			faults.Add(path+".mark", mark, "is whole, or for profit exact in minor units, and at most 10¹⁸")
		}
	} else if condition.Permille == 0 {
		faults.Add(path+".mark", mark, "is stated, or permille leaves it to the population")
	}
	if fitted := condition.Fitted; fitted != nil {
		if condition.Permille == 0 || !condition.Mark.Valid {
			faults.Add(path+".fitted", fitted.Reaching, "is the evidence of a mark with its permille")
		}
		if !fitted.On.Valid() {
			faults.Add(path+".fitted.on", fitted.On, "is the day of the fit")
		}
		if fitted.Reaching < 0 || fitted.Reaching > fitted.Customers {
			faults.Add(path+".fitted.reaching", fitted.Reaching, fmt.Sprintf("is 0 to %d", fitted.Customers))
		}
	} else if condition.Permille != 0 && condition.Mark.Valid {
		faults.Add(path+".mark", condition.Mark, "is stated or left to the population, not both")
	}
}

// digits is how finely a measure is counted.
func (r ServiceRules) digits(measure ServiceMeasure) int32 {
	if measure == ServiceProfit {
		return r.Currency.Digits
	}
	return 0
}

// compile puts a condition that has been checked into whole units.
func (r ServiceRules) compile(condition *ServiceCondition) serviceCondition {
	mark, _ := customer.Scaled(condition.Mark.Decimal, r.digits(condition.Measure))
	return serviceCondition{condition.Measure, condition.Side, mark, !condition.Mark.Valid}
}

// checkReach notes the classes that nobody can be of, as far as their marks are there.
func (b *ServiceBook) checkReach(faults *customer.Faults) {
	for i := range b.classes {
		class := &b.classes[i]
		for _, least := range class.conditions {
			for _, most := range class.conditions {
				if least.measure == most.measure && least.side == ServiceAtLeast && most.side == ServiceAtMost &&
					!least.open && !most.open && least.mark > most.mark {
					faults.Add("conditions", class.class, fmt.Sprintf("is reached by somebody: %s is at least %d and at most %d", least.measure, least.mark, most.mark))
				}
			}
		}
		for j := range b.classes[:i] {
			if first := &b.classes[j]; first.takesAll(class) {
				faults.Add("precedence", class.class, fmt.Sprintf("is reached by somebody: everyone who has its conditions has those of %s, which stands before it", first.class))
			}
		}
	}
}

// takesAll reports whether everyone who has the conditions of other has those of c.
func (c *serviceClass) takesAll(other *serviceClass) bool {
	for _, condition := range c.conditions {
		if !slices.ContainsFunc(other.conditions, func(o serviceCondition) bool {
			return !o.open && o.measure == condition.measure && o.side == condition.side && condition.holds(o.mark)
		}) {
			return false
		}
	}
	return true
}

// Classify returns the class of a customer, and why: for each class in the order of
// precedence every condition with its figure, and whether she is of the class, would be
// but for a class before it, or is not.
//
// A condition whose figure is not known keeps nobody out of a class and lets nobody in.
// Where she may therefore be of a class, and of none before it, her class is
// ServiceUnknown, and the reasons name the figures.
//
// The facts are those of the rules' period before on. Figures that nobody has are an
// error; outside the days that the book is in force the answer is a *customer.Refusal.
func (b *ServiceBook) Classify(on customer.Date, facts ServiceFacts) (ServiceClass, []customer.Reason, error) {
	if err := b.edition.Covers(on); err != nil {
		return 0, nil, err
	}
	if err := facts.Check(); err != nil {
		return 0, nil, err
	}
	why := valueReasons{rule: b.name, reasons: make([]customer.Reason, 0, b.reasons)}
	won := ServiceRest
	figures := facts.figures()
	for i := range b.classes {
		class, fits, lacks := &b.classes[i], true, false
		for _, condition := range class.conditions {
			figure := figures[condition.measure-1]
			holds := figure.Known && condition.holds(figure.Value)
			fits = fits && holds
			lacks = lacks || !holds && (figure.Known || condition.open)
			condition.explain(&why, class.cite, figure)
		}
		code := class.class.code(CodeServiceNotBig, CodeServiceNotHeavy, CodeServiceNotDemanding, CodeServiceNotSelective)
		switch {
		case lacks:
		case fits && won == ServiceRest:
			won = class.class
			code = class.class.code(CodeServiceBig, CodeServiceHeavy, CodeServiceDemanding, CodeServiceSelective)
		case won == ServiceRest || won == ServiceUnknown: // a class before it may have her
			won = ServiceUnknown
			code = class.class.code(CodeServiceMaybeBig, CodeServiceMaybeHeavy, CodeServiceMaybeDemanding, CodeServiceMaybeSelective)
		case fits:
			code = class.class.code(CodeServiceAlsoBig, CodeServiceAlsoHeavy, CodeServiceAlsoDemanding, CodeServiceAlsoSelective)
		}
		why.cite(class.cite, code, 0, 0, 0)
	}
	switch won {
	case ServiceRest:
		why.note(CodeServiceRest, 0, 0, 0)
	case ServiceUnknown:
		why.note(CodeServiceUnknown, 0, 0, 0)
	case ServiceBig, ServiceHeavy, ServiceDemanding, ServiceSelective:
	}
	return won, why.reasons, nil
}

// explain notes a condition with the figure that is held against it.
func (c serviceCondition) explain(why *valueReasons, cite string, figure ServiceFigure) {
	switch {
	case c.open:
		why.cite(cite, CodeServiceNoMark, int64(c.measure), 0, 0)
	case !figure.Known:
		why.cite(cite, CodeServiceNoFigure, int64(c.measure), 0, 0)
	default:
		why.cite(cite, c.code(), figure.Value, c.mark, c.measure.unit())
	}
}
