package complaint

import (
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// phases says in which phases a command may be given. Whatever the customer says or does is
// taken in every phase: nothing of hers is dropped because a case is closed.
func (k Kind) phases() phases {
	switch k {
	case KindReceive:
		return in(0)
	case KindAssess:
		return in(Received, Assessed, Investigating)
	case KindInvestigate:
		return in(Assessed)
	case KindFind:
		return in(Assessed, Investigating, Decided)
	case KindDecide:
		return in(Assessed, Investigating, Decided)
	case KindSettle:
		return in(Decided)
	case KindClose:
		return in(Received, Assessed, Investigating, Decided)
	case KindReopen:
		return in(Closed)
	case KindLog, KindLink, KindUnlink, KindFile, KindConclude, KindAsk, KindAnswer, KindDiscipline, KindCorrect, KindGrade, KindWake, KindConfirm:
		return in(Received, Assessed, Investigating, Decided, Closed)
	default:
		return in(Received, Assessed, Investigating, Decided)
	}
}

// leads says to which other phase a command may lead from a phase; 0: to none.
func (k Kind) leads(from Phase) Phase {
	if !k.phases().has(from) {
		return 0
	}
	switch k {
	case KindReceive:
		return Received
	case KindAssess:
		if from == Received {
			return Assessed
		}
	case KindInvestigate:
		return Investigating
	case KindAdd:
		if from == Decided { // what is not decided is open again
			return Investigating
		}
	case KindDecide, KindWithdraw:
		if from != Decided { // once it was the last issue without a decision
			return Decided
		}
	case KindClose:
		return Closed
	case KindReopen:
		return Assessed
	default:
	}
	return 0
}

// enter moves the case into a phase, where the kind of the entry leads there.
func (g *ground) enter(phase Phase, e *Entry) error {
	if e.Kind().leads(g.Phase) != phase {
		return errMove{g.Phase, phase}
	}
	g.Phase, g.Since = phase, e.At
	return nil
}

// errMove says that no step of its kind leads from one phase to another.
type errMove struct{ from, to Phase }

func (e errMove) Error() string {
	return "it does not lead from " + e.from.String() + " to " + e.to.String()
}

// bars notes all that stands in the way of a command of a kind, whatever it says: what
// [Policy.Allowed] tells before anybody has filled in a form.
func (p *Policy) bars(kind Kind, c *Case, step Step, miss func(customer.Reason)) {
	if !kind.phases().has(c.Phase) {
		miss(customer.Reason{Code: CodePhase, Of: c.Phase.String(), At: c.Since})
		if c.Phase == 0 {
			return // there is nothing else to say about a case that nobody has opened
		}
	}
	switch kind {
	case KindClose:
		for _, bar := range [...]func(*Case, time.Time, func(customer.Reason)){
			p.barIssues, p.barPromises, p.barItems, p.barRemedies, p.barRecourse, p.barSolution, p.barDiverted,
		} {
			bar(c, step.At, miss)
		}
	case KindTake:
		p.barTake(c, step.By, miss)
	case KindMove, KindHandBack, KindScrap, KindLose:
		p.barCustody(c, miss)
	default:
	}
}

// Permission says whether a command of a kind may be given.
type Permission struct {
	Kind    Kind
	Missing []customer.Reason // empty: it may, once it is filled in
}

// Allowed says of every command whether somebody may give it at an instant, and what stands in
// the way where not: for the buttons of a screen. What a command says can still be refused.
func (p *Policy) Allowed(c Case, by string, at time.Time) []Permission {
	permissions := make([]Permission, 0, KindGrade)
	for kind := KindReceive; kind <= KindGrade; kind++ {
		one := Permission{Kind: kind}
		p.bars(kind, &c, Step{By: by, At: at}, func(reason customer.Reason) {
			if reason.Rule == "" {
				reason.Rule = p.name
			}
			one.Missing = append(one.Missing, reason)
		})
		permissions = append(permissions, one)
	}
	return permissions
}
