// Package task keeps work from being lost: each goal has a plan, a record and a review, each round
// sets the goal of the next, and everything has an owner at all times.
//
// # Shape
//
//	Rules ──────► Procedure: Open ─► Plan ─► Record ─► Review ─► Close ─► Sequel ─► the next Open
//	Chart ─► Staff ─┘        Change, Move, Drop, Reopen: with a reason and an approver; Assign; Correct
//	                                    │
//	                              Cycle (one for each ID) ─► Read, Progress, Items
//	                                                                         │
//	          rows of the host: promises, quotes, visits, wishes, customers ─┴─► Item
//	                                                                              │
//	                      ┌──────────────────────┬────────────────────────────────┤
//	                      ▼                      ▼                                ▼
//	               digest (package):      handover (package):                Unowned:
//	               what is due and        who takes what                     what is nobody's
//	               important, each morning   somebody leaves
//
// A [Cycle] is one round: a goal (so many of a unit by a day, or what a text says), a plan of actions
// with day and owner, a record of what was done, and reviews that say how much of the goal was
// reached, why not all of it, and what was learnt. Nothing is reviewed without a record, and nothing
// closed without a review of all that was recorded. A closed cycle has a successor where its last
// review set the next goal: [Procedure.Sequel] makes its Open, and [Progress] reads the whole chain.
//
// An [Item] is anything that somebody is to look after, as a flat row, and a [Staff] is who there is
// and who reports to whom. Package digest shows each manager what is due and important among her
// people; package handover distributes what somebody leaves; [Unowned] finds what is nobody's.
//
// # Plugging in
//
// Give Procedure.With the staff as it is today, and book commands with journal.Book:
//
//	office := procedure.With(staff)
//	answer, err := journal.Book(ctx, store, "t-17", open, office.Open)
//
// [Cycle.Items] makes the rows of a cycle; a promise, a complaint's next wake, a quote that expires,
// a wish that has arrived or a visit is an Item that the host fills in from the package that knows it.
//
// # Left to the host
//
// Figures. Turnover, stock, receivables, payables and profit come from elsewhere: here they are
// figures of goals and amounts of items. Who belongs to the staff.
//
// # Stored text
//
// The kinds of entries and their fields, reason codes and the texts of [Judge] are format: pinned by
// tests, never renamed.
package task
