package consent

import (
	"slices"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// Question is what is asked: may this be done, through this channel, by or for this party?
type Question struct {
	Purpose string `json:"purpose"`
	Channel string `json:"channel,omitempty"` // empty: the purpose is silent
	Party   string `json:"party,omitempty"`   // empty: the shop itself
}

// Answer is what is allowed, what it rests on and until when; or all that stands in the way.
type Answer struct {
	Allowed bool
	Grant   Grant           // the yes that it rests on, with its evidence
	Basis   string          // what it rests on where that is no yes: Purpose.Basis
	Because customer.Reason // of what is allowed: why
	Missing []customer.Reason
	// Until is the instant at which the yes that it rests on ends; zero: it does not. What she may say
	// after the instant asked for, and when the line closes, it does not know. Of what is not allowed
	// only for the hour or the caps, it is the first instant at which it would be; zero: waiting does
	// not help.
	Until time.Time
}

// Allowed says whether she allows something at an instant, be it now or years ago. It knows what she
// has said and what the rules ask for, and nothing of hours and caps: see [Policy.May].
//
// The last word of hers counts, by the instant at which she said it and not by when it was booked;
// of a yes and a no of the same instant, the no. A no stands until a later yes that holds: one that
// has been confirmed, has not ended and was given to the notice that the rules ask for. An
// objection stands until it is restored, and who is erased allows nothing any more, whatever it would
// rest on. What was allowed at an earlier instant is asked of the rules that
// were in force then.
//
// A question that the rules do not know is customer.Faults, and a day on which they are not in force a
// *customer.Refusal.
func (p *Policy) Allowed(c Consents, q Question, at time.Time) (Answer, error) {
	purpose, err := p.asked(&q, at, nil)
	if err != nil {
		return Answer{}, err
	}
	return p.answer(&c, purpose, &q, at), nil
}

// asked checks a question, and finds its purpose. With facts, it is about a contact.
func (p *Policy) asked(q *Question, at time.Time, facts *Facts) (purpose int, err error) {
	var faults customer.Faults
	faults.Instant("at", at)
	purpose, known := p.find(&faults, "", q)
	p.checkParty(&faults, q.Party)
	if facts != nil {
		facts.check(&faults, p)
		if known && p.rules.Purposes[purpose].Silent {
			faults.Add("purpose", q.Purpose, "contacts somebody")
		}
	}
	return purpose, p.ready(faults, at)
}

// ready refuses a question with faults, and one of a day on which the rules are not in force.
func (p *Policy) ready(faults customer.Faults, at time.Time) error {
	if p.zone == nil {
		return errNoPolicy
	}
	if err := faults.Err(); err != nil {
		return err
	}
	return p.rules.Covers(customer.DateOf(at, p.zone))
}

// answer answers a question that the rules know.
func (p *Policy) answer(c *Consents, purpose int, q *Question, at time.Time) Answer {
	rule := &p.rules.Purposes[purpose]
	if erased := c.anyErased(); !erased.IsZero() {
		return Answer{Missing: []customer.Reason{p.erasedReason(p.names[purpose], erased)}}
	}
	var missing []customer.Reason
	if objection := c.anyObjection(at); objection != nil && !rule.DespiteOptOut {
		missing = append(missing, customer.Reason{Code: CodeOptedOut, Rule: p.names[purpose], Of: objection.Ref, At: p.local(objection.At)})
	}
	missing = p.unfit(missing, purpose, q)
	found := p.look(c, purpose, q, at)
	basis := q.Party == "" && rule.Basis != "" && (found.denial == nil || rule.DespiteOptOut)
	if found.grant == nil && !basis {
		missing = p.unasked(missing, &found, purpose, q, at)
	}
	switch {
	case len(missing) > 0:
		return Answer{Missing: missing}
	case found.grant != nil:
		g := found.grant
		return Answer{
			Allowed: true, Grant: *g, Until: p.local(g.Until),
			Because: customer.Reason{Code: CodeGiven, Rule: p.names[purpose], Of: g.Channel, At: p.local(g.At), Until: p.local(g.Until)},
		}
	}
	return Answer{Allowed: true, Basis: rule.Basis, Because: customer.Reason{Code: CodeBasis, Rule: p.names[purpose], Of: rule.Basis}}
}

// local is an instant as the zone's clock shows it, and zero where there is none.
func (p *Policy) local(at time.Time) time.Time {
	if at.IsZero() {
		return time.Time{}
	}
	return at.In(p.zone)
}

// unfit appends what the rules themselves have against a question.
func (p *Policy) unfit(missing []customer.Reason, purpose int, q *Question) []customer.Reason {
	rule := &p.rules.Purposes[purpose]
	if len(rule.Channels) > 0 && !slices.Contains(rule.Channels, q.Channel) {
		missing = append(missing, customer.Reason{Code: CodeNotThrough, Rule: p.names[purpose], Of: q.Channel})
	}
	if q.Party != "" && !slices.Contains(p.rules.Parties[p.parties[q.Party]].Purposes, q.Purpose) {
		missing = append(missing, customer.Reason{Code: CodeNotForParty, Rule: p.names[purpose], Of: q.Party})
	}
	return missing
}

// finding is what she has said to a question.
type finding struct {
	grant  *Grant  // the yes that holds, the one that does so for longest; nil: none
	denial *Denial // the no that stands; nil: none
	last   *Denial // the same, where she has said no yes since
	weak   *Grant  // the last yes, where none holds
}

// look finds what she has said to a question, in all records of hers.
func (p *Policy) look(c *Consents, purpose int, q *Question, at time.Time) finding {
	notice, since := p.shown(purpose, q.Party)
	found := c.look(q, notice, since, at)
	for i := range c.beside {
		other := c.beside[i].look(q, notice, since, at)
		if other.denial != nil && (found.denial == nil || other.denial.At.After(found.denial.At)) {
			found.denial = other.denial
		}
		if other.last != nil && (found.last == nil || other.last.At.After(found.last.At)) {
			found.last = other.last
		}
		if other.weak != nil && (found.weak == nil || other.weak.At.After(found.weak.At)) {
			found.weak = other.weak
		}
		if other.grant != nil && (found.grant == nil || found.grant.endsBefore(other.grant)) {
			found.grant = other.grant
		}
	}
	if found.grant != nil && found.denial != nil { // under one of her names; a yes under another does not lift it
		found.grant, found.last = nil, found.denial
	}
	return found
}

func (c *Consents) look(q *Question, notice string, since int, at time.Time) finding {
	found := finding{denial: c.denied(q, at)}
	for i := len(c.Grants) - 1; i >= 0; i-- {
		g := &c.Grants[i]
		if g.At.After(at) {
			continue
		}
		if found.grant != nil && found.grant.Until.IsZero() {
			break // none holds for longer
		}
		if found.denial != nil && !g.At.After(found.denial.At) {
			break
		}
		if g.Purpose != q.Purpose || g.Channel != q.Channel || g.Party != q.Party {
			continue
		}
		switch {
		case !g.holds(at) || !g.shows(notice, since):
			if found.weak == nil {
				found.weak = g
			}
		case found.grant == nil || found.grant.endsBefore(g):
			found.grant = g
		}
	}
	switch {
	case found.grant != nil:
		return finding{grant: found.grant}
	case found.weak == nil:
		found.last = found.denial
	}
	return found
}

// holds reports whether a yes is confirmed and has not ended.
func (g *Grant) holds(at time.Time) bool { return g.confirmed(at) && !g.ended(at) }

func (g *Grant) ended(at time.Time) bool { return !g.Until.IsZero() && !at.Before(g.Until) }

func (g *Grant) confirmed(at time.Time) bool {
	return g.ConfirmBy.IsZero() || !g.Confirmed.At.IsZero() && !g.Confirmed.At.After(at)
}

// shows reports whether a yes was given to a notice, in a version or a later one.
func (g *Grant) shows(notice string, since int) bool {
	return notice == "" || g.Evidence.Notice == notice && g.Evidence.Version >= since
}

// endsBefore reports whether a yes ends before another one does.
func (g *Grant) endsBefore(other *Grant) bool {
	return !g.Until.IsZero() && (other.Until.IsZero() || g.Until.Before(other.Until))
}

// anyObjection returns the objection that stands in any record of hers, or nil.
func (c *Consents) anyObjection(at time.Time) *Objection {
	objection := c.objected(at)
	for i := 0; objection == nil && i < len(c.beside); i++ {
		objection = c.beside[i].objected(at)
	}
	return objection
}

// anyErased returns since when any record of hers is erased; zero: none is. That stops everything, of
// whatever instant: what she had said before, her noes among it, nobody knows any more.
func (c *Consents) anyErased() time.Time {
	erased := c.Erased
	for i := 0; erased.IsZero() && i < len(c.beside); i++ {
		erased = c.beside[i].Erased
	}
	return erased
}

func (p *Policy) erasedReason(rule string, erased time.Time) customer.Reason {
	return customer.Reason{Code: CodeErased, Rule: rule, At: p.local(erased)}
}

// unasked appends why there is no yes that holds.
func (p *Policy) unasked(missing []customer.Reason, found *finding, purpose int, q *Question, at time.Time) []customer.Reason {
	if found.last != nil {
		missing = append(missing, p.deniedReason(found.last, p.names[purpose]))
	}
	g := found.weak
	if g == nil {
		if found.last == nil {
			missing = append(missing, p.noConsent(q.Channel, q.Purpose, q.Party))
		}
		return missing
	}
	reason := customer.Reason{Rule: p.names[purpose], Of: g.Ref, At: p.local(g.At)}
	if g.ended(at) {
		reason.Code, reason.Until = CodeExpired, p.local(g.Until)
		missing = append(missing, reason)
	}
	if !g.confirmed(at) {
		reason.Code, reason.Until = CodeUnconfirmed, p.local(g.ConfirmBy)
		missing = append(missing, reason)
	}
	if notice, since := p.shown(purpose, q.Party); !g.shows(notice, since) {
		missing = append(missing, customer.Reason{
			Code: CodeNoticeChanged, Rule: p.names[purpose], Of: notice, Fact: int64(g.Evidence.Version), Mark: int64(max(since, 1)),
		})
	}
	return missing
}

func (p *Policy) deniedReason(no *Denial, rule string) customer.Reason {
	code := CodeDeclined
	if no.Withdrawn {
		code = CodeWithdrawn
	}
	return customer.Reason{Code: code, Rule: rule, Of: no.Ref, At: p.local(no.At)}
}

func (p *Policy) noConsent(channel, purpose, party string) customer.Reason {
	return customer.Reason{Code: CodeNoConsent, Rule: ruleName(p.rules.Edition, channel, purpose), Of: party}
}
