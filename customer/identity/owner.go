package identity

import (
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
)

// Owned says who of the staff a customer belongs to, from the first to the last of some days.
type Owned struct {
	Owner   string        `json:"owner,omitempty"` // empty: nobody
	From    customer.Date `json:"from"`
	LastDay customer.Date `json:"last_day,omitzero"` // zero: until further notice
	At      time.Time     `json:"at"`
	By      string        `json:"by"`
}

// Owner returns who a customer belongs to on a day: of the rows that hold on that day, the one that was
// told last. Whoever stands in for a colleague for two weeks is told last, and after them the colleague
// has her back.
func (r Record) Owner(on customer.Date) (Owned, bool) { return r.owner(on) }

func (r *Record) owner(on customer.Date) (Owned, bool) {
	for i := len(r.Owners) - 1; i >= 0; i-- {
		one := r.Owners[i]
		if one.From <= on && (one.LastDay == 0 || on <= one.LastDay) {
			return one, one.Owner != ""
		}
	}
	return Owned{}, false
}

// Assign says who of the staff a customer belongs to: by name, so that she need not ask for "somebody".
type Assign struct {
	journal.Step `json:"-"`

	Owner   string        `json:"owner,omitempty"`   // by the host's ID; empty: nobody
	From    customer.Date `json:"from,omitzero"`     // zero: the day of the command
	LastDay customer.Date `json:"last_day,omitzero"` // zero: until further notice
}

func (Assign) kind() string { return "assign" }

// Canonical writes the command in canonical form.
func (x Assign) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Text("owner", x.Owner)
	c.Date("from", x.From)
	c.Date("last_day", x.LastDay)
}

func (x Assign) check(faults *customer.Faults) {
	faults.Text("owner", x.Owner)
	faults.Day("from", x.From)
	faults.Day("last_day", x.LastDay)
	if x.From != 0 && x.LastDay != 0 && x.LastDay < x.From {
		faults.Add("last_day", x.LastDay, "is not before from")
	}
}

// Assign gives a customer an owner with a command.
func (g *Register) Assign(r Record, x Assign) (Decision, error) {
	d, err := g.begin(r, x.Take(), x.check)
	if err != nil {
		return Decision{}, err
	}
	if x.From == 0 {
		x.From = g.Day(d.At)
	}
	if x.LastDay != 0 && x.LastDay < x.From {
		d.Miss(customer.Reason{Code: CodePast, Of: x.Owner, On: x.From, By: x.LastDay})
	}
	missFull(d, "owners", len(r.Owners)+1, MaxOwned)
	d.Post(x)
	return d.Decision()
}

func (x Assign) apply(r *ground, e *Entry) error {
	if err := r.room("owners", len(r.Owners)+1, MaxOwned); err != nil {
		return err
	}
	rows := mine(r, ofOwners, &r.Owners)
	*rows = append(*rows, Owned{x.Owner, x.From, x.LastDay, e.At, e.By})
	return nil
}

// Handling is how a customer is to be served when she calls or walks in.
type Handling struct {
	Class      string
	KeyAccount bool
	Owner      string // who of the staff she belongs to; empty: nobody
	Bypass     bool   // she does not wait in the queue
	Detailed   bool   // reports on her go into detail
	Reasons    []customer.Reason
}

// Handling says how a customer is to be served at an instant, and why.
func (g *Register) Handling(r Record, at time.Time) Handling {
	if g.none() {
		return Handling{}
	}
	on := g.Day(at)
	classed := r.class(on)
	h := Handling{Class: classed.Class, KeyAccount: classed.KeyAccount}
	why := func(code, of string, until customer.Date) {
		h.Reasons = append(h.Reasons, customer.Reason{Code: code, Rule: g.rules.Name(), Of: of, On: on, By: until})
	}
	var class Service
	if one := g.classes[classed.Class]; one != nil {
		class = one.Service
	}
	var key Service
	if classed.KeyAccount {
		key = g.rules.KeyAccounts
		why(CodeKeyAccount, classed.Class, 0)
	}
	if owned, is := r.owner(on); is {
		h.Owner = owned.Owner
		why(CodeOwner, owned.Owner, owned.LastDay)
	}
	if h.Bypass = class.Bypass || key.Bypass; h.Bypass {
		why(CodeBypass, classed.Class, 0)
	}
	if h.Detailed = class.Detailed || key.Detailed; h.Detailed {
		why(CodeDetailed, classed.Class, 0)
	}
	return h
}
