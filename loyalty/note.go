package loyalty

import (
	"cmp"
	"slices"
)

// lapsedReason marks points of a return that nobody has to give: they had lapsed.
const lapsedReason = "lapsed"

// note books what an entry says beyond moving points: what is open, and until when.
func (a *ledger) note(e *Entry) error {
	switch e.Kind {
	case Sold:
		return a.noteSold(e)
	case Earned:
		if e.Sale != "" {
			sale, err := a.sale(e)
			if err != nil {
				return err
			}
			sale.Lot, sale.Given, sale.Charges = e.Lot, sale.Given+e.Points, e.Charges
		}
		a.use(e.Use)
		if e.Sale == "" && e.Counts != 0 {
			a.forget(e.Counts)
			a.count(e.Earned, e.Of, Figures{Points: e.Points})
		}
	case Lapsed:
		a.expire(e)
	case TakenBack, Forgiven:
		sale, err := a.sale(e)
		if err != nil {
			return err
		}
		if sale.Taken += e.Points; sale.Taken > sale.Given {
			return broken(e, "takes %d points of a sale that gave %d", sale.Taken, sale.Given)
		}
		if e.Reason == lapsedReason {
			if sale.Expired -= e.Points; sale.Expired < 0 {
				return broken(e, "more points than have lapsed")
			}
		}
	case Brought:
		return a.noteBrought(e)
	case Closed:
		return a.noteClosed(e)
	case Spent:
		return a.pay(e)
	case SetAside:
		return a.hold(e)
	case Captured:
		if err := a.unhold(e); err != nil {
			return err
		}
		return a.pay(e)
	case Released:
		a.expire(e)
		return a.unhold(e)
	case GivenBack:
		a.expire(e)
		return a.unpay(e)
	case Active:
		a.IdleUntil = e.Until
	case Tiered:
		if e.Standing == nil {
			return broken(e, "has no standing")
		}
		a.Standing = *e.Standing
		if a.Joined == 0 {
			a.Joined = e.Standing.Since
		}
	case Granting:
		return a.noteGranting(e)
	case Revoked:
		return a.noteRevoked(e)
	case Sent:
		a.pack(e)
	case Yielded:
		return a.noteYielded(e)
	case Delivered, Recalled:
		return a.unpack(e)
	case Adopted:
		if e.From == InTransit {
			if err := a.unpack(e); err != nil {
				return err
			}
		}
		return a.noteAdopted(e)
	case Joined:
		return a.noteJoined(e)
	case Left:
		return a.noteLeft(e)
	case Declined:
		// It only keeps the parcel from being received under the same key.
	case Received, Vested, Repaid, Adjusted:
		// The posting says it all.
	}
	return nil
}

// expire notes points that lapse with the open sale that gave them, whichever way they
// went before: a return must not ask for them again.
func (a *ledger) expire(e *Entry) {
	if e.To != Expired {
		return
	}
	if i := slices.IndexFunc(a.Sales, func(s Sale) bool { return s.Lot == e.Lot }); i >= 0 {
		a.Sales[i].Expired += e.Points
	}
}

// hasSale reports whether a sale is open.
func (a *ledger) hasSale(ref string) bool {
	return slices.ContainsFunc(a.Sales, func(s Sale) bool { return s.Ref == ref })
}

// openSale adds an open sale.
func (a *ledger) openSale(e *Entry, sale Sale) error {
	switch {
	case a.hasSale(sale.Ref):
		return broken(e, "the sale is booked already")
	case len(a.Sales) >= MaxOpen:
		return fullError{"open sales", MaxOpen}
	}
	i, _ := slices.BinarySearchFunc(a.Sales, sale, func(x, y Sale) int {
		return cmp.Or(cmp.Compare(x.Closes, y.Closes), cmp.Compare(x.Ref, y.Ref))
	})
	a.Sales = slices.Insert(a.Sales, i, sale)
	return nil
}

func (a *ledger) noteSold(e *Entry) error {
	sale := Sale{Ref: e.Sale, On: e.Earned, Closes: e.Closes, Lines: e.Lines, Partner: e.Partner, Of: e.Of, Counts: e.Counts != 0}
	if why := sale.wrong(len(a.Members)); why != "" || slices.ContainsFunc(e.Lines, func(l SoldLine) bool { return l.Returned != 0 }) {
		return broken(e, "the sale %s", cmp.Or(why, "is one of which something has come back"))
	}
	if err := a.openSale(e, sale); err != nil {
		return err
	}
	a.Purchases++
	if e.Of > 0 {
		a.Members[e.Of-1].Purchases++
	}
	if e.Counts != 0 {
		sold, _ := sale.figures(nil)
		a.forget(e.Counts)
		a.count(sale.On, sale.Of, sold)
	}
	return nil
}

// sale finds the open sale of an entry: mostly a late one.
func (a *ledger) sale(e *Entry) (*Sale, error) {
	for i := len(a.Sales) - 1; i >= 0; i-- {
		if a.Sales[i].Ref == e.Sale {
			return &a.Sales[i], nil
		}
	}
	return nil, broken(e, "there is no open sale %q", e.Sale)
}

// maxUsePeriods is how many periods of one cap are remembered: a sale that comes later
// than that finds the cap of its own day empty.
const maxUsePeriods = 62

// use counts what caps have let through.
func (a *ledger) use(more []Use) {
	for _, one := range more {
		i, found := slices.BinarySearchFunc(a.Used, one, func(x, y Use) int {
			return cmp.Or(cmp.Compare(x.Cap, y.Cap), cmp.Compare(x.Period, y.Period), cmp.Compare(x.Of, y.Of))
		})
		if !found {
			a.Used = slices.Insert(a.Used, i, Use{Cap: one.Cap, Period: one.Period, Of: one.Of})
		}
		a.Used[i].Points += one.Points
		first := i
		for first > 0 && a.Used[first-1].Cap == one.Cap {
			first--
		}
		if last := first + maxUsePeriods; last < len(a.Used) && a.Used[last].Cap == one.Cap {
			a.Used = slices.Delete(a.Used, first, first+1)
		}
	}
}

func (a *ledger) noteBrought(e *Entry) error {
	sale, err := a.sale(e)
	if err != nil {
		return err
	}
	if len(e.Lines) != len(sale.Lines) {
		return broken(e, "has %d lines where the sale has %d", len(e.Lines), len(sale.Lines))
	}
	for i := range e.Lines {
		if n := e.Lines[i].Units; n < 0 || n > sale.Lines[i].Units-sale.Lines[i].Returned {
			return broken(e, "more of line %d came back than was sold", i+1)
		}
	}
	if sale.Counts {
		_, gone := sale.figures(e.Lines)
		a.count(sale.On, sale.Of, gone.negative())
	}
	lines := slices.Clone(sale.Lines) // shared with earlier states
	for i := range lines {
		lines[i].Returned += e.Lines[i].Units
	}
	sale.Lines = lines
	return nil
}

func (a *ledger) noteClosed(e *Entry) error {
	if e.Sale != "" {
		i := slices.IndexFunc(a.Sales, func(s Sale) bool { return s.Ref == e.Sale })
		if i < 0 {
			return broken(e, "there is no open sale %q", e.Sale)
		}
		a.Sales = slices.Delete(a.Sales, i, i+1)
		return nil
	}
	i := slices.IndexFunc(a.Payments, func(p Payment) bool { return p.Ref == e.Ref })
	if i < 0 {
		return broken(e, "there is no open payment")
	}
	a.Payments = slices.Delete(a.Payments, i, i+1)
	return nil
}

// part is what an entry takes from its lot.
func (e *Entry) part() Part {
	return Part{Lot: e.Lot, Earned: e.Earned, Until: e.Until, Idle: e.Idle, Of: e.Of, Points: e.Points}
}

func (a *ledger) pay(e *Entry) error {
	i := slices.IndexFunc(a.Payments, func(p Payment) bool { return p.Ref == e.Ref })
	if i < 0 {
		payment := Payment{Ref: e.Ref, Sale: e.Sale, To: e.To, Partner: e.Partner, Closes: e.Closes}
		if err := a.openPayment(e, payment); err != nil {
			return err
		}
		i = slices.IndexFunc(a.Payments, func(p Payment) bool { return p.Ref == e.Ref })
	}
	a.Payments[i].Parts = with(a.Payments[i].Parts, e.part())
	return nil
}

// openPayment adds an open payment.
func (a *ledger) openPayment(e *Entry, payment Payment) error {
	if len(a.Payments) >= MaxOpen {
		return fullError{"open payments", MaxOpen}
	}
	i, _ := slices.BinarySearchFunc(a.Payments, payment, func(x, y Payment) int {
		return cmp.Or(cmp.Compare(x.Closes, y.Closes), cmp.Compare(x.Ref, y.Ref))
	})
	a.Payments = slices.Insert(a.Payments, i, payment)
	return nil
}

func (a *ledger) hold(e *Entry) error {
	i := slices.IndexFunc(a.Holds, func(h Hold) bool { return h.Ref == e.Ref })
	if i < 0 {
		if len(a.Holds) >= MaxOpen {
			return fullError{"open holds", MaxOpen}
		}
		hold := Hold{Ref: e.Ref, Sale: e.Sale, To: e.Then, Reward: e.Other, Partner: e.Partner, Ends: e.Ends}
		i, _ = slices.BinarySearchFunc(a.Holds, hold, func(x, y Hold) int {
			return cmp.Or(x.Ends.Compare(y.Ends), cmp.Compare(x.Ref, y.Ref))
		})
		a.Holds = slices.Insert(a.Holds, i, hold)
	}
	a.Holds[i].Parts = with(a.Holds[i].Parts, e.part())
	return nil
}

// with appends to a slice that earlier states share: their capacity is not used.
func with(parts []Part, one Part) []Part { return append(parts[:len(parts):len(parts)], one) }

// unhold captures or releases a part of a hold; a hold without open parts is gone.
func (a *ledger) unhold(e *Entry) error {
	i := slices.IndexFunc(a.Holds, func(h Hold) bool { return h.Ref == e.Ref })
	if i < 0 {
		return broken(e, "there is no such hold")
	}
	parts, err := back(a.Holds[i].Parts, e)
	if err != nil {
		return err
	}
	a.Holds[i].Parts = parts
	if !slices.ContainsFunc(parts, func(p Part) bool { return p.Back < p.Points }) {
		a.Holds = slices.Delete(a.Holds, i, i+1)
	}
	return nil
}

func (a *ledger) unpay(e *Entry) error {
	i := slices.IndexFunc(a.Payments, func(p Payment) bool { return p.Ref == e.Other })
	if i < 0 {
		return broken(e, "there is no open payment %q", e.Other)
	}
	parts, err := back(a.Payments[i].Parts, e)
	a.Payments[i].Parts = parts
	return err
}

// back gives back points of the part that an entry names.
func back(parts []Part, e *Entry) ([]Part, error) {
	parts = slices.Clone(parts) // shared with earlier states
	left := e.Points
	for i := range parts {
		if parts[i].lot().order(e.lot()) == 0 {
			n := min(left, parts[i].Points-parts[i].Back)
			parts[i].Back += n
			left -= n
		}
	}
	if left > 0 {
		return parts, broken(e, "gives back %d points more than lot %d gave", left, e.Lot)
	}
	return parts, nil
}
