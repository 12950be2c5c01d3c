// Package agenda says whom to visit, call and write to, when, and who does it: regular
// visits by tier, greetings on given days, follow-ups after what has happened, and a plan
// that gives each of them a day, a person and a channel.
//
// # Shape
//
//	VisitRules ────► Visits.Due       tier, last visits           ─┐
//	GreetingRules ─► Greetings.Due    her days, contacts          ─┤
//	FollowUpRules ─► FollowUps.Due    events, contacts            ─┤
//	PlayRules ─────► Plays, FromRisk  what package lifecycle says ─┴─► []Task: what for,
//	                                                           ┌───────┘   window, act, why
//	                                                           ▼
//	consent.Policy: consent, caps, quiet hours ────────► Planner.Plan(Work)
//	      │                 people, working hours, leave ──┘   │
//	      │                                                    ▼
//	      │                        Plan: placed (day, person, channel, time, why)
//	      ▼                              unplaced (everything in the way, first day that could be)
//	Policy.May, at the moment of the call
//
// A [Task] is one contact with one customer, within a window of days. Its ID says what it
// is for: the visit after the one of 31 August, the greeting of the Spring Festival of
// 2027, the follow-up of repair R-17. Whoever asks again gets the same ID, so a list
// that is made twice is no second visit. What has been done is a fact: a
// [consent.Contact] that names the ID.
//
// The lists look at one customer at a time, so a million of them can be streamed. The plan
// looks at everybody's days at once. What it does, in which order, and what it promises of
// the load is said at [Planner.Plan]; the rules of contact are those of package
// consent, which owns what a customer allows, the caps and the quiet hours.
//
// # Windows
//
// A visit that is not made in its window stays due: a new window begins. A greeting and a
// follow-up are of no use later, and lapse. What the plan cannot place within the window
// is not placed outside of it; it says so, with the first day on which it could go, and
// the host decides.
//
// # Dates
//
// Lunar festivals are dates that the rules give, and a lunar birthday is a date that the
// host gives for each year: nothing here computes a lunar calendar. Somebody born on
// 29 February is greeted on 28 February in other years, or on 1 March if the occasion
// says so. Months clamp: three months after 30 November is 28 February.
//
// # Plugging in
//
// Stream the customers through Due, keep the tasks, and make a plan for the days ahead.
// Store it as it is, and when some of it is done pass what is to keep its place as
// [Work.Fixed], and the contacts that were made: the rest goes around it. How each customer may be
// reached, [consent.Policy.Reach] says of what she allows; before a call ask
// [consent.Policy.May] with the facts of the moment. Calendars (package calendar) are passed by
// name: working hours of people, and for each channel the hours that are not quiet. All
// of them are in the zone of the policy. Rule books are immutable and safe for concurrent
// use, and the answers depend on nothing but the arguments.
//
// [Plays] makes tasks of what package lifecycle would have done: a playbook's tasks, the
// customers at risk, the rungs of a ladder that are for a person. Tasks of any other origin
// are [Task] values with their own [TaskID].
//
// A visit here is one that the shop pays; the days on which customers came are package
// lifecycle's Visits.
//
// # Left to the host
//
// Storing plans and contacts; asking for consent; the order of the tasks within a day, and
// the way between them: Between is when the customer may be reached, not an appointment,
// and the plan does not check that all tasks of a narrow hour fit into it; answers to
// the questions (package complaint knows what "still a problem" means).
//
// # Stored text
//
// Reason codes, task IDs, the JSON of a Plan and the texts of Kind, Move and Measure are
// format and pinned by tests.
package agenda
