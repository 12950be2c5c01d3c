package consent

import (
	"slices"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// Ask is what she may be asked for: one purpose, of one party, through these channels.
type Ask struct {
	Purpose  string
	Party    string          // empty: the shop itself
	Channels []string        // that she may be asked for; none: the purpose is silent
	Because  customer.Reason // why, of the first of them; the others have the same code
}

// Missing lists what she may be asked for next, in the order of the rules: what rests on her yes and
// has none that holds, and what ends soon. It leaves out what she has said no to, until she may be
// asked again, what waits for her to confirm it, everything while she has opted out of it, and
// everything for good once she is erased.
func (p *Policy) Missing(c Consents, at time.Time) ([]Ask, error) {
	var faults customer.Faults
	faults.Instant("at", at)
	if err := p.ready(faults, at); err != nil {
		return nil, err
	}
	if !c.anyErased().IsZero() {
		return nil, nil
	}
	objected := c.anyObjection(at) != nil
	var asks []Ask
	for i := range p.rules.Purposes {
		purpose := &p.rules.Purposes[i]
		if objected && !purpose.DespiteOptOut {
			continue
		}
		if purpose.Basis == "" {
			asks = p.ask(asks, &c, i, "", at)
		}
		for _, party := range p.rules.Parties {
			if slices.Contains(party.Purposes, purpose.ID) {
				asks = p.ask(asks, &c, i, party.ID, at)
			}
		}
	}
	return asks, nil
}

// ask appends what she may be asked for of a purpose and a party: channels with the same reason
// together.
func (p *Policy) ask(asks []Ask, c *Consents, purpose int, party string, at time.Time) []Ask {
	rule := &p.rules.Purposes[purpose]
	first := len(asks)
	for _, channel := range p.channelsOf(rule) {
		because, may := p.askable(c, purpose, &Question{rule.ID, channel, party}, at)
		if !may {
			continue
		}
		same := slices.IndexFunc(asks[first:], func(a Ask) bool { return a.Because.Code == because.Code })
		if same < 0 {
			same = len(asks) - first
			asks = append(asks, Ask{Purpose: rule.ID, Party: party, Because: because})
		}
		if channel != "" {
			asks[first+same].Channels = append(asks[first+same].Channels, channel)
		}
	}
	return asks
}

// channelsOf are the channels of a purpose, or the empty one.
func (p *Policy) channelsOf(purpose *Purpose) []string {
	switch {
	case purpose.Silent:
		return []string{""}
	case len(purpose.Channels) > 0:
		return purpose.Channels
	}
	all := make([]string, len(p.rules.Channels))
	for i := range p.rules.Channels {
		all[i] = p.rules.Channels[i].ID
	}
	return all
}

// askable reports whether she may be asked a question, and why.
func (p *Policy) askable(c *Consents, purpose int, q *Question, at time.Time) (because customer.Reason, may bool) {
	rule := &p.rules.Purposes[purpose]
	found := p.look(c, purpose, q, at)
	today := customer.DateOf(at, p.zone)
	switch no, weak := found.last, found.weak; {
	case found.grant != nil:
		until := found.grant.Until
		if rule.RenewDays == 0 || until.IsZero() || customer.DateOf(until, p.zone).AddDays(-rule.RenewDays) > today {
			return because, false
		}
		return customer.Reason{Code: CodeExpiring, Rule: p.names[purpose], Of: found.grant.Ref, Until: p.local(until)}, true
	case no != nil && (rule.AskAgainDays == 0 || customer.DateOf(no.At, p.zone).AddDays(rule.AskAgainDays) > today):
		return because, false
	case weak != nil && !weak.confirmed(at) && at.Before(weak.ConfirmBy):
		return because, false
	case no == nil && weak == nil:
		return p.noConsent("", q.Purpose, q.Party), true
	}
	return p.unasked(nil, &found, purpose, q, at)[0], true
}
