// Package contact keeps what was said with a customer. It decides what of that may be booked, and says
// what is wrong with it while it can still be mended.
//
// # What it knows of
//
// A [File] holds all of one customer, in six lists that fall into three parts. Each part can be used
// without the others:
//
//	what was said    Contacts      who spoke with her, over which channel, for how long, and the notes on it
//	                 Preparations  what was to be said: ticked, dropped, or carried over to the next list
//	                 Appointments  which day was agreed, and whether it was read back
//	                 Promises      what she was promised until when, and whether it was kept
//	visits           Visits        what was planned and known, and what was found, changed and suggested
//	prices           Quotes        which price was named to her by whom, and until when it holds
//
// # How it works
//
//	command, File ─► Policy.Log, .Prepare, .Quote, … ─┬─► Decision: entries, the File after them, reasons
//	Rules ─► New ─► Policy                            ├─► *customer.Refusal: all that stands in the way
//	                                                  └─► customer.Faults: all that is malformed
//
//	entries ─► File.Apply, Replay ─► File
//
// A step is a command, a method of [Policy] and a kind of entry, of one name:
//
//	contacts      log, note                         a note is written during the contact, or late, or faded
//	preparations  prepare, tick, drop               what was left unsaid is carried over by itself
//	appointments  (log) confirm, move, cancel       a day and its weekday agree, or it is refused
//	promises      (log) keep, release               those of a complaint are its case's
//	visits        plan, (log) record, call-off      what has changed is data for package identity
//	quotes        quote, justify, answer, withdraw  held against the last one, whoever named it
//	              assign                            to somebody else: a promise, a visit, a quote
//	all           archive                           drops what is settled; the entries stay
//
// What a command leaves open, its method fills in and pins: the target of a contact, how fresh a note is,
// until when a quote binds. A history so leads to the same file under whatever rules hold later.
//
// A call is not refused for how it was held: one that took too long and has no note is booked, and the
// reasons of its decision say so. Refused is what cannot be, such as points of a list that has ended, or
// would do harm: a day that does not fit its weekday, a price that contradicts a colleague's without an
// explanation, unless the rules say to flag it.
//
// A row that speaks of a command by its past participle is what became of it: [Promise] and [Promised],
// [Quote] and [Quoted].
//
// # A call, from beginning to end
//
// Before it, the desk asks what is due, and writes its list:
//
//	points, why := policy.Unsaid(file)       // left over from last time
//	owed, why := policy.Owed(file, now)      // promised, and not kept yet
//	calls, why := policy.Unreturned(file, now)
//	last := file.LastQuotes()                // the price that a colleague has named
//	policy.Prepare(file, contact.Prepare{…}) // sorted by importance, with what was left over
//
// During it, a day and the numbers are read back, and what was said is ticked; the answer names what is
// left, while she is still on the phone:
//
//	err := policy.ReadBack(on, weekday, now) // a *customer.Refusal that says what else may have been meant
//	why := policy.Numbers(numbers)           // 17 crates, or 11?
//	policy.Tick(file, contact.Tick{…})
//
// After it, the call is booked once, with its note, what was agreed and what was promised:
//
//	policy.Log(file, contact.Log{…})
//
// What was forgotten is asked for in the evening, or in a digest: [Policy.Noteless] for the notes,
// [Policy.Unconfirmed] for days and numbers that nobody has read back, [Policy.Unmade] and
// [Policy.Unrecorded] for the visits, [Policy.Unexplained] for the prices. Each returns the rows and, as
// sentences for [Policy.Explain], why they are in it. [Policy.Measure] adds up over many files how many
// contacts took longer than their target, and how many have no note.
//
// # Plugging in
//
// A [Store] keeps files, as package journal has it: journal.Mem is one in memory, and an adapter to a
// database is written once for this package and all others. A request is booked by journal.Book, under
// its kind and reference, so that retries are harmless:
//
//	answer, err := journal.Book(ctx, store, id, log, policy.Log)
//
// A quote is held against other files too, those of linked records, of her group, of her class (a class of
// customers has a file of its own, under an ID of the host's); the host loads them and passes their quotes:
//
//	answer, err := journal.Book(ctx, store, id, quote, func(f contact.File, x contact.Quote) (contact.Decision, error) {
//		return policy.Quote(f, x, others...)
//	})
//
// # Who leaves
//
// What somebody owns of a file is what she is to do: promises ([Promised].Owner), visits (the Staff of
// their plan) and quotes ([Quoted].Owner). The host makes items of them for task.Unowned and for package
// handover, and books each transfer with [Policy.Assign]; see the example of Policy.Assign.
//
// # Years of contacts
//
// A file holds what somebody has to see, not everything that ever was. A host archives what was settled
// before a day, with [Archive], as often as it likes: the rows leave the file, their entries stay in the
// store. Each list has room for [MaxRows]; where a host never archives, the command that would be one too
// many drops the oldest settled quarter of that list first, by an entry of its own. Only a list full of
// what is not settled refuses. A report on a time that was archived is made of [ReplayWhole]; a Measure
// says with [ErrArchived] where it has to be.
//
// A command copies the rows of the lists that it touches: a call on a file of a hundred contacts 30 KB.
//
// # Left to the host
//
// Placing calls and writing letters; whether she may be contacted at all, which is package consent's; who
// is at the screen; turning amounts into minor units (customer.Currency.Minor, with a unit of so many
// pieces that it is exact); handing [File.Changes] to package identity; IDs. Notes hold no identifiers of
// persons, so that a customer can be erased and the books stay whole; nor does a Number that is read back.
// What is known of her and has changed, in plans and records of visits, is hers: it goes when she is
// erased. Errors repeat neither.
//
// # Stored text
//
// Entries carry a format version, [EntryVersion]; an earlier one is read, an unknown one is an error. The
// texts of the kinds and enumerations, the field names of entries and rules and the reason codes are
// format: pinned by tests, never renamed. A marshalled Measure begins with a version of its own.
package contact
