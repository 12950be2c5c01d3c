package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/loyalty"
)

// slip is a receipt: of a sale, of a return where sale is set, of a new card where
// nothing was sold.
type slip struct {
	ref    string
	at     time.Time
	sale   string
	lines  []customer.Line
	points int64           // that paid a part of it, or 0
	worth  decimal.Decimal // of these points
	answer *outcome        // nil: there was none, or it was no
}

// The columns of a receipt.
const (
	wide   = 56
	figure = 10
)

func (p *printer) printSlips(slips []*slip) {
	p.print("%s", p.say("RECEIPTS", "小票"))
	for _, slip := range slips {
		if slip.answer == nil {
			continue // a refused return: nothing changed hands
		}
		p.print("")
		p.printHead(slip)
		switch {
		case slip.sale != "":
			p.printBack(slip)
		case len(slip.lines) > 0:
			p.printPaid(slip)
		}
		p.printPoints(slip)
	}
	p.print("")
}

// row is a label and a figure at the end of the line.
func (p *printer) row(label, value string) {
	p.print("%s%s", left(label, wide-figure), right(value, figure))
}

func (p *printer) printHead(s *slip) {
	head := s.ref
	if s.sale != "" {
		head += p.say("  return of ", "  退货,原单") + s.sale
	}
	when := p.language.DayOfYear(p.day(s.at)) + " " + p.clock(s.at)
	p.print("%s%s", left(head, wide/2), right(when, wide-wide/2))
	p.print("%s", strings.Repeat("-", wide))
	for _, line := range s.lines {
		each := fmt.Sprintf("%s x %s", line.Quantity, p.money(line.ListPrice.Decimal))
		p.row(left(p.name(line.SKU), 28)+right(each, wide-28-figure), p.money(line.Paid.Decimal))
	}
}

func (p *printer) printPaid(s *slip) {
	p.row(p.say("Total", "合计"), p.money(total(s.lines)))
	if s.points > 0 {
		p.row(fmt.Sprintf(p.say("Paid with %d points", "以%d积分支付"), s.points), p.money(s.worth))
	}
	p.row(p.say("Paid in cash", "现金支付"), p.money(total(s.lines).Sub(s.worth)))
}

// printBack splits the refund: what points paid comes back in points, the rest in cash.
func (p *printer) printBack(s *slip) {
	points := s.of(loyalty.GivenBack)
	worth := decimal.Zero
	if points > 0 {
		var err error
		if worth, err = p.shop.till.program.Worth(decimal.New(points, -p.shop.rules.PointDigits)); err != nil {
			p.err = err
			return
		}
	}
	p.row(p.say("Total back", "退款合计"), p.money(total(s.lines)))
	p.row(fmt.Sprintf(p.say("Back as %s points", "退回%s积分"), p.points(points)), p.money(worth))
	p.row(p.say("Back in cash", "现金退款"), p.money(total(s.lines).Sub(worth)))
}

// of is how many points the receipt's entries of a kind moved.
func (s *slip) of(kind loyalty.Kind) (points int64) {
	for _, entry := range s.answer.Decision.Entries {
		if entry.Kind == kind {
			points += entry.Points
		}
	}
	return points
}

// printPoints writes what the receipt did to the points and why, what there is now, and
// until when.
func (p *printer) printPoints(s *slip) {
	if s.sale == "" {
		p.row(p.say("Points earned", "获得积分"), p.points(s.of(loyalty.Earned)))
	} else {
		p.row(p.say("Points taken back", "收回积分"), p.points(s.of(loyalty.TakenBack)))
	}
	for _, reason := range s.answer.Decision.Reasons {
		p.print("  %s", p.explain(reason))
	}
	account := s.answer.State
	p.row(p.say("Points to spend", "可用积分"), p.points(account.Balances.In(loyalty.Member)))
	for _, lapse := range account.Lapsing(p.shop.horizon(s.at)) {
		p.print(p.say("  %s points lapse after %s", "  %s积分于%s后失效"), p.points(lapse.Points), p.language.DayOfYear(lapse.On))
	}
}
