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
// # Several records of one customer
//
// Records are never merged, for a merge cannot be undone. They are linked:
//
//	records ─► Register.Candidates, .Compare ─► a score, and what speaks for and against
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
// A link is an entry of the younger of two records, by the instant of their opening and then by ID, and
// names the older one and when that was opened. So nothing can lead in a circle, whoever links what at the
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
// [Directory.Sharing] names the records that a new one should be compared with. [Register.Identify] is what a till and a telephone ask: it normalises what was shown or said, looks it
// up, and tells one customer, several, or none, and why.
//
// # Left to the host
//
// Normalising identifiers and names, the evidence for a link and who may give it, moving points, showing
// cases and counting purchases under another customer, and holding to the stricter consent.
package identity
