package complaint

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// Owner is who takes care of a case: always a desk, and an agent of it once one has taken it.
// Only under a policy without OwnershipRules may a case that was received without a desk have
// none: then the host sees to it that somebody does.
type Owner struct {
	Desk  string `json:"desk,omitempty"`
	Agent string `json:"agent,omitempty"`
	Tier  int    `json:"tier,omitempty"` // of escalation: 0 is the first line
}

// Spell is since when somebody has owned a case. A spell ends where the next one begins.
type Spell struct {
	Owner
	Since time.Time `json:"since"`
}

// Lack is what an agent who took care of a case had not learnt, by the policy of that day.
type Lack struct {
	Agent     string    `json:"agent"`
	At        time.Time `json:"at"`
	Cycle     int       `json:"cycle"`
	Skills    []string  `json:"skills,omitempty"`
	Trainings []string  `json:"trainings,omitempty"`
}

// OwnershipRules says who takes care of a case, and when it goes up. Whoever uses any of them
// says the FirstDesk, so that a case is never nobody's.
type OwnershipRules struct {
	FirstDesk string        `json:"first_desk,omitempty"` // takes a case that is received without a desk
	Desks     []DeskRule    `json:"desks,omitempty"`      // takes it instead, by topic
	Tiers     []TierRule    `json:"tiers,omitempty"`      // of escalation, from 1 up; none: one, at the desk that has the case
	Aside     TierRule      `json:"aside,omitzero"`       // where a customer goes who asks on the highest tier; it has a desk
	RaiseAt   *int          `json:"raise_at,omitempty"`   // handoffs of a cycle that raise it by a tier, once; absent: 2; 0: none do
	Counts    Counted       `json:"counts,omitzero"`      // which handoffs do; zero: all
	Raises    []RaiseRule   `json:"raises,omitempty"`     // clocks that raise it too, each once in a cycle
	Warm      bool          `json:"warm,omitempty"`       // another desk accepts before it is given the case or sent the customer
	Handlers  []HandlerRule `json:"handlers,omitempty"`   // what an agent should have learnt
}

// DeskRule says which desk takes the cases of a topic first.
type DeskRule struct {
	Topic string `json:"topic"`
	Desk  string `json:"desk"`
}

// TierRule is one tier of escalation: the desk to which a case goes, the role of whoever may
// have it there, or both.
type TierRule struct {
	Desk string `json:"desk,omitempty"` // empty: it stays where it is
	Role string `json:"role,omitempty"` // empty: anybody of the desk
}

// RaiseRule says when a clock raises a case by a tier: once it has used that share of its budget,
// and a rung there is reached.
type RaiseRule struct {
	Clock    string `json:"clock"`
	Permille int    `json:"permille,omitempty"` // of the budget; 0: 1000, which is the breach
}

// HandlerRule says what an agent should have learnt before she takes care of a case. Nobody is
// prevented: it is noted of her.
type HandlerRule struct {
	Topic     string   `json:"topic,omitempty"` // empty: of all cases
	Skills    []string `json:"skills,omitempty"`
	Trainings []string `json:"trainings,omitempty"`
}

// Counted says which handoffs count towards raising a case. The zero Counted is all.
type Counted uint8

// Which handoffs count. Their texts are format.
const (
	AllHandoffs  Counted = iota + 1
	ColdHandoffs         // handing over early, to a desk that accepts, is not held against anybody
)

// String returns the stored text.
func (c Counted) String() string {
	switch c {
	case AllHandoffs:
		return "all"
	case ColdHandoffs:
		return "cold"
	}
	return "counted " + strconv.Itoa(int(c))
}

// MarshalText writes the stored text; anything else is an error.
func (c Counted) MarshalText() ([]byte, error) {
	return customer.WriteStored("complaint", c, ColdHandoffs)
}

// UnmarshalText reads what MarshalText wrote.
func (c *Counted) UnmarshalText(text []byte) error {
	return customer.ReadStored("complaint", "counted", c, ColdHandoffs, text)
}

const (
	maxTiers     = 9
	maxOwnership = 1000 // rows of a list of OwnershipRules
	raiseAt      = 2    // handoffs, where the rules do not say
)

// readOwnership checks the rules and compiles them.
func (p *Policy) readOwnership(faults *customer.Faults) {
	rules := &p.rules.Ownership
	var part customer.Faults
	part.Text("first_desk", rules.FirstDesk)
	if rules.FirstDesk == "" && rules.used() {
		part.Add("first_desk", rules.FirstDesk, "is given where any rule of ownership is: no case is nobody's")
	}
	rules.checkDesks(&part)
	rules.checkTiers(&part)
	p.checkRaises(&part)
	rules.checkHandlers(&part)
	if rules.RaiseAt != nil {
		part.Within("raise_at", *rules.RaiseAt, 0, 1000)
	}
	if rules.Counts > ColdHandoffs {
		part.Add("counts", rules.Counts, "is all or cold, or absent")
	}
	faults.Join("ownership", part)

	p.highest = max(1, len(rules.Tiers))
	switch {
	case rules.FirstDesk == "": // no rules of ownership: nothing is counted
	case rules.RaiseAt != nil:
		p.raiseAt = *rules.RaiseAt
	default:
		p.raiseAt = raiseAt
	}
	p.rules.Ownership = rules.clone()
}

// used reports whether any of the rules is given.
func (r *OwnershipRules) used() bool {
	return len(r.Desks)+len(r.Tiers)+len(r.Raises)+len(r.Handlers) > 0 ||
		r.Aside != (TierRule{}) || r.RaiseAt != nil || r.Counts != 0 || r.Warm
}

// clone copies what a policy keeps.
func (r *OwnershipRules) clone() OwnershipRules {
	own := *r
	own.RaiseAt = nil // compiled
	own.Desks, own.Tiers, own.Raises = slices.Clone(r.Desks), slices.Clone(r.Tiers), slices.Clone(r.Raises)
	own.Handlers = slices.Clone(r.Handlers)
	for i := range own.Handlers {
		own.Handlers[i].Skills = slices.Clone(own.Handlers[i].Skills)
		own.Handlers[i].Trainings = slices.Clone(own.Handlers[i].Trainings)
	}
	return own
}

func (r *OwnershipRules) checkDesks(faults *customer.Faults) {
	faults.Within("desks", len(r.Desks), 0, maxOwnership)
	for i, rule := range r.Desks {
		path := fmt.Sprintf("desks[%d]", i)
		faults.Name(path+".topic", rule.Topic)
		faults.Name(path+".desk", rule.Desk)
		if slices.ContainsFunc(r.Desks[:i], func(above DeskRule) bool { return above.Topic == rule.Topic }) {
			faults.Add(path+".topic", rule.Topic, "is not that of a desk above")
		}
	}
}

func (r *OwnershipRules) checkTiers(faults *customer.Faults) {
	faults.Within("tiers", len(r.Tiers), 0, maxTiers)
	for i, tier := range r.Tiers {
		path := fmt.Sprintf("tiers[%d]", i)
		faults.Text(path+".desk", tier.Desk)
		faults.Text(path+".role", tier.Role)
		if tier == (TierRule{}) {
			faults.Add(path, tier, "says a desk, a role, or both")
		}
	}
	faults.Text("aside.desk", r.Aside.Desk)
	faults.Text("aside.role", r.Aside.Role)
	switch {
	case r.Aside == (TierRule{}):
	case r.Aside.Desk == "":
		faults.Add("aside.desk", r.Aside.Desk, "is given where a role is")
	case slices.ContainsFunc(r.Tiers, func(tier TierRule) bool { return tier.Desk == r.Aside.Desk }):
		faults.Add("aside.desk", r.Aside.Desk, "is not the desk of a tier: to one side is not up or down")
	}
}

func (p *Policy) checkRaises(faults *customer.Faults) {
	raises := p.rules.Ownership.Raises
	faults.Within("raises", len(raises), 0, maxOwnership)
	for i, rule := range raises {
		path := fmt.Sprintf("raises[%d]", i)
		faults.Within(path+".permille", rule.Permille, 0, 100_000)
		if !slices.ContainsFunc(p.clocks, func(clock ClockRule) bool { return clock.Name == rule.Clock }) {
			faults.Add(path+".clock", rule.Clock, "is the name of a clock of the policy")
		}
		if slices.ContainsFunc(raises[:i], func(above RaiseRule) bool { return above.Clock == rule.Clock }) {
			faults.Add(path+".clock", rule.Clock, "is not that of a rule above")
		}
	}
}

func (r *OwnershipRules) checkHandlers(faults *customer.Faults) {
	faults.Within("handlers", len(r.Handlers), 0, maxOwnership)
	for i := range r.Handlers {
		rule, path := &r.Handlers[i], fmt.Sprintf("handlers[%d]", i)
		faults.Text(path+".topic", rule.Topic)
		faults.Names(path+".skills", rule.Skills, 0, maxWords)
		faults.Names(path+".trainings", rule.Trainings, 0, maxWords)
		if len(rule.Skills)+len(rule.Trainings) == 0 {
			faults.Add(path, rule.Topic, "demands a skill or a training")
		}
	}
}

// firstDesk is the desk that takes a topic first.
func (p *Policy) firstDesk(topic string) string {
	for i := range p.rules.Ownership.Desks {
		if rule := &p.rules.Ownership.Desks[i]; rule.Topic == topic {
			return rule.Desk
		}
	}
	return p.rules.Ownership.FirstDesk
}

// role is what whoever has a case must be; empty: anybody of the desk.
func (p *Policy) role(of Owner) string {
	rules := &p.rules.Ownership
	switch {
	case rules.Aside.Desk != "" && of.Desk == rules.Aside.Desk:
		return rules.Aside.Role
	case of.Tier > 0 && of.Tier <= len(rules.Tiers):
		return rules.Tiers[of.Tier-1].Role
	}
	return ""
}

var (
	errConcerned = errors.New("the agent is complained about in it")
	errNobody    = errors.New("it would be nobody's")
	errLowered   = errors.New("a tier is never lowered")
)

// give makes somebody the owner.
func (g *ground) give(to Owner, e *Entry) error {
	switch {
	case to.Agent != "" && g.concerns(to.Agent):
		return errConcerned
	case to.Desk == "" && (g.Owner.Desk != "" || to.Agent != ""):
		return errNobody
	case to.Tier < g.Owner.Tier:
		return errLowered
	case to == g.Owner:
		return nil
	}
	g.Owner = to
	keep(room(g, ofSpells, &g.Spells), Spell{to, e.At})
	return nil
}

// keep appends a row, or puts it in the place of the last one where there is no room: an
// escalation is not refused for want of it.
func keep[T any](rows *[]T, row T) {
	if len(*rows) < MaxList {
		*rows = append(*rows, row)
		return
	}
	(*rows)[len(*rows)-1] = row
}

// faults notes what no owner is called.
func (o Owner) faults(faults *customer.Faults) {
	faults.Text("desk", o.Desk)
	faults.Text("agent", o.Agent)
	faults.Within("tier", o.Tier, 0, maxTiers)
}

// Take says that the agent who gives the command takes care of the case from now on. She who
// is complained about cannot, and nobody takes a case from a colleague: that one hands it over
// with a Transfer.
type Take struct {
	Step `json:"-"`

	Read bool `json:"read,omitempty"` // she has read what is known
}

func (Take) kind() Kind { return KindTake }

// Canonical writes the command in canonical form.
func (t Take) Canonical(c *customer.Canonical) {
	t.Write(c)
	c.Bool("read", t.Read)
}

// Take makes an agent the owner with a command. The staff is what the host knows of her. She
// who has the case already takes it as often as she likes: nothing is booked.
func (p *Policy) Take(c Case, t Take, staff []Agent) (Decision, error) {
	by := t.By
	var d desk
	err := p.open(&d, &c, KindTake, t.Take(), func(faults *customer.Faults) { checkStaff(faults, staff, by) })
	if err != nil {
		return Decision{}, err
	}
	agent := find(staff, by)
	d.fits(agent, Owner{c.Owner.Desk, by, c.Owner.Tier})
	if c.Owner.Agent != by || t.Read && c.unread() >= 0 {
		d.post(t)
		d.prepared(agent)
	}
	return d.decision()
}

func (t Take) apply(g *ground, e *Entry) error {
	if g.Owner.Agent != "" && g.Owner.Agent != e.By {
		return errors.New("another agent has it")
	}
	if g.Owner.Desk == "" {
		return errNobody
	}
	if i := g.unread(); t.Read && i >= 0 {
		(*mine(g, ofHandoffs, &g.Handoffs))[i].Read = true
	}
	return g.give(Owner{g.Owner.Desk, e.By, g.Owner.Tier}, e)
}

// barTake notes why somebody may not take the case.
func (p *Policy) barTake(c *Case, by string, miss func(customer.Reason)) {
	if c.concerns(by) {
		miss(customer.Reason{Code: CodeConcerned, Of: by})
	}
	if c.Owner.Agent != "" && c.Owner.Agent != by {
		miss(customer.Reason{Code: CodeTaken, Of: c.Owner.Agent, At: c.since().In(p.zone)})
	}
	if c.Owner.Desk == "" {
		miss(customer.Reason{Code: CodeNoDesk})
	}
}

// since is the instant from which the owner has had the case.
func (c *Case) since() time.Time {
	if len(c.Spells) == 0 {
		return c.Received
	}
	return c.Spells[len(c.Spells)-1].Since
}

// deskAt is the desk that had the case at an instant; of one before all of them, the first.
func (c *Case) deskAt(at time.Time) string {
	for i := len(c.Spells) - 1; i >= 0; i-- {
		if spell := &c.Spells[i]; i == 0 || !at.Before(spell.Since) {
			return spell.Desk
		}
	}
	return c.Owner.Desk
}

// fits notes why an agent may not be the owner; one who is complained about is noted by those
// who ask.
func (d *desk) fits(agent *Agent, to Owner) {
	if agent.Desk != "" && to.Desk != "" && agent.Desk != to.Desk {
		d.miss(customer.Reason{Code: CodeOtherDesk, Of: agent.ID})
	}
	if role := d.role(to); role != "" && !slices.Contains(agent.Roles, role) {
		d.miss(customer.Reason{Code: CodeTierRole, Of: role})
	}
}

// prepared notes what an agent who has become the owner has not learnt, once in a cycle.
func (d *desk) prepared(agent *Agent) {
	now := &d.now.Case
	if agent == nil || now.Owner.Agent != agent.ID || slices.ContainsFunc(now.Unprepared, func(lack Lack) bool {
		return lack.Agent == agent.ID && lack.Cycle == now.Cycle
	}) {
		return
	}
	lack := Unprepared{Agent: agent.ID}
	for i := range d.rules.Ownership.Handlers {
		if rule := &d.rules.Ownership.Handlers[i]; rule.Topic == "" || rule.Topic == now.Topic {
			lack.Skills = appendLacks(lack.Skills, rule.Skills, agent.Skills)
			lack.Trainings = appendLacks(lack.Trainings, rule.Trainings, agent.Trainings)
		}
	}
	if len(lack.Skills)+len(lack.Trainings) > 0 {
		d.post(lack, customer.Reason{Code: CodeUnprepared, Of: agent.ID})
	}
}

// appendLacks appends what is demanded and not there, once.
func appendLacks(lacks, demanded, has []string) []string {
	for _, word := range demanded {
		if !slices.Contains(has, word) && !slices.Contains(lacks, word) {
			lacks = append(lacks, word)
		}
	}
	return lacks
}

// Placed says that the policy has put a case to its first desk, because whoever received it did
// not.
type Placed struct {
	Owner
}

func (Placed) kind() Kind { return KindPlaced }

func (x Placed) apply(g *ground, e *Entry) error { return g.give(x.Owner, e) }

// Unprepared says that an agent takes care of the case without all that the policy demands of
// her.
type Unprepared struct {
	Agent     string   `json:"agent"`
	Skills    []string `json:"skills,omitempty"`
	Trainings []string `json:"trainings,omitempty"`
}

func (Unprepared) kind() Kind { return KindUnprepared }

func (x Unprepared) faults(faults *customer.Faults) {
	faults.Name("agent", x.Agent)
	for _, list := range [...][]string{x.Skills, x.Trainings} {
		faults.Within("lacks", len(list), 0, maxOwnership*maxWords)
		for _, word := range list {
			faults.Name("lacks", word)
		}
	}
}

func (x Unprepared) apply(g *ground, e *Entry) error {
	rows := room(g, ofUnprepared, &g.Unprepared)
	*rows = append(*rows, Lack{x.Agent, e.At, g.Cycle, x.Skills, x.Trainings})
	return nil
}

// followHandoffs books what an entry changes in the ownership: a case without a desk goes to
// the first one, and one that was handed on too often, or is late, goes up.
func (d *desk) followHandoffs(e *Entry) {
	now := &d.now.Case
	switch kind := e.Kind(); {
	case kind == KindReceive && now.Owner.Desk == "":
		if first := d.firstDesk(now.Topic); first != "" {
			d.post(Placed{Owner{Desk: first}}, customer.Reason{Code: CodeFirstDesk, Of: first})
		}
	case kind.handsOn() && d.raiseAt > 0:
		if n := d.counted(now); n >= d.raiseAt {
			d.raise(customer.Reason{Code: CodeHandoffs, Fact: int64(n), Mark: int64(d.raiseAt), Unit: customer.UnitTimes})
		}
	case kind == KindRungReached:
		d.raiseLate(e.Body.(RungReached))
	}
}

// raiseLate raises a case of which a clock has used too much of its budget.
func (d *desk) raiseLate(rung RungReached) {
	for _, rule := range d.rules.Ownership.Raises {
		mark := cmp.Or(rule.Permille, 1000)
		if rule.Clock == rung.Clock && rung.Permille >= mark {
			d.raise(customer.Reason{
				Code: CodeLate, Of: rung.Clock, Fact: int64(rung.Permille), Mark: int64(mark), Unit: customer.UnitPermille, At: rung.Reached.In(d.zone),
			})
		}
	}
}
