// Package identity says who a customer is: which identifiers lead to her, what is known of her, from
// whom and since when, and which records are of one and the same customer.
//
// # Shape
//
//	card, phone, list code ─► Normaliser ─► Token ─► Directory.Find ─► records ─► Golden
//	                                                      ▲
//	Rules ─► Register: Open, Attach, Tell, Correct, … ─► Record (one for each customer.ID)
//	                   Link, Unlink ────────────────────► links of the younger record to the older
//
// # One record
//
// A record is opened with as little as a customer says at the first contact, and grows with what she tells
// afterwards. Every command is a method of [Register], a Body of an [Entry], and its kind:
//
//	open                          the record: person or organisation, from which source
//	attach, detach, confirm       identifiers: hers from now on, hers no more, still hers
//	spoil, restore                what is wrong with one, on what evidence: it bounces, it is lost; and no longer
//	tell, strike                  facts of fields, with source, day and confidence; and withdrawn
//	correct, approve, reject      a field, an identifier, a cardholder's name: on evidence, with somebody else's consent
//	decline                       she would not answer: it is not asked again for some days
//	classify, assign              class, key account and owner, from a day on
//	issue, reissue, limit         cardholders of a customer, their cards and limits
//	call                          how she wants to be called
//	link, unlink, distinct, …     other records of the same customer, see below
//
// Nothing is overwritten. An identifier that ended, and a document that expired or was corrected, still lead
// to her, as old ones; facts that were struck stay, with what struck them.
//
//	Record.Holds         how she holds a token at an instant: good, not yet, expired, ended, blocked, invalid; why
//	Record.Good          under what she can be reached, without what leads nowhere
//	Register.Value       what a field says, by its rule of survivorship
//	Register.Completeness, .Questions
//	                     how much is known, and what to ask next: by weight, by age, at this occasion
//	Register.Handling    class, key account, owner; does she wait in the queue, do reports go into detail
//	Register.Spend       may the holder of this card buy for so much, after what he has bought
//	Register.Eligible    may she become a member, or all that is missing
//	Register.Address     how she is addressed in a language
//
// # Identifiers
//
// [Told] is an identifier as somebody tells it. It is kept as it was told, beside the form in which it is looked up: the host's [Normaliser] is
// asked once, when an identifier is attached, and its answer is pinned with its version. A [Token] has the
// namespace of its issuer; a scheme or an issuer that the rules do not know is refused by name. The days
// of documents and cards are civil days, first and last, as they are printed; the instants at which they
// begin and end in the register's zone are pinned too, so that [Held.Status] needs no rules.
//
// # What is printed
//
// Identifiers, values, names, notes and wishes are hidden wherever they are printed by package fmt, by any
// verb: a log tells "phone …4321" and "address …". What may be shown is what the rules said when it was
// told: the last characters of an identifier, never more than half of it, and fields that are not Personal.
// Faults, refusals and reasons repeat nothing personal. References, and the names of evidence and sources,
// are the host's own words, and shown; they carry no identifiers.
//
// Whatever reads the fields themselves sees everything, and nothing in Go can prevent it: JSON, which is
// what is stored; a struct of the host's that has a record in an unexported field, of which fmt asks no
// method; a test that compares records. The text handler of log/slog prints as fmt does; its JSON handler
// writes JSON, unless it is told to print, as the example of [Record] shows.
//
// # Stored text
//
// Entries are written in format version 1. The texts of kinds, of every enumeration, and the reason codes
// are format: renaming one is a migration of data.
//
// # Several records of one customer
//
// Records are never merged, for a merge cannot be undone. They are linked:
//
//	records ─► Register.Candidates, .Compare ─► a Pair, its score, and what speaks for and against
//	                                    │ somebody looks, and has evidence
//	                                    ▼
//	           Register.Link, .Unlink, .Distinct, .Reconsider ─► entries of the younger record
//	                                    │
//	           ┌────────────────────────┼───────────────────────┐
//	           ▼                        ▼                       ▼
//	        Groups:                 Register.Golden:         Consequences:
//	        who is one customer     what she is, read as     what the host moves, or reads
//	        with whom, the root     one, each field with     in another way, with references
//	        is the oldest record    source, day and why      for what it books
//
// A link is an entry of the younger of two records, by the instant of their opening and then by ID: their
// [Pair] says which, and stands in the entry. So nothing can lead in a circle, whoever links what at the
// same time; one commit touches one record; and nothing need be locked. All of it is computed whenever it
// is asked for, from the links that stand: once a link is taken back, every answer is what it was before.
// What the host did meanwhile, such as a transfer of points, it keeps by its own references, and
// [Consequences] names what of it crossed between the two that now part.
//
// What differs between records is decided by a rule for each field, see [Survival] and [Register.Golden].
// [Golden.Record] hands the result to whatever reads a record.
//
// # Lookup
//
// A [Directory] finds records by any of their identifiers, old ones too, and the root of their group. A
// host makes one for each tenant from its records, keeps it in memory, and puts a record in again after
// every decision on it; it is made anew, in parts that are merged if need be, and never stored: so it can
// never say anything that the records do not. Reading it from many goroutines is safe while nobody writes;
// a host with a lock around both, or which swaps a new one in, is on the safe side.
// [Directory.Sharing] names the records that a new one should be compared with. [Register.Identify] is
// what a till and a telephone ask: it normalises what was shown or said, looks it up, and tells one
// customer, several, or none, and why.
//
// # Left to the host
//
// Normalising identifiers and names, the evidence for a link and who may give it, moving points, showing
// cases and counting purchases under another customer, and holding to the stricter consent.
package identity
