// Package task keeps work from being lost: each goal has a plan, a record and a review, each
// manager sees every morning what is due and important among her people, and whatever somebody
// leaves behind has an owner on the day on which she goes.
//
// # Shape
//
//	Rules ─────────► Procedure: Open ─► Plan ─► Record ─► Review ─► Close ─► Sequel ─► the next Open
//	Chart ─► Staff ─┐           Change, Move, Drop: with a reason and an approver; Assign; Correct
//	                │                    │
//	                │              Cycle (one for each ID) ─► Items, Read, Progress
//	                │                    │
//	                │    rows of the host: promises, quotes, visits, wishes, customers
//	                │                    │
//	                │                    ▼
//	                │                  Item ───────────────┬──────────────────────┐
//	                ▼                    ▼                 ▼                      ▼
//	DigestRules ─► Digests: Gather ─► Digest for each   Unowned            HandoverRules ─► Handovers
//	                 of the staff, the important first   whose owner is gone   Propose ─► Handover ─► Return
//
// # The cycle
//
// A [Cycle] is one round: a goal (so many of a unit by a day, or what a text says), a plan of
// actions with day and owner, a record of what was done, and reviews that say how much of the goal
// was reached, why not all of it, and what was learnt. Nothing is reviewed without a record, and
// nothing closed without a review of all that was recorded. A closed cycle has a successor where its
// last review set the next goal: [Procedure.Sequel] makes its [Open]. Somebody owns it at all times.
//
// # The digest
//
// A [Gathering] takes [Item] rows in any order, of cycles and of whatever else the host keeps, and
// has for each of the staff a bounded list: important first; of these, and of the rest, what is due
// before what comes later; what is overdue longest before what is not. What is important enough by
// the rules goes up to the owner's manager, and further. What is nobody's is shown to the keeper.
//
// # The handover
//
// [Handovers.Propose] distributes everything that somebody leaves: what is of one customer to one
// person, whoever can do it, by load. What nobody can take goes to the manager, and says why. The
// answer is data: transfers for the host to carry out, each with a key, and what is to be read and whom
// to tell. [Handovers.Return] takes back what was handed over for a time.
//
// # Plugging in
//
// Give [Procedure.With] the staff as it is today, and book commands with journal.Book:
//
//	office := procedure.With(staff)
//	answer, err := journal.Book(ctx, store, "t-17", open, office.Open)
//
// [Cycle.Items] makes the rows of a cycle; a promise, a complaint's next wake, a quote that expires,
// a wish that has arrived or a visit is an Item that the host fills in from the package that knows
// it. Rule books and Staff are immutable and safe for concurrent use; a Gathering is for one
// goroutine, and several are merged.
//
// # Left to the host
//
// Figures. Turnover, stock, receivables, payables and profit come from elsewhere: here they are
// figures of goals and amounts of items. Carrying transfers out at whatever keeps a thing; telling
// people; who belongs to the staff.
//
// # Stored text
//
// The kinds of entries and their fields, reason codes, the texts of Judge and Duty and the keys of
// transfers are format: pinned by tests, never renamed.
package task
