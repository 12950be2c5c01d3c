// Package complaint keeps the cases of customers who complain, from the first word to the last
// reopening, so that none is lost: it decides what may be done next and what may not, says all
// that is missing at once, and says of every answer why.
//
// # Shape
//
//	command, case ─► Policy.Receive, .Log, .Assess, …, .Close, .Reopen ─┬─► Decision: entries, the case after them, reasons
//	Rules ─► NewPolicy ─► Policy                                        ├─► *customer.Refusal: all that stands in the way
//	                                                                    └─► customer.Faults: all that is malformed
//
//	entries ─► Case.Apply, Replay ─► Case
//	case ─► Policy.Allowed: what may be done, by whom, and why not     Policy.Continue: which case a call goes on with
//
// A step of a complaint is a command: a plain struct, a method of [Policy] and a [Kind] of one
// name. What it says becomes the Body of the [Entry] that it leads to; what follows from it by the
// policy are entries of their own, in the same decision, with whatever the policy used pinned in
// them. A [Case] is what its entries add up to, under whatever policy holds later.
//
// # Machine
//
// Commands lead from phase to phase:
//
//	nobody's      ── receive ───────────► received
//	received      ── assess ────────────► assessed
//	              ── withdraw ──────────► decided
//	              ── close ─────────────► closed
//	assessed      ── investigate ───────► investigating
//	              ── withdraw, decide ──► decided
//	              ── close ─────────────► closed
//	investigating ── withdraw, decide ──► decided
//	              ── close ─────────────► closed
//	decided       ── add ───────────────► investigating
//	              ── close ─────────────► closed
//	closed        ── reopen ────────────► received
//	              ── reopen ────────────► assessed
//
//	received, assessed, investigating, decided, closed:
//	  log · link · unlink · file · conclude · confirm · wake · keep · renew
//	  release · insist · ask · answer · escalate · discipline · correct · act
//	  grade
//
//	received, assessed, investigating, decided:
//	  advise · wait · extend · switch · promise · take · transfer · accept
//	  decline · send · divert · serve · hand-in · move · inspect · hand-back
//	  scrap · lose · suspect · weigh · judge · match · testify · vet · approve
//	  object · bridge · deviate
//
//	assessed, investigating, decided:
//	  find
//
//	assessed, investigating, decided, closed:
//	  settle
//
// Of the commands that lead nowhere, each may be given in the phases above it. Decide and withdraw
// lead to decided with the last issue that was left; add leads back to investigating once
// everything was decided; reopen leads to where the case had been when somebody had, or had not,
// assessed it. A reopened case has no phase of its own but another cycle.
//
// # Axes
//
// A case has no single status. Each axis says one thing, and moves by commands of its own:
//
//	phase       how far the handling has come; with the cycle, and the outcome of a closed case
//	issues      each thing she complains of, with its own claim, finding, decision, remedy and cause
//	contacts    what was said, over which channel, and what it cost; never changed
//	recourse    threatened, told how to appeal, or with an external body
//	links       to other cases: a duplicate forwards replies to the one received first
//	waiting     for whom: the only thing that pauses a clock
//	clocks      what they count is figured from facts; nothing stores a deadline
//	promises    each with a by-when; a call before it is kept is counted, and so is a broken one
//	ownership   a desk, an agent, a tier; handoffs and effort are counted
//	evidence    items in custody, hypotheses, incidents, statements: no cause without an inspection
//	remedies    what is decided, approved within limits, and paid; claimed is not accepted is not paid
//	acts        of the conversation, apology first; with the level of service reached
//	survey      a week after the end; "still a problem" reopens
//
// Whatever a customer says is taken in every phase. A stated wish to complain always opens a case,
// and nobody handles a case about herself. A case closes only when nothing is owed any more:
// [Policy.Close] names what is, and so does the row of KindClose that [Policy.Allowed] returns.
//
// # Plugging in
//
// A [Store] keeps cases, as package journal has it; journal.Mem is one in memory. A request from
// a screen goes through journal.Run, which makes retries harmless:
//
//	key, err := journal.Key("log", log.Ref)
//	…
//	answer, err := journal.Run(ctx, store, id, key, log, func(c complaint.Case) (complaint.Decision, error) {
//		return policy.Log(c, log)
//	})
//
// Base of a [Decision] is the number of entries of the case that it was made on. A screen that
// decides on the case that its user saw, and commits that decision, gets journal.ErrConflict if
// anybody was faster: nothing is overwritten, and no case is ever locked.
//
// What the host knows beside a command, such as the other case of a link, is a further argument;
// what a rule reads of it is pinned in the entry.
//
// # Left to the host
//
// IDs of cases, issues and requests; who is at the screen, and whether she is who she says; finding
// a customer's cases to choose from; sending what is to be sent and paying what is to be paid; and
// waking up when the policy says so. Of the outcome lost the host tells package lifecycle, and to
// the root of a duplicate it forwards what the customer says.
//
// Notes hold no identifiers of persons, so that a customer can be erased and the books stay whole.
//
// # Stored text
//
// Entries carry a format version, [EntryVersion]; an earlier one is read, an unknown one is an
// error. The texts of the enumerations, the field names of entries and rules and the reason codes
// are format: pinned by tests, never renamed.
package complaint
