package caller

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/warranty"
)

// Bounds of parts.
const (
	MaxRows    = 10_000            // of a part
	MaxMinor   = 1_000_000_000_000 // of an amount
	maxOf      = 20
	maxCovers  = 20
	maxService = warranty.MaxRepairs

	maxIdentifiers = 100
	maxBrief       = 80
)

// Part is what one of the host's systems says of a customer, and as of when. The zero Part was not
// supplied: the system did not answer, or there is none. A part without rows that was supplied says
// that there are none. The two are never shown alike.
type Part[T any] struct {
	AsOf time.Time `json:"as_of,omitzero"`
	Rows []T       `json:"rows,omitempty"`
}

// Supplied returns a part with the rows that a system has of a customer, be it none.
func Supplied[T any](asOf time.Time, rows ...T) Part[T] { return Part[T]{asOf, rows} }

// Supplied reports whether the part was supplied.
func (p Part[T]) Supplied() bool { return !p.AsOf.IsZero() }

// Parts is what a view is made of. The host reads it from its systems at the same time, as far as
// they answer; the view says which did not.
type Parts struct {
	Who Who `json:"who"`

	Orders    Part[Order]      `json:"orders,omitzero"` // those that are not closed
	Cases     Part[Case]       `json:"cases,omitzero"`  // those that are not closed
	Products  Part[Product]    `json:"products,omitzero"`
	Money     Part[Receivable] `json:"money,omitzero"` // what is not paid
	Credit    Credit           `json:"credit,omitzero"`
	Promises  Part[Promise]    `json:"promises,omitzero"` // those that are neither kept nor given up
	Wishes    Part[Wish]       `json:"wishes,omitzero"`   // those that are open
	Quotes    Part[Quote]      `json:"quotes,omitzero"`
	Contacts  Part[Contact]    `json:"contacts,omitzero"`
	Purchases Part[Purchase]   `json:"purchases,omitzero"`
	Consents  Part[Consent]    `json:"consents,omitzero"`
}

// Who is who calls: the golden record of the customer, in brief. Printed, it hides all but the ID.
type Who struct {
	Customer    customer.ID  `json:"customer"`
	Name        string       `json:"name,omitempty"`
	Called      string       `json:"called,omitempty"`  // how she is spoken to: "Ms Wang"
	Address     string       `json:"address,omitempty"` // where she lives, so that she need not say where to come
	Identifiers []Identifier `json:"identifiers,omitempty"`
	Class       string       `json:"class,omitempty"`
	KeyAccount  bool         `json:"key_account,omitempty"`
	Bypass      bool         `json:"bypass,omitempty"`   // her calls pass the queue, to her owner where she has one
	Owner       string       `json:"owner,omitempty"`    // of the staff, by the host's own ID
	StandIn     string       `json:"stand_in,omitempty"` // for an owner who is away
	// Sharing is how many customers the identifier by which she was found leads to, with her; 0 and
	// 1: to nobody else.
	Sharing int `json:"sharing,omitempty"`
}

// Identifier is a card, a phone number, an email address of hers. A view shows its last characters.
// Printed, it hides its value.
type Identifier struct {
	Scheme string `json:"scheme"`
	Value  string `json:"value"`
}

// Head is what rows have in common: their reference, what they are about in a few words, and the
// references of other rows that they belong to: a case to an order, a promise to a case. A reference
// stands in a part once. Rows of two parts that have the same one are one matter, of which is told
// once; a host whose tables all count from 1 puts the table's name in front.
type Head struct {
	Ref  string   `json:"ref"`
	What string   `json:"what,omitempty"` // a note at most: where a line has no room, its first 80 characters are shown
	Of   []string `json:"of,omitempty"`   // at most 20
}

func (h *Head) head() *Head { return h }

// brief is what a row is about on a line of its own; its reference, where nobody says.
func (h *Head) brief() string { return cmp.Or(brief(h.What), h.Ref) }

// brief makes a line of a note, of at most 80 characters.
func brief(text string) string {
	if strings.ContainsRune(text, '\n') {
		text = strings.Join(strings.Fields(text), " ")
	}
	if len(text) <= maxBrief {
		return text
	}
	letters := []rune(text)
	if len(letters) <= maxBrief {
		return text
	}
	return string(letters[:maxBrief-1]) + "…"
}

// Order is something that she has ordered and does not have, or not all of it.
type Order struct {
	Head
	Placed     customer.Date `json:"placed"`
	Promised   customer.Date `json:"promised,omitzero"` // the day that she was told
	Stage      string        `json:"stage,omitempty"`   // in the host's words: "assembling"
	Step       int           `json:"step,omitempty"`    // the stage as a number
	Steps      int           `json:"steps,omitempty"`   // of so many; 0: not counted
	Ready      customer.Date `json:"ready,omitzero"`    // since when it waits for her; zero: it does not
	TotalMinor int64         `json:"total_minor,omitempty"`
}

// Case is something that she has asked, or complained of.
type Case struct {
	Head
	Opened   time.Time `json:"opened"`
	Grade    int       `json:"grade,omitempty"` // of a complaint, 1 or more: the higher, the graver; 0: it is none
	With     With      `json:"with"`
	Due      time.Time `json:"due,omitzero"` // when she has been told to have an answer
	Contacts int       `json:"contacts,omitempty"`
}

// Product is something that she owns.
type Product struct {
	Head
	Model  string `json:"model,omitempty"`
	Serial string `json:"serial,omitempty"`
	Where  string `json:"where,omitempty"` // bought, by the host's name of the shop

	Bought    customer.Date `json:"bought"`
	Delivered customer.Date `json:"delivered,omitzero"` // zero: not yet
	Installed customer.Date `json:"installed,omitzero"` // zero: not yet; without installation, when delivered
	Exchanges customer.Days `json:"exchanges,omitempty"`
	Gone      customer.Date `json:"gone,omitzero"` // since when it is hers no more

	Covers  []Cover   `json:"covers,omitempty"`  // what is guaranteed, by the product's own terms
	Service []Service `json:"service,omitempty"` // in any order
}

// Cover is a warranty of a product: the whole machine for a year, its motor for ten.
type Cover struct {
	ID     string          `json:"id"`
	Window warranty.Window `json:"window"`
}

// Service is one time that somebody looked after a product.
type Service struct {
	Ref    string        `json:"ref"`
	What   string        `json:"what,omitempty"`
	From   customer.Date `json:"from"`
	To     customer.Date `json:"to,omitzero"`       // zero: it is not done yet
	AtHome bool          `json:"at_home,omitempty"` // the product stayed with her: these days prolong nothing
	Failed bool          `json:"failed,omitempty"`  // it is no better
}

// Receivable is a bill that is not paid, or not wholly.
type Receivable struct {
	Head
	LeftMinor int64         `json:"left_minor"` // what is left of it; below 0: a credit note
	Due       customer.Date `json:"due"`
}

// Credit is how much she may owe.
type Credit struct {
	Limited    bool  `json:"limited,omitempty"`
	LimitMinor int64 `json:"limit_minor,omitempty"`
}

// Promise is something that somebody of the staff has promised her.
type Promise struct {
	Head
	By  string    `json:"by"`
	Due time.Time `json:"due"`
}

// Wish is something that she waits for.
type Wish struct {
	Head
	Since   customer.Date `json:"since"`
	Arrived customer.Date `json:"arrived,omitzero"`
	Until   customer.Date `json:"until,omitzero"` // the last day that it is kept for her, or wished for
}

// Quote is a price that she was told, in the currency of the rules as all amounts are.
type Quote struct {
	Head
	On        customer.Date `json:"on"`
	By        string        `json:"by,omitempty"`
	EachMinor int64         `json:"each_minor"`
	Until     customer.Date `json:"until,omitzero"` // the last day on which she may accept it; zero: it has none, or she has answered
}

// Contact is something that was said before.
type Contact struct {
	Head
	At      time.Time `json:"at"`
	Channel string    `json:"channel"`
	By      string    `json:"by,omitempty"`
}

// Purchase is a receipt of hers.
type Purchase struct {
	Head
	On        customer.Date `json:"on"`
	Where     string        `json:"where,omitempty"`
	PaidMinor int64         `json:"paid_minor"`
	BackMinor int64         `json:"back_minor,omitempty"` // paid back for returns
}

// Phone is the channel of the consents that are looked at before something is told on a call, where
// the rules name no other.
const Phone = "phone"

// Consent is whether she may be contacted for a purpose over a channel, now.
type Consent struct {
	Purpose string `json:"purpose"`
	Channel string `json:"channel"`
	May     bool   `json:"may,omitempty"`
}

// check notes the faults of the parts, each row by its place.
func (p *Parts) check(faults *customer.Faults) {
	p.Who.check(faults)
	checkPart(faults, Orders, &p.Orders, func(o *Order, f *customer.Faults) {
		o.Head.check(f)
		f.GivenDay("placed", o.Placed)
		f.Day("promised", o.Promised)
		f.Day("ready", o.Ready)
		f.Text("stage", o.Stage)
		f.Within("steps", o.Steps, 0, 1000)
		f.Within("step", o.Step, 0, max(0, o.Steps))
		checkMinor(f, "total_minor", o.TotalMinor)
	})
	checkPart(faults, Cases, &p.Cases, func(c *Case, f *customer.Faults) {
		c.Head.check(f)
		f.Instant("opened", c.Opened)
		f.Within("grade", c.Grade, 0, MaxGrade)
		if c.With < WithUs || c.With > WithOthers {
			f.Add("with", c.With, "is us, customer or others")
		}
		checkInstant(f, "due", c.Due)
		f.Within("contacts", c.Contacts, 0, 1_000_000)
	})
	checkPart(faults, Products, &p.Products, (*Product).check)
	checkPart(faults, Money, &p.Money, func(r *Receivable, f *customer.Faults) {
		r.Head.check(f)
		checkMinor(f, "left_minor", r.LeftMinor)
		f.GivenDay("due", r.Due)
	})
	if p.Credit.LimitMinor < 0 || p.Credit.LimitMinor > MaxMinor || !p.Credit.Limited && p.Credit.LimitMinor != 0 {
		faults.Add("credit.limit_minor", p.Credit.LimitMinor, "is 0 to 1000000000000, and 0 where nothing is limited")
	}
	checkPart(faults, Promises, &p.Promises, func(x *Promise, f *customer.Faults) {
		x.Head.check(f)
		f.Name("by", x.By)
		f.Instant("due", x.Due)
	})
	checkPart(faults, Wishes, &p.Wishes, func(x *Wish, f *customer.Faults) {
		x.Head.check(f)
		f.GivenDay("since", x.Since)
		f.Day("arrived", x.Arrived)
		f.Day("until", x.Until)
	})
	checkPart(faults, Quotes, &p.Quotes, func(q *Quote, f *customer.Faults) {
		q.Head.check(f)
		f.GivenDay("on", q.On)
		f.Text("by", q.By)
		checkMinor(f, "each_minor", q.EachMinor)
		f.Day("until", q.Until)
	})
	checkPart(faults, Contacts, &p.Contacts, func(c *Contact, f *customer.Faults) {
		c.Head.check(f)
		f.Instant("at", c.At)
		f.Name("channel", c.Channel)
		f.Text("by", c.By)
	})
	checkPart(faults, Purchases, &p.Purchases, func(b *Purchase, f *customer.Faults) {
		b.Head.check(f)
		f.GivenDay("on", b.On)
		f.Text("where", b.Where)
		checkMinor(f, "paid_minor", b.PaidMinor)
		checkMinor(f, "back_minor", b.BackMinor)
	})
	said := make(map[Consent]bool, min(len(p.Consents.Rows), MaxRows))
	checkPart(faults, Consents, &p.Consents, func(c *Consent, f *customer.Faults) {
		f.Name("purpose", c.Purpose)
		f.Name("channel", c.Channel)
		about := Consent{Purpose: c.Purpose, Channel: c.Channel}
		if said[about] {
			f.Add("", c.Purpose+", "+c.Channel, "stands in the part once")
		}
		said[about] = true
	})
	if len(*faults) > 0 {
		return // or a part of too many rows would be walked over once more
	}
	checkRefs(faults, Orders, p.Orders.Rows, (*Order).head)
	checkRefs(faults, Cases, p.Cases.Rows, (*Case).head)
	checkRefs(faults, Products, p.Products.Rows, (*Product).head)
	checkRefs(faults, Money, p.Money.Rows, (*Receivable).head)
	checkRefs(faults, Promises, p.Promises.Rows, (*Promise).head)
	checkRefs(faults, Wishes, p.Wishes.Rows, (*Wish).head)
	checkRefs(faults, Quotes, p.Quotes.Rows, (*Quote).head)
	checkRefs(faults, Contacts, p.Contacts.Rows, (*Contact).head)
	checkRefs(faults, Purchases, p.Purchases.Rows, (*Purchase).head)
}

// checkRefs notes references that two rows of a part have.
func checkRefs[T any](faults *customer.Faults, section Section, rows []T, head func(*T) *Head) {
	seen := make(map[string]bool, len(rows))
	for i := range rows {
		ref := head(&rows[i]).Ref
		if ref != "" && seen[ref] {
			faults.Add(fmt.Sprintf("%s.rows[%d].ref", section, i), ref, "stands in the part once")
		}
		seen[ref] = true
	}
}

func checkPart[T any](faults *customer.Faults, section Section, part *Part[T], check func(*T, *customer.Faults)) {
	path := section.String()
	if !part.Supplied() {
		if len(part.Rows) > 0 {
			faults.Add(path+".as_of", part.AsOf, "is the instant that the rows are of")
		}
		return
	}
	faults.Instant(path+".as_of", part.AsOf)
	faults.Within(path+".rows", len(part.Rows), 0, MaxRows)
	var row customer.Faults
	for i := range part.Rows[:min(len(part.Rows), MaxRows)] {
		if check(&part.Rows[i], &row); len(row) > 0 {
			faults.Join(fmt.Sprintf("%s.rows[%d]", path, i), row)
			row = row[:0]
		}
	}
}

// check repeats nothing of what stands there: faults end in logs.
func (w Who) check(faults *customer.Faults) {
	var own customer.Faults
	own.Name("customer", string(w.Customer))
	own.Text("name", w.Name)
	own.Text("called", w.Called)
	own.Text("address", w.Address)
	own.Within("identifiers", len(w.Identifiers), 0, maxIdentifiers)
	for i, held := range w.Identifiers[:min(len(w.Identifiers), maxIdentifiers)] {
		var one customer.Faults
		one.Name("scheme", held.Scheme)
		if one.Text("value", held.Value); len(one) > 0 {
			own.Join(fmt.Sprintf("identifiers[%d]", i), one)
		}
	}
	own.Text("class", w.Class)
	own.Text("owner", w.Owner)
	own.Text("stand_in", w.StandIn)
	if w.StandIn != "" && w.Owner == "" {
		own.Add("stand_in", w.StandIn, "is of a customer who has an owner")
	}
	own.Within("sharing", w.Sharing, 0, MaxRows)
	for i := range own {
		if own[i].Value != "" {
			own[i].Value = hidden
		}
	}
	faults.Join("who", own)
}

func (h *Head) check(faults *customer.Faults) {
	faults.Name("ref", h.Ref)
	faults.Note("what", h.What)
	faults.Names("of", h.Of, 0, maxOf)
}

func (p *Product) check(faults *customer.Faults) {
	p.Head.check(faults)
	faults.Text("model", p.Model)
	faults.Text("serial", p.Serial)
	faults.Text("where", p.Where)
	faults.Day("gone", p.Gone)
	faults.Within("covers", len(p.Covers), 0, maxCovers)
	var one customer.Faults
	join := func(list string, i int) {
		if len(one) > 0 {
			faults.Join(fmt.Sprintf("%s[%d]", list, i), one)
			one = one[:0]
		}
	}
	var window customer.Faults
	for i := range p.Covers[:min(len(p.Covers), maxCovers)] {
		cover := &p.Covers[i]
		one.Name("id", cover.ID)
		if cover.Window.Check(&window); len(window) > 0 {
			one.Join("window", window)
			window = window[:0]
		}
		join("covers", i)
	}
	faults.Within("service", len(p.Service), 0, maxService)
	for i := range p.Service[:min(len(p.Service), maxService)] {
		service := &p.Service[i]
		one.Name("ref", service.Ref)
		one.Text("what", service.What)
		if !service.From.Valid() || service.From < p.Bought {
			one.Add("from", service.From, "is a day, not before the purchase")
		}
		if service.To != 0 && (!service.To.Valid() || service.To < service.From) {
			one.Add("to", service.To, "is a day, not before from, or absent")
		}
		if service.Failed && service.To == 0 {
			one.Add("failed", service.Failed, "is of a service that has ended")
		}
		join("service", i)
	}
	goods := warranty.Goods{Bought: p.Bought, Delivered: p.Delivered, Installed: p.Installed, Exchanges: p.Exchanges}
	goods.Check(faults)
}

func checkInstant(faults *customer.Faults, path string, at time.Time) {
	if !at.IsZero() {
		faults.Instant(path, at)
	}
}

func checkMinor(faults *customer.Faults, path string, minor int64) {
	if minor < -MaxMinor || minor > MaxMinor {
		faults.Add(path, minor, fmt.Sprintf("is %d to %d", int64(-MaxMinor), int64(MaxMinor)))
	}
}
