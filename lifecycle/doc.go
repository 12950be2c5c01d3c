// Package lifecycle knows where a customer stands in time: how often she buys and when she
// will next, which stage of a customer's life she is in, whether the shop is about to lose
// her, what may win her back, who brought her and why she left.
//
// # Shape
//
//	population.Line ─┬─► Visitor, Diary ──► []Visits ─┬─► Habits: the population's gaps
//	                 │                                ▼              │
//	                 │           Rhythm.Expect(her days, gaps, on) ◄─┘
//	                 │                                │ Expectation: interval, due, silence
//	                 └─► FactCounter, ─► Facts        │
//	                     FactHistory       ▼          ▼
//	 Lead ─► Stages.Know, Stages.Assess ──────► Standing ◄── Referrals.Bring, Settle
//	                                               │   ▲
//	 Observation ─► Signals.Observe ───────────────┼───┤
//	                                               ▼   │
//	 Risks, RiskList: whom to lose hurts most   Ladder.Step: rungs, held-out share, result
//	 Playbook.Tasks: what to do in her stage       │
//	                                               ▼
//	         []Task, rungs ─► package agenda       Uplift: what the ladder brings
//
// A [Standing] is what the package keeps of one customer: a state that entries lead to, on
// the journal (see [Store]). Four rule books decide about it, each its own part: [Stages],
// [Ladder], [Referrals], [Signals]. Everything else is figured out of facts and kept
// nowhere: [Rhythm], [Frequency], [Playbook], [Risks], [Costs], [Satisfaction].
//
// # Rhythm
//
// A visit is a distinct civil day with a purchase: several receipts of one day are one
// visit, and goods brought back are none. A gap is the days between two visits.
//
// Her own gaps are mixed with the population's, so that three purchases do not make a
// law: k gaps' worth of the category's histogram joins her own, recent ones weighing
// more, and the interval is the median of the mixture. Somebody with one purchase has
// no gap of her own: then the population's gaps between first and second purchase
// speak, and [Expectation.Basis] says so; with [Habits.Through] they reckon with those
// who may still come. Where few have bought a product twice, its
// category may speak for it: [Rhythm.ExpectAmong]. Two rules tell when: Interval, a median,
// keeps the usual error small; From to Until, the densest window, is hit most often.
//
// Seeds are bought in spring, and a shop that is closed has no visitors. [Seasons] say
// which days count for an item, or for a customer whose own season it is; [Habits] and
// [Gaps] made with them measure in these days, and so does whatever is expected by them:
// own gaps, silence, the due day and the window. Figures of other days are never mixed.
//
// [Frequency] holds her visits in the last window against those in the one before, by
// an exact test in whole numbers: rising, falling, steady, or too few to tell.
//
// # Stages
//
// Potential, developing, growing, mature, ending; whoever comes back from ending is growing
// again, in her next cycle. [Stages.Assess] is a function of where she stands and what she
// did. Each measured edge has a mark to enter and an easier one to leave, and a minimum
// stay, so that nobody flaps; every change is an entry with its reason, and
// [Stages.Outlook] says what would bring her on, or back, and by when. A [Playbook] says
// what a shop does in each stage, [Costs] what keeping customers costs against winning new
// ones, [StageReport] and [LeadReport] how many move and what leads become.
//
// # At risk, and winning back
//
// A [RiskList] ranks customers by what the shop stands to lose: how likely they are gone,
// by their silence or by a model of package churn and by early [Signals], times what they
// would bring. A [Ladder] approaches a silent customer rung by rung, each once, and stops at
// a purchase, a complaint, an opt-out; a share is held out by [customer.Draw], so that
// [Uplift] can say what the ladder brings, or that there are too few to tell. While a
// complaint is open nobody is sent a promotion.
//
// # Who brought her, why she left
//
// [Referrals] know who brought whom and owe each reward once; nobody brings herself, and no
// chain closes. [Signals] book early signals (a buyer changed, she walked out without a
// word) and reasons for leaving, [Leavers] and [WalkOuts] count them. [Survey] keeps
// satisfaction, what she says, apart from loyalty, what she does: the satisfied leave too.
// [Promises] count what was promised and kept.
//
// # Plugging in
//
// Feed coded lines to a Diary, or a Visitor where the input is grouped; add every customer's
// Visits to Habits; ask Expect. Items are whatever the lines' coder made of them: categories
// or products. [Together] gives the rhythm over everything she buys. Where nobody needs the
// visits themselves, [Intervals] make Habits of grouped lines at once. FactCounter or
// FactHistory make Facts of lines, and the host puts the Pace of her expectation into them.
//
// Package segment codes lines from receipts, or the host writes them itself. Its Coder serves
// rhythms: it has a line for each category of a product, with the whole amount in each, and
// none for a product of no category. For marks over money take lines in which an amount stands
// once, and every visit has one: those of categories to which every product belongs once, or a
// line for each receipt, as segment's RFM makes it.
//
// A host writes one adapter for [Store], checks it with journaltest.TestStore, and runs each
// request by journal.Run under a key of its own, "assess:2026-03-02". A nightly run wakes
// each customer's stages and ladder; a missed or repeated night does no harm. Each ladder
// says when it next wants to be asked.
//
// # Reports
//
// Every report is filled customer by customer or fact by fact, in any order and any split, and
// merged; its rows are ready at any time.
//
//	of each customer's history     StageReport, LeadReport; Uplift of its Attempts
//	of standings and days bought   Circles (Referrals.Circles), Leavers
//	of standings and figures       RiskList, KeepList
//	of what the host noted         Survey (Satisfaction.Survey), Promises, PartnerReport, WalkOuts
//
// A report is of one period or day, which its maker is given. One that nobody made refuses what
// is added; only the zero PartnerReport has a meaning.
//
// # Left to the host
//
// Storage, and the decision which day "on" is; sending what a rung says, and telling a
// purchase, an opt-out or a complaint; carrying a reward that is owed into points or
// coupons. Which model's chance of loss to believe: nothing in the stages needs a fit.
//
// # Stored text
//
// Reason codes and the texts of all enums are format and pinned by tests, entries have
// [EntryVersion], and every marshalled state begins with its format version: Diary 1;
// Habits 1, or 2 where they do not count every day, 3 where they know how long customers
// have stayed away, and 4 with both.
package lifecycle
