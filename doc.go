// Package rapport is the map of a library of CRM rules for shops; it holds no code. A
// Go service, a till plug-in or a batch job brings the facts and the storage, and gets
// decisions back, with the reason for each one. The packages have no I/O, no clock, no
// randomness and no goroutines of their own.
//
// # The house
//
//	examples/                     whole programs, one shop each
//	   │
//	promo                         offers, and what a basket costs
//	promo/personal, wallet        what is due and the personal list; coupons, once each
//	   │
//	segment   loyalty   lifecycle   complaint   what kind of customer; her points and tier; where
//	   │         │         │           │        she stands in time; what she complains of
//	   │         │         │           │        (they never import each other)
//	lifecycle/churn, agenda       who is still a customer; who calls whom on which day
//	complaint/desk                who can do what, where and when; routing, queue, staffing
//	complaint/entitlement         what a purchase entitles to; complaint/suitability: whom it suits
//	complaint/conversation        how one speaks with her; complaint/quality: how it is handled
//	   │
//	customer/caller, privacy      all of her at one glance; all that is held on her, and its erasure
//	customer/identity             who she is: identifiers, records that are one customer's, lookup
//	customer/consent              what she allows: may she be contacted now, and what shows it
//	customer/profile              what she bought, when, and what she brings since the first deal
//	customer/contact              what was said: calls, visits, quotes
//	customer/task                 what is to be done, by whom; the morning's digest; who takes over
//	customer/wish                 what she likes, needs, wants and waits for
//	customer/warranty             until when what she owns is covered
//	customer                      the shared words: purchase, money, day, reason
//	customer/population           many customers: coded lines, merging, exact counting
//	customer/journal, quota       exactly-once storage; limits that many customers share
//	customer/calendar             when it is open: hours, holidays, working days
//
// An upper floor imports the floors below it. Packages talk by value: what one decides
// is data that the host passes to the next.
//
// # The way of the data
//
//	sale ─► customer.Purchase ─► segment.Coder ─► population.Line
//	                                                  │
//	                 ┌────────────────────────────────┤
//	                 ▼                                ▼
//	      segment: Tally or Counter        lifecycle: Diary or Visitor
//	      Census ─ Fit ─► Grid             Habits ─► Rhythm.Expect
//	                 │                                │
//	                 ▼                                ▼
//	      Cell, with reasons               personal.Planner.Due: what is due
//	                 └───────────────┬────────────────┘
//	                                 ▼
//	                  personal.Maker.Make: the list ─► wallet.Issue: its coupons
//	                                                        │
//	basket, card or list code ─► Catalogue.Price ◄──────────┘
//	                                 │   Priced: lines, runs, trace
//	                                 ▼
//	        wallet.Checkout: hold, redeem, void, return ─► Bill: who bears what
//	                                 │
//	sale ─► loyalty.Receipt ─► Program.Earn ─► Decision ─► journal.Run ─► Account
//	  └─► the next customer.Purchase: the loop closes
//
// The same receipts tell where she stands in time:
//
//	population.Line ─► lifecycle: FactCounter ─► Stages.Assess ─► Standing ─► Playbook.Tasks ─┐
//	      │                                                          │                      │
//	      │                               Signals, Referrals ────────┤                      ▼
//	      │                                                          ▼                 agenda.Plan:
//	      └─► churn.Bought ─► Alive, AtStake ─► RiskList       Ladder.Step ────────►  day, person,
//	                                               └────────────────────────────────►   channel
//
// And so do her complaints:
//
//	call, letter, survey ─► Policy.Receive ─► Case ─► Assess, Find, Decide, Settle, Close ─► outcome "lost" ─► Ladder.Step
//	                             ▲              │                      ▲         │
//	           Policy.Continue ──┘              │   entitlement.Book.Of┘         └─► Policy.Due: what the host pays
//	                                            ├─► Policy.NextWake: when to look again ─► Policy.Wake
//	                                            └─► quality.Gauge.Of ─► reports of a month
//
// # What every package keeps to
//
// Rules are data: a plain struct that survives JSON, checked whole by one constructor
// into an immutable value. Every answer says why, in codes and figures that each
// package's Explain renders in English and Simplified Chinese. Money is exact, every
// rounding has a name, and floats touch neither money nor points. Time is an argument:
// an instant, or a civil day of a stated zone. Population work gives the same bytes in
// any order and any split.
//
// # Plugging in storage
//
// Whatever keeps the state of one customer does so through journal.Store: load, commit,
// committed. A host writes one adapter, runs journaltest.TestStore over it, and lets
// journal.Run book each request exactly once. What many customers share is a
// quota.Store.
//
// What the packages keep about many customers (segment.Tally, Census and Seats,
// lifecycle.Diary, Habits and History, profile.History, churn.Counts, personal.Popularity)
// marshals to bytes in key order, with a format version in front, and merges. A host stores
// the bytes where it likes. Rule books, fitted marks among them, are JSON.
package rapport
