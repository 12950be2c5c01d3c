package main

import (
	"context"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/loyalty"
)

// How long before the payment points are set aside, and how long after it they stay so.
const (
	holdBefore = time.Minute
	holdAfter  = 10 * time.Minute // the cash is counted by then
)

// payPoints holds points before the rest is paid and captures them when it is. There is
// one such payment to a receipt, so it goes by the receipt's number. Without an answer
// the customer pays all in cash: a hold that was booked after all lets go by itself.
func (t *till) payPoints(ctx context.Context, s *slip, points int64) {
	hold := request{
		Card: member,
		Hold: &loyalty.Spending{
			Ref: s.ref, At: s.at.Add(-holdBefore), Points: decimal.New(points, 0), Sale: s.ref, Bill: total(s.lines),
			Until: s.at.Add(holdAfter),
		},
	}
	if t.offline {
		t.log = append(t.log, event{request: hold, unsent: true})
		return
	}
	if answer := t.send(ctx, hold); answer.silent || answer.refusal != nil || t.err != nil {
		return
	}
	worth, err := t.program.Worth(hold.Hold.Points)
	if err == nil {
		err = spread(s.lines, worth, t.currency)
	}
	if err != nil {
		t.fail(err)
		return
	}
	s.points, s.worth = points, worth
	t.deliver(ctx, request{Card: member, Capture: &loyalty.Finish{Ref: s.ref, Hold: s.ref, At: s.at}})
}

// spread splits what points pay over the lines by their prices: each line says what of
// it was paid with points, so that this part earns nothing and comes back with the goods.
func spread(lines []customer.Line, worth decimal.Decimal, currency customer.Currency) error {
	minor, err := currency.Minor(worth)
	if err != nil {
		return err
	}
	shares := make([]int64, len(lines))
	for i, line := range lines {
		if shares[i], err = currency.Minor(line.Paid.Decimal); err != nil {
			return err
		}
	}
	if err := customer.SplitInto(shares, minor, shares); err != nil {
		return err
	}
	for i, share := range shares {
		if share > 0 {
			lines[i].Tenders = []customer.Tender{{Kind: customer.PointsTender, Amount: currency.Amount(share)}}
		}
	}
	return nil
}

func total(lines []customer.Line) decimal.Decimal {
	sum := decimal.Zero
	for _, line := range lines {
		sum = sum.Add(line.Paid.Decimal)
	}
	return sum
}
