package main

import (
	"context"
	_ "embed"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/loyalty"
)

// card holds the rules of the card as the shop keeps them. Rules are data: another rate
// is another file.
//
//go:embed card.json
var card []byte

// member is who shows the card. Which card number is hers stands in the shop's own
// register.
const member customer.ID = "c-1"

// shop is one till, the store that it reaches over a line, and the rules of the card.
type shop struct {
	rules loyalty.Rules
	zone  *time.Location
	store *journal.Mem[customer.ID, loyalty.Account, loyalty.Entry]
	line  *line
	till  *till
}

func newShop() (*shop, error) {
	rules, err := loyalty.ParseRules(card)
	if err != nil {
		return nil, err
	}
	zone, err := time.LoadLocation(rules.Zone)
	if err != nil {
		return nil, err
	}
	program, err := loyalty.NewProgram(rules, zone)
	if err != nil {
		return nil, err
	}
	s := &shop{rules: rules, zone: zone, store: new(journal.Mem[customer.ID, loyalty.Account, loyalty.Entry])}
	s.line = &line{Store: s.store}
	s.till = &till{number: 7, currency: rules.Currency, program: program, store: s.line}
	return s, nil
}

// month is what happens at the till, one step after the other.
func (s *shop) month(ctx context.Context) error {
	t := s.till
	t.open(ctx, s.at(time.October, 31, 18, 5), "welcome")
	t.sell(ctx, s.at(time.November, 3, 10, 15), 0, shampoo(2), sunscreen(1), vitamins(3))

	// Points pay a part.
	t.sell(ctx, s.at(time.November, 7, 17, 40), 120, faceCream(2), handCream(1), cottonPads(2))

	// This sale is booked and not answered. The till sends it again.
	s.line.breaks = true
	t.sell(ctx, s.at(time.November, 12, 9, 20), 0, sunscreen(1))
	s.reconnect(ctx)

	// One of two comes back, and points had paid a part of it.
	t.takeBack(ctx, s.at(time.November, 14, 11, 30), "7-0003", customer.ReturnLine{SaleLine: 1, Line: faceCream(1)})

	// An afternoon without the line. The first request was booked all the same; the last
	// is refused in the end, since the receipt is of another card.
	s.line.breaks = true
	t.sell(ctx, s.at(time.November, 20, 16, 2), 0, vitamins(1), cottonPads(1))
	t.sell(ctx, s.at(time.November, 20, 16, 30), 20, shampoo(1))
	t.takeBack(ctx, s.at(time.November, 20, 16, 45), "9-0412", customer.ReturnLine{SaleLine: 1, Line: handCream(1)})
	s.reconnect(ctx)
	return t.err
}

// reconnect is the moment at which the line comes back.
func (s *shop) reconnect(ctx context.Context) {
	s.line.down = false
	s.till.reconnect(ctx)
}

// horizon is a day by which all points of an instant have lapsed: their months, and the
// rest of the month in which these end.
func (s *shop) horizon(at time.Time) customer.Date {
	return customer.DateOf(at, s.zone).AddMonths(s.rules.Expiry.Months + 1)
}

// at is a time of day at the shop.
func (s *shop) at(month time.Month, day, hour, minute int) time.Time {
	return time.Date(2026, month, day, hour, minute, 0, 0, s.zone)
}

func shampoo(n int64) customer.Line   { return goods("shampoo", customer.NationalBrand, 29_90, n) }
func sunscreen(n int64) customer.Line { return goods("sunscreen", customer.NationalBrand, 128_00, n) }

func faceCream(n int64) customer.Line  { return goods("face-cream", customer.NationalBrand, 89_00, n) }
func handCream(n int64) customer.Line  { return goods("hand-cream", customer.StoreBrand, 24_90, n) }
func vitamins(n int64) customer.Line   { return goods("vitamins", customer.StoreBrand, 36_00, n) }
func cottonPads(n int64) customer.Line { return goods("cotton-pads", customer.StoreBrand, 9_40, n) }

// goods is a line of n units, each of which costs so many minor units.
func goods(sku string, kind customer.BrandKind, price, n int64) customer.Line {
	return customer.Line{
		SKU: sku, Kind: kind, Quantity: decimal.New(n, 0),
		ListPrice: decimal.NewNullDecimal(decimal.New(price, -2)),
		Paid:      decimal.NewNullDecimal(decimal.New(price*n, -2)),
	}
}
