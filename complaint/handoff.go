package complaint

import (
	"errors"
	"slices"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// Handoff is one row of how a case was handed on, or how its customer was: by a Transfer, a
// Send, or a Serve which says that a diversion did not serve her.
type Handoff struct {
	Ref         string    `json:"ref"` // of the command
	Kind        Kind      `json:"kind"`
	Cycle       int       `json:"cycle"`
	At          time.Time `json:"at"` // when it was offered, or booked
	By          string    `json:"by"`
	From        Owner     `json:"from"`
	To          Owner     `json:"to"`
	Reason      string    `json:"reason"`
	Warm        bool      `json:"warm,omitempty"`         // offered first; it is no handoff before it is accepted
	Accepted    time.Time `json:"accepted,omitzero"`      // by the receiving desk
	Declined    time.Time `json:"declined,omitzero"`      // by it, withdrawn by the giving one, or overtaken by an escalation
	Answer      string    `json:"answer,omitempty"`       // why it was declined
	Context     bool      `json:"context,omitempty"`      // what is known was handed over with it
	Read        bool      `json:"read,omitempty"`         // and read by whoever took it
	WaitSeconds int       `json:"wait_seconds,omitempty"` // how long the customer had waited
	Sent        time.Time `json:"sent,omitzero"`          // when the customer herself had to go
	Site        string    `json:"site,omitempty"`         // where to
	Told        bool      `json:"told,omitempty"`         // it happened before, as she tells it, and moved no case
	Absence     bool      `json:"absence,omitempty"`      // of the agent who had it
}

// open reports whether it is an offer without an answer.
func (h *Handoff) open() bool { return h.Warm && h.Accepted.IsZero() && h.Declined.IsZero() }

// Happened reports whether the customer was handed on: not by an offer that nobody accepted,
// nor where nobody had had the case.
func (h *Handoff) Happened() bool {
	first := h.Kind == KindTransfer && h.From.Agent == "" && (h.From.Desk == "" || h.From.Desk == h.To.Desk)
	return !first && (!h.Warm || !h.Accepted.IsZero())
}

// Offer returns the warm transfer that waits for an answer, if one does. Until it is accepted
// the case belongs to the desk that offers it.
func (c Case) Offer() (Handoff, bool) {
	i := c.offered()
	if i < 0 {
		return Handoff{}, false
	}
	return c.Handoffs[i], true
}

// offered returns the place of the offer that waits for an answer, or -1.
func (c *Case) offered() int {
	for i := len(c.Handoffs) - 1; i >= 0; i-- {
		if c.Handoffs[i].open() {
			return i
		}
	}
	return -1
}

// unread returns the place of the handoff that led to the owner, where nobody has read what
// came with it, or -1.
func (c *Case) unread() int {
	for i := len(c.Handoffs) - 1; i >= 0; i-- {
		h := &c.Handoffs[i]
		if h.Told || h.Kind == KindServe || h.open() || !h.Declined.IsZero() {
			continue // it led nowhere
		}
		if h.Read || h.To.Desk != c.Owner.Desk {
			return -1
		}
		return i
	}
	return -1
}

// arrival returns the place of the handoff by which a desk has accepted the case and has it,
// its customer not yet sent there, or -1.
func (c *Case) arrival(desk string) int {
	for i := len(c.Handoffs) - 1; i >= 0; i-- {
		if h := &c.Handoffs[i]; !h.Accepted.IsZero() {
			if h.To.Desk == desk && c.Owner.Desk == desk && h.Sent.IsZero() {
				return i
			}
			return -1
		}
	}
	return -1
}

// handsOn reports whether an entry of the kind may be a handoff.
func (k Kind) handsOn() bool {
	return k == KindTransfer || k == KindAccept || k == KindSend || k == KindServe
}

// counted is how many handoffs of the cycle count towards raising the case. Those within a
// desk because an agent is away do not: nobody has passed the customer on.
func (p *Policy) counted(c *Case) (n int) {
	for i := range c.Handoffs {
		h := &c.Handoffs[i]
		if h.Cycle == c.Cycle && h.Happened() && !h.Absence && (!h.Warm || p.rules.Ownership.Counts != ColdHandoffs) {
			n++
		}
	}
	return n
}

// checkWhy notes a fault unless a reason is given.
func checkWhy(faults *customer.Faults, path, why string) {
	faults.Note(path, why)
	if why == "" {
		faults.Add(path, why, "says why")
	}
}

// Transfer hands the case to a desk, or to an agent of one. A cold one moves it at once. A warm
// one is an offer: the giving desk keeps the case until the other one answers with [Policy.Accept]
// or [Policy.Decline], so that it is never nobody's and the customer is sent nowhere before
// somebody there is ready for her. Whoever gives the command may withdraw an offer with a
// Decline of their own.
//
// A case that comes back to a desk without a word to whom goes to the agent who had it there
// last, if the staff says that she is there and nobody complains about her: her work, and what
// she earns with it, are hers.
type Transfer struct {
	Step `json:"-"`

	Desk        string `json:"desk"`
	Agent       string `json:"agent,omitempty"` // empty: nobody of the desk yet
	Reason      string `json:"reason"`
	Warm        bool   `json:"warm,omitempty"`
	Context     bool   `json:"context,omitempty"`      // what is known is handed over with it
	WaitSeconds int    `json:"wait_seconds,omitempty"` // of the customer so far, since the handoff before
	Absence     bool   `json:"absence,omitempty"`      // the agent who has it is away or has left; it stays at the desk
}

func (Transfer) kind() Kind { return KindTransfer }

// Canonical writes the command in canonical form.
func (t Transfer) Canonical(c *customer.Canonical) {
	t.Write(c)
	c.Text("desk", t.Desk)
	c.Text("agent", t.Agent)
	c.Text("reason", t.Reason)
	c.Bool("warm", t.Warm)
	c.Bool("context", t.Context)
	c.Int("wait_seconds", int64(t.WaitSeconds))
	c.Bool("absence", t.Absence)
}

func (t Transfer) faults(faults *customer.Faults) {
	faults.Name("desk", t.Desk)
	faults.Text("agent", t.Agent)
	checkWhy(faults, "reason", t.Reason)
	faults.Within("wait_seconds", t.WaitSeconds, 0, maxSeconds)
	if t.Warm && t.Absence {
		faults.Add("warm", t.Warm, "is not said of the transfer of an agent who is away")
	}
}

// Transfer hands the case on with a command. The staff is what the host knows of the agent who
// gets it and, for an absence, of the one who had it.
func (p *Policy) Transfer(c Case, t Transfer, staff []Agent) (Decision, error) {
	by, had := t.By, c.Owner
	var d desk
	err := p.open(&d, &c, KindTransfer, t.Take(), func(faults *customer.Faults) {
		t.faults(faults)
		checkStaff(faults, staff, t.Agent)
	})
	if err != nil {
		return Decision{}, err
	}
	var because []customer.Reason
	if t.Agent == "" && t.Desk != had.Desk {
		if t.Agent = p.formerOwner(&c, t.Desk, staff, d.step.At); t.Agent != "" {
			because = append(because, customer.Reason{Code: CodeFormerOwner, Of: t.Agent})
		}
	}
	agent := find(staff, t.Agent)
	d.receives(agent, t)
	if !t.Absence {
		p.barOffered(&c, d.miss)
	}
	switch {
	case t.Absence:
		d.absent(had, t, by, staff)
	case t.Desk == had.Desk && (t.Agent == "" || t.Agent == had.Agent):
		d.miss(customer.Reason{Code: CodeSameOwner, Of: t.Desk})
	case t.Desk == had.Desk && t.Agent == by && had.Agent != "":
		d.miss(customer.Reason{Code: CodeTaken, Of: had.Agent, At: c.since().In(p.zone)}) // she does not hand it over
	case p.rules.Ownership.Warm && !t.Warm && had.Desk != "" && t.Desk != had.Desk:
		d.miss(customer.Reason{Code: CodeNotAccepted, Of: t.Desk})
	}
	d.post(t, because...)
	d.prepared(agent)
	return d.decision()
}

// receives notes why an agent to whom a case is handed may not have it.
func (d *desk) receives(agent *Agent, t Transfer) {
	if t.Agent != "" && d.now.concerns(t.Agent) {
		d.miss(customer.Reason{Code: CodeConcerned, Of: t.Agent})
	}
	if agent == nil {
		return
	}
	d.fits(agent, Owner{t.Desk, t.Agent, d.now.Owner.Tier})
	if until, away := agent.away(d.step.At); away {
		reason := customer.Reason{Code: CodeAway, Of: agent.ID}
		if !until.IsZero() {
			reason.Until = until.In(d.zone)
		}
		d.miss(reason)
	}
}

// absent notes why a case is not handed on for an absence: it stays at the desk, the agent who
// has it is away, and nobody helps herself but a deputy.
func (d *desk) absent(had Owner, t Transfer, by string, staff []Agent) {
	if t.Desk != had.Desk {
		d.miss(customer.Reason{Code: CodeAbsenceDesk, Of: had.Desk})
	}
	owner := find(staff, had.Agent)
	here := had.Agent == "" || owner == nil
	if !here {
		_, away := owner.away(d.step.At)
		here = !away
	}
	switch {
	case here:
		d.miss(customer.Reason{Code: CodeNotAway, Of: had.Agent})
	case t.Agent == by && !owner.deputy(by):
		d.miss(customer.Reason{Code: CodeNotDeputy, Of: by})
	}
}

// formerOwner returns the agent who had the case last at a desk, where she may have it again.
func (p *Policy) formerOwner(c *Case, desk string, staff []Agent, at time.Time) string {
	for i := len(c.Spells) - 1; i >= 0; i-- {
		spell := &c.Spells[i]
		if spell.Desk != desk || spell.Agent == "" {
			continue
		}
		if !p.mayHave(c, find(staff, spell.Agent), desk, at) {
			return ""
		}
		return spell.Agent
	}
	return ""
}

// mayHave reports whether an agent of whom something is known may have the case at a desk, and
// is there.
func (p *Policy) mayHave(c *Case, agent *Agent, desk string, at time.Time) bool {
	if agent == nil || agent.Desk != "" && agent.Desk != desk || c.concerns(agent.ID) {
		return false
	}
	_, away := agent.away(at)
	role := p.role(Owner{Desk: desk, Tier: c.Owner.Tier})
	return !away && (role == "" || slices.Contains(agent.Roles, role))
}

func (t Transfer) apply(g *ground, e *Entry) error {
	if g.offered() >= 0 && !(t.Absence && t.Desk == g.Owner.Desk) {
		return errors.New("it is offered to another desk")
	}
	to := Owner{t.Desk, t.Agent, g.Owner.Tier}
	rows := room(g, ofHandoffs, &g.Handoffs)
	*rows = append(*rows, Handoff{
		Ref: e.Ref, Kind: KindTransfer, Cycle: g.Cycle, At: e.At, By: e.By, From: g.Owner, To: to, Reason: t.Reason,
		Warm: t.Warm, Context: t.Context, WaitSeconds: t.WaitSeconds, Absence: t.Absence,
	})
	if t.Warm {
		return nil
	}
	return g.give(to, e)
}

// Accept is the receiving desk's yes to a warm transfer: from now on the case is the agent's who
// gives the command, or the desk's.
type Accept struct {
	Step `json:"-"`

	Desk        string `json:"desk"`                   // that accepts
	Queue       bool   `json:"queue,omitempty"`        // nobody in particular takes it yet
	Read        bool   `json:"read,omitempty"`         // she has read what came with it
	WaitSeconds int    `json:"wait_seconds,omitempty"` // of the customer, for the answer
}

func (Accept) kind() Kind { return KindAccept }

// Canonical writes the command in canonical form.
func (a Accept) Canonical(c *customer.Canonical) {
	a.Write(c)
	c.Text("desk", a.Desk)
	c.Bool("queue", a.Queue)
	c.Bool("read", a.Read)
	c.Int("wait_seconds", int64(a.WaitSeconds))
}

func (a Accept) faults(faults *customer.Faults) {
	faults.Name("desk", a.Desk)
	faults.Within("wait_seconds", a.WaitSeconds, 0, maxSeconds)
}

// Accept takes over a case that is offered. The staff is what the host knows of the agent who
// gives the command: of the receiving desk, and never the one who offers.
func (p *Policy) Accept(c Case, a Accept, staff []Agent) (Decision, error) {
	by := a.By
	var d desk
	err := p.open(&d, &c, KindAccept, a.Take(), func(faults *customer.Faults) {
		a.faults(faults)
		checkStaff(faults, staff, by)
	})
	if err != nil {
		return Decision{}, err
	}
	agent := find(staff, by)
	to := Owner{Desk: a.Desk, Tier: c.Owner.Tier}
	if i := c.offered(); i >= 0 {
		offer := &c.Handoffs[i]
		if offer.To.Desk != a.Desk {
			d.miss(customer.Reason{Code: CodeNoOffer, Of: a.Desk})
		}
		if offer.By == by || offer.From.Agent == by || c.Owner.Agent == by {
			d.miss(customer.Reason{Code: CodeOwnOffer, Of: by})
		}
	}
	if a.Queue {
		agent = &Agent{ID: agent.ID, Desk: agent.Desk, Roles: []string{p.role(to)}} // whoever takes it will be asked
	}
	d.fits(agent, to)
	d.post(a)
	if !a.Queue {
		d.prepared(agent)
	}
	return d.decision()
}

func (a Accept) apply(g *ground, e *Entry) error {
	i := g.offered()
	if i < 0 || g.Handoffs[i].To.Desk != a.Desk {
		return errors.New("it is not offered to the desk")
	}
	to := Owner{a.Desk, e.By, g.Owner.Tier}
	if a.Queue {
		to.Agent = ""
	}
	row := &(*mine(g, ofHandoffs, &g.Handoffs))[i]
	row.From, row.To, row.Accepted, row.Read = g.Owner, to, e.At, a.Read
	row.WaitSeconds += a.WaitSeconds
	return g.give(to, e)
}

// Decline is the receiving desk's no to a warm transfer, with the reason for it, or the giving
// desk's change of mind. The case stays where it is. She of whom the customer complains cannot
// give it.
type Decline struct {
	Step `json:"-"`

	Desk        string `json:"desk"` // to which it is offered
	Reason      string `json:"reason"`
	WaitSeconds int    `json:"wait_seconds,omitempty"` // of the customer, for the answer
}

func (Decline) kind() Kind { return KindDecline }

// Canonical writes the command in canonical form.
func (x Decline) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Text("desk", x.Desk)
	c.Text("reason", x.Reason)
	c.Int("wait_seconds", int64(x.WaitSeconds))
}

func (x Decline) faults(faults *customer.Faults) {
	faults.Name("desk", x.Desk)
	checkWhy(faults, "reason", x.Reason)
	faults.Within("wait_seconds", x.WaitSeconds, 0, maxSeconds)
}

// Decline ends an offer with a command.
func (p *Policy) Decline(c Case, x Decline) (Decision, error) {
	var d desk
	err := p.open(&d, &c, KindDecline, x.Take(), x.faults)
	if err != nil {
		return Decision{}, err
	}
	if i := c.offered(); i >= 0 && c.Handoffs[i].To.Desk != x.Desk {
		d.miss(customer.Reason{Code: CodeNoOffer, Of: x.Desk})
	}
	d.post(x)
	return d.decision()
}

func (x Decline) apply(g *ground, e *Entry) error {
	i := g.offered()
	if i < 0 || g.Handoffs[i].To.Desk != x.Desk {
		return errors.New("it is not offered to the desk")
	}
	row := &(*mine(g, ofHandoffs, &g.Handoffs))[i]
	row.Declined, row.Answer = e.At, x.Reason
	row.WaitSeconds += x.WaitSeconds
	return nil
}

// barAnswer notes that there is no offer to answer.
func (p *Policy) barAnswer(c *Case, miss func(customer.Reason)) {
	if c.offered() < 0 {
		miss(customer.Reason{Code: CodeNoOffer})
	}
}

// barOffered notes that an offer waits for its answer.
func (p *Policy) barOffered(c *Case, miss func(customer.Reason)) {
	if i := c.offered(); i >= 0 {
		miss(customer.Reason{Code: CodeOffered, Of: c.Handoffs[i].To.Desk, At: c.Handoffs[i].At.In(p.zone)})
	}
}

// Send says that the customer herself has to go to another desk. If that desk has accepted the
// case before, this is the rest of a warm handoff. If not, it is a cold one, which takes the
// case with it; a policy of warm handoffs refuses that.
//
// Where she was sent before, as she tells it, is booked with the instant at which she Went: it
// counts, and moves no case.
type Send struct {
	Step `json:"-"`

	Desk        string    `json:"desk"`           // to which she has to go
	Site        string    `json:"site,omitempty"` // where it is
	Reason      string    `json:"reason"`
	Context     bool      `json:"context,omitempty"`      // what is known was handed over
	WaitSeconds int       `json:"wait_seconds,omitempty"` // how long she had waited where she was
	Went        time.Time `json:"went,omitzero"`          // zero: now
	From        string    `json:"from,omitempty"`         // the desk that sent her, where she Went before
}

func (Send) kind() Kind { return KindSend }

// Canonical writes the command in canonical form.
func (s Send) Canonical(c *customer.Canonical) {
	s.Write(c)
	c.Text("desk", s.Desk)
	c.Text("site", s.Site)
	c.Text("reason", s.Reason)
	c.Bool("context", s.Context)
	c.Int("wait_seconds", int64(s.WaitSeconds))
	c.Time("went", s.Went)
	c.Text("from", s.From)
}

func (s Send) faults(faults *customer.Faults) {
	faults.Name("desk", s.Desk)
	faults.Text("site", s.Site)
	checkWhy(faults, "reason", s.Reason)
	faults.Within("wait_seconds", s.WaitSeconds, 0, maxSeconds)
	faults.Text("from", s.From)
	if !s.Went.IsZero() {
		faults.Instant("went", s.Went)
	}
	if s.Went.IsZero() != (s.From == "") {
		faults.Add("from", s.From, "is given with the instant at which she went, and only with it")
	}
}

// Send books the customer's way with a command.
func (p *Policy) Send(c Case, s Send) (Decision, error) {
	at := s.At
	var d desk
	err := p.open(&d, &c, KindSend, s.Take(), func(faults *customer.Faults) {
		s.faults(faults)
		if s.Went.After(at) {
			faults.Add("went", s.Went, "is not after the instant of the command")
		}
	})
	if err != nil {
		return Decision{}, err
	}
	if s.Went.IsZero() {
		p.barOffered(&c, d.miss)
		switch {
		case c.arrival(s.Desk) >= 0:
		case s.Desk == c.Owner.Desk && s.Site == "":
			d.miss(customer.Reason{Code: CodeSameOwner, Of: s.Desk})
		case s.Desk != c.Owner.Desk && p.rules.Ownership.Warm:
			d.miss(customer.Reason{Code: CodeNotAccepted, Of: s.Desk})
		}
	}
	d.post(s)
	return d.decision()
}

func (s Send) apply(g *ground, e *Entry) error {
	row := Handoff{
		Ref: e.Ref, Kind: KindSend, Cycle: g.Cycle, At: e.At, By: e.By, From: g.Owner, To: Owner{Desk: s.Desk, Tier: g.Owner.Tier},
		Reason: s.Reason, Context: s.Context, WaitSeconds: s.WaitSeconds, Sent: e.At, Site: s.Site,
	}
	rows := mine(g, ofHandoffs, &g.Handoffs)
	switch i := g.arrival(s.Desk); {
	case !s.Went.IsZero():
		row.From, row.To.Tier, row.Sent, row.Told = Owner{Desk: s.From}, 0, s.Went, true
		*rows = append(*rows, row)
		return nil
	case g.offered() >= 0:
		return errors.New("it is offered, and not yet accepted")
	case i >= 0:
		way := &(*rows)[i]
		way.Sent, way.Site = e.At, s.Site
		way.WaitSeconds += s.WaitSeconds
		return nil
	case s.Desk == g.Owner.Desk: // to another site of the desk, which keeps who has it
		row.To = g.Owner
	}
	*rows = append(*rows, row)
	return g.give(row.To, e)
}
