package segment

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/customer/population"
)

// Bounds of commissions.
const (
	CommissionWhole      = 100_000 // rates are in parts of this: thousandths of a percent
	MaxCommissionSellers = 64      // who share one line
)

// CommissionBasis says what a commission is a part of. The zero basis is refused.
type CommissionBasis uint8

// The bases. Their texts are format.
const (
	CommissionOnRevenue CommissionBasis = iota + 1 // the price without deposit and tax
	CommissionOnProfit                             // that, less the cost of the goods
)

// String returns the stored text.
func (b CommissionBasis) String() string {
	switch b {
	case CommissionOnRevenue:
		return "revenue"
	case CommissionOnProfit:
		return "profit"
	}
	return "commission basis " + strconv.Itoa(int(b))
}

// MarshalText writes the stored text; an unknown basis is an error.
func (b CommissionBasis) MarshalText() ([]byte, error) {
	return customer.WriteStored("segment", b, CommissionOnProfit)
}

// UnmarshalText reads what MarshalText wrote.
func (b *CommissionBasis) UnmarshalText(text []byte) error {
	return customer.ReadStored("segment", "commission basis", b, CommissionOnProfit, text)
}

// CommissionRules is the rule book that says what salespeople earn, by the grade of the
// product that they sold, as plain data. Paying more for what earns more tempts to bad
// advice; that is why a line that was found unsuitable for the customer never earns
// anything, and one of a grade that asks for the check earns only where it was passed.
type CommissionRules struct {
	customer.Edition

	Zone     string            `json:"zone"` // IANA name; whose midnight ends a day
	Currency customer.Currency `json:"currency"`
	Basis    CommissionBasis   `json:"basis"`
	Rates    []CommissionRate  `json:"rates"` // 1 to 100
}

// CommissionRate is what a grade's lines earn.
type CommissionRate struct {
	Grade string `json:"grade"`
	// RatePer100000 is the commission in thousandths of a percent of the basis: 1500 is
	// 1.5 %. 0 to 100,000.
	RatePer100000 int `json:"rate_per_100000"`
	// SuitabilityFirst: a line earns only where the product was found to suit the customer.
	SuitabilityFirst bool `json:"suitability_first,omitempty"`
}

// ParseCommissionRules reads rules from JSON, strictly; see customer.ParseRules.
func ParseCommissionRules(data []byte) (CommissionRules, error) {
	return customer.ParseRules[CommissionRules](data)
}

func (r CommissionRules) check(zone *time.Location) error {
	var faults customer.Faults
	r.Edition.Check(&faults)
	faults.Zone("zone", r.Zone, zone)
	faults.Currency("currency", r.Currency)
	if r.Basis != CommissionOnRevenue && r.Basis != CommissionOnProfit {
		faults.Add("basis", r.Basis, "is revenue or profit")
	}
	faults.Within("rates", len(r.Rates), 1, MaxProductGrades)
	grades := map[string]bool{}
	for i, rate := range r.Rates[:min(len(r.Rates), MaxProductGrades)] {
		path := func(field string) string { return fmt.Sprintf("rates[%d].%s", i, field) }
		faults.Name(path("grade"), rate.Grade)
		if grades[rate.Grade] {
			faults.Add(path("grade"), rate.Grade, "has one rate only")
		}
		grades[rate.Grade] = true
		faults.Within(path("rate_per_100000"), rate.RatePer100000, 0, CommissionWhole)
	}
	return faults.Err()
}

// CommissionPlan decides commissions. It is immutable and safe for concurrent use.
type CommissionPlan struct {
	register population.Register
	name     string
	rules    CommissionRules
	rates    map[string]CommissionRate
}

// NewCommissionPlan checks the rules whole, returning customer.Faults, and compiles them.
// The zone must be the one that the rules name.
func NewCommissionPlan(rules CommissionRules, zone *time.Location) (*CommissionPlan, error) {
	if err := rules.check(zone); err != nil {
		return nil, err
	}
	rules.Rates = slices.Clone(rules.Rates)
	p := &CommissionPlan{
		register: population.Register{Zone: zone, Currency: rules.Currency}, name: rules.Name(), rules: rules,
		rates: make(map[string]CommissionRate, len(rules.Rates)),
	}
	for _, rate := range rules.Rates {
		p.rates[rate.Grade] = rate
	}
	return p, nil
}

// CommissionSuitability says whether a product was found to suit the customer who bought
// it. The zero value is unchecked.
type CommissionSuitability uint8

// The findings. Their texts are format.
const (
	SuitabilityUnchecked CommissionSuitability = iota // nobody asked
	SuitabilityFound                                  // it suits her
	SuitabilityDenied                                 // it does not, or she said too little to tell
)

// String returns the stored text.
func (s CommissionSuitability) String() string {
	switch s {
	case SuitabilityUnchecked:
		return "unchecked"
	case SuitabilityFound:
		return "found"
	case SuitabilityDenied:
		return "denied"
	}
	return "suitability " + strconv.Itoa(int(s))
}

// MarshalText writes the stored text; an unknown finding is an error.
func (s CommissionSuitability) MarshalText() ([]byte, error) {
	if s == SuitabilityUnchecked {
		return []byte(s.String()), nil
	}
	return customer.WriteStored("segment", s, SuitabilityDenied)
}

// UnmarshalText reads what MarshalText wrote; empty text is unchecked.
func (s *CommissionSuitability) UnmarshalText(text []byte) error {
	if len(text) == 0 || string(text) == SuitabilityUnchecked.String() {
		*s = SuitabilityUnchecked
		return nil
	}
	return customer.ReadStored("segment", "suitability", s, SuitabilityDenied, text)
}

// CommissionSale is a receipt, and who sold what of it.
type CommissionSale struct {
	customer.Purchase
	// Sold are the lines that somebody earns on, by ascending Line; with their sellers at
	// most journal.MaxEntries. Without any the decision is empty, and there is no book.
	Sold []CommissionLine `json:"sold"`
}

// CommissionLine says who sold a line of a receipt, and what the host knows of it.
type CommissionLine struct {
	Line        int                   `json:"line"`            // of the receipt, from 1
	Grade       string                `json:"grade,omitempty"` // of the product, as graded before; empty: none
	Suitability CommissionSuitability `json:"suitability,omitzero"`
	Sellers     []CommissionSeller    `json:"sellers"` // 1 to 64
}

// CommissionSeller is one who sold a line, and his part in it.
type CommissionSeller struct {
	Seller string `json:"seller"` // the host's opaque reference of a salesperson
	Share  int64  `json:"share"`  // his weight against the other sellers' of the line; 1 to 1,000,000
}

// maxSellerShare bounds a weight, so that the weights of a line add up.
const maxSellerShare = 1_000_000

// Canonical writes the sale for a fingerprint.
func (s CommissionSale) Canonical(c *customer.Canonical) {
	c.Group("purchase", func() { s.Purchase.Canonical(c) })
	c.List("sold", len(s.Sold), func(i int) {
		line := &s.Sold[i]
		c.Int("line", int64(line.Line))
		c.Text("grade", line.Grade)
		if line.Suitability != SuitabilityUnchecked {
			c.Text("suitability", line.Suitability.String())
		}
		c.List("sellers", len(line.Sellers), func(j int) {
			c.Text("seller", line.Sellers[j].Seller)
			c.Int("share", line.Sellers[j].Share)
		})
	})
}

// Validate returns every fault of the sale as customer.Faults, or nil.
func (s CommissionSale) Validate() error {
	var faults customer.Faults
	errors.As(s.Purchase.Validate(), &faults) // Validate returns nothing else
	previous := 0
	for i := range s.Sold[:min(len(s.Sold), len(s.Lines)+1)] { // one more than there can be is a fault of its own
		var part customer.Faults
		s.Sold[i].check(&part, previous, len(s.Lines))
		if len(part) > 0 {
			faults.Join(fmt.Sprintf("sold[%d]", i), part)
		}
		previous = s.Sold[i].Line
	}
	if entries := s.entries(); entries > journal.MaxEntries {
		faults.Add("sold", entries, fmt.Sprintf("are at most %d lines and their sellers together", journal.MaxEntries))
	}
	return faults.Err()
}

// entries is how many a decision on the sale may need: for each line, and each seller of it.
func (s CommissionSale) entries() int {
	n := len(s.Sold)
	for i := range s.Sold {
		n += len(s.Sold[i].Sellers)
	}
	return n
}

func (l *CommissionLine) check(faults *customer.Faults, previous, lines int) {
	if l.Line <= previous || l.Line > lines {
		faults.Add("line", l.Line, fmt.Sprintf("is a line of the receipt, 1 to %d, and later than the one before it", lines))
	}
	faults.Text("grade", l.Grade)
	if l.Suitability > SuitabilityDenied {
		faults.Add("suitability", l.Suitability, "is unchecked, found or denied")
	}
	faults.Within("sellers", len(l.Sellers), 1, MaxCommissionSellers)
	seen := map[string]bool{}
	for i, seller := range l.Sellers[:min(len(l.Sellers), MaxCommissionSellers)] {
		var part customer.Faults
		part.Name("seller", seller.Seller)
		if seen[seller.Seller] {
			part.Add("seller", seller.Seller, "stands once in a line")
		}
		seen[seller.Seller] = true
		if seller.Share < 1 || seller.Share > maxSellerShare {
			part.Add("share", seller.Share, fmt.Sprintf("is 1 to %d", maxSellerShare))
		}
		if len(part) > 0 {
			faults.Join(fmt.Sprintf("sellers[%d]", i), part)
		}
	}
}

// CommissionDecision is what a plan decided: entries, the book after them, and why.
type CommissionDecision = journal.Decision[CommissionBook, CommissionEntry]

// Sale decides what the sellers of a receipt earn. The book is that of this sale and still
// empty: each sale has a book of its own, under its Ref, so that no two tills write to the
// same one.
//
// A line earns basis·rate/100,000, rounded down to the minor unit: here, and once for each
// line. That is divided over its sellers by customer.Split, ties in the order of the
// sellers, so that the parts add up to the last unit. A line earns nothing, and a reason
// says why, where its product has no grade or one without a rate, its price (or for
// profit, its cost) is not known or leaves no profit, or it was not found suitable. There
// is one reason for each line of Sold, in its order.
//
// Every line is pinned with its rate, so that no later plan changes what is settled. A
// book that holds a sale already is a *customer.Refusal; so is a day on which the plan is
// not in force.
func (p *CommissionPlan) Sale(book CommissionBook, sale CommissionSale) (CommissionDecision, error) {
	if p.register.Zone == nil {
		return CommissionDecision{}, errors.New("segment: a commission plan is one that NewCommissionPlan made")
	}
	var faults customer.Faults
	errors.As(sale.Validate(), &faults) // Validate returns nothing else
	if sale.Currency != p.rules.Currency {
		faults.Add("currency", sale.Currency.Code, "is "+p.rules.Currency.Code+" with its digits, as in the plan")
	}
	if err := faults.Err(); err != nil {
		return CommissionDecision{}, err
	}
	if err := p.rules.Covers(customer.DateOf(sale.At, p.register.Zone)); err != nil {
		return CommissionDecision{}, err
	}
	if book.Sale != "" {
		return CommissionDecision{}, &customer.Refusal{Rule: p.name, Missing: []customer.Reason{
			{Code: CodeCommissionBooked, Rule: p.name, Fact: int64(book.Entries), Unit: customer.UnitTimes},
		}}
	}
	d := commissionDesk{rule: p.name, sale: sale.Ref, ref: sale.Ref, currency: sale.Currency, at: sale.At, base: book.Entries, book: book}
	for i := range sale.Sold {
		p.sell(&d, &faults, &sale, &sale.Sold[i])
	}
	if err := faults.Err(); err != nil {
		return CommissionDecision{}, err
	}
	return d.decision()
}

// sell books one line: what it earns in all, and what each seller does.
func (p *CommissionPlan) sell(d *commissionDesk, faults *customer.Faults, sale *CommissionSale, sold *CommissionLine) {
	at := sold.Line - 1
	line := &sale.Lines[at]
	units := saleUnits(faults, at, line)
	if units == 0 {
		units = 1000 // sold without a quantity: it comes back as one
	}
	entry := CommissionEntry{Kind: CommissionSold, Line: sold.Line, Units: units, Grade: sold.Grade, Basis: p.rules.Basis}
	why := customer.Reason{Rule: p.name, Fact: int64(sold.Line), Unit: customer.UnitTimes}
	entry.Base, why.Code = p.basis(faults, at, line)
	rate, rated := p.rates[sold.Grade]
	switch {
	case sold.Suitability == SuitabilityDenied:
		why.Code = CodeCommissionUnsuitable
	case sold.Grade == "":
		why.Code = CodeCommissionNoGrade
	case !rated:
		why.Code = CodeCommissionNoRate
	case rate.SuitabilityFirst && sold.Suitability != SuitabilityFound:
		why.Code = CodeCommissionUnchecked
	}
	if why.Code == "" {
		entry.RatePer100000 = rate.RatePer100000
		entry.Commission = population.ScaledFloor(entry.Base, int64(rate.RatePer100000), CommissionWhole)
		why = customer.Reason{Code: CodeCommissionEarned, Rule: p.name + " " + sold.Grade, Fact: entry.Commission, Mark: entry.Base, Unit: customer.UnitMinor}
	}
	weights := make([]int64, len(sold.Sellers))
	for i, seller := range sold.Sellers {
		weights[i] = seller.Share
	}
	parts, err := customer.Split(entry.Commission, weights)
	if err != nil {
		d.err = err
		return
	}
	d.post(entry)
	d.reasons = append(d.reasons, why)
	for i, seller := range sold.Sellers {
		if parts[i] > 0 {
			d.post(CommissionEntry{Kind: CommissionEarned, Line: sold.Line, Seller: seller.Seller, Minor: parts[i]})
		}
	}
}

// basis is what a line's commission is a part of, or the code of why there is none.
func (p *CommissionPlan) basis(faults *customer.Faults, at int, line *customer.Line) (minor int64, none string) {
	price, priced := p.register.NetPrice(faults, at, line)
	if !priced {
		return 0, CodeCommissionNoPrice
	}
	if p.rules.Basis == CommissionOnRevenue {
		return price, ""
	}
	cost, costed := p.register.Cost(faults, at, line)
	switch {
	case !costed:
		return 0, CodeCommissionNoCost
	case cost >= price:
		return 0, CodeCommissionNoProfit
	}
	return price - cost, ""
}

// Return takes back the commission on goods that came back, by the figures of their sale
// alone: no plan is asked, and no later one matters. Of a line of n units that earned S, k
// units back take floor(S·k/n) in all, in whatever order and steps they come. Each seller
// gives back his part of that: the units of money are taken one after another from him
// whose share is the greatest in proportion to what was taken from him already (as seats
// are given by d'Hondt), ties in the order of the line's sellers, so that no step pays
// anybody back and at the end everybody has given back what he earned. Of a line that was
// denied nothing is left to take.
//
// Lines that nobody sold take back nothing; a sale without any line that somebody sold has
// no book, and its returns are none of this one's. Its error is a *customer.Refusal where
// the book has no sale yet (the return may be sent again), and where more comes back than
// is left of a line. There is one reason for each line that came back, in the order of the
// sale's lines.
func (b CommissionBook) Return(back customer.Return) (CommissionDecision, error) {
	var faults customer.Faults
	errors.As(back.Validate(), &faults) // Validate returns nothing else
	if b.Sale != "" && back.Currency != (customer.Currency{}) && back.Currency != b.Currency {
		faults.Add("currency", back.Currency.Code, "is "+b.Currency.Code+" with its digits, as in the sale, or absent")
	}
	d, err := b.desk(&faults, back.Ref, back.Sale, back.At)
	if err != nil {
		return CommissionDecision{}, err
	}
	var missing []customer.Reason
	units := make([]int64, len(b.Lines))
	for i := range back.Lines {
		line := &back.Lines[i]
		n := saleUnits(&faults, i, &line.Line)
		if n == 0 {
			faults.Add(fmt.Sprintf("lines[%d].quantity", i), line.Quantity, "is above 0; a line sold without a quantity comes back as 1")
			continue
		}
		at, found := b.line(line.SaleLine)
		if !found {
			continue // sold by nobody: nothing to take back
		}
		if left := b.Lines[at].Units - b.Lines[at].Returned - units[at]; n > left {
			missing = append(missing, customer.Reason{Code: CodeCommissionTooMany, Rule: b.Rule, Fact: n, Mark: left, Unit: customer.UnitUsage})
			continue
		}
		units[at] += n
	}
	if err := faults.Err(); err != nil {
		return CommissionDecision{}, err
	}
	if len(missing) > 0 {
		return CommissionDecision{}, &customer.Refusal{Rule: b.Rule, Missing: missing}
	}
	for i, n := range units {
		if n > 0 {
			line := &b.Lines[i]
			d.post(CommissionEntry{Kind: CommissionBrought, Line: line.Line, Units: n})
			d.take(line, upToShare(line.Commission, line.Returned+n, line.Units))
		}
	}
	return d.decision()
}

// desk begins a decision on what happened to a sale after it.
func (b CommissionBook) desk(faults *customer.Faults, ref, sale string, at time.Time) (*commissionDesk, error) {
	if sale == "" || b.Sale != "" && sale != b.Sale {
		faults.Add("sale", sale, "is the receipt of the book's sale: commissions are settled by its figures")
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	if b.Sale == "" {
		return nil, &customer.Refusal{Missing: []customer.Reason{{Code: CodeCommissionNoSale}}}
	}
	if err := b.check(); err != nil {
		return nil, err
	}
	return &commissionDesk{rule: b.Rule, sale: b.Sale, ref: ref, currency: b.Currency, at: at, base: b.Entries, book: b}, nil
}

// take books what is taken back of a line, until it is so much in all.
func (d *commissionDesk) take(line *CommissionBookLine, all int64) {
	taken := int64(0)
	for i, part := range line.takenAt(all) {
		if step := part - line.Shares[i].TakenBack; step > 0 {
			d.post(CommissionEntry{Kind: CommissionTakenBack, Line: line.Line, Seller: line.Shares[i].Seller, Minor: -step})
			taken += step
		}
	}
	d.reasons = append(d.reasons, customer.Reason{Code: CodeCommissionTaken, Rule: d.rule, Fact: taken, Mark: line.Commission, Unit: customer.UnitMinor})
}

// takenAt divides the first total minor units that are taken back of a line over its
// sellers, by d'Hondt: nobody's part ever falls as total grows. Everybody has at least his
// proportion rounded down, so only what that leaves over, less than one unit each, is
// given out in turn.
func (l *CommissionBookLine) takenAt(total int64) []int64 {
	parts := make([]int64, len(l.Shares))
	left := total
	for i, share := range l.Shares {
		parts[i] = upToShare(share.Earned, total, l.Commission)
		left -= parts[i]
	}
	for ; left > 0; left-- {
		next := 0
		for i, share := range l.Shares {
			if compareProducts(share.Earned, parts[next]+1, l.Shares[next].Earned, parts[i]+1) > 0 {
				next = i
			}
		}
		parts[next]++
	}
	return parts
}

// upToShare is floor(share·k/n): what k of n units of a share come to; all of it from n on.
func upToShare(share, k, n int64) int64 {
	if k >= n {
		return share
	}
	return population.ScaledFloor(share, k, n)
}

// commissionDesk is a decision in the making.
type commissionDesk struct {
	rule, sale, ref string
	currency        customer.Currency
	at              time.Time
	base            uint64
	book            CommissionBook // replaced by its own copy at the end
	entries         []CommissionEntry
	reasons         []customer.Reason
	err             error
}

// post adds an entry, filled in with what all entries of a decision share.
func (d *commissionDesk) post(e CommissionEntry) {
	e.Version, e.Rule, e.Sale, e.Ref, e.At, e.Currency = CommissionEntryVersion, d.rule, d.sale, d.ref, d.at, d.currency
	d.entries = append(d.entries, e)
}

func (d *commissionDesk) decision() (CommissionDecision, error) {
	if d.err != nil {
		return CommissionDecision{}, d.err
	}
	next, err := d.book.Apply(d.entries...)
	if err != nil {
		return CommissionDecision{}, err
	}
	return CommissionDecision{Base: d.base, Entries: d.entries, Next: next, Reasons: d.reasons}, nil
}
