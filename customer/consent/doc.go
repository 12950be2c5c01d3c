// Package consent says what a customer allows, and whether she may be contacted now: for which
// purpose, through which channel, by or for whom; what shows that she said so, until when it
// holds, and which caps, quiet hours and complaints stand beside her word.
//
// # Shape
//
//	Rules ─► Policy: purposes, channels, third parties, notices, caps, hours
//	            │
//	            ├─ Give, Confirm, Decline, Withdraw, Object, Restore ─► Decision ─► journal.Book ─► Consents
//	            │                                                                                      │
//	            │     ┌────────────────────────────────────────────────────────────────────────────────┘
//	            │     ▼
//	            ├─ Allowed(said, question, at) ─► Answer: the yes that it rests on, or all that is missing
//	            ├─ May(said, question, facts, at): the same, with caps, hours, complaint: asked before a call
//	            ├─ Missing(said, at): what she may be asked for next
//	            └─ Reach(who, said, facts, at) ─► what a plan is made with (package lifecycle/agenda)
//
// A [Question] is a purpose through a channel, for the shop itself or for a third party. Purposes and
// channels stand once in the [Rules]: what they weigh against the caps, what goes on despite a
// complaint or an objection, what needs her yes and what rests on something else.
//
// # Her word
//
// The last word counts, by the instant at which she said it. It may be booked later, and out of
// order: a letter in which she takes a yes back holds from its own day on, but a yes that she
// gave after it stands. Of a yes and a no of the same instant the no counts. A yes that was booked by
// mistake is withdrawn as of its own instant, and then it never held.
//
// A no stands until a later yes that holds, and whatever she has said, an objection stops all of
// it until it is restored. What a contract or a duty asks for goes on, where the rules say so, and so does her
// yes to a third party of whom she did not speak: whoever books the no hears what does. A no asks for
// nothing but who takes it down and when, and is taken for all that she ever said yes to, whether the
// rules of today know it or not. Nothing is ever overwritten, so every question can be asked for
// an earlier instant; [Consents.History] lists the words themselves.
//
// A yes ends after the months of its purpose: at the beginning of that day of the month in the zone
// of the rules, on the last day of a shorter month; 29 February and twelve months are 28 February. The
// end, like the day by which she must confirm a mail address, is written into the entry when it is
// booked, and read against the instant of each question. There is no timer.
//
// A yes is one to what she was shown. Where a purpose has a notice, the yes names the version and the
// hash of its text; when a later version says something else, SinceNotice makes those who saw an
// earlier one be asked again, and nobody else.
//
// # Third parties
//
// A third party is somebody who uses her data for ends of its own: a manufacturer, a partner. Each yes is
// to one of them and for one purpose, never part of another and never the condition of something,
// and the entry keeps what she was told of the recipient. A purpose that is Separate is held to the same.
// No law is built in: which purposes need what, the rules say. A test shows rules as the law of one
// country might ask for them; the primary text must be checked by whoever uses such rules.
//
// # Several records of one customer
//
// [Strictest] reads linked records as one: a no under any of her names counts against a yes under
// another. When they are no longer linked, each is what it was. The caps hold for the customer, so the
// contacts under all her names belong into the [Facts].
//
// # After an erasure
//
// [Policy.Erase] takes away what she said, her noes among it, and so nothing is allowed any more: no
// purpose, whatever it rests on, of no instant, and under no name that is linked to hers. Give the
// order for whoever is erased, also where she has never said a word: what rests on no word of hers
// would go on.
//
// # Plugging in
//
// Keep a [Store] of consents beside the customers, and book each word through [journal.Book], by the
// policy that was in force on the day on which she said it. Ask
// [Policy.May] before every call, visit and letter, with the contacts that all packages have made;
// [Policy.Allowed] before anything else is done with her data. Calendars (package calendar) are passed by name:
// for each channel the hours that are not quiet, and those of customers who have named hours of their own. A policy is
// immutable and safe for concurrent use, and the answers depend on nothing but the arguments.
//
// # Left to the host
//
// Sending what is to be confirmed; the texts of notices, and where forms and recordings are kept; her
// age, and who her guardian is; which channels do not reach her; taking her yes to a channel back when its
// address changes hands; telling third parties that she has taken a yes back; collecting the contacts that
// were made.
//
// # Stored text
//
// Reason codes, the JSON of entries and of [Consents], the texts of kinds and of [Said] are format and
// pinned by tests. Refs, notices, media and records are names of the host's; none of them carries
// identifiers of persons.
package consent
