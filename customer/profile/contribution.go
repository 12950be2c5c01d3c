package profile

import (
	"cmp"
	"slices"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// Contribution is what a customer's deals brought the shop, as of a day: since the first fact of
// her, which may be a visit before the first deal, or in a period. Each of its breakdowns by order,
// product, month and year adds up to Total, to the last minor unit.
type Contribution struct {
	Basis Basis         `json:"basis"`
	On    customer.Date `json:"on"`             // the last day that counts
	From  customer.Date `json:"from,omitzero"`  // of the period, or of the first fact
	Until customer.Date `json:"until,omitzero"` // the first day after it, or after On; both zero: there is nothing

	Total    Margin          `json:"total"`
	Orders   []OrderMargin   `json:"orders,omitempty"`   // by their first day, then as facts are ordered; what belongs to no order comes last
	Products []ProductMargin `json:"products,omitempty"` // the greatest profit in front, equal ones by code; what belongs to no product comes last
	Months   []PeriodMargin  `json:"months,omitempty"`   // every month, from the first with a fact to the last
	Years    []PeriodMargin  `json:"years,omitempty"`    // every business year, likewise
	Services []ServiceCost   `json:"services,omitempty"` // in the order of their names; those that were rendered

	Reasons []customer.Reason `json:"reasons,omitempty"`
}

// Margin is a profit contribution and what it is made of, in minor units net of tax, which is
// rounded half up line by line before anything is added; see [Coder]. What takes away from it is
// below 0. Goods whose cost is not known count on neither side: their revenue is shown apart and
// is no profit.
type Margin struct {
	Sold     int64 `json:"sold"`     // for goods and delivery, deposits, gift cards sold and points left out
	Returned int64 `json:"returned"` // 0 or below
	Revenue  int64 `json:"revenue"`  // Sold and Returned together

	UncostedSold     int64 `json:"uncosted_sold"`     // of Sold: the cost is not known
	UncostedReturned int64 `json:"uncosted_returned"` // of Returned, likewise
	Goods            int64 `json:"goods"`             // the cost of the other goods, 0 or below, but for what came back and is worth something
	Service          int64 `json:"service"`           // what serving her cost, 0 or below
	Profit           int64 `json:"profit"`            // the costed revenue, Goods and Service together

	// Permille is Profit in ‰ of the costed revenue, rounded down: −1 is a loss of up to 1 ‰.
	// Rated: there is one, because of goods of known cost something was kept.
	Permille int64 `json:"permille"`
	Rated    bool  `json:"rated"`

	Discount int64 `json:"discount"` // that Sold does not have in it: below the list price and paid in points, in prices as marked, tax in them; 0 or below
	Unpriced int64 `json:"unpriced"` // lines whose price is not known: they count nowhere else
}

// Costed is the part of Revenue whose goods' cost is known.
func (m Margin) Costed() int64 { return m.Revenue - m.UncostedSold - m.UncostedReturned }

// Uncosted is how much of the turnover, sold and come back, is of unknown cost.
func (m Margin) Uncosted() (uncosted, turnover int64) {
	return m.UncostedSold - m.UncostedReturned, m.Sold - m.Returned
}

// OrderMargin is the contribution of an order: its sale, what came back of it, and the services
// for it.
type OrderMargin struct {
	Order Code          `json:"order"` // zero: of no known order
	Day   customer.Date `json:"day"`   // of its first fact in the period
	Margin
}

// ProductMargin is the contribution of a product.
type ProductMargin struct {
	Product Code `json:"product"` // zero: of none
	Margin
}

// PeriodMargin is the contribution of a month, or of a business year.
type PeriodMargin struct {
	From  customer.Date `json:"from"`
	Until customer.Date `json:"until"` // the first day after it, or after the period
	Margin
}

// ServiceCost is what a kind of service cost.
type ServiceCost struct {
	Service string `json:"service"`
	Times   int64  `json:"times"`
	Cost    int64  `json:"cost"` // 0 or below
}

// Clone returns a contribution that shares no memory with c, to keep it.
func (c *Contribution) Clone() *Contribution {
	kept := *c
	kept.Orders, kept.Products = slices.Clone(c.Orders), slices.Clone(c.Products)
	kept.Months, kept.Years = slices.Clone(c.Months), slices.Clone(c.Years)
	kept.Services, kept.Reasons = slices.Clone(c.Services), slices.Clone(c.Reasons)
	return &kept
}

// Contribution returns what the deals of one customer brought, by her facts in any order; a
// query's Each and KeyAccount do not matter to it. It holds until the Reporter is used again;
// Clone keeps it. Its errors are those of Report.
func (r *Reporter) Contribution(facts []Fact) (*Contribution, error) {
	facts, err := r.ready(facts)
	if err != nil {
		return nil, err
	}
	c := &r.margins
	*c = Contribution{
		Basis: r.sheet.Basis(), On: r.query.On, Orders: c.Orders[:0], Products: c.Products[:0],
		Months: c.Months[:0], Years: c.Years[:0], Services: c.Services[:0], Reasons: c.Reasons[:0],
	}
	r.orders, r.bought = emptied(r.orders), emptied(r.bought)
	period := r.period
	if r.since() && len(facts) > 0 {
		period = population.Period{From: facts[0].Day, Until: r.query.On + 1}
	}
	if len(facts) > 0 || !r.since() {
		c.From, c.Until = period.From, period.Until
	}
	lines, noOrder := int64(0), int64(0)
	for i := range facts {
		f := &facts[i]
		if !period.Contains(f.Day) {
			continue
		}
		c.Total.add(f)
		r.order(f).add(f)
		r.product(f).add(f)
		r.periodMargin(&c.Months, population.PeriodMonth, f.Day).add(f)
		r.periodMargin(&c.Years, population.PeriodYear, f.Day).add(f)
		if f.Kind == Served {
			r.service(f)
		} else {
			lines++
		}
		if f.Order == 0 {
			noOrder += f.Amount - f.Tax
			if f.Kind == Served {
				noOrder += f.Cost
			}
		}
	}
	c.finish()
	r.whyMargins(lines, noOrder)
	return c, nil
}

// add counts a fact. A sum of MaxFacts facts, cost and price of each, stays within an int64.
func (m *Margin) add(f *Fact) {
	if f.Kind == Served {
		m.Service -= f.Cost
		return
	}
	if !f.Priced {
		m.Unpriced++
		return
	}
	revenue := f.Amount - f.Tax
	if f.Kind == Returned {
		m.Returned -= revenue
		m.Discount += f.Discount
		m.Goods += f.Cost
		if !f.Costed {
			m.UncostedReturned -= revenue
		}
		return
	}
	m.Sold += revenue
	m.Discount -= f.Discount
	m.Goods -= f.Cost
	if !f.Costed {
		m.UncostedSold += revenue
	}
}

// whole works out what follows from the sums.
func (m Margin) whole() Margin {
	m.Revenue = m.Sold + m.Returned
	m.Profit = m.Costed() + m.Goods + m.Service
	m.Permille, m.Rated = permilleOf(m.Profit, m.Costed())
	return m
}

func (c *Contribution) finish() {
	c.Total = c.Total.whole()
	for i := range c.Orders {
		c.Orders[i].Margin = c.Orders[i].whole()
	}
	for i := range c.Products {
		c.Products[i].Margin = c.Products[i].whole()
	}
	for i := range c.Months {
		c.Months[i].Margin = c.Months[i].whole()
	}
	for i := range c.Years {
		c.Years[i].Margin = c.Years[i].whole()
	}
	last := func(code Code) int { // none comes after all others
		if code == 0 {
			return 1
		}
		return 0
	}
	slices.SortStableFunc(c.Orders, func(a, b OrderMargin) int { return cmp.Compare(last(a.Order), last(b.Order)) })
	slices.SortFunc(c.Products, func(a, b ProductMargin) int {
		return cmp.Or(cmp.Compare(last(a.Product), last(b.Product)), cmp.Compare(b.Profit, a.Profit), cmp.Compare(a.Product, b.Product))
	})
	slices.SortFunc(c.Services, func(a, b ServiceCost) int { return cmp.Compare(a.Service, b.Service) })
}

func (r *Reporter) order(f *Fact) *Margin {
	c := &r.margins
	at, found := r.orders[f.Order]
	if !found {
		at = int32(len(c.Orders))
		r.orders[f.Order] = at
		c.Orders = append(c.Orders, OrderMargin{Order: f.Order, Day: f.Day})
	}
	return &c.Orders[at].Margin
}

func (r *Reporter) product(f *Fact) *Margin {
	c := &r.margins
	at, found := r.bought[f.Product]
	if !found {
		at = int32(len(c.Products))
		r.bought[f.Product] = at
		c.Products = append(c.Products, ProductMargin{Product: f.Product})
	}
	return &c.Products[at].Margin
}

// periodMargin is the row of the month or year of a day, which comes after those before it.
func (r *Reporter) periodMargin(rows *[]PeriodMargin, kind population.PeriodKind, day customer.Date) *Margin {
	c := &r.margins
	for {
		n := len(*rows)
		if n > 0 && day < (*rows)[n-1].Until {
			return &(*rows)[n-1].Margin
		}
		next := day
		if n > 0 {
			next = (*rows)[n-1].Until
		}
		whole := r.sheet.Period(kind, next)
		if whole.Until == 0 { // the last one of all has none after it
			whole.Until = c.Until
		}
		*rows = append(*rows, PeriodMargin{From: max(whole.From, c.From), Until: min(whole.Until, c.Until)})
	}
}

func (r *Reporter) service(f *Fact) {
	c, name := &r.margins, r.sheet.services[f.Category]
	at := slices.IndexFunc(c.Services, func(s ServiceCost) bool { return s.Service == name })
	if at < 0 {
		at, c.Services = len(c.Services), append(c.Services, ServiceCost{Service: name})
	}
	c.Services[at].Times++
	c.Services[at].Cost -= f.Cost
}

func (r *Reporter) whyMargins(lines, noOrder int64) {
	c := &r.margins
	why := func(reason customer.Reason) {
		reason.Rule = r.sheet.name
		c.Reasons = append(c.Reasons, reason)
	}
	if len(c.Orders) == 0 {
		why(r.none())
		return
	}
	if c.Total.Unpriced > 0 {
		why(customer.Reason{Code: CodeUnpriced, Fact: c.Total.Unpriced, Mark: lines, Unit: customer.UnitTimes})
	}
	if uncosted, turnover := c.Total.Uncosted(); uncosted > 0 {
		why(customer.Reason{Code: CodeUncosted, Fact: uncosted, Mark: turnover, Unit: customer.UnitMinor})
	}
	if !c.Total.Rated {
		why(customer.Reason{Code: CodeNoRate, Fact: c.Total.Costed(), Unit: customer.UnitMinor})
	}
	if noOrder > 0 {
		why(customer.Reason{Code: CodeNoOrder, Fact: noOrder, Unit: customer.UnitMinor})
	}
}
