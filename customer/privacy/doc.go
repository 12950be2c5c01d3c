// Package privacy answers a customer who asks what is held on her, or that it be erased: what stands
// in the way, what is kept all the same, the erasure of a history that keeps its books whole, what else
// is to be done, and one document of everything.
//
// # Shape
//
//	open cases, bills, invoices ─► Policy.MayErase ─► refused, with all that is in the way, and from when
//	                                     │
//	                                     ▼ Verdict: what is kept, and until when
//	the host's order ─► journal.Erasure ─► Erase, for each store ─► the order is booked: a state without her
//	                                     │                        └► the history is rewritten
//	records before   ─► Found ───────────┴─► Policy.Purge ─► directory, linked records, profile, scans,
//	                                                        third parties, other systems: by when
//	stores, reports  ─► Part ─► Policy.Export ─► Document: in words, and for a machine
//
// # What an erasure does
//
// The last entry of what is erased is the order: when, on whose request, on which ground, what is kept
// and why. Before it stand as many entries as before, under the same keys, and each says only that
// something of a kind was said. So a request that comes a second time is still not booked twice, and
// what other packages keep under the customer's opaque ID (points, money) stays whole. A hash of a
// phone number is as good as the number, so fingerprints go as well; a repeated request then hears
// journal.ErrRewritten.
//
// The state is without her as soon as the order is booked; what was decided on the state before it is
// refused as a conflict. A call that was interrupted is repeated, with the same order or another.
// [Traces] looks for what might be left.
//
// # A package that can be erased
//
// Beside its other commands it has, in erase.go:
//
//	type Erase struct{ journal.Erasure }       // kind "erase"; Apply leaves a state without anything personal
//	type Scrubbed struct{ journal.Scrubbed }   // kind "scrubbed"; Apply only counts it
//	func Scrub([]Entry) []Entry                // journal.Scrub, with Scrubbed in the place of bodies
//
// and its rule book refuses every other command once it is erased: a customer who comes back is a new
// one. Scrubbed entries lead to the state that the order has left; [Erase] checks it before it writes.
//
// # What an export holds
//
// Every field of every state, and every entry in booking order, in the words of the rules or under the
// fields' own names. Left out, and counted, are the fields of other persons. Staff are shown by their
// role: the customer is told what was done and by what kind of office, and no employee is exposed.
// Parts that the rules name and nobody supplied are named.
//
// # Left to the host
//
// That it is she who asks; the text of the law, which has to be read before it is written into rules;
// reading the items that may hold it up; working off the rows of a purge, and erasing again what is
// restored from a backup (the order's ID is enough); keeping the document from other eyes. References
// and the names of staff are the host's own: they carry nothing personal of a customer.
//
// # Stored text
//
// The texts of [Effect] and [Place], the reason codes and the form of a [Document] are format: pinned
// by tests, never renamed.
package privacy
