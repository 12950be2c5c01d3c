package consent

import (
	"slices"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// Ask is a question that she may be asked, and why.
type Ask struct {
	Question
	Because customer.Reason
}

// Missing lists what she may be asked for next, in the order of the rules: what rests on her yes and
// has none that holds, and what ends soon. It leaves out what she has said no to, until she may be
// asked again, what waits for her to confirm it, and everything while she has opted out of it.
func (p *Policy) Missing(c Consents, at time.Time) ([]Ask, error) {
	if p.zone == nil {
		return nil, errNoPolicy
	}
	var faults customer.Faults
	if faults.Instant("at", at); len(faults) > 0 {
		return nil, faults
	}
	if err := p.rules.Covers(customer.DateOf(at, p.zone)); err != nil {
		return nil, err
	}
	objected := c.anyObjection(at) != nil
	var asks []Ask
	for i := range p.rules.Purposes {
		purpose := &p.rules.Purposes[i]
		if objected && !purpose.DespiteOptOut {
			continue
		}
		for _, channel := range p.channelsOf(purpose) {
			if purpose.Basis == "" {
				asks = p.ask(asks, &c, i, Question{purpose.ID, channel, ""}, at)
			}
			for _, party := range p.rules.Parties {
				if slices.Contains(party.Purposes, purpose.ID) {
					asks = p.ask(asks, &c, i, Question{purpose.ID, channel, party.ID}, at)
				}
			}
		}
	}
	return asks, nil
}

// channelsOf are the channels of a purpose, or the empty one.
func (p *Policy) channelsOf(purpose *Purpose) []string {
	switch {
	case purpose.Silent:
		return []string{""}
	case len(purpose.Channels) > 0:
		return purpose.Channels
	}
	var all []string
	for _, channel := range p.rules.Channels {
		all = append(all, channel.ID)
	}
	return all
}

// ask appends a question if she may be asked it.
func (p *Policy) ask(asks []Ask, c *Consents, purpose int, q Question, at time.Time) []Ask {
	rule := &p.rules.Purposes[purpose]
	found := p.look(c, purpose, &q, at)
	today := customer.DateOf(at, p.zone)
	if g := found.grant; g != nil {
		if rule.RenewDays == 0 || g.Until.IsZero() || customer.DateOf(g.Until, p.zone).AddDays(-rule.RenewDays) > today {
			return asks
		}
		return append(asks, Ask{q, customer.Reason{Code: CodeExpiring, Rule: p.names[purpose], Of: g.Ref, Until: p.local(g.Until)}})
	}
	if no := found.last; no != nil && (rule.AskAgainDays == 0 || customer.DateOf(no.At, p.zone).AddDays(rule.AskAgainDays) > today) {
		return asks
	}
	if g := found.weak; g != nil && !g.confirmed(at) && at.Before(g.ConfirmBy) {
		return asks
	}
	return append(asks, Ask{q, p.unasked(nil, &found, purpose, &q, at)[0]})
}
