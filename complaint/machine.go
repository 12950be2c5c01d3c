package complaint

import (
	"errors"
	"slices"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// phases says in which phases a command may be given. Whatever the customer says or does is
// taken in every phase: nothing of hers is dropped because a case is closed.
func (k Kind) phases() phases {
	switch {
	case k == KindReceive:
		return in(0)
	case k == KindAssess:
		return in(Received, Assessed, Investigating)
	case k == KindInvestigate:
		return in(Assessed)
	case k.is(KindFind, KindDecide):
		return in(Assessed, Investigating, Decided)
	case k == KindSettle: // what is decided on one issue is paid while others are still looked at; and a payment bounces late
		return in(Assessed, Investigating, Decided, Closed)
	case k == KindClose:
		return in(Received, Assessed, Investigating, Decided)
	case k == KindReopen:
		return in(Closed)
	case k.is(KindLog, KindLink, KindUnlink, KindFile, KindConclude, KindInsist, KindKeep, KindRenew, KindRelease,
		KindAsk, KindAnswer, KindDiscipline, KindCorrect, KindAct, KindGrade, KindWake, KindConfirm, KindEscalate):
		return in(Received, Assessed, Investigating, Decided, Closed)
	}
	return in(Received, Assessed, Investigating, Decided)
}

// is reports whether the kind is one of some.
func (k Kind) is(some ...Kind) bool { return slices.Contains(some, k) }

// leads says to which other phases a command may lead from a phase.
func (k Kind) leads(from Phase) phases {
	if !k.phases().has(from) {
		return 0
	}
	switch {
	case k == KindReceive:
		return in(Received)
	case k == KindAssess:
		if from == Received {
			return in(Assessed)
		}
	case k == KindInvestigate:
		return in(Investigating)
	case k == KindAdd:
		if from == Decided { // what is not decided is open again
			return in(Investigating)
		}
	case k.is(KindDecide, KindWithdraw):
		if from != Decided { // once it was the last issue without a decision
			return in(Decided)
		}
	case k == KindClose:
		return in(Closed)
	case k == KindReopen:
		return in(Received, Assessed) // as it had been assessed before, or not
	}
	return 0
}

// impartial reports whether a command decides about the case, so that whoever the customer
// complains about may not give it. Taking and transferring say so of the agent who gets the
// case, whoever it is that hands it to her.
func (k Kind) impartial() bool {
	return k.is(KindWithdraw, KindLink, KindUnlink, KindAssess, KindInvestigate, KindFind, KindConclude, KindClose, KindAccept, KindDecline, KindServe,
		KindDecide, KindApprove, KindObject, KindDeviate, KindDiscipline, KindWait, KindExtend, KindSwitch, KindConfirm, KindVet, KindGrade,
		KindJudge, KindDivert, KindRenew, KindRelease)
}

// enter moves the case into a phase, where the kind of the entry leads there.
func (g *ground) enter(phase Phase, e *Entry) error {
	if !e.Kind().leads(g.Phase).has(phase) {
		return moveError{g.Phase, phase}
	}
	g.Phase, g.Since = phase, e.At
	if phase == Decided {
		g.Decider = g.Owner
	}
	return nil
}

// moveError says that no step of its kind leads from one phase to another.
type moveError struct{ from, to Phase }

func (e moveError) Error() string {
	return "it does not lead from " + e.from.String() + " to " + e.to.String()
}

// bars notes all that stands in the way of a command of a kind, whatever it says: what
// [Policy.Allowed] tells before anybody has filled in a form.
func (p *Policy) bars(kind Kind, c *Case, step Step, miss func(customer.Reason)) {
	p.barStep(kind, c, step, miss)
	if c.Phase == 0 {
		return // there is nothing else to say about a case that nobody has opened
	}
	switch {
	case kind == KindClose:
		p.barClose(c, c.expected(), step.At, miss)
	case kind == KindTake:
		p.barTake(c, step.By, miss)
	case kind.is(KindAccept, KindDecline):
		p.barAnswer(c, miss)
	case kind == KindServe:
		p.barServe(c, miss)
	case kind.is(KindMove, KindHandBack, KindScrap, KindLose):
		p.barCustody(c, miss)
	}
}

// barStep notes that a command is not given in the phase of the case, not by somebody, not under a
// policy that would read the amounts of the case as those of another currency, or not for an instant
// at which it could not have been: a case that was closed before it came to that could be reopened
// no more.
func (p *Policy) barStep(kind Kind, c *Case, step Step, miss func(customer.Reason)) {
	by := step.By
	switch in := kind.phases().has(c.Phase); {
	case in && kind == KindClose:
		if last := c.owedUntil(); step.At.Before(last) {
			miss(customer.Reason{Code: CodeOwedThen, At: last.In(p.zone)})
		}
	case in && kind == KindReopen:
		if step.At.Before(c.Since) {
			miss(customer.Reason{Code: CodeClosedThen, At: c.Since.In(p.zone)})
		}
	case !in:
		reason := customer.Reason{Code: CodePhase, Of: c.Phase.String()}
		if c.Phase != 0 {
			reason.At = c.Since.In(p.zone)
		}
		miss(reason)
	}
	if kind.impartial() && c.concerns(by) {
		miss(customer.Reason{Code: CodeConcerned, Of: by})
	}
	if c.Currency != (customer.Currency{}) && c.Currency != p.rules.Currency {
		miss(customer.Reason{Code: CodeOtherCurrency, Of: c.Currency.Code, Fact: int64(c.Currency.Digits)})
	}
}

// Permission says whether a command of a kind may be given.
type Permission struct {
	Kind    Kind
	Missing []customer.Reason // empty: it may, once it is filled in
}

// idle notes that a command of a kind has nothing in the case that it could be about, so that it
// is refused whatever it says. It is told here before anybody has filled in a form; the refusal of
// a command names what that one speaks of.
func (p *Policy) idle(kind Kind, c *Case, at time.Time, miss func(customer.Reason)) {
	found := true
	switch kind { //nolint:exhaustive // the others make something new
	case KindAsk:
		p.barAsk(c, at, miss)
	case KindReopen:
		if window := p.window(c, at); c.Phase == Closed && window.Code == CodeReopenTooLate && len(c.Recourse.Filings) == 0 {
			miss(window)
		}
	case KindWithdraw:
		found = slices.ContainsFunc(c.Issues, func(one Issue) bool { return !one.ended() && !at.Before(one.At) })
	case KindFind:
		found = len(c.Issues) > 0
	case KindDecide:
		found = len(c.Issues) > 0 && !c.withdrawn()
	case KindUnlink:
		found = slices.ContainsFunc(c.Links, func(link Linked) bool { return link.As != Duplicate || c.Ended != OutcomeDuplicate })
	case KindConclude:
		found = c.filing("") >= 0
	case KindSettle:
		found = slices.ContainsFunc(c.Remedies, func(r Remedy) bool {
			return r.settles(SettlementDone) || r.settles(SettlementFailed) || r.settles(SettlementDeclined)
		})
	case KindApprove, KindObject:
		found = slices.ContainsFunc(c.Remedies, func(r Remedy) bool { return r.State == RemedyProposed && !at.Before(r.At) })
	case KindWeigh:
		found = slices.ContainsFunc(c.Hypotheses, func(one Hypothesis) bool { return len(one.Weighings) < MaxList })
	case KindExtend, KindSwitch, KindConfirm:
		found = p.changes(kind, c, at)
	case KindKeep, KindRenew, KindRelease:
		found = slices.ContainsFunc(c.Commitments, func(one Commitment) bool { return one.Open() && !at.Before(one.Made) })
	case KindAnswer:
		found = slices.ContainsFunc(c.Surveys, func(one Survey) bool { return one.waits(at) })
	}
	if !found {
		miss(customer.Reason{Code: CodeNothing, Of: kind.String()})
	}
}

// Allowed says of every command whether somebody may give it at an instant, and what stands in
// the way where not: for the buttons of a screen. What a command says can still be refused.
//
// The row of KindClose lists all that keeps the case open: the answer to "why is this not
// done?". It speaks of closing with an answer; an Outcome that needs none, such as Unreachable,
// asks for other things, and [Policy.Close] says for which.
func (p *Policy) Allowed(c Case, by string, at time.Time) []Permission {
	if p.zone == nil {
		return nil
	}
	var missing []customer.Reason
	miss := func(reason customer.Reason) { missing = append(missing, p.signed(reason)) }
	permissions := make([]Permission, 0, KindGrade)
	var refusal *customer.Refusal
	if !errors.As(p.edition.Covers(p.day(at)), &refusal) && !c.Erased.IsZero() {
		refusal = &customer.Refusal{Missing: p.erased(&c)}
	}
	for kind := KindReceive; kind <= KindGrade; kind++ {
		missing = nil
		if refusal != nil { // a policy that is not in force says no more than that, nor does an erased case
			permissions = append(permissions, Permission{kind, slices.Clone(refusal.Missing)})
			continue
		}
		p.bars(kind, &c, Step{By: by, At: at}, miss)
		if kind.phases().has(c.Phase) {
			p.idle(kind, &c, at, miss)
		}
		permissions = append(permissions, Permission{kind, missing})
	}
	return permissions
}
