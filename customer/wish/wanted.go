package wish

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

// Wanted is something that a customer would buy if it were there.
type Wanted struct { //nolint:recvcheck // a value to its users; read in place by our own
	Ref      string        `json:"ref"` // of the command that booked it
	At       time.Time     `json:"at"`  // since when she waits: of one that took the place of another, since that one
	By       string        `json:"by"`
	Product  string        `json:"product"`          // the model, by the host's ID
	Family   string        `json:"family,omitempty"` // among whose models there are alternatives: "notebooks"
	Variant  []Attribute   `json:"variant,omitempty"`
	Quantity int64         `json:"quantity"`            // pieces
	MaxMinor int64         `json:"max_minor,omitempty"` // the most that she pays for a piece; 0: she has not said
	Channel  string        `json:"channel,omitempty"`   // over which she wants to be told; empty: she does not
	Note     string        `json:"note,omitempty"`
	Until    customer.Date `json:"until"` // the first day on which it no longer holds

	Told    Told      `json:"told,omitzero"`
	Bounced int       `json:"bounced,omitempty"` // how many notices did not reach her
	Bought  int64     `json:"bought,omitempty"`  // pieces
	Ended   time.Time `json:"ended,omitzero"`    // since when it is bought or withdrawn; zero: neither
	As      Standing  `json:"as,omitzero"`       // of one that has ended: bought or withdrawn
	Why     string    `json:"why,omitempty"`     // it was withdrawn
}

// Told is the notice that a customer was given of her wish.
type Told struct {
	Ref  string        `json:"ref"`
	At   time.Time     `json:"at"`
	By   string        `json:"by"`
	With []string      `json:"with"` // the articles that were named: the first is the one she wished for, or the nearest
	Kept customer.Date `json:"kept"` // the first day on which they are no longer kept for her
}

// Standing is how a wish stands on a day.
type Standing uint8

// The standings. Their texts are format.
const (
	Waits     Standing = iota + 1 // for goods to come
	Notified                      // she was told that they have
	Bought                        // she has them, or took something else instead
	Withdrawn                     // she wants them no more, or another wish took its place
	Expired                       // it was not fulfilled in time

	lastStanding = Expired
)

// String returns the stored text.
func (s Standing) String() string {
	switch s {
	case Waits:
		return "waits"
	case Notified:
		return "notified"
	case Bought:
		return "bought"
	case Withdrawn:
		return "withdrawn"
	case Expired:
		return "expired"
	}
	return "standing " + strconv.Itoa(int(s))
}

// MarshalText writes the stored text; anything else is an error.
func (s Standing) MarshalText() ([]byte, error) {
	return customer.WriteStored("wish", s, lastStanding)
}

// UnmarshalText reads what MarshalText wrote.
func (s *Standing) UnmarshalText(text []byte) error {
	return customer.ReadStored("wish", "standing", s, lastStanding, text)
}

// Standing returns how the wish stands on a day, by all that was booked: that it has expired is
// nowhere booked, but computed here.
func (w Wanted) Standing(on customer.Date) Standing { return w.on(on) }

func (w *Wanted) on(day customer.Date) Standing {
	switch {
	case w.As != 0:
		return w.As
	case day >= w.Until:
		return Expired
	case !w.Told.At.IsZero():
		return Notified
	}
	return Waits
}

// past is how a wish may be known to have ended at an instant without the zone of a book: bought,
// withdrawn, or expired even where the day begins last.
func past(at time.Time) func(*Wanted) bool {
	day := customer.DateOf(at, time.UTC)
	return func(w *Wanted) bool { return w.As != 0 || w.Until < day }
}

// left is how many pieces she still wants.
func (w *Wanted) left() int64 { return w.Quantity - w.Bought }

// OpenWishes returns those that have neither ended nor expired on a day, those of which she was told
// too, in booking order.
func (m Memory) OpenWishes(on customer.Date) []Wanted {
	var all []Wanted
	for i := range m.Wishes {
		if standing := m.Wishes[i].on(on); standing == Waits || standing == Notified {
			all = append(all, m.Wishes[i])
		}
	}
	return all
}

// maxWishRef leaves room for what is put behind the reference of a wish in that of its notice.
const maxWishRef = 200

// Want says that a customer would buy something if it were there. Its reference, of at most 200
// bytes, is what the wish is known by.
//
// A wish is changed (she waits longer, or would take it in black, or pays more) by another that takes
// its place: that one keeps her turn, if it is for the same product.
type Want struct {
	journal.Step `json:"-"`

	Product  string        `json:"product"`
	Family   string        `json:"family,omitempty"`    // absent: there are no alternatives
	Variant  []Attribute   `json:"variant,omitempty"`   // each name once: white, 13 inches; 50 at most
	Quantity int64         `json:"quantity"`            // 1 to 10000 pieces
	MaxMinor int64         `json:"max_minor,omitempty"` // the most that she pays for a piece; absent: she has not said
	Channel  string        `json:"channel,omitempty"`   // over which she wants to be told; absent: she does not
	Note     string        `json:"note,omitempty"`
	Until    customer.Date `json:"until"`             // the first day on which it no longer holds; absent from a command: as the rules say
	Instead  string        `json:"instead,omitempty"` // the open wish whose place it takes
}

func (Want) kind() string { return "want" }

// Canonical writes the command in canonical form.
func (x Want) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Text("product", x.Product)
	c.Text("family", x.Family)
	writeAttributes(c, "variant", x.Variant)
	c.Int("quantity", x.Quantity)
	c.Int("max_minor", x.MaxMinor)
	c.Text("channel", x.Channel)
	c.Text("note", x.Note)
	c.Date("until", x.Until)
	c.Text("instead", x.Instead)
}

func (x Want) check(faults *customer.Faults) {
	faults.Name("product", x.Product)
	faults.Text("family", x.Family)
	checkAttributes(faults, "variant", x.Variant)
	for i := range x.Variant[:min(len(x.Variant), maxAttributes)] {
		if slices.ContainsFunc(x.Variant[:i], func(a Attribute) bool { return a.Name == x.Variant[i].Name }) {
			faults.Add(fmt.Sprintf("variant[%d].name", i), x.Variant[i].Name, ruleOnce)
		}
	}
	checkQuantity(faults, x.Quantity)
	checkMinor(faults, "max_minor", x.MaxMinor)
	faults.Text("channel", x.Channel)
	faults.Note("note", x.Note)
	checkDay(faults, "until", x.Until)
	faults.Text("instead", x.Instead)
}

func checkQuantity(faults *customer.Faults, quantity int64) {
	if quantity < 1 || quantity > maxQuantity {
		faults.Add("quantity", quantity, "is 1 to 10000")
	}
}

func (x Want) stored(faults *customer.Faults) {
	x.check(faults)
	needDay(faults, "until", x.Until)
}

func (x Want) apply(g *ground, e *Entry) error {
	if g.wish(e.Ref) >= 0 {
		return errThere
	}
	if len(e.Ref) > maxWishRef {
		return errLongRef
	}
	since := e.At
	if x.Instead != "" {
		old, err := g.asking(x.Instead)
		if err != nil {
			return err
		}
		if !old.Told.At.IsZero() {
			return errTold
		}
		if old.Product == x.Product {
			since = old.At
		}
		old.Ended, old.As = e.At, Withdrawn
	}
	all := mine(&g.ownWishes, &g.Wishes)
	makeRoom(all, past(e.At))
	*all = append(*all, Wanted{
		Ref: e.Ref, At: since, By: e.By, Product: x.Product, Family: x.Family, Variant: x.Variant, Quantity: x.Quantity, MaxMinor: x.MaxMinor,
		Channel: x.Channel, Note: x.Note, Until: x.Until,
	})
	return nil
}

var (
	errLongRef = fmt.Errorf("the reference of a wish has at most %d bytes", maxWishRef)
	errTold    = errors.New("she was told of it before")
	errTooMany = errors.New("more is bought than was wished for")
)

// Want books a wish.
func (b *Book) Want(m Memory, x Want) (Decision, error) {
	step := x.Take()
	d, err := b.begin(m, step, func(faults *customer.Faults) {
		if len(step.Ref) > maxWishRef {
			faults.Add("ref", step.Ref, "has at most 200 bytes")
		}
		x.check(faults)
		b.noMoney(faults, "max_minor", x.MaxMinor)
		if x.Until.Valid() && x.Until <= b.Day(step.At) {
			faults.Add("until", x.Until, "is a day after that of the command, or absent")
		}
	})
	if err != nil {
		return Decision{}, err
	}
	x.Variant = slices.Clone(x.Variant) // the entry keeps it
	today := b.Day(d.At)
	last := later(today, b.rules.Wishes.Days)
	switch {
	case b.rules.Wishes.Days == 0:
		d.Miss(customer.Reason{Code: CodeWishNone})
	case x.Until == 0:
		x.Until = last
	case x.Until > last:
		d.Miss(customer.Reason{Code: CodeWishLong, Fact: int64(x.Until - today), Mark: int64(last - today), Unit: customer.UnitDays, By: last})
	}
	if m.wish(d.Ref) >= 0 {
		d.Miss(customer.Reason{Code: CodeWishThere, Of: d.Ref})
	}
	if x.Instead != "" {
		b.untold(d, b.wanted(d, &m, x.Instead))
	} else if _, full := spare(m.Wishes, past(d.At)); full {
		d.Miss(customer.Reason{Code: CodeFull, Of: "wishes", Mark: MaxList})
	}
	d.Post(x, customer.Reason{Code: CodeWishUntil, Of: x.Product, By: x.Until})
	return d.Decision()
}

// untold notes what is missing where somebody was told of a wish.
func (b *Book) untold(d *draft, w *Wanted) {
	if w != nil && !w.Told.At.IsZero() {
		d.Miss(customer.Reason{Code: CodeWishTold, Of: w.Ref, At: w.Told.At})
	}
}

// wanted returns a wish that is open on the day of the command, and notes what is missing unless it
// is.
func (b *Book) wanted(d *draft, m *Memory, ref string) *Wanted {
	place := m.wish(ref)
	if place < 0 {
		d.Miss(customer.Reason{Code: CodeWishUnknown, Of: ref})
		return nil
	}
	w := &m.Wishes[place]
	if because, over := b.over(w, b.Day(d.At)); over {
		d.Miss(because)
	}
	return w
}

// over says why a wish is no longer open, if so.
func (b *Book) over(w *Wanted, on customer.Date) (because customer.Reason, over bool) {
	switch w.on(on) {
	case Bought:
		return customer.Reason{Code: CodeWishBought, Of: w.Ref, At: w.Ended}, true
	case Withdrawn:
		return customer.Reason{Code: CodeWishWithdrawn, Of: w.Ref, At: w.Ended}, true
	case Expired:
		return customer.Reason{Code: CodeWishExpired, Of: w.Ref, By: w.Until}, true
	case Waits, Notified:
	}
	return customer.Reason{}, false
}

// asking returns a wish that has not ended and may be changed in place.
func (g *ground) asking(ref string) (*Wanted, error) {
	place := g.wish(ref)
	if place < 0 {
		return nil, errUnknown
	}
	if g.Wishes[place].As != 0 {
		return nil, errEnded
	}
	return &(*mine(&g.ownWishes, &g.Wishes))[place], nil
}

// MaxAlternatives is how many of other models a notice names beside the one that was wished for.
const MaxAlternatives = 2

// Tell says that a customer is told that what she wished for has come. It is booked before anything
// is sent: whoever gets the answer "booked" sends, and nobody else does. [Notice.Tell] makes it.
type Tell struct {
	journal.Step `json:"-"`

	Wish string   `json:"wish"`
	With []string `json:"with"` // the articles that are named, by the host's IDs: the one she wished for, or the nearest, first; 3 at most
	// Allowed is the host's fact that she may be told over the channel of the wish at this instant,
	// as package consent answers.
	Allowed bool          `json:"allowed"`
	Kept    customer.Date `json:"kept"` // the first day on which they are no longer kept for her; absent from a command
}

func (Tell) kind() string { return "tell" }

// Canonical writes the command in canonical form.
func (x Tell) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Text("wish", x.Wish)
	c.List("with", len(x.With), func(i int) { c.Text("id", x.With[i]) })
	c.Bool("allowed", x.Allowed)
	c.Date("kept", x.Kept)
}

func (x Tell) check(faults *customer.Faults) {
	faults.Name("wish", x.Wish)
	faults.Names("with", x.With, 1, 1+MaxAlternatives)
}

func (x Tell) stored(faults *customer.Faults) {
	x.check(faults)
	needDay(faults, "kept", x.Kept)
	if !x.Allowed {
		faults.Add("allowed", false, "is true: nobody is told who may not be")
	}
}

func (x Tell) apply(g *ground, e *Entry) error {
	w, err := g.asking(x.Wish)
	if err != nil {
		return err
	}
	if !w.Told.At.IsZero() {
		return errTold
	}
	w.Told = Told{e.Ref, e.At, e.By, x.With, x.Kept}
	return nil
}

// Tell books that a customer is told of a wish: once, and only while it is open and she may be.
func (b *Book) Tell(m Memory, x Tell) (Decision, error) {
	d, err := b.begin(m, x.Take(), func(faults *customer.Faults) {
		x.check(faults)
		left(faults, "kept", x.Kept, x.Kept == 0)
	})
	if err != nil {
		return Decision{}, err
	}
	x.With = slices.Clone(x.With)
	x.Kept = b.kept(d.At)
	if w := b.wanted(d, &m, x.Wish); w != nil {
		b.untold(d, w)
		if w.Channel == "" {
			d.Miss(customer.Reason{Code: CodeWishSilent, Of: w.Ref})
		}
		if !x.Allowed {
			d.Miss(customer.Reason{Code: CodeWishConsent, Of: w.Channel})
		}
	}
	d.Post(x, customer.Reason{Code: CodeWishKept, Of: x.With[0], By: x.Kept})
	return d.Decision()
}

// kept is the first day on which what somebody is told of now is no longer kept for her.
func (b *Book) kept(at time.Time) customer.Date {
	return later(b.Day(at), max(1, b.rules.Wishes.KeptDays))
}

// Bounce says that a notice did not reach the customer: she waits again, at her old turn, and may be
// told anew. It takes back that one notice, however often and however late it comes.
type Bounce struct {
	journal.Step `json:"-"`

	Notice string `json:"notice"` // the reference of its Tell
	Why    string `json:"why,omitempty"`
}

func (Bounce) kind() string { return "bounce" }

// Canonical writes the command in canonical form.
func (x Bounce) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Text("notice", x.Notice)
	c.Text("why", x.Why)
}

func (x Bounce) stored(faults *customer.Faults) {
	faults.Name("notice", x.Notice)
	faults.Note("why", x.Why)
}

func (x Bounce) apply(g *ground, _ *Entry) error {
	w, err := g.asking(g.told(x.Notice))
	if err == nil {
		w.Told = Told{}
		w.Bounced++
	}
	return err
}

// told is the wish of which somebody was told by a notice that stands; empty: there is none.
func (m *Memory) told(notice string) string {
	for i := range m.Wishes {
		if m.Wishes[i].Told.Ref == notice {
			return m.Wishes[i].Ref
		}
	}
	return ""
}

// Bounce books that a notice did not reach her.
func (b *Book) Bounce(m Memory, x Bounce) (Decision, error) {
	d, err := b.begin(m, x.Take(), x.stored)
	if err != nil {
		return Decision{}, err
	}
	if wish := m.told(x.Notice); wish != "" {
		b.wanted(d, &m, wish)
	} else {
		d.Miss(customer.Reason{Code: CodeWishNotTold, Of: x.Notice})
	}
	d.Post(x)
	return d.Decision()
}

// Buy says what a customer bought. Wishes for that product whose variant it has are fulfilled by it,
// the oldest first; so is one that she says it stands in for. That ends them, and nobody is told of
// them any more.
//
// Goods that she brings back open no wish again: mostly they were not what she wished for. If she
// still wants them she says so, and that is a new wish with a turn of its own.
type Buy struct {
	journal.Step `json:"-"`

	SKU      string      `json:"sku"`
	Product  string      `json:"product"`
	Has      []Attribute `json:"has,omitempty"`
	Quantity int64       `json:"quantity"`
	Instead  string      `json:"instead,omitempty"` // the wish that it stands in for, if she says so, whatever it is
	Fills    []Filled    `json:"fills"`             // absent from a command
}

// Filled is a wish that a purchase fulfilled, and by how many pieces.
type Filled struct {
	Wish   string `json:"wish"`
	Pieces int64  `json:"pieces"`
}

func (Buy) kind() string { return "buy" }

// Canonical writes the command in canonical form.
func (x Buy) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Text("sku", x.SKU)
	c.Text("product", x.Product)
	writeAttributes(c, "has", x.Has)
	c.Int("quantity", x.Quantity)
	c.Text("instead", x.Instead)
	c.List("fills", len(x.Fills), func(i int) {
		c.Text("wish", x.Fills[i].Wish)
		c.Int("pieces", x.Fills[i].Pieces)
	})
}

func (x Buy) check(faults *customer.Faults) {
	faults.Name("sku", x.SKU)
	faults.Name("product", x.Product)
	checkAttributes(faults, "has", x.Has)
	checkQuantity(faults, x.Quantity)
	faults.Text("instead", x.Instead)
}

func (x Buy) stored(faults *customer.Faults) {
	x.check(faults)
	faults.Within("fills", len(x.Fills), 1, MaxList)
	for i := range x.Fills[:min(len(x.Fills), MaxList)] {
		if fill := &x.Fills[i]; fill.Pieces < 1 || fill.Pieces > maxQuantity {
			faults.Add(fmt.Sprintf("fills[%d].pieces", i), fill.Pieces, "is 1 to 10000")
		}
	}
}

func (x Buy) apply(g *ground, e *Entry) error {
	for _, fill := range x.Fills {
		w, err := g.asking(fill.Wish)
		if err != nil {
			return err
		}
		if fill.Pieces > w.left() {
			return errTooMany
		}
		if w.Bought += fill.Pieces; w.left() == 0 {
			w.Ended, w.As = e.At, Bought
		}
	}
	return nil
}

// Buy books a purchase, as far as it fulfils wishes that were open at its instant. One that fulfils
// none changes nothing.
func (b *Book) Buy(m Memory, x Buy) (Decision, error) {
	d, err := b.begin(m, x.Take(), func(faults *customer.Faults) {
		x.check(faults)
		left(faults, "fills", len(x.Fills), len(x.Fills) == 0)
	})
	if err != nil {
		return Decision{}, err
	}
	x.Has = slices.Clone(x.Has)
	if x.Instead != "" {
		if w := b.wanted(d, &m, x.Instead); w != nil {
			x.Fills = []Filled{{w.Ref, w.left()}}
		}
	} else {
		x.Fills = b.fills(d, &m, &x)
	}
	if len(x.Fills) > 0 {
		d.Post(x)
	}
	for _, fill := range x.Fills {
		d.Why(customer.Reason{Code: CodeWishFilled, Of: fill.Wish, Fact: fill.Pieces, Mark: m.Wishes[m.wish(fill.Wish)].left()})
	}
	return d.Decision()
}

// fills returns what a purchase fulfils, the oldest wish first.
func (b *Book) fills(d *draft, m *Memory, x *Buy) []Filled {
	var open []*Wanted
	for i := range m.Wishes {
		w := &m.Wishes[i]
		if _, over := b.over(w, b.Day(d.At)); !over && !w.At.After(d.At) && w.Product == x.Product && has(x.Has, w.Variant) {
			open = append(open, w)
		}
	}
	slices.SortStableFunc(open, func(a, b *Wanted) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Ref, b.Ref)) })
	var all []Filled
	for rest := x.Quantity; len(open) > 0 && rest > 0; open = open[1:] {
		pieces := min(rest, open[0].left())
		all = append(all, Filled{open[0].Ref, pieces})
		rest -= pieces
	}
	return all
}

// Withdraw says that a customer no longer wants something.
type Withdraw struct {
	journal.Step `json:"-"`

	Wish string `json:"wish"`
	Why  string `json:"why,omitempty"`
}

func (Withdraw) kind() string { return "withdraw" }

// Canonical writes the command in canonical form.
func (x Withdraw) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Text("wish", x.Wish)
	c.Text("why", x.Why)
}

func (x Withdraw) stored(faults *customer.Faults) {
	faults.Name("wish", x.Wish)
	faults.Note("why", x.Why)
}

func (x Withdraw) apply(g *ground, e *Entry) error {
	w, err := g.asking(x.Wish)
	if err == nil {
		w.Ended, w.As, w.Why = e.At, Withdrawn, x.Why
	}
	return err
}

// Withdraw books that she no longer wants it.
func (b *Book) Withdraw(m Memory, x Withdraw) (Decision, error) {
	d, err := b.begin(m, x.Take(), x.stored)
	if err != nil {
		return Decision{}, err
	}
	b.wanted(d, &m, x.Wish)
	d.Post(x)
	return d.Decision()
}
