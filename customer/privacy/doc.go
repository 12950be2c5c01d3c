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
// something of a kind was said. So a request that comes a second time is still not booked twice. A
// hash of a phone number is as good as the number, so fingerprints go as well; a repeated request then
// hears [journal.ErrRewritten], and any other customer.CodeErased.
//
// The state is without her as soon as the order is booked; what was decided on the state before it is
// refused as a conflict. The order is booked where nothing was said, too (consent, contact, wish): a
// till that was offline would add to it afterwards, and package consent would go on to allow what rests
// on no word of hers. A call that was interrupted is repeated, with the same order or another. [Traces]
// looks for what might be left, also of her in the histories of others.
//
// # What is erased
//
//	for each of her records (OfRecord with its group)   identity, consent, contact, wish
//	for each cycle that is planned for her              task
//	for each closed case of hers                        complaint: an open one is in the way
//
// What was archived of contacts is in their entries, and goes with them.
//
// # What remains, and why
//
// Package loyalty keeps an account: points, receipts and what was on them, the shop and the day, and the
// short reasons and authors of what was granted by hand. Package promo/wallet keeps coupons and what they
// took off, package lifecycle stages and dates, attempts to win her back, who introduced whom, and remarks
// with a note. Books rest on the first two, and a reward that is paid once on the third; so they remain,
// under her [customer.ID] and those of other customers, from which nothing leads to her once the record and
// the directory are without her. That holds as far as reasons and notes keep to their rule: no names and no
// numbers. A host that needs none of it any more deletes the whole histories, and lists them as a [System].
//
// Other customers' records keep her ID where they were linked to it, told apart from it, hold a card
// beside her or have her as a guardian; so do households and introductions. A cardholder who is known by
// name only has no record: his name goes with that of the firm. Aggregates (customer/population, segment)
// count her, and of her have the ID at most, in samples; customer/profile is the host's to drop, and stands among what was [Found].
//
// # A package that can be erased
//
// Beside its other commands it has, in erase.go:
//
//	type Erase struct{ journal.Erasure }       // kind "erase"; Apply leaves a state without anything personal
//	type Scrubbed struct{ journal.Scrubbed }   // kind "scrubbed"; Apply only counts it
//	func Scrub([]Entry) []Entry                // journal.Scrub, with Scrubbed in the place of bodies
//
// and a [journal.Erasable] in its state, whose Fits refuses every entry after the order: a customer who
// comes back is a new one. Scrubbed entries lead to the state that the order has left; [Erase] checks it
// before it writes. That stands in package journal, since the packages that are erased stand below this one.
//
// # What an export holds
//
// Every field of every state, and every entry in booking order, in the words of the rules or under the
// fields' own names. Left out, and counted, are the fields and entries of other persons. Staff are shown by their
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
