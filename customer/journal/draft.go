package journal

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// Folds is a state that entries of one form lead to. Apply returns the state after more entries,
// and never changes the one that it is called on.
type Folds[S, B any, F Form[B]] interface {
	Apply(entries ...Entry[B, F]) (S, error)
}

var errNoBook = errors.New("journal: the zero rule book decides nothing: it is made by its constructor")

// Draft is a decision in the making: what a command leads to, or all that stands in its way. It is
// begun by [Begin] and closed by Decision; it is for one command and one goroutine.
type Draft[S Folds[S, B, F], B any, F Form[B]] struct {
	Step
	rule    string
	base    uint64
	state   S
	entries []Entry[B, F]
	reasons []customer.Reason
	missing []customer.Reason
}

// Begin begins a decision on a command in a state to which base entries have led. A malformed step
// or command is customer.Faults, all at once: check notes those of the command, nil where it has
// none. A rule book that is not in force on the command's day refuses, by its edition and zone, and so
// does a state that embeds an [Erasable] and was erased; a book without a zone is none that its
// constructor has made, and decides nothing.
func Begin[S Folds[S, B, F], B any, F Form[B]](
	edition customer.Edition, zone *time.Location, state S, base uint64, step Step, check func(*customer.Faults),
) (*Draft[S, B, F], error) {
	if zone == nil {
		return nil, errNoBook
	}
	var faults customer.Faults
	step.Check(&faults)
	if check != nil {
		check(&faults)
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	if err := edition.Covers(customer.DateOf(step.At, zone)); err != nil {
		return nil, err
	}
	step.At = step.At.Round(0) // without the reading of a clock's running time, by which instants would be compared until they are stored
	d := &Draft[S, B, F]{Step: step, rule: edition.Name(), base: base, state: state}
	if state, is := any(&d.state).(interface{ ErasedAt() time.Time }); is && !state.ErasedAt().IsZero() {
		d.Miss(customer.Reason{Code: customer.CodeErased, At: state.ErasedAt().In(zone)})
		return nil, &customer.Refusal{Rule: d.rule, Missing: d.missing}
	}
	return d, nil
}

// Miss notes what stands in the way of the command.
func (d *Draft[S, B, F]) Miss(reason customer.Reason) {
	d.missing = append(d.missing, d.signed(reason))
}

// Why notes a reason that belongs to no entry of its own.
func (d *Draft[S, B, F]) Why(reason customer.Reason) { d.reasons = append(d.reasons, d.signed(reason)) }

// Post books what the command says, or what follows from it; because is why, of which the last
// stands in the entry too.
func (d *Draft[S, B, F]) Post(body B, because ...customer.Reason) {
	var form F
	_, version := form.Format()
	entry := Entry[B, F]{Version: version, At: d.At, By: d.By, Ref: d.Ref, Rule: d.rule, Body: body}
	for _, reason := range because {
		entry.Because = d.signed(reason)
		d.reasons = append(d.reasons, entry.Because)
	}
	d.entries = append(d.entries, entry)
}

// signed returns a reason with the rule book's name, where it has no rule.
func (d *Draft[S, B, F]) signed(reason customer.Reason) customer.Reason {
	if reason.Rule == "" {
		reason.Rule = d.rule
	}
	return reason
}

// Decision closes the draft: with a decision, or with the *customer.Refusal that names all that
// stands in the way.
func (d *Draft[S, B, F]) Decision() (Decision[S, Entry[B, F]], error) {
	if len(d.missing) > 0 {
		return Decision[S, Entry[B, F]]{}, &customer.Refusal{Rule: d.rule, Missing: d.missing}
	}
	next, err := d.state.Apply(d.entries...)
	if err != nil {
		return Decision[S, Entry[B, F]]{}, err
	}
	return Decision[S, Entry[B, F]]{Base: d.base, Entries: d.entries, Next: next, Reasons: d.reasons}, nil
}

// Command is a step that somebody asks for: the Body of the entry that it leads to.
type Command interface {
	Fact
	Given() Step
}

// Book books a command under an id of a store, exactly once, as [Run] does. The key is the kind of
// the command and its reference: "tell:t-17". Decide is the method of the rule book that takes the
// command, or a closure around it where something is known beside the command:
//
//	answer, err := journal.Book(ctx, store, id, tell, register.Tell)
//	answer, err := journal.Book(ctx, store, id, quote, func(f contact.File, x contact.Quote) (contact.Decision, error) { return policy.Quote(f, x, others...) })
//
// A method with more arguments than a state and a command, be they none or many (others ...Quotes), fits
// only with a closure: without one a compiler says that its type does not match.
func Book[ID ~string, S, B any, F Form[B], C Command](
	ctx context.Context, store Store[ID, S, Entry[B, F]], id ID, asked C, decide func(S, C) (Decision[S, Entry[B, F]], error),
) (Outcome[S, Entry[B, F]], error) {
	body, _ := any(asked).(B)
	kind := kindOf[B, F](body)
	if kind == "" {
		var form F
		name, _ := form.Format()
		return Outcome[S, Entry[B, F]]{}, fmt.Errorf("journal: %T is no command of package %s", asked, name)
	}
	key, err := Key(kind, asked.Given().Ref)
	if err != nil {
		return Outcome[S, Entry[B, F]]{}, err
	}
	return Run(ctx, store, id, key, asked, func(state S) (Decision[S, Entry[B, F]], error) { return decide(state, asked) })
}
