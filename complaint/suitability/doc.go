// Package suitability says whether a product of some risk suits a customer: at the sale, so that
// what she cannot bear is not sold to her, and at the complaint about it, where the same function
// with the same facts gives the same answer.
//
// # Shape
//
//	Rules                                       Product          Profile
//	 bands  by risk, ascending:                  risk, term       age, income, share of savings,
//	         what each asks of its buyer  New     │                experience, horizon
//	                                     ──────►  └──────┬─────────┘
//	                                                Book.Assess ◄── day of the sale
//	                                                     │
//	                                                  Verdict: suits, or every mark that she misses
//
// What is not known of a customer misses its mark: a sale cannot be defended with a question that
// nobody asked. A product above the last band is for nobody.
//
// # Plugging in
//
// The sales desk asks [Book.Assess] with the book of that day. A case of mis-selling is vetted with
// the Vet command of package complaint, which takes the same book and pins the product, the
// profile and the verdict, whatever the rules become later.
//
// # Left to the host
//
// The risk of a product and the words for kinds of income are the host's, and so is finding out
// what is true of a customer. No mark is built in: what a regulator asks for has to be read before
// it is written into a book.
//
// # Stored text
//
// The reason codes and the field names of rules, products, profiles and verdicts are format:
// pinned by tests, never renamed.
package suitability
