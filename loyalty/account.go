package loyalty

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// Bounds of an account. What exceeds them is refused.
const (
	MaxPoints = 1 << 50 // in any one posting, in the programme's smallest unit
	MaxLots   = 100_000 // open at a time, pending ones included
	MaxOpen   = 10_000  // sales, payments and holds open at a time, each

	maxBalance = 1 << 60 // of any book, in either direction
)

// ErrBroken says that an entry does not fit the account: its history is not one that
// this package wrote, or not in booking order, or not complete.
var ErrBroken = errors.New("loyalty: the entry does not fit the account")

// Account is what a history of entries leads to. The zero Account is that of somebody
// who has none. It is a value: methods return a new one and never change the slices of
// the one they are called on, and nobody else may.
type Account struct {
	Entries  uint64    `json:"entries"`         // how many led here
	Digits   int32     `json:"digits,omitzero"` // decimal places of points: those of every rule book that may decide on it
	Balances Balances  `json:"balances"`
	Settled  time.Time `json:"settled,omitzero"` // the latest instant up to which anything was settled

	Lots     []Lot     `json:"lots,omitempty"`     // with points to spend or held, in the order of spending
	Pending  []Lot     `json:"pending,omitempty"`  // by the day on which they vest, then number
	Sales    []Sale    `json:"sales,omitempty"`    // of which something can still come back, by closing day, then Ref
	Payments []Payment `json:"payments,omitempty"` // that can still be given back, by closing day, then Ref
	Holds    []Hold    `json:"holds,omitempty"`    // by the instant at which they lapse, then Ref
	Used     []Use     `json:"used,omitempty"`     // of the caps and the events, by rule, then period, then member

	IdleUntil customer.Date `json:"idle_until,omitzero"` // the first day on which idle points are gone
	Purchases int64         `json:"purchases,omitzero"`  // receipts booked, ever

	// What counts towards tiers: by day, as far back as a tier may still ask, then by
	// member; and ever.
	Days     []Day         `json:"days,omitempty"`
	DaysFrom customer.Date `json:"days_from,omitzero"` // the first day that Days reach back to
	Lifetime Figures       `json:"lifetime,omitzero"`
	Joined   customer.Date `json:"joined,omitzero"` // the day from which anniversaries count
	Standing Standing      `json:"standing,omitzero"`
	Grants   []Granted     `json:"grants,omitempty"` // in booking order

	// Members are who shares the account: a household, or cards that were combined. Their
	// numbers, from 1, stay what they are when one leaves; 0 is the account itself.
	Members []Sharer `json:"members,omitempty"`

	Transit []Parcel    `json:"transit,omitempty"` // sent, and neither delivered nor recalled
	Into    customer.ID `json:"into,omitempty"`    // the account that all of this one went into
}

// Sharer is one who shares an account.
type Sharer struct {
	ID       customer.ID   `json:"id"`
	Since    customer.Date `json:"since"`
	Left     customer.Date `json:"left,omitzero"` // the first day without her; zero: she is there
	Lifetime Figures       `json:"lifetime,omitzero"`

	Purchases int64 `json:"purchases,omitzero"`
}

// Lot is points of one origin that share their dates. A debit names the lots that it
// takes from; what is given back goes to the same lot, with its own dates.
type Lot struct {
	No     uint64        `json:"no"` // of the entry that opened it
	Earned customer.Date `json:"earned"`
	Vests  customer.Date `json:"vests,omitzero"` // zero: may be spent
	Until  customer.Date `json:"until,omitzero"` // the first day on which its points are gone; zero: never
	Idle   bool          `json:"idle,omitempty"` // they go with the account's IdleUntil
	Of     uint16        `json:"of,omitzero"`    // the member who brought them; see Account.Members
	Left   int64         `json:"left,omitzero"`
	Held   int64         `json:"held,omitzero"`
}

// Sale is a receipt that something can still come back of, with the figures by which a
// return is settled.
type Sale struct {
	Ref     string        `json:"ref"`
	On      customer.Date `json:"on"`
	Closes  customer.Date `json:"closes"` // the first day on which nothing can come back any more
	Lot     uint64        `json:"lot,omitzero"`
	Given   int64         `json:"given,omitzero"`   // points in all
	Taken   int64         `json:"taken,omitzero"`   // of Given: taken back, owed or forgiven
	Expired int64         `json:"expired,omitzero"` // of Given: lapsed, and not yet Taken
	Lines   []SoldLine    `json:"lines"`
	Partner string        `json:"partner,omitempty"` // in whose shop of the coalition
	Charges []Charge      `json:"charges,omitempty"` // of Given: points that a sponsor bears
	Of      uint16        `json:"of,omitzero"`       // the member who bought; see Account.Members
	Counts  bool          `json:"counts,omitempty"`  // towards tiers
}

// Charge is points whose cost somebody bears: a partner, or a joint debit.
type Charge struct {
	To     string `json:"to"`
	Points int64  `json:"points"`
}

// SoldLine is a line of a Sale. Units are thousandths of its quantity.
type SoldLine struct {
	Units    int64 `json:"units"`
	Returned int64 `json:"returned,omitzero"` // of Units
	Given    int64 `json:"given,omitzero"`    // points earned by the line
	Tender   int64 `json:"tender,omitzero"`   // minor units of the line that were paid with points
	Spend    int64 `json:"spend,omitzero"`    // qualifying minor units: the base
	Profit   int64 `json:"profit,omitzero"`   // minor units: net price of goods less their cost, where that is known
}

// Payment is points that were spent and can still be given back: on a receipt, or for
// a reward.
type Payment struct {
	Ref     string        `json:"ref"`
	Sale    string        `json:"sale,omitempty"`
	To      Book          `json:"to"`                // Redeemed or Partner
	Partner string        `json:"partner,omitempty"` // in whose shop of the coalition
	Closes  customer.Date `json:"closes"`
	Parts   []Part        `json:"parts"` // in the order in which they were taken
}

// Hold is points set aside for a payment under way.
type Hold struct {
	Ref     string    `json:"ref"`
	Sale    string    `json:"sale,omitempty"`
	To      Book      `json:"to"` // where a capture moves them: Redeemed or Partner
	Reward  string    `json:"reward,omitempty"`
	Partner string    `json:"partner,omitempty"` // in whose shop of the coalition
	Ends    time.Time `json:"ends"`
	Parts   []Part    `json:"parts"`
}

// Part is what a payment or a hold took from one lot, whose dates it keeps: the lot may
// be gone when the points come back.
type Part struct {
	Lot    uint64        `json:"lot"`
	Earned customer.Date `json:"earned"`
	Until  customer.Date `json:"until,omitzero"`
	Idle   bool          `json:"idle,omitempty"`
	Of     uint16        `json:"of,omitzero"`
	Points int64         `json:"points"`         // taken
	Back   int64         `json:"back,omitempty"` // of Points: given back, captured or released
}

// Use is how many points a cap has let through in a period.
type Use struct {
	Cap    string        `json:"cap"`
	Period customer.Date `json:"period,omitzero"` // its first day; zero: lifetime
	Of     uint16        `json:"of,omitzero"`     // the member; see Account.Members
	Points int64         `json:"points"`
}

// order is the order of spending: what goes first, then what was earned first, then the
// entry's number.
func (l Lot) order(other Lot) int {
	return cmp.Or(
		cmp.Compare(l.gone(), other.gone()),
		cmp.Compare(l.Earned, other.Earned),
		cmp.Compare(l.No, other.No),
	)
}

// gone is the day for the order of spending. Points that go with idleness stand after
// those with a day of their own and before those that never go.
func (l Lot) gone() customer.Date {
	switch {
	case l.Idle:
		return customer.MaxDate + 1
	case l.Until == 0:
		return customer.MaxDate + 2
	}
	return l.Until
}

// lapses is the first day on which a lot's points are gone; 0: never. idleUntil is the
// account's IdleUntil.
func (l Lot) lapses(idleUntil customer.Date) customer.Date {
	if l.Idle {
		return idleUntil
	}
	return l.Until
}

// lapsed reports whether the points of a lot are gone on a day.
func (l Lot) lapsed(idleUntil, day customer.Date) bool {
	until := l.lapses(idleUntil)
	return until != 0 && until <= day
}

// Apply returns the account after more entries, in booking order. It knows only what no
// history may break: books that do not go below zero, lots that exist, numbers that
// follow each other. An entry that does not fit is ErrBroken, and then the account is
// the one before all of them.
func (a Account) Apply(entries ...Entry) (Account, error) {
	next := own(a)
	for i := range entries {
		if err := next.apply(&entries[i]); err != nil {
			return a, err
		}
	}
	return next.Account, nil
}

// Replay returns the account that a whole history leads to.
func Replay(entries []Entry) (Account, error) {
	var all ledger
	for i := range entries {
		if err := all.apply(&entries[i]); err != nil {
			return Account{}, err
		}
	}
	return all.Account, nil
}

// ledger is an account that may be changed in place: nobody else has its slices.
type ledger struct{ Account }

// own returns a copy of an account whose slices may be changed. The slices inside sales,
// payments and holds are still shared: whoever changes one copies that one.
func own(a Account) ledger {
	a.Lots = grown(a.Lots)
	a.Pending = grown(a.Pending)
	a.Sales = grown(a.Sales)
	a.Payments = grown(a.Payments)
	a.Holds = grown(a.Holds)
	a.Used = grown(a.Used)
	a.Days = grown(a.Days)
	a.Grants = grown(a.Grants)
	a.Members = grown(a.Members)
	a.Transit = grown(a.Transit)
	return ledger{a}
}

// grown copies a slice with room for what one decision usually adds.
func grown[T any](from []T) []T {
	if len(from) == 0 {
		return nil
	}
	to := make([]T, len(from)+2)
	copy(to, from)
	return to[:len(from)]
}

// fullError says that an account has no room for one more of something: ErrBroken in a
// history, and a refusal in a decision.
type fullError struct {
	what string
	most int64
}

func (f fullError) Error() string {
	return fmt.Sprintf("%v: the account is full: it has %d %s", ErrBroken, f.most, f.what)
}

func (f fullError) Is(target error) bool { return target == ErrBroken }

func broken(e *Entry, why string, args ...any) error {
	return fmt.Errorf("%w: %s of %q: %s", ErrBroken, e.Kind, e.Ref, fmt.Sprintf(why, args...))
}

// apply books one entry in place.
func (a *ledger) apply(e *Entry) error {
	switch {
	case e.Version != EntryVersion:
		return broken(e, "format version %d, where %d is known", e.Version, EntryVersion)
	case !e.Kind.posts(e.From, e.To):
		return broken(e, "does not post from %s to %s", e.From, e.To)
	case e.Points < 0 || e.Points > MaxPoints || e.Points == 0 && e.From != 0:
		return broken(e, "%d points", e.Points)
	case a.Entries > 0 && e.Digits != a.Digits:
		return broken(e, "counts points with %d decimal places, and the account with %d", e.Digits, a.Digits)
	case e.From != 0 && min(a.Balances[e.From]-e.Points, -a.Balances[e.To]-e.Points) < -maxBalance:
		return broken(e, "a balance exceeds %d points", int64(maxBalance))
	}
	number := a.Entries + 1
	if err := a.take(e); err != nil {
		return err
	}
	if err := a.put(e, number); err != nil {
		return err
	}
	if err := a.note(e); err != nil {
		return err
	}
	if e.From != 0 {
		a.Balances = a.Balances.after(e)
	}
	a.Entries, a.Digits = number, e.Digits
	if e.At.After(a.Settled) {
		a.Settled = e.At
	}
	return nil
}

// take removes points from the book that they come from.
func (a *ledger) take(e *Entry) error {
	switch e.From {
	case 0, Issued, Owed, InTransit, Moved:
		return nil // these go below zero
	case Pending:
		i := slices.IndexFunc(a.Pending, func(l Lot) bool { return l.No == e.Lot })
		if i < 0 || a.Pending[i].Left < e.Points {
			return broken(e, "lot %d does not have %d points pending", e.Lot, e.Points)
		}
		if a.Pending[i].Left -= e.Points; a.Pending[i].Left == 0 {
			a.Pending = slices.Delete(a.Pending, i, i+1)
		}
	case Member, Held:
		i, found := a.find(e.lot())
		if !found {
			return broken(e, "there is no open lot %d", e.Lot)
		}
		lot := &a.Lots[i]
		from := &lot.Left
		if e.From == Held {
			from = &lot.Held
		}
		if *from < e.Points {
			return broken(e, "lot %d does not have %d points %s", e.Lot, e.Points, e.From)
		}
		*from -= e.Points
		if e.To == Held {
			lot.Held += e.Points // the lot stays, whatever is left
		}
		if lot.Left == 0 && lot.Held == 0 && e.To != Member {
			a.drop(i)
		}
	case Redeemed, Expired, Partner:
		if a.Balances.In(e.From) < e.Points {
			return broken(e, "%s has %d of %d points", e.From, a.Balances.In(e.From), e.Points)
		}
	}
	return nil
}

// drop removes an empty lot. Points are mostly spent from the front, where that moves
// nothing.
func (a *ledger) drop(i int) {
	if i == 0 {
		a.Lots = a.Lots[1:]
		return
	}
	a.Lots = slices.Delete(a.Lots, i, i+1)
}

// lot is the lot that an entry is about, without its points.
func (e *Entry) lot() Lot {
	return Lot{No: e.Lot, Earned: e.Earned, Vests: e.Vests, Until: e.Until, Idle: e.Idle, Of: e.Of}
}

// find returns the place of a lot among those to spend, or where it belongs.
func (a *ledger) find(lot Lot) (int, bool) {
	return slices.BinarySearchFunc(a.Lots, lot, Lot.order)
}

// put adds points to the book that they go to.
func (a *ledger) put(e *Entry, number uint64) error {
	opens := e.From == Issued || e.Kind == Received
	if int(e.Of) > len(a.Members) {
		return broken(e, "there is no member %d", e.Of)
	}
	if e.To != Member && e.To != Pending {
		if e.To == Owed && -a.Balances.In(Owed) < e.Points {
			return broken(e, "%d points are owed, not %d", -a.Balances.In(Owed), e.Points)
		}
		return nil
	}
	// Only what opens something can find the account full: the way out stays open.
	switch {
	case opens && e.Lot != number:
		return broken(e, "opens lot %d as entry %d", e.Lot, number)
	case opens && len(a.Lots)+len(a.Pending) >= MaxLots:
		return fullError{"lots", MaxLots}
	}
	lot := e.lot()
	if e.To == Pending {
		lot.Left = e.Points
		i, _ := slices.BinarySearchFunc(a.Pending, lot, func(x, y Lot) int {
			return cmp.Or(cmp.Compare(x.Vests, y.Vests), cmp.Compare(x.No, y.No))
		})
		a.Pending = slices.Insert(a.Pending, i, lot)
		return nil
	}
	lot.Vests = 0
	i, found := a.find(lot)
	if !found {
		a.Lots = slices.Insert(a.Lots, i, lot)
	}
	a.Lots[i].Left += e.Points
	return nil
}
