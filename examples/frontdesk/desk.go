package main

import (
	"embed"
	"io"
	"strings"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/calendar"
	"github.com/rapport-crm/rapport/customer/caller"
	"github.com/rapport-crm/rapport/customer/consent"
	"github.com/rapport-crm/rapport/customer/contact"
	"github.com/rapport-crm/rapport/customer/identity"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/customer/privacy"
	"github.com/rapport-crm/rapport/customer/profile"
	"github.com/rapport-crm/rapport/customer/task"
	"github.com/rapport-crm/rapport/customer/task/handover"
	"github.com/rapport-crm/rapport/customer/wish"
)

//go:embed rules/*.json
var files embed.FS

// desk is the host: it has the clock, the rule books, the stores, and books of its own.
type desk struct {
	language customer.Language
	words    *strings.Replacer
	zone     *time.Location
	now      time.Time
	out      io.Writer
	failed   error // to write

	register  *identity.Register
	consents  *consent.Policy
	talks     *contact.Policy
	wishes    *wish.Book
	sheet     *profile.Sheet
	screen    *caller.Screen
	staff     *task.Staff
	handovers *handover.Policy
	privacy   *privacy.Policy

	stores
	directory identity.Directory
	bought    *profile.History[customer.ID]

	// What the shop keeps elsewhere: in its till, its workshop, its web shop.
	made     []consent.Contact // contacts with her
	products []caller.Product
	orders   map[customer.ID][]caller.Order
	receipts map[customer.ID][]caller.Purchase
}

// stores are all that the library keeps of customers.
type stores struct {
	records  journal.Mem[customer.ID, identity.Record, identity.Entry]
	said     journal.Mem[customer.ID, consent.Consents, consent.Entry]
	talked   journal.Mem[customer.ID, contact.File, contact.Entry]
	memories journal.Mem[customer.ID, wish.Memory, wish.Entry]
}

// read reads a rule book in the shop's own words.
func read[R any](d *desk, name string, parse func([]byte) (R, error)) (R, error) {
	data, err := files.ReadFile("rules/" + name + ".json")
	if err != nil {
		var none R
		return none, err
	}
	return parse([]byte(d.words.Replace(string(data))))
}

// compile reads a rule book and makes of it what decides.
func compile[R, P any](d *desk, name string, parse func([]byte) (R, error), compile func(R, *time.Location) (P, error)) (P, error) {
	rules, err := read(d, name, parse)
	if err != nil {
		var none P
		return none, err
	}
	return compile(rules, d.zone)
}

func newDesk(language customer.Language) (*desk, error) {
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		return nil, err
	}
	d := &desk{
		language: language, words: words(language), zone: zone,
		orders: map[customer.ID][]caller.Order{}, receipts: map[customer.ID][]caller.Purchase{},
	}
	if d.register, err = compile(d, "identity", identity.ParseRules, func(rules identity.Rules, zone *time.Location) (*identity.Register, error) {
		return identity.New(rules, zone, d.normal)
	}); err != nil {
		return nil, err
	}
	calls, err := compile(d, "calls", calendar.ParseRules, calendar.New)
	if err != nil {
		return nil, err
	}
	if d.consents, err = compile(d, "consent", consent.ParseRules, func(rules consent.Rules, zone *time.Location) (*consent.Policy, error) {
		return consent.New(rules, consent.Calendars{"calls": calls}, zone)
	}); err != nil {
		return nil, err
	}
	if d.talks, err = compile(d, "contact", contact.ParseRules, contact.New); err != nil {
		return nil, err
	}
	if d.wishes, err = compile(d, "wish", wish.ParseRules, wish.New); err != nil {
		return nil, err
	}
	if d.sheet, err = compile(d, "profile", profile.ParseRules, profile.NewSheet); err != nil {
		return nil, err
	}
	d.bought = profile.NewHistory[customer.ID](d.sheet.Basis())
	if d.screen, err = compile(d, "caller", caller.ParseRules, caller.New); err != nil {
		return nil, err
	}
	chart, err := read(d, "staff", task.ParseChart)
	if err != nil {
		return nil, err
	}
	if d.staff, err = task.NewStaff(chart); err != nil {
		return nil, err
	}
	leaving, err := read(d, "handover", handover.ParseRules)
	if err != nil {
		return nil, err
	}
	if d.handovers, err = handover.New(leaving); err != nil {
		return nil, err
	}
	d.privacy, err = compile(d, "privacy", privacy.ParseRules, func(rules privacy.Rules, zone *time.Location) (*privacy.Policy, error) {
		return privacy.New(privacy.Standard(rules), zone)
	})
	return d, err
}

// normal is how the shop reads numbers and names: of a telephone number the digits, with the area
// code of its town where there is none; of a name and an address the small letters.
func (d *desk) normal(scheme, issuer, raw string) (identity.Normal, error) {
	switch scheme {
	case d.word("phone"):
		digits := strings.Map(func(r rune) rune {
			if r < '0' || r > '9' {
				return -1
			}
			return r
		}, raw)
		if len(digits) == 8 {
			digits = "0571" + digits
		}
		return identity.Normal{Value: digits, How: "digits/1"}, nil
	case d.word("email"), "folded name":
		return identity.Normal{Value: strings.ToLower(strings.TrimSpace(raw)), How: "lower/1"}, nil
	}
	return identity.Verbatim(scheme, issuer, raw)
}

// step is what every command has.
func (d *desk) step(ref, by string) journal.Step { return journal.Step{Ref: ref, By: by, At: d.now} }

// today is the day of the shop.
func (d *desk) today() customer.Date { return customer.DateOf(d.now, d.zone) }
