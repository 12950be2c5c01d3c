package complaint

import (
	"context"

	"github.com/rapport-crm/rapport/customer/journal"
)

// Command is a step that somebody asks for: the Body of the entry that it leads to, with the
// Step that says who asks, when, and under which reference.
type Command interface {
	Body
	journal.Command
}

// Run books a command on a case of a store, exactly once, as journal.Run does. The key is the
// command's kind and its reference: "transfer:t-17". Decide is the method of the Policy that
// takes the command:
//
//	answer, err := complaint.Run(ctx, store, id, keep, policy.Keep)
//
// and a closure around it where something is known beside the command.
func Run[C Command](ctx context.Context, store Store, id ID, asked C, decide func(Case, C) (Decision, error)) (Answered, error) {
	key, err := journal.Key(asked.kind().String(), asked.Given().Ref)
	if err != nil {
		return Answered{}, err
	}
	return journal.Run(ctx, store, id, key, asked, func(c Case) (Decision, error) { return decide(c, asked) })
}
