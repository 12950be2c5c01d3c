package quality_test

import (
	"encoding"
	"errors"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/complaint/conversation"
	"github.com/rapport-crm/rapport/complaint/quality"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/calendar"
	"github.com/rapport-crm/rapport/customer/population"
)

var yuan = customer.Currency{Code: "CNY", Digits: 2}

func shopZone() *time.Location {
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		panic(err)
	}
	return zone
}

// at reads 2026-06-01 09:00, or with seconds, in the shop's zone.
func at(text string) time.Time {
	layout := "2006-01-02 15:04"
	if len(text) > len(layout) {
		layout = time.DateTime
	}
	instant, err := time.ParseInLocation(layout, text, shopZone())
	if err != nil {
		panic(err)
	}
	return instant
}

func on(text string) customer.Date {
	day, err := customer.ParseDate(text)
	if err != nil {
		panic(err)
	}
	return day
}

// june is the month of most of these tests.
var june = population.Period{From: on("2026-06-01"), Until: on("2026-07-01")}

func shopRules() quality.Rules {
	return quality.Rules{
		Edition: customer.Edition{ID: "quality", Version: 1}, Currency: yuan,
		FirstContact: quality.FirstContactRules{Days: 7, Handoffs: 1}, Least: 2, VitalPermille: 800,
	}
}

func newGauge(change ...func(*quality.Rules)) *quality.Gauge {
	rules := shopRules()
	for _, one := range change {
		one(&rules)
	}
	gauge, err := quality.NewGauge(rules)
	if err != nil {
		panic(err)
	}
	return gauge
}

const terms = "7. Goods that fail within the guarantee are repaired, exchanged or taken back."

// shopPolicy is the procedure of a shop for electrical goods, open day and night.
func shopPolicy() *complaint.Policy {
	hours, err := calendar.New(calendar.Rules{
		Edition: customer.Edition{ID: "always", Version: 1, From: on("2026-01-01"), Until: on("2027-01-01")}, Zone: "Asia/Shanghai",
		Weekly: []calendar.Weekly{{Days: []customer.Weekday{1, 2, 3, 4, 5, 6, 7}, Hours: []calendar.Hours{{From: "00:00", To: "24:00"}}}},
	}, shopZone())
	if err != nil {
		panic(err)
	}
	clock := func(name string, stops complaint.Kind, seconds int64) complaint.ClockRule {
		return complaint.ClockRule{
			Name: name, Starts: []complaint.Trigger{{Kind: complaint.KindReceive}, {Kind: complaint.KindReopen}},
			ClockTerms: complaint.ClockTerms{Stops: []complaint.Trigger{{Kind: stops}}, Budget: calendar.Budget{OpenSeconds: seconds}, Calendar: "always"},
		}
	}
	policy, err := complaint.NewPolicy(complaint.Rules{
		Edition: customer.Edition{ID: "service", Version: 1}, Zone: "Asia/Shanghai", Currency: yuan,
		Intake: complaint.IntakeRules{Costs: []complaint.ContactCost{{Channel: complaint.Phone, EachMinor: 200, HourMinor: 6000}}},
		Clocks: []complaint.ClockRule{clock("triage", complaint.KindAssess, 60), clock("resolution", complaint.KindClose, 10*24*3600)},
		Ownership: complaint.OwnershipRules{
			FirstDesk: "hotline", RaiseAt: new(int), Handlers: []complaint.HandlerRule{{Skills: []string{"kettles"}, Trainings: []string{"complaints"}}},
		},
		Evidence: complaint.EvidenceRules{Clauses: []complaint.Clause{{ID: "terms-7", Version: 1, Hash: complaint.HashText(terms)}}},
		Remedies: complaint.RemedyRules{
			Limits: []complaint.LimitRule{
				{Role: "clerk", RemedyMinor: 500_00, CaseMinor: 500_00}, {Role: "lead", ApproveMinor: 5_000_00},
			},
			MeasureRoles: []string{"personnel"},
		},
		Survey:    complaint.SurveyRules{AfterDays: 7, WithinDays: 3, ReopenDays: 30},
		Answering: complaint.AnsweringRules{RingSeconds: 3, IdealRings: 2, MostRings: 3, ImpatientSeconds: 10},
		Closing:   complaint.ClosingRules{ReopenDays: 30},
	}, shopZone(), hours)
	if err != nil {
		panic(err)
	}
	return policy
}

// clerk has learnt all that is demanded, trainee has not.
var (
	clerk   = complaint.Agent{ID: "ann", Desk: "hotline", Roles: []string{"clerk"}, Skills: []string{"kettles"}, Trainings: []string{"complaints"}}
	trainee = complaint.Agent{ID: "tom", Desk: "hotline", Roles: []string{"clerk"}, Skills: []string{"kettles"}}
	lead    = complaint.Agent{ID: "lea", Roles: []string{"lead"}}
	repairs = complaint.Agent{ID: "rob", Desk: "repairs", Roles: []string{"clerk"}, Skills: []string{"kettles"}, Trainings: []string{"complaints"}}
)

// filed is a case that a test takes from step to step.
type filed struct {
	*complaint.Policy
	complaint.Known
	steps int
}

// complain opens a case about a kettle, by telephone, of two minutes: 4.00 yuan.
func complain(policy *complaint.Policy, id complaint.ID, customerID customer.ID, when string, claims ...complaint.Claim) *filed {
	f := &filed{Policy: policy, Known: complaint.Known{ID: id}}
	if len(claims) == 0 {
		claims = []complaint.Claim{{Issue: "1", Kind: "leak", Demand: complaint.Exchange, ClaimedMinor: 100_00}}
	}
	f.must(f.Receive(f.Case, complaint.Receive{
		Step: f.step("ann", when), Customer: customerID, Channel: complaint.Phone, Seconds: 120, Service: "kettle", Site: "north", Topic: "goods",
		Reach: "tel-" + string(customerID), Claims: claims,
	}))
	return f
}

func (f *filed) step(by, when string) complaint.Step {
	f.steps++
	return complaint.Step{Ref: string(f.ID) + "/" + string(rune('a'+f.steps)), By: by, At: at(when)}
}

func (f *filed) must(d complaint.Decision, err error) {
	var refusal *customer.Refusal
	if errors.As(err, &refusal) {
		for _, missing := range refusal.Missing {
			err = errors.Join(err, errors.New(complaint.Explain(missing, customer.English)))
		}
	}
	if err != nil {
		panic(err)
	}
	f.Case = d.Next
}

func (f *filed) take(agent complaint.Agent, when string) {
	f.must(f.Take(f.Case, complaint.Take{Step: f.step(agent.ID, when)}, []complaint.Agent{agent}))
}

func (f *filed) assess(by, when string, severity complaint.Severity) {
	f.must(f.Assess(f.Case, complaint.Assess{Step: f.step(by, when), Assessment: complaint.Assessment{Severity: severity}}))
}

// call is a call of hers of a minute.
func (f *filed) call(when string) {
	f.must(f.Log(f.Case, complaint.Log{Step: f.step("ann", when), Channel: complaint.Phone, Direction: complaint.FromCustomer, Seconds: 60}))
}

// find finds a cause by a clause.
func (f *filed) find(when, issue string, cause complaint.Cause) {
	f.must(f.Find(f.Case, complaint.Find{Step: f.step("rob", when), Issue: issue, Cause: cause, Text: "looked into", Clause: cited()}))
}

func cited() complaint.Citation {
	return complaint.Citation{Clause: "terms-7", Version: 1, Hash: complaint.HashText(terms)}
}

// decide upholds an issue and gives something for it, which is carried out at once.
func (f *filed) decide(when, issue string, minor int64, kind complaint.RemedyKind, deviation string) {
	ref := issue + "-" + kind.String()
	f.must(f.Decide(f.Case, complaint.Decide{
		Step: f.step("ann", when), Issue: issue, Verdict: complaint.FullyUpheld, AcceptedMinor: minor,
		Offers: []complaint.Offer{{Remedy: ref, Kind: kind, AmountMinor: minor, Deviation: deviation}},
	}, clerk))
	settle := complaint.Settle{Step: f.step("ann", when), Remedy: ref, Result: complaint.SettlementDone}
	if kind <= complaint.DiscountRemedy {
		settle.PaidMinor = minor
	}
	f.must(f.Settle(f.Case, settle))
}

func (f *filed) close(when string, outcome complaint.Outcome) {
	if outcome == complaint.OutcomeResolved { // she was told what is done
		f.must(f.Act(f.Case, complaint.Act{Step: f.step("ann", when), Act: conversation.Solution, Channel: complaint.Phone, Until: at(when)}))
	}
	f.must(f.Close(f.Case, complaint.Close{Step: f.step("ann", when), Outcome: outcome}))
}

func (f *filed) promise(when, id, until string) {
	f.must(f.Promise(f.Case, complaint.Promise{
		Step: f.step("ann", when), Promise: id, Kind: complaint.PromisedCallback, Agent: "ann", Channel: complaint.Phone, Until: at(until),
	}))
}

func (f *filed) keep(when, id string) {
	f.must(f.Keep(f.Case, complaint.Keep{Step: f.step("ann", when), Promise: id}))
}

// solved is a case that is solved at the first contact on its day, for a cause.
func solved(policy *complaint.Policy, id complaint.ID, customerID customer.ID, day string, cause complaint.Cause) *filed {
	f := complain(policy, id, customerID, day+" 09:00")
	f.take(clerk, day+" 09:00:10")
	f.assess("ann", day+" 09:00:36", complaint.Normal)
	f.find(day+" 10:00", "1", cause)
	f.decide(day+" 10:30", "1", 100_00, complaint.ReplacementRemedy, "")
	f.close(day+" 11:00", complaint.OutcomeResolved)
	return f
}

// facts are those of a case as known at an instant.
func (f *filed) facts(gauge *quality.Gauge, known string, duplicates ...complaint.Known) quality.Facts {
	facts, err := gauge.Of(f.Policy, f.Known, at(known), duplicates...)
	if err != nil {
		panic(err)
	}
	return facts
}

func must[R any](report R, err error) R {
	if err != nil {
		panic(err)
	}
	return report
}

func add(report interface{ Add(*quality.Facts) error }, all ...quality.Facts) {
	for i := range all {
		if err := report.Add(&all[i]); err != nil {
			panic(err)
		}
	}
}

func bytesOf(t require.TestingT, report encoding.BinaryMarshaler) []byte {
	data, err := report.MarshalBinary()
	require.NoError(t, err)
	return data
}

func codes(reasons []customer.Reason) (codes []string) {
	for _, reason := range reasons {
		codes = append(codes, reason.Code)
	}
	return codes
}
