package complaint_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/complaint/conversation"
	"github.com/rapport-crm/rapport/complaint/suitability"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/calendar"
)

const wholeClause = "31. Messages that are not delivered are not charged."

// wholeRules is a procedure with every part switched on: no field of the rules is left out.
func wholeRules() complaint.Rules {
	raise := 2
	return complaint.Rules{
		Edition:  customer.Edition{ID: "house", Version: 3, From: wholeDay("2026-01-01"), Until: wholeDay("2029-01-01")},
		Zone:     "Asia/Shanghai",
		Currency: customer.Currency{Code: "CNY", Digits: 2},
		Intake: complaint.IntakeRules{
			LowScorePermille: 300, LowTextLength: 4, Costs: []complaint.ContactCost{{Channel: complaint.Phone, EachMinor: 200, HourMinor: 6000}},
		},
		Clocks: wholeClocks(),
		Promises: []complaint.PromiseRule{
			{Kind: complaint.PromisedCallback, Budget: calendar.Budget{OpenSeconds: 7200}, Calendar: "office", MostDays: 7},
			{Kind: complaint.PromisedRepair, Instead: complaint.PromisedLoanDevice},
			{Kind: complaint.PromisedGuarantee, Outlasts: true},
		},
		Ownership: complaint.OwnershipRules{
			FirstDesk: "hotline", Desks: []complaint.DeskRule{{Topic: "repair", Desk: "workshop"}},
			Tiers: []complaint.TierRule{{Desk: "managers", Role: "manager"}, {Role: "head"}}, Aside: complaint.TierRule{Desk: "ombudsman", Role: "ombudsman"},
			RaiseAt: &raise, Counts: complaint.ColdHandoffs, Raises: []complaint.RaiseRule{{Clock: "resolution", Permille: 1500}}, Warm: true,
			Handlers: []complaint.HandlerRule{
				{Trainings: []string{"complaints"}}, {Topic: "repair", Skills: []string{"bench"}, Trainings: []string{"complaints"}},
			},
		},
		Evidence: complaint.EvidenceRules{
			Clauses: []complaint.Clause{{
				ID: "sms", Version: 2, Hash: complaint.HashText(wholeClause), From: wholeDay("2026-01-01"), Until: wholeDay("2028-01-01"),
				Settles: []complaint.Cause{complaint.CauseCustomer}, Kinds: []string{"colour", "bill"},
			}},
			Inspect: []complaint.Cause{complaint.CausePartner}, Inspectors: []string{"expert"},
		},
		Remedies: complaint.RemedyRules{
			Limits: []complaint.LimitRule{
				{
					Role: "clerk", Kinds: []complaint.RemedyKind{complaint.RefundRemedy, complaint.CreditRemedy, complaint.PointsRemedy, complaint.ReplacementRemedy, complaint.RepairRemedy},
					RemedyMinor: 100_00, CaseMinor: 300_00, CasePoints: 1_000, GoodwillMinor: 80_00, Period: complaint.PerMonth,
				},
				{Role: "lead", RemedyMinor: 500_00, CaseMinor: 500_00, ApproveMinor: 2_000_00, ApprovePoints: 5_000, GoodwillMinor: 200_00, Period: complaint.PerWeek, Shared: true},
				{Role: "head", ApproveMinor: 100_000_00, ApprovePoints: 100_000},
			},
			Approvals: []complaint.ApprovalRule{{Approvers: 1}, {AboveMinor: 1_000_00, Approvers: 2}}, MeasureRoles: []string{"personnel"},
		},
		Survey: complaint.SurveyRules{
			AfterDays: 7, Calendar: "office", AfterRemedy: true, WithinDays: 3, ReopenDays: 30, Questions: []complaint.Question{
				{Key: "score", Kind: complaint.ScoreQuestion, Best: 10, LowAt: 3},
				{Key: "friendly", Kind: complaint.YesNoQuestion, LowIf: complaint.SaidNo},
				{Key: "wish", Kind: complaint.TextQuestion, ShortUnder: 4},
				{Key: "still", Kind: complaint.YesNoQuestion, Problem: true},
			},
		},
		Recourse: complaint.RecourseRules{Days: 10, Bodies: []complaint.BodyRule{
			{ID: "regulator", FirstDays: 15, WithinMonths: 24, Kinds: []complaint.BodyKind{{Kind: "bill", WithinMonths: 5}}}, {ID: "consumers"},
		}},
		Closing:   complaint.ClosingRules{Tries: 3, TriesDays: 2, ReopenDays: 60},
		Answering: complaint.AnsweringRules{RingSeconds: 3, IdealRings: 2, MostRings: 3, ImpatientSeconds: 20},
	}
}

// wholeClocks are one clock of each unit, with everything that a clock may have.
func wholeClocks() []complaint.ClockRule {
	received, closed := []complaint.Trigger{{Kind: complaint.KindReceive}}, []complaint.Trigger{{Kind: complaint.KindClose}}
	return []complaint.ClockRule{
		{Name: "triage", Starts: received, FromHappened: true, ClockTerms: complaint.ClockTerms{
			Stops: []complaint.Trigger{{Kind: complaint.KindAssess}}, Budget: calendar.Budget{OpenSeconds: 1800}, Calendar: "always",
		}},
		{
			Name: "resolution", Starts: received, Channels: []complaint.Channel{complaint.Phone, complaint.Visit},
			ClockTerms: complaint.ClockTerms{
				Stops: append([]complaint.Trigger{{Kind: complaint.KindDecide, Phase: complaint.Decided, Approved: true}}, closed...), Budget: calendar.Budget{OpenSeconds: 8 * 3600}, Calendar: "office",
				PauseReasons: []string{"photos", "laboratory"}, Warn: []int{500, 750}, After: []calendar.Budget{{OpenSeconds: 3600}, {OpenSeconds: 7200}},
				Extensions: []complaint.ExtensionRule{{Budget: calendar.Budget{OpenSeconds: 8 * 3600}, Role: "lead", Notice: true}}, Reopen: complaint.ResumeBudget,
			},
		},
		{
			Name: "critical", Starts: []complaint.Trigger{{Kind: complaint.KindAssess}}, Severities: []complaint.Severity{complaint.Critical}, Kinds: []string{"colour", "bill"}, FromReceipt: true,
			ClockTerms: complaint.ClockTerms{Stops: closed, Budget: calendar.Budget{OpenSeconds: 4 * 3600}, Calendar: "always", Reopen: complaint.NewCycle},
		},
		{Name: "update", Starts: []complaint.Trigger{{Kind: complaint.KindWait, For: complaint.AwaitThird}}, ClockTerms: complaint.ClockTerms{
			Stops: append([]complaint.Trigger{{Kind: complaint.KindLog, Direction: complaint.ToCustomer}}, closed...), Budget: calendar.Budget{WorkingDays: 2}, Calendar: "office",
			PauseReasons: []string{"laboratory"}, Warn: []int{500},
		}},
		{Name: "authority", Starts: []complaint.Trigger{{Kind: complaint.KindFile}}, External: true, ClockTerms: complaint.ClockTerms{
			Stops: []complaint.Trigger{{Kind: complaint.KindConclude}}, Budget: calendar.Budget{CalendarDays: 15, EndsWorking: true}, Calendar: "office", Regulator: true, Warn: []int{800},
			After: []calendar.Budget{{CalendarDays: 5}},
		}},
		{Name: "law", Starts: received, ClockTerms: complaint.ClockTerms{
			Stops: closed, Budget: calendar.Budget{WorkingDays: 7, ByClose: true}, Calendar: "office", Regulator: true, Reopen: complaint.Continue,
		}},
		{Name: "offer", Starts: []complaint.Trigger{{Kind: complaint.KindTransfer, Offered: true}}, ClockTerms: complaint.ClockTerms{
			Stops:  []complaint.Trigger{{Kind: complaint.KindAccept}, {Kind: complaint.KindDecline}, {Kind: complaint.KindRaised}},
			Budget: calendar.Budget{OpenSeconds: 900}, Calendar: "office",
		}},
	}
}

// wholeOffice is a version of the calendar of the office: from Monday to Friday, the second one
// until eight.
func wholeOffice(tb testing.TB, version int) *calendar.Calendar {
	tb.Helper()
	rules := clockOffice("Asia/Shanghai")
	rules.Version = version
	if version == 2 {
		rules.Weekly[0].Hours[0].To = "20:00"
	}
	return clockCalendar(tb, rules)
}

func wholePolicy(tb testing.TB, rules complaint.Rules) *complaint.Policy {
	tb.Helper()
	policy, err := complaint.NewPolicy(rules, clockZone(tb, rules.Zone),
		wholeOffice(tb, 1), wholeOffice(tb, 2), clockCalendar(tb, clockAlways("Asia/Shanghai")))
	require.NoError(tb, err)
	return policy
}

func wholeDay(text string) customer.Date {
	day, err := customer.ParseDate(text)
	if err != nil {
		panic(err)
	}
	return day
}

// wholeStaff are ann and ben, clerks of the hotline, of whom ben has had no training; cid of the
// workshop, an expert; lea, a lead; three heads, one of them away, for whom lea stands in; max,
// the manager; pia of personnel; and bea, whom the customer complains about.
func wholeStaff() []complaint.Agent {
	trained := []string{"complaints"}
	return []complaint.Agent{
		{ID: "ann", Desk: "hotline", Roles: []string{"clerk"}, Trainings: trained, Deputies: []string{"ben"}},
		{ID: "ben", Desk: "hotline", Roles: []string{"clerk"}},
		{ID: "cid", Desk: "workshop", Roles: []string{"expert", "clerk"}, Skills: []string{"bench"}, Trainings: trained},
		{ID: "lea", Desk: "hotline", Roles: []string{"lead"}, Trainings: trained},
		{ID: "max", Desk: "managers", Roles: []string{"manager", "clerk"}, Trainings: trained},
		{ID: "hal", Desk: "board", Roles: []string{"head"}},
		{ID: "hua", Desk: "board", Roles: []string{"head"}},
		{ID: "kim", Desk: "board", Roles: []string{"head"}, Deputies: []string{"lea"}, Away: []customer.Span{{From: clockAt("2026-11-01 00:00")}}},
		{ID: "pia", Desk: "staff", Roles: []string{"personnel"}},
		{ID: "bea", Desk: "hotline", Roles: []string{"clerk", "lead"}, Trainings: trained},
	}
}

func wholeAgent(id string) complaint.Agent {
	for _, one := range wholeStaff() {
		if one.ID == id {
			return one
		}
	}
	return complaint.Agent{ID: id}
}

// wholeRun is a case that is taken from step to step, with its whole history.
type wholeRun struct {
	*complaint.Policy
	tb      testing.TB
	c       complaint.Case
	history []complaint.Entry
	n       int
	at      time.Time
}

// step is the next one, a minute after the last.
func (r *wholeRun) step(by string) complaint.Step {
	r.n++
	r.at = r.at.Add(time.Minute)
	return complaint.Step{Ref: "r-" + string(rune('0'+r.n/100)) + string(rune('0'+r.n/10%10)) + string(rune('0'+r.n%10)), By: by, At: r.at}
}

func (r *wholeRun) ref() string { return r.history[len(r.history)-1].Ref }

func (r *wholeRun) must(d complaint.Decision, err error) {
	r.tb.Helper()
	require.NoError(r.tb, err)
	require.NotEmpty(r.tb, d.Entries)
	r.c, r.history = d.Next, append(r.history, d.Entries...)
}

// wholeLife is a history with an entry of each kind, over two cycles.
func wholeLife(tb testing.TB) *wholeRun {
	tb.Helper()
	r := &wholeRun{tb: tb, Policy: wholePolicy(tb, wholeRules()), at: clockAt("2026-11-25 09:00")}
	r.wholeIntake()
	r.wholeEvidence()
	r.wholeRemedies()
	r.wholeEnd()
	r.wholeAgain()
	return r
}

func (r *wholeRun) wholeIntake() {
	r.must(r.Receive(r.c, complaint.Receive{
		Step: r.step("ben"), Customer: "c-1", Happened: clockAt("2026-11-24 08:00"), Channel: complaint.Phone, Seconds: 300, Topic: "sms", Service: "sms", Area: "cn/gd/shenzhen",
		Site: "north", Reach: "tel-1", Claims: []complaint.Claim{
			{Issue: "colour", Kind: "colour", Text: "the colour came off", Demand: complaint.Exchange, ClaimedMinor: 149_800},
			{Issue: "bill", Kind: "bill", Demand: complaint.Refund, ClaimedMinor: 300_00, BilledMinor: 500_00},
			{Issue: "clerk", Kind: "attitude", About: "bea", Demand: complaint.Apology},
			{Issue: "idea", Kind: "suggestion"},
		}, Threat: "regulator", Note: "she is upset",
	}))
	r.must(r.Take(r.c, complaint.Take{Step: r.step("ben"), Read: true}, wholeStaff()))
	r.must(r.Divert(r.c, complaint.Divert{Step: r.step("ben"), Task: "form", To: "machine"}))
	r.must(r.Serve(r.c, complaint.Serve{Step: r.step("ben"), Diversion: r.ref(), Served: true}))
	r.must(r.Transfer(r.c, complaint.Transfer{Step: r.step("ben"), Desk: "workshop", Reason: "a shoe", Warm: true, Context: true, WaitSeconds: 5}, wholeStaff()))
	r.must(r.Decline(r.c, complaint.Decline{Step: r.step("cid"), Desk: "workshop", Reason: "full", WaitSeconds: 6}))
	r.must(r.Transfer(r.c, complaint.Transfer{Step: r.step("ben"), Desk: "workshop", Reason: "a shoe all the same", Warm: true, Context: true}, wholeStaff()))
	r.must(r.Accept(r.c, complaint.Accept{Step: r.step("cid"), Desk: "workshop", Read: true}, wholeStaff()))
	r.must(r.Send(r.c, complaint.Send{Step: r.step("cid"), Desk: "yard", Site: "south", Reason: "told to go", From: "lobby", Went: clockAt("2026-11-24 10:00")}))
	r.must(r.Assess(r.c, complaint.Assess{Step: r.step("cid"), Assessment: complaint.Assessment{
		Severity: complaint.Critical, Complexity: complaint.Normal, Impact: complaint.Low, Safety: true,
	}, Note: "the dye gets on the skin"}))
	r.must(r.Investigate(r.c, complaint.Investigate{Step: r.step("cid"), Note: "the laboratory is asked"}))
	r.must(r.Add(r.c, complaint.Add{Step: r.step("cid"), Claim: complaint.Claim{Issue: "fund", Kind: "mis-selling", About: "tim", ClaimedMinor: 500_00}}))
	call := r.step("cid")
	r.must(r.Log(r.c, complaint.Log{Step: call, Channel: complaint.Phone, Direction: complaint.FromCustomer, Note: "never mind the idea"}))
	r.must(r.Withdraw(r.c, complaint.Withdraw{Step: call, Issue: "idea", Consent: call.Ref, Note: "no longer"}))
	r.must(r.Wait(r.c, complaint.Wait{Step: r.step("cid"), For: complaint.AwaitCustomer, Reason: "photos"}))
	r.must(r.Log(r.c, complaint.Log{Step: r.step("cid"), Channel: complaint.Phone, Direction: complaint.ToCustomer, Seconds: 60}))
	r.must(r.Extend(r.c, complaint.Extend{Step: r.step("cid"), Clock: "resolution", Approver: "lea", Notice: r.ref(), Note: "the laboratory is slow"}, wholeAgent("lea")))
	r.must(r.Switch(r.c, complaint.Switch{Step: r.step("cid"), Clock: "resolution", Version: 1}))
	r.must(r.Confirm(r.c, complaint.Confirm{Step: r.step("cid"), Clock: "resolution"}))
	r.must(r.Insist(r.c, complaint.Insist{Step: r.step("cid"), Until: clockAt("2026-11-27 18:00"), Text: "before the wedding"}))
	for _, id := range []string{"p-1", "p-2", "p-3"} {
		r.must(r.Promise(r.c, complaint.Promise{
			Step: r.step("cid"), Promise: id, Kind: complaint.PromisedCallback, Issue: "colour", Agent: "cid", Channel: complaint.Phone, Text: "what the laboratory says",
		}))
	}
	r.must(r.Log(r.c, complaint.Log{Step: r.step("cid"), Channel: complaint.Chat, Direction: complaint.FromCustomer, Note: "and?"}))
	r.must(r.Renew(r.c, complaint.Renew{Step: r.step("cid"), Promise: "p-2", As: "p-4", Until: clockAt("2026-11-26 12:00"), Consent: r.log(), Note: "tomorrow"}))
	r.must(r.Release(r.c, complaint.Release{Step: r.step("cid"), Promise: "p-3", Consent: r.log(), Note: "one call is enough"}))
	r.must(r.Keep(r.c, complaint.Keep{Step: r.step("cid"), Promise: "p-1"}))
}

// log is the Ref of the last contact that came from the customer.
func (r *wholeRun) log() (ref string) {
	for _, contact := range r.c.Contacts {
		if contact.Direction == complaint.FromCustomer {
			ref = contact.Ref
		}
	}
	return ref
}

func (r *wholeRun) wholeEvidence() {
	in := func(item string) complaint.HandIn {
		return complaint.HandIn{
			Step: r.step("cid"), Item: item, What: "a shoe", Serial: "42", Receipt: "R-" + item, Condition: []string{"toe pale"}, Word: "worn twice", Holder: "workshop",
		}
	}
	r.must(r.HandIn(r.c, in("left")))
	r.must(r.Move(r.c, complaint.Move{Step: r.step("cid"), Item: "left", From: "workshop", To: "board", Accepted: "hal", Note: "by van"}, wholeAgent("hal")))
	r.must(r.Inspect(r.c, complaint.Inspect{
		Step: r.step("cid"), Issues: []string{"colour"}, Item: "left", Inspector: "cid", Place: "board", Fault: complaint.FaultOfMake, Cause: complaint.CauseProduct, Text: "not fixed",
	}, wholeAgent("cid")))
	inspected := r.ref()
	r.must(r.HandBack(r.c, complaint.HandBack{Step: r.step("cid"), Item: "left", From: "board", Receipt: "R-left", Condition: []string{"toe pale"}, Note: "she took it"}))
	r.must(r.HandIn(r.c, in("right")))
	r.must(r.Lose(r.c, complaint.Lose{Step: r.step("cid"), Item: "right", From: "workshop", Note: "not on the shelf"}))
	r.must(r.Move(r.c, complaint.Move{Step: r.step("cid"), Item: "right", From: "workshop", To: "workshop", Accepted: "cid", Note: "found"}, wholeAgent("cid")))
	r.must(r.Scrap(r.c, complaint.Scrap{Step: r.step("cid"), Item: "right", From: "workshop", Consent: r.log(), Note: "beyond repair"}))
	r.must(r.Suspect(r.c, complaint.Suspect{Step: r.step("cid"), Hypothesis: "h-1", Issue: "colour", Cause: complaint.CauseProduct, Text: "the dye"}))
	r.must(r.Weigh(r.c, complaint.Weigh{
		Step: r.step("cid"), Hypothesis: "h-1", Side: complaint.For, Ground: complaint.Evidence{Kind: complaint.ByInspection, Ref: inspected},
		Queue: complaint.QueueFacts{Open: 2, Counters: 4, StaffBehind: 5, Waiting: 30, WaitSeconds: 3000}, Text: "seen",
	}))
	r.must(r.Match(r.c, complaint.Match{Step: r.step("cid"), Known: complaint.KnownIncident{
		Incident: "o-1", Planned: true, Window: customer.Span{From: clockAt("2026-11-24 06:00"), To: clockAt("2026-11-24 12:00")}, Services: []string{"sms"}, Areas: []string{"cn/gd"},
		Notices: []complaint.Notice{{
			Ref: "n-1", Channel: complaint.Message, Sent: clockAt("2026-11-23 12:00"), To: complaint.ToList, Customers: []customer.ID{"c-0", "c-1"}, Hash: complaint.HashText("from six to noon"),
		}},
	}}))
	testify := evidenceTestimony()
	testify.Step = r.step("cid")
	r.must(r.Testify(r.c, testify))
	vet, err := suitability.New(evidenceSuitability())
	require.NoError(r.tb, err)
	sale := evidenceVet()
	sale.Step = r.step("cid")
	r.must(r.Vet(r.c, sale, vet))
	r.must(r.Judge(r.c, complaint.Judge{Step: r.step("cid"), Intent: complaint.Redress, Text: "she wants to be heard"}))
	r.must(r.Find(r.c, complaint.Find{
		Step: r.step("cid"), Issue: "colour", Cause: complaint.CauseProduct, Text: "the dye was not fixed", Grounds: []complaint.Evidence{{Kind: complaint.ByInspection, Ref: inspected}},
		Clause: wholeCited()[0], Queue: complaint.QueueFacts{Open: 2, Counters: 4},
	}))
}

func wholeCited() []complaint.Citation {
	return []complaint.Citation{{Clause: "sms", Version: 2, Hash: complaint.HashText(wholeClause)}}
}

func (r *wholeRun) decide(issue string, accepted int64, offers ...complaint.Offer) complaint.Decide {
	return complaint.Decide{
		Step: r.step("cid"), Issue: issue, Verdict: complaint.PartlyUpheld, AcceptedMinor: accepted, Reason: "she was not told", Citations: wholeCited(),
		Appeal: "the consumers' association", Alternative: "chat", Channel: complaint.Phone, Offers: offers,
	}
}

func (r *wholeRun) wholeRemedies() {
	r.must(r.Deviate(r.c, complaint.Deviate{
		Step: r.step("lea"), Deviation: "d-1", Issue: "bill", From: complaint.FromTerms, UpToMinor: 400_00, Reason: "a customer of many years",
	}, wholeStaff()))
	r.must(r.Decide(r.c, r.decide("colour", 80_00,
		complaint.Offer{Remedy: "m-1", Kind: complaint.RefundRemedy, AmountMinor: 80_00, Due: wholeDay("2026-12-01"), Note: "to her account"},
		complaint.Offer{Remedy: "m-2", Kind: complaint.CreditRemedy, AmountMinor: 10_00, Goodwill: true},
	), wholeAgent("cid")))
	r.must(r.Decide(r.c, r.decide("bill", 120_00, complaint.Offer{Remedy: "m-3", Kind: complaint.RefundRemedy, AmountMinor: 120_00, Deviation: "d-1", Once: "line-1"}), wholeAgent("cid")))
	r.must(r.Approve(r.c, complaint.Approve{Step: r.step("lea"), Remedy: "m-3", Note: "yes"}, wholeStaff()))
	r.must(r.Decide(r.c, r.decide("fund", 110_00, complaint.Offer{Remedy: "m-4", Kind: complaint.CompensationRemedy, AmountMinor: 110_00}), wholeAgent("cid")))
	r.must(r.Object(r.c, complaint.Object{Step: r.step("lea"), Remedy: "m-4", Reason: "too much"}, wholeStaff()))
	r.must(r.Decide(r.c, r.decide("clerk", 0, complaint.Offer{Remedy: "m-5", Kind: complaint.ApologyRemedy}), wholeAgent("cid")))
	r.must(r.Bridge(r.c, complaint.Bridge{Step: r.step("cid"), Issue: "colour", Way: "another pair", Text: "for the wedding", Until: wholeDay("2026-11-30"), Taken: true}))
	r.must(r.Discipline(r.c, complaint.Discipline{Step: r.step("pia"), On: "bea", Measure: complaint.TalkMeasure, Issue: "clerk", Text: "a talk"}, wholeAgent("pia")))
	r.must(r.Correct(r.c, complaint.Correct{Step: r.step("cid"), Action: "a-1", Issue: "colour", Text: "fix the dye", Owner: "hal", Due: wholeDay("2026-12-20")}))
	r.must(r.Act(r.c, complaint.Act{Step: r.step("cid"), Act: conversation.Apology, Channel: complaint.Phone, Seniority: "clerk", Issue: "clerk", Note: "by telephone"}))
	r.must(r.Escalate(r.c, complaint.Escalate{Step: r.step("cid"), Asked: true, Reason: "wants the manager"}))
	r.must(r.Link(r.c, complaint.Link{Step: r.step("cid"), Case: "K-2", Other: "K-1", As: complaint.Related, Note: "her sister's"}, wholeOther()))
	r.must(r.Unlink(r.c, complaint.Unlink{Step: r.step("cid"), Other: "K-1", As: complaint.Related, Note: "it is not"}))
	r.must(r.Advise(r.c, complaint.Advise{Step: r.step("cid"), Body: "regulator", Channel: complaint.Letter, Note: "by letter"}))
	r.must(r.File(r.c, complaint.File{Step: r.step("cid"), Body: "regulator", Number: "7", Note: "it wrote"}))
	r.must(r.Conclude(r.c, complaint.Conclude{Step: r.step("cid"), Body: "regulator", Result: complaint.ForUs, Note: "rejected"}))
}

// wholeOther is another case of the same customer.
func wholeOther() (other complaint.Case) {
	other.Customer, other.Phase, other.Received = "c-1", complaint.Received, clockAt("2026-11-20 09:00")
	return other
}

func (r *wholeRun) wholeEnd() {
	r.at = clockAt("2026-11-27 10:00")
	r.must(r.Wake(r.c, complaint.Wake{Step: r.step("timer")}))
	r.must(r.Keep(r.c, complaint.Keep{Step: r.step("cid"), Promise: "p-4", Note: "late"}))
	r.must(r.Decide(r.c, r.decide("fund", 50_00, complaint.Offer{Remedy: "m-6", Kind: complaint.RefundRemedy, AmountMinor: 50_00}), wholeAgent("cid")))
	for _, remedy := range r.Due(r.c) {
		r.must(r.Settle(r.c, complaint.Settle{
			Step: r.step("pia"), Remedy: remedy.Remedy, Result: complaint.SettlementDone, PaidMinor: remedy.AmountMinor, How: "transfer", External: "x-" + remedy.Remedy, Note: "done",
		}))
	}
	r.must(r.Correct(r.c, complaint.Correct{Step: r.step("cid"), Action: "a-1", Text: "no more pale toes", Effect: complaint.Effective}))
	r.must(r.Act(r.c, complaint.Act{Step: r.step("cid"), Act: conversation.Solution, Channel: complaint.Phone, Until: r.at.AddDate(0, 0, 1)}))
	r.must(r.Grade(r.c, complaint.Grade{Step: r.step("cid"), Level: conversation.Comfortable, Criteria: []complaint.Criterion{complaint.DemandMet, complaint.NothingNew, complaint.Praised}, Note: "she thanked us"}))
	r.must(r.Close(r.c, complaint.Close{Step: r.step("cid"), Outcome: complaint.OutcomePartly, Note: "done"}))
}

// wholeAgain has her asked after a week; she still has the problem, the case is reopened, and then
// nobody does anything in time.
func (r *wholeRun) wholeAgain() {
	r.at = clockAt("2026-12-08 10:00")
	r.must(r.Wake(r.c, complaint.Wake{Step: r.step("timer")}))
	r.must(r.Ask(r.c, complaint.Ask{Step: r.step("ann"), Channel: complaint.Phone, Note: "by telephone"}))
	r.must(r.Answer(r.c, complaint.Answer{Step: r.step("ann"), Answers: []complaint.Reply{
		{Key: "score", Score: 4}, {Key: "friendly", Said: complaint.SaidYes}, {Key: "wish", Text: "shoes that keep their colour"}, {Key: "still", Said: complaint.SaidYes},
	}, Issues: []string{"colour"}, Note: "pale again"}))
	if r.c.Phase == complaint.Closed {
		r.must(r.Reopen(r.c, complaint.Reopen{Step: r.step("ann"), Why: complaint.StillProblem, Issues: []string{"colour"}, Note: "pale again"}))
	}
	r.must(r.Escalate(r.c, complaint.Escalate{Step: r.step("ann"), Asked: true}))
	r.must(r.Correct(r.c, complaint.Correct{Step: r.step("cid"), Action: "a-2", Issue: "colour", Text: "another dye", Owner: "hal", Due: wholeDay("2026-12-15")}))
	r.must(r.Advise(r.c, complaint.Advise{Step: r.step("cid"), Body: "regulator", Channel: complaint.Letter}))
	r.at = clockAt("2026-12-21 10:00")
	r.must(r.Wake(r.c, complaint.Wake{Step: r.step("timer")}))
}
