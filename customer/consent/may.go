package consent

import (
	"errors"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/calendar"
)

// May answers "may I contact her now?": whether she allows it, whether a complaint of hers is open,
// whether the channel reaches her at all, whether the caps over all packages and the days between
// two contacts leave room, and whether it is an hour at which she may be reached. Of what is not
// allowed it says all that is in the way, and where only time is, from when on it may be done.
//
// It is for the moment before the call; a plan has asked the same for its days. Errors are those of
// [Policy.Allowed], and a silent purpose is a fault: it contacts nobody.
func (p *Policy) May(c Consents, q Question, facts Facts, at time.Time) (Answer, error) {
	purpose, err := p.asked(&q, at, &facts)
	if err != nil {
		return Answer{}, err
	}
	answer := p.answer(&c, purpose, &q, at)
	missing := p.stopped(answer.Missing, &facts, purpose, &q)
	onlyTime := len(missing) == 0

	var room [32]entry // enough for most customers, and no work for the collector
	book := Ledger{p, p.enter(room[:0], facts.Contacts, customer.DateOf(at, p.zone))}
	if day := customer.DateOf(at, p.zone); !book.Fits(day, Use(purpose), Made) {
		missing = book.Missing(missing, day, Use(purpose), Made)
	}
	hours, name := p.hours[p.channels[q.Channel]], ""
	if hours != nil {
		name = p.rules.Channels[p.channels[q.Channel]].ID
	}
	if missing, err = p.quiet(missing, hours, name, at); err != nil {
		return Answer{}, err
	}
	hers := p.calendars[facts.Hours]
	if facts.Hours == "" {
		hers = nil
	}
	if missing, err = p.quiet(missing, hers, "", at); err != nil {
		return Answer{}, err
	}
	if len(missing) == 0 {
		return answer, nil
	}
	answer = Answer{Missing: missing}
	if onlyTime {
		answer.Until = p.next(&c, purpose, &q, &book, [...]*calendar.Calendar{hours, hers}, at)
	}
	return answer, nil
}

// stopped appends what stops a contact on whatever day, beside her word.
func (p *Policy) stopped(missing []customer.Reason, facts *Facts, purpose int, q *Question) []customer.Reason {
	if facts.OpenComplaint && !p.rules.Purposes[purpose].DespiteComplaint {
		missing = append(missing, customer.Reason{Code: CodeOpenComplaint, Rule: p.names[purpose]})
	}
	if !facts.reaches(q.Channel) {
		missing = append(missing, customer.Reason{Code: CodeInvalid, Rule: p.name, Of: q.Channel})
	}
	return missing
}

// quiet appends what a calendar has against an instant: that it is closed, or that nobody
// knows, since it is not in force. channel names the rule; empty: it is the calendar of her own hours.
func (p *Policy) quiet(missing []customer.Reason, hours *calendar.Calendar, channel string, at time.Time) ([]customer.Reason, error) {
	if hours == nil {
		return missing, nil
	}
	open, err := hours.Contains(at)
	if err == nil && open {
		return missing, nil
	}
	if err != nil {
		var unknown *customer.Refusal
		if errors.As(err, &unknown) {
			return append(missing, unknown.Missing...), nil
		}
		return missing, err
	}
	reason := customer.Reason{Code: CodeQuietNow, Rule: hours.Edition().Name(), At: p.local(at)}
	if channel != "" {
		reason.Rule = ruleName(p.rules.Edition, channel)
	}
	if next, err := hours.Open(at); err == nil {
		reason.Until = next.From
	}
	return append(missing, reason), nil
}

// farDays is how far ahead an instant is looked for: no cap reaches further than a year beyond the
// last contact.
const farDays = 2 * maxMemory

// next is the first instant after one at which the hour and the caps leave room, if she allows it then
// as well; zero: none that anybody knows of.
func (p *Policy) next(c *Consents, purpose int, q *Question, book *Ledger, hours [2]*calendar.Calendar, at time.Time) time.Time {
	far := customer.DateOf(at, p.zone).AddDays(farDays)
search:
	for {
		day := customer.DateOf(at, p.zone)
		if !day.Valid() || day >= far || p.rules.Covers(day) != nil {
			return time.Time{}
		}
		if !book.Fits(day, Use(purpose), Made) {
			at = day.AddDays(1).Start(p.zone)
			continue
		}
		for _, one := range hours {
			if one == nil {
				continue
			}
			open, err := one.Open(at)
			if err != nil {
				return time.Time{}
			}
			if open.From.After(at) {
				at = open.From
				continue search
			}
		}
		if !p.answer(c, purpose, q, at).Allowed {
			return time.Time{}
		}
		return p.local(at)
	}
}
