package loyalty

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
)

// Transfer passes points to another account: some of them, or everything there is, which
// makes one account of two.
type Transfer struct {
	Ref  string      `json:"ref"`
	At   time.Time   `json:"at"`
	From customer.ID `json:"from"` // the account that it is decided on
	To   customer.ID `json:"to"`
	// Points are whole points with at most PointDigits decimal places, absent where All is
	// set. They go from the lots that lapse first, and keep their dates.
	Points decimal.Decimal `json:"points,omitzero"`
	// All passes everything: points to spend and pending, debts, open sales and payments,
	// and what counts towards tiers. From then on the account is Into the other one, and
	// takes no purchases or payments of its own until it is parted again.
	All    bool   `json:"all,omitempty"`
	Reason string `json:"reason,omitempty"`
	Author string `json:"author,omitempty"`
}

// Canonical writes the transfer for a fingerprint.
func (t Transfer) Canonical(c *customer.Canonical) {
	c.Text("ref", t.Ref)
	c.Time("at", t.At)
	c.Text("from", string(t.From))
	c.Text("to", string(t.To))
	c.Decimal("points", t.Points)
	c.Bool("all", t.All)
	c.Text("reason", t.Reason)
	c.Text("author", t.Author)
}

// Send takes what is transferred out of the account, into the book in transit. Passing
// more than there is, and passing everything while a hold is open, are refused. The
// entries' parcel ([Parcels]) is then received by the other account and delivered here:
// [Program.Forward] does both.
func (p *Program) Send(account Account, transfer Transfer) (Decision, error) {
	var faults customer.Faults
	faults.Name("ref", transfer.Ref)
	faults.Instant("at", transfer.At)
	faults.Name("from", string(transfer.From))
	faults.Name("to", string(transfer.To))
	faults.Text("reason", transfer.Reason)
	faults.Text("author", transfer.Author)
	if transfer.From == transfer.To && transfer.To != "" {
		faults.Add("to", transfer.To, "is another account than from")
	}
	points, exact := customer.Scaled(transfer.Points, p.rules.PointDigits)
	switch {
	case transfer.All && !transfer.Points.IsZero():
		faults.Add("points", transfer.Points, "are absent where all is set")
	case !transfer.All && (!exact || points < 1 || points > MaxPoints):
		faults.Add("points", transfer.Points, fmt.Sprintf("are above 0, with at most %d decimal places", p.rules.PointDigits))
	}
	if err := faults.Err(); err != nil {
		return Decision{}, err
	}
	d, err := p.open(account, transfer.At, transfer.Ref)
	if err != nil {
		return Decision{}, err
	}
	missing := d.elsewhere()
	if have := d.account.Balances.In(Member); have < points {
		missing = append(missing, customer.Reason{Code: CodePoints, Fact: have, Mark: points, Unit: customer.UnitPoints})
	}
	if transfer.All && len(d.account.Holds) > 0 {
		missing = append(missing, customer.Reason{Code: CodeHoldsOpen, Fact: int64(len(d.account.Holds)), Unit: customer.UnitTimes})
	}
	if len(d.account.Transit) >= MaxOpen {
		missing = append(missing, customer.Reason{Code: CodeFull, Fact: MaxOpen, Unit: customer.UnitTimes})
	}
	if d.account.parcel(transfer.Ref) >= 0 {
		missing = append(missing, customer.Reason{Code: CodeParcelOpen, On: d.day})
	}
	if len(missing) > 0 {
		return p.refuse(missing...)
	}
	more := Entry{Peer: transfer.To, Own: transfer.From, IdleUntil: d.account.IdleUntil, Reason: transfer.Reason, Author: transfer.Author}
	due := len(d.entries)
	if transfer.All {
		points = d.yield(0, true, more)
	} else {
		d.draw(Sent, InTransit, points, more)
	}
	d.why(customer.Reason{Code: CodeSent, Fact: points, Unit: customer.UnitPoints})
	return d.parcelled(due)
}

// parcelled closes a decision that put a parcel on its way. What fits here must fit where
// it arrives, beside what is due there.
func (d *desk) parcelled(due int) (Decision, error) {
	if n := len(d.entries) - due; n > journal.MaxEntries/2 {
		return d.program.refuse(customer.Reason{Code: CodeParcelFull, Fact: int64(n), Mark: journal.MaxEntries / 2, Unit: customer.UnitTimes})
	}
	return d.decision()
}

// elsewhere names what stands in the way of everything but settling and receiving.
func (d *desk) elsewhere() []customer.Reason {
	if d.account.Into == "" {
		return nil
	}
	return []customer.Reason{{Code: CodeInto, Rule: d.program.name, On: d.day}}
}

// yield hands over what is of one member, or of everybody: the points, the debts where
// everything goes, what is open, and the figures. It returns the points.
func (d *desk) yield(of uint16, all bool, more Entry) (points int64) {
	a := &d.account
	mine := func(other uint16) bool { return all || other == of }
	stays := map[uint64]bool{} // lots of sales that others helped to pay
	sales := map[string]bool{} // those sales
	for _, sale := range a.Sales {
		if mine(sale.Of) && !all && a.paidByOthers(sale.Ref, of) {
			stays[sale.Lot], sales[sale.Ref] = true, true
		}
	}
	for _, pending := range slices.Clone(a.Pending) {
		if mine(pending.Of) && !stays[pending.No] {
			send := more
			send.Vests = pending.Vests
			d.move(Sent, pending, Pending, InTransit, pending.Left, send)
			points += pending.Left
		}
	}
	for _, lot := range slices.Clone(a.Lots) {
		if mine(lot.Of) && lot.Left > 0 && !stays[lot.No] {
			d.move(Sent, lot, Member, InTransit, lot.Left, more)
			points += lot.Left
		}
	}
	if owed := -a.Balances.In(Owed); all && owed > 0 {
		debt := more
		debt.Kind, debt.From, debt.To, debt.Points = Sent, InTransit, Owed, owed
		d.post(debt)
	}
	gone := map[string]bool{}
	for _, sale := range slices.Clone(a.Sales) {
		if mine(sale.Of) && !sales[sale.Ref] {
			gone[sale.Ref] = true
			hand := more
			hand.Kind, hand.Sale, hand.Open = Yielded, sale.Ref, &Open{Sale: &sale}
			d.post(hand)
		}
	}
	for _, payment := range slices.Clone(a.Payments) {
		whole := !slices.ContainsFunc(payment.Parts, func(part Part) bool { return part.Of != of })
		if !all && !gone[payment.Sale] && (payment.Sale != "" || !whole) {
			continue
		}
		hand := more
		hand.Kind, hand.Other, hand.Open = Yielded, payment.Ref, &Open{Payment: &payment}
		if left := open(payment.Parts); left > 0 {
			hand.From, hand.To, hand.Points = payment.To, InTransit, left
		}
		d.post(hand)
	}
	hand := more
	hand.Kind, hand.Of, hand.Open = Yielded, of, &Open{Counted: a.counted(of, all)}
	d.post(hand)
	return points
}

// paidByOthers reports whether points of other members pay for a sale.
func (a *ledger) paidByOthers(sale string, of uint16) bool {
	return slices.ContainsFunc(a.Payments, func(p Payment) bool {
		return p.Sale == sale && slices.ContainsFunc(p.Parts, func(part Part) bool { return part.Of != of })
	})
}

// counted is what everybody, or one member, has counted for.
func (a *ledger) counted(of uint16, all bool) *Counted {
	if all {
		return &Counted{
			Days: slices.Clone(a.Days), Lifetime: a.Lifetime, Purchases: a.Purchases, Used: slices.Clone(a.Used), Joined: a.Joined,
			Standing: a.Standing, Grants: slices.Clone(a.Grants), Members: slices.Clone(a.Members),
		}
	}
	c := &Counted{Lifetime: a.Members[of-1].Lifetime, Purchases: a.Members[of-1].Purchases}
	for _, day := range a.Days {
		if day.Of == of {
			c.Days = append(c.Days, day)
		}
	}
	for _, use := range a.Used {
		if use.Of == of {
			c.Used = append(c.Used, use)
		}
	}
	return c
}

// Receive takes a parcel in. Its lots keep their dates; what had fallen due on the way
// does so now, at its own instant. A parcel from a member of the account stays hers; one
// from the account that this one had gone into makes it one of its own again. A parcel
// with a sale or a payment that is open here under the same reference is refused.
func (p *Program) Receive(account Account, parcel Parcel) (Decision, error) {
	if err := p.checkParcel(&parcel); err != nil {
		return Decision{}, err
	}
	d, err := p.carrying(account, &parcel)
	if err != nil {
		return Decision{}, err
	}
	var missing []customer.Reason
	back := d.account.Into == parcel.From // what had gone there is parted again
	if !back || parcel.Counted == nil {
		missing = d.elsewhere()
	}
	if slices.ContainsFunc(parcel.Sales, func(s Sale) bool { return d.account.hasSale(s.Ref) }) {
		missing = append(missing, customer.Reason{Code: CodeSaleBooked, On: d.day})
	}
	if slices.ContainsFunc(parcel.Payments, func(pay Payment) bool { return d.spends(pay.Ref) }) {
		missing = append(missing, customer.Reason{Code: CodePaymentBooked, On: d.day})
	}
	if len(missing) > 0 {
		return p.refuse(missing...)
	}
	of, _ := d.account.member(parcel.From)
	more := Entry{Peer: parcel.From, Of: of}
	if parcel.IdleUntil > d.account.IdleUntil { // passing points on is no activity: they last as long as they did
		d.post(Entry{Kind: Active, Until: parcel.IdleUntil})
	}
	d.accept(&parcel, Received, Moved, more)
	d.settle() // what fell due on the way
	if parcel.Counted != nil {
		if !back {
			d.inherit(parcel.Counted.Standing)
		}
		d.qualify()
	}
	d.why(customer.Reason{Code: CodeReceived, Fact: parcel.points(), Unit: customer.UnitPoints})
	return d.decision()
}

// accept books the contents of a parcel out of a book: what was moved here from another
// account, which gets lots of its own, or what comes back from the way.
func (d *desk) accept(parcel *Parcel, kind Kind, from Book, more Entry) {
	recalled := kind == Recalled
	number := func() uint64 { return d.account.Entries + 1 } // of the entry that comes next
	lots := map[uint64]uint64{}                              // the sender's numbers to ours
	for _, lot := range parcel.Lots {
		to, old, points := Member, lot.No, lot.Left
		take := more
		take.Vests = lot.Vests
		if lot.Vests != 0 {
			to = Pending
		}
		if !recalled {
			lot.No, lot.Of = number(), more.Of
		}
		lots[old] = lot.No
		d.move(kind, lot, from, to, points, take)
	}
	if parcel.Owed > 0 {
		debt := more
		debt.Kind, debt.From, debt.To, debt.Points = kind, Owed, from, parcel.Owed
		d.post(debt)
	}
	for _, sale := range parcel.Sales {
		if !recalled {
			sale.Of = more.Of
			if lot := sale.Lot; lot != 0 {
				if lots[lot] == 0 {
					lots[lot] = number() // it is spent: its points can only come back from a payment
				}
				sale.Lot = lots[lot]
			}
		}
		take := more
		take.Kind, take.Sale, take.Open = Adopted, sale.Ref, &Open{Sale: &sale}
		d.post(take)
	}
	for _, payment := range parcel.Payments {
		if !recalled {
			payment.Parts = slices.Clone(payment.Parts)
			for i := range payment.Parts {
				part := &payment.Parts[i]
				if part.Of = more.Of; lots[part.Lot] != 0 {
					part.Lot = lots[part.Lot]
				} else {
					part.Lot = number()
				}
			}
		}
		take := more
		take.Kind, take.Other, take.Open = Adopted, payment.Ref, &Open{Payment: &payment}
		if left := open(payment.Parts); left > 0 {
			take.From, take.To, take.Points = from, payment.To, left
		}
		d.post(take)
	}
	if parcel.Counted != nil {
		take := more
		take.Kind, take.Open = Adopted, &Open{Counted: parcel.Counted}
		d.post(take)
	}
	for i := 0; i < len(d.account.Lots) && d.account.Balances.In(Owed) < 0 && d.err == nil; {
		before := len(d.account.Lots)
		d.repay(d.account.Lots[i], d.at)
		if len(d.account.Lots) == before {
			i++ // all that is left of it is held
		}
	}
}

// Deliver closes a parcel that the other account has received.
func (p *Program) Deliver(account Account, parcel Parcel) (Decision, error) {
	d, kept, err := p.onTheWay(account, &parcel)
	if err != nil {
		return Decision{}, err
	}
	more := Entry{Kind: Delivered, Peer: kept.To}
	if points := kept.Transit + kept.Owed; points > 0 {
		e := more
		e.From, e.To, e.Points = InTransit, Moved, points
		d.post(e)
	}
	if kept.Owed > 0 {
		e := more
		e.From, e.To, e.Points = Moved, InTransit, kept.Owed
		d.post(e)
	}
	d.post(more)
	return d.decision()
}

// Decline writes down that an account does not take a parcel in, under the key under
// which it would have been received: from then on it cannot be received any more, and
// the sender may recall it.
func (p *Program) Decline(account Account, parcel Parcel) (Decision, error) {
	if err := p.checkParcel(&parcel); err != nil {
		return Decision{}, err
	}
	d, err := p.carrying(account, &parcel)
	if err != nil {
		return Decision{}, err
	}
	d.post(Entry{Kind: Declined, Peer: parcel.From})
	return d.decision()
}

// Recall takes back a parcel that the other account has declined, as it was sent. What
// had fallen due on the way does so now.
func (p *Program) Recall(account Account, parcel Parcel) (Decision, error) {
	d, kept, err := p.onTheWay(account, &parcel)
	if err != nil {
		return Decision{}, err
	}
	more := Entry{Peer: kept.To, Reason: recalledReason}
	d.accept(&kept, Recalled, InTransit, more)
	more.Kind = Recalled
	d.post(more)
	d.settle()
	d.qualify()
	d.why(customer.Reason{Code: CodeRecalled, Fact: kept.points(), Unit: customer.UnitPoints})
	return d.decision()
}

// onTheWay finds an open parcel. One that is not open is refused.
func (p *Program) onTheWay(account Account, parcel *Parcel) (*desk, Parcel, error) {
	if err := p.checkParcel(parcel); err != nil {
		return nil, Parcel{}, err
	}
	d, err := p.carrying(account, parcel)
	if err != nil {
		return nil, Parcel{}, err
	}
	if i := d.account.parcel(parcel.Ref); i >= 0 && d.account.Transit[i].To == parcel.To {
		return d, d.account.Transit[i], nil
	}
	_, err = p.refuse(customer.Reason{Code: CodeNoParcel, On: d.day})
	return nil, Parcel{}, err
}

// Forward brings parcels to their accounts and closes them at the one that sent them,
// exactly once for each, however often it is called: with the [Parcels] of a decision
// that is booked, or with those that an account still has in Transit after something
// broke off. A parcel that the other account refuses is declined there and recalled here;
// the refusal is returned, after all parcels were carried. Any other error leaves
// parcels on the way: call it again.
func (p *Program) Forward(ctx context.Context, store Store, parcels ...Parcel) error {
	var refusals []error
	for _, parcel := range parcels {
		received, err := p.deliver(ctx, store, parcel)
		if err != nil {
			return err
		}
		if received != nil {
			refusals = append(refusals, received)
		}
	}
	return errors.Join(refusals...)
}

// deliver carries one parcel. A refusal of the receiver is returned first, after the
// parcel was recalled.
func (p *Program) deliver(ctx context.Context, store Store, parcel Parcel) (refused, err error) {
	key, err := journal.Key("receive", parcel.Ref)
	if err != nil {
		return nil, err
	}
	book := func(decide func(Account, Parcel) (Decision, error)) (journal.Outcome[Account, Entry], error) {
		return journal.Run(ctx, store, parcel.To, key, parcel, func(a Account) (Decision, error) { return decide(a, parcel) })
	}
	outcome, err := book(p.Receive)
	if refusal := new(customer.Refusal); errors.As(err, &refusal) {
		refused = refusal
		outcome, err = book(p.Decline) // another sender may have been faster, and it is received
	}
	if err != nil {
		return nil, err
	}
	closing := p.Deliver
	if slices.ContainsFunc(outcome.Decision.Entries, func(e Entry) bool { return e.Kind == Declined }) {
		closing = p.Recall
		if refused == nil { // it was declined before this call
			_, refused = p.refuse(customer.Reason{Code: CodeDeclined})
		}
	} else {
		refused = nil
	}
	if key, err = journal.Key("close", parcel.Ref); err != nil {
		return nil, err
	}
	_, err = journal.Run(ctx, store, parcel.From, key, parcel, func(a Account) (Decision, error) { return closing(a, parcel) })
	return refused, err
}

// recalledReason marks what comes back as it was sent.
const recalledReason = "recalled"
