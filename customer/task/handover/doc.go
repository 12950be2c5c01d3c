// Package handover distributes what somebody leaves, for good or for a time, so that nothing is
// without an owner on the day on which she goes: her customers, tasks, cases, promises, quotes.
//
// # Shape
//
//	Rules ─► Policy ─┐
//	task.Staff ──────┼─► Propose ─► Proposal: transfers, loads, checklist ─► Return, once she is back
//	Leaving ─────────┘                │
//	 her items, who may take them     └─► the host carries each Transfer out, under its own key
//
// [Policy.Propose] gives what is of one customer to one person: whoever can do it, by load. What
// nobody can take goes to the manager of who leaves, and the reasons say why. The answer is data:
// [Transfer] rows for the host to carry out, each with the key under which it is booked once, and a
// checklist of what is to be read, whom to tell and what to decide, each line with a sentence ([Check.Reason]). [Policy.Return] takes back what
// was handed over for a time.
//
// Nothing is lost where it stops halfway: proposed again with the earlier transfers, the rest goes
// around what stands, and each is booked once.
//
// # Plugging in
//
// Hand over all items whose owner leaves, or what task.Unowned finds. A transfer of a cycle's item is a
// command of package task:
//
//	if id, assign, is := transfer.Assign(by, at, "she has left us"); is {
//		answer, err := journal.Book(ctx, cycles, id, assign, procedure.Assign)
//	}
//
// Those of other kinds are commands of who keeps the thing, under the transfer's Ref: a promise, a visit or
// a quote is given to somebody else by contact.Assign (its Example books a handover), a customer by
// identity.Assign.
//
// Afterwards the chart says that she has left, and from when on.
//
// # Left to the host
//
// Carrying transfers out at whatever keeps a thing; telling people; what everybody's load and
// capacity are.
//
// # Stored text
//
// The fields of the rules and of a [Proposal], reason codes, the texts of [Duty] and the keys of
// transfers are format: pinned by tests, never renamed.
package handover
