package segment

import (
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// ContributionBook is a rule book of contributions, compiled. It turns receipts into
// facts, gives tiers and follow-ups, and compares. It is immutable and safe for
// concurrent use.
type ContributionBook struct {
	rules      ContributionRules
	name       string
	register   population.Register
	minRevenue int64
	tierCites  []string // by tier: the name that reasons cite
	grades     [][]int  // by timeliness and importance: place in FollowUp.Grades
}

// ContributionFact is what one receipt, or one service, brings or costs, small enough to
// stream by the million.
type ContributionFact[K population.Key] struct {
	Customer K
	Day      customer.Date
	Contribution
}

// Check returns the faults of a fact as customer.Faults, or nil.
func (f ContributionFact[K]) Check() error {
	var faults customer.Faults
	if !f.Day.Valid() {
		faults.Add("day", int32(f.Day), "is a day of the years 1 to 9999")
	} else if !f.possible(population.Period{From: f.Day, Until: f.Day + 1}) {
		faults.Add("contribution", fmt.Sprintf("%+v", f.Contribution), "has figures that receipts of the day have, 0 to 10¹⁸")
	}
	return faults.Err()
}

// ServiceCost is what serving a customer cost, as the host figures it: a technician's
// visit, a delivery made free, an hour at the desk.
type ServiceCost struct {
	Customer customer.ID       `json:"customer"`
	At       time.Time         `json:"at"`
	Currency customer.Currency `json:"currency,omitzero"` // absent: that of the rule book
	Amount   decimal.Decimal   `json:"amount"`            // 0 or more, exact in minor units
}

// NewContributionBook checks the rules whole, returning customer.Faults, and compiles
// them. The zone must be the one that the rules name.
func NewContributionBook(rules ContributionRules, zone *time.Location) (*ContributionBook, error) {
	if err := rules.check(); err != nil {
		return nil, err
	}
	var faults customer.Faults
	if faults.Zone("zone", rules.Zone, zone); len(faults) > 0 {
		return nil, faults
	}
	b := &ContributionBook{rules: rules.clone(), name: rules.Name(), register: population.Register{Zone: zone, Currency: rules.Currency}}
	b.minRevenue, _ = customer.Scaled(rules.MinRevenue, rules.Currency.Digits) // exact: checked above
	for _, tier := range rules.Tiers {
		b.tierCites = append(b.tierCites, b.name+" "+tier.Name)
	}
	if b.rules.FollowUp != nil {
		b.grades = b.rules.FollowUp.table()
	}
	return b, nil
}

// Basis returns what figures of a period rest on, when they are counted by this book.
func (b *ContributionBook) Basis(period population.Period) ContributionBasis {
	return ContributionBasis{Rules: b.name, Currency: b.rules.Currency, From: period.From, Until: period.Until}
}

// Period returns the days that count for a decision on a day.
func (b *ContributionBook) Period(on customer.Date) population.Period { return b.rules.Period(on) }

// Sale appends the fact of a purchase, none for an anonymous receipt. It checks what it
// uses; customer.Purchase.Validate checks the receipt whole.
//
// Revenue is what was paid for goods and delivery, net of the tax in it (rounded half up
// to the minor unit, line by line), without the deposit, which is owed back, and without
// what was paid in points, which the shop gave away. A gift card sold is no revenue: the
// goods bought with it will be. A line's Cost is taken as it stands; without one the
// line's revenue is uncosted. The discount is list price × quantity (rounded half up)
// less the price paid, both net of tax; a line without list price or quantity is unlisted.
func (b *ContributionBook) Sale(dst []ContributionFact[customer.ID], sale customer.Purchase) ([]ContributionFact[customer.ID], error) {
	if sale.Customer == "" {
		return dst, nil
	}
	var faults customer.Faults
	fact := ContributionFact[customer.ID]{Customer: sale.Customer, Day: b.register.Day(&faults, sale.At)}
	fact.Orders, fact.LastBought = 1, fact.Day
	b.register.Money(&faults, sale.Currency)
	b.register.Lines(&faults, len(sale.Lines))
	for i := range sale.Lines[:min(len(sale.Lines), customer.MaxLines)] {
		b.line(&faults, i, &sale.Lines[i], &fact.Sold)
	}
	if err := faults.Err(); err != nil {
		return dst, err
	}
	return append(dst, fact), nil
}

// Return appends the fact of goods that came back; see Sale. A line's Cost is what the
// goods that came back are worth to the shop, 0 where they are written off.
func (b *ContributionBook) Return(dst []ContributionFact[customer.ID], back customer.Return) ([]ContributionFact[customer.ID], error) {
	if back.Customer == "" {
		return dst, nil
	}
	var faults customer.Faults
	fact := ContributionFact[customer.ID]{Customer: back.Customer, Day: b.register.Day(&faults, back.At)}
	fact.Returns = 1
	b.register.Money(&faults, back.Currency)
	b.register.Lines(&faults, len(back.Lines))
	for i := range back.Lines[:min(len(back.Lines), customer.MaxLines)] {
		b.line(&faults, i, &back.Lines[i].Line, &fact.Back)
	}
	if err := faults.Err(); err != nil {
		return dst, err
	}
	return append(dst, fact), nil
}

// Service appends the fact of a service that cost something.
func (b *ContributionBook) Service(dst []ContributionFact[customer.ID], cost ServiceCost) ([]ContributionFact[customer.ID], error) {
	if cost.Customer == "" {
		return dst, nil
	}
	var faults customer.Faults
	fact := ContributionFact[customer.ID]{Customer: cost.Customer, Day: b.register.Day(&faults, cost.At)}
	b.register.Money(&faults, cost.Currency)
	minor, ok := b.register.Minor(cost.Amount)
	if !ok {
		faults.Add("amount", cost.Amount, b.register.MinorRule())
	}
	fact.Contribution.Service = minor
	if err := faults.Err(); err != nil {
		return dst, err
	}
	return append(dst, fact), nil
}

func (b *ContributionBook) line(faults *customer.Faults, i int, line *customer.Line, flow *ContributionFlow) {
	switch line.Sells {
	case customer.GoodsLine, customer.DeliveryLine:
	case customer.GiftCardLine:
		return
	default:
		faults.Add(fmt.Sprintf("lines[%d].sells", i), line.Sells, "is goods, delivery or gift-card")
		return
	}
	price, priced := b.register.Amount(faults, i, line)
	if !priced {
		flow.Unpriced++
		return
	}
	rate, ok := b.register.TaxRate(faults, i, line)
	if !ok {
		return
	}
	revenue := population.WithoutTax(max(0, price-b.register.Points(faults, i, line)), rate)
	flow.Revenue += revenue
	cost, costed := b.register.Cost(faults, i, line)
	flow.Cost += cost
	if !costed {
		flow.Uncosted += revenue
	}
	listed, known := b.register.Listed(faults, i, line)
	if !known {
		flow.Unlisted += revenue
	}
	flow.Discount += population.WithoutTax(max(listed, price), rate) - revenue // sold above its list price, a line had no discount
}

// belongs notes a fault unless a statement was counted by this book.
func (b *ContributionBook) belongs(faults *customer.Faults, path string, statement *ContributionStatement) {
	if statement.check(faults, path); statement.Basis.Rules != b.name || statement.Basis.Currency != b.rules.Currency {
		faults.Add(path+".basis", statement.Basis, fmt.Sprintf("is of rule book %s in %s", b.name, b.rules.Currency.Code))
	}
}

// decides returns an error unless the book decides on the day by the statement: the book
// is in force, and the statement is the one of its period.
func (b *ContributionBook) decides(on customer.Date, statement *ContributionStatement) error {
	if err := b.rules.Covers(on); err != nil {
		return err
	}
	var faults customer.Faults
	b.belongs(&faults, "statement", statement)
	if period := b.Period(on); statement.Basis.Period() != period {
		faults.Add("statement.basis", statement.Basis, fmt.Sprintf("counts %s to %s, as the rules say", period.From, period.Until))
	}
	return faults.Err()
}
