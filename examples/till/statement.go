package main

import (
	"slices"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/loyalty"
)

// november is the month of the statement.
func november() (population.Period, error) {
	first, err := customer.NewDate(2026, 11, 1)
	return population.Period{From: first, Until: first.AddMonths(1)}, err
}

// books are what a member calls her points: those to spend, those set aside for a
// payment, those still pending, and, below 0, what she owes. Between them nothing is
// gained or lost.
func books() []loyalty.Book {
	return []loyalty.Book{loyalty.Member, loyalty.Held, loyalty.Pending, loyalty.Owed}
}

func balance(b loyalty.Balances) (points int64) {
	for _, book := range books() {
		points += b.In(book)
	}
	return points
}

// change is what an entry does to a member's points.
func change(e loyalty.Entry) (points int64) {
	if slices.Contains(books(), e.To) {
		points += e.Points
	}
	if slices.Contains(books(), e.From) {
		points -= e.Points
	}
	return points
}

// move is one line of the statement: the entries of one request that are of one kind,
// whichever lots they concern.
type move struct {
	entry  loyalty.Entry // the first of them
	points int64
}

func moves(entries []loyalty.Entry) (all []move) {
	for _, entry := range entries {
		points := change(entry)
		if points == 0 {
			continue // from one of her books to another: set aside, vested, repaid
		}
		if n := len(all); n > 0 && all[n-1].entry.Kind == entry.Kind && all[n-1].entry.Ref == entry.Ref {
			all[n-1].points += points
			continue
		}
		all = append(all, move{entry, points})
	}
	return all
}

// printStatement writes the account over the month: what was there, what moved, with the
// balance after it, and what is there.
func (p *printer) printStatement() error {
	period, err := november()
	if err != nil {
		return err
	}
	statement, err := p.shop.till.program.Statement(p.shop.store.History(member), period)
	if err != nil {
		return err
	}
	from, to := p.language.Between(period.From, period.Until.AddDays(-1))
	p.print(p.say("STATEMENT of %s, %s to %s", "%s的积分对账单,%s至%s"), member, from, to)
	points := balance(statement.Opening)
	p.row(p.say("Opening balance", "期初余额"), p.points(points))
	for _, move := range moves(statement.Entries) {
		points += move.points
		p.print("%s  %s  %s%s%s", right(p.language.Day(p.day(move.entry.At)), 8), left(move.entry.Ref, 8),
			left(p.entry(move.entry.Kind), wide-20-2*figure), right(p.moved(move.points), figure), right(p.points(points), figure))
	}
	p.row(p.say("Closing balance", "期末余额"), p.points(balance(statement.Closing)))
	return nil
}

// entry is a kind of entry in the words of a statement.
func (p *printer) entry(kind loyalty.Kind) string {
	switch kind {
	case loyalty.Earned:
		return p.say("earned", "获得")
	case loyalty.Lapsed, loyalty.Released:
		return p.say("lapsed", "失效")
	case loyalty.Spent, loyalty.Captured:
		return p.say("spent", "使用")
	case loyalty.TakenBack:
		return p.say("taken back", "收回")
	case loyalty.GivenBack:
		return p.say("given back", "退回")
	case loyalty.Adjusted:
		return p.say("changed by hand", "人工调整")
	case loyalty.Sent:
		return p.say("passed on", "转出")
	case loyalty.Received, loyalty.Recalled:
		return p.say("passed in", "转入")
	case loyalty.Sold, loyalty.Brought, loyalty.Closed, loyalty.Active, loyalty.Forgiven,
		loyalty.Tiered, loyalty.Granting, loyalty.Revoked, loyalty.Joined, loyalty.Left,
		loyalty.Yielded, loyalty.Adopted, loyalty.Delivered, loyalty.Declined,
		loyalty.Vested, loyalty.SetAside, loyalty.Repaid:
		// These leave a member's points as they are, so that no line shows them.
	}
	return kind.String()
}
