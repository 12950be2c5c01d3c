package main

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/complaint/conversation"
	"github.com/rapport-crm/rapport/customer"
)

// life is how one complaint goes, drawn once from the seed: everything else follows from the
// policy.
type life struct {
	*desk
	id      complaint.ID
	chance  func(what string, sides uint64) uint64 // 0 to sides-1
	kind    string
	claimed int64
	clerk   string // who takes it in
	handler string // who works on it
}

// plan puts a complaint into the diary: on one of twenty working days, in the desk's hours.
func (d *desk) plan(seed string, i, of int) {
	l := &life{desk: d, id: complaint.ID(fmt.Sprintf("K-%04d", i+1))}
	l.chance = func(what string, sides uint64) uint64 { return customer.Draw(seed+what, customer.ID(l.id)) % sides }
	d.ids = append(d.ids, l.id)
	l.kind = []string{"bill", "bill", "outage", "repair", "attitude"}[l.chance("kind", 5)]
	if l.kind == "bill" {
		l.claimed = int64(20+l.chance("claimed", 280)) * 1_00
	}
	clerks := []string{"ann", "ben", "cho"}
	l.clerk = clerks[l.chance("clerk", 3)]
	l.handler = clerks[(l.chance("clerk", 3)+1)%3]
	day := i * 20 / of
	start := time.Date(2026, 11, 2+day/5*7+day%5, 9, 0, 0, 0, d.zone)
	d.at(start.Add(time.Duration(l.chance("hour", 8*3600))*time.Second), l.receive)
}

// receive takes the call: it is assessed, and a callback is promised by the policy's default.
func (l *life) receive(ctx context.Context, at time.Time) error {
	asked := complaint.Receive{
		Step: step(l.id, "call", l.clerk, at), Customer: customer.ID("c-" + string(l.id)), Channel: complaint.Phone, Topic: l.kind, Seconds: 240,
		Claims: []complaint.Claim{{Issue: "main", Kind: l.kind, Demand: complaint.Explanation, ClaimedMinor: l.claimed}},
	}
	if l.kind == "bill" {
		asked.Claims[0].Demand = complaint.Refund
	}
	if l.kind == "attitude" { // of the very clerk who takes the call: it is not hers
		asked.Claims[0].About, asked.Claims[0].Demand = l.clerk, complaint.Apology
	}
	if _, err := book(ctx, l.desk, l.id, asked, l.policy.Receive); err != nil {
		return err
	}
	seen := at.Add(time.Duration(20+l.chance("triage", 60)) * time.Second)
	l.at(seen, l.assess)
	if l.chance("chase", 5) == 0 {
		l.at(at.Add(2*time.Hour), l.chase)
	}
	l.at(at.Add(time.Duration(1+l.chance("work", 6))*time.Hour), l.callBack)
	return nil
}

func (l *life) assess(ctx context.Context, at time.Time) error {
	taken := complaint.Take{Step: step(l.id, "take", l.handler, at), Read: true}
	if _, err := book(ctx, l.desk, l.id, taken, func(c complaint.Case, asked complaint.Take) (complaint.Decision, error) {
		return l.policy.Take(c, asked, l.staff)
	}); err != nil {
		return err
	}
	severity := complaint.Normal
	if l.kind == "attitude" || l.claimed > 200_00 {
		severity = complaint.High
	}
	judged := complaint.Assess{Step: step(l.id, "assess", l.handler, at), Assessment: complaint.Assessment{Severity: severity}}
	if _, err := book(ctx, l.desk, l.id, judged, l.policy.Assess); err != nil {
		return err
	}
	promised := complaint.Promise{
		Step: step(l.id, "promise", l.handler, at), Promise: "callback", Kind: complaint.PromisedCallback, Agent: l.handler, Channel: complaint.Phone, Reach: "number-1",
	}
	_, err := book(ctx, l.desk, l.id, promised, l.policy.Promise)
	return err
}

// chase is the customer who calls again before anybody called her.
func (l *life) chase(ctx context.Context, at time.Time) error {
	asked := complaint.Log{Step: step(l.id, "chase", "ann", at), Channel: complaint.Phone, Direction: complaint.FromCustomer, Seconds: 60}
	_, err := book(ctx, l.desk, l.id, asked, l.policy.Log)
	return err
}

// callBack keeps the promise, in time or not, and finds out what happened.
func (l *life) callBack(ctx context.Context, at time.Time) error {
	called := complaint.Log{Step: step(l.id, "back", l.handler, at), Channel: complaint.Phone, Direction: complaint.ToCustomer, Seconds: 180}
	if _, err := book(ctx, l.desk, l.id, called, l.policy.Log); err != nil {
		return err
	}
	kept := complaint.Keep{Step: step(l.id, "keep", l.handler, at), Promise: "callback"}
	if _, err := book(ctx, l.desk, l.id, kept, l.policy.Keep); err != nil {
		return err
	}
	looked := complaint.Investigate{Step: step(l.id, "look", l.handler, at)}
	if _, err := book(ctx, l.desk, l.id, looked, l.policy.Investigate); err != nil {
		return err
	}
	if l.kind == "bill" && l.chance("copy", 3) == 0 { // she is to send a copy of the bill: the clock of the settlement stands still
		waited := complaint.Wait{Step: step(l.id, "wait", l.handler, at), For: complaint.AwaitCustomer, Reason: "bill"}
		if _, err := book(ctx, l.desk, l.id, waited, l.policy.Wait); err != nil {
			return err
		}
		at = at.Add(24 * time.Hour)
		l.at(at, func(ctx context.Context, at time.Time) error {
			sent := complaint.Log{Step: step(l.id, "copy", "ben", at), Channel: complaint.Email, Direction: complaint.FromCustomer}
			_, err := book(ctx, l.desk, l.id, sent, l.policy.Log)
			return err
		})
	}
	l.at(at.Add(time.Duration(1+l.chance("days", 9)*24)*time.Hour), l.decide)
	return nil
}

// decide says what was found and what she gets; a refund above the clerk's limit is approved by the
// manager.
func (l *life) decide(ctx context.Context, at time.Time) error {
	return l.settle(ctx, at, "")
}

func (l *life) settle(ctx context.Context, at time.Time, again string) error {
	found := complaint.Find{
		Step: step(l.id, "find"+again, l.handler, at), Issue: "main", Cause: complaint.CauseProcess, Text: "looked up in the records",
		Grounds: []complaint.Evidence{{Kind: complaint.ByDocument, Ref: "record-" + string(l.id)}},
	}
	if _, err := book(ctx, l.desk, l.id, found, l.policy.Find); err != nil {
		return err
	}
	decided := complaint.Decide{Step: step(l.id, "decide"+again, l.handler, at), Issue: "main", Verdict: complaint.FullyUpheld, AcceptedMinor: l.claimed}
	switch {
	case l.claimed > 0:
		decided.Offers = []complaint.Offer{{Remedy: "refund" + again, Kind: complaint.RefundRemedy, AmountMinor: l.claimed}}
	case l.kind == "attitude":
		decided.Offers = []complaint.Offer{{Remedy: "apology" + again, Kind: complaint.ApologyRemedy}}
	default:
		decided.Offers = []complaint.Offer{{Remedy: "explanation" + again, Kind: complaint.ExplanationRemedy}}
	}
	if l.claimed > 0 && again != "" { // it was refunded the first time: now it is explained
		decided.Offers = []complaint.Offer{{Remedy: "explanation" + again, Kind: complaint.ExplanationRemedy}}
	}
	c, err := book(ctx, l.desk, l.id, decided, func(c complaint.Case, asked complaint.Decide) (complaint.Decision, error) {
		return l.policy.Decide(c, asked, l.agent(l.handler))
	})
	if err != nil {
		return err
	}
	for _, remedy := range c.Remedies {
		if remedy.State != complaint.RemedyProposed {
			continue
		}
		approved := complaint.Approve{Step: step(l.id, "approve"+again, "mia", at), Remedy: remedy.Remedy}
		if c, err = book(ctx, l.desk, l.id, approved, func(c complaint.Case, asked complaint.Approve) (complaint.Decision, error) {
			return l.policy.Approve(c, asked, l.staff)
		}); err != nil {
			return err
		}
	}
	if l.refused.id == "" && again == "" { // what a clerk is told who would rather be done with it
		hasty := complaint.Close{Step: step(l.id, "hasty", l.handler, at), Outcome: complaint.OutcomeResolved}
		if _, err := l.policy.Close(c, hasty); refusal(err) != nil {
			l.refused = telling{l.id, at, refusal(err).Missing}
		}
	}
	if c, err = l.pay(ctx, l.id, c, at); err != nil {
		return err
	}
	said := complaint.Act{Step: step(l.id, "solution"+again, l.handler, at), Act: conversation.Solution, Channel: complaint.Phone, Until: at.Add(time.Hour)}
	if _, err := book(ctx, l.desk, l.id, said, l.policy.Act); err != nil {
		return err
	}
	closed := complaint.Close{Step: step(l.id, "close"+again, l.handler, at.Add(time.Minute)), Outcome: complaint.OutcomeResolved}
	_, err = book(ctx, l.desk, l.id, closed, l.policy.Close)
	return err
}

// ask does the survey that fell due; one customer of eight still has a problem, and her case is
// open again.
func (d *desk) ask(ctx context.Context, id complaint.ID, at time.Time) error {
	c, _, err := d.store.Load(ctx, id)
	if err != nil {
		return err
	}
	cycle := fmt.Sprint("-", c.Cycle)
	asked := complaint.Ask{Step: step(id, "ask"+cycle, "ann", at), Channel: complaint.Phone}
	if _, err := book(ctx, d, id, asked, d.policy.Ask); err != nil {
		return err
	}
	problem := complaint.SaidNo
	if c.Cycle == 1 && customer.Draw("problem", customer.ID(id))%8 == 0 {
		problem = complaint.SaidYes
	}
	answered := complaint.Answer{Step: step(id, "answer"+cycle, "ann", at), Answers: []complaint.Reply{{Key: "still-a-problem", Said: problem}}}
	if _, err := book(ctx, d, id, answered, d.policy.Answer); err != nil {
		return err
	}
	if problem == complaint.SaidYes {
		l := &life{desk: d, id: id, handler: cmp.Or(c.Owner.Agent, "mia"), kind: c.Topic, claimed: c.Issues[0].ClaimedMinor}
		d.at(at.Add(2*time.Hour), func(ctx context.Context, at time.Time) error { return l.settle(ctx, at, "-2") })
	}
	return nil
}
