package complaint

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// RemedyKind says what a customer is given. The zero RemedyKind is refused.
type RemedyKind uint8

// The kinds of remedies. Their texts are format.
const (
	RefundRemedy       RemedyKind = iota + 1 // of what she paid
	CreditRemedy                             // on her account
	CompensationRemedy                       // of her loss
	DiscountRemedy                           // off what she owes, or buys next
	PointsRemedy                             // of a loyalty programme
	ReplacementRemedy
	RepairRemedy
	LoanRemedy // of something to go on with
	HelpRemedy
	ApologyRemedy
	ExplanationRemedy
	CorrectionRemedy // of a record, of an entry, of what was said of her
	OtherRemedy

	lastRemedy = OtherRemedy
)

// String returns the stored text.
func (k RemedyKind) String() string {
	switch k {
	case RefundRemedy:
		return "refund"
	case CreditRemedy:
		return "credit"
	case CompensationRemedy:
		return "compensation"
	case DiscountRemedy:
		return "discount"
	case PointsRemedy:
		return "points"
	case ReplacementRemedy:
		return "replacement"
	case RepairRemedy:
		return "repair"
	case LoanRemedy:
		return "loan"
	case HelpRemedy:
		return "help"
	case ApologyRemedy:
		return "apology"
	case ExplanationRemedy:
		return "explanation"
	case CorrectionRemedy:
		return "correction"
	case OtherRemedy:
		return "other"
	}
	return "remedy kind " + strconv.Itoa(int(k))
}

// MarshalText writes the stored text; anything else is an error.
func (k RemedyKind) MarshalText() ([]byte, error) {
	return customer.WriteStored("complaint", k, lastRemedy)
}

// UnmarshalText reads what MarshalText wrote.
func (k *RemedyKind) UnmarshalText(text []byte) error {
	return customer.ReadStored("complaint", "remedy kind", k, lastRemedy, text)
}

// money reports whether the remedy is paid in money, whole or in parts.
func (k RemedyKind) money() bool { return k != 0 && k <= DiscountRemedy }

// Offer is a remedy as it is proposed.
type Offer struct {
	Remedy      string        `json:"remedy"` // the host's ID, unique in the case
	Kind        RemedyKind    `json:"kind"`
	AmountMinor int64         `json:"amount_minor,omitempty"` // what is paid; of what is no money: what it is worth, as far as it makes good what is accepted
	Points      int64         `json:"points,omitempty"`       // of kind points: how many, in the programme's smallest unit
	Item        string        `json:"item,omitempty"`         // what is replaced, repaired, lent
	Due         customer.Date `json:"due,omitzero"`           // the last day for it
	Beneficiary string        `json:"beneficiary,omitempty"`  // who gets it; empty: the customer
	Goodwill    bool          `json:"goodwill,omitempty"`     // it is given beyond what is accepted, and not owed
	Ask         bool          `json:"ask,omitempty"`          // somebody is to approve it even within the limits: of goodwill, where the allowance is used up
	Deviation   string        `json:"deviation,omitempty"`    // that lets it be given
	Once        string        `json:"once,omitempty"`         // what it is given for and can be given for only once: a line of a receipt
	Note        string        `json:"note,omitempty"`
}

func (o *Offer) canonical(c *customer.Canonical) {
	c.Text("remedy", o.Remedy)
	if o.Kind != 0 {
		c.Text("kind", o.Kind.String())
	}
	c.Int("amount_minor", o.AmountMinor)
	c.Int("points", o.Points)
	c.Text("item", o.Item)
	c.Date("due", o.Due)
	c.Text("beneficiary", o.Beneficiary)
	c.Bool("goodwill", o.Goodwill)
	c.Bool("ask", o.Ask)
	c.Text("deviation", o.Deviation)
	c.Text("once", o.Once)
	c.Text("note", o.Note)
}

func (o *Offer) check(faults *customer.Faults) {
	faults.Name("remedy", o.Remedy)
	if o.Kind == 0 || o.Kind > lastRemedy {
		faults.Add("kind", o.Kind, "is a kind of remedy")
	}
	checkMinor(faults, "amount_minor", o.AmountMinor)
	if o.AmountMinor == 0 && (o.Kind.money() || o.Goodwill && o.costs()) {
		faults.Add("amount_minor", o.AmountMinor, "is above 0 for money, and for goodwill of points or things, which counts at its worth")
	}
	if o.Points < 0 || o.Points > MaxMinor || (o.Points > 0) != (o.Kind == PointsRemedy) {
		faults.Add("points", o.Points, "is above 0 for kind points and 0 for others, at most 1000000000000")
	}
	for _, text := range [...][2]string{{"item", o.Item}, {"beneficiary", o.Beneficiary}, {"deviation", o.Deviation}, {"once", o.Once}} {
		faults.Text(text[0], text[1])
	}
	faults.Day("due", o.Due)
	faults.Note("note", o.Note)
}

// costs reports whether the offer is one for which limits are made: all but words and a hand,
// as long as these cost nothing.
func (o *Offer) costs() bool {
	words := o.Kind == HelpRemedy || o.Kind == ApologyRemedy || o.Kind == ExplanationRemedy || o.Kind == CorrectionRemedy
	return !words || o.AmountMinor > 0
}

// RemedyState is what became of a remedy. The zero RemedyState is refused.
type RemedyState uint8

// The states. Their texts are format.
const (
	RemedyProposed  RemedyState = iota + 1 // it waits for approval
	RemedyGranted                          // it is owed
	RemedySettled                          // she has it, whole
	RemedyObjected                         // an approver has refused it: the issue is to be decided again
	RemedyWithdrawn                        // by another decision on the issue, before anything was paid
	RemedyDeclined                         // by the customer, or the rest of it; what was paid stays paid
)

// String returns the stored text.
func (s RemedyState) String() string {
	switch s {
	case RemedyProposed:
		return "proposed"
	case RemedyGranted:
		return "granted"
	case RemedySettled:
		return "settled"
	case RemedyObjected:
		return "objected"
	case RemedyWithdrawn:
		return "withdrawn"
	case RemedyDeclined:
		return "declined"
	}
	return "remedy state " + strconv.Itoa(int(s))
}

// MarshalText writes the stored text; anything else is an error.
func (s RemedyState) MarshalText() ([]byte, error) {
	return customer.WriteStored("complaint", s, RemedyDeclined)
}

// UnmarshalText reads what MarshalText wrote.
func (s *RemedyState) UnmarshalText(text []byte) error {
	return customer.ReadStored("complaint", "remedy state", s, RemedyDeclined, text)
}

// Remedy is an offer and what became of it. The amount of one that was paid in part, and then
// ended, is that part.
type Remedy struct {
	Offer
	Issue     string        `json:"issue"`
	At        time.Time     `json:"at"`                // when it was decided
	By        string        `json:"by"`                // who decided it
	Handler   string        `json:"handler,omitempty"` // who had the case then
	State     RemedyState   `json:"state"`
	Approval  ApprovalAsked `json:"approval,omitzero"`   // what was asked for; zero: no approval
	Approvals []Approval    `json:"approvals,omitempty"` // given so far
	Objection Approval      `json:"objection,omitzero"`  // the refusal of an approver
	Allowance string        `json:"allowance,omitempty"` // of goodwill: the quota that it is taken from; see Allowance
	Taken     int64         `json:"taken,omitempty"`     // of the allowance, when it was granted
	PaidMinor int64         `json:"paid_minor,omitempty"`
	Fails     int           `json:"fails,omitempty"` // how often a payment bounced, a repair failed
	Payments  []Payment     `json:"payments,omitempty"`
	Overdue   bool          `json:"overdue,omitempty"` // its last day has passed without it, as was told
	Ended     string        `json:"ended,omitempty"`   // the Ref of the decision that withdrew it, or with which she declined it
}

// Payment is one attempt to settle a remedy.
type Payment struct {
	Ref       string     `json:"ref"`
	At        time.Time  `json:"at"`
	Result    Settlement `json:"result"`
	How       string     `json:"how,omitempty"`
	External  string     `json:"external,omitempty"`
	PaidMinor int64      `json:"paid_minor,omitempty"` // of one that failed: what came back
}

// spent is what the customer has of the remedy, at its worth.
func (r *Remedy) spent() int64 {
	if r.Kind.money() {
		return r.PaidMinor
	}
	if r.State == RemedySettled {
		return r.AmountMinor
	}
	return 0
}

// open is what she will have of it beyond that, if nothing comes between.
func (r *Remedy) open() int64 {
	if r.State == RemedyProposed || r.State == RemedyGranted {
		return r.AmountMinor - r.spent()
	}
	return 0
}

// points are those that she has, or will have.
func (r *Remedy) points() int64 {
	if r.State == RemedyProposed || r.State == RemedyGranted || r.State == RemedySettled {
		return r.Points
	}
	return 0
}

// remedy returns the place of a remedy, or -1.
func (c *Case) remedy(ref string) int {
	return slices.IndexFunc(c.Remedies, func(r Remedy) bool { return r.Remedy == ref })
}

// beneficiary is who gets what is offered.
func (c *Case) beneficiary(o *Offer) string { return cmp.Or(o.Beneficiary, string(c.Customer)) }

// once returns the place of a remedy for what a remedy is given for once only, or -1: one that
// she has, in part or whole, or will have, unless deciding on an issue withdraws it.
func (c *Case) once(key, issue string) int {
	if key == "" {
		return -1
	}
	return slices.IndexFunc(c.Remedies, func(r Remedy) bool {
		awaited := r.State == RemedyProposed || r.State == RemedyGranted
		return r.Once == key && (r.spent() > 0 || r.State == RemedySettled || awaited && r.Issue != issue)
	})
}

// withdrawRemedies ends the remedies of an issue that are not carried out.
func (g *ground) withdrawRemedies(issue string, e *Entry) {
	for i := range g.Remedies {
		one := &g.Remedies[i]
		if one.Issue != issue {
			continue
		}
		if one.State == RemedyProposed || one.State == RemedyGranted || one.State == RemedyObjected {
			(*mine(g, ofRemedies, &g.Remedies))[i].cut(RemedyWithdrawn, e)
		}
	}
}

// cut ends a remedy. Of one that was paid in part the rest falls away: should that part bounce,
// it is owed again.
func (r *Remedy) cut(state RemedyState, e *Entry) {
	r.State, r.Ended = state, e.Ref
	if r.PaidMinor > 0 {
		r.AmountMinor = r.PaidMinor
		if state == RemedyWithdrawn {
			r.State = RemedySettled
		}
	}
}

// remedied reports whether something was carried out for an issue.
func (c *Case) remedied(issue string) bool {
	return slices.ContainsFunc(c.Remedies, func(r Remedy) bool { return r.Issue == issue && r.State == RemedySettled })
}

// propose adds a remedy.
func (g *ground) propose(offer *Offer, issue string, e *Entry) error {
	if g.remedy(offer.Remedy) >= 0 {
		return fmt.Errorf("remedy %q is there already", offer.Remedy)
	}
	remedies := room(g, ofRemedies, &g.Remedies)
	*remedies = append(*remedies, Remedy{Offer: *offer, Issue: issue, At: e.At, By: e.By, Handler: g.Owner.Agent, State: RemedyProposed})
	return nil
}

// change returns a remedy that may be changed, of those in some state.
func (g *ground) change(ref string, states ...RemedyState) (*Remedy, error) {
	at := g.remedy(ref)
	if at < 0 {
		return nil, fmt.Errorf("remedy %q is not there", ref)
	}
	if state := g.Remedies[at].State; !slices.Contains(states, state) {
		return nil, fmt.Errorf("remedy %q is %s", ref, state)
	}
	return &(*mine(g, ofRemedies, &g.Remedies))[at], nil
}

// Granted says that a remedy is owed: within the limits of whoever decided it, or approved. The
// reason pins the role and its limit.
type Granted struct {
	Remedy         string `json:"remedy"`
	Allowance      string `json:"allowance,omitempty"`       // of goodwill: the quota that it is taken from
	TakenMinor     int64  `json:"taken_minor,omitempty"`     // how much of it
	AllowanceMinor int64  `json:"allowance_minor,omitempty"` // what it was for the whole period
}

func (Granted) kind() Kind { return KindGranted }

func (x Granted) faults(faults *customer.Faults) {
	faults.Name("remedy", x.Remedy)
	checkMinor(faults, "taken_minor", x.TakenMinor)
	checkMinor(faults, "allowance_minor", x.AllowanceMinor)
}

func (x Granted) apply(g *ground, _ *Entry) error {
	remedy, err := g.change(x.Remedy, RemedyProposed)
	switch {
	case err != nil:
		return err
	case len(remedy.Approvals) < remedy.Approval.Approvers:
		return fmt.Errorf("remedy %q has %d approvals of %d", x.Remedy, len(remedy.Approvals), remedy.Approval.Approvers)
	case x.TakenMinor != 0 && (x.Allowance == "" || x.TakenMinor != remedy.AmountMinor):
		return fmt.Errorf("%d minor units of %d are taken from %q", x.TakenMinor, remedy.AmountMinor, x.Allowance)
	}
	remedy.State, remedy.Allowance, remedy.Taken = RemedyGranted, x.Allowance, x.TakenMinor
	return nil
}

// Payout is what the host is to pay, refund, credit or otherwise carry out, and then to book
// with Settle.
type Payout struct {
	Remedy      string
	Issue       string
	Kind        RemedyKind
	AmountMinor int64 // what is left of it; of what is no money, its worth
	Currency    customer.Currency
	Points      int64
	Item        string
	Beneficiary string
	Due         customer.Date // the last day for it; zero: none was said
	Once        string
	// Key names this payment among those of the case: the same as long as nothing was booked on
	// the remedy, and another after a part was paid or a payment bounced. With the case's ID in
	// front it is the key under which the host calls whoever pays, so that a call that is sent
	// again pays nothing twice. It will do as the Ref of the Settle, too.
	Key string
}

// Due lists what is granted and not settled, in the order in which it was decided. What waits
// for approval is not due.
func (p *Policy) Due(c Case) []Payout {
	var all []Payout
	currency := c.Currency
	if currency == (customer.Currency{}) {
		currency = p.rules.Currency
	}
	for i := range c.Remedies {
		r := &c.Remedies[i]
		if r.State != RemedyGranted {
			continue
		}
		all = append(all, Payout{
			r.Remedy, r.Issue, r.Kind, r.AmountMinor - r.PaidMinor, currency, r.Points, r.Item, c.beneficiary(&r.Offer), r.Due, r.Once,
			r.Remedy + "/" + strconv.Itoa(len(r.Payments)+1),
		})
	}
	return all
}

// barRemedies notes what is owed and not carried out.
func (p *Policy) barRemedies(c *Case, _ time.Time, miss func(customer.Reason)) {
	for i := range c.Remedies {
		r := &c.Remedies[i]
		reason := customer.Reason{Of: r.Remedy, At: r.At.In(p.zone), By: r.Due}
		switch {
		case r.State == RemedyProposed:
			reason.Code = CodeUnapproved
			reason.Fact, reason.Mark, reason.Unit = int64(len(r.Approvals)), int64(r.Approval.Approvers), customer.UnitTimes
		case r.State == RemedyObjected:
			reason.Code = CodeObjected
		case r.State == RemedyGranted:
			reason.Code = CodeUndone
			if r.Kind.money() {
				reason.Code, reason.Fact, reason.Mark, reason.Unit = CodeUnpaid, r.PaidMinor, r.AmountMinor, customer.UnitMinor
			}
		default:
			continue
		}
		miss(reason)
	}
}
