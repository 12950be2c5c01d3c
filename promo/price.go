package promo

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/loyalty"
)

// Bounds of a question.
const (
	MaxCoupons = 1000 // that one shopper presents
	MaxLists   = 100  // of member prices that one shopper has
)

// Basket is what a shopper is about to buy. Its lines have a list price and a quantity
// above 0, and neither Paid nor Tenders: Price finds the one, and payment brings the
// others.
type Basket struct {
	Lines []customer.Line `json:"lines"` // 1 to customer.MaxLines
}

// Priced is what a basket costs, and why.
type Priced struct {
	Book     string            `json:"book"` // which edition of the rules priced it
	Customer customer.ID       `json:"customer,omitempty"`
	At       time.Time         `json:"at"`
	Currency customer.Currency `json:"currency"`
	Lines    []customer.Line   `json:"lines"` // those of the basket, in its order, with Paid
	Runs     []Run             `json:"runs,omitempty"`
	Totals   Totals            `json:"totals"`
	Trace    []Look            `json:"trace,omitempty"`
}

// Totals are the sums of a receipt. List − Saved + Deposits + the taxes that come on top
// is Total, to the last minor unit.
type Totals struct {
	List     decimal.Decimal `json:"list"`  // of all units, without deposits
	Saved    decimal.Decimal `json:"saved"` // the sum over the runs
	Deposits decimal.Decimal `json:"deposits"`
	Taxes    []TaxTotal      `json:"taxes,omitempty"` // by rate, ascending; contained before on top
	Total    decimal.Decimal `json:"total"`
	Cash     decimal.Decimal `json:"cash"`     // what is paid in cash: Total in whole CashSteps, half up
	Rounding decimal.Decimal `json:"rounding"` // Cash − Total, below 0 where rounded down
	Points   decimal.Decimal `json:"points"`   // bonus points
}

// TaxTotal is the tax of all lines of one rate.
type TaxTotal struct {
	customer.Tax
	Net    decimal.Decimal `json:"net"`
	Amount decimal.Decimal `json:"amount"`
}

// Bonus returns the bonus points that offers give on the receipt, as loyalty's Receipt
// takes them.
func (p Priced) Bonus() []loyalty.Bonus {
	var bonus []loyalty.Bonus
	for _, run := range p.Runs {
		if run.Points > 0 {
			bonus = append(bonus, loyalty.Bonus{Line: run.Line, Offer: run.Offer, Points: run.Points})
		}
	}
	return bonus
}

// Purchase returns the receipt as it will have been paid: the next fact for the other
// packages. The host says what it calls the receipt, and which shop it is of, and adds
// the Tenders once it is paid.
func (p Priced) Purchase(ref, shop string) customer.Purchase {
	return customer.Purchase{Ref: ref, Customer: p.Customer, At: p.At, Shop: shop, Currency: p.Currency, Lines: slices.Clone(p.Lines)}
}

// Price finds what a basket costs a shopper at an instant, under the rules for choosing
// and rounding that the package comment states. Its work grows with the lines and the
// offers that are on them, not with the catalogue nor with the number of units. Only
// where many products contend for several offers with high limits it grows faster.
//
// The error is customer.Faults for a malformed basket or shopper, or a *customer.Refusal
// where the rules are not in force on that day.
func (c *Catalogue) Price(basket Basket, shopper Shopper, at time.Time) (Priced, error) {
	p := pricing{catalogue: c, shopper: &shopper, at: at}
	if err := p.read(&basket); err != nil {
		return Priced{}, err
	}
	p.day = customer.DateOf(at, c.zone)
	p.weekday = customer.Weekday((p.day.Weekday()+6)%7) + 1
	p.hour = at.In(c.zone).Hour()
	if err := c.edition.Covers(p.day); err != nil {
		return Priced{}, err
	}
	p.pool()
	p.look()
	p.assign()
	p.bonus()
	p.settle()
	if p.points > maxAllPoints {
		return Priced{}, fmt.Errorf("promo: the offers of %s give more than %d points on one basket", c.name, int64(maxAllPoints))
	}
	return p.priced(), nil
}

// pricing is one call of Price.
type pricing struct {
	catalogue *Catalogue
	shopper   *Shopper
	at        time.Time
	day       customer.Date // in the zone of the rules, as are weekday and hour
	weekday   customer.Weekday
	hour      int

	lines   []customer.Line // its own copy
	figures []figures       // of the lines
	order   []int32         // of the lines: equal ones stand together
	pools   []pool

	coupons []coupon          // of the shopper
	looks   []looked          // in the order of the trace
	reasons []customer.Reason // of the looks
	late    []late            // reasons found later
	slots   []int32           // looks of the sources
	sources []source
	options []option // by pool, best first
	parts   []part   // by pool: which source has how many of its pieces
	bonuses []part   // of sources that give points

	runs   []Run
	points int64
}

// figures are those of one line.
type figures struct {
	quantity, price, deposit, rate int64
	paid                           int64
}

// maxAllPoints is the most that all offers may give on one basket, in the smallest unit.
const maxAllPoints = 1_000_000_000_000_000

// read checks basket and shopper, and takes their figures out.
func (p *pricing) read(basket *Basket) error {
	var faults customer.Faults
	checkShopper(&faults, p.shopper)
	p.lines = basket.Lines
	if len(p.lines) <= customer.MaxLines {
		p.lines = slices.Clone(p.lines)
		p.figures = make([]figures, len(p.lines))
		p.readLines(&faults)
	}
	asked := customer.Purchase{Ref: "basket", Customer: p.shopper.Customer, At: p.at, Currency: p.catalogue.currency, Lines: p.lines}
	if err := asked.Validate(); err != nil {
		var found customer.Faults // apart, because errors.As moves it to the heap
		errors.As(err, &found)    // Validate returns nothing else
		for _, fault := range found {
			if !strings.HasSuffix(fault.Path, ".paid") { // said of the deposit, which stands there meanwhile
				faults.Join("", customer.Faults{fault})
			}
		}
	}
	return faults.Err()
}

// readLines makes the copied lines a receipt of which nothing but deposits is paid, so
// that a purchase's checks hold for them.
func (p *pricing) readLines(faults *customer.Faults) {
	digits := p.catalogue.currency.Digits
	left := int64(MaxBasket)
	for i := range p.lines {
		line, f := &p.lines[i], &p.figures[i]
		fault := func(field string, value any, rule string) {
			faults.Add(fmt.Sprintf("lines[%d].%s", i, field), value, rule)
		}
		if line.Paid.Valid {
			fault("paid", line.Paid, "is absent: it is what Price finds")
		}
		if len(line.Tenders) > 0 {
			fault("tenders", len(line.Tenders), "are absent: nothing is paid yet")
			line.Tenders = nil
		}
		var exact bool
		if f.quantity, exact = customer.Scaled(line.Quantity, unitDigits); !exact || f.quantity == 0 || f.quantity > maxUnits*oneUnit {
			fault("quantity", line.Quantity, fmt.Sprintf("is above 0 and at most %d, exact in thousandths", maxUnits))
		}
		if f.price, exact = customer.Scaled(line.ListPrice.Decimal, digits+fineDigits); !exact || !line.ListPrice.Valid {
			fault("list_price", line.ListPrice, fmt.Sprintf("is required, with at most %d digits more than the currency", fineDigits))
		}
		f.deposit, exact = customer.Scaled(line.Deposit, digits)
		f.rate, _ = customer.Scaled(line.Tax.Rate, taxDigits)
		if line.Paid = (decimal.NullDecimal{}); f.deposit != 0 {
			line.Paid = decimal.NullDecimal{Decimal: line.Deposit, Valid: true}
		}
		if f.quantity < 0 || f.price < 0 || f.deposit < 0 || !exact {
			continue // said by the purchase's checks
		}
		list, ok := scale(f.price, f.quantity, oneFine*oneUnit)
		if !ok || list > left || f.deposit > left-list {
			fault("list_price", line.ListPrice, fmt.Sprintf("comes, with the lines before and the deposits, to at most %d minor units", int64(MaxBasket)))
			continue
		}
		left -= list + f.deposit
	}
}

func checkShopper(faults *customer.Faults, s *Shopper) {
	faults.Within("lists", len(s.Lists), 0, MaxLists)
	for i, list := range s.Lists[:min(len(s.Lists), MaxLists)] {
		if list == "" || len(list) > customer.MaxText {
			faults.Name(fmt.Sprintf("lists[%d]", i), list)
		}
	}
	faults.Within("coupons", len(s.Coupons), 0, MaxCoupons)
	if len(s.Coupons) > MaxCoupons {
		return
	}
	for i := range s.Coupons {
		var part customer.Faults
		k := &s.Coupons[i]
		part.Name("id", k.ID)
		part.Name("offer", k.Offer)
		part.Within("permille", k.Permille, 0, 1000)
		part.Day("from", k.From)
		if k.Until != 0 && (!k.Until.Valid() || k.Until <= k.From) {
			part.Add("until", k.Until, "is a day after from, or absent")
		}
		if len(part) > 0 {
			faults.Join(fmt.Sprintf("coupons[%d]", i), part)
		}
	}
	checkOnce(faults, s.Coupons)
}

// checkOnce notes a fault for each coupon whose ID has stood before.
func checkOnce(faults *customer.Faults, coupons []Coupon) {
	if len(coupons) <= 32 { // as few as most have are faster held against each other
		for i := range coupons {
			for j := range i {
				if coupons[i].ID == coupons[j].ID {
					faults.Add(fmt.Sprintf("coupons[%d].id", i), coupons[i].ID, "stands only once")
					break
				}
			}
		}
		return
	}
	byID := make([]int32, len(coupons))
	for i := range byID {
		byID[i] = int32(i)
	}
	slices.SortFunc(byID, func(a, b int32) int {
		return cmp.Or(strings.Compare(coupons[a].ID, coupons[b].ID), cmp.Compare(a, b))
	})
	for i := 1; i < len(byID); i++ {
		if id := coupons[byID[i]].ID; id == coupons[byID[i-1]].ID {
			faults.Add(fmt.Sprintf("coupons[%d].id", byID[i]), id, "stands only once")
		}
	}
}
