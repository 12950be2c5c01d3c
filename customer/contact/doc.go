// Package contact keeps what was said with a customer: who spoke with her, over which channel, for how
// long and about what; what was to be said and was not; which day was agreed, and whether it was read
// back; what a visit has shown; what she was promised, and which price was named to her by whom. It
// decides what of that may be booked, and says what is wrong with it while it can still be mended.
//
// # Shape
//
//	command, file ─► Policy.Prepare, .Log, .Note, .Record, .Quote, … ─┬─► Decision: entries, the file after them, reasons
//	Rules ─► New ─► Policy                                            ├─► *customer.Refusal: all that stands in the way
//	                                                                  └─► customer.Faults: all that is malformed
//
//	entries ─► File.Apply, Replay ─► File     one for each customer.ID
//
//	before a contact  Policy.Unsaid      File.LastQuotes     Policy.Owed
//	during it         Policy.Tick        ReadBack, Misheard  Policy.Quote
//	after it          Policy.Noteless    Policy.Unconfirmed  Policy.Unmade, .Unrecorded, .Unexplained, .Unreturned
//	over many files   Policy.Measure     how long contacts took, and which have no note
//
// A step is a command: a plain struct, a method of [Policy] and a kind of entry of one name. What it
// says becomes the Body of its [Entry], with whatever the policy used pinned in it: a target, how fresh
// a note is, until when a quote binds. A [File] is what its entries add up to, under whatever policy
// holds later.
//
//	contacts      log, note                        a note is written during the contact, or late, or faded
//	preparations  prepare, tick, drop              what was left unsaid is carried over by itself
//	appointments  log, confirm, move, cancel       a day and its weekday agree, or it is refused
//	visits        plan, log, record, call-off      what has changed is data for package identity
//	promises      log, keep, release               those of a complaint are its case's
//	quotes        quote, except, answer, withdraw  held against the last one, whoever named it
//	              archive                          drops what is settled; the entries stay
//
// Flags are no refusals: a call that took too long and was not noted was held all the same. Refused is
// what cannot be, or would do harm: a day that does not fit its weekday, a price that contradicts a
// colleague's without a reason, where the rules say so.
//
// # Plugging in
//
// A [Store] keeps files, as package journal has it: journal.Mem is one in memory, and an adapter to a
// database is written once for this package and all others. A request is booked by journal.Book, under
// its kind and reference, so that retries are harmless:
//
//	answer, err := journal.Book(ctx, store, id, log, policy.Log)
//
// A quote is held against other files too, those of linked records, of her group, of her class; the host
// loads them and passes their quotes:
//
//	answer, err := journal.Book(ctx, store, id, quote, func(f contact.File, x contact.Quote) (contact.Decision, error) {
//		return policy.Quote(f, x, others...)
//	})
//
// A class of customers has a file of its own, under an ID of the host's, for the prices that were named
// to all of them.
//
// # Years of contacts
//
// A file holds what somebody has to see, not everything that ever was. A host archives what was settled
// before a day, with [Archive], as often as it likes: the rows leave the file, their entries stay in the
// store. Each list has room for [MaxRows]; where a host never archives, the command that would be one too
// many drops the oldest settled quarter of that list first, by an entry of its own. Only a list full of
// what is not settled refuses. A report on a time that was archived is made of [ReplayWhole]; [Measure]
// says with [ErrArchived] where it has to be.
//
// # Left to the host
//
// Placing calls and writing letters; whether she may be contacted at all, which is package consent's; who
// is at the screen; turning amounts into minor units ([customer.Currency.Minor], with a unit of so many
// pieces that it is exact); handing [File.Changes] to package identity; IDs. Notes hold no identifiers of
// persons, so that a customer can be erased and the books stay whole; nor does a [Number] that is read
// back.
//
// # Stored text
//
// Entries carry a format version, [EntryVersion]; an earlier one is read, an unknown one is an error. The
// texts of the kinds and enumerations, the field names of entries and rules and the reason codes are
// format: pinned by tests, never renamed. A marshalled [Measure] begins with a version of its own.
package contact
