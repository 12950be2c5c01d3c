package consent

import (
	"slices"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// Permission is one purpose for which a customer may be reached through one channel.
type Permission struct {
	Channel string
	Purpose string
	Until   customer.Date // the first day on which it no longer holds; zero: it does not end
}

// Reach is how a customer may be reached, as of one day: what a plan is made with. [Policy.Reach]
// makes it of what she has said. What does not stand in it is not allowed.
type Reach struct {
	Customer      customer.ID
	Allowed       []Permission // at most MaxPermissions
	OptedOut      bool         // she does not want to be contacted
	Erased        time.Time    // since when she is erased, so that nothing is allowed; zero: she is not
	OpenComplaint bool
	Invalid       []string // as of Facts
	Hours         string   // as of Facts
	Contacts      []Contact
}

// MaxPermissions is how many permissions a Reach may have.
const MaxPermissions = 10_000

// Reach says through what, for what and until when a customer may be reached by the shop itself, as
// far as is known at an instant. Opting out stands apart, as a complaint does: a purpose that it stops
// is among the permissions all the same, so that a plan can say what it is that is in the way.
func (p *Policy) Reach(who customer.ID, c Consents, facts Facts, at time.Time) (Reach, error) {
	var faults customer.Faults
	faults.Name("customer", string(who))
	faults.Instant("at", at)
	facts.check(&faults, p)
	if err := p.ready(faults, at); err != nil {
		return Reach{}, err
	}
	reach := Reach{
		Customer: who, OptedOut: c.anyObjection(at) != nil, Erased: p.local(c.anyErased()), OpenComplaint: facts.OpenComplaint,
		Invalid: facts.Invalid, Hours: facts.Hours, Contacts: facts.Contacts,
	}
	if !reach.Erased.IsZero() {
		return reach, nil
	}
	for i := range p.rules.Purposes {
		purpose := &p.rules.Purposes[i]
		if purpose.Silent {
			continue
		}
		for _, channel := range p.rules.Channels {
			q := Question{Purpose: purpose.ID, Channel: channel.ID}
			if len(p.unfit(nil, i, &q)) > 0 {
				continue
			}
			found := p.look(&c, i, &q, at)
			switch {
			case found.grant != nil:
				reach.Allowed = append(reach.Allowed, Permission{channel.ID, purpose.ID, p.endDay(found.grant.Until)})
			case purpose.Basis != "" && (found.denial == nil || purpose.DespiteOptOut):
				reach.Allowed = append(reach.Allowed, Permission{Channel: channel.ID, Purpose: purpose.ID})
			}
		}
	}
	return reach, nil
}

// endDay is the first day on which what ends at an instant no longer holds for the whole day.
func (p *Policy) endDay(until time.Time) customer.Date {
	if until.IsZero() {
		return 0
	}
	return customer.DateOf(until, p.zone)
}

// Permits reports whether she may be reached through a channel for a purpose, and until which day, as
// of a Permission.
func (r *Reach) Permits(channel, purpose string) (until customer.Date, permitted bool) {
	until, permitted = r.permission(channel, purpose)
	return until, permitted && !slices.Contains(r.Invalid, channel)
}

// permission finds one of the permissions, and until which day it holds.
func (r *Reach) permission(channel, purpose string) (until customer.Date, found bool) {
	if !r.Erased.IsZero() {
		return 0, false
	}
	for i := range r.Allowed {
		if one := &r.Allowed[i]; one.Channel == channel && one.Purpose == purpose {
			return one.Until, true
		}
	}
	return 0, false
}

// Stopped appends what stops a purpose on whatever day and through whatever channel: that she is
// erased, has opted out, or has a complaint open.
func (p *Policy) Stopped(missing []customer.Reason, reach *Reach, purpose string) []customer.Reason {
	at, known := p.purposes[purpose]
	if !known {
		return missing
	}
	rule := &p.rules.Purposes[at]
	if !reach.Erased.IsZero() {
		return append(missing, p.erasedReason(p.names[at], reach.Erased))
	}
	if reach.OptedOut && !rule.DespiteOptOut {
		missing = append(missing, customer.Reason{Code: CodeOptedOut, Rule: p.names[at]})
	}
	if reach.OpenComplaint && !rule.DespiteComplaint {
		missing = append(missing, customer.Reason{Code: CodeOpenComplaint, Rule: p.names[at]})
	}
	return missing
}

// Barred appends what bars a channel for a purpose on a day: that there is no permission, that it
// ends by then, or that the channel does not reach her.
func (p *Policy) Barred(missing []customer.Reason, reach *Reach, channel, purpose string, on customer.Date) []customer.Reason {
	switch until, found := reach.permission(channel, purpose); {
	case !found:
		missing = append(missing, p.noConsent(channel, purpose, ""))
	case until != 0 && until <= on:
		missing = append(missing, customer.Reason{Code: CodeEnds, Rule: ruleName(p.rules.Edition, channel, purpose), On: on, By: until})
	}
	if slices.Contains(reach.Invalid, channel) {
		missing = append(missing, customer.Reason{Code: CodeInvalid, Rule: p.name, Of: channel})
	}
	return missing
}
