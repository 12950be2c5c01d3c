package contact

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
)

// QuoteRules says what holds for prices that are named to a customer.
type QuoteRules struct {
	// TolerancePermille is by how many thousandths of the earlier price a quote may differ from it
	// without an explanation: 0 to 1000; 0: by nothing. Other terms always want one.
	TolerancePermille int `json:"tolerance_permille,omitempty"`
	// FlagUnexplained says that a quote that wants an explanation, or somebody's approval, and has none is
	// given, and flagged until it has. Otherwise it is refused.
	FlagUnexplained bool `json:"flag_unexplained,omitempty"`
	// ApprovePermille is from above how many thousandths somebody else has to approve the exception:
	// TolerancePermille to 1000; 0: never.
	ApprovePermille int      `json:"approve_permille,omitempty"`
	Roles           []string `json:"roles,omitempty"` // who may, in the host's words; none: anybody else
	// ValidDays is for how many days a quote holds that does not say so, beside the day on which it is
	// given: 0 to 3650; 0: it has to say so.
	ValidDays int `json:"valid_days,omitempty"`
	// BindDays is how many days after a quote was over a later one is still held against it: 0 to 3650.
	BindDays int `json:"bind_days,omitempty"`
}

const (
	maxDays  = 3650
	maxRoles = 100
	maxMinor = 1_000_000_000_000 // of a price: ten milliards with two digits
	maxUnits = 1_000_000_000
)

func (q *QuoteRules) check(faults *customer.Faults) {
	faults.Within("tolerance_permille", q.TolerancePermille, 0, 1000)
	if q.ApprovePermille != 0 && (q.ApprovePermille < q.TolerancePermille || q.ApprovePermille > 1000) {
		faults.Add("approve_permille", q.ApprovePermille, "is tolerance_permille to 1000, or absent")
	}
	faults.Names("roles", q.Roles, 0, maxRoles)
	if len(q.Roles) > 0 && q.ApprovePermille == 0 {
		faults.Add("roles", len(q.Roles), "go with approve_permille")
	}
	faults.Within("valid_days", q.ValidDays, 0, maxDays)
	faults.Within("bind_days", q.BindDays, 0, maxDays)
}

// Exception is why a customer is quoted another price or other terms than before.
type Exception struct {
	Why      string `json:"why"`
	Approver string `json:"approver,omitempty"`
	Role     string `json:"role,omitempty"` // in which she approves it
	// Lasting says that it is the price from now on, against which later quotes are held: a new list
	// price. Otherwise these are held against the price before the exception.
	Lasting bool `json:"lasting,omitempty"`
}

func (x *Exception) check(faults *customer.Faults) {
	required(faults, "why", x.Why)
	faults.Text("approver", x.Approver)
	if faults.Text("role", x.Role); x.Role != "" && x.Approver == "" {
		faults.Add("role", x.Role, "goes with an approver")
	}
}

func (x *Exception) canonical(c *customer.Canonical) {
	c.Group("exception", func() {
		c.Text("why", x.Why)
		c.Text("approver", x.Approver)
		c.Text("role", x.Role)
		c.Bool("lasting", x.Lasting)
	})
}

// Terms are for what a price is: they say with which others it can be compared.
type Terms struct {
	Product    string            `json:"product"`
	PriceMinor int64             `json:"price_minor"`          // 1 to 10¹², of one Unit: of so many pieces that it is exact
	Currency   customer.Currency `json:"currency,omitzero"`    // absent in a command: the policy's
	Unit       string            `json:"unit"`                 // "piece", "carton-12"
	MinUnits   int64             `json:"min_units,omitempty"`  // from how many units on; 0: from the first
	Conditions string            `json:"conditions,omitempty"` // "30 days net, delivered"
	LastDay    customer.Date     `json:"last_day,omitzero"`    // on which it may be accepted; absent in a command: as the rules say
	Contact    string            `json:"contact,omitempty"`    // in which it was named
}

func isPrice(minor int64) bool { return minor >= 1 && minor <= maxMinor }

func (x *Terms) check(faults *customer.Faults) {
	faults.Name("product", x.Product)
	if !isPrice(x.PriceMinor) {
		faults.Add("price_minor", x.PriceMinor, "is 1 to 1000000000000 minor units")
	}
	if x.Currency != (customer.Currency{}) {
		faults.Currency("currency", x.Currency)
	}
	faults.Name("unit", x.Unit)
	if x.MinUnits < 0 || x.MinUnits > maxUnits {
		faults.Add("min_units", x.MinUnits, "is 0 to 1000000000")
	}
	note(faults, "conditions", x.Conditions)
	faults.Day("last_day", x.LastDay)
	faults.Text("contact", x.Contact)
}

func (x *Terms) canonical(c *customer.Canonical) {
	c.Text("product", x.Product)
	c.Int("price_minor", x.PriceMinor)
	c.Group("currency", func() {
		c.Text("code", x.Currency.Code)
		c.Int("digits", int64(x.Currency.Digits))
	})
	c.Text("unit", x.Unit)
	c.Int("min_units", x.MinUnits)
	c.Text("conditions", x.Conditions)
	c.Date("last_day", x.LastDay)
	c.Text("contact", x.Contact)
}

// Quoted is a price that was named to a customer, and what has become of it.
type Quoted struct { //nolint:recvcheck // a value; read in place
	Ref string    `json:"ref"` // of the [Quote]
	At  time.Time `json:"at"`
	By  string    `json:"by"`
	// Owner is who answers for it: who named it, until it is given to somebody else.
	Owner string `json:"owner"`
	Terms
	Expires time.Time `json:"expires"` // when its last day is over
	Binds   time.Time `json:"binds"`   // until when a later quote is held against it
	// AnchorMinor is the price from which the tolerance counts: of a quote within the tolerance of the one
	// before it, that one's, so that small steps add up.
	AnchorMinor int64 `json:"anchor_minor"`

	Unexplained bool      `json:"unexplained,omitempty"` // it differs from an earlier one, and nobody has said why
	Approve     bool      `json:"approve,omitempty"`     // by so much that somebody else has to approve it
	Exception   Exception `json:"exception,omitzero"`
	Excepted    time.Time `json:"excepted,omitzero"` // since when it is one

	Answered  time.Time `json:"answered,omitzero"`
	Accepted  bool      `json:"accepted,omitempty"` // of one that was answered; otherwise she declined it
	Withdrawn time.Time `json:"withdrawn,omitzero"`
	Why       string    `json:"why,omitempty"` // it was withdrawn
}

func (x *Quoted) settled() (time.Time, bool) {
	if !x.Withdrawn.IsZero() {
		return x.Withdrawn, true
	}
	return latest(latest(x.Binds, x.Expires), x.Answered), true
}

// Standing says how a quote stands. The zero Standing is none.
type Standing uint8

// How a quote may stand. Their texts are format.
const (
	Open Standing = iota + 1 // she may accept it
	Accepted
	Declined
	Expired
	Withdrawn

	lastStanding = Withdrawn
)

// String returns the stored text.
func (s Standing) String() string {
	switch s {
	case Open:
		return "open"
	case Accepted:
		return "accepted"
	case Declined:
		return "declined"
	case Expired:
		return "expired"
	case Withdrawn:
		return "withdrawn"
	}
	return "standing " + strconv.Itoa(int(s))
}

// MarshalText writes the stored text; anything else is an error.
func (s Standing) MarshalText() ([]byte, error) {
	return customer.WriteStored("contact", s, lastStanding)
}

// UnmarshalText reads what MarshalText wrote.
func (s *Standing) UnmarshalText(text []byte) error {
	return customer.ReadStored("contact", "standing", s, lastStanding, text)
}

// Standing returns how the quote stands at an instant.
func (x Quoted) Standing(at time.Time) Standing {
	switch {
	case !x.Withdrawn.IsZero():
		return Withdrawn
	case !x.Answered.IsZero() && x.Accepted:
		return Accepted
	case !x.Answered.IsZero():
		return Declined
	case !at.Before(x.Expires):
		return Expired
	}
	return Open
}

// Quote names a price to a customer. Its reference names the quote from then on.
type Quote struct {
	journal.Step `json:"-"`

	Terms
	Exception Exception `json:"exception,omitzero"` // why it is another one than before, where it is

	// Left to the policy.
	Expires     time.Time `json:"expires,omitzero"`
	Binds       time.Time `json:"binds,omitzero"`
	AnchorMinor int64     `json:"anchor_minor,omitempty"`
	Unexplained bool      `json:"unexplained,omitempty"`
	Approve     bool      `json:"approve,omitempty"`
}

func (Quote) kind() string { return "quote" }

// Canonical writes the command in canonical form.
func (x Quote) Canonical(c *customer.Canonical) {
	x.Write(c)
	x.Terms.canonical(c)
	x.Exception.canonical(c)
	c.Time("expires", x.Expires)
	c.Time("binds", x.Binds)
	c.Int("anchor_minor", x.AnchorMinor)
	c.Bool("unexplained", x.Unexplained)
	c.Bool("approve", x.Approve)
}

func (x Quote) check(faults *customer.Faults) {
	x.Terms.check(faults)
	if x.Exception != (Exception{}) {
		var part customer.Faults
		x.Exception.check(&part)
		faults.Join("exception", part)
	}
	if x.AnchorMinor != 0 && !isPrice(x.AnchorMinor) {
		faults.Add("anchor_minor", x.AnchorMinor, "is 1 to 1000000000000 minor units, or absent")
	}
}

// Quotes are the quotes of another file that a customer would hold a price against: of a linked
// record, of another company of her group, of her class. They are as [File] has them.
type Quotes struct {
	Customer customer.ID
	Quotes   []Quoted
}

// Quote names a price with a command. The answer tells the last price that was named to the customer
// for the product, whoever did, and what differs: the price, the terms. What is told for another unit
// or from another quantity on cannot be compared, and is said to be so. Where it differs by more than
// the tolerance, it wants an [Exception], and from a larger difference on an approver; without one it is
// refused, or flagged, as the rules say. The refusal names the prices and terms from which it differs.
//
// A quote is held against the last one of each file that was not withdrawn, binds still, and is of the
// same unit and quantity; one that was itself an exception is told, and the price before it counts, where
// that binds still. Small steps within the tolerance add up: they are held against the price from which
// they began. What she was told in another currency is named, and not compared.
//
// The quotes of other files stand beside the command, so it is booked with a closure, also where there
// are none:
//
//	answer, err := journal.Book(ctx, store, id, quote, func(f contact.File, x contact.Quote) (contact.Decision, error) { return policy.Quote(f, x) })
func (p *Policy) Quote(f File, x Quote, others ...Quotes) (Decision, error) {
	d, err := p.begin(&f, x.Take(), func(faults *customer.Faults) {
		x.check(faults)
		left(faults, "expires", x.Expires, x.Expires.IsZero())
		left(faults, "binds", x.Binds, x.Binds.IsZero())
		left(faults, "anchor_minor", x.AnchorMinor, x.AnchorMinor == 0)
		left(faults, "unexplained", x.Unexplained, !x.Unexplained)
		left(faults, "approve", x.Approve, !x.Approve)
		checkOthers(faults, others)
	})
	if err != nil {
		return Decision{}, err
	}
	if p.rules.Currency == (customer.Currency{}) {
		d.Miss(customer.Reason{Code: CodeQuotesNone})
		return d.Decision()
	}
	if f.quote(d.Ref) >= 0 {
		d.Miss(customer.Reason{Code: CodeTaken, Of: d.Ref})
	}
	if x.Currency == (customer.Currency{}) {
		x.Currency = p.rules.Currency
	}
	if x.Currency != p.rules.Currency {
		d.Miss(customer.Reason{Code: CodeQuoteCurrency, Of: x.Currency.Code})
		return d.Decision()
	}
	p.validity(d, &x)
	x.AnchorMinor = x.PriceMinor
	p.compare(d, &f, &x, others)
	if x.Exception.Why != "" && !x.Unexplained {
		x.AnchorMinor = x.PriceMinor
	}
	p.makeRoom(d, &f, quotes, 1)
	d.Post(x)
	return d.Decision()
}

// maxOthers is the most other files that a quote is held against.
const maxOthers = 1000

func checkOthers(faults *customer.Faults, others []Quotes) {
	many(faults, "others", others, maxOthers, func(one *customer.Faults, other *Quotes) {
		one.Name("customer", string(other.Customer))
		one.Within("quotes", len(other.Quotes), 0, MaxRows)
		for i := range other.Quotes[:min(len(other.Quotes), MaxRows)] {
			if row := &other.Quotes[i]; !isPrice(row.PriceMinor) || !isPrice(row.AnchorMinor) {
				one.Add(fmt.Sprintf("quotes[%d]", i), row.Ref, "is of a file: with a price and an anchor")
			}
		}
	})
}

// validity fills in until when a quote may be accepted, and until when it binds.
func (p *Policy) validity(d *draft, x *Quote) {
	on := customer.DateOf(d.At, p.zone)
	switch {
	case x.LastDay == 0 && p.rules.Quotes.ValidDays == 0:
		d.Miss(customer.Reason{Code: CodeQuoteNoDay})
	case x.LastDay == 0:
		x.LastDay = on.AddDays(p.rules.Quotes.ValidDays)
	case x.LastDay < on:
		d.Miss(customer.Reason{Code: CodeQuotePast, On: x.LastDay})
	}
	if !x.LastDay.Valid() {
		x.LastDay = on
	}
	x.Expires = p.over(x.LastDay)
	x.Binds = p.binds(x.LastDay)
}

// binds is until when a quote binds that was over at the end of a day.
func (p *Policy) binds(last customer.Date) time.Time {
	if until := last.AddDays(p.rules.Quotes.BindDays); until.Valid() {
		return p.over(until)
	}
	return p.over(customer.MaxDate)
}

func (x Quote) apply(g *ground, e *Entry) error {
	switch {
	case g.quote(e.Ref) >= 0:
		return errTaken
	case x.LastDay == 0, x.AnchorMinor == 0, x.Expires.IsZero(), x.Binds.IsZero(), x.Currency == (customer.Currency{}):
		return errors.New("a quote says for how long it holds, in which currency, and against which price it is held")
	}
	row := Quoted{
		Ref: e.Ref, At: e.At, By: e.By, Owner: e.By, Terms: x.Terms, Expires: x.Expires, Binds: x.Binds, AnchorMinor: x.AnchorMinor,
		Unexplained: x.Unexplained, Approve: x.Approve, Exception: x.Exception,
	}
	if x.Exception.Why != "" {
		row.Excepted = e.At
	}
	rows := mine(g, ofQuotes, &g.Quotes)
	*rows = append(*rows, row)
	return nil
}

// LastQuotes returns the last quote of each product that was not withdrawn, the newest first: what
// whoever speaks with the customer next has before her eyes. How each stands by then, its Standing
// tells.
func (f File) LastQuotes() []Quoted {
	last := map[string]int{}
	for i := range f.Quotes {
		one := &f.Quotes[i]
		if at, had := last[one.Product]; one.Withdrawn.IsZero() && (!had || !one.At.Before(f.Quotes[at].At)) {
			last[one.Product] = i
		}
	}
	places := make([]int, 0, len(last))
	for _, at := range last {
		places = append(places, at)
	}
	slices.SortFunc(places, func(a, b int) int {
		return cmp.Or(f.Quotes[b].At.Compare(f.Quotes[a].At), cmp.Compare(b, a))
	})
	all := make([]Quoted, len(places))
	for i, at := range places {
		all[i] = f.Quotes[at]
	}
	return all
}

// Unexplained returns the quotes that differ from an earlier one, still hold at an instant, and that
// nobody has explained, or approved where somebody has to, each with its reason.
func (p *Policy) Unexplained(f File, at time.Time) ([]Quoted, []customer.Reason) {
	var all []Quoted
	var why []customer.Reason
	for i := range f.Quotes {
		one := &f.Quotes[i]
		if standing := one.Standing(at); !one.Unexplained || standing != Open && standing != Accepted {
			continue
		}
		all = append(all, *one)
		why = append(why, p.signed(p.flagged(one)))
	}
	return all, why
}

// flagged says of a quote that is to be explained what it lacks.
func (p *Policy) flagged(x *Quoted) customer.Reason {
	reason := customer.Reason{Code: CodeQuoteFlagged, Of: x.Ref, Fact: x.PriceMinor, Unit: customer.UnitMinor, At: p.local(x.At)}
	if x.Exception.Why != "" {
		reason.Code = CodeQuoteUnapproved
	}
	return reason
}
