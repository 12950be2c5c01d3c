// Package wish remembers what a customer likes, needs, wants and means to do: the window seat at the
// side, the quiet room that she could not have, the white model that was not there, and whether she
// would come again. It proposes, of what is free, what she likes; says who may be told that what they
// wait for has come; and groups customers by what they need.
//
// # Shape
//
//	Rules ─► Book                          a history of commands            what is asked of it
//	                                                │
//	  kinds    Say, Observe, Forget ───────────────►│─► Preferences ─► Likes ─► Propose ◄── what is free
//	  needs    Need, Link, Close ──────────────────►│─► Needs ───────► Unmet ◄── what is offered
//	                                            Memory                 Tally, Group (many customers)
//	  wishes   Want, Tell, Bounce, Buy, Withdraw ──►│─► Wishes ──────► Arrival ◄── stock, who waits
//	  intents  Intend ─────────────────────────────►│─► Intents ─────► Outlook
//
// There is one [Memory] for each customer. It knows what was booked, and nothing that a day makes of
// it: how much of an observation is left, whether a need is due, whether a wish has expired are
// computed when they are asked for, as of the day that is named.
//
// # Preferences
//
// A preference is a value of a kind: the window of the seats. What she said and what was seen of it
// stand beside each other. Her word comes first, however often she was seen otherwise; after as many
// contradictions in a row as the rules say, [Liking] says that somebody should ask her. Observations
// fade by the kind's half-life, in exact integers (population.Halving), and one visit counts once,
// whatever order visits come in: each sends one [Observe] under its own reference.
//
// What she dislikes is never proposed. Seen to choose and seen to refuse a value weigh against each
// other; if they weigh the same it is a dislike.
//
// A sensitive kind (her health, her faith) is kept only with the reference of her consent, and used
// only where the host passes, with each question, that she consents to it. Otherwise [Book.Propose]
// says that it was not considered, whether or not anything is known.
//
// # Needs
//
// A need is something that she cannot do without, a desire something that she would like: [Depth]
// keeps them apart everywhere. One that is foreseen has a day by which it is expected, and is due the
// rules' lead before. What may meet a need is named by the host's IDs, for its group in the rules and
// for itself ([Link]); what is offered is passed with the question. [Close] ends it: with what met it,
// or with why it is no longer followed up.
//
// # Wishes
//
// A wish holds until a day that is pinned when it is made. [Book.Arrival] answers, for all who wait
// and the stock of an instant, who may be told: the longer waiting first, and no piece to two. Each
// notice is then booked by its [Tell], which is refused where she was told before, has bought,
// withdrawn or let her wish expire: so she is told once. Whoever gets the answer "booked" sends the
// message. What she was told of is kept for her for the rules' days: for that long Arrival counts it
// as gone, if the host passes wishes of which somebody was told too. A notice that did not reach her
// is taken back by [Bounce]. Who waits longer, or would take another colour, makes a [Want] that takes
// the place of the one before.
//
// A purchase ends the wishes that it fulfils, and any other that she says it stands in for. Goods
// that come back open none again: whoever still wants them makes a new wish, and waits from then on.
//
// # Plugging in
//
// [Store] keeps memories, one for each customer.ID; journal.Mem is one in memory. Commands are
// booked with journal.Book, or decided by the methods of [Book] within the host's own transaction.
// What a [Notice] and an [Outlook] say is for the host to pass on: to whatever sends its messages, as
// the cause of an offer, as a fact about a customer's standing.
//
// # Left to the host
//
// Holding what is proposed (package quota): a proposal keeps nothing. So it is with an arrival that
// several tills ask about at the same time: each answer is right for the wishes that it was given, and
// a host whose tills may differ in them holds the pieces of a notice under its Ref before it books
// the Tell. Whether she may be contacted and by which address (packages consent and identity): a wish
// names only the channel. Finding the wishes that a delivery may concern, by an index of its own over
// product and family. Sending messages. Texts of notes carry no identifiers of persons.
//
// # Stored text
//
// The kinds of entries, the texts of [Leaning], [Depth], [Intent] and [Standing], the
// reason codes, and the marshalled form of [Tally] are format: pinned by tests, never renamed.
package wish
