package entitlement

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
)

// GuaranteeRules is the rule book of a price guarantee, as plain data: when a customer who has
// seen a product that she bought at a lower price gets the difference. It is for goods bought on
// the days on which it is in force.
type GuaranteeRules struct {
	customer.Edition

	Zone     string            `json:"zone"` // IANA name; whose midnight ends a day
	Currency customer.Currency `json:"currency"`

	Days          int      `json:"days"`                     // after the day of purchase: the last on which the price may be seen, and claimed
	ProofDays     int      `json:"proof_days,omitempty"`     // how long after the day on which it was seen it may be claimed; 0: until the last day
	Permille      int      `json:"permille,omitempty"`       // of the difference that is refunded, up to 2000; 0: all of it
	LineMinor     int64    `json:"line_minor,omitempty"`     // the most for a line of a receipt, in minor units; 0: MaxMinor
	Units         int      `json:"units,omitempty"`          // the most units of a line, in the unit of sale; 0: all
	Sellers       []string `json:"sellers,omitempty"`        // whose prices count; empty: everybody's
	NotSellers    []string `json:"not_sellers,omitempty"`    // whose do not
	NotCategories []string `json:"not_categories,omitempty"` // of products without a guarantee
}

// ParseGuaranteeRules reads GuaranteeRules from JSON, strictly; see customer.ParseRules.
func ParseGuaranteeRules(data []byte) (GuaranteeRules, error) {
	return customer.ParseRules[GuaranteeRules](data)
}

// The bounds of a guarantee.
const (
	maxGuaranteeDays  = 3650
	maxGuaranteeUnits = 1_000_000
	fullPermille      = 1000
)

// Guarantee is the compiled rule book of a price guarantee. It is immutable and safe for
// concurrent use.
type Guarantee struct {
	rules                              GuaranteeRules // without the lists
	name                               string
	zone                               *time.Location
	sellers, notSellers, notCategories map[string]bool
}

var errNoGuarantee = errors.New("entitlement: a guarantee comes from NewGuarantee")

// NewGuarantee checks the rules whole, returning customer.Faults, and compiles them. The host
// loads the zone that the rules name and passes it.
func NewGuarantee(rules GuaranteeRules, zone *time.Location) (*Guarantee, error) {
	var faults customer.Faults
	rules.Edition.Check(&faults)
	faults.Zone("zone", rules.Zone, zone)
	faults.Currency("currency", rules.Currency)
	faults.Within("days", rules.Days, 1, maxGuaranteeDays)
	faults.Within("proof_days", rules.ProofDays, 0, maxGuaranteeDays)
	faults.Within("permille", rules.Permille, 0, 2*fullPermille)
	checkPrice(&faults, "line_minor", rules.LineMinor)
	faults.Within("units", rules.Units, 0, maxGuaranteeUnits)
	faults.Names("sellers", rules.Sellers, 0, MaxScope)
	faults.Names("not_sellers", rules.NotSellers, 0, MaxScope)
	faults.Names("not_categories", rules.NotCategories, 0, MaxScope)
	if err := faults.Err(); err != nil {
		return nil, err
	}
	g := &Guarantee{rules, rules.Name(), zone, set(rules.Sellers), set(rules.NotSellers), set(rules.NotCategories)}
	g.rules.Sellers, g.rules.NotSellers, g.rules.NotCategories = nil, nil, nil
	g.rules.Permille = cmp.Or(rules.Permille, fullPermille)
	g.rules.LineMinor = cmp.Or(rules.LineMinor, MaxMinor)
	return g, nil
}

func checkPrice(faults *customer.Faults, path string, minor int64) {
	if minor < 0 || minor > MaxMinor {
		faults.Add(path, minor, fmt.Sprintf("is 0 to %d", int64(MaxMinor)))
	}
}

// PriceClaim is what a customer says who has seen a product that she bought at a lower price.
type PriceClaim struct {
	Customer   customer.ID
	At         time.Time       // of the claim
	Line       int             // of the receipt, from 1
	Quantity   decimal.Decimal // in the unit of sale: for how much of the line
	SKU        string          // of the product that she saw
	Seller     string          // where
	SeenOn     customer.Date
	PriceMinor int64  // for one unit of sale, with the taxes that the receipt's amounts have and without a deposit
	Proof      string // a receipt, an advertisement, a picture: the host's reference
}

func (x *PriceClaim) check(faults *customer.Faults, lines int) {
	faults.Name("customer", string(x.Customer))
	faults.Instant("at", x.At)
	faults.Within("line", x.Line, 1, lines)
	if _, fits := customer.Scaled(x.Quantity, customer.MaxExponent); !fits || x.Quantity.Sign() <= 0 {
		faults.Add("quantity", x.Quantity, "is above 0, with at most 18 digits and 12 decimals")
	}
	faults.Text("sku", x.SKU)
	faults.Text("seller", x.Seller)
	faults.Day("seen_on", x.SeenOn)
	checkPrice(faults, "price_minor", x.PriceMinor)
	faults.Text("proof", x.Proof)
}

// Difference is what a customer gets back by the guarantee. On a case of package complaint it
// is an offer of a refund, with the same Once.
type Difference struct {
	Once        string // the line of the receipt, for which a difference is refunded once
	SKU         string
	Quantity    decimal.Decimal
	AmountMinor int64
	Because     []customer.Reason
}

// Of says what a customer gets back for a product that she bought and then saw at a lower price,
// given what came back of the purchase, and the Once of each difference that was refunded before.
// The guarantee must be in force on the day of the purchase. A claim or papers that are malformed
// are customer.Faults; the *customer.Refusal names all that stands in the way.
//
// The difference is that between her part of what was paid for the line, less its deposit, and the
// price seen for the same quantity, rounded down once, to the minor unit.
func (g *Guarantee) Of(x PriceClaim, bought customer.Purchase, returns []customer.Return, refunded []string) (Difference, error) {
	if g.zone == nil {
		return Difference{}, errNoGuarantee
	}
	if err := g.asked(&x, &bought, returns); err != nil {
		return Difference{}, err
	}
	if err := g.rules.Covers(g.day(bought.At)); err != nil {
		return Difference{}, err
	}
	line := &bought.Lines[x.Line-1]
	found := Difference{Once: fmt.Sprintf("%s/%d", bought.Ref, x.Line), SKU: line.SKU, Quantity: x.Quantity}
	var missing []customer.Reason
	miss := func(reason customer.Reason) {
		reason.Rule = g.name
		missing = append(missing, reason)
	}
	if bought.Customer != "" && bought.Customer != x.Customer {
		miss(customer.Reason{Code: CodeOtherReceipt, Of: bought.Ref})
	}
	if slices.Contains(refunded, found.Once) {
		miss(customer.Reason{Code: CodeRefundedBefore, Of: found.Once})
	}
	g.missProduct(&x, line, miss)
	g.missDays(&x, g.day(bought.At), g.day(x.At), miss)
	g.missQuantity(&x, line, back(&bought, x.Line, returns), miss)
	if line.Paid.Valid {
		g.difference(&x, line, &found, miss)
	} else {
		miss(customer.Reason{Code: CodeNoPaid, Of: line.SKU})
	}
	if len(missing) > 0 {
		return Difference{}, &customer.Refusal{Rule: g.name, Missing: missing}
	}
	return found, nil
}

// day is the civil day of an instant, in the guarantee's zone.
func (g *Guarantee) day(at time.Time) customer.Date { return customer.DateOf(at, g.zone) }

// asked returns what is wrong with a claim, and with the papers that come with it.
func (g *Guarantee) asked(x *PriceClaim, bought *customer.Purchase, returns []customer.Return) error {
	var faults customer.Faults
	x.check(&faults, len(bought.Lines))
	joinFaults(&faults, "bought", bought.Validate())
	if bought.Currency != g.rules.Currency {
		faults.Add("bought.currency", bought.Currency.Code, "is that of the guarantee")
	}
	for i := range returns {
		joinFaults(&faults, fmt.Sprintf("returns[%d]", i), returns[i].Validate())
	}
	return faults.Err()
}

// joinFaults notes the faults that a check has returned, under a path.
func joinFaults(faults *customer.Faults, path string, err error) {
	var part customer.Faults
	if errors.As(err, &part) {
		faults.Join(path, part)
	}
}

// back is how much of a line has come back.
func back(bought *customer.Purchase, line int, returns []customer.Return) (quantity decimal.Decimal) {
	for i := range returns {
		if returns[i].Sale != bought.Ref {
			continue
		}
		for j := range returns[i].Lines {
			if one := &returns[i].Lines[j]; one.SaleLine == line {
				quantity = quantity.Add(one.Quantity)
			}
		}
	}
	return quantity
}

// missProduct notes a product, a seller or a proof for which there is no guarantee.
func (g *Guarantee) missProduct(x *PriceClaim, line *customer.Line, miss func(customer.Reason)) {
	if line.Sells != customer.GoodsLine || g.notCategories[line.Category] {
		miss(customer.Reason{Code: CodeNotGuaranteed, Of: line.SKU})
	}
	if x.SKU != line.SKU {
		miss(customer.Reason{Code: CodeOtherProduct, Of: x.SKU})
	}
	switch {
	case x.Seller == "":
		miss(customer.Reason{Code: CodeNoSeller})
	case g.notSellers[x.Seller], len(g.sellers) > 0 && !g.sellers[x.Seller]:
		miss(customer.Reason{Code: CodeOtherSeller, Of: x.Seller})
	}
	if x.Proof == "" {
		miss(customer.Reason{Code: CodeNotShown})
	}
	if x.PriceMinor == 0 {
		miss(customer.Reason{Code: CodeNoPrice})
	}
}

// missDays notes days that do not fit: the price is seen and claimed within the period, and
// claimed with a proof that is not too old. The day of purchase is not counted, the last is.
func (g *Guarantee) missDays(x *PriceClaim, bought, claimed customer.Date, miss func(customer.Reason)) {
	last := bought.AddDays(g.rules.Days)
	if claimed < bought || claimed > last {
		miss(customer.Reason{
			Code: CodeClaimedLate, On: claimed, By: last, Fact: int64(claimed - bought), Mark: int64(g.rules.Days), Unit: customer.UnitDays,
		})
	}
	fresh := x.SeenOn.AddDays(g.rules.ProofDays)
	switch {
	case x.SeenOn == 0:
		miss(customer.Reason{Code: CodeNoDaySeen})
	case x.SeenOn < bought:
		miss(customer.Reason{Code: CodeSeenBefore, On: x.SeenOn, By: bought})
	case x.SeenOn > claimed:
		miss(customer.Reason{Code: CodeSeenAfter, On: x.SeenOn, By: claimed})
	case g.rules.ProofDays > 0 && claimed > fresh:
		miss(customer.Reason{
			Code: CodeProofOld, On: x.SeenOn, By: fresh, Fact: int64(claimed - x.SeenOn), Mark: int64(g.rules.ProofDays), Unit: customer.UnitDays,
		})
	}
}

// missQuantity notes more than the customer has, and more than the guarantee is for.
func (g *Guarantee) missQuantity(x *PriceClaim, line *customer.Line, back decimal.Decimal, miss func(customer.Reason)) {
	if x.Quantity.GreaterThan(line.Quantity.Sub(back)) {
		miss(customer.Reason{Code: CodeOverBought, Of: line.SKU})
	}
	if most := int64(g.rules.Units); most > 0 && x.Quantity.GreaterThan(decimal.NewFromInt(most)) {
		miss(customer.Reason{Code: CodeOverUnits, Of: line.SKU, Mark: most, Unit: customer.UnitTimes})
	}
}

// difference fills in what is refunded, and how it came about; or notes that the price seen is not
// lower by one minor unit.
func (g *Guarantee) difference(x *PriceClaim, line *customer.Line, found *Difference, miss func(customer.Reason)) {
	minor, err := g.rules.Currency.Minor(line.Paid.Decimal.Sub(line.Deposit))
	if err != nil || line.Quantity.Sign() <= 0 { // of a purchase that validates neither is
		miss(customer.Reason{Code: CodeNoPaid, Of: line.SKU})
		return
	}
	paid, seen := decimal.NewFromInt(minor), decimal.NewFromInt(x.PriceMinor)
	// quantity/line × paid − quantity × seen, over one denominator
	over := paid.Sub(seen.Mul(line.Quantity)).Mul(x.Quantity).Mul(decimal.NewFromInt(int64(g.rules.Permille)))
	whole, _ := over.QuoRem(line.Quantity.Mul(decimal.NewFromInt(fullPermille)), 0)
	mine, _ := paid.Mul(x.Quantity).QuoRem(line.Quantity, 0)
	theirs := seen.Mul(x.Quantity).Ceil()
	reason := customer.Reason{Code: CodeDearer, Rule: g.name, Of: line.SKU, Fact: bounded(mine), Mark: bounded(theirs), Unit: customer.UnitMinor}
	if whole.Sign() <= 0 {
		reason.Code = CodeNotCheaper
		miss(reason)
		return
	}
	found.AmountMinor = min(bounded(whole), g.rules.LineMinor)
	found.Because = append(found.Because, reason)
	if most := g.rules.LineMinor; bounded(whole) > most {
		found.Because = append(found.Because, customer.Reason{
			Code: CodeGuaranteeCapped, Rule: g.name, Of: line.SKU, Fact: bounded(whole), Mark: most, Unit: customer.UnitMinor,
		})
	}
}

// bounded is a whole number of 0 or more, for a reason: one that no int64 holds is the largest.
func bounded(whole decimal.Decimal) int64 {
	if n, fits := customer.Scaled(whole, 0); fits {
		return n
	}
	return math.MaxInt64
}
