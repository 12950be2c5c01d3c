// Package wallet keeps a customer's coupons: issued with a list, held while she pays,
// redeemed once, and undone when the goods come back; and it adds up who bears what they
// took off.
//
// # Shape
//
//	personal list ─► Issue ─► open ──────────────── Redeem ──────────► used ─► closed
//	                           │ ▲                    ▲                 │
//	                           │ └─ Release, timeout  │ capture         ├─ Return: a part, or all
//	                           ├──► Hold ─► held ─────┘                 └─ Void: all ─► open again
//	                           └─ past its last day: gone
//
//	Rules ──► Register ─┐
//	Wallet ─────────────┴─► Decision{Entries, Next, Reasons} ──► journal.Store
//	                                    │
//	Checkout: wallet and quotas         └─► Register.Bill: per offer, who bears what
//
// A decision is a method of the Register on a Wallet and a fact. It changes nothing: its
// entries do, once they are booked. A decision that is not booked is a preview.
//
// # Once
//
// A coupon belongs to a customer and not to the paper that it is printed on. Her card and
// the code of her list both lead to her ID, and so to the same wallet: whichever comes
// first redeems the coupon, and the other finds it used. Of two tills at the same
// instant one is told so; a till that hears no answer sends its request again.
//
// An ID of a coupon is free for another one when the coupon is gone: past its last day,
// or with its payment, of which nothing can come back any more.
//
// # Figures
//
// A redemption pins the runs of each coupon (line, units, what was taken off) and who
// bears which part, by the offer's terms at the time of issue; the parts add up by largest
// remainder. Of a run of n units that saved S, k units back give floor(S·k/n) back in all,
// in whatever steps and order, and the parts of those who bore it add up after every one.
//
// # Time
//
// Every decision first settles what had fallen due by its instant, each matter at the
// instant at which it fell due. So it does not matter when, or how often, a nightly
// [Register.Settle] runs. Days begin at midnight of the rule book's zone; a coupon can be
// used through the whole of its last day, and held then, it can be captured after it.
//
// # Plugging in storage
//
// Store is a journal.Store, one id for each customer; journal.Run loads, decides and
// commits, exactly once for each key. The facts (List, Redemption, Finish, Voiding,
// customer.Return) have the canonical form that it asks for. Where offers have budgets or
// limits that customers share, [Checkout] does the same with a quota.Claims beside it.
//
// # Left to the host
//
// The index from the code of a list to its customer; references; setting the limits of
// quotas; whether a return brings back more than a line of the receipt had, which is known
// to whoever keeps the receipt; when to run Settle.
//
// # Stored text
//
// The texts of Kind, State and Returned, and the reason codes, are format. Entries carry
// format version 1, bills another 1; any other is refused.
package wallet
