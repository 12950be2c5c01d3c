// Package customer holds the words that every other package of Rapport shares:
// who the customer is ([ID]), what she bought and brought back ([Purchase],
// [Return]), exact money ([Currency]), civil time ([Date], [Days], [Span]), and
// the shape of every answer ([Reason], [Refusal], [Faults]).
//
// # Shape
//
//	till, web shop, file ──► Purchase ─┬─ Line: sku, category, brand, quantity, paid, tax, …
//	                         Return ───┘
//	                            │ Validate: every fault at once, bounds stated
//	                            ▼
//	           loyalty · segment · lifecycle · complaint ──► promo
//	                            │
//	                            ▼
//	        an answer with []Reason, or *Refusal (all that is missing), or Faults
//
// Everything here is a value. Nothing reads a clock, a file, the environment or
// a random source: instants are arguments, and chance is [Draw].
//
// # Plugging in
//
// A host turns its receipts into [Purchase] values and passes them on. Customer
// IDs are opaque surrogates (a card number belongs to the host's own register),
// so that a person can be erased while the books stay whole. Population work over
// many customers stands in the subpackage population.
//
// # Left to the host
//
// Reading and storing purchases, resolving a card or phone number to an [ID], and
// showing a [Reason]: each package that makes reasons renders its own codes in
// English and Simplified Chinese with a function Explain.
//
// # Stored text
//
// The texts of [BrandKind], [TenderKind], [Unit] and the reason codes are format:
// they are pinned by tests and never renamed.
package customer
