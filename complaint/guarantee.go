package complaint

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

// GuaranteeRules say when a customer who has seen a product at a lower price gets the difference.
// Without Days there is no guarantee.
type GuaranteeRules struct {
	Days          int      `json:"days,omitempty"`           // after the day of purchase: the last on which the price may be seen, and claimed
	ProofDays     int      `json:"proof_days,omitempty"`     // how long after the day on which it was seen it may be claimed; 0: until the last day
	Permille      int      `json:"permille,omitempty"`       // of the difference that is refunded, up to 2000; 0: all of it
	LineMinor     int64    `json:"line_minor,omitempty"`     // the most for a line of a receipt; 0: no such limit
	Units         int      `json:"units,omitempty"`          // the most units of a line; 0: all
	Sellers       []string `json:"sellers,omitempty"`        // whose prices count; empty: everybody's
	NotSellers    []string `json:"not_sellers,omitempty"`    // whose do not
	NotCategories []string `json:"not_categories,omitempty"` // of products without a guarantee
}

// The bounds of a guarantee.
const (
	maxGuaranteeDays  = 3650
	maxGuaranteeNames = 10_000
	fullPermille      = 1000
)

// read checks the rules and copies what a policy keeps.
func (r *GuaranteeRules) read(currency customer.Currency, all *customer.Faults) {
	var faults customer.Faults
	faults.Within("days", r.Days, 0, maxGuaranteeDays)
	faults.Within("proof_days", r.ProofDays, 0, maxGuaranteeDays)
	faults.Within("permille", r.Permille, 0, 2*fullPermille)
	faults.Within("units", r.Units, 0, 1_000_000)
	checkMinor(&faults, "line_minor", r.LineMinor)
	for _, list := range [...]struct {
		path  string
		names *[]string
	}{{"sellers", &r.Sellers}, {"not_sellers", &r.NotSellers}, {"not_categories", &r.NotCategories}} {
		faults.Within(list.path, len(*list.names), 0, maxGuaranteeNames)
		for i, name := range *list.names {
			faults.Name(fmt.Sprintf("%s[%d]", list.path, i), name)
		}
		*list.names = slices.Clone(*list.names)
	}
	if r.Days == 0 && (r.ProofDays > 0 || r.Permille > 0 || r.LineMinor > 0 || r.Units > 0 || len(r.Sellers)+len(r.NotSellers)+len(r.NotCategories) > 0) {
		faults.Add("days", r.Days, "is above 0 for a guarantee of which something is said")
	}
	if r.Days > 0 && currency == (customer.Currency{}) {
		faults.Add("days", r.Days, "is 0: the policy has no currency")
	}
	all.Join("remedies.guarantee", faults)
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
	if x.SeenOn != 0 && !x.SeenOn.Valid() {
		faults.Add("seen_on", x.SeenOn, "is a day, or absent")
	}
	checkMinor(faults, "price_minor", x.PriceMinor)
	faults.Text("proof", x.Proof)
}

// Difference is what a customer gets back by the guarantee.
type Difference struct {
	Once        string // the line of the receipt, for which a difference is refunded once
	SKU         string
	Quantity    decimal.Decimal
	AmountMinor int64
	Because     []customer.Reason
	note        string
}

// Offer returns the remedy that refunds the difference, for a decision on a case.
func (f Difference) Offer(ref string) Offer {
	return Offer{Ref: ref, Kind: RefundRemedy, AmountMinor: f.AmountMinor, Item: f.SKU, Once: f.Once, Note: f.note}
}

// Guarantee says what a customer gets back for a product that she bought and then saw at a lower
// price, given what came back of the purchase, and the Once of each difference that was refunded
// before, on whatever case. The refusal names all that stands in the way.
//
// The difference is that between her part of what was paid for the line, less its deposit, and the
// price seen for the same quantity, rounded down once, to the minor unit.
func (p *Policy) Guarantee(x PriceClaim, bought customer.Purchase, returns []customer.Return, refunded []string) (Difference, error) {
	if p.zone == nil {
		return Difference{}, errNoPolicy
	}
	if err := p.checkPriceClaim(&x, &bought, returns); err != nil {
		return Difference{}, err
	}
	if err := p.edition.Covers(p.day(x.At)); err != nil {
		return Difference{}, err
	}
	rules, line := &p.remedies.Guarantee, &bought.Lines[x.Line-1]
	found := Difference{Once: fmt.Sprintf("%d/%s/%d", len(bought.Ref), bought.Ref, x.Line), SKU: line.SKU, Quantity: x.Quantity}
	var missing []customer.Reason
	miss := func(reason customer.Reason) {
		reason.Rule = p.name
		missing = append(missing, reason)
	}
	if rules.Days == 0 {
		miss(customer.Reason{Code: CodeNoGuarantee})
		return Difference{}, &customer.Refusal{Rule: p.name, Missing: missing}
	}
	if bought.Customer != "" && bought.Customer != x.Customer {
		miss(customer.Reason{Code: CodeOtherReceipt, Of: bought.Ref})
	}
	if slices.Contains(refunded, found.Once) {
		miss(customer.Reason{Code: CodeOnce, Of: found.Once})
	}
	rules.missProduct(&x, line, miss)
	rules.missDays(&x, p.day(bought.At), p.day(x.At), miss)
	rules.missQuantity(&x, line, back(&bought, x.Line, returns), miss)
	if line.Paid.Valid {
		found.AmountMinor = p.difference(&x, line, &found, miss)
	} else {
		miss(customer.Reason{Code: CodeNoPaid, Of: line.SKU})
	}
	if len(missing) > 0 {
		return Difference{}, &customer.Refusal{Rule: p.name, Missing: missing}
	}
	found.note = fmt.Sprintf("%s seen at %s on %s for %s, proof %s", x.SKU, x.Seller, x.SeenOn, p.rules.Currency.Text(x.PriceMinor), x.Proof)
	return found, nil
}

// checkPriceClaim returns the faults of a claim, and of the papers that come with it.
func (p *Policy) checkPriceClaim(x *PriceClaim, bought *customer.Purchase, returns []customer.Return) error {
	var faults customer.Faults
	x.check(&faults, len(bought.Lines))
	joinFaults(&faults, "bought", bought.Validate())
	if bought.Currency != (customer.Currency{}) && bought.Currency != p.rules.Currency {
		faults.Add("bought.currency", bought.Currency.Code, "is the policy's")
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
func (r *GuaranteeRules) missProduct(x *PriceClaim, line *customer.Line, miss func(customer.Reason)) {
	if line.Sells != customer.GoodsLine || slices.Contains(r.NotCategories, line.Category) {
		miss(customer.Reason{Code: CodeNotGuaranteed, Of: line.SKU})
	}
	if x.SKU != line.SKU {
		miss(customer.Reason{Code: CodeOtherProduct, Of: x.SKU})
	}
	switch {
	case x.Seller == "":
		miss(customer.Reason{Code: CodeNoSeller})
	case slices.Contains(r.NotSellers, x.Seller), len(r.Sellers) > 0 && !slices.Contains(r.Sellers, x.Seller):
		miss(customer.Reason{Code: CodeOtherSeller, Of: x.Seller})
	}
	if x.Proof == "" {
		miss(customer.Reason{Code: CodeNoProof})
	}
	if x.PriceMinor == 0 {
		miss(customer.Reason{Code: CodeNoPrice})
	}
}

// missDays notes days that do not fit: the price is seen and claimed within the period, and
// claimed with a proof that is not too old. The day of purchase is not counted, the last is.
func (r *GuaranteeRules) missDays(x *PriceClaim, bought, claimed customer.Date, miss func(customer.Reason)) {
	last := bought.AddDays(r.Days)
	if claimed < bought || claimed > last {
		miss(customer.Reason{Code: CodeClaimedLate, On: claimed, By: last, Fact: int64(claimed - bought), Mark: int64(r.Days), Unit: customer.UnitDays})
	}
	switch {
	case x.SeenOn == 0:
		miss(customer.Reason{Code: CodeNoDaySeen})
	case x.SeenOn < bought:
		miss(customer.Reason{Code: CodeSeenBefore, On: x.SeenOn, By: bought})
	case x.SeenOn > claimed:
		miss(customer.Reason{Code: CodeSeenAfter, On: x.SeenOn, By: claimed})
	case r.ProofDays > 0 && claimed > x.SeenOn.AddDays(r.ProofDays):
		miss(customer.Reason{Code: CodeProofOld, On: x.SeenOn, By: x.SeenOn.AddDays(r.ProofDays), Fact: int64(claimed - x.SeenOn), Mark: int64(r.ProofDays), Unit: customer.UnitDays})
	}
}

// missQuantity notes more than the customer has, and more than the guarantee is for.
func (r *GuaranteeRules) missQuantity(x *PriceClaim, line *customer.Line, back decimal.Decimal, miss func(customer.Reason)) {
	if x.Quantity.GreaterThan(line.Quantity.Sub(back)) {
		miss(customer.Reason{Code: CodeOverBought, Of: line.SKU})
	}
	if r.Units > 0 && x.Quantity.GreaterThan(decimal.NewFromInt(int64(r.Units))) {
		miss(customer.Reason{Code: CodeOverUnits, Of: line.SKU, Mark: int64(r.Units), Unit: customer.UnitTimes})
	}
}

// difference returns what is refunded, and says in found how it came about; or notes that the
// price seen is not lower by one minor unit.
func (p *Policy) difference(x *PriceClaim, line *customer.Line, found *Difference, miss func(customer.Reason)) int64 {
	rules := &p.remedies.Guarantee
	if line.Quantity.Sign() <= 0 { // missQuantity has said so
		return 0
	}
	minor, err := p.rules.Currency.Minor(line.Paid.Decimal.Sub(line.Deposit))
	if err != nil { // a purchase that validates is exact
		miss(customer.Reason{Code: CodeNoPaid, Of: line.SKU})
		return 0
	}
	paid, seen := decimal.NewFromInt(minor), decimal.NewFromInt(x.PriceMinor)
	permille := rules.Permille
	if permille == 0 {
		permille = fullPermille
	}
	// quantity/line × paid − quantity × seen, over one denominator
	over := paid.Sub(seen.Mul(line.Quantity)).Mul(x.Quantity).Mul(decimal.NewFromInt(int64(permille)))
	whole, _ := over.QuoRem(line.Quantity.Mul(decimal.NewFromInt(fullPermille)), 0)
	mine, _ := paid.Mul(x.Quantity).QuoRem(line.Quantity, 0)
	theirs := seen.Mul(x.Quantity).Ceil()
	reason := customer.Reason{Code: CodeDearer, Rule: p.name, Of: line.SKU, Fact: bounded(mine), Mark: bounded(theirs), Unit: customer.UnitMinor}
	if whole.Sign() <= 0 {
		reason.Code = CodeNotCheaper
		miss(reason)
		return 0
	}
	found.Because = append(found.Because, reason)
	most := cmp.Or(rules.LineMinor, MaxMinor)
	if whole.GreaterThan(decimal.NewFromInt(most)) {
		found.Because = append(found.Because, customer.Reason{
			Code: CodeGuaranteeCapped, Rule: p.name, Of: line.SKU, Fact: bounded(whole), Mark: most, Unit: customer.UnitMinor,
		})
		return most
	}
	return bounded(whole)
}

// bounded is a whole number of 0 or more, for a reason: one that no int64 holds is the largest.
func bounded(whole decimal.Decimal) int64 {
	if n, fits := customer.Scaled(whole, 0); fits {
		return n
	}
	return math.MaxInt64
}
