// Package desk says who can do what, where and when: which desk can serve a customer now,
// which one a topic goes to, who takes a case, who in a queue is next, how many agents a load
// needs, and which notices the staff are to know. Nobody is sent from counter to counter.
//
// # Shape
//
//	                             facts, beside the rules
//	                      Question, Call, Need   Roster: skills, shifts, absences
//	                                │               │
//	Rules ──────────► Directory ────┴───────┬───────┘
//	  sites, desks, hours,                  ├─ Where, Can     done here, elsewhere, by another channel; now or when;
//	  tasks, limits, skills                 │                 or everything that is in the way
//	                                        ├─ Lacks          documents, presence, approvals: all that an errand lacks
//	                                        ├─ Reach, Gaps    who can be reached, and when nobody can
//	                                        └─ Assign         who takes it, with the fewest handoffs
//	TopicRules ─────► Topics.Route, HandOver, Answers         topic ──► group of questions ──► desk and skills
//	QueueRules ─────► Queue.Order, Next, Wait                 rank, wait and promise, in seconds
//	BulletinRules ──► Board.InForce, Suggest, Unread          notices and who has read them
//	OfferRules ─────► Offers.Advise ──┐                       traits and niche of a service
//	                                  ▼ slack
//	Load, Target ───► Staff, Service, Cope                    agents for a wait, a wait for agents
//
// The parts need nothing of each other but what a host passes from one to the next: a
// [Route] names the desk and the skills of a [Need]; the [Advice] for an offer has the slack
// of a [Target].
//
// # Plugging in
//
// Each rule book is data and has its own edition. Parse it, build it once with its New
// function, and share it between goroutines. Hours are calendars of package customer/calendar,
// passed by their IDs; each keeps its own zone, so a branch and a hotline abroad stand side
// by side. Make a [Roster] whenever shifts or absences change. Every answer depends on
// nothing but its arguments, and not on the order of any list of them.
//
// Before a customer is sent on, ask [Directory.Where]; before she is sent to one desk,
// [Directory.Can] for the instant at which she will be there.
//
// # Left to the host
//
// Understanding free text; distances, beyond the neighbours that a site names; keeping the
// queue, and taking from it under a lock; telling agents; the store of notices read. Staffing
// does not foresee callers who give up (Erlang A) or call again, nor plans shifts.
//
// # Stored text
//
// The reason codes, the texts of Way, Require and Trait and the field names of rules and answers are
// format: pinned by tests, never renamed.
package desk
