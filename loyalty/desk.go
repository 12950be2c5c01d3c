package loyalty

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
)

// desk is a decision in the making: an account of its own, and the entries that were
// booked on it. Everything that was due by the instant of the decision is booked first,
// so that a decision never sees points that have lapsed or misses some that have vested.
type desk struct {
	program *Program
	account ledger
	entries []Entry
	reasons []customer.Reason
	at      time.Time
	day     customer.Date
	ref     string
	err     error // the first entry that did not fit: a fault of this package
	more    bool  // more is due than one decision can book
}

// ErrBehind says that more has fallen due than one decision can book beside its own
// matter: Settle books it, in steps, until it decides nothing.
var ErrBehind = errors.New("loyalty: more has fallen due than one decision can book: settle first")

// open begins a decision on a copy of the account.
func (p *Program) open(account Account, at time.Time, ref string) (*desk, error) {
	d, err := p.settled(account, at, ref)
	if err == nil && d.more {
		return nil, ErrBehind
	}
	return d, err
}

// settled begins a decision by booking what is due.
func (p *Program) settled(account Account, at time.Time, ref string) (*desk, error) {
	if err := p.rules.Covers(customer.DateOf(at, p.zone)); err != nil {
		return nil, err
	}
	return p.desk(account, at, ref)
}

// carrying begins a decision about a parcel, which may have been sent under an earlier
// edition and must arrive all the same.
func (p *Program) carrying(account Account, parcel *Parcel) (*desk, error) {
	d, err := p.desk(account, parcel.At, parcel.Ref)
	if err == nil && d.more {
		return nil, ErrBehind
	}
	return d, err
}

func (p *Program) desk(account Account, at time.Time, ref string) (*desk, error) {
	if account.Entries > 0 && account.Digits != p.rules.PointDigits {
		return nil, fmt.Errorf("loyalty: the account counts points with %d decimal places, and %s with %d", account.Digits, p.name, p.rules.PointDigits)
	}
	d := &desk{program: p, account: own(account), at: at, day: customer.DateOf(at, p.zone), ref: ref}
	d.settle()
	return d, d.err
}

// post books an entry. Version, At and Ref are filled in where they are not set.
func (d *desk) post(e Entry) {
	if d.err != nil {
		return
	}
	e.Version, e.Digits = EntryVersion, d.program.rules.PointDigits
	if e.At.IsZero() {
		e.At = d.at
	}
	if e.Ref == "" {
		e.Ref = d.ref
	}
	if e.Rule == "" {
		e.Rule = d.program.name
	}
	if e.Kind == TakenBack {
		d.uncharge(&e)
	}
	if err := d.account.apply(&e); err != nil {
		var full fullError
		if d.err = err; errors.As(err, &full) {
			_, d.err = d.program.refuse(customer.Reason{Code: CodeFull, Fact: full.most, Unit: customer.UnitTimes})
		}
		return
	}
	if d.entries == nil {
		d.entries = make([]Entry, 0, 4)
	}
	d.entries = append(d.entries, e)
}

// uncharge says whose cost falls by points that a sale's return takes: each sponsor's in
// proportion to his part of what the sale gave, in whatever steps they are taken. One
// after the other takes his part of what those before him leave over, so that no point is
// charged twice and no step gives back what another took.
func (d *desk) uncharge(e *Entry) {
	sale, err := d.account.sale(e)
	if err != nil {
		return // apply says so
	}
	e.Partner = sale.Partner
	from, to, of := sale.Taken, sale.Taken+e.Points, sale.Given
	for _, charge := range sale.Charges {
		if charge.Points < 1 || charge.Points > of {
			return // not written here; Traffic says so
		}
		before, after := upTo(charge.Points, from, of), upTo(charge.Points, to, of)
		if after > before {
			e.Charges = append(e.Charges, Charge{To: charge.To, Points: after - before})
		}
		from, to, of = from-before, to-after, of-charge.Points
	}
}

// move books points of a lot from one book to another.
func (d *desk) move(kind Kind, lot Lot, from, to Book, points int64, more Entry) {
	more.Kind, more.From, more.To, more.Points = kind, from, to, points
	more.Lot, more.Earned, more.Until, more.Idle, more.Of = lot.No, lot.Earned, lot.Until, lot.Idle, lot.Of
	d.post(more)
}

// why notes a reason.
func (d *desk) why(reason customer.Reason) {
	if reason.Rule == "" {
		reason.Rule = d.program.name
	}
	d.reasons = append(d.reasons, reason)
}

// decision closes the desk.
func (d *desk) decision() (Decision, error) {
	if d.err != nil {
		return Decision{}, d.err
	}
	if len(d.entries) > journal.MaxEntries {
		return Decision{}, fmt.Errorf("loyalty: %q would take %d entries, over the %d of one decision", d.ref, len(d.entries), journal.MaxEntries)
	}
	return Decision{Entries: d.entries, Next: d.account.Account, Reasons: d.reasons}, nil
}

// refuse is the answer "no" with all that is missing.
func (p *Program) refuse(missing ...customer.Reason) (Decision, error) {
	for i := range missing {
		if missing[i].Rule == "" {
			missing[i].Rule = p.name
		}
	}
	return Decision{}, &customer.Refusal{Rule: missing[0].Rule, Missing: missing}
}

// Settling is the fact of a nightly Settle: under the key "settle:2026-11-25", it is booked
// once for each account.
type Settling struct {
	At time.Time `json:"at"`
}

// Canonical writes the settling for a fingerprint.
func (s Settling) Canonical(c *customer.Canonical) { c.Time("at", s.At) }

// Settle books everything that has become due by an instant: points that vest or lapse,
// holds that run out, sales and payments that close. Every entry carries the instant at
// which its matter fell due, so the result is the same whenever and however often it is
// run. Other decisions settle first by themselves; a nightly run keeps the books of
// those who do not come. One decision books up to journal.MaxEntries entries; an account
// that is further behind is settled by running it again.
func (p *Program) Settle(account Account, at time.Time) (Decision, error) {
	d, err := p.settled(account, at, "settle")
	if err != nil {
		return Decision{}, err
	}
	return d.decision()
}

// settle books what is due, in the order of time.
func (d *desk) settle() {
	for d.err == nil && !d.more && d.settleNext() {
	}
}

// settleNext books what falls due first. On one day, points vest before anything closes
// and before others lapse; a hold runs out at its own instant.
func (d *desk) settleNext() bool {
	a := &d.account
	var next customer.Date // the first day on which something is due
	var book func(*desk, int)
	at := 0
	consider := func(day customer.Date, settle func(*desk, int), i int) {
		if day != 0 && day <= d.day && (next == 0 || day < next) {
			next, book, at = day, settle, i
		}
	}
	if len(a.Pending) > 0 {
		consider(a.Pending[0].Vests, (*desk).vest, 0)
	}
	if len(a.Sales) > 0 {
		consider(a.Sales[0].Closes, (*desk).closeSale, 0)
	}
	for i := range a.Payments {
		payment := &a.Payments[i]
		if payment.Closes == 0 || payment.Closes > d.day {
			break // so do the others
		}
		// A payment stays open with its sale: what comes back gives it back as well.
		if !slices.ContainsFunc(a.Sales, func(s Sale) bool { return s.Ref == payment.Sale }) {
			consider(payment.Closes, (*desk).closePayment, i)
			break
		}
	}
	consider(a.Standing.Until, (*desk).review, 0)
	// Lots with a day of their own stand before the idle ones, which an earlier or later
	// edition of the rules gave: the first of either may be the next to lapse.
	idle, _ := a.find(Lot{Idle: true})
	for _, first := range [2]int{0, idle} {
		for i := first; i < len(a.Lots); i++ {
			if a.Lots[i].Left == 0 {
				continue // all of it is held
			}
			consider(a.Lots[i].lapses(a.IdleUntil), (*desk).lapse, i)
			break // the others of its sort go later
		}
	}
	if len(a.Holds) > 0 && !a.Holds[0].Ends.After(d.at) {
		if ends := a.Holds[0].Ends; next == 0 || ends.Before(next.Start(d.program.zone)) {
			if d.more = d.full(2 * len(a.Holds[0].Parts)); !d.more {
				d.release(a.Holds[0], ends)
			}
			return true
		}
	}
	if book == nil {
		return false
	}
	if d.more = d.full(2); !d.more { // the points, and a debt that they repay
		book(d, at)
	}
	return true
}

// full reports whether a decision has no room for so many more entries.
func (d *desk) full(more int) bool { return len(d.entries)+more > journal.MaxEntries }

func (d *desk) vest(i int) {
	lot := d.account.Pending[i]
	d.move(Vested, lot, Pending, Member, lot.Left, Entry{At: lot.Vests.Start(d.program.zone)})
	d.repay(lot, lot.Vests.Start(d.program.zone))
}

func (d *desk) lapse(i int) {
	lot := d.account.Lots[i]
	until := lot.lapses(d.account.IdleUntil)
	d.move(Lapsed, lot, Member, Expired, lot.Left, Entry{At: until.Start(d.program.zone)})
	d.why(customer.Reason{Code: CodeLapsed, Fact: lot.Left, Unit: customer.UnitPoints, On: until.AddDays(-1)})
}

func (d *desk) closeSale(i int) {
	sale := d.account.Sales[i]
	d.post(Entry{Kind: Closed, At: sale.Closes.Start(d.program.zone), Sale: sale.Ref})
}

func (d *desk) closePayment(i int) {
	payment := d.account.Payments[i]
	d.post(Entry{Kind: Closed, At: payment.Closes.Start(d.program.zone), Ref: payment.Ref})
}

// release lets the rest of a hold go: back to the member, or to expired where the lot
// has gone meanwhile.
func (d *desk) release(hold Hold, at time.Time) {
	day := customer.DateOf(at, d.program.zone)
	for _, part := range hold.Parts {
		points := part.Points - part.Back
		if points == 0 {
			continue
		}
		to := Member
		if part.lot().lapsed(d.account.IdleUntil, day) {
			to = Expired
		}
		d.move(Released, part.lot(), Held, to, points, Entry{At: at, Ref: hold.Ref, Sale: hold.Sale})
		if to == Member {
			d.repay(part.lot(), at) // they may be the very points that a return looked for
		}
	}
}

// lot is the lot that a part was taken from, without its points.
func (p Part) lot() Lot {
	return Lot{No: p.Lot, Earned: p.Earned, Until: p.Until, Idle: p.Idle, Of: p.Of}
}

// repay takes what the member owes out of points that have just come.
func (d *desk) repay(lot Lot, at time.Time) {
	owed := -d.account.Balances.In(Owed)
	if owed <= 0 || d.err != nil {
		return
	}
	if i, found := d.account.find(lot); found {
		if points := min(owed, d.account.Lots[i].Left); points > 0 {
			d.move(Repaid, lot, Member, Owed, points, Entry{At: at})
			d.why(customer.Reason{Code: CodeRepaid, Fact: points, Mark: owed, Unit: customer.UnitPoints})
		}
	}
}

// active extends the life of idle points after activity.
func (d *desk) active() {
	months := d.program.rules.Expiry.IdleMonths
	if months == 0 {
		return
	}
	if until := d.day.AddMonths(months).AddDays(1); until > d.account.IdleUntil {
		d.post(Entry{Kind: Active, Until: until})
	}
}
