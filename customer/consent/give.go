package consent

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
)

// Box is one thing that she has said yes to: a purpose through a channel, as one box ticked on a
// form.
type Box struct {
	Purpose string `json:"purpose"`
	Channel string `json:"channel,omitempty"` // empty: the purpose is silent

	// Until is the instant from which it no longer holds; zero: it does not end. ConfirmBy is that
	// by which she must have confirmed it, and zero where it needs no confirming. A command leaves
	// both to the policy.
	Until     time.Time `json:"until,omitzero"`
	ConfirmBy time.Time `json:"confirm_by,omitzero"`
}

// Give is a yes: to the shop itself, or to handing her data to one third party. It holds for the
// channels and purposes of its boxes, from the instant at which she said it. A yes that is given
// again renews the one before.
//
// What needs a yes of its own stands alone in a Give, with all its channels: a third party and one
// purpose; a purpose that is Separate. Whoever has a form with several boxes gives one Give for
// each such box, and they may name the same record.
type Give struct {
	journal.Step `json:"-"`

	Boxes    []Box    `json:"boxes"` // 1 to 100, each purpose and channel once
	Party    string   `json:"party,omitempty"`
	Evidence Evidence `json:"evidence"`
	// Condition is what she gets only for saying yes, in the host's words: a discount, the service
	// itself. Empty: nothing.
	Condition string `json:"condition,omitempty"`
	// Guardian is who has said yes for her, by the host's ID. Empty: she herself.
	Guardian string `json:"guardian,omitempty"`
	// Years is how old she is, in completed years, as far as the rules ask: a host that knows only
	// that she is old enough says the age of the rules. 0: not known.
	Years int `json:"years,omitempty"`
	// Recipient is what the rules say of the party. A command leaves it to the policy.
	Recipient Recipient `json:"recipient,omitzero"`
}

func (Give) kind() string { return "give" }

// Canonical writes the command in canonical form.
func (x Give) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.List("boxes", len(x.Boxes), func(i int) {
		c.Text("purpose", x.Boxes[i].Purpose)
		c.Text("channel", x.Boxes[i].Channel)
		c.Time("until", x.Boxes[i].Until)
		c.Time("confirm_by", x.Boxes[i].ConfirmBy)
	})
	c.Text("party", x.Party)
	c.Group("evidence", func() { x.Evidence.canonical(c) })
	c.Text("condition", x.Condition)
	c.Text("guardian", x.Guardian)
	c.Int("years", int64(x.Years))
	c.Group("recipient", func() {
		c.Text("name", x.Recipient.Name)
		c.Text("contact", x.Recipient.Contact)
		c.Text("way", x.Recipient.Way)
		c.List("data", len(x.Recipient.Data), func(i int) { c.Text("kind", x.Recipient.Data[i]) })
	})
}

func (x Give) check(faults *customer.Faults) {
	faults.Within("boxes", len(x.Boxes), 1, maxRules)
	for i := range x.Boxes[:min(len(x.Boxes), maxRules)] {
		box := &x.Boxes[i]
		path := fmt.Sprintf("boxes[%d].", i)
		faults.Name(path+"purpose", box.Purpose)
		faults.Text(path+"channel", box.Channel)
		if slices.ContainsFunc(x.Boxes[:i], func(b Box) bool { return b.Purpose == box.Purpose && b.Channel == box.Channel }) {
			faults.Add(path+"purpose", box.Purpose, "stands only once with a channel")
		}
		if !box.Until.IsZero() {
			faults.Instant(path+"until", box.Until)
		}
		if !box.ConfirmBy.IsZero() {
			faults.Instant(path+"confirm_by", box.ConfirmBy)
		}
	}
	faults.Text("party", x.Party)
	x.Evidence.check(faults, true)
	faults.Text("condition", x.Condition)
	faults.Text("guardian", x.Guardian)
	faults.Within("years", x.Years, 0, 150)
	if !x.Recipient.IsZero() {
		x.Recipient.check(faults, "recipient.")
	}
}

// ask notes the faults of a command: of what the rules do not know, and of what is the policy's.
func (p *Policy) askGive(faults *customer.Faults, x *Give) {
	x.check(faults)
	for i := range x.Boxes[:min(len(x.Boxes), maxRules)] {
		box := &x.Boxes[i]
		path := fmt.Sprintf("boxes[%d].", i)
		p.find(faults, path, &Question{Purpose: box.Purpose, Channel: box.Channel})
		if !box.Until.IsZero() || !box.ConfirmBy.IsZero() {
			faults.Add(path+"until", box.Until, ruleLeft)
		}
	}
	p.checkParty(faults, x.Party)
	if !x.Recipient.IsZero() {
		faults.Add("recipient", x.Recipient.Name, ruleLeft)
	}
}

const ruleLeft = "is left to the policy"

// Give books a yes.
func (p *Policy) Give(c Consents, x Give) (Decision, error) {
	step := x.Take()
	d, err := p.begin(c, step, func(faults *customer.Faults) { p.askGive(faults, &x) })
	if err != nil {
		return Decision{}, err
	}
	if len(c.Grants)+len(x.Boxes) > mostButNoes || len(c.Denials) >= mostButNoes { // she must be able to take it back
		d.Miss(customer.Reason{Code: CodeFull, Mark: mostButNoes, Unit: customer.UnitTimes})
	}
	for _, missing := range slices.Concat(p.bundled(&x), p.unproven(&x), p.tooYoung(&x)) {
		d.Miss(missing)
	}
	objection, later := c.objected(step.At), c.lastObjection(step.At)
	x.Boxes = slices.Clone(x.Boxes)
	because := make([]customer.Reason, 0, len(x.Boxes))
	for i := range x.Boxes {
		box := &x.Boxes[i]
		at := p.purposes[box.Purpose]
		purpose := &p.rules.Purposes[at]
		q := Question{box.Purpose, box.Channel, x.Party}
		if objection != nil && !purpose.DespiteOptOut {
			d.Miss(customer.Reason{Code: CodeOptedOut, Rule: p.names[at], Of: objection.Ref, At: p.local(objection.At)})
		}
		for _, missing := range p.unfit(nil, at, &q) {
			d.Miss(missing)
		}
		p.pin(box, purpose, step.At)
		because = append(because, customer.Reason{Code: CodeGiven, Rule: p.names[at], Of: box.Channel, At: p.local(step.At), Until: box.Until})
		if !box.ConfirmBy.IsZero() {
			d.Why(customer.Reason{Code: CodeToConfirm, Rule: p.names[at], Of: box.Channel, Until: box.ConfirmBy})
		}
		if no := c.deniedAfter(&q, step.At); no != nil {
			d.Why(customer.Reason{Code: CodeOvertaken, Rule: p.names[at], Of: no.Ref, At: p.local(no.At)})
		}
		if later != nil && !purpose.DespiteOptOut {
			d.Why(customer.Reason{Code: CodeOvertaken, Rule: p.names[at], Of: later.Ref, At: p.local(later.At)})
		}
	}
	if x.Party != "" {
		x.Recipient = p.rules.Parties[p.parties[x.Party]].recipient()
	}
	d.Post(x, because...)
	return d.Decision()
}

// pin writes into a box until when it holds and by when it is confirmed, by the rules of the day.
func (p *Policy) pin(box *Box, purpose *Purpose, at time.Time) {
	on := customer.DateOf(at, p.zone)
	if purpose.ValidMonths > 0 {
		box.Until = p.start(on.AddMonths(purpose.ValidMonths))
	}
	if purpose.Silent {
		return
	}
	if days := p.rules.Channels[p.channels[box.Channel]].ConfirmDays; days > 0 {
		box.ConfirmBy = p.start(on.AddDays(days + 1))
	}
}

// start is the first instant of a day, or of the last one that there is: what ends beyond the year 9999
// must not become what never does.
func (p *Policy) start(day customer.Date) time.Time {
	if !day.Valid() {
		day = customer.MaxDate
	}
	return day.Start(p.zone)
}

// bundled says what a yes may not be given together with.
func (p *Policy) bundled(x *Give) (missing []customer.Reason) {
	first := x.Boxes[0].Purpose
	several := slices.ContainsFunc(x.Boxes, func(b Box) bool { return b.Purpose != first })
	var told []string
	for i := range x.Boxes {
		id := x.Boxes[i].Purpose
		at := p.purposes[id]
		if slices.Contains(told, id) || x.Party == "" && !p.rules.Purposes[at].Separate {
			continue
		}
		told = append(told, id)
		if several {
			missing = append(missing, customer.Reason{Code: CodeBundled, Rule: p.names[at], Of: x.Party})
		}
		if x.Condition != "" {
			missing = append(missing, customer.Reason{Code: CodeCondition, Rule: p.names[at], Of: x.Condition})
		}
	}
	return missing
}

// unproven says what is missing of the evidence of a yes.
func (p *Policy) unproven(x *Give) (missing []customer.Reason) {
	v := &x.Evidence
	if v.Notice != "" && !p.texts[Notice{v.Notice, v.Version, v.Hash}] {
		missing = append(missing, customer.Reason{Code: CodeNoticeText, Of: v.Notice, Fact: int64(v.Version)})
	}
	var told []string
	for i := range x.Boxes {
		id := x.Boxes[i].Purpose
		if slices.Contains(told, id) {
			continue
		}
		told = append(told, id)
		at := p.purposes[id]
		if notice, since := p.shown(at, x.Party); notice != "" && (v.Notice != notice || v.Version < since) {
			missing = append(missing, customer.Reason{Code: CodeNotice, Rule: p.names[at], Of: notice, Mark: int64(max(since, 1))})
		}
		if p.rules.Purposes[at].Recorded && v.Record == "" {
			missing = append(missing, customer.Reason{Code: CodeNoRecord, Rule: p.names[at]})
		}
	}
	return missing
}

// shown is the notice that she must have seen for a yes, and since which version of it.
func (p *Policy) shown(purpose int, party string) (notice string, since int) {
	if party != "" {
		if who := &p.rules.Parties[p.parties[party]]; who.Notice != "" {
			return who.Notice, who.SinceNotice
		}
	}
	return p.rules.Purposes[purpose].Notice, p.rules.Purposes[purpose].SinceNotice
}

// tooYoung says whose yes it should be.
func (p *Policy) tooYoung(x *Give) (missing []customer.Reason) {
	reason := customer.Reason{Fact: int64(x.Years), Mark: int64(p.rules.GuardianUnderYears), Unit: customer.UnitYears}
	switch {
	case x.Guardian != "" || x.Years >= p.rules.GuardianUnderYears:
		return nil
	case x.Years == 0:
		reason.Code = CodeAgeUnknown
	default:
		reason.Code = CodeGuardian
	}
	return append(missing, reason)
}

func (x Give) apply(f *folding, e *Entry) error {
	own(&f.Grants, &f.grants, len(x.Boxes))
	for i := range f.Grants {
		if f.Grants[i].Ref == e.Ref {
			return errors.New("it was given before")
		}
	}
	if len(x.Boxes) == 0 || (x.Party != "") == x.Recipient.IsZero() {
		return errors.New("it says yes to nothing, or to nobody that she was told of")
	}
	for _, box := range x.Boxes {
		err := put(&f.Grants, Grant{
			Word: f.word(e), Box: box, Party: x.Party, Recipient: x.Recipient, Evidence: x.Evidence,
			Condition: x.Condition, Guardian: x.Guardian, Years: x.Years,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Confirm is her answer to the question whether it was she who said yes: what makes a yes count
// that has to be confirmed. It counts from then on.
type Confirm struct {
	journal.Step `json:"-"`

	Grant   string `json:"grant"`   // the reference of the Give
	Channel string `json:"channel"` // through which she has confirmed it; her other channels are confirmed by themselves
	Record  string `json:"record,omitempty"`
}

func (Confirm) kind() string { return "confirm" }

// Canonical writes the command in canonical form.
func (x Confirm) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Text("grant", x.Grant)
	c.Text("channel", x.Channel)
	c.Text("record", x.Record)
}

func (x Confirm) check(faults *customer.Faults) {
	faults.Name("grant", x.Grant)
	faults.Name("channel", x.Channel)
	faults.Text("record", x.Record)
}

// waits reports whether a grant is one that the command confirms at an instant.
func (x Confirm) waits(g *Grant, at time.Time) bool {
	return g.Ref == x.Grant && g.Channel == x.Channel && g.Confirmed.At.IsZero() && !at.Before(g.At) && at.Before(g.ConfirmBy)
}

// Confirm books that she has confirmed a yes.
func (p *Policy) Confirm(c Consents, x Confirm) (Decision, error) {
	step := x.Take()
	d, err := p.begin(c, step, func(faults *customer.Faults) {
		x.check(faults)
		p.known(faults, "channel", []string{x.Channel}, p.channels, ruleChannel)
	})
	if err != nil {
		return Decision{}, err
	}
	var given, confirmed bool
	var missing []customer.Reason
	for i := range c.Grants {
		g := &c.Grants[i]
		if g.Ref != x.Grant {
			continue
		}
		given = true
		reason := customer.Reason{Rule: p.ruleOf(g.Purpose), Of: g.Ref, At: p.local(g.At)}
		denial := c.denied(&Question{g.Purpose, g.Channel, g.Party}, step.At)
		switch {
		case g.Channel != x.Channel:
			continue
		case g.ConfirmBy.IsZero() || !g.Confirmed.At.IsZero():
			reason.Code = CodeNothingToConfirm
		case step.At.Before(g.At):
			reason.Code = CodeConfirmEarly
		case !step.At.Before(g.ConfirmBy):
			reason.Code, reason.Until = CodeConfirmLate, p.local(g.ConfirmBy)
		case denial != nil && !denial.At.Before(g.At):
			reason = p.deniedReason(denial, reason.Rule)
		default:
			confirmed = true
			d.Why(customer.Reason{Code: CodeGiven, Rule: reason.Rule, Of: g.Channel, At: p.local(step.At), Until: p.local(g.Until)})
			continue
		}
		missing = append(missing, reason)
	}
	switch {
	case !given:
		d.Miss(customer.Reason{Code: CodeNoGive, Of: x.Grant})
	case !confirmed && len(missing) == 0:
		d.Miss(customer.Reason{Code: CodeNothingToConfirm, Of: x.Grant})
	case !confirmed:
		for _, reason := range missing {
			d.Miss(reason)
		}
	}
	d.Post(x)
	return d.Decision()
}

func (x Confirm) apply(f *folding, e *Entry) error {
	own(&f.Grants, &f.grants, 0)
	none := true
	for i := range f.Grants {
		if g := &f.Grants[i]; x.waits(g, e.At) {
			g.Confirmed, none = Confirmation{f.word(e), x.Record}, false
		}
	}
	if none {
		return errors.New("nothing waits to be confirmed")
	}
	return nil
}
