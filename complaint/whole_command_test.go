package complaint_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/complaint/conversation"
	"github.com/rapport-crm/rapport/complaint/suitability"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
)

// wholeCommand is a command and how it is decided.
type wholeCommand struct {
	kind   string
	step   complaint.Step
	fact   journal.Fact
	decide func(complaint.Case) (complaint.Decision, error)
}

// wholeDraw draws commands for a case that are mostly plausible: they name what it has. Each command
// has a seed of its own. What is drawn from a seed is uniform, where rapid itself would mostly draw
// what is first and small, and hardly ever get beyond what is refused.
type wholeDraw struct {
	*rapid.T
	*rand.Rand
	p    *complaint.Policy
	c    complaint.Case
	now  time.Time
	n    int // of the commands drawn
	salt uint64
}

// seed begins another command. Rapid likes small seeds, so the command's number is mixed in.
func (d *wholeDraw) seed(seed uint64) { d.Rand = rand.New(rand.NewPCG(seed, d.salt+uint64(d.n))) }

func (d *wholeDraw) of(some ...string) string { return some[d.IntN(len(some))] }
func (d *wholeDraw) yes() bool                { return d.upTo(1) == 1 }
func (d *wholeDraw) upTo(most int) int        { return d.IntN(most + 1) }

// one draws a value of an enumeration.
func wholeOne[E ~uint8](d *wholeDraw, last E) E { return E(1 + d.upTo(int(last)-1)) }

// seldom is a one in six.
func (d *wholeDraw) seldom() bool { return d.upTo(5) == 5 }

// known draws one of the IDs that a case has, and seldom another one.
func (d *wholeDraw) known(n int, id func(int) string) string {
	if n == 0 || d.seldom() {
		return d.of("x", "y", "colour", "bill", "m-1", "p-1")
	}
	return id(n - 1 - min(d.upTo(n-1), d.upTo(n-1))) // rather what is new
}

// some is known of those that something holds of, if there are any.
func wholeSome[T any](d *wholeDraw, rows []T, id func(*T) string, open func(*T) bool) string {
	var ids []string
	for i := range rows {
		if open(&rows[i]) || d.seldom() {
			ids = append(ids, id(&rows[i]))
		}
	}
	return d.known(len(ids), func(i int) string { return ids[i] })
}

// fresh is an ID that the case may not have yet.
func (d *wholeDraw) fresh(prefix string) string {
	if d.seldom() {
		return prefix + "1"
	}
	return fmt.Sprintf("%sn%d", prefix, d.n)
}

func (d *wholeDraw) issue() string {
	return d.known(len(d.c.Issues), func(i int) string { return d.c.Issues[i].Issue })
}

func (d *wholeDraw) issueOrNone() string {
	if d.yes() {
		return ""
	}
	return d.issue()
}

func (d *wholeDraw) promise() string {
	return wholeSome(d, d.c.Commitments, func(one *complaint.Commitment) string { return one.Promise }, func(one *complaint.Commitment) bool { return one.Open() })
}

func (d *wholeDraw) remedy(state complaint.RemedyState) string {
	return wholeSome(d, d.c.Remedies, func(one *complaint.Remedy) string { return one.Remedy }, func(one *complaint.Remedy) bool { return one.State == state })
}

func (d *wholeDraw) item() (id, holder string) {
	id = wholeSome(d, d.c.Items, func(one *complaint.Item) string { return one.ID }, func(one *complaint.Item) bool { return one.Fate == 0 })
	for _, one := range d.c.Items {
		if one.ID == id {
			return id, one.Chain[len(one.Chain)-1].Holder
		}
	}
	return id, "workshop"
}

// undecided is one of the issues that are still to be decided.
func (d *wholeDraw) undecided() string {
	return wholeSome(d, d.c.Issues, func(one *complaint.Issue) string { return one.Issue }, func(one *complaint.Issue) bool {
		return one.Withdrawn.IsZero() && one.Ruling.Verdict == 0
	})
}

func (d *wholeDraw) contact() string {
	return wholeSome(d, d.c.Contacts, func(one *complaint.Contact) string { return one.Ref }, func(one *complaint.Contact) bool { return one.Direction == complaint.FromCustomer })
}

func (d *wholeDraw) clock() string {
	return wholeSome(d, d.c.Clocks, func(one *complaint.Clock) string { return one.Name }, func(one *complaint.Clock) bool { return one.Stop.IsZero() })
}

func (d *wholeDraw) desk() string {
	return d.of("hotline", "workshop", "managers", "board")
}

func (d *wholeDraw) agent() string {
	return d.of("cid", "ann", "lea", "max", "ben", "hal", "hua", "kim", "pia", "bea", "tim")
}

// step is a minute or some days after the last one, and seldom before it.
func (d *wholeDraw) step(usual ...string) complaint.Step {
	d.n++
	at := d.now.Add(time.Duration(d.upTo(60)) * time.Minute)
	switch d.upTo(9) {
	case 7:
		at = at.AddDate(0, 0, d.upTo(4))
	case 8:
		at = at.AddDate(0, 0, d.upTo(40))
	case 9:
		at = d.now.Add(-time.Duration(d.upTo(96)) * time.Hour)
	}
	by := d.c.Owner.Agent
	switch {
	case len(usual) > 0 && !d.seldom():
		by = d.of(usual...)
	case by == "" || d.seldom():
		by = d.agent()
	}
	return complaint.Step{Ref: fmt.Sprintf("n-%d", d.n), By: by, At: at}
}

// day is one around now.
func (d *wholeDraw) day() customer.Date {
	return customer.DateOf(d.now, caseZone).AddDays(d.upTo(20) - 2)
}

// soon is an instant around now.
func (d *wholeDraw) soon() time.Time { return d.now.Add(time.Duration(d.upTo(120)-10) * time.Hour) }

func (d *wholeDraw) channel() complaint.Channel { return wholeOne(d, complaint.Authority) }

func (d *wholeDraw) note() string { return d.of("", "noted") }

func (d *wholeDraw) claim() complaint.Claim {
	claim := complaint.Claim{
		Issue: d.fresh("i-"), Kind: d.of("colour", "bill", "attitude", "mis-selling"), About: d.of("", "", "bea", "ann", "cid"), Demand: complaint.Demand(d.upTo(9)),
		ClaimedMinor: int64(d.upTo(3)) * 50_00,
	}
	if d.yes() {
		claim.BilledMinor = claim.ClaimedMinor * 2
	}
	return claim
}

func (d *wholeDraw) claims() (claims []complaint.Claim) {
	for i := range d.upTo(2) {
		claim := d.claim()
		claim.Issue += string(rune('a' + i))
		claims = append(claims, claim)
	}
	return claims
}

func (d *wholeDraw) evidence() complaint.Evidence {
	ref := "doc"
	kind := wholeOne(d, complaint.ByDocument)
	switch kind {
	case complaint.ByInspection:
		ref = d.known(len(d.c.Inspections), func(i int) string { return d.c.Inspections[i].Ref })
	case complaint.ByIncident:
		ref = d.known(len(d.c.Incidents), func(i int) string { return d.c.Incidents[i].ID })
	case complaint.ByContact:
		ref = d.contact()
	case complaint.ByStatement:
		ref = d.known(len(d.c.Statements), func(i int) string { return d.c.Statements[i].Ref })
	case complaint.ByVetting:
		ref = d.known(len(d.c.Vettings), func(i int) string { return d.c.Vettings[i].Ref })
	case complaint.ByDocument:
	}
	return complaint.Evidence{Kind: kind, Ref: ref}
}

func (d *wholeDraw) queue() complaint.QueueFacts {
	if d.yes() {
		return complaint.QueueFacts{}
	}
	return complaint.QueueFacts{Open: 1, Counters: 4, StaffBehind: d.upTo(3), Waiting: 30, WaitSeconds: 3000}
}

// wholeCommands draw a command of each method of Policy that decides, by its name.
var wholeCommands = map[string]func(d *wholeDraw) wholeCommand{
	"Receive": func(d *wholeDraw) wholeCommand {
		x := complaint.Receive{
			Step: d.step(), Customer: "c-1", Channel: d.channel(), Topic: d.of("", "sms", "repair"), Desk: d.of("", "hotline"), Service: "sms", Area: "cn/gd", Claims: d.claims(),
			Threat: d.of("", "regulator"),
		}
		return d.done(x.Step, x, func(c complaint.Case) (complaint.Decision, error) { return d.p.Receive(c, x) })
	},
	"Log": func(d *wholeDraw) wholeCommand {
		x := complaint.Log{Step: d.step(), Channel: d.channel(), Direction: wholeOne(d, complaint.Internal), Missed: d.seldom(), Seconds: d.upTo(900), Threat: d.of("", "", "regulator")}
		return d.done(x.Step, x, func(c complaint.Case) (complaint.Decision, error) { return d.p.Log(c, x) })
	},
	"Add": func(d *wholeDraw) wholeCommand {
		x := complaint.Add{Step: d.step(), Claim: d.claim()}
		return d.done(x.Step, x, func(c complaint.Case) (complaint.Decision, error) { return d.p.Add(c, x) })
	},
	"Withdraw": func(d *wholeDraw) wholeCommand {
		x := complaint.Withdraw{Step: d.step(), Issue: d.undecided(), Consent: d.contact(), Note: d.note()}
		return d.done(x.Step, x, func(c complaint.Case) (complaint.Decision, error) { return d.p.Withdraw(c, x) })
	},
	"Link": func(d *wholeDraw) wholeCommand {
		other := wholeOther()
		other.Received = other.Received.AddDate(0, 0, d.upTo(10))
		x := complaint.Link{Step: d.step(), Case: "K-2", Other: complaint.ID(d.of("K-1", "K-9")), As: wholeOne(d, complaint.Related)}
		return d.done(x.Step, x, func(c complaint.Case) (complaint.Decision, error) { return d.p.Link(c, x, other) })
	},
	"Unlink": func(d *wholeDraw) wholeCommand {
		x := complaint.Unlink{Step: d.step(), Other: complaint.ID(d.of("K-1", "K-9")), As: wholeOne(d, complaint.Related)}
		return d.done(x.Step, x, func(c complaint.Case) (complaint.Decision, error) { return d.p.Unlink(c, x) })
	},
	"Assess": func(d *wholeDraw) wholeCommand {
		x := complaint.Assess{Step: d.step(), Assessment: complaint.Assessment{Severity: wholeOne(d, complaint.Critical), Safety: d.yes(), Immediate: d.yes()}}
		return d.done(x.Step, x, func(c complaint.Case) (complaint.Decision, error) { return d.p.Assess(c, x) })
	},
	"Investigate": func(d *wholeDraw) wholeCommand {
		x := complaint.Investigate{Step: d.step(), Note: d.note()}
		return d.done(x.Step, x, func(c complaint.Case) (complaint.Decision, error) { return d.p.Investigate(c, x) })
	},
	"Advise": func(d *wholeDraw) wholeCommand {
		x := complaint.Advise{Step: d.step(), Body: d.of("regulator", "consumers", "x"), Channel: d.channel()}
		return d.done(x.Step, x, func(c complaint.Case) (complaint.Decision, error) { return d.p.Advise(c, x) })
	},
	"File": func(d *wholeDraw) wholeCommand {
		x := complaint.File{Step: d.step(), Body: d.of("regulator", "consumers")}
		return d.done(x.Step, x, func(c complaint.Case) (complaint.Decision, error) { return d.p.File(c, x) })
	},
	"Conclude": func(d *wholeDraw) wholeCommand {
		x := complaint.Conclude{Step: d.step(), Body: d.of("regulator", "consumers"), Result: wholeOne(d, complaint.NotTakenUp)}
		return d.done(x.Step, x, func(c complaint.Case) (complaint.Decision, error) { return d.p.Conclude(c, x) })
	},
	"Close": func(d *wholeDraw) wholeCommand {
		x := complaint.Close{Step: d.step(), Outcome: wholeOne(d, complaint.OutcomeLost)}
		return d.done(x.Step, x, func(c complaint.Case) (complaint.Decision, error) { return d.p.Close(c, x) })
	},
	"Reopen": func(d *wholeDraw) wholeCommand {
		x := complaint.Reopen{Step: d.step(), Why: wholeOne(d, complaint.OurMistake), Claims: d.claims()}
		if d.yes() {
			x.Issues = []string{d.issue()}
		}
		return d.done(x.Step, x, func(c complaint.Case) (complaint.Decision, error) { return d.p.Reopen(c, x) })
	},
	"Wait": func(d *wholeDraw) wholeCommand {
		x := complaint.Wait{Step: d.step(), For: wholeOne(d, complaint.AwaitNobody), Reason: d.of("photos", "laboratory", "weather")}
		return d.done(x.Step, x, func(c complaint.Case) (complaint.Decision, error) { return d.p.Wait(c, x) })
	},
	"Extend": func(d *wholeDraw) wholeCommand {
		x := complaint.Extend{Step: d.step(), Clock: d.clock(), Approver: d.of("lea", "lea", "bea", "ann"), Notice: d.contact()}
		return d.done(x.Step, x, func(c complaint.Case) (complaint.Decision, error) { return d.p.Extend(c, x, wholeAgent(x.Approver)) })
	},
	"Switch": func(d *wholeDraw) wholeCommand {
		x := complaint.Switch{Step: d.step(), Clock: d.clock(), Calendar: d.of("", "", "always", "office"), Version: d.upTo(2)}
		return d.done(x.Step, x, func(c complaint.Case) (complaint.Decision, error) { return d.p.Switch(c, x) })
	},
	"Confirm": func(d *wholeDraw) wholeCommand {
		x := complaint.Confirm{Step: d.step(), Clock: d.clock()}
		return d.done(x.Step, x, func(c complaint.Case) (complaint.Decision, error) { return d.p.Confirm(c, x) })
	},
	"Wake": func(d *wholeDraw) wholeCommand {
		x := complaint.Wake{Step: d.step("timer")}
		return d.done(x.Step, x, func(c complaint.Case) (complaint.Decision, error) { return d.p.Wake(c, x) })
	},
	"Promise": func(d *wholeDraw) wholeCommand {
		x := complaint.Promise{
			Step: d.step(), Promise: d.fresh("p-"), Kind: wholeOne(d, complaint.PromisedOther), Issue: d.issueOrNone(), Product: "shoe", Text: "soon", Agent: d.of("", "cid", "ann"),
		}
		if x.Kind == complaint.PromisedCallback || x.Kind == complaint.PromisedAnswer {
			x.Channel, x.Reach = complaint.Phone, "tel-1"
		}
		if x.Agent == "" {
			x.Desk = "workshop"
		}
		if x.Kind != complaint.PromisedCallback || d.yes() {
			x.Until = d.soon()
		}
		if d.seldom() {
			x.For = d.promise()
		}
		return d.done(x.Step, x, func(c complaint.Case) (complaint.Decision, error) { return d.p.Promise(c, x) })
	},
	"Keep": func(d *wholeDraw) wholeCommand {
		x := complaint.Keep{Step: d.step(), Promise: d.promise()}
		return d.done(x.Step, x, func(c complaint.Case) (complaint.Decision, error) { return d.p.Keep(c, x) })
	},
	"Renew": func(d *wholeDraw) wholeCommand {
		x := complaint.Renew{Step: d.step(), Promise: d.promise(), As: d.fresh("p-"), Until: d.soon(), Consent: d.contact()}
		return d.done(x.Step, x, func(c complaint.Case) (complaint.Decision, error) { return d.p.Renew(c, x) })
	},
	"Release": func(d *wholeDraw) wholeCommand {
		x := complaint.Release{Step: d.step(), Promise: d.promise(), Consent: d.contact()}
		return d.done(x.Step, x, func(c complaint.Case) (complaint.Decision, error) { return d.p.Release(c, x) })
	},
	"Insist": func(d *wholeDraw) wholeCommand {
		x := complaint.Insist{Step: d.step(), Issue: d.issueOrNone(), Until: d.soon()}
		return d.done(x.Step, x, func(c complaint.Case) (complaint.Decision, error) { return d.p.Insist(c, x) })
	},
	"Ask": func(d *wholeDraw) wholeCommand {
		x := complaint.Ask{Step: d.step(), Channel: d.channel()}
		return d.done(x.Step, x, func(c complaint.Case) (complaint.Decision, error) { return d.p.Ask(c, x) })
	},
	"Answer": func(d *wholeDraw) wholeCommand {
		x := complaint.Answer{Step: d.step(), Cycle: d.upTo(2), Answers: []complaint.Reply{
			{Key: "score", Score: d.upTo(10)}, {Key: "still", Said: wholeOne(d, complaint.SaidNo)}, {Key: "wish", Text: d.of("ok", "a better shoe")},
		}}
		if d.yes() {
			x.Issues = []string{d.issue()}
		}
		return d.done(x.Step, x, func(c complaint.Case) (complaint.Decision, error) { return d.p.Answer(c, x) })
	},
	"Take": func(d *wholeDraw) wholeCommand {
		x := complaint.Take{Step: d.step("ann", "ben", "cid", "max", "bea"), Read: d.yes()}
		return d.done(x.Step, x, func(c complaint.Case) (complaint.Decision, error) { return d.p.Take(c, x, wholeStaff()) })
	},
	"Transfer": func(d *wholeDraw) wholeCommand {
		x := complaint.Transfer{
			Step: d.step(), Desk: d.desk(), Agent: d.of("", "cid", "ann", "max", "bea"), Reason: "on", Warm: d.yes(), Context: d.yes(), WaitSeconds: d.upTo(900), Absence: d.seldom(),
		}
		return d.done(x.Step, x, func(c complaint.Case) (complaint.Decision, error) { return d.p.Transfer(c, x, wholeStaff()) })
	},
	"Accept": func(d *wholeDraw) wholeCommand {
		x := complaint.Accept{Step: d.step("cid", "max", "ann"), Desk: d.desk(), Queue: d.seldom(), Read: d.yes()}
		return d.done(x.Step, x, func(c complaint.Case) (complaint.Decision, error) { return d.p.Accept(c, x, wholeStaff()) })
	},
	"Decline": func(d *wholeDraw) wholeCommand {
		x := complaint.Decline{Step: d.step("cid", "max", "ann"), Desk: d.desk(), Reason: "full"}
		return d.done(x.Step, x, func(c complaint.Case) (complaint.Decision, error) { return d.p.Decline(c, x) })
	},
	"Send": func(d *wholeDraw) wholeCommand {
		x := complaint.Send{Step: d.step(), Desk: d.desk(), Reason: "there", Context: d.yes(), WaitSeconds: d.upTo(900)}
		if d.seldom() {
			x.From, x.Went = "lobby", d.now.Add(-48*time.Hour)
		}
		return d.done(x.Step, x, func(c complaint.Case) (complaint.Decision, error) { return d.p.Send(c, x) })
	},
	"Escalate": func(d *wholeDraw) wholeCommand {
		x := complaint.Escalate{Step: d.step(), Asked: d.yes(), Reason: "enough"}
		return d.done(x.Step, x, func(c complaint.Case) (complaint.Decision, error) { return d.p.Escalate(c, x) })
	},
	"Divert": func(d *wholeDraw) wholeCommand {
		x := complaint.Divert{Step: d.step(), Task: "form", To: "machine"}
		return d.done(x.Step, x, func(c complaint.Case) (complaint.Decision, error) { return d.p.Divert(c, x) })
	},
	"Serve": func(d *wholeDraw) wholeCommand {
		x := complaint.Serve{Step: d.step(), Diversion: wholeSome(d, d.c.Diversions, func(one *complaint.Diversion) string { return one.Ref }, func(one *complaint.Diversion) bool { return one.Checked.IsZero() }), Served: d.yes()}
		if !x.Served {
			x.Note = "empty"
		}
		return d.done(x.Step, x, func(c complaint.Case) (complaint.Decision, error) { return d.p.Serve(c, x) })
	},
	"HandIn": func(d *wholeDraw) wholeCommand {
		x := complaint.HandIn{Step: d.step(), Item: d.fresh("t-"), What: "a shoe", Receipt: d.fresh("R-"), Condition: []string{"pale"}, Holder: d.desk()}
		return d.done(x.Step, x, func(c complaint.Case) (complaint.Decision, error) { return d.p.HandIn(c, x) })
	},
	"Move": func(d *wholeDraw) wholeCommand {
		item, from := d.item()
		agent := wholeAgent(d.agent())
		x := complaint.Move{Step: d.step(), Item: item, From: from, To: d.of(agent.Desk, agent.ID, from), Accepted: agent.ID}
		return d.done(x.Step, x, func(c complaint.Case) (complaint.Decision, error) { return d.p.Move(c, x, agent) })
	},
	"Inspect": func(d *wholeDraw) wholeCommand {
		item, place := d.item()
		x := complaint.Inspect{
			Step: d.step(), Issues: []string{d.issue()}, Item: item, Inspector: d.of("cid", "cid", "ann"), Place: place, Fault: wholeOne(d, complaint.NoFault),
			Cause: wholeOne(d, complaint.CauseUnknown), Text: "seen",
		}
		if d.seldom() {
			x.Item, x.Records, x.Fault = "", "camera", 0
		}
		return d.done(x.Step, x, func(c complaint.Case) (complaint.Decision, error) { return d.p.Inspect(c, x, wholeAgent(x.Inspector)) })
	},
	"HandBack": func(d *wholeDraw) wholeCommand {
		item, from := d.item()
		x := complaint.HandBack{Step: d.step(), Item: item, From: from, Condition: []string{"clean"}}
		if i := slices.IndexFunc(d.c.Items, func(one complaint.Item) bool { return one.ID == item }); i >= 0 && d.yes() {
			x.Receipt = d.c.Items[i].Receipt
		}
		return d.done(x.Step, x, func(c complaint.Case) (complaint.Decision, error) { return d.p.HandBack(c, x) })
	},
	"Scrap": func(d *wholeDraw) wholeCommand {
		item, from := d.item()
		x := complaint.Scrap{Step: d.step(), Item: item, From: from}
		if d.yes() {
			x.Consent = d.contact()
		} else {
			x.Remedy = d.remedy(complaint.RemedySettled)
		}
		return d.done(x.Step, x, func(c complaint.Case) (complaint.Decision, error) { return d.p.Scrap(c, x) })
	},
	"Lose": func(d *wholeDraw) wholeCommand {
		item, from := d.item()
		x := complaint.Lose{Step: d.step(), Item: item, From: from}
		return d.done(x.Step, x, func(c complaint.Case) (complaint.Decision, error) { return d.p.Lose(c, x) })
	},
	"Suspect": func(d *wholeDraw) wholeCommand {
		x := complaint.Suspect{Step: d.step(), Hypothesis: d.fresh("h-"), Issue: d.issue(), Cause: wholeOne(d, complaint.CauseUnknown), Text: "maybe"}
		return d.done(x.Step, x, func(c complaint.Case) (complaint.Decision, error) { return d.p.Suspect(c, x) })
	},
	"Weigh": func(d *wholeDraw) wholeCommand {
		x := complaint.Weigh{
			Step: d.step(), Hypothesis: d.known(len(d.c.Hypotheses), func(i int) string { return d.c.Hypotheses[i].ID }), Side: wholeOne(d, complaint.Against), Ground: d.evidence(), Queue: d.queue(),
		}
		return d.done(x.Step, x, func(c complaint.Case) (complaint.Decision, error) { return d.p.Weigh(c, x) })
	},
	"Find": func(d *wholeDraw) wholeCommand {
		x := complaint.Find{
			Step: d.step(), Issue: d.issue(), Cause: wholeOne(d, complaint.CauseUnknown), Text: "found", Grounds: []complaint.Evidence{d.evidence()}, Queue: d.queue(),
		}
		if d.yes() {
			x.Clause = wholeCited()[0]
		}
		return d.done(x.Step, x, func(c complaint.Case) (complaint.Decision, error) { return d.p.Find(c, x) })
	},
	"Judge": func(d *wholeDraw) wholeCommand {
		x := complaint.Judge{Step: d.step(), Intent: wholeOne(d, complaint.Gain), Text: "so it seems"}
		return d.done(x.Step, x, func(c complaint.Case) (complaint.Decision, error) { return d.p.Judge(c, x) })
	},
	"Match": func(d *wholeDraw) wholeCommand {
		x := complaint.Match{Step: d.step(), Known: complaint.KnownIncident{
			Incident: d.of("o-1", "o-2"), Window: customer.Span{From: clockAt("2026-11-20 06:00"), To: d.now.Add(time.Hour)}, Areas: []string{"cn"},
			Notices: []complaint.Notice{{
				Ref: "n-1", Channel: complaint.Message, Sent: clockAt("2026-11-19 12:00"), To: complaint.ToList, Customers: []customer.ID{"c-0", "c-1"}, Hash: complaint.HashText("x"),
			}},
		}}
		return d.done(x.Step, x, func(c complaint.Case) (complaint.Decision, error) { return d.p.Match(c, x) })
	},
	"Testify": func(d *wholeDraw) wholeCommand {
		x := evidenceTestimony()
		x.Step, x.Issue = d.step(), d.issue()
		return d.done(x.Step, x, func(c complaint.Case) (complaint.Decision, error) { return d.p.Testify(c, x) })
	},
	"Vet": func(d *wholeDraw) wholeCommand {
		rules, err := suitability.New(evidenceSuitability())
		if err != nil {
			d.Fatal(err)
		}
		x := evidenceVet()
		x.Step, x.Issue, x.Product.Risk = d.step(), d.issue(), 1+d.upTo(5)
		return d.done(x.Step, x, func(c complaint.Case) (complaint.Decision, error) { return d.p.Vet(c, x, rules) })
	},
	"Decide": wholeDecide,
	"Approve": func(d *wholeDraw) wholeCommand {
		x := complaint.Approve{Step: d.step("lea", "hal", "hua", "cid"), Remedy: d.remedy(complaint.RemedyProposed), For: d.of("", "", "", "kim")}
		return d.done(x.Step, x, func(c complaint.Case) (complaint.Decision, error) { return d.p.Approve(c, x, wholeStaff()) })
	},
	"Object": func(d *wholeDraw) wholeCommand {
		x := complaint.Object{Step: d.step("lea", "hal", "hua"), Remedy: d.remedy(complaint.RemedyProposed), For: d.of("", "", "", "kim"), Reason: "no"}
		return d.done(x.Step, x, func(c complaint.Case) (complaint.Decision, error) { return d.p.Object(c, x, wholeStaff()) })
	},
	"Settle": wholeSettle,
	"Bridge": func(d *wholeDraw) wholeCommand {
		x := complaint.Bridge{Step: d.step(), Issue: d.issueOrNone(), Way: "chat", Until: d.day(), Taken: d.yes()}
		return d.done(x.Step, x, func(c complaint.Case) (complaint.Decision, error) { return d.p.Bridge(c, x) })
	},
	"Deviate": func(d *wholeDraw) wholeCommand {
		x := complaint.Deviate{Step: d.step("lea", "hal"), Deviation: d.fresh("d-"), Issue: d.issue(), From: wholeOne(d, complaint.FromRules), Reason: "a good customer"}
		if x.From != complaint.FromRules || d.yes() {
			x.UpToMinor = int64(d.upTo(4)) * 100_00
		}
		return d.done(x.Step, x, func(c complaint.Case) (complaint.Decision, error) { return d.p.Deviate(c, x, wholeStaff()) })
	},
	"Discipline": func(d *wholeDraw) wholeCommand {
		x := complaint.Discipline{Step: d.step("pia", "ann"), On: d.agent(), Measure: wholeOne(d, complaint.OtherMeasure), Issue: d.issueOrNone()}
		return d.done(x.Step, x, func(c complaint.Case) (complaint.Decision, error) { return d.p.Discipline(c, x, wholeAgent(x.By)) })
	},
	"Correct": func(d *wholeDraw) wholeCommand {
		x := complaint.Correct{Step: d.step(), Action: d.fresh("a-"), Text: "mend it", Owner: "hal", Due: d.day()}
		if d.yes() {
			x = complaint.Correct{Step: x.Step, Action: d.known(len(d.c.Corrections), func(i int) string { return d.c.Corrections[i].Action }), Effect: wholeOne(d, complaint.Ineffective)}
		}
		return d.done(x.Step, x, func(c complaint.Case) (complaint.Decision, error) { return d.p.Correct(c, x) })
	},
	"Act": func(d *wholeDraw) wholeCommand {
		x := complaint.Act{Step: d.step(), Act: wholeOne(d, conversation.Alternative), Channel: d.channel(), Issue: d.issueOrNone()}
		if x.Act == conversation.Solution || x.Act == conversation.Alternative {
			x.Until = x.At.Add(time.Duration(d.upTo(72)) * time.Hour)
		}
		return d.done(x.Step, x, func(c complaint.Case) (complaint.Decision, error) { return d.p.Act(c, x) })
	},
	"Grade": func(d *wholeDraw) wholeCommand {
		x := complaint.Grade{Step: d.step(), Level: wholeOne(d, conversation.Delighted), Criteria: []complaint.Criterion{
			complaint.DemandMet, complaint.NothingNew, complaint.Praised, complaint.NeedForeseen, complaint.Trusted,
		}}
		return d.done(x.Step, x, func(c complaint.Case) (complaint.Decision, error) { return d.p.Grade(c, x) })
	},
}

// wholeDecide draws a decision whose offers mostly add up to what is accepted.
func wholeDecide(d *wholeDraw) wholeCommand {
	x := complaint.Decide{
		Step: d.step(), Issue: d.undecided(), Verdict: wholeOne(d, complaint.NoneNeeded), Reason: "so it is", Citations: wholeCited(), Appeal: "the consumers' association", Alternative: "chat",
		Channel: complaint.Phone,
	}
	x.AcceptedMinor = d.c.Sums(x.Issue).PaidMinor
	if x.Verdict == complaint.FullyUpheld || x.Verdict == complaint.PartlyUpheld {
		for i := range d.upTo(2) {
			offer := complaint.Offer{
				Remedy: fmt.Sprintf("%s%d", d.fresh("m-"), i), Kind: wholeOne(d, complaint.OtherRemedy), AmountMinor: int64(d.upTo(12)) * 20_00, Due: d.day(), Ask: d.seldom(),
				Goodwill: d.upTo(3) == 3, Once: d.of("", "", "line-1"), Deviation: d.of("", "", "", "d-1"),
			}
			if offer.Kind == complaint.PointsRemedy {
				offer.Points = int64(1 + d.upTo(2000))
			}
			if slices.Contains([]complaint.RemedyKind{complaint.ReplacementRemedy, complaint.RepairRemedy, complaint.LoanRemedy}, offer.Kind) {
				offer.Item, _ = d.item()
			}
			x.Offers = append(x.Offers, offer)
			if !offer.Goodwill {
				x.AcceptedMinor += offer.AmountMinor
			}
		}
	}
	if d.seldom() {
		x.AcceptedMinor++
	}
	return d.done(x.Step, x, func(c complaint.Case) (complaint.Decision, error) { return d.p.Decide(c, x, wholeAgent(x.By)) })
}

// wholeSettle draws the carrying out of a remedy, whole or in part, or that it came back.
func wholeSettle(d *wholeDraw) wholeCommand {
	x := complaint.Settle{Step: d.step(), Remedy: d.remedy(complaint.RemedyGranted), Result: wholeOne(d, complaint.SettlementDeclined), External: d.of("", d.fresh("e-"))}
	for _, one := range d.c.Remedies {
		if one.Remedy == x.Remedy && x.Result == complaint.SettlementDone {
			if one.Kind <= complaint.DiscountRemedy { // one of money
				x.PaidMinor = (one.AmountMinor - one.PaidMinor) / int64(1+d.upTo(1))
			}
		} else if one.Remedy == x.Remedy && x.Result == complaint.SettlementFailed {
			x.PaidMinor = one.PaidMinor / int64(1+d.upTo(1))
		}
	}
	return d.done(x.Step, x, func(c complaint.Case) (complaint.Decision, error) { return d.p.Settle(c, x) })
}

func (d *wholeDraw) done(step complaint.Step, fact journal.Fact, decide func(complaint.Case) (complaint.Decision, error)) wholeCommand {
	return wholeCommand{step: step, fact: fact, decide: decide}
}

var wholeNames = func() (names []string) {
	for name := range wholeCommands {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}()

// command draws one, of those that lead on more often than of others.
func (d *wholeDraw) command() wholeCommand {
	name := d.of(wholeNames...)
	switch d.upTo(3) {
	case 0:
		name = d.of("Assess", "Decide", "Settle", "Approve", "Act", "Close", "Reopen", "Log", "Keep", "HandBack", "Wake", "Ask", "Answer")
	case 1, 2:
		var may []string // now, and by her who has it
		for _, one := range d.p.Allowed(d.c, d.c.Owner.Agent, d.now) {
			if len(one.Missing) == 0 {
				may = append(may, wholeName(one.Kind))
			}
		}
		if len(may) > 0 { // none is, of a case in another currency
			name = d.of(may...)
		}
	}
	return d.commandOf(name)
}

func (d *wholeDraw) commandOf(name string) wholeCommand {
	command := wholeCommands[name](d)
	command.kind = name
	return command
}

// The table has a row for every method of Policy that decides, but for Erase, which ends a history.
func TestWholeCommandsAreAll(t *testing.T) {
	var names []string
	policy := reflect.TypeFor[*complaint.Policy]()
	for i := range policy.NumMethod() {
		if method := policy.Method(i); method.Name != "Erase" && method.Type.NumOut() > 0 && method.Type.Out(0) == reflect.TypeFor[complaint.Decision]() {
			names = append(names, method.Name)
		}
	}
	assert.Equal(t, names, wholeNames)
	assert.Len(t, names, int(complaint.KindGrade), "one for each kind of command")
}
