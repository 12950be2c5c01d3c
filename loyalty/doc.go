// Package loyalty keeps points and tiers: what a purchase gives, what points pay, what a
// return takes back, when points lapse, which tier somebody has and what she misses for
// the next, how accounts share and pass on points, what partners of a coalition owe each
// other, and what the shop owes for all of it.
//
// # Shape
//
//	Rules ──► Program
//	             │   Earn, Award, Redeem, Hold, Capture, Release,
//	Account ─────┤   Return, Void, Refund, Adjust, Settle
//	             │   Grant, Revoke · Send, Receive, Join, Leave
//	             ▼
//	         Decision{Entries, Next, Reasons} ──► journal.Store
//	             │
//	             └─ Account.Apply(entries) and Replay(history) give the same account
//
//	account ─► Program.Progress: tier, what is missing, by when · Account.Lapsing: what goes soon
//	history ─► Program.Statement: a period that reconciles
//	entries ─► Coalition.Traffic ─► Coalition.Settle: who owes whom, summing to zero
//	figures ─► Contract: the liability
//
//	two rule books ─► Difference: in words · NewComparison: over the same facts
//
// A decision is a method of the Program on an Account and a fact. It changes nothing:
// its entries do, once they are booked. A decision that is not booked is a preview.
//
// # Books
//
// Every point is in one of the books: issued, pending, member, held, redeemed, expired,
// partner, owed, in-transit, moved. Every posting moves points from one book to another,
// so an account's balances sum to zero after every entry.
//
// Points of one origin form a lot, which keeps its dates. Points are spent from the lots
// that lapse first; of these from the one earned first, then by entry number. A debit
// names its lots; what is given back goes to the same lot, with its own date, and where
// the lot has lapsed meanwhile, it lapses and says so.
//
// A return is settled by the figures of its sale, which the sale's entry pins: of a
// line of n units that gave S points, k units back take floor(S·k/n) in all, in whatever
// steps and order. Never is more taken than was given.
//
// # Tiers
//
// What counts towards tiers is kept apart from the balance, day by day: what was bought
// and kept. A tier is reached at once, and lowered only when its period ends; grants by
// hand stand beside what is earned. See [Tiers] and [Grant].
//
// # Several accounts
//
// Points pass between accounts as a [Parcel]: out of one, into the other, closed at the
// first, each under a key of its own ([Program.Forward]). An account may have members: a
// household, or the cards of one customer. What each brings and buys stays hers, so that
// combined accounts can be parted again ([Joining], [Leaving]).
//
// # Time
//
// Every decision first settles what had fallen due by its instant, each matter at the
// instant at which it fell due. So it does not matter when, or how often, a nightly
// [Program.Settle] runs. Days begin at midnight of the rule book's zone; points may be
// spent through the whole of their last day.
//
// # Plugging in storage
//
// Store is a journal.Store; journal.Run loads, decides and commits, exactly once for
// each key. The facts (Receipt, Spending, Finish, customer.Return, Voiding, Refund,
// Occasion, Adjustment, Grant, Revocation, Transfer, Parcel, Joining, Leaving) have the
// canonical form that it asks for.
//
// # Left to the host
//
// The clock: a fact from the future is settled as if it were true, so a host refuses
// instants later than its own. Who the customer is and on which account she buys, the key of each request, storage,
// the stock of rewards (package quota), who may grant and adjust, and when to run Settle.
//
// # Stored text
//
// The texts of Book, Kind, ChangeKind and the rules' enumerations, and the reason codes,
// are format. Entries carry format version 1; another one is refused. So do the states of
// Traffic and Comparison.
package loyalty
