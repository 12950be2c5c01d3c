package complaint_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
)

// exampleHotline is the procedure of a small hotline.
func exampleHotline() (*complaint.Policy, error) {
	rules, err := complaint.ParseRules([]byte(`{
		"id": "hotline", "version": 1, "zone": "Asia/Shanghai", "currency": {"code": "CNY", "digits": 2},
		"intake": {"low_score_permille": 300, "costs": [{"channel": "phone", "each_minor": 200, "hour_minor": 6000}]},
		"recourse": {"days": 10, "bodies": [{"id": "consumers' association"}, {"id": "telecoms regulator", "first_days": 15, "within_months": 24}]},
		"closing": {"tries": 3, "tries_days": 2, "reopen_days": 30}
	}`))
	if err != nil {
		return nil, err
	}
	zone, err := time.LoadLocation(rules.Zone)
	if err != nil {
		return nil, err
	}
	return complaint.NewPolicy(rules, zone)
}

// Two agents have the same case on their screens. Both decide on what they see; the second to
// commit hears that somebody was faster, and looks again. Nothing is locked, nothing overwritten.
func ExampleDecision() {
	policy, err := exampleHotline()
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx, store := context.Background(), new(journal.Mem[complaint.ID, complaint.Case, complaint.Entry])
	commit := func(verb, ref string, fact journal.Fact, d complaint.Decision, err error) error {
		if err != nil {
			return err
		}
		if d.Key, err = journal.Key(verb, ref); err != nil {
			return err
		}
		if d.Fingerprint, err = journal.Fingerprint(verb, fact); err != nil {
			return err
		}
		return store.Commit(ctx, "K-1", d)
	}
	receive := complaint.Receive{
		Step: complaint.Step{Ref: "call-1", By: "ann", At: caseAt("2026-11-25 09:00")}, Customer: "c-1", Channel: complaint.Phone,
		Claims: []complaint.Claim{{Issue: "bill", Kind: "billing"}},
	}
	d, err := policy.Receive(complaint.Case{}, receive)
	fmt.Println("received:", commit("receive", "call-1", receive, d, err))

	seen, _, _ := store.Load(ctx, "K-1")
	call := complaint.Log{
		Step: complaint.Step{Ref: "call-2", By: "ann", At: caseAt("2026-11-25 10:00")}, Channel: complaint.Phone, Direction: complaint.FromCustomer, Note: "never mind",
	}
	d, err = policy.Log(seen, call)
	fmt.Println("she calls:", commit("log", "call-2", call, d, err))

	seen, version, _ := store.Load(ctx, "K-1") // by both
	fmt.Println("both see version", version)

	withdraw := complaint.Withdraw{Step: complaint.Step{Ref: "call-2", By: "ann", At: caseAt("2026-11-25 10:00")}, Issue: "bill", Consent: "call-2"}
	d, err = policy.Withdraw(seen, withdraw)
	fmt.Println("ann:", commit("withdraw", "call-2", withdraw, d, err))

	assess := complaint.Assess{Step: complaint.Step{Ref: "form-1", By: "cid", At: caseAt("2026-11-25 10:01")}, Assessment: complaint.Assessment{Severity: complaint.High}}
	d, err = policy.Assess(seen, assess)
	err = commit("assess", "form-1", assess, d, err)
	fmt.Println("cid, on what he saw:", errors.Is(err, journal.ErrConflict))

	seen, _, _ = store.Load(ctx, "K-1")
	_, err = policy.Assess(seen, assess)
	var refusal *customer.Refusal
	if errors.As(err, &refusal) {
		fmt.Println("cid, on what is:", policy.Explain(refusal.Missing[0], customer.English))
	}
	// Output:
	// received: <nil>
	// she calls: <nil>
	// both see version 2
	// ann: <nil>
	// cid, on what he saw: true
	// cid, on what is: not in the phase in which the case is: decided
}

// The same customer calls again, and another agent answers: she has the case before her, with what
// was said last, instead of asking everything anew.
//
// row A5.
func ExamplePolicy_Continue() {
	policy, err := exampleHotline()
	if err != nil {
		fmt.Println(err)
		return
	}
	open := func(id complaint.ID, at, topic, note string) complaint.Known {
		d, err := policy.Receive(complaint.Case{}, complaint.Receive{
			Step: complaint.Step{Ref: "call", By: "ann", At: caseAt(at)}, Customer: "c-1", Channel: complaint.Phone, Topic: topic, Note: note,
		})
		if err != nil {
			fmt.Println(err)
		}
		return complaint.Known{ID: id, Case: d.Next}
	}
	hers := []complaint.Known{
		open("K-1", "2026-11-20 09:00", "bill", "charged 500 for a plan of 200"),
		open("K-2", "2026-11-25 09:00", "sms", "two orders did not arrive; she waits for our call"),
	}
	for _, found := range policy.Continue(complaint.Caller{At: caseAt("2026-11-25 10:00"), Customer: "c-1", Topic: "sms"}, hers) {
		fmt.Printf("%s same=%t %q by %s\n", found.ID, found.Same, found.Last.Note, found.Last.By)
		for _, reason := range found.Reasons {
			fmt.Println("  ", policy.Explain(reason, customer.English))
		}
	}
	// Output:
	// K-2 same=true "two orders did not arrive; she waits for our call" by ann
	//    a case of this customer
	//    about the same: sms
	// K-1 same=false "charged 500 for a plan of 200" by ann
	//    a case of this customer
	//    about something else: bill
}

// May she go to the regulator yet? He asks customers to let the company answer first.
func ExamplePolicy_Admissible() {
	policy, err := exampleHotline()
	if err != nil {
		fmt.Println(err)
		return
	}
	d, err := policy.Receive(complaint.Case{}, complaint.Receive{
		Step: complaint.Step{Ref: "call-1", By: "ann", At: caseAt("2026-11-25 09:00")}, Customer: "c-1", Channel: complaint.Phone,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, day := range []string{"2026-12-10 12:00", "2026-12-11 12:00"} {
		missing, err := policy.Admissible(d.Next, "telecoms regulator", caseAt(day))
		if err != nil || len(missing) == 0 {
			fmt.Println(day, "yes", err)
			continue
		}
		fmt.Println(day, policy.Explain(missing[0], customer.English))
		fmt.Println(day, policy.Explain(missing[0], customer.Chinese))
	}
	// Output:
	// 2026-12-10 12:00 too early for telecoms regulator: we have 15 days from 25 Nov 2026 to answer, so from 11 Dec 2026 on
	// 2026-12-10 12:00 尚不能向telecoms regulator投诉：我方自2026年11月25日起有15天答复期，2026年12月11日起方可
	// 2026-12-11 12:00 yes <nil>
}
