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
//
//	before a step   Policy.Continue: which case a call goes on with    Policy.Allowed: what may be done, by whom, and why not
//	in between      Policy.NextWake: when to look again, with a Wake    Policy.Read: the figures of a clock
//	after a step    Policy.Due: what to pay or give                     Policy.Explain: a reason as a sentence
//
// A step of a complaint is a command: a plain struct, a method of [Policy] and a [Kind] of one
// name. What it says becomes the Body of the [Entry] that it leads to; what follows from it by the
// policy are entries of their own, in the same decision, with whatever the policy used pinned in
// them. A [Case] is what its entries add up to, under whatever policy holds later.
//
// What the host knows beside a command, such as an [Agent] with her roles or the other case of a
// link, is a further argument; what a rule reads of it is pinned in the entry.
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
//	Case ─┬─ Erasable              since when nothing is known of it any more                      erase
//	      ├─ Opening               what was known at intake: who, when, over which channel receive
//	      ├─ Phase, Cycle, Ended   how far the handling has come; Since when, and its end  assess, investigate, decide, close
//	      ├─ Reopening             how the cycles before had ended, and why it goes on     reopen
//	      ├─ Issues                each thing she complains of: claim, finding, ruling     add, find, decide, withdraw
//	      ├─ Assessed              how bad it is; with the threats its Priority            assess
//	      ├─ Contacts              what was said, how, and what it cost; never changed     log
//	      ├─ Links                 to other cases; a duplicate forwards replies            link, unlink
//	      ├─ Recourse              she threatens, is told how to appeal, has gone          advise, file, conclude
//	      │
//	      ├─ Waiting               for whom: the only thing that pauses a clock            wait
//	      ├─ Clocks                facts; figures come from Read, no deadline is stored    extend, switch, confirm, wake
//	      ├─ Commitments           promises, each with a by-when; kept, broken, chased     promise, keep, renew, release
//	      ├─ Deadlines             by when she wants it: hers, and not ours                insist
//	      │
//	      ├─ Owner, Decider        a desk, an agent, a tier; its Spells one after another  take
//	      ├─ Escalations           to the next tier: she asks, a clock, too many handoffs  escalate
//	      ├─ Unprepared            what those who had it had not learnt                    take, transfer, accept
//	      ├─ Handoffs, Diversions  who was sent where, warm or cold; the effort is hers    transfer, accept, decline, send, divert, serve
//	      │
//	      ├─ Items, Inspections    in our custody: one holder at any instant               hand-in, move, inspect, hand-back, scrap, lose
//	      ├─ Hypotheses            what the cause may be, with what speaks for it          suspect, weigh
//	      ├─ Incidents             known ones that it was matched to                       match
//	      ├─ Judgements            what somebody thinks she wants                          judge
//	      ├─ Statements, Vettings  what staff had told her, and sold her                   testify, vet
//	      │
//	      ├─ Remedies              offered, approved within limits, paid                   decide, approve, object, settle
//	      ├─ Bridges, Deviations   what helps meanwhile; what the policy did not foresee   bridge, deviate
//	      ├─ Measures, Corrections on staff, and of the root cause                         discipline, correct
//	      │
//	      ├─ Acts                  of the conversation, apology first                      act
//	      ├─ Surveys               one for each cycle; "still a problem" reopens           ask, answer
//	      └─ Graded                the level of service reached, as somebody judged it     grade
//
// What is claimed is not what is accepted, and that is not what is paid: [Case.Sums] tells the
// three apart.
//
// # Guards
//
// A stated wish to complain always opens a case, and whatever a customer says is taken in every
// phase. Nobody handles a case about herself. Nobody keeps a customer from the manager she asks
// for. The customer is no cause without an inspection or a clause, nor against a later inspection,
// and no claim is refused without a reason, a clause and a way to appeal. What she complains of
// nobody withdraws for her. A case closes only when nothing is owed any more: no promise, no item
// in custody, no remedy, no appeal. [Policy.Close] names what is, and so does the row of KindClose
// that [Policy.Allowed] returns. Its amounts stay in the currency in which it was taken in.
//
// A host that forwards what is said of a duplicate follows [Case.DuplicateOf] to the root; the
// reason CodeForward says each time that there is something to forward.
//
// # Plugging in
//
// A [Store] keeps cases, as package journal has it: journal.Mem is one in memory, and an adapter
// to a database has three methods, one table, and a suite that tests it. It is written once for
// this package and all others. A request from a screen goes through [Run], which is journal.Run
// with the key of the command, and makes retries harmless:
//
//	answer, err := complaint.Run(ctx, store, id, log, policy.Log)
//
// Run decides on the case as it is by then: right for what a customer says, which is taken anyway.
// Whoever decides by what she sees on a screen decides on that. Base of a [Decision] is the number
// of entries of the case that it was made on, so a decision on the case that was shown is refused
// with journal.ErrConflict if anybody was faster:
//
//	shown, _, err := store.Load(ctx, id) // and some time later
//	…
//	answer, err := complaint.Run(ctx, store, id, ending, func(_ complaint.Case, ending complaint.Close) (complaint.Decision, error) {
//		return policy.Close(shown, ending)
//	})
//
// Then nothing is overwritten, no case was ever locked, and the screen shows the case anew.
//
// A case is worth no more than its entries: a host that suspects its stored cases replays them.
// What staff may not see of them, [Policy.For] and [Policy.EntriesFor] leave out.
//
// # Calendars and wakes
//
// The library has no clock. [Policy.NextWake] says of a case when something becomes due next: a
// mark of a clock, a promise, a survey. The host keeps that instant in an index, sends a [Wake]
// then, and asks again after each entry. A wake that comes late, twice or for nothing does no harm.
//
// A calendar has an ID and a version, and a clock keeps those it started under. So a new version is
// given to NewPolicy beside those before it, for as long as an open case names them: new clocks take
// the latest, and Switch moves one that runs. A policy is replaced in the same way: what began under
// the old one keeps its terms, and the new one decides what comes.
//
// # Packages below
//
// They know nothing of cases, and are of use without them, but for the last, which counts them. What a
// case has of a conversation, its acts and the level of service, and of a sale, the verdict, is of
// their types:
//
//	desk          who can do what, where and when; which desk a topic goes to; queues and staffing
//	entitlement   what a purchase entitles to on a day: return, exchange, repair, and for what money
//	suitability   whether a product suits who buys it: at the sale, and when a case is vetted
//	conversation  whether what had to be said was said, in a good order and without harmful words
//	quality       the reports on many cases: how soon, how well, at what cost, from what causes
//
// The host passes their answers on: the desk of a Route to Transfer, a Right to the offers of
// Decide (a return as a refund, an exchange as a replacement, a repair as a repair), the acts of a
// case to conversation. [Policy.Vet] asks a book of suitability itself. What the cases of a month
// tell is for package quality, which stands above this one.
//
// # Left to the host
//
// IDs of cases, issues and requests, and of a customer whom nobody knows yet one of her own; who is
// at the screen, and whether she is who she says; finding a customer's cases to choose from; sending
// what is to be sent and paying what is to be paid; and waking up when the policy says so. Of the
// outcome lost the host tells package lifecycle, and to the root of a duplicate it forwards what the
// customer says.
//
// # Erasing
//
// A case is the customer's: it has her ID, the token under which she is reached, her own words and what
// she wants. [Policy.Erase] takes all of it out of a closed case, and [Scrub] out of its history; package
// privacy does both, and says what is in the way before. What is counted of cases is counted before: an
// erased one counts as none that was received. What was paid stands in the books of the host, under the
// references that it gave. Other cases keep the ID of the case, where they were linked to it.
//
// Notes hold no identifiers of persons all the same: they are read by many.
//
// # Stored text
//
// Entries carry a format version, [EntryVersion]; an earlier one is read, an unknown one is an
// error. The texts of the enumerations, the field names of entries and rules and the reason codes
// are format: pinned by tests, never renamed.
//
// In JSON a constant is its text, which its String returns and which is not always its name:
// [FaultOfMake] is "make", [StillProblem] "still-a-problem". Whoever writes another text into rules
// is told which there are.
package complaint
